# %% [markdown]
# # 07 · Generative adversarial networks: learning from a critic
#
# **You need** chapters [01](01_information_theory.ipynb) (Jensen–Shannon divergence, cross-entropy from logits) and [02](02_autoencoders.ipynb) (networks that draw digits).
# Chapter [06](06_variational_autoencoders.ipynb) is the other way to the same goal, and is good to know. **It runs in** {{minutes}} on two CPU cores; with the exercises, allow an evening.
#
# Chapter 06 ended with soft pictures. Its decoder had to name a probability for every pixel, and where it was not sure, grey was the right answer. Whoever looks at handwriting does not ask for the probability of a pixel, but: is this real?
#
# So put that question to a network. A **discriminator** learns to tell real pictures from made ones; a **generator** makes them out of noise and learns from the discriminator's objections, never from a picture.
# What comes out is sharp. What it costs: there is no likelihood any more, no loss whose fall means progress, and two networks that can chase each other in circles. This chapter is about both, and about how to find out which of the two you have got.
#
# When you are through, you can
# - derive the best discriminator, and measure how near a trained one comes;
# - say which divergence the game measures, and why the order of max and min matters;
# - choose the generator's loss by its slope;
# - write the step of each network so that only the right weights move;
# - recognise collapse, count modes, and apply a cure;
# - judge a generator by numbers that do not come from its own training.

# %% tags=["nbval-ignore-output"]
import math
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import interact
from scipy.stats import norm

from course_utils import data, information, metrics, plots, runtime
from course_utils.exercises import ch07 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=7)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import layers, ops

from course_utils import scoring
from course_utils.gan import Snapshots, dense_discriminator, dense_generator

digits = data.load_digits()

# %%
offline = digits.name == "offline"
epochs_detective = budget(smoke=1, quick=10, full=30)  # for D against a fixed density on a line
epochs_1d = budget(smoke=7, quick=20, full=40)  # for the game in one dimension
steps_1d = budget(smoke=5, quick=100, full=100)  # steps each
epochs_ring = budget(smoke=1, quick=4, full=20)  # for the ring
steps_ring = budget(smoke=10, quick=500, full=500)
runs_ring = budget(smoke=1, quick=2, full=5)  # each with another seed
epochs_classifier = budget(smoke=1, quick=5 if offline else 1, full=8)  # for the one that scores
epochs = budget(smoke=1, quick=35 if offline else 7, full=100)  # for the GAN on digits
n = budget(smoke=1000, quick=60_000, full=60_000)  # at most so many training pictures
full_count = 2000 if offline else 10_000
count = budget(smoke=200, quick=full_count, full=full_count)  # samples that are scored

x_train, y_train = digits.x_train[:n], digits.y_train[:n]  # (n, 28, 28, 1)
x_test, y_test = digits.x_test[:count], digits.y_test[:count]

# %% [markdown]
# ## 1 · A density that nobody writes down
# Take noise $z$ from a distribution that a computer can draw from, $z \sim \mathcal N(0, 1)$, and send it through a function $G$. Whatever $G$ is, $x = G(z)$ has *some* density. Here is one number of noise through three small networks with random weights:


# %%
def random_layer(units, activation=None):
    """A dense layer whose weights and biases are drawn from a normal distribution."""
    weights, biases = (keras.initializers.RandomNormal(stddev=1) for _ in range(2))
    return layers.Dense(units, activation, kernel_initializer=weights, bias_initializer=biases)


keras.utils.set_random_seed(runtime.seed(1))
noise = np.random.default_rng(runtime.seed(1)).normal(size=(20_000, 1)).astype("float32")
edges = np.linspace(-5, 5, 101)
densities = {}
for i in range(3):
    network = keras.Sequential([random_layer(4, "tanh"), random_layer(1)])
    made = network.predict(noise, batch_size=5000, verbose=0)  # (20000, 1)
    densities[f"network {i + 1}"] = np.histogram(made, edges)[0] / len(made) / 0.1

# %% tags=["nbval-ignore-output"]
plots.curves(
    (edges[1:] + edges[:-1]) / 2,
    densities,
    x_label="x = G(z)",
    y_label="density of x",
    title="Bell-shaped noise in, something else out",
    says=(
        "Histograms of what three random networks make of normally distributed noise. The noise is"
        " one bell; the three densities have other shapes, with peaks and shoulders at different"
        " places."
    ),
)

# %% [markdown]
# We can *draw* from such a density as often as we like, and we cannot *evaluate* it: to know $q(x)$, how probable $G$ makes a given $x$, one would have to find every $z$ that leads there. It is an **implicit** density, and $G$ an *implicit generative model*. A VAE's decoder names a distribution and pays for each training picture; an implicit model cannot even say what it should pay.
#
# So how to compare it with data, if all we have is two heaps of samples? Ask somebody to sort them.
#
# ## 2 · The best detective
# Half of the samples come from the data, with density $p(x)$, half from the generator, with density $q(x)$. A **discriminator** $D$ (`discriminator`) looks at a sample and names a number $D(x)$ between 0 and 1: the probability that it is real. Its score is a log-likelihood, as for any classifier:
#
# $$ V(D, G) = \mathbb E_{x \sim p} \ln D(x) + \mathbb E_{x \sim q} \ln\bigl(1 - D(x)\bigr) = \int \bigl[\, p(x) \ln D(x) + q(x) \ln(1 - D(x)) \,\bigr] dx . $$
#
# It is a log-likelihood, so $D$ earns more by being *rightly unsure* than by a bold guess. Now let $D$ be free to say at each $x$ what it likes. Then each $x$ is a problem by itself, with one unknown number in it.
#
# ### Exercise · the best discriminator
# Which number is best at each $x$? And what about places where neither kind ever lies?

# %%
optimal_discriminator = ex.optimal_discriminator.check(...)  # @exercise

# %% [markdown]
# With real data from $p = \mathcal N(1, 0.5^2)$ and a generator that is still far off, $q = \mathcal N(-1, 1)$: where will $D^*$ (“D star”, the best $D$) be highest? At 1, in the middle of the data? Guess before you run the next cells. They train a small network on 20,000 samples of each kind, as a plain classifier, and lay it over the formula.

# %%
x = np.linspace(-5, 5, 2001)  # a grid, for integrals
dx = x[1] - x[0]
p, q = norm.pdf(x, 1, 0.5), norm.pdf(x, -1, 1)
D_star = optimal_discriminator(p, q)


# %%
def train_detective(real, fake, epochs=epochs_detective):
    """A network that gives the logit of “real”, trained on samples (m, 1) of both kinds."""
    model = keras.Sequential(
        [keras.Input((1,)), layers.Dense(32, "tanh"), layers.Dense(32, "tanh"), layers.Dense(1)]
    )
    samples = np.concatenate([real, fake]).astype("float32")
    labels = np.repeat([1.0, 0.0], [len(real), len(fake)])[:, None]
    steps = epochs * math.ceil(len(samples) / 400)
    rate = keras.optimizers.schedules.CosineDecay(0.01, steps)
    model.compile(
        keras.optimizers.Adam(rate),
        keras.losses.BinaryCrossentropy(from_logits=True),
        steps_per_execution=50,
    )
    model.fit(samples, labels, batch_size=400, epochs=epochs, verbose=0)
    return model


# %%
def logits_at(x, model):
    """What a network of one number says at the places x, (n,)."""
    column = x[:, None].astype("float32")
    return model.predict(column, batch_size=len(x), verbose=0)[:, 0].astype("float64")


def sigmoid(a):
    return 1 / (1 + np.exp(-np.asarray(a, "float64")))


keras.utils.set_random_seed(runtime.seed(2))
rng = np.random.default_rng(runtime.seed(2))
detective = train_detective(rng.normal(1, 0.5, (20_000, 1)), rng.normal(-1, 1, (20_000, 1)))
D_trained = sigmoid(logits_at(x, detective))

# %% tags=["nbval-ignore-output"]
plots.curves(
    x,
    {"p, real": p, "q, generated": q, "D*": D_star, "trained D": D_trained},
    x_label="x",
    y_label="density; D(x)",
    title="D* is highest beyond the data's peak, where the generator rarely goes",
    says=(
        "Four curves over x: the real density, a narrow bell at 1; the generated one, a wide bell"
        " at −1; the best discriminator, which rises from 0 to nearly 1 between 0 and 1, is"
        f" highest at {x[D_star.argmax()]:.2f} and falls again from about 2 on; and the trained"
        " one, which follows it except where there are next to no samples."
    ),
    xlim=(-4, 5),
)

# %%
visited = (p + q) / 2 * dx  # probability of each grid cell, both kinds together
claim(
    "trained D minus D*, average over the samples",
    np.sum(visited * np.abs(D_trained - D_star)),
    at_most=0.02,
)
claim("where D* is highest", x[D_star.argmax()], at_least=1.66, at_most=1.68, exact=True)

# %% [markdown]
# The network has found the formula without knowing either density: a classifier estimates a ratio of densities (*density-ratio estimation*). (Right of 3, where hardly anything ever lies, it simply goes on as before; nobody asks it there.) And the peak of $D^*$ is not at 1 but at $5/3$: not where data are most frequent, but where the *ratio* is largest.
#
# Two remarks, each worth a number. $V$ has one $\ln D$ for each $\ln(1 - D)$; if $r$ generated samples are counted for each real one, the answer is $p/(p + rq)$, and with $r = 64$ the samples of a perfect generator are nearly always called fake. And $D$ does not maximise its *accuracy*: here are $D^*$ and a boastful copy with four times its logits. They make the same decisions, sample for sample.


# %%
def value(D, p, q):
    """V(D, G), nats, by adding up over the grid."""
    D = np.clip(D, 1e-12, 1 - 1e-12)
    return np.sum(p * np.log(D) + q * np.log(1 - D)) * dx


def accuracy(D, p, q):
    """Share of samples, half of them real, on the right side of ½."""
    return np.sum(p * (D > 0.5) + q * (D <= 0.5)) * dx / 2


D_boastful = D_star**4 / (D_star**4 + (1 - D_star) ** 4)  # a sigmoid of four times the logit

# %%
claim(
    "D* of a perfect generator, 64 generated for each real sample",
    optimal_discriminator(np.ones(1), 64 * np.ones(1))[0],
    at_least=0.0153,
    at_most=0.0155,
    exact=True,
)
claim(
    "accuracy of D* minus that of its boastful copy",
    abs(accuracy(D_star, p, q) - accuracy(D_boastful, p, q)),
    at_most=1e-9,
    exact=True,
)
claim(
    "V of D* minus that of its boastful copy",
    value(D_star, p, q) - value(D_boastful, p, q),
    at_least=0.05,
    unit="nats",
    exact=True,
)

# %% [markdown]
# ### Exercise · the end of the game
# The generator is perfect and the discriminator the best there is. What is $D$'s loss, $-V$, in nats? (A number.)

# %%
ex.stalemate.check(...)  # @exercise

# %% [markdown]
# ## 3 · What the game measures
# Put $D^* = p/(p+q)$ into $V$. With the middle $m = (p + q)/2$ of the two densities, $\ln D^* = \ln \frac{p}{2m} = \ln\frac pm - \ln 2$, and the same for $1 - D^*$:
#
# $$ C(G) = \max_D V(D, G) = -\ln 4 + \mathrm{KL}(p\,\|\,m) + \mathrm{KL}(q\,\|\,m) = -\ln 4 + 2\,\mathrm{JSD}(p, q) \quad\text{nats,} $$
#
# with chapter 01's Jensen–Shannon divergence JSD (at most $\ln 2$ nats, which is 1 bit). So a generator that makes $C$ small brings its samples to the data. $C$ is least, $-\ln 4 = -1.386$, just when $q = p$; when the two do not overlap at all it is 0.
#
# That is a statement about the best $D$; a trained one can only score less. Let the generator's bell come closer, from a distance of 6 to 0, and train a detective for some distances.

# %%
distances = np.linspace(0, 6, 61)
wide = np.linspace(-6, 12, 4001)
target = norm.pdf(wide, 0, 1)
shifted = norm.pdf(wide, distances[:, None], 1)  # (61, 4001): a row for each distance
step = wide[1] - wide[0]
C = -np.log(4) + 2 * information.js(
    target / target.sum(), shifted / shifted.sum(axis=1, keepdims=True), unit="nats"
)

# %%
keras.utils.set_random_seed(runtime.seed(3))
V_trained = {}
for i in budget(smoke=(20,), quick=(0, 10, 20, 40), full=(0, 5, 10, 20, 30, 40, 60)):
    rng = np.random.default_rng(runtime.seed(3) + i)
    real, fake = rng.normal(0, 1, (20_000, 1)), rng.normal(distances[i], 1, (20_000, 1))
    logits = logits_at(wide, train_detective(real, fake))
    ln_D, ln_not_D = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    V_trained[i] = np.sum(target * ln_D + shifted[i] * ln_not_D) * step

# %% tags=["nbval-ignore-output"]
plots.curves(
    distances,
    {"C(G) = −ln 4 + 2 JSD": C, "−ln 4": np.full(61, -np.log(4))},
    x_label="distance between the two means (deviations)",
    y_label="V (nats)",
    title="A trained D reaches −ln 4 + 2 JSD, from below",
    says=(
        "C(G) against the distance of generator and data rises from −1.39 at distance 0, steepest"
        " around 2, and levels off near 0 beyond 5. Marked on it, what trained discriminators"
        " score: "
    )
    + ", ".join(f"{V:.2f} at {distances[i]:.0f}" for i, V in V_trained.items())
    + ".",
    marks={f"{V:.2f}": (distances[i], V) for i, V in V_trained.items()},
)

# %%
gaps = np.array([C[i] - V for i, V in V_trained.items()])
claim("C(G) minus the trained D's V, smallest", gaps.min(), at_least=-1e-6, unit="nats", exact=True)
claim("C(G) minus the trained D's V, largest", gaps.max(), at_most=0.01, unit="nats")
claim(
    "C of a perfect generator plus ln 4",
    abs(C[0] + np.log(4)),
    at_most=1e-9,
    unit="nats",
    exact=True,
)
claim(
    "slope of C from distance 5 to 6",
    (C[-1] - C[50]) / (distances[-1] - distances[50]),
    at_most=0.03,
    unit="nats per deviation",
    exact=True,
)

# %% [markdown]
# Every score is below its $C(G)$, as it must be, and by little. Look at the right end: $C$ is flat. When the two hardly overlap, a little nearer is no better: *the generator's worst moments are those in which it learns least*. Hold on to that for section 5.
#
# ## 4 · First max, then min
# The game is
#
# $$ \min_G \max_D V(D, G) : $$
#
# a **minimax** game. The generator plays against the discriminator that would be best against *it*. It is tempting to swap the two, train a discriminator, freeze it, and then train the generator until it wins.
#
# ### Exercise · a judge who does not look again
# $D = D^*$ of section 2 is frozen, and $G$ is trained against it to the end. What do its samples look like?
# - `"a"`: like the data
# - `"b"`: half like the data, half as before
# - `"c"`: all at one place
# - `"d"`: like the noise that goes in

# %%
ex.fixed.check(...)  # @exercise


# %%
def frozen_logit(x):
    """The logit of D*, ln p(x) − ln q(x), for p = N(1, 0.5²) and q = N(−1, 1)."""
    return np.log(2) - 2 * (x - 1) ** 2 + (x + 1) ** 2 / 2


class FrozenGame(keras.Model):
    """A generator of one number against a D* that never changes; its loss is −mean ln D*."""

    def __init__(self, generator):
        super().__init__()
        self.generator = generator

    def call(self, z):
        return frozen_logit(self.generator(z))

    def compute_loss(self, x, y=None, y_pred=None, sample_weight=None, training=True):
        return ops.mean(ops.softplus(-y_pred))  # −ln D*: more of it in section 5


# %%
keras.utils.set_random_seed(runtime.seed(4))
z = h = keras.Input((1,))
for _ in range(2):
    h = layers.Dense(32, "tanh")(h)
minus_one = keras.initializers.Constant(-1)
correction = layers.Dense(1, kernel_initializer="zeros", bias_initializer=minus_one)(h)
generator = keras.Model(z, z + correction)  # begins as z − 1: the very q that D has seen
frozen_game = FrozenGame(generator)
frozen_game.compile(keras.optimizers.Adam(0.005), steps_per_execution=50)
start = generator.predict(noise, batch_size=5000, verbose=0)
frozen_game.fit(noise, batch_size=200, epochs=budget(smoke=1, quick=25, full=25), verbose=0)
collapsed = generator.predict(noise, batch_size=5000, verbose=0)

# %%
claim("deviation of the samples against a frozen D", collapsed.std(), at_most=0.2)
claim(
    "their mean minus the place where D* is highest",
    abs(collapsed.mean() - x[D_star.argmax()]),
    at_most=0.1,
)
claim(
    "deviation of the same generator's samples before",
    start.std(),
    at_least=0.9,
    at_most=1.1,
    exact=True,
)

# %%
constant = value(np.full(len(x), 0.5), p, q)
by_best_answer = np.sum(p * np.log(np.clip(D_star, 1e-12, 1))) * dx + np.log(1 - D_star.max())
claim(
    "V of a D that says ½ to all, plus ln 4",
    abs(constant + np.log(4)),
    at_most=1e-4,
    unit="nats",
    exact=True,
)
claim(
    "V of D* against its best answer, a single point",
    by_best_answer,
    at_most=-1.5,
    unit="nats",
    exact=True,
)

# %% [markdown]
# The data have deviation 0.5, and the generator began with 1; now its samples stand on one spot, at 1.67, where $D^*$ is most convinced, and not even in the middle of the data. No number of samples is too large for one spot, as long as $D$ does not look again. This is **mode collapse** in its purest form, and a live game can come near it, when $D$ looks again too late.
#
# Is the order of min and max of no account, then? Over *all* functions $D$ and densities $q$ both orders have the same *value*, $-\ln 4$: whatever $D$ is, a $q$ close to a single point where $D$ is largest, say $s$, makes $V$ at most $\ln s + \ln(1 - s) \le -\ln 4$, and the $D$ that says ½ to everything has just that. But the
# *solutions* differ: with the minimum inside, the best $D$ is that indifferent one (any other, $D^*$ included, is exploited, as the last claim shows), and there is nothing for a $G$ to learn from.
#
# So the two must take turns, in small steps, and $D$ has to stay near $D^*$. That is the algorithm.
#
# ## 5 · Three losses for the generator
# First $D$'s. A network gives a **logit** $a$; $D = \sigma(a) = 1/(1 + e^{-a})$.
#
# ### Exercise · the discriminator's loss
# $-V$, from logits. The expectations become means over a batch of real and a batch of generated samples. Logits of ±1000 must give the right loss, too.

# %%
discriminator_loss = ex.discriminator_loss.check(...)  # @exercise

# %% [markdown]
# Now $G$. Only the second half of $V$ depends on it, $\ln(1 - D(G(z)))$, to be made small. Two other wishes sound the same: make $-D$ small, or $-\ln D$. For a single sample all three are least at $D = 1$. Are they equally good?
#
# ### Exercise · what the generator minimises
# All three, by name: `"minimax"` for $\ln(1 - D)$, `"linear"` for $-D$, `"non_saturating"` for $-\ln D$.

# %%
generator_loss = ex.generator_loss.check(...)  # @exercise

# %% [markdown]
# What drives $G$ is not the loss but its slope: $G$ gets $\partial\,\text{loss}/\partial a$, passed on through $D$ to the sample and through the sample to $G$'s weights. At the beginning samples are bad, and $D$ is near 0. Say $D = 0.01$.
#
# ### Exercise · who falls asleep?
# $G$ has just begun and $D$ is sure of itself: $D(G(z))$ is near 0. Which losses leave $G$ without a gradient (they **saturate**)?
# - `"a"`: ln(1 − D) only
# - `"b"`: ln(1 − D) and −D
# - `"c"`: −ln D
# - `"d"`: none or all of them: they have the same optimum

# %%
ex.saturates.check(...)  # @exercise

# %%
kinds = {"minimax": "ln(1 − D)", "linear": "−D", "non_saturating": "−ln D"}


def pull(logits, kind):
    """How hard a loss pulls each of the logits (m, 1) up, an array."""
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = generator_loss(logits, kind)
    return -len(logits) * tape.gradient(loss, logits).numpy()  # the loss is a mean over m


logits = tf.constant(np.linspace(-7, 7, 281, dtype="float32")[:, None])
pulls = {formula: pull(logits, kind)[:, 0] for kind, formula in kinds.items()}
low_logit = tf.constant([[np.log(0.01 / 0.99)]], "float32")  # of D = 0.01
low_pull = {kind: pull(low_logit, kind).item() for kind in kinds}

# %%
claim(
    "pull on the logit where D is 0.01, −D",
    low_pull["linear"],
    at_least=0.00985,
    at_most=0.00995,
    exact=True,
)
claim(
    "pull on the logit where D is 0.01, ln(1 − D)",
    low_pull["minimax"],
    at_least=0.00995,
    at_most=0.01005,
    exact=True,
)
claim(
    "pull on the logit where D is 0.01, −ln D",
    low_pull["non_saturating"],
    at_least=0.9895,
    at_most=0.9905,
    exact=True,
)

# %%
plots.curves(
    sigmoid(logits)[:, 0],
    pulls,
    x_label="D(G(z)), what the discriminator says",
    y_label="pull on the logit",
    title="Where the generator is bad, only −ln D pulls",
    says=(
        "How hard each loss pulls the logit up, against D. The pull of ln(1 − D) is the straight"
        " line D, that of −D is the arch D times 1 − D: both are 0 at the left end, where D is 0."
        " That of −ln D is the falling line 1 − D, which is 1 at the left end."
    ),
)

# %% [markdown]
# So $-\ln D$, the **non-saturating** loss, is what GANs are trained with, this chapter's included. Its optimum for one sample is the same; in expectation it is not the same game (it is no longer $C(G)$ that $G$ descends). Nobody minds, because with $\ln(1 - D)$ it often would not start at all.
#
# ## 6 · Whose weights?
# Both networks appear in both losses, and only one may move in each step. In $D$'s step the samples are just numbers; in $G$'s step the gradient runs *through* $D$, whose weights stand still.
#
# ### Exercise · the generator's gradients
# Given two Keras networks, $G$'s loss as a function of logits, and noise `z`, a tensor. By TensorFlow's tape: a list of gradients, to be handed to an optimizer.

# %%
generator_gradients = ex.generator_gradients.check(...)  # @exercise

# %% [markdown]
# Notice what is *not* among the arguments: data. All that $G$ ever learns about the world is in the slopes of $D$.
#
# Here is the whole class, as the next chapters use it too. `fit(x)` calls `train_step` with a batch of real samples: $k$ steps of $D$, each with its own part of the batch and fresh noise, then one of $G$, each network with an optimizer of its own. With `k=1`, as everywhere in this chapter, they simply take turns. (`descend` does what your `generator_gradients` does, and takes the step. `unpack` is a guard: a habit like `fit(x, x)` is refused with a sentence.)

# %%
from course_utils.training import unpack  # the class calls it


from course_utils.gan import GAN  # @source

# %%
from course_utils.gan import descend  # @source

# %% [markdown]
# Two pieces of advice are handed on that do not survive this class; each takes a cell to try.
#
# **“Train the discriminator on real data first.”** If there is nothing but real data, nothing speaks against $D = 1$ everywhere. A network for digits, a hundred steps on real digits only, then shown television static:

# %%
keras.utils.set_random_seed(runtime.seed(5))
naive_D = dense_discriminator()
naive_D.compile(
    keras.optimizers.Adam(1e-3),
    keras.losses.BinaryCrossentropy(from_logits=True),
    steps_per_execution=10,
)
real = x_train[:5000]
epochs_naive = budget(smoke=1, quick=2, full=2)
naive_D.fit(real, np.ones((len(real), 1)), batch_size=100, epochs=epochs_naive, verbose=0)
static = np.random.default_rng(runtime.seed(5)).random((500, 28, 28, 1), dtype="float32")
says_static = sigmoid(naive_D.predict(static, verbose=0)).mean()
claim("D trained on real digits only, what it says to white noise", says_static, at_least=0.95)

# %% [markdown]
# It calls the static real. A generator trained on that learns nothing, because there is nothing left to improve. What cures weak gradients is $-\ln D$; what keeps $D$ useful is to train it on *both* kinds, all along.
#
# **“Set `discriminator.trainable = False`, stack the two, and train in turns.”** Many tutorials do: compile $D$, then freeze it, then compile the stack of $G$ and $D$. In old versions of Keras the flag was read when a model was compiled, so $D$, compiled before, went on learning. What happens today?


# %%
def small_generator(units=32):
    """Noise (batch, 1) to one number each."""
    return keras.Sequential(
        [
            keras.Input((1,)),
            layers.Dense(units, "silu"),
            layers.Dense(units, "silu"),
            layers.Dense(1),
        ]
    )


def tiny_discriminator():
    """One number to a logit."""
    return keras.Sequential([keras.Input((1,)), layers.Dense(8, "tanh"), layers.Dense(1)])


def largest_change(network, before):
    """How far a weight has moved at most since `before`, the weights of then."""
    return max(np.abs(b - a).max() for a, b in zip(before, network.get_weights(), strict=True))


# %%
keras.utils.set_random_seed(runtime.seed(6))
old_G, old_D = small_generator(), tiny_discriminator()
binary = keras.losses.BinaryCrossentropy(from_logits=True)
old_D.compile("adam", binary)
old_D.trainable = False
stacked = keras.Sequential([old_G, old_D])
stacked.compile("adam", binary)
G_before, D_before = old_G.get_weights(), old_D.get_weights()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    old_D.fit(noise[:1000] + 4, np.ones((1000, 1)), verbose=0)
_ = stacked.fit(noise[:1000], np.ones((1000, 1)), verbose=0)

# %%
G_moved, D_moved = largest_change(old_G, G_before), largest_change(old_D, D_before)
claim("the old idiom: largest change of a weight of G", G_moved, at_least=1e-4)
claim("the old idiom: largest change of a weight of D", D_moved, at_most=0.0, exact=True)

# %% [markdown]
# $D$ has not moved at all, and no error says so, only a warning among others (switched off here): the flag counts when training starts. Such a program trains $G$ against a random, frozen judge, and you know from section 4 where that ends. Taking gradients with respect to a list of weights needs no flags:

# %%
keras.utils.set_random_seed(runtime.seed(6))
new_G, new_D = small_generator(), tiny_discriminator()
G_before, D_before = new_G.get_weights(), new_D.get_weights()
with tf.GradientTape() as tape:
    loss = discriminator_loss(new_D(noise[:1000] + 4), new_D(new_G(noise[:1000])))
descend(loss, tape, new_D, keras.optimizers.Adam(1e-3))
G_moved, D_moved = largest_change(new_G, G_before), largest_change(new_D, D_before)

# %%
claim("a step of D by descend: largest change of a weight of D", D_moved, at_least=5e-4, exact=True)
claim("a step of D by descend: largest change of a weight of G", G_moved, at_most=0.0, exact=True)

# %% [markdown]
# ## 7 · The game on a line
# The smallest game: data from a density with two bumps, a generator of one number, everything visible. Two aids are in it, and are left out for a test below: learning rates that fall to 0, and a $D$ that sees real and generated samples through a little noise (**instance noise**).


# %%
def real_line(m, rng):
    """Samples (m, 1): three in ten around 2, the others around 5."""
    low = rng.random((m, 1)) < 0.3
    around_2, around_5 = rng.normal(2, 0.5, (m, 1)), rng.normal(5, 1, (m, 1))
    return np.where(low, around_2, around_5).astype("float32")


def small_discriminator(instance_noise=0.5):
    """D sees everything through fresh noise of this deviation, while it trains."""
    return keras.Sequential(
        [
            keras.Input((1,)),
            layers.GaussianNoise(instance_noise),
            layers.Dense(32, "tanh"),
            layers.Dense(32, "tanh"),
            layers.Dense(1),
        ]
    )


# %%
class Frames(keras.callbacks.Callback):
    """Keeps G's samples of the same noise, and D on a grid: at first and after each epoch."""

    def on_train_begin(self, logs=None):
        grid = np.linspace(-3, 9, 121, dtype="float32")[:, None]
        self.grid, self.frames = ops.convert_to_tensor(grid), []
        self.on_epoch_end(-1)

    def on_epoch_end(self, epoch, logs=None):
        samples, logits = self.model.generator(noise), self.model.discriminator(self.grid)
        self.frames.append((np.asarray(samples)[:, 0], sigmoid(logits)[:, 0]))


# %%
def non_saturating_loss(fake_logits):
    return generator_loss(fake_logits, "non_saturating")


def train_line(d_rate=2e-3, g_rate=2e-3, instance_noise=0.5, decay=True, callbacks=()):
    """A GAN on the line; both learning rates fall to 0 along a cosine, unless told otherwise."""
    gan = GAN(
        small_generator(),
        small_discriminator(instance_noise),
        discriminator_loss,
        non_saturating_loss,
        latents=1,
        seed=runtime.seed(7),
    )
    rates = d_rate, g_rate
    if decay:
        steps = steps_1d * epochs_1d
        rates = [keras.optimizers.schedules.CosineDecay(rate, steps) for rate in rates]
    optimizers = [keras.optimizers.Adam(rate, beta_1=0.5) for rate in rates]
    gan.compile(*optimizers, steps_per_execution=50)
    line = real_line(256 * steps_1d, np.random.default_rng(runtime.seed(7)))
    gan.fit(line, batch_size=256, epochs=epochs_1d, verbose=0, callbacks=list(callbacks))
    return gan


# %%
keras.utils.set_random_seed(runtime.seed(7))
film = Frames()
line_gan = train_line(callbacks=[film])

# %% [markdown]
# Two thousand steps (in the quick budget). The frames show the data, the generator's samples, and $D$. Before you look: $D$ begins with random weights. Where should it be high a few hundred steps later, and what should it look like in the last frame?

# %%
line_grid, line_bins = np.linspace(-3, 9, 121), np.linspace(-3, 9, 61)
line_density = 0.3 * norm.pdf(line_grid, 2, 0.5) + 0.7 * norm.pdf(line_grid, 5, 1)


def draw_frame(ax, frame):
    """Data and samples as densities, and D, on one axis."""
    samples, D = film.frames[frame]
    ax.fill_between(line_grid, line_density, color=plots.REAL, alpha=0.3, label="data")
    outline = {"histtype": "step", "linewidth": 1.6, "color": plots.GENERATED}
    ax.hist(samples, line_bins, density=True, label="generated", **outline)
    ax.plot(line_grid, D, "--", color=plots.GREY, label="D")
    ax.set(ylim=(0, 1.05), title=f"step {steps_1d * frame}", xlabel="x")


# %% tags=["nbval-ignore-output"]
fig, axes = plt.subplots(2, 4, figsize=(7.6, 4.0), sharex=True, sharey=True)
for ax, frame in zip(axes.flat, np.linspace(0, epochs_1d, 8).astype(int), strict=True):
    draw_frame(ax, frame)
axes[0, 0].legend(fontsize="x-small")
title = "The samples walk to the data; in the end D says about one half"
fig.suptitle(title, x=0.02, ha="left", fontsize="medium")
plots.show(
    fig,
    "Eight frames of the game. At step 0 all samples are a narrow heap near 0, and D is random."
    " Then the heap wanders to the data and spreads over both bumps, and D changes as it comes. In"
    " the last frames it covers the range of the data, and D is close to one half there.",
)


# %% tags=["nbval-ignore-output"]
def show_frame(frame=0):
    """One frame of the film."""
    fig, ax = plt.subplots(figsize=(5.2, 2.8))
    draw_frame(ax, frame)
    ax.legend(fontsize="small")
    plots.show(
        fig,
        f"Frame {frame} of the game on a line: densities of data and samples, and the"
        " discriminator.",
    )


show_frame(epochs_1d)
_ = interact(show_frame, frame=(0, epochs_1d, 1))

# %% [markdown]
# ### Exercise · a discriminator at ½
# In somebody's training log, $D$ is right on half of the samples, epoch after epoch. What do you know?
# - `"a"`: the generator is perfect
# - `"b"`: by itself, nothing
# - `"c"`: something is broken
# - `"d"`: training has converged

# %%
ex.half.check(...)  # @exercise

# %%
line_samples = line_gan.sample(10_000, seed=runtime.seed(8))[:, 0]
line_data = real_line(100_000, np.random.default_rng(runtime.seed(8)))[:, 0]
claim(
    "line: mean of the samples minus the data's, in deviations",
    abs(line_samples.mean() - line_data.mean()) / line_data.std(),
    at_most=0.1,
)
claim(
    "line: deviation of the samples over the data's, minus 1",
    abs(line_samples.std() / line_data.std() - 1),
    at_most=0.1,
)

# %% [markdown]
# Mean and deviation agree to within a tenth, at the last step, without looking for a good one. Look at the *shape*, though: the samples pile up at both ends, where the data thin out. $D$ says about ½ all the same. Two numbers do not make a density. A $D$ that sees through noise of deviation 0.5 is blind to spikes narrower than that; and where few samples of either kind come, beyond the bumps, it has had little to learn from, and with a rate that has fallen to 0 it learns no more.
#
# The two aids are there because the game likes to go in circles (it *oscillates*): when $G$ is slightly left, $D$ learns to praise the right, and by the time $G$ has arrived there, it has overshot. Smaller and smaller steps let the swing die out. The noise blurs both densities alike, so the best $G$ is the same as
# without; but they overlap more, $D$ is less sure, and its slopes are gentler.
#
# ### Too strong, too weak, too fast
# The same game with one thing changed at a time. A figure that all can be judged by: the **Wasserstein distance** $W_1$ (or *earth mover's distance*), the least average distance by which samples have to be moved so that the heap of samples becomes the heap of data, in units of the data's deviation. (In one dimension: sort both and compare.) Which of them do you expect to fail?


# %%
def wasserstein(samples, real):
    """W₁ of two sets of numbers of equal size, over the deviation of the second."""
    return np.mean(np.abs(np.sort(samples) - np.sort(real))) / real.std()


variants = {
    "as above": {},
    "no aids": {"instance_noise": 0.0, "decay": False},
    "D 30×\nslower": {"d_rate": 2e-3 / 30},
    "G 30×\nslower": {"g_rate": 2e-3 / 30},
    "both 30×\nfaster": {"d_rate": 0.06, "g_rate": 0.06},
}
names = ["as above", "D 30×\nslower", "G 30×\nslower"]
W1 = {}
for name in budget(smoke=names, quick=list(variants), full=list(variants)):
    keras.utils.set_random_seed(runtime.seed(7))
    gan = line_gan if name == "as above" else train_line(**variants[name])
    W1[name] = wasserstein(gan.sample(10_000, seed=runtime.seed(8))[:, 0], line_data[:10_000])

# %% tags=["nbval-ignore-output"]
plots.bars(
    list(W1),
    list(W1.values()),
    y_label="W₁ (deviations)",
    title="The same game, with one thing changed",
    says="Wasserstein distance for five settings: "
    + ", ".join(f"{name} {value:.2f}".replace("\n", " ") for name, value in W1.items())
    + ".",
    fmt="%.2f",
)

# %%
claim(
    "line: W₁ with D 30 times slower, over that above",
    W1["D 30×\nslower"] / W1["as above"],
    at_least=1.3,
)
claim(
    "line: W₁ with G 30 times slower, over that above",
    W1["G 30×\nslower"] / W1["as above"],
    at_least=3,
)

# %% [markdown]
# A slow $G$ simply has not arrived at the end: its $D$ knows very well that everything is fake, and $G$ follows at a crawl. A slow $D$ points to where the samples were a while ago, and $G$ runs back and forth between places that are out of date. With rates that are far too large both jump about. Without the two aids it goes a little worse than with them, on this run; what they are meant to buy is that the *last* step is a good one, whatever the seed. (Different rates for $D$ and $G$ are often advised, as the *two time-scale update rule*.)
#
# ## 8 · Eight heaps in a ring
# A line is too kind. The classical trap is a ring of eight narrow Gaussians in the plane. It is easy to be rewarded for one heap at a time.

# %%
angles = np.arange(8) * np.pi / 4
centres = 2 * np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (8, 2)
spread = 0.1  # deviation of each heap


def real_ring(m, rng):
    """Samples (m, 2) from the eight heaps, equally often."""
    return (centres[rng.integers(8, size=m)] + spread * rng.normal(size=(m, 2))).astype("float32")


# %% [markdown]
# ### Exercise · how many modes?
# A number for what the eye sees. A sample is *good* if it is within $3\sigma$ of its nearest centre; a mode is covered if its good samples are at least 3 % of *all* samples.

# %%
ring_coverage = ex.ring_coverage.check(...)  # @exercise

# %%
modes, good = ring_coverage(
    real_ring(2500, np.random.default_rng(runtime.seed(9))), centres, spread
)
claim("ring, real samples: modes", modes, at_least=8, exact=True)
claim("ring, real samples: share of good ones", good, at_least=0.97, exact=True)

# %% [markdown]
# First the game as one would write it down without having read on: Adam with Keras's defaults. How many of the eight will it find? Predict a number.


# %%
class MinibatchDeviation(layers.Layer):
    """Appends to each row how far its batch is spread: the columns' deviations, averaged."""

    def call(self, x):
        spread = ops.mean(ops.std(x, axis=0))
        return ops.concatenate([x, spread * ops.ones_like(x[:, :1])], axis=1)


# %%
def ring_networks(minibatch_deviation):
    """A generator of points in the plane, and a discriminator with or without that layer."""
    G = keras.Sequential(
        [keras.Input((2,)), layers.Dense(64, "relu"), layers.Dense(64, "relu"), layers.Dense(2)]
    )
    spread_layers = [MinibatchDeviation()] if minibatch_deviation else []
    D = keras.Sequential(
        [
            keras.Input((2,)),
            *spread_layers,
            layers.Dense(64),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(64),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(1),
        ]
    )
    return G, D


# %%
def train_ring(seed, minibatch_deviation=False, beta_1=0.9, decay=False):
    """Samples of a GAN on the ring: learning rates of 0.001, constant or falling to 0."""
    G, D = ring_networks(minibatch_deviation)
    gan = GAN(G, D, discriminator_loss, non_saturating_loss, latents=2, seed=seed)
    rate = 1e-3
    if decay:
        rate = keras.optimizers.schedules.CosineDecay(rate, steps_ring * epochs_ring)
    optimizers = [keras.optimizers.Adam(rate, beta_1=beta_1) for _ in range(2)]
    gan.compile(*optimizers, steps_per_execution=50)
    points = real_ring(256 * steps_ring, np.random.default_rng(seed))
    gan.fit(points, batch_size=256, epochs=epochs_ring, verbose=0)
    return gan.sample(2500, seed=seed)


# %%
settings = {"defaults": {}, "calmer": {"minibatch_deviation": True, "beta_1": 0.5, "decay": True}}
ring = {name: [] for name in settings}
for name, options in settings.items():
    for i in range(runs_ring):
        keras.utils.set_random_seed(runtime.seed(10 + i))
        ring[name].append(train_ring(runtime.seed(10 + i), **options))
coverage = {}
for name, runs in ring.items():
    coverage[name] = [ring_coverage(samples, centres, spread) for samples in runs]

# %% tags=["nbval-ignore-output"]
fig, axes = plt.subplots(1, 2 * runs_ring, figsize=(3.8 * runs_ring, 2.5), sharex=True, sharey=True)
every_run = [(name, i) for name in ring for i in range(runs_ring)]
says = "Panels with circles of three deviations around the eight centres, and 800 samples each."
for ax, (name, i) in zip(axes, every_run, strict=True):
    for centre in centres:
        ax.add_patch(plt.Circle(centre, 3 * spread, color=plots.REAL, fill=False))
    ax.plot(*ring[name][i][:800].T, ".", color=plots.GENERATED, markersize=2)
    ax.set(title=f"{name}, run {i + 1}", aspect="equal", xlim=(-3.2, 3.2), ylim=(-3.2, 3.2))
    modes, good = coverage[name][i]
    says += f" {name}, run {i + 1}: {modes} modes, {good:.0%} good samples."
title = "The same networks and losses, two ways to train them"
fig.suptitle(title, x=0.02, ha="left", fontsize="medium")
plots.show(fig, says)

# %% tags=["nbval-ignore-output"]
for name, runs in coverage.items():
    print(f"{name:9}", ", ".join(f"{modes} modes, {good:.2f} good" for modes, good in runs))

# %%
claim(
    "ring, defaults: modes, worst run", min(modes for modes, _ in coverage["defaults"]), at_most=5
)
claim("ring, calmer: modes, worst run", min(modes for modes, _ in coverage["calmer"]), at_least=7)
claim(
    "ring, calmer: share of good samples, worst run",
    min(good for _, good in coverage["calmer"]),
    at_least=0.7,
)

# %% [markdown]
# The circles have a radius of $3\sigma$: what lies in them is good. With the defaults the samples jump: $G$ runs to where $D$ praises, $D$ turns against the place, and Adam's momentum of 0.9 carries both too far, round and round; whatever the last step happens to show, it is not a ring: in our runs no mode or one, and once four. Some runs end in a heap, like that of section 4, others in a smear: what they share is that the game goes round and does not settle, and that seven places are forgotten while one is visited. Less momentum ($\beta_1 = 0.5$) and rates that fall to 0 take the swing out. The added layer (**minibatch standard deviation**) shows $D$ how far its batch is spread. A heap of samples on one spot, each of which would pass by itself, is
# then given away by its batch. About one sample in six still lies between the circles: $G$ is continuous, and cannot jump from one heap to the next.
#
# Which of the changes does it? In our trials less momentum and falling rates found all eight even without the extra layer. Mode collapse has many named cures; it is worth trying first what the optimizer can do.
#
# ## 9 · Who will judge?
# Digits next. For a ring we know the centres; for handwriting we need somebody who can say *what* a picture shows, and how it compares with real ones. Somebody who has nothing to do with the training: $D$'s opinion of its own pupil is worth nothing, and the two losses hardly more.
#
# A classifier can. It is small, and is trained here in front of you:

# %%
from course_utils.scoring import classifier  # @source

# %%
from course_utils.scoring import train_classifier  # @source

# %% tags=["nbval-ignore-output"]
began = time.perf_counter()
keras.utils.set_random_seed(runtime.seed(12))
fresh_classifier = train_classifier(x_train, y_train, epochs_classifier, seed=runtime.seed(12))
_, probabilities = scoring.judge(fresh_classifier, digits.x_test)
fresh_accuracy = np.mean(probabilities.argmax(axis=1) == digits.y_test)
frozen_classifier = scoring.frozen_classifier(digits.name)
_, probabilities = scoring.judge(frozen_classifier, digits.x_test)
frozen_accuracy = np.mean(probabilities.argmax(axis=1) == digits.y_test)
print(
    f"{classifier().count_params():,} weights, {time.perf_counter() - began:.0f} s; test accuracy:"
    f" fresh {fresh_accuracy:.3f}, frozen {frozen_accuracy:.3f}"
)

# %%
claim("test accuracy of the fresh classifier", fresh_accuracy, at_least=0.96)
claim(
    "test accuracy of the frozen classifier",
    frozen_accuracy,
    at_least={"mnist": 0.985, "offline": 0.95},
    exact=True,
)

# %% [markdown]
# The fresh one is good already, after a single pass on MNIST, but makes three times as many mistakes. From here on the *frozen* one judges: the same architecture, trained for longer, whose weights ship with the course. A score depends on its judge, so only the same judge, everywhere and always, gives numbers that can be compared.
#
# It gives two things. **Probabilities** of the ten classes: a sample is *confident* if one of them is at least 0.9, and a generator makes a digit if at least 2 % of its samples are confidently that digit. And 64 **features**, its last hidden layer: what it sees before it decides. Take the features of real pictures and those of samples, summarise both by a mean
# $\mu$ and a covariance matrix $\Sigma$, and compare the two Gaussians by the **Fréchet distance**
#
# $$ \|\mu - \mu'\|^2 + \operatorname{tr}\bigl(\Sigma + \Sigma' - 2\,(\Sigma \Sigma')^{1/2}\bigr). $$
#
# (The famous FID is the same on the features of a network called Inception. On ours it is not the FID, and must not be set beside one.) A distance needs two yardsticks: real against real, the **floor**, and noise.
#
# ### Exercise · a single seven
# A generator has learned one flawless 7, and repeats it. Which number does not notice?
# - `"a"`: the share of confident samples
# - `"b"`: how many digits it makes
# - `"c"`: the Fréchet distance
# - `"d"`: none of them notices

# %%
ex.one_seven.check(...)  # @exercise


# %%
def scores(pictures):
    """Fréchet distance from the test pictures, and how many of the ten digits are made."""
    features, p = scoring.judge(frozen_classifier, pictures)
    return metrics.frechet_distance(features, test_features), metrics.modes(p)


test_features, _ = scoring.judge(frozen_classifier, x_test)
chosen = np.random.default_rng(runtime.seed(13)).choice(len(x_train), count, replace=False)
static = np.random.default_rng(runtime.seed(13)).random((count, 28, 28, 1), dtype="float32")
average = np.repeat(x_train.mean(axis=0, keepdims=True), count, axis=0)
yardsticks = {"real": x_train[chosen], "white noise": static, "average picture": average}
table = {name: scores(pictures) for name, pictures in yardsticks.items()}

# %% tags=["nbval-ignore-output"]
for name, (distance, made_digits) in table.items():
    print(f"{name:16} Fréchet distance {distance:7.1f}, digits {made_digits}")

# %% [markdown]
# Two things to note. The judge finds a digit even in static: confidence is not truth. And the average picture is *farther* from real than noise is: one point has no covariance at all, and its features are no digit's.
#
# ## 10 · A GAN draws digits
# Two networks of dense layers, as in the first paper of 2014. One thing in them is new: batch normalisation in $G$ centres and scales each hidden unit over the batch, which keeps the slopes that arrive from $D$ at a useful size all the way down. Two you have met: LeakyReLU in $D$ lets a fifth of the slope through where ReLU would let none: $G$ lives on those slopes. And $D$ sees pictures through instance noise, as on the line: otherwise it would soon tell real from generated by a stray grey dot, and have nothing to say about shapes.

# %%
from course_utils.gan import dense_generator  # @source

# %%
from course_utils.gan import dense_discriminator  # @source

# %% [markdown]
# The picture below grows while it trains, row by row; the noise is the same in every row.

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(14))
latents = 16
gan = GAN(
    dense_generator(latents),
    dense_discriminator(),
    discriminator_loss,
    non_saturating_loss,
    latents,
    seed=runtime.seed(14),
)
steps = epochs * (len(x_train) // 100)
rate = keras.optimizers.schedules.CosineDecay(1e-3, steps)
optimizers = [keras.optimizers.Adam(rate, beta_1=0.5) for _ in range(2)]
gan.compile(*optimizers, steps_per_execution=20)
same_noise = keras.random.normal((10, latents), seed=runtime.seed(14))
snapshots = Snapshots(same_noise, every=max(epochs // 7, 1))
history = gan.fit(x_train, batch_size=100, epochs=epochs, verbose=0, callbacks=[snapshots]).history

# %% [markdown]
# A loss that falls means nothing here, because the opponent moves too. What does $D$ say of the two kinds, on average?

# %% tags=["nbval-ignore-output"]
plots.curves(
    np.arange(1, epochs + 1),
    {"D on real": history["d_real"], "D on generated": history["d_fake"]},
    x_label="epoch",
    y_label="mean of D",
    title="Neither curve says how good the pictures are",
    says=(
        "Mean of D for real and for generated pictures, epoch by epoch: on real ones"
        f" {history['d_real'][0]:.2f} at first and {history['d_real'][-1]:.2f} at the end, on"
        f" generated ones {history['d_fake'][0]:.2f} and {history['d_fake'][-1]:.2f}."
    ),
    ylim=(0, 1),
)

# %%
samples = gan.sample(count, seed=runtime.seed(15))
sample_features, p_class = scoring.judge(frozen_classifier, samples)
table["GAN"] = metrics.frechet_distance(sample_features, test_features), metrics.modes(p_class)
confident = p_class.max(axis=1) >= 0.9
shares = np.bincount(p_class.argmax(axis=1)[confident], minlength=10) / count

# %% tags=["nbval-ignore-output"]
plots.bars(
    range(10),
    100 * shares,
    x_label="digit",
    y_label="confident samples (% of all)",
    title="Which digits it makes",
    says="Share of samples that the frozen classifier is sure of, by digit: "
    + ", ".join(f"{digit} {100 * share:.0f} %" for digit, share in enumerate(shares))
    + ".",
    fmt="%.0f",
)

# %% tags=["nbval-ignore-output"]
for name, (distance, made_digits) in table.items():
    print(f"{name:16} Fréchet distance {distance:7.1f}, digits {made_digits}")

# %%
claim("GAN: digits made", table["GAN"][1], at_least=10)
claim("GAN: share of the rarest digit, confident samples", shares.min(), at_least=0.025)
claim("GAN: Fréchet distance", table["GAN"][0], at_most={"mnist": 45, "offline": 35})
claim(
    "floor: Fréchet distance, real against real",
    table["real"][0],
    at_most={"mnist": 2, "offline": 10},
)
claim(
    "white noise: Fréchet distance over the GAN's",
    table["white noise"][0] / table["GAN"][0],
    at_least=3,
)

# %% [markdown]
# On MNIST: ten digits, each clearly more often than required, and a Fréchet distance of about 30, where noise has nearly 380 and real pictures have 1. So it is far better than nothing, and far from real. (The two curves of $D$ hardly moved after the third epoch, and would look the same for a pair that has gone blind together. None of this could be read from them.) The judge is sure of two samples in three, and some digits are made more often than others. A glance at the picture says the same: strokes, mostly legible, with ragged edges and stray dots. No layer of these networks knows that two pixels are neighbours. That is chapter 08's subject.
#
# ### Has it copied?
# A generator never sees a picture, but $D$ does, and might teach it one by heart (*memorisation*). So look: for ten samples, the nearest training picture (by squared difference of pixels). And as a measure: how far is a sample from its nearest training picture, compared with how far a *test* picture is from its own?


# %%
def nearest_training(pictures):
    """The training picture nearest to each picture, and its distance (root mean square)."""
    flat, train = pictures.reshape(-1, 784), x_train.reshape(-1, 784)
    squares = (flat**2).sum(axis=1)[:, None] + (train**2).sum(axis=1) - 2 * flat @ train.T
    return x_train[squares.argmin(axis=1)], np.sqrt(squares.min(axis=1).clip(0) / 784)


neighbours, distance_samples = nearest_training(samples[:200])
_, distance_tests = nearest_training(x_test[:200])

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([samples[:10], neighbours[:10]]),
    columns=10,
    row_labels=["samples", "nearest"],
    title="Samples, and the training pictures nearest to them",
    says=(
        "Two rows of ten: generated digits, some ragged or illegible, and below each the training"
        " picture nearest to it, which mostly shows a similar figure but not the same strokes."
    ),
)

# %%
claim(
    "nearest training picture: median distance of samples over that of test pictures",
    np.median(distance_samples) / np.median(distance_tests),
    at_least=0.7,
)

# %% [markdown]
# The strokes are mostly not those of the neighbours, and a sample is about as far from its nearest training picture as a test picture is from its own. So it has not learned pictures by heart, at this size and in so few epochs. (The reverse is not proved: ragged edges make a picture differ from everything.)
#
# ### What has the discriminator learned?
# To find flaws, $D$ had to learn what strokes look like, without a single label. Take its last hidden layer as features, and 100 labelled pictures, ten of each class: a linear classifier on those features (a **linear probe**) against one on pixels. Five draws of the hundred, the same for both.

# %%
feature_network = keras.Sequential(gan.discriminator.layers[:-1])
labelled = slice(0, budget(smoke=1000, quick=10_000, full=60_000))
inputs = {
    "pixels": [x.reshape(-1, 784) for x in (x_train[labelled], x_test)],
    "features of D": [
        feature_network.predict(x, batch_size=500, verbose=0) for x in (x_train[labelled], x_test)
    ],
}

# %% tags=["nbval-ignore-output"]
few_labels = {}
seeds, known = range(runtime.seed(16), runtime.seed(16) + 5), y_train[labelled]
for name, (train, test) in inputs.items():
    few_labels[name] = metrics.few_label_accuracy(
        train, known, test, y_test, labels=100, seeds=seeds, standardise=name != "pixels"
    )
    print(f"{name} {few_labels[name].mean():.3f} ± {few_labels[name].std():.3f}")

# %%
claim(
    "100 labels: accuracy with D's features minus that with pixels",
    np.mean(few_labels["features of D"] - few_labels["pixels"]),
    at_least={"mnist": 0, "offline": -0.02},
)

# %% [markdown]
# On MNIST the features of $D$ are right on about 80 % of the test pictures, the pixels on about 75 %: some five points for never having seen a label. (A worker trained to find flaws is no bad witness. Chapter 02's codes were asked the same question.) When the game is over $D$ is usually thrown away; it need not be.
#
# ## 11 · What to take along
# | question | answer |
# | --- | --- |
# | what is the best $D$? | $p/(p+q)$; a trained one finds it without knowing either density |
# | what does the game measure? | $-\ln 4 + 2\,\mathrm{JSD}$, if $D$ is the best; flat where the two do not overlap |
# | why not freeze $D$? | the best answer to a fixed $D$ is a single point |
# | which loss for $G$? | $-\ln D$: at $D = 0.01$ it pulls a hundred times as hard as the others (0.99 against 0.01) |
# | whose weights? | gradients with respect to a list; no flags |
# | how to keep the game from circling? | little momentum, learning rates that fall to 0 |
# | how to know whether it works? | modes, Fréchet distance with its floor, neighbours: by a judge from outside |
#
# **Ask yourself.** (1) $D$ says 0.9 at some $x$. How much more frequent are real samples there than generated ones? (2) Your generator's loss falls steadily. Good news? (3) A $D$ separates real from generated without an error. What can $G$ learn from it? (4) You score with the classifier on whose features you also train $G$. What is the score worth? (5) A generator that
# repeats the training set: what are its modes, its Fréchet distance, its distance to the nearest training picture?
#
# <details><summary>Answers</summary>
#
# (1) Nine times, if as many real as generated samples are shown. (2) Not by itself: it is scored by a $D$ that moves. $G$ may be winning against a $D$ that has gone blind. (3) With $\ln(1-D)$ nothing: the pull on the logit is $D$, that is 0. With $-\ln D$ it is nearly 1, and what is left is the slope of the logit in $x$, which need not point to the data. (4) Little: $G$ learns to please it. (5) Ten, the floor, and 0: only the last one tells.
#
# </details>
#
# **If you read the sources** (chapter 00 says who they are), mind their slips: the [appendix](99_corrections_to_the_sources.ipynb) has those of this chapter in rows 26, 41 to 45, 63 and 64.
#
# **Use and misuse.** A generator that learns from a critic makes what *passes*, and that is a fitting description of its dangers as well. Its samples are sharp where it knows nothing: a missing mode is not a blur that would warn you but an absence that nobody sees, and whoever is rare in the data is the first to be absent. Sharp pictures of things that never happened are good for play, for art, for filling gaps in training data if somebody checks what was filled in,
# and for deceiving people; [chapter 10](10_ethics_of_generative_models.ipynb) is about that. And a critic that knows the training pictures by heart can pass them on: look at the nearest neighbours before you publish samples of other people's faces.

# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Crowley, *Generative Networks and the AutoEncoder*, section 5, and lesson (generative adversarial networks); Wollongong, slides (GAN); Laurent, slides (generative adversarial networks). Papers: I. J. Goodfellow et al., *Generative Adversarial Networks*, 2014; L. Metz et al., *Unrolled Generative
# Adversarial Networks*, 2016 (the ring); T. Salimans et al., *Improved Techniques for Training GANs*, 2016 (statistics of the batch); Z. Lin et al., *PacGAN: The Power of Two Samples in Generative Adversarial Networks*, 2017; M. Heusel et al., *GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium*, 2017 (Fréchet distance); L. Mescheder, A. Geiger and S. Nowozin, *Which Training Methods for
# GANs do actually Converge?*, 2018.
#
# **Next**: [08, deconvolution and DCGAN](08_deconvolution_and_dcgan.ipynb): the same game, with networks that know what a picture is.
