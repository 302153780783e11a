"""Build the notebooks from the manuscripts: run what is stale, keep the outputs of the rest.

python tools/build.py [CHAPTER] [--force]
python tools/build.py --nbgrader FOLDER     (not executed, with locked grade cells)
"""

import argparse
import json
import time
from pathlib import Path

import nbformat

import provenance
from book import CHECK, SECONDS, execute, keep_outputs, manuscripts, notebook_path, print_notebook
from course_utils import data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter", nargs="?", default="", help="such as 01; all if left out")
    parser.add_argument("--force", action="store_true", help="run even what is not stale")
    parser.add_argument(
        "--nbgrader", type=Path, metavar="FOLDER", help="write nbgrader's notebooks"
    )
    args = parser.parse_args()
    for manuscript in manuscripts(args.chapter):
        if args.nbgrader:
            nb = add_grade_cells(print_notebook(manuscript))
            args.nbgrader.mkdir(parents=True, exist_ok=True)
            nbformat.write(nb, args.nbgrader / notebook_path(manuscript).name)
        else:
            build(manuscript, args.force)


def build(manuscript: Path, force: bool) -> None:
    path = notebook_path(manuscript)
    nb = print_notebook(manuscript)
    old = nbformat.read(path, 4) if path.exists() else None
    made_of = provenance.made_of(manuscript)
    news = provenance.changes(recorded(old), made_of) if old else ["it is new"]
    if not (force or news) and keep_outputs(old, nb):
        print(f"{path.name}: outputs kept")
    else:
        why = "; ".join(news) or ("asked for" if force else "what a cell prints or shows changed")
        print(f"{path.name}: {why}", flush=True)
        under = provenance.circumstances(need_mnist(nb, path))
        began = time.perf_counter()
        execute(nb)
        seconds = round(time.perf_counter() - began)
        reject_stderr(nb, path)
        record_seconds(manuscript, seconds)
        printed = print_notebook(manuscript)  # again: the text may tell how long the chapter takes
        if not keep_outputs(nb, printed):
            raise SystemExit(f"{manuscript.name} was edited while it ran: nothing is stored")
        nb = printed
        nb.metadata["course"] = {"made_of": made_of, **under, "seconds": seconds}
        print(f"  run in {seconds} s")
    path.parent.mkdir(exist_ok=True)
    nbformat.write(nb, path)
    print(f"  {path.stat().st_size / 1e6:.2f} MB")


def recorded(nb) -> dict[str, str] | None:
    """What made a stored notebook, as `provenance.made_of` told when it was run."""
    return nb.metadata.get("course", {}).get("made_of")


def need_mnist(nb, path: Path) -> data.Digits | None:
    """The digits, which must be MNIST: the text cites its numbers. None if none are loaded."""
    if not any("load_digits(" in cell.source for cell in nb.cells):
        return None
    digits = data.load_digits()
    if digits.name != "mnist":
        raise SystemExit(
            f"{path.name} is stored with MNIST's outputs, got {data.TITLES[digits.name]}: set "
            "COURSE_DATA to a folder that holds mnist.npz"
        )
    return digits


def reject_stderr(nb, path: Path) -> None:
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise SystemExit(f"{path.name} wrote to stderr:\n{cell.source}\n→ {output.text}")


def record_seconds(manuscript: Path, seconds: int) -> None:
    table = json.loads(SECONDS.read_text("utf-8")) if SECONDS.exists() else {}
    table[manuscript.stem[:2]] = seconds
    SECONDS.write_text(json.dumps(table, indent=2, sort_keys=True) + "\n", "utf-8")


def add_grade_cells(nb):
    """After each exercise's cell, a locked cell that grades it.

    The exercise's cell stays plain: nbgrader would blank a "solution" cell, check and all.
    """
    cells = []
    for cell in nb.cells:
        cells.append(cell)
        exercise = CHECK.search(cell.source) if cell.cell_type == "code" else None
        if not exercise:
            continue
        name = exercise[1]
        grade = nbformat.v4.new_code_cell(f"ex.{name}.require()")
        grade.id = f"grade-{name}"
        grade.metadata["nbgrader"] = {
            "grade_id": f"grade-{name}".replace("_", "-"),
            "grade": True,
            "solution": False,
            "locked": True,
            "task": False,
            "points": 1,
            "schema_version": 3,
        }
        cells.append(grade)
    nb.cells = cells
    return nb


if __name__ == "__main__":
    main()
