"""Run what a chapter cites and cannot afford, and write what it measured.

    python tools/evidence.py CHAPTER [--data mnist offline] [--force]

A chapter's evidence is a script, chapters/evidence/NN.py, that leaves a dict `evidence` of names to
lists of numbers, one for each run. It may use what the chapter defines: the cells that import, or
define something it reaches, run before it, all of it under *quick*. The result goes to
data/seeds/NN.evidence.json, in the form {data: {made_of, machine, …, seconds, values}}; a chapter
reads it with `runtime.evidence(name)`. Where the file is of today's code, nothing is run. MNIST is
taken from COURSE_DATA.
"""

import argparse
import json
import os
import time
from pathlib import Path

import nbformat

import provenance
from book import ROOT, execute, manuscripts, print_notebook
from seeds import digits_of, rounded, stored, write

TELL = "import json\nprint(json.dumps(evidence, default=float))"


def script_of(manuscript: Path) -> Path:
    return ROOT / f"chapters/evidence/{manuscript.name[:2]}.py"


def file_of(manuscript: Path) -> Path:
    return ROOT / f"data/seeds/{manuscript.name[:2]}.evidence.json"


def stale(manuscript: Path, data: str) -> list[str]:
    """What has changed since a chapter's evidence was measured, in words; [] without a script."""
    script = script_of(manuscript)
    if not script.exists():
        return []
    entry = stored(file_of(manuscript)).get(data, {})
    return provenance.changes(entry.get("made_of"), provenance.made_of(manuscript, script))


def measure(manuscript: Path, source: str) -> dict[str, list[float]]:
    """The numbers of a chapter's evidence; `source` is what COURSE_DATA is set to."""
    script = script_of(manuscript).read_text("utf-8")
    nb = print_notebook(manuscript)
    nb.cells = provenance.serving(nb.cells, manuscript, script)
    for code in (script, TELL):
        nb.cells.append(nbformat.v4.new_code_cell(code))
    execute(nb, strict=False, timeout=6 * 3600, COURSE_DATA=source)
    values = json.loads(nb.cells[-1].outputs[0].text)
    for name, found in values.items():
        if not isinstance(found, list) or not found:
            raise SystemExit(f"evidence is a list of numbers for each name, got {name!r}: {found}")
    return {name: [rounded(x) for x in found] for name, found in values.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter")
    parser.add_argument(
        "--data", nargs="+", choices=["mnist", "offline"], default=["mnist", "offline"]
    )
    parser.add_argument("--force", action="store_true", help="run it even if nothing has changed")
    args = parser.parse_args()
    [manuscript] = manuscripts(args.chapter)
    if not script_of(manuscript).exists():
        raise SystemExit(f"there is no {script_of(manuscript).relative_to(ROOT)}")
    for data in args.data:
        news = stale(manuscript, data)
        told = "; ".join(news) or "nothing has changed"
        print(f"chapter {manuscript.name[:2]} on {data}: {told}")
        if not (news or args.force):
            continue
        made_of = provenance.made_of(manuscript, script_of(manuscript))
        began = time.perf_counter()
        source = data if data == "offline" else os.environ.get("COURSE_DATA", "")
        values = measure(manuscript, source)
        seconds = round(time.perf_counter() - began)
        under = provenance.circumstances(digits_of(source))
        entry = {"made_of": made_of, **under, "seconds": seconds}
        path = file_of(manuscript)
        write(path, dict(sorted((stored(path) | {data: entry | {"values": values}}).items())))
        for name, found in values.items():
            print(f"  {name}: {min(found):.4g} to {max(found):.4g}, {len(found)} runs")


if __name__ == "__main__":
    main()
