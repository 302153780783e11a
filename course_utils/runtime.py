"""What every chapter starts with: seeds, device, budgets and claims.

Environment variables, all optional:

==================  ==============================================================================
``COURSE_BUDGET``   ``smoke``, ``quick`` (default) or ``full``: see `budget`
``COURSE_SEED``     a whole number that shifts every seed: a new one is like a new machine
``COURSE_STRICT``   ``1``: a claim that fails raises `ClaimError`
``COURSE_CLAIMS``   a file to which every claim is appended, one JSON object a line
==================  ==============================================================================
"""

import contextlib
import json
import math
import os
import sys
import tempfile
from collections.abc import Mapping

BUDGETS = ("smoke", "quick", "full")

# Which chapter runs, and on which data: set by `start` and by `data.load_digits`, read by `claim`.
session = {"chapter": None, "data": None}

# The settings of keras.config that the course needs: Keras's defaults, which keras.json, a variable
# KERAS_… or a cell may have changed.
KERAS_SETTINGS = {
    "floatx": "float32",
    "dtype_policy": "float32",
    "image_data_format": "channels_last",
    "epsilon": 1e-7,
    "max_epochs": None,
    "max_steps_per_epoch": None,
}
SHIFTS = 2**32 // 1000  # so many values of COURSE_SEED have seeds of their own: NumPy's end at 2³²


class ClaimError(AssertionError):
    """A claim of the text did not hold (raised only under ``COURSE_STRICT=1``)."""


def start(chapter: int) -> None:
    """Make ready for a chapter and say, a line each, what it runs on.

    Loads TensorFlow without its start-up messages, shares two cores out between operations (see
    `_share_two_cores`), lets a GPU's memory grow as needed, sets back what a user has set of Keras
    (see `KERAS_SETTINGS`; a fourth line says what it was), seeds Python, NumPy and Keras, and sets
    the style of the figures.

    Parameters
    ----------
    chapter : int
        The chapter's number; it chooses the file that holds the spread of the chapter's claims.

    Raises
    ------
    ValueError
        If an environment variable of the course holds something else than its documented values.
    RuntimeError
        If Keras was imported before, with another backend than TensorFlow.
    """
    from course_utils import plots

    name, shift = _budget_name(), _seed_shift()
    print_anything()
    tf = _import_tensorflow_quietly()
    import keras

    session["chapter"] = chapter
    changed = _keras_changes(keras)
    for setting in changed:
        getattr(keras.config, f"set_{setting}")(KERAS_SETTINGS[setting])
    _told.clear()
    for gpu in tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError):  # a GPU already in use keeps its setting
            tf.config.experimental.set_memory_growth(gpu, True)
    keras.utils.set_random_seed(seed(chapter))
    plots.set_style()

    strict = ", claims enforced" if _strict() else ""
    print(f"device   {_device(tf)}")
    print(f"budget   {name}{strict}" + (f", seeds shifted by {shift}" if shift else ""))
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    print(f"versions Python {python}, TensorFlow {tf.__version__}, Keras {keras.__version__}")
    if changed:
        back = ", ".join(f"{k} {v} → {KERAS_SETTINGS[k]}" for k, v in changed.items())
        print(f"settings of Keras (keras.json, KERAS_… or an earlier cell) set back: {back}")


def seed(n: int = 0) -> int:
    """The seed `n`, shifted by ``COURSE_SEED``: ``keras.utils.set_random_seed(seed(3))``."""
    check_keras()
    return n + 1000 * (_seed_shift() % SHIFTS)


def budget(*, smoke, quick, full):
    """The value that fits the time at hand, chosen by ``COURSE_BUDGET``.

    Parameters
    ----------
    smoke, quick, full
        What to use when only the code paths are tested (seconds); on two CPU cores (minutes; the
        default everywhere); on a GPU, if the reader asks for it.

    Raises
    ------
    ValueError
        If ``COURSE_BUDGET`` is none of the three.
    """
    check_keras()
    return {"smoke": smoke, "quick": quick, "full": full}[_budget_name()]


def claim(name, value, *, at_most=None, at_least=None, unit="", exact=False) -> None:
    """Check a number that the text relies on, and print it beside what was claimed.

    Prints one line, ``✓ name = value unit (claimed: at most …)``; ✗ if it does not hold. Under
    ``COURSE_STRICT=1`` a claim that fails raises; a reader, whose own code and settings may change
    results, gets the line and the spread that was measured over five seeds.

    Parameters
    ----------
    name : str
        What was measured; unique in its chapter, without ``=``.
    value : number or bool
        The measured value. A bool needs no bound: it is the claim.
    at_most, at_least : number or mapping, optional
        Bounds, inclusive; give one or both. A mapping, ``{"mnist": 103, "offline": 88}``, has a
        bound for each data set.
    unit : str
    exact : bool
        True for a formula, a gradient or a bound, which must hold under every budget. False for a
        quality reached by training, which is not expected under *smoke*.

    Raises
    ------
    ClaimError
        Under ``COURSE_STRICT=1``, if the claim fails and is not excused by the *smoke* budget.
    TypeError, ValueError
        If there is no bound, none for the data at hand, an empty range, a name with ``=`` or a
        value that is no number.
    OSError
        If ``COURSE_CLAIMS`` names a file that cannot be written.
    """
    check_keras()
    if not isinstance(name, str) or not name or "=" in name or "\n" in name:
        raise ValueError(f"a claim's name must be a line of text without '=', got {name!r}")
    bounds = {"at_most": at_most, "at_least": at_least}
    at_most, at_least = _for_data(name, at_most), _for_data(name, at_least)
    is_bool = isinstance(value, bool) or "bool" in str(getattr(value, "dtype", ""))
    try:
        number = float(value) + 0.0  # no minus in front of a zero
    except (TypeError, ValueError):
        raise TypeError(
            f"the value of the claim {name!r} must be one number, got {type(value).__name__}"
        ) from None
    if is_bool and at_most is None and at_least is None:
        at_least = bounds["at_least"] = 1
        shown, wanted = str(bool(value)), "True"
    else:
        shown, wanted = _format(number, unit), _bounds(name, at_most, at_least)
    holds = not math.isnan(number)
    holds &= at_most is None or number <= at_most
    holds &= at_least is None or number >= at_least
    excused = not exact and _budget_name() == "smoke"
    _log({"name": name, "value": number, **bounds, "unit": unit, "exact": exact, **session})

    mark = "·" if excused else ("✓" if holds else "✗")
    print(f"{mark} {name} = {shown} (claimed: {wanted}{'; not judged in smoke' * excused})")
    if holds or excused:
        return
    if _strict():
        raise ClaimError(f"{name} = {shown}, claimed: {wanted}")
    spread = _spread(name, unit)
    if spread:
        print(f"  Measured here over five seeds: {spread}. Your own code or settings may differ.")


def check_keras() -> None:
    """Say, once for each change, if Keras no longer has the settings that `start` gave it."""
    keras = sys.modules.get("keras")
    if session["chapter"] is None or not hasattr(keras, "config"):
        return
    changed = _keras_changes(keras)
    if changed and changed != _told:
        now = ", ".join(f"{k} {KERAS_SETTINGS[k]} → {v}" for k, v in changed.items())
        print(
            f"Settings of Keras have changed: {now}. The course is not written for that, and cells "
            f"may fail; runtime.start({session['chapter']}) sets them back."
        )
    _told.clear()
    _told.update(changed)


def print_anything() -> None:
    """Where a terminal or file has no ✓ (Windows' cp1252), print its name instead of failing."""
    if hasattr(sys.stdout, "reconfigure"):  # a notebook's prints everything
        sys.stdout.reconfigure(errors="namereplace")


def claims_file(chapter: int) -> str:
    """The name of the file that holds what `make seeds` measured for a chapter."""
    return f"seeds/{chapter:02d}.json"


def _budget_name() -> str:
    name = os.environ.get("COURSE_BUDGET", "") or "quick"
    if name not in BUDGETS:
        raise ValueError(f"COURSE_BUDGET must be one of {', '.join(BUDGETS)}, got {name!r}")
    return name


def _seed_shift() -> int:
    text = os.environ.get("COURSE_SEED", "") or "0"
    if not text.isdecimal():
        raise ValueError(f"COURSE_SEED must be a whole number, 0 or more, got {text!r}")
    return int(text)


def _strict() -> bool:
    text = os.environ.get("COURSE_STRICT", "")
    if text not in ("", "0", "1"):
        raise ValueError(f"COURSE_STRICT must be 0 or 1, got {text!r}")
    return text == "1"


_told = {}  # what `check_keras` has told


def _keras_changes(keras) -> dict:
    """The settings of Keras that are not as in `KERAS_SETTINGS`, with their values."""
    found = {name: getattr(keras.config, name)() for name in KERAS_SETTINGS}
    found["dtype_policy"] = found["dtype_policy"].name
    return {name: value for name, value in found.items() if value != KERAS_SETTINGS[name]}


def _import_tensorflow_quietly():
    """Import TensorFlow with file descriptor 2 turned away: it logs from C++, past sys.stderr."""
    chosen = sys.modules.get("keras.src.backend.config")  # there, too, if importing Keras failed
    if chosen and chosen.backend() != "tensorflow":
        raise RuntimeError(
            f"Keras was imported with the backend {chosen.backend()}, and the course needs "
            "tensorflow: restart the kernel and run this cell, with runtime.start, first."
        )
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if "tensorflow" in sys.modules:
        return sys.modules["tensorflow"]
    _share_two_cores()
    with tempfile.TemporaryFile() as log:
        stderr = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            import keras  # noqa: F401
            import tensorflow as tf

            tf.config.list_logical_devices()  # the first look at the devices logs, too
            tf.get_logger().setLevel("ERROR")
            tf.data.Options = _without_autotuning(tf.data.Options)
        except BaseException as error:
            if isinstance(error, ValueError):
                error.add_note("Keras's settings are in keras.json, in ~/.keras or in KERAS_HOME.")
            log.seek(0)
            os.write(stderr, log.read())  # then what was logged matters
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
    return tf


def _share_two_cores() -> None:
    """On two cores, run two operations beside each other, and split none of them.

    Our networks are small: an operation that is split in two waits longer than it saves. On more
    cores TensorFlow keeps its own setting, as it does where these variables are set already.
    """
    if _cores() == 2:
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
        os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")


def _without_autotuning(base):
    """Options of datasets, as `fit` makes them from arrays, without the autotuner of tf.data.

    It has nothing to tune here, and when an epoch ends, the epoch waits for its thread, which
    sleeps: for seconds, and the longer the epoch was.
    """

    class Options(base):
        def __init__(self):
            super().__init__()
            self.autotune.enabled = False

    return Options


def _device(tf) -> str:
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        names = [
            tf.config.experimental.get_device_details(g).get("device_name", "GPU") for g in gpus
        ]
        return ", ".join(names)
    return f"CPU, {_cores()} cores"


def _cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _format(number: float, unit: str) -> str:
    return f"{number:.4g} {unit}".rstrip()


def _for_data(name, bound):
    if not isinstance(bound, Mapping):
        return bound
    if session["data"] not in bound:
        data = session["data"] or "nothing: call load_digits first"
        raise ValueError(f"the claim {name!r} has bounds for {list(bound)}, loaded was {data}")
    return bound[session["data"]]


def _bounds(name, at_most, at_least) -> str:
    if at_most is None and at_least is None:
        raise TypeError(f"the claim {name!r} needs at_most or at_least")
    if at_most is None:
        return f"at least {at_least:.6g}"
    if at_least is None:
        return f"at most {at_most:.6g}"
    if at_least > at_most:
        raise ValueError(f"the claim {name!r} has an empty range, {at_least} to {at_most}")
    return f"{at_least:.6g} to {at_most:.6g}"


def _log(record: dict) -> None:
    path = os.environ.get("COURSE_CLAIMS")
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8") as f:
            f.write(json.dumps(record, ensure_ascii=False, default=float) + "\n")
    except OSError as error:
        raise OSError(
            f"COURSE_CLAIMS is {path!r}, which cannot be written: {error.strerror}"
        ) from None


def _spread(name: str, unit: str) -> str:
    """The spread of a claim over five seeds on the data at hand, from the chapter's file."""
    from course_utils.data import bundled

    try:
        measured = json.loads(bundled(claims_file(session["chapter"])).read_text("utf-8"))
        values = measured[session["data"]]["values"][name]
    except (KeyError, TypeError, FileNotFoundError):
        return ""
    return f"{_format(min(values), '')} to {_format(max(values), unit)}"
