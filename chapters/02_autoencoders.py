# %% [markdown]
# # 02 · Autoencoders: a picture in 32 numbers
#
# **You need** [chapter 01](01_information_theory.ipynb) (cross-entropy, logits), eigenvectors for section 4, and
# Keras's functional API: layers are called on tensors, `keras.Model(inputs, outputs)` ties them up. **It runs in** {{minutes}} on two CPU
# cores; with the exercises, allow an evening.
#
# Chapter 01 measured how far pixels repeat each other: a pixel is worth 1.96 bits by the histogram, and 1.41 once its left neighbour is known. So a picture is less than 784 independent numbers. How many would a friend need to redraw it?
#
# An **autoencoder** lets you try; the task is called **dimensionality reduction**. It is two networks in a row: one squeezes the picture through a **bottleneck** of a few numbers, the other draws it
# again from these alone. No label is needed, the picture is its own (**self-supervised**, or unsupervised, learning). This chapter builds
# one, compares it with the best linear method, and asks what the numbers are good for: cleaning, sorting,
# recognising, and noticing the unfamiliar.
#
# By the end you will be able to
# - say what discriminative and generative networks model, and go from one to the other with Bayes's rule;
# - write an autoencoder's forward pass and loss, then build and train one in Keras;
# - explain what a linear autoencoder has to do with PCA, and when a deep one is better, and when it is not;
# - measure what a code keeps and loses, in squared error, decibels and bits;
# - say why a small reconstruction error does not mean “seen before”.

# %% tags=["nbval-ignore-output"]
import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator
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

from course_utils import scoring

digits = data.load_digits()

# %%
n = budget(smoke=2_000, quick=60_000, full=60_000)  # at most so many training pictures
n_draws = budget(smoke=1, quick=5, full=20)  # repetitions: starts of k-means, draws of 100 labels
# Passes over the training pictures, and the same for the linear autoencoder
epochs = budget(smoke=1, quick={"mnist": 2, "offline": 8}[digits.name], full=30)
linear_epochs = budget(smoke=1, quick={"mnist": 2, "offline": 25}[digits.name], full=30)

x_train, y_train = digits.x_train[:n].reshape(-1, 784), digits.y_train[:n]  # (n, 784), (n,)
x_test, y_test = digits.x_test.reshape(-1, 784), digits.y_test

# %% [markdown]
# ## 1 · Recognising and drawing
# A classifier answers “which class $y$ is this picture $x$?” It models $p(y|x)$, and is called **discriminative**. A network that draws
# pictures models $p(x|y)$, or $p(x)$, and is called **generative**. Both come from one
# table, the joint probability, and Bayes's rule leads from one to the other:
#
# $$ p(x, y) = p(x|y)\,p(y) = p(y|x)\,p(x), \qquad p(y|x) = \frac{p(x|y)\,p(y)}{p(x)}, \qquad p(x) = \sum_y p(x|y)\,p(y). $$
#
# Take the smallest picture there is, a single pixel near the centre (row 13, column 14, counted from 0), dark or lit. We
# count how often it is lit in each class, $p(x|y)$ (the **likelihood**), and ask: it *is* lit; which digit?
#
# ### Exercise · posterior
# $p(y|x)$ is the **posterior**, what to believe about $y$ once $x$ is known; $p(y)$ the **prior**, what to believe before. $K$ classes; $x$ can take $V$
# values. In NumPy; an array comes back.

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
# Bayes's rule gives what counting gives (on MNIST 1, 3 and 8 gain most, 0 and 7 are nearly ruled out). With 784 pixels nobody can fill the table: in
# black and white it has $2^{784}$ columns. So let a network draw: a class comes in, as a one-hot row of ten numbers, and 784 pixels come out.
#
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
# The rows agree to a few hundredths: all that this network knows of $p(x|y)$ is the mean (the **conditional mean** of $x$ given $y$). A label says *that* it is a 4, not *which*. To redraw a certain picture a network has to be told
# what distinguishes it: slant, width, where the strokes meet. It needs a **code** (also *latent representation*, or *embedding*).
#
# ## 2 · Encoder and decoder
# The **encoder** $f$ makes a code $h = f(x)$ of $N$ numbers from a picture of $D$ pixels; the **decoder** $g$ makes
# $\hat x = g(h)$ from the code. In the simplest autoencoder each is one layer with a **sigmoid** $\sigma(z) = 1/(1 + e^{-z})$:
#
# $$ h_{mj} = \sigma\Bigl(\sum_{d=1}^{D} x_{md}\,w^{(1)}_{dj} + b^{(1)}_j\Bigr), \qquad
#    \hat x_{md} = \sigma\Bigl(\sum_{j=1}^{N} h_{mj}\,w^{(2)}_{jd} + b^{(2)}_d\Bigr). $$
#
# $m$ counts the samples of a batch, $d$ the pixels, $j$ the units of the code.
# Count with $D = 5$ and $N = 3$ first.
#
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
# Both halves are functions: the same input always gives the same output. But the decoder can also be read as **stochastic**, a distribution $p(x|h)$ to draw from (and so can an encoder, in chapter 06): read $\hat x$ as the *centre of a distribution* over pictures. Which distribution? That choice
# is the loss.
#
# ## 3 · What does “close” mean?
# Make the picture probable: $-\ln p(x|h)$ small. Take the pixels as independent once $h$ is known.
# - If each is Gaussian around $\hat x_d$, with a fixed standard deviation $s$, then $-\ln p(x|h) = \frac{1}{2s^2}\sum_d (x_d - \hat x_d)^2 +$ a
#   constant: **squared error**.
# - If each pixel is a coin that is lit with probability $\hat x_d$, then $-\ln p(x|h)$ is the **binary cross-entropy** of chapter 01,
#   $-\sum_d [x_d \ln \hat x_d + (1 - x_d) \ln(1 - \hat x_d)]$; a grey pixel counts as lit for that share of the time (no exact likelihood, but a usual loss).
#
# Both are sums over the pixels of one picture. A training loss averages them over the $M$ samples of a batch:
#
# $$ C = \frac1M \sum_{m=1}^{M} \sum_{d=1}^{D} (x_{md} - \hat x_{md})^2. $$
#
# The *average over samples* makes the loss independent of the batch size. *Sum over pixels* and mean over pixels differ by a factor
# of 784. Where the loss stands alone, that only scales the gradient, which Adam evens out, and Keras's `"mse"`, a mean over the pixels, will do. Beside a penalty, as in the next chapters, it changes the penalty's weight
# 784-fold; so there we sum over the pixels.
#
# ### Exercise · squared error
# With `keras.ops`, so that it can train a network, and it will: below it is handed to `compile`. One number comes back.

# %%
squared_error = ex.squared_error.check(...)  # @exercise

# %% [markdown]
# ### Exercise · an autoencoder of your own
# Build a Keras model, compile it, fit it, return it. It takes pictures `x`, an array (n, D) of values between 0 and 1, through a layer of `code_size` numbers, to pixels again (not logits); layers, loss and optimizer are up to you. The check hands over 1,000 small pictures (4×4, that is 16 numbers), then a few of 8×8, and gives you forty seconds; ten are plenty. It counts how many numbers get through, and looks at new pictures: the squared error has to be less than 0.6 of what the mean picture makes.

# %%
own_autoencoder = ex.own_autoencoder.check(...)  # @exercise

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(16))
own = own_autoencoder(x_train[:10_000], 32)
own_error = np.mean((own.predict(x_test, batch_size=1000, verbose=0) - x_test) ** 2)
error_of_mean = np.mean((x_train.mean(axis=0) - x_test) ** 2)
print(f"squared error per pixel: yours {own_error:.4f}, the mean picture {error_of_mean:.4f}")

# %% [markdown]
# The chapter goes on with a larger one, in which encoder and decoder can be used apart: 784 pixels, 512 units, a code of 32, and back. Its output layer gives any real numbers. We can take them as pixels, with squared error, or as logits, with cross-entropy. Which will have the smaller *squared error* on test pictures?


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
# The other loss, from logits, and the training that all networks of this chapter get:


# %%
def cross_entropy(x, logits):
    """Nats per picture, summed over the pixels, averaged over the batch: see chapter 01."""
    return ops.mean(ops.sum(ops.softplus(logits) - x * logits, axis=-1))


def train(model, loss, x, epochs=epochs, rate=3e-3, verbose=2):
    """Fit a model to reproduce x, with a learning rate that falls to 0 along a cosine."""
    steps = epochs * math.ceil(len(x) / 128)  # epochs × batches
    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    model.compile(keras.optimizers.Adam(schedule), loss)
    model.fit(x, x, batch_size=128, epochs=epochs, verbose=verbose)


def sigmoid(z):
    """From logits to pixels between 0 and 1, as a NumPy array."""
    return ops.convert_to_numpy(ops.sigmoid(z))


def mse(x, x_hat):
    """Squared error per pixel, over all pictures; what is drawn is clipped to [0, 1]."""
    return np.mean((x - x_hat.clip(0, 1)) ** 2)


# %% [markdown]
# The next cell trains both, and prints the loss, per picture, after each epoch (one pass over the training pictures).

# %% tags=["nbval-ignore-output"]
losses = {
    "linear, squared": squared_error,
    "logits, cross-entropy": cross_entropy,
}
outputs = {}
for name, loss in losses.items():
    print(name)
    keras.utils.set_random_seed(runtime.seed(3))
    encoder, decoder, autoencoder = dense_autoencoder(32, [512])  # the last, with logits, is kept
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
        "Three rows of ten digits: the test pictures, and their reconstructions by the two"
        " networks. All are readable; those of the linear output have grey smudges around the"
        " strokes."
    ),
)

# %%
linear_error, logits_error = mse_by_loss.values()
ratio = linear_error / logits_error
claim("linear output: squared error over that of logits", ratio, at_least=1.1)

# %% [markdown]
# Thirty-two numbers are enough to redraw a digit that the network has never seen. The linear output is behind, although squared error is what it was trained for:
# four pixels out of five are black. Behind a sigmoid, “black” is any large negative number; a linear output has to hit 0 in hundreds of pixels at once, and where it
# does not, you see smudges. Is it the sigmoid, then, or the cross-entropy? There is a third way, squared error behind a sigmoid. Five runs of each, which the course has kept (the last line is for section 5):

# %% tags=["nbval-ignore-output"]
for name, found in runtime.evidence("error").items():
    print(f"{name:24}{np.median(found):.5f}, from {min(found):.5f} to {max(found):.5f}")

# %% [markdown]
# On MNIST the sigmoid takes a quarter off the error; after two passes cross-entropy takes off another 4 % at the median, and its worst run beats the sigmoid's best. From here on we use logits with cross-entropy. (A *perfect* copy still costs about 46 nats, the entropy of its grey pixels; the network costs some 20 more.)


# %%
def reconstruct(x):
    """What the autoencoder makes of pictures (n, 784)."""
    return sigmoid(autoencoder.predict(x, batch_size=1000, verbose=0))


x_hat = reconstruct(x_test)

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
# Leave out everything that bends: $h = (x - \mu)\,W_1$, $\hat x = h\,W_2 + \mu$, with $\mu$ the mean picture. The
# classical competitor: **principal component analysis** (PCA) finds the directions along which the data vary most, the eigenvectors of their
# covariance matrix, and keeps the first $k$. Among all *linear* codes of size $k$, none has a smaller squared error on the data that it was fitted to.
#
# ### Exercise · reconstruct with PCA
# The components are the rows of a matrix, orthogonal and of length 1. A row's product with $x - \mu$ is one number of the code; the same rows, weighted with these
# numbers, draw the picture. In NumPy; an array like `x` comes back. Mind the mean.

# %%
pca_reconstruct = ex.pca_reconstruct.check(...)  # @exercise

# %% [markdown]
# Does a linear autoencoder find PCA's components? A toy first: 20 numbers that vary strongly along 3
# directions, and a little along all others. We compare the two *subspaces* by their **principal angles**, all 0 if they span the same
# space, and look at the weights themselves.

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
claim("largest cosine between two rows of the decoder", largest_cosine, at_least=0.1)
claim("least aligned row: cosine with its nearest eigenvector", nearest.min(), at_most=0.99)

# %% [markdown]
# The same *subspace*, to a fraction of a degree; but not the same *basis*: the decoder's rows are neither orthogonal nor
# eigenvectors. For any invertible $3 \times 3$ matrix $A$, the pair $W_1 A$ and $A^{-1} W_2$
# gives the same reconstruction, so nothing in the loss prefers PCA's axes: the code is not **identifiable**.
#
# Now on digits, 32 numbers: how close does gradient descent come to the linear optimum, and what do hidden ReLU layers add?

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
# Not clipped: among unclipped linear codes PCA is the best, on the data it was fitted to.
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
# The linear autoencoder arrives at PCA's error. The deep one, with the same 32 numbers, makes half of
# that error (on MNIST 0.0074 against 0.0152). The hidden ReLU layers alone take off a third, as section 3's linear output shows; the sigmoid does most of the rest.

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([x_test[:10], x_hat[:10], x_pca[:10]]).reshape(-1, 28, 28),
    columns=10,
    row_labels=["picture", "autoencoder", "PCA"],
    title="32 numbers: nonlinear and linear codes",
    says=(
        "Three rows of ten digits: the test pictures, the deep autoencoder's reconstructions, and"
        " PCA's. PCA's have grey ghosts around the strokes and in the background; the autoencoder's"
        " are clean."
    ),
)

# %% [markdown]
# ## 5 · Small codes, large codes
# A **deep** (*stacked*) autoencoder with a code of 150: 784, 300, 150, 300 and 784 units. And one with a code of 2 (and hidden layers of 256 and 64), which
# we will need for a map. At which of the code sizes 2, 32 and 150 will the network beat PCA by the largest factor? Does it always
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
    title=f"After {epochs} passes: networks ahead at 2 and 32 numbers, PCA at 150",
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
# At 32 numbers the network makes less than half of PCA's error, at 2 about four fifths. That fits the idea that digits lie near a curved surface of few dimensions (a **manifold**). At 150 numbers PCA finds the best linear code exactly, while the network,
# after two passes over the data, makes 1.7 times its error; longer training may change that. (The three differ in their
# hidden layers, too; a fair study would tune each.)
#
# ### Convolutions
# A dense layer does not know which pixels are neighbours. A **convolutional autoencoder** does: small kernels slide over the picture (stride 2 halves its sides), and on the way back `Conv2DTranspose` doubles them (chapter 08 explains how). The code is again 32 numbers. With a seventh of the weights and as many passes, will it do better or worse?


# %%
def convolutional_autoencoder(code_size):
    """From pictures (batch, 784) to logits (batch, 784), over maps of 14×14 and 7×7."""
    same = {"strides": 2, "padding": "same"}
    return keras.Sequential(
        [
            keras.Input((784,)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu", **same),  # (batch, 14, 14, 16)
            layers.Conv2D(32, 3, activation="relu", **same),  # (batch, 7, 7, 32)
            layers.Flatten(),
            layers.Dense(code_size),
            layers.Dense(7 * 7 * 32, "relu"),
            layers.Reshape((7, 7, 32)),
            layers.Conv2DTranspose(16, 4, activation="relu", **same),
            layers.Conv2DTranspose(1, 4, **same),  # (batch, 28, 28, 1)
            layers.Flatten(),
        ]
    )


# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(17))
convolutional = convolutional_autoencoder(32)
train(convolutional, cross_entropy, x_train, verbose=0)
x_conv = sigmoid(convolutional.predict(x_test, batch_size=1000, verbose=0))
counts = {"dense": autoencoder.count_params(), "convolutional": convolutional.count_params()}
for (name, count), images in zip(counts.items(), (x_hat, x_conv), strict=True):
    print(f"{name:14}{count:9,} parameters, squared error {mse(x_test, images):.4f}")

# %%
claim(
    "convolutional autoencoder: error over the dense one's",
    mse(x_test, x_conv) / mse(x_test, x_hat),
    at_least=0.7,
    at_most={"mnist": 1.25, "offline": 1.6},
)

# %% [markdown]
# On MNIST the two are level (section 3's runs, last line: 4 % more error at the median). The convolutional one has a seventh of the weights, most of them still in its two dense layers, but needs as many multiplications, since a kernel's weights are used at every place. On large photographs, dense layers alone would cost too much.
#
# ### How many bits are 32 numbers?
# The friend on the telephone gets rounded numbers: multiples of a step $\Delta$ (the code is **quantised**). To send them takes at most the entropy of each, added up (chapter 01): the larger $\Delta$, the fewer bits, and the worse the picture. Error against bits is this code's **rate–distortion curve**. PCA's numbers can be rounded, too. Which curve will lie lower?


# %%
def bits(values):
    """Entropy, in bits, of rounded numbers (n, k): each by itself, added up."""
    total = 0.0
    for column in values.T:
        p = np.unique(column, return_counts=True)[1] / len(column)
        total -= np.sum(p * np.log2(p))
    return total


def rate_distortion(code, decode, steps):
    """Bits of each picture and squared error per pixel, for codes rounded to these steps."""
    rounded = [np.round(code / step) * step for step in steps]
    return [bits(r) for r in rounded], [mse(x_test, decode(r)) for r in rounded]


# %%
code = encoder.predict(x_test, batch_size=1000, verbose=0)  # (n, 32)
code_bits, code_errors = rate_distortion(
    code,
    lambda h: sigmoid(decoder.predict(h, batch_size=1000, verbose=0)),
    code.std() * np.array([0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3]),
)
scores = pca.transform(x_test)  # (n, 150)
pca_bits, pca_distortion = rate_distortion(
    scores,
    pca.inverse_transform,
    scores[:, 0].std() * np.array([0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 1.6, 2.0]),
)
at_equal_bits = np.exp(  # PCA's error where it takes as many bits as the code, from its curve
    np.interp(np.log(code_bits), np.log(pca_bits[::-1]), np.log(pca_distortion[::-1]))
)
over_pca = code_errors / at_equal_bits

# %% tags=["nbval-ignore-output"]
fig, ax = plt.subplots()
ax.plot(pca_bits, pca_distortion, "s-", label="PCA, up to 150 numbers")
ax.plot(code_bits, code_errors, "o-", label="autoencoder, 32 numbers")
ax.set(xscale="log", yscale="log", xlabel="bits for a picture", ylabel="squared error per pixel")
for ticks, at in ((ax.xaxis, [20, 50, 100, 200, 500]), (ax.yaxis, [0.003, 0.01, 0.03])):
    ticks.set_major_locator(FixedLocator(at))
    ticks.set_major_formatter("{x:g}")
    ticks.set_minor_locator(NullLocator())
ax.set_title("PCA is better at few bits, the network in the middle")
ax.legend()
points = [f"{b:.0f} bits {e:.4f}" for b, e in zip(code_bits, code_errors, strict=True)]
plots.show(
    fig,
    "Squared error against bits, both on logarithmic axes, falling curves. Autoencoder:"
    f" {', '.join(points)}. PCA lies below it at few bits and above it in the middle; it goes on"
    " falling where the autoencoder's curve ends.",
)

# %%
claim(
    "code rounded to a quarter deviation: error over that of the code itself",
    code_errors[1] / mse(x_test, x_hat),
    at_most=1.25,
)
claim("bits for a picture, then", code_bits[1], at_least=90, at_most=180, unit="bits")
claim("PCA's curve reaches to fewer bits", min(pca_bits) < min(code_bits))
claim("code at half a deviation: error over PCA's at equal bits", over_pca[2], at_most=0.95)
claim("code at three deviations: error over PCA's at equal bits", over_pca[-1], at_least=1.05)

# %% [markdown]
# Rounded to a quarter of the standard deviation (one step for all 32) the numbers lose hardly anything, and take some 120 bits on MNIST: less than four each, fifteen bytes for a picture. There the network's curve lies below PCA's. Below 45 bits PCA is better; with many, PCA has 150 numbers to spend them on.
#
# ### Too wide a code
# A code narrower than its input (**undercomplete**) forces the network to find out what pictures have in common. And a code that is wider
# (**overcomplete**)? It could simply copy (learn the **identity function**). How to tell? Show it what is no digit. Here is one with 1,024 units, trained on digits like the other. Guess how both redraw digits that are flipped, or moved by five columns, or have their pixels shuffled (always in the same order), and noise; 1 means: as badly as if all were answered with their mean.

# %%
keras.utils.set_random_seed(runtime.seed(8))
wide = keras.Sequential([keras.Input((784,)), layers.Dense(1024, "relu"), layers.Dense(784)])
train(wide, cross_entropy, x_train, verbose=0)

rng = np.random.default_rng(runtime.seed(12))
strange = {
    "digits": x_test,
    "flipped": x_test.reshape(-1, 28, 28)[:, ::-1].reshape(-1, 784),
    "moved": np.roll(x_test.reshape(-1, 28, 28), 5, axis=2).reshape(-1, 784),
    "pixels shuffled": x_test[:, rng.permutation(784)],
    "noise": rng.random((1000, 784), dtype="float32"),
}
lost = {"code of 32": [], "1,024 units": []}  # share of the pixels' variance
for x in strange.values():
    variance = x.var(axis=0).mean()
    for name, model in zip(lost, (autoencoder, wide), strict=True):
        lost[name].append(mse(x, sigmoid(model.predict(x, batch_size=1000, verbose=0))) / variance)

# %% tags=["nbval-ignore-output"]
listed = [", ".join(f"{share:.2f}" for share in shares) for shares in lost.values()]
plots.grouped_bars(
    list(strange),
    lost,
    y_label="error over the pixels' variance",
    title="The wide one redraws flipped digits like digits; it is no identity",
    says=(
        f"Bars of the error over the variance for {', '.join(strange)}. Code of 32: {listed[0]};"
        f" 1,024 units: {listed[1]}."
    ),
)

# %%
digit, flipped, moved, _, noise = lost["1,024 units"]
claim("1,024 units: share of variance lost, flipped digits", flipped, at_most=0.08)
claim("1,024 units: share lost, moved digits over digits", moved / digit, at_least=3)
claim(
    "code of 32: share lost, flipped, over that of 1,024 units",
    lost["code of 32"][1] / flipped,
    at_least=2.2,
)
claim("1,024 units: share of variance lost, noise", noise, at_least=1)

# %% [markdown]
# On MNIST the wide one's error is 2.5 % of the variance on digits and 4 % on flipped ones. (The code of 32: 11 % and 24 %.) So a small error does not show that a picture is a digit. But the wide one is no identity either: on digits moved by five columns, where pixels are lit that hardly ever were in training, its error is ten times as large, and noise it draws worse than the mean would. To hold a wide code back, one adds a **regulariser** $R$ to the reconstruction cost $C$, or changes what goes in:
#
# $$ C(x, \hat x) + \lambda\,R. $$
#
# $\lambda$ (“lambda”) says how much it counts. Four ways follow: few active units (chapter 03), noise in the input or small derivatives (04), noise in the code (06).
#
# ## 6 · What the bottleneck throws away
# Most of a picture's noise has no place in 32 numbers. Does squeezing a noisy picture through
# the code clean it? We need a scale. The **peak signal-to-noise ratio** of a picture is
#
# $$ \mathrm{PSNR} = -10 \log_{10} \Bigl( \frac1D \sum_{d=1}^{D} (\hat x_d - x_d)^2 \Bigr) \quad\text{decibels (dB),} $$
#
# with $x$ the clean picture and 1 the peak value. 10 dB more is a tenth of the squared error, 3 dB half.
#
# ### Exercise · PSNR
# In NumPy, for many pictures at once: an array of one value for each comes back. Noisy pictures may reach outside $[0, 1]$; nothing is clipped. A perfect copy gets `inf`.

# %%
psnr = ex.psnr.check(...)  # @exercise

# %% [markdown]
# We add Gaussian noise of standard deviation $s$ to the test pictures; the network has seen clean ones only. At which of $s = 0.1$, $0.25$, $0.5$
# does the bottleneck help? Is it better at cleaning than PCA? (What leaves $[0, 1]$ is clipped before it is scored, in all three.)

# %%
levels = (0.1, 0.25, 0.5)
noisy, projected, cleaned, decibels = {}, {}, {}, {}
for s in levels:
    noisy[s] = data.add_gaussian(x_test, s, seed=runtime.seed(9))
    projected[s] = pca_reconstruct(noisy[s], pca.mean_, pca.components_[:32]).clip(0, 1)
    cleaned[s] = reconstruct(noisy[s])
    three = noisy[s].clip(0, 1), projected[s], cleaned[s]
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
    title="32 numbers stop most of the noise; too much of it misleads",
    says=(
        "Six rows of ten digits: with noise of deviation 0.25, after PCA, after the autoencoder;"
        " then the same with 0.5. PCA leaves grey clouds. The autoencoder draws crisp strokes, at"
        " 0.25 mostly the right ones, at 0.5 often broken or of another shape."
    ),
)

# %%
gain = {s: network - before for s, (before, _, network) in decibels.items()}
ahead = {s: network - by_pca for s, (_, by_pca, network) in decibels.items()}
claim(
    "noise 0.1: gain by the autoencoder", gain[0.1], at_most={"mnist": 0, "offline": 4}, unit="dB"
)
claim("noise 0.25: gain by the autoencoder", gain[0.25], at_least=2.5, unit="dB")
claim("noise 0.1: autoencoder minus PCA", ahead[0.1], at_least=1, unit="dB")
claim("noise 0.5: autoencoder minus PCA", ahead[0.5], at_most=0, unit="dB")

# %% [markdown]
# Even clean pictures come back with an error, the last line of the table. So at $s = 0.1$ both make the pictures *worse* on MNIST. At 0.25 the network gains several decibels, without ever having been asked to clean. With
# strong noise PCA, which can only project, gains *more*: the network breaks strokes, or draws crisp
# ones that were not there. Chapter 04 trains it to clean.
#
# ## 7 · What the code is good for
# ### A map
# With a code of 2 numbers every picture is a point in a plane, the **latent space**. The network has not seen a single label; we draw each point as its digit
# afterwards. Most points crowd in a corner, so the axes show *percentiles*: at 30, 30 % of the training pictures lie below (circles: each class's median). Then the other way: what does the decoder draw at each place?

# %% tags=["nbval-ignore-output"]
map_train, map_test = (encoder_2.predict(x, batch_size=1000, verbose=0) for x in (x_train, x_test))
ranks = np.empty_like(map_test)  # (n, 2) percentiles
for k in range(2):
    ranks[:, k] = 100 * np.searchsorted(np.sort(map_train[:, k]), map_test[:, k]) / len(map_train)
plots.latent_map(
    ranks[:3000],
    y_test[:3000],
    labels=("first number of the code, percentile", "second number, percentile"),
    title="Two numbers, no labels: a few digits lie apart, most overlap",
    says=(
        "A map of test pictures, each drawn as its digit at the percentiles of its two code"
        " numbers: patches of one digit, some of them by themselves, others overlapping."
    ),
)

# %% tags=["nbval-ignore-output"]
percentiles = np.percentile(map_train, np.arange(5, 100, 10), axis=0)  # (10, 2)
places = np.array([[u, v] for v in percentiles[::-1, 1] for u in percentiles[:, 0]])
plots.images(
    sigmoid(decoder_2.predict(places, verbose=0)).reshape(-1, 28, 28),
    columns=10,
    title="The same map, drawn by the decoder",
    says=(
        "A grid of ten by ten pictures, decoded at the percentiles 5 to 95 of the first number,"
        " from left to right, and of the second, from bottom to top. Digits change into one"
        " another; between them, and where no training picture lies, are shapes that are no digit."
    ),
)

# %% [markdown]
# In the printed run (MNIST) the ones have a corner to themselves and the zeros an edge; 4, 9 and 7 share a region, and so do 3, 5 and 8. On the decoder's map they change into one another, and where hardly a point lies, top left, it draws what is no digit. Nothing fills such gaps. That is what chapter 06 repairs.
#
# ### A walk
# Walk from the code of one picture to that of another in a straight line, and draw on the way (**latent interpolation**); below it, the cross-fade of the two pictures. What do you expect half way?

# %% tags=["nbval-ignore-output"]
t = np.linspace(0, 1, 9)[:, None]
walks, rows = [], []
for a, b in [(3, 5), (4, 9), (0, 1)]:
    i, j = np.flatnonzero(y_test == a)[0], np.flatnonzero(y_test == b)[1]
    walked = decoder.predict((1 - t) * code[i] + t * code[j], verbose=0)
    walks += [sigmoid(walked), (1 - t) * x_test[i] + t * x_test[j]]
    rows += [f"{a} to {b}, in code", "in pixels"]
plots.images(
    np.concatenate(walks).reshape(-1, 28, 28),
    columns=9,
    row_labels=rows,
    title="A walk in code is sharper than a cross-fade; half way need not be a digit",
    says=(
        "Six rows of nine pictures: from a 3 to a 5, a 4 to a 9 and a 0 to a 1, each once through"
        " the code and once through the pixels. Through the code strokes bend, break and fade;"
        " through the pixels two digits shine through each other."
    ),
)

# %%
i, j = np.random.default_rng(runtime.seed(18)).permutation(len(code))[:2000].reshape(2, -1)
half_way = {
    "redrawn": reconstruct(x_test[i]),
    "half way, code": sigmoid(decoder.predict((code[i] + code[j]) / 2, batch_size=1000, verbose=0)),
    "half way, pixels": (x_test[i] + x_test[j]) / 2,
}
classifier = scoring.frozen_classifier(digits.name)  # chapter 07 introduces it
sure = {}
for name, images in half_way.items():
    _, p = scoring.judge(classifier, images.reshape(-1, 28, 28, 1))  # (n, 10)
    sure[name] = np.mean(p.max(axis=1) >= 0.9)

# %%
claim("share of which the classifier is sure, redrawn", sure["redrawn"], at_least=0.8)
claim("the same, half way in code", sure["half way, code"], at_most={"mnist": 0.7, "offline": 0.85})
claim(
    "the same, half way in code minus half way in pixels",
    sure["half way, code"] - sure["half way, pixels"],
    at_least=-0.25,
    at_most=0.25,
)

# %% [markdown]
# In code strokes bend, break and fade; in pixels two digits shine through each other. Yet a classifier (chapter 07 introduces it) is *sure* (0.9 or more for one class) of 96 % of redrawn pictures and of 54 % half way, no more than of the cross-fades. Nothing in the loss has asked that places between codes mean something.
#
# ### Clusters
# Can we find the classes without labels? **k-means** puts ten centres into the code so that each picture is near one. We match clusters with
# classes on training pictures, as well as one can (the **Hungarian algorithm** does that), and count the errors on test pictures.
#
# ### A hundred labels
# Labels are expensive, pictures are cheap. So learn the code from all pictures, then train a linear classifier on it (a **linear probe**) with only ten labels a class: **semi-supervised learning**. (Its
# **L2** penalty is chosen by cross-validation, on those hundred.)
#
# We try both on pixels, PCA's 32 numbers and the code, with several starts and draws. Which has the smallest error?

# %%
code_train, code_test = (encoder.predict(x, batch_size=1000, verbose=0) for x in (x_train, x_test))
pca_train, pca_test = pca.transform(x_train)[:, :32], pca.transform(x_test)[:, :32]
features = {
    "pixels": (x_train, x_test),
    "PCA-32": (pca_train, pca_test),
    "code of 32": (code_train, code_test),
}


# %%
seeds = [runtime.seed(100 + draw) for draw in range(n_draws)]
cluster_error = {}
for name, (train_features, test_features) in features.items():
    cluster_error[name] = []
    for start in seeds:
        kmeans = KMeans(10, n_init=1, random_state=start).fit(train_features[:10_000])
        groups = kmeans.labels_, y_train[:10_000], kmeans.predict(test_features), y_test
        cluster_error[name].append(metrics.clustering_error(*groups))

# %%
label_error = {}
for name, (train_features, test_features) in features.items():
    accuracy = metrics.few_label_accuracy(
        train_features, y_train, test_features, y_test, labels=100, seeds=seeds, standardise=False
    )
    label_error[name] = 1 - accuracy  # (n_draws,)

# %% tags=["nbval-ignore-output"]
without = [np.mean(found) for found in cluster_error.values()]
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
for name, found in cluster_error.items():
    print(f"clusters, {name:10} error {min(found):.2f} to {max(found):.2f}, {n_draws} starts")
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
claim("clusters: least error of the three", min(without), at_least={"mnist": 0.4, "offline": 0.3})

# %% [markdown]
# Clusters in *any* of the three stand for the wrong class two times out of five or more, and vary from start to start by more than between the three. With a hundred labels the three are level to within a few percentage points: 32 numbers are
# as good as 784 pixels, but no better. Redrawn digits stay readable, so the classes are in the code; but nothing in the loss asks that they lie apart, for a straight line or for k-means, or fixes the scale of the code's axes.
#
# ## 8 · Things never seen
# A popular idea: a network that reconstructs digits well will fail on anything else, so its reconstruction error tells what is unfamiliar (**anomaly detection**, or out-of-distribution detection).
#
# ### Exercise · which error is lowest?
# The autoencoder has been trained on digits. On which of these is its squared error smallest, with MNIST?
# - `"a"`: an ordinary handwritten digit
# - `"b"`: the same digit, flipped top to bottom
# - `"c"`: random noise
# - `"d"`: a black picture with nothing on it

# %%
ex.lowest_error.check(...)  # @exercise

# %%
strange = {"black": np.zeros((1, 784), "float32"), **strange}
error_of = {}  # of each picture, (n,)
for name, x in strange.items():
    error_of[name] = np.mean((x - reconstruct(x)) ** 2, axis=1)

# %% tags=["nbval-ignore-output"]
mean_error = {name: error.mean() for name, error in error_of.items()}
listed = ", ".join(f"{name} {error:.2g}" for name, error in mean_error.items())
fig, ax = plt.subplots()
ax.plot(list(mean_error), list(mean_error.values()), "o")
for place, error in enumerate(mean_error.values()):
    ax.annotate(f"{error:.2g}", (place, error), (0, 7), textcoords="offset points", ha="center")
ax.set(yscale="log", ylabel="squared error per pixel", title="The black picture's error is least")
ax.margins(0.1, 0.15)
ax.grid(axis="x", visible=False)
plots.show(fig, f"Mean squared error as points, on a logarithmic axis: {listed}.")

# %% [markdown]
# The **AUC** (in full, area under the receiver operating characteristic, or ROC, curve) is the probability that a strange picture has a larger error than a familiar one: 0.5 for
# guessing, 1 for certainty.
#
# ### Exercise · AUC
# In NumPy: compare each strange error with each familiar one; equal ones count one half. One number comes back.

# %%
auc = ex.auc.check(...)  # @exercise

# %% [markdown]
# A harder test: a second network, trained on all digits *except ones*. Does it notice the ones? The first, which has seen them, is the control.

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(13))
*_, autoencoder_no_ones = dense_autoencoder(32, [512])
train(autoencoder_no_ones, cross_entropy, x_train[y_train != 1], verbose=0)
redrawn = sigmoid(autoencoder_no_ones.predict(x_test, batch_size=1000, verbose=0))
errors_of_both = {
    "never seen": np.mean((x_test - redrawn) ** 2, axis=1),
    "seen": error_of["digits"],
}
auc_ones = {
    name: auc(error[y_test == 1], error[y_test != 1]) for name, error in errors_of_both.items()
}
ink = np.mean(x_test**2, axis=1)
auc_over_ink = {
    name: auc((error / ink)[y_test == 1], (error / ink)[y_test != 1])
    for name, error in errors_of_both.items()
}
auc_sklearn = roc_auc_score(y_test == 1, errors_of_both["never seen"])
for name, found in runtime.evidence("ones' AUC").items():
    print(f"ones, {name}: AUC {min(found):.2f} to {max(found):.2f}")

# %%
claim(
    "AUC minus scikit-learn's", abs(auc_ones["never seen"] - auc_sklearn), at_most=1e-9, exact=True
)
ratio, familiar = mean_error["black"] / mean_error["digits"], error_of["digits"]
claim("black picture: error over that of a digit", ratio, at_most={"mnist": 0.1, "offline": 1})
for name in ("noise", "pixels shuffled"):
    claim(f"AUC, {name}", auc(error_of[name][:1000], familiar), at_least=0.99)
claim("AUC, flipped", auc(error_of["flipped"], familiar), at_least=0.7, at_most=0.92)
claim("AUC, ones, never seen", auc_ones["never seen"], at_most={"mnist": 0.48, "offline": 0.85})
claim("AUC, ones, seen", auc_ones["seen"], at_most={"mnist": 0.1, "offline": 0.45})
claim("the same, never seen, error over ink", auc_over_ink["never seen"], at_least=0.45)
claim("the same, seen, error over ink", auc_over_ink["seen"], at_most=0.45)
error_1, error_8 = familiar[y_test == 1].mean(), familiar[y_test == 8].mean()
claim("error of an 8 over error of a 1", error_8 / error_1, at_least={"mnist": 3, "offline": 1.3})

# %% [markdown]
# Noise and shuffled pixels are recognised without fail: AUC 1. Of pairs of a flipped digit and a digit, five in six are told apart (AUC 0.84 on MNIST; a flipped
# 0, 1, 3 or 8 looks like one that is not). With the ones it fails: never seen, they have AUC 0.24 to 0.32 (five runs), less than guessing; seen, the control, 0.04. A one has little ink, so little can go wrong. Divided by the mean squared pixel (the ink), the errors of unseen ones stand out a little (0.64). And an empty picture seems more familiar than any other set here.
#
# Reconstruction error measures how *hard to describe* a picture is with the parts the network has: an 8 has more
# to draw than a 1. The error speaks of $p(x|h)$, not of $p(x)$. Chapter 06 bounds $\ln p(x)$; but that, too, can be higher for what was never seen (Nalisnick et al.).
#
# ## 9 · What to take away
# | question | answer, on MNIST |
# | --- | --- |
# | which output and loss? | logits and cross-entropy (after two passes, even for the squared error) |
# | linear autoencoder? | PCA's error; on the toy, PCA's subspace in some basis |
# | deep network or PCA? | half the error at 32 numbers; more error at 150, after short training |
# | how many bits are 32 numbers? | some 120, to redraw nearly as well |
# | wide code without a regulariser? | redraws more than digits, but is no identity |
# | does the bottleneck clean? | not weak noise; moderate, yes; strong, less than PCA |
# | does it help a linear classifier with 100 labels? | level with pixels and PCA |
# | a small error means? | easy to describe, not: seen before |
#
# **Ask yourself.** (1) Why can a linear autoencoder's decoder rows be skewed and still give PCA's error? (2) A loss is summed over pixels and
# averaged over the batch. You double the batch, then the image's width and height. What happens to the loss? (3) Your autoencoder with 1,000 code units
# reconstructs perfectly. What do you test next? (4) When would you rather use PCA?
#
# <details><summary>Answers</summary>
#
# (1) Any invertible mix of the code can be undone by the decoder. (2) Nothing; four times as large, about. (3) Pictures of another kind: flipped, moved, noise. (4) Large codes, little time, strong noise.
#
# </details>
#
# **Today** *masked autoencoders* (He et al.) draw three quarters of a photograph's patches from the rest, and so learn features for recognition. *Latent diffusion* (Rombach et al.) generates codes of an autoencoder, whose decoder draws the picture.
#
# **If you read the sources** (chapter 00 says who they are), mind their slips: the [appendix](99_corrections_to_the_sources.ipynb) has those of this chapter in rows 1 to 3, 15, 21, 31, 32, 34, 35 and 51 to 53.
#
# **Use and misuse.** Autoencoders are used as detectors of the unusual, in factories and in medicine (Gong et al. on why that can fail). You have
# seen one that finds an empty picture normal, and a class that it has never met more than normal. Measure on the
# strange things that matter.

# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Crowley, *Generative Networks and the AutoEncoder*, sections 1 and 2; Wollongong, slides; Laurent, slides; Canziani, notes. Papers: K. He et al., *Masked Autoencoders Are Scalable Vision Learners*, 2022; R. Rombach et al., *High-Resolution Image Synthesis with Latent Diffusion Models*, 2022; E. Nalisnick et al., *Do Deep Generative Models Know What They Don't Know?*, 2019; D. Gong et
# al., *Memorizing Normality to Detect Anomaly*, 2019.
#
# **Next**: [03, sparse autoencoders](03_sparse_autoencoders.ipynb): a wide code of which little is used at a time.
