"""Run every notebook strictly under nbval with the quick budget and enforced claims.

    python tools/test_full.py [--minutes N] [CHAPTER …]

Stale chapters come first (see tools/provenance.py), then those changed most recently. With
--minutes, no notebook is begun after that time; those left out are reported as skipped.
"""

import argparse
import os
import subprocess
import time
from pathlib import Path

import nbformat
import pytest

import provenance
from book import ROOT, manuscripts, notebook_path


def changed(manuscript: Path) -> int:
    """When a chapter was last changed, in seconds since 1970 (now, where git cannot tell)."""
    paths = [manuscript, notebook_path(manuscript)]
    paths.append(ROOT / f"course_utils/exercises/ch{manuscript.name[:2]}.py")
    git = ["git", "log", "-1", "--format=%ct", "--", *map(str, paths)]
    answer = subprocess.run(git, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return int(answer) if answer else int(time.time())


def stale(manuscript: Path) -> bool:
    """Whether what made the stored notebook has changed since."""
    stored = nbformat.read(notebook_path(manuscript), 4).metadata.get("course", {})
    return bool(provenance.changes(stored.get("made_of"), provenance.made_of(manuscript)))


class TimeBox:
    """A pytest plugin: begins no notebook after so many minutes."""

    def __init__(self, minutes: float):
        self.end = time.monotonic() + 60 * minutes
        self.begun = set()

    @pytest.hookimpl(tryfirst=True)  # before the notebook's kernel starts
    def pytest_runtest_setup(self, item):
        if item.path in self.begun:
            return
        if time.monotonic() > self.end:
            pytest.skip(f"{item.path.name}: left out, the time box was over")
        self.begun.add(item.path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapters", nargs="*", help="such as 01; all if left out")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    args = parser.parse_args()
    chosen = [m for c in args.chapters for m in manuscripts(c)] or manuscripts()
    assert all(notebook_path(m).exists() for m in chosen), "build the notebooks first"
    chosen.sort(key=lambda manuscript: (stale(manuscript), changed(manuscript)), reverse=True)
    os.environ.update(COURSE_BUDGET="quick", COURSE_STRICT="1")
    options = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=900"]
    options += [f"--nbval-sanitize-with={ROOT}/tests/sanitize.cfg", "-rs", "--durations=3"]
    os.chdir(ROOT)
    paths = [str(notebook_path(m).relative_to(ROOT)) for m in chosen]
    print(f"in this order: {', '.join(paths)}", flush=True)
    return pytest.main([*options, *paths], plugins=[TimeBox(args.minutes)])


if __name__ == "__main__":
    raise SystemExit(main())
