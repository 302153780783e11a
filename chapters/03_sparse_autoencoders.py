# %% [markdown]
# # 03 · Sparse autoencoders: what if few units may speak at a time?
#
# **You need** chapters [01](01_information_theory.ipynb) (KL divergence) and [02](02_autoencoders.ipynb) (autoencoders, cross-entropy from logits). **It
# runs in** {{minutes}} on two CPU cores; with the exercises, allow an evening.
#
# A committee of 196 people describes a picture. Everybody talks at once, each sentence says a bit about everything, and yet
# somebody who listens to all 196 can redraw the picture. That is the code of an ordinary wide autoencoder: complete, and unreadable. Now
# a rule: everybody talks for a twentieth of the time. People begin to specialise. “I only speak up when there is a loop
# at the top left.”
#
# This chapter makes the rule into a loss, derives its gradient by hand, and tests what is said about it: that units become
# independent, orthogonal, one for each category; that the code is better for telling digits apart. Some of it holds. The last part is about what
# “sparse autoencoder” mostly means today: a dictionary of the features that a language model uses.
#
# By the end you will be able to
# - write the KL penalty so that it trains, derive its gradient, and check it against autodiff;
# - say what a sparsity penalty does not ask for;
# - choose between KL, L1 and top-k, and keep units from dying;
# - compare features fairly: with controls, baselines and paired intervals;
# - explain superposition, and test whether a dictionary finds the true features.

# %% tags=["nbval-ignore-output"]
import math
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import skimage
from scipy.stats import t as student
from sklearn.cluster import MiniBatchKMeans

from course_utils import data, information, metrics, plots, runtime
from course_utils.exercises import ch03 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=3)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import ops

digits = data.load_digits()

# %%
train_count = budget(smoke=2000, quick=10_000, full=60_000)  # training images
test_count = budget(smoke=500, quick=10_000, full=10_000)
epochs = budget(smoke=1, quick=8, full=30)
draws = budget(smoke=2, quick=20, full=50)  # draws of labelled images, for the classifiers
units = 196  # N, the size of the code: 14 × 14
rho = 0.05  # ρ, the share of the time that a unit should be on
beta = 100.0  # β, the weight of the penalty
digits_seed = runtime.seed(3)  # of the networks for digits

x_train = digits.x_train[:train_count].reshape(-1, 784)  # (M, D)
x_test = digits.x_test[:test_count].reshape(-1, 784)
y_train, y_test = digits.y_train[:train_count], digits.y_test[:test_count]
mean_picture = x_train.mean(axis=0).clip(0.001, 0.999)
mean_logits = np.log(mean_picture / (1 - mean_picture))  # (784,)

# %% [markdown]
# ## 1 · A toy whose best code is known
# Take a grid of 8 × 8 pixels, and 16 lines: 8 rows and 8 columns. Each line is drawn with probability 1/8, independently of the
# others. So a picture has two lines on average, and the shortest honest description is a list: “row 3, column 7”. (This is the **bars
# problem**.)


# %%
def lines(n, rng):
    """n pictures of random lines, shape (n, 64), and which lines are in them, shape (n, 16)."""
    on = rng.random((n, 16)) < 1 / 8
    pictures = on[:, :8, None] | on[:, None, 8:]  # rows, then columns
    return pictures.reshape(n, 64).astype("float32"), on


rng = np.random.default_rng(runtime.seed(1))
x_lines, _ = lines(budget(smoke=500, quick=8000, full=8000), rng)
x_lines_test, lines_on = lines(2000, rng)
plots.images(
    x_lines_test[:20].reshape(-1, 8, 8),
    columns=10,
    title="Pictures made of sixteen possible lines",
    says=(
        "Twenty pictures of 8 by 8 pixels, each black with a few white horizontal and vertical"
        " lines across the whole width or height."
    ),
)

# %% [markdown]
# Now an autoencoder with 32 code units, twice as many as there are lines (an **overcomplete** code). It is the network of chapter 02, here with every axis:
#
# | | formula | shape |
# | --- | --- | --- |
# | $M$ samples of $D$ pixels | $x_{md}$ | `x` (M, D) |
# | code layer | $z^{(1)}_{mj} = \sum_{d=1}^{D} x_{md}\, w^{(1)}_{dj} + b^{(1)}_j$, the sum over the pixels $d$ | `W1` (D, N), `b1` (N,) |
# | code | $h_{mj} = \sigma(z^{(1)}_{mj})$, between 0 and 1 | `h` (M, N) |
# | output layer | $z^{(2)}_{md} = \sum_{j=1}^{N} h_{mj}\, w^{(2)}_{jd} + b^{(2)}_d$, the sum over the units $j$ | `W2` (N, D), `b2` (D,) |
# | reconstruction | $\hat x_{md} = \sigma(z^{(2)}_{md})$ | `x_hat` (M, D) |
#
# The cost $C_m$ of sample $m$ is the cross-entropy of chapter 01, summed over its pixels $d$; the cost $C$
# of a batch is the *mean* over its samples $m$. In the code below `sparsify` is a hole between code and output, empty
# for now; the last four arguments come later.


# %%
def cross_entropy(x, logits):
    """Nats per image, one value for each sample: summed over the pixels, the last axis."""
    return ops.sum(ops.softplus(logits) - x * logits, axis=-1)


def autoencoder(
    pixels,
    units,
    sparsify=None,
    activation="sigmoid",
    bias=0.0,  # where the biases of the two layers begin
    output_bias=0.0,
    decay=0.0,
    unit_norm=False,
):
    """A two-layer autoencoder x → code → logits, and its encoder x → code."""
    x = keras.Input((pixels,))
    h = keras.layers.Dense(
        units,
        activation=activation,
        bias_initializer=keras.initializers.Constant(bias),
        kernel_regularizer=keras.regularizers.L2(decay),  # adds decay · Σ w² to the loss
        name="layer_1",
    )(x)
    if sparsify is not None:
        h = sparsify(h)
    logits = keras.layers.Dense(
        pixels,
        bias_initializer=keras.initializers.Constant(output_bias),
        kernel_constraint=keras.constraints.UnitNorm(axis=1) if unit_norm else None,
        name="layer_2",
    )(h)
    return keras.Model(x, logits), keras.Model(x, h)


# %%
def fit(model, x, *, batch=200, epochs=epochs, rate=0.01, loss=cross_entropy):
    """Train to reproduce x; for the last quarter of the steps the learning rate is a tenth."""
    steps = epochs * math.ceil(len(x) / batch)
    rates = keras.optimizers.schedules.PiecewiseConstantDecay([3 * steps // 4], [rate, rate / 10])
    model.compile(optimizer=keras.optimizers.Adam(rates), loss=loss, steps_per_execution=10)
    model.fit(x, x, batch_size=batch, epochs=epochs, verbose=0)


# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(1))
plain, plain_encoder = autoencoder(64, 32)
fit(plain, x_lines, batch=100, epochs=budget(smoke=1, quick=15, full=15))
plain_nats = plain.evaluate(x_lines_test, x_lines_test, batch_size=1000, verbose=0)
list_nats = 16 * information.bernoulli_entropy(1 / 8, unit="nats")
print(f"of {list_nats:.2f} nats in a list of lines, {plain_nats:.2f} are lost on the way")

# %% [markdown]
# At most a sixth of the information is lost, so the network mostly *knows* which lines are there. Does it have a unit for row 3? Before you go
# on, guess: of the 16 lines, how many have a unit that follows them, correlation at least 0.9?


# %% tags=["nbval-ignore-output"]
def followers(encoder):
    """The unit that follows each line best, and the correlation of the two: (16,) and (16,)."""
    h = ops.convert_to_numpy(encoder(x_lines_test))  # (2000, 32)
    h = (h - h.mean(axis=0)) / (h.std(axis=0) + 1e-7)  # over the samples
    line = (lines_on - lines_on.mean(axis=0)) / lines_on.std(axis=0)
    correlation = np.abs(h.T @ line) / len(h)  # (32, 16)
    return correlation.argmax(axis=0), correlation.max(axis=0)


found = np.sum(followers(plain_encoder)[1] > 0.9)
claim("lines with a unit of their own, no penalty", found, at_most=2)

# %% [markdown]
# None, or hardly any. What the network knows about row 3 is smeared over all 32 units, and each unit is a mixture of many lines:
# the code is dense and **distributed**, its units *polysemantic*. Nothing in the loss asked for anything else. Let us ask.
#
# ## 2 · A rule for silence
# The average activation of unit $j$ is
#
# $$ \hat\rho_j = \frac1M \sum_{m=1}^{M} h_{mj}, $$
#
# over the $M$ samples: the share of the time that the unit is on, if it is clearly on or off. One number for each unit, not
# for each sample (*lifetime* sparsity, as against the *population* sparsity of one sample).
#
# ### Exercise · average activation
# It will train networks, so write it with `ops` (that is `keras.ops`) rather than NumPy. It returns one average for each unit.

# %%
average_activation = ex.average_activation.check(...)  # @exercise

# %% [markdown]
# We want every $\hat\rho_j$ close to a target $\rho$, say 0.05. What should a distance from it cost? A unit that is on
# for a share $\hat\rho_j$ of the time is a coin, and chapter 01 has a price for believing in the wrong coin. Add it up over the $N$
# units:
#
# $$ R = \sum_{j=1}^{N} \mathrm{KL}(\rho\,\|\,\hat\rho_j)
#      = \sum_{j=1}^{N} \Bigl[ \rho \ln\frac{\rho}{\hat\rho_j} + (1 - \rho) \ln\frac{1 - \rho}{1 - \hat\rho_j} \Bigr] \quad\text{nats.} $$
#
# It does not make activations small: it pulls each average to the target, from either side. (In this form it is from Ng's lecture notes.)
#
# ### Exercise · the KL penalty
# With `ops`; it returns one number. It gets the averages, not the activations, and $\rho$, a number. One case would ruin a training
# run: what if a unit is never on in a batch, $\hat\rho_j = 0$, or always? Clip $\hat\rho_j$ to $[10^{-7}, 1 - 10^{-7}]$ first.

# %%
kl_penalty = ex.kl_penalty.check(...)  # @exercise

# %%
averages = np.linspace(0.001, 0.3, 300)
cost = np.array([float(kl_penalty(np.array([r], "float32"), rho)) for r in averages])
plots.curves(
    averages,
    {"KL (nats)": cost, "squared distance, ×10": 10 * (averages - rho) ** 2},
    x_label="average activation ρ̂ of a unit",
    y_label="price of one unit",
    title="The bowl is steep towards silence",
    says=(
        "The KL price of a unit against its average activation: it falls steeply from 0.15 nats"
        " near 0 to 0 at 0.05 and rises gently to 0.2 nats at 0.3. A squared distance, ten times"
        " enlarged, is nearly flat left of 0.05."
    ),
    marks={"target": (rho, 0.0)},
    ylim=(-0.01, 0.25),
)

# %%
at_target = float(kl_penalty(np.array([rho], "float32"), rho))
claim("price of a unit at its target", at_target, at_most=1e-6, unit="nats", exact=True)
rho_hat = np.array([0.1, 0.02, 0.3], "float32")
kl_of_coins = information.bernoulli_kl(rho, rho_hat, unit="nats").sum()
gap = abs(float(kl_penalty(rho_hat, rho)) - kl_of_coins)
claim("penalty minus the sum of Bernoulli KLs", gap, at_most=1e-6, unit="nats", exact=True)

# %% [markdown]
# To a squared distance a silent unit is no worse than one at 0.1; KL's price has an endless slope at 0. And $\hat\rho_j$ has to lie in (0, 1), so
# the code layer is a sigmoid: a ReLU's average has no upper end.
#
# ### The penalty as a layer
# What depends on a layer's output can be added to the loss inside the network: `add_loss`. Here is a layer that hands
# its input on, and charges for it. `fit` then minimises chapter 02's sum of cost and penalty, whose weight is called $\beta$ here,
#
# $$ C + \beta R = \frac1M \sum_{m=1}^{M} C_m + \beta \sum_{j=1}^{N} \mathrm{KL}(\rho\,\|\,\hat\rho_j), $$
#
# with the average $\hat\rho_j$ over the batch. Your two functions are its defaults.

# %%
from course_utils.layers import SparsityPenalty  # @source

# %% [markdown]
# ### Back to the lines
# With one unit for each line and 16 units silent, the average over the *units* would be two in 32. So let $\rho = 1/16$; data, seed, network and steps are as before. How many lines will have a unit of
# their own now?

# %%
keras.utils.set_random_seed(runtime.seed(1))
sparse, sparse_encoder = autoencoder(64, 32, SparsityPenalty(1 / 16, 2.0))
fit(sparse, x_lines, batch=100, epochs=budget(smoke=1, quick=15, full=15))


# %% tags=["nbval-ignore-output"]
def drawn_by(model, chosen):
    """What chosen units add to the drawing: rows of W2, scaled to [0, 1] with 0 at mid-grey."""
    w = model.get_layer("layer_2").get_weights()[0][chosen]  # (16, 64)
    return (0.5 + 0.5 * w / np.abs(w).max(axis=1, keepdims=True)).reshape(-1, 8, 8)


best, plain_correlation = followers(plain_encoder)
sparse_best, sparse_correlation = followers(sparse_encoder)
plots.images(
    np.concatenate([drawn_by(plain, best), drawn_by(sparse, sparse_best)]),
    columns=16,
    row_labels=["no penalty", "with KL"],
    title="With the penalty, each line gets a unit of its own",
    says=(
        "Two rows of 16 pictures, for each line the unit that follows it best. Without the penalty"
        f" they are patchworks of grey; with it, single lines: {np.sum(sparse_correlation > 0.9)}"
        " of 16 follow their line with a correlation above 0.9."
    ),
)

# %%
claim("lines with a unit of their own, KL penalty", np.sum(sparse_correlation > 0.9), at_least=12)
least = sparse_correlation.min()
claim("least correlation of a line with its unit, KL penalty", least, at_least=0.7)
rho_hat = ops.convert_to_numpy(sparse_encoder(x_lines_test)).mean(axis=0)  # (32,)
claim("average activation of a line's unit", rho_hat[sparse_best].mean(), at_least=0.1)
silent = float(kl_penalty(np.zeros(1, "float32"), 1 / 16))
claim("price of a silent unit", silent, at_least=0.76, at_most=0.79, unit="nats", exact=True)
spare = np.setdiff1d(np.arange(32), sparse_best)
claim("average activation of the spare units", rho_hat[spare].mean(), at_least=0.08)
claim("the same, the most silent one", rho_hat[spare].min(), at_least=0.04)

# %% [markdown]
# The list “row 3, column 7”, found without a label. But the other 16 units are on as well, and more than the target says: 0.11 on average. We chose 1/16 as an average over *units*; the penalty compares each unit's own average over *samples* with it. A silent unit would cost 0.77 nats, so none is silent (what the spare ones do we did not look at). KL **allows no silent units**; section 7's rules do.
#
# ## 3 · The gradient by hand
# `fit` gets gradients from autodiff. Deriving them once by hand shows how a unit is pulled. For this section the cost of a sample is half the squared error,
# $C_m = \tfrac12 \sum_{d=1}^{D} (\hat x_{md} - x_{md})^2$.
#
# Write $\delta_m$ for $M$ times the derivative of the whole loss, $C + \beta R$, with respect to a layer's $z_m$. The factor $M$ takes away the $1/M$ of the mean. With
# $\sigma'(z) = \sigma(z)(1 - \sigma(z))$, the chain rule gives at the output
#
# $$ \delta^{(2)}_{md} = (\hat x_{md} - x_{md})\; \hat x_{md} (1 - \hat x_{md}) \qquad (M, D), $$
#
# and, one layer down, what comes back through $W_2$ plus what the penalty adds. The slope of one unit's price is, term by term,
# $-\frac{\rho}{\hat\rho_j} + \frac{1 - \rho}{1 - \hat\rho_j}$: negative below
# the target, positive above. The penalty depends on $h_{mj}$ through
# $\hat\rho_j$ alone, and $\partial \hat\rho_j / \partial h_{mj} = 1/M$; times $M$, that is 1. So
#
# $$ \delta^{(1)}_{mj} = \underbrace{h_{mj} (1 - h_{mj})}_{\sigma'(z^{(1)}_{mj})} \Bigl[ \sum_{d=1}^{D} w^{(2)}_{jd}\, \delta^{(2)}_{md}
#    + \beta \Bigl( -\frac{\rho}{\hat\rho_j} + \frac{1 - \rho}{1 - \hat\rho_j} \Bigr) \Bigr] \qquad (M, N). $$
#
# The gradients are averages over the batch: $\frac1M \sum_m x_{md}\, \delta^{(1)}_{mj}$ for $w^{(1)}_{dj}$, $\frac1M \sum_m \delta^{(1)}_{mj}$ for the bias $b^{(1)}_j$,
# $\frac1M \sum_m h_{mj}\, \delta^{(2)}_{md}$ for $w^{(2)}_{jd}$, $\frac1M \sum_m \delta^{(2)}_{md}$ for $b^{(2)}_d$.
#
# ### Exercise · the hidden error
# One line of algebra, in NumPy: it returns $\delta^{(1)}$, an array, one row for each sample. Mind the axes, what stands inside the bracket, that $\hat\rho$ is not clipped here, and
# that the $1/M$ comes later.

# %%
hidden_error = ex.hidden_error.check(...)  # @exercise

# %% [markdown]
# The rest of backpropagation is four lines. Against TensorFlow's tape, in double precision, on a random network:


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def by_hand(x, W1, b1, W2, b2, rho, beta):
    """Gradients of the loss with respect to W1, b1, W2, b2."""
    h = sigmoid(x @ W1 + b1)  # (M, N)
    x_hat = sigmoid(h @ W2 + b2)  # (M, D)
    delta2 = (x_hat - x) * x_hat * (1 - x_hat)
    delta1 = hidden_error(delta2, W2, h, rho, beta)
    sums = x.T @ delta1, delta1.sum(axis=0), h.T @ delta2, delta2.sum(axis=0)
    return [s / len(x) for s in sums]


# %%
def by_autodiff(x, W1, b1, W2, b2, rho, beta, over_samples=tf.reduce_mean):
    """The same from TensorFlow, which knows nothing of our formulas."""
    weights = [tf.Variable(w) for w in (W1, b1, W2, b2)]
    with tf.GradientTape() as tape:
        h = tf.sigmoid(x @ weights[0] + weights[1])
        x_hat = tf.sigmoid(h @ weights[2] + weights[3])
        cost = over_samples(tf.reduce_sum((x_hat - x) ** 2, axis=1) / 2)
        r = tf.reduce_mean(h, axis=0)
        kl = rho * tf.math.log(rho / r) + (1 - rho) * tf.math.log((1 - rho) / (1 - r))  # (N,)
        loss = cost + beta * tf.reduce_sum(kl)
    return [g.numpy() for g in tape.gradient(loss, weights)]


# %%
def largest_difference(gradients, others):
    """The largest difference between two lists of gradients."""
    return max(np.abs(a - b).max() for a, b in zip(gradients, others, strict=True))


rng = np.random.default_rng(runtime.seed(2))
x = rng.random((40, 12))  # (M, D)
shapes = (12, 7), 7, (7, 12), 12  # of W1, b1, W2, b2
network = [rng.normal(0, 0.5, shape) for shape in shapes]
for weight in (0.0, 3.0):
    arguments = x, *network, rho, weight
    gap = largest_difference(by_hand(*arguments), by_autodiff(*arguments))
    claim(f"gradient by hand against autodiff, beta {weight:g}", gap, at_most=1e-6, exact=True)

# %% [markdown]
# Agreement to rounding. The formula explains why KL has no **dead units** (or dead neurons). A ReLU that is 0 for every picture gets no gradient, and stays dead (the *dying ReLU*). Here
# the slope $-\rho/\hat\rho_j$ grows without limit as $\hat\rho_j$ shrinks, and $\sigma' = h(1 - h)$ shrinks no faster: the product tends
# to $-\beta\rho$ on average, which is not 0. A silent sigmoid unit is called back. (Down to the 1e-7 at which we clip.)

# %%
rng = np.random.default_rng(runtime.seed(2))
h_silent = rng.uniform(0, 2e-6, (100, 1))  # one unit, nearly dead on 100 pictures
push = hidden_error(np.zeros((100, 12)), np.zeros((1, 12)), h_silent, rho, beta).mean()
claim(
    "push on a nearly dead unit, in units of −βρ",
    push / (-beta * rho),
    at_least=0.999,
    at_most=1.001,
    exact=True,
)

# %% [markdown]
# ### Exercise · sum or mean
# Suppose $\beta = 100$ is right for the mean cost
# with batches of $M = 200$. Somebody rewrites the cost as a *sum* over the batch, and leaves the penalty as it is. Which $\beta$
# gives the same balance? Give a number.

# %%
ex.beta_for_sum.check(...)  # @exercise

# %%
summed = by_autodiff(x, *network, rho, len(x) * 3.0, over_samples=tf.reduce_sum)
gap = largest_difference([g / len(x) for g in summed], by_hand(x, *network, rho, 3.0))
claim(
    "summed cost with M times β, over M: off from the mean's gradient",
    gap,
    at_most=1e-6,
    exact=True,
)

# %% [markdown]
# ## 4 · What the penalty does not ask for
# The sources promise that the penalty concentrates the activation on a single unit for each sample, and
# makes units independent, and orthogonal. What does a penalty of 0 promise?
#
# ### Exercise · a penalty of 0
# A layer of 196 units has $\hat\rho_j = 0.05$ exactly for every unit, so that its penalty is 0. What follows?
# - `"a"`: on every sample about ten units are on
# - `"b"`: different units react to different things
# - `"c"`: each unit is on for one sample in twenty, and off otherwise
# - `"d"`: none of these

# %%
ex.what_kl_wants.check(...)  # @exercise

# %% [markdown]
# ### Exercise · a code that is free and good for nothing
# In NumPy: return a code, an array, with a penalty of exactly 0, from which nobody can tell two pictures apart: every sample gets
# the same row.

# %%
useless_code = ex.useless_code.check(...)  # @exercise

# %% [markdown]
# There is a second one: identical units, all on for the same 5 % of the pictures.

# %%
constant = np.asarray(useless_code(200, 40, rho))  # (M, N)
identical = np.repeat(np.arange(200)[:, None] < 10, 40, axis=1).astype(float)  # 10 of 200: 5 %
for name, code in {"a constant code": constant, "forty identical units": identical}.items():
    paid = float(kl_penalty(code.mean(axis=0).astype("float32"), rho))
    claim(f"penalty of {name}", paid, at_most=1e-5, unit="nats", exact=True)

# %% [markdown]
# With too large a $\beta$ a code can end as such a constant: it **collapses** (section 6 shows why). It is the reconstruction that makes units differ; the penalty only makes them rare.
#
# ## 5 · On digits
# Now 196 units, twice: with $\beta = 100$ (by trial; section 6 varies it) and, as a **control**, with $\beta = 0$. Three details help both. The
# biases of layer 1 start at $\ln\frac{\rho}{1 - \rho} = -2.94$, where $\sigma(-2.94) = 0.05$: units begin at the target. The biases of the *output* start at the logits of the average picture, so that no unit is needed to keep the background black. (Without that, 15 % of the control's units are **saturated**, near 1 on nearly all pictures.) And a little **weight decay**, $0.01 \sum w^2$ on $W_1$, removes weights that no picture needs.
#
# To compare sigmoid and ReLU units, we call a unit **active** on a
# picture if it is above a tenth of its own largest activation on the training images; and **dead** if it is active on no test
# picture.


# %%
def measure(model, encoder):
    """What this chapter wants to know about a trained autoencoder, on the test images."""
    code_train, code = (ops.convert_to_numpy(encoder(x)) for x in (x_train, x_test))
    is_active = code > 0.1 * code_train.max(axis=0) + 1e-9  # (n, N)
    W2, b2 = model.get_layer("layer_2").get_weights()
    return SimpleNamespace(
        model=model,
        code_train=code_train,
        code=code,
        error=np.mean((sigmoid(code @ W2 + b2) - x_test) ** 2),  # per pixel
        error_active=np.mean((sigmoid(code * is_active @ W2 + b2) - x_test) ** 2),
        rho_hat=code.mean(axis=0),  # (N,) on test images
        active=is_active.sum(axis=1).mean(),  # units per picture
        dead=np.mean(~is_active.any(axis=0)),
    )


# %%
def near_target(run, target=rho):
    """The share of units whose average activation is within 20 % of the target."""
    return np.mean(np.abs(run.rho_hat / target - 1) < 0.2)


def with_kl(rho, beta, rate=0.01, seed=digits_seed, output_bias=mean_logits):
    """Train with the KL penalty, and measure."""
    keras.utils.set_random_seed(seed)
    start = dict(bias=float(np.log(rho / (1 - rho))), output_bias=output_bias)
    model, encoder = autoencoder(784, units, SparsityPenalty(rho, beta), decay=0.01, **start)
    fit(model, x_train, rate=rate)
    return measure(model, encoder)


# %%
kl_run, control = with_kl(rho, beta), with_kl(rho, 0.0)

# %% [markdown]
# Does every unit keep to the rule, on *test* images that no unit has seen?

# %% tags=["nbval-ignore-output"]
plots.curves(
    np.arange(1, units + 1),
    {
        "β = 100": np.sort(kl_run.rho_hat),
        "β = 0": np.sort(control.rho_hat),
        "target ρ = 0.05": np.full(units, rho),
    },
    x_label="units, sorted",
    y_label="average activation ρ̂ on test images",
    title=f"{near_target(kl_run):.0%} of the units are within 20 % of the target",
    says=(
        "Average activations of 196 units, sorted. With the penalty they form a flat line between"
        f" {kl_run.rho_hat.min():.3f} and {kl_run.rho_hat.max():.3f}, at the target of 0.05."
        f" Without it they rise from {control.rho_hat.min():.2f} to {control.rho_hat.max():.2f}."
    ),
    ylim=(0, 1),
)

# %%
claim("share of units within 20 % of ρ on test images", near_target(kl_run), at_least=0.9)
claim("average activation without the penalty", control.rho_hat.mean(), at_least=0.35)
claim("squared error per pixel, β 100", kl_run.error, at_most={"mnist": 0.021, "offline": 0.012})
claim("control: units that hardly move", np.mean(control.code.std(axis=0) < 0.1), at_most=0.05)

# %% [markdown]
# What the committee says about eight pictures: 196 activations as a square of 14 by 14, black for 0, white for 1.

# %% tags=["nbval-ignore-output"]
shown = [np.flatnonzero(y_test == c)[1] for c in range(8)]


def squares(code):
    return np.kron(code[shown].reshape(-1, 14, 14), np.ones((2, 2)))  # each unit 2 × 2 pixels


plots.images(
    np.concatenate(
        [x_test[shown].reshape(-1, 28, 28), squares(control.code), squares(kl_run.code)]
    ),
    columns=8,
    row_labels=["picture", "β = 0", "β = 100"],
    title="Everybody talks in the middle row, few in the last",
    says=(
        "Eight digits; under each its code without and with the penalty, a square of 196 points."
        f" Without, most points are bright: {control.active:.0f} units are active. With it the"
        f" square is dark with scattered bright points: {kl_run.active:.0f} are active."
    ),
)

# %%
claim("active units per picture, β 100", kl_run.active, at_most={"mnist": 50, "offline": 70})
claim("active units per picture, β 0", control.active, at_least=140)
claim("dead units, β 100", kl_run.dead, at_most=0.01)

# %% [markdown]
# A sparse code is a list of real numbers, most of them close to 0. Chapter 02's bottleneck of 32 units is *small*, and dense: not the same thing.
#
# One practical matter. $\hat\rho_j$ should be an average over the data; the layer averages a batch. KL is a bowl, and an
# average that jumps around in a bowl costs more than its mean does (**Jensen's inequality**). How much, for this network?

# %%
order = np.random.default_rng(runtime.seed(4)).permutation(len(x_train))
price = {"all pictures": float(kl_penalty(kl_run.code_train.mean(axis=0), rho))}
for size in (20, 200):
    batches = kl_run.code_train[order].reshape(-1, size, units)  # (batches, size, N)
    averages = batches.mean(axis=1).clip(1e-7, 1 - 1e-7).astype("float64")
    kl = information.bernoulli_kl(rho, averages, unit="nats")  # (batches, N)
    price[f"batches of {size}"] = kl.sum(axis=1).mean()
claim("penalty, average over all pictures", price["all pictures"], at_most=0.1, unit="nats")
claim("penalty, batches of 200", price["batches of 200"], at_most=0.15, unit="nats")
claim("penalty, batches of 20", price["batches of 20"], at_least=0.5, unit="nats")

# %% [markdown]
# The excess punishes *variance*: in batches of $B$ it is about $\sum_j \mathrm{Var}(h_j) / (2B\rho(1 - \rho))$. A unit that mumbles 0.05 all the time does not pay it, so small batches favour mumbling. And they tell us how much ours mumble: clear on-or-off units would pay 0.49 nats in batches of 200. Ours pay 0.08, a sixth of it: most of their activation is not clear on-or-off, and 35 rather than ten are active on a picture (without the penalty 180).
#
# ## 6 · What do the units stand for?
# The weights $w^{(1)}_{dj}$ of unit $j$ are one number for each pixel: a picture, the unit's **receptive field**. White where ink
# switches the unit on, black where ink switches it off. The other half of a unit is what it *draws*, its row of $W_2$ (an **atom** in *dictionary learning*, an *imagette* in our source).
#
# ### Exercise · receptive fields
# In NumPy. `W1` has shape $(D, N)$; return an array of $N$ pictures. Mid-grey (0.5) should mean “no weight”, and each picture should use the full range:
# its largest $|w|$ becomes 0 or 1.

# %%
receptive_fields = ex.receptive_fields.check(...)  # @exercise


# %% tags=["nbval-ignore-output"]
def weights(run):
    """What a network's units listen to, (784, N), and what they draw, (784, N)."""
    layers = [run.model.get_layer(name) for name in ("layer_1", "layer_2")]
    W1, W2 = (layer.get_weights()[0] for layer in layers)
    return W1, W2.T


rows = [receptive_fields(w, 28)[:14] for run in (kl_run, control) for w in weights(run)]
plots.images(
    np.concatenate(rows),
    columns=14,
    row_labels=["β = 100 hear", "draw", "β = 0 hear", "draw"],
    title="With the penalty units draw strokes and near-digits",
    says=(
        "Four rows of 14 pictures, one unit in each column. With the penalty the receptive fields"
        " are strokes and arcs in grain, and the drawings smooth strokes, loops and near-digits."
        " Without it they are blotches with traces of curves."
    ),
)

# %% [markdown]
# Now the promises, each with a number and the control. **Orthogonal** units would have a cosine of 0, in what they hear or in what they draw. **Independent** units would have, at least, a correlation of 0 over the samples.
# **Categories**: does a unit stand for one digit (a *monosemantic* unit)? Then its favourite digit gets all of its activation; without preference each gets a tenth (*class selectivity*).


# %%
def average_cosine(vectors):
    """The average |cosine| of two different rows."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)
    gram = np.abs(unit @ unit.T)  # the Gram matrix
    return (gram.sum() - np.trace(gram)) / (len(gram) * (len(gram) - 1))


def promises(run):
    hear, draw = weights(run)
    class_means = np.stack([run.code[y_test == c].mean(axis=0) for c in range(10)])  # (10, N)
    return {
        "|cosine| of what they hear": average_cosine(hear.T),
        "|cosine| of what they draw": average_cosine(draw.T),
        # a cosine of centred values is a correlation
        "|correlation|": average_cosine((run.code - run.code.mean(axis=0)).T),
        "favourite digit's share": np.median(class_means.max(axis=0) / class_means.sum(axis=0)),
    }


# %% tags=["nbval-ignore-output"]
found, found_control = promises(kl_run), promises(control)
for name in found:
    print(f"{name:28} β = 100: {found[name]:.2f}   β = 0: {found_control[name]:.2f}")

# %%
hear, draw, correlation, share = found.values()
_, draw_0, correlation_0, _ = found_control.values()
claim("average |correlation| of units, β 100", correlation, at_most={"mnist": 0.16, "offline": 0.2})
claim(
    "average |correlation|, β 0 minus β 100",
    correlation_0 - correlation,
    at_least={"mnist": 0.03, "offline": 0},
)
claim("average |cosine| of drawings, β 100 minus β 0", draw - draw_0, at_least=0.03)
claim("favourite digit's share of a unit's activation, median", share, at_least=0.2, at_most=0.4)

# %% [markdown]
# Not much of it holds. Units are a little less correlated with the penalty: 0.13 instead of 0.18 on MNIST, one network each; how much of that is mere rareness, we have not tested. What they hear is as far from orthogonal as the control's, and what they *draw* further (0.18 against 0.12; random directions would have 0.03). And the median unit is much nearer to no preference (0.1) than to being a category (1).
#
# How much does a unit tell about the class? Chapter 01's mutual information, with the unit cut at its own average into on and off. The scale: a perfect detector of
# *one* digit tells the entropy of a coin with $P = 0.1$, 0.47 bits.

# %%
one_hot = np.eye(10)[y_test]  # (n, 10)


def bits_about_class(code):
    """What each unit (above its average or not) tells about the class, in bits, shape (N,)."""
    on = (code > code.mean(axis=0)).astype(float)  # (n, N)
    joint = np.stack([on.T @ one_hot, (1 - on).T @ one_hot], axis=1) / len(code)  # (N, 2, 10)
    return information.mutual_information(joint, unit="bits")


bits, bits_control = bits_about_class(kl_run.code), bits_about_class(control.code)
pixel_bits = bits_about_class(x_test[:, x_test.max(axis=0) > 0])

# %% tags=["nbval-ignore-output"]
percent = np.linspace(0, 100, units)
pixel_percent = np.linspace(0, 100, len(pixel_bits))  # there are more pixels than units
detector_bits = information.bernoulli_entropy(0.1, unit="bits")
plots.curves(
    percent,
    {
        "units, β = 100": np.sort(bits)[::-1],
        "units, β = 0": np.sort(bits_control)[::-1],
        "a perfect detector of one digit": np.full(units, detector_bits),
        "single pixels": np.interp(percent, pixel_percent, np.sort(pixel_bits)[::-1]),
    },
    x_label="units (or pixels), best first, in %",
    y_label="tells about the class (bits)",
    title=f"The best unit tells {bits.max():.2f} bits, a detector of one digit {detector_bits:.2f}",
    says=(
        "Mutual information with the class, sorted. The best unit with the penalty tells"
        f" {bits.max():.2f} bits, the average one {bits.mean():.2f}; without it"
        f" {bits_control.max():.2f} and {bits_control.mean():.2f}; the best single"
        f" pixel {pixel_bits.max():.2f}."
    ),
    ylim=(0, None),
)

# %%
most = {"mnist": detector_bits, "offline": 0.6}
claim("bits that the best unit tells, β 100", bits.max(), at_least=0.25, at_most=most, unit="bits")
ratio = bits.mean() / bits_control.mean()
claim("average bits of a unit, β 100 over β 0", ratio, at_least=1.05)

# %% [markdown]
# The best unit tells about as much as the best single *pixel* (chapter 01). Every unit tells something, and the average unit more with the penalty than without (the single best is the control's). Not
# orthogonal, not independent, not ten categories: to the eye, strokes and *variants* of digits.
#
# ### Too little, too much
# Predict: of a $\beta$ of 1 and of 10,000, a $\rho$ of 0.005 and of 0.2, which reconstructs best, and which draws whole digits?

# %%
sweep = {
    "β = 1": with_kl(rho, 1.0),
    "β = 100, ρ = 0.05": kl_run,
    "β = 10,000": with_kl(rho, 10_000.0),
    "ρ = 0.005": with_kl(0.005, beta),
    "ρ = 0.2": with_kl(0.2, beta),
}
weak, _, strong, rare, often = sweep.values()

# %% tags=["nbval-ignore-output"]
for name, run in sweep.items():
    print(
        f"{name:18} error {run.error:.4f}   average activation {run.rho_hat.mean():.3f}"
        f"   active {run.active:3.0f} of 196"
    )
plots.images(
    np.concatenate([receptive_fields(weights(run)[1], 28)[:12] for run in sweep.values()]),
    columns=12,
    row_labels=list(sweep),
    title="What units draw, from too little to too much",
    says=(
        "Five rows of 12 drawings, from the same random start. Weights 1 and 100: strokes and"
        " near-digits. Weight 10,000: blurred and pale. Target 0.005: whole, clear digits."
        " Target 0.2: fragments."
    ),
)

# %%
claim("β 1: average activation over the target", weak.rho_hat.mean() / rho, at_least=1.6)
claim("β 10,000: share of units within 20 % of ρ", near_target(strong), at_least=0.95)
claim("β 10,000: error over that with β 100", strong.error / kl_run.error, at_least=1.8)
claim("ρ 0.005: error over that with ρ 0.05", rare.error / kl_run.error, at_least=1.4)

# %% [markdown]
# - **β = 1** reconstructs best, and its average stays at more than twice the target.
# - **β = 10,000**: all units on target, and a blur. Nearly all units are active (177), all a little. They
#   mumble around 0.05, the constant code of section 4 within reach: clear on-or-off units would pay $\beta \cdot 0.49$, 4,900 nats, for the variance of the batches' averages.
# - **ρ = 0.005**: about *one* unit's worth of activation per picture. Units become *prototypes*, whole digits,
#   six active on a picture, at 1.8 times the error.
# - **ρ = 0.2**: not sparse.
#
# ## 7 · Without a target: L1 and top-k
# **L1.** Suppose that activations follow, a priori, a Laplace distribution,
# $p(h_j) = \frac\lambda2 e^{-\lambda |h_j|}$: mostly near 0, now and then large. If the units are independent, densities multiply,
# and
#
# $$ -\ln p(h) = \sum_{j=1}^{N} \bigl( \lambda |h_j| - \ln\tfrac\lambda2 \bigr) = \lambda \sum_{j=1}^{N} |h_j| + \text{const.} $$
#
# Add $-\ln p(x|h)$, the reconstruction cost, and the loss is $-\ln p(x, h)$: an L1 penalty is a prior, and the best $h$ is the **maximum a posteriori** (MAP) estimate. Averaged over samples, the penalty of ReLU units is $\lambda \sum_j \hat\rho_j$: it sees the same averages as KL, but its slope is $\lambda$ all the way down. So silence is cheapest, activations become exactly 0, and those that stay are made smaller, too (**shrinkage**).
#
# ### Exercise · the L1 penalty
# With `ops`; it returns one number: sum over the units, mean over the samples, without the constant.

# %%
l1_penalty = ex.l1_penalty.check(...)  # @exercise

# %% [markdown]
# L1 has a loophole: halve every activation, double every weight of $W_2$, and the reconstruction is the same at half the
# price. The plug is a **unit-norm decoder**: after each step the rows of $W_2$ are scaled back to length 1 (`unit_norm` above). Then large logits need large activations, and the same $\lambda$ bites harder.
#
# **Top-k.** No penalty at all: in each sample the $k$ largest activations pass, the others are set to 0 (the **k-sparse autoencoder** of Makhzani and Frey). The number of active units
# is then guaranteed.
#
# ### Exercise · top-k
# It will run inside `fit`, so write it with `ops`; it returns an array of the shape of `h`. Find each row's $k$-th largest value, and
# keep what is at least as large. If two are equal there, both may stay.

# %%
top_k = ex.top_k.check(...)  # @exercise

# %% [markdown]
# In such a competition some units never win. They get no gradient, and most stay dead: of our 196, with $k = 20$, about half. The cure is a second chance, an **auxiliary loss** (*AuxK*, after Gao and others). Count for how many batches a unit has been silent; after ten it is called dead. The strongest dead units, up to twenty, then try to draw *what the living have left undone*:
# their drawing is added to the living units' logits, which are held fixed (`stop_gradient`), and half of the resulting cost goes into the loss. A dead unit that could help gets a gradient towards it.
#
# ### Exercise · a second chance
# With `ops`: `z` (M, N) are the values before the activation, `dead` (N,) is 1 for a dead unit and 0 for a living one. Return an array like `z`: in each row softplus(z) of the `k` strongest dead units (all, if there are fewer), 0 everywhere else. Your `top_k` may help. Not ReLU, which has no slope where z is negative.

# %%
second_chance = ex.second_chance.check(...)  # @exercise


# %%
class TopK(keras.Model):
    """An autoencoder with k active units; dead ones get a second chance if rescue is not 0."""

    def __init__(self, pixels, units, k, rescue=0.5):
        super().__init__()
        self.k, self.rescue = k, rescue
        self.layer_1 = keras.layers.Dense(units, name="layer_1")
        start = keras.initializers.Constant(mean_logits)
        self.layer_2 = keras.layers.Dense(pixels, bias_initializer=start, name="layer_2")
        self.silent = self.add_weight(shape=(units,), initializer="zeros", trainable=False)

    def code(self, x):
        return top_k(ops.relu(self.layer_1(x)), self.k)

    def call(self, x, training=False):
        h = self.code(x)
        logits = self.layer_2(h)
        if training and self.rescue:
            dead = ops.cast(self.silent >= 10, "float32")  # batches without a word
            spare = second_chance(self.layer_1(x), dead, 20)
            logits_2 = ops.stop_gradient(logits) + ops.matmul(spare, self.layer_2.kernel)
            self.add_loss(self.rescue * ops.mean(cross_entropy(x, logits_2)))
            self.silent.assign(ops.where(ops.any(h > 0, axis=0), 0.0, self.silent + 1))
        return logits


# %%
class Penalty(keras.layers.Layer):
    """Hands activations on unchanged, and adds penalty(h) to the loss."""

    def __init__(self, penalty):
        super().__init__()
        self.penalty = penalty

    def call(self, h):
        self.add_loss(self.penalty(h))
        return h


def with_l1(lam, unit_norm, seed=digits_seed):
    keras.utils.set_random_seed(seed)
    penalty = Penalty(lambda h: l1_penalty(h, lam))
    options = dict(activation="relu", output_bias=mean_logits, unit_norm=unit_norm)
    model, encoder = autoencoder(784, units, penalty, **options)
    fit(model, x_train, rate=0.003)
    return measure(model, encoder)


def with_top_k(k, rescue=0.5, rate=0.003, seed=digits_seed):
    keras.utils.set_random_seed(seed)
    model = TopK(784, units, k, rescue)
    fit(model, x_train, rate=rate)
    return measure(model, model.code)


# %%
families = {
    "KL": [rare, kl_run, often],
    "L1": [with_l1(lam, False) for lam in (0.2, 0.1)],
    "L1, unit norm": [with_l1(lam, True) for lam in (0.2, 0.1)],
    "top-k": [with_top_k(k) for k in (10, 20, 40)],
}
without_rescue = with_top_k(20, rescue=0)

# %% tags=["nbval-ignore-output"]
table = {
    "control, β 0": control,
    "KL, ρ 0.05": kl_run,
    "L1, λ 0.1": families["L1"][1],
    "L1, unit norm, λ 0.1": families["L1, unit norm"][1],
    "top-k, k 20": families["top-k"][1],
    "the same, no second chance": without_rescue,
}
print(f"{'':28}{'error':>7}{'active':>8}{'dead':>7}")
for name, run in table.items():
    print(f"{name:28}{run.error:7.4f}{run.active:8.0f}{run.dead:7.0%}")
for name, found in runtime.evidence("dead").items():
    print(f"dead, k 20, {name}: " + ", ".join(f"{value:.0%}" for value in found))

# %%
_, kl_20, l1, l1_norm, top_20, _ = table.values()
claim("dead units, top-k without a second chance", without_rescue.dead, at_least=0.4)
claim(
    "dead units, top-k with a second chance", top_20.dead, at_most={"mnist": 0.05, "offline": 0.15}
)
ratio = top_20.error / without_rescue.error
claim("top-k: error with the second chance over that without", ratio, at_most=1)
claim("active units per picture, top-k", top_20.active, at_most=20 + 1e-6, exact=True)
claim("dead units, L1", l1.dead, at_least=0.1)

# %% [markdown]
# Without a second chance half of the units never speak (offline two thirds); with it hardly any is dead, and the error falls by 5 %. (With ReLU in place of softplus 12 to 18 % stay dead; of L1's units, which get no second chance, a fifth is dead.) How do the methods compare at *equal* sparsity? An **error–sparsity curve** puts the error against the number of active units ($L_0$, if those below a tenth of their largest activation count as 0). To count alike, only the active units are handed to the decoder, which raises KL's errors by 1 to 17 %.

# %% tags=["nbval-ignore-output"]
fig, ax = plt.subplots()
for (name, family), marker in zip(families.items(), "osD^", strict=True):
    ax.plot([r.active for r in family], [r.error_active for r in family], marker=marker, label=name)
ax.plot(weak.active, weak.error_active, "X", label="KL, β = 1")
ax.set(xlabel="active units per picture", ylabel="squared error per pixel", xscale="log")
ax.set_xticks([5, 10, 20, 50, 100, 200], [5, 10, 20, 50, 100, 200])
ax.set_xticks([], minor=True)
ax.set_title("Free L1 and top-k need the fewest active units for an error")
ax.legend()
listed = "; ".join(
    f"{name} " + ", ".join(f"{run.error_active:.4f} at {run.active:.0f} units" for run in family)
    for name, family in families.items()
)
listed += f"; KL with β = 1 {weak.error_active:.4f} at {weak.active:.0f} units"
plots.show(fig, says=f"Error against active units per picture, falling for all. {listed}.")

# %%
at_40 = families["top-k"][2]
ratio = at_40.error_active / kl_20.error_active
claim("error of top-k with 40 units over that of KL", ratio, at_most=0.65)
ratio = families["L1"][0].error_active / kl_20.error_active
claim("error of free L1 (λ 0.2) over that of KL", ratio, at_most=0.75)
claim("control: squared error over that of KL", control.error / kl_run.error, at_most=0.5)

# %% [markdown]
# At $\beta = 100$ KL makes about twice the error of free L1 (without the plug) and top-k; much of that is $\beta$, as the cross shows. (400 steps, one run each; KL with rate 0.01 and weight decay, the others with 0.003 and none: small differences mean nothing.) Then why would anybody use KL's penalty?
#
# ## 8 · Does it help a classifier?
# Sparse codes are said to make good features. A fair test needs a linear
# classifier on top (a **linear probe**), since the code should do the work: logistic regression, its penalty chosen by
# cross-validation; few labels, 100 or 1,000, with a code learned from all pictures without labels (*semi-supervised* learning); the same draws of labelled images for every code, so
# that differences are *paired*; and opponents: raw pixels, the control, a layer of random weights that was **never trained**, and **k-means features**, which once did better than many deep networks (Coates and others, on patches): 196 cluster centres, and for each picture by how much it is nearer to a centre than to the average one, or 0.
#
# Which will win with 100 labels?


# %%
def k_means_features(x, centres):
    distance = centres.transform(x)  # (n, 196)
    return np.maximum(distance.mean(axis=1, keepdims=True) - distance, 0)


centres = MiniBatchKMeans(units, random_state=digits_seed, n_init=1, batch_size=1000)
centres.fit(x_train)
keras.utils.set_random_seed(digits_seed)
_, random_layer = autoencoder(784, units)
untrained = [ops.convert_to_numpy(random_layer(x)) for x in (x_train, x_test)]
runs = {
    "KL": kl_20,
    "L1": l1,
    "L1, unit norm": l1_norm,
    "top-k": top_20,
    "control": control,
}
features = {name: (run.code_train, run.code) for name, run in runs.items()}
features["k-means"] = [k_means_features(x, centres) for x in (x_train, x_test)]
features |= {"never trained": untrained, "pixels": (x_train, x_test)}

# %%
draws_for = {100: draws, 1000: draws // 2}  # with 1,000 labels they differ less
accuracy = {}
for count, n in draws_for.items():
    seeds = [runtime.seed(100 + draw) for draw in range(n)]
    for name, (train, test) in features.items():
        accuracy[count, name] = metrics.few_label_accuracy(
            train, y_train, test, y_test, labels=count, seeds=seeds, standardise=name != "pixels"
        )


# %%
def interval(count, a, b):
    """Mean of accuracy(a) − accuracy(b), in points, and half the width of its 95 % interval."""
    difference = 100 * (accuracy[count, a] - accuracy[count, b])
    n = len(difference)
    return difference.mean(), student.ppf(0.975, n - 1) * difference.std(ddof=1) / np.sqrt(n)


# %% tags=["nbval-ignore-output"]
names = [name for name in features if name != "pixels"]
places = np.arange(len(names))
fig, ax = plt.subplots(figsize=(6.4, 3.6))
says = "Points of accuracy above raw pixels, with 95 % intervals."
for offset, count in zip((-0.12, 0.12), draws_for, strict=True):
    mean, half = np.transpose([interval(count, name, "pixels") for name in names])
    style = dict(fmt="o", capsize=3, label=f"{count:,} labels")
    ax.errorbar(mean, places + offset, xerr=half, **style)
    found = zip(names, mean, half, strict=True)
    says += f" {count} labels (pixels {accuracy[count, 'pixels'].mean():.1%}): "
    says += ", ".join(f"{name} {m:+.1f} ± {h:.1f}" for name, m, h in found) + "."
ax.axvline(0, color="0.4", lw=1)
ax.set(yticks=places, xlabel="points of accuracy above raw pixels")
ax.set_yticklabels(names)
ax.invert_yaxis()
ax.set_title("KL's code beats pixels and its control; k-means comes close")
ax.legend()
plots.show(fig, says)
print(says)

# %%
bounds = {
    ("KL", "pixels"): {"mnist": 2, "offline": 0},
    ("KL", "control"): {"mnist": 2, "offline": 0},
    ("KL", "never trained"): {"mnist": 4, "offline": 1},
    ("KL", "k-means"): {"mnist": -1.5, "offline": -3},
    ("KL", "L1"): {"mnist": 1.5, "offline": -3},
    ("KL", "L1, unit norm"): {"mnist": -2, "offline": -3},
    ("L1, unit norm", "L1"): {"mnist": 0.5, "offline": -2},
}
for (a, b), bound in bounds.items():
    name = f"{a} minus {b}, 100 labels, lower end of the 95 % interval"
    mean, half = interval(100, a, b)
    claim(name, mean - half, at_least=bound, unit="points")

# %% [markdown]
# On MNIST, with 100 labels, KL's code is about 5 points ahead of the control, which was trained in the same way: the latter's squared error is less than half of KL's, and yet it is level with the *pixels*. L1 with a unit-norm decoder does about as well as KL, but not every sparse code does: free L1, the best at redrawing, gains less than a point. And k-means, which is no autoencoder, comes within about a point of the best. (Codes are standardised, pixels are not.)
#
# All draws share one code. Here are three more of each kind, which the course has kept (accuracy with 100 labels):

# %% tags=["nbval-ignore-output"]
for name, found in runtime.evidence("accuracy").items():
    print(f"{name:24}" + "  ".join(f"{value:.1%}" for value in found))
for name, found in runtime.evidence("near 1 on all pictures").items():
    print(f"units near 1 on all pictures, {name}: {np.mean(found):.0%}")

# %% [markdown]
# KL is ahead of every control in every run. The lower the control's learning rate, the better it is; at 0.001, the lowest tried, it is two to three points behind. And top-k at the higher rate, 0.01, is no better than pixels.
#
# ## 9 · Filters
# A unit that sees all 784 pixels cannot slide. An autoencoder for **patches** of 7 × 7 pixels learns filters that a convolution can use (**unsupervised pre-training**). We learn 16, from digits.

# %%
rng = np.random.default_rng(runtime.seed(6))
patch_count = budget(smoke=2000, quick=30_000, full=100_000)
image = rng.integers(0, len(x_train), patch_count)
row, column = rng.integers(0, 22, patch_count), rng.integers(0, 22, patch_count)
pictures = digits.x_train[:train_count, ..., 0]
windows = np.lib.stride_tricks.sliding_window_view(pictures, (7, 7), axis=(1, 2))
patches = windows[image, row, column].reshape(-1, 49)  # (patch_count, 49)
patches = patches[patches.max(axis=1) > 0.3]  # leave out the empty ones

# %%
keras.utils.set_random_seed(runtime.seed(6))
patch_model, _ = autoencoder(49, 16, SparsityPenalty(0.1, 20.0), bias=float(np.log(0.1 / 0.9)))
fit(patch_model, patches, epochs=budget(smoke=1, quick=6, full=20))
filters, filter_bias = patch_model.get_layer("layer_1").get_weights()  # (49, 16), (16,)
shuffled = rng.permuted(filters, axis=0)  # the same weights, each filter's in random order

# %% [markdown]
# A small convolutional network: 16 filters, pooling, a dense layer of ten logits. The first layer is *frozen*; only
# the dense layer learns, from 1,000 labelled images. First layers to compare: our filters; the same with their pixels
# shuffled (same weights and biases, no structure); Keras's own random start with ReLU; and for
# orientation the whole network trained.


# %%
def small_cnn(weights=None, activation="sigmoid", frozen=True):
    """A small CNN with a given or random first layer, trained on 1,000 labels."""
    first = keras.layers.Conv2D(16, 7, strides=2, activation=activation)
    pool = keras.layers.MaxPooling2D(3, padding="same")
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), first, pool, keras.layers.Flatten(), keras.layers.Dense(10)]
    )
    if weights is not None:
        first.set_weights([weights.reshape(7, 7, 1, 16), filter_bias])
    first.trainable = not frozen
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss, metrics=["accuracy"])
    epochs = budget(smoke=1, quick=15, full=30)
    model.fit(digits.x_train[:1000], y_train[:1000], batch_size=50, epochs=epochs, verbose=0)
    return model


# %%
first_layers = {
    "learned": dict(weights=filters),
    "shuffled": dict(weights=shuffled),
    "random": dict(activation="relu"),
    "all trained": dict(activation="relu", frozen=False),
}
x_test_pictures = x_test.reshape(-1, 28, 28, 1)
cnn_accuracy = {}
for k, (name, arguments) in enumerate(first_layers.items()):
    keras.utils.set_random_seed(runtime.seed(10 + k))
    cnn = small_cnn(**arguments)
    _, cnn_accuracy[name] = cnn.evaluate(x_test_pictures, y_test, batch_size=1000, verbose=0)

# %% tags=["nbval-ignore-output"]
measured = ", ".join(f"{name} {a:.1%}" for name, a in cnn_accuracy.items())
plots.bars(
    cnn_accuracy.keys(),
    [100 * a for a in cnn_accuracy.values()],
    y_label="test accuracy with 1,000 labels (%)",
    title="Filters learned without labels beat the same weights shuffled",
    says=f"Test accuracy of the small network by its first layer: {measured}.",
    fmt="%.1f",
)

# %%
learned = cnn_accuracy["learned"]
gain = 100 * (learned - cnn_accuracy["shuffled"])
claim("learned filters minus shuffled ones", gain, at_least=4, unit="points")
gain = 100 * (learned - cnn_accuracy["random"])
claim("learned filters minus random ones with ReLU", gain, at_least=2, unit="points")
gain = 100 * (cnn_accuracy["all trained"] - learned)
claim("all trained minus learned filters", gain, at_most=4, unit="points")

# %% [markdown]
# In this one run the learned filters are level with the network trained end to end. Shuffled, the same weights lose some twelve points. Random filters (ReLU, with other biases)
# are in between.
#
# And for pictures of *anything*? Take patches of 12 × 12 pixels from five photographs that scikit-image brings along. So that units are not spent on slow shading, the patches are **whitened** first: multiply by the matrix $\Sigma^{-1/2}$ ($\Sigma$, “Sigma”, their covariance) that makes pixels uncorrelated (**ZCA**; nearly, as a little is added to $\Sigma$'s eigenvalues to tame the noise).


# %%
def photograph_patches(count, side, rng):
    """Whitened patches of photographs, shape (count, side²)."""
    found = []
    for name in ("camera", "astronaut", "chelsea", "coffee", "rocket"):
        picture = getattr(skimage.data, name)()
        grey = skimage.color.rgb2gray(picture) if picture.ndim == 3 else picture / 255
        half = skimage.transform.downscale_local_mean(grey, (2, 2))
        windows = np.lib.stride_tricks.sliding_window_view(half, (side, side))
        row, column = (rng.integers(0, n, count // 5) for n in windows.shape[:2])
        found.append(windows[row, column].reshape(-1, side**2))
    x = np.concatenate(found)
    x = x - x.mean(axis=1, keepdims=True)
    x = x / np.sqrt(x.var(axis=1, keepdims=True) + 1e-3)  # contrast; flat patches stay flat
    values, vectors = np.linalg.eigh(np.cov(x.T))
    return (x @ vectors / np.sqrt(values + 0.1) @ vectors.T).astype("float32")


# %%
def dictionary(x, size, k, epochs):
    """Train a top-k autoencoder with linear output; its encoder, and its atoms (size, d)."""
    d = x.shape[1]
    inputs = keras.Input((d,))
    encode = keras.layers.Dense(size, activation="relu")
    decode = keras.layers.Dense(d, kernel_constraint=keras.constraints.UnitNorm(axis=1))
    h = keras.layers.Lambda(lambda h: top_k(h, k))(encode(inputs))
    model = keras.Model(inputs, decode(h))
    start = ops.convert_to_numpy(keras.random.normal((size, d)))
    start /= np.linalg.norm(start, axis=1, keepdims=True)
    encode.set_weights([start.T, np.zeros(size)])  # begin by hearing what you draw
    decode.set_weights([start, np.zeros(d)])
    fit(model, x, epochs=epochs, rate=0.003, loss="mse")
    return keras.Model(inputs, h), decode.get_weights()[0]


# %%
keras.utils.set_random_seed(runtime.seed(7))
rng = np.random.default_rng(runtime.seed(7))
photographs = photograph_patches(budget(smoke=2000, quick=30_000, full=60_000), 12, rng)
_, atoms = dictionary(photographs, 100, 5, budget(smoke=1, quick=8, full=20))

# %% tags=["nbval-ignore-output"]
plots.images(
    receptive_fields(atoms.T, 12)[:60],
    columns=15,
    title="Atoms of photographs: edges, lines and gratings in many directions",
    says=(
        "Sixty atoms of 12 by 12 pixels: most are edges, thin lines or gratings of light and dark"
        " stripes in one of many directions, many at one place of the patch; a few are blurs."
    ),
)

# %% [markdown]
# Nobody said “edge”. (These are top-k's; there is no control here, and k-means on whitened patches finds edges, too.) Mostly oriented, local and of one scale (**Gabor filters**): so are first-layer filters of most convolutional networks that were trained on photographs, and so are the receptive fields of simple cells in the visual cortex. That a *sparse* code of whitened natural pictures yields them (Olshausen and Field, 1996) made sparse coding famous.
#
# ## 10 · Dictionaries: more features than dimensions
# “Sparse autoencoder” (SAE) means something else today. A language model holds each piece of text (*token*) as a vector of some thousand numbers, and seems to tell more things apart than that. Let us call such a thing a **feature**: present or not, with a strength, and with a direction of its own in the vector (the *linear representation hypothesis*). How can there be more features than dimensions?
#
# The smallest case: two features, one dimension. Each is there with probability $p$, independently, with a strength uniform between 0 and 1, and otherwise 0. What is stored is $s = x_1 - x_2$, and a ReLU draws $\hat x_1 = \max(s, 0)$, $\hat x_2 = \max(-s, 0)$: the two share a direction, at opposite ends.
#
# ### Exercise · the price of sharing
# Derive the expected squared error, $\mathbb E[(\hat x_1 - x_1)^2 + (\hat x_2 - x_2)^2]$, as a function of $p$: a number. What is drawn if only one of the two is there? And if both are? (The smaller of two strengths exceeds $t$ with probability $(1 - t)^2$.)

# %%
price_of_sharing = ex.price_of_sharing.check(...)  # @exercise

# %%
rng = np.random.default_rng(runtime.seed(8))
n = 4 * 10**6
for p in (0.5, 0.1):
    x1, x2 = rng.random((2, n)) * (rng.random((2, n)) < p)
    error = np.mean((np.maximum(x1 - x2, 0) - x1) ** 2 + (np.maximum(x2 - x1, 0) - x2) ** 2)
    print(f"p = {p}: sharing {error:.4f}, leaving one feature out {np.var(x2):.4f}")
    ratio = error / price_of_sharing(p)
    claim(f"measured over your price, p {p}", ratio, at_least=0.96, at_most=1.04)

# %% [markdown]
# A feature that is left out is drawn as its average (by a bias), and costs its variance, $p/3 - p^2/4$. Sharing costs $p^2/3$: less if $p < 4/7$, and at $p = 0.1$ a ninth. *Interference* is cheap where features are rare. Does a network find that out? Five features, two dimensions: $\hat x = \mathrm{ReLU}(W^\top W x + b)$, trained on random features of several densities (Elhage and others). Each density gets five starts, trained at once along one more axis; the best is kept.


# %%
class Squeeze(keras.layers.Layer):
    """x̂ = ReLU(Wᵀ W x + b) through d dimensions, for many networks at once: axis 1."""

    def __init__(self, d):
        super().__init__()
        self.d = d

    def build(self, shape):
        _, networks, n = shape
        self.W = self.add_weight(shape=(networks, self.d, n), initializer="glorot_normal")
        self.b = self.add_weight(shape=(networks, n), initializer="zeros")

    def call(self, x):
        h = ops.einsum("min,idn->mid", x, self.W)
        return ops.relu(ops.einsum("mid,idn->min", h, self.W) + self.b)


def squared_errors(x, x_hat):
    """Summed over features; over the density, so that all networks learn as fast."""
    return ops.sum(ops.sum((x - x_hat) ** 2, axis=-1) / density, axis=-1)


# %%
density = np.repeat([1.0, 0.5, 0.3, 0.1, 0.03], 5).astype("float32")  # five networks for each
rng = np.random.default_rng(runtime.seed(9))
shape = (20_000, len(density), 5)
x_features = (rng.random(shape) * (rng.random(shape) < density[:, None])).astype("float32")
keras.utils.set_random_seed(runtime.seed(9))
squeeze = keras.Sequential([keras.Input(shape[1:]), Squeeze(2)])
fit(squeeze, x_features, batch=500, epochs=budget(smoke=1, quick=30, full=60), loss=squared_errors)
x_hat = squeeze.predict(x_features, batch_size=2000, verbose=0)
error = np.mean(np.sum((x_hat - x_features) ** 2, axis=-1), axis=0)  # (25,)
best = error.reshape(5, 5).argmin(axis=1) + 5 * np.arange(5)  # one network for each density

# %% tags=["nbval-ignore-output"]
W = squeeze.layers[0].W.numpy()  # (25, 2, 5)
fig, axes = plt.subplots(1, 5, figsize=(8, 1.9), sharex=True, sharey=True)
says = "The directions of five features in two dimensions, as arrows."
for ax, i in zip(axes, best, strict=True):
    for w in W[i].T:
        ax.plot([0, w[0]], [0, w[1]], marker="o", ms=4)
    ax.set(title=f"{density[i]:.0%} on", aspect="equal", xlim=(-1.4, 1.4), ylim=(-1.4, 1.4))
    says += f" On in {density[i]:.0%}: {np.sum(np.linalg.norm(W[i], axis=0) > 0.6)} long arrows."
plots.show(fig, says)
print(says)

# %%
pentagon = W[best[-1]]
angles = np.sort(np.degrees(np.arctan2(pentagon[1], pentagon[0])))
gaps = np.diff(np.append(angles, angles[0] + 360))
kept = np.sum(np.linalg.norm(W[best], axis=1) > 0.6, axis=1)  # (5,) one for each density
claim("features kept at a density of 30 %", kept[2], at_least=4)
claim("features kept at a density of 3 %", kept[4], at_least=5)
claim("smallest angle between neighbours, density 3 %", gaps.min(), at_least=55, unit="degrees")
dense_error = error[best[0]] / (5 / 12)
claim("error at density 1 over the features' variance", dense_error, at_least=0.55, at_most=0.65)

# %% [markdown]
# If all features are always there, two dimensions keep two fifths of the variance, as with PCA, and any plane is as good. At 50 and 30 % two pairs share a direction each, at opposite ends as in your derivation, and the fifth feature is given up. At 10 % and below all five are kept, as a pentagon, with a little interference between neighbours.
#
# That is **superposition**: features as directions, more of them than dimensions, nearly orthogonal at best. A single unit of such a vector then means nothing by itself; it is polysemantic by necessity. To read the vector, one wants the directions back. That is what a sparse autoencoder is for: it gets *wider* than the vector, with one unit (a *latent*, they say) for each feature, few of them on.
#
# ### Does it find the true features?
# On a language model nobody knows the truth. Here we do: 128 features, random directions in 64 dimensions, each there with probability 0.05, so 6.4 at a time, with strengths from 0.5 to 1.5. The autoencoder sees their sums only; $k = 10$ leaves some room.


# %%
def sums_of_features(directions, n, rng, pairs=0):
    """n samples (n, d) and which features are in them; of each pair, the second needs the first."""
    on = rng.random((n, len(directions))) < 0.05
    first, second = on[:, : 2 * pairs : 2], on[:, 1 : 2 * pairs : 2]
    first |= rng.random(first.shape) < 0.05  # twice as often, so that the second is no rarer
    second[:] = first & (rng.random(first.shape) < 0.5)
    strengths = on * rng.uniform(0.5, 1.5, on.shape)
    return (strengths @ directions).astype("float32"), on


rng = np.random.default_rng(runtime.seed(10))
directions = rng.normal(size=(128, 64))
directions /= np.linalg.norm(directions, axis=1, keepdims=True)
sums, _ = sums_of_features(directions, budget(smoke=2000, quick=20_000, full=20_000), rng)
sae_epochs = budget(smoke=1, quick=12, full=40)

# %% [markdown]
# ### Exercise · recovered
# In NumPy: `features` (F, d) are the true directions, `atoms` (N, d) what was learned. Return the share of the features that some atom matches with a cosine of at least 0.9. Neither need have length 1.

# %%
recovered = ex.recovered.check(...)  # @exercise

# %%
components = np.linalg.svd(sums - sums.mean(axis=0), full_matrices=False)[2]  # PCA's, (64, 64)
centres = MiniBatchKMeans(256, random_state=runtime.seed(10), n_init=1, batch_size=1000).fit(sums)
share = {
    "PCA": recovered(directions, np.concatenate([components, -components])),
    "k-means, 256": recovered(directions, centres.cluster_centers_),
}
for size in (64, 256):
    keras.utils.set_random_seed(runtime.seed(10))
    _, atoms = dictionary(sums, size, 10, sae_epochs)
    share[f"top-k, {size}"] = recovered(directions, atoms)

# %% tags=["nbval-ignore-output"]
plots.bars(
    share.keys(),
    [100 * value for value in share.values()],
    y_label="true features found (%)",
    title="A dictionary that is large enough finds features that nobody showed it",
    says="Share of 128 features found: "
    + ", ".join(f"{k} {v:.0%}" for k, v in share.items())
    + ".",
    fmt="%.0f",
)
for name, found in runtime.evidence("found").items():
    print(f"found by 256 units, {name}: " + ", ".join(f"{value:.0%}" for value in found))

# %%
claim("true features found, 256 units", share["top-k, 256"], at_least=0.9)
claim("true features found, 64 units", share["top-k, 64"], at_most=0.3)
claim("true features found by k-means", share["k-means, 256"], at_least=0.5, at_most=0.95)
claim("true features found by PCA", share["PCA"], at_most=0.02)

# %% [markdown]
# PCA has 64 directions, all mixtures; k-means gets surprisingly far. 64 units could find half at most, and find about 16 %; a dictionary of twice the true size finds nearly all here. The lines above, on other seeds, say where that ends: too large a $k$ costs a tenth of the features, and where 13 are on at once (10 % of them) it finds next to none in this short training.
#
# And the toy is kind: its features are independent. Real ones are not: “a poodle” never comes without “a dog”. Let 32 of the features need another one: the second of a pair is there only if the first is, and then in half of the cases. For a **control**, shuffle each feature over the samples: every feature as often as before, and none needs another one.

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(runtime.seed(11))
paired, on = sums_of_features(directions, len(sums), rng, pairs=32)
keras.utils.set_random_seed(runtime.seed(11))
paired_encoder, atoms = dictionary(paired, 256, 10, sae_epochs)
first, second = directions[0:64:2], directions[1:64:2]
share_paired = {
    "the others": recovered(directions[64:], atoms),
    "the first (dog)": recovered(first, atoms),
    "the second (poodle)": recovered(second, atoms),
    "their sum": recovered(first + second, atoms),
}
for name, value in share_paired.items():
    print(f"{name:20} {value:.0%} found")

is_dog = first @ atoms.T >= 0.9  # (32, 256): the units that draw a dog (all have length 1)
known = is_dog.any(axis=1)
active = paired_encoder.predict(paired, batch_size=2000, verbose=0) > 0.1  # (n, 256)
answers = (active @ is_dog[known].T.astype("float32")) > 0  # (n, dogs)
dog, poodle = on[:, 0:64:2][:, known], on[:, 1:64:2][:, known]
alone, with_poodle = answers[dog & ~poodle].mean(), answers[poodle].mean()
print(f"a found dog's unit is on for {alone:.0%} of lone dogs, {with_poodle:.0%} of poodles")

# %% tags=["nbval-ignore-output"]
shuffled = rng.permuted(on, axis=0) * rng.uniform(0.5, 1.5, on.shape)
keras.utils.set_random_seed(runtime.seed(11))
_, atoms = dictionary((shuffled @ directions).astype("float32"), 256, 10, sae_epochs)
share_shuffled = recovered(directions[:64], atoms)
print(f"control: of the 64 features that were in pairs {share_shuffled:.0%} found")

# %%
claim("features outside pairs: found", share_paired["the others"], at_least=0.9)
claim("shuffled, features that were in pairs: found", share_shuffled, at_least=0.8)
claim("second of a pair: found", share_paired["the second (poodle)"], at_most=0.5)
claim("sum of a pair: found", share_paired["their sum"], at_least=0.6)
claim("a dog's unit: on for poodles over on for lone dogs", with_poodle / alone, at_most=0.95)

# %% [markdown]
# The features outside pairs are all found, and most of the sums, dog *plus* poodle; but only a part of the dogs, and few poodles. Shuffled, the same features are found. Where only so many units may be on, one atom for a frequent pair is cheaper than two. And a unit that seems to say “dog” often keeps silent on a poodle, presumably because the unit of the sum speaks for both (**absorption**).
#
# **In language models** such dictionaries are trained on the activations of a layer, with up to tens of millions of units. Common variants are L1 with a unit-norm decoder (Bricken and others), top-k (Gao and others), and **JumpReLU** (Rajamanoharan and others): $h_j = z_j$ above a threshold $\theta_j$ (“theta”) that each unit learns, else 0, which avoids shrinkage. Many units answer to one recognisable thing, a bridge in San Francisco or code with a bug, and switching one on *steers* the model (Templeton and others). Disputed is whether they are the model's own features: larger dictionaries split them (*feature splitting*), others are absorbed (Chanin and others), and two seeds give dictionaries that share only part of their atoms (Paulo and Belrose). And where the question is known beforehand, a plain linear probe is mostly as good (Kantamneni and others).
#
# ## 11 · What to take away
# | it is said that with the penalty | measured here, on MNIST |
# | --- | --- |
# | one unit is active per sample | 35 of 196 are; with ρ = 0.005 six |
# | units become independent | a little less correlated: 0.13 instead of 0.18 |
# | units become orthogonal | no: what they draw overlaps more |
# | units are categories | no: strokes and variants |
# | the code helps to classify | with few labels: KL 4 to 5 points over pixels, 2 to 3 over the best control; k-means nearly as much |
# | filters for convolutional networks | yes (one run) |
#
# | method | what it controls | at rest | watch out for |
# | --- | --- | --- | --- |
# | KL | each unit's average over samples | small, not 0 | no silent units; small batches; β too large |
# | L1 | the sum of all averages | 0 | the loophole: fix the decoder's length; shrinkage; a fifth of the units dead |
# | top-k | units active per sample | 0 | dead units: a second chance |
#
# **Ask yourself.** (1) All units have ρ̂ = ρ. What do you know about one sample? (2) Why does a sigmoid unit under KL not die, and a ReLU unit under top-k may? (3) Your penalty is 0 and the reconstruction is a blur. What happened, and what do you turn? (4) Why can two rare features share a direction, and two frequent ones not?
#
#
# <details><summary>Answers</summary>
#
# (1) Nothing. (2) The slope −ρ/ρ̂ grows as fast as σ′ shrinks; a ReLU at 0 has no slope at all. (3) A constant code;
# β down, or larger batches. (4) Sharing costs p²/3, leaving one out p/3 − p²/4, which is less above p = 4/7.
#
# </details>
#
# **Measured here, not everywhere**: one layer, one size of code, mostly one run each.
#
# **If you read the sources**, mind their slips: the [appendix](99_corrections_to_the_sources.ipynb) has those of this chapter in rows 13 to 19, 29, 30, 55 and 56.

# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Crowley, *Generative Networks and the AutoEncoder*, section 3.7; Crowley, lesson 9
# (sparsity parameter, imagettes); Wollongong, slides (sparse autoencoders); Laurent, slides (Laplace prior). Papers: P. Földiák,
# *Forming Sparse Representations by Local Anti-Hebbian Learning*, 1990 (the lines); B. A. Olshausen and D. J. Field, *Emergence of
# Simple-Cell Receptive Field Properties by Learning a Sparse Code for Natural Images*, 1996; A. Coates, H. Lee and A. Y. Ng, *An Analysis of Single-Layer Networks in
# Unsupervised Feature Learning*, 2011; A. Ng, *Sparse autoencoder* (lecture notes), 2011; A. Makhzani and B. Frey, *k-Sparse Autoencoders*, 2014; N. Elhage et al., *Toy Models of Superposition*, 2022; T. Bricken et al., *Towards Monosemanticity*, 2023; L. Gao et al., *Scaling and Evaluating Sparse Autoencoders*, 2024; S. Rajamanoharan et al., *Jumping Ahead: Improving Reconstruction Fidelity with JumpReLU Sparse Autoencoders*, 2024; A. Templeton et al., *Scaling Monosemanticity*, 2024; D. Chanin et al., *A is for Absorption*, 2024; G. Paulo and N. Belrose, *Sparse Autoencoders Trained on the Same Data Learn Different Features*, 2025; S. Kantamneni et al., *Are Sparse Autoencoders Useful? A Case Study in Sparse Probing*, 2025.
#
# **Next**: [04, denoising and contractive autoencoders](04_denoising_and_contractive.ipynb): what does a network that has to clean learn?
