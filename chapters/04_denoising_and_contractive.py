# %% [markdown]
# # 04 · Denoising and contractive autoencoders: what does a network that has to clean learn?
#
# **You need** [chapter 02](02_autoencoders.ipynb) (autoencoders, cross-entropy from logits, PSNR, Bayes's rule) and the Jacobian, the matrix of a
# function's partial derivatives; [chapter 03](03_sparse_autoencoders.ipynb) helps, but is not needed. **It runs in** {{minutes}} on two CPU cores; with
# the exercises, allow an evening.
#
# Cover half a word with your hand, and you still read it: you know the language. A network that restores what was spoiled has to know what digits look like.
#
# Here we train one, put it up against four tuned filters, and ask what it has learned. The answer is a surprise: which way pictures get more probable.
# Follow it in small steps, and the cleaner draws. The last part replaces the noise by a penalty on derivatives; for small noise the two nearly agree.
#
# By the end you will be able to
# - train a network to undo noise, and compare it fairly: tuned opponents, a learned linear one, noise of another kind;
# - explain why a denoiser's step is $\sigma^2$ times the slope of the log of a *smoothed* density, and its Jacobian a covariance;
# - draw pictures with a denoiser, in a loop of five lines;
# - write the contractive penalty in closed form, or estimate it by Hutchinson's trick;
# - say what noise and a penalty on derivatives have in common.

# %% tags=["nbval-ignore-output"]
import math

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage
from scipy.special import softmax
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle

from course_utils import data, metrics, plots, runtime
from course_utils.exercises import ch04 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=4)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import layers, ops

from course_utils.scoring import frozen_classifier

digits = data.load_digits()

# %%
offline = digits.name == "offline"
images = budget(smoke=600, quick=45_000, full=60_000)  # at most so many training pictures
tests = budget(smoke=60, quick=500, full=2_000)  # test pictures on which all denoisers are compared
tuning = budget(smoke=5, quick=60, full=500)  # training pictures on which the filters are tuned
epochs = budget(smoke=1, quick=4 if offline else 1, full=20)  # passes over the training pictures
channels = budget(smoke=8, quick=32, full=64)  # of the first layer of the denoiser
x_narrow = digits.x_train[: budget(smoke=300, quick=15_000, full=60_000)]  # for variants of it
sigmas = (0.25, 0.5, 1.0)  # deviations of the noise in the comparisons

x_train = digits.x_train[:images]  # (n, 28, 28, 1)
x_test, y_test = digits.x_test[:tests], digits.y_test[:tests]

# %% [markdown]
# ## 1 · Three ways to spoil a picture
# A **corruption** is a random process $C(\tilde x|x)$: from a clean picture $x$ it makes a spoiled one, $\tilde x$ (“x tilde”), a different one each
# time. Three are common. *Gaussian noise* adds to each pixel $d$ a number of its own, $\tilde x_d = x_d + \sigma \varepsilon_d$ with $\varepsilon_d$ from a
# standard normal distribution; $\sigma$ (`sigma`, not the sigmoid of earlier chapters) is its standard deviation, where black is 0 and white is 1. *Masking* sets pixels to 0, each with the same
# probability. *Salt and pepper*, or impulse noise, sets them to 0 or 1.

# %% [markdown]
# ### Exercise · masking
# In NumPy: return an array, a copy with some pixels at 0, drawn with the generator `rng` that is handed in. A detail decides whether it is any use for training: *which* numbers have to be drawn anew?

# %%
mask_pixels = ex.mask_pixels.check(...)  # @exercise

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(runtime.seed(1))
spoiled = {
    "clean": x_test[:8],
    "Gaussian 0.25": data.add_gaussian(x_test[:8], 0.25, seed=runtime.seed(1)),
    "Gaussian 0.5": data.add_gaussian(x_test[:8], 0.5, seed=runtime.seed(1)),
    "Gaussian 1": data.add_gaussian(x_test[:8], 1.0, seed=runtime.seed(1)),
    "half masked": mask_pixels(x_test[:8], 0.5, rng),
    "salt and pepper": data.salt_and_pepper(x_test[:8], 0.5, seed=runtime.seed(1)),
}
plots.images(
    np.concatenate(list(spoiled.values())),
    columns=8,
    row_labels=list(spoiled),
    title="Which of these can you still read?",
    says=(
        "Six rows of eight digits: clean; with Gaussian noise of deviation 0.25, 0.5 and 1; with"
        " half of the pixels black; and with half of the pixels black or white. At deviation 1 the"
        " digits are hard to make out."
    ),
)

# %% [markdown]
# You probably read the rows up to $\sigma = 0.5$, and guess at 1. (Shown clipped; computed with unclipped.) The mean square of the noise is $\sigma^2$, so the noisy pictures' PSNR, from chapter 02, is $-10 \log_{10} \sigma^2$:

# %%
for sigma in sigmas:
    noisy = data.add_gaussian(x_test, sigma, seed=runtime.seed(2))
    gap = abs(np.mean(metrics.psnr(noisy, x_test)) + 20 * np.log10(sigma))
    name = f"noise {sigma}: PSNR, distance from the formula"
    claim(name, gap, at_most=0.2, unit="dB", exact=True)

# %% [markdown]
# A **denoising autoencoder** sees the spoiled picture and is scored against the *clean* one:
#
# $$ \text{minimise}\quad \mathbb E_{x}\, \mathbb E_{\tilde x \sim C(\tilde x|x)}\; L\bigl(x,\; g(f(\tilde x))\bigr), $$
#
# with encoder $f$, decoder $g$ and a loss $L$, here the cross-entropy of chapter 02, $-\ln p(x|\tilde x)$: the network says, for each pixel, how
# bright to expect it, *given* the spoiled picture. Copying, the bad habit of wide codes, is of no use any more, for a copy of $\tilde x$ is wrong. That is why the
# code may be as wide as we like.

# %% [markdown]
# ## 2 · Opponents
# Before a network gets credit, let others try: **baselines**. Four filters that know nothing about digits:
# - the **median** of a window of $k \times k$ pixels;
# - a **Gaussian blur**, each pixel a weighted mean of its surroundings;
# - **total variation** (Chambolle's method): the picture nearest to the noisy one whose neighbouring pixels differ little in sum, which keeps edges;
# - **non-local means**: a mean over pixels whose *surroundings look alike*, wherever they are.
#
# A filter with badly set knobs is a straw man. So each is tuned for each $\sigma$, on training pictures, and non-local means is told $\sigma$. All
# outputs, and noisy pictures that are compared with them, are clipped to $[0, 1]$ (which alone brings $\sigma = 1$ from 0 to 6 dB). PSNR is computed for each picture, then averaged. **SSIM** (structural similarity) compares local means, contrasts and structure; 1 is a perfect match.


# %%
def median(x, size):
    return ndimage.median_filter(x, size=(1, size, size, 1))


def blur(x, width):
    return ndimage.gaussian_filter(x, sigma=(0, width, width, 0))


def total_variation(x, weight):
    return np.stack([denoise_tv_chambolle(picture, weight=weight) for picture in x])


def non_local_means(x, setting):
    sigma, strength, patch, distance = setting
    options = dict(patch_size=patch, patch_distance=distance, h=strength * sigma, sigma=sigma)
    cleaned = [denoise_nl_means(picture[..., 0], fast_mode=True, **options) for picture in x]
    return np.stack(cleaned)[..., None]


# %%
def filters(sigma):
    """Of each filter, its function and the settings to choose from."""
    windows = [(sigma, h, p, d) for h in (0.4, 0.6, 0.8) for p in (5, 7) for d in (7, 11)]
    return {
        "median": (median, (2, 3, 4, 5, 7, 9)),
        "blur": (blur, (0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.5, 1.8)),
        "total variation": (total_variation, (0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.1, 1.4, 1.8)),
        "non-local means": (non_local_means, windows),
    }


def decibels(x_hat, x):
    """PSNR of restored pictures, clipped to [0, 1], averaged over the pictures."""
    return np.mean(metrics.psnr(x_hat.clip(0, 1), x))


# %% tags=["nbval-ignore-output"]
clean = x_train[:tuning]
noisy_test = {sigma: data.add_gaussian(x_test, sigma, seed=runtime.seed(2)) for sigma in sigmas}
restored = {sigma: {} for sigma in sigmas}  # restored[sigma][method], shape (tests, 28, 28, 1)
for sigma in sigmas:
    noisy = data.add_gaussian(clean, sigma, seed=runtime.seed(3))
    results = []
    for name, (method, settings) in filters(sigma).items():
        best = max(settings, key=lambda setting: decibels(method(noisy, setting), clean))
        restored[sigma][name] = method(noisy_test[sigma], best).clip(0, 1)
        results.append(f"{name} {decibels(restored[sigma][name], x_test):.1f} dB")
    print(f"noise {sigma}: " + ", ".join(results))

# %% [markdown]
# No filter wins everywhere. With little noise, non-local means is far ahead; with strong noise no two surroundings look alike, and plain blur does
# nearly as well as anything. The median is last, or nearly so.
#
# A fifth opponent learns. The best *linear* denoiser (a learned **Wiener filter**) is a matrix $W$ with $784 \times 784$ weights and a bias $b$: every
# output pixel a weighted sum of all noisy pixels. A formula gives it, without gradient descent:
#
# $$ \min_{W, b}\; \sum_{m} \lVert \tilde x_m W + b - x_m \rVert^2 + \kappa \lVert W \rVert^2, $$
#
# a sum over training pictures $m$ (rows, as always), and a small penalty on the weights, not on the bias: **ridge regression**. $\kappa$ (`ridge`)
# keeps it solvable when there are fewer pictures than pixels. Set the derivative to 0: with the noisy pictures as the rows of $\tilde X$ and the clean
# ones as the rows of $X$, both *minus their means*, $W = (\tilde X^\top \tilde X + \kappa I)^{-1}\, \tilde X^\top X$.

# %% [markdown]
# ### Exercise · the best linear denoiser
# In NumPy: return two arrays, $W$ and $b$. Which $b$ belongs to it?

# %%
linear_denoiser = ex.linear_denoiser.check(...)  # @exercise

# %% [markdown]
# Now something curious. Add noise to clean pictures $X$. On average $\tilde X^\top X$ stays $X^\top X$, and $\tilde X^\top \tilde X$ becomes $X^\top X$ with
# $n\sigma^2$ more on the diagonal, for $n$ pictures. That is what a ridge does. So we need no noise at all: **clean pictures
# in, clean pictures out, and a ridge of $n\sigma^2$.** Check it on real noise:

# %%
flat = x_train.reshape(len(x_train), 784)
for sigma in sigmas:
    W, b = linear_denoiser(flat, flat, ridge=len(flat) * sigma**2)  # no noise anywhere
    x_hat = noisy_test[sigma].reshape(-1, 784) @ W + b
    restored[sigma]["linear"] = x_hat.clip(0, 1).reshape(-1, 28, 28, 1)

noisy = data.add_gaussian(flat, 0.5, seed=runtime.seed(4))
W, b = linear_denoiser(noisy, flat, ridge=1.0)  # with noise
with_noise = (noisy_test[0.5].reshape(-1, 784) @ W + b).reshape(-1, 28, 28, 1)
gain = decibels(restored[0.5]["linear"], x_test) - decibels(with_noise, x_test)
claim(
    "noise 0.5: linear, ridge instead of noise, minus trained on noise",
    gain,
    at_least=-0.1,
    at_most={"mnist": 0.2, "offline": 0.6},
    unit="dB",
)

# %% [markdown]
# The same, to a fraction of a decibel (and a little *better* with few pictures: the ridge is noise averaged over all its draws). Keep it in mind: for a
# linear denoiser, noise in the input **is** a penalty on the weights, that is, on the derivative of its output, which is $W$. Section 10 finds nearly the same for networks, if there is little noise.

# %% [markdown]
# ## 3 · The network
# The noise is drawn inside the model, by a layer that only acts in training, so every step sees new noise: a fixed noisy copy would soon be learned by
# heart. And each picture gets a $\sigma$ of its own, between 0.1 and 1.1: *one* network serves for all three comparisons, and nobody tells it how strong
# the noise is (a **blind** denoiser).


# %%
class Corrupt(layers.Layer):
    """In training, hands on corrupt(x, seed), drawn anew in every step; otherwise hands x on."""

    def __init__(self, corrupt, seed):
        super().__init__()
        self.corrupt = corrupt
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        return self.corrupt(x, self.generator) if training else x


def gaussian(x, seed):
    """Noise whose deviation is drawn for each picture."""
    sigma = keras.random.uniform((ops.shape(x)[0], 1, 1, 1), 0.1, 1.1, seed=seed)
    return x + sigma * keras.random.normal(ops.shape(x), seed=seed)


# %% [markdown]
# The network is a stack of convolutions: three with stride 2 on the way down, to 14 × 14, 7 × 7 and 4 × 4 places, three transposed ones on the way up
# (chapter 08 takes them apart; one with stride 2 doubles height and width). From 4 × 4 places the network sees the whole digit and can say “this is a
# 3”. But *where exactly* the stroke ran is known best on the way down, so two **skip connections** carry its maps across: a small **U-Net**.
# An autoencoder must not have these: it could copy. A denoiser may, because a copy is wrong. The output is one logit for each pixel.


# %%
def denoiser_network(corrupt, seed, channels=channels, skips=True):
    """Spoiled pictures (batch, 28, 28, 1) to logits of the clean ones, the same shape."""
    relu = dict(activation="relu", kernel_initializer="he_normal")  # keeps the size of the outputs

    def down(h, filters, size=3):
        return layers.Conv2D(filters, size, strides=2, padding="same", **relu)(h)

    def up(h, filters):
        return layers.Conv2DTranspose(filters, 4, strides=2, padding="same", **relu)(h)

    def mix(h, filters):
        return layers.Conv2D(filters, 3, padding="same", **relu)(h)

    def join(h, skipped):
        return layers.Concatenate()([h, skipped]) if skips else h

    x = keras.Input((28, 28, 1))
    fine = down(Corrupt(corrupt, seed)(x), channels, size=5)  # (batch, 14, 14, channels)
    middle = down(fine, 2 * channels)  # (batch, 7, 7, 2·channels)
    coarse = mix(down(middle, 4 * channels), 4 * channels)  # (batch, 4, 4, 4·channels)
    h = layers.Cropping2D(((0, 1), (0, 1)))(up(coarse, 2 * channels))  # 8 × 8, cropped to 7 × 7
    h = mix(join(h, middle), 2 * channels)
    h = mix(join(up(h, channels), fine), channels)  # (batch, 14, 14, channels)
    logits = layers.Conv2DTranspose(1, 4, strides=2, padding="same")(h)  # (batch, 28, 28, 1)
    return keras.Model(x, logits)


# %%
def cross_entropy(x, logits):
    """Nats per picture: summed over all axes but the first, averaged over the batch."""
    pixels = tuple(range(1, len(x.shape)))
    return ops.mean(ops.sum(ops.softplus(logits) - x * logits, axis=pixels))


def train(model, loss, x, epochs, batch=16, rate=3e-3, verbose=0, **options):
    """Fit a model to reproduce x, with a learning rate that falls to 0 along a cosine."""
    steps = epochs * math.ceil(len(x) / batch)
    rates = keras.optimizers.schedules.CosineDecay(rate, steps)
    model.compile(keras.optimizers.Adam(rates), loss, **options)
    model.fit(x, x, batch_size=batch, epochs=epochs, verbose=verbose)


def clean_up(model, x):
    """What a denoiser makes of pictures, in [0, 1]."""
    return ops.convert_to_numpy(ops.sigmoid(model.predict(x, batch_size=500, verbose=0)))


# %% [markdown]
# `fit` is given clean pictures twice, as input and target; the noise comes in between. Training takes half a minute or more. Before you run it: by how many
# decibels will it beat the best filter at each $\sigma$?

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(5))
denoiser_gaussian = denoiser_network(gaussian, runtime.seed(5))
train(denoiser_gaussian, cross_entropy, x_train, epochs, verbose=2)
for sigma in sigmas:
    restored[sigma]["network"] = clean_up(denoiser_gaussian, noisy_test[sigma])

# %% tags=["nbval-ignore-output"]
psnr, ssim = {}, {}  # psnr[sigma][method]
for sigma in sigmas:
    methods = restored[sigma].items()
    psnr[sigma] = {name: decibels(x_hat, x_test) for name, x_hat in methods}
    ssim[sigma] = {name: np.mean(metrics.ssim(x_hat, x_test)) for name, x_hat in methods}
print(f"{'PSNR (dB) / SSIM':18}" + "".join(f"{f'noise {sigma}':>16}" for sigma in sigmas))
for name in restored[0.5]:
    row = [f"{psnr[sigma][name]:9.1f} / {ssim[sigma][name]:.2f}" for sigma in sigmas]
    print(f"{name:18}" + "".join(row))

# %%
for sigma, least in zip(sigmas, (1.0, 3.5, 3.0), strict=True):
    lead = psnr[sigma]["network"] - max(psnr[sigma][name] for name in filters(sigma))
    claim(f"noise {sigma}: network minus the best filter", lead, at_least=least, unit="dB")
for sigma, mnist, bundled in zip(sigmas, (2.2, 2.2, 1.0), (1.9, 1.6, 0.5), strict=True):
    lead = psnr[sigma]["network"] - psnr[sigma]["linear"]
    least = {"mnist": mnist, "offline": bundled}
    claim(f"noise {sigma}: network minus linear", lead, at_least=least, unit="dB")
lead = psnr[0.5]["network"] - psnr[0.5]["median"]
claim("noise 0.5: network minus median", lead, at_least=5, unit="dB")
best_other = max(value for name, value in ssim[0.5].items() if name != "network")
claim(
    "noise 0.5: SSIM of the network minus the best other",
    ssim[0.5]["network"] - best_other,
    at_least={"mnist": 0.2, "offline": 0.1},
)

# %% tags=["nbval-ignore-output"]
rows = {"clean": x_test, "σ = 0.5": noisy_test[0.5]}
rows |= {name: restored[0.5][name] for name in ("median", "non-local means", "linear", "network")}
plots.images(
    np.concatenate([x[:10] for x in rows.values()]),
    columns=10,
    row_labels=list(rows),
    title="Filters smooth the noise; the network draws the digit",
    says=(
        "Six rows of ten digits: clean; with noise of deviation 0.5; restored by the median, by"
        " non-local means, by the linear denoiser and by the network. The filters leave blotches,"
        " the linear denoiser grey clouds. The network's digits are clean."
    ),
)

# %% [markdown]
# On MNIST the network is ahead of the best filter by about 2 dB at $\sigma = 0.25$, by more than 4 at 0.5 and by more than 3 at 1, although every
# opponent was tuned or fitted for each $\sigma$. At 0.5 that leaves a third of the squared error. The most instructive opponent is the linear one: from
# 0.5 on it beats every filter, by nearly 2 dB: two fifths of the network's lead at 0.5, and three fifths at 1, come from no more than the mean and the covariance of
# digits. The rest, about 2.9 and 1.4 dB, is what a matrix cannot do. In SSIM, too, the network is far ahead: 0.87 against the linear denoiser's 0.62 at 0.5.
#
# ### At σ = 1 it no longer cleans, it guesses
# At $\sigma = 1$ the input can hardly be read. Does the network draw what was there?
# Let a classifier read the pictures: chapter 07's, trained on clean ones, which comes frozen with the course. We count what it reads as the right digit,
# and, where it misreads, how often it is sure of itself (probability at least 0.9).

# %%
classifier = frozen_classifier(digits.name)


def probabilities(x):
    """The classifier's, of pictures, shape (n, 10)."""
    return softmax(classifier.predict(x, batch_size=500, verbose=0)["logits"], axis=1)


def reading(x):
    """Of pictures of x_test's digits: which are read rightly, and which surely, (n,) each."""
    p = probabilities(x)
    return p.argmax(axis=1) == y_test, p.max(axis=1) >= 0.9


# %% tags=["nbval-ignore-output"]
rows = {"clean": x_test, "σ = 1": noisy_test[1.0]}
rows |= {name: restored[1.0][name] for name in ("blur", "linear", "network")}
read = {name: reading(x) for name, x in rows.items()}
for name, (right, sure) in read.items():
    print(
        f"{name:8} read rightly {right.mean():6.1%}, of the misread sure {sure[~right].mean():4.0%}"
    )
right, sure = read["network"]
misread = np.argsort(right | ~sure, kind="stable")[:5]  # surely
shown = [*range(5), *misread]
plots.images(
    np.concatenate([rows[name][shown] for name in ("clean", "σ = 1", "linear", "network")]),
    columns=10,
    row_labels=["clean", "σ = 1", "linear", "network"],
    title="What the network cannot see, it invents (right half: misread)",
    says=(
        "Four rows of ten digits: clean; with noise of deviation 1, in which hardly any can be"
        " read; restored by the linear denoiser, as grey clouds; restored by the network, with"
        " clear strokes. The last five are chosen: pictures that are read as another"
        " digit than the clean one, some of them whole, some broken or blurred."
    ),
)

# %%
claim("noise 1: read rightly, network", right.mean(), at_least=0.77)
sure_when_wrong = {name: sure[~right].mean() for name, (right, sure) in read.items()}
more = sure_when_wrong["network"] - sure_when_wrong["linear"]
least = {"mnist": 0.1, "offline": -0.1}
claim("noise 1: sure of what is misread, network minus linear", more, at_least=least)

# %% [markdown]
# Four of five are read as the right digit. And where the network is wrong, its picture looks more certain than the linear one's: the classifier is sure
# of about a third of its misread ones, against a tenth. A denoiser that knows what to expect *sees* what it expects (it **hallucinates**): in
# a photograph of a number plate or in an X-ray, that is dangerous. (Do not take the shares at their word: out of its distribution the classifier is sure
# of pure noise, too.) Elsewhere strokes are blurred: where one could run this way or that, the best single answer is the average.
#
# ### Take it apart
# What do the skips bring? And decibels are squared error, so why not train on squared error, behind a sigmoid that keeps pixels in $[0, 1]$? Three
# narrower networks, on fewer pictures: one as before, for a control, one without skips, one with squared error.


# %% tags=["nbval-ignore-output"]
def squared_error_of_pixels(x, logits):
    """Behind a sigmoid: summed over the pixels, averaged over the batch."""
    return ops.mean(ops.sum((x - ops.sigmoid(logits)) ** 2, axis=(1, 2, 3)))


variants = {
    "control": (True, cross_entropy),
    "without skips": (False, cross_entropy),
    "squared error": (True, squared_error_of_pixels),
}
narrow = {}  # narrow[variant][sigma]: what it makes of noisy_test[sigma]
for name, (skips, loss) in variants.items():
    keras.utils.set_random_seed(runtime.seed(15))
    model = denoiser_network(gaussian, runtime.seed(15), channels=min(channels, 16), skips=skips)
    train(model, loss, x_narrow, 1)
    narrow[name] = {sigma: clean_up(model, noisy_test[sigma]) for sigma in sigmas}
brightest = {name: cleaned[0.5].max() for name, cleaned in narrow.items()}
print("brightest pixel: " + ", ".join(f"{name} {value:.2f}" for name, value in brightest.items()))

# %% tags=["nbval-ignore-output"]
narrow_psnr = {  # at each strength of the noise
    name: [decibels(x_hat, x_test) for x_hat in narrow[name].values()]
    for name in ("control", "without skips")
}
values = [
    f"{name} " + ", ".join(f"{value:.1f}" for value in at_each)
    for name, at_each in narrow_psnr.items()
]
plots.grouped_bars(
    [f"σ = {sigma:g}" for sigma in sigmas],
    narrow_psnr,
    y_label="PSNR (dB)",
    title="Skips help with little noise; at σ = 1 they make no difference",
    says="PSNR of the narrow network with and without skips as bars, at deviations 0.25, 0.5 and"
    " 1: " + "; ".join(values) + ".",
    fmt="%.1f",
)

# %%
by_skips = np.subtract(*narrow_psnr.values())  # (3,)
claim("noise 0.25: with skips minus without", by_skips[0], at_least=1.5, unit="dB")
claim("noise 1: with skips minus without", by_skips[2], at_least=-0.7, at_most=0.5, unit="dB")
claim(
    "squared error behind a sigmoid: brightest pixel in all its outputs",
    brightest["squared error"],
    at_most={"mnist": 0.1, "offline": 1.1},  # offline nothing is claimed, see below
)
claim("control: brightest pixel in all its outputs", brightest["control"], at_least=0.8)

# %% [markdown]
# Without skips all that is known about the picture has to pass 4 × 4 places (1,024 numbers in these narrow networks: what is lost is place, not room). With little noise that costs more than 2 dB, presumably because the strokes
# come out a little off; at $\sigma = 1$, where nobody can see *exactly* where they ran, nothing.
#
# The third network draws nothing at all, whatever it is shown: on MNIST in every run (on the bundled digits in two
# of five). Four pixels out of five are black, so “all black” is quickly found; and there, presumably, the sigmoid is flat, or *saturated*. Squared error sends its
# gradient through the sigmoid's slope $\hat x(1 - \hat x)$, which is 0 where $\hat x$ is 0 (a **vanishing gradient**). One fix is
# cross-entropy from logits: its gradient is $\hat x - x$, without that factor (chapter 01).

# %% [markdown]
# ## 4 · Noise it has never seen
# “Irrespective of what noise is added”, Canziani's notes say, the original is retrieved. Ours, trained on Gaussian noise of every strength up to 1.1, now gets pictures with half of their pixels masked.
#
# ### Exercise · will it cope?
# - `"a"`: yes, as well as one that was trained on masks
# - `"b"`: it does far worse than one that was trained on masks
# - `"c"`: it returns black pictures, since masks have nothing in common with Gaussian noise

# %%
ex.other_noise.check(...)  # @exercise

# %% [markdown]
# For comparison, a second network: equal in all but the corruption. Both get four inputs. In the last three the same
# share of pixels is lost; what differs is what stands in their place: black, black or white, or grey.


# %% tags=["nbval-ignore-output"]
def masked(x, seed):
    """Half of the pixels set to 0."""
    return x * ops.cast(keras.random.uniform(ops.shape(x), seed=seed) > 0.5, "float32")


keras.utils.set_random_seed(runtime.seed(6))
denoiser_masks = denoiser_network(masked, runtime.seed(6))
train(denoiser_masks, cross_entropy, x_train, epochs, verbose=2)

# %%
ones = np.ones(x_test.shape, "float32")
holes = mask_pixels(ones, 0.5, np.random.default_rng(runtime.seed(6))) == 0  # True: missing
masked_test = np.where(holes, 0, x_test).astype("float32")
inputs = {
    "Gaussian, σ = 0.5": noisy_test[0.5],
    "half black": masked_test,
    "half salt and pepper": data.salt_and_pepper(x_test, 0.5, seed=runtime.seed(6)),
    "half grey": np.where(holes, 0.5, x_test).astype("float32"),
}
denoisers = {"trained on Gaussian": denoiser_gaussian, "trained on masks": denoiser_masks}
transfer = {}  # transfer[network], PSNR on each of the inputs
for name, model in denoisers.items():
    transfer[name] = [decibels(clean_up(model, x), x_test) for x in inputs.values()]
transfer["left as it is"] = [decibels(x, x_test) for x in inputs.values()]

# %% tags=["nbval-ignore-output"]
says = "PSNR as bars on Gaussian noise and with half of the pixels black, black or white, or grey. "
for name, values in transfer.items():
    says += f"{name}: " + ", ".join(f"{value:.1f}" for value in values) + " dB. "
says += (
    "On the first two, the network that was trained on it is far ahead; on the others the one"
    " trained on Gaussian noise."
)
plots.grouped_bars(
    list(inputs),
    transfer,
    y_label="PSNR (dB)",
    title="A denoiser undoes the noise it knows; with another, it depends",
    says=says,
    fmt="%.1f",
)

# %% tags=["nbval-ignore-output"]
rows = {"clean": x_test[:8], "half black": masked_test[:8]}
rows |= {name: clean_up(model, masked_test[:8]) for name, model in denoisers.items()}
rows |= {"half grey": inputs["half grey"][:8]}
rows |= {"by the first": clean_up(denoiser_gaussian, inputs["half grey"][:8])}
plots.images(
    np.concatenate(list(rows.values())),
    columns=8,
    row_labels=list(rows),
    title="To the first network, black is evidence of black; grey leaves it open",
    says=(
        "Six rows of eight digits: clean; with half of the pixels black; what the network trained"
        " on Gaussian noise makes of it, thin and broken strokes; what the one trained on masks"
        " makes of it, whole digits; with half of the pixels grey; and what the first network makes"
        " of that, most of them whole, some smeared."
    ),
)

# %%
by_gaussian, by_masks, untouched = map(np.array, transfer.values())  # (4,): PSNR on each input
ahead = by_gaussian - by_masks
claim("Gaussian noise: trained on it minus trained on masks", ahead[0], at_least=5, unit="dB")
claim("half black: trained on masks minus trained on Gaussian", -ahead[1], at_least=5, unit="dB")
claim("salt and pepper: trained on Gaussian minus on masks", ahead[2], at_least=5, unit="dB")
gains = by_gaussian - untouched
claim("half black: trained on Gaussian minus doing nothing", gains[1], at_most=1, unit="dB")
painted = by_gaussian[3] - by_gaussian[1]
claim("trained on Gaussian: holes in grey minus in black", painted, at_least=4, unit="dB")

# %% [markdown]
# So “irrespective” is not what was learned. On black holes the first network is more than 9 dB behind the second, and no better than doing nothing:
# perhaps because black is evidence of background, and because a background without noise looks clean, so that this blind network trusts what it sees. Yet the
# *unknown* as such does not hurt: the first network copes with salt and pepper and with grey holes, which it never met; with the very same pixels lost, it gains about 6 dB by having the holes painted grey. The network
# trained on masks does *worse* than nothing on all other inputs: presumably it has learned to trust every bright pixel. Whether a network's habits fit what is **out
# of distribution** is something to measure, not to hope for.

# %% [markdown]
# ## 5 · Missing pixels
# Now we *know* which pixels are missing (a dead sensor, a blank field in a form), so only the holes are filled, and only they are scored: **inpainting** in pictures, **imputation** in tables.

# %% [markdown]
# ### Exercise · score the holes
# In NumPy: return one number, the mean of the squared errors of *all* missing pixels, whichever picture they are in.

# %%
error_on_missing = ex.error_on_missing.check(...)  # @exercise

# %% [markdown]
# Fill the holes in four ways: with the mean picture of the training set; with a weighted mean of the known neighbours (a blur of the picture divided by
# the same blur of the map of known pixels: a **normalised convolution**); with the conditional mean of a Gaussian that has the mean and covariance of
# the training pictures, which is linear, with other weights for each mask; and with the network, which is not told where the holes are. The width of the
# second and the ridge of the third are tuned on training pictures.


# %%
def neighbours(x, missing, width):
    """Each pixel as a weighted mean of the known ones around it."""
    known = 1.0 - missing
    return blur(x * known, width) / np.maximum(blur(known, width), 1e-3)


mean, covariance = flat.mean(axis=0), np.cov(flat.T)  # (784,), (784, 784)


def conditional_mean(x, missing, ridge):
    """Missing pixels from the known ones, if pictures were Gaussian: x, missing (n, 784)."""
    filled = np.where(missing, mean, x)
    for one, holes in zip(filled, missing, strict=True):
        known = ~holes
        weights = np.linalg.solve(
            covariance[np.ix_(known, known)] + ridge * np.eye(known.sum()), one[known] - mean[known]
        )
        one[holes] += covariance[np.ix_(holes, known)] @ weights
    return filled


# %%
clean_holes = mask_pixels(np.ones(clean.shape), 0.5, np.random.default_rng(runtime.seed(7))) == 0
clean_rows, clean_hole_rows = clean.reshape(-1, 784), clean_holes.reshape(-1, 784)


def tuned(fill, settings):
    """The setting with which `fill` makes the smallest error in the holes of tuning pictures."""

    def error(setting):
        return error_on_missing(fill(setting).reshape(-1, 784), clean_rows, clean_hole_rows)

    return min(settings, key=error)


width = tuned(lambda w: neighbours(clean, clean_holes, w), (0.6, 0.8, 1.0, 1.2, 1.5))
ridge = tuned(lambda a: conditional_mean(clean_rows, clean_hole_rows, a), (1e-4, 1e-3, 1e-2))
x_rows, hole_rows = x_test.reshape(-1, 784), holes.reshape(-1, 784)
filled = {
    "mean picture": np.broadcast_to(mean, x_rows.shape),
    "neighbours": neighbours(x_test, holes, width),
    "Gaussian": conditional_mean(x_rows, hole_rows, ridge).clip(0, 1),
    "network": clean_up(denoiser_masks, masked_test),
}
missing_error = {}
for name, x_hat in filled.items():
    missing_error[name] = error_on_missing(x_hat.reshape(-1, 784), x_rows, hole_rows)

# %% tags=["nbval-ignore-output"]
errors = ", ".join(f"{name} {error:.4f}" for name, error in missing_error.items())
plots.bars(
    missing_error.keys(),
    missing_error.values(),
    y_label="squared error per missing pixel",
    title="Half of the pixels are missing; knowing digits fills them in",
    says=f"Squared error per missing pixel as bars: {errors}.",
    fmt="%.4f",
)

# %%
claim(
    "missing pixels: error of the network over the Gaussian",
    missing_error["network"] / missing_error["Gaussian"],
    at_least={"mnist": 0.75, "offline": 0.95},
    at_most={"mnist": 0.98, "offline": 1.3},
)
claim(
    "missing pixels: error of the Gaussian over neighbours",
    missing_error["Gaussian"] / missing_error["neighbours"],
    at_most=0.7,
)

# %% [markdown]
# Mean and covariance, with the right weights for each mask, make half of the error of the neighbours. The network, trained for less than a minute, is about
# 5 % ahead of them on MNIST, although it finds the holes by itself, and a little behind on the bundled digits.
#
# ## 6 · A denoiser is a field of arrows
# What has a network learned that can clean? Take “pictures” of two numbers, so that we can see all of them: $K = 60$ points $c_1, \dots, c_K$ on a spiral,
# each equally probable. That is the whole data set. Noise of deviation $\sigma = 0.1$ (`toy_sigma`) moves a point to some $y$ beside the spiral; a
# denoiser moves it back. Where to? It cannot know which of the 60 it was.

# %%
K, toy_sigma = 60, 0.1
angle = np.sqrt(np.linspace(0.5**2, 2.6**2, K)) * np.pi  # the root makes the points evenly spaced
points = angle[:, None] / (2.6 * np.pi) * np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (K, 2)

# %% [markdown]
# ### Exercise · the best guess
# Chapter 02: the output with the smallest expected squared error is an average (the **posterior mean**), here of the 60 points, weighted with their posterior probabilities
# $p(c_k|y)$ given the noisy point $y$. Bayes's rule gives these, with the likelihood $p(y|c_k) \propto e^{-\lVert y - c_k \rVert^2 / 2\sigma^2}$. In
# NumPy: return an array, one guess for each row of `y`. Mind a $y$ that is far from every $c_k$.

# %%
best_guess = ex.best_guess.check(...)  # @exercise

# %% [markdown]
# Now the surprise. Noisy points have a density of their own, one Gaussian bump around each of the data points,
#
# $$ p_\sigma(y) = \frac1K \sum_{k=1}^{K} \frac{1}{2\pi\sigma^2}\, e^{-\lVert y - c_k \rVert^2 / 2\sigma^2}, \qquad
#    \nabla p_\sigma(y) = \frac1K \sum_{k=1}^{K} \frac{c_k - y}{\sigma^2} \cdot \frac{1}{2\pi\sigma^2}\, e^{-\lVert y - c_k \rVert^2 / 2\sigma^2}. $$
#
# Divide the second by the first. On the left stands $\nabla p_\sigma / p_\sigma = \nabla \ln p_\sigma$, called the **score**. On the right each bump,
# divided by the sum of all, is a posterior weight, $p(c_k|y)$, and these sum to 1:
#
# $$ \nabla \ln p_\sigma(y) = \sum_{k=1}^{K} p(c_k|y)\, \frac{c_k - y}{\sigma^2} = \frac{r(y) - y}{\sigma^2}, \qquad r(y) = \sum_{k=1}^{K} p(c_k|y)\, c_k \ \text{ the best guess.} $$
#
# **The best denoiser's step points uphill on the log density of the noisy data**, and knows the steepness (**Tweedie's formula**; Miyasawa, 1961; for
# any data, if the noise is Gaussian). Check it, with a gradient by autodiff that knows nothing of guesses:

# %%
rng = np.random.default_rng(runtime.seed(9))
y = points[rng.integers(0, K, 2000)] + toy_sigma * rng.normal(size=(2000, 2))  # noisy points
with tf.GradientTape() as tape:
    at = tf.constant(y)
    tape.watch(at)
    squares = ops.sum((at[:, None] - points) ** 2, axis=2)  # (2000, K)
    log_density = ops.logsumexp(-squares / (2 * toy_sigma**2), axis=1)  # up to a constant
slope = tape.gradient(log_density, at).numpy()  # (2000, 2)
claim(
    "largest gap between best guess and y + σ² × slope",
    np.abs(best_guess(y, points, toy_sigma) - y - toy_sigma**2 * slope).max(),
    at_most=1e-9,
    exact=True,
)

# %% [markdown]
# ### Exercise · read the slope
# In one dimension: the best denoiser for $\sigma = 0.2$ maps $y = 1$ to $r(y) = 0.8$. What is the slope of $\ln p_\sigma$ at $y = 1$?
# Give a number.

# %%
ex.slope_of_log_p.check(...)  # @exercise

# %% [markdown]
# Does a network that is only trained to move noisy points back find the same arrows? It never sees a density.


# %%
def small_noise(x, seed):
    return x + toy_sigma * keras.random.normal(ops.shape(x), seed=seed)


def squared_error(x, x_hat):
    """Summed over the coordinates, averaged over the batch."""
    return ops.mean(ops.sum((x - x_hat) ** 2, axis=-1))


def small_net():
    """From the plane to the plane: two hidden layers of 128."""
    dense = [layers.Dense(128, "gelu") for _ in range(2)]
    return keras.Sequential([keras.Input((2,)), layers.Rescaling(5.0), *dense, layers.Dense(2)])


def behind_noise(net, seed):
    """The network as it is trained: what it gets to see is noisy."""
    return keras.Sequential([keras.Input((2,)), Corrupt(small_noise, seed), net])


# %%
repeats = budget(smoke=10, quick=330, full=330)
toy = np.tile(points, (repeats, 1)).astype("float32")  # (19 800, 2) each point many times
toy_epochs = budget(smoke=1, quick=30, full=100)
toy_options = dict(batch=100, rate=5e-3, steps_per_execution=50)

keras.utils.set_random_seed(runtime.seed(10))
toy_denoiser = small_net()
noisy_denoiser = behind_noise(toy_denoiser, runtime.seed(10))
train(noisy_denoiser, squared_error, toy, toy_epochs, **toy_options)

# %% tags=["nbval-ignore-output"]
axis = np.linspace(-1.2, 1.2, 19)
grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
distance = np.linalg.norm(grid[:, None] - points, axis=2).min(axis=1)
grid = grid[distance < 0.3]  # where noisy points come
plots.arrows(
    grid,
    {
        "σ² × slope of ln p_σ": best_guess(grid, points, toy_sigma) - grid,
        "trained network, r(y) − y": toy_denoiser.predict(grid, verbose=0) - grid,
    },
    points=points,
    labels=("first pixel", "second pixel"),
    title="The network has found the slope of a density that it was never shown",
    says=(
        "Two fields of arrows around a spiral of points, the exact one and the network's. In both,"
        " arrows on either side of the spiral point towards it and end on it. They look nearly the"
        " same, except inside the inner end of the spiral, where the network's are shorter."
    ),
)

# %%
step = toy_denoiser.predict(y, batch_size=1000, verbose=0) - y
exact = best_guess(y, points, toy_sigma) - y
error = np.linalg.norm(step - exact) / np.linalg.norm(exact)
cosine = np.sum(step * exact) / (np.linalg.norm(step) * np.linalg.norm(exact))
claim("network's arrows: error relative to the exact ones", error, at_most=0.35)
claim("network's arrows: cosine with the exact ones", cosine, at_least=0.95)

# %% [markdown]
# Nobody mentioned a density, and yet here is its slope, to within a fifth; inside the inner end of the spiral, where few noisy points come, the network's arrows are far too short. Write the score as $s(y) = (r(y) - y)/\sigma^2$; then the squared error
# $\lVert r(y) - c \rVert^2$, with $c$ the clean point, is $\sigma^4 \lVert s(y) - (c - y)/\sigma^2 \rVert^2$. To train a denoiser is to fit a score, and is called **denoising score
# matching** (Vincent, 2011). But mind that it is the score of $p_\sigma$, the density *smoothed by the noise*. The data's own $p$ is 60 isolated points
# here, zero everywhere else, and has no slope at all.
#
# ### How does the guess move?
# Move the noisy point $y$ a little. Does the best guess follow? The matrix that says so is its **Jacobian** $J = \partial r / \partial y$, here 2 × 2:
# a small step $u$ of $y$ becomes a step $Ju$ of the guess.
#
# ### Exercise · along and across
# Neighbours on the spiral are 0.07 apart, its turns 0.8, and $\sigma$ is 0.1. At a point of the spiral, what share of a small step of $y$ does the best
# guess make too, for a step *along* the curve, and for one *across* it?
# - `"a"`: along near 0, across near 0
# - `"b"`: along near 1, across near 1
# - `"c"`: along near 1, across near 0
# - `"d"`: along near 0, across near 1

# %%
ex.along_or_across.check(...)  # @exercise

# %% [markdown]
# There is a formula. By Bayes's rule $\ln p(c_k|y) = -\lVert y - c_k\rVert^2/2\sigma^2 - \ln p_\sigma(y)$, up to a constant. Its slope in $y$ is
# $(c_k - y)/\sigma^2$ minus the score, $(r - y)/\sigma^2$, together $(c_k - r)/\sigma^2$. So the weights move by
# $\nabla p(c_k|y) = p(c_k|y)\,(c_k - r)/\sigma^2$, and with them $r = \sum_k p(c_k|y)\, c_k$. With vectors as columns,
#
# $$ J = \frac1{\sigma^2} \sum_k p(c_k|y)\, c_k (c_k - r)^\top = \frac1{\sigma^2} \sum_k p(c_k|y)\, (c_k - r)(c_k - r)^\top = \frac{\operatorname{Cov}[x|y]}{\sigma^2}, $$
#
# the covariance of the clean point $x$, given $y$. (The second equality holds since $\sum_k p(c_k|y)\,(c_k - r) = 0$.) **The guess follows $y$ in those
# directions in which the denoiser is in doubt**, in proportion to the variance there.

# %% [markdown]
# ### Exercise · between two answers
# In one dimension, $x$ is $-1$ or $1$, each with probability ½, and $\sigma = 0.5$. How large is $\mathrm dr/\mathrm dy$ at $y = 0$? Give a number.

# %%
ex.slope_of_guess.check(...)  # @exercise


# %%
def guess_jacobian(y, sigma):
    """∂r/∂y of the best guess at each y (n, 2): the posterior covariance over σ², (n, 2, 2)."""
    squares = np.sum((y[:, None] - points) ** 2, axis=2)  # (n, K)
    p = softmax(-squares / (2 * sigma**2), axis=1)
    apart = points - best_guess(y, points, sigma)[:, None]  # (n, K, 2)
    return np.einsum("nk,nki,nkj->nij", p, apart, apart) / sigma**2


def jacobian(f, x):
    """∂f/∂x of each sample by autodiff, shape (M, outputs, inputs)."""
    x = tf.constant(x, "float32")
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.batch_jacobian(y, x).numpy()


def along_and_across(J):
    """Median length of J (K, 2, 2) times a unit step along the curve, and across it."""
    tangent = np.gradient(points, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    normal = tangent[:, ::-1] * [-1, 1]  # turned by 90 degrees
    steps = [np.einsum("kij,kj->ki", J, unit_step) for unit_step in (tangent, normal)]
    return [np.median(np.linalg.norm(step, axis=1)) for step in steps]


# %%
h = 1e-5
differences = [
    (best_guess(y + step, points, toy_sigma) - best_guess(y - step, points, toy_sigma)) / (2 * h)
    for step in h * np.eye(2)  # one along each input
]
gap = np.abs(guess_jacobian(y, toy_sigma) - np.stack(differences, axis=2)).max()
claim("largest gap between covariance/σ² and differences of guesses", gap, at_most=1e-6, exact=True)

# %% tags=["nbval-ignore-output"]
strengths = np.linspace(0.015, 0.4, 78)
exact_kept = np.array([along_and_across(guess_jacobian(points, sigma)) for sigma in strengths])
learned_kept = along_and_across(jacobian(toy_denoiser, points))  # along, across
plots.curves(
    strengths,
    {"exact, along": exact_kept[:, 0], "exact, across": exact_kept[:, 1]},
    marks={
        f"network, {name}": (toy_sigma, kept)
        for name, kept in zip(("along", "across"), learned_kept, strict=True)
    },
    x_label="deviation of the noise, σ",
    y_label="|J × unit step|, median over the points",
    title="The guess follows along the curve, not across it",
    says=(
        "Against the strength of the noise: how much of a small step along the curve survives in"
        " the best guess, near 0 for the weakest noise, then near 1, less again for strong noise;"
        " and of a step across, near 0, rising with strong noise. The network's two dots lie near"
        f" the curves, at {learned_kept[0]:.2f} and {learned_kept[1]:.2f}."
    ),
)

# %%
exact = along_and_across(guess_jacobian(points, toy_sigma))
claim("best guess: of a step along the curve", exact[0], at_least=0.97, at_most=1, exact=True)
claim("best guess: of a step across", exact[1], at_most=0.02, exact=True)
claim("network: of a step along the curve", learned_kept[0], at_least=0.9, at_most=1.1)
claim("network: of a step across", learned_kept[1], at_most=0.2)
claim("noise 0.015: of a step along the curve", exact_kept[0, 0], at_most=0.1, exact=True)

# %% [markdown]
# At $\sigma = 0.1$ the noise reaches over several points *along* the curve, so the doubt there is as wide as the noise, and the guess makes the whole
# step. *Across* there is only one curve, no doubt, and 0.01 of the step is left. The network comes to a few hundredths. At the left
# end of the figure the noise is narrower than the gaps between the points, and the guess does not move at all: that denoiser knows the data set by heart,
# not the curve. Towards the right the noise is no longer narrow against the curve's bends, and at last it reaches from one turn of the spiral to the next.
#
# ## 7 · Many small steps
# The guess is an *average*, so one big step from strong noise lands on a blur. What if we go only part of the way? Of $y - r(y)$, which the denoiser for
# $\sigma$ takes for noise, keep as much as a *weaker* noise $\sigma' < \sigma$ would have:
#
# $$ y' = r(y) + \frac{\sigma'}{\sigma}\, \bigl(y - r(y)\bigr). $$
#
# Then guess anew, with the denoiser for $\sigma'$. With less noise there is less doubt, so the new guess is sharper, and so on, until no noise is left. For
# small steps this carries $y$'s that are distributed as $p_\sigma$ over into ones that are distributed as $p_{\sigma'}$, and in the end as the data: **diffusion models** are sampled like this (an Euler
# step of the *probability-flow ODE*, the deterministic *DDIM* step).

# %% [markdown]
# ### Exercise · step by step
# In NumPy, for arrays `y` of any shape: return the last guess, an array. `sigmas` is an array of falling $\sigma$, all above 0; `denoise(y, sigma)` makes the guess: call it once for each. After the last one no noise is kept.

# %%
anneal = ex.anneal.check(...)  # @exercise

# %% [markdown]
# On the spiral first, with the exact guess. Start from nothing but noise, so strong ($\sigma = 2$) that it hides the spiral entirely.


# %% tags=["nbval-ignore-output"]
def exact_denoiser(y, sigma):
    return best_guess(y, points, sigma)


noise = 2 * np.random.default_rng(runtime.seed(16)).normal(size=(2000, 2))
drawn = {count: anneal(exact_denoiser, noise, np.geomspace(2, 0.02, count)) for count in (1, 20)}
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.4), sharex=True, sharey=True)
for ax, (count, at) in zip(axes, drawn.items(), strict=True):
    ax.plot(*points.T, "o", color=plots.ORANGE, markersize=6)
    ax.plot(*at[:500].T, ".", color=plots.BLUE, markersize=3)
    ax.set(title=f"{count} step{'s' * (count > 1)}", xlabel="first pixel", aspect="equal")
axes[0].set_ylabel("second pixel")
fig.suptitle("One step ends in the middle, twenty on the spiral", x=0.02, ha="left")
plots.show(
    fig,
    "Two panels with the spiral of points, and dots drawn from noise. With one step all dots lie"
    " in a heap near the middle, off the spiral; with twenty nearly all of them lie on it, spread"
    " over its whole length.",
)

# %%
apart = {c: np.linalg.norm(at[:, None] - points, axis=2) for c, at in drawn.items()}  # (2000, K)
off = np.median(apart[1].min(axis=1))
claim("one step: median distance to the nearest point", off, at_least=0.15, exact=True)
near = np.mean(apart[20].min(axis=1) < 0.03)
claim("twenty steps: share within 0.03 of a point", near, at_least=0.85, exact=True)
reached = len(np.unique(apart[20].argmin(axis=1)))
claim("twenty steps: points of the spiral that were reached", reached, at_least=K, exact=True)

# %% [markdown]
# The dots end all over the spiral. (They end on the 60 points
# themselves. The best denoiser of a data set returns the data set; what is new in a network's drawings is owed to its imperfection.)
#
# Now digits. Cross-entropy, too, is smallest where each output is the *expected* pixel, so our network's guess is a posterior mean like $r(y)$. We give
# it the pictures at $\sigma = 1$ again, which it could only blur in one step, and let it take ten. It is blind, so it is not told $\sigma$: the loop
# decides how much noise is left, the network sees it.


# %%
def blind_denoiser(y, sigma):
    return clean_up(denoiser_gaussian, y.astype("float32"))


def undecided(x):
    """The share of pixels that are neither dark nor bright."""
    return np.mean((x > 0.25) & (x < 0.75))


restored[1.0]["ten steps"] = anneal(blind_denoiser, noisy_test[1.0], np.geomspace(1, 0.1, 10))

# %% tags=["nbval-ignore-output"]
rows = {"clean": x_test, "σ = 1": noisy_test[1.0], "one step": restored[1.0]["network"]}
rows |= {"ten steps": restored[1.0]["ten steps"]}
for name, x in rows.items():
    right, sure = reading(x)
    print(f"{name:9} {decibels(x, x_test):5.1f} dB, undecided pixels {undecided(x):5.1%}", end=", ")
    print(f"read rightly {right.mean():5.1%}, surely misread {np.mean(~right & sure):5.1%}")
blurred = np.argsort([undecided(x) for x in restored[1.0]["network"]])[-8:]  # the worst eight
plots.images(
    np.concatenate([x[blurred] for x in rows.values()]),
    columns=8,
    row_labels=list(rows),
    title="One step blurs, ten small ones decide",
    says=(
        "Four rows of eight digits, those that one step blurs most: clean; with noise of deviation"
        " 1; after one step, grey and smeared; after ten, with clear strokes, several of them"
        " broken or another digit than the clean one."
    ),
)

# %%
one, ten = restored[1.0]["network"], restored[1.0]["ten steps"]
claim("noise 1: undecided pixels, ten steps over one", undecided(ten) / undecided(one), at_most=0.7)
lost = decibels(one, x_test) - decibels(ten, x_test)
claim("noise 1: one step minus ten", lost, at_least=0.1, at_most=1, unit="dB")
right = [reading(x)[0].mean() for x in (one, ten)]
claim(
    "noise 1: read rightly, ten steps minus one", right[1] - right[0], at_least=-0.06, at_most=0.06
)

# %% [markdown]
# The blur is gone: there are fewer undecided pixels than clean digits have, and nearly twice as many pictures are surely misread as after one step. The price is squared error: a clear stroke in the wrong place costs more than a grey cloud around the right one. Where the input
# leaves room for doubt, one cannot have both, sharp pictures and the least squared error (the **perception–distortion trade-off**). And ten steps
# cannot know more about *which* digit it was: they are right as often as one, and hide their doubt.
#
# Last, from noise alone. We begin at $\sigma = 1.1$, the strongest noise that our network knows, with Gaussian pictures that have the noisy pictures' mean and covariance
# (the clean ones', plus $\sigma^2$ on the diagonal); for comparison, with real noisy pictures:

# %%
strongest, drawings = 1.1, budget(smoke=20, quick=500, full=1000)
rng = np.random.default_rng(runtime.seed(17))
spread = covariance + strongest**2 * np.eye(784)
from_gaussian = rng.multivariate_normal(mean, spread, drawings, method="cholesky")
starts = {
    "Gaussian": from_gaussian.reshape(-1, 28, 28, 1),
    "real": data.add_gaussian(x_train[:drawings], strongest, seed=runtime.seed(17)),
}
sketches = {  # sketches[start][steps]
    name: {
        count: anneal(blind_denoiser, start, np.geomspace(strongest, 0.1, count))
        for count in (1, 20)
    }
    for name, start in starts.items()
}

# %% tags=["nbval-ignore-output"]
by_gaussian_start = [starts["Gaussian"], *sketches["Gaussian"].values()]
plots.images(
    np.concatenate([x[:10] for x in by_gaussian_start] + [sketches["Gaussian"][20][10:20]]),
    columns=10,
    row_labels=["start", "1 step", "20 steps", "others"],
    title="From noise with the digits' mean and covariance: digits, or nearly so",
    says=(
        "Four rows of ten: noise; after one step, grey clouds with a hint of strokes; after twenty"
        " steps from the same noise, and in a last row from other noise, clear white strokes: many"
        " are digits, others scribbles that might be one."
    ),
)

# %% tags=["nbval-ignore-output"]
surely = {}  # the share that the classifier is sure of
for name, by_steps in sketches.items():
    surely[name] = {
        count: np.mean(probabilities(x).max(axis=1) >= 0.9) for count, x in by_steps.items()
    }
    print(
        f"from {name}: sure of {surely[name][1]:.0%} after 1 step, {surely[name][20]:.0%} after 20"
    )

# %%
gained = surely["real"][20] - surely["Gaussian"][20]
claim(
    "after twenty steps, sure: from real noisy pictures minus from Gaussian", gained, at_least=0.03
)
greys = undecided(sketches["Gaussian"][20]) / undecided(sketches["Gaussian"][1])
claim("from the Gaussian: undecided pixels, twenty steps over one", greys, at_most=0.6)

# %% [markdown]
# A network that was trained to clean draws digits, and many scribbles. The classifier is sure of about 60 % of these drawings, and of 80 % of those that start from real pictures under the same noise (its certainty is weak
# evidence, see section 3): so part of the failures is owed to the start. Diffusion models run the same loop with a larger network that is told $\sigma$, from noise that hides everything, often with fresh noise in each step.
#
# ## 8 · The same without noise: a penalty on derivatives
# If the code should not care about small disturbances, one can say so directly. Let $h = f(x)$ be the code, $N$ numbers, and
# $J = \partial h / \partial x$ now *its* Jacobian, with entries $J_{jd} = \partial h_j / \partial x_d$ for the $D$ pixels $d$. A **contractive
# autoencoder** adds to the loss $\lambda$ (`lam`) times the squared **Frobenius norm**
#
# $$ \lVert J \rVert_F^2 = \sum_{j=1}^{N} \sum_{d=1}^{D} \Bigl( \frac{\partial h_j}{\partial x_d} \Bigr)^2. $$
#
# Take one sigmoid layer, $h_j = \operatorname{sigmoid}(a_j)$ with $a_j = \sum_d x_d W_{dj} + b_j$. The sigmoid's slope is $h_j(1 - h_j)$. What is
# $\partial h_j/\partial x_d$, and what can be taken out of the sum over $d$?

# %% [markdown]
# ### Exercise · the contractive penalty
# Work it out, and write it with `keras.ops`, since it will train a network (while `fit` compiles, the number of samples is unknown); it returns one number, the mean over the samples.

# %%
contractive_penalty = ex.contractive_penalty.check(...)  # @exercise

# %% [markdown]
# The model: one sigmoid layer, one layer of logits, and two knobs, $\lambda$ for the penalty and $\sigma$ for noise in the input.


# %%
class Autoencoder(keras.Model):
    """784 pixels, a sigmoid code, 784 logits; with a contractive penalty, or noise in the input."""

    def __init__(self, units=128, lam=0.0, sigma=0.0, seed=0):
        super().__init__()
        self.code = layers.Dense(units, "sigmoid")
        self.picture = layers.Dense(784)
        self.lam, self.sigma = lam, sigma
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        if training and self.sigma:
            x = x + self.sigma * keras.random.normal(ops.shape(x), seed=self.generator)
        h = self.code(x)
        if self.lam:
            self.add_loss(self.lam * contractive_penalty(h, self.code.kernel))
        return self.picture(h)


# %%
x_flat = flat[: budget(smoke=500, quick=10_000, full=60_000)]
x_flat_test = digits.x_test[: budget(smoke=200, quick=1000, full=1000)].reshape(-1, 784)
settings = {"plain": {}}
settings |= {f"noise {sigma:g}": dict(sigma=sigma) for sigma in (0.1, 0.25, 0.5)}
settings |= {f"λ {lam:g}": dict(lam=lam) for lam in (0.1, 0.3, 1.0)}
code_epochs = budget(smoke=1, quick=8, full=30)
code_options = dict(batch=100, rate=0.01, steps_per_execution=10)
autoencoders = {}
for name, setting in settings.items():
    keras.utils.set_random_seed(runtime.seed(11))
    autoencoders[name] = Autoencoder(**setting, seed=runtime.seed(11))
    train(autoencoders[name], cross_entropy, x_flat, code_epochs, **code_options)

# %% [markdown]
# First your formula, against TensorFlow's own Jacobian, on a trained network:

# %%
code = autoencoders["λ 0.3"].code
by_formula = float(contractive_penalty(code(x_flat_test[:50]), code.kernel))
by_autodiff = np.mean(np.sum(jacobian(code, x_flat_test[:50]) ** 2, axis=(1, 2)))
gap = abs(by_formula / by_autodiff - 1)
claim("penalty over the Jacobian's squared norm, minus 1", gap, at_most=1e-5, exact=True)

# %% [markdown]
# The penalty asks for small derivatives in *every* direction; the decoder still has to tell pictures apart. So the directions in which pictures differ should keep theirs. Some of these are known: shift a digit by a
# hair, to the right or down, or turn it a little (each pixel then moves at right angles to its place as seen from the centre), and it is still a digit.
# They are called **tangents**: directions *along* the surface on which digits lie, the data **manifold**. For comparison four kinds of directions
# that lead off it: another digit's tangents; smooth random changes and white noise where digits have ink; and white noise where they hardly ever have any.

# %% tags=["nbval-ignore-output"]
pictures = x_flat_test.reshape(-1, 28, 28)
down, right = np.gradient(pictures, axis=(1, 2))  # the change for a shift by a pixel
row, column = np.mgrid[:28, :28] - 13.5
turn = row * right - column * down
tangents = np.stack([right, down, turn], axis=1).reshape(-1, 3, 784)
tangents /= np.linalg.norm(tangents, axis=2, keepdims=True)  # unit length
changes = [0.5 + 2 * tangents[:10, k].reshape(-1, 28, 28) for k in range(3)]
plots.images(
    np.concatenate([pictures[:10], *changes]),
    columns=10,
    row_labels=["picture", "shift right", "shift down", "turn"],
    title="Three directions that lead from a digit to a digit",
    says=(
        "Four rows of ten: digits, and below each the change of its pixels when it is shifted"
        " right, shifted down or turned: dark on one side of every stroke, light on the other."
    ),
)


# %%
rng = np.random.default_rng(runtime.seed(18))
inked = x_train.mean(axis=0) > 0.05  # (28, 28, 1) where digits have ink
white = rng.normal(size=(300, 28, 28, 1))
kinds = {
    "own tangents": tangents[:100],
    "another's": tangents[100:200],
    "smooth": (blur(white, 1.5) * inked).reshape(100, 3, 784),
    "noise on the ink": (white * inked).reshape(100, 3, 784),
    "noise off the ink": (white * ~inked).reshape(100, 3, 784),
}


def stretch(autoencoder):
    """Root mean square movement of the code per unit step, in each kind of direction."""
    J = jacobian(autoencoder.code, x_flat_test[:100])  # (100, N, 784)
    movement = []
    for steps in kinds.values():
        units = steps / np.linalg.norm(steps, axis=2, keepdims=True)
        movement.append(np.sqrt(np.mean(np.sum(np.einsum("mnd,mkd->mkn", J, units) ** 2, axis=2))))
    return np.array(movement)


stretches = {name: stretch(autoencoders[name]) for name in ("plain", "noise 0.25", "λ 0.3")}

# %% tags=["nbval-ignore-output"]
sentences = [
    f"{name} " + ", ".join(f"{value:.2f}" for value in values) for name, values in stretches.items()
]
plots.grouped_bars(
    list(kinds),
    stretches,
    y_label="movement of the code per unit step",
    title="What the penalty takes lies off the ink",
    says="How far three codes move for a step along a digit's own tangents, another digit's, in"
    " smooth random directions and in white noise, on the ink and off it, as bars: "
    + "; ".join(sentences)
    + ".",
)

# %%
own, others, smoothly, _, _ = stretches["λ 0.3"]
claim("λ 0.3: own tangents over another digit's", own / others, at_least=0.9, at_most=1.15)
claim("λ 0.3: smooth over own tangents", smoothly / own, at_least=0.9)
own_plain, *_, rough_plain, _ = stretches["plain"]
claim("plain: own tangents over noise on the ink", own_plain / rough_plain, at_least=1.7)
own_kept, *_, on_ink, off_ink = stretches["λ 0.3"] / stretches["plain"]
claim("λ 0.3 over plain: own tangents", own_kept, at_least=0.6, at_most=0.85)
claim("λ 0.3 over plain: noise on the ink", on_ink, at_least=0.6, at_most=0.8)
claim("λ 0.3 over plain: noise off the ink", off_ink, at_most=0.25)

# %% [markdown]
# All three codes move more for a smooth change than for a rough one. And the penalty? Along tangents the code keeps three quarters of its movement, for noise on the ink 0.7: hardly a
# difference. Off the ink it keeps a sixth. So what goes first is what the reconstruction does not need: the weights of pixels that are hardly ever lit, which in the plain network
# have presumably stayed near their random start. Noise of 0.25 does it more gently. And another digit's tangents move the code as much as the digit's own: that it follows this digit's own manifold does not show here.

# %% [markdown]
# ## 9 · Deep networks: Hutchinson's trick
# For a deep encoder there is no closed form, and the whole Jacobian costs one backward pass for *each* output. Hutchinson's trick, a **stochastic trace estimator** (here of the trace of $JJ^\top$), needs one in all.
# Draw a vector $v$ of $N$ independent numbers with mean 0 and variance 1. Then
#
# $$ \mathbb E_v \lVert J^\top v \rVert^2 = \mathbb E_v \sum_d \Bigl( \sum_j v_j J_{jd} \Bigr)^2 = \sum_d \sum_{j, j'} \mathbb E[v_j v_{j'}]\, J_{jd} J_{j'd} = \lVert J \rVert_F^2, $$
#
# because $\mathbb E[v_j v_{j'}]$ is 1 for $j = j'$ and 0 otherwise. And $J^\top v$, a **vector–Jacobian product**, is what one backward pass computes: the gradient of
# $\sum_j v_j f_j(x)$.

# %% [markdown]
# ### Exercise · Hutchinson
# With `tf.GradientTape` and `ops`; it returns one number for each sample. The random `v` is handed in, one row for each sample. It
# will run inside `fit`, where the number of rows is unknown: take all rows at once, without a Python loop.

# %%
hutchinson = ex.hutchinson.check(...)  # @exercise

# %% [markdown]
# Unbiased it should be; but how noisy? A deep encoder, untrained, one picture, 2,000 draws of $v$, against the exact norm from the whole Jacobian:

# %%
keras.utils.set_random_seed(runtime.seed(12))
deep_encoder = keras.Sequential(
    [keras.Input((784,)), layers.Dense(128, "gelu"), layers.Dense(64, "gelu"), layers.Dense(16)]
)
picture = x_flat_test[:1]
exact = np.sum(jacobian(deep_encoder, picture) ** 2)
v = tf.random.normal((2000, 16), seed=1)
copies = tf.constant(np.repeat(picture, 2000, axis=0))
estimates = ops.convert_to_numpy(hutchinson(deep_encoder, copies, v))
standard_error = estimates.std(ddof=1) / np.sqrt(2000)
claim(
    "mean of 2,000 estimates: distance from the exact norm, in standard errors",
    abs(estimates.mean() - exact) / standard_error,
    at_most=4.5,
    exact=True,
)
scatter = estimates.std() / exact
claim("deviation of a single estimate over the exact norm", scatter, at_least=0.2, at_most=1.0)

# %% [markdown]
# Here a single draw is off by about half: too noisy for a measurement, but fine for training, where the errors average out over steps. (Each sample must be encoded by itself: batch normalisation, say, would mix them. And training differentiates *through* the backward pass, so
# it costs a second one.)
#
# ## 10 · Noise and contraction are nearly one
# Now $r(x)$ is the *reconstruction* of any network. Penalise its Jacobian, $J = \partial r / \partial x$, on the spiral. Three networks of equal layers: section 6's, trained
# with noise of $\sigma = 0.1$; a plain one; and one with no noise but a penalty of $\lambda = \sigma^2$ times Hutchinson's estimate.


# %%
class Contractive(keras.Model):
    """A network r, trained with lam · ‖∂r/∂x‖², estimated with one v for each sample and step."""

    def __init__(self, net, lam, seed):
        super().__init__()
        self.net, self.lam = net, lam
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        if training:
            v = keras.random.normal(ops.shape(x), seed=self.generator)
            self.add_loss(self.lam * ops.mean(hutchinson(self.net, x, v)))
        return self.net(x)


# %%
trained_as = {  # the model that is trained in place of the bare network
    "plain": lambda net: net,
    "penalty": lambda net: Contractive(net, toy_sigma**2, runtime.seed(13)),
}
nets = {"noise": toy_denoiser}
for name, wrap in trained_as.items():
    keras.utils.set_random_seed(runtime.seed(13))
    nets[name] = small_net()
    train(wrap(nets[name]), squared_error, toy, toy_epochs, **toy_options)
kept = {name: along_and_across(jacobian(net, points)) for name, net in nets.items()}

# %% tags=["nbval-ignore-output"]
along, across = zip(*kept.values(), strict=True)
sentences = [f"{name} {along:.2f} and {across:.2f}" for name, (along, across) in kept.items()]
plots.grouped_bars(
    list(kept),
    {"along": along, "across": across},
    y_label="|J × unit step|, median",
    title="Noise and penalty: free along the curve, rigid across it",
    says="How much of a small step survives the reconstruction, as bars, along and across the"
    " spiral: " + "; ".join(sentences) + ".",
)

# %%
claim("plain: across", kept["plain"][1], at_least=0.8)
for name in ("noise", "penalty"):
    claim(f"{name}: along", kept[name][0], at_least=0.9, at_most=1.1)
    claim(f"{name}: across", kept[name][1], at_most=0.3)

# %% [markdown]
# At the points, noise and the penalty have done the same thing: a step on the curve is followed, one off it is undone. The plain network, with 128 units
# for two numbers, has learned the identity.
#
# Why the same? Move the input by a small noise $\varepsilon$ of deviation $\sigma$. To first order the output moves by $J\varepsilon$, so the error becomes
# $r(x) - x + J\varepsilon$. Square it and average over the noise. The mixed term goes, since $\varepsilon$ has mean 0; and of
# $\lVert J\varepsilon \rVert^2 = \sum_i (\sum_d J_{id}\varepsilon_d)^2$ only $\mathbb E[\varepsilon_d^2] = \sigma^2$ is left, since the $\varepsilon_d$ are
# independent. To second order the mean output moves, too, because $r$ bends; that adds a term $\sigma^2\,(r(x) - x)\cdot\Delta r(x)$, with the Laplacian
# $\Delta r$. So **where $r(x) \approx x$**, as it is at the data of a trained denoiser,
#
# $$ \mathbb E \lVert r(x + \varepsilon) - x \rVert^2 \approx \lVert r(x) - x \rVert^2 + \sigma^2 \lVert J \rVert_F^2, $$
#
# up to terms of order $\sigma^4$. Training with a little noise is training without, plus a penalty on the Jacobian of the *reconstruction* with weight
# $\sigma^2$: **Tikhonov regularisation** (Bishop, 1995), today also *Jacobian regularisation*. How little is a little? With two inputs the
# mean over $\varepsilon$ can be computed almost exactly (Gauss–Hermite **quadrature**), here for section 6's network.


# %%
node, weight = np.polynomial.hermite_e.hermegauss(24)
nodes = np.stack(np.meshgrid(node, node), axis=-1).reshape(-1, 2)  # (576, 2), as if N(0, 1)
weights = np.outer(weight, weight).ravel() / weight.sum() ** 2  # (576,), sum 1


def error_with_noise(sigma):
    """Squared error of the reconstruction under noise, its mean over the points."""
    moved = (points[:, None] + sigma * nodes).reshape(-1, 2)  # (K·576, 2)
    x_hat = ops.convert_to_numpy(toy_denoiser(moved)).reshape(K, -1, 2)
    return np.mean(np.sum((x_hat - points[:, None]) ** 2, axis=2) @ weights)


strengths = np.geomspace(0.01, 0.2, 40)
added = np.array([error_with_noise(sigma) for sigma in strengths]) - error_with_noise(0)
penalty = strengths**2 * np.mean(np.sum(jacobian(toy_denoiser, points) ** 2, axis=(1, 2)))

# %% tags=["nbval-ignore-output"]
plots.curves(
    strengths,
    100 * penalty / added,
    x_label="deviation of the noise, σ",
    y_label="σ²‖J‖², % of what noise adds to the error",
    title="For small noise, the penalty is nearly all that noise adds",
    says=(
        "How much of what noise adds to the squared error the penalty accounts for: near 100"
        " percent for small noise, falling from a deviation of 0.05 on, to"
        f" {100 * penalty[-1] / added[-1]:.0f} percent at 0.2."
    ),
    ylim=(60, 110),
)

# %%
ratio = penalty / added
claim("σ 0.01: penalty over what noise adds", ratio[0], at_least=0.9, at_most=1.1)
claim(
    "σ 0.05: penalty over what noise adds",
    np.interp(0.05, strengths, ratio),
    at_least=0.9,
    at_most=1.1,
)
claim("σ 0.2: penalty over what noise adds", ratio[-1], at_most=0.95)


def error_of_arrows(net):
    """Of a network's steps on noisy points, relative to those of the best guess."""
    wanted = best_guess(y, points, toy_sigma) - y
    return np.linalg.norm(net.predict(y, verbose=0) - y - wanted) / np.linalg.norm(wanted)


off = {name: error_of_arrows(net) for name, net in nets.items()}
claim("arrows at σ 0.1: error of the penalty's network", off["penalty"], at_most=0.7)
claim("arrows at σ 0.1: penalty minus noise", off["penalty"] - off["noise"], at_least=0.1)

# %% [markdown]
# Up to $\sigma = 0.05$ the penalty accounts for nearly all of it; then noise reaches where the network is curved. A step of noise away from the points the
# two networks differ, too: the penalty, which looks only *at* the points, gets section 6's arrows wrong by nearly a half, noise by a fifth (standing still: 1). And mind the function: section 8's penalty contracts
# the **code** $f$, not $r$.
#
# ## 11 · Which code moves least?
# Back to digits and the seven encoders of section 8. A code should move when the digit changes and stay when it is merely noisy. So nudge test pictures
# with noise of 0.25, divide the code's mean squared movement by its mean squared distance between *different* pictures, and compare *at equal reconstruction
# error*: else shrinking, or saying nothing, wins. Guess first: the one trained against noise, or on derivatives?

# %%
nudged = data.add_gaussian(x_flat_test, 0.25, seed=runtime.seed(14))


def movement(autoencoder):
    """Reconstruction error per pixel, and the movement of the code relative to its spread."""
    h, moved = (ops.convert_to_numpy(autoencoder.code(x)) for x in (x_flat_test, nudged))
    half = len(h) // 2
    spread = np.mean(np.sum((h[:half] - h[half:]) ** 2, axis=1))  # between different pictures
    x_hat = ops.convert_to_numpy(ops.sigmoid(autoencoder(x_flat_test)))
    return np.mean((x_hat - x_flat_test) ** 2), np.mean(np.sum((moved - h) ** 2, axis=1)) / spread


moves = {name: movement(autoencoder) for name, autoencoder in autoencoders.items()}
names = {
    "trained with noise": ("plain", "noise 0.1", "noise 0.25", "noise 0.5"),
    "trained with the penalty": ("plain", "λ 0.1", "λ 0.3", "λ 1"),
}
lines = {label: np.array([moves[name] for name in names[label]]) for label in names}  # (4, 2)

# %% tags=["nbval-ignore-output"]
fig, ax = plt.subplots()
for (label, line), style in zip(lines.items(), ("o-", "s--"), strict=True):
    ax.plot(*line.T, style, label=label)
for name, at in moves.items():
    ax.annotate(name, at, xytext=(6, 5), textcoords="offset points")
ax.legend()
ax.margins(0.12)
ax.set(
    xlabel="squared error of the reconstruction, per pixel",
    ylabel="movement of the code, relative",
    title="At equal reconstruction, the contractive code moves least",
)
sentences = [f"{name}: error {error:.4f}, movement {m:.3f}" for name, (error, m) in moves.items()]
plots.show(
    fig,
    "Movement of the code against reconstruction error, for three strengths of noise and of the"
    " penalty; both lines start at the plain autoencoder and fall, the penalty's lies lower. "
    + "; ".join(sentences)
    + ".",
)

# %%
for name, most in (("λ 0.1", 0.5), ("noise 0.1", 0.8)):
    error, moved = (a / b for a, b in zip(moves[name], moves["plain"], strict=True))
    claim(f"{name}: squared error over the plain one's", error, at_most=1.1)
    claim(f"{name}: movement over the plain one's", moved, at_most=most)
largest = min(line[:, 0].max() for line in lines.values())
middle = (moves["plain"][0] + largest) / 2  # an error that both reach
by_error = [line[np.argsort(line[:, 0])] for line in lines.values()]
by_noise, by_penalty = (np.interp(middle, *line.T) for line in by_error)
claim("movement at equal reconstruction, penalty over noise", by_penalty / by_noise, at_most=0.9)

# %% [markdown]
# The one that was trained on derivatives: at equal error its code moves about 0.6 times as much (one run of each). With $\lambda = 0.1$ it reconstructs as well as the plain one, to within a few percent, and
# moves less than half as much. Noise 0.1 costs about as little, but removes only about a third. One
# explanation: with noise the decoder can do part of the work; the penalty asks it of the code itself, most of it off the ink (section 8).
#
# ## 12 · What to take away
# | question | answer |
# | --- | --- |
# | what does the best denoiser do? | it steps uphill, to more probable noisy pictures: $\sigma^2 \nabla \ln p_\sigma$, of the *smoothed* density |
# | when does its guess follow the input? | where it is in doubt: $J = \operatorname{Cov}[x\|y]/\sigma^2$ |
# | one step, or many? | one gives the average, a blur; many decide, at the price of squared error |
# | a little noise in the input of a network | a penalty $\sigma^2 \lVert \partial r/\partial x \rVert^2$, where $r(x) \approx x$; for a linear denoiser a ridge of $n\sigma^2$ |
#
# **Ask yourself.** (1) A denoiser may have skip connections from input to output, an autoencoder may not. Why? (2) Why not take $\sigma \to 0$, to get
# the slope of the data's own density? (3) The contractive penalty falls during training, and yet the *reconstruction* is as sensitive as before. How?
#
# <details><summary>Answers</summary>
#
# (1) A copy of the spoiled picture is wrong, so copying through the skips does not lower the loss. (2) The noisy points then cover hardly anything but the data, and
# where the data are points, the slope has no limit. (3) The encoder's weights shrink, the decoder's grow (unless they are the same, **tied weights**).
#
# </details>
#
# **Use and misuse.** Denoisers restore old films and let scanners get by with less radiation. One step gives the *expected* picture, grey where it guesses; many steps give a possible one, which hides its doubt. Where details decide, keep the input, and test on unfamiliar cases.
#
# **If you read the sources** (chapter 00 says who they are), mind their slips: the [appendix](99_corrections_to_the_sources.ipynb) has those of this chapter in rows 35 to 37, 57, 59 and 60.

# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Wollongong, slides (denoising and contractive autoencoders); Laurent, slides (regularisation); Canziani, notes
# (denoising and contractive autoencoders). Papers: K. Miyasawa, *An Empirical Bayes Estimator of the Mean of a Normal Population*, 1961; M. F.
# Hutchinson, *A Stochastic Estimator of the Trace of the Influence Matrix for
# Laplacian Smoothing Splines*, 1989; C. M. Bishop, *Training with Noise is Equivalent to Tikhonov
# Regularization*, 1995; A. Chambolle, *An Algorithm for Total Variation Minimization and Applications*, 2004; A. Buades, B. Coll and J.-M. Morel, *A
# Non-Local Algorithm for Image Denoising*, 2005; P. Vincent et al., *Extracting and Composing Robust Features with Denoising Autoencoders*, 2008; S.
# Rifai et al., *Contractive Auto-Encoders: Explicit Invariance During Feature Extraction*, 2011; P. Vincent, *A Connection Between Score Matching and
# Denoising Autoencoders*, 2011; G. Alain and Y. Bengio, *What Regularized Auto-Encoders Learn from the Data-Generating Distribution*, 2014; Y. Blau and T.
# Michaeli, *The Perception–Distortion Tradeoff*, 2018; Y. Song and S. Ermon, *Generative Modeling by Estimating Gradients of the Data Distribution*,
# 2019; Y. Song et al., *Score-Based Generative Modeling through Stochastic Differential Equations*, 2021; J. Song, C. Meng and S. Ermon, *Denoising Diffusion Implicit Models*, 2021; Z. Kadkhodaie and E. Simoncelli, *Stochastic Solutions for Linear
# Inverse Problems Using the Prior Implicit in a Denoiser*, 2021.
#
# **Next**: [05, energies and latent variables](05_energies_and_latent_variables.ipynb): what all these networks have in common, seen as landscapes.
