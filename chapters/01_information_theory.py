# %% [markdown]
# # 01 · Information theory: what is a pixel worth?
#
# **You need** Python with NumPy, logarithms, and the idea of a probability. [Chapter 00](00_start_here.ipynb) shows how
# exercises work. **It runs in** {{minutes}} on two CPU cores; with the exercises, allow an evening.
#
# A friend reads you a picture of a handwritten digit over the telephone, one grey level at a time. “Black. Black. Black. Black …”
# After the hundredth “black” you stop listening. Then: “One hundred and twenty-eight.” You sit up.
#
# What did that word have that the others had not? This chapter gives it a number, and then asks the questions that the rest of
# the course lives on. How short could the call be? What does it cost to talk in a code made for somebody else's pictures? How
# far apart are two beliefs about the world? And if the line crackles, how much gets through? Each answer is a loss function
# that you will train with later: cross-entropy in every chapter, KL divergences in 03 and 06, Jensen–Shannon in 07, mutual
# information in 09.
#
# When you are through, you can
# - turn a probability into bits or nats, and say what a measured entropy promises about compression, and what it does not;
# - explain KL divergence as the price of a wrong belief, say when it is infinite, and what changes when you swap its arguments;
# - write a cross-entropy that survives a logit of 100, and say why the obvious one does not;
# - use the closed forms for coins and Gaussians, and check such a formula with random numbers;
# - measure how much one variable tells about another.

# %% tags=["nbval-ignore-output"]
import heapq
import zlib

import numpy as np
from scipy.optimize import minimize

from course_utils import data, plots, runtime
from course_utils.exercises import ch01 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=1)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from ipywidgets import interact

digits = data.load_digits()

# %% [markdown]
# Two settings. `budget` picks the first value when only the code is being tested, the second on a laptop, the third on request.

# %%
images = budget(smoke=500, quick=10_000, full=60_000)  # how many digits the compression experiment reads
draws = budget(smoke=10_000, quick=1_000_000, full=1_000_000)  # random numbers for the Monte Carlo check

# %% [markdown]
# ## 1 · Surprise
# Here is what your friend is looking at.

# %% tags=["nbval-ignore-output"]
plots.images(
    digits.x_train[:20],
    columns=10,
    title="The first twenty digits",
    says="Twenty handwritten digits in two rows, white strokes on black; most of each picture is black.",
)

# %% [markdown]
# The hundredth “black” told you nothing because you knew it was coming. So let us measure news by how *improbable* it was.
# Write $P(x)$ for the probability of the event $x$, and demand two things: certain news is worth nothing, and two independent
# pieces of news are worth the sum of their worths. Probabilities of independent events multiply, so the measure has to turn
# products into sums. Only a logarithm does that:
#
# $$ I(x) = -\log_2 P(x) \quad\text{bits.} $$
#
# One **bit** is the news of a fair coin: $-\log_2 \frac12 = 1$. Halve the probability and you add a bit. The minus sign is there
# because the logarithm of a number below 1 is negative.

# %% [markdown]
# ### Exercise · surprise
# Write it for an array of probabilities, entry by entry. Replace the `...` and run the cell. If you leave it, the chapter goes on
# with our solution.


# %%
def surprise(p):
    """Surprise, in bits, of events with probabilities p, any shape."""
    ...  # your code here


surprise = ex.surprise.check(surprise)

# %% [markdown]
# If you are stuck, take the `#` off one of these lines. Every exercise has them: `ex.name.hint()`, `ex.name.solution()`.

# %%
# ex.surprise.hint()
# ex.surprise.solution()

# %% [markdown]
# Now the pixels. To know $P$ we count: a **histogram** $h(x)$ says how often each grey level $x$ occurs among $M$ pixels, and
# $P(x) = h(x)/M$. Here are all the training images, 256 grey levels, black = 0, white = 255.
#
# Before you run the cell, guess: how many bits is “black” worth? And a mid-grey? Is white worth more than grey, or less?

# %% tags=["nbval-ignore-output"]
pixels = np.round(digits.x_train * 255).astype("uint8").ravel()  # (M,) grey levels
h = np.bincount(pixels, minlength=256)  # (256,) how often each occurs
p_grey = h / pixels.size  # (256,) P(grey level)

levels = np.flatnonzero(h)  # the grey levels that occur
news = surprise(p_grey[levels])
plots.curves(
    levels,
    news,
    x_label="grey level (0 is black, 255 is white)",
    y_label="surprise (bits)",
    title="Black is no news, mid-grey is",
    says=f"Surprise against grey level: {news[0]:.2f} bits at black, then a jump to between {news[1:].min():.1f} and "
    f"{news.max():.1f} bits for every other level, lowest near white.",
    ylim=(0, None),
)

# %%
claim("surprise of a black pixel", surprise(p_grey[0]), at_least=0.3, at_most={"mnist": 0.31, "offline": 0.6}, unit="bits")
claim("least surprise of a grey, 32 to 223", surprise(p_grey[32:224]).min(), at_least=9, unit="bits")
claim("least surprise near white, 240 to 255", surprise(p_grey[240:]).min(), at_most=6, unit="bits")

# %% [markdown]
# On MNIST four pixels out of five are black, so “black” is worth 0.31 bits: less than the answer to a yes–no question. The greys
# between cost 9 bits and more. Look at the right end, where the curve comes down: strokes have a white core, so near-white
# is fairly common, and so less of a surprise than the greys, which only occur on the edges of strokes.
#
# ### Bits, nats, hartleys
# The base of the logarithm is a unit, like metres and feet. Base 2 gives bits, base $e$ gives **nats** (in Keras's losses, and in
# physics), base 10 gives **hartleys**. One nat is $1/\ln 2 = 1.443$ bits. (Crowley's chapter says that physics uses base 10. It
# uses $e$.)

# %%
for unit, log in {"bits": np.log2, "nats": np.log, "hartleys": np.log10}.items():
    print(f"a rolled six, P = 1/6: {-log(1 / 6):.3f} {unit}")

# %% [markdown]
# ## 2 · Entropy
# One word of the call is worth $I(x)$. What is the call worth, per word? The average, with every grey level weighted by how
# often it comes. That average is the **entropy** of $P$:
#
# $$ H(P) = \sum_x P(x)\, I(x) = -\sum_x P(x) \log_2 P(x). $$
#
# The sum runs over all possible values $x$; in code, over the one axis of the array `p`.

# %% [markdown]
# ### Exercise · entropy
# One case needs thought. A grey level that never occurs has $P(x) = 0$ and infinite surprise. It must add nothing to the average.
# Why is that fair, and what does NumPy make of `0 * np.log2(0)`?


# %%
def entropy(p):
    """Entropy, in bits, of the distribution p, shape (N,)."""
    ...  # your code here


entropy = ex.entropy.check(entropy)

# %% [markdown]
# Try it on something you know. A coin that shows heads with probability $p$ has two outcomes, $p$ and $1 - p$. Where is its
# entropy largest?

# %%
p_heads = np.linspace(0, 1, 101)
plots.curves(
    p_heads,
    [entropy([p, 1 - p]) for p in p_heads],
    x_label="probability of heads",
    y_label="entropy (bits)",
    title="A fair coin is the hardest to predict",
    says="The entropy of a coin against its probability of heads: an arch from 0 bits at 0, up to 1 bit at one half, and "
    "back to 0 bits at 1.",
    marks={"fair: 1 bit": (0.5, 1.0)},
    ylim=(0, 1.15),
)

# %% [markdown]
# The arch is 0 at both ends, where you know the outcome, and 1 bit at the top. So entropy measures how *even* a distribution is:
# for $N$ equally likely values it is $\log_2 N$, the most that $N$ values can have; for a distribution with all its mass on one
# value (a **Dirac**) it is 0.

# %%
spread_out = {f"uniform, {n}": np.full(n, 1 / n) for n in (2, 4, 8)}
distributions = {"Dirac": np.array([1.0, 0.0]), "biased, 0.9": np.array([0.9, 0.1]), **spread_out}
plots.bars(
    distributions.keys(),
    [entropy(p) for p in distributions.values()],
    y_label="entropy (bits)",
    title="The more even, the more bits",
    says="Entropies as bars: Dirac 0 bits, a 0.9 to 0.1 coin 0.47 bits, uniform over 2, 4 and 8 values 1, 2 and 3 bits.",
)

# %%
claim("entropy of 8 equal values minus log2(8)", abs(entropy(np.full(8, 1 / 8)) - 3), at_most=1e-12, unit="bits", exact=True)
claim("entropy of a Dirac", entropy([1.0, 0.0]), at_most=0, unit="bits", exact=True)

# %% [markdown]
# Crowley's chapter words this the other way round (“measures the non-uniformity”) and gives “an entropy of 1” to the uniform
# distribution. The bars show the 1 for what it is: the case $N = 2$.
#
# ### How short can the call be?
# Here is why entropy matters. Suppose your friend may replace grey levels by code words of 0s and 1s, short words for frequent
# levels. Shannon proved that no such code needs fewer than $H$ bits a pixel on average, and that one bit more is always
# enough. The best code with whole words is Huffman's: join the two least probable symbols into one, again and again; each time,
# everything inside the joined symbol gets one bit longer.


# %%
def huffman_lengths(p):
    """Length, in bits, of each symbol's word in the best code for the distribution p, shape (N,)."""
    lengths = np.zeros(len(p), int)
    heap = [(p[i], i, [i]) for i in np.flatnonzero(p)]  # (probability, tie-breaker, symbols inside)
    heapq.heapify(heap)
    while len(heap) > 1:
        p_a, _, a = heapq.heappop(heap)
        p_b, tie, b = heapq.heappop(heap)
        lengths[a + b] += 1
        heapq.heappush(heap, (p_a + p_b, tie, a + b))
    return lengths


# %% [markdown]
# We let it compete with `zlib`, the compressor inside PNG and zip files, on the same pixels. Place your bets: entropy is a lower
# bound, Huffman is within one bit of it. Where will zlib end up?

# %%
stream = pixels[: images * 784]  # the first images, pixel by pixel
p = np.bincount(stream, minlength=256) / stream.size
H = entropy(p)
huffman = p @ huffman_lengths(p)  # average length of a word
zipped = 8 * len(zlib.compress(stream.tobytes(), level=9)) / stream.size

rng = np.random.default_rng(runtime.seed(1))
shuffled = 8 * len(zlib.compress(rng.permutation(stream).tobytes(), level=9)) / stream.size

# %% tags=["nbval-ignore-output"]
plots.bars(
    ["raw", "entropy", "Huffman", "zlib", "zlib, shuffled"],
    [8, H, huffman, zipped, shuffled],
    y_label="bits per pixel",
    title="zlib undercuts the entropy, until the pixels are shuffled",
    says=f"Bits per pixel: raw 8, entropy {H:.2f}, Huffman {huffman:.2f}, zlib {zipped:.2f}, and zlib on shuffled pixels "
    f"{shuffled:.2f}.",
    fmt="%.2f",
)

# %%
claim("Huffman code minus entropy", huffman - H, at_least=0, at_most=1, unit="bits", exact=True)
claim("entropy minus zlib", H - zipped, at_least={"mnist": 0.2, "offline": 0.2}, unit="bits")
claim("zlib on shuffled pixels minus entropy", shuffled - H, at_least=0, unit="bits", exact=True)

# %% [markdown]
# Two things to notice. Huffman loses a little: black is worth 0.31 bits, yet no word is shorter than 1. And zlib gets *below* the
# entropy, which we called a lower bound. It is one, for words that are chosen pixel by pixel as if each pixel were drawn on its own.
# Pixels are not: after ten blacks the next is black almost surely. zlib sees those runs. Shuffle the pixels, which leaves the
# histogram as it was and destroys every run, and its advantage is gone.
#
# Remember this picture. An entropy belongs to a *model* of the data (here: pixels drawn one by one from a histogram). A better
# model makes a shorter call. Every network in this course is such a model.

# %% [markdown]
# ## 3 · Cross-entropy and KL: the price of a wrong belief
# Your friend has a code book made for pictures of the digit 1, where nearly everything is black. Today she reads you zeros. What
# comes down the line follows $P$ (zeros); the words were chosen by a belief $Q$ (ones). A value $x$ turns up with probability
# $P(x)$, and costs $-\log_2 Q(x)$. On average:
#
# $$ H(P, Q) = -\sum_x P(x) \log_2 Q(x) \qquad\text{the cross-entropy.} $$
#
# The best possible belief is $Q = P$, and then the cost is $H(P)$. It does *not* drop to zero when the two agree (as Crowley's
# chapter has it): a fair die costs 2.585 bits a roll even if you know it to be fair. What drops to zero is the excess,
#
# $$ D_\mathrm{KL}(P \,\|\, Q) = H(P, Q) - H(P) = \sum_x P(x) \log_2 \frac{P(x)}{Q(x)}, $$
#
# the **Kullback–Leibler divergence**: bits wasted per value by believing $Q$ in a world that is $P$. It is never negative, and 0
# only for $Q = P$. We write $\mathrm{KL}(P\|Q)$ for short.

# %% [markdown]
# ### Exercise · cross-entropy
# What if $Q(x) = 0$ for an $x$ that does occur? Then the code book has no word for it, and the cost is infinite. Your function
# should say so; and where $P(x) = 0$, nothing must be added, whatever $Q$ says.


# %%
def cross_entropy(p, q):
    """Cross-entropy H(P, Q), in bits; p and q have shape (N,)."""
    ...  # your code here


cross_entropy = ex.cross_entropy.check(cross_entropy)


# %% [markdown]
# ### Exercise · KL divergence
# You may build it from what you have, or write the sum.


# %%
def kl(p, q):
    """Kullback-Leibler divergence KL(P‖Q), in bits; p and q have shape (N,)."""
    ...  # your code here


kl = ex.kl.check(kl)

# %% [markdown]
# First the identity, on random distributions, and the die. Then the telephone bill: the grey levels of all zeros and of all ones.

# %%
rng = np.random.default_rng(runtime.seed(2))
pairs = rng.dirichlet(np.ones(6), size=(1000, 2))  # 1,000 pairs of random distributions over 6 values
gaps = [cross_entropy(p, q) - (entropy(p) + kl(p, q)) for p, q in pairs]
die = np.full(6, 1 / 6)
claim("largest gap between H(P,Q) and H(P) + KL", np.abs(gaps).max(), at_most=1e-10, unit="bits", exact=True)
claim("smallest KL of 1,000 random pairs", min(kl(p, q) for p, q in pairs), at_least=0, unit="bits", exact=True)
claim("cross-entropy of a fair die with itself", cross_entropy(die, die), at_least=2.584, at_most=2.586, unit="bits", exact=True)
claim("KL of a fair die from itself", abs(kl(die, die)), at_most=1e-12, unit="bits", exact=True)

# %% tags=["nbval-ignore-output"]
grey = pixels.reshape(-1, 784)


def histogram(digit):
    """P(grey level) over all pixels of one digit, in 16 levels, shape (16,)."""
    return np.bincount(grey[digits.y_train == digit].ravel() // 16, minlength=16) / (784 * np.sum(digits.y_train == digit))


zeros, ones = histogram(0), histogram(1)
own, foreign, waste = entropy(zeros), cross_entropy(zeros, ones), kl(zeros, ones)
print(f"zeros in their own code:    {own:.3f} bits a pixel")
print(f"zeros in the code for ones: {foreign:.3f} bits a pixel")
print(f"wasted: {waste:.3f} bits a pixel, {784 * waste:.0f} bits a picture")
print(f"the other way round, ones in the code for zeros: {784 * kl(ones, zeros):.0f} bits a picture")

# %%
claim("bits wasted on a zero in the code for ones", 784 * waste, at_least={"mnist": 75, "offline": 12}, at_most=80, unit="bits")
claim("bits wasted on a one in the code for zeros", 784 * kl(ones, zeros), at_least={"mnist": 60, "offline": 12}, at_most=70, unit="bits")

# %% [markdown]
# On MNIST the wrong code book wastes 77 bits on every picture of a zero, and 62 on a one the other way round: KL is not a
# distance, since $\mathrm{KL}(P\|Q) \ne \mathrm{KL}(Q\|P)$.
#
# ### A loss you know already
# Train a classifier, and $P$ is the label: all its mass on the true class (a Dirac, $H(P) = 0$). Then cross-entropy and KL are the
# same, and both shrink to one term, $-\log Q(\text{true class})$: the surprise of the network at the truth. Suppose it gave the truth a
# probability of 0.012.

# %%
q_true = np.linspace(0.002, 1, 500)
plots.curves(
    q_true,
    -np.log(q_true),
    x_label="probability that the network gave to the true class",
    y_label="cross-entropy (nats)",
    title="Being sure and wrong is expensive",
    says="The loss, minus the natural logarithm of the predicted probability, falls from over 6 nats near 0 to 0 nats at 1; "
    "at 0.012 it is 4.42 nats.",
    marks={"p = 0.012: 4.42 nats": (0.012, -np.log(0.012))},
)

# %%
claim("loss at p(true) 0.012, in nats", -np.log(0.012), at_least=4.42, at_most=4.43, unit="nats", exact=True)
claim("loss at p(true) 0.012, in bits", surprise(0.012), at_least=6.38, at_most=6.39, unit="bits", exact=True)

# %% [markdown]
# ### Which way round?
# Since $\mathrm{KL}(P\|Q)$ and $\mathrm{KL}(Q\|P)$ differ, a model trained on one of them behaves differently from a model trained
# on the other. Here is the smallest case. The truth $P$ has two bumps, at −2 and 2. The model $Q$ is a single Gaussian with a free
# mean and width, so it cannot be right. We fit it twice, once by **forward** KL, $\mathrm{KL}(P\|Q)$, once by **reverse** KL,
# $\mathrm{KL}(Q\|P)$.
#
# Predict before you run it. One of the fits will sit on a single bump and ignore the other. Which?
# - `"a"`: forward, $\mathrm{KL}(P\|Q)$
# - `"b"`: reverse, $\mathrm{KL}(Q\|P)$
# - `"c"`: neither, both cover the two bumps

# %%
answer = ...
ex.which_kl.check(answer)

# %%
x = np.linspace(-8, 8, 1601)  # a grid fine enough to take sums for integrals


def gaussian(mean, std):
    """Probabilities of N(mean, std²) on the grid, shape (1601,)."""
    density = np.exp(-0.5 * ((x - mean) / std) ** 2)
    return density / density.sum()


P = 0.5 * gaussian(-2, 0.6) + 0.5 * gaussian(2, 0.6)


def fit(divergence):
    """Mean and std of the single Gaussian that is best in the sense of `divergence(Q)`."""
    start = [0.5, 0.0]  # mean, log of std
    mean, log_std = minimize(lambda t: divergence(gaussian(t[0], np.exp(t[1])) + 1e-300), start, method="Nelder-Mead").x
    return mean, np.exp(log_std)


forward = fit(lambda Q: kl(P, Q))
reverse = fit(lambda Q: kl(Q, P + 1e-300))
plots.curves(
    x,
    {"truth P": P / 0.01, "forward KL(P‖Q)": gaussian(*forward) / 0.01, "reverse KL(Q‖P)": gaussian(*reverse) / 0.01},
    x_label="x",
    y_label="density",
    title="Forward KL covers both bumps, reverse KL picks one",
    says="The truth has equal bumps at −2 and 2. The forward fit is one broad Gaussian centred between them; the reverse fit "
    "is narrow and coincides with the bump at 2.",
)

# %%
claim("forward fit: mean", abs(forward[0]), at_most=0.01, exact=True)
claim("forward fit: std minus that of P", abs(forward[1] - np.sqrt(2**2 + 0.6**2)), at_most=0.01, exact=True)
claim("reverse fit: distance of its mean from the nearest bump", abs(abs(reverse[0]) - 2), at_most=0.05, exact=True)
claim("reverse fit: std minus that of the bump", abs(reverse[1] - 0.6), at_most=0.05, exact=True)

# %% [markdown]
# Forward KL weighs by $P$: wherever the truth has mass, $Q$ must have some too, or the surprise explodes. So it spreads out, and
# most of its samples fall in the valley where nothing ever happens (it copies the mean and the variance of $P$ exactly). Reverse KL
# weighs by $Q$: it pays only where the *model* puts mass, so it finds a bump it can fit and forgets the rest. We started the search
# slightly to the right; start it at −0.5 and it takes the other bump.
#
# Maximum likelihood is forward KL, and blurs. GANs lean the other way, and forget. You will see both: in chapter 06 and in
# chapter 07.

# %% [markdown]
# ### Jensen–Shannon: the divergence of a GAN
# Both directions have a flaw: they are infinite as soon as one side excludes what the other allows. The **Jensen–Shannon divergence**
# asks both for their KL from the midpoint $M = \frac12(P + Q)$, which excludes nothing that either allows:
#
# $$ \mathrm{JS}(P, Q) = \tfrac12 \mathrm{KL}(P\|M) + \tfrac12 \mathrm{KL}(Q\|M). $$
#
# It is symmetric, and at most 1 bit. We move two Gaussians apart and watch.


# %%
def js(p, q):
    """Jensen-Shannon divergence, in bits; p and q have shape (N,)."""
    m = (p + q) / 2
    return kl(p, m) / 2 + kl(q, m) / 2


distances = np.linspace(0, 6, 61)
apart = [(gaussian(-d / 2, 0.6), gaussian(d / 2, 0.6)) for d in distances]
js_apart = np.array([js(p, q) for p, q in apart])
plots.curves(
    distances,
    {"KL": [kl(p, q) for p, q in apart], "Jensen–Shannon": js_apart},
    x_label="distance between the means (both have a deviation of 0.6)",
    y_label="divergence (bits)",
    title="Jensen–Shannon levels off at one bit",
    says="Against the distance of two Gaussians, KL grows like a parabola and leaves the picture; the Jensen–Shannon divergence "
    "rises, bends, and is flat at 1 bit from a distance of about 3.",
    ylim=(0, 4),
)

# %%
claim("largest Jensen–Shannon divergence", js_apart.max(), at_most=1 + 1e-9, unit="bits", exact=True)
claim("rise of Jensen–Shannon between distances 5 and 6", js_apart[-1] - js_apart[50], at_most=1e-3, unit="bits", exact=True)

# %% [markdown]
# One bit has a meaning here. Someone tosses a fair coin, draws $x$ from $P$ on heads and from $Q$ on tails, and shows you $x$. JS is
# how much $x$ tells you about the coin. Once the two no longer overlap, $x$ gives the coin away: 1 bit, and no more to be had.
#
# That plateau is where GANs get stuck. When a discriminator can tell real from generated without error, moving a little closer
# changes nothing, so there is no slope to follow. Chapter 07 measures it.

# %% [markdown]
# ## 4 · Cross-entropy as networks compute it
# A network with one output says how probable “yes” is. It computes a **logit** $z$, any real number, and
# $a = \sigma(z) = 1/(1 + e^{-z})$ turns it into a probability. With the target $y$ (1 for yes, 0 for no, or a grey level between),
# the cross-entropy of the two coins is
#
# $$ H = -\bigl[\, y \ln a + (1 - y) \ln(1 - a) \,\bigr] \quad\text{nats.} $$
#
# The minus negates *both* terms. (Crowley's (11) has none, Canziani's has it on the first term only. Both “losses” can be negative.)
# Written down as it stands, it works, until it does not:


# %%
def naive_bce(z, y):
    """The formula as printed, in float32, as a network computes it."""
    with np.errstate(divide="ignore", over="ignore"):
        a = 1 / (1 + np.exp(-np.float32(z)))
        return -(y * np.log(a) + (1 - y) * np.log(1 - a))


for z in (2, 10, 100):
    print(f"logit {z:3d}, target 0: {naive_bce(z, 0.0):.3f} nats; it should be {np.logaddexp(0, z):.3f}")

# %% [markdown]
# ### Break it · how large a logit is too large?
# The *symptom* in practice is a loss of `inf` or `nan` somewhere in the third epoch. From which whole number $z$ on is
# `naive_bce(z, 0.0)` infinite? Experiment in the cell below, then answer. (A guess first: 89, where $e^z$ overflows in float32?)

# %%
# for z in ...: print(z, naive_bce(z, 0.0))
answer = ...
ex.breaking_point.check(answer)

# %% [markdown]
# *Cause*: for a large $z$, $\sigma(z)$ is so close to 1 that float32 stores exactly 1, and then $\ln(1 - 1) = -\infty$. *Fix*: never
# compute $\sigma$. Put it into the formula and simplify with pencil and paper:
#
# $$ H = \ln(1 + e^{z}) - z\,y. $$
#
# The first term is called *softplus*; Keras has it, written so that $e^z$ cannot overflow either. This is what `from_logits=True`
# does, and why every network in this course ends in logits.

# %% [markdown]
# ### Exercise · binary cross-entropy from logits
# This one will train networks, so use `keras.ops` rather than NumPy: the check also compiles it, with an unknown batch size, and looks
# at its gradient.


# %%
def bce_from_logits(z, y):
    """Binary cross-entropy, in nats, of logits z and targets y in [0, 1]; all of shape (batch, n)."""
    ...  # your code here


bce_from_logits = ex.bce_from_logits.check(bce_from_logits)

# %%
z = np.linspace(-100, 100, 401, dtype="float32")[:, None]  # (401, 1) logits, far beyond the breaking point
y = np.linspace(0, 1, 401, dtype="float32")[:, None]
ours = np.ravel(bce_from_logits(z, y))
keras_bce = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
claim("largest difference from Keras's loss", np.abs(ours - np.ravel(keras_bce(y, z))).max(), at_most=1e-4, unit="nats", exact=True)
claim("largest loss is finite", bool(np.isfinite(ours).all()), exact=True)

# %% [markdown]
# ### Many classes, and the simplest gradient there is
# With $K$ classes the network has $K$ logits $z_k$, and the **softmax** makes them a distribution (the sum has an index of its own,
# $j$):
#
# $$ a_k = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}, \qquad H = -\sum_{k=1}^{K} y_k \ln a_k. $$
#
# For a one-hot $y$ only the true class is left: $H = -\ln a_\text{true}$, minus the logarithm of a softmax (not the softmax itself, as
# Crowley's (14) has it). And its derivative is as plain as could be:
#
# $$ \frac{\partial H}{\partial z_k} = a_k - y_k, $$
#
# what the network said, minus what was true. Every class pulls on its logit in proportion to how wrong it was.

# %% [markdown]
# ### Exercise · the gradient of softmax and cross-entropy
# Return $a - y$ for a batch. The softmax runs over the classes, the last axis. And mind $e^{1000}$: you may subtract any constant from
# all logits of a sample without changing the ratio.


# %%
def softmax_gradient(z, y):
    """∂H/∂z for each sample: H is the categorical cross-entropy of logits z and one-hot y (batch, K)."""
    ...  # your code here


softmax_gradient = ex.softmax_gradient.check(softmax_gradient)

# %% [markdown]
# Is it right? TensorFlow can differentiate any computation it has recorded on a *tape*, without knowing our formula. Let the two meet.

# %%
rng = np.random.default_rng(runtime.seed(3))
z = tf.constant(rng.normal(0, 3, (64, 10)), "float32")  # (batch, K)
y = tf.one_hot(rng.integers(0, 10, 64), 10)  # (batch, K)
with tf.GradientTape() as tape:
    tape.watch(z)
    a = keras.ops.softmax(z)
    loss = keras.ops.sum(-y * keras.ops.log(a))  # a sum over batch and classes
autodiff = tape.gradient(loss, z).numpy()
claim("largest difference from autodiff", np.abs(softmax_gradient(z.numpy(), y.numpy()) - autodiff).max(), at_most=1e-5, exact=True)

# %% [markdown]
# ## 5 · Two closed forms for later
# **Coins.** In chapter 03 each hidden unit of a network should be on a small share $\rho$ (“rho”) of the time, and is on a share
# $\hat\rho$ (“rho hat”). Both are coins, so their divergence has two terms, on and off:
#
# $$ \mathrm{KL}(\rho\,\|\,\hat\rho) = \rho \ln\frac{\rho}{\hat\rho} + (1 - \rho) \ln\frac{1 - \rho}{1 - \hat\rho}. $$

# %% [markdown]
# ### Exercise · Bernoulli KL
# A **Bernoulli** distribution is the field's name for a coin. In nats this time, since it will be part of a loss; one value for each entry
# of `rho_hat`.


# %%
def bernoulli_kl(rho, rho_hat):
    """KL, in nats, of a coin with P(on) = rho from coins with P(on) = rho_hat, one value for each."""
    ...  # your code here


bernoulli_kl = ex.bernoulli_kl.check(bernoulli_kl)

# %%
rho_hat = np.linspace(0.001, 0.4, 400)
plots.curves(
    rho_hat,
    {"both terms": bernoulli_kl(0.05, rho_hat), "first term only": 0.05 * np.log(0.05 / rho_hat)},
    x_label="share of the time that the unit is on, ρ̂",
    y_label="KL (nats)",
    title="A bowl with its bottom at the target ρ = 0.05",
    says="With both terms, KL is a bowl: steep left of 0.05, 0 at 0.05, rising gently to the right. The first term alone only "
    "falls, and is negative right of 0.05.",
    marks={"target": (0.05, 0.0)},
    ylim=(-0.12, 0.4),
)

# %%
claim("Bernoulli KL at ρ 0.05, ρ̂ 0.1", bernoulli_kl(0.05, 0.1), at_least=0.0167, at_most=0.0168, unit="nats", exact=True)
claim("the same without its second term", 0.05 * np.log(0.05 / 0.1), at_least=-0.0347, at_most=-0.0346, unit="nats", exact=True)

# %% [markdown]
# A bowl: a unit that is on too often is pulled down, one that is on too rarely is pulled *up*. The dashed curve is what Crowley's
# chapter prints, the first term alone. It has no bottom: the more a unit is on, the lower the “divergence”, −0.035 nats at
# $\hat\rho = 0.1$. Minimising it would switch every unit on.
#
# **Gaussians.** $\mathcal N(\mu, \sigma^2)$ has mean $\mu$ and standard deviation $\sigma$. For continuous values sums become integrals,
# and this one can be solved:
#
# $$ \mathrm{KL}\bigl(\mathcal N(\mu_p, \sigma_p^2)\,\|\,\mathcal N(\mu_q, \sigma_q^2)\bigr)
#    = \ln\frac{\sigma_q}{\sigma_p} + \frac{\sigma_p^2 + (\mu_p - \mu_q)^2}{2\sigma_q^2} - \frac12 \quad\text{nats.} $$
#
# Where from? $\ln P(x)/Q(x)$ is the difference of two parabolas in $x$. Averaged under $P$, the parabola of $P$ gives $-\frac12$, that of
# $Q$ gives $E_P[(x - \mu_q)^2] / 2\sigma_q^2$, and the heights of the bells give the logarithm.

# %% [markdown]
# ### Exercise · Gaussian KL
# It is the penalty of the variational autoencoder in chapter 06, where $Q$ is the standard normal, $\mathcal N(0, 1)$.


# %%
def gaussian_kl(mean_p, std_p, mean_q, std_q):
    """KL(P‖Q), in nats, for P = N(mean_p, std_p²) and Q = N(mean_q, std_q²)."""
    ...  # your code here


gaussian_kl = ex.gaussian_kl.check(gaussian_kl)

# %% [markdown]
# How do you check such a formula without trusting your algebra? KL is an average under $P$ of $\ln P(x)/Q(x)$, and an average can be
# estimated: draw many $x$ from $P$ and take the mean. That is the **Monte Carlo** method, and it works for any pair of densities.

# %% tags=["nbval-ignore-output"]
mean_p, std_p, mean_q, std_q = 0.5, 0.5, -1.0, 2.0
rng = np.random.default_rng(runtime.seed(4))
draw = rng.normal(mean_p, std_p, draws)  # (draws,) x from P
log_ratio = np.log(std_q / std_p) - ((draw - mean_p) / std_p) ** 2 / 2 + ((draw - mean_q) / std_q) ** 2 / 2
exact = gaussian_kl(mean_p, std_p, mean_q, std_q)

sizes = np.unique(np.logspace(1, np.log10(draws), 40).astype(int))
errors = np.abs(np.cumsum(log_ratio)[sizes - 1] / sizes - exact)
plots.curves(
    sizes,
    {"error of the estimate": errors, "deviation / √n": log_ratio.std() / np.sqrt(sizes)},
    x_label="number of draws n",
    y_label="error (nats)",
    title="A hundred times the draws, a tenth of the error",
    says="On logarithmic axes the error of the Monte Carlo estimate wanders below and around a straight line that falls by a "
    "factor of ten for each hundredfold of draws.",
    xscale="log",
    yscale="log",
)

# %%
standard_error = log_ratio.std() / np.sqrt(draws)
claim("Monte Carlo minus closed form, in standard errors", abs(log_ratio.mean() - exact) / standard_error, at_most=5)

# %% [markdown]
# The estimate homes in on the formula, at the pace of $1/\sqrt n$: right, but slow. That is why we like closed forms inside a
# loss. Move the sliders and see what costs most: a shift, or the wrong width?


# %% tags=["nbval-ignore-output"]
def two_gaussians(mean=0.5, std=0.5):
    """P = N(mean, std²) beside the standard normal Q, and their divergences both ways."""
    there, back = gaussian_kl(mean, std, 0.0, 1.0), gaussian_kl(0.0, 1.0, mean, std)
    plots.curves(
        x,
        {"P": gaussian(mean, std) / 0.01, "Q = N(0, 1)": gaussian(0, 1) / 0.01},
        x_label="x",
        y_label="density",
        title=f"KL(P‖Q) = {there:.2f} nats, KL(Q‖P) = {back:.2f} nats",
        says=f"A Gaussian P with mean {mean} and deviation {std} beside the standard normal Q. KL(P‖Q) is {there:.2f} nats, KL(Q‖P) "
        f"is {back:.2f} nats.",
        xlim=(-5, 5),
        ylim=(0, 1.6),
    )


two_gaussians()
_ = interact(two_gaussians, mean=(-3.0, 3.0, 0.25), std=(0.25, 3.0, 0.25))

# %% [markdown]
# ## 6 · Mutual information: what one thing tells about another
# Two variables at once: a table of probabilities $P(x, y)$. Sum over rows or columns and you get the **marginals** $P(x)$ and $P(y)$.
# If the two had nothing to do with each other, every cell would be the product $P(x)\,P(y)$. How wrong is that belief? We have a
# measure for it:
#
# $$ I(X; Y) = \mathrm{KL}\bigl( P(x,y) \,\|\, P(x)P(y) \bigr) = \sum_{x,y} P(x, y) \log_2 \frac{P(x, y)}{P(x)\,P(y)} \;\ge\; 0. $$
#
# Sorted differently it is $H(X) - H(X|Y)$: what there is to know about $X$, minus what is left to know once $Y$ has been told
# ($H(X|Y)$, the **conditional entropy**). Laurent's slides lose the minus sign of both entropies, so that for the table
# below they give −0.278 bits.

# %% [markdown]
# ### Exercise · mutual information


# %%
def mutual_information(joint):
    """Mutual information I(X; Y), in bits, of a table joint[x, y] of probabilities, shape (N, M)."""
    ...  # your code here


mutual_information = ex.mutual_information.check(mutual_information)

# %% [markdown]
# ### The crackling line
# Back to the telephone, with a yes–no code: your friend sends fair bits $X$, and the line flips each with probability $\varepsilon$
# (“epsilon”) before it reaches you as $Y$. How much gets through? At $\varepsilon = 0$ everything, 1 bit. At $\varepsilon = \frac12$
# nothing. What do you expect at $\varepsilon = 1$, when *every* bit is wrong?


# %%
def noisy_line(flip):
    """P(x, y) when fair bits are flipped with probability `flip`, shape (2, 2)."""
    return np.array([[1 - flip, flip], [flip, 1 - flip]]) / 2


flips = np.linspace(0, 1, 101)
through = np.array([mutual_information(noisy_line(flip)) for flip in flips])
plots.curves(
    flips,
    through,
    x_label="probability that a bit is flipped, ε",
    y_label="I(X; Y) (bits)",
    title="A line that always lies is as good as one that never does",
    says="Mutual information against the flip probability: a valley, 1 bit at 0, nothing at one half, and 1 bit again at 1.",
    ylim=(0, 1.05),
)

# %%
claim("mutual information at 20 % flips", mutual_information(noisy_line(0.2)), at_least=0.278, at_most=0.2781, unit="bits", exact=True)
arch = np.array([1 - entropy([flip, 1 - flip]) for flip in flips])
claim("largest gap between the curve and 1 − H(ε)", np.abs(through - arch).max(), at_most=1e-10, unit="bits", exact=True)

# %% [markdown]
# The valley is the coin's arch turned over: what gets through is 1 bit minus the entropy of the noise. At $\varepsilon = 1$ you invert
# every bit and lose nothing. Information does not care what the message *looks* like, only whether you could work it out.
#
# ### Which pixel gives the digit away?
# You may see one pixel of a digit, lit or not (above or below mid-grey), and must guess which digit it is. Which one do you ask for?
# For each pixel we have a table of 2 × 10 probabilities: lit or not, and the class. Its mutual information says how many of
# the $\log_2 10 = 3.3$ bits of the class that pixel tells.

# %%
lit = (digits.x_train > 0.5).reshape(-1, 784)  # (n, 784)
p_class = np.bincount(digits.y_train) / len(digits.y_train)  # (10,)
p_lit = np.stack([lit[digits.y_train == c].mean(axis=0) for c in range(10)])  # (10, 784) P(lit | class)
joint = np.stack([p_lit, 1 - p_lit]) * p_class[:, None]  # (2, 10, 784) P(lit or not, class), a table for each pixel
tells = np.array([mutual_information(joint[:, :, i]) for i in range(784)])  # (784,) bits

# %% tags=["nbval-ignore-output"]
best = tells.argmax()
row, column = divmod(best, 28)
plots.heatmaps(
    {"how often it is lit": lit.mean(axis=0).reshape(28, 28), "tells about the class (bits)": tells.reshape(28, 28)},
    title=f"Often lit is not the same as informative (best: row {row}, column {column})",
    says=f"Two maps of 28 by 28 pixels. Left, how often each is lit: a bright blob in the middle, dark borders. Right, mutual information "
    f"with the class: the border tells nothing, patches inside tell most, up to {tells[best]:.2f} bits at row {row}, column {column}.",
)

# %%
claim("entropy of the class", entropy(p_class), at_least=3.3, at_most=np.log2(10), unit="bits", exact=True)
claim("what the best pixel tells", tells[best], at_least={"mnist": 0.3, "offline": 0.25}, at_most=0.5, unit="bits")
claim("sum over all pixels", tells.sum(), at_least=10 * entropy(p_class), unit="bits")

# %% tags=["nbval-ignore-output"]
order = np.argsort(p_lit[:, best])
print(f"P(pixel at row {row}, column {column} is lit | class):")
for c in order:
    print(f"  {c}: {p_lit[c, best]:.2f} {'█' * round(30 * p_lit[c, best])}")

# %% [markdown]
# The best pixel is close to the centre, and the list shows why: it is the hole of the 0, it lies beside the stroke of a 7, and on
# the stroke of a 1, a 3 or an 8. Compare the two maps: often lit is not the same as informative. A pixel that is always lit has no
# entropy, and so nothing to tell.
#
# On MNIST that pixel is worth 0.31 of 3.3 bits. And yet all pixels together “tell” 50 bits about a class that has only 3.3. There is no
# contradiction: neighbours say the same thing again and again. To add up what they tell, you must not count repetitions,
# and to drop repetitions is what a *code* does. That is chapter 02.

# %% [markdown]
# ### Think · which is more surprising?
# A fair coin is tossed ten times. Which result is more surprising?
# - `"a"`: HHHHHHHHHH
# - `"b"`: HTHHTTHTTH
# - `"c"`: both are equally surprising

# %%
answer = ...
ex.more_surprising.check(answer)

# %% [markdown]
# ## 7 · What to take along
# | measure | question it answers | where you meet it again |
# | --- | --- | --- |
# | surprise $-\log P(x)$ | how much news is $x$? | every loss |
# | entropy $H(P)$ | how short can the call be, symbol by symbol? | what no loss can beat |
# | cross-entropy $H(P,Q)$ | what does it cost with belief $Q$? | reconstruction, 02 on; classifiers |
# | $\mathrm{KL}(P\Vert Q)$ | how much of that is waste? | sparsity in 03, the VAE in 06 |
# | Jensen–Shannon | can you tell which of two an $x$ came from? | the GAN in 07 |
# | mutual information $I(X;Y)$ | what does $Y$ tell about $X$? | InfoGAN in 09 |
#
# **Ask yourself.** (1) Why may zlib beat the entropy of the pixels, and of which model is that entropy? (2) $Q$ gives 0 to
# something that happens once in a million times: what is $\mathrm{KL}(P\|Q)$, and what $\mathrm{KL}(Q\|P)$? (3) A loss of 0.02 nats: how
# probable did the network find the truth? (4) When are two variables' mutual information and entropy equal? *Answers*: (1) it uses
# runs; of pixels drawn independently. (2) infinite; possibly tiny. (3) $e^{-0.02} = 0.98$. (4) When one determines the other: $I(X;Y) = H(X)$
# if $Y$ settles $X$.
#
# **Measured here, not everywhere.** Every entropy in this chapter is one of a histogram, on one set of digits. Small samples make entropies
# look too small and mutual information too large; with 60,000 images and 20 cells it hardly matters, with 200 images it would.

# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Crowley, *Generative Networks and the AutoEncoder*, section 3; Crowley, lesson 9 (KL and
# sparsity); Laurent, slides (mutual information); Canziani, notes (reconstruction costs). Papers and books: C. E. Shannon, *A Mathematical Theory of
# Communication*, 1948; S. Kullback and R. A. Leibler, *On Information and Sufficiency*, 1951; D. A. Huffman, *A Method for the
# Construction of Minimum-Redundancy Codes*, 1952; J. Lin, *Divergence Measures Based on the Shannon Entropy*, 1991; T. M. Cover and J. A. Thomas,
# *Elements of Information Theory*, 2006. These measures, for any unit and with checked input, are in `course_utils.information`.
#
# **Next**: 02, autoencoders: a network that makes the call short.
