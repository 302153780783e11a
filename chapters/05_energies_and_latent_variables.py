# %% [markdown]
# # 05 · Energies and latent variables: what if there is more than one right answer?
#
# **You need** chapters [01](01_information_theory.ipynb) (surprise), [02](02_autoencoders.ipynb) (autoencoders) and [03](03_sparse_autoencoders.ipynb) (sparse codes); the last
# section looks back at [04](04_denoising_and_contractive.ipynb). **It runs in** {{minutes}} on two CPU cores; with the exercises,
# allow an evening.
#
# A lighthouse stands on an island, and a boat goes round it. You hear over the radio how far east the boat is. How far north is
# it? There are two right answers, one on either side of the island. Ask a network for one number and train it with squared error,
# and it will put the boat on the rocks: between the two.
#
# Ask instead, of any proposed answer, how badly it fits: its **energy**. Whatever is not known but would settle the matter (how far
# round the boat has got) becomes a **latent variable**, which has to be removed again. Seen like this, autoencoders differ mainly in
# one thing: how they keep the energy up where there are no data.
#
# By the end you will be able to
# - write an energy with a latent variable, and remove the variable, cold (by its best value) or warm (by a soft minimum);
# - say what the temperature has to do with noise, and what goes wrong when it is too low or too high;
# - show that a free energy is a minimum over distributions;
# - say what a loss of 0 is worth; cure it by a price on the latent variable, or by the normaliser;
# - find a sparse code by ISTA, and train a network to guess it at a small part of the cost;
# - explain what keeps the energy up in each kind of autoencoder.

# %% tags=["nbval-ignore-output"]
import time

import numpy as np
from ipywidgets import interact
from sklearn.decomposition import sparse_encode

from course_utils import data, plots, runtime
from course_utils.exercises import ch05 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=5)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import ops

digits = data.load_digits()

# %% [markdown]
# The settings.

# %%
boats = budget(smoke=300, quick=1000, full=4000)  # M, observations of the boat
grid = 120  # K, values of z that are tried
descents = budget(smoke=5, quick=60, full=100)  # steps of gradient descent on the ellipse
patch_count = budget(smoke=1000, quick=20_000, full=100_000)
patch_epochs = budget(smoke=1, quick=10, full=40)
shaper_epochs = budget(smoke=1, quick=60, full=200)
lam = 0.3  # λ, the price of activity in a sparse code

# %% [markdown]
# ## 1 · One question, two answers
# The boat's course is an ellipse with semi-axes $w_1 = 2$ and $w_2 = 1$ (half its length, half its width), and each of the $M$ observations
# $y = (y_1, y_2)$, east and north, has Gaussian noise of standard deviation $\sigma = 0.2$ in both coordinates. (In this chapter $y$ is
# what is observed, as in Canziani's lecture; there are no labels.)


# %%
def observe(count, sigma, seed):
    """Noisy points on the ellipse, shape (count, 2)."""
    rng = np.random.default_rng(runtime.seed(seed))
    angle = rng.uniform(0, 2 * np.pi, count)
    places = w_true * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return places + sigma * rng.normal(size=(count, 2))


w_true, sigma = np.array([2.0, 1.0]), 0.2
y_seen = observe(boats, sigma, seed=1)

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(1))
regressor = keras.Sequential(
    [
        keras.Input((1,)),
        keras.layers.Dense(32, "relu"),
        keras.layers.Dense(32, "relu"),
        keras.layers.Dense(1),
    ]
)
regressor.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
regressor_epochs = budget(smoke=1, quick=20, full=50)
regressor.fit(y_seen[:, :1], y_seen[:, 1:], batch_size=50, epochs=regressor_epochs, verbose=0)

east = np.linspace(-1.8, 1.8, 100)
guess = ops.convert_to_numpy(regressor(east[:, None]))[:, 0]  # north, as the network sees it
north = np.sqrt(1 - (east / 2) ** 2)  # on the true course

# %% [markdown]
# Before you look: where will the curve of guesses run?

# %% tags=["nbval-ignore-output"]
plots.curves(
    east,
    {
        "true course, north side": north,
        "true course, south side": -north,
        "the network's guess": guess,
    },
    x_label="east, y₁",
    y_label="north, y₂",
    title="Squared error answers with the average of the answers",
    says=(
        "The two halves of an ellipse, and between them the guess of a network trained with squared"
        " error: a wavering line near 0, far from both."
    ),
    ylim=(-1.2, 1.9),
)

# %%
distance = np.minimum(abs(guess - north), abs(guess + north))
claim("mean distance of the guess from the nearer side", np.mean(distance), at_least=0.5)

# %% [markdown]
# Right through the island. Among single numbers, the mean has the least squared error; the
# question was wrong. (Where several answers are right, their distribution is called **multimodal**.)
#
# ## 2 · An energy instead of an answer
# Suppose somebody told us how far round the boat is: an angle $z$. Then there is no doubt left. A **decoder** gives the place,
#
# $$ g(z) = (w_1 \cos z,\; w_2 \sin z), $$
#
# and we can say how badly an observation $y$ fits with that $z$. This number is the **energy**, and a model built on one is an **energy-based model**:
#
# $$ E(y, z) = \lVert y - g(z) \rVert^2 = (y_1 - w_1 \cos z)^2 + (y_2 - w_2 \sin z)^2 . $$
#
# Low energy means: these two go together. $z$ is **latent**: it is in the model, and never in the data. Energies are not
# probabilities; they need not add up to anything.
#
# ### Exercise · energy
# In NumPy, and all pairs at once: from $M$ observations and $K$ values of $z$ comes a table of energies, an array of shape $(M, K)$.

# %%
energy = ex.energy.check(...)  # @exercise

# %% tags=["nbval-ignore-output"]
z = np.arange(grid) * 2 * np.pi / grid  # (K,)
y_three = np.array([[2.0, 0.0], [3.5, 0.0], [0.0, 0.05]])  # on the course, at sea, on the island
E_three = energy(y_three, z, w_true)  # (3, K)
plots.curves(
    z,
    {
        "y = (2, 0), on the course": E_three[0],
        "y = (3.5, 0), at sea": E_three[1],
        "y = (0, 0.05), on the island": E_three[2],
    },
    x_label="latent angle z (radians)",
    y_label="energy E(y, z)",
    title="On the island, two angles compete",
    says=(
        "Energy over the angle for three observations. The one on the course has a minimum of 0 at"
        " angle 0; the one at sea has its minimum there, too, at 2.25. The one on the island has"
        " two minima, 0.9 at π/2 and 1.1 at 3π/2."
    ),
    ylim=(-0.5, 40),
)

# %% [markdown]
# On the course and at sea the best angle is 0. The observation on the island has two valleys of nearly the same depth, 0.9 and 1.1, and gradient
# descent in $z$ ends in whichever it starts in. So we try all $K = 120$ angles. In section 7 there will be no grid.
#
# ## 3 · Getting rid of z, cold
# Nobody tells us $z$. The first way to remove it: give every $y$ the benefit of the doubt and take the best $z$,
#
# $$ \check z = \arg\min_z E(y, z), \qquad F_\infty(y) = E(y, \check z) . $$
#
# $F_\infty$ is the **free energy** at zero temperature: "free" of $z$, a function of $y$ alone. (Finding $\check z$ is called **inference**.) What should it look like? Think of its value on the course, in the
# middle of the island, and far out at sea.

# %% tags=["nbval-ignore-output"]
x_axis, y_axis = np.linspace(-3, 3, 120), np.linspace(-2, 2, 80)
compass = "east, y₁", "north, y₂"
plane = np.stack(np.meshgrid(x_axis, y_axis), axis=-1).reshape(-1, 2)  # (9600, 2)
E_plane = energy(plane, z, w_true)  # (9600, K)
F_cold = E_plane.min(axis=1)  # (9600,)
plots.planes(
    x_axis,
    y_axis,
    {"F∞": F_cold.reshape(80, 120)},
    points=y_seen[:200],
    vmax=1.0,
    unit="free energy",
    labels=compass,
    title="A valley along the course, and hills everywhere else",
    says=(
        "The free energy over the plane: 0 along the ellipse, where the orange observations are,"
        " rising inwards to 1 at the centre and outwards to the corners."
    ),
)

# %% [markdown]
# It is the squared distance to the ellipse (up to the coarseness of the grid).
#
# ## 4 · Getting rid of z, warm
# A milder rule lets every $z$ have a say, the more the lower its energy. This is the **soft minimum**
#
# $$ F_\beta(y) = -\frac1\beta \ln \Bigl[ \frac1K \sum_{k=1}^{K} e^{-\beta E(y, z_k)} \Bigr] , $$
#
# where $\beta > 0$ is an *inverse temperature*: large is cold. (For a continuous $z$ the average over the grid becomes an integral over $z$,
# divided by the length of its range. Removing $z$ like this is called **marginalising**; libraries have the logarithm of the sum as *log-sum-exp*.) As $\beta \to \infty$ only the lowest energy counts, and $F_\beta \to F_\infty$: hence the index.
#
# ### Exercise · free energy
# In NumPy: from a table of energies, a row for each $y$, comes an array with one free energy for each row. One trap: at
# $\beta = 100$ and $E = 10$, $e^{-\beta E}$ is 0 to the computer, and its logarithm is lost.

# %%
free_energy = ex.free_energy.check(...)  # @exercise

# %% [markdown]
# ### Exercise · the other end
# When it gets warmer and warmer, $\beta \to 0$, where does $F_\beta(y)$ go?
# - `"a"`: to the lowest $E(y, z)$ over all $z$
# - `"b"`: to their average
# - `"c"`: to infinity
# - `"d"`: to the largest

# %%
ex.hot_limit.check(...)  # @exercise

# %% tags=["nbval-ignore-output"]
betas = [0.1, 1.0, 12.5]
F = {b: free_energy(E_plane, b) for b in betas}
plots.planes(
    x_axis,
    y_axis,
    {f"β = {b:g}": (F[b] - F[b].min()).reshape(80, 120) for b in betas},
    points=y_seen[:200],
    vmax=2.0,
    unit="above the lowest",
    labels=compass,
    title="Warm, the island sinks",
    says=(
        "Free energy over the plane at three temperatures, its lowest value set to 0. At β = 12.5"
        " there is a valley along the ellipse; at β = 1 two basins, at the eastern and the western"
        " end, and a low hill in the centre; at β = 0.1 a single bowl with its bottom in the"
        " centre."
    ),
)

# %%
E_mean = E_plane.mean(axis=1)
F_hot, F_icy = free_energy(E_plane, 0.01), free_energy(E_plane, 1000.0)
ordered = [E_mean, F_hot, *F.values(), F_icy, F_cold]  # from warm to cold
rise = max(np.max(b - a) for a, b in zip(ordered, ordered[1:], strict=False))
claim("largest rise of F when it gets colder", rise, at_most=1e-9, exact=True)
gap = np.max(F_icy - F_cold)
claim("F at β 1000 minus F∞", gap, at_most=np.log(grid) / 1000 + 1e-9, exact=True)
gap = np.max((E_mean - F_hot) / E_mean)
claim("average energy minus F at β 0.01, share", gap, at_most=0.05, exact=True)
off_centre = np.linalg.norm(plane[F[0.1].argmin()])
claim("lowest point of F at β 0.1, distance from the centre", off_centre, at_most=0.1, exact=True)

# %% [markdown]
# Everywhere $F_\infty \le F_\beta \le$ average energy, and colder is lower; the gap to $F_\infty$ is at most $\ln K / \beta$. In the warmest
# picture the island's middle is lowest, a compromise with *every* point of the course, like section 1's; at $\beta = 1$ the two ends are. Try other temperatures:


# %% tags=["nbval-ignore-output"]
def landscape(log_beta=0.0):
    """The free energy over the plane at β = 10^log_beta, with its lowest value set to 0."""
    F = free_energy(E_plane, 10**log_beta)
    plots.planes(
        x_axis,
        y_axis,
        {f"β = {10**log_beta:.3g}": (F - F.min()).reshape(80, 120)},
        points=y_seen[:200],
        vmax=2.0,
        unit="free energy, lowest at 0",
        labels=compass,
        title="Move the slider: when does the island rise?",
        says=(
            f"The free energy over the plane at an inverse temperature of {10**log_beta:.3g},"
            " lowest at 0."
        ),
    )


landscape()
_ = interact(landscape, log_beta=(-1.0, 2.0, 0.25))

# %% [markdown]
# ### What temperature has to do with noise
# Suppose the course is right and each observation is $g(z)$ plus Gaussian noise of variance $\sigma^2$ in both coordinates, all
# angles being equally probable. The density of $y$ is then an average over $z$ of Gaussians,
#
# $$ p(y) = \frac1K \sum_k \frac{1}{2\pi\sigma^2}\, e^{-E(y, z_k) / 2\sigma^2} . $$
#
# Compare with the soft minimum. With $\beta = 1/2\sigma^2$ it is the same sum, so
#
# $$ -\ln p(y) = \beta F_\beta(y) + \ln(2\pi\sigma^2) . $$
#
# Up to a factor and a constant, the warm free energy *is* the surprise of chapter 01, in nats. The right temperature is a statement
# about the noise: for $\sigma = 0.2$ it is $\beta = 12.5$. Any $\beta$, with $\ln(\pi/\beta)$ for the constant, gives a density that integrates to 1, so their surprises may be compared. Let 20,000 fresh observations decide:

# %%
beta = 1 / (2 * sigma**2)  # 12.5
y_held = observe(budget(smoke=1000, quick=20_000, full=20_000), sigma, seed=4)
E_held = energy(y_held, z, w_true)
tried = np.array([5.0, 8.0, 10.0, beta, 16.0, 20.0, 30.0])
nats = [np.mean(b * free_energy(E_held, b)) + np.log(np.pi / b) for b in tried]  # 2πσ² = π/β

axis = np.linspace(-4, 4, 161)
square = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)  # beyond it p(y) is next to 0
E_square, cell = energy(square, z, w_true), (axis[1] - axis[0]) ** 2
integrals = [np.sum(np.exp(-b * free_energy(E_square, b))) * cell * b / np.pi for b in tried]

# %% tags=["nbval-ignore-output"]
plots.curves(
    tried,
    nats,
    x_label="inverse temperature β",
    y_label="surprise of fresh observations (nats)",
    title="Fresh observations find the temperature of the noise",
    says=(
        f"Mean surprise of fresh observations against β: {nats[0]:.2f} nats at 5, least near"
        f" 12.5 with {nats[3]:.3f}, and {nats[-1]:.2f} at 30."
    ),
    marks={"β = 1/2σ²": (beta, nats[3])},
    ylim=(2.0, 2.35),
)

# %%
worst = np.abs(np.array(integrals) - 1).max()
claim("integral of p(y) over the plane, minus 1, any β", worst, at_most=1e-3, exact=True)
claim("β with the least held-out surprise", tried[np.argmin(nats)], at_least=10, at_most=16)
claim("held-out surprise at β 12.5", nats[3], at_least=2.03, at_most=2.08, unit="nats")

# %% [markdown]
# ## 5 · Learning the ellipse
# Now forget $w$, and learn it from observations: make the mean free energy of the data small,
#
# $$ \mathcal L(w) = \frac1M \sum_{m=1}^{M} F_\beta(y_m) . $$
#
# Why is that allowed? By the formula above $-\ln p(y) = \beta F_\beta(y) + \ln Z$, where the **normaliser** (or *partition function*) $Z = \int e^{-\beta F_\beta(y)}\,dy = 2\pi\sigma^2$ does not depend on $w$: a longer ellipse spreads the same mass more thinly. So this is maximum likelihood. For other energies $Z$ does change, and section 6 shows what happens to those who forget it.
#
# How does $F_\beta$ change with $w$? Differentiate the soft minimum: the chain rule brings down a factor $-\beta\,\partial E/\partial w$ in each term of the sum, $-1/\beta$ cancels its $-\beta$, and what is left is an average of the slopes of the energies,
#
# $$ \frac{\partial F_\beta}{\partial w} = \frac{\sum_k e^{-\beta E(y, z_k)}\, \partial E(y, z_k)/\partial w}{\sum_{k} e^{-\beta E(y, z_{k})}} = \sum_k p(z_k | y)\, \frac{\partial E(y, z_k)}{\partial w},
#    \qquad p(z_k|y) = \frac{e^{-\beta E(y, z_k)}}{\sum_{k'} e^{-\beta E(y, z_{k'})}} . $$
#
# The weights $p(z|y)$ say how much each $z$ is responsible for this $y$: a softmax over $-\beta E$, called **responsibilities** in mixture models. They are the model's guess at
# the angle, having seen $y$: a *posterior*. In the cold limit all the weight is on $\check z$, and the slope is that of $E(y, \check z)$ with
# $\check z$ held *fixed*: at a minimum, moving $z$ a little changes nothing (the *envelope theorem*).
#
# ### Exercise · who is responsible?
# In NumPy: the weights $p(z|y)$, from the same table of energies; an array of its shape. Beware of the same trap.

# %%
weights = ex.weights.check(...)  # @exercise

# %% tags=["nbval-ignore-output"]
E_island = E_three[2:]  # of the observation (0, 0.05), on the island: shape (1, K)
plots.curves(
    z,
    {f"β = {b:g}": weights(E_island, b)[0] for b in (0.5, 3.0, 12.5)},
    x_label="latent angle z (radians)",
    y_label="weight p(z|y)",
    title="The colder, the more certain which side it belongs to",
    says=(
        "The weights over the angle for the observation (0, 0.05). At β = 0.5 two low, broad bumps"
        " of about the same height; at β = 3 they are narrower, the northern one higher; at β ="
        " 12.5 nearly all the weight is at π/2, the north side."
    ),
)

# %% [markdown]
# The observation $(0, 0.05)$ again, the one with two valleys. At $\beta = 0.5$ the sides share almost equally; at 12.5 the north takes nine tenths; cold, it would take all.
#
# ### Exercise · the slope in w
# With $c_k = (\cos z_k, \sin z_k)$ the decoder is $g_i = w_i c_{ki}$, and $\partial E/\partial w_i = -2 (y_i - w_i c_{ki})\, c_{ki}$
# for each of the two coordinates $i$. Average it over $z$ with the weights, then over the observations: in NumPy, an array of two
# numbers.

# %%
slope = ex.slope.check(...)  # @exercise

# %% [markdown]
# Check it by autodiff, on the soft minimum itself.

# %%
w = tf.Variable([1.3, 0.8], dtype=tf.float64)
with tf.GradientTape() as tape:
    g = w * np.stack([np.cos(z), np.sin(z)], axis=1)
    E = tf.reduce_sum((y_seen[:, None, :] - g) ** 2, axis=2)
    mean_F = tf.reduce_mean(-tf.reduce_logsumexp(-beta * E, axis=1)) / beta
by_autodiff = tape.gradient(mean_F, w)
by_hand = slope(y_seen, z, w.numpy(), weights(E.numpy(), beta))
gap = np.abs(by_hand - by_autodiff).max()
claim("slope by hand minus autodiff", gap, at_most=1e-9, exact=True)

# %% [markdown]
# Training is gradient descent in two numbers. It starts from $w = (1, 1.5)$, long from north to south.


# %%
def learn(y, beta, w=(1.0, 1.5), rate=0.5):
    """The w, shape (2,), at the end of the descent; β = ∞ puts all the weight on the best z."""
    w = np.asarray(w)
    for _ in range(descents):
        E = energy(y, z, w)
        p = np.eye(grid)[E.argmin(axis=1)] if beta == np.inf else weights(E, beta)
        w = w - rate * slope(y, z, w, p)
    return w


w_cold, w_warm = learn(y_seen, np.inf), learn(y_seen, beta)

# %%
for name, w_learned in {"cold, β infinite": w_cold, "warm, β 12.5": w_warm}.items():
    worst = 100 * np.abs(w_learned / w_true - 1).max()
    claim(f"largest error of a semi-axis, {name}", worst, at_most=5, unit="%")

# %% [markdown]
# Both find the course, to a few per cent. (With a list of points instead of an ellipse, cold would be k-means and warm a Gaussian mixture.)
#
# Which of the two is *right*? With more noise it shows. Take $\sigma = 0.3$ and four times as many observations, so that chance plays
# little part, and look at the far end of the ellipse, $(2, 0)$. There the course bends sharply, and more of the noise falls outside the bend
# than inside it; the cold rule, nearest point for each, lets the ellipse grow towards the surplus.

# %% tags=["nbval-ignore-output"]
y_noisy = observe(budget(smoke=300, quick=4000, full=8000), 0.3, seed=3)
right_beta = 1 / (2 * 0.3**2)  # 5.6
betas = np.array([0.25, 0.5, 0.75, 1.0, 1.5, 2.5, right_beta, 15.0, 50.0])
w_learned = np.array([learn(y_noisy, b) for b in betas])  # (9, 2)
plots.curves(
    betas,
    {"long semi-axis / 2": w_learned[:, 0] / 2, "short semi-axis / 1": w_learned[:, 1]},
    x_label="inverse temperature β",
    y_label="learned / true",
    title="Too warm, and the ellipse goes flat; too cold, and it grows long",
    says=(
        "Learned semi-axes over the true ones against β. At β of 0.5 and less the short axis is 0;"
        f" at β = {right_beta:.1f} both are at 1; colder, the long one rises above 1."
    ),
    marks={"β = 1/2σ²": (right_beta, 1.0)},
    xscale="log",
    ylim=(-0.05, 1.2),
)

# %%
excess = 100 * (learn(y_noisy, np.inf)[0] / 2 - 1)
claim("long semi-axis learned cold, σ 0.3, excess", excess, at_least=4, unit="%")
worst = 100 * np.abs(w_learned[betas == right_beta][0] / w_true - 1).max()
claim("largest error of a semi-axis, β at 1/2σ²", worst, at_most=4, unit="%")
claim("short semi-axis learned at β 0.25", abs(w_learned[0, 1]), at_most=0.02)

# %% [markdown]
# At the temperature that belongs to the noise, both axes come out right: there, learning is maximum likelihood. Colder, the noise is taken for shape, and the long axis grows by some 6 per cent. Warmer, the model takes ever more of the spread for
# noise until, between $\beta = 0.75$ and $0.5$, the short axis disappears. (Chapter 06 will call that *posterior collapse*.)
#
# ### A minimum over distributions
# Why these weights and no others? Without a price, the distribution $q(z)$ of least average energy $\sum_k q_k E(y, z_k)$ sits on $\check z$: the cold answer. Charge it for departing from the uniform distribution $1/K$, $\mathrm{KL}(q\,\|\,1/K)/\beta$. The denominator of the weights is $K e^{-\beta F_\beta}$, so $E(y, z_k) = F_\beta(y) - \frac1\beta \ln (K\, p(z_k|y))$. Average this over $q$ and add the charge:
#
# $$ \sum_k q_k E(y, z_k) + \frac1\beta \mathrm{KL}(q\,\|\,1/K) = F_\beta(y) + \frac1\beta \mathrm{KL}(q\,\|\,p(z|y)) \;\ge\; F_\beta(y) . $$
#
# The left side is the **variational free energy**. It is least for $q = p(z|y)$: $F_\beta$ is a minimum over *distributions*, as $F_\infty$ was one over points. Where the sum over all $z$ is out of reach, a network can propose a $q$: times $\beta$ and up to a constant, that is chapter 06's loss, the negative ELBO.
#
# ### Exercise · variational free energy
# In NumPy: tables `E` and `q`, both $(M, K)$, and $\beta$; an array with the left side for each row. A $z$ with $q = 0$ adds nothing.

# %%
variational_free_energy = ex.variational_free_energy.check(...)  # @exercise

# %%
E_few = energy(y_seen[:100], z, w_true)
posterior, F_few = weights(E_few, beta), free_energy(E_few, beta)
rng = np.random.default_rng(runtime.seed(2))
others = {
    "a random q": rng.dirichlet(np.ones(grid), 100),
    "all on the best z": np.eye(grid)[E_few.argmin(axis=1)],
    "uniform": np.full((100, grid), 1 / grid),
}
gap = np.abs(variational_free_energy(E_few, posterior, beta) - F_few).max()
claim("variational free energy of p(z|y) minus F", gap, at_most=1e-9, exact=True)
for name, q in others.items():
    excess = variational_free_energy(E_few, q, beta) - F_few
    claim(f"the same for {name}, least excess", excess.min(), at_least=0.01, exact=True)

# %% [markdown]
# Only $p(z|y)$ reaches $F_\beta$. All on the best $z$ pays at least 0.12 for a certainty that it does not have.
#
# ## 6 · More freedom
# A tempting improvement: let the boat also choose its distance from the island. The latent variable becomes $(z, v)$, with
#
# $$ g(z, v) = v\,(w_1 \cos z,\; w_2 \sin z), \qquad v \ge 0 . $$
#
# Remove both, cold, and the training loss is 0, at once, for every $w$ (up to the coarseness of the angles). Excellent?
#
# ### Exercise · a loss of zero
# The model with the free radius has a mean $F_\infty$ of 0 on the training data, and 0 on new observations of the boat. What does it show?
# - `"a"`: that it is the better model
# - `"b"`: that it has overfitted
# - `"c"`: nothing, neither good nor bad
# - `"d"`: that the search over $(z, v)$ should go on

# %%
ex.lower_loss.check(...)  # @exercise

# %% [markdown]
# The cure is to charge for freedom. A **regulariser** adds a price for unusual latent values:
#
# $$ E(y, z, v) = \lVert y - g(z, v) \rVert^2 + \alpha\,(v - 1)^2 . $$
#
# For a given angle the best $v$ can be computed: $E$ is a parabola in $v$, with its minimum at
# $v = (g \cdot y + \alpha) / (g \cdot g + \alpha)$, where $g = g(z, 1)$ (or at 0, if that is negative). So the grid over angles still does.


# %%
def energy_free_radius(y, z, w, alpha):
    """The lowest energy over v ≥ 0, for each y and angle: y (M, 2), z (K,); the result (M, K)."""
    g = w * np.stack([np.cos(z), np.sin(z)], axis=1)  # (K, 2)
    v = np.maximum((y @ g.T + alpha) / (np.sum(g**2, axis=1) + alpha), 0)  # (M, K)
    return np.sum((y[:, None, :] - v[..., None] * g) ** 2, axis=-1) + alpha * (v - 1) ** 2


F_radius = {"v fixed": F_cold}
for name, alpha in {"α = 1": 1.0, "α = 0.1": 0.1, "v free": 0.0}.items():
    F_radius[name] = energy_free_radius(plane, z, w_true, alpha).min(axis=1)

# %% tags=["nbval-ignore-output"]
plots.planes(
    x_axis,
    y_axis,
    {name: F.reshape(80, 120) for name, F in F_radius.items()},
    points=y_seen[:200],
    vmax=1.0,
    unit="free energy",
    labels=compass,
    title="A free latent variable flattens the landscape",
    says=(
        "Four maps of the free energy. With the radius fixed, a valley along the ellipse between"
        " hills. With a price of 1 the hills are lower, with 0.1 hardly there; with a free radius"
        " everything is flat at 0."
    ),
)

# %%
largest = F_radius["v free"].max()
claim("largest free energy in the plane, v free", largest, at_most=0.02, exact=True)

# %% [markdown]
# The hills fade as $\alpha$ does. Low energy for the data costs nothing if everything has low energy (*energy collapse*). What a model knows is the *difference* between the data and elsewhere.
#
# ### Or push up
# A price limits how much of the plane can have low energy. The other way is to *measure* it. Any energy $F_w(y)$ with parameters $w$ ($\beta$ is inside it now) makes a density, $p(y) = e^{-F_w(y)} / Z_w$ (a **Boltzmann** or *Gibbs distribution*) with $Z_w = \int e^{-F_w(y)}\,dy$, and the data's mean surprise is
#
# $$ \frac1M \sum_{m=1}^{M} F_w(y_m) + \ln Z_w, \qquad \frac{\partial \ln Z_w}{\partial w} = -\int p(y)\, \frac{\partial F_w(y)}{\partial w}\, dy . $$
#
# Going downhill, the first term lowers the energy at the data (the *positive phase*), the second raises it where the model itself expects data (the *negative phase*); they balance where the two agree. Take an energy without any latent variable, a small network from $y$ to one number, and train it with the second term and without. The network is bounded, so the integral needs a border: a box of 8 by 6 round the ellipse, where $Z_w$ is a sum over a grid. What will the network do without the second term? (We judge by **held-out** observations, which it has not learned from.)


# %%
def mlp(*sizes):
    """A network of dense layers (multilayer perceptron): tanh, but not in the last."""
    hidden = [keras.layers.Dense(size, "tanh") for size in sizes[:-1]]
    return keras.Sequential([*hidden, keras.layers.Dense(sizes[-1])])


class PlaneEnergy(keras.Model):
    """A number for each point of the plane; its loss may have ln Z, by a grid of 8 × 6."""

    def __init__(self, normalised):
        super().__init__()
        self.network, self.normalised = mlp(64, 64, 1), normalised

    def call(self, y):
        return self.network(y)[:, 0]

    def log_z(self, fineness=5):
        axes = (np.linspace(-n, n, 2 * n * fineness + 1) for n in (4, 3))
        points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2).astype("float32")
        return ops.logsumexp(-self(points)) - 2 * float(np.log(fineness))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return ops.mean(y_pred) + (self.log_z() if self.normalised else 0.0)


# %% tags=["nbval-ignore-output"]
y_learn = observe(budget(smoke=300, quick=4000, full=4000), sigma, seed=5).astype("float32")
epochs = budget(smoke=1, quick=20, full=50)
landscapes, held_nats = {}, {}
for name, normalised in {"with ln Z": True, "without": False}.items():
    keras.utils.set_random_seed(runtime.seed(5))
    model = PlaneEnergy(normalised)
    rates = keras.optimizers.schedules.CosineDecay(1e-2, epochs * len(y_learn) // 100)
    model.compile(keras.optimizers.Adam(rates), steps_per_execution=20)
    model.fit(y_learn, batch_size=100, epochs=epochs, verbose=0)
    landscapes[name] = ops.convert_to_numpy(model(plane.astype("float32")))
    mean_energy = float(ops.mean(model(y_held.astype("float32"))))
    held_nats[name] = mean_energy + float(model.log_z(fineness=20))
    print(f"{name:10} mean energy {mean_energy:7.1f}, held-out surprise {held_nats[name]:.3f} nats")

# %% tags=["nbval-ignore-output"]
landscapes = {"true (β F at β = 12.5)": beta * free_energy(E_plane, beta)} | landscapes
plots.planes(
    x_axis,
    y_axis,
    {name: (F - F.min()).reshape(80, 120) for name, F in landscapes.items()},
    points=y_seen[:200],
    vmax=8.0,
    unit="energy, lowest at 0",
    labels=compass,
    title="Without the normaliser the energy network finds no valley",
    says=(
        "Three maps of energy. The true one has a valley along the ellipse and a high hill on the"
        " island; that of the network trained with ln Z has the valley, a lower hill and a ragged"
        " rim. The network trained without has the same low energy everywhere."
    ),
)

# %%
claim("held-out surprise, with ln Z", held_nats["with ln Z"], at_most=2.15, unit="nats")
claim("held-out surprise, without", held_nats["without"], at_least=3.2, unit="nats")

# %% [markdown]
# Without $\ln Z$ the energy falls everywhere, for ever, and the density is flat over the box of 8 by 6: about $\ln 48 = 3.87$ nats. With it the network comes within a few hundredths of the true model's 2.04 (section 4); the hill is too low, but so few boats are there that the surprise hardly notices. In 784 dimensions there is no grid; the points to push up must come from a short random walk from the data (*contrastive divergence*), from noise (section 9) or from a second network (chapter 07).
#
# ## 7 · Sparse coding: inference is a search
# In chapter 03 an encoder produced the sparse code. Now throw the encoder away and keep only an energy:
#
# $$ E(y, z) = \tfrac12 \lVert y - W z \rVert^2 + \lambda \lVert z \rVert_1 , \qquad \lVert z \rVert_1 = \sum_{j=1}^{N} |z_j| . $$
#
# $y$ is a patch of a digit, $D = 100$ pixels. The decoder is now a matrix: $W$, shape $(D, N)$, is a **dictionary** of $N = 200$ columns of length 1. There are
# twice as many latent numbers as pixels (the dictionary is **overcomplete**), so without the second term any patch could be drawn in countless ways with energy 0: section
# 6 again. The price $\lambda$ on activity favours codes of few active entries. (With $W$ fixed, statisticians call this problem the **lasso**.)
#
# For now, the dictionary is 200 patches of training images, each scaled to length 1.

# %%
side, columns = 10, 200  # D = side², N


def draw_patches(images, count, seed):
    """Windows of side × side that are not empty, shape (count, D)."""
    rng = np.random.default_rng(runtime.seed(seed))
    windows = np.lib.stride_tricks.sliding_window_view(images[..., 0], (side, side), axis=(1, 2))
    drawn = 3 * count  # about a third is empty or nearly so
    image = rng.integers(0, len(images), drawn)
    row, column = rng.integers(0, 29 - side, drawn), rng.integers(0, 29 - side, drawn)
    patches = windows[image, row, column].reshape(drawn, -1)
    return patches[patches.max(axis=1) > 0.3][:count]


patches = draw_patches(digits.x_train[:10_000], patch_count, seed=5)
patches_test = draw_patches(digits.x_test, budget(smoke=200, quick=2000, full=2000), seed=6)
W_patches = patches[:columns].T / np.linalg.norm(patches[:columns], axis=1)  # (D, N)

# %% [markdown]
# How does one find $\check z$? Gradient descent on the first term is easy: its gradient is $W^\top (W z - y)$. The second has a
# kink at 0, and the kink is the point of it. **ISTA** (iterative shrinkage and thresholding) treats them one after the other, as **proximal gradient** methods do. The first term lies everywhere below a bowl that touches it at the present code $z_0$ and has curvature $L$ (*majorisation*); the bowl's bottom is a gradient step of length $1/L$ away, at $u = z_0 - W^\top (W z_0 - y)/L$. So the new code minimises $\tfrac L2 \lVert z - u \rVert^2 + \lambda \lVert z \rVert_1$ instead, and the energy cannot rise.
# That splits into one small problem for each entry. With $t = \lambda / L$ it is to minimise $\tfrac12 (z_j - u_j)^2 + t\,|z_j|$, and its solution is called **soft thresholding**. Here $L$ is the largest
# eigenvalue of $W^\top W$, the steepest curvature of the first term.
#
# ### Exercise · shrink
# Solve the small problem. (If the best $z_j$ is positive, the slope is 0 there: which $z_j$ is that? And if it is negative? When is it
# neither?) Write it in `keras.ops`, for all entries of `u` at once: in the encoder of section 8 it trains, and there `t` is a tensor
# with a number for each column; in a step of ISTA it is one number. What comes back has the shape of `u`.

# %%
shrink = ex.shrink.check(...)  # @exercise

# %% [markdown]
# ### Exercise · a step of ISTA
# First $u$, then `shrink`, which moves every entry towards 0 by $\lambda / L$ and stops there. In `keras.ops`, for a whole batch: each row
# of `z` is one code, each row of `y` one patch; `lam` is a number, `L` a tensor with one. The new codes come back, of the shape of `z`.

# %%
ista_step = ex.ista_step.check(...)  # @exercise


# %%
def sparse_energy(y, z, W):
    """½‖y − Wz‖² + λ‖z‖₁, averaged over the patches."""
    misfit = 0.5 * ops.sum((y - z @ ops.transpose(W)) ** 2, axis=-1)  # (M,)
    return ops.mean(misfit + lam * ops.sum(ops.abs(z), axis=-1))


def curvature(W):
    """L, the largest eigenvalue of WᵀW."""
    return float(np.linalg.norm(W, 2) ** 2)


@tf.function(reduce_retracing=True)
def ista(z, y, W, L, steps):
    """`steps` steps from z: the code, and the energies from start to end, shape (steps + 1,)."""
    energies = tf.TensorArray(tf.float32, size=steps + 1)
    for n in tf.range(steps):
        energies = energies.write(n, sparse_energy(y, z, W))
        z = ista_step(z, y, W, lam, L)
    return z, energies.write(steps, sparse_energy(y, z, W)).stack()


# %%
y_few = tf.constant(patches_test[:100], tf.float32)
W_fixed = tf.constant(W_patches, tf.float32)
L = tf.constant(curvature(W_patches), tf.float32)
steps = budget(smoke=20, quick=5000, full=5000)
z_start = tf.zeros((100, columns))
z_found, energies = ista(z_start, y_few, W_fixed, L, tf.constant(steps))

z_sklearn = sparse_encode(
    patches_test[:100].astype(float),
    W_patches.T.astype(float),
    algorithm="lasso_cd",
    alpha=lam,
    max_iter=10_000,
)
lowest = float(sparse_energy(y_few, tf.constant(z_sklearn, tf.float32), W_fixed))

# %%
rise = float(np.max(np.diff(energies)))
claim("energy never rises under ISTA, largest step up", rise, at_most=1e-4, exact=True)
claim("energy by ISTA over scikit-learn's", float(energies[-1]) / lowest, at_most=1.002)
share = float(np.mean(np.abs(z_found) > 1e-6))
claim("share of the 200 numbers that are not 0", share, at_most=0.2)

# %% [markdown]
# The energy is convex in $z$, so there is one bottom, and scikit-learn's coordinate descent finds the same. The
# code is truly sparse: most of the 200 numbers are exactly 0. But look how long it takes:

# %% tags=["nbval-ignore-output"]
above = np.asarray(energies) / lowest - 1
plots.curves(
    np.arange(steps + 1),
    above,
    x_label="steps of ISTA",
    y_label="energy above the lowest (share)",
    title="The first steps do most, the last per cent takes thousands",
    says=(
        "Energy above the minimum against the number of steps, both axes logarithmic: a tenth above"
        f" it after {np.argmax(above < 0.1)} steps, one per cent after {np.argmax(above < 0.01)},"
        f" a hundredth of a per cent after {np.argmax(above < 1e-4)}."
    ),
    xscale="symlog",
    yscale="log",
    ylim=(1e-5, 10),
)

# %% [markdown]
# ## 8 · An encoder that learns to guess
# A search starts anew for every patch. Could a network learn to guess its outcome? That is **amortised inference**, and Canziani calls the way to train it **target propagation** (a name with other uses; Kavukcuoglu and others call it *predictive sparse decomposition*):
#
# 1. Guess: $\tilde z = \mathrm{Enc}(y)$.
# 2. Improve: start at $\tilde z$ and descend the energy for a few steps. We call the result $\check z$, too, though it is not quite the minimum. (Canziani adds
#    a price $\gamma\lVert z - \tilde z\rVert^2$ to the energy, to keep $\check z$ near the guess; we stop early instead.)
# 3. Learn, in two steps that do not mix: the decoder gets a gradient from the misfit $C(y, W\check z) = \tfrac12\lVert y - W \check z\rVert^2$,
#    the encoder from the distance $\Delta(\check z, \tilde z) = \lVert \check z - \tilde z \rVert^2$. Both are averaged over the patches.
#
# The target $\check z$ must not move to the guess: no gradient flows into it (a **stop-gradient**), and its price $\lambda \lVert \check z \rVert_1$, now a constant, is left out. So the two steps can be one loss, $C + \Delta$.
#
# ### Exercise · two losses that do not mix
# In `keras.ops`: from a batch, a row for each patch, comes one number.

# %%
target_loss = ex.target_loss.check(...)  # @exercise

# %% [markdown]
# From $z = 0$, ISTA's first step is $\mathrm{shrink}(W^\top y / L,\; \lambda/L)$. The encoder has this form, one dense layer and a threshold for each unit, and learns a *better* matrix than
# $W^\top / L$: one step of **learned ISTA** (LISTA). And as $W$ learns, too, this is **dictionary learning**. In the model below `compute_loss` does the three steps. The columns of $W$ are kept at length 1, or the code
# could shrink, and with it the price, while $W$ grows.


# %%
class Threshold(keras.layers.Layer):
    """shrink(u, t), with a learned t for each unit."""

    def build(self, shape):
        self.t = self.add_weight(shape=(shape[-1],), initializer=keras.initializers.Constant(0.1))

    def call(self, u):
        return shrink(u, ops.abs(self.t))


# %%
class TargetPropagation(keras.Model):
    """An encoder that guesses codes, and a dictionary W; both learn from codes improved by ISTA."""

    def __init__(self, pixels, units, steps):
        super().__init__()
        self.encoder = keras.Sequential(
            [keras.Input((pixels,)), keras.layers.Dense(units), Threshold()]
        )
        unit_length = keras.constraints.UnitNorm(axis=0)
        self.W = self.add_weight(
            shape=(pixels, units), initializer="random_normal", constraint=unit_length
        )
        self.W.assign(unit_length(self.W))
        self.steps = steps

    def call(self, y):
        return self.encoder(y)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        L = ops.norm(self.W, ord=2) ** 2
        z = y_pred  # the guess
        for _ in range(self.steps):
            z = ista_step(z, x, self.W, lam, L)  # the search
        return target_loss(x, y_pred, z, self.W)


# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(7))
sparse_coder = TargetPropagation(side**2, columns, steps=10)
sparse_coder.compile(optimizer=keras.optimizers.Adam(2e-3))
history = sparse_coder.fit(patches, batch_size=200, epochs=patch_epochs, verbose=0)
print("C + Δ, epoch by epoch:", " ".join(f"{v:.2f}" for v in history.history["loss"]))

# %% tags=["nbval-ignore-output"]
W = ops.convert_to_numpy(sparse_coder.W)  # (D, N)
atoms = (0.5 + 0.5 * W / np.abs(W).max(axis=0)).T.reshape(-1, side, side)
plots.images(
    atoms[:100],
    columns=20,
    title="The dictionary: strokes, ends and bends",
    says=(
        "A hundred columns of the dictionary as pictures of 10 by 10 pixels: short strokes at many"
        " angles and places, ends and bends; grey is 0, light is positive, dark negative."
    ),
)

# %% [markdown]
# Most columns look like pieces of strokes: of such pieces a patch needs few.
#
# ### What is the guess worth?
# In steps of ISTA from $z = 0$, on test patches: how many does it take to get as low as the encoder gets at once? An honest
# opponent is **FISTA**, which is ISTA with momentum: the same cost per step, mostly fewer steps.


# %%
@tf.function(reduce_retracing=True)
def fista(z, y, W, L, steps):
    """As `ista`, but each step starts a little beyond the last code, in the direction of travel."""
    energies = tf.TensorArray(tf.float32, size=steps + 1).write(0, sparse_energy(y, z, W))
    ahead, k = z, 1.0
    for n in tf.range(steps):
        k_next = (1 + tf.sqrt(1 + 4 * k**2)) / 2
        z_next = ista_step(ahead, y, W, lam, L)
        ahead = z_next + (k - 1) / k_next * (z_next - z)
        z, k = z_next, k_next
        energies = energies.write(n + 1, sparse_energy(y, z, W))
    return z, energies.stack()


# %%
y_test = tf.constant(patches_test, tf.float32)
z_zero = tf.zeros((len(patches_test), columns))
z_guess = sparse_coder.encoder(y_test)
L = tf.constant(curvature(W), tf.float32)


def energies_of(method, z, steps):
    """The energies of test patches on the way from z, shape (steps + 1,)."""
    return method(z, y_test, sparse_coder.W, L, tf.constant(steps))[1].numpy()


steps = budget(smoke=5, quick=300, full=300)
by_ista, by_fista = energies_of(ista, z_zero, steps), energies_of(fista, z_zero, steps)
from_guess = energies_of(ista, z_guess, budget(smoke=5, quick=30, full=30))
lowest = min(by_ista.min(), by_fista.min())


# %% tags=["nbval-ignore-output"]
def steps_to_reach(energies, goal):
    """The first step at which the energy is as low as the goal."""
    return int(np.argmax(energies <= goal)) if energies.min() <= goal else len(energies)


ista_steps, fista_steps = (steps_to_reach(e, from_guess[0]) for e in (by_ista, by_fista))
print(
    f"energy: {by_ista[0]:.2f} at z = 0, {from_guess[0]:.2f} by the encoder, {lowest:.2f} at the"
    " bottom"
)
print(f"as low as the encoder: ISTA after {ista_steps} steps, FISTA after {fista_steps}")

# %% tags=["nbval-ignore-output"]
shown = len(from_guess)  # 30 steps, and the start
plots.curves(
    np.arange(shown),
    {
        "ISTA from 0": by_ista[:shown],
        "FISTA from 0": by_fista[:shown],
        "ISTA from the guess": from_guess,
    },
    x_label="steps",
    y_label="energy E(y, z) of test patches",
    title="The guess is worth some thirty steps of ISTA, a dozen of FISTA",
    says=(
        f"Energy against steps. ISTA from zero falls from {by_ista[0]:.1f}; FISTA falls faster;"
        f" ISTA that begins at the guess starts at {from_guess[0]:.1f} and goes on from there. The"
        f" lowest value is {lowest:.1f}."
    ),
    ylim=(0, 1.05 * float(by_ista[0])),
)

# %% [markdown]
# What does that save? Count **operations**, the multiplications per patch, for $D$ pixels and $N$ units: the encoder needs $D \cdot N$, a step of ISTA or FISTA
# $2 D \cdot N$ (once with $W$, once with $W^\top$). And take the **time**, both compiled, the best of several runs. Predict the ratios before you look.


# %%
def seconds(run, repeats=7):
    """The shortest of several runs, after one that compiles."""
    run()
    took = []
    for _ in range(repeats):
        began = time.perf_counter()
        run()
        took.append(time.perf_counter() - began)
    return min(took)


# %%
@tf.function
def search(y, steps):
    """ISTA from 0, without a look at the energy."""
    z = tf.zeros((tf.shape(y)[0], columns))
    for _ in tf.range(steps):
        z = ista_step(z, y, sparse_coder.W, lam, L)
    return z


encode = tf.function(sparse_coder.encoder)
needed = tf.constant(ista_steps)
search_seconds = seconds(lambda: search(y_test, needed).numpy())
encode_seconds = seconds(lambda: encode(y_test).numpy())

# %% tags=["nbval-ignore-output"]
time_ratio = search_seconds / encode_seconds
operations_ratio = 2 * ista_steps
print(
    f"to the same energy ISTA costs {operations_ratio} times the operations of the encoder"
    f" ({time_ratio:.0f} times the time), FISTA {2 * fista_steps} times"
)

# %%
claim("energy of the guess over the lowest", from_guess[0] / lowest, at_most=1.3)
share = (by_ista[0] - from_guess[0]) / (by_ista[0] - lowest)
claim("share of the way down from z at 0", share, at_least=0.93)
claim("steps of ISTA that the guess is worth", ista_steps, at_least=15)
claim("steps of FISTA that the guess is worth", fista_steps, at_least=8)
claim("ratio of operations, ISTA over encoder", operations_ratio, at_least=30)
claim("ratio of operations, FISTA over encoder", 2 * fista_steps, at_least=16)
claim("ratio of time, ISTA over encoder", time_ratio, at_least=10, unit="times as long")

# %% [markdown]
# On MNIST the guess covers about 95 % of the way down, at the price of half a step (and of the training), and ends some 16 % above the lowest energy. By the clock it saves less than by the count, since a run takes time for more than its multiplications. Would it be better with Canziani's term, and a longer search? Three seeds each, which the course has kept:

# %% tags=["nbval-ignore-output"]
ratios = runtime.evidence("over the lowest")
for name, found in runtime.evidence("energy of the guess").items():
    line = "  ".join(f"{e:.2f} ({r:.3f})" for e, r in zip(found, ratios[name], strict=True))
    print(f"{name:18} energy of the guess (over the lowest): {line}")

# %% [markdown]
# The longer search pays: the guess is 3 % lower. The term hardly matters: with $\gamma = 1$ the guess is nearer to the lowest energy of *its* dictionary (13.6 instead of 16 % above), but no lower than without. Only a search closes the rest of the gap. In chapter 06 that gap has a name, and a price in nats.
#
# ## 9 · What shapes the energy
# An autoencoder has an energy, too: $F(y) = \lVert y - r(y) \rVert^2$, where $r(y) = \mathrm{Dec}(\mathrm{Enc}(y))$ is the
# reconstruction. No search follows. What keeps $F$ up where there are no data?
# Take the boat again, with little noise, and five small networks that differ mainly in this:
#
# - **wide**: 64 units of code for two numbers;
# - **narrow**: one unit of code;
# - **denoising**: wide, and it has to undo noise ($s = 0.2$) in its input;
# - **contractive**: wide, and pays for the Jacobian of its *reconstruction* (the classical one, chapter 04, pays for that of its code), $s^2\, \lVert \partial r / \partial y \rVert_F^2$ with the same $s$, estimated
#   from the difference between $r$ at $y$ and a little beside it;
# - **variational**: two units of code with learned noise in them and a price on each code's distance from the prior, which its energy includes (chapter 06).


# %%
class Shaper(keras.Model):
    """An autoencoder of the plane: noise in its input, a price on its Jacobian, or variational."""

    def __init__(self, code, noise=0.0, price=0.0, variational=False):
        super().__init__()
        self.encoder, self.decoder = mlp(64, 64, (1 + variational) * code), mlp(64, 64, 2)
        self.noise, self.price, self.variational = noise, price, variational
        self.generator = keras.random.SeedGenerator(runtime.seed(9))

    def normal(self, like):
        return keras.random.normal(ops.shape(like), seed=self.generator)

    def call(self, y):
        """The energy of each y, shape (M,)."""
        if not self.variational:
            return ops.sum((y - self.decoder(self.encoder(y))) ** 2, axis=-1)
        mean, log_var = ops.split(self.encoder(y), 2, axis=-1)
        r = self.decoder(mean + ops.exp(log_var / 2) * self.normal(mean))
        kl = ops.sum(ops.exp(log_var) - log_var - 1 + mean**2, axis=-1) / 2  # chapter 06
        return ops.sum((y - r) ** 2, axis=-1) + 2 * 0.1**2 * kl  # 2s²·KL, with s = 0.1

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        if self.noise:
            x_noisy = x + self.noise * self.normal(x)
            return ops.mean(ops.sum((x - self.decoder(self.encoder(x_noisy))) ** 2, axis=-1))
        loss = ops.mean(y_pred)
        if self.price:
            step = 0.01 * self.normal(x)
            moved = self.decoder(self.encoder(x + step)) - self.decoder(self.encoder(x))
            loss += self.price * ops.mean(ops.sum((moved / 0.01) ** 2, axis=-1))
        return loss


# %%
def shaper(**settings):
    """A Shaper trained on observations of the boat, always from the same seed."""
    keras.utils.set_random_seed(runtime.seed(9))
    model = Shaper(**settings)
    steps = shaper_epochs * len(y_ring) // 100
    rates = keras.optimizers.schedules.CosineDecay(1e-2, steps)
    model.compile(optimizer=keras.optimizers.Adam(rates), steps_per_execution=20)
    model.fit(y_ring, batch_size=100, epochs=shaper_epochs, verbose=0)
    return model


y_ring = observe(2000, 0.05, seed=9).astype("float32")
shapers = {
    "wide": shaper(code=64),
    "narrow": shaper(code=1),
    "denoising": shaper(code=64, noise=0.2),
    "contractive": shaper(code=64, price=0.04),
    "variational": shaper(code=2, variational=True),
}


# %%
def landscape_of(model, at):
    """Its energy at points (n, 2); a random one averaged over 100 draws."""
    draws = 100 if model.variational else 1
    return np.mean([model(at.astype("float32")) for _ in range(draws)], axis=0)


landscapes = {"F∞, section 3": F_cold}
for name, model in shapers.items():
    landscapes[name] = landscape_of(model, plane)

# %% tags=["nbval-ignore-output"]
plots.planes(
    x_axis,
    y_axis,
    {name: F.reshape(80, 120) for name, F in landscapes.items()},
    points=y_ring[:200],
    vmax=0.5,
    unit="energy",
    labels=compass,
    title="Unconstrained, the energy is flat by the course; noise or a price rebuilds the hills",
    says=(
        "Six maps of energy over the plane. The true one has a valley along the ellipse. The wide"
        " autoencoder is low nearly everywhere. The narrow one has a valley that is cut, and a thin"
        " dark line across the island. Denoising and contractive have the valley, steep outside,"
        " with a low hill inside and a dark spot in its centre; variational has a valley with a"
        " raised floor, steep outside, and a low mound inside."
    ),
)

# %% [markdown]
# To put a number on it: how much higher is the energy, on average, between 0.2 and 0.6 beside the course than at the observations? Divide by the same
# difference of $F_\infty$, the squared distance. A share of 1 is a hill of the right height, 0 is flat.

# %%
is_beside = (F_cold > 0.2**2) & (F_cold < 0.6**2)
on_island = np.sum((plane / w_true) ** 2, axis=1) < 1
y_beside, y_shore = plane[is_beside], plane[is_beside & on_island]


def rise_of(F, at):
    """How much higher the energy F is at some points than at the observations, on average."""
    return np.mean(F(at)) - np.mean(F(y_ring))


def height(model, at):
    """The rise of a model's energy as a share of the rise of F∞."""
    of_model = rise_of(lambda y: landscape_of(model, y), at)
    return float(of_model / rise_of(lambda y: energy(y, z, w_true).min(axis=1), at))


# %% tags=["nbval-ignore-output"]
heights = {}
for name, model in shapers.items():
    heights[name], inland = height(model, y_beside), height(model, y_shore)
    print(f"{name:12} {heights[name]:.2f}, on the island's side alone {inland:.2f}")

# %%
claim("height of the hills, wide", heights["wide"], at_most=0.3)
for name in ("denoising", "contractive", "variational"):
    claim(f"height of the hills, {name}", heights[name], at_least=0.5)
centre = landscape_of(shapers["denoising"], np.zeros((1, 2)))[0]
claim("energy of the centre, denoising", centre, at_most=0.3)
rng = np.random.default_rng(runtime.seed(10))
y_tilde = y_ring + 0.2 * rng.normal(size=y_ring.shape)
moved = np.mean(np.sum((y_tilde - y_ring) ** 2, axis=1))
ratio = np.mean(landscape_of(shapers["denoising"], y_tilde)) / moved
claim(
    "denoiser's energy of noisy points over their squared distance",
    ratio,
    at_least=0.35,
    at_most=0.65,
)

# %% [markdown]
# Wide: the reconstruction is nearly as good beside the course as on it. Narrow: a line has two ends and a ring has none, so the code must cut the ring. In the printed run the code cuts the ring twice, and its line crosses the island in between (the dark diagonal). Beside a cut, points are sent to a wrong place: hence heights above 1, which are no merit. The other three rebuild hills near the course by making it *expensive* to follow the input; inland they are too low, the variational one's by half.
#
# The centre of the island has energy 1 in truth; in the denoiser's map and the contractive one's it is a dark spot, a *spurious minimum*. The denoiser sends a point to the mean of the places that it may have come from; at the centre north and south cancel, so $r(y) = y$ there, and the error vanishes. Reconstruction error is a useful energy near the data, and not to be trusted far away.
#
# | model | latent variable | found by | what keeps the energy up elsewhere | hills here |
# | --- | --- | --- | --- | --- |
# | ellipse (3, 4) | angle | search, or an average over all | one number for two | 1, by definition |
# | network with ln Z (6) | none | – | the negative phase | – |
# | sparse coding (7) | 200 numbers | search (ISTA) | the price λ‖z‖₁ | – |
# | autoencoder, wide | code | encoder | nothing | 0.1 |
# | autoencoder, narrow (02) | code | encoder | too few numbers | above 1, beside the cuts |
# | sparse (03) | code | encoder | few units at a time | – |
# | denoising (04) | code | encoder | points beside the data are sent back to them | 0.9 |
# | contractive, on $r$ (04) | code | encoder | the reconstruction may not follow the input | 0.9 |
# | variational (06) | distribution over codes | encoder | noise in the code, and a price for its distance from the prior | 0.8 |
#
# The last column is measured above, the others are the argument of this chapter. **Contrastive** methods (not to be confused with *contractive*) push the energy up off the data: the negative phase of section 6, and in its way the denoiser. It learns to bring a noisy $\tilde y$ back to $y$, so that a noisy point gets, for an energy, roughly its squared distance *to the course*: 0.45 of $\lVert \tilde y - y \rVert^2$, since the part of the noise along the course can't be seen or undone. The others are **regularised**, or limited by construction: they
# let only a small part of the space have low energy, whatever that part is. The border is thin: with little noise the denoiser is nearly the contractive one (chapter 04).
#
# ## 10 · What to take away
# **Ask yourself.** (1) A regression network with squared error predicts the mean of $p(y_2 | y_1)$. Which energy landscape would let you answer "north or
# south, but not between"? (2) Your soft minimum changes when you refine the grid of $z$. What is missing? (3) At which temperature is
# learning by free energy the same as maximum likelihood? (4) Why does the gradient of $F_\infty$ not go through $\check z$? (5) In target propagation, what would happen without the stop of the gradient?
#
# <details><summary>Answers</summary>
#
# (1) One with two valleys along $y_2$, such as $F_\infty$ or a cold $F_\beta$. (2) The mean instead of the sum, that is, the division by $K$. (3) At
# $\beta = 1/2\sigma^2$, with Gaussian noise. (4) At a minimum the derivative with respect to $z$ is 0. (5) The target would come to meet the guess: codes that are easy to guess, rather than good codes; and the
# gradient would have to run back through every step of the search.
#
# </details>
#
# **If you read the sources** (chapter 00 says who they are), mind their slips: the [appendix](99_corrections_to_the_sources.ipynb) has those of this chapter in rows 20 to 22 and 58.
#
# **Use and misuse.** A normalised energy says how probable an input is; without $Z$ it only ranks inputs, and a reconstruction error promises neither. A detector that raises an alarm at high reconstruction error (**anomaly detection**) inherits the dark spot of section 9: there may be inputs, far from
# anything seen, that it calls normal.

# %%
ex.summary()

# %% [markdown]
# **References.** Source of this course: Canziani, *Generative Models – Autoencoders*. Papers: Y. LeCun, S. Chopra, R. Hadsell, M. Ranzato
# and F. J. Huang, *A Tutorial on Energy-Based Learning*, 2006; I. Daubechies, M. Defrise and C. De Mol, *An Iterative Thresholding
# Algorithm for Linear Inverse Problems with a Sparsity Constraint*, 2004 (ISTA); A. Beck and M. Teboulle, *A Fast Iterative
# Shrinkage-Thresholding Algorithm for Linear Inverse Problems*, 2009 (FISTA); K. Kavukcuoglu, M. Ranzato and Y. LeCun, *Fast Inference in
# Sparse Coding Algorithms with Applications to Object Recognition*, 2008; K. Gregor and Y. LeCun, *Learning Fast Approximations of
# Sparse Coding*, 2010; R. M. Neal and G. E. Hinton, *A View of the EM Algorithm that Justifies Incremental, Sparse, and Other Variants*, 1998 (variational free energy); G. E. Hinton, *Training Products of Experts by Minimizing Contrastive Divergence*, 2002; G. Alain and Y. Bengio, *What Regularized Auto-Encoders Learn from the Data-Generating Distribution*, 2014.
#
# **Next**: [06, variational autoencoders](06_variational_autoencoders.ipynb): an encoder that guesses a distribution.
