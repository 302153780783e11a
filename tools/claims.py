"""Hold the bounds of a smoke run's claims against the values that were measured over five seeds.

    python tools/claims.py LOG

LOG is what COURSE_CLAIMS collected while every notebook ran. Trained claims hold with a margin of a
tenth of the spread of their values.
"""

import json
import math
import sys
from pathlib import Path

from book import ROOT, manuscripts
from seeds import bound


def problems(records: dict, measured: dict, data: str) -> list[str]:
    """What is wrong between the claims of a chapter and its values on a data set, in words.

    Parameters
    ----------
    records : dict of a claim's name to its record in the log
    measured : dict of a claim's name to its values
    data : "mnist" or "offline"
    """
    found = [f"{name!r} was not measured" for name in records.keys() - measured.keys()]
    found += [f"{name!r} is no longer claimed" for name in measured.keys() - records.keys()]
    for name in records.keys() & measured.keys():
        values, record = measured[name], records[name]
        margin = 0 if record["exact"] else (max(values) - min(values)) / 10
        low, high = (bound(record, key, data) for key in ("at_least", "at_most"))
        if any(map(math.isnan, values)):
            found.append(f"{name!r} was measured as nan")
        if low is not None and min(values) - margin < low:
            found.append(f"{name!r} is claimed to be at least {low}, was {min(values)}")
        if high is not None and max(values) + margin > high:
            found.append(f"{name!r} is claimed to be at most {high}, was {max(values)}")
    return sorted(found)


def main(log: Path) -> None:
    claims = {}
    for line in log.read_text("utf-8").splitlines():
        record = json.loads(line)
        claims.setdefault(record["chapter"], {})[record["name"]] = record
    count = 0
    for manuscript in manuscripts():
        chapter = manuscript.name[:2]
        measured = json.loads((ROOT / f"data/seeds/{chapter}.json").read_text("utf-8"))
        for data in ("mnist", "offline"):
            values = measured.get(data, {}).get("values", {})
            for problem in problems(claims.get(int(chapter), {}), values, data):
                print(f"{chapter} on {data}: {problem}")
                count += 1
    if count:
        raise SystemExit(1)
    print("every bound agrees with what was measured over five seeds")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
