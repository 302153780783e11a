# %% [markdown]
# # 07 · Generative adversarial networks: learning from a critic
#
# **You need** chapters [01](01_information_theory.ipynb) (Jensen–Shannon divergence, cross-entropy from logits) and [02](02_autoencoders.ipynb) (networks that draw digits).
# Chapter [06](06_variational_autoencoders.ipynb) is the other way to the same goal, and is good to know. **It runs in** {{minutes}} on two CPU cores; with the exercises, allow an evening.
#
# Chapter 06 ended with soft pictures. Its decoder had to name a probability for every pixel, and where it was not sure, grey was the right answer. Whoever looks at handwriting does not ask for the probability of a pixel, but: is this real?
#
# So put that question to a network. A **discriminator** learns to tell real pictures from made ones; a **generator** makes them out of noise and learns from the discriminator's objections, never from a picture. What comes out is sharp. What it costs: there is no likelihood any more, no loss whose fall means progress, and two networks that can chase each other in circles.
#
# By the end you will be able to
# - derive the best discriminator, and measure how near a trained one comes;
# - say which divergence the game measures, and why the order of max and min matters;
# - choose the generator's loss by its slope;
# - write the step of each network so that only the right weights move;
# - recognise circling and collapse, and name the brakes that are in use;
# - judge a generator by numbers that do not come from its own training.

# %% tags=["nbval-ignore-output"]
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import interact
from scipy.stats import norm

from course_utils import data, information, metrics, plots, runtime
from course_utils.exercises import ch07 as ex
from course_utils.runtime import budget, claim, evidence

runtime.start(chapter=7)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import layers, ops

from course_utils import scoring
from course_utils.gan import Snapshots

digits = data.load_digits()

# %%
offline = digits.name == "offline"
epochs_detective = budget(smoke=1, quick=10, full=30)  # for D against a fixed density on a line
frames_line = budget(smoke=7, quick=20, full=40)  # of the film of the game on a line
steps_line = budget(smoke=35, quick=2000, full=4000)  # of G
steps_ring = budget(smoke=10, quick=2000, full=10_000)
runs_ring = budget(smoke=1, quick=2, full=5)  # each with another seed
epochs = budget(smoke=1, quick=35 if offline else 7, full=100)  # for the GAN on digits
n = budget(smoke=2000, quick=60_000, full=60_000)  # at most so many training pictures
full_count = 2000 if offline else 10_000
count = budget(smoke=200, quick=full_count, full=full_count)  # samples that are scored

x_train, y_train = digits.x_train[:n], digits.y_train[:n]  # (n, 28, 28, 1)
x_test, y_test = digits.x_test[:count], digits.y_test[:count]

# %% [markdown]
# ## 1 · A density that nobody writes down
# Take noise $z$ from a distribution that a computer can draw from, $z \sim \mathcal N(0, 1)$, and send it through a function $G$. What comes out, $x = G(z)$, has a distribution of its own. Here is one number of noise through three small networks with random weights:


# %%
def random_layer(units, activation=None):
    """A dense layer whose weights and biases are drawn from a normal distribution."""
    weights, biases = (keras.initializers.RandomNormal(stddev=1) for _ in range(2))
    return layers.Dense(units, activation, kernel_initializer=weights, bias_initializer=biases)


keras.utils.set_random_seed(runtime.seed(1))
noise = np.random.default_rng(runtime.seed(1)).normal(size=(20_000, 1)).astype("float32")
edges = np.linspace(-5, 5, 101)
middles = (edges[1:] + edges[:-1]) / 2
densities = {"the noise z": norm.pdf(middles)}
for i in range(3):
    network = keras.Sequential([random_layer(4, "tanh"), random_layer(1)])
    made = network.predict(noise, batch_size=5000, verbose=0)  # (20000, 1)
    densities[f"network {i + 1}"] = np.histogram(made, edges)[0] / len(made) / 0.1

# %% tags=["nbval-ignore-output"]
plots.curves(
    middles,
    densities,
    x_label="z or x = G(z)",
    y_label="density",
    title="Bell-shaped noise in, something else out",
    says=(
        "The bell of the noise, and histograms of what three random networks make of it: densities"
        " of other shapes, with peaks and shoulders at different places."
    ),
)

# %% [markdown]
# We can *draw* from such a density as often as we like, and we cannot *evaluate* it: to know $q(x)$, how probable $G$ makes a given $x$, one would have to find every $z$ that leads there. It is an **implicit** density, and $G$ an *implicit generative model*. (With 16 numbers of noise and 784 pixels there is no density at all: the pictures fill only a thin sheet.)
#
# So how to compare it with data, if all we have is two heaps of samples? Ask somebody to sort them.
#
# ## 2 · The best detective
# Half of the samples come from the data, with density $p(x)$, half from the generator, with density $q(x)$. A **discriminator** $D$ (`discriminator`) looks at a sample and names a number $D(x)$ between 0 and 1: the probability that it is real. Its score is a log-likelihood (up to a factor of two), as for any classifier:
#
# $$ V(D, G) = \mathbb E_{x \sim p} \ln D(x) + \mathbb E_{x \sim q} \ln\bigl(1 - D(x)\bigr) = \int \bigl[\, p(x) \ln D(x) + q(x) \ln(1 - D(x)) \,\bigr] dx . $$
#
# Where the two kinds mix, being unsure pays. Now let $D$ be free to say at each $x$ what it likes. Then each $x$ is a problem by itself, with one unknown number in it.
#
# ### Exercise · the best discriminator
# Which number is best at each $x$? And what about places where neither kind ever lies? NumPy arrays in, one of the same shape out.

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
    rate = keras.optimizers.schedules.CosineDecay(0.01, epochs * len(samples) // 400)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, steps_per_execution=50)
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
        " at −1; the best discriminator, which rises from 0 to nearly 1 between −½ and 1, is"
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
# The network comes close to the formula without knowing either density: a classifier estimates a ratio of densities (*density-ratio estimation*). (Right of 2.3 or so, where hardly anything lies, it is wrong, and the average does not notice.) And the peak of $D^*$ is not at 1 but at $5/3$: not where data are most frequent, but where the *ratio* is largest. The ratio depends on how the two kinds are mixed: if $r$ generated samples are shown for each real one, the best answer is $p/(p + rq)$.
#
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
JSD = information.js(
    target / target.sum(), shifted / shifted.sum(axis=1, keepdims=True), unit="nats"
)
C = -np.log(4) + 2 * JSD

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
    "slope of C from distance 5 to 6",
    (C[-1] - C[50]) / (distances[-1] - distances[50]),
    at_most=0.03,
    unit="nats per deviation",
    exact=True,
)

# %% [markdown]
# Every score is below its $C(G)$, as it must be, and by little. Look at the right end: $C$ is flat. When the two hardly overlap, a little nearer is no better: *if $G$ descends $C$, its worst moments are those in which it learns least*. Section 5 changes $G$'s loss.
#
# ## 4 · First max, then min
# The game is
#
# $$ \min_G \max_D V(D, G) : $$
#
# a **minimax** game, and a **zero-sum** one: what $D$ gains $G$ loses. The generator plays against the discriminator that would be best against *it*. It is tempting to train $D$ once, freeze it, and then train the generator until it wins.
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
    """A generator of one number against a D* that never changes, to make −mean ln D* small."""

    def __init__(self, generator):
        super().__init__()
        self.generator = generator

    def call(self, z):
        return ops.sigmoid(frozen_logit(self.generator(z)))

    def compute_loss(self, x, y=None, y_pred=None, sample_weight=None, training=True):
        return -ops.mean(ops.log(y_pred))


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
frozen_game.fit(noise, batch_size=200, epochs=budget(smoke=1, quick=25, full=25), verbose=0)
collapsed = generator.predict(noise, batch_size=5000, verbose=0)

# %%
claim("deviation of the samples against a frozen D", collapsed.std(), at_most=0.2)
claim(
    "their mean minus the place where D* is highest",
    abs(collapsed.mean() - x[D_star.argmax()]),
    at_most=0.1,
)

# %% [markdown]
# The data have deviation 0.5, and the generator began with 1; now its samples stand on one spot, at 1.67, where $D^*$ is most convinced, and not even in the middle of the data. Nothing stops $G$ from stacking every sample there, as long as $D$ does not look again. This is **mode collapse** (a *mode* is a heap of the data) in its purest form. With the order exchanged, $\max_D \min_G V$, it is $D$ that has to move first, knowing this, and the best that it can do is to say ½. The value is the same, $-\ln 4$; what is learned is not.
#
# So the two must take turns, in small steps. Does that help? The smallest game of this kind has one number on each side: $V(d, g) = d\,g$, to be made large by $d$ and small by $g$. Both are content at $d = g = 0$ and nowhere else (a *Nash equilibrium*). Where do they go from $(1, 0)$? Guess for three ways to play: both step at once (*simultaneous* updates); they take turns (*alternating*); they take turns, and $d$ pays for its size, $V = d\,g - \tfrac\gamma2 d^2$.

# %%
rate, gamma = 0.1, 0.5
paths = {}
for name, turns, brake in [("at once", 0, 0), ("in turns", 1, 0), ("in turns, braked", 1, gamma)]:
    d, g, path = 1.0, 0.0, [(1.0, 0.0)]
    for _ in range(200):
        d_new = d + rate * (g - brake * d)  # up the slope of V in d
        g = g - rate * (d_new if turns else d)  # down its slope in g
        d = d_new
        path.append((d, g))
    paths[name] = np.array(path)  # (201, 2)

radius = {name: np.hypot(*path[-40:].T).mean() for name, path in paths.items()}
claim("bilinear game: radius, steps at once", radius["at once"], at_least=2, exact=True)
claim("in turns", radius["in turns"], at_least=0.9, at_most=1.1, exact=True)
claim("in turns, braked", radius["in turns, braked"], at_most=0.05, exact=True)

# %% tags=["nbval-ignore-output"]
fig, axes = plt.subplots(1, 3, figsize=(7.6, 2.8), sharex=True, sharey=True)
for ax, (name, path) in zip(axes, paths.items(), strict=True):
    ax.plot(*path.T, color=plots.GENERATED)
    ax.plot(0, 0, "+", color=plots.REAL, markersize=10)
    ax.set(title=name, xlabel="d", aspect="equal", xlim=(-3, 3), ylim=(-3, 3))
axes[0].set_ylabel("g")
fig.suptitle("V = d·g: outwards, round and round, or home", x=0.02, ha="left", fontsize="medium")
plots.show(
    fig,
    "Three paths from (1, 0) around the resting point (0, 0). Steps at once: a spiral outwards. In"
    " turns: round and round on one curve. In turns with a brake on d: a spiral into the middle.",
)

# %% [markdown]
# At once, they spiral away. In turns, they *circle* (*oscillate*) for ever. The slopes, $(g, -d)$, are always at right angles to the way home. A brake on $d$ brings both home, and much of what has been invented for GANs since 2014 is a brake of some kind. Section 9 tries them.
#
# ## 5 · Three losses for the generator
# First $D$'s. A network gives a **logit** $a$; $D = \sigma(a) = 1/(1 + e^{-a})$.
#
# ### Exercise · the discriminator's loss
# $-V$, from logits. The expectations become means over a batch of real and a batch of generated samples. Logits of ±1000 must give the right loss, too. It trains a network: `keras.ops`, one number.

# %%
discriminator_loss = ex.discriminator_loss.check(...)  # @exercise

# %% [markdown]
# Now $G$. Only the second half of $V$ depends on it, $\ln(1 - D(G(z)))$, to be made small. Two other wishes sound the same: make $-D$ small, or $-\ln D$. For a single sample all three are least at $D = 1$. Are they equally good?
#
# ### Exercise · what the generator minimises
# All three, by name: `"minimax"` for $\ln(1 - D)$, `"linear"` for $-D$, `"non_saturating"` for $-\ln D$. Again by `keras.ops`, for logits of ±1000 as well; one number.

# %%
generator_loss = ex.generator_loss.check(...)  # @exercise

# %% [markdown]
# What drives $G$ is not the loss but its slope. Let the *pull* on a sample be $-\partial\,\text{loss}/\partial a$, how hard the loss draws its logit up. The pull is passed on through $D$ to the sample, and through the sample to $G$'s weights. At the beginning samples are bad, and $D$ is near 0.
#
# ### Exercise · who falls asleep?
# $G$ has just begun and $D$ is sure of itself: $D(G(z)) = 0.01$, say. Which losses leave $G$ without a pull (they **saturate**)? You need $\sigma'(a) = D\,(1 - D)$.
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
for (kind, formula), expected in zip(kinds.items(), (0.01, 0.0099, 0.99), strict=True):
    claim(
        f"pull on the logit where D is 0.01, {formula}",
        pull(low_logit, kind).item(),
        at_least=0.999 * expected,
        at_most=1.001 * expected,
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
# By the chain rule, the pulls are $\frac{D(1-D)}{1-D} = D$, then $D(1-D)$, and $\frac{D(1-D)}{D} = 1 - D$. Hence $-\ln D$, the **non-saturating** loss, is what most GANs with a logistic $D$ are trained with, this chapter's included.
#
# It is not the same game any more. With $D = D^*$ held fixed, $-\ln D^* = \ln\frac mp + \ln 2$, and the gradient of $\mathbb E_q \ln\frac mp$ with $m$ fixed is that of
#
# $$ 2\,\mathrm{KL}(m\,\|\,p) = \mathrm{KL}(q\,\|\,p) - 2\,\mathrm{JSD}(p, q) $$
#
# (the right side: M. Arjovsky and L. Bottou, 2017). It is a softened *reverse* KL, chapter 01's: strict with samples where there are no data, mild with data where there are no samples. In theory at least, a taste for dropped modes.
#
# ## 6 · Whose weights?
# Both networks appear in both losses, and only one may move in each step. In $D$'s step the samples are just numbers; in $G$'s step the gradient runs *through* $D$, whose weights stand still.
#
# ### Exercise · the generator's gradients
# Given two Keras networks, $G$'s loss as a function of logits, and noise `z`, a tensor. By TensorFlow's tape (`with tf.GradientTape() as tape:` around what is to be differentiated, then `tape.gradient(loss, weights)`): a list of gradients, to be handed to an optimizer.

# %%
generator_gradients = ex.generator_gradients.check(...)  # @exercise

# %% [markdown]
# Notice what is *not* among the arguments: data. All that $G$ ever learns about the world is in the slopes of $D$.
#
# Here is the whole training, algorithm 1 of the paper of 2014, with $m$ real samples $x_i$ and $m$ noise vectors $z_i$ in a batch, and weights $\theta_D$, $\theta_G$. Repeat:
# 1. $k$ times, each time with new samples and new noise: move $\theta_D$ *up* $\displaystyle \nabla_{\theta_D} \frac1m \sum_{i=1}^m \bigl[ \ln D(x_i) + \ln(1 - D(G(z_i))) \bigr]$.
# 2. Once, with new noise: move $\theta_G$ *down* $\displaystyle \nabla_{\theta_G} \frac1m \sum_{i=1}^m \ln(1 - D(G(z_i)))$, or, not to fall asleep, *up* $\displaystyle \nabla_{\theta_G} \frac1m \sum_{i=1}^m \ln D(G(z_i))$.
#
# ### Exercise · a step of the discriminator
# The inner line of step 1. `gan` holds the network `gan.discriminator`, the loss `gan.d_loss` and the optimizer `gan.d_optimizer`; `real` and `fake` are two batches of samples; `gan.d_optimizer.apply_gradients(zip(gradients, weights))` takes the step. Call $D$ with `training=True`, once for each batch: layers that act otherwise while training (noise, batch normalisation) want to know. In the sections that follow your step trains the networks.

# %%
discriminator_step = ex.discriminator_step.check(...)  # @exercise

# %% [markdown]
# And this is the whole class, as the next chapters use it too. `fit(x)` calls `train_step` with a batch of real samples, of which each of the $k$ steps gets its part. (`unpack` refuses `fit(x, x)`.)

# %%
from course_utils.training import unpack  # the class calls it


from course_utils.gan import GAN  # @source

# %%
from course_utils.gan import descend  # @source


# %%
class OwnGAN(GAN):
    """The same with your step of D, and your losses."""

    def __init__(self, generator, discriminator, kind="non_saturating", **options):
        super().__init__(
            generator,
            discriminator,
            d_loss=discriminator_loss,
            g_loss=lambda fake_logits: generator_loss(fake_logits, kind),
            **options,
        )

    def discriminator_step(self, real, fake):
        return discriminator_step(self, real, fake)


# %% [markdown]
# Tutorials that set `discriminator.trainable = False`, once, before they compile a stack of both networks, fail in Keras 3: such a $D$ never learns, and only a warning says so. Gradients with respect to a list of weights need no flags.
#
# Another habit is to train $D$ on real data first. What does a network for digits say to television static, after a hundred steps on real digits only?

# %%
from course_utils.gan import dense_discriminator  # @source

# %%
keras.utils.set_random_seed(runtime.seed(5))
naive_D = dense_discriminator()
binary = keras.losses.BinaryCrossentropy(from_logits=True)
naive_D.compile(keras.optimizers.Adam(1e-3), binary, steps_per_execution=10)
real = x_train[:5000]
epochs_naive = budget(smoke=1, quick=2, full=2)
naive_D.fit(real, np.ones((len(real), 1)), batch_size=100, epochs=epochs_naive, verbose=0)
static = np.random.default_rng(runtime.seed(5)).random((500, 28, 28, 1), dtype="float32")
says_static = sigmoid(naive_D.predict(static, verbose=0)).mean()
claim("D trained on real digits only, what it says to white noise", says_static, at_least=0.95)

# %% [markdown]
# It calls the static real: nothing has ever spoken against $D = 1$ everywhere, and from that no generator learns. What keeps $D$ useful is to train it on *both* kinds, all along.
#
# ## 7 · The game on a line
# The smallest real game: data from a density with two bumps, a generator of one number, everything visible. $D$ takes $k = 5$ steps for each step of $G$, with a larger rate, so that it can stay near $D^*$. The game has a smaller $\beta_1$ than usual (Adam's momentum: 0.5), learning rates that fall to 0, **instance noise** on all that $D$ sees (it blurs both densities alike, so the best $G$ stays the same; but they overlap more), and inputs of $D$ *scaled* to −2 … 2, where its tanh can bend.


# %%
def small_generator():
    """Noise (batch, 1) to one number each."""
    hidden = [layers.Dense(32, "tanh") for _ in range(2)]
    return keras.Sequential([keras.Input((1,)), *hidden, layers.Dense(1)])


def small_discriminator(instance_noise):
    """One number to a logit; scaled, and seen through fresh noise while it trains."""
    hidden = [layers.Dense(32, "tanh") for _ in range(2)]
    seen = [layers.GaussianNoise(instance_noise), layers.Rescaling(0.5, offset=-2)]
    return keras.Sequential([keras.Input((1,)), *seen, *hidden, layers.Dense(1)])


def real_line(m, rng):
    """Samples (m, 1): three in ten around 2, the others around 5."""
    low = rng.random((m, 1)) < 0.3
    around_2, around_5 = rng.normal(2, 0.5, (m, 1)), rng.normal(5, 1, (m, 1))
    return np.where(low, around_2, around_5).astype("float32")


def line_density(x, blur=0.0):
    """Their density at x, seen through noise of this deviation."""
    return 0.3 * norm.pdf(x, 2, np.hypot(0.5, blur)) + 0.7 * norm.pdf(x, 5, np.hypot(1, blur))


# %%
def adam(rate, steps=None, beta_1=0.5, **options):
    """Adam; over this many steps, if they are given, its rate falls to 0 along a cosine."""
    if steps:
        rate = keras.optimizers.schedules.CosineDecay(rate, steps)
    return keras.optimizers.Adam(rate, beta_1, **options)


# %%
line_grid = np.linspace(-3, 9, 121)
line_noise = 0.2  # deviation of the instance noise


def line_D_star(samples):
    """D* on the grid, for what D sees: the data, and these samples, through the noise."""
    p = line_density(line_grid, line_noise)
    q = norm.pdf(line_grid[:, None], samples, line_noise).mean(axis=1)  # a bell for each sample
    return optimal_discriminator(p, q)


class Frames(keras.callbacks.Callback):
    """Keeps G's samples of the same noise, and D on a grid: at first and after each epoch."""

    def on_train_begin(self, logs=None):
        self.frames = []
        self.on_epoch_end(-1)

    def on_epoch_end(self, epoch, logs=None):
        samples = np.asarray(self.model.generator(noise[:4000]))[:, 0]
        grid = ops.convert_to_tensor(line_grid[:, None], "float32")
        self.frames.append((samples, sigmoid(self.model.discriminator(grid))[:, 0]))


# %%
def train_line(
    seed,
    kind="non_saturating",
    k=5,
    d_rate=0.016,
    g_rate=0.004,
    instance_noise=line_noise,
    decay=True,
    steps=steps_line,
    callbacks=(),
):
    """A GAN on the line, after so many steps of G."""
    keras.utils.set_random_seed(seed)
    networks = small_generator(), small_discriminator(instance_noise)
    gan = OwnGAN(*networks, kind, latents=1, k=k, seed=seed)
    d_adam, g_adam = adam(d_rate, k * steps if decay else None), adam(g_rate, decay and steps)
    gan.compile(d_adam, g_adam, steps_per_execution=50 if steps >= 1000 else 1)
    part = real_line(256 * k * (steps // frames_line), np.random.default_rng(seed))
    gan.fit(part, batch_size=256 * k, epochs=frames_line, verbose=0, callbacks=list(callbacks))
    return gan


# %%
film = Frames()
line_gan = train_line(runtime.seed(7), callbacks=[film])

# %% [markdown]
# The frames show the data, the generator's samples, $D$, and the best answer to these very samples, $D^*$ (all seen through the noise, as $D$ sees it). Before you look: $D$ begins with random weights. Where should it be high a few hundred steps later, and what should it look like in the last frame?


# %%
def draw_frame(ax, frame):
    """Data and samples as densities, D and D*, on one axis."""
    samples, D = film.frames[frame]
    density = line_density(line_grid)
    ax.fill_between(line_grid, density, color=plots.REAL, alpha=0.3, label="data")
    outline = {"histtype": "step", "linewidth": 1.4, "color": plots.GENERATED}
    ax.hist(samples, np.linspace(-3, 9, 49), density=True, label="generated", **outline)
    ax.plot(line_grid, D, color=plots.GREY, label="D")
    ax.plot(line_grid, line_D_star(samples), "k:", label="D*, through the noise")
    step = frame * (steps_line // frames_line)
    ax.set(ylim=(0, 1.05), title=f"step {step}", xlabel="x")


# %% tags=["nbval-ignore-output"]
fig, axes = plt.subplots(2, 4, figsize=(7.6, 4.0), sharex=True, sharey=True)
shown = [frames_line * i // 20 for i in (0, 1, 2, 3, 5, 8, 12, 20)]
for ax, frame in zip(axes.flat, shown, strict=True):
    draw_frame(ax, frame)
axes[0, 0].legend(fontsize="x-small")
title = "Where samples lie, D is near D*; both bumps emerge"
fig.suptitle(title, x=0.02, ha="left", fontsize="medium")
plots.show(
    fig,
    "Eight frames of the game. At step 0 all samples are a narrow heap near 0, and D is random."
    " Then D falls where the samples are and rises where only data are; the samples follow, in one"
    " heap at first, then in two, with a valley between them. D runs close to D*, and in the last"
    " frame both are near one half wherever data and samples lie.",
)


# %% tags=["nbval-ignore-output"]
def show_frame(frame=0):
    """One frame of the film."""
    fig, ax = plt.subplots(figsize=(5.2, 2.8))
    draw_frame(ax, frame)
    ax.legend(fontsize="small")
    plots.show(fig, f"Frame {frame} of the game on a line: data, samples, D and D*.")


show_frame(frames_line)
_ = interact(show_frame, frame=(0, frames_line, 1))

# %% [markdown]
# Means and deviations can agree where shapes do not. For the shape: the **Wasserstein distance** $W_1$ (*earth mover's distance*), how far samples have to be moved on average, at least, so that their heap becomes the heap of data; here in units of the data's deviation. (In one dimension one sorts both and compares.) For the ends: the share of the data outside of the middle 99 % of the samples; a perfect generator leaves 1 % there.


# %%
def wasserstein(samples, real):
    """W₁ of two sets of numbers of equal size, over the deviation of the second."""
    return np.mean(np.abs(np.sort(samples) - np.sort(real))) / real.std()


# %%
line_data = real_line(10_000, np.random.default_rng(runtime.seed(8)))[:, 0]
samples = line_gan.sample(10_000, seed=runtime.seed(8))[:, 0]
lowest, highest = np.quantile(samples, [0.005, 0.995])
last_samples, last_D = film.frames[-1]
seen = line_density(line_grid, line_noise)  # the data, as D sees them
D_off = np.average(np.abs(last_D - line_D_star(last_samples)), weights=seen)
spread_data = line_data.std()
in_bump, in_valley = (np.mean(abs(samples - x) < 0.3) for x in (2, 3.2))

claim("line: D minus D*, average over the data", D_off, at_most=0.05)
mean_off = abs(samples.mean() - line_data.mean()) / spread_data
claim("line: mean of samples minus the data's, in deviations", mean_off, at_most=0.1)
deviation_off = abs(samples.std() / spread_data - 1)
claim("line: deviation of samples over the data's, minus 1", deviation_off, at_most=0.1)
claim("line: W₁, in deviations", wasserstein(samples, line_data), at_most=0.08)
beyond = np.mean((line_data < lowest) | (line_data > highest))
claim("line: share of data beyond the samples' reach", beyond, at_most=0.03)
claim(
    "line: samples in the valley (at 3.2) over those at the lower bump",
    in_valley / in_bump,
    at_most=0.7,
)

# %% [markdown]
# All at the last step, without looking for a good one. $D$ is some two hundredths from $D^*$; that is what makes it a guide. (In the frames: after 100 steps $D$ is high near 2, where samples are missing; in the last one it is ½ where both lie, and arbitrary left of 0, where neither does. Both bumps are there.)
#
# ### Exercise · a discriminator that guesses
# In somebody's training log, $D$ calls as many samples right as a coin would, epoch after epoch. What do you know of $G$?
# - `"a"`: the generator is perfect
# - `"b"`: by itself, nothing
# - `"c"`: something is broken
# - `"d"`: training has converged

# %%
ex.half.check(...)  # @exercise

# %% [markdown]
# **Too strong, too weak, too fast.** The same game, same number of steps of $G$, changed in one or two respects, five times each with other seeds: $D$ takes one step instead of five; one, and that 30 times slower; $G$ 30 times slower; $\ln(1 - D)$ for $G$; no noise and constant rates; both rates ten times as large. Which do you expect to fail? (Together that takes longer than an evening should, so the values come with the course. Try one: `train_line(1, k=1)`.)

# %% tags=["nbval-ignore-output"]
W1 = evidence("W₁ on the line")
in_full = {"no aids": "no noise, constant rates", "D 30× slower": "k = 1, D 30× slower"}
fig, ax = plt.subplots(figsize=(6.4, 3.4))
for i, values in enumerate(W1.values()):
    ax.plot(values, [i] * len(values), "o", color=plots.GENERATED, alpha=0.6)
ax.set_yticks(range(len(W1)), [in_full.get(name, name) for name in W1])
ax.invert_yaxis()
ax.set(xscale="log", xlabel="W₁ (deviations of the data)")
ax.set_title("Fewer or slower steps of D, a slow G, huge steps: all worse")
plots.show(
    fig,
    "W₁ for each setting, a dot for each of five seeds: "
    + "; ".join(f"{in_full.get(name, name)} {min(v):.2f} to {max(v):.2f}" for name, v in W1.items())
    + ".",
)

# %%
middle = {name: np.median(values) for name, values in W1.items()}
claim("line: W₁ as above, median", middle["as above"], at_most=0.05, exact=True)
times = {"k = 1": 2, "no aids": 1.2, "D 30× slower": 10, "G 30× slower": 10, "both 10× faster": 10}
for name, least in times.items():
    told = in_full.get(name, name).replace("=", "of")
    ratio = middle[name] / middle["as above"]
    claim(f"line: median W₁ over that above, {told}", ratio, at_least=least, exact=True)

# %% [markdown]
# $D$ has to stay near $D^*$, and here is what it costs if it does not: with one step instead of five $W_1$ is five times as large, and if that $D$ is also 30 times slower, 38 times as large. A slow $G$ has simply not arrived, and rates ten times as large jump about. With no noise and constant rates the distance doubles. And $\ln(1 - D)$ does as well as $-\ln D$ here; why, we have not tested (perhaps because the noise keeps $D$ unsure).
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
# A number for what the eye sees. A sample is *good* if it is within $3\sigma$ of its nearest centre; a mode is covered if its good samples are at least 3 % of *all* samples. NumPy arrays in, two numbers out.

# %%
ring_coverage = ex.ring_coverage.check(...)  # @exercise

# %%
modes, good = ring_coverage(
    real_ring(2500, np.random.default_rng(runtime.seed(9))), centres, spread
)
claim("ring, real samples: modes", modes, at_least=8, exact=True)
claim("ring, real samples: share of good ones", good, at_least=0.97, exact=True)

# %% [markdown]
# First the game as one would write it down without having read on: Adam with Keras's defaults. Then the same with one number changed, $\beta_1$, Adam's momentum: 0.5 instead of 0.9. How many of the eight will each find? Predict two numbers.


# %%
def ring_generator():
    """Noise (batch, 2) to points in the plane."""
    hidden = [layers.Dense(64, "relu") for _ in range(2)]
    return keras.Sequential([keras.Input((2,)), *hidden, layers.Dense(2)])


def ring_discriminator(first=(), wrapped=lambda layer: layer):
    """Points to logits; it may begin with other layers, and have its dense ones wrapped."""
    hidden = []
    for _ in range(2):
        hidden += [wrapped(layers.Dense(64)), layers.LeakyReLU(negative_slope=0.2)]
    return keras.Sequential([keras.Input((2,)), *first, *hidden, wrapped(layers.Dense(1))])


def plain_ring(seed):
    return OwnGAN(ring_generator(), ring_discriminator(), latents=2, seed=seed)


# %%
def train_ring(seed, make, beta_1, d_rate=1e-3, decay=False, ema=False, steps=steps_ring):
    """Samples of the GAN that `make` makes; rates of 0.001, constant or falling to 0."""
    keras.utils.set_random_seed(seed)
    gan = make(seed)
    over = steps if decay else None
    g_adam = adam(1e-3, over, beta_1, use_ema=ema, ema_momentum=0.995)
    gan.compile(adam(d_rate, over and gan.k * over, beta_1), g_adam, steps_per_execution=50)
    points = real_ring(256 * gan.k * steps, np.random.default_rng(seed))
    gan.fit(points, batch_size=256 * gan.k, verbose=0)
    if ema:  # the averages of the weights take the place of the weights
        g_adam.finalize_variable_values(gan.generator.trainable_variables)
    return gan.sample(2500, seed=seed)


# %%
momenta = {"β₁ = 0.9": 0.9, "β₁ = 0.5": 0.5}
ring = {}
for name, beta_1 in momenta.items():
    seeds = [runtime.seed(10 + i) for i in range(runs_ring)]
    ring[name] = [train_ring(seed, plain_ring, beta_1) for seed in seeds]

coverage = {
    name: [ring_coverage(samples, centres, spread) for samples in runs]
    for name, runs in ring.items()
}
best_share = max(good for _, good in coverage["β₁ = 0.9"])
claim("ring, momentum 0.9: share of good samples, best run", best_share, at_most=0.6)
claim("ring, momentum 0.5: modes, worst run", min(m for m, _ in coverage["β₁ = 0.5"]), at_least=7)
worst_share = min(good for _, good in coverage["β₁ = 0.5"])
claim("ring, momentum 0.5: share of good samples, worst run", worst_share, at_least=0.65)


# %% tags=["nbval-ignore-output"]
def show_ring(ring, title):
    """A panel for each run: 800 samples, and circles of 3σ around the centres."""
    every_run = [(name, samples) for name, runs in ring.items() for samples in runs]
    size = 3.8 * len(every_run) / 2, 2.5
    fig, axes = plt.subplots(1, len(every_run), figsize=size, sharex=True, sharey=True)
    says = "Panels with circles of three deviations around the eight centres, and samples."
    for ax, (name, samples) in zip(axes, every_run, strict=True):
        for centre in centres:
            ax.add_patch(plt.Circle(centre, 3 * spread, color=plots.REAL, fill=False))
        ax.plot(*samples[:800].T, ".", color=plots.GENERATED, markersize=2)
        modes, good = ring_coverage(samples, centres, spread)
        ax.set(title=f"{name}\n{modes} modes, {good:.0%} good", aspect="equal")
        ax.set(xlim=(-3.2, 3.2), ylim=(-3.2, 3.2))
        says += f" {name}: {modes} modes, {good:.0%} good samples."
    fig.suptitle(title, x=0.02, ha="left", fontsize="medium")
    plots.show(fig, says)


show_ring(ring, "One number changed: Adam's momentum")

# %% [markdown]
# The circles have a radius of $3\sigma$: what lies in them is good. With the defaults $G$ runs to where $D$ praises, $D$ turns against the place, and momentum carries both too far. The last step may show a single heap, a smear, or for once most of the ring: what these runs have in common at the end is that few of their samples are good. With $\beta_1 = 0.5$ both find all eight. About one sample in ten still lies between the circles: $G$ is continuous, and cannot jump from one heap to the next.
#
# ## 9 · Other losses, and brakes
# A crowd of inventions is meant to calm the game. Each has a name that you will meet (in general: *regularisation*, or *stabilisation*); they come in four kinds.
#
# **Another distance.** Section 3 found $C$ flat far away (though with $-\ln D$ it is not $C$ that $G$ descends). $W_1$ is not flat: for two bells of equal width it is the distance of their means.

# %%
shares = {"2 JSD / ln 4 (what C measures)": 2 * JSD / np.log(4), "W₁ / 6": distances / 6}
plots.curves(
    distances,
    shares,
    x_label="distance between the two means (deviations)",
    y_label="share of the value farthest away",
    title="Far from the data the JSD is flat, and W₁ still falls",
    says=(
        "Two curves against the distance of two bells, each as a share of its largest value. The"
        " Jensen–Shannon divergence rises from 0 like an S and is nearly flat from 4 on. The"
        " Wasserstein"
        " distance is a straight line."
    ),
)

# %% [markdown]
# How can a discriminator measure $W_1$? It is the largest value of $\mathbb E_p f(x) - \mathbb E_q f(x)$ over all functions $f$ that are nowhere steeper than 1 (*Kantorovich–Rubinstein duality*). So let $D$ give any number $f(x)$, call it a **critic**, and make that difference large; $G$ makes $-f$ small. A **gradient penalty** $\lambda\,\mathbb E (\lVert \nabla_x f \rVert - 1)^2$ draws the steepness to 1 at random points between real and generated samples, where the best $f$ has it (**WGAN-GP**); $k = 5$ keeps the critic up to date. The difference estimates $W_1$, roughly; the authors of the Wasserstein GAN found that it falls as samples improve.
#
# **A bound on how steep $D$ may be.** A $D$ that changes from 0 to 1 within a hair's breadth tells $G$ nothing away from that place, and with pictures on thin sheets (section 1) it can be perfect. *Spectral normalisation* divides each weight matrix by its largest singular value; Keras wraps a layer with `SpectralNormalization`. **R1** (L. Mescheder and others, 2018) adds $\frac\gamma2\, \mathbb E_p \lVert \nabla_x a \rVert^2$ to $D$'s loss, so that $D$ pays for each slope at real data and can come to rest when $G$ has arrived. For a linear $D$, $a = d\,x$, that is $\frac\gamma2 d^2$: the brake of section 4.
#
# **Another score for $D$.** The *hinge loss*, $\max(0, 1 - a)$ for real and $\max(0, 1 + a)$ for generated samples, stops rewarding $D$ once it is sure enough; $G$ makes $-a$ small. It mostly comes with spectral normalisation.
#
# **Helps for one of the players.** *Instance noise* you know; it also spreads a thin sheet into a density. *Minibatch standard deviation* (T. Karras and others, 2017) tells $D$ how far the batch is spread, so that a heap on one spot is noticed. *Two time scales* (TTUR): $D$ gets the larger rate. *EMA*: use an exponential moving average of $G$'s weights, which cuts through the circle instead of following it; an optimizer in Keras keeps one if told `use_ema=True`.
#
# ### Exercise · R1
# The penalty without its $\gamma/2$: the mean over the batch of $\lVert \partial a / \partial x \rVert^2$. TensorFlow's tape and `keras.ops`; `x` is a tensor of any shape $(n, …)$, one number comes back. The weights of $D$ will be trained through it.

# %%
r1_penalty = ex.r1_penalty.check(...)  # @exercise


# %%
class PenalisedGAN(GAN):
    """A GAN whose discriminator pays a penalty, a function of D, real and generated samples."""

    def __init__(self, *networks, penalty, **options):
        super().__init__(*networks, **options)
        self.penalty = penalty

    def discriminator_step(self, real, fake):
        with tf.GradientTape() as tape:
            real_logits = self.discriminator(real, training=True)
            fake_logits = self.discriminator(fake, training=True)
            loss = self.d_loss(real_logits, fake_logits)
            loss += self.penalty(self.discriminator, real, fake)
        descend(loss, tape, self.discriminator, self.d_optimizer)
        return loss, real_logits, fake_logits


def non_saturating(fake_logits):
    return generator_loss(fake_logits, "non_saturating")


def r1_ring(seed, gamma=0.2):
    return PenalisedGAN(
        ring_generator(),
        ring_discriminator(),
        penalty=lambda D, real, fake: gamma / 2 * r1_penalty(D, real),
        d_loss=discriminator_loss,
        g_loss=non_saturating,
        latents=2,
        seed=seed,
    )


# %%
class MinibatchDeviation(layers.Layer):
    """Appends to each row how far its batch is spread: the columns' deviations, averaged."""

    def call(self, x):
        spread = ops.mean(ops.std(x, axis=0))
        return ops.concatenate([x, spread * ops.ones_like(x[:, :1])], axis=1)


def ring_with(**parts):
    """A maker of ring GANs whose discriminator has these parts."""
    return lambda seed: OwnGAN(ring_generator(), ring_discriminator(**parts), latents=2, seed=seed)


brakes = {
    "none": (plain_ring, {}),
    "rates that fall to 0": (plain_ring, {"decay": True}),
    "two time scales: D × 4": (plain_ring, {"d_rate": 4e-3}),
    "instance noise of 0.2": (ring_with(first=[layers.GaussianNoise(0.2)]), {}),
    "minibatch std. deviation": (ring_with(first=[MinibatchDeviation()]), {}),
    "spectral normalisation": (ring_with(wrapped=layers.SpectralNormalization), {}),
    "R1, γ = 0.2": (r1_ring, {}),
    "EMA of G": (plain_ring, {"ema": True}),
}

# %% [markdown]
# Each brake by itself at both momenta, and two with what belongs to them (hinge with spectral normalisation; WGAN-GP, whose $D$ takes five steps), five runs each, trained before. Which one, do you think, saves the defaults? (To try one: `make, options = brakes["EMA of G"]`, then `train_ring(1, make, 0.9, **options)`.)

# %%
modes_of, good_of = evidence("ring, modes"), evidence("ring, good samples")
print(f"{'':27}{'β₁ = 0.9':^22}{'β₁ = 0.5':^22}")
print(f"{'brake':27}{'modes':>9}{'good':>9}{'modes':>13}{'good':>9}")
for name in dict.fromkeys(key.partition(" | ")[0] for key in modes_of):
    row = f"{name:27}"
    for beta_1, width in ((0.9, 9), (0.5, 13)):
        modes, good = (of[f"{name} | {beta_1}"] for of in (modes_of, good_of))
        row += f"{f'{min(modes):.0f}–{max(modes):.0f}':>{width}}{np.median(good):>9.0%}"
    print(row)
at_default = [np.median(good) for name, good in good_of.items() if name.endswith("0.9")]
claim(
    "ring: good samples, best brake at momentum 0.9 minus no brake at 0.5, medians",
    max(at_default) - np.median(good_of["none | 0.5"]),
    at_most=0,
    exact=True,
)

# %% [markdown]
# None does, at the one strength tried. Minibatch standard deviation, two time scales and WGAN-GP come nearest, and leave a third or more of the samples astray. The moving average is worse at the median: averaged weights help near a solution. With $\beta_1 = 0.5$, on the other hand, the game needs no brake, and three make it clearly worse: spectral normalisation (perhaps because a $D$ that is steep nowhere cannot say where a narrow heap ends), hinge with it, which in one run finds nothing at all, and rates that fall to 0, perhaps before $G$ has arrived.
#
# This is one toy, one size of networks, 2,000 steps. On photographs it was spectral normalisation, gradient penalties and R1 that made large GANs trainable, and their pictures come from a $G$ with averaged weights. What this toy teaches is an order: momentum first, then brakes.
#
# ## 10 · Who will judge?
# Digits next. For a ring we know the centres; for handwriting we need a judge from outside, who can say *what* a picture shows and how it compares with real ones. A classifier will do:

# %%
from course_utils.scoring import classifier  # @source

# %%
judge = scoring.frozen_classifier(digits.name)
_, probabilities = scoring.judge(judge, digits.x_test)  # (n, 10)
right = np.mean(probabilities.argmax(axis=1) == digits.y_test)
claim(
    "test accuracy of the frozen classifier",
    right,
    at_least={"mnist": 0.985, "offline": 0.95},
    exact=True,
)

# %% [markdown]
# It was trained once on the training pictures, and its weights ship with the course: only the same judge, everywhere and always, gives numbers that can be compared. It gives two things. **Probabilities** of the ten classes: a sample is *confident* if one of them is at least 0.9, and a generator makes a digit if at least 2 % of its samples are confidently that digit. And 64 **features**, its last hidden layer: what it sees before it decides. Take the features of real pictures and those of samples, summarise both by a mean
# $\mu$ and a covariance matrix $\Sigma$, and compare the two Gaussians by the **Fréchet distance**
#
# $$ \|\mu - \mu'\|^2 + \operatorname{tr}\bigl(\Sigma + \Sigma' - 2\,(\Sigma \Sigma')^{1/2}\bigr). $$
#
# ($M^{1/2}$ is a matrix whose square is $M$; with one feature all this is $(\mu - \mu')^2 + (\sigma - \sigma')^2$.) It is a *squared* distance: twice the number is not twice as far. (The famous FID is the same on the features of a network called Inception; never set ours beside one.)
#
# How small can it get? Real pictures against other real pictures ought to have 0. Take two random sets of training pictures; guess what happens if they are small, and why.

# %%
test_features, _ = scoring.judge(judge, x_test)
mixed = np.random.default_rng(runtime.seed(12)).permutation(len(x_train))[: 2 * len(x_test)]
halves = np.split(scoring.judge(judge, x_train[mixed])[0], 2)
sizes = [size for size in (100, 200, 500, 1000, 2000, 5000, 10_000) if size <= len(x_test)]
floor = [metrics.frechet_distance(*(half[:m] for half in halves)) for m in sizes]

claim(
    "Fréchet distance, real against real, smallest sets over largest",
    floor[0] / floor[-1],
    at_least=1.5,
    exact=True,
)

# %% tags=["nbval-ignore-output"]
plots.curves(
    sizes,
    floor,
    x_label="pictures of each kind",
    y_label="Fréchet distance",
    title="Real against real: with few pictures, far apart",
    says=(
        "Fréchet distance of two random sets of real pictures, against their number:"
        f" {', '.join(f'{v:.1f} at {m:,}' for m, v in zip(sizes, floor, strict=True))}."
    ),
    xscale="log",
    yscale="log",
)

# %% [markdown]
# Two samples of the same heap look different if they are small: both covariances are estimated, and every error counts as distance. So a Fréchet distance has a **bias**, which falls about inversely with the number of pictures (and depends a little on the generator, too). *Compare only distances from equally many pictures*: in this course 10,000 of each on MNIST, 2,000 on the offline digits.
#
# One number cannot say *what* is wrong, either: bad pictures, or good ones of a few kinds? Two can. **Precision** is the share of samples that look real, **recall** the share of the real that the samples reach (T. Kynkäänniemi and others, 2019). “Looks real” means: lies in a ball around some real picture, in the space of features, that reaches as far as that picture's $k$-th nearest real neighbour. For recall the balls stand around the samples. (We take 2,000 of each, and $k = 3$. Chapter 06's *coverage* asked the balls instead: in how many is a sample?)
#
# ### Exercise · covered
# The share of `points` that lie in such a ball (or on its edge) around a point of `reference`. SciPy's `cdist(a, b)` (`from scipy.spatial.distance import cdist`) gives all distances, shape (len(a), len(b)). NumPy arrays in, one number out; precision and recall will both be one call of it.

# %%
covered = ex.covered.check(...)  # @exercise


# %%
def some(features):
    """2,000 of them, taken evenly: MNIST's test set is in an order."""
    return features[:: max(1, len(features) // 2000)][:2000]


def scores(pictures):
    """Of 2,000 pictures precision and recall; of all: Fréchet distance, and digits made."""
    features, p = scoring.judge(judge, pictures)
    few, few_real = features[:2000], some(test_features)
    return {
        "precision": covered(few, few_real, 3),
        "recall": covered(few_real, few, 3),
        "Fréchet": metrics.frechet_distance(features, test_features),
        "digits": metrics.modes(p),
    }


def print_scores(table):
    print(f"{'':17}{'precision':>10}{'recall':>8}{'Fréchet':>9}{'digits':>8}")
    for name, score in table.items():
        precision, recall, distance, made = score.values()
        print(f"{name:17}{precision:10.2f}{recall:8.2f}{distance:9.1f}{made:8}")


# %%
static = np.random.default_rng(runtime.seed(13)).random((count, 28, 28, 1), dtype="float32")
average = np.repeat(x_train.mean(axis=0, keepdims=True), count, axis=0)
yardsticks = {"real": x_train[:count], "white noise": static, "average picture": average}
table = {name: scores(pictures) for name, pictures in yardsticks.items()}

# %% tags=["nbval-ignore-output"]
print_scores(table)

# %% [markdown]
# Read it column by column. The Fréchet distance puts the average picture *farther* from real than static: it does not see quality as we do. Recall is 0 for both, as it should be. On MNIST precision gives the average picture everything: it lies in the ball of some rare real picture, which is wide, and much fits in there. (And real pictures get no 1: one in eight lies in nobody's ball. Nor is their Fréchet distance, 0.9, the 0.3 of the curve above: that one compares training pictures with each other, and from those the judge has learned.) And on MNIST the judge finds a digit even in static: confidence is not truth.
#
# ### Exercise · a single seven
# A generator has learned one flawless 7, and repeats it. Which number does not notice?
# - `"a"`: the share of confident samples
# - `"b"`: how many digits it makes
# - `"c"`: the Fréchet distance
# - `"d"`: the recall

# %%
ex.one_seven.check(...)  # @exercise

# %% [markdown]
# ## 11 · A GAN draws digits
# Two networks of dense layers, as in 2014, with what has been learned since. $D$ you have seen in section 6: instance noise, and LeakyReLU, which lets a fifth of the slope through where ReLU would let none; $G$ lives on those slopes. One thing in $G$ is new: batch normalisation centres and scales each hidden unit over the batch, which keeps the slopes that arrive from $D$ at a useful size all the way down.

# %%
from course_utils.gan import dense_generator  # @source

# %% [markdown]
# Below, your `discriminator_step` and your losses train them. The picture grows while they do, row by row; the noise is the same in every row.

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(14))
latents = 16
gan = OwnGAN(
    dense_generator(latents), dense_discriminator(), latents=latents, seed=runtime.seed(14)
)
steps = epochs * (len(x_train) // 100)
gan.compile(adam(2e-3, steps), adam(2e-3, steps), steps_per_execution=20)
same_noise = keras.random.normal((10, latents), seed=runtime.seed(14))
snapshots = Snapshots(same_noise, every=max(epochs // 7, 1))
_ = gan.fit(x_train, batch_size=100, epochs=epochs, verbose=0, callbacks=[snapshots])

# %%
pictures = gan.sample(count, seed=runtime.seed(15))
table["GAN"] = scores(pictures)
_, p_class = scoring.judge(judge, pictures)
confident = p_class.max(axis=1) >= 0.9
shares = np.bincount(p_class.argmax(axis=1)[confident], minlength=10) / count

claim("GAN: digits made", table["GAN"]["digits"], at_least=10)
claim("GAN: share of the rarest digit, confident samples", shares.min(), at_least=0.025)
claim("GAN: Fréchet distance", table["GAN"]["Fréchet"], at_most={"mnist": 32, "offline": 25})
precision_bound = {"mnist": 0.6, "offline": 0.35}
claim("GAN: precision", table["GAN"]["precision"], at_least=precision_bound)
claim("GAN: recall", table["GAN"]["recall"], at_least={"mnist": 0.4, "offline": 0.2})

# %% tags=["nbval-ignore-output"]
print_scores(table)
listed = ", ".join(f"{digit}: {share:.0%}" for digit, share in enumerate(shares))
print(f"confident samples {confident.mean():.0%} ({listed})")

# %% [markdown]
# On MNIST: ten digits, a Fréchet distance below 30 where noise has nearly 380; precision is three quarters (of real pictures 0.88), and the samples reach more than half of what real pictures show. A glance says the same: strokes, mostly legible, with ragged edges and stray dots. No layer of these networks knows that two pixels are neighbours. That is chapter 08's subject.
#
# How far does it depend on the two things that you know from the ring? Three runs each, measured before:

# %%
frechet, recall = evidence("digits, Fréchet"), evidence("digits, recall")
for name in frechet:
    low, high = min(frechet[name]), max(frechet[name])
    print(f"{name:18} Fréchet {low:5.1f} to {high:5.1f}, recall {np.median(recall[name]):.2f}")

# %% [markdown]
# Adam's default momentum is the ring's disaster once more: on MNIST distances around 100, and nine tenths of the real pictures out of reach. Instance noise has two sides: without it the pictures are farther from real, and yet their recall is *higher*. More variety, or only wider balls around scattered samples? These two numbers cannot tell.
#
# ### Has it copied?
# A generator never sees a picture, but $D$ does, and might teach it one by heart (*memorisation*). So look: for ten samples, the nearest training picture (by squared difference of pixels). And as a measure: how far is a sample from its nearest training picture, compared with how far a *test* picture is from its own?


# %%
def nearest_training(pictures):
    """The training picture nearest to each picture, and its distance (root mean square)."""
    flat, train = pictures.reshape(-1, 784), x_train.reshape(-1, 784)
    squares = (flat**2).sum(axis=1)[:, None] + (train**2).sum(axis=1) - 2 * flat @ train.T
    return x_train[squares.argmin(axis=1)], np.sqrt(squares.min(axis=1).clip(0) / 784)


neighbours, distance_samples = nearest_training(pictures[:200])
_, distance_tests = nearest_training(x_test[:200])

claim(
    "nearest training picture: median distance of samples over that of test pictures",
    np.median(distance_samples) / np.median(distance_tests),
    at_least=0.7,
)

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([pictures[:10], neighbours[:10]]),
    columns=10,
    row_labels=["samples", "nearest"],
    title="Samples and their nearest training pictures",
    says=(
        "Two rows of ten: generated digits, some ragged or illegible, and below each the training"
        " picture nearest to it, which mostly shows a similar figure but not the same strokes."
    ),
)

# %% [markdown]
# The median sample is at least as far from its nearest training picture as the median test picture is from its own (on MNIST 10 to 15 % farther). So most are no copies, at this size and after so few epochs. (A large distance alone proves little: ragged edges make a picture differ from everything.)
#
# ### What has the discriminator learned?
# To find flaws, $D$ had to learn what strokes look like, without a single label. Take its last hidden layer as features, and 100 labelled pictures, ten of each class: a linear classifier on those features (a **linear probe**), against one on pixels, and against one on the same layer of a $D$ that has learned *nothing*. The last is the control that shows what *training* has done. Five draws of the hundred, the same for all.

# %%
keras.utils.set_random_seed(runtime.seed(17))
critics = {"untrained D": dense_discriminator(), "trained D": gan.discriminator}
labelled = slice(0, budget(smoke=1000, quick=10_000, full=60_000))
inputs = {"pixels": [x.reshape(-1, 784) for x in (x_train[labelled], x_test)]}
for name, critic in critics.items():
    features_of = keras.Sequential(critic.layers[:-1])
    inputs[name] = [
        features_of.predict(x, batch_size=500, verbose=0) for x in (x_train[labelled], x_test)
    ]

# %% tags=["nbval-ignore-output"]
few_labels = {}
seeds, known = range(runtime.seed(16), runtime.seed(16) + 5), y_train[labelled]
for name, (train, test) in inputs.items():
    few_labels[name] = metrics.few_label_accuracy(
        train, known, test, y_test, labels=100, seeds=seeds, standardise=name != "pixels"
    )
    print(f"{name:12} {few_labels[name].mean():.3f} ± {few_labels[name].std():.3f}")

gains = {name: np.mean(few_labels["trained D"] - few_labels[name]) for name in few_labels}
claim(
    "100 labels: trained D minus pixels", gains["pixels"], at_least={"mnist": 0, "offline": -0.02}
)
claim("100 labels: trained D minus untrained D", gains["untrained D"], at_least=0)

# %% [markdown]
# On MNIST the trained $D$ is right on about 80 % of the test pictures, pixels on about 75 %, the untrained $D$ on 70 %. So in this one run training has given its features ten points, and left them six above the pixels, without a single label (± is the deviation over five draws of labels; features are standardised, pixels are not).
#
# ## 12 · What to take away
# | question | answer |
# | --- | --- |
# | what is the best $D$? | $p/(p+q)$; a trained one finds it without knowing either density |
# | what does the game measure? | $-\ln 4 + 2\,\mathrm{JSD}$, if $D$ is the best; flat where the two do not overlap |
# | why not freeze $D$? | the best answer to a fixed $D$ is a single point (unless it says ½ to all) |
# | why do they circle? | the slopes of a game need not point to its solution; a brake on $D$ brings both home |
# | which loss for $G$? | $-\ln D$: at $D = 0.01$ it pulls a hundred times as hard as the others (0.99 against 0.01) |
# | whose weights? | gradients with respect to a list; no flags |
# | what to try first? | less momentum; then $D$ up to date ($k > 1$, or the larger rate, inputs scaled); for pictures, instance noise |
# | how to know whether it works? | precision and recall, modes, Fréchet distance at equal numbers, neighbours: by a judge from outside |
#
# **Ask yourself.** (1) $D$ says 0.9 at some $x$. How much more frequent are real samples there than generated ones? (2) Your generator's loss falls steadily. Good news? (3) A $D$ separates real from generated without an error. What can $G$ learn from it? (4) By the same judge, a friend's generator has a Fréchet distance of 4.5 from 1,000 samples, yours 4 from 10,000. Whose is better? (5) A generator that
# repeats the training set: what are its modes, its Fréchet distance, its precision and recall, its distance to the nearest training picture?
#
# <details><summary>Answers</summary>
#
# (1) Nine times, if as many real as generated samples are shown. (2) Not by itself: it is scored by a $D$ that moves. $G$ may be winning against a $D$ that has gone blind. (3) If it is sure of itself, with $\ln(1-D)$ nothing: the pull on the logit is $D$, that is 0. With $-\ln D$ it is nearly 1, and what is left is the slope of the logit in $x$, which need not point to the data. (4) Probably the friend's: on MNIST 1,000 real pictures are already about 4 from 1,000 others. (5) Ten, the floor, those of real pictures, and 0: only the last one tells.
#
# </details>
#
# **If you read the sources** (chapter 00 says who they are), mind their slips: the [appendix](99_corrections_to_the_sources.ipynb) has those of this chapter in rows 26, 41 to 45, 63 and 64.
#
# **Use and misuse.** A generator makes what *passes*. A missing mode is no blur that warns you but an absence that nobody sees, and the rare are the first to be absent. For deception, see [chapter 10](10_ethics_of_generative_models.ipynb). And a discriminator that knows the training pictures by heart can pass them on: look at nearest neighbours before you publish samples of people's faces.

# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Crowley, *Generative Networks and the AutoEncoder*, section 5, and lesson (generative adversarial networks); Wollongong, slides (GAN); Laurent, slides (generative adversarial networks). Papers: I. J. Goodfellow et al., *Generative Adversarial Networks*, 2014; L. Metz et al., *Unrolled Generative Adversarial Networks*, 2016 (the ring); C. K. Sønderby et al., *Amortised MAP Inference for Image Super-resolution*, 2016 (instance noise);
# M. Arjovsky and L. Bottou, *Towards Principled Methods for Training Generative Adversarial Networks*, 2017 (the gradient of −ln D); M. Arjovsky, S. Chintala and L. Bottou, *Wasserstein GAN*, 2017; I. Gulrajani et al., *Improved Training of Wasserstein GANs*, 2017 (gradient penalty); M. Heusel et al., *GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium*, 2017 (TTUR, Fréchet distance); T. Karras et al., *Progressive Growing of GANs for Improved Quality, Stability, and Variation*, 2017 (minibatch standard deviation);
# T. Miyato et al., *Spectral Normalization for Generative Adversarial Networks*, 2018; L. Mescheder, A. Geiger and S. Nowozin, *Which Training Methods for GANs do actually Converge?*, 2018 (R1); Y. Yazıcı et al., *The Unusual Effectiveness of Averaging in GAN Training*, 2018 (EMA); T. Kynkäänniemi et al., *Improved Precision and Recall Metric for Assessing Generative Models*, 2019; M. F. Naeem et al., *Reliable Fidelity and Diversity Metrics for Generative Models*, 2020.
#
# **Next**: [08, deconvolution and DCGAN](08_deconvolution_and_dcgan.ipynb): the same game, with networks that know what a picture is.
