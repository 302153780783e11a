# %% [markdown]
# # 06 · Variational autoencoders: a code that can be rolled like dice
#
# **You need** chapters [01](01_information_theory.ipynb) (KL divergence, that of two Gaussians too, cross-entropy from logits) and
# [02](02_autoencoders.ipynb) (encoder, decoder, code). Chapters [04](04_denoising_and_contractive.ipynb), on denoising, and [05](05_energies_and_latent_variables.ipynb), on energies, help but are not needed. **It runs in** {{minutes}} on two CPU cores;
# with the exercises, allow an evening.
#
# An autoencoder turns sixteen numbers into a digit. So roll dice for sixteen numbers, hand them to the decoder, and you have a
# machine that invents handwriting. Try it and you get smears: the decoder has only ever met codes that belong to a digit, and the dice
# hardly ever hit one.
#
# One repair: see where the codes lie, and load the dice. The other: train both networks so that all codes *together* look rolled. That costs nats,
# and reconstruction error plus this price is a bound on $-\ln p(x)$. We derive it where every line can be checked, and let the repairs compete.
#
# By the end you will be able to
# - derive the ELBO, check each step where the truth is known, and say how it relates to $\ln p(x)$;
# - write sampler, KL and loss so that they train and survive extreme values, and know the usual bugs by their symptoms;
# - turn β, and find it in programs that do not name it;
# - tell a bound from the probability it bounds, and a rate from the information it pays for;
# - judge samples by coverage and density, and a code by what can be read from it.

# %% tags=["nbval-ignore-output"]
import math
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import interact
from matplotlib.patches import Ellipse
from scipy.ndimage import gaussian_filter
from scipy.stats import norm
from sklearn.linear_model import LinearRegression
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from course_utils import data, information, metrics, plots, runtime
from course_utils.exercises import ch06 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=6)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import layers, ops

from course_utils.scoring import frozen_classifier

digits = data.load_digits()

# %% [markdown]
# The settings of the whole chapter. The offline set has fewer pictures, so it gets more epochs.

# %%
offline = digits.name == "offline"
n = budget(smoke=1000, quick=60_000, full=60_000)  # at most so many training pictures
epochs_2 = budget(smoke=1, quick=30 if offline else 6, full=200)  # for 2 latents
epochs_16 = budget(smoke=1, quick=36 if offline else 8, full=200)  # with 16
n_short = budget(smoke=1000, quick=30_000, full=60_000)  # pictures, where training only goes on
epochs_binary = budget(smoke=1, quick=20 if offline else 4, full=100)  # black-and-white pictures
epochs_beta = budget(smoke=1, quick=3 if offline else 1, full=20)  # with n_short, on from there
units = budget(smoke=(64, 32), quick=(512, 256), full=(1024, 512))  # hidden, from pixels to code
tests = budget(smoke=500, quick=10_000, full=10_000)  # at most so many test pictures

x_train, y_train = digits.x_train[:n].reshape(-1, 784), digits.y_train[:n]  # (n, 784), (n,)
mixed = np.random.default_rng(0).permutation(len(digits.x_test))[:tests]  # MNIST's are in an order
x_test, y_test = digits.x_test[mixed].reshape(-1, 784), digits.y_test[mixed]

# %% [markdown]
# ## 1 · Rolling dice for a code
# First the loss, as in chapter 02: each pixel is a coin (a **Bernoulli variable**) that shows white with probability $p_d = \operatorname{sigmoid}(a_d)$, where $a_d$ is the decoder's output for pixel $d$, its
# **logit**. Describing picture $x$ with these coins costs
#
# $$ -\ln p(x|z) = -\sum_{d=1}^{784} \bigl[ x_d \ln p_d + (1 - x_d) \ln (1 - p_d) \bigr] \quad\text{nats,} $$
#
# summed over the pixels. The code is called $z$ from now on.
#
# ### Exercise · the cost of a picture
# In `keras.ops`, for a batch of pictures: one number for each, Keras will average them. Logits of ±1000 must give the right values and gradients.

# %%
bernoulli_loss = ex.bernoulli_loss.check(...)  # @exercise

# %% [markdown]
# A plain autoencoder with a code of 16 numbers: two functions that build its halves, and one that trains. `heads` is how many outputs the encoder has: one for now. (SiLU, $a \cdot \operatorname{sigmoid}(a)$, is a smooth cousin of ReLU.)

# %%
from course_utils.vae import encoder_network  # @source


from course_utils.vae import decoder_network  # @source


from course_utils.vae import train  # @source

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(1))
plain_encoder, plain_decoder = encoder_network(16, units), decoder_network(16, units)
autoencoder = keras.Model(plain_encoder.input, plain_decoder(plain_encoder.output))
train(autoencoder, x_train, x_train, epochs=epochs_16, batch=100, loss=bernoulli_loss)

# %% [markdown]
# Now roll the dice: sixteen independent numbers from a normal distribution, $z \sim \mathcal N(0, 1)$. Then load them: look where the codes of the training pictures lie, and draw from a Gaussian with their mean and covariance. Or
# from a **mixture** of ten Gaussians, fitted to them by scikit-learn: first one of the ten by lot, then a draw from it.


# %%
def fitted_mixture(codes):
    """A mixture of ten Gaussians, fitted to codes (n, latents)."""
    mixture = GaussianMixture(10, max_iter=50, random_state=runtime.seed(21))
    with threadpool_limits(1), warnings.catch_warnings():  # threads would wait for each other
        warnings.simplefilter("ignore")  # fifty steps will do, converged or not
        return mixture.fit(codes[:10_000].astype("float64"))


def mixture_draws(codes, count):
    """Draws (count, latents) from a mixture that is fitted to the codes, in random order."""
    draws, _ = fitted_mixture(codes).sample(count)  # they come Gaussian by Gaussian
    return np.random.default_rng(runtime.seed(25)).permutation(draws)


def decode(decoder, z):
    """The decoder's pictures for codes z, shape (n, 784), in [0, 1]."""
    return np.asarray(ops.sigmoid(decoder.predict(z.astype("float32"), batch_size=1000, verbose=0)))


rng = np.random.default_rng(runtime.seed(2))
count = budget(smoke=200, quick=1000 if offline else 2000, full=1000 if offline else 2000)
plain_codes = plain_encoder.predict(x_train, batch_size=1000, verbose=0)  # (n, 16)
random_codes = {
    "N(0, 1)": rng.normal(size=(count, 16)),
    "one Gaussian": rng.multivariate_normal(plain_codes.mean(axis=0), np.cov(plain_codes.T), count),
    "ten Gaussians": mixture_draws(plain_codes, count),
}
samples_of = {f"AE, {name}": decode(plain_decoder, z) for name, z in random_codes.items()}

# %% tags=["nbval-ignore-output"]
rows = {"digits": x_test, **samples_of}
plots.images(
    np.concatenate([pictures[:10] for pictures in rows.values()]).reshape(-1, 28, 28),
    columns=10,
    row_labels=list(rows),
    title="The better the dice fit its codes, the more are digits",
    says=(
        "Four rows of ten pictures: digits of the test set, and what the plain decoder makes of"
        " codes drawn from N(0, 1), from one fitted Gaussian, and from a mixture of ten. The first"
        " are smears; of the second some are digits, in others strokes of several are mixed; of the"
        " third most are digits."
    ),
)

# %% [markdown]
# How good is that, as a number? We need somebody who looks at *what is drawn*: a classifier that the course brings along (chapter 07 trains it), with its last hidden layer as 64 **features**. In their space, put a ball around each of some real pictures, reaching to its fifth-nearest neighbour among the others. **Coverage** is the share of balls
# with a sample in them: how much of what there is gets drawn? **Density** counts in how many balls a sample lies, on average, and divides by 5, because a real picture lies in about five: how real does a sample look? Other real pictures should reach 0.97 in coverage and 1 in density.
#
# ### Exercise · coverage and density
# In NumPy: two numbers, from all squared distances, for any $k$ in place of 5.

# %%
coverage_and_density = ex.coverage_and_density.check(...)  # @exercise


# %%
classifier = frozen_classifier(digits.name)


def features_of(x):
    """The classifier's last hidden layer, (n, 64), for pictures (n, 784)."""
    pictures = x.reshape(-1, 28, 28, 1)
    return classifier.predict(pictures, batch_size=1000, verbose=0)["features"].astype("float64")


def squared_distances(a, b):
    """Of each row of a from each row of b, shape (len(a), len(b))."""
    return (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T


real = features_of(x_test[:count])
reach = np.sort(squared_distances(real, real), axis=1)[:, 5]  # column 0 is the picture itself


def score(samples):
    """Coverage and density of pictures (n, 784)."""
    return coverage_and_density(squared_distances(real, features_of(samples)), reach, 5)


# %% tags=["nbval-ignore-output"]
scores = {name: score(samples) for name, samples in samples_of.items()}
others = x_test[count : 2 * count].reshape(-1, 28, 28)
scores["real pictures"] = score(others)
scores["the same, blurred"] = score(gaussian_filter(others, (0, 0.8, 0.8)))
scores["their average"] = score(np.tile(x_train.mean(axis=0), (count, 1)))
for name, (covered, density) in scores.items():
    print(f"{name:20}coverage {covered:.2f}   density {density:.2f}")

# %%
covered = {name: coverage for name, (coverage, _) in scores.items()}
claim("coverage, real", covered["real pictures"], at_least=0.9)
claim("coverage, one average picture", covered["their average"], at_most=0.05)
claim("coverage, AE, N(0, 1)", covered["AE, N(0, 1)"], at_most=0.3)
one, ten = covered["AE, one Gaussian"], covered["AE, ten Gaussians"]
claim("coverage, AE, ten Gaussians minus one", ten - one, at_least=0.2)
real_density = scores["real pictures"][1]
claim("density, real", real_density, at_least=0.85, at_most=1.15)
sharper = scores["the same, blurred"][1] - real_density
claim("density, blurred minus real", sharper, at_least=0.03)
one_density = scores["AE, one Gaussian"][1] - real_density
claim("density, AE with one Gaussian minus real", one_density, at_most=-0.3)

# %% [markdown]
# Density can be fooled: copies of the average picture lie in a few wide balls, and a little blur *raises* it. So read both; neither tests sharpness. On MNIST $\mathcal N(0, 1)$ hits one ball in ten or so, one Gaussian four, ten Gaussians nearly nine.
#
# So fitting a distribution to the codes of a finished autoencoder, **ex-post density estimation**, works. But nothing told the encoder to put its codes where dice can follow, and no number says how well the *whole* explains a picture. For that the dice have to come first.
#
# ## 2 · Dice first
# Say that pictures arise in two steps. Draw $z$ from a fixed **prior** $p(z)$, independent $\mathcal N(0, 1)$ for each of its $N$ numbers, the **latents**. Then draw $x$ from $p(x|z)$, coins whose
# probabilities a decoder computes from $z$ (**ancestral sampling**). How probable is a given picture under this
# model? It may have come from any $z$, so add them all up; the sum is called the **evidence**, or marginal likelihood:
#
# $$ p(x) = \int p(x|z)\, p(z)\, dz. $$
#
# Training should make $\ln p(x)$ large for the training pictures. With one latent that is easy: put 20 points on a line, add up (**quadrature**). With two, a grid of $20^2$ points. How long for 16 latents,
# for one picture? A coffee, a weekend, a century?


# %%
def grid_log_p(decoder, x, latents, points=20):
    """ln p(x) of one picture by quadrature: a grid of points in each latent, over [−4, 4]."""

    def log_likelihood(logits):  # (batch, 784) → (batch, 1)
        return -bernoulli_loss(ops.broadcast_to(x, ops.shape(logits)), logits)[:, None]

    axis = np.linspace(-4, 4, points, dtype="float32")
    grid = np.stack(np.meshgrid(*[axis] * latents), axis=-1).reshape(-1, latents)  # every point
    network = keras.Sequential([decoder, layers.Lambda(log_likelihood)])
    log_p_x_given_z = network.predict(grid, batch_size=4000, verbose=0)[:, 0]
    log_p_z = -0.5 * np.sum(grid**2 + np.log(2 * np.pi), axis=1)
    return np.logaddexp.reduce(log_p_x_given_z + log_p_z) + latents * np.log(axis[1] - axis[0])


# %% tags=["nbval-ignore-output"]
seconds = {}
for latents in budget(smoke=(1, 2), quick=(1, 2, 3, 4), full=(1, 2, 3, 4, 5)):
    keras.utils.set_random_seed(runtime.seed(3))
    decoder = decoder_network(latents, units)  # untrained: that takes as long as a trained one
    began = time.perf_counter()
    grid_log_p(decoder, x_test[:1], latents)
    seconds[latents] = time.perf_counter() - began  # the first ones are mostly overhead
evaluations_per_second = 20**latents / seconds[latents]
years = 20.0**16 / evaluations_per_second / 3600 / 24 / 365
print(
    ", ".join(f"{k} latents {s:.2f} s" for k, s in seconds.items()),
    f"; extrapolated to 16: {years:.0e} years",
)

# %%
claim(
    "quadrature for 16 latents and one picture, extrapolated",
    np.log10(years),
    at_least=6,
    unit="(log10 of years)",
)

# %% [markdown]
# Every latent makes it twenty times as many points (below four, overhead hides it), and sixteen take a hundred million years or so, for one picture. Drawing $z$ at random from the prior does not
# help much either, because for a given picture nearly all $z$ are wrong, with likelihoods smaller by factors like $e^{100}$. What would help is to know *where* to look: which $z$ could have made this $x$? That is
# the **posterior** $p(z|x) = p(x|z)\,p(z)/p(x)$, and it has the intractable $p(x)$ in it. So we will *guess* it, and pay for guessing wrong.
#
# ## 3 · The bound, line by line
# A model in which nothing is intractable: one latent $z \sim \mathcal N(0, 1)$, pictures of two “pixels”, and a decoder that is a straight line with Gaussian noise of deviation $s$,
#
# $$ p(x|z) = \mathcal N(x;\; wz + b,\; s^2 I), \qquad w = (1, 0.5),\quad b = (0, 0),\quad s = 0.5. $$
#
# $x$ is then Gaussian too, with mean $b$ and covariance $ww^\top + s^2 I$, so $\ln p(x)$ is known. We look at one picture, $x = (1.5, 1)$.

# %%
x, w, b, s = np.array([1.5, 1.0]), np.array([1.0, 0.5]), np.zeros(2), 0.5
covariance = np.outer(w, w) + s**2 * np.eye(2)
log_determinant = np.log(np.linalg.det(2 * np.pi * covariance))
log_p = -0.5 * (x - b) @ np.linalg.solve(covariance, x - b) - 0.5 * log_determinant

z_grid = np.linspace(-9, 9, 4001)  # and by adding up, as in section 2
log_prior = -0.5 * z_grid**2 - np.log(2 * np.pi) / 2
distances = np.sum((x - z_grid[:, None] * w - b) ** 2, axis=1)
log_joint = log_prior - distances / (2 * s**2) - np.log(2 * np.pi * s**2)
added_up = np.log(np.sum(np.exp(log_joint)) * (z_grid[1] - z_grid[0]))
print(f"ln p(x): formula {log_p:.6f}, adding up {added_up:.6f}")

# %% [markdown]
# ### Exercise · what could have made this picture?
# The true posterior $p(z|x)$. Multiply prior and likelihood: in the exponent stands a parabola in $z$, so it is a Gaussian again. Its **precision** (one over the variance) is that of the prior, 1, plus what the pixels add. In NumPy, for any number of pixels; two numbers come back, mean and variance.

# %%
infer = ex.infer.check(...)  # @exercise

# %%
mean, variance = infer(x, w, b, s)
posterior = np.exp(log_joint - log_joint.max())
posterior /= posterior.sum()
gap = abs(mean - posterior @ z_grid) + abs(variance - posterior @ (z_grid - mean) ** 2)
claim("posterior mean and variance, formula minus grid", gap, at_most=1e-6, exact=True)

# %% [markdown]
# Now pretend we did not know it, and take *any* Gaussian $q(z) = \mathcal N(m, v)$ as a guess, a **variational distribution**. Start from a line that is true for every $z$, because $p(x)\,p(z|x) = p(x|z)\,p(z)$:
#
# $$ \ln p(x) = \ln p(x|z) + \ln p(z) - \ln p(z|x). $$
#
# The left side does not depend on $z$. Average over $z \sim q$, and add and subtract $\mathbb E_q \ln q(z)$:
#
# $$ \ln p(x) = \underbrace{\mathbb E_q \ln p(x|z)}_{\text{how well it explains } x} - \underbrace{\mathrm{KL}\bigl(q(z)\,\|\,p(z)\bigr)}_{\text{price of the guess}} + \underbrace{\mathrm{KL}\bigl(q(z)\,\|\,p(z|x)\bigr)}_{\ge\,0,\ \text{error of the guess}} . $$
#
# The first two terms are the **ELBO**, the *evidence lower bound* (its negative is the *variational free energy*: with $-\ln p(x, z)$ for the energy, the one of chapter 05). They contain nothing intractable. The third does, but it is never negative. So the ELBO is at most $\ln p(x)$, and equal to it just when the guess is
# the true posterior.
#
# ### Exercise · the ELBO of a guess
# In NumPy, without draws; one number comes back. The KL is chapter 01's: $\tfrac12(v - \ln v - 1 + m^2)$. Mind that $z$ is not at $m$: it scatters about it with variance $v$, and that costs something in the first term.

# %%
elbo = ex.elbo.check(...)  # @exercise

# %% [markdown]
# Every line of the derivation, for a bad guess, $m = 0.5$ and $v = 0.5$. We compute the averages over $q$ twice, by a million random draws and by formula.

# %%
m, v = 0.5, 0.5
n_draws = budget(smoke=100_000, quick=1_000_000, full=1_000_000)
draws = np.random.default_rng(runtime.seed(4)).normal(m, np.sqrt(v), n_draws)
squares = np.sum((x - draws[:, None] * w - b) ** 2, axis=1)
log_p_x_given_z = -squares / (2 * s**2) - np.log(2 * np.pi * s**2)  # ln p(x|z)
log_p_z = -0.5 * draws**2 - 0.5 * np.log(2 * np.pi)
log_q = -0.5 * (draws - m) ** 2 / v - 0.5 * np.log(2 * np.pi * v)
elbo_by_draws = np.mean(log_p_x_given_z + log_p_z - log_q)
kl_by_draws = np.mean(log_q - log_p_z)
to_prior = information.gaussian_kl(m, np.sqrt(v), 0, 1, unit="nats")
to_posterior = information.gaussian_kl(m, np.sqrt(v), mean, np.sqrt(variance), unit="nats")

# %%
bad, best = elbo(m, v, x, w, b, s), elbo(mean, variance, x, w, b, s)
nats = dict(unit="nats", exact=True)
claim("adding up over z minus ln p(x)", abs(added_up - log_p), at_most=1e-9, **nats)
claim("KL to the prior, draws minus formula", abs(kl_by_draws - to_prior), at_most=0.02, **nats)
claim("ELBO, draws minus formula", abs(elbo_by_draws - bad), at_most=0.05, **nats)
claim("ELBO + KL to the posterior − ln p(x)", abs(bad + to_posterior - log_p), at_most=1e-9, **nats)
claim("ELBO of the bad guess below ln p(x)", log_p - bad, at_least=0.5, **nats)
claim("ELBO at the true posterior − ln p(x)", abs(best - log_p), at_most=1e-9, **nats)

# %%
deviations = np.linspace(0.05, 1.5, 200)
guesses = {
    f"m = {centre:.2f}": np.array([elbo(centre, d**2, x, w, b, s) for d in deviations])
    for centre in (mean - 0.8, mean - 0.4, mean)
}
plots.curves(
    deviations,
    guesses | {"ln p(x)": np.full(200, log_p)},
    x_label="deviation √v of the guess q",
    y_label="ELBO (nats)",
    title="The bound touches ln p(x) at the true posterior, and only there",
    says=(
        "The ELBO against the deviation of the guess, for three means. Each curve rises steeply,"
        " has one maximum near 0.41 and falls. Only the one with the true mean, 1.33, touches the"
        " horizontal line ln p(x) = −2.51; the others stay below."
    ),
    marks={"true posterior": (np.sqrt(variance), log_p)},
    ylim=(-7, -2),
)

# %% [markdown]
# There are two ways to make the bound large: move $q$ to the posterior, which closes the gap, and change the
# model ($w$, $b$, $s$: the decoder) so that $\ln p(x)$ itself rises. Training does both at once.
#
# With many pictures, an **encoder** makes the guesses (**amortised inference**): from $x$ it computes $\mu(x)$ and $\ln \sigma^2(x)$, and $q(z|x)$ is a Gaussian with
# that mean and variance and with independent latents (**mean field**). That is a variational autoencoder: the encoder guesses, the decoder is the model, and $-$ELBO is the loss.
#
# ## 4 · A gradient through a dice roll
# The loss is an average over $z \sim q(z|x)$, and $q$ is what the encoder should learn to move. How does one differentiate a draw? Take the gradient of $\mathbb E_q f(z)$ with respect to the mean $\mu$, one latent, $q = \mathcal N(\mu, \sigma^2)$.
#
# **Pathwise**, the *reparameterisation trick*: draw the chance separately. With $\varepsilon \sim \mathcal N(0, 1)$ and $z = \mu + \sigma \varepsilon$, the draw is an ordinary function of $\mu$ and $\sigma$, and the chain rule does the rest.
#
# **Score function**, also called REINFORCE: move the probabilities instead of the draw. Since $\partial q = q\,\partial \ln q$,
#
# $$ \frac{\partial}{\partial\mu} \int q(z) f(z)\, dz = \int q(z)\, \frac{\partial \ln q(z)}{\partial \mu}\, f(z)\, dz = \mathbb E_q \Bigl[ f(z)\, \frac{\partial \ln q(z)}{\partial \mu} \Bigr]. $$
#
# It needs no derivative of $f$, so it works for discrete $z$, too. And since the score averages to 0, any constant may be subtracted from $f$ first: a **baseline**, often the mean of $f$.
#
# ### Exercise · two estimates of one gradient
# One estimate for each draw, by both ways, without a baseline: in NumPy, two arrays. You get the numbers $f(z)$ and $f'(z)$ at the draws; $\sigma$ is one number. (What is $\partial \ln q/\partial\mu$, in terms of $\varepsilon$?)

# %%
two_gradients = ex.two_gradients.check(...)  # @exercise

# %% [markdown]
# A test with a known answer: $f(z) = \sum_j z_j^2$ over $N$ latents, each with $\mu = \sigma = 1$. The gradient with respect to $\mu_1$ is exactly 2, whatever $N$. How do the estimates scatter about it?

# %%
rng = np.random.default_rng(runtime.seed(5))
sizes = np.array([1, 2, 4, 8, 16])
gradients = {"pathwise": [], "score function": [], "score, with a baseline": []}
for size in sizes:
    epsilon = rng.normal(size=(200_000, size))
    z_draws = 1 + epsilon  # (draws, N)
    f, slope = np.sum(z_draws**2, axis=1), 2 * z_draws[:, 0]
    pathwise, by_score = two_gradients(f, slope, 1.0, epsilon[:, 0])
    with_baseline = two_gradients(f - f.mean(), slope, 1.0, epsilon[:, 0])[1]
    for name, estimates in zip(gradients, (pathwise, by_score, with_baseline), strict=True):
        gradients[name].append(estimates)
scatter = {name: np.var(estimates, axis=1) for name, estimates in gradients.items()}

# %%
plots.curves(
    sizes,
    scatter,
    x_label="number of latents N",
    y_label="variance of one estimate",
    title="The score function drowns in noise; a baseline removes most of it",
    says=(
        "The variance of three gradient estimates against the number of latents, on a logarithmic"
        " scale. The pathwise one stays at 4; that of the score function rises from 30 at one"
        " latent to about 1,260 at sixteen, with a baseline from 18 to about 108."
    ),
    yscale="log",
)

# %%
errors = {name: np.abs(np.mean(g, axis=1) - 2).max() for name, g in gradients.items()}
claim("pathwise: largest error of the mean", errors["pathwise"], at_most=0.03, exact=True)
claim(
    "score function: largest error of the mean", errors["score function"], at_most=0.5, exact=True
)
error = errors["score, with a baseline"]
claim("with a baseline: largest error of the mean", error, at_most=0.15, exact=True)
ratio = {name: variance / scatter["pathwise"] for name, variance in scatter.items()}  # (5,) each
one, *_, sixteen = ratio["score function"]
claim("variance, score over pathwise, 1 latent", one, at_least=6.5, at_most=8.5, exact=True)
claim("variance, score over pathwise, 16 latents", sixteen, at_least=290, at_most=340, exact=True)
sixteen = ratio["score, with a baseline"][-1]
claim("the same with a baseline", sixteen, at_least=25, at_most=29, exact=True)

# %% [markdown]
# The means agree, the variances do not: at sixteen latents 315 times the pathwise one, with a baseline 27 times. The score function does not know *in which direction*
# $f$ rises, only whether this draw did well, and fifteen of the sixteen latents say nothing about the first. The pathwise gradient makes do with one draw per picture.
#
# ### Exercise · the sampler
# Return $z$, in `keras.ops`, from $\mu$, $\ln \sigma^2$ (a logarithm may be any number) and $\varepsilon$, three arrays of one shape: it will train the networks below. $\ln\sigma^2 = -200$ must not break it.

# %%
sample = ex.sample.check(...)  # @exercise

# %% [markdown]
# ## 5 · The price of a guess, and the model
# For a Gaussian with mean $\mu_j$ and variance $v_j = \sigma_j^2$ in each latent $j$, chapter 01 gives the KL from the prior in closed form:
#
# $$ \mathrm{KL}\bigl(q(z|x)\,\|\,p(z)\bigr) = \tfrac12 \sum_{j=1}^{N} \bigl( v_j - \ln v_j - 1 + \mu_j^2 \bigr) \quad\text{nats, the sum over the latents } j. $$
#
# It has two parts. $\mu_j^2$ is a spring that pulls every code to the middle. $v_j - \ln v_j - 1$, 0 at $v_j = 1$ and positive elsewhere, keeps a code from shrinking to a point.
#
# ### Exercise · the KL
# In `keras.ops`: one number for each picture. The argument is $\ln v$, a logarithm, which may be any number.

# %%
gaussian_kl = ex.gaussian_kl.check(...)  # @exercise

# %%
variances = np.linspace(0.02, 4, 400)
log_variances = ops.convert_to_tensor(np.log(variances)[:, None], "float32")  # (400, 1)
price = np.array(gaussian_kl(ops.zeros((400, 1)), log_variances))
plots.curves(
    variances,
    {"½(v − ln v − 1)": price},
    x_label="variance v of one latent",
    y_label="price (nats)",
    title="A code may be as wide as the prior for nothing; a point costs infinitely much",
    says=(
        "The price of a latent against its variance, with mean 0: above 1.4 nats near v = 0,"
        " steeply down to 0 at v = 1, then slowly up to 0.8 at v = 4."
    ),
    marks={"minimum": (1.0, 0.0)},
    ylim=(-0.05, 1.5),
)

# %% [markdown]
# ### The whole model
# It fits on a screen. Your three functions come in as arguments; if you correct one later, run the cell with `VAE` again. Two names to learn:
# the average $-\ln p(x|z)$ is the **distortion**, the average KL the **rate**. With weight $\beta = 1$ their sum is $-$ELBO.

# %%
from course_utils.vae import VAE  # @source

# %% [markdown]
# The sampler rolls the dice; the decoder is a function and rolls none. What we show as its pictures are the coins' probabilities.
#
# One more number before we train: how small can the loss get? Pixels are grey, and a coin that should come up “white” 30 % of the time costs its entropy, even if its probability is known exactly. Nothing beats
# $\sum_d H(x_d)$, about 45.5 nats for an average MNIST digit. Hence, too: for grey pictures $-$ELBO is *not* a bound on a probability of the picture, which is no row of coin flips. It bounds
# a cross-entropy: the expected cost if each picture were drawn black and white from its own grey levels. In sections 8 and 9 we do just that.

# %%
floor = information.bernoulli_entropy(digits.x_test, unit="nats").sum(axis=(1, 2, 3)).mean()
claim(
    "floor: the pixels' own entropy",
    floor,
    at_least={"mnist": 45, "offline": 51},
    at_most={"mnist": 46, "offline": 53},
    unit="nats",
    exact=True,
)

# %% [markdown]
# ## 6 · Two latents: a map of handwriting
# With two latents all can be seen. We measure on the test pictures, with the same noise every time.


# %%
def measure_guess(decoder, x, z_mean, z_log_var, draws=1):
    """Distortion and rate, nats, of the guess N(μ, σ²) about each picture: two arrays (n,).

    By your functions, whatever it was trained with, and with the same noise every time.
    """
    rng, distortion = np.random.default_rng(runtime.seed(7)), 0
    for _ in range(draws):
        epsilon = rng.normal(size=z_mean.shape).astype("float32")
        z = np.asarray(sample(z_mean, z_log_var, epsilon))
        logits = decoder.predict(z, batch_size=1000, verbose=0)
        distortion = distortion + np.asarray(bernoulli_loss(x, logits)) / draws
    return distortion, np.asarray(gaussian_kl(z_mean, z_log_var))


def measure(vae, x):
    """Distortion and rate of the encoder's guesses, nats per picture."""
    guess = vae.encoder.predict(x, batch_size=1000, verbose=0)
    return [float(np.mean(part)) for part in measure_guess(vae.decoder, x, *guess)]


# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(8))
units_2 = budget(smoke=(64, 32), quick=(256, 256, 128), full=(512, 512, 256))
vae_2 = VAE(encoder_network(2, units_2, heads=2), decoder_network(2, units_2))
train(vae_2, x_train, epochs=epochs_2, batch=100)
distortion_2, rate_2 = measure(vae_2, x_test)
minus_elbo_2 = distortion_2 + rate_2

# %% tags=["nbval-ignore-output"]
mean_2, log_var_2 = vae_2.encoder.predict(x_test, batch_size=1000, verbose=0)
plots.latent_map(
    mean_2[:1000],
    y_test[:1000],
    title="The codes crowd around 0, most classes side by side",
    says=(
        "A map of 1,000 test pictures, each drawn as its digit at the two numbers of its code's"
        " mean: patches of one digit that touch each other and crowd around 0, nearly all within"
        " three units; in the middle some classes overlap."
    ),
)

# %% [markdown]
# In chapter 02's map the codes ran off and left deserts; here they do not. What is between two classes? Decode a grid of points,
# every cell of the same probability under the prior.

# %% tags=["nbval-ignore-output"]
side = 11
shares = (np.arange(side) + 0.5) / side
positions = norm.ppf(shares)  # the same probability between any two neighbours
grid = np.stack(np.meshgrid(positions, positions[::-1]), axis=-1).reshape(-1, 2).astype("float32")
plots.images(
    decode(vae_2.decoder, grid).reshape(-1, 28, 28),
    columns=side,
    scale=0.75,
    title="Wherever the dice fall: something like a digit",
    says=(
        "A sheet of 11 by 11 decoded pictures, over the plane of two latents. Digits blend into one"
        " another from cell to cell; nearly every picture looks like a digit or like something"
        " between two."
    ),
)

# %% [markdown]
# Move about (a **latent traversal**): the first picture is that of $z = (0, 0)$; the second has two sliders, which need a running kernel.


# %% tags=["nbval-ignore-output"]
def show_decoded(first=0.0, second=0.0):
    """The picture of one code."""
    picture = decode(vae_2.decoder, np.array([[first, second]], "float32"))
    plots.images(
        picture.reshape(1, 28, 28),
        columns=1,
        scale=0.3,
        title=f"z = ({first:.1f}, {second:.1f})",
        says=f"The picture decoded from the code {first:.1f}, {second:.1f}.",
    )


show_decoded()
_ = interact(show_decoded, first=(-3.0, 3.0, 0.1), second=(-3.0, 3.0, 0.1))

# %% [markdown]
# ### The gap, and its two parts
# Two latents are few enough for a fine grid. So here, for once, $\ln \int p(x|z)\,p(z)\,dz$ of a real VAE can be compared with its ELBO. The **inference gap** between them
# is $\mathrm{KL}(q(z|x) \| p(z|x))$, and it has two parts. One network guesses for all pictures; search the best Gaussian for *each* picture instead (from the encoder's guess, and from the grid's best point), and the bound rises by the **amortisation gap**. What remains is the **approximation gap**, if no Gaussian with independent latents *is* the posterior.
# (Our pictures are grey; $-\ln p(x|z)$ stands for the cost of section 1.)


# %% tags=["nbval-ignore-output"]
def log_likelihoods(logits):
    """ln p(x|z) of each of the pictures x_few, (batch, 200)."""
    return ops.matmul(logits, x_few.T) - ops.sum(ops.softplus(logits), axis=-1, keepdims=True)


x_few = x_test[: budget(smoke=20, quick=200, full=400)]
axis = np.linspace(-5, 5, budget(smoke=60, quick=300, full=400), dtype="float32")
fine = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)  # (90000, 2)
network = keras.Sequential([vae_2.decoder, layers.Lambda(log_likelihoods)])
log_p_x_given_z = network.predict(fine, batch_size=5000, verbose=0)  # (90000, 200)
log_p_z = -0.5 * np.sum(fine**2, axis=1) - np.log(2 * np.pi)
log_area = 2 * np.log(axis[1] - axis[0])  # of a square of the grid
log_p_2 = np.logaddexp.reduce(log_p_x_given_z + log_p_z[:, None], axis=0) + log_area  # (200,)


# %%
def refined(vae, x, guess, steps=200, draws=8):
    """Mean and ln σ² of a guess for each picture x alone, by Adam, starting from `guess`."""
    guess = [tf.Variable(a) for a in guess]  # (n, latents) each
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.02, steps))
    adam.build(guess)
    copies = ops.repeat(x, draws, axis=0)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            z_mean, z_log_var = (ops.repeat(a, draws, axis=0) for a in guess)
            z = sample(z_mean, z_log_var, tf.random.normal(z_mean.shape))
            loss = bernoulli_loss(copies, vae.decoder(z)) + gaussian_kl(z_mean, z_log_var)
            total = ops.sum(loss) / draws
        adam.apply(tape.gradient(total, guess), guess)

    for _ in range(steps):
        step()
    return [a.numpy() for a in guess]


# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(23))
by_encoder = vae_2.encoder.predict(x_few, verbose=0)
peaks = fine[np.argmax(log_p_x_given_z + log_p_z[:, None], axis=0)]  # (200, 2), of the grid
searched = [refined(vae_2, x_few, start) for start in (by_encoder, (peaks, by_encoder[1]))]
bound_of = [-sum(measure_guess(vae_2.decoder, x_few, *g, draws=100)) for g in searched]
better = np.argmax(bound_of, axis=0)[:, None]  # which start was the better one, for each picture
best = [np.where(better == 0, *parts) for parts in zip(*searched, strict=True)]
guesses = {"encoder": by_encoder, "search": best}
bound = {"search": np.max(bound_of, axis=0)}
bound["encoder"] = -sum(measure_guess(vae_2.decoder, x_few, *by_encoder, draws=100))
amortisation, approximation = bound["search"] - bound["encoder"], log_p_2 - bound["search"]
print(
    f"−ELBO of {len(x_few)} pictures: {-bound['encoder'].mean():.1f} nats; searched"
    f" {-bound['search'].mean():.1f}; by the integral {-log_p_2.mean():.1f}"
)
worst = np.sort(amortisation)[-len(x_few) // 10 :].sum() / amortisation.sum()
print(f"gap: amortisation {amortisation.mean():.1f} + approximation {approximation.mean():.1f}")
print(f"share of the amortisation gap in the worst tenth of the pictures: {worst:.0%}")

# %% tags=["nbval-ignore-output"]
by_gap = np.argsort(amortisation + approximation)
chosen = by_gap[[int(part * len(by_gap)) for part in (0.5, 0.9, 0.98)]]
near = np.linspace(-0.4, 0.4, 100, dtype="float32")
fig, axes = plt.subplots(1, 3, figsize=(9, 3.5))
for ax, i in zip(axes, chosen, strict=True):
    centre = guesses["search"][0][i]
    patch = np.stack(np.meshgrid(*(centre[:, None] + near)), axis=-1).reshape(-1, 2)
    logits = vae_2.decoder.predict(patch, batch_size=2000, verbose=0)
    log_joint_2 = -np.asarray(bernoulli_loss(x_few[i], logits)) - 0.5 * np.sum(patch**2, axis=1)
    exact = np.exp(log_joint_2 - log_joint_2.max()).reshape(100, 100)
    ax.contourf(*(centre[:, None] + near), exact, levels=8, cmap="Greys")
    for (name, (z_mean, z_log_var)), line in zip(guesses.items(), ("--", "-"), strict=True):
        size = 4 * np.exp(z_log_var[i] / 2)  # two deviations on either side
        ax.add_patch(Ellipse(z_mean[i], *size, fill=False, lw=2, ls=line, ec="C1", label=name))
    parts = " + ".join(f"{max(part[i], 0):.1f}" for part in (amortisation, approximation))
    ax.set(title=f"a {y_test[i]}: gap {parts} nats", xlabel="first latent", aspect="equal")
    ax.set(xlim=centre[0] + near[[0, -1]], ylim=centre[1] + near[[0, -1]])
axes[0].set_ylabel("second latent")
axes[0].legend(loc="upper left", fontsize="small")
fig.suptitle("A searched guess lies on the posterior; the encoder's may miss it", ha="center")
plots.show(
    fig,
    "Three maps of the exact posterior, of pictures with a middling, a large and a very large gap:"
    " grey spots, on each the searched guess, a solid ellipse, and the encoder's, a dashed one,"
    " beside the spot, the farther the larger the gap; it may lie outside the map.",
)

# %%
gap = np.mean(amortisation + approximation)
claim("amortisation gap, 2 latents", amortisation.mean(), at_least=0.8, unit="nats")
claim("approximation gap, 2 latents", approximation.mean(), at_most=0.5, unit="nats")
claim("share of the amortisation gap in the worst tenth", worst, at_least=0.5)
claim("inference gap, 2 latents", gap, at_most=6, unit="nats")

# %% [markdown]
# Two to four nats on MNIST, and nearly all of it is amortisation: the network aims a little beside the spot, and for one picture in ten far beside; those make most of the average. The Gaussian itself costs a tenth of a nat or so. (Ellipses: two deviations; pictures half way, at nine tenths and near the end of the sorted gaps. On the right the encoder's lies outside.) Beyond a few latents nobody can add up.
#
# ### Bubbles
# Each picture has not a point but a **bubble** in the plane, its *approximate posterior*: an ellipse with the radii $\sigma_1$ and $\sigma_2$ around $\mu$. Two forces act on it. Where bubbles overlap, the decoder cannot know which picture is meant; the reconstruction pushes them apart, or lets them
# shrink. The KL pulls them to the middle and blows them up. Canziani's notes (one of this course's sources, chapter 00) say that this keeps their radius at about 1. Does it?

# %% tags=["nbval-ignore-output"]
fig, ax = plt.subplots(figsize=(6.4, 5.6))
for centre, log_var, label in zip(mean_2[:300], log_var_2[:300], y_test[:300], strict=True):
    ax.add_patch(
        Ellipse(centre, *(2 * np.exp(log_var / 2)), color=plt.cm.tab10(label), alpha=0.5, lw=0)
    )
    ax.text(*centre, label, size=6, ha="center", va="center", clip_on=True)
ax.add_patch(Ellipse((0, 0), 2, 2, fill=False, linestyle="--", linewidth=1.5))
ax.set(
    xlim=(-3.5, 3.5),
    ylim=(-3.5, 3.5),
    aspect="equal",
    xlabel="first latent",
    ylabel="second latent",
    title="Bubbles, coloured by digit: far smaller than the prior, dashed",
)
plots.show(
    fig,
    "Ellipses of 300 test pictures on the plane of two latents, each with its digit in it. Nearly "
    "all are much smaller than a dashed circle of radius 1 around the middle.",
)

# %%
claim("2 latents: median radius σ of a bubble", np.median(np.exp(log_var_2 / 2)), at_most=0.1)
aggregate_2 = mean_2.var(axis=0) + np.exp(log_var_2).mean(axis=0)  # (2,)
claim("2 latents: variance of all bubbles together", aggregate_2.mean(), at_least=0.8, at_most=1.6)

# %% [markdown]
# No: most of them are less than a tenth as wide. What has a variance of about 1 is all of them *together*, the **aggregate** (aggregated posterior) $q(z) = \frac1M\sum_m q(z|x_m)$ over the $M$ pictures: small bubbles, spread out nearly like the prior.
#
# ### What the rate pays for
# Draw a picture, then a code from its bubble. Multiply and divide by $q(z)$ in the average KL:
#
# $$ \underbrace{\mathbb E \ln \frac{q(z|x)}{p(z)}}_{\text{rate}} = \underbrace{\mathbb E \ln \frac{q(z|x)}{q(z)}}_{I(x;\,z)} + \underbrace{\mathbb E \ln \frac{q(z)}{p(z)}}_{\mathrm{KL}(q(z)\,\|\,p(z))} . $$
#
# The first part is **mutual information** (chapter 01): what the code really says about the picture. The second is waste: nats paid because the aggregate is not the prior.
#
# ### Exercise · split the rate
# For each picture one code was drawn from its bubble. Row $i$ of `log_q`, shape $(M, M)$, holds $\ln q(z_i|x_j)$ for this code under every picture's bubble, `log_prior[i]` is $\ln p(z_i)$. All may be −1000 and less. In NumPy: two numbers, estimates of $I(x; z)$ and of $\mathrm{KL}(q(z)\,\|\,p(z))$, in nats.

# %%
split_rate = ex.split_rate.check(...)  # @exercise


# %%
def log_guesses(z, z_mean, z_log_var):
    """ln q(z_i|x_j) of every code z_i under every picture's bubble, shape (codes, pictures)."""
    squares = (z[:, None] - z_mean) ** 2 * np.exp(-z_log_var)
    return -0.5 * np.sum(squares + z_log_var + np.log(2 * np.pi), axis=-1)


some = budget(smoke=500, quick=5000, full=5000)  # pictures
means, log_vars = mean_2[:some], log_var_2[:some]
epsilon = np.random.default_rng(runtime.seed(24)).normal(size=means.shape).astype("float32")
z_drawn = np.asarray(sample(means, log_vars, epsilon))  # (some, 2)
log_prior_drawn = norm.logpdf(z_drawn).sum(axis=1)
informative, wasted_2 = split_rate(log_guesses(z_drawn, means, log_vars), log_prior_drawn)
rate_some = float(np.mean(gaussian_kl(means, log_vars)))

# %% tags=["nbval-ignore-output"]
print(f"rate {rate_some:.2f} nats; information {informative:.2f} + waste {wasted_2:.2f}")

# %%
claim("KL of the aggregate from the prior", wasted_2, at_least=0.05, at_most=0.8, unit="nats")
claim("share of the rate that is information", informative / rate_some, at_least=0.85)

# %% [markdown]
# Of six nats a third of a nat or so is waste. Since a KL is never negative, the rate is an upper bound on what the code says. (But for the chance of the draws, the split is exact for these 5,000 pictures. The information is at most $\ln M$, here 8.5 nats; with more pictures it could be higher, and with sixteen latents it would be.)
#
# ## 7 · Sixteen latents: inventing digits

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(9))
vae = VAE(encoder_network(16, units, heads=2), decoder_network(16, units))
train(vae, x_train, epochs=epochs_16, batch=100)
distortion, rate = measure(vae, x_test)
total = distortion + rate
print(
    f"test pictures: distortion {distortion:.1f} + rate {rate:.1f} = {total:.1f} nats;"
    f" floor {floor:.1f}"
)

# %%
claim("−ELBO, 2 latents", minus_elbo_2, at_most={"mnist": 146, "offline": 130}, unit="nats")
claim("−ELBO, 16 latents", total, at_most={"mnist": 102, "offline": 90}, unit="nats")
claim(
    "gain by 16 latents over 2",
    minus_elbo_2 - total,
    at_least={"mnist": 35, "offline": 25},
    unit="nats",
)

# %% [markdown]
# ### Exercise · a code for something new
# Four places to take $z$ from. One will give you nothing new, however good it looks. Which?
# - `"a"`: from $q(z|x)$, for pictures $x$ of the training set
# - `"b"`: from the prior $p(z)$
# - `"c"`: evenly from the box that holds all training codes
# - `"d"`: half way between the codes of two random training pictures

# %%
ex.which_source.check(...)  # @exercise

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(runtime.seed(10))
prior_samples = decode(vae.decoder, rng.normal(size=(count, 16)))
z_mean, z_log_var = vae.encoder.predict(x_test, batch_size=1000, verbose=0)  # (n, 16)
epsilon = rng.normal(size=z_mean.shape).astype("float32")
redrawn = decode(vae.decoder, np.asarray(sample(z_mean, z_log_var, epsilon)))


def nearest(pictures, others):
    """For each picture the distance to the nearest of the others, and which one that is."""
    squared = squared_distances(pictures, others)
    return np.sqrt(np.maximum(squared.min(axis=1), 0)), squared.argmin(axis=1)


_, which = nearest(prior_samples[:10], x_train)

# %% tags=["nbval-ignore-output"]
rows = {
    "picture x": x_test,
    "z from q(z|x)": redrawn,
    "z from p(z)": prior_samples,
    "nearest to it": x_train[which],
}
plots.images(
    np.concatenate([pictures[:10] for pictures in rows.values()]).reshape(-1, 28, 28),
    columns=10,
    row_labels=list(rows),
    title="From q(z|x) the same digits come back; from p(z) come new ones",
    says=(
        "Four rows of ten: test pictures; below each what is decoded from a draw of its own code,"
        " the same digit, a little smoother; samples from the prior, most of them readable digits,"
        " some between two; and below each sample the training picture nearest to it, which is"
        " similar but differs in slant, thickness or form."
    ),
)

# %% [markdown]
#
# ### The two repairs compete
# Plain autoencoder and VAE were trained on the same pictures for equally many steps. We add three generators to section 1's: the VAE with $\mathcal N(0, 1)$; with ten Gaussians, fitted to its means; and, as a control, with codes from the bubbles of training pictures, which are nothing new but show what the decoder can do. Which will win?

# %% tags=["nbval-ignore-output"]
vae_codes, vae_log_vars = vae.encoder.predict(x_train, batch_size=1000, verbose=0)  # (n, 16)
vae_mixture = decode(vae.decoder, mixture_draws(vae_codes, count))
noise = rng.normal(size=(count, 16))
in_bubbles = decode(vae.decoder, vae_codes[:count] + np.exp(vae_log_vars[:count] / 2) * noise)
scores |= {"VAE, N(0, 1)": score(prior_samples), "VAE, ten Gaussians": score(vae_mixture)}
scores["VAE, own bubbles"] = score(in_bubbles)
order = [name for name in scores if name.startswith(("AE", "VAE"))] + ["real pictures"]
both = np.array([scores[name] for name in order]).T  # (2, 7)
told = "; ".join(f"{name} {c:.2f} and {d:.2f}" for name, c, d in zip(order, *both, strict=True))
plots.grouped_bars(
    [name.replace("AE, ", "AE,\n").replace("e G", "e\nG").replace("n G", "n\nG") for name in order],
    {"coverage": both[0], "density": both[1]},
    y_label="coverage, density",
    title="Ten Gaussians beat N(0, 1), and do best on the VAE's codes",
    says=f"Coverage and density of seven sets of {count:,} pictures: {told}.",
    fmt=lambda height: f"{height:.2f}".lstrip("0"),
)

# %%
covered = {name: coverage for name, (coverage, _) in scores.items()}
claim("coverage, VAE, N(0, 1)", covered["VAE, N(0, 1)"], at_least={"mnist": 0.6, "offline": 0.45})
over_one = covered["VAE, N(0, 1)"] - covered["AE, one Gaussian"]
claim("coverage, VAE with N(0, 1) minus AE with one Gaussian", over_one, at_least=0.15)
over_vae = covered["AE, ten Gaussians"] - covered["VAE, N(0, 1)"]
claim("coverage, AE with ten Gaussians minus VAE with N(0, 1)", over_vae, at_least=0.02)
over_plain = covered["VAE, ten Gaussians"] - covered["AE, ten Gaussians"]
claim("coverage, ten Gaussians, VAE minus AE", over_plain, at_least=0.01)
holes = covered["VAE, own bubbles"] - covered["VAE, N(0, 1)"]
claim("coverage, VAE, own bubbles minus N(0, 1)", holes, at_least=0.15)

# %% [markdown]
# With $\mathcal N(0, 1)$ the VAE hits seven balls in ten on MNIST, the plain autoencoder one. But ten Gaussians on the plain codes beat it, with nearly nine: for good samples you need only dice that fit. The control, codes from old pictures' bubbles, says: the decoder is fine where there are bubbles (and that coverage sees no copying). Where the aggregate leaves a hole, the dice fall in: the **prior hole problem**. The second part of the rate charges little for it: if half of the prior's mass stays empty, ln 2 nats. (Densities above 1 are smoothness, as with the blur.)
#
# The winner has both: on the VAE's codes simple dice come near to real pictures, perhaps because noise in the code has taught its decoder the whole neighbourhood of each code. And only the VAE has a bound on what a picture costs.
#
# Are its samples copies (**memorisation**)? The bare distance to the nearest training picture misleads: blur shrinks it, garbage raises it. Compare with what the same decoder *redraws*: training pictures, near-copies by construction, and test pictures, which it cannot have copied.

# %% tags=["nbval-ignore-output"]
kinds = {
    "samples, ten Gaussians": vae_mixture[:500],
    "redrawn test pictures": decode(vae.decoder, z_mean[:500]),
    "redrawn training pictures": decode(vae.decoder, vae_codes[:500]),
}
how_far = {name: nearest(pictures, x_train)[0].mean() for name, pictures in kinds.items()}
print(", ".join(f"{name} {far:.2f}" for name, far in how_far.items()))

# %%
samples_far, test_far, train_far = how_far.values()
claim(
    "nearest training picture: samples over redrawn test pictures",
    samples_far / test_far,
    at_least=0.9,
)
claim("the same over redrawn training pictures", samples_far / train_far, at_least=1.1)

# %% [markdown]
# On average the samples lie at least as far from the training pictures as redrawn test pictures do: no sign of copying (a few copies would not show in a mean).
#
# ## 8 · What the units do: β
# Multiply the rate by a weight $\beta$, for a **β-VAE**. Small $\beta$: information is cheap. Large: each nat of code must save more than one nat of distortion. (Divided by $\beta$, the loss has $p(x|z)^{1/\beta}$ in it: a temperature, where chapter 05's $\beta$ is an inverse one.) What will happen to the sixteen latents at $\beta = 64$? And at 0?
#
# Here and in section 9 pictures are black and white, each pixel flipped once, by a coin with its grey level: a **fixed stochastic binarisation**. To such a picture the model really gives a probability. We train at $\beta = 1$ and go on from there: to 1 and to 4, then 16, then 64; and downwards to 1/4, later to 1/16 and 0, for a short training each time. (The best distortion for each rate is the **rate–distortion curve**; so our points lie near it, not on it.)
#
# A latent whose mean $\mu_j$ is the same for all pictures carries nothing. Burda and others call a unit **active** if the variance of $\mu_j$ over the pictures is above 0.01.
#
# ### Exercise · active units
# In NumPy: for each latent, is it active? An array of truth values comes back; the chapter indexes with it.

# %%
active_units = ex.active_units.check(...)  # @exercise


# %%
flip = np.random.default_rng(0)  # the same black-and-white pictures whatever the seed
binary_train = (flip.random(x_train.shape, dtype="float32") < x_train).astype("float32")
binary_test = (flip.random(x_test.shape, dtype="float32") < x_test).astype("float32")


# %% tags=["nbval-ignore-output"]
def copy_of(vae, **changes):
    """A VAE with copies of another one's networks, and some arguments changed."""
    networks = []
    for network in (vae.encoder, vae.decoder):
        networks.append(keras.models.clone_model(network))
        networks[-1].set_weights(network.get_weights())
    return VAE(*networks, **changes)


keras.utils.set_random_seed(runtime.seed(11))
start = VAE(encoder_network(16, units, heads=2), decoder_network(16, units))
train(start, binary_train, epochs=epochs_binary)
vae_at = {}  # by β; each goes on from the start or from a smaller β
for beta, before in {1.0: None, 4.0: None, 16.0: 4.0, 64.0: 16.0, 0.25: None}.items():
    vae_at[beta] = copy_of(vae_at.get(before, start), beta=beta)
    train(vae_at[beta], binary_train[:n_short], epochs=epochs_beta)

# %% [markdown]
# ### Exercise · spot the bug
# A VAE from the web. Its loss falls lower than anybody's, and it redraws pictures very well. But `measure`, with your functions, gives it a higher $-$ELBO than yours. `sample` is the one you wrote. Which line is it?
#
# ```python
# def loss(x, epsilon):
#     z_mean, z_log_var = encoder(x)
#     z = sample(z_mean, z_log_var, epsilon)                                                 # a
#     logits = decoder(z)                                                                    # b
#     distortion = ops.sum(ops.softplus(logits) - x * logits, axis=-1)                       # c
#     rate = 0.5 * ops.mean(ops.exp(z_log_var) - z_log_var - 1 + z_mean**2, axis=-1)         # d
#     return ops.mean(distortion + rate)                                                     # e
# ```

# %%
ex.first_bug.check(...)  # @exercise

# %% [markdown]
# With 16 latents that is $\beta = 1/16$, by accident. We train it, to measure it beside the others; and, from there on, one with $\beta = 0$.


# %% tags=["nbval-ignore-output"]
def averaged_kl(z_mean, z_log_var):
    """Wrong on purpose: the mean over the latents."""
    return gaussian_kl(z_mean, z_log_var) / z_mean.shape[-1]


keras.utils.set_random_seed(runtime.seed(12))
vae_averaged = copy_of(vae_at[0.25], kl=averaged_kl)
train(vae_averaged, binary_train[:n_short], epochs=epochs_beta)
vae_at[1 / 16] = vae_averaged
vae_at[0.0] = copy_of(vae_averaged, beta=0.0)
train(vae_at[0.0], binary_train[:n_short], epochs=epochs_beta)

# %% [markdown]
# Now all side by side. *Sum* is distortion plus rate, $-$ELBO; $v$ is the active units' variance. *Overlap*: for each of 500 bubbles, Bhattacharyya's coefficient $\int\!\sqrt{q(z|x_i)\, q(z|x_{i'})}\,dz$ with the one that it overlaps most (0 apart, 1 the same), and of these the median. *Waste*: an estimate from below of $\mathrm{KL}(q(z)\,\|\,p(z))$, by a mixture fitted to draws; where the KL is about 0 it may come out negative. *Coverage*: of samples from the prior.


# %%
def overlap(z_mean, z_log_var):
    """For each bubble, how much it overlaps with the one that it overlaps most, 0 to 1."""
    var = np.exp(z_log_var)
    both = 0.5 * (var[:, None] + var)  # (n, n, latents)
    both_logs = 0.5 * (z_log_var[:, None] + z_log_var)
    squares = (z_mean[:, None] - z_mean) ** 2
    distance = np.sum(squares / both / 8 + 0.5 * (np.log(both) - both_logs), axis=-1)
    np.fill_diagonal(distance, np.inf)  # no bubble is its own neighbour
    return np.exp(-distance.min(axis=1))  # Bhattacharyya's coefficient


# %% tags=["nbval-ignore-output"]
def waste(codes, test_codes):
    """At least so many nats KL(q(z)‖p(z)): by a mixture for q(z), judged on other draws."""
    log_q = fitted_mixture(codes).score_samples(test_codes)  # (n,), nats
    return np.mean(log_q - norm.logpdf(test_codes).sum(axis=1))


rng = np.random.default_rng(runtime.seed(22))
z_prior = rng.normal(size=(count, 16))
table = {}
for beta in sorted(vae_at):
    row = table[beta] = {}
    row["distortion"], row["rate"] = measure(vae_at[beta], binary_test)
    row["sum"] = row["distortion"] + row["rate"]
    guesses_of = [
        vae_at[beta].encoder.predict(x, batch_size=1000, verbose=0)
        for x in (binary_test, binary_train[:10_000])
    ]
    means, log_vars = guesses_of[0]
    active = active_units(means)
    row["active"] = active.sum()
    row["median v"] = np.median(np.exp(log_vars[:, active])) if active.any() else np.nan
    row["overlap"] = np.median(overlap(means[:500], log_vars[:500]))
    drawn = [m + np.exp(lv / 2) * rng.normal(size=m.shape) for m, lv in guesses_of]
    row["waste"] = waste(drawn[1], drawn[0])
    row["coverage"] = score(decode(vae_at[beta].decoder, z_prior))[0]

digits_after_point = [1, 1, 1, 0, 4, 3, 1, 2]
columns = dict(zip(table[1.0], digits_after_point, strict=True))
print(f"{'β':>6}" + "".join(f"{name:>11}" for name in columns))
for beta, row in table.items():
    print(f"{beta:6.4g}" + "".join(f"{row[name]:11.{k}f}" for name, k in columns.items()))

# %% tags=["nbval-ignore-output"]
rates, distortions = ([row[name] for row in table.values()] for name in ("rate", "distortion"))
label = {beta: "β = 1/16" if beta == 1 / 16 else f"β = {beta:g}" for beta in table}
sentences = [
    f"β = {beta:g}: rate {row['rate']:.1f}, distortion {row['distortion']:.1f}"
    for beta, row in table.items()
]
plots.curves(
    rates,
    distortions,
    x_label="rate (nats per picture)",
    y_label="distortion (nats)",
    title="Few nats and a blur, or many and a copy: β decides",
    says="Distortion against rate, one point for each β: " + "; ".join(sentences) + ".",
    marks={label[beta]: (row["rate"], row["distortion"]) for beta, row in table.items()},
    xlim=(-2, 90),
    ylim=(50, 225),
)

# %% tags=["nbval-ignore-output"]
z = np.random.default_rng(runtime.seed(13)).normal(size=(10, 16)).astype("float32")
rows = {"picture": binary_test[:10]}
for beta in (1 / 16, 4.0, 64.0):
    encoder, decoder = vae_at[beta].encoder, vae_at[beta].decoder
    rows[f"{label[beta]}, redrawn"] = decode(
        decoder, encoder.predict(binary_test[:10], verbose=0)[0]
    )
    rows[f"{label[beta]}, sample"] = decode(decoder, z)
plots.images(
    np.concatenate(list(rows.values())).reshape(-1, 28, 28),
    columns=10,
    row_labels=list(rows),
    title="A large β leaves nothing of the picture",
    says=(
        "Seven rows of ten: black-and-white digits; then, for β = 1/16, 4 and 64, reconstructions"
        " and samples. With 1/16 the reconstructions show the same digits; with 4 they are softer."
        " The samples come from the same ten codes in every row; up to β = 4 many are digits. With"
        " 64 all pictures in both rows are the same grey blur."
    ),
)

# %%
claim("rate falls with every β", bool(np.all(np.diff(rates) < 0)))
claim("distortion rises with every β", bool(np.all(np.diff(distortions) > 0)))
claim("β 1: active units", table[1.0]["active"], at_least=10)
claim("β 64: active units", table[64.0]["active"], at_most=2)
claim("β 0: median variance v of the active units", table[0.0]["median v"], at_most=0.003)
as_long = {name: np.median(found) for name, found in runtime.evidence("distortion").items()}
apart = as_long["VAE with β = 0"] - as_long["autoencoder"]
claim(
    "distortion, β 0 minus autoencoder", apart, at_least=-0.5, at_most=0.5, unit="nats", exact=True
)
claim("β 64: rate", table[64.0]["rate"], at_most=0.5, unit="nats")
average = binary_train.mean(axis=0).clip(1e-4, 1 - 1e-4)
log_p_pixels = np.where(binary_test > 0.5, np.log(average), np.log(1 - average))
gap = abs(table[64.0]["distortion"] + np.mean(np.sum(log_p_pixels, axis=1)))
claim("β 64: distortion minus the cost of drawing the average", gap, at_most=4, unit="nats")
codes_at_16, log_vars_at_16 = vae_at[16.0].encoder.predict(binary_test, batch_size=1000, verbose=0)
unused = ~active_units(codes_at_16)
claim("β 16: unused latents", unused.sum(), at_least=3)
v_unused = np.median(np.exp(log_vars_at_16[:, unused]))
claim("β 16: median variance of the unused ones", v_unused, at_least=0.95, at_most=1.05)
least = min(table, key=lambda beta: table[beta]["sum"])
claim("β 1: least sum of distortion and rate", least == 1)

# %%
coverages = {beta: row["coverage"] for beta, row in table.items()}
claim("coverage of samples, β 4 minus 1/16", coverages[4.0] - coverages[1 / 16], at_least=0.06)
claim("coverage of samples, β 4 minus 1", coverages[4.0] - coverages[1.0], at_least=0)
claim("coverage of samples, β 1 minus 1/16", coverages[1.0] - coverages[1 / 16], at_least=0.01)
claim("coverage of samples, β 64", coverages[64.0], at_most=0.06)
ratio = table[1 / 16]["rate"] / table[1.0]["rate"]
claim("KL averaged over latents: rate over that of β 1", ratio, at_least=1.7)
claim("β 1: median variance v of the active units", table[1.0]["median v"], at_most=0.12)
wasted = {beta: row["waste"] for beta, row in table.items()}
claim("waste, β 1/16 minus 1", wasted[1 / 16] - wasted[1.0], at_least=1, unit="nats")
claim("waste, β 1 minus 4", wasted[1.0] - wasted[4.0], at_least=0.3, unit="nats")
claim("overlap of bubbles, β 1", table[1.0]["overlap"], at_most=0.05)
claim("overlap of bubbles, β 16", table[16.0]["overlap"], at_least=0.8)

# %% [markdown]
# Read the table downwards from $\beta = 1$. At 4 half of the nats go, and the distortion rises by more than twenty. At 16 about half of the latents are silent, *inactive*: their bubbles have the prior's variance, 1. (Canziani's radius of 1 is theirs.) At 64 all are: the decoder draws the same thing whatever the code, and the best such thing is the average picture; the distortion is what that costs. That is
# **posterior collapse**: $q(z|x)$ is the prior for every $x$. It can come at $\beta = 1$, too.
#
# Upwards: $1/16$ pays twenty nats of rate to save ten of distortion. It redraws better and is not a better model: its bubbles are tiny, about twice as many nats are waste, and
# its samples hit fewer balls. The sum, $-$ELBO, is least at $\beta = 1$. And at 0 nothing keeps $v$ from falling, and an autoencoder is left, with a sampler that does nothing. Trained from scratch for as long as section 1's autoencoder, such a VAE redraws equally well: both 65 nats, on grey pictures of MNIST (three runs each, beforehand).
#
# The samples cover a little more at $\beta = 4$ than at 1, though the $-$ELBO is 14 nats worse: less is wasted, the aggregate is closer to the prior. (At 64 nothing is wasted, because nothing is said. All cover less than section 7's: under a third of the steps, coarser pictures.) A likelihood and good samples are two aims.
#
# As $\beta$ grows the bubbles swell, from dots to the prior, and begin to overlap only above 1.
#
# ### A β in a squared error
# Many a VAE has a **Gaussian decoder**: $p(x|z) = \mathcal N(x;\, \hat x(z),\, s^2 I)$, so
#
# $$ -\ln p(x|z) = \frac{\lVert x - \hat x(z) \rVert^2}{2 s^2} + \frac D2 \ln(2 \pi s^2) \quad\text{for } D \text{ pixels,} $$
#
# and programs write just “squared error plus KL”. That leaves $s^2$ out of sight, not out of the loss: multiply it by $2s^2$, and the KL has the weight $2s^2$, a β.
#
# ### Exercise · the hidden variance
# A popular program minimises `mean((x - x_hat)**2) + kl`: the mean over the 784 pixels, the KL rightly summed over the latents. Which variance $s^2$ has it assumed for a pixel? (A number.)

# %%
ex.hidden_variance.check(...)  # @exercise

# %% [markdown]
# This one, then; the squares *summed* over the pixels ($s^2 = \tfrac12$); and two smaller variances. Each goes on from section 7's VAE. What will the first do?


# %% tags=["nbval-ignore-output"]
def squared_error(s2):
    """−ln N(x; decoded, s2·I) of each picture, without the constant."""
    return lambda x, logits: ops.sum((x - ops.sigmoid(logits)) ** 2, axis=-1) / (2 * s2)


variances, rates_gauss, errors_gauss = [0.01, 0.05, 0.5, 784 / 2], [], []
for s2 in variances:
    keras.utils.set_random_seed(runtime.seed(26))
    vae_gauss = copy_of(vae, reconstruction=squared_error(s2))
    train(vae_gauss, x_train[:n_short], epochs=epochs_beta)
    means, log_vars = vae_gauss.encoder.predict(x_test, batch_size=1000, verbose=0)
    noise = np.random.default_rng(runtime.seed(27)).normal(size=means.shape)
    drawn = decode(vae_gauss.decoder, means + np.exp(log_vars / 2) * noise)
    rates_gauss.append(float(np.mean(gaussian_kl(means, log_vars))))
    errors_gauss.append(np.mean((drawn - x_test) ** 2))

# %% tags=["nbval-ignore-output"]
told = [f"{s2:g}: {rate:.1f} nats" for s2, rate in zip(variances, rates_gauss, strict=True)]
plots.curves(
    variances,
    rates_gauss,
    x_label="assumed variance s² of a pixel",
    y_label="rate (nats per picture)",
    title="The variance that nobody wrote down decides how much the code may say",
    says="Rate against the assumed variance, falling: " + "; ".join(told) + ".",
    marks={
        f"error {error:.4f}": (s2, rate)
        for s2, rate, error in zip(variances, rates_gauss, errors_gauss, strict=True)
    },
    xscale="log",
    xlim=(0.005, 20_000),
    ylim=(-2, 42),
)

# %%
average_error = np.mean((x_train.mean(axis=0) - x_test) ** 2)
claim("mean of squares: rate", rates_gauss[-1], at_most=0.5, unit="nats")
claim(
    "mean of squares: error over that of the average picture",
    errors_gauss[-1] / average_error,
    at_least=0.95,
)
claim("s² 0.01: rate", rates_gauss[0], at_least=25, unit="nats")
claim("error, s² 0.5 over 0.01", errors_gauss[2] / errors_gauss[0], at_least=1.4)

# %% [markdown]
# The averaged square collapses at once. It assumes that a pixel between 0 and 1 scatters with a deviation of 20: next to such noise no picture is worth a nat. A smaller variance redraws better. Which is right? For a given decoder the likelihood is largest where $s^2$ *is* the mean squared error that remains, the number beside each point: at 0.01 nearly so (MNIST). Compute it, or train it (a **calibrated decoder**); then keep the term $\frac D2 \ln(2 \pi s^2)$, or $s^2$ grows without end.
#
# ### Exercise · spot another one
# This one trains well, and reports a loss a dozen nats better than any healthy one's. Which line is it?
#
# ```python
# def loss(x, epsilon):
#     mean, log_v = encoder(x)
#     v = ops.exp(log_v)                                                       # a
#     logits = decoder(mean + v * epsilon)                                     # b
#     rate = 0.5 * ops.sum(v - log_v - 1 + mean**2, axis=-1)                   # c
#     distortion = ops.sum(ops.softplus(logits) - x * logits, axis=-1)         # d
#     return ops.mean(distortion + rate)                                       # e
# ```

# %%
ex.second_bug.check(...)  # @exercise

# %% [markdown]
# Train it, and charge for the bubbles that the decoder really gets, of variance $v^2$: their $\ln \sigma^2$ is twice what the encoder says.


# %% tags=["nbval-ignore-output"]
def variance_for_deviation(z_mean, z_log_var, epsilon):
    """Wrong on purpose: exp(ln σ²) is σ², not σ."""
    return z_mean + ops.exp(z_log_var) * epsilon


keras.utils.set_random_seed(runtime.seed(14))
vae_wrong_noise = copy_of(vae_at[1.0], sample=variance_for_deviation)
train(vae_wrong_noise, binary_train[:n_short], epochs=epochs_beta)
metric = vae_wrong_noise.evaluate(binary_test, batch_size=1000, verbose=0, return_dict=True)
reported = metric["distortion"] + metric["rate"]
means, log_vars = vae_wrong_noise.encoder.predict(binary_test, batch_size=1000, verbose=0)
honest = metric["distortion"] + float(np.mean(gaussian_kl(means, 2 * log_vars)))
healthy = sum(measure(vae_at[1.0], binary_test))
print(
    f"it reports {reported:.1f} nats; charged rightly {honest:.1f}; the healthy one has"
    f" {healthy:.1f}"
)

# %%
claim("σ² for σ: reported minus honest −ELBO", reported - honest, at_most=-8, unit="nats")
claim("σ² for σ: reported minus the healthy one's", reported - healthy, at_most=-6, unit="nats")
claim("σ² for σ: honest −ELBO minus the healthy one's", honest - healthy, at_least=0, unit="nats")

# %% [markdown]
# The networks are nearly as good as the healthy ones; the *number* is off by a dozen nats. Wollongong's slides have this line. If all reconstructions are one grey blur and the rate is 0, pixels were averaged, or $\beta$ or $s^2$ is too large; if it is none of these, a strong decoder does without the code, or the KL won the first epochs: let β grow slowly from 0 (**KL annealing**). If the rate is negative, the KL has the wrong sign.
#
# ## 9 · A tighter bound
# The ELBO falls short of $\ln p(x)$ by as much as the guess is wrong. Several draws help, as in **importance sampling**. Let $z_1 \dots z_K$ be $K$ draws from $q(z|x)$, and weigh each by how much more probable it is under the model than under the guess:
#
# $$ w_k = \frac{p(x|z_k)\,p(z_k)}{q(z_k|x)}, \qquad \mathcal L_K = \mathbb E \Bigl[ \ln \frac1K \sum_{k=1}^{K} w_k \Bigr] \le \ln p(x). $$
#
# The mean of the $w_k$ has the expectation $p(x)$; the logarithm of a mean is on average *less* than the logarithm of its expectation (Jensen), and the less the mean scatters, the smaller the gap. $K = 1$ is the ELBO; $K \to \infty$ gives $\ln p(x)$.
#
# ### Exercise · the importance-weighted bound
# In NumPy: one number for each picture. $\ln w_k$ is typically around −100 and may be −1000.

# %%
importance_bound = ex.importance_bound.check(...)  # @exercise


# %%
class LogWeights(keras.Model):
    """x, shape (batch, 784) → ln w of K draws from q(z|x), shape (batch, K)."""

    def __init__(self, vae, K):
        super().__init__()
        self.vae, self.K, self.noise = vae, K, keras.random.SeedGenerator(runtime.seed(15))

    def call(self, x):
        z_mean, z_log_var = (ops.repeat(a, self.K, axis=0) for a in self.vae.encoder(x))
        epsilon = keras.random.normal(ops.shape(z_mean), seed=self.noise)  # (batch·K, latents)
        z = sample(z_mean, z_log_var, epsilon)
        log_p_x_given_z = -bernoulli_loss(ops.repeat(x, self.K, axis=0), self.vae.decoder(z))
        # ln p(z) − ln q(z|x), where the 2π cancel
        log_ratio = -0.5 * ops.sum(z**2 - epsilon**2 - z_log_var, axis=-1)
        return ops.reshape(log_p_x_given_z + log_ratio, (-1, self.K))


# %% tags=["nbval-ignore-output"]
binary_few = binary_test[: budget(smoke=50, quick=1000, full=10_000)]
log_w = LogWeights(vae_at[1.0], 100).predict(binary_few, batch_size=50, verbose=0)  # (1000, 100)
log_w = log_w.T.astype("float64")
bounds = {K: np.mean(np.asarray(importance_bound(log_w[:K]))) for K in (1, 2, 5, 10, 20, 50, 100)}
numbers = ", ".join(f"{K} draws {-value:.1f}" for K, value in bounds.items())
plots.curves(
    list(bounds),
    [-value for value in bounds.values()],
    x_label="draws K",
    y_label="−L_K (nats per picture)",
    title="The more draws, the closer to −ln p(x), from above",
    says=(
        "The negative importance-weighted bound against the number of draws, on a logarithmic"
        f" axis: {numbers} nats. It falls with every step, less and less."
    ),
    xscale="log",
)

# %%
coins = {name: np.median(found) for name, found in runtime.evidence("−ELBO, coins").items()}
gain = coins["flipped once"] - coins["flipped anew"]
claim(
    "−ELBO, coins flipped once minus anew",
    gain,
    at_least={"mnist": 0.8, "offline": 8},
    unit="nats",
    exact=True,
)
claim("bound, 10 draws minus 1", bounds[10] - bounds[1], at_least=1, unit="nats")
claim("bound, 100 draws minus 10", bounds[100] - bounds[10], at_least=0.3, unit="nats")
first_ten = 2 * bounds[10] - bounds[1] - bounds[100]
claim("what the first ten draws gain more than the next 90", first_ten, at_least=0.3, unit="nats")
claim(
    "−ln p(x), 100 draws, 16 latents, black and white",
    -bounds[100],
    at_most={"mnist": 104, "offline": 90},
    unit="nats",
)

# %% [markdown]
# A hundred draws raise the bound by nearly four nats on MNIST; the first ten bring more than the ninety that follow. So on average these pictures are over three nats more probable than the ELBO says.
#
# Ours, some 100 nats on MNIST: how good is that? Burda and others report about 87 nats (with 5,000 draws) for a VAE of dense layers with 50 latents, trained far longer. They flip the coins of the training pictures anew in every epoch (**resampled** binarisation); a long training learns fixed flips by heart, which costs about a nat on MNIST (measured beforehand, with six times the epochs). So a nat or two between papers may mean nothing; the thirteen between theirs and ours do.
#
# ## 10 · What the decoder is asked
# Samples of a VAE are soft. Is it the fault of the Gaussian, of the KL, of too small a network? Begin with what the decoder is asked for.
#
# ### Exercise · one code, two pictures
# Two training pictures, seen equally often, have their bubbles at the same place. What should the decoder draw there, to pay as little as possible?
# - `"a"`: one of the two
# - `"b"`: now one, now the other
# - `"c"`: the average of the two
# - `"d"`: mid-grey everywhere

# %%
ex.shared_code.check(...)  # @exercise

# %% [markdown]
# With more than two pictures, each counts for as much as its bubble weighs there: the best decoder of all would draw
#
# $$ \hat x(z) = \frac{\sum_m q(z|x_m)\; x_m}{\sum_m q(z|x_m)}, $$
#
# the sum over all $M$ training pictures: an *average* over those that the code could mean, a **conditional mean**. It is chapter 04's `best_guess`, with a code for the noisy point. That needs no decoder, only the encoder and the data:

# %%
codes = np.random.default_rng(runtime.seed(16)).normal(size=(10, 2)).astype("float32")  # prior's
mean_train, log_var_train = vae_2.encoder.predict(x_train, batch_size=1000, verbose=0)  # (n, 2)
log_density = log_guesses(codes, mean_train, log_var_train)  # (10, n)
weights = np.exp(log_density - log_density.max(axis=1, keepdims=True))
weights /= weights.sum(axis=1, keepdims=True)
best_possible, decoded = weights @ x_train, decode(vae_2.decoder, codes)
heaviest = x_train[weights.argmax(axis=1)]

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([decoded, best_possible, heaviest]).reshape(-1, 28, 28),
    columns=10,
    row_labels=["decoder", "weighted average", "heaviest picture"],
    title="What the decoder draws is an average of training pictures",
    says=(
        "Three rows of ten: what the decoder draws at ten random codes; the average of all training"
        " pictures weighted by their bubbles, which looks almost the same, as soft; and the single"
        " picture with the largest weight, which is sharp."
    ),
)


# %%
to_average, to_heaviest = (
    np.corrcoef(decoded.ravel(), other.ravel())[0, 1] for other in (best_possible, heaviest)
)
claim("decoder: correlation with the weighted average", to_average, at_least=0.93)
claim(
    "decoder: correlation with the average minus that with the heaviest picture",
    to_average - to_heaviest,
    at_least=0.03,
)

# %% [markdown]
# The first two rows are nearly the same: training found the average by itself. Where a code could mean several strokes, all are drawn in grey.
#
# So with two latents, and these bubbles, blur is no fault of the decoder. It is the right answer to “which *probabilities* for the pixels?”, when the code does not settle them; what a pixel's coin cannot say is that two strokes are *alternatives*. Sharper
# pictures need a code that says more, or a $p(x|z)$ whose pixels depend on each other, or another question altogether. Chapter 07 asks another one.
#
# ## 11 · What a code is good for
# A denoising autoencoder (chapter 04) adds noise to the picture and learns to remove it; a VAE adds noise to the code. Same layers, same number of steps, three tasks: redraw a clean picture; clean a noisy one (Gaussian noise of deviation 0.5); recognise digits, by a linear classifier that sees the codes of 100 labelled pictures. Who wins which?

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(17))
noisy_train = data.add_gaussian(x_train, 0.5, runtime.seed(18))
noisy_test = data.add_gaussian(x_test, 0.5, runtime.seed(19))
dae_encoder, dae_decoder = encoder_network(16, units), decoder_network(16, units)
dae = keras.Model(dae_encoder.input, dae_decoder(dae_encoder.output))
train(dae, noisy_train, x_train, epochs=epochs_16, batch=100, loss=bernoulli_loss)

# %% tags=["nbval-ignore-output"]
mean_encoder = keras.Model(vae.encoder.input, vae.encoder.outputs[0])  # x → μ
networks = {
    "AE": (plain_encoder, plain_decoder),
    "DAE": (dae_encoder, dae_decoder),
    "VAE": (mean_encoder, vae.decoder),
}
label_draws = range(budget(smoke=1, quick=10, full=20))


def by_labels(train, test):
    """Accuracy of a linear classifier that sees 100 labels, on average over ten draws of them."""
    how = dict(labels=100, seeds=label_draws, standardise=False)  # silent latents stay silent
    return metrics.few_label_accuracy(train, y_train[:10_000], test, y_test, **how).mean()


results = {}
for name, (encoder, decoder) in networks.items():
    train_codes, clean, noisy = (
        encoder.predict(x, batch_size=1000, verbose=0)
        for x in (x_train[:10_000], x_test, noisy_test)
    )
    redraw, cleaned = (metrics.psnr(decode(decoder, z), x_test).mean() for z in (clean, noisy))
    results[name] = redraw, cleaned, by_labels(train_codes, clean)

print(f"{'':6}redraw (dB)   clean (dB)   recognise (100 labels)")
for name, (redraw, cleaned, known) in results.items():
    print(f"{name:6}{redraw:11.1f}{cleaned:13.1f}{known:21.1%}")
from_pixels = by_labels(x_train[:10_000], x_test)
as_they_are = metrics.psnr(noisy_test, x_test).mean()
print(f"{'pixels':6}{as_they_are:24.1f}{from_pixels:21.1%}")

# %%
ae, dae_result, vae_result = results.values()
claim("redraw: AE minus VAE", ae[0] - vae_result[0], at_least=1, unit="dB")
claim("clean: DAE minus AE", dae_result[1] - ae[1], at_least=0.8, unit="dB")
claim("clean: DAE minus VAE", dae_result[1] - vae_result[1], at_least=1, unit="dB")
claim("recognise: AE minus VAE", 100 * (ae[2] - vae_result[2]), at_least=0.5, unit="points")
over_pixels = 100 * (vae_result[2] - from_pixels)
least = {"mnist": 0.5, "offline": -2}
claim("recognise: VAE minus pixels", over_pixels, at_least=least, unit="points")

# %% [markdown]
# The DAE, trained on noisy pictures, cleans them best (by four decibels on MNIST; left alone they have 6.0), and redraws clean ones worse than the plain autoencoder. That one redraws best, two decibels better than the VAE, and its codes sort digits a little better, too, perhaps because the VAE's keep fewer nats. On MNIST both beat pixels, on the offline digits the VAE's no longer does.
#
# ### What the latents stand for
# The offline digits were made from originals by rotations, slants and strokes that are known. Show them to our VAE's encoder (after training on MNIST, they are new to it), and ask each latent: what share of a factor's variance can a straight line predict from this latent alone ($R^2$)? One latent for each factor would be a **disentangled** code.

# %% tags=["nbval-ignore-output"]
probe = data.load_digits("offline")
seen, unseen = (
    mean_encoder.predict(x.reshape(-1, 784), batch_size=1000, verbose=0)
    for x in (probe.x_train, probe.x_test)
)
factors = ("rotation", "slant", "stroke")
alone, together = {}, {}  # by factor: R² of each latent, (16,), and of all together
for factor in factors:
    learned, wanted = (probe.factors[part][factor] for part in ("train", "test"))
    alone[factor] = np.array([np.corrcoef(latent, wanted)[0, 1] ** 2 for latent in unseen.T])
    together[factor] = LinearRegression().fit(seen, learned).score(unseen, wanted)
plots.grouped_bars(
    [f"$z_{{{j}}}$" for j in range(1, 17)],
    alone,
    y_label="R² of one latent",
    title="A latent or two lean to a factor; none stands for one",
    says="Sixteen groups of three bars, R² of each latent for rotation, slant and stroke. Most are"
    " near 0; "
    + "; ".join(
        f"the best for {f} is latent {r.argmax() + 1}, {r.max():.2f}" for f, r in alone.items()
    )
    + ".",
    fmt="",
)
print("all sixteen together:", ", ".join(f"{f} {r:.2f}" for f, r in together.items()))

# %%
for factor in ("slant", "stroke"):
    claim(f"R² of the {factor}, all latents", together[factor], at_least=0.5)
    more = together[factor] - alone[factor].max()
    claim(f"R² of the {factor}, all latents minus the best", more, at_least=0.05)
claim("R² of the rotation, all latents", together["rotation"], at_most=0.5)

# %% [markdown]
# The best latent for the slant and the best for the stroke each tell less than all sixteen together; the rotation is told worst, perhaps since each original has a slant of its own; that the encoder has never seen these digits may add to it. However the axes are turned, prior and $p(x)$ stay the same; only the bubbles, whose axes lie along the latents' (a diagonal covariance), prefer some directions, and those go by what saves nats, not by what we call slant (F. Locatello and others, 2019).
#
# ## 12 · Where this went
# **Hierarchical VAEs** stack latents, coarse things first, with a prior that is learned. **VQ-VAE** makes the code a list of entries of a learned table. **Latent diffusion** does what won in section 7, with better dice: an autoencoder with a lightly smoothed code, then a strong model of its codes.
# And **diffusion** itself is a hierarchical VAE of very many layers, whose encoder learns nothing: each layer adds a little Gaussian noise, each layer of the decoder denoises, and the $-$ELBO is, but for two small terms, a weighted sum of chapter 04's denoising errors.
#
# ## 13 · What to take away
# | question | answer, on MNIST |
# | --- | --- |
# | why not just roll dice for a plain autoencoder? | one can, if they are well fitted to its codes; but no bound on $p(x)$ comes with it |
# | what is the ELBO? | $\ln p(x)$ minus the error of the encoder's guess |
# | why $z = \mu + \sigma\varepsilon$? | same gradient on average as the score function's, with far less variance: in our test with 16 latents a 27th, even if that has a baseline |
# | what does the rate pay for? | information about the picture, and the aggregate's distance from the prior |
# | β? | a point on the rate–distortion curve; large: latents collapse; 0: an autoencoder; it hides in means and in $s^2$ |
# | why the blur? | the decoder draws an average over what the code could mean (seen with two latents) |
#
# **Ask yourself.** (1) Your VAE's rate is 0.01 nats. What do its reconstructions look like? (2) You keep the networks and replace the prior by the aggregate itself. What happens to rate, distortion and samples? (3) You double the number of pixels by enlarging the pictures. What happens to the weight of the KL? (4) Can an ELBO be higher than $\ln p(x)$ on a test picture?
#
# <details><summary>Answers</summary>
#
# (1) All the same: the average picture. (2) The distortion stays; the rate falls to $I(x; z)$; the samples are training pictures redrawn: well covered, nothing new. (3) The distortion about doubles, the KL does not: as if β were halved. (4) As an expectation, no. A single noisy estimate of it, yes.
#
# </details>
#
# **If you read the sources** (chapter 00 says who they are), mind rows 20, 23, 24, 33, 38 to 40, 61 and 62 of the [appendix](99_corrections_to_the_sources.ipynb).
#
# **Use and misuse.** Three mistakes: to take a bound for a probability; a high likelihood for “familiar” (simple pictures are cheap, chapter 02); a sample for evidence: a VAE that fills in a blurred face invents what it has seen most, worst for those seen least. On the other side, a code that counts its nats serves compression and simulation.

# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Crowley, *Generative Networks and the AutoEncoder*, section 4; Wollongong, slides (variational autoencoder); Laurent, slides (variational autoencoders); Canziani, notes (VAE, bubbles). Papers: D. P. Kingma and M. Welling,
# *Auto-Encoding Variational Bayes*, 2013; D. J. Rezende, S. Mohamed and D. Wierstra, *Stochastic Backpropagation and Approximate Inference in Deep Generative Models*, 2014; R. J. Williams, *Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning*, 1992 (the score
# function); Y. Burda, R. Grosse and R. Salakhutdinov, *Importance Weighted Autoencoders*, 2015; I. Higgins et al., *β-VAE*, 2017; A. Alemi et al., *Fixing a Broken ELBO*, 2018 (rate and distortion); M. F. Naeem et al., *Reliable Fidelity and Diversity Metrics for Generative Models*, 2020 (density and coverage); P. Ghosh et al., *From Variational to Deterministic Autoencoders*, 2020 (ex-post density estimation); M. Hoffman and M. Johnson, *ELBO Surgery*, 2016 (the split rate); C. Cremer et al., *Inference Suboptimality in Variational Autoencoders*, 2018 (the split gap); O. Rybkin et al., *Simple and Effective VAE Training with Calibrated Decoders*, 2021; F. Locatello et al., *Challenging Common Assumptions in the Unsupervised Learning of Disentangled Representations*, 2019; A. van den Oord et al., *Neural Discrete Representation Learning*, 2017 (VQ-VAE); D. P. Kingma et al., *Variational Diffusion Models*, 2021; R. Rombach et al., *High-Resolution Image Synthesis with Latent Diffusion Models*, 2022.
#
# **Next**: [07, generative adversarial networks](07_generative_adversarial_networks.ipynb): no likelihood, no blur, and other troubles.
