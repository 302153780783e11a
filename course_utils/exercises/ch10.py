"""The exercises of chapter 10, the ethics of generative models, measured."""

import functools
import tracemalloc

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, Slip, describe, drawn

keras, ops = Lazy("keras"), Lazy("keras.ops")
book = Book(10)
summary = book.summary


# -------------------------------------------------------------------------------- whom it harms

which_harm = book.question(
    "which_harm",
    right="b",
    options={
        "a": "No: for the company it changes much. The forged voice has to be taken for the "
            "director's until the money is gone; a detector would stop the call.",
        "b": "Right. Nobody has to be deceived: the picture does its harm although its label says "
            "that it is fake, and a detector only says so again. What helps is not to make it, to "
            "take it down, and the law.",
        "c": "No: a detector helps the voters, though less than one would hope. A correction "
            "reaches fewer people than the forgery did, perhaps after the election. And it would "
            "end the liar's dividend: to call a true recording fake.",
        "d": "No: for the bank it changes most. Its check comes first, and a forged face is "
            "refused.",
    },
    hints=["Which of the four harms needs somebody who believes that the forgery is real?"],
)  # fmt: skip


fair_test = book.question(
    "fair_test",
    right="a",
    options={
        "a": "Right. The two kinds now differ in something that has nothing to do with who made "
            "them, and anything that sees blur tells them apart. Whatever is done to one side is "
            "done to the other, too: then blur gives nothing away.",
        "b": "No: blur takes away detail, also the traces by which generated pictures are told. "
            "But here the generated ones alone are blurred, and a detector need only ask for that.",
        "c": "No. A robust one still works when both kinds are blurred. Here blur is the clue "
            "itself.",
        "d": "No: any two sets of scores have an AUC. The question is in what the two sets differ.",
    },
    hints=["How would a detector do that only measures how sharp a picture is?"],
)  # fmt: skip


# ------------------------------------------------------------------------------------ a threshold


def _nth(scores, k):
    """The score that k others exceed, if there are no ties."""
    return -np.inf if k >= len(scores) else np.sort(scores)[::-1][int(k)]


def _allowed(scores, rate):
    return int(np.floor(rate * len(scores) + 1e-9))


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


_exact = functools.partial(Case, rtol=0, atol=0)


@book.exercise(
    cases=[
        _exact([0.5, 2.0, -1.0, 1.25, 0.75], 0.2, why="A share of 0.2 of five is one: one score, "
            "2, may lie above t. The smallest score that only one exceeds is 1.25."),
        _exact([0.5, 2.0, -1.0, 1.25, 0.75], 0.3, why="0.3 of five are one and a half, so one "
            "score may lie above t: two would be a share of 0.4."),
        _exact([0.5, 2.0, -1.0, 1.25, 0.75], 0.0, why="None may lie above t: the largest score."),
        _exact([1.0, 2.0, 1.0, 0.0, 1.0], 0.4, why="Two of five may lie above t. Only one exceeds "
            "1, but four exceed 0: with ties there can be fewer alarms than allowed."),
        _exact([3.0, 1.0, 3.0, 2.0, 3.0, 2.0], 0.5, why="Three of six may lie above t, and three "
            "do lie above 2. Scores that occur several times count several times."),
        _exact([1.0, 1.0, 1.0, 1.0, 2.0], 0.2, why="One of five may lie above t, and only one "
            "exceeds 1. Scores that occur several times count several times, for n as well."),
        _exact([4.0, 3.0, 3.0, 2.0, 1.0, 0.0], 0.4, why="Two of six may lie above t. One exceeds "
            "3, which occurs twice, and three exceed 2."),
        *(_exact(scores, rate, show=f"{len(scores)} scores, {rate}",
            why=f"{rate} of {len(scores)} is {rate * len(scores):.4g}: "
            "rounded down, so many may lie above t, the next score from above.") for scores, rate in
            [(_normal(1, 39), 0.1), (_normal(2, 30).astype("float32"), 0.25), (_normal(3, 30, 5.0),
            0.24), (_normal(5, 40), 0.08), (_normal(6, 333), 0.003)]),
        _exact(_normal(4, 28, -9.0), 0.1, why="Scores may be negative, as logits are. 0.1 of 28 is "
            "2.8: two may lie above t, and t is the third from above."),
        *drawn(lambda rng: _exact(rng.normal(0, 1e4, 6), 0.4, why="0.4 of six is 2.4: two may lie "
            "above t, and t is the third score from above.")),
        _exact([3.0, 1.0, 5.0, 2.0, 4.0], 0.8, why="Four of five may lie above t: the lowest score."),
        _exact([3.0, 1.0, 5.0, 2.0, 4.0], 0.6, why="Three of five may lie above t: 2."),
        _all_may_be_alarms,
        _exact([0.5, 0.25, 1.5], 1.0, why="With rate = 1 anything may be an alarm: −inf."),
    ],
    mistakes=[
        Mistake(np.quantile, "That is the wrong end: a share `rate` of the scores lies below it, "
            "and the rest raise an alarm. Count from the largest score down."),
        Mistake(lambda s, r: np.sort(s)[min(_allowed(s, r), len(s) - 1)], "That counts from the "
            "smallest score. An alarm is a score above t, so count from the largest down."),
        Mistake(lambda s, r: np.quantile(s, 1 - r), "That is a value between two scores, "
            "np.quantile's interpolation. Wanted is one of the scores: sort them and count."),
        *(Mistake(lambda s, r, how=how: np.quantile(s, 1 - r, method=how) if r < 1 else -np.inf,
            f"np.quantile counts the n − 1 gaps between n scores{says}. Sort "
            "and count: of n scores, floor(rate·n) may lie above t.") for how, says in (("higher",
            ", so that is a little too strict in places (as < is in place of ≤)"), ("lower",
            ", so that lets too many lie above t in places"), ("nearest",
            " and rounds, so that sometimes lets one too many lie above t"))),
        Mistake(lambda s, r: s[min(_allowed(s, r), len(s) - 1)], "The scores were not sorted. Count "
            "from the largest down: np.sort(scores)[::-1]."),
        Mistake(lambda s, r: (_nth(s, _allowed(s, r)) + _nth(s, max(_allowed(s, r) - 1, 0))) / 2,
            "That lies half way between two scores. t is one of the scores."),
        Mistake(lambda s, r: _nth(s, np.floor(r * (len(s) + 1) + 1e-9)), "That counts n + 1 "
            "scores, and so sometimes lets one too many lie above t: of n, floor(rate·n) may."),
        Mistake(lambda s, r: np.sort(s)[::-1][max(_allowed(s, r) - 1, 0)], "That is one score too "
            "strict: fewer lie above it than may. t itself raises no alarm: that is a score above "
            "t."),
        Mistake(lambda s, r: np.sort(s)[::-1][max(int(np.ceil(r * len(s) - 1e-9)) - 1, 0)],
            "Fewer than a share `rate` lie above that. At most so many may, exactly as many "
            "included: ≤ and not <."),
        Mistake(lambda s, r: _nth(s, _allowed(s, r) + 1), "That is one score too low: one more "
            "than a share `rate` lies above it. Indices begin with 0: k scores exceed number k."),
        Mistake(lambda s, r: _nth(s, np.ceil(r * len(s))), "The number of alarms was rounded up. "
            "At most a share `rate` may exceed t: of 1.5 or 7.2 scores, round down."),
        Mistake(lambda s, r: _nth(s, round(r * len(s))), "The number of alarms was rounded to the "
            "nearest. At most a share `rate` may exceed t: round down."),
        Mistake(lambda s, r: _nth(s, min(_allowed(s, r), len(s) - 1)), "The lowest score does not "
            "exceed itself, so it would raise no alarm. With rate = 1 anything may be one: −inf."),
        Mistake(lambda s, r: np.sort(s)[len(s) - 1 - _allowed(s, r)], "With rate = 1 the index "
            "became −1, the last score, the largest: no alarm at all. Anything may be one: −inf."),
        Mistake(lambda s, r: _nth(np.unique(s), _allowed(s, r)), "Scores that occur several times "
            "were counted once (np.unique or set). Each is an alarm of its own: sort them all."),
        Mistake(lambda s, r: _nth(np.unique(s), _allowed(np.unique(s), r)), "Scores that occur "
            "several times were counted once (np.unique or set), and n became smaller. Each "
            "picture is an alarm of its own: sort them all."),
        Mistake(lambda s, r: np.argsort(-s, kind="stable")[min(_allowed(s, r), len(s) - 1)],
            "That is a position, not a score: use it as an index."),
        Mistake(lambda s, r: s.max(), "The largest score raises no alarm at all. A share `rate` "
            "may lie above t."),
        Mistake(lambda s, r: np.mean(s > r), "`rate` was taken for the threshold, and that is the "
            "share above it. The share is given, the threshold is wanted."),
    ],
    hints=[
        "How many of the n scores may lie above t? A share `rate` of them, rounded down: k.",
        "Sort them, the largest first: k lie above number k, which is t (fewer if there are ties).",
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


# ------------------------------------------------------------------------------------- evasion


def _fooled(logits):
    return ops.mean(ops.softplus(-logits))


def _summed(step):
    return ops.sum(step, axis=(1, 2, 3))


def _moved(step):
    return ops.mean(_summed(step**2))


def _with(fooled=_fooled, moved=_moved):
    """A mistake: the loss with another first or second term."""
    return lambda a, x, b, w: fooled(a) + w * moved(x - b)


def _moving(rng, steps):
    """Pictures and what they were before, each moved by another step."""
    before = rng.random((len(steps), 28, 28, 1))
    return before + np.reshape(steps, (-1, 1, 1, 1)) * rng.normal(0.3, 1, before.shape), before


_X, _BEFORE = _moving(np.random.default_rng(5), [0.05, 0.02, 0.08])
_ONE_PIXEL = np.zeros((2, 28, 28, 1))
_ONE_PIXEL[0, 3, 5], _ONE_PIXEL[0, 9, 9], _ONE_PIXEL[1, 20, 2] = 1.0, -2.0, 0.5


@book.exercise(
    trains=True,
    untrained=["x_before"],
    cases=[
        Case([[0.5], [-1.2], [2.0]], _X, _BEFORE, 0.3, why="−ln D is softplus(−logit): its "
            "mean over the batch. Then weight · the mean of Σ(x − x_before)², summed over all "
            "pixels."),
        Case([[-0.3], [0.8]], _ONE_PIXEL, 0 * _ONE_PIXEL, 0.1, why="The first picture moved "
            "by 1 in one pixel and by −2 in another, squared distance 5; the second by 0.5 in one: "
            "0.25. Their mean, 2.625, is multiplied by the weight and added to the mean of −ln D."),
        Case([[1000.0], [-1000.0], [-40.0]], *_moving(np.random.default_rng(6), [0.0, 0.0, 0.0]),
            0.7, why="−ln D is 0 where D is sure that x is real, and 1000 at a logit of −1000: −ln "
            "sigmoid in one step, softplus(−logits), without clipping: the pull is strongest "
            "there."),
        Case([[0.1], [0.4]], 600 * _ONE_PIXEL, -600 * _ONE_PIXEL, 1e-5, why="Pixels may move "
            "far: the same squares, nothing clipped."),
        *drawn(lambda rng: Case(rng.normal(0, 3, (4, 1)), *_moving(rng, [0.03, 0.0, 0.1,
            0.01]), 2.0, why="The mean of −ln D, plus weight · the mean of Σ(x − x_before)², over "
            "all pixels.")),
    ],
    mistakes=[
        Mistake(_with(lambda a: ops.mean(ops.softplus(a))), "That is −ln(1 − D), small where D is "
            "sure of a forgery: the pictures would learn to be caught. To pass as real: −ln D."),
        Mistake(_with(lambda a: -ops.mean(ops.softplus(a))), "That is ln(1 − D). It pulls the same "
            "way, but hardly at all where D is sure of a forgery, as in chapter 07. Take −ln D."),
        Mistake(_with(lambda a: -_fooled(a)), "That is ln D. Its negative is to become small, −ln "
            "D = softplus(−logit): to make ln D small is to be caught."),
        Mistake(_with(lambda a: ops.mean(ops.binary_crossentropy(ops.ones_like(a), a))), "The logits "
            "were taken for probabilities. Say from_logits=True."),
        Mistake(_with(lambda a: ops.softplus(-ops.mean(a))), "The mean was taken of the logits. Each "
            "picture has a −ln D of its own: the mean comes last."),
        Mistake(_with(lambda a: -ops.log(ops.mean(ops.sigmoid(a)))), "That is −ln of the mean of D. "
            "Take the mean of −ln D."),
        Mistake(_with(moved=lambda d: ops.mean(ops.sum(d**2, axis=0))), "The sum ran over the "
            "pictures. Sum over the pixels, axis=(1, 2, 3), mean over the batch."),
        Mistake(_with(moved=lambda d: -_moved(d)), "What the pictures moved was subtracted: the "
            "further, the better. It is a price, and is added."),
        Mistake(_with(lambda a: -ops.mean(a)), "That is the logit itself, with a minus. D = "
            "sigmoid(logit), and −ln D = softplus(−logit)."),
        Mistake(_with(lambda a: -ops.mean(ops.sigmoid(a))), "That is −D: the logarithm is "
            "missing."),
        Mistake(lambda a, x, b, w: w * _fooled(a) + _moved(x - b), "The weight is at the wrong "
            "term: it belongs to what the pictures moved."),
        Mistake(lambda a, x, b, w: w * (_fooled(a) + _moved(x - b)), "The weight multiplies both "
            "terms. It belongs to what the pictures moved, alone."),
        Mistake(lambda a, x, b, w: (1 - w) * _fooled(a) + w * _moved(x - b), "−ln D was multiplied "
            "by 1 − weight. It has no factor."),
        Mistake(lambda a, x, b, w: _fooled(a) + _moved(x - b), "The weight is not used."),
        Mistake(_with(moved=lambda d: 0.0), "What they moved is missing: they might become "
            "anything."),
        Mistake(_with(lambda a: 0.0), "−ln D is missing: nothing would move at all."),
        Mistake(_with(moved=lambda d: ops.mean(d**2)), "The mean over the pixels was taken: 784 "
            "times too small. Sum over the pixels, mean over the batch."),
        Mistake(_with(moved=lambda d: ops.sum(d**2)), "The distances of the whole batch were added "
            "up. Sum over the pixels, axis=(1, 2, 3), and mean over the batch."),
        Mistake(_with(lambda a: ops.sum(ops.softplus(-a)), lambda d: ops.sum(d**2)),
            "Both terms were added up over the batch, and grow with its size. Take the means."),
        Mistake(_with(lambda a: ops.sum(ops.softplus(-a))), "−ln D was added up. Take its mean."),
        Mistake(_with(moved=lambda d: ops.mean(_summed(abs(d)))), "Absolute differences were added "
            "up. The squared distance adds up squares."),
        Mistake(_with(moved=lambda d: ops.mean(ops.sqrt(_summed(d**2)))), "That is the distance. "
            "Its square is asked for: no root."),
        Mistake(_with(moved=lambda d: ops.mean(_summed(d))), "The differences were not squared, so "
            "that a pixel that became brighter makes up for one that became darker."),
        Mistake(_with(moved=lambda d: ops.mean(_summed(d) ** 2)), "Square first, then add: as it "
            "is, a brighter pixel makes up for a darker one."),
        Mistake(_with(moved=lambda d: _moved(d) / 2), "That is half of it. There is no ½ here."),
        Mistake(lambda a, x, b, w: _fooled(a) + w * _moved(x), "That is how bright the pictures "
            "are, not how far they moved: subtract x_before."),
        Mistake(_with(lambda a: ops.softplus(-a[:, 0]), lambda d: _summed(d**2)), "That is one "
            "number for each picture. The mean over the batch is missing."),
        Mistake(_with(lambda a: ops.softplus(-a)), "−ln D is still one number a picture. Take its "
            "mean."),
        Mistake(_with(moved=lambda d: _summed(d**2)), "What they moved is still one number for "
            "each picture. Take its mean over the batch."),
        Mistake(_with(lambda a: _fooled(a) / np.log(2)), "That has base 2. Take the natural one."),
        Mistake(_with(lambda a: -ops.mean(ops.log(ops.sigmoid(a) + 1e-7))), "D was clipped (or has "
            "a small number added) before the logarithm, so that −ln D stops at 16 and pulls no "
            "more. Take both in one step, without clipping: softplus(−logits)."),
        Mistake(_with(lambda a: -ops.mean(ops.log(ops.sigmoid(a)))), "sigmoid(−1000) is exactly 0 "
            "in float32, and ln 0 = −inf. Take both in one step: −ln sigmoid(a) = softplus(−a)."),
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


def _rings(values, ring, average=np.mean, rings=None):
    """A number for each picture and ring, from values (n, h, w)."""
    rings = range(rings or ring.max() + 1)
    return np.stack([average(values[:, ring == k], axis=1) for k in rings], axis=1)


def _of(power, average=np.mean, rings=None):
    """A mistake: the profile of another power, with another average or number of rings."""
    return lambda x, ring: _rings(np.log10(power(x) + 1e-8), ring, average, rings)


def _round_rings(size, last=99):
    wave = np.fft.fftfreq(size) * size
    return np.minimum(np.round(np.hypot(*np.meshgrid(wave, wave))), last).astype(int)


_RING = np.array([[0, 1, 2, 1], [2, 1, 2, 1], [2, 2, 2, 2], [2, 1, 2, 1]])


@book.exercise(
    returns="array",
    cases=[
        Case(_normal(8, (2, 4, 4), 1.0), _RING, why="Take log10(|F|² + 1e-8) of every frequency, "
            "then for each picture the mean where ring == 0, where ring == 1, and so on: (n, "
            "rings)."),
        *drawn(lambda rng: Case(rng.normal(0, 1e3, (4, 3, 5)), rng.permutation([0, 1, 2, 2, 1] *
            3).reshape(3, 5), why="Any ring may have any number of frequencies: for each picture "
            "the mean of log10(|F|² + 1e-8) over those with ring == k.")),
        Case(np.random.default_rng(10).random((4, 8, 8), "float32"), _round_rings(8), atol=1e-4,
            why="For each picture the mean of log10(|F|² + 1e-8) over the frequencies of each "
            "ring. Entry [0, 0] of F is the sum of all pixels, and has ring 0 for itself."),
        Case(_normal(11, (3, 4, 4)) * 2e-5, _RING, show="three very faint pictures",
            why="Here |F|² is about as large as 1e-8, which is added, and not a lower limit."),
        Case(np.zeros((2, 4, 4)), _RING, show="two blank pictures", why="In a blank picture |F|² "
            "is 0 everywhere, and log10(0 + 1e-8) = −8."),
    ],
    mistakes=[
        Mistake(_of(lambda x: np.sqrt(_power(x))), "|F| is not squared. The power is |F|²."),
        Mistake(lambda x, r: np.log10(_rings(_power(x), r) + 1e-8), "That is the logarithm of the "
            "mean, in which one strong frequency hides all others. First the logarithm, then the "
            "mean."),
        Mistake(lambda x, r: _rings(_power(x), r), "The logarithm is missing."),
        Mistake(lambda x, r: np.log10(_rings(np.sqrt(_power(x)), r) ** 2 + 1e-8), "That is the logarithm of a mean of "
            "|F|. First |F|², then the logarithm, then the mean."),
        Mistake(lambda x, r: np.stack([np.log10(_power(x) + 1e-8)[:, r <= k].mean(axis=1)
            for k in range(r.max() + 1)], axis=1), "Ring k is where ring == k, not all up to it."),
        Slip(lambda y: y * np.log(10), "That is the natural logarithm. Take np.log10."),
        Slip(lambda y: y * np.log2(10), "That is the logarithm of base 2. Take np.log10."),
        Slip(lambda y: 10 * y, "That is ten times too much: decibels. Leave the 10 out."),
        Mistake(_of(lambda x: np.fft.fftshift(_power(x), axes=(1, 2))), "F was shifted "
            "(np.fft.fftshift), but `ring` is not: it fits the order that np.fft.fft2 gives."),
        Mistake(_of(lambda x: np.fft.fftshift(_power(x))), "F was shifted (np.fft.fftshift), which "
            "without axes=(1, 2) also reorders the pictures. `ring` fits F as it is: do not "
            "shift."),
        Mistake(_of(lambda x: _power(x, axes=(0, 1))), "The transform ran over the pictures and "
            "the rows. The last two axes are the picture; np.fft.fft2 takes them by itself."),
        Mistake(_of(lambda x: np.abs(np.fft.fftn(x)) ** 2), "np.fft.fftn transforms over all axes, "
            "also from picture to picture. np.fft.fft2 takes the last two."),
        Mistake(_of(lambda x: np.abs(np.fft.fft(x)) ** 2), "np.fft.fft transforms along the rows "
            "only. A picture needs np.fft.fft2."),
        Mistake(_of(np.square), "The transform is missing: that is the picture's brightness."),
        Mistake(_of(_power, np.sum), "That is the sum over each ring, which grows with the number "
            "of its frequencies. Take the mean."),
        Mistake(lambda x, r: _of(_power, np.sum)(x, r) / r.size, "The sum over a ring was divided "
            "by the number of all frequencies. Divide by the number of those in the ring."),
        Mistake(_of(_power, np.median), "That is the median over each ring. Take the mean."),
        Slip(lambda y: y.mean(axis=0), "That is one profile for all pictures. Each has its own."),
        Slip(lambda y: y.T, "Rows and columns are swapped: a row for each picture."),
        Slip(lambda y: y[:, :-1], "The last ring is missing. Numbers begin with 0: ring.max() + "
            "1."),
        Slip(lambda y: y[:, 1:], "Ring 0 is missing: it is the frequency 0, the mean brightness."),
        Mistake(_of(_power, rings=15), "There are always 15 rings in that. Their number is "
            "ring.max() + 1; the check uses other numbers than the chapter."),
        Mistake(_of(lambda x: _power(x) / x[0].size ** 2), "F was divided by the number of pixels. "
            "Take it as np.fft.fft2 gives it."),
        Mistake(_of(lambda x: _power(x, norm="ortho")), "F was divided by the root of the number "
            'of pixels (norm="ortho"). Take it as np.fft.fft2 gives it.'),
        Mistake(_of(lambda x: np.fft.fft2(x) ** 2), "F is complex there, and so is its logarithm. "
            "The power is the square of its absolute value: np.abs(F) ** 2."),
        Mistake(lambda x, r: _of(lambda x: np.fft.fft2(x) ** 2)(x, r).real, "F ** 2 is complex, "
            "and leaving out the imaginary part does not mend it. Power: np.abs(F) ** 2."),
        Mistake(_of(lambda x: np.fft.fft2(x).real ** 2), "That is the real part of F. |F| is "
            "np.abs(F)."),
        Mistake(_of(lambda x: _power(x - x.mean(axis=(1, 2), keepdims=True))),
            "The mean brightness was subtracted first, which empties the frequency 0."),
        Mistake(lambda x, r: _rings(np.log10(np.maximum(_power(x), 1e-8)), r), "1e-8 is a lower "
            "limit there. It is added: log10(|F|² + 1e-8)."),
        Mistake(lambda x, r: _rings(2 * np.log10(np.abs(np.fft.fft2(x)) + 1e-8), r),
            "1e-8 was added to |F|. It belongs to |F|², after the square."),
        Mistake(lambda x, r: _rings(np.log10(_power(x)), r), "log10(0) is −inf, and so is any mean "
            "with it. Add 1e-8 to |F|² before the logarithm."),
        Mistake(lambda x, r: _rings(np.log10(_power(x) + 1e-12), r), "1e-12 was added, or another "
            "small number. It is 1e-8, so that what counts as nothing is the same for all."),
    ],
    hints=[
        "np.fft.fft2(x) transforms the last two axes: F has shape (n, h, w).",
        "a = np.log10(np.abs(F) ** 2 + 1e-8). Then a[:, ring == k] has a row for each picture.",
        "np.stack([…, …], axis=1) makes (n, rings) of several (n,).",
    ],
    speed=lambda: (np.random.default_rng(0).random((2000, 28, 28), "float32"), _round_rings(28,
        14)),
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


@book.exercise(
    returns="array",
    cases=[
        Case([[[1.0, -2.0], [0.5, 3.0]], [[-1.0, 0.5], [0.0, 2.0]]], [[[1.0, -1.0], [1.0, 1.0]],
            [[1.0, 1.0], [-1.0, 1.0]], [[-1.0, 1.0], [1.0, -1.0]]], why="Entry [i, k] is the mean "
            "over the pixels of picture i times key k: (n, K)."),
        Case(_normal(18, (3, 4, 4)) * 1e-3, np.sign(_normal(19, (1, 4, 4))),
            show="three faint pictures and one key", why="One key works like several: (n, 1). "
            "Small scores stay small, in all their digits: nothing rounded, no float16.",
            atol=1e-9),
        *drawn(lambda rng: Case(rng.normal(-300, 1e3, (5, 3, 4)), rng.normal(300, 1e3, (2, 3, 4)),
            why="Entry [i, k] is the mean over all h·w pixels of detail[i] * keys[k], nothing "
            "subtracted or scaled. Pictures need not be square, keys may hold any numbers.")),
        Case(_normal(16, (1, 28, 28)).astype("float32"), np.sign(_normal(17, (3, 28,
            28))).astype("float32"), why="One picture works like several: (1, K).", atol=1e-5),
    ],
    mistakes=[
        Mistake(_products, "That is the sum over the pixels. Take the mean: divide by h·w."),
        Mistake(lambda d, k: _products(d, k) / 784, "That is divided by 784, whatever the size of "
            "the pictures. Divide by their number of pixels, h·w."),
        Mistake(lambda d, k: _products(d, k) / np.sqrt(k[0].size), "That is divided by one side of "
            "the picture, or by the root of the number of pixels. Divide by their number, h·w."),
        *(Mistake(lambda d, k, n=n: _products(d, k) / n(d, k), "That is divided by the number of "
            f"{what}. Divide by that of the pixels, h·w.") for what, n in {
                "pictures": lambda d, k: len(d), "keys": lambda d, k: len(k),
                "all entries of the keys": lambda d, k: k.size}.items()),
        Slip(lambda y: y[:, :1], "That is the first key alone. Keep all: (n, K)."),
        *(Mistake(lambda d, k, i=i: _products(d, k) / k.shape[i] ** 2,
            f"That is divided by {side}². "
            "Pictures need not be square: divide by their number of pixels, h·w.") for i, side in
            ((1, "h"), (2, "w"))),
        Slip(lambda y: y.T, "Rows and columns are swapped: a row for each picture."),
        Mistake(_pairs, "Picture i was compared with key i only. Each with each makes (n, K)."),
        Slip(lambda y: abs(y), "The sign was dropped. The opposite of a key is no mark."),
        Mistake(_cosine, "That is divided by the lengths of picture and key: a cosine. A plain "
            "mean was asked for, which keeps how strong the mark is."),
        Mistake(lambda d, k: _cosine(d, k, centred=True), "That is a correlation coefficient: "
            "means subtracted, divided by the deviations. A plain mean of products was asked for."),
        Mistake(lambda d, k: _flat(d, True) @ _flat(k, True).T / k[0].size, "The means were "
            "subtracted first: a covariance. The details come as they are to be used."),
        *(Mistake(lambda d, k, i=i: (d[:, None] * k).mean(axis=i),
            f"The mean ran over the {what} only. " "A picture has two axes: axis=(2, 3).") for i,
            what in ((2, "rows"), (3, "columns"))),
        Mistake(lambda d, k: _flat(np.sign(d)) @ _flat(k).T / k[0].size, "Only the signs of the "
            "details were used. Multiply by the details themselves."),
        Mistake(lambda d, k: _flat(d) @ np.sign(_flat(k)).T / k[0].size, "Only the signs of the "
            "keys were used. Keys may hold any numbers."),
        Mistake(lambda d, k: -((d[:, None] - k) ** 2).mean(axis=(2, 3)), "That is the mean squared "
            "difference. Agreement here is the mean product."),
        Mistake(lambda d, k: ((d[:, None] > 0) == (k > 0)).mean(axis=(2, 3)), "That is the share "
            "of pixels with the same sign. Agreement here is the mean product."),
        Slip(lambda y: y.max(axis=1), "That is the best key's score. Keep all: (n, K)."),
        Slip(lambda y: y.argmax(axis=1), "That is the number of the key that fits best. Keep all "
            "scores."),
        Slip(lambda y: y.mean(axis=1), "That is the mean over the keys, too. Keep all: (n, K)."),
        Slip(lambda y: y.mean(axis=0), "That is the mean over the pictures, too. Keep all: (n, "
            "K)."),
    ],
    hints=[
        "detail.reshape(len(detail), -1) makes a row of each picture; the same with the keys.",
        "rows @ other_rows.T is the sum of products for each pair. What is the mean?",
    ],
    speed=lambda: (np.random.default_rng(0).random((2000, 28, 28), "float32"), np.ones((50, 28, 28),
        "float32")),
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
        "a": "No: only generators whose operators mark leave a mark. A picture of any other, or "
            "one whose mark was removed, has none either.",
        "b": "No: there may be nothing to detect. One that found its mark everywhere would be no "
            "use.",
        "c": "No: every photograph lacks a watermark, too, and so do the pictures of generators "
            "whose operators do not mark. Nobody need have hidden anything.",
        "d": "Right. A mark that is found says that somebody had the key (the chapter shows that "
            "keys can be copied). Its absence says only that no operator who marks everything made "
            "the picture, or that somebody removed the mark, or that the detector missed it; whether "
            "the picture is real stays open.",
    },
    hints=["Which pictures carry no mark? List all that you can think of."],
)  # fmt: skip


right_alarms = book.estimate(
    "right_alarms",
    right=100 * 0.99 * 0.001 / (0.99 * 0.001 + 0.01 * 0.999),
    within=0.15,
    why="Of 100,000 pictures 100 are generated, and 99 of them raise an alarm. Of the 99,900 "
        "others 999 do. So 99 of 1098 alarms are right, 9.0 %.",
    wrong=[
        (99, "Those are the hits: of the fakes, how many raise an alarm. Asked is the converse: of "
            "the alarms, how many are fakes."),
        *((x, "0.1 % is the share of fakes before any alarm, and an alarm makes a fake more likely. "
            "(If a share was meant: in per cent, please, to the nearest one.)")
            for x in (0.001, 0.1, 0.245)),
        *((x, "Is that meant as a share? The answer is wanted in per cent, and it is another one.")
            for x in (0.0, 0.01, 0.02, 0.05, 0.08, 0.0991, 0.15)),
        *((x, "If a share was meant: those are the hits, of the fakes, or what follows from them "
            "alone. Asked is the converse: of the alarms, how many are fakes, in per cent.")
            for x in (0.99, 0.98)),
        (0.91, "If a share was meant: those are the alarms that are wrong. Asked are the right ones."),
        (0.0902, "If 0.09 is meant as a share, it is right, but in per cent, please."),
        (9.91, "Those are odds: one right alarm to ten wrong ones. Of eleven alarms one is right."),
        (1, "About 1 % of all pictures raise an alarm. How many of these are right?"),
        (50, "Half would be right if fakes were one in a hundred: then as many fakes as others "
            "raise one."),
        (98, "Hits minus false alarms ignores how rare fakes are."),
        (90.98, "Those are the alarms that are wrong. Asked are the right ones."),
        (90, "Those are, roughly, the alarms that are wrong. Asked are the right ones."),
    ],
    otherwise="Take 100,000 pictures. How many are fakes, how many of them raise an alarm, and how "
        "many of the others?",
    hints=[
        "Take 100,000 pictures: 100 are fakes. How many alarms do they raise?",
        "And how many do the 99,900 others raise? Right alarms, divided by all, times 100.",
    ],
)  # fmt: skip


# -------------------------------------------------------------------------------------- base rates


def _right_share(h, f, s):
    return np.true_divide(s * h, s * h + (1 - s) * f)


_MIXTURE = (
    "A number may meet an array: one detector and several shares, for instance, as in the chapter's"
    " next picture. So do not ask which one is: the same formula, with np.true_divide, will do."
)
_CALLS = [  # what an answer is called with, and what to say if it raises
    ((0.0, 0.0, 0.3), "There is no alarm, so 0/0, which plain Python refuses. NumPy gives nan: "
        "np.true_divide(…, …), or np.float64(…) around one of the two."),
    (([0.9, 0.0], [0.1, 0.0], [0.2, 0.3]), "An `if` (or `float`) asks for one True or False, one "
        "number, and an array has several. Divide without asking (0/0 is nan in NumPy, with a "
        'warning that np.errstate(invalid="ignore") silences), or use np.where.'),
    ((0.7, 0.04, [0.001, 0.01]), _MIXTURE),
    (([0.7, 0.5], 0.04, 0.001), _MIXTURE),
]  # fmt: skip


def _numbers_and_arrays(answer):
    """A case: what is wrong if an answer raises without an alarm, or on arrays; or ''."""
    for args, says in _CALLS:
        try:
            answer(*(np.array(a) if isinstance(a, list) else a for a in args))
        except Exception as error:
            call = f"precision({', '.join(map(str, args))})"
            return f"precision is right so far, but {call} raised {describe(error)}\n{says}"
    return ""


@book.exercise(
    cases=[
        Case(0.8, 0.3, 0.2, why="Of 100 pictures 20 are generated, and 16 of them raise an alarm; "
            "of the 80 real ones 24 do. So 16 of 40 alarms are right."),
        Case(0.99, 0.02, 0.001, why="Of 100,000 pictures 100 are generated, and 99 of them raise "
            "an alarm; of the other 99,900 there are 1998 that do. 99 of 2097 alarms are right."),
        Case(0.6, 0.0, 0.1, why="No real picture raises an alarm, so all alarms are right."),
        Case(0.9, 0.2, 1.0, why="All pictures are generated, so all alarms are right."),
        Case(0.9, 0.2, 0.0, why="No picture is generated, so no alarm is right: 0."),
        _numbers_and_arrays,
        *drawn(lambda rng: Case(*rng.random((3, 7)), why="Arrays, number by number: share · hits, "
            "divided by all alarms, share · hits + (1 − share) · false_alarms.")),
        Case([0.9], [0.1], [0.2], why="An array of length 1 stays an array of length 1."),
        Case(0.7, 0.04, [0.001, 0.01, 0.1, 0.5], why="A number may meet an array. One detector, "
            "several shares: share · hits, divided by all alarms, for each share."),
        Case([0.7, 0.9, 0.4], 0.04, 0.01, why="A number may meet an array. Several detectors, one "
            "share: share · hits, divided by all alarms, for each of the hits."),
        Case(0.0, 0.2, 0.1, why="There are alarms, and none is right: 0."),
        Case(0.9, 0.0, 1e-12, why="One picture in 10¹² is generated, and nothing else raises an "
            "alarm: all are right, however few. Nothing needs to be added to the denominator."),
        Case(0.9, 1e-12, 3e-12, why="Few alarms are still alarms: 2.7 of 3.7 are right. Nothing "
            "needs to be added to the denominator."),
        Case(0.0, 0.0, 0.3, why="There is no alarm: 0/0, which is nan."),
        Case([0.9, 0.0, 0.5, 0.5], [0.1, 0.0, 0.0, 0.0], [0.2, 0.3, 0.0, 0.4], why="Where there is "
            "no alarm the result is nan, there alone: number 1, and number 2, where nothing is "
            "generated and no real picture raises one."),
        Case(0.9, 0.0, [0.0, 0.1, 1.0], why="A number may meet an array. No real picture raises an "
            "alarm: nan where nothing is generated; elsewhere all are right."),
    ],
    mistakes=[
        Mistake(lambda h, f, s: h + 0 * (f + s), "Those are the hits, of the generated pictures. "
            "Asked is the converse: of the alarms, the share that are right."),
        Mistake(lambda h, f, s: s * h + 0 * f, "That is the share of all pictures that raise a "
            "right alarm. Divide by the share that raise any."),
        Mistake(lambda h, f, s: np.true_divide(h, h + f) + 0 * s, "share is not used: that is "
            "right where half of the pictures are generated. Weight hits with share, false alarms "
            "with 1 − share."),
        Mistake(lambda h, f, s: np.true_divide(s * h, s * h + f), "The false alarms come from the "
            "real pictures only, a share 1 − share: that is their weight."),
        Mistake(lambda h, f, s: np.true_divide(h, h + f * (1 - s)), "The hits come from the generated "
            "pictures only, a share `share`: that is their weight, above and below the line."),
        Mistake(lambda h, f, s: _right_share(h, 1 - f, s), "1 − false_alarms is the share of real ones "
            "without an alarm. Below the line stand the alarms."),
        Mistake(lambda h, f, s: _right_share(h, 1 - h, s), "1 − hits are the generated ones that were "
            "missed. The wrong alarms come from real pictures: false_alarms."),
        Mistake(lambda h, f, s: np.true_divide(s * h, s * (h + f)), "The false alarms were "
            "weighted with share, which then cancels. Real pictures: 1 − share."),
        Mistake(lambda h, f, s: np.true_divide(h, s * h + (1 - s) * f), "Above the line share is "
            "missing: the right alarms are share · hits."),
        Mistake(lambda h, f, s: s * h + (1 - s) * (1 - f), "That is the accuracy: how many of all "
            "are judged rightly. Where few are generated it is high without any hit."),
        Mistake(lambda h, f, s: 1 - f + 0 * (h + s), "That is the share of real ones that raise no "
            "alarm."),
        Mistake(lambda h, f, s: np.true_divide(s * h, (1 - s) * f), "Those are odds, right alarms "
            "against wrong ones. A share is divided by all alarms, right and wrong."),
        Mistake(lambda h, f, s: _right_share(h, f, 1 - s), "share and 1 − share are swapped: share "
            "is that of the generated pictures."),
        Mistake(lambda h, f, s: _right_share(f, h, s), "hits and false_alarms are swapped: hits "
            "are the alarms of the generated pictures."),
        Slip(lambda y: 1 - y, "That is the share of the alarms that are wrong."),
        Mistake(lambda h, f, s: _right_share(1 - h, 1 - f, s), "That is about the pictures without "
            "an alarm: the share of them that are generated all the same."),
        Mistake(lambda h, f, s: s * h + (1 - s) * f, "That is the share of all pictures that raise "
            "an alarm, right or wrong. It belongs below the line."),
        Mistake(lambda h, f, s: np.true_divide(s * h, s * h + (1 - s) * f + 1e-9), "A small number "
            "was added to the denominator, or to what is in it, which outweighs rare alarms. Leave "
            "it out; without any alarm the result is nan."),
        Mistake(lambda h, f, s: np.true_divide(s * h, np.maximum(s * h + (1 - s) * f, 1e-9)),
            "The denominator was kept above a small number, which outweighs rare alarms and gives "
            "0 for 0/0. Leave that out: without any alarm the result is nan."),
        Slip(lambda y: np.nan_to_num(y, nan=0.0), "Without any alarm that gives 0, as if all had "
            "been wrong. None was raised: nan."),
        Slip(lambda y: np.nan_to_num(y, nan=1.0), "Without any alarm that gives 1, as if all had "
            "been right. None was raised: nan."),
    ],
    hints=[
        "Take 1000 pictures, share 0.1, hits 0.9, false alarms 0.2: how many alarms of each kind?",
        "share · hits are right alarms, (1 − share) · false_alarms are wrong ones.",
        'np.true_divide(0.0, 0.0) is nan, with a warning; with np.errstate(invalid="ignore"): '
            "silences it.",
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


# ---------------------------------------------------------------------------------- nearest rows


def _between(a, b):
    """All distances, (n, m)."""
    return np.sqrt(((a[:, None].astype(float) - b) ** 2).sum(axis=-1))


def _squared_out(a, b, of_a, of_b, of_both):
    """The squared distances, (n, m), from their three parts."""
    a, b = a.astype(float), b.astype(float)
    return of_a * (a**2).sum(axis=1)[:, None] + of_b * (b**2).sum(axis=1) + of_both * a @ b.T


def _not_a_copy(a, b):
    d = _between(a, b)
    return np.where(d > 0, d, np.inf).min(axis=1)


def _cosines(a, b):
    lengths = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)
    return (1 - a @ b.T / lengths).min(axis=1)


def _not_all_at_once(answer):
    """A case: what is wrong if all differences are held at once, (n, m, d) numbers; or ''."""
    a, b = _normal(30, (600, 32)).astype("float32"), _normal(31, (16, 32)).astype("float32")
    tracemalloc.start()
    try:
        answer(a, b)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    if peak < 0.9 * len(a) * b.nbytes:
        return ""
    return (
        "nearest gives the right distances, but holds all differences at once, an array of shape"
        " (n, m, d).\nFor the chapter's 2,000 rows and 500, 784 numbers each, that takes 6 GB or"
        " more, and may end the kernel. Go row by row through a, each against all of b; or use ‖a‖²"
        " + ‖b‖² − 2·a·b, which needs (n, m) only."
    )


_COPIES, _INK = np.random.default_rng(21).random((2, 35, 784))
_COPIES = np.where(_INK < 0.3, _COPIES, 0).astype("float32")  # mostly black, as digits are


@book.exercise(
    returns="array",
    cases=[
        Case([[0.0, 0.0], [3.0, 4.0], [-1.0, 1.0]], [[0.0, 2.0], [6.0, 8.0]], why="From [0, 0] it "
            "is 2 to [0, 2]; from [3, 4] it is √13 to [0, 2] and 5 to [6, 8]; from [−1, 1] it is "
            "√2: one number for each row of a."),
        *drawn(lambda rng: Case(rng.normal(0, 1e3, (4, 3)), rng.normal(0, 1e3, (6, 3)),
            why="For each row of a the smallest of its Euclidean distances, √Σ(a − b)², to the "
            "rows of b: (n,). Distances may be large.")),
        Case([[1.0, 2.0, 2.0]], [[1.0, 2.0, 2.0], [0.0, 0.0, 0.0]], atol=1e-5, why="The row occurs "
            "in b, so its distance is 0. That is what shows a copy: it must not be left out, and "
            "nothing may be added under the root."),
        Case([[0.0, 1.0]], [[4e-5, 1.0], [1.0, 1.0]], rtol=1e-4, atol=0, why="Nearly a copy is no "
            "copy: nothing is rounded."),
        Case(_COPIES[:25], _COPIES[10:], atol=1e-5, show="25 rows and 25 rows of 784 numbers, "
            "float32; rows 10 to 24 of a are in b, too", why="A row that occurs in b is at "
            "distance 0, and that is what shows it. ‖a‖² + ‖b‖² − 2·a·b is a small difference of "
            "large numbers there, and float32 has seven digits: compute it in float64 "
            "(a.astype(float)). It may even come out a little negative, and the root of that is "
            "nan: np.maximum(…, 0) before the root. (What leaves nan out, np.nanmin, finds the "
            "second nearest row.) Add nothing, neither under the root nor to the distances."),
        _not_all_at_once,
    ],
    mistakes=[
        Slip(lambda y: y**2, "That is the squared distance. Take the root."),
        *(Mistake(lambda a, b, part=part: np.sqrt(np.maximum(_squared_out(a, b, *part), 0)).min(axis=1),
            "‖a − b‖² = ‖a‖² + ‖b‖² − 2·a·b, squared out. A part of it is missing, or has another sign "
            "or factor.") for part in ((1, 1, 2), (1, 1, -1), (1, 0, -2), (0, 1, -2))),
        Mistake(lambda a, b: _between(a, b).max(axis=1), "That is the farthest row. Take the "
            "smallest."),
        Mistake(lambda a, b: _between(a, b).argmin(axis=1), "That is the number of the nearest "
            "row. Its distance was asked for: min, not argmin."),
        Mistake(lambda a, b: _between(a, b).mean(axis=1), "That is the mean distance to all rows "
            "of b. The nearest alone counts."),
        Mistake(lambda a, b: _between(a, b.mean(axis=0, keepdims=True))[:, 0], "That is the "
            "distance to the mean of b. Take the distance to each row, then the smallest."),
        Mistake(lambda a, b: _between(a, b).min(axis=0), "The minimum ran over the rows of a, so "
            "that is one number for each row of b. For each row of a the minimum runs over b."),
        Mistake(lambda a, b: np.abs(a[:, None] - b).sum(axis=-1).min(axis=1), "Those are sums of "
            "absolute differences. Euclidean distance: square, add up, root."),
        Mistake(lambda a, b: np.abs(a[:, None] - b).max(axis=-1).min(axis=1), "That is the largest "
            "difference of a single number. Euclidean distance: square, add up, root."),
        Mistake(lambda a, b: np.array([np.linalg.norm(p - q) for p, q in zip(a, b, strict=False)]),
            "Each row was compared with the row of the same number only. Compare it with all of "
            "b."),
        Mistake(lambda a, b: _between(a, b).min(axis=1) / np.sqrt(a.shape[1]), "The mean of the "
            "squares was taken before the root. Euclidean distance has their sum."),
        Mistake(_between, "Those are the distances to all rows of b. Take the smallest."),
        Slip(lambda y: y.min(), "That is one number for all. Each row of a has its own."),
        Slip(lambda y: y.mean(), "That is the mean over the rows of a. Each keeps its own."),
        Mistake(_not_a_copy, "A row at distance 0 was left out. A row that occurs in b has a "
            "neighbour at distance 0, and that is what shows it."),
        Mistake(lambda a, b: np.sort(_between(a, b), axis=1)[:, 1], "That is the second nearest. "
            "The nearest was asked for; nothing is compared with itself here."),
        Mistake(lambda a, b: np.sort(_between(a, a), axis=1)[:, 1 % len(a)], "Those are distances "
            "within a. The neighbours are rows of b."),
        Mistake(_cosines, "That is 1 minus a cosine. Euclidean: square, add up, root."),
        Mistake(lambda a, b: np.sqrt(np.abs((a[:, None] - b).sum(axis=-1))).min(axis=1),
            "The differences were not squared."),
    ],
    hints=[
        "For one row: np.sqrt(((b - row) ** 2).sum(axis=1)).min(). A loop over the rows of a is "
            "fast enough, but not one over all pairs.",
        "Or without any loop: ‖a − b‖² = ‖a‖² + ‖b‖² − 2·a·b, with a @ b.T for all products. In "
            "float64, and np.maximum(…, 0) before the root.",
    ],
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
        "a": "No: the volunteers knew that the set would be public, and to have written digits "
            "tells little.",
        "b": "Right. All in this set have the illness: whoever learns that your portrait is in it "
            "has learnt your diagnosis, unseen. Being a member is itself the secret.",
        "c": "No: that the photos are sold is known, and the licence says what for. Whether it "
            "covers training is another question, one of rights and pay rather than of a secret.",
        "d": "No: true, it reveals nothing of the picture's content, but it can reveal why the "
            "picture was there. What do the members have in common?",
    },
    hints=["What does somebody who only learns 'this person is in the set' know about the person?"],
)  # fmt: skip


# ------------------------------------------------------------------------------------ the filter

the_filter = book.question(
    "the_filter",
    right="c",
    options={
        "a": "No: one threshold for all is not one effect for all. The classifier has seen this "
            "class as often as any other, but how often a class passes depends on how well the model "
            "draws it, and the model has seen few of this one.",
        "b": "No: the classifier has no eye for what is rare. It is sure of samples that look like "
            "digits, and what the model saw seldom it draws worse, so it is sure of fewer of them.",
        "c": "Right: what the model saw seldom it draws worse, so the classifier doubts more of "
            "it, and fewer pass. That is measured below, for our VAE: an observation, not a law.",
        "d": "No: it removes doubtful samples, not bad ones, and the rare class has more of them. "
            "A filter cannot bring the share back that the model does not draw.",
    },
    hints=["The classifier learned from a file with all digits; the model saw one class ten times "
        "less often than the others. How well does it draw that class, and how sure can a "
        "classifier be of what it draws?"],
)  # fmt: skip


# ----------------------------------------------------------------------------------- a model card

_EMPTY = ("", "todo", "?", "-", "n/a", "…")
_WRITTEN = ("", "TODO", "?", "-", "n/a", "…")  # as in the docstring
_NOT_FOUND = {  # one placeholder that an answer does not find, and what to say
    "todo": 'TODO. Is it in your list, written as the texts are? After .lower() that is "todo".',
    "n/a": 'n/a. Is it in your list, written as the texts are? After .upper() that is "N/A".',
    "?": '"?".',
    "-": '"-".',
    "…": '"…". It is one character, not three dots.',
}


def _tidy(text):
    return text.strip().lower()


def _missing(card, fields, name=_tidy, text=_tidy, empty=_EMPTY):
    """The missing fields, with what is done to names and texts."""
    filled = {name(k): text(v) for k, v in card.items()}
    return [f for f in fields if filled.get(name(f), "") in empty]


def _tidied(card):
    return {_tidy(k): _tidy(v) for k, v in card.items()}


def _filled(card):
    return {k: v for k, v in _tidied(card).items() if v not in _EMPTY}


def _placeholder_inside(card, fields):
    return [f for f in fields if any(w in _filled(card).get(_tidy(f), "-") for w in _EMPTY[1:])]


def _only_lacking(card, fields):
    return [f for f in fields if _tidy(f) not in map(_tidy, card)]


def _in_the_cards_order(card, fields):
    """First those that stand on the card."""
    names = [_tidy(k) for k in card]
    return sorted(_missing(card, fields), key=lambda f: [*names, _tidy(f)].index(_tidy(f)))


def _a_list_and_the_card_as_it_was(answer):
    """A case: a lacking field must not raise, the card stays as it is, and a list comes; or ''."""
    card = {" Model": "a VAE ", "Metrics": "TODO"}
    before = list(card.items())
    try:
        got = answer(card, ("model", "energy", "metrics"))
    except KeyError as error:
        return (
            f"missing_fields({dict(before)}, …) raised KeyError: {error}.\ncard[field] wants"
            ' exactly that name. Make a dict with tidied names, and ask it with .get(field, "").'
        )
    except Exception:
        return ""  # the next case says more of it
    if list(card.items()) != before:
        return (
            "missing_fields(card, fields) changed the card.\nWork on a copy: the caller still needs"
            " it as it was, capitals and all."
        )
    if type(got).__name__ in ("str", "tuple", "ndarray", "generator", "filter", "map"):
        return (
            f"missing_fields(card, fields) gave {got!r}, a {type(got).__name__}.\n"
            "A list of the fields was asked for: [field for field in fields if …], or list(…)"
            " around it."
        )
    return ""


def _card(card, why, fields=None):
    """A case: a card, and all its fields or others."""
    fields = fields or tuple(card)
    return Case(card, fields, show=f"{card}, {fields}", why=why)


@book.exercise(
    cases=[
        _a_list_and_the_card_as_it_was,
        _card({"uses": "", "harms": "-", "data": "n/a", "model": "a GAN", "results": "?"},
            "All but the model are missing, in the order of `fields`: loop over `fields`. (Was a "
            "set made of them? It has no order.)", ("results", "licence", "data", "model", "uses",
            "energy", "harms")),
        _card({"model": "a VAE", "metrics": "", "intended use": "teaching"}, "'metrics' is on the "
            "card, but empty, and 'energy' is not on it: both are missing, in the order of "
            "`fields`.", ("model", "metrics", "energy", "intended use")),
        _card({"model": "a VAE", "metrics": "ELBO", "data": "MNIST"}, "The card lacks three of the "
            "fields, and they are listed as in `fields`, not sorted. That it also has a 'model' "
            "does not matter, and 'data' is not 'training data'.", ("results", "metrics",
            "training data", "limits")),
        _card({"uses": "TODO", "notes": "…", "motivation": "to teach", "collection": "n/a"},
            "'TODO', '…' and 'n/a' count as empty, in the order of `fields`.", ("motivation",
            "collection", "uses", "notes")),
        _card({"a": "?", "b": "-", "c": "…", "d": "none known", "e": "N/A", "f": "Todo"},
            "?, - and … count as empty, and so do N/A and Todo, whatever their capitals; 'none "
            "known' is a text."),
        _card({"Model": "a GAN", "METRICS ": "Fréchet", " energy": "2 Wh"}, "Capitals and spaces "
            "around a name do not matter: only 'results' is missing.", ("model", "metrics",
            "energy", "results")),
        _card({"model": "a GAN", "intended use": "teaching"}, "Capitals do not matter in `fields` "
            "either. What is missing is named as `fields` has it: 'Energy'.", ("Model",
            "Intended use", "Energy")),
        _card({"a": "   ", "b": " TODO  ", "c": " 3 ", "d": " - "}, "Spaces around a text do not "
            "matter: ' TODO  ' is a TODO, and three spaces are empty. A 3 is a text."),
        _card({"training data": "MNIST", "uses": "todo lists, n/a on phones", "licence":
            "CC-BY 4.0", "limits": "? and … are not drawn"}, "A text counts as empty if it is "
            "nothing but a placeholder; a '-' within a text does no harm. And 'training data' is "
            "not the field 'data'.", ("data", "uses", "licence", "limits")),
        _card({"model": "a GAN", "data": "MNIST"}, "Spaces around a name do not matter in `fields` "
            "either. What is missing is named as `fields` has it: 'Energy '.", (" model ",
            "Energy ", "Data")),
        _card({"intendeduse": "art", "data": "MNIST"}, "Only spaces around a name do not matter. "
            "Those within it do: 'intendeduse' is another field than 'intended use'.",
            ("intended use", "data")),
        _card({" Model ": "a VAE", "metrics ": "ELBO"}, "Nothing is missing: an empty list.",
            ("metrics", "model")),
        _card({}, "An empty card lacks all fields.", ("model", "energy")),
        _card({"a": "a", "b": "do", "c": "to"}, 'Is it looked for with `in` in a string? "todo" '
            'contains "do". Compare with whole placeholders: `in` a tuple or list, or ==.'),
        _card({"a": "none", "b": "TBD", "c": "unknown", "d": "nothing"}, "A text counts as empty "
            'if it is one of the five, or nothing but spaces. More is generous, but "none" may be '
            "an honest answer, and the next reader counts by the docstring."),
        _card({"a": "✓", "b": "100 %", "c": "1"}, "A text needs no letters. Only the five count as "
            "empty, and nothing but spaces."),
        _card({"a": "(n/a)", "b": "TODO.", "c": "?!", "d": "--"}, "Was punctuation stripped, or a "
            "repeated mark taken for one? Only spaces around a text do not matter, and only the "
            "five, as they are, count as empty."),
        _card({"a": "to do", "b": "n / a"}, "Were spaces removed within a text? Those do matter."),
    ],
    mistakes=[
        Mistake(_only_lacking, "Only fields that the card lacks are listed. A field whose text is "
            "empty, or a placeholder, is missing, too."),
        Mistake(lambda c, f: [k for k in _missing(c, f) if k not in _only_lacking(c, f)],
            "Only fields with an empty text are listed. What the card lacks altogether is missing, "
            "too."),
        Mistake(lambda c, f: _missing(c, f, empty=("",)), "Placeholders were taken for texts: "
            '"TODO", "?", "-", "n/a" and "…" count as empty.'),
        Mistake(lambda c, f: _missing(c, f, empty=_EMPTY[1:]), "Placeholders are found there, but "
            'not the empty text: "" is missing, too, and so is a field that the card lacks.'),
        *(Mistake(lambda c, f, left=left: _missing(c, f, empty=[p for p in _EMPTY if p != left]),
            f"Every placeholder is found there but {says}") for left, says in _NOT_FOUND.items()),
        *(Mistake(lambda c, f, empty=empty: _missing(c, f, text=str, empty=empty), "The texts are "
            "compared as they stand on the card. Neither capitals nor spaces around them matter: "
            ".strip().lower().") for empty in (_EMPTY, _WRITTEN)),
        Mistake(lambda c, f: _missing(c, f, text=str.strip), "The texts are stripped, but keep "
            'their capitals: "TODO" is not "todo". .lower(), too.'),
        Mistake(lambda c, f: _missing(c, f, name=str), "Names have to match to the letter there. "
            "Capitals and spaces around a name do not matter: .strip().lower() on both sides."),
        Mistake(lambda c, f: _missing(c, f, name=str.lower), "Spaces around a name make it another "
            "name: .strip()."),
        Mistake(lambda c, f: _missing(c, f, name=str.strip), "Capitals make it another name: "
            ".lower()."),
        Mistake(lambda c, f: _missing(_tidied(c), f, name=str), "The card's names were tidied, but "
            'not those in `fields`: "Model" is the field "model".'),
        Mistake(lambda c, f: _missing(_tidied(c), f, name=str.lower), "The names in `fields` are "
            'not stripped: " model " is the field "model". .strip().lower() on both sides.'),
        Mistake(lambda c, f: _missing(_tidied(c), f, name=str.strip), "The names in `fields` keep "
            'their capitals: "Model" is the field "model". .strip().lower() on both sides.'),
        Mistake(lambda c, f: _missing(c, f, text=str.strip, empty=_WRITTEN),
            "Placeholders are found only as they are written in the docstring. Capitals do not "
            'matter: "Todo" and "N/A" are empty, too.'),
        Mistake(lambda c, f: _missing(c, f, text=str.lower), "Spaces around a text make it a text "
            "there. Strip it before you compare."),
        Mistake(lambda c, f: [k for k in f if k not in _missing(c, f)], "Those are the fields that "
            "are filled. The others were asked for."),
        Mistake(lambda c, f: sorted(_missing(c, f)), "They are sorted there. Keep the order of "
            "`fields`."),
        Mistake(_in_the_cards_order, "The fields come in the card's order there. Keep that of "
            "`fields`: loop over `fields`."),
        Slip(lambda y: y[::-1], "The order is reversed there. Keep that of `fields`."),
        Slip(lambda y: set(y), "A set has no order. Return a list, in the order of `fields`."),
        Slip(lambda y: list(map(_tidy, y)), "The fields are right, but their names were changed: "
            "give them as `fields` has them."),
        Mistake(lambda c, f: [k for k in c if _tidy(k) not in map(_tidy, f)], "Those are names on "
            "the card that nobody asked for. Asked are names in `fields` that it does not fill."),
        Slip(lambda y: len(y), "That is their number. Return a list of the fields."),
        Slip(lambda y: bool(y), "That is whether any is missing. Return a list of the fields."),
        Slip(lambda y: y[:1], "That stops at the first field that is missing. Go through all."),
        Mistake(lambda c, f: [k for k in f if not any(_tidy(k) in name for name in _filled(c))],
            'A part of a name was enough there: "data" was found in "training data".'),
        Mistake(lambda c, f: [k for k in f if not any(name in _tidy(k) for name in _filled(c))],
            "A part of a field's name was enough there: \"data\" on the card was taken for "
            '"training data". Compare whole names.'),
        Mistake(_placeholder_inside, 'A placeholder within a text made it empty there: "CC-BY" has '
            'a "-" in it. Compare the whole text, with == or with `in` a list.'),
    ],
    hints=[
        "First a dict of the card with tidied names and texts: {name.strip().lower(): "
            "text.strip().lower() for name, text in card.items()}.",
        'tidy.get(field.strip().lower(), "") is the text, or "" if the card lacks the field.',
        'Is it in ("", "todo", "?", …)? Then the field is missing.',
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
