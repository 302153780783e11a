"""The files that ship with the course: in the installed package or, in a checkout, in `data/`."""

import hashlib
import json
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def bundled(filename):
    """Find a file that ships with the course.

    Parameters
    ----------
    filename : str, such as "offline_digits.npz"

    Returns
    -------
    pathlib.Path
        In the installed package's `_data` folder or, in a checkout, in `data/`.

    Raises
    ------
    FileNotFoundError
        If it is in neither.
    """
    folders = [PACKAGE / "_data", PACKAGE.parent / "data"]
    for folder in folders:
        if (folder / filename).is_file():
            return folder / filename
    looked = " nor in ".join(str(folder) for folder in folders)
    raise FileNotFoundError(f"{filename} is neither in {looked}; install the course again")


def measured(chapter, data, kind=""):
    """What was measured before: {"values": {name: [a number for each run]}, …}; {} if nothing was.

    Parameters
    ----------
    chapter : int or None
    data : "mnist", "offline" or None
    kind : "" or ".evidence"
        What `make seeds` wrote of the chapter's claims, or what `make evidence` wrote.
    """
    if chapter is None:
        return {}
    try:
        text = bundled(f"seeds/{chapter:02d}{kind}.json").read_text("utf-8")
    except FileNotFoundError:
        return {}
    return json.loads(text).get(data, {})


def frozen_weights(filename, sha256):
    """The weights of a network that ships with the course, the same on every machine.

    Parameters
    ----------
    filename : str, such as "scoring_mnist.npz"
        An archive with the arrays w0, w1 …, as `model.get_weights()` lists them.
    sha256 : str, what `digest` gives for them

    Returns
    -------
    list of float32 arrays

    Raises
    ------
    ValueError
        If the file is damaged, or does not hold the weights that it should.
    FileNotFoundError
        If it is missing.
    """
    import numpy as np  # only now: `runtime` imports this module, and is light

    path = bundled(filename)
    try:
        with np.load(path, allow_pickle=False) as file:
            weights = [file[f"w{i}"].astype("float32") for i in range(len(file.files))]
    except Exception as error:
        raise ValueError(f"{path.name} is damaged: {error}; install the course again") from None
    if digest(weights) != sha256:
        raise ValueError(
            f"{path.name} does not hold the weights that it should; install the course again"
        )
    return weights


def digest(weights):
    """sha256 of a list of arrays, as float32, in order."""
    return hashlib.sha256(b"".join(w.astype("<f4").tobytes() for w in weights)).hexdigest()
