"""Pictures other than the digits: a folder of your own, and Fashion-MNIST.

    from course_utils import pictures
    mine = pictures.load_folder("~/Pictures/leaves", invert=True)
    clothes = pictures.load_fashion()

Both give what `data.load_digits` gives: float32 arrays (n, height, width, 1) in [0, 1], split into
training and test pictures. Nothing is ever written into a learner's folder. `runtime.claim` does
not know these data: a claim's bounds by data set are the digits'.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import warnings
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from course_utils import data

FASHION_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
FASHION_FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
FASHION_CLASSES = (
    "T-shirt/top",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
IMAGES, LABELS = 2051, 2049  # the first four bytes of an idx file: unsigned bytes, 3 axes or 1

# What systems leave in folders; names that begin with a dot are passed over, too.
LITTER = {"thumbs.db", "desktop.ini", "__macosx"}
NAMED = 5  # so many skipped files are named, the others counted


@dataclass(frozen=True, eq=False, repr=False)
class Pictures:
    """A data set of pictures.

    Attributes
    ----------
    x_train, x_test : float32 arrays (n, height, width, 1) in [0, 1]
    y_train, y_test : int64 arrays (n,), positions in `class_names`; None without classes
    name : str
    source : str, where the pictures came from, in words
    class_names : tuple of str, empty without classes
    group_train, group_test : int64 arrays (n,)
        What belongs together, from 0 to G − 1 in each half, for a bootstrap by group. The halves
        are numbered apart and share no group. Where nothing is known, each picture is a group of
        its own: 0, 1, 2 …
    """

    x_train: np.ndarray
    x_test: np.ndarray
    y_train: np.ndarray | None
    y_test: np.ndarray | None
    name: str
    source: str
    class_names: tuple[str, ...] = ()
    group_train: np.ndarray | None = None
    group_test: np.ndarray | None = None

    def __post_init__(self):
        for field, x in (("group_train", self.x_train), ("group_test", self.x_test)):
            if getattr(self, field) is None:
                object.__setattr__(self, field, np.arange(len(x), dtype=np.int64))

    def __repr__(self):
        return f"<Pictures: {self._describe()}>"

    def _describe(self):
        height, width = self.x_train.shape[1:3]
        classes = f", {len(self.class_names)} classes" if self.class_names else ""
        return (
            f"{self.name}: {len(self.x_train):,} training and {len(self.x_test):,} test images, "
            f"{height} × {width}{classes} ({self.source})"
        )


# --------------------------------------------------------------------------------- a folder


def load_folder(
    folder: str | os.PathLike,
    *,
    size: int = 28,
    fit: str = "crop",
    invert: bool = False,
    group: Callable[[Path], object] | None = None,
    test_share: float = 0.2,
    at_least: int = 50,
    seed: int = 0,
) -> Pictures:
    """Load the images of a folder, grey and of one size; print one line on what was loaded.

    If the folder has sub-folders with images, their names are the classes, and each class is split
    by itself (images beside the sub-folders are left out, in a line that says so); images in a flat
    folder have no classes. The same folder gives the same split on every machine. Hidden files and
    folders are passed over; files that are no image, or are damaged, are named in one line and
    skipped. Of images that are equal, pixel by pixel, once they are loaded, one is kept: a copy in
    the test set would only show what was learned by heart. If such copies lie in two classes, their
    labels contradict each other; the first stays, and a line says so. Nothing is written.

    Any mode that Pillow reads is turned into grey; what is transparent becomes white, 16 bits keep
    their range, cameras' notes on orientation (EXIF) are followed, of an animation the first frame
    is taken.

    Parameters
    ----------
    folder : path; a leading ``~`` is your home
    size : int, height and width of the result
    fit : "crop" or "pad"
        Make an image square by its middle part, or by adding margins, as grey as its own border is
        (the median of it).
    invert : bool
        False keeps black at 0 and white at 1. True exchanges them: dark ink on white paper then
        looks like the digits of this course, ink 1 on paper 0.
    group : function of a pathlib.Path, optional
        Images for which it gives the same stay together, in training or in test: two photos of one
        leaf, say, named ``leaf7_a.jpg`` and ``leaf7_b.jpg``, with
        ``group=lambda path: path.stem.split("_")[0]``. It is given the path inside the folder.
        The result's ``group_train`` and ``group_test`` number what it gave.
    test_share : float between 0 and 1, of the images (of each class)
        Groups stay whole, so large groups can make it more; a line says so if it is far off.
    at_least : int, 2 or more
        Fewer images than this are an error: networks learn little from a handful.
    seed : int, of the split

    Returns
    -------
    Pictures

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If there is no such folder.
    TypeError
        If a number is none, or `group` no function.
    ValueError
        If it is empty, holds no image or too few, or a class too few for both halves, or an
        argument is out of range, or `group` fails on a file.
    """
    for argument, value in (("size", size), ("test_share", test_share), ("at_least", at_least)):
        if not isinstance(value, Real):
            raise TypeError(f"{argument} must be a number, got {value!r}")
    if group is not None and not callable(group):
        raise TypeError(f"group must be a function of a path, got {group!r}")
    if not 1 <= size < math.inf or size != int(size):
        raise ValueError(f"size must be a whole number of pixels, 1 or more, got {size!r}")
    if fit not in ("crop", "pad"):
        raise ValueError(f'fit must be "crop" or "pad", got {fit!r}')
    if not 0 < test_share < 1:
        raise ValueError(f"test_share must lie between 0 and 1, got {test_share!r}")
    if not at_least >= 2:
        raise ValueError(f"at_least must be 2 or more, got {at_least!r}: one to train, one to test")
    folder = _existing(folder)
    name = folder.resolve().name or "folder"
    files = _files(folder)
    if not files:
        raise ValueError(f"the folder {name!r} holds no files: put images into it (PNG, JPEG …)")

    pictures, kept, skipped, seen, conflicts = [], [], [], {}, []
    # Sub-folders first, so that of copies the one with a class stays.
    for path in sorted(files, key=lambda path: len(path.parts) == 1):
        try:
            picture = _read(folder / path, int(size), fit, invert)
        except _Skipped as reason:
            skipped.append(f"{path.name} ({reason})")
            continue
        key = hashlib.sha256(picture.tobytes()).digest()
        first = seen.setdefault(key, path)
        if first is path:
            pictures.append(picture)
            kept.append(path)
        elif len(path.parts) > 1 and len(first.parts) > 1 and path.parts[0] != first.parts[0]:
            conflicts.append(f"{path.as_posix()} (the same as {first.as_posix()})")
    copies = len(files) - len(skipped) - len(kept)

    classes = sorted({path.parts[0] for path in kept if len(path.parts) > 1})
    beside = sum(len(path.parts) == 1 for path in kept) if classes else 0
    if skipped:
        print(f"skipped  {_first_few(skipped)}")
    if copies:
        print(f"dropped  {copies} cop{'y' if copies == 1 else 'ies'} of other images")
    if conflicts:
        print(f"warning  in two classes, kept in the first: {_first_few(conflicts)}")
        lost = {path.parts[0] for path in files if len(path.parts) > 1} - set(classes)
        if lost:
            print(f"warning  no class is left of {', '.join(sorted(lost))}")
    if beside:
        print(f"left out {beside} beside the sub-folders, whose names are the classes")
        inside = [i for i, path in enumerate(kept) if len(path.parts) > 1]
        pictures, kept = [pictures[i] for i in inside], [kept[i] for i in inside]
    if not kept:
        raise ValueError(
            f"the folder {name!r} holds one file, but it is no image"
            if len(files) == 1
            else f"the folder {name!r} holds {len(files)} files, but none is an image"
        )
    if len(kept) < at_least:
        images = "one image" if len(kept) == 1 else f"{len(kept)} different images"
        if beside:
            raise ValueError(
                f"the sub-folders of {name!r} hold {images}, wanted {at_least} or more; {beside} "
                f"lie{'s' * (beside == 1)} beside the sub-folders: move them into sub-folders, one "
                "for each class, or move the sub-folders away"
            )
        advice = (
            f". Add some, or go on with at_least={len(kept)}, if you know what you are doing"
            if len(kept) > 1
            else ""
        )
        raise ValueError(f"the folder {name!r} holds {images}, wanted {at_least} or more{advice}")

    labels = [classes.index(path.parts[0]) for path in kept] if classes else [0] * len(kept)
    groups = [path.as_posix() if group is None else _group(group, path) for path in kept]
    test = _split(labels, groups, classes or [name], test_share, seed)
    if abs(test.mean() - test_share) > 0.05:
        why = ": groups stay whole" if len(set(groups)) < len(groups) else ""
        print(
            f"split    {test.sum()} of {len(test)} images ({test.mean():.0%}) are for testing, "
            f"asked for {test_share:.0%}{why}"
        )
    x, y = np.stack(pictures)[..., None], np.array(labels, dtype=np.int64)
    result = Pictures(
        x[~test],
        x[test],
        y[~test] if classes else None,
        y[test] if classes else None,
        name,
        "own folder",
        tuple(classes),
        _numbered([g for g, for_test in zip(groups, test, strict=True) if not for_test]),
        _numbered([g for g, for_test in zip(groups, test, strict=True) if for_test]),
    )
    print(f"data     {result._describe()}")
    return result


def _first_few(names: list[str]) -> str:
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + rest


def _group(function, path: Path) -> object:
    """What a learner's function gives for a file; a sentence if it fails."""
    try:
        value = function(path)
        hash(value)
    except Exception as error:
        raise ValueError(
            f"group failed for the file {path.as_posix()}: {type(error).__name__}: {error}. It is "
            "given a path and gives a string, a number or a tuple"
        ) from error
    return value


def _numbered(groups: list) -> np.ndarray:
    """Each group's number, in the order in which they come first."""
    number = {}
    return np.array([number.setdefault(g, len(number)) for g in groups], dtype=np.int64)


class _Skipped(Exception):
    """This file is left out; says why, in a few words."""


def _existing(folder) -> Path:
    path = Path(os.path.expanduser(folder))  # unlike pathlib's, it raises nothing without a home
    if path.is_dir():
        return path
    if path.exists():
        raise NotADirectoryError(f"{folder} is a file; name the folder that holds the images")
    where = "" if path.is_absolute() else f" in {Path.cwd()}, where this notebook runs"
    raise FileNotFoundError(f"there is no folder {folder}{where}")


def _files(folder: Path) -> list[Path]:
    """The files in a folder and below it, as paths inside it, in an order that is everywhere the
    same; without hidden ones."""

    def hidden(name):
        return name.startswith(".") or name.lower() in LITTER

    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not hidden(name)]
        paths = [Path(parent, name) for name in names if not hidden(name)]
        found += [path.relative_to(folder) for path in paths if path.is_file()]
    return sorted(found, key=lambda path: path.as_posix())


def _read(path: Path, size: int, fit: str, invert: bool) -> np.ndarray:
    """An image file as float32 (size, size) in [0, 1]; `_Skipped` if that cannot be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow, on odd EXIF data and palettes
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                if image.format in (
                    "JPEG",
                    "MPO",
                ):  # decode a large photo at a fraction of its size
                    image.draft(None, (8 * size, 8 * size))
                grey = _grey(ImageOps.exif_transpose(image))
    except UnidentifiedImageError:
        if path.stat().st_size == 0:
            raise _Skipped("empty file") from None
        if path.suffix.lower() in (".avif", ".webp"):  # most copies of Pillow read them
            raise _Skipped("damaged, or a format that is not read here") from None
        if path.suffix.lower() in (".heic", ".heif"):
            raise _Skipped("a format that is not read here: save it as JPEG or PNG") from None
        raise _Skipped("no image") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _Skipped(f"over {Image.MAX_IMAGE_PIXELS // 10**6} million pixels") from None
    except PermissionError:
        raise _Skipped("may not be read") from None
    except Exception:  # Pillow's readers raise nearly anything on a file that was cut short
        raise _Skipped("damaged or cut short") from None
    square = _square(grey, fit).resize((size, size), Image.Resampling.LANCZOS)
    pixels = np.asarray(square, dtype=np.float32)
    if square.mode == "L":
        pixels = pixels / np.float32(255)
    pixels = pixels.clip(0, 1)  # the filter overshoots a little beside edges
    return 1 - pixels if invert else pixels


def _grey(image: Image.Image) -> Image.Image:
    """Mode L, 0 to 255; or mode F, 0 to 1, where there are more than 8 bits."""
    if image.mode == "F" or image.mode.startswith("I"):
        values = np.nan_to_num(np.asarray(image, dtype=np.float64))
        low, high = values.min(), values.max()
        if image.mode != "F" and low >= 0 and high < 2**16:
            values = values / (2**16 - 1)
        elif low < 0 or high > 1:  # no range is agreed on: from its darkest to its lightest
            values = (values - low) / max(high - low, 1e-12)
        return Image.fromarray(values.astype(np.float32))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image).convert("L")
    if image.mode not in ("1", "L", "P", "RGB"):
        image = image.convert("RGB")
    return image.convert("L")


def _square(image: Image.Image, fit: str) -> Image.Image:
    width, height = image.size
    if width == height:
        return image
    side = min(width, height) if fit == "crop" else max(width, height)
    left, top = (width - side) // 2, (height - side) // 2  # negative if margins are added
    if fit == "crop":
        return image.crop((left, top, left + side, top + side))
    pixels = np.asarray(image)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = float(np.median(border))
    square = Image.new(image.mode, (side, side), colour if image.mode == "F" else round(colour))
    square.paste(image, (-left, -top))
    return square


def _split(labels, groups, names, test_share, seed) -> np.ndarray:
    """Which are test images, (n,) of bool: of each class a share, and groups undivided."""
    rng = np.random.default_rng(seed)
    side = {}  # of a group: is it for testing?
    for label, name in enumerate(names):
        members = [g for g, own in zip(groups, labels, strict=True) if own == label]
        wanted = math.floor(test_share * len(members) + 0.5) or 1
        count = Counter(members)
        open_groups = [g for g in count if g not in side]
        taken = sum(side.get(g, False) for g in members)
        for i in rng.permutation(len(open_groups)):
            g = open_groups[i]
            side[g] = taken < wanted
            taken += side[g] * count[g]
        if 0 < taken < len(members):
            continue
        images = f"{len(members)} different images" if len(members) > 1 else "one image"
        if len(count) == 1:
            raise ValueError(
                f"{name!r} has {images} in one group: too few for training and test, at least two "
                "groups are needed"
            )
        if taken:
            raise ValueError(
                f"test_share={test_share:g} leaves no training image of {name!r} ({images} in "
                f"{len(count)} groups); lower test_share"
            )
        raise ValueError(
            f"{name!r} has no test image: its groups also hold images of other classes, which "
            "are for training. Try another seed, or smaller groups"
        )
    return np.array([side[g] for g in groups])


# ---------------------------------------------------------------------------- Fashion-MNIST


def load_fashion() -> Pictures:
    """Load Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), and print one line that says so.

    Its four files are looked for in the folder ``fashion-mnist`` in COURSE_DATA, then in Keras's
    cache; then Keras downloads them (30 MB), unless COURSE_DATA=offline.

    Returns
    -------
    Pictures
        60,000 training and 10,000 test images, (n, 28, 28, 1), of ten kinds of clothes.

    Raises
    ------
    FileNotFoundError
        If they cannot be had.
    ValueError
        If a file is damaged or does not hold what it should.
    """
    setting = data._setting()
    places = [(folder / "fashion-mnist", "Keras's cache") for folder in data._keras_folders()]
    if setting and setting != "offline":
        named = [p.parent if p.is_file() else p for p in data._places(setting)]
        places[:0] = [(folder / "fashion-mnist", "COURSE_DATA") for folder in named]
    for folder, source in places:
        if all((folder / name).is_file() for name in FASHION_FILES):
            arrays = [_idx(folder / name) for name in FASHION_FILES]
            return _fashion(arrays, source)
    try:
        if setting == "offline":
            raise data._NotFetched("COURSE_DATA=offline allows no network")
        url = FASHION_URL + FASHION_FILES[0]
        held = data._fetch("fashion_mnist", url, "Fashion-MNIST (30 MB)")
    except data._NotFetched as reason:
        raise FileNotFoundError(
            f"Fashion-MNIST could not be fetched: {reason}. Put its four files "
            f"({', '.join(FASHION_FILES)}) into a folder fashion-mnist in the folder that "
            'COURSE_DATA names, or use the offline digits: data.load_digits("offline").'
        ) from None
    arrays = [held[name] for name in ("x_train", "y_train", "x_test", "y_test")]
    return _fashion(arrays, "downloaded by Keras")


def _idx(path: Path) -> np.ndarray:
    """The array in a gzipped idx file of unsigned bytes."""
    wanted = IMAGES if "images" in path.name else LABELS
    try:
        raw = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(
            f"{path.name} is damaged or no .gz file ({error}); fetch it again"
        ) from None
    magic = int.from_bytes(raw[:4], "big")
    if magic != wanted:
        raise ValueError(f"{path.name} begins with the number {magic}, wanted {wanted}")
    axes = wanted % 256
    start = 4 + 4 * axes
    shape = tuple(int.from_bytes(raw[i : i + 4], "big") for i in range(4, start, 4))
    if len(raw) - start != math.prod(shape):
        raise ValueError(
            f"{path.name} promises an array {shape} and holds {max(len(raw) - start, 0):,} bytes: "
            "it was cut short; fetch it again"
        )
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)


def _fashion(arrays, source) -> Pictures:
    """Check what was read, and bring it into the form of `Pictures`."""
    for part, x, y in (("train", *arrays[:2]), ("test", *arrays[2:])):
        if x.ndim != 3 or x.shape[1:] != (28, 28) or not len(x):
            raise ValueError(f"Fashion-MNIST, {part}: images {x.shape}, wanted (n, 28, 28)")
        if y.shape != (len(x),) or y.max() > 9:
            raise ValueError(
                f"Fashion-MNIST, {part}: {len(x):,} images, labels of shape {y.shape} up to "
                f"{y.max(initial=0)}; wanted one label from 0 to 9 for each image"
            )
    x_train, y_train, x_test, y_test = arrays
    result = Pictures(
        np.divide(x_train[..., None], np.float32(255), dtype=np.float32),
        np.divide(x_test[..., None], np.float32(255), dtype=np.float32),
        y_train.astype(np.int64),
        y_test.astype(np.int64),
        "Fashion-MNIST",
        source,
        FASHION_CLASSES,
    )
    print(f"data     {result._describe()}")
    return result
