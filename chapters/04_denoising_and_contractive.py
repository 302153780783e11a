# %% [markdown]
# # 04 · Denoising and contractive autoencoders: what does a network that has to clean learn?
#
# **You need** [chapter 02](02_autoencoders.ipynb) (autoencoders, cross-entropy from logits, PSNR, Bayes's rule) and the Jacobian, the matrix of a
# function's partial derivatives; [chapter 03](03_sparse_autoencoders.ipynb) helps, but is not needed. **It runs in** {{minutes}} on two CPU cores; with
# the exercises, allow an evening.
#
# Hold a hand in front of half a word, and you still read it. You do not know the hidden letters; you know the language. A network that has to restore
# what was spoiled is in the same position: the picture in front of it does not contain the answer, so it has to bring the answer along. It has to know
# what digits look like.
#
# Chapter 02 ended a section with a network that *redraws* instead of cleaning. Here we train one to clean, put it up against the best filters that need
# no training, and then ask what it has learned. The answer is a surprise: it has learned which way is uphill, towards where pictures are more probable.
# The second half asks for the same thing without any noise, by a penalty on derivatives, and finds that the two are nearly one.
#
# When you are through, you can
# - spoil pictures in three ways, and train a network to undo it, with fresh noise in every step;
# - compare denoisers fairly: tuned opponents, a learned linear one, decibels, noise of another kind;
# - explain why a denoiser's step is $\sigma^2$ times the slope of a *smoothed* log density, and check it;
# - write the contractive penalty in closed form, and estimate it by Hutchinson's trick where there is no closed form;
# - say what noise and a penalty on derivatives have in common, to which order, and what is left over.

# %% tags=["nbval-ignore-output"]
import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle

from course_utils import data, metrics, plots, runtime
from course_utils.exercises import ch04 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=4)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import layers, ops

digits = data.load_digits()

# %%
images = budget(smoke=600, quick=45_000, full=60_000)  # at most so many training pictures
tests = budget(smoke=60, quick=500, full=2_000)  # test pictures on which all denoisers are compared
tuning = budget(smoke=5, quick=60, full=500)  # training pictures on which the filters are tuned
epochs = budget(
    smoke=1, quick={"mnist": 1, "offline": 4}[digits.name], full=20
)  # passes over the training pictures
channels = budget(smoke=8, quick=32, full=64)  # of the first layer of the denoiser
sigmas = (0.25, 0.5, 1.0)  # deviations of the noise in the comparisons

x_train = digits.x_train[:images]  # (n, 28, 28, 1)
x_test = digits.x_test[:tests]

# %% [markdown]
# ## 1 · Three ways to spoil a picture
# A **corruption** is a random process $C(\tilde x|x)$: it takes a clean picture $x$ and hands back a spoiled one, $\tilde x$ (“x tilde”), a different
# one each time. Three are common. *Gaussian noise* adds to each pixel $d$ a number of its own, $\tilde x_d = x_d + \sigma z_d$ with $z_d$ from a
# standard normal distribution; $\sigma$ (`sigma`) is the deviation of the noise, on the scale where black is 0 and white is 1. *Masking* sets pixels to
# 0, each with the same probability. *Salt and pepper* sets them to 0 or 1.

# %% [markdown]
# ### Exercise · masking
# A detail decides whether it is any use for training: *which* numbers have to be drawn anew?


# %%
def mask_pixels(x, share, rng):
    """A copy of x, any shape, in which each pixel is set to 0 with probability `share`, independently."""
    ...  # your code here


mask_pixels = ex.mask_pixels.check(mask_pixels)

# %%
# ex.mask_pixels.hint()
# ex.mask_pixels.solution()

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(runtime.seed(1))
spoiled = {
    "clean": x_test[:10],
    "Gaussian 0.25": data.add_gaussian(x_test[:10], 0.25, seed=runtime.seed(1)),
    "Gaussian 0.5": data.add_gaussian(x_test[:10], 0.5, seed=runtime.seed(1)),
    "Gaussian 1": data.add_gaussian(x_test[:10], 1.0, seed=runtime.seed(1)),
    "half masked": mask_pixels(x_test[:10], 0.5, rng),
    "salt and pepper": data.salt_and_pepper(x_test[:10], 0.5, seed=runtime.seed(1)),
}
plots.images(
    np.concatenate(list(spoiled.values())),
    columns=10,
    row_labels=list(spoiled),
    title="Which of these can you still read?",
    says=(
        "Six rows of ten digits: clean; with Gaussian noise of deviation 0.25, 0.5 and 1; with half"
        " of the pixels black; and with half of the pixels black or white. At deviation 1 the"
        " digits are hard to make out."
    ),
)

# %% [markdown]
# Most people read the rows up to $\sigma = 0.5$, and guess at 1. (The printed noise is clipped, since paper has no blacker black. The noisy pictures
# that we compute with are *not*: clipping noise would make it depend on the pixel, and gentler than it says.) How bad is noise in decibels? Without
# clipping its mean square is $\sigma^2$, so the PSNR of chapter 02 is $-10 \log_{10} \sigma^2$:

# %%
for sigma in sigmas:
    measured = np.mean(metrics.psnr(data.add_gaussian(x_test, sigma, seed=runtime.seed(2)), x_test))
    claim(
        f"noise {sigma}: PSNR, distance from the formula",
        abs(measured + 20 * np.log10(sigma)),
        at_most=0.2,
        unit="dB",
        exact=True,
    )

# %% [markdown]
# A **denoising autoencoder** sees the spoiled picture and is scored against the *clean* one:
#
# $$ \text{minimise}\quad \mathbb E_{x}\, \mathbb E_{\tilde x \sim C(\tilde x|x)}\; L\bigl(x,\; g(f(\tilde x))\bigr), $$
#
# with encoder $f$, decoder $g$ and a loss $L$, here the cross-entropy of chapter 02. Copying, the bad habit of wide codes, is of no use any more: a
# copy of $\tilde x$ is wrong. That is why the code may be as wide as we like.

# %% [markdown]
# ## 2 · Opponents
# Before a network gets credit, let others try. Four filters that know nothing about digits:
# - the **median** of a window of $k \times k$ pixels;
# - a **Gaussian blur**, each pixel a weighted mean of its surroundings;
# - **total variation** (Chambolle's method): the picture nearest to the noisy one whose neighbouring pixels differ little in sum, which keeps edges;
# - **non-local means**: a mean over pixels whose *surroundings look alike*, wherever they are. It finds the repeats of a stroke in the same picture.
#
# Each has knobs, and a filter with badly set knobs is a straw man. So each is tuned for each $\sigma$, on training pictures, and non-local means is
# told $\sigma$. All outputs, the network's too, are clipped to $[0, 1]$. PSNR is computed for each picture, then averaged.


# %%
def median(x, size):
    return ndimage.median_filter(x, size=(1, size, size, 1))


def blur(x, width):
    return ndimage.gaussian_filter(x, sigma=(0, width, width, 0))


def total_variation(x, weight):
    return np.stack([denoise_tv_chambolle(picture, weight=weight) for picture in x])


def non_local_means(x, setting):
    sigma, strength, patch, distance = setting
    options = dict(
        patch_size=patch, patch_distance=distance, h=strength * sigma, sigma=sigma, fast_mode=True
    )
    return np.stack([denoise_nl_means(picture[..., 0], **options) for picture in x])[..., None]


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
    return np.mean(metrics.psnr(x_hat.clip(0, 1), x))


# %% [markdown]
# Trying all the settings takes about twenty seconds, most of them for non-local means.

# %% tags=["nbval-ignore-output"]
clean = x_train[:tuning]
noisy_test = {sigma: data.add_gaussian(x_test, sigma, seed=runtime.seed(2)) for sigma in sigmas}
restored = {sigma: {} for sigma in sigmas}  # restored[sigma][method], shape (tests, 28, 28, 1)
for sigma in sigmas:
    noisy = data.add_gaussian(clean, sigma, seed=runtime.seed(3))
    for name, (method, settings) in filters(sigma).items():
        best = max(settings, key=lambda setting: decibels(method(noisy, setting), clean))
        restored[sigma][name] = method(noisy_test[sigma], best).clip(0, 1)
    print(
        f"noise {sigma}: "
        + ", ".join(
            f"{name} {decibels(x_hat, x_test):.1f} dB" for name, x_hat in restored[sigma].items()
        )
    )

# %% [markdown]
# No filter wins everywhere. With little noise, non-local means is far ahead; with strong noise no two surroundings look alike any more, and plain blur
# does as well as anything. The median, popular and shown as *the* opponent in the Wollongong slides, is last everywhere, or nearly so.
#
# All four are handicapped: they do not know that these are digits. So a fifth opponent, one that learns. The best *linear* denoiser is a matrix $W$
# with $784 \times 784$ weights and a bias $b$: every output pixel a weighted sum of all noisy pixels. There is a formula for it, so it needs no
# gradient descent:
#
# $$ \min_{W, b}\; \sum_{m} \lVert \tilde x_m W + b - x_m \rVert^2 + \kappa \lVert W \rVert^2, $$
#
# a sum over training pictures $m$ (rows, as always), and a small penalty on the weights, not on the bias; $\kappa$ (`ridge`) keeps it solvable when there
# are fewer pictures than pixels. Set the derivative to 0. With $y$ and $x$ the noisy and the clean pictures, both *minus their means*,
# $W = (y^\top y + \kappa I)^{-1}\, y^\top x$.

# %% [markdown]
# ### Exercise · the best linear denoiser
# In NumPy. Which $b$ belongs to it?


# %%
def linear_denoiser(noisy, clean, ridge):
    """W (D, D) and b (D,) that minimise Σ‖noisy W + b − clean‖² + ridge·‖W‖², over pictures (n, D)."""
    ...  # your code here


linear_denoiser = ex.linear_denoiser.check(linear_denoiser)

# %%
# ex.linear_denoiser.hint()
# ex.linear_denoiser.solution()

# %% [markdown]
# Now something curious. Noise that is added to the input is independent of the picture, so averaged over many draws it does not change $y^\top x$, and $y^\top y$ in one place
# only: $n\sigma^2$ more on the diagonal, for $n$ pictures. That is exactly what a ridge does. So we need no noise at all: **clean pictures in, clean
# pictures out, and a ridge of $n\sigma^2$.** Check it on real noise:

# %%
flat = x_train.reshape(len(x_train), 784)
for sigma in sigmas:
    W, b = linear_denoiser(flat, flat, ridge=len(flat) * sigma**2)  # no noise anywhere
    restored[sigma]["linear"] = (
        (noisy_test[sigma].reshape(-1, 784) @ W + b).clip(0, 1).reshape(-1, 28, 28, 1)
    )

noisy = data.add_gaussian(flat, 0.5, seed=runtime.seed(4))
W, b = linear_denoiser(noisy, flat, ridge=1.0)  # with noise
with_noise = (noisy_test[0.5].reshape(-1, 784) @ W + b).reshape(-1, 28, 28, 1)
claim(
    "noise 0.5: linear, ridge instead of noise, minus trained on noise",
    decibels(restored[0.5]["linear"], x_test) - decibels(with_noise, x_test),
    at_least=-0.1,
    at_most={"mnist": 0.2, "offline": 0.6},
    unit="dB",
)

# %% [markdown]
# The same, to a small fraction of a decibel (and a little *better* with few pictures, since the ridge is noise averaged over all its draws). Keep it in
# mind: for a linear denoiser, noise in the input **is** a penalty on the weights, that is, on the derivative of its output with respect to its input.
# Section 9 finds the same for networks.

# %% [markdown]
# ## 3 · The network
# The noise is drawn inside the model, by a layer that only acts in training. So every step sees new noise: a fixed noisy copy of the data would, after
# a few epochs, be learned by heart. And each picture gets a $\sigma$ of its own, between 0.1 and 1.1, so that *one* network serves for all three
# comparisons and nobody has to tell it how strong the noise is.


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
# (chapter 08 takes them apart; here it is enough that one with stride 2 doubles height and width). From 4 × 4 places the network sees the whole digit
# and can say “this is a 3”. But *where exactly* the stroke ran is known best at the top, so two **skip connections** carry the maps of the way down
# across. An autoencoder must not have these: it could copy. A denoiser may, because a copy is wrong. The output is one logit for each pixel, 28 × 28.


# %%
def denoiser(corrupt, seed, channels=channels):
    """Spoiled pictures (batch, 28, 28, 1) to logits of the clean ones, the same shape."""

    relu = dict(
        activation="relu", kernel_initializer="he_normal"
    )  # weights that keep the size of a ReLU's output

    def down(h, filters, size=3):
        return layers.Conv2D(filters, size, strides=2, padding="same", **relu)(h)

    def up(h, filters):
        return layers.Conv2DTranspose(filters, 4, strides=2, padding="same", **relu)(h)

    def mix(h, filters):
        return layers.Conv2D(filters, 3, padding="same", **relu)(h)

    x = keras.Input((28, 28, 1))
    fine = down(Corrupt(corrupt, seed)(x), channels, size=5)  # (batch, 14, 14, channels)
    middle = down(fine, 2 * channels)  # (batch, 7, 7, 2·channels)
    coarse = mix(down(middle, 4 * channels), 4 * channels)  # (batch, 4, 4, 4·channels)
    h = layers.Cropping2D(((0, 1), (0, 1)))(up(coarse, 2 * channels))  # 8 × 8, cropped to 7 × 7
    h = mix(layers.Concatenate()([h, middle]), 2 * channels)
    h = mix(layers.Concatenate()([up(h, channels), fine]), channels)  # (batch, 14, 14, channels)
    logits = layers.Conv2DTranspose(1, 4, strides=2, padding="same")(h)  # (batch, 28, 28, 1)
    return keras.Model(x, logits)


def cross_entropy(x, logits):
    """Nats per picture: summed over all pixels (all axes but the first), averaged over the batch."""
    return ops.mean(ops.sum(ops.softplus(logits) - x * logits, axis=tuple(range(1, len(x.shape)))))


def train(model, loss, x, epochs, batch=16, rate=3e-3, verbose=0, **options):
    """Fit a model to reproduce x, with a learning rate that falls to 0 along a cosine."""
    steps = epochs * -(-len(x) // batch)
    rates = keras.optimizers.schedules.CosineDecay(rate, steps)
    model.compile(keras.optimizers.Adam(rates), loss, **options)
    model.fit(x, x, batch_size=batch, epochs=epochs, verbose=verbose)


def clean_up(model, x):
    """What a denoiser makes of pictures, in [0, 1]."""
    return ops.convert_to_numpy(ops.sigmoid(model.predict(x, batch_size=500, verbose=0)))


# %% [markdown]
# Note what `fit` is given: clean pictures twice, input and target. The noise comes in between. Training takes about a minute. Before you run it: by
# how many decibels will it beat the best filter at each $\sigma$? Where by most?

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(5))
cleaner = denoiser(gaussian, runtime.seed(5))
train(cleaner, cross_entropy, x_train, epochs, verbose=2)
for sigma in sigmas:
    restored[sigma]["network"] = clean_up(cleaner, noisy_test[sigma])

# %% tags=["nbval-ignore-output"]
score = {
    sigma: {name: decibels(x_hat, x_test) for name, x_hat in restored[sigma].items()}
    for sigma in sigmas
}
similar = {
    sigma: {name: np.mean(metrics.ssim(x_hat, x_test)) for name, x_hat in restored[sigma].items()}
    for sigma in sigmas
}
print(f"{'PSNR (dB) / SSIM':18}" + "".join(f"{f'noise {sigma}':>16}" for sigma in sigmas))
for name in restored[0.5]:
    print(
        f"{name:18}"
        + "".join(f"{score[sigma][name]:9.1f} / {similar[sigma][name]:.2f}" for sigma in sigmas)
    )

# %% tags=["nbval-ignore-output"]
plots.curves(
    sigmas,
    {name: [score[sigma][name] for sigma in sigmas] for name in reversed(restored[0.5])},
    x_label="deviation of the noise, σ",
    y_label="PSNR (dB)",
    title="The network is ahead at every strength of the noise",
    says=(
        "PSNR against the strength of the noise, a falling line for each method, the network's on"
        " top. "
    )
    + " ".join(
        f"Noise {sigma}: "
        + ", ".join(f"{name} {value:.1f}" for name, value in score[sigma].items())
        + "."
        for sigma in sigmas
    ),
    ylim=(10, 30),
)

# %%
for sigma, least in zip(sigmas, (1.0, 3.5, 3.0), strict=True):
    best = max(score[sigma][name] for name in filters(sigma))
    claim(
        f"noise {sigma}: network minus the best filter",
        score[sigma]["network"] - best,
        at_least=least,
        unit="dB",
    )
for sigma, least, offline in zip(sigmas, (2.2, 2.2, 1.0), (1.9, 1.6, 0.5), strict=True):
    lead = score[sigma]["network"] - score[sigma]["linear"]
    claim(
        f"noise {sigma}: network minus linear",
        lead,
        at_least={"mnist": least, "offline": offline},
        unit="dB",
    )
claim(
    "noise 0.5: network minus median",
    score[0.5]["network"] - score[0.5]["median"],
    at_least=5,
    unit="dB",
)
claim(
    "noise 0.5: SSIM of the network minus the best other",
    similar[0.5]["network"] - max(v for k, v in similar[0.5].items() if k != "network"),
    at_least={"mnist": 0.2, "offline": 0.1},
)

# %% tags=["nbval-ignore-output"]
shown = {"clean": x_test, "noise 0.5": noisy_test[0.5]} | {
    name: restored[0.5][name] for name in ("median", "non-local means", "linear", "network")
}
shown |= {
    "noise 1": noisy_test[1.0],
    "linear ": restored[1.0]["linear"],
    "network ": restored[1.0]["network"],
}
plots.images(
    np.concatenate([x[:10] for x in shown.values()]),
    columns=10,
    row_labels=list(shown),
    title="Filters smooth the noise; the network draws the digit",
    says=(
        "Nine rows of ten digits: clean; with noise of deviation 0.5, and then restored by the"
        " median, by non-local means, by the linear denoiser and by the network; with noise of"
        " deviation 1, and restored by the linear denoiser and the network. The filters leave"
        " blotches, the linear denoiser grey clouds. The network's digits are clean, and at"
        " deviation 1 blurred, a few of them wrong."
    ),
)

# %% [markdown]
# On MNIST the network is ahead of the best filter by about 2 dB at $\sigma = 0.25$, by more than 4 at 0.5 and by more than 3 at 1. At 0.5 that leaves a third of
# the filter's squared error. And nobody told the network how strong the noise is, while every opponent was tuned or fitted for each $\sigma$. The median, at 0.5, is more than 6 dB behind.
#
# The most instructive opponent is the linear one. At $\sigma = 0.25$ it is behind non-local means: with little noise, looking closely is enough. From 0.5 on this single matrix beats every filter, by nearly 2 dB: with strong noise,
# *knowing digits* is worth more. So a good part of the network's lead comes from the data alone. The
# 1.3 to 3 dB that it has over the matrix come from all that a matrix cannot do. Papers that compare a network with filters only do not separate the two.
#
# Look at the bottom row, though. At $\sigma = 1$ some strokes are blurred: where a stroke could run this way or that, the best a single answer can do
# is the average of both. And here and there the network has drawn something else than what was there (compare the last row with the first, column by column). No filter would do that. A
# denoiser that knows what to expect *sees* what it expects: in a photograph of a number plate or an X-ray, that is not an improvement.
#
# ### Break it on purpose
# Decibels are squared error. So why not train on squared error, behind a sigmoid that keeps pixels in $[0, 1]$? To save time we take a narrower network, 16 channels, and 5,000 pictures, and train it twice: with squared error, and, for a control, with
# the cross-entropy as before.

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(15))
sick = denoiser(gaussian, runtime.seed(15), channels=min(channels, 16))
train(
    sick,
    lambda x, logits: ops.mean(ops.sum((x - ops.sigmoid(logits)) ** 2, axis=(1, 2, 3))),
    x_train[:5_000],
    1,
)
keras.utils.set_random_seed(runtime.seed(15))
control = denoiser(gaussian, runtime.seed(15), channels=min(channels, 16))
train(control, cross_entropy, x_train[:5_000], 1)
blackened, drawn = (clean_up(model, noisy_test[0.5]) for model in (sick, control))
print(f"brightest pixel: squared error {blackened.max():.2f}, cross-entropy {drawn.max():.2f}")

# %%
claim(
    "squared error behind a sigmoid: brightest pixel in all its outputs",
    blackened.max(),
    at_most={"mnist": 0.1, "offline": 1.1},
)  # offline nothing is claimed, see below
claim("cross-entropy: brightest pixel in all its outputs", drawn.max(), at_least=0.8)

# %% [markdown]
# On MNIST it happens on every one of five seeds; on the bundled digits, which are bolder, on two of five. The symptom: it draws nothing at all, whatever it is shown; the control draws digits. The cause: four pixels out of five are black, so “all black” is quickly found and not a
# bad answer; and there the sigmoid is flat. Squared error sends its gradient through the sigmoid's slope $\hat x(1 - \hat x)$, which is 0 where
# $\hat x$ is 0, and the network cannot get away again. The fix: cross-entropy from logits, whose gradient is $\hat x - x$, without that factor (chapter
# 01).

# %% [markdown]
# ## 4 · Noise it has never seen
# “Irrespective of what noise is added to the original data”, Canziani's notes say, the network learns to retrieve the original. Ours has been trained
# on Gaussian noise of every strength up to 1.1. Now it gets pictures with half of their pixels masked.
#
# ### Think · will it cope?
# - `"a"`: yes, as well as one that was trained on masks
# - `"b"`: it does far worse than one that was trained on masks
# - `"c"`: it returns black pictures, since masks have nothing in common with Gaussian noise

# %%
answer = ...
ex.other_noise.check(answer)

# %%
# ex.other_noise.hint()
# ex.other_noise.solution()

# %% [markdown]
# For comparison, a second network: same layers, same rate, another corruption, on fewer pictures. It takes about twenty seconds.


# %%
def masked(x, seed):
    """Half of the pixels set to 0."""
    return x * ops.cast(keras.random.uniform(ops.shape(x), seed=seed) > 0.5, "float32")


# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(6))
mender = denoiser(masked, runtime.seed(6))
some = x_train[: budget(smoke=300, quick=15_000, full=60_000)]
train(
    mender,
    cross_entropy,
    some,
    budget(smoke=1, quick={"mnist": 1, "offline": 2}[digits.name], full=20),
    verbose=2,
)

# %%
holes = np.ones(x_test.shape, "float32")
holes = (
    mask_pixels(holes, 0.5, np.random.default_rng(runtime.seed(6))) == 0
)  # True where a pixel is missing
masked_test = np.where(holes, 0, x_test).astype("float32")
salted_test = data.salt_and_pepper(x_test, 0.3, seed=runtime.seed(6))
inputs = {
    "Gaussian, 0.5": noisy_test[0.5],
    "half masked": masked_test,
    "salt and pepper, 30 %": salted_test,
}
cross = {
    name: [decibels(clean_up(model, x), x_test) for x in inputs.values()]
    for name, model in {"trained on Gaussian": cleaner, "trained on masks": mender}.items()
}
cross["left as it is"] = [decibels(x, x_test) for x in inputs.values()]

# %% tags=["nbval-ignore-output"]
plots.grouped_bars(
    list(inputs),
    {name: np.round(values, 1) for name, values in cross.items()},
    y_label="PSNR (dB)",
    title="A denoiser undoes the noise it knows; with another, it depends",
    says="PSNR as bars on Gaussian noise, masks, and salt and pepper. "
    + " ".join(
        f"{name}: " + ", ".join(f"{value:.1f}" for value in values) + " dB."
        for name, values in cross.items()
    )
    + " On each of the first two, the network that was trained on it is far ahead; on salt and"
    " pepper, the one trained on Gaussian noise.",
)

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate(
        [
            x_test[:10],
            masked_test[:10],
            clean_up(cleaner, masked_test[:10]),
            clean_up(mender, masked_test[:10]),
        ]
    ),
    columns=10,
    row_labels=["clean", "half masked", "trained on Gaussian", "trained on masks"],
    title="To the first network, a black pixel is evidence of black",
    says=(
        "Four rows of ten digits: clean; with half of the pixels black; what the network trained on"
        " Gaussian noise makes of it, thin and broken strokes; what the one trained on masks makes"
        " of it, whole digits."
    ),
)

# %%
claim(
    "masks: trained on masks minus trained on Gaussian noise",
    cross["trained on masks"][1] - cross["trained on Gaussian"][1],
    at_least=5,
    unit="dB",
)
claim(
    "salt and pepper: trained on Gaussian noise minus trained on masks",
    cross["trained on Gaussian"][2] - cross["trained on masks"][2],
    at_least=5,
    unit="dB",
)
claim(
    "Gaussian noise: trained on it minus trained on masks",
    cross["trained on Gaussian"][0] - cross["trained on masks"][0],
    at_least=5,
    unit="dB",
)
claim(
    "masks: trained on Gaussian noise minus doing nothing",
    cross["trained on Gaussian"][1] - cross["left as it is"][1],
    at_most=1,
    unit="dB",
)
claim(
    "Gaussian noise: trained on masks minus doing nothing",
    cross["trained on masks"][0] - cross["left as it is"][0],
    at_most={"mnist": 1, "offline": 0},
    unit="dB",
)

# %% [markdown]
# So “irrespective” is not what was learned. A denoiser learns to invert *one* corruption. Under Gaussian noise, a pixel of exactly 0 inside a stroke is
# no more likely than one that is exactly 2 or 1.37, and where many are 0 the first network believes them: on masks it is about 8 dB behind the second, and no better than doing nothing. The second
# has never seen a grey or a white speck on black, and takes every one for a stroke: what it returns is no better than what it was given, and on most seeds worse.
#
# The third group has a lesson, too. Neither network has met salt and pepper, and the first does well: pixels pushed up *and* down at random resemble
# what it knows, pixels pushed down only do not. What matters is not whether a noise is new but whether the network's habits happen to fit it, and that
# is something to measure, not to hope for.

# %% [markdown]
# ## 5 · Missing pixels
# Masking has a twin with a friendlier face: pixels are missing, and we *know* which, because a sensor is dead or a form has a blank field. Then the
# known pixels need no restoring; only the holes are filled, and only the holes should be scored.

# %% [markdown]
# ### Exercise · score the holes


# %%
def error_on_missing(x_hat, x, missing):
    """Mean squared error over the missing pixels only: all three (n, D); missing is True or False."""
    ...  # your code here


error_on_missing = ex.error_on_missing.check(error_on_missing)

# %%
# ex.error_on_missing.hint()
# ex.error_on_missing.solution()

# %% [markdown]
# Fill the holes in five ways: with the mean picture of the training set; with a weighted mean of the known neighbours (a blur of the picture divided by
# the same blur of the map of known pixels, its width tuned on training pictures); with the best linear map from masked to clean pictures; with one that is also given the map of known pixels, as 784 further inputs; and with the
# network, which is not told where the holes are and has to see for itself.


# %%
def neighbours(x, missing, width):
    """Each pixel as a weighted mean of the known ones around it."""
    known = 1.0 - missing
    return blur(x * known, width) / np.maximum(blur(known, width), 1e-3)


clean_holes = mask_pixels(np.ones(clean.shape), 0.5, np.random.default_rng(runtime.seed(7))) == 0
width = min(
    (0.6, 0.8, 1.0, 1.2, 1.5),
    key=lambda w: np.mean((neighbours(clean, clean_holes, w) - clean)[clean_holes] ** 2),
)
known_train = mask_pixels(
    np.ones_like(flat), 0.5, np.random.default_rng(runtime.seed(8))
)  # 1 where a pixel is known
W, b = linear_denoiser(known_train * flat, flat, ridge=10.0)
both, both_test = (
    np.hstack([known_train * flat, known_train])[:20_000],
    np.hstack([masked_test.reshape(-1, 784), 1.0 - holes.reshape(-1, 784)]),
)
W_both, b_both = linear_denoiser(both, flat[:20_000], ridge=10.0)  # (1568, 784), (784,)
filled = {
    "mean picture": np.broadcast_to(x_train.mean(axis=0), x_test.shape),
    "neighbours": neighbours(x_test, holes, width),
    "linear": (masked_test.reshape(-1, 784) @ W + b).clip(0, 1).reshape(x_test.shape),
    "linear + map": (both_test @ W_both + b_both).clip(0, 1).reshape(x_test.shape),
    "network": clean_up(mender, masked_test),
}
missing_error = {
    name: error_on_missing(x_hat.reshape(-1, 784), x_test.reshape(-1, 784), holes.reshape(-1, 784))
    for name, x_hat in filled.items()
}

# %% tags=["nbval-ignore-output"]
plots.bars(
    missing_error.keys(),
    missing_error.values(),
    y_label="squared error per missing pixel",
    title="Half of the pixels are missing; the network fills them in best",
    says="Squared error per missing pixel as bars: "
    + ", ".join(f"{name} {error:.4f}" for name, error in missing_error.items())
    + ".",
    fmt="%.4f",
)

# %%
rival = min(error for name, error in missing_error.items() if name != "network")
claim(
    "missing pixels: error of the network over the best other",
    missing_error["network"] / rival,
    at_most=0.75,
)
claim(
    "missing pixels: error with the map over without, linear",
    missing_error["linear + map"] / missing_error["linear"],
    at_most=0.97,
)
claim(
    "missing pixels: error of neighbours over linear + map",
    missing_error["neighbours"] / missing_error["linear + map"],
    at_most={"mnist": 0.97, "offline": 1.2},
)

# %% [markdown]
# The network makes less than two thirds of the error of the best of the others. The order of these is a surprise: with half of the pixels known, next
# to nearly every hole there is a known neighbour, and the plain mean of neighbours, which has learned nothing, is ahead of the linear map, which has seen
# 45,000 digits. *Which* pixels are known changes from picture to picture, and the linear map has one set of weights for all masks. Telling it the mask helps, but on MNIST it makes up only about half of the difference: to divide by the number of known neighbours is
# a step that no linear map can take. The network can, and it has found the holes without being told.
#
# ## 6 · A denoiser is a field of arrows
# What has a network learned that can clean? Take pictures of two pixels, so that we can see all of them: 60 points on a spiral, each equally probable.
# That is the whole data set. Noise of deviation $\sigma = 0.1$ (`toy_sigma`) moves a point off the spiral; a denoiser moves it back. Where to? It cannot know which
# of the 60 it was.

# %%
K, toy_sigma = 60, 0.1
angle = np.sqrt(np.linspace(0.5**2, 2.6**2, K)) * np.pi  # the root makes the points evenly spaced
points = angle[:, None] / (2.6 * np.pi) * np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (K, 2)

# %% [markdown]
# ### Exercise · the best guess
# Chapter 02: the output with the smallest expected squared error is an average, here of the 60 points, weighted with their posterior probabilities
# $p(c_k|y)$ given the noisy point $y$. Bayes's rule gives these, with the likelihood $p(y|c_k) \propto e^{-\lVert y - c_k \rVert^2 / 2\sigma^2}$. Mind
# a $y$ that is far from every $c_k$.


# %%
def best_guess(y, points, sigma):
    """Expected clean point, shape (n, 2), for each noisy y (n, 2): points (K, 2), equally probable, noise of deviation sigma."""
    ...  # your code here


best_guess = ex.best_guess.check(best_guess)

# %%
# ex.best_guess.hint()
# ex.best_guess.solution()

# %% [markdown]
# Now the surprise. Noisy points have a density of their own, one Gaussian bump around each of the data points,
#
# $$ p_\sigma(y) = \frac1K \sum_{k=1}^{K} \frac{1}{2\pi\sigma^2}\, e^{-\lVert y - c_k \rVert^2 / 2\sigma^2}, \qquad
#    \nabla p_\sigma(y) = \frac1K \sum_{k=1}^{K} \frac{c_k - y}{\sigma^2} \cdot \frac{1}{2\pi\sigma^2}\, e^{-\lVert y - c_k \rVert^2 / 2\sigma^2}. $$
#
# Divide the second by the first. On the left stands the slope of the logarithm, $\nabla \ln p_\sigma$. On the right the bumps, divided by their sum,
# have become the posterior weights: what is left is the best guess $r(y)$, minus $y$:
#
# $$ r(y) - y = \sigma^2\, \nabla \ln p_\sigma(y). $$
#
# **A denoiser's step points uphill on the log density of the noisy data**, and knows the steepness. (Miyasawa, 1961; Tweedie's formula. It holds for
# any data, and Gaussian noise.) Check it, with a gradient by autodiff that knows nothing of guesses:

# %%
rng = np.random.default_rng(runtime.seed(9))
y = points[rng.integers(0, K, 2000)] + toy_sigma * rng.normal(size=(2000, 2))  # noisy points
with tf.GradientTape() as tape:
    at = tf.constant(y)
    tape.watch(at)
    log_density = ops.logsumexp(
        -ops.sum((at[:, None] - points) ** 2, axis=2) / (2 * toy_sigma**2), axis=1
    )  # up to a constant
slope = tape.gradient(log_density, at).numpy()  # (2000, 2)
claim(
    "largest gap between best guess and y + σ² × slope",
    np.abs(best_guess(y, points, toy_sigma) - y - toy_sigma**2 * slope).max(),
    at_most=1e-9,
    exact=True,
)

# %% [markdown]
# ### Think · read the slope
# In one dimension: a perfect denoiser for $\sigma = 0.2$ maps $y = 1$ to $r(y) = 0.8$. What is the slope of $\ln p_\sigma$ at $y = 1$?

# %%
answer = ...
ex.slope_of_log_p.check(answer)

# %%
# ex.slope_of_log_p.hint()
# ex.slope_of_log_p.solution()

# %% [markdown]
# That was the perfect denoiser. Does a network that is trained on nothing but noisy points find the same arrows? It never sees a density.


# %%
def small_noise(x, seed):
    return x + toy_sigma * keras.random.normal(ops.shape(x), seed=seed)


def squared_error(x, x_hat):
    """Summed over the coordinates, averaged over the batch."""
    return ops.mean(ops.sum((x - x_hat) ** 2, axis=-1))


def small_net(activation):
    """From the plane to the plane: two hidden layers of 128."""
    dense = [layers.Dense(128, activation) for _ in range(2)]
    return keras.Sequential([keras.Input((2,)), layers.Rescaling(5.0), *dense, layers.Dense(2)])


toy = np.tile(points, (budget(smoke=10, quick=330, full=330), 1)).astype(
    "float32"
)  # (19 800, 2) each point many times
toy_epochs = budget(smoke=1, quick=12, full=60)

keras.utils.set_random_seed(runtime.seed(10))
arrows_net = small_net("relu")
train(
    keras.Sequential([keras.Input((2,)), Corrupt(small_noise, runtime.seed(10)), arrows_net]),
    squared_error,
    toy,
    toy_epochs,
    batch=100,
    rate=5e-3,
    steps_per_execution=50,
)

# %% tags=["nbval-ignore-output"]
grid = np.stack(
    np.meshgrid(np.linspace(-1.2, 1.2, 19), np.linspace(-1.2, 1.2, 19)), axis=-1
).reshape(-1, 2)
grid = grid[
    np.linalg.norm(grid[:, None] - points, axis=2).min(axis=1) < 0.3
]  # where noisy points come
plots.arrows(
    grid,
    {
        "σ² × slope of ln p_σ": best_guess(grid, points, toy_sigma) - grid,
        "trained network, r(y) − y": arrows_net.predict(grid, verbose=0) - grid,
    },
    points=points,
    title="The network has found the slope of a density that it was never shown",
    says=(
        "Two fields of arrows around a spiral of points, the exact one and the network's. In both,"
        " arrows on either side of the spiral point towards it and end on it. They look nearly the"
        " same, except inside the inner end of the spiral, where the network's are shorter."
    ),
)

# %%
step, exact = (
    arrows_net.predict(y, batch_size=1000, verbose=0) - y,
    best_guess(y, points, toy_sigma) - y,
)
claim(
    "network's arrows: error relative to the exact ones",
    np.linalg.norm(step - exact) / np.linalg.norm(exact),
    at_most=0.35,
)
claim(
    "network's arrows: cosine with the exact ones",
    np.sum(step * exact) / (np.linalg.norm(step) * np.linalg.norm(exact)),
    at_least=0.95,
)

# %% [markdown]
# Measured on noisy points, the arrows agree to within ten to twenty percent; where few noisy points come, at the inner end, they differ more. Nobody mentioned a density, and yet here is its slope.
#
# Two words of caution. It is the slope of $p_\sigma$, the density *smoothed by the noise*, not of the data's own $p$. Here $p$ is 60 isolated points:
# it is zero everywhere else and has no slope at all. A smaller $\sigma$ comes nearer to it, and learns less about the space between. And $r$ is the
# *average* guess, so one big step from strong noise lands on a blur, as at $\sigma = 1$ above. Many small steps, with ever less noise, do not; that is
# how diffusion models draw pictures, and this formula is their engine.

# %% [markdown]
# ## 7 · The same without noise: a penalty on derivatives
# If the code should not care about small disturbances, one can say so directly. Let $h = f(x)$ be the code, $N$ numbers, and
# $J = \partial h / \partial x$ its **Jacobian**, with entries $J_{jd} = \partial h_j / \partial x_d$. A **contractive autoencoder** adds to the loss
# $\lambda$ (`lam`) times
#
# $$ \lVert J \rVert_F^2 = \sum_{j=1}^{N} \sum_{d=1}^{D} \Bigl( \frac{\partial h_j}{\partial x_d} \Bigr)^2, $$
#
# the squared **Frobenius norm**: $D$ times the mean squared movement of the code, over all directions of a unit step in the picture. For one sigmoid layer,
# $h_j = \operatorname{sigmoid}(z_j)$ with $z_j = \sum_d x_d W_{dj} + b_j$, the derivative is $\partial h_j/\partial x_d = h_j (1 - h_j)\, W_{dj}$, and the double sum
# falls apart:
#
# $$ \lVert J \rVert_F^2 = \sum_{j=1}^{N} \bigl[ h_j (1 - h_j) \bigr]^2 \sum_{d=1}^{D} W_{dj}^2 . $$

# %% [markdown]
# ### Exercise · the contractive penalty
# With `keras.ops`: it will train a network.


# %%
def contractive_penalty(h, W):
    """Mean over samples of ‖∂h/∂x‖², summed over all entries, for h = sigmoid(x W + b): h (M, N), W (D, N)."""
    ...  # your code here


contractive_penalty = ex.contractive_penalty.check(contractive_penalty)

# %%
# ex.contractive_penalty.hint()
# ex.contractive_penalty.solution()


# %% [markdown]
# The model: an encoder of one sigmoid layer, a decoder of one layer of logits, and two knobs, $\lambda$ for the penalty and $\sigma$ for noise in the
# input, so that one class serves for all comparisons.


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


x_flat = flat[: budget(smoke=500, quick=10_000, full=60_000)]
x_flat_test = digits.x_test[: budget(smoke=200, quick=1000, full=1000)].reshape(-1, 784)
settings = {
    "plain": dict(),
    "noise 0.1": dict(sigma=0.1),
    "noise 0.25": dict(sigma=0.25),
    "noise 0.5": dict(sigma=0.5),
    "λ 0.1": dict(lam=0.1),
    "λ 0.3": dict(lam=0.3),
    "λ 1": dict(lam=1.0),
}
coders = {}
for name, setting in settings.items():
    keras.utils.set_random_seed(runtime.seed(11))
    coders[name] = Autoencoder(**setting, seed=runtime.seed(11))
    train(
        coders[name],
        cross_entropy,
        x_flat,
        budget(smoke=1, quick=8, full=30),
        batch=100,
        rate=0.01,
        steps_per_execution=10,
    )

# %% [markdown]
# First the formula, against TensorFlow's own Jacobian, on a trained network:


# %%
def jacobian(f, x):
    """∂f/∂x of each sample, shape (M, outputs, inputs)."""
    x = tf.constant(x, "float32")
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.batch_jacobian(y, x).numpy()


coder = coders["λ 0.3"]
h = coder.code(x_flat_test[:50])
theirs = np.mean(np.sum(jacobian(coder.code, x_flat_test[:50]) ** 2, axis=(1, 2)))
claim(
    "penalty over the Jacobian's squared norm, minus 1",
    abs(float(contractive_penalty(h, coder.code.kernel)) / theirs - 1),
    at_most=1e-5,
    exact=True,
)

# %% [markdown]
# Now what does the penalty do to the code? It asks for *small derivatives in every direction*. But the decoder still has to tell pictures apart. So the
# directions in which pictures differ from each other should keep their derivatives, and the rest should lose them. Some directions of the first kind
# are known: shift a digit by a hair, to the right or down, or turn it a little, and it is still a digit. They are called **tangents**: directions
# *along* the surface on which digits lie. Directions *across* it are nearly all others; a random one will do.

# %% tags=["nbval-ignore-output"]
pictures = x_flat_test.reshape(-1, 28, 28)
down, right = np.gradient(pictures, axis=(1, 2))  # the change for a shift by a pixel
row, column = np.mgrid[:28, :28] - 13.5
tangents = np.stack([right, down, row * right - column * down], axis=1).reshape(
    len(pictures), 3, 784
)
tangents /= np.linalg.norm(tangents, axis=2, keepdims=True)  # unit length
plots.images(
    np.concatenate(
        [pictures[:10], *(0.5 + 2 * tangents[:10, k].reshape(-1, 28, 28) for k in range(3))]
    ),
    columns=10,
    row_labels=["picture", "shift right", "shift down", "turn"],
    title="Three directions that lead from a digit to a digit",
    says=(
        "Four rows of ten: digits, and below each the change of its pixels when it is shifted"
        " right, shifted down or turned: dark on one side of every stroke, light on the other."
    ),
)


# %%
def stretch(coder):
    """How far the code moves for a step of length 1: along a tangent, and in a random direction (root mean squares)."""
    J = jacobian(coder.code, x_flat_test[:100])  # (100, N, 784)
    along = np.einsum("mnd,mkd->mkn", J, tangents[:100])  # J times each tangent
    return np.sqrt(np.mean(np.sum(along**2, axis=2))), np.sqrt(
        np.mean(np.sum(J**2, axis=(1, 2))) / 784
    )


stretches = {name: stretch(coders[name]) for name in ("plain", "noise 0.25", "λ 0.3")}
selective = {name: along / across for name, (along, across) in stretches.items()}

# %% tags=["nbval-ignore-output"]
plots.grouped_bars(
    list(stretches),
    {
        "along (tangents)": [a for a, _ in stretches.values()],
        "across (random directions)": [a for _, a in stretches.values()],
    },
    y_label="movement of the code per unit step",
    title="The penalty takes most where digits do not differ",
    says="How far the code moves for a step along tangents and in random directions, as bars: "
    + "; ".join(
        f"{name} {along:.2f} and {across:.2f}, a ratio of {along / across:.1f}"
        for name, (along, across) in stretches.items()
    )
    + ".",
)

# %%
claim("plain: movement along over across", selective["plain"], at_least=1.3)
claim("noise 0.25: movement along over across", selective["noise 0.25"], at_least=1.8)
claim("contractive: movement along over across", selective["λ 0.3"], at_least=2.3)
claim(
    "contractive over plain: movement across",
    stretches["λ 0.3"][1] / stretches["plain"][1],
    at_most=0.6,
)

# %% [markdown]
# The penalty has no idea of digits. It shrinks everything, and the reconstruction pulls back where it needs to: along the tangents. So the code's
# movement across falls to less than half and the one along by less; the ratio rises from about 2 to more than 3. Noise in the input does a good part of it, too.
#
# This settles a sentence in Canziani's notes, that the reconstruction cost “penalises sensitivity along the manifold”. It is the other way round: the
# *penalty* is against every sensitivity, and the *reconstruction* is against **in**sensitivity along the manifold, because points that get the same
# code cannot be told apart.

# %% [markdown]
# ## 8 · Deep networks: Hutchinson's trick
# For a deep encoder there is no closed form, and the whole Jacobian costs one backward pass for *each* output. Hutchinson's trick needs one in all.
# Draw a vector $v$ of $N$ independent numbers with mean 0 and variance 1. Then
#
# $$ \mathbb E_v \lVert J^\top v \rVert^2 = \mathbb E_v \sum_d \Bigl( \sum_j v_j J_{jd} \Bigr)^2 = \sum_d \sum_{j, j'} \mathbb E[v_j v_{j'}]\, J_{jd} J_{j'd} = \lVert J \rVert_F^2, $$
#
# because $\mathbb E[v_j v_{j'}]$ is 1 for $j = j'$ and 0 otherwise. And $J^\top v$ is what one backward pass computes: the gradient of
# $\sum_j v_j f_j(x)$.

# %% [markdown]
# ### Exercise · Hutchinson
# With `tf.GradientTape`. The random `v` is handed in; one row for each sample.


# %%
def hutchinson(f, x, v):
    """‖Jᵀv‖² of each sample, shape (M,), with J = ∂f/∂x: f maps (M, D) to (M, N); v has shape (M, N)."""
    ...  # your code here


hutchinson = ex.hutchinson.check(hutchinson)

# %%
# ex.hutchinson.hint()
# ex.hutchinson.solution()

# %% [markdown]
# Unbiased it should be; but how noisy? A deep encoder, one picture, 2,000 draws of $v$, against the exact norm from the whole Jacobian:

# %%
keras.utils.set_random_seed(runtime.seed(12))
deep = keras.Sequential(
    [keras.Input((784,)), layers.Dense(128, "gelu"), layers.Dense(64, "gelu"), layers.Dense(16)]
)
one = x_flat_test[:1]
exact = np.sum(jacobian(deep, one) ** 2)
v = tf.random.normal((2000, 16), seed=1)
estimates = ops.convert_to_numpy(hutchinson(deep, tf.constant(np.repeat(one, 2000, axis=0)), v))
off = abs(estimates.mean() - exact) / (estimates.std(ddof=1) / np.sqrt(2000))
claim(
    "mean of 2,000 estimates: distance from the exact norm, in standard errors",
    off,
    at_most=4.5,
    exact=True,
)
claim(
    "deviation of a single estimate over the exact norm",
    estimates.std() / exact,
    at_least=0.2,
    at_most=1.0,
)

# %% [markdown]
# (Each sample must be encoded by itself: with batch normalisation, say, the gradient would mix them. And training differentiates *through* the backward pass, so it costs a second one.)
#
# A single draw is off by about half, which would be useless as a measurement and is fine for training: every step draws anew, and the errors average
# out like those of the batches.
#
# ## 9 · Noise and contraction are nearly one
# Penalise the *reconstruction's* Jacobian, $\partial r / \partial x$ with $r = g \circ f$, on the spiral of section 6. Four networks: a plain one; a
# denoiser with noise of $\sigma = 0.1$ in the input; one with no noise but a penalty of $\lambda = \sigma^2$ times Hutchinson's estimate; and one with
# a thousandth of that penalty.
#
# ### Think · along and across
# At a point of the spiral, $J$ is a 2 × 2 matrix. What will the penalised network's $J$ do to a small step *along* the curve, and to one *across* it?
# - `"a"`: along near 0, across near 0
# - `"b"`: along near 1, across near 1
# - `"c"`: along near 1, across near 0
# - `"d"`: along near 0, across near 1

# %%
answer = ...
ex.along_or_across.check(answer)

# %%
# ex.along_or_across.hint()
# ex.along_or_across.solution()


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


nets = {}
for name, lam in {
    "plain": None,
    "noise": None,
    "penalty": toy_sigma**2,
    "a thousandth": toy_sigma**2 / 1000,
}.items():
    keras.utils.set_random_seed(runtime.seed(13))
    nets[name] = small_net("gelu")
    if name == "noise":
        model = keras.Sequential(
            [keras.Input((2,)), Corrupt(small_noise, runtime.seed(13)), nets[name]]
        )
    elif name == "plain":
        model = nets[name]
    else:
        model = Contractive(nets[name], lam, runtime.seed(13))
    train(model, squared_error, toy, toy_epochs, batch=100, rate=5e-3, steps_per_execution=50)


# %% tags=["nbval-ignore-output"]
def along_and_across(net):
    """Median length of J times a unit step along the curve, and across it."""
    tangent = np.gradient(points, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    normal = tangent[:, ::-1] * [-1, 1]  # turned by 90 degrees
    J = jacobian(net, points)  # (K, 2, 2)
    return [
        np.median(np.linalg.norm(np.einsum("kij,kj->ki", J, step), axis=1))
        for step in (tangent, normal)
    ]


pull = {name: along_and_across(net) for name, net in nets.items()}
plots.grouped_bars(
    list(pull),
    {
        "along": [along for along, _ in pull.values()],
        "across": [across for _, across in pull.values()],
    },
    y_label="|J × unit step|, median",
    title="Noise and penalty: free along the curve, rigid across it",
    says=(
        "How much of a small step survives the reconstruction, as bars, along and across the"
        " spiral: "
    )
    + "; ".join(f"{name} {along:.2f} and {across:.2f}" for name, (along, across) in pull.items())
    + ".",
)

# %%
claim("plain: across", pull["plain"][1], at_least=0.8)
claim("a thousandth of the penalty: across", pull["a thousandth"][1], at_least=0.7)
for name in ("noise", "penalty"):
    claim(f"{name}: along", pull[name][0], at_least=0.9, at_most=1.1)
    claim(f"{name}: across", pull[name][1], at_most=0.3)

# %% [markdown]
# Near 1 along, near 0 across: what lies beside the curve is pulled onto it, what moves on it is left alone. The plain network, with 128 units for two
# numbers, has learned the identity, and so, nearly, has the one with too weak a penalty: a regulariser is no insurance, its weight decides. But noise
# and the full penalty have done the same thing. Why? Put noise $\varepsilon$ with deviation $\sigma$ into $r$ and expand: $r(x + \varepsilon) = r + J\varepsilon + \frac12 \varepsilon^\top H \varepsilon + \dots$, with the second derivatives $H$. In the square, terms with a single
# $\varepsilon$ have mean 0, and $\mathbb E[\varepsilon_d \varepsilon_e]$ is $\sigma^2$ for $d = e$, else 0. With
# $J = \partial r/\partial x$ and the Laplacian $\Delta r = \sum_d \partial^2 r/\partial x_d^2$, the second derivatives of each output, summed over the
# inputs:
#
# $$ \mathbb E \lVert r(x + \varepsilon) - x \rVert^2 = \lVert r(x) - x \rVert^2 + \sigma^2 \lVert J \rVert_F^2 + \underbrace{\sigma^2\, (r(x) - x) \cdot \Delta r(x)}_{\text{small where } r(x) \approx x} + \,O(\sigma^4). $$
#
# Training with noise is training without noise, plus a penalty on the Jacobian of the *reconstruction* with weight $\sigma^2$, plus two remainders. How
# large are they? In the plane the expectation over $\varepsilon$ is an integral that can be computed to many digits (Gauss and Hermite's rule, 24 × 24
# nodes), no dice needed. We take the network that was trained with noise.


# %%
def in_double(net):
    """The network as a NumPy function in double precision, for small differences."""
    from scipy.special import erf

    W1, b1, W2, b2, W3, b3 = (w.astype("float64") for w in net.get_weights())

    def gelu(z):
        return z * (1 + erf(z / np.sqrt(2))) / 2

    return lambda x: gelu(gelu(5 * x @ W1 + b1) @ W2 + b2) @ W3 + b3


r = in_double(nets["noise"])
node, weight = np.polynomial.hermite_e.hermegauss(24)
nodes = np.stack(np.meshgrid(node, node), axis=-1).reshape(
    -1, 2
)  # (576, 2) standard normal, as it were
weights = np.outer(weight, weight).ravel() / weight.sum() ** 2


def parts(s):
    """Mean over the points: what noise s adds to the error, and the two terms of second order."""
    spread = (
        np.sum((r(points[:, None] + s * nodes) - points[:, None]) ** 2, axis=2) @ weights
    )  # (K,)
    e = 1e-3 * np.eye(2)
    there, back, here = (
        r(points[:, None] + e),
        r(points[:, None] - e),
        r(points),
    )  # (K, 2, 2): point, input, output
    J = (there - back) / 2e-3
    laplacian = np.sum(there + back - 2 * here[:, None], axis=1) / 1e-6  # (K, 2)
    residual = here - points
    return [
        np.mean(spread - np.sum(residual**2, axis=1)),
        s**2 * np.mean(np.sum(J**2, axis=(1, 2))),
        s**2 * np.mean(np.sum(residual * laplacian, axis=1)),
    ]


strengths = np.geomspace(0.005, 0.2, 40)
added, penalty, curvature = np.array([parts(s) for s in strengths]).T

# %% tags=["nbval-ignore-output"]
plots.curves(
    strengths,
    {
        "what noise adds to the error": added,
        "σ²‖J‖²": penalty,
        "difference of the two, absolute": np.abs(added - penalty),
        "σ²·residual·Laplacian, absolute": np.abs(curvature),
    },
    x_label="deviation of the noise, σ",
    y_label="squared error",
    title="For small noise, the penalty is nearly all that noise adds",
    says=(
        "On logarithmic axes, what noise adds to the squared error, the penalty term, and the"
        " remainder. The first two lie on top of each other and part a little at the right end. The"
        " remainder follows its second-order term at first, a straight line far below, then changes"
        " sign and rises more steeply."
    ),
    xscale="log",
    yscale="log",
)

# %%
claim(
    "σ 0.01: penalty over what noise adds",
    np.interp(0.01, strengths, penalty / added),
    at_least=0.8,
    at_most=1.2,
)
second_order = np.abs(added - penalty - curvature) / added
claim(
    "σ 0.005: what is left after both terms of second order, relative",
    second_order[0],
    at_most=0.02,
)
claim(
    "σ 0.2: remainder over what noise adds", abs(added[-1] - penalty[-1]) / added[-1], at_least=0.05
)

# %% [markdown]
# Up to $\sigma = 0.05$ the penalty accounts for what noise does to within a few percent. For the weakest noise what is missing is just the term of residual times
# Laplacian. It is small because $r(x) \approx x$ at the data; early in training, when the residual is large, noise and penalty are
# *not* the same. From a few hundredths on the terms of order $\sigma^4$ take over (where they have the other sign, they first cancel it: the dip): the noise reaches where the network is curved. At 0.2 they are more than a tenth.
#
# The Wollongong slides call the two related for small Gaussian noise, and say that a denoiser makes the *reconstruction* resist small but finite perturbations, a contractive autoencoder the *features* infinitesimal ones. Both hold. The penalty acts at the data points, on infinitesimal steps; noise acts on steps of
# finite size, and sees the bends. And mind the function: noise in the input contracts the **reconstruction** $r$; section 7's penalty contracts the
# **code** $f$. These are different things: an encoder can shrink its code tenfold while the decoder enlarges it tenfold, and $r$ has not noticed.
# (Papers tie the decoder's weights to the encoder's to close this loophole.)
#
# ## 10 · Which code moves least?
# Back to digits and the seven encoders of section 7. A code should move when the digit changes and stay when it is merely noisy. So nudge test pictures
# with noise of 0.25 and divide the code's mean squared movement by its mean squared distance between *different* pictures. (Otherwise a code could win
# by shrinking, with a decoder that enlarges.) One more condition, or the winner would be a code that says nothing: *at equal reconstruction error*.
# Guess first: the one trained against noise, or the one that was trained on derivatives, which has never seen any?


# %%
nudge = data.add_gaussian(x_flat_test, 0.25, seed=runtime.seed(14))


def movement(coder):
    """Reconstruction error per pixel, and the movement of the code relative to its spread."""
    h, moved = (ops.convert_to_numpy(coder.code(x)) for x in (x_flat_test, nudge))
    half = len(h) // 2
    spread = np.mean(np.sum((h[:half] - h[half:]) ** 2, axis=1))  # between different pictures
    x_hat = ops.convert_to_numpy(ops.sigmoid(coder(x_flat_test)))
    return np.mean((x_hat - x_flat_test) ** 2), np.mean(np.sum((moved - h) ** 2, axis=1)) / spread


moves = {name: movement(coder) for name, coder in coders.items()}

# %% tags=["nbval-ignore-output"]
lines = {
    "trained with noise": np.array(
        [moves[name] for name in ("plain", "noise 0.1", "noise 0.25", "noise 0.5")]
    ),  # (4, 2)
    "trained with the penalty": np.array(
        [moves[name] for name in ("plain", "λ 0.1", "λ 0.3", "λ 1")]
    ),
}
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
plots.show(
    fig,
    "Movement of the code against reconstruction error, for three strengths of noise and of the"
    " penalty; both lines start at the plain autoencoder and fall, the penalty's lies lower. "
    + "; ".join(
        f"{name}: error {error:.4f}, movement {moved:.3f}" for name, (error, moved) in moves.items()
    )
    + ".",
)

# %%
middle = (
    moves["plain"][0] + min(line[:, 0].max() for line in lines.values())
) / 2  # an error that both reach
by_noise, by_penalty = (
    np.interp(middle, *line[np.argsort(line[:, 0])].T) for line in lines.values()
)
claim(
    "λ 0.3: squared error over the plain one's", moves["λ 0.3"][0] / moves["plain"][0], at_most=1.25
)
claim("λ 0.3: movement over the plain one's", moves["λ 0.3"][1] / moves["plain"][1], at_most=0.5)
claim("movement at equal reconstruction, penalty over noise", by_penalty / by_noise, at_most=0.9)

# %% [markdown]
# The code that was trained on derivatives, on MNIST, and clearly. With $\lambda = 0.1$ it reconstructs as well as the plain one, to within a few
# percent, and moves less than half as much; noise that costs about as little reconstruction takes off a third or so. And that although the penalised network has never seen noise, and section 4 has shown what unseen noise can do. How? Noise in training asks that the *reconstruction* stay put, and the decoder can do part of that, so the code need not.
# The penalty asks the code itself. You get what you ask for.
#
# ## 11 · What to take along
# | question | answer |
# | --- | --- |
# | what does a denoiser learn? | which way, and how far, to more probable pictures: $\sigma^2 \nabla \ln p_\sigma$, of the *smoothed* density |
# | is it better than a good filter? | yes, by 2 to more than 4 dB on MNIST; it knows digits. It also draws them where there are none |
# | will it remove any noise? | the kind it was trained on |
# | noise in the input of a linear denoiser | the same as a ridge of $n\sigma^2$ |
# | a little noise in the input of a network | a penalty $\sigma^2 \lVert \partial r/\partial x \rVert^2$, where $r(x) \approx x$ |
# | what does a contractive penalty leave? | movement along the manifold, because the reconstruction insists on it |
# | no closed form for $\lVert J \rVert^2$? | one random backward pass: $\mathbb E \lVert J^\top v \rVert^2$ |
#
# | method | what it controls | cost | watch out for |
# | --- | --- | --- | --- |
# | denoising | the *reconstruction*, for disturbances of finite size | nothing extra | tied to one kind of noise |
# | contractive | the *code*, for infinitesimal ones | two backward passes, or a closed form | a code that shrinks while the decoder grows |
#
# **Ask yourself.** (1) A denoiser may have skip connections from input to output, an autoencoder may not. Why? (2) You compare with “the median
# filter”, as the slides do. What is missing? (3) Your denoiser for $\sigma = 0.1$ leaves a picture as it is: $r(y) = y$. What does that say about
# $\ln p_\sigma$ there? (4) Why not take $\sigma \to 0$, to get the slope of the data's own density? (5) The contractive penalty falls during training,
# and yet the *reconstruction* is as sensitive as before. How?
#
# <details><summary>Answers</summary>
#
# (1) A copy of the spoiled picture is wrong, so a way past the code is no way out. (2) A tuned window, the stronger filters, and a linear denoiser that
# has seen the same data. (3) Its slope is 0: a maximum, a saddle or a minimum. (4) The step $\sigma^2 \nabla \ln p_\sigma$ vanishes, and the noisy
# points cover hardly anything but the data; nothing is learned about the space between. (5) The encoder's weights shrink, the decoder's grow.
#
# </details>
#
# **Use and misuse.** Denoisers restore old films and let scanners get by with less radiation. The picture that comes out is the *expected* picture,
# given what the network has seen, and it looks no less certain where it was guessed. Where a decision hangs on a detail, ask what was in the input,
# keep the input, and test on cases that the training data did not have.
#
# **If you read the sources** (chapter 00 says who they are), mind their slips: the [appendix](99_corrections_to_the_sources.ipynb) has those of this chapter in rows 35 to 37, 57, 59 and 60.

# %%
ex.summary()

# %% [markdown]
# **References.** Sources of this course: Wollongong, slides (denoising and contractive autoencoders); Laurent, slides (regularisation); Canziani, notes
# (denoising and contractive autoencoders). Papers: K. Miyasawa, *An Empirical Bayes Estimator of the Mean of a Normal Population*, 1961; M. F.
# Hutchinson, *A Stochastic Estimator of the Trace of the Influence Matrix*, 1989; C. M. Bishop, *Training with Noise is Equivalent to Tikhonov
# Regularization*, 1995; A. Chambolle, *An Algorithm for Total Variation Minimization and Applications*, 2004; A. Buades, B. Coll and J.-M. Morel, *A
# Non-Local Algorithm for Image Denoising*, 2005; P. Vincent et al., *Extracting and Composing Robust Features with Denoising Autoencoders*, 2008; S.
# Rifai et al., *Contractive Auto-Encoders: Explicit Invariance During Feature Extraction*, 2011; P. Vincent, *A Connection Between Score Matching and
# Denoising Autoencoders*, 2011; G. Alain and Y. Bengio, *What Regularized Auto-Encoders Learn from the Data-Generating Distribution*, 2014.
#
# **Next**: [05, energies and latent variables](05_energies_and_latent_variables.ipynb): what all these networks have in common, seen as landscapes.
