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


def mask_by_choice(x, share, rng):
    return x * rng.choice([0.0, 1.0], size=x.shape, p=[share, 1 - share])


def mask_by_loop(x, share, rng):
    out = x.ravel().copy()
    for i in range(out.size):
        if rng.random() < share:
            out[i] = 0
    return out.reshape(x.shape)


def linear_by_pinv(noisy, clean, ridge):
    y, x = noisy - noisy.mean(axis=0), clean - clean.mean(axis=0)
    W = np.linalg.pinv(y.T @ y + ridge * np.identity(y.shape[1])) @ y.T @ x
    return W, (clean - noisy @ W).mean(axis=0)


def linear_by_augmented_normal_equations(noisy, clean, ridge):
    """A column of ones for the bias, which the ridge leaves alone."""
    y = np.c_[noisy, np.ones(len(noisy))]
    penalty = ridge * np.eye(y.shape[1])
    penalty[-1, -1] = 0
    both = np.linalg.solve(y.T @ y + penalty, y.T @ clean)
    return [both[:-1], both[-1]]


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


def guess_in_float32(y, points, sigma):
    y, points = np.float32(y), np.float32(points)
    d2 = ((y[:, None] - points) ** 2).sum(-1)
    return softmax(-d2 / np.float32(2 * sigma**2), axis=1) @ points


def guess_by_smallest_distance(y, points, sigma):
    d2 = np.linalg.norm(y[:, None] - points, axis=-1) ** 2
    d2 -= d2.min(axis=1, keepdims=True)
    w = np.exp(-0.5 * d2 / sigma**2)
    return (w / w.sum(1)[:, None]).dot(points)


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


def hutchinson_by_sums_of_each_sample(f, x, v):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        s = tf.einsum("mn,mn->m", f(x), v)
    g = tape.gradient(s, x)
    return tf.einsum("md,md->m", g, g)


def anneal_by_index(denoise, y, sigmas):
    lower = np.append(sigmas[1:], 0.0)
    for i in range(len(sigmas)):
        x = denoise(y, sigmas[i])
        y = x + (y - x) * lower[i] / sigmas[i]
    return y


def anneal_by_noise(denoise, y, sigmas):
    """The noise in units of its deviation; the last guess apart."""
    for sigma, lower in zip(sigmas[:-1], sigmas[1:], strict=True):
        guess = denoise(y, sigma)
        unit = (y - guess) / sigma
        y = guess + lower * unit
    return denoise(y, sigmas[-1])


def anneal_by_mixing(denoise, y, sigmas):
    for a, b in zip(sigmas, list(sigmas[1:]) + [0], strict=True):
        y = b / a * y + (1 - b / a) * denoise(y, a)
    return np.asarray(y)


def anneal_by_recursion(denoise, y, sigmas):
    guess = denoise(y, sigmas[0])
    if len(sigmas) == 1:
        return guess
    return anneal_by_recursion(denoise, guess + sigmas[1] / sigmas[0] * (y - guess), sigmas[1:])


RIGHT = [
    ("anneal", anneal_by_index),
    ("anneal", anneal_by_noise),
    ("anneal", anneal_by_mixing),
    ("anneal", anneal_by_recursion),
    ("mask_pixels", mask_by_product),
    ("mask_pixels", mask_in_place_of_a_copy),
    ("mask_pixels", mask_by_binomial),
    ("mask_pixels", mask_by_choice),
    ("linear_denoiser", linear_by_lstsq),
    ("linear_denoiser", linear_by_pinv),
    ("linear_denoiser", linear_by_augmented_normal_equations),
    ("linear_denoiser", linear_by_sklearn),
    ("error_on_missing", lambda g, x, m: np.sum(m * (g - x) ** 2) / m.sum()),
    ("error_on_missing", lambda g, x, m: np.average((g - x) ** 2, weights=m)),
    ("best_guess", guess_by_softmax),
    ("best_guess", guess_by_loop),
    ("best_guess", guess_by_smallest_distance),
    ("contractive_penalty", penalty_by_einsum),
    ("contractive_penalty", penalty_by_matmul),
    ("hutchinson", hutchinson_by_output_gradients),
    ("hutchinson", hutchinson_by_jacobian),
    ("hutchinson", hutchinson_by_sums_of_each_sample),
]


# ------------------------------------------------------------------------------ wrong answers


def mask_exactly_a_share_of_all(x, share, rng):
    out = x.copy()
    out.flat[rng.choice(x.size, int(share * x.size), replace=False)] = 0
    return out


def linear_with_the_means_left_in(noisy, clean, ridge):
    W = np.linalg.solve(noisy.T @ noisy + ridge * np.eye(noisy.shape[1]), noisy.T @ clean)
    return W, clean.mean(axis=0) - noisy.mean(axis=0) @ W


def annealed(rule, lowers=lambda sigmas: [*sigmas[1:], 0]):
    def answer(denoise, y, sigmas):
        start = y
        for sigma, lower in zip(sigmas, lowers(sigmas), strict=False):
            y = rule(denoise(y, sigma), y, sigma, lower, start)
        return y

    return answer


def anneal_in_place(denoise, y, sigmas):
    for sigma, lower in zip(sigmas, [*sigmas[1:], 0], strict=True):
        y -= (1 - lower / sigma) * (y - denoise(y, sigma))
    return y


def anneal_guessing_twice(denoise, y, sigmas):
    for sigma, lower in zip(sigmas, [*sigmas[1:], 0], strict=True):
        y = denoise(y, sigma) + lower / sigma * (y - denoise(y, sigma))
    return y


def anneal_with_a_last_guess_too_many(denoise, y, sigmas):
    for sigma, lower in zip(sigmas, [*sigmas[1:], 0], strict=True):
        guess = denoise(y, sigma)
        y = guess + lower / sigma * (y - guess)
    return denoise(y, sigmas[-1])


def anneal_told_the_next(denoise, y, sigmas):
    for sigma, lower in zip(sigmas, [*sigmas[1:], sigmas[-1]], strict=True):
        guess = denoise(y, lower)
        y = guess + lower / sigma * (y - guess) * (sigma != lower)
    return guess


def anneal_told_the_first(denoise, y, sigmas):
    for sigma, lower in zip(sigmas, [*sigmas[1:], 0], strict=True):
        guess = denoise(y, sigmas[0])
        y = guess + lower / sigma * (y - guess)
    return y


def anneal_guessing_once(denoise, y, sigmas):
    guess = denoise(y, sigmas[0])
    for sigma, lower in zip(sigmas, [*sigmas[1:], 0], strict=True):
        y = guess + lower / sigma * (y - guess)
    return y


def anneal_ending_at_no_noise(denoise, y, sigmas):
    for sigma, lower in zip(sigmas[:-1], sigmas[1:], strict=True):
        guess = denoise(y, sigma)
        y = guess + lower / sigma * (y - guess)
    return denoise(y, 1e-9)


def anneal_without_parentheses(denoise, y, sigmas):
    for sigma, lower in zip(sigmas, [*sigmas[1:], 0], strict=True):
        y = denoise(y, sigma) + lower / sigma * y - denoise(y, sigma)
    return y


def anneal_added_to_an_array(denoise, y, sigmas):
    """sigmas is an array: + [0] adds 0 to each."""
    for sigma, lower in zip(sigmas, sigmas[1:] + [0], strict=False):
        guess = denoise(y, sigma)
        y = guess + lower / sigma * (y - guess)
    return y


def anneal_without_return(denoise, y, sigmas):
    annealed(lambda g, y, s, t, start: g + t / s * (y - g))(denoise, y, sigmas)


def mask_changes_its_argument(x, share, rng):
    x[rng.random(x.shape) < share] = 0
    return x


def mask_exactly(x, share, rng):
    """The same number of pixels in each picture."""
    rank = rng.random((len(x), x[0].size)).argsort(axis=1).argsort(axis=1)
    return x * (rank >= share * x[0].size).reshape(x.shape)


def mask_of_three_axes(x, share, rng):
    n, h, w = x.shape
    return np.where(rng.random((n, h, w)) < share, 0, x)


def mask_of_three_or_more_axes(x, share, rng):
    n, h, w, *rest = x.shape
    return np.where(rng.random((n, h, w, *rest)) < share, 0, x)


def mask_one_channel_too_many(x, share, rng):
    return x * (rng.random(x.shape if x.ndim != 2 else (*x.shape, 1)) >= share)


def mask_returns_nothing(x, share, rng):
    np.where(rng.random(x.shape) < share, 0, x)


def ridge_with(y, x, r, b, mean=lambda a: a.mean(axis=0), eye=np.eye):
    """W from these means and this identity, and b(W, y, x)."""
    yc, xc = y - mean(y), x - mean(x)
    W = np.linalg.solve(yc.T @ yc + r * eye(y.shape[1]), yc.T @ xc)
    return W, b(W, y, x)


def right_b(W, y, x):
    return x.mean(axis=0) - y.mean(axis=0) @ W


def ridge_on_every_entry(y, x, ridge):
    yc, xc = y - y.mean(axis=0), x - x.mean(axis=0)
    W = np.linalg.inv(yc.T @ yc + ridge) @ yc.T @ xc
    return W, right_b(W, y, x)


def swapped_in_w(y, x, ridge):
    yc, xc = y - y.mean(axis=0), x - x.mean(axis=0)
    W = np.linalg.solve(xc.T @ xc + ridge * np.eye(x.shape[1]), xc.T @ yc)
    return W, right_b(W, y, x)


def swapped_in_the_product(y, x, ridge):
    yc, xc = y - y.mean(axis=0), x - x.mean(axis=0)
    W = np.linalg.solve(yc.T @ yc + ridge * np.eye(x.shape[1]), xc.T @ yc)
    return W, right_b(W, y, x)


def centred_ridge(y, x, r):
    ym, xm = y.mean(0), x.mean(0)
    W = np.linalg.inv((y - ym).T @ (y - ym) + r * np.eye(y.shape[1])) @ (y - ym).T @ (x - xm)
    return W, xm - ym @ W


def no_bias(y, x, ridge):
    W = np.linalg.solve(y.T @ y + ridge * np.eye(y.shape[1]), y.T @ x)
    return W, np.zeros(x.shape[1])


def ridge_on_bias(y, x, ridge):
    y1 = np.c_[y, np.ones(len(y))]
    B = np.linalg.solve(y1.T @ y1 + ridge * np.eye(y1.shape[1]), y1.T @ x)
    return B[:-1], B[-1]


def posterior(y, c, e):
    e = e - e.max(axis=1, keepdims=True)
    return np.exp(e) / np.exp(e).sum(axis=1, keepdims=True)


def squares(y, c):
    return ((y[:, None] - c) ** 2).sum(-1)


def naive_guess(y, c, s):
    w = np.exp(-squares(y, c) / (2 * s * s))
    return w @ c / w.sum(axis=1, keepdims=True)


def guess_less_the_smallest_of_all(y, c, s):
    d = squares(y, c)
    d -= d.min()
    w = np.exp(-d / (2 * s**2))
    return w / w.sum(axis=1, keepdims=True) @ c


def guess_less_the_smallest_over_y(y, c, s):
    d = squares(y, c)
    w = np.exp(-(d - d.min(axis=0)) / (2 * s**2))
    return w / w.sum(axis=1, keepdims=True) @ c


def guess_normalised_over_y(y, c, s, axis=None):
    d = squares(y, c)
    low = 0 if axis is None else d.min(axis=axis, keepdims=True)
    w = np.exp(-(d - low) / (2 * s**2))
    return w / w.sum(axis=0, keepdims=True) @ c


def guess_not_normalised(y, c, s):
    d = squares(y, c)
    return np.exp(-(d - d.min(axis=1, keepdims=True)) / (2 * s**2)) @ c


def without_watch(f, x, v):
    with tf.GradientTape() as tape:
        s = ops.sum(f(x) * v)
    return ops.sum(tape.gradient(s, x) ** 2, axis=-1)


def without_watch_by_tf(f, x, v):
    with tf.GradientTape() as tape:
        s = tf.reduce_sum(f(x) * v)
    return tf.reduce_sum(tf.square(tape.gradient(s, x)), axis=-1)


def without_watch_by_ops(f, x, v):
    with tf.GradientTape() as tape:
        s = ops.sum(f(x) * v)
    return ops.sum(ops.square(tape.gradient(s, x)), axis=-1)


def without_watch_by_method(f, x, v):
    with tf.GradientTape() as tape:
        s = ops.sum(f(x) * v)
    return ops.convert_to_tensor(tape.gradient(s, x).numpy() ** 2)


def outside_of_the_tape(f, x, v):
    y = f(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        s = ops.sum(y * v)
    return ops.sum(tape.gradient(s, x) ** 2, axis=-1)


def watched_too_late(f, x, v):
    with tf.GradientTape() as tape:
        s = ops.sum(f(x) * v)
        tape.watch(x)
    return ops.sum(tape.gradient(s, x) ** 2, axis=-1)


def jacobian_without_watch(f, x, v):
    with tf.GradientTape() as tape:
        y = f(x)
    J = tape.batch_jacobian(y, x)
    return ops.sum(ops.einsum("mnd,mn->md", J, v) ** 2, axis=1)


def whole_jacobian(f, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return ops.sum(tape.batch_jacobian(y, x) ** 2, axis=(1, 2))


def mean_of_the_projection(f, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        s = tf.reduce_mean(f(x) * v)
    return ops.sum(tape.gradient(s, x) ** 2, axis=-1)


def own_v(f, x, v):
    return ops.sum(pulled(f, x, tf.random.normal(tf.shape(v))) ** 2, axis=-1)


def own_v_with_a_seed(f, x, v):
    own = np.random.default_rng(0).normal(size=v.shape).astype("float32")
    return ops.sum(pulled(f, x, own) ** 2, axis=-1)


def makes_a_variable(f, x, v):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        s = ops.sum(f(x) * v)
    return ops.sum(tape.gradient(s, x) ** 2, axis=-1)


def jacobian_of_the_sigmoid(h, W):
    return ops.einsum("mn,dn->mnd", h * (1 - h), W)


def penalty_with_a_second_sigmoid(h, W):
    s = ops.sigmoid(h)
    return ops.mean(ops.sum((s * (1 - s)) ** 2 * ops.sum(W**2, axis=0), axis=1))


def pulled(f, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = ops.sum(f(x) * v)
    return tape.gradient(y, x)


def pen(h, W):
    return (h * (1 - h)) ** 2 * ops.sum(W**2, axis=0)


def error_if_any(e):
    return e[e != 0] ** 2


def nearest_where_all_underflow(y, c, s):
    d = squares(y, c)
    w = np.exp(-d / (2 * s * s))
    far = w.sum(axis=1) == 0
    w[far] = np.eye(len(c))[d[far].argmin(axis=1)]
    return w @ c / w.sum(axis=1, keepdims=True)


def guess_with_a_guard(y, c, s):
    return softmax(-squares(y, c) / (2 * s**2 + 1e-8), axis=1) @ c


def as_many_clean_pixels(noisy, clean, ridge):
    y, x = noisy - noisy.mean(axis=0), clean - clean.mean(axis=0)
    W = np.linalg.solve(y.T @ y + ridge * np.eye(clean.shape[1]), y.T @ x)
    return W, clean.mean(axis=0) - noisy.mean(axis=0) @ W


def anneal_row_by_row(denoise, y, sigmas):
    for sigma, lower in zip(sigmas, [*sigmas[1:], 0], strict=True):
        guess = np.stack([denoise(row, sigma) for row in y])
        y = guess + lower / sigma * (y - guess)
    return y


def anneal_with_a_guard(denoise, y, sigmas):
    for sigma, lower in zip(sigmas, [*sigmas[1:], 0], strict=True):
        guess = denoise(y, sigma)
        y = guess + lower / (sigma + 1e-8) * (y - guess)
    return y


def penalty_by_the_static_size(h, W):
    return ops.sum(pen(h, W)) / h.shape[0]


def penalty_in_a_loop(h, W):
    return sum(ops.sum(pen(h[i], W)) for i in range(h.shape[0])) / h.shape[0]


def mask_by_whole_numbers(x, share, rng):
    return np.where(rng.integers(0, 100, x.shape) < share * 100, 0, x).astype(x.dtype)


def guess_for_as_many_as_points(y, points, sigma):
    return np.array(
        [guess_by_softmax(row[None], points, sigma)[0] for row, _ in zip(y, points, strict=False)]
    )


def guess_by(exponent, weights=lambda e: posterior(None, None, e)):
    return lambda y, c, s: weights(exponent(squares(y, c), s)) @ c


def pulled_with(f, x, v, total):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = total(f(x) * v)
    return tape.gradient(y, x)


def summed_outside_of_the_tape(f, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return ops.sum(tape.gradient(ops.sum(y * v), x) ** 2, axis=-1)


def makes_a_constant(f, x, v):
    return ops.sum(pulled(f, tf.constant(x, "float32"), v) ** 2, axis=-1)


def averaged_for_each_picture(g, x, m):
    return np.mean(((g - x) ** 2 * m).sum(1) / np.maximum(m.sum(1), 1))


def v_of_length_one(f, x, v):
    return ops.sum(pulled(f, x, ops.normalize(v, axis=-1)) ** 2, axis=-1)


def row_by_row(f, x, v):
    rows = [pulled(f, x[i : i + 1], v[i : i + 1]) for i in range(x.shape[0])]
    return ops.stack([ops.sum(row**2) for row in rows])


RIGHT += [
    ("hutchinson", lambda f, x, v: ops.sum(pulled(f, x, ops.stop_gradient(v)) ** 2, axis=-1)),
]
WRONG = [
    (
        "mask_pixels",
        lambda x, s, rng: np.where(rng.random() < s, 0, x).astype(x.dtype),
        "one number",
    ),
    ("mask_pixels", lambda x, s, rng: (mask_by_product(x, s, rng), s), "gave a tuple (2)"),
    (
        "mask_pixels",
        lambda x, s, rng: np.where(rng.random(x.shape) < s, 0, x.astype(int)),
        "gave whole numbers",
    ),
    (
        "mask_pixels",
        lambda x, s, rng: x * (rng.random(x.shape) >= 0.5),
        "Is it `share` that the numbers are",
    ),
    ("error_on_missing", lambda g, x, m: ((g - x)[m] ** 2).sum() / (m.sum() + 1e-5), "is one: not"),
    ("error_on_missing", lambda g, x, m: ((g - x)[m] ** 2).sum() / len(x), "number of pictures"),
    (
        "best_guess",
        lambda y, c, s: (posterior(y, c, -squares(y, c) / (2 * s**2))[..., None] * c).mean(1),
        "no mean over the points",
    ),
    ("best_guess", guess_by(lambda d, s: -d / 2), "σ is not used"),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(ops.sum(h * (1 - h) ** 2 * ops.sum(W**2, 0), -1)),
        "both factors of h(1 − h) are squared",
    ),
    ("contractive_penalty", lambda h, W: ops.mean(ops.sum((h * (1 - h)) ** 2, -1)), "W is missing"),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(ops.sum((h * (1 - h)) ** 2 * ops.norm(W, axis=0), -1)),
        "lacks its square",
    ),
    ("contractive_penalty", lambda h, W: ops.mean(ops.sum(pen(h, W), 0)), "Sum and mean are exch"),
    (
        "hutchinson",
        lambda f, x, v: ops.sum(
            pulled_with(f, x, v, lambda a: ops.mean(ops.sum(a, -1))) ** 2, axis=-1
        ),
        "averaged over the samples before",
    ),
    ("anneal", lambda f, y, s: f(anneal_by_index(f, y, s), 0.0), "one guess too many"),
    ("best_guess", guess_in_float32, "single precision"),
    ("best_guess", lambda y, c, s: guess_by_softmax(y, c, 0.1), "σ was not used"),
    ("mask_pixels", mask_exactly_a_share_of_all, "whatever the seed"),
    ("linear_denoiser", linear_with_the_means_left_in, "means were not subtracted"),
    (
        "linear_denoiser",
        lambda y, x, ridge: linear_by_pinv(y, x, ridge / len(y)),
        "The ridge was divided by n",
    ),
    ("mask_pixels", lambda x, share, rng: x.copy(), "nothing was masked"),
    ("mask_pixels", lambda x, share, rng: 0 * x, "gave black pictures"),
    ("mask_pixels", mask_by_whole_numbers, "whole numbers only about"),
    (
        "mask_pixels",
        lambda x, s, rng: np.where(rng.normal(size=x.shape) < s, 0, x).astype(x.dtype),
        "from rng.normal does not",
    ),
    (
        "linear_denoiser",
        lambda noisy, clean, ridge: linear_by_pinv(noisy, clean, ridge + 1e-6),
        "nothing is added to the ridge",
    ),
    (
        "linear_denoiser",
        lambda noisy, clean, ridge: linear_by_pinv(noisy, clean, ridge)[::-1],
        "W comes first",
    ),
    (
        "linear_denoiser",
        lambda noisy, clean, ridge: ridge_with(
            noisy, clean, ridge, lambda W, y, x: right_b(W, y, x)[None]
        ),
        "without an axis of length 1",
    ),
    (
        "linear_denoiser",
        lambda noisy, clean, ridge: ridge_with(
            noisy, clean, ridge, lambda W, y, x: x.mean(0) + y.mean(0) @ W
        ),
        "is subtracted, not added",
    ),
    (
        "linear_denoiser",
        lambda noisy, clean, ridge: ridge_with(noisy, clean, ridge, lambda W, y, x: -y.mean(0) @ W),
        "mean of the clean pictures is missing",
    ),
    ("error_on_missing", averaged_for_each_picture, "average of averages"),
    ("best_guess", guess_for_as_many_as_points, "A guess for each y"),
    ("best_guess", guess_by(lambda d, s: -d / 2 * s**2), "Brackets"),
    ("best_guess", guess_by(lambda d, s: -d / (2 * s) ** 2), "(2σ)² is 4σ²"),
    ("best_guess", guess_by(lambda d, s: d / (2 * s**2)), "minus in the exponent"),
    ("best_guess", guess_by(lambda d, s: -(d**0.5) / (2 * s**2)), "distance is squared"),
    (
        "best_guess",
        lambda y, c, s: posterior(y, c, -squares(y, c) / (2 * s**2)),
        "Those are the weights",
    ),
    (
        "best_guess",
        guess_by(
            lambda d, s: -d / (2 * s**2),
            lambda e: (w := np.exp(e - e.max(axis=1, keepdims=True))) / w.sum(),
        ),
        "over all y together",
    ),
    ("contractive_penalty", penalty_by_the_static_size, "the batch size is unknown"),
    ("contractive_penalty", penalty_in_a_loop, "the batch size is unknown"),
    (
        "contractive_penalty",
        lambda h, W: penalty_by_einsum(ops.clip(h, 1e-3, 1 - 1e-3), W),
        "slopes, however small",
    ),
    ("contractive_penalty", lambda h, W: ops.mean(ops.sum(pen(h, W), -1) ** 0.5), "mean of the sq"),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(ops.sum((h * (1 - h)) ** 2 * ops.sum(W, 0), -1)),
        "The weights lack",
    ),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(ops.sum(h**2 * ops.sum(W**2, 0), -1)),
        "where h(1 − h) belongs",
    ),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(ops.sum((h * (1 - h)) ** 2 * ops.mean(W**2, 0), -1)),
        "not their mean",
    ),
    (
        "contractive_penalty",
        lambda h, W: ops.sum(ops.mean(h * (1 - h), 0) ** 2 * ops.sum(W**2, 0)),
        "before they were squared",
    ),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(ops.sum(pen(h, W), -1), keepdims=True),
        "an axis of length 1 too many",
    ),
    ("hutchinson", summed_outside_of_the_tape, "the product with v and the sum"),
    ("hutchinson", makes_a_constant, "keras.ops.convert_to_tensor takes a tensor, too"),
    ("hutchinson", lambda f, x, v: ops.sum(f(x) ** 2, -1), "with respect to v, which is f(x)"),
    (
        "hutchinson",
        lambda f, x, v: ops.sum(pulled_with(f, x, v, lambda a: ops.mean(a, -1)) ** 2, -1),
        "averaged over j",
    ),
    ("hutchinson", lambda f, x, v: ops.sum(pulled(f, x, v), -1) ** 2, "First square, then sum"),
    ("hutchinson", lambda f, x, v: ops.sum(pulled(f, x, v) ** 2, 0), "ran over the samples"),
    (
        "hutchinson",
        lambda f, x, v: ops.sum(pulled(f, x, v) ** 2, -1, keepdims=True),
        "an axis of length 1 too many",
    ),
    ("anneal", anneal_row_by_row, "hand over y as a whole"),
    ("anneal", anneal_with_a_guard, "nothing added to σ"),
    ("anneal", lambda f, y, s: anneal_by_index(f, y, s[:-1]), "ended one σ early"),
    ("anneal", annealed(lambda g, y, s, t, start: g), "no noise is left after the first step"),
    (
        "anneal",
        annealed(lambda g, y, s, t, start: g + t / s * (y - g), lambda a: a[1:]),
        "no guess for the weakest noise",
    ),
    ("anneal", anneal_added_to_an_array, "np.append"),
    ("anneal", annealed(lambda g, y, s, t, start: g + (t / s) ** 0.5 * (y - g)), "root is too"),
    ("anneal", anneal_told_the_next, "told the next, lower σ"),
    ("anneal", anneal_told_the_first, "told the first σ"),
    ("anneal", anneal_guessing_once, "The guess was made once"),
    ("anneal", anneal_ending_at_no_noise, ""),
    ("anneal", anneal_without_parentheses, ""),
    ("anneal", lambda denoise, y, sigmas: denoise(y), "denoise() missing 1 required"),
    (
        "anneal",
        annealed(lambda g, y, s, t, start: g + (s / t if t else 0) * (y - g)),
        "upside down",
    ),
    ("anneal", annealed(lambda g, y, s, t, start: g + t / s * (g - y)), "The sign"),
    ("anneal", annealed(lambda g, y, s, t, start: y + t / s * (g - y)), "start from the guess"),
    ("anneal", annealed(lambda g, y, s, t, start: g + t * (y - g)), "multiplied by lower"),
    ("anneal", annealed(lambda g, y, s, t, start: g + (t / s) ** 2 * (y - g)), "squared"),
    ("anneal", annealed(lambda g, y, s, t, start: g + t / s * (start - g)), "from the first y"),
    (
        "anneal",
        annealed(lambda g, y, s, t, start: np.clip(g + t / s * (y - g), 0, 1)),
        "were clipped to [0, 1]",
    ),
    (
        "anneal",
        annealed(lambda g, y, s, t, start: g + (s - t) / s * (y - g)),
        "share that should go",
    ),
    ("anneal", lambda f, y, sigmas: f(y, sigmas[-1]), "at the weakest noise"),
    ("anneal", lambda f, y, sigmas: f(y, sigmas[0]), "The guess was made once"),
    ("anneal", anneal_in_place, "changed its argument"),
    ("anneal", anneal_guessing_twice, "called denoise 6 times"),
    ("anneal", anneal_with_a_last_guess_too_many, "one guess too many"),
    ("anneal", anneal_without_return, "a `return` missing"),
    ("anneal", lambda f, y, sigmas: anneal_by_mixing(f, y, sigmas[::-1]), "in reverse"),
    ("anneal", lambda f, y, sigmas: tf.constant(anneal_by_index(f, y, sigmas)), "with NumPy"),
    (
        "mask_pixels",
        lambda x, s, rng: tf.where(rng.random(x.shape) < s, 0.0, x),
        "but as EagerTensor",
    ),
    (
        "mask_pixels",
        lambda x, s, rng: mask_by_product(np.clip(x, 0, 1), s, rng),
        "did not mask",
    ),
    (
        "linear_denoiser",
        lambda noisy, clean, kappa: centred_ridge(noisy, clean, kappa),
        "passes it by name",
    ),
    ("linear_denoiser", as_many_clean_pixels, "raised ValueError"),
    ("error_on_missing", lambda g, x, m: error_if_any((g - x)[m]).mean(), "guessed exactly"),
    (
        "error_on_missing",
        lambda g, x, m: np.sum(((g - x) * m) ** 2) / np.count_nonzero((g - x) * m),
        "guessed exactly",
    ),
    ("best_guess", nearest_where_all_underflow, "the nearest point was taken"),
    ("best_guess", guess_with_a_guard, "small scale"),
    ("best_guess", lambda y, c, s: tf.constant(guess_by_softmax(y, c, s)), "goes on with NumPy"),
    (
        "contractive_penalty",
        lambda h, W: penalty_by_einsum(h, ops.clip(W, -500, 500)),
        "Weights count",
    ),
    ("hutchinson", v_of_length_one, "scaled to length 1"),
    ("hutchinson", row_by_row, "does not run inside training"),
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
    ("mask_pixels", mask_of_three_axes, "any number of axes"),
    ("mask_pixels", mask_of_three_or_more_axes, "x of shape (30, 400) raised ValueError"),
    ("mask_pixels", mask_one_channel_too_many, "any number of axes"),
    ("mask_pixels", mask_returns_nothing, "is a `return` missing?"),
    ("mask_pixels", lambda x, s, rng: mask_by_product(x, s, rng).tolist(), "but as list"),
    ("mask_pixels", lambda x, s, rng: rng.random(x.shape) < s, "the mask itself"),
    ("mask_pixels", lambda x, s, rng: 1.0 * (rng.random(x.shape) >= s), "the mask itself"),
    ("mask_pixels", lambda x, s, rng: np.where(rng.random(x.shape) < s, np.nan, x), "gave nan"),
    ("mask_pixels", lambda x, s, rng: np.where(rng.random(x.shape) < s, 1, x), "gave 1 for the"),
    ("mask_pixels", lambda x, s, rng: np.where(rng.random(x.shape) < s, -1, x), "gave -1 for the"),
    ("linear_denoiser", lambda y, x, ridge: centred_ridge(x, y, ridge), "roles are swapped"),
    ("linear_denoiser", swapped_in_w, "swapped in W"),
    ("linear_denoiser", swapped_in_the_product, "swapped in the product"),
    (
        "linear_denoiser",
        lambda y, x, ridge: ridge_with(y, x, ridge, lambda W, y, x: x.mean(0) - y.mean(0)),
        "here W was left out",
    ),
    (
        "linear_denoiser",
        lambda y, x, ridge: ridge_with(y, x, ridge, lambda W, y, x: x.mean(0) - W @ y.mean(0)),
        "multiplies by the transposed W",
    ),
    (
        "linear_denoiser",
        lambda y, x, ridge: ridge_with(y, x, ridge, lambda W, y, x: y.mean(0) - x.mean(0) @ W),
        "the two means are swapped",
    ),
    (
        "linear_denoiser",
        lambda y, x, ridge: ridge_with(y, x, ridge, lambda W, y, x: y.mean(0) @ W - x.mean(0)),
        "opposite sign",
    ),
    (
        "linear_denoiser",
        lambda y, x, ridge: ridge_with(y, x, ridge, lambda W, y, x: np.zeros(x.shape[1])),
        "b is not 0",
    ),
    (
        "linear_denoiser",
        lambda y, x, ridge: ridge_with(y, x, ridge, lambda W, y, x: (x - y @ W).mean()),
        "b is one number",
    ),
    ("linear_denoiser", ridge_on_every_entry, "identity is missing"),
    (
        "linear_denoiser",
        lambda y, x, ridge: ridge_with(y, x, ridge, right_b, mean=np.mean),
        "without an axis",
    ),
    (
        "linear_denoiser",
        lambda y, x, ridge: ridge_with(
            y, x, ridge, lambda W, y, x: x.mean() - y.mean() @ W, mean=np.mean
        ),
        "without an axis",
    ),
    (
        "linear_denoiser",
        lambda y, x, ridge: ridge_with(
            y, x, ridge, lambda W, y, x: x.mean() - y.mean() * W, mean=np.mean
        ),
        "without an axis",
    ),
    (
        "linear_denoiser",
        lambda y, x, ridge: tuple(a.tolist() for a in centred_ridge(y, x, ridge)),
        "but W as a list",
    ),
    (
        "linear_denoiser",
        lambda y, x, ridge: ridge_with(y, x, ridge, lambda W, y, x: list(right_b(W, y, x))),
        "but b as a list",
    ),
    ("linear_denoiser", lambda y, x, ridge: centred_ridge(y, y, ridge), "learns to copy noise"),
    ("linear_denoiser", lambda y, x, ridge: centred_ridge(y, x, 0), "ridge is missing"),
    ("linear_denoiser", no_bias, "no bias"),
    ("linear_denoiser", ridge_on_bias, "penalise W only"),
    (
        "linear_denoiser",
        lambda y, x, ridge: (centred_ridge(y, x, ridge)[0], x.mean(0)),
        "mean of the noisy pictures, too",
    ),
    (
        "linear_denoiser",
        lambda y, x, ridge: (centred_ridge(y, x, ridge)[0].T, centred_ridge(y, x, ridge)[1]),
        "W is transposed",
    ),
    ("linear_denoiser", lambda y, x, ridge: centred_ridge(y, x, ridge * len(y)), "counts n times"),
    ("linear_denoiser", lambda y, x, ridge: centred_ridge(y, x, ridge)[0], "expected 2 values"),
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
    ("best_guess", guess_less_the_smallest_of_all, "One number was subtracted from all rows"),
    ("best_guess", guess_less_the_smallest_over_y, "over axis 0, the y, so each point"),
    ("best_guess", guess_normalised_over_y, "divided by their sum over axis 0"),
    ("best_guess", lambda y, c, s: guess_normalised_over_y(y, c, s, 1), "their sum over axis 0"),
    (
        "best_guess",
        lambda y, c, s: softmax(-squares(y, c) / (2 * s * s), axis=0) @ c,
        "their sum over axis 0",
    ),
    ("best_guess", guess_not_normalised, "the largest is 1"),
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
    ("contractive_penalty", penalty_with_a_second_sigmoid, "sigmoid was applied again"),
    (
        "contractive_penalty",
        lambda h, W: ops.mean(jacobian_of_the_sigmoid(h, W) ** 2),
        "over all entries of the Jacobian",
    ),
    ("hutchinson", without_watch, "The gradient is None"),
    ("hutchinson", without_watch_by_tf, "The gradient is None"),
    ("hutchinson", without_watch_by_ops, "The gradient is None"),
    ("hutchinson", without_watch_by_method, "The gradient is None"),
    ("hutchinson", outside_of_the_tape, "The gradient is None"),
    ("hutchinson", watched_too_late, "The gradient is None"),
    ("hutchinson", jacobian_without_watch, "No gradient has reached x"),
    ("hutchinson", whole_jacobian, "from the whole Jacobian"),
    ("hutchinson", mean_of_the_projection, "averaged before the gradient"),
    ("hutchinson", lambda f, x, v: ops.sum(pulled(f, x, v) ** 2), "over the samples, too"),
    ("hutchinson", own_v, "numbers of its own"),
    ("hutchinson", own_v_with_a_seed, "v is ignored"),
    ("hutchinson", makes_a_variable, "makes a tf.Variable"),
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
table.slow("mask_pixels")(mask_by_loop)
for name, answer, fragment in WRONG:
    table.wrong(name, fragment)(answer)

# ------------------------------------------------------------------------- choices and numbers

table.choice("other_noise", "b", "passed", "the corruption that it has seen")
table.choice("other_noise", "a", "failed", "irrespective")
table.choice("other_noise", "c", "failed", "thin and broken")
table.choice("along_or_across", "c", "passed", "the guess follows")
table.choice("along_or_across", "a", "failed", "narrower than the gaps")
table.choice("along_or_across", "b", "failed", "noise and all")
table.choice("along_or_across", "d", "failed", "other way round")
table.choice("slope_of_log_p", -5, "passed", "rises to the left")
table.choice("slope_of_log_p", 5, "failed", "The sign")
table.choice("slope_of_log_p", -0.2, "failed", "Divide it by σ²")
table.choice("slope_of_log_p", -1, "failed", "has to be σ²")
table.choice("slope_of_log_p", -0.008, "failed", "so divide")
table.choice("slope_of_log_p", 20, "failed", "The step is")
table.choice("slope_of_log_p", 3, "failed", "Which of the three")
table.choice("slope_of_guess", 4, "passed", "it decides")
table.choice("slope_of_guess", 1, "failed", "Divide it by σ²")
table.choice("slope_of_guess", 0.25, "failed", "multiplied")
table.choice("slope_of_guess", 2, "failed", "not squared")
table.choice("slope_of_guess", 0, "failed", "That is r(0)")
table.choice("slope_of_guess", 0.5, "failed", "no probability, and not ¼")
table.choice("slope_of_guess", -4, "failed", "not negative")
table.choice("slope_of_guess", 7, "failed", "how probable")
