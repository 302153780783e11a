"""Small wrong variants of the exercises' references, made by program: does each check notice them?

python tests/mutants.py [ch01 …] [--exercise entropy] [--show]

A variant, or mutant, is the reference with one thing changed: a sign, an axis, a guard too many. A
check kills it if the verdict is not "passed". One that survives shows what the cases do not tell
apart; or it is no mistake, and then stands in `EQUIVALENT`.
"""

import argparse
import ast
import contextlib
import copy
import dataclasses
import difflib
import importlib
import inspect
import io
import itertools
import random
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_utils.exercises.core import Exercise

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted(p.stem for p in (ROOT / "course_utils/exercises").glob("ch[0-9]*.py"))
LEAST = 20  # mutants of an exercise; where single changes are fewer, pairs are added

# Mutants that are right, too: (chapter, exercise, label) to the reason. They give the same for
# every input that the docstring allows, or differ by less than float32 rounds.
EQUIVALENT: dict[tuple[str, str, str], str] = {}

OTHER_OPERATOR = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
OTHER_COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
SYMBOLS = {
    ast.Add: "+",
    ast.Sub: "−",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Pow: "**",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.And: "and",
    ast.Or: "or",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}
OTHER_CALLS = {
    "mean": ("sum",),
    "sum": ("mean",),
    "max": ("min",),
    "min": ("max",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "logaddexp": ("maximum",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "log": ("log2", "log10"),
    "log2": ("log", "log10"),
    "log10": ("log", "log2"),
    "log1p": ("log",),
    "exp": ("expm1",),
    "sqrt": ("square",),
    "square": ("abs",),
    "abs": ("square",),
    "round": ("floor",),
    "floor": ("ceil",),
    "ceil": ("floor",),
    "softplus": ("relu",),
    "relu": ("abs",),
    "sigmoid": ("tanh",),
    "softmax": ("sigmoid",),
    "log_softmax": ("softmax", "log_sigmoid"),
    "sign": ("tanh",),
    "var": ("std",),
    "std": ("var",),
    "any": ("all",),
    "all": ("any",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "sin": ("cos",),
    "cos": ("sin",),
    "arccos": ("arcsin",),
}
DROPPED_CALLS = {
    *("sqrt", "abs", "square", "round", "sort", "clip", "relu", "softplus", "sign", "unique"),
    *("exp", "log", "log2", "log10", "log1p", "stop_gradient", "asarray", "astype", "strip"),
    *("lower", "transpose", "floor", "sigmoid", "log_softmax", "softmax"),
}
LOGS = {"log", "log2", "log10"}
COMMUTATIVE = {"maximum", "minimum", "logaddexp", "add", "multiply"}
OTHER_AXES = {-1: (0,), 0: (1,), 1: (0,), 2: (0, 1)}
CLIPS = (
    ("±10", -10, 10),
    ("±50", -50, 50),
    ("±500", -500, 500),
    ("[0, 1]", 0, 1),
    ("[1e-7, 1 − 1e-7]", 1e-7, 1 - 1e-7),
)


class Edit(NamedTuple):
    """One change: what it is called, where it is, and the node that comes there.

    The path leads from the function down, in pairs (field, index in a list or None). If it is empty
    the node is a statement that comes first.
    """

    label: str
    path: tuple
    node: ast.AST


class Seen(NamedTuple):
    """What a value in a call was like: "f" for floats, … or a type's name; and an array's shape."""

    kind: str
    shape: tuple = ()

    @classmethod
    def of(cls, value) -> "Seen | None":
        try:
            array = np.asarray(value)
        except Exception:  # a tensor while a graph is traced, a list of tensors
            return None
        if array.dtype.kind in "biuf":
            return cls(array.dtype.kind, array.shape)
        return cls(type(value).__name__)


# ------------------------------------------------------------------------------------- the changes


def _text(node: ast.AST) -> str:
    return ast.unparse(node)


def _short(node: ast.AST) -> str:
    text = _text(node)
    return text if len(text) <= 40 else f"{text[:38]} …"


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _changed(node: ast.AST, **fields) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _number(node: ast.AST) -> int | float | None:
    """The value of a number in the code, negative ones included; or None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _number(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    return None


def _called(node: ast.AST) -> str:
    """The last name of what is called: "sum" of np.sum(x) and of x.sum()."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _kept(node: ast.AST) -> bool:
    """Whether nothing is changed inside a node."""
    return (
        isinstance(node, ast.arguments | ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.keyword) and node.arg in ("axis", "keepdims"))
        or _number(node) is not None
        or _called(node) == "errstate"
    )


def _places(node: ast.AST, path: tuple = ()) -> Iterator[tuple[tuple, ast.AST]]:
    """The nodes that may be changed, each with its path."""
    if path:
        yield path, node
        if _kept(node):
            return
    for name, value in ast.iter_fields(node):
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for i, child in children:
            is_docstring = path == () and name == "body" and i == 0 and isinstance(child, ast.Expr)
            if isinstance(child, ast.AST) and not is_docstring and not _signature(path, child):
                yield from _places(child, (*path, (name, i)))


def _signature(path: tuple, child: ast.AST) -> bool:
    return path == () and isinstance(child, ast.arguments)


class _Changes:
    """The changes of each kind of node: pairs (words, new node), by the node's class."""

    def __init__(self, module: str, parameters: list[str], calls: list[dict], results: list[list]):
        self.module, self.parameters = module, parameters
        self.calls, self.results = calls, results
        self.ops = np if module == "np" else importlib.import_module("keras").ops
        self.bound = set(parameters)  # names that have a value already

    def of(self, node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
        yield from getattr(self, f"_{type(node).__name__}", lambda node: ())(node)

    # ------------------------------------------------------------------------------ expressions

    def _BinOp(self, node):
        op, left, right = type(node.op), node.left, node.right
        sign = SYMBOLS.get(op)
        if other := OTHER_OPERATOR.get(op):
            yield f"{sign} → {SYMBOLS[other]}", _changed(node, op=other())
        if op in (ast.Sub, ast.Div, ast.FloorDiv, ast.MatMult, ast.Pow):
            yield f"sides of {sign or '@'} swapped", _changed(node, left=right, right=left)
        if op in (ast.Add, ast.Sub):
            minus = "-" if op is ast.Sub else ""
            yield f"term {_short(right)} dropped", left
            yield f"term {_short(left)} dropped", _expression(f"{minus}({_text(right)})")
        elif op in (ast.Mult, ast.MatMult, ast.BitAnd, ast.BitOr):
            yield f"factor {_short(right)} dropped", left
            yield f"factor {_short(left)} dropped", right
        elif op in (ast.Div, ast.FloorDiv):
            yield f"denominator {_short(right)} dropped", left
            if _number(left) is None:
                yield f"numerator {_short(left)} → 1", _changed(node, left=_expression("1"))
            if op is ast.Div and _number(right) is None:
                for e in ("1e-7", "1e-8"):
                    new = _expression(f"({_text(right)}) + {e}")
                    yield f"denominator {_short(right)} + {e}", _changed(node, right=new)
        elif op is ast.Pow:
            yield "exponent dropped", left

    def _UnaryOp(self, node):
        if _number(node) is not None:
            yield from self._Constant(node)
        if isinstance(node.op, ast.USub):
            yield "minus dropped", node.operand
        if isinstance(node.op, ast.Not):
            yield "not dropped", node.operand

    def _Constant(self, node):
        value = _number(node)
        if isinstance(value, int | float):
            if value == 0:
                others = [1, -1] if isinstance(value, int) else [1.0, 0.5]
            elif abs(value) < 1e-3:
                others = [1e-2, 0]
            else:
                others = [2 * value, value + 1, 0]
            for other in others:
                yield f"{value} → {other}", _expression(repr(other))
        elif isinstance(node.value, bool):
            yield f"{node.value} → {not node.value}", ast.Constant(not node.value)
        elif isinstance(node.value, str) and node.value:
            yield f"{node.value!r} → ''", ast.Constant("")

    def _Compare(self, node):
        if len(node.ops) == 1:
            for other in OTHER_COMPARISONS.get(type(node.ops[0]), ()):
                words = f"{SYMBOLS[type(node.ops[0])]} → {SYMBOLS[other]}"
                yield words, _changed(node, ops=[other()])
            if _number(node.comparators[0]) == 0:
                new = _changed(node, comparators=[_expression("1e-3")])
                yield f"{SYMBOLS[type(node.ops[0])]} 0 → 1e-3", new

    def _BoolOp(self, node):
        other = OTHER_OPERATOR[type(node.op)]
        yield f"{SYMBOLS[type(node.op)]} → {SYMBOLS[other]}", _changed(node, op=other())
        for i, value in enumerate(node.values):
            rest = node.values[:i] + node.values[i + 1 :]
            new = rest[0] if len(rest) == 1 else _changed(node, values=rest)
            yield f"condition {_short(value)} dropped", new

    def _IfExp(self, node):
        yield "if: branches swapped", _changed(node, body=node.orelse, orelse=node.body)
        yield "if: always the first branch", node.body
        yield "if: always the second branch", node.orelse

    def _Attribute(self, node):
        if node.attr == "T":
            yield ".T dropped", node.value

    def _Name(self, node):
        """Another parameter like this one in its place."""
        if isinstance(node.ctx, ast.Load) and node.id in self.parameters:
            for other in self.parameters:
                if other != node.id and self._alike(node.id, other):
                    yield f"{node.id} → {other}", ast.Name(other, ast.Load())

    def _Call(self, node):
        name = _called(node)
        for other in OTHER_CALLS.get(name, ()):
            if self._exists(node.func, other):
                if isinstance(node.func, ast.Attribute):
                    function = _changed(node.func, attr=other)
                else:
                    function = _changed(node.func, id=other)
                yield f"{name} → {other}", _changed(node, func=function)
        if name in DROPPED_CALLS:
            yield f"{name} dropped", node.args[0] if self._is_function(node) else node.func.value
        if name == "range" and len(node.args) == 1:
            for change in ("+ 1", "- 1"):
                new = _expression(f"{_text(node.args[0])} {change}")
                yield f"range: end {change}", _changed(node, args=[new])
        if name == "where" and len(node.args) == 3:
            condition, first, second = node.args
            yield "where: branches swapped", _changed(node, args=[condition, second, first])
            yield "where: always the first branch", first
            yield "where: always the second branch", second
        elif name not in COMMUTATIVE:
            for i in range(len(node.args) - 1):
                args = list(node.args)
                args[i : i + 2] = args[i + 1], args[i]
                words = f"{name}: arguments {i + 1} and {i + 2} swapped"
                yield words, _changed(node, args=args)
        elif len(node.args) == 2:
            for i in (0, 1):
                yield f"{name}: only {_short(node.args[i])}", node.args[i]
        for i, keyword in enumerate(node.keywords):
            rest = node.keywords[:i] + node.keywords[i + 1 :]
            yield f"{keyword.arg}={_short(keyword.value)} dropped", _changed(node, keywords=rest)
        at = 0 if name in LOGS else 1 if name in ("divide", "true_divide") else None
        if at is not None and self._is_function(node) and len(node.args) > at:
            for e in ("1e-7", "1e-8"):
                args = list(node.args)
                args[at] = _expression(f"({_text(args[at])}) + {e}")
                yield f"{name}: {_short(node.args[at])} + {e}", _changed(node, args=args)

    def _is_function(self, call: ast.Call) -> bool:
        """Whether it is a function of a module, not a method."""
        if isinstance(call.func, ast.Name):
            return True
        root = call.func.value
        while isinstance(root, ast.Attribute):
            root = root.value
        return isinstance(root, ast.Name) and root.id in ("np", "keras", "tf", "ops")

    def _exists(self, function: ast.expr, other: str) -> bool:
        if isinstance(function, ast.Name):
            return False
        module = _text(function.value)
        if module in ("np", "keras.ops"):
            return hasattr(np if module == "np" else self.ops, other)
        return hasattr(np.ndarray, other) or module.startswith("np.")

    def _keyword(self, node):
        value = _number(node.value)
        if node.arg == "axis" and value is not None:
            for other in OTHER_AXES.get(value, (0,)):
                words = f"axis={value} → {other}"
                yield words, _changed(node, value=_expression(repr(other)))
        elif node.arg == "axis" and isinstance(node.value, ast.Tuple):
            for i, axis in enumerate(node.value.elts):
                rest = node.value.elts[:i] + node.value.elts[i + 1 :]
                new = _changed(node.value, elts=rest)
                yield f"axis: {_short(axis)} dropped", _changed(node, value=new)

    def _Subscript(self, node):
        if isinstance(node.ctx, ast.Load) and _number(node.slice) is None:
            yield f"[{_short(node.slice).strip('()')}] dropped", node.value

    def _Slice(self, node):
        for bound in ("lower", "upper", "step"):
            value = getattr(node, bound)
            if value is None:
                continue
            yield (
                f"[{_short(node)}]: {bound} {_short(value)} dropped",
                _changed(node, **{bound: None}),
            )
            if bound != "step" and _number(value) is None:
                for change in ("+ 1", "- 1"):
                    new = _expression(f"({_text(value)}) {change}")
                    words = f"[{_short(node)}]: {bound} {change}"
                    yield words, _changed(node, **{bound: new})

    def _List(self, node):
        if not isinstance(node.ctx, ast.Load) or len(node.elts) < 2:
            return
        if any(isinstance(e, ast.Slice) or _text(e) in ("None", "...") for e in node.elts):
            return  # it is an index
        if all(isinstance(e, ast.Constant) for e in node.elts):
            for i, value in enumerate(node.elts):
                rest = node.elts[:i] + node.elts[i + 1 :]
                yield f"{_short(value)} dropped from the list", _changed(node, elts=rest)
        yield f"order of {_short(node)} reversed", _changed(node, elts=node.elts[::-1])

    _Tuple = _List

    def _comprehension(self, node):
        for i, condition in enumerate(node.ifs):
            rest = node.ifs[:i] + node.ifs[i + 1 :]
            yield f"condition {_short(condition)} dropped", _changed(node, ifs=rest)

    # ------------------------------------------------------------------------------- statements

    def _If(self, node):
        yield "if: always", _changed(node, test=ast.Constant(True))
        yield "if: never", _changed(node, test=ast.Constant(False))

    def _Expr(self, node):
        yield f"statement {_short(node)} dropped", ast.Pass()

    def _Assign(self, node):
        names = {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        stored = {t.id for t in node.targets if isinstance(t, ast.Name)}
        if names <= self.bound:
            yield f"assignment to {', '.join(map(_short, node.targets))} dropped", ast.Pass()
        self.bound |= names if stored or isinstance(node.targets[0], ast.Tuple) else set()

    def _AugAssign(self, node):
        op = type(node.op)
        if other := OTHER_OPERATOR.get(op):
            yield f"{SYMBOLS[op]}= → {SYMBOLS[other]}=", _changed(node, op=other())
        yield f"{SYMBOLS.get(op, '')}= → =", ast.Assign([node.target], node.value, lineno=0)
        yield f"statement {_short(node)} dropped", ast.Pass()

    def _Return(self, node):
        """What is often done to a result "to be sure"."""
        value = node.value
        if value is None:
            return
        if not isinstance(value, ast.Tuple):
            for words, new in self._result(value, 0):
                yield f"returned value {words}", _changed(node, value=new)
            return
        for i, element in enumerate(value.elts):
            for words, new in self._result(element, i):
                elements = value.elts[:i] + [new] + value.elts[i + 1 :]
                new = _changed(value, elts=elements)
                yield f"returned value {i + 1} {words}", _changed(node, value=new)

    def _result(self, value: ast.expr, i: int):
        """The variants of one returned value, number i."""
        seen = [r[i] for r in self.results if len(r) > i and r[i] is not None]
        kinds = {s.kind for s in seen}
        text, module = _text(value), self.module
        if not kinds or kinds - {"f", "i", "u", "b"}:
            return
        if "b" not in kinds and not isinstance(value, ast.UnaryOp):
            yield "with a minus in front", _expression(f"-({text})")
        if "f" in kinds:
            yield "in nan_to_num", _expression(f"{module}.nan_to_num({text})")
            yield "rounded to 3 decimals", _expression(f"{module}.round({text}, 3)")
            half = f"np.float16({text})" if module == "np" else f"{module}.cast({text}, 'float16')"
            yield "cast to float16", _expression(half)
        if any(s.shape for s in seen):
            new = f"(lambda r: r[:1] + {module}.zeros_like(r))({text})"
            yield "of the first row for all rows", _expression(new)

    # ------------------------------------------------------------------------------ the function

    def first_statements(self) -> Iterator[tuple[str, str]]:
        """Words and code of statements that change the arguments before all else."""
        for one, other in itertools.combinations(self.parameters, 2):
            if self._alike(one, other):
                yield f"{one} and {other} swapped", f"{one}, {other} = {other}, {one}"
        arrays = {
            name: {s.kind for s in self._seen(name)}
            for name in self.parameters
            if any(s.shape and s.kind in "biuf" for s in self._seen(name))
        }
        for name, kinds in arrays.items():
            if "f" in kinds:
                for words, low, high in CLIPS:
                    code = f"{name} = {self.module}.clip({name}, {low}, {high})"
                    yield f"clip {name} to {words}", code
        for name in arrays:
            code = f"{name} = {name}[:1] + {self.module}.zeros_like({name})"
            yield f"the first row of {name} for all its rows", code
        rows = [n for n in arrays if self._as_long(n, next(iter(arrays)))]
        if rows:
            cut = ", ".join(f"{name}[:1]" for name in rows)
            yield f"only the first row of {' and '.join(rows)}", f"{', '.join(rows)} = {cut}"

    def _seen(self, name: str) -> list[Seen]:
        return [call[name] for call in self.calls if call.get(name) is not None]

    def _alike(self, one: str, other: str) -> bool:
        """Whether two parameters were of the same kind and shape in a call."""
        pairs = ((call.get(one), call.get(other)) for call in self.calls)
        return any(
            a is not None
            and b is not None
            and a.shape == b.shape
            and (a.kind == b.kind or {a.kind, b.kind} <= {"f", "i", "u"})
            for a, b in pairs
        )

    def _as_long(self, one: str, other: str) -> bool:
        """Whether two arrays always have the same length."""
        pairs = ((call.get(one), call.get(other)) for call in self.calls)
        return all(a.shape[:1] == b.shape[:1] for a, b in pairs if a is not None and b is not None)


# ----------------------------------------------------------------------------------- the mutants


def _observe(item: Exercise) -> tuple[list[dict], list[list]]:
    """What the arguments and the results are like in the calls that a check makes."""
    signature = inspect.signature(item.reference)
    calls, results = [], []

    def spy(*args, **names):
        result = item.reference(*args, **names)
        bound = signature.bind(*args, **names).arguments
        calls.append({name: Seen.of(value) for name, value in bound.items()})
        several = result if isinstance(result, tuple) else (result,)
        results.append([Seen.of(value) for value in several])
        return result

    judge(item, spy)
    return calls, results


def _edits(item: Exercise, tree: ast.FunctionDef) -> list[Edit]:
    """All single changes, in the order of the lines; those of the arguments come last."""
    module = "keras.ops" if item.trains else "np"
    parameters = [a.arg for a in tree.args.args]
    changes = _Changes(module, parameters, *_observe(item))
    edits = []
    for path, node in _places(tree):
        line = getattr(node, "lineno", None)
        if isinstance(node, ast.comprehension):
            line = node.target.lineno
        edits += [Edit(f"line {line}: {words}", path, new) for words, new in changes.of(node)]
    for words, code in changes.first_statements():
        edits.append(Edit(words, (), ast.parse(code).body[0]))
    return edits


def _apply(tree: ast.FunctionDef, edits: tuple[Edit, ...]) -> str:
    """The source with the changes made."""
    tree = copy.deepcopy(tree)
    for _, path, node in edits:
        if path:
            *way, (name, i) = path
            parent = tree
            for field, j in way:
                parent = getattr(parent, field) if j is None else getattr(parent, field)[j]
            if i is None:
                setattr(parent, name, node)
            else:
                getattr(parent, name)[i] = node
    first = [node for _, path, node in edits if not path]
    at = 1 if ast.get_docstring(tree) else 0
    tree.body[at:at] = first
    return ast.unparse(ast.fix_missing_locations(tree))


def _apart(one: Edit, other: Edit) -> bool:
    """Whether two changes do not touch: neither lies inside the other."""
    n = min(len(one.path), len(other.path))
    return one.path[:n] != other.path[:n] or (n == 0 and bool(one.path) != bool(other.path))


def mutants(item: Exercise) -> list[tuple[str, str]]:
    """Small wrong variants of an exercise's reference: (label, source), each source once."""
    tree = ast.parse(item.source()).body[0]
    edits = _edits(item, tree)
    found = {ast.unparse(tree): None}  # source to label

    def add(*some: Edit):
        source = _apply(tree, some)
        if source in found:
            return
        label, n = "; ".join(edit.label for edit in some), 1
        labels = set(found.values())
        while (said := label if n == 1 else f"{label} ({n})") in labels:
            n += 1
        try:
            _define(item, source)
        except Exception:
            return
        found[source] = said

    for edit in edits:
        add(edit)
    pairs = [pair for pair in itertools.combinations(edits, 2) if _apart(*pair)]
    random.Random(0).shuffle(pairs)
    for pair in pairs:
        if len(found) > LEAST:
            break
        add(*pair)
    return [(label, source) for source, label in found.items() if label]


def _define(item: Exercise, source: str):
    """The function of a source, with the names that the reference's module has."""
    names = dict(vars(sys.modules[item.reference.__module__]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source, "<mutant>", "exec"), names)
    return names[item.reference.__name__]


def judge(item: Exercise, answer) -> str:
    """The status that a check gives an answer. The item stays as it was, and nothing is shown."""
    fresh = dataclasses.replace(item, mistakes=())  # they only choose the words
    with contextlib.redirect_stdout(io.StringIO()):
        fresh.check(answer)
    return fresh.status


def survivors(item: Exercise, tried: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the mutants that the check lets pass."""
    return [
        (label, source) for label, source in tried if judge(item, _define(item, source)) == "passed"
    ]


def key(item: Exercise, label: str) -> tuple[str, str, str]:
    """The key of a mutant in `EQUIVALENT`."""
    return item.reference.__module__.rpartition(".")[2], item.name, label


# ------------------------------------------------------------------------------- command line


def exercises(chapter: str) -> list[Exercise]:
    """The exercises of a chapter that ask for a function."""
    book = importlib.import_module(f"course_utils.exercises.{chapter}").book
    return [item for item in book.items.values() if isinstance(item, Exercise)]


def changed_lines(item: Exercise, source: str) -> list[str]:
    """The lines of a mutant that the reference lacks, or, if it only lacks some, those."""
    reference = ast.unparse(ast.parse(item.source())).splitlines()
    lines = list(difflib.ndiff(reference, source.splitlines()))
    new = [line[2:].strip() for line in lines if line.startswith("+ ")]
    return new or [line.strip() for line in lines if line.startswith("- ")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("chapters", nargs="*", metavar="ch01", help="chapters; all if none")
    parser.add_argument("--exercise", help="only this one")
    parser.add_argument("--show", action="store_true", help="show the changed line, too")
    asked = parser.parse_args()
    if unknown := set(asked.chapters) - set(CHAPTERS):
        parser.error(f"no such chapter: {', '.join(sorted(unknown))}")

    from course_utils import backend

    backend.load()
    totals = []
    for chapter in asked.chapters or CHAPTERS:
        tried_here = left_here = 0
        for item in exercises(chapter):
            if asked.exercise not in (None, item.name):
                continue
            began = time.perf_counter()
            tried = mutants(item)
            passed = survivors(item, tried)
            left = [
                (label, source) for label, source in passed if key(item, label) not in EQUIVALENT
            ]
            print(
                f"{chapter} {item.name}: {len(tried)} tried, {len(tried) - len(passed)} killed, "
                f"{len(passed) - len(left)} equivalent, {len(left)} survive "
                f"({time.perf_counter() - began:.1f} s)"
            )
            for label, source in left:
                print(f"    {label}")
                for line in changed_lines(item, source) if asked.show else ():
                    print(f"        {line}")
            sys.stdout.flush()
            tried_here, left_here = tried_here + len(tried), left_here + len(left)
        totals.append((chapter, tried_here, left_here))
    totals.append(("all", sum(t for _, t, _ in totals), sum(s for _, _, s in totals)))
    print()
    for chapter, tried, left in totals:
        if tried:
            print(f"{chapter}: {tried} tried, {left} survive, {left / tried:.1%}")


if __name__ == "__main__":
    main()
