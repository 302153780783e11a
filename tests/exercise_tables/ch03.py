"""What learners answer in chapter 03."""

import numpy as np
import tensorflow as tf
from keras import ops

from exercise_tables import Table

table = Table()


def bowl(r, s):
    return r * ops.log(r / s) + (1 - r) * ops.log((1 - r) / (1 - s))


# ------------------------------------------------------------------------------ right answers


def average_by_sum(h):
    return ops.sum(h, axis=0) / ops.cast(ops.shape(h)[0], "float32")


def average_by_tf(h):
    return tf.reduce_mean(h, [0])


def penalty_in_one_line(rho_hat, rho):
    s = ops.minimum(ops.maximum(rho_hat, 1e-7), 1 - 1e-7)
    return ops.sum(
        rho * (np.log(rho) - ops.log(s)) + (1 - rho) * (np.log(1 - rho) - ops.log(1 - s))
    )


def penalty_with_einsum(rho_hat, rho):
    return ops.einsum("j->", bowl(rho, ops.clip(rho_hat, 1e-7, 1 - 1e-7)))


def error_by_einsum(delta2, W2, h, rho, beta):
    back = np.einsum("md,jd->mj", delta2, W2)
    r = np.mean(h, axis=0, keepdims=True)
    return (back - beta * rho / r + beta * (1 - rho) / (1 - r)) * (h - h**2)


def error_by_loops(delta2, W2, h, rho, beta):
    out = np.zeros_like(h)
    for m in range(len(h)):
        for j in range(h.shape[1]):
            r = sum(h[:, j]) / len(h)
            out[m, j] = sum(W2[j] * delta2[m]) + beta * ((1 - rho) / (1 - r) - rho / r)
            out[m, j] *= h[m, j] * (1 - h[m, j])
    return out


def fields_by_list(W1, side):
    pictures = [w.reshape(side, side) for w in np.transpose(W1)]
    return np.array([(p / np.max(np.abs(p)) + 1) / 2 for p in pictures])


def top_k_by_sort(h, k):
    return h * ops.cast(h >= ops.sort(h, axis=-1)[:, -k][:, None], h.dtype)


def top_k_by_one_hot(h, k):
    mask = ops.sum(ops.one_hot(ops.top_k(h, k)[1], h.shape[-1]), axis=1)
    return h * mask


def penalty_in_a_loop(rho_hat, rho):
    total = 0.0
    for j in range(rho_hat.shape[0]):
        total += bowl(rho, ops.clip(rho_hat[j], 1e-7, 1 - 1e-7))
    return total


def penalty_with_small_numbers(rho_hat, rho):
    on = rho * ops.log(rho / (rho_hat + 1e-7))
    return ops.sum(on + (1 - rho) * ops.log((1 - rho) / (1 - rho_hat + 1e-7)))


def second_chance_by_where(z, dead, k):
    z = ops.where(dead > 0, ops.softplus(z), 0.0)
    return ops.where(z >= ops.top_k(z, k)[0][:, -1:], z, 0.0)


def second_chance_by_logaddexp(z, dead, k):
    spare = tf.math.log1p(tf.exp(-tf.abs(z))) + tf.nn.relu(z)
    spare = spare * dead
    return spare * tf.cast(spare >= tf.math.top_k(spare, k).values[:, -1:], spare.dtype)


def recovered_by_loops(features, atoms):
    def cosine(f, a):
        return f @ a / np.sqrt((f @ f) * (a @ a))

    return sum(max(cosine(f, a) for a in atoms) >= 0.9 for f in features) / len(features)


def directions(v):
    return v / np.linalg.norm(v, axis=1, keepdims=True)


RIGHT = [
    ("second_chance", second_chance_by_where),
    ("second_chance", second_chance_by_logaddexp),
    ("second_chance", lambda z, d, k: kept(ops.softplus(z * d) * d, k)),
    ("price_of_sharing", lambda p: 2 * p * p * (1 / 3 - 2 / 4 + 1 / 6 + 1 / 6)),
    ("price_of_sharing", lambda p: np.square(p) * 2 / 6),
    ("recovered", recovered_by_loops),
    ("recovered", lambda f, a: float((directions(f) @ directions(a).T).max(1).__ge__(0.9).mean())),
    ("kl_penalty", penalty_in_a_loop),
    ("kl_penalty", penalty_with_small_numbers),
    ("average_activation", average_by_sum),
    ("average_activation", average_by_tf),
    ("kl_penalty", penalty_in_one_line),
    ("kl_penalty", penalty_with_einsum),
    ("hidden_error", error_by_einsum),
    ("hidden_error", error_by_loops),
    ("useless_code", lambda samples, units, rho: rho * np.ones((samples, units))),
    ("useless_code", lambda samples, units, rho: [[rho] * units for _ in range(samples)]),
    ("receptive_fields", fields_by_list),
    ("l1_penalty", lambda h, lam: lam * ops.sum(ops.abs(h)) / ops.cast(ops.shape(h)[0], "float32")),
    ("l1_penalty", lambda h, lam: ops.mean(ops.norm(h, ord=1, axis=-1)) * lam),
    ("l1_penalty", lambda h, lam: lam * ops.mean(ops.sum(ops.maximum(h, -h), axis=-1))),
    ("top_k", top_k_by_sort),
    ("top_k", top_k_by_one_hot),
]


# ------------------------------------------------------------------------------ wrong answers


def slope(h, rho, axis=0):
    r = np.mean(h, axis=axis, keepdims=True)
    return (1 - rho) / (1 - r) - rho / r


def clipped(s):
    return ops.clip(s, 1e-7, 1 - 1e-7)


def bowl_by_numpy(r, s):
    return r * np.log(r / s) + (1 - r) * np.log((1 - r) / (1 - s))


def kept(h, k):
    return ops.where(h >= ops.top_k(h, k)[0][:, -1:], h, 0.0)


def inside_only(s, r):
    return ops.sum(ops.where((s > 0) & (s < 1), bowl(r, s), 0.0))


def inside_only_and_safe(s, r):
    inside = (s > 0) & (s < 1)
    return ops.sum(ops.where(inside, bowl(r, ops.where(inside, s, 0.3)), 0.0))


def right_value_nan_slope(s, r):
    """Where the price is infinite, a large one instead; but the slope of log 0 comes through."""
    return ops.sum(ops.where((s > 1e-7) & (s < 1 - 1e-7), bowl(r, s), bowl(r, clipped(s))))


def penalty_clipped_at(e):
    return lambda s, r: ops.sum(bowl(r, ops.clip(s, e, 1 - e)))


def penalty_guarded_by(e):
    return lambda s, r: ops.sum(r * ops.log(r / (s + e)) + (1 - r) * ops.log((1 - r) / (1 - s + e)))


def error_of(prime=lambda h: h * (1 - h), back=lambda d, W: d @ W.T, pull=None):
    """hidden_error with other parts."""

    def error(delta2, W2, h, rho, beta):
        penalty = beta * slope(h, rho) if pull is None else pull(h, rho, beta)
        return prime(h) * (back(delta2, W2) + penalty)

    return error


def pictures_of(scaled, order=lambda w: w.T):
    return lambda W1, side: order(scaled(W1)).reshape(-1, side, side)


def grey(w):
    return 0.5 + 0.5 * w / np.abs(w).max(axis=0)


def spare_by(strength):
    return lambda z, dead, k: kept(strength(z) * dead, k)


def pushed_down(c):
    """The living pushed down instead of left out."""

    def second_chance(z, dead, k):
        down = z - c * (1 - dead)
        return ops.where(down >= ops.top_k(down, k)[0][:, -1:], ops.softplus(z), 0.0) * dead

    return second_chance


def recovered_by(add=0.0, atoms_used=None):
    def recovered(features, atoms):
        atoms = atoms[: atoms_used and len(features)]
        lengths = np.linalg.norm(features, axis=1)[:, None] * np.linalg.norm(atoms, axis=1)
        return np.mean((features @ atoms.T / (lengths + add)).max(axis=1) >= 0.9)

    return recovered


WRONG = [
    ("average_activation", lambda h: [ops.mean(h[:, j]) for j in range(h.shape[1])], "ops.stack"),
    *(("kl_penalty", penalty_clipped_at(e), "too far from 0") for e in (1e-5, 1e-6, 5e-7)),
    ("kl_penalty", penalty_clipped_at(1e-12), "which is too close"),
    *(("kl_penalty", penalty_guarded_by(e), f"{e:g} was added") for e in (1e-6, 1e-5, 1e-3)),
    ("kl_penalty", lambda s, r: -ops.sum(r * ops.log(s) + (1 - r) * ops.log(1 - s)), "cross-entr"),
    (
        "kl_penalty",
        lambda s, r: ops.sum(bowl(r, clipped(s)), keepdims=True),
        "an axis of length 1 too many",
    ),
    ("kl_penalty", lambda s, r: ops.sum(bowl(0.05, clipped(s))), "0.05 is written into it"),
    ("hidden_error", error_of(back=lambda d, W: 0), "What comes back from the output is missing"),
    ("hidden_error", error_of(pull=lambda h, r, b: slope(h, r)), "β is missing"),
    (
        "hidden_error",
        error_of(pull=lambda h, r, b: -b * r / h.mean(0) + (1 - r) / (1 - h.mean(0))),
        "before both terms",
    ),
    (
        "hidden_error",
        error_of(pull=lambda h, r, b: b * ((1 - r) / (1 - h) - r / h)),
        "h stands in the slope",
    ),
    ("hidden_error", error_of(pull=lambda h, r, b: b * len(h) * slope(h, r)), "M times too large"),
    (
        "hidden_error",
        error_of(pull=lambda h, r, b: b * ((1 - r) / (1 - h.sum(0)) - r / h.sum(0))),
        "not the sum",
    ),
    (
        "hidden_error",
        lambda d, W, h, r, b: h * (1 - h) * d @ W.T + b * h * (1 - h) * slope(h, r),
        "from left to right",
    ),
    ("hidden_error", error_of(prime=lambda h: h), "σ′ = h·(1 − h)."),
    (
        "hidden_error",
        error_of(prime=lambda h: np.exp(-h) / (1 + np.exp(-h)) ** 2),
        "That is not σ′",
    ),
    ("hidden_error", lambda *a: error_by_einsum(*a).mean(0), "a row for each sample"),
    ("hidden_error", lambda *a: error_by_einsum(*a).T, "a row for each sample"),
    ("useless_code", lambda samples, units, rho: np.full((samples, units), 0.05), "an argument"),
    ("receptive_fields", pictures_of(grey, lambda w: w), "each row is a pixel"),
    (
        "receptive_fields",
        pictures_of(lambda w: 0.5 + 0.5 * w / np.abs(w).max(axis=1, keepdims=True)),
        "Each pixel was divided",
    ),
    ("receptive_fields", pictures_of(lambda w: 2 * grey(w) - 0.5), "halve them"),
    ("receptive_fields", pictures_of(lambda w: grey(np.abs(w))), "The sign was lost"),
    ("receptive_fields", pictures_of(lambda w: grey(-w)), "Inverted"),
    (
        "receptive_fields",
        lambda W1, side: grey(W1).reshape(side, side, -1),
        "The first axis counts the units",
    ),
    ("l1_penalty", lambda h, lam: lam * ops.sum(ops.mean(ops.abs(h), -1)), "are exchanged"),
    ("l1_penalty", lambda h, lam: lam * ops.mean(ops.abs(h), 0), "for each unit: add them up"),
    ("l1_penalty", lambda h, lam: lam * ops.mean(ops.abs(ops.sum(h, -1))), "taken of the sum"),
    (
        "l1_penalty",
        lambda h, lam: lam * ops.mean(ops.sum(ops.abs(h), -1, keepdims=True), 0),
        "an axis of length 1 too many",
    ),
    (
        "top_k",
        lambda h, k: ops.where(h >= ops.top_k(h, k)[0][:, -1], h, 0.0),
        "v[:, None] gives a vector a second axis",
    ),
    (
        "top_k",
        lambda h, k: ops.where(h >= ops.top_k(h, k)[0][:, :1], h, 0.0),
        "Only the largest is left",
    ),
    ("top_k", lambda h, k: ops.relu(kept(h, k)), "no ReLU here"),
    (
        "top_k",
        lambda h, k: ops.where(h >= ops.top_k(h, k)[0][:, -1:] - 0.01, h, 0.0),
        "However close",
    ),
    *(("second_chance", spare_by(getattr(ops, f)), f"ops.{f}") for f in ("elu", "silu", "gelu")),
    ("second_chance", spare_by(ops.leaky_relu), "ops.leaky_relu"),
    *(("second_chance", pushed_down(c), "") for c in (5.0, 100.0)),
    ("price_of_sharing", lambda p: p / 3 - p**2 / 4, "drawing its mean"),
    ("price_of_sharing", lambda p: p**2 / 15, "no density"),
    ("price_of_sharing", lambda p: (2 * p - p**2) / 3, "as soon as one of them"),
    ("recovered", recovered_by(add=1e-3), "no small number added"),
    ("recovered", recovered_by(atoms_used=True), "best atom of each feature"),
    ("average_activation", lambda h: ops.mean(ops.clip(h, 0, 1), axis=0), "Activations count"),
    ("kl_penalty", inside_only, "were left out of the sum"),
    ("kl_penalty", inside_only_and_safe, "were left out of the sum"),
    ("kl_penalty", right_value_nan_slope, "its slope is not finite"),
    ("kl_penalty", lambda s, r: ops.nan_to_num(ops.sum(bowl(r, s))), "Clip rho_hat to"),
    (
        "hidden_error",
        lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + b * slope(h, r)) / len(h),
        "it was divided by M",
    ),
    (
        "hidden_error",
        lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + b * slope(np.clip(h, 1e-7, 1), r)),
        "ρ̂ unclipped",
    ),
    (
        "hidden_error",
        lambda d, w, h, r, b: ops.convert_to_tensor(h * (1 - h) * (d @ w.T + b * slope(h, r))),
        "goes on with NumPy",
    ),
    ("useless_code", lambda n, j, rho: np.full((n, j), round(rho, 3)), "Which average"),
    (
        "receptive_fields",
        lambda w, s: (0.5 + 0.5 * w / (np.abs(w).max(0) + 1e-8)).T.reshape(-1, s, s),
        "Large or tiny",
    ),
    (
        "l1_penalty",
        lambda h, lam: lam * ops.mean(ops.sum(ops.sqrt(h**2), -1)),
        "slope is not finite",
    ),
    (
        "top_k",
        lambda h, k: ops.where(
            h > -ops.sort(-ops.pad(h, [(0, 0), (0, 1)], constant_values=-1e9))[:, k : k + 1], h, 0.0
        ),
        "Of two equal winners",
    ),
    ("average_activation", lambda h: ops.mean(h, axis=1), "one number for each sample"),
    ("average_activation", lambda h: ops.mean(h), "one number for the whole layer"),
    ("average_activation", lambda h: ops.sum(h, axis=0), "divide by their number M"),
    ("average_activation", lambda h: ops.mean(h, 0, keepdims=True), "Leave out keepdims"),
    ("average_activation", lambda h: ops.mean(ops.cast(h > 0.5, "float32"), 0), "no gradient"),
    ("average_activation", lambda h: ops.max(h, axis=0), "largest activation"),
    ("average_activation", lambda h: np.mean(h, axis=0), "does not run inside training"),
    ("average_activation", lambda h: ops.sum(h, axis=0) / 2, "Add up each column"),
    ("kl_penalty", lambda s, r: ops.sum(r * ops.log(r / clipped(s))), "second term is missing"),
    ("kl_penalty", lambda s, r: ops.mean(bowl(r, clipped(s))), "mean over the units"),
    ("kl_penalty", lambda s, r: bowl(r, clipped(s)), "add them up"),
    ("kl_penalty", lambda s, r: ops.sum(bowl(r, clipped(s))) / np.log(2), "in bits"),
    ("kl_penalty", lambda s, r: ops.sum(bowl(clipped(s), r)), "swapped"),
    ("kl_penalty", lambda s, r: -ops.sum(bowl(r, clipped(s))), "sign is wrong"),
    ("kl_penalty", lambda s, r: ops.sum(bowl(r, s)), "log 0 or a division by 0"),
    ("kl_penalty", lambda s, r: ops.sum(bowl(r, s + 1e-7)), "always on"),
    ("kl_penalty", lambda s, r: ops.sum(bowl(r, ops.clip(s, 0.01, 0.99))), "too far from 0"),
    ("kl_penalty", lambda s, r: ops.sum((s - r) ** 2), "squared distance"),
    (
        "kl_penalty",
        lambda s, r: ops.sum(r * ops.log(r / s) - (1 - r) * ops.log((1 - r) / (1 - s))),
        "added, not subtracted",
    ),
    ("hidden_error", lambda d, w, h, r, b: h * (1 - h) * (d @ w.T), "penalty is missing"),
    (
        "hidden_error",
        lambda d, w, h, r, b: h * (1 - h) * (d @ w.T) + b * slope(h, r),
        "stands outside σ′",
    ),
    ("hidden_error", lambda d, w, h, r, b: d @ w.T + b * slope(h, r), "σ′ is missing"),
    (
        "hidden_error",
        lambda d, w, h, r, b: h * (1 - h) * (d @ w.T - b * r / h.mean(0)),
        "second term of the slope is missing",
    ),
    (
        "hidden_error",
        lambda d, w, h, r, b: h * (1 - h) * (d @ w.T - b * slope(h, r)),
        "sign of the slope",
    ),
    (
        "hidden_error",
        lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + b * slope(h, r, axis=1)),
        "units of each sample",
    ),
    (
        "hidden_error",
        lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + b * slope(h, r) / len(h)),
        "form for the sum",
    ),
    (
        "hidden_error",
        lambda d, w, h, r, b: h * (1 - h) * ((d @ w.T).mean(0) + b * slope(h, r)),
        "averaged over the batch before",
    ),
    (
        "hidden_error",
        lambda d, w, h, r, b: h * (1 - h) * (d @ w + b * slope(h, r)),
        "forgotten transpose",
    ),
    ("useless_code", lambda n, j, rho: np.zeros((n, j)), "penalty is not 0"),
    ("useless_code", lambda n, j, rho: np.full((n, j), 0.5), "Which average"),
    ("useless_code", lambda n, j, rho: np.full((j, n), rho), "expected (40, 7)"),
    ("useless_code", lambda n, j, rho: np.full((n, j), 20.0), "leaves [0, 1]"),
    (
        "useless_code",
        lambda n, j, rho: (np.arange(n)[:, None] < rho * n) * np.ones(j),
        "its rows differ",
    ),
    ("useless_code", lambda n, j, rho: rho, "expected (40, 7)"),
    ("useless_code", lambda n, j, rho: 1 / 0, "raised ZeroDivisionError"),
    ("receptive_fields", lambda w, s: (0.5 + 0.5 * w / np.abs(w).max(0)).T, "reshape to"),
    (
        "receptive_fields",
        lambda w, s: (0.5 + 0.5 * w / np.abs(w).max()).T.reshape(-1, s, s),
        "share one scale",
    ),
    (
        "receptive_fields",
        lambda w, s: ((w - w.min(0)) / np.ptp(w, axis=0)).T.reshape(-1, s, s),
        "smallest to its largest",
    ),
    (
        "receptive_fields",
        lambda w, s: (0.5 + 0.5 * w / w.max(0)).T.reshape(-1, s, s),
        "absolute",
    ),
    ("receptive_fields", lambda w, s: (w / np.abs(w).max(0)).T.reshape(-1, s, s), "[−1, 1]"),
    (
        "receptive_fields",
        lambda w, s: np.array([0.5 + 0.5 * p / np.abs(p).max() for p in w.reshape(-1, s, s)]),
        "without turning it first",
    ),
    (
        "receptive_fields",
        lambda w, s: (0.5 + 0.5 * w / np.abs(w).max(0)).reshape(s, s, -1).T,
        "Rows and columns",
    ),
    ("l1_penalty", lambda h, lam: lam * ops.sum(ops.abs(h)), "summed over the samples"),
    ("l1_penalty", lambda h, lam: lam * ops.mean(ops.abs(h)), "mean over the units"),
    ("l1_penalty", lambda h, lam: lam * ops.mean(ops.sum(h * h, -1)), "Gaussian prior"),
    ("l1_penalty", lambda h, lam: lam * ops.mean(ops.sum(h, -1)), "absolute value"),
    ("l1_penalty", lambda h, lam: ops.mean(ops.sum(ops.abs(h), -1)), "λ is not used"),
    ("l1_penalty", lambda h, lam: lam * ops.sum(ops.abs(h), -1), "one number for each sample"),
    (
        "l1_penalty",
        lambda h, lam: ops.mean(ops.sum(lam * ops.abs(h) - np.log(lam / 2), -1)),
        "with its constant",
    ),
    (
        "l1_penalty",
        lambda h, lam: lam * ops.sum(ops.abs(ops.mean(h, 0))),
        "before the absolute value",
    ),
    ("l1_penalty", lambda h, lam: -lam * ops.mean(ops.sum(ops.abs(h), -1)), "sign is wrong"),
    ("top_k", lambda h, k: ops.top_k(h, k)[0], "lost their places"),
    ("top_k", lambda h, k: h * ops.cast(h >= ops.sort(ops.ravel(h))[-k], h.dtype), "whole batch"),
    (
        "top_k",
        lambda h, k: h * ops.cast(abs(h) >= ops.top_k(abs(h), k)[0][:, -1:], h.dtype),
        "absolute",
    ),
    ("kl_penalty", lambda s, r: ops.sum(bowl(r, ops.clip(s, 1e-12, 1 - 1e-12))), "1 − 1e-12 is 1"),
    (
        "hidden_error",
        lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + slope(h, r)),
        "slope of the penalty",
    ),
    ("average_activation", lambda h: ops.sum(h, axis=0) / ops.shape(h)[0], "keras.ops.mean"),
    ("top_k", lambda h, k: ops.cast(h >= ops.top_k(h, k)[0][:, -1:], "float32"), "the mask"),
    (
        "top_k",
        lambda h, k: h * ops.cast(h >= ops.sort(h, axis=0)[-min(k, h.shape[0])], "float32"),
        "over the samples",
    ),
    ("top_k", lambda h, k: ops.where(h > ops.top_k(h, k)[0][:, -1:], h, 0.0), "k − 1 are left"),
    (
        "top_k",
        lambda h, k: ops.where(
            h >= ops.sort(h)[:, ::-1][:, min(k, h.shape[1] - 1)][:, None], h, 0.0
        ),
        "k + 1 are left",
    ),
    ("second_chance", lambda z, d, k: kept(ops.relu(z) * d, k), "no gradient"),
    ("second_chance", lambda z, d, k: kept(z * d, k), "z themselves"),
    ("second_chance", lambda z, d, k: kept(ops.sigmoid(z) * d, k), "the sigmoid"),
    ("second_chance", lambda z, d, k: kept(ops.exp(z) * d, k), "exp(z)"),
    ("second_chance", lambda z, d, k: kept(ops.softplus(z) * (1 - d), k), "are swapped"),
    ("second_chance", lambda z, d, k: kept(ops.softplus(z), k), "The living compete"),
    ("second_chance", lambda z, d, k: kept(ops.softplus(z), k) * d, "fewer than k"),
    ("second_chance", lambda z, d, k: ops.softplus(z) * d, "All the dead units"),
    ("second_chance", lambda z, d, k: ops.top_k(ops.softplus(z) * d, k)[0], "shape"),
    ("price_of_sharing", lambda p: p / 3, "leaving one of them out"),
    ("price_of_sharing", lambda p: p * p / 6, "Both drawings"),
    ("price_of_sharing", lambda p: 2 * p * p / 9, "square of the mean"),
    ("price_of_sharing", lambda p: 2 * p * p / 3, "one strength"),
    ("price_of_sharing", lambda p: 2 * p * (1 - p) / 3, "with one feature"),
    ("price_of_sharing", lambda p: p / 3 * (1 + p), "Take the cases one by one"),
    (
        "kl_penalty",
        lambda s, r: np.sum(bowl_by_numpy(r, np.clip(s, 1e-7, 1 - 1e-7))),
        "keras.ops, not",
    ),
    ("l1_penalty", lambda h, lam: lam * np.mean(np.sum(np.abs(h), 1)), "no gradient"),
    ("second_chance", lambda z, d, k: kept(ops.softplus(z * d), k) * d, "softplus comes first"),
    ("second_chance", lambda z, d, k: ops.softplus(kept(z * d, k)) * d, "softplus comes first"),
    ("second_chance", lambda z, d, k: ops.softplus(kept(z * d, k)), "softplus comes first"),
    (
        "second_chance",
        lambda z, d, k: ops.softplus(kept(ops.where(d == 1, z, -1e9), k)),
        "softplus comes first",
    ),
    (
        "second_chance",
        lambda z, d, k: kept(ops.log(1 + ops.exp(z)) * d, k),
        "nothing overflows",
    ),
    (
        "second_chance",
        lambda z, d, k: ops.cast(kept(ops.softplus(z) * d, k) > 0, "float32"),
        "the mask",
    ),
    ("recovered", lambda f, a: np.mean((f @ a.T).max(1) >= 0.9), "divide by the lengths"),
    (
        "recovered",
        lambda f, a: np.sum(directions(f) @ directions(a).T >= 0.9) / len(f),
        "counted twice",
    ),
    (
        "recovered",
        lambda f, a: np.mean((directions(f) @ directions(a).T).max(1) ** 2 >= 0.9),
        "not its square",
    ),
    ("recovered", lambda f, a: np.mean((f @ directions(a).T).max(1) >= 0.9), "features were not"),
    (
        "recovered",
        lambda f, a: 100 * np.mean((directions(f) @ directions(a).T).max(1) >= 0.9),
        "per cent",
    ),
    (
        "recovered",
        lambda f, a: np.mean(np.corrcoef(f, a)[: len(f), len(f) :].max(1) >= 0.9),
        "a correlation",
    ),
    (
        "recovered",
        lambda f, a: np.mean(abs(directions(f) @ directions(a).T).max(1) >= 0.9),
        "opposite way",
    ),
    (
        "recovered",
        lambda f, a: np.mean((directions(f) @ directions(a).T).max(0) >= 0.9),
        "share of the atoms",
    ),
    (
        "recovered",
        lambda f, a: np.sum((directions(f) @ directions(a).T).max(1) >= 0.9),
        "number of features",
    ),
    ("recovered", lambda f, a: (directions(f) @ directions(a).T).max(1).mean(), "average of"),
    ("recovered", lambda f, a: (directions(f) @ directions(a).T).max(1) >= 0.9, "of each feature"),
    ("top_k", lambda h, k: ops.where(h < ops.top_k(h, k)[0][:, -1:], h, 0.0), "losers"),
    ("top_k", lambda h, k: ops.where(h <= ops.sort(h)[:, k - 1][:, None], h, 0.0), "smallest"),
]

for name, answer in RIGHT:
    table.right(name)(answer)
for name, answer, fragment in WRONG:
    table.wrong(name, fragment)(answer)

# ------------------------------------------------------------------------- choices and numbers

table.choice("what_kl_wants", "d", "passed", "what_kl_wants")
for option in "abc":
    table.choice("what_kl_wants", option, "failed", "what_kl_wants")
table.choice("beta_for_sum", 20_000, "passed", "tied to the batch size")
table.choice("beta_for_sum", 100, "failed", "drowned")
table.choice("beta_for_sum", 0.5, "failed", "other way round")
table.choice("beta_for_sum", 200, "failed", "That is the batch size")
table.choice("beta_for_sum", 500, "failed", "multiplied")
table.choice("beta_for_sum", 7, "failed", "Write both costs down")
