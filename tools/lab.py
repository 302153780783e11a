"""Copy the notebooks that the learner does not have yet to work/, and open JupyterLab there.

python tools/lab.py [options of jupyter lab]
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def copy_new(notebooks: Path, work: Path) -> list[str]:
    """Copy notebooks without their outputs; never touch one that is there. Returns what is new."""
    work.mkdir(exist_ok=True)
    new = []
    for path in sorted(notebooks.glob("*.ipynb")):
        target = work / path.name
        if target.exists():
            continue
        nb = json.loads(path.read_text("utf-8"))
        for cell in nb["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        target.write_text(json.dumps(nb, indent=1, ensure_ascii=False) + "\n", "utf-8")
        new.append(path.name)
    return new


def main(options: list[str]) -> None:
    work = ROOT / "work"
    new = copy_new(ROOT / "notebooks", work)
    print(
        f"new in work/: {', '.join(new)}" if new else "work/ has every notebook; none was touched"
    )
    sys.stdout.flush()
    first = sorted(work.glob("00_*.ipynb"))
    page = f"/lab/tree/{first[0].name}" if first else "/lab"
    command = [sys.executable, "-m", "jupyter", "lab"]
    command += [f"--ServerApp.root_dir={work}", f"--LabApp.default_url={page}", *options]
    if os.name == "nt":  # Windows's exec returns to the shell at once
        import subprocess

        raise SystemExit(subprocess.call(command))
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
