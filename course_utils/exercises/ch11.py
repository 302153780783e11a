"""The exercises of chapter 11, the capstone."""

import numpy as np

from course_utils.exercises.core import Book, Case, Mistake, Slip, drawn

book = Book(11)
summary = book.summary


# ------------------------------------------------------------------------------- a testable claim

testable = book.question(
    "testable",
    right="c",
    options={
        "a": "Not yet. Realistic to whom? Without a quantity, two people with the same samples can "
            "both be right.",
        "b": "Not yet. A run could refute it, but what would it tell? On easy data any method gets "
            "below 0.02, and on hard data none. A claim names its baseline, and how often.",
        "c": "Right: a quantity, data that the training did not see, a baseline that was fitted to "
            "the same pictures, a margin, and how often. You can imagine the run that refutes it.",
        "d": "Not yet. No run could refute it: if two seeds give clear codes and one does not, "
            "'can' still holds. Say how often, how much, on what.",
    },
    hints=["Of each sentence ask: which result of a run would make its author take it back?"],
)  # fmt: skip


# --------------------------------------------------------------------------------- split by group


def _first(groups, order, k):
    return np.isin(groups, order[:k])


def _until_full(groups, order, share):
    """Takes groups until a share of the pictures is reached."""
    test = np.zeros(len(groups), bool)
    for g in order:
        if test.mean() < share:
            test |= groups == g
    return test


def _masks(answer):
    """A case: x[~test] must work with what comes back."""
    test = answer(np.array([7, 2, 7, 9]), np.array([2, 7, 9]), 0.33)
    if isinstance(test, np.ndarray) and test.dtype != bool:
        return (
            f"split_by_group gave an array of {test.dtype}.\nx[test] and x[~test] need bools: of 0 and 1,"
            " ~ makes −1 and −2, and x[~test] takes pictures from the end. A comparison, or"
            " np.isin, gives bools; .astype(bool) makes them."
        )
    return ""


_GROUPS = np.array([31, 4, 4, 58, 13, 31, 22, 4, 40, 58, -670, 13, 4, 76, 85, 94, 22, 4])


@book.exercise(
    returns="array",
    cases=[
        Case([7, 7, 2, 9, 2, 9, 9, 4], [9, 4, 7, 2], 0.5, why="Half of four groups are two, the "
            "first two in `order`: 9 and 4. True for each picture of theirs."),
        *drawn(lambda rng: Case(_GROUPS, rng.permutation(np.unique(_GROUPS)), 0.26,
            why="0.26 of 10 groups, rounded, are three: the pictures of the groups order[:3].")),
        *drawn(lambda rng: Case(_GROUPS, rng.permutation(np.unique(_GROUPS)), 0.42,
            why="0.42 of 10 groups, rounded, are four: the pictures of the groups order[:4].")),
        Case(["b", "a", "c", "a"], ["a", "c", "b"], 0.3, why="Any names will do; one of three is "
            "for testing, 'a'."),
        Case([3, 0, 1, 3, 2, 1], [2, 3, 0, 1], 0.5, why="Half of four groups are two: 2 and 3."),
        Case([5, 8, 8, 9], [8, 9, 5], 0.1, why="0.1 of three groups, rounded, are none."),
        Case([5, 8, 8, 9], [8, 9, 5], 1.0, why="With a share of 1 all groups are for testing."),
        _masks,
    ],
    mistakes=[
        Mistake(lambda g, o, s: np.arange(len(g)) < round(s * len(g)), "That cuts the list of "
            "pictures: a group can end up on both sides. Choose groups, then take their pictures."),
        Slip(lambda y: ~y, "That is True for training. The mask is for testing."),
        Mistake(lambda g, o, s: _first(g, o, round(s)), "The share was rounded by itself: 0.5 to 0. "
            "Rounded is the number of groups, share * len(order)."),
        Mistake(lambda g, o, s: np.zeros(len(g), bool), "No picture is for testing. (np.isin does "
            "not look into a set: it asks whether a group equals the set as a whole, and none does. "
            "Pass an array: order[:k]. Or was the number of groups 0, or & written for |?)"),
        Mistake(lambda g, o, s: _first(g, o, round(s * len(o)) + 1), "That is one group too many."),
        Mistake(lambda g, o, s: _first(g, o, round(s * len(o)) - 1), "That is one group too few."),
        Mistake(lambda g, o, s: _first(g, o, round(0.2 * len(o))), "0.2 is written into it. `share` "
            "is an argument."),
        Mistake(lambda g, o, s: g == o[max(round(s * len(o)) - 1, 0)], "Only the last of the chosen "
            "groups is in it: collect them, test |= groups == g."),
        Mistake(lambda g, o, s: _first(g, o, round((1 - s) * len(o))), "`share` is that of the test "
            "groups, not of the training groups."),
        Mistake(lambda g, o, s: np.isin(o[: round(s * len(o))], g), "np.isin was asked the other way "
            "round. The question is of each picture: np.isin(groups, order[:k])."),
        Mistake(lambda g, o, s: _first(np.arange(len(g)), o, round(s * len(o))), "The names of the "
            "chosen groups were used as positions of pictures. Ask of each picture whether its "
            "group was chosen."),
        Mistake(lambda g, o, s: np.isin(g, np.arange(round(s * len(o)))), "The groups 0, 1, 2 … "
            "were chosen. Groups may have any names: `order` lists them."),
        Mistake(lambda g, o, s: _first(g, np.unique(g), round(s * len(o))), "`order` is not used: "
            "that takes the groups with the smallest names, the same ones each time."),
        Mistake(lambda g, o, s: _first(g, o[::-1], round(s * len(o))), "Those are the last groups "
            "in `order`; the first ones are for testing."),
        Mistake(_until_full, "Groups were added until a share of the pictures was reached. Here "
            "`share` is of the groups, whatever their sizes."),
        Mistake(lambda g, o, s: _first(g, o, int(s * len(o))), "The number of groups was cut off, "
            "not rounded: 2.6 groups are 3."),
        Mistake(lambda g, o, s: _first(g, o, int(np.ceil(s * len(o)))), "That was rounded up: 4.2 "
            "groups are 4."),
        Mistake(lambda g, o, s: _first(g, o, round(s * len(g))), "The number was counted from the "
            "pictures. How many groups are there? `order` lists each once."),
        Mistake(lambda g, o, s: o[: round(s * len(o))], "Those are the names of the groups for "
            "testing. Wanted is, for each picture, whether its group is one of them."),
        Slip(lambda y: np.flatnonzero(y), "Those are the positions of the test pictures. Wanted is "
            "a mask, True or False for each picture."),
    ],
    hints=[
        "k = round(share * len(order)) groups are for testing: order[:k].",
        "np.isin(a, b) asks of each entry of a whether it is in b.",
    ],
    speed=lambda: (np.arange(12_000), np.arange(12_000), 0.2),
)  # fmt: skip
def split_by_group(groups, order, share):
    """Which pictures are for testing, (n,) of bool: all those of the first groups in `order`.

    groups, (n,), names the group of each picture; order lists each group once. Of the groups,
    round(share · number of groups) are for testing.
    """
    return np.isin(groups, order[: round(share * len(order))])


# ----------------------------------------------------------------------------------- which line

which_line = book.question(
    "which_line",
    right="c",
    options={
        "a": "No: whole writers go to one side. This line keeps the copies of a hand on one side.",
        "b": "No: the components come from training pictures only. Fitted on all of x, it would "
            "have seen test pictures.",
        "c": "Right. The size is chosen by its score on the test pictures, and the winner's score "
            "is then reported from the same pictures: it won partly by luck. Choose by a part of "
            "the training pictures, and look at the test pictures once.",
        "d": "No: a last look at the test pictures is what they are for. By the time this line "
            "runs, they have already been used for something else.",
    },
    hints=["In which line does a decision depend on x[test]?"],
)  # fmt: skip


# ------------------------------------------------------------------------------------------ skill


def _skill(e, e0, average=np.mean, axis=0):
    return 1 - average(e, axis=axis) / average(e0, axis=axis)


@book.exercise(
    returns="array",
    cases=[
        Case([[1.0, 9.0], [3.0, 3.0]], [[3.0, 1.0], [5.0, 2.0]], why="The first column has half of "
            "the baseline's error: 0.5. The second has four times as much: −3, which stays "
            "negative."),
        Case([[0.0], [0.0]], [[2.0], [4.0]], why="Without error, the skill is 1."),
        Case([[1.0, 2.0], [2.0, 0.0], [0.0, 1.0]], [[0.0, 3.0], [4.0, 3.0], [2.0, 0.0]],
            why="That the baseline is perfect on one picture is no reason to fail: average first, "
            "then divide."),
        Case([[1.0, 0.0], [3.0, 2.0]], [[0.0, 1e-9], [0.0, 3e-9]], why="A baseline without error "
            "leaves −inf to any model that errs, and one with tiny errors a large negative number. "
            "Nothing is added to the denominator."),
        Case([[2.0, 5.0, 0.5]], [[4.0, 4.0, 4.0]], why="A single picture will do, too."),
        *drawn(lambda rng: Case(rng.exponential(300, (6, 3)), rng.exponential(900, (6, 3)),
            why="1 − (mean error of the model) / (mean error of the baseline), for each column.")),
    ],
    mistakes=[
        Mistake(lambda e, e0: np.mean(1 - e / e0, axis=0), "The ratio was taken picture by "
            "picture. One tiny error of the baseline then decides all: average first, then "
            "divide."),
        Slip(lambda y: 1 - y, "That is the share of the baseline's error that is left: 0 would be "
            "best. The skill is 1 minus that."),
        Slip(lambda y: -y, "The sign is wrong: less error than the baseline is a positive skill."),
        Mistake(lambda e, e0: _skill(e0, e), "Model and baseline are swapped: the baseline belongs "
            "below."),
        Mistake(lambda e, e0: np.mean(e0, axis=0) - np.mean(e, axis=0), "That is the gain in the "
            "units of the error. Divide it by the baseline's error to compare between quantities."),
        Mistake(lambda e, e0: _skill(e, e0, axis=1), "The average ran over the columns (axis 1). "
            "Average over the pictures: axis 0."),
        Mistake(lambda e, e0: _skill(e, e0, axis=None), "That is one number for all columns, in "
            "which the quantity with the largest unit decides. One skill a column: axis 0."),
        Slip(lambda y: np.maximum(y, 0), "A model that is worse than its baseline has a negative "
            "skill. Setting it to 0 hides that."),
        Slip(lambda y: 1 - np.sqrt(1 - y), "A root was taken. The errors are squared already, and "
            "the skill (R²) compares them squared."),
        *(Mistake(lambda e, e0, of=of: 1 - of(e) / of(e0), "A root was taken, of the squares of the "
            "errors. The errors are squared already: their mean, as it is.") for of in (
                lambda e: np.sqrt(np.sum(e**2, axis=0)), lambda e: np.sqrt(e).mean(axis=0))),
        Mistake(lambda e, e0: _skill(e**2, e0**2), "The errors were squared. They are squared "
            "already."),
        *(Mistake(lambda e, e0, of=of: 1 - of(e) / of(e0), f"That compares the {what} of the errors. "
            "The skill compares their means.") for what, of in {
                "deviations": lambda e: e.std(axis=0), "largest": lambda e: e.max(axis=0)}.items()),
        Mistake(lambda e, e0: (e0.mean(axis=0) - e.mean(axis=0)) / e.mean(axis=0), "Below the line "
            "stands the baseline's error, not the model's."),
        Mistake(lambda e, e0: (1 - e.mean(axis=0)) / e0.mean(axis=0), "Brackets: 1 minus the "
            "quotient."),
        Mistake(lambda e, e0: e0.mean(axis=0) - e.mean(axis=0) / e0.mean(axis=0), "It is 1, not the "
            "baseline's error, from which the quotient is subtracted."),
        *(Mistake(lambda e, e0, by=by: 1 - e.mean(axis=0) / e0.mean(axis=0) * by(e), "A sum was "
            "divided by a mean. Both are means (or both are sums).") for by in (
                lambda e: len(e), lambda e: 1 / len(e))),
        Mistake(lambda e, e0: 1 - e.mean(axis=0) / e0.mean(), "The baseline's error was averaged over "
            "the columns, too. One skill a column: axis 0 in both."),
        Slip(np.abs, "The sign was lost: a model that is worse than its baseline has a negative "
             "skill."),
        Mistake(lambda e, e0: _skill(e, e0, np.median), "Those are medians. The mean lets every "
            "picture count, the bad ones included."),
    ],
    hints=[
        "errors.mean(axis=0) is the mean error of each column.",
        "1 − errors.mean(axis=0) / (the same of the baseline).",
    ],
)  # fmt: skip
def skill(errors, baseline):
    """1 − mean error / mean error of the baseline, (k,): one for each of k quantities.

    errors and baseline, both (n, k): squared errors of a model and of its baseline on the same n
    pictures.
    """
    return 1 - errors.mean(axis=0) / baseline.mean(axis=0)


# -------------------------------------------------------------------------------- paired interval


def _means(gain, groups, picks):
    """The mean gain of each draw."""
    sums, counts = np.bincount(groups, gain), np.bincount(groups)
    return sums[picks].sum(axis=1) / counts[picks].sum(axis=1)


def _last_of_each(gain, groups, picks):
    """Sums by `+=` at repeated places."""
    sums, counts = np.zeros((2, groups.max() + 1))
    sums[groups] += gain
    counts[groups] += 1
    return _quantiles(sums[picks].sum(axis=1) / counts[picks].sum(axis=1))


def _quantiles(means, low=0.025):
    return np.quantile(means, [low, 1 - low])


def _normal(gain, groups, picks, root=False):
    means = _means(gain, groups, picks)
    half = 1.96 * means.std() / (np.sqrt(len(means)) if root else 1)
    return np.array([means.mean() - half, means.mean() + half])


def _equal_sizes(gain, groups, picks):
    """Takes the pictures to be sorted by group, and as many in each."""
    count = picks.shape[1]
    size = len(gain) // count
    return _quantiles(gain[: count * size].reshape(count, size)[picks].mean(axis=(1, 2)))


def _draws(gain, groups, picks):
    """The gains of all pictures of each draw."""
    return [np.concatenate([gain[groups == g] for g in pick]) for pick in picks]


@book.exercise(
    returns="array",
    cases=[
        Case([1.0, 3.0, 2.0, 6.0], [0, 0, 1, 2], [[0, 0, 1], [2, 1, 2], [0, 1, 2], [1, 1, 2]],
            why="The first draw holds group 0 twice and group 1 once: the mean of 1, 3, 1, 3, 2. "
            "Likewise the others; then the quantiles 0.025 and 0.975 of the means, by "
            "np.quantile."),
        Case([0.5, 0.5, 0.5], [1, 0, 1], [[1, 1], [0, 1]], why="If every picture gains 0.5, so "
            "does every draw: the interval is [0.5, 0.5]. (The groups need not come in order.)"),
        *drawn(lambda rng: Case(rng.normal(size=400), rng.permutation(400), rng.integers(0, 400, (5,
            400)), why="There may be any number of groups."), 1),
        Case([2e-3, -1e-3, -1e-3, -1e-3, 4e-3], [1, 0, 0, 0, 1], [[0, 0], [0, 1], [1, 1], [1, 0]],
            why="Groups differ in size: the draw [0, 1] holds five pictures, mean 0.0006. Small "
            "gains stay as they are.", rtol=1e-9, atol=1e-12),
        *drawn(lambda rng: Case(rng.normal(50, 1e3, 30), rng.permutation(np.r_[0:5, rng.integers(0,
            5, 25)]), rng.integers(0, 5, (40, 5)), why="For each draw the mean over all pictures "
            "of its groups, repeats included; then the quantiles, by np.quantile.")),
        Case([1.0, np.nan, 3.0, 0.5], [0, 1, 1, 0], [[0, 1], [1, 1], [0, 0]], why="A gain that is "
            "nan makes the interval nan: what could not be computed must not be left out."),
    ],
    mistakes=[
        Mistake(lambda g, k, p: _quantiles(g[p].mean(axis=1)), "The numbers in `picks` were taken "
            "as pictures. They are groups: a draw holds all pictures of each."),
        Mistake(_equal_sizes, "The groups were taken to lie one after the other and to be of one "
            "size. They are not: `groups` says which pictures belong to each."),
        Mistake(lambda g, k, p: _quantiles((np.bincount(k, g) / np.bincount(k))[p].mean(axis=1)),
            "That is a mean of the groups' means, in which a group of one picture counts as much "
            "as a group of twelve. Average over the pictures of the draw."),
        Mistake(lambda g, k, p: _quantiles([g[np.isin(k, pick)].mean() for pick in p]),
            "A group that is drawn twice has to count twice: np.isin, a set or a mask forgets how "
            "often."),
        Mistake(lambda g, k, p: _quantiles(_means(g, k, p), 0.05), "Those are the quantiles 0.05 "
            "and 0.95: an interval of 90 %."),
        Mistake(lambda g, k, p: np.percentile(_means(g, k, p), [0.025, 0.975]),
            "np.percentile counts in percent: 2.5 and 97.5. np.quantile takes 0.025 and 0.975."),
        Mistake(lambda g, k, p: _quantiles(_means(g, k, p), 0.25), "That is from 0.25 to 0.75: "
            "half of the draws."),
        Mistake(_last_of_each, "`s[groups] += gain` adds to each place once: of places that repeat, "
            "the last one counts. np.bincount(groups, gain) or np.add.at adds them all."),
        Mistake(lambda g, k, p: _quantiles(np.bincount(k, g)[p].mean(axis=1)), "The sums of the groups "
            "were averaged over the groups. Divide by the number of pictures in the draw: "
            "counts[picks].sum(axis=1)."),
        Mistake(lambda g, k, p: _quantiles(np.bincount(k, g)[p].sum(axis=0) / np.bincount(k)[p].sum(
            axis=0)), "The sums ran over axis 0, the draws. A draw is a row of `picks`: axis 1."),
        Mistake(lambda g, k, p: _quantiles((np.bincount(k, g) / np.bincount(k))[p]), "Those are "
            "quantiles of single groups' means. First the mean of each draw."),
        Mistake(lambda g, k, p: 2 * g.mean() - _quantiles(_means(g, k, p))[::-1], "That is the basic "
            "bootstrap, mirrored about the mean. Asked are the quantiles themselves (percentile "
            "bootstrap)."),
        *(Mistake(lambda g, k, p, z=z, f=f: f(g, _means(g, k, p)) + z * _means(g, k, p).std()
            * np.array([-1, 1]), "That is a mean plus and minus deviations, right if the means are "
            "spread like a Gaussian. The bootstrap takes the quantiles themselves.") for z, f in (
                (2, lambda g, means: means.mean()), (1.96, lambda g, means: g.mean()),
                (2, lambda g, means: g.mean()))),
        *(Mistake(lambda g, k, p, d=d: g.mean() + 1.96 * g.std(ddof=d) / len(g) ** 0.5 * np.array([-1,
            1]), "That is the mean plus and minus 1.96 standard errors, as if the pictures were "
            "independent. `picks` is not used.") for d in (0, 1)),
        Mistake(_normal, "That is mean ± 1.96 deviations, right if the means are spread like a "
            "Gaussian. The bootstrap takes the quantiles themselves."),
        Mistake(lambda g, k, p: _normal(g, k, p, root=True), "The deviation was divided by the "
            "root of the number of draws. More draws do not make the data any surer: take the "
            "quantiles of the draws' means."),
        Slip(lambda y: y[::-1], "The lower end comes first."),
        Mistake(lambda g, k, p: _quantiles(g), "Those are quantiles of the single pictures' gains: "
            "how much they scatter, not how sure their mean is."),
        Mistake(lambda g, k, p: _quantiles(np.bincount(k, g)[p].sum(axis=1)), "Those are sums over "
            "the pictures of a draw. Divide each by the number of its pictures."),
        Mistake(lambda g, k, p: _quantiles(np.bincount(k, g)[p].sum(axis=1) / len(g)),
            "The sums were divided by n, the number of all pictures. Divide each by its own "
            "number."),
        Mistake(lambda *a: _quantiles([np.median(draw) for draw in _draws(*a)]),
            "Those are medians of the draws. The gain is a mean, so take each draw's mean."),
        Mistake(lambda g, k, p: _quantiles(_means(g, k, p) - np.mean(g)), "The mean gain was "
            "subtracted: one wants to see whether the interval holds 0."),
    ],
    hints=[
        "One draw, slowly: np.concatenate([gain[groups == g] for g in picks[0]]).mean().",
        "Without loops: sums = np.bincount(groups, gain) and counts = np.bincount(groups), each "
            "(G,). sums[picks] is (draws, G).",
        "np.quantile(means, [0.025, 0.975]) gives both ends.",
    ],
    speed=lambda: (np.ones(2000), np.arange(2000) % 257, np.zeros((8000, 257), int)),
)  # fmt: skip
def paired_interval(gain, groups, picks):
    """95 % interval of the mean gain, (2,): quantiles 0.025 and 0.975 (np.quantile) of the draws.

    gain, (n,), is each picture's gain; groups, (n,), its group, 0 to G − 1; picks, (draws, G), the
    groups of each draw, some more than once. A draw's value is the mean over all its pictures.
    """
    sums, counts = np.bincount(groups, gain), np.bincount(groups)  # (G,): of each group
    means = sums[picks].sum(axis=1) / counts[picks].sum(axis=1)  # (draws,)
    return np.quantile(means, [0.025, 0.975])


# ---------------------------------------------------------------------------------- the lucky seed

_DEVIATIONS = "In deviations, yes. Asked is how much the number itself is too good: times 0.010."

lucky_seed = book.estimate(
    "lucky_seed",
    right=0.0116,
    within=0.0008,  # of six it would be 0.0127, of four 0.0103
    why="The largest of five draws from a Gaussian lies 1.16 deviations above the mean, on "
        "average. Nothing was learned by choosing: the next five runs would not show it.",
    wrong=[
        (0.0, "Each network by itself is 0 off on average. The best of five is not a network by "
            "itself: it was chosen because its number is high."),
        *((x, "That is of another number of runs: the best of five was reported.")
          for x in (0.0127, 0.0103, 0.0085, 0.0056)),
        (0.0233, "That is from the lowest to the highest of the five. How far is the highest above "
            "the mean?"),
        (-0.0116, "The sign: the best number lies above the mean."),
        (0.0045, "0.010/√5 is that of the mean of the five. Here the largest is reported."),
        (0.01, "Close, and a little more: one deviation is what a single run is off, typically, in "
            "either direction. The largest of five is further out."),
        *((x, _DEVIATIONS) for x in (1.16, 1.163, 1.2)),
        (0.0196, "1.96 deviations bound 95 % of single runs from both sides. The best of five is "
            "seldom so far."),
        (0.05, "The deviations do not add up: only one of the five numbers is reported."),
    ],
    otherwise="Try it: draw five numbers many times, and average the largest.",
    hints=[
        "How far above the mean is the largest of five numbers drawn from N(0, 0.010²)?",
        "np.random.default_rng(0).normal(0, 0.01, (100_000, 5)) draws five, many times.",
    ],
)  # fmt: skip


# ------------------------------------------------------------------------------ what the card says

card_sentence = book.question(
    "card_sentence",
    right="d",
    options={
        "a": "No. That is one factor of three, one data set and one reader, and the interval "
            "speaks of other test pictures, not of the cause: the control, whose trainings scatter "
            "widely, leaves open how much is due to 'variational'.",
        "b": "No. R² is a share of variance, not of cases: no picture is read 'right' here.",
        "c": "No: a straight line through all 784 pixels reads more. The code holds most of it, in "
            "16 numbers; that is another sentence.",
        "d": "Right. It says what was compared, on which data, read by what, how sure that is, and "
            "what did not come out. It claims nothing about why.",
    },
    hints=["For each sentence: which bar of the figures above would have to look different if it "
        "were false, and does it look like that?"],
)  # fmt: skip
