"""Tests of course_utils.exercises.core: how any exercise is judged, shown and graded."""

import contextlib
import importlib
import signal
import subprocess
import sys
import threading
import time
import types
import warnings

import numpy as np
import pytest

from course_utils.exercises import core
from course_utils.exercises.core import Book, Case, Exercise, Lazy, Mistake, NotPassed

ops = Lazy("keras.ops")


def make(reference, *cases, **options):
    """An exercise of a book of its own."""
    return Book(99).exercise(cases=cases, **options)(reference)


def total_of(x):
    """The sum of the squares of x, shape (n,)."""
    return np.sum(x**2)


def squares(**options):
    cases = [Case([1.0, 2.0], why="1 + 4."), Case([3.0], why="A <single> entry.")]
    return make(total_of, *cases, **options)


@pytest.fixture
def told(capsys):
    """What was shown since the last call; nothing may go to stderr."""

    def read():
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return read


# -------------------------------------------------------------------------------- not attempted


def bare(x): ...


def one_pass(x):
    pass


def documented(x):
    """The sum."""


def documented_and_dots(x):
    """The sum."""
    ...  # your code here


def many_arguments(x, y=1, *rest: int, key: float = 0.0, **options) -> float:
    """The sum."""
    ...


@pytest.mark.parametrize(
    "stub", [..., bare, one_pass, documented, documented_and_dots, many_arguments]
)
def test_not_attempted(stub, told):
    item = squares()
    assert item.check(stub) is total_of
    assert item.status == "not attempted"
    assert told().startswith("○ total_of: not attempted. The chapter goes on with the reference")


def zero(x):
    return 0


def documented_zero(x):
    """The sum."""
    return 0


def text(x):
    return "x"


def documented_text(x):
    """The sum."""
    return "x"


def unfinished(x):
    y = x**2  # noqa: F841


def not_implemented(x):
    raise NotImplementedError


@pytest.mark.parametrize(
    "answer", [zero, documented_zero, text, documented_text, unfinished, not_implemented]
)
def test_attempted(answer, told):
    item = squares()
    assert item.check(answer) is total_of
    assert item.status == "failed"
    assert told().startswith("✗")


# --------------------------------------------------------------------------- check never raises


def divides_by_zero(x):
    nothing = 0
    return 1 / nothing


def exits(x):
    raise SystemExit("bye")


def recursive(x):
    return recursive(x)


def long_error(x):
    raise ValueError("what a pity " * 100)


def silent_error(x):
    raise ValueError


def too_many(x, y):
    return total_of(x)


def nothing(x):
    total_of(x)


def library_error(x):
    return np.reshape(x, (7, 7))


@pytest.mark.parametrize(
    "answer, says",
    [
        (divides_by_zero, "raised ZeroDivisionError: division by zero\nin line "),
        (divides_by_zero, "`return 1 / nothing`"),
        (exits, "raised SystemExit: bye\nin line"),
        (recursive, "raised RecursionError: maximum recursion depth"),
        (long_error, "raised ValueError: what a pity what"),
        (silent_error, "raised ValueError\nin line"),
        (library_error, "`return np.reshape(x, (7, 7))`"),
        (too_many, "raised TypeError: too_many() missing 1 required positional argument: 'y'\n("),
        (lambda: 5.0, "raised TypeError"),
        (nothing, "gave None; expected 5.\nNothing came back: is a `return` missing?"),
        (text, "gave 'x'; expected 5.\n1 + 4."),
        (lambda x: {"total": 5}, "gave {'total': 5}; expected 5."),
        (lambda x: [1, [2, 3]], "gave [1, [2, 3]]; expected 5."),
        (lambda x: object, "gave object; expected 5."),
        (lambda x: (5.0, 5.0), "gave a tuple (2); expected a single number."),
        (lambda x: x**2, "gave shape (2,); expected a single number."),
        (5.0, "check wants the function itself, got 5.\nWrite ex.total_of.check(total_of)"),
        (None, "check wants the function itself, got None."),
        ("total_of", "check wants the function itself, got 'total_of'."),
        (np.zeros((3, 5)), "got an array of shape (3, 5)."),
    ],
)
def test_a_wrong_answer_is_told_and_never_raised(answer, says, told):
    item = squares()
    assert item.check(answer) is total_of
    out = told()
    assert item.status == "failed"
    assert says in out
    assert out.endswith("\n(The chapter goes on with the reference.)\n")
    assert len(out) < 500


def test_the_error_names_the_line_of_the_learner_not_of_the_package(told):
    """Also where the learner's code calls a reference, which the chapter went on with."""
    from course_utils.exercises import ch01

    def calls(x):
        return ch01.mutual_information.reference(x)

    squares().check(calls)
    assert "`return ch01.mutual_information.reference(x)`" in told()


def test_a_class_can_be_an_answer(told):
    def reference(x):
        return x + 1

    class Adds:
        def __call__(self, x):
            return x + 1

    item, answer = make(reference, Case(1.0)), Adds()
    assert item.check(answer) is answer
    assert item.check(float) is reference  # a class, and wrong
    told()


# ---------------------------------------------------------------------------------- right answers


def loop(x):
    total = 0
    for value in x:
        total += value * value
    return total


def test_a_right_answer_is_given_back(told):
    item = squares()
    assert item.check(loop) is loop
    assert item.status == "passed"
    assert told() == "✓ total_of: passed. The chapter goes on with your code.\n"


def test_a_reference_given_back_repeats_the_last_verdict(told):
    item = squares()
    for answer, status in [(zero, "failed"), (bare, "not attempted"), (loop, "passed")]:
        item.check(answer)
        first = told()
        assert item.check(item.reference) is total_of
        assert (item.status, told()) == (status, first)


def test_a_reference_is_never_counted_as_the_learners(told):
    item = squares()
    assert item.check(total_of) is total_of
    assert item.status == "not attempted"
    assert told().startswith("○")


def test_a_cell_run_twice_keeps_its_verdict(told):
    item = squares()
    for _ in range(2):
        f = zero
        f = item.check(f)
        f = item.check(f)
        assert item.status == "failed"
    told()


def test_judged_again_after_a_pass(told):
    item = squares()
    item.check(loop)
    item.check(zero)
    assert item.status == "failed"
    told()


# ------------------------------------------------------------------------------------ comparison


def verdict_on(expected, got, told, **options):
    """What is said of an answer that gives `got` where the reference gives `expected`."""
    item = make(lambda x: expected, Case(1.0, **options))
    item.check(lambda x: got)
    return item.status, told()


def nested(*shape):
    return np.arange(np.prod(shape), dtype=float).reshape(shape)


@pytest.mark.parametrize(
    "expected, got",
    [
        (1.0, 1),
        (1.0, np.float32(1.00005)),
        (0.0, 1e-7),
        (np.inf, np.inf),
        (np.nan, np.nan),
        ([np.inf, 1.0, -np.inf, np.nan], np.array([np.inf, 1.0, -np.inf, np.nan])),
        ((1.0, nested(3)), (1.0, nested(3))),
        ((1.0, nested(3)), [1.0, [0, 1, 2]]),
        ((1.0, 2.0), (1, 2)),
        ("x", "x"),
        (None, None),
        (True, True),
    ],
)
def test_the_same(expected, got, told):
    assert verdict_on(expected, got, told)[0] == "passed"


far = nested(3, 5)
far[1, 2] = np.nan
infinite = np.full((3, 5), np.inf)


@pytest.mark.parametrize(
    "expected, got, says",
    [
        (1.0, 1.001, "gave 1.001; expected 1."),
        (nested(3), [0, 1, 2], "gave the right numbers, but as a list"),
        (1.0, 1.0003, "gave 1.0003; expected 1."),
        (0.0, 1e-5, "gave 1e-05; expected 0."),
        (np.inf, 1e9, "gave 1e+09; expected inf."),
        (np.inf, -np.inf, "gave -inf; expected inf."),
        (1.0, np.nan, "gave nan; expected 1."),
        (np.nan, 1.0, "gave 1; expected nan."),
        ([0.5, 0.25], [0.5, 0.5], "gave [0.5, 0.5]; expected [0.5, 0.25]."),
        (nested(3), nested(1, 3), "gave shape (1, 3); expected shape (3,)."),
        (nested(1), 0.0, "gave a single number; expected shape (1,)."),
        (0.0, nested(1), "gave shape (1,); expected a single number."),
        (nested(3, 5), nested(5, 3), "gave shape (5, 3); expected shape (3, 5)."),
        (nested(3, 5), nested(3, 5) * 2, "gave 28 at [2, 4]; expected 14 there."),
        (nested(3, 5), far, "gave nan at [1, 2]; expected 7 there."),
        (nested(3, 5), far * np.nan, "gave nan at [0, 0]; expected 0 there."),
        (nested(3, 5), infinite, "gave inf at [0, 0]; expected 0 there."),
        (infinite, nested(3, 5), "gave 0 at [0, 0]; expected inf there."),
        (np.full(20, 250, "uint8"), np.full(20, 2, "uint8"), "gave 2 at [0]; expected 250"),
        (np.full(20, True), np.full(20, False), "gave False at [0]; expected True there."),
        (nested(3, 5), "x", "gave 'x'; expected an array of shape (3, 5)."),
        ((1.0, 2.0), 1.0, "gave 1; expected 2 values."),
        ((1.0, 2.0), (1.0, 2.0, 3.0), "gave 3 values; expected 2."),
        ((1.0, nested(3)), (1.0, nested(4)), "number 2 is shape (4,); expected shape (3,)."),
        ((1.0, nested(20)), (1.5, nested(20)), "number 1 is 1.5; expected 1."),
        ("x", "y", "gave 'y'; expected 'x'."),
    ],
)
def test_not_the_same(expected, got, says, told):
    status, out = verdict_on(expected, got, told)
    assert status == "failed"
    assert says in out


def test_tolerance(told):
    assert verdict_on(1.0, 1.01, told)[0] == "failed"
    assert verdict_on(1.0, 1.01, told, rtol=0.02)[0] == "passed"
    assert verdict_on(0.0, 0.01, told, atol=0.02)[0] == "passed"
    assert verdict_on(1.0, 1.00001, told, rtol=1e-6)[0] == "failed"


def test_how_a_case_is_written(told):
    make(total_of, Case([1.0, 0.0])).check(zero)
    assert "total_of([1, 0]) gave 0; expected 1." in told()
    make(total_of, Case(np.ones(100))).check(zero)
    assert "total_of(an array of shape (100,)) gave" in told()
    make(total_of, Case(np.ones(100), show="100 ones")).check(zero)
    assert "total_of(100 ones) gave" in told()
    make(lambda f: f(0.0), Case(np.cos)).check(zero)
    assert "(cos) gave 0; expected 1." in told()


def test_a_case_may_be_a_function(told):
    item = make(total_of, lambda answer: "" if answer([2.0]) == 4 else "Four was wanted.")
    item.check(lambda x: 4)
    assert item.status == "passed"
    item.check(zero)
    assert item.status == "failed"
    assert "✗ Four was wanted." in told()


def test_an_exception_in_such_a_case_is_told(told):
    item = make(total_of, lambda answer: answer([2.0]))
    assert item.check(divides_by_zero) is total_of
    assert item.status == "failed"
    assert "ZeroDivisionError" in told()


# ------------------------------------------------------------------------------ mutated arguments


def in_place(x):
    x *= x
    return x.sum()


def one_entry(x):
    x[0] = np.nan
    return 5.0


@pytest.mark.parametrize("answer", [in_place, one_entry])
def test_a_changed_argument_is_told(answer, told):
    item = squares()
    assert item.check(answer) is total_of
    assert item.status == "failed"
    assert "total_of([1, 2]) changed its argument." in told()
    assert item.check(loop) is loop  # the case is unharmed
    told()


def test_float32_arguments_are_not_taken_for_changed(told):
    """A tensor holds 0.3 to fewer digits than the case."""
    item = trained(lambda z: ops.sum(z**2), [[0.3, 0.7]], [[0.1, 0.2]])
    item.check(lambda z: ops.sum(z * z))
    assert item.status == "passed", told()
    told()


# ------------------------------------------------------------------------------------- time limit


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(core, "TIME_LIMIT", 0.3)


def endless(x):
    while True:
        pass


def endless_and_deaf(x):
    while True:
        with contextlib.suppress(Exception):
            x.sum()


def endless_and_deaf_to_all(x):
    i = 0
    while i < len(x):
        try:  # noqa: SIM105
            x[i] * np.log2(x[i])
        except:  # noqa: E722
            pass


def deaf_around_a_loop(x):
    while True:
        try:
            while True:
                x.sum()
        except:  # noqa: E722
            continue


def endless_in_finally(x):
    try:
        return endless(x)
    finally:
        endless(x)


DEAF = [endless_and_deaf, endless_and_deaf_to_all, deaf_around_a_loop, endless_in_finally]


@pytest.mark.parametrize("answer", [endless, *DEAF])
def test_an_endless_loop_is_stopped(answer, short, told):
    def handler(signum, frame):
        raise AssertionError("the test's own alarm")

    trace = sys.gettrace()
    before = signal.signal(signal.SIGALRM, handler)
    try:
        item = squares()
        began = time.perf_counter()
        assert item.check(answer) is total_of
        assert time.perf_counter() - began < 5
        assert signal.getsignal(signal.SIGALRM) is handler
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        assert sys.gettrace() is trace
        assert sys.exception() is None
    finally:
        signal.signal(signal.SIGALRM, before)
    assert item.status == "failed"
    out = told()
    assert "total_of was stopped" in out and "Is there a loop that never ends?" in out


@pytest.mark.parametrize("answer", [loop, zero, divides_by_zero])
def test_a_timer_that_was_running_runs_on(answer, told):
    fired = []
    before = signal.signal(signal.SIGALRM, lambda signum, frame: fired.append(signum))
    signal.setitimer(signal.ITIMER_REAL, 60)
    try:
        squares().check(answer)
        assert 50 < signal.getitimer(signal.ITIMER_REAL)[0] <= 60
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert not fired
    told()


def test_no_limit_off_the_main_thread(monkeypatch, told):
    monkeypatch.setattr(core, "TIME_LIMIT", 0.05)
    item, back = squares(), []

    def unhurried(x):
        time.sleep(0.1)
        return loop(x)

    thread = threading.Thread(target=lambda: back.append(item.check(unhurried)))
    thread.start()
    thread.join(20)
    assert back == [unhurried]
    assert item.status == "passed"
    told()


def test_without_alarms_as_on_windows(monkeypatch, told):
    monkeypatch.delattr(signal, "setitimer")
    item = squares()
    assert item.check(loop) is loop
    told()


# ------------------------------------------------------------------------------------------- slow


def sleepy(x):
    """Not asleep: on a busy machine that is not the learner's time."""
    end = time.process_time() + (0.2 if len(x) > 2 else 0)
    while time.process_time() < end:
        pass
    return loop(x)


def large():
    return (np.ones(3),)


def test_slow_but_right(monkeypatch, told):
    monkeypatch.setattr(core, "SLOW", 0.1)
    item = squares(speed=large)
    assert item.check(sleepy) is total_of
    assert item.status == "slow"
    assert told().startswith("✓ total_of: right, but slow")
    assert item.require() is None
    assert item.check(loop) is loop and item.status == "passed"
    told()


def test_waiting_is_not_slow(monkeypatch, told):
    monkeypatch.setattr(core, "SLOW", 0.1)

    def waits(x):
        time.sleep(0.2 if len(x) > 2 else 0)
        return loop(x)

    assert squares(speed=large).check(waits) is waits
    told()


def test_so_slow_that_it_is_stopped(short, told):
    item = squares(speed=large)

    def very_sleepy(x):
        time.sleep(60 if len(x) > 2 else 0)
        return loop(x)

    assert item.check(very_sleepy) is total_of
    assert item.status == "slow"
    told()


def test_an_error_on_large_data_is_told(told):
    def small_only(x):
        return x[0] ** 2 + (x[1] ** 2 if len(x) == 2 else 0) + [0, 0, 0][len(x)]

    item = squares(speed=large)
    assert item.check(small_only) is total_of
    assert item.status == "failed"
    assert "raised IndexError" in told()


# --------------------------------------------------------------------------------------- mistakes


def doubled(x):
    return 2 * np.sum(x**2)


def unsquared(x):
    return np.sum(x)


def flawed(cases, *mistakes):
    return make(total_of, *cases, mistakes=[Mistake(f, says) for f, says in mistakes])


def test_a_known_mistake_is_named(told):
    item = flawed([Case([1.0, 2.0], why="why")], (doubled, "Twice."), (unsquared, "No squares."))
    item.check(lambda x: sum(x))
    assert told() == (
        "✗ total_of([1, 2]) gave 3; expected 5.\nNo squares.\n"
        "(The chapter goes on with the reference.)\n"
    )
    item.check(zero)
    assert "\nwhy\n" in told()


def test_a_coincidence_is_not_taken_for_a_mistake(told):
    """On the case that fails both mistakes give nan; only the cases before tell them apart."""
    cases = [Case([1.0, 2.0]), Case([3.0, 1.0]), Case([0.0, 1.0], why="why")]

    def nan_at_zero(x):
        return np.sum(x**2) + 0 * np.sum(np.log(x))

    def mean_and_nan(x):
        return nan_at_zero(x) / 2

    item = flawed(cases, (mean_and_nan, "A mean."), (nan_at_zero, "0·log 0."))
    item.check(lambda x: np.sum(x * x + 0 * np.log(x)))
    assert "0·log 0." in told()
    item = flawed(cases, (mean_and_nan, "A mean."))
    item.check(lambda x: np.sum(x * x + 0 * np.log(x)))
    assert "\nwhy\n" in told()


def test_two_mistakes_at_once_are_still_recognised(told):
    cases = [Case([1.0, 2.0]), Case([3.0, 1.0]), Case([0.0, 1.0])]
    item = flawed(cases, (doubled, "Twice."))
    item.check(lambda x: 2 * np.sum(x * x + 0 * np.log(x)))
    assert "Twice." in told()


def line(x, slope):
    """slope·x, for an array x."""
    return slope * x


def test_a_mistake_is_named_only_if_it_agrees_twice(told):
    """On one case 2·x is x²; a second tells them apart, and the median from the mean."""
    mistake = Mistake(lambda x, slope: x**2, "That is the square.")
    item = make(line, Case([2.0], 3.0, why="Six."), Case([5.0], 3.0), mistakes=[mistake])
    item.check(lambda x, slope: 2 * x)
    assert "Six." in told()
    item.check(lambda x, slope: x**2)
    assert "That is the square." in told()
    once = make(line, Case([2.0], 2.0), Case([3.0], 2.0, why="Six."), mistakes=[mistake])
    once.check(lambda x, slope: x**2)
    assert "That is the square." in told(), "only one case tells it from the right answer"


def test_a_slip_is_the_right_answer_changed(told):
    item = squares(mistakes=[core.Slip(lambda y: -y, "The sign is wrong.")])
    item.check(lambda x: -np.dot(x, x))
    assert "The sign is wrong." in told()
    assert item.check(lambda x: np.dot(x, x)) is not total_of
    told()


def test_drawn_cases_are_the_same_each_time():
    def some(rng):
        return Case(rng.normal(size=3), why="Drawn.")

    one, two = core.drawn(some, 3), core.drawn(some, 3)
    assert len({case.args[0][0] for case in one}) == 3
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.args[0], b.args[0])


def test_what_draws_numbers_of_its_own_is_told(told):
    """A tolerance may let it pass the comparison."""
    item = make(total_of, Case([1.0, 2.0], atol=0.5, rtol=1e-9))
    jumps = iter([5.0, 4.6, 5.4])
    item.check(lambda x: next(jumps))
    assert "on the same input the next time 5.4.\nNothing is drawn in it" in told()


def test_arguments_that_the_chapter_passes_by_name(told):
    item = make(line, Case([2.0], 3.0), keywords=["slope"])

    def renamed(x, m):
        return m * x

    def named(x, *, slope):
        return slope * x

    assert item.check(renamed) is line
    said = told()
    assert "unexpected keyword argument 'slope'" in said
    assert "The chapter passes it by name: keep the names of the parameters." in said
    assert item.check(named) is named
    told()


def test_where_an_array_is_wanted_a_tensor_is_told(told):
    item = make(line, Case([2.0], 3.0), returns="array")
    assert item.check(lambda x, slope: ops.multiply(slope, x)) is line
    assert "right numbers, but as EagerTensor.\nThis function is not trained" in told()
    assert make(line, Case([2.0], 3.0)).check(line_in_ops) is line_in_ops
    told()


def line_in_ops(x, slope):
    return ops.multiply(slope, x)


def test_a_mistake_that_is_right_on_the_case_explains_nothing(told):
    item = flawed([Case([1.0], why="why")], (unsquared, "No squares."))
    item.check(zero)
    assert "\nwhy\n" in told()


def test_a_mistake_that_raises_explains_nothing(told):
    item = flawed([Case([1.0], why="why")], (divides_by_zero, "By zero."))
    item.check(zero)
    assert "\nwhy\n" in told()


ROWS = [Case(np.random.default_rng(i).normal(size=(3, 4)) + 2, why="why") for i in range(3)]


def rows_of(x):
    """The sums of the rows, (n,)."""
    return x.sum(axis=1)


@pytest.mark.parametrize(
    "answer, says",
    [
        (lambda x: -x.sum(1), "with the opposite sign. why"),
        (lambda x: x.sum(1) / 2, "half of the right result. why"),
        (lambda x: 2 * x.sum(1), "twice the right result. why"),
        (lambda x: x.sum(1) / np.log(2), "in bits"),
        (lambda x: x.mean(1), "over n, the length of the last axis (a mean?)"),
        (lambda x: 3 * x.sum(1), "times n, the length of the first axis"),
        (lambda x: x.sum(1, keepdims=True), "an axis of length 1 too many"),
        (lambda x: x.sum(1).mean(), "averaged or added up over all"),
        (lambda x: x.sum(1)[::-1], "in the opposite order"),
        (lambda x: np.round(x.sum(1), 2), "rounded"),
        (lambda x: x.sum(1)[:-1], "The last one is missing"),
        (lambda x: x.sum(1) ** 2, "square of the right result"),
        (lambda x: x.sum(0), "\nwhy\n"),  # it is none of them
        (lambda x: -x.sum(1) if x[0, 0] == ROWS[0].args[0][0, 0] else x.sum(1), "\nwhy\n"),
    ],
)
def test_a_slip_that_any_exercise_may_meet_is_named(answer, says, told):
    make(rows_of, *ROWS).check(answer)
    assert says in told()
    own = make(rows_of, *ROWS, mistakes=[Mistake(answer, "of its own")])
    own.check(answer)
    assert "\nof its own\n" in told()  # which comes before


def test_a_slip_in_one_of_several_results_is_named(told):
    def both(x):
        """Least and largest."""
        return x.min(), x.max()

    item = make(both, *ROWS)
    item.check(lambda x: (x.min(), -x.max()))
    assert "number 2 is" in (said := told()) and "with the opposite sign. why" in said
    for other in (np.array(3.0), 5, [1, [2, 3]], {}, "ab", (1.0,), (np.ones(3), np.ones(2))):
        item.check(lambda x, other=other: other)
        assert "\nwhy\n" in told()
    item.check(lambda x: np.array([-x.min(), x.max()]))
    assert "with the opposite sign. why" in told()

    def ragged(x):
        """Sums of rows and of columns."""
        return x.sum(1), x.sum(0)

    make(ragged, *ROWS).check(lambda x: (x.sum(1), 2 * x.sum(0)))
    assert "twice the right result. why" in told()


def test_what_the_learner_prints_is_not_repeated(told):
    def prints(x):
        print("here", x)
        return doubled(x)

    item = flawed([Case([1.0, 2.0])], (doubled, "Twice."))
    item.check(prints)
    assert told().count("here") == 1


# --------------------------------------------------------------------------------------- training


def trained(reference, *arguments):
    return make(reference, *(Case(a) for a in arguments), trains=True)


def loss(z):
    """The sum of squares of each row of z, shape (batch, n)."""
    return ops.sum(z**2, axis=-1)


def numpy_loss(z):
    return np.sum(np.square(z), axis=-1)


def numpy_method(z):
    return ops.convert_to_tensor((z.numpy() ** 2).sum(axis=-1))


def fixed_batch(z):
    return ops.stack([ops.sum(z[i] ** 2) for i in range(z.shape[0])])


def mean_times_batch(z):
    return ops.sum(z**2, axis=-1) * z.shape[0] / len(z)


def python_if(z):
    return loss(z) if ops.sum(z) > 0 else loss(-z)


def made_float(z):
    return loss(z) + 0 * float(ops.sum(z))


@pytest.mark.parametrize(
    "answer", [numpy_loss, numpy_method, fixed_batch, mean_times_batch, python_if, made_float]
)
def test_what_would_fail_inside_fit_is_rejected(answer, told):
    item = trained(loss, [[1.0, 2.0], [3.0, 4.0]], [[0.5, 0.1]])
    assert item.check(answer) is loss
    assert item.status == "failed"
    out = told()
    assert "loss is right on numbers, but does not run inside training" in out
    assert "use keras.ops, not NumPy" in out
    assert "in line " in out and len(out) < 800


def stopped(z):
    return ops.stop_gradient(loss(z))


def half_stopped(z):
    return ops.sum(z * ops.stop_gradient(z), axis=-1)


def another_value(z):
    import tensorflow as tf

    return loss(z) if tf.executing_eagerly() else 2 * loss(z)


@pytest.mark.parametrize(
    "answer, says",
    [
        (stopped, "loss gives no gradient, so nothing would learn from it."),
        (half_stopped, "its gradient is [[1, 2], [3, 4]]; expected [[2, 4], [6, 8]]."),
        (another_value, "another value once it is compiled: [10, 50]; expected [5, 25]."),
    ],
)
def test_a_wrong_gradient_is_rejected(answer, says, told):
    item = trained(loss, [[1.0, 2.0], [3.0, 4.0]], [[0.5, 0.1]])
    assert item.check(answer) is loss
    assert item.status == "failed"
    assert says in told()


def test_a_clipped_gradient_is_rejected(told):
    def saturated(z):
        inside = ops.clip(z, -2.0, 2.0)
        return ops.sum(ops.stop_gradient(z**2 - inside**2) + inside**2, axis=-1)

    item = trained(loss, [[1.0, 2.0], [3.0, 4.0]])
    item.check(saturated)
    assert item.status == "failed"
    assert "has the right value, but its gradient is" in told()


def smooth(z):
    """Softplus, with an array in and an array out."""
    return ops.softplus(z)


def guarded(z):
    return ops.where(z > 20, z, ops.log1p(ops.exp(z)))


def by_parts(z):
    return ops.maximum(z, 0) + ops.log1p(ops.exp(-ops.abs(z)))


def test_the_gradient_is_judged_on_every_case(told):
    """A guard may give the right value where its gradient is nan."""
    item = trained(smooth, [[0.5, -1.0]], [[100.0, 3.0]])
    assert item.check(guarded) is smooth
    said = "✗ smooth([[100, 3]]) has the right value, but its gradient is [[nan, 0.9526]]; expected"
    assert told().startswith(said)


def test_at_a_kink_any_slope_is_right(told):
    """Autodiff of a formula in parts may give another slope where the parts meet."""
    cases = [Case([[0.5, -1.0]]), Case([[0.0, 3.0]], gradient=False)]
    assert make(smooth, *cases, trains=True).check(by_parts) is by_parts
    cases[1].gradient = True
    assert make(smooth, *cases, trains=True).check(by_parts) is smooth
    assert "its gradient is" in told()


def test_the_argument_without_gradient_is_named(told):
    def product(mean, scale):
        return mean * scale

    def held(mean, scale):
        return mean * ops.stop_gradient(scale)

    item = make(product, Case([[1.0, 2.0]], [[3.0, 0.5]]), trains=True)
    assert item.check(held) is product
    assert "product gives no gradient along scale, so nothing would learn from it." in told()


def test_no_gradient_is_asked_for_along_data(told):
    def product(mean, scale):
        return mean * scale

    def held(mean, scale):
        return mean * ops.stop_gradient(scale)

    item = make(product, Case([[1.0, 2.0]], [[3.0, 0.5]]), trains=True, untrained=["scale"])
    assert item.check(held) is held
    told()


def test_a_gradient_in_slices_is_a_gradient(told):
    item = trained(loss, [[1.0, 2.0], [3.0, 4.0]])
    answer = lambda z: ops.vectorized_map(lambda row: ops.sum(row**2), z)  # noqa: E731
    assert item.check(answer) is answer, told()
    told()


def test_methods_that_tensors_lack_are_translated(told):
    def turned(z):
        return ops.transpose(z)

    item = make(turned, Case([[1.0, 2.0]]), trains=True, batch=False)
    item.check(lambda z: z.T)
    assert "write keras.ops.transpose(x) for x.T" in told()
    item.check(lambda z: z.cumsum(axis=0))
    assert "write keras.ops.cumsum(x, axis=…) for x.cumsum(axis=…)" in told()
    tensor_without_values = AttributeError("'SymbolicTensor' object has no attribute 'numpy'")
    assert "has no values yet" in core.describe(tensor_without_values)


def test_a_loss_that_trains_passes(told):
    def answer(z):
        return ops.einsum("bn,bn->b", z, z)

    item = trained(loss, [[1.0, 2.0], [3.0, 4.0]], [[0.5, 0.1]])
    assert item.check(answer) is answer
    told()


def test_labels_and_plain_numbers_beside_the_tensor(told):
    """Whole numbers have no gradient, and what is no array is passed on as it is."""

    def reference(labels, z, weight):
        return weight * ops.sum(ops.one_hot(labels, 2) * z, axis=-1)

    def answer(labels, z, weight):
        return ops.take_along_axis(z, labels[:, None], axis=-1)[:, 0] * weight

    item = make(reference, Case([0, 1, 1], np.ones((3, 2)), 2.0), trains=True)
    assert item.check(answer) is answer, told()
    told()


def test_checked_ten_times_without_a_warning(capfd):
    """TensorFlow warns of functions that are traced again and again."""
    item = trained(loss, [[1.0, 2.0]])
    item.check(loss_again)
    capfd.readouterr()
    for _ in range(10):
        item.check(loss_again)
    assert capfd.readouterr().err == ""
    assert item.status == "passed"


def loss_again(z):
    return ops.sum(z * z, axis=-1)


def test_loading_keras_is_not_the_learners_time(monkeypatch, told):
    """The first check of a session loads Keras, which may take longer than an answer may."""
    loaded = []

    def load(name):
        loaded.append((name, signal.getitimer(signal.ITIMER_REAL)[0]))
        return importlib.import_module(name)

    monkeypatch.setattr(core, "importlib", types.SimpleNamespace(import_module=load))
    trained(loss, [[1.0, 2.0]]).check(loss_again)
    assert loaded and loaded[0][0].startswith("keras")
    assert loaded[0][1] == 0.0, "before the timer was set"
    told()


# ------------------------------------------------------------------- hints, solution and grading


def test_hints_come_one_by_one(told):
    item = squares(hints=["Square first.", "Then add."])
    assert item.hint() is None
    assert told() == "Hint 1 of 2: Square first.\n"
    item.hint()
    assert told() == "Hint 2 of 2: Then add.\n"
    for _ in range(2):
        item.hint()
        assert told().startswith("No more hints for total_of.")


book = Book(7)


@book.exercise(
    cases=[Case(2.0), Case(3.0)],
    hints=["x times x."],
)
def square(x):
    """x squared."""
    # a comment
    return x**2


def test_the_solution_is_the_reference_itself(told):
    assert isinstance(square, Exercise) and square.reference(3.0) == 9.0
    assert square.solution() is None
    source = told()
    assert source.startswith('def square(x):\n    """x squared."""\n    # a comment\n')
    assert "book" not in source and "Case" not in source

    names = {}
    exec(source, names)
    assert names["square"].__code__.co_code == square.reference.__code__.co_code
    assert square.check(names["square"]) is names["square"]
    assert square.status == "passed"
    square.verdict = None
    told()


def test_the_solution_of_a_reference_inside_a_function(told):
    def inner(x):
        """Indented here."""
        return x

    make(inner, Case(1.0)).solution()
    assert told() == 'def inner(x):\n    """Indented here."""\n    return x\n'


@pytest.mark.parametrize(
    "answer, passed",
    [(None, False), (bare, False), (zero, False), (endless, False), (loop, True)],
)
def test_require(answer, passed, short, told):
    item = squares()
    if answer is not None:
        item.check(answer)
    if passed:
        assert item.require() is None
    else:
        with pytest.raises(NotPassed, match=f"total_of: {item.status}"):
            item.require()
    told()


def test_require_after_the_reference_was_given_back(told):
    item = squares()
    f = item.check(zero)
    item.check(f)
    with pytest.raises(NotPassed):
        item.require()
    told()


def test_summary(told):
    chapter = Book(3)
    done = chapter.exercise(cases=[Case(1.0)])(square.reference)
    chapter.question("pick", right="a", options={"a": "Yes.", "b": "No."})
    chapter.estimate("guess", right=1, within=0, why="One.")
    chapter.items["pick"].check("b")
    done.check(lambda x: x * x)
    told()
    assert chapter.summary() is None
    assert told() == "Chapter 03: 1 of 3 exercises done.\n✓ square\n✗ pick\n○ guess\n"


def test_two_exercises_cannot_share_a_name():
    chapter = Book(3)
    chapter.estimate("guess", right=1, within=0, why="One.")
    with pytest.raises(ValueError, match="chapter 3 already has an exercise 'guess'"):
        chapter.question("guess", right="a", options={})


# ----------------------------------------------------------------------------- question, estimate


def pick():
    options = {"a": "No: too few.", "b": "Right: just so.", "c": "No: too many."}
    return Book(3).question("pick", right="b", options=options, hints=["Count."])


@pytest.mark.parametrize(
    "answer, status, says",
    [
        (
            ...,
            "not attempted",
            "○ pick: not attempted. Choose from 'a', 'b', 'c'; ex.pick.hint() gives a hint.",
        ),
        ("a", "failed", "✗ pick: No: too few."),
        ("b", "passed", "✓ pick: Right: just so."),
        (" B\n", "passed", "✓ pick: Right: just so."),
        ("c", "failed", "✗ pick: No: too many."),
        ("z", "failed", "✗ pick: choose from 'a', 'b', 'c', with the quotes, got 'z'."),
        (True, "failed", "got True."),
        (None, "failed", "got None."),
        (1, "failed", "got 1."),
        (["b"], "failed", "got ['b']."),
        (np.nan, "failed", "got nan."),
    ],
)
def test_question(answer, status, says, told):
    item = pick()
    assert item.check(answer) is None
    assert item.status == status
    assert says in told()


def guess():
    wrong = [(9.0, "That is the square."), (9.05, "That is nearly the square.")]
    book = Book(3)
    return book.estimate(
        "guess", right=3.0, within=0.1, why="It is.", wrong=wrong, otherwise="Try.", hints=["π."]
    )


@pytest.mark.parametrize(
    "answer, status, says",
    [
        (
            ...,
            "not attempted",
            "○ guess: not attempted. Give a number; ex.guess.hint() gives a hint.",
        ),
        (3, "passed", "✓ guess: 3 is right. It is."),
        (3.05, "passed", "✓ guess: 3.05 is right. It is."),
        (np.float32(2.95), "passed", "It is."),
        (np.float16(3), "passed", "It is."),
        (np.array(3.0), "passed", "It is."),
        (9, "failed", "✗ guess: 9. That is the square."),
        (4.5, "failed", "✗ guess: 4.5. Try."),
        (-3, "failed", "✗ guess: -3. Try."),
        ("z", "failed", "✗ guess: give a single finite number, without quotes, got 'z'."),
        ("3", "failed", "got '3'."),
        (True, "failed", "got True."),
        (None, "failed", "got None."),
        (3j, "failed", "give a single finite number, got"),
        ([3.0, 3.0], "failed", "got [3, 3]."),
        (float("nan"), "failed", "give a single finite number, got nan."),
        (float("inf"), "failed", "give a single finite number, got inf."),
        pytest.param(10**400, "failed", "give a single finite number, got int.", id="huge"),
    ],
)
def test_estimate(answer, status, says, told):
    item = guess()
    assert item.check(answer) is None
    assert item.status == status
    assert says in told()


def test_estimate_takes_a_tensor(told):
    import tensorflow as tf

    item = guess()
    item.check(tf.constant(3.0))
    assert item.status == "passed"
    told()


@pytest.mark.parametrize(
    "item, shown", [(pick(), "'b': Right: just so.\n"), (guess(), "3: It is.\n")]
)
def test_their_solution_hint_and_grade(item, shown, told):
    assert item.solution() is None
    assert told() == shown
    item.hint()
    assert told().startswith("Hint 1 of 1: ")
    with pytest.raises(NotPassed, match=f"{item.name}: not attempted"):
        item.require()
    item.check(item.right)
    assert item.require() is None
    told()


# ------------------------------------------------------------------------------- how it is shown


@pytest.fixture
def notebook(monkeypatch):
    """As in Jupyter: what was displayed."""
    shown = []
    fake = types.SimpleNamespace(
        get_ipython=lambda: object(), display=types.SimpleNamespace(display=shown.append)
    )
    monkeypatch.setitem(sys.modules, "IPython", fake)
    return shown


def test_html_is_escaped(notebook, told):
    def raises(x):
        raise ValueError("<b>bold</b> & `code`")

    item = squares()
    item.check(raises)
    item.check(lambda x: 5.0)
    item.solution()
    assert told() == ""
    error, why, solution = (message._repr_html_() for message in notebook)
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; <code>code</code><br>" in error
    assert "A &lt;single&gt; entry." in why and core.COLOURS["failed"] in why
    assert "<pre>def total_of(x):\n" in solution
    assert "A <single> entry." in repr(notebook[1])  # text/plain, for readers without HTML
    assert all(html.startswith("<div") and html.endswith("</div>") for html in (error, why))


def test_terminal(monkeypatch, told):
    """With IPython imported but no shell running, and without IPython."""
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))
    squares().check(zero)
    with_module = told()
    monkeypatch.delitem(sys.modules, "IPython")
    squares().check(zero)
    assert told() == with_module
    assert with_module == (
        "✗ total_of([1, 2]) gave 0; expected 5.\n1 + 4.\n"
        "(The chapter goes on with the reference.)\n"
    )


def warns(x):
    warnings.warn("look out", stacklevel=1)
    return np.sum(x * np.log2(np.zeros_like(x)))


def test_nothing_on_stderr(capfd):
    """0·log 0, overflow and warnings of the learner's are for the verdict, not for stderr."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        for answer in (
            warns,
            lambda x: np.exp(1e4 * x),
            lambda x: 1 / (x - x),
            lambda x: np.full(20, np.nan),
        ):
            item = squares(speed=lambda: (np.zeros(3),))
            item.check(answer)
            assert item.status == "failed"
    assert capfd.readouterr().err == ""


# ------------------------------------------------------------------------------------------ weight


def test_exercises_do_not_load_tensorflow():
    code = (
        "import sys, course_utils.exercises.ch01 as ex\n"
        "ex.entropy.check(lambda p: 0.0)\n"
        "print(sorted({'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout.endswith("\n[]\n") and run.stderr == ""


def test_importing_the_package_is_quick():
    code = (
        "import time; began = time.perf_counter(); import course_utils; "
        "print(time.perf_counter() - began)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    assert min(float(run.stdout) for run in runs) < 0.3
