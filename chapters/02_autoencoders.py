# %% [markdown]
# # 02 · Autoencoders: a picture in 32 numbers
#
# **You need** [chapter 01](01_information_theory.ipynb) (cross-entropy, logits), matrix products, the eigenvectors of a covariance matrix for section 4, and
# Keras's functional way to build a model: layers are called on tensors, `keras.Model(inputs, outputs)` ties them up. **It runs in** {{minutes}} on two CPU
# cores; with the exercises, allow an evening.
#
# Chapter 01 ended with a puzzle: all pixels of a digit together “tell” fifty bits about a class that has 3.3, because neighbours repeat
# each other. So a picture of 784 pixels must be describable in far fewer numbers. How many would you need, to let a friend redraw
# it?
#
# An **autoencoder** finds out, and what it does is called **dimensionality reduction**. It is two networks in a row: one squeezes the picture into a few numbers, the other draws the picture
# again from these numbers alone. Nobody tells it what the numbers should mean; the picture is its own label. This chapter builds
# one, compares it with the best that straight lines can do, and asks what the numbers are good for: cleaning, sorting,
# recognising, and noticing the unfamiliar. Some answers will disappoint, and those are worth the most.
#
# By the end you will be able to
# - say what discriminative and generative networks model, and go from one to the other with Bayes's rule;
# - write an autoencoder's forward pass and loss, and state the axis of every sum;
# - explain what a linear autoencoder has to do with PCA, and when a deep one is better, and when it is not;
# - measure what a code keeps and loses, in squared error and in decibels;
# - say why a small reconstruction error does not mean “I have seen this before”.

# %% tags=["nbval-ignore-output"]
import math

import numpy as np
from scipy.linalg import subspace_angles
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score

from course_utils import data, metrics, plots, runtime
from course_utils.exercises import ch02 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=2)
import keras  # after start(), which loads TensorFlow without its messages
from keras import layers, ops

digits = data.load_digits()

# %%
n = budget(smoke=2_000, quick=60_000, full=60_000)  # at most so many training pictures
n_noise = budget(smoke=2_000, quick=20_000, full=20_000)  # for the experiment with noise
n_draws = budget(smoke=1, quick=5, full=20)  # repetitions of the experiment with 100 labels
# Passes over the training pictures, and the same for the linear autoencoder
epochs = budget(smoke=1, quick={"mnist": 2, "offline": 8}[digits.name], full=30)
linear_epochs = budget(smoke=1, quick={"mnist": 2, "offline": 25}[digits.name], full=30)

x_train, y_train = digits.x_train[:n].reshape(-1, 784), digits.y_train[:n]  # (n, 784), (n,)
x_test, y_test = digits.x_test.reshape(-1, 784), digits.y_test

# %% [markdown]
# ## 1 · Recognising and drawing
# A classifier answers “which class $y$ is this picture $x$?” It models $p(y|x)$, and is called **discriminative**. A network that draws
# pictures of a given class answers the question the other way round. It models $p(x|y)$, and is called **generative**. Both come from one
# table, the joint probability, divided by its sums along one side or along the other, and Bayes's rule leads from one to the other:
#
# $$ p(x, y) = p(x|y)\,p(y) = p(y|x)\,p(x), \qquad p(y|x) = \frac{p(x|y)\,p(y)}{p(x)}, \qquad p(x) = \sum_y p(x|y)\,p(y). $$
#
# Take the smallest picture there is, a single pixel near the centre (row 13, column 14): $x$ says whether it is dark or lit. Ten classes, two values. We
# count how often it is lit in each class, $p(x|y)$, and ask: it *is* lit; which digit?

# %% [markdown]
# ### Exercise · posterior
# $p(y|x)$ is called the **posterior**, what to believe about $y$ once $x$ is known; $p(y)$ is the **prior**, what to believe before. There are $K$ classes, and $V$
# values that $x$ can take. Write it in NumPy, and return an array.

# %%
posterior = ex.posterior.check(...)  # @exercise

# %%
lit = x_train[:, 13 * 28 + 14] > 0.5  # (n,) is that pixel lit?
prior = np.bincount(y_train) / len(y_train)  # (10,) p(y)
p_lit = np.array([lit[y_train == c].mean() for c in range(10)])  # (10,)
believed = posterior(np.stack([1 - p_lit, p_lit], axis=1), prior)  # (10, 2)
counted = np.bincount(y_train[lit], minlength=10) / lit.sum()  # (10,) only where it is lit
gap = np.abs(believed[:, 1] - counted).max()
claim("largest gap between Bayes and counting", gap, at_most=1e-9, exact=True)

# %% tags=["nbval-ignore-output"]
plots.bars(
    range(10),
    believed[:, 1],
    x_label="digit",
    y_label="p(digit | lit)",
    title=f"The pixel is lit: most likely a {believed[:, 1].argmax()}, but far from certain",
    says=(
        "Bars of the probability of each digit, given that the pixel is lit. The digit"
        f" {believed[:, 1].argmax()} is the most probable, at {believed[:, 1].max():.2f}; some are"
        " nearly ruled out."
    ),
    fmt="%.2f",
)

# %% [markdown]
# Bayes's rule gives what counting gives, without looking at the pictures again. With 784 pixels nobody can fill the table: even in
# black and white it would have $2^{784}$ columns. That is the work of networks. So let one draw: its input is a class, as a one-hot row of ten numbers, its
# output 784 pixels.

# %% [markdown]
# ### Exercise · what does it draw?
# It is trained with squared error on all training pictures. Asked for a 4, what will it draw?
# - `"a"`: one particular 4 of the training set
# - `"b"`: the average of all 4s
# - `"c"`: the average of all digits

# %%
ex.what_is_drawn.check(...)  # @exercise

# %%
keras.utils.set_random_seed(runtime.seed(1))
one_hot = keras.utils.to_categorical(y_train, 10)  # (n, 10)
drawer = keras.Sequential(
    [keras.Input((10,)), layers.Dense(784, use_bias=False, kernel_initializer="zeros")]
)  # 784 weights for each class, nothing shared
rate = keras.optimizers.schedules.CosineDecay(0.05, 2 * len(x_train) // 200)
drawer.compile(keras.optimizers.Adam(rate), loss="mse")
drawer.fit(one_hot, x_train, batch_size=200, epochs=2, verbose=0)
drawn = drawer.predict(np.eye(10), verbose=0)  # (10, 784)
class_means = np.stack([x_train[y_train == c].mean(axis=0) for c in range(10)])

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([drawn, class_means]).reshape(-1, 28, 28),
    columns=10,
    row_labels=["network", "average"],
    title="What a network draws that is told the class only",
    says=(
        "Two rows of ten blurred digits, 0 to 9: what the network draws for each class, and the"
        " average of that class. The rows look the same."
    ),
)

# %%
claim("largest difference from the class average", np.abs(drawn - class_means).max(), at_most=0.06)

# %% [markdown]
# The rows are the same. This network is generative in the poorest way: it knows of $p(x|y)$ only where its middle is (the **conditional mean**). A label is too little: it says *that* it is a 4, not *which*. To redraw a certain picture the network needs to be told
# what distinguishes it: slant, width, where the strokes meet. It needs a **code** (also *latent representation*, or *embedding*).

# %% [markdown]
# ## 2 · Encoder and decoder
# Two networks in a row. The **encoder** $f$ makes a code $h = f(x)$ of $N$ numbers from a picture of $D$ pixels; the **decoder** $g$ makes
# $\hat x = g(h)$ from the code. In the simplest autoencoder each is one layer with a **sigmoid** $\sigma(z) = 1/(1 + e^{-z})$:
#
# $$ h_{mn} = \sigma\Bigl(\sum_{d=1}^{D} x_{md}\,W^{(1)}_{dn} + b^{(1)}_n\Bigr), \qquad
#    \hat x_{md} = \sigma\Bigl(\sum_{n=1}^{N} h_{mn}\,W^{(2)}_{nd} + b^{(2)}_d\Bigr). $$
#
# $m$ counts the samples of a batch, $d$ the pixels, $n$ the units of the code. The first sum runs over pixels, the second over code units.
# Count with $D = 5$ and $N = 3$ first: small enough for pencil and paper.

# %% [markdown]
# ### Exercise · how many parameters?
# Every unit has one weight for each of its inputs, and a bias. `D` and `N` are whole numbers; return two, for layer 1 and for layer 2.

# %%
count_parameters = ex.count_parameters.check(...)  # @exercise

# %% [markdown]
# ### Exercise · the forward pass
# In NumPy, for a whole batch at once: five arrays come in, and the array $\hat x$ comes back.

# %%
autoencode = ex.autoencode.check(...)  # @exercise

# %% [markdown]
# The same in Keras, and a comparison. `Dense` keeps its weights in the same layout, inputs × units.

# %%
keras.utils.set_random_seed(runtime.seed(2))
tiny_autoencoder = keras.Sequential(
    [keras.Input((5,)), layers.Dense(3, "sigmoid"), layers.Dense(5, "sigmoid")]
)
x = np.random.default_rng(runtime.seed(2)).random((4, 5), dtype="float32")  # (M, D) = (4, 5)
W1, b1, W2, b2 = tiny_autoencoder.get_weights()
difference = np.abs(autoencode(x, W1, b1, W2, b2) - tiny_autoencoder.predict(x, verbose=0)).max()
claim("largest difference from Keras", difference, at_most=1e-6, exact=True)

ours = tuple(count_parameters(5, 3))
theirs = tuple(layer.count_params() for layer in tiny_autoencoder.layers)
claim("18 and 20 parameters, as Keras counts", ours == theirs == (18, 20), exact=True)

# %% [markdown]
# Both halves above are functions: the same input always gives the same output. In general each can be **stochastic**, a distribution to draw
# from: an encoder $p(h|x)$, a decoder $p(x|h)$. A stochastic encoder will make the variational autoencoder of chapter 06. A stochastic
# decoder is hidden in what we do already: read $\hat x$ as the *centre of a distribution* over pictures. Which distribution? That choice
# is the loss.

# %% [markdown]
# ## 3 · What does “close” mean?
# Train the pair so that the picture $x$ is probable under $p(x|h)$, that is, make $-\ln p(x|h)$ small.
# - If $p(x|h)$ is a Gaussian around $\hat x$ with a fixed width $s$ in each pixel, then $-\ln p(x|h) = \frac{1}{2s^2}\sum_d (x_d - \hat x_d)^2 +$ a
#   constant: **squared error**.
# - If each pixel is a coin that is lit with probability $\hat x_d$, then $-\ln p(x|h)$ is the **binary cross-entropy** of chapter 01,
#   $-\sum_d [x_d \ln \hat x_d + (1 - x_d) \ln(1 - \hat x_d)]$. A grey level between 0 and 1 counts as a coin that is lit for that share of the time.
#
# Both are sums over the pixels $d$ of one picture. A training loss averages them over the $M$ samples of a batch:
#
# $$ C = \frac1M \sum_{m=1}^{M} \sum_{d=1}^{D} (x_{md} - \hat x_{md})^2. $$
#
# Why care about sum or mean? The *average over samples* makes the loss independent of the batch size. *Sum over pixels* and mean over pixels differ by a factor
# of 784. Alone, that only scales the gradient, and an optimiser such as Adam evens it out. Beside a penalty, as in the next chapters, it changes the penalty's weight
# 784-fold. In this course losses are summed over the pixels, and averaged over the samples.

# %% [markdown]
# ### Exercise · squared error
# With `keras.ops`, so that it can train a network, and it will: below it is handed to `compile`. One number comes back.

# %%
squared_error = ex.squared_error.check(...)  # @exercise

# %% [markdown]
# Now a real autoencoder: 784 pixels, 512 units, a code of 32, and back. The code may take any value. The output layer gives real numbers too, and there are three
# ways to go on: compare them with the picture by squared error as they are; squash them by a sigmoid first, then squared error; or take them for
# logits and use cross-entropy. Which of the three will have the smallest *squared error* on test pictures?


# %%
def dense_autoencoder(code_size, units):
    """Encoder, decoder, and both in a row; `units` are the sizes of the encoder's hidden layers."""
    picture = h = keras.Input((784,))
    for n_units in units:
        h = layers.Dense(n_units, "relu")(h)
    encoder = keras.Model(picture, layers.Dense(code_size)(h))
    code = h = keras.Input((code_size,))
    for n_units in reversed(units):
        h = layers.Dense(n_units, "relu")(h)
    decoder = keras.Model(code, layers.Dense(784)(h))  # any real number
    return encoder, decoder, keras.Model(picture, decoder(encoder(picture)))


# %% [markdown]
# The other two losses, both from logits, and the training that all networks of this chapter get:


# %%
def cross_entropy(x, logits):
    """Nats per picture, summed over the pixels, averaged over the batch: see chapter 01."""
    return ops.mean(ops.sum(ops.softplus(logits) - x * logits, axis=-1))


def sigmoid_squared_error(x, logits):
    return squared_error(x, ops.sigmoid(logits))


def train(model, loss, x, epochs=epochs, rate=3e-3, verbose=2):
    """Fit a model to reproduce x, with a learning rate that falls to 0 along a cosine."""
    steps = epochs * math.ceil(len(x) / 128)  # epochs × batches
    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    model.compile(keras.optimizers.Adam(schedule), loss)
    model.fit(x, x, batch_size=128, epochs=epochs, verbose=verbose)


# %%
def sigmoid(z):
    """From logits to pixels between 0 and 1, as a NumPy array."""
    return ops.convert_to_numpy(ops.sigmoid(z))


def mse(x, x_hat):
    """Squared error per pixel, over all pictures; what is drawn is clipped to [0, 1]."""
    return np.mean((x - x_hat.clip(0, 1)) ** 2)


# %% [markdown]
# The next cell trains the three, which takes most of a minute. Its lines are the loss after each epoch (one pass over the training pictures), per picture; squared
# errors and nats cannot be compared with each other.

# %% tags=["nbval-ignore-output"]
losses = {
    "linear, squared": squared_error,
    "sigmoid, squared": sigmoid_squared_error,
    "logits, cross-entropy": cross_entropy,
}
outputs = {}
for name, loss in losses.items():
    print(name)
    keras.utils.set_random_seed(runtime.seed(3))
    encoder, decoder, autoencoder = dense_autoencoder(32, [512])
    train(autoencoder, loss, x_train)
    output = autoencoder.predict(x_test, batch_size=1000, verbose=0)  # (n, 784)
    outputs[name] = output if name.startswith("linear") else sigmoid(output)

# %% tags=["nbval-ignore-output"]
mse_by_loss = {name: mse(x_test, x_hat) for name, x_hat in outputs.items()}
listed = ", ".join(f"{name} {error:.4f}" for name, error in mse_by_loss.items())
print("squared error per pixel:", listed)

pictures = [x_test[:10], *(x_hat[:10] for x_hat in outputs.values())]
plots.images(
    np.concatenate(pictures).reshape(-1, 28, 28),
    columns=10,
    row_labels=["picture", *outputs],
    title="784 pixels through 32 numbers and back",
    says=(
        "Four rows of ten digits: the test pictures, and their reconstructions by the three"
        " networks. All are readable; those of the linear output have grey smudges around the"
        " strokes."
    ),
)

# %%
linear_error, sigmoid_error, logits_error = mse_by_loss.values()
ratio = linear_error / logits_error
claim("linear output: squared error over that of logits", ratio, at_least=1.1)
ratio = sigmoid_error / logits_error
claim("sigmoid and squared error: over that of logits", ratio, at_least=0.95, at_most=1.3)

# %% [markdown]
# Thirty-two numbers are enough to redraw a digit that the network has never seen. The two networks with a sigmoid are close to each other, and the linear output is behind, although squared error is what it was trained for.
# Four pixels out of five are black. Behind a sigmoid, “black” is any large negative number; a linear output has to hit 0 exactly in hundreds of pixels at once, and where it
# does not, you see the smudges. From here on we use the last of the three, logits with cross-entropy, which on MNIST is a little ahead even in squared error.


# %%
def reconstruct(x):
    """What the autoencoder makes of pictures (n, 784)."""
    return sigmoid(autoencoder.predict(x, batch_size=1000, verbose=0))


x_hat = reconstruct(x_test)

# %% [markdown]
# One warning about that loss. A *perfect* copy does not have a loss of 0, since a grey pixel is a coin of its own. The least possible is
# the entropy of these coins. Only what lies above it can be learned away.

# %%
p_on = x_test.clip(1e-7, 1 - 1e-7).astype("float64")
coins = -(p_on * np.log(p_on) + (1 - p_on) * np.log(1 - p_on))  # (n, 784) the entropy of each
floor = coins.sum(axis=1).mean()  # sum over pixels, mean over pictures
nats = autoencoder.evaluate(x_test, x_test, batch_size=1000, verbose=0)
claim("cross-entropy of a perfect copy", floor, at_least=45, at_most=52, unit="nats")
claim(
    "cross-entropy of the autoencoder, above that",
    nats - floor,
    at_most={"mnist": 23, "offline": 17},
    unit="nats",
)
error = mse(x_test, x_hat)
claim("squared error per pixel, 32 numbers", error, at_most={"mnist": 0.0085, "offline": 0.0045})

# %% [markdown]
# ## 4 · A linear autoencoder is PCA, almost
# Take away the sigmoids and the hidden layers: $h = (x - \mu)\,W_1$, $\hat x = h\,W_2 + \mu$, with $\mu$ the mean picture. With squared error this has a
# classical competitor. **Principal component analysis** (PCA) finds the directions along which the data vary most, the eigenvectors of their
# covariance matrix, and keeps the $k$ along which they vary most. Among all *linear* codes of size $k$, none has a smaller squared error.

# %% [markdown]
# ### Exercise · reconstruct with PCA
# The components are the rows of a matrix, orthogonal and of length 1. A row's product with $x - \mu$ is one number of the code; the same rows, weighted with these
# numbers, draw the picture. In NumPy, for many rows at once; an array of the shape of `x` comes back. Mind the mean.

# %%
pca_reconstruct = ex.pca_reconstruct.check(...)  # @exercise

# %% [markdown]
# So does a linear autoencoder find PCA's components? A toy first, where the answer is known: 20 numbers that vary strongly along 3
# directions, and a little along all others. We compare the two *subspaces* by their **principal angles**: all 0 if the two span the same
# space. And we look at the weights themselves.

# %%
rng = np.random.default_rng(runtime.seed(4))
directions = np.linalg.qr(rng.normal(size=(20, 3)))[0].T  # (3, 20) orthonormal rows
strong = (rng.normal(size=(5000, 3)) * [3.0, 2.0, 1.5]) @ directions
toy = strong + 0.1 * rng.normal(size=(5000, 20))
toy = (toy - toy.mean(axis=0)).astype("float32")

# %%
keras.utils.set_random_seed(runtime.seed(4))
toy_autoencoder = keras.Sequential(
    [keras.Input((20,)), layers.Dense(3, use_bias=False), layers.Dense(20, use_bias=False)]
)
rate = keras.optimizers.schedules.CosineDecay(0.02, 1000)
toy_autoencoder.compile(keras.optimizers.Adam(rate), loss="mse")
toy_autoencoder.fit(toy, toy, batch_size=100, epochs=20, verbose=0)
toy_pca = PCA(3).fit(toy)

# %%
W2 = toy_autoencoder.get_weights()[1]  # (3, 20) the decoder's rows span its subspace
angles = np.degrees(subspace_angles(W2.T, toy_pca.components_.T))  # (3,)
unit_rows = W2 / np.linalg.norm(W2, axis=1, keepdims=True)
gram = unit_rows @ unit_rows.T  # (3, 3) cosines between the decoder's rows
largest_cosine = np.abs(gram - np.eye(3)).max()
alignment = np.abs(unit_rows @ toy_pca.components_.T)  # (3, 3) cosines with the eigenvectors
nearest = alignment.max(axis=1)  # (3,) each row's cosine with its nearest eigenvector
claim(
    "largest principal angle between autoencoder and PCA", angles.max(), at_most=1.0, unit="degrees"
)
claim("largest cosine between two rows of the decoder", largest_cosine, at_least=0.02)
claim("least aligned row: cosine with its nearest eigenvector", nearest.min(), at_most=0.99)

# %% [markdown]
# The same *subspace*, to a fraction of a degree; but not the same *basis*. The decoder's rows are neither orthogonal to each other nor
# eigenvectors. Why should they be? For any invertible $3 \times 3$ matrix $A$, the pair $W_1 A$ and $A^{-1} W_2$
# gives the same reconstruction, so nothing in the loss prefers PCA's axes: the code is not **identifiable**.
#
# Now on digits, 32 numbers: how close does gradient descent come to the linear optimum, and what does depth add?

# %% tags=["nbval-ignore-output"]
mean = x_train.mean(axis=0)
pca = PCA(150, svd_solver="covariance_eigh").fit(x_train)
x_pca = pca_reconstruct(x_test, pca.mean_, pca.components_[:32])

keras.utils.set_random_seed(runtime.seed(5))
linear_autoencoder = keras.Sequential(
    [keras.Input((784,)), layers.Dense(32, use_bias=False), layers.Dense(784, use_bias=False)]
)
train(linear_autoencoder, "mse", x_train - mean, epochs=linear_epochs, verbose=0)
x_linear = linear_autoencoder.predict(x_test - mean, batch_size=1000, verbose=0) + mean

# %%
# Not clipped: PCA is the best among unclipped linear codes.
ratio = np.mean((x_test - x_linear) ** 2) / np.mean((x_test - x_pca) ** 2)
claim("error of the linear autoencoder over PCA's", ratio, at_least=0.99, at_most=1.01)
claim(
    "error of PCA-32, clipped",
    mse(x_test, x_pca),
    at_least=0.006,
    at_most={"mnist": 0.0153, "offline": 0.007},
)
claim(
    "error of the deep autoencoder over PCA's, 32 numbers",
    mse(x_test, x_hat) / mse(x_test, x_pca),
    at_most={"mnist": 0.6, "offline": 0.7},
)

# %% [markdown]
# The linear autoencoder arrives at PCA's error to within a fraction of a percent. The deep one, with the same 32 numbers, makes half of
# that error (on MNIST 0.0074 against 0.0152). PCA is the best among *linear* codes, and no further.

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([x_test[:10], x_hat[:10], x_pca[:10]]).reshape(-1, 28, 28),
    columns=10,
    row_labels=["picture", "autoencoder", "PCA"],
    title="32 numbers, bent or straight",
    says=(
        "Three rows of ten digits: the test pictures, the deep autoencoder's reconstructions, and"
        " PCA's. PCA's have grey ghosts around the strokes and in the background; the autoencoder's"
        " are clean."
    ),
)

# %% [markdown]
# ## 5 · Small codes, large codes
# Another classic of **stacked** layers: 784, 300, 150, 300 and 784 units, with a code of 150. And one with a code of 2 (and hidden layers of 256 and 64), which
# we will need for a map. Before you run the cells: at which of the code sizes 2, 32 and 150 does the network beat PCA by the largest factor? Does it always
# win?

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(6))
*_, stacked = dense_autoencoder(150, [300])
train(stacked, cross_entropy, x_train)
x_stacked = sigmoid(stacked.predict(x_test, batch_size=1000, verbose=0))

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(7))
encoder_2, decoder_2, autoencoder_2 = dense_autoencoder(2, [256, 64])
train(autoencoder_2, cross_entropy, x_train)
x_map = sigmoid(autoencoder_2.predict(x_test, batch_size=1000, verbose=0))

# %% tags=["nbval-ignore-output"]
sizes = np.array([1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 120, 150])
pca_errors = [mse(x_test, pca_reconstruct(x_test, pca.mean_, pca.components_[:k])) for k in sizes]
errors = {2: mse(x_test, x_map), 32: mse(x_test, x_hat), 150: mse(x_test, x_stacked)}
plots.curves(
    sizes,
    {"PCA": pca_errors},
    x_label="numbers in the code",
    y_label="squared error per pixel",
    title="Networks win where the code is small, PCA where it is large",
    says=(
        "Squared error against code size on logarithmic axes. PCA falls steadily. The autoencoders"
        " with 2 and 32 numbers lie below PCA's curve, the one with 150 lies above it."
    ),
    marks={f"network, {k}": (k, error) for k, error in errors.items()},
    xscale="log",
    yscale="log",
)

# %%
claim(
    "2 numbers: error over PCA's",
    errors[2] / pca_errors[1],
    at_most={"mnist": 0.88, "offline": 0.95},
)
claim("150 numbers: error over PCA's", errors[150] / pca_errors[-1], at_least=1.0)

# %% [markdown]
# At 32 numbers the network makes less than half of PCA's error, at 2 about four fifths. Digits lie on a curved surface of few dimensions (a **manifold**), and curves describe it
# better than planes. At 150 numbers there is room for almost everything, a plane is good enough, and PCA finds the best plane exactly, while the network,
# after two passes over the data, makes 1.7 times its error. “Deep” is not a synonym for “better”; ask at which code size, and after how much training. (The three networks differ in their
# hidden layers, too; a fair study would tune each.)
#
# What does a code look like? Is it **sparse**, mostly zeros? Is it one-hot, one unit for each kind of picture? Look at one.

# %% tags=["nbval-ignore-output"]
code = encoder.predict(x_test, batch_size=1000, verbose=0)  # (n, 32)
print(f"the code of the first test picture, a {y_test[0]}:\n{np.round(code[0], 1)}")

# %%
claim("share of code values that are exactly 0", np.mean(code == 0), at_most=0.001)
claim(
    "share of code values within a tenth of their deviation",
    np.mean(np.abs(code) < 0.1 * code.std()),
    at_most=0.15,
)

# %% [markdown]
# Real numbers of all sizes, none of them exactly 0, and no more of them near 0 than in a bell curve (8 % within a tenth of its deviation): the code is *small*, and dense. Chapter 03 makes codes
# that are wide and sparse.
#
# ### Too wide a code learns nothing
# A code narrower than its input (**undercomplete**) forces the network to find out what pictures have in common. And a code that is wider
# (**overcomplete**)? It can simply copy (learn the **identity function**). To see whether it does, train it on data about which there is nothing to learn: noise, 64 independent numbers each, and
# then test it on noise that it has never seen. No linear code of 16 numbers can keep more than $16/64$ of the variance of such noise, so at least 75 % is lost.

# %%
rng = np.random.default_rng(runtime.seed(8))
static = rng.random((n_noise, 64), dtype="float32")
new_static = rng.random((1000, 64), dtype="float32")
lost = {}  # the share of the noise's variance, for each size of the code
for size in (16, 256):
    keras.utils.set_random_seed(runtime.seed(8))
    copier = keras.Sequential([keras.Input((64,)), layers.Dense(size, "relu"), layers.Dense(64)])
    copier.compile(keras.optimizers.Adam(2e-3), loss="mse")
    copier.fit(static, static, batch_size=100, epochs=5, verbose=0)
    copy = copier.predict(new_static, verbose=0)
    lost[size] = np.mean((copy - new_static) ** 2) / new_static.var()

# %%
claim("code of 16: share of the noise's variance that is lost", lost[16], at_least=0.7, at_most=1.0)
claim("code of 256: share of the noise's variance that is lost", lost[256], at_most=0.05)

# %% [markdown]
# The narrow one fails, as it should. The wide one copies noise that it has never seen, almost without loss. A perfect reconstruction can mean that a network understood everything, or nothing. So a wide code needs something else to hold it
# back, a **regulariser** $R$ added to the reconstruction cost $C$:
#
# $$ F = C(x, \hat x) + \lambda\,R. $$
#
# $\lambda$ (“lambda”) says how much it counts; with a small one, the risk of copying is still there. The next chapters are about four choices of $R$:
#
# | regulariser | what it asks of the code | chapter |
# | --- | --- | --- |
# | sparsity | few units active at a time | 03 |
# | noise or missing pixels in the input | the same reconstruction as without | 04 |
# | small derivatives | codes that move little when the picture does | 04 |
# | noise in the code | neighbouring codes mean similar pictures | 06 |

# %% [markdown]
# ## 6 · What the bottleneck throws away
# Something that is not repeated in other pictures has no place in 32 numbers. Noise is of that kind. Does squeezing a noisy picture through
# the code clean it? We need a scale. The **peak signal-to-noise ratio** of a picture is
#
# $$ \mathrm{PSNR} = -10 \log_{10} \Bigl( \frac1D \sum_{d=1}^{D} (\hat x_d - x_d)^2 \Bigr) \quad\text{decibels (dB),} $$
#
# with $x$ the clean picture and 1 the peak value. A tenth of the squared error is 10 dB more; 3 dB more is half of the error.

# %% [markdown]
# ### Exercise · PSNR
# In NumPy, for many pictures at once: an array of one value for each comes back. Noisy pictures may reach outside $[0, 1]$; nothing is clipped.

# %%
psnr = ex.psnr.check(...)  # @exercise

# %% [markdown]
# We add Gaussian noise of deviation $s$ to the test pictures. The network has seen clean pictures only. Guess: at which of $s = 0.1$, $0.25$, $0.5$
# does the bottleneck help most? Is it better at cleaning than PCA?

# %%
levels = (0.1, 0.25, 0.5)
noisy, projected, cleaned, decibels = {}, {}, {}, {}
for s in levels:
    noisy[s] = data.add_gaussian(x_test, s, seed=runtime.seed(9))
    projected[s] = pca_reconstruct(noisy[s], pca.mean_, pca.components_[:32]).clip(0, 1)
    cleaned[s] = reconstruct(noisy[s])
    three = noisy[s], projected[s], cleaned[s]
    decibels[s] = [np.mean(psnr(images, x_test)) for images in three]  # noisy, PCA, network

# %% tags=["nbval-ignore-output"]
print("noise   noisy    PCA-32   autoencoder")
for s, values in decibels.items():
    print(f"{s:<7} " + "  ".join(f"{value:4.1f} dB" for value in values))
print(
    f"clean pictures through the code: PCA-32 {np.mean(psnr(x_pca.clip(0, 1), x_test)):.1f} dB,"
    f" autoencoder {np.mean(psnr(x_hat, x_test)):.1f} dB"
)

# %% tags=["nbval-ignore-output"]
pictures = [images[s][:10] for s in (0.25, 0.5) for images in (noisy, projected, cleaned)]
plots.images(
    np.concatenate(pictures).reshape(-1, 28, 28),
    columns=10,
    row_labels=["noise 0.25", "PCA", "autoencoder", "noise 0.5", "PCA", "autoencoder"],
    title="Noise does not fit through 32 numbers; too much of it misleads",
    says=(
        "Six rows of ten digits: with noise of deviation 0.25, after PCA, after the autoencoder;"
        " then the same with 0.5. PCA leaves grey clouds. The autoencoder draws crisp strokes, at"
        " 0.25 mostly the right ones, at 0.5 often broken or of another shape."
    ),
)

# %%
gain = {s: network - before for s, (before, _, network) in decibels.items()}
ahead = {s: network - by_pca for s, (_, by_pca, network) in decibels.items()}
claim("noise 0.25: gain by the autoencoder", gain[0.25], at_least=5, unit="dB")
claim("noise 0.1: autoencoder minus PCA", ahead[0.1], at_least=1, unit="dB")
claim("noise 0.5: autoencoder minus PCA", ahead[0.5], at_most=0, unit="dB")

# %% [markdown]
# Every code loses something, noise or no noise: even clean pictures come back with an error, the last line of the table. So at $s = 0.1$ there is little to gain: PCA
# makes the pictures *worse* on MNIST, and the network can just about pay for its own losses. At 0.25 it gains several decibels, without ever having been asked to clean. With
# strong noise something turns over: PCA, which can only project, comes out *ahead*. Far from anything it was trained on, the network draws crisp
# strokes that were not there; a grey smudge would have been the smaller error. It has learned to redraw, not to clean. Chapter 04 trains it to clean.

# %% [markdown]
# ## 7 · What the code is good for
# ### A map
# With a code of 2 numbers every picture is a point in a plane. The network has not seen a single label; we only draw each point as its digit
# afterwards.

# %% tags=["nbval-ignore-output"]
map_train, map_test = (encoder_2.predict(x, batch_size=1000, verbose=0) for x in (x_train, x_test))
plots.latent_map(
    map_test[:3000],
    y_test[:3000],
    title="Two numbers, no labels: the digits sort themselves, roughly",
    says=(
        "A map of test pictures, each drawn as its digit at its two code numbers: patches of one "
        "digit, some of them far from the rest, others overlapping."
    ),
)

# %% [markdown]
# The ones have a region to themselves; most other classes overlap with neighbours (are they also hard to tell apart when badly written?). Mind also what is *not* there: nothing
# keeps the points near the middle (look at the numbers on the axes), or fills the gaps. Draw a random point in this plane and you will often land in no man's
# land. That is what chapter 06 repairs.
#
# ### Clusters
# Can we find the classes without labels? **k-means** puts ten centres into the code so that each picture is near one. We match clusters with
# classes on training pictures, as well as one can (the **Hungarian algorithm** does that), and count the errors on test pictures. Guess the order: pixels, PCA, code.

# %%
code_train, code_test = (encoder.predict(x, batch_size=1000, verbose=0) for x in (x_train, x_test))
pca_train, pca_test = pca.transform(x_train)[:, :32], pca.transform(x_test)[:, :32]
features = {
    "pixels": (x_train, x_test),
    "PCA-32": (pca_train, pca_test),
    "code of 32": (code_train, code_test),
}

cluster_error = {}
for name, (train_features, test_features) in features.items():
    kmeans = KMeans(10, n_init=2, random_state=runtime.seed(10)).fit(train_features[:10_000])
    groups, test_groups = kmeans.labels_, kmeans.predict(test_features)
    cluster_error[name] = metrics.clustering_error(groups, y_train[:10_000], test_groups, y_test)

# %% [markdown]
# ### A hundred labels
# Labels are expensive, pictures are cheap. So: learn the code from all pictures, then train a linear classifier on it (a **linear probe**) with only ten labels a class: **semi-supervised learning**. Its
# penalty (on the squares of its weights, **L2** or ridge) is chosen by cross-validation, on those hundred; `few_label_accuracy` leaves that to scikit-learn. The opponents get the same hundred pictures. All is repeated for several
# draws of a hundred.

# %%
seeds = [runtime.seed(100 + draw) for draw in range(n_draws)]
label_error = {}
for name, (train_features, test_features) in features.items():
    accuracy = metrics.few_label_accuracy(
        train_features, y_train, test_features, y_test, labels=100, seeds=seeds, standardise=False
    )
    label_error[name] = 1 - accuracy  # (n_draws,)

# %% tags=["nbval-ignore-output"]
without = list(cluster_error.values())
with_100 = [error.mean() for error in label_error.values()]
listed = [", ".join(f"{error:.0%}" for error in errors) for errors in (without, with_100)]
plots.grouped_bars(
    list(features),
    {"clusters, no labels": without, "100 labels": with_100},
    y_label="error on test pictures",
    title="With a hundred labels, code, PCA and pixels are about level",
    says=(
        "Errors as bars for pixels, PCA and the code of 32. Clustering without labels:"
        f" {listed[0]}. With 100 labels: {listed[1]}."
    ),
)

# %% tags=["nbval-ignore-output"]
advantage = {}  # of the code; all get the same hundred labels, so differences are in pairs
for name in ("pixels", "PCA-32"):
    gap = label_error[name] - label_error["code of 32"]  # (n_draws,)
    print(
        f"error on {name} minus error on the code: {gap.mean():+.3f}, from"
        f" {gap.min():+.3f} to {gap.max():+.3f} over {n_draws} draws"
    )
    advantage[name] = gap

# %%
claim(
    "100 labels: error on pixels minus error on the code",
    advantage["pixels"].mean(),
    at_least=-0.05,
    at_most=0.05,
)
claim(
    "100 labels: error on PCA-32 minus error on the code",
    advantage["PCA-32"].mean(),
    at_least=-0.05,
    at_most=0.05,
)
claim("clusters: least error of the three", min(cluster_error.values()), at_least=0.3)

# %% [markdown]
# Sobering, twice. Clusters in *any* of the three stand for the wrong class two times out of five or more; on MNIST k-means is best on plain pixels, with the offline digits
# on the code, so there is no rule in it. And with a hundred labels the three are level to within a few percent, PCA included: 32 numbers of the code are
# as good as 784 pixels, at a 25th of the size, but no better. The code keeps what is needed to *redraw* a picture, slant and pen width included, and that is not the same as what is needed to *name*
# it. (Chapter 03 asks whether sparse codes do better.)

# %% [markdown]
# ## 8 · Things never seen
# Here is a popular idea: a network that reconstructs digits well will fail on anything else, so its reconstruction error tells us what is unfamiliar. This is called **anomaly detection**, or out-of-distribution detection.

# %% [markdown]
# ### Exercise · which error is lowest?
# The autoencoder has been trained on digits. On which of these is its squared error smallest, with MNIST?
# - `"a"`: an ordinary handwritten digit
# - `"b"`: the same digit, flipped top to bottom
# - `"c"`: random noise
# - `"d"`: a black picture with nothing on it

# %%
ex.lowest_error.check(...)  # @exercise

# %%
rng = np.random.default_rng(runtime.seed(12))
strange = {
    "black": np.zeros((1, 784), "float32"),
    "digits": x_test,
    "flipped": x_test.reshape(-1, 28, 28)[:, ::-1].reshape(-1, 784),
    "pixels shuffled": x_test[:, rng.permutation(784)],
    "noise": rng.random((1000, 784), dtype="float32"),
}
error_of = {}  # of each picture, (n,)
for name, x in strange.items():
    error_of[name] = np.mean((x - reconstruct(x)) ** 2, axis=1)

# %% tags=["nbval-ignore-output"]
mean_error = {name: error.mean() for name, error in error_of.items()}
listed = ", ".join(f"{name} {error:.4f}" for name, error in mean_error.items())
plots.bars(
    mean_error.keys(),
    list(mean_error.values()),
    y_label="squared error per pixel",
    title="How strange the network finds them",
    fmt="%.4f",
    says=f"Mean squared error as bars: {listed}.",
)

# %% [markdown]
# To put a number on “can tell apart”: the **AUC** (area under the ROC curve) is the probability that a strange picture has a larger error than a familiar one, 0.5 for
# guessing and 1 for certainty.

# %% [markdown]
# ### Exercise · AUC
# In NumPy: compare each strange error with each familiar one; equal ones count one half. One number comes back.

# %%
auc = ex.auc.check(...)  # @exercise

# %% [markdown]
# And a harder test, closer to practice: a second network that is trained on all digits *except ones*. Does it notice the ones?

# %%
keras.utils.set_random_seed(runtime.seed(13))
*_, autoencoder_no_ones = dense_autoencoder(32, [256])
train(autoencoder_no_ones, cross_entropy, x_train[y_train != 1], verbose=0)
redrawn = sigmoid(autoencoder_no_ones.predict(x_test, batch_size=1000, verbose=0))
error = np.mean((x_test - redrawn) ** 2, axis=1)  # (n,)
auc_ones = auc(error[y_test == 1], error[y_test != 1])
auc_sklearn = roc_auc_score(y_test == 1, error)

# %%
claim("AUC minus scikit-learn's", abs(auc_ones - auc_sklearn), at_most=1e-9, exact=True)
ratio, familiar = mean_error["black"] / mean_error["digits"], error_of["digits"]
claim("black picture: error over that of a digit", ratio, at_most={"mnist": 0.5, "offline": 2})
claim("AUC, noise", auc(error_of["noise"], familiar), at_least=0.99)
claim("AUC, flipped", auc(error_of["flipped"], familiar), at_least=0.55, at_most=0.95)
claim("AUC, ones, never seen", auc_ones, at_most={"mnist": 0.48, "offline": 0.85})
error_1, error_8 = familiar[y_test == 1].mean(), familiar[y_test == 8].mean()
claim("error of an 8 over error of a 1", error_8 / error_1, at_least=1.5)

# %% [markdown]
# Noise and shuffled pixels are recognised without fail: AUC 1. Flipped digits cost twice as much as digits, and are told apart in five cases of six (AUC 0.84 on MNIST); a flipped
# 0, 1, 3 or 8 looks like one that is not. But the ones, which the second network has never seen, it redraws *better* than the digits it was trained on: an AUC of about 0.3 on MNIST is
# worse than guessing. A network that can draw a 4 and a 7 has all the parts of a 1. And an empty picture seems more familiar than anything. (With the offline digits of
# scikit-learn, whose strokes are bolder, it still costs less than a digit, and the ones come out a little above guessing.)
#
# Reconstruction error measures how *hard to describe* a picture is with the parts the network has: an 8 looks stranger than a 1 because it has more
# to draw. Sometimes that is what you want to know. It is not a probability. Chapter 06 builds a model that does give (a bound on) a probability.

# %% [markdown]
# ## 9 · Break it on purpose
# Training with steps far too large can end like this. Look at the code of the cell and at the *symptom*, then find the cause.

# %%
keras.utils.set_random_seed(runtime.seed(14))
broken_autoencoder = keras.Sequential(
    [
        keras.Input((784,)),
        layers.Dense(2, "relu", name="code"),
        layers.Dense(128, "relu"),
        layers.Dense(784),
    ]
)
broken_autoencoder.compile(keras.optimizers.SGD(500.0, clipnorm=1.0), cross_entropy)
broken_autoencoder.fit(x_train[:1000], x_train[:1000], batch_size=100, epochs=2, verbose=0)

code_layer = broken_autoencoder.get_layer("code")
broken_encoder = keras.Model(broken_autoencoder.inputs, code_layer.output)
broken_code = broken_encoder.predict(x_test[:1000], verbose=0)
broken_output = sigmoid(broken_autoencoder.predict(x_test[:10], verbose=0))

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([x_test[:10], broken_output]).reshape(-1, 28, 28),
    columns=10,
    row_labels=["picture", "output"],
    title="Ten different pictures, one and the same output",
    says="Ten digits, and below each the network's output: the same image for all.",
)

# %% [markdown]
# ### Exercise · what happened?
# All outputs are the same. Why?
# - `"a"`: it was not trained for long enough
# - `"b"`: two numbers are too few for ten digits
# - `"c"`: the two units of the code are 0 for every picture, and cannot recover

# %%
ex.dead_code.check(...)  # @exercise

# %%
zeros = np.mean(broken_code == 0)
claim("broken network: share of code values that are exactly 0", zeros, at_least=0.99)
difference = np.ptp(broken_output, axis=0).max()
claim("broken network: largest difference between two outputs", difference, at_most=0.01)

# %% [markdown]
# ## 10 · What to take away
# | question | answer, on MNIST |
# | --- | --- |
# | what does a network draw that is told the label only? | the class's average |
# | which output and loss? | logits and cross-entropy, even to make the squared error small; not a linear output |
# | linear autoencoder? | PCA's subspace, in some basis |
# | deep network or PCA, for a code of the same size? | half the error at 32 numbers; more at 150, after short training |
# | wide code without a regulariser? | copies noise |
# | does the bottleneck clean? | by several dB at moderate noise; PCA is ahead at strong noise |
# | is the code better for classifying with 100 labels? | level with pixels and PCA |
# | what does a small error on a picture mean? | easy to describe; not necessarily seen before |
#
# **Ask yourself.** (1) Why can a linear autoencoder's decoder rows be skewed and still give PCA's error? (2) A loss is summed over pixels and
# averaged over the batch. You double the batch, then the image's width and height. What happens to the loss? (3) Your autoencoder with 1,000 code units
# reconstructs perfectly. What do you test next? (4) When would you rather use PCA?
#
# <details><summary>Answers</summary>
#
# (1) Any invertible mix of the code can be undone by the decoder. (2) Nothing; four times as large, about. (3) Noise: if it reconstructs that as well, it
# copies. (4) Large codes, little time, strong noise; and PCA has no seed: it gives the same answer every time.
#
# </details>
#
# **If you read the sources** (chapter 00 says who they are), mind their slips: the [appendix](99_corrections_to_the_sources.ipynb) has those of this chapter in rows 1 to 3, 15, 21, 31, 32, 34, 35 and 51 to 53.
#
# **Use and misuse.** Autoencoders are sold as detectors of the unusual, in factories, in medicine, in the screening of people. You have
# seen one that finds an empty picture normal, and a class that it has never met more than normal. Before one is used, it has to be measured on the
# strange things that matter, not on noise.

# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Crowley, *Generative Networks and the AutoEncoder*, sections 1 and 2; Wollongong, slides (stacked, under- and
# overcomplete); Laurent, slides; Canziani, notes (costs, under- and overcomplete). Papers: P. Baldi and K. Hornik, *Neural Networks and
# Principal Component Analysis*, 1989; G. E. Hinton and R. R. Salakhutdinov, *Reducing the Dimensionality of Data with Neural Networks*, 2006; D. Gong et
# al., *Memorizing Normality to Detect Anomaly*, 2019 (autoencoders that reconstruct what they should not).
#
# **Next**: [03, sparse autoencoders](03_sparse_autoencoders.ipynb): a wide code of which little is used at a time.
