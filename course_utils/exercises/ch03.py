"""The exercises of chapter 03, sparse autoencoders."""

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake

keras = Lazy("keras")
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
    ],
    mistakes=[
        Mistake(lambda h: keras.ops.mean(h, axis=-1), "That is one number for each sample: the "
                "average ran over the units. A unit's average runs over the "
                "samples: axis 0."),
        Mistake(lambda h: keras.ops.sum(h, axis=0), "That is the sum over the samples: divide by "
                "their number M. A sum of 500 activations is no share of the time."),
        Mistake(lambda h: keras.ops.mean(h), "That is one number for the whole layer: a dead unit "
                "and an overworked one would cancel. Average over axis 0 only."),
        Mistake(lambda h: keras.ops.mean(h, axis=0, keepdims=True), "The values are right; the "
                "batch axis was kept. Leave out keepdims: the result has shape (N,)."),
        Mistake(lambda h: keras.ops.mean(keras.ops.cast(h > 0.5, "float32"), axis=0), "That counts "
                "how often a unit is above a threshold. A count has no gradient: average the "
                "activations themselves."),
        Mistake(lambda h: keras.ops.max(h, axis=0), "That is the largest activation of each unit."),
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


def _bowl(r, s, log=None):
    """KL(r‖s) of coins, one for each entry of s; r and s may be swapped by the caller."""
    log = log or keras.ops.log
    return r * log(r / s) + (1 - r) * log((1 - r) / (1 - s))


def _survives_dead_units(answer):
    """What is wrong with a penalty where a unit is never on, or always; or ''."""
    for value, state in ((0.0, "never"), (1.0, "always")):
        rho_hat = np.array([0.05, value], "float32")
        try:
            got = float(np.asarray(answer(keras.ops.convert_to_tensor(rho_hat), 0.05)))
        except Exception as error:
            return f"kl_penalty([0.05, {value:g}], 0.05) raised {type(error).__name__}: {error}"
        if not np.isfinite(got):
            return (
                f"kl_penalty([0.05, {value:g}], 0.05) gave {got}; expected a finite number.\nA unit"
                f" that is {state} on makes it log 0 or a division by 0, and one such batch would"
                " turn all weights into nan. Clip rho_hat to [1e-7, 1 − 1e-7] first. (Not closer:"
                " to float32, 1 − 1e-12 is 1.)"
            )
    return ""


@book.exercise(
    trains=True,
    batch=False,  # its argument has one entry for each unit
    cases=[
        Case([0.1, 0.02, 0.3], 0.05, why="For each unit ρ·ln(ρ/ρ̂) + (1 − ρ)·ln((1 − ρ)/(1 − ρ̂)), "
             "summed over the units."),
        Case([0.2, 0.2], 0.2, why="Every unit is on as often as it should be: nothing to pay."),
        Case([0.9], 0.2, why="ρ·ln(ρ/ρ̂) + (1 − ρ)·ln((1 − ρ)/(1 − ρ̂)), natural logarithm."),
        Case([0.0005, 0.4], 0.1, why="A unit that is hardly ever on pays, too."),
        _survives_dead_units,
    ],
    mistakes=[
        Mistake(lambda s, r: keras.ops.sum(r * keras.ops.log(r / s)), "The second term is missing: "
                "a unit on 5 % of the time is off 95 % of the time. The first term alone "
                "keeps falling as ρ̂ grows, so training would switch units on."),
        Mistake(lambda s, r: keras.ops.mean(_bowl(r, s)), "That is the mean over the units; the "
                "penalty is their sum, so that each unit is pulled as hard however many there "
                "are."),
        Mistake(lambda s, r: _bowl(r, s), "Those are the terms of the single units: add them up."),
        Mistake(lambda s, r: keras.ops.sum(_bowl(r, s, keras.ops.log2)), "That is in bits. The "
                "rest of the loss is in nats: natural logarithm."),
        Mistake(lambda s, r: keras.ops.sum(_bowl(s, r)), "ρ and ρ̂ are swapped: that is KL(ρ̂‖ρ). "
                "The target gives the weights, and stands above the line."),
        Mistake(lambda s, r: -keras.ops.sum(_bowl(r, s)), "The sign is wrong: a divergence is "
                "never negative."),
        Mistake(lambda s, r: keras.ops.sum(r * keras.ops.log(r / s) - (1 - r) * keras.ops.log(
                (1 - r) / (1 - s))), "The two outcomes, on and off, are added, not subtracted."),
        Mistake(lambda s, r: keras.ops.sum((s - r) ** 2), "That is a squared distance. It hardly "
                "minds a dead unit: (0.05 − 0)² is tiny, where KL is steep."),
        *(
            Mistake(lambda s, r, e=e: keras.ops.sum(_bowl(r, keras.ops.clip(s, e, 1 - e))), "ρ̂ "
                    f"was clipped at {e:g}, which is too far from 0: below it the penalty goes flat"
                    " and a nearly dead unit is not pulled back. Clip at 1e-7.")
            for e in (1e-1, 1e-2, 1e-3)
        ),
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


# ------------------------------------------------------------------------------------- sum or mean

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

# ------------------------------------------------------------------------------- backpropagation


def _slope(h, rho, axis=0):
    r = h.mean(axis=axis, keepdims=True)
    return -rho / r + (1 - rho) / (1 - r)


_rng = np.random.default_rng(0)
_DELTA2, _W2 = _rng.normal(size=(4, 3)), _rng.normal(size=(2, 3))
_H = _rng.uniform(0.1, 0.9, (4, 2))
_SQUARE = _rng.normal(size=(2, 2)), _rng.normal(size=(2, 2)), _rng.uniform(0.1, 0.9, (2, 2))
_SHOW = "delta2 (4, 3), W2 (2, 3), h (4, 2), rho=0.1, beta="


@book.exercise(
    cases=[
        Case(*_SQUARE, 0.2, 1.5, show="delta2 (2, 2), W2 (2, 2), h (2, 2), rho=0.2, beta=1.5",
             why="The slope of the penalty is β·(−ρ/ρ̂ + (1 − ρ)/(1 − ρ̂)), one number for each "
                 "unit, added inside the bracket."),
        Case(_DELTA2, _W2, _H, 0.1, 2.0, show=_SHOW + "2", why="The slope of the penalty is "
             "β·(−ρ/ρ̂ + (1 − ρ)/(1 − ρ̂)), one number for each unit, added inside the bracket."),
        Case(_DELTA2, _W2, _H, 0.1, 0.0, show=_SHOW + "0", why="Send delta2 back through W2, shape "
             "(N, D), and multiply by f′ = h·(1 − h)."),
        Case(*_SQUARE, 0.2, 0.0, show="delta2 (2, 2), W2 (2, 2), h (2, 2), rho=0.2, beta=0",
             why="Without the penalty: send delta2 back through W2, shape (N, D), and multiply by "
                 "f′ = h·(1 − h)."),
    ],
    mistakes=[
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T) + b * _slope(h, r), "The sparsity "
                "term stands outside f′. It is a derivative with respect to "
                "h; to get to z it has to pass through the sigmoid too."),
        Mistake(lambda d, w, h, r, b: d @ w.T + b * _slope(h, r), "f′ is missing: multiply the "
                "whole bracket by h·(1 − h)."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T - b * r / h.mean(0)), "The second term "
                "of the slope is missing: (1 − ρ)/(1 − ρ̂). Without it every unit is pushed up."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T - b * _slope(h, r)), "The sign of the "
                "slope is wrong: a unit that is on too often must be pushed down, so the slope is "
                "positive for ρ̂ > ρ."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T), "The penalty is missing: add "
                "β·(−ρ/ρ̂ + (1 − ρ)/(1 − ρ̂)) inside the bracket."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + b * _slope(h, r, axis=1)), "ρ̂ was "
                "averaged over the units of each sample. It is each unit's average over the "
                "samples: axis 0."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w.T + b / len(h) * _slope(h, r)), "That "
                "has β/M, the form for the sum over the samples. For the mean cost, with "
                "gradients averaged afterwards, β stays β."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * ((d @ w.T).mean(0) + b * _slope(h, r)), "The "
                "errors were averaged over the batch before they were sent back. "
                "Opposite errors cancel then: keep one row for each sample, and average "
                "gradients."),
        Mistake(lambda d, w, h, r, b: h * (1 - h) * (d @ w + b * _slope(h, r)), "W2 has shape "
                "(N, D), and the way back is from D to N: delta2 @ W2.T. With N = D a forgotten "
                "transpose raises no error."),
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


# ---------------------------------------------------------------------------- what KL does not force

what_kl_wants = book.question(
    "what_kl_wants",
    right="d",
    options={
        "a": (
            "No. ρ̂ = 0.05 for 196 units means that 196 × 0.05 = 9.8 units' worth of activation "
            "is there on average over all samples. On one sample it may be none, or all of them."
        ),
        "b": (
            "No: the penalty looks at one unit at a time. Forty copies of one unit have the same "
            "penalty as forty different ones."
        ),
        "c": (
            "No. A unit at 0.05 on every image has ρ̂ = 0.05 as well, though it never switches on."
        ),
        "d": (
            "Right. The penalty sees N averages, one for each unit, and nothing else: neither how"
            " the activation is spread over the samples nor what other units do. The rest has to"
            " come from the other half of the loss."
        ),
    },
    hints=[
        "The penalty is a function of ρ̂_1 … ρ̂_N only. What could you change without touching them?"
    ],
)


def _is_useless(samples, units, rho):
    """A case: what keeps a code from being both free of charge and useless; or ''."""

    def case(answer):
        call = f"useless_code({samples}, {units}, {rho:g})"
        try:
            h = np.asarray(answer(samples, units, rho), "float64")
        except Exception as error:
            return f"{call} raised {type(error).__name__}: {error}"
        if h.shape != (samples, units):
            return f"{call} has shape {h.shape}; expected ({samples}, {units}): a row per sample."
        if not np.all((h >= 0) & (h <= 1)):
            return f"{call} leaves [0, 1].\nActivations of a sigmoid layer lie between 0 and 1."
        rho_hat = h.mean(axis=0)
        if np.ptp(h, axis=0).max() > 1e-9:
            return (
                f"{call}: its rows differ, so the code tells samples apart.\n"
                "That may well have a small penalty. But we are after a code that says nothing: "
                "every sample must get the same row."
            )
        if np.all(rho_hat == 0):
            return (
                f"{call}: nothing is told, but the penalty is not 0.\n"
                "Units that are never on are as far from the target as can be: the penalty pulls "
                "them up. It wants ρ, not little."
            )
        with np.errstate(all="ignore"):
            paid = np.sum(_bowl(rho, np.clip(rho_hat, 1e-7, 1 - 1e-7), np.log))
        if paid > 1e-6:
            return (
                f"{call}: every sample has the same code, but the penalty is {paid:.3g} nats.\n"
                "Which average does each unit need?"
            )
        return ""

    return case


@book.exercise(
    cases=[_is_useless(40, 7, 0.05), _is_useless(100, 3, 0.2), _is_useless(1, 2, 0.5)],
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


_WEIGHTS = np.array(
    [[1.0, -0.2, 0.0], [0.0, 0.1, 0.3], [-2.0, 0.4, 0.6], [0.5, 0.2, -0.3]]
)  # (4 pixels, 3 units)


@book.exercise(
    cases=[
        Case(_WEIGHTS, 2, why="Unit j's weights are column j of W1; its largest |w| becomes 0 or "
             "1, and a weight of 0 becomes 0.5."),
        Case(_WEIGHTS[:, :2], 2, why="One picture for each unit, whatever their number."),
        Case(np.arange(-4.0, 5.0)[:, None], 3, why="Pixels come row by row."),
    ],
    mistakes=[
        Mistake(lambda w, s: _pictures(w.reshape(-1, s, s), np.abs(w.reshape(-1, s, s)).max(
                axis=(1, 2), keepdims=True)), "W1 was reshaped without turning it first. Its rows "
                "are pixels, its columns units: W1.T has one unit in each row."),
        Mistake(lambda w, s: _pictures(w.T.reshape(-1, s, s), np.abs(w).max()), "All pictures share "
                "one scale. Divide each by its own largest |w|, or the timid units stay grey."),
        Mistake(lambda w, s: ((w - w.min(0)) / (w.max(0) - w.min(0))).T.reshape(-1, s, s), "That "
                "stretches each unit from its smallest to its largest weight. A weight of 0 then "
                "has another grey in each picture; here it should be 0.5 in all."),
        Mistake(lambda w, s: _pictures(w.T.reshape(-1, s, s), w.T.reshape(-1, s, s).max(
                axis=(1, 2), keepdims=True)), "Each was divided by its largest weight. The largest "
                "absolute value keeps strong negative weights in [0, 1]."),
        Mistake(lambda w, s: (w / np.abs(w).max(0)).T.reshape(-1, s, s), "Those lie in [−1, 1]. "
                "Halve them and add 0.5, so that no weight is mid-grey."),
        Mistake(lambda w, s: _pictures(w / np.abs(w).max(0), 1).T, "The values are right, but each "
                "unit is still a row of pixels: reshape to (N, side, side)."),
        Mistake(lambda w, s: _pictures(w / np.abs(w).max(0), 1).T.reshape(-1, s, s).swapaxes(1, 2),
                "Rows and columns of the pictures are swapped: pixels come row by row."),
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
    return lam * keras.ops.mean(keras.ops.sum(keras.ops.abs(h), axis=-1))


@book.exercise(
    trains=True,
    cases=[
        Case([[1.0, -2.0, 0.5], [0.0, 0.25, 0.25]], 0.4, why="λ·Σ|h_j| for each sample, then the "
             "mean over the samples."),
        Case([[3.0, 0.0], [1.0, 2.0], [0.0, 0.0]], 2.0, why="λ·Σ|h_j| for each sample, then the "
             "mean over the samples."),
        Case([[1.5, -0.5]], 1.0, why="One sample: λ·(1.5 + 0.5)."),
    ],
    mistakes=[
        Mistake(lambda h, lam: lam * keras.ops.sum(keras.ops.abs(h)), "That is summed over the "
                "samples, too (as keras.regularizers.L1 does it). λ would then mean something else "
                "for every batch size: take the mean over axis 0."),
        Mistake(lambda h, lam: lam * keras.ops.mean(keras.ops.abs(h)), "That is a mean over the "
                "units, too. Independent units multiply their densities, so their logarithms add "
                "up: sum over the units, mean over the samples."),
        Mistake(lambda h, lam: lam * keras.ops.mean(keras.ops.sum(h**2, axis=-1)), "Squares are "
                "what a Gaussian prior gives. It makes activations small, but hardly ever 0."),
        Mistake(lambda h, lam: lam * keras.ops.mean(keras.ops.sum(h, axis=-1)), "The absolute "
                "value is missing: a negative activation would be rewarded without limit."),
        Mistake(lambda h, lam: _l1(h, 1.0), "λ is not used."),
        Mistake(lambda h, lam: _l1(h, lam) - h.shape[-1] * np.log(lam / 2), "That is −ln p(h) in "
                "full, with its constant −N·ln(λ/2): right as a probability. As a penalty leave the"
                " constant out, so that a code of zeros costs 0."),
        Mistake(lambda h, lam: lam * keras.ops.sum(keras.ops.abs(h), axis=-1), "That is one number "
                "for each sample: average them."),
        Mistake(lambda h, lam: lam * keras.ops.sum(keras.ops.abs(keras.ops.mean(h, axis=0))), "The "
                "average came before the absolute value, so opposite signs cancel."),
        Mistake(lambda h, lam: -_l1(h, lam), "The sign is wrong: that is ln p(h), which training "
                "should make large, so the loss gets its negative."),
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
    return keras.ops.top_k(h, k)[0][:, -1:]


@book.exercise(
    trains=True,
    cases=[
        Case([[0.1, 0.9, 0.4, 0.6], [0.8, 0.2, 0.3, 0.05]], 2, why="In each row the 2 largest stay "
             "as they are, the others become 0."),
        Case([[3.0, 1.0, 2.0]], 1, why="Only the largest of the row stays."),
        Case([[0.3, 0.1, 0.2], [1.0, 5.0, 2.0], [0.5, 0.7, 0.6]], 2, why="Each row has its own "
             "competition."),
        Case([[0.3, 0.1], [0.2, 0.5]], 2, why="With k = N nothing is left out."),
        Case([[-3.0, 1.0, 0.5], [-0.1, -0.2, -4.0]], 1, why="The largest is the largest as a number: −0.1 is "
             "larger than −4."),
    ],
    mistakes=[
        Mistake(lambda h, k: keras.ops.top_k(h, k)[0], "Those are the k largest values, sorted. "
                "They have lost their places: the decoder needs to know which units spoke. Keep "
                "the shape (M, N), zeros elsewhere."),
        Mistake(lambda h, k: keras.ops.cast(h >= _kth(h, k), "float32"), "That is the mask of 0s "
                "and 1s. The winners keep their values: multiply the mask by h."),
        Mistake(lambda h, k: keras.ops.where(keras.ops.transpose(keras.ops.transpose(h) >= _kth(
                keras.ops.transpose(h), min(k, h.shape[0] or k))), h, 0.0), "The competition ran "
                "over the samples (axis 0). The units of one sample compete: the last axis."),
        Mistake(lambda h, k: keras.ops.where(h >= keras.ops.top_k(keras.ops.reshape(h, (-1,)), k)[0][-1], h,
                0.0), "The competition ran over the whole batch. Each sample, each row, has its own."),
        Mistake(lambda h, k: keras.ops.where(keras.ops.abs(h) >= _kth(keras.ops.abs(h), k), h, 0.0),
                "The largest absolute values were kept. Largest means largest as a number."),
        Mistake(lambda h, k: keras.ops.where(h > _kth(h, k), h, 0.0), "k − 1 are left: > leaves "
                "out the k-th itself. Use >=."),
        Mistake(lambda h, k: keras.ops.where(h < _kth(h, k), h, 0.0), "The losers were kept."),
        Mistake(lambda h, k: keras.ops.where(h >= _kth(h, min(k + 1, h.shape[-1])), h, 0.0),
                "k + 1 are left: position k counts from 0."),
        Mistake(lambda h, k: -keras.ops.where(-h >= _kth(-h, k), -h, 0.0), "Those are the k "
                "smallest."),
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
