# %% [markdown]
# # 08 · Deconvolution and DCGAN: from a small map to a large picture
#
# **You need** chapter [02](02_autoencoders.ipynb) (encoder and decoder) and chapter [07](07_generative_adversarial_networks.ipynb) (the GAN and its losses); convolutions you have met before. **It runs in** {{minutes}} on two CPU cores;
# with the exercises, allow an evening.
#
# A convolutional network looks at a picture and ends with a few small maps: here is something round, there is something straight. Can one drive it backwards? From a 7×7 map to a 28×28 picture, each number of the map
# painting a patch with a small brush? The operation that does it is called *deconvolution*, a misleading name: it is the transpose of a matrix, and once you have seen the matrix all that is odd about
# it (sizes, overlaps, checkerboards) becomes plain.
#
# Then it goes to work twice. A network that runs down and up again points at the digits in a cluttered scene. And a GAN that paints with brushes, a **DCGAN**, is set against the dense one of chapter 07.
#
# By the end you will be able to
# - write a convolution as a matrix $C$, a transposed convolution as $C^\top$, and say why the second does not undo the first;
# - work out sizes and parameters of any such layer in your head;
# - say what kernel and stride alone decide about checkerboards, and what cures them;
# - build a network that says *where*, and score it by intersection over union;
# - train a DCGAN, walk and calculate in its latent space, and measure whether that means anything.

# %% tags=["nbval-ignore-output"]
import itertools
import math
import time
from collections import namedtuple

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from course_utils import data, metrics, plots, runtime
from course_utils.exercises import ch08 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=8)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import layers, ops

from course_utils import scoring

digits = data.load_digits()

# %% [markdown]
# The settings of the whole chapter.

# %%
offline = digits.name == "offline"
n_scenes = budget(smoke=64, quick=3000, full=40_000)  # scenes to learn from
epochs_scenes = budget(smoke=1, quick=3, full=20)
n_gan = budget(smoke=250, quick=60_000, full=60_000)  # digits for the GANs: at most so many
epochs_gan = budget(smoke=1, quick=20 if offline else 4, full=50)
full_count = 2000 if offline else 10_000
n_samples = budget(smoke=500, quick=full_count, full=full_count)  # of each generator, to be scored
latents = 32  # numbers in the noise z
filters = 24  # maps of 14×14 in the DCGAN's networks; of 7×7 it has twice as many

x_train, y_train, x_test, y_test = digits.x_train, digits.y_train, digits.x_test, digits.y_test

# %% [markdown]
# ## 1 · A convolution is a matrix
# Slide a kernel of three weights along a row of numbers, multiply, add: a convolution. (Mathematicians first turn the kernel round, and call this a correlation; here, as in Keras, it stays as it is.) Every number that comes out is a weighted sum of
# numbers that went in. So the whole thing is one matrix. What does it look like?
#
# ### Exercise · the matrix
# $x$ has $n$ numbers, the kernel $k$, and each step goes `stride` places to the right. No padding: the kernel has to fit wholly. Row $i$ of $C$ says where the $i$-th result looks.

# %%
conv_matrix = ex.conv_matrix.check(...)  # @exercise

# %%
blur = np.array([1.0, 2.0, 1.0]) / 4
C = conv_matrix(blur, 10, 1)  # (8, 10)
plots.heatmaps(
    {"C (8, 10)": C, "Cᵀ (10, 8)": C.T, "CᵀC (10, 10)": C.T @ C},
    vmax=0.5,
    title="The kernel steps down C; its transpose smears once more",
    says=(
        "Three matrices as colours. C, 8 by 10, has a band of three weights that moves one column"
        " to the right in each row. Its transpose is 10 by 8, with the band running down the"
        " columns. Their product, 10 by 10, has a broader band, five wide, around the diagonal."
    ),
)

# %% [markdown]
# A dense layer would have 80 free weights there; the convolution has three, and the rest are zeros and copies (with stride 1 a *Toeplitz matrix*). Now read the middle picture. $C^\top$ takes 8 numbers and gives 10, and its *columns* hold the kernel: number $j$ of the input multiplies a copy of
# the kernel that stands at places $j, j+1, j+2$ of the output. Copies overlap, and add up. That is all a **transposed convolution** is, and what is called deconvolution, or fractionally strided convolution, in much of the literature.
#
# Keras has layers for both. With one kernel, they must agree with $C$ and $C^\top$.


# %%
def by_keras(layer, kernel, x):
    """What a Keras layer with this kernel and no bias makes of one x, without batch axis."""
    layer.build((None, *x.shape))
    layer.set_weights([kernel])
    return np.asarray(layer(x[None].astype("float32")))[0]


# %%
rng = np.random.default_rng(runtime.seed(1))
kernel = rng.normal(size=4)
weights = kernel[:, None, None]  # for Keras: (4, 1, 1), one channel in and one out
gaps_down, gaps_up = [], []
for stride in (1, 2, 3):
    n = stride * 5 + 4  # 6 results, and nothing left over
    x, z = rng.normal(size=n), rng.normal(size=6)
    matrix = conv_matrix(kernel, n, stride)
    conv = layers.Conv1D(1, 4, strides=stride, use_bias=False)
    gaps_down.append(np.abs(matrix @ x - by_keras(conv, weights, x[:, None])[:, 0]).max())
    transposed = layers.Conv1DTranspose(1, 4, strides=stride, use_bias=False)
    gaps_up.append(np.abs(matrix.T @ z - by_keras(transposed, weights, z[:, None])[:, 0]).max())

claim("Cx minus Keras's Conv1D, strides 1 to 3", max(gaps_down), at_most=1e-6, exact=True)
claim("Cᵀz minus Keras's Conv1DTranspose, strides 1 to 3", max(gaps_up), at_most=1e-6, exact=True)

# %% [markdown]
# In two dimensions, with channels, the matrix has the same pattern and more rows. We need not think out where its entries go: column $j$ of a matrix is what it makes of the $j$-th unit vector, so push all pictures with a single 1 through `Conv2D`. Here are 6×6 pictures with 2 channels, 3 channels out, stride 2, padding “same”. Then
# the transpose of that matrix against `Conv2DTranspose`, *with the same array as kernel*. Its axes mean (height, width, **in**, **out**) to the first and (height, width, **out**, **in**) to the second: what went in there comes out here.

# %%
kernel = rng.normal(size=(4, 4, 2, 3)).astype("float32")
conv = layers.Conv2D(3, 4, strides=2, padding="same", use_bias=False)
conv.build((None, 6, 6, 2))
conv.set_weights([kernel])
unit_pictures = np.eye(72, dtype="float32").reshape(72, 6, 6, 2)  # 72 = 6·6·2
C2 = np.asarray(conv(unit_pictures)).reshape(72, 27).T  # (27, 72): 27 = 3·3·3 numbers come out
z = rng.normal(size=(3, 3, 3)).astype("float32")
up = layers.Conv2DTranspose(2, 4, strides=2, padding="same", use_bias=False)
transposed = by_keras(up, kernel, z)  # (6, 6, 2)
claim(
    "two dimensions: Cᵀz minus Keras's Conv2DTranspose",
    np.abs(C2.T @ z.ravel() - transposed.ravel()).max(),
    at_most=1e-5,
    exact=True,
)
claim("share of C that is 0", np.mean(C2 == 0), at_least=0.6, exact=True)

# %% [markdown]
# You have used $C^\top$ before, in every network with convolutions: when $y = Cx$, the gradient of a loss with respect to $x$ is $C^\top$ times its gradient with respect to $y$. The backward pass of a convolution is a transposed convolution, and the other way round.
#
# **Is it the inverse?** Blur ten random numbers with $C$, bring the result back to ten with $C^\top$, and compare. Guess first how far off it is, as a share of $|x|$.

# %%
x = rng.normal(size=(1000, 10))
back = x @ C.T @ C  # CᵀCx for each row x
error_random = np.linalg.norm(back - x, axis=1) / np.linalg.norm(x, axis=1)
constant = np.ones(10)
error_constant = np.linalg.norm(C.T @ C @ constant - constant) / np.linalg.norm(constant)
singular_values = np.linalg.svd(C, compute_uv=False)  # (8,)

# %%
claim(
    "mean of |CᵀCx − x| over |x|, random x",
    error_random.mean(),
    at_least=0.75,
    at_most=0.785,
    exact=True,
)
claim("the same for a constant x", error_constant, at_least=0.353, at_most=0.354, exact=True)
claim("rank of C", np.linalg.matrix_rank(C), at_least=8, at_most=8, exact=True)
claim(
    "singular values, largest over smallest",
    singular_values[0] / singular_values[-1],
    at_least=17,
    at_most=18,
    exact=True,
)

# %% [markdown]
# The error is three quarters as long as $x$ itself. (A constant comes back right, except at its ends; that is the 0.35.) Look at the right-hand matrix above: $C^\top C$ is no unit matrix, it blurs a second time. Nothing could be the inverse: eight numbers cannot determine ten. The best attempt, the *pseudo-inverse*, divides by the singular values of $C$ (by how much it stretches each direction), instead of multiplying by them
# again, and blows up noise seventeen times as much in one direction as in another. That is what *deconvolution* means in optics and signal processing. A transposed convolution undoes nothing. It has the right *shape*, and in a generator its kernel is learned; nobody needs it to invert anything.
#
# ## 2 · Brush strokes
# Read $C^\top z$ column by column, and it is painting: number $z_i$ dips the brush (the kernel) in its own colour and stamps it at place $\text{stride} \cdot i$. Strokes add up. In signal processing it is known as *overlap-add*.
#
# ### Exercise · overlap-add
# The same strokes, without building a matrix.

# %%
overlap_add = ex.overlap_add.check(...)  # @exercise

# %% tags=["nbval-ignore-output"]
brush, z = np.array([0.2, 0.7, 1.0, 1.0, 0.7, 0.2]), np.array([1.0, 0.6, -0.5, 1.2])
fig, ax = plt.subplots()
for i, (value, color) in enumerate(zip(z, plots.COLOURS, strict=False)):
    ax.bar(4 * i + np.arange(6), value * brush, color=color, alpha=0.5, label=f"z = {value:g}")
ax.plot(overlap_add(z, brush, 4), "ko-", markersize=4, label="sum")
ax.set(xticks=range(0, 18, 2), ylim=(-0.7, 2.2), xlabel="place", ylabel="value")
ax.set_title("Four numbers, four strokes, one curve")
ax.legend(ncols=5, fontsize="small")
plots.show(
    fig,
    "Bars of four strokes, each a hump six places long, scaled by 1, 0.6, −0.5 and 1.2; they begin"
    " at places 0, 4, 8 and 12. A line shows their sum: it follows each hump, and where two overlap"
    " it is their sum.",
)

# %% [markdown]
# Four numbers have become eighteen. A stride of $s$ makes a map about $s$ times as large, so people call it the opposite of pooling. Average pooling is such a matrix, too, and its transpose gives each of four places a quarter of the value; pooled again, an 8 has become 2. Maximum pooling is no matrix; section 4 gives it an opposite of its own.
#
# **Sizes.** With strokes in mind you need not memorise formulas. The last stroke begins at $s(n-1)$ and is $k$ long: $s(n-1) + k$ places. That is padding “valid”. With “same”, the edges are cropped until $s\,n$ are left, equally at both ends, an odd one at the far end: 7 → 14 → 28. (An ordinary convolution with “same” gives $n/s$ numbers, rounded up; with “valid”, one for each place, stride apart, where the kernel fits.)
#
# ### Exercise · sizes
# All four cases. (For kernels at least as long as the stride, so that no place is left out.)

# %%
output_size = ex.output_size.check(...)  # @exercise

# %%
k_and_s = [(1, 1), (2, 1), (3, 1), (2, 2), (3, 2), (4, 2), (5, 2), (3, 3), (4, 3), (5, 5)]
paddings, kinds = ("same", "valid"), (layers.Conv1D, layers.Conv1DTranspose)
wrong = cases = 0
for size, (k, s), padding, kind in itertools.product(range(5, 16), k_and_s, paddings, kinds):
    theirs = kind(1, k, strides=s, padding=padding).compute_output_shape((None, size, 1))[1]
    ours = output_size(size, k, s, padding == "same", kind is layers.Conv1DTranspose)
    wrong += ours != theirs
    cases += 1
claim("sizes compared with Keras's", cases, at_least=440, exact=True)
claim("sizes that differ", wrong, at_most=0, exact=True)

# %% [markdown]
# ## 3 · Checkerboards
# Generated pictures often show a fine pattern of squares (**checkerboard artefacts**). Where does it come from? Paint a white wall: all numbers of the map are 1, and so are all weights of the brush. An even wall ought to come out (away from its borders). Does it?
#
# ### Exercise · which one is even?
# Of these brushes, all weights equal, which one paints the white wall evenly?
# - `"a"`: kernel 3, stride 2
# - `"b"`: kernel 5, stride 2
# - `"c"`: kernel 6, stride 3
# - `"d"`: kernel 4, stride 3

# %%
ex.checkerboard.check(...)  # @exercise

# %%
walls = {}
for k, s in [(3, 2), (5, 2), (4, 2)]:
    line = overlap_add(np.ones(9), np.ones(k), s)[k : k + 12]  # away from the ends
    walls[f"kernel {k}, stride {s}"] = np.outer(line, line)
plots.heatmaps(
    walls,
    vmax=9,
    title="Strokes at each place: a brush that the stride does not divide paints checks",
    says=(
        "Three maps of how many strokes reach each place. Kernel 3 with stride 2: a checkerboard of"
        " 1, 2 and 4. Kernel 5 with stride 2: one of 4, 6 and 9. Kernel 4 with stride 2: even, 4"
        " everywhere."
    ),
)

# %%
for (k, s), ratio in {(3, 2): 4, (5, 2): 2.25, (4, 2): 1}.items():
    wall = walls[f"kernel {k}, stride {s}"]
    claim(
        f"most over fewest strokes, kernel {k}, stride {s}",
        wall.max() / wall.min(),
        at_least=ratio,
        at_most=ratio,
        exact=True,
    )

# %% [markdown]
# So the usual advice: take a kernel that the stride divides. How far does it help? Weights are not all 1; at the start of training they are random. Three ways to make a 16×16 map from an even 8×8 map with 32 channels: kernel 3, kernel 4, and a third, **resize first** (*resize-convolution*): repeat each number over 2×2 places, then convolve, with an ordinary kernel of 3
# and stride 1. We measure the ripple: the deviation of the picture inside its borders, over its root mean square, averaged over 200 random kernels. Predict the six bars.


# %%
def ripple(picture):
    inside = picture[4:-4, 4:-4]
    return inside.std() / np.sqrt(np.mean(inside**2))


def upsampling(kind):
    """A network from maps (batch, 8, 8, 32) to (batch, 16, 16, 200): 200 kernels at once."""
    if kind == "resize":
        steps = [layers.UpSampling2D(2), layers.Conv2D(200, 3, padding="same", use_bias=False)]
    else:
        steps = [layers.Conv2DTranspose(200, int(kind), strides=2, padding="same", use_bias=False)]
    return keras.Sequential([keras.Input((8, 8, 32)), *steps])


# %%
even_map = np.ones((1, 8, 8, 32), "float32")
ripples = {}
for kind in ("3", "4", "resize"):
    network = upsampling(kind)
    shape = network.get_weights()[0].shape
    for weights, values in {"equal": np.ones(shape), "random": rng.normal(size=shape)}.items():
        network.set_weights([values])
        pictures = np.moveaxis(np.asarray(network(even_map))[0], -1, 0)  # (200, 16, 16)
        ripples[weights, kind] = np.mean([ripple(picture) for picture in pictures])

# %% tags=["nbval-ignore-output"]
plots.grouped_bars(
    ["kernel 3, stride 2", "kernel 4, stride 2", "resize, then convolve"],
    {
        f"{weights} weights": [round(ripples[weights, kind], 3) for kind in ("3", "4", "resize")]
        for weights in ("equal", "random")
    },
    y_label="ripple on an even map (share of rms)",
    title="Even strokes are not enough; resizing first is",
    says=(
        f"Ripple for three ways to upsample. With equal weights: {ripples['equal', '3']:.2f}, 0 and"
        f" 0. With random weights: {ripples['random', '3']:.2f}, {ripples['random', '4']:.2f}, and"
        " 0 for resize, then convolve."
    ),
)

# %%
claim("ripple, kernel 3, equal weights", ripples["equal", "3"], at_least=0.4, exact=True)
claim("ripple, kernel 4, equal weights", ripples["equal", "4"], at_most=1e-6, exact=True)
claim("ripple, kernel 4, random weights", ripples["random", "4"], at_least=0.6, exact=True)
claim("ripple, resize, random weights", ripples["random", "resize"], at_most=1e-5, exact=True)

# %% [markdown]
# The advice is half true. With a kernel of 4 the *number* of strokes is the same everywhere. But each of the four kinds of place (even or odd row, even or odd column) gets its paint from four weights of its own, and random weights do not have equal sums. Such a generator *starts* with checks and has to learn them
# away, no matter whether the kernel is 3 or 4. Nor is a kernel of 3 lost: $[½, 1, ½]$ with stride 2 paints evenly; it interpolates between neighbours. What is needed is equal sums for every kind of place. Resizing first makes checks on an even map impossible, whatever the weights are: there all places get the same nine weights. Section 7 looks for checks in trained generators.
#
# ## 4 · Unpooling: remember where it was
# Maximum pooling keeps the largest of four numbers, and forgets which one it was. For “is there a wheel?” that is the point. For “where?” it is a loss. **Unpooling** brings the map back to its size, with the help of a note that pooling took on the way down: the **switches**, for each maximum the place
# where it stood. TensorFlow hands them out beside the values, as one number (an int64) that counts through everything: pictures, rows, columns, channels.


# %%
def pool(x):
    """The largest of each 2×2 window, (batch, h/2, w/2, c), and its switch: its place in flat x."""
    return tf.nn.max_pool_with_argmax(x, 2, 2, "SAME", include_batch_in_index=True)


# %%
two_maps = np.array([[[0, 7, 0, 0], [0, 0, 0, 3]], [[0, 0, 5, 0], [9, 0, 0, 0]]], "float32")
for name, tensor in zip(("values", "switches"), pool(two_maps[..., None]), strict=True):
    print(name, np.squeeze(tensor).tolist())

# %% [markdown]
# Two maps of 2×4 became two of 1×2. The 3 stood at place 7 of all 16, the 9 at place 12.
#
# ### Exercise · unpool
# Back again. It will be a layer of a network, so: TensorFlow or keras.ops, and a batch size that is not known yet. (`tf.scatter_nd` and `keras.ops.scatter` put values at given places of a new tensor.) The argument `like` is the map before pooling; use nothing of it but its shape.

# %%
unpool = ex.unpool.check(...)  # @exercise

# %%
ten_digits = x_test[:10]
strongest, places = pool(ten_digits)  # (10, 14, 14, 1) each
unpooled = np.asarray(unpool(strongest, places, ten_digits))
repeated = np.repeat(np.repeat(strongest, 2, axis=1), 2, axis=2)

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([ten_digits, repeated, unpooled]),
    columns=10,
    row_labels=["digits", "repeated", "unpooled"],
    title="Unpooling leaves the strongest where they were, and holes",
    says=(
        "Ten digits; the same, pooled to 14 by 14 and each value repeated over four pixels, coarse"
        " and bold; and unpooled with switches: thin, perforated, but with every lit pixel in its"
        " right place."
    ),
)


# %%
def there_and_back(maps):
    """Maps, pooled and unpooled."""
    return np.asarray(unpool(*pool(maps), maps))


random_maps = rng.normal(size=(8, 28, 28, 4)).astype("float32")
examples = {
    "any map": random_maps,
    "after ReLU": np.maximum(random_maps, 0),
    "digits": x_test[:500],
}
zeros = {name: np.mean(there_and_back(maps) == 0) for name, maps in examples.items()}
once, _ = pool(examples["after ReLU"])
twice, _ = pool(there_and_back(examples["after ReLU"]))

# %%
claim(
    "share of zeros after unpooling, a map without zeros",
    zeros["any map"],
    at_least=0.75,
    at_most=0.75,
    exact=True,
)
claim("share of zeros, after ReLU", zeros["after ReLU"], at_least=0.76, at_most=0.775, exact=True)
claim(
    "share of zeros, digits", zeros["digits"], at_least={"mnist": 0.9, "offline": 0.85}, exact=True
)
claim(
    "pooled, unpooled, pooled, minus pooled",
    np.abs(twice - once).max(),
    at_most=0,
    exact=True,
)

# %% [markdown]
# Three of four places are empty by construction, and more than that wherever a maximum was 0 itself: after a ReLU one window in sixteen (four normal numbers are all negative with probability $1/16$). In MNIST's digits 94 % of all places end up 0. The convolution that follows smears each survivor over its neighbours.
#
# In 2015 H. Noh and others mirrored a large classifier, VGG (section 6), in this way, to mark objects in photographs: five poolings on the way from 224 places a side to 7, five unpoolings on the way back.

# %% [markdown]
# ## 5 · Where is it?
# A scene of 64×64 pixels: a digit, sometimes two, in noise and clutter. The clutter is cut from other digits, twelve snippets of 9×9 pixels, so it has the same ink and the same strokes; what differs is the whole (and the straight edges of the cuts). The task: mark the pixels that are a digit's ink (**semantic segmentation**, with two classes).


# %%
def scenes(x, n, rng, side=64):
    """n scenes (n, side, side, 1), and masks (n, side, side): True where a digit has its ink."""
    grey, ink = np.zeros((n, side, side), "float32"), np.zeros((n, side, side), bool)
    for i in range(n):
        for j in rng.integers(len(x), size=12):
            top, left = rng.integers(4, 16, size=2)
            row, column = rng.integers(0, side - 9, size=2)
            ground = grey[i, row : row + 9, column : column + 9]
            np.maximum(ground, x[j, top : top + 9, left : left + 9, 0], out=ground)
        taken = np.zeros((side, side), bool)
        for j in rng.integers(len(x), size=rng.integers(1, 4)):
            row, column = rng.integers(0, side - 27, size=2)
            here = np.s_[i, row : row + 28, column : column + 28]
            if taken[here[1:]].any():
                continue  # it would lie on another one
            taken[here[1:]] = True
            np.maximum(grey[here], x[j, ..., 0], out=grey[here])
            ink[here] |= x[j, ..., 0] > 0.5
    grey += rng.normal(0, 0.15, grey.shape)
    return grey[..., None], ink


# %%
rng = np.random.default_rng(runtime.seed(2))
scene_train, ink_train = scenes(x_train, n_scenes, rng)
scene_test, ink_test = scenes(x_test, budget(smoke=32, quick=500, full=500), rng)

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([scene_test[:6, ..., 0], ink_test[:6]]),
    columns=6,
    row_labels=["scene", "wanted"],
    title="Find the digits, not the scraps of digits",
    says=(
        "Six scenes with a digit among scraps of strokes, in noise; and below each the"
        " mask that is wanted, the ink of the digits alone."
    ),
)

# %% [markdown]
# ### Exercise · intersection over union
# How good is a mask? Share of right pixels will not do: of a hundred pixels about three are a digit's ink, so marking nothing would be 97 % right. **Intersection over union** (or *Jaccard index*) counts places in both masks over places in either.

# %%
iou = ex.iou.check(...)  # @exercise

# %% [markdown]
# First what can be had without a network. Smooth a little, keep what is brighter than a threshold, then keep only pieces of connected ink that are large enough: scraps are smaller than digits. Three settings, tuned on training scenes.


# %%
def by_hand(scenes, smooth, threshold, smallest):
    """Masks: bright after smoothing, in connected pieces of at least so many pixels."""
    masks = ndimage.gaussian_filter(scenes[..., 0], (0, smooth, smooth)) > threshold
    for mask in masks:
        pieces, _ = ndimage.label(mask, np.ones((3, 3)))
        keep = np.bincount(pieces.ravel()) >= smallest
        keep[0] = False
        mask[:] = keep[pieces]
    return masks


# %%
tuning = list(itertools.product((0, 0.5, 1), (0.3, 0.4, 0.5, 0.6), (0, 20, 40, 60, 80, 100)))
iou_tuning = {
    setting: iou(by_hand(scene_train[:150], *setting), ink_train[:150]).mean() for setting in tuning
}
best_setting = max(tuning, key=iou_tuning.get)
best_threshold = max((setting for setting in tuning if setting[2] == 0), key=iou_tuning.get)
masks_by_hand = by_hand(scene_test, *best_setting)
iou_hand = iou(masks_by_hand, ink_test)
iou_threshold = iou(by_hand(scene_test, *best_threshold), ink_test)

# %% tags=["nbval-ignore-output"]
print(
    f"best (smoothing, threshold, smallest piece): {best_setting}; threshold alone:"
    f" {iou_threshold.mean():.2f}, with pieces: {iou_hand.mean():.2f}"
)

# %% [markdown]
# Now the network, a small cousin of Noh's (an *encoder-decoder*, again). Down: a convolution with stride 2, then twice convolve and pool, until a map of 8×8 is left, and there two more convolutions. Up: twice unpool and convolve (a transposed convolution with stride 1, the same thing with its kernel turned round), then a transposed convolution with stride 2. Unpooling and transposed convolution
# are both in it; your `unpool` hands each map on the way up the switches from the way down.


# %%
class Pool(layers.Layer):
    def call(self, x):
        return pool(x)


class Unpool(layers.Layer):
    def __init__(self, unpool):
        super().__init__()
        self.unpool = unpool

    def call(self, values, switches, like):
        return self.unpool(values, switches, like)

    def compute_output_shape(self, values_shape, switches_shape, like_shape):
        return like_shape


# %%
def segmentation_network(unpool, width=16):
    """Scenes (batch, 64, 64, 1) to a logit for each pixel, same shape: is it a digit's ink?"""

    def convolve(layer, h, channels, kernel=3, stride=1):
        h = layer(channels, kernel, strides=stride, padding="same", use_bias=False)(h)
        return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(h))

    scene = keras.Input((64, 64, 1))
    h = convolve(layers.Conv2D, scene, width, 4, 2)  # (batch, 32, 32, width)
    notes = []
    for channels in (2 * width, 4 * width):
        before = convolve(layers.Conv2D, h, channels)
        h, switches = Pool()(before)
        notes.append((switches, before))
    for _ in range(2):
        h = convolve(layers.Conv2D, h, 4 * width)  # (batch, 8, 8, 4·width)
    for channels in (2 * width, width):
        h = convolve(layers.Conv2DTranspose, Unpool(unpool)(h, *notes.pop()), channels)
    return keras.Model(scene, layers.Conv2DTranspose(1, 4, strides=2, padding="same")(h))


# %% [markdown]
# Of a hundred pixels three are ink, so a network that says “no” everywhere is nearly right. To be heard, ink counts five times in the loss (a *weighted cross-entropy*). What does that do to the answers?
#
# ### Exercise · the price of being heard
# A pixel is ink with probability ½. A network that answers $a$ pays $-5 \ln a$ if it is, and $-\ln(1 - a)$ if not. Which $a$ costs least on average? (A number.)

# %%
ex.five_times.check(...)  # @exercise

# %% [markdown]
# The probabilities are too large: where the truth is $p$, the best answer becomes $5p/(1 + 4p)$, for ½ a logit of 1.6. So we tune the cut on training scenes, too.


# %%
def ink_loss(ink, logits):
    """Cross-entropy of the pixels, in nats, averaged; a pixel of ink counts five times."""
    weight = 1 + 4 * ink
    return ops.sum(weight * (ops.softplus(logits) - ink * logits)) / ops.sum(weight)


# %%
def train_segmenter(seed, unpool, scene_train, ink_train):
    """A network trained to mark ink, and its history."""
    keras.utils.set_random_seed(seed)
    segmenter = segmentation_network(unpool)
    steps = epochs_scenes * math.ceil(n_scenes / 16)
    rate = keras.optimizers.schedules.CosineDecay(4e-3, steps)
    segmenter.compile(keras.optimizers.Adam(rate), ink_loss, steps_per_execution=5)
    ink = ink_train[..., None].astype("float32")
    options = {"batch_size": 16, "epochs": epochs_scenes, "verbose": 0}
    return segmenter, segmenter.fit(scene_train, ink, **options)


def marked(segmenter, scenes, cut):
    """Masks (n, 64, 64): where the logit is larger than `cut`."""
    return segmenter.predict(scenes, batch_size=50, verbose=0)[..., 0] > cut


def best_cut(segmenter, scenes, ink):
    """The cut, of five, with the best intersection over union on scenes to learn from."""
    return max((0, 0.5, 1, 1.5, 2), key=lambda cut: iou(marked(segmenter, scenes, cut), ink).mean())


# %% tags=["nbval-ignore-output"]
began = time.perf_counter()
segmenter, history = train_segmenter(runtime.seed(3), unpool, scene_train, ink_train)
print(
    f"{segmenter.count_params():,} parameters, {time.perf_counter() - began:.0f} s, loss by epoch:",
    ", ".join(f"{value:.3f}" for value in history.history["loss"]),
)

# %% tags=["nbval-ignore-output"]
cut = best_cut(segmenter, scene_train[:150], ink_train[:150])
masks_by_network = marked(segmenter, scene_test, cut)
iou_network = iou(masks_by_network, ink_test)
print(f"cut at a logit of {cut}")

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([scene_test[:6, ..., 0], masks_by_hand[:6], masks_by_network[:6], ink_test[:6]]),
    columns=6,
    row_labels=["scene", "by hand", "network", "wanted"],
    title="Found by the size of pieces, and by a network",
    says=(
        "Six scenes; what threshold and size of pieces mark, intersection over union"
        f" {iou_hand.mean():.2f}; what the network marks, {iou_network.mean():.2f}; and what is"
        " wanted."
    ),
)

# %%
claim("intersection over union, by hand", iou_hand.mean(), at_least=0.4, at_most=0.62)
claim("intersection over union, network", iou_network.mean(), at_least=0.58)
claim(
    "intersection over union, network minus by hand",
    iou_network.mean() - iou_hand.mean(),
    at_least=0.06,
)
claim(
    "intersection over union, marking everything",
    iou(np.ones_like(ink_test), ink_test).mean(),
    at_most=0.1,
)

# %% [markdown]
# By hand, the size of the pieces doubles what a threshold alone can do, to about one half, and there it ends: scraps that touch make a large piece, and scraps that touch a digit become part of it. The network has no such rule. It answers to the
# pixel, although its decision was made on a map of 8×8. It still misses a digit now and then (the first scene), cuts others short, and keeps scraps that touch one. How much do the switches contribute? Here are the records of three runs each, with them, and with every value repeated over its four places instead:

# %% tags=["nbval-ignore-output"]
for way, found in runtime.evidence("intersection over union").items():
    print(f"{way:14} {min(found):.2f} to {max(found):.2f}")

# %% [markdown]
# Nearly all of the lead, after three epochs: without the notes it is no better than the method by hand. The likely reason: a map of 8×8 can say *that* there is a digit, and the switches say where strokes were. (Transposed convolutions and skip connections were not tried in their place.)
#
# ## 6 · Counting
# How large are the networks that this chapter has named? VGG-16 classifies photographs, and its weights fill half a gigabyte.
#
# ### Exercise · parameters of a convolution
# Of a layer with a square kernel: how many numbers does it learn, biases included if it has them?

# %%
conv_parameters = ex.conv_parameters.check(...)  # @exercise

# %% [markdown]
# Transposed or not, the count is the same: it is the same kernel. A dense layer is a convolution with a kernel of one place on a map of one place. The *work*: a convolution multiplies each weight once for every place of the output; a transposed one, once for every place of the input.

# %%
Row = namedtuple("Row", "layer, side, channels, parameters, multiplications")


def vgg(blocks):
    """A row for each layer of a VGG with so many convolutions in each block."""
    rows, side, channels = [], 224, 3
    for block, (count, width) in enumerate(zip(blocks, (64, 128, 256, 512, 512), strict=True), 1):
        for i in range(1, count + 1):
            parameters = conv_parameters(3, channels, width, True)
            work = (parameters - width) * side**2
            rows.append(Row(f"conv {block}.{i}, 3×3", side, width, parameters, work))
            channels = width
        side = output_size(side, 2, 2, False, False)
        rows.append(Row(f"pool {block}, 2×2", side, width, 0, 0))
    inputs = side * side * channels
    for i, width in enumerate((4096, 4096, 1000), 1):
        parameters = conv_parameters(1, inputs, width, True)
        rows.append(Row(f"dense {i}", 1, width, parameters, parameters - width))
        inputs = width
    return rows


# %%
def total(rows):
    """Parameters and multiplications of all rows."""
    return sum(row.parameters for row in rows), sum(row.multiplications for row in rows)


def print_table(rows):
    print(f"{'layer':18}{'size':>14}{'parameters':>14}{'million mult.':>15}")
    for layer, side, channels, parameters, work in rows:
        size = f"{side}×{side}×{channels}"
        print(f"{layer:18}{size:>14}{parameters:14,}{work / 1e6:15,.1f}")
    parameters, work = total(rows)
    print(f"{'in all':18}{'':14}{parameters:14,}{work / 1e6:15,.1f}")


vgg16, vgg19 = vgg((2, 2, 3, 3, 3)), vgg((2, 2, 4, 4, 4))
print_table(vgg16)

# %%
parameters_16, work_16 = total(vgg16)
parameters_19, _ = total(vgg19)
dense = [row for row in vgg16 if row.layer.startswith("dense")]
claim("VGG-16, parameters", parameters_16, at_least=138_357_544, at_most=138_357_544, exact=True)
claim("VGG-19, parameters", parameters_19, at_least=143_667_240, at_most=143_667_240, exact=True)
claim(
    "VGG-16, first dense layer, parameters",
    dense[0].parameters,
    at_least=102_764_544,
    at_most=102_764_544,
    exact=True,
)

# %%
parameters_dense, work_dense = total(dense)
claim(
    "VGG-16, share of parameters in the dense layers",
    parameters_dense / parameters_16,
    at_least=0.89,
    at_most=0.9,
    exact=True,
)
claim(
    "VGG-16, share of multiplications in the dense layers",
    work_dense / work_16,
    at_most=0.01,
    exact=True,
)

# %% [markdown]
# (The name counts layers with weights.) Nearly nine tenths of the parameters sit in the three dense layers, which do less than a hundredth of the multiplications. Weights that are used at one place are expensive to keep, weights
# that are used everywhere are expensive to run.
#
# ### Exercise · the first layer of DCGAN
# It takes 100 random numbers to 4×4 places with 1024 channels, fully connected. How many weights does it have (biases not counted)? (A number.)

# %%
ex.first_layer.check(...)  # @exercise


# %%
def dcgan_rows(inputs, side, widths, kernel):
    """The same for a generator: a dense layer, then transposed convolutions with stride 2."""
    outputs = side * side * widths[0]
    parameters = conv_parameters(1, inputs, outputs, True)
    rows = [Row("dense", side, widths[0], parameters, inputs * outputs)]
    for before, width in itertools.pairwise(widths):
        weights = conv_parameters(kernel, before, width, False)
        work = weights * side**2
        side *= 2
        rows.append(Row(f"transposed, {kernel}×{kernel}", side, width, weights + width, work))
    return rows


radford = dcgan_rows(100, 4, (1024, 512, 256, 128, 3), 5)
print_table(radford)

# %%
claim(
    "DCGAN, weights of the first layer",
    radford[0].parameters - 16_384,
    at_least=1_638_400,
    at_most=1_638_400,
    exact=True,
)
claim("DCGAN, side of the picture", radford[-1].side, at_least=64, at_most=64, exact=True)
claim(
    "DCGAN's generator, parameters",
    total(radford)[0],
    at_least=18_868_483,
    at_most=18_868_483,
    exact=True,
)

# %% [markdown]
# Where maps are small, channels are many: the first transposed convolution alone has 13 million. (Widths as in the paper's figure; batch normalisation adds a few thousand and makes the biases before it superfluous.) Nineteen million for the generator, six hundred million multiplications for one picture: ours will be smaller.
#
# ## 7 · DCGAN against dense
# In 2015, after many designs that would not train, A. Radford and others found one that did. Its rules, the reasons given (by them, or since), and what we do:
#
# | the paper's DCGAN | why | ours |
# | --- | --- | --- |
# | strided and transposed convolutions, no pooling | each network learns its own way down or up | the same, 28 → 14 → 7 and back; kernels of 4, which the stride divides, instead of 5 |
# | no dense hidden layers | a trend in classifiers then | G: the same (its first layer only lays out 7×7 maps). **D: one of 128, before the logit** |
# | batch normalisation, not after G's last layer nor before D's first | gradients get through deep networks; without it G put all samples on one spot | the same. Real and generated pictures are normalised apart, each with their own batch's statistics |
# | ReLU in G, LeakyReLU in D | found by trying; through a LeakyReLU some gradient always passes to G | the same, slope 0.1 instead of 0.2 |
# | pixels from −1 to 1 behind a tanh | learned faster to use the whole range | 0 to 1 behind a sigmoid, as in all our chapters |
# | weights begin with a deviation of 0.02 | (none given) | Keras's default (Glorot), which depends on a layer's inputs and outputs |
# | Adam, rate 0.0002, $\beta_1 = 0.5$ | more momentum made it oscillate (chapter 07) | $\beta_1 = 0.5$; D 0.001, G 0.002, falling to 0: an evening has few steps |
#
# Why a dense layer in D, against the rule? Without it the logit is a sum over 49 places, and each place sees 10×10 pixels (the paper's four layers see nearly the whole picture). With it D can weigh them together.

# %%
from course_utils.gan import dcgan_generator  # @source

# %%
from course_utils.gan import dcgan_discriminator  # @source

# %% [markdown]
# The opponent has the dense networks of chapter 07 (with their instance noise), trained exactly like the DCGAN: noise, losses, pictures, rates, number of steps. (With settings of its own it reached Fréchet distances of 23 to 29 there. To save time, G and D learn here from the *same* samples, in one pass through both; chapter 09 shows such a step.) Before anything is trained: which one has more parameters? And which one needs more time for a step?

# %%
from course_utils.gan import OnePassGAN, Snapshots, dense_discriminator, dense_generator


from course_utils.gan import d_loss  # @source


from course_utils.gan import g_loss  # @source


# %%
def dense_networks():
    return dense_generator(latents), dense_discriminator()


def dcgan_networks():
    return dcgan_generator(latents, filters), dcgan_discriminator(filters)


counts = {net.name: net.count_params() for net in (*dense_networks(), *dcgan_networks())}
print(", ".join(f"{name} {count:,}" for name, count in counts.items()))

# %%
by_formula = (
    conv_parameters(1, latents, 49 * 2 * filters, False)
    + conv_parameters(4, 2 * filters, filters, False)
    + conv_parameters(4, filters, 1, True)
)
normalisation = 4 * 49 * 2 * filters + 4 * filters  # scale, shift, mean, variance of each
claim(
    "dcgan_generator, parameters by Keras minus by formula",
    counts["dcgan_generator"] - by_formula - normalisation,
    at_least=0,
    at_most=0,
    exact=True,
)
claim(
    "parameters of both networks, dense over DCGAN",
    (counts["dense_generator"] + counts["dense_discriminator"])
    / (counts["dcgan_generator"] + counts["dcgan_discriminator"]),
    at_least=2.5,
    at_most=2.6,
    exact=True,
)


# %%
def train(seed, networks, epochs=epochs_gan, batch=50, rates=(1e-3, 2e-3), callbacks=()):
    """A GAN on n_gan digits, its rates falling to 0 as in chapter 07; and the seconds it took."""
    keras.utils.set_random_seed(seed)
    gan = OnePassGAN(*networks(), d_loss, g_loss, latents, seed=seed)
    x = x_train[:n_gan]
    steps = epochs * math.ceil(len(x) / batch)
    falling = [keras.optimizers.schedules.CosineDecay(rate, steps) for rate in rates]
    gan.compile(*(keras.optimizers.Adam(rate, 0.5) for rate in falling), steps_per_execution=10)
    began = time.perf_counter()
    gan.fit(x, batch_size=batch, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return gan, time.perf_counter() - began


# %% tags=["nbval-ignore-output"]
dense_gan, dense_seconds = train(runtime.seed(5), dense_networks)
print(f"dense GAN: {dense_seconds:.0f} s")

# %% tags=["nbval-ignore-output"]
fixed_noise = np.random.default_rng(runtime.seed(7)).normal(size=(12, latents)).astype("float32")
snapshots = Snapshots(fixed_noise, every=max(1, epochs_gan // 3))
dcgan, dcgan_seconds = train(runtime.seed(6), dcgan_networks, callbacks=[snapshots])
print(f"DCGAN: {dcgan_seconds:.0f} s")

# %% [markdown]
# (Each row of that picture: the same twelve noise vectors, an epoch later. One epoch gives digits; later ones sharpen them, and a few change class.) Now the scores of chapter 07, by its frozen classifier's 64 features: the **Fréchet distance** between generated and test pictures (smaller is better), **precision** (how many of 2,000 samples look real) and **recall** (how many of 2,000 real pictures they reach). Pictures of the training set, treated as if they were generated, show what can be had.

# %%
classifier = scoring.frozen_classifier(digits.name)
real_features, _ = scoring.judge(classifier, x_test[:n_samples])
few = slice(None, None, max(1, n_samples // 2000))  # for precision and recall


def scores(pictures):
    """By the classifier: Fréchet distance, precision and recall, digits, share it is sure of."""
    features, p = scoring.judge(classifier, pictures)
    return {
        "Fréchet": metrics.frechet_distance(features, real_features),
        "precision, recall": metrics.precision_recall(features[few], real_features[few]),
        "digits": metrics.modes(p),
        "sure": np.mean(p.max(axis=1) >= 0.9),
    }


# %%
pictures = {
    "dense GAN": dense_gan.sample(n_samples),
    "DCGAN": dcgan.sample(n_samples),
    "real": x_train[:n_samples],
}
table = {name: scores(sample) for name, sample in pictures.items()}

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([sample[:24] for sample in pictures.values()]),
    columns=12,
    row_labels=[row for name in pictures for row in (name, "")],
    title="Dense networks place specks, brushes paint strokes",
    says="Two rows of twelve pictures for each: "
    + "; ".join(f"{name}, Fréchet distance {row['Fréchet']:.1f}" for name, row in table.items())
    + ". Many of the dense GAN's digits are peppered or ragged; the DCGAN's strokes are smooth,"
    " some of them broken.",
)

# %% tags=["nbval-ignore-output"]
seconds = {"dense GAN": f"{dense_seconds:.0f} s", "DCGAN": f"{dcgan_seconds:.0f} s", "real": ""}
print(f"{'':12}{'':>8}{'Fréchet':>9}{'precision':>11}{'recall':>8}{'digits':>8}{'sure':>7}")
for name, row in table.items():
    distance, (precision, recall), made, sure = row.values()
    print(
        f"{name:12}{seconds[name]:>8}{distance:9.1f}{precision:11.2f}{recall:8.2f}{made:8}"
        f"{sure:7.0%}"
    )

# %%
claim(
    "Fréchet distance, DCGAN over dense GAN",
    table["DCGAN"]["Fréchet"] / table["dense GAN"]["Fréchet"],
    at_most={"mnist": 0.3, "offline": 1.8},
)
claim("Fréchet distance, DCGAN", table["DCGAN"]["Fréchet"], at_most={"mnist": 9, "offline": 36})
claim(
    "Fréchet distance, real pictures", table["real"]["Fréchet"], at_most={"mnist": 2, "offline": 15}
)
claim(
    "recall, DCGAN", table["DCGAN"]["precision, recall"][1], at_least={"mnist": 0.6, "offline": 0.4}
)
claim("digits of ten that the DCGAN draws", table["DCGAN"]["digits"], at_least=9)

# %% [markdown]
# On MNIST, at the same number of steps, the DCGAN's distance is about a sixth of the dense GAN's, with two fifths of the parameters (and two to four times the time: each weight works at every place). Precision and recall say where: the dense GAN reaches less than half of what is real, the DCGAN four fifths. Precision is equal, though the eye sees the specks and the classifier is sure less often: chapter 07 showed why that can be, wide balls around odd real digits forgive much. (On the bundled digits, bold and redrawn from few originals, the two are level.)
#
# **Are there checks?** (Checkerboard artefacts, that is.) The stride divides the kernel, but section 3 says that random weights make checks all the same. A measure: multiply each picture by a board of +1 and −1 (three boards: stripes both ways, and checks), add up, and divide by the picture's contrast. A picture that only alternates gives 1 or more, one of large even strokes nearly 0.


# %%
def checkerboards(pictures):
    """How strongly pictures (n, 28, 28, 1) alternate from pixel to pixel, over their contrast.

    Along rows, along columns and along both, added; averaged over the pictures.
    """
    flip, ones = (-1.0) ** np.arange(28), np.ones(28)
    boards = np.stack([np.outer(flip, flip), np.outer(flip, ones), np.outer(ones, flip)])
    sums = np.abs(np.einsum("nhw,bhw->nb", pictures[..., 0], boards)).sum(axis=1)
    contrast = np.abs(pictures - pictures.mean(axis=(1, 2), keepdims=True)).sum(axis=(1, 2, 3))
    return np.mean(sums / contrast)


# %%
keras.utils.set_random_seed(runtime.seed(8))
untrained = OnePassGAN(*dcgan_networks(), d_loss, g_loss, latents, seed=0)
alternating = {"untrained": checkerboards(untrained.sample(500))}
alternating |= {name: checkerboards(pictures[name]) for name in ("DCGAN", "real")}

# %% tags=["nbval-ignore-output"]
print(", ".join(f"{name} {value:.3f}" for name, value in alternating.items()))

# %%
claim("checks, DCGAN over real pictures", alternating["DCGAN"] / alternating["real"], at_most=3)
claim(
    "checks, untrained DCGAN over trained",
    alternating["untrained"] / alternating["DCGAN"],
    at_least=3,
)

# %% [markdown]
# Section 3 was right: the untrained network's pictures are an even grey, and what little varies alternates strongly. After training the measure is about a fourteenth of that, hardly more than in real pictures, where thin strokes alternate, too.
#
# **What made the difference?** Four changes, each trained as above, three runs on MNIST, which the course has kept: G with kernels of 3; G with resize-convolutions; D without its dense layer; and the dense GAN with as many *seconds* instead of steps. Which do you expect to hurt?

# %% tags=["nbval-ignore-output"]
distances, checks = runtime.evidence("Fréchet"), runtime.evidence("checks")
print(f"\n{'':36}{'Fréchet distance':>18}{'checks':>9}")
for name, found in distances.items():
    print(f"{name:36}{min(found):9.1f} to {max(found):5.1f}{np.median(checks[name]):9.3f}")

# %% [markdown]
# What we added to D matters most (its dense layer, with a normalisation and most of D's parameters): without it the distance nearly trebles, and a dense GAN that is given the full DCGAN's seconds does better (10,800 steps instead of 4,800). Which part of the addition matters this does not say. The brushes matter little: kernels of 3, with fewer weights, and resize-convolutions, with more work in each step, come out within a run's luck of kernels of 4. And the checks? All four are near 0.03, where real pictures have 0.025: no difference that three runs can show. (The dense GAN, which has no brush, has the most: specks alternate, too.) G has learned to avoid them here; larger pictures we have not tried.
#
# ## 8 · Walking
# From one noise vector to another: what lies between (**interpolation in latent space**)? The noise was drawn from a Gaussian in 32 dimensions, and there nearly all draws have nearly the same length, about 5.7 (the root of 32). The straight line between two of them cuts through the ball. Two draws $a$ and $b$ are nearly at right angles, so half way $\lVert (a+b)/2 \rVert^2 \approx (32 + 32)/4 = 16$: the length is about 4, and not one draw in a hundred is so short. So one walks on the arc:
# **spherical interpolation**, or slerp. With $\Omega$ the angle between $a$ and $b$ (not 0, and not a straight angle),
#
# $$ z(t) = \frac{\sin((1-t)\,\Omega)\; a + \sin(t\,\Omega)\; b}{\sin\Omega}. $$
#
# ### Exercise · slerp
# If $a$ and $b$ point the same way, there is no angle to divide by. Then the straight line is right.

# %%
slerp = ex.slerp.check(...)  # @exercise


# %%
def paint(z):
    """The DCGAN's pictures (n, 28, 28, 1) for noise (n, latents)."""
    return dcgan.generator.predict(np.asarray(z, "float32"), batch_size=500, verbose=0)


t = np.linspace(0, 1, 12)
walks = [slerp(fixed_noise[i], fixed_noise[i + 1], t) for i in (0, 2, 4, 6)]

# %% tags=["nbval-ignore-output"]
plots.images(
    paint(np.concatenate(walks)),
    columns=12,
    title="Four walks: a step in z is a small change of the picture",
    says=(
        "Four rows of twelve pictures, each a walk between two noise vectors: the strokes change a"
        " little from picture to picture; in the middle there may be shapes that are between two"
        " digits."
    ),
)

# %% [markdown]
# Neighbours look alike: no jumps, though the middle of a walk need be no digit. (That it has not learned training pictures by heart does not follow; question 5 at the end asks what else to look at.) Does it matter which way one walks? Take as many pairs as there were samples, look at the point half way, and score these points as if they were samples.

# %%
pairs = np.random.default_rng(runtime.seed(9)).normal(size=(2, n_samples, latents))
on_arcs = [slerp(a, b, np.array([0.5])) for a, b in zip(*pairs, strict=True)]
half = {
    "a draw": pairs[0],
    "half way, arc": np.concatenate(on_arcs),
    "half way, straight": pairs.mean(axis=0),
}
lengths = {name: np.linalg.norm(z, axis=1).mean() for name, z in half.items()}
half_scores = {name: scores(paint(z)) for name, z in half.items()}
half_distances = {name: row["Fréchet"] for name, row in half_scores.items()}

# %% tags=["nbval-ignore-output"]
for name, row in half_scores.items():
    distance, (precision, recall), _, sure = row.values()
    print(
        f"{name:20} length {lengths[name]:.2f}, Fréchet distance {distance:.1f}, precision"
        f" {precision:.2f}, recall {recall:.2f}, sure {sure:.0%}"
    )

# %%
claim(
    "length half way, straight over a draw's",
    lengths["half way, straight"] / lengths["a draw"],
    at_least=0.68,
    at_most=0.74,
    exact=True,
)
claim(
    "share of draws shorter than half way, straight",
    np.mean(np.linalg.norm(pairs[0], axis=1) < np.sqrt(latents / 2)),
    at_most=0.03,
    exact=True,
)
claim(
    "length half way, arc over a draw's",
    lengths["half way, arc"] / lengths["a draw"],
    at_least=0.96,
    at_most=1.04,
    exact=True,
)

# %%
claim(
    "Fréchet distance half way, arc over a draw's",
    half_distances["half way, arc"] / half_distances["a draw"],
    at_least=0.7,
    at_most=1.4,
)
claim(
    "Fréchet distance half way, straight over arc",
    half_distances["half way, straight"] / half_distances["half way, arc"],
    at_least=1.02,
)

# %% [markdown]
# The arc is as good as a fresh draw: half way between two noise vectors is one more noise vector. On the straight line the distance is half as large again or more on MNIST, and recall falls: from shorter noise the generator draws with less variety.
#
# ## 9 · Adding
# The DCGAN paper's most quoted figure: *man with glasses − man + woman = woman with glasses*, each word an average over a few noise vectors (**vector arithmetic** in latent space). Does noise have directions that mean something? With digits we can count. Average the noise of all samples, weighted with the classifier's probability for class $c$: that is $m_c$. Then take samples of one class $i$ (those the classifier is sure of), and add what takes the
# mean of $i$ to the mean of another class $j$, times a strength $\lambda$: $z + \lambda\,(m_j - m_i)$, scaled back to the length of $z$. How often does the classifier then say $j$? The control adds a random direction of the same length, and is asked the same question.

# %%
noise = np.asarray(keras.random.normal((n_samples, latents), seed=0))  # what dcgan.sample used
_, p = scoring.judge(classifier, pictures["DCGAN"])  # (n, 10)
class_means = (p.T @ noise) / p.sum(axis=0)[:, None]  # (10, 32)
rng = np.random.default_rng(runtime.seed(10))
surest = np.flatnonzero(p.max(axis=1) >= budget(smoke=0, quick=0.9, full=0.9))  # they show a digit
start = rng.choice(surest, budget(smoke=50, quick=1000, full=2000))
old = p[start].argmax(axis=1)
new = (old + rng.integers(1, 10, size=len(old))) % 10  # any other class


# %%
def length(z):
    """The length of each row, (n, 1)."""
    return np.linalg.norm(z, axis=1, keepdims=True)


def moved(z, direction, strength):
    """z + strength·direction, with the length of z."""
    there = z + strength * direction
    return there * length(z) / length(there)


direction = class_means[new] - class_means[old]
random_direction = rng.normal(size=direction.shape)
random_direction *= length(direction) / length(random_direction)

# %%
strengths = np.array([0, 1, 2, 4, 6, 8, 12])
directions = {"towards the other class": direction, "a random direction": random_direction}
arrived = {}
for name, towards in directions.items():
    there = np.concatenate([moved(noise[start], towards, t) for t in strengths])
    _, answers = scoring.judge(classifier, paint(there))  # (strengths · samples, 10)
    answers = answers.argmax(axis=1).reshape(len(strengths), -1)
    arrived[name] = np.mean(answers == new, axis=1)

# %% tags=["nbval-ignore-output"]
plots.curves(
    strengths,
    arrived,
    x_label="strength λ",
    y_label="share that becomes the wanted digit",
    title="The difference of two means turns one digit into another",
    says=(
        "The share of samples that become the wanted digit, against the strength. Towards the"
        f" other class: {', '.join(f'{v:.2f}' for v in arrived['towards the other class'])}. In a"
        f" random direction: {', '.join(f'{v:.2f}' for v in arrived['a random direction'])}."
    ),
    ylim=(-0.03, 1.03),
)

# %% tags=["nbval-ignore-output"]
shown = [np.flatnonzero(new == wanted)[0] for wanted in np.unique(new)[:5]]  # five wanted digits
rows = [moved(noise[[start[i]]], direction[[i]], t) for i in shown for t in strengths]
plots.images(
    paint(np.concatenate(rows)),
    columns=len(strengths),
    row_labels=[f"{old[i]} to {new[i]}" for i in shown],
    scale=0.8,
    title="The wanted digit comes, the old one goes (λ = 0 to 12)",
    says=(
        "Five rows, each beginning with a sample of one class; with every picture to the right more"
        " of the difference between two class means is added: "
    )
    + ", ".join(f"{old[i]} to {new[i]}" for i in shown)
    + ".",
)

# %%
claim(
    "adding: share that becomes the wanted digit, at the best strength",
    arrived["towards the other class"].max(),
    at_least=0.5,
)
claim("the same in a random direction, at most", arrived["a random direction"].max(), at_most=0.3)

# %% [markdown]
# On MNIST the classifier says the wanted digit nearly nine times in ten, once the strength is 4 or more; a random direction of the same length hits it once in ten at best, as chance would. So yes, some directions mean something, at least to the classifier that found them; the GAN itself has never seen a label. But look at the pictures before you believe the number. The difference has to be *exaggerated*: with strength 1, as in
# the sum with the glasses (there the start is a mean, too), it works in six cases of ten. And with much strength the start hardly counts any more: the longer the added part, the less of $z$ is left after scaling back. What is then left of “the same picture, but a 1” the number does not say.
#
# ## 10 · What the discriminator has learned
# The discriminator has never seen a label. To tell real from generated it must have learned something about strokes; does it help to tell a 3 from an 8? Its last maps, 7×7 with 48 channels, pooled to 4×4, go to a linear classifier with 100 labels in all, drawn five times (a **linear probe**; maps are standardised, pixels are not). Two controls: the pixels themselves, and the same network *untrained*: random
# convolutions are features, too.


# %%
def maps(discriminator, x):
    """The last maps of a discriminator, pooled: (n, 4·4·48)."""
    last = discriminator.get_layer("maps").output  # (batch, 7, 7, 48)
    pooled = layers.Flatten()(layers.MaxPooling2D(2, padding="same")(last))
    return keras.Model(discriminator.inputs, pooled).predict(x, batch_size=500, verbose=0)


# %%
keras.utils.set_random_seed(runtime.seed(12))
_, untrained_discriminator = dcgan_networks()
features_of = {
    "pixels": lambda x: x.reshape(len(x), -1),
    "untrained": lambda x: maps(untrained_discriminator, x),
    "trained": lambda x: maps(dcgan.discriminator, x),
}
labelled = slice(budget(smoke=600, quick=5000, full=10_000))
tested = slice(budget(smoke=200, quick=2000, full=10_000))
seeds = [runtime.seed(11 + i) for i in range(budget(smoke=1, quick=5, full=20))]  # which labels
accuracy = {}
for name, features in features_of.items():
    accuracy[name] = metrics.few_label_accuracy(
        features(x_train[labelled]),
        y_train[labelled],
        features(x_test[tested]),
        y_test[tested],
        labels=100,
        seeds=seeds,
        standardise=name != "pixels",
    )

# %% tags=["nbval-ignore-output"]
print(
    ", ".join(
        f"{name} {values.mean():.1%} (deviation {values.std():.1%})"
        for name, values in accuracy.items()
    )
)

# %%
claim("accuracy with 100 labels, trained discriminator", accuracy["trained"].mean(), at_least=0.65)
claim(
    "accuracy with 100 labels, trained minus pixels",
    (accuracy["trained"] - accuracy["pixels"]).mean(),
    at_least={"mnist": -0.05, "offline": -0.15},
)
claim(
    "accuracy with 100 labels, trained minus untrained",
    (accuracy["trained"] - accuracy["untrained"]).mean(),
    at_least={"mnist": 0, "offline": -0.06},
)

# %% [markdown]
# On MNIST, learning to tell real from generated gained ten points or so over the untrained network, and eight over pixels (one network of each kind; the deviation is over the draws of labels). On the bundled digits the pixels stay ahead.
#
# ## 11 · More than one device
# A GAN of this size fits on anything. For larger ones `tf.distribute` trains the same class on several GPUs (*data parallelism*); what changes is where it is built:
#
# ```python
# strategy = tf.distribute.MirroredStrategy()          # all GPUs of this machine
# with strategy.scope():
#     gan = OnePassGAN(*dcgan_networks(), d_loss, g_loss, latents=32)
#     gan.compile(keras.optimizers.Adam(1e-3, beta_1=0.5), keras.optimizers.Adam(1e-3, beta_1=0.5))
# gan.fit(x_train, batch_size=50 * strategy.num_replicas_in_sync, epochs=10)
# ```
#
# ### Exercise · four devices
# Each device holds a copy of the weights and gets a part of each batch; their gradients are put together before every step. With four devices, a batch of 64 in all, this DCGAN, Adam: what differs from one device?
# - `"a"`: the weights drift apart, until they are averaged at the end of an epoch
# - `"b"`: batch normalisation uses the statistics of 16 pictures instead of 64
# - `"c"`: an epoch sees four times as many pictures
# - `"d"`: the learning rate is in effect four times as large

# %%
ex.replicas.check(...)  # @exercise

# %% [markdown]
# `batch_size` is that of all devices together; hence the factor in the last line. Gradients are *added up*, so the weights stay equal; but each loss is a mean over a device's own part, and the sum is too large by the number of devices. Adam divides a gradient by its own typical size and hardly notices; plain SGD needs the rate divided. (The course's tests run this with two logical devices on one CPU.)
#
# ## 12 · What to take away
# | question | answer |
# | --- | --- |
# | what is a transposed convolution? | $C^\top$: each number stamps a copy of the kernel, stride apart; copies add up |
# | does it undo a convolution? | no; with the blur $[1, 2, 1]/4$ the error is three quarters of a random $x$'s length |
# | size? | $s(n-1) + k$, or cropped to $s\,n$ |
# | checkerboards? | with equal weights: kernel 3 yes, kernel 4 no; with random ones both; resize first: not on an even map; after training: hardly any, with each |
# | unpooling with switches? | the strongest go back to where they stood; at least three quarters are 0 |
# | where are VGG's parameters? | nine tenths in three dense layers |
# | where is it? | a network that goes down and up again, with switches; score it by intersection over union, against a tuned rule of thresholds and sizes |
# | DCGAN or dense? | about a sixth of the Fréchet distance at the same number of steps, half in the same time, if D has a dense layer |
# | walk or add in $z$? | on the arc; sums of means give the wanted digit nine times in ten, if exaggerated |
#
# **Ask yourself.** (1) A generator goes 4 → 8 → 16 → 32 with kernel 4, stride 2, “same”. Without cropping, what would its sizes be? (2) Why has $C^\top C$ for the blur five diagonals? (3) A mask covers exactly half of a digit and nothing else. Its intersection over union? And that of one which covers the digit and as much again?
# (4) Why may `unpool` use only the shape of `like`? (5) A colleague reports that “the interpolation is smooth” as evidence against memorised pictures. What else should be looked at?
#
# <details><summary>Answers</summary>
#
# (1) 4 → 10 → 22 → 46: each time $2(n-1)+4$. (2) Two places have something to do with each other if one kernel, three long, covers both: at most two apart. (3) One half, both times. (4) With its values the way up could do without what passed the narrow place. (Other networks, U-Net for one, hand these maps over on purpose: sharper masks, but then it is no unpooling.) (5) The nearest training pictures (chapter 07).
#
# </details>
#
# **If you read the sources** (chapter 00 says who they are), mind their slips: the [appendix](99_corrections_to_the_sources.ipynb) has those of this chapter in rows 27, 28 and 47 to 49.
#
# **GAN or diffusion?** The best-known picture generators since 2021 are *diffusion models*: chapter 04's denoiser, applied in many small steps, from noise to picture. It is trained without an opponent, by a loss whose fall means progress, and is less prone to forget the rare. What a GAN keeps is speed: a picture in *one* pass, where diffusion takes tens. The two have merged. A diffusion model is squeezed into a few passes, or one, with a discriminator
# as judge (*adversarial distillation*). And the decoder that turns the codes of *latent* diffusion into pixels was trained with an adversarial loss, beside one on the features of another network (a *perceptual loss*), because squared error alone blurs.
#
# **Use and misuse.** A mask with sharp edges looks like knowledge, but it answers one question only: show the segmenter of section 5 a letter, and it will most likely mark it as a digit; nobody told it that there are letters. Where masks decide, about a tumour or a pedestrian, what counts is the rare case, and what was not on the list. (Chapter 10 comes back to generated faces, and to what gives them away.)

# %%
ex.summary()

# %% [markdown]
# **References.** Source of this chapter: Crowley, *Autoencoders, Deconvolution and Generative Adversarial Networks*, lesson. Papers: V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning*, 2016; A. Odena, V. Dumoulin and C. Olah, *Deconvolution and Checkerboard Artifacts*, 2016;
# M. D. Zeiler and R. Fergus, *Visualizing and Understanding Convolutional Networks*, 2013 (switches); H. Noh, S. Hong and B. Han, *Learning Deconvolution Network for Semantic Segmentation*, 2015; K. Simonyan and A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, 2014 (VGG);
# A. Radford, L. Metz and S. Chintala, *Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks*, 2015; M. Heusel et al., *GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium*, 2017 (Fréchet distance); T. White, *Sampling Generative Networks*, 2016 (walks on the arc); P. Dhariwal and A. Nichol, *Diffusion Models Beat GANs on Image Synthesis*, 2021; R. Rombach et al., *High-Resolution Image Synthesis with Latent Diffusion Models*, 2022; A. Sauer et al., *Adversarial Diffusion Distillation*, 2023.
#
# **Next**: [09](09_conditional_gan_and_infogan.ipynb), a digit to order, and codes that find their own meaning: the conditional GAN and InfoGAN.
