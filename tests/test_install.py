"""The installation: pinned versions for every supported Python, and a `.venv` that mends itself."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOWEST = ["3.11.2", "3.12.0", "3.13.0"]  # of each minor version; 3.11.2 is Debian 12's own

# ---------------------------------------------------------------------------------- dependencies


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def wanted():
    return project()["dependencies"] + project()["optional-dependencies"]["dev"]


def pinned():
    """What constraints.txt pins: {name: version}."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pins}


def unfit(python, pins, requirements, installed):
    """Why pip could not install `requirements` with these pins on a Python: sentences.

    `installed` are the distributions of the pins, {name: distribution}; their metadata say what
    they need. A pin that only another Python needs may be missing there.
    """
    here = default_environment()
    there = here | {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    queue, seen, faults = [(Requirement(each), "", "") for each in requirements], set(), []
    while queue:
        requirement, extra, parent = queue.pop()
        marker, name = requirement.marker, canonicalize_name(requirement.name)
        if (marker and not marker.evaluate(there | {"extra": extra})) or (str(requirement) in seen):
            continue
        seen.add(str(requirement))
        if name not in pins:
            faults.append(f"{parent} needs {requirement}, which is not pinned")
        elif not requirement.specifier.contains(pins[name]):
            faults.append(f"{parent} needs {requirement}, but {pins[name]} is pinned")
        elif name in installed:
            found = installed[name]
            if found.version != pins[name]:
                faults.append(
                    f"{name} {found.version} is installed, not {pins[name]}: make install"
                )
            needs = found.metadata["Requires-Python"]
            if needs and not SpecifierSet(needs).contains(python):
                faults.append(f"{name} {found.version} needs Python {needs}")
            inner = [Requirement(each) for each in found.requires or []]
            queue += [(r, e, name) for r in inner for e in ("", *requirement.extras)]
        elif not marker or marker.evaluate(here | {"extra": extra}):
            faults.append(f"{name} is not installed: make install")
    return sorted(set(faults))


def test_the_citation_agrees_with_pyproject():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert str(cited["version"]) == project()["version"]
    assert cited["repository-code"] == project()["urls"]["Repository"]
    assert cited["license"] == project()["license"]


@pytest.mark.parametrize("path", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")))
def test_issue_forms_can_be_read(path):
    form = yaml.safe_load(path.read_text("utf-8"))
    assert form["name"] and form["description"] and form["body"]
    assert all(field["attributes"]["label"] for field in form["body"])


@pytest.mark.parametrize("python", LOWEST)
def test_the_pins_suit_the_lowest_python_of_each_minor_version(python):
    installed = {canonicalize_name(each.name): each for each in distributions()}
    assert unfit(python, pinned(), wanted(), installed) == []


def test_a_pin_for_a_newer_python_is_found(tmp_path):
    """Too new for a Python, out of bounds, left out, left out for 3.12, not what is installed."""
    needs = ["a>=1", "b; python_version >= '3.12'", "c[x]<2"]
    lines = {
        "soup": ["Requires-Python: >=3.11.5"] + [f"Requires-Dist: {each}" for each in needs],
        "c": ["Requires-Dist: d; extra == 'x'", "Requires-Dist: e; extra == 'y'"],
    }
    for name, more in lines.items():
        (tmp_path / f"{name}-1.dist-info").mkdir()
        head = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1"]
        (tmp_path / f"{name}-1.dist-info/METADATA").write_text("\n".join(head + more))
    installed = {each.name: each for each in distributions(path=[str(tmp_path)])}
    pins = {"soup": "1", "a": "0.9", "c": "1"}
    assert unfit("3.11.2", pins, ["soup"], installed) == [
        'c needs d; extra == "x", which is not pinned',
        "soup 1 needs Python >=3.11.5",
        "soup needs a>=1, but 0.9 is pinned",
    ]
    assert unfit("3.12.0", pins, ["soup"], installed) == [
        'c needs d; extra == "x", which is not pinned',
        "soup needs a>=1, but 0.9 is pinned",
        'soup needs b; python_version >= "3.12", which is not pinned',
    ]
    assert unfit("3.11.5", {"soup": "2"}, ["soup==2"], installed)[0] == (
        "soup 1 is installed, not 2: make install"
    )


def test_all_data_ship_with_the_package():
    """Colab has the package only: what `files.bundled` finds in a checkout must be in the wheel."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]
    shipped = settings["build"]["targets"]["wheel"]["force-include"]
    tracked = {path.name for path in (ROOT / "data").iterdir()} - {"README.md", "mnist.npz"}
    assert shipped == {f"data/{name}": f"course_utils/_data/{name}" for name in tracked}


def test_the_conda_environment_agrees_with_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    [pip] = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert sorted(pip) == sorted(["-e .", *wanted()])
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    [python] = [entry for entry in conda if re.match(r"python\b", entry)]
    pin = python.removeprefix("python").strip()
    tried = {f"3.{minor}" for minor in range(6, 16) if admits(pin, f"3.{minor}")}
    supported = SpecifierSet(project()["requires-python"])
    assert tried and all(supported.contains(version) for version in tried)


def admits(pin, version):
    """Does conda's pin, such as =3.12 or >=3.11,<3.14, admit a version?"""
    parts = [re.sub(r"^=?(?=\d)", "==", part) for part in re.sub(r"^=(?=\d)", "", pin).split(",")]
    return SpecifierSet(",".join(parts)).contains(version)


def test_constraints_pin_every_dependency_within_its_bounds():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = {}
    for line in lines:
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line
            name, version = line.split("==")
            assert canonicalize_name(name) not in pins, f"{name} is there twice"
            pins[canonicalize_name(name)] = version
    assert not any("://" in line or "@" in line for line in lines)
    for requirement in map(Requirement, wanted()):
        version = pins.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not pinned"
        assert requirement.specifier.contains(version), f"{requirement}, pinned to {version}"


# ----------------------------------------------------------------------- .venv, made and mended

# A project without dependencies, whose build needs no network.
TOY = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "toy"
version = "1"
"""
BACKEND = """
import zipfile

def wheel(folder, name, version, *needs):
    with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as archive:
        info = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *needs]
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\\n".join(info))
        kind = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any"
        archive.writestr(f"{name}-{version}.dist-info/WHEEL", kind)
        archive.writestr(f"{name}-{version}.dist-info/RECORD", "")
    return f"{name}-{version}-py3-none-any.whl"

def build_editable(folder, config_settings=None, metadata_directory=None):
    extras = [f"Provides-Extra: {extra}" for extra in ("dev", "gpu", "more")]
    return wheel(folder, "toy", 1, *extras, "Requires-Dist: soup; extra == 'more'")
"""
HOSTILE = {
    "PYTHONHOME": "/nowhere",
    "PYTHONPATH": "/nowhere",
    "PIP_USER": "1",
    "PIP_TARGET": "/nowhere",
    "PIP_PREFIX": "/nowhere",
    "PIP_DRY_RUN": "1",
}
NOWHERE = "/nowhere/python3"


def lay_out(folder):
    """The project in a folder: the real Makefile and script, no dependencies."""
    (folder / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "tools/venv.sh", folder / "tools")
    (folder / "constraints.txt").write_text("")
    (folder / "pyproject.toml").write_text(TOY)
    (folder / "backend.py").write_text(BACKEND)
    return folder


@pytest.fixture
def toy(tmp_path):
    return lay_out(tmp_path / "toy")


def make(folder, *arguments, **variables):
    """Call make there; its exit status and all that it printed."""
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS", "PIP_"))}
    for name in ("PYTHON", "EXTRAS", "COURSE_DATA"):
        outside.pop(name, None)
    answer = subprocess.run(
        [shutil.which("make"), *arguments],
        cwd=folder,
        env=outside | {"PIP_NO_INDEX": "1"} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    return answer.returncode, answer.stdout


def test_an_environment_is_made_once_and_belongs_to_its_folder(tmp_path):
    """Space, umlaut and signs of the shell in the path; variables that lead pip and Python out."""
    here = lay_out(tmp_path / "Übung 1 #a $b")
    without_pip(here)
    (here / "constraints.txt").write_text("spoon==1\n")
    code, said = make(here, "install", "EXTRAS=dev,gpu", PYTHON=sys.executable, **HOSTILE)
    assert code == 0 and "Making .venv with" in said and "2.7 GB" in said, said
    find = "from importlib.metadata import distribution as d; print(d('toy').locate_file(''))"
    found = subprocess.check_output([here / ".venv/bin/python", "-c", find], encoding="utf-8")
    assert Path(found).is_relative_to(here / ".venv")
    start = time.monotonic()
    assert make(here, "install", PYTHON=NOWHERE) == (0, ".venv is ready\n")
    assert time.monotonic() - start < 2

    # What fails says why, and what was there stays.
    toy = {}
    exec(BACKEND, toy)
    toy["wheel"](here, "soup", 1, "Requires-Dist: spoon>=2")
    toy["wheel"](here, "spoon", 2)
    code, said = make(here, "install", "EXTRAS=more", PIP_FIND_LINKS=".")
    assert code == 2 and "Bringing .venv up to date" in said
    assert "soup 1 depends on spoon>=2" in said and "(constraint) spoon==1" in said, said
    assert "The installation failed: pip's reason is above" in said
    assert make(here, "install") == (0, ".venv is ready\n")

    there = here.rename(tmp_path / "kurs")
    code, said = make(there, "install", PYTHON=NOWHERE)
    assert code == 2 and f".venv does not work here: it was made for {here}/.venv.\n" in said, said


def cut_off(folder):
    """Ctrl-C, as soon as .venv has a Python."""
    run = subprocess.Popen(
        ["make", "install"],
        cwd=folder,
        env=os.environ | {"PYTHON": sys.executable},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A job that a shell runs in the background would ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while run.poll() is None and not (folder / ".venv/bin/python").exists():
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait() != 0


def without_pip(folder):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)


def program(path, line):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def python_gone(folder):
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").symlink_to(NOWHERE)


def too_old(folder):
    program(folder / ".venv/bin/python", "echo 3.10.13")


@pytest.mark.parametrize(
    "spoil, fault",
    [
        (cut_off, "it was not finished"),
        (without_pip, "it has no pip"),
        (python_gone, "its Python does not start"),
        (too_old, "its Python is 3.10.13"),
    ],
)
def test_an_environment_that_does_not_work_is_noticed(toy, spoil, fault):
    """And it stays until there is a Python to make another."""
    spoil(toy)
    before = sorted((toy / ".venv").rglob("*"))
    code, said = make(toy, "lab", f"PYTHON={NOWHERE}")
    assert code == 2 and f".venv does not work here: {fault}.\n" in said, said
    assert f"with venv, but {NOWHERE} does not start. Leave PYTHON out, or name another one" in said
    assert sorted((toy / ".venv").rglob("*")) == before


@pytest.mark.parametrize(
    "pythons, named, found",
    [
        ({}, None, "but none was found. Install one of them; if make does not find it: make lab "),
        (
            {"python3": "3.14.0", "python": "3.10.2", "python3.14": "3.14.0"},
            None,
            "but python3 is 3.14.0, python is 3.10.2, python3.14 is 3.14.0. Install one of them",
        ),
        (
            {"python3": "3.11.2 without venv"},
            None,
            "but python3 is 3.11.2 without venv. Debian and Ubuntu: apt install python3.11-venv.",
        ),
        (
            {"python3.10": "3.10.13"},
            "python3.10",
            "but python3.10 is 3.10.13. Leave PYTHON out",
        ),
    ],
)
def test_a_machine_without_a_python_for_the_course(toy, pythons, named, found):
    """What was found, what is wanted, and a command that exists; nothing is made."""
    for name, version in pythons.items():
        program(toy / f"bin/{name}", f"echo {version}")
    (toy / "bin").mkdir(exist_ok=True)
    for tool in ("cat", "tr"):
        (toy / "bin" / tool).symlink_to(shutil.which(tool))
    code, said = make(toy, "install", *([f"PYTHON={named}"] if named else []), PATH=f"{toy}/bin")
    assert code == 2 and f"3.11, 3.12 or 3.13 with venv, {found}" in said, said
    assert "make lab PYTHON=/path/to/python3.12" in said or "apt install" in said
    assert not (toy / ".venv").exists()


def test_the_newest_supported_python_is_taken(toy):
    """Its base, that is: a .venv active in the shell must not make its own successor."""
    for name in ("python3.14.0", "python3.13.1", "python3.12.4"):
        version = name.removeprefix("python")
        answer = f'case "$*" in *base*) echo /base/{name} ;; *) echo {version} ;; esac'
        program(toy / "bin" / name.rpartition(".")[0], answer)
    code, said = make(toy, "install", PATH=f"{toy}/bin:{os.environ['PATH']}")
    assert code == 2 and "Making .venv with /base/python3.13.1.\n" in said, said


def test_a_clone_with_windows_s_line_ends_works_under_wsl(toy):
    for path in (toy / "Makefile", toy / "tools/venv.sh"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    code, said = make(toy, "install", PYTHON=NOWHERE)
    assert code == 2 and f"with venv, but {NOWHERE} does not start. Leave PYTHON" in said, said


def test_recipes_see_the_learner_s_folder_and_no_foreign_python(toy):
    """COURSE_DATA as it was given, in the environment or on the command line."""
    probe = '\n%:\n\t@echo "[$$COURSE_DATA] [$${PYTHONHOME-}$${PYTHONPATH-}$${PIP_USER-}]"\n'
    with (toy / "Makefile").open("a") as makefile:
        makefile.write(probe)
    for folder in ("/x/My Drive/mnist data", "~/my data", "my  data #1", "../mnist", "offline"):
        for answer in (
            make(toy, "probe", COURSE_DATA=folder, **HOSTILE),
            make(toy, "probe", f"COURSE_DATA={folder}", **HOSTILE),
        ):
            assert answer == (0, f"[{folder}] []\n")


def test_a_relative_folder_of_data_is_found_from_a_notebook_s_folder():
    """`make lab` runs in the project's folder, a kernel in notebooks/ or work/."""
    code = "from course_utils import data; data.load_digits('mnist')"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "notebooks",
        env=os.environ | {"COURSE_DATA": "no such/my data"},
        capture_output=True,
        encoding="utf-8",
    )
    assert f"{ROOT}/no such/my data/mnist.npz" in answer.stderr, answer.stderr
