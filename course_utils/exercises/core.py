"""How an exercise is stated, checked and explained.

A chapter's module makes a `Book` and states each exercise beside its solution::

    book = Book(1)

    @book.exercise(
        cases=[Case([0.5, 0.5]), Case([0.5, 0.5, 0.0], why="A value that never occurs …")],
        mistakes=[Mistake(entropy_in_nats, "That is the right answer in nats. …")],
        hints=["An average of I(x) is a sum of P(x)·I(x).", "…"],
    )
    def entropy(p):
        ...

The name is then the exercise (``entropy.check(f)``), and the function its reference, which is also
what ``entropy.solution()`` shows. Behaviour is judged, by comparison with the reference on the
cases; names and internals are not.
"""

import ast
import contextlib
import html
import importlib
import inspect
import io
import linecache
import re
import signal
import sys
import textwrap
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.exercises.slips import variants

TIME_LIMIT = 10.0  # seconds that a check may take before the answer counts as endless
SLOW = 2.0  # seconds on the exercise's `speed` case from which the chapter prefers the reference

MARKS = {"passed": "✓", "slow": "✓", "not attempted": "○", "failed": "✗"}
COLOURS = {"passed": "#009E73", "slow": "#009E73", "not attempted": "#767676", "failed": "#D55E00"}


class NotPassed(AssertionError):
    """An exercise that is to be graded has not been passed."""


class Lazy:
    """A module that is imported when it is first used: ``keras = Lazy("keras")``."""

    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, attribute):
        return getattr(importlib.import_module(self._name), attribute)


@dataclass
class Case:
    """One call on which an answer is compared with the reference.

    Parameters
    ----------
    args
        The arguments of the call; NumPy arrays and lists are handed over as arrays.
    why : str
        What to say when this case fails and no known mistake explains it.
    show : str, optional
        How the arguments are written in a message, where their values would be too long.
    rtol, atol : float
        Relative and absolute tolerance of the comparison.
    gradient : bool
        Whether the gradient is compared, too, where the exercise trains. False at a kink, where
        several slopes are right.
    """

    args: tuple
    why: str = ""
    show: str | None = None
    rtol: float = 1e-4
    atol: float = 1e-6
    gradient: bool = True

    def __init__(self, *args, why="", show=None, rtol=1e-4, atol=1e-6, gradient=True):
        self.args = tuple(np.array(a) if isinstance(a, list | np.ndarray) else a for a in args)
        self.why, self.show, self.rtol, self.atol = why, show, rtol, atol
        self.gradient = gradient


def drawn(make: Callable[[np.random.Generator], Case], n: int = 2) -> list[Case]:
    """Cases on random input, the same at each check: on no test point do two answers agree by luck.

    Parameters
    ----------
    make : function of a random generator, to a Case
    n : int, how many
    """
    return [make(np.random.default_rng(seed)) for seed in range(n)]


@dataclass
class Mistake:
    """A wrong answer that learners give: a function with the same arguments, and what to say."""

    function: Callable
    says: str


@dataclass
class Slip:
    """A wrong answer that is the right one changed: a function of the result, and what to say."""

    change: Callable
    says: str


@dataclass
class Verdict:
    """What became of an answer: a status (a key of `MARKS`), and the words for the learner."""

    status: str
    text: str


@dataclass(repr=False)
class _Item:
    """What all exercises share: a name, hints, the last verdict, and how it is shown."""

    name: str
    hints: Sequence[str] = ()
    verdict: Verdict | None = field(default=None, init=False)
    _hints_given: int = field(default=0, init=False)

    def __repr__(self) -> str:  # what a forgotten pair of brackets shows
        return f"<exercise {self.name}: try ex.{self.name}.hint() or ex.{self.name}.solution()>"

    @property
    def status(self) -> str:
        return self.verdict.status if self.verdict else "not attempted"

    def _show_verdict(self, verdict: Verdict) -> None:
        self.verdict = verdict
        show(f"{MARKS[verdict.status]} {verdict.text}", COLOURS[verdict.status])

    def hint(self) -> None:
        """Show one more hint each call; after the last one, say so."""
        if self._hints_given == len(self.hints):
            show(f"No more hints for {self.name}. ex.{self.name}.solution() shows the solution.")
            return
        self._hints_given += 1
        text = self.hints[self._hints_given - 1]
        show(f"Hint {self._hints_given} of {len(self.hints)}: {text}")

    def require(self) -> None:
        """Raise `NotPassed` unless the last check was passed; for grading. Returns nothing."""
        if self.status not in ("passed", "slow"):
            raise NotPassed(f"{self.name}: {self.status}")


@dataclass(repr=False)
class Exercise(_Item):
    """An exercise that asks for a function (or class); see `Book.exercise`."""

    reference: Callable = None
    cases: Sequence[Case | Callable] = ()
    mistakes: Sequence[Mistake] = ()
    speed: Callable | None = None
    trains: bool = False
    batch: bool | Sequence[str] = True
    keywords: Sequence[str] = ()
    returns: str = ""
    untrained: Sequence[str] = ()

    def __post_init__(self):
        self.mistakes = [self._mistake(m) if isinstance(m, Slip) else m for m in self.mistakes]
        names = list(inspect.signature(self.reference).parameters)
        self._at = [names.index(name) for name in self.keywords]
        self._wanted = []  # value and gradients of the reference on each case, once computed

    def _mistake(self, slip: Slip) -> Mistake:
        return Mistake(lambda *a, **names: slip.change(self.reference(*a, **names)), slip.says)

    def check(self, answer: Any) -> Any:
        """Judge an answer, show the verdict, and return what the chapter goes on with.

        Returns
        -------
        function
            The learner's own if it passed (and is fast enough), else the reference. Given the
            reference back, it repeats its last verdict.
        """
        if answer is self.reference and self.verdict is not None:
            self._show_verdict(self.verdict)
            return answer
        self._show_verdict(self._judge(answer))
        return answer if self.status == "passed" else self.reference

    def solution(self) -> None:
        """Show the source of the reference, the very function that checks compare with."""
        show(self.source(), code=True)

    def source(self) -> str:
        """The source of the reference, without its decorator."""
        lines = textwrap.dedent(inspect.getsource(self.reference)).splitlines()
        tree = ast.parse("\n".join(lines)).body[0]
        return "\n".join(lines[tree.lineno - 1 : tree.end_lineno])

    # ------------------------------------------------------------------------------ judging

    def _judge(self, answer) -> Verdict:
        if answer is Ellipsis or answer is self.reference or is_stub(answer):
            return Verdict(
                "not attempted",
                f"{self.name}: not attempted. The chapter goes on with the reference; "
                f"ex.{self.name}.hint() gives a hint.",
            )
        if not callable(answer):
            return self._failed(
                f"check wants the function itself, got {_show_value(answer)}.\n"
                f"Write ex.{self.name}.check({self.name}), without calling it."
            )
        if self.trains and not self._wanted:  # takes seconds, which are not the learner's
            self._wanted = [self._traced(self.reference, case) for case in self._plain()]
        fits = ".fit(" in self.source()  # it trains: five seconds where nothing else runs
        limit = TIME_LIMIT * (4 if fits else 1)
        try:
            with _quiet(), _time_limit(limit):
                problem = _apart(self._problem, answer)
                if problem:
                    return self._failed(problem)
        except _TimeUp:
            return self._failed(
                f"{self.name} was stopped after {limit:.0f} seconds.\n"
                + ("Fewer epochs, or larger batches?" if fits else _ENDLESS)
            )
        try:
            slow = self._is_slow(answer)
        except (Exception, SystemExit) as error:
            return self._failed(
                f"{self.name} is right on small examples, but on data of the chapter's size it "
                f"raised {describe(error)}"
            )
        if slow:
            return Verdict(
                "slow",
                f"{self.name}: right, but slow: more than {SLOW:.0f} s on data of the chapter's "
                "size. The chapter goes on with the reference; "
                f"ex.{self.name}.solution() shows a faster way.",
            )
        return Verdict("passed", f"{self.name}: passed. The chapter goes on with your code.")

    def _problem(self, answer) -> str:
        """The first thing that is wrong with an answer, or ''."""
        for case in self.cases:
            problem = (self._call if callable(case) else self._compare)(answer, case)
            if problem:
                return problem
        if problem := self._repeats(answer):
            return problem
        for case, wanted in zip(self._plain(), self._wanted, strict=self.trains):
            if problem := self._train(answer, case, wanted):
                return problem
        return ""

    def _failed(self, problem: str) -> Verdict:
        return Verdict("failed", f"{problem}\n(The chapter goes on with the reference.)")

    def _call(self, answer, case: Callable) -> str:
        """What is wrong with an answer by a case that is a function, or ''."""
        try:
            return case(answer)
        except (Exception, SystemExit) as error:
            return f"{self.name} raised {describe(error)}"

    def _plain(self) -> list[Case]:
        """The cases that are calls to compare."""
        return [case for case in self.cases if isinstance(case, Case)]

    def _ask(self, answer, given: list):
        """Call an answer as the chapter does: some arguments by their names."""
        names = {name: given[i] for name, i in zip(self.keywords, self._at, strict=True)}
        _spoil(given)
        return answer(*(a for i, a in enumerate(given) if i not in self._at), **names)

    def _compare(self, answer, case: Case) -> str:
        """What is wrong with an answer on one case, or ''."""
        expected = self.reference(*_arguments(case, self.trains))
        given = _arguments(case, self.trains)
        call = f"{self.name}({case.show or ', '.join(_show_value(a) for a in case.args)})"
        try:
            got = self._ask(answer, given)
        except _TimeUp:
            raise
        except (Exception, SystemExit) as error:
            problem = f"{call} raised {describe(error)}"
            if self.keywords and "unexpected keyword argument" in str(error):
                problem += "\nThe chapter passes it by name: keep the names of the parameters."
            anywhere = NameError, TypeError, AttributeError, ImportError, NotImplementedError
            return problem if isinstance(error, anywhere) else f"{problem}\n{case.why}".rstrip()
        before = _arguments(case, self.trains)
        if not all(same(a, b, 0, 0) for a, b in zip(given, before, strict=True)):
            return f"{call} changed its argument.\nWork on a copy: the caller still needs the data."
        if same(got, expected, case.rtol, case.atol):
            return self._wrong_kind(call, got, expected)
        problem = f"{call} gave {_show_result(got, expected)}"
        return f"{problem}\n{self._explain(answer, got, expected, case)}".rstrip()

    def _wrong_kind(self, call: str, got, expected) -> str:
        """What is wrong with the type of a right result, or ''."""
        if isinstance(expected, tuple) and self.returns:
            problems = (self._wrong_kind(call, g, e) for g, e in zip(got, expected, strict=True))
            return next(filter(None, problems), "")
        problem = f"{call} gave the right numbers, but as"
        if hasattr(expected, "shape") and np.ndim(expected) and isinstance(got, list | tuple):
            numpy = isinstance(expected, np.ndarray)
            return f"{problem} a {type(got).__name__}.\nThe chapter goes on computing with " + (
                "an array: return np.array(…)." if numpy else "a tensor: keras.ops.stack(…)."
            )
        if self.returns == "whole" and not np.issubdtype(np.asarray(got).dtype, np.integer):
            return (
                f"{problem} a float ({got}).\nA count is a whole number: int(…), or // in place of "
                "/, np.floor and np.ceil, whose results are floats."
            )
        if self.returns == "array" and not isinstance(got, np.ndarray | np.generic):
            return (
                f"{problem} {type(got).__name__}.\nThis function is not trained, and the chapter "
                "goes on with NumPy: return an array (np instead of keras.ops, or np.asarray(…) "
                "around the result)."
            )
        return ""

    def _explain(self, answer, got, expected, case: Case) -> str:
        """Which known mistake it is: of those that give the same here, the one most like it.

        It has to agree on two of the cases that tell it from the right answer (if there are two),
        and on half of all: what agrees less is a coincidence.
        """
        if got is None:
            return "Nothing came back: is a `return` missing?"
        cases = self._plain()
        gave = [_result(lambda *a: self._ask(answer, a), c, self.trains) for c in cases]
        right = [_result(self.reference, c, self.trains) for c in cases]
        says, most = "", 0.5
        for mistake in reversed(self.mistakes):  # of equals, the first
            here = _result(mistake.function, case, self.trains)
            if not _agree(got, here, case) or _agree(here, expected, case):
                continue
            wrong = [_result(mistake.function, c, self.trains) for c in cases]
            if (share := _likeness(gave, wrong, right, cases)) >= most:
                says, most = mistake.says, share
        return says or self._slipped(gave, right, cases, [c is case for c in cases].index(True))

    def _slipped(self, gave: list, right: list, cases: list[Case], i: int) -> str:
        """Which slip that any exercise may meet it is on case i, and why the case is there."""
        why = cases[i].why
        if isinstance(right[i], tuple):
            gave = [
                list(g) if isinstance(g, tuple | list) or np.ndim(_array(g)) else [] for g in gave
            ]
            if any(len(g) != len(right[i]) for g in gave):
                return why
            pairs = zip(gave[i], right[i], strict=True)
            at = next((k for k, (g, r) in enumerate(pairs) if not _agree(g, r, cases[i])), 0)
            gave, right = ([several[at] for several in results] for results in (gave, right))
        for wrong, says in variants(right, [c.args for c in cases]):
            told_apart = not _agree(wrong[i], right[i], cases[i])
            if (
                told_apart
                and _agree(gave[i], wrong[i], cases[i])
                and _likeness(gave, wrong, right, cases, never_on_one=True) >= 0.75
            ):
                return says if says.endswith("rounded.") else f"{says} {why}".rstrip()
        return why

    def _repeats(self, answer) -> str:
        """What is wrong with an answer that gives something else on the same input, or ''."""
        for case in self._plain()[:1]:
            one, two = (self._ask(answer, _arguments(case, self.trains)) for _ in range(2))
            if not _agree(one, two, case):
                return (
                    f"{self.name} gives {_show_value(one)}, and on the same input the next time "
                    f"{_show_value(two)}.\nNothing is drawn in it: what is random comes in as an "
                    "argument."
                )
        return ""

    def _train(self, answer, case: Case, wanted) -> str:
        """What is wrong once it runs as in `fit`: traced, with an unknown batch size; or ''."""
        expected, slopes = wanted
        try:
            value, gradients = self._traced(lambda *a: self._ask(answer, a), case)
        except _TimeUp:
            raise
        except Exception as error:
            return (
                f"{self.name} is right on numbers, but does not run inside training: "
                f"{describe(error)}\n"
                "While `fit` compiles, tensors have no values yet and the batch size is "
                "unknown: use keras.ops, not NumPy, `float()` or Python's `if`; keras.ops.mean "
                "instead of a division by the number of samples; and no tf.Variable."
            )
        if not same(value, expected, case.rtol, case.atol):
            return (
                f"{self.name} gives another value once it is compiled: "
                f"{_show_result(value, expected)}"
            )
        names = list(inspect.signature(self.reference).parameters)
        shown = case.show or ", ".join(_show_value(a) for a in case.args)
        for i, want in slopes.items():
            gradient = gradients[i]
            along = f" along {names[i]}" if len(slopes) > 1 else ""
            if not case.gradient and (gradient is None or np.all(np.isfinite(gradient))):
                continue  # any slope is right, but it has to be one
            if want is not None and gradient is None:
                return (
                    f"{self.name} gives no gradient{along}, so nothing would learn from it.\n"
                    "Did a value leave TensorFlow (NumPy, `float()`), or was it rounded, compared "
                    "or held by stop_gradient?"
                )
            if want is not None and not same(gradient, want, 1e-3, 1e-5):
                return (
                    f"{self.name}({shown}) has the right value, but its gradient{along} is "
                    f"{_show_result(gradient, want)}\n"
                    + (_CORNER if np.all(np.isfinite(gradient)) else case.why)
                ).rstrip()
        return ""

    def _traced(self, function, case: Case):
        """Value, and gradients by the argument's position, of a function as `fit` would run it."""
        import tensorflow as tf

        args = _arguments(case, tensors=True)
        at = [i for i, a in enumerate(args) if tf.is_tensor(a)]
        shapes = [list(args[i].shape) for i in at]
        names = list(inspect.signature(self.reference).parameters)
        for i, shape in zip(at, shapes, strict=True):
            if shape and (self.batch is True or self.batch and names[i] in self.batch):
                shape[0] = None  # of any size; a number has none
        specs = [tf.TensorSpec(s, args[i].dtype) for s, i in zip(shapes, at, strict=True)]

        def call(*tensors):
            given = dict(zip(at, tensors, strict=True))
            return function(*(given.get(i, a) for i, a in enumerate(args)))

        graph = tf.function(call, input_signature=specs, autograph=False)
        graph = graph.get_concrete_function()  # unlike a call, never warns of retracing
        floats = [i for i in at if args[i].dtype.is_floating and names[i] not in self.untrained]
        watched = {i: args[i] for i in floats}
        with tf.GradientTape() as tape:
            tape.watch(watched)
            value = graph(*(args[i] for i in at))
        slopes = tape.gradient(value, watched)
        return value, {i: g if g is None else tf.convert_to_tensor(g) for i, g in slopes.items()}

    def _is_slow(self, answer) -> bool:
        if self.speed is None:
            return False
        args = self.speed()
        try:
            with _quiet(), _time_limit(TIME_LIMIT):
                began = time.perf_counter(), time.process_time()
                _apart(self._ask, answer, args)
                took = time.perf_counter() - began[0], time.process_time() - began[1]
                return min(took) > SLOW  # a busy machine is not the learner's
        except _TimeUp:
            return True


@dataclass(repr=False)
class Question(_Item):
    """A "think" exercise that takes one of several choices; see `Book.question`."""

    right: str = ""
    options: dict[str, str] = field(default_factory=dict)

    def check(self, answer: Any) -> None:
        """Show whether the choice is right, and why it is or is not."""
        given = answer.strip(" \n().").lower() if isinstance(answer, str) else answer
        keys = ", ".join(repr(k) for k in self.options)
        if answer is Ellipsis:
            verdict = Verdict(
                "not attempted",
                f"{self.name}: not attempted. Choose from {keys}; "
                f"ex.{self.name}.hint() gives a hint.",
            )
        elif not isinstance(given, str) or given not in self.options:
            verdict = Verdict(
                "failed", f"{self.name}: choose from {keys}, with the quotes, got {answer!r}."
            )
        else:
            status = "passed" if given == self.right else "failed"
            verdict = Verdict(status, f"{self.name}: {self.options[given]}")
        self._show_verdict(verdict)

    def solution(self) -> None:
        """Show the right choice and why it is right."""
        show(f"{self.right!r}: {self.options[self.right]}")


@dataclass(repr=False)
class Estimate(_Item):
    """A "think" exercise that takes a number; see `Book.estimate`."""

    right: float = 0.0
    within: float = 0.0
    why: str = ""
    wrong: Sequence[tuple[float, str]] = ()
    otherwise: str = ""

    def check(self, answer: Any) -> None:
        """Show whether the number is right, and why it is or is not."""
        number = _number(answer)
        if answer is Ellipsis:
            verdict = Verdict(
                "not attempted",
                f"{self.name}: not attempted. Give a number; ex.{self.name}.hint() gives a hint.",
            )
        elif number is None:
            quotes = ", without quotes" if isinstance(answer, str) else ""
            said = f"{self.name}: give a single finite number{quotes}, got {_show_value(answer)}."
            verdict = Verdict("failed", said)
        elif abs(number - self.right) <= self.within and all(number != v for v, _ in self.wrong):
            verdict = Verdict("passed", f"{self.name}: {_plain(number)} is right. {self.why}")
        else:
            near = [(abs(number - value), says) for value, says in self.wrong]
            far, says = min(near, default=(np.inf, ""))
            says = says if far <= self.within else self.otherwise
            verdict = Verdict("failed", f"{self.name}: {_plain(number)}. {says}")
        self._show_verdict(verdict)

    def solution(self) -> None:
        """Show the right number and why it is right."""
        show(f"{_plain(self.right)}: {self.why}")


class Book:
    """The exercises of one chapter, in order.

    Parameters
    ----------
    chapter : int
        The chapter's number.
    """

    def __init__(self, chapter: int):
        self.chapter = chapter
        self.items: dict[str, Exercise | Question | Estimate] = {}

    def exercise(
        self,
        *,
        cases,
        mistakes=(),
        hints=(),
        speed=None,
        trains=False,
        batch=True,
        keywords=(),
        returns="",
        untrained=(),
    ):
        """Make the decorated function the reference of an exercise with its name.

        Parameters
        ----------
        cases : list of Case or function
            A function takes the answer and returns what is wrong with it, or "".
        mistakes : list of Mistake or Slip
            Tried on the case that fails.
        hints : list of str
        speed : function, optional
            Returns arguments of the size that the chapter uses.
        trains : bool
            The function will run inside `fit`: it is called with float32 tensors, also traced with
            an unknown batch size, and on every case its gradient must be the reference's.
        untrained : list of str
            Parameters that only hold data: no gradient is asked for along them.
        batch : bool or list of str
            Whether the first axis of its arguments is the batch, or the names of those of which it
            is.
        keywords : list of str
            The parameters that the chapter passes by name.
        returns : "", "array" or "whole"
            "array": a NumPy array, no tensor. (A list is refused wherever an array is right.)
            "whole": a whole number, no float.
        """

        def decorate(function):
            item = Exercise(
                function.__name__,
                hints=hints,
                reference=function,
                cases=cases,
                mistakes=mistakes,
                speed=speed,
                trains=trains,
                batch=batch,
                keywords=keywords,
                returns=returns,
                untrained=untrained,
            )
            return self._add(item)

        return decorate

    def question(self, name: str, *, right: str, options: dict[str, str], hints=()) -> Question:
        """A question with choices; `options` maps each to what is said of it."""
        return self._add(Question(name, hints=hints, right=right, options=options))

    def estimate(
        self, name: str, *, right: float, within: float, why: str, wrong=(), otherwise="", hints=()
    ) -> Estimate:
        """A question for a number: `wrong` lists (number, what to say) of known slips."""
        item = Estimate(
            name, hints=hints, right=right, within=within, why=why, wrong=wrong, otherwise=otherwise
        )
        return self._add(item)

    def summary(self) -> None:
        """Show which of the chapter's exercises are done."""
        done = sum(item.status in ("passed", "slow") for item in self.items.values())
        lines = [f"Chapter {self.chapter:02d}: {done} of {len(self.items)} exercises done."]
        lines += [f"{MARKS[item.status]} {item.name}" for item in self.items.values()]
        show("\n".join(lines))

    def _add(self, item):
        if item.name in self.items:
            raise ValueError(f"chapter {self.chapter} already has an exercise {item.name!r}")
        self.items[item.name] = item
        return item


# ------------------------------------------------------------------------------------- showing


def show(text: str, colour: str = "#767676", code: bool = False) -> None:
    """Show a message: as HTML in Jupyter and Colab, as text in a terminal."""
    message = _Message(text, colour, code)
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        sys.modules["IPython"].display.display(message)
    else:
        print(text)


@dataclass(repr=False)
class _Message:
    text: str
    colour: str
    code: bool

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        if self.code:
            body = f"<pre>{html.escape(self.text)}</pre>"
        else:
            body = html.escape(self.text).replace("\n", "<br>")
            body = re.sub(r"`([^`]+)`", r"<code>\1</code>", body)
        style = f"border-left: 4px solid {self.colour}; padding: 0.2em 0.8em"
        return f'<div style="{style}">{body}</div>'


def _show_value(value, digits: int = 4) -> str:
    """A value as it is written in a message."""
    if isinstance(value, tuple):
        return f"({', '.join(_show_value(v, digits) for v in value)})"
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    array = _array(value)
    if array is None or array.dtype.kind not in "biufc":
        return repr(value) if len(repr(value)) <= 60 else f"{type(value).__name__}"
    if array.size > 12:
        return f"an array of {_show_shape(array)}"
    formatter = {"float_kind": lambda x: "0" if x == 0 else f"{x:.{digits}g}"}
    return re.sub(r"\s+", " ", np.array2string(array, separator=", ", formatter=formatter))


def _show_shape(array: np.ndarray) -> str:
    return f"shape {array.shape}" if array.shape else "a single number"


def _show_result(got, expected) -> str:
    """'0.693; expected 1.', or the shapes if these differ."""
    if isinstance(expected, tuple):
        if not isinstance(got, tuple | list):
            return f"{_show_value(got)}; expected {len(expected)} values."
        if len(got) != len(expected):
            return f"{len(got)} values; expected {len(expected)}."
        pairs = zip(got, expected, strict=True)
        i = next((i for i, (g, e) in enumerate(pairs) if not same(g, e, 1e-4, 1e-6)), 0)
        return f"{len(got)} values, of which number {i + 1} is {_show_result(got[i], expected[i])}"
    if isinstance(got, tuple):
        return f"a tuple ({len(got)}); expected {_show_shape(_array(expected))}."
    a, b = _array(got), _array(expected)
    if b is not None and a is not None and a.dtype.kind in "biufc" and b.dtype.kind in "biufc":
        if a.shape != b.shape:
            return f"{_show_shape(a)}; expected {_show_shape(b)}."
        if b.size > 12:
            equal = (a == b) | (np.isnan(a) & np.isnan(b))
            gap = np.nan_to_num(np.abs(1.0 * a - b), nan=np.inf)
            i = np.unravel_index(np.argmax(np.where(equal, 0, gap)), b.shape)
            where = ", ".join(map(str, i))
            return f"{_show_value(a[i])} at [{where}]; expected {_show_value(b[i])} there."
    for digits in (4, 8, 17):  # as few as show the difference
        texts = _show_value(got, digits), _show_value(expected, digits)
        if texts[0] != texts[1]:
            break
    return f"{texts[0]}; expected {texts[1]}."


_ENDLESS = "Is there a loop that never ends?"
_CORNER = (
    "Has a function in it a corner at this point, or a guard (maximum, abs, where, clip), or is a"
    " part of it held by stop_gradient? And keras.ops.logaddexp has no slope where its two numbers"
    " are equal."
)
_NEW_TENSOR = "keras.ops.scatter_update or tf.tensor_scatter_nd_update make a new one"
_ADVICE = {  # what an error's text does not say
    "Tensor' object does not support item assignment": (
        f"A tensor cannot be changed in place: {_NEW_TENSOR}"
    ),
    "only integer scalar arrays can be converted to a scalar index": (
        f"A list takes one whole number as index; and a tensor cannot be changed: {_NEW_TENSOR}"
    ),
    **dict.fromkeys(
        ("could not be broadcast together", "Incompatible shapes"),
        "Shapes are compared from the right; v[:, None] gives a vector a second axis, of length 1",
    ),
    "Expected float32, but got": (
        "tf.constant takes numbers only; keras.ops.convert_to_tensor takes a tensor, too"
    ),
    **dict.fromkeys(
        ("to be a float tensor but is a int32", "same dtype, got tf.float32 != tf.int32"),
        "A number of entries is a whole number: keras.ops.cast(n, x.dtype), or take the mean",
    ),
    "only 0-dimensional arrays can be converted": (
        "float() and int() take one number, and this is an array: compute with it as it is"
    ),
    "truth value of an array": (
        "`if`, max and min ask for one True or False; where, maximum and minimum of NumPy or"
        " keras.ops work on each entry"
    ),
    "'float' object is not subscriptable": "It may be a plain number, as well as an array",
    "None values not supported": (
        "Is a size None while `fit` compiles (keras.ops.shape(x) knows it)? Was a target left out,"
        " fit(x) for fit(x, x)"
    ),
    "incompatible with the layer": "It was built for another shape: is a number written into it",
    "was expected to be a int64 tensor but is a int32": (
        "Whole numbers here are int64, but tf.size and tf.shape give int32: say out_type=tf.int64,"
        " or tf.cast them"
    ),
    "of updates[shape=": (
        "tf.scatter_nd wants a row of indices for each value: (count, 1) where one number says it"
    ),
    "Shape must be a vector": "A shape is a list, also of one number: [size]",
    "output from dtype('float64') to dtype('int": (
        "An array of int holds whole numbers only: leave the int out where it is made"
    ),
}


def describe(error: BaseException) -> str:
    """An exception in a line or two, with the line of the learner's code that raised it."""
    text = re.sub(r"\{\{function_node .*?\}\} ?", "", str(error))  # TensorFlow's
    text = re.sub(r"\x1b\[[\d;]*m", "", text)  # Keras's bold type
    text = textwrap.shorten(text, 160, placeholder=" …")
    lacks = re.match(r"'?[\w.]*Tensor'? object has no attribute '([^\W_]\w*)'", text)
    if lacks:
        name = lacks[1]
        theirs = {
            "T": "keras.ops.transpose(x) for x.T",
            "numpy": "keras.ops instead of NumPy; inside training a tensor has no values yet",
        }.get(name, f"keras.ops.{name}(x, axis=…) for x.{name}(axis=…)")
        text = f"{lacks[0]}. A tensor lacks NumPy's methods: write {theirs}"
    text = text.rstrip(".") + next((f". {s}" for part, s in _ADVICE.items() if part in text), "")
    message = f"{type(error).__name__}: {text}" if text else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    package = str(Path(__file__).parents[1])
    libraries = (package, "site-packages", "dist-packages", "lib/python", "lib\\python")
    own = [f for f in frames if not any(name in f.filename for name in libraries)]
    if own:
        line = own[-1].line or linecache.getline(own[-1].filename, own[-1].lineno or 0).strip()
        message += f"\nin line {own[-1].lineno}: `{line}`"
    return message


# ------------------------------------------------------------------------------------- judging


def is_stub(function) -> bool:
    """Whether a function's body is empty but for a docstring and `...` or `pass`."""

    def bare(): ...

    def documented():
        """Docstring."""

    code = getattr(function, "__code__", None)
    if code is None:
        return False
    empty = (bare.__code__.co_code, documented.__code__.co_code)
    return code.co_code in empty and code.co_consts[-1:] == (None,)


def _array(value) -> np.ndarray | None:
    try:
        return np.asarray(value)
    except Exception:
        return None


def _plain(number: float) -> str:
    """1638400 as 1,638,400 and not 1.6384e+06; other numbers in six digits."""
    whole = number == round(number) and 1e5 <= abs(number) < 1e15
    return f"{number:,.0f}" if whole else f"{number:g}"


def _number(value) -> float | None:
    """A Python, NumPy or TensorFlow number as a float; None if it is none, or not finite."""
    if isinstance(value, bool | str):
        return None
    try:
        with _quiet():
            number = float(value)
    except Exception:
        return None
    return number if np.isfinite(number) else None


def _arguments(case: Case, tensors: bool) -> list:
    """A case's arguments, fresh: what one call does to them must not reach the next."""
    if not tensors:
        return [a.copy() if isinstance(a, np.ndarray) else a for a in case.args]
    import tensorflow as tf

    return [
        tf.constant(a.astype("float32") if a.dtype.kind == "f" else a)
        if isinstance(a, np.ndarray)
        else a
        for a in case.args
    ]


def _spoil(given: list) -> None:
    """Leave nan in memory that NumPy hands out again: what an answer does not set, it shows.

    (The output of np.log(p, where=p > 0) is not set where p is 0, unless out= says so.)
    """
    for a in given:
        if isinstance(a, np.ndarray) and 0 < a.size <= 1000:
            [np.full(a.shape, np.nan) for _ in range(8)]


def _result(function, case: Case, tensors: bool):
    """What a function gives on a case, or the exception that it raised."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return function(*_arguments(case, tensors))
    except (Exception, SystemExit) as error:
        return error


def _agree(one, other, case: Case) -> bool:
    return same(one, other, case.rtol, case.atol)


def _likeness(
    gave: list, wrong: list, right: list, cases: list[Case], never_on_one: bool = False
) -> float:
    """The share of the cases on which a mistake gives what was given; 0 if that may be chance.

    That it is where it agrees on one only of the cases that tell it from the right answer; if there
    is one only, that counts, unless `never_on_one`.
    """
    alike = [_agree(g, w, c) for g, w, c in zip(gave, wrong, cases, strict=True)]
    telling = [not _agree(w, r, c) for w, r, c in zip(wrong, right, cases, strict=True)]
    both = sum(a and t for a, t in zip(alike, telling, strict=True))
    enough = 2 if never_on_one else min(2, sum(telling))
    return sum(alike) / len(cases) if both >= enough else 0.0


def same(got, expected, rtol: float, atol: float) -> bool:
    """Same shape and, within the tolerance, the same values; nan equals nan, inf equals inf."""
    if isinstance(expected, tuple | list) and not _is_numeric(expected):
        return (
            isinstance(got, tuple | list)
            and len(got) == len(expected)
            and all(same(g, e, rtol, atol) for g, e in zip(got, expected, strict=True))
        )
    a, b = _array(got), _array(expected)
    if a is None or b is None:
        return got is expected
    if a.dtype.kind not in "biufc" or b.dtype.kind not in "biufc":
        return a.shape == b.shape and bool(np.all(a == b))
    return a.shape == b.shape and np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True)


def _is_numeric(value) -> bool:
    array = _array(value)
    return array is not None and array.dtype.kind in "biufc"


class _TimeUp(BaseException):
    """Not an Exception, so that a learner's `except Exception` does not catch it."""


def _time_up_again(frame, event, arg):
    """A trace function: raises at the next line, which is in the `except` that ate the first."""
    if event == "line":
        raise _TimeUp
    return _time_up_again


def _apart(function: Callable, *args):
    """Call a function inside a generator, which has a current exception of its own.

    A loop is stopped at any line, also in the midst of leaving an `except`: then Python 3.11 keeps
    the exception that was handled there as the current one, and later errors would point to it.
    """

    def generator():
        yield function(*args)

    return next(generator())


@contextlib.contextmanager
def _time_limit(seconds: float):
    """Raise `_TimeUp` in the block after so many seconds (main thread of Linux and macOS only).

    A bare `except` in a loop eats it: then it comes again in the body of that `except`, and the
    alarm rings until the block is left.
    """
    can = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not can:
        yield
        return

    def stop(signum, frame):
        if frame.f_code.co_filename == __file__:
            return  # we are leaving already, or not yet there
        sys.settrace(lambda *args: None)  # new calls are not traced, but these frames are
        while frame is not None and frame.f_code.co_filename != __file__:
            frame.f_trace = _time_up_again
            frame = frame.f_back
        raise _TimeUp

    trace, before = sys.gettrace(), signal.signal(signal.SIGALRM, stop)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.settrace(trace)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *timer)


@contextlib.contextmanager
def _quiet():
    """No warnings: a learner's 0·log 0 is told in the verdict, not on stderr."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
