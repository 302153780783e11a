"""The package as a house: which module leans on which."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "course_utils"


def leans_on(path: Path) -> set[str]:
    """The package's modules that a module imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "course_utils":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("course_utils."):
            found.add(node.module.removeprefix("course_utils."))
    return found


def test_no_module_leans_on_one_that_leans_on_it():
    modules = {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts): leans_on(path)
        for path in PACKAGE.rglob("*.py")
    }
    order = list(TopologicalSorter(modules).static_order())
    assert order.index("session") < order.index("backend") < order.index("runtime")
    assert "runtime" not in modules["data"] and "data" not in modules["runtime"]


def test_a_circle_would_be_found():
    with pytest.raises(CycleError):
        list(TopologicalSorter({"a": {"b"}, "b": {"a"}}).static_order())
