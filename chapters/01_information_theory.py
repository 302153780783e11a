# %% [markdown]
# # 01 · Information theory: what is a pixel worth?
#
# **You need** NumPy, logarithms and probabilities for sections 1 to 3 and 6; for sections 4 and 5 also a classifier's softmax and the derivative
# of a function of several variables. [Chapter 00](00_start_here.ipynb) shows how exercises work. **It runs in** {{minutes}} on two CPU cores; with the
# exercises, allow an evening.
#
# A friend reads you a picture of a handwritten digit over the telephone, one grey level at a time. “Black. Black. Black. Black …”
# After the hundredth “black” you stop listening. Then: “One hundred and seventy.” You sit up.
#
# What did that word have that the others had not? This chapter gives it a number, and asks what the rest of
# the course lives on. How short could the call be? What does it cost to talk in a code made for somebody else's pictures?
# And if the line crackles, how much gets through? Each answer is a loss function
# that you will train with later: cross-entropy in every chapter, KL divergences in 03 and 06, Jensen–Shannon in 07, mutual
# information in 09.
#
# By the end you will be able to
# - turn a probability into bits or nats, and say what a measured entropy promises about compression;
# - explain KL divergence as the price of a wrong belief, and what changes when you swap its arguments;
# - write a cross-entropy that survives a logit of 100;
# - use the formulas for coins and Gaussians, and check such a formula with random numbers;
# - measure how much one variable tells about another, and say why no processing can add to it.

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
# `budget` picks the first value when only the code is tested, the second on a laptop, the third on request.

# %%
n_images = budget(smoke=500, quick=10_000, full=60_000)  # for the compression experiment
n_draws = budget(smoke=1000, quick=20_000, full=200_000)  # for the Monte Carlo check

# %% [markdown]
# ## 1 · Surprise
# Here is what your friend is looking at.

# %% tags=["nbval-ignore-output"]
plots.images(
    digits.x_train[:20],
    columns=10,
    title="The first twenty digits",
    says=(
        "Twenty handwritten digits in two rows, white strokes on black; most of each picture is"
        " black."
    ),
)

# %% [markdown]
# The hundredth “black” told you nothing because you knew it was coming. So let us measure news by how *improbable* it was.
# Write $P(x)$ for the probability of the event $x$, and demand two things: certain news is worth nothing, and two independent
# pieces of news are worth the sum of their worths. Probabilities of independent events multiply, so the measure has to turn
# products into sums, as only a logarithm does. It gives the **surprise** of $x$ (also surprisal, self-information or information content):
#
# $$ I(x) = -\log_2 P(x) \quad\text{bits.} $$
#
# One **bit** is the news of a fair coin: $-\log_2 \frac12 = 1$. Halve the probability and you add a bit.
#
# ### Exercise · surprise
# Write it in NumPy for an array of probabilities, entry by entry; an array comes back, with inf where a probability is 0. Replace the `...` and run the cell; if you leave it, the chapter goes on with ours.

# %%
surprise = ex.surprise.check(...)  # @exercise

# %% [markdown]
# (Stuck? Take the `#` off one of the last two lines, and run the cell again.)
#
# ### Exercise · which is more surprising?
# A fair coin is tossed ten times. Which result is more surprising? Replace the `...` by `"a"`, `"b"` or `"c"`, with the quotes.
# - `"a"`: HHHHHHHHHH
# - `"b"`: HTHHTTHTTH
# - `"c"`: both are equally surprising

# %%
ex.more_surprising.check(...)  # @exercise

# %% [markdown]
# Now the pixels. To know $P$ we count: a **histogram** says how often each grey level $x$ occurs, and as a share of all pixels
# that is $P(x)$. Here are all the training images, 256 grey levels, black = 0, white = 255.
#
# Guess first: how many bits is “black” worth? And a mid-grey? Is near-white worth more than mid-grey, or less?

# %% tags=["nbval-ignore-output"]
pixels = np.round(digits.x_train * 255).astype("uint8").ravel()  # (M,) grey levels
histogram = np.bincount(pixels, minlength=256)  # (256,) how often each occurs
p_grey = histogram / pixels.size  # (256,) P(grey level)

levels = np.flatnonzero(histogram)  # the grey levels that occur
news = surprise(p_grey[levels])
plots.curves(
    levels,
    news,
    x_label="grey level (0 is black, 255 is white)",
    y_label="surprise (bits)",
    title="Black is little news, mid-grey is much",
    says=(
        f"Surprise against grey level: {news[0]:.2f} bits at black, then a jump to between"
        f" {news[1:].min():.1f} and {news.max():.1f} bits for every other level, lowest near white."
    ),
    ylim=(0, None),
)

# %%
claim(
    "surprise of a black pixel",
    news[0],
    at_least=0.3,
    at_most={"mnist": 0.31, "offline": 0.6},
    unit="bits",
)
claim(
    "least surprise of a grey, 32 to 223", surprise(p_grey[32:224]).min(), at_least=9, unit="bits"
)
claim("least surprise near white, 240 to 255", surprise(p_grey[240:]).min(), at_most=6, unit="bits")

# %% [markdown]
# On MNIST four pixels out of five are black, so “black” is worth 0.31 bits: less than the answer to a fair yes–no question. The greys
# between cost 9 bits and more. Look at the right end, where the curve comes down: strokes have a white core, so near-white
# is fairly common, and less of a surprise than the greys, which occur on the edges of strokes only.
#
# **Units.** The base of the logarithm is a unit, like metres and feet: base 2 gives bits, base $e$ **nats** (in Keras's losses, and in
# physics), base 10 **hartleys**. One nat is $1/\ln 2 = 1.443$ bits; a rolled six is worth 2.585 bits or 1.792 nats.

# %% [markdown]
# ## 2 · Entropy
# One word of the call is worth $I(x)$. What is the call worth, per word? The average, with every grey level weighted by how
# often it comes. That average is the **entropy** of $P$:
#
# $$ H(P) = \sum_x P(x)\, I(x) = -\sum_x P(x) \log_2 P(x). $$
#
# The sum runs over all possible values $x$; in code, over the one axis of the array `p`.
#
# ### Exercise · entropy
# In NumPy: `p` is an array, and one number comes back. One case needs thought. A grey level that never occurs has $P(x) = 0$ and infinite surprise. It must add nothing to the average.
# Why is that fair, and what does NumPy make of `0 * np.log2(0)`?

# %%
entropy = ex.entropy.check(...)  # @exercise

# %% [markdown]
# It is fair since, as $p$ goes to 0, its weight shrinks faster than its surprise grows. (With $p = 2^{-20}$ it is worth 20
# bits, and adds 0.00002.) NumPy multiplies 0 by $-\infty$, which is `nan`.
#
# Try it on something you know. A coin that shows heads with probability $p$ has two outcomes, $p$ and $1 - p$. Where is its
# entropy largest?

# %%
p_heads = np.linspace(0, 1, 101)
plots.curves(
    p_heads,
    [entropy(np.array([p, 1 - p])) for p in p_heads],
    x_label="probability of heads",
    y_label="entropy (bits)",
    title="A fair coin is the hardest to predict",
    says=(
        "The entropy of a coin against its probability of heads: an arch from 0 bits at 0, up to 1"
        " bit at one half, and back to 0 bits at 1."
    ),
    marks={"fair: 1 bit": (0.5, 1.0)},
    ylim=(0, 1.15),
)

# %% [markdown]
# The arch is 0 at both ends, where you know the outcome, and 1 bit at the top. So entropy measures how *even* a distribution is:
# $\log_2 N$ for $N$ equally likely values, 0 for a distribution with all its mass on one value (a **Dirac**).

# %%
even = np.array([entropy(np.full(n, 1 / n)) for n in (2, 4, 8)])
gap = np.abs(even - [1, 2, 3]).max()
claim("entropy of 2, 4 and 8 equal values minus log2", gap, at_most=1e-9, unit="bits", exact=True)
dirac = abs(entropy(np.array([1.0, 0.0])))
claim("entropy of a Dirac", dirac, at_most=1e-9, unit="bits", exact=True)

# %% [markdown]
# ### How short can the call be?
# Suppose your friend may replace grey levels by words of 0s and 1s, short words for frequent levels. If each word is to be understood
# at once, without pauses, none may be the beginning of another (a **prefix code**, such as 0, 10, 11). So every short word uses up a share of all possible longer ones (after the word 0 none may begin with 0): a word of $\ell$ bits takes
# $2^{-\ell}$ of the supply, which is 1 (**Kraft's inequality**, $\sum_x 2^{-\ell(x)} \le 1$). Spend the supply in proportion to $P(x)$, and the word for $x$ has $-\log_2 P(x)$ bits: its surprise. Shannon proved that this is
# the best possible, $H$ bits on average, and that rounding up to whole bits costs less than one bit more (the **source coding theorem**). The best code with whole bits is
# Huffman's: join the two least probable symbols into one, again and again; each time, everything inside the joined symbol gets one bit longer.


# %%
def huffman_lengths(p):
    """Length, in bits, of each symbol's word in the best code for p, shape (N,)."""
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
# We let it compete with `zlib`, the compressor inside PNG and zip files, on the same pixels. Where will zlib end up?

# %%
stream = pixels[: n_images * 784]  # the first images, pixel by pixel
p = np.bincount(stream, minlength=256) / stream.size
H = entropy(p)
huffman = p @ huffman_lengths(p)  # average length of a word
zipped = 8 * len(zlib.compress(stream.tobytes())) / stream.size

rng = np.random.default_rng(runtime.seed(1))
shuffled = 8 * len(zlib.compress(rng.permutation(stream).tobytes())) / stream.size

# %% tags=["nbval-ignore-output"]
plots.bars(
    ["raw", "entropy", "Huffman", "zlib", "zlib, shuffled"],
    [8, H, huffman, zipped, shuffled],
    y_label="bits per pixel",
    title="zlib undercuts the entropy, until the pixels are shuffled",
    says=(
        f"Bits per pixel: raw 8, entropy {H:.2f}, Huffman {huffman:.2f}, zlib {zipped:.2f}, and"
        f" zlib on shuffled pixels {shuffled:.2f}."
    ),
    fmt="%.2f",
)

# %%
claim("Huffman code minus entropy", huffman - H, at_least=0, at_most=1, unit="bits", exact=True)
claim("entropy minus zlib", H - zipped, at_least={"mnist": 0.2, "offline": 0.2}, unit="bits")
claim("zlib on shuffled pixels minus entropy", shuffled - H, at_least=0, unit="bits", exact=True)

windows = np.lib.stride_tricks.sliding_window_view(stream == 0, 11)  # eleven pixels: black or not
after_ten = windows[windows[:, :10].all(axis=1), 10]  # the eleventh, after ten blacks
claim("black after ten blacks, share", after_ten.mean(), at_least=0.93)

# %% [markdown]
# Huffman loses a little: on MNIST, black is worth 0.31 bits, yet no word is shorter than 1. And zlib gets *below* the
# entropy, which we called a lower bound. It is one for words that are chosen pixel by pixel, as if each were drawn on its own (a **memoryless source**).
# Pixels are not: on MNIST, after ten blacks the next is black in 96 cases of 100, not 81. zlib sees those runs. Shuffle the pixels, which leaves the
# histogram as it was, and its advantage is gone.
#
# An entropy belongs to a *model* of the data (here: pixels drawn one by one from a histogram), and a better
# model makes a shorter call: section 6 shows one.

# %% [markdown]
# ## 3 · Cross-entropy and KL: the price of a wrong belief
# Your friend has a code book made for pictures of the digit 1, where nearly everything is black. Today she reads you zeros. A value $x$ turns up with probability
# $P(x)$ (zeros), and costs $-\log_2 Q(x)$ by a belief $Q$ (ones). On average:
#
# $$ H(P, Q) = -\sum_x P(x) \log_2 Q(x) \qquad\text{the cross-entropy.} $$
#
# With the best belief, $Q = P$, the cost is $H(P)$, *not* zero: a fair die costs 2.585 bits a roll even
# if you know it to be fair. What drops to zero is the excess,
#
# $$ D_\mathrm{KL}(P \,\|\, Q) = H(P, Q) - H(P) = \sum_x P(x) \log_2 \frac{P(x)}{Q(x)}, $$
#
# the **Kullback–Leibler divergence**, or relative entropy: bits wasted per value by believing $Q$ in a world that is $P$. We write $\mathrm{KL}(P\|Q)$ for short.
#
# It is never negative: no code book beats the one made for $P$. The proof takes a line, and one fact, $\ln t \le t - 1$ (the logarithm lies below its tangent at $t = 1$, and touches it only there):
#
# $$ -\mathrm{KL}(P\|Q) = \sum_x P(x) \ln \frac{Q(x)}{P(x)} \le \sum_x P(x) \Bigl(\frac{Q(x)}{P(x)} - 1\Bigr) = \sum_x Q(x) - \sum_x P(x) \le 0 $$
#
# (sums over all $x$ with $P(x) > 0$; in nats). That is **Gibbs's inequality**. Equality needs $t = 1$ everywhere, $Q = P$. (With $Q(x)$ in proportion to $2^{-\ell(x)}$ it proves section 2's bound: no prefix code beats $H$.)
#
# ### Exercise · KL from the uniform
# Let $Q$ be uniform, $Q(x) = 1/N$ for each of $N$ values. What is $\mathrm{KL}(P\|Q)$?
# - `"a"`: $H(P) - \log_2 N$
# - `"b"`: $\log_2 N - H(P)$
# - `"c"`: $\log_2 N + H(P)$

# %%
ex.most_even.check(...)  # @exercise

# %% [markdown]
# Since it is never negative, no distribution over $N$ values has more entropy than $\log_2 N$, and only the uniform one has as much.
#
# ### Exercise · cross-entropy
# In NumPy: two arrays, one number. What if $Q(x) = 0$ for an $x$ that does occur? Then the code book has no word for it, and the cost is infinite. Your function
# should say so; and where $P(x) = 0$, nothing must be added, whatever $Q$ says. (NumPy's `log2(0)` is `-inf`, with a warning that does no harm.)

# %%
cross_entropy = ex.cross_entropy.check(...)  # @exercise

# %% [markdown]
# ### Exercise · KL divergence
# In NumPy: two arrays and one number again, and the same two cases as before, $P(x) = 0$ and $Q(x) = 0$.

# %%
kl = ex.kl.check(...)  # @exercise

# %% [markdown]
# First $H(P, Q) = H(P) + \mathrm{KL}(P\|Q)$, on random distributions, and the die. Then the telephone bill: the grey levels, in 16 steps, of all zeros and of all ones.

# %%
rng = np.random.default_rng(runtime.seed(2))
pairs = rng.dirichlet(np.ones(6), size=(1000, 2))  # (1000, 2, 6) pairs of random distributions
gaps = [cross_entropy(p, q) - (entropy(p) + kl(p, q)) for p, q in pairs]
gap, smallest = np.abs(gaps).max(), min(kl(p, q) for p, q in pairs)
claim("largest gap between H(P,Q) and H(P) + KL", gap, at_most=1e-10, unit="bits", exact=True)
claim("smallest KL of 1,000 random pairs", smallest, at_least=0, unit="bits", exact=True)

die = np.full(6, 1 / 6)
claim(
    "cross-entropy of a fair die with itself",
    cross_entropy(die, die),
    at_least=2.584,
    at_most=2.586,
    unit="bits",
    exact=True,
)
claim("KL of a fair die from itself", abs(kl(die, die)), at_most=1e-12, unit="bits", exact=True)

# %% tags=["nbval-ignore-output"]
grey = pixels.reshape(-1, 784)  # (n, 784) a row a picture


def code_book(digit):
    """P(grey level) over all pixels of one digit, in 16 levels, shape (16,)."""
    coarse = grey[digits.y_train == digit].ravel() // 16
    return np.bincount(coarse, minlength=16) / coarse.size


zeros, ones = code_book(0), code_book(1)
own, foreign, waste = entropy(zeros), cross_entropy(zeros, ones), kl(zeros, ones)
waste_on_ones = kl(ones, zeros)
print(f"zeros in their own code:    {own:.3f} bits a pixel")
print(f"zeros in the code for ones: {foreign:.3f} bits a pixel")
print(f"wasted: {waste:.3f} bits a pixel, {784 * waste:.0f} bits a picture")
print(f"the other way round, ones in the code for zeros: {784 * waste_on_ones:.0f} bits a picture")

# %%
claim(
    "bits wasted on a zero in the code for ones",
    784 * waste,
    at_least={"mnist": 75, "offline": 12},
    at_most=80,
    unit="bits",
)
claim(
    "bits wasted on a one in the code for zeros",
    784 * waste_on_ones,
    at_least={"mnist": 60, "offline": 12},
    at_most=70,
    unit="bits",
)

# %% [markdown]
# On MNIST, in 16 grey levels, the wrong code book wastes 77 bits on a picture of a zero, on average, and 62 on a one the other way round: KL is not a
# distance, since $\mathrm{KL}(P\|Q) \ne \mathrm{KL}(Q\|P)$.
#
# ### A loss you know already
# Train a classifier, and $P$ is the label, all its mass on the true class (a Dirac; as an array, a single 1 among zeros, it is called **one-hot**). $H(P) = 0$, so cross-entropy and KL are the
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
    says=(
        "The loss, minus the natural logarithm of the predicted probability, falls from over 6 nats"
        " near 0 to 0 nats at 1; at 0.012 it is 4.42 nats."
    ),
    marks={"p = 0.012: 4.42 nats": (0.012, -np.log(0.012))},
)

# %%
nats, bits = -np.log(0.012), surprise(np.array([0.012]))[0]
claim("loss at p(true) 0.012, in nats", nats, at_least=4.42, at_most=4.43, unit="nats", exact=True)
claim("loss at p(true) 0.012, in bits", bits, at_least=6.38, at_most=6.39, unit="bits", exact=True)

# %% [markdown]
# ### Which way round?
# A model trained on $\mathrm{KL}(P\|Q)$ may behave differently from one trained on $\mathrm{KL}(Q\|P)$. The smallest case: the truth $P$ has two bumps, at −2 and 2; the model $Q$ is a single Gaussian with a free
# mean and width, so it cannot be right. We fit it twice, by **forward** KL, $\mathrm{KL}(P\|Q)$, and by **reverse** KL,
# $\mathrm{KL}(Q\|P)$.
#
# ### Exercise · forward or reverse
# Predict before you run it: will one of the fits sit on a single bump and ignore the other, and which?
# - `"a"`: forward, $\mathrm{KL}(P\|Q)$
# - `"b"`: reverse, $\mathrm{KL}(Q\|P)$
# - `"c"`: neither, both cover the two bumps

# %%
ex.which_kl.check(...)  # @exercise

# %%
step = 0.01
x = np.arange(-8, 8 + step, step)  # (1601,) a grid fine enough to take sums for integrals


def gaussian(mean, std):
    """Probabilities of the grid's cells under a Gaussian, (1601,); over `step`, its density."""
    bell = np.exp(-0.5 * ((x - mean) / std) ** 2)
    return bell / bell.sum()


P = 0.5 * gaussian(-2, 0.6) + 0.5 * gaussian(2, 0.6)

# %% [markdown]
# A search for the best mean and width (by its *logarithm*, which may be any number), started slightly right of the middle.


# %%
def fit(divergence):
    """Mean and std of the single Gaussian Q for which `divergence(Q)` is smallest."""

    def cost(parameters):
        mean, log_std = parameters
        return divergence(gaussian(mean, np.exp(log_std)))

    mean, log_std = minimize(cost, [0.5, 0.0], method="Nelder-Mead").x
    return mean, np.exp(log_std)


forward = fit(lambda Q: kl(P, Q))  # (mean, std)
reverse = fit(lambda Q: kl(Q, P))

# %%
plots.curves(
    x,
    {
        "truth P": P / step,
        "forward KL(P‖Q)": gaussian(*forward) / step,
        "reverse KL(Q‖P)": gaussian(*reverse) / step,
    },
    x_label="x",
    y_label="density",
    title="A truth with two bumps, and the best single Gaussian by either KL",
    says=(
        "The truth has equal bumps at −2 and 2. The forward fit is one broad Gaussian centred"
        " between them; the reverse fit is narrow and coincides with the bump at 2."
    ),
)

# %%
mean, std = forward
std_of_P = np.sqrt(2**2 + 0.6**2)
claim("forward fit: mean", abs(mean), at_most=0.01, exact=True)
claim("forward fit: std minus that of P", abs(std - std_of_P), at_most=0.01, exact=True)

mean, std = reverse
off = abs(abs(mean) - 2)
claim("reverse fit: distance of its mean from the nearest bump", off, at_most=0.05, exact=True)
claim("reverse fit: std minus that of the bump", abs(std - 0.6), at_most=0.05, exact=True)

valley = np.abs(x) < 1
share = gaussian(*forward)[valley].sum()
claim(
    "share of the forward fit in the valley, −1 to 1", share, at_least=0.35, at_most=0.4, exact=True
)
claim("share of the truth in the valley", P[valley].sum(), at_most=0.05, exact=True)

# %% [markdown]
# Forward KL weighs by $P$: wherever the truth has mass, $Q$ must have some too, or the surprise explodes: it is **mass-covering** (mode-covering). It matches the overall mean and width of
# $P$, with more than a third of its mass in the valley. Reverse KL weighs by $Q$: it pays only
# where the *model* puts mass, so it finds a bump it can fit and forgets the rest: it is **mode-seeking**.
#
# Fitting a model by **maximum likelihood** means making the average of $-\log Q(x)$ over the data (the **negative log-likelihood**) small. That is
# $H(P, Q)$, forward KL plus $H(P)$, and no choice of $Q$ changes $H(P)$. So most models in this course are fitted forwards, and when they
# are too simple for the data, they spread over what lies between: a blur. (GANs leave things out, as reverse KL does; chapter 07 looks for the cause.)

# %% [markdown]
# ### Jensen–Shannon: the divergence of a GAN
# Both directions have a flaw: KL is infinite as soon as the second excludes what the first allows. The **Jensen–Shannon divergence**
# asks both for their KL from the midpoint $M = \frac12(P + Q)$, which excludes nothing that either allows:
#
# $$ \mathrm{JS}(P, Q) = \tfrac12 \mathrm{KL}(P\|M) + \tfrac12 \mathrm{KL}(Q\|M). $$
#
# It is symmetric, and at most 1 bit, since $P/M \le 2$. We move two Gaussians apart and watch.


# %%
def js(p, q):
    """Jensen-Shannon divergence, in bits; p and q have shape (N,)."""
    m = (p + q) / 2
    return kl(p, m) / 2 + kl(q, m) / 2


distances = np.linspace(0, 6, 61)
apart = [(gaussian(-d / 2, 0.6), gaussian(d / 2, 0.6)) for d in distances]
kl_apart = np.array([kl(p, q) for p, q in apart])
js_apart = np.array([js(p, q) for p, q in apart])

# %%
plots.curves(
    distances,
    {"KL": kl_apart, "Jensen–Shannon": js_apart},
    x_label="distance between the means (both have a deviation of 0.6)",
    y_label="divergence (bits)",
    title="Jensen–Shannon levels off at one bit",
    says=(
        "Against the distance of two Gaussians, KL grows like a parabola and leaves the picture;"
        " the Jensen–Shannon divergence rises, bends, and is flat at 1 bit from a distance of"
        " about 4."
    ),
    ylim=(0, 4),
)

# %%
largest, rise = js_apart.max(), js_apart[-1] - js_apart[50]
claim("largest Jensen–Shannon divergence", largest, at_most=1 + 1e-9, unit="bits", exact=True)
claim(
    "rise of Jensen–Shannon between distances 5 and 6", rise, at_most=1e-3, unit="bits", exact=True
)

# %% [markdown]
# One bit has a meaning here. Someone tosses a fair coin, draws $x$ from $P$ on heads and from $Q$ on tails, and shows you $x$. JS is
# how much $x$ tells you about the coin (section 6 checks it). Once the two no longer overlap, $x$ gives it away: 1 bit.
#
# There the slope is nearly 0, and who follows slopes is stuck: chapter 07's **vanishing gradient**.

# %% [markdown]
# ## 4 · Cross-entropy as networks compute it
# A network with one output says how probable “yes” is. It computes a **logit** $z$, any real number, and
# $a = \sigma(z) = 1/(1 + e^{-z})$ turns it into a probability. With the target $y$ (1 for yes, 0 for no, or a grey level between),
# the cross-entropy of the two coins is
#
# $$ H = -\bigl[\, y \ln a + (1 - y) \ln(1 - a) \,\bigr] \quad\text{nats.} $$
#
# Written down as it stands, it works, until it does not:


# %%
def naive_bce(z, y):
    """The formula as printed, in float32, as a network computes it."""
    with np.errstate(divide="ignore", over="ignore"):
        a = 1 / (1 + np.exp(-np.float32(z)))
        return -(y * np.log(a) + (1 - y) * np.log(1 - a))


for z in (2, 10, 100):  # for y = 0 the loss is −ln(1 − σ(z)), about z itself when z is large
    print(f"logit {z:3d}, target 0: {naive_bce(z, 0.0):.3f} nats")

# %% [markdown]
# ### Exercise · how large a logit is too large?
# From which whole number $z$ on is
# `naive_bce(z, 0.0)` infinite? Make a guess, experiment in the cell below, then answer.

# %%
# for z in ...: print(z, naive_bce(z, 0.0))
ex.breaking_point.check(...)  # @exercise

# %% [markdown]
# *Cause*: for a large $z$, $\sigma(z)$ is so close to 1 that float32 stores exactly 1, and then $\ln(1 - 1) = -\infty$. *Fix*: never
# compute $\sigma$. With pencil and paper, $-\ln(1 - \sigma(z)) = \ln(1 + e^z)$ and $-\ln\sigma(z) = \ln(1 + e^z) - z$. Weigh the first with $1 - y$ and
# the second with $y$:
#
# $$ H = \ln(1 + e^{z}) - z\,y. $$
#
# One trap is left: in float32 $e^z$ itself is infinite from $z = 89$ on.
#
# ### Exercise · binary cross-entropy from logits
# It will train networks, so use `keras.ops`, not NumPy: the check also compiles it, with an unknown batch size, and looks
# at its gradient. One loss comes back for each logit, in the shape of `z`. For its first term `keras.ops` has `softplus` (**softplus** is the name of $\ln(1 + e^z)$), which does not overflow.

# %%
bce_from_logits = ex.bce_from_logits.check(...)  # @exercise

# %% [markdown]
# This formula is what `from_logits=True` computes,
# and why a network with this loss had better end in logits. Here are Keras's loss and ours, far past the breaking point.

# %%
z = np.linspace(-100, 100, 401, dtype="float32")[:, None]  # (401, 1), far past the breaking point
y = np.linspace(0, 1, 401, dtype="float32")[:, None]
ours = np.ravel(bce_from_logits(z, y))
keras_bce = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
gap = np.abs(ours - np.ravel(keras_bce(y, z))).max()
claim("largest difference from Keras's loss", gap, at_most=1e-4, unit="nats", exact=True)
claim("largest loss is finite", bool(np.isfinite(ours).all()), exact=True)

# %% [markdown]
# ### Many classes, and the simplest gradient there is
# With $K$ classes the network has $K$ logits $z_k$, and the **softmax** makes them a distribution $a$ (the sum has an index of its own, $j$):
#
# $$ a_k = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}, \qquad H = -\sum_{k=1}^{K} y_k \ln a_k. $$
#
# For a one-hot $y$ only the true class is left, and since $\ln a_k = z_k - \ln\sum_j e^{z_j}$,
#
# $$ H = \ln \sum_{j=1}^{K} e^{z_j} - z_\text{true}. $$
#
# ### Exercise · the gradient of softmax and cross-entropy
# Take a pencil: differentiate $H$ with respect to $z_k$, once for the true class, once for another. Both results fit into one formula with $a$ and $y$.
# Write it in NumPy for a batch; classes are the last axis, and an array of the shape of `z` comes back. And mind $e^{1000}$: from all logits of a sample you may subtract a constant, its largest, say, without
# changing $a$ (the **log-sum-exp trick**).

# %%
softmax_gradient = ex.softmax_gradient.check(...)  # @exercise

# %% [markdown]
# The derivative is $a_k - y_k$: what the network said, minus what was true. TensorFlow
# differentiates what it has recorded on a *tape*, without knowing our formula. Let the two meet.

# %%
rng = np.random.default_rng(runtime.seed(3))
z = tf.constant(rng.normal(0, 3, (64, 10)), "float32")  # (batch, K)
y = tf.one_hot(rng.integers(0, 10, 64), 10)  # (batch, K)
with tf.GradientTape() as tape:
    tape.watch(z)
    a = keras.ops.softmax(z)
    loss = keras.ops.sum(-y * keras.ops.log(a))  # a sum over batch and classes
autodiff = tape.gradient(loss, z).numpy()
gap = np.abs(softmax_gradient(z.numpy(), y.numpy()) - autodiff).max()
claim("largest difference from autodiff", gap, at_most=1e-5, exact=True)

# %% [markdown]
# ## 5 · Two formulas for later
# **Coins.** In chapter 03 each hidden unit of a network should be on for a small share $\rho$ (“rho”) of the time, and is on for a share
# $\hat\rho$ (“rho hat”). Both are coins, or **Bernoulli** distributions: two outcomes, on and off.
#
# ### Exercise · Bernoulli KL
# You know KL for a list of outcomes. What becomes of it for two coins? In NumPy, and in nats this time (`np.log`), since it will be part of a loss. `rho` is a
# number between 0 and 1, `rho_hat` an array, and one value for each of its entries comes back; an entry may be 0 or 1, and then the value is inf. Before you write it: at which $\hat\rho$ should it be smallest?

# %%
bernoulli_kl = ex.bernoulli_kl.check(...)  # @exercise

# %%
rho_hat = np.linspace(0.001, 0.4, 400)
plots.curves(
    rho_hat,
    {"both terms": bernoulli_kl(0.05, rho_hat), "first term only": 0.05 * np.log(0.05 / rho_hat)},
    x_label="share of the time that the unit is on, ρ̂",
    y_label="KL (nats)",
    title="Both terms make a bowl; the first term alone only falls",
    says=(
        "With both terms, KL is a bowl: steep left of 0.05, 0 at 0.05, rising gently to the right."
        " The first term alone only falls, and is negative right of 0.05."
    ),
    marks={"target": (0.05, 0.0)},
    ylim=(-0.12, 0.4),
)

# %%
claim(
    "Bernoulli KL at ρ 0.05, ρ̂ 0.1",
    bernoulli_kl(0.05, np.array([0.1]))[0],
    at_least=0.0167,
    at_most=0.0168,
    unit="nats",
    exact=True,
)
claim(
    "the same without its second term",
    0.05 * np.log(0.05 / 0.1),
    at_least=-0.0347,
    at_most=-0.0346,
    unit="nats",
    exact=True,
)

# %% [markdown]
# $$ \mathrm{KL}(\rho\,\|\,\hat\rho) = \rho \ln\frac{\rho}{\hat\rho} + (1 - \rho) \ln\frac{1 - \rho}{1 - \hat\rho} $$
#
# is a bowl: a unit that is on too often is pulled down, one that is on too rarely is pulled *up*. The first term alone (dashed) only
# falls.
#
# **Gaussians.** $\mathcal N(\mu, \sigma^2)$ has mean $\mu$ and standard deviation $\sigma$. A continuous $x$ has a **density** instead of probabilities, so
# much probability per unit of length, and sums become integrals. The logarithm of the Gaussian's density is a parabola:
#
# $$ \ln p(x) = -\ln\sigma - \tfrac12 \ln 2\pi - \frac{(x - \mu)^2}{2\sigma^2}. $$
#
# Take $P$ with $\mu_p, \sigma_p$ and $Q$ with $\mu_q, \sigma_q$. KL is the average, under $P$, of $\ln p(x) - \ln q(x)$. Term by term: the logarithms give
# $\ln(\sigma_q/\sigma_p)$. The average of $(x - \mu_p)^2$ under $P$ is its variance $\sigma_p^2$, so the parabola of $P$ gives $-\frac12$. The average of
# $(x - \mu_q)^2$ is $\sigma_p^2 + (\mu_p - \mu_q)^2$, spread plus shift. Together:
#
# $$ \mathrm{KL}\bigl(\mathcal N(\mu_p, \sigma_p^2)\,\|\,\mathcal N(\mu_q, \sigma_q^2)\bigr)
#    = \ln\frac{\sigma_q}{\sigma_p} + \frac{\sigma_p^2 + (\mu_p - \mu_q)^2}{2\sigma_q^2} - \frac12 \quad\text{nats.} $$
#
# ### Exercise · Gaussian KL
# It is the penalty of the variational autoencoder in chapter 06, where $Q$ is the standard normal, $\mathcal N(0, 1)$. In NumPy: four numbers come in, one comes
# back. Mind the brackets.

# %%
gaussian_kl = ex.gaussian_kl.check(...)  # @exercise

# %% [markdown]
# ### Exercise · check it with random numbers
# How do you check such a formula without trusting your algebra? Draw many $x$ from $P$, and take the mean of
# $\ln p(x) - \ln q(x)$: the **Monte Carlo** method, for any pair of densities. In NumPy: `draws` is an array of numbers drawn
# from $P$; `log_p` and `log_q` are functions, which give the logarithms of the densities for an array. One number comes back; by chance it may be negative,
# though KL never is.

# %%
kl_by_sampling = ex.kl_by_sampling.check(...)  # @exercise


# %%
def log_density(mean, std):
    """The logarithm of the density of N(mean, std²), as a function."""
    return lambda x: -np.log(std) - np.log(2 * np.pi) / 2 - (x - mean) ** 2 / (2 * std**2)


log_p, log_q = log_density(0.5, 0.5), log_density(-1.0, 2.0)
formula = gaussian_kl(0.5, 0.5, -1.0, 2.0)
draws = np.random.default_rng(runtime.seed(4)).normal(0.5, 0.5, (50, n_draws))  # from P, 50 times
sizes = np.logspace(1, np.log10(n_draws), 9).astype(int)
estimates = np.array([[kl_by_sampling(d[:n], log_p, log_q) for d in draws] for n in sizes])
errors = np.sqrt(np.mean((estimates - formula) ** 2, axis=1))  # (9,) root mean square of 50
spread = np.std(log_p(draws) - log_q(draws))

# %% tags=["nbval-ignore-output"]
plots.curves(
    sizes,
    {"error of the estimate": errors, "spread / √n": spread / np.sqrt(sizes)},
    x_label="number of draws n",
    y_label="error (nats), root mean square of 50",
    title="A hundred times the draws, a tenth of the error",
    says=(
        "On logarithmic axes the error of the Monte Carlo estimate lies on a straight line that"
        " falls by a factor of ten for each hundredfold of draws."
    ),
    xscale="log",
    yscale="log",
)

# %%
ratio = errors * np.sqrt(sizes) / spread
claim("error of the estimate over spread / √n, smallest", ratio.min(), at_least=0.6)
claim("error of the estimate over spread / √n, largest", ratio.max(), at_most=1.5)

# %% [markdown]
# The estimate homes in on the formula, at the pace of $1/\sqrt n$ times the spread (standard deviation) of the terms, the **standard error**: right, but slow. (Move the sliders: what costs most, a shift or the wrong width?)


# %% tags=["nbval-ignore-output"]
def two_gaussians(mean=0.5, std=0.5):
    """P = N(mean, std²) beside the standard normal Q, and their divergences both ways."""
    there, back = gaussian_kl(mean, std, 0.0, 1.0), gaussian_kl(0.0, 1.0, mean, std)
    plots.curves(
        x,
        {"P": gaussian(mean, std) / step, "Q = N(0, 1)": gaussian(0, 1) / step},
        x_label="x",
        y_label="density",
        title=f"KL(P‖Q) = {there:.2f} nats, KL(Q‖P) = {back:.2f} nats",
        says=(
            f"A Gaussian P with mean {mean} and deviation {std} beside the standard normal Q."
            f" KL(P‖Q) is {there:.2f} nats, KL(Q‖P) is {back:.2f} nats."
        ),
        xlim=(-5, 5),
        ylim=(0, 1.6),
    )


two_gaussians()
_ = interact(two_gaussians, mean=(-3.0, 3.0, 0.25), std=(0.25, 3.0, 0.25))

# %% [markdown]
# ## 6 · Mutual information: what one thing tells about another
# Two variables at once: a table of probabilities $P(x, y)$. Sum over rows or columns and you get the **marginals** $P(x)$ and $P(y)$.
# If the two had nothing to do with each other, every cell would be the product $P(x)\,P(y)$. How wrong is that belief? We have a
# measure for it, the **mutual information** (another $I$ than the surprise of an event):
#
# $$ I(X; Y) = \mathrm{KL}\bigl( P(x,y) \,\|\, P(x)P(y) \bigr) = \sum_{x,y} P(x, y) \log_2 \frac{P(x, y)}{P(x)\,P(y)} \;\ge\; 0. $$
#
# What is left to know about $X$ once $Y$ has been told is the **conditional entropy**, with $P(x|y) = P(x, y)/P(y)$:
#
# $$ H(X|Y) = -\sum_{x,y} P(x, y) \log_2 P(x|y) \;\ge\; 0; $$
#
# 0 when $Y$ settles $X$. Split the logarithms, and with $H(X, Y)$, the entropy of the whole table, you find
# $I(X; Y) = H(X) - H(X|Y) = H(X) + H(Y) - H(X, Y)$, and the **chain rule** $H(X, Y) = H(Y) + H(X|Y)$: to tell both, tell $Y$, then what is still open about $X$. (With a comma between random variables $H$ is this *joint* entropy, not section 3's cross-entropy.)
#
# ### Exercise · conditional entropy
# In NumPy: a table $P(x, y)$ comes in (rows are values of $x$, columns of $y$), and $H(X|Y)$ comes back, one number. Rows and columns that never occur add nothing.

# %%
conditional_entropy = ex.conditional_entropy.check(...)  # @exercise

# %% [markdown]
# Now the better model that section 2 promised: both of you know the pixel to the left when the next word is chosen, and a table of all pairs.
# On MNIST zlib needed 1.67 bits a pixel, the histogram 1.96. What will one neighbour do? And on the test pictures, with the table of the training pictures?


# %%
def pair_table(stream):
    """P(pixel, left neighbour) of a stream of grey levels, shape (256, 256)."""
    left, this = stream[:-1].astype(int), stream[1:].astype(int)
    return np.bincount(256 * this + left, minlength=256 * 256).reshape(256, 256) / len(left)


pair_p = pair_table(stream)
H_left = conditional_entropy(pair_p)

believed = pair_p + 1e-8  # a code needs a word for pairs that have not been seen yet
believed /= believed.sum(axis=0)  # Q(pixel | left neighbour)
unseen = pair_table(np.round(digits.x_test * 255).astype("uint8").ravel())
H_unseen = -np.sum(unseen * np.log2(believed))  # a cross-entropy

# %% tags=["nbval-ignore-output"]
plots.bars(
    ["histogram:\nentropy", "zlib", "left pixel known:\nH(X|Y)", "the same,\ntest pictures"],
    [H, zipped, H_left, H_unseen],
    y_label="bits per pixel",
    title="Knowing one neighbour beats zlib",
    says=(
        f"Bits per pixel: entropy of the histogram {H:.2f}, zlib {zipped:.2f}, entropy of a pixel"
        f" when its left neighbour is known {H_left:.2f}, and cost of test pictures by the same"
        f" table {H_unseen:.2f}."
    ),
    fmt="%.2f",
)

# %%
claim("zlib minus entropy given the left pixel", zipped - H_left, at_least=0.15, unit="bits")
claim(
    "zlib minus cost of test pictures by that table", zipped - H_unseen, at_least=0.1, unit="bits"
)

# %% [markdown]
# The call is shorter than zlib's. (zlib's bits hold all that the receiver needs; ours leave out the table, which fits other pictures nearly as well. And words of whole bits will not do: *arithmetic coding* comes within a hair of the entropy of its model.)
#
# ### Exercise · mutual information
# In NumPy: a table comes in, one number comes back. Rows or columns that never occur add nothing.

# %%
mutual_information = ex.mutual_information.check(...)  # @exercise

# %% [markdown]
# ### The crackling line
# Back to the telephone, with a yes–no code: your friend sends fair bits $X$, and the line flips each with probability $\varepsilon$
# (“epsilon”) before it reaches you as $Y$ (the **binary symmetric channel**). How much gets through? At $\varepsilon = 0$ everything, 1 bit. At $\varepsilon = \frac12$
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
    says=(
        "Mutual information against the flip probability: a valley, 1 bit at 0, nothing at one"
        " half, and 1 bit again at 1."
    ),
    ylim=(0, 1.05),
)

# %%
claim(
    "mutual information at 20 % flips",
    mutual_information(noisy_line(0.2)),
    at_least=0.278,
    at_most=0.2781,
    unit="bits",
    exact=True,
)
arch = np.array([1 - entropy(np.array([flip, 1 - flip])) for flip in flips])
gap = np.abs(through - arch).max()
claim("largest gap between the curve and 1 − H(ε)", gap, at_most=1e-10, unit="bits", exact=True)

coin_and_x = np.stack(apart[20]) / 2  # (2, 1601) heads: x from P, tails: x from Q, 2 apart
gap = abs(mutual_information(coin_and_x) - js_apart[20])
claim(
    "what x tells about the coin, minus Jensen–Shannon", gap, at_most=1e-9, unit="bits", exact=True
)

# %% [markdown]
# The valley is the coin's arch turned over: what gets through is 1 bit minus the entropy of the noise, the line's **capacity** (no other bits get more through than fair ones). At $\varepsilon = 1$ you invert
# every bit and lose nothing. The last line keeps the promise of section 3: Jensen–Shannon is the mutual information of $x$ and the coin that chose its distribution.
#
# ### Which pixel gives the digit away?
# You may see one pixel of a digit, lit or not (above or below mid-grey), and must guess which digit it is. Which one do you ask for?
# For each pixel there is a table of 2 × 10 probabilities: lit or not, by class. Its mutual information (**information gain**, in decision trees) says how many of
# the class's $\log_2 10 = 3.3$ bits that pixel tells.

# %%
lit, labels = (digits.x_train > 0.5).reshape(-1, 784), digits.y_train  # (n, 784), (n,)
p_class = np.bincount(labels) / len(labels)  # (10,)
p_lit = np.stack([lit[labels == c].mean(axis=0) for c in range(10)])  # (10, 784) P(lit | class)
joint = np.stack([p_lit, 1 - p_lit]) * p_class[:, None]  # (2, 10, 784) lit or not, class, pixel
tells = np.array([mutual_information(joint[:, :, i]) for i in range(784)])  # (784,) bits

# %% tags=["nbval-ignore-output"]
best = tells.argmax()
row, column = divmod(best, 28)
often = np.flatnonzero(lit.mean(axis=0) >= 0.4)  # lit in four pictures of ten, or more
idle = often[tells[often].argmin()]
low, at = divmod(idle, 28)
plots.heatmaps(
    {
        "how often it is lit": lit.mean(axis=0).reshape(28, 28),
        "tells about the class (bits)": tells.reshape(28, 28),
    },
    title=f"Row {row}, column {column} tells most; × is lit as often, and tells little",
    mark=(low, at),
    says=(
        "Two maps of 28 by 28 pixels. Left, how often each is lit: a bright blob in the middle,"
        " dark borders. Right, mutual information with the class: the border tells nothing,"
        f" patches inside tell most, up to {tells[best]:.2f} bits at row {row}, column {column}."
        f" A cross marks row {low}, column {at}, which is lit often and tells little."
    ),
)

# %%
H_class = entropy(p_class)
claim("entropy of the class", H_class, at_least=3.3, at_most=np.log2(10), unit="bits", exact=True)
claim("tells, least of those often lit over the best", tells[idle] / tells[best], at_most=0.3)
claim(
    "what the best pixel tells",
    tells[best],
    at_least={"mnist": 0.3, "offline": 0.25},
    at_most=0.5,
    unit="bits",
)
claim("sum over all pixels", tells.sum(), at_least=10 * H_class, unit="bits")

# %% tags=["nbval-ignore-output"]
print(f"P(lit | class), row {row}, column {column} | row {low}, column {at}:")
for c in np.argsort(p_lit[:, best]):
    one, other = p_lit[c, best], p_lit[c, idle]
    print(f"  {c}: {one:.2f} {'█' * round(25 * one):25} | {other:.2f} {'█' * round(25 * other)}")
print(f"all: {lit.mean(axis=0)[best]:.2f} {'':25} | {lit.mean(axis=0)[idle]:.2f}")

# %% [markdown]
# On MNIST the best pixel, worth 0.31 of 3.3 bits, is close to the centre: it is the hole of the 0, beside the stroke of a 7, and on
# that of a 1, a 3 or an 8. Pixels at the border are hardly ever lit: no entropy, nothing to tell. But the second list is of a pixel (×) that is lit in 47 % of the pictures, nearly a full bit of entropy, and tells 0.05 bits, since
# every digit lights it about as often, in 28 to 67 %. $I(X; Y) = H(Y) - H(Y|X)$, with $X$ the class and $Y$ the pixel (here columns and rows: $I$ is symmetric), takes both: something to know, and a class that settles it.
#
# And if you heard the grey level, instead of lit or not? Rounding it to fewer levels is a computation $Y \to Z$ that knows nothing else of $X$. Split what the pair $(Y, Z)$ tells in two ways (the chain rule again), $I(X; Y, Z) = I(X; Y) + I(X; Z|Y) = I(X; Z) + I(X; Y|Z)$, where $I(X; Z|Y)$ is the average over $y$ of what $Z$ tells once $Y = y$ is known. $I(X; Z|Y) = 0$, since $Z$ is computed from $Y$. And $I(X; Y|Z)$, an average of KLs, is not negative. So
#
# $$ I(X; Z) \le I(X; Y), $$
#
# the **data processing inequality**: no computation adds information about $X$. Guess how much is lost from 16 levels to 2.

# %%
by_levels = {}
for levels in (16, 8, 4, 2):
    seen = grey[:, best].astype(int) * levels // 256
    table = np.bincount(labels * levels + seen, minlength=10 * levels).reshape(10, levels)
    by_levels[levels] = mutual_information(table / table.sum())

# %% tags=["nbval-ignore-output"]
print(", ".join(f"{levels} levels: {bits:.3f} bits" for levels, bits in by_levels.items()))

# %%
smallest = -np.diff(list(by_levels.values())).max()
claim("bits lost by halving the levels, smallest", smallest, at_least=0, unit="bits", exact=True)

# %% [markdown]
# A little at each step, a fifth in all (on MNIST, from 0.39 to 0.31 bits).
#
# And yet all pixels, added up one by one, “tell” 50 bits about a class that has only 3.3: neighbours say the same thing again and again (**redundancy**). A good *code* drops repetitions. That is chapter 02.

# %% [markdown]
# ## 7 · What to take away
# | measure | question it answers |
# | --- | --- |
# | surprise $-\log P(x)$ | how much news is $x$? |
# | entropy $H(P)$ | how short can the call be, symbol by symbol? |
# | cross-entropy $H(P,Q)$ | what does it cost with belief $Q$? |
# | $\mathrm{KL}(P\Vert Q)$ | how much of that is waste? |
# | Jensen–Shannon | can you tell which of two an $x$ came from? |
# | conditional entropy $H(X\|Y)$ | what is still open about $X$, once $Y$ is known? |
# | mutual information $I(X;Y)$ | what does $Y$ tell about $X$? |
#
# **Ask yourself.** (1) Why may zlib beat the entropy of the pixels, and of which model is that entropy? (2) A loss of 0.02 nats: how probable did the network find the
# truth? (3) When is $I(X; Y)$ as large as $H(X)$?
#
# <details><summary>Answers</summary>
#
# (1) It uses runs; the entropy is that of pixels drawn independently from a histogram. (2) exp(−0.02) = 0.98.
# (3) When Y settles X, H(X|Y) = 0, as at ε = 0 and at ε = 1.
#
# </details>
#
# **If you read the sources** (chapter 00 says who they are), mind their slips: the [appendix](99_corrections_to_the_sources.ipynb) has those of this chapter in rows 4 to 13, 20, 25 and 54.
#
# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Crowley, *Generative Networks and the AutoEncoder*, section 3; Crowley, lesson 9 (KL and
# sparsity); Laurent, slides (mutual information); Canziani, notes (reconstruction costs). Papers and books: C. E. Shannon, *A Mathematical Theory of
# Communication*, 1948; S. Kullback and R. A. Leibler, *On Information and Sufficiency*, 1951; D. A. Huffman, *A Method for the
# Construction of Minimum-Redundancy Codes*, 1952; J. Lin, *Divergence Measures Based on the Shannon Entropy*, 1991; T. M. Cover and J. A. Thomas,
# *Elements of Information Theory*, 2006.
#
# **Next**: [02, autoencoders](02_autoencoders.ipynb): a network that makes the call short.
