"""Each exercise's check notices small changes of its reference; `mutants.py` makes them.

All exercises take minutes: they are tested where COURSE_MUTANTS=1 is set.
"""

import ast
import os

import numpy as np
import pytest
import styles
from mutants import (
    CHAPTERS,
    EQUIVALENT,
    LEAST,
    changed_lines,
    exercises,
    judge,
    key,
    mutants,
    survivors,
)

from course_utils.exercises.core import Book, Case, Lazy

keras = Lazy("keras")
EXERCISES = {(chapter, item.name): item for chapter in CHAPTERS for item in exercises(chapter)}


@pytest.mark.skipif(not os.environ.get("COURSE_MUTANTS"), reason="minutes: COURSE_MUTANTS=1")
@pytest.mark.parametrize(
    "item", [pytest.param(item, id="-".join(name)) for name, item in EXERCISES.items()]
)
def test_the_check_notices(item):
    tried = mutants(item)
    assert len(tried) >= LEAST
    passed = [label for label, _ in survivors(item, tried)]
    assert [label for label in passed if key(item, label) not in EQUIVALENT] == []
    equivalent = {label for *name, label in EQUIVALENT if EXERCISES[tuple(name)] is item}
    assert equivalent <= set(passed)  # or the entry is stale


@pytest.mark.skipif(not os.environ.get("COURSE_MUTANTS"), reason="minutes: COURSE_MUTANTS=1")
@pytest.mark.parametrize(
    "item", [pytest.param(item, id="-".join(name)) for name, item in EXERCISES.items()]
)
def test_the_check_accepts_other_styles(item):
    right, refused = styles.refused(item)
    assert right >= 5 and refused == []


def test_styles_of_a_toy():
    written = styles.styles(positive_part)
    assert {"operators written out", "methods", "in steps", "type hints"} <= written.keys()
    assert "einsum" not in written and "tf" not in written
    assert styles.refused(positive_part) == (len(written), [])
    assert not styles.is_right(positive_part, lambda x: x)


def test_what_is_equivalent_is_of_an_exercise():
    assert {name[:2] for name in EQUIVALENT} <= EXERCISES.keys()
    assert all(EQUIVALENT.values())


# ------------------------------------------------------------------------- the mutator itself

book = Book(99)


@book.exercise(cases=[Case([[1.0, 2.5], [3.0, -0.25]]), Case([[2.0, 1 / 3]])])
def positive_part(x):
    """x, shape (n, d), less its mean over the rows, where that is positive; else 0."""
    shifted = x - np.mean(x, axis=0)
    shifted = shifted / 4
    return np.where(shifted > 0, shifted, 0.0)


@book.exercise(
    trains=True,
    cases=[Case([[1.0, 2.5], [3.0, 0.125]], [[0.3, 1.5], [2.5, 7.0]]), Case([[4.0]], [[-2.0]])],
)
def distance(a, b):
    """Σ(a − b)² of each row of a and b, both (n, d)."""
    return keras.ops.sum((a - b) ** 2, axis=-1)


@book.exercise(cases=[Case(2.5), Case(-0.3), Case(7.0)])
def doubled(number):
    """Twice a number."""
    return 2 * number


@book.exercise(cases=[Case(7, 2), Case(9, 3), Case(8, 5)])
def pieces(n, size):
    """How many of that size fit."""
    count = 0
    for _ in range(n):
        if size * (count + 1) <= n and not n < 0:
            count += 1
    return count


ITEMS = [pytest.param(item, id=name) for name, item in book.items.items()]
CHANGES = {
    "positive_part": {
        "line 3: − → +": "shifted = x + np.mean(x, axis=0)",
        "line 3: sides of − swapped": "shifted = np.mean(x, axis=0) - x",
        "line 3: term np.mean(x, axis=0) dropped": "shifted = x",
        "line 3: mean → sum": "shifted = x - np.sum(x, axis=0)",
        "line 3: axis=0 → 1": "shifted = x - np.mean(x, axis=1)",
        "line 3: axis=0 dropped": "shifted = x - np.mean(x)",
        "line 4: assignment to shifted dropped": "pass",
        "line 4: / → *": "shifted = shifted * 4",
        "line 4: 4 → 8": "shifted = shifted / 8",
        "line 4: 4 → 5": "shifted = shifted / 5",
        "line 5: > → >=": "return np.where(shifted >= 0, shifted, 0.0)",
        "line 5: where: branches swapped": "return np.where(shifted > 0, 0.0, shifted)",
        "line 5: where: always the first branch": "return shifted",
        "line 5: returned value in nan_to_num": (
            "return np.nan_to_num(np.where(shifted > 0, shifted, 0.0))"
        ),
        "clip x to ±10": "x = np.clip(x, -10, 10)",
        "only the first row of x": "x = x[:1]",
    },
    "distance": {
        "line 3: returned value with a minus in front": (
            "return -keras.ops.sum((a - b) ** 2, axis=-1)"
        ),
        "line 3: ** → *": "return keras.ops.sum((a - b) * 2, axis=-1)",
        "line 3: 2 → 3": "return keras.ops.sum((a - b) ** 3, axis=-1)",
        "line 3: axis=-1 → 0": "return keras.ops.sum((a - b) ** 2, axis=0)",
        "line 3: a → b": "return keras.ops.sum((b - b) ** 2, axis=-1)",
        "clip b to [0, 1]": "b = keras.ops.clip(b, 0, 1)",
        "a and b swapped": "a, b = (b, a)",
    },
    "pieces": {
        "line 4: range: end - 1": "for _ in range(n - 1):",
        "line 5: if: never": "if False:",
        "line 5: and → or": "if size * (count + 1) <= n or not n < 0:",
        "line 5: not dropped": "if size * (count + 1) <= n and n < 0:",
        "line 5: <= → <": "if size * (count + 1) < n and (not n < 0):",
        "line 6: += → −=": "count -= 1",
        "n and size swapped": "n, size = (size, n)",
    },
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes(name):
    item = book.items[name]
    lines = {label: changed_lines(item, source) for label, source in mutants(item)}
    assert {label: lines.get(label) for label in CHANGES[name]} == {
        label: [line] for label, line in CHANGES[name].items()
    }


@pytest.mark.parametrize("item", ITEMS)
def test_there_are_enough_mutants_and_each_is_another(item):
    tried = mutants(item)
    assert len(tried) >= LEAST
    assert mutants(item) == tried  # the same each time: EQUIVALENT names them
    reference = ast.unparse(ast.parse(item.source()))
    assert len({label for label, _ in tried}) == len(tried)
    assert len({source for _, source in tried} | {reference}) == len(tried) + 1


def test_pairs_are_added_where_single_changes_are_few():
    lines = {label: changed_lines(doubled, source) for label, source in mutants(doubled)}
    assert [label for label in lines if "; " in label]
    assert "line 3: * → /" in lines


@pytest.mark.parametrize("item", ITEMS)
def test_killed_or_not(item):
    """The cases of these toys have no large numbers, and no two equal ones."""
    tried = mutants(item)
    left = [label for label, _ in survivors(item, tried)]
    assert len(left) < len(tried) / 2
    assert ("clip x to ±10" in left) == (item is positive_part)
    assert not {"line 3: − → +", "line 3: mean → sum", "line 3: axis=-1 → 0"} & set(left)
    assert "line 5: <= → <" not in left
    assert ("line 5: > → >=" in left) == (item is positive_part)  # 0 there and here


def test_an_exercise_stays_as_it_was(capsys):
    assert judge(doubled, lambda number: number + number) == "passed"
    assert judge(doubled, lambda number: 3 * number) == "failed"
    assert doubled.status == "not attempted"
    assert capsys.readouterr() == ("", "")
