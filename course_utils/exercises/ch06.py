"""The exercises of chapter 06, variational autoencoders."""

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake

keras = Lazy("keras")
book = Book(6)
summary = book.summary

# ------------------------------------------------------------------------------ extreme arguments


def _grad_is_finite(name, call, *arguments):
    """What is wrong with a function's value or gradient at extreme arguments; or ''."""

    def case(answer):
        import tensorflow as tf

        tensors = [tf.constant(a, "float32") for a in arguments]
        said = f"{name}({call})"
        try:
            with tf.GradientTape() as tape:
                tape.watch(tensors)
                value = tf.convert_to_tensor(answer(*tensors))
            gradients = tape.gradient(value, tensors)
        except Exception as error:
            return f"{said} raised {type(error).__name__}: {error}"
        if not np.all(np.isfinite(value.numpy())):
            return (
                f"{said} gave {np.array2string(value.numpy(), precision=3)}; expected finite "
                f"numbers.\n{_FINITE[name]}"
            )
        if not all(np.all(np.isfinite(g.numpy())) for g in gradients if g is not None):
            return (
                f"{said} has a finite value, but its gradient has nan or inf in it: one such"
                f" picture would turn all weights into nan.\n{_FINITE[name]}"
            )
        return ""

    return case


_FINITE = {
    "sample": (
        "exp(−200) is 0 to float32, and the root has an infinite slope at 0. Take the root "
        "in the exponent: exp(½·z_log_var)."
    ),
    "gaussian_kl": (
        "exp(−200) is 0 to float32, and so its logarithm is −inf. z_log_var is the "
        "logarithm already: use it as it is."
    ),
    "bernoulli_loss": (
        "To float32 exp(1000) is inf, a sigmoid is exactly 0 or 1 there, and log 0 is −inf. Use the"
        " softplus form of chapter 01: softplus(logits) − x·logits."
    ),
}


# ----------------------------------------------------------------------------- reconstruction error


def _bce(x, logits):
    return keras.ops.softplus(logits) - x * logits


def _pays_in_full(answer):
    """A case: whether pixels that are confidently wrong cost what they should, and learn; or ''."""
    import tensorflow as tf

    clipped = (
        "Was a probability or a logit clipped, or a small number added, perhaps by a loss of Keras "
        "without from_logits=True? Clipping hides the price, and pixels that are confidently wrong "
        "never learn. Use the softplus form of chapter 01: softplus(logits) − x·logits."
    )
    x, logits = tf.constant([[0.0, 1.0, 0.5]]), tf.constant([[1000.0, -1000.0, 1000.0]])
    value = np.asarray(answer(x, logits))[0]
    if not np.isclose(value, 2500, rtol=1e-4):
        return (
            f"bernoulli_loss([[0, 1, 0.5]], [[1000, −1000, 1000]]) gave {value:.4g}; expected "
            f"2500.\n{clipped}"
        )
    x, logits = tf.constant([[0.0, 1.0]]), tf.constant([[30.0, -30.0]])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = tf.convert_to_tensor(answer(x, logits))
    gradient = tape.gradient(value, logits)
    if gradient is not None and not np.allclose(gradient, [[1, -1]], atol=1e-3):
        return (
            "bernoulli_loss([[0, 1]], [[30, −30]]) has the right value, but its gradient with "
            f"respect to the logits is {np.array2string(gradient.numpy(), precision=3)}; expected "
            f"[[1, −1]].\n{clipped}"
        )
    return ""


@book.exercise(
    trains=True,
    cases=[
        Case([[0.0, 1.0, 0.3], [0.5, 0.9, 0.0]], [[-1.0, 2.0, 0.5], [0.2, -0.7, 1.5]],
             why="−Σ[x ln p + (1 − x) ln(1 − p)] with p = sigmoid(logits), over the pixels."),
        Case([[1.0, 0.0]], [[0.0, 0.0]], why="At logit 0, p is ½: each pixel costs ln 2."),
        Case([[0.2, 0.8, 0.0, 1.0]], [[3.0, -2.0, -4.0, 1.0]],
             why="−Σ[x ln p + (1 − x) ln(1 − p)] with p = sigmoid(logits), over the pixels."),
        _grad_is_finite("bernoulli_loss", "[[0, 1, 0.5]], [[1000, −1000, 1000]]",
                        [[0.0, 1.0, 0.5]], [[1000.0, -1000.0, 1000.0]]),
        _pays_in_full,
    ],
    mistakes=[
        Mistake(lambda x, z: keras.ops.mean(_bce(x, z), axis=-1), "That is averaged over the pixels. "
                "Beside the KL this would weigh the reconstruction 784 times less: the code would "
                "collapse. Sum over the last axis."),
        Mistake(lambda x, z: 784 * keras.ops.mean(_bce(x, z), axis=-1), "The width is not always 784. A "
                "sum over the last axis is right for any number of pixels."),
        Mistake(lambda x, z: keras.ops.sum(_bce(x, z)), "That is one number for the whole batch. "
                "Return one for each picture."),
        Mistake(lambda x, z: keras.ops.sum(_bce(x, z), axis=0), "The sum ran over the pictures. It "
                "runs over the pixels: the last axis."),
        Mistake(lambda x, z: -keras.ops.sum(_bce(x, z), axis=-1), "The sign is wrong: that is "
                "ln p(x|z), which training should make large; the loss is its negative."),
        Mistake(lambda x, z: keras.ops.sum(-x * keras.ops.log(keras.ops.sigmoid(z)) + (1 - x)
                * keras.ops.log(1 - keras.ops.sigmoid(z)), axis=-1), "The minus reached only the first "
                "term. It stands before the whole bracket and negates both."),
        Mistake(lambda x, z: keras.ops.sum((x - keras.ops.sigmoid(z)) ** 2, axis=-1), "That is "
                "a squared error: the −ln p of a Gaussian (but for a factor). Here each pixel is a coin."),
        Mistake(lambda x, z: keras.ops.sum(-x * keras.ops.log(keras.ops.sigmoid(z)), axis=-1), "The dark "
                "pixels are missing: (1 − x)·ln(1 − p). A white picture would cost nothing."),
        Mistake(lambda x, z: keras.ops.sum(_bce(x, keras.ops.sigmoid(z)), axis=-1), "A sigmoid was "
                "applied first, and its result used as a logit. The softplus form wants the logits."),
        Mistake(lambda x, z: keras.ops.sum(keras.ops.binary_crossentropy(x, z), axis=-1), "The logits "
                "were taken for probabilities. These are logits: from_logits=True."),
        Mistake(lambda x, z: keras.losses.binary_crossentropy(x, z), "The logits were taken for "
                "probabilities, and the pixels averaged. These are logits: from_logits=True; and sum "
                "over the pixels."),
    ],
    hints=[
        "You have written it before, in chapter 01: softplus(logits) − x·logits for each pixel.",
        "Then the sum over the last axis, the pixels.",
    ],
)  # fmt: skip
def bernoulli_loss(x, logits):
    """−ln p(x|z) of each picture, nats, (batch,): x in [0, 1] and logits, both (batch, pixels)."""
    return keras.ops.sum(keras.ops.softplus(logits) - x * logits, axis=-1)


# -------------------------------------------------------------------------------- the known model

_X, _W, _B = np.array([1.5, 1.0]), np.array([2.0, 1.0]), np.array([0.5, -0.5])
_LINE = "x=[1.5, 1], w=[2, 1], b=[0.5, −0.5], s="
_THREE = (np.array([0.2, -1.0, 0.7]), np.array([1.0, 0.5, -2.0]), np.zeros(3))
_LINE_3 = "x=[0.2, −1, 0.7], w=[1, 0.5, −2], b=[0, 0, 0], s="


def _infer(x, w, b, s):
    precision = 1 + w @ w / s**2
    return w @ (x - b) / s**2 / precision, 1 / precision


@book.exercise(
    cases=[
        Case(_X, _W, _B, 0.5, show=_LINE + "0.5", why="The precision is 1 + w·w/s²; the mean is "
             "w·(x − b)/s² divided by it; the variance is one over it."),
        Case(_X, _W, _B, 2.0, show=_LINE + "2", why="The precision is 1 + w·w/s²; the mean is "
             "w·(x − b)/s² divided by it; the variance is one over it."),
        Case(*_THREE, 0.8, show=_LINE_3 + "0.8", why="It must work for any number of pixels."),
    ],
    mistakes=[
        Mistake(lambda x, w, b, s: (w @ (x - b) / (w @ w), s**2 / (w @ w)), "That is what the data "
                "say alone: least squares. The prior N(0, 1) is one more observation, of z = 0; it "
                "adds 1 to the precision and draws the mean towards 0."),
        Mistake(lambda x, w, b, s: (_infer(x, w, b, s)[0], _infer(x, w, b, s)[1] ** 0.5), "The mean "
                "is right. The second number is the deviation; the variance was asked for."),
        Mistake(lambda x, w, b, s: (_infer(x, w, b, s)[0], 1 + w @ w / s**2), "The mean is right. "
                "The second number is the precision; the variance is one over it."),
        Mistake(lambda x, w, b, s: _infer(x, w, b, s**0.5), "s was used as a variance. It is a "
                "deviation: the noise has variance s²."),
        Mistake(lambda x, w, b, s: _infer(x, w, 0 * b, s), "b was not subtracted: the line goes "
                "through b at z = 0."),
        Mistake(lambda x, w, b, s: (w @ (x - b) / s**2, _infer(x, w, b, s)[1]), "The variance is "
                "right. The mean has to be multiplied by it: w·(x − b)/s² still has to be divided "
                "by the precision."),
        Mistake(lambda x, w, b, s: _infer(x, w, b, s)[::-1], "They came in the other order: the mean "
                "first, then the variance."),
        Mistake(lambda x, w, b, s: (-_infer(x, w, b, s)[0], _infer(x, w, b, s)[1]), "The variance is "
                "right. The sign of the mean is wrong: what the noise leaves is x − b, not b − x."),
        Mistake(lambda x, w, b, s: (w @ (x - b) / (s**2 + w.sum()), s**2 / (s**2 + w.sum())), "The "
                "precision has Σw in it where Σw² belongs: 1 + w·w/s². A pixel that falls with z tells "
                "as much about it as one that rises, so the sign of w must not matter."),
    ],
    hints=[
        "As a function of z, ln p(z) + ln p(x|z) = −½z² − Σ(x − wz − b)²/(2s²) + a constant: "
        "a parabola, so p(z|x) is a Gaussian.",
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


def _elbo(m, v, x, w, b, s, extra=1.0, kl=1.0, constant=None):
    constant = len(x) if constant is None else constant
    square = np.sum((x - w * m - b) ** 2) + extra * v * (w @ w)
    expected = -square / (2 * s**2) - constant / 2 * np.log(2 * np.pi * s**2)
    return expected - kl * (v - np.log(v) - 1 + m**2) / 2


def _evidence(m, v, x, w, b, s):
    """ln p(x), which does not depend on q: the covariance of x is w wᵀ + s²·I."""
    cov = np.outer(w, w) + s**2 * np.eye(len(x))
    square = (x - b) @ np.linalg.solve(cov, x - b)
    return -0.5 * (square + np.linalg.slogdet(2 * np.pi * cov)[1])


def _in_closed_form(answer):
    """A case: what is wrong with a number from draws, or one that is merely near; or ''."""
    try:
        got, again = (
            float(answer(0.3, 0.2, _X.copy(), _W.copy(), _B.copy(), 0.5)) for _ in range(2)
        )
    except Exception:
        return ""  # the other cases say more of it
    expected = _elbo(0.3, 0.2, _X, _W, _B, 0.5)
    if np.isnan(got) or np.isclose(got, expected, rtol=1e-4):
        return ""
    said = f"elbo(m=0.3, v=0.2, {_LINE}0.5) gave {got:.8g}; expected {expected:.8g}.\n"
    formula = (
        "in closed form, no draws: E_q ln p(x|z) is −[Σ(x − wm − b)² + v·w·w]/(2s²) − "
        "(D/2)·ln(2πs²); from it goes ½(v − ln v − 1 + m²)."
    )
    if got != again:
        return (
            f"{said}The next call gave {again:.8g}: that is an average of draws. Take it {formula}"
        )
    if abs(got - expected) < 0.2:
        return (
            f"{said}That is near, but not equal. Were z drawn, or put on a grid? Take it {formula}"
        )
    return ""


@book.exercise(
    cases=[
        _in_closed_form,
        Case(0.3, 0.2, _X, _W, _B, 0.5, show="m=0.3, v=0.2, " + _LINE + "0.5", why="E_q ln p(x|z) is "
             "−[Σ(x − wm − b)² + v·w·w]/(2s²) − (D/2)·ln(2πs²); from it goes ½(v − ln v − 1 + m²)."),
        Case(-1.0, 2.0, _X, _W, _B, 1.5, show="m=−1, v=2, " + _LINE + "1.5", why="E_q ln p(x|z) is "
             "−[Σ(x − wm − b)² + v·w·w]/(2s²) − (D/2)·ln(2πs²); from it goes ½(v − ln v − 1 + m²)."),
        Case(0.0, 1.0, _X, _W, _B, 1.0, show="m=0, v=1, " + _LINE + "1", why="With q equal to the "
             "prior the KL is 0, and only E_q ln p(x|z) remains."),
        Case(0.4, 0.3, *_THREE, 0.8, show="m=0.4, v=0.3, " + _LINE_3 + "0.8", why="It must work for "
             "any number D of pixels: the constant of the Gaussian comes D times."),
    ],
    mistakes=[
        Mistake(lambda *a: _elbo(*a, extra=0.0), "z was put at its mean m. It has a variance v, and "
                "that costs: E(x − wz − b)² = (x − wm − b)² + v·w² for each pixel. Without this "
                "term the bound can exceed ln p(x)."),
        Mistake(lambda *a: _elbo(*a, kl=-1.0), "The KL was added. It is the price of the code: "
                "subtract it."),
        Mistake(lambda *a: _elbo(*a, kl=2.0), "The ½ of the KL is missing: "
                "½(v − ln v − 1 + m²)."),
        Mistake(lambda *a: _elbo(*a, kl=0.0), "That is E_q ln p(x|z) alone: the KL from q to the "
                "prior is still to be subtracted."),
        Mistake(lambda *a: _elbo(*a, constant=1), "The constant −½·ln(2πs²) belongs to every pixel: "
                "it comes D times."),
        Mistake(lambda *a: _elbo(*a, constant=0), "The constant −(D/2)·ln(2πs²) is missing. It does "
                "not move the maximum, but without it the number is no bound on ln p(x)."),
        Mistake(lambda *a: -_elbo(*a), "The sign is wrong: that is the loss, −ELBO."),
        Mistake(lambda m, v, *a: _elbo(m, v**2, *a), "v was taken for a deviation; it is the "
                "variance of q."),
        Mistake(_evidence, "That is ln p(x): that is the truth, not the bound. The ELBO depends on the "
                "guess q = N(m, v), and lies lower by the KL from q to p(z|x)."),
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


# ------------------------------------------------------------------------------------- two gradients

_F = [4.0, 0.25, 1.0, 9.0]
_SLOPE = [4.0, -1.0, 2.0, -6.0]
_NOISE = [0.5, -1.0, 0.25, -2.0]


@book.exercise(
    cases=[
        Case(_F, _SLOPE, 2.0, _NOISE, why="Pathwise: f′(z), because z moves as fast as μ. Score: "
             "f(z)·ε/σ. One entry for each draw."),
        Case([1.0, 2.0], [3.0, 4.0], 0.5, [1.0, -1.0], why="Pathwise: f′(z). Score: f(z)·ε/σ."),
        Case([5.0], [7.0], 1.0, [0.0], why="At ε = 0 the draw is the mean: the score is 0 there, the "
             "slope of f is not."),
        Case([2.0, -1.0, 3.0], [0.5, 1.5, 2.5], 4.0, [0.3, 2.0, -0.6], why="Pathwise: f′(z). Score: "
             "f(z)·ε/σ."),
    ],
    mistakes=[
        Mistake(lambda f, g, s, e: (g, f * e), "The first is right. The score ∂ ln q/∂μ is (z − μ)/σ²"
                " = ε/σ: the division by σ is missing."),
        Mistake(lambda f, g, s, e: (g, f * e / s**2), "The first is right. (z − μ)/σ² is σ·ε/σ² = ε/σ:"
                " you divided by σ once too often."),
        Mistake(lambda f, g, s, e: (g * e, f * e / s), "The second is right. g·ε is the gradient with "
                "respect to σ. With respect to μ, ∂z/∂μ = 1."),
        Mistake(lambda f, g, s, e: (g, g * e / s), "The first is right. The score function needs "
                "no slope of f: multiply the value f(z) by ε/σ."),
        Mistake(lambda f, g, s, e: (np.mean(g), np.mean(f * e / s)), "Those are averages over the "
                "draws. Return one estimate for each draw: we want to see how they scatter."),
        Mistake(lambda f, g, s, e: (f * e / s, g), "They came in the other order: pathwise "
                "first, then score."),
        Mistake(lambda f, g, s, e: (g, -f * e / s), "The first is right. The score's sign is wrong: "
                "ln q = −(z − μ)²/(2σ²) + …, and its slope with respect to μ is +(z − μ)/σ²."),
    ],
    hints=[
        "Pathwise: the chain rule, f′(z)·∂z/∂μ, with z = μ + σ·ε.",
        "Score: f(z)·∂ ln q(z)/∂μ, with ln q = −(z − μ)²/(2σ²) + a constant.",
        "z − μ is σ·ε.",
    ],
)  # fmt: skip
def two_gradients(f, slope, sigma, epsilon):
    """Estimates of ∂E f(z)/∂μ, pathwise and by the score: two arrays, (draws,).

    At the draws z = μ + σ·ε, f holds f(z) and slope holds f′(z).
    """
    return slope, f * epsilon / sigma


# -------------------------------------------------------------------------------------- the sampler

_MU = [[0.5, -1.0], [2.0, 0.0], [0.1, 0.2]]
_LOG_VAR = [[-1.0, 0.6], [0.4, -2.0], [-0.5, 1.0]]
_EPS = [[0.7, -1.2], [-0.3, 0.8], [1.5, 0.4]]


def _exp(x):
    return keras.ops.exp(x)


def _draws_nothing(answer):
    """A case: what is wrong with noise that does not come from epsilon; or ''."""
    import tensorflow as tf

    zeros = tf.zeros((3, 2))
    try:  # where all arguments are 0, entries or calls can only differ by noise
        draws = np.stack([answer(zeros, zeros, zeros) for _ in range(2)])
    except Exception:
        return ""  # the other cases say more of it
    if np.ptp(draws) < 1e-6:
        return ""
    return (
        "sample(z_mean, z_log_var, epsilon) is random even where epsilon is 0.\n"
        "The noise was drawn inside the function, where epsilon should have been used. epsilon is "
        "the draw from N(0, 1), of the same shape: scale it by σ and add the mean."
    )


@book.exercise(
    trains=True,
    cases=[
        _draws_nothing,
        Case(_MU, _LOG_VAR, _EPS, show="z_mean, z_log_var, epsilon, each (3, 2)", why="σ is the root "
             "of the variance: exp(½·z_log_var). Then z_mean + σ·epsilon."),
        Case([[0.0]], [[np.log(0.25)]], [[1.0]], show="[[0]], [[ln 0.25]], [[1]]", why="A variance of "
             "0.25 is a deviation of 0.5."),
        Case([[1.0, 2.0]], [[-1.5, 0.5]], [[0.0, 0.0]], show="[[1, 2]], [[−1.5, 0.5]], [[0, 0]]",
             why="Where epsilon is 0, z is the mean."),
        Case([[0.5, -0.5]], [[0.8, -0.7]], [[2.0, -1.0]], why="z_mean + exp(½·z_log_var)·epsilon."),
        _grad_is_finite("sample", "[[0, 0]], [[−200, 80]], [[1, −1]]",
                        [[0.0, 0.0]], [[-200.0, 80.0]], [[1.0, -1.0]]),
    ],
    mistakes=[
        Mistake(lambda m, lv, e: m + _exp(lv) * e, "exp(z_log_var) is the variance σ², not the "
                "deviation σ. A variance of 0.25 needs noise of size 0.5, not 0.25: "
                "exp(½·z_log_var)."),
        Mistake(lambda m, lv, e: m + _exp(-0.5 * lv) * e, "The sign in the exponent is wrong: σ is "
                "exp(+½·z_log_var). With the minus it is 1/σ: where the encoder is least sure, the noise "
                "would be smallest."),
        Mistake(lambda m, lv, e: m + lv * e, "z_log_var is a logarithm, often negative: take "
                "exp(½·z_log_var) first."),
        Mistake(lambda m, lv, e: m + _exp(0.5 * lv) * e + e, "The noise was added twice, once scaled "
                "by σ and once as it is. epsilon enters only as σ·epsilon."),
        Mistake(lambda m, lv, e: m + 2 * _exp(0.5 * lv) * e, "The noise was added twice: z has "
                "deviation 2σ."),
        Mistake(lambda m, lv, e: m + e, "The noise is not scaled: multiply epsilon by σ."),
        Mistake(lambda m, lv, e: m + _exp(0.5 * lv), "epsilon is not used: every draw would be "
                "the same point, one σ from the mean."),
        Mistake(lambda m, lv, e: _exp(0.5 * lv) * e, "The mean is missing."),
        Mistake(lambda m, lv, e: m + _exp(0.25 * lv) * e, "The root was taken twice: exp(½·z_log_var) is "
                "the deviation already."),
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
    return keras.ops.exp(lv) - lv - 1 + m**2


@book.exercise(
    trains=True,
    cases=[
        Case([[0.5, -1.0, 0.2], [2.0, 0.0, 1.0]], [[-1.0, 0.6, 0.0], [0.4, -2.0, 1.0]],
             why="½·Σ(σ² − ln σ² − 1 + μ²), the sum over the latents of each picture."),
        Case([[0.0, 0.0]], [[0.0, 0.0]], why="μ = 0 and σ² = 1 is the prior itself: the price is 0."),
        Case([[1.0, 1.0], [0.0, 2.0]], [[0.0, 0.0], [-1.0, 1.0]], why="½·Σ(σ² − ln σ² − 1 + μ²), the "
             "sum over the latents of each picture."),
        Case([[0.3, -0.4, 0.5, 1.2]], [[-3.0, -2.0, 0.5, -0.1]], why="½·Σ(σ² − ln σ² − 1 + μ²)."),
        _grad_is_finite("gaussian_kl", "[[0, 3]], [[−200, 80]]", [[0.0, 3.0]], [[-200.0, 80.0]]),
    ],
    mistakes=[
        Mistake(lambda m, lv: 0.5 * keras.ops.mean(_terms(m, lv), axis=-1), "That is averaged over the "
                "latents. Independent dimensions add up their prices: sum over the last axis. With "
                "the mean, 16 latents pay a sixteenth, which is another β."),
        Mistake(lambda m, lv: 0.5 * keras.ops.sum(_terms(m, lv), axis=0), "The sum ran over the wrong "
                "axis: over the pictures of the batch. Each picture pays for its own latents: the last "
                "axis."),
        Mistake(lambda m, lv: 0.5 * keras.ops.sum(_terms(m, lv)), "That is one number for the whole "
                "batch, so it grows with the batch size. Return one for each picture; the model "
                "averages over the batch."),
        Mistake(lambda m, lv: 0.5 * keras.ops.mean(keras.ops.sum(_terms(m, lv), axis=-1)), "That is the "
                "batch's average. Return one number for each picture; the model averages later."),
        Mistake(lambda m, lv: keras.ops.sum(_terms(m, lv), axis=-1), "The ½ is missing."),
        Mistake(lambda m, lv: -0.5 * keras.ops.sum(_terms(m, lv), axis=-1), "The sign is wrong: a KL is "
                "never negative. Training would drive the codes away from the prior, without end."),
        Mistake(lambda m, lv: 0.5 * keras.ops.sum(_terms(m, 2 * lv), axis=-1), "z_log_var was taken for "
                "ln σ. It is ln σ²: σ² = exp(z_log_var)."),
        Mistake(lambda m, lv: 0.5 * keras.ops.sum(_terms(m, lv) + keras.ops.exp(0.5 * lv) - _exp(lv),
                axis=-1), "The first term is σ², that is exp(z_log_var), not σ."),
        Mistake(lambda m, lv: 0.5 * keras.ops.sum(_terms(m, lv) + 1, axis=-1), "The −1 is missing: at the "
                "prior, μ = 0 and σ² = 1, the price must be 0."),
        Mistake(lambda m, lv: 0.5 * keras.ops.sum(_terms(m, lv) + 2 * lv, axis=-1), "The sign of ln σ² is "
                "wrong: σ² − ln σ² − 1 has its minimum at 1. With a plus a variance of 0 would be free, and "
                "the code could turn into a point."),
        Mistake(lambda m, lv: 0.5 * keras.ops.sum(_terms(m, lv) - m**2 + m, axis=-1), "The mean is "
                "not squared: moving left would be paid for."),
        Mistake(lambda m, lv: 0.5 * keras.ops.sum(_terms(0 * m, lv), axis=-1), "μ² is missing: nothing "
                "would keep the codes near 0."),
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

which_source = book.question(
    "which_source",
    right="b",
    options={
        "a": (
            "No. q(z|x) needs a picture x to start from: what comes out is that picture again, a "
            "little changed. Useful for reconstructing, but not new."
        ),
        "b": (
            "Right. The model says: first z from p(z), then x from p(x|z). The encoder is not"
            " needed at all. That the decoder knows what to do with such a z is what the KL was"
            " paid for."
        ),
        "c": (
            "No. In a box most points lie in corners where neither the prior nor any training"
            " picture has put a code: in 16 dimensions nearly all of its volume is there."
        ),
        "d": (
            "No. Two codes a and b may lie in different classes, and the middle is closer to 0 than"
            " either: with independent N(0, 1) codes, the average has variance ½, not 1."
        ),
    },
    hints=["Read p(x) = ∫ p(x|z) p(z) dz as a recipe: what is drawn first, and from what?"],
)


# ------------------------------------------------------------------------------------- active units


def _is_a_mask(answer):
    """A case: what is wrong with the type of the right truth values; or ''."""
    got = answer(np.array([[1.0, 0.01], [-1.0, -0.01]]))
    if isinstance(got, np.ndarray) and got.dtype == bool:
        return ""
    if not isinstance(got, np.ndarray):
        return (
            f"active_units gave the right units, but not as a NumPy array ({type(got).__name__}).\n"
            "The chapter indexes with it: it has to be a NumPy array of True and False. np.var "
            "gives one, keras.ops.var does not."
        )
    return (
        f"active_units gave the right units, but as numbers ({got.dtype}).\n"
        "The chapter indexes with it: it has to be an array of True and False. An index 1 means "
        "unit number 1, not yes. The comparison itself gives truth values: leave them as they are."
    )


@book.exercise(
    cases=[
        Case([[1.0, 0.01, -0.5], [-1.0, -0.01, -0.45], [0.5, 0.0, -0.55]], why="The variance of each "
             "column over the pictures, compared with 0.01."),
        Case([[2.0, 0.15], [2.0, -0.15], [2.0, 0.15], [2.0, -0.15]], why="A unit that is 2 on every "
             "picture says nothing; one that moves by 0.15 either way has a variance of 0.0225."),
        Case([[0.06, 3.0, 0.0, 0.0], [-0.06, 3.3, 0.0, 0.21]], why="The variance of each column over the "
             "pictures, compared with 0.01."),
        _is_a_mask,
    ],
    mistakes=[
        Mistake(lambda z: z.std(axis=0) > 0.01, "That compares the deviation. 0.01 is the bound of the "
                "variance: a deviation of 0.1."),
        Mistake(lambda z: z.var(axis=1) > 0.01, "The variance was taken over the units of each picture. "
                "A unit is active if it differs between pictures: axis 0."),
        Mistake(lambda z: np.abs(z.mean(axis=0)) > 0.01, "That asks whether a unit's mean differs from 0. A "
                "unit that is 2 on every picture tells them apart no better than one that is 0."),
        Mistake(lambda z: (z**2).mean(axis=0) > 0.01, "The mean was not subtracted: a unit that is 2 on "
                "every picture has a large square and says nothing."),
        Mistake(lambda z: np.abs(z).mean(axis=0) > 0.01, "That is the mean of |μ|, the distance from 0. A "
                "unit that is 2 on every picture is far from 0 and says nothing: it is the variance over "
                "the pictures that counts."),
        Mistake(lambda z: z.var() > 0.01, "That is one variance for all units together. Give np.var an "
                "axis: one truth value for each unit."),
        Mistake(lambda z: np.sum(z.var(axis=0) > 0.01), "That is how many are active. Return one "
                "truth value for each unit; the sum comes later."),
        Mistake(lambda z: z.var(axis=0) < 0.01, "Those are the units that are not active."),
    ],
    hints=[
        "np.var takes an axis. Over the pictures, which are the rows.",
    ],
)  # fmt: skip
def active_units(z_mean):
    """True where Var_x(μ_j) > 0.01, (latents,), from the means μ of many pictures, (n, latents)."""
    return np.var(z_mean, axis=0) > 0.01


# ------------------------------------------------------------------------------------------ hidden β

hidden_beta = book.estimate(
    "hidden_beta",
    right=1 / 16,
    within=0.002,
    why="The mean over 16 latents is a sixteenth of the sum, so the loss is the one with β = 1/16 = "
    "0.0625. Nothing fails: it trains, and the pictures come back sharper than they should.",
    wrong=[
        (16, "The other way round: the averaged KL is smaller than the sum, so it counts for less."),
        (1, "β = 1 belongs to the sum over the latents. The mean is smaller."),
        (1 / 784, "784 is the number of pixels, and those are summed. What is averaged here are the latents."),
        (0.5, "The ½ is in both."),
    ],
    otherwise="By what factor does a mean over 16 numbers differ from their sum?",
    hints=["The mean over 16 numbers is their sum times what?"],
)  # fmt: skip


# ------------------------------------------------------------------------- importance-weighted bound


def _log_mean_exp(a, axis=0):
    top = a.max(axis=axis, keepdims=True)
    return np.log(np.mean(np.exp(a - top), axis=axis)) + np.squeeze(top, axis)


_LOG_W = [[-3.0, -1.0, -2.0], [-1.0, -4.0, -2.5]]


@book.exercise(
    cases=[
        Case(_LOG_W, why="ln of the mean of w over the K samples, for each picture (column)."),
        Case([[0.0, -2.0]], why="With one sample, K = 1, it is ln w itself: the ELBO."),
        Case([[-0.5, -1.5], [-2.0, -0.2], [-1.0, -3.0]], why="ln of the mean of w over the K samples, for "
             "each picture (column)."),
        Case([[-800.0, -1000.0], [-802.0, -1000.0]], why="exp(−800) is 0 even in double precision, and ln 0 "
             "is −inf. Subtract the largest ln w of each picture first, and add it again at the end."),
        Case([[-10.0, -2000.0], [-12.0, -2000.0]], why="The maximum must be that of each picture, axis 0. "
             "One number for all pictures is too far from some: exp(−1990) is 0, and ln 0 is −inf."),
        Case([[-10.0], [-2000.0]], why="Subtract the largest ln w of each picture, not the mean or the "
             "smallest: then the largest exponential is exp(0) = 1, and none is inf."),
    ],
    mistakes=[
        Mistake(lambda a: a.mean(axis=0), "The mean was taken of ln w: that is the ELBO again, with less "
                "noise. The logarithm comes after the mean: ln (1/K) Σ w."),
        Mistake(lambda a: _log_mean_exp(a) + np.log(len(a)), "That is the logarithm of the sum: ln K is still to be "
                "subtracted. Otherwise the bound rises by ln K for nothing."),
        Mistake(lambda a: _log_mean_exp(a, 1), "The mean ran over the pictures. It runs over the K samples of "
                "each picture: axis 0."),
        Mistake(lambda a: a.max(axis=0), "That is the best sample only. Subtract ln K and it would be a "
                "lower bound; as it is, it may lie above ln p(x)."),
        Mistake(lambda a: _log_mean_exp(a) - a.max(axis=0), "The maximum was subtracted before the "
                "exponential, but not added again at the end: ln mean w = top + ln mean exp(ln w − top)."),
        Mistake(lambda a: np.exp(_log_mean_exp(a)), "The logarithm is missing at the end."),
        Mistake(lambda a: np.mean(_log_mean_exp(a)), "That is averaged over the pictures. Return one number "
                "for each."),
        Mistake(lambda a: -_log_mean_exp(a), "The sign is wrong: the bound was asked for, not the loss."),
    ],
    hints=[
        "np.log(np.mean(np.exp(log_w), axis=0)) is right in principle. What is exp(−800)?",
        "ln Σ e^a = top + ln Σ e^(a − top), for any number top; take the largest a of each column.",
        "np.logaddexp.reduce(log_w, axis=0) does that; then subtract ln K.",
    ],
)  # fmt: skip
def importance_bound(log_w):
    """ln (1/K)·Σ_k w_k of each picture, (n,), from ln w, (K, n): K samples of n pictures."""
    return np.logaddexp.reduce(log_w, axis=0) - np.log(len(log_w))


# ------------------------------------------------------------------------------------- why it blurs

shared_code = book.question(
    "shared_code",
    right="c",
    options={
        "a": (
            "No: it would pay dearly each time the other one is due. A confident pixel that is"
            " wrong costs many nats."
        ),
        "b": (
            "No: a decoder is a function and draws no lots. The same code gives the same picture"
            " each time."
        ),
        "c": (
            "Right. −x ln p − (1 − x) ln(1 − p), averaged over the pictures that may be behind the"
            " code, is least at p = the average of x. (Squared error has its minimum there, too.)"
            " So where strokes differ, the best answer is grey."
        ),
        "d": "No: where both are dark, grey costs nats for nothing. And where both are white, too.",
    },
    hints=[
        "One pixel, lit in the first picture, dark in the second. Which p makes the mean of −ln p"
        " and −ln(1 − p) smallest?"
    ],
)
