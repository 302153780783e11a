"""What made a chapter's numbers: what is found, what counts, and in which words it is told."""

import ast
import shutil
from pathlib import Path

import pytest

import book
import provenance

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = """# %% [markdown]
# # 07 · A toy

# %%
from course_utils import plots, runtime
from course_utils.exercises import ch07 as ex
from course_utils.runtime import claim
from course_utils import tools as t

runtime.start(7)

# %%
from course_utils.gan import Net  # @source

# %%
twice = ex.twice.check(...)  # @exercise

# %%
ex.why.check(...)  # @exercise

# %%
net = Net()
plots.bars(t.measure(net), says="A bar.", title="One bar")
claim("height", 1, at_most=2)
"""
MODULES = {
    "runtime": "STEP = 1\n\ndef start(n):\n    return STEP\n\ndef claim(*a, **b):\n    print(1)\n",
    "plots": "def bars(x):\n    return x\n",
    "tools": "from course_utils.gan import Net\n\n\ndef measure(net):\n    return _half(net)\n\n\n"
    "def _half(x):\n    if x is None:\n        raise ValueError('none is')\n    return x / 2\n\n\n"
    "def other(x):\n    return x\n",
    "gan": 'class Net:\n    """A net."""\n\n    def grow(self):\n        return width()\n\n\n'
    "def width():\n    from course_utils import layers\n\n    return layers.WIDTH\n",
    "layers": "WIDTH = 3\nDEPTH = 4\n",
    "exercises/ch07": "from course_utils.exercises.core import Book, Case, Lazy\n\nbook = Book(7)\n"
    "np = Lazy('numpy')\n\n\n"
    "@book.exercise(cases=[Case(2)], hints=['Add.'])\ndef twice(x):\n    return add(x, x)\n\n\n"
    "def add(a, b):\n    return a + b\n\n\nwhy = book.question('why', right='a')\n",
    "exercises/core": "class Book:\n    pass\n\n\nclass Case:\n    pass\n",
}


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A course with one chapter."""
    (tmp_path / "course_utils/exercises").mkdir(parents=True)
    for name in ("constraints.txt", "course_utils/offline_digits.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name, text in MODULES.items():
        (tmp_path / f"course_utils/{name}.py").write_text(text)
    (tmp_path / "07_toy.py").write_text(CHAPTER)
    monkeypatch.setattr(book, "ROOT", tmp_path)
    return tmp_path


def news(house, file, old, new):
    """What is told when a part of a file is replaced."""
    path, manuscript = house / file, house / "07_toy.py"
    before, text = provenance.made_of(manuscript), path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    return provenance.changes(before, provenance.made_of(manuscript))


@pytest.mark.parametrize(
    "file, old, new",
    [
        ("runtime", "STEP = 1", "STEP = 2"),
        ("tools", "x / 2", "x / 3"),
        ("gan", "return width()", "return 2 * width()"),
        ("layers", "WIDTH = 3", "WIDTH = 5"),
        ("exercises/ch07", "return add(x, x)", "return 2 * x"),
        ("exercises/ch07", "return a + b", "return b + a"),
        ("tools", "if x is None:", "if x is not None:"),
    ],
)
def test_what_a_chapter_reaches_counts(house, file, old, new):
    name = f"course_utils/{file}.py"
    assert news(house, name, old, new) == [f"{name} changed"]


@pytest.mark.parametrize(
    "file, old, new",
    [
        ("runtime", "print(1)", "print(2)"),  # claim
        ("plots", "return x", "return -x"),
        ("tools", "'none is'", "'got None'"),
        ("tools", "def other(x):\n    return x", "def other(x):\n    return 2 * x"),
        ("gan", "A net.", "Another net."),
        ("gan", "return width()", "return (\n            width()  # in units\n        )"),
        ("layers", "DEPTH = 4", "DEPTH = 5"),
        ("exercises/ch07", "Case(2)", "Case(3)"),
        ("exercises/ch07", "'Add.'", "'Double.'"),
        ("exercises/ch07", "np = Lazy('numpy')", "np, ops = Lazy('numpy'), Lazy('keras.ops')"),
        ("exercises/ch07", "right='a'", "right='b'"),
        ("exercises/core", "class Case:\n    pass", "class Case:\n    x = 1"),
    ],
)
def test_what_cannot_change_a_number_does_not_count(house, file, old, new):
    assert news(house, f"course_utils/{file}.py", old, new) == []


@pytest.mark.parametrize(
    "old, new, counts",
    [
        ("net = Net()", "net = Net()\nnet.grow()", True),
        ("1, at_most=2", "2, at_most=2", True),
        ("net = Net()", "net = Net()  # small", False),
        ("ex.why.check", "ex.why_not.check", False),
        ("A bar.", "A tall bar.", False),
        ("One bar", "A bar", False),
        ("A toy", "A game", False),
    ],
)
def test_cells(house, old, new, counts):
    assert news(house, "07_toy.py", old, new) == ["its cells changed"] * counts


def test_words(house):
    old = {"keras": "3.13.0", "course_utils/a.py": "1", "course_utils/b.py": "1"}
    new = {"keras": "3.14.0", "course_utils/b.py": "1", "course_utils/c.py": "2"}
    assert provenance.changes(old, new) == [
        "course_utils/a.py is no longer used",
        "course_utils/c.py is used, too",
        "keras 3.13.0 is now 3.14.0",
    ]
    assert provenance.changes(new, new) == []
    assert provenance.changes({}, new) == ["it does not say what made it"]


def test_digits_and_versions_count(house):
    digits, pins = "course_utils/offline_digits.json", "constraints.txt"
    assert news(house, digits, '"x_train"', '"y_train_"') == ["data/offline_digits.npz changed"]
    text = (house / pins).read_text()
    version = text.partition("\ntensorflow==")[2].partition("\n")[0]
    told = news(house, pins, f"\ntensorflow=={version}", "\ntensorflow==9.9")
    assert told == [f"tensorflow {version} is now 9.9"]
    assert news(house, pins, "pytest==", "pytest==1") == []


def test_a_line_of_a_shared_module_makes_stale_exactly_what_uses_it(tmp_path, monkeypatch):
    """In the real course: the sparsity penalty is chapter 03's, the GAN of 07 to 10's."""
    shutil.copytree(ROOT / "course_utils", tmp_path / "course_utils")
    shutil.copy(ROOT / "constraints.txt", tmp_path)
    monkeypatch.setattr(book, "ROOT", tmp_path)
    before = {path.name[:2]: provenance.made_of(path) for path in book.manuscripts()}
    for file, old, new, users in (
        ("layers", "1e-7, 1 - 1e-7", "1e-6, 1 - 1e-6", ["03"]),
        (
            "gan",
            "return self.generator(z, training=training)",
            "return z",
            ["07", "08", "09", "10"],
        ),
    ):
        path = tmp_path / f"course_utils/{file}.py"
        text = path.read_text()
        path.write_text(text.replace(old, new))
        after = {path.name[:2]: provenance.made_of(path) for path in book.manuscripts()}
        told = {chapter: provenance.changes(before[chapter], after[chapter]) for chapter in before}
        assert {c: t for c, t in told.items() if t} == {
            user: [f"course_utils/{file}.py changed"] for user in users
        }
        path.write_text(text)


def test_a_skeleton_has_no_traces_of_layout():
    one, two = (
        ast.parse(text)
        for text in ('f(a, "b" "c", x=1.0)  # so', "f(\n    a,\n    'bc',\n    x=1.0,\n)")
    )
    assert provenance.skeleton(one) == provenance.skeleton(two)
    assert provenance.skeleton(one) != provenance.skeleton(ast.parse('f(a, "bd", x=1.0)'))


def test_evidence_gets_printed_code_with_what_it_names():
    [manuscript] = book.manuscripts("03")
    cells = book.print_notebook(manuscript).cells
    serving = provenance.serving(cells, manuscript, "with_kl(0.05, 1.0)")
    defined = "\n".join(cell.source for cell in serving)
    for wanted in ("class SparsityPenalty", "def kl_penalty", "def average_activation"):
        assert wanted in defined
    assert "kl_run" not in defined and "rho_hat[spare]" not in defined  # a name of its own inside
