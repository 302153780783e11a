"""The exercises of chapter 04, denoising and contractive autoencoders."""

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, Slip, describe, drawn, same

keras, ops = Lazy("keras"), Lazy("keras.ops")
tf = Lazy("tensorflow")
book = Book(4)
summary = book.summary

# ------------------------------------------------------------------------------------- masking


def _masked_as_asked(got, given, x, share):
    """What is wrong with masked pictures, apart from where the numbers came from; or None."""
    if got is None:
        return "gave None.\nNothing came back: is a `return` missing?"
    if isinstance(got, tuple):
        return f"gave a tuple ({len(got)}).\nReturn the masked copy alone."
    kind, got = type(got), np.asarray(got)
    if got.shape != x.shape:
        return f"has shape {got.shape}; expected {x.shape}."
    kept = got != 0
    left = kept.reshape(len(x), -1).mean(axis=1)  # the share that is left of each picture
    odd = [*np.unique(got[got != x]), 0]  # what stands in place of the pixels that were hit
    chance = share not in (0, 1)
    several = chance and len(x) > 1
    far = 6 * (share * (1 - share) / x.size) ** 0.5  # from the share that was asked for
    axes = [a for a in range(1, x.ndim) if x.shape[a] > 1]
    findings = [
        (got.dtype.kind in "iu", "gave whole numbers, and greys lie between 0 and 1.\nIs there an int, "
         "or astype(int), in it?"),
        (not np.array_equal(given, x), "changed its argument.\nWork on a copy: the clean picture is "
         "the target."),
        (np.isin(got, (0, 1)).all() and got.any(), "gave the mask itself, not the pictures with the "
         "mask applied.\nUse it to choose between 0 and the pixel of x: np.where(hit, 0, x)."),
        (chance and not got.any(), "gave black pictures.\nOnly the pixels that were hit become 0: "
         "np.where(hit, 0, x)."),
        (chance and np.array_equal(got, x), "gave x unchanged: nothing was masked.\nWas one number "
         "drawn for everything? rng.random(x.shape) draws one for each pixel. (And np.where(hit, 0, x) "
         "changes nothing in place: return what it gives.)"),
        (np.isnan(got).any(), "gave nan for some pixels.\nA masked pixel becomes 0; with nan in its "
         "input, a network computes nan only."),
        (len(odd) == 2 and odd[0] != 0, f"gave {odd[0]:g} for the pixels that were hit.\nA masked "
         "pixel is black: it becomes 0."),
        (0 < share < 1 and np.allclose(got, kept * x / (1 - share)), ": what is left was divided by "
         "1 − share.\nThat is dropout, which keeps the sum of a layer's input. Here pixels that are "
         "not hit stay as they are."),
        (not np.allclose(got, kept * x), "changed pixels that it did not mask.\nThose must stay as "
         "they are."),
        (several and np.all((left == 0) | (left == 1)), "masked whole pictures.\nA picture that is "
         "all black has nothing left to restore from. Draw one number for each pixel: "
         "rng.random(x.shape)."),
        (several and np.all(kept == kept[0]), "masked the same pixels in all of them.\nA pixel that "
         "is never seen is never learned from, and one that always is needs no restoring. Draw a "
         "number for each pixel of each picture: rng.random(x.shape)."),
        (chance and any(np.all(kept == kept.take([0], axis=a)) for a in axes), "masked whole rows "
         "or columns.\nDraw one number for each pixel."),
        (share != 0.5 and abs(kept.mean() - share) < 0.05, f"left {kept.mean():.0%} of the pixels; "
         f"expected about {1 - share:.0%}.\n`share` is the share that becomes 0, not the one that "
         "stays."),
        (abs(kept.mean() - (1 - share)) > far, f"left {kept.mean():.1%} of the pixels; expected "
         f"about {1 - share:.1%}.\nIs it `share` that the numbers are compared with? One from "
         "rng.random lies below it just so often (one "
         "from rng.normal does not, and whole numbers only about)."),
        (several and np.ptp(left) == 0, "masked exactly as many pixels in each picture.\nClose, but "
         "pixels were not hit independently. Draw one number for each pixel and compare it with "
         "`share`."),
        (kind is not np.ndarray, f"gave the right numbers, but as {kind.__name__}.\nThe chapter "
         "goes on with NumPy: return an array."),
    ]  # fmt: skip
    return next((says for wrong, says in findings if wrong), None)


_ANY_AXES = (
    "\nx may have any number of axes: the chapter hands over (n, 28, 28, 1) and (n, 784). "
    "rng.random(x.shape) suits them all."
)


def _masks(share, *shape):
    """A case: what is wrong with masking pictures in an array of this shape; or ''."""
    x = np.random.default_rng(1).uniform(0.2, 0.9, shape).astype("float32")
    x.flat[:3] = 700, -700, 0.01  # a copy of any numbers

    def case(answer):
        call = f"mask_pixels(x, {share:g}, rng) for x of shape {shape}"
        given = x.copy()
        try:
            got = answer(given, share, np.random.default_rng(0))
        except Exception as error:
            return f"{call} raised {describe(error)}{_ANY_AXES * (len(shape) != 3)}"
        if problem := _masked_as_asked(got, given, x, share):
            return f"{call} {problem}"
        one, same_seed, other = (answer(x, share, np.random.default_rng(i)) for i in (3, 3, 4))
        if not np.array_equal(one, same_seed) or (share % 1 and np.array_equal(one, other)):
            return (
                f"{call} does not draw from rng.\nUse the generator that was handed in, "
                "rng.random(x.shape): the same seed must give the same mask, another seed another "
                "one."
            )
        hits = [np.count_nonzero(a == 0) for a in (one, other)]  # the same by chance: one in 10⁴
        if share % 1 and len(x) > 1 and hits == [round(share * x.size)] * 2:
            return (
                f"{call} masked exactly {hits[0]} pixels, whatever the seed.\nClose, but pixels "
                "were not hit independently. Draw one number for each pixel and compare it with "
                "`share`."
            )
        return ""

    return case


@book.exercise(
    cases=[_masks(0.3, 50, 20, 20), _masks(0.5, 50, 20, 20), _masks(0.8, 1, 20, 20),
           _masks(0.0, 2, 20, 20), _masks(1.0, 2, 20, 20), _masks(0.3, 30, 20, 20, 1),
           _masks(0.3, 30, 400), _masks(0.005, 50, 40, 40)],
    speed=lambda: (np.ones((15_000, 784), "float32"), 0.5, np.random.default_rng(0)),
    hints=[
        "rng.random(x.shape) is a number between 0 and 1 for each pixel. How often is it below "
        "share?",
        "np.where(hit, 0, x) has 0 where hit is True, and x elsewhere.",
    ],
)  # fmt: skip
def mask_pixels(x, share, rng):
    """A copy of x, of any shape: each pixel is 0 with probability `share`, independently."""
    hit = rng.random(x.shape) < share
    return np.where(hit, 0, x).astype(x.dtype)


# --------------------------------------------------------------------- the best linear denoiser


def _solve(y, x, ridge, eye=np.eye, product=lambda y, x: y.T @ x):
    return np.linalg.solve(y.T @ y + ridge * eye(y.shape[1]), product(y, x))


def _ridge(y, x, ridge, bias=lambda W, y, x: x - y @ W, **how):
    """Ridge regression of x on y, with a bias made of W and the two means."""
    y_mean, x_mean = y.mean(axis=0), x.mean(axis=0)
    W = _solve(y - y_mean, x - x_mean, ridge, **how)
    return W, bias(W, y_mean, x_mean)


def _with_ones(y, x, ridge):
    """The bias as one more row of W, which the ridge shrinks, too."""
    both = _solve(np.hstack([y, np.ones((len(y), 1))]), x, ridge)
    return both[:-1], both[-1]


_RIDGE = (
    "With y and x the noisy and the clean pictures minus their means: W = (yᵀy + ridge·I)⁻¹ yᵀx, "
    "and b = mean of x − (mean of y) W."
)


def _pictures(n, pixels, clean_pixels, ridge, why=_RIDGE, scale=1.0):
    """A function that draws a case of linear_denoiser."""

    def case(rng):
        clean = rng.uniform(0, 1, (n, pixels)) + np.arange(pixels) % 3
        noisy = clean + 0.5 * rng.normal(size=clean.shape)
        show = f"noisy ({n}, {pixels}), clean ({n}, {clean_pixels}), ridge={ridge:g}"
        return Case(scale * noisy, scale * clean[:, :clean_pixels], ridge, show=show, why=why)

    return case


def _transposed(y, x, ridge):
    W, b = _ridge(y, x, ridge)
    return W.T, b


def _means_and_arrays(answer):
    """A case: whether the means ran over one axis, and W and b are arrays; or ''."""
    case = _pictures(30, 3, 3, 2.0)(np.random.default_rng(0))
    call = f"linear_denoiser({case.show})"
    one_mean = (
        "The mean was taken without an axis: that is one number for all pixels. Each pixel has a "
        "mean of its own: noisy.mean(axis=0) and clean.mean(axis=0)."
    )
    y, x, ridge = case.args
    try:
        W, b = answer(y.copy(), x.copy(), ridge=ridge)
    except Exception as error:  # other errors are told by the next case
        short = "enough dimensions" in str(error)
        return f"{call} raised {describe(error)}\n{one_mean}" if short else ""
    if same(W, _solve(y - y.mean(), x - x.mean(), ridge), 1e-4, 1e-6):
        return f"{call} gave a wrong W.\n{one_mean}"
    for name, value, right in zip("Wb", (W, b), _ridge(y, x, ridge), strict=True):
        if same(value, right, 1e-4, 1e-6) and not isinstance(value, np.ndarray):
            return (
                f"{call} gave the right numbers, but {name} as a {type(value).__name__}.\n"
                f"The chapter goes on computing with an array: return np.array(…) for {name}."
            )
    return ""


@book.exercise(
    keywords=["ridge"],
    cases=[
        _means_and_arrays,
        *drawn(_pictures(30, 3, 3, 2.0)),
        *drawn(_pictures(30, 3, 3, 0.0, "Without ridge it is least squares: the residual x − yW − "
            "b has mean 0 and is orthogonal to every column of y."), 1),
        *drawn(_pictures(30, 3, 3, 0.0, "On any scale the same formulas: nothing is added to the "
            "ridge.", scale=1e-3), 1),
        *drawn(_pictures(4, 4, 4, 1e6, "On any scale the same formulas.", scale=1000.0), 1),
        *drawn(_pictures(2, 3, 3, 1.0, "Fewer pictures than pixels: without the ridge the matrix "
            "cannot be inverted."), 1),
        *drawn(_pictures(8, 5, 2, 0.5, "W has a row for each noisy pixel and a column for each "
            "clean one; b has an entry for each clean pixel. They need not be as many."), 1),
    ],
    mistakes=[
        Mistake(lambda y, x, ridge: _ridge(x, y, ridge), "The roles are swapped: that predicts the "
            "noisy picture from the clean one. The noisy pictures are the input."),
        Mistake(lambda y, x, ridge: _ridge(y, y, ridge), "The target is the noisy picture. That "
            "learns to copy noise; the target is the clean one."),
        Mistake(lambda y, x, ridge: _ridge(y, x, 0 * ridge), "The ridge is missing: add ridge·I "
            "before you solve."),
        Mistake(lambda y, x, ridge: (_solve(y, x, ridge), 0 * x[0]), "That has no bias: the line "
            "is forced through 0. Subtract both means first, and put them back in b."),
        Mistake(lambda y, x, ridge: ((W := _solve(y, x, ridge)), x.mean(0) - y.mean(0) @ W), "The "
            "means were not subtracted before W was computed: W then spends weights on them. "
            "Subtract them from noisy and clean first; b is right."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge / len(y)), "The ridge was divided by n: the "
            "penalty is ridge·‖W‖² beside the sum over the pictures, not beside their mean."),
        Mistake(_with_ones, "The ridge also shrinks the bias. A bias is no slope: penalise W only. "
            "Subtracting the means first does that."),
        Mistake(lambda y, x, ridge: _ridge(x, y, ridge, lambda W, x, y: x - y @ W), "Noisy and "
            "clean are swapped in W: that is (xᵀx + ridge·I)⁻¹ xᵀy, which predicts the noisy "
            "picture. The noisy pictures are the input: (yᵀy + ridge·I)⁻¹ yᵀx."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge, product=lambda y, x: x.T @ y), "Noisy and "
            "clean are swapped in the product: xᵀy stands where yᵀx belongs. The rows of W belong "
            "to the noisy pixels, so y comes first."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge, eye=lambda n: np.ones((n, n))), "The "
            "identity is missing: yᵀy + ridge adds the ridge to every entry. It belongs on the "
            "diagonal only: ridge * np.eye(D)."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge, lambda W, y, x: x), "W is right, b is not: "
            "it has to undo the mean of the noisy pictures, too: clean.mean(axis=0) − "
            "noisy.mean(axis=0) @ W."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge, lambda W, y, x: x - y), "W is right; b is "
            "the mean of the clean minus noisy_mean @ W, rows first. The mean of the noisy pictures "
            "goes through W like every noisy picture; here W was left out."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge, lambda W, y, x: x - W @ y), "W is right; b "
            "is the mean of the clean minus noisy_mean @ W, rows first. A picture is a row here: W @ "
            "noisy_mean multiplies by the transposed W."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge, lambda W, y, x: y - x @ W), "W is right; b "
            "is the mean of the clean minus noisy_mean @ W. Here the two means are swapped."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge, lambda W, y, x: y @ W - x), "W is right; b "
            "is the mean of the clean minus noisy_mean @ W. Here it has the opposite sign."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge, lambda W, y, x: 0 * x), "W is right; b is "
            "not 0, but the mean of the clean minus noisy_mean @ W: what was subtracted has to be put "
            "back."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge, lambda W, y, x: np.mean(x - y @ W)), "W is "
            "right; b is one number, as its mean was taken without an axis. Each clean pixel has a "
            "bias of its own: axis=0."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge, lambda W, y, x: x + y @ W), "W is right; "
            "in b the mean of the noisy pictures is subtracted, not added."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge, lambda W, y, x: -y @ W), "W is right; in b "
            "the mean of the clean pictures is missing."),
        Slip(lambda r: r[::-1], "W comes first, then b."),
        Slip(lambda r: (r[0], r[1][None]), "W is right; b is one row, (E,), without an axis of "
             "length 1: no keepdims."),
        Mistake(_transposed, "W is transposed: noisy @ W + b is computed, so the rows of W belong "
            "to the noisy pixels."),
        Mistake(lambda y, x, ridge: _ridge(y, x, ridge * len(y)), "The ridge counts n times: the "
            "penalty is ridge·‖W‖² beside the sum over the pictures, not beside their mean."),
    ],
    hints=[
        "Subtract the means of both; then the bias can wait.",
        "np.linalg.solve(A, B) is A⁻¹B. Of pictures minus their means: A = noisyᵀ·noisy + ridge·I, "
        "B = noisyᵀ·clean.",
        "noisy.mean(axis=0) @ W + b must be clean.mean(axis=0).",
    ],
)  # fmt: skip
def linear_denoiser(noisy, clean, ridge):
    """W (D, E) and b (E,) that minimise Σ‖noisy W + b − clean‖² + ridge·‖W‖².

    noisy has shape (n, D), clean (n, E); ridge is 0 or more.
    """
    noisy_mean, clean_mean = noisy.mean(axis=0), clean.mean(axis=0)
    y, x = noisy - noisy_mean, clean - clean_mean  # so that the bias drops out
    W = np.linalg.solve(y.T @ y + ridge * np.eye(y.shape[1]), y.T @ x)
    return W, clean_mean - noisy_mean @ W


# --------------------------------------------------------------------- noise it has never seen

other_noise = book.question(
    "other_noise",
    right="b",
    options={
        "a": "It would be convenient, and Canziani's notes say so: “irrespective of what noise is "
            "added”. But all the network has ever been asked is to undo small independent shifts "
            "of grey. To it, a black pixel inside a stroke is strong evidence for background.",
        "b": "Right. A network learns to undo the corruption that it has seen. With Gaussian noise "
            "a pixel is the blacker the likelier it belongs to the background, so many black ones "
            "in a stroke count as evidence for background, and it comes out thin or broken.",
        "c": "Not that bad: it draws the strokes, thin and broken. In decibels, though, that is "
            "hardly better than leaving the picture as it is.",
    },
    hints=["What did a black pixel mean in all the pictures it was trained on?"],
)  # fmt: skip

# ------------------------------------------------------------------------------ missing pixels


_MEAN = "Square the errors, keep those of missing pixels, and divide by how many are missing."


@book.exercise(
    cases=[
        Case([[0.5, 0.4, 0.1]], [[0.0, 1.0, 0.5]], [[True, False, True]], why="Two pixels are "
            "missing: the mean of two squares."),
        Case([[0.5, 0.4, 0.1], [0.2, 0.9, 0.3]], [[0.0, 1.0, 0.1], [0.7, 0.2, 0.4]], [[True, True,
            True], [False, False, False]], why="Three pixels are missing, all in one picture, and "
            "one was guessed exactly: its error, 0, counts in the mean."),
        Case([[900.0, -700.0], [60.0, 0.5]], [[-600.0, 800.0], [2.0, 0.4]], [[True, True], [False,
            True]], why="Errors count as they are, however large."),
        Case([[1e-4, 0.5]], [[0.0, 0.5]], [[True, False]], rtol=1e-6, atol=0, why="A small error is one: "
            "nothing is rounded, and nothing added to the number of pixels."),
        *drawn(lambda rng: Case(rng.random((3, 6)), rng.random((3, 6)), rng.random((3, 6)) < 0.4,
            show="x_hat, x, missing (3, 6)", why=_MEAN)),
    ],
    speed=lambda: (*np.random.default_rng(0).random((2, 2000, 784)), np.ones((2000, 784), bool)),
    mistakes=[
        Mistake(lambda g, x, m: np.mean((g - x) ** 2), "All pixels were counted. Those that are "
            "not missing are known: scoring them rewards a method for copying."),
        Mistake(lambda g, x, m: np.mean((g - x) ** 2 * m), "The sum runs over the missing pixels, "
            "but it was divided by the number of all pixels. Divide by how many are missing."),
        Mistake(lambda g, x, m: np.mean((g - x)[~m] ** 2), "Those are the known pixels: `missing` "
            "is True where the pixel is not known."),
        *(Mistake(lambda g, x, m, least=least: np.mean(np.sum((g - x) ** 2 * m, axis=1)
            / np.maximum(m.sum(axis=1), least)), "That is an average of averages: a picture with "
            "one missing pixel counts as much as one with many. Take all missing pixels together.")
            for least in (0, 1)),
        Mistake(lambda g, x, m: np.mean(np.abs(g - x)[m]), "That is the absolute error; squared "
            "was asked for."),
        Mistake(lambda g, x, m: np.sum((g - x)[m] ** 2) / len(g), "The sum was divided by the number of "
            "pictures. Divide by that of the missing pixels."),
        Slip(np.sqrt, "That is the root of it."),
        Mistake(lambda g, x, m: np.sum((g - x)[m] ** 2), "That is the sum; divide by the number of "
            "missing pixels."),
        Mistake(lambda g, x, m: np.sum((g - x)[m] ** 2) / np.count_nonzero((g - x)[m]), "Pixels "
            "that were guessed exactly were left out. They are missing, too, and their error is 0: "
            "divide by the number of missing pixels."),
    ],
    hints=["`missing` is an array of True and False: (x_hat - x)[missing] are the errors that count."],
)  # fmt: skip
def error_on_missing(x_hat, x, missing):
    """Mean squared error of all missing pixels, a number: all (n, D); missing is True or False."""
    return np.mean((x_hat - x)[missing] ** 2)


# --------------------------------------------------------------------------- the best denoiser


def _exponent(y, c, s, power=2, half=2.0):
    return -((y[:, None] - c) ** 2).sum(axis=2) / (half * s**power)  # (n, K)


def _guess(exponent, c, largest=1, total=1):
    """The guess from exponents: the axes of the largest that is subtracted and of the sum.

    An axis "none" is left out.
    """
    w = np.exp(exponent - (0 if largest == "none" else exponent.max(axis=largest, keepdims=True)))
    return (w if total == "none" else w / w.sum(axis=total, keepdims=True)) @ c


def _nearest_if_far(y, c, s):
    """Weights as they are, and the nearest point where they all underflow."""
    e = _exponent(y, c, s)
    with np.errstate(all="ignore"):
        return np.where(np.exp(e).any(axis=1)[:, None], _guess(e, c, "none"), c[e.argmax(axis=1)])


_TWO = np.array([[0.0, 0.0], [1.0, 0.0]])
_BAYES = (
    "For each y its own weights, in proportion to e^(−‖y − c‖²/2σ²), summing to 1 over the points."
)


@book.exercise(
    returns="array",
    cases=[
        Case([[0.5, 0.0]], _TWO, 0.3, why="Half way between two points, both are equally probable: "
            "the best guess is their middle."),
        Case([[0.3, 0.0]], _TWO, 0.5, why=_BAYES),
        *drawn(lambda rng: Case(rng.normal(size=(3, 2)), rng.normal(size=(5, 2)), 0.8, why=_BAYES,
            show="y (3, 2), points (5, 2), sigma=0.8"), 3),
        *drawn(lambda rng: Case(rng.normal(size=(7, 2)), rng.normal(size=(2, 2)), 0.8, why="A guess "
            "for each y, however many points there are.", show="y (7, 2), points (2, 2), sigma=0.8"
            ), 1),
        Case([[600.0, -700.5]], [[599.0, -700.0], [601.5, -700.0]], 1.2, why="Only differences "
            "count, wherever the points lie."),
        Case([[1.5e-5, 0.0]], [[0.0, 0.0], [2e-5, 1e-5]], 1e-5, atol=1e-9, why="On a small scale "
            "the same: no guard in the denominators."),
        Case([[40.0, 0.0]], _TWO, 0.1, why="Far from all points every e^(…) is 0 in floating "
            "point, and 0/0 is nan. Only differences of exponents matter: subtract the largest "
            "exponent of each y first, or let scipy.special.softmax do it. (A guard, a clip or nan_to_num hides the nan and "
            "gives a wrong guess.)"),
        Case([[0.0, 0.0], [40.0, 0.0]], _TWO, 0.1, why="The first y is near a point, the second "
            "far from all. Each row needs its own largest exponent subtracted: "
            "exponent.max(axis=1, keepdims=True)."),
        Case([[0.5, 5.0], [0.51, 5.0]], _TWO, 0.1, why="Far from both points, and about half way "
            "between them: both count. Only differences of exponents matter: subtract the largest "
            "exponent of each y first."),
        Case([[0.3, 0.1]], _TWO, 0.5, rtol=1e-10, atol=1e-12, why="Right to six digits only: that "
            "was computed in single precision (float32). The next cells take differences of guesses "
            "that are nearly equal: keep y and the points as they are, float64."),
    ],
    speed=lambda: (np.random.default_rng(0).normal(size=(2000, 2)), np.eye(60, 2), 0.1),
    mistakes=[
        Mistake(lambda y, c, s: _guess(_exponent(y, c, s, power=1), c), "σ stands in the exponent "
            "without its square: it is a standard deviation, so the exponent is −‖y − c‖²/(2σ²)."),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, s, power=-2), c), "Brackets: d/2*sigma**2 "
            "multiplies by σ². Divide by (2 * sigma**2)."),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, s, half=4.0), c), "(2σ)² is 4σ²: the "
            "exponent is −‖y − c‖²/(2σ²). (Or was the mean of the two squares taken, not their sum?)"),
        Mistake(lambda y, c, s: _guess(-_exponent(y, c, s), c), "The minus in the exponent is "
            "missing: the farthest point would weigh most."),
        Mistake(lambda y, c, s: _guess(-(-_exponent(y, c, s, 0)) ** 0.5 / s**2 / 2**0.5, c), "The "
            "distance is squared in the exponent."),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, s), np.eye(len(c))), "Those are the weights, "
            "the posterior. The guess is the average of the points by them: weights @ points."),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, s, half=1.0), c), "The 2 is missing: the "
            "exponent is −‖y − c‖²/(2σ²)."),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, s), c) / len(c), "The weights sum to 1 already: "
            "add up weights times points, no mean over the points."),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, 1.0), c), "σ is not used."),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, 0.1), c), "σ was not used: the weights are "
            "those of σ = 0.1. Take the sigma that is handed over."),
        Mistake(lambda y, c, s: c[_exponent(y, c, s).argmax(axis=1)], "That is the nearest point: "
            "the most probable one, but not the guess with the smallest expected squared error, "
            "which is the average."),
        Mistake(_nearest_if_far, "Where all weights are 0 in floating point, the nearest point was "
            "taken. Another that is nearly as near then counts for nothing. Subtract the largest "
            "exponent of each y first: no y is an exception then."),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, s), c, "none", "none"), "The weights do not "
            "sum to 1 for each y: divide by their sum over the points."),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, s), c) - y, "That is the step from y to the "
            "best guess. Return the guess itself."),
        Mistake(lambda y, c, s: (_guess(_exponent(y, c, s), c) - y) / s**2, "That is the slope of "
            "ln p_σ, which comes next. Return the guess itself."),
        Mistake(lambda y, c, s: np.broadcast_to(c.mean(axis=0), y.shape), "That is the mean of all "
            "points, whatever y is: the guess before anything was seen."),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, s), c, None), "One number was subtracted "
            "from all rows: the largest exponent (smallest distance) of all y. A y far from every "
            "point then still has 0/0. Each row needs its own: axis=1, keepdims=True."),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, s), c, 0), "The largest exponent was taken "
            "over axis 0, the y, so each point lost another number and the weights changed. It "
            "must be the same number for all points of one y: axis=1, keepdims=True."),
        *(Mistake(lambda y, c, s, axis=axis: _guess(_exponent(y, c, s), c, axis, 0), "The weights "
            "were divided by their sum over axis 0, the y. They are one y's probabilities of the "
            "points and must sum to 1 over the points: axis=1, keepdims=True.") for axis in (0, 1)),
        Mistake(lambda y, c, s: _guess(_exponent(y, c, s), c, 1, "none"), "The weights do not sum "
            "to 1 for each y: the largest is 1, but divide them by their sum over the points, "
            "too."),
        *(Mistake(lambda y, c, s, axis=axis: _guess(_exponent(y, c, s), c, axis, None), "The weights "
            "sum to 1 over all y together. Each y has its own posterior: sum over the points, axis "
            "1, keepdims=True.") for axis in (None, 1)),
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
        (5.0, "The sign: r(y) − y = 0.8 − 1 is negative. The denoiser moves to the left because "
            "that is where the density is higher."),
        (-0.2, "That is the step r(y) − y. Divide it by σ²."),
        (-1.0, "That is the step divided by σ. It has to be σ², 0.04."),
        (-0.008, "The step was multiplied by σ²: r(y) − y = σ²·slope, so divide."),
        (20.0, "That divides r(y) by σ². The step is r(y) − y."),
    ],
    otherwise="r(y) − y = σ²·(slope of ln p_σ). Which of the three do you know?",
    hints=["Solve r(y) = y + σ²·slope for the slope. σ² is 0.2²."],
)  # fmt: skip

# ------------------------------------------------------------------------- along and across

along_or_across = book.question(
    "along_or_across",
    right="c",
    options={
        "a": "That would be right if the noise were narrower than the gaps between the points. "
            "Here it reaches over several neighbours, and a y that moves along the curve comes "
            "nearer to others of them.",
        "b": "That would leave y as it is, noise and all. A step across the curve leads to no "
            "other points, so the guess need not follow.",
        "c": "Right. A step along the curve brings y nearer to other points, and the guess follows: "
            "near 1. A step across it brings y nearer to none: the guess stays, near 0.",
        "d": "The other way round: along the curve there are other points to guess, across it "
            "there are none.",
    },
    hints=["Where are other points that y might come from: along the curve, or beside it?"],
)  # fmt: skip

slope_of_guess = book.estimate(
    "slope_of_guess",
    right=4.0,
    within=0.01,
    why="At y = 0 both answers are equally probable, so Var[x|y] = 1, and 1/σ² = 1/0.25 = 4: between "
    "two answers the guess moves faster than y. There the denoiser does not calm noise, it decides.",
    wrong=[
        (1.0, "The variance of −1 and 1, with ½ each, is 1; that of 0 and 1 would be ¼. Divide it by σ², "
            "which is 0.25."),
        (0.25, "The variance, 1, was multiplied by σ². Divide."),
        (2.0, "It has to be the variance, 1, over σ², 0.25. Is one of the two not squared, or is ½ the "
            "probability?"),
        (0.0, "That is r(0), the guess. Asked is how fast it moves with y."),
        (0.5, "dr/dy is Var[x|y]/σ². The variance of −1 and 1 is 1 (no probability, and not ¼), "
            "and σ² is 0.25."),
        (-4.0, "The sign: a variance is not negative. The guess moves the same way as y."),
    ],
    otherwise="dr/dy = Var[x|y]/σ². At y = 0 how probable are −1 and 1? What is the variance then?",
    hints=["At y = 0, −1 and 1 are equally probable. What is the variance of such an x?"],
)  # fmt: skip

# -------------------------------------------------------------------------- step by step


def _steps(rule, lowers=lambda sigmas: [*sigmas[1:], 0]):
    """An annealing with another rule for the next y."""

    def anneal(denoise, y, sigmas):
        first = y
        for sigma, lower in zip(sigmas, lowers(list(sigmas)), strict=False):
            y = rule(denoise(y, sigma), y, sigma, lower, first)
        return y

    return anneal


def _shrinks(y, sigma):
    """The best guess where clean numbers are standard normal."""
    return y / (1 + sigma**2)


def _two_answers(y, sigma):
    """The best guess where clean numbers are −1 or 1."""
    return np.tanh(y / sigma**2)


def _far(y, sigma):
    return 0.9 * y - 30 * sigma


_STEP = "Each next y is the guess plus lower/σ of y − guess; after the last σ, lower is 0."


_shrinks.__name__ = _two_answers.__name__ = _far.__name__ = "denoise"  # in Python's messages
_shrinks.__qualname__ = _two_answers.__qualname__ = _far.__qualname__ = "denoise"


def _one_call_for_each(answer):
    """A case: whether denoise is called once for each σ; or ''."""
    asked = []

    def denoise(y, sigma):
        asked.append(float(sigma))
        return _shrinks(y, sigma)

    answer(denoise, np.array([[1.0, -2.0], [0.5, 0.3]]), np.array([1.0, 0.5, 0.25]))
    if len(asked) == 3:
        return ""
    return (
        f"anneal(denoise, y, sigmas) called denoise {len(asked)} times for 3 σ and two rows of y."
        "\nThe numbers are right, but a guess costs a run of the network: keep it in a variable, "
        "and hand over y as a whole."
    )


def _as_told(sigma_of):
    """An annealing whose denoiser is told another σ: sigma_of(σ, next lower, first)."""

    def anneal(denoise, y, sigmas):
        for sigma, lower in zip(sigmas, [*sigmas[1:], 0], strict=True):
            guess = denoise(y, sigma_of(sigma, lower, sigmas[0]))
            y = guess + lower / sigma * (y - guess)
        return y

    return anneal


def _one_guess_for_all(denoise, y, sigmas):
    guess = denoise(y, sigmas[0])
    for sigma, lower in zip(sigmas, [*sigmas[1:], 0], strict=True):
        y = guess + lower / sigma * (y - guess)
    return y


def _two_at_the_end(denoise, y, sigmas):
    y = anneal.reference(denoise, y, sigmas)
    return denoise(y, sigmas[-1])


@book.exercise(
    returns="array",
    cases=[
        Case(_shrinks, [[1.0, -2.0]], [1.0, 0.3], show="denoise, y (1, 2), sigmas=[1, 0.3]",
            why=_STEP),
        Case(_shrinks, [[1.0, -2.0]], [1.0], show="denoise, y (1, 2), sigmas=[1]", why="With one "
            "σ there is one guess, and no noise is kept after it."),
        Case(_two_answers, [[0.3, -0.2], [0.05, 1.0]], [2.0, 1.0, 0.5, 0.1], show="denoise, "
            "y (2, 2), sigmas=[2.0, 1.0, 0.5, 0.1]", why=_STEP),
        *drawn(lambda rng: Case(_shrinks, rng.normal(size=(3, 4, 4, 1)), [1.3, 0.7, 0.6, 0.1],
            show="denoise, y (3, 4, 4, 1), sigmas=[1.3, 0.7, 0.6, 0.1]", why=_STEP), 2),
        Case(_far, [[900.0, -700.0, 2.5]], [2e3, 3.0, 1e-6, 5e-7], show="denoise, y (1, 3), "
            "sigmas=[2000, 3, 1e-6, 5e-7]", why="On any scale the same: nothing is clipped, "
            "and nothing added to σ."),
        _one_call_for_each,
    ],
    mistakes=[
        Mistake(_steps(lambda g, y, s, t, first: g), "The guess was taken as the next y, so no "
            "noise is left after the first step, and later guesses have nothing to decide. Keep "
            "lower/σ of y − guess."),
        Mistake(_steps(lambda g, y, s, t, first: g + t / s * (y - g), lambda a: a[1:]), "The "
            "loop ended at the last pair of σ, so there was no guess for the weakest noise (or, with lower = σ "
            "in the last step, it was undone), and some noise is left. The last lower has to be 0. (sigmas is an array: sigmas[1:] + [0] adds 0 "
            "to each entry, np.append(sigmas[1:], 0) puts it at the end.)"),
        Mistake(lambda f, y, sigmas: anneal.reference(f, y, sigmas[:-1]), "The loop ended one σ "
            "early: there is no guess for the weakest noise."),
        Mistake(lambda f, y, sigmas: anneal.reference(f, y, sigmas[::-1]), "The σ were taken in "
            "reverse. They fall as handed over: the strongest noise first."),
        Mistake(_steps(lambda g, y, s, t, first: np.clip(g + t / s * (y - g), 0, 1)), "The steps "
            "were clipped to [0, 1]. Noisy pictures lie outside, and have to."),
        Mistake(_steps(lambda g, y, s, t, first: g + s / t * (y - g) if t else g), "The ratio is "
            "upside down: lower/σ is below 1, the noise gets weaker."),
        Mistake(_steps(lambda g, y, s, t, first: g - t / s * (y - g)), "The sign: the noise that "
            "is kept is lower/σ·(y − guess), added to the guess."),
        Mistake(_steps(lambda g, y, s, t, first: y + t / s * (g - y)), "That keeps 1 − lower/σ of "
            "the noise, the share that should go: start from the guess, and keep lower/σ."),
        Mistake(_steps(lambda g, y, s, t, first: g + t * (y - g)), "The noise was multiplied by "
            "lower. y − guess is noise of σ: scale it by lower/σ."),
        Mistake(_steps(lambda g, y, s, t, first: g + (t / s) ** 2 * (y - g)), "The ratio is "
            "squared: that keeps too little noise. Deviations scale with lower/σ."),
        Mistake(_steps(lambda g, y, s, t, first: g + t / s * (first - g)), "y − guess was taken "
            "from the first y in every step. Use the y of this step."),
        Mistake(_steps(lambda g, y, s, t, first: g + (t / s) ** 0.5 * (y - g)), "The root is too "
            "much: deviations scale with lower/σ."),
        Mistake(_as_told(lambda s, t, first: t or s), "The denoiser was told the next, lower σ. The "
            "noise that is in y now has deviation σ: denoise(y, sigma)."),
        Mistake(_as_told(lambda s, t, first: first), "The denoiser was told the first σ in every "
            "step. The noise gets weaker: tell it the σ of this step."),
        Mistake(_one_guess_for_all, "The guess was made once. With less noise there is less doubt: "
            "guess anew in every step."),
        Mistake(lambda f, y, sigmas: f(anneal.reference(f, y, sigmas), 0.0), "That is one guess too many: "
            "the last step has already handed back the guess, and no noise is left."),
        Mistake(_two_at_the_end, "That is one guess too many: with lower = 0 the last step has "
            "already handed back the guess."),
        Mistake(lambda f, y, sigmas: f(y, sigmas[-1]), "That is one guess, at the weakest noise. y "
            "has to come down step by step, so that each guess meets the noise it is told."),
    ],
    hints=[
        "A loop over pairs: zip(sigmas, np.append(sigmas[1:], 0)) gives each σ and the next lower "
        "one, σ′.",
        "In the loop: guess = denoise(y, sigma), then y = guess + lower / sigma * (y - guess).",
    ],
)  # fmt: skip
def anneal(denoise, y, sigmas):
    """The last guess, of y's shape, when the noise in y is taken away in steps, sigmas falling.

    denoise(y, sigma) is the best guess for noise of deviation sigma.
    """
    for sigma, lower in zip(sigmas, [*sigmas[1:], 0], strict=True):
        guess = denoise(y, sigma)
        y = guess + lower / sigma * (y - guess)
    return y


# -------------------------------------------------------------------------- contractive penalty


def _mean(slope, length):
    """Mean over the samples of Σ_j slope²·length."""
    return ops.mean(ops.sum(slope**2 * length, axis=-1))


def _length(W):
    return ops.sum(W**2, axis=0)


def _jacobian(pixels):
    """A function that draws a case of contractive_penalty: 4 samples, 3 units, so many pixels."""
    return lambda rng: Case(
        rng.uniform(0.05, 0.95, (4, 3)),
        rng.normal(size=(pixels, 3)),
        show=f"h (4, 3), W ({pixels}, 3)",
        why="Of each sample Σ_j (h_j(1 − h_j))²·Σ_d W_dj²; then the mean over the samples.",
    )


@book.exercise(
    trains=True,
    batch=["h"],  # W has no batch axis
    cases=[
        *drawn(_jacobian(3)),
        *drawn(_jacobian(5)),
        Case([[0.5, 0.5]], [[1.0, 2.0]], why="h(1 − h) is 1/4 for both units: 1/16·(1 + 4)."),
        Case([[0.5, 0.5], [0.5, 1.0]], [[1.0, 2.0]], why="A saturated unit, h = 1, does not move "
            "and costs nothing."),
        Case([[1e-5, 0.9999]], [[9e4, 0.5], [-7e4, 60.0]], why="Weights count as they are, "
            "however large, and slopes, however small."),
    ],
    mistakes=[
        Mistake(lambda h, W: _mean((h * (1 - h)) ** 0.5, _length(W)), "h(1 − h) lacks its square: "
            "the Jacobian has one factor h(1 − h), its squared norm two."),
        Mistake(lambda h, W: ops.sum(W**2) + 0.0 * ops.sum(h), "The sigmoid's slope h(1 − h) is "
            "missing: that is weight decay, which does not ask where the units are saturated."),
        Mistake(lambda h, W: _mean(h * (1 - h), ops.sum(W**2)), "Each unit's slope belongs to its "
            "own weights: multiply unit by unit, then add up. Here every slope met the weights of "
            "all units."),
        Mistake(lambda h, W: _mean(h * (1 - h), ops.sum(W**2, axis=1)), "The weights were summed "
            "over the wrong axis. Unit j's weights are column j of W: sum over axis 0, the "
            "pixels."),
        Mistake(lambda h, W: _mean(h * (1 - h), _length(W)) * len(h), "That is summed over the "
            "samples; average over them, or the penalty depends on the batch size."),
        Mistake(lambda h, W: _mean(h * (1 - h), _length(W)) / h.shape[1], "The units were "
            "averaged, too: the squared norm is a sum over all entries of the Jacobian. Average "
            "over the samples only."),
        Mistake(lambda h, W: ops.sum((h * (1 - h)) ** 2 * _length(W), axis=-1), "That is one "
            "number for each sample: average them."),
        Mistake(lambda h, W: ops.mean(ops.sum((h * (1 - h)) ** 2 * _length(W), axis=-1) ** 0.5),
            "The root is too much: the penalty is the mean of the squared norms."),
        Mistake(lambda h, W: _mean(h * (1 - h), ops.sum(W, axis=0)), "The weights lack their "
            "square."),
        Mistake(lambda h, W: _mean(h, _length(W)), "That has h where h(1 − h) belongs, the slope."),
        Mistake(lambda h, W: _mean(h * (1 - h), ops.mean(W**2, axis=0)), "The squared norm is a sum "
            "over the pixels, not their mean."),
        Mistake(lambda h, W: ops.sum(ops.mean(h * (1 - h), axis=0) ** 2 * _length(W)), "The slopes "
            "were averaged over the samples before they were squared. Each sample has a Jacobian "
            "of its own: average at the end."),
        Mistake(lambda h, W: ops.mean(ops.sum(h * (1 - h) ** 2 * _length(W), axis=-1)), "Brackets: both "
            "factors of h(1 − h) are squared, (h * (1 − h)) ** 2."),
        Mistake(lambda h, W: _mean(h * (1 - h), 1.0), "W is missing: ∂h_j/∂x_d = h_j(1 − h_j)·W_dj."),
        Mistake(lambda h, W: _mean(h * (1 - h), _length(W) ** 0.5), "The length of each unit's weights "
            "lacks its square."),
        Mistake(lambda h, W: ops.mean(ops.sum((h * (1 - h)) ** 2 * _length(W), axis=0)), "Sum and mean "
            "are exchanged: sum over the units, mean over the samples."),
        Slip(lambda penalty: penalty**0.5, "The root is too much: the penalty is the squared "
            "norm."),
        Mistake(lambda h, W: _mean(h * (1 - h) * ops.sum(W, axis=0), 1), "The weights were added "
            "up and then squared: opposite ones cancel. Square first."),
        Mistake(lambda h, W: _mean(1 - h**2, _length(W)), "1 − h² is the slope of tanh. The "
            "sigmoid's is h(1 − h)."),
        Mistake(lambda h, W: contractive_penalty.reference(ops.sigmoid(h), W), "The sigmoid was "
            "applied again: h is its output already, so the slope is h(1 − h) as it stands."),
        Mistake(lambda h, W: ops.mean((h * (1 - h))[:, None] ** 2 * W**2), "That is the mean over "
            "all entries of the Jacobian: it is smaller by the number of units times the number of "
            "pixels. The squared norm is a sum over units and pixels; average over the samples "
            "only."),
    ],
    hints=[
        "∂h_j/∂x_d = h_j(1 − h_j)·W_dj. Square it, and sum over d and j: the sum over d touches W "
        "only.",
        "keras.ops.sum(W**2, axis=0) has shape (N,), the squared length of each unit's weights.",
    ],
)  # fmt: skip
def contractive_penalty(h, W):
    """Mean over samples of ‖∂h/∂x‖², the sum over all entries: a number.

    h = sigmoid(x W + b) has shape (M, N), W has shape (D, N).
    """
    slope = h * (1 - h)  # (M, N) of the sigmoid
    length = keras.ops.sum(W**2, axis=0)  # (N,) over the pixels d
    return keras.ops.mean(keras.ops.sum(slope**2 * length, axis=-1))


# ------------------------------------------------------------------------------- Hutchinson


def _pull(f, x, v, total=lambda a: ops.sum(a)):
    """Jᵀv of each sample."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = total(f(x) * v)
    return tape.gradient(y, x)


def _whole(f, x, v):
    """‖J‖² of each sample, from the whole Jacobian."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return ops.sum(tape.batch_jacobian(y, x) ** 2, axis=(1, 2))


def _squares(a):
    return ops.sum(a**2, axis=-1)


def _without_v(f, x, v):
    return _squares(_pull(f, x, 0 * v + 1))


def _along_v(f, x, v):
    return _squares(f(x))


def _bend(x):
    """A small nonlinear function from 3 numbers to 3, with a Jacobian that depends on x."""
    W = tf.constant([[1.0, -0.5, 0.2], [0.3, 2.0, -1.0], [0.0, 0.7, 1.5]])
    return tf.tanh(x @ W)


def _widen(x):
    """From 3 numbers to 2."""
    return tf.sin(x @ tf.constant([[1.0, -0.5], [0.3, 2.0], [0.4, 0.7]]))


def _square(x):
    return x**2


_AT3 = np.array([[0.1, -0.4, 0.3], [0.5, 0.2, -0.6]])
_V3 = np.array([[1.2, -0.7, 0.4], [0.3, 1.1, -1.5]])
_PULLED = (
    "Of each sample: the gradient of Σ_j v_j f_j(x) with respect to x is Jᵀv; sum its squares over "
    "the pixels."
)


def _watches_x_and_uses_v(answer):
    """A case: whether there is a gradient at all, and it is that of the v handed over; or ''."""
    call = "hutchinson(f, x (2, 3), v (2, 3))"
    x, v = tf.constant(_AT3, "float32"), tf.constant(_V3, "float32")
    watch = (
        "x is a tensor, so the tape must be told to watch it, tape.watch(x); and f(x), the product "
        "with v and the sum must be computed inside the with, after that."
    )
    try:
        first = answer(_bend, x, v)
        if isinstance(first, tuple):
            return ""
        if same(first, hutchinson.reference(_bend, x, v), 1e-4, 1e-6):
            tf.function(answer, autograph=False).get_concrete_function(_bend, x, v)
            return ""
        again, other = (answer(_bend, x, a) for a in (v, v[:, ::-1]))
    except Exception as error:  # other errors are told by the next cases
        text = str(error)
        if "tf.Variable" in text or "Unable to lift" in text:
            return (
                f"{call} makes a tf.Variable.\nIt runs inside `fit`, where none can be made. Watch "
                "the tensor that you were given instead: tape.watch(x)."
            )
        none = any(word in text for word in ("NoneType", "None values", "(None)"))
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
    known = (f(_bend, x, v) for f in (_without_v, _whole, _along_v))  # which have their own words
    if same(other, first, 1e-4, 1e-6) and not any(same(first, k, 1e-4, 1e-6) for k in known):
        return (
            f"{call} gives the same for another v.\n"
            "So v is ignored. Use the v that is handed over: the caller has drawn it."
        )
    return ""


@book.exercise(
    trains=True,
    untrained=["v"],
    cases=[
        _watches_x_and_uses_v,
        Case(_widen, _AT3, _V3[:, :2], show="f, x (2, 3), v (2, 2)", why=_PULLED),
        *drawn(lambda rng: Case(_bend, rng.normal(size=(4, 3)), rng.normal(size=(4, 3)),
            why=_PULLED, show="f, x (4, 3), v (4, 3)"), 1),  # a trace of a Jacobian takes its time
        Case(_square, [[600.0, -700.0, 20.0]], [[-900.0, 0.5, 60.0]], why=_PULLED),
    ],
    mistakes=[
        Mistake(lambda f, x, v: ops.sum(_pull(f, x, v), axis=-1), "The square is missing: the "
            "entries of Jᵀv cancel each other."),
        Mistake(_without_v, "v is not used. That is the squared gradient of the sum of the "
            "outputs, in which opposite slopes cancel; the random v keeps them apart."),
        Mistake(lambda f, x, v: _squares(_pull(f, x, v / ops.norm(v, axis=-1, keepdims=True))), "v "
            "was scaled to length 1. Then the mean over many v is ‖J‖²/N: each entry needs "
            "variance 1, so take v as it is handed over."),
        Slip(lambda norms: norms / 3, "That is the mean over the pixels; the squared norm is a "
            "sum."),
        Slip(lambda norms: norms**0.5, "That is the norm. Only its square has the right "
            "expectation: the root of an average is not the average of roots."),
        Slip(lambda norms: ops.mean(norms), "That is the average over the samples. Return one "
            "number for each."),
        Mistake(_along_v, "That is the gradient with respect to v, which is f(x) itself. "
            "Differentiate with respect to x."),
        Mistake(lambda f, x, v: _squares(_pull(f, x, v, lambda a: ops.mean(a, axis=-1))), "v_j f_j "
            "was averaged over j before the gradient was taken. Sum: keras.ops.sum(f(x) * v)."),
        Mistake(lambda f, x, v: ops.sum(_pull(f, x, v), axis=-1) ** 2, "First square, then sum: "
            "otherwise the entries of Jᵀv cancel each other."),
        Mistake(lambda f, x, v: ops.sum(_pull(f, x, v) ** 2, axis=0), "The sum ran over the samples. "
            "Sum over the pixels, axis=-1."),
        Mistake(lambda f, x, v: _squares(_pull(f, x, v, lambda a: ops.mean(ops.sum(a, axis=-1)))),
            "Σ_j v_j f_j was averaged over the samples before the gradient was taken. Sum over them, "
            "too: a sample's gradient depends on it alone."),
        Mistake(_whole, "v is not used. That is ‖J‖² from the whole Jacobian, which takes a pass "
            "for each output. ‖Jᵀv‖² is its estimate from one pass: the gradient of Σ_j v_j "
            "f_j(x)."),
        Mistake(lambda f, x, v: _squares(_pull(f, x, v, ops.mean)), "Σ_j v_j f_j was averaged "
            "before the gradient was taken, so every slope was divided by the number of entries of "
            "f(x). Sum them: keras.ops.sum(f(x) * v)."),
        Slip(lambda norms: ops.sum(norms), "That is one number for the whole batch: it was summed "
            "over the samples, too. Sum over the pixels only, axis=-1."),
        Mistake(lambda f, x, v: _pull(f, x, v) ** 2, "Those are the squared entries of Jᵀv: add "
            "them up over the pixels, the last axis."),
        Mistake(lambda f, x, v: ops.sum(f(x) * v, axis=-1) ** 2, "That is (Σ_j v_j f_j)² itself. "
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
