"""The exercises of chapter 03, sparse autoencoders."""

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, Slip, drawn

keras, ops = Lazy("keras"), Lazy("keras.ops")
tf = Lazy("tensorflow")
book = Book(3)
summary = book.summary

# ------------------------------------------------------------------------------ average activation


@book.exercise(
    trains=True,
    cases=[
        Case([[0.9, 0.1, 0.2], [0.1, 0.1, 0.4]], why="One average for each unit (column), over the "
            "samples (rows)."),
        Case([[0.5, 0.25], [0.0, 0.75], [0.1, 0.5]], why="Add up each column, divide by the number "
            "of samples."),
        Case([[0.3, 0.8]], why="With a single sample, the average is that sample's activation."),
        Case([[900.0, -700.0, 2.0], [-5.0, 600.0, 7.0]], why="Activations count as they are, large "
            "and negative ones, too."),
        *drawn(lambda rng: Case(rng.random((5, 3)), why="One average for each column.")),
    ],
    mistakes=[
        Mistake(lambda h: ops.mean(h, axis=-1), "That is one number for each sample: the average "
            "ran over the units. A unit's average runs over the samples: axis 0."),
        Mistake(lambda h: ops.sum(h, axis=0), "That is the sum over the samples: divide by their "
            "number M. A sum of 500 activations is no share of the time."),
        Slip(lambda average: ops.mean(average), "That is one number for the whole layer: a dead "
            "unit and an overworked one would cancel. Average over axis 0 only."),
        Slip(lambda average: average[None], "The values are right; the batch axis was kept. Leave "
            "out keepdims: the result has shape (N,)."),
        Mistake(lambda h: ops.mean(ops.cast(h > 0.5, "float32"), axis=0), "That counts how often a "
            "unit is above a threshold. A count has no gradient: average the activations "
            "themselves."),
        Mistake(lambda h: ops.max(h, axis=0), "That is the largest activation of each unit."),
    ],
    hints=[
        "h[m, j] is unit j on sample m. Which of the two has to disappear?",
        "keras.ops.mean takes an axis.",
    ],
)  # fmt: skip
def average_activation(h):
    """Average activation of each unit: h has shape (M, N), the result (N,)."""
    return keras.ops.mean(h, axis=0)


# -------------------------------------------------------------------------------------- KL penalty


_KL = "For each unit ρ·ln(ρ/ρ̂) + (1 − ρ)·ln((1 − ρ)/(1 − ρ̂)), summed over the units."


def _bowl(r, s, log=None):
    """KL(r‖s) of coins, one for each entry of s; r and s may be swapped by the caller."""
    log = log or ops.log
    return r * log(r / s) + (1 - r) * log((1 - r) / (1 - s))


def _without_dead_units(s, r):
    inside = (s > 0) & (s < 1)
    return ops.sum(ops.where(inside, _bowl(r, ops.where(inside, s, 0.5)), 0.0))


def _slope_is_finite(name, values, number, says):
    """A case: where several slopes are right, whether there is one of them at all; or ''."""

    def case(answer):
        x = ops.convert_to_tensor(values)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = ops.convert_to_tensor(answer(x, number))
        slope = tape.gradient(y, x)
        if slope is None or np.all(np.isfinite(slope)):
            return ""
        return (
            f"{name}({values}, {number}) has the right value, but its slope is not finite.\n{says}"
        )

    return case


@book.exercise(
    trains=True,
    batch=False,  # its argument has one entry for each unit
    cases=[
        Case([0.1, 0.02, 0.3], 0.05, why=_KL),
        Case([0.2], 0.2, why="The unit is on as often as it should be: nothing to pay."),
        Case([0.9, 0.6], 0.2, why=_KL),
        Case([0.0005, 0.4], 0.1, why="A unit that is hardly ever on pays, too."),
        *drawn(lambda rng: Case(rng.uniform(0.01, 0.99, 5), rng.uniform(0.05, 0.4), why=_KL)),
        *(Case([0.05, value], 0.05, rtol=0.02, gradient=False, why=f"A unit that is {when} on makes "
            "it log 0 or a division by 0, and one such batch would turn all weights into nan. Clip "
            "rho_hat to [1e-7, 1 − 1e-7] first. (Not closer: to float32, 1 − 1e-12 is 1.)") for
            value, when in ((0.0, "never"), (1.0, "always"))),  # to float32, 1 − 1e-7 is 1 − 1.2e-7
        _slope_is_finite("kl_penalty", [0.05, 0.0, 1.0], 0.05, "ops.where computes the slopes of "
            "both branches, and 0 times an infinite one is nan. Clip rho_hat first."),
    ],
    mistakes=[
        Mistake(lambda s, r: ops.sum(r * ops.log(r / s)), "The second term is missing: a unit on 5 "
            "% of the time is off 95 % of the time. The first term alone keeps falling as ρ̂ "
            "grows, so training would switch units on."),
        Mistake(lambda s, r: ops.mean(_bowl(r, s)), "That is the mean over the units; the penalty "
            "is their sum, so that each unit is pulled as hard however many there are."),
        Mistake(lambda s, r: _bowl(r, s), "Those are the terms of the single units: add them up."),
        Slip(lambda nats: nats / np.log(2), "That is in bits. The rest of the loss is in nats: "
            "natural logarithm."),
        Mistake(lambda s, r: ops.sum(_bowl(s, r)), "ρ and ρ̂ are swapped: that is KL(ρ̂‖ρ). The "
            "target gives the weights, and stands above the line."),
        Slip(lambda penalty: -penalty, "The sign is wrong: a divergence is never negative."),
        Mistake(lambda s, r: ops.sum(r * ops.log(r / s) - (1 - r) * ops.log((1 - r) / (1 - s))),
            "The two outcomes, on and off, are added, not subtracted."),
        Mistake(lambda s, r: ops.sum((s - r) ** 2), "That is a squared distance. It hardly minds a "
            "dead unit: (0.05 − 0)² is tiny, where KL is steep."),
        Mistake(_without_dead_units, "Units that are never on, or always, were left out of the "
            "sum: they pay nothing, though they are as far from the target as can be. Clip rho_hat "
            "to [1e-7, 1 − 1e-7] instead."),
        *(Mistake(lambda s, r, e=e: ops.sum(_bowl(r, ops.clip(s, e, 1 - e))), "ρ̂ was clipped at "
            f"{e:g}, which is too far from 0: below it the penalty goes flat and a nearly dead "
            "unit is not pulled back. Clip at 1e-7.")
            for e in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 5e-7)),
        *(Mistake(lambda s, r, e=e: ops.sum(_bowl(r, ops.clip(s, e, 1 - e))), "ρ̂ was clipped at "
            f"{e:g}, which is too close: to float32, 1 − {e:g} is 1, and log 0 comes back. Clip at "
            "1e-7.") for e in (1e-8, 1e-9, 1e-10, 1e-12)),
        *(Mistake(lambda s, r, e=e: ops.sum(r * ops.log(r / (s + e)) + (1 - r) * ops.log((1 - r)
            / (1 - s + e))), f"{e:g} was added, which shifts the price of every unit: clip rho_hat "
            "instead, and add nothing.") for e in (1e-6, 1e-5, 1e-4, 1e-3)),
        Mistake(lambda s, r: -ops.sum(r * ops.log(s) + (1 - r) * ops.log(1 - s)), "That is the "
            "cross-entropy. Its least value is the entropy of ρ, not 0: ρ/ρ̂ and (1 − ρ)/(1 − ρ̂) "
            "belong into the logarithms."),
        Mistake(lambda s, r: kl_penalty.reference(s, 0.05), "0.05 is written into it. The target "
            "is an argument, rho."),
    ],
    hints=[
        "Chapter 01's bernoulli_kl, with keras.ops.log for np.log, and a sum over the units.",
        "First line: rho_hat = keras.ops.clip(rho_hat, 1e-7, 1 - 1e-7).",
    ],
)  # fmt: skip
def kl_penalty(rho_hat, rho):
    """Sum over units of KL(rho‖rho_hat_j), a number, in nats: rho_hat has shape (N,)."""
    rho_hat = keras.ops.clip(rho_hat, 1e-7, 1 - 1e-7)  # no log of 0
    on = rho * keras.ops.log(rho / rho_hat)
    off = (1 - rho) * keras.ops.log((1 - rho) / (1 - rho_hat))
    return keras.ops.sum(on + off)


# ------------------------------------------------------------------------------- backpropagation


def _slope(h, rho, axis=0):
    r = h.mean(axis=axis, keepdims=True)
    return -rho / r + (1 - rho) / (1 - r)


def _network(inputs, beta, scale=1.0):
    """A function that draws a case of hidden_error: 4 samples, 3 units, so many inputs."""
    why = (
        "In the bracket stands what comes back through W2, and β times the slope of the penalty, "
        "one number for each unit; before it σ′ = h·(1 − h). A row for each sample."
        if beta
        else "Send delta2 back through W2, shape (N, D), and multiply by σ′ = h·(1 − h)."
    )
    show = f"delta2 (4, {inputs}), W2 (3, {inputs}), h (4, 3), rho=0.1, beta={beta:g}"

    def case(rng):
        delta2, W2 = scale * rng.normal(size=(4, inputs)), scale * rng.normal(size=(3, inputs))
        return Case(delta2, W2, rng.uniform(0.1, 0.9, (4, 3)), 0.1, beta, show=show, why=why)

    return case


@book.exercise(
    returns="array",
    cases=[
        *drawn(_network(3, 1.5)),  # a forgotten transpose does not raise
        *drawn(_network(5, 2.0), 1),
        *drawn(_network(5, 0.0, scale=600.0), 1),
        Case([[0.2, 0.1], [-0.1, 0.3]], [[0.5, 1.0], [-0.4, 2.0]], [[1e-9, 1 - 1e-9], [3e-9,
            1 - 3e-9]], 0.2, 5.0, why="A unit that is nearly dead, or always on, is called back: "
            "ρ̂ unclipped, and h as it is."),
    ],
    mistakes=[
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T) + b * _slope(h, r), "The sparsity "
            "term stands outside σ′. It is a derivative with respect to h; to get to z it has to "
            "pass through the sigmoid too."),
        Mistake(lambda d, w, h, r, b: d @ w.T + b * _slope(h, r), "σ′ is missing: multiply the "
            "whole bracket by h·(1 − h)."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T - b * r / h.mean(0)), "The second "
            "term of the slope is missing: (1 − ρ)/(1 − ρ̂). Without it every unit is pushed up."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T - b * _slope(h, r)), "The sign of the "
            "slope is wrong: a unit that is on too often must be pushed down, so the slope is "
            "positive for ρ̂ > ρ."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T), "The penalty is missing: add "
            "β·(−ρ/ρ̂ + (1 − ρ)/(1 − ρ̂)) inside the bracket."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + b * _slope(h, r, axis=1)), "ρ̂ was "
            "averaged over the units of each sample. It is each unit's average over the samples: "
            "axis 0."),
        Mistake(lambda d, w, h, r, b: b * h * (1 - h) * _slope(h, r), "What comes back from the "
            "output is missing: delta2 @ W2.T."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + _slope(h, r)), "β is missing: it "
            "stands before the slope of the penalty."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + _slope(h, r) + (b - 1) * -r
            / h.mean(0)), "β stands before both terms of the slope: brackets."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + b * ((1 - r) / (1 - h) - r / h)),
            "h stands in the slope where ρ̂ belongs, the unit's average over the samples."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + b * len(h) * _slope(h, r)), "The "
            "penalty is M times too large: in the mean cost it stands beside the mean."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + b * ((1 - r) / (1 - h.sum(0)) - r
            / h.sum(0))), "ρ̂ is the average over the samples, not the sum."),
        Mistake(lambda d, w, h, r, b: (h * (1 - h) * d) @ w.T + b * h * (1 - h) * _slope(h, r),
            "* and @ go from left to right: what stands before delta2 @ W2.T was multiplied by "
            "delta2 first. Brackets around the product, or around the whole sum."),
        *(Mistake(lambda d, w, h, r, b, f=f: f(h) * (d @ w.T + b * _slope(h, r)), "That is not σ′. "
            "h is σ(z1) already, and σ′ = h·(1 − h).") for f in (
                lambda h: h, lambda h: 1 - h, lambda h: 1 - h**2,
                lambda h: 1 / (2 + np.exp(h) + np.exp(-h)),
                lambda h: h.mean(0) * (1 - h.mean(0)))),
        *(Slip(change, "It is to have a row for each sample, (M, N): no mean, no sum, no "
            "transpose. Gradients are averaged later.") for change in (
                lambda error: error.mean(0), lambda error: error.sum(0), lambda error: error.T)),
        Slip(lambda error: error / len(error), "The axes and the bracket are right, but it was "
            "divided by M. The 1/M comes when gradients are averaged over the batch: once."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + b / len(h) * _slope(h, r)), "That "
            "has β/M, the form for the sum over the samples. For the mean cost, with gradients "
            "averaged afterwards, β stays β."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * ((d @ w.T).mean(0) + b * _slope(h, r)), "The "
            "errors were averaged over the batch before they were sent back. Opposite errors "
            "cancel then: keep one row for each sample, and average gradients."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w + b * _slope(h, r)), "W2 has shape (N, "
            "D), and the way back is from D to N: delta2 @ W2.T. With N = D a forgotten transpose "
            "raises no error."),
    ],
    hints=[
        "Three steps: rho_hat = h.mean(axis=0); the slope, shape (N,); then one line.",
        "delta2 @ W2.T has shape (M, N). Add beta times the slope, then multiply by h * (1 - h).",
    ],
)  # fmt: skip
def hidden_error(delta2, W2, h, rho, beta):
    """δ⁽¹⁾, shape (M, N), for the mean cost: delta2 (M, D), W2 (N, D), h (M, N) = sigmoid(z1)."""
    rho_hat = h.mean(axis=0)  # (N,): over the samples
    slope = -rho / rho_hat + (1 - rho) / (1 - rho_hat)  # (N,): ∂KL/∂rho_hat
    return h * (1 - h) * (delta2 @ W2.T + beta * slope)


beta_for_sum = book.estimate(
    "beta_for_sum",
    right=20_000,
    within=0.5,
    why="The sum is M = 200 times the mean, so β has to grow 200-fold to keep its share. With "
    "batches of 400 it would be 40,000: under a sum, β is tied to the batch size.",
    wrong=[
        (100, "With the sum the first term is 200 times as large, and β·ΣKL would be drowned."),
        (0.5, "The other way round: the first term has grown, so β has to grow, too."),
        (200, "That is the batch size. β was 100 to begin with."),
        (500, "200 and 100 have to be multiplied here."),
    ],
    otherwise="Write both costs down. Which factor makes the second M times the first?",
    hints=["M·[mean + β·ΣKL] has the same minimum as mean + β·ΣKL. What stands before ΣKL there?"],
)  # fmt: skip


# ------------------------------------------------------------------------- what KL does not force

what_kl_wants = book.question(
    "what_kl_wants",
    right="d",
    options={
        "a": "No. ρ̂ = 0.05 for 196 units means that 196 × 0.05 = 9.8 units' worth of activation "
            "is there on average over all samples. On one sample it may be none, or all of them.",
        "b": "No: the penalty looks at one unit at a time. Forty copies of one unit have the same "
            "penalty as forty different ones.",
        "c": "No. A unit at 0.05 on every image has ρ̂ = 0.05 as well, though it never switches "
            "on.",
        "d": "Right. The penalty sees N averages, one for each unit, and nothing else: neither how "
            "the activation is spread over the samples nor what other units do. The rest has to "
            "come from the other half of the loss.",
    },
    hints=[
        "The penalty is a function of ρ̂_1 … ρ̂_N only. What could you change without touching "
        "them?",
    ],
)  # fmt: skip


def _is_useless(samples, units, rho):
    """A case: what keeps a code from being both free of charge and useless; or ''."""

    def case(answer):
        call = f"useless_code({samples}, {units}, {rho:g})"
        h = np.asarray(answer(samples, units, rho), "float64")
        if h.shape != (samples, units):
            return f"{call} has shape {h.shape}; expected ({samples}, {units}): a row per sample."
        rho_hat = h.mean(axis=0)
        paid = np.sum(_bowl(rho, np.clip(rho_hat, 1e-7, 1 - 1e-7), np.log))
        findings = [
            (not np.all((h >= 0) & (h <= 1)), " leaves [0, 1].\nActivations of a sigmoid layer lie "
             "between 0 and 1."),
            (np.ptp(h, axis=0).max() > 1e-9, ": its rows differ, so the code tells samples apart.\n"
             "That may well have a small penalty. But we are after a code that says nothing: every "
             "sample must get the same row."),
            (np.all(rho_hat == 0), ": nothing is told, but the penalty is not 0.\nUnits that are "
             "never on are as far from the target as can be: the penalty pulls them up. It wants "
             "ρ, not little."),
            (np.all(h == 0.05) and rho != 0.05, " is 0.05 everywhere.\nThe target is an argument, "
             "rho."),
            (paid > 1e-12, f": every sample has the same code, but the penalty is {paid:.3g} nats.\n"
             "Which average does each unit need?"),
        ]  # fmt: skip
        return next((call + says for wrong, says in findings if wrong), "")

    return case


@book.exercise(
    cases=[_is_useless(40, 7, 0.05), _is_useless(100, 3, 0.0123), _is_useless(1, 2, 0.5)],
    hints=[
        "If every sample has the same code, what is the average of a unit?",
        "One call of np.full is enough.",
    ],
)
def useless_code(samples, units, rho):
    """A code, shape (samples, units), in [0, 1], with penalty 0, the same for every sample."""
    return np.full((samples, units), rho)


# --------------------------------------------------------------------------------- receptive fields


def _pictures(w, scale):
    return 0.5 + 0.5 * w / scale


_WEIGHTS = np.array([[1, -0.2, 0], [0, 0.1, 0.3], [-2, 0.4, 0.6], [0.5, 0.2, -0.3]])  # 4 pixels
_IN_FULL = (
    "Unit j's weights are column j of W1; its largest |w| becomes 0 or 1, and a weight of 0 "
    "becomes 0.5."
)


@book.exercise(
    returns="array",
    cases=[
        Case(_WEIGHTS, 2, why=_IN_FULL),
        Case(_WEIGHTS[:, :2], 2, why="One picture for each unit, whatever their number."),
        Case(np.arange(-4.0, 5.0)[:, None], 3, why="Pixels come row by row."),
        *(Case(scale * _WEIGHTS, 2, why="Large or tiny, the weights give the same pictures: only "
            "what they are relative to the unit's largest |w| counts. Add no small number to it.") for scale in (1e3, 1e-7)),
        *drawn(lambda rng: Case(rng.normal(size=(9, 4)), 3, why=_IN_FULL)),
    ],
    speed=lambda: (np.random.default_rng(0).normal(size=(784, 196)), 28),
    mistakes=[
        Mistake(lambda w, s: receptive_fields.reference(w.reshape(-1, s * s).T, s), "W1 was "
            "reshaped without turning it first. Its rows are pixels, its columns units: W1.T has "
            "one unit in each row."),
        Mistake(lambda w, s: _pictures(w, np.abs(w).max(0)).reshape(-1, s, s), "The grey values "
            "are right, but were reshaped without turning them first: each row is a pixel, each "
            "column a unit. Transpose before you reshape."),
        Mistake(lambda w, s: _pictures(w, np.abs(w).max(1, keepdims=True)).T.reshape(-1, s, s),
            "Each pixel was divided by its largest |w| over the units. The largest |w| of each "
            "unit: axis 0."),
        Mistake(lambda w, s: 0.5 + receptive_fields.reference(w, s) - 0.5 + (receptive_fields
            .reference(w, s) - 0.5), "The scaled weights lie in [−1, 1]: halve them before you add "
            "0.5."),
        Mistake(lambda w, s: receptive_fields.reference(np.abs(w), s), "The sign was lost: a "
            "negative weight is darker than 0.5, a positive one brighter."),
        Slip(lambda pictures: 1 - pictures, "Inverted: positive weights are the bright ones."),
        Slip(lambda pictures: np.moveaxis(pictures, 0, -1), "The pictures lie along the last axis. "
            "The first axis counts the units: (N, side, side)."),
        Mistake(lambda w, s: _pictures(w.T.reshape(-1, s, s), np.abs(w).max()), "All pictures "
            "share one scale. Divide each by its own largest |w|, or the timid units stay grey."),
        Mistake(lambda w, s: ((w - w.min(0)) / (w.max(0) - w.min(0))).T.reshape(-1, s, s), "That "
            "stretches each unit from its smallest to its largest weight. A weight of 0 then has "
            "another grey in each picture; here it should be 0.5 in all."),
        Mistake(lambda w, s: _pictures(w / w.max(0), 1).T.reshape(-1, s, s), "Each was divided by "
            "its largest weight. The largest absolute value keeps strong negative weights in [0, "
            "1]."),
        Slip(lambda pictures: 2 * pictures - 1, "Those lie in [−1, 1]. Halve them and add 0.5, so "
            "that no weight is mid-grey."),
        Slip(lambda pictures: pictures.reshape(len(pictures), -1), "The values are right, but each "
            "unit is still a row of pixels: reshape to (N, side, side)."),
        Slip(lambda pictures: pictures.swapaxes(1, 2), "Rows and columns of the pictures are "
            "swapped: pixels come row by row."),
    ],
    hints=[
        "Column j of W1 holds what unit j listens to. W1.T turns columns into rows.",
        "Scale first: W1 / np.abs(W1).max(axis=0) divides each column by its own largest |w|.",
        "Then 0.5 + 0.5·scaled, transpose, reshape(-1, side, side).",
    ],
)  # fmt: skip
def receptive_fields(W1, side):
    """Columns of W1 (side², N) as pictures (N, side, side): 0 → 0.5, the largest |w| → 0 or 1."""
    scaled = W1 / np.abs(W1).max(axis=0)  # (side², N) in [-1, 1], unit by unit
    return (0.5 + 0.5 * scaled).T.reshape(-1, side, side)


# --------------------------------------------------------------------------------------- L1 penalty


def _l1(h, lam):
    return lam * ops.mean(ops.sum(ops.abs(h), axis=-1))


_L1 = "λ·Σ|h_j| for each sample, then the mean over the samples."


@book.exercise(
    trains=True,
    cases=[
        Case([[1.0, -2.0, 0.5], [-0.5, 0.25, 0.125]], 0.4, why=_L1),
        Case([[3.0, 0.0], [1.0, 2.0], [0.0, 0.0]], 2.0, gradient=False, why=_L1),
        Case([[1.5, -0.5]], 1.0, why="One sample: λ·(1.5 + 0.5)."),
        Case([[900.0, -700.0, 1e-3], [-60.0, 20.0, -3.0]], 1.5, why=_L1),
        *drawn(lambda rng: Case(rng.normal(size=(5, 3)), rng.uniform(0.1, 3), why=_L1)),
        _slope_is_finite("l1_penalty", [[0.0, 2.0]], 0.5, "Most activations are 0 here, and one "
            "nan spoils all weights. The root of a square has an infinite slope at 0; "
            "keras.ops.abs has the slope 0."),
    ],
    mistakes=[
        Mistake(lambda h, lam: lam * ops.sum(ops.abs(h)), "That is summed over the samples, "
            "too. λ would then mean something else for every batch size: take the mean over axis "
            "0."),
        Mistake(lambda h, lam: lam * ops.mean(ops.abs(h)), "That is a mean over the units, too. "
            "Independent units multiply their densities, so their logarithms add up: sum over the "
            "units, mean over the samples."),
        Mistake(lambda h, lam: lam * ops.mean(ops.sum(h**2, axis=-1)), "Squares are what a "
            "Gaussian prior gives. It makes activations small, but hardly ever 0."),
        Mistake(lambda h, lam: lam * ops.mean(ops.sum(h, axis=-1)), "The absolute value is "
            "missing: a negative activation would be rewarded without limit."),
        Mistake(lambda h, lam: _l1(h, 1.0), "λ is not used."),
        Mistake(lambda h, lam: _l1(h, lam) - h.shape[-1] * np.log(lam / 2), "That is −ln p(h) in "
            "full, with its constant −N·ln(λ/2): right as a probability. As a penalty leave the "
            "constant out, so that a code of zeros costs 0."),
        Mistake(lambda h, lam: lam * ops.sum(ops.abs(h), axis=-1), "That is one number for each "
            "sample: average them."),
        Mistake(lambda h, lam: lam * ops.sum(ops.mean(ops.abs(h), axis=-1)), "Sum and mean are "
            "exchanged: sum over the units (last axis), mean over the samples."),
        Mistake(lambda h, lam: lam * ops.mean(ops.abs(h), axis=0), "That is one number for each "
            "unit: add them up."),
        Mistake(lambda h, lam: lam * ops.mean(ops.abs(ops.sum(h, axis=-1))), "The absolute value "
            "was taken of the sum, so opposite signs cancel: of each activation first."),
        Mistake(lambda h, lam: lam * ops.sum(ops.abs(ops.mean(h, axis=0))), "The average came "
            "before the absolute value, so opposite signs cancel."),
        Slip(lambda penalty: -penalty, "The sign is wrong: that is ln p(h), which training should "
            "make large, so the loss gets its negative."),
    ],
    hints=[
        "−ln of a product over j is a sum over j; −ln e^(−λ|h|) is λ|h|.",
        "keras.ops.sum(..., axis=-1) over the units, then keras.ops.mean.",
    ],
)  # fmt: skip
def l1_penalty(h, lam):
    """λ·Σ_j|h_j| of each sample, averaged over the samples, a number: h has shape (M, N)."""
    return lam * keras.ops.mean(keras.ops.sum(keras.ops.abs(h), axis=-1))


# -------------------------------------------------------------------------------------------- top-k


def _kth(h, k):
    return ops.top_k(h, k)[0][:, -1:]


def _keeps_a_tie(answer):
    """A case: of two equal winners, both may stay or one, but not none; or ''."""
    h = np.array([[2.0, 2.0, 1.0], [0.5, 3.0, 3.0]], "float32")
    got = np.asarray(answer(ops.convert_to_tensor(h), 1))
    if got.shape == h.shape and np.isin(got, (0, 2, 3)).all() and np.all(got.max(axis=1) == (2, 3)):
        return ""
    return (
        f"top_k({h.tolist()}, 1) gave {got.tolist()}.\nOf two equal winners both may stay, or one: "
        "with the k-th largest as threshold, use >=."
    )


@book.exercise(
    trains=True,
    cases=[
        Case([[0.1, 0.9, 0.4, 0.6], [0.8, 0.2, 0.3, 0.05]], 2, why="In each row the 2 largest stay "
            "as they are, the others become 0."),
        Case([[3.0, 1.0, 2.0]], 1, why="Only the largest of the row stays."),
        Case([[0.3, 0.1, 0.2], [1.0, 5.0, 2.0], [0.5, 0.7, 0.6]], 2, why="Each row has its own "
            "competition."),
        Case([[0.3, 0.1], [0.2, 0.5]], 2, why="With k = N nothing is left out."),
        Case([[-3.0, 1.0, 0.5], [-0.1, -0.2, -4.0]], 1, why="The largest is the largest as a "
            "number: −0.1 is larger than −4."),
        Case([[1.0, 0.999, 0.5]], 1, why="However close the next one is: k of them stay."),
        Case([[900.0, -700.0, 600.0, 60.0], [-800.0, -600.0, 30.0, 20.0]], 3, why="Winners stay as "
            "they are, however large."),
        Case([[0.0, 3.0, 0.0, 0.0]], 2, gradient=False, why="Fewer than k are on: they stay."),
        *drawn(lambda rng: Case(rng.normal(size=(3, 6)), 4, why="In each row the 4 largest stay.")),
        _keeps_a_tie,
    ],
    mistakes=[
        Mistake(lambda h, k: ops.top_k(h, k)[0], "Those are the k largest values, sorted. They "
            "have lost their places: the decoder needs to know which units spoke. Keep the shape "
            "(M, N), zeros elsewhere."),
        Slip(lambda kept: ops.cast(kept != 0, "float32"), "That is the mask of 0s and 1s. The "
            "winners keep their values: multiply the mask by h."),
        Mistake(lambda h, k: ops.where(ops.transpose(ops.transpose(h) >= _kth(ops.transpose(h),
            min(k, h.shape[0] or k))), h, 0.0), "The competition ran over the samples (axis 0). "
            "The units of one sample compete: the last axis."),
        Mistake(lambda h, k: ops.where(h >= _kth(ops.reshape(h, (1, -1)), k), h, 0.0), "The "
            "competition ran over the whole batch. Each sample, each row, has its own."),
        Mistake(lambda h, k: ops.where(ops.abs(h) >= _kth(ops.abs(h), k), h, 0.0), "The largest "
            "absolute values were kept. Largest means largest as a number."),
        Mistake(lambda h, k: ops.where(h > _kth(h, k), h, 0.0), "k − 1 are left: > leaves out the "
            "k-th itself. Use >=."),
        Slip(lambda kept: ops.relu(kept), "The choice is right. But winners stay as they are, "
            "negative ones too: no ReLU here."),
        Mistake(lambda h, k: ops.where(h >= _kth(h, 1), h, 0.0), "Only the largest is left: the "
            "threshold is the k-th largest, the last column of top_k's values, [:, -1:]."),
        Mistake(lambda h, k: ops.where(h < _kth(h, k), h, 0.0), "The losers were kept."),
        Mistake(lambda h, k: ops.where(h >= _kth(h, min(k + 1, h.shape[-1])), h, 0.0), "k + 1 are "
            "left: position k counts from 0."),
        Mistake(lambda h, k: -ops.where(-h >= _kth(-h, k), -h, 0.0), "Those are the k smallest."),
    ],
    hints=[
        "keras.ops.top_k(h, k)[0] has the k largest values of each row, in falling order.",
        "Its last column, [:, -1:], is the threshold. keras.ops.where(h >= threshold, h, 0.0).",
    ],
)  # fmt: skip
def top_k(h, k):
    """h, shape (M, N), with all but the k largest activations of each sample (row) set to 0."""
    threshold = keras.ops.top_k(h, k)[0][:, -1:]  # (M, 1): the k-th largest of each row
    return keras.ops.where(h >= threshold, h, 0.0)


# ----------------------------------------------------------------------------------- second chance


def _spare(z, dead, k, strength=None):
    return top_k.reference((strength or ops.softplus)(z) * dead, k)


_SECOND = (
    "Take softplus(z), set it to 0 for the living units (dead is 0), and in each row keep the k "
    "largest."
)
_Z = [[0.5, -3.0, 2.0, -1.0, -0.2], [4.0, -0.1, -6.0, -2.0, 1.0], [0.3, -2.5, 1.0, -4.0, -0.7]]


@book.exercise(
    trains=True,
    untrained=["dead"],
    cases=[
        Case(_Z, [0.0, 1.0, 0.0, 1.0, 1.0], 2, why=_SECOND),
        Case(_Z, [1.0, 1.0, 0.0, 0.0, 1.0], 1, why=_SECOND),
        Case(_Z, [0.0, 1.0, 0.0, 0.0, 0.0], 3, why="Only one unit is dead: it alone may answer, "
            "and living units stay at 0."),
        Case(_Z, [0.0] * 5, 2, why="Nobody is dead: all zeros."),
        Case([[-30.0, -60.0, 90.0, 95.0]], [1.0, 1.0, 1.0, 0.0], 3, why="softplus(z) of a strongly "
            "negative z is tiny, but not 0, and of a large one z."),
        Case([[900.0, -5.0, 700.0, -600.0]], [1.0, 1.0, 0.0, 1.0], 2, why="However large, z is "
            "not clipped, softplus(900) is 900; and a living unit never competes."),
        *drawn(lambda rng: Case(rng.normal(-1, 2, (4, 6)), [1.0, 0.0, 1.0, 1.0, 0.0, 1.0], 2,
            why=_SECOND)),
    ],
    mistakes=[
        Mistake(lambda z, d, k: _spare(z, d, k, ops.relu), "Where a dead unit's z is negative, its "
            "ReLU is 0, with a slope of 0: it would get no gradient, which is what it is dead of. "
            "softplus has a slope everywhere."),
        *(Mistake(wrong, "softplus comes first, then times dead, then the k largest. The other way "
            "round the 0 of a living unit (or its softplus, 0.69) beats a dead unit's negative z.")
            for wrong in (
                lambda z, d, k: top_k.reference(ops.softplus(z * d), k) * d,
                lambda z, d, k: ops.softplus(top_k.reference(z * d, k)) * d,
                lambda z, d, k: ops.softplus(top_k.reference(z * d, k)),
                lambda z, d, k: ops.softplus(top_k.reference(ops.where(d > 0, z, -1e9), k)),
                lambda z, d, k: ops.softplus(_spare(z, d, k, lambda z: z)),
            )),
        Mistake(lambda z, d, k: _spare(z, d, k, lambda z: z), "The z themselves were taken: "
            "through softplus they are positive, as activations are."),
        Mistake(lambda z, d, k: ops.where(_spare(z, d, k) > 0, z, 0.0), "The units are right, but "
            "the z themselves came back: through softplus they are positive, as activations are."),
        Mistake(lambda z, d, k: _spare(z, d, k, lambda z: ops.log(1 + ops.exp(z))), "e^90 is "
            "beyond float32, and inf − inf or inf · 0 is nan: keras.ops.softplus is written so "
            "that nothing overflows."),
        Slip(lambda spare: ops.cast(spare > 0, "float32"), "That is the mask of 0s and 1s: the "
            "strongest keep softplus(z)."),
        Mistake(lambda z, d, k: _spare(z, d, min(k + 1, z.shape[-1])), "k + 1 are left."),
        Mistake(lambda z, d, k: ops.where(ops.softplus(z) * d > _kth(ops.softplus(z) * d, k),
            ops.softplus(z) * d, 0.0), "The k-th itself is left out: >= instead of >."),
        *(Mistake(lambda z, d, k, name=name: _spare(z, d, k, getattr(ops, name)), f"That is "
            f"keras.ops.{name}. softplus is ln(1 + e^z), always positive.")
            for name in ("leaky_relu", "elu", "silu", "gelu")),
        Mistake(lambda z, d, k: _spare(z, d, k, ops.sigmoid), "That is the sigmoid: keras.ops has "
            "softplus, ln(1 + e^z)."),
        Mistake(lambda z, d, k: _spare(z, d, k, ops.exp), "That is exp(z): softplus is "
            "ln(1 + e^z)."),
        Mistake(lambda z, d, k: _spare(z, 1 - d, k), "Living and dead are swapped: dead is 1 for a "
            "dead unit."),
        Mistake(lambda z, d, k: _spare(z, ops.ones_like(d), k), "The living compete, too: multiply "
            "by dead before the k largest are chosen."),
        Mistake(lambda z, d, k: _spare(z, ops.ones_like(d), k) * d, "The k largest were chosen "
            "among all units, and then the living taken out: fewer than k are left. Multiply by "
            "dead first."),
        Mistake(lambda z, d, k: ops.softplus(z) * d, "All the dead units answer: keep the k "
            "largest of each row."),
        Mistake(lambda z, d, k: top_k.reference(ops.softplus(z * d), k), "z was set to 0 before "
            "softplus, and softplus(0) is 0.69: multiply by dead afterwards."),
    ],
    hints=[
        "Three steps: keras.ops.softplus, times dead, and top_k of the last exercise.",
        "In one line: top_k(keras.ops.softplus(z) * dead, k).",
    ],
)  # fmt: skip
def second_chance(z, dead, k):
    """softplus(z) of each row's k strongest dead units, 0 elsewhere: z (M, N), dead (N,) 0 or 1."""
    spare = keras.ops.softplus(z) * dead
    threshold = keras.ops.top_k(spare, k)[0][:, -1:]
    return keras.ops.where(spare >= threshold, spare, 0.0)


# -------------------------------------------------------------------------------- price of sharing


_SHARED = (
    "Take the cases one by one: none, the first alone, the second alone, both. How probable is "
    "each, and by how much is each drawing off? The exact formula is asked, not an estimate."
)


@book.exercise(
    cases=[
        Case(0.3, why=_SHARED),
        Case(1.0, why="Now both are always there. By how much is each drawing off?"),
        Case(0.01, why="Rare features hardly ever meet."),
        Case(0.0, why="No features, no error."),
        *drawn(lambda rng: Case(rng.uniform(0.1, 0.9), why=_SHARED)),
    ],
    mistakes=[
        Mistake(lambda p: p / 3, "p/3 is the price of leaving one of them out. Sharing costs "
            "something only when both are there."),
        Mistake(lambda p: p / 3 - p**2 / 4, "That is the price of leaving one of them out and "
            "drawing its mean. Sharing costs something only when both are there."),
        Mistake(lambda p: p**2 / 15, "(1 − t)² is the probability that the smaller one exceeds t, "
            "no density. Its density is 2·(1 − t)."),
        Mistake(lambda p: (2 * p - p**2) / 3, "That charges as soon as one of them is there. One "
            "alone is drawn perfectly."),
        Mistake(lambda p: p**2 / 6, "Both drawings are off, each by the smaller strength: "
            "2·E[min²]."),
        Mistake(lambda p: 2 * p**2 / 9, "(E[min])² is not E[min²]: the mean of a square is more "
            "than the square of the mean."),
        Mistake(lambda p: 2 * p**2 / 3, "E[u²] = 1/3 is for one strength. The error is the smaller "
            "of two, and E[min²] = 1/6."),
        Mistake(lambda p: 2 * p * (1 - p) / 3, "That charges for the pictures with one feature. "
            "These are drawn perfectly; both together are not."),
        Mistake(lambda p: p / 3 * p / 3, "p² is right; what it costs when both are there is "
            "2·E[min²] = 1/3."),
        Mistake(lambda p: p**2 * 2 / 3 - p**2 / 6, "When both are there, each drawing is off by "
            "min(a, b)."),
    ],
    hints=[
        "Both there, with strengths a > b: s = a − b, so a is drawn as a − b, and b as 0.",
        "Both are off by b, the smaller one: 2b². P(min > t) = (1 − t)², so E[min²] = 1/6.",
    ],
)  # fmt: skip
def price_of_sharing(p):
    """Expected squared error, summed over the two features; p is a number from 0 to 1."""
    return p**2 / 3


# --------------------------------------------------------------------------------------- recovered


def _unit(v):
    return v / np.linalg.norm(v, axis=1, keepdims=True)


def _cosines(features, atoms):
    return _unit(features) @ _unit(atoms).T


def _best(features, atoms, absolute=False, axis=1):
    cosine = _cosines(features, atoms)
    return (np.abs(cosine) if absolute else cosine).max(axis=axis)


_FOUND = (
    "A feature is found if its cosine with some atom is at least 0.9: divide by the lengths, take "
    "the best atom of each feature, count."
)


def _features(features, d, atoms, lengths=(1.0, 1.0), why=_FOUND):
    """A function that draws a case of recovered: so many features and atoms in d dimensions."""

    def case(rng):
        f, a = rng.normal(1, 2, (features, d)), rng.normal(1, 2, (atoms, d))
        show = f"features ({features}, {d}), atoms ({atoms}, {d})"
        a *= rng.uniform(0.2, 3, (atoms, 1))
        return Case(f * lengths[0], a * lengths[1], show=show, why=why)

    return case


_FEATURES = np.array([[2.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 3.0, 3.0], [1.0, 0.0, -1.0]])
_ATOMS = np.array(
    [[3.0, 0.3, 0], [0.1, -4.0, 0.2], [0, 0.2, 0.25], [0.1, 0.0, 0.1], [0.9, -0.1, 0.1]]
)


@book.exercise(
    cases=[
        *drawn(_features(40, 3, 25)),
        *drawn(_features(12, 2, 5), 1),
        Case(_FEATURES, _ATOMS, why=_FOUND),
        Case(_FEATURES[:3], _ATOMS[:1], why="One atom finds one of the three features."),
        Case(np.eye(4), np.eye(4)[[0, 0, 1]], why="Two of four features are found, one of them "
            "twice."),
        *drawn(_features(5, 3, 30), 1),
        *(case for lengths in ((1e8, 1e-8), (1e-8, 1e8), (1e-8, 1e-8)) for case in drawn(
            _features(40, 3, 25, lengths, "Lengths do "
            "not count, only directions: no vector is clipped, no small number added."), 1)),
    ],
    mistakes=[
        Mistake(lambda f, a: np.mean((f @ a.T).max(axis=1) >= 0.9), "Those are scalar products: "
            "divide by the lengths of features and atoms."),
        Mistake(lambda f, a: np.mean(_best(f, a, absolute=True) >= 0.9), "An atom that points the "
            "opposite way was counted. Activations are never negative, so it cannot draw the "
            "feature: no absolute value."),
        Mistake(lambda f, a: np.mean(_best(f, a, axis=0) >= 0.9), "That is the share of the atoms "
            "that are like a feature. Asked is the share of the features: the best atom for each "
            "feature."),
        Mistake(lambda f, a: np.sum(_best(f, a) >= 0.9), "That is the number of features found: "
            "divide by how many there are."),
        Mistake(lambda f, a: np.mean(_best(f, a)), "That is the average of the best cosines: count "
            "those that are at least 0.9."),
        Mistake(lambda f, a: _best(f, a) >= 0.9, "That says of each feature whether it was found: "
            "take the mean."),
        Mistake(lambda f, a: np.sum(_cosines(f, a) >= 0.9) / len(f), "A feature that two atoms "
            "match was counted twice: take the best atom of each feature first."),
        Mistake(lambda f, a: np.mean(_best(f, a) > 0.95), "The bar is a cosine of 0.9."),
        Mistake(lambda f, a: np.mean(_best(f, a) >= 0.9) * len(f) / len(a), "Divided by the number "
            "of atoms; the share of the features is asked."),
        Mistake(lambda f, a: np.mean((f @ _unit(a).T).max(axis=1) >= 0.9), "The atoms were divided "
            "by their lengths, the features were not."),
        Mistake(lambda f, a: np.mean((_unit(f) @ a.T).max(axis=1) >= 0.9), "The features were "
            "divided by their lengths, the atoms were not."),
        Mistake(lambda f, a: np.mean(_best(f - f.mean(axis=1, keepdims=True), a - a.mean(axis=1,
            keepdims=True)) >= 0.9), "That is a correlation: each vector was centred first. A "
            "direction is measured from 0."),
        Mistake(lambda f, a: np.mean(_best(f, a) ** 2 >= 0.9), "The cosine itself should be at "
            "least 0.9, not its square."),
    ],
    hints=[
        "With rows of length 1, cosines = features @ atoms.T, shape (F, N).",
        "np.mean(cosines.max(axis=1) >= 0.9): the best atom of each feature.",
    ],
)  # fmt: skip
def recovered(features, atoms):
    """The share of features (F, d) whose cosine with some atom, of (N, d), is at least 0.9.

    No vector is 0.
    """
    features = features / np.linalg.norm(features, axis=1, keepdims=True)
    atoms = atoms / np.linalg.norm(atoms, axis=1, keepdims=True)
    return np.mean((features @ atoms.T).max(axis=1) >= 0.9)
