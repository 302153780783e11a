"""Run a chapter on five seeds and both data sets, and write what its claims measured.

    python tools/seeds.py CHAPTER [--data mnist offline] [--resume]

Each seed is a new kernel with COURSE_SEED set. The result goes to data/seeds/NN.json, in the form
{data: {claim: {at_most, at_least, unit, exact, values}}}. MNIST is taken from COURSE_DATA.
What each seed measured stays in build/seeds/; --resume takes it from there, after a study that
broke off.
"""

import argparse
import json
import os
from pathlib import Path

from book import ROOT, execute, manuscripts, print_notebook

SEEDS = (1, 2, 3, 4, 5)


def measure(manuscript: Path, source: str, resume: bool = False) -> dict:
    """The claims of a chapter over all seeds; `source` is what COURSE_DATA is set to."""
    claims = {}
    folder = ROOT / "build/seeds"
    folder.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS:
        data = "offline" if source == "offline" else "mnist"
        done = folder / f"{manuscript.name[:2]}-{data}-{seed}.jsonl"
        if not (resume and done.exists()):
            log = done.with_suffix(".part")
            log.unlink(missing_ok=True)
            execute(
                print_notebook(manuscript),
                strict=False,
                COURSE_SEED=str(seed),
                COURSE_DATA=source,
                COURSE_CLAIMS=str(log),
            )
            log.replace(done)
        records = [json.loads(line) for line in done.read_text("utf-8").splitlines()]
        for r in records:
            bounds = {key: r[key] for key in ("at_most", "at_least", "unit", "exact")}
            entry = claims.setdefault(r["name"], bounds | {"values": []})
            entry.update(bounds)  # the newest, if a bound was moved before a study was resumed
            entry["values"].append(rounded(r["value"]))
        print(f"  seed {seed}: {len(records)} claims", flush=True)
    uneven = [name for name, entry in claims.items() if len(entry["values"]) != len(SEEDS)]
    if uneven:
        raise SystemExit(f"claims made more or less than once a run: {uneven}")
    return claims


def rounded(x: float) -> float:
    return float(f"{x:.6g}")


def report(claims: dict) -> None:
    for name, c in claims.items():
        low, high = min(c["values"]), max(c["values"])
        low_ok = c["at_least"] is None or low >= rounded(c["at_least"])
        high_ok = c["at_most"] is None or high <= rounded(c["at_most"])
        mark = "✓" if low_ok and high_ok else "✗"
        print(f"  {mark} {name}: {low:.4g} to {high:.4g} (claimed {c['at_least']}, {c['at_most']})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter")
    parser.add_argument(
        "--data", nargs="+", choices=["mnist", "offline"], default=["mnist", "offline"]
    )
    parser.add_argument("--resume", action="store_true", help="keep seeds that are done")
    args = parser.parse_args()
    [manuscript] = manuscripts(args.chapter)
    path = ROOT / f"data/seeds/{manuscript.name[:2]}.json"
    for data in args.data:
        print(f"chapter {manuscript.name[:2]} on {data}")
        source = "offline" if data == "offline" else os.environ.get("COURSE_DATA", "")
        claims = measure(manuscript, source, args.resume)
        report(claims)
        # Read only now: the other data set may have been measured meanwhile, by another process.
        measured = json.loads(path.read_text("utf-8")) if path.exists() else {}
        measured = dict(sorted((measured | {data: claims}).items()))
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
