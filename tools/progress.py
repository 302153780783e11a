"""Which exercises are done, by what the checks last said in the notebooks in work/.

python tools/progress.py
"""

import sys
from pathlib import Path

import editions

ROOT = Path(__file__).resolve().parents[1]
MARKS = "✓○✗"


def verdicts(cell: dict) -> list[str]:
    """The marks of the verdicts among the outputs of a cell, in order; "✗" for an error."""
    found = []
    for output in cell.get("outputs", []):
        text = "".join(output.get("data", {}).get("text/plain", output.get("text", "")))
        if output.get("output_type") == "error":
            found.append("✗")
        elif text and text[0] in MARKS:
            found.append(text[0])
    return found


def standing(nb: dict, listed: dict[str, str]) -> dict[str, str]:
    """The best mark of each exercise of a notebook, by name; "○" for one without a verdict.

    Parameters
    ----------
    nb : dict
    listed : the cells in the copy's mark, by id: an exercise whose cell was deleted is open
    """
    best = {}
    for cell in nb["cells"]:
        names = editions.checks(cell)
        if not names and cell.get("id", "").startswith("exercise-"):
            names = [cell["id"]]  # its check was deleted, or split off
        for name, mark in zip(names, verdicts(cell) + ["○"] * len(names), strict=False):
            best[name] = max(best.get(name, "○"), mark, key="○✗✓".index)
    for name in listed:
        if name.startswith("exercise-"):
            best.setdefault(name, "○")
    return {name.removeprefix("exercise-"): mark for name, mark in best.items()}


def title(nb: dict, path: Path) -> str:
    """A notebook's title up to its colon, else the file's name."""
    first = editions.source(nb["cells"][0]) if nb["cells"] else ""
    line = first.partition("\n")[0].partition(":")[0]
    return line.removeprefix("# ") if line.startswith("# ") else path.stem


def describe(path: Path) -> tuple[str, int, int]:
    """What to say of a copy, how many of its exercises are done, and how many there are.

    Nothing is said of a notebook without exercises.
    """
    try:
        nb = editions.parse(path.read_bytes())
    except (OSError, ValueError):
        return f"{path.name}: cannot be read", 0, 0
    mark = editions.read_mark(nb, path.name) or {"cells": {}}
    marks, name = standing(nb, mark["cells"]), title(nb, path)
    done, total = sum(m == "✓" for m in marks.values()), len(marks)
    if not total:
        return "", 0, 0
    if not any(c.get("outputs") or c.get("execution_count") for c in nb["cells"]):
        since = f"not run since its update on {mark['updated']}" if "updated" in mark else "not run"
        return f"{name}: {since}; {total} exercises", done, total
    left = ", ".join(f"{mark} {exercise}" for exercise, mark in marks.items() if mark != "✓")
    return f"{name}: {done} of {total} done" + (f"; open: {left}" if left else ""), done, total


def main() -> None:
    sys.stdout.reconfigure(errors="replace")
    notebooks, work = ROOT / "notebooks", ROOT / "work"
    if not work.is_dir():
        raise SystemExit("there is no folder work/ yet: `make lab` makes it")
    done = total = 0
    for path in sorted(notebooks.glob("*.ipynb")):
        copy = work / path.name
        if not copy.exists():
            print(f"{path.stem}: not in work/ yet; `make lab` copies it")
            continue
        text, passed, count = describe(copy)
        if text:
            print(text)
        done, total = done + passed, total + count
    print(f"{done} of {total} exercises done, by the outputs in work/ (✗ tried, ○ not attempted)")


if __name__ == "__main__":
    main()
