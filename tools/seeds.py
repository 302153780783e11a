"""Run a chapter on several seeds and both data sets, and write what its claims measured.

    python tools/seeds.py CHAPTER [--data mnist offline] [--seeds 5] [--resume] [--force]
    python tools/seeds.py CHAPTER --tune 3      (other seeds, nothing written)

Each seed is a new kernel with COURSE_SEED set. The result goes to data/seeds/NN.json, in the form
{data: {made_of, machine, budget, digits, values: {claim: [a value for each seed]}}}; bounds stand
in the chapter. MNIST is taken from COURSE_DATA. Where the file is of today's code, nothing is run.
Where it is not, one seed is run: if that comes out alike, the other values still hold; else all are
measured again. What each seed measured stays in build/seeds/; --resume takes it from there, after a
study that broke off. Tune on other seeds than those that are recorded.
"""

import argparse
import json
import os
from pathlib import Path
from unittest import mock

import provenance
from book import ROOT, execute, manuscripts, print_notebook
from course_utils.data import Digits, load_digits

TUNING = 100  # the first seed to tune on
TIMES = ("times as long", "(log10 of years)")  # units of claims that come out anew on every run


def log_of(manuscript: Path, source: str, seed: int) -> Path:
    """Where the claims of a run are kept."""
    data = "offline" if source == "offline" else "mnist"
    return ROOT / f"build/seeds/{manuscript.name[:2]}-{data}-{seed}.jsonl"


def measure(manuscript: Path, source: str, seeds, resume: bool = False) -> tuple[dict, dict]:
    """The claims of a chapter over seeds; `source` is what COURSE_DATA is set to.

    Returns
    -------
    dict of claim to its values, and dict of claim to its record in the last run
    """
    values, records = {}, {}
    for seed in seeds:
        done = log_of(manuscript, source, seed)
        done.parent.mkdir(parents=True, exist_ok=True)
        if not (resume and done.exists()):
            log = done.with_suffix(f".{os.getpid()}.part")  # another process may run the same
            log.unlink(missing_ok=True)
            execute(
                print_notebook(manuscript),
                strict=False,
                COURSE_SEED=str(seed),
                COURSE_DATA=source,
                COURSE_CLAIMS=str(log),
            )
            log.replace(done)
        lines = [json.loads(line) for line in done.read_text("utf-8").splitlines()]
        for record in lines:
            values.setdefault(record["name"], []).append(rounded(record["value"]))
            records[record["name"]] = record
        print(f"  seed {seed}: {len(lines)} claims", flush=True)
    uneven = [name for name, found in values.items() if len(found) != len(seeds)]
    if uneven:
        raise SystemExit(f"claims made more or less than once a run: {uneven}")
    return values, records


def digits_of(source: str) -> Digits:
    """The digits that a chapter loads where COURSE_DATA is set to `source`."""
    with mock.patch.dict(os.environ, COURSE_DATA=source):
        return load_digits()


def rounded(x: float) -> float:
    return float(f"{x:.6g}")


def bound(record: dict, key: str, data: str) -> float | None:
    """A bound of a claim, rounded as values are: at_most or at_least, on a data set."""
    given = record[key]
    given = given[data] if isinstance(given, dict) else given
    return None if given is None else rounded(given)


def report(values: dict, records: dict, data: str) -> None:
    for name, found in values.items():
        low, high = (bound(records[name], key, data) for key in ("at_least", "at_most"))
        holds = (low is None or min(found) >= low) and (high is None or max(found) <= high)
        mark = "✓" if holds else "✗"
        print(f"  {mark} {name}: {min(found):.4g} to {max(found):.4g} (claimed {low}, {high})")


def alike(old: dict, values: dict, records: dict) -> list[str]:
    """The claims that came out otherwise than in the first of the stored runs.

    On the same kind of machine values have to be equal, on another within the stored spread;
    measured times need not.
    """
    if old["values"].keys() != values.keys():
        return sorted(old["values"].keys() ^ values.keys())
    here = old.get("machine") == provenance.machine()
    return [
        name
        for name, [value] in values.items()
        if value != old["values"][name][0]
        and (here or not min(old["values"][name]) <= value <= max(old["values"][name]))
        and records[name]["unit"] not in TIMES
    ]


def study(manuscript: Path, source: str, old: dict, args) -> dict | None:
    """What is to be written for a data set; None if the file is of today's code."""
    name = "offline" if source == "offline" else "mnist"
    made_of, seeds = provenance.made_of(manuscript), range(1, args.seeds + 1)
    under = provenance.circumstances(digits_of(source))
    record = {"made_of": made_of, **under}
    news = provenance.changes(old.get("made_of"), made_of)
    resume = args.resume
    as_many = old and all(len(found) == args.seeds for found in old["values"].values())
    if as_many and not args.force:
        if not news:
            print("  nothing has changed since")
            return None
        print(f"  {'; '.join(news)}: is seed 1 still alike?", flush=True)
        other = alike(old, *measure(manuscript, source, seeds[:1]))
        if not other:
            print("  it is: the values still hold")
            return {**record, "machine": old.get("machine", under["machine"])} | {
                "values": old["values"]
            }
        print(f"  it is not: {', '.join(other)}", flush=True)
        for seed in seeds[1:]:  # seed 1 is of today
            log_of(manuscript, source, seed).unlink(missing_ok=True)
        resume = True
    values, records = measure(manuscript, source, seeds, resume)
    report(values, records, name)
    return record | {"values": values}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter")
    parser.add_argument(
        "--data", nargs="+", choices=["mnist", "offline"], default=["mnist", "offline"]
    )
    parser.add_argument("--seeds", type=int, default=5, help="how many, 1 to this number")
    parser.add_argument("--resume", action="store_true", help="keep seeds that are done")
    parser.add_argument("--force", action="store_true", help="run all, even if nothing changed")
    parser.add_argument("--tune", type=int, metavar="N", help="run N other seeds, write nothing")
    args = parser.parse_args()
    [manuscript] = manuscripts(args.chapter)
    path = ROOT / f"data/seeds/{manuscript.name[:2]}.json"
    for data in args.data:
        print(f"chapter {manuscript.name[:2]} on {data}")
        source = "offline" if data == "offline" else os.environ.get("COURSE_DATA", "")
        if args.tune:
            seeds = range(TUNING, TUNING + args.tune)
            report(*measure(manuscript, source, seeds, args.resume), data)
            continue
        result = study(manuscript, source, stored(path).get(data, {}), args)
        if result:
            # Read only now: another process may have measured the other data set meanwhile.
            write(path, dict(sorted((stored(path) | {data: result}).items())))


def stored(path: Path) -> dict:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def write(path: Path, measured: dict) -> None:
    """A line for each claim, so that a change is seen for what it is."""
    parts = {}
    for data, entry in measured.items():
        lines = [
            f"   {json.dumps(name, ensure_ascii=False)}: {json.dumps(found)}"
            for name, found in entry["values"].items()
        ]
        parts[data] = ",\n".join(lines)
    whole = {data: entry | {"values": f"<{data}>"} for data, entry in measured.items()}
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    for data, lines in parts.items():
        text = text.replace(f'"<{data}>"', f"{{\n{lines}\n  }}")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
