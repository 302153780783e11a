"""Make data/offline_digits.npz: UCI's 8x8 digits, re-drawn at 28x28 with known factors.

Run `python tools/make_offline_digits.py` from anywhere. It writes the file, the sha256 of its
arrays (`course_utils/offline_digits.json`) and the table of these in `data/README.md`.
The same seed gives the same arrays.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from scipy import ndimage
from sklearn.datasets import load_digits

ROOT = Path(__file__).resolve().parents[1]
SEED = 1998
SIZES = {"train": 12_000, "test": 2_000}
# Drawn uniformly: degrees, shear, pixels.
RANGES = {"rotation": (-15.0, 15.0), "slant": (-0.35, 0.35), "stroke": (-1.6, 0.4)}

SIZE = 28  # pixels, side of an image
OVERSAMPLING = 4  # samples per pixel, each way
SCALE = 2.5  # pixels of ours per pixel of the original
THRESHOLD = 0.38  # of the original's maximum: what counts as ink


def split_originals(images, labels, rng):
    """Split the originals, class by class, in the proportion of SIZES.

    Identical originals count as one, so that they never fall on both sides.

    Parameters
    ----------
    images : array (n, 8, 8)
    labels : int array (n,)
    rng : numpy.random.Generator

    Returns
    -------
    dict
        "train" and "test": int arrays, sorted indices into `images`.
    """
    _, first = np.unique(images.reshape(len(images), -1), axis=0, return_index=True)
    share = SIZES["test"] / sum(SIZES.values())
    test = []
    for digit in range(10):
        members = np.sort(first[labels[first] == digit])
        test.append(rng.permutation(members)[: round(share * len(members))])
    test = np.sort(np.concatenate(test))
    return {"train": np.setdiff1d(first, test), "test": test}


def draw(image, rotation, slant, stroke):
    """Draw one 8x8 original again, with known factors.

    The original is a smooth field (a cubic spline). It is sampled once, through the inverse of
    the affine map, and ink is where the field exceeds a threshold. Moving the outline by
    half of `stroke` (signed distance transform) makes the pen thicker or thinner.

    Parameters
    ----------
    image : array (8, 8)
        Ink of the original, 0 to 16.
    rotation : float
        Degrees, counter-clockwise, applied after the slant.
    slant : float
        Shear: pixels to the right per pixel upwards; positive leans to the right.
    stroke : float
        Change of the stroke's width, in pixels of the 28x28 image.

    Returns
    -------
    uint8 array (28, 28)
        Grey levels, 0 to 255.
    """
    pad = 3
    image = np.pad(image.astype(float), pad)
    centre = np.array(ndimage.center_of_mass(image))

    # Rows grow downwards: in (row, column), leaning right is column -= slant * row.
    angle = np.deg2rad(float(rotation))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shear = np.array([[1.0, 0.0], [-float(slant), 1.0]])
    inverse = np.linalg.inv(SCALE * turn @ shear)

    axis = (np.arange(SIZE * OVERSAMPLING) + 0.5) / OVERSAMPLING - SIZE / 2
    target = np.stack(np.meshgrid(axis, axis, indexing="ij"))  # (2, 112, 112), in pixels
    source = np.tensordot(inverse, target, axes=1) + centre[:, None, None]
    ink = ndimage.map_coordinates(image, source, order=3) > THRESHOLD * image.max()

    # Distance to the outline, in pixels, positive inside; half a sample lies between the two.
    inside, outside = (ndimage.distance_transform_edt(a) for a in (ink, ~ink))
    distance = (inside - outside + np.where(ink, -0.5, 0.5)) / OVERSAMPLING
    grey = np.clip(0.5 + distance + float(stroke) / 2, 0, 1)  # an edge one pixel wide
    grey = grey.reshape(SIZE, OVERSAMPLING, SIZE, OVERSAMPLING).mean(axis=(1, 3))
    return np.round(255 * grey).astype(np.uint8)


def make(seed=SEED, train=None, test=None):
    """Make the arrays of offline_digits.npz.

    Parameters
    ----------
    seed : int
    train, test : int, optional
        Draw only the first so many images (which are the same as in the whole set).

    Returns
    -------
    dict of arrays, for each part ("train" and "test")
        x_part (n, 28, 28) uint8; y_part (n,) uint8; original_part (n,) uint16, index into
        `sklearn.datasets.load_digits()`; rotation_part (degrees), slant_part (shear) and
        stroke_part (pixels), (n,) float32.
    """
    rng = np.random.default_rng(seed)
    originals = load_digits()
    arrays = {}
    parts = split_originals(originals.images, originals.target, rng)
    for part, limit in (("train", train), ("test", test)):
        n = SIZES[part]
        # Whole rounds through a shuffled list: each original is used equally often, to within 1.
        chosen = rng.permutation(np.resize(rng.permutation(parts[part]), n))[:limit]
        factors = {
            name: rng.uniform(low, high, n).astype(np.float32)[:limit]
            for name, (low, high) in RANGES.items()
        }
        drawn = zip(chosen, *factors.values(), strict=True)
        arrays[f"x_{part}"] = np.stack([draw(originals.images[i], *f) for i, *f in drawn])
        arrays[f"y_{part}"] = originals.target[chosen].astype(np.uint8)
        arrays[f"original_{part}"] = chosen.astype(np.uint16)
        arrays |= {f"{name}_{part}": values for name, values in factors.items()}
    return arrays


def main():
    """Write the file, the hashes of its arrays and their table in the datasheet."""
    arrays = make()
    path = ROOT / "data" / "offline_digits.npz"
    np.savez_compressed(path, **arrays)
    hashes = {name: hashlib.sha256(a.tobytes()).hexdigest() for name, a in arrays.items()}
    (ROOT / "course_utils" / "offline_digits.json").write_text(json.dumps(hashes, indent=2) + "\n")

    rows = [f"| `{name}` | {a.shape} {a.dtype} | `{hashes[name]}` |" for name, a in arrays.items()]
    table = "\n".join(["| array | shape, type | sha256 |", "| --- | --- | --- |", *rows])
    datasheet = ROOT / "data" / "README.md"
    before, _, rest = datasheet.read_text(encoding="utf-8").partition("<!-- hashes -->\n")
    after = rest.partition("<!-- end of hashes -->")[2]
    datasheet.write_text(
        f"{before}<!-- hashes -->\n{table}\n<!-- end of hashes -->{after}", encoding="utf-8"
    )
    print(table)
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
