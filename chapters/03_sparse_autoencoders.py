# %% [markdown]
# # 03 · Sparse autoencoders: what if few units may speak at a time?
#
# **You need** chapters [01](01_information_theory.ipynb) (KL divergence) and [02](02_autoencoders.ipynb) (autoencoders, cross-entropy from logits). **It
# runs in** {{minutes}} on two CPU cores; with the exercises, allow an evening.
#
# A committee of 196 people describes a picture. Everybody talks at once, each sentence says a bit about everything, and yet
# somebody who listens to all 196 can redraw the picture. That is the code of an ordinary autoencoder: complete, and unreadable. Now
# a rule: nobody may talk for more than a twentieth of the time. People begin to specialise. “I only speak up when there is a loop
# at the top left.”
#
# This chapter makes the rule into a loss, derives its gradient by hand, and then tests what is said about it: that the units become
# independent, orthogonal, one for each category; that the code is better for telling digits apart. Some of it holds. You will see
# which, with numbers.
#
# By the end you will be able to
# - say over which axis each sum and each average of a sparse autoencoder runs, and what goes wrong over another;
# - write the KL penalty so that it trains, and its gradient by hand, and prove it right with autodiff;
# - construct codes that the penalty likes and that are good for nothing;
# - read receptive fields, and measure whether units are independent, orthogonal, or categories;
# - choose between KL, L1 and top-k, and tell a penalty that is too weak or too strong from one that works.

# %% tags=["nbval-ignore-output"]
import math
from types import SimpleNamespace

import numpy as np
from scipy.stats import t as student

from course_utils import data, information, metrics, plots, runtime
from course_utils.exercises import ch03 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=3)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import ops

digits = data.load_digits()

# %% [markdown]
# The settings of the whole chapter. `rho` and `beta` will be explained; change them later and watch the claims.

# %%
train_count = budget(smoke=2000, quick=10_000, full=60_000)  # training images
test_count = budget(smoke=500, quick=10_000, full=10_000)
epochs = budget(smoke=1, quick=10, full=30)
draws = budget(smoke=2, quick=20, full=50)  # draws of labelled images, for the classifiers
units = 196  # N, the size of the code: 14 × 14 pictures
rho = 0.05  # ρ, the share of the time that a unit should be on
beta = 100.0  # β, the weight of the penalty

x_train = digits.x_train[:train_count].reshape(-1, 784)  # (M, D)
x_test = digits.x_test[:test_count].reshape(-1, 784)
y_train, y_test = digits.y_train[:train_count], digits.y_test[:test_count]

# %% [markdown]
# ## 1 · A toy whose best code is known
# Take a grid of 8 × 8 pixels, and 16 lines: 8 rows and 8 columns. Each line is drawn with probability 1/8, independently of the
# others. So a picture has two lines on average, and the shortest honest description is a list: “row 3, column 7”. (It is known as the **bars
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
# Now an autoencoder with 32 code units, twice as many as there are lines: enough for one unit for each line, and no reason to be
# stingy. It is the network of chapter 02, and we will use it all through this chapter, so here it is with every axis:
#
# | | formula | shape |
# | --- | --- | --- |
# | $M$ samples of $D$ pixels | $x_{md}$ | `x` (M, D) |
# | code layer | $z^{(1)}_{mj} = \sum_{d=1}^{D} x_{md}\, w^{(1)}_{dj} + b^{(1)}_j$, the sum over the pixels $d$ | `W1` (D, N), `b1` (N,) |
# | code | $h_{mj} = \sigma(z^{(1)}_{mj})$, between 0 and 1 | `h` (M, N) |
# | output layer | $z^{(2)}_{md} = \sum_{j=1}^{N} h_{mj}\, w^{(2)}_{jd} + b^{(2)}_d$, the sum over the units $j$ | `W2` (N, D), `b2` (D,) |
# | reconstruction | $\hat x_{md} = \sigma(z^{(2)}_{md})$ | `x_hat` (M, D) |
#
# The cost of sample $m$ is the cross-entropy of chapter 01, summed over its pixels $d$; the cost
# of a batch is the *mean* over its samples $m$. In the code below `sparsify` is a hole between code and output, filled with nothing
# for now.


# %%
def cross_entropy(x, logits):
    """Nats per image, one value for each sample: summed over the pixels, the last axis."""
    return ops.sum(ops.softplus(logits) - x * logits, axis=-1)


def autoencoder(pixels, units, sparsify=None, activation="sigmoid", bias=0.0):
    """A two-layer autoencoder x → code → logits, and its encoder x → code."""
    x = keras.Input((pixels,))
    start = keras.initializers.Constant(bias)
    h = keras.layers.Dense(units, activation=activation, bias_initializer=start, name="layer_1")(x)
    if sparsify is not None:
        h = sparsify(h)
    logits = keras.layers.Dense(pixels, name="layer_2")(h)
    return keras.Model(x, logits), keras.Model(x, h)


# %%
def fit(model, x, *, batch=200, epochs=epochs, rate=0.01):
    """Train to reproduce x; for the last quarter of the steps the learning rate is a tenth."""
    steps = epochs * math.ceil(len(x) / batch)
    rates = keras.optimizers.schedules.PiecewiseConstantDecay([3 * steps // 4], [rate, rate / 10])
    adam = keras.optimizers.Adam(rates)
    model.compile(optimizer=adam, loss=cross_entropy, steps_per_execution=10)
    model.fit(x, x, batch_size=batch, epochs=epochs, verbose=0)


# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(1))
plain, plain_encoder = autoencoder(64, 32)
fit(plain, x_lines, batch=100, epochs=budget(smoke=1, quick=15, full=15))
plain_nats = plain.evaluate(x_lines_test, x_lines_test, batch_size=1000, verbose=0)
list_nats = 16 * information.bernoulli_entropy(1 / 8, unit="nats")
print(f"{plain_nats:.2f} nats per picture; the list of lines itself is worth {list_nats:.2f} nats")

# %% [markdown]
# What is left to be surprised by, once the code is known, is small: the reconstruction is nearly perfect. So the network *knows* which lines are there. Does it have a unit for row 3? Before you go
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
print(f"{found} of 16")

# %%
claim("lines with a unit of their own, no penalty", found, at_most=2)

# %% [markdown]
# None, or hardly any. What the network knows about row 3 is smeared over all 32 units, and each unit is a mixture of many lines:
# the code is **distributed**, its units *polysemantic*. Nothing in the loss asked for anything else. Let us ask.
#
# ## 2 · A rule for silence
# The average activation of unit $j$ is
#
# $$ \hat\rho_j = \frac1M \sum_{m=1}^{M} h_{mj}, $$
#
# over the $M$ samples. It is the share of the time that the unit is on, if it is clearly on or off. One number for each unit, not
# for each sample (*lifetime* sparsity is the term, as against the *population* sparsity of one sample): Crowley's chapter averages over the $N$ units of one sample in its (20), the lesson over the samples. It makes a
# difference. Here is a layer of four units, on three pictures:

# %%
h = np.array([[0.0, 0.2, 0.0, 0.0], [0.0, 0.2, 0.0, 0.0], [0.0, 0.2, 0.0, 0.0]])  # (M, N)
print("averages over the units, one for each sample:", h.mean(axis=1))
print("averages over the samples, one for each unit:", h.mean(axis=0))

# %% [markdown]
# Over the units everything looks perfect: 0.05, 0.05, 0.05. In truth one unit never rests and three have never said a word.
#
# ### Exercise · average activation
# It will train networks, so write it with `ops` (that is `keras.ops`) rather than NumPy. It returns one average for each unit.

# %%
average_activation = ex.average_activation.check(...)  # @exercise

# %% [markdown]
# We want every $\hat\rho_j$ close to a target $\rho$, say 0.05. How should a distance from the target be charged? A unit that is on
# a share $\hat\rho_j$ of the time is a coin, and chapter 01 has a price for believing in the wrong coin. Add it up over the $N$
# units:
#
# $$ R = \sum_{j=1}^{N} \mathrm{KL}(\rho\,\|\,\hat\rho_j)
#      = \sum_{j=1}^{N} \Bigl[ \rho \ln\frac{\rho}{\hat\rho_j} + (1 - \rho) \ln\frac{1 - \rho}{1 - \hat\rho_j} \Bigr] \quad\text{nats.} $$
#
# It is a bowl with its bottom at $\hat\rho_j = \rho$, steep on the side of 0: a unit that falls silent is pulled back. Both Crowley
# texts say that training *minimises* sparsity, or the average activation. It does neither: it pulls each average to the target,
# from either side.
#
# ### Exercise · the KL penalty
# With `ops`; it returns one number. It gets the averages, not the activations, and $\rho$, a number. One case would ruin a training
# run: what if a unit is never on in a batch, $\hat\rho_j = 0$, or always?

# %%
kl_penalty = ex.kl_penalty.check(...)  # @exercise

# %%
averages = np.linspace(0.001, 0.3, 300)
cost = np.array([float(kl_penalty(np.array([r]), rho)) for r in averages])
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
at_target = float(kl_penalty(np.array([rho]), rho))
claim("price of a unit at its target", at_target, at_most=1e-6, unit="nats", exact=True)
rho_hat = np.array([0.1, 0.02, 0.3])
kl_of_coins = information.bernoulli_kl(rho, rho_hat, unit="nats").sum()
gap = abs(float(kl_penalty(rho_hat, rho)) - kl_of_coins)
claim("penalty minus the sum of Bernoulli KLs", gap, at_most=1e-6, unit="nats", exact=True)

# %% [markdown]
# Two things to notice. A squared distance would hardly mind a dead unit; KL does. And the formula needs $\hat\rho_j$ in (0, 1), so
# the code layer has to be a sigmoid. Crowley's chapter allows ReLU, whose activations have no upper end: at $\hat\rho = 1.5$ there
# is the logarithm of a negative number.

# %%
with np.errstate(invalid="ignore"):
    kl = rho * np.log(rho / 1.5) + (1 - rho) * np.log((1 - rho) / (1 - 1.5))
print("KL at an average of 1.5:", kl)

# %% [markdown]
# ### The penalty as a layer
# Anything that depends on a layer's output can be added to the loss from inside the network: `add_loss`. Here is a layer that hands
# its input on, and charges for it. `fit` then minimises
#
# $$ C = \frac1M \sum_{m=1}^{M} C_m + \beta \sum_{j=1}^{N} \mathrm{KL}(\rho\,\|\,\hat\rho_j), $$
#
# with the average $\hat\rho_j$ over the batch. Read `call` first; `momentum` can wait until section 5. Your two functions are its
# defaults.

# %%
from course_utils.layers import SparsityPenalty  # @source

# %% [markdown]
# ### Back to the lines
# Two of sixteen lines are there on average. With one unit for each line and 16 units to spare, what is the average activation over
# 32 units? Two in 32: $\rho = 1/16$. All the rest is as before: data, seed, network, steps. How many lines will have a unit of
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
claim(
    "least correlation of a line with its unit, KL penalty", sparse_correlation.min(), at_least=0.5
)

# %% [markdown]
# The list “row 3, column 7”, found without a label. It worked because the toy is what the penalty assumes: causes that are
# independent and rare, each of them best described by one unit. Digits are not made of sixteen lines. What happens there is an open
# question, and the rest of this chapter.
#
# ## 3 · The gradient by hand
# `fit` gets gradients from autodiff. Deriving them once by hand shows what the penalty *does* to a unit, and the sources' versions
# of it have several slips, so it is worth being exact. For this section the cost of a sample is half the squared error, as in the
# sources:
#
# $$ C_m = \tfrac12 \sum_{d=1}^{D} (\hat x_{md} - x_{md})^2 . $$
#
# Write $\delta$ for the derivative of sample $m$'s share of the cost with respect to a layer's $z$. With
# $f'(z) = \sigma(z)(1 - \sigma(z))$, the chain rule gives at the output
#
# $$ \delta^{(2)}_{md} = (\hat x_{md} - x_{md})\; \hat x_{md} (1 - \hat x_{md}) \qquad (M, D), $$
#
# and, one layer down, what comes back through $W_2$ plus what the penalty adds. The slope of one unit's price is, term by term,
# $\partial/\partial\hat\rho_j\, [\rho \ln\frac{\rho}{\hat\rho_j} + (1 - \rho)\ln\frac{1 - \rho}{1 - \hat\rho_j}] = -\frac{\rho}{\hat\rho_j} + \frac{1 - \rho}{1 - \hat\rho_j}$: negative below
# the target, positive above. How does the penalty depend on $h_{mj}$? Through
# $\hat\rho_j$ alone, and $\partial \hat\rho_j / \partial h_{mj} = 1/M$. That $1/M$ is the one that all gradients get when they are
# averaged, so we leave it for later:
#
# $$ \delta^{(1)}_{mj} = \underbrace{h_{mj} (1 - h_{mj})}_{f'(z^{(1)}_{mj})} \Bigl[ \sum_{d=1}^{D} w^{(2)}_{jd}\, \delta^{(2)}_{md}
#    + \beta \Bigl( -\frac{\rho}{\hat\rho_j} + \frac{1 - \rho}{1 - \hat\rho_j} \Bigr) \Bigr] \qquad (M, N). $$
#
# Then average *gradients* over the batch: $\partial C/\partial w^{(1)}_{dj} = \frac1M \sum_m x_{md}\, \delta^{(1)}_{mj}$,
# $\;\partial C/\partial w^{(2)}_{jd} = \frac1M \sum_m h_{mj}\, \delta^{(2)}_{md}$.
#
# ### Exercise · the hidden error
# One line of algebra, in NumPy: it returns an array, one row for each sample. Mind the axes, what stands inside the bracket, and
# that the $1/M$ comes later.

# %%
hidden_error = ex.hidden_error.check(...)  # @exercise

# %% [markdown]
# The rest of backpropagation is four lines. `forward` and `by_hand` against TensorFlow's tape, in double precision, on a random
# network of 12 inputs and 7 units:


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, W1, b1, W2, b2):
    h = sigmoid(x @ W1 + b1)  # (M, N): over the D pixels
    return h, sigmoid(h @ W2 + b2)  # (M, D): over the N units


def summed_gradients(x, h, delta1, delta2):
    """With respect to W1, b1, W2, b2, summed over the samples."""
    return [x.T @ delta1, delta1.sum(axis=0), h.T @ delta2, delta2.sum(axis=0)]


# %%
def by_hand(x, W1, b1, W2, b2, rho, beta, cost="mean"):
    """Gradients of the cost with respect to W1, b1, W2, b2."""
    h, x_hat = forward(x, W1, b1, W2, b2)
    delta2 = (x_hat - x) * x_hat * (1 - x_hat)  # (M, D)
    # The sum over the samples is M times their mean; the penalty is not.
    weight, share = (beta, 1 / len(x)) if cost == "mean" else (beta / len(x), 1)
    delta1 = hidden_error(delta2, W2, h, rho, weight)  # (M, N)
    return [share * g for g in summed_gradients(x, h, delta1, delta2)]


# %%
def by_autodiff(x, W1, b1, W2, b2, rho, beta, cost="mean"):
    """The same from TensorFlow, which knows nothing of our formulas."""
    weights = [tf.Variable(w) for w in (W1, b1, W2, b2)]
    with tf.GradientTape() as tape:
        h = tf.sigmoid(x @ weights[0] + weights[1])
        x_hat = tf.sigmoid(h @ weights[2] + weights[3])
        each = tf.reduce_sum((x_hat - x) ** 2, axis=1) / 2  # (M,)
        r = tf.reduce_mean(h, axis=0)
        kl = rho * tf.math.log(rho / r) + (1 - rho) * tf.math.log((1 - rho) / (1 - r))  # (N,)
        total = tf.reduce_mean(each) if cost == "mean" else tf.reduce_sum(each)
        total += beta * tf.reduce_sum(kl)
    return [g.numpy() for g in tape.gradient(total, weights)]


# %%
def largest_difference(gradients, others):
    """The largest difference between two lists of gradients."""
    return max(np.abs(a - b).max() for a, b in zip(gradients, others, strict=True))


rng = np.random.default_rng(runtime.seed(2))
x = rng.random((40, 12))  # (M, D)
shapes = (12, 7), 7, (7, 12), 12  # of W1, b1, W2, b2
network = [rng.normal(0, 0.5, shape) for shape in shapes]
for cost in ("mean", "sum"):
    for weight in (0.0, 3.0):
        arguments = x, *network, rho, weight, cost
        gap = largest_difference(by_hand(*arguments), by_autodiff(*arguments))
        claim(f"hand against autodiff, {cost} cost, beta {weight:g}", gap, at_most=1e-6, exact=True)

# %% [markdown]
# Agreement to rounding. Now the sources' versions, one at a time, all for the mean cost with $\beta = 3$:
# - **no f′ at output** (Crowley's lesson): $\delta^{(2)} = \hat x - x$. With squared error and a sigmoid output the factor
#   $\hat x(1 - \hat x)$ is missing. (For *cross-entropy* it cancels, and the short form is right. That is one reason to train with
#   it.)
# - **KL outside f′** (Crowley's chapter, (28)): the slope of the penalty is one with respect to $h$, and has to pass through the
#   sigmoid like everything else.
# - **averaged first** (Crowley's chapter, (25) and (26)): the batch's errors are added up before they are propagated. An error of
#   +1 on one picture and −1 on another cancel, and nothing is learned from either.
# - **first term only** (the chapter's divergence, its second (18)).
#
# There is a fifth that cannot even be run: the chapter's (27) multiplies layer 1's error by $f'(z^{(2)})$, which has $D$ entries a
# sample, where $N$ are needed.


# %%
def output_error(x_hat):
    return (x_hat - x) * x_hat * (1 - x_hat)


def averaged_output_error(x_hat):
    mean_error = (x_hat - x).mean(axis=0) * (x_hat * (1 - x_hat)).mean(axis=0)  # (D,)
    return np.tile(mean_error, (len(x), 1))


def kl_outside(delta2, W2, h, rho, beta):
    rho_hat = h.mean(axis=0)
    return h * (1 - h) * (delta2 @ W2.T) + beta * (-rho / rho_hat + (1 - rho) / (1 - rho_hat))


def kl_first_term(delta2, W2, h, rho, beta):
    return h * (1 - h) * (delta2 @ W2.T - beta * rho / h.mean(axis=0))


# %%
def error_of(output_error, hidden_error=hidden_error):
    """The largest error of the gradients of the mean cost, if δ⁽²⁾ and δ⁽¹⁾ come from these."""
    h, x_hat = forward(x, *network)
    delta2 = output_error(x_hat)
    delta1 = hidden_error(delta2, network[2], h, rho, 3.0)
    gradients = [g / len(x) for g in summed_gradients(x, h, delta1, delta2)]
    return largest_difference(gradients, true_gradients)


true_gradients = by_autodiff(x, *network, rho, 3.0)
off_by = {
    "no f′ at output": error_of(lambda x_hat: x_hat - x),
    "KL outside f′": error_of(output_error, kl_outside),
    "averaged first": error_of(averaged_output_error),
    "first term only": error_of(output_error, kl_first_term),
}

# %% tags=["nbval-ignore-output"]
largest = max(np.abs(g).max() for g in true_gradients)
measured = ", ".join(f"{name} {value:.3f}" for name, value in off_by.items())
plots.bars(
    off_by.keys(),
    off_by.values(),
    y_label="largest error of a gradient",
    title="The printed forms are off; the derived one agrees to 15 digits",
    says=(
        f"The largest error of the gradients for four printed forms: {measured}. The largest true"
        f" gradient is {largest:.2f}."
    ),
    fmt="%.2g",
)

# %%
print(f"largest true gradient: {largest:.2f}")
claim("no f′ at output: off by", off_by["no f′ at output"], at_least=0.1, at_most=1, exact=True)
claim("KL outside f′: off by", off_by["KL outside f′"], at_least=1, at_most=100, exact=True)
claim("averaged first: off by", off_by["averaged first"], at_least=0.001, at_most=0.1, exact=True)
claim("first term only: off by", off_by["first term only"], at_least=0.5, at_most=20, exact=True)

# %% [markdown]
# The largest true gradient is printed below the bars (1.4 with the course’s seed), so these are not details. Only the third bar looks small, for two reasons. With $\beta = 3$ nearly all of
# the gradient is the penalty's, which this slip leaves alone; and an untrained network makes much the same error on every picture. Here is the smallest case in which it doesn't: one
# output, two pictures with errors of opposite sign, two different codes.

# %%
codes = np.array([[0.1], [0.9]])
pixels, drawn = np.array([[0.2], [0.8]]), np.array([[0.5], [0.5]])  # errors +0.3 and −0.3
delta = (drawn - pixels) * drawn * (1 - drawn)
true_gradient = (codes * delta).mean()  # for the one weight of the output
after_averaging = (codes * delta.mean(axis=0)).mean()
print(f"gradients averaged: {true_gradient:.3f}; errors averaged: {after_averaging:.3f}")
size = abs(true_gradient)
claim("gradient of the two pictures, size", size, at_least=0.0299, at_most=0.0301, exact=True)
claim("the same with errors averaged first, size", abs(after_averaging), at_most=1e-9, exact=True)

# %% [markdown]
# The weight should grow, since the brighter picture has the larger code. With the errors averaged first, nothing is learned.
#
# The formula also says something about **dead units** (or dead neurons). A ReLU that is 0 for every picture gets no gradient, and stays dead (the *dying ReLU*). Here
# the slope $-\rho/\hat\rho_j$ grows without limit as $\hat\rho_j$ shrinks, and $f' = h(1 - h)$ shrinks no faster: the product tends
# to $-\beta\rho$ on average, which is not 0. A silent sigmoid unit is called back. (Almost always: below the 1e-7 at which we clip, the penalty is flat, and in float32 a
# unit with $z > 17$ is exactly 1, where $f'$ is 0.)

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
# Crowley's chapter calls its cost (22) an average, but has no $1/M$: it is a sum. Suppose $\beta = 100$ is right for the mean cost
# with batches of $M = 200$. Somebody rewrites the loss as a *sum* over the batch, and leaves the penalty as it is. Which $\beta$
# gives the same balance, and so the same trained network? Give a number.

# %%
ex.beta_for_sum.check(...)  # @exercise


# %%
def pull(pictures, cost):
    """How strongly the penalty pulls at W1, in units of the data's pull."""
    data_only, both = (by_hand(pictures, *network, rho, w, cost)[0] for w in (0.0, 3.0))
    return np.linalg.norm(both - data_only) / np.linalg.norm(data_only)


balance = {}
for cost in ("mean", "sum"):
    once, twice = pull(x, cost), pull(np.concatenate([x, x]), cost)  # same data, twice the batch
    balance[cost] = twice / once
    print(
        f"{cost}: the penalty's pull is {once:.2f} × the data's with 40 pictures,"
        f" {twice:.2f} × with the same pictures twice"
    )

# %%
change = abs(balance["mean"] - 1)
claim("mean cost: change of the balance when the batch doubles", change, at_most=1e-9, exact=True)
claim(
    "sum cost: balance after doubling the batch",
    balance["sum"],
    at_least=0.499,
    at_most=0.501,
    exact=True,
)

# %% [markdown]
# ## 4 · What the penalty asks for
# Between them, the two Crowley texts promise that the penalty concentrates the activation on a single unit for each sample, and
# makes the units independent, and orthogonal. What does a penalty of 0 promise?
#
# ### Exercise · nothing to pay
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
# Here it is, beside a second one: forty identical units, all on for the same 5 % of the pictures.

# %%
constant = np.asarray(useless_code(200, 40, rho))  # (M, N)
identical = np.repeat(np.arange(200)[:, None] < 10, 40, axis=1).astype(float)  # 10 of 200: 5 %
plots.heatmaps(
    {
        "a constant 0.05 (activation)": constant[:100].T,
        "forty identical units (activation)": identical[:100].T,
    },
    title="Two codes whose penalty is 0 (40 units down, 100 pictures across)",
    vmax=1,
    says=(
        "Two maps of 40 units by 100 pictures. Left, one even colour: every unit is at 0.05 on"
        " every picture. Right, all units are on for the first ten pictures and off for the others."
    ),
)

# %%
for name, code in {"a constant code": constant, "forty identical units": identical}.items():
    paid = float(kl_penalty(code.mean(axis=0), rho))
    claim(f"penalty of {name}", paid, at_most=1e-5, unit="nats", exact=True)
units_on = identical.sum(axis=1).astype(int)
print("units on, sample by sample, in the second code:", units_on[:15], "…")

# %% [markdown]
# On the right, a sample has forty active units or none, and each is as dependent on the others as can be. *Symptom* in practice: a
# penalty near 0, and a poor reconstruction. *Cause*: $\beta$ so large that a constant code is the cheapest way out: the code has **collapsed**. *Fix*: less
# $\beta$. It is the reconstruction term that makes units differ, because a constant code reconstructs nothing; the penalty only
# makes them rare. What comes of the two together is a matter of measurement.
#
# ## 5 · On digits
# Now 196 units, and the same network twice: with $\beta = 100$ and, as a control, with $\beta = 0$. One detail helps a lot: the
# biases of layer 1 start at $\ln\frac{\rho}{1 - \rho} = -2.94$, where $\sigma(-2.94) = 0.05$. Units then begin at the target
# instead of at one half, and spend no epochs on shouting each other down.
#
# Every network of this chapter goes through the same measurement. To compare sigmoid and ReLU units, we call a unit **active** on a
# picture if it is above a tenth of its own largest activation on the training images; and **dead** if it is active on no test
# picture.


# %%
def measure(model, encoder):
    """What this chapter wants to know about a trained autoencoder, on the test images."""
    code_train, code = (ops.convert_to_numpy(encoder(x)) for x in (x_train, x_test))
    x_hat = ops.convert_to_numpy(ops.sigmoid(model(x_test)))
    is_active = code > 0.1 * code_train.max(axis=0) + 1e-9  # (n, N)
    return SimpleNamespace(
        model=model,
        code_train=code_train,
        code=code,
        x_hat=x_hat,
        error=np.mean((x_hat - x_test) ** 2),  # per pixel
        rho_hat=code.mean(axis=0),  # (N,) on test images
        active=is_active.mean(),
        dead=np.mean(~is_active.any(axis=0)),
    )


def near_target(run, target=rho):
    """The share of units whose average activation is within 20 % of the target."""
    return np.mean(np.abs(run.rho_hat / target - 1) < 0.2)


# %%
logit_rho = float(np.log(rho / (1 - rho)))
runs = {}
for name, weight in {"no penalty": 0.0, "KL": beta}.items():
    keras.utils.set_random_seed(runtime.seed(3))
    model, encoder = autoencoder(784, units, SparsityPenalty(rho, weight), bias=logit_rho)
    fit(model, x_train)
    runs[name] = measure(model, encoder)

# %% [markdown]
# Does every unit keep to the rule? The curve sorts the 196 units by their average on *test* images, which no unit has seen.

# %% tags=["nbval-ignore-output"]
kl_run, control = runs["KL"], runs["no penalty"]
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
claim("average activation without the penalty", control.rho_hat.mean(), at_least=0.5)
claim("squared error per pixel, β 100", kl_run.error, at_most={"mnist": 0.0185, "offline": 0.0103})
claim("squared error per pixel, β 0", control.error, at_most={"mnist": 0.0076, "offline": 0.0037})

# %% tags=["nbval-ignore-output"]
chosen = [np.flatnonzero(y_test == c)[1] for c in range(10)]
rows = np.concatenate([x_test[chosen], kl_run.x_hat[chosen], control.x_hat[chosen]])
plots.images(
    rows.reshape(-1, 28, 28),
    columns=10,
    row_labels=["test image", "β = 100", "β = 0"],
    title=(
        f"Silence costs some sharpness: squared error {kl_run.error:.4f} against"
        f" {control.error:.4f}"
    ),
    says=(
        "Three rows of ten digits: test images, reconstructions with the penalty, reconstructions"
        " without. Those with the penalty are a little blurred, but all are readable."
    ),
)

# %% [markdown]
# The rule holds on pictures the network has never seen. It has a price: on MNIST the squared error is 0.017 per pixel instead of 0.007.
# Both networks have 196 numbers a picture at their disposal, and one of them may use them only sparingly. Here is what the codes
# look like: fifty test pictures, one in each row.

# %% tags=["nbval-ignore-output"]
plots.heatmaps(
    {"β = 0 (activation)": control.code[:50], "β = 100 (activation)": kl_run.code[:50]},
    title="Everybody talks on the left, few on the right (50 pictures down, 196 units across)",
    says=(
        "Two maps of activations, 50 pictures by 196 units. Without the penalty nearly everything"
        f" is bright: {control.active:.0%} of the units are active. With it, most is dark with"
        f" scattered bright points: {kl_run.active:.0%} are active."
    ),
)

# %%
claim("share of active units, β 100", kl_run.active, at_most={"mnist": 0.18, "offline": 0.28})
claim("share of active units, β 0", control.active, at_least=0.75)
claim("dead units, β 100", kl_run.dead, at_most=0.01)

# %% [markdown]
# A code is a list of real numbers (not a binary one-hot vector, as Crowley's chapter has it), and “sparse” means that most of them
# are close to 0. Compare chapter 02's bottleneck of 32 units: that code is *small*, and dense. The two words are not the same,
# though Laurent's slides use them so.
#
# ### Batch average or running average?
# $\hat\rho_j$ should be an average over the data. The layer uses the 200 pictures of a batch. Does that matter? KL is a bowl, and
# an average over few pictures jumps around in it. The price of a jumping $\hat\rho_j$ is *higher* than the price of its average, as
# with every function that curves upwards (**Jensen's inequality**). So we take the trained network and compute the penalty on batches of various sizes.

# %%
order = np.random.default_rng(runtime.seed(4)).permutation(len(x_train))
codes = kl_run.code_train[order]
prices = {}
for size in (5, 10, 20, 50, 100, 200, 500, 1000):
    whole_batches = codes[: len(codes) - len(codes) % size]
    batches = whole_batches.reshape(-1, size, units)[:400]  # (batches, size, N)
    averages = np.clip(batches.mean(axis=1), 1e-7, 1 - 1e-7).astype("float64")
    kl = information.bernoulli_kl(rho, averages, unit="nats")  # (batches, N)
    prices[size] = kl.sum(axis=1).mean()
all_data = float(kl_penalty(kl_run.code_train.mean(axis=0), rho))

# %% tags=["nbval-ignore-output"]
plots.curves(
    list(prices),
    {
        "average over the batch": list(prices.values()),
        "average over all training images": np.full(len(prices), all_data),
    },
    x_label="pictures in a batch",
    y_label="penalty of the same network (nats)",
    title="Small batches see a penalty that is not there",
    says=(
        f"The penalty of one network against the batch size, on logarithmic axes: {prices[5]:.1f}"
        f" nats for batches of 5, falling in a straight line to {prices[1000]:.2f} nats for"
        f" 1000. With the average over all data it is {all_data:.2f} nats."
    ),
    xscale="log",
    yscale="log",
)

# %%
claim("penalty on batches of 20, in units of that on all data", prices[20] / all_data, at_least=20)
claim("penalty on batches of 20 over that on batches of 200", prices[20] / prices[200], at_least=6)

# %% [markdown]
# What the excess punishes is *variance*: a unit that is fully on for one picture in twenty. With batches of 20 such a unit is on 0,
# 1, 2 or 3 times, and pays each time that it isn't 1. A unit that mumbles 0.05 all the time pays nothing. Small batches favour
# mumbling, the opposite of what we want.
#
# The cure is to keep a **running average** (an *exponential moving average*), $\hat\rho \leftarrow 0.95\,\hat\rho + 0.05\,\hat\rho_\text{batch}$, that remembers the
# last twenty batches or so. That is `momentum`. Two lines in the layer make it work: the *value* is the running average, the
# *gradient* goes through the newest batch (otherwise it would carry a factor of 0.05): `stop_gradient` sees to it. Both ways with batches of 20, same seed,
# same number of steps:

# %%
runs_of_20 = {}
for name, momentum in {"batch average": 0.0, "running average": 0.95}.items():
    keras.utils.set_random_seed(runtime.seed(5))
    model, encoder = autoencoder(784, units, SparsityPenalty(rho, beta, momentum), bias=logit_rho)
    fit(model, x_train, batch=20, epochs=budget(smoke=1, quick=2, full=3), rate=0.005)
    runs_of_20[name] = measure(model, encoder)

# %% tags=["nbval-ignore-output"]
thresholds = np.linspace(0, 1, 101)
shares, fully_on = {}, {}
for name, run in runs_of_20.items():
    shares[name] = [np.mean(run.code > threshold) for threshold in thresholds]
    fully_on[name] = np.mean(run.code > 0.5)
measured = " and ".join(f"{share:.2%} ({name})" for name, share in fully_on.items())
plots.curves(
    thresholds,
    shares,
    x_label="activation",
    y_label="share of activations above it",
    title="With batches of 20, only a running average lets a unit be sure",
    says=(
        "Share of activations above a threshold, logarithmic. With the batch average the curve"
        " drops to nothing well before 0.5; with the running average it goes on to nearly 1. Above"
        f" 0.5 there are {measured}."
    ),
    yscale="log",
    ylim=(1e-4, 1),
)

# %% tags=["nbval-ignore-output"]
for name, run in runs_of_20.items():
    print(
        f"{name:16} {near_target(run):4.0%} of units within 20 %, squared error {run.error:.4f},"
        f" {fully_on[name]:.2%} of activations above 0.5"
    )

# %%
batch, running = fully_on["batch average"], fully_on["running average"]
claim("activations above 0.5, batches of 20, batch average", batch, at_most=0.001)
claim("activations above 0.5, batches of 20, running average", running, at_least=0.03)
claim(
    "squared error with the running average over that with the batch average",
    runs_of_20["running average"].error / runs_of_20["batch average"].error,
    at_least=1.5,
)

# %% [markdown]
# The running average lets units be fully on: they are nearly binary, on for 5 % of the pictures. But it is no free lunch. It reacts
# late, like a heater whose thermometer hangs in the next room, and overshoots: the squared error is *twice* that of the batch
# average, on MNIST not far from that of drawing the mean image every time. We tried less momentum and smaller weights, and found no
# setting in which the running average had the smaller error; perhaps you will. Both Crowley texts say that one needs $\hat\rho$
# over all the data. For a gradient step one does not: with batches of 200, as in the rest of this chapter, the plain batch average
# is good enough, and simpler.
#
# ## 6 · What do the units listen to?
# The weights $w^{(1)}_{dj}$ of unit $j$ are one number for each pixel: a picture, the unit's **receptive field**. White where ink
# switches the unit on, black where ink switches it off.
#
# ### Exercise · receptive fields
# In NumPy. `W1` has shape $(D, N)$; return an array of $N$ pictures. Mid-grey (0.5) should mean “no weight”, and each picture should use the full range:
# its largest $|w|$ becomes 0 or 1.

# %%
receptive_fields = ex.receptive_fields.check(...)  # @exercise

# %% tags=["nbval-ignore-output"]
W1 = {name: run.model.get_layer("layer_1").get_weights()[0] for name, run in runs.items()}
plots.images(
    receptive_fields(W1["KL"], 28)[:28],
    columns=14,
    title="Receptive fields: strokes, in a frame of specks",
    says=(
        "A sheet of 28 receptive fields. Most have light and dark strokes, rings and arcs in the"
        " middle, on grey ground, surrounded by single bright and dark specks."
    ),
)

# %% [markdown]
# The specks around the strokes are pixels that hardly ever have ink. Few pictures correct those weights, and one of them can push a
# weight far.
#
# The other half of a unit is what it *draws*, with its row of $W_2$ (an **atom**, in the language of *dictionary learning*). Switch one unit on, all others off, and look at the output: Crowley's lesson shows a
# sheet of such **imagettes**. We draw the same 14 units for both networks. To keep the background out, we show the difference that
# the unit makes, mid-grey being none.


# %% tags=["nbval-ignore-output"]
def imagettes(run):
    """What each unit adds to the picture when it alone is on, shape (N, 28, 28); 0.5 is nothing."""
    W2, b2 = run.model.get_layer("layer_2").get_weights()  # (N, 784), (784,)
    one_at_a_time = np.eye(len(W2)) * run.code_train.max(axis=0)  # (N, N): each unit at its largest
    drawn = sigmoid(one_at_a_time @ W2 + b2) - sigmoid(b2)  # (N, 784)
    scaled = drawn / np.abs(drawn).max(axis=1, keepdims=True).clip(1e-9)  # in [-1, 1]
    return (0.5 + 0.5 * scaled).reshape(-1, 28, 28)


plots.images(
    np.concatenate([imagettes(kl_run)[:28], imagettes(control)[:28]]),
    columns=14,
    row_labels=["β = 100", "", "β = 0", ""],
    title="One unit at a time: strokes and whole digits above, textures below",
    says=(
        "Four rows of 14 imagettes. The upper two, with the penalty, show strokes and digit-like"
        " shapes; the lower two, without it, mostly blotches and textures that resemble no stroke."
    ),
)

# %% [markdown]
# ## 7 · Independent, orthogonal, categories?
# Now the promises, one after another, each with a number and a control.
#
# **Orthogonal** fields would have a cosine of 0. The **Gram matrix** holds all of them: $G_{jk} = \hat w_j \cdot \hat w_k$, with
# the columns of $W_1$ scaled to length 1; the sum runs over the $D$ pixels. The same for the rows of $W_2$, which the lesson calls
# a basis. **Independent** units would have, at least, a correlation of 0 over the samples.


# %% tags=["nbval-ignore-output"]
def cosines(vectors):
    """Matrix of |cosine| between the rows, with zeros on the diagonal, and its average off it."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)
    gram = np.abs(unit @ unit.T)
    np.fill_diagonal(gram, 0)
    return gram, gram.sum() / (len(gram) * (len(gram) - 1))


overlap = {}
for name, run in runs.items():
    W2 = run.model.get_layer("layer_2").get_weights()[0]
    centred = run.code - run.code.mean(axis=0)
    overlap[name] = {
        "fields": cosines(W1[name].T),
        "drawings": cosines(W2),
        "correlation": cosines(centred.T),  # a cosine of centred values is a correlation
    }
    averages = ", ".join(f"{what} {value:.3f}" for what, (_, value) in overlap[name].items())
    print(f"{name:10} {averages}")

# %% tags=["nbval-ignore-output"]
plots.heatmaps(
    {
        "drawings (|cosine|)": overlap["KL"]["drawings"][0][:40, :40],
        "activations (|correlation|)": overlap["KL"]["correlation"][0][:40, :40],
    },
    title="With the penalty: drawings overlap, activations hardly correlate",
    says=(
        "Two maps of the first 40 by 40 units for the network with the penalty, diagonals left"
        " out. Left, cosines between what units draw: many are far from 0, on average"
        f" {overlap['KL']['drawings'][1]:.2f}. Right, correlations between activations: mostly"
        f" dark, on average {overlap['KL']['correlation'][1]:.2f}."
    ),
)

# %%
claim(
    "average |correlation| of units, β 100",
    overlap["KL"]["correlation"][1],
    at_most={"mnist": 0.135, "offline": 0.175},
)
claim(
    "average |correlation| of units, β 0 minus β 100",
    overlap["no penalty"]["correlation"][1] - overlap["KL"]["correlation"][1],
    at_least=0.04,
)
claim("average |cosine| of drawings, β 100", overlap["KL"]["drawings"][1], at_least=0.32)
claim(
    "average |cosine| of drawings, β 100 minus β 0",
    overlap["KL"]["drawings"][1] - overlap["no penalty"]["drawings"][1],
    at_least=0.1,
)

# %% [markdown]
# A split verdict. Activations are less correlated with the penalty (on MNIST 0.11 on average instead of 0.21): rare events overlap
# rarely. But what the units *draw* is far from orthogonal, and further than without a penalty (0.37 against 0.20). It is easy to
# see why. When all activations together may add up to ten or so ($196 \cdot 0.05$), a 3 that leans a bit more needs another specialist, and two specialists for
# similar 3s draw similar things. The receptive fields, printed above, go the other way: they overlap a little *less* than the control's. And the control is no model of tidiness: a third of its
# units are stuck at 1, as the curve in section 5 showed, so take the comparison for what it is.
#
# **Categories?** Does a unit stand for a digit, like a neuroscientist's *grandmother cell*? (Such a unit is called *monosemantic*.) Mutual information says how much it tells about the class. Mind the scale: there are 3.3 bits to be told, but a perfect detector of
# *one* digit, on for that digit and off for all others, tells only the entropy of a coin with $P = 0.1$, which is 0.47 bits. We call a unit “on” when it is above its own average, a fair definition for
# both networks.

# %%
one_hot = np.eye(10)[y_test]  # (n, 10)


def bits_about_class(code):
    """What each unit (above its average or not) tells about the class, in bits, shape (N,)."""
    on = (code > code.mean(axis=0)).astype(float)  # (n, N)
    joint = np.stack([on.T @ one_hot, (1 - on).T @ one_hot], axis=1) / len(code)  # (N, 2, 10)
    return information.mutual_information(joint, unit="bits")


bits = {name: bits_about_class(run.code) for name, run in runs.items()}
pixel_bits = bits_about_class(x_test[:, x_test.max(axis=0) > 0])

# %%
detector_bits = information.bernoulli_entropy(0.1, unit="bits")  # what a perfect detector tells
percent = np.linspace(0, 100, units)
pixel_percent = np.linspace(0, 100, len(pixel_bits))  # there are more pixels than units
curves = {
    "units, β = 100": np.sort(bits["KL"])[::-1],
    "units, β = 0": np.sort(bits["no penalty"])[::-1],
    "a perfect detector of one digit": np.full(units, detector_bits),
    "single pixels": np.interp(percent, pixel_percent, np.sort(pixel_bits)[::-1]),
}

# %% tags=["nbval-ignore-output"]
plots.curves(
    percent,
    curves,
    x_label="units (or pixels), best first, in %",
    y_label="tells about the class (bits)",
    title="No unit reaches a digit detector’s 0.47 bits",
    says=(
        "Mutual information with the class, sorted. The best unit with the penalty tells"
        f" {bits['KL'].max():.2f} bits, the average one {bits['KL'].mean():.2f}; without it"
        f" {bits['no penalty'].max():.2f} and {bits['no penalty'].mean():.2f}; the best single"
        f" pixel {pixel_bits.max():.2f}."
    ),
    ylim=(0, None),
)

# %%
best = bits["KL"].max()
claim("bits that the best unit tells, β 100", best, at_least=0.25, at_most=0.6, unit="bits")
claim("best pixel minus best unit, β 100", pixel_bits.max() - best, at_least=-0.12, unit="bits")
claim(
    "average bits of a unit, β 100 over β 0",
    bits["KL"].mean() / bits["no penalty"].mean(),
    at_least=1.25,
)

# %% [markdown]
# The best unit tells about as much as the best single *pixel* (chapter 01 has a map of those), on the offline digits less. But look
# at the right half: a pixel in a corner tells nothing, while every unit tells something. And on average a unit tells more with the
# penalty than without.

# %% tags=["nbval-ignore-output"]
class_means = np.stack([kl_run.code[y_test == c].mean(axis=0) for c in range(10)])  # (10, N)
selectivity = class_means.max(axis=0) / class_means.sum(axis=0)  # (N,) the favourite's share
specialists = class_means.T[np.argsort(-selectivity)[:20]]
specialists = specialists[np.argsort(specialists.argmax(axis=1))]
plots.heatmaps(
    {
        "most selective (activation)": specialists.T,
        "first twenty (activation)": class_means[:, :20],
    },
    title="Partial to a digit, not devoted to it (digits down, units across)",
    says=(
        "Two maps of 10 digits by 20 units. Left, the most selective units: each is brightest for"
        " one digit, and weaker but not dark for others. The favourite digit gets"
        f" {np.sort(selectivity)[-20:].mean():.0%} of such a unit's activation,"
        f" {np.median(selectivity):.0%} for the median unit. Right, the first twenty units: most"
        " react to several digits."
    ),
)

# %%
claim(
    "favourite digit's share of a unit's activation, median",
    np.median(selectivity),
    at_least=0.2,
    at_most=0.4,
)

# %% [markdown]
# If units were categories, the favourite digit's share (a measure of *class selectivity*) would be 1; without any preference it would be 0.1. The median unit lies
# much nearer to no preference. So: rarer, less correlated, somewhat more telling on average than without the penalty. Not
# orthogonal, not independent, not ten categories. The units stand for *parts and variants*. Whether that helps a classifier is the
# question of section 9.
#
# ## 8 · Too little, too much
# Predict what happens for a $\beta$ of 1 and of 10,000, and for a $\rho$ of 0.005 and of 0.5. Which of the four gives the sharpest
# reconstruction? Which of them keeps its units closest to the target?

# %%
settings = {
    "β = 1": (rho, 1.0),
    "β = 10,000": (rho, 10_000.0),
    "ρ = 0.005": (0.005, beta),
    "ρ = 0.5": (0.5, beta),
}
sweep = {"no penalty": control, "β = 1": None, "β = 100, ρ = 0.05": kl_run}
targets = dict.fromkeys(sweep, rho)
for name, (target, weight) in settings.items():
    keras.utils.set_random_seed(runtime.seed(3))
    bias = float(np.log(target / (1 - target)))
    model, encoder = autoencoder(784, units, SparsityPenalty(target, weight), bias=bias)
    fit(model, x_train)
    sweep[name], targets[name] = measure(model, encoder), target

# %% tags=["nbval-ignore-output"]
for name, run in sweep.items():
    within = near_target(run, targets[name])
    print(
        f"{name:18} error {run.error:.4f}   average activation {run.rho_hat.mean():.3f}"
        f"   within 20 % of ρ {within:4.0%}   active {run.active:4.0%}"
    )

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([imagettes(run)[:12] for run in sweep.values()]),
    columns=12,
    row_labels=list(sweep),
    title="Imagettes from too little to too much",
    says=(
        "Six rows of 12 imagettes. No penalty and a weight of 1: blotches and fragments. Weight"
        " 100: strokes and shapes. Weight 10,000 and ρ of 0.005: whole digits, many alike. ρ of"
        " 0.5: textures."
    ),
)

# %%
weak, strong, rare, often = (sweep[name] for name in settings)  # in the order of the settings
ratio = weak.rho_hat.mean() / rho
claim("β 1: average activation in units of the target", ratio, at_least=1.8)
claim("β 10,000: share of units within 20 % of ρ", near_target(strong), at_least=0.95)
ratio = strong.error / kl_run.error
claim("β 10,000: squared error in units of that with β 100", ratio, at_least=1.8)
ratio = rare.error / kl_run.error
claim("ρ 0.005: squared error in units of that with ρ 0.05", ratio, at_least=1.5)
claim("ρ 0.5: average activation", often.rho_hat.mean(), at_least=0.48, at_most=0.52)

# %% [markdown]
# The sharpest of the four is $\beta = 1$; $\beta$ = 10,000 keeps all its units near the target.
# - **β too small** (1): the average falls a lot, but stays at more than twice the target. How much a penalty does depends on its weight.
# - **β too large** (10,000): all units on target, and a blurred reconstruction. Look at the last column: on MNIST three quarters of the units are active, all of them a little. They
#   mumble around 0.05, the constant code of section 4 within reach.
# - **ρ too small** (0.005): about *one* unit’s worth of activation per picture. Units become prototypes, whole digits: close to the
#   “one unit for each category” of the sources, at 1.6 times the error on MNIST, with most units off their target, and there are more prototypes than categories.
# - **ρ too large** (0.5): the average is one half, and nearly all units are active on every picture. The bowl is satisfied; the code is not sparse.
#
# There is no best value as such. There is one for a purpose.
#
# ## 9 · Other ways to be sparse, and what the code is good for
# The KL penalty looks at averages over samples. Two others look at *each sample*.
#
# **L1.** Suppose we believe, before seeing any picture, that activations follow a Laplace distribution,
# $p(h_j) = \frac\lambda2 e^{-\lambda |h_j|}$: mostly near 0, now and then large. If the units are independent, densities multiply,
# and
#
# $$ -\ln p(h) = \sum_{j=1}^{N} \bigl( \lambda |h_j| - \ln\tfrac\lambda2 \bigr) = \lambda \sum_{j=1}^{N} |h_j| + \text{const.} $$
#
# Add $-\ln p(x|h)$, the reconstruction cost, and the loss is $-\ln p(x, h)$: an L1 penalty is a prior, and the best $h$ is the **maximum a posteriori** (MAP) estimate. It works with ReLU, needs no
# target, and can make an activation exactly 0, since its slope is $\lambda$ all the way down.
#
# ### Exercise · the L1 penalty
# With `ops`; it returns one number: sum over the units, mean over the samples, without the constant. (Keras has `regularizers.L1`, which sums over the samples too.
# Its weight then means something else for every batch size.)

# %%
l1_penalty = ex.l1_penalty.check(...)  # @exercise

# %%
h = np.linspace(-3, 3, 7)
laplace = 0.8 / 2 * np.exp(-0.8 * np.abs(h))
gap = np.ptp(-np.log(laplace) - [float(l1_penalty(np.array([[v]]), 0.8)) for v in h])
claim("−ln p minus the penalty: how far from constant", gap, at_most=1e-6, unit="nats", exact=True)

# %% [markdown]
# **Top-k.** No penalty at all: in each sample the $k$ largest activations pass, the others are set to 0 (*k-winners-take-all*). The share of active units
# is then no wish but a fact.
#
# ### Exercise · top-k
# It will run inside `fit`, so write it with `ops`; it returns an array of the shape of `h`. Find each row's $k$-th largest value, and
# keep what is at least as large. If two are equal there, both may stay.

# %%
top_k = ex.top_k.check(...)  # @exercise

# %% [markdown]
# KL, L1 and top-k, side by side, with the control. L1 and top-k get ReLU units, and a smaller learning rate.


# %%
class Penalty(keras.layers.Layer):
    """Hands activations on unchanged, and adds penalty(h) to the loss."""

    def __init__(self, penalty):
        super().__init__()
        self.penalty = penalty

    def call(self, h):
        self.add_loss(self.penalty(h))
        return h


# %%
sparsifiers = {
    "L1": Penalty(lambda h: l1_penalty(h, 0.5)),
    "top-k": keras.layers.Lambda(lambda h: top_k(h, 20)),
}
for name, sparsify in sparsifiers.items():
    keras.utils.set_random_seed(runtime.seed(3))
    model, encoder = autoencoder(784, units, sparsify, activation="relu")
    fit(model, x_train, rate=0.003)
    runs[name] = measure(model, encoder)

# %% tags=["nbval-ignore-output"]
print(f"{'':12}{'error':>8}{'mean activation':>18}{'active':>9}{'dead':>7}")
for name, run in runs.items():
    print(f"{name:12}{run.error:8.4f}{run.code.mean():18.3f}{run.active:9.0%}{run.dead:7.0%}")

# %%
claim("dead units, top-k", runs["top-k"].dead, at_least=0.45)
claim("dead units, L1", runs["L1"].dead, at_least=0.15)
claim("share of active units, top-k", runs["top-k"].active, at_most=20 / 196 + 1e-6)
claim("share of active units, L1", runs["L1"].active, at_most=0.15)

# %% [markdown]
# Look at the last column. With ReLU and L1, or with a competition that somebody always loses, many units die: they are 0 on every
# picture, so no gradient reaches them. With KL none does, for the reason that the formula of section 3 gave. On the other hand L1
# and top-k make zeros that *are* zeros.
#
# Look also back at the curve for $\beta = 0$ in section 5: a third of the control's units sits at exactly 1 (they are **saturated**), on for every picture,
# silent in another way. The large learning rate drove them there. Is the control a straw man, then? For the next comparison it gets
# a brother that learns at a tenth of the rate, and keeps nearly all its units.
#
# L1 has a loophole, too: halve every activation, double every weight of $W_2$, and the reconstruction is the same at half the
# price. Only the learning rate keeps the network from shrinking its code for ever. Serious users fix the length of $W_2$'s rows (a *unit-norm* decoder).
#
# ### Does it help a classifier?
# Wollongong and Laurent say that a sparse code makes good features for classification. A fair test needs a few things. A linear
# classifier on top (a **linear probe**), since the code should do the work: scikit-learn's logistic regression, its penalty chosen by 3-fold
# cross-validation. Few labels: 100 or 1,000, the same number for each class. The same draws of labelled images for every code, so
# that differences are *paired*. And opponents: the same network without a penalty, its slower brother, and the raw pixels. The code
# was learned from all training images, without labels. Before you run it: which one will win with 100 labels?

# %%
keras.utils.set_random_seed(runtime.seed(3))
model, encoder = autoencoder(784, units, bias=logit_rho)
fit(model, x_train, rate=0.001)
runs["slow"] = measure(model, encoder)

# %%
features = {name: (run.code_train, run.code) for name, run in runs.items()}
features["pixels"] = x_train, x_test
label_counts = (100, 1000)
seeds = [runtime.seed(100 + draw) for draw in range(draws)]
accuracy = {}
for count in label_counts:
    for name, (train, test) in features.items():
        accuracy[count, name] = metrics.few_label_accuracy(
            train, y_train, test, y_test, labels=count, seeds=seeds, standardise=name != "pixels"
        )


# %%
def paired_difference(count, a, b):
    """Mean of accuracy(a) − accuracy(b) over the draws, and half the width of its 95 % interval."""
    difference = accuracy[count, a] - accuracy[count, b]
    half = student.ppf(0.975, draws - 1) * difference.std(ddof=1) / np.sqrt(draws)
    return difference.mean(), half


# %% tags=["nbval-ignore-output"]
for count in label_counts:
    for opponent in ("no penalty", "slow", "pixels", "L1", "top-k"):
        mean, half = paired_difference(count, "KL", opponent)
        print(f"{count:5} labels: KL − {opponent:10} {100 * mean:+.1f} ± {100 * half:.1f} points")

# %% tags=["nbval-ignore-output"]
gain = 100 * paired_difference(100, "KL", "no penalty")[0]
says = (
    "Test accuracy of a linear classifier; “slow” is the network without penalty that learned"
    " slowly."
)
bars = {}
for count in label_counts:
    means = {name: accuracy[count, name].mean() for name in features}
    bars[f"{count} labels"] = [100 * mean for mean in means.values()]
    measured = ", ".join(f"{name} {mean:.1%}" for name, mean in means.items())
    says += f" With {count} labels: {measured}."
plots.grouped_bars(
    list(features),
    bars,
    y_label="test accuracy (%)",
    title=f"With 100 labels, KL is {gain:.1f} points above the same network without it",
    says=says,
)

# %%
bounds = {
    ("no penalty", 100): {"mnist": 3.5, "offline": 1},
    ("no penalty", 1000): {"mnist": 2, "offline": 0.5},
    ("slow", 100): {"mnist": 2.5, "offline": 3},
    ("slow", 1000): {"mnist": 3, "offline": 2.5},
    ("pixels", 100): {"mnist": 1.2, "offline": 0},
    ("pixels", 1000): {"mnist": 2.5, "offline": 1},
}  # five seeds gave more
for count in label_counts:
    for opponent in ("no penalty", "slow", "pixels"):
        mean, half = paired_difference(count, "KL", opponent)
        claim(
            f"KL minus {opponent}, {count} labels, lower end of the 95 % interval",
            100 * (mean - half),
            at_least=bounds[opponent, count],
            unit="points",
        )

# %% [markdown]
# On MNIST the sparse code is better than the dense one by 6.5 points with 100 labels and by 3.6 with 1,000; the lines above give the slow one and the pixels. Every interval is on the same side of 0, so on these digits the sources are right,
# in a form that can be checked. Reconstruction is no guide: the control has less than half
# of the sparse network's squared error, and with 100 labels the poorer code. (All codes are standardised, unit by unit, before the classifier; pixels are not, which is better
# for them.)
#
# What the intervals cover, and what they do not: the twenty draws differ in which images are labelled. The autoencoder is one and
# the same in all of them, so another seed may shift the result; over five seeds and both data sets it kept its sign.
#
# ## 10 · Filters for a convolutional network
# A layer of 196 units that see all 784 pixels cannot slide. Take small **patches** of 7 × 7 pixels instead, train a small sparse
# autoencoder on them, and its receptive fields are filters of a size that a convolution can use (**unsupervised pre-training**, as it is called). That is what Crowley's lesson has
# in mind. We learn 16 filters, without a label.

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

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([receptive_fields(filters, 7), receptive_fields(shuffled, 7)]),
    columns=16,
    row_labels=["learned", "shuffled"],
    title="Learned from patches: edges, ends and strokes",
    says=(
        "Two rows of 16 filters of 7 by 7 pixels. The learned ones show light and dark bars and"
        " edges in various directions and places; the shuffled ones are noise."
    ),
)

# %% [markdown]
# Do they help? A small convolutional network: 16 filters, pooling, one dense layer of ten logits. Its first layer is *frozen*; only
# the dense layer learns, from 1,000 labelled images. First layers to compare: our filters; the same filters with their pixels
# shuffled (same weights, no structure); Keras's own random start with ReLU, twice, a better opponent than one would think; and for
# orientation the whole network trained, first layer and all.


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
    "random 1": dict(activation="relu"),
    "random 2": dict(activation="relu"),
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
random_relu = np.mean([cnn_accuracy["random 1"], cnn_accuracy["random 2"]])
gain = 100 * (learned - cnn_accuracy["shuffled"])
claim("learned filters minus shuffled ones", gain, at_least=4, unit="points")
gain = 100 * (learned - random_relu)
claim("learned filters minus random ones with ReLU", gain, at_least=2, unit="points")
gain = 100 * (cnn_accuracy["all trained"] - learned)
claim("all trained minus learned filters", gain, at_most=4, unit="points")

# %% [markdown]
# On MNIST the learned filters come within a point or two of the network that was trained all through, with nothing but 16 filters
# that never saw a label. Shuffled, the same weights lose about ten points: it is the arrangement that counts. Random ReLU filters
# are in between. Always try them: much of what a convolutional network does comes from convolution and pooling, not from what was
# learned.
#
# ## 11 · What to take away
# | statement in the sources | measured here |
# | --- | --- |
# | one unit is active per sample | about one unit in six is; with ρ = 0.005 about one in fifty |
# | units become independent | less correlated: 0.11 instead of 0.21 |
# | units become orthogonal | no: what they draw overlaps more than without the penalty, what they listen to a little less |
# | units are categories | no: none reaches a digit detector's 0.47 bits; parts and variants |
# | good features for classification | yes, with few labels: +6 points over the same network without penalty |
# | receptive fields for convolutional networks | yes |
#
# (The slips in the sources' formulas are in the [appendix](99_corrections_to_the_sources.ipynb), rows 13 to 19, 29, 30, 55 and 56.)
#
# | method | what it controls | at rest | watch out for |
# | --- | --- | --- | --- |
# | KL | each unit's average over samples | near ρ | a sigmoid layer; batches that are too small; β too large |
# | L1 | each activation | 0 | dead units; shrinking code, growing weights |
# | top-k | units active per sample | 0 | dead units |
#
# **Ask yourself.** (1) All units have ρ̂ = ρ. What do you know about one sample? (2) You change the batch size from 200 to 50, with
# a summed loss. What else must change? (3) Why does a sigmoid unit under KL not die, and a ReLU unit under L1 may? (4) With
# cross-entropy, what is δ⁽²⁾? (5) Your penalty is 0 and the reconstruction is a blur. What happened, and what do you turn?
#
#
# <details><summary>Answers</summary>
#
# (1) Nothing. (2) β: a quarter of what it was. (3) The slope −ρ/ρ̂ grows as fast as f′ shrinks (down to the clip); a ReLU at 0 has no slope at all. (4) x̂ − x, without f′. (5) A constant code;
# β down.
#
# </details>
#
# **Measured here, not everywhere.** One layer, one size of code, centred digits on black. Which of KL, L1 and top-k wins depends on
# λ, k and ρ, and we tuned none of them for the classifier. The interval speaks of labels, not of data sets. And a unit that *looks*
# like a stroke is an invitation to give it a meaning: sections 4 and 7 are there to be remembered when you read that a network's
# units “stand for” something.

# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Crowley, *Generative Networks and the AutoEncoder*, section 3.7; Crowley, lesson 9
# (sparsity parameter, imagettes); Wollongong, slides (sparse autoencoders); Laurent, slides (Laplace prior). Papers: P. Földiák,
# *Forming Sparse Representations by Local Anti-Hebbian Learning*, 1990 (the lines); B. A. Olshausen and D. J. Field, *Emergence of
# Simple-Cell Receptive Field Properties by Learning a Sparse Code for Natural Images*, 1996; H. Lee, C. Ekanadham and A. Y. Ng,
# *Sparse Deep Belief Net Model for Visual Area V2*, 2008; A. Coates, H. Lee and A. Y. Ng, *An Analysis of Single-Layer Networks in
# Unsupervised Feature Learning*, 2011; A. Makhzani and B. Frey, *k-Sparse Autoencoders*, 2014.
#
# **Next**: [04, denoising and contractive autoencoders](04_denoising_and_contractive.ipynb): what does a network that has to clean learn?
