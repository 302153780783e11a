"""Write copies of the notebooks in which each exercise is first left open, then solved.

python tools/solve.py FOLDER
"""

import ast
import importlib.util
import itertools
import re
import sys
from pathlib import Path

import nbformat

from book import CHECK, NOTEBOOKS
from course_utils.exercises.core import Book

DEFINED = re.compile(r"^(\w+) = ex\.\1\.check\(\1\)", re.M)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        chapter = f"course_utils.exercises.ch{path.name[:2]}"
        if importlib.util.find_spec(chapter) is None:
            exercises = Book(99)  # the appendix has none
        else:
            exercises = importlib.import_module(chapter).book
        nb = nbformat.read(path, as_version=4)
        solve(nb, exercises)
        nbformat.write(nb, folder / f"{path.stem}_solved.ipynb")


def solve(nb, book) -> None:
    """Solve each exercise after its check, which found a stub. At the end require them all.

    Before that, each function is done again, as by a learner who comes back to it.
    """
    found = set()
    for cell in nb.cells:
        exercise = CHECK.search(cell.source) if cell.cell_type == "code" else None
        if exercise:
            found.add(exercise[1])
            cell.source += f"\n\n{solved(cell.source, book.items[exercise[1]])}"
    if found != set(book.items):
        raise ValueError(f"exercises and cells differ: {sorted(found ^ set(book.items))}")
    required = [f"ex.{name}.require()" for name in book.items]
    nb.cells += map(nbformat.v4.new_code_cell, again(nb) + required)


def again(nb) -> list[str]:
    """Each function that was an exercise, and the code after it, as if one came back at the end."""
    code = [cell.source for cell in nb.cells if cell.cell_type == "code"]
    code = [source for source in code if ast.parse(source).body]  # not the cells of hints
    pairs = itertools.pairwise(code)
    return [source for pair in pairs if DEFINED.search(pair[0]) for source in pair]


def solved(source: str, item) -> str:
    """A cell's source with its stub (a definition, or `name = ...`) replaced by the solution."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        is_definition = getattr(node, "name", None) == item.name
        is_blank = isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        if is_definition:
            solution = item.source()
        elif is_blank and node.value.value is Ellipsis:
            solution = f"{ast.unparse(node.targets[0])} = {item.right!r}"
        else:
            continue
        return "\n".join([*lines[: node.lineno - 1], solution, *lines[node.end_lineno :]])
    raise ValueError(f"no stub of {item.name} in:\n{source}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
