"""What learners answer in chapter 04."""

import numpy as np
import tensorflow as tf
from keras import ops
from scipy.special import softmax

from exercise_tables import Table

table = Table()


# ------------------------------------------------------------------------------ right answers


def mask_by_product(x, share, rng):
    return x * (rng.uniform(size=x.shape) >= share)


def mask_in_place_of_a_copy(x, share, rng):
    out = x.copy()
    out[rng.random(x.shape) < share] = 0
    return out


def mask_by_binomial(x, share, rng):
    return x * rng.binomial(1, 1 - share, x.shape)


def linear_by_lstsq(noisy, clean, ridge):
    """Least squares on data to which the ridge is added as rows; the bias column gets none."""
    n, d = noisy.shape
    rows = np.block([[noisy, np.ones((n, 1))], [np.sqrt(ridge) * np.eye(d), np.zeros((d, 1))]])
    both = np.linalg.lstsq(rows, np.concatenate([clean, np.zeros((d, clean.shape[1]))]))[0]
    return both[:-1], both[-1]


def linear_by_sklearn(noisy, clean, ridge):
    from sklearn.linear_model import Ridge

    model = Ridge(alpha=ridge, solver="svd").fit(noisy, clean)
    return model.coef_.T, model.intercept_


def guess_by_softmax(y, points, sigma):
    return softmax(-((y[:, None] - points) ** 2).sum(-1) / (2 * sigma**2), axis=1) @ points


def guess_by_loop(y, points, sigma):
    out = []
    for one in y:
        e = -np.sum((points - one) ** 2, axis=1) / 2 / sigma**2
        w = np.exp(e - np.max(e))
        out.append(w @ points / np.sum(w))
    return np.array(out)


def penalty_by_einsum(h, W):
    J = ops.einsum("mn,dn->mnd", h * (1 - h), W)  # the Jacobian itself
    return ops.mean(ops.sum(J**2, axis=(1, 2)))


def penalty_by_matmul(h, W):
    return ops.mean(ops.matmul((h - h**2) ** 2, ops.sum(ops.transpose(W) ** 2, axis=1)))


def hutchinson_by_output_gradients(f, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tf.reduce_sum(tf.square(tape.gradient(y, x, output_gradients=v)), axis=1)


def hutchinson_by_jacobian(f, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    J = tape.batch_jacobian(y, x)
    return ops.sum(ops.einsum("mnd,mn->md", J, v) ** 2, axis=1)


RIGHT = [
    ("mask_pixels", mask_by_product),
    ("mask_pixels", mask_in_place_of_a_copy),
    ("mask_pixels", mask_by_binomial),
    ("linear_denoiser", linear_by_lstsq),
    ("linear_denoiser", linear_by_sklearn),
    ("error_on_missing", lambda g, x, m: np.sum(m * (g - x) ** 2) / m.sum()),
    ("error_on_missing", lambda g, x, m: np.average((g - x) ** 2, weights=m)),
    ("best_guess", guess_by_softmax),
    ("best_guess", guess_by_loop),
    ("contractive_penalty", penalty_by_einsum),
    ("contractive_penalty", penalty_by_matmul),
    ("hutchinson", hutchinson_by_output_gradients),
    ("hutchinson", hutchinson_by_jacobian),
]


# ------------------------------------------------------------------------------ wrong answers


def mask_changes_its_argument(x, share, rng):
    x[rng.random(x.shape) < share] = 0
    return x


def mask_exactly(x, share, rng):
    """The same number of pixels in each picture."""
    rank = rng.random((len(x), x[0].size)).argsort(axis=1).argsort(axis=1)
    return x * (rank >= share * x[0].size).reshape(x.shape)


def centred_ridge(y, x, r):
    ym, xm = y.mean(0), x.mean(0)
    W = np.linalg.inv((y - ym).T @ (y - ym) + r * np.eye(y.shape[1])) @ (y - ym).T @ (x - xm)
    return W, xm - ym @ W


def no_bias(y, x, r):
    W = np.linalg.solve(y.T @ y + r * np.eye(y.shape[1]), y.T @ x)
    return W, np.zeros(x.shape[1])


def ridge_on_bias(y, x, r):
    y1 = np.c_[y, np.ones(len(y))]
    B = np.linalg.solve(y1.T @ y1 + r * np.eye(y1.shape[1]), y1.T @ x)
    return B[:-1], B[-1]


def posterior(y, c, e):
    e = e - e.max(axis=1, keepdims=True)
    return np.exp(e) / np.exp(e).sum(axis=1, keepdims=True)


def squares(y, c):
    return ((y[:, None] - c) ** 2).sum(-1)


def naive_guess(y, c, s):
    w = np.exp(-squares(y, c) / (2 * s * s))
    return w @ c / w.sum(axis=1, keepdims=True)


def pulled(f, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = ops.sum(f(x) * v)
    return tape.gradient(y, x)


def pen(h, W):
    return (h * (1 - h)) ** 2 * ops.sum(W**2, axis=0)


WRONG = [
    ("mask_pixels", mask_changes_its_argument, "changed its argument"),
    ("mask_pixels", lambda x, s, rng: x * (rng.random(x.shape[1:]) >= s), "same pixels in all"),
    (
        "mask_pixels",
        lambda x, s, rng: x * (rng.random((len(x), 1, 1)) >= s),
        "masked whole pictures",
    ),
    ("mask_pixels", lambda x, s, rng: x * (rng.random(x.shape) < s), "share that becomes 0"),
    (
        "mask_pixels",
        lambda x, s, rng: x * (rng.random(x.shape) >= s) / max(1 - s, 1e-9),
        "That is dropout",
    ),
    (
        "mask_pixels",
        lambda x, s, rng: x * (np.random.default_rng(0).random(x.shape) >= s),
        "does not draw from rng",
    ),
    ("mask_pixels", lambda x, s, rng: x * (rng.random((*x.shape[:2], 1)) >= s), "rows or columns"),
    ("mask_pixels", mask_exactly, "as many pixels in each"),
    ("mask_pixels", lambda x, s, rng: x[0] * 1.0, "expected (50, 20, 20)"),
    (
        "mask_pixels",
        lambda x, s, rng: np.where(rng.random(x.shape) < s, 0, x + 0.01),
        "did not mask",
    ),
    ("linear_denoiser", lambda y, x, r: centred_ridge(x, y, r), "roles are swapped"),
    ("linear_denoiser", lambda y, x, r: centred_ridge(y, y, r), "learns to copy noise"),
    ("linear_denoiser", lambda y, x, r: centred_ridge(y, x, 0), "ridge is missing"),
    ("linear_denoiser", no_bias, "no bias"),
    ("linear_denoiser", ridge_on_bias, "penalise W only"),
    (
        "linear_denoiser",
        lambda y, x, r: (centred_ridge(y, x, r)[0], x.mean(0)),
        "mean of the noisy pictures, too",
    ),
    (
        "linear_denoiser",
        lambda y, x, r: (centred_ridge(y, x, r)[0].T, centred_ridge(y, x, r)[1]),
        "W is transposed",
    ),
    ("linear_denoiser", lambda y, x, r: centred_ridge(y, x, r * len(y)), "counts n times"),
    ("linear_denoiser", lambda y, x, r: centred_ridge(y, x, r)[0], "expected 2 values"),
    ("error_on_missing", lambda g, x, m: np.mean((g - x) ** 2), "All pixels were counted"),
    (
        "error_on_missing",
        lambda g, x, m: np.mean(((g - x) * m) ** 2),
        "divided by the number of all pixels",
    ),
    ("error_on_missing", lambda g, x, m: np.mean((g - x)[~m] ** 2), "known pixels"),
    (
        "error_on_missing",
        lambda g, x, m: np.mean(
            [np.mean((a - b)[k] ** 2) for a, b, k in zip(g, x, m, strict=True)]
        ),
        "average of averages",
    ),
    ("error_on_missing", lambda g, x, m: np.abs(g[m] - x[m]).mean(), "absolute error"),
    ("error_on_missing", lambda g, x, m: np.sqrt(np.mean((g - x)[m] ** 2)), "the root"),
    ("error_on_missing", lambda g, x, m: np.sum((g - x)[m] ** 2), "That is the sum"),
    ("best_guess", lambda y, c, s: posterior(y, c, -squares(y, c) / (2 * s)) @ c, "its square"),
    ("best_guess", lambda y, c, s: posterior(y, c, -squares(y, c) / s**2) @ c, "The 2 is missing"),
    ("best_guess", lambda y, c, s: c[np.argmin(squares(y, c), axis=1)], "nearest point"),
    (
        "best_guess",
        lambda y, c, s: np.exp(-squares(y, c) / (2 * s * s)) @ c,
        "do not sum to 1",
    ),
    ("best_guess", naive_guess, "0/0 is nan"),
    ("best_guess", lambda y, c, s: guess_by_softmax(y, c, s) - y, "the step from y"),
    ("best_guess", lambda y, c, s: (guess_by_softmax(y, c, s) - y) / s**2, "slope of ln p_σ"),
    ("best_guess", lambda y, c, s: np.tile(c.mean(0), (len(y), 1)), "mean of all points"),
    (
        "best_guess",
        lambda y, c, s: softmax(-squares(y, c) / (2 * s * s)) @ c,
        "over all y together",
    ),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(ops.sum(h * (1 - h) * ops.sum(W**2, axis=0), axis=-1)),
        "lacks its square",
    ),
    ("contractive_penalty", lambda h, W: ops.sum(W**2), "weight decay"),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(ops.sum((h * (1 - h)) ** 2, axis=1)) * ops.sum(W**2),
        "own weights",
    ),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(ops.sum((h * (1 - h)) ** 2 * ops.sum(W**2, axis=1), axis=1)),
        "wrong axis",
    ),
    ("contractive_penalty", lambda h, W: ops.sum(pen(h, W)), "summed over the samples"),
    ("contractive_penalty", lambda h, W: ops.mean(pen(h, W)), "units were averaged"),
    ("contractive_penalty", lambda h, W: ops.sum(pen(h, W), axis=1), "number for each sample"),
    ("contractive_penalty", lambda h, W: ops.sqrt(ops.mean(ops.sum(pen(h, W), 1))), "root is too"),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(ops.sum((h * (1 - h) * ops.sum(W, axis=0)) ** 2, axis=1)),
        "Square first",
    ),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(ops.sum(((1 - h**2) * ops.norm(W, axis=0)) ** 2, axis=1)),
        "slope of tanh",
    ),
    (
        "contractive_penalty",
        lambda h, W: np.mean(np.sum((h * (1 - h)) ** 2 * np.sum(W**2, axis=0), axis=1)),
        "",
    ),
    ("hutchinson", lambda f, x, v: ops.sum(pulled(f, x, v), axis=1), "cancel each other"),
    (
        "hutchinson",
        lambda f, x, v: ops.sum(pulled(f, x, ops.ones_like(v)) ** 2, axis=1),
        "v is not used",
    ),
    ("hutchinson", lambda f, x, v: ops.mean(pulled(f, x, v) ** 2, axis=1), "mean over the pixels"),
    ("hutchinson", lambda f, x, v: ops.norm(pulled(f, x, v), axis=1), "Only its square"),
    (
        "hutchinson",
        lambda f, x, v: ops.mean(ops.sum(pulled(f, x, v) ** 2, axis=1)),
        "one number for each",
    ),
    ("hutchinson", lambda f, x, v: ops.square(pulled(f, x, v)), "squared entries"),
    ("hutchinson", lambda f, x, v: ops.sum(f(x) * v, axis=1) ** 2, "GradientTape that watches"),
    ("hutchinson", lambda f, x, v: ops.sum((f(x) * v) ** 2, axis=1), "sum its squares over"),
]

for name, answer in RIGHT:
    table.right(name)(answer)
for name, answer, fragment in WRONG:
    table.wrong(name, fragment)(answer)

# ------------------------------------------------------------------------- choices and numbers

table.choice("other_noise", "b", "passed", "the corruption that it has seen")
table.choice("other_noise", "a", "failed", "irrespective")
table.choice("other_noise", "c", "failed", "not helpless")
table.choice("along_or_across", "c", "passed", "must follow the input")
table.choice("along_or_across", "a", "failed", "a constant")
table.choice("along_or_across", "b", "failed", "the identity")
table.choice("along_or_across", "d", "failed", "other way round")
table.choice("slope_of_log_p", -5, "passed", "rises to the left")
table.choice("slope_of_log_p", 5, "failed", "The sign")
table.choice("slope_of_log_p", -0.2, "failed", "Divide it by σ²")
table.choice("slope_of_log_p", -1, "failed", "has to be σ²")
table.choice("slope_of_log_p", -0.008, "failed", "so divide")
table.choice("slope_of_log_p", 20, "failed", "The step is")
table.choice("slope_of_log_p", 3, "failed", "Which of the three")
