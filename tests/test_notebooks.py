"""The real chapters: nothing drifted, the rules are kept, and claims agree with five seeds."""

import ast
import functools
import importlib
import json
import math
import re
import subprocess
import sys

import nbformat
import pytest

import evidence
import provenance
from book import (
    CHAPTERS,
    CHECK,
    NOTEBOOKS,
    ROOT,
    manuscripts,
    notebook_path,
    print_notebook,
    with_code,
)
from course_utils import data

CLAIM_LINE = re.compile(r"^([✓✗·]) ([^=\n]+) = (.*) \(claimed: (.*)\)$", re.M)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FOLDER = re.compile(r"(?<![\w.~/-])/(?:home|root|work|tmp|usr)/")
DRIVE = re.compile(r"\b[A-Z]:\\")

MNIST, OFFLINE = "mnist e506b3982c2fb04f", "offline 6499590a7d3f08fb"  # hashes of the digits

every_chapter = pytest.mark.parametrize("manuscript", manuscripts(), ids=lambda path: path.stem)


@functools.cache
def stored(manuscript):
    return nbformat.read(notebook_path(manuscript), as_version=4)


def code_cells(manuscript):
    return [cell for cell in stored(manuscript).cells if cell.cell_type == "code"]


def outputs(manuscript):
    return [output for cell in code_cells(manuscript) for output in cell.outputs]


def printed(manuscript):
    """All that a chapter printed."""
    return "".join(o.text for o in outputs(manuscript) if o.output_type == "stream")


# ----------------------------------------------------------------------------------------- drift


def test_every_chapter_is_printed_and_nothing_else():
    names = {path.stem for path in NOTEBOOKS.glob("*.ipynb")}
    assert names == {path.stem for path in manuscripts()}
    assert names == {path.stem for path in CHAPTERS.glob("*.py")}


@every_chapter
def test_the_notebook_is_the_print_of_its_manuscript(manuscript):
    fresh, nb = print_notebook(manuscript), stored(manuscript)

    def content(notebook):
        return [
            (c.cell_type, c.id, c.source, {k: v for k, v in c.metadata.items() if k != "alt"})
            for c in notebook.cells
        ]

    for new, old in zip(content(fresh), content(nb), strict=False):
        assert old == new, "make notebooks"
    assert len(fresh.cells) == len(nb.cells)
    printed = {key: value for key, value in nb.metadata.items() if key != "course"}
    assert (printed, nb.nbformat, nb.nbformat_minor) == (fresh.metadata, 4, 5)


@every_chapter
def test_nothing_is_stale(manuscript):
    """Outputs are those of today's code: `make notebooks` runs what is stale."""
    made = stored(manuscript).metadata.get("course", {})
    for change in provenance.changes(made.get("made_of"), provenance.made_of(manuscript)):
        pytest.fail(f"stale: {change} since {manuscript.stem[:2]} was run")
    seconds = json.loads((ROOT / "data/seconds.json").read_text("utf-8"))
    assert seconds[manuscript.stem[:2]] == made["seconds"]
    assert made["budget"] == "quick" and made.get("digits", MNIST) == MNIST


@every_chapter
@pytest.mark.parametrize("name", ["mnist", "offline"])
def test_no_measurement_is_stale(manuscript, name):
    """So are the values over five seeds (`make seeds`), and evidence (`make evidence`)."""
    entry = measured(manuscript)[name]
    if "made_of" not in entry:
        pytest.skip("measured before records were kept")
    for change in provenance.changes(entry.get("made_of"), provenance.made_of(manuscript)):
        pytest.fail(f"stale: {change} since the seeds of {manuscript.stem[:2]} were run")
    assert entry["digits"] == {"mnist": MNIST, "offline": OFFLINE}[name]
    for change in evidence.stale(manuscript, name):
        pytest.fail(f"stale: {change} since the evidence of {manuscript.stem[:2]} was run")


@every_chapter
def test_every_cell_was_run_in_order(manuscript):
    counts = [cell.execution_count for cell in with_code(stored(manuscript))]
    assert all(counts) and counts == sorted(set(counts))


# ----------------------------------------------------------------------------------------- rules


@every_chapter
def test_the_file_is_valid_and_small(manuscript):
    nbformat.validate(stored(manuscript))
    ids = [cell.id for cell in stored(manuscript).cells]
    assert len(set(ids)) == len(ids)
    assert len(ids) <= 130, "a chapter is an evening"
    assert notebook_path(manuscript).stat().st_size < 1_000_000


@every_chapter
def test_code_is_plain_python(manuscript):
    for cell in code_cells(manuscript):
        ast.parse(cell.source)  # no magic, no shell
        for line in cell.source.splitlines():
            assert len(line) <= 100, line
            assert not line.rstrip().endswith(";"), line


def test_no_name_is_undefined_and_no_import_unused():
    """With what `# @source` prints: the chapter imports what that needs."""
    for manuscript in manuscripts():
        source = "\n".join(cell.source for cell in with_code(print_notebook(manuscript)))
        ruff = ["ruff", "check", "--isolated", "--select=F401,F821", "--output-format=concise", "-"]
        done = subprocess.run(
            [sys.executable, "-m", *ruff], input=source, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{manuscript.name}:\n{done.stdout}{done.stderr}"


@every_chapter
def test_no_errors_and_no_stderr(manuscript):
    for output in outputs(manuscript):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.text


@every_chapter
def test_no_absolute_paths(manuscript):
    texts = [cell.source for cell in code_cells(manuscript)]
    for output in outputs(manuscript):
        texts += [output.get("text", ""), *map(str, output.get("data", {}).values())]
    for text in texts:  # but not in markdown: a formula may have C:\ in it
        assert not DRIVE.search(text), text
    for text in texts + [cell.source for cell in stored(manuscript).cells]:
        assert not FOLDER.search(text), text


@every_chapter
def test_no_output_is_an_object_that_nobody_asked_for(manuscript):
    for output in outputs(manuscript):
        assert " at 0x" not in str(output.get("text", output.get("data", {}).get("text/plain", "")))


@every_chapter
def test_figures_are_described(manuscript):
    for cell in code_cells(manuscript):
        pictures = [o for o in cell.outputs if "image/png" in o.get("data", {})]
        assert len(pictures) <= 1, "one figure a cell"
        for picture in pictures:
            alt = picture.metadata["image/png"]["alt"]
            assert len(alt.split()) >= 4
            assert picture.data["text/plain"] == alt == cell.metadata["alt"]
            assert set(picture.data) == {"image/png", "text/plain"}, "no HTML: see book.execute"


def seeding(cells):
    """The functions of a chapter that set the seed that they are handed."""
    functions = (n for c in cells for n in ast.parse(c.source).body if hasattr(n, "args"))
    return {f.name for f in functions if "keras.utils.set_random_seed(seed)" in ast.unparse(f)}


def unseeded(source, seeding=()):
    """Does a cell train a Keras model, itself or by a function `train…`, without a seed before?"""
    seeded = False
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            continue  # where it is called, it has to be seeded
        calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
        handed = [  # to a function that sets it
            ast.unparse(call.func) in seeding and any("seed" in ast.unparse(a) for a in call.args)
            for call in calls
        ]
        seeded |= "set_random_seed(" in ast.unparse(statement) or any(handed)
        for call in calls:
            name = ast.unparse(call.func).split(".")[-1]
            fits = name == "fit" and "epochs" in {k.arg for k in call.keywords}
            if (fits or name.startswith("train")) and not seeded:
                return True
    return False


@every_chapter
def test_training_is_seeded_in_its_own_cell(manuscript):
    cells = code_cells(manuscript)
    for cell in cells:
        assert not unseeded(cell.source, seeding(cells)), cell.source


def needs_the_tag(source):
    """Does a cell start the runtime, or draw with a description made from measured values?"""
    for statement in ast.parse(source).body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        function = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
        if function == "runtime.start":
            return True
        if function.startswith("plots."):
            says = [k.value for k in call.keywords if k.arg == "says"]
            if not says or not isinstance(says[0], ast.Constant):
                return True
    return False


@every_chapter
def test_what_differs_between_machines_is_not_compared(manuscript):
    for cell in code_cells(manuscript):
        if needs_the_tag(cell.source):
            assert "nbval-ignore-output" in cell.metadata.get("tags", []), cell.source


@every_chapter
def test_exercises_and_their_cells(manuscript):
    number = manuscript.name[:2]
    checked = [name for cell in code_cells(manuscript) for name in CHECK.findall(cell.source)]
    if not (ROOT / f"course_utils/exercises/ch{number}.py").exists():  # the appendix
        assert not checked and not any("ex." in cell.source for cell in code_cells(manuscript))
        return
    book = importlib.import_module(f"course_utils.exercises.ch{number}").book
    assert checked == list(book.items)  # in the order in which `summary` lists them
    assert book.chapter == int(number)
    assert code_cells(manuscript)[-1].source == "ex.summary()"


@every_chapter
def test_links_point_to_files(manuscript):
    for cell in stored(manuscript).cells:
        if cell.cell_type == "markdown":
            for target in LINK.findall(cell.source):
                if not re.match(r"https?://|mailto:|#", target):
                    assert (NOTEBOOKS / target.partition("#")[0]).is_file(), target


def test_the_rules_find_what_they_forbid():
    for folder in ("home", "root", "work", "tmp", "usr"):
        assert FOLDER.search(f"in '/{folder}/me'")
    assert FOLDER.search("/home/me/x") and FOLDER.search("(/tmp/main)")
    for text in ("make lab copies to work/", "https://x.org/home/a", "notebooks/tmp/x"):
        assert not FOLDER.search(text)
    assert DRIVE.search(r"C:\Users\me") and not DRIVE.search("C: x")
    assert LINK.findall("[a](01_a.ipynb) and ![b](c.png#d)") == ["01_a.ipynb", "c.png#d"]
    for source in ("runtime.start(chapter=1)", 'plots.bars(x, says=f"{x}")', "plots.bars(x)"):
        assert needs_the_tag(source)
    for source in ('plots.bars(x, says="A " "b")', "def f():\n    plots.bars(x)", "x = 1"):
        assert not needs_the_tag(source)
    seeded = "keras.utils.set_random_seed(0)\n"
    for source in ("h = m.fit(x, epochs=1)", "train(m)", "m.fit(x, epochs=1)\n" + seeded):
        assert unseeded(source)
    for source in (seeded + "m.fit(x, epochs=1)", "PCA(3).fit(x)", "def f():\n    train(m)"):
        assert not unseeded(source)


# ---------------------------------------------------------------------------------------- claims


@functools.cache
def measured(manuscript):
    """What `make seeds` wrote for a chapter: {data: {"values": {claim: five values}}}."""
    path = ROOT / "data" / f"seeds/{manuscript.name[:2]}.json"
    assert path.is_file(), f"no {path.name}: make seeds CHAPTER={manuscript.name[:2]}"
    return json.loads(path.read_text("utf-8"))


def claims(manuscript):
    """The claims as printed: (mark, name, value, bounds)."""
    return CLAIM_LINE.findall(printed(manuscript))


@every_chapter
def test_every_claim_was_measured_on_both_data_sets(manuscript):
    names = [name for _, name, _, _ in claims(manuscript)]
    assert names, "a chapter without claims"
    assert len(set(names)) == len(names)
    assert set(measured(manuscript)) == {"mnist", "offline"}
    for source, entry in measured(manuscript).items():
        assert set(entry["values"]) == set(names), source
        assert {len(found) for found in entry["values"].values()} == {5}


@every_chapter
def test_every_stored_claim_holds_on_all_seeds(manuscript):
    """On MNIST, whose numbers the text cites. `make test` asks both data sets, with a margin."""
    used = re.search(r"^data     ([^:]+):", printed(manuscript), re.M)
    assert used is None or used[1] == data.TITLES["mnist"]
    for mark, name, _, bounds in claims(manuscript):
        assert mark == "✓", name
        values = measured(manuscript)["mnist"]["values"][name]
        low, high = limits(bounds)
        assert low <= min(values) and max(values) <= high, (name, bounds, values)


def limits(bounds):
    """The numbers in "at least 1", "at most 2", "1 to 2" and "True", to six digits."""
    numbers = [float(n) for n in re.findall(r"(?<![\w.])-?[\d.]+(?:e[+-]?\d+)?", bounds)]
    if bounds == "True":
        return 1, 1
    if bounds.startswith("at "):
        [number] = numbers
        return (number, math.inf) if bounds.startswith("at least") else (-math.inf, number)
    return numbers


def test_limits():
    assert limits("at least 0.5") == (0.5, math.inf) and limits("True") == (1, 1)
    assert limits("at most 1e-06") == (-math.inf, 1e-6)
    assert limits("-0.1 to 2.5e+03") == [-0.1, 2500]
