"""What learners answer in chapter 09."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from course_utils import metrics
from exercise_tables import Table

table = Table()

LN2, LN_2PI = float(np.log(2)), float(np.log(2 * np.pi))

# ------------------------------------------------------------------------------ right answers


def labels_by_rows_of_the_identity(z, y):
    return tf.concat([z, tf.gather(tf.eye(10), y)], axis=1)


def labels_by_comparison(z, y):
    places = ops.cast(ops.arange(10)[None, :] == ops.cast(y, "int32")[:, None], "float32")
    return ops.hstack([z, places])


def within_by_a_loop(features, y, real, y_real, distance):
    total, classes = 0.0, set(np.asarray(y).tolist())
    for c in classes:
        total += distance(features[np.flatnonzero(y == c)], real[np.flatnonzero(y_real == c)])
    return total / len(classes)


def bound_as_information_minus_gap(joint, q):
    """I(c; x) − E KL(P(c|x) ‖ Q(c|x)), from the posterior."""
    p_c, p_x = joint.sum(axis=1, keepdims=True), joint.sum(axis=0)
    seen = joint > 0
    information = np.sum(joint[seen] * np.log((joint / p_c / p_x)[seen]))
    return information - np.sum(joint[seen] * np.log((joint / p_x)[seen] / q[seen]))


def bound_cell_by_cell(joint, q):
    total = 0.0
    for row, guess in zip(joint, q, strict=True):
        total -= row.sum() * np.log(row.sum()) if row.sum() else 0.0
        for p, g in zip(row, guess, strict=True):
            total += p * np.log(g) if p else 0.0
    return total


def category_by_keras(c, logits):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return np.log(logits.shape[-1]).astype("float32") - loss(c, logits)


def category_by_logsumexp(c, logits):
    picked = ops.take_along_axis(logits, ops.cast(c, "int32")[:, None], axis=-1)[:, 0]
    return ops.mean(picked - ops.logsumexp(logits, axis=-1) + float(np.log(logits.shape[1])))


def code_by_standardising(c, mean, log_var):
    e = (c - mean) / ops.exp(log_var / 2)
    each = -ops.square(e) / 2 - log_var / 2 - LN_2PI / 2 + LN2
    return ops.mean(ops.sum(each, axis=1))


def code_in_double_precision(c, mean, log_var):
    c, mean, log_var = (ops.cast(a, "float64") for a in (c, mean, log_var))
    var = ops.exp(log_var)
    each = -((c - mean) ** 2) / (2 * var) - ops.log(ops.sqrt(8 * np.pi * var)) + 2 * LN2
    return ops.cast(ops.mean(ops.sum(each, -1)), "float32")


def agreement_by_a_loop(one, two, bound):
    total = 0.0
    for look, other in ((one, two), (two, one)):
        total += bound(ops.argmax(look, -1), other)
    return total / 2


def agreement_in_one_batch(one, two, bound):
    heard = ops.concatenate([ops.argmax(one, -1), ops.argmax(two, -1)], axis=0)
    return bound(heard, ops.concatenate([two, one], axis=0))


def code_divided_by_the_variance(c, mean, log_var):
    var = tf.exp(log_var)
    each = -tf.square(c - mean) / (2 * var) - log_var / 2 - LN_2PI / 2 + LN2
    return tf.reduce_mean(tf.reduce_sum(each, axis=1))


def agreement_in_one_list(one, two, bound):
    pairs = [(one, two), (two, one)]
    return ops.mean(ops.stack([bound(ops.argmax(ops.softmax(a), axis=-1), b) for a, b in pairs]))


def slant_by_regression(x):
    """The slope of a line, column on row, fitted to each picture with the ink as weights."""
    i, j = np.mgrid[: x.shape[1], : x.shape[2]]
    return np.array([-np.polyfit(i.ravel(), j.ravel(), 1, w=np.sqrt(p).ravel())[0] for p in x])


def slant_by_covariance(x):
    i, j = (a.ravel() for a in np.indices(x.shape[1:]))
    tables = [np.cov(np.stack([i, j]), aweights=picture.ravel(), ddof=0) for picture in x]
    return np.array([-t[0, 1] / t[0, 0] for t in tables])


RIGHT = [
    ("with_labels", labels_by_rows_of_the_identity),
    ("with_labels", labels_by_comparison),
    ("with_labels", lambda z, y: tf.concat([z, tf.one_hot(y, 10)], -1)),
    ("within_classes", within_by_a_loop),
    (
        "within_classes",
        lambda f, y, r, y_r, d: sum(d(f[y == c], r[y_r == c]) for c in set(y)) / len(set(y)),
    ),
    ("info_bound", bound_as_information_minus_gap),
    ("info_bound", bound_cell_by_cell),
    ("category_bound", category_by_keras),
    ("category_bound", category_by_logsumexp),
    (
        "category_bound",
        lambda c, a: (
            -ops.mean(tf.nn.sparse_softmax_cross_entropy_with_logits(c, a) - np.log(a.shape[-1]))
        ),
    ),
    (
        "category_bound",
        lambda c, a: (
            ops.mean(ops.log_softmax(a)[ops.one_hot(c, a.shape[-1]) > 0])
            + float(np.log(a.shape[-1]))
        ),
    ),
    ("code_bound", code_by_standardising),
    ("code_bound", code_in_double_precision),
    ("category_bound", lambda c, a: category_by_keras(c, ops.convert_to_tensor(a) + 3.0)),
    ("slant", slant_by_regression),
    ("slant", slant_by_covariance),
    ("agreement", agreement_by_a_loop),
    (
        "agreement",
        lambda a, b, bound: 0.5 * bound(tf.argmax(a, 1), b) + 0.5 * bound(tf.argmax(b, 1), a),
    ),
    ("agreement", agreement_in_one_list),
    ("agreement", agreement_in_one_batch),
    ("code_bound", code_divided_by_the_variance),
    ("code_bound", lambda c, m, v: code(ops.log(4.0) / 2 + gauss(c, m, v))),
]


@table.slow("slant")
def slant_pixel_by_pixel(x):
    out = []
    for p in x:
        sums = np.zeros(6)
        for i in range(len(p)):
            for j in range(len(p[i])):
                sums += p[i, j] * np.array([1, i, j, i * i, i * j, j * j])
        ink, down, right, rows, both, _ = sums
        out.append(-(both - down * right / ink) / (rows - down**2 / ink))
    return np.array(out)


# ------------------------------------------------------------------------------ wrong answers


def entropy(p):
    p = p[p > 0]
    return -(p * np.log(p)).sum()


def expected(joint, q):
    seen = joint > 0
    return (joint[seen] * np.log(q[seen])).sum()


def hot(c, a):
    return ops.one_hot(c, a.shape[-1])


def ln_q(c, logits):
    return ops.sum(hot(c, logits) * ops.log_softmax(logits), -1)


def clipped_bound(c, logits):
    p = ops.clip(ops.softmax(logits), 1e-7, 1.0)
    return ops.mean(ops.sum(hot(c, logits) * ops.log(p), -1)) + float(np.log(logits.shape[-1]))


def naive_bound(c, logits):
    return ops.mean(ops.log(ops.sum(hot(c, logits) * ops.softmax(logits), -1))) + float(
        np.log(logits.shape[-1])
    )


def in_numpy(c, logits):
    logits = np.asarray(logits)
    e = np.exp(logits - logits.max(-1, keepdims=True))
    log_p = logits - logits.max(-1, keepdims=True) - np.log(e.sum(-1, keepdims=True))
    return np.mean(log_p[np.arange(len(log_p)), c]) + np.log(logits.shape[-1])


def for_ten(c, logits):
    return ops.mean(ln_q(c, logits)) + float(np.log(10))


def taken_for_probabilities(c, logits):
    loss = keras.losses.SparseCategoricalCrossentropy()
    return float(np.log(logits.shape[-1])) - loss(c, logits)


def gauss(c, m, lv, half=0.5, constant=LN_2PI):
    return -half * (constant + lv + (c - m) ** 2 / ops.exp(lv))


def density(c, m, lv):
    var = ops.exp(lv)
    return ops.exp(-((c - m) ** 2) / (2 * var)) / ops.sqrt(2 * np.pi * var)


def for_ten_one_hot(c, logits):
    log_q = ops.sum(ops.one_hot(c, 10) * ops.log_softmax(logits), -1)
    return ops.mean(log_q) + float(np.log(10))


def hot_softmax(c, a):
    return ops.sum(hot(c, a) * ops.softmax(a, axis=-1), axis=-1)


def entropy_of_the_batch(c, logits):
    share = ops.mean(hot(c, logits), 0)
    share = ops.maximum(share, 1e-9)
    return ops.mean(ln_q(c, logits)) - ops.sum(share * ops.log(share))


def unweighted_centre(x):
    out = []
    for p in x:
        i, j = np.nonzero(p)
        out.append(slope(p[None], (i.mean(), j.mean()))[0])
    return np.array(out)


def frechet(a, b):
    return metrics.frechet_distance(a, b)


def code(each):
    return ops.mean(ops.sum(each, axis=-1))


def moments(x, centre=None):
    i, j = np.mgrid[: x.shape[1], : x.shape[2]].astype(float)
    out = []
    for p in x:
        a, b = centre or ((p * i).sum() / p.sum(), (p * j).sum() / p.sum())
        out.append(
            [(p * (i - a) * (j - b)).sum(), (p * (i - a) ** 2).sum(), (p * (j - b) ** 2).sum()]
        )
    return np.array(out).T


def slope(x, centre=None):
    across, rows, _ = moments(x, centre)
    return -across / rows


def code_with(parts, join=lambda each: ops.mean(ops.sum(each + LN2, axis=-1))):
    """code_bound from its three parts, ln 2π, ln σ² and the square over σ²."""
    return lambda c, m, lv: join(-parts(LN_2PI, lv, (c - m) ** 2 / ops.exp(lv)))


def category_of(each, entropy=np.log):
    return lambda c, a: ops.mean(each(c, a)) + float(entropy(a.shape[-1]))


def classes_in_both(f, y, r, y_r, d):
    return np.mean([d(f[y == c], r[y_r == c]) for c in np.intersect1d(y, y_r)])


def by_real_counts(f, y, r, y_r, d):
    classes = [c for c in y_r if c in y]
    return np.mean([d(f[y == c], r[y_r == c]) for c in classes])


def first_class(f, y, r, y_r, d):
    for c in np.unique(y):
        return d(f[y == c], r[y_r == c])


def about_the_rounded_centre(x):
    ink = x.sum((1, 2))
    i, j = np.mgrid[: x.shape[1], : x.shape[2]]
    centre = [np.round((x * a).sum((1, 2)) / ink)[:, None, None] for a in (i, j)]
    return slope(x, centre)


RIGHT += [
    ("with_labels", lambda z, y: ops.hstack([ops.stop_gradient(z), ops.one_hot(y, 10)])),
    ("code_bound", lambda c, m, lv: code_by_standardising(ops.stop_gradient(c), m, lv)),
    (
        "agreement",
        lambda one, two, bound: (
            (bound(c=ops.argmax(one, -1), logits=two) + bound(c=ops.argmax(two, -1), logits=one))
            / 2
        ),
    ),
]
WRONG = [
    ("within_classes", classes_in_both, "nothing is left out"),
    ("within_classes", by_real_counts, "how many real pictures"),
    ("within_classes", first_class, "first class alone"),
    (
        "within_classes",
        lambda f, y, r, y_r, d: sum(d(f[y == c], r[y_r == c]) for c in np.unique(y)) / 10,
        "divided by 10",
    ),
    (
        "info_bound",
        lambda j, q: np.sum(np.nan_to_num(j * np.log(q))) + entropy(j.sum(1)),
        "",
    ),
    (
        "info_bound",
        lambda j, q: np.sum(j * np.log(np.where(j > 1e-6, q, 1))) + entropy(j.sum(1)),
        "However rare the pair",
    ),
    (
        "info_bound",
        lambda j, q: np.sum(j / j.sum(0) * np.log(np.where(j > 0, q, 1))) + entropy(j.sum(1)),
        "The weights are P(c|x)",
    ),
    (
        "info_bound",
        lambda j, q: bound_as_information_minus_gap(j, j / j.sum(0)),
        "I(c; x) itself",
    ),
    ("info_bound", lambda j, q: entropy(j.sum(1)) - expected(j, q), "sign of E ln Q"),
    ("info_bound", lambda j, q: expected(j, q) + entropy(j.ravel()), "entropy of the whole table"),
    ("category_bound", category_of(lambda c, a: ops.log(hot_softmax(c, a) + 1e-7)), "1e-07 was"),
    (
        "category_bound",
        category_of(lambda c, a: ops.take(ops.log_softmax(a), c, axis=-1)),
        "every c of the batch",
    ),
    (
        "category_bound",
        lambda c, a: ops.log(ops.mean(hot_softmax(c, a))) + float(np.log(a.shape[-1])),
        "ln of a mean",
    ),
    (
        "category_bound",
        category_of(lambda c, a: ops.sum(ops.log_softmax(a), axis=-1)),
        "of all categories",
    ),
    (
        "category_bound",
        category_of(lambda c, a: ops.max(ops.log_softmax(a), axis=-1)),
        "of the likeliest category",
    ),
    ("category_bound", category_of(ln_q, np.log2), "another base"),
    ("code_bound", code_with(lambda k, v, s: k + (v + s) / 2), "One ½ is missing"),
    ("code_bound", code_with(lambda k, v, s: v + (k + s) / 2), "One ½ is missing"),
    ("code_bound", code_with(lambda k, v, s: s + (k + v) / 2), "One ½ is missing"),
    ("code_bound", code_with(lambda k, v, s: (k + v - s) / 2), "sign of the square"),
    (
        "code_bound",
        code_with(
            lambda k, v, s: (k + v + s) / 2, lambda a: ops.mean(ops.sum(a + LN2 / 2, axis=-1))
        ),
        "Half of ln 2",
    ),
    (
        "code_bound",
        code_with(
            lambda k, v, s: (k + v + s) / 2, lambda a: ops.mean(ops.sum(ops.exp(a) + LN2, axis=-1))
        ),
        "That is the density",
    ),
    (
        "code_bound",
        code_with(
            lambda k, v, s: (k + v + s) / 2,
            lambda a: ops.mean(ops.sum(ops.minimum(a, 0.0) + LN2, axis=-1)),
        ),
        "nothing is capped",
    ),
    ("code_bound", lambda c, m, lv: code_in_double_precision(c, m, lv) / np.log(2), "in bits"),
    ("code_bound", lambda c, m, lv: code_by_standardising(c, m, ops.log(lv)), "taken for the var"),
    (
        "agreement",
        lambda a, b, bound: bound(ops.argmax(a, -1), b) + bound(ops.argmax(b, -1), a) / 2,
        "Only the second was halved",
    ),
    (
        "agreement",
        lambda a, b, bound: (
            (bound(ops.argmax(a, -1), ops.softmax(b)) + bound(ops.argmax(b, -1), ops.softmax(a)))
            / 2
        ),
        "no softmax",
    ),
    ("slant", about_the_rounded_centre, "which may lie between pixels"),
    ("slant", lambda x: np.clip(slope(x), -1, 1), "Two columns for each row"),
    ("slant", lambda x: np.arctan(slope(x)), "in radians"),
    ("slant", lambda x: np.abs(slope(x)), "The sign was lost"),
    ("slant", lambda x: slope(x) / x.sum((1, 2)), "divided by the ink"),
    ("with_labels", lambda z, y: ops.hstack([z, ops.cast(y, "float32")[:, None]]), "as one number"),
    (
        "with_labels",
        lambda z, y: ops.hstack([z, ops.cast(y, "float32")[:, None] / 10]),
        "does not lie between a 3 and a 5",
    ),
    ("with_labels", lambda z, y: tf.concat([tf.one_hot(y, 10), z], 1), "first the noise"),
    ("with_labels", lambda z, y: tf.concat([z, tf.one_hot(y - 1, 10)], 1), "too far left"),
    ("with_labels", lambda z, y: tf.concat([z, 1 - tf.one_hot(y, 10)], 1), "are swapped"),
    ("with_labels", lambda z, y: tf.one_hot(y, 10), "noise is missing"),
    ("with_labels", lambda z, y: z, "class is missing"),
    ("with_labels", lambda z, y: ops.hstack([z * 0, ops.one_hot(y, 10)]), "noise is 0"),
    ("with_labels", lambda z, y: tf.concat([z, tf.one_hot(y, 9)], 1), "ten numbers"),
    ("with_labels", lambda z, y: tf.concat([z, tf.one_hot(y, 10)], 0), "side by side"),
    ("with_labels", lambda z, y: ops.vstack([z, ops.one_hot(y, 10)]), "as more rows (axis 0)"),
    ("with_labels", lambda z, y: z + tf.one_hot(y, 10), "The class was added to the noise"),
    ("with_labels", lambda z, y: np.hstack([z, np.eye(10)[y]]), "does not run inside training"),
    (
        "with_labels",
        lambda z, y: ops.hstack([ops.clip(z, -50, 50), ops.one_hot(y, 10)]),
        "the noise, as it is",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: np.mean([d(r[y_r == c], f[y == c]) for c in np.unique(y)]),
        "arguments of `distance` are swapped",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: np.nanmean([d(f[y == c], r[y_r == c]) for c in np.unique(y)]),
        "must not be left out",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: np.mean([d(f[y != c], r[y_r == c]) for c in np.unique(y)]),
        "all the other classes",
    ),
    ("within_classes", lambda f, y, r, y_r, d: d(f, r), "everything from everything"),
    (
        "within_classes",
        lambda f, y, r, y_r, d: np.mean([d(f[y == c], r) for c in np.unique(y)]),
        "Each class was compared with all",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: np.mean([d(f, r[y_r == c]) for c in np.unique(y)]),
        "All features were compared",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: sum(d(f[y == c], r[y_r == c]) for c in np.unique(y)),
        "sum over the classes",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: max(d(f[y == c], r[y_r == c]) for c in np.unique(y)),
        "worst class",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: np.mean([d(f[y == c], r[y_r == c]) for c in y]),
        "weighted by how often",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: np.array([d(f[y == c], r[y_r == c]) for c in np.unique(y)]),
        "Return their mean",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: np.mean([d(f[y == c], r[y == c]) for c in np.unique(y)]),
        "raised IndexError",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: sum(d(f[y == c], r[y_r == c]) for c in range(10)) / 10,
        "Some class was never ordered",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: np.mean([d(f[y == c], r[y_r == c]) for c in np.unique(y_r)]),
        "Only a class that was ordered can be judged",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: np.mean([frechet(f[y == c], r[y_r == c]) for c in np.unique(y)]),
        "never called its argument `distance`",
    ),
    (
        "within_classes",
        lambda f, y, r, y_r, d: np.mean([frechet(f[y == c], r[y_r == c]) for c in range(10)]),
        "never called its argument `distance`",
    ),
    ("within_classes", lambda f, y, r, y_r, d: print(d(f, r)), "is a `return` missing"),
    ("info_bound", lambda j, q: expected(j, q) - entropy(j.sum(1)), "entropy has the wrong sign"),
    ("info_bound", lambda j, q: expected(j, q), "H(c) is still to be added"),
    ("info_bound", lambda j, q: np.log(q).mean() + entropy(j.sum(1)), "cells of the table"),
    ("info_bound", lambda j, q: np.log(q).sum() + entropy(j.sum(1)), "expectation is missing"),
    (
        "info_bound",
        lambda j, q: (expected(j, q) + entropy(j.sum(1))) / np.log(2),
        "That is in bits",
    ),
    ("info_bound", lambda j, q: expected(j, q) + entropy(j.sum(0)), "entropy of x"),
    (
        "info_bound",
        lambda j, q: (q * j.sum(0) * np.log(q)).sum() + entropy(j.sum(1)),
        "would look perfect",
    ),
    (
        "info_bound",
        lambda j, q: (j.sum(1)[:, None] * j.sum(0) * np.log(q)).sum() + entropy(j.sum(1)),
        "as if c and x were independent",
    ),
    ("info_bound", lambda j, q: (j * q).sum() + entropy(j.sum(1)), "logarithm of Q is missing"),
    ("info_bound", lambda j, q: -expected(j, q) - entropy(j.sum(1)), "that is the loss"),
    ("info_bound", lambda j, q: (j * np.log(q)).sum() + entropy(j.sum(1)), "0·(−inf) = nan"),
    (
        "info_bound",
        lambda j, q: (j * np.log(q + 1e-9)).sum() + entropy(j.sum(1)),
        "That costs −inf",
    ),
    (
        "info_bound",
        lambda j, q: (j * np.where(q > 0, np.log(q), 0)).sum() + entropy(j.sum(1)),
        "Leave out only the pairs that never occur",
    ),
    (
        "info_bound",
        lambda j, q: (j[q > 0] * np.log(q[q > 0])).sum() + entropy(j.sum(1)),
        "although Q says 0 costs −inf",
    ),
    ("info_bound", lambda j, q: expected(j, q) + np.log(j.shape[0]), "only for equally likely c"),
    (
        "info_bound",
        lambda j, q: expected(j, q) - np.sum(j.sum(1) * np.log(j.sum(1))),
        "A code that never occurs adds nothing",
    ),
    (
        "info_bound",
        lambda j, q: expected(j, q) - np.sum(j.sum(1) * np.log(j.sum(1) + 1e-7)),
        "it adds nothing, neither",
    ),
    (
        "info_bound",
        lambda j, q: np.nan_to_num(expected(j, q), neginf=-1e9) + entropy(j.sum(1)),
        "That costs −inf",
    ),
    (
        "category_bound",
        lambda c, a: ops.mean(ln_q(c, a)) - float(np.log(a.shape[-1])),
        "wrong sign",
    ),
    ("category_bound", lambda c, a: ops.mean(ln_q(c, a)), "H(c) is missing"),
    ("category_bound", taken_for_probabilities, "taken for probabilities"),
    (
        "category_bound",
        lambda c, a: ops.mean(ops.sum(hot(c, a) * a, -1)) + float(np.log(a.shape[-1])),
        "the logit itself",
    ),
    (
        "category_bound",
        lambda c, a: ops.mean(ops.sum(hot(c, a) * ops.softmax(a), -1)) + float(np.log(a.shape[-1])),
        "mean probability",
    ),
    (
        "category_bound",
        lambda c, a: (
            ops.mean(ops.sum(hot(c, a) * ops.log_sigmoid(a), -1)) + float(np.log(a.shape[-1]))
        ),
        "do not compete",
    ),
    (
        "category_bound",
        lambda c, a: ops.sum(ln_q(c, a)) + float(np.log(a.shape[-1])),
        "grows with the batch",
    ),
    (
        "category_bound",
        lambda c, a: ln_q(c, a) + float(np.log(a.shape[-1])),
        "expectation is missing",
    ),
    (
        "category_bound",
        lambda c, a: ops.mean(hot(c, a) * ops.log_softmax(a)) + float(np.log(a.shape[-1])),
        "over the categories too",
    ),
    (
        "category_bound",
        lambda c, a: -ops.mean(ln_q(c, a)) - float(np.log(a.shape[-1])),
        "is the loss",
    ),
    ("category_bound", lambda c, a: -ops.mean(ln_q(c, a)), "is the cross-entropy"),
    (
        "category_bound",
        lambda c, a: (ops.mean(ln_q(c, a)) + float(np.log(a.shape[-1]))) / np.log(2),
        "in bits",
    ),
    ("category_bound", clipped_bound, "without clipping"),
    ("category_bound", naive_bound, "in one step"),
    ("category_bound", for_ten, "other numbers than ten"),
    ("category_bound", for_ten_one_hot, "with logits for three it raised"),
    ("category_bound", lambda c, a: ops.mean(ln_q(c, a)) + float(np.log(5)), "H(c) = ln 3"),
    ("category_bound", entropy_of_the_batch, "The entropy of the c in this batch"),
    (
        "category_bound",
        lambda c, a: ops.mean(ln_q(c, a)) + float(np.log(c.shape[0])),
        "logarithm of the batch size",
    ),
    (
        "category_bound",
        lambda c, a: ops.mean(ln_q(c, ops.clip(a, -500, 500))) + float(np.log(a.shape[-1])),
        "without clipping",
    ),
    (
        "category_bound",
        lambda c, a: (
            ops.mean(ops.log(ops.sum(hot(c, a) * ops.softmax(a), -1) + 1e-8))
            + float(np.log(a.shape[-1]))
        ),
        "without clipping",
    ),
    ("category_bound", in_numpy, "does not run inside training"),
    (
        "category_bound",
        lambda c, a: (
            ops.mean(ops.sum(hot(c, a) * tf.nn.log_softmax(a, 0), -1)) + float(np.log(a.shape[-1]))
        ),
        "lie along the last axis",
    ),
    ("category_bound", lambda c, a: float(ops.mean(ln_q(c, a))), "H(c) is missing"),
    ("code_bound", lambda c, m, v: code(gauss(c, m, v, constant=0) + LN2), "ln 2π is missing"),
    ("code_bound", lambda c, m, v: code(gauss(c, m, v)), "entropy of the codes is missing"),
    ("code_bound", lambda c, m, v: code(gauss(c, m, v) - LN2), "entropy has the wrong sign"),
    ("code_bound", lambda c, m, v: -code(gauss(c, m, v) + LN2), "that is the loss"),
    ("code_bound", lambda c, m, v: code(LN2 - gauss(c, m, v)), "sign of the log-likelihood"),
    ("code_bound", lambda c, m, v: code(gauss(c, m, v, half=1) + LN2), "½ is missing"),
    ("code_bound", lambda c, m, v: code(gauss(c, m, 2 * v) + LN2), "taken for ln σ"),
    (
        "code_bound",
        lambda c, m, v: code(LN2 - 0.5 * (LN_2PI + v + (c - m) ** 2 * ops.exp(v))),
        "multiplied with σ²",
    ),
    (
        "code_bound",
        lambda c, m, v: code(LN2 - 0.5 * (LN_2PI + v + (c - m) ** 2 / v)),
        "the variance is exp",
    ),
    (
        "code_bound",
        lambda c, m, v: code(LN2 - 0.5 * (LN_2PI + (c - m) ** 2 / ops.exp(v))),
        "for nothing",
    ),
    (
        "code_bound",
        lambda c, m, v: code(LN2 - 0.5 * (LN_2PI - v + (c - m) ** 2 / ops.exp(v))),
        "narrow Gaussian is tall",
    ),
    (
        "code_bound",
        lambda c, m, v: code(LN2 - 0.5 * (LN_2PI + v + abs(c - m) / ops.exp(v))),
        "not squared",
    ),
    ("code_bound", lambda c, m, v: -code((c - m) ** 2), "squared error alone"),
    ("code_bound", lambda c, m, v: ops.mean(gauss(c, m, v) + LN2), "ran over the codes too"),
    ("code_bound", lambda c, m, v: ops.sum(gauss(c, m, v) + LN2), "grows with the batch size"),
    ("code_bound", lambda c, m, v: ops.sum(gauss(c, m, v) + LN2, -1), "mean over the batch"),
    ("code_bound", lambda c, m, v: code(gauss(c, m, v)) + LN2, "once for all codes"),
    ("code_bound", lambda c, m, v: ops.mean(gauss(c, m, v) + LN2, 0), "number for each code"),
    ("code_bound", lambda c, m, v: code(gauss(c, m, v)[:, :1] + LN2), "Only the first code"),
    (
        "code_bound",
        lambda c, m, v: code(LN2 - 0.5 * (LN_2PI + v + (c - m) ** 2 / ops.exp(v / 2))),
        "divided by σ",
    ),
    ("code_bound", lambda c, m, v: code(ops.log(density(c, m, v)) + LN2), "exactly 0 in float32"),
    (
        "code_bound",
        lambda c, m, v: code(ops.log(ops.maximum(density(c, m, v), 1e-30)) + LN2),
        "without clipping",
    ),
    ("code_bound", lambda c, m, v: float(code(gauss(c, m, v) + LN2)), "inside training"),
    (
        "code_bound",
        lambda c, m, v: code(LN2 - 0.5 * (LN_2PI + v + (c - m) ** 2 / np.exp(v))),
        "inside training",
    ),
    (
        "code_bound",
        lambda c, m, v: code(gauss(c, m, ops.clip(v, -10, 10)) + LN2),
        "nothing clipped",
    ),
    ("code_bound", lambda c, m, v: code(gauss(c, ops.clip(m, -1, 1), v) + LN2), "nothing clipped"),
    (
        "code_bound",
        lambda c, m, v: code(LN2 - 0.5 * (LN_2PI + v + (c - m) ** 2 / (ops.exp(v) + 1e-7))),
        "nothing clipped",
    ),
    (
        "agreement",
        lambda a, b, f: ops.minimum(f(ops.argmax(a, -1), b), f(ops.argmax(b, -1), a)),
        "smaller of the two",
    ),
    ("agreement", lambda a, b, f: f(ops.argmax(a, -1), b), "the first look is the c"),
    ("agreement", lambda a, b, f: f(ops.argmax(b, -1), a), "the second look is the c"),
    (
        "agreement",
        lambda a, b, f: f(ops.argmax(a, -1), b) + f(ops.argmax(b, -1), a),
        "the sum of the two bounds",
    ),
    (
        "agreement",
        lambda a, b, f: (f(ops.argmax(a, -1), a) + f(ops.argmax(b, -1), b)) / 2,
        "always agrees with itself",
    ),
    (
        "agreement",
        lambda a, b, f: (f(ops.argmax(a, -1), b) + f(ops.argmax(a, -1), a)) / 2,
        "their c from the first look",
    ),
    ("agreement", lambda a, b, f: f(ops.argmax(a + b, -1), (a + b) / 2), "were added first"),
    (
        "agreement",
        lambda a, b, f: (f(ops.argmax(a + b, -1), a) + f(ops.argmax(a + b, -1), b)) / 2,
        "a bit of itself",
    ),
    (
        "agreement",
        lambda a, b, f: (f(ops.argmin(a, -1), b) + f(ops.argmin(b, -1), a)) / 2,
        "argmax, not argmin",
    ),
    (
        "agreement",
        lambda a, b, f: -(f(ops.argmax(a, -1), b) + f(ops.argmax(b, -1), a)) / 2,
        "that is a loss",
    ),
    (
        "agreement",
        lambda a, b, f: ops.mean(ops.cast(ops.argmax(a, -1) == ops.argmax(b, -1), "float32")),
        "to tell",
    ),
    (
        "agreement",
        lambda a, b, f: (
            (
                f(ops.argmax(a, -1), ops.clip(b, -50, 50))
                + f(ops.argmax(b, -1), ops.clip(a, -50, 50))
            )
            / 2
        ),
        "nothing is clipped",
    ),
    (
        "agreement",
        lambda a, b, f: (f(ops.argmax(a, -1), ops.stop_gradient(b)) + f(ops.argmax(b, -1), a)) / 2,
        "gives no gradient",
    ),
    (
        "agreement",
        lambda a, b, f: (f(ops.argmax(a, 0), b) + f(ops.argmax(b, 0), a)) / 2,
        "raised",
    ),
    (
        "agreement",
        lambda a, b, f: (f(np.argmax(a, -1), b) + f(np.argmax(b, -1), a)) / 2,
        "inside training",
    ),
    (
        "agreement",
        lambda a, b, f: (naive_bound(ops.argmax(a, -1), b) + naive_bound(ops.argmax(b, -1), a)) / 2,
        "`bound` is an argument",
    ),
    ("slant", lambda x: -slope(x), "sign is wrong"),
    ("slant", lambda x: -moments(x)[0] / moments(x)[2], "spread of the columns"),
    ("slant", lambda x: -moments(x)[1] / moments(x)[0], "on its head"),
    (
        "slant",
        lambda x: -moments(x)[0] / (moments(x)[1] * moments(x)[2]) ** 0.5,
        "correlation of row",
    ),
    ("slant", lambda x: -moments(x)[0] / x.sum((1, 2)), "covariance of row and column"),
    ("slant", lambda x: -moments(x)[0], "μ₁₁ alone"),
    ("slant", lambda x: slope(x, (0, 1e-12)), "centre was not subtracted"),
    (
        "slant",
        lambda x: slope(x, ((x.shape[1] - 1) / 2, (x.shape[2] - 1) / 2)),
        "Another centre than that of the ink",
    ),
    ("slant", lambda x: slope((x > 0).astype(float)), "Weight each with its ink"),
    ("slant", lambda x: slope((x > 0.5).astype(float)), "Weight each with its ink"),
    ("slant", lambda x: slope(np.where(x >= 0.5, 1.0, 0.0)), "Pixels above the threshold"),
    ("slant", unweighted_centre, "but the centre is not"),
    ("slant", lambda x: -moments(x)[0].sum() / moments(x)[1].sum(), "one slant for all"),
    ("slant", lambda x: np.degrees(np.arctan(slope(x))), "That is an angle"),
    ("slant", lambda x: ops.convert_to_tensor(slope(x)), "goes on with NumPy"),
    ("slant", lambda x: list(slope(x)), "as a list"),
    ("slant", lambda x: -moments(x)[0] / (moments(x)[1] + 1e-8), "Faint ink"),
    ("slant", lambda x: slope(np.maximum(x, 1e-3)), "Three strokes"),
]

for name, answer in RIGHT:
    table.right(name)(answer)
for name, answer, fragment in WRONG:
    table.wrong(name, fragment)(answer)

# ------------------------------------------------------------------------- choices and numbers

for option, says in {
    "a": "who would complain",
    "c": "averages look unreal",
    "d": "nothing stops",
}.items():
    table.choice("blind_discriminator", option, "failed", says)
table.choice("blind_discriminator", "b", "passed", "has to be shown")
for option, says in {
    "a": "does not ask",
    "c": "goes on as in chapter 07",
    "d": "one term less",
}.items():
    table.choice("no_term", option, "failed", says)
table.choice("no_term", "b", "passed", "louder than the noise is another matter")
table.choice("most_information", float(np.log(10)), "passed", "is never negative")
table.choice("most_information", 2.3, "passed", "H(c) = ln 10")
table.choice("most_information", float(np.log2(10)), "failed", "Right in bits")
table.choice("most_information", 10, "failed", "number of categories")
table.choice("most_information", 1, "failed", "fair coin")
table.choice("most_information", 0, "failed", "That is the least")
table.choice("most_information", float(np.log(784)), "failed", "point at a pixel")
table.choice("most_information", 5, "failed", "The second term is at least 0")
