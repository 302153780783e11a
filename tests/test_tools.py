"""The tools, on small manuscripts: printing, building, solving, seeds, the time box."""

import asyncio
import importlib.util
import json
import math
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from queue import Empty
from types import SimpleNamespace

import nbformat
import pytest
import zmq.asyncio
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.session import Session
from packaging.requirements import Requirement

import book
import build
import claims
import evidence
import patient
import provenance
import seeds
import solve
from course_utils import files, runtime, session
from course_utils.data import load_digits
from course_utils.exercises.core import Book, Case, NotPassed

ROOT = Path(__file__).resolve().parents[1]
test_full = importlib.import_module("test_full")  # imported as a name, pytest would collect it

PYPROJECT = """
[project.urls]
Repository = "https://github.com/{owner}/course"
[tool.course]
ref = "{ref}"
"""

PACKAGE = '''"""A module."""

import functools


def plain(x):
    return x  # as it is


@functools.cache
@functools.wraps(plain)
def decorated(x):
    """Two decorators."""
    return x


@functools.total_ordering
class Thing:
    def __lt__(self, other):
        return False

    def __eq__(self, other):
        return True
'''

MANUSCRIPT = """# %% [markdown]
# # 07 · A toy
#
# It runs in {{minutes}}.

# %% tags=["nbval-ignore-output"]
x = 1

# %% [markdown]
# Twice the same text.

# %%
def double(x):
    ...  # your code here

double = ex.double.check(double)

# %% [markdown]
# Twice the same text.

# %%
x = 1

# %%
x = 1

# %%
answer = ...
ex.slope.check(answer)
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A repository of its own: pyproject.toml, a package, chapters/ and notebooks/."""
    for folder in ("chapters", "notebooks", "course_utils", "data"):
        (tmp_path / folder).mkdir()
    digits = "course_utils/offline_digits.json"
    for name in ("constraints.txt", digits):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT.format(owner="someone", ref="v1.0"))
    (tmp_path / "course_utils/toy.py").write_text(PACKAGE)
    monkeypatch.setattr(book, "ROOT", tmp_path)
    for module in (seeds, evidence):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(book, "CHAPTERS", tmp_path / "chapters")
    for module in (book, solve):
        monkeypatch.setattr(module, "NOTEBOOKS", tmp_path / "notebooks")
    for module in (book, build):
        monkeypatch.setattr(module, "SECONDS", tmp_path / "data/seconds.json")
    for name in [name for name in os.environ if name.startswith("COURSE_")]:
        monkeypatch.delenv(name)
    return tmp_path


def write(house, text=MANUSCRIPT, name="07_toy.py"):
    path = house / "chapters" / name
    path.write_text(text, "utf-8")
    return path


def cells(house, *sources):
    """The manuscript of a chapter with these code cells."""
    return write(house, "\n".join(["# %% [markdown]\n# # 07 · A toy\n"] + [
        f"# %%\n{source}\n" for source in sources]))  # fmt: skip


# ---------------------------------------------------------------------------------- manuscripts


def test_manuscripts_are_found_by_number(house):
    for name in ("10_b.py", "01_a.py", "notes.py", "01_a.txt"):
        write(house, name=name)
    assert [path.name for path in book.manuscripts()] == ["01_a.py", "10_b.py"]
    for chapter in ("1", "01"):
        assert [path.name for path in book.manuscripts(chapter)] == ["01_a.py"]
    with pytest.raises(SystemExit, match="no chapter 2"):
        book.manuscripts("2")


def test_printed_notebooks_are_valid_and_repeatable(house):
    path = write(house)
    nb = book.print_notebook(path)
    nbformat.validate(nb)
    assert nb == book.print_notebook(path)
    kinds = "".join(cell.cell_type[0] for cell in nb.cells)
    assert kinds == "mccmcmccc"  # the Colab cell comes second
    assert nb.cells[2].metadata == {"tags": ["nbval-ignore-output"]}
    assert nb.cells[3].metadata == {}
    assert nb.cells[4].source.endswith("double = ex.double.check(double)")


def ids(path):
    return [cell.id for cell in book.print_notebook(path).cells]


def test_ids_are_unique_and_exercises_have_names(house):
    found = ids(write(house))
    assert len(set(found)) == len(found) == 9, "three equal cells, two equal texts"
    assert found[4] == "exercise-double" and found[8] == "exercise-slope"


def test_ids_do_not_depend_on_the_process(house):
    path = write(house)
    code = (
        "import sys, pathlib, book\n"
        f"book.ROOT = pathlib.Path({str(house)!r})\n"
        "book.SECONDS = book.ROOT / 'data/seconds.json'\n"
        f"path = pathlib.Path({str(path)!r})\n"
        "print(*(cell.id for cell in book.print_notebook(path).cells))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT / "tools"), "PYTHONHASHSEED": "5"},
        capture_output=True,
        text=True,
    )
    assert run.stdout.split() == ids(path), run.stderr


@pytest.mark.parametrize(
    "old, new, changed",
    [
        ("your code here", "write here", []),  # an exercise keeps its name
        ("It runs in", "It ran in", [0]),
        ("Twice the same text.\n\n# %%\ndef", "Once this text.\n\n# %%\ndef", [3, 5]),
        ('output"]\nx = 1', 'output"]\ny = 1', [2, 6, 7]),
        ("answer = ...", "answer = ...  # a number", []),
        ('tags=["nbval-ignore-output"]', "", []),
    ],
)
def test_a_change_leaves_the_other_ids_alone(house, old, new, changed):
    assert MANUSCRIPT.count(old) == 1
    before, after = ids(write(house)), ids(write(house, MANUSCRIPT.replace(old, new)))
    assert [i for i in range(9) if before[i] != after[i]] == changed
    assert len(set(after) - set(before)) == bool(changed), "one new id, for the changed cell"


def test_a_chapter_begins_with_its_title(house):
    for text in ("# %%\nx = 1\n", "# %% [markdown]\n# No title\n"):
        with pytest.raises(ValueError, match="07_toy.py must begin with"):
            book.print_notebook(write(house, text))


# --------------------------------------------------------------------------- printed-in sources


@pytest.mark.parametrize("name", ["plain", "decorated", "Thing"])
def test_sources_are_printed_in(house, name):
    line = f"from course_utils.toy import {name}  # @source"
    nb = book.print_notebook(cells(house, f"before = 1\n\n{line}\n\nafter = {name}"))
    source = nb.cells[2].source
    assert "@source" not in source
    before, rest = source.split("\n\n", 1)
    defined, after = rest.rsplit("\n\n", 1)
    assert (before, after) == ("before = 1", f"after = {name}")
    assert f"\n\n\n{defined}\n" in PACKAGE, "word for word, from the first decorator on"
    space = {}
    exec("import functools\nplain = int\n" + source, space)
    assert space["after"] is space[name]


def test_other_imports_stay(house):
    lines = "from course_utils.toy import plain\nimport course_utils.toy  # @source"
    assert book.print_notebook(cells(house, lines)).cells[2].source == lines


def test_an_unknown_source_raises(house):
    with pytest.raises(ValueError, match="course_utils/toy.py defines no missing"):
        book.print_notebook(cells(house, "from course_utils.toy import missing  # @source"))


def test_a_changed_source_changes_the_cell(house):
    path = cells(house, "from course_utils.toy import plain  # @source")
    before = book.print_notebook(path).cells[2]
    module = house / "course_utils/toy.py"
    module.write_text(module.read_text().replace("as it is", "changed"))
    after = book.print_notebook(path).cells[2]
    assert "# changed" in after.source and before.id != after.id


# --------------------------------------------------------------------------------------- address


def test_colab_link_and_cell_come_from_pyproject(house):
    path = write(house)
    for owner, ref in (("someone", "v1.0"), ("a-fork", "main")):
        (house / "pyproject.toml").write_text(PYPROJECT.format(owner=owner, ref=ref))
        title, colab, *_ = book.print_notebook(path).cells
        page = f"/github/{owner}/course/blob/{ref}/notebooks/07_toy.ipynb)"
        link = f"[Open in Colab](https://colab.research.google.com{page}"
        assert title.source.startswith(f"# 07 · A toy\n\n{link}\n"), "no picture from the network"
        assert f"git+https://github.com/{owner}/course@{ref}" in colab.source
        assert colab.metadata.tags == ["colab"]


def test_the_colab_cell_is_short_and_acts_on_colab_only(house, monkeypatch):
    calls = []
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: calls.append(args[0]))
    source = book.print_notebook(write(house)).cells[1].source
    assert len(source.splitlines()) <= 7
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    exec(source, {})
    assert calls == []
    monkeypatch.setitem(sys.modules, "google.colab", SimpleNamespace())
    exec(source, {})
    wanted = "course_utils @ git+https://github.com/someone/course@v1.0"
    assert len(calls) == 1
    assert calls[0][:4] == [sys.executable, "-m", "pip", "install"] and calls[0][-1] == wanted
    assert Requirement(wanted).name == "course_utils"


# --------------------------------------------------------------------------------------- minutes


@pytest.mark.parametrize(
    "seconds, words",
    [
        (3, "less than a minute"),
        (45, "less than a minute"),
        (46, "about a minute"),
        (89, "about a minute"),
        (100, "about 2 minutes"),
        (210, "about 4 minutes"),
        (421, "about 7 minutes"),
    ],
)
def test_minutes_in_words(house, seconds, words):
    book.SECONDS.write_text(json.dumps({"07": seconds}))
    assert f"It runs in {words}." in book.print_notebook(write(house)).cells[0].source


def test_minutes_before_they_are_measured(house):
    path = write(house)
    assert book.minutes(path) == "a few minutes"
    book.SECONDS.write_text(json.dumps({"01": 100}))
    assert book.minutes(path) == "a few minutes"


# -------------------------------------------------------------------------------------- building

RUN = 'open("runs", "a").write("x")\nNone'
STREAMS = "import time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(0.3)"
FIGURE = """import numpy as np
from course_utils import plots
plots.images(np.eye(4)[None], columns=1, title="t", says="A diagonal of four squares.")
"""  # fmt: skip
SETTINGS = 'import os\nprint(os.environ["COURSE_BUDGET"], os.environ["COURSE_STRICT"])'


def runs(house):
    path = house / "notebooks/runs"
    return len(path.read_text()) if path.exists() else 0


def stored(house):
    return nbformat.read(house / "notebooks/07_toy.ipynb", 4)


def test_building(house, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_BUDGET", "smoke")  # the builder's own setting wins
    path = cells(house, STREAMS, FIGURE, SETTINGS, RUN)
    build.build(path, force=False)
    said = capsys.readouterr().out
    assert said.startswith("07_toy.ipynb: it is new\n  run in ")
    assert runs(house) == 1 and os.environ["COURSE_BUDGET"] == "smoke"
    first = stored(house)
    nbformat.validate(first)
    code = [cell for cell in first.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4, 5]
    assert code[1].outputs == [{"output_type": "stream", "name": "stdout", "text": "0\n1\n2\n"}], (
        "one stream"
    )
    assert code[2].metadata == {"alt": "A diagonal of four squares."}
    [figure] = code[2].outputs
    assert set(figure.data) == {"image/png", "text/plain"}, "the HTML is for live notebooks"
    assert figure.metadata["image/png"]["alt"] == code[2].metadata.alt
    assert code[3].outputs[0].text == "quick 1\n"
    assert all(not set(cell.metadata) - {"tags", "alt"} for cell in first.cells), "no timing"
    assert first.metadata.language_info == {"name": "python"}
    assert platform.python_version() not in json.dumps(first)
    made = first.metadata.course
    assert json.loads(book.SECONDS.read_text()) == {"07": made.seconds}
    assert made.made_of == provenance.made_of(path) and "cores" in made.machine

    path.write_text(path.read_text() + "\n# %% [markdown]\n# More text.\n")
    build.build(path, force=False)
    assert "outputs kept" in capsys.readouterr().out
    assert runs(house) == 1
    kept = stored(house)
    assert kept.cells[-1].source == "More text."
    assert kept.cells[:-1] == first.cells

    path.write_text(path.read_text().replace("range(3)", "range(2)"))
    capsys.readouterr()
    build.build(path, force=False)
    assert "07_toy.ipynb: its cells changed\n" in capsys.readouterr().out
    assert runs(house) == 2
    assert stored(house).cells[2].outputs[0].text == "0\n1\n"

    nb = stored(house)
    del nb.metadata["course"]
    nbformat.write(nb, house / "notebooks/07_toy.ipynb")
    build.build(path, force=False)
    assert "07_toy.ipynb: it does not say what made it\n" in capsys.readouterr().out
    assert runs(house) == 3


def test_a_run_finds_no_files_of_another(house):
    """Chapter 09 goes on where a training was broken off: a build must not."""
    source = "import pathlib, tempfile\nleft = pathlib.Path(tempfile.gettempdir()) / 'left'\n"
    for _ in range(2):
        nb = book.print_notebook(cells(house, source + "print(left.exists())\nleft.touch()"))
        book.execute(nb)
        assert nb.cells[2].outputs[0].text == "False\n"


def test_stderr_makes_the_build_fail(house):
    path = cells(house, 'import sys\nprint("careful", file=sys.stderr)')
    with pytest.raises(SystemExit) as error:
        build.build(path, force=False)
    for part in ("07_toy.ipynb wrote to stderr", "file=sys.stderr", "careful"):
        assert part in str(error.value)
    assert not book.notebook_path(path).exists()


def test_a_manuscript_edited_while_it_runs_is_not_stored(house):
    path = cells(house, RUN)
    edit = f'open({str(path)!r}, "a").write("\\n# %%\\nprint(1)\\n")\nNone'
    path = cells(house, edit)
    with pytest.raises(SystemExit, match="edited while it ran: nothing is stored"):
        build.build(path, force=False)
    assert not book.notebook_path(path).exists()


def test_outputs_of_other_digits_than_mnist_are_not_stored(house, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", "offline")
    path = cells(house, RUN, "from course_utils import data\ndigits = data.load_digits()")
    with pytest.raises(
        SystemExit, match="07_toy.ipynb .*MNIST.* got offline digits: set COURSE_DATA"
    ):
        build.build(path, force=True)
    assert runs(house) == 0
    assert not book.notebook_path(path).exists()


def executed(nb):
    """As if run: counts and an output in each code cell."""
    code = [cell for cell in nb.cells if cell.cell_type == "code" and cell.source]
    for i, cell in enumerate(code, start=1):
        cell.execution_count = i
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"{i}\n")]
    code[-1].metadata["alt"] = "A picture."
    return nb


@pytest.mark.parametrize(
    "old, new, keep",
    [
        ("same text", "old text", True),
        ("", "", True),
        ("A toy", "A game", True),
        ("answer = ...", "answer = ...  # a number", True),
        ("answer = ...", "answer = (\n    ...\n)", True),
        ("answer = ...", "answer = 3", False),
        ("double(x)", "double(y)", False),
        ("nbval-ignore-output", "nbval-skip", False),
        ("# %%\nx = 1\n\n# %%\nx = 1", "# %%\nx = 1", False),
    ],
)
def test_outputs_are_kept_if_only_text_changed(house, old, new, keep):
    before = executed(book.print_notebook(write(house)))
    text = MANUSCRIPT.replace(old, new) if old else MANUSCRIPT
    after = book.print_notebook(write(house, text))
    fresh = book.print_notebook(write(house, text))
    assert book.keep_outputs(before, after) is keep
    assert after == (executed(fresh) if keep else fresh)


def test_outputs_of_a_notebook_that_was_not_run_are_not_kept(house):
    path = write(house)
    before = executed(book.print_notebook(path))
    before.cells[6].execution_count = None
    assert not book.keep_outputs(before, book.print_notebook(path))


# -------------------------------------------------------------------------------------- nbgrader


def test_nbgrader_cells(house, monkeypatch, capsys):
    text = MANUSCRIPT.replace("ex.slope", "ex.steepest_slope")
    write(house, text)
    folder = house / "build/nbgrader"
    monkeypatch.setattr(sys, "argv", ["build.py", "--nbgrader", str(folder)])
    build.main()
    nb = nbformat.read(folder / "07_toy.ipynb", 4)
    nbformat.validate(nb)
    marked = [cell for cell in nb.cells if "nbgrader" in cell.metadata]
    assert [cell.source for cell in marked] == [
        "ex.double.require()",
        "ex.steepest_slope.require()",
    ]
    data = [cell.metadata.nbgrader for cell in marked]
    assert all(d.schema_version == 3 and d.task is False and d.points == 1 for d in data)
    assert all(d.grade and d.locked and not d.solution for d in data)
    grade_ids = [d.grade_id for d in data]
    assert len(set(grade_ids)) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", grade_id) for grade_id in grade_ids)
    for grade in marked:
        name = grade.source.removeprefix("ex.").removesuffix(".require()")
        assert f"ex.{name}.check(" in nb.cells[nb.cells.index(grade) - 1].source
    plain = book.print_notebook(book.manuscripts("7")[0])
    assert [c.source for c in nb.cells if c not in marked] == [c.source for c in plain.cells]


# --------------------------------------------------------------------------------------- solving

toy = Book(7)


@toy.exercise(cases=[Case([1.0, 2.0])])
def double(x):
    """Twice x."""
    return 2 * x  # the solution


slope = toy.estimate("slope", right=12, within=0.1, why="The chain rule.")
which = toy.question("which", right="b", options={"a": "No.", "b": "Yes."})

STUBS = {
    "double": """import math

def helper(x):
    return x

def double(x):
    \"\"\"Twice x.\"\"\"
    ...  # your code here


double = ex.double.check(double)  # the last line
print(double(helper(math.pi)))""",
    "slope": "# for z in ...: print(z)\nanswer = ...\nex.slope.check(answer)",
    "which": "first = 1\nchoice = ...\nex.which.check(choice)",
}


def toy_notebook(*names):
    code = [nbformat.v4.new_code_cell(STUBS[name]) for name in names]
    text = nbformat.v4.new_markdown_cell("Call `ex.which.check(choice)` now; `answer = ...`")
    return nbformat.v4.new_notebook(cells=[text, nbformat.v4.new_code_cell("y = ..."), *code])


def run(nb):
    for item in toy.items.values():
        item.verdict = None
    space = {"ex": SimpleNamespace(**toy.items)}
    for cell in nb.cells:
        if cell.cell_type == "code":
            exec(cell.source, space)


def test_every_exercise_is_left_open_and_then_solved(capsys):
    nb = toy_notebook("double", "slope", "which")
    solve.solve(nb, toy)
    text, other, *code = [cell.source for cell in nb.cells]
    assert (text, other) == tuple(cell.source for cell in toy_notebook().cells)
    definition = 'def double(x):\n    """Twice x."""\n    return 2 * x  # the solution'
    stub = 'def double(x):\n    """Twice x."""\n    ...  # your code here'
    solutions = {
        "double": STUBS["double"].replace(stub, definition),
        "slope": STUBS["slope"].replace("answer = ...", "answer = 12"),
        "which": STUBS["which"].replace("choice = ...", "choice = 'b'"),
    }
    both = [f"{STUBS[name]}\n\n{solution}" for name, solution in solutions.items()]
    required = [f"ex.{name}.require()" for name in solutions]
    assert code == [*both, *both[:2], *required], "the function, and the cell after it, again"
    run(nb)
    assert capsys.readouterr().out.count("✓") == 5  # two of them again


def test_a_name_used_again_is_found():
    """A learner who comes back to an exercise runs the cell after it with what is there by then."""
    hints, once, later = "# ex.double.hint()", "n = double(n)", "n = None"
    nb = toy_notebook("slope", "which", "double")
    nb.cells.insert(0, nbformat.v4.new_code_cell("n = 1"))
    nb.cells += map(nbformat.v4.new_code_cell, (hints, once))
    solve.solve(nb, toy)
    run(nb)
    nb.cells.insert(-5, nbformat.v4.new_code_cell(later))
    with pytest.raises(TypeError):
        run(nb)


def test_an_unsolved_copy_does_not_pass():
    nb = toy_notebook("double", "slope", "which")
    nb.cells.append(nbformat.v4.new_code_cell("ex.double.require()"))
    with pytest.raises(NotPassed, match="double: not attempted"):
        run(nb)


def test_a_missing_exercise_is_named():
    with pytest.raises(ValueError, match=r"differ: \['which'\]"):
        solve.solve(toy_notebook("double", "slope"), toy)


def test_a_cell_without_a_stub_is_shown():
    nb = toy_notebook("double", "slope", "which")
    nb.cells[-1].source = "choice = 'a'\nex.which.check(choice)"
    with pytest.raises(ValueError, match="no stub of which in:\nchoice = 'a'"):
        solve.solve(nb, toy)


def test_the_real_chapters_are_solved():
    """Every chapter: each exercise solved, nothing else in the notebook changed."""
    for manuscript in book.manuscripts():
        before, after = book.print_notebook(manuscript), book.print_notebook(manuscript)
        module = f"course_utils.exercises.ch{manuscript.name[:2]}"
        if importlib.util.find_spec(module) is None:  # the appendix: nothing to solve or to grade
            assert build.add_grade_cells(after) == before
            continue
        exercises = importlib.import_module(module).book
        solve.solve(after, exercises)
        changed = {a.id for a, b in zip(before.cells, after.cells, strict=False) if a != b}
        assert changed == {f"exercise-{name}" for name in exercises.items}
        tail = [cell.source for cell in after.cells[len(before.cells) :]]
        assert tail[-len(exercises.items) :] == [f"ex.{name}.require()" for name in exercises.items]
        functions = [name for name, item in exercises.items.items() if hasattr(item, "reference")]
        tried = [match[1] for source in tail if (match := solve.DEFINED.search(source))]
        assert set(tried) == set(functions)
        for cell in after.cells:
            if cell.cell_type == "code":
                compile(cell.source, cell.id, "exec")


# ------------------------------------------------------------------------------------ exercises

EXERCISES = '''
from course_utils.exercises.core import Book, Case

book = Book(7)
why = book.question("why", right="b", options={"a": "No.", "b": "Yes.", "c": "No."}, hints=["A."])
half = book.estimate("half", right=0.5, within=0.1, why="So.", hints=["H."])


@book.exercise(cases=[Case(2.0)], hints=["Multiply."])
def double(
    x,
):
    """Twice x.

    A number.
    """
    # Not for learners.
    return 2 * x


def helper(x):
    """Of the check."""
    return x
'''


@pytest.mark.parametrize(
    "line, printed",
    [
        (
            "double = ex.double.check(...)  # @exercise",
            'def double(\n    x,\n):\n    """Twice x.\n\n    A number.\n    """\n'
            "    ...  # your code here\n\n\ndouble = ex.double.check(double)\n"
            "# ex.double.hint()\n# ex.double.solution()",
        ),
        (
            "# First: think.\nex.why.check(...)  # @exercise",
            '# First: think.\nanswer = ...  # "a", "b" or "c"\nex.why.check(answer)\n'
            "# ex.why.hint()\n# ex.why.solution()",
        ),
        (
            "ex.half.check(...)  # @exercise",
            "answer = ...  # a number\nex.half.check(answer)\n# ex.half.hint()\n"
            "# ex.half.solution()",
        ),
    ],
)
def test_an_exercise_is_printed_from_its_definition(house, line, printed):
    (house / "course_utils/exercises").mkdir()
    (house / "course_utils/exercises/ch07.py").write_text(EXERCISES)
    [cell] = [c for c in book.print_notebook(cells(house, line)).cells if "ex." in c.source]
    assert cell.source == printed
    assert cell.id.startswith("exercise-")
    for missing in ("helper", "nothing"):
        path = cells(house, f"ex.{missing}.check(...)  # @exercise")
        with pytest.raises(ValueError, match=f"ch07.py has no exercise {missing}"):
            book.print_notebook(path)


# ----------------------------------------------------------------------------------------- seeds

CLAIMS = """from course_utils import runtime, session
session.set_chapter(7)
runtime.claim("−ELBO", 100 + runtime.seed(0) / 1000 / 3, at_most=101, unit="nats")
runtime.claim("exact", True, exact=True)"""


DIGITS = provenance.circumstances(load_digits("offline"))["digits"]


def run_seeds(*options, chapter="7"):
    before = sys.argv
    sys.argv = ["seeds.py", chapter, *options]
    try:
        seeds.main()
    finally:
        sys.argv = before


def seeds_file(house):
    return json.loads((house / "data/seeds/07.json").read_text("utf-8"))


def test_seeds_are_measured_and_written(house, capsys):
    path = cells(house, CLAIMS)
    (house / "data/seeds").mkdir()
    (house / "data/seeds/07.json").write_text('{"mnist": {"values": {"−ELBO": [1, 2]}}}', "utf-8")
    run_seeds("--data", "offline", "--seeds", "2")
    assert seeds_file(house) == {
        "mnist": {"values": {"−ELBO": [1, 2]}},
        "offline": {
            "made_of": provenance.made_of(path),
            "machine": provenance.machine(),
            "budget": "quick",
            "digits": DIGITS,
            "values": {"−ELBO": [100.333, 100.667], "exact": [1, 1]},
        },
    }
    text = (house / "data/seeds/07.json").read_text("utf-8")
    assert '   "−ELBO": [100.333, 100.667],\n   "exact": [1.0, 1.0]\n  }' in text, "a line a claim"
    printed = capsys.readouterr().out
    assert "✓ −ELBO: 100.3 to 100.7" in printed and "✓ exact: 1 to 1" in printed
    assert "COURSE_SEED" not in os.environ and "COURSE_CLAIMS" not in os.environ


def test_seeds_are_run_again_only_if_one_comes_out_otherwise(house, capsys, monkeypatch):
    path = cells(house, CLAIMS)
    run, runs = seeds.execute, []

    def counted(*args, **env):
        runs.append(env["COURSE_SEED"])
        run(*args, **env)

    monkeypatch.setattr(seeds, "execute", counted)
    run_seeds("--data", "offline", "--seeds", "2")
    first = seeds_file(house)["offline"]
    again = ("--data", "offline", "--seeds", "2")
    capsys.readouterr()
    run_seeds(*again)
    assert "nothing has changed" in capsys.readouterr().out
    assert seeds_file(house)["offline"] == first

    path.write_text(path.read_text("utf-8") + "\n# %%\nx = 1\n", "utf-8")
    run_seeds(*again)
    told = capsys.readouterr().out
    assert "its cells changed: is seed 1 still alike?" in told and "it is: the values" in told
    assert "seed 2" not in told
    assert seeds_file(house)["offline"] == first | {"made_of": provenance.made_of(path)}

    path.write_text(path.read_text("utf-8").replace("100 +", "99.5 +"), "utf-8")
    runs.clear()
    run_seeds(*again)
    told = capsys.readouterr().out
    assert "it is not: −ELBO" in told and "seed 2" in told
    assert runs == ["1", "2"]  # what seed 1 gave is not measured twice
    assert seeds_file(house)["offline"]["values"]["−ELBO"] == [99.8333, 100.167]


def test_tuning_takes_other_seeds_and_writes_nothing(house, capsys):
    cells(house, CLAIMS)
    run_seeds("--data", "offline", "--tune", "1")
    assert "✗ −ELBO: 133.3 to 133.3" in capsys.readouterr().out
    assert not (house / "data/seeds/07.json").exists()


@pytest.mark.parametrize(
    "machine, value, same",
    [("here", 2.0, True), ("here", 2.00001, False), ("else", 2.9, True), ("else", 3.1, False)],
)
def test_alike(monkeypatch, machine, value, same):
    monkeypatch.setattr(provenance, "machine", lambda: "here")
    old = {"machine": machine, "values": {"a": [2.0, 1.0, 3.0]}}
    assert seeds.alike(old, {"a": [value]}, {"a": {"unit": ""}}) == ([] if same else ["a"])
    assert seeds.alike(old, {"a": [value]}, {"a": {"unit": "times as long"}}) == []
    assert seeds.alike(old, {"b": [value]}, {}) == ["a", "b"]


def test_a_study_that_broke_off_is_resumed(house):
    path = cells(house, CLAIMS)
    seeds.measure(path, "offline", [1])
    log = house / "build/seeds/07-offline-1.jsonl"
    log.write_text(log.read_text("utf-8").replace("100.33", "100.25"), "utf-8")
    values, _ = seeds.measure(path, "offline", [1, 5], resume=True)
    assert values["−ELBO"] == [100.253, 101.667]
    assert seeds.measure(path, "offline", [1, 5])[0]["−ELBO"] == [100.333, 101.667]


def test_a_claim_made_twice_is_refused(house):
    path = cells(house, CLAIMS, 'runtime.claim("exact", True, exact=True)')
    with pytest.raises(SystemExit, match=r"more or less than once a run: \['exact'\]"):
        seeds.measure(path, "offline", [1])


def test_the_report_rounds_bounds_as_it_rounds_values(capsys):
    """log2(10) to six digits is a little more than log2(10)."""
    most, least = {"at_least": None, "at_most": math.log2(10)}, {"at_most": None}
    seeds.report({"x": [3.32193]}, {"x": most}, "mnist")
    seeds.report({"x": [3.32192]}, {"x": least | {"at_least": math.log2(10)}}, "mnist")
    lines = capsys.readouterr().out.splitlines()
    assert [line[2] for line in lines] == ["✓", "✗"]


@pytest.mark.parametrize(
    "at_least, at_most, mark",
    [(1, None, "✓"), (1.5, None, "✗"), (None, 2, "✓"), (None, 1.5, "✗"), (1, 2, "✓"), (0, 1, "✗"),
     ({"mnist": 1, "offline": 5}, None, "✓"), ({"mnist": 5, "offline": 1}, None, "✗")],
)  # fmt: skip
def test_the_report_marks_what_does_not_hold(capsys, at_least, at_most, mark):
    record = {"at_least": at_least, "at_most": at_most}
    seeds.report({"x": [1, 2, 1.2]}, {"x": record}, "mnist")
    assert capsys.readouterr().out.startswith(f"  {mark} x: 1 to 2 ")


# -------------------------------------------------------------------------------- lost replies


def wait_for_a_reply(channel_class, seconds):
    """The type of a reply that came just before the client sent something itself, or None."""

    async def wait():
        session, here, there = Session(key=b""), zmq.asyncio.Context(), zmq.Context()
        with there.socket(zmq.ROUTER) as kernel, here.socket(zmq.DEALER) as socket:
            kernel.linger = socket.linger = 0
            socket.connect(f"tcp://127.0.0.1:{kernel.bind_to_random_port('tcp://127.0.0.1')}")
            channel = channel_class(socket, session)
            channel.send(session.msg("execute_request"))
            sender, *_ = kernel.recv_multipart()
            waiting = asyncio.ensure_future(channel.get_msg())
            await asyncio.sleep(0.1)
            kernel.send_multipart([sender, *session.serialize(session.msg("execute_reply"))])
            time.sleep(0.1)  # it has arrived, and asyncio has not looked yet
            channel.send(session.msg("comm_msg"))
            try:
                return (await asyncio.wait_for(waiting, seconds))["msg_type"]
            except TimeoutError:
                return None

    return asyncio.run(wait())


def test_a_reply_is_not_lost_while_a_widget_speaks():
    assert wait_for_a_reply(AsyncZMQSocketChannel, 2) is None  # else tools/patient.py can go
    assert wait_for_a_reply(patient.PatientChannel, 5) == "execute_reply"


def test_an_empty_channel_says_so_in_time():
    async def wait():
        with zmq.asyncio.Context().socket(zmq.DEALER) as socket:
            began = time.monotonic()
            with pytest.raises(Empty):
                await patient.PatientChannel(socket, Session(key=b"")).get_msg(1.2)
            return time.monotonic() - began

    assert 1.1 < asyncio.run(wait()) < 3


# ------------------------------------------------------------------------------------- evidence

GROWS = """from course_utils import runtime, session
from course_utils.runtime import budget
session.set_chapter(7)
steps = budget(smoke=2, quick=50, full=50)
def grown(n):
    return n * STEP
STEP = 3
# %%
unused = 1
print(runtime.evidence("grown"))  # which is not there yet when it is measured first"""
RUNS = """import numpy as np
evidence = {
    "chapter's steps": [steps],
    "grown": [grown(np.float32(budget(smoke=0, quick=n, full=0))) for n in (1, 1.5)],
    "pairs: one": [1, 2],
    "pairs: two": [3, 4],
}
"""


def run_evidence(monkeypatch, *options):
    monkeypatch.setattr(sys, "argv", ["evidence.py", "7", "--data", "offline", *options])
    evidence.main()


def test_evidence_is_measured_told_and_stale_with_what_it_reaches(house, monkeypatch, capsys):
    path = cells(house, GROWS)
    with pytest.raises(SystemExit, match="there is no chapters/evidence/07.py"):
        run_evidence(monkeypatch)
    assert evidence.stale(path, "offline") == []
    script = house / "chapters/evidence/07.py"
    script.parent.mkdir()
    script.write_text(RUNS)
    assert evidence.stale(path, "offline") == ["it does not say what made it"]
    run_evidence(monkeypatch)
    entry = json.loads((house / "data/seeds/07.evidence.json").read_text("utf-8"))["offline"]
    assert entry["values"] == {
        "chapter's steps": [50],
        "grown": [3, 4.5],
        "pairs: one": [1, 2],
        "pairs: two": [3, 4],
    }
    assert entry["machine"] == provenance.machine() and entry["digits"] == DIGITS
    assert 0 < entry["seconds"] < 100
    assert "grown: 3 to 4.5, 2 runs" in capsys.readouterr().out
    run_evidence(monkeypatch)
    assert "nothing has changed" in capsys.readouterr().out
    assert "data/seeds/07.evidence.json" in provenance.made_of(path)  # the chapter prints it

    monkeypatch.setattr(files, "PACKAGE", house / "course_utils")
    session.set_chapter(7)
    session.set_data("offline")
    assert runtime.evidence("grown") == [3, 4.5]
    took = f"(`make evidence CHAPTER=07`, {entry['seconds'] / 60:.0f} min)"
    assert capsys.readouterr().out == (
        f"measured before, not here: grown, 3 to 4.5 in 2 runs {took}\n"
    )
    runtime.evidence("chapter's steps")
    assert "chapter's steps, 50 in one run" in capsys.readouterr().out
    assert runtime.evidence("pairs") == {"one": [1, 2], "two": [3, 4]}
    assert "not here: pairs, 2 settings, 2 runs each" in capsys.readouterr().out
    with pytest.raises(ValueError, match="no evidence 'shrunk' for chapter 7 on offline; there is"):
        runtime.evidence("shrunk")
    session.set_data("mnist")  # of which there is none
    assert runtime.evidence("grown") == [3, 4.5]
    assert ", on the offline digits)" in capsys.readouterr().out

    text = path.read_text("utf-8")
    for old, new, told in (
        ("STEP = 3", "STEP = 4", ["its chapter changed"]),
        ("unused = 1", "unused = 2", []),
        ("return n * STEP", "return STEP * n", ["its chapter changed"]),
    ):
        path.write_text(text.replace(old, new), "utf-8")
        assert evidence.stale(path, "offline") == told
    path.write_text(text, "utf-8")
    script.write_text(RUNS.replace("1.5", "2.5"))
    assert evidence.stale(path, "offline") == ["its cells changed"]


@pytest.mark.parametrize("values", ["{'x': 1}", "{'x': []}"])
def test_evidence_that_is_no_list_is_refused(house, values):
    path = cells(house, GROWS)
    (house / "chapters/evidence").mkdir()
    (house / "chapters/evidence/07.py").write_text(f"evidence = {values}")
    with pytest.raises(SystemExit, match="evidence is a list of numbers for each name, got 'x'"):
        evidence.measure(path, "offline")


# --------------------------------------------------------------------------------------- claims


@pytest.mark.parametrize(
    "bounds, exact, says",
    [
        ({"at_least": 0.9}, False, None),
        ({"at_least": 0.95}, False, "at least 0.95, was 1"),  # the margin is .1
        ({"at_least": 0.95}, True, None),
        ({"at_most": 2.05}, False, "at most 2.05, was 2"),
        ({"at_most": {"mnist": 2.1, "offline": 1.5}}, False, None),
        ({"at_most": {"mnist": 1.5, "offline": 2.1}}, False, "at most 1.5, was 2"),
        ({"at_least": 0.5, "at_most": 2.2}, False, None),
    ],
)
def test_bounds_are_held_against_values(bounds, exact, says):
    record = {"at_least": None, "at_most": None, "exact": exact} | bounds
    found = claims.problems({"x": record}, {"x": [1, 2, 1.2]}, "mnist")
    assert found == ([f"'x' is claimed to be {says}"] if says else [])


def test_claims_and_values_are_of_the_same_names():
    record = {"at_least": 0, "at_most": None, "exact": False}
    told = claims.problems({"x": record}, {"y": [1, 2]}, "mnist")
    assert told == ["'x' was not measured", "'y' is no longer claimed"]
    assert claims.problems({"x": record}, {"x": [1, math.nan]}, "mnist") == [
        "'x' was measured as nan"
    ]


def test_a_log_of_claims(house, monkeypatch, capsys):
    monkeypatch.setattr(claims, "ROOT", house)
    cells(house, CLAIMS)
    run_seeds("--seeds", "2", "--data", "offline")
    values = seeds_file(house)["offline"]
    (house / "data/seeds/07.json").write_text(json.dumps({"mnist": values, "offline": values}))
    log = house / "build/seeds/07-offline-1.jsonl"
    claims.main(log)
    assert "every bound agrees" in capsys.readouterr().out
    log.write_text(log.read_text("utf-8").replace("101", "100.5"), "utf-8")
    with pytest.raises(SystemExit):
        claims.main(log)
    told = capsys.readouterr().out.splitlines()
    assert told == [
        f"07 on {data}: '−ELBO' is claimed to be at most 100.5, was 100.667"
        for data in ("mnist", "offline")
    ]


# ------------------------------------------------------------------------------------- test_full


@pytest.fixture
def checkout(house):
    """A git repository with the real tools and three chapters, 08 changed first and 07 last."""
    shutil.copytree(ROOT / "tools", house / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (house / "tests").mkdir()
    shutil.copy(ROOT / "tests/sanitize.cfg", house / "tests")
    shutil.copy(ROOT / "conftest.py", house)
    git("init", "-q", at=house)
    outputs = {"07": "✓ x = 2 (claimed: at most 9)\n", "08": "0\n", "09": "1\n"}
    code = {
        "07": 'from course_utils.runtime import claim\nclaim("x", 1, at_most=9)',
        "08": 'import os\nprint(os.environ["COURSE_STRICT"])',
        "09": 'import os\nprint(os.environ["COURSE_STRICT"])',
    }
    for day, chapter in enumerate(["08", "09", "07"], start=1):
        write(house, name=f"{chapter}_toy.py")
        out = nbformat.v4.new_output("stream", name="stdout", text=outputs[chapter])
        cell = nbformat.v4.new_code_cell(code[chapter], outputs=[out], execution_count=1)
        notebook = house / f"notebooks/{chapter}_toy.ipynb"
        cells = [cell, stored_figure()] if chapter == "07" else [cell]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)
        git("add", f"chapters/{chapter}_toy.py", str(notebook), at=house)
        git("commit", "-q", "-m", chapter, at=house, date=f"2024-01-0{day}T12:00:00Z")
    return house


def stored_figure():
    """As the builder stores it: without the HTML that a live figure has."""
    data = {"image/png": "", "text/plain": "A diagonal of four squares."}
    return nbformat.v4.new_code_cell(
        FIGURE, outputs=[nbformat.v4.new_output("display_data", data)], execution_count=2
    )


def git(*command, at, date="2024-01-01T12:00:00Z"):
    who = {f"GIT_{role}_{key}": f"{role}@x" for role in ("AUTHOR", "COMMITTER")
           for key in ("NAME", "EMAIL")}  # fmt: skip
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    subprocess.run(["git", *command], cwd=at, env=os.environ | who | dates, check=True)


def run_full(at, *arguments):
    command = [sys.executable, "tools/test_full.py", *arguments]
    outside = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    return subprocess.run(command, cwd=at, env=outside, capture_output=True, encoding="utf-8")


def test_the_full_test_without_time_skips_and_says_so(checkout):
    answer = run_full(checkout, "--minutes", "0")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    names = [f"notebooks/{chapter}_toy.ipynb" for chapter in ("07", "09", "08")]
    assert f"in this order: {', '.join(names)}\n" in answer.stdout
    for chapter in ("07", "08", "09"):
        assert f"{chapter}_toy.ipynb: left out, the time box was over" in answer.stdout
    assert "4 skipped" in answer.stdout


def test_stale_chapters_come_first(checkout):
    for chapter in ("07", "09"):
        path = checkout / f"notebooks/{chapter}_toy.ipynb"
        nb = nbformat.read(path, 4)
        made_of = provenance.made_of(checkout / f"chapters/{chapter}_toy.py")
        nb.metadata["course"] = {"made_of": made_of}
        nbformat.write(nb, path)
    answer = run_full(checkout, "--minutes", "0")
    names = [f"notebooks/{chapter}_toy.ipynb" for chapter in ("08", "07", "09")]
    assert f"in this order: {', '.join(names)}\n" in answer.stdout, answer.stderr


def test_the_full_test_compares_strictly(checkout):
    """07 claims another value than is stored, and draws: both fine; 08 printed something else."""
    answer = run_full(checkout, "7", "8")
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "1 failed, 2 passed" in answer.stdout
    assert "08_toy.ipynb" in answer.stdout.split("short test summary")[-1]


def test_the_time_box_lets_a_notebook_finish():
    box = test_full.TimeBox(minutes=1)
    begun, late = (SimpleNamespace(path=Path(name)) for name in ("a.ipynb", "b.ipynb"))
    box.pytest_runtest_setup(begun)
    box.end = 0
    try:
        box.pytest_runtest_setup(begun)
    except pytest.skip.Exception:  # which would skip this test, too
        pytest.fail("left out after it had begun")
    with pytest.raises(pytest.skip.Exception, match="b.ipynb: left out"):
        box.pytest_runtest_setup(late)
