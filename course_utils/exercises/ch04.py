"""The exercises of chapter 04, denoising and contractive autoencoders."""

import re

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, same

keras = Lazy("keras")
tf = Lazy("tensorflow")
book = Book(4)
summary = book.summary

# ------------------------------------------------------------------------------------- masking


def _masks_pixels(shape, share):
    """A case: what is wrong with a function that masks pictures in an array of this shape; or ''."""

    def case(answer):
        call = f"mask_pixels(x, {share:g}, rng) for x of shape {shape}"
        count = shape[0]
        x = np.random.default_rng(1).uniform(0.2, 0.9, shape).astype("float32")
        before = x.copy()
        try:
            result = answer(x, share, np.random.default_rng(0))
        except Exception as error:
            if len(shape) == 3:
                raise
            return (
                f"{call} raised {type(error).__name__}: {error}\n"
                "x may have any number of axes: the chapter hands over (n, 28, 28, 1) and "
                "(n, 784). rng.random(x.shape) suits them all."
            )
        if result is None:
            return f"{call} gave None.\nNothing came back: is a `return` missing?"
        got = np.asarray(result)
        if not np.array_equal(x, before):
            return f"{call} changed its argument.\nWork on a copy: the clean picture is the target."
        if got.shape != x.shape:
            return f"{call} has shape {got.shape}; expected {x.shape}."
        if np.isin(got, (0, 1)).all() and got.any():
            return (
                f"{call} gave the mask itself, not the pictures with the mask applied.\n"
                "Use it to choose between 0 and the pixel of x: np.where(hit, 0, x)."
            )
        if np.isnan(got).any():
            return (
                f"{call} gave nan for some pixels.\n"
                "A masked pixel becomes 0; with nan in its input, a network computes nan only."
            )
        odd = np.unique(got[got != x])  # what stands in place of the pixels that were hit
        if len(odd) == 1 and odd[0] != 0 and share < 1:
            return (
                f"{call} gave {odd[0]:g} for the pixels that were hit.\n"
                "A masked pixel is black: it becomes 0."
            )
        kept = got != 0
        if share in (0, 1) and kept.mean() != 1 - share:
            return f"{call} left {kept.mean():.0%} of the pixels; expected {1 - share:.0%}."
        if kept.any() and np.allclose(got[kept], (x / (1 - share))[kept]) and share > 0:
            return (
                f"{call}: what is left was divided by 1 − share.\n"
                "That is dropout, which keeps the sum of a layer's input. Here pixels that are not "
                "hit stay as they are."
            )
        if not np.allclose(got[kept], x[kept]):
            return f"{call} changed pixels that it did not mask.\nThose must stay as they are."
        if share in (0, 1):
            return ""
        lit = kept.reshape(count, -1).mean(axis=1)  # (count,) the share that is left of each
        if count > 1 and np.all((lit == 0) | (lit == 1)):
            return (
                f"{call} masked whole pictures.\n"
                "A picture that is all black has nothing left to restore from. Draw one number for "
                "each pixel: rng.random(x.shape)."
            )
        if count > 1 and np.all(kept == kept[0]):
            return (
                f"{call} masked the same pixels in all of them.\n"
                "A pixel that is never seen is never learned from, and one that always is needs no "
                "restoring. Draw a number for each pixel of each picture: rng.random(x.shape)."
            )
        axes = [a for a in range(1, len(shape)) if shape[a] > 1]
        if any(np.all(kept == kept.take([0], axis=a)) for a in axes):
            return f"{call} masked whole rows or columns.\nDraw one number for each pixel."
        if share != 0.5 and abs(kept.mean() - share) < 0.05:
            return (
                f"{call} left {kept.mean():.0%} of the pixels; expected about {1 - share:.0%}.\n"
                "`share` is the share that becomes 0, not the one that stays."
            )
        if abs(kept.mean() - (1 - share)) > 0.05:
            return f"{call} left {kept.mean():.0%} of the pixels; expected about {1 - share:.0%}."
        if np.ptp(lit) == 0 and count > 1:
            return (
                f"{call} masked exactly as many pixels in each picture.\n"
                "Close, but pixels were not hit independently. Draw one number for each pixel and "
                "compare it with `share`."
            )
        twice = [np.asarray(answer(x, share, np.random.default_rng(s))) for s in (3, 3, 4)]
        if not np.array_equal(twice[0], twice[1]) or np.array_equal(twice[0], twice[2]):
            return (
                f"{call} does not draw from rng.\n"
                "Use the generator that was handed in, rng.random(x.shape): the same seed must "
                "give the same mask, another seed another one."
            )
        if isinstance(result, list | tuple):
            return (
                f"{call} gave the right numbers, but as a {type(result).__name__}.\n"
                "The chapter goes on computing with an array: return np.array(…)."
            )
        return ""

    return case


@book.exercise(
    cases=[_masks_pixels((50, 20, 20), 0.3), _masks_pixels((50, 20, 20), 0.5),
           _masks_pixels((1, 20, 20), 0.8), _masks_pixels((2, 20, 20), 0.0),
           _masks_pixels((2, 20, 20), 1.0), _masks_pixels((30, 20, 20, 1), 0.3),
           _masks_pixels((30, 400), 0.3)],
    hints=[
        "rng.random(x.shape) is a number between 0 and 1 for each pixel. How often is it below share?",
        "np.where(hit, 0, x) has 0 where hit is True, and x elsewhere.",
    ],
)  # fmt: skip
def mask_pixels(x, share, rng):
    """A copy of x, of any shape: each pixel is 0 with probability `share`, independently."""
    hit = rng.random(x.shape) < share
    return np.where(hit, 0, x).astype(x.dtype)


# --------------------------------------------------------------------- the best linear denoiser


def _ridge(y, x, ridge, centre=True, eye=np.eye):
    """Ridge regression of x on y: weights and bias."""
    ym, xm = (y.mean(axis=0), x.mean(axis=0)) if centre else (0 * y[0], 0 * x[0])
    yc, xc = y - ym, x - xm
    W = np.linalg.solve(yc.T @ yc + ridge * eye(y.shape[1]), yc.T @ xc)
    return W, xm - ym @ W


def _with_bias(bias):
    """The right W with this bias, a function of W, y and x."""

    def wrong(y, x, ridge):
        W, _ = _ridge(y, x, ridge)
        return W, bias(W, y, x)

    return wrong


def _ridge_swapped_in_w(y, x, ridge):
    W, _ = _ridge(x, y, ridge)
    return W, x.mean(axis=0) - y.mean(axis=0) @ W


def _ridge_product_swapped(y, x, ridge):
    ym, xm = y.mean(axis=0), x.mean(axis=0)
    yc, xc = y - ym, x - xm
    W = np.linalg.solve(yc.T @ yc + ridge * np.eye(y.shape[1]), xc.T @ yc)
    return W, xm - ym @ W


def _ridge_on_bias(y, x, ridge):
    ones = np.concatenate([y, np.ones((len(y), 1))], axis=1)
    both = np.linalg.solve(ones.T @ ones + ridge * np.eye(ones.shape[1]), ones.T @ x)
    return both[:-1], both[-1]


_r = np.random.default_rng(2)
_CLEAN = _r.uniform(0, 1, (30, 3)) + [0.0, 2.0, 1.0]
_NOISY = _CLEAN + 0.5 * _r.normal(size=(30, 3))
_PAIR = _NOISY[:8, :2], _CLEAN[:8, :2]
_FEW = _NOISY[:2], _CLEAN[:2]
_SHOW = "noisy (30, 3), clean (30, 3), ridge="


def _means_and_arrays(answer):
    """A case: whether the means ran over one axis, and W and b are arrays; or ''."""
    call = f"linear_denoiser({_SHOW}2)"
    one_mean = (
        "The mean was taken without an axis: that is one number for all pixels. Each pixel has a "
        "mean of its own: noisy.mean(axis=0) and clean.mean(axis=0)."
    )
    try:
        got = answer(_NOISY.copy(), _CLEAN.copy(), 2.0)
    except Exception as error:  # other errors are told by the next case
        short = "matmul" in str(error) and "enough dimensions" in str(error)
        return f"{call} raised {type(error).__name__}: {error}\n{one_mean}" if short else ""
    if not isinstance(got, tuple | list) or len(got) != 2:
        return ""
    W, _ = _ridge(_NOISY - _NOISY.mean(), _CLEAN - _CLEAN.mean(), 2.0, centre=False)
    if same(got[0], W, 1e-4, 1e-6):
        return f"{call} gave a wrong W.\n{one_mean}"
    if same(got, _ridge(_NOISY, _CLEAN, 2.0), 1e-4, 1e-6):
        for name, value in zip(("W", "b"), got, strict=True):
            if isinstance(value, list | tuple):
                return (
                    f"{call} gave the right numbers, but {name} as a {type(value).__name__}.\n"
                    f"The chapter goes on computing with an array: return np.array(…) for {name}."
                )
    return ""


@book.exercise(
    cases=[
        _means_and_arrays,
        Case(_NOISY, _CLEAN, 2.0, show=_SHOW + "2", why="With y and x the noisy and the clean pictures minus their means: "
             "W = (yᵀy + ridge·I)⁻¹ yᵀx, and b = mean of x − (mean of y) W."),
        Case(_NOISY, _CLEAN, 0.0, show=_SHOW + "0", why="Without ridge it is least squares: the "
             "residual x − yW − b has mean 0 and is orthogonal to every column of y."),
        Case(*_PAIR, 0.5, show="noisy (8, 2), clean (8, 2), ridge=0.5", why="W has a row for each "
             "noisy pixel and a column for each clean one; b has an entry for each clean pixel."),
        Case(*_FEW, 1.0, show="noisy (2, 3), clean (2, 3), ridge=1", why="Fewer pictures than "
             "pixels: without the ridge the matrix cannot be inverted."),
    ],
    mistakes=[
        Mistake(lambda y, x, r: _ridge(x, y, r), "The roles are swapped: that predicts the noisy "
                "picture from the clean one. The noisy pictures are the input."),
        Mistake(lambda y, x, r: _ridge(y, y, r), "The target is the noisy picture. That learns to "
                "copy noise; the target is the clean one."),
        Mistake(lambda y, x, r: _ridge(y, x, 0 * r), "The ridge is missing: add ridge·I before you "
                "solve."),
        Mistake(lambda y, x, r: _ridge(y, x, r, centre=False), "That has no bias: the line is "
                "forced through 0. Subtract both means first, and put them back in b."),
        Mistake(_ridge_on_bias, "The ridge also shrinks the bias. A bias is no slope: penalise W "
                "only. Subtracting the means first does that."),
        Mistake(_ridge_swapped_in_w, "Noisy and clean are swapped in W: that is (xᵀx + ridge·I)⁻¹ "
                "xᵀy, which predicts the noisy picture. The noisy pictures are the input: "
                "(yᵀy + ridge·I)⁻¹ yᵀx."),
        Mistake(_ridge_product_swapped, "Noisy and clean are swapped in the product: xᵀy stands "
                "where yᵀx belongs. The rows of W belong to the noisy pixels, so y comes first."),
        Mistake(lambda y, x, r: _ridge(y, x, r, eye=lambda n: np.ones((n, n))), "The identity is "
                "missing: yᵀy + ridge adds the ridge to every entry. It belongs on the diagonal "
                "only: ridge * np.eye(D)."),
        Mistake(_with_bias(lambda W, y, x: x.mean(axis=0)), "W is right, b is not: it "
                "has to undo the mean of the noisy pictures, too: x.mean(0) − y.mean(0) @ W."),
        Mistake(_with_bias(lambda W, y, x: x.mean(axis=0) - y.mean(axis=0)), "W is right; b is the "
                "mean of the clean minus y_mean @ W, rows first. The mean of the noisy pictures "
                "goes through W like every noisy picture; here W was left out."),
        Mistake(_with_bias(lambda W, y, x: x.mean(axis=0) - W @ y.mean(axis=0)), "W is right; b is "
                "the mean of the clean minus y_mean @ W, rows first. A picture is a row here: "
                "W @ y_mean multiplies by the transposed W."),
        Mistake(_with_bias(lambda W, y, x: y.mean(axis=0) - x.mean(axis=0) @ W), "W is right; b is "
                "the mean of the clean minus y_mean @ W. Here the two means are swapped."),
        Mistake(_with_bias(lambda W, y, x: y.mean(axis=0) @ W - x.mean(axis=0)), "W is right; b is "
                "the mean of the clean minus y_mean @ W. Here it has the opposite sign."),
        Mistake(_with_bias(lambda W, y, x: 0 * x[0]), "W is right; b is not 0, but the mean of the "
                "clean minus y_mean @ W: what was subtracted has to be put back."),
        Mistake(_with_bias(lambda W, y, x: np.mean(x - y @ W)), "W is right; b is one number, as its "
                "mean was taken without an axis. Each clean pixel has a bias of its own: axis=0."),
        Mistake(lambda y, x, r: (_ridge(y, x, r)[0].T, _ridge(y, x, r)[1]), "W is transposed: "
                "noisy @ W + b is computed, so the rows of W belong to the noisy pixels."),
        Mistake(lambda y, x, r: _ridge(y, x, r * len(y)), "The ridge counts n times: the penalty is "
                "ridge·‖W‖² beside the sum over the pictures, not beside their mean."),
    ],
    hints=[
        "Subtract the means of both; then the bias can wait.",
        "np.linalg.solve(A, B) is A⁻¹B. Here A = yᵀy + ridge·I and B = yᵀx.",
        "noisy.mean(axis=0) @ W + b must be clean.mean(axis=0).",
    ],
)  # fmt: skip
def linear_denoiser(noisy, clean, ridge):
    """W (D, D), b (D,) that minimise Σ‖noisy W + b − clean‖² + ridge·‖W‖², for pictures (n, D)."""
    noisy_mean, clean_mean = noisy.mean(axis=0), clean.mean(axis=0)
    y, x = noisy - noisy_mean, clean - clean_mean  # so that the bias drops out
    W = np.linalg.solve(y.T @ y + ridge * np.eye(y.shape[1]), y.T @ x)
    return W, clean_mean - noisy_mean @ W


# --------------------------------------------------------------------- noise it has never seen

other_noise = book.question(
    "other_noise",
    right="b",
    options={
        "a": (
            "It would be convenient, and Canziani's notes say so: “irrespective of what noise is"
            " added”. But all the network has ever been asked is to undo small independent shifts"
            " of grey. To it, a black pixel inside a stroke is strong evidence for background."
        ),
        "b": (
            "Right. A network learns to undo the corruption that it has seen. Under Gaussian noise"
            " a pixel that is exactly black in a stroke is next to impossible, so it counts as"
            " evidence for black, and the strokes come out thin or broken."
        ),
        "c": (
            "Not that bad: it draws the strokes, thin and broken. In decibels, though, that is"
            " hardly better than leaving the picture as it is."
        ),
    },
    hints=["What did a black pixel mean in all the pictures it was trained on?"],
)

# ------------------------------------------------------------------------------ missing pixels


def _missing(x_hat, x, missing):
    return np.sum((x_hat - x) ** 2 * missing) / np.sum(missing)


_X = np.array([[0.0, 1.0, 0.5, 0.2], [1.0, 1.0, 0.0, 0.4]])
_GUESS = np.array([[0.5, 0.4, 0.5, 0.0], [0.2, 0.9, 0.3, 0.8]])
_HOLES = np.array([[True, False, False, True], [True, False, False, False]])
_HOLES_2 = np.array([[True, True, False, True], [False, True, False, False]])


@book.exercise(
    cases=[
        Case(_GUESS, _X, _HOLES, why="Square the errors, keep those of missing pixels, and divide "
             "by how many are missing."),
        Case(_GUESS, _X, _HOLES_2, why="Four pixels are missing: the mean of four squares."),
        Case(_GUESS[:1], _X[:1], _HOLES[:1], why="Two pixels are missing: the mean of two squares."),
    ],
    mistakes=[
        Mistake(lambda g, x, m: np.mean((g - x) ** 2), "All pixels were counted. Those that are not "
                "missing are known: scoring them rewards a method for copying."),
        Mistake(lambda g, x, m: np.mean((g - x) ** 2 * m), "The sum runs over the missing pixels, "
                "but it was divided by the number of all pixels. Divide by how many are missing."),
        Mistake(lambda g, x, m: np.mean((g - x)[~m] ** 2), "Those are the known pixels: `missing` "
                "is True where the pixel is not known."),
        Mistake(lambda g, x, m: np.mean(np.sum((g - x) ** 2 * m, axis=1) / m.sum(axis=1)), "That "
                "is an average of averages: a picture with one missing pixel counts as much as one "
                "with many. Take all missing pixels together."),
        Mistake(lambda g, x, m: np.mean(np.abs(g - x)[m]), "That is the absolute error; squared "
                "was asked for."),
        Mistake(lambda g, x, m: np.sqrt(_missing(g, x, m)), "That is the root of it."),
        Mistake(lambda g, x, m: np.sum((g - x)[m] ** 2), "That is the sum; divide by the number of "
                "missing pixels."),
    ],
    hints=["`missing` is an array of True and False: (x_hat - x)[missing] are the errors that count."],
)  # fmt: skip
def error_on_missing(x_hat, x, missing):
    """Mean squared error over the missing pixels: all three (n, D); missing is True or False."""
    return np.mean((x_hat - x)[missing] ** 2)


# --------------------------------------------------------------------------- the best denoiser


def _weights(y, c, s, power=2, half=2.0):
    d2 = ((y[:, None] - c) ** 2).sum(axis=2)
    a = -d2 / (half * s**power)
    a = a - a.max(axis=1, keepdims=True)
    w = np.exp(a)
    return w / w.sum(axis=1, keepdims=True)


def _weights_of_all(y, c, s):
    d2 = ((y[:, None] - c) ** 2).sum(axis=2)
    e = np.exp(-(d2 - d2.min()) / (2 * s**2))
    return e / e.sum() @ c


def _exponent(y, c, s):
    return -((y[:, None] - c) ** 2).sum(axis=2) / (2 * s**2)  # (n, K)


def _less_maximum(y, c, s, axis, normalise=True):
    """The best guess with the largest exponent over this axis subtracted."""
    e = _exponent(y, c, s)
    w = np.exp(e - e.max(axis=axis, keepdims=True))
    return (w / w.sum(axis=1, keepdims=True) if normalise else w) @ c


def _normalised_over_y(y, c, s, axis=0):
    e = _exponent(y, c, s)
    w = np.exp(e - e.max(axis=axis, keepdims=True))
    return w / w.sum(axis=0) @ c


_OVER_Y = (
    "The weights were divided by their sum over axis 0, the y. They are one y's probabilities of "
    "the points and must sum to 1 over the points: axis=1, keepdims=True."
)


def _nearest(y, c, s):
    return c[((y[:, None] - c) ** 2).sum(axis=2).argmin(axis=1)]


_POINTS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
_AT = np.array([[0.3, 0.1], [0.6, 0.5], [0.1, 1.2], [-1.0, 0.4]])


@book.exercise(
    cases=[
        Case([[0.5, 0.0]], [[0.0, 0.0], [1.0, 0.0]], 0.3, why="Half way between two points, both "
             "are equally probable: the best guess is their middle."),
        Case([[0.3, 0.0]], [[0.0, 0.0], [1.0, 0.0]], 0.5, why="Bayes with a uniform prior: weights "
             "in proportion to e^(−‖y − c‖²/2σ²), which sum to 1 for each y."),
        Case(_AT, _POINTS, 0.6, show="y (4, 2), points (3, 2), sigma=0.6", why="For each y its own "
             "weights, in proportion to e^(−‖y − c‖²/2σ²), summing to 1 over the points."),
        Case(_AT, _POINTS, 1.5, show="y (4, 2), points (3, 2), sigma=1.5", why="For each y its own "
             "weights, in proportion to e^(−‖y − c‖²/2σ²), summing to 1 over the points."),
        Case([[40.0, 0.0]], [[0.0, 0.0], [1.0, 0.0]], 0.1, why="Far from all points every e^(…) "
             "is 0 in floating point, and 0/0 is nan. Only differences of exponents matter: "
             "subtract the largest exponent of each y first, or let scipy.special.softmax do it."),
        Case([[0.0, 0.0], [40.0, 0.0]], [[0.0, 0.0], [1.0, 0.0]], 0.1, why="The first y is near a "
             "point, the second far from all. Each row needs its own largest exponent subtracted: "
             "exponent.max(axis=1, keepdims=True)."),
    ],
    mistakes=[
        Mistake(lambda y, c, s: _weights(y, c, s, power=1) @ c, "σ stands in the exponent without "
                "its square: it is a standard deviation, so the exponent is −‖y − c‖²/(2σ²)."),
        Mistake(lambda y, c, s: _weights(y, c, s, half=1.0) @ c, "The 2 is missing: the exponent is "
                "−‖y − c‖²/(2σ²)."),
        Mistake(_nearest, "That is the nearest point: the most probable one, but not "
                "the guess with the smallest expected squared error, which is the average."),
        Mistake(lambda y, c, s: np.exp(-((y[:, None] - c) ** 2).sum(axis=2) / (2 * s**2)) @ c,
                "The weights do not sum to 1 for each y: divide by their sum over the points."),
        Mistake(lambda y, c, s: _weights(y, c, s) @ c - y, "That is the step from y to the best "
                "guess. Return the guess itself."),
        Mistake(lambda y, c, s: (_weights(y, c, s) @ c - y) / s**2, "That is the slope of "
                "ln p_σ, which comes next. Return the guess itself."),
        Mistake(lambda y, c, s: np.broadcast_to(c.mean(axis=0), y.shape), "That is the mean of all points, whatever y is: "
                "the guess before anything was seen."),
        Mistake(lambda y, c, s: _less_maximum(y, c, s, axis=None), "One number was subtracted from "
                "all rows: the largest exponent (smallest distance) of all y. A y far from every "
                "point then still has 0/0. Each row needs its own: axis=1, keepdims=True."),
        Mistake(lambda y, c, s: _less_maximum(y, c, s, axis=0), "The largest exponent was taken "
                "over axis 0, the y, so each point lost another number and the weights changed. "
                "It must be the same number for all points of one y: axis=1, keepdims=True."),
        Mistake(_normalised_over_y, _OVER_Y),
        Mistake(lambda y, c, s: _normalised_over_y(y, c, s, axis=1), _OVER_Y),
        Mistake(lambda y, c, s: _less_maximum(y, c, s, axis=1, normalise=False), "The weights do "
                "not sum to 1 for each y: the largest is 1, but divide them by their sum over the "
                "points, too."),
        Mistake(_weights_of_all, "The weights sum to 1 over all y together. Each y has "
                "its own posterior: sum over the points, axis 1, keepdims=True."),
    ],
    hints=[
        "Chapter 02's Bayes: likelihood × prior, divided by its sum. The prior is the same for all "
        "points and drops out.",
        "y[:, None] - points has shape (n, K, 2); its squares summed over the last axis are the "
        "squared distances, (n, K).",
        "The weights, shape (n, K), times the points: weights @ points.",
    ],
)  # fmt: skip
def best_guess(y, points, sigma):
    """Expected clean point of each noisy point y, both of shape (n, 2).

    The points, shape (K, 2), are equally probable; the noise has deviation sigma.
    """
    distance = np.sum((y[:, None] - points) ** 2, axis=2)  # (n, K) squared
    exponent = -distance / (2 * sigma**2)
    weights = np.exp(exponent - exponent.max(axis=1, keepdims=True))  # the largest is 1
    weights = weights / weights.sum(axis=1, keepdims=True)  # (n, K) the posterior p(point|y)
    return weights @ points


slope_of_log_p = book.estimate(
    "slope_of_log_p",
    right=-5.0,
    within=0.01,
    why="(r(y) − y)/σ² = (0.8 − 1)/0.04 = −5: the density rises to the left, steeply.",
    wrong=[
        (5.0, "The sign: r(y) − y = 0.8 − 1 is negative. The denoiser moves to the left because that "
         "is where the density is higher."),
        (-0.2, "That is the step r(y) − y. Divide it by σ²."),
        (-1.0, "That is the step divided by σ. It has to be σ², 0.04."),
        (-0.008, "The step was multiplied by σ²: r(y) − y = σ²·slope, so divide."),
        (20.0, "That divides r(y) by σ². The step is r(y) − y."),
    ],
    otherwise="r(y) − y = σ²·(slope of ln p_σ). Which of the three do you know?",
    hints=["Solve r(y) = y + σ²·slope for the slope. σ² is 0.2²."],
)  # fmt: skip

# -------------------------------------------------------------------------- contractive penalty


def _penalty(h, W, power=2):
    ops = keras.ops
    return ops.mean(ops.sum((h * (1 - h)) ** power * ops.sum(W**2, axis=0), axis=-1))


_r = np.random.default_rng(3)
_H = _r.uniform(0.05, 0.95, (4, 3))
_W = _r.normal(size=(5, 3))
_SQUARE = _r.normal(size=(3, 3))


@book.exercise(
    trains=True,
    batch=False,  # W has no batch axis
    cases=[
        Case(_H, _SQUARE, show="h (4, 3), W (3, 3)", why="Of each sample Σ_j (h_j(1 − h_j))²·Σ_d W_dj²; "
             "then the mean over the samples."),
        Case(_H, _W, show="h (4, 3), W (5, 3)", why="Of each sample Σ_j (h_j(1 − h_j))²·Σ_d W_dj²; then "
             "the mean over the samples."),
        Case([[0.5, 0.5]], [[1.0, 2.0]], why="h(1 − h) is 1/4 for both units: 1/16·(1 + 4)."),
        Case([[0.5, 0.5], [0.5, 1.0]], [[1.0, 2.0]], why="A saturated unit, h = 1, does not move "
             "and costs nothing."),
    ],
    mistakes=[
        Mistake(lambda h, W: _penalty(h, W, power=1), "h(1 − h) lacks its square: the Jacobian has "
                "one factor h(1 − h), its squared norm two."),
        Mistake(lambda h, W: keras.ops.sum(W**2) + 0.0 * keras.ops.sum(h), "The sigmoid's slope "
                "h(1 − h) is missing: that is weight decay, which does not ask where the units are "
                "saturated."),
        Mistake(lambda h, W: keras.ops.mean(keras.ops.sum((h * (1 - h)) ** 2, axis=-1)) * keras.ops.sum(W**2),
                "Each unit's slope belongs to its own weights: multiply unit by unit, then add "
                "up. Here every slope met the weights of all units."),
        Mistake(lambda h, W: _penalty(h, keras.ops.transpose(W)), "The weights were summed over "
                "the wrong axis. Unit j's weights are column j of W: sum over axis 0, the pixels."),
        Mistake(lambda h, W: keras.ops.sum((h * (1 - h)) ** 2 * keras.ops.sum(W**2, axis=0)), "That is "
                "summed over the samples; average over them, or the penalty depends on the batch "
                "size."),
        Mistake(lambda h, W: keras.ops.mean((h * (1 - h)) ** 2 * keras.ops.sum(W**2, axis=0)), "The "
                "units were averaged, too: the squared norm is a sum over all entries of the "
                "Jacobian. Average over the samples only."),
        Mistake(lambda h, W: keras.ops.sum((h * (1 - h)) ** 2 * keras.ops.sum(W**2, axis=0), axis=-1), "That "
                "is one number for each sample: average them."),
        Mistake(lambda h, W: keras.ops.sqrt(_penalty(h, W)), "The root is too much: the penalty is "
                "the squared norm."),
        Mistake(lambda h, W: keras.ops.mean(keras.ops.sum((h * (1 - h)) ** 2 * keras.ops.sum(W, axis=0) ** 2,
                axis=-1)), "The weights were added up and then squared: opposite ones cancel. "
                "Square first."),
        Mistake(lambda h, W: keras.ops.mean(keras.ops.sum((1 - h**2) ** 2 * keras.ops.sum(W**2, axis=0), axis=-1)),
                "1 − h² is the slope of tanh. The sigmoid's is h(1 − h)."),
        Mistake(lambda h, W: _penalty(keras.ops.sigmoid(h), W), "The sigmoid was applied again: h is "
                "its output already, so the slope is h(1 − h) as it stands."),
        Mistake(lambda h, W: keras.ops.mean((h * (1 - h))[:, None] ** 2 * W**2), "That is the mean "
                "over all entries of the Jacobian: it is smaller by the number of units times the "
                "number of pixels. The squared norm is a sum over units and pixels; average over "
                "the samples only."),
    ],
    hints=[
        "∂h_j/∂x_d = h_j(1 − h_j)·W_dj. Square it, and sum over d and j: the sum over d touches W only.",
        "keras.ops.sum(W**2, axis=0) has shape (N,), the squared length of each unit's weights.",
    ],
)  # fmt: skip
def contractive_penalty(h, W):
    """Mean over samples of ‖∂h/∂x‖², the sum over all entries.

    h = sigmoid(x W + b) has shape (M, N), W has shape (D, N).
    """
    slope = h * (1 - h)  # (M, N) of the sigmoid
    length = keras.ops.sum(W**2, axis=0)  # (N,) over the pixels d
    return keras.ops.mean(keras.ops.sum(slope**2 * length, axis=-1))


# ------------------------------------------------------------------------------- Hutchinson


def _pull(f, x, v):
    """Jᵀv of each sample."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = keras.ops.sum(f(x) * v)
    return tape.gradient(y, x)


def _bend(x):
    """A small nonlinear function from 3 numbers to 3, with a Jacobian that depends on x."""
    W = tf.constant([[1.0, -0.5, 0.2], [0.3, 2.0, -1.0], [0.0, 0.7, 1.5]])
    return tf.tanh(x @ W)


def _widen(x):
    """From 3 numbers to 2."""
    return tf.sin(x @ tf.constant([[1.0, -0.5], [0.3, 2.0], [0.4, 0.7]]))


def _whole(f, x, v):
    """‖J‖² of each sample, from the whole Jacobian."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return keras.ops.sum(tape.batch_jacobian(y, x) ** 2, axis=(1, 2))


def _without_v(f, x, v):
    return keras.ops.sum(_pull(f, x, 0 * v + 1) ** 2, axis=-1)


def _averaged(f, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = keras.ops.mean(f(x) * v)
    return keras.ops.sum(tape.gradient(y, x) ** 2, axis=-1)


_AT3 = np.array([[0.1, -0.4, 0.3], [0.5, 0.2, -0.6]])
_V3 = np.array([[1.2, -0.7, 0.4], [0.3, 1.1, -1.5]])


def _watches_x_and_uses_v(answer):
    """A case: whether there is a gradient at all, and it is that of the v handed over; or ''."""
    call = "hutchinson(f, x (2, 3), v (2, 3))"
    x, v = tf.constant(_AT3, "float32"), tf.constant(_V3, "float32")
    watch = (
        "x is a tensor, so the tape must be told to watch it, tape.watch(x), and f(x) must be "
        "computed inside the with, after that."
    )
    try:
        first, again, other = (answer(_bend, x, a) for a in (v, v, 3 * v))
    except Exception as error:  # other errors are told by the next case
        none = re.search(r"NoneType|None values|\(None\)", str(error))
        if isinstance(error, TypeError | ValueError | AttributeError) and none:
            return f"{call} raised {type(error).__name__}.\nThe gradient is None: {watch}"
        return ""
    if first is None:
        return ""
    if not np.any(first):
        return f"{call} gave 0 for every sample.\nNo gradient has reached x: {watch}"
    if not same(again, first, 1e-4, 1e-6):
        return (
            f"{call} gave two results for the same v.\n"
            "It draws numbers of its own. Use the v that is handed over: the caller has drawn it."
        )
    known = (f(_bend, x, v) for f in (_without_v, _whole))  # which have their own words
    if same(other, first, 1e-4, 1e-6) and not any(same(first, k, 1e-4, 1e-6) for k in known):
        return (
            f"{call} gives the same for v and for 3v.\n"
            "So v is ignored. Use the v that is handed over: the caller has drawn it."
        )
    return ""


@book.exercise(
    trains=True,
    cases=[
        _watches_x_and_uses_v,
        Case(_widen, _AT3, _V3[:, :2], show="f, x (2, 3), v (2, 2)", why="Of each sample: the gradient of "
             "Σ_j v_j f_j(x) with respect to x is Jᵀv; sum its squares over the pixels."),
        Case(_bend, _AT3, _V3, show="f, x (2, 3), v (2, 3)", why="Of each sample: the gradient of Σ_j v_j "
             "f_j(x) with respect to x is Jᵀv; sum its squares over the pixels."),
        Case(_bend, _AT3[:1], 2 * _V3[:1], show="f, x (1, 3), v (1, 3)", why="Twice the v, four times the "
             "result."),
    ],
    mistakes=[
        Mistake(lambda f, x, v: keras.ops.sum(_pull(f, x, v), axis=-1), "The square is missing: the "
                "entries of Jᵀv cancel each other."),
        Mistake(_without_v, "v is not used. That is the squared gradient of the sum of the "
                "outputs, in which opposite slopes cancel; the random v keeps them apart."),
        Mistake(lambda f, x, v: keras.ops.mean(_pull(f, x, v) ** 2, axis=-1), "That is the mean over the "
                "pixels; the squared norm is a sum."),
        Mistake(lambda f, x, v: keras.ops.sqrt(keras.ops.sum(_pull(f, x, v) ** 2, axis=-1)), "That is the "
                "norm. Only its square has the right expectation: the root of an average is not "
                "the average of roots."),
        Mistake(lambda f, x, v: keras.ops.mean(keras.ops.sum(_pull(f, x, v) ** 2, axis=-1)), "That is the "
                "average over the samples. Return one number for each."),
        Mistake(_whole, "v is not used. That is ‖J‖² from the whole Jacobian, which takes a pass "
                "for each output. ‖Jᵀv‖² is its estimate from one pass: the gradient of "
                "Σ_j v_j f_j(x)."),
        Mistake(_averaged, "Σ_j v_j f_j was averaged before the gradient was taken, so every slope "
                "was divided by the number of entries of f(x). Sum them: keras.ops.sum(f(x) * v)."),
        Mistake(lambda f, x, v: keras.ops.sum(_pull(f, x, v) ** 2), "That is one number for the whole "
                "batch: it was summed over the samples, too. Sum over the pixels only, axis=-1."),
        Mistake(lambda f, x, v: _pull(f, x, v) ** 2, "Those are the squared entries of Jᵀv: "
                "add them up over the pixels, the last axis."),
        Mistake(lambda f, x, v: keras.ops.sum((f(x) * v), axis=-1) ** 2, "That is (Σ_j v_j f_j)² itself. "
                "Its gradient with respect to x is needed: a tf.GradientTape that watches x."),
    ],
    hints=[
        "with tf.GradientTape() as tape: tape.watch(x), then s = ops.sum(f(x) * v). What is "
        "tape.gradient(s, x)?",
        "A tensor is watched with tape.watch(x). No tf.Variable is needed, and none can be made "
        "inside the function: it runs in training, where `fit` compiles it.",
        "A sample's output depends on its own x only, so summing over the batch mixes nothing: the "
        "gradient has shape (M, D), row by row Jᵀv.",
    ],
)  # fmt: skip
def hutchinson(f, x, v):
    """‖Jᵀv‖² of each sample, shape (M,), with J = ∂f/∂x: f maps (M, D) to (M, N), v is (M, N)."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        projected = keras.ops.sum(f(x) * v)  # a number: over units and samples
    return keras.ops.sum(tape.gradient(projected, x) ** 2, axis=-1)  # over the pixels


# ------------------------------------------------------------------------- along and across

along_or_across = book.question(
    "along_or_across",
    right="c",
    options={
        "a": (
            "That would be a constant: it does not move when the input moves along the curve, so it"
            " cannot reconstruct points that differ only in where on the curve they lie. The"
            " penalty asks for it; the reconstruction forbids it."
        ),
        "b": (
            "That is the identity, which is what an overcomplete autoencoder without a penalty "
            "learns. The penalty pays for every direction in which the output moves."
        ),
        "c": (
            "Right. Along the curve the output must follow the input, or the reconstruction would"
            " be wrong: a singular value near 1. Across, no training point is ever missed if the"
            " output stays where it is, so the penalty wins: near 0."
        ),
        "d": (
            "The other way round: along the curve there are data to be told apart, across it there "
            "are none."
        ),
    },
    hints=["Where are other training points: along the curve, or beside it?"],
)
