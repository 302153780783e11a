"""What learners answer in chapter 06."""

import numpy as np
import tensorflow as tf
from keras import losses, ops, random
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm

from exercise_tables import Table

table = Table()

# ------------------------------------------------------------------------------ right answers


def infer_by_conditioning(x, w, b, s):
    """From the joint Gaussian of z and x instead of from the parabola."""
    gain = w @ np.linalg.inv(np.outer(w, w) + s**2 * np.eye(len(x)))
    return gain @ (x - b), 1 - gain @ w


def infer_on_a_grid(x, w, b, s):
    z = np.linspace(-12, 12, 40_001)
    log = norm.logpdf(z) + norm.logpdf(x, z[:, None] * w + b, s).sum(axis=1)
    p = np.exp(log - log.max())
    p /= p.sum()
    return p @ z, p @ z**2 - (p @ z) ** 2


def elbo_from_the_gap(m, v, x, w, b, s):
    """ln p(x) − KL(q ‖ p(z|x)), from densities that SciPy knows."""
    log_p = multivariate_normal(b, np.outer(w, w) + s**2 * np.eye(len(x))).logpdf(x)
    mean, var = infer_by_conditioning(x, w, b, s)
    return log_p - 0.5 * (v / var - np.log(v / var) - 1 + (m - mean) ** 2 / var)


def elbo_by_quadrature(m, v, x, w, b, s):
    e, weights = np.polynomial.hermite_e.hermegauss(40)
    z = m + np.sqrt(v) * e
    log_p = norm.logpdf(z) + norm.logpdf(x, z[:, None] * w + b, s).sum(axis=1)
    return weights @ (log_p - norm.logpdf(z, m, np.sqrt(v))) / weights.sum()


def bound_by_weights(log_w):
    top = np.max(log_w, axis=0)
    return top + np.log(np.exp(log_w - top).mean(axis=0))


def loss_by_keras(x, logits):
    each = losses.binary_crossentropy(x[..., None], logits[..., None], from_logits=True)
    return ops.sum(each, axis=-1)


def kl_in_four_parts(z_mean, z_log_var):
    total = ops.sum(ops.square(z_mean), -1) + ops.sum(ops.exp(z_log_var), -1)
    return (total - ops.sum(1 + z_log_var, -1)) / 2


def coin_as_tensorflow_documents_it(x, logits):
    cost = ops.maximum(logits, 0) - logits * x + ops.log1p(ops.exp(-ops.abs(logits)))
    return ops.sum(cost, axis=-1)


def coin_by_two_logarithms(x, logits):
    lit, dark = ops.log_sigmoid(logits), ops.log_sigmoid(-logits)
    return -ops.sum(x * lit + (1 - x) * dark, axis=-1)


def bce_of_keras_probabilities(x, logits):
    """Right, since Keras remembers the logits of its own sigmoid and goes back to them."""
    return ops.sum(ops.binary_crossentropy(x, ops.sigmoid(logits)), axis=-1)


def coverage_by_loops(squared, reach, k):
    held = [any(d < r for d in row) for row, r in zip(squared, reach, strict=True)]
    inside = sum(d < r for row, r in zip(squared, reach, strict=True) for d in row)
    return sum(held) / len(held), inside / k / squared.shape[1]


def split_by_weights(log_q, log_prior):
    top = log_q.max(axis=1, keepdims=True)
    log_z = np.log(np.exp(log_q - top).mean(axis=1)) + top[:, 0]
    return np.mean(np.diag(log_q)) - np.mean(log_z), np.mean(log_z) - np.mean(log_prior)


RIGHT = [
    ("coverage_and_density", coverage_by_loops),
    (
        "coverage_and_density",
        lambda d, r, k: ((d.min(1) < r).mean(), np.sum(r > d.T) / len(d.T) / k),
    ),
    ("coverage_and_density", lambda d, r, k: list(inside_of(d, r, k, axes=(1, 0)))),
    ("split_rate", split_by_weights),
    ("split_rate", lambda q, p: split_by_weights(q.astype("float32"), p.astype("float32"))),
    ("split_rate", lambda q, p: split_of(q, p, logsumexp(q, axis=1, b=1 / len(q)))),
    (
        "split_rate",
        lambda q, p: (np.trace(q) / len(q) - mean_log(q), mean_log(q) - p.mean()),
    ),
    ("infer", infer_by_conditioning),
    ("elbo", elbo_from_the_gap),
    ("elbo", elbo_by_quadrature),
    ("infer", lambda *a: list(infer_by_conditioning(*a))),
    ("sample", lambda m, lv, e: tf.exp(lv / 2) * e + m),
    ("sample", lambda m, lv, e: ops.add(m, ops.multiply(e, ops.exp(lv * 0.5)))),
    ("two_gradients", lambda f, g, s, e: [g, f * (s * e) / s**2]),
    ("gaussian_kl", kl_in_four_parts),
    ("gaussian_kl", lambda m, lv: ops.sum(ops.expm1(lv) - lv + m * m, axis=1) * 0.5),
    ("bernoulli_loss", loss_by_keras),
    (
        "bernoulli_loss",
        lambda x, z: tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(x, z), axis=1),
    ),
    ("bernoulli_loss", coin_as_tensorflow_documents_it),
    ("bernoulli_loss", coin_by_two_logarithms),
    ("bernoulli_loss", bce_of_keras_probabilities),
    ("bernoulli_loss", lambda x, z: ops.sum(coin(ops.stop_gradient(x), z), -1)),
    ("bernoulli_loss", lambda x, z: tf.vectorized_map(lambda a: ops.sum(coin(*a)), (x, z))),
    ("sample", lambda m, lv, e: m + ops.exp(lv / 2) * ops.stop_gradient(e)),
    ("active_units", lambda z: np.std(z, axis=0) > 0.1),
    ("active_units", lambda z: np.var(z, axis=0, ddof=1) > 0.01),
    ("active_units", lambda z: np.asarray(ops.var(z, axis=0)) > 0.01),
    ("active_units", lambda z: [np.var(column) > 0.01 for column in z.T] @ np.eye(z.shape[1]) > 0),
    ("importance_bound", bound_by_weights),
    ("importance_bound", lambda a: logsumexp(a, axis=0, b=1 / len(a))),
    ("importance_bound", lambda a: ops.logsumexp(a.astype("float32"), axis=0) - np.log(len(a))),
]

# ------------------------------------------------------------------------------ wrong answers


def inside_of(squared, reach, k, axes=(1, 0), first=np.any, second=np.sum):
    """Coverage and density; with other axes and functions, wrong ones."""
    inside = squared < reach[:, None]
    return first(inside, axis=axes[0]).mean(), second(inside, axis=axes[1]).mean() / k


def split_of(log_q, log_prior, log_z):
    return np.mean(np.diagonal(log_q) - log_z), np.mean(log_z - log_prior)


def mean_log(log_q):
    return np.mean(logsumexp(log_q, axis=1) - np.log(len(log_q)))


def split_without_itself(log_q, log_prior):
    others = np.array([np.delete(row, i) for i, row in enumerate(log_q)])
    return split_of(log_q, log_prior, logsumexp(others, axis=1, b=1 / others.shape[1]))


def exact(x, w, b, s):
    precision = 1 + w @ w / s**2
    return w @ (x - b) / s**2 / precision, 1 / precision


def bound(m, v, x, w, b, s, noise=1, kl=1, pixels=None):
    pixels = len(x) if pixels is None else pixels
    far = ((x - w * m - b) ** 2).sum() + noise * v * (w**2).sum()
    fit = -far / 2 / s**2 - pixels * np.log(s * np.sqrt(2 * np.pi))
    return fit - kl * 0.5 * (m**2 + v - 1 - np.log(v))


def exact_gradients(f, slope, sigma, epsilon):
    return slope, f * epsilon / sigma


def price(m, lv):
    return 0.5 * (ops.exp(lv) + m**2 - 1 - lv)


def coin(x, logits):
    return ops.softplus(logits) - x * logits


def infer_on_a_coarse_grid(x, w, b, s):
    z = np.linspace(-9, 9, 401)
    log = norm.logpdf(z) + norm.logpdf(x, z[:, None] * w + b, s).sum(axis=1)
    p = np.exp(log - log.max())
    p /= p.sum()
    return p @ z, p @ z**2 - (p @ z) ** 2


def in_float32(function):
    """An answer that casts its arguments to single precision."""
    return lambda *a: function(*(np.asarray(value, "float32") for value in a))


def units_by(measure, bound=0.01):
    """A wrong answer: another measure of each unit, or another bound."""
    return lambda z: np.array([measure(column) > bound for column in z.T])


def middle_half(c):
    return np.subtract(*np.percentile(c, [75, 25]))


def bound_of_guarded(least=0.0, small=0.0, lowest=-np.inf, n=None):
    """A wrong answer: the importance-weighted bound with one guard too many."""

    def bound(log_w):
        top, few = log_w.max(axis=0), log_w[:n]
        mean = np.exp(np.maximum(few - top, lowest)).mean(axis=0)
        return top + np.log(np.maximum(mean, least) + small)

    return bound


def wrong_minus(x, logits):
    p = ops.sigmoid(logits)
    return ops.sum(-x * ops.log(p) + (1 - x) * ops.log(1 - p), axis=-1)


def naive_coin(x, logits):
    p = ops.sigmoid(logits)
    return -ops.sum(x * ops.log(p) + (1 - x) * ops.log(1 - p), axis=-1)


def kl_by_the_logarithm(m, lv, small=0.0):
    v = ops.exp(lv)
    return 0.5 * ops.sum(v - ops.log(v + small) - 1 + m**2, axis=-1)


def clipped_coin(x, logits):
    p = ops.clip(ops.sigmoid(logits), 1e-7, 1 - 1e-7)
    return -ops.sum(x * ops.log(p) + (1 - x) * ops.log(1 - p), axis=-1)


def coin_with_a_small_number(x, logits):
    p = ops.sigmoid(logits)
    return -ops.sum(x * ops.log(p + 1e-7) + (1 - x) * ops.log(1 - p + 1e-7), axis=-1)


def coin_without_a_slope(x, logits):
    """Right values; what is far off learns nothing."""
    still = tf.where(abs(logits) > 20.0, tf.stop_gradient(logits), logits)
    return ops.sum(coin(x, still), axis=-1)


def bce_of_probabilities(x, logits):
    return ops.sum(ops.binary_crossentropy(x, tf.sigmoid(logits)), axis=-1)


def infer_by_the_plain_sum(x, w, b, s):
    precision = 1 + np.sum(w) / s**2
    return np.sum(w * (x - b)) / s**2 / precision, 1 / precision


def elbo_by_draws(m, v, x, w, b, s, rng=None, n=100_000):
    z = m + np.sqrt(v) * (rng or np.random.default_rng()).normal(size=n)
    log_joint = norm.logpdf(z) + norm.logpdf(x, z[:, None] * w + b, s).sum(axis=1)
    return np.mean(log_joint - norm.logpdf(z, m, np.sqrt(v)))


def evidence(m, v, x, w, b, s):
    return multivariate_normal(b, np.outer(w, w) + s**2 * np.eye(len(x))).logpdf(x)


def own_noise(m, lv, e):
    return m + ops.exp(lv / 2) * random.normal(ops.shape(m))


def own_noise_with_a_seed(m, lv, e):
    return m + ops.exp(lv / 2) * random.normal(ops.shape(m), seed=1)


def bound_below(log_w, top):
    return np.log(np.mean(np.exp(log_w - top), axis=0)) + top


def best_if_lost(log_w):
    """The best sample where the exponentials are lost."""
    with np.errstate(all="ignore"):
        mean = np.exp(log_w).mean(axis=0)
        return np.where(mean > 0, np.log(mean), log_w.max(axis=0))


def split_at_zero(log_q, log_prior):
    return tuple(max(0.0, part) for part in split_by_weights(log_q, log_prior))


def infer_on_the_chapters_grid(x, w, b, s):
    z = np.linspace(-9, 9, 4001)
    log = -(z**2) / 2 - ((x[:, None] - w[:, None] * z - b[:, None]) ** 2).sum(0) / (2 * s**2)
    p = np.exp(log - log.max())
    p /= p.sum()
    return p @ z, p @ (z - p @ z) ** 2


def elbo_of_parts(square=lambda m, v, x, w, b: np.sum((x - w * m - b) ** 2) + v * (w @ w), kl=None):
    def elbo(m, v, x, w, b, s):
        price = 0.5 * (v - np.log(v) - 1 + m**2) if kl is None else kl(m, v, x, w, b, s)
        constant = len(x) / 2 * np.log(2 * np.pi * s**2)
        return -square(m, v, x, w, b) / (2 * s**2) - constant - price

    return elbo


def to_posterior(m, v, *model):
    mean, var = infer_by_conditioning(*model)
    return 0.5 * (v / var - np.log(v / var) - 1 + (m - mean) ** 2 / var)


def plain_square(m, v, x, w, b):
    return np.sum((x - w * m - b) ** 2)


def noise_of_root(m, lv, e):
    return m + ops.sqrt(ops.exp(lv)) * e


def noise_that_gives_up(m, lv, e):
    return m + ops.where(lv < -100, 0.0, ops.sqrt(ops.exp(lv))) * e


WRONG = [
    ("split_rate", split_at_zero, "Nothing is cut at 0"),
    ("infer", infer_on_a_grid, "a coarse grid misses it"),
    ("infer", infer_on_the_chapters_grid, "a coarse grid misses it"),
    (
        "infer",
        lambda x, w, b, s: (exact(x, w, b, s)[0], 1 / (w @ w + s**2)),
        "which is s²/(s² + w·w)",
    ),
    (
        "infer",
        lambda x, w, b, s: tuple(np.array([w @ (x - b) / s**2, 1]) / (1 + w @ w / (2 * s**2))),
        "the ½ of the exponent",
    ),
    (
        "elbo",
        elbo_of_parts(kl=lambda m, v, x, *_: len(x) / 2 * (v - np.log(v) - 1 + m**2)),
        "is paid for once",
    ),
    ("elbo", elbo_of_parts(lambda m, v, *a: plain_square(m, v, *a) + v), "Here w² is missing"),
    (
        "elbo",
        elbo_of_parts(lambda m, v, x, *a: plain_square(m, v, x, *a) + v * len(x)),
        "Here w² is missing",
    ),
    (
        "elbo",
        elbo_of_parts(lambda m, v, x, w, b: 2 * plain_square(m, v, x, w, b) + 2 * v * (w @ w)),
        "not by s²",
    ),
    (
        "elbo",
        elbo_of_parts(kl=lambda m, v, *_: 0.5 * (v**2 - np.log(v**2) - 1 + m**2)),
        "for a deviation in the KL",
    ),
    ("elbo", elbo_of_parts(kl=to_posterior), "not to p(z|x)"),
    ("two_gradients", lambda f, g, s, e: (g, e / s), "multiply it by f(z)"),
    ("sample", noise_that_gives_up, "an infinite slope"),
    ("sample", lambda m, lv, e: m + e / ops.exp(-lv / 2), "and multiply by it"),
    (
        "sample",
        lambda m, lv, e: m + ops.exp(ops.clip(lv, -90.0, 90.0) / 2) * e,
        "added or clipped",
    ),
    (
        "bernoulli_loss",
        lambda x, z: losses.BinaryCrossentropy(True)(x, z),
        "as losses in keras.losses do",
    ),
    ("bernoulli_loss", lambda x, z: ops.sum(coin(1 - x, z), -1), "x and 1 − x are exchanged"),
    ("bernoulli_loss", lambda x, z: ops.sum(ops.softplus(z) + x * z, -1), "sign of the second"),
    ("gaussian_kl", lambda m, lv: ops.mean(price(m, lv)), "averaged over latents and"),
    (
        "gaussian_kl",
        lambda m, lv: 0.5 * (ops.sum(ops.exp(lv) - lv + m**2, -1) - 1),
        "The −1 belongs to each",
    ),
    (
        "gaussian_kl",
        lambda m, lv: -0.5 * ops.sum(1 + lv + m**2 - ops.exp(lv), -1),
        "The sign of μ²",
    ),
    ("gaussian_kl", lambda m, lv: 0.5 * ops.sum(ops.exp(lv) - 1 + m**2, -1), "ln σ² is missing"),
    ("gaussian_kl", lambda m, lv: ops.sum(price(m, lv / 2), -1), "That has σ and ln σ in it"),
    (
        "gaussian_kl",
        lambda m, lv: 0.5 * ops.sum(lv - ops.log(lv) - 1 + m**2, -1),
        "taken for the variance",
    ),
    ("active_units", lambda z: ((z - z.mean(0)) ** 2).sum(0) > 0.01, "The squares were summed"),
    ("active_units", lambda z: np.flatnonzero(z.var(0) > 0.01), "which are active"),
    ("active_units", lambda z: np.where(z.var(0) > 0.01), "a tuple (1); expected shape (3,)"),
    ("importance_bound", lambda a: logsumexp(a, 0) - np.log(a.shape[1]), "that of pictures"),
    ("importance_bound", lambda a: logsumexp(a, 0) - np.log(100), "not by 100"),
    ("importance_bound", lambda a: logsumexp(a, 0) / len(a), "behind it that is − ln K"),
    (
        "coverage_and_density",
        lambda d, r, k: ((d < r[:, None]).any(1).sum(), inside_of(d, r, k)[1]),
        "coverage is a share",
    ),
    ("coverage_and_density", lambda d, r, k: inside_of(d, r, 5), "not by 5"),
    (
        "coverage_and_density",
        lambda d, r, k: (
            (d**0.5 <= r[:, None]).any(1).mean(),
            (d**0.5 <= r[:, None]).sum(0).mean() / k,
        ),
        "reach was squared once more",
    ),
    ("coverage_and_density", lambda *a: inside_of(*a)[::-1], "in the other order"),
    ("coverage_and_density", lambda *a: inside_of(*a, axes=(0, 0)), "is the share of samples"),
    ("coverage_and_density", lambda d, r, k: inside_of(d, r, 1), "divided by k"),
    ("coverage_and_density", lambda *a: inside_of(*a, second=np.mean), "not the share of balls"),
    ("coverage_and_density", lambda *a: inside_of(*a, axes=(1, 1)), "counts samples in a ball"),
    (
        "coverage_and_density",
        lambda d, r, k: (inside_of(d, r, k)[0], (d < r[:, None]).any(0).mean()),
        "in how many",
    ),
    ("coverage_and_density", lambda d, r, k: inside_of(d, r**0.5, k), "the root of reach"),
    ("coverage_and_density", lambda d, r, k: inside_of(d, r**2, k), "reach was squared once more"),
    ("coverage_and_density", lambda *a: inside_of(*a, first=np.sum), "a ball counts once"),
    (
        "coverage_and_density",
        lambda d, r, k: (((d < r[:, None]).sum(1) >= k).mean(), inside_of(d, r, k)[1]),
        "one sample in the ball is enough",
    ),
    (
        "coverage_and_density",
        lambda *a: (100 * inside_of(*a)[0], inside_of(*a)[1]),
        "not a percentage",
    ),
    (
        "coverage_and_density",
        lambda d, r, k: inside_of(d**0.5, r, k),
        "the root of the distances taken",
    ),
    ("coverage_and_density", lambda *a: inside_of(*a, axes=(0, 1)), "axes are exchanged"),
    ("coverage_and_density", lambda d, r, k: inside_of(-d, -r, k), "outside the balls"),
    ("coverage_and_density", lambda *a: inside_of(*a)[0], "expected 2 values"),
    (
        "coverage_and_density",
        lambda *a: (inside_of(*a)[0], min(1, inside_of(*a)[1])),
        "more than k balls",
    ),
    (
        "coverage_and_density",
        lambda d, r, k: inside_of(d, np.full(len(r), r.mean()), k),
        "Coverage: the share",
    ),
    (
        "split_rate",
        lambda q, p: split_of(q, p, logsumexp(q, axis=0) - np.log(len(q))),
        "along row i",
    ),
    ("split_rate", lambda q, p: split_of(q, p, q.mean(axis=1)), "logarithm comes after"),
    ("split_rate", lambda q, p: split_of(q, p, logsumexp(q, axis=1)), "1/M is missing"),
    ("split_rate", split_without_itself, "own bubble was left out"),
    ("split_rate", lambda q, p: split_of(q, p, q.max(axis=1) - np.log(len(q))), "largest of the M"),
    (
        "split_rate",
        lambda q, p: split_of(q, p, logsumexp(q) - 2 * np.log(len(q))),
        "has an ln q(z_i) of its own",
    ),
    (
        "split_rate",
        lambda q, p: (np.mean(np.diag(q) - p), split_by_weights(q, p)[1]),
        "the whole rate",
    ),
    (
        "split_rate",
        lambda q, p: (np.mean(q) - mean_log(q), split_by_weights(q, p)[1]),
        "own picture's bubble",
    ),
    ("split_rate", lambda q, p: split_by_weights(q, p)[::-1], "other order"),
    (
        "split_rate",
        lambda q, p: (split_by_weights(q, p)[0], np.mean(np.diag(q) - p)),
        "second is the whole rate",
    ),
    (
        "split_rate",
        lambda q, p: split_of(q, p, np.log(np.exp(q - q.max()).mean(axis=1)) + q.max()),
        "np.logaddexp.reduce",
    ),
    (
        "split_rate",
        lambda q, p: (-split_by_weights(q, p)[0], split_by_weights(q, p)[1]),
        "sign of the first",
    ),
    (
        "split_rate",
        lambda q, p: (split_by_weights(q, p)[0], -split_by_weights(q, p)[1]),
        "sign of the second",
    ),
    ("split_rate", lambda q, p: np.divide(split_by_weights(q, p), np.log(2)), "in bits"),
    (
        "split_rate",
        lambda q, p: split_of(q, p, np.log(np.mean(np.exp(q), axis=1))),
        "np.logaddexp.reduce",
    ),
    (
        "split_rate",
        lambda q, p: split_of(q, p, np.log(np.mean(np.exp(q), axis=1) + 1e-9)),
        "np.logaddexp.reduce",
    ),
    ("infer", lambda x, w, b, s: (w @ (x - b) / (w @ w), s**2 / (w @ w)), "least squares"),
    ("infer", lambda *a: (exact(*a)[0], np.sqrt(exact(*a)[1])), "deviation"),
    ("infer", lambda *a: (exact(*a)[0], 1 / exact(*a)[1]), "is the precision"),
    ("infer", lambda x, w, b, s: exact(x, w, b, np.sqrt(s)), "used as a variance"),
    ("infer", lambda x, w, b, s: exact(x, w, 0, s), "b was not subtracted"),
    ("infer", lambda x, w, b, s: (w @ (x - b) / s**2, exact(x, w, b, s)[1]), "divided by the prec"),
    ("infer", lambda x, w, b, s: exact(x, w, b, s)[0], "expected 2 values"),
    ("infer", lambda *a: exact(*a)[::-1], "in the other order"),
    ("infer", lambda x, w, b, s: exact(b, w, x, s), "sign of the mean is wrong"),
    ("infer", infer_by_the_plain_sum, "Σw in it where Σw² belongs"),
    ("infer", infer_on_a_coarse_grid, "a coarse grid misses it"),
    ("infer", in_float32(exact), "double precision"),
    ("infer", lambda *a: tuple(np.float32(value) for value in exact(*a)), "double precision"),
    ("elbo", lambda *a: bound(*a, noise=0), "put at its mean"),
    ("elbo", in_float32(bound), "double precision"),
    ("elbo", lambda *a: np.float32(bound(*a)), "double precision"),
    ("elbo", lambda m, v, x, w, b, s: bound(m, v, x, w, 0 * x, s), "b is missing"),
    ("elbo", lambda *a: bound(*a) + len(a[2]) * np.log(a[5]) / 2, "not −½·ln(2πs)"),
    ("elbo", lambda m, v, x, w, b, s: bound(m, v, x, w, b, np.sqrt(s)), "used as a variance"),
    ("elbo", lambda m, *a: bound(np.clip(m, -50, 50), *a), "a q far from 0"),
    ("elbo", lambda *a: bound(*a, kl=-1), "KL was added"),
    ("elbo", lambda *a: bound(*a, kl=2), "The ½ of the KL"),
    ("elbo", lambda *a: bound(*a, kl=0), "still to be subtracted"),
    ("elbo", lambda *a: bound(*a, pixels=1), "it comes D times"),
    ("elbo", lambda *a: bound(*a, pixels=0), "is missing. It does not move"),
    ("elbo", lambda *a: -bound(*a), "that is the loss"),
    ("elbo", lambda m, v, *a: bound(m, v**2, *a), "taken for a deviation"),
    ("elbo", elbo_by_draws, "draws would only come near"),
    ("elbo", lambda *a: elbo_by_draws(*a, n=10), "draws would only come near"),
    ("elbo", lambda *a: elbo_by_draws(*a, np.random.default_rng(0)), "draws would only come near"),
    ("elbo", lambda m, v, *a: bound(m, v + 1e-7, *a), "nothing has to be added"),
    ("elbo", evidence, "that is the truth, not the bound"),
    ("sample", lambda m, lv, e: m + ops.exp(lv) * e, "is the variance"),
    ("sample", own_noise, "epsilon is all the noise"),
    ("sample", lambda m, lv, e: m + ops.exp(lv / 2) * random.normal((3, 2)), "drawn inside"),
    ("sample", own_noise_with_a_seed, "epsilon is all the noise"),
    ("sample", lambda m, lv, e: own_noise(m, lv, e) + ops.exp(lv / 2) * e, "is drawn inside"),
    ("sample", lambda m, lv, e: m + ops.exp(-lv / 2) * e, "sign in the exponent is wrong"),
    ("sample", lambda m, lv, e: m + lv * e, "is a logarithm"),
    ("sample", lambda m, lv, e: m + e + ops.exp(lv / 2) * e, "added twice, once scaled"),
    ("sample", lambda m, lv, e: (m + ops.exp(lv / 2) * e) + ops.exp(lv / 2) * e, "deviation 2σ"),
    ("sample", lambda m, lv, e: m + e, "not scaled"),
    ("sample", lambda m, lv, e: m + ops.exp(lv / 2), "epsilon is not used"),
    ("sample", lambda m, lv, e: ops.exp(lv / 2) * e, "mean is missing"),
    ("sample", lambda m, lv, e: m + ops.sqrt(ops.exp(lv / 2)) * e, "taken twice"),
    ("sample", lambda m, lv, e: m, "plain autoencoder"),
    ("sample", lambda m, lv, e: m + ops.sqrt(ops.exp(lv)) * e, "square root has an infinite slope"),
    ("sample", lambda m, lv, e: m + ops.exp(ops.clip(lv, -2, 2) / 2) * e, "to be added or clipped"),
    (
        "sample",
        lambda m, lv, e: m + ops.exp(ops.clip(lv, -20, 20) / 2) * e,
        "to be added or clipped",
    ),
    ("sample", lambda m, lv, e: m + ops.sqrt(ops.exp(lv) + 1e-6) * e, "to be added or clip"),
    ("sample", lambda m, lv, e: m + np.exp(0.5 * lv) * e, "does not run inside training"),
    (
        "two_gradients",
        lambda f, g, s, e: (g, (f - f.mean()) * e / s),
        "baseline subtracted",
    ),
    ("two_gradients", lambda f, g, s, e: (g * s, f * e / s), "not σ"),
    ("two_gradients", lambda f, g, s, e: (g, f * e * s), "divide by σ"),
    ("two_gradients", lambda f, g, s, e: (g, f * e), "division by σ is missing"),
    ("two_gradients", lambda f, g, s, e: (g, f * e / s**2), "once too often"),
    ("two_gradients", lambda f, g, s, e: (g * e, f * e / s), "with respect to σ"),
    ("two_gradients", lambda f, g, s, e: (g, g * e / s), "needs no slope"),
    ("two_gradients", lambda f, g, s, e: (g.mean(), (f * e / s).mean()), "averages over the draws"),
    ("two_gradients", lambda f, g, s, e: (f * e / s, g), "other order"),
    ("two_gradients", lambda f, g, s, e: (g, -f * e / s), "sign is wrong"),
    *(
        (
            "two_gradients",
            lambda *a, i=i: exact_gradients(
                *(np.clip(value, -1e3, 1e3) if j == i else value for j, value in enumerate(a))
            ),
            "nothing has to be clipped",
        )
        for i in (0, 1, 3)
    ),
    ("gaussian_kl", price, "price of each latent"),
    ("gaussian_kl", lambda m, lv: ops.sum(price(m, lv), -1, keepdims=True), "of length 1 too many"),
    ("gaussian_kl", lambda m, lv: ops.sum(price(lv, m), -1), "are swapped"),
    ("gaussian_kl", lambda m, lv: ops.mean(price(m, lv), -1), "averaged over the latents"),
    ("gaussian_kl", lambda m, lv: ops.sum(price(m, lv), 0), "wrong axis"),
    ("gaussian_kl", lambda m, lv: ops.sum(price(m, lv)), "grows with the batch size"),
    ("gaussian_kl", lambda m, lv: ops.mean(ops.sum(price(m, lv), -1)), "batch's average"),
    ("gaussian_kl", lambda m, lv: ops.sum(2 * price(m, lv), -1), "The ½ is missing"),
    ("gaussian_kl", lambda m, lv: -ops.sum(price(m, lv), -1), "sign is wrong"),
    ("gaussian_kl", lambda m, lv: ops.sum(price(m, 2 * lv), -1), "taken for ln σ"),
    (
        "gaussian_kl",
        lambda m, lv: 0.5 * ops.sum(ops.exp(lv / 2) - lv - 1 + m**2, -1),
        "not σ",
    ),
    ("gaussian_kl", lambda m, lv: ops.sum(price(m, lv) + 0.5, -1), "−1 is missing"),
    ("gaussian_kl", lambda m, lv: ops.sum(price(m, lv) + lv, -1), "sign of ln σ²"),
    ("gaussian_kl", lambda m, lv: 0.5 * ops.sum(ops.exp(lv) - lv - 1 + m, -1), "not squared"),
    ("gaussian_kl", lambda m, lv: ops.sum(price(0, lv), -1), "μ² is missing"),
    ("gaussian_kl", kl_by_the_logarithm, "logarithm already"),
    ("gaussian_kl", lambda m, lv: kl_by_the_logarithm(m, lv, 1e-7), "to be added or clipped"),
    ("gaussian_kl", lambda m, lv: ops.sum(price(m, ops.clip(lv, -5, 5)), -1), "or clipped"),
    ("gaussian_kl", lambda m, lv: np.sum(price(m, lv), -1), "does not run inside training"),
    ("bernoulli_loss", lambda x, z: ops.mean(coin(x, z), -1), "averaged over the pixels"),
    ("bernoulli_loss", lambda x, z: ops.sum(coin(x, z)), "one number for the whole batch"),
    ("bernoulli_loss", lambda x, z: ops.mean(ops.sum(coin(x, z), -1)), "batch's average"),
    ("bernoulli_loss", coin, "cost of each pixel"),
    ("bernoulli_loss", lambda x, z: ops.sum(coin(x, z), -1, keepdims=True), "of length 1 too many"),
    ("bernoulli_loss", lambda x, z: ops.sum(coin(z, x), -1), "are swapped"),
    (
        "bernoulli_loss",
        lambda x, z: -ops.sum((1 - x) * ops.log_sigmoid(-z), -1),
        "lit pixels are missing",
    ),
    ("bernoulli_loss", lambda x, z: ops.sum(coin(x, z), 0), "over the pictures"),
    ("bernoulli_loss", lambda x, z: -ops.sum(coin(x, z), -1), "sign is wrong"),
    ("bernoulli_loss", wrong_minus, "negates both"),
    ("bernoulli_loss", lambda x, z: ops.sum((x - ops.sigmoid(z)) ** 2, -1), "squared error"),
    (
        "bernoulli_loss",
        lambda x, z: -ops.sum(x * ops.log_sigmoid(z), -1),
        "dark pixels are missing",
    ),
    ("bernoulli_loss", lambda x, z: ops.sum(coin(x, ops.sigmoid(z)), -1), "used as a logit"),
    ("bernoulli_loss", naive_coin, "Use the softplus form"),
    ("bernoulli_loss", lambda x, z: ops.sum(ops.log(1 + ops.exp(z)) - x * z, -1), "is inf"),
    ("bernoulli_loss", clipped_coin, "hides the price"),
    ("bernoulli_loss", coin_with_a_small_number, "hides the price"),
    ("bernoulli_loss", coin_without_a_slope, "but its gradient is"),
    ("bernoulli_loss", bce_of_probabilities, "hides the price"),
    (
        "bernoulli_loss",
        lambda x, z: ops.sum(ops.binary_crossentropy(x, z), axis=-1),
        "These are logits: from_logits=True.",
    ),
    (
        "bernoulli_loss",
        lambda x, z: losses.binary_crossentropy(x, z),
        "and the pixels averaged. These are logits",
    ),
    ("bernoulli_loss", lambda x, z: 784 * ops.mean(coin(x, z), -1), "width is not always 784"),
    (
        "bernoulli_loss",
        lambda x, z: 784 * losses.binary_crossentropy(x, z, from_logits=True),
        "width is not always 784",
    ),
    ("active_units", lambda z: np.std(z, axis=0) > 0.01, "compares the deviation"),
    ("active_units", lambda z: np.var(z, axis=0) > 0.1, "You compared with 0.1"),
    *(
        ("active_units", answer, "active_units(")
        for answer in (
            lambda z: ((z - z.mean(axis=0)) ** 2).sum(axis=0) > 0.01,
            lambda z: ((z - z.mean(axis=0)) ** 2).sum(axis=0) / np.sqrt(len(z)) > 0.01,
            *(units_by(np.var, limit) for limit in (0.004, 0.007, 0.009, 0.0099, 0.011)),
            units_by(lambda c: np.ptp(c) / 2, 0.1),
            units_by(lambda c: np.max(np.abs(c - c.mean())), 0.1),
            *(units_by(lambda c, k=k: middle_half(c) / k, 0.1) for k in (1, 1.349, 2)),
            units_by(lambda c: np.mean((c - c[0]) ** 2)),
            units_by(lambda c: np.mean((c - np.median(c)) ** 2)),
            units_by(lambda c: np.mean(np.diff(c) ** 2)),
            units_by(lambda c: np.var(np.diff(c)) / 2),
            units_by(lambda c: np.var(c[:100])),
        )
    ),
    ("active_units", lambda z: np.var(z, axis=1) > 0.01, "differs between pictures"),
    ("active_units", lambda z: abs(np.mean(z, axis=0)) > 0.01, "differs from 0"),
    ("active_units", lambda z: np.mean(z**2, axis=0) > 0.01, "mean was not subtracted"),
    ("active_units", lambda z: sum(np.var(z, axis=0) > 0.01), "how many are active"),
    ("active_units", lambda z: np.var(z, axis=0) < 0.01, "not active"),
    ("active_units", lambda z: np.mean(abs(z), axis=0) > 0.01, "mean of |μ|"),
    ("active_units", lambda z: np.var(z) > 0.01, "one truth value for each unit"),
    ("active_units", lambda z: (np.var(z, axis=0) > 0.01).astype(int), "as numbers (int64)"),
    ("active_units", lambda z: (np.var(z, axis=0) > 0.01).astype("float32"), "True and False"),
    ("active_units", lambda z: ops.var(z, axis=0) > 0.01, "np instead of keras.ops"),
    (
        "active_units",
        lambda z: np.var(z, axis=0) > 0.01 * np.var(z, axis=0).max(),
        "moves with the",
    ),
    (
        "active_units",
        lambda z: np.var(z, axis=0) > 0.1 * np.var(z, axis=0).mean(),
        "moves with the",
    ),
    ("active_units", lambda z: [np.var(column) > 0.01 for column in z.T], "as a list"),
    ("importance_bound", lambda a: np.mean(a, axis=0), "the ELBO again"),
    ("importance_bound", lambda a: np.logaddexp.reduce(a, axis=0), "ln K is still"),
    ("importance_bound", lambda a: logsumexp(a, axis=1) - np.log(a.shape[1]), "over the pictures"),
    ("importance_bound", lambda a: a.max(0), "best draw only"),
    ("importance_bound", lambda a: bound_below(a, a.max()), "that of each picture"),
    ("importance_bound", lambda a: bound_below(a, a.mean()), "that of each picture"),
    ("importance_bound", lambda a: bound_below(a, a.mean(axis=0)), "not the mean"),
    ("importance_bound", lambda a: bound_by_weights(a) - a.max(0), "not added again at the end"),
    ("importance_bound", lambda a: np.exp(bound_by_weights(a)), "logarithm is missing"),
    ("importance_bound", lambda a: bound_by_weights(a).mean(), "one number for each"),
    ("importance_bound", lambda a: -bound_by_weights(a), "sign is wrong"),
    ("importance_bound", lambda a: np.log(np.mean(np.exp(a), axis=0)), "exp(−800) is 0"),
    ("importance_bound", lambda a: np.median(a, axis=0), "ln of the mean of w"),
    ("importance_bound", best_if_lost, "exp(−800) is 0"),
    ("importance_bound", bound_of_guarded(least=0.15), "added or clipped"),
    ("importance_bound", bound_of_guarded(small=1e-7), "added or clipped"),
    ("importance_bound", bound_of_guarded(lowest=-15), "added or clipped"),
    ("importance_bound", bound_of_guarded(n=100), "All draws count"),
    ("importance_bound", lambda a: np.log(np.mean(np.exp(a), axis=0) + 1e-5), "added or clipped"),
]

for name, answer in RIGHT:
    table.right(name)(answer)
for name, answer, fragment in WRONG:
    table.wrong(name, fragment)(answer)

# ------------------------------------------------------------------------- choices and numbers

for option, says in {"b": "encoder is not needed", "c": "box", "d": "variance ½"}.items():
    table.choice("which_source", option, "failed", says)
table.choice("which_source", "a", "passed", "that picture again")
for option, says in {
    "a": "your own function",
    "b": "logits",
    "c": "add up",
    "e": "how many",
}.items():
    table.choice("first_bug", option, "failed", says)
table.choice("first_bug", "d", "passed", "averaged over the latents")
for option, says in {"a": "used for", "c": "latents", "d": "add up", "e": "how many"}.items():
    table.choice("second_bug", option, "failed", says)
table.choice("second_bug", "b", "passed", "needs the deviation")
for option, says in {"a": "pay dearly", "b": "draws no lots", "d": "for nothing"}.items():
    table.choice("shared_code", option, "failed", says)
table.choice("shared_code", "c", "passed", "the average of x")
table.choice("hidden_variance", 392, "passed", "deviation of 20")
for number, says in {
    784: "by 2s²",
    0.5: "without a factor",
    1 / 784: "a small weight is a large s²",
    1 / 392: "other way round",
    1 / 1568: "a small weight is a large s²",
    1: "summed, and halved",
    392**0.5: "the deviation s",
    28: "side of a picture",
    19.8: "the deviation s",
    20: "the deviation s",
    1568: "2s² = 784",
    196: "2s² = 784",
    100: "The mean over the pixels",
}.items():
    table.choice("hidden_variance", number, "failed", says)
