"""From manuscripts (chapters/*.py) to notebooks: what the builder and the tests share."""

import ast
import hashlib
import json
import os
import re
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

from editions import CHECK
from patient import PatientManager

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ROOT / "chapters"
NOTEBOOKS = ROOT / "notebooks"
SECONDS = ROOT / "data/seconds.json"  # measured by the builder: seconds of each chapter under quick

SOURCE_LINE = re.compile(r"^from (course_utils[\w.]*) import (\w+)  # @source$", re.M)
EXERCISE_LINE = re.compile(r"^(?:\w+ = )?ex\.(\w+)\.check\(\.\.\.\)  # @exercise$", re.M)


def manuscripts(chapter: str = "") -> list[Path]:
    """The manuscripts in order, or the one of a chapter ("01" or "1")."""
    found = sorted(CHAPTERS.glob("[0-9][0-9]_*.py"))
    if chapter:
        found = [path for path in found if path.name.startswith(f"{int(chapter):02d}_")]
        if not found:
            raise SystemExit(f"no chapter {chapter} in {CHAPTERS.name}/")
    return found


def notebook_path(manuscript: Path) -> Path:
    return NOTEBOOKS / f"{manuscript.stem}.ipynb"


def print_notebook(manuscript: Path) -> nbformat.NotebookNode:
    """The notebook of a manuscript, not executed: with sources, ids, and Colab's link and cell."""
    nb = jupytext.reads(manuscript.read_text("utf-8"), fmt="py:percent")
    first = nb.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        raise ValueError(f"{manuscript.name} must begin with a markdown cell with its title")
    title, _, rest = first.source.partition("\n")
    first.source = f"{title}\n\n{colab_link(manuscript)}\n{rest}"
    nb.cells.insert(1, nbformat.v4.new_code_cell(colab_cell(), metadata={"tags": ["colab"]}))

    seen = Counter()
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.source = SOURCE_LINE.sub(package_source, cell.source)
            cell.source = EXERCISE_LINE.sub(exercise_cell(manuscript), cell.source)
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.NotebookNode({"tags": tags} if tags else {})
        cell.id = cell_id(cell, seen)
        if cell.cell_type == "markdown":  # after the id: another time is no other cell
            cell.source = cell.source.replace("{{minutes}}", minutes(manuscript))
    nb.metadata = nbformat.NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    nb.nbformat, nb.nbformat_minor = 4, 5
    return nb


def cell_id(cell, seen: Counter) -> str:
    """Stable: an exercise's name, else a hash of the cell's type, source and occurrence."""
    exercise = CHECK.search(cell.source) if cell.cell_type == "code" else None
    if exercise:
        return f"exercise-{exercise[1]}"
    key = f"{cell.cell_type}\n{cell.source}"
    seen[key] += 1
    return hashlib.sha256(f"{key}\n{seen[key]}".encode()).hexdigest()[:12]


def package_source(match: re.Match) -> str:
    """The source of a class or function of the package, for a cell: there is no second copy."""
    module, name = match.groups()
    path = ROOT / (module.replace(".", "/") + ".py")
    text = path.read_text("utf-8")
    for node in ast.parse(text).body:
        if getattr(node, "name", None) == name:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            return "\n".join(text.splitlines()[first - 1 : node.end_lineno])
    raise ValueError(f"{path.relative_to(ROOT)} defines no {name}")


def exercise_cell(manuscript: Path) -> Callable[[re.Match], str]:
    """What prints an exercise from its definition: the stub, its check, and the hints to come."""
    path = ROOT / f"course_utils/exercises/ch{manuscript.name[:2]}.py"

    def cell(match: re.Match) -> str:
        name = match[1]
        stub = exercise_stub(path, name)
        if stub.startswith("def "):
            check = f"\n\n{name} = ex.{name}.check({name})"
        else:
            check = f"ex.{name}.check(answer)"
        return f"{stub}\n{check}\n# ex.{name}.hint()\n# ex.{name}.solution()"

    return cell


def exercise_stub(path: Path, name: str) -> str:
    """What a learner completes: a function without its body, or a line for a choice or number."""
    text = path.read_text("utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name and node.decorator_list:
            lines = text.splitlines()[node.lineno - 1 : node.body[0].end_lineno]
            return "\n".join([*lines, "    ...  # your code here"])
        call = getattr(node, "value", None)
        if isinstance(call, ast.Call) and getattr((call.args or [None])[0], "value", "") == name:
            options = [k.value.keys for k in call.keywords if k.arg == "options"]
            keys = [json.dumps(key.value) for key in options[0]] if options else []
            wanted = f"{', '.join(keys[:-1])} or {keys[-1]}" if keys else "a number"
            return f"answer = ...  # {wanted}"
    raise ValueError(f"{path.name} has no exercise {name}")


def address() -> tuple[str, str]:
    """The repository's address and the tag or branch that Colab uses, from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return project["project"]["urls"]["Repository"].rstrip("/"), project["tool"]["course"]["ref"]


def colab_link(manuscript: Path) -> str:
    url, ref = address()
    path = url.removeprefix("https://github.com/")
    colab = "https://colab.research.google.com"
    page = f"{colab}/github/{path}/blob/{ref}/notebooks/{manuscript.stem}.ipynb"
    return f"[Open in Colab]({page})"  # text: a picture would come from the network


def colab_cell() -> str:
    url, ref = address()
    return (
        "# On Google Colab this fetches the course's package; elsewhere it does nothing.\n"
        "import sys\n"
        'if "google.colab" in sys.modules:\n'
        "    import subprocess\n"
        f'    course = "course_utils @ git+{url}@{ref}"\n'
        '    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", course], '
        "check=True)"
    )


def minutes(manuscript: Path) -> str:
    """How long a chapter runs, in words, from the measured table."""
    seconds = (
        json.loads(SECONDS.read_text("utf-8")).get(manuscript.stem[:2]) if SECONDS.exists() else 0
    )
    if not seconds:
        return "a few minutes"
    if seconds <= 45:
        return "less than a minute"
    count = round(seconds / 60)
    return "about a minute" if count == 1 else f"about {count} minutes"


def execute(nb, *, budget="quick", strict=True, timeout=1800, **env: str) -> None:
    """Run a notebook in place, in notebooks/, as a reader would; tidy what it leaves.

    Its temporary files are its own: no training goes on where a run that broke off has stopped.
    """
    temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    env |= {"COURSE_BUDGET": budget, "COURSE_STRICT": str(int(strict)), "TMPDIR": temporary.name}
    before = {key: os.environ.get(key) for key in env}
    os.environ.update(env)
    try:
        NotebookClient(
            nb,
            timeout=timeout,
            kernel_name="python3",
            kernel_manager_class=PatientManager,
            resources={"metadata": {"path": str(NOTEBOOKS)}},
        ).execute()
    finally:
        for key, value in before.items():
            os.environ.pop(key) if value is None else os.environ.update({key: value})
        temporary.cleanup()
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            # A widget's view is nothing without its kernel; the figure above it stays.
            widget = "application/vnd.jupyter.widget-view+json"
            outputs = [o for o in cell.outputs if widget not in o.get("data", {})]
            cell.outputs = _merge_streams(outputs)
            for output in cell.outputs:  # a figure's HTML is for live notebooks: see `plots.show`
                if "image/png" in output.get("data", {}):
                    output.data.pop("text/html", None)
            alts = [o.get("metadata", {}).get("image/png", {}).get("alt") for o in cell.outputs]
            if any(alts):
                cell.metadata["alt"] = " ".join(filter(None, alts))
    nb.metadata["language_info"] = {"name": "python"}


def _merge_streams(outputs: list) -> list:
    merged = []
    for output in outputs:
        if output.output_type == "stream" and merged and merged[-1].get("name") == output.name:
            merged[-1]["text"] += output.text
        else:
            merged.append(output)
    return merged


def with_code(nb) -> list:
    """The code cells that hold more than comments."""
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    return [cell for cell in code if ast.parse(cell.source).body]


def code_of(nb) -> list[tuple[str, list]]:
    """What decides whether stored outputs still hold: code, without layout and docstrings; tags."""
    return [(_without_docstrings(c.source), c.metadata.get("tags", [])) for c in with_code(nb)]


def _without_docstrings(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body = node.body[1:]
    return ast.dump(tree)


def keep_outputs(old, new) -> bool:
    """Copy outputs from `old` to `new` if their code is the same and was executed; say whether."""
    executed = all(cell.execution_count for cell in with_code(old))
    if not executed or code_of(old) != code_of(new):
        return False
    for cell, before in zip(with_code(new), with_code(old), strict=True):
        cell.outputs, cell.execution_count = before.outputs, before.execution_count
        if "alt" in before.metadata:
            cell.metadata["alt"] = before.metadata["alt"]
    if "course" in old.metadata:
        new.metadata["course"] = old.metadata["course"]
    return True
