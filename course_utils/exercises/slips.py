"""Slips that any exercise may meet: the right result with another sign, factor, axis or shape.

They are made from what the reference gives, and are asked where no mistake of the exercise fits.
"""

import numpy as np

_FACTORS = {
    -1: "That is the right result with the opposite sign.",
    2: "That is twice the right result.",
    1 / 2: "That is half of the right result.",
    100: "That is 100 times the right result, in per cent: leave the 100 out.",
    1 / np.log(2): "That is the right result over ln 2, in bits: take the natural logarithm.",
    1 / np.log(10): "That is the right result over ln 10: take the natural logarithm.",
    np.log(2): "That is ln 2 times the right result: is the logarithm to have base 2?",
}
_FUNCTIONS = [
    (np.abs, "That is the right result without its sign."),
    (lambda y: 1 - y, "That is 1 minus the right result."),
    (lambda y: 1 / y, "That is one over the right result."),
    (np.sqrt, "That is the root of the right result."),
    (np.square, "That is the square of the right result."),
    (np.exp, "That is exp of the right result."),
    (np.log, "That is the logarithm of the right result."),
    (lambda y: np.maximum(y, 0), "That is the right result, cut off at 0."),
    (np.nan_to_num, "That is the right result, but for inf or nan, which were replaced."),
    *(
        (lambda y, d=digits: np.round(y, d), "That is the right result, rounded.")
        for digits in (1, 2, 3, 4)
    ),
    (
        lambda y: y.astype("float16"),
        "That is the right result in half precision (float16), rounded.",
    ),
    (np.trunc, "That is the right result, cut to whole numbers: is there an int in it?"),
    (lambda y: y[..., None], "Right numbers, with an axis of length 1 too many (keepdims?)."),
    (lambda y: y[None], "Right numbers, with an axis of length 1 too many (keepdims?)."),
    (
        lambda y: y[..., None, None],
        "Right numbers, with two axes of length 1 too many (keepdims?).",
    ),
    (lambda y: y[:, None], "Right numbers, with an axis of length 1 too many (keepdims?)."),
    (np.squeeze, "Right numbers, but an axis of length 1 is missing (keepdims?)."),
    (np.ravel, "Right numbers, but all in one row."),
    (np.transpose, "Right numbers, with the axes in the opposite order (a transpose)."),
    (lambda y: y[::-1], "Right numbers, in the opposite order."),
    *(
        (
            lambda y, f=f, a=axis: f(y, axis=a),
            f"That is the right result, averaged or added up {over}.",
        )
        for f in (np.mean, np.sum)
        for axis, over in ((None, "over all"), (0, "over axis 0"), (-1, "over its last axis"))
    ),
    (lambda y: y[:1], "Only the first is there."),
    (lambda y: y[:-1], "The last one is missing."),
    (lambda y: y[1:], "The first one is missing."),
]
_LENGTHS = [  # powers of the length of an axis
    (axis, power, f"That is the right result {words} n, the length of the {which} axis{end}.")
    for power, words, end in ((1, "times", ""), (-1, "over", " (a mean?)"))
    for axis, which in ((0, "first"), (-1, "last"))
]


def _sizes(args) -> tuple[int, ...]:
    """The shape of the first argument that is an array with axes; () if none is."""
    return next((a.shape for a in args if getattr(a, "shape", ())), ())


def variants(right: list, args: list[tuple]):
    """The slips: pairs (a wrong result for each right one, or None; what to say).

    Parameters
    ----------
    right : list of arrays or numbers, what is right on each case
    args : list of tuples, the arguments of each case
    """
    changes = [(lambda y, a, f=f: f * y, says) for f, says in _FACTORS.items()]
    changes += [(lambda y, a, f=f: f(y), says) for f, says in _FUNCTIONS]
    changes += [
        (lambda y, a, i=i, p=p: y * float(_sizes(a)[i]) ** p, says) for i, p, says in _LENGTHS
    ]
    for change, says in changes:
        wrong = []
        for y, a in zip(right, args, strict=True):
            try:
                wrong.append(change(np.asarray(y), a))
            except Exception:
                wrong.append(None)
        yield wrong, says
