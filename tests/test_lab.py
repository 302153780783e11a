"""The learner's copies: copying, new editions, progress, the start of JupyterLab."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import nbformat
import pytest
from ipykernel.ipkernel import IPythonKernel

import book
import editions
import lab
import progress

ROOT = Path(__file__).resolve().parents[1]
NAME = "07_toy.ipynb"

MANUSCRIPT = """# %% [markdown]
# # 07 · A toy: what is twice two?

# %% tags=["nbval-ignore-output"]
x = 2

# %% [markdown]
# How to double.

# %%
def double(x):
    ...  # your code here

double = ex.double.check(double)

# %% [markdown]
# Settings follow.

# %%
epochs = 5

# %% [markdown]
# The slope.

# %%
answer = ...
ex.slope.check(answer)

# %% [markdown]
# The end.
"""
ANSWER = "def double(x):\n    return 2 * x\n\ndouble = ex.double.check(double)"
SLOPE = "answer = 3\nex.slope.check(answer)"
UNTOUCHED = "work/ has every notebook; none was touched"
STUB = "def double(x):\n    ...  # your code here\n\ndouble = ex.double.check(double)"


class Course:
    """A small course in a folder of its own, and what its learner does."""

    def __init__(self, folder: Path, capsys):
        self.folder, self.capsys = folder, capsys
        self.notebooks, self.work = folder / "notebooks", folder / "work"

    def publish(self, text=MANUSCRIPT, name=NAME):
        """Print an edition, as if run."""
        manuscript = self.folder / "chapters" / f"{name[:-6]}.py"
        manuscript.write_text(text, "utf-8")
        nb = book.print_notebook(manuscript)
        for i, cell in enumerate(c for c in nb.cells if c.cell_type == "code"):
            cell.execution_count = i + 1
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"{i}\n")]
            cell.metadata["alt"] = "A picture."
        nbformat.write(nb, self.notebooks / name)

    def replace(self, *pairs, text=MANUSCRIPT):
        """Print an edition of which parts differ."""
        for old, new in pairs:
            assert text.count(old) == 1
            text = text.replace(old, new)
        self.publish(text)

    def lab(self, take_over=False):
        """`make lab`, without JupyterLab; what it prints."""
        lab.prepare(self.notebooks, self.work, take_over)
        return self.capsys.readouterr().out

    def copy(self):
        return editions.parse((self.work / NAME).read_bytes())

    def edit(self, *pairs):
        """Replace whole sources of cells of the copy by others, and run it."""
        nb = self.copy()
        for old, new in pairs:
            find(nb, old)["source"] = new.splitlines(keepends=True)
        self.save(nb)

    def add(self, after, source, **fields):
        """Insert a code cell after the one of this source (None: at the top)."""
        nb = self.copy()
        at = 0 if after is None else nb["cells"].index(find(nb, after)) + 1
        cell = {"cell_type": "code", "metadata": {}, "source": source, "id": uuid.uuid4().hex[:8]}
        nb["cells"].insert(at, cell | fields)
        self.save(nb)

    def save(self, nb):
        """As Jupyter saves: through nbformat, outputs in it."""
        for cell in nb["cells"]:
            if cell["cell_type"] == "code":
                cell["execution_count"] = 9
                cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "4\n"}]
        nbformat.write(nbformat.from_dict(nb), self.work / NAME)

    def sources(self):
        """The sources of the copy, without the Colab cell; the copy is a valid notebook."""
        nbformat.validate(nbformat.read(self.work / NAME, 4))
        ids = [cell["id"] for cell in self.copy()["cells"]]
        assert len(set(ids)) == len(ids)
        return [editions.source(c) for c in self.copy()["cells"] if "google.colab" not in str(c)]

    def kept(self):
        return sorted(p.name for p in self.work.iterdir() if p.name != NAME)

    def git(self, *args, folder=None):
        names = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"]
        subprocess.run(["git", *names, *args], cwd=folder or self.folder, check=True,
                       capture_output=True)  # fmt: skip


def find(nb, source):
    return next(cell for cell in nb["cells"] if editions.source(cell) == source)


def unmark(course):
    nb = course.copy()
    del nb["metadata"]["course"]
    course.save(nb)


@pytest.fixture
def course(tmp_path, monkeypatch, capsys):
    for folder in ("chapters", "notebooks", "data"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    monkeypatch.setattr(book, "ROOT", tmp_path)
    monkeypatch.setattr(book, "SECONDS", tmp_path / "data/seconds.json")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return Course(tmp_path, capsys)


@pytest.fixture
def begun(course):
    """A course whose first edition the learner has copied and answered."""
    course.publish()
    course.lab()
    course.edit((STUB, ANSWER), ("answer = ...\nex.slope.check(answer)", SLOPE))
    return course


# ---------------------------------------------------------------------------------------- copying


def test_new_notebooks_are_copied_without_outputs(course):
    for name in ("00_a.ipynb", "01_b.ipynb"):
        course.publish(name=name)
    before = (course.notebooks / "00_a.ipynb").read_bytes()
    printed = json.loads(before)
    course.work.mkdir()
    (course.work / "01_b.ipynb").write_text("the learner's")
    assert lab.copy_new(course.notebooks, course.work) == ["00_a.ipynb"]
    assert (course.work / "01_b.ipynb").read_text() == "the learner's"
    assert (course.notebooks / "00_a.ipynb").read_bytes() == before
    copy = json.loads((course.work / "00_a.ipynb").read_bytes())
    nbformat.validate(nbformat.read(course.work / "00_a.ipynb", 4))
    for cell in printed["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    assert copy["metadata"].pop("course")
    assert copy["metadata"].pop("language_info") == IPythonKernel.language_info
    assert copy["metadata"].pop("kernelspec")["display_name"] == "Python 3 (ipykernel)"
    del printed["metadata"]["language_info"], printed["metadata"]["kernelspec"]
    assert copy == printed, "all else is kept: with these, JupyterLab takes it for unchanged"

    (course.work / "00_a.ipynb").write_text("edited")
    assert lab.copy_new(course.notebooks, course.work) == []
    assert (course.work / "00_a.ipynb").read_text() == "edited"
    (course.work / "00_a.ipynb").unlink()
    assert lab.copy_new(course.notebooks, course.work) == ["00_a.ipynb"], "deleted: a fresh one"


def test_the_folder_of_copies_is_made(course):
    assert lab.copy_new(course.notebooks, course.work) == []
    assert course.work.is_dir()


def put_tools(course):
    (course.folder / "tools").mkdir(exist_ok=True)
    for name in ("lab.py", "editions.py", "progress.py"):
        shutil.copy(ROOT / "tools" / name, course.folder / "tools")


def run_lab(course, *options, prefix=(), python=()):
    """`python tools/lab.py` of the small course, for real."""
    put_tools(course)
    command = [*prefix, sys.executable, *python, str(course.folder / "tools/lab.py"), *options]
    return subprocess.run(command, capture_output=True, encoding="utf-8")


def assert_says(run, *parts):
    """It ended with one line, not with a traceback."""
    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1, run.stderr
    for part in parts:
        assert part in run.stderr


LIMIT = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
LIMITED = (sys.executable, "-c", LIMIT + "os.execv(sys.argv[1], sys.argv[1:])")


def test_a_full_disk_leaves_no_half_a_notebook(course):
    course.publish()
    run = run_lab(course, prefix=LIMITED)
    assert_says(run, str(course.work / NAME), os.strerror(27))
    assert list(course.work.iterdir()) == []
    course.lab()
    assert course.sources(), "the next call mends it"


def test_a_full_disk_leaves_the_old_edition(begun):
    before = (begun.work / NAME).read_bytes()
    begun.replace(("epochs = 5", "epochs = 6"))
    assert_says(run_lab(begun, "--update", prefix=LIMITED), os.strerror(27))
    assert (begun.work / NAME).read_bytes() == before and begun.kept() == []


def test_the_kept_file_goes_if_the_new_edition_cannot_be_written(begun):
    """The limit lies between the sizes of the two files."""
    before = (begun.work / NAME).read_bytes()
    begun.replace(("The end", "The end" + 50 * " of a long text"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before), hard))
    try:
        with pytest.raises(OSError) as error:
            begun.lab(take_over=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert error.value.filename == str(begun.work / NAME)
    assert (begun.work / NAME).read_bytes() == before and begun.kept() == []


def test_a_folder_that_is_a_file_is_named(course):
    course.publish()
    course.work.write_text("mine")
    assert_says(run_lab(course), f"{course.work} is a file")
    assert course.work.read_text() == "mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_without_permission_is_named(course):
    course.publish()
    course.work.mkdir(mode=0o500)
    assert_says(run_lab(course), str(course.work / NAME), "Permission denied")


def test_a_path_through_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match=r"Not a directory: '.*file/a.ipynb'"):
        lab.write(tmp_path / "file/a.ipynb", b"{}")


def test_a_damaged_notebook_of_the_course_is_named(course):
    course.publish()
    (course.notebooks / NAME).write_text("<<<<<<< HEAD")
    assert_says(run_lab(course), f"{NAME} is damaged", "git checkout notebooks")


# ------------------------------------------------------------------------------- a newer edition


def test_a_copy_says_from_which_edition_it_was_made(begun):
    found = begun.copy()["metadata"]["course"]
    assert found == editions.mark(NAME, json.loads((begun.notebooks / NAME).read_bytes()))
    assert begun.lab() == f"{UNTOUCHED}\n"


@pytest.mark.parametrize(
    "old, new, newer",
    [
        ("How to double.", "How to double it.", True),
        ("epochs = 5", "epochs = 6", True),
        ("    ...  # your", '    """Twice x."""\n    ...  # your', True),
        ("# %%\nepochs = 5\n", "", True),
        ("epochs = 5", "epochs = 5", False),
        (' tags=["nbval-ignore-output"]', "", False),
    ],
)
def test_a_newer_edition_is_said(begun, old, new, newer):
    before = (begun.work / NAME).read_bytes()
    begun.replace((old, new))
    said = begun.lab()
    assert ("07: a newer edition is out; `make lab UPDATE=1`" in said) == newer
    assert (begun.work / NAME).read_bytes() == before and begun.kept() == []


def test_a_time_measured_anew_is_no_edition(course):
    """But it is shown, and it moves no cell."""
    text = MANUSCRIPT.replace("How to double.", "It runs in {{minutes}}.")
    for seconds in (100, 400, 30):
        book.SECONDS.write_text(json.dumps({"07": seconds}))
        course.publish(text)
        assert "newer" not in course.lab()
    assert "less than a minute" in (course.notebooks / NAME).read_text()
    assert "about 2 minutes" in (course.work / NAME).read_text()


def test_an_order_of_cells_is_an_edition(course):
    course.publish()
    nb = json.loads((course.notebooks / NAME).read_bytes())
    other = nb | {"cells": nb["cells"][::-1]}
    assert editions.mark(NAME, nb)["edition"] != editions.mark(NAME, other)["edition"]


def test_outputs_are_no_edition(begun):
    nb = json.loads((begun.notebooks / NAME).read_bytes())
    find(nb, "epochs = 5")["outputs"] = []
    (begun.notebooks / NAME).write_bytes(editions.dump(nb))
    assert "newer" not in begun.lab()


def test_an_update_keeps_answers_and_the_old_file(begun):
    nb = begun.copy()
    nb["metadata"] |= {"widgets": {}, "toc": 1, "kernelspec": {"name": "mine", "display_name": "M"}}
    begun.save(nb)
    first = (begun.work / NAME).read_bytes()
    begun.replace(("How to double.", "How to double it."), ("epochs = 5", "epochs = 6"))
    said = begun.lab(take_over=True)
    assert begun.sources()[1:] == [
        "x = 2", "How to double it.", ANSWER, "Settings follow.", "epochs = 6", "The slope.",
        SLOPE, "The end.",
    ]  # fmt: skip
    code = [cell for cell in begun.copy()["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    metadata = begun.copy()["metadata"]
    assert metadata["kernelspec"]["name"] == "mine" and metadata["toc"] == 1
    assert "widgets" not in metadata, "sliders' states are outputs"
    (kept,) = begun.kept()
    assert re.fullmatch(r"07_toy\.\d{4}-\d\d-\d\d\.ipynb", kept)
    assert (begun.work / kept).read_bytes() == first
    assert f"the old file is {kept}\n  carried over: 2 answers\n" in said
    assert "newer" not in begun.lab() and "no chapter" in begun.lab(take_over=True)

    begun.replace(("The end.", "The very end."))
    begun.lab(take_over=True)
    assert begun.kept() == [kept.replace(".ipynb", "-2.ipynb"), kept], "nothing is overwritten"
    assert (begun.work / kept).read_bytes() == first
    begun.replace(("The end.", "The last end."))
    begun.lab(take_over=True)
    assert len(begun.kept()) == 3 and ANSWER in begun.sources()


def test_an_unfinished_answer_is_kept(begun):
    half = "def double(x):\n    y = 2 *\n\ndouble = ex.double.check(double)"
    begun.edit((ANSWER, half))
    begun.replace(("epochs = 5", "epochs = 6"))
    begun.lab(take_over=True)
    assert half in begun.sources()


def test_an_exercise_that_asks_for_something_else(begun):
    """An answer is kept, and that is said; an untouched stub is the new one."""
    begun.edit((SLOPE, "answer = ...\nex.slope.check(answer)"))
    begun.replace(("def double(x):", "def double(x, by):"), ("answer = ...", "answer = ...  # a"))
    said = begun.lab(take_over=True)
    assert ANSWER in begun.sources()
    assert "answer = ...  # a\nex.slope.check(answer)" in begun.sources()
    assert "  double asks for something else now: your answer is kept" in said
    assert "slope" not in said and "carried over: 1 answer\n" in said


GONE = ("# %%\nanswer = ...\nex.slope.check(answer)\n\n", "")


def test_answers_of_exercises_that_are_gone_are_at_the_end(begun):
    begun.add(SLOPE, SLOPE + "  # again")
    begun.replace(GONE)
    said = begun.lab(take_over=True)
    *_, end, heading, answer, again = begun.copy()["cells"]
    assert editions.source(again) == SLOPE + "  # again" and again["cell_type"] == "raw"
    assert editions.source(end) == "The end."
    assert heading["source"].startswith("## Answers whose exercise is no longer in this chapter")
    assert editions.source(answer) == SLOPE and answer["cell_type"] == "raw", "it would not run"
    assert "no longer in the chapter, at its end: slope" in said

    begun.replace(GONE, ("How to", "How one can"))
    begun.lab(take_over=True)
    old = ["The end.", heading["source"], SLOPE, SLOPE + "  # again"]
    assert begun.sources()[-4:] == old, "no second heading"
    begun.replace(GONE, (f"# %%\n{STUB}\n", ""))
    begun.lab(take_over=True)
    assert begun.sources()[-5:] == [*old, ANSWER], "no second heading"


def test_an_exercise_that_is_gone_and_was_not_attempted_is_gone(begun):
    begun.edit((SLOPE, "answer = ...\nex.slope.check(answer)"))
    begun.replace(GONE)
    begun.lab(take_over=True)
    assert begun.sources()[-1] == "The end."


# ----------------------------------------------------------------- what else is the learner's own


def test_added_cells_stay_after_their_predecessor(begun):
    begun.add("x = 2", "print(x)")
    begun.add("print(x)", "A note.", cell_type="markdown")
    begun.add(ANSWER, "double(4)")
    begun.add(None, "import me")
    begun.add("The end.", "my = 1")
    begun.add("my = 1", " \n")
    begun.replace(("epochs = 5", "epochs = 6"))
    said = begun.lab(take_over=True)
    found = begun.sources()
    assert found[0] == "import me" and found[-1] == "my = 1", "an empty cell is nothing"
    assert found[2:5] == ["x = 2", "print(x)", "A note."]
    assert found[found.index(ANSWER) + 1] == "double(4)"
    assert "5 added cells" in said


def test_added_cells_stay_before_their_successor(begun):
    """A word of the text before them was corrected."""
    begun.add(None, "import me")
    begun.add("Settings follow.", "my = 1")
    begun.add("The end.", "your = 2")
    title = "07 · A toy", "07 · The toy"
    begun.replace(title, ("Settings follow.", "Here are settings."), ("The end.", "The very end."))
    begun.lab(take_over=True)
    found = begun.sources()
    assert found[0] == "import me"
    assert found[found.index("my = 1") - 1 :][:3] == ["Here are settings.", "my = 1", "epochs = 5"]
    assert found[-2:] == ["The very end.", "your = 2"]


def test_added_cells_without_neighbours_are_at_the_end(begun):
    begun.add("Settings follow.", "my = 1")
    changes = ("Settings follow.", "Other settings."), ("epochs = 5", "epochs = 6")
    begun.replace(*changes)
    begun.lab(take_over=True)
    heading = editions.HEADINGS["kept-cells"]
    assert begun.sources()[-3:] == ["The end.", heading, "my = 1"]
    begun.replace(*changes, ("How to", "How one can"))
    begun.lab(take_over=True)
    assert begun.sources()[-3:] == ["The end.", heading, "my = 1"]


def test_edited_cells_are_kept_or_named(begun):
    """A cell that only the learner changed is theirs; one that both changed is the course's."""
    begun.edit(
        ("epochs = 5", "epochs = 1\nprint()"),
        ("Settings follow.", "Settings follow. My note."),
        ("The slope.", "The slope. Ask Ann!\nAnd Bob."),
    )
    begun.replace(("The slope.", "The slope is asked."), ("How to", "How one can"))
    said = begun.lab(take_over=True)
    found = begun.sources()
    assert "epochs = 1\nprint()" in found and "Settings follow. My note." in found
    assert "The slope is asked." in found and "epochs = 5" not in found
    assert "not carried over: your change in a cell that is new itself: The slope. Ask Ann!" in said
    assert "2 changed cells" in said and "And Bob" not in said
    begun.replace(("The slope.", "The slope is asked."), ("How to", "How two can"))
    begun.lab(take_over=True)
    assert "epochs = 1\nprint()" in begun.sources(), "the new mark knows the course's cell"


def test_a_deleted_cell_is_back(begun):
    nb = begun.copy()
    nb["cells"].remove(find(nb, "epochs = 5"))
    nb["cells"].remove(find(nb, ANSWER))
    begun.save(nb)
    begun.replace(("How to", "How one can"))
    begun.lab(take_over=True)
    assert "epochs = 5" in begun.sources() and STUB in begun.sources()


FUNCTION, CALL = ANSWER.split("\n\n")


@pytest.mark.parametrize("keeps_id", ["both", "function", "call"])
def test_an_answer_in_two_cells(begun, keeps_id):
    """Which half keeps the id depends on the tool, and some leave it to both."""
    begun.edit((ANSWER, FUNCTION if keeps_id == "function" else CALL))
    if keeps_id == "function":
        begun.add(FUNCTION, CALL)
    else:
        begun.add("How to double.", FUNCTION)
    if keeps_id == "both":
        nb = begun.copy()
        find(nb, FUNCTION)["id"] = "exercise-double"
        (begun.work / NAME).write_bytes(editions.dump(nb))
    begun.replace(("epochs = 5", "epochs = 6"))
    begun.lab(take_over=True)
    found = begun.sources()
    assert found[2:6] == ["How to double.", FUNCTION, CALL, "Settings follow."]
    assert STUB not in found


def test_an_answer_in_a_second_cell(begun):
    """The stub was copied, and the copy answered; also far away from the stub."""
    begun.edit((ANSWER, STUB))
    begun.add(STUB, ANSWER)
    begun.add("epochs = 5", ANSWER + "  # again", id="again")
    begun.replace(("The end.", "The very end."))
    begun.lab(take_over=True)
    found = begun.sources()
    assert found[3:5] == [STUB, ANSWER]
    assert found[6:8] == ["epochs = 5", ANSWER + "  # again"]


def test_a_new_exercise_that_the_learner_has_already(begun):
    """It was copied by hand from the new edition, and answered."""
    answer = "answer = 1\nex.size.check(answer)"
    begun.add(SLOPE, answer)
    begun.replace(("The end.", "The end.\n\n# %%\nanswer = ...\nex.size.check(answer)"))
    assert "3 answers\n" in begun.lab(take_over=True)
    assert begun.sources()[-3:] == [SLOPE, "The end.", answer]


def test_two_answers_in_one_cell(begun):
    """The stub of the second would undo it."""
    begun.edit((ANSWER, f"{ANSWER}\n{SLOPE}"))
    nb = begun.copy()
    nb["cells"].remove(find(nb, SLOPE))
    begun.save(nb)
    begun.replace(("epochs = 5", "epochs = 6"))
    said = begun.lab(take_over=True)
    assert f"{ANSWER}\n{SLOPE}" in begun.sources() and "answer = ..." not in str(begun.sources())
    assert "2 answers" in said


@pytest.mark.parametrize("ids", ["new", "none"])
def test_lost_ids(begun, ids):
    """Exercises are known by their checks, other cells by their sources."""
    begun.add("epochs = 5", "my = 1")
    nb = begun.copy()
    for i, cell in enumerate(nb["cells"]):
        cell["id"] = f"new-{i}"
        if ids == "none":
            del cell["id"]
    if ids == "none":
        nb["nbformat_minor"] = 4
    (begun.work / NAME).write_bytes(editions.dump(nb))
    begun.replace(("How to", "How one can"))
    begun.lab(take_over=True)
    assert begun.sources()[1:] == [
        "x = 2", "How one can double.", ANSWER, "Settings follow.", "epochs = 5", "my = 1",
        "The slope.", SLOPE, "The end.",
    ]  # fmt: skip
    assert find(begun.copy(), ANSWER)["id"] == "exercise-double"


# ---------------------------------------------------------------------------- what is left alone


def test_other_notebooks_are_left_alone(begun):
    for name in ("my07.ipynb", "07_toy-Copy1.ipynb", "07_toy copy.ipynb", "notes.ipynb"):
        shutil.copy(begun.work / NAME, begun.work / name)
    before = {name: (begun.work / name).read_bytes() for name in begun.kept()}
    begun.replace(("epochs = 5", "epochs = 6"))
    said = begun.lab(take_over=True)
    after = {name: (begun.work / name).read_bytes() for name in before}
    assert after == before
    assert said.count(".ipynb is of the new edition") == 1


def foreign(nb, **metadata):
    cells = [{"cell_type": "code", "source": "z = 1", "id": "a", "metadata": {}, "outputs": []}]
    return json.dumps(nb | {"cells": cells, "metadata": metadata})


@pytest.mark.parametrize(
    "content, reason",
    [
        (lambda nb: "", "the file is damaged, or no notebook"),
        (lambda nb: json.dumps(nb)[:-30], "the file is damaged"),
        (lambda nb: "[]", "the file is damaged"),
        (lambda nb: json.dumps({"metadata": {}, "worksheets": []}), "the file is damaged"),
        (lambda nb: json.dumps(nb | {"cells": [{"cell_type": "code"}]}), "the file is damaged"),
        (lambda nb: json.dumps(nb | {"cells": [3]}), "the file is damaged"),
        (lambda nb: foreign(nb), "it does not say from which edition"),
        (lambda nb: foreign(nb).replace('"a"', '"exercise-double"'), "it does not say"),
        (lambda nb: foreign(nb, course="a mark of theirs"), "it does not say"),
        (lambda nb: foreign(nb, course=nb["metadata"]["course"] | {"notebook": "08"}), "it does"),
    ],
)
def test_what_cannot_be_told_is_left_alone(begun, content, reason):
    text = content(begun.copy())
    (begun.work / NAME).write_text(text)
    begun.replace(("epochs = 5", "epochs = 6"))
    for take_over in (False, True):
        said = begun.lab(take_over).splitlines()
        assert said.pop(0 if take_over else 1).startswith(f"{NAME} is left alone: {reason}")
        assert said == ["no chapter in work/ has a newer edition" if take_over else UNTOUCHED]
        assert (begun.work / NAME).read_text() == text and begun.kept() == []


def test_a_folder_of_that_name_is_left_alone(begun):
    (begun.work / NAME).unlink()
    (begun.work / NAME).mkdir()
    assert f"{NAME} is left alone: Is a directory" in begun.lab()


# ------------------------------------------------------------------------- copies without a mark


def history(course, *texts):
    """Commit an edition for each text."""
    course.git("init", "-q")
    for text in texts:
        course.publish(text)
        course.git("add", "notebooks")
        course.git("commit", "-q", "--allow-empty", "-m", "An edition")


SECOND = MANUSCRIPT.replace("How to", "How one can").replace("def double(x)", "def double(x, by)")
THIRD = SECOND.replace("epochs = 5", "epochs = 6").replace("answer = ...", "answer = ...  # a")


@pytest.mark.parametrize("made_from", [MANUSCRIPT, SECOND, THIRD])
def test_git_knows_the_edition_of_a_copy_without_a_mark(course, made_from):
    course.publish(made_from)
    course.lab()
    unmark(course)
    course.edit(
        next((a, SLOPE) for a in course.sources() if "slope.check" in a), ("The slope.", "Note!")
    )
    course.add("The end.", "my = 1")
    history(course, MANUSCRIPT, SECOND, THIRD)
    outdated = made_from != THIRD
    assert ("07: a newer edition is out" in course.lab()) == outdated
    said = course.lab(take_over=True)
    assert ("1 answer, 1 added cell, 1 changed cell\n" in said) == outdated
    assert ("slope asks for something else" in said) == outdated
    assert ("double asks" in said) is False, "an untouched stub is no answer"
    assert course.sources()[1:] == [
        "x = 2", "How one can double.", STUB.replace("(x):", "(x, by):"), "Settings follow.",
        "epochs = 6", "Note!", SLOPE, "The end.", "my = 1",
    ]  # fmt: skip
    assert ("course" in course.copy()["metadata"]) == outdated


def test_without_history_a_copy_without_a_mark_is_left_alone(course, monkeypatch):
    """No repository (a zip file); no git; a shallow clone, which knows the last edition only."""
    course.publish()
    course.lab()
    unmark(course)
    different = re.sub(r"(?m)^# (\w+ \w+|\w+)\.$", r"# \1, once more.", MANUSCRIPT)
    course.publish(different.replace("x = 2", "x = 3").replace("epochs = 5", "epochs = 6"))
    assert "is left alone: it does not say" in course.lab()
    course.git("init", "-q")
    assert "is left alone: it does not say" in course.lab(), "a repository without commits"
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")
        assert "is left alone: it does not say" in course.lab()
    course.git("config", "gc.auto", "0")
    text = (course.folder / "chapters/07_toy.py").read_text("utf-8")
    history(course, MANUSCRIPT, text)
    assert "a newer edition" in course.lab()
    course.git("clone", "-q", "--depth=1", f"file://{course.folder}", "shallow")
    shutil.copytree(course.work, course.folder / "shallow/work")
    shallow = Course(course.folder / "shallow", course.capsys)
    assert "is left alone: it does not say" in shallow.lab()
    assert "no chapter" in shallow.lab(take_over=True)


@pytest.mark.parametrize("old, new", [("# %%\nepochs = 5\n", ""), ("", "\n# %%\ny = 3\n")])
@pytest.mark.parametrize("ids", ["kept", "lost"])
def test_git_tells_editions_that_differ_by_a_cell(course, ids, old, new):
    course.publish()
    course.lab()
    course.edit((STUB, ANSWER))
    unmark(course)
    if ids == "lost":
        nb = course.copy()
        for i, cell in enumerate(nb["cells"]):
            cell["id"] = f"new-{i}"
        course.save(nb)
    history(course, MANUSCRIPT, MANUSCRIPT.replace(old, new) if old else MANUSCRIPT + new)
    assert "a newer edition" in course.lab()
    course.lab(take_over=True)
    assert ("epochs = 5" in course.sources()) == (not old)
    assert ("y = 3" in course.sources()) == (not old)


def test_without_history_a_copy_of_today_is_known(course):
    course.publish()
    course.lab()
    unmark(course)
    course.edit((STUB, ANSWER))
    assert course.lab() == f"{UNTOUCHED}\n"


# --------------------------------------------------------------------------------------- progress

TOY = """from types import SimpleNamespace
from course_utils.exercises.core import Book, Case
toy = Book(7)
@toy.exercise(cases=[Case(2)])
def double(x):
    return 2 * x
toy.question("slope", right="a", options={"a": "Yes.", "b": "No."}, hints=["A hint."])
toy.estimate("size", right=3, within=1, why="So it is.")
ex = SimpleNamespace(**toy.items)"""


def outputs_of(*sources):
    """A notebook of these cells, really run, as a dict."""
    code = [nbformat.v4.new_code_cell(source) for source in (TOY, *sources)]
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 07 · A toy: x?"), *code])
    book.execute(nb)
    return json.loads(nbformat.writes(nb))


@pytest.fixture(scope="module")
def ran():
    return outputs_of(
        "ex.slope.hint()\nex.slope.check('a')",
        STUB,
        ANSWER,
        "print('✗ no verdict')",
        "ex.size.check(9)",
    )


def say(course, nb, mark=None):
    nb = nb | {"metadata": {"course": mark}}
    (course.work / NAME).write_bytes(editions.dump(nb))
    return progress.describe(course.work / NAME)


def test_progress_is_read_from_the_outputs(course, ran):
    course.work.mkdir()
    text = "07 · A toy: 2 of 3 done; open: ✗ size"
    assert say(course, ran) == (text, 2, 3), "a copied cell that passed counts"
    assert say(course, ran | {"cells": ran["cells"][::-1]})[1:] == (2, 3), "wherever it is"
    lacking = ran | {"cells": ran["cells"][:4]}
    assert say(course, lacking)[0] == "07 · A toy: 1 of 2 done; open: ○ double"
    mark = {"notebook": NAME, "edition": "0", "cells": {"exercise-size": "0", "a": "1"}}
    text = "07 · A toy: 1 of 3 done; open: ○ double, ○ size"
    assert say(course, lacking, mark)[0] == text, "a deleted exercise is open"


def test_progress_of_what_was_not_run(course, ran):
    course.work.mkdir()
    fresh = json.loads(json.dumps(ran))
    editions.strip_outputs(fresh)
    assert say(course, fresh) == ("07 · A toy: not run; 3 exercises", 0, 3)
    mark = {"notebook": NAME, "edition": "0", "cells": {}, "updated": "2026-11-26"}
    said = "07 · A toy: not run since its update on 2026-11-26; 3 exercises"
    assert say(course, fresh, mark) == (said, 0, 3)
    assert say(course, fresh | {"cells": fresh["cells"][:2]}) == ("", 0, 0), "no exercises"
    (course.work / NAME).write_text("{")
    assert progress.describe(course.work / NAME) == (f"{NAME}: cannot be read", 0, 0)


def test_an_answer_that_raises_is_open(course, ran):
    course.work.mkdir()
    broken = {"output_type": "error", "ename": "SyntaxError", "evalue": "", "traceback": []}
    nb = json.loads(json.dumps(ran))
    nb["cells"][-1]["outputs"] = [broken]
    nb["cells"] = nb["cells"][-1:]
    assert say(course, nb)[0] == "07_toy: 0 of 1 done; open: ✗ size"


def test_two_checks_in_a_cell_have_a_verdict_each(course):
    verdicts = [{"output_type": "display_data", "data": {"text/plain": [t]}} for t in ("✓ a", "✗")]
    cell = {"cell_type": "code", "source": "ex.a.check(1)\nex.b.check(2)", "outputs": verdicts}
    assert progress.standing({"cells": [cell]}, {}) == {"a": "✓", "b": "✗"}


def test_progress_tells_all_chapters_and_is_fast(begun, ran):
    begun.publish(name="08_later.ipynb")
    say(begun, ran)
    put_tools(begun)
    command = [sys.executable, "-X", "importtime", str(begun.folder / "tools/progress.py")]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert run.stdout.splitlines() == [
        "07 · A toy: 2 of 3 done; open: ✗ size",
        "08_later: not in work/ yet; `make lab` copies it",
        "2 of 3 exercises done, by the outputs in work/ (✗ tried, ○ not attempted)",
    ]
    for slow in ("tensorflow", "numpy", "nbformat", "course_utils"):
        assert slow not in run.stderr
    shutil.rmtree(begun.work)
    run = subprocess.run(command[:1] + command[3:], capture_output=True, encoding="utf-8")
    assert_says(run, "there is no folder work/ yet")


# ------------------------------------------------------------------------------------- JupyterLab


def test_the_page_is_chapter_00_of_the_course(tmp_path):
    words = lab.command(tmp_path / "wörk #1", "00_a #ü.ipynb", ["--port", "9"])
    assert "--LabApp.default_url=/lab/tree/00_a%20%23%C3%BC.ipynb" in words
    assert f"--ServerApp.root_dir={tmp_path}/wörk #1" in words
    assert words[-2:] == ["--port", "9"]
    assert not [word for word in words if "--ip" in word or "token" in word]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_root_is_allowed_and_told(tmp_path, capsys):
    assert lab.command(tmp_path, "00.ipynb", []).count("--allow-root") == 1
    assert capsys.readouterr().out == "you are root: JupyterLab is started with --allow-root\n"
    assert lab.command(tmp_path, "00.ipynb", ["--allow-root"]).count("--allow-root") == 1


def test_a_python_without_jupyterlab_is_named(course):
    course.publish()
    run = run_lab(course, python=["-S"])  # no site-packages
    assert_says(run, f"{sys.executable} has no JupyterLab", ".venv/bin/python tools/lab.py")
    assert not course.work.exists()


def test_a_server_that_died_does_not_count(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    info = {
        "root_dir": str(tmp_path),
        "url": "http://localhost:1/",
        "token": "t",
        "password": False,
    }
    for i, text in enumerate((json.dumps(info), "", "[]", "{}")):
        (tmp_path / f"jpserver-{i}.json").write_text(text)
    assert lab.running(tmp_path) is None


def test_a_second_lab_names_the_first(tmp_path, monkeypatch, capsys):
    """JupyterLab for real, in a folder with an awkward name, beside a copy of chapter 00."""
    folder = tmp_path / "kurs #1 ü"
    for name in ("notebooks", "work", "chapters", "run"):
        (folder / name).mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", folder)
    monkeypatch.setattr(book, "ROOT", folder)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "run"))
    monkeypatch.setenv("http_proxy", "http://localhost:1")
    course = Course(folder, capsys)
    course.publish(name="00_start.ipynb")
    (folder / "work/00_a copy.ipynb").write_text("{}")
    put_tools(course)
    command = [sys.executable, str(folder / "tools/lab.py"), "--no-browser", "--port=0"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while not (address := lab.running(folder / "work")) and time.monotonic() < until:
            assert server.poll() is None, (folder / "log").read_text()
            time.sleep(0.2)
        assert re.fullmatch(r"http://localhost:\d+/lab\?token=\w{20,}", address)
        second = run_lab(course, "--no-browser")
        assert second.returncode == 0 and second.stderr == ""
        assert second.stdout.endswith(f"JupyterLab is running on work/ already: {address}\n")
        assert "choose Revert" in run_lab(course, "--update").stdout
        assert re.search(r"^\d+\.\d+", run_lab(course, "--another", "--version").stdout, re.M)
        assert lab.running(folder) is None, "another folder"
        text = (folder / "log").read_text("utf-8")
        assert "/lab/tree/00_start.ipynb?token=" in text and "copy.ipynb" not in text
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
    assert lab.running(folder / "work") is None
