"""The digits: find and load them, corrupt them.

    from course_utils import data
    digits = data.load_digits()             # MNIST if it can be had, else the offline digits
    noisy = data.add_gaussian(digits.x_test, sigma=0.5, seed=0)

Where MNIST is looked for, in this order: `mnist.npz` in the folder that the environment variable
COURSE_DATA names, or in `data/`; Keras's cache; Keras's download. COURSE_DATA=offline takes the
offline digits and touches no network. A relative folder is looked for where the notebook runs,
where Jupyter was started, and in the course's folder. `data/README.md` describes the digits.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import socket
import tempfile
import textwrap
import threading
import urllib.error
import urllib.request
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils import backend, files, session

# What keras.datasets.mnist downloads, and where from.
MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
CONNECT_SECONDS = 5.0  # for a first answer from there
STALL_SECONDS = 10.0  # without a byte, once the download runs

DIGITS = ("x_train", "y_train", "x_test", "y_test")
FACTORS = ("rotation", "slant", "stroke", "original")
TITLES = {"mnist": "MNIST", "offline": "offline digits"}


@dataclass(frozen=True, eq=False, repr=False)
class Digits:
    """A data set of digits.

    Attributes
    ----------
    x_train, x_test : float32 arrays (n, 28, 28, 1), 0 (paper) to 1 (ink)
    y_train, y_test : int64 arrays (n,), the classes 0 to 9
    name : "mnist" or "offline"
    source : str, where the images came from, in words
    factors : None, or a dict with the keys "train" and "test"
        For each, a dict of arrays (n,): rotation (degrees, counter-clockwise), slant (pixels to
        the right per pixel upwards), stroke (change of the pen's width, pixels), original (index
        into scikit-learn's `load_digits()`).
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    name: str
    source: str
    factors: dict | None = None

    def __repr__(self):
        return f"<Digits: {self._describe()}>"

    def _describe(self):
        n_train, n_test = len(self.x_train), len(self.x_test)
        images = f"{n_train:,} training and {n_test:,} test images"
        return f"{TITLES[self.name]}: {images} ({self.source})"


def load_digits(name=None):
    """Load the digits, and print one line that says which.

    Parameters
    ----------
    name : None, "mnist" or "offline"
        None takes MNIST where it can be had and the offline digits otherwise.

    Returns
    -------
    Digits

    Raises
    ------
    ValueError
        If the name is unknown, or a file is damaged or does not hold what it should.
    FileNotFoundError
        If COURSE_DATA names a folder without mnist.npz, or if MNIST was asked for by name and
        cannot be had.
    """
    backend.check_keras()
    if name not in (None, *TITLES):
        raise ValueError(f"unknown data set {name!r}; wanted one of {list(TITLES)}, or None")
    setting = _setting()
    if name == "offline":
        digits = _load_offline("asked for by name")
    elif name is None and setting == "offline":
        digits = _load_offline("COURSE_DATA=offline")
    else:
        try:
            digits = _load_mnist(setting)
        except _NotFetched as reason:
            if name == "mnist":
                raise FileNotFoundError(
                    f"MNIST could not be fetched: {reason}. Put mnist.npz (from {MNIST_URL}) into "
                    "data/, or set COURSE_DATA to the folder that holds it, or use "
                    'load_digits("offline").'
                ) from None
            digits = _load_offline(f"MNIST could not be fetched: {reason}")
    session.set_data(digits.name)  # claims say which data they were measured on
    print(f"data     {digits._describe()}")
    return digits


def add_gaussian(x, sigma, seed):
    """Add Gaussian noise; the result is not clipped to [0, 1].

    Parameters
    ----------
    x : float array, any shape
    sigma : float, standard deviation of the noise, at least 0, in the units of x
    seed : int

    Returns
    -------
    array of x's shape and dtype

    Raises
    ------
    TypeError if x is not a float array, ValueError if sigma is negative or not finite.
    """
    x = _floats(x)
    if not 0 <= sigma < np.inf:
        raise ValueError(f"sigma must be at least 0 and finite, got {sigma}")
    noise = np.random.default_rng(seed).standard_normal(x.shape, dtype=np.float32)
    return (x + float(sigma) * noise).astype(x.dtype, copy=False)


def mask(x, fraction, seed):
    """Set pixels to 0, each with probability `fraction`, independently.

    Parameters
    ----------
    x : float array, any shape
    fraction : float, 0 to 1
    seed : int

    Returns
    -------
    array of x's shape and dtype

    Raises
    ------
    TypeError if x is not a float array, ValueError if fraction is not in [0, 1].
    """
    x, u = _floats(x), _uniform(x, fraction, seed)
    return np.where(u < fraction, 0, x).astype(x.dtype, copy=False)


def salt_and_pepper(x, fraction, seed):
    """Set pixels to 0 or 1, each with probability `fraction` / 2, independently.

    Parameters
    ----------
    x : float array, any shape, values in [0, 1]
    fraction : float, 0 to 1
    seed : int

    Returns
    -------
    array of x's shape and dtype

    Raises
    ------
    TypeError if x is not a float array, ValueError if fraction is not in [0, 1].
    """
    x, u = _floats(x), _uniform(x, fraction, seed)
    return np.where(u < fraction, u < fraction / 2, x).astype(x.dtype, copy=False)


def _floats(x):
    x = np.asarray(x)
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError(f"x must be an array of floats, got {x.dtype}")
    return x


def _uniform(x, fraction, seed):
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction must lie in [0, 1], got {fraction}")
    return np.random.default_rng(seed).random(np.shape(x))


class _NotFetched(Exception):
    """MNIST is neither on this machine nor to be had from the network; says why."""


def _load_offline(why):
    path = files.bundled("offline_digits.npz")
    expected = json.loads((files.PACKAGE / "offline_digits.json").read_text(encoding="utf-8"))
    arrays = _read(path, expected)
    for name, array in arrays.items():
        if hashlib.sha256(array.tobytes()).hexdigest() != expected[name]:
            raise ValueError(
                f"{path}: the sha256 of {name} is not the one in offline_digits.json; install "
                "the course again, or run tools/make_offline_digits.py"
            )
    factors = {
        part: {name: arrays[f"{name}_{part}"] for name in FACTORS} for part in ("train", "test")
    }
    return _digits(arrays, path, "offline", why, factors)


def _load_mnist(setting):
    """Load MNIST from COURSE_DATA (`setting`), data/, Keras's cache or Keras's download."""
    if setting and setting != "offline":
        places = _places(setting)
        tried = [place if place.is_file() else place / "mnist.npz" for place in places]
        path = next(filter(Path.is_file, tried), None)
        if path is None:
            looked = " nor ".join(map(str, tried))
            raise FileNotFoundError(
                f"COURSE_DATA is {setting!r}, but there is no file {looked}. Put mnist.npz there, "
                "or name the folder that holds it, or set COURSE_DATA=offline for the offline "
                "digits, or unset it."
            )
        return _digits(_read(path, DIGITS), path, "mnist", "COURSE_DATA")

    with contextlib.suppress(FileNotFoundError):
        path = files.bundled("mnist.npz")
        return _digits(_read(path, DIGITS), path, "mnist", "data/mnist.npz")

    path = _keras_cache()
    if path:
        return _digits(_read(path, DIGITS), path, "mnist", "Keras's cache")
    if setting == "offline":
        raise _NotFetched("COURSE_DATA=offline allows no network")
    return _digits(_download(), "keras.datasets.mnist", "mnist", "downloaded by Keras")


def _setting():
    """What COURSE_DATA says, without the quotes that Windows and .env files leave around it."""
    text = os.environ.get("COURSE_DATA", "").strip()
    return text[1:-1].strip() if text[:1] in ("'", '"') and text[:1] == text[-1:] else text


def _places(setting):
    """What a path in COURSE_DATA may mean, which is one thing unless it is relative.

    Notebooks run in their own folder; PWD still says where the shell was that started Jupyter.
    """
    bases = Path.cwd(), Path(os.environ.get("PWD", ".")).absolute(), files.PACKAGE.parent
    path = os.path.expanduser(setting)  # unlike pathlib's, it raises nothing without a home
    return list(dict.fromkeys(base / path for base in bases))


def _keras_folders():
    """Where Keras keeps the data sets it fetched: at home, or where it goes if it may not write."""
    home = os.environ.get("KERAS_HOME") or "~/.keras"
    instead = "/tmp/.keras" if os.path.isdir("/tmp") else f"{tempfile.gettempdir()}/.keras"
    return [Path(os.path.expanduser(folder)) / "datasets" for folder in (home, instead)]


def _keras_cache():
    """Keras's own copy of MNIST, if it is there and whole, else None."""
    for folder in _keras_folders():
        path = folder / "mnist.npz"
        with contextlib.suppress(OSError):
            if hashlib.sha256(path.read_bytes()).hexdigest() == MNIST_SHA256:
                return path
    return None


def _download():
    """MNIST's arrays, downloaded (and hash-verified, and cached) by Keras."""
    return _fetch("mnist", MNIST_URL, "MNIST (11 MB)")


def _fetch(module, url, what):
    """The four arrays of a module of keras.datasets, downloaded by Keras if `url` answers."""
    problem = _connection_problem(url)
    if problem:
        raise _NotFetched(problem)
    print(f"data     downloading {what} ...", flush=True)
    timeout = socket.getdefaulttimeout()
    socket.setdefaulttimeout(STALL_SECONDS)
    try:
        from keras import datasets

        with contextlib.redirect_stdout(io.StringIO()):  # Keras's progress bar
            train, test = getattr(datasets, module).load_data()
    except Exception as error:  # whatever it is, there are the offline digits
        raise _NotFetched(textwrap.shorten(str(error), 80)) from error
    finally:
        socket.setdefaulttimeout(timeout)
    return dict(zip(DIGITS, (*train, *test), strict=True))


def _connection_problem(url):
    """Why `url` does not answer within CONNECT_SECONDS, or None if it does.

    The thread is there for what no time-out of Python's reaches: a name server that hangs.
    """
    problem = [f"no answer in {CONNECT_SECONDS:g} s"]

    def ask():
        request = urllib.request.Request(url, method="HEAD")
        try:
            urllib.request.urlopen(request, timeout=CONNECT_SECONDS).close()
            problem[0] = None
        except urllib.error.HTTPError as error:
            problem[0] = f"the server answered {error.code}"
        except TimeoutError:
            pass
        except Exception:
            problem[0] = "no connection"

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(CONNECT_SECONDS)
    return problem[0]


def _read(path, names):
    """Read the named arrays of an .npz file; ValueError if it is damaged or lacks one."""
    try:
        with zipfile.ZipFile(path) as archive:
            held = [member.removesuffix(".npy") for member in archive.namelist()]
        missing = [name for name in names if name not in held]
        if missing:
            raise ValueError(f"it holds {held}, and lacks {missing}")
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in names}
    except (ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"{path} is damaged or not the right file ({error}); wanted an .npz file with the "
            f"arrays {', '.join(names)}"
        ) from error


def _digits(arrays, where, name, source, factors=None):
    """Check the four arrays and bring them into the form that Digits promises."""
    for part in ("train", "test"):
        x, y = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if x.dtype != np.uint8 or x.ndim != 3 or x.shape[1:] != (28, 28) or len(x) == 0:
            raise ValueError(
                f"{where}: x_{part} is {x.dtype} of shape {x.shape}; wanted uint8 of shape "
                "(n, 28, 28)"
            )
        if not np.issubdtype(y.dtype, np.integer) or y.shape != (len(x),):
            raise ValueError(
                f"{where}: y_{part} is {y.dtype} of shape {y.shape}; wanted integers of shape "
                f"({len(x)},)"
            )
        if y.min() < 0 or y.max() > 9:
            raise ValueError(
                f"{where}: y_{part} has labels from {y.min()} to {y.max()}; wanted 0 to 9"
            )

    def images(x):
        return np.divide(x[..., None], np.float32(255), dtype=np.float32)

    return Digits(
        images(arrays["x_train"]),
        arrays["y_train"].astype(np.int64),
        images(arrays["x_test"]),
        arrays["y_test"].astype(np.int64),
        name,
        source,
        factors,
    )
