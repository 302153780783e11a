"""What made the numbers of a chapter, so that the tools can say what has changed since.

A chapter's numbers depend on its code cells, on the definitions of the package that these reach (of
an exercise: the reference), on data and versions. All of it is read from the sources, without
importing them. What cannot change a number does not count: comments, docstrings, layout, titles and
descriptions of figures, messages of errors, drawing, and how answers are judged.
"""

import ast
import contextlib
import functools
import hashlib
import json
import platform
import re
from pathlib import Path

import jupytext

import book
from course_utils import backend
from course_utils.data import Digits

# What makes no numbers: drawing, judging, printing.
SILENT = {"course_utils.plots", "course_utils.exercises.core", "course_utils.cards"}
SILENT_TOO = {("course_utils.runtime", "claim")}
WORDS = {"says", "title", "x_label", "y_label", "row_labels"}  # keywords whose value is only read
VERSIONS = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn", "scikit-image")


QUESTION = re.compile(r"^ex\.\w+\.check\(\.\.\.\)  # @exercise$", re.M)  # think: words only
CHAPTER = "its chapter"  # stands for a module where evidence uses what its chapter defines


def made_of(manuscript: Path, script: Path | None = None) -> dict[str, str]:
    """The parts that numbers depend on, each with a hash (a version, as it is).

    The keys are words for people: "its cells", "course_utils/gan.py", "keras". The numbers are a
    chapter's or, with `script`, those of its evidence: then of the chapter only what it reaches
    counts, under "its chapter".
    """
    code = _code_of(manuscript)
    home = _Source(code)
    if script:
        code = ast.parse(script.read_text("utf-8"))
    parts = {"its cells": _hash(skeleton(code))}
    reached = {}
    for module, name in sorted(reach(code, home if script else None)):
        of = home if module == CHAPTER else _module(module)
        path = CHAPTER if of is home else _path(module).relative_to(book.ROOT).as_posix()
        reached.setdefault(path, []).append(skeleton(of.definitions[name]))
    parts |= {path: _hash(*found) for path, found in reached.items()}
    cited = book.ROOT / f"data/seeds/{manuscript.name[:2]}.evidence.json"
    if not script and cited.exists():
        values = {data: entry["values"] for data, entry in json.loads(cited.read_text()).items()}
        parts[cited.relative_to(book.ROOT).as_posix()] = _hash(json.dumps(values))
    digits = book.ROOT / "course_utils/offline_digits.json"  # the hashes of the bundled digits
    parts["data/offline_digits.npz"] = _hash(digits.read_text("utf-8"))
    pins = (book.ROOT / "constraints.txt").read_text("utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", pins, re.M))
    return parts | {name: pinned[name] for name in VERSIONS}


def serving(cells, manuscript: Path, script: str) -> list:
    """The code cells of a notebook that import, or define something a script of evidence reaches.

    Package code that the notebook prints instead of importing it comes with what it names.
    """
    home = _Source(_code_of(manuscript))
    reached = {name for module, name in reach(ast.parse(script), home) if module == CHAPTER}
    trees = [(cell, ast.parse(cell.source)) for cell in cells if cell.cell_type == "code"]

    def defines(tree, names):
        return any(names & set(_defined(node)) for node in tree.body)

    for _, tree in trees:
        if defines(tree, home.names.keys()):
            names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
            own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
            own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
            reached |= {node.id for node in names} - own
    reached |= home.names.keys()
    imports = ast.Import | ast.ImportFrom
    return [
        cell
        for cell, tree in trees
        if defines(tree, reached) or any(isinstance(node, imports) for node in tree.body)
    ]


def _code_of(manuscript: Path) -> ast.Module:
    """A chapter's code cells, not printed (what they name is in the package), without questions."""
    code = ast.Module([], [])
    for cell in jupytext.reads(manuscript.read_text("utf-8"), fmt="py:percent").cells:
        if cell.cell_type == "code" and not QUESTION.search(cell.source):
            code.body += ast.parse(cell.source).body
    return code


def machine() -> str:
    """The kind of machine: on the same kind, the same code gives the same numbers."""
    cpu = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
        cpu = found[1] if found else cpu
    gpus = sorted(Path("/proc/driver/nvidia/gpus").glob("*"))
    return f"{backend.cores()} cores, {cpu}" + f", {len(gpus)} GPU" * bool(gpus)


def circumstances(digits: Digits | None) -> dict[str, str]:
    """Under what numbers are measured, besides the code: the kind of machine, budget, digits."""
    under = {"machine": machine(), "budget": "quick"}
    if digits:
        arrays = (digits.x_train, digits.y_train, digits.x_test, digits.y_test)
        digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()[:16]
        under["digits"] = f"{digits.name} {digest}"
    return under


def changes(old: dict[str, str] | None, new: dict[str, str]) -> list[str]:
    """What differs between two records of `made_of`, of which one may be missing, in words."""
    if not old:
        return ["it does not say what made it"]
    found = []
    for part in sorted(old.keys() | new.keys()):
        if old.get(part) == new.get(part):
            continue
        if part in VERSIONS:
            found.append(f"{part} {old.get(part)} is now {new.get(part)}")
        elif part not in new:
            found.append(f"{part} is no longer used")
        else:
            found.append(f"{part} changed" if part in old else f"{part} is used, too")
    return found


# ------------------------------------------------------------------------------- what is reached


class _Source:
    """A module of the package, parsed: its definitions, and what its names stand for."""

    def __init__(self, tree: ast.Module):
        self.definitions, self.loose = {}, []
        self.names = course_names(tree)
        for node in tree.body:
            if _is_question(node) or _is_lazy(node):
                continue
            for name in _defined(node):
                self.definitions[name] = node
            if not isinstance(node, ast.Import | ast.ImportFrom) and not _defined(node):
                self.loose.append(node)


@functools.cache
def _source(text: str) -> _Source:
    return _Source(ast.parse(text))


def _module(name: str) -> _Source:
    return _source(_path(name).read_text("utf-8"))


def _path(module: str) -> Path:
    path = book.ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _is_module(name: str) -> bool:
    return name.partition(".")[0] == "course_utils" and _path(name).is_file()


def _defined(node: ast.stmt) -> list[str]:
    """The names that a statement at a module's top level defines."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [n.id for t in targets if t for n in ast.walk(t) if isinstance(n, ast.Name)]


def _is_question(node: ast.stmt) -> bool:
    """Whether a statement makes a think exercise: words only."""
    called = getattr(getattr(node, "value", None), "func", None)
    return isinstance(called, ast.Attribute) and called.attr in ("question", "estimate")


def _is_lazy(node: ast.stmt) -> bool:
    """Whether a statement names modules that are imported when used: `keras = Lazy("keras")`."""
    value = getattr(node, "value", None)
    calls = value.elts if isinstance(value, ast.Tuple) else [value]
    return all(getattr(getattr(call, "func", None), "id", None) == "Lazy" for call in calls)


def course_names(tree: ast.AST) -> dict[str, tuple[str, str | None]]:
    """What imported names stand for: a module of the package (with None), or a name in one."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if _is_module(whole):
                    names[alias.asname or alias.name] = whole, None
                elif _is_module(node.module):
                    names[alias.asname or alias.name] = node.module, alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if _is_module(alias.name) and alias.asname:
                    names[alias.asname] = alias.name, None
    return names


def reach(tree: ast.AST, home: _Source | None = None) -> set[tuple[str, str]]:
    """The definitions that code reaches, as (module, name): the package's, and those of `home`.

    `home` is what the code's own names stand for where it defines them not itself.
    """
    names = course_names(tree) | (home.names if home else {})
    found, todo = set(), _mentioned(tree, names, CHAPTER if home else "")
    while todo:
        module, name = todo.pop()
        if module in SILENT or (module, name) in SILENT_TOO | found:
            continue
        source = home if module == CHAPTER else _module(module)
        if name not in source.definitions:
            continue  # a method of something, or a question
        found.add((module, name))
        for node in [source.definitions[name], *([] if source is home else source.loose)]:
            todo |= _mentioned(_bare(node), source.names, module)
    return found


def _mentioned(tree: ast.AST, names: dict, module: str) -> set[tuple[str, str]]:
    """The definitions that code mentions: of its own module, and of those that it imports."""
    found, own = set(), _own_names(tree) if module == CHAPTER else ()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            of, name = names.get(node.value.id, ("", None))
            if of and name is None:
                found.add((of, node.attr))
        elif isinstance(node, ast.Name):
            of, name = names.get(node.id, (module, node.id))
            if of and name is not None and node.id not in own:
                found.add((of, name))
    return found


def _own_names(tree: ast.AST) -> set[str]:
    """What code gives a value itself: its variables and parameters."""
    nodes = list(ast.walk(tree))
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {node.arg for node in nodes if isinstance(node, ast.arg)}


# ------------------------------------------------------------------------------- what counts


def _bare(node: ast.AST) -> ast.AST:
    """A definition without its decorators: those of an exercise hold cases, mistakes and hints."""
    if not isinstance(node, ast.FunctionDef):
        return node
    fields = {name: value for name, value in ast.iter_fields(node) if name != "decorator_list"}
    return ast.FunctionDef(**fields, decorator_list=[])


def skeleton(node) -> str:
    """Code as a line of text, without what cannot change a number; the same on every Python."""
    if isinstance(node, list):
        return f"[{' '.join(map(skeleton, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    if isinstance(node, ast.Raise):
        return "raise"
    if isinstance(node, ast.keyword) and node.arg in WORDS:
        return ""
    if isinstance(node, ast.FunctionDef):
        node = _bare(node)
    fields = {
        name: value
        for name, value in ast.iter_fields(node)
        if value not in (None, []) and not isinstance(value, ast.expr_context)
    }
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node):
        fields["body"] = node.body[1:]
    inner = " ".join(f"{name}={skeleton(value)}" for name, value in fields.items())
    return f"({type(node).__name__} {inner})"


def _hash(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
