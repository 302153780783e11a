"""Tests of the exercises: what learners answer, and what they are told.

The answers are in `exercise_tables`, a module for each chapter; here is what holds of all books.
"""

import ast
import importlib
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from exercise_tables import Table

from course_utils import cards, data, information
from course_utils.exercises import core
from course_utils.exercises.core import Exercise, Lazy, Question

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted(p.stem for p in (ROOT / "course_utils/exercises").glob("ch[0-9]*.py"))
BOOKS = {c: importlib.import_module(f"course_utils.exercises.{c}").book for c in CHAPTERS}
TABLES = {
    c: importlib.import_module(f"exercise_tables.{c}").table
    if importlib.util.find_spec(f"exercise_tables.{c}")
    else Table()  # which does not cover its book
    for c in CHAPTERS
}
GOES_ON = "\n(The chapter goes on with the reference.)"

ITEMS = [
    pytest.param(item, id=f"{c}-{item.name}") for c in CHAPTERS for item in BOOKS[c].items.values()
]
EXERCISES = [param for param in ITEMS if isinstance(param.values[0], Exercise)]


def judge(item, answer, capsys):
    """Check an answer: what came back, and what was shown. The item is left as it was."""
    before = item.verdict
    back = item.check(answer)
    status, item.verdict = item.status, before
    out, err = capsys.readouterr()
    assert err == ""
    return back, status, out


# ----------------------------------------------------------------------------------- the tables


@pytest.mark.parametrize(
    "item, answer, status, says",
    [
        pytest.param(BOOKS[c].items[name], *rest, id=f"{c}-{name}-{rest[0].__name__}")
        for c in CHAPTERS
        for name, *rest in TABLES[c].functions
    ],
)
def test_answer(item, answer, status, says, capsys, monkeypatch):
    if status == "slow":
        monkeypatch.setattr(core, "TIME_LIMIT", 3.0)
        monkeypatch.setattr(core, "SLOW", 0.5)  # a fast machine is no worse judge
    back, got, out = judge(item, answer, capsys)
    assert (got, says in out) == (status, True), out
    assert back is (answer if status == "passed" else item.reference)


@pytest.mark.parametrize(
    "item, answer, status, says",
    [
        pytest.param(BOOKS[c].items[name], *rest, id=f"{c}-{name}-{rest[0]!s}")
        for c in CHAPTERS
        for name, *rest in TABLES[c].choices
    ],
)
def test_choice(item, answer, status, says, capsys):
    back, got, out = judge(item, answer, capsys)
    assert (got, says in out) == (status, True), out
    assert back is None


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_tables_cover_the_book(chapter):
    book, table = BOOKS[chapter], TABLES[chapter]
    for name, item in book.items.items():
        statuses = [status for n, _, status, _ in table.functions if n == name]
        chosen = [answer for n, answer, _, _ in table.choices if n == name]
        if isinstance(item, Exercise):
            assert statuses.count("passed") >= 1 and statuses.count("failed") >= 3, name
        elif isinstance(item, Question):
            assert set(item.options) <= set(chosen), name
        else:
            assert {item.right, *(value for value, _ in item.wrong)} < set(chosen), name


# ------------------------------------------------------------------------------------ all books


@pytest.mark.parametrize("item", EXERCISES)
def test_the_solution_that_is_shown_passes(item, capsys):
    item.solution()
    source = capsys.readouterr().out
    names = {
        "np": np,
        "keras": Lazy("keras"),
        "ops": Lazy("keras.ops"),
        "tf": Lazy("tensorflow"),
    }  # as in a chapter
    exec(source, names)
    back, status, out = judge(item, names[item.name], capsys)
    assert status == "passed", out
    assert back is names[item.name]


@pytest.mark.parametrize("item", EXERCISES)
def test_a_solution_has_a_docstring(item):
    """The stub in the chapter is printed from it."""
    assert ast.get_docstring(ast.parse(item.source()).body[0])


@pytest.mark.parametrize("item", EXERCISES)
def test_a_solution_fits_into_a_cell(item):
    assert max(map(len, item.source().splitlines())) <= 100


@pytest.mark.parametrize("item", ITEMS)
def test_every_exercise_has_hints(item):
    assert item.hints
    assert not isinstance(item.hints, str)
    assert all(isinstance(hint, str) and hint for hint in item.hints)


@pytest.mark.parametrize("item", EXERCISES)
def test_every_exercise_stands_on_several_cases(item):
    assert len(item.cases) >= 3


MISTAKES = [
    pytest.param(item.values[0], mistake, id=f"{item.id}-{i}")
    for item in EXERCISES
    for i, mistake in enumerate(item.values[0].mistakes)
]


@pytest.mark.parametrize("item, mistake", MISTAKES)
def test_every_known_mistake_is_reached(item, mistake, capsys):
    _, status, out = judge(item, mistake.function, capsys)
    assert status == "failed"
    assert out.split("\n", 1)[1] == mistake.says + GOES_ON + "\n"


@pytest.mark.parametrize("item", EXERCISES)
def test_every_failing_case_says_why(item):
    """An unknown mistake that shows on any one case only gets that case's own words."""
    for case in item.cases:
        assert callable(case) or case.why


# ----------------------------------------------------------- the references against the package

rng = np.random.default_rng(0)


def distributions(shape):
    """Random distributions over the last axis, some entries 0, and one that is certain."""
    p = rng.dirichlet(np.ones(shape[-1]), size=shape[:-1])
    p[rng.random(shape) < 0.3] = 0
    p[..., 0] += 1 - p.sum(axis=-1)
    p[0] = np.eye(shape[-1])[0]
    return p


P, Q = distributions((40, 5)), distributions((40, 5))
JOINT = distributions((40, 6)).reshape(40, 2, 3)
SHARES = rng.uniform(0.01, 0.99, (40, 2))
GAUSSIANS = np.stack([rng.normal(size=40), rng.uniform(0.1, 3, 40)] * 2, axis=1)
GAUSSIANS[:, 2:] = rng.permutation(GAUSSIANS[:, 2:])

SAME = {
    "surprise": ("bits", [(p,) for p in P]),
    "entropy": ("bits", [(p,) for p in P]),
    "cross_entropy": ("bits", [*zip(P, Q, strict=True), *zip(P, P, strict=True)]),
    "kl": ("bits", [*zip(P, Q, strict=True), *zip(P, P, strict=True)]),
    "mutual_information": ("bits", [(joint,) for joint in JOINT]),
    "bernoulli_kl": ("nats", [*SHARES, (0.3, 0.3), (0.05, SHARES[0])]),
    "gaussian_kl": ("nats", [*GAUSSIANS, (1.0, 2.0, 1.0, 2.0)]),
}


@pytest.mark.parametrize("name", SAME)
def test_reference_is_the_package(name):
    unit, arguments = SAME[name]
    reference = BOOKS["ch01"].items[name].reference
    ours = [reference(*args) for args in arguments]
    theirs = [getattr(information, name)(*args, unit=unit) for args in arguments]
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_masking_is_the_packages():
    x = np.random.default_rng(3).random((5, 28, 28, 1), dtype="float32")
    ours = BOOKS["ch04"].items["mask_pixels"].reference(x, 0.3, np.random.default_rng(4))
    np.testing.assert_array_equal(ours, data.mask(x, 0.3, 4), strict=True)


def test_the_vaes_kl_is_the_packages():
    mean, log_var = np.random.default_rng(5).normal(size=(2, 6, 3)).astype("float32")
    ours = BOOKS["ch06"].items["gaussian_kl"].reference(mean, log_var)
    theirs = information.gaussian_kl(mean, np.exp(log_var / 2), 0.0, 1.0, unit="nats")
    np.testing.assert_allclose(ours, theirs.sum(axis=1), rtol=1e-5)


CARDS = [
    {},
    {"model": "a VAE", "energy": "2 Wh", "metrics": ""},
    {" Model": "a GAN ", "METRICS ": "TODO", "results": "   ", "energy": "N/A"},
    {"model": " ? ", "metrics": "-", "energy": "…", "results": "todo", "uses": "n/a"},
    {"model": "CC-BY?", "metrics": "n/a on phones", "training data": "…nothing", "notes": "ELBO"},
    {"model": "tbd", "metrics": "none", "energy": "TODO.", "results": "unknown", "uses": "..."},
    dict.fromkeys(cards.MODEL_CARD, "said"),
]


@pytest.mark.parametrize("card", CARDS)
def test_missing_fields_are_the_packages(card):
    ours = BOOKS["ch10"].items["missing_fields"].reference
    for fields in (cards.MODEL_CARD, cards.DATASHEET, ("Model ", "Results", "data"), ()):
        assert ours(card, fields) == cards.missing_fields(card, fields)


def test_the_random_distributions_reach_the_edges():
    divergences = [information.kl(p, q, unit="bits") for p, q in zip(P, Q, strict=True)]
    assert np.isinf(divergences).any() and np.isfinite(divergences).any()
    assert (JOINT == 0).any() and (P == 1).any()


# -------------------------------------------------------------------------- numbers in messages


def messages(name):
    """All that an exercise may say."""
    item = next(p.values[0] for p in ITEMS if p.values[0].name == name)
    if isinstance(item, Exercise):
        return " ".join([c.why for c in item.cases] + [m.says for m in item.mistakes])
    if isinstance(item, Question):
        return " ".join(item.options.values())
    return " ".join([item.why, item.otherwise, *(says for _, says in item.wrong)])


def chapter_function(chapter, name):
    """A function that the chapter itself defines."""
    (manuscript,) = (ROOT / "chapters").glob(f"{chapter}_*.py")
    body = ast.parse(manuscript.read_text()).body
    (function,) = [node for node in body if getattr(node, "name", "") == name]
    names = {"np": np}
    exec(compile(ast.Module([function], []), name, "exec"), names)
    return names[name]


def first_infinite(f):
    with np.errstate(all="ignore"):
        return next(z for z in range(1, 200) if np.isinf(f(z)))


def test_breaking_point():
    item = BOOKS["ch01"].items["breaking_point"]
    naive_bce = chapter_function("01", "naive_bce")
    slips = {value: says for value, says in item.wrong}
    assert first_infinite(lambda z: naive_bce(z, 0.0)) == item.right == 17
    assert np.isinf(naive_bce(18, 0.0)) and "At 18 it is inf" in slips[18]

    at_16 = naive_bce(16, 0.0)
    assert f"{at_16:.1f}" == "15.9" and "15.9" in slips[16]
    assert abs(at_16 - np.logaddexp(0, 16)) > 0.01  # "a little wrong already"

    assert first_infinite(lambda z: np.exp(np.float32(z))) == 89 and "float32" in slips[89]
    assert first_infinite(lambda z: -np.log(1 - 1 / (1 + np.exp(-np.float64(z))))) == 37
    assert "float64" in slips[37]

    gap = np.nextafter(np.float32(1), np.float32(2)) - np.float32(1)
    assert f"{gap:.1e}" == "1.2e-07" and "1.2·10⁻⁷" in item.why
    assert f"{np.exp(-17):.0e}" == "4e-08" and "4·10⁻⁸" in item.why
    assert np.exp(-17) < gap / 2 < np.exp(-16)


def test_more_surprising():
    said = messages("more_surprising")
    assert 2**10 == 1024 and "2 of 1,024" in said
    assert -np.log2(2.0**-10) == 10 and "10 bits each" in said
    assert -np.log2(2 / 1024) == 9 and "9 bits" in said
    assert f"{-np.log2(1 - 2 / 1024):.3f}" == "0.003" and "0.003 bits" in said


def test_which_kl():
    """Sitting on one of two bumps costs one bit; the other way round it costs much more."""
    x = np.linspace(-8, 8, 1601)
    bumps = np.exp(-0.5 * ((x[:, None] - [-2, 2]) / 0.6) ** 2)
    left, right = (bumps / bumps.sum(axis=0)).T
    p = (left + right) / 2
    assert abs(information.kl(right, p, unit="bits") - 1) < 0.01
    assert "costs one bit" in messages("which_kl")
    assert information.kl(p, right, unit="bits") > 10


def test_slope():
    w = np.polynomial.Polynomial([-1, 3])
    f = w**2
    numbers = [f.deriv()(1), 2 * w(1), w(1), 3 * w(1), f.deriv(2)(1) / 2, f.deriv(2)(1)]
    item = BOOKS["ch00"].items["slope"]
    assert [item.right, *(value for value, _ in item.wrong)] == numbers


def test_it_rings_and_eigenvalue():
    item = BOOKS["ch00"].items["it_rings"]
    joint = np.array([0.1 * 0.9, 0.9 * 0.1])  # it rings, for sevens and for others
    assert np.isclose(item.right, joint[0] / joint.sum())
    assert np.allclose([value for value, _ in item.wrong], [0.9, joint[0], 0.1, joint.sum(), 50])
    item, matrix = BOOKS["ch00"].items["eigenvalue"], np.array([[2, 1], [1, 2]])
    assert np.all(matrix @ [1, 1] == item.right * np.ones(2))
    slips = [np.linalg.eigvalsh(matrix)[0], matrix.sum(), 2, np.trace(matrix)]
    assert np.allclose([value for value, _ in item.wrong], slips)


def test_parameters():
    item = BOOKS["ch00"].items["parameters"]
    numbers = [784 * 10 + 10, 784 * 10, 784 + 10, 784 * 10 + 784]
    assert [item.right, *(value for value, _ in item.wrong)] == numbers
    assert 28 * 28 == 784


def test_right_alarms():
    item = BOOKS["ch10"].items["right_alarms"]
    share = BOOKS["ch10"].items["precision"].reference(0.99, 0.01, 0.001)
    assert np.isclose(item.right, 100 * share)
    assert np.isclose(share, 99 / (99 + 999)) and "99 of 1098 alarms" in item.why
    slips = [value for value, _ in item.wrong]
    assert any(np.isclose(100 * 99 / 999, value, atol=0.01) for value in slips)  # odds
    assert any(np.isclose(100 - item.right, value, atol=0.01) for value in slips)


def test_laurents_sign():
    """The message says that losing both minuses gives the negative of the information."""
    joint = np.array([[0.4, 0.1], [0.1, 0.4]])
    lost = [np.sum(t * np.log2(t)) for t in (joint.sum(axis=1), joint)]  # −H(X), −H(X, Y)
    conditional = lost[1] - np.sum(joint.sum(axis=0) * np.log2(joint.sum(axis=0)))  # −H(X|Y)
    assert np.isclose(lost[0] - conditional, -0.278, atol=1e-3)
    assert np.isclose(information.mutual_information(joint, unit="bits"), 0.278, atol=1e-3)
