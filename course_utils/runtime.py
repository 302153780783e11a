"""What every chapter starts with: seeds, device, budgets and claims.

Environment variables, all optional:

==================  ==============================================================================
``COURSE_BUDGET``   ``smoke``, ``quick`` (default) or ``full``: see `budget`
``COURSE_SEED``     a whole number that shifts every seed: a new one is like a new machine
``COURSE_STRICT``   ``1``: a claim that fails raises `ClaimError`
``COURSE_CLAIMS``   a file to which every claim is appended, one JSON object a line
==================  ==============================================================================
"""

import json
import math
import os
import sys
from collections.abc import Mapping

from course_utils import backend, files, session

BUDGETS = ("smoke", "quick", "full")

SHIFTS = 2**32 // 1000  # so many values of COURSE_SEED have seeds of their own: NumPy's end at 2³²


class ClaimError(AssertionError):
    """A claim of the text did not hold (raised only under ``COURSE_STRICT=1``)."""


def start(chapter: int) -> None:
    """Make ready for a chapter and say, a line each, what it runs on.

    Loads TensorFlow without its start-up messages and tunes it (see `backend`), sets back what a
    user has set of Keras (a line says what it was), seeds Python, NumPy and Keras, and sets the
    style of the figures.

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
    tf = backend.load()
    import keras

    session.set_chapter(chapter)
    changed = backend.reset_keras()
    keras.utils.set_random_seed(seed(chapter))
    plots.set_style()

    strict = ", claims enforced" if _strict() else ""
    print(f"device   {backend.device(tf)}")
    print(f"threads  {backend.tune(tf)}")
    print(f"budget   {name}{strict}" + (f", seeds shifted by {shift}" if shift else ""))
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    print(f"versions Python {python}, TensorFlow {tf.__version__}, Keras {keras.__version__}")
    if changed:
        print(f"settings of Keras (keras.json, KERAS_… or an earlier cell) set back: {changed}")


def seed(n: int = 0) -> int:
    """The seed `n`, shifted by ``COURSE_SEED``: ``keras.utils.set_random_seed(seed(3))``."""
    backend.check_keras()
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
    backend.check_keras()
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
    backend.check_keras()
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
    where = {"chapter": session.chapter(), "data": session.data()}
    _log({"name": name, "value": number, **bounds, "unit": unit, "exact": exact, **where})

    mark = "·" if excused else ("✓" if holds else "✗")
    print(f"{mark} {name} = {shown} (claimed: {wanted}{'; not judged in smoke' * excused})")
    if holds or excused:
        return
    if _strict():
        raise ClaimError(f"{name} = {shown}, claimed: {wanted}")
    spread = _spread(name, unit)
    if spread:
        print(f"  Measured here over five seeds: {spread}. Your own code or settings may differ.")


def evidence(name):
    """Numbers that the chapter cites and that took too long to measure here: one for each run.

    Prints a line that says so, and how long all the evidence of the chapter took. Where the data at
    hand have none of this name (it was made without digits), that of the other data is taken.

    Parameters
    ----------
    name : str, as the chapter's script in `chapters/evidence` calls it
        Or what several names have before a colon.

    Returns
    -------
    list of float; for several names a dict of such lists, by what stands after the colon

    Raises
    ------
    ValueError
        If there is no such evidence for this chapter.
    """
    chapter, data = session.chapter(), session.data()
    for on in sorted(("mnist", "offline"), key=lambda on: on != data):  # our own first
        found = files.measured(chapter, on, ".evidence")
        values = found.get("values", {})
        start = f"{name}: "
        several = {k.removeprefix(start): v for k, v in values.items() if k.startswith(start)}
        if several or name in values:
            break
    else:
        known = sorted(files.measured(chapter, data, ".evidence").get("values", {}))
        raise ValueError(f"no evidence {name!r} for chapter {chapter} on {data}; there is {known}")
    if several:
        spread = f"{len(several)} settings, {max(map(len, several.values()))} runs each"
    elif len(values[name]) == 1:
        spread = f"{values[name][0]:.4g} in one run"
    else:
        spread = f"{min(values[name]):.4g} to {max(values[name]):.4g} in {len(values[name])} runs"
    took = f"`make evidence CHAPTER={chapter:02d}`, {found['seconds'] / 60:.0f} min"
    if on != data:
        took += {"mnist": ", on MNIST", "offline": ", on the offline digits"}[on]
    print(f"measured before, not here: {name}, {spread} ({took})")
    return several or values[name]


def print_anything() -> None:
    """Where a terminal or file has no ✓ (Windows' cp1252), print its name instead of failing."""
    if hasattr(sys.stdout, "reconfigure"):  # a notebook's prints everything
        sys.stdout.reconfigure(errors="namereplace")


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


def _format(number: float, unit: str) -> str:
    return f"{number:.4g} {unit}".rstrip()


def _for_data(name, bound):
    if not isinstance(bound, Mapping):
        return bound
    if session.data() not in bound:
        data = session.data() or "nothing: call load_digits first"
        raise ValueError(f"the claim {name!r} has bounds for {list(bound)}, loaded was {data}")
    return bound[session.data()]


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
    """The spread of a claim over five seeds on the data at hand, as it was measured."""
    values = files.measured(session.chapter(), session.data()).get("values", {}).get(name)
    return f"{_format(min(values), '')} to {_format(max(values), unit)}" if values else ""
