# %% [markdown]
# # 09 · Conditional GAN and InfoGAN: a digit to order, and knobs that nobody labelled
#
# **You need** chapter 07 (the class `GAN`, its two losses, Fréchet distance), and from [01](01_information_theory.ipynb) entropy, KL divergence and mutual information; from 06, posteriors. Chapter 08's convolutions are used, not explained again. **It runs in** {{minutes}} on two CPU cores;
# with the exercises, allow an evening.
#
# Chapter 07's generator draws digits. Ask it for a seven, and it shrugs: there is no input for that. With a label for every picture the repair is easy: a **conditional GAN** draws to order.
#
# Now take all labels away, and tell the generator only that some of its inputs have to be *readable off the picture*. What will it use them for? That is **InfoGAN**, and its answer can be scored against labels that it never saw.
#
# By the end you will be able to
# - make a GAN draw to order, and say what its discriminator has to see;
# - measure obedience and variety;
# - derive the bound on the information that a picture holds about a code, and write it for categories and numbers;
# - train an InfoGAN, and measure what its codes have come to mean.

# %% tags=["nbval-ignore-output"]
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy.ndimage import affine_transform
from skimage.morphology import skeletonize
from sklearn.cluster import KMeans

from course_utils import data, information, metrics, plots, runtime
from course_utils.exercises import ch09 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=9)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import layers, ops

from course_utils.gan import GAN, Snapshots, d_loss, dcgan_generator, descend, g_loss
from course_utils.scoring import frozen_classifier, judge
from course_utils.training import Resume, unpack

digits = data.load_digits()

# %% [markdown]
# InfoGAN's progress is counted in rounds of several hundred steps.

# %%
offline = digits.name == "offline"
n = budget(smoke=400, quick=60_000, full=60_000)  # at most so many training pictures
batch, latents = 50, 64
maps = budget(smoke=4, quick=24, full=64)  # feature maps of 14×14; twice as many of 7×7
epochs = (5 if offline else 1) * budget(smoke=1, quick=2, full=30)  # the conditional GAN
round_steps = budget(smoke=10, quick=480 if offline else 600, full=600)  # InfoGAN
rounds = budget(smoke=2, quick=22 if offline else 16, full=200)
strength = 0.62 if offline else 1.0  # of the shake
trust_from = 2400 if offline else 1200  # the step from which two looks have to agree
most = 2000 if offline else 10_000
samples = budget(smoke=1000, quick=most, full=most)  # as many as test pictures, for the distances

x_train, y_train = digits.x_train[:n], digits.y_train[:n]
tests = budget(smoke=1000, quick=10_000, full=10_000)  # at most so many test pictures
x_test, y_test = digits.x_test[:tests], digits.y_test[:tests]

# %% [markdown]
# ## 1 · A digit to order
# Let $y$ be the class that is wanted, one of ten, and $z$ the noise as before. The generator becomes $G(z, y)$: it has to know the order. How does one feed a class to a network?
#
# ### Exercise · noise and an order
# Join the noise and the class into one input: two tensors in, one tensor out. It will run inside the training, so use `keras.ops`.

# %%
with_labels = ex.with_labels.check(...)  # @exercise

# %% [markdown]
# The generator *knows* the order. Will it *obey*?
#
# ### Exercise · a discriminator that sees only pictures
# Suppose that $G$ gets noise and class, and $D$ the picture alone. Everything is trained until the game is over. You order a seven. What comes?
# - `"a"`: a seven
# - `"b"`: some digit or other, well drawn
# - `"c"`: an average of all digits
# - `"d"`: nothing recognisable, the training fails

# %%
ex.blind_discriminator.check(...)  # @exercise

# %% [markdown]
# The same in numbers, on a world with two classes and three pictures. A generator that **swaps** the orders, and one that **ignores** them, both produce each picture as often as it really occurs. What the best $D$ can tell is the Jensen–Shannon divergence between real and generated (chapter 07), once over pictures, once over pairs:

# %%
real_pairs = np.array([[0.25, 0.25, 0.0], [0.0, 0.0, 0.5]])  # the order y by the picture x
generators = {
    "obeys": real_pairs,
    "swaps": real_pairs[::-1],
    "ignores": np.tile(real_pairs.sum(axis=0) / 2, (2, 1)),
}
over_pictures, over_pairs = {}, {}  # what D can tell, in bits
print(f"{'':10}{'pictures':>10}{'pairs':>10}   (bits)")
for name, pairs in generators.items():
    over_pictures[name] = information.js(real_pairs.sum(axis=0), pairs.sum(axis=0), unit="bits")
    over_pairs[name] = information.js(real_pairs.ravel(), pairs.ravel(), unit="bits")
    print(f"{name:10}{over_pictures[name]:10.3f}{over_pairs[name]:10.3f}")

claim(
    "divergence over pictures, a generator that swaps",
    over_pictures["swaps"],
    at_most=1e-12,
    unit="bits",
    exact=True,
)
claim(
    "divergence over pairs, a generator that swaps",
    over_pairs["swaps"],
    at_least=0.999,
    unit="bits",
    exact=True,
)
claim(
    "divergence over pairs, one that ignores",
    over_pairs["ignores"],
    at_least=0.3,
    at_most=0.32,
    unit="bits",
    exact=True,
)

# %% [markdown]
# A $D$ that sees pictures finds nothing wrong. One that sees pairs catches both offenders (the one that swaps: a full bit). So $D$ must judge the pair, $D(x, y)$: *is this a real picture, and is it what was ordered?*
#
# ### How a discriminator weighs a pair
# Chapter 07 found the best $D$: its logit is $\ln p/p_G$, the logarithm of a ratio: how probable a pair is among real ones, over how probable among generated ones ($p_G$ is chapter 07's $q$). With $p(x, y) = p(x)\,P(y|x)$, and likewise for $p_G$ ($P_G(y|x)$ is the share of the order $y$ among generated pictures that look like $x$), it splits in two:
#
# $$ \ln\frac{p(x, y)}{p_G(x, y)} = \underbrace{\ln\frac{p(x)}{p_G(x)}}_{\text{does it look real?}} + \underbrace{\ln\frac{P(y|x)}{P_G(y|x)}}_{\text{more like a } y \text{ than what } G \text{ serves as one?}} $$
#
# Let a network, the **trunk**, make 128 features $h(x)$ of the picture: chapter 08's two convolutions and a dense layer. Suppose that both posteriors are softmaxes of these features, with a vector $u_y$ for each class, and $u_y^G$ for $G$. Then the second term is $(u_y - u_y^G)^\top h(x)$ plus something of $x$ alone. Call the difference $v_y$, let a dense layer with weights $w$ and bias $b$ stand for all that depends on $x$ alone, and you have the *projection discriminator*:
#
# $$ D\text{'s logit} = w^\top h(x) + b + v_y^\top h(x), $$
#
# $v_y$ a row of a table that is learned (`Embedding`).


# %%
def trunk(x, maps):
    """Pictures (batch, 28, 28, 1) → features (batch, 128)."""
    h = layers.Conv2D(maps, 4, strides=2, padding="same", use_bias=False)(x)
    h = layers.LeakyReLU(0.1)(h)  # (batch, 14, 14, maps)
    h = layers.Conv2D(2 * maps, 4, strides=2, padding="same", use_bias=False)(h)
    h = layers.BatchNormalization(momentum=0.9)(h)
    h = layers.LeakyReLU(0.1)(h)  # (batch, 7, 7, 2·maps)
    h = layers.Dense(128, use_bias=False)(layers.Flatten()(h))
    h = layers.BatchNormalization(momentum=0.9)(h)
    return layers.LeakyReLU(0.1, name="trunk")(h)


def projection_discriminator(maps, blind=False):
    """Pictures and classes → logits (batch, 1): is the pair real? A blind one looks at no class."""
    x, y = keras.Input((28, 28, 1)), keras.Input((), dtype="int64")
    h = trunk(x, maps)
    logit = layers.Dense(1)(h)
    if not blind:
        v_y = layers.Embedding(10, 128, embeddings_initializer="zeros")(y)
        logit += layers.Dot(axes=-1)([h, v_y])
    return keras.Model([x, y], logit)


# %% [markdown]
# Chapter 08 trained with a faster step than chapter 07's: both networks learn from the *same* samples, in one pass. Here is that step for pairs; the real pictures' own classes serve as orders for the fakes, too. (Real and generated pictures go into $D$ in two calls: each kind has its own batch statistics.)


# %%
class ConditionalGAN(GAN):
    """A GAN for pairs: `fit(x, y)`; the generator gets noise and class, by `with_labels`."""

    def train_step(self, data):
        x, y = unpack(data, "x", "y")
        z = with_labels(self.draw_noise(ops.shape(x)[0]), y)
        with tf.GradientTape(persistent=True) as tape:  # persistent: it is asked twice
            fake = self.generator(z, training=True)
            real_logits = self.discriminator([x, y], training=True)
            fake_logits = self.discriminator([fake, y], training=True)
            losses = self.d_loss(real_logits, fake_logits), self.g_loss(fake_logits)
        descend(losses[0], tape, self.discriminator, self.d_optimizer)
        descend(losses[1], tape, self.generator, self.g_optimizer)
        d_real, d_fake = (ops.mean(ops.sigmoid(logits)) for logits in (real_logits, fake_logits))
        for mean, value in zip(self.means, (*losses, d_real, d_fake), strict=True):
            mean.update_state(value)
        return {mean.name: mean.result() for mean in self.means}


def train_to_order(seed, epochs, blind=False, callbacks=()):
    """A conditional GAN, its rates falling to 0 as in chapter 08."""
    keras.utils.set_random_seed(seed)
    networks = dcgan_generator(latents + 10, maps), projection_discriminator(maps, blind)
    gan = ConditionalGAN(*networks, d_loss, g_loss, latents, seed=runtime.seed(2))
    steps = epochs * -(-len(x_train) // batch)
    rates = [keras.optimizers.schedules.CosineDecay(2e-3, steps) for _ in "DG"]
    gan.compile(*(keras.optimizers.Adam(rate, 0.5) for rate in rates), steps_per_execution=10)
    gan.fit(x_train, y_train, batch_size=batch, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return gan


# %% [markdown]
# Train it. After each epoch the picture grows by a row: ten orders, always with the same noise.

# %% tags=["nbval-ignore-output"]
noise = np.random.default_rng(runtime.seed(3)).normal(size=(12, latents)).astype("float32")
watch = with_labels(ops.convert_to_tensor(noise[:10]), ops.arange(10))
snapshots = Snapshots(watch, every=max(1, epochs // 5))
ordered = train_to_order(runtime.seed(1), epochs, callbacks=[snapshots])

# %% [markdown]
# And one with a blind $D$, half as long. Do they obey? Order the classes of the test pictures, and let chapter 07's frozen classifier, which was trained on real pictures, read what comes. (The share read as ordered: *GAN-test*.)

# %%
blind = train_to_order(runtime.seed(1), max(1, epochs // 2), blind=True)

orders = y_test
z = np.random.default_rng(runtime.seed(4)).normal(size=(len(orders), latents)).astype("float32")
classifier = frozen_classifier(digits.name)
drawn, served = {}, {}
for name, gan in {"sees the order": ordered, "is blind": blind}.items():
    inputs = np.asarray(with_labels(z, orders))
    drawn[name] = gan.generator.predict(inputs, batch_size=500, verbose=0)
    served[name] = np.mean(judge(classifier, drawn[name])[1].argmax(axis=1) == orders)

claim(
    "orders that were served", served["sees the order"], at_least={"mnist": 0.97, "offline": 0.95}
)
claim("the same, D blind", served["is blind"], at_least=0.05, at_most=0.2)

# %% tags=["nbval-ignore-output"]
# ten orders, each with the same twelve noises; then twelve sevens
sheet = np.asarray(with_labels(np.tile(noise, (10, 1)), np.repeat(np.arange(10), 12)))
sevens = np.asarray(with_labels(noise, np.full(12, 7)))
plots.images(
    np.concatenate(
        [
            ordered.generator.predict(sheet, batch_size=500, verbose=0),
            blind.generator.predict(sevens, verbose=0),
        ]
    ),
    columns=12,
    row_labels=[str(k) for k in range(10)] + ["7, D blind"],
    scale=0.9,
    title="A row for each order, a column for each noise",
    says=(
        "Ten rows of twelve generated digits. Each row is one order, 0 to 9, each column one"
        f" noise; {served['sees the order']:.1%} of a larger sample were read as ordered. An"
        " eleventh row has what came for twelve sevens when D was blind:"
        f" {served['is blind']:.1%} were read as ordered."
    ),
)

# %% [markdown]
# The blind $D$'s row has digits of all kinds; in the large sample one in ten is what was ordered: chance. In the rows above, look down a column: where one digit leans, most lean. The noise has become the *style*, though nothing in the game demands it.
#
# ### Obedience is cheap
# Think of a forger who owns ten pictures, one of each digit, and hands out the same seven every time. He gets a perfect score. What he lacks is variety *within* a class. The Fréchet distance will notice that; one who is lazy with his sevens only, it may miss. So take the distance class by class: generated sevens against real sevens, and so on. (With Inception's features this is *intra-class FID*. Another way is *GAN-train*: train a classifier on generated pictures, and test it on real ones.)
#
# ### Exercise · distance within classes
# Four NumPy arrays in, one number out. `distance` is a function that gives a number for two sets of features. (In the chapter it is `metrics.frechet_distance`; the check uses simpler ones.)

# %%
within_classes = ex.within_classes.check(...)  # @exercise

# %% [markdown]
# Three forgers. One hands out the average of a class; one the training picture nearest to it; and the lazy one real test pictures, but always the same seven. Each set is compared with as many real training pictures; real test pictures are the floor.

# %%
averages, nearest = [], []  # of each class
for c in range(10):
    of_class = x_train[y_train == c]
    averages.append(of_class.mean(axis=0))
    away = np.square(of_class - averages[c]).sum(axis=(1, 2, 3))
    nearest.append(of_class[away.argmin()])
lazy = np.where((y_test == 7)[:, None, None, None], nearest[7], x_test)
contest = {  # pictures, and what was ordered
    "real": (x_test, y_test),
    "generator": (drawn["sees the order"], orders),
    "D blind": (drawn["is blind"], orders),
    "lazy sevens": (lazy, y_test),
    "one picture": (np.stack(nearest)[orders], orders),
    "average": (np.stack(averages)[orders], orders),
}

# %% tags=["nbval-ignore-output"]
reference, _ = judge(classifier, digits.x_train[:samples])  # features of real pictures
reference_y = digits.y_train[:samples]
as_ordered, overall, within = {}, {}, {}  # a share and two distances
print(f"{'':14}{'as ordered':>12}{'distance':>12}{'within classes':>18}")
for name, (pictures, y) in contest.items():
    features, p = judge(classifier, pictures)
    as_ordered[name] = np.mean(p.argmax(axis=1) == y)
    overall[name] = metrics.frechet_distance(features, reference)
    within[name] = within_classes(features, y, reference, reference_y, metrics.frechet_distance)
    print(f"{name:14}{as_ordered[name]:12.3f}{overall[name]:12.1f}{within[name]:18.1f}")

# %%
claim(
    "one picture per class: read as ordered", as_ordered["one picture"], at_least=0.99, exact=True
)
claim(
    "Fréchet distance of the generator", overall["generator"], at_most={"mnist": 5, "offline": 25}
)
claim("the same within classes", within["generator"], at_most={"mnist": 15, "offline": 60})
claim("Fréchet distance, D blind", overall["D blind"], at_most={"mnist": 50, "offline": 60})
claim(
    "distance within classes, D blind over generator",
    within["D blind"] / within["generator"],
    at_least={"mnist": 20, "offline": 10},
)
claim(
    "Fréchet distance, lazy sevens over generator",
    overall["lazy sevens"] / overall["generator"],
    at_most=2.5,
)
claim(
    "distance within classes, one picture over generator",
    within["one picture"] / within["generator"],
    at_least={"mnist": 8, "offline": 6},
)
claim(
    "distance within classes, lazy sevens over generator",
    within["lazy sevens"] / within["generator"],
    at_least={"mnist": 1.7, "offline": 1.2},
)

# %% [markdown]
# The blind $D$'s pictures are digits, if poorer ones (it had half the training and no help from labels), for the wrong orders: within the classes no other generator or forger is as far off. One picture per class is read as ordered every time (so are ten blurred averages), and is far from real pictures however one counts; the generator obeys *and* varies. The lazy forger is the subtle case, since nine of his ten digits are perfect: over all classes he is 1.7 times as far off as the generator, within them 2.1 times: better seen, not by much. When in doubt, look at each class. (Compare within a column only: distances grow as samples shrink.)
#
# ## 2 · How much does a picture tell about a code?
# Now without labels. Split the generator's input into noise $z$ and a **code** $c$ that we draw ourselves: $x = G(z, c)$. We wish that $c$ can be read off $x$. “How much $x$ tells about $c$” has a name since chapter 01, the mutual information
#
# $$ I(c; x) = H(c) - H(c|x), $$
#
# what there is to know about $c$, minus what stays unknown once $x$ is seen. InfoGAN gives $G$ a bonus for it; $G$ now minimises $V(D, G) - \lambda\, I(c; G(z, c))$, where $V$ is what $D$ maximises and $G$ minimised in chapter 07, and $\lambda$ says how much the bonus counts.
#
# ### Exercise · the most there is to know
# $c$ is one of ten categories, all equally likely. How large can $I(c; x)$ be, in nats, with the best generator of all?

# %%
ex.most_information.check(...)  # @exercise

# %% [markdown]
# The trouble is in $H(c|x)$: it asks for $P(c|x)$, what could have made this picture, and that is as hard as the posterior of chapter 06. The cure is the same, too. Let a network $Q(c|x)$ *guess*, and see what the guess costs. By the definition of $H(c|x)$, then dividing and multiplying by the guess:
#
# $$ I(c; x) = H(c) + \mathbb E_{P(c, x)} \ln P(c|x) = \underbrace{H(c) + \mathbb E_{P(c, x)} \ln Q(c|x)}_{L_I} + \mathbb E_{P(c, x)} \ln \frac{P(c|x)}{Q(c|x)} . $$
#
# The last term is a KL divergence for each $x$, averaged over $x$. It is never negative, so
#
# $$ L_I \le I(c; x), \quad\text{with equality when } Q(c|x) = P(c|x). $$
#
# $L_I$ is a *variational lower bound* on the mutual information (Barber and Agakov's), and $Q$ an *auxiliary*, or *recognition*, network.
#
# Its expectation needs pairs from $P(c, x)$, and those we have for nothing: draw $c$, draw $z$, compute $x = G(z, c)$. No posterior is needed, since we *know* which $c$ went in.
#
# ### Exercise · the bound on a table
# When $c$ and $x$ take few values, all expectations are sums over a table: two NumPy arrays in, one number out. Mind codes and pairs that never occur, and a $Q$ that says “impossible” about something that happens (then $L_I = -\infty$).

# %%
info_bound = ex.info_bound.check(...)  # @exercise

# %% [markdown]
# Three code values, four pictures. Take the true posterior to the power $s$ and scale it to sum to 1: $s = 0$ is a $Q$ that knows nothing (a third each), $s = 1$ the posterior, and beyond it $Q$ is too sure of itself. Predict the curve of $L_I$.

# %%
joint = np.array([[20, 8, 3, 2], [3, 15, 10, 5], [2, 2, 5, 25]]) / 100  # P(c, x)
posterior = joint / joint.sum(axis=0)  # P(c|x), columns that sum to 1
truth = information.mutual_information(joint, unit="nats")
sharpness = np.linspace(0, 4, 161)
guesses = [posterior**s / (posterior**s).sum(axis=0) for s in sharpness]
bounds = np.array([info_bound(joint, q) for q in guesses])

plots.curves(
    sharpness,
    {"L_I": bounds, "I(c; x)": np.full(161, truth)},
    x_label="exponent s: Q is P(c|x) to the power s, scaled to sum to 1",
    y_label="nats",
    title="The bound touches the information at the true posterior",
    says=(
        "L_I against the sharpness of Q. It starts at about 0 for a Q that knows nothing, rises to"
        " touch the horizontal line I = 0.33 nats at sharpness 1, and falls again below 0 for a Q"
        " that is too sure."
    ),
    marks={"Q = P(c|x)": (1.0, truth)},
    ylim=(-0.6, 0.45),
)

# %%
rng = np.random.default_rng(runtime.seed(5))
gaps, rests = [], []
for _ in range(1000):  # any table, any guess
    table = rng.dirichlet(np.full(12, 0.5)).reshape(3, 4)
    q = rng.dirichlet(np.ones(3), size=4).T
    true_q = table / table.sum(axis=0)
    gaps.append(information.mutual_information(table, unit="nats") - info_bound(table, q))
    rests.append(gaps[-1] - table.sum(axis=0) @ information.kl(true_q.T, q.T, unit="nats"))

claim(
    "I − L_I, smallest of 1000 random tables and guesses",
    min(gaps),
    at_least=-1e-9,
    unit="nats",
    exact=True,
)
claim(
    "I − L_I − E KL(P‖Q), largest of 1000",
    np.abs(rests).max(),
    at_most=1e-9,
    unit="nats",
    exact=True,
)
claim(
    "sharpness of Q where L_I is largest",
    sharpness[bounds.argmax()],
    at_least=0.99,
    at_most=1.01,
    exact=True,
)

# %% [markdown]
# A $Q$ that is too sure ends below zero, worse than knowing nothing: the bound punishes bluffing (the logarithm is a *strictly proper scoring rule*). The game is then
#
# $$ \min_{G,\,Q}\ \max_D\ \; V(D, G) - \lambda\, L_I(G, Q), $$
#
# $G$ and $Q$ on the same side. (In the code, as in chapter 07, $G$'s part of $V$ becomes $-\ln D$.)

# %% [markdown]
# ## 3 · Three codes
# The code of the paper: $c_1$ is one of ten categories, all equally likely, $c_2$ and $c_3$ are uniform on $[-1, 1]$. The three are independent, so $H(c)$ is the sum of their entropies; and we let $Q$ guess each by itself (a *factorised* $Q$), so $\ln Q(c|x)$ is a sum, too. The bounds add up. In training, each expectation is the mean over a batch.
#
# ### Exercise · the bound for categories
# Write it with `keras.ops`: it takes part in training. $Q$ gives logits, $K$ for each picture. The $K$ categories are equally likely, whatever a batch happens to hold. Return $L_I$ itself, one number, not its negative. Logits of ±1000 must not break it.

# %%
category_bound = ex.category_bound.check(...)  # @exercise

# %% [markdown]
# For a continuous code, $Q$ answers with a Gaussian: a mean $\mu$, its best guess, and $\ln\sigma^2$, how sure it is. Densities take the place of probabilities, and $H(c)$ is the *differential* entropy of the density ½ on $[-1, 1]$, $-\ln\tfrac12 = \ln 2$.
#
# ### Exercise · the bound for continuous codes
# With `keras.ops` again, for any number of codes: tensors (batch, codes) come in, one number comes out. Each code has a logarithm and an entropy of its own: the sum over the codes, averaged over the batch.

# %%
code_bound = ex.code_bound.check(...)  # @exercise

# %% [markdown]
# A test with known information. Ten categories, and a “picture” that is just the category, replaced by a random one in three cases of ten; $Q$ is the true posterior. And one continuous code, heard with Gaussian noise of standard deviation 0.2; there $I(c; x) = H(x) - H(x|c)$ is added up on a grid, and $Q$ a Gaussian (mean: what was heard; deviation: the channel's). How much of $I$ does $L_I$ reach?

# %%
count, replaced = 200_000, 0.3
c = rng.integers(0, 10, count)
seen = np.where(rng.random(count) < replaced, rng.integers(0, 10, count), c)
channel = (replaced / 10 + (1 - replaced) * np.eye(10)) / 10  # P(c, x)
best_logits = np.log(10 * channel)[:, seen].T.astype("float32")  # ln P(c|x), (count, 10)

category_truth = information.mutual_information(channel, unit="nats")
category_reached = float(category_bound(c, best_logits))
print(f"category: I = {category_truth:.3f}, L_I = {category_reached:.3f} nats")

# %%
deviation = 0.2
code = rng.uniform(-1, 1, (count, 1))
heard = code + deviation * rng.normal(size=(count, 1))
q_says = code, heard, np.full_like(heard, np.log(deviation**2))

grid_c, grid_x = np.linspace(-1, 1, 801)[:, None], np.linspace(-2.5, 2.5, 2001)
density = np.exp(-0.5 * ((grid_x - grid_c) / deviation) ** 2) / deviation / np.sqrt(2 * np.pi)
p_x = density.mean(axis=0)  # `density` is p(x|c)
h_x = -np.sum(p_x * np.log(p_x)) * (grid_x[1] - grid_x[0])
code_truth = h_x - 0.5 * np.log(2 * np.pi * np.e * deviation**2)
code_reached = float(code_bound(*(ops.convert_to_tensor(a, "float32") for a in q_says)))
print(f"code:     I = {code_truth:.3f}, L_I = {code_reached:.3f} nats")

category_gap = abs(category_reached - category_truth)
claim("category over a channel: |L_I − I|", category_gap, at_most=0.02, unit="nats", exact=True)
claim(
    "code over a channel: I − L_I",
    code_truth - code_reached,
    at_least=0.15,
    at_most=0.2,
    unit="nats",
    exact=True,
)

# %% [markdown]
# For the category, nothing is lost (up to the sampling error). The code's $I$ exceeds $H(c) = \ln 2$; for densities it may, since $H(c|x)$ can be negative. This Gaussian gives away 0.18 of its 1.07 nats: near ±1 the true posterior is cut off, and it does not know.
#
# ## 4 · What could go wrong, and what helps
# We ask for a $c_1$ that can be read, and *hope* that it is the digit. Three things can go wrong; for each there is something to try, and section 6 measures two of the three.
#
# ### Ten categories, but of what?
# Perhaps of ten positions, or ten angles: those can be read off a picture as well. We want categories that survive shaking. So *every* picture, real and generated, is turned, scaled, sheared and moved a little at random before $D$ and $Q$
# see it. This is known as *differentiable augmentation* (the gradient for $G$ passes through it), and was invented to train $D$ on few pictures. A code that hides in the exact place of a stroke is lost on the way; one that says which digit arrives (and so does one that says how thick the strokes are). We put in what we know: a digit stays itself when shaken.


# %%
class Shake(layers.Layer):
    """Each picture turned, scaled, sheared and moved at random.

    By up to ±0.24 rad, ×0.82 to 1.22, ±0.3 and ±2.4 pixels, each times `strength`.
    """

    def __init__(self, seed, strength=strength):
        super().__init__()
        self.noise = keras.random.SeedGenerator(seed)
        self.strength = strength

    def call(self, x):
        random = keras.random.uniform((ops.shape(x)[0], 5), -1.0, 1.0, seed=self.noise)
        reach = self.strength * ops.array([0.24, 0.2, 0.3, 2.4, 2.4])
        angle, log_scale, shear, right, down = ops.unstack(random * reach, 5, axis=1)
        a, b = ops.exp(log_scale) * ops.cos(angle), ops.exp(log_scale) * ops.sin(angle)
        xx, xy, yx, yy = a, a * shear - b, b, b * shear + a  # a matrix for each picture
        # the shift keeps the middle, (13.5, 13.5), in its place, and moves it
        shift_x = 13.5 + right - 13.5 * (xx + xy)
        shift_y = 13.5 + down - 13.5 * (yx + yy)
        zero = ops.zeros_like(angle)
        transform = ops.stack([xx, xy, shift_x, yx, yy, shift_y, zero, zero], axis=1)
        return ops.image.affine_transform(x, transform)  # bilinear; 0 from beyond the edge


# %% tags=["nbval-ignore-output"]
thrice = np.repeat(x_test[:8], 3, axis=0)
shaken = Shake(runtime.seed(6))(thrice).numpy().reshape(8, 3, 28, 28, 1)
plots.images(
    np.concatenate([x_test[:8], *shaken.swapaxes(0, 1)]),
    columns=8,
    row_labels=["as it is", "shaken", "shaken", "shaken"],
    scale=0.8,
    title="Still the same digit",
    says=(
        "Four rows of eight test digits: as they are, and three times turned, scaled, sheared"
        " and moved a little. Every digit can still be read."
    ),
)

# %% [markdown]
# ### A whisper
# The generator's first layer adds up 74 inputs, with weights of one size at the start. New noise changes 62 of them, each by $\sqrt 2$ or so; another category changes two by 1. It moves the sum $\sqrt{2/124} = 0.13$ times as far: a whisper. So let the codes speak up. On their way into $G$ the one-hot vector is multiplied by 4, $c_2$ and $c_3$ by 2 (a larger *scale*).

# %%
loudness = [1.0] * 62 + [4.0] * 10 + [2.0] * 2  # noise, c1, the other codes


def loud_generator(maps, loudness):
    """Chapter 08's generator for 74 inputs, each first multiplied by its loudness (one or 74)."""
    return keras.Sequential(
        [keras.Input((74,)), layers.Rescaling(loudness), dcgan_generator(74, maps)]
    )


# %% [markdown]
# ### Nobody asks Q about real pictures
# $L_I$ is about generated pictures only. If $G$ splits 4s and 9s by something else, say into wide and narrow ones, the bound is as content; and what $Q$ makes of a *real* 9, no term asks.
#
# So show $Q$ each real picture in *two* shakes. Nobody knows its category; but the likeliest by one look should be the likeliest by the other. Treat the one answer as if it were a $c$ that had been drawn, and the bound that you wrote can be asked of the other. (The field's words: the answer becomes a *pseudo-label*, as in *self-training*, and the demand is *consistency* under augmentation.)
#
# ### Exercise · two looks
# With `keras.ops`: `one` and `two` are $Q$'s logits for the same pictures, each (batch, K), and `bound(c, logits)` is a function like your `category_bound`. Let each look's most likely category be the $c$ that the other look has to tell, and return the mean of the two bounds, one number.

# %%
agreement = ex.agreement.check(...)  # @exercise

# %% [markdown]
# On real pictures the formula is no bound any more. $\ln 10$ stands where the entropy of the answers should be, so the term is full as soon as both looks get the same sure answer, and would be as full if every real picture went into one category. What stands against that is the other term: on generated pictures the same $Q$ has to tell ten equally frequent categories apart, and generated pictures are meant to look like real ones. So agreement waits until $Q$ can read, on MNIST for 1,200 steps. What agreement adds: $Q$ has to be sure about real pictures, too, and moves its borders to where few of them lie (*entropy minimisation*). $G$, which has made no real picture, does not get the term.
#
# ## 5 · InfoGAN
# ### What we do: one network for D and Q, and a training step
# $D$ and $Q$ look at the same pictures, so they share the trunk, and have a head each. $Q$ then costs next to nothing. (`apart` is for a control in section 6: $Q$'s gradient stops before the trunk, so that $Q$ can look on without a hand in $D$.)


# %%
def two_headed_network(maps, apart=False):
    """Pictures (batch, 28, 28, 1) → D's logit, and Q's answer about c1 and about c2, c3."""
    x = keras.Input((28, 28, 1))
    h = trunk(x, maps)
    q = layers.Dense(64, use_bias=False)(ops.stop_gradient(h) if apart else h)
    q = layers.LeakyReLU(0.1)(layers.BatchNormalization(momentum=0.9)(q))
    heads = {
        "logit": layers.Dense(1)(h),
        "category": layers.Dense(10)(q),
        "mean": layers.Dense(2)(q),
        "log_var": layers.Dense(2)(q),
    }
    return keras.Model(x, heads)


# %% [markdown]
# The training step has your three functions in it. One network holds $D$ and $Q$, and descends on $D$'s loss minus the bounds, and later minus the agreement. $G$ descends on its own loss minus $\lambda$ times the bounds on its pictures. (We put $\lambda$ into $G$'s loss only.) The continuous codes count for a tenth. (A number that is drawn ever more exactly tells ever more, and would drown the rest.)
#
# Let $c_1$ be the class, train $Q$ on the labels of real pictures too, and this is *AC-GAN*, the conditional GAN with an auxiliary classifier: InfoGAN is its twin without a supervisor.


# %%
class InfoGAN(GAN):
    """A GAN whose Q reads off the picture what its generator got beside the noise (62).

    That is a category c1 (10, one-hot) and the codes c2 and c3. λ is `weight`; from step
    `trust_from` on, Q has to say the same about two looks at a real picture.
    """

    def __init__(self, *args, weight, trust_from, bounds, seed):
        super().__init__(*args, latents=62, seed=seed)
        self.weight, self.trust_from, self.bounds = weight, trust_from, bounds
        self.shake = Shake(seed + 1)
        self.means += [keras.metrics.Mean(name) for name in ("category", "codes", "agreement")]

    def train_step(self, data):
        (x,) = unpack(data, "x")
        x = ops.repeat(x, 2, axis=0)  # two looks at each
        size = ops.shape(x)[0]
        c1 = keras.random.randint((size,), 0, 10, seed=self.noise)
        codes = keras.random.uniform((size, 2), -1.0, 1.0, seed=self.noise)
        z = self.draw_noise(size)
        inputs = ops.concatenate([z, ops.one_hot(c1, 10), codes], axis=-1)  # (batch, 74)
        trust = ops.cast(self.d_optimizer.iterations >= self.trust_from, "float32")
        category_bound, code_bound, agreement = self.bounds
        with tf.GradientTape(persistent=True) as tape:
            fake = self.generator(inputs, training=True)
            on_real = self.discriminator(self.shake(x), training=True)
            on_fake = self.discriminator(self.shake(fake), training=True)
            category = category_bound(c1, on_fake["category"])
            code = code_bound(codes, on_fake["mean"], on_fake["log_var"])
            one, two = on_real["category"][0::2], on_real["category"][1::2]
            agree = agreement(one, two, category_bound)
            understood = category + 0.1 * code
            d_loss = self.d_loss(on_real["logit"], on_fake["logit"])
            g_loss = self.g_loss(on_fake["logit"])
            d_side = d_loss - understood - trust * agree
            g_side = g_loss - self.weight * understood
        descend(d_side, tape, self.discriminator, self.d_optimizer)
        descend(g_side, tape, self.generator, self.g_optimizer)
        d_real, d_fake = (ops.mean(ops.sigmoid(on["logit"])) for on in (on_real, on_fake))
        values = d_loss, g_loss, d_real, d_fake, category, code, agree
        for mean, value in zip(self.means, values, strict=True):
            mean.update_state(value)
        return {mean.name: mean.result() for mean in self.means}


# %% [markdown]
# In $D$'s loss real pictures get the target 0.9 instead of 1 (*one-sided label smoothing*): $-0.9 \ln D - 0.1 \ln(1 - D)$ is $\mathrm{softplus}(-a) + 0.1\,a$ with the logit $a$. A batch has 25 real pictures in two looks and 50 generated ones; for the last quarter the rates drop to a fifth, and things settle.


# %%
def smooth_d_loss(real_logits, fake_logits):
    """As d_loss, but with a target of 0.9 for real pictures."""
    return d_loss(real_logits, fake_logits) + 0.1 * ops.mean(real_logits)


def new_infogan(
    seed, steps, weight=1.0, trust_from=trust_from, maps=maps, loudness=loudness, apart=False
):
    """Compiled for so many steps; for the last quarter of them the rates drop to a fifth."""

    def optimizer():
        rate = keras.optimizers.schedules.PiecewiseConstantDecay([steps * 3 // 4], [4e-3, 8e-4])
        return keras.optimizers.Adam(rate, beta_1=0.5)

    keras.utils.set_random_seed(seed)
    networks = loud_generator(maps, loudness), two_headed_network(maps, apart)
    gan = InfoGAN(
        *networks,
        smooth_d_loss,
        g_loss,
        weight=weight,
        trust_from=trust_from,
        bounds=(category_bound, code_bound, agreement),
        seed=seed,
    )
    # XLA cannot shake
    gan.compile(optimizer(), optimizer(), steps_per_execution=10, jit_compile=False)
    return gan


# %% [markdown]
# The callback `CategoryErrors` looks on: after each round $Q$ reads test digits, and it counts the digits whose category stands for another class. (Categories are matched with classes on *training* pictures, one to one, so that the fewest are wrong, by the *Hungarian method*. The networks see no label. We did: such errors, on other seeds, chose this chapter's settings.)


# %%
def generator_inputs(c1, codes, z):
    """From categories (n,), codes (n, 2) and noise, (n, 62) or one for all (62,), to (n, 74)."""
    z = np.broadcast_to(z, (len(c1), 62))
    return np.concatenate([z, np.eye(10)[c1], codes], axis=1).astype("float32")


def pictures_of(gan, c1, codes, z):
    """What a generator makes of categories, codes and noise: pictures (n, 28, 28, 1)."""
    return gan.generator.predict(generator_inputs(c1, codes, z), batch_size=500, verbose=0)


def read(gan, x, looks=0):
    """What Q says about pictures: categories (n,), codes (n, 2).

    From so many shaken looks, their ln Q added up; 0: from the pictures as they are.
    """
    seen = [np.asarray(gan.shake(x)) for _ in range(looks)] or [x]
    heads = [gan.discriminator.predict(pictures, batch_size=1000, verbose=0) for pictures in seen]
    log_q = sum(np.asarray(ops.log_softmax(head["category"])) for head in heads)
    return log_q.argmax(axis=1), np.mean([head["mean"] for head in heads], axis=0)


class CategoryErrors(keras.callbacks.Callback):
    """The error of c1 after each round: one look at 2,000 test pictures."""

    def on_train_begin(self, logs=None):
        self.errors = []

    def on_epoch_end(self, epoch, logs=None):
        c1_train, c1_test = (read(self.model, x[:2000])[0] for x in (x_train, x_test))
        error = metrics.clustering_error(c1_train, y_train[:2000], c1_test, y_test[:2000])
        self.errors.append(error)


# %% [markdown]
# Train. Each row below shows $c_1$ from 0 to 9, everything else the same. (If interrupted, the training goes on after its last whole round when you run the cells again: section 7.)

# %% tags=["nbval-ignore-output"]
infogan = new_infogan(runtime.seed(11), rounds * round_steps)
settings = x_train, round_steps, rounds, runtime.seed(11), Path.cwd()
resume = Resume(Path(tempfile.gettempdir()) / "infogan", infogan, *settings)
# import shutil; shutil.rmtree(resume.folder)  # to begin afresh
three_z = np.random.default_rng(runtime.seed(12)).normal(size=(3, 62))
row = generator_inputs(np.arange(10), np.zeros((10, 2)), three_z[0])
watch_infogan = CategoryErrors()
callbacks = [resume, watch_infogan, Snapshots(row, every=max(1, rounds // 8))]
infogan_history = infogan.fit(
    x_train,
    batch_size=batch // 2,
    epochs=rounds,
    steps_per_epoch=round_steps,
    verbose=0,
    callbacks=callbacks,
).history

# %% tags=["nbval-ignore-output"]
l_info, agreed = infogan_history["category"], infogan_history["agreement"]
errors_by_round = np.array(watch_infogan.errors)
steps = (np.arange(rounds)[-len(l_info) :] + 1) * round_steps  # a resumed run knows those since
fig, (ax, ax_error) = plt.subplots(1, 2, figsize=(9, 3.4))
ax.plot(steps, l_info, "o-", label="$L_I$ of c₁, generated pictures")
ax.plot(steps, agreed, "s-", label="agreement, real pictures")
ax.axhline(np.log(10), color="0.4", linestyle="--", label="ln 10")
ax.axvline(infogan.trust_from, color="0.7", linewidth=1)
ax.set(xlabel="step", ylabel="nats, mean of the round", ylim=(-1.2, 2.5))
ax.set_title("Readable at once …")
ax.legend(loc="lower right")
ax_error.plot(steps, 100 * errors_by_round, "o-")
ax_error.axvline(infogan.trust_from, color="0.7", linewidth=1)
ax_error.set(xlabel="step", ylabel="error of c₁ on real digits (%)", ylim=(0, None))
ax_error.set_title("… and the digit only in time")
plots.show(
    fig,
    "Left: the bound on the information about the category, by step, ends at"
    f" {l_info[-1]:.2f} nats of at most 2.30, and the agreement of two looks at real pictures at"
    f" {agreed[-1]:.2f}. A line marks the step from which agreement is asked. Right: the error of"
    f" the category as a reader of real digits goes from {errors_by_round[0]:.0%} after the first"
    f" round to {errors_by_round[-1]:.0%}.",
)

# %% [markdown]
# Left: $c_1$ can be read off generated pictures after the first round. Right: what is understood need not be the digit. After that round many of the real digits are filed in a wrong category. Agreement rises before it is asked for (the line); asked for, it ends at 2.21 nats, and without at 1.97 (section 6). (The curve is of the first 2,000 test pictures, which are harder than MNIST's others; section 6 takes 10,000.)
#
# ### What we see
# Three rows, one noise a row; along a row only $c_1$ changes.

# %% tags=["nbval-ignore-output"]
inputs = np.tile(np.arange(10), 3), np.zeros((30, 2)), np.repeat(three_z, 10, axis=0)
plots.images(
    pictures_of(infogan, *inputs),
    columns=10,
    row_labels=[f"noise {k}" for k in (1, 2, 3)],
    title="Along a row: c₁ from 0 to 9, all else the same",
    says=(
        "Three rows of ten generated pictures, the category going from 0 to 9 along each row, with"
        " three noises."
    ),
)

# %% [markdown]
# Each column is one digit in all three rows: that is what $c_1$ means. How wide the digit is, and details, are left to the noise.
#
# ## 6 · What have the codes come to mean?
# ### Is c₁ the class?
# Let $Q$ read all test pictures: once as they are, and once in eight shakes, its $\ln Q$ added up (*test-time augmentation*; $Q$ was trained on shaken pictures only). Against it: ten clusters by $k$-means of the pixels.

# %% tags=["nbval-ignore-output"]
x_match, y_match = x_train[:tests], y_train[:tests]  # to match clusters with classes
errors = {}
for name, looks in (("c₁, one look", 0), ("c₁, eight looks", 8)):
    c1_match, _ = read(infogan, x_match, looks)
    c1_test, codes_test = read(infogan, x_test, looks)
    errors[name] = metrics.clustering_error(c1_match, y_match, c1_test, y_test)
k_means = KMeans(10, n_init=3, random_state=runtime.seed(13)).fit(x_match.reshape(-1, 784))
clusters = k_means.predict(x_test.reshape(-1, 784))
errors["k-means, pixels"] = metrics.clustering_error(k_means.labels_, y_match, clusters, y_test)
print(", ".join(f"{name} {100 * error:.1f} %" for name, error in errors.items()))

# %%
counts = np.zeros((10, 10), int)  # of test pictures, category by digit
np.add.at(counts, (c1_test, y_test), 1)
claim("L_I for c1, last round", l_info[-1], at_least=2.2, at_most=float(np.log(10)), unit="nats")
claim("agreement of two looks, last round", agreed[-1], at_least=2.0, unit="nats")
claim(
    "error of c1 on test pictures, eight looks",
    errors["c₁, eight looks"],
    at_most={"mnist": 0.06, "offline": 0.16},
)
claim("the same, one look", errors["c₁, one look"], at_most={"mnist": 0.06, "offline": 0.18})
claim("error of k-means on pixels", errors["k-means, pixels"], at_least=0.4)
claim("share of the smallest category", counts.sum(axis=1).min() / counts.sum(), at_least=0.05)
claim(
    "digits that are the main one of some category",
    len(np.unique(counts.argmax(axis=1))),
    at_least={"mnist": 10, "offline": 9},
)

# %% tags=["nbval-ignore-output"]
fig, ax = plt.subplots(figsize=(5.2, 4.2))
ax.imshow(counts, cmap="Blues")
for i, j in zip(*np.nonzero(counts), strict=True):
    colour = "white" if counts[i, j] > counts.max() / 2 else "black"
    ax.annotate(counts[i, j], (j, i), ha="center", va="center", fontsize=7, color=colour)
ax.set(xlabel="digit", ylabel="c₁, as Q reads it in eight looks")
ax.set(xticks=range(10), yticks=range(10), title="Which category is which digit")
ax.grid(visible=False)
main = counts.max(axis=1, keepdims=True)
others = np.where(counts == main, 0, counts)
category, digit = np.unravel_index(others.argmax(), others.shape)
stands_for = counts[category].argmax()
plots.show(
    fig,
    "A table of ten categories by ten digits, counts of test pictures. The largest count outside a"
    f" row's main digit: {others.max()} pictures of a {digit} in the category of the {stands_for}.",
)

# %% [markdown]
# Each row has one main digit. Which pictures went to the largest wrong box?

# %% tags=["nbval-ignore-output"]
strays = x_test[(c1_test == category) & (y_test == digit)][:24]
plots.images(
    strays,
    columns=12,
    scale=0.8,
    title=f"{digit}s that were filed with the {stands_for}s",
    says=(
        f"Up to 24 of the {others.max()} test pictures of a {digit} that Q put into the category"
        f" of the {stands_for}."
    ),
)

# %% [markdown]
# In the printed run these 24 are nearly all sevens with a bar across, filed with the 2s; there are 120, of 265 errors. Perhaps $G$ hardly draws such sevens: nothing teaches $Q$ where they belong, and two looks agree, on the wrong box.
#
# No label took part in this training, though errors on test labels chose its settings; ten clusters were given ten names afterwards. (The paper reports 5 % of errors, without shake and agreement.)
#
# ### What is each remedy for?
# Smaller things aside, the game differs from chapter 07's in four: the information term, the loudness, the agreement and the shake. Take away one of the first three (an *ablation*; without the shake two looks would be one). First what we call the **plain GAN**, without all three: $\lambda = 0$, all inputs equally loud, no agreement, and $Q$ apart, so that it looks on and nothing more. (The column “correlation” is explained with the knobs.)
#
# ### Exercise · the plain GAN
# What will $c_1$ do in that generator?
# - `"a"`: choose the class all the same, since one-hot inputs suit classes best
# - `"b"`: nothing in particular: it is noise like $z$
# - `"c"`: it cannot be said, because without those three the training does not work
# - `"d"`: spoil the pictures

# %%
ex.no_term.check(...)  # @exercise

# %% tags=["nbval-ignore-output"]
by_change = runtime.evidence("error")
knobs = runtime.evidence("correlation")
agreements = runtime.evidence("agreement")
print(f"\n{'':32}{'error of c1 (%)':>22}{'agreement':>12}{'correlation':>14}")
for name, found in by_change.items():
    low, middle, high = min(found), np.median(found), max(found)
    error = f"{middle:.1f} ({low:.1f} to {high:.1f})"
    others = f"{np.median(agreements[name]):12.2f}{np.median(knobs[name]):14.2f}"
    print(f"{name:32}{error:>22}{others}   {len(found)} runs")

fig, ax = plt.subplots(figsize=(7.5, 3.4))
for k, found in enumerate(by_change.values()):
    ax.plot(found, np.full(len(found), k), "o", alpha=0.7)
ax.set(yticks=range(len(by_change)), yticklabels=list(by_change), ylim=(len(by_change) - 0.5, -0.5))
ax.set(xlabel="error of c₁ in eight looks (%), a point for each run", xscale="log")
ax.set(xticks=[3, 5, 10, 20, 50], xticklabels=[3, 5, 10, 20, 50])
ax.set_title("Agreement helps, and alone it collapses")
plots.show(
    fig,
    "Errors of c1, a row for each kind of run and a point for each run. Medians: "
    + ", ".join(f"{name} {np.median(found):.1f} %" for name, found in by_change.items())
    + ".",
)

# %%
typical = {name: np.median(found) for name, found in by_change.items()}
claim(
    "median error of the runs as in this chapter",
    typical["as in this chapter"],
    at_most={"mnist": 4, "offline": 6},
    unit="%",
    exact=True,
)
claim("the same, plain GAN", typical["plain GAN"], at_least=40, unit="%", exact=True)
claim(
    "the same, plain GAN with agreement alone",
    typical["plain GAN with agreement alone"],
    at_least=80,
    unit="%",
    exact=True,
)
claim(
    "median correlation of a code, no information term",
    np.median(knobs["no information term"]),
    at_most=0.4,
    exact=True,
)

# %% [markdown]
# The last column counts the runs (two to five of a kind). Each made as many steps as the one above. On MNIST:
# - The **plain GAN**'s $c_1$ is only loosely the class: 52 to 63 % wrong, where one category for everything has 89 %.
# - **Without the information term**, $Q$ apart, but loud: 4 to 12 %. Ten loud inputs, of which one is on, find most of the classes although nobody asked $G$ for it. What does not come is a knob: $c_2$ and $c_3$ correlate with slant or stroke width (measured below) by 0.16, with the term by 0.77 (medians of the better code). A number between −1 and 1 does not become a knob by being loud; somebody has to ask for it.
# - **Without the agreement** three runs end between 3.4 and 8.9 %. With it, five runs (other seeds than above) end between 2.7 and 2.8 %.
# - **Loudness** made no visible difference (2.7 to 3.2 % without it), with the other two there.
# - **Agreement alone** (what is generated is not read at all) is full, 2.30 of 2.30 nats, and useless: all pictures lie in one category. That is the collapse of section 4, and the best agreement in the table.
#
# > **When it fails.** Part of one digit joins another's category and stays there, since each answer is sure. Our barred sevens are a mild case. On the offline digits, which come from few originals, four runs of eight ended at 3.3 %, two at 9 %, two at 14 %. What to do: look at the pictures in each category; compare runs, without labels, by their agreement where it was *not* trained; start agreement later; weaken the shake; take another seed.
#
# ### The knobs
# Now $c_2$ and $c_3$: from −2 to 2, that is, twice as far as they ever went in training (*latent traversals*). Three rows for each code, with three categories (their numbers are $Q$'s own: category 2 need not be the digit 2).

# %% tags=["nbval-ignore-output"]
values, rest = np.linspace(-2, 2, 11), np.zeros(11)
turn_c2, turn_c3 = np.stack([values, rest], axis=1), np.stack([rest, values], axis=1)
strips = (
    np.repeat([2, 5, 8, 2, 5, 8], 11),
    np.concatenate([turn_c2] * 3 + [turn_c3] * 3),
    three_z[0],
)
plots.images(
    pictures_of(infogan, *strips),
    columns=11,
    row_labels=[f"{name}, c₁ = {c}" for name in ("c₂", "c₃") for c in (2, 5, 8)],
    title="Along a row: one code from −2 to 2; training used −1 to 1",
    says=(
        "Six rows of eleven generated pictures, one code going from −2 to 2 along each row: three"
        " rows for c2 and three for c3, each with another category."
    ),
)

# %% [markdown]
# $c_2$ seems to thin the strokes, until some digits break up; $c_3$ sets a leaning digit upright. Measure both. The **slant** of a stroke is the slope of a line through its ink. With rows $i$ and columns $j$ counted from the ink's centre, and ink $x_{ij}$ as weights,
#
# $$ \text{slant} = -\frac{\mu_{11}}{\mu_{20}}, \qquad \mu_{11} = \sum_{i,j} x_{ij}\, i\, j, \qquad \mu_{20} = \sum_{i,j} x_{ij}\, i^2, $$
#
# with sums (*image moments*) over all pixels. It says how far the best line (the regression of column on row) moves to the right for each pixel upwards; rows are counted downwards, hence the minus.
#
# ### Exercise · slant
# With NumPy, for many pictures at once: an array (n, rows, columns) in, an array (n,) out. The centre is that of the ink, the mean row and the mean column, weighted with $x$.

# %%
slant = ex.slant.check(...)  # @exercise

# %% [markdown]
# The **stroke width**: the area of the ink, divided by the length of its skeleton, a line one pixel thin along the middle of the strokes. Test both: shear real digits by a known amount, and measure bars of known width.


# %%
def stroke_width(x):
    """Pixels of ink (above ½) per pixel of skeleton, shape (n,), of pictures (n, rows, columns)."""
    ink = np.asarray(x) > 0.5
    return np.array([picture.sum() / max(skeletonize(picture).sum(), 1) for picture in ink])


def input_correlations(gan, seed, measures):
    """|Correlation| of each of the 74 inputs with each measure of the picture: (measures, 74)."""
    rng, size = np.random.default_rng(seed), budget(smoke=200, quick=2000, full=5000)
    inputs = rng.integers(0, 10, size), rng.uniform(-1, 1, (size, 2)), rng.normal(size=(size, 62))
    pictures = pictures_of(gan, *inputs)[..., 0]
    columns = generator_inputs(*inputs).T
    measured = [np.asarray(measure(pictures)) for measure in measures]
    return np.abs([np.corrcoef(values, columns)[0, 1:] for values in measured])


# %%
originals = x_test[:200, ..., 0].astype("float64")
shear = np.array([[1, 0], [0.3, 1]])  # row i of the result shows column j + 0.3·i
shift = 0, -0.3 * 13.5
sheared = np.array([affine_transform(x, shear, offset=shift, order=1) for x in originals])
change = np.median(np.asarray(slant(sheared)) - np.asarray(slant(originals)))
bars = np.zeros((5, 28, 28))
for k in range(5):
    bars[k, 3:25, 10 : 11 + k] = 1  # widths 1 to 5
widths = stroke_width(bars)
print(f"sheared by 0.3: slant changes by {change:.3f}; bars of width 1 to 5: {widths.round(1)}")

claim(
    "slant of sheared digits minus slant before, median",
    change,
    at_least=0.29,
    at_most=0.31,
    exact=True,
)
claim(
    "width of bars, largest relative error",
    np.abs(widths / np.arange(1, 6) - 1).max(),
    at_most=0.35,
    exact=True,
)

# %% [markdown]
# How does each input, code or noise, correlate with what is measured?

# %% tags=["nbval-ignore-output"]
measures = {"slant": slant, "stroke width": stroke_width}
correlation = input_correlations(infogan, runtime.seed(14), measures.values())
print(f"L_I of c2 and c3 together, last round: {infogan_history['codes'][-1]:.2f} nats")
print(f"{'|correlation|':16}{'c2':>8}{'c3':>8}{'best z':>10}")
for name, r in zip(measures, correlation, strict=True):
    print(f"{name:16}{r[72]:8.2f}{r[73]:8.2f}{r[:62].max():10.2f}")

# %%
claim(
    "largest |correlation| of c2, c3 with slant or stroke width",
    correlation[:, 72:].max(),
    at_least=0.4,
)
claim(
    "largest |correlation|: best code minus best noise",
    correlation[:, 72:].max() - correlation[:, :62].max(),
    at_least=0,
)

# %% [markdown]
# In the printed run $c_2$ is mostly stroke width (0.81) and $c_3$ slant (0.61); the best of 62 noises has 0.18. Which code took which job is chance: no term asks that a code does *one* thing, or one that people have a word for. (Codes that do are *disentangled*.)
#
# ### Information with what is known
# Mutual information sees any relation, not only straight lines: on *real* test pictures, how much does each code that $Q$ reads tell about each known factor? On MNIST the factors are the class and the two measures; on the offline digits the class and the true rotation, slant and stroke. Numbers are cut into ten bins with equally many pictures each.


# %% tags=["nbval-ignore-output"]
def binned(a):
    """Ten bins with equally many in each; classes as they are."""
    if a.dtype.kind == "i":
        return a
    edges = np.quantile(a, np.linspace(0, 1, 11)[1:-1])
    return np.searchsorted(edges, a)


def shared(a, b):
    """Mutual information of two variables from a table of counts, nats."""
    counts = np.zeros((10, 10))
    np.add.at(counts, (binned(a), binned(b)), 1)
    return float(information.mutual_information(counts / counts.sum(), unit="nats"))


if offline:
    known = digits.factors["test"]
    factors = {name: known[name][:tests] for name in ("rotation", "slant", "stroke")}
else:
    factors = {name: measure(x_test[..., 0]) for name, measure in measures.items()}
factors = {"class": y_test, **factors}
read_codes = {"c1": c1_test, "c2": codes_test[:, 0], "c3": codes_test[:, 1]}
read_codes["shuffled"] = np.random.default_rng(runtime.seed(15)).permutation(c1_test)
shares = np.array([[shared(f, code) for code in read_codes.values()] for f in factors.values()])

print(f"{'nats':14}" + "".join(f"{name:>10}" for name in read_codes))
for name, line in zip(factors, shares, strict=True):
    print(f"{name:14}" + "".join(f"{value:10.3f}" for value in line))

# %%
claim(
    "information of c1 about the class, real test pictures",
    shares[0, 0],
    at_least={"mnist": 2.0, "offline": 1.8},
    unit="nats",
)
claim("the same with c1 shuffled", shares[0, 3], at_most=0.06, unit="nats", exact=True)
claim(
    "information about the class: c1 minus the better of c2, c3",
    shares[0, 0] - shares[0, 1:3].max(),
    at_least=1.0,
    unit="nats",
)

# %% [markdown]
# Read the table by its columns. $c_1$ is about the class before all, in the printed run $c_2$ about stroke width (0.66 nats) and $c_3$, more weakly, about slant (0.17): on real pictures the codes mean what they mean on generated ones. (Slant came through in spite of the shake, which blurs it and does not erase it.) The last column, a $c_1$ dealt out at random, is what so many pictures give by chance (about $9 \cdot 9/(2 \cdot 10{,}000) = 0.004$ nats, the bias that the *Miller–Madow correction* removes).
#
# ## 7 · A closed laptop
# Keras's callback `BackupAndRestore` writes a checkpoint after every round, and `fit`, called again, goes on from there. But our model has *two* optimizers of its own. Does the checkpoint hold them? Train a small one, break off after an epoch, build everything anew with other random weights, and look.


# %%
class LidCloses(Exception):
    """What happens to laptops."""


def close_the_lid(epoch, logs):
    if epoch == 1:
        raise LidCloses


def state(gan):
    """All weights, and all variables of both optimizers, in one row."""
    variables = [*gan.weights, *gan.d_optimizer.variables, *gan.g_optimizer.variables]
    arrays = [ops.convert_to_numpy(v).ravel() for v in variables]
    return np.concatenate(arrays).astype("float64")


x_few = x_train[:400]
first = new_infogan(runtime.seed(8), 48, maps=4)
folder = tempfile.mkdtemp()
stop = keras.callbacks.LambdaCallback(on_epoch_begin=close_the_lid)
backup = keras.callbacks.BackupAndRestore(folder)
try:
    first.fit(x_few, batch_size=25, epochs=3, verbose=0, callbacks=[backup, stop])
except LidCloses:
    broken_off = state(first)

# %%
second = new_infogan(runtime.seed(9), 48, maps=4)
fresh = state(second)
began = {}  # epoch: the state in which it began
witness = keras.callbacks.LambdaCallback(
    on_epoch_begin=lambda epoch, logs: began.update({epoch: state(second)})
)
backup = keras.callbacks.BackupAndRestore(folder)
second.fit(x_few, batch_size=25, epochs=3, verbose=0, callbacks=[backup, witness])
g_steps = int(second.g_optimizer.iterations)
print(
    f"the second training ran the epochs {[epoch + 1 for epoch in began]}; G made {g_steps} steps"
)

claim("resumed at epoch", min(began) + 1, at_least=2, at_most=2, exact=True)
claim(
    "state when resumed minus state when broken off, largest entry",
    np.abs(began[1] - broken_off).max(),
    at_most=0,
    exact=True,
)
claim("the same for a fresh model", np.abs(fresh - broken_off).max(), at_least=0.01, exact=True)
claim("steps of G's optimizer after both", g_steps, at_least=48, at_most=48, exact=True)
claim("the file is gone when the training is done", not any(Path(folder).glob("*")), exact=True)

# %% [markdown]
# It does: Keras saves the layers, optimizers and metrics among the model's attributes, if they are *built* before `fit` (`GAN` builds both optimizers in `compile`). The noise's seeds are not saved, and a temporary folder is lost when Colab's runtime ends. Section 5 used the package's `Resume`, a `BackupAndRestore` that also refuses the backup of a different run (another $\lambda$, layer or data set).
#
# ## 8 · What to take away
# | question | answer |
# | --- | --- |
# | why must $D$ see the order? | without it, swapped orders cost nothing |
# | is obedience enough? | one picture per class obeys perfectly; the distances find it out |
# | what does InfoGAN add to the game? | $-\lambda L_I(G, Q)$, with $L_I = \mathbb E \ln Q(c\|x) + H(c) \le I(c; x)$ |
# | why is no posterior needed? | $Q$ stands in for it, and we drew $c$ ourselves |
# | what ties the categories to real pictures? | two looks at each have to get the same answer; generated pictures keep the ten in equal use |
# | what did the terms do here? | the information term made the knobs; loud codes with agreement put 88 to 96 % of the digits into the right category even without it; both together were best; agreement alone collapses |
# | what do codes mean? | what was measured, no more: the names are ours |
#
# | symptom | likely cause | what helps |
# | --- | --- | --- |
# | each order gives one picture | $G$ has lost its noise (*mode collapse*, class by class) | measure within classes; a $D$ nearer to its best (a faster one); *minibatch standard deviation* |
# | two digits share a category | often: no term on real pictures, or a bad start | agreement of two looks; compare it between runs; train again |
# | $L_I$ is full, categories are no digits | they are places, angles, widths | shake; agreement; train longer |
#
# **Ask yourself.** (1) Your $L_I$ for ten categories is 2.6 nats. What went wrong? (2) With $\lambda = 1000$, what will the pictures look like?
#
# <details><summary>Answers</summary>
#
# (1) It exceeds $H(c) = 2.30$: a bug, in the sign, the entropy or the mean, or logits taken for logarithms of probabilities. (2) $D$ hardly counts: $G$ draws whatever $Q$ reads best, ten clear marks that need not be digits.
#
# </details>
#
# **If you read the sources** (chapter 00 says who they are), mind their slips: the [appendix](99_corrections_to_the_sources.ipynb) has those of this chapter in rows 25, 46, 65 and 66.
#
# **Use and misuse.** A network finds structure without being told, also in faces or medical scans, where you may not want it found. Whoever names a code “age”, “gender” or “risk” has made a claim that needs measuring, on people who were not in the figure.

# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Laurent, slides (InfoGAN). Papers: M. Mirza and S. Osindero, *Conditional Generative Adversarial Nets*, 2014; T. Miyato and M. Koyama, *cGANs with Projection Discriminator*, 2018; A. Odena, C. Olah and J. Shlens, *Conditional Image Synthesis with Auxiliary Classifier GANs*, 2017; K. Shmelkov, C. Schmid and K. Alahari, *How good is my GAN?*, 2018 (GAN-test); X. Chen, Y. Duan, R. Houthooft, J. Schulman, I. Sutskever and P. Abbeel, *InfoGAN: Interpretable Representation Learning by Information
# Maximizing Generative Adversarial Nets*, 2016; D. Barber and F. Agakov, *The IM Algorithm: A Variational Approach to Information Maximization*, 2003 (the bound); S. Zhao, Z. Liu, J. Lin, J.-Y. Zhu and S. Han, *Differentiable Augmentation for Data-Efficient GAN Training*, 2020; D.-H. Lee, *Pseudo-Label*, 2013; X. Ji, J. F. Henriques and A. Vedaldi, *Invariant Information Clustering for Unsupervised Image Classification and Segmentation*, 2019 (agreement without a generator: the entropy of the answers in place of ln 10).
#
# **Next**: [10, the ethics of generative models](10_ethics_of_generative_models.ipynb): what all this is used for, and what can be measured about it.
