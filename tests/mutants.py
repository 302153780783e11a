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
import re
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
EQUIVALENT: dict[tuple[str, str, str], str] = {
    **{
        (chapter, name, f"clip {argument} to {limits}"): "it is from 0 to 1 anyway"
        for chapter, name, *arguments in (
            ("ch01", "surprise", "p"),
            ("ch01", "entropy", "p"),
            ("ch01", "cross_entropy", "p", "q"),
            ("ch01", "kl", "p", "q"),
            ("ch01", "bce_from_logits", "y"),
            ("ch01", "softmax_gradient", "y"),
            ("ch01", "bernoulli_kl", "rho_hat"),
            ("ch01", "mutual_information", "joint"),
            ("ch01", "conditional_entropy", "joint"),
            ("ch02", "posterior", "likelihood", "prior"),
            ("ch02", "psnr", "x"),
            ("ch02", "own_autoencoder", "x"),
            ("ch03", "kl_penalty", "rho_hat"),
            ("ch03", "hidden_error", "h"),
            ("ch04", "contractive_penalty", "h"),
            ("ch09", "info_bound", "joint", "q"),
            ("ch09", "slant", "x"),
            ("ch10", "precision", "hits", "false_alarms", "share"),
        )
        for argument in arguments
        for limits in ("±10", "±50", "±500", "[0, 1]")
    },
    **{
        (chapter, name, f"line {line}: returned value in nan_to_num"): "finite for finite arguments"
        for chapter, name, line in (
            ("ch00", "mean_image", 3),
            ("ch04", "anneal", 9),
            ("ch00", "centre", 3),
            ("ch01", "entropy", 5),
            ("ch01", "bce_from_logits", 3),
            ("ch01", "softmax_gradient", 5),
            ("ch01", "gaussian_kl", 4),
            ("ch01", "mutual_information", 7),
            ("ch01", "conditional_entropy", 6),
            ("ch02", "autoencode", 4),
            ("ch03", "second_chance", 5),
            ("ch05", "variational_free_energy", 5),
            ("ch03", "price_of_sharing", 3),
            ("ch03", "recovered", 8),
            ("ch02", "squared_error", 3),
            ("ch02", "pca_reconstruct", 4),
            ("ch02", "auc", 5),
            ("ch03", "average_activation", 3),
            ("ch03", "kl_penalty", 6),
            ("ch03", "hidden_error", 5),
            ("ch03", "useless_code", 3),
            ("ch03", "receptive_fields", 4),
            ("ch03", "l1_penalty", 3),
            ("ch03", "top_k", 4),
            ("ch04", "mask_pixels", 4),
            ("ch04", "error_on_missing", 3),
            ("ch04", "best_guess", 10),
            ("ch04", "contractive_penalty", 8),
            ("ch04", "hutchinson", 6),
            ("ch05", "energy", 4),
            ("ch05", "free_energy", 4),
            ("ch05", "weights", 4),
            ("ch05", "slope", 5),
            ("ch05", "shrink", 3),
            ("ch05", "ista_step", 5),
            ("ch05", "target_loss", 7),
            ("ch06", "bernoulli_loss", 3),
            ("ch06", "elbo", 8),
            ("ch06", "sample", 3),
            ("ch06", "gaussian_kl", 3),
            ("ch06", "importance_bound", 3),
        )
    },
    **{
        ("ch02", "own_autoencoder", label): "sizes, rate and batches are the learner's choice"
        for label in (
            *(f"line {line}: 128 → {units}" for line in (6, 8) for units in (129, 256)),
            "line 12: 0.003 → 0.006",
            *(f"line 13: 100 → {size}" for size in (0, 101, 200)),
            "line 13: batch_size=100 dropped",
            *(f"line 13: 10 → {epochs}" for epochs in (11, 20)),
            *(f"line 13: 0 → {verbose}" for verbose in (1, -1)),
            "line 13: verbose=0 dropped",
            "clip x to [1e-7, 1 − 1e-7]",
        )
    },
    **{
        ("ch01", name, f"line 3: {words}"): "the arguments are arrays already"
        for name, words in (
            ("entropy", "assignment to p dropped"),
            ("cross_entropy", "assignment to p, q dropped"),
            ("cross_entropy", "asarray dropped"),
            ("cross_entropy", "asarray dropped (2)"),
            ("kl", "assignment to p, q dropped"),
            ("kl", "asarray dropped"),
            ("kl", "asarray dropped (2)"),
            ("bernoulli_kl", "assignment to rho_hat dropped"),
            ("mutual_information", "assignment to joint dropped"),
            ("conditional_entropy", "assignment to joint dropped"),
        )
    },
    **{
        (chapter, name, f"line {line}: denominator {sum_} + {e}"): "at least 1: float32 rounds more"
        for chapter, name, line, sum_ in (
            ("ch01", "softmax_gradient", 4, "np.sum(e, axis=-1, keepdims=True)"),
            ("ch02", "autoencode", 3, "1 + np.exp(-(x @ W1 + b1))"),
            ("ch02", "autoencode", 4, "1 + np.exp(-(h @ W2 + b2))"),
        )
        for e in ("1e-7", "1e-8")
    },
    ("ch01", "softmax_gradient", "clip y to [1e-7, 1 − 1e-7]"): "one-hot: float32 rounds more",
    ("ch01", "gaussian_kl", "mean_p and mean_q swapped"): "their distance counts",
    ("ch01", "mutual_information", "line 5: keepdims=True dropped"): "(M,) broadcasts alike",
    ("ch02", "posterior", "line 4: returned value in nan_to_num"): "p(x) = 0 has no posterior",
    ("ch02", "squared_error", "x and x_hat swapped"): "symmetric",
    ("ch02", "psnr", "x_hat and x swapped"): "symmetric",
    ("ch02", "auc", "line 3: [None, :] dropped"): "(m,) broadcasts alike",
    ("ch02", "auc", "line 4: [None, :] dropped"): "(m,) broadcasts alike",
    **{
        ("ch02", "pca_reconstruct", f"clip components to {limits}"): "rows have length 1"
        for limits in ("±10", "±50", "±500")
    },
    **{
        ("ch03", "kl_penalty", f"line {line}: {words} + {e}"): "as small as the clip itself"
        for line, words in (
            (4, "log: rho / rho_hat"),
            (4, "denominator rho_hat"),
            (5, "log: (1 - rho) / (1 - rho_hat)"),
            (5, "denominator 1 - rho_hat"),
        )
        for e in ("1e-7", "1e-8")
    },
    ("ch03", "kl_penalty", "clip rho_hat to [1e-7, 1 − 1e-7]"): "the reference does it next",
    (
        "ch03",
        "useless_code",
        "line 3: returned value of the first row for all rows",
    ): "all rows are the same",
    ("ch03", "receptive_fields", "line 4: -1 → -2"): "any negative length will do",
    ("ch04", "mask_pixels", "line 3: < → <="): "differs once in 2⁵³ draws",
    ("ch04", "mask_pixels", "line 4: astype dropped"): "np.where has kept the type",
    **{
        ("ch04", "linear_denoiser", f"line 7: {words}"): "y sums to 0, so a constant in x drops out"
        for words in ("− → + (2)", "term clean_mean dropped")
    },
    **{
        (
            "ch04",
            "linear_denoiser",
            f"line 9: returned value {i} in nan_to_num",
        ): "finite for finite arguments"
        for i in (1, 2)
    },
    **{
        ("ch03", "second_chance", f"clip dead to {limits}"): "it is 0 or 1"
        for limits in ("±10", "±50", "±500", "[0, 1]")
    },
    ("ch03", "recovered", "line 8: >= → >"): "no cosine is exactly 0.9",
    ("ch05", "variational_free_energy", "line 3: 1.0 → 2.0"): "it is multiplied by q, which is 0",
    **{
        ("ch05", "variational_free_energy", f"clip q to {limits}"): "it is from 0 to 1 anyway"
        for limits in ("±10", "±50", "±500", "[0, 1]")
    },
    **{
        ("ch05", "variational_free_energy", change): "q·ln q is as small there"
        for change in (
            "line 4: log: safe * q.shape[1] + 1e-7",
            "line 4: log: safe * q.shape[1] + 1e-8",
            "clip q to [1e-7, 1 − 1e-7]",
        )
    },
    ("ch04", "error_on_missing", "line 3: sides of − swapped"): "it is squared",
    ("ch04", "error_on_missing", "x_hat and x swapped"): "their difference is squared",
    **{
        (
            "ch04",
            "best_guess",
            f"line 9: denominator weights.sum(axis=1, keepdims=True) + {e}",
        ): "the sum is at least 1"
        for e in ("1e-7", "1e-8")
    },
    ("ch04", "contractive_penalty", "line 6: sides of − swapped"): "it is squared",
    (
        "ch04",
        "contractive_penalty",
        "clip h to [1e-7, 1 − 1e-7]",
    ): "the slopes that it changes are below 1e-7",
    **{
        (chapter, name, f"line {line}: returned value {word}in nan_to_num"): "finite if not empty"
        for chapter, name, line, word in (
            ("ch07", "optimal_discriminator", 7, ""),
            ("ch07", "discriminator_loss", 8, ""),
            ("ch07", "generator_loss", 8, ""),
            ("ch07", "generator_loss", 10, ""),
            ("ch07", "generator_loss", 11, ""),
            ("ch07", "ring_coverage", 10, "2 "),
            ("ch07", "r1_penalty", 13, ""),
            ("ch07", "covered", 10, ""),
            ("ch08", "conv_matrix", 10, ""),
            ("ch08", "overlap_add", 9, ""),
            ("ch08", "unpool", 9, ""),
            ("ch08", "iou", 8, ""),
            ("ch08", "slerp", 10, ""),
            ("ch08", "slerp", 11, ""),
            ("ch09", "with_labels", 6, ""),
            ("ch09", "category_bound", 8, ""),
            ("ch09", "code_bound", 7, ""),
            ("ch09", "agreement", 8, ""),
            ("ch09", "slant", 10, ""),
            ("ch10", "evasion_loss", 10, ""),
            ("ch10", "profile", 8, ""),
            ("ch10", "mark_scores", 7, ""),
            ("ch10", "nearest", 5, ""),
        )
    },
    **{
        ("ch07", "optimal_discriminator", f"line 7: {words}"): "the outer where has ½ there"
        for words in ("where: always the first branch (2)", "> → >= (2)", "0 → -1 (2)", "1 → 2")
    },
    ("ch07", "optimal_discriminator", "line 7: 1 → 0"): "the outer where has ½ there",
    **{
        ("ch04", "anneal", f"line 6: {words}"): "both are equally long anyway"
        for words in ("strict=True dropped", "True → False")
    },
    **{
        ("ch07", "discriminator_step", f"line 12: {words}"): "as many gradients as weights anyway"
        for words in ("strict=True dropped", "True → False")
    },
    ("ch07", "covered", "line 9: axis=1 dropped"): "the last axis is the default",
    ("ch07", "ring_coverage", "line 8: < → <="): "“within” may mean both",
    ("ch07", "ring_coverage", "line 9: minlength=len(centres) dropped"): "zeros cover no mode",
    ("ch08", "unpool", "line 7: out_type=switches.dtype dropped"): "a list is converted anyway",
    ("ch08", "unpool", "the first row of like for all its rows"): "its values are not used",
    **{
        ("ch08", "unpool", f"clip like to {limits}"): "its values are not used"
        for limits in ("±10", "±50", "±500", "[0, 1]", "[1e-7, 1 − 1e-7]")
    },
    **{
        ("ch08", "iou", f"line 8: {words}"): "either is a whole number, and the outer where has 1"
        for words in ("> 0 → > 1e-3", "maximum: only either", "1 → 0")
    },
    **{
        ("ch08", "iou", f"line 8: denominator np.maximum(either, 1) + {e}"): "float32 rounds more"
        for e in ("1e-7", "1e-8")
    },
    ("ch08", "iou", "predicted and true swapped"): "intersection and union are symmetric",
    ("ch08", "slerp", "line 6: sides of @ swapped"): "the product of two vectors is symmetric",
    ("ch08", "slerp", "line 7: -1 → -2"): "opposite vectors are excluded",
    ("ch08", "slerp", "line 9: < → <="): "arc and line are the same there",
    ("ch08", "slerp", "line 9: 1e-06 → 0.01"): "arc and line differ by 10⁻⁵ of the length there",
    **{
        ("ch08", "slerp", f"clip t to {limits}"): "t is a share, from 0 to 1"
        for limits in ("±10", "±50", "±500", "[0, 1]", "[1e-7, 1 − 1e-7]")
    },
    **{
        (chapter, name, f"line {line}: {words} + {e}"): "at least 1, or 1/K: float32 rounds more"
        for chapter, name, line, words in (
            ("ch05", "weights", 4, "denominator p.sum(axis=1, keepdims=True)"),
            ("ch05", "ista_step", 4, "denominator L"),
            ("ch05", "ista_step", 5, "denominator L"),
            ("ch06", "importance_bound", 3, "log: len(log_w)"),
            ("ch06", "split_rate", 3, "log: len(log_q)"),
            ("ch06", "coverage_and_density", 8, "denominator k"),
        )
        for e in ("1e-7", "1e-8")
    },
    **{
        (chapter, name, f"clip {argument} to {limits}"): "it is from 0 to 1 anyway"
        for chapter, name, argument in (("ch05", "slope", "p"), ("ch06", "bernoulli_loss", "x"))
        for limits in ("±10", "±50", "±500", "[0, 1]")
    },
    ("ch05", "free_energy", "line 4: 0 → -1"): "low has one column",
    ("ch05", "slope", "clip p to [1e-7, 1 − 1e-7]"): "weights lie in [0, 1]: below rounding",
    ("ch05", "target_loss", "line 4: sides of − swapped"): "it is squared",
    ("ch06", "infer", "line 7: denominator precision + 1e-8"): "precision ≥ 1: below rounding",
    ("ch06", "infer", "line 7: denominator precision + 1e-8 (2)"): "precision ≥ 1: below rounding",
    ("ch06", "infer", "line 7: returned value 1 in nan_to_num"): "the result is finite",
    ("ch06", "infer", "line 7: returned value 2 in nan_to_num"): "the result is finite",
    ("ch06", "infer", "line 7: sides of @ swapped"): "both are vectors",
    ("ch06", "two_gradients", "line 6: returned value 1 in nan_to_num"): "the result is finite",
    ("ch06", "two_gradients", "line 6: returned value 2 in nan_to_num"): "the result is finite",
    ("ch06", "two_gradients", "f and epsilon swapped"): "only their product is used",
    ("ch06", "sample", "clip z_log_var to ±500"): "beyond, exp is 0 or inf in float32 anyway",
    ("ch06", "active_units", "line 3: > → >="): "exactly 0.01 is a matter of rounding",
    ("ch06", "importance_bound", "line 3: axis=0 dropped"): "0 is the default",
    ("ch06", "coverage_and_density", "line 7: < → <="): "nothing lies exactly on a sphere",
    **{
        ("ch06", name, f"line {line}: returned value {i} in nan_to_num"): "the result is finite"
        for name, line in (("split_rate", 4), ("coverage_and_density", 8))
        for i in (1, 2)
    },
    ("ch09", "info_bound", "line 4: 1.0 → 2.0"): "its logarithm is multiplied by P(c) = 0",
    ("ch09", "info_bound", "line 5: 1.0 → 2.0"): "its logarithm is multiplied by P(c, x) = 0",
    ("ch09", "category_bound", "line 6: minus dropped"): "the last of two axes is axis 1",
    ("ch09", "category_bound", "line 7: axis=-1 dropped (2)"): "the default",
    ("ch09", "category_bound", "line 8: minus dropped"): "the last of two axes is axis 1",
    **{
        ("ch09", name, f"{words} + {e}"): "float32 rounds more"
        for name, words in (
            ("category_bound", "line 8: log: logits.shape[-1]"),
            ("code_bound", "line 6: log: 2 * np.pi"),
            ("code_bound", "line 7: log: 2"),
        )
        for e in ("1e-7", "1e-8")
    },
    ("ch09", "agreement", "one and two swapped"): "the mean of both orders",
    ("ch09", "code_bound", "c and mean swapped"): "their difference is squared",
    ("ch09", "code_bound", "clip log_var to ±500"): "exp(500) is beyond float32",
    **{
        ("ch09", "code_bound", f"clip c to {limits}"): "codes are from −1 to 1"
        for limits in ("±10", "±50", "±500")
    },
    **{
        ("ch09", "slant", f"line 9: {words}"): "rows are centred: a constant in j drops out"
        for words in (
            "assignment to j dropped",
            "− → +",
            "sides of / swapped",
            "denominator ink dropped",
            "numerator (x * j).sum(axis=(1, 2), keepdims=True) → 1",
            "denominator ink + 1e-7",
            "denominator ink + 1e-8",
            "sum → mean",
            "axis=(1, 2) dropped",
            "factor j dropped",
        )
    },
    ("ch10", "evasion_loss", "line 8: stop_gradient dropped"): "x_before does not learn anyway",
    ("ch10", "evasion_loss", "line 9: axis: 3 dropped"): "it has length 1",
    **{
        ("ch10", "threshold_at", f"line 6: {words}"): "int rounds down, too (but for 0.29 · 100)"
        for words in ("floor dropped", "term 1e-09 dropped", "1e-09 → 0")
    },
    **{
        ("ch10", "mark_scores", f"line 7: denominator pixels + {e}"): "float32 rounds more"
        for e in ("1e-7", "1e-8")
    },
    ("ch10", "mark_scores", "line 7: -1 → -2"): "any negative length will do",
    ("ch10", "mark_scores", "line 7: -1 → -2 (2)"): "any negative length will do",
}

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
}
OTHER_COMPARISONS = {
    "<": ("<=", ">"),
    "<=": ("<", ">="),
    ">": (">=", "<"),
    ">=": (">", "<="),
    "==": ("!=",),
    "!=": ("==",),
    "in": ("not in",),
    "not in": ("in",),
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


def _compare(left: ast.expr, sign: str, right: ast.expr) -> ast.expr:
    return _expression(f"({_text(left)}) {sign} ({_text(right)})")


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
    )


def _is_fixed(node: ast.AST) -> bool:
    """Whether a node is no part of the computation: a docstring, or np.errstate(…)."""
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or _called(node) == "errstate"


def _places(node: ast.AST, path: tuple = ()) -> Iterator[tuple[tuple, ast.AST]]:
    """The nodes that may be changed, each with its path."""
    if _is_fixed(node):
        return
    if path:
        yield path, node
        if _kept(node):
            return
    for name, value in ast.iter_fields(node):
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for i, child in children:
            if isinstance(child, ast.AST):
                yield from _places(child, (*path, (name, i)))


class _Changes:
    """The changes of each kind of node: pairs (words, new node), by the node's class."""

    def __init__(self, module: str, parameters: list[str], calls: list[dict], results: list[list]):
        self.module, self.parameters = module, parameters
        self.calls, self.results = calls, results
        self.ops = np if module == "np" else importlib.import_module("keras").ops
        self.bound = set(parameters)  # names that have a value already
        self.even = set()  # ids of nodes whose sign does not matter
        self.measured = set()  # ids of nodes of which only the shape matters

    def of(self, node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
        yield from getattr(self, f"_{type(node).__name__}", lambda node: ())(node)

    # ------------------------------------------------------------------------------ expressions

    def _BinOp(self, node):
        op, left, right = type(node.op), node.left, node.right
        sign = SYMBOLS.get(op)
        if other := OTHER_OPERATOR.get(op):
            yield f"{sign} → {SYMBOLS[other]}", _changed(node, op=other())
        if op is ast.Pow and (_number(right) or 1) % 2 == 0:
            self.even.add(id(left))
        swap = op in (ast.Sub, ast.Div, ast.FloorDiv, ast.MatMult, ast.Pow)
        if swap and not (op is ast.Sub and id(node) in self.even):
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
        if len(node.ops) > 1:
            return
        left, right = node.left, node.comparators[0]
        signs = (s for s in OTHER_COMPARISONS if _text(node) == _text(_compare(left, s, right)))
        sign = next(signs, None)
        for other in OTHER_COMPARISONS.get(sign, ()):
            yield f"{sign} → {other}", _compare(left, other, right)
        if sign and _number(right) == 0:
            yield f"{sign} 0 → {sign} 1e-3", _compare(left, sign, _expression("1e-3"))

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
        if node.attr == "shape":
            self.measured.add(id(node.value))
        if node.attr == "T":
            yield ".T dropped", node.value

    def _Name(self, node):
        """Another parameter like this one in its place."""
        if id(node) in self.measured or not isinstance(node.ctx, ast.Load):
            return
        if node.id in self.parameters:
            for other in self.parameters:
                if other != node.id and self._alike(node.id, other):
                    yield f"{node.id} → {other}", ast.Name(other, ast.Load())

    def _Call(self, node):
        name = _called(node)
        if name in ("len", "size", "shape", "zeros_like", "ones_like"):
            self.measured.update(map(id, node.args))
        if name in ("abs", "norm", "square"):
            self.even.update(map(id, node.args))
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
            for i in range(1 if name == "clip" else 0, len(node.args) - 1):
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
        if not all(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in node.elts):
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
        """Without it, if its names have a value already or it writes into an array."""
        targets = [e for t in node.targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])]
        names = {t.id for t in targets if isinstance(t, ast.Name)}
        if names <= self.bound:
            yield f"assignment to {', '.join(map(_short, targets))} dropped", ast.Pass()
        self.bound |= names

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


def _edits(item: Exercise, tree: ast.FunctionDef, seen: tuple) -> list[Edit]:
    """All single changes, in the order of the lines; those of the arguments come last."""
    module = "keras.ops" if item.trains else "np"
    changes = _Changes(module, [a.arg for a in tree.args.args], *seen)
    edits = []
    for path, node in _places(tree):
        line = getattr(getattr(node, "target", node), "lineno", None)
        for words, new in changes.of(node):
            for part in ast.walk(new):
                if getattr(part, "lineno", 1) == 1:  # it is not from the reference
                    part.lineno = line
            edits.append(Edit(f"line {line}: {words}", path, new))
    for words, code in changes.first_statements():
        edits.append(Edit(words, (), ast.parse(code).body[0]))
    return edits


def _apply(tree: ast.FunctionDef, edit: Edit) -> ast.FunctionDef:
    """The function with a change made."""
    tree = copy.deepcopy(tree)
    if not edit.path:
        at = 1 if ast.get_docstring(tree) else 0
        tree.body.insert(at, edit.node)
        return ast.fix_missing_locations(tree)
    *way, (name, i) = edit.path
    parent = tree
    for field, j in way:
        parent = getattr(parent, field) if j is None else getattr(parent, field)[j]
    if i is None:
        setattr(parent, name, edit.node)
    else:
        getattr(parent, name)[i] = edit.node
    return ast.fix_missing_locations(tree)


def mutants(item: Exercise) -> list[tuple[str, str]]:
    """Small wrong variants of an exercise's reference: (label, source), each source once."""
    tree = ast.parse(item.source()).body[0]
    seen = _observe(item)
    found = []
    known = {_without_idle_lines(ast.unparse(tree))}

    def add(label: str, mutant: ast.FunctionDef) -> None:
        source = ast.unparse(mutant)
        if _without_idle_lines(source) in known:
            return
        labels = {label for label, _ in found}
        said = next(said for said in _numbered(label) if said not in labels)
        try:
            _define(item, source)
        except Exception:
            return
        known.add(_without_idle_lines(source))
        found.append((said, source))

    edits = _edits(item, tree, seen)
    for edit in edits:
        add(edit.label, _apply(tree, edit))
    rng = random.Random(0)
    inside = [edit for edit in edits if edit.path]  # guards of arguments change little
    for attempt in range(20 * LEAST):
        if len(found) >= LEAST:
            break
        one = rng.choice(inside)
        once = _apply(tree, one)
        late = attempt >= 10 * LEAST
        two = rng.choice([edit for edit in _edits(item, once, seen) if edit.path or late])
        add(f"{one.label}; {two.label}", _apply(once, two))
    return found


def _numbered(label: str) -> Iterator[str]:
    """The label, then "label (2)", …"""
    yield label
    yield from (f"{label} ({n})" for n in itertools.count(2))


def _without_idle_lines(source: str) -> str:
    """The source without `pass` and `x = x`."""
    return re.sub(r"^\s*(pass|(\w+) = \2)\n", "", source, flags=re.MULTILINE)


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
