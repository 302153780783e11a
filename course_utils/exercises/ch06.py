"""The exercises of chapter 06, variational autoencoders."""

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, Slip, drawn

keras = Lazy("keras")
ops = Lazy("keras.ops")
book = Book(6)
summary = book.summary

_FAR = "Any numbers will do: nothing has to be clipped."
_DOUBLE = "In double precision (float64), NumPy's own: the chapter compares to 1e-9."

# ----------------------------------------------------------------------------- reconstruction error


def _bce(x, logits):
    return ops.softplus(logits) - x * logits


_BATCH_MEAN = (
    "That is the batch's average. Return one number for each picture: what averages, comes later."
)
_CROSS_ENTROPY = "−Σ[x ln p + (1 − x) ln(1 − p)] with p = sigmoid(logits), over the pixels."
_IN_FULL = (
    "To float32 exp(1000) is inf, a sigmoid is exactly 0 or 1 there, and log 0 is −inf. Clipping "
    "a probability or a logit, or adding a small number (as a loss of Keras does without "
    "from_logits=True) hides the price: pixels that are confidently wrong never learn. Use the "
    "softplus form of chapter 01: softplus(logits) − x·logits."
)


@book.exercise(
    trains=True,
    untrained=["x"],
    cases=[
        Case([[0.0, 1.0, 0.3], [0.5, 0.9, 0.0]], [[-1.0, 2.0, 0.5], [0.2, -0.7, 1.5]],
             why=_CROSS_ENTROPY),
        Case([[1.0, 0.0]], [[0.0, 0.0]], why="At logit 0, p is ½: each pixel costs ln 2.",
             gradient=False),
        *drawn(lambda rng: Case(rng.random((3, 5)), rng.normal(0, 3, (3, 5)), why=_CROSS_ENTROPY)),
        Case([[0.0, 1.0, 0.5]], [[1000.0, -1000.0, 1000.0]], why=_IN_FULL),
        Case([[0.0, 1.0]], [[30.0, -30.0]], why=_IN_FULL),
        Case([[0.0, 1.0]], [[-1000.0, 1000.0]], why="Pixels that are confidently right cost "
             "nothing. The greys are used as they are, 0 and 1 too."),
    ],
    mistakes=[
        Mistake(lambda x, z: ops.mean(_bce(x, z), axis=-1), "That is averaged over the pixels. "
                "The −ln p of a picture is the sum of theirs; later it stands beside a KL, and a "
                "784th of it would weigh next to nothing. Sum over the last axis."),
        Mistake(lambda x, z: 784 * ops.mean(_bce(x, z), axis=-1), "The width is not always 784. A "
                "sum over the last axis is right for any number of pixels."),
        Slip(lambda loss: ops.sum(loss), "That is one number for the whole batch. Return one for "
             "each picture."),
        Slip(lambda loss: ops.mean(loss), _BATCH_MEAN),
        Mistake(lambda x, z: ops.mean(_bce(x, z)), "That is one number, averaged over pixels and "
                "pictures, as losses in keras.losses do. Sum over the pixels: a number for each "
                "picture."),
        Mistake(lambda x, z: bernoulli_loss.reference(1 - x, z), "x and 1 − x are exchanged: where "
                "the picture is white, p should be large."),
        Mistake(lambda x, z: ops.sum(_bce(-x, z), axis=-1), "The sign of the second part: "
                "softplus(logits) − x·logits."),
        Mistake(_bce, "That is the cost of each pixel. Sum over the pixels, the last axis: one "
                "number for each picture."),
        Mistake(lambda x, z: bernoulli_loss.reference(z, x), "The picture and the logits are "
                "swapped: the logits belong into the softplus."),
        Mistake(lambda x, z: ops.sum(_bce(x, z), axis=0), "The sum ran over the pictures. It runs "
                "over the pixels: the last axis."),
        Slip(lambda loss: -loss, "The sign is wrong: that is ln p(x|z), which training should make "
             "large; the loss is its negative."),
        Mistake(lambda x, z: ops.sum(_bce(1, z) * x - _bce(0, z) * (1 - x), axis=-1), "The minus "
                "reached only the first term. It stands before the whole bracket and negates "
                "both."),
        Mistake(lambda x, z: ops.sum((x - ops.sigmoid(z)) ** 2, axis=-1), "That is a squared "
                "error: the −ln p of a Gaussian (but for a factor). Here each pixel is a coin."),
        Mistake(lambda x, z: ops.sum(_bce(1, z) * x, axis=-1), "The dark pixels are missing: (1 − "
                "x)·ln(1 − p). A white picture would cost nothing."),
        Mistake(lambda x, z: ops.sum(_bce(0, z) * (1 - x), axis=-1), "The lit pixels are missing: "
                "x·ln p. A black picture would cost nothing."),
        Mistake(lambda x, z: bernoulli_loss.reference(x, ops.sigmoid(z)), "A sigmoid was applied "
                "first, and its result used as a logit. The softplus form wants the logits."),
        Mistake(lambda x, z: ops.sum(ops.binary_crossentropy(x, z), axis=-1), "The logits were "
                "taken for probabilities. These are logits: from_logits=True."),
        Mistake(lambda x, z: keras.losses.binary_crossentropy(x, z), "The logits were taken for "
                "probabilities, and the pixels averaged. These are logits: from_logits=True; and "
                "sum over the pixels."),
    ],
    hints=[
        "You have written it before, in chapter 01: softplus(logits) − x·logits for each pixel.",
        "Then the sum over the last axis, the pixels.",
    ],
)  # fmt: skip
def bernoulli_loss(x, logits):
    """−ln p(x|z) of each picture, nats, (batch,): x in [0, 1] and logits, both (batch, pixels)."""
    return keras.ops.sum(keras.ops.softplus(logits) - x * logits, axis=-1)


# --------------------------------------------------------------------------- coverage and density

_BALLS = (
    "Coverage: the share of balls (rows) with a sample in them. Density: how many balls a sample "
    "(column) lies in, on average over the samples, divided by k."
)
_SEVERAL = "A sample may lie in more than k balls, and a ball may hold many samples."


@book.exercise(
    cases=[
        Case([[1.0, 8.0, 4.0, 2.0], [5.0, 2.0, 8.0, 9.0], [1.0, 2.0, 4.0, 3.0]], [3.0, 6.0, 0.5],
             2, why=_BALLS),
        Case([[1.0, 1.0, 1.0, 0.5], [0.1, 3.0, 0.2, 0.4], [9.0, 9.0, 8.0, 7.0]], [2.0, 4.0, 5.0],
             1, why=_SEVERAL),
        Case([[4.0, 7.0, 8.0], [5.0, 6.0, 9.0]], [1.0, 2.0], 3, why="No sample in any ball: both "
             "are 0."),
        Case([[30.0, 2.0], [90.0, 99.0], [5.0, 95.0]], [81.0, 25.0, 16.0], 1, why="Distances and "
             "reaches are both squared: compare them as they are."),
        Case([[3e5, 9e5, 6e5], [7e5, 2e5, 9e5]], [8e5, 4e5], 2, why=_FAR),
        *drawn(lambda rng: Case(rng.uniform(0, 9, (6, 8)), rng.uniform(0.5, 3, 6),
               int(rng.integers(2, 5)), why=_BALLS)),
    ],
    mistakes=[
        Slip(lambda r: r[::-1], "They came in the other order: coverage first, then density."),
        Mistake(lambda d, r, k: (_inside(d, r).any(axis=0).mean(),
                                 coverage_and_density.reference(d, r, k)[1]), "The density is "
                "right. The first is the share of samples that lie in some ball (precision): it "
                "does not notice what is never drawn. Coverage is the share of balls that hold a "
                "sample: any along axis 1."),
        Mistake(lambda d, r, k: (_inside(d, r).any(axis=1).mean(), _inside(d, r).sum(axis=0).mean()),
                "The coverage is right. The density is still to be divided by k: that many balls "
                "hold a real picture, about."),
        Mistake(lambda d, r, k: (_inside(d, r).any(axis=1).mean(), _inside(d, r).mean() / k),
                "The coverage is right. The density averages over the samples only: how many balls "
                "a sample lies in, the sum over axis 0, not the share of balls."),
        Mistake(lambda d, r, k: (_inside(d, r).any(axis=1).mean(),
                                 _inside(d, r).sum(axis=1).mean() / k), "The coverage is right. "
                "That counts samples in a ball; the density counts balls around a sample: sum "
                "along axis 0, mean over the samples."),
        Mistake(lambda d, r, k: (_inside(d, r).any(axis=1).mean(), _inside(d, r).any(axis=0).mean()),
                "The coverage is right. The second is the share of samples that lie in some ball; "
                "the density counts in how many, over k."),
        Mistake(lambda d, r, k: coverage_and_density.reference(d, np.sqrt(r), k), "Distances and "
                "reach both come squared: compare them as they are. Here the root of reach was "
                "taken, or the distances were squared once more."),
        Mistake(lambda d, r, k: coverage_and_density.reference(d, r**2, k), "Distances and reach "
                "both come squared: compare them as they are. Here reach was squared once more, or "
                "the root of the distances taken."),
        Mistake(lambda d, r, k: (_inside(d, r).any(axis=0).mean(),
                                 _inside(d, r).sum(axis=1).mean() / k), "The axes are exchanged: "
                "rows are balls, columns are samples. Coverage goes over the balls, density over "
                "the samples."),
        Mistake(lambda d, r, k: coverage_and_density.reference(-d, -r, k), "That counts samples "
                "outside the balls. Inside, the distance is smaller than the reach."),
        Mistake(lambda d, r, k: (_inside(d, r).sum(axis=1).mean(),
                                 coverage_and_density.reference(d, r, k)[1]), "The density is "
                "right. For the coverage a ball counts once, however many samples are in it: any, "
                "not sum."),
        Mistake(lambda d, r, k: ((_inside(d, r).sum(axis=1) >= k).mean(),
                                 coverage_and_density.reference(d, r, k)[1]), "The density is "
                "right. For the coverage one sample in the ball is enough; k only sets how far "
                "the balls reach."),
        Mistake(lambda d, r, k: (_inside(d, r).any(axis=1).sum(),
                                 coverage_and_density.reference(d, r, k)[1]), "The density is "
                "right. The coverage is a share: divide the number of balls by how many there are."),
        Mistake(lambda d, r, k: (_inside(d, r).any(axis=1).mean(),
                                 _inside(d, r).sum(axis=0).mean() / 5), "The coverage is right. "
                "The density is divided by k, an argument, not by 5."),
        Slip(lambda r: (100 * r[0], r[1]), "The coverage is a share, 0 to 1, not a percentage."),
    ],
    hints=[
        "squared < reach[:, None] says which sample (column) lies in which ball (row).",
        "Coverage: in which rows is there any? Density: count along the other axis.",
    ],
    speed=lambda: (np.ones((2000, 2000)), np.ones(2000), 5),
)  # fmt: skip
def coverage_and_density(squared, reach, k):
    """Share of balls with a sample in them, and how many balls a sample lies in, over k.

    `squared`, (real, samples), holds squared distances, `reach`, (real,), the squared radii of the
    balls around the real pictures.
    """
    inside = squared < reach[:, None]
    return inside.any(axis=1).mean(), inside.sum(axis=0).mean() / k


def _inside(squared, reach):
    return squared < reach[:, None]


# -------------------------------------------------------------------------------- the known model

_X, _W, _B = np.array([1.5, 1.0]), np.array([2.0, 1.0]), np.array([0.5, -0.5])
_LINE = "x=[1.5, 1], w=[2, 1], b=[0.5, −0.5], s="
_THREE = (np.array([0.2, -1.0, 0.7]), np.array([1.0, 0.5, -2.0]), np.zeros(3))
_LINE_3 = "x=[0.2, −1, 0.7], w=[1, 0.5, −2], b=[0, 0, 0], s="
_LARGE = [1.5e5, -2.2e5], [6e4, -9e4], [5.5e4, -7e4], 2000.0  # x, w, b, s
_PARABOLA = (
    "The precision is 1 + w·w/s²; the mean is w·(x − b)/s² divided by it; the variance is one over "
    "it."
)


@book.exercise(
    cases=[
        Case(_X, _W, _B, 0.5, show=_LINE + "0.5", why=_PARABOLA),
        Case(_X, _W, _B, 2.0, show=_LINE + "2", why=_PARABOLA),
        Case(*_THREE, 0.8, show=_LINE_3 + "0.8", why="It must work for any number of pixels."),
        Case(*_LARGE, why="The numbers may be large, and the posterior narrow: nothing has to be "
             "clipped, and a coarse grid misses it."),
        Case(_X, _W, _B, 0.001, rtol=1e-5, atol=0, show=_LINE + "0.001", why="s may be small: "
             "nothing has to be added to it. (The posterior is then narrow, and a coarse grid "
             "misses it.)"),
        Case([15.0, 10.0], [1.0, 0.5], [0.0, 0.0], 0.5, why="The mean may lie far out, where a "
             "grid around 0 does not reach. There are formulas for both."),
        *drawn(lambda rng: Case(*rng.normal(size=(3, 4)), rng.uniform(0.5, 2), why=_PARABOLA)),
        Case(*_THREE, 0.7, rtol=1e-9, atol=0, show=_LINE_3 + "0.7", why=_DOUBLE),
    ],
    mistakes=[
        Mistake(lambda x, w, b, s: (w @ (x - b) / (w @ w), s**2 / (w @ w)), "That is what the data "
                "say alone: least squares. The prior N(0, 1) is one more observation, of z = 0; it "
                "adds 1 to the precision and draws the mean towards 0."),
        Slip(lambda r: (r[0], r[1] ** 0.5), "The mean is right. The second number is the "
             "deviation; the variance was asked for."),
        Slip(lambda r: (r[0], 1 / r[1]), "The mean is right. The second number is the precision; "
             "the variance is one over it."),
        Mistake(lambda x, w, b, s: infer.reference(x, w, b, s**0.5), "s was used as a variance. It "
                "is a deviation: the noise has variance s²."),
        Mistake(lambda x, w, b, s: infer.reference(x, w, 0, s), "b was not subtracted: the line "
                "goes through b at z = 0."),
        Slip(lambda r: (r[0] / r[1], r[1]), "The variance is right. The mean has to be multiplied "
             "by it: w·(x − b)/s² still has to be divided by the precision."),
        Slip(lambda r: r[::-1], "They came in the other order: the mean first, then the variance."),
        Slip(lambda r: (-r[0], r[1]), "The variance is right. The sign of the mean is wrong: what "
             "the noise leaves is x − b, not b − x."),
        Mistake(lambda x, w, b, s: (w @ (x - b) / (s**2 + w @ w), 1 / (s**2 + w @ w)), "The mean "
                "is right. The variance is one over the precision 1 + w·w/s², which is s²/(s² + "
                "w·w)."),
        Mistake(lambda x, w, b, s: (w @ (x - b) / (s**2 + w @ w / 2), 1 / (1 + w @ w / s**2 / 2)),
                "The precision is 1 + w·w/s²: the ½ of the exponent is that of −½·precision·z²."),
        Mistake(lambda x, w, b, s: (w @ (x - b) / (s**2 + w.sum()), s**2 / (s**2 + w.sum())), "The "
                "precision has Σw in it where Σw² belongs: 1 + w·w/s². A pixel that falls with z "
                "tells as much about it as one that rises, so the sign of w must not matter."),
    ],
    hints=[
        "As a function of z, ln p(z) + ln p(x|z) = −½z² − Σ(x − wz − b)²/(2s²) + a constant: a "
        "parabola, so p(z|x) is a Gaussian.",
        "The factor of −½z² is the precision 1 + w·w/s²: one over the variance.",
        "Where is the top of the parabola? Its slope there is 0: −z + w·(x − wz − b)/s² = 0.",
    ],
)  # fmt: skip
def infer(x, w, b, s):
    """Mean and variance, two numbers, of p(z|x), if z ~ N(0, 1) and x|z ~ N(w·z + b, s²·I).

    The arrays x, w and b have shape (D,).
    """
    precision = 1 + w @ w / s**2  # of the prior, and of D pixels
    return w @ (x - b) / s**2 / precision, 1 / precision


# --------------------------------------------------------------------------------------- the ELBO


def _kl(m, v, *rest):
    return (v - np.log(v) - 1 + m**2) / 2


def _kl_to_posterior(m, v, *model):
    mean, variance = infer.reference(*model)
    return _kl((m - mean) / variance**0.5, v / variance)


def _elbo_by(args, scatter=None, half=2):
    """The ELBO, with another term for the scatter of z, or another factor of the square."""
    m, v, x, w, b, s = args
    square = np.sum((x - w * m - b) ** 2) + (v * (w @ w) if scatter is None else scatter)
    return -square / (half * s**2) - len(x) / 2 * np.log(2 * np.pi * s**2) - _kl(m, v)


_CLOSED = (
    "E_q ln p(x|z) is −[Σ(x − wm − b)² + v·w·w]/(2s²) − (D/2)·ln(2πs²); from it goes ½(v − ln v − "
    "1 + m²). These are formulas; draws would only come near."
)


@book.exercise(
    cases=[
        Case(0.3, 0.2, _X, _W, _B, 0.5, show="m=0.3, v=0.2, " + _LINE + "0.5", why=_CLOSED),
        Case(-1.0, 2.0, _X, _W, _B, 1.5, show="m=−1, v=2, " + _LINE + "1.5", why=_CLOSED),
        Case(0.0, 1.0, _X, _W, _B, 1.0, show="m=0, v=1, " + _LINE + "1", why="With q equal to the "
             "prior the KL is 0, and only E_q ln p(x|z) remains."),
        Case(0.4, 0.3, *_THREE, 0.8, show="m=0.4, v=0.3, " + _LINE_3 + "0.8", why="It must work "
             "for any number D of pixels: the constant of the Gaussian comes D times."),
        Case(0.5, 1e-7, _X, _W, [0.5, 0.5], 1e-3, show="m=0.5, v=1e−7, x=[1.5, 1], w=[2, 1], "
             "b=[0.5, 0.5], s=0.001", why="v and s may be small: nothing has to be added to them."),
        Case(2000.0, 3000.0, *_LARGE, why="Any numbers will do, also a q far from 0: nothing has "
             "to be clipped."),
        *drawn(lambda rng: Case(rng.normal(), rng.uniform(0.1, 3), *rng.normal(size=(3, 4)),
               rng.uniform(0.5, 2), why=_CLOSED)),
        Case(0.4, 0.3, *_THREE, 0.7, rtol=1e-9, atol=0, show="m=0.4, v=0.3, " + _LINE_3 + "0.7",
             why=_DOUBLE),
    ],
    mistakes=[
        Mistake(lambda *a: elbo.reference(*a) + a[1] * (a[3] @ a[3]) / (2 * a[5] ** 2), "z was put "
                "at its mean m. It has a variance v, and that costs: E(x − wz − b)² = (x − wm − "
                "b)² + v·w² for each pixel. Without this term the bound can exceed ln p(x)."),
        Mistake(lambda *a: elbo.reference(*a) + 2 * _kl(*a), "The KL was added. It is the price of "
                "the code: subtract it."),
        Mistake(lambda *a: elbo.reference(*a) - _kl(*a), "The ½ of the KL is missing: ½(v − ln v − "
                "1 + m²)."),
        Mistake(lambda *a: elbo.reference(*a) - (len(a[2]) - 1) * _kl(*a), "The KL was subtracted "
                "for each pixel. There is one code, and it is paid for once."),
        Mistake(lambda *a: _elbo_by(a, scatter=a[1]), "v·w·w belongs to the expected square: the "
                "code's variance reaches pixel i w_i times. Here w² is missing."),
        Mistake(lambda *a: _elbo_by(a, scatter=a[1] * len(a[2])), "v·w·w belongs to the expected "
                "square: the code's variance reaches pixel i w_i times. Here w² is missing."),
        Mistake(lambda *a: _elbo_by(a, half=1), "The square is divided by 2s², not by s²."),
        Mistake(lambda m, v, *a: elbo.reference(m, v, *a) + _kl(m, v) - _kl(m, v**2), "v was taken "
                "for a deviation in the KL; it is the variance of q."),
        Mistake(lambda *a: elbo.reference(*a) + _kl(*a) - _kl_to_posterior(*a), "The KL that is "
                "subtracted is the one from q to the prior, N(0, 1), not to p(z|x)."),
        Mistake(lambda *a: elbo.reference(*a) + _kl(*a), "That is E_q ln p(x|z) alone: the KL from "
                "q to the prior is still to be subtracted."),
        Mistake(lambda *a: elbo.reference(*a) + (len(a[2]) - 1) / 2 * np.log(2 * np.pi * a[5] ** 2),
                "The constant −½·ln(2πs²) belongs to every pixel: it comes D times."),
        Mistake(lambda *a: elbo.reference(*a) + len(a[2]) / 2 * np.log(2 * np.pi * a[5] ** 2),
                "The constant −(D/2)·ln(2πs²) is missing. It does not move the maximum, but "
                "without it the number is no bound on ln p(x)."),
        Mistake(lambda *a: elbo.reference(*a) + len(a[2]) / 2 * np.log(a[5]), "The constant has "
                "the noise's variance in it: −½·ln(2πs²) for each pixel, not −½·ln(2πs)."),
        Slip(lambda bound: -bound, "The sign is wrong: that is the loss, −ELBO."),
        Mistake(lambda m, v, x, w, b, s: elbo.reference(m, v, x, w, 0, s), "b is missing: the line "
                "is wz + b."),
        Mistake(lambda *a: elbo.reference(*a[:5], a[5] ** 0.5), "s was used as a variance. It is a "
                "deviation: the noise has variance s²."),
        Mistake(lambda m, v, *a: elbo.reference(m, v**2, *a), "v was taken for a deviation; it is "
                "the variance of q."),
        Mistake(lambda m, v, *a: elbo.reference(*infer.reference(*a), *a), "That is ln p(x): that "
                "is the truth, not the bound. The ELBO depends on the guess q = N(m, v), and lies "
                "lower by the KL from q to p(z|x)."),
    ],
    hints=[
        "Two terms: the expected log-likelihood, minus the KL.",
        "If z has mean m and variance v, then E(c − wz)² = (c − wm)² + w²v.",
        "The KL of N(m, v) from N(0, 1) is ½(v − ln v − 1 + m²), as in chapter 01.",
    ],
)  # fmt: skip
def elbo(m, v, x, w, b, s):
    """E_q ln p(x|z) − KL(q‖p(z)) in nats, with q = N(m, v) and p(z) = N(0, 1).

    The model is x|z ~ N(w·z + b, s²·I).
    """
    square = np.sum((x - w * m - b) ** 2) + v * (w @ w)  # E_q of the squared distance
    expected = -square / (2 * s**2) - len(x) / 2 * np.log(2 * np.pi * s**2)
    return expected - (v - np.log(v) - 1 + m**2) / 2


# ------------------------------------------------------------------------------------ two gradients


@book.exercise(
    cases=[
        Case([4.0, 0.25, 1.0, 9.0], [4.0, -1.0, 2.0, -6.0], 2.0, [0.5, -1.0, 0.25, -2.0],
             why="Pathwise: f′(z), because z moves as fast as μ. Score: f(z)·ε/σ. One entry for "
             "each draw."),
        Case([1.0, 2.0], [3.0, 4.0], 0.5, [1.0, -1.0], why="Pathwise: f′(z). Score: f(z)·ε/σ."),
        Case([5.0], [7.0], 1.0, [0.0], why="At ε = 0 the draw is the mean: the score is 0 there, "
             "the slope of f is not."),
        Case([7e5, -8e5], [9e5, -6e5], 1e-5, [6e5, -9e5], why=_FAR),
        *drawn(lambda rng: Case(*rng.normal(size=(2, 5)), rng.uniform(2, 4), rng.normal(size=5),
               why="Pathwise: f′(z). Score: f(z)·ε/σ.")),
    ],
    mistakes=[
        Mistake(lambda f, g, s, e: (g, (f - np.mean(f)) * e / s), "The first is right. The second "
                "has a baseline subtracted: good, but the chapter does that itself, outside, and "
                "wants both to compare."),
        Mistake(lambda f, g, s, e: (g * s, f * e / s), "The second is right. ∂z/∂μ is 1, not σ: z = "
                "μ + σ·ε."),
        Mistake(lambda f, g, s, e: (g, f * e * s), "The first is right. The score is (z − μ)/σ² = "
                "ε/σ: divide by σ."),
        Mistake(lambda f, g, s, e: (g, f * e), "The first is right. The score ∂ ln q/∂μ is (z − "
                "μ)/σ² = ε/σ: the division by σ is missing."),
        Mistake(lambda f, g, s, e: (g, f * e / s**2), "The first is right. (z − μ)/σ² is σ·ε/σ² = "
                "ε/σ: you divided by σ once too often."),
        Mistake(lambda f, g, s, e: (g * e, f * e / s), "The second is right. f′(z)·ε is the "
                "gradient with respect to σ. With respect to μ, ∂z/∂μ = 1."),
        Mistake(lambda f, g, s, e: (g, g * e / s), "The first is right. The score function needs "
                "no slope of f: multiply the value f(z) by ε/σ."),
        Mistake(lambda f, g, s, e: (g, e / s), "The first is right. The second is the score "
                "itself: multiply it by f(z)."),
        Slip(lambda r: (np.mean(r[0]), np.mean(r[1])), "Those are averages over the draws. Return "
             "one estimate for each draw: we want to see how they scatter."),
        Slip(lambda r: r[::-1], "They came in the other order: pathwise first, then score."),
        Slip(lambda r: (r[0], -r[1]), "The first is right. The score's sign is wrong: ln q = −(z − "
             "μ)²/(2σ²) + …, and its slope with respect to μ is +(z − μ)/σ²."),
    ],
    hints=[
        "Pathwise: the chain rule, f′(z)·∂z/∂μ, with z = μ + σ·ε.",
        "Score: f(z)·∂ ln q(z)/∂μ, with ln q = −(z − μ)²/(2σ²) + a constant.",
        "z − μ is σ·ε.",
    ],
    speed=lambda: (np.ones(200_000), np.ones(200_000), 1.0, np.ones(200_000)),
)  # fmt: skip
def two_gradients(f, slope, sigma, epsilon):
    """Estimates of ∂E f(z)/∂μ, pathwise and by the score: two arrays, (draws,).

    At the draws z = μ + σ·ε, f holds f(z) and slope holds f′(z).
    """
    return slope, f * epsilon / sigma


# -------------------------------------------------------------------------------------- the sampler


_FROM_EPSILON = (
    "z_mean + σ·epsilon: σ is the root of the variance, exp(½·z_log_var), and epsilon is all the "
    "noise: nothing is drawn inside."
)


@book.exercise(
    trains=True,
    untrained=["epsilon"],
    cases=[
        Case([[0.5, -1.0], [2.0, 0.0], [0.1, 0.2]], [[-1.0, 0.6], [0.4, -2.0], [-0.5, 1.0]],
             [[0.7, -1.2], [-0.3, 0.8], [1.5, 0.4]], show="z_mean, z_log_var, epsilon, each (3, 2)",
             why=_FROM_EPSILON),
        Case([[0.0]], [[np.log(0.25)]], [[1.0]], show="[[0]], [[ln 0.25]], [[1]]", why="A variance "
             "of 0.25 is a deviation of 0.5."),
        Case([[1.0, 2.0]], [[-1.5, 0.5]], [[0.0, 0.0]], show="[[1, 2]], [[−1.5, 0.5]], [[0, 0]]",
             why="Where epsilon is 0, z is the mean."),
        Case([[6e5, -7e5, 0.0, 0.0]], [[-6.0, 6.0, 80.0, -30.0]], [[9e5, -6e5, 1.0, 2e4]], why="σ "
             "may be any number: exp(½·(−6)) is 0.05, like the bubbles of the chapter. Nothing "
             "has to be added or clipped."),
        Case([[0.0, 0.0, 0.0]], [[-200.0, -95.0, 160.0]], [[1e30, 1.0, 1.0]], why="σ may be as "
             "small or large as this: nothing has to be added or clipped. But exp(−200) is 0 to "
             "float32, where a square root has an infinite slope, and exp(160) is inf. Take the "
             "root in the exponent, and multiply by it: exp(½·z_log_var)."),
        *drawn(lambda rng: Case(*rng.normal(size=(3, 4, 3)), why=_FROM_EPSILON)),
    ],
    mistakes=[
        Mistake(lambda m, lv, e: m + ops.exp(lv) * e, "exp(z_log_var) is the variance σ², not the "
                "deviation σ. A variance of 0.25 needs noise of size 0.5, not 0.25: "
                "exp(½·z_log_var)."),
        Mistake(lambda m, lv, e: m + ops.exp(-0.5 * lv) * e, "The sign in the exponent is wrong: σ "
                "is exp(+½·z_log_var). With the minus it is 1/σ: where the encoder is least sure, "
                "the noise would be smallest."),
        Mistake(lambda m, lv, e: m + lv * e, "z_log_var is a logarithm, often negative: take "
                "exp(½·z_log_var) first."),
        Mistake(lambda m, lv, e: m + ops.exp(0.5 * lv) * e + e, "The noise was added twice, once "
                "scaled by σ and once as it is. epsilon enters only as σ·epsilon."),
        Mistake(lambda m, lv, e: m + 2 * ops.exp(0.5 * lv) * e, "The noise was added twice: z has "
                "deviation 2σ."),
        Mistake(lambda m, lv, e: m + e, "The noise is not scaled: multiply epsilon by σ."),
        Mistake(lambda m, lv, e: m + ops.exp(0.5 * lv), "epsilon is not used: every draw would be "
                "the same point, one σ from the mean."),
        Mistake(lambda m, lv, e: ops.exp(0.5 * lv) * e, "The mean is missing."),
        Mistake(lambda m, lv, e: m + ops.exp(0.25 * lv) * e, "The root was taken twice: "
                "exp(½·z_log_var) is the deviation already."),
        Mistake(lambda m, lv, e: m, "That is the mean, without any noise: a plain autoencoder."),
    ],
    hints=[
        "z_log_var is ln σ². What is σ?",
        "The root of exp(a) is exp(a/2).",
    ],
)  # fmt: skip
def sample(z_mean, z_log_var, epsilon):
    """z = μ + σ·ε, shape (batch, latents), from μ, ln σ² and ε ~ N(0, 1) of the same shape."""
    return z_mean + keras.ops.exp(0.5 * z_log_var) * epsilon


# ------------------------------------------------------------------------------------------- the KL


def _terms(m, lv):
    return ops.exp(lv) - lv - 1 + m**2


_SUM = "½·Σ(σ² − ln σ² − 1 + μ²), the sum over the latents of each picture."


@book.exercise(
    trains=True,
    cases=[
        Case([[0.5, -1.0, 0.2], [2.0, 0.0, 1.0]], [[-1.0, 0.6, 0.0], [0.4, -2.0, 1.0]], why=_SUM),
        Case([[0.0, 0.0]], [[0.0, 0.0]], why="μ = 0 and σ² = 1 is the prior itself: the price is "
             "0."),
        *drawn(lambda rng: Case(*rng.normal(size=(2, 3, 4)), why=_SUM)),
        Case([[0.0, -3.0], [1e5, 1.0]], [[-600.0, -6.0], [0.5, 1.0]], why="exp(−600) is 0 to "
             "float32, and so its logarithm is −inf. z_log_var is the logarithm already: use it as "
             "it is, nothing has to be added or clipped."),
        Case([[0.0, 3.0]], [[80.0, 30.0]], why=_FAR),
    ],
    mistakes=[
        Mistake(lambda m, lv: 0.5 * ops.mean(_terms(m, lv), axis=-1), "That is averaged over the "
                "latents. Independent dimensions add up their prices: sum over the last axis. With "
                "the mean, 16 latents pay a sixteenth, which is another β."),
        Mistake(lambda m, lv: 0.5 * ops.sum(_terms(m, lv), axis=0), "The sum ran over the wrong "
                "axis: over the pictures of the batch. Each picture pays for its own latents: the "
                "last axis."),
        Slip(lambda kl: ops.sum(kl), "That is one number for the whole batch, so it grows with the "
             "batch size. Return one for each picture; the model averages over the batch."),
        Slip(lambda kl: ops.mean(kl), _BATCH_MEAN),
        Mistake(lambda m, lv: 0.5 * _terms(m, lv), "That is the price of each latent. They add up: "
                "sum over the last axis, one number for each picture."),
        Mistake(lambda m, lv: gaussian_kl.reference(lv, m), "The mean and ln σ² are swapped."),
        Slip(lambda kl: 2 * kl, "The ½ is missing."),
        Slip(lambda kl: -kl, "The sign is wrong: a KL is never negative. Training would drive the "
             "codes away from the prior, without end."),
        Mistake(lambda m, lv: gaussian_kl.reference(m, 2 * lv), "z_log_var was taken for ln σ. It "
                "is ln σ²: σ² = exp(z_log_var)."),
        Mistake(lambda m, lv: 0.5 * ops.sum(ops.exp(0.5 * lv) - lv - 1 + m**2, axis=-1), "The "
                "first term is σ², that is exp(z_log_var), not σ."),
        Mistake(lambda m, lv: 0.5 * ops.sum(_terms(m, lv) + 1, axis=-1), "The −1 is missing: at "
                "the prior, μ = 0 and σ² = 1, the price must be 0."),
        Mistake(lambda m, lv: 0.5 * ops.sum(_terms(m, lv) + 2 * lv, axis=-1), "The sign of ln σ² "
                "is wrong: σ² − ln σ² − 1 has its minimum at 1. With a plus it has none: the "
                "smaller the variance, the larger the reward, without end."),
        Mistake(lambda m, lv: 0.5 * ops.mean(_terms(m, lv)), "That is averaged over latents and "
                "pictures. Sum over the latents, the last axis: one number for each picture."),
        Mistake(lambda m, lv: 0.5 * (ops.sum(_terms(m, lv) + 1, axis=-1) - 1), "The −1 belongs to "
                "each latent: it comes as often as there are latents."),
        Mistake(lambda m, lv: 0.5 * ops.sum(_terms(m, lv) - 2 * m**2, axis=-1), "The sign of μ² is "
                "wrong: codes far from 0 would be paid for."),
        Mistake(lambda m, lv: 0.5 * ops.sum(_terms(m, lv) + lv, axis=-1), "ln σ² is missing: "
                "without it σ = 0 would cost least."),
        Mistake(lambda m, lv: gaussian_kl.reference(m, 0.5 * lv), "That has σ and ln σ in it. The "
                "price is in σ² = exp(z_log_var) and ln σ² = z_log_var."),
        Mistake(lambda m, lv: 0.5 * ops.sum(lv - ops.log(lv) - 1 + m**2, axis=-1), "z_log_var was "
                "taken for the variance. It is ln σ²: σ² = exp(z_log_var)."),
        Mistake(lambda m, lv: 0.5 * ops.sum(_terms(0, lv) + m, axis=-1), "The mean is not squared: "
                "moving left would be paid for."),
        Mistake(lambda m, lv: 0.5 * ops.sum(_terms(0, lv), axis=-1), "μ² is missing: nothing would "
                "keep the codes near 0."),
    ],
    hints=[
        "With v = exp(z_log_var), each latent costs ½(v − ln v − 1 + μ²); and ln v is z_log_var.",
        "keras.ops.sum(..., axis=-1) leaves one number for each picture.",
    ],
)  # fmt: skip
def gaussian_kl(z_mean, z_log_var):
    """KL(N(μ, σ²) ‖ N(0, 1)) of each picture, nats, (batch,): μ and ln σ² are (batch, latents)."""
    return 0.5 * keras.ops.sum(keras.ops.exp(z_log_var) - z_log_var - 1 + z_mean**2, axis=-1)


# ----------------------------------------------------------------------------------- which samples


# --------------------------------------------------------------------------------- split the rate

_AGGREGATE = (
    "ln q(z_i) = ln (1/M)·Σ_j q(z_i|x_j), over row i. Information: the mean of ln q(z_i|x_i) − "
    "ln q(z_i), with the diagonal. Waste: the mean of ln q(z_i) − ln p(z_i)."
)
_EXTREME = (
    "exp of these numbers is 0 or inf even in double precision. np.logaddexp.reduce adds up "
    "exponentials without leaving the logarithms; nothing has to be added or clipped."
)


def _of_bubbles(aggregate):
    """A wrong answer: with another ln q(z_i), (M,), made from log_q."""
    return lambda log_q, prior: (
        np.mean(np.diagonal(log_q) - aggregate(log_q)),
        np.mean(aggregate(log_q) - prior),
    )


def _sum_of(log_q, axis=1):
    return np.logaddexp.reduce(log_q, axis=axis)


def _without_itself(log_q):
    return _sum_of(np.where(np.eye(len(log_q)) == 1, -np.inf, log_q)) - np.log(len(log_q) - 1)


@book.exercise(
    cases=[
        Case([[-0.5, -2.0, -4.0], [-3.0, 0.2, -1.0], [-5.0, -2.5, 0.7]], [-2.0, -1.5, -3.0],
             why=_AGGREGATE),
        Case([[-5.0, 0.0], [0.0, -5.0]], [0.0, 0.0], why="A KL is never negative, but these are "
             "estimates from a few draws, and may be. Nothing is cut at 0: that would falsify "
             "their averages."),
        Case([[-1.0, -1.0], [-2.0, -2.0]], [-1.5, -2.5], why="Where all bubbles are the same, the "
             "code says nothing: the information is 0."),
        Case([[1.0, -5000.0, -7000.0], [-9000.0, 1.5, -6000.0], [-8000.0, -7000.0, 2.0]],
             [-3.0, -2.0, -4.0], rtol=1e-6, why="Where no bubble meets another, a code says which "
             "of the M pictures it was: ln M nats."),
        Case([[-1500.0, -1502.0], [-3003.0, -3000.0]], [-1503.0, -3004.0], rtol=1e-3, why=_EXTREME),
        Case([[900.0, 898.0], [901.0, 903.0]], [895.0, 899.0], rtol=1e-3, why=_EXTREME),
        *drawn(lambda rng: Case(rng.normal(-3, 1, (5, 5)) + 4 * np.eye(5), rng.normal(-5, 1, 5),
               why=_AGGREGATE)),
    ],
    mistakes=[
        Mistake(_of_bubbles(lambda q: _sum_of(q, 0) - np.log(len(q))), "The sum ran over the codes. "
                "ln q(z_i) adds up the bubbles of all pictures at one code: along row i, axis 1."),
        Mistake(_of_bubbles(lambda q: q.mean(axis=1)), "The mean was taken of ln q(z_i|x_j). The "
                "aggregate is the mean of the densities: the logarithm comes after it."),
        Mistake(_of_bubbles(_sum_of), "The 1/M is missing: ln M has to be subtracted from the "
                "logarithm of the sum."),
        Mistake(_of_bubbles(_without_itself), "The picture's own bubble was left out. That is an "
                "estimate, too, with the opposite error; here q(z) is the mean over all M pictures, "
                "this one included."),
        Mistake(_of_bubbles(lambda q: q.max(axis=1) - np.log(len(q))), "Only the largest of the M "
                "densities was used: the aggregate is the mean of all."),
        Mistake(_of_bubbles(lambda q: np.full(len(q), _sum_of(q.ravel(), 0) - 2 * np.log(len(q)))),
                "The mean ran over all codes as well. Each code has an ln q(z_i) of its own: axis "
                "1."),
        Mistake(lambda q, p: (np.mean(np.diagonal(q) - p), split_rate.reference(q, p)[1]), "The "
                "second is right. The first is the whole rate: compare with the aggregate, not "
                "with the prior."),
        Mistake(lambda q, p: (split_rate.reference(q, p)[0], np.mean(np.diagonal(q) - p)), "The "
                "first is right. The second is the whole rate: compare the aggregate with the "
                "prior, not each bubble."),
        Mistake(lambda q, p: (np.mean(q) - np.mean(_sum_of(q) - np.log(len(q))),
                              split_rate.reference(q, p)[1]), "The second is right. For the first "
                "each code is compared under its own picture's bubble, the diagonal of log_q, not "
                "under all."),
        Slip(lambda r: r[::-1], "They came in the other order: information first, then the KL."),
        Slip(lambda r: (-r[0], r[1]), "The sign of the first is wrong: ln q(z|x) − ln q(z)."),
        Slip(lambda r: (r[0], -r[1]), "The sign of the second is wrong: ln q(z) − ln p(z)."),
    ],
    hints=[
        "Three numbers for each code: ln q(z_i|x_i) stands on the diagonal, ln p(z_i) in "
        "log_prior; ln q(z_i) is the logarithm of a mean along row i.",
        "np.logaddexp.reduce(log_q, axis=1) is the logarithm of the sum.",
    ],
    speed=lambda: (np.ones((1000, 1000)), np.ones(1000)),
)  # fmt: skip
def split_rate(log_q, log_prior):
    """I(x; z) and KL(q(z)‖p(z)), nats, from ln q(z_i|x_j), (M, M), and ln p(z_i), (M,)."""
    log_aggregate = np.logaddexp.reduce(log_q, axis=1) - np.log(len(log_q))
    return np.mean(np.diagonal(log_q) - log_aggregate), np.mean(log_aggregate - log_prior)


which_source = book.question(
    "which_source",
    right="a",
    options={
        "a": "Right. q(z|x) needs a picture x to start from: what comes out is that picture again, "
        "a little changed. Useful for reconstructing, but not new.",
        "b": "No, these are new: it is what the model prescribes: first z from p(z), then x from p(x|z). "
        "The encoder is not needed at all. That the decoder knows what to do with such a z is what "
        "the KL is paid for.",
        "c": "No: new it would be, but nothing to be proud of. In a box most points lie in corners "
        "where neither the prior nor any training picture has put a code: in 16 dimensions nearly "
        "all of its volume is there.",
        "d": "No: new it would be, but not from the model. Two codes a and b may lie in different "
        "classes, and the middle is on average closer to 0 than they are: with independent N(0, 1) "
        "codes it has variance ½, not 1.",
    },
    hints=["Which of the four is told, picture by picture, what to draw?"],
)  # fmt: skip


# ------------------------------------------------------------------------------------- active units


def _is_a_mask(answer):
    """A case: what is wrong with the type of the right truth values; or ''."""
    got = answer(np.array([[1.0, 0.01], [-1.0, -0.01]]))
    if got.dtype == bool:
        return ""
    return (
        f"active_units gave the right units, but as numbers ({got.dtype}).\n"
        "The chapter indexes with it: it has to be an array of True and False. An index 1 means "
        "unit number 1, not yes. The comparison itself gives truth values: leave them as they are."
    )


def _many(rng):
    """A case: 400 pictures; units just below and above the bound, dead ones, two of spikes."""
    variance = np.array([0.00995, 0.01005, 0.0092, 0.012, 1e-5, 0.02, 0.0092, 0.0])
    z = rng.normal(size=(400, len(variance)))
    z[0, :5] = 4  # an odd first picture
    z[:, 5] = np.arange(400) == 390  # one picture in all; below, one in ten
    z[:, 6] = np.arange(400) % 10 == 0
    z = (z - z.mean(axis=0)) / z.std(axis=0) * variance**0.5
    why = "Some units are close to 0.01, others rarely move: it is the variance over all pictures."
    return Case(z + rng.normal(size=len(variance)), show="400 pictures, 8 units", why=why)


_COLUMNS = "The variance of each column over the pictures, compared with 0.01."


@book.exercise(
    returns="array",
    cases=[
        Case([[1.0, 0.01, -0.5], [-1.0, -0.01, -0.45], [0.5, 0.0, -0.55]], why=_COLUMNS),
        Case([[2.0, 0.15], [2.0, -0.15], [2.0, 0.15], [2.0, -0.15]], why="One unit is 2 on every "
             "picture: variance 0. The other one moves by 0.15 either way: 0.0225, above 0.01."),
        Case([[0.06, 3.0, 0.0, 0.0], [-0.06, 3.3, 0.0, 0.21]], why=_COLUMNS),
        Case([[600.0, 0.5, -601.0, 0.0], [601.0, 0.5, -600.0, 0.02], [0.0, 0.5, -601.0, 0.0]],
             why="Each unit is judged by itself, against 0.01, however much another one moves."),
        *drawn(lambda rng: Case(rng.normal(rng.normal(size=5), [1, 0.03, 0.5, 0.02, 0.3], (6, 5)),
               why=_COLUMNS)),
        *drawn(_many),
        _is_a_mask,
    ],
    mistakes=[
        Mistake(lambda z: z.std(axis=0) > 0.01, "That compares the deviation. 0.01 is the bound of "
                "the variance: a deviation of 0.1."),
        Mistake(lambda z: z.var(axis=0) > 0.1, "0.01 is the bound of the variance. You compared "
                "with 0.1, that of the deviation."),
        Mistake(lambda z: z.var(axis=1) > 0.01, "The variance was taken over the units of each "
                "picture. A unit is active if it differs between pictures: axis 0."),
        Mistake(lambda z: np.abs(z.mean(axis=0)) > 0.01, "That asks whether a unit's mean differs "
                "from 0. A unit that is 2 on every picture tells them apart no better than one "
                "that is 0."),
        Mistake(lambda z: (z**2).mean(axis=0) > 0.01, "The mean was not subtracted: a unit that is "
                "2 on every picture has a large square and says nothing."),
        Mistake(lambda z: np.abs(z).mean(axis=0) > 0.01, "That is the mean of |μ|, the distance "
                "from 0. A unit that is 2 on every picture is far from 0 and says nothing: it is "
                "the variance over the pictures that counts."),
        Mistake(lambda z: z.var() > 0.01, "That is one variance for all units together. Give "
                "np.var an axis: one truth value for each unit."),
        Mistake(lambda z: len(z) * z.var(axis=0) > 0.01, "The squares were summed. A variance is "
                "their mean over the pictures."),
        Mistake(lambda z: np.flatnonzero(z.var(axis=0) > 0.01), "That says which are active. Return "
                "a truth value for each unit: the comparison itself."),
        Slip(np.sum, "That is how many are active. Return one truth value for each unit; the sum "
             "comes later."),
        Slip(np.invert, "Those are the units that are not active."),
        Mistake(lambda z: z.var(axis=0) > 0.01 * z.var(axis=0).max(), "That bound moves with the "
                "variances of other units. It is 0.01 itself, whatever they do."),
    ],
    hints=[
        "np.var takes an axis. Over the pictures, which are the rows.",
    ],
    speed=lambda: (np.ones((10_000, 16)),),
)  # fmt: skip
def active_units(z_mean):
    """Which latents are active, (latents,) of True or False, from the means μ, (n, latents)."""
    return np.var(z_mean, axis=0) > 0.01


# ----------------------------------------------------------------------------------------- two bugs

_COINS = "No: one coin for each pixel, and the costs of all pixels add up."
_BATCH = "No: over the batch one averages, or the loss would depend on how many pictures there are."

first_bug = book.question(
    "first_bug",
    right="d",
    options={
        "a": "No: that is your own function, which has passed its check, or the reference.",
        "b": "No: the decoder gives logits, and the next line takes them as logits.",
        "c": _COINS,
        "d": "Right. The KL is averaged over the latents, but the prices of independent latents "
        "add up. So information is too cheap: the code carries more of it, and the loss leaves out "
        "most of what that costs. Many a VAE on the web has this `mean` where `sum` belongs.",
        "e": _BATCH,
    },
    hints=[
        "Good reconstructions, and a code that costs too much: which term counts for too little?",
        "Which lines add up, and which average? Over what, and which should?",
    ],
)  # fmt: skip

hidden_variance = book.estimate(
    "hidden_variance",
    right=392,
    within=1e-4,
    why="The mean is the sum over 784, so the loss is ‖x − x̂‖²/784 + KL, and 2s² = 784. That is a "
    "deviation of 20 for pixels between 0 and 1.",
    wrong=[
        (784, "Nearly: the sum is divided by 784, and −ln p divides it by 2s², not by s²."),
        (0.5, "That belongs to the sum of squares without a factor. Here they are averaged."),
        (1 / 784, "Compare ‖x − x̂‖²/784 with ‖x − x̂‖²/(2s²): a small weight is a large s²."),
        (1 / 392, "The other way round: the weight of the sum of squares is 1/784 = 1/(2s²)."),
        (1 / 1568, "Compare ‖x − x̂‖²/784 with ‖x − x̂‖²/(2s²): a small weight is a large s²."),
        (1, "With s² = 1 the squares are summed, and halved: 1/(2s²) = ½. Here they are averaged."),
        *((s, "That is the deviation s. The variance was asked for: its square.")
          for s in (392**0.5, 19.8, 20)),
        *((n, "A factor 2 went astray: 1/784 = 1/(2s²), so 2s² = 784.") for n in (1568, 196)),
        (28, "That is √784, the side of a picture. Compare the weights of ‖x − x̂‖²: 1/784 is "
         "1/(2s²)."),
    ],
    otherwise="The mean over the pixels is ‖x − x̂‖²/784. In −ln p stands ‖x − x̂‖²/(2s²).",
    hints=["mean = sum/784. For which s² is 1/(2s²) the same factor?"],
)  # fmt: skip

second_bug = book.question(
    "second_bug",
    right="b",
    options={
        "a": "No: v is the variance, exp(ln v). What it is used for is another matter.",
        "b": "Right. v is the variance σ²; the noise needs the deviation, σ = exp(½ ln v). Where v "
        "is below 1, v is less noise than σ: the KL charges for a bubble of variance v, and the "
        "decoder gets one of variance v². That is no bound on anything. Wollongong's slides have "
        "this bug.",
        "c": "No: ½·Σ(v − ln v − 1 + μ²), the sum over the latents, as it should be.",
        "d": _COINS,
        "e": _BATCH,
    },
    hints=[
        "With the right functions the same networks measure worse: the decoder was given something "
        "else than the KL was charged for.",
        "If the variance is 0.01, how large should the noise be? How large is it here?",
    ],
)  # fmt: skip


# ------------------------------------------------------------------------ importance-weighted bound


def _rare(low, **how):
    """A case: one of a thousand draws has ln w = 0, the others lie low."""
    log_w = np.where(np.arange(1000)[:, None] == 500, 0.0, low)
    why = "All draws count, rare and common ones alike: nothing has to be added or clipped."
    return Case(log_w, show="1,000 draws, one far above the others", why=why, **how)


_COLUMN = "ln of the mean of w over the K draws, for each picture (column)."


@book.exercise(
    cases=[
        Case([[-3.0, -1.0], [-1.0, -4.0], [-2.5, -1.5]], why=_COLUMN),
        *drawn(lambda rng: Case(rng.normal(-3, 2, (5, 3)), why=_COLUMN)),
        _rare([-50.0, -40.0], rtol=1e-6),
        _rare([-2.0, -6.0]),
        Case([[-800.0, -1000.0], [-802.0, -1000.0], [-801.0, -1009.0]], rtol=1e-6, why="exp(−800) "
             "is 0 even in double precision, and ln 0 is −inf. Subtract the largest ln w of each "
             "picture first, and add it again at the end."),
        Case([[-10.0, -2000.0], [-12.0, -2000.0], [-11.0, -2001.0]], rtol=1e-6, why="The maximum "
             "must be that of each picture, axis 0. One number for all pictures is too far from "
             "some: exp(−1990) is 0, and ln 0 is −inf."),
        Case([[-10.0], [-2000.0], [-900.0]], rtol=1e-6, why="Subtract the largest ln w of each "
             "picture, not the mean or the smallest: then the largest exponential is exp(0) = 1, "
             "and none is inf."),
        Case([[900.0, 10.0], [901.0, 12.0], [902.0, 800.0]], rtol=1e-6, why="ln w may be positive, "
             "too, and large: exp(900) is inf."),
        Case([[0.0, -2.0]], why="With one draw, K = 1, it is ln w itself: the ELBO."),
    ],
    mistakes=[
        Mistake(lambda a: a.mean(axis=0), "The mean was taken of ln w: that is the ELBO again, "
                "with less noise. The logarithm comes after the mean: ln (1/K) Σ w."),
        Mistake(lambda a: importance_bound.reference(a) + np.log(len(a)), "That is the logarithm "
                "of the sum: ln K is still to be subtracted. Otherwise the bound rises by ln K for "
                "nothing."),
        Mistake(lambda a: importance_bound.reference(a.T), "The mean ran over the pictures. It "
                "runs over the K draws of each picture: axis 0."),
        *(Mistake(lambda a, n=n: np.logaddexp.reduce(a, axis=0) - np.log(n(a)), "Divide by the "
                  f"number of draws, K, the length of axis 0, not by {what}.")
          for what, n in {"that of pictures": lambda a: a.shape[1], "100": lambda a: 100}.items()),
        Mistake(lambda a: np.logaddexp.reduce(a, axis=0) / len(a), "The sum is divided by K before "
                "the logarithm; behind it that is − ln K."),
        Mistake(lambda a: a.max(axis=0), "That is the best draw only. Subtract ln K and it would "
                "be a lower bound; as it is, it may lie above ln p(x)."),
        Mistake(lambda a: importance_bound.reference(a) - a.max(axis=0), "The maximum was "
                "subtracted before the exponential, but not added again at the end: ln mean w = "
                "top + ln mean exp(ln w − top)."),
        Slip(np.exp, "The logarithm is missing at the end."),
        Slip(np.mean, "That is averaged over the pictures. Return one number for each."),
        Slip(lambda bound: -bound, "The sign is wrong: the bound was asked for, not the loss."),
    ],
    hints=[
        "np.log(np.mean(np.exp(log_w), axis=0)) is right in principle. What is exp(−800)?",
        "ln Σ e^a = top + ln Σ e^(a − top), for any number top; take the largest a of each column.",
        "np.logaddexp.reduce(log_w, axis=0) does that; then subtract ln K.",
    ],
    speed=lambda: (np.ones((100, 1000)),),
)  # fmt: skip
def importance_bound(log_w):
    """ln (1/K)·Σ_k w_k of each picture, an array (n,), from ln w, (K, n): K draws, n pictures."""
    return np.logaddexp.reduce(log_w, axis=0) - np.log(len(log_w))


# ------------------------------------------------------------------------------------- why it blurs

shared_code = book.question(
    "shared_code",
    right="c",
    options={
        "a": "No: it would pay dearly each time the other one is due. A confident pixel that is "
        "wrong costs many nats.",
        "b": "No: a decoder is a function and draws no lots. The same code gives the same picture "
        "each time.",
        "c": "Right. −x ln p − (1 − x) ln(1 − p), averaged over the pictures that may be behind "
        "the code, is least at p = the average of x. (Squared error has its minimum there, too.) "
        "So where strokes differ, the best answer is grey.",
        "d": "No: where both are dark, grey costs nats for nothing. And where both are white, too.",
    },
    hints=[
        "One pixel, lit in the first picture, dark in the second. Which p makes the mean of −ln p "
        "and −ln(1 − p) smallest?",
    ],
)  # fmt: skip
