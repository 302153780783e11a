"""Right answers in other styles: each exercise's reference, rewritten by program.

    python tests/styles.py [ch01 …]

A rewriting that gives the reference's values on every case has to pass the check.
"""

import ast
import functools
import sys
from collections.abc import Callable

import numpy as np
from mutants import CHAPTERS, _define, exercises, judge

from course_utils import backend
from course_utils.exercises.core import Exercise, _result, same

IMPORTS = "import keras\nimport numpy as np\nimport tensorflow as tf"
WRITTEN_OUT = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.MatMult: "matmul",
}
TENSORFLOW = {
    "sum": "reduce_sum",
    "mean": "reduce_mean",
    "max": "reduce_max",
    "softplus": "nn.softplus",
    "log": "math.log",
    "log1p": "math.log1p",
    "logsumexp": "reduce_logsumexp",
} | {name: name for name in ("exp", "abs", "square", "sqrt", "maximum", "minimum", "stop_gradient")}
METHODS = {"sum", "mean", "max", "min", "std", "var", "argmax", "argmin", "all", "any"}


class WrittenOut(ast.NodeTransformer):
    """a + b as add(a, b), x**2 as square(x), a @ b as matmul(a, b)."""

    def __init__(self, module: str):
        self.module = module

    def visit_BinOp(self, node):
        node = self.generic_visit(node)
        name, args = WRITTEN_OUT.get(type(node.op)), [node.left, node.right]
        if isinstance(node.op, ast.Pow) and getattr(node.right, "value", None) == 2:
            name, args = "square", [node.left]
        return _call(f"{self.module}.{name}", args) if name else node


class InSums(ast.NodeTransformer):
    """a @ b of two matrices by einsum."""

    def __init__(self, module: str):
        self.module = module

    def visit_BinOp(self, node):
        node = self.generic_visit(node)
        if not isinstance(node.op, ast.MatMult):
            return node
        return _call(f"{self.module}.einsum", [ast.Constant("ij,jk->ik"), node.left, node.right])


class InTensorFlow(ast.NodeTransformer):
    """keras.ops.sum(x) as tf.reduce_sum(x)."""

    def visit_Attribute(self, node):
        node = self.generic_visit(node)
        of_ops = ast.unparse(node.value) in ("ops", "keras.ops")
        return _name(f"tf.{TENSORFLOW[node.attr]}") if of_ops and node.attr in TENSORFLOW else node


class AsMethods(ast.NodeTransformer):
    """np.sum(x, axis=0) as x.sum(axis=0)."""

    def visit_Call(self, node):
        node = self.generic_visit(node)
        called = node.func
        of_numpy = isinstance(called, ast.Attribute) and ast.unparse(called.value) == "np"
        if not (of_numpy and called.attr in METHODS and node.args):
            return node
        method = ast.Attribute(node.args[0], called.attr, ast.Load())
        return ast.Call(method, node.args[1:], node.keywords)


class InSteps(ast.NodeTransformer):
    """What is returned gets a name first."""

    def visit_Return(self, node):
        name = ast.Name("what_comes_back", ast.Store())
        return [ast.Assign([name], node.value), ast.Return(_name("what_comes_back"))]


class WithHints(ast.NodeTransformer):
    """Every parameter, and the result, with a type hint."""

    def visit_arg(self, node):
        return ast.arg(node.arg, _name("np.ndarray"))

    def visit_Lambda(self, node):
        return node


def _name(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _call(name: str, args: list) -> ast.Call:
    return ast.Call(_name(name), args, [])


def styles(item: Exercise) -> dict[str, Callable]:
    """The reference in other styles, by their names; without those that change nothing."""
    reference = item.reference
    module = "keras.ops" if item.trains else "np"
    rewritten = {
        "operators written out": WrittenOut(module),
        "einsum": InSums(module),
        "in steps": InSteps(),
        "type hints": WithHints(),
        **({"tf": InTensorFlow()} if item.trains else {"methods": AsMethods()}),
    }
    found = {
        "lambda": lambda *args, **names: reference(*args, **names),
        "partial": functools.partial(reference),
        "method": _Solution(reference).answer,
        "callable object": _Solution(reference),
    }
    for label, transformer in rewritten.items():
        tree = ast.parse(item.source())
        before = ast.unparse(tree)
        source = ast.unparse(ast.fix_missing_locations(transformer.visit(tree)))
        if source != before:
            found[label] = _define(item, f"{IMPORTS}\n{source}")
    return found


class _Solution:
    def __init__(self, function: Callable):
        self.function = function

    def answer(self, *args, **names):
        return self.function(*args, **names)

    __call__ = answer


def is_right(item: Exercise, answer: Callable) -> bool:
    """Whether an answer gives the reference's values on every case, and can run in `fit`."""
    try:  # keras.ops takes no NumPy number beside a tensor without values
        _ = [item._traced(answer, case) for case in item._plain() if item.trains]
    except Exception:
        return False
    pairs = (
        (_result(answer, case, item.trains), _result(item.reference, case, item.trains), case)
        for case in item._plain()
    )
    with np.errstate(all="ignore"):
        return all(same(a, b, c.rtol / 10, c.atol / 10) for a, b, c in pairs)


def refused(item: Exercise) -> tuple[int, list[str]]:
    """How many styles give the right values, and those of them that the check refuses."""
    right = {name: answer for name, answer in styles(item).items() if is_right(item, answer)}
    return len(right), [name for name, answer in right.items() if judge(item, answer) != "passed"]


if __name__ == "__main__":
    backend.load()
    for chapter in sys.argv[1:] or CHAPTERS:
        for exercise in exercises(chapter):
            print(chapter, exercise.name, *refused(exercise))
