"""What learners answer in chapter 10."""

import heapq
import string

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from scipy.spatial.distance import cdist

from exercise_tables import Table

table = Table()

PLACEHOLDERS = {"", "todo", "?", "-", "n/a", "…"}

# ------------------------------------------------------------------------------ right answers


def threshold_by_trying(scores, rate):
    """Of all scores the smallest that will do."""
    if rate == 1:
        return float("-inf")
    return min(t for t in scores if np.mean(scores > t) <= rate)


def threshold_by_inverted_cdf(scores, rate):
    return np.quantile(scores, 1 - rate, method="inverted_cdf") if rate < 1 else -np.inf


def threshold_by_partition(scores, rate):
    n = len(scores)
    k = int(rate * n)
    return np.partition(scores, n - 1 - k)[n - 1 - k] if k < n else -np.inf


def threshold_by_padding(scores, rate):
    return (
        np.append(np.sort(scores), -np.inf)[::-1][1:].tolist()[0:]
        and (sorted([*scores.tolist(), -np.inf], reverse=True)[int(rate * len(scores))])
    )


def evasion_by_keras_losses(logits, x, x_before, weight):
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    moved = tf.reduce_sum(tf.math.squared_difference(x, x_before), [1, 2, 3])
    return loss(tf.ones_like(logits), logits) + weight * tf.reduce_mean(moved)


def evasion_picture_by_picture(logits, x, x_before, weight):
    moved = ops.sum(ops.square(ops.reshape(x - x_before, (-1, 784))), axis=-1)
    return ops.mean(weight * moved - ops.log_sigmoid(logits[:, 0]))


def profile_by_bincount(x, ring):
    counts = np.bincount(ring.ravel())
    rows = [np.log10(np.abs(np.fft.fft2(p)) ** 2 + 1e-8).ravel() for p in x]
    return np.array([np.bincount(ring.ravel(), weights=r) / counts for r in rows])


def profile_by_a_matrix(x, ring):
    member = np.eye(ring.max() + 1)[ring.ravel()]  # (h·w, rings)
    f = np.fft.fft2(x)
    power = (f * f.conj()).real
    return np.log10(1e-8 + power).reshape(len(x), -1) @ (member / member.sum(0))


def profile_ring_by_ring(x, ring):
    f = np.fft.fft(np.fft.fft(x.astype(float), axis=1), axis=2)
    columns = []
    for k in np.unique(ring):
        where = np.argwhere(ring == k).T
        columns.append(np.log10(f[:, *where].real ** 2 + f[:, *where].imag ** 2 + 1e-8).mean(1))
    return np.column_stack(columns)


def scores_by_two_loops(details, keys):
    return np.array([[np.mean(d * k) for k in keys] for d in details])


def scores_by_a_loop_over_keys(details, keys):
    return np.stack([(details * key).mean(axis=(1, 2)) for key in keys], axis=-1)


def precision_by_where(hits, false_alarms, share):
    alarms = share * hits + (1 - share) * false_alarms
    return np.where(alarms > 0, share * hits / np.where(alarms > 0, alarms, 1), np.nan)


@np.vectorize
def precision_one_by_one(hits, false_alarms, share):
    alarms = share * hits + (1 - share) * false_alarms
    return share * hits / alarms if alarms else float("nan")


def precision_by_bayes(hits, false_alarms, share):
    right = np.float64(1) * hits * share
    return right / (right + np.asarray(false_alarms) * (1 - share))


def precision_of_arrays(hits, false_alarms, share):
    h, f, s = np.broadcast_arrays(hits, false_alarms, share)
    right, alarms = s * h, s * h + (1 - s) * f
    return np.divide(right, alarms, out=np.full(h.shape, np.nan), where=alarms > 0)


def nearest_by_a_loop(a, b):
    return np.array([np.linalg.norm(b - row, axis=1).min() for row in a])


def nearest_by_parts(a, b):
    parts = [np.sqrt(((p[:, None] - b) ** 2).sum(-1)).min(1) for p in np.array_split(a, len(a))]
    return np.concatenate(parts)


def nearest_by_matrix(a, b):
    a, b = np.float64(a), np.float64(b)
    d2 = np.sum(a * a, 1, keepdims=True) - 2 * np.einsum("nd,md->nm", a, b) + np.sum(b * b, 1)
    return np.sqrt(np.clip(d2, 0, None)).min(1)


def missing_by_a_loop(card, fields):
    missing = []
    for field in fields:
        for name, text in card.items():
            same = name.strip().casefold() == field.strip().casefold()
            if same and text.strip().lower() not in PLACEHOLDERS:
                break
        else:
            missing.append(field)
    return missing


def missing_by_filled_names(card, fields):
    filled = {k.strip().lower() for k, v in card.items() if v.lower().strip() not in PLACEHOLDERS}
    return [f for f in fields if f.strip().lower() not in filled]


def missing_in_capitals(card, fields):
    tidy = {k.strip().upper(): v.strip().upper() for k, v in card.items()}
    empty = ["", "TODO", "N/A", "?", "-", "…"]
    return list(filter(lambda f: tidy.get(f.strip().upper(), "TODO") in empty, fields))


RIGHT = [
    ("threshold_at", threshold_by_inverted_cdf),
    ("threshold_at", threshold_by_partition),
    ("threshold_at", threshold_by_padding),
    (
        "threshold_at",
        lambda s, r: -np.inf if r == 1 else heapq.nlargest(int(r * len(s)) + 1, s)[-1],
    ),
    ("evasion_loss", evasion_by_keras_losses),
    ("evasion_loss", evasion_picture_by_picture),
    (
        "evasion_loss",
        lambda a, x, b, w: (
            ops.mean(ops.logaddexp(0.0, -a)) + w * 784 * ops.mean((x - ops.stop_gradient(b)) ** 2)
        ),
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: (
            tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.ones_like(a), a))
            + w * tf.reduce_mean(2 * tf.map_fn(tf.nn.l2_loss, x - b))
        ),
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: ops.mean(
            ops.binary_crossentropy(ops.ones_like(a), a, from_logits=True)
            + w * ops.sum((b - x) ** 2, axis=(1, 2, 3))
        ),
    ),
    ("profile", profile_by_bincount),
    ("profile", profile_by_a_matrix),
    ("profile", profile_ring_by_ring),
    ("mark_scores", scores_by_a_loop_over_keys),
    ("mark_scores", lambda d, k: np.tensordot(d, k, axes=([1, 2], [1, 2])) / k[0].size),
    ("mark_scores", lambda d, k: np.einsum("nij,kij->nk", d, k) / d.shape[1] / d.shape[2]),
    ("precision", precision_by_where),
    ("precision", precision_one_by_one),
    ("precision", precision_by_bayes),
    ("precision", precision_of_arrays),
    ("precision", lambda h, f, s: 1 / (1 + np.true_divide((1 - s) * f, s * h))),
    ("nearest", nearest_by_a_loop),
    ("nearest", nearest_by_parts),
    ("nearest", lambda a, b: np.array([np.sqrt(((b - row) ** 2).sum(1).min()) for row in a])),
    ("nearest", lambda a, b: np.min([np.linalg.norm(a - row, axis=1) for row in b], axis=0)),
    ("nearest", nearest_by_matrix),
    ("nearest", lambda a, b: cdist(a, b).min(axis=1)),
    ("missing_fields", missing_by_a_loop),
    ("missing_fields", missing_by_filled_names),
    ("missing_fields", missing_in_capitals),
]


table.slow("threshold_at")(threshold_by_trying)


@table.slow("mark_scores")
def scores_pixel_by_pixel(details, keys):
    out = np.zeros((len(details), len(keys)))
    for i in range(len(details)):
        for k in range(len(keys)):
            for row in range(keys.shape[1]):
                for column in range(keys.shape[2]):
                    out[i, k] += details[i, row, column] * keys[k, row, column]
    return out / keys[0].size


@table.slow("nearest")
def nearest_number_by_number(a, b):
    a, b = a.tolist(), b.tolist()
    return np.array(
        [min(sum((p - q) ** 2 for p, q in zip(x, y, strict=True)) ** 0.5 for y in b) for x in a]
    )


@table.slow("nearest")
def nearest_by_two_loops(a, b):
    out = []
    for p in a:
        best = np.inf
        for q in b:
            d = p - q
            best = min(best, d @ d)
        out.append(np.sqrt(best))
    return np.array(out)


@table.slow("nearest")
def nearest_pair_by_pair(a, b):
    return np.array([min(np.linalg.norm(p - q) for q in b) for p in a])


# ------------------------------------------------------------------------------ wrong answers


def down(scores):
    return np.sort(scores)[::-1]


def by_hits_at_t(scores, rate):
    """An alarm is taken for a score of at least t."""
    return min((t for t in scores if np.mean(scores >= t) <= rate), default=scores.max())


def fooled(a):
    return ops.mean(ops.softplus(-a))


def moved(x, b):
    return ops.mean(ops.sum((x - b) ** 2, axis=(1, 2, 3)))


def bare(a, x, b, w):
    return -ops.mean(ops.log(ops.sigmoid(a))) + w * moved(x, b)


def by_crossentropy_of_probabilities(a, x, b, w):
    d = 1 / (1 + ops.exp(-a))  # of ops.sigmoid(a) Keras would remember the logit
    return ops.mean(ops.binary_crossentropy(ops.ones_like(d), d)) + w * moved(x, b)


def log_power(x):
    return np.log10(np.abs(np.fft.fft2(x)) ** 2 + 1e-8)


def rings(a, ring, average=np.mean):
    return np.array([[average(p[ring == k]) for k in range(ring.max() + 1)] for p in a])


def float32_distances(a, b):
    d2 = (a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T
    return np.sqrt(np.maximum(d2, 0)).min(1)


def unguarded_distances(a, b):
    a, b = a.astype(float), b.astype(float)
    return np.sqrt((a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T).min(1)


def exact(a, b):
    return cdist(a, b)


def tidy(card):
    return {k.strip().lower(): v.strip().lower() for k, v in card.items()}


def empty(card, field):
    return tidy(card).get(field.strip().lower(), "") in PLACEHOLDERS


def judged(card, fields, case, placeholders):
    texts = {k.strip().lower(): case(v.strip()) for k, v in card.items()}
    return [f for f in fields if texts.get(f.strip().lower(), "") in placeholders]


def pops(card, fields):
    for name in list(card):
        card[name.strip().lower()] = card.pop(name).strip().lower()
    return [f for f in fields if card.get(f.strip().lower(), "") in PLACEHOLDERS]


def if_no_alarm(hits, false_alarms, share):
    alarms = share * hits + (1 - share) * false_alarms
    if alarms == 0:
        return float("nan")
    return share * hits / alarms


def if_a_number(hits, false_alarms, share):
    if np.isscalar(hits):
        alarms = share * hits + (1 - share) * false_alarms
        return share * hits / alarms if alarms > 0 else np.nan
    return precision_by_where(hits, false_alarms, share)


def number_by_number(hits, false_alarms, share):
    if np.ndim(hits) == np.ndim(false_alarms) == np.ndim(share) == 0:
        return float(precision_by_where(hits, false_alarms, share))
    trios = zip(hits, false_alarms, share, strict=True)
    return np.array([precision_by_where(*trio) for trio in trios])


def squares(a, b):
    return (a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T


def without_nan(a, b):
    d = np.sqrt(squares(a.astype(float), b.astype(float)))
    return np.where(np.isnan(d).all(1), 0, np.nanmin(np.where(np.isnan(d), 1e9, d), axis=1))


def texts(card, fields, text, empty):
    """The missing fields, with what is done to texts, and what counts as empty."""
    filled = {k.strip().lower(): text(v) for k, v in card.items()}
    return [f for f in fields if filled.get(f.strip().lower(), "") in empty]


def either(card, fields, taken):
    """The right fields, and those whose text `taken` takes for empty."""
    return [f for f in fields if empty(card, f) or taken(tidy(card)[f.strip().lower()])]


def in_the_cards_order(card, fields):
    names = [k for k in tidy(card) if k in fields and empty(card, k)]
    return names + [f for f in fields if empty(card, f) and f not in names]


def threshold_guarded_too_wide(scores, rate):
    k = int(rate * len(scores) + 1e-9)
    return -np.inf if k >= len(scores) - 1 else np.sort(scores)[len(scores) - 1 - k]


def precision_of_hits_alone(hits, false_alarms, share):
    with np.errstate(all="ignore"):
        value = precision_of_arrays(hits, false_alarms, share)
    return np.where(np.asarray(hits) > 0, value, np.nan)


def ratio(right, alarms):
    with np.errstate(all="ignore"):
        return np.true_divide(right, alarms)


def nearest_squared_out(of_a, of_b, of_both):
    def nearest(a, b):
        a, b = a.astype(float), b.astype(float)
        d = of_a * (a**2).sum(1)[:, None] + of_b * (b**2).sum(1) + of_both * a @ b.T
        return np.sqrt(np.maximum(d, 0)).min(1)

    return nearest


def evasion_with(fool=fooled, move=None):
    return lambda a, x, b, w: fool(a) + w * (moved(x, b) if move is None else move(x - b))


WRONG = [
    ("threshold_at", threshold_guarded_too_wide, "the lowest score"),
    ("threshold_at", lambda s, r: s[min(int(r * len(s) + 1e-9), len(s) - 1)], "were not sorted"),
    (
        "evasion_loss",
        evasion_with(lambda a: keras.losses.BinaryCrossentropy()(ops.ones_like(a), a)),
        "Say from_logits=True",
    ),
    ("evasion_loss", evasion_with(lambda a: ops.softplus(-ops.mean(a))), "the mean comes last"),
    (
        "evasion_loss",
        evasion_with(lambda a: -ops.log(ops.mean(ops.sigmoid(a)))),
        "−ln of the mean of D",
    ),
    (
        "evasion_loss",
        evasion_with(move=lambda d: ops.mean(ops.sum(d**2, axis=0))),
        "ran over the pictures",
    ),
    ("evasion_loss", evasion_with(lambda a: -fooled(a)), "to make ln D small is to be caught"),
    ("profile", lambda x, r: rings(np.abs(np.fft.fft2(x)) ** 2, r), "The logarithm is missing"),
    (
        "profile",
        lambda x, r: np.log10(rings(np.abs(np.fft.fft2(x)), r) ** 2 + 1e-8),
        "logarithm of a mean of |F|",
    ),
    (
        "profile",
        lambda x, r: np.stack(
            [log_power(x)[:, r <= k].mean(axis=1) for k in range(r.max() + 1)], axis=1
        ),
        "not all up to it",
    ),
    ("profile", lambda x, r: profile_by_bincount(x, r)[..., None], "an axis of length 1 too many"),
    *(
        ("mark_scores", lambda d, k, n=n: np.einsum("nhw,khw->nk", d, k) / n(d, k), says)
        for n, says in (
            (lambda d, k: len(d), "number of pictures"),
            (lambda d, k: len(k), "number of keys"),
            (lambda d, k: k.size, "all entries of the keys"),
        )
    ),
    ("mark_scores", lambda d, k: scores_by_two_loops(d, k[:1]), "first key alone"),
    (
        "mark_scores",
        lambda d, k: (d[:, None] * k).mean(axis=(2, 3), keepdims=True),
        "two axes of length 1 too many",
    ),
    ("precision", precision_of_hits_alone, "none is right: 0"),
    ("precision", lambda h, f, s: ratio(h, h + f * (1 - s)), "above and below the line"),
    ("precision", lambda h, f, s: ratio(s * h, s * h + (1 - s) * (1 - f)), "without an alarm"),
    ("precision", lambda h, f, s: ratio(s * h, s * h + (1 - s) * (1 - h)), "that were missed"),
    ("nearest", nearest_squared_out(1, 1, 2), "another sign or factor"),
    ("nearest", nearest_squared_out(1, 1, -1), "another sign or factor"),
    ("nearest", nearest_squared_out(1, 0, -2), "A part of it is missing"),
    ("nearest", nearest_squared_out(0, 1, -2), "A part of it is missing"),
    ("nearest", lambda a, b: nearest_by_parts(a, b)[:, None], "an axis of length 1 too many"),
    ("nearest", lambda a, b: np.round(nearest_by_parts(a, b), 4), "nothing is rounded"),
    ("threshold_at", lambda s, r: np.quantile(s, r), "the wrong end"),
    ("threshold_at", lambda s, r: np.percentile(s, 100 * r), "the wrong end"),
    ("threshold_at", lambda s, r: sorted(s)[min(int(r * len(s)), len(s) - 1)], "from the smallest"),
    ("threshold_at", lambda s, r: np.quantile(s, 1 - r), "between two scores"),
    ("threshold_at", lambda s, r: np.percentile(s, 100 - 100 * r), "between two scores"),
    ("threshold_at", lambda s, r: np.quantile(s, 1 - r, method="higher"), "a little too strict"),
    ("threshold_at", lambda s, r: np.quantile(s, 1 - r, method="lower"), "lets too many"),
    (
        "threshold_at",
        lambda s, r: np.quantile(s, 1 - r, method="lower") if r < 1 else -np.inf,
        "lets too many",
    ),
    (
        "threshold_at",
        lambda s, r: [*down(np.unique(s)), -np.inf][int(r * len(np.unique(s)))],
        "and n became smaller",
    ),
    (
        "threshold_at",
        lambda s, r: threshold_by_partition(np.array(sorted(set(s.tolist()))), r),
        "and n became smaller",
    ),
    (
        "threshold_at",
        lambda s, r: threshold_by_inverted_cdf(np.unique(s), r),
        "and n became smaller",
    ),
    ("threshold_at", by_hits_at_t, "one score too strict"),
    ("threshold_at", lambda s, r: down(s)[max(int(r * len(s)) - 1, 0)], "one score too strict"),
    ("threshold_at", lambda s, r: down(s)[int(r * len(s)) - 1], "one score too strict"),
    (
        "threshold_at",
        lambda s, r: [*down(s), -np.inf, -np.inf][int(r * len(s)) + 1],
        "one score too low",
    ),
    (
        "threshold_at",
        lambda s, r: [*down(s), -np.inf][int(np.ceil(r * len(s)))],
        "was rounded up",
    ),
    ("threshold_at", lambda s, r: [*down(s), -np.inf][round(r * len(s))], "to the nearest"),
    ("threshold_at", lambda s, r: [*down(s), s.min()][int(r * len(s))], "does not exceed itself"),
    (
        "threshold_at",
        lambda s, r: np.quantile(s, 1 - r, method="inverted_cdf"),
        "does not exceed itself",
    ),
    ("threshold_at", lambda s, r: np.sort(s)[-1 - int(r * len(s))], "no score has to lie below t"),
    ("threshold_at", lambda s, r: np.sort(s)[len(s) - 1 - int(r * len(s))], "index became −1"),
    ("threshold_at", lambda s, r: down(s)[int(r * len(s))], "raised IndexError; expected −inf"),
    (
        "threshold_at",
        lambda s, r: min(t for t in s if np.mean(s > t) < r) if r else s.max(),
        "≤ and not <",
    ),
    (
        "threshold_at",
        lambda s, r: (
            -np.inf if r == 1 else down(np.unique(s))[min(int(r * len(s)), len(set(s)) - 1)]
        ),
        "counted once",
    ),
    (
        "threshold_at",
        lambda s, r: np.sort(s)[::-1][int(r * (len(s) + 1))] if r < 1 else -np.inf,
        "That counts n + 1 scores",
    ),
    (
        "threshold_at",
        lambda s, r: np.quantile(s, 1 - r, method="nearest") if r < 1 else -np.inf,
        "and rounds, so",
    ),
    ("threshold_at", lambda s, r: s.max(), "no alarm at all"),
    ("threshold_at", lambda s, r: np.mean(s > r), "taken for the threshold"),
    ("threshold_at", lambda s, r: np.argsort(-s)[min(int(r * len(s)), len(s) - 1)], "a position"),
    (
        "threshold_at",
        lambda s, r: max(threshold_by_trying(s, r), 0.0),
        "Scores may be negative",
    ),
    (
        "threshold_at",
        lambda s, r: threshold_by_trying(s, r) - 1e-9,
        "1.25",
    ),
    (
        "threshold_at",
        lambda s, r: next(t for t in np.sort(s) if np.mean(s > t) == r) if r < 1 else -np.inf,
        "raised StopIteration",
    ),
    ("threshold_at", lambda s, r: s.sort() or threshold_by_trying(s, r), "changed its argument"),
    (
        "threshold_at",
        lambda s, r: threshold_by_trying(np.clip(s, -500, 500), r),
        "the third score from above",
    ),
    ("evasion_loss", lambda a, x, b, w: ops.mean(ops.softplus(a)) + w * moved(x, b), "be caught"),
    (
        "evasion_loss",
        lambda a, x, b, w: -ops.mean(ops.softplus(a)) + w * moved(x, b),
        "That is ln(1 − D)",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: w * moved(x, b) - fooled(a),
        "to make ln D small is to be caught",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: ops.mean(ops.log_sigmoid(a)) + w * moved(x, b),
        "to make ln D small is to be caught",
    ),
    ("evasion_loss", lambda a, x, b, w: fooled(a) - w * moved(x, b), "was subtracted"),
    ("evasion_loss", lambda a, x, b, w: w * moved(x, b) - ops.mean(a), "the logit itself"),
    (
        "evasion_loss",
        lambda a, x, b, w: w * moved(x, b) - ops.mean(ops.sigmoid(a)),
        "logarithm is missing",
    ),
    ("evasion_loss", lambda a, x, b, w: w * fooled(a) + moved(x, b), "at the wrong term"),
    ("evasion_loss", lambda a, x, b, w: w * (fooled(a) + moved(x, b)), "multiplies both terms"),
    (
        "evasion_loss",
        lambda a, x, b, w: (1 - w) * fooled(a) + w * moved(x, b),
        "by 1 − weight",
    ),
    ("evasion_loss", lambda a, x, b, w: fooled(a) + moved(x, b), "weight is not used"),
    ("evasion_loss", lambda a, x, b, w: fooled(a), "might become anything"),
    ("evasion_loss", lambda a, x, b, w: w * moved(x, b), "−ln D is missing"),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(a) + w * ops.mean(ops.square(x - b)),
        "784 times too small",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(a) + w * keras.losses.MeanSquaredError()(b, x),
        "784 times too small",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(a) + w * tf.reduce_sum((x - b) ** 2),
        "of the whole batch were added",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: ops.sum(ops.softplus(-a)) + w * ops.sum((x - b) ** 2),
        "Both terms were added up",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: ops.sum(ops.softplus(-a)) + w * moved(x, b),
        "Take its mean",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(a) + w * ops.mean(ops.sum(abs(x - b), (1, 2, 3))),
        "Absolute differences",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(a) + w * ops.mean(ops.sum((x - b) ** 2, (1, 2, 3)) ** 0.5),
        "no root",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(a) + w * ops.mean(ops.sum(x - b, (1, 2, 3))),
        "were not squared",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(a) + w * ops.mean(ops.sum(x - b, (1, 2, 3)) ** 2),
        "Square first",
    ),
    ("evasion_loss", lambda a, x, b, w: fooled(a) + w / 2 * moved(x, b), "no ½ here"),
    ("evasion_loss", lambda a, x, b, w: fooled(a) + w * moved(x, 0.0), "subtract x_before"),
    (
        "evasion_loss",
        lambda a, x, b, w: ops.softplus(-a)[:, 0] + w * ops.sum((x - b) ** 2, (1, 2, 3)),
        "one number for each picture",
    ),
    ("evasion_loss", lambda a, x, b, w: ops.softplus(-a) + w * moved(x, b), "still one number"),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(a) + w * ops.sum((x - b) ** 2, (1, 2, 3)),
        "What they moved is still",
    ),
    ("evasion_loss", lambda a, x, b, w: fooled(a) / np.log(2) + w * moved(x, b), "base 2"),
    ("evasion_loss", bare, "ln 0 = −inf"),
    ("evasion_loss", by_crossentropy_of_probabilities, "stops at 16"),
    (
        "evasion_loss",
        lambda a, x, b, w: ops.mean(-ops.log(ops.sigmoid(a) + 1e-7)) + w * moved(x, b),
        "stops at 16",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(ops.clip(a, -100, 100)) + w * moved(x, b),
        "without clipping",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: (
            ops.mean(ops.where(a < -20, -a, ops.log1p(ops.exp(-a)))) + w * moved(x, b)
        ),
        "its gradient along logits is",
    ),
    ("evasion_loss", lambda a, x, b, w: fooled(a) + w * w * moved(x, b), "summed over all pixels"),
    (
        "evasion_loss",
        lambda a, x, b, w: ops.mean(ops.relu(-a)) + w * moved(x, b),
        "softplus(−logit): its mean",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(a) + w * moved(ops.clip(x, 0, 1), b),
        "summed over all pixels",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(a) + w * moved(ops.stop_gradient(x), b),
        "gives no gradient along x",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(ops.stop_gradient(a)) + w * moved(x, b),
        "gives no gradient along logits",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: (
            np.mean(np.logaddexp(0, -a)) + w * np.mean(np.sum((x - b) ** 2, (1, 2, 3)))
        ),
        "does not run inside training",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: (
            ops.sum(ops.softplus(-a)) / a.shape[0] + w * ops.sum((x - b) ** 2) / x.shape[0]
        ),
        "does not run inside training",
    ),
    (
        "evasion_loss",
        lambda a, x, b, w: fooled(a) + w * moved(ops.clip(x, -500, 500), ops.clip(b, -500, 500)),
        "nothing clipped",
    ),
    ("profile", lambda x, r: rings(np.log10(abs(np.fft.fft2(x)) + 1e-8), r), "is not squared"),
    (
        "profile",
        lambda x, r: np.log10(rings(np.abs(np.fft.fft2(x)) ** 2, r) + 1e-8),
        "logarithm of the mean",
    ),
    ("profile", lambda x, r: rings(log_power(x) * np.log(10), r), "natural logarithm"),
    ("profile", lambda x, r: rings(log_power(x) * np.log2(10), r), "base 2"),
    ("profile", lambda x, r: rings(10 * log_power(x), r), "decibels"),
    (
        "profile",
        lambda x, r: rings([np.fft.fftshift(p) for p in log_power(x)], r),
        "F was shifted",
    ),
    ("profile", lambda x, r: rings(np.fft.fftshift(log_power(x)), r), "also reorders the pictures"),
    (
        "profile",
        lambda x, r: rings(np.log10(abs(np.fft.fft2(x, axes=(0, 1))) ** 2 + 1e-8), r),
        "over the pictures and the rows",
    ),
    (
        "profile",
        lambda x, r: rings(np.log10(abs(np.fft.fftn(x)) ** 2 + 1e-8), r),
        "from picture to picture",
    ),
    (
        "profile",
        lambda x, r: rings(np.log10(abs(np.fft.fft(x)) ** 2 + 1e-8), r),
        "along the rows only",
    ),
    ("profile", lambda x, r: rings(np.log10(x * x + 1e-8), r), "transform is missing"),
    ("profile", lambda x, r: rings(log_power(x), r, np.sum), "sum over each ring"),
    ("profile", lambda x, r: rings(log_power(x), r, np.sum) / r.size, "of all frequencies"),
    ("profile", lambda x, r: rings(log_power(x), r, np.median), "the median"),
    ("profile", lambda x, r: rings(log_power(x), r).mean(0), "one profile for all"),
    ("profile", lambda x, r: rings(log_power(x).mean(0)[None], r)[0], "one profile for all"),
    ("profile", lambda x, r: rings(log_power(x), r).T, "Rows and columns"),
    ("profile", lambda x, r: rings(log_power(x), np.minimum(r, r.max() - 1)), "ring == 1"),
    ("profile", lambda x, r: rings(log_power(x), r)[:, : r.max()], "last ring"),
    (
        "profile",
        lambda x, r: np.stack([log_power(x)[:, r == k].mean(1) for k in range(15)], 1),
        "always 15 rings",
    ),
    ("profile", lambda x, r: rings(log_power(x), r)[:, 1:], "Ring 0 is missing"),
    ("profile", lambda x, r: rings(log_power(x), r - 1)[:, :-1], "ring == 0"),
    (
        "profile",
        lambda x, r: rings(np.log10(np.abs(np.fft.fft2(x) / r.size) ** 2 + 1e-8), r),
        "divided by the number of pixels",
    ),
    (
        "profile",
        lambda x, r: rings(np.log10(np.abs(np.fft.fft2(x, norm="forward")) ** 2 + 1e-8), r),
        "divided by the number of pixels",
    ),
    (
        "profile",
        lambda x, r: rings(np.log10(np.abs(np.fft.fft2(x, norm="ortho")) ** 2 + 1e-8), r),
        "norm=",
    ),
    (
        "profile",
        lambda x, r: rings(np.log10(np.fft.fft2(x).real ** 2 + 1e-8), r),
        "real part of F",
    ),
    (
        "profile",
        lambda x, r: rings(log_power(x - x.mean((1, 2), keepdims=True)), r),
        "was subtracted first",
    ),
    (
        "profile",
        lambda x, r: rings(np.log10(np.clip(abs(np.fft.fft2(x)) ** 2, 1e-8, None)), r),
        "a lower limit there",
    ),
    (
        "profile",
        lambda x, r: rings(2 * np.log10(abs(np.fft.fft2(x)) + 1e-8), r),
        "after the square",
    ),
    ("profile", lambda x, r: rings(np.log10(abs(np.fft.fft2(x)) ** 2), r), "log10(0) is −inf"),
    (
        "profile",
        lambda x, r: rings(np.log10(abs(np.fft.fft2(x)) ** 2 + 1e-12), r),
        "It is 1e-8",
    ),
    (
        "profile",
        lambda x, r: rings(np.log10(abs(np.fft.fft2(x)) ** 2 + 1e-10), r),
        "not a lower limit",
    ),
    ("profile", lambda x, r: rings(np.maximum(log_power(x), -7), r), "about as large as 1e-8"),
    (
        "profile",
        lambda x, r: np.stack(
            [np.log10(np.fft.fft2(x) ** 2 + 1e-8)[:, r == k].mean(1) for k in range(r.max() + 1)],
            1,
        ),
        "F is complex there",
    ),
    (
        "profile",
        lambda x, r: rings(np.log10(np.fft.fft2(x) ** 2 + 1e-8).real, r),
        "leaving out the imaginary part",
    ),
    ("profile", lambda x, r: rings(log_power(np.clip(x, -50, 50)), r), "over those with"),
    ("profile", lambda x, r: rings(log_power(x), r).tolist(), "as a list"),
    ("profile", lambda x, r: ops.convert_to_tensor(rings(log_power(x), r)), "goes on with NumPy"),
    ("mark_scores", lambda d, k: np.einsum("nhw,khw->nk", d, k), "the sum over the pixels"),
    ("mark_scores", lambda d, k: np.einsum("nhw,khw->nk", d, k) / 784, "whatever the size"),
    (
        "mark_scores",
        lambda d, k: np.einsum("nhw,khw->nk", d, k) / k[0].size ** 0.5,
        "root of the number",
    ),
    ("mark_scores", lambda d, k: scores_by_two_loops(d, k).T, "Rows and columns"),
    ("mark_scores", lambda d, k: np.einsum("nhw,khw->kn", d, k) / k[0].size, "Rows and columns"),
    (
        "mark_scores",
        lambda d, k: np.array([(p * q).mean() for p, q in zip(d, k, strict=False)]),
        "key i only",
    ),
    ("mark_scores", lambda d, k: (d * k).mean(axis=(1, 2)), "raised ValueError"),
    ("mark_scores", lambda d, k: abs(scores_by_two_loops(d, k)), "The sign was dropped"),
    ("mark_scores", lambda d, k: np.maximum(scores_by_two_loops(d, k), 0), "Entry [i, k]"),
    ("mark_scores", lambda d, k: scores_by_two_loops(d, np.clip(k, -1, 1)), "any numbers"),
    (
        "mark_scores",
        lambda d, k: 1 - cdist(d.reshape(len(d), -1), k.reshape(len(k), -1), "cosine"),
        "a cosine",
    ),
    (
        "mark_scores",
        lambda d, k: np.corrcoef(d.reshape(len(d), -1), k.reshape(len(k), -1))[: len(d), len(d) :],
        "correlation coefficient",
    ),
    (
        "mark_scores",
        lambda d, k: scores_by_two_loops(
            d - d.mean((1, 2), keepdims=True), k - k.mean((1, 2), keepdims=True)
        ),
        "a covariance",
    ),
    ("mark_scores", lambda d, k: (d[:, None] * k).mean(axis=-2), "over the rows only"),
    ("mark_scores", lambda d, k: (d[:, None] * k).mean(axis=-1), "over the columns only"),
    ("mark_scores", lambda d, k: scores_by_two_loops(np.sign(d), k), "signs of the details"),
    ("mark_scores", lambda d, k: scores_by_two_loops(d, np.sign(k)), "signs of the keys"),
    (
        "mark_scores",
        lambda d, k: -np.mean((d[:, None] - k) ** 2, axis=(2, 3)),
        "mean squared difference",
    ),
    (
        "mark_scores",
        lambda d, k: np.mean((d[:, None] > 0) == (k > 0), axis=(2, 3)),
        "same sign",
    ),
    ("mark_scores", lambda d, k: scores_by_two_loops(d, k).max(1), "best key's score"),
    ("mark_scores", lambda d, k: scores_by_two_loops(d, k).argmax(1), "number of the key"),
    ("mark_scores", lambda d, k: scores_by_two_loops(d, k).mean(1), "over the keys, too"),
    ("mark_scores", lambda d, k: scores_by_two_loops(d, k).mean(0), "over the pictures, too"),
    ("mark_scores", lambda d, k: scores_by_two_loops(d, k).tolist(), "as a list"),
    ("mark_scores", lambda d, k: np.round(scores_by_two_loops(d, k), 4), "rounded"),
    (
        "mark_scores",
        lambda d, k: scores_by_two_loops(d.astype("float16"), k.astype("float16")),
        "no float16",
    ),
    (
        "mark_scores",
        lambda d, k: scores_by_two_loops(d, k).astype("float16"),
        "half precision (float16)",
    ),
    ("mark_scores", lambda d, k: np.einsum("nhw,khw->nk", d, k) / len(k[0]) ** 2, "by h²"),
    ("mark_scores", lambda d, k: np.einsum("nhw,khw->nk", d, k) / k.shape[2] ** 2, "by w²"),
    (
        "mark_scores",
        lambda d, k: scores_by_two_loops(d[:, :, : d.shape[1]], k[:, :, : k.shape[1]]),
        "need not be square",
    ),
    ("precision", lambda h, f, s: h, "Those are the hits"),
    ("precision", lambda h, f, s: s * h, "raise a right alarm"),
    ("precision", lambda h, f, s: h / np.float64(h + f), "half of the pictures are generated"),
    ("precision", lambda h, f, s: s * h / np.float64(s * h + f), "from the real pictures only"),
    ("precision", lambda h, f, s: s * h / np.float64(s * h + s * f), "which then cancels"),
    ("precision", lambda h, f, s: h / np.float64(s * h + (1 - s) * f), "Above the line"),
    ("precision", lambda h, f, s: s * h + (1 - s) * (1 - f), "the accuracy"),
    ("precision", lambda h, f, s: 1 - f, "raise no alarm"),
    ("precision", lambda h, f, s: s * h / np.float64((1 - s) * f), "Those are odds"),
    ("precision", lambda h, f, s: precision_by_bayes(h, f, 1 - s), "share and 1 − share"),
    ("precision", lambda h, f, s: precision_by_bayes(f, h, s), "hits and false_alarms"),
    ("precision", lambda h, f, s: 1 - precision_by_bayes(h, f, s), "that are wrong"),
    ("precision", lambda h, f, s: precision_by_bayes(1 - h, 1 - f, s), "without an alarm"),
    ("precision", lambda h, f, s: s * h + (1 - s) * f, "right or wrong"),
    ("precision", lambda h, f, s: 100 * precision_by_bayes(h, f, s), "in per cent"),
    ("precision", lambda h, f, s: s * h / (s * h + (1 - s) * f + 1e-9), "A small number was added"),
    ("precision", lambda h, f, s: s * h / (s * h + (1 - s) * f + 1e-12), "however few"),
    ("precision", lambda h, f, s: s * h / np.maximum(s * h + (1 - s) * f, 1e-9), "was kept above"),
    (
        "precision",
        lambda h, f, s: np.nan_to_num(precision_by_bayes(h, f, s)),
        "as if all had been wrong",
    ),
    (
        "precision",
        lambda h, f, s: np.nan_to_num(precision_by_bayes(h, f, s), nan=1.0),
        "as if all had been right",
    ),
    ("precision", lambda h, f, s: s * h / (s * h + (1 - s) * f), "raised ZeroDivisionError"),
    ("precision", if_no_alarm, "has several"),
    ("precision", if_a_number, "A number may meet an array"),
    ("precision", number_by_number, "A number may meet an array"),
    (
        "precision",
        lambda h, f, s: np.squeeze(precision_by_where(np.atleast_1d(h), f, s)),
        "an array of length 1",
    ),
    (
        "precision",
        lambda h, f, s: p.item() if (p := precision_by_where(h, f, s)).size == 1 else p,
        "an array of length 1",
    ),
    (
        "precision",
        lambda h, f, s: np.where(np.min(f) == 0, np.nan, precision_by_bayes(h, f, s)),
        "all alarms are right",
    ),
    (
        "precision",
        lambda h, f, s: np.nan if np.any(s * h + (1 - s) * f == 0) else precision_by_bayes(h, f, s),
        "expected shape (4,)",
    ),
    ("nearest", lambda a, b: exact(a, b).min(1) ** 2, "squared distance"),
    ("nearest", lambda a, b: ((a[:, None] - b) ** 2).sum(-1).min(1), "squared distance"),
    ("nearest", lambda a, b: exact(a, b).max(1), "farthest"),
    ("nearest", lambda a, b: exact(a, b).argmin(1), "number of the nearest row"),
    ("nearest", lambda a, b: exact(a, b).mean(1), "mean distance to all"),
    ("nearest", lambda a, b: np.linalg.norm(a - b.mean(0), axis=1), "mean of b"),
    ("nearest", lambda a, b: exact(a, b).min(0), "one number for each row of b"),
    ("nearest", lambda a, b: nearest_by_a_loop(b, a), "one number for each row of b"),
    ("nearest", lambda a, b: cdist(a, b, "cityblock").min(1), "absolute differences"),
    ("nearest", lambda a, b: cdist(a, b, "chebyshev").min(1), "of a single number"),
    (
        "nearest",
        lambda a, b: np.array([np.linalg.norm(p - q) for p, q in zip(a, b, strict=False)]),
        "of the same number only",
    ),
    ("nearest", lambda a, b: np.linalg.norm(a - b, axis=1), "raised ValueError"),
    ("nearest", lambda a, b: np.sqrt(((a[:, None] - b) ** 2).mean(-1)).min(1), "mean of the sq"),
    ("nearest", exact, "distances to all rows"),
    ("nearest", lambda a, b: exact(a, b).min(), "one number for all"),
    ("nearest", lambda a, b: exact(a, b).min(1).mean(), "mean over the rows of a"),
    (
        "nearest",
        lambda a, b: np.array([min(d for d in row if d > 0) for row in exact(a, b)]),
        "was left out",
    ),
    ("nearest", lambda a, b: np.sort(exact(a, b), 1)[:, 1], "second nearest"),
    (
        "nearest",
        lambda a, b: np.sort(exact(a, a), 1)[:, min(1, len(a) - 1)],
        "distances within a",
    ),
    ("nearest", lambda a, b: np.nan_to_num(cdist(a, b, "cosine"), nan=1).min(1), "nearest"),
    ("nearest", lambda a, b: np.sqrt(abs((a[:, None] - b).sum(-1))).min(1), "not squared"),
    ("nearest", float32_distances, "float32 has seven digits"),
    ("nearest", lambda a, b: np.linalg.norm(a[:, None] - b, axis=-1).min(1), "all differences at"),
    (
        "nearest",
        lambda a, b: np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2)).min(axis=1),
        "6 GB",
    ),
    ("nearest", unguarded_distances, "np.maximum(…, 0) before the root"),
    (
        "nearest",
        lambda a, b: np.sqrt(squares(a, b)).min(1),
        "compute it in float64",
    ),
    ("nearest", lambda a, b: np.sqrt(abs(squares(a, b)).min(1)), "float32 has seven digits"),
    ("nearest", without_nan, "np.nanmin"),
    (
        "nearest",
        lambda a, b: np.nanmin(np.sqrt(squares(a.astype(float), b.astype(float))), axis=1),
        "np.maximum(…, 0) before the root.",
    ),
    (
        "nearest",
        lambda a, b: np.nanmin(np.sqrt(squares(a, b)), axis=1),
        "np.nanmin",
    ),
    ("nearest", lambda a, b: exact(a, b).min(1) + 2e-5 * (len(a) > 20), "Add nothing"),
    ("nearest", lambda a, b: np.sqrt(exact(a, b).min(1) ** 2 + 1e-8), "nothing may be added"),
    ("nearest", lambda a, b: np.maximum(exact(a, b).min(1), 1e-3), "its distance is 0"),
    ("nearest", lambda a, b: np.minimum(exact(a, b).min(1), 10), "Distances may be large"),
    ("nearest", lambda a, b: list(exact(a, b).min(1)), "as a list"),
    (
        "missing_fields",
        lambda c, f: [k for k in f if k.strip().lower() not in tidy(c)],
        "A field whose text is empty",
    ),
    (
        "missing_fields",
        lambda c, f: [k for k in f if tidy(c).get(k.strip().lower(), "x") in PLACEHOLDERS],
        "lacks altogether",
    ),
    (
        "missing_fields",
        lambda c, f: [k for k in f if not tidy(c).get(k.strip().lower())],
        "Placeholders were taken",
    ),
    (
        "missing_fields",
        lambda c, f: [k for k in f if c.get(k, "").strip().lower() in PLACEHOLDERS],
        "to the letter",
    ),
    (
        "missing_fields",
        lambda c, f: [
            k
            for k in f
            if {n.lower(): t.strip().lower() for n, t in c.items()}.get(k.strip().lower(), "")
            in PLACEHOLDERS
        ],
        "Spaces around a name",
    ),
    (
        "missing_fields",
        lambda c, f: [
            k
            for k in f
            if {n.strip(): t.strip().lower() for n, t in c.items()}.get(k, "") in PLACEHOLDERS
        ],
        "Capitals make it another name",
    ),
    (
        "missing_fields",
        lambda c, f: [k for k in f if tidy(c).get(k, "") in PLACEHOLDERS],
        "not those in `fields`",
    ),
    (
        "missing_fields",
        lambda c, f: [
            k
            for k in f
            if {n.strip().lower(): t.strip() for n, t in c.items()}.get(k.strip().lower(), "")
            in ("", "TODO", "?", "-", "n/a", "…")
        ],
        "as they are written",
    ),
    (
        "missing_fields",
        lambda c, f: [
            k
            for k in f
            if {n.strip().lower(): t.lower() for n, t in c.items()}.get(k.strip().lower(), "")
            in PLACEHOLDERS
        ],
        "Strip it before you compare",
    ),
    ("missing_fields", lambda c, f: [k for k in f if not empty(c, k)], "that are filled"),
    ("missing_fields", lambda c, f: sorted(k for k in f if empty(c, k)), "are sorted"),
    ("missing_fields", lambda c, f: {k for k in f if empty(c, k)}, "A set has no order"),
    ("missing_fields", lambda c, f: [k.strip().lower() for k in f if empty(c, k)], "were changed"),
    ("missing_fields", lambda c, f: [k for k in c if k.strip().lower() not in f], "nobody asked"),
    ("missing_fields", lambda c, f: sum(empty(c, k) for k in f), "their number"),
    ("missing_fields", lambda c, f: any(empty(c, k) for k in f), "whether any is missing"),
    ("missing_fields", lambda c, f: [k for k in f if empty(c, k)][:1], "stops at the first"),
    (
        "missing_fields",
        lambda c, f: [
            k
            for k in f
            if not any(k.strip().lower() in n and t not in PLACEHOLDERS for n, t in tidy(c).items())
        ],
        "A part of a name",
    ),
    (
        "missing_fields",
        lambda c, f: [
            k
            for k in f
            if not tidy(c).get(k.strip().lower(), "")
            or any(p in tidy(c)[k.strip().lower()] for p in PLACEHOLDERS - {""})
        ],
        "Compare the whole text",
    ),
    (
        "missing_fields",
        lambda c, f: judged(c, f, str.lower, ("?", "-", "n/a", "…")),
        '"" is missing',
    ),
    (
        "missing_fields",
        lambda c, f: judged(c, f, str.lower, ("", "TODO", "?", "-", "n/a", "…")),
        "but TODO",
    ),
    (
        "missing_fields",
        lambda c, f: judged(c, f, str.upper, ("", "TODO", "?", "-", "n/a", "…")),
        "but n/a",
    ),
    (
        "missing_fields",
        lambda c, f: judged(c, f, str.lower, ("", "todo", "?", "n/a", "…")),
        'but "-"',
    ),
    (
        "missing_fields",
        lambda c, f: [k for k in f if empty(c, k) or len(tidy(c)[k.strip().lower()]) < 3],
        "A 3 is a text",
    ),
    (
        "missing_fields",
        lambda c, f: [
            k
            for k in f
            if not any(n in k.strip().lower() and t not in PLACEHOLDERS for n, t in tidy(c).items())
        ],
        "A part of a field's name",
    ),
    (
        "missing_fields",
        lambda c, f: [
            k
            for k in f
            if empty(c, k) or tidy(c)[k.strip().lower()].startswith(tuple(PLACEHOLDERS - {""}))
        ],
        "within a text does no harm",
    ),
    (
        "missing_fields",
        lambda c, f: [k for k in f if c[k].strip().lower() in PLACEHOLDERS],
        "raised KeyError",
    ),
    ("missing_fields", lambda c, f: texts(c, f, str.strip, PLACEHOLDERS), "keep their capitals"),
    ("missing_fields", lambda c, f: texts(c, f, str, PLACEHOLDERS), "as they stand on the card"),
    (
        "missing_fields",
        lambda c, f: texts(c, f, str, ("", "TODO", "?", "-", "n/a", "…")),
        "as they stand on the card",
    ),
    (
        "missing_fields",
        lambda c, f: judged(c, f, str.lower, PLACEHOLDERS - {"todo"}),
        "but TODO",
    ),
    (
        "missing_fields",
        lambda c, f: judged(c, f, str.lower, PLACEHOLDERS - {"n/a"}),
        "but n/a",
    ),
    ("missing_fields", lambda c, f: judged(c, f, str.lower, PLACEHOLDERS - {"?"}), 'but "?"'),
    (
        "missing_fields",
        lambda c, f: judged(c, f, str.lower, {*PLACEHOLDERS, "..."} - {"…"}),
        "not three dots",
    ),
    (
        "missing_fields",
        lambda c, f: judged(c, f, str.lower, "todo ? - n/a …"),
        "in a string",
    ),
    ("missing_fields", lambda c, f: judged(c, f, str.lower, "todo?-n/a…"), "in a string"),
    ("missing_fields", lambda c, f: judged(c, f, str.upper, "TODO ? - N/A …"), "in a string"),
    (
        "missing_fields",
        lambda c, f: [k for k in f if tidy(c).get(k.lower(), "") in PLACEHOLDERS],
        "`fields` are not stripped",
    ),
    (
        "missing_fields",
        lambda c, f: [k for k in f if tidy(c).get(k.strip(), "") in PLACEHOLDERS],
        "`fields` keep their capitals",
    ),
    ("missing_fields", lambda c, f: either(c, f, lambda t: t == "none"), "More is generous"),
    ("missing_fields", lambda c, f: either(c, f, lambda t: t == "tbd"), "More is generous"),
    (
        "missing_fields",
        lambda c, f: either(c, f, lambda t: t in ("tbd", "none", "unknown")),
        "More is generous",
    ),
    (
        "missing_fields",
        lambda c, f: either(c, f, lambda t: not any(map(str.isalpha, t))),
        "A 3 is a text",
    ),
    (
        "missing_fields",
        lambda c, f: either(c, f, lambda t: not any(map(str.isalnum, t))),
        "needs no letters",
    ),
    (
        "missing_fields",
        lambda c, f: texts(
            c, f, lambda t: t.strip(string.punctuation + " …").lower(), ("", "todo", "n/a")
        ),
        "Was punctuation stripped",
    ),
    (
        "missing_fields",
        lambda c, f: either(c, f, lambda t: t.strip(" .") in PLACEHOLDERS),
        "Was punctuation stripped",
    ),
    (
        "missing_fields",
        lambda c, f: texts(c, f, lambda t: t.replace(" ", "").lower(), PLACEHOLDERS),
        "Were spaces removed within a text",
    ),
    (
        "missing_fields",
        lambda c, f: [
            k
            for k in f
            if {n.replace(" ", "").lower(): t.strip().lower() for n, t in c.items()}.get(
                k.replace(" ", "").lower(), ""
            )
            in PLACEHOLDERS
        ],
        "'intendeduse' is another field",
    ),
    ("missing_fields", in_the_cards_order, "card's order"),
    (
        "missing_fields",
        lambda c, f: sorted((k for k in f if empty(c, k)), key=lambda k: k[1:]),
        "Was a set made of them",
    ),
    (
        "missing_fields",
        lambda c, f: [k for k in f if empty(c, k)][::-1],
        "order is reversed",
    ),
    (
        "missing_fields",
        lambda c, f: ", ".join(k for k in f if empty(c, k)),
        "gave 'energy, metrics', a str",
    ),
    ("missing_fields", pops, "changed the card"),
    ("missing_fields", lambda c, f: tuple(k for k in f if empty(c, k)), "a tuple"),
    ("missing_fields", lambda c, f: (k for k in f if empty(c, k)), "a generator"),
    ("missing_fields", lambda c, f: print([k for k in f if empty(c, k)]), "a `return` missing"),
]

for name, answer in RIGHT:
    table.right(name)(answer)
for name, answer, fragment in WRONG:
    table.wrong(name, fragment)(answer)

# ------------------------------------------------------------------------- choices and numbers

for question, right, says in [
    (
        "which_harm",
        "b",
        {
            "a": "would stop the call",
            "b": "Nobody has to be deceived",
            "c": "liar's dividend",
            "d": "changes most",
        },
    ),
    (
        "fair_test",
        "a",
        {
            "a": "done to the other, too",
            "b": "alone are blurred",
            "c": "Here blur is the clue",
            "d": "in what the two sets differ",
        },
    ),
    (
        "absent",
        "d",
        {
            "a": "whose mark was removed",
            "b": "may be nothing to detect",
            "c": "every photograph lacks",
            "d": "keys can be copied",
        },
    ),
    (
        "membership",
        "b",
        {
            "a": "knew that the set would be public",
            "b": "learnt your diagnosis",
            "c": "a secret",
            "d": "why the picture was there",
        },
    ),
    (
        "the_filter",
        "c",
        {
            "a": "not one effect for all",
            "b": "no eye for what is rare",
            "c": "an observation, not a law",
            "d": "doubtful samples, not bad ones",
        },
    ),
]:
    for option, fragment in says.items():
        table.choice(question, option, "passed" if option == right else "failed", fragment)

exact_share = 100 * 0.99 * 0.001 / (0.99 * 0.001 + 0.01 * 0.999)
table.choice("right_alarms", exact_share, "passed", "99 of 1098 alarms")
table.choice("right_alarms", 9, "passed", "9 is right")
table.choice("right_alarms", 100 / 11, "passed", "99 of 1098 alarms")
table.choice("right_alarms", 99, "failed", "Those are the hits")
table.choice("right_alarms", 0.09, "failed", "in per cent, please")
table.choice("right_alarms", 0.1, "failed", "before any alarm")
table.choice("right_alarms", 0.001, "failed", "before any alarm")
for share in (0.0, 0.01, 0.02, 0.05, 0.08, 0.0991, 0.15):
    table.choice("right_alarms", share, "failed", "it is another one")
for share in (0.99, 0.98):
    table.choice("right_alarms", share, "failed", "those are the hits")
table.choice("right_alarms", 0.91, "failed", "the alarms that are wrong")
table.choice("right_alarms", 0.245, "failed", "before any alarm")
table.choice("right_alarms", 0.0902, "failed", "If 0.09 is meant")
table.choice("right_alarms", 9.91, "failed", "Of eleven alarms one is right")
table.choice("right_alarms", 10, "failed", "Those are odds")
table.choice("right_alarms", 1, "failed", "About 1 % of all pictures")
table.choice("right_alarms", 50, "failed", "one in a hundred")
table.choice("right_alarms", 98, "failed", "Hits minus false alarms")
table.choice("right_alarms", 90.98, "failed", "that are wrong")
table.choice("right_alarms", 90, "failed", "that are wrong")
table.choice("right_alarms", 91, "failed", "that are wrong")
table.choice("right_alarms", 30, "failed", "Take 100,000 pictures")
