"""What learners answer in chapter 05."""

import numpy as np
import tensorflow as tf
from keras import ops
from scipy.spatial.distance import cdist
from scipy.special import logsumexp, rel_entr, softmax, xlogy

from exercise_tables import Table

table = Table()


def g(z, w):
    return np.stack([w[0] * np.cos(z), w[1] * np.sin(z)], axis=1)


# ------------------------------------------------------------------------------ right answers


def energy_by_expanding(y, z, w):
    points = g(z, w)
    return (y**2).sum(1)[:, None] - 2 * y @ points.T + (points**2).sum(1)


def energy_by_coordinates(y, z, w):
    first = np.subtract.outer(y[:, 0], w[0] * np.cos(z))
    return first**2 + np.subtract.outer(y[:, 1], w[1] * np.sin(z)) ** 2


def energy_by_loops(y, z, w):
    E = np.zeros((len(y), len(z)))
    for m in range(len(y)):
        for k in range(len(z)):
            E[m, k] = sum((y[m] - w * np.array([np.cos(z[k]), np.sin(z[k])])) ** 2)
    return E


def free_energy_by_rows(E, beta):
    return np.array(
        [row.min() - np.log(np.exp(beta * (row.min() - row)).mean()) / beta for row in E]
    )


def slope_by_loops(y, z, w, p):
    total = np.zeros(2)
    for m in range(len(y)):
        for k in range(len(z)):
            c = np.array([np.cos(z[k]), np.sin(z[k])])
            total += p[m, k] * -2 * (y[m] - w * c) * c
    return total / len(y)


def slope_by_matrices(y, z, w, p):
    c = np.stack([np.cos(z), np.sin(z)], 1)
    return 2 * w * (p.mean(0) @ c**2) - 2 * (y * (p @ c)).mean(0)


def ista_by_tf(z, y, W, lam, L):
    u = z - tf.matmul(tf.matmul(z, W, transpose_b=True) - y, W) / L
    return tf.maximum(u - lam / L, 0.0) + tf.minimum(u + lam / L, 0.0)


def loss_by_tf(y, z_guess, z_found, W):
    z = tf.stop_gradient(z_found)
    cost = 0.5 * tf.reduce_sum(tf.square(y - tf.matmul(z, W, transpose_b=True)), axis=1)
    return tf.reduce_mean(cost + tf.reduce_sum(tf.square(z - z_guess), axis=1))


def variational_by_loops(E, q, beta):
    out = []
    for row, shares in zip(E, q, strict=True):
        total = 0.0
        for e, s in zip(row, shares, strict=True):
            if s > 0:
                total += s * e + s * np.log(s * len(shares)) / beta
        out.append(total)
    return np.array(out)


def variational_by_posterior(E, q, beta):
    """F + KL(q‖p(z|y))/β."""
    p = softmax(-beta * E, axis=1)
    return -logsumexp(-beta * E, axis=1, b=1 / E.shape[1]) / beta + rel_entr(q, p).sum(1) / beta


def to_uniform(q):
    return xlogy(q, q * q.shape[1]).sum(1)


RIGHT = [
    ("variational_free_energy", variational_by_loops),
    ("variational_free_energy", lambda E, q, b: (q * E).sum(1) + to_uniform(q) / b),
    (
        "variational_free_energy",
        lambda E, q, b: np.einsum("mk,mk->m", q, E) + rel_entr(q, 1 / q.shape[1]).sum(1) / b,
    ),
    ("energy", energy_by_expanding),
    ("energy", energy_by_coordinates),
    ("energy", lambda y, z, w: cdist(y, g(z, w), "sqeuclidean")),
    ("free_energy", free_energy_by_rows),
    ("free_energy", lambda E, b: -(logsumexp(-b * E, axis=1) - np.log(E.shape[1])) / b),
    ("weights", lambda E, b: softmax(-b * E, axis=1)),
    ("slope", slope_by_matrices),
    ("shrink", lambda u, t: u - ops.clip(u, -t, t)),
    ("shrink", lambda u, t: ops.relu(u - t) - ops.relu(-u - t)),
    ("shrink", lambda u, t: u - ops.sign(u) * ops.minimum(ops.abs(u), t)),
    ("shrink", lambda u, t: ops.where(u > t, u - t, ops.where(u < -t, u + t, 0.0))),
    ("ista_step", ista_by_tf),
    ("target_loss", loss_by_tf),
]

# Right answers with Python loops, on data of the chapter's size.
table.slow("slope")(slope_by_loops)
table.slow("energy")(energy_by_loops)

# ------------------------------------------------------------------------------ wrong answers


def miss(y, z, w):
    return y[:, None] - g(z, w)


def slopes(y, z, w, p):
    c = g(z, [1, 1])
    return p[..., None] * -2 * miss(y, z, w) * c


def up(z, y, W):
    return (z @ ops.transpose(W) - y) @ W


def soft(u, t):
    return ops.sign(u) * ops.relu(ops.abs(u) - t)


def cost(y, z, W):
    return ops.sum((y - z @ ops.transpose(W)) ** 2, axis=1) / 2


def gap(a, b):
    return ops.sum((a - b) ** 2, axis=1)


def stop(z):
    return ops.stop_gradient(z)


def naive(E, beta):
    with np.errstate(all="ignore"):
        return -np.log(np.exp(-beta * E).mean(axis=1)) / beta


def naive_weights(E, beta):
    with np.errstate(all="ignore"):
        return np.exp(-beta * E) / np.exp(-beta * E).sum(axis=1, keepdims=True)


def lowest_if_lost(E, beta):
    """The lowest energy where the exponentials are lost."""
    with np.errstate(all="ignore"):
        mean = np.exp(-beta * E).mean(axis=1)
        return np.where(mean > 0, -np.log(mean) / beta, E.min(axis=1))


def nothing_if_lost(E, beta):
    p = np.exp(-beta * E)
    return p / (p.sum(axis=1, keepdims=True) + 1e-12)


def shrink_unless_zero(u, t):
    if t == 0:
        return u
    return soft(u, t)


def energy_in_float32(y, z, w):
    return energy_by_coordinates(*(np.asarray(a, np.float32) for a in (y, z, w)))


def free_energy_patched(E, beta):
    with np.errstate(all="ignore"):
        F = -np.log(np.exp(-beta * E).mean(1)) / beta
    return np.where(np.isinf(F), E.min(1) + np.log(E.shape[1]) / beta, F)


def free_energy_less(out):
    def free_energy(E, beta):
        low = out(E)
        with np.errstate(all="ignore"):
            return low[:, 0] - np.log(np.exp(-beta * (E - low)).mean(axis=1)) / beta

    return free_energy


def variational_with(kl):
    return lambda E, q, b: (q * E).sum(1) + kl(q) / b


def kl_or_nothing(q):
    with np.errstate(all="ignore"):
        return np.nan_to_num((q * np.log(q * q.shape[1])).sum(1))


def loss_by_the_sizes_of_w(y, z_guess, z_found, W):
    z, (D, N) = ops.stop_gradient(z_found), W.shape
    fit = ops.mean((y - z @ ops.transpose(W)) ** 2)
    return D / 2 * fit + N * ops.mean((z - z_guess) ** 2)


RIGHT += [
    ("target_loss", loss_by_the_sizes_of_w),
    (
        "ista_step",
        lambda z, y, W, a, L: soft(z @ ops.eye(W.shape[1]) - up(z, y, W) / L, a / L),
    ),
]
WRONG = [
    ("shrink", lambda u, t: soft(u, float(t)), "float() and int() take one number"),
    ("shrink", lambda u, t: soft(u, max(t, 0)), "`if`, max and min ask for one True or False"),
    ("shrink", lambda u, t: soft(u, t[:, None]), "It may be a plain number, as well as"),
    (
        "target_loss",
        lambda y, h, f, W: (
            (ops.sum((y - stop(f) @ ops.transpose(W)) ** 2) / 2 + ops.sum((stop(f) - h) ** 2))
            / ops.shape(y)[0]
        ),
        "keras.ops.cast(n, x.dtype)",
    ),
    ("energy", energy_in_float32, "In double precision"),
    ("energy", lambda y, z, w: (y - g(z, w)) ** 2, "v[:, None] gives a vector a second axis"),
    ("energy", lambda y, z, w: energy_by_loops(y, z, (2.0, 1.0)), "are written into it"),
    ("energy", lambda y, z, w: np.abs(miss(y, z, w)).sum(-1), "absolute differences"),
    ("energy", lambda y, z, w: miss(y, z, w)[..., 0] ** 2, "square of one coordinate"),
    ("free_energy", free_energy_patched, "Take the lowest of each row out"),
    (
        "free_energy",
        free_energy_less(lambda E: E.max(axis=1, keepdims=True)),
        "with the largest, or the mean",
    ),
    ("free_energy", lambda E, b: free_energy_by_rows(E, b) / np.log(10), "base 10"),
    ("free_energy", lambda E, b: E.mean(1), "plain mean of the energies"),
    ("free_energy", lambda E, b: free_energy_by_rows(E, 1.0), "β is not used"),
    (
        "free_energy",
        lambda E, b: -(logsumexp(-b * E, axis=1) - np.log(len(E))) / b,
        "the number of columns",
    ),
    ("weights", lambda E, b: softmax(-b * E), "over all rows together"),
    ("weights", lambda E, b: softmax(-b * E, axis=1) * E.shape[1], "divided by its mean"),
    (
        "weights",
        lambda E, b: softmax((-b * E).astype(np.float32), axis=1),
        "In double precision",
    ),
    ("slope", lambda y, z, w, p: slopes(y, z, w, 0 * p + 1).mean((0, 1)), "plain mean over z"),
    (
        "slope",
        lambda y, z, w, p: (-2 * (y - w * (p @ g(z, (1, 1)))) * (p @ g(z, (1, 1)))).mean(0),
        "was averaged first",
    ),
    ("slope", lambda y, z, w, p: slope_by_loops(y, np.pi / 2 - z, w, p), "Sine and cosine are"),
    (
        "slope",
        lambda y, z, w, p: (
            (-2 * p[..., None] * (y[:, None] - g(z, (1, 1))) * g(z, (1, 1))).sum(1).mean(0)
        ),
        "What is subtracted from y is w·c",
    ),
    ("slope", lambda *a: slope_by_loops(*a).astype(np.float32), "In double precision"),
    ("variational_free_energy", variational_with(kl_or_nothing), "the whole row's divergence"),
    *(
        (
            "variational_free_energy",
            variational_with(lambda q, e=e: (q * (np.log(q + e) + np.log(q.shape[1]))).sum(1)),
            says,
        )
        for e, says in ((1e-6, ""), (1e-8, "with nothing added"))
    ),
    (
        "variational_free_energy",
        variational_with(lambda q: to_uniform(np.clip(q, 1e-7, 1))),
        "with nothing added or cut off",
    ),
    (
        "variational_free_energy",
        variational_with(lambda q: xlogy(q, q / q.shape[1]).sum(1)),
        "K stands above the line",
    ),
    (
        "variational_free_energy",
        lambda E, q, b: (q * E).sum(1) + xlogy(q, q).sum(1) / b + np.log(q.shape[1]),
        "divide it by β, too",
    ),
    ("variational_free_energy", variational_with(lambda q: to_uniform(q) / np.log(2)), "base 2"),
    (
        "variational_free_energy",
        variational_with(lambda q: xlogy(q, q * q.shape[1]).mean(1)),
        "sum",
    ),
    ("variational_free_energy", lambda E, q, b: to_uniform(q) / b, "energy under q is missing"),
    ("shrink", lambda u, t: ops.where(u > t, u - t, u + t), "three pieces"),
    ("shrink", lambda u, t: ops.where(ops.abs(u) > t, u - t * ops.sign(u), u), "was kept. It bec"),
    ("ista_step", lambda z, y, W, a, L: soft(z - up(z, 0 * y, W) / L, a / L), "y is missing"),
    ("ista_step", lambda z, y, W, a, L: soft(-up(z, y, W) / L, a / L), "begins at z"),
    ("ista_step", lambda z, y, W, a, L: ops.relu(z - up(z, y, W) / L - a / L), "keeps the sign"),
    (
        "ista_step",
        lambda z, y, W, a, L: ops.where(
            ops.abs(z - up(z, y, W) / L) > a / L, z - up(z, y, W) / L, 0.0
        ),
        "a hard threshold",
    ),
    (
        "ista_step",
        lambda z, y, W, a, L: soft(z - ops.stop_gradient(up(z, y, W)) / L, a / L),
        "held by stop_gradient",
    ),
    ("target_loss", lambda y, h, f, W: loss_by_tf(y, h, f, W) / 2, "C alone"),
    ("variational_free_energy", lambda E, q, b: (q * E).sum(1), "average energy alone"),
    ("variational_free_energy", lambda E, q, b: (q * E).sum(1) + to_uniform(q), "not divided by β"),
    ("variational_free_energy", lambda E, q, b: (q * E).sum(1) + b * to_uniform(q), "not multip"),
    ("variational_free_energy", lambda E, q, b: (q * E).sum(1) - to_uniform(q) / b, "sign"),
    ("variational_free_energy", lambda E, q, b: (q * E).sum(1) + xlogy(q, q).sum(1) / b, "entropy"),
    ("variational_free_energy", lambda E, q, b: b * (q * E).sum(1) + to_uniform(q), "divide by β"),
    ("variational_free_energy", variational_by_posterior, "However small q"),
    (
        "variational_free_energy",
        lambda E, q, b: (q * E).sum(1) - xlogy(q, q).sum(1) / b,
        "Entropy enters with a minus",
    ),
    (
        "variational_free_energy",
        lambda E, q, b: (q * E).sum(1) + (np.log((q > 0).sum(1)) + xlogy(q, q).sum(1)) / b,
        "K counts all the z",
    ),
    (
        "variational_free_energy",
        lambda E, q, b: E.mean(1) + to_uniform(q) / b,
        "averaged with the weights q",
    ),
    (
        "variational_free_energy",
        lambda E, q, b: -logsumexp(-b * E, axis=1, b=1 / E.shape[1]) / b,
        "F itself",
    ),
    (
        "variational_free_energy",
        lambda E, q, b: (q * E).sum(1) + (q * np.log(q * q.shape[1])).sum(1) / b,
        "0·ln 0",
    ),
    (
        "variational_free_energy",
        lambda E, q, b: (q * E).sum(1) + (q * np.log(q * q.shape[1] + 1e-3)).sum(1) / b,
        "average energy under q",
    ),
    (
        "variational_free_energy",
        lambda E, q, b: np.mean((q * E).sum(1) + to_uniform(q) / b),
        "one for each row",
    ),
    ("energy", lambda y, z, w: cdist(y, g(z, w)), "no root"),
    ("energy", lambda y, z, w: (miss(y, z, w) ** 2).mean(-1), "half the energy"),
    ("energy", lambda y, z, w: cdist(g(z, w), y) ** 2, "swapped"),
    ("energy", lambda y, z, w: miss(y, z, w).sum(-1) ** 2, "Square first"),
    ("energy", lambda y, z, w: cdist(y, g(np.pi / 2 - z, w)) ** 2, "Sine and cosine"),
    ("energy", lambda y, z, w: cdist(y, g(z, [1, 1])) ** 2, "w is not used"),
    ("energy", lambda y, z, w: cdist(y, g(z, w[::-1])) ** 2, "swapped"),
    ("energy", lambda y, z, w: cdist(y, g(z / 180 * np.pi, w)) ** 2, "radians already"),
    ("energy", lambda y, z, w: ops.convert_to_tensor(energy_by_expanding(y, z, w)), "np.asarray"),
    ("free_energy", lambda E, b: tf.constant(free_energy_by_rows(E, b)), "np.asarray"),
    ("free_energy", lambda E, b: free_energy_by_rows(E, b) - E.min(1), "not put back"),
    ("weights", lambda E, b: tf.constant(softmax(-b * E, axis=1)), "np.asarray"),
    ("slope", lambda y, z, w, p: tf.constant(slope_by_matrices(y, z, w, p)), "np.asarray"),
    ("energy", lambda y, z, w: cdist(y, g(z, w)) ** 2 / 2, "half the energy"),
    ("energy", lambda y, z, w: (cdist(y, g(z, w)) ** 2).sum(1), "energies of all z"),
    ("energy", lambda y, z, w: ((y - g(z, w)) ** 2).sum(-1), "raised"),
    ("free_energy", naive, "became 0"),
    ("free_energy", lambda E, b: -logsumexp(-b * E, axis=1) / b, "how fine the grid"),
    ("free_energy", lambda E, b: -naive(E, b), "sign is wrong"),
    ("free_energy", lambda E, b: -naive(-E, b), "soft maximum"),
    ("free_energy", lambda E, b: naive(E, b) * b, "division by β"),
    ("free_energy", lambda E, b: naive(E, 1 / b), "inverse of the temperature"),
    ("free_energy", lambda E, b: naive(E.T, b), "axis 1"),
    ("free_energy", lambda E, b: naive(E, b) / np.log(2), "base 2"),
    ("free_energy", lambda E, b: E.min(axis=1), "cold limit"),
    ("free_energy", lambda E, b: (E * softmax(-b * E, axis=1)).sum(1), "average energy under"),
    ("free_energy", lowest_if_lost, "or to give the lowest energy instead"),
    ("free_energy", lambda E, b: np.nan_to_num(naive(E, b)), "no reason to fail"),
    ("free_energy", lambda E, b: naive(E - E.min(), b) + E.min(), "of each row out first"),
    ("weights", naive_weights, "0/0"),
    ("weights", nothing_if_lost, "Only differences of energies matter"),
    ("weights", lambda E, b: np.nan_to_num(naive_weights(E, b)), "Only differences of energies"),
    ("energy", lambda y, z, w: cdist(np.clip(y, -50, 50), g(z, w)) ** 2, "has to be clipped"),
    ("weights", lambda E, b: softmax(b * E, axis=1), "fits worst"),
    ("weights", lambda E, b: softmax(-b * E, axis=0), "axis 1"),
    ("weights", lambda E, b: np.exp(-b * (E - E.min(1, keepdims=True))), "do not add up"),
    ("weights", lambda E, b: softmax(-E / b, axis=1), "inverse of the temperature"),
    ("weights", lambda E, b: np.isclose(E, E.min(1, keepdims=True)) * 1.0, "cold limit"),
    ("weights", lambda E, b: softmax(-E, axis=1), "β is not used"),
    ("slope", lambda y, z, w, p: -slope_by_matrices(y, z, w, p), "sign is wrong"),
    ("slope", lambda y, z, w, p: slopes(y, z, w, p).sum((0, 1)), "loss is their mean"),
    ("slope", lambda y, z, w, p: slopes(y, z, w, p).mean((0, 1)), "no division by K"),
    ("slope", lambda y, z, w, p: slope_by_matrices(y, z, w, p) / 2, "The 2 from the square"),
    ("slope", lambda y, z, w, p: slopes(y, z, w, np.ones_like(p)).sum(1).mean(0), "not used"),
    (
        "slope",
        lambda y, z, w, p: (p[..., None] * -2 * miss(y, z, w)).sum(1).mean(0),
        "inner derivative",
    ),
    ("slope", lambda y, z, w, p: slopes(y, z, w, p).sum(1), "single observations"),
    ("slope", lambda y, z, w, p: slopes(y, z, w, p).sum(1).mean(), "a slope of its own"),
    ("shrink", lambda u, t: ops.where(ops.abs(u) >= t, u, 0.0), "hard threshold"),
    ("shrink", lambda u, t: ops.maximum(u - t, 0.0), "Negative entries"),
    ("shrink", lambda u, t: ops.maximum(ops.abs(u) - t, 0.0), "sign is lost"),
    ("shrink", lambda u, t: u - t * ops.sign(u), "carried past 0"),
    ("shrink", lambda u, t: ops.clip(u, -t, t), "takes away"),
    ("shrink", lambda u, t: u - t, "subtracted from everything"),
    ("shrink", lambda u, t: soft(u, float(t)), "raised"),
    ("shrink", lambda u, t: soft(u, max(t, 0)), "raised"),
    ("shrink", shrink_unless_zero, "raised"),
    ("shrink", lambda u, t: soft(ops.clip(u, -10, 10), t), "has to be clipped"),
    ("shrink", lambda u, t: ops.sign(u) * ops.softplus(ops.abs(u) - t), "not below 0"),
    ("shrink", lambda u, t: np.sign(u) * np.maximum(np.abs(u) - t, 0), "inside training"),
    ("ista_step", lambda z, y, W, a, L: soft(z + up(z, y, W) / L, a / L), "uphill"),
    ("ista_step", lambda z, y, W, a, L: soft(z - up(z, y, W) / L, a), "threshold is λ/L"),
    ("ista_step", lambda z, y, W, a, L: soft(z - up(z, y, W), a / L), "grow without end"),
    ("ista_step", lambda z, y, W, a, L: soft(z - up(z, y, W), a), "L is not used"),
    ("ista_step", lambda z, y, W, a, L: z - up(z, y, W) / L, "shrinking is missing"),
    ("ista_step", lambda z, y, W, a, L: z - (up(z, y, W) + a * ops.sign(z)) / L, "jumps back"),
    (
        "ista_step",
        lambda z, y, W, a, L: soft(z, a / L) - up(soft(z, a / L), y, W) / L,
        "First the step",
    ),
    ("ista_step", lambda z, y, W, a, L: soft(z - 2 * up(z, y, W) / L, a / L), "2 of the square"),
    ("ista_step", lambda z, y, W, a, L: z - soft(up(z, y, W) / L, a / L), "gradient was shrunk"),
    ("ista_step", lambda z, y, W, a, L: soft(z - (z @ W - y) @ W / L, a / L), "raised"),
    ("ista_step", lambda z, y, W, a, L: soft(z - (z @ W.T - y) @ W / L, a / L), "ops.transpose(x)"),
    (
        "ista_step",
        lambda z, y, W, a, L: soft(z - up(z, y, W) / float(L), a / float(L)),
        "raised TypeError",
    ),
    ("target_loss", lambda y, g, f, W: ops.mean(cost(y, f, W) + gap(f, g)), "a target"),
    ("target_loss", lambda y, g, f, W: ops.mean(cost(y, g, W) + gap(stop(f), g)), "was found"),
    (
        "target_loss",
        lambda y, g, f, W: ops.mean(2 * cost(y, stop(f), W) + gap(stop(f), g)),
        "½ in C is missing",
    ),
    (
        "target_loss",
        lambda y, g, f, W: ops.mean(cost(y, stop(f), W) + gap(stop(f), g) / 2),
        "none in Δ",
    ),
    ("target_loss", lambda y, g, f, W: ops.mean(cost(y, stop(f), W)), "encoder would learn"),
    ("target_loss", lambda y, g, f, W: ops.mean(gap(stop(f), g)), "decoder would learn"),
    (
        "target_loss",
        lambda y, g, f, W: ops.mean((y - f @ ops.transpose(W)) ** 2) / 2 + ops.mean((f - g) ** 2),
        "Sum over the last axis",
    ),
    ("target_loss", lambda y, g, f, W: ops.sum(cost(y, f, W) + gap(f, g)), "Average over"),
    (
        "target_loss",
        lambda y, g, f, W: ops.mean(cost(y, stop(f), W) + gap(stop(f), stop(g))),
        "no gradient into z_guess",
    ),
    (
        "target_loss",
        lambda y, g, f, W: (
            np.mean(np.sum((y - f @ np.transpose(W)) ** 2, 1) / 2)
            + np.mean(np.sum((f - g) ** 2, axis=1))
        ),
        "does not run inside training",
    ),
    (
        "target_loss",
        lambda y, g, f, W: ops.mean(stop(cost(y, f, W)) + gap(stop(f), g)),
        "no gradient into W",
    ),
]

for name, function in RIGHT:
    table.right(name)(function)
for name, function, says in WRONG:
    table.wrong(name, says)(function)

for option, status, says in [
    ("a", "failed", "other end"),
    ("b", "passed", "Every z counts the same"),
    ("c", "failed", "goes to 0 just as fast"),
    ("d", "failed", "soft minimum cannot exceed"),
]:
    table.choice("hot_limit", option, status, says)

for option, status, says in [
    ("a", "failed", "nothing is told apart"),
    ("b", "failed", "fits everything"),
    ("c", "passed", "low energy everywhere"),
    ("d", "failed", "coarseness of the angles"),
]:
    table.choice("lower_loss", option, status, says)
