"""The exercises of chapter 10, the ethics of generative models, measured."""

import inspect
import tracemalloc

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, describe, same

keras = Lazy("keras")
book = Book(10)
summary = book.summary


# -------------------------------------------------------------------------------- whom it harms

which_harm = book.question(
    "which_harm",
    right="b",
    options={
        "a": (
            "No: for the company it changes much. The forged voice has to be taken for the"
            " director's until the money is gone, and a detector that listens in would stop the"
            " call."
        ),
        "b": (
            "Right. Nobody has to be deceived: the picture does its harm although its label says"
            " that it is fake, and a detector only says so again. What helps is not to make it, to"
            " take it down, and the law."
        ),
        "c": (
            "No: a detector helps the voters, though less than one would hope. A correction reaches"
            " fewer people than the forgery did, perhaps after the election. And it would end the"
            " liar's dividend: to call a true recording fake."
        ),
        "d": (
            "No: for the bank it changes most. The check is made before anything happens, and a"
            " forged face is refused."
        ),
    },
    hints=["Which of the four harms needs somebody who believes that the forgery is real?"],
)


# ------------------------------------------------------------------------------------ a threshold


def _nth(scores, k):
    """The score that k others exceed, if there are no ties."""
    return -np.inf if k >= len(scores) else np.sort(scores)[::-1][int(k)]


def _allowed(scores, rate):
    return int(np.floor(rate * len(scores) + 1e-9))


def _distinct(scores, rate):
    return _nth(np.unique(scores), _allowed(scores, rate))


def _distinct_first(scores, rate):
    return _nth(np.unique(scores), _allowed(np.unique(scores), rate))


def _place(scores, rate):
    k = _allowed(scores, rate)
    return np.argsort(-scores, kind="stable")[min(k, len(scores) - 1)]


def _all_may_be_alarms(answer):
    """A case: what is wrong if an answer looks for a score below the lowest; or ''."""
    try:
        answer(np.array([0.5, 0.25, 1.5]), 1.0)
    except (IndexError, ValueError) as error:
        return (
            f"threshold_at([0.5, 0.25, 1.5], 1) raised {type(error).__name__}; expected −inf.\nWith"
            " rate = 1 all three may be alarms, so no score has to lie below t, and none of them"
            " will do: the lowest would not exceed itself. Return −np.inf there."
        )
    return ""


def _normal(seed, n, shift=0.0):
    return np.random.default_rng(seed).normal(size=n) + shift


@book.exercise(
    cases=[
        Case([0.5, 2.0, -1.0, 1.25, 0.75], 0.2, rtol=0, atol=0, why="A share of 0.2 of five is one: one "
             "score, 2, may lie above t. The smallest score that only one exceeds is 1.25."),
        Case([0.5, 2.0, -1.0, 1.25, 0.75], 0.3, rtol=0, atol=0, why="0.3 of five are one and a half, so one "
             "score may lie above t: two would be a share of 0.4."),
        Case([0.5, 2.0, -1.0, 1.25, 0.75], 0.0, rtol=0, atol=0, why="With rate = 0 none may lie above t: the "
             "largest score."),
        Case([1.0, 2.0, 1.0, 0.0, 1.0], 0.4, rtol=0, atol=0, why="Two of five may lie above t. Only one "
             "exceeds 1, but four exceed 0: with ties there can be fewer alarms than allowed."),
        Case([3.0, 1.0, 3.0, 2.0, 3.0, 2.0], 0.5, rtol=0, atol=0, why="Three of six may lie above t, and "
             "three do lie above 2. Scores that occur several times count several times."),
        Case([1.0, 1.0, 1.0, 1.0, 2.0], 0.2, rtol=0, atol=0, why="One of five may lie above t, and only one "
             "exceeds 1. Scores that occur several times count several times, for n as well."),
        Case(_normal(1, 39), 0.1, rtol=0, atol=0, show="39 scores, 0.1", why="0.1 of 39 is 3.9: three may lie "
             "above t, and t is the fourth score from above."),
        Case(_normal(2, 30).astype("float32"), 0.25, rtol=0, atol=0, show="30 scores, 0.25", why="A quarter "
             "of 30 is 7.5: seven may lie above t, and t is the eighth score from above, exactly."),
        Case(_normal(3, 30, 5.0), 0.24, rtol=0, atol=0, show="30 scores, 0.24", why="0.24 of 30 is 7.2: seven "
             "may lie above t, and t is the eighth score from above."),
        Case(_normal(5, 40), 0.08, rtol=0, atol=0, show="40 scores, 0.08", why="0.08 of 40 is 3.2: three may lie "
             "above t, and t is the fourth score from above."),
        Case(_normal(4, 28, -9.0), 0.1, rtol=0, atol=0, show="28 negative scores, 0.1", why="Scores may be negative, "
             "as logits are. 0.1 of 28 is 2.8: two may lie above t, and t is the third from above."),
        _all_may_be_alarms,
        Case([0.5, 0.25, 1.5], 1.0, rtol=0, atol=0, why="With rate = 1 anything may be an alarm: −inf."),
    ],
    mistakes=[
        Mistake(lambda s, r: np.quantile(s, r), "That is the wrong end: a share `rate` of the scores lies "
                "below it, and the rest raise an alarm. Count from the largest score down."),
        Mistake(lambda s, r: np.sort(s)[min(_allowed(s, r), len(s) - 1)], "That counts from the smallest "
                "score. An alarm is a score above t, so count from the largest down."),
        Mistake(lambda s, r: np.quantile(s, 1 - r), "That is a value between two scores, np.quantile's "
                "interpolation. Wanted is one of the scores, the smallest that will do: sort them and count."),
        Mistake(lambda s, r: np.quantile(s, 1 - r, method="higher"), "np.quantile counts the n − 1 gaps "
                "between n scores, so that is a little too strict in places. Sort and count: of n scores, "
                "floor(rate·n) may lie above t."),
        Mistake(lambda s, r: np.quantile(s, 1 - r, method="lower"), "np.quantile counts the n − 1 gaps "
                "between n scores, so that lets too many lie above t in places. Sort and count: of n scores, "
                "floor(rate·n) may lie above t."),
        Mistake(lambda s, r: np.quantile(s, 1 - r, method="lower") if r < 1 else -np.inf, "np.quantile counts "
                "the n − 1 gaps between n scores, so that lets too many lie above t in places. Sort and count: "
                "of n scores, floor(rate·n) may lie above t."),
        Mistake(lambda s, r: np.quantile(s, 1 - r, method="nearest") if r < 1 else -np.inf, "np.quantile "
                "counts the n − 1 gaps between n scores and rounds, so that sometimes lets one too many lie "
                "above t. Sort and count: of n scores, floor(rate·n) may."),
        Mistake(lambda s, r: _nth(s, np.floor(r * (len(s) + 1) + 1e-9)), "That counts n + 1 scores, and so "
                "sometimes lets one too many lie above t. Of n scores, floor(rate·n) may."),
        Mistake(lambda s, r: np.sort(s)[::-1][max(_allowed(s, r) - 1, 0)], "That is one score too strict: "
                "fewer lie above it than may. t itself raises no alarm, since an alarm is a score above t."),
        Mistake(lambda s, r: np.sort(s)[::-1][max(int(np.ceil(r * len(s) - 1e-9)) - 1, 0)], "Fewer than a "
                "share `rate` lie above that. At most a share `rate` may: exactly as many is allowed, ≤ and "
                "not <."),
        Mistake(lambda s, r: _nth(s, _allowed(s, r) + 1), "That is one score too low: one more than a share "
                "`rate` lies above it. Indices begin with 0, so k scores exceed number k from above."),
        Mistake(lambda s, r: _nth(s, np.ceil(r * len(s))), "The number of alarms was rounded up. At most a "
                "share `rate` may exceed t: of 1.5 or 7.2 scores, round down."),
        Mistake(lambda s, r: _nth(s, round(r * len(s))), "The number of alarms was rounded to the nearest. At "
                "most a share `rate` may exceed t: round down."),
        Mistake(lambda s, r: _nth(s, min(_allowed(s, r), len(s) - 1)), "The lowest score does not exceed "
                "itself, so it would raise no alarm. With rate = 1 anything may be one: −inf."),
        Mistake(lambda s, r: np.sort(s)[len(s) - 1 - _allowed(s, r)], "With rate = 1 the index became −1, "
                "which is the last score, the largest: no alarm at all. Anything may be one there: −inf."),
        Mistake(_distinct, "Scores that occur several times were counted once (np.unique or set). Each "
                "picture is an alarm of its own: sort them all."),
        Mistake(_distinct_first, "Scores that occur several times were counted once (np.unique or set), and n "
                "became smaller. Each picture is an alarm of its own: sort them all."),
        Mistake(_place, "That is a position, not a score: use it as an index."),
        Mistake(lambda s, r: s.max(), "The largest score raises no alarm at all. A share `rate` of them may "
                "lie above t."),
        Mistake(lambda s, r: np.mean(s > r), "`rate` was taken for the threshold, and that is the share above "
                "it. It is the other way round: the share is given, the threshold is wanted."),
    ],
    hints=[
        "How many of the n scores may lie above t? A share `rate` of them, rounded down: k.",
        "Sort them, the largest first: k scores lie above number k, which is t (ties can only make it fewer).",
        "What if k = n?",
    ],
    speed=lambda: (_normal(0, 400_000), 0.001),
)  # fmt: skip
def threshold_at(scores, rate):
    """The smallest score t of `scores`, (n,), that at most a share `rate` of them exceed; a number.

    An alarm is a score above t. With rate = 1 anything may be an alarm: −inf.
    """
    k = int(np.floor(rate * len(scores) + 1e-9))  # so many may exceed t; 0.29 · 100 is 28.999…
    return -np.inf if k >= len(scores) else np.sort(scores)[::-1][k]


# ---------------------------------------------------------------------------------- a fair test

fair_test = book.question(
    "fair_test",
    right="a",
    options={
        "a": (
            "Right. The two kinds now differ in something that has nothing to do with who made"
            " them, and anything that sees blur tells them apart. Whatever is done to one side is"
            " done to the other, too: then blur can only take away."
        ),
        "b": (
            "No: blur takes away detail, also the traces by which generated pictures are told. But"
            " here the generated ones alone are blurred, and a detector need only ask for that."
        ),
        "c": (
            "No. A robust detector is one that still works when both kinds are blurred. Here blur"
            " is the clue itself."
        ),
        "d": (
            "No: an AUC can be computed from any two sets of scores. The question is in what the"
            " two sets differ."
        ),
    },
    hints=[
        "Imagine a detector that knows nothing of generators and measures how sharp a picture is."
        " How would it do here?"
    ],
)


# ------------------------------------------------------------------------------------- evasion


def _fooled(logits):
    return keras.ops.mean(keras.ops.softplus(-logits))


def _distances(x, before):
    return keras.ops.sum((x - before) ** 2, axis=(1, 2, 3))


def _moved(x, before):
    return keras.ops.mean(_distances(x, before))


def _clipped(logits, x, before, weight):
    d = keras.ops.clip(keras.ops.sigmoid(logits), 1e-7, 1 - 1e-7)
    return -keras.ops.mean(keras.ops.log(d)) + weight * _moved(x, before)


def _moving_pictures(seed, steps):
    """Pictures and what they were before, each moved by another step."""
    rng = np.random.default_rng(seed)
    before = rng.random((len(steps), 28, 28, 1))
    return before + np.reshape(steps, (-1, 1, 1, 1)) * rng.normal(0.3, 1, before.shape), before


_X, _BEFORE = _moving_pictures(5, [0.05, 0.02, 0.08])
_ONE_PIXEL = np.zeros((2, 28, 28, 1))
_ONE_PIXEL[0, 3, 5], _ONE_PIXEL[0, 9, 9], _ONE_PIXEL[1, 20, 2] = 1.0, -2.0, 0.5


def _which_way_it_pulls(answer):
    """A case: what is wrong with the gradients where D is sure, or where a picture has not moved; or ''."""
    import tensorflow as tf

    logits = tf.constant([[1000.0], [-1000.0], [0.5]])
    x, before = (tf.constant(a, "float32") for a in _moving_pictures(6, [0.0, 0.05, 0.02]))
    with tf.GradientTape() as tape:
        tape.watch([logits, x])
        value = answer(logits, x, before, 0.5)
    if not tf.is_tensor(value):
        return ""  # the check of training says more of it
    slope, pull = tape.gradient(value, [logits, x])
    if slope is None and pull is None:
        return ""
    if slope is None:
        return (
            "evasion_loss has the right value, but no gradient reaches `logits`.\nThen nothing"
            " would learn to pass as real. Is there a stop_gradient, or did D leave TensorFlow"
            " (NumPy, `float()`)?"
        )
    if pull is None:
        return (
            "evasion_loss has the right value, but no gradient reaches `x` from what the pictures"
            " moved.\nThen nothing would hold them back. Is there a stop_gradient around x, or did"
            " x leave TensorFlow?"
        )
    if not same(pull, (x - before) / 3, 1e-3, 1e-6):
        return (
            "evasion_loss has the right value, but not the right gradient in `x`.\nWith weight 0.5"
            " and three pictures it is (x − x_before)/3, and 0 for a picture that has not moved."
            " Was something rounded, clipped or stopped, or a root taken and squared again?"
        )
    wanted = -1 / (1 + np.exp([[1000.0], [-1000.0], [0.5]])) / 3
    if not same(slope, wanted, 1e-3, 1e-6):
        shown = ", ".join(f"{s:.4g}" for s in np.ravel(slope))
        return (
            "evasion_loss has the right value, but at logits of 1000, −1000 and 0.5 its gradient"
            f" is {shown}; expected 0, −0.3333, −0.1258.\nWhere D is sure of a forgery, the pull"
            " must be strongest. softplus(−logits) has it. The logarithm of a sigmoid loses it,"
            " and so does a `where` around something that overflows."
        )
    return ""


@book.exercise(
    trains=True,
    cases=[
        Case([[0.5], [-1.2], [2.0]], _X, _BEFORE, 0.3, show="logits [[0.5], [−1.2], [2]], x, x_before, 0.3", why="−ln "
             "D is softplus(−logit): its mean over the batch. Then weight · the mean over the batch of Σ(x − "
             "x_before)², summed over all pixels of a picture."),
        Case([[-0.3], [0.8]], _ONE_PIXEL, 0 * _ONE_PIXEL, 0.1, show="logits [[−0.3], [0.8]], x, x_before, 0.1", why="The "
             "first picture moved by 1 in one pixel and by −2 in another, squared distance 5; the second by "
             "0.5 in one: 0.25. Their mean, 2.625, is multiplied by the weight and added to the mean of −ln "
             "D."),
        Case([[1.5], [0.2], [-2.0]], _X[::-1], _BEFORE[::-1], 2.0, show="logits [[1.5], [0.2], [−2]], x, "
             "x_before, 2", why="The weight belongs to what the pictures moved, and may be larger than 1."),
        Case([[1.5], [-0.7], [0.3]], _X, _BEFORE, 0.0, show="logits [[1.5], [−0.7], [0.3]], x, x_before, 0", why="With "
             "weight 0 only the mean of −ln D remains."),
        Case([[1000.0], [-1000.0], [-40.0]], _X, _BEFORE, 0.7, show="logits [[1000], [−1000], [−40]], x, "
             "x_before, 0.7", why="−ln D is 0 where D is sure that x is real, and 1000 at a logit of −1000: "
             "−ln sigmoid in one step, softplus(−logits), without clipping."),
        _which_way_it_pulls,
    ],
    mistakes=[
        Mistake(lambda a, x, b, w: keras.ops.mean(keras.ops.softplus(a)) + w * _moved(x, b), "That is −ln(1 − "
                "D), small where D is sure of a forgery: the pictures would learn to be caught. They are to "
                "pass as real: −ln D."),
        Mistake(lambda a, x, b, w: -keras.ops.mean(keras.ops.softplus(a)) + w * _moved(x, b), "That is ln(1 − "
                "D). It pulls the same way, but hardly at all where D is sure of a forgery, as in chapter 07. "
                "Take −ln D."),
        Mistake(lambda a, x, b, w: -_fooled(a) + w * _moved(x, b), "The minus is missing: that is ln D, and "
                "to make it small is to be caught."),
        Mistake(lambda a, x, b, w: _fooled(a) - w * _moved(x, b), "What the pictures moved was subtracted: "
                "the further, the better. It is a price, and is added."),
        Mistake(lambda a, x, b, w: -keras.ops.mean(a) + w * _moved(x, b), "That is the logit itself, with a "
                "minus. D = sigmoid(logit), and −ln D = softplus(−logit)."),
        Mistake(lambda a, x, b, w: -keras.ops.mean(keras.ops.sigmoid(a)) + w * _moved(x, b), "That is −D. The "
                "logarithm is missing: −ln D."),
        Mistake(lambda a, x, b, w: w * _fooled(a) + _moved(x, b), "The weight is at the wrong term: it "
                "belongs to what the pictures moved."),
        Mistake(lambda a, x, b, w: w * (_fooled(a) + _moved(x, b)), "The weight multiplies both terms. It "
                "belongs to what the pictures moved, alone."),
        Mistake(lambda a, x, b, w: (1 - w) * _fooled(a) + w * _moved(x, b), "−ln D was multiplied by 1 − "
                "weight. It has no factor."),
        Mistake(lambda a, x, b, w: _fooled(a) + _moved(x, b), "The weight is not used."),
        Mistake(lambda a, x, b, w: _fooled(a), "What the pictures moved is missing: they might become "
                "anything."),
        Mistake(lambda a, x, b, w: w * _moved(x, b), "−ln D is missing: nothing would move at all."),
        Mistake(lambda a, x, b, w: _fooled(a) + w * keras.ops.mean((x - b) ** 2), "The mean over the pixels "
                "was taken: 784 times too small. Sum over the pixels, mean over the batch."),
        Mistake(lambda a, x, b, w: _fooled(a) + w * keras.ops.sum((x - b) ** 2), "The distances of the whole "
                "batch were added up. Sum over the pixels, axis=(1, 2, 3), and mean over the batch."),
        Mistake(lambda a, x, b, w: keras.ops.sum(keras.ops.softplus(-a)) + w * keras.ops.sum((x - b) ** 2), "Both "
                "terms were added up over the batch, so the number grows with its size. Take the mean over "
                "the batch."),
        Mistake(lambda a, x, b, w: keras.ops.sum(keras.ops.softplus(-a)) + w * _moved(x, b), "−ln D was added "
                "up over the batch. Take its mean."),
        Mistake(lambda a, x, b, w: _fooled(a) + w * keras.ops.mean(keras.ops.sum(abs(x - b), axis=(1, 2, 3))), "Absolute "
                "differences were added up. The squared distance adds up squares."),
        Mistake(lambda a, x, b, w: _fooled(a) + w * keras.ops.mean(keras.ops.sqrt(_distances(x, b))), "That "
                "is the distance. Its square is asked for: no root."),
        Mistake(lambda a, x, b, w: _fooled(a) + w * keras.ops.mean(keras.ops.sum(x - b, axis=(1, 2, 3))), "The "
                "differences were not squared, so that a pixel that became brighter makes up for one that "
                "became darker."),
        Mistake(lambda a, x, b, w: _fooled(a) + w * keras.ops.mean(keras.ops.sum(x - b, axis=(1, 2, 3)) ** 2), "Square "
                "first, then add: as it is, a brighter pixel makes up for a darker one."),
        Mistake(lambda a, x, b, w: _fooled(a) + w * _moved(x, b) / 2, "Half the squared distance was taken. "
                "There is no ½ here."),
        Mistake(lambda a, x, b, w: _fooled(a) + w * _moved(x, 0 * b), "That is how bright the pictures are, "
                "not how far they moved: subtract x_before."),
        Mistake(lambda a, x, b, w: keras.ops.softplus(-a[:, 0]) + w * _distances(x, b), "That is one number "
                "for each picture. The mean over the batch is missing."),
        Mistake(lambda a, x, b, w: keras.ops.softplus(-a) + w * _moved(x, b), "−ln D is still one number for "
                "each picture. Take its mean over the batch."),
        Mistake(lambda a, x, b, w: _fooled(a) + w * _distances(x, b), "What they moved is still one number "
                "for each picture. Take its mean over the batch."),
        Mistake(lambda a, x, b, w: _fooled(a) / np.log(2) + w * _moved(x, b), "That logarithm has base 2. "
                "Take the natural one."),
        Mistake(_clipped, "D was clipped (or has a small number added) before the logarithm, so that −ln D "
                "stops at 16 and pulls no more. Take both in one step, without clipping: softplus(−logits)."),
        Mistake(lambda a, x, b, w: -keras.ops.mean(keras.ops.log(keras.ops.sigmoid(a) + 1e-7)) + w * _moved(x, b), "D "
                "was clipped (or has a small number added) before the logarithm, so that −ln D stops at 16 "
                "and pulls no more. Take both in one step, without clipping: softplus(−logits)."),
        Mistake(lambda a, x, b, w: -keras.ops.mean(keras.ops.log(keras.ops.sigmoid(a))) + w * _moved(x, b), "sigmoid(−1000) "
                "is exactly 0 in float32, and ln 0 = −inf. Take both in one step: −ln sigmoid(a) = "
                "softplus(−a)."),
    ],
    hints=[
        "−ln sigmoid(a) = ln(1 + exp(−a)) = keras.ops.softplus(−a).",
        "keras.ops.sum((x − x_before) ** 2, axis=(1, 2, 3)) is one number for each picture.",
        "keras.ops.mean of each, and the weight before the second.",
    ],
)  # fmt: skip
def evasion_loss(logits, x, x_before, weight):
    """−ln D(x), averaged over the batch, plus weight · what the pictures moved; a number.

    `logits` (batch, 1) are the detector's: D = sigmoid(logits) is its belief that x is real. Moved:
    squared distance between x and x_before, (batch, 28, 28, 1), summed over pixels, averaged over
    the batch.
    """
    start = keras.ops.stop_gradient(x_before)  # fixed (but it learns the same without this line)
    moved = keras.ops.sum((x - start) ** 2, axis=(1, 2, 3))  # (batch,)
    return keras.ops.mean(keras.ops.softplus(-logits)) + weight * keras.ops.mean(moved)


# -------------------------------------------------------------------------------------- spectra


def _power(x, **how):
    return np.abs(np.fft.fft2(x, **how)) ** 2


def _log(power):
    with np.errstate(all="ignore"):
        return np.log10(power + 1e-8)


def _rings(values, ring, average=np.mean, rings=None):
    """A number for each picture and ring, from values (n, h, w)."""
    rings = range(rings or ring.max() + 1)
    return np.stack([average(values[:, ring == k], axis=1) for k in rings], axis=1)


def _bare_log(x, ring):
    with np.errstate(all="ignore"):
        return _rings(np.log10(_power(x)), ring)


def _complex_log(x, ring):
    return _rings(np.log10(np.fft.fft2(x) ** 2 + 1e-8), ring)


def _round_rings(size, last=99):
    wave = np.fft.fftfreq(size) * size
    return np.minimum(np.round(np.hypot(*np.meshgrid(wave, wave))), last).astype(int)


_RING = np.array([[0, 1, 2, 1], [2, 1, 2, 1], [2, 2, 2, 2], [2, 1, 2, 1]])
_MIXED = np.random.default_rng(7).permutation(np.repeat([0, 1, 2, 3, 1], 6)).reshape(5, 6)


@book.exercise(
    returns="array",
    cases=[
        Case(_normal(8, (2, 4, 4), 1.0), _RING, show="two pictures of 4 × 4, three rings", why="Take "
             "log10(|F|² + 1e-8) of every frequency, then for each picture the mean over the frequencies with "
             "ring == 0, with ring == 1, and so on: (n, rings)."),
        Case(_normal(9, (3, 5, 6)), _MIXED, show="three pictures of 5 × 6, four rings", why="Any ring may "
             "have any number of frequencies: for each picture the mean of log10(|F|² + 1e-8) over those with "
             "ring == k."),
        Case(np.random.default_rng(10).random((4, 8, 8), "float32"), _round_rings(8), atol=1e-4, show="four "
             "pictures of 8 × 8, seven rings", why="For each picture the mean of log10(|F|² + 1e-8) over the "
             "frequencies of each ring. Entry [0, 0] of F is the sum of all pixels, and has ring 0 for "
             "itself."),
        Case(_normal(11, (3, 4, 4)) * 2e-5, _RING, show="three very faint pictures", why="Here |F|² is about "
             "as large as 1e-8. It is added: log10(|F|² + 1e-8), not a lower limit."),
        Case(np.zeros((2, 4, 4)), _RING, show="two blank pictures", why="In a blank picture |F|² is 0 "
             "everywhere, and log10(0 + 1e-8) = −8."),
    ],
    mistakes=[
        Mistake(lambda x, r: _rings(_log(np.sqrt(_power(x))), r), "|F| is not squared. The power is |F|²; its "
                "logarithm is twice as large."),
        Mistake(lambda x, r: np.log10(_rings(_power(x), r) + 1e-8), "That is the logarithm of the mean, in "
                "which one strong frequency hides all others. Take the logarithm first, then the mean."),
        Mistake(lambda x, r: _rings(np.log(_power(x) + 1e-8), r), "That is the natural logarithm. Take "
                "np.log10."),
        Mistake(lambda x, r: _rings(np.log2(_power(x) + 1e-8), r), "That is the logarithm of base 2. Take "
                "np.log10."),
        Mistake(lambda x, r: 10 * _rings(_log(_power(x)), r), "That is ten times too much: decibels. Leave "
                "the 10 out."),
        Mistake(lambda x, r: _rings(np.fft.fftshift(_log(_power(x)), axes=(1, 2)), r), "F was shifted "
                "(np.fft.fftshift), but `ring` is not: it says which ring each frequency belongs to as "
                "np.fft.fft2 orders them."),
        Mistake(lambda x, r: _rings(np.fft.fftshift(_log(_power(x))), r), "F was shifted (np.fft.fftshift), "
                "which without axes=(1, 2) also reorders the pictures. `ring` fits F as np.fft.fft2 gives it: "
                "do not shift."),
        Mistake(lambda x, r: _rings(_log(_power(x, axes=(0, 1))), r), "The transform ran over the pictures "
                "and the rows. The last two axes are the picture; np.fft.fft2 takes them by itself."),
        Mistake(lambda x, r: _rings(_log(np.abs(np.fft.fftn(x)) ** 2), r), "np.fft.fftn transforms over all "
                "axes, also from picture to picture. np.fft.fft2 takes the last two."),
        Mistake(lambda x, r: _rings(_log(np.abs(np.fft.fft(x)) ** 2), r), "np.fft.fft transforms along the "
                "rows only. A picture needs np.fft.fft2."),
        Mistake(lambda x, r: _rings(_log(x**2), r), "The transform is missing: that is the picture's own "
                "brightness. F = np.fft.fft2(x)."),
        Mistake(lambda x, r: _rings(_log(_power(x)), r, np.sum), "That is the sum over each ring, which grows "
                "with the number of its frequencies. Take the mean."),
        Mistake(lambda x, r: _rings(_log(_power(x)), r, np.sum) / r.size, "The sum over a ring was divided by "
                "the number of all frequencies. Divide by the number of those in the ring."),
        Mistake(lambda x, r: _rings(_log(_power(x)), r, np.median), "That is the median over each ring. Take "
                "the mean."),
        Mistake(lambda x, r: _rings(_log(_power(x)), r).mean(axis=0), "That is one profile for all pictures. "
                "Each keeps its own: (n, rings)."),
        Mistake(lambda x, r: _rings(_log(_power(x)), r).T, "Rows and columns are swapped: each picture has a "
                "row, each ring a column."),
        Mistake(lambda x, r: _rings(_log(_power(x)), r)[:, :-1], "The last ring is missing. Their numbers "
                "begin with 0, so there are ring.max() + 1."),
        Mistake(lambda x, r: _rings(_log(_power(x)), r)[:, 1:], "Ring 0 is missing: it is the frequency 0, "
                "the mean brightness."),
        Mistake(lambda x, r: _rings(_log(_power(x)), r, rings=15), "There are always 15 rings in that. Their "
                "number is ring.max() + 1; the check uses other numbers than the chapter."),
        Mistake(lambda x, r: _rings(_log(_power(x) / r.size**2), r), "F was divided by the number of pixels. "
                "Take it as np.fft.fft2 gives it."),
        Mistake(lambda x, r: _rings(_log(_power(x, norm="ortho")), r), "F was divided by the root of the "
                "number of pixels (norm=\"ortho\"). Take it as np.fft.fft2 gives it."),
        Mistake(_complex_log, "F is complex there, and so is its logarithm. The power is the square of its "
                "absolute value: np.abs(F) ** 2."),
        Mistake(lambda x, r: _complex_log(x, r).real, "F ** 2 is complex, and leaving out the imaginary part "
                "of its logarithm does not mend it. The power is np.abs(F) ** 2."),
        Mistake(lambda x, r: _rings(_log(np.fft.fft2(x).real ** 2), r), "That is the real part of F. |F| is "
                "its absolute value, np.abs."),
        Mistake(lambda x, r: _rings(_log(_power(x - x.mean(axis=(1, 2), keepdims=True))), r), "The mean "
                "brightness was subtracted first, which leaves nothing in the frequency 0. Take x as it is."),
        Mistake(lambda x, r: _rings(np.log10(np.maximum(_power(x), 1e-8)), r), "1e-8 is a lower limit there. "
                "It is added: log10(|F|² + 1e-8)."),
        Mistake(lambda x, r: _rings(2 * np.log10(np.abs(np.fft.fft2(x)) + 1e-8), r), "1e-8 was added to |F|. "
                "It belongs to |F|², after the square."),
        Mistake(_bare_log, "log10(0) is −inf, and so is any mean with it. Add 1e-8 to |F|² before the "
                "logarithm."),
        Mistake(lambda x, r: _rings(np.log10(_power(x) + 1e-12), r), "1e-12 was added, or another small "
                "number. It is 1e-8, so that what counts as nothing is the same for all."),
    ],
    hints=[
        "np.fft.fft2(x) transforms the last two axes, so it takes all pictures at once: F has shape (n, h, w).",
        "a = np.log10(np.abs(F) ** 2 + 1e-8). Then a[:, ring == k] has shape (n, number of frequencies in ring k).",
        "np.stack([…, …], axis=1) makes (n, rings) of several (n,).",
    ],
    speed=lambda: (np.random.default_rng(0).random((2000, 28, 28), "float32"), _round_rings(28, 14)),
)  # fmt: skip
def profile(x, ring):
    """Mean over each ring of log10(|F|² + 1e-8), F = np.fft.fft2(x): (n, rings) for x (n, h, w).

    `ring`, int (h, w), says which ring each frequency of F belongs to, 0 to rings − 1.
    """
    log_power = np.log10(np.abs(np.fft.fft2(x)) ** 2 + 1e-8)  # (n, h, w)
    rings = range(ring.max() + 1)
    return np.stack([log_power[:, ring == k].mean(axis=1) for k in rings], axis=1)


# ------------------------------------------------------------------------------------ watermarks


def _products(details, keys):
    return np.einsum("nhw,khw->nk", details, keys)


def _flat(a, centred=False):
    a = a.reshape(len(a), -1)
    return a - a.mean(axis=1, keepdims=True) if centred else a


def _cosine(details, keys, centred=False):
    a, b = _flat(details, centred), _flat(keys, centred)
    return (a @ b.T) / np.linalg.norm(a, axis=1)[:, None] / np.linalg.norm(b, axis=1)


def _pairs(details, keys):
    n = min(len(details), len(keys))
    return (details[:n] * keys[:n]).mean(axis=(1, 2))


def _signs(seed, shape):
    return np.random.default_rng(seed).choice([-1.0, 1.0], shape)


@book.exercise(
    returns="array",
    cases=[
        Case([[[1.0, -2.0], [0.5, 3.0]], [[-1.0, 0.5], [0.0, 2.0]]], [[[1.0, -1.0], [1.0, 1.0]], [[1.0, 1.0], [-1.0, 1.0]],
             [[-1.0, 1.0], [1.0, -1.0]]], show="two pictures and three keys of 2 × 2", why="Entry [i, k] is "
             "the mean over the pixels of picture i times key k: (n, K)."),
        Case(_normal(18, (3, 4, 4)) * 1e-3, _signs(19, (1, 4, 4)), show="three faint pictures and one key", why="One "
             "key works like several: (n, 1). Small scores stay small, in all their digits: nothing rounded, "
             "no float16.", atol=1e-9),
        Case(_normal(12, (4, 5, 6), 0.2), _signs(13, (4, 5, 6)), show="four pictures and four keys of 5 × 6", why="Entry "
             "[i, k] is the mean of detail[i] * keys[k] over all h·w pixels. Pictures need not be square, and "
             "there may be as many of them as keys."),
        Case(_normal(14, (5, 4, 4), -0.3), _normal(15, (2, 4, 4), 0.5), show="five pictures and two keys of 4 "
             "× 4", why="Keys may hold any numbers: the mean over the pixels of detail[i] * keys[k], nothing "
             "subtracted, nothing scaled."),
        Case(_normal(16, (1, 28, 28)).astype("float32"), _signs(17, (3, 28, 28)).astype("float32"), show="one "
             "picture and three keys of 28 × 28", why="One picture works like several: (1, K).", atol=1e-5),
    ],
    mistakes=[
        Mistake(_products, "That is the sum over the pixels. Take the mean: divide by h·w."),
        Mistake(lambda d, k: _products(d, k) / 784, "That is divided by 784, whatever the size of the "
                "pictures. Divide by their number of pixels, h·w."),
        Mistake(lambda d, k: _products(d, k) / np.sqrt(k[0].size), "That is divided by one side of the "
                "picture, or by the root of the number of pixels. Divide by their number, h·w."),
        Mistake(lambda d, k: _products(d, k) / k.shape[1] ** 2, "That is divided by h². Pictures need not be "
                "square: divide by their number of pixels, h·w."),
        Mistake(lambda d, k: _products(d, k) / k.shape[2] ** 2, "That is divided by w². Pictures need not be "
                "square: divide by their number of pixels, h·w."),
        Mistake(lambda d, k: (_products(d, k) / k[0].size).T, "Rows and columns are swapped: each picture has "
                "a row, each key a column."),
        Mistake(_pairs, "Picture i was compared with key i only. Each picture with each key makes (n, K) "
                "numbers."),
        Mistake(lambda d, k: abs(_products(d, k)) / k[0].size, "The sign was dropped. A picture that is the "
                "opposite of a key does not carry its mark."),
        Mistake(_cosine, "That is divided by the lengths of picture and key: a cosine. A plain mean was asked "
                "for, which keeps how strong the mark is."),
        Mistake(lambda d, k: _cosine(d, k, centred=True), "That is a correlation coefficient: means "
                "subtracted, divided by the deviations. A plain mean of products was asked for."),
        Mistake(lambda d, k: _flat(d, True) @ _flat(k, True).T / k[0].size, "The means were subtracted first: "
                "a covariance. The details come as they are to be used."),
        Mistake(lambda d, k: (d[:, None] * k).mean(axis=2), "The mean ran over the rows only. A picture has "
                "two axes: axis=(2, 3)."),
        Mistake(lambda d, k: (d[:, None] * k).mean(axis=3), "The mean ran over the columns only. A picture "
                "has two axes: axis=(2, 3)."),
        Mistake(lambda d, k: np.sign(d).reshape(len(d), -1) @ _flat(k).T / k[0].size, "Only the signs of the "
                "details were used. Multiply by the details themselves."),
        Mistake(lambda d, k: _flat(d) @ np.sign(_flat(k)).T / k[0].size, "Only the signs of the keys were "
                "used. Keys may hold any numbers."),
        Mistake(lambda d, k: -((d[:, None] - k) ** 2).mean(axis=(2, 3)), "That is the mean squared "
                "difference. Agreement here is the mean product."),
        Mistake(lambda d, k: ((d[:, None] > 0) == (k > 0)).mean(axis=(2, 3)), "That is the share of pixels "
                "with the same sign. Agreement here is the mean product."),
        Mistake(lambda d, k: (_products(d, k) / k[0].size).max(axis=1), "That is the best key's score. Keep "
                "those of all keys: (n, K)."),
        Mistake(lambda d, k: (_products(d, k) / k[0].size).argmax(axis=1), "That is the number of the key "
                "that fits best. Keep the scores of all keys: (n, K)."),
        Mistake(lambda d, k: (_products(d, k) / k[0].size).mean(axis=1), "That is the mean over the keys, "
                "too. Keep the scores of all: (n, K)."),
        Mistake(lambda d, k: (_products(d, k) / k[0].size).mean(axis=0), "That is the mean over the pictures, "
                "too. Keep the scores of all: (n, K)."),
    ],
    hints=[
        "detail.reshape(len(detail), -1) makes a row of each picture; the same with the keys.",
        "rows @ other_rows.T is the sum of products for each pair. What is the mean?",
    ],
    speed=lambda: (np.random.default_rng(0).random((2000, 28, 28), "float32"), np.ones((50, 28, 28), "float32")),
)  # fmt: skip
def mark_scores(detail, keys):
    """How well each picture agrees with each key: mean over pixels of their product, (n, K).

    `detail` is (n, h, w), `keys` is (K, h, w), both NumPy arrays.
    """
    pixels = keys.shape[1] * keys.shape[2]
    return detail.reshape(-1, pixels) @ keys.reshape(-1, pixels).T / pixels


# ---------------------------------------------------------------------------------- no watermark

absent = book.question(
    "absent",
    right="d",
    options={
        "a": (
            "No: only generators whose operators mark leave a mark. A picture of any other, or one"
            " whose mark was removed, has none either."
        ),
        "b": (
            "No: there may be nothing to detect. A detector that found its mark in all pictures"
            " would be of no use."
        ),
        "c": (
            "No: every photograph lacks a watermark, too, and so do the pictures of generators"
            " whose operators do not mark. Nobody need have hidden anything."
        ),
        "d": (
            "Right. A mark that is found says that somebody had the key (the chapter shows that"
            " keys can be copied). Its absence says only that no operator who marks everything made"
            " the picture, or that somebody removed the mark; whether it is real stays open."
        ),
    },
    hints=["Which pictures carry no mark? List all that you can think of."],
)


# -------------------------------------------------------------------------------------- base rates


def _alarms(hits, false_alarms, share):
    return share * hits, (1 - share) * false_alarms


def _divide(a, b):
    with np.errstate(all="ignore"):
        return np.true_divide(a, b)


def _right_share(h, f, s):
    right, wrong = _alarms(h, f, s)
    return _divide(right, right + wrong)


def _no_alarm_gives(value):
    return lambda h, f, s: np.nan_to_num(_right_share(h, f, s), nan=value)


def _numbers_and_arrays(answer):
    """A case: what is wrong if an answer fails on numbers without an alarm, or on arrays; or ''."""
    try:
        answer(0.0, 0.0, 0.3)
    except ZeroDivisionError:
        return (
            "precision(0.0, 0.0, 0.3) raised ZeroDivisionError; expected nan.\nThere is no alarm,"
            " so 0/0, which plain Python refuses. NumPy gives nan: np.true_divide(…, …), or"
            " np.float64(…) around one of the two."
        )
    except Exception:
        return ""  # the cases say more of it
    try:
        answer(np.array([0.9, 0.0]), np.array([0.1, 0.0]), np.array([0.2, 0.3]))
    except ValueError as error:
        if "truth value" in str(error):
            return (
                "precision is right for numbers, but for arrays it raised ValueError: the truth"
                " value of an array is ambiguous.\nAn `if` asks for one True or False, and an array"
                " has several. Divide without asking (0/0 is nan in NumPy, with a warning that"
                ' np.errstate(invalid="ignore") silences), or use np.where.'
            )
    except Exception:
        return ""
    return ""


def _a_number_meets_an_array(answer):
    """A case: what is wrong if an answer raises for numbers mixed with arrays; or ''."""
    mixtures = {
        "precision(0.7, 0.04, [0.001, 0.01])": (0.7, 0.04, np.array([0.001, 0.01])),
        "precision([0.7, 0.5], 0.04, 0.001)": (np.array([0.7, 0.5]), 0.04, 0.001),
    }
    for call, args in mixtures.items():
        try:
            answer(*args)
        except Exception as error:
            return (
                f"precision is right where all three are numbers, or all are arrays, but {call}"
                f" raised {describe(error)}\nA number may meet an array: one detector and several"
                " shares, for instance, as in the chapter's next picture. So do not ask which of"
                " the two one of them is: the same formula, with np.true_divide, does for all."
            )
    return ""


_HITS, _FALSE, _SHARES = np.random.default_rng(20).random((3, 7))


@book.exercise(
    cases=[
        Case(0.8, 0.3, 0.2, why="Of 100 pictures 20 are generated, and 16 of them raise an alarm; of the 80 "
             "real ones 24 do. So 16 of 40 alarms are right."),
        Case(0.99, 0.02, 0.001, why="Of 100,000 pictures 100 are generated, and 99 of them raise an alarm; of "
             "the other 99,900 there are 1998 that do. 99 of 2097 alarms are right."),
        Case(0.6, 0.0, 0.1, why="No real picture raises an alarm, so all alarms are right."),
        Case(0.9, 0.2, 1.0, why="All pictures are generated, so all alarms are right."),
        Case(0.9, 0.2, 0.0, why="No picture is generated, so no alarm is right: 0."),
        _numbers_and_arrays,
        Case([0.9, 0.5, 0.0, 1.0], [0.1, 0.5, 0.2, 0.4], [0.5, 0.05, 0.3, 0.7], why="Arrays, number by "
             "number: share · hits, divided by all alarms, share · hits + (1 − share) · false_alarms."),
        Case(_HITS, _FALSE, _SHARES, show="three arrays of seven numbers", why="Arrays, number by number: "
             "share · hits, divided by all alarms, share · hits + (1 − share) · false_alarms."),
        Case([0.9], [0.1], [0.2], why="An array of length 1 stays an array of length 1."),
        _a_number_meets_an_array,
        Case(0.7, 0.04, [0.001, 0.01, 0.1, 0.5], why="A number may meet an array. One detector, several shares: "
             "share · hits, divided by all alarms, for each share."),
        Case([0.7, 0.9, 0.4], 0.04, 0.01, why="A number may meet an array. Several detectors, one share: "
             "share · hits, divided by all alarms, for each of the hits."),
        Case(0.9, 0.0, 1e-12, why="One picture in 10¹² is generated, and nothing else raises an alarm: all "
             "alarms are right, however few. Nothing needs to be added to the denominator."),
        Case(0.9, 1e-12, 3e-12, why="Few alarms are still alarms: 2.7 of 3.7 are right. Nothing needs to be "
             "added to the denominator."),
        Case(0.0, 0.0, 0.3, why="There is no alarm: 0/0, which is nan."),
        Case([0.9, 0.0, 0.5, 0.5], [0.1, 0.0, 0.0, 0.0], [0.2, 0.3, 0.0, 0.4], why="Where there is no alarm "
             "the result is nan, there alone: number 1, and number 2, where nothing is generated and no real "
             "picture raises one."),
        Case(0.9, 0.0, [0.0, 0.1, 1.0], why="A number may meet an array. No real picture raises an alarm: where "
             "nothing is generated there is none at all, nan; elsewhere all are right."),
    ],
    mistakes=[
        Mistake(lambda h, f, s: h + 0 * (f + s), "Those are the hits: of the generated pictures, the share "
                "that raise an alarm. Asked is the converse: of the alarms, the share that are right."),
        Mistake(lambda h, f, s: s * h + 0 * f, "That is the share of all pictures that raise a right alarm. "
                "Divide by the share that raise any."),
        Mistake(lambda h, f, s: _divide(h, h + f) + 0 * s, "share is not used: that is right where half of "
                "the pictures are generated. Weight the hits with share, the false alarms with 1 − share."),
        Mistake(lambda h, f, s: _divide(s * h, s * h + f), "The false alarms come from the real pictures "
                "only, a share 1 − share: that is their weight."),
        Mistake(lambda h, f, s: _divide(s * h, s * (h + f)), "The false alarms were weighted with share, "
                "which then cancels. They come from the real pictures: 1 − share."),
        Mistake(lambda h, f, s: _divide(h, s * h + (1 - s) * f), "Above the line share is missing: the right "
                "alarms are share · hits."),
        Mistake(lambda h, f, s: s * h + (1 - s) * (1 - f), "That is the accuracy: how many of all pictures "
                "are judged rightly. Where few are generated it is high even without any hit."),
        Mistake(lambda h, f, s: 1 - f + 0 * (h + s), "That is the share of the real pictures that raise no "
                "alarm."),
        Mistake(lambda h, f, s: _divide(s * h, (1 - s) * f), "Those are odds, right alarms against wrong "
                "ones. A share is divided by all alarms, right and wrong."),
        Mistake(lambda h, f, s: _right_share(h, f, 1 - s), "share and 1 − share are swapped: share is that of "
                "the generated pictures."),
        Mistake(lambda h, f, s: _right_share(f, h, s), "hits and false_alarms are swapped: hits are the "
                "alarms of the generated pictures."),
        Mistake(lambda h, f, s: 1 - _right_share(h, f, s), "That is the share of the alarms that are wrong."),
        Mistake(lambda h, f, s: _divide(s * (1 - h), s * (1 - h) + (1 - s) * (1 - f)), "That is about the "
                "pictures without an alarm: the share of them that are generated all the same."),
        Mistake(lambda h, f, s: s * h + (1 - s) * f, "That is the share of all pictures that raise an alarm, "
                "right or wrong. It belongs below the line."),
        Mistake(lambda h, f, s: 100 * _right_share(h, f, s), "That is in per cent. A share was asked for: no "
                "100."),
        Mistake(lambda h, f, s: _divide(s * h, s * h + (1 - s) * f + 1e-9), "A small number was added to the "
                "denominator, or to what is in it, which outweighs rare alarms. Leave it out; without any "
                "alarm the result is nan."),
        Mistake(lambda h, f, s: _divide(s * h, np.maximum(s * h + (1 - s) * f, 1e-9)), "The denominator was "
                "kept above a small number, which outweighs rare alarms and gives 0 for 0/0. Leave that out: "
                "without any alarm the result is nan."),
        Mistake(_no_alarm_gives(0.0), "Without any alarm that gives 0, as if all had been wrong. None was "
                "raised: nan."),
        Mistake(_no_alarm_gives(1.0), "Without any alarm that gives 1, as if all had been right. None was "
                "raised: nan."),
    ],
    hints=[
        "Take 1000 pictures, a share of 0.1, hits of 0.9 and false alarms of 0.2, and count: how many alarms of each kind?",
        "share · hits are right alarms, (1 − share) · false_alarms are wrong ones.",
        "np.true_divide(0.0, 0.0) is nan, with a warning; with np.errstate(invalid=\"ignore\"): silences it.",
    ],
)  # fmt: skip
def precision(hits, false_alarms, share):
    """Share of the alarms that are right, among pictures of which a share is generated.

    hits: share of the generated ones that raise an alarm; false_alarms: share of the real ones that
    do. Numbers, arrays of one shape, or a mixture, in [0, 1]. Without any alarm: nan.
    """
    right = share * hits
    wrong = (1 - share) * false_alarms
    with np.errstate(invalid="ignore"):  # 0/0 is nan, without a warning
        return np.true_divide(right, right + wrong)


right_alarms = book.estimate(
    "right_alarms",
    right=100 * 0.99 * 0.001 / (0.99 * 0.001 + 0.01 * 0.999),
    within=0.15,
    why=(
        "Of 100,000 pictures 100 are generated, and 99 of them raise an alarm. Of the 99,900 others"
        " 999 do. So 99 of 1098 alarms are right, 9.0 %."
    ),
    wrong=[
        (
            99,
            (
                "Those are the hits: of the fakes, how many raise an alarm. Asked is the converse:"
                " of the alarms, how many are fakes."
            ),
        ),
        (
            0.245,  # the first that is near is told: this stands for 0.1 to 0.4, and leaves 0.09 to the next
            (
                "0.1 % is the share of fakes before any alarm, and an alarm makes a fake more"
                " likely. (If a share was meant, 0.1 is 10 %: give it in per cent, and to the"
                " nearest one.)"
            ),
        ),
        (
            0.09,
            "If 0.09 is meant as a share, it is right, but in per cent, please.",
        ),
        (
            9.91,
            (
                "Those are odds: about one right alarm to ten wrong ones. Of eleven alarms one is"
                " right."
            ),
        ),
        (
            1,
            (
                "About 1 % of all pictures raise an alarm. Asked is how many of these alarms are"
                " right."
            ),
        ),
        (
            50,
            (
                "Half would be right if fakes were one in a hundred: then as many fakes as innocent"
                " pictures raise an alarm."
            ),
        ),
        (
            98,
            "Hits minus false alarms says nothing about the alarms: it ignores how rare fakes are.",
        ),
        (90.98, "Those are the alarms that are wrong. Asked are the right ones."),
        (90, "Those are, roughly, the alarms that are wrong. Asked are the right ones."),
    ],
    otherwise=(
        "Take 100,000 pictures. How many are fakes, how many of them raise an alarm, and how many"
        " of the others?"
    ),
    hints=[
        "Take 100,000 pictures: 100 are fakes. How many alarms do they raise?",
        (
            "And how many alarms do the 99,900 others raise? Right alarms, divided by all alarms,"
            " times 100."
        ),
    ],
)


# ---------------------------------------------------------------------------------- nearest rows


def _between(a, b):
    """All distances, (n, m)."""
    return np.sqrt(((a[:, None].astype(float) - b) ** 2).sum(axis=-1))


def _not_a_copy(a, b):
    d = _between(a, b)
    return np.where(d > 0, d, np.inf).min(axis=1)


def _row_by_row(a, b):
    n = min(len(a), len(b))
    return np.sqrt(((a[:n] - b[:n]) ** 2).sum(axis=1))


def _within(a):
    d = _between(a, a)
    np.fill_diagonal(d, np.inf)
    return d.min(axis=1)


def _cosines(a, b):
    with np.errstate(all="ignore"):
        lengths = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)
        return (1 - a @ b.T / lengths).min(axis=1)


def _copies(answer):
    """A case: what is wrong where rows of a occur in b, as in the chapter in float32; or ''."""
    rng = np.random.default_rng(21)
    x = (rng.random((35, 784)) * (rng.random((35, 784)) < 0.3)).astype("float32")
    a, b = x[:25].copy(), x[10:].copy()
    got = np.asarray(answer(a, b))
    wanted = _between(a, b).min(axis=1)
    if got.shape != wanted.shape or same(got, wanted, 1e-4, 1e-5):
        return ""  # the cases say more of a wrong shape
    in_double = same(got[:10], wanted[:10], 1e-9, 0)
    given = "nearest(a, b), float32, of which rows 10 to 24 of a also occur in b,"
    if np.isnan(got).any():
        return (
            f"{given} gave nan {np.isnan(got).sum()} times.\nRounding makes ‖a‖² + ‖b‖² − 2·a·b a"
            " little negative where it should be 0, and a negative number has no root:"
            " np.maximum(…, 0) first."
            + (
                ""
                if in_double
                else " Also compute in float64 (a.astype(float)), or a copy is not quite 0."
            )
        )
    if not same(got[:10], wanted[:10], 1e-4, 1e-5):
        return ""
    far = got[10:] > 0.5 * wanted[:10].min()
    if far.any() and not far.all():
        return (
            f"{given} gave {got[10:].max():.2g} for {far.sum()} of these; expected 0 for"
            " all.\nRounding makes ‖a‖² + ‖b‖² − 2·a·b a little negative where it should be 0. The"
            " root of that is nan, and what leaves nan out (np.nanmin) or only takes what is"
            " positive finds the second nearest row. np.maximum(…, 0) before the root."
            + ("" if in_double else " And compute in float64 (a.astype(float)).")
        )
    if far.all():
        return (
            f"{given} gave {got[10]:.4g} at [10]; expected 0 there.\nA row that occurs in b has a"
            " neighbour at distance 0, and that is what shows it. Do not leave it out."
        )
    if in_double or np.ptp(got[10:]) < 0.01 * got[10:].max():
        return (
            f"{given} gave {got[10:].max():.2g} for one of these; expected 0 for all.\nAdd nothing,"
            " neither under the root nor to the distances: a row that occurs in b is at"
            " distance 0."
        )
    return (
        f"{given} gave {got[10:].max():.2g} for one of these; expected 0 for all.\n‖a‖² + ‖b‖² −"
        " 2·a·b is a small difference of large numbers, and float32 has seven digits: compute it"
        " in float64 (a.astype(float)). And add nothing under the root."
    )


def _not_all_at_once(answer):
    """A case: what is wrong if all differences are held at once, which the chapter has no memory for; or ''."""
    if tracemalloc.is_tracing():
        return ""
    a, b = _normal(30, (600, 32)).astype("float32"), _normal(31, (16, 32)).astype("float32")
    tracemalloc.start()
    try:
        answer(a, b)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    if peak < 0.9 * len(a) * b.nbytes:  # of (n, m, d) numbers
        return ""
    return (
        "nearest gives the right distances, but holds all differences at once, an array of shape"
        " (n, m, d).\nFor the chapter's 2,000 rows and 500, 784 numbers each, that takes 6 GB or"
        " more, and may end the kernel. Go row by row through a, each against all of b; or use ‖a‖²"
        " + ‖b‖² − 2·a·b, which needs (n, m) only."
    )


_POINTS = np.array([[0.0, 0.0], [3.0, 4.0], [-1.0, 1.0]])


@book.exercise(
    returns="array",
    cases=[
        Case(_POINTS, [[0.0, 2.0], [6.0, 8.0]], why="From [0, 0] it is 2 to [0, 2]; from [3, 4] it is √13 to "
             "[0, 2] and 5 to [6, 8]; from [−1, 1] it is √2: one number for each row of a."),
        Case(_normal(22, (4, 3)), _normal(23, (6, 3)), show="four rows and six rows of three numbers", why="For "
             "each row of a the smallest of its Euclidean distances, √Σ(a − b)², to the rows of b: (n,)."),
        Case(_normal(24, (5, 4)), _normal(25, (5, 4)), show="five rows and five rows of four numbers", why="For "
             "each row of a the smallest of its distances to all rows of b, also where there are as many rows "
             "in both."),
        Case(_normal(26, (6, 2)) * 20, _normal(27, (3, 2), 50.0), show="six rows and three rows of two "
             "numbers, far apart", why="Distances may be large. For each row of a the smallest of its "
             "distances to the rows of b: (n,)."),
        Case([[1.0, 2.0, 2.0]], [[1.0, 2.0, 2.0], [0.0, 0.0, 0.0]], atol=1e-5, why="The row occurs in b, so "
             "its distance is 0. That is what shows a copy: it must not be left out, and nothing may be added "
             "under the root."),
        _copies,
        Case(_normal(28, (3, 784)), _normal(29, (4, 784)), show="three rows and four rows of 784 numbers", why="For "
             "each row of a the smallest of its Euclidean distances, √Σ(a − b)², to the rows of b: (n,)."),
        _not_all_at_once,
    ],
    mistakes=[
        Mistake(lambda a, b: _between(a, b).min(axis=1) ** 2, "That is the squared distance. Take the root."),
        Mistake(lambda a, b: _between(a, b).max(axis=1), "That is the distance to the farthest row. Take the "
                "smallest."),
        Mistake(lambda a, b: _between(a, b).argmin(axis=1), "That is the number of the nearest row. Its "
                "distance was asked for: min, not argmin."),
        Mistake(lambda a, b: _between(a, b).mean(axis=1), "That is the mean distance to all rows of b. The "
                "nearest alone counts."),
        Mistake(lambda a, b: _between(a, b.mean(axis=0, keepdims=True))[:, 0], "That is the distance to the "
                "mean of b. Take the distance to each row, then the smallest."),
        Mistake(lambda a, b: _between(a, b).min(axis=0), "The minimum ran over the rows of a, so that is one "
                "number for each row of b. For each row of a the minimum runs over b."),
        Mistake(lambda a, b: np.abs(a[:, None] - b).sum(axis=-1).min(axis=1), "Those are sums of absolute "
                "differences. Euclidean distance: square, add up, root."),
        Mistake(lambda a, b: np.abs(a[:, None] - b).max(axis=-1).min(axis=1), "That is the largest difference "
                "of a single number. Euclidean distance: square, add up, root."),
        Mistake(_row_by_row, "Each row was compared with the row of the same number only. Each has to be "
                "compared with all rows of b."),
        Mistake(lambda a, b: _between(a, b).min(axis=1) / np.sqrt(a.shape[1]), "The mean of the squares was "
                "taken before the root. Euclidean distance has their sum."),
        Mistake(_between, "Those are the distances to all rows of b. Take the smallest in each row."),
        Mistake(lambda a, b: _between(a, b).min(), "That is one number for all. Each row of a has its own "
                "nearest: axis=1."),
        Mistake(lambda a, b: _between(a, b).min(axis=1).mean(), "That is the mean over the rows of a. Each "
                "keeps its own number: (n,)."),
        Mistake(_not_a_copy, "A row at distance 0 was left out. A row that occurs in b has a neighbour at "
                "distance 0, and that is what shows it."),
        Mistake(lambda a, b: np.sort(_between(a, b), axis=1)[:, 1], "That is the second nearest. The nearest "
                "was asked for; a and b are different sets, so nothing is compared with itself."),
        Mistake(lambda a, b: _within(a), "Those are distances within a. The neighbours are rows of b."),
        Mistake(_cosines, "That is 1 minus a cosine. Euclidean distance: square the differences, add up, "
                "root."),
        Mistake(lambda a, b: np.sqrt(np.abs((a[:, None] - b).sum(axis=-1))).min(axis=1), "The differences "
                "were not squared."),
    ],
    hints=[
        "For one row: np.sqrt(((b - row) ** 2).sum(axis=1)).min(). A loop over the rows of a is fast enough, but not one over all pairs.",
        "Or without any loop: ‖a − b‖² = ‖a‖² + ‖b‖² − 2·a·b, with a @ b.T for all products. In float64, and np.maximum(…, 0) before the "
        "root.",
    ],
    # as many pairs as in the chapter, of fewer numbers: a loop over rows passes, one over pairs does not
    speed=lambda: np.split(np.random.default_rng(0).random((3000, 100), "float32"), [2000]),
)  # fmt: skip
def nearest(a, b):
    """Distance from each row of a, (n, d), to the nearest row of b, (m, d): Euclidean, (n,)."""
    a, b = a.astype(float), b.astype(float)  # ‖a‖² + ‖b‖² − 2 a·b cancels: float64
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T  # (n, m)
    return np.sqrt(np.maximum(squares.min(axis=1), 0))


# ----------------------------------------------------------------------------------- membership

membership = book.question(
    "membership",
    right="b",
    options={
        "a": (
            "No: the volunteers knew that the set would be public, and that a hand wrote digits"
            " tells little about anybody."
        ),
        "b": (
            "Right. All in this set have the illness: whoever learns that your portrait is in it"
            " has learnt your diagnosis, without seeing the portrait. Being a member is itself the"
            " secret."
        ),
        "c": (
            "No: that the photos are sold is known, and the licence says what for. Whether it"
            " covers training is another question, one of rights and pay rather than of a secret."
        ),
        "d": (
            "No: true, it reveals nothing of the picture's content, but it can reveal why the"
            " picture was there. What do the members have in common?"
        ),
    },
    hints=["What does somebody who only learns 'this person is in the set' know about the person?"],
)


# ------------------------------------------------------------------------------------ the filter

the_filter = book.question(
    "the_filter",
    right="c",
    options={
        "a": (
            "No: one threshold for all is not one effect for all. The classifier knows this class"
            " as well as any other, but how often a class passes depends on how well the model"
            " draws it, and the model has seen few of this one."
        ),
        "b": (
            "No: the classifier has no eye for what is rare. It is sure of samples that look like"
            " digits, and what the model saw seldom it draws worse, so fewer of these are"
            " recognised with confidence."
        ),
        "c": (
            "Right: what the model saw seldom it draws worse, so the classifier doubts more of it,"
            " and fewer pass. That is what is measured below, for this course's VAE; it is an"
            " observation, not a law."
        ),
        "d": (
            "No: it removes doubtful samples, not bad ones, and the rare class has more of them. A"
            " filter cannot bring the share back that the model does not draw."
        ),
    },
    hints=[
        "The classifier learned from a file with all digits; the model saw one class ten times less"
        " often than the others. How well does it draw that class, and how sure can a classifier be"
        " of what it draws?"
    ],
)


# ----------------------------------------------------------------------------------- a model card

_EMPTY = ("", "todo", "?", "-", "n/a", "…")
_WRITTEN = ("", "TODO", "?", "-", "n/a", "…")  # as in the docstring


def _without(placeholder):
    return tuple(p for p in _EMPTY if p != placeholder)


def _tidy(text):
    return text.strip().lower()


def _missing(card, fields, name=_tidy, text=_tidy, empty=_EMPTY):
    """The missing fields, with what is done to names and texts."""
    filled = {name(k): text(v) for k, v in card.items()}
    return [f for f in fields if filled.get(name(f), "") in empty]


def _a_part_will_do(card, fields):
    filled = [_tidy(k) for k, v in card.items() if _tidy(v) not in _EMPTY]
    return [f for f in fields if not any(_tidy(f) in k for k in filled)]


def _part_of_a_field(card, fields):
    filled = [_tidy(k) for k, v in card.items() if _tidy(v) not in _EMPTY]
    return [f for f in fields if not any(k in _tidy(f) for k in filled)]


def _placeholder_inside(card, fields):
    filled = {_tidy(k): _tidy(v) for k, v in card.items()}
    words = _EMPTY[1:]
    return [f for f in fields if not (t := filled.get(_tidy(f), "")) or any(w in t for w in words)]


def _only_lacking(card, fields):
    return [f for f in fields if _tidy(f) not in map(_tidy, card)]


def _only_empty(card, fields):
    return [f for f in _missing(card, fields) if f not in _only_lacking(card, fields)]


def _looks_up_and_leaves_alone(answer):
    """A case: what is wrong if a lacking field raises, the card is changed or no list returned; or ''."""
    card = {" Model": "a VAE ", "Metrics": "TODO"}
    before = dict(card)
    try:
        got = answer(card, ("model", "energy", "metrics"))
    except KeyError as error:
        return (
            f"missing_fields(card, fields) raised KeyError: {error}, for a card that lacks"
            " 'energy', and whose names are ' Model' and 'Metrics'.\ncard[field] wants exactly"
            ' that name. Make a dict with tidied names first, and ask it with .get(field, "").'
        )
    except Exception:
        return ""  # the next case says more of it
    if card != before or list(card) != list(before):
        return (
            "missing_fields(card, fields) changed the card.\nWork on a copy: the caller still needs"
            " it as it was, capitals and all."
        )
    if (
        not isinstance(got, list)
        and isinstance(got, tuple | np.ndarray)
        and list(got) == ["energy", "metrics"]
    ):
        return (
            f"missing_fields(card, fields) gave the right fields, but as {type(got).__name__}.\n"
            "A list was asked for: [field for field in fields if …], or list(…) around it."
        )
    if isinstance(got, str):
        return (
            f"missing_fields(card, fields) gave a string, {got!r}.\n"
            "A list of the fields was asked for: ['energy', 'metrics'], not joined."
        )
    if inspect.isgenerator(got) or isinstance(got, filter | map):
        return (
            f"missing_fields(card, fields) gave a {type(got).__name__}, which has not looked at"
            " anything yet.\nA list was asked for: square brackets, or list(…) around it."
        )
    return ""


def _in_the_order_of_fields(answer):
    """A case: what is wrong if the right fields come in another order; or ''."""
    card = {"uses": "", "harms": "-", "data": "todo", "model": "a GAN", "results": "?"}
    fields = ("results", "licence", "data", "model", "uses", "energy", "harms")
    wanted = [f for f in fields if f != "model"]
    try:
        got = answer(card, fields)
    except Exception:
        return ""  # the next case says more of it
    if not isinstance(got, list) or got == wanted or sorted(map(str, got)) != sorted(wanted):
        return ""
    on_the_card = [f for f in card if f in wanted]
    lacking = [f for f in wanted if f not in card]
    if got == sorted(wanted):
        says = "The fields are sorted there. They were asked for in the order of `fields`."
    elif got in (on_the_card + lacking, lacking + on_the_card):
        says = (
            "The fields come in the card's order there. They were asked for in that of `fields`:"
            " loop over `fields`."
        )
    elif got == wanted[::-1]:
        says = "The order is reversed there. The fields were asked for in the order of `fields`."
    else:
        says = (
            "Was a set made of them? It has no order. The fields were asked for in that of"
            " `fields`: loop over `fields`."
        )
    return (
        "missing_fields(card, fields) gave the right fields, but in another order:"
        f" {', '.join(got)}.\n{says}"
    )


_SAY_LITTLE = {  # texts that are no placeholders, and what may have made them one
    "a | do | to": (
        'Is it looked for with `in` in a string? "todo" contains "do". Compare with whole'
        " placeholders: `in` a tuple or list, or ==."
    ),
    "none | TBD | unknown | nothing": (
        "A text counts as empty if it is one of the five, or nothing but spaces. More is generous,"
        ' but "none" may be an honest answer, and the next reader counts by the docstring.'
    ),
    "✓ | 100 % | 1": (
        "A text needs no letters. Only the five count as empty, and nothing but spaces."
    ),
    "(n/a) | TODO. | ?! | --": (
        "Was punctuation stripped, or a repeated mark taken for one? Only spaces around a text do"
        " not matter, and only the five, as they are, count as empty."
    ),
    "to do | n / a": "Were spaces removed within a text? Only those around it do not matter.",
}


def _texts_are_texts(answer):
    """A case: what is wrong if a text counts as empty that is none of the placeholders; or ''."""
    for texts, says in _SAY_LITTLE.items():
        card = {f"field {i}": text for i, text in enumerate(texts.split(" | "))}
        got = answer(card, tuple(card))
        if got:
            taken = ", ".join(f'"{card.get(field, field)}"' for field in got)
            shown = ", ".join(f'"{text}"' for text in card.values())
            return (
                f"missing_fields, for a card with the texts {shown}, counted as empty: {taken};"
                f" expected none.\n{says}"
            )
    return ""


@book.exercise(
    cases=[
        _looks_up_and_leaves_alone,
        _in_the_order_of_fields,
        Case({"model": "a VAE", "metrics": "", "intended use": "teaching"}, ("model", "metrics", "energy", "intended "
             "use"), show="a card with model, an empty text for metrics, and intended use; fields model, "
             "metrics, energy, intended use", why="'metrics' is on the card, but empty, and 'energy' is not "
             "on it: both are missing, in the order of `fields`."),
        Case({"model": "a VAE", "metrics": "ELBO", "data": "MNIST"}, ("results", "metrics", "training data", "limits"), show="a "
             "card with model, metrics and data; fields results, metrics, training data, limits", why="The "
             "card lacks three of the fields, and they are listed as in `fields`, not sorted. That it also "
             "has a 'model' does not matter, and 'data' is not 'training data'."),
        Case({"uses": "TODO", "notes": "…", "motivation": "to teach", "collection": "n/a"}, ("motivation", "collection", "uses", "notes"), show="a "
             "card with uses: TODO, notes: …, motivation: to teach, collection: n/a; fields motivation, "
             "collection, uses, notes", why="'TODO', '…' and 'n/a' count as empty. The order is that of "
             "`fields`."),
        Case({"a": "?", "b": "-", "c": "…", "d": "none known", "e": "N/A", "f": "Todo"}, ("a", "b", "c", "d", "e", "f"), show="a "
             "card with the texts ?, -, …, none known, N/A and Todo; its fields a to f", why="?, - and … "
             "count as empty, and so do N/A and Todo, however they are written; 'none known' is a text."),
        Case({"Model": "a GAN", "METRICS ": "Fréchet", " energy": "2 Wh"}, ("model", "metrics", "energy", "results"), show="a "
             "card with 'Model', 'METRICS ' and ' energy'; fields model, metrics, energy, results", why="Capitals "
             "and spaces around a name do not matter: only 'results' is missing."),
        Case({"model": "a GAN", "intended use": "teaching"}, ("Model", "Intended use", "Energy"), show="a "
             "card with model and intended use; fields 'Model', 'Intended use', 'Energy'", why="Capitals do "
             "not matter in `fields` either. What is missing is named as `fields` has it: 'Energy'."),
        Case({"a": "   ", "b": " TODO  ", "c": " 3 ", "d": " - "}, ("a", "b", "c", "d"), show="a card with the "
             "texts '   ', ' TODO  ', ' 3 ' and ' - '; its fields a to d", why="Spaces around a text do not "
             "matter: three spaces are empty, and ' TODO  ' is a TODO. A 3 is a text, however short."),
        Case({"training data": "MNIST", "uses": "todo lists, n/a on phones", "licence": "CC-BY 4.0", "limits": "? "
             "and … are not drawn"},
             ("data", "uses", "licence", "limits"), show="a card with training data: MNIST and three texts in "
             "which -, ?, …, n/a and todo occur; fields data, uses, licence, limits", why="A text counts as "
             "empty if it is nothing but a placeholder; a '-' within a text does no harm. And 'training data' "
             "is not the field 'data'."),
        Case({"model": "a GAN", "data": "MNIST"}, (" model ", "Energy ", "Data"), show="a card with model and "
             "data; fields ' model ', 'Energy ', 'Data'", why="Spaces around a name do not matter in `fields` either. "
             "What is missing is named as `fields` has it: 'Energy '."),
        Case({"intendeduse": "art", "data": "MNIST"}, ("intended use", "data"), show="a card with 'intendeduse' "
             "and data; fields intended use, data", why="Only spaces around a name do not matter. Those within it "
             "do: 'intendeduse' is another field than 'intended use'."),
        Case({"model": "a VAE", "metrics": "ELBO"}, ("metrics", "model"), show="a card with model and "
             "metrics; fields metrics, model", why="Nothing is missing: an empty list."),
        Case({}, ("model", "energy"), show="an empty card; fields model, energy", why="An empty card lacks "
             "all fields."),
        _texts_are_texts,
    ],
    mistakes=[
        Mistake(_only_lacking, "Only fields that the card lacks are listed. A field whose text is empty, or a "
                "placeholder, is missing, too."),
        Mistake(_only_empty, "Only fields with an empty text are listed. A field that the card lacks "
                "altogether is missing, too."),
        Mistake(lambda c, f: _missing(c, f, empty=("",)), "Placeholders were taken for texts: \"TODO\", "
                "\"?\", \"-\", \"n/a\" and \"…\" count as empty."),
        Mistake(lambda c, f: _missing(c, f, empty=_EMPTY[1:]), "Placeholders are found there, but not the "
                "empty text: \"\" is missing, too, and so is a field that the card lacks."),
        Mistake(lambda c, f: _missing(c, f, empty=_without("todo")), "Every placeholder is found there but TODO. "
                "Is it in your list, and written as the texts are? After .lower() that is \"todo\"."),
        Mistake(lambda c, f: _missing(c, f, empty=_without("n/a")), "Every placeholder is found there but n/a. "
                "Is it in your list, and written as the texts are? After .upper() that is \"N/A\"."),
        Mistake(lambda c, f: _missing(c, f, empty=_without("?")), "Every placeholder is found there but \"?\"."),
        Mistake(lambda c, f: _missing(c, f, empty=_without("-")), "Every placeholder is found there but \"-\"."),
        Mistake(lambda c, f: _missing(c, f, empty=_without("…")), "Every placeholder is found there but \"…\". It is "
                "one character, not three dots."),
        Mistake(lambda c, f: _missing(c, f, text=str), "The texts are compared as they stand on the card. "
                "Capitals and spaces around them do not matter: .strip().lower() first."),
        Mistake(lambda c, f: _missing(c, f, text=str, empty=_WRITTEN), "The texts are compared as they stand on "
                "the card. Capitals and spaces around them do not matter: .strip().lower() first."),
        Mistake(lambda c, f: _missing(c, f, text=str.strip), "The texts are stripped, but keep their capitals: "
                "\"TODO\" is not \"todo\". .lower(), too."),
        Mistake(lambda c, f: _missing(c, f, name=str), "Names have to match to the letter there. Capitals and "
                "spaces around a name do not matter: .strip().lower() on both sides."),
        Mistake(lambda c, f: _missing(c, f, name=str.lower), "Spaces around a name make it another name "
                "there: .strip(), too."),
        Mistake(lambda c, f: _missing(c, f, name=str.strip), "Capitals make it another name there: .lower(), "
                "too."),
        Mistake(lambda c, f: _missing({_tidy(k): v for k, v in c.items()}, f, name=str), "The card's names "
                "were tidied, but not those in `fields`: \"Model\" is the field \"model\"."),
        Mistake(lambda c, f: _missing({_tidy(k): v for k, v in c.items()}, f, name=str.lower), "The names in "
                "`fields` are not stripped: \" model \" is the field \"model\". .strip().lower() on both sides."),
        Mistake(lambda c, f: _missing({_tidy(k): v for k, v in c.items()}, f, name=str.strip), "The names in "
                "`fields` keep their capitals: \"Model\" is the field \"model\". .strip().lower() on both sides."),
        Mistake(lambda c, f: _missing(c, f, text=str.strip, empty=_WRITTEN), "Placeholders "
                "are found only as they are written in the docstring. Capitals do not matter: \"Todo\" and "
                "\"N/A\" are empty, too."),
        Mistake(lambda c, f: _missing(c, f, text=str.lower), "Spaces around a text make it a text there. "
                "Strip it before you compare."),
        Mistake(lambda c, f: [k for k in f if k not in _missing(c, f)], "Those are the fields that are "
                "filled. The others were asked for."),
        Mistake(lambda c, f: set(_missing(c, f)), "A set has no order. Return a list, in the order of "
                "`fields`."),
        Mistake(lambda c, f: [_tidy(k) for k in _missing(c, f)], "The fields are right, but their names were "
                "changed: give them as `fields` has them."),
        Mistake(lambda c, f: [k for k in c if _tidy(k) not in map(_tidy, f)], "Those are names on the card "
                "that nobody asked for. It is the other way round: names in `fields` that the card does not "
                "fill."),
        Mistake(lambda c, f: len(_missing(c, f)), "That is their number. A list of the fields was asked for."),
        Mistake(lambda c, f: bool(_missing(c, f)), "That is whether any is missing. A list of the fields was "
                "asked for."),
        Mistake(lambda c, f: _missing(c, f)[:1], "That stops at the first field that is missing. Go through "
                "all."),
        Mistake(_a_part_will_do, "A part of a name was enough there: \"data\" was found in \"training data\". "
                "Compare whole names."),
        Mistake(_part_of_a_field, "A part of a field's name was enough there: \"data\" on the card was taken "
                "for \"training data\". Compare whole names."),
        Mistake(_placeholder_inside, "A placeholder within a text made it empty there: \"CC-BY\" has a \"-\" "
                "in it. Compare the whole text, with == or with `in` a list."),
    ],
    hints=[
        "First a dict of the card with tidied names and texts: {name.strip().lower(): text.strip().lower() for name, text in card.items()}.",
        "tidy.get(field.strip().lower(), \"\") is the text, or \"\" if the card lacks the field.",
        "Is it in (\"\", \"todo\", \"?\", …)? Then the field is missing.",
    ],
)  # fmt: skip
def missing_fields(card, fields):
    """The fields, in their order, that a card (a dict of field to text) lacks or leaves empty.

    A list. Capitals and spaces around a name or a text do not matter. "TODO", "?", "-", "n/a" and
    "…" count as empty.
    """
    empty = ("", "todo", "?", "-", "n/a", "…")
    tidy = {name.strip().lower(): text.strip().lower() for name, text in card.items()}
    return [field for field in fields if tidy.get(field.strip().lower(), "") in empty]
