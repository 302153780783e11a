"""What learners answer in chapter 11."""

import keras
import numpy as np

from exercise_tables import Table

table = Table()

# ------------------------------------------------------------------------------ right answers


def split_by_loop(groups, order, share):
    chosen = set(order[: round(share * len(order))].tolist())
    return np.array([g in chosen for g in groups.tolist()])


def split_by_broadcasting(groups, order, share):
    count = int(np.round(share * order.size))
    return (groups[:, None] == order[None, :count]).any(axis=1)


def split_by_filling(groups, order, share):
    test = np.zeros(groups.shape, dtype=bool)
    for g in order[: int(share * len(order) + 0.5)]:
        test[groups == g] = True
    return test


def skill_by_columns(errors, baseline):
    return np.array([1 - sum(errors[:, j]) / sum(baseline[:, j]) for j in range(errors.shape[1])])


def skill_by_sums(errors, baseline):
    return (baseline.sum(0) - errors.sum(0)) / baseline.sum(0)


def interval_by_lists(gain, groups, picks):
    members = [gain[groups == g] for g in range(groups.max() + 1)]
    means = [np.concatenate([members[g] for g in pick]).mean() for pick in picks]
    return np.percentile(means, [2.5, 97.5])


def interval_by_weights(gain, groups, picks):
    count = picks.shape[1]
    times = np.stack([np.bincount(pick, minlength=count) for pick in picks])  # (draws, G)
    weights = times[:, groups]  # (draws, n)
    means = (weights * gain).sum(1) / weights.sum(1)
    return np.array([np.quantile(means, 0.025), np.quantile(means, 0.975)])


def interval_by_draw(gain, groups, picks):
    rows = {g: np.flatnonzero(groups == g) for g in set(groups.tolist())}
    means = np.empty(len(picks))
    for d, pick in enumerate(picks.tolist()):
        means[d] = np.mean(gain[np.hstack([rows[g] for g in pick])])
    low, high = np.quantile(means, (0.025, 0.975))
    return np.array((low, high))


RIGHT = [
    ("split_by_group", split_by_loop),
    ("split_by_group", split_by_broadcasting),
    ("split_by_group", split_by_filling),
    ("split_by_group", lambda g, o, s: ~np.isin(g, o[round(s * len(o)) :])),
    ("skill", skill_by_columns),
    ("skill", skill_by_sums),
    ("skill", lambda e, e0: 1.0 - np.average(e, axis=0) / np.average(e0, axis=0)),
    ("paired_interval", interval_by_lists),
    ("paired_interval", interval_by_weights),
    ("paired_interval", interval_by_draw),
]


@table.slow("paired_interval")
def interval_by_loops(gain, groups, picks):
    means = []
    for pick in picks:
        total, count = 0.0, 0
        for g in pick:
            for i in range(len(gain)):
                if groups[i] == g:
                    total, count = total + gain[i], count + 1
        means.append(total / count)
    return np.quantile(means, [0.025, 0.975])


@table.slow("paired_interval")
def interval_by_masks(gain, groups, picks):
    means = [np.concatenate([gain[groups == g] for g in pick]).mean() for pick in picks]
    return np.quantile(means, [0.025, 0.975])


# ------------------------------------------------------------------------------ wrong answers


def draws(gain, groups, picks):
    return [np.concatenate([gain[groups == g] for g in pick]) for pick in picks]


def ends(values):
    return np.quantile(values, [0.025, 0.975])


def by_group(gain, groups):
    return np.array([gain[groups == g].mean() for g in np.unique(groups)])


def k(order, share):
    return round(share * len(order))


def rows_at_random(groups, order, share):
    return np.random.default_rng(0).random(len(groups)) < share


def by_reshaping(gain, groups, picks):
    size = len(gain) // picks.shape[1]
    cut = gain[: size * picks.shape[1]].reshape(-1, size)
    return ends([cut[pick].mean() for pick in picks])


def until_full(groups, order, share):
    test = np.zeros(len(groups), bool)
    for g in order:
        if test.sum() >= share * len(groups):
            break
        test[groups == g] = True
    return test


def normal(gain, groups, picks):
    means = np.array([d.mean() for d in draws(gain, groups, picks)])
    return means.mean() + 1.96 * means.std() * np.array([-1, 1])


def standard_error(gain, groups, picks):
    means = np.array([d.mean() for d in draws(gain, groups, picks)])
    return means.mean() + 1.96 * means.std() / len(means) ** 0.5 * np.array([-1, 1])


def added_once(gain, groups, picks):
    s, c = np.zeros((2, groups.max() + 1))
    s[groups] += gain
    c[groups] += 1
    return ends(s[picks].sum(1) / c[picks].sum(1))


def without_a_bootstrap(gain, groups, picks):
    return gain.mean() + 1.96 * gain.std() / len(gain) ** 0.5 * np.array([-1, 1])


def two_deviations(gain, groups, picks):
    means = np.array([d.mean() for d in draws(gain, groups, picks)])
    return gain.mean() + 2 * means.std() * np.array([-1, 1])


def of_257_groups(gain, groups, picks):
    sums = np.array([gain[groups == g].sum() for g in range(257)])
    counts = np.array([np.sum(groups == g) for g in range(257)])
    return ends(sums[picks].sum(1) / counts[picks].sum(1))


def sums_of(gain, groups):
    return np.bincount(groups, gain)


def only_the_last(groups, order, share):
    for g in order[: k(order, share)]:
        test = groups == g
    return test if k(order, share) else np.zeros(len(groups), bool)


WRONG = [
    ("split_by_group", lambda g, o, s: np.isin(g, o[: round(s)]), "rounded by itself"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: int(s) * len(o)]), "rounded by itself"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: len(o) // 5]), ""),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: k(o, s) + 1]), "one group too many"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: k(o, s) - 1]), "one group too few"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: k(o, 0.2)]), "0.2 is written into it"),
    ("split_by_group", only_the_last, "the last of the chosen"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: k(o, 1 - s)]), ""),
    ("split_by_group", lambda g, o, s: np.isin(o[: k(o, s)], g), "the other way round"),
    (
        "split_by_group",
        lambda g, o, s: np.isin(g, o[: min(len(o) - 1, k(o, s))]),
        "all groups are for testing",
    ),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: k(o, s)]).astype(object), "of object"),
    *(
        ("skill", lambda e, e0, of=of: 1 - of(e) / of(e0), says)
        for of, says in (
            (lambda e: np.linalg.norm(e, axis=0), "A root was taken, of the squares"),
            (lambda e: np.sqrt(e).mean(0), "A root was taken, of the squares"),
            (lambda e: (e**2).mean(0), "The errors were squared"),
            (lambda e: e.std(0), "the deviations of the errors"),
            (lambda e: e.max(0), "the largest of the errors"),
        )
    ),
    ("skill", lambda e, e0: e0.mean(0) / e.mean(0) - 1, "not the model's"),
    ("skill", lambda e, e0: (1 - e.mean(0)) / e0.mean(0), "Brackets"),
    ("skill", lambda e, e0: e0.mean(0) - e.mean(0) / e0.mean(0), "It is 1, not"),
    ("skill", lambda e, e0: 1 - e.sum(0) / e0.mean(0), "A sum was divided by a mean"),
    ("skill", lambda e, e0: 1 - e.mean(0) / e0.mean(), "One skill a column: axis 0 in both"),
    ("skill", lambda e, e0: np.abs(skill_by_sums(e, e0)), "The sign was lost"),
    ("paired_interval", added_once, "the last one counts"),
    ("paired_interval", without_a_bootstrap, "`picks` is not used"),
    ("paired_interval", two_deviations, "plus and minus deviations"),
    ("paired_interval", of_257_groups, "any number of groups"),
    ("paired_interval", lambda g, k, p: ends(sums_of(g, k)[p].mean(1)), "number of pictures in"),
    (
        "paired_interval",
        lambda g, k, p: ends(sums_of(g, k)[p].sum(0) / np.bincount(k)[p].sum(0)),
        "axis 1",
    ),
    ("paired_interval", lambda g, k, p: ends((sums_of(g, k) / np.bincount(k))[p]), "single groups"),
    (
        "paired_interval",
        lambda g, k, p: 2 * g.mean() - interval_by_lists(g, k, p)[::-1],
        "basic bootstrap",
    ),
    ("split_by_group", lambda g, o, s: np.arange(len(g)) < s * len(g), "cuts the list of pictures"),
    ("split_by_group", lambda g, o, s: np.isin(g, set(o[: k(o, s)])), "look into a set"),
    ("split_by_group", rows_at_random, "Half of four groups"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[k(o, s) :]), "True for training"),
    (
        "split_by_group",
        lambda g, o, s: np.isin(np.arange(len(g)), o[: k(o, s)]),
        "used as positions",
    ),
    ("split_by_group", lambda g, o, s: np.isin(g, range(k(o, s))), "`order` lists them"),
    ("split_by_group", lambda g, o, s: np.isin(g, sorted(set(g))[: k(o, s)]), "is not used"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[-k(o, s) :]), "the last groups"),
    ("split_by_group", until_full, "whatever their sizes"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: int(s * len(o))]), "cut off, not"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: -int(-s * len(o) // 1)]), "rounded up"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: round(s * len(g))]), "from the pictures"),
    ("split_by_group", lambda g, o, s: o[: k(o, s)], "names of the groups"),
    ("split_by_group", lambda g, o, s: np.where(np.isin(g, o[: k(o, s)]))[0], "Wanted is a mask"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: k(o, s)]) * 1, "need bools"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: k(o, s)]).astype(float), "need bools"),
    ("split_by_group", lambda g, o, s: split_by_loop(g, o, s).tolist(), "as a list"),
    (
        "split_by_group",
        lambda g, o, s: keras.ops.convert_to_tensor(split_by_loop(g, o, s)),
        "np.asarray",
    ),
    ("split_by_group", lambda g, o, s: [x in o[: k(o, s)] for x in g], "as a list"),
    ("split_by_group", lambda g, o, s: g in o[: k(o, s)], "raised"),
    ("split_by_group", lambda g, o, s: np.isin(g, o[: max(1, k(o, s))]), "are none"),
    ("skill", lambda e, e0: (1 - e / e0).mean(0), "picture by picture"),
    ("skill", lambda e, e0: 1 - (e / e0).mean(axis=0), "picture by picture"),
    ("skill", lambda e, e0: e.mean(0) / e0.mean(0), "1 minus that"),
    ("skill", lambda e, e0: e.mean(0) / e0.mean(0) - 1, "sign is wrong"),
    ("skill", lambda e, e0: 1 - e0.mean(0) / e.mean(0), "swapped"),
    ("skill", lambda e, e0: (e0 - e).mean(0), "units of the error"),
    ("skill", lambda e, e0: 1 - e.mean(1) / e0.mean(1), "axis 0"),
    ("skill", lambda e, e0: 1 - e.mean() / e0.mean(), "one number for all columns"),
    ("skill", lambda e, e0: np.clip(skill_by_sums(e, e0), 0, 1), "hides that"),
    ("skill", lambda e, e0: np.clip(skill_by_sums(e, e0), -1, 1), "stays negative"),
    ("skill", lambda e, e0: 1 - np.sqrt(e.mean(0) / e0.mean(0)), "A root was taken"),
    ("skill", lambda e, e0: 1 - np.median(e, 0) / np.median(e0, 0), "medians"),
    ("skill", lambda e, e0: skill_by_sums(e, e0).tolist(), "as a list"),
    ("skill", lambda e, e0: keras.ops.convert_to_tensor(skill_by_sums(e, e0)), "np.asarray"),
    (
        "skill",
        lambda e, e0: 1 - e.mean(0) / (e0.mean(0) + 1e-8),
        "Nothing is added to the denominator",
    ),
    ("skill", lambda e, e0: np.nan_to_num(skill_by_sums(e, e0)), "−inf to any model"),
    ("skill", lambda e, e0: skill_by_sums(np.clip(e, 0, 500), np.clip(e0, 0, 500)), "each column"),
    ("paired_interval", lambda g, k, p: ends(g[p].mean(1)), "taken as pictures"),
    (
        "paired_interval",
        lambda g, k, p: np.nanquantile([np.nanmean(d) for d in draws(g, k, p)], [0.025, 0.975]),
        "must not be left out",
    ),
    ("paired_interval", by_reshaping, "to be of one size"),
    (
        "paired_interval",
        lambda g, k, p: np.percentile([d.mean() for d in draws(g, k, p)], [0.025, 0.975]),
        "in percent",
    ),
    (
        "paired_interval",
        lambda g, k, p: ends([d.sum() / len(g) for d in draws(g, k, p)]),
        "divided by n",
    ),
    (
        "paired_interval",
        lambda g, k, p: np.quantile(
            [d.mean() for d in draws(g, k, p)], [0.025, 0.975], method="lower"
        ),
        "by np.quantile",
    ),
    ("paired_interval", lambda g, k, p: ends(by_group(g, k)[p].mean(1)), "a group of one picture"),
    (
        "paired_interval",
        lambda g, k, p: ends([g[np.isin(k, list(set(pick)))].mean() for pick in p]),
        "count twice",
    ),
    (
        "paired_interval",
        lambda g, k, p: np.percentile([d.mean() for d in draws(g, k, p)], [5, 95]),
        "90 %",
    ),
    (
        "paired_interval",
        lambda g, k, p: np.percentile([d.mean() for d in draws(g, k, p)], [25, 75]),
        "half of the draws",
    ),
    ("paired_interval", normal, "spread like a Gaussian"),
    ("paired_interval", standard_error, "More draws"),
    ("paired_interval", lambda g, k, p: interval_by_lists(g, k, p)[::-1], "lower end comes first"),
    ("paired_interval", lambda g, k, p: ends(g), "single pictures"),
    ("paired_interval", lambda g, k, p: ends([d.sum() for d in draws(g, k, p)]), "sums over"),
    ("paired_interval", lambda g, k, p: ends([np.median(d) for d in draws(g, k, p)]), "medians"),
    ("paired_interval", lambda g, k, p: interval_by_lists(g, k, p) - g.mean(), "subtracted"),
    ("paired_interval", lambda g, k, p: np.mean(interval_by_lists(g, k, p)), "a single number"),
    ("paired_interval", lambda g, k, p: tuple(interval_by_lists(g, k, p)), "as a tuple"),
    (
        "paired_interval",
        lambda g, k, p: ends([np.concatenate(d).mean() for d in draws(g, k, p)]),
        "raised",
    ),
]

for name, function in RIGHT:
    table.right(name)(function)
for name, function, says in WRONG:
    table.wrong(name, says)(function)

for question, option, status, says in [
    ("testable", "a", "failed", "Realistic to whom"),
    ("testable", "b", "failed", "names its baseline"),
    ("testable", "c", "passed", "fitted to the same pictures"),
    ("testable", "d", "failed", "'can' still holds"),
    ("which_line", "a", "failed", "whole writers"),
    ("which_line", "b", "failed", "training pictures only"),
    ("which_line", "c", "passed", "partly by luck"),
    ("which_line", "d", "failed", "last look"),
    ("card_sentence", "a", "failed", "one factor of three"),
    ("card_sentence", "b", "failed", "share of variance"),
    ("card_sentence", "c", "failed", "784 pixels"),
    ("card_sentence", "d", "passed", "nothing about why"),
    ("card_sentence", "x", "failed", "choose from"),
    ("lucky_seed", 0.0116, "passed", "1.16 deviations"),
    ("lucky_seed", 0.012, "passed", "next five runs"),
    ("lucky_seed", 0.0, "failed", "chosen because"),
    ("lucky_seed", 0.0045, "failed", "mean of the five"),
    ("lucky_seed", 0.01, "failed", "one deviation"),
    ("lucky_seed", 1.16, "failed", "In deviations, yes"),
    ("lucky_seed", 1.163, "failed", "In deviations, yes"),
    ("lucky_seed", 1.2, "failed", "In deviations, yes"),
    *(("lucky_seed", x, "failed", "another number of runs") for x in (0.0127, 0.0103, 0.0085)),
    ("lucky_seed", 0.0056, "failed", "another number of runs"),
    ("lucky_seed", 0.0233, "failed", "How far is the highest"),
    ("lucky_seed", -0.0116, "failed", "The sign"),
    ("lucky_seed", 0.0196, "failed", "seldom so far"),
    ("lucky_seed", 0.05, "failed", "do not add up"),
    ("lucky_seed", 0.03, "failed", "Try it"),
]:
    table.choice(question, option, status, says)
