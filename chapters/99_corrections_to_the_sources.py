# %% [markdown]
# # Appendix · Corrections to the sources: what do good lecture notes get wrong?
#
# **You need** nothing in particular: each row points to the chapter that teaches the right form. **It runs in**
# {{minutes}} on two CPU cores.
#
# This course stands on five sets of lecture notes (they are listed at the end). They are good: they cover in few pages
# what takes shelves of books, and we chose them for it. Like all lecture notes, ours included, they have slips. A minus
# sign is missing. A sum is called a mean. A layer's parameters are swapped with its neighbour's. Nobody is to blame,
# and nothing here is a quarrel. But a learner who meets “entropy measures non-uniformity” in one text and its opposite
# in the next deserves a place where the matter is settled by a number.
#
# If you have read one of the sources, look up its name in the second column. If you never will, read the page as a
# collection of favourite misunderstandings. Everybody makes some of them at some time, and several are easy to make on
# the day before an exam.
#
# By the end you can
# - say for each of the sources' slips what holds instead, and check it yourself in a line or two;
# - test a printed formula: put in a case whose answer you know, look at the sign, count shapes, ask autodiff;
# - tell a wrong formula from a loose sentence, and a loose sentence from a claim that is too strong.

# %% [markdown]
# ## How to read it
# Rows are sorted by subject, in the order of the chapters, and keep their numbers, which jump for that reason: other
# chapters cite them (1 to 50 are the list with which the course began; those from 51 on were found while writing it).
# What is a remark rather than a slip stands at the end, in section 10. **Crowley, chapter** is his text on generative
# networks, with its sections and equation numbers in brackets; two of its equations are numbered (18), two (21).
# **Crowley, lesson** is his lesson 9; **Wollongong**, **Laurent** and **Canziani** are slides or notes without numbers,
# so the subject stands in their place. Under each table, code computes the printed form and the right one wherever
# there is something to compute; the claims hold the difference (what a claim is: [00](00_start_here.ipynb)). Where a
# row is about words only, the table is all there is. Parts of the texts came to us as scans; what looks like damage
# done by scanning is not counted. A logarithm without a base is the natural one, as in Keras.
#
# - Crowley, chapter: 1 to 17, 19, 29 to 31, 33, 41, 54 to 56, 63, 67
# - Crowley, lesson: 18, 19, 27 to 30, 34, 41, 45, 47 to 49, 56, 63
# - Wollongong: 24, 35, 43, 44, 59, 64
# - Laurent: 2, 25, 26, 32, 39, 40, 42, 46, 50, 52, 53, 60, 65, 66
# - Canziani: 20 to 23, 36 to 38, 51, 54, 57, 58, 61, 62

# %% tags=["nbval-ignore-output"]
import numpy as np
from scipy.linalg import subspace_angles

from course_utils import data, information, plots, runtime
from course_utils.runtime import budget, claim

runtime.start(chapter=99)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import layers

digits = data.load_digits()

# %% [markdown]
# Digits serve in a few rows, where a real picture says more than a toy: what a linear code looks like, which noise a
# denoiser undoes, how large a VAE's bubbles are, how empty an unpooled map is. Everything that is learned from them
# here has a closed form, so that nothing needs an hour of training: it takes the eigenvectors $u_i$ and eigenvalues
# $\lambda_i$ of the pixels' covariance. Two helpers follow: one prints a row's two numbers side by side, one says
# whether NumPy refuses to compute something at all.

# %%
count = budget(smoke=500, quick=10_000, full=60_000)
x_train = digits.x_train[:count].reshape(-1, 784).astype("float64")  # (M, 784)
x_test = digits.x_test[:2000].reshape(-1, 784).astype("float64")  # (2000, 784)
mean = x_train.mean(axis=0)  # (784,)
S = np.cov(x_train.T, bias=True)  # (784, 784)
eigenvalues, U = (a[..., ::-1] for a in np.linalg.eigh(S))  # largest first; U[:, i] is u_i


# %%
def compare(row, what, a, b, unit="", names=("as printed", "what holds")):
    """One line with two numbers: what the printed form gives, and what holds, unless named."""
    print(f"row {row:<2}  {what}: {names[0]} {a:.4g}, {names[1]} {b:.4g} {unit}".rstrip())


def refused(compute):
    """Do the shapes fail to fit?"""
    try:
        compute()
    except ValueError:
        return True
    return False


BITS, NATS = ({"unit": unit, "exact": True} for unit in ("bits", "nats"))  # in claims

# %% [markdown]
# ## 1 · Autoencoders
# The right forms are taught in [02](02_autoencoders.ipynb). $x$ is an input of $D$ numbers, $h$ its code of $N$
# numbers, $\hat x$ the reconstruction; Canziani writes $y$, $h$ and $\tilde y$. $\beta$ is the weight of a penalty
# beside the reconstruction error.
#
# | # | source, place | what it says | what holds |
# | --- | --- | --- | --- |
# | 1 | Crowley, chapter, 2 | layer 1 has $D(N+1)$ parameters, layer 2 $N(D+1)$ | $N$ units that see $D$ inputs and a bias have $N(D+1)$; layer 2 has $D(N+1)$ |
# | 2 | Crowley, chapter, 2; Laurent | the weights are an orthogonal basis; a linear autoencoder “is equivalent to a PCA” | a linear autoencoder finds PCA's *subspace* (with biases or centred data); its weights need be neither orthogonal nor eigenvectors. (Wollongong, which asks only for a linear decoder, has the subspace right) |
# | 3 | Crowley, chapter, 2 | eigenvectors of the training set give the “theoretical minimum” | of the *covariance*, and the minimum among *linear* codes |
# | 21 | Canziani | $\tilde y = g(W_y\,y + b_y)$ | $g(W_y\,h + b_y)$: the decoder sees the code, not the input |
# | 31 | Crowley, chapter, 4 | an autoencoder's latent vector is one-hot and binary, and its “output”, by which the chapter means the code that drives the decoder, is discrete | the code is a vector of real numbers |
# | 32 | Laurent | the code of a bottleneck is “sparse” | it is small, and dense; and useful codes need not be small: sparse ones may be wide. (The slides ask for sparsity by a penalty as well. That is another thing) |
# | 34 | Crowley, lesson | maximise $P(\hat X = X \mid y)$ | for continuous $X$ that is 0, always; the *density* is meant |
# | 35 | Wollongong | with regularisation, any architecture can be trained “without the risk” of a trivial identity | it *can*, if the weight of the penalty is well chosen; regularisation as such does not remove the risk |
# | 51 | Canziani | $\lVert y - \tilde y\rVert^2$ is the “mean squared error” | a matter of convention: here (and in statistics) the mean is over samples, in Keras it is over the $n$ components too. The factor $n$ changes what $\beta$ means |
# | 52 | Laurent | regularisation leads to codes that are sparse, have small derivatives, and resist noise and missing data | each regulariser brings the property that it asks for; one of them does not bring all |
# | 53 | Laurent | autoencoders “fail to capture a good representation” of complex data such as images | too strong: plain ones with a pixel-wise loss blur, yet image generators that diffuse in a latent space work on the codes of an autoencoder |
#
# **Rows 1 and 21**: counts and shapes, for $D = 5$, $N = 3$. Keras counts the parameters. Their sum is right as
# printed, and the two layers are swapped: layer 2, the wider one, has more biases. In row 21, the printed product fits
# only if code and input are of one size, and then the decoder would ignore the code.

# %%
encoder, decoder = layers.Dense(3), layers.Dense(5)
decoder(encoder(keras.Input((5,))))
compare(1, "parameters of layer 1", 5 * (3 + 1), encoder.count_params())
compare(1, "parameters of layer 2", 3 * (5 + 1), decoder.count_params())
claim("parameters of layer 1", encoder.count_params(), at_least=18, at_most=18, exact=True)
claim("parameters of layer 2", decoder.count_params(), at_least=20, at_most=20, exact=True)
y, W_y = np.ones(5), np.ones((5, 3))
claim("W_y y is refused", refused(lambda: W_y @ y), exact=True)

# %% [markdown]
# **Row 2.** Eight-dimensional data with three strong directions, a clear gap to the rest, and a linear autoencoder
# trained by plain gradient descent: $\hat x = x W_1 W_2$, with the gradient written out, and the sum over samples
# hidden in the covariance. If the rows of $W_2$ were PCA's eigenvectors, the angle between a row and the nearest
# eigenvector would be 0; if they were at least orthogonal, the cosine between two of them would be. Two subspaces are
# compared by their principal angles: all 0 if they are the same. And why should the basis be PCA's? For any invertible
# $R$, the pair $W_1 R$ and $R^{-1} W_2$ reconstructs the same.

# %%
keras.utils.set_random_seed(runtime.seed(1))
rng = np.random.default_rng(runtime.seed(1))
directions = np.linalg.qr(rng.normal(size=(8, 8)))[0]  # columns are orthonormal
variances = np.array([3, 2, 1.5, 0.05, 0.04, 0.03, 0.02, 0.01])
covariance = directions * variances @ directions.T  # (8, 8); its eigenvectors are the columns
W1, W2 = rng.normal(0, 0.3, (8, 3)), rng.normal(0, 0.3, (3, 8))
for _ in range(10_000):
    rest = covariance @ (np.eye(8) - W1 @ W2)  # (8, 8)
    W1, W2 = W1 + 0.1 * rest @ W2.T, W2 + 0.1 * W1.T @ rest

# %%
angle = np.degrees(subspace_angles(W2.T, directions[:, :3]).max())
unit_rows = W2 / np.linalg.norm(W2, axis=1, keepdims=True)
cosine = np.abs(unit_rows @ unit_rows.T - np.eye(3)).max()
to_nearest = np.degrees(np.arccos(np.abs(unit_rows @ directions).max(axis=1)))  # (3,)
claim("linear autoencoder: largest angle to PCA's subspace", angle, at_most=0.01, unit="degrees")
claim("linear autoencoder: largest cosine between two of its weights", cosine, at_least=0.025)
name = "linear autoencoder: largest angle of a weight to its nearest eigenvector"
claim(name, to_nearest.max(), at_least=25, unit="degrees")

# %% [markdown]
# The subspace is PCA's to a hundredth of a degree. The axes in it are no eigenvectors, and stand askew, because nothing
# in the loss prefers one basis to another.
#
# **Row 3.** Points on a half circle, evenly spaced in their angle $\theta$, and a code of one number. PCA's best line
# leaves a good part of the variance; the code $h = \theta$ with the decoder $(\cos h, \sin h)$ leaves nothing. (On
# digits, a deep autoencoder has about half of PCA's error at 32 numbers: measured in [02](02_autoencoders.ipynb).)

# %%
theta = np.linspace(0, np.pi, 1001)
arc = np.stack([np.cos(theta), np.sin(theta)], axis=1)  # (1001, 2)
spread = np.linalg.eigvalsh(np.cov(arc.T, bias=True))  # (2,), smaller first
along = np.arctan2(arc[:, 1], arc[:, 0])  # the curved code
curved = np.sum((np.stack([np.cos(along), np.sin(along)], axis=1) - arc) ** 2, axis=1).mean()
names = ("PCA", "curved code")
compare(3, "variance lost with one number", spread[0], round(curved, 9), names=names)
name = "half circle, PCA with one number: share of the variance lost"
claim(name, spread[0] / spread.sum(), at_least=0.159, at_most=0.161, exact=True)

# %% [markdown]
# **Row 32.** The code of the best linear autoencoder with 32 numbers, on test digits. Sparse would mean that most units
# are at or near 0 most of the time. (Deep bottlenecks are no different: see [02](02_autoencoders.ipynb). Codes that are
# sparse are made in [03](03_sparse_autoencoders.ipynb), which also looks at what row 31 is about: even those are real
# numbers.)

# %% tags=["nbval-ignore-output"]
code = (x_test - mean) @ U[:, :32]  # (n, 32)
print("the first numbers of a code:", np.round(code[0, :6], 2))
beyond = np.mean(np.abs(code) > code.std(axis=0) / 10)
claim("code of 32: share of values beyond a tenth of their deviation", beyond, at_least=0.91)

# %% [markdown]
# **Row 34.** A Gaussian density with deviation 0.01 is 39.9 at its mean, so it can't be a probability. The probability
# of hitting the mean to within $\varepsilon$ on either side is about $2\varepsilon$ times that, and goes to 0 with
# $\varepsilon$.

# %%
density = 1 / (0.01 * np.sqrt(2 * np.pi))
for epsilon in (1e-3, 1e-6, 1e-9):
    print(f"within {epsilon:g}: probability about {2 * epsilon * density:.2g}")
claim("density at the mean", density, at_least=39.89, at_most=39.90, exact=True)

# %% [markdown]
# **Row 35.** A linear network whose code is as wide as its input, with a penalty $\gamma \lVert A\rVert^2$ ($\gamma$
# times the sum of all squared entries) on the map $A$ from $x$ to $\hat x$. Its best map has a closed form: setting the
# derivative of $E\lVert x - Ax\rVert^2 + \gamma\lVert A\rVert^2$ to 0 gives $A = C(C + \gamma I)^{-1}$, with $C$ the
# covariance of centred data, here the $C$ that row 2's data have. We check that with autodiff, and then ask how much of
# a noise that it has never seen gets through, as a share of the noise's variance. The identity lets through everything.


# %%
def best_map(covariance, weight):
    """The best linear reconstruction, (D, D), of centred data under a penalty on the map."""
    return covariance @ np.linalg.inv(covariance + weight * np.eye(len(covariance)))


A = tf.Variable(best_map(covariance, 0.1))
with tf.GradientTape() as tape:
    off = tf.eye(8, dtype="float64") - A
    cost = tf.linalg.trace(off @ covariance @ tf.transpose(off)) + 0.1 * tf.reduce_sum(A**2)
steepest = np.abs(tape.gradient(cost, A).numpy()).max()
passed = {w: np.mean(np.sum(best_map(covariance, w) ** 2, axis=0)) for w in (1e-5, 1e-1, 10)}
for weight, share in passed.items():
    print(f"γ = {weight:<6g} share of foreign noise that is copied: {share:.3f}")
strongest = np.linalg.norm(best_map(covariance, 10), 2)  # the largest singular value
claim("best map: largest slope of its cost", steepest, at_most=1e-9, exact=True)
claim("γ 0.00001: share of foreign noise copied", passed[1e-5], at_least=0.999, exact=True)
claim("γ 10: share of foreign noise copied", passed[10], at_least=0.012, at_most=0.0125, exact=True)
claim("γ 10: largest singular value", strongest, at_least=0.23, at_most=0.232, exact=True)

# %% [markdown]
# A penalty is there in all three lines. In the first the network copies. In the last it lets very little through, and
# of the data as well: even the strongest direction comes out at less than a quarter of its height. In between is where
# one wants to be.

# %% [markdown]
# ## 2 · Information theory
# Taught in [01](01_information_theory.ipynb). $P$ and $Q$ are distributions over $N$ outcomes; a Dirac is one that puts
# everything on a single outcome. $H(P)$ is an entropy, $H(P, Q)$ a cross-entropy, and a bare $H$ the cross-entropy that
# serves as a loss. $a$ is a network's output, a probability; $z$ its logits, the numbers before the softmax or sigmoid;
# $y$ the target, 0 or 1.
#
# | # | source, place | what it says | what holds |
# | --- | --- | --- | --- |
# | 4 | Crowley, chapter, 3.1 | physics takes logarithms to base 10 | base $e$ in physics, and in Keras: *nats*. Base 2: *bits*. Base 10: *hartleys*, which are rare |
# | 5 | Crowley, chapter, 3.2 | entropy measures non-uniformity | uniformity: it is largest for the uniform distribution and 0 for a Dirac |
# | 6 | Crowley, chapter, fig. 3 on entropy | a uniform distribution has an entropy of 1 | $\log_2 N$ bits. (So says the chapter's own (8), with 2 bits for $N = 4$; the caption fits the curve above it, for $N = 2$) |
# | 7 | Crowley, chapter, 3.3 | matching distributions have a cross-entropy of 0 | $H(P, P) = H(P)$, which is 0 only for a Dirac. What is 0 is the KL divergence |
# | 9 | Crowley, chapter, (11) | $H = y \log a + (1-y) \log(1-a)$ | the negative of that |
# | 10 | Crowley, chapter, (12) | $e^{z_k} / \sum_k e^{z_k}$: one index for two things | $e^{z_k} / \sum_j e^{z_j}$: the sum needs an index of its own |
# | 11 | Crowley, chapter, (14) | the cross-entropy equals the softmax | *minus the logarithm* of the softmax, at the true class |
# | 12 | Crowley, chapter, (15), (16) | $\partial a_k/\partial z_k$ is $a_k - 1$ for the true class, else $a_k$ | those are slopes of the *loss*: $\partial H/\partial z_k = a_k - y_k$. The activation's own slope is $a_k(1 - a_k)$ |
# | 20 | Canziani | $C = -\sum_i y_i \log\tilde y_i + (1-y_i)\log(1-\tilde y_i)$ for “categorical” inputs | brackets are missing: the second term has the index $i$, so sum and minus are for both, but typed term by term, the minus reaches only one. The slip proper is “categorical”: it is the *binary* cross-entropy, for components that are on or off |
# | 25 | Laurent, InfoGAN | $H(X) = \int p \log p$ and $H(X \mid Y) = \int p(x,y) \log\frac{p(x,y)}{p(y)}$ | both negated |
#
# **Row 4.** One surprise, that of an event of probability 0.01, in three units.

# %%
for unit, log in {"bits": np.log2, "nats": np.log, "hartleys": np.log10}.items():
    print(f"{-log(0.01):.4f} {unit}")
one_nat = information.surprise(np.exp(-1), unit="bits")
claim("one nat in bits", one_nat, at_least=1.4426, at_most=1.4427, exact=True)

# %% [markdown]
# **Rows 5 and 6.** Before you look: which has more entropy, a fair coin, a coin that shows heads nine times in ten, or
# a die of eight faces?

# %% tags=["nbval-ignore-output"]
examples = {"certain": [1.0], "9 : 1 coin": [0.9, 0.1]}
examples |= {f"even, N = {N}": [1 / N] * N for N in (2, 4, 8)}
entropies = {name: float(information.entropy(p, unit="bits")) for name, p in examples.items()}
plots.bars(
    list(entropies),
    list(entropies.values()),
    y_label="entropy (bits)",
    title="Entropy grows with evenness and with N; 1 bit is an even choice of two",
    says=(
        "Entropies as bars: 0 bits for one certain outcome, 0.469 for a coin that falls nine to"
        " one, then 1, 2 and 3 bits for two, four and eight even outcomes."
    ),
)

# %%
certain, coin, *_, eight = entropies.values()
claim("entropy of a certain outcome", certain, at_most=0, **BITS)
claim("entropy of the lopsided coin", coin, at_least=0.4689, at_most=0.4691, **BITS)
claim("entropy of eight even outcomes", eight, at_least=3 - 1e-9, at_most=3 + 1e-9, **BITS)

# %% [markdown]
# **Row 7.** A fair die, believed to be a fair die.

# %%
die = np.full(6, 1 / 6)
with_itself = information.cross_entropy(die, die, unit="bits")
compare(7, "cross-entropy of a die with itself", 0, with_itself, "bits")
claim("cross-entropy of a die with itself", with_itself, at_least=2.5849, at_most=2.585, **BITS)
claim("KL of a die from itself", information.kl(die, die, unit="bits"), at_most=0, **BITS)

# %% [markdown]
# **Rows 9 and 20.** Three pixels, targets 1, 1, 0, outputs .9, .8, .2: a decent answer. Then an awful one, .012 where 1
# is true. A loss that can go below 0, and is lower for the worse answer, teaches the opposite. (Row 20's formula means
# what it should; the numbers are those of a reader who types it without brackets.)


# %%
def no_minus(y, a):
    return np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))


def one_minus(y, a):
    return -np.sum(y * np.log(a)) + np.sum((1 - y) * np.log(1 - a))


def bce(y, a):
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))


# %%
targets, outputs = np.array([1, 1, 0]), np.array([0.9, 0.8, 0.2])
compare(9, "decent answer, no minus", no_minus(targets, outputs), bce(targets, outputs), "nats")
compare(9, "awful answer, no minus", no_minus(1, 0.012), bce(1, 0.012), "nats")
names = ("if typed without brackets", "with them")
compare(20, "decent answer", one_minus(targets, outputs), bce(targets, outputs), "nats", names)
compare(20, "0 is true, output .988", one_minus(0, 0.988), bce(0, 0.988), "nats", names)

# %%
on_one, on_both = one_minus(targets, outputs), bce(targets, outputs)
claim("decent answer, minus on one term", on_one, at_least=0.105, at_most=0.106, **NATS)
claim("decent answer, minus on both", on_both, at_least=0.551, at_most=0.552, **NATS)
single_precision = targets.astype("float32"), outputs.astype("float32")
by_keras = 3 * float(keras.losses.binary_crossentropy(*single_precision))
claim("the same by Keras, difference", abs(by_keras - on_both), at_most=1e-5, **NATS)

# %% [markdown]
# (Keras averages over the three pixels, hence the factor 3: row 51.)
#
# **Rows 11 and 12.** Three classes, the first is true, logits 2, 1, 0.1; autodiff gives the slopes. Mind the sign in
# the second line: raising the true class's logit *raises* its activation and *lowers* the loss.

# %%
z, truth = tf.constant([2.0, 1.0, 0.1], "float64"), np.array([1.0, 0.0, 0.0])
with tf.GradientTape(persistent=True) as tape:
    tape.watch(z)
    a = tf.nn.softmax(z)
    H = -tf.reduce_sum(truth * tf.math.log(a))
a_np, slope_of_loss, jacobian = a.numpy(), tape.gradient(H, z).numpy(), tape.jacobian(a, z).numpy()
compare(11, "cross-entropy", a_np[0], H.numpy(), "nats")
compare(12, "∂a/∂z of the true class", a_np[0] - 1, jacobian[0, 0])
compare(12, "∂a/∂z of the second class", a_np[1], jacobian[1, 1])

# %%
off_loss = np.abs(slope_of_loss - (a_np - truth)).max()
off_activation = np.abs(np.diag(jacobian) - a_np * (1 - a_np)).max()
claim("∂H/∂z minus (a − y)", off_loss, at_most=1e-12, exact=True)
claim("∂a/∂z minus a(1 − a)", off_activation, at_most=1e-12, exact=True)
name, gap = "printed slope of the true class minus the real one", a_np[0] - 1 - jacobian[0, 0]
claim(name, gap, at_least=-0.566, at_most=-0.565, exact=True)
gap = H.numpy() - a_np[0]
claim("cross-entropy minus the softmax", gap, at_least=-0.242, at_most=-0.2419, exact=True)

# %% [markdown]
# **Row 25.** Two bits that agree four times in five. With both entropies negated, the mutual information $I = H(X) -
# H(X \mid Y)$ comes out negated too, and information can't be negative.

# %%
p_xy = np.array([[0.4, 0.1], [0.1, 0.4]])
p_x, p_y = p_xy.sum(axis=1), p_xy.sum(axis=0)
theirs = np.sum(p_x * np.log2(p_x)) - np.sum(p_xy * np.log2(p_xy / p_y))
compare(25, "I(X; Y)", theirs, information.mutual_information(p_xy, unit="bits"), "bits")
claim("I as printed", theirs, at_least=-0.2781, at_most=-0.278, **BITS)

# %% [markdown]
# ## 3 · Sparse autoencoders and backpropagation
# Taught in [03](03_sparse_autoencoders.ipynb). $a_{mn}$ is the activation of unit $n$ on sample $m$; there are $M$
# samples and $N$ units. $\rho$ is the wanted average activation, $\hat\rho_n$ the measured one, $\beta$ the weight of
# the penalty; $z^{(1)}$, $z^{(2)}$ are the sums before the nonlinearity $f$ in the code layer and in the output layer,
# and $\delta$ is a slope of the cost with respect to them.
#
# | # | source, place | what it says | what holds |
# | --- | --- | --- | --- |
# | 13 | Crowley, chapter, second (18) | $D(a \Vert a_n) = \sum_n a \log(a/a_n)$ | a unit that is on or off has two outcomes: $+\,(1-a)\log\frac{1-a}{1-a_n}$. Without it the “divergence” can be negative. (The lesson has both terms) |
# | 14 | Crowley, chapter, (20) | sparsity is the average over the $N$ units of one sample | the penalty needs each unit's average over the $M$ *samples*. (The lesson has it, and so has the chapter, in words, in 3.7 and below (28)) |
# | 15 | Crowley, chapter, (22), (25) | an “average” loss and error, without $1/M$ | those are sums. Only with a mean does $\beta$ mean the same for every $M$ |
# | 16 | Crowley, chapter, 3.7 | $f$ may be ReLU | the KL penalty needs $\hat\rho$ in $(0, 1)$: a sigmoid, or another penalty |
# | 17 | Crowley, chapter, (27), (28) | layer 1's error has $f'(z^{(2)})$; the penalty's slope is added outside; $w_{dn}$, where (21) has $w_{nd}$ | for the mean cost, $\delta^{(1)}_n = f'(z^{(1)}_n) \bigl[\sum_d w_{nd}\,\delta^{(2)}_d + \beta\bigl(-\frac{\rho}{\hat\rho_n} + \frac{1-\rho}{1-\hat\rho_n}\bigr)\bigr]$. For the summed cost, $\beta/M$ in place of $\beta$. (The lesson has $f'(z^{(1)})$ and the bracket right) |
# | 18 | Crowley, lesson | $\delta^{(2)} = a - X$ | with squared error and a sigmoid output, times $f'(z^{(2)})$. (The lesson never names its $f$; the short form is right for a linear output, and for a sigmoid with cross-entropy) |
# | 19 | Crowley, chapter, (25), (26); lesson, on generative networks | errors are added up or averaged over the batch, then propagated | each sample's error is propagated, and *gradients* are averaged; opposite errors would cancel. (The lesson's “average error” may mean the loss; then it is right) |
# | 29 | Crowley, both | the autoencoder is trained to *minimise* the sparsity | $\hat\rho_n$ is pulled to $\rho$ from either side |
# | 30 | Crowley, both | the penalty makes a single unit active per sample; units become independent, orthogonal | it asks for an average of each unit, and for nothing else |
# | 55 | Crowley, chapter, 3.6 | the penalty goes into the loss of the “input layer” | of the *code* layer |
# | 56 | Crowley, both | $\hat\rho$ takes a pass through all training data before each step | for a gradient step, the average over a large batch (200 in [03](03_sparse_autoencoders.ipynb)) is good enough (with 20 the same network's penalty is eight times as large) |
#
# **Rows 13 and 29.** The price of one unit against its average $\hat\rho$, for $\rho = 0.05$. Which of the curves would
# make a good penalty, and what would it do to a unit that is on 1 % of the time?

# %% tags=["nbval-ignore-output"]
rho_hat = np.linspace(0.004, 0.996, 249)
one_term = 0.05 * np.log(0.05 / rho_hat)
two_terms = information.bernoulli_kl(0.05, rho_hat, unit="nats")
plots.curves(
    rho_hat,
    {"both terms": two_terms, "the first term alone": one_term},
    x_label="average activation of a unit, ρ̂ (the target ρ is 0.05)",
    y_label="price (nats)",
    title="With both terms a bowl over ρ, with one a slide towards “always on”",
    says=(
        "Two curves over the average activation, from 0 to 1. With both terms, the price falls to "
        "0 at 0.05 and rises on either side, more and more steeply. The first term alone falls "
        "all the way, through 0 at 0.05 and on to minus 0.15 at 1."
    ),
    marks={"ρ": (0.05, 0)},
    ylim=(-0.2, 0.6),
)

# %%
printed_kl, right_kl = 0.05 * np.log(0.05 / 0.1), information.bernoulli_kl(0.05, 0.1, unit="nats")
compare(13, "KL at ρ .05, ρ̂ .1", printed_kl, right_kl, "nats")
claim("the first term alone at ρ̂ .1", printed_kl, at_least=-0.0347, at_most=-0.0346, **NATS)
claim("both terms at ρ̂ .1", right_kl, at_least=0.0167, at_most=0.0168, **NATS)
slopes = {r: -0.05 / r + 0.95 / (1 - r) for r in (0.01, 0.2)}
claim("slope at ρ̂ .01, which pushes up", slopes[0.01], at_least=-4.05, at_most=-4.04, exact=True)
claim("slope at ρ̂ .2, which pushes down", slopes[0.2], at_least=0.937, at_most=0.938, exact=True)

# %% [markdown]
# A unit at 1 % is pushed *up*. The first term alone would push every unit towards 1, always on.
#
# **Rows 14 and 16**: over which axis, and in which range. Five units, four samples. The first unit is on all the time,
# the others hardly ever. Averaged over the units of a sample (axis 1), all is as wished for $\rho = 0.2$. Averaged over
# samples (axis 0), no unit is. And with a ReLU an average can pass 1, where the second term takes the logarithm of a
# negative number.

# %%
lopsided = np.tile([0.95, 0.0125, 0.0125, 0.0125, 0.0125], (4, 1))  # (M, N) = (4, 5)
averages = {"units": lopsided.mean(axis=1), "samples": lopsided.mean(axis=0)}  # (4,) and (5,)
penalty = {n: information.bernoulli_kl(0.2, r, unit="nats").sum() for n, r in averages.items()}
for name, average in averages.items():
    print(f"averages over {name}:", np.round(average, 4))
compare(14, "penalty", round(penalty["units"], 9), penalty["samples"], "nats")
claim("penalty over units", penalty["units"], at_most=1e-9, **NATS)
claim("penalty over samples", penalty["samples"], at_least=3.45, at_most=3.452, **NATS)

with np.errstate(invalid="ignore"):
    beyond = 0.05 * np.log(0.05 / 1.5) + 0.95 * np.log(0.95 / (1 - 1.5))
print("row 16  KL at ρ̂ 1.5:", beyond)
claim("KL at ρ̂ 1.5 is no number", bool(np.isnan(beyond)), exact=True)

# %% [markdown]
# **Rows 15 and 17 to 19.** A sparse autoencoder with sigmoids, 12 inputs and 7 units, in double precision. The cost of
# a sample is half its squared error, summed over the 12 outputs; over the samples we take the mean or the sum; $\beta
# \sum_n \mathrm{KL}(\rho \Vert \hat\rho_n)$ is added once. TensorFlow's tape knows nothing of anybody's formulas, so it
# is the judge. `by_hand` has a switch for each printed form; in it `delta2` is $(M, D)$, `delta1` $(M, N)$, and
# gradients sum over the samples and, for the mean cost, are divided by $M$. For row 19 we had to guess: (25) is called
# an average and is a sum; we take the average, at its word, and leave codes and $f'$ to each sample.


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


rng = np.random.default_rng(5)
x = rng.random((40, 12)).round()  # (M, D), black and white
shapes = ((12, 7), (7,), (7, 12), (12,))
network = [rng.normal(0, 1, shape) for shape in shapes]  # W1, b1, W2, b2
rho, beta = 0.05, 0.3


# %%
def by_tape(x, cost, beta=beta):
    """Gradients with respect to W1, b1, W2, b2, from autodiff."""
    W1, b1, W2, b2 = variables = [tf.Variable(w) for w in network]
    with tf.GradientTape() as tape:
        h = tf.sigmoid(x @ W1 + b1)
        each = tf.reduce_sum((tf.sigmoid(h @ W2 + b2) - x) ** 2, axis=1) / 2  # (M,)
        r = tf.reduce_mean(h, axis=0)  # (N,)
        kl = rho * tf.math.log(rho / r) + (1 - rho) * tf.math.log((1 - rho) / (1 - r))
        mean_or_sum = tf.reduce_mean if cost == "mean" else tf.reduce_sum
        total = mean_or_sum(each) + beta * tf.reduce_sum(kl)
    return [g.numpy() for g in tape.gradient(total, variables)]


# %%
def by_hand(x, cost="mean", form="right", beta=beta):
    """Gradients with respect to W1, b1, W2, b2, by formula: the right one, or a printed one."""
    W1, b1, W2, b2 = network
    M = len(x)
    h = sigmoid(x @ W1 + b1)
    x_hat = sigmoid(h @ W2 + b2)
    delta2 = x_hat - x
    if form != "no f′ at the output":  # row 18
        delta2 = delta2 * x_hat * (1 - x_hat)
    if form == "errors averaged":  # row 19: one mean error for all samples
        delta2 = np.tile((x_hat - x).mean(axis=0), (M, 1)) * x_hat * (1 - x_hat)
    r = h.mean(axis=0)
    slope = -rho / r + (1 - rho) / (1 - r)
    weight = beta / M if cost == "sum" and form != "β not divided" else beta  # rows 15 and 17
    if form == "penalty outside f′":  # row 17
        delta1 = h * (1 - h) * (delta2 @ W2.T) + weight * slope
    else:
        delta1 = h * (1 - h) * (delta2 @ W2.T + weight * slope)
    share = 1 / M if cost == "mean" else 1
    return [share * g for g in (x.T @ delta1, delta1.sum(axis=0), h.T @ delta2, delta2.sum(axis=0))]


# %%
def off_by(gradients, truth):
    """The largest error of any gradient, as a share of the largest true gradient."""
    error = max(np.abs(g - t).max() for g, t in zip(gradients, truth, strict=True))
    return error / max(np.abs(t).max() for t in truth)


off_mean, off_sum = (off_by(by_hand(x, cost), by_tape(x, cost)) for cost in ("mean", "sum"))
claim("mean cost: right form, relative error", off_mean, at_most=1e-14, exact=True)
claim("summed cost: right form, relative error", off_sum, at_most=1e-14, exact=True)

# %% [markdown]
# To rounding, both. Now the printed ones, each with all else right. (One can't be run at all: $f'(z^{(2)})$ has $D$
# entries a sample where $N$ are needed. And $w_{dn}$ for $w_{nd}$ is a transposed matrix: it does not fit either.)

# %% tags=["nbval-ignore-output"]
mean_forms = ("no f′ at the output", "errors averaged", "penalty outside f′")
wrong = {form: off_by(by_hand(x, "mean", form), by_tape(x, "mean")) for form in mean_forms}
wrong["β not divided"] = off_by(by_hand(x, "sum", "β not divided"), by_tape(x, "sum"))
places = ("row 18", "row 19", "row 17", "rows 15, 17")
says = ", ".join(f"{name} {miss:.2g}" for name, miss in wrong.items())
plots.bars(
    [f"{name}\n({row})" for row, name in zip(places, wrong, strict=True)],
    list(wrong.values()),
    y_label="largest error / largest gradient",
    title="Wrong forms are off by 0.18 to 12, the right one by less than 10⁻¹⁴",
    says=f"Largest relative errors of gradients as bars: {says}. "
    "The right form, not drawn, is off by less than 1e-14.",
    fmt="%.2g",
)

# %%
limits = {
    "no f′ at the output": (1.52, 1.54),
    "errors averaged": (0.181, 0.183),
    "penalty outside f′": (11.5, 11.7),
    "β not divided": (2.69, 2.71),
}
for form, (low, high) in limits.items():
    claim(f"{form}: relative error", wrong[form], at_least=low, at_most=high, exact=True)

# %%
some_error, some_f_prime = np.ones((40, 12)), np.ones((40, 12))  # (M, D), as in the output layer
wrong_layer = refused(lambda: some_f_prime * (some_error @ network[2].T))
claim("f′ of the wrong layer is refused", wrong_layer, exact=True)
claim("transposed weights are refused", refused(lambda: some_error @ network[2]), exact=True)

# %% [markdown]
# The plainest case of row 19: one output, two samples, errors of +0.3 and −0.3, codes 0.1 and 0.9. The gradient is the
# mean of code times error (times $f'$, the same for both). With the errors averaged first it is 0, although the weight
# should clearly grow.

# %%
codes, errors, f_prime = np.array([0.1, 0.9]), np.array([0.3, -0.3]), 0.25
averaged_first = (codes * errors.mean() * f_prime).mean()
compare(19, "gradient of two opposite errors", averaged_first, (codes * errors * f_prime).mean())

# %% [markdown]
# Then row 15: the same 40 pictures once, and all of them twice. How strong is the penalty's pull on $W_1$ against that
# of the data? With a mean it stays; with a sum, doubling the batch halves it.

# %%
pull = {}
for cost in ("mean", "sum"):
    for times in (1, 2):
        batch = np.concatenate([x] * times)
        data_only, all_of_it = (by_hand(batch, cost, beta=b)[0] for b in (0, beta))
        pull[cost, times] = np.linalg.norm(all_of_it - data_only) / np.linalg.norm(data_only)
by_sum, by_mean = (pull[cost, 2] / pull[cost, 1] for cost in ("sum", "mean"))
names = ("with a sum", "with a mean")
compare(15, "pull of the penalty, 80 pictures over 40", by_sum, by_mean, names=names)
claim("mean: pull with twice the batch", by_mean, at_least=1 - 1e-9, at_most=1 + 1e-9, exact=True)
claim("sum: pull with twice the batch", by_sum, at_least=0.5 - 1e-9, at_most=0.5 + 1e-9, exact=True)

# %% [markdown]
# **Row 30.** Two codes of forty units on 200 pictures that pay nothing. In one every unit is at .05, always: no unit is
# ever really on. In the other all forty are the same unit, on for 10 pictures of 200: forty active at once, or none,
# and every correlation is 1. Neither is one-hot. The constant code is independent only because it says nothing; in the
# other, all units are copies.

# %%
constant = np.full((200, 40), 0.05)
identical = np.repeat(np.arange(200)[:, None] < 10, 40, axis=1).astype(float)
prices = [
    information.bernoulli_kl(0.05, c.mean(axis=0), unit="nats").sum() for c in (constant, identical)
]
claim("price of a constant code", prices[0], at_most=1e-9, **NATS)
claim("price of forty identical units", prices[1], at_most=1e-9, **NATS)

# %% [markdown]
# ## 4 · Denoising, contractive, energies
# Taught in [04](04_denoising_and_contractive.ipynb) and [05](05_energies_and_latent_variables.ipynb). In Canziani's
# notes $y$ is the input, $\hat y$ a corrupted copy, $\tilde y$ the reconstruction; $E(y, z)$ the energy of $y$ with the
# latent variable $z$, $F_\infty$ the energy once the best $z$ is put in. $C$ is the cost of the reconstruction and $R$
# the regulariser, a price on the code. As before, $S$ is the covariance of the pixels and $\bar x$ their mean.
#
# | # | source, place | what it says | what holds |
# | --- | --- | --- | --- |
# | 22 | Canziani | $F_\infty(y) = \min_z E(y, \check z)$ | $F_\infty(y) = E(y, \check z)$ with $\check z = \arg\min_z E(y, z)$, or $\min_z E(y, z)$: once $\check z$ is in, no $z$ is left |
# | 36 | Canziani, denoising | “irrespective of what noise is added”, the autoencoder “needs to learn to” retrieve the original | as an aim, fair. What is learned is to undo noise like that of training; other noise is undone in part |
# | 37 | Canziani, contractive | $C$ penalises *sensitivity* along the manifold | it penalises *in*sensitivity there, and asks for singular values of the map near 1 along the manifold. That they are near 0 across it is the work of $R$ |
# | 57 | Canziani, denoising | the energy of $\tilde y$ is its squared distance from the original, and $\tilde y$ is encoded | both are $\hat y$, the corrupted copy: its energy is its squared distance from $y$, and it is what goes into the encoder |
# | 60 | Laurent | $p(x \mid \tilde x)$ is the “encoder reconstruction distribution” | the *auto*encoder's: it takes encoder and decoder |
#
# **Row 36.** Of all denoisers, the best *linear* ones can be had without training. For noise that is added, independent
# and of variance $\sigma^2$, it is $\hat x = \bar x + S(S + \sigma^2 I)^{-1}(\tilde x - \bar x)$, where $\tilde x$ is
# what comes in. A mask that keeps each pixel with probability $\frac12$ leaves a mean of $\frac12\bar x$ and a
# covariance of $\Sigma = \frac14 S + \frac14\,\mathrm{diag}(E[x^2])$, of which $\frac12 S$ is shared with the clean
# picture: there it is $\hat x = \bar x + \frac12 S\,\Sigma^{-1}(\tilde x - \frac12\bar x)$. Each is then tried on both
# corruptions, and so is doing nothing.

# %%
rng = np.random.default_rng(runtime.seed(3))
clean = x_test[:500]
noisy = clean + rng.normal(0, 0.5, clean.shape)
masked = clean * (rng.random(clean.shape) < 0.5)
small = 1e-3 * np.eye(784)  # pixels that are always black make Σ singular
for_noise = np.linalg.solve(S + 0.25 * np.eye(784), S)
for_masks = np.linalg.solve(S / 4 + np.diag(np.mean(x_train**2, axis=0)) / 4 + small, S / 2)


def psnr(x_hat, x):
    """Peak signal-to-noise ratio in dB, for a peak of 1: mean over pictures, clipped to [0, 1]."""
    return float(np.mean(-10 * np.log10(np.mean((x_hat.clip(0, 1) - x) ** 2, axis=1))))


# %% tags=["nbval-ignore-output"]
results = {
    "nothing done, on noise": psnr(noisy, clean),
    "made for noise, on noise": psnr(mean + (noisy - mean) @ for_noise, clean),
    "made for masks, on noise": psnr(mean + (noisy - mean / 2) @ for_masks, clean),
    "nothing done, on masks": psnr(masked, clean),
    "made for noise, on masks": psnr(mean + (masked - mean) @ for_noise, clean),
    "made for masks, on masks": psnr(mean + (masked - mean / 2) @ for_masks, clean),
}
for name, decibels in results.items():
    print(f"{name}: {decibels:.1f} dB")

# %%
ahead = results["made for masks, on masks"] - results["made for noise, on masks"]
claim("masks: denoiser for masks minus that for noise", ahead, at_least=3, unit="dB")
ahead = results["made for noise, on noise"] - results["made for masks, on noise"]
claim("noise: denoiser for noise minus that for masks", ahead, at_least=4.5, unit="dB")
on_masks = results["made for noise, on masks"] - results["nothing done, on masks"]
on_noise = results["made for masks, on noise"] - results["nothing done, on noise"]
smaller = min(on_masks, on_noise)
claim("on the other's ground: smaller gain over doing nothing", smaller, at_least=1, unit="dB")

# %% [markdown]
# Each is much the better one on its own ground. On the other's it is not useless: either does better than nothing,
# since both know what digits look like. (For deep networks the gap is about 8 dB on MNIST: measured in
# [04](04_denoising_and_contractive.ipynb).)
#
# **Row 37.** The smallest contractive autoencoder: data in the plane with variance 1 along one direction and 0.0001
# across it, and a linear map, with the penalty $R$, of weight $\gamma = 0.01$, on the derivative of the whole map,
# which is the map itself. (A contractive autoencoder proper has it on the code $h$ only.) Autodiff gives the slopes of
# $C$ with respect to the map's sensitivity in either direction. Were sensitivity along the manifold penalised by $C$,
# the first would be positive. Then $R$ is added: the best map is that of row 35.

# %%
flat = np.diag([1, 1e-4])  # a covariance
for sensitivity in (0.1, 0.5, 0.9):
    A = tf.Variable(sensitivity * np.eye(2))
    with tf.GradientTape() as tape:
        off = tf.eye(2, dtype="float64") - A
        C = tf.linalg.trace(off @ flat @ tf.transpose(off))
    along, across = np.diag(tape.gradient(C, A).numpy())
    print(f"row 37  sensitivity {sensitivity}: dC {along:.2f} along, {across:.5f} across")
claim("slope of C along the manifold, at .9", along, at_least=-0.201, at_most=-0.199, exact=True)
strengths = np.linalg.svd(best_map(flat, 0.01), compute_uv=False)
claim("singular value along the manifold", strengths[0], at_least=0.99, at_most=0.991, exact=True)
claim("singular value across it", strengths[1], at_least=0.0098, at_most=0.01, exact=True)

# %% [markdown]
# $C$ wants more sensitivity along the manifold, all the way to 1, and across it hardly cares: the 0 there is what $R$
# wants, and gets.

# %% [markdown]
# ## 5 · Variational autoencoders
# Taught in [06](06_variational_autoencoders.ipynb). The encoder gives a mean $\mu$ and a variance $v = \sigma^2$ (Keras
# code has $\log\sigma^2$) for each of $d$ latents, $q(z \mid x) = \mathcal N(\mu, v)$; the prior is $p(z) = \mathcal
# N(0, I)$; $\varepsilon$ is noise.
#
# | # | source, place | what it says | what holds |
# | --- | --- | --- | --- |
# | 23 | Canziani | the noise's amplitude is the root of the “standard deviation $v$” | the root of the *variance*: $v$ is a variance everywhere else in the notes |
# | 24 | Wollongong | $z = \mu + \exp(\texttt{z\_log\_variance})\,\varepsilon$ with “small” $\varepsilon$; a caption has `z_log_sigma` | $\mu + \exp(\frac12\log\sigma^2)\,\varepsilon$, $\varepsilon \sim \mathcal N(0, I)$, not small. With the caption's $\log\sigma$ the formula would be right: it is the pair that is wrong |
# | 33 | Crowley, chapter, 4 | driving $P(X \mid Y)$, for a discrete category $Y$, with $P(Y)$ gives a signal that varies smoothly | a sample of $Y$ is a category, with nothing between it and the next; only a vector of probabilities, which is a continuous code, gives something between |
# | 38 | Canziani | the penalty keeps each bubble's radius at about 1 | true of the penalty alone. With the reconstruction term, at $\beta = 1$, the bubbles of used latents are far smaller; what has a variance of about 1 is all bubbles together, the aggregate (*aggregated posterior*) |
# | 39 | Laurent | new data come from $z \sim q(z \mid x)$ | from the prior, $z \sim p(z)$; $q(z \mid x)$ gives reconstructions of $x$ |
# | 40 | Laurent | the decoder samples | the sampling layer between encoder and decoder does; the decoder is a function |
# | 61 | Canziani | $\frac12 \sum_i v_i - \log v_i - 1 + \mu_i^2$, no brackets | $\frac12 \sum_i (v_i - \log v_i - 1 + \mu_i^2)$: brackets round all four terms, as the notes say in words. Notation only, but typed literally into code it is wrong |
# | 62 | Canziani | generative models can better understand “the underlying causal relations” | a joint distribution says what goes with what; causes take interventions, or assumptions. That a generative model generalises better does not follow |
#
# **Rows 23, 24 and 61** on numbers. For a variance of .25 the noise has to have deviation .5; we draw it, as row 24
# prints it and as it should be. And if every $q(z \mid x)$ *is* the prior, with $d = 16$ latents, the penalty has to be
# 0.

# %%
v = 0.25
noise = np.random.default_rng(1).normal(size=400_000)
printed_draws, right_draws = np.exp(np.log(v)) * noise, np.exp(0.5 * np.log(v)) * noise
printed_v, right_v = printed_draws.var(), right_draws.var()
compare(23, "amplitude of the noise, with σ for v", np.sqrt(np.sqrt(v)), right_draws.std())
compare(24, "variance of z", printed_v, right_v)
claim(
    "exp(log σ²): variance of 400,000 draws", printed_v, at_least=0.062, at_most=0.063, exact=True
)
claim(
    "exp(½ log σ²): variance of 400,000 draws", right_v, at_least=0.248, at_most=0.252, exact=True
)

# %%
v_16, mu_16 = np.ones(16), np.zeros(16)
typed = 0.5 * v_16.sum() - np.log(v_16[0]) - 1 + mu_16[0] ** 2
bracketed = 0.5 * np.sum(v_16 - np.log(v_16) - 1 + mu_16**2)
names = ("if typed without brackets", "with them")
compare(61, "penalty where q is the prior", typed, bracketed, "nats", names)

# %% [markdown]
# **Rows 38 and 39.** A VAE whose decoder is linear, $x = Wz + \bar x$ plus noise of variance $s^2$ in each pixel, needs
# no training either: its optimum is known as probabilistic PCA. With the eigenvalues $\lambda_i$ and eigenvectors $u_i$
# of the pixels' covariance, the columns of $W$ are $\sqrt{\lambda_i - s^2}\;u_i$, $s^2$ is the mean of the eigenvalues
# left out, and the exact posterior of latent $i$ has variance $v_i = s^2/(g_i + s^2)$, where $g_i$ is the squared
# length of its column, $\lambda_i - s^2$, and mean $\sqrt{g_i}\;u_i^\top(x - \bar x)/\lambda_i$. We give it 16 latents
# to use and add two at which the decoder does not look: their $g_i$ is 0.

# %%
used = eigenvalues[:16]
s2 = eigenvalues[16:].mean()
W = np.sqrt(used - s2) * U[:, :16]  # (784, 16)
gain = np.r_[used - s2, 0, 0]  # (18,)
variance = s2 / (gain + s2)  # (18,)


def posterior_mean(x):
    return (x - mean) @ W / used  # (n, 16)


def decode(z):
    return mean + z @ W.T  # (n, 784)


# %% tags=["nbval-ignore-output"]
aggregate = posterior_mean(x_train).var(axis=0) + s2 / used  # (16,)
radius = np.sqrt(variance)
print(f"row 38  radius of a bubble: used {radius[0]:.3f} to {radius[15]:.3f}, unused {radius[16:]}")
claim("16 used latents: largest radius σ of a bubble", radius[:16].max(), at_most=0.2)
claim("16 used latents: median variance v of a bubble", np.median(variance[:16]), at_most=0.025)
name = "aggregate of all bubbles: largest distance of a variance from 1"
claim(name, np.abs(aggregate - 1).max(), at_most=1e-9, exact=True)

# %% [markdown]
# Radius 1 is what a latent has that nobody reads (*posterior collapse* of that latent). (The VAE of
# [06](06_variational_autoencoders.ipynb), trained and not linear, shows the same at $\beta = 1$. At $\beta = 16$ the
# penalty gets its way: even used latents are wide.) Next, draws from $q(z \mid x)$ and draws from the prior, decoded.

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(runtime.seed(4))
z_q = posterior_mean(x_test) + np.sqrt(s2 / used) * rng.normal(size=(len(x_test), 16))
z_prior = rng.normal(size=(len(x_test), 16))
shown = [x_test[:10], decode(z_q[:10]), decode(z_prior[:10])]
plots.images(
    np.concatenate(shown).reshape(-1, 28, 28),
    columns=10,
    row_labels=["picture x", "z from q(z|x)", "z from p(z)"],
    title="q(z|x) gives back the picture; only the prior gives something new",
    says=(
        "Three rows of ten: test digits; below each a blurred copy, decoded from a draw of its "
        "own code; and in the third row blurred shapes, decoded from draws of the prior, that "
        "have nothing to do with the digits above them."
    ),
)

# %%
far_q, far_p = (np.mean((decode(z) - x_test) ** 2) for z in (z_q, z_prior))
claim("squared distance to x, draws from q over draws from p", far_q / far_p, at_most=0.3)

# %% [markdown]
# (With a linear decoder the third row is new, and ugly. Better decoders are the subject of chapter 06.)

# %% [markdown]
# ## 6 · Generative adversarial networks
# Taught in [07](07_generative_adversarial_networks.ipynb). $p$ is the density of the data, $q$ that of the generated
# samples (the sources' $p_g$), $G$ the generator, $D(x)$ the discriminator's probability that $x$ is real, and
# $V(D, G) = E_{x\sim p} \log D(x) + E_{x\sim q} \log(1 - D(x))$. The best $D$ against a fixed $q$ is $D^* = p/(p + q)$.
#
# | # | source, place | what it says | what holds |
# | --- | --- | --- | --- |
# | 26 | Laurent, algorithm | a second $\Sigma$ stands inside the sum over the batch | one $\Sigma$ over both terms. As printed, the generated samples weigh $m$-fold in a batch of $m$, and $D^* = p/(p + mq)$ |
# | 41 | Crowley, chapter, 5, and lesson | train $D$ on real data first, freeze it, then train $G$, and only in the end “put them in competition”; the lesson adds that this is against weak gradients | on real data alone nothing speaks against $D = 1$ everywhere. Goodfellow and others have the competition from the start: $k$ steps of $D$ on real *and* generated samples, one of $G$. Weak gradients are eased by maximising $\log D(G(z))$ |
# | 42 | Laurent | maximising $D(G(z))$ is equivalent to minimising $\log(1 - D(G(z)))$ | for one sample they have the same optimum; on average they rank generators differently. And *both* have a vanishing slope where $D$ is near 0 |
# | 43 | Wollongong | the game is $\max_D \min_G V$ | $\min_G \max_D V$. Over all densities both orders have the value $-\log 4$. With $G$ first, $q = p$ is the only best choice; with $D$ first, $D = \frac12$ is, and then *every* $q$ is a best answer. Against any other fixed $D$ the best $G$ puts everything where $D$ is largest |
# | 44 | Wollongong | $D$ maximises its classification accuracy | its log-likelihood |
# | 45 | Crowley, lesson | $D$ is the likelihood that a pattern belongs to the model; $G$ seeks “a minimum of the gradient” | $D$ estimates the probability of “real”, if half of what it is shown is; $G$ *descends* the gradient, to a minimum of the cost |
# | 64 | Wollongong | the central problem of a GAN is density estimation | a GAN gives samples. It has no value of $q(x)$ to offer; the density is implicit, as the same slide says |
#
# In this section the data are a bump at 1 of deviation 0.5, the generated samples one at −1 of deviation 1, and
# integrals are sums over a fine grid.
#
# **Row 26.** A perfect generator, $p = q$, and a batch of $m = 64$. Every $D$ from .0001 to .9999 is tried; which
# maximises $\log D + m \log(1 - D)$?

# %%
candidates = np.arange(1, 10_000) / 10_000
best = {m: candidates[np.argmax(np.log(candidates) + m * np.log(1 - candidates))] for m in (1, 64)}
compare(26, "best D against a perfect generator", best[64], best[1])
off = abs(best[64] - 1 / 65)
claim("best D with the second sum, distance from 1/65", off, at_most=1e-4, exact=True)
claim("best D with one sum", best[1], at_least=0.5, at_most=0.5, exact=True)

# %% [markdown]
# **Row 41.** A small $D$ on one number (minus 1, so that real ones are centred, as networks like it), twice: trained on
# 1,000 real samples alone, and on as many generated ones as well. Then both are shown the generated samples.

# %% tags=["nbval-ignore-output"]
real = np.random.default_rng(runtime.seed(5)).normal(0, 0.5, (1000, 1)).astype("float32")
fake = np.random.default_rng(runtime.seed(6)).normal(-2, 1, (1000, 1)).astype("float32")
on_fakes = {}  # what D says to generated samples, on average
for name, samples in {"real only": [real], "both": [real, fake]}.items():
    keras.utils.set_random_seed(runtime.seed(7))
    D = keras.Sequential([keras.Input((1,)), layers.Dense(16, "tanh"), layers.Dense(1)])  # a logit
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    D.compile(keras.optimizers.Adam(0.02), cross_entropy, steps_per_execution=10)
    labels = np.concatenate([np.full((1000, 1), float(s is real)) for s in samples])
    epochs = budget(smoke=2, quick=30, full=30)
    D.fit(np.concatenate(samples), labels, batch_size=100, epochs=epochs, verbose=0)
    on_fakes[name] = float(sigmoid(np.asarray(D(fake))).mean())
alone, both = on_fakes.values()
claim("D trained on real samples only: what it says to generated ones", alone, at_least=0.99)
claim("D trained on both: what it says to generated ones", both, at_most=0.2)

# %% [markdown]
# Without a counterexample, $D$ calls everything real, and a $G$ that is trained against it has nothing to learn: its
# loss may well pull at the logit (row 42), but how the logit changes with $x$ says nothing about the data. (With
# numbers that are not centred, what $D$ says far from the data depends on how the network happens to extrapolate. That
# is no better informed.)
#
# **Row 42.** Slopes first: how strongly does each loss of $G$ pull at the logit of $D(G(z))$? Ask autodiff at $D =
# 0.01$, a sample that $D$ sees through, as most are at the beginning.

# %%
losses = {
    "−D": lambda D: -D,
    "log(1 − D)": lambda D: tf.math.log(1 - D),
    "−log D": lambda D: -tf.math.log(D),
}
logit = tf.Variable(np.log(0.01 / 0.99))
pulls = {}
for name, loss in losses.items():
    with tf.GradientTape() as tape:
        cost = loss(tf.sigmoid(logit))
    pulls[name] = abs(float(tape.gradient(cost, logit)))
limits = (0.0098999, 0.0099001), (0.0099999, 0.0100001), (0.9899999, 0.9900001)
for (name, pull), (low, high) in zip(pulls.items(), limits, strict=True):
    claim(f"pull at D .01, {name}", pull, at_least=low, at_most=high, exact=True)

# %% tags=["nbval-ignore-output"]
D_values = np.linspace(0.001, 0.999, 500)
plots.curves(
    D_values,
    {"−D": D_values * (1 - D_values), "log(1 − D)": D_values, "−log D": 1 - D_values},
    x_label="D(G(z)): how real the discriminator finds a sample",
    y_label="pull on the logit, |d loss / d logit|",
    title="Two of the three losses let go of the worst samples",
    says=(
        "Three curves over D from 0 to 1. Minus D pulls most at one half and goes to 0 at both "
        "ends; log(1 − D) pulls in proportion to D, so not at all at 0; minus log D pulls with 1 "
        "− D, most where D is 0."
    ),
)

# %% [markdown]
# Both losses that the slides call equivalent let go where $D$ is near 0, and that is where samples are when training
# begins. Then the ranking. To the samples of one generator, $D$ always says .5. To those of another it says, half and
# half, .001 and .98. The steady one has the larger mean of $D$, the moody one the smaller mean of $\log(1 - D)$: which
# of them is better depends on the loss.

# %%
steady, moody = np.array([0.5, 0.5]), np.array([0.001, 0.98])  # what D says
log_steady, log_moody = np.log(1 - steady).mean(), np.log(1 - moody).mean()
lead_D, lead_log = steady.mean() - moody.mean(), log_steady - log_moody
names = ("steady", "moody")
compare(42, "mean of D, to be large", steady.mean(), moody.mean(), names=names)
compare(42, "mean of log(1 − D), to be small", log_steady, log_moody, names=names)
claim("mean D: steady minus moody", lead_D, at_least=0.0094, at_most=0.0096, exact=True)
claim("mean log(1 − D): steady minus moody", lead_log, at_least=1.26, at_most=1.27, exact=True)

# %% [markdown]
# **Row 43.** Take the two orders one step at a time, on a fine grid. *D first*: $D$ commits itself to something between
# “½ to everything” ($t = 0$) and $D^*$ ($t = 1$), and $G$ answers with the best $q$ there is, which is a heap where $D$
# is largest (a *point mass*; live games come near it in *mode collapse*). *G first*: $q$ commits itself to a mixture of
# $p$ ($t = 0$) and the bump at −1 ($t = 1$), and $D$ answers with its $D^*$.

# %%
x_grid = np.linspace(-6, 6, 2401)
dx = x_grid[1] - x_grid[0]


def normal(x, m, s):
    return np.exp(-(((x - m) / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi))


def value(D, p, q):
    """V in nats: integrals over the grid; D is clipped away from 0 and 1."""
    D = np.clip(D, 1e-300, 1 - 1e-16)
    return np.sum(p * np.log(D) + q * np.log1p(-D)) * dx


p, q = normal(x_grid, 1, 0.5), normal(x_grid, -1, 1)
D_star = p / (p + q)

# %%
t = np.linspace(0, 1, 41)
after_D, after_G = [], []
for share in t:
    D = 0.5 + share * (D_star - 0.5)
    heap = np.zeros_like(p)
    heap[D.argmax()] = 1 / dx  # all of q on one point of the grid
    after_D.append(value(D, p, heap))
    mixture = (1 - share) * p + share * q
    after_G.append(value(p / (p + mixture), p, mixture))
after_D, after_G = np.array(after_D), np.array(after_G)

# %%
off_G, off_D = abs(after_G[0] + np.log(4)), abs(after_D[0] + np.log(4))
claim("G first, q equal to p: V plus log 4", off_G, at_most=1e-6, **NATS)
claim("D first, one half to everything: V plus log 4", off_D, at_most=1e-6, **NATS)
claim("G first: lowest V is at q equal to p", after_G.argmin(), at_most=0, exact=True)
claim("D first: highest V is at one half", after_D.argmax(), at_most=0, exact=True)
name = "V of D* against a heap on its highest point"
claim(name, after_D[-1], at_least=-3.58, at_most=-3.56, **NATS)

# %% tags=["nbval-ignore-output"]
plots.curves(
    t,
    {"G first, then the best D": after_G, "D first, then the best G": after_D},
    x_label="t: how far the first player has moved away from its best choice",
    y_label="V (nats)",
    title="Both orders meet at −log 4; a D that moves first does best to know nothing",
    says=(
        "Two curves that begin together at minus 1.39. If G moves first, V rises as q moves "
        "away from p. If D moves first, V falls as D moves away from saying one half to "
        "everything, since G piles up its samples where D is largest."
    ),
    ylim=(-4, 0),
)

# %% [markdown]
# If $D$ has to move first, its best move is to know nothing, because anything it knows is exploited. And against a $D$
# that knows nothing any $q$ is as good as $p$: nobody would learn. That is why the order matters although the value is
# the same: $G$ has to play against a $D$ that looks again.
#
# **Row 44.** Multiply the logit of $D^*$ by four. Every decision stays, so accuracy is the same; the likelihood gets
# worse (the copy is *overconfident*, badly *calibrated*), because it punishes conviction where the two overlap.


# %%
def accuracy(D, p, q):
    """Share of right decisions, half of the samples being real."""
    return np.sum(np.where(D > 0.5, p, q)) * dx / 2


logit_star = np.log(p) - np.log(q)
boast = sigmoid(4 * logit_star)
right_boast, right_star = accuracy(boast, p, q), accuracy(D_star, p, q)
V_boast, V_star = value(boast, p, q), value(D_star, p, q)
names = ("boastful copy", "D*")
compare(44, "accuracy", right_boast, right_star, names=names)
compare(44, "V", V_boast, V_star, "nats", names)
lead = abs(right_star - right_boast)
claim("accuracy: D* minus its boastful copy", lead, at_most=1e-9, exact=True)
claim("V: D* minus its boastful copy", V_star - V_boast, at_least=0.567, at_most=0.568, **NATS)

# %% [markdown]
# **Row 45.** At one point, say where the data have density 0.2 and the generator 0.05, the best $D$ says .8: a
# statement about the *ratio*. Double both densities and it says the same. And a minimum of a cost is not a minimum of
# its gradient: for the cost $\cos w$, descent ends at $\pi$, where the cost is −1; its gradient, $-\sin w$, is least at
# $\pi/2$, where the cost is 0.

# %%
w = 1.0
for _ in range(200):
    w -= 0.2 * -np.sin(w)
w_all = np.linspace(0, np.pi, 1001)
at_lowest_slope = np.cos(w_all[np.argmin(-np.sin(w_all))])
names = ("at the minimum of the gradient", "where descent ends")
compare(45, "cost", round(at_lowest_slope, 9) + 0, np.cos(w), names=names)
claim("where descent ends, distance from π", abs(w - np.pi), at_most=1e-9, exact=True)

# %% [markdown]
# ## 7 · Deconvolution, DCGAN, VGG
# Taught in [08](08_deconvolution_and_dcgan.ipynb). All rows are from Crowley's lesson.
#
# | # | place | what it says | what holds |
# | --- | --- | --- | --- |
# | 27 | DCGAN | the first layer has 160 K weights (and 16 K biases) | $100 \cdot 4 \cdot 4 \cdot 1024$ = 1,638,400 weights, ten times as many; the 16,384 biases are right |
# | 28 | VGG | a “16 layer” network has 19 layers, the first 17 of 3×3, with depths 64 (1, 2), 128 (3–5), 256 (6–9), 512 (10–17), then two 1×1 layers; pooling after 2, 4, 7, 10, 13 | VGG-16 has 13 convolutions, 64 (1, 2), 128 (3, 4), 256 (5–7), 512 (8–13), pooled after 2, 4, 7, 10, 13, and 3 dense layers. VGG-19 has 16 and 3, pooled after 2, 4, 8, 12, 16. The pooling belongs to the one, the count of layers to the other |
# | 47 | unpooling | three quarters of the activations are 0 | *at least* three quarters; more where a maximum is itself 0, as after a ReLU |
# | 48 | the bicycle | the 14, 28, 56, 112 and 224 maps show results of max-pooling | VGG's pooling gives 112, 56, 28, 14, 7. Those of 14 to 224 are the unpooled and deconvolved maps on the way up |
# | 49 | deconvolution | its stride is the opposite of pooling; for 2×2 average pooling, four displaced copies of the receptive field | right for the transpose of convolution and pooling together, up to a weight of ¼ each; a stride-2 transposed convolution by itself puts *one* copy per value. It is the name that misleads: a transpose, not an inverse |

# %%
dense = layers.Dense(4 * 4 * 1024)
dense.build((None, 100))
weights, biases = (int(np.prod(w.shape)) for w in dense.weights)
print(f"row 27  as printed 160 K weights and 16 K biases, by Keras {weights:,} and {biases:,}")
claim("DCGAN, first layer: weights", weights, at_least=1_638_400, at_most=1_638_400, exact=True)

# %% [markdown]
# **Rows 28 and 48.** Keras has both networks; without their dense layers, and without their trained weights, they are
# light enough to ask.

# %%
vgg = {}
for name, build in {"VGG-16": keras.applications.VGG16, "VGG-19": keras.applications.VGG19}.items():
    model = build(weights=None, include_top=False, input_shape=(224, 224, 3))
    depths, pools, sides = [], [], []
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            depths.append(layer.filters)
        elif isinstance(layer, layers.MaxPooling2D):
            pools.append(len(depths))
            sides.append(layer.output.shape[1])
    vgg[name] = depths, pools, sides
    print(f"{name}: {len(depths)} convolutions, depths {depths}")
    print(f"  pooled after {pools}, to maps of {sides}")

# %%
thirteen = [64] * 2 + [128] * 2 + [256] * 3 + [512] * 6
(depths_16, pools_16, sides_16), (depths_19, pools_19, _) = vgg["VGG-16"], vgg["VGG-19"]
claim("VGG-16: depths 64, 128, 256, 512 as in the table", depths_16 == thirteen, exact=True)
claim("VGG-19: convolutions", len(depths_19), at_least=16, at_most=16, exact=True)
claim("VGG-16: pooled after 2, 4, 7, 10, 13", pools_16 == [2, 4, 7, 10, 13], exact=True)
claim("VGG-19: pooled after 2, 4, 8, 12, 16", pools_19 == [2, 4, 8, 12, 16], exact=True)
halved = sides_16 == [112, 56, 28, 14, 7]
claim("VGG-16: maps after pooling are 112, 56, 28, 14, 7", halved, exact=True)

# %% [markdown]
# **Row 47.** Pool by the maximum over 2×2, remember the places, and put each maximum back at its own: on a random map
# without zeros, and on digits, which are 0 where they are black.


# %%
def zeros_after_unpooling(maps):
    """Share of zeros after 2×2 max-pooling and unpooling of maps (n, 28, 28)."""
    maxima, places = tf.nn.max_pool_with_argmax(
        maps[..., None].astype("float32"), 2, 2, "VALID", include_batch_in_index=True
    )
    unpooled = np.zeros(maps.size)
    unpooled[places.numpy().ravel()] = maxima.numpy().ravel()
    return np.mean(unpooled == 0)


# %%
on_noise = zeros_after_unpooling(np.random.default_rng(0).uniform(0.1, 1, (100, 28, 28)))
on_digits = zeros_after_unpooling(x_test.reshape(-1, 28, 28))
claim(
    "zeros after unpooling, a map without zeros", on_noise, at_least=0.75, at_most=0.75, exact=True
)
least, most = {"mnist": 0.938, "offline": 0.922}, {"mnist": 0.94, "offline": 0.924}
claim("zeros after unpooling, digits", on_digits, at_least=least, at_most=most)

# %% [markdown]
# **Row 49**, by autodiff. A slope with respect to the input, of one number that comes out, *is* what the transpose
# makes of that number. First average pooling alone; then a 3×3 convolution followed by it; and a transposed convolution
# with stride 2, on a map with a single 1.

# %%
kernel = np.arange(1.0, 10).reshape(3, 3)
picture = tf.Variable(np.zeros((1, 6, 6, 1)))
with tf.GradientTape(persistent=True) as tape:
    pooled = tf.nn.avg_pool2d(picture, 2, 2, "VALID")[0, 0, 0, 0]
    convolved = tf.nn.conv2d(picture, kernel[:, :, None, None], 1, "VALID")  # (1, 4, 4, 1)
    both = tf.nn.avg_pool2d(convolved, 2, 2, "VALID")[0, 0, 0, 0]
by_pooling = tape.gradient(pooled, picture).numpy()[0, :, :, 0]
by_both = tape.gradient(both, picture).numpy()[0, :, :, 0]
single = np.zeros((1, 2, 2, 1))
single[0, 0, 0, 0] = 1
transposed = tf.nn.conv2d_transpose(single, kernel[:, :, None, None], (1, 5, 5, 1), 2, "VALID")
by_stride = transposed.numpy()[0, :, :, 0]

# %%
quarters, four_copies, one_copy = np.zeros((6, 6)), np.zeros((6, 6)), np.zeros((5, 5))  # expected
quarters[:2, :2] = 1 / 4
one_copy[:3, :3] = kernel
for down in (0, 1):
    for right in (0, 1):
        four_copies[down : down + 3, right : right + 3] += kernel
differences = {
    "pooling's transpose minus a quarter on each of four places": by_pooling - quarters,
    "convolution and pooling, transposed, minus a quarter of four copies": by_both
    - four_copies / 4,
    "stride 2, transposed, minus one copy": by_stride - one_copy,
}
for name, difference in differences.items():
    claim(name, np.abs(difference).max(), at_most=1e-12, exact=True)

# %% [markdown]
# And “not an inverse”: blur ten random numbers with the kernel (1, 2, 1)/4, a matrix $B$ of 8 rows and 10 columns, and
# bring them back with its transpose. How much is lost, $\lVert B^\top B x - x\rVert/\lVert x\rVert$? Eight numbers
# can't tell ten, so not even the best there is, the pseudo-inverse, brings back all; but it shows how far a transpose
# is from it. (The transpose may be scaled. That helps little: 0.74 at best, with a factor of 1.5.)

# %%
B = np.stack([np.pad([1, 2, 1], (i, 7 - i)) for i in range(8)]) / 4  # (8, 10)
numbers = np.random.default_rng(2).normal(size=(5000, 10))


def missed(back):
    """Share of x that `back` (10, 8) does not restore from Bx: the average over the draws."""
    rest = numbers @ B.T @ back.T - numbers
    return np.mean(np.linalg.norm(rest, axis=1) / np.linalg.norm(numbers, axis=1))


by_transpose, scaled, by_pinv = missed(B.T), missed(1.5 * B.T), missed(np.linalg.pinv(B))
names = ("transpose", "pseudo-inverse")
compare(49, "share that is not restored", by_transpose, by_pinv, names=names)
claim("not restored by the transpose", by_transpose, at_least=0.768, at_most=0.77, exact=True)
claim("not restored by 1.5 times the transpose", scaled, at_least=0.738, at_most=0.739, exact=True)
claim("not restored by the pseudo-inverse", by_pinv, at_least=0.4, at_most=0.41, exact=True)

# %% [markdown]
# ## 8 · InfoGAN
# Taught in [09](09_conditional_gan_and_infogan.ipynb). $c$ is a code that $G$ gets beside its noise $z$; $Q(c \mid x)$
# a network that guesses $c$ from a picture; $I(c; x)$ the information that the picture carries about the code;
# $\lambda$, here, its weight; $V$ as in section 6.
#
# | # | source, place | what it says | what holds |
# | --- | --- | --- | --- |
# | 46 | Laurent | the game is over $V(D, G) - \lambda\, I(c; G(z, c))$ | correct as the ideal, and the paper's own first form. $I$ needs $p(c \mid x)$, which nobody has; $Q$ gives a lower bound $L_I \le I$, and what is played is $\min_{G,Q} \max_D V - \lambda L_I(G, Q)$ |
# | 66 | Laurent | the latent variables are “learned from the data” | $c$ is drawn from a fixed distribution (ten categories; uniform on [−1, 1]); what it comes to *mean* is learned |
#
# **Row 46.** A table for three codes and four pictures. $L_I = H(c) + \sum_{c,x} p(c, x) \log Q(c \mid x)$, for the
# true posterior, for a $Q$ that only knows how often each code comes, and for a thousand random ones.

# %%
p_cx = np.array([[0.25, 0.05, 0.02, 0.01], [0.03, 0.20, 0.07, 0.03], [0.02, 0.05, 0.07, 0.20]])
p_c = p_cx.sum(axis=1, keepdims=True)  # (3, 1)
H_c = information.entropy(p_c.ravel(), unit="nats")
I_cx = information.mutual_information(p_cx, unit="nats")


def bound(Q):
    """L_I in nats, for Q (codes, pictures) whose columns sum to 1."""
    return H_c + np.sum(p_cx * np.log(Q))


# %%
tight = bound(p_cx / p_cx.sum(axis=0))
ignorant = bound(np.repeat(p_c, 4, axis=1))
guesses = [bound(Q.T) for Q in np.random.default_rng(3).dirichlet(np.ones(3), (1000, 4))]
print(f"row 46  I {I_cx:.4f} nats; L_I of the best random Q {max(guesses):.4f}")
claim("L_I of the true posterior minus I", abs(tight - I_cx), at_most=1e-12, **NATS)
claim("L_I of an ignorant Q", abs(ignorant), at_most=1e-12, **NATS)
claim("largest L_I of a thousand random Q minus I", max(guesses) - I_cx, at_most=0, **NATS)

# %% [markdown]
# ## 9 · Sayings
# Nothing to compute here; chapter [10](10_ethics_of_generative_models.ipynb), on ethics, gives the background.
#
# | # | source, place | what it says | what holds |
# | --- | --- | --- | --- |
# | 50 | Laurent, ethics | quotes the 2018 video in which an actor speaks through Barack Obama's face | the wording differs from what was reported at the time, as a sentence does that has been translated there and back. Do not pass it on as a quotation: name the video (BuzzFeed and Jordan Peele, 2018), and say what it says in your own words. The reference to “Jarman” is, we believe, to A. Jaiman, *Debating the Ethics of Deepfakes*, 2020; look it up before you cite it |
# | 67 | Crowley, chapter, abstract | sparse autoencoders find categories, and that is the basis of the self-supervision at the heart of Transformers | Transformers learn by predicting tokens that are hidden or come next. That is kin to a *denoising* autoencoder; the KL penalty plays no part in it |

# %% [markdown]
# ## 10 · Remarks, not slips
# What is right, or nearly, and still worth a word. (Slides are short. What we add may well have been said aloud.)
#
# | # | source, place | what it says | a remark |
# | --- | --- | --- | --- |
# | 8 | Crowley, chapter, 3.3 | predicting .012 for the truth gives a high “log of the cross-entropy” | the cross-entropy itself *is* the (negative) logarithm, and it is high: $-\log .012$ |
# | 54 | Crowley, chapter, 3.6; Canziani | KL measures a “distance” | as a word, fine; but it is not symmetric (shown in [01](01_information_theory.ipynb)) |
# | 58 | Canziani, target propagation | $\theta = \theta - \nabla_\theta C$ for the parameters $\theta$ | with a small step size $\eta$: $\theta - \eta \nabla_\theta C$ |
# | 59 | Wollongong | a denoiser is compared with a median filter, at Gaussian noise of $\sigma = 1$ | for Gaussian noise the median is a weak opponent, if pixels run from 0 to 1 (measured in [04](04_denoising_and_contractive.ipynb)) |
# | 63 | Crowley, both | each of the two networks tries to fool the other | $G$ tries to fool $D$; $D$ tries not to be fooled, and has no means of fooling anybody |
# | 65 | Laurent, on Chen and others | $c_2$ models rotation and $c_3$ width | a fair report of the paper's run. In another run, which code gets which meaning is chance; the names are given afterwards |

# %% [markdown]
# ## What to take away
# Sixty-seven rows, and few kinds:
# - **A sign that is missing** (9, 25), **or brackets that are** (20, 61). *Test*: a loss below 0, an information below 0, a penalty that is not 0 where it has to be.
# - **Sum or mean, and how many times** (15, 17, 26, 51). *Test*: double the batch, and see whether the balance between two terms moves.
# - **Which axis, which layer, which variable** (1, 10, 14, 17, 21, 22, 55, 57). *Test*: shapes, written beside every symbol.
# - **A minimum among what?** (2, 3, 43). *Test*: name the set over which it is taken, and in which order.
# - **A thing and its logarithm, its root, its slope, its transpose** (11, 12, 23, 24, 45, 49). *Test*: one number, by hand.
# - **Words that promise too much** (29–32, 35, 36, 38, 52, 53, 62, 67). *Test*: build the smallest case that obeys the formula and breaks the promise.
#
# **Ask yourself.** (1) A loss in your log is −0.3. Which of the rows come to mind, and is it always a mistake? (2) Why
# can a wrong gradient still train a network? (3) Somebody's code passes all tests with batches of one size. Which rows
# should worry you? (4) You find a slip that is not on this page. What would convince a sceptic?
#
# <details><summary>Answers</summary>
#
# (1) Rows 9 and 20; but it is a mistake only for losses that can't be negative: a cross-entropy of probabilities can't,
# the negative logarithm of a *density* can (row 34). (2) A small step *against* any vector whose inner product with the
# gradient is positive goes downhill, and many a wrong gradient is such a vector; the error shows in where it ends. (3)
# 15, 17, 26. (4) A case with a known answer, in which the printed form fails and yours does not.
#
# </details>
#
# Have you found another, in these sources or in this course? An issue with a number in it is the best contribution
# there is.
#
# **References.** The five sources: J. L. Crowley, *Generative Networks and the AutoEncoder* (“Crowley, chapter”); J. L.
# Crowley, ENSIMAG lesson 9, *Autoencoders, Deconvolution and Generative Adversarial Networks*, 2019 (“Crowley,
# lesson”); University of Wollongong, *Autoencoders and GANs* (“Wollongong”); B. Laurent, INSA Toulouse, *Autoencoders
# and Generative Adversarial Networks* (“Laurent”); A. Canziani, NYU, *Generative Models – Autoencoders*, 2021
# (“Canziani”). Papers: C. E. Shannon, *A Mathematical Theory of Communication*, 1948; P. Baldi and K. Hornik, *Neural
# Networks and Principal Component Analysis*, 1989; M. E. Tipping and C. M. Bishop, *Probabilistic Principal Component
# Analysis*, 1999; D. P. Kingma and M. Welling, *Auto-Encoding Variational Bayes*, 2013; I. J. Goodfellow and others,
# *Generative Adversarial Networks*, 2014; K. Simonyan and A. Zisserman, *Very Deep Convolutional Networks for
# Large-Scale Image Recognition*, 2014; A. Radford, L. Metz and S. Chintala, *Unsupervised Representation Learning with
# Deep Convolutional Generative Adversarial Networks*, 2015; H. Noh, S. Hong and B. Han, *Learning Deconvolution Network
# for Semantic Segmentation*, 2015; X. Chen and others, *InfoGAN: Interpretable Representation Learning by Information
# Maximizing Generative Adversarial Nets*, 2016.
#
# **Back** to [00, start here](00_start_here.ipynb), with its map of the course.
