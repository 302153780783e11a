# %% [markdown]
# # 02 · Autoencoders: a picture in 32 numbers
#
# **You need** [chapter 01](01_information_theory.ipynb) (cross-entropy, logits), matrix products, and a Keras `fit`. **It runs in**
# {{minutes}} on two CPU cores; with the exercises, allow an evening.
#
# Chapter 01 ended with a puzzle: all pixels of a digit together “tell” fifty bits about a class that has 3.3, because neighbours repeat
# each other. So a picture of 784 pixels must be describable in far fewer numbers. How many would you need, to let a friend redraw
# it?
#
# An **autoencoder** finds out. It is two networks in a row: one squeezes the picture into a few numbers, the other draws the picture
# again from these numbers alone. Nobody tells it what the numbers should mean; the picture is its own label. This chapter builds
# one, compares it with the best that straight lines can do, and asks what the numbers are good for: cleaning, sorting,
# recognising, and noticing the unfamiliar. Some answers will disappoint, and those are worth the most.
#
# When you are through, you can
# - say what discriminative and generative networks model, and go from one to the other with Bayes's rule;
# - write an autoencoder's forward pass and loss, and state the axis of every sum;
# - explain what a linear autoencoder has to do with PCA, and when a deep one is better, and when it is not;
# - measure what a code keeps and loses, in squared error and in decibels;
# - say why a small reconstruction error does not mean “I have seen this before”.

# %% tags=["nbval-ignore-output"]
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
from keras import layers

digits = data.load_digits()

# %%
n = budget(smoke=2_000, quick=60_000, full=60_000)  # at most so many training pictures
epochs = budget(smoke=1, quick={"mnist": 3, "offline": 10}[digits.name], full=30)  # passes over the training images
draws = budget(smoke=1, quick=5, full=20)  # repetitions of the experiment with 100 labels
noise_images = budget(smoke=2_000, quick=20_000, full=20_000)  # for the experiment with noise

x_train, y_train = digits.x_train[:n].reshape(-1, 784), digits.y_train[:n]  # (n, 784): a row a picture; (n,)
x_test, y_test = digits.x_test.reshape(-1, 784), digits.y_test

# %% [markdown]
# ## 1 · Recognising and drawing
# A classifier answers “which class $y$ is this picture $x$?” It models $p(y|x)$, and is called **discriminative**. A network that draws
# pictures of a given class answers the question the other way round. It models $p(x|y)$, and is called **generative**. Both are halves of one
# table, the joint probability, and Bayes's rule leads from one to the other:
#
# $$ p(x, y) = p(x|y)\,p(y) = p(y|x)\,p(x), \qquad p(y|x) = \frac{p(x|y)\,p(y)}{p(x)}, \qquad p(x) = \sum_y p(x|y)\,p(y). $$
#
# Take the smallest picture there is, a single pixel: $x$ says whether the pixel in the centre is dark or lit. Ten classes, two values. We
# count how often it is lit in each class, $p(x|y)$, and ask: it *is* lit; which digit?

# %% [markdown]
# ### Exercise · posterior
# $p(y|x)$ is called the **posterior**, what to believe about $y$ once $x$ is known; $p(y)$ is the **prior**, what to believe before.


# %%
def posterior(likelihood, prior):
    """p(y|x), shape (K, N), from likelihood[y, x] = p(x|y), shape (K, N), and prior p(y), shape (K,)."""
    ...  # your code here


posterior = ex.posterior.check(posterior)

# %%
lit = x_train[:, 13 * 28 + 14] > 0.5  # (n,) is the central pixel lit?
prior = np.bincount(y_train) / len(y_train)  # (10,) p(y)
p_lit = np.array([lit[y_train == c].mean() for c in range(10)])  # (10,)
believed = posterior(np.stack([1 - p_lit, p_lit], axis=1), prior)  # (10, 2)
counted = np.bincount(y_train[lit], minlength=10) / lit.sum()  # (10,) among the pictures where it is lit
claim("largest gap between Bayes and counting", np.abs(believed[:, 1] - counted).max(), at_most=1e-9, exact=True)

# %% tags=["nbval-ignore-output"]
plots.bars(
    range(10),
    believed[:, 1],
    x_label="digit",
    y_label="p(digit | lit)",
    title=f"The central pixel is lit: probably a {believed[:, 1].argmax()}",
    says=f"Bars of the probability of each digit, given that the central pixel is lit. The digit {believed[:, 1].argmax()} is the most "
    f"probable, at {believed[:, 1].max():.2f}; some are nearly ruled out.",
    fmt="%.2f",
)

# %% [markdown]
# Bayes's rule gives what counting gives, without looking at the pictures again. With 784 pixels nobody can fill the table: even in
# black and white it would have $2^{784}$ columns. That is the work of networks. So let one draw: from a class, given as ten numbers of which one is 1 and the
# others 0 (**one-hot**), to 784 pixels, trained to come close to all pictures of that class.
#
# ### Think · what does it draw?
# It is trained with squared error on all training pictures. Asked for a 4, what will it draw?
# - `"a"`: one particular 4 of the training set
# - `"b"`: the average of all 4s
# - `"c"`: the average of all digits

# %%
answer = ...
ex.what_is_drawn.check(answer)

# %%
keras.utils.set_random_seed(runtime.seed(1))
one_hot = keras.utils.to_categorical(y_train, 10)  # (n, 10)
drawer = keras.Sequential([keras.Input((10,)), layers.Dense(784, use_bias=False, kernel_initializer="zeros")])
steps = 2 * len(x_train) // 200
drawer.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.05, steps)), loss="mse")
drawer.fit(one_hot, x_train, batch_size=200, epochs=2, verbose=0)
drawn = drawer.predict(np.eye(10), verbose=0)  # (10, 784)
class_means = np.stack([x_train[y_train == c].mean(axis=0) for c in range(10)])

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([drawn, class_means]).reshape(-1, 28, 28),
    columns=10,
    row_labels=["network", "average"],
    title="Told only the class, a network draws the class's average",
    says="Two rows of ten blurred digits, 0 to 9: what the network draws for each class, and the average of that class. The rows look "
    "the same.",
)

# %%
claim("largest difference from the class average", np.abs(drawn - class_means).max(), at_most=0.06, unit="grey levels of 1")

# %% [markdown]
# The rows are the same. A label is too little: it says *that* it is a 4, not *which*. To redraw a certain picture the network needs to be told
# what distinguishes it: slant, width, where the strokes meet. It needs a **code**.

# %% [markdown]
# ## 2 · Encoder and decoder
# Two networks in a row. The **encoder** $f$ makes a code $h = f(x)$ of $N$ numbers from a picture of $D$ pixels; the **decoder** $g$ makes
# $\hat x = g(h)$ from the code. In the simplest autoencoder each is one layer with a **sigmoid** $\sigma(z) = 1/(1 + e^{-z})$:
#
# $$ h_{mn} = \sigma\Bigl(\sum_{d=1}^{D} x_{md}\,W^{(1)}_{dn} + b^{(1)}_n\Bigr), \qquad
#    \hat x_{md} = \sigma\Bigl(\sum_{n=1}^{N} h_{mn}\,W^{(2)}_{nd} + b^{(2)}_d\Bigr). $$
#
# $m$ counts the samples of a batch, $d$ the pixels, $n$ the units of the code. The first sum runs over pixels, the second over code units.
# Let us do it by hand for $D = 5$ and $N = 3$.

# %% [markdown]
# ### Exercise · how many parameters?
# Every unit has one weight for each of its inputs, and a bias. Return two numbers, for layer 1 and layer 2.


# %%
def count_parameters(D, N):
    """Parameters of layer 1 (D inputs, N units) and of layer 2 (N inputs, D units), with biases."""
    ...  # your code here


count_parameters = ex.count_parameters.check(count_parameters)


# %% [markdown]
# ### Exercise · the forward pass
# In NumPy, for a whole batch at once.


# %%
def autoencode(x, W1, b1, W2, b2):
    """Reconstruction of x (M, D) by a two-layer sigmoid autoencoder: W1 (D, N), b1 (N,), W2 (N, D), b2 (D,)."""
    ...  # your code here


autoencode = ex.autoencode.check(autoencode)

# %% [markdown]
# The same in Keras, and a comparison. `Dense` keeps its weights in the same layout, inputs × units.

# %%
keras.utils.set_random_seed(runtime.seed(2))
tiny = keras.Sequential([keras.Input((5,)), layers.Dense(3, "sigmoid", name="code"), layers.Dense(5, "sigmoid", name="picture")])
x = np.random.default_rng(runtime.seed(2)).random((4, 5), dtype="float32")  # (M, D) = (4, 5)
W1, b1, W2, b2 = tiny.get_weights()
difference = np.abs(autoencode(x, W1, b1, W2, b2) - tiny.predict(x, verbose=0)).max()
claim("largest difference from Keras", difference, at_most=1e-6, exact=True)
agree = count_parameters(5, 3) == tuple(layer.count_params() for layer in tiny.layers)
claim("18 and 20 parameters, as Keras counts", agree and sum(count_parameters(5, 3)) == 38, exact=True)

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
#   $-\sum_d [x_d \ln \hat x_d + (1 - x_d) \ln(1 - \hat x_d)]$. Grey levels count as being partly lit.
#
# Both are sums over the pixels $d$ of one picture. A training loss averages them over the $M$ samples of a batch:
#
# $$ C = \frac1M \sum_{m=1}^{M} \sum_{d=1}^{D} (x_{md} - \hat x_{md})^2. $$
#
# Why care about sum or mean? The *average over samples* makes the loss independent of the batch size. The *sum over pixels* or the mean over pixels differ by a factor of 784. Alone, that only changes the step size. Beside a
# penalty, as in the next chapters, it changes the penalty's weight by 784.

# %% [markdown]
# ### Exercise · squared error
# With `keras.ops`, so that it can train a network, and it will: the next cell hands it to `compile`.


# %%
def squared_error(x, x_hat):
    """Squared error of reconstructions (batch, pixels): summed over the pixels, averaged over the batch."""
    ...  # your code here


squared_error = ex.squared_error.check(squared_error)

# %% [markdown]
# Now the same network twice: 784 pixels, 512 units, a code of 32, and back. No squashing at the code, which may take any value. Once
# with your squared error, once with cross-entropy from logits. Which one will have the smaller *squared error* on the test pictures?
# Surely the one that was trained for it?


# %%
def dense_autoencoder(code_size, units, activation="relu"):
    """Encoder, decoder, and both in a row; `units` are the hidden layers' sizes on the way to the code."""
    picture = h = keras.Input((784,))
    for n in units:
        h = layers.Dense(n, activation)(h)
    encoder = keras.Model(picture, layers.Dense(code_size)(h))
    code = h = keras.Input((code_size,))
    for n in reversed(units):
        h = layers.Dense(n, activation)(h)
    decoder = keras.Model(code, layers.Dense(784)(h))  # any real number: logits, or grey levels
    return encoder, decoder, keras.Model(picture, decoder(encoder(picture)))


def train(model, loss, x, epochs, batch_size=128, rate=2e-3):
    """Fit a model to reproduce x, with a learning rate that falls to 0."""
    steps = epochs * -(-len(x) // batch_size)
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps)), loss)
    return model.fit(x, x, batch_size=batch_size, epochs=epochs, verbose=2)


cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(3))
*_, squared = dense_autoencoder(32, [512])
train(squared, squared_error, x_train, epochs)
x_squared = squared.predict(x_test, batch_size=1000, verbose=0)  # (n, 784)

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(3))
encoder, decoder, autoencoder = dense_autoencoder(32, [512])
train(autoencoder, cross_entropy, x_train, epochs)


def reconstruct(x):
    """What the autoencoder trained with cross-entropy makes of pictures (n, 784)."""
    return keras.ops.convert_to_numpy(keras.ops.sigmoid(autoencoder.predict(x, batch_size=1000, verbose=0)))


x_hat = reconstruct(x_test)

# %%
mse = lambda x, x_hat: np.mean((x - x_hat.clip(0, 1)) ** 2)  # over pictures and pixels, outputs clipped to [0, 1]
mse_squared, mse_cross = mse(x_test, x_squared), mse(x_test, x_hat)
claim("squared error a pixel, trained with cross-entropy", mse_cross, at_most={"mnist": 0.0085, "offline": 0.0045})
claim("trained with squared error, the error is larger by a factor of", mse_squared / mse_cross, at_least=1.1)

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([x_test[:10], x_hat[:10], x_squared[:10]]).reshape(-1, 28, 28),
    columns=10,
    row_labels=["picture", "cross-entropy", "squared error"],
    title="784 pixels through 32 numbers and back",
    says="Three rows of ten digits: the test pictures, their reconstructions by the network trained with cross-entropy, and those by the "
    "one trained with squared error. All are readable; the third row has grey smudges around the strokes.",
)

# %% [markdown]
# Thirty-two numbers are enough to redraw a digit that the network has never seen. And the surprise: trained with cross-entropy it has the
# smaller *squared error* (on MNIST 0.0070 against 0.0093 a pixel). It is the output, not the target, that makes the difference. Four pixels out of five are
# black. Behind a sigmoid, “black” is any large negative logit; a linear output has to hit 0 exactly in hundreds of pixels at once,
# and where it does not, you see the smudges. From here on we train with cross-entropy from logits.
#
# One warning about its value. A *perfect* copy does not have a loss of 0, since a grey pixel is a coin of its own. The least possible is
# the entropy of these coins:

# %%
p = x_test.clip(1e-7, 1 - 1e-7).astype("float64")
floor = -np.sum(p * np.log(p) + (1 - p) * np.log(1 - p), axis=1).mean()  # sum over pixels, mean over pictures
claim("cross-entropy of a perfect copy", floor, at_least=45, at_most=52, unit="nats a picture")

# %% [markdown]
# ## 4 · A linear autoencoder is PCA, almost
# Take away the sigmoids and the hidden layers: $h = (x - \mu)\,W_1$, $\hat x = h\,W_2 + \mu$, with $\mu$ the mean picture. With squared error this has a
# classical competitor. **Principal component analysis** (PCA) finds the directions along which the data vary most, the eigenvectors of their
# covariance matrix, and keeps the first $k$. Among all *linear* codes of size $k$, none has a smaller squared error.

# %% [markdown]
# ### Exercise · reconstruct with PCA
# The components are the rows of a matrix, orthogonal and of length 1. Mind the mean.


# %%
def pca_reconstruct(x, mean, components):
    """Reconstruct x (n, D) from its k principal components: mean (D,), components (k, D) with orthonormal rows."""
    ...  # your code here


pca_reconstruct = ex.pca_reconstruct.check(pca_reconstruct)

# %% [markdown]
# So does a linear autoencoder find PCA's components? A toy first, where the answer is known: 20 numbers that vary strongly along 3
# directions, and a little along all others. We compare the two *subspaces* by their **principal angles**: all 0 if the two span the same
# space. And we look at the weights themselves.

# %%
rng = np.random.default_rng(runtime.seed(4))
directions = np.linalg.qr(rng.normal(size=(20, 3)))[0].T  # (3, 20) orthonormal rows
toy = (rng.normal(size=(5000, 3)) * [3.0, 2.0, 1.5]) @ directions + 0.1 * rng.normal(size=(5000, 20))
toy = (toy - toy.mean(axis=0)).astype("float32")

keras.utils.set_random_seed(runtime.seed(4))
linear = keras.Sequential([keras.Input((20,)), layers.Dense(3, use_bias=False), layers.Dense(20, use_bias=False)])
linear.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.02, 1000)), loss="mse")
linear.fit(toy, toy, batch_size=100, epochs=20, verbose=0)

toy_pca = PCA(3).fit(toy)
W2 = linear.get_weights()[1]  # (3, 20) the decoder's rows span its subspace
angles = np.degrees(subspace_angles(W2.T, toy_pca.components_.T))  # (3,)
unit_rows = W2 / np.linalg.norm(W2, axis=1, keepdims=True)
gram = unit_rows @ unit_rows.T  # (3, 3) cosines between the decoder's rows
claim("largest principal angle between autoencoder and PCA", angles.max(), at_most=1.0, unit="degrees")
claim("largest cosine between two rows of the decoder", np.abs(gram - np.eye(3)).max(), at_least=0.02)
alignment = np.abs(unit_rows @ toy_pca.components_.T)  # (3, 3) cosines with the eigenvectors
claim("least aligned row: cosine with its nearest eigenvector", alignment.max(axis=1).min(), at_most=0.99)

# %% [markdown]
# The same *subspace*, to a fraction of a degree; but not the same *basis*. The decoder's rows are neither orthogonal to each other nor
# eigenvectors. Why should they be? For any invertible $3 \times 3$ matrix $A$, the pair $W_1 A$ and $A^{-1} W_2$
# gives the same reconstruction, so nothing in the loss prefers PCA's axes.
#
# Now on digits, 32 numbers: how close does gradient descent come to the linear optimum, and what does depth add?

# %% tags=["nbval-ignore-output"]
mean = x_train.mean(axis=0)
pca = PCA(150, svd_solver="covariance_eigh").fit(x_train)
x_pca = pca_reconstruct(x_test, pca.mean_, pca.components_[:32])

keras.utils.set_random_seed(runtime.seed(5))
linear = keras.Sequential([keras.Input((784,)), layers.Dense(32, use_bias=False), layers.Dense(784, use_bias=False)])
train(linear, "mse", x_train - mean, epochs)
x_linear = linear.predict(x_test - mean, batch_size=1000, verbose=0) + mean

# %%
pca_error = np.mean((x_test - x_pca) ** 2)  # not clipped: the optimum is one among unclipped linear codes
claim("error of the linear autoencoder over PCA's", np.mean((x_test - x_linear) ** 2) / pca_error, at_least=0.99, at_most=1.01)
claim("error of PCA-32, clipped", mse(x_test, x_pca), at_least=0.006, at_most={"mnist": 0.0153, "offline": 0.007})
claim("error of the deep autoencoder over PCA's, 32 numbers", mse_cross / mse(x_test, x_pca), at_most={"mnist": 0.6, "offline": 0.7})

# %% [markdown]
# The linear autoencoder arrives at PCA's error to within a fraction of a percent. The deep one, with the same 32 numbers, makes half of
# that error (on MNIST 0.0070 against 0.0152). PCA is the best among *linear* codes, and no further.

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([x_test[:10], x_hat[:10], x_pca[:10]]).reshape(-1, 28, 28),
    columns=10,
    row_labels=["picture", "autoencoder", "PCA"],
    title="32 numbers, bent or straight",
    says="Three rows of ten digits: the test pictures, the deep autoencoder's reconstructions, and PCA's. PCA's have grey ghosts around the "
    "strokes and in the background; the autoencoder's are clean.",
)

# %% [markdown]
# ## 5 · Small codes, large codes
# A deeper classic: layers of 784, 300, 150, 300 and 784 units, a **stacked** autoencoder with a code of 150. And one with a code of 2, which
# we will need for a map. Before you run the cells: at which of the code sizes 2, 32 and 150 does the network beat PCA by most? Does it
# always win?

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(6))
*_, stacked = dense_autoencoder(150, [300])
train(stacked, cross_entropy, x_train, epochs)
x_stacked = keras.ops.convert_to_numpy(keras.ops.sigmoid(stacked.predict(x_test, batch_size=1000, verbose=0)))

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(7))
encoder_2, decoder_2, autoencoder_2 = dense_autoencoder(2, [512, 128])
train(autoencoder_2, cross_entropy, x_train, epochs)
x_map = keras.ops.convert_to_numpy(keras.ops.sigmoid(autoencoder_2.predict(x_test, batch_size=1000, verbose=0)))

# %% tags=["nbval-ignore-output"]
sizes = np.array([1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 120, 150])
pca_errors = [mse(x_test, pca_reconstruct(x_test, pca.mean_, pca.components_[:k])) for k in sizes]
errors = {2: mse(x_test, x_map), 32: mse_cross, 150: mse(x_test, x_stacked)}
plots.curves(
    sizes,
    {"PCA": pca_errors},
    x_label="numbers in the code",
    y_label="squared error a pixel",
    title="Networks win where the code is small, PCA where it is large",
    says="Squared error against code size on logarithmic axes. PCA falls steadily. The autoencoders with 2 and 32 numbers lie below PCA's "
    "curve, the one with 150 lies above it.",
    marks={f"network, {k}": (k, error) for k, error in errors.items()},
    xscale="log",
    yscale="log",
)

# %%
claim("2 numbers: error over PCA's", errors[2] / pca_errors[1], at_most={"mnist": 0.85, "offline": 0.95})
claim("150 numbers: error over PCA's", errors[150] / pca_errors[-1], at_least=1.0)

# %% [markdown]
# The network wins by far where the code is tight: digits lie on a curved surface of few dimensions, and curves describe it better than planes.
# At 150 numbers there is room for almost everything, a plane is good enough, and PCA finds the best plane exactly, while our network has been trained for
# a minute. “Deep” is not a synonym for “better”; ask at which code size, and after how much training.
#
# What does a code look like? Is it **sparse**, mostly zeros? Is it one-hot, one unit for each kind of picture? Look at one.

# %% tags=["nbval-ignore-output"]
code = encoder.predict(x_test, batch_size=1000, verbose=0)  # (n, 32)
print(f"the code of the first test picture, a {y_test[0]}:\n{np.round(code[0], 1)}")

# %%
claim("share of code values that are not near 0", np.mean(np.abs(code) > 0.01 * code.std()), at_least=0.95)

# %% [markdown]
# Real numbers, nearly all of them far from 0: small and *dense*. Chapter 03 makes codes that are wide and sparse.
#
# ### Too wide a code learns nothing
# A code narrower than its input (**undercomplete**) forces the network to find out what pictures have in common. And a code that is wider
# (**overcomplete**)? It can simply copy. To see that it has then learned nothing about the data, feed it data about which there is nothing to learn:
# noise, 64 independent numbers each.

# %%
rng = np.random.default_rng(runtime.seed(8))
static, new_static = rng.random((noise_images, 64), dtype="float32"), rng.random((1000, 64), dtype="float32")
copied = {}
for size in (16, 256):
    keras.utils.set_random_seed(runtime.seed(8))
    copier = keras.Sequential([keras.Input((64,)), layers.Dense(size, "relu"), layers.Dense(64)])
    copier.compile(keras.optimizers.Adam(2e-3), loss="mse")
    copier.fit(static, static, batch_size=100, epochs=5, verbose=0)
    copied[size] = np.mean((copier.predict(new_static, verbose=0) - new_static) ** 2) / new_static.var()
claim("code of 16: share of the noise's variance that is lost", copied[16], at_least=0.7, at_most=1.0)
claim("code of 256: share of the noise's variance that is lost", copied[256], at_most=0.05)

# %% [markdown]
# The narrow one fails, as it should: 16 numbers cannot hold 64 independent ones. The wide one copies noise that it has never seen, almost
# without loss. A perfect reconstruction can mean that a network understood everything, or nothing. So a wide code needs something else to hold it
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


# %%
def psnr(x_hat, x):
    """Peak signal-to-noise ratio, in dB, of each image: x_hat and x have shape (n, pixels), peak 1."""
    ...  # your code here


psnr = ex.psnr.check(psnr)

# %% [markdown]
# We add Gaussian noise of deviation $s$ to the test pictures. The network has seen clean pictures only. Guess: at which of $s = 0.1$, $0.25$, $0.5$
# does the bottleneck help? Is it better at cleaning than PCA?

# %%
levels = (0.1, 0.25, 0.5)
noisy = {s: data.add_gaussian(x_test, s, seed=runtime.seed(9)) for s in levels}
cleaned = {s: reconstruct(noisy[s]) for s in levels}
projected = {s: pca_reconstruct(noisy[s], pca.mean_, pca.components_[:32]).clip(0, 1) for s in levels}
decibels = {s: [psnr(images[s], x_test).mean() for images in (noisy, projected, cleaned)] for s in levels}  # noisy, PCA, network

# %% tags=["nbval-ignore-output"]
print("noise   noisy   PCA-32  autoencoder")
for s, values in decibels.items():
    print(f"{s:<7} " + "  ".join(f"{value:4.1f} dB" for value in values))
plots.images(
    np.concatenate([noisy[0.25][:10], projected[0.25][:10], cleaned[0.25][:10]]).reshape(-1, 28, 28),
    columns=10,
    row_labels=["noisy", "PCA", "autoencoder"],
    title="Noise does not fit through 32 numbers",
    says="Three rows of ten digits: with noise of deviation 0.25, after PCA, and after the autoencoder. PCA leaves grey clouds; the "
    "autoencoder draws clean strokes, some of them of the wrong shape.",
)

# %%
claim("noise 0.25: gain by the autoencoder", decibels[0.25][2] - decibels[0.25][0], at_least=5, unit="dB")
claim("noise 0.1: autoencoder minus PCA", decibels[0.1][2] - decibels[0.1][1], at_least=1, unit="dB")
claim("noise 0.5: autoencoder minus PCA", decibels[0.5][2] - decibels[0.5][1], at_most=0, unit="dB")

# %% [markdown]
# At moderate noise the bottleneck cleans by several decibels without ever having been asked to. With strong noise something turns over: PCA, which
# can only project, comes out *ahead* of the network. Far from anything it was trained on, the network confidently draws a digit that was not there. An average
# smudge would have been the smaller error. It has learned to redraw, not to clean; chapter 04 trains it to clean.

# %% [markdown]
# ## 7 · What the code is good for
# ### A map
# With a code of 2 numbers every picture is a point in a plane. The network has not seen a single label; we only colour the points by class
# afterwards.

# %% tags=["nbval-ignore-output"]
map_train, map_test = (encoder_2.predict(x, batch_size=1000, verbose=0) for x in (x_train, x_test))
plots.latent_map(
    map_test[:3000],
    y_test[:3000],
    title="Two numbers, no labels: the digits sort themselves, roughly",
    says="A scatter of test pictures by their two code numbers, coloured by class: patches of one colour, some of them far from the rest, "
    "others overlapping.",
)

# %% [markdown]
# Some digits have a region to themselves, others overlap (are they also hard to tell apart when badly written?). Mind also what is *not* there: nothing
# keeps the points near the middle (look at the numbers on the axes), or fills the gaps. Draw a random point in this plane and you will often land in no man's land. That is what chapter 06
# repairs.
#
# ### Clusters
# Can we find the classes without labels? **k-means** puts ten centres into the code so that each picture is near one. We match clusters with
# classes on training pictures, as well as one can, and count the errors on test pictures. Guess the order: pixels, PCA, code.

# %%
code_train, code_test = (encoder.predict(x, batch_size=1000, verbose=0) for x in (x_train, x_test))
pca_train, pca_test = pca.transform(x_train)[:, :32], pca.transform(x_test)[:, :32]
features = {"pixels": (x_train, x_test), "PCA-32": (pca_train, pca_test), "code of 32": (code_train, code_test), "code of 2": (map_train, map_test)}

clustering = {}
for name, (train_features, test_features) in features.items():
    kmeans = KMeans(10, n_init=2, random_state=runtime.seed(10)).fit(train_features[:10_000])
    groups, test_groups = kmeans.labels_, kmeans.predict(test_features)
    clustering[name] = metrics.clustering_error(groups, y_train[:10_000], test_groups, y_test)

# %% [markdown]
# ### A hundred labels
# Labels are expensive, pictures are cheap. So: learn the code from all pictures, then train a linear classifier on it with only ten labels a class. Its
# penalty is chosen by cross-validation, on those hundred. The opponents get the same hundred pictures.

# %%
few = {
    name: metrics.few_label_errors(a, y_train, b, y_test, labels=100, draws=draws, seed=runtime.seed(11))
    for name, (a, b) in features.items()
    if name != "code of 2"
}

# %% tags=["nbval-ignore-output"]
plots.grouped_bars(
    list(few),
    {"clusters, no labels": [clustering[name] for name in few], "100 labels": [few[name].mean() for name in few]},
    y_label="error on test pictures",
    title="Codes that redraw well do not sort much better than pixels",
    says="Errors as bars for pixels, PCA and the code of 32. Clustering without labels: "
    + ", ".join(f"{clustering[name]:.0%}" for name in few)
    + ". With 100 labels: "
    + ", ".join(f"{few[name].mean():.0%}" for name in few)
    + ".",
)

# %%
advantage = few["pixels"] - few["code of 32"]  # (draws,) the same pictures, so differences in pairs
claim("100 labels: error on the code", few["code of 32"].mean(), at_most=0.4)
claim("100 labels: error on pixels minus error on the code", advantage.mean(), at_least=-0.12, at_most=0.12)
claim("clusters in the code: error", clustering["code of 32"], at_least=0.2, at_most=0.6)

# %% [markdown]
# Sobering. The code keeps what is needed to *redraw* a picture, slant and pen width included, and that is not the same as what is needed to
# *name* it. On a hundred labels, 32 numbers of the code are about as good as 784 pixels: no worse, at a 25th of the size, but no
# miracle. Whoever promises that features for classification fall out of reconstruction should be asked for this table. (Chapter 03 asks sparse codes.)

# %% [markdown]
# ## 8 · Things never seen
# Here is a popular idea: a network that reconstructs digits well will fail on anything else, so its reconstruction error tells us what is unfamiliar.
#
# ### Think · which error is lowest?
# The autoencoder has been trained on digits. On which of these is its squared error smallest, with MNIST?
# - `"a"`: an ordinary handwritten digit
# - `"b"`: the same digit upside down
# - `"c"`: random noise
# - `"d"`: a black picture with nothing on it

# %%
answer = ...
ex.lowest_error.check(answer)

# %%
rng = np.random.default_rng(runtime.seed(12))
strange = {
    "black": np.zeros((1, 784), "float32"),
    "digits": x_test,
    "upside down": x_test.reshape(-1, 28, 28)[:, ::-1].reshape(-1, 784),
    "pixels shuffled": x_test[:, rng.permutation(784)],
    "noise": rng.random((1000, 784), dtype="float32"),
}
error_of = {name: np.mean((x - reconstruct(x)) ** 2, axis=1) for name, x in strange.items()}  # (n,) each

# %% tags=["nbval-ignore-output"]
plots.bars(
    error_of.keys(),
    [e.mean() for e in error_of.values()],
    y_label="squared error a pixel",
    title="An empty picture looks familiar, an unfamiliar digit hardly strange",
    says="Mean squared error as bars: "
    + ", ".join(f"{name} {e.mean():.4f}" for name, e in error_of.items())
    + ".",
)

# %% [markdown]
# To put a number on “can tell apart”: the **AUC** is the probability that a strange picture has a larger error than a familiar one, 0.5 for
# guessing and 1 for certainty. And a harder test, closer to practice: a second network that is trained on all digits *except ones*. Does it notice
# the ones?

# %%
keras.utils.set_random_seed(runtime.seed(13))
*_, no_ones = dense_autoencoder(32, [256])
no_ones.compile(keras.optimizers.Adam(2e-3), cross_entropy)
no_ones.fit(x_train[y_train != 1], x_train[y_train != 1], batch_size=128, epochs=max(1, epochs - 1), verbose=0)
redrawn = keras.ops.convert_to_numpy(keras.ops.sigmoid(no_ones.predict(x_test, batch_size=1000, verbose=0)))
error = np.mean((x_test - redrawn) ** 2, axis=1)


def auc(strange_errors, familiar_errors):
    is_strange = np.r_[np.ones(len(strange_errors)), np.zeros(len(familiar_errors))]
    return roc_auc_score(is_strange, np.r_[strange_errors, familiar_errors])


claim("black picture: error over that of a digit", error_of["black"].mean() / error_of["digits"].mean(), at_most={"mnist": 0.5, "offline": 2})
claim("AUC, noise", auc(error_of["noise"], error_of["digits"]), at_least=0.99)
claim("AUC, upside down", auc(error_of["upside down"], error_of["digits"]), at_least=0.55, at_most=0.95)
claim("AUC, ones, never seen", auc(error[y_test == 1], error[y_test != 1]), at_most={"mnist": 0.45, "offline": 0.8})
error_1, error_8 = error_of["digits"][y_test == 1].mean(), error_of["digits"][y_test == 8].mean()
claim("error of an 8 over error of a 1", error_8 / error_1, at_least=1.5)

# %% [markdown]
# Noise is recognised without fail. Upside-down digits are noticed mostly; some digits look like digits upside down. But the ones, which the second network
# has never seen, it redraws *better* than the digits it was trained on: on MNIST the AUC is below one half, so guessing would do better. Who can draw
# a 4 and a 7 has all the parts of a 1. And an empty picture seems more familiar than anything. (With the offline digits, whose strokes are bolder, it comes
# out about level with a digit, and the ones a little above guessing.)
#
# Reconstruction error measures how *hard to describe* a picture is with the parts the network has: an 8 looks stranger than a 1 because it has more
# to draw. Sometimes that is what you want to know. It is not a probability, and it is a poor guard at the door. Chapter 06 builds a model that
# does give (a bound on) a probability.

# %% [markdown]
# ## 9 · Break it on purpose
# One step of training too large, and a ReLU at the code. Watch the *symptom*.

# %%
keras.utils.set_random_seed(runtime.seed(14))
sick = keras.Sequential([keras.Input((784,)), layers.Dense(2, "relu", name="code"), layers.Dense(128, "relu"), layers.Dense(784)])
sick.compile(keras.optimizers.SGD(500.0, clipnorm=1.0), cross_entropy)
sick.fit(x_train[:1000], x_train[:1000], batch_size=100, epochs=2, verbose=0)
sick_code = keras.Model(sick.inputs, sick.get_layer("code").output).predict(x_test[:1000], verbose=0)
sick_images = keras.ops.convert_to_numpy(keras.ops.sigmoid(sick.predict(x_test[:10], verbose=0)))

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([x_test[:10], sick_images]).reshape(-1, 28, 28),
    columns=10,
    row_labels=["picture", "output"],
    title="Ten different pictures, one and the same output",
    says="Ten digits, and below each the network's output: the same image for all.",
)

# %%
claim("broken network: share of code values that are exactly 0", np.mean(sick_code == 0), at_least=0.99)
claim("broken network: largest difference between two outputs", np.ptp(sick_images, axis=0).max(), at_most=0.01)

# %% [markdown]
# ### Think · what happened?
# All outputs are the same. Why?
# - `"a"`: it was not trained for long enough
# - `"b"`: two numbers are too few for ten digits
# - `"c"`: the code's units are dead

# %%
answer = ...
ex.dead_code.check(answer)

# %% [markdown]
# ## 10 · What to take along
# | question | answer, on MNIST |
# | --- | --- |
# | what does a label-to-picture network draw? | the class's average |
# | cross-entropy or squared error? | cross-entropy from logits, even to make the squared error small |
# | linear autoencoder? | PCA's subspace, in some basis |
# | deep against PCA at the same size? | half the error at 32 numbers; worse at 150 after short training |
# | wide code without a regulariser? | copies noise |
# | cleaning? | several dB at moderate noise, behind PCA at strong noise |
# | classifying with 100 labels? | about as good as pixels |
# | small error on a picture? | easy to describe; not necessarily seen before |
#
# **Ask yourself.** (1) Why can a linear autoencoder's decoder rows be skewed and still give PCA's error? (2) A loss is summed over pixels and
# averaged over the batch. You double the batch, then the image's width and height. What happens to the loss? (3) Your autoencoder with 1,000 code units
# reconstructs perfectly. What do you test next? (4) When would you rather use PCA?
#
# <details><summary>Answers</summary>
#
# (1) Any invertible mix of the code can be undone by the decoder. (2) Nothing; four times as large, about. (3) Noise: if it reconstructs that as well, it
# copies. (4) Large codes, little time, strong noise, or when you need the same answer every time.
#
# </details>
#
# **If you read the sources**, mind these slips. Each is measured above or in chapter 01.
#
# | source | it says | what holds |
# | --- | --- | --- |
# | Crowley, chapter, 2 | layer 1 has $D(N+1)$ parameters, layer 2 $N(D+1)$ | $N(D+1)$ and $D(N+1)$: 18 and 20 |
# | Crowley, chapter, 2; Laurent | the weights are an orthogonal basis; a linear autoencoder “is equivalent to a PCA” | the same subspace, in a skewed basis |
# | Crowley, chapter, 2 | the eigenvectors are the theoretical minimum | among linear codes; the deep one makes half the error |
# | Crowley, chapter, (22) | “average” loss without $1/M$ | a sum; with the mean the batch size does not matter |
# | Crowley, chapter, 4; Laurent | a code is a one-hot, binary vector; a bottleneck's code is sparse | real numbers, nearly all far from 0 |
# | Crowley, lesson | maximise $P(\hat X = X\|y)$ | 0 for continuous grey levels; the density is meant |
# | Canziani | $\tilde y = g(W_y\,y + b_y)$ | the decoder is fed the code, $g(W_y\,h + b_y)$ |
# | Wollongong | with a regulariser, any size is “without the risk” of copying | less risk; it depends on $\lambda$ |
#
# **Use and misuse.** Autoencoders are sold as detectors of the unusual, in factories, in medicine, in the screening of people. You have
# seen one that finds an empty picture normal and a class that it has never met more than normal. Whoever deploys one has to measure it on the
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
