"""Copy the notebooks that the learner does not have yet to work/, and open JupyterLab there.

python tools/lab.py [--update] [--another] [options of jupyter lab]
"""

import argparse
import contextlib
import datetime
import importlib.util
import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlencode

import editions

ROOT = Path(__file__).resolve().parents[1]


# ---------------------------------------------------------------------------------------- copying


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; OSError, which names the file, if that fails."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            part.write_bytes(data)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def read_printed(path: Path) -> dict:
    """A notebook of the course."""
    try:
        return editions.parse(path.read_bytes())
    except ValueError:
        raise SystemExit(
            f"{path} is damaged; `git checkout {path.parent.name}` brings it back"
        ) from None


def copy_new(notebooks: Path, work: Path) -> list[str]:
    """Copy notebooks without their outputs; never touch one that is there. Returns what is new."""
    if work.exists() and not work.is_dir():
        raise SystemExit(f"{work} is a file, but the notebooks need a folder there: rename it")
    work.mkdir(exist_ok=True)
    new = []
    for path in sorted(notebooks.glob("*.ipynb")):
        target = work / path.name
        if target.exists():
            continue
        nb = read_printed(path)
        nb["metadata"]["course"] = editions.mark(path.name, nb)
        stamp(nb)
        editions.strip_outputs(nb)
        write(target, editions.dump(nb))
        new.append(path.name)
    return new


def stamp(nb: dict) -> None:
    """Write what JupyterLab writes when a notebook is opened here, or it counts as changed."""
    from ipykernel.ipkernel import IPythonKernel
    from jupyter_client.kernelspec import KernelSpecManager

    kernel = nb["metadata"].setdefault("kernelspec", {"language": "python", "name": "python3"})
    with contextlib.suppress(KeyError):  # a kernel that is not here
        spec = KernelSpecManager().get_kernel_spec(kernel["name"])
        kernel["display_name"] = spec.display_name
    nb["metadata"]["language_info"] = IPythonKernel.language_info


# --------------------------------------------------------------------------------------- updating


def outdated(notebooks: Path, work: Path) -> dict[str, tuple]:
    """The copies that are of another edition than the printed notebook.

    A line is printed about each copy that cannot be told; every other file is left out.

    Returns
    -------
    dict of name to (the copy's bytes, its notebook, its mark, the printed notebook)
    """
    found = {}
    for path in sorted(notebooks.glob("*.ipynb")):
        try:
            data = (work / path.name).read_bytes()
            mine = editions.parse(data)
        except FileNotFoundError:
            continue
        except OSError as error:
            print(f"{path.name} is left alone: {error.strerror}")
            continue
        except ValueError:
            print(
                f"{path.name} is left alone: the file is damaged, or no notebook. Rename it, and "
                "the next `make lab` copies the chapter again"
            )
            continue
        printed = read_printed(path)
        base = editions.recognise(mine, printed, path)
        if base is None:
            print(
                f"{path.name} is left alone: it does not say from which edition it was made, and "
                "it is like none that git knows"
            )
        elif base["edition"] != editions.mark(path.name, printed)["edition"]:
            found[path.name] = data, mine, base, printed
    return found


def update(work: Path, name: str, data: bytes, mine: dict, base: dict, printed: dict) -> None:
    """Replace a copy by the new edition with the learner's cells in it; keep the old file."""
    today = datetime.date.today().isoformat()
    nb, merged = editions.update(mine, base, printed, today)
    stamp(nb)
    kept = free_path(work / f"{name.removesuffix('.ipynb')}.{today}.ipynb")
    write(kept, data)
    try:
        write(work / name, editions.dump(nb))
    except OSError:
        kept.unlink()
        raise
    print("\n".join(report(name, kept.name, merged)))


def free_path(path: Path) -> Path:
    """The path itself, or the first of name-2, name-3, … that is not there."""
    free, count = path, 1
    while free.exists():
        count += 1
        free = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return free


def report(name: str, kept: str, merged: editions.Merged) -> list[str]:
    """What the learner should know of an update, in lines."""
    amounts = (
        (len(merged.answers), "answer", "answers"),
        (merged.added, "added cell", "added cells"),
        (merged.edited, "changed cell", "changed cells"),
    )
    carried = ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in amounts if n)
    lines = [
        f"{name} is of the new edition now; the old file is {kept}",
        f"  carried over: {carried or 'nothing'}",
    ]
    for exercise in merged.changed:
        lines.append(
            f"  {exercise} asks for something else now: your answer is kept; compare it with the "
            f"cell in notebooks/{name}"
        )
    if merged.gone:
        lines.append(f"  no longer in the chapter, at its end: {', '.join(merged.gone)}")
    for first in merged.lost:
        lines.append(f"  not carried over: your change in a cell that is new itself: {first[:60]}")
    return lines


# ------------------------------------------------------------------------------------- JupyterLab


def running(work: Path) -> str | None:
    """The address, token included, of a Jupyter server whose folder is `work`, if one answers.

    Its info files are read here: the same function of jupyter_server takes seconds to import.
    """
    from jupyter_core.paths import jupyter_runtime_dir

    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for path in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        try:
            info = json.loads(path.read_bytes())
            if Path(info["root_dir"]).resolve() != work.resolve():
                continue
            query = f"?{urlencode({'token': info['token']})}" if info["token"] else ""
            try:
                direct.open(f"{info['url']}api/status{query}", timeout=3).close()
            except urllib.error.HTTPError:  # the token of a server that died, or a password
                if not info["password"]:
                    continue
            return f"{info['url']}lab{query}"
        except (OSError, ValueError, KeyError, TypeError):  # left by one that died, or half written
            continue
    return None


def command(work: Path, first: str, options: list[str]) -> list[str]:
    """How JupyterLab is started in `work`, on the notebook named `first`."""
    words = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={work}"]
    words.append(f"--LabApp.default_url=/lab/tree/{quote(first)}")
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in options:
        print("you are root: JupyterLab is started with --allow-root")
        words.append("--allow-root")
    return words + options


# ------------------------------------------------------------------------------------------- main


def prepare(notebooks: Path, work: Path, take_over: bool) -> None:
    """Copy what is missing, say what is outdated, and update that if asked to."""
    new = copy_new(notebooks, work)
    if new:
        print(f"new in work/: {', '.join(new)}")
    elif not take_over:
        print("work/ has every notebook; none was touched")
    old = outdated(notebooks, work)
    if not take_over:
        if old:
            chapters = ", ".join(name[:2] for name in old)
            print(
                f"{chapters}: a newer edition is out; `make lab UPDATE=1` (or python tools/lab.py "
                "--update) takes it over and keeps your answers"
            )
        return
    for name, found in old.items():
        update(work, name, *found)
    print("run what is new again" if old else "no chapter in work/ has a newer edition")


def main(argv: list[str]) -> None:
    sys.stdout.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter, allow_abbrev=False
    )
    parser.add_argument(
        "--update", action="store_true", help="take new editions over, answers kept"
    )
    parser.add_argument("--another", action="store_true", help="start a second server on work/")
    args, options = parser.parse_known_args(argv)
    if importlib.util.find_spec("jupyterlab") is None:
        raise SystemExit(
            f"{sys.executable} has no JupyterLab: run `make lab`, or .venv/bin/python tools/lab.py "
            "once the course is installed"
        )
    notebooks, work = ROOT / "notebooks", ROOT / "work"
    try:
        prepare(notebooks, work, args.update)
    except OSError as error:
        raise SystemExit(f"{error.filename} cannot be read or written: {error.strerror}") from error
    address = running(work)
    if address and not args.another:
        if args.update:
            print("JupyterLab asks about a chapter that is open there: choose Revert")
        print(f"JupyterLab is running on work/ already: {address}")
        return
    words = command(work, min(path.name for path in notebooks.glob("00_*.ipynb")), options)
    sys.stdout.flush()
    if os.name == "nt":  # Windows's exec returns to the shell at once
        import subprocess

        raise SystemExit(subprocess.call(words))
    os.execv(words[0], words)


if __name__ == "__main__":
    main(sys.argv[1:])
