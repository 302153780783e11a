"""The exercises of chapter 05, energies and latent variables."""

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, Slip, drawn

keras = Lazy("keras")
ops = Lazy("keras.ops")
book = Book(5)
summary = book.summary

_FAR = "Any numbers will do: nothing has to be clipped."
_DOUBLE = (
    "In double precision (float64), NumPy's own, and with nothing added or cut off: the chapter "
    "compares to 1e-9."
)

# ------------------------------------------------------------------------------------------ energy


def _miss(y, z, w):
    return y[:, None, :] - np.asarray(w) * np.stack([np.cos(z), np.sin(z)], axis=-1)  # (M, K, 2)


@book.exercise(
    returns="array",
    cases=[
        Case([[1.0, 0.5], [-1.5, 0.2], [0.3, -0.8]], [0.0, 1.0, 2.5, 4.0], [2.0, 1.0], why="Entry "
             "[m, k] is (y₁ − w₁ cos z_k)² + (y₂ − w₂ sin z_k)², with the two coordinates of y_m "
             "and z in radians."),
        Case([[0.0, 1.0]], [0.5 * np.pi, 1.0], [3.0, 1.0], why="At z = π/2 the decoder gives (0, "
             "w₂): this y is reached exactly, its first energy is 0."),
        Case([[1.0, 2.0], [0.0, 0.0]], [0.3], [1.0, 2.0], why="One z is enough: the result then "
             "has shape (M, 1)."),
        Case([[1.0, 2.0], [0.5, -0.5]], [0.3, 0.9], [1.5, 0.7], why="Two y, two z: [m, k] belongs "
             "to y_m and z_k."),
        Case([[600.0, -700.0]], [-700.0, 40.0, 650.0], [-800.0, 900.0], why=_FAR),
        *drawn(lambda rng: Case(rng.normal(size=(5, 2)), rng.uniform(-6, 6, 4),
               rng.uniform(0.5, 3, 2), why="Entry [m, k] belongs to y_m and z_k.")),
        Case([[1.0, 0.5]], [0.1, 1.2, 3.3], [2.0, 1.1], rtol=1e-9, atol=1e-12, why=_DOUBLE),
    ],
    mistakes=[
        Slip(np.sqrt, "That is the distance. The energy here is its square: no root."),
        Slip(lambda E: E / 2, "That is half the energy: a mean over the two coordinates, or a "
             "factor ½. The energy is the sum of the squares."),
        Slip(np.transpose, "Rows and columns are swapped: each y has a row, each z a column."),
        Mistake(lambda y, z, w: _miss(y, z, w).sum(-1) ** 2, "Square first, then add: as it is, "
                "errors of opposite sign in the two coordinates cancel."),
        Mistake(lambda y, z, w: energy.reference(y, np.pi / 2 - z, w), "Sine and cosine are "
                "swapped: g₁ = w₁ cos z, g₂ = w₂ sin z."),
        Mistake(lambda y, z, w: energy.reference(y, z, w[::-1]), "w₁ and w₂ are swapped: w₁ "
                "belongs to the cosine and the first coordinate."),
        Mistake(lambda y, z, w: energy.reference(y, np.deg2rad(z), w), "z is an angle in radians "
                "already."),
        Mistake(lambda y, z, w: energy.reference(y, z, 1.0), "w is not used: that is the energy of "
                "a circle with radius 1."),
        Mistake(lambda y, z, w: energy.reference(y, z, np.array([2.0, 1.0])), "w is not used: 2 and "
                "1, those of the data, are written into it."),
        Mistake(lambda y, z, w: np.abs(_miss(y, z, w)).sum(-1), "Those are absolute differences. "
                "The energy is the squared distance."),
        *(Mistake(lambda y, z, w, i=i: _miss(y, z, w)[..., i] ** 2, "That is the square of one "
                  "coordinate. The energy is the sum of both.") for i in (0, 1)),
        Slip(lambda E: E.sum(axis=1), "The energies of all z were added up. Each z keeps its own: "
             "sum over the coordinates only."),
    ],
    hints=[
        "g = w * np.stack([np.cos(z), np.sin(z)], axis=-1) has shape (K, 2).",
        "y[:, None, :] - g has shape (M, K, 2): broadcasting pairs every y with every z.",
    ],
    speed=lambda: (np.ones((30_000, 2)), np.linspace(0, 6, 120), np.array([2.0, 1.0])),
)  # fmt: skip
def energy(y, z, w):
    """E(y, z) = ‖y − g(z)‖²: y has shape (M, 2), z (K,), w (2,); the result (M, K)."""
    g = w * np.stack([np.cos(z), np.sin(z)], axis=-1)  # (K, 2)
    return np.sum((y[:, None, :] - g) ** 2, axis=-1)  # over the two coordinates


# ------------------------------------------------------------------------------------- free energy


@book.exercise(
    returns="array",
    cases=[
        Case([[0.0, 1.0, 3.0], [2.0, 2.5, 0.5]], 1.0, why="−(1/β)·ln of the mean over z of "
             "exp(−β·E), one number for each row."),
        *drawn(lambda rng: Case(rng.uniform(0, 3, (3, 5)), rng.uniform(2, 4), why="−(1/β)·ln of "
               "the mean over z of exp(−β·E), one number for each row.")),
        Case([[0.7, 0.7, 0.7, 0.7]], 5.0, why="If all energies are 0.7, so is the free energy, at "
             "any temperature and for any number of z."),
        Case([[1000.0, 1001.0, 1003.0, 1010.0], [3.0, 900.0, 4.0, 3.5], [1000.0] * 4], 10.0,
             rtol=1e-6, why="Large energies are no reason to fail, or to give the lowest energy "
             "instead: every row is like one from 0 on, shifted. Take the lowest of each row out "
             "first (with the largest, or the mean, taken out exp would overflow)."),
        Case([[0.3, 0.1, 0.5]], 1e-6, why="Warm: nearly the mean of the energies."),
    ],
    mistakes=[
        Mistake(lambda E, b: -np.log(np.mean(np.exp(-b * E), axis=1)) / b, "exp(−β·E) became 0 (or "
                "infinite), and its logarithm is lost. Take the lowest energy of each row out "
                "first: F = E_min − (1/β)·ln mean exp(−β·(E − E_min))."),
        Mistake(lambda E, b: free_energy.reference(E, b) - np.log(E.shape[1]) / b, "That is the "
                "sum over z, which depends on how fine the grid is: twice as many z, and F falls "
                "by ln 2/β. Take the mean."),
        Slip(lambda F: -F, "The sign is wrong: −(1/β)·ln(…)."),
        Mistake(lambda E, b: -free_energy.reference(-E, b), "That is a soft maximum. The minus in "
                "exp(−β·E) is missing: low energies must count most."),
        Mistake(lambda E, b: free_energy.reference(E, b) - E.min(axis=1), "The lowest energy was "
                "taken out and not put back: add it to the result."),
        Mistake(lambda E, b: free_energy.reference(E, b) * b, "The division by β is missing, so "
                "the result is no energy: it grows with β."),
        Mistake(lambda E, b: free_energy.reference(E, 1 / b), "β is the inverse of the "
                "temperature, not the temperature: multiply E by it, divide the logarithm by it."),
        Mistake(lambda E, b: free_energy.reference(E.T, b), "The mean ran over the observations "
                "(axis 0). z has to disappear: axis 1."),
        Slip(lambda F: F / np.log(10), "That has a logarithm of base 10. exp needs its own inverse: "
             "the natural logarithm."),
        Mistake(lambda E, b: E.mean(axis=1), "That is the plain mean of the energies, as the mean "
                "of ln exp(−βE) gives: the logarithm comes after the mean."),
        Mistake(lambda E, b: free_energy.reference(E, 1.0), "β is not used."),
        Mistake(lambda E, b: free_energy.reference(E, b) + (np.log(len(E)) - np.log(E.shape[1])) / b,
                "The sum was divided by the number of rows. The mean runs over z: K, the number of "
                "columns."),
        Slip(lambda F: F / np.log(2), "That has a logarithm of base 2. exp needs its own inverse: "
             "the natural logarithm."),
        Mistake(lambda E, b: E.min(axis=1), "That is the cold limit, the minimum. At a finite β "
                "the other z count as well."),
        Mistake(lambda E, b: np.sum(E * weights.reference(E, b), axis=1), "That is the average "
                "energy under the softmin weights. The free energy is −(1/β)·ln mean exp(−β·E), "
                "which is lower or equal to the plain mean, and not the same as this."),
    ],
    hints=[
        "low = E.min(axis=1, keepdims=True). Then exp(−β·(E − low)) lies between 0 and 1.",
        "exp(−β·E) = exp(−β·low)·exp(−β·(E − low)). What does the first factor become after the "
        "logarithm and the division by −β?",
    ],
    speed=lambda: (np.ones((9600, 120)), 2.0),
)  # fmt: skip
def free_energy(E, beta):
    """F_β = −(1/β) ln mean_z exp(−β E): E has shape (M, K), the result (M,)."""
    low = E.min(axis=1, keepdims=True)  # (M, 1): taken out, so that nothing overflows
    return low[:, 0] - np.log(np.mean(np.exp(-beta * (E - low)), axis=1)) / beta


hot_limit = book.question(
    "hot_limit",
    right="b",
    options={
        "a": "No: that is the other end, β → ∞. A large β makes all but the lowest energy's "
        "exp(−βE) vanish in comparison.",
        "b": "Right. For small β, exp(−βE) is about 1 − βE; its mean is 1 − β·mean(E), and "
        "−(1/β)·ln of that is about mean(E). Every z counts the same, so F no longer depends on "
        "whether any z fits.",
        "c": "No: −(1/β)·ln(…) looks as if it blew up, but the logarithm goes to 0 just as fast, "
        "because the mean of exp(−βE) goes to 1.",
        "d": "No: a soft minimum cannot exceed the plain average. For the largest energy β would "
        "have to be negative.",
    },
    hints=["For small u, exp(−u) ≈ 1 − u and ln(1 − u) ≈ −u."],
)  # fmt: skip


# --------------------------------------------------------------------------------- softmin weights


@book.exercise(
    returns="array",
    cases=[
        Case([[0.0, 1.0, 3.0], [2.0, 2.5, 0.5]], 1.0, why="exp(−β·E), divided by its sum over z: "
             "each row adds up to 1."),
        *drawn(lambda rng: Case(rng.uniform(0, 3, (3, 5)), rng.uniform(2, 4), why="exp(−β·E), "
               "divided by its sum over z: each row adds up to 1.")),
        Case([[0.5, 0.5]], 20.0, why="Two z with the same energy share evenly, however cold it "
             "is."),
        Case([[1000.0, 1000.1, 1000.0], [3.0, 900.0, 3.1]], 10.0, why="Only differences of "
             "energies matter, however large the energies are: take the lowest of each row out "
             "before exp."),
        Case([[0.1, 0.2, 0.4]], 1.0, rtol=1e-9, atol=1e-12, why=_DOUBLE),
    ],
    mistakes=[
        Mistake(lambda E, b: np.exp(-b * E) / np.exp(-b * E).sum(axis=1, keepdims=True),
                "exp(−β·E) became 0 for every z of a row, and 0/0 is nan. Only differences of "
                "energies matter: take the lowest of each row out before exp."),
        Mistake(lambda E, b: weights.reference(-E, b), "The minus in exp(−β·E) is missing: the z "
                "that fits worst gets the largest weight."),
        Mistake(lambda E, b: weights.reference(E.T, b).T, "The weights were normalised over the "
                "observations. They share out one y's explanation among the z: axis 1."),
        Slip(lambda p: p / p.max(axis=1, keepdims=True), "The weights do not add up to 1: divide "
             "each row by its sum."),
        Mistake(lambda E, b: weights.reference(E, 1 / b), "β is the inverse of the temperature: "
                "multiply the energies by it."),
        Mistake(lambda E, b: (E.min(axis=1, keepdims=True) == E).astype(float), "That gives all to "
                "the lowest energy: the cold limit. At a finite β the others get a share."),
        Mistake(lambda E, b: weights.reference(E, 1.0), "β is not used."),
        Mistake(lambda E, b: (e := np.exp(-b * (E - E.min()))) / e.sum(), "The weights add up to 1 "
                "over all rows together. Each row is one y: sum over axis 1, keepdims=True."),
        Slip(lambda p: p * p.shape[1], "Each row was divided by its mean. It is to add up to 1: "
             "divide by the sum."),
    ],
    hints=[
        "It is a softmax of −β·E over axis 1.",
        "p = np.exp(−β·(E − lowest of the row)), then p / p.sum(axis=1, keepdims=True).",
    ],
    speed=lambda: (np.ones((9600, 120)), 2.0),
)  # fmt: skip
def weights(E, beta):
    """p(z|y) = exp(−β E) / Σ_z exp(−β E): E and the result have shape (M, K)."""
    p = np.exp(-beta * (E - E.min(axis=1, keepdims=True)))
    return p / p.sum(axis=1, keepdims=True)


# ----------------------------------------------------------------------------------- slope in w


def _slopes(y, z, w, p):
    c = np.stack([np.cos(z), np.sin(z)], axis=-1)
    return -2 * p[..., None] * (y[:, None, :] - w * c) * c  # (M, K, 2)


@book.exercise(
    returns="array",
    cases=[
        Case([[1.0, 0.5], [-1.5, 0.2], [0.3, -0.8]], [0.1, 1.2, 3.0, 5.0], [2.0, 1.0],
             [[0.6, 0.2, 0.1, 0.1], [0.0, 0.0, 1.0, 0.0], [0.1, 0.2, 0.3, 0.4]], why="∂E/∂w_i = "
             "−2·(y_i − w_i·c_i)·c_i with c = (cos z, sin z); average over z with the weights p, "
             "then over the observations."),
        Case([[2.0, 0.0]], [0.0, np.pi], [1.5, 0.5], [[1.0, 0.0]], why="One observation, all "
             "weight on z = 0: the slope is −2·(2 − 1.5)·1 along w₁ and 0 along w₂."),
        Case([[600.0, -700.0], [-800.0, 900.0]], [-700.0, 40.0, 650.0], [-900.0, 800.0],
             [[0.2, 0.5, 0.3], [0.0, 0.9, 0.1]], why=_FAR),
        *drawn(lambda rng: Case(rng.normal(size=(3, 2)), rng.uniform(-6, 6, 5),
               rng.uniform(0.5, 3, 2), rng.dirichlet(np.ones(5), 3), why="Sum over z, weighted; "
               "mean over the observations.")),
        Case([[1.0, 0.5]], [0.1, 1.2], [2.0, 1.1], [[0.3, 0.7]], rtol=1e-9, atol=1e-12, why=_DOUBLE),
    ],
    mistakes=[
        Slip(lambda slope: -slope, "The sign is wrong: that points downhill. The slope points "
             "uphill, and the step that uses it subtracts."),
        Mistake(lambda y, z, w, p: _slopes(y, z, w, p).sum((0, 1)), "That is the sum over the "
                "observations; the loss is their mean."),
        Mistake(lambda y, z, w, p: _slopes(y, z, w, p).mean((0, 1)), "The weights p add up to 1 "
                "already: sum over z, no division by K."),
        Slip(lambda slope: slope / 2, "The 2 from the square is missing."),
        Mistake(lambda y, z, w, p: slope.reference(y, z, w, np.ones_like(p)), "The weights p are "
                "not used: every z pulls as hard as the one that fits."),
        Mistake(lambda y, z, w, p: _slopes(y, z, w, np.ones_like(p)).mean((0, 1)), "The weights p "
                "are not used: that is the plain mean over z."),
        Mistake(lambda y, z, w, p: (-2 * (y - w * (c := p @ np.stack([np.cos(z), np.sin(z)], -1)))
                * c).mean(0), "The decoder's (cos z, sin z) was averaged first. The slope is "
                "averaged: first the slope at each z, then the weights."),
        Mistake(lambda y, z, w, p: slope.reference(y, np.pi / 2 - z, w, p), "Sine and cosine are "
                "swapped: c = (cos z, sin z)."),
        *(Mistake(lambda y, z, w, p, drawn=drawn: (-2 * p[..., None] * (y[:, None, :]
                  - drawn(w, c := np.stack([np.cos(z), np.sin(z)], -1))) * c).sum(1).mean(0), "What "
                  "is subtracted from y is w·c, the point that the decoder draws, with c = (cos z, "
                  "sin z).") for drawn in (lambda w, c: w, lambda w, c: c)),
        Mistake(lambda y, z, w, p: (-2 * p[..., None] * _miss(y, z, w)).sum(1).mean(0), "The inner "
                "derivative is missing: ∂g_i/∂w_i is cos z or sin z."),
        Mistake(lambda y, z, w, p: _slopes(y, z, w, p).sum(1), "Those are the slopes of the single "
                "observations: average them over axis 0."),
        Slip(np.mean, "That is one number; each axis of the ellipse has a slope of its own. "
             "Average over axis 0 only."),
    ],
    hints=[
        "c = np.stack([np.cos(z), np.sin(z)], axis=-1), shape (K, 2); g = w * c.",
        "−2 * (y[:, None, :] − g) * c has shape (M, K, 2). Multiply by p[..., None].",
        "Then a sum over axis 1 (z) and a mean over axis 0 (observations).",
    ],
    speed=lambda: (np.ones((20_000, 2)), np.linspace(0, 6, 120), np.array([2.0, 1.0]),
                   np.full((20_000, 120), 1 / 120)),  # the chapter calls it hundreds of times
)  # fmt: skip
def slope(y, z, w, p):
    """∂(mean F)/∂w, shape (2,): y (M, 2), z (K,), w (2,), and the weights p (M, K)."""
    c = np.stack([np.cos(z), np.sin(z)], axis=-1)  # (K, 2): ∂g/∂w
    dE = -2 * (y[:, None, :] - w * c) * c  # (M, K, 2): ∂E/∂w
    return np.mean(np.sum(p[..., None] * dE, axis=1), axis=0)


# ---------------------------------------------------------------------- variational free energy


def _kl_to_uniform(q):
    return np.sum(np.where(q > 0, q * np.log(np.where(q > 0, q, 1) * q.shape[1]), 0), axis=1)


_VARIATIONAL = (
    "Σ_k q_k·E_k + (1/β)·Σ_k q_k·ln(q_k·K) for each row: the average energy under q, and what q "
    "pays for not being uniform."
)


@book.exercise(
    returns="array",
    cases=[
        Case([[1.0, 3.0], [0.5, 0.2]], [[0.75, 0.25], [0.5, 0.5]], 2.0, why=_VARIATIONAL),
        Case([[0.7, 0.9, 2.0]], [[0.2, 0.3, 0.5]], 4.0, why=_VARIATIONAL),
        Case([[1.0, 5.0, 2.0, 3.0]], [[0.25, 0.25, 0.25, 0.25]], 3.0, why="The uniform q pays "
            "nothing for being itself: the mean energy is left."),
        Case([[1.0, 5.0, 2.0], [4.0, 3.0, 9.0]], [[0.0, 1.0, 0.0], [0.7, 0.0, 0.3]], 0.5, why="A "
            "z with q of 0 adds nothing: q·ln q → 0. (NumPy computes 0·(−inf), which is nan.)"),
        Case([[2.0, 900.0]], [[1 - 1e-9, 1e-9]], 5.0, why="However small q is, it counts as it is, "
            "and so does a large energy."),
        Case([[900.0, -800.0], [0.5, 0.6]], [[0.6, 0.4], [5e-4, 1 - 5e-4]], 1e-5, why="Energies, q "
            "and β count as they are, however large or small: nothing is clipped or added."),
        *drawn(lambda rng: Case(rng.uniform(-3, 9, (3, 5)), rng.dirichlet(np.ones(5), 3),
            rng.uniform(0.5, 8), why=_VARIATIONAL)),
        Case([[0.2, 0.1, 0.4]], [[0.3, 0.6, 0.1]], 12.5, rtol=1e-9, atol=1e-12, why=_DOUBLE),
        Case([[0.0, 0.0]], [[1 - 1e-9, 1e-9]], 1e-5, rtol=1e-9, atol=1e-12, why=_DOUBLE),
    ],
    mistakes=[
        Mistake(lambda E, q, b: np.sum(q * E, axis=1), "That is the average energy alone: q has to "
            "pay for being choosy, too."),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) + _kl_to_uniform(q), "The divergence is not "
            "divided by β."),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) + b * _kl_to_uniform(q), "The divergence is "
            "divided by β, not multiplied: the colder, the cheaper it is to be sure."),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) - _kl_to_uniform(q) / b, "The sign of the "
            "divergence is wrong: being choosy costs something."),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) + (_kl_to_uniform(q) - np.log(q.shape[1]))
            / b, "That is Σ q·ln q, minus the entropy. The divergence from u = 1/K has ln K more: "
            "ln(q/u) = ln(q·K)."),
        Mistake(lambda E, q, b: free_energy.reference(E, b), "That is F itself, which q does not "
            "enter. For this q the left side is higher, or equal."),
        Mistake(lambda E, q, b: b * np.sum(q * E, axis=1) + _kl_to_uniform(q), "That is β times "
            "as much: divide by β."),
        Mistake(lambda E, q, b: np.mean(q * E, axis=1) + _kl_to_uniform(q) / b, "q adds up to 1, "
            "so the average under q is a sum, not another mean."),
        Slip(lambda free: np.mean(free), "That is one number: one for each row is asked."),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) + (np.log(q.shape[1]) - _kl_to_uniform(q))
            / b, "Entropy enters with a minus: a q that is spread out is cheap."),
        Mistake(lambda E, q, b: np.mean(E, axis=1) + _kl_to_uniform(q) / b, "The energy is to be "
            "averaged with the weights q."),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) + (_kl_to_uniform(q) - np.log(q.shape[1])
            + np.log(np.sum(q > 0, axis=1))) / b, "K counts all the z, also those with q of 0: u "
            "is 1/K for each of them."),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) + np.nan_to_num(np.sum(q * np.log(q
            * q.shape[1]), axis=1)) / b, "Where one q is 0, the whole row's divergence was nan and "
            "became 0. Only the entries with q of 0 add nothing: np.where or scipy.special.xlogy, "
            "before the sum."),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) + (_kl_to_uniform(q) - 2 * np.log(q.shape[1]))
            / b, "ln(q/u) with u = 1/K is ln(q·K): K stands above the line."),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) + (_kl_to_uniform(q) - np.log(q.shape[1])) / b
            + np.log(q.shape[1]), "ln K is a part of the divergence: divide it by β, too."),
        *(Mistake(lambda E, q, b, base=base: np.sum(q * E, axis=1) + _kl_to_uniform(q) / b
            / np.log(base), f"That has a logarithm of base {base}: the natural one.")
            for base in (2, 10)),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) + _kl_to_uniform(q) / b / q.shape[1], "The "
            "divergence is a sum over z, not a mean."),
        Mistake(lambda E, q, b: _kl_to_uniform(q) / b, "The average energy under q is missing."),
        Mistake(lambda E, q, b: 2 * np.sum(q * E, axis=1) + _kl_to_uniform(q) / b -
            free_energy.reference(E, b), "KL(q‖p(z|y)) belongs to the right side, beside F; on "
            "the left stands KL(q‖u)."),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) + np.mean(np.log(1 / (q * q.shape[1])),
            axis=1) / b, "That is KL(u‖q), the other way round."),
        Mistake(lambda E, q, b: np.sum(q * E, axis=1) + np.sum(q * np.log(q * q.shape[1]), axis=1)
            / b, "0·ln 0 is nan to NumPy: leave the entries with q of 0 out, with np.where or "
            "scipy.special.xlogy."),
    ],
    hints=[
        "KL(q‖u) = Σ q·ln(q/u), and u = 1/K: Σ q·ln(q·K).",
        "scipy.special.xlogy(q, q * K) is q·ln(q·K), and 0 where q is 0.",
    ],
    speed=lambda: (np.ones((1000, 120)), np.full((1000, 120), 1 / 120), 2.0),
)  # fmt: skip
def variational_free_energy(E, q, beta):
    """E_q[E] + KL(q‖uniform)/β: E and q have shape (M, K), rows of q sum to 1; the result (M,)."""
    safe = np.where(q > 0, q, 1.0)
    kl = np.sum(q * np.log(safe * q.shape[1]), axis=1)
    return np.sum(q * E, axis=1) + kl / beta


# ------------------------------------------------------------------------------- too much freedom

lower_loss = book.question(
    "lower_loss",
    right="c",
    options={
        "a": "No. On new data of the same kind its energy is 0 as well, and on anything else, too: "
        "nothing is told apart.",
        "b": "No: it fits held-out points perfectly, which is not what overfitting looks like. It "
        "fits everything.",
        "c": "Right. A loss that only asks for low energy on the data is satisfied by low energy "
        "everywhere. What counts is the difference between data and the rest, and nothing in this "
        "loss looks at the rest.",
        "d": "No: but for the coarseness of the angles the loss is 0, there is nothing left to "
        "optimise.",
    },
    hints=["What is the energy of a point far from the ellipse, once the radius is free?"],
)  # fmt: skip


# ------------------------------------------------------------------------------------ sparse coding


@book.exercise(
    trains=True,
    batch=["u"],
    cases=[
        Case([[0.5, -0.2, 1.0], [-2.0, 0.1, -0.1]], 0.3, why="|u| shrinks by t, but not below 0; "
             "the sign stays."),
        Case([[3.0, -3.0]], 1.0, why="Both move by 1 towards 0."),
        Case([[0.4, -0.7], [0.2, 0.9]], 0.0, why="With t = 0 nothing changes."),
        Case([[0.5, -0.5, 0.0]], 0.5, gradient=False, why="What is exactly t from 0 ends at 0, and "
             "0 stays there."),
        Case([[600.0, -1700.0, 0.3]], [550.0, 900.0, 0.0], why="t may be one number for each "
             "column, and any numbers will do: nothing has to be clipped."),
        *drawn(lambda rng: Case(rng.normal(size=(4, 3)), rng.uniform(0.1, 1, 3), why="t may be one "
               "number for each column. In the chapter it is, and it learns.")),
    ],
    mistakes=[
        Mistake(lambda u, t: ops.where(ops.abs(u) > t, u, 0.0), "What is above the threshold was "
                "kept as it is: a hard threshold. Shrinking moves it by t, too."),
        Mistake(lambda u, t: ops.relu(u - t), "Negative entries have vanished. They count as well: "
                "shrink |u|, then give the sign back."),
        Slip(lambda u: ops.abs(u), "The sign is lost: multiply by keras.ops.sign(u)."),
        Mistake(lambda u, t: ops.sign(u) * (ops.abs(u) - t), "Entries smaller than t were carried "
                "past 0 to the other side. They should stop at 0: relu."),
        Mistake(lambda u, t: ops.clip(u, -t, t), "That is what shrinking takes away, not what it "
                "leaves: shrink(u) = u − clip(u, −t, t)."),
        Mistake(lambda u, t: ops.where(u > t, u - t, u + t), "Entries between −t and t went past 0, "
                "or away from it. There are three pieces: u − t above t, u + t below −t, and 0 "
                "between."),
        Mistake(lambda u, t: ops.where(ops.abs(u) > t, u - t * ops.sign(u), u), "What is within t of "
                "0 was kept. It becomes 0."),
        Mistake(lambda u, t: u - t, "t was subtracted from everything. Towards 0 is upwards for a "
                "negative number, and nobody crosses 0."),
    ],
    hints=[
        "Where the best z is positive, its slope z − u + t is 0, so z = u − t; likewise u + t "
        "where it is negative; and 0 if neither fits. So u moves towards 0 by t, and stops at 0.",
        "The size of the result is keras.ops.relu(keras.ops.abs(u) - t), its sign that of u.",
    ],
)  # fmt: skip
def shrink(u, t):
    """The z of least ½(z − u)² + t·|z|, for each entry of u, (M, N); t ≥ 0, or (N,)."""
    return keras.ops.sign(u) * keras.ops.relu(keras.ops.abs(u) - t)


def _uphill(z, y, W):
    return (z @ ops.transpose(W) - y) @ W  # (M, N)


_W = np.array([[0.8, 0.6, 0.0], [0.6, -0.8, 1.0]])  # (D, N)


@book.exercise(
    trains=True,
    batch=["z", "y"],
    cases=[
        Case([[0.5, -0.2, 0.1], [0.0, 0.0, 0.0]], [[1.0, 0.5], [-0.4, 1.2]], _W, 0.3, 3.0, why="A "
             "step of 1/L against the gradient (z Wᵀ − y) W, then shrink by λ/L."),
        Case([[0.0, 0.0, 0.0]], [[2.0, -1.0]], _W, 0.1, 4.0, why="From z = 0 the step is y W/L, "
             "shrunk by λ/L."),
        Case([[1.0, -1.0, 0.5]], [[0.3, 0.9]], _W, 0.0, 2.5, why="With λ = 0 it is plain gradient "
             "descent."),
        Case([[600.0, -700.0, 900.0]], [[-800.0, 1900.0]], 600 * _W, 90.0, 4e5, why=_FAR),
        *drawn(lambda rng: Case(rng.normal(size=(4, 5)), rng.normal(size=(4, 3)),
               rng.normal(size=(3, 5)), 0.3, [rng.uniform(5, 9)], why="A step of 1/L, then shrink "
               "by λ/L. In the chapter L is a tensor.")),
    ],
    mistakes=[
        Mistake(lambda z, y, W, a, L: shrink.reference(z + _uphill(z, y, W) / L, a / L), "That "
                "step goes uphill: subtract the gradient."),
        Mistake(lambda z, y, W, a, L: ista_step.reference(z, y, W, a * L, L), "The threshold is "
                "λ/L: the step is 1/L long for both terms of the energy."),
        Mistake(lambda z, y, W, a, L: ista_step.reference(z, y, W, a / L, 1.0), "The step has "
                "length 1/L: divide the gradient by L, or the steps grow without end."),
        Mistake(lambda z, y, W, a, L: ista_step.reference(z, y, W, a, 1.0), "L is not used: the "
                "step has length 1/L, and the threshold is λ/L."),
        Mistake(lambda z, y, W, a, L: ista_step.reference(z, y, W, 0.0, L), "The shrinking is "
                "missing: nothing will ever become 0."),
        Mistake(lambda z, y, W, a, L: z - (_uphill(z, y, W) + a * ops.sign(z)) / L, "That is "
                "gradient descent on |z| with its sign. It jumps back and forth over 0 and never "
                "stays there: step on the square alone, then shrink."),
        Mistake(lambda z, y, W, a, L: ista_step.reference(shrink.reference(z, a / L), y, W, 0.0, L),
                "First the step, then the shrinking: as it is, the result is not sparse."),
        Mistake(lambda z, y, W, a, L: ista_step.reference(z, y, W, a / 2, L / 2), "The energy has "
                "½‖y − Wz‖², so the 2 of the square is gone."),
        Mistake(lambda z, y, W, a, L: ista_step.reference(z, 0 * y, W, a, L), "y is missing: the "
                "gradient is (z Wᵀ − y) W."),
        Mistake(lambda z, y, W, a, L: shrink.reference(-_uphill(z, y, W) / L, a / L), "The step "
                "begins at z: z minus the gradient over L."),
        Mistake(lambda z, y, W, a, L: ops.relu(z - _uphill(z, y, W) / L - a / L), "Negative codes "
                "were lost: shrink keeps the sign."),
        Mistake(lambda z, y, W, a, L: ops.where(ops.abs(u := z - _uphill(z, y, W) / L) > a / L, u,
                0.0), "What is above λ/L was kept as it is (a hard threshold). shrink moves it by "
                "λ/L, too."),
        Mistake(lambda z, y, W, a, L: ista_step.reference(z, y, W, a, L) * 0 + shrink.reference(z
                - _uphill(z, y, W) / L / len(z), a / L), "The gradient was divided by the number of "
                "rows. Each row is a code of its own, with an energy of its own."),
        Mistake(lambda z, y, W, a, L: z - shrink.reference(_uphill(z, y, W) / L, a / L), "The "
                "gradient was shrunk. It is the new z that is shrunk: shrink(z − gradient/L, "
                "λ/L)."),
    ],
    hints=[
        "Each row of z is one code. What W makes of all of them: z @ keras.ops.transpose(W).",
        "Each code is a row, so the gradient Wᵀ(Wz − y) becomes (z @ Wᵀ − y) @ W, shape (M, N).",
        "shrink(z − gradient / L, lam / L).",
    ],
)  # fmt: skip
def ista_step(z, y, W, lam, L):
    """One step of ISTA on ½‖y − Wz‖² + λ‖z‖₁: z has shape (M, N), y (M, D), W (D, N)."""
    gradient = (z @ keras.ops.transpose(W) - y) @ W  # (M, N)
    u = z - gradient / L
    return keras.ops.sign(u) * keras.ops.relu(keras.ops.abs(u) - lam / L)  # shrink


# ------------------------------------------------------------------------------ target propagation


def _cost(y, z, W):
    return ops.mean(ops.sum((y - z @ ops.transpose(W)) ** 2, axis=-1)) / 2


def _gap(a, b):
    return ops.mean(ops.sum((a - b) ** 2, axis=-1))


_YS = np.array([[1.0, 0.5], [-0.4, 1.2]])
_GUESS = np.array([[0.5, -0.2, 0.1], [0.3, 0.0, 0.9]])
_FOUND = np.array([[0.6, 0.0, 0.2], [0.0, -0.5, 1.0]])
_STAYS = {
    "z_found": "The value is right, but z_found is a target: the guess has to move to it, it must "
    "not come to the guess. keras.ops.stop_gradient(z_found) first.",
    "z_guess": "So the encoder would not learn. Stop the gradient of z_found only.",
    "W": "So the decoder would not learn. Stop the gradient of z_found, not of what W makes of it.",
}  # fmt: skip


def _gradients_stay_home(answer):
    """A case: where the gradients of the loss go; or ''."""
    import tensorflow as tf

    y, *given = (tf.constant(a, "float32") for a in (_YS, _GUESS, _FOUND, _W))
    with tf.GradientTape() as tape:
        tape.watch(given)
        loss = answer(y, *given)
    if not tf.is_tensor(loss):
        return ""  # it left TensorFlow: the check of training says so
    gradients = dict(zip(("z_guess", "z_found", "W"), tape.gradient(loss, given), strict=True))
    for name, says in _STAYS.items():
        goes = gradients[name] is not None and bool(np.any(gradients[name]))
        if goes == (name == "z_found"):
            return f"target_loss sends {'a' if goes else 'no'} gradient into {name}.\n{says}"
    return ""


@book.exercise(
    trains=True,
    batch=["y", "z_guess", "z_found"],
    cases=[
        Case(_YS, _GUESS, _FOUND, _W, why="C = ½‖y − W ž‖² and Δ = ‖ž − z̃‖²: sums over the "
             "entries of a sample, averages over the samples."),
        Case([[0.5, 0.5]], [[0.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]], _W, why="C is ½‖y − W ž‖², Δ is "
             "‖ž − z̃‖² = 1."),
        Case(_YS, _FOUND, _FOUND, _W, why="A perfect guess has Δ = 0; C is left."),
        Case([[600.0, -700.0]], [[-800.0, 900.0, 10.0]], [[900.0, 800.0, 20.0]], 600 * _W,
             why=_FAR),
        *drawn(lambda rng: Case(*(rng.normal(size=s) for s in ((4, 3), (4, 5), (4, 5), (3, 5))),
               why="Sums over the entries of a sample, averages over the samples.")),
        _gradients_stay_home,
    ],
    mistakes=[
        Mistake(lambda y, g, f, W: _cost(y, g, W) + _gap(f, g), "C was computed from the guess z̃. "
                "The decoder learns from the code that was found, ž."),
        Mistake(lambda y, g, f, W: 2 * _cost(y, f, W) + _gap(f, g), "The ½ in C is missing: C is "
                "the first term of the energy, ½‖y − W ž‖²."),
        Mistake(lambda y, g, f, W: _cost(y, f, W) + _gap(f, g) / 2, "There is a ½ in C, but none "
                "in Δ."),
        Mistake(lambda y, g, f, W: target_loss.reference(y, g, f, W) / 2, "The ½ belongs to C alone: "
                "Δ has none, and there is none before the sum."),
        *(Mistake(lambda y, g, f, W, c=c, d=d: c(y) * _cost(y, f, W) + d(y) * _gap(f, g), "One part "
            "was summed over the samples, the other averaged: average both.") for c, d in (
                (lambda y: len(y), lambda y: 1), (lambda y: 1, lambda y: len(y)))),
        Mistake(lambda y, g, f, W: _cost(y, f, W), "Δ is missing: the encoder would learn "
                "nothing."),
        Mistake(lambda y, g, f, W: _gap(f, g), "C is missing: the decoder would learn nothing."),
        Mistake(lambda y, g, f, W: _cost(y, f, W) / y.shape[1] + _gap(f, g) / g.shape[1], "Those "
                "are means over the entries, too, and y and z have different numbers of them. Sum "
                "over the last axis, then average."),
        Mistake(lambda y, g, f, W: len(y) * target_loss.reference(y, g, f, W), "Those are sums "
                "over the samples. Average over axis 0, so that the batch size does not matter."),
    ],
    hints=[
        "Begin with z_found = keras.ops.stop_gradient(z_found).",
        "C: keras.ops.sum((y − z_found @ Wᵀ) ** 2, axis=-1), averaged, halved.",
    ],
)  # fmt: skip
def target_loss(y, z_guess, z_found, W):
    """C + Δ, averaged over the patches: C = ½‖y − W ž‖², Δ = ‖ž − z̃‖²; no gradient goes into ž."""
    z_found = keras.ops.stop_gradient(z_found)
    miss = y - z_found @ keras.ops.transpose(W)  # (M, pixels)
    C = keras.ops.mean(keras.ops.sum(miss**2, axis=-1)) / 2
    D = keras.ops.mean(keras.ops.sum((z_found - z_guess) ** 2, axis=-1))  # Δ
    return C + D
