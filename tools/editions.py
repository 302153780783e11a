"""Editions of a notebook: from which one a copy was made, and its answers in a newer one.

A notebook is a dict here, as json reads it: importing nbformat takes longer than all the rest.
"""

import copy
import hashlib
import json
import re
import subprocess
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CHECK = re.compile(r"\bex\.(\w+)\.check\(")  # the cell of an exercise
COURSE_ID = re.compile(r"[0-9a-f]{12}|exercise-\w+")  # as book.py gives them; see `with_ids`
MINUTES = re.compile(r"(a few|about \d+) minutes|(less than|about) a minute")  # of {{minutes}}
CELL_ID = re.compile(r"[\w-]{1,64}", re.A)
START, END = "start", "end"  # no cell of the course has such a short id
HEADINGS = {
    "kept-cells": "## Cells of yours whose place is no longer in this chapter",
    "kept-answers": "## Answers whose exercise is no longer in this chapter\n\n"
    "They are raw cells, which do not run; Y makes a code cell of one.",
}


# -------------------------------------------------------------------------------------- notebooks


def parse(data: bytes) -> dict:
    """The notebook in a file's bytes; ValueError if it is none that Jupyter would open."""
    nb = json.loads(data)
    if not isinstance(nb, dict) or not isinstance(nb.get("metadata"), dict):
        raise ValueError("not a notebook")
    if not isinstance(nb.get("cells"), list) or not all(map(is_cell, nb["cells"])):
        raise ValueError("not a notebook of nbformat 4")
    return nb


def is_cell(cell) -> bool:
    if not isinstance(cell, dict) or not isinstance(cell.get("id", ""), str):
        return False
    lines = cell.get("source")
    lines = [lines] if isinstance(lines, str) else lines
    text = isinstance(lines, list) and all(isinstance(line, str) for line in lines)
    return text and cell.get("cell_type") in ("code", "markdown", "raw")


def dump(nb: dict) -> bytes:
    return (json.dumps(nb, indent=1, ensure_ascii=False) + "\n").encode()


def source(cell: dict) -> str:
    return "".join(cell["source"])


def strip_outputs(nb: dict) -> None:
    for cell in nb["cells"]:
        cell.setdefault("metadata", {})
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None


def checks(cell: dict) -> list[str]:
    """The ids of the exercises that a cell checks."""
    names = CHECK.findall(source(cell)) if cell["cell_type"] == "code" else []
    return [f"exercise-{name}" for name in names]


# --------------------------------------------------------------------------------------- editions


def digest(cell: dict) -> str:
    """A hash of what a cell says; how many minutes a chapter was measured to run is no news."""
    text = MINUTES.sub("", source(cell))
    return hashlib.sha256(f"{cell['cell_type']}\n{text}".encode()).hexdigest()[:12]


def digests(nb: dict) -> dict[str, str]:
    """A hash of each cell's source, by the cell's id: what tells one edition from another."""
    return {cell.get("id", str(i)): digest(cell) for i, cell in enumerate(nb["cells"])}


def mark(name: str, printed: dict) -> dict:
    """What a copy of the printed notebook `name` says of its edition, in metadata["course"]."""
    cells = digests(printed)
    edition = hashlib.sha256(json.dumps(list(cells.items())).encode()).hexdigest()[:12]
    return {"notebook": name, "edition": edition, "cells": cells}


def read_mark(mine: dict, name: str) -> dict | None:
    """The mark of a copy of the notebook `name`, None if it carries none."""
    found = mine["metadata"].get("course")
    whole = isinstance(found, dict) and isinstance(found.get("cells"), dict)
    return found if whole and found.get("notebook") == name and "edition" in found else None


def recognise(mine: dict, printed: dict, path: Path) -> dict | None:
    """The mark of the edition that a copy was made from, None if it is not known.

    Parameters
    ----------
    mine : dict, the copy
    printed : dict, the notebook of today
    path : Path of `printed`: a copy without a mark is compared with all its versions in git
    """
    if found := read_mark(mine, path.name):
        return found
    own = set(map(digest, mine["cells"]))
    best, most = None, 0
    for edition in (printed, *committed(path)):
        cells = digests(edition)
        alike = 2 * len(own.intersection(cells.values())) - len(cells)  # those there, less others
        if (best is None or alike > most) and explains(cells, mine):
            best, most = mark(path.name, edition), alike
    return best


def explains(cells: dict[str, str], mine: dict) -> bool:
    """Whether a copy can be made from the edition with these cells, see `digests`.

    Its ids that look like the course's are all of this edition, and not few; the learner may have
    changed what is in the cells. Where a tool wrote new ids, all but the exercises is unchanged.
    """
    ids = {cell.get("id", "") for cell in mine["cells"]}
    ids = {key for key in ids if COURSE_ID.fullmatch(key)}
    if ids:
        return ids <= cells.keys() and 2 * len(ids) >= len(cells)
    texts = {value for key, value in cells.items() if not key.startswith("exercise-")}
    return texts <= set(map(digest, mine["cells"]))


def committed(path: Path) -> Iterator[dict]:
    """The versions of a file that git knows, newest first; none without git or history."""

    def git(*args: str) -> bytes:
        run = subprocess.run(["git", "-C", str(path.parent), *args], capture_output=True)
        return b"" if run.returncode else run.stdout

    try:
        for commit in git("log", "--format=%H", "--", path.name).decode().split():
            try:
                yield parse(git("show", f"{commit}:./{path.name}"))
            except ValueError:  # the commit that deleted it
                continue
    except OSError:  # no git
        return


# ---------------------------------------------------------------------------------------- merging


@dataclass
class Merged:
    """The cells of a new edition with what is the learner's, and what became of that."""

    cells: list[dict] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)  # exercises whose answers were carried over
    changed: list[str] = field(default_factory=list)  # of these, those that now ask something else
    gone: list[str] = field(default_factory=list)  # answers whose exercise is not there any more
    edited: int = 0  # other cells whose changes were carried over
    added: int = 0  # cells of the learner's that were carried over
    lost: list[str] = field(default_factory=list)  # first lines of changed cells that were not


def identify(mine: dict, known: dict[str, str]) -> list[str | None]:
    """For each cell of a copy, the id of the course's cell that it is; None: the learner's own.

    Some tools write new ids, and a cell that was cut and pasted has a new one: then an exercise is
    known by its check, and another cell by its source.
    """
    by_source = defaultdict(list)
    for key, value in known.items():
        by_source[value].append(key)
    keys, taken = [None] * len(mine["cells"]), set()
    for candidates in (
        lambda cell: [cell.get("id")],
        checks,
        lambda cell: by_source[digest(cell)],
    ):
        for i, cell in enumerate(mine["cells"]):
            free = [key for key in candidates(cell) if key in known and key not in taken]
            if keys[i] is None and free:
                keys[i] = free[0]
                taken.add(free[0])
    return keys


def merge(mine: dict, base: dict[str, str], printed: dict) -> Merged:
    """Put what is the learner's into a new edition.

    Parameters
    ----------
    mine : dict, the learner's notebook
    base : hashes of the edition it was made from, see `digests`
    printed : dict, the new edition
    """
    result, now = Merged(), digests(printed)
    known = now | base
    keys = identify(mine, known)
    own, ahead, behind, homeless, gone = {}, defaultdict(list), defaultdict(list), [], []

    # Sort the learner's cells: the course's by id, their own by their neighbours.
    here, waiting = START, []
    for key, cell in [*zip(keys, mine["cells"], strict=True), (END, None)]:
        if key is None:
            removed = [name for name in checks(cell) if name in base and name not in now]
            if removed:
                gone.append((removed[0], cell))
            elif source(cell).strip():
                waiting.append(cell)
            continue
        if here in now or here == START:
            behind[here] += waiting
        elif key in now or key == END:
            ahead[key] += waiting
        else:
            homeless += waiting
        result.added += len(waiting)
        here, waiting = key, []
        if key == END or digest(cell) == known[key]:
            continue
        if key.startswith("exercise-"):
            if key in now:
                own[key] = cell
            else:
                gone.append((key, cell))
        elif now.get(key) == known[key]:
            own[key] = cell
        else:
            result.lost.append(source(cell).strip().partition("\n")[0])

    # Print the new edition.
    merged_into = {name for cell in own.values() for name in checks(cell)} - set(keys)
    cells = behind[START]
    for cell in printed["cells"]:
        key = cell["id"]
        cells += ahead[key]
        if key in own:
            cells.append(own[key] | {"id": key})
        elif key not in merged_into:
            cells.append(cell)
        cells += behind[key]
        if key in own and not key.startswith("exercise-"):
            result.edited += 1
        elif key in own or key in merged_into:
            result.answers.append(key.removeprefix("exercise-"))
            if now[key] != known[key]:
                result.changed.append(result.answers[-1])
    cells += ahead[END]
    cells += under_heading("kept-cells", homeless, cells)
    result.gone = list(dict.fromkeys(key.removeprefix("exercise-") for key, _ in gone))
    raw = [{"cell_type": "raw", "metadata": {}, "source": cell["source"]} for _, cell in gone]
    cells += under_heading("kept-answers", raw, cells)
    result.cells = with_ids(copy.deepcopy(cells))
    strip_outputs({"cells": result.cells})
    return result


def under_heading(key: str, cells: list[dict], before: list[dict]) -> list[dict]:
    """Cells under their heading, unless there are none or an earlier update has put it there."""
    if not cells or any(cell.get("id") == key for cell in before + cells):
        return cells
    heading = {"cell_type": "markdown", "id": key, "metadata": {}, "source": HEADINGS[key]}
    return [heading, *cells]


def with_ids(cells: list[dict]) -> list[dict]:
    """Give a new id to each cell that has none, or one that is not valid or not its own."""
    seen = set()
    for cell in cells:
        if not CELL_ID.fullmatch(cell.get("id", "")) or cell["id"] in seen:
            cell["id"] = uuid.uuid4().hex[:8]
        seen.add(cell["id"])
    return cells


def update(mine: dict, base: dict, printed: dict, today: str) -> tuple[dict, Merged]:
    """A copy in the printed edition, without outputs, and what became of the learner's cells.

    Parameters
    ----------
    mine : dict, the copy
    base : dict, its mark, see `recognise`
    printed : dict, the new edition
    today : str, the date that the new copy's mark tells
    """
    result = merge(mine, base["cells"], printed)
    metadata = mine["metadata"] | printed["metadata"]
    metadata.pop("widgets", None)  # the state of the sliders is an output, too
    if "kernelspec" in mine["metadata"]:
        metadata["kernelspec"] = mine["metadata"]["kernelspec"]
    metadata["course"] = mark(base["notebook"], printed) | {"updated": today}
    return printed | {"metadata": metadata, "cells": result.cells}, result
