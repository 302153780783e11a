"""The exercises of chapter 05, energies and latent variables."""

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake

keras = Lazy("keras")
book = Book(5)
summary = book.summary


# ------------------------------------------------------------------------------------------ energy


def _decoded(z, w):
    return np.asarray(w) * np.stack([np.cos(z), np.sin(z)], axis=-1)


def _miss(y, z, w):
    return y[:, None, :] - _decoded(z, w)  # (M, K, 2)


@book.exercise(
    returns="array",
    cases=[
        Case([[1.0, 0.5], [-1.5, 0.2], [0.3, -0.8]], [0.0, 1.0, 2.5, 4.0], [2.0, 1.0], why="Entry "
             "[m, k] is (y₁ − w₁ cos z_k)² + (y₂ − w₂ sin z_k)², with the two coordinates of y_m and "
             "z in radians."),
        Case([[0.0, 1.0]], [0.5 * np.pi, 1.0], [3.0, 1.0], why="At z = π/2 the decoder gives "
             "(0, w₂): this y is reached exactly, its first energy is 0."),
        Case([[1.0, 2.0], [0.0, 0.0]], [0.3], [1.0, 2.0], why="One z is enough: the result then "
             "has shape (M, 1)."),
        Case([[1.0, 2.0], [0.5, -0.5]], [0.3, 0.9], [1.5, 0.7], why="Two y, two z: [m, k] belongs "
             "to y_m and z_k."),
    ],
    mistakes=[
        Mistake(lambda y, z, w: np.sqrt((_miss(y, z, w) ** 2).sum(-1)), "That is the distance. The "
                "energy here is its square: no root."),
        Mistake(lambda y, z, w: (_miss(y, z, w) ** 2).mean(-1), "That is half the energy: a mean "
                "over the two coordinates, or a factor ½. The energy is the sum of the squares."),
        Mistake(lambda y, z, w: (_miss(y, z, w) ** 2).sum(-1).T, "Rows and columns are swapped: "
                "each y has a row, each z a column."),
        Mistake(lambda y, z, w: _miss(y, z, w).sum(-1) ** 2, "Square first, then add: as it is, "
                "errors of opposite sign in the two coordinates cancel."),
        Mistake(lambda y, z, w: ((y[:, None, :] - w * np.stack([np.sin(z), np.cos(z)], -1)) ** 2)
                .sum(-1), "Sine and cosine are swapped: g₁ = w₁ cos z, g₂ = w₂ sin z."),
        Mistake(lambda y, z, w: (_miss(y, z, w[::-1]) ** 2).sum(-1), "w₁ and w₂ are swapped: w₁ "
                "belongs to the cosine and the first coordinate."),
        Mistake(lambda y, z, w: (_miss(y, np.deg2rad(z), w) ** 2).sum(-1), "z is an angle in "
                "radians already."),
        Mistake(lambda y, z, w: (_miss(y, z, [1.0, 1.0]) ** 2).sum(-1), "w is not used: that is "
                "the energy of a circle with radius 1."),
        Mistake(lambda y, z, w: (_miss(y, z, w) ** 2).sum((1, 2)), "The energies of all z were "
                "added up. Each z keeps its own: sum over the coordinates only."),
    ],
    hints=[
        "g = w * np.stack([np.cos(z), np.sin(z)], axis=-1) has shape (K, 2).",
        "y[:, None, :] - g has shape (M, K, 2): broadcasting pairs every y with every z.",
    ],
    speed=lambda: (np.ones((1000, 2)), np.linspace(0, 6, 120), np.array([2.0, 1.0])),
)  # fmt: skip
def energy(y, z, w):
    """E(y, z) = ‖y − g(z)‖²: y has shape (M, 2), z (K,), w (2,); the result (M, K)."""
    g = w * np.stack([np.cos(z), np.sin(z)], axis=-1)  # (K, 2)
    return np.sum((y[:, None, :] - g) ** 2, axis=-1)  # over the two coordinates


# ------------------------------------------------------------------------------------- free energy


def _softmin(E, beta, average=np.mean, axis=1):
    low = E.min(axis=axis, keepdims=True)
    return low.squeeze(axis) - np.log(average(np.exp(-beta * (E - low)), axis=axis)) / beta


def _naive(E, beta):
    with np.errstate(all="ignore"):
        return -np.log(np.mean(np.exp(-beta * E), axis=1)) / beta


@book.exercise(
    returns="array",
    cases=[
        Case([[0.0, 1.0, 3.0], [2.0, 2.5, 0.5]], 1.0, why="−(1/β)·ln of the mean over z of "
             "exp(−β·E), one number for each row."),
        Case([[0.0, 1.0], [2.0, 0.5], [1.0, 4.0]], 3.0, why="−(1/β)·ln of the mean over z of "
             "exp(−β·E), one number for each row."),
        Case([[0.7, 0.7, 0.7, 0.7]], 5.0, why="If all energies are 0.7, so is the free energy, at "
             "any temperature and for any number of z."),
        Case([[1000.0, 1001.0], [3.0, 900.0]], 10.0, why="Large energies are no reason to fail: "
             "the first free energy is a little above 1000."),
        Case([[0.3, 0.1, 0.2]], 0.01, why="Warm: nearly the mean of the energies."),
    ],
    mistakes=[
        Mistake(_naive, "exp(−β·E) became 0 (or infinite), and its logarithm is lost. Take the "
                "lowest energy of each row out first: F = E_min − (1/β)·ln mean exp(−β·(E − E_min))."),
        Mistake(lambda E, b: _softmin(E, b, np.sum), "That is the sum over z, which depends on how "
                "fine the grid is: twice as many z, and F falls by ln 2/β. Take the mean."),
        Mistake(lambda E, b: -_softmin(E, b), "The sign is wrong: −(1/β)·ln(…)."),
        Mistake(lambda E, b: -_softmin(-E, b), "That is a soft maximum. The minus in exp(−β·E) is "
                "missing: low energies must count most."),
        Mistake(lambda E, b: _softmin(E, b) - E.min(axis=1), "The lowest energy was taken out and "
                "not put back: add it to the result."),
        Mistake(lambda E, b: _softmin(E, b) * b, "The division by β is missing, so the result is "
                "no energy: it grows with β."),
        Mistake(lambda E, b: _softmin(E, 1 / b), "β is the inverse of the temperature, not the "
                "temperature: multiply E by it, divide the logarithm by it."),
        Mistake(lambda E, b: _softmin(E, b, axis=0), "The mean ran over the observations (axis 0). "
                "z has to disappear: axis 1."),
        Mistake(lambda E, b: _softmin(E, b) / np.log(2), "That has a logarithm of base 2. exp "
                "needs its own inverse: the natural logarithm."),
        Mistake(lambda E, b: E.min(axis=1), "That is the cold limit, the minimum. At a finite β "
                "the other z count as well."),
        Mistake(lambda E, b: np.sum(E * _weights(E, b), axis=1), "That is the average energy under "
                "the softmin weights. The free energy is −(1/β)·ln mean exp(−β·E), which is "
                "lower or equal to the plain mean, and not the same as this."),
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
        "a": (
            "No: that is the other end, β → ∞. A large β makes all but the lowest energy's "
            "exp(−βE) vanish in comparison."
        ),
        "b": (
            "Right. For small β, exp(−βE) is about 1 − βE; its mean is 1 − β·mean(E), and −(1/β)·ln"
            " of that is about mean(E). Every z counts the same, so F no longer depends on whether"
            " any z fits."
        ),
        "c": (
            "No: −(1/β)·ln(…) looks as if it blew up, but the logarithm goes to 0 just as fast, "
            "because the mean of exp(−βE) goes to 1."
        ),
        "d": (
            "No: a soft minimum cannot exceed the plain average. For the largest energy β would "
            "have to be negative."
        ),
    },
    hints=["For small u, exp(−u) ≈ 1 − u and ln(1 − u) ≈ −u."],
)


# --------------------------------------------------------------------------------- softmin weights


def _weights(E, beta, axis=1):
    p = np.exp(-beta * (E - E.min(axis=axis, keepdims=True)))
    return p / p.sum(axis=axis, keepdims=True)


def _naive_weights(E, beta):
    with np.errstate(all="ignore"):
        p = np.exp(-beta * E)
        return p / p.sum(axis=1, keepdims=True)


@book.exercise(
    returns="array",
    cases=[
        Case([[0.0, 1.0, 3.0], [2.0, 2.5, 0.5]], 1.0, why="exp(−β·E), divided by its sum over z: "
             "each row adds up to 1."),
        Case([[0.0, 1.0], [2.0, 0.5], [1.0, 4.0]], 3.0, why="exp(−β·E), divided by its sum over "
             "z: each row adds up to 1."),
        Case([[0.5, 0.5]], 20.0, why="Two z with the same energy share evenly, however cold it is."),
        Case([[1000.0, 1001.0], [3.0, 900.0]], 10.0, why="Only differences of energies matter: "
             "take the lowest of each row out before exp."),
    ],
    mistakes=[
        Mistake(_naive_weights, "exp(−β·E) became 0 for every z of a row, and 0/0 is nan. Only "
                "differences of energies matter: take the lowest of each row out before exp."),
        Mistake(lambda E, b: _weights(-E, b), "The minus in exp(−β·E) is missing: the z that fits "
                "worst gets the largest weight."),
        Mistake(lambda E, b: _weights(E, b, axis=0), "The weights were normalised over the "
                "observations. They share out one y's explanation among the z: axis 1."),
        Mistake(lambda E, b: np.exp(-b * (E - E.min(axis=1, keepdims=True))), "The weights do not "
                "add up to 1: divide each row by its sum."),
        Mistake(lambda E, b: _weights(E, 1 / b), "β is the inverse of the temperature: multiply "
                "the energies by it."),
        Mistake(lambda E, b: (E.min(axis=1, keepdims=True) == E).astype(float), "That gives all "
                "to the lowest energy: the cold limit. At a finite β the others get a share."),
        Mistake(lambda E, b: _weights(E, 1.0), "β is not used."),
    ],
    hints=[
        "It is a softmax of −β·E over axis 1.",
        "p = np.exp(−β·(E − lowest of the row)), then p / p.sum(axis=1, keepdims=True).",
    ],
    speed=lambda: (np.ones((1000, 120)), 2.0),
)  # fmt: skip
def weights(E, beta):
    """p(z|y) = exp(−β E) / Σ_z exp(−β E): E and the result have shape (M, K)."""
    p = np.exp(-beta * (E - E.min(axis=1, keepdims=True)))
    return p / p.sum(axis=1, keepdims=True)


# ----------------------------------------------------------------------------------- slope in w


def _slopes(y, z, w, p):
    c = np.stack([np.cos(z), np.sin(z)], axis=-1)
    return -2 * p[..., None] * (y[:, None, :] - w * c) * c  # (M, K, 2)


_Y = np.array([[1.0, 0.5], [-1.5, 0.2], [0.3, -0.8]])
_Z = np.array([0.1, 1.2, 3.0, 5.0])
_P = np.array([[0.6, 0.2, 0.1, 0.1], [0.0, 0.0, 1.0, 0.0], [0.1, 0.2, 0.3, 0.4]])


@book.exercise(
    returns="array",
    cases=[
        Case(_Y, _Z, [2.0, 1.0], _P, why="∂E/∂w_i = −2·(y_i − w_i·c_i)·c_i with c = (cos z, sin "
             "z); average over z with the weights p, then over the observations."),
        Case([[2.0, 0.0]], [0.0, np.pi], [1.5, 0.5], [[1.0, 0.0]], why="One observation, all "
             "weight on z = 0: the slope is −2·(2 − 1.5)·1 along w₁ and 0 along w₂."),
        Case(_Y[:2], _Z, [0.5, 3.0], _P[1:], why="Sum over z, weighted; mean over the "
             "observations."),
    ],
    mistakes=[
        Mistake(lambda y, z, w, p: -_slopes(y, z, w, p).sum(1).mean(0), "The sign is wrong: that "
                "points downhill. The slope points uphill, and the step that uses it subtracts."),
        Mistake(lambda y, z, w, p: _slopes(y, z, w, p).sum(1).sum(0), "That is the sum over the "
                "observations; the loss is their mean."),
        Mistake(lambda y, z, w, p: _slopes(y, z, w, p).mean(1).mean(0), "The weights p add up to 1 "
                "already: sum over z, no division by K."),
        Mistake(lambda y, z, w, p: _slopes(y, z, w, p).sum(1).mean(0) / 2, "The 2 from the square "
                "is missing."),
        Mistake(lambda y, z, w, p: _slopes(y, z, w, np.ones_like(p)).sum(1).mean(0), "The weights "
                "p are not used: every z pulls as hard as the one that fits."),
        Mistake(lambda y, z, w, p: (-2 * p[..., None] * _miss(y, z, w)).sum(1).mean(0), "The inner "
                "derivative is missing: ∂g_i/∂w_i is cos z or sin z."),
        Mistake(lambda y, z, w, p: _slopes(y, z, w, p).sum(1), "Those are the slopes of the single "
                "observations: average them over axis 0."),
        Mistake(lambda y, z, w, p: _slopes(y, z, w, p).sum(1).mean(), "That is one number; each "
                "axis of the ellipse has a slope of its own. Average over axis 0 only."),
    ],
    hints=[
        "c = np.stack([np.cos(z), np.sin(z)], axis=-1), shape (K, 2); g = w * c.",
        "−2 * (y[:, None, :] − g) * c has shape (M, K, 2). Multiply by p[..., None].",
        "Then a sum over axis 1 (z) and a mean over axis 0 (observations).",
    ],
    speed=lambda: (np.ones((6000, 2)), np.linspace(0, 6, 120), np.array([2.0, 1.0]),
                   np.full((6000, 120), 1 / 120)),  # the chapter calls it hundreds of times
)  # fmt: skip
def slope(y, z, w, p):
    """∂(mean F)/∂w, shape (2,): y (M, 2), z (K,), w (2,), and the weights p (M, K)."""
    c = np.stack([np.cos(z), np.sin(z)], axis=-1)  # (K, 2): ∂g/∂w
    dE = -2 * (y[:, None, :] - w * c) * c  # (M, K, 2): ∂E/∂w
    return np.mean(np.sum(p[..., None] * dE, axis=1), axis=0)


# ------------------------------------------------------------------------------- too much freedom

lower_loss = book.question(
    "lower_loss",
    right="c",
    options={
        "a": (
            "No. On new data of the same kind its energy is 0 as well, and on anything else, too: "
            "nothing is told apart."
        ),
        "b": (
            "No: it fits held-out points perfectly, which is not what overfitting looks like. It "
            "fits everything."
        ),
        "c": (
            "Right. A loss that only asks for low energy on the data is satisfied by low energy "
            "everywhere. What counts is the difference between data and the rest, and nothing in "
            "this loss looks at the rest."
        ),
        "d": "No: the minimum over z is exact here, there is nothing left to optimise.",
    },
    hints=["What is the energy of a point far from the ellipse, once the radius is free?"],
)


# ------------------------------------------------------------------------------------ sparse coding


def _soft(u, t):
    return keras.ops.sign(u) * keras.ops.relu(keras.ops.abs(u) - t)


@book.exercise(
    trains=True,
    cases=[
        Case([[0.5, -0.2, 1.0], [-2.0, 0.1, 0.0]], 0.3, why="|u| shrinks by t, but not below 0; "
             "the sign stays."),
        Case([[3.0, -3.0]], 1.0, why="Both move by 1 towards 0."),
        Case([[0.4, -0.7], [0.2, 0.9]], 0.0, why="With t = 0 nothing changes."),
    ],
    mistakes=[
        Mistake(lambda u, t: keras.ops.where(keras.ops.abs(u) > t, u, 0.0), "What is above the "
                "threshold was kept as it is: a hard threshold. Shrinking moves it by t, too."),
        Mistake(lambda u, t: keras.ops.relu(u - t), "Negative entries have vanished. They count as "
                "well: shrink |u|, then give the sign back."),
        Mistake(lambda u, t: keras.ops.relu(keras.ops.abs(u) - t), "The sign is lost: multiply by "
                "keras.ops.sign(u)."),
        Mistake(lambda u, t: keras.ops.sign(u) * (keras.ops.abs(u) - t), "Entries smaller than t "
                "were carried past 0 to the other side. They should stop at 0: relu."),
        Mistake(lambda u, t: keras.ops.clip(u, -t, t), "That is what shrinking takes away, not "
                "what it leaves: shrink(u) = u − clip(u, −t, t)."),
        Mistake(lambda u, t: u - t, "t was subtracted from everything. Towards 0 is "
                "upwards for a negative number, and nobody crosses 0."),
    ],
    hints=[
        "How large is the result? keras.ops.relu(keras.ops.abs(u) - t).",
        "Which sign has it? That of u: keras.ops.sign(u).",
    ],
)  # fmt: skip
def shrink(u, t):
    """Each entry of u moved towards 0 by t, and no further: sign(u)·max(|u| − t, 0)."""
    return keras.ops.sign(u) * keras.ops.relu(keras.ops.abs(u) - t)


def _uphill(z, y, W):
    return (z @ keras.ops.transpose(W) - y) @ W  # (M, N)


_W = np.array([[0.8, 0.6, 0.0], [0.6, -0.8, 1.0]])  # (D, N)


@book.exercise(
    trains=True,
    cases=[
        Case([[0.5, -0.2, 0.1], [0.0, 0.0, 0.0]], [[1.0, 0.5], [-0.4, 1.2]], _W, 0.3, 3.0,
             why="A step of 1/L against the gradient (z Wᵀ − y) W, then shrink by λ/L."),
        Case([[0.0, 0.0, 0.0]], [[2.0, -1.0]], _W, 0.1, 4.0, why="From z = 0 the step is y W/L, "
             "shrunk by λ/L."),
        Case([[1.0, -1.0, 0.5]], [[0.3, 0.9]], _W, 0.0, 2.5, why="With λ = 0 it is plain gradient "
             "descent."),
    ],
    mistakes=[
        Mistake(lambda z, y, W, lam, L: _soft(z + _uphill(z, y, W) / L, lam / L), "That step goes "
                "uphill: subtract the gradient."),
        Mistake(lambda z, y, W, lam, L: _soft(z - _uphill(z, y, W) / L, lam), "The threshold is "
                "λ/L: the step is 1/L long for both terms of the energy."),
        Mistake(lambda z, y, W, lam, L: _soft(z - _uphill(z, y, W), lam / L), "The step has length "
                "1/L: divide the gradient by L, or the steps grow without end."),
        Mistake(lambda z, y, W, lam, L: _soft(z - _uphill(z, y, W), lam), "L is not used: the step "
                "has length 1/L, and the threshold is λ/L."),
        Mistake(lambda z, y, W, lam, L: z - _uphill(z, y, W) / L, "The shrinking is missing: "
                "nothing will ever become 0."),
        Mistake(lambda z, y, W, lam, L: z - (_uphill(z, y, W) + lam * keras.ops.sign(z)) / L,
                "That is gradient descent on |z| with its sign. It jumps back and forth over 0 and "
                "never stays there: step on the square alone, then shrink."),
        Mistake(lambda z, y, W, lam, L: _soft(z, lam / L) - _uphill(_soft(z, lam / L), y, W) / L,
                "First the step, then the shrinking: as it is, the result is not sparse."),
        Mistake(lambda z, y, W, lam, L: _soft(z - 2 * _uphill(z, y, W) / L, lam / L), "The energy "
                "has ½‖y − Wz‖², so the 2 of the square is gone."),
        Mistake(lambda z, y, W, lam, L: z - _soft(_uphill(z, y, W) / L, lam / L), "The gradient was "
                "shrunk. It is the new z that is shrunk: shrink(z − gradient/L, λ/L)."),
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
    return keras.ops.mean(keras.ops.sum((y - z @ keras.ops.transpose(W)) ** 2, axis=-1)) / 2


def _gap(a, b):
    return keras.ops.mean(keras.ops.sum((a - b) ** 2, axis=-1))


_YS = np.array([[1.0, 0.5], [-0.4, 1.2]])
_GUESS = np.array([[0.5, -0.2, 0.1], [0.3, 0.0, 0.9]])
_FOUND = np.array([[0.6, 0.0, 0.2], [0.0, -0.5, 1.0]])


def _gradients_stay_home(answer):
    """A case: where the gradients of the loss go; or ''."""
    import tensorflow as tf

    names = ("z_guess", "z_found", "W")
    given = [tf.Variable(a, dtype="float32") for a in (_GUESS, _FOUND, _W)]
    try:
        with tf.GradientTape() as tape:
            loss = answer(tf.constant(_YS, "float32"), *given)
        gradients = tape.gradient(loss, given)
    except Exception:
        return ""  # it left TensorFlow: the check of training says so
    size = {
        name: 0.0 if g is None else float(tf.reduce_max(tf.abs(g)))
        for name, g in zip(names, gradients, strict=True)
    }
    if size["z_found"] > 1e-6:
        return (
            "target_loss sends a gradient into z_found.\n"
            "The value is right, but z_found is a target: the guess has to move to it, it must not "
            "come to the guess. keras.ops.stop_gradient(z_found) first."
        )
    if size["z_guess"] < 1e-6:
        return (
            "target_loss sends no gradient into z_guess, so the encoder would not learn.\n"
            "Stop the gradient of z_found only."
        )
    if size["W"] < 1e-6:
        return (
            "target_loss sends no gradient into W, so the decoder would not learn.\n"
            "Stop the gradient of z_found, not of what W makes of it."
        )
    return ""


@book.exercise(
    trains=True,
    cases=[
        Case(_YS, _GUESS, _FOUND, _W, why="C = ½‖y − W ž‖² and D = ‖ž − z̃‖²: sums over the entries "
             "of a sample, averages over the samples."),
        Case([[0.5, 0.5]], [[0.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]], _W, why="C is ½‖y − W ž‖², D is "
             "‖ž − z̃‖² = 1."),
        Case(_YS, _FOUND, _FOUND, _W, why="A perfect guess has D = 0; C is left."),
        _gradients_stay_home,
    ],
    mistakes=[
        Mistake(lambda y, g, f, W: _cost(y, g, W) + _gap(f, g), "C was computed from the guess z̃. "
                "The decoder learns from the code that was found, ž."),
        Mistake(lambda y, g, f, W: 2 * _cost(y, f, W) + _gap(f, g), "The ½ in C is missing: C is "
                "the first term of the energy, ½‖y − W ž‖²."),
        Mistake(lambda y, g, f, W: _cost(y, f, W) + _gap(f, g) / 2, "There is a ½ in C, but none "
                "in D."),
        Mistake(lambda y, g, f, W: _cost(y, f, W), "D is missing: the encoder would learn nothing."),
        Mistake(lambda y, g, f, W: _gap(f, g), "C is missing: the decoder would learn nothing."),
        Mistake(lambda y, g, f, W: keras.ops.mean((y - f @ keras.ops.transpose(W)) ** 2) / 2
                + keras.ops.mean((f - g) ** 2), "Those are means over the entries, too, and y and z "
                "have different numbers of them. Sum over the last axis, then average."),
        Mistake(lambda y, g, f, W: keras.ops.sum((y - f @ keras.ops.transpose(W)) ** 2) / 2
                + keras.ops.sum((f - g) ** 2), "Those are sums over the samples. Average over "
                "axis 0, so that the batch size does not matter."),
    ],
    hints=[
        "Begin with z_found = keras.ops.stop_gradient(z_found).",
        "C: keras.ops.sum((y − z_found @ Wᵀ) ** 2, axis=-1), averaged, halved.",
    ],
)  # fmt: skip
def target_loss(y, z_guess, z_found, W):
    """C + D, averaged over the patches: C = ½‖y − W ž‖², D = ‖ž − z̃‖²; no gradient goes into ž."""
    z_found = keras.ops.stop_gradient(z_found)
    miss = y - z_found @ keras.ops.transpose(W)  # (M, D)
    C = keras.ops.mean(keras.ops.sum(miss**2, axis=-1)) / 2
    D = keras.ops.mean(keras.ops.sum((z_found - z_guess) ** 2, axis=-1))
    return C + D
