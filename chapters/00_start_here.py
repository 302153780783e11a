# %% [markdown]
# # 00 · Start here
#
# **You need** a little Python. **It runs in** {{minutes}} on two CPU cores; allow half an hour to read and try things.
#
# This course is about networks that copy, clean, compress and invent. You will build them on real handwritten digits, write their
# central functions yourself, and see each claim measured. This chapter makes sure that everything
# works, and that you know what you need to know.
#
# By the end you will be able to
# - run a notebook, do an exercise, get a hint, and read a ✗;
# - say what the course covers, and whether you know enough to begin;
# - find what a symbol means, and what to do when something does not work.
#
# ## 1 · Does it work?
# Click into the next cell and press Shift + Enter. It takes some seconds: TensorFlow is large. The
# lines at the end say what the course runs on, and which digits it found: MNIST, 70,000 images, if it is there or can be
# fetched; else the 14,000 that come with the course. (`COURSE_DATA` in brackets: a folder that somebody has set.)

# %% tags=["nbval-ignore-output"]
from importlib.metadata import PackageNotFoundError, requires, version

import numpy as np
from packaging.requirements import Requirement

from course_utils import data, plots, runtime
from course_utils.exercises import ch00 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=0)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf

digits = data.load_digits()

# %% [markdown]
# Now the versions. A ✗ here is the usual reason for errors later; section 7 says what to do.

# %% tags=["nbval-ignore-output"]
for requirement in map(Requirement, requires("course_utils")):
    if requirement.marker is None:  # the others are for developers, or for a GPU
        try:
            found = version(requirement.name)
            mark = "✓" if requirement.specifier.contains(found, prereleases=True) else "✗"
        except PackageNotFoundError:
            found, mark = "not installed (Colab does without jupyter)", "✗"
        print(f"{mark} {requirement.name:12} {found}, wanted {requirement.specifier}")

# %% [markdown]
# And the digits themselves: the first two of each class, from 0 to 9.

# %% tags=["nbval-ignore-output"]
chosen = [np.flatnonzero(digits.y_train == c)[i] for i in range(2) for c in range(10)]
plots.images(
    digits.x_train[chosen],
    columns=10,
    title=f"Each digit twice, as people write it ({digits.name})",
    says="Two rows of ten handwritten digits, 0 to 9, white on black, each 28 by 28 pixels.",
)

# %%
claim("backend is TensorFlow", keras.backend.backend() == "tensorflow", exact=True)
as_described = digits.x_train.shape[1:] == (28, 28, 1) and np.ptp(digits.x_train) == 1
claim("images are in [0, 1], 28 × 28", bool(as_described), exact=True)

# %% [markdown]
# `digits.x_train` has the shape `(n, 28, 28, 1)`: $n$ images, 28 rows, 28 columns, one channel (grey). `digits.y_train` says which digit
# each one is; `x_test` and `y_test` are kept apart, for measuring.
#
# ## 2 · How an exercise works
# An exercise is a function with a hole, and a check in the same cell. Run the cell as it is: it says *not attempted*, and
# the chapter goes on with our solution. Put your own code where the `...` is and run it again. Once it passes, the chapter goes on with *your* function.
#
# ### Exercise · mean image
# What does the average of many images look like? Write a function, in NumPy, that averages over the images, pixel by pixel, and returns
# an array: one image.

# %%
mean_image = ex.mean_image.check(...)  # @exercise

# %% [markdown]
# Try a wrong answer first, on purpose: `return images.mean()`. The message shows the input, what came out, what should have come out,
# and, if it recognises your mistake, why. Stuck? Take away the `#` in front of the hint; each run gives one more. Nothing is stored or sent.
#
# What will the average of all threes look like? And the average of all digits?

# %% tags=["nbval-ignore-output"]
x = digits.x_train[..., 0]  # (n, 28, 28): without the channel
averages = [mean_image(x[digits.y_train == c]) for c in range(10)] + [mean_image(x)]
plots.images(
    averages,
    columns=11,
    title="Averages of each digit, and of all",
    says=(
        "Eleven blurred images: the averages of the digits 0 to 9, each still readable, and the"
        " average of all digits, a shapeless blob."
    ),
)

# %% [markdown]
# Each average is a blurred but readable digit; the average of all (right) is a cloud. When a network in a later chapter
# cannot decide between several images, it will draw their average, blurred like these.
#
# ## 3 · How claims, budgets and seeds work
# Where the text relies on a number, the notebook measures it and prints a line with a ✓. A ✗ is no catastrophe: your own code, another machine
# or other data can move a number. You then also see what it was over five runs with different random seeds. (In the code, `exact=True` marks what must
# hold on every machine: a formula, a bound.)

# %%
ink = float(digits.x_train.mean())
claim("average grey level of the training images", ink, at_least=0.1, at_most=0.2)

# %% [markdown]
# **Budgets.** The notebooks are made for two CPU cores. Settings such as `budget(smoke=…, quick=…, full=…)` take the middle value unless
# you set the environment variable `COURSE_BUDGET` to `full` (for a GPU) or `smoke` (seconds, for testing).
#
# **Seeds.** Training starts from random numbers. Every cell that trains sets its seed first, so that running it twice gives the same
# result on the same machine. On another machine it may not: sums are added up in another order. `runtime.seed(0)` is seed number 0; if you set
# `COURSE_SEED`, all seeds are shifted, which is like going to another machine.
#
# ## 4 · A self-test: is this course for you?
# You need arrays, derivatives, a little probability, what an eigenvector is, and one idea of how a network is trained. Ten minutes will tell. If a part is hard,
# follow its pointer first.
#
# ### Exercise · arrays
# In NumPy: an array comes in, and an array of the same shape comes back. *Pointer: “NumPy: the absolute basics for beginners” and
# “Broadcasting”, in NumPy's documentation.*

# %%
centre = ex.centre.check(...)  # @exercise

# %% [markdown]
# ### Exercise · a slope
# A network learns by walking downhill (**gradient descent**), so you should be able to find a slope. Let $f(w) = (3w - 1)^2$. What is $f'(1)$? Replace the
# `...` by your number. *Pointer: the chain rule, in any calculus text.*

# %%
ex.slope.check(...)  # @exercise

# %% [markdown]
# TensorFlow finds slopes without algebra: it records a computation on a *tape* and plays it backwards (**automatic differentiation**). The
# course checks so every gradient that it derives by hand.

# %%
w = tf.Variable(1.0)
with tf.GradientTape() as tape:
    f = (3 * w - 1) ** 2
slope = float(tape.gradient(f, w))
claim("slope by autodiff, distance from 12", abs(slope - 12), at_most=1e-6, exact=True)

# %% [markdown]
# ### Exercise · a probability
# One digit in ten is a seven. A detector rings for 90 % of the sevens, and for 10 % of all other digits. It rings. How probable is it that the digit is a seven? (A number from 0 to 1. From chapter 01 on.) *Pointer: conditional probability and Bayes's rule, in any text on probability.*

# %%
ex.it_rings.check(...)  # @exercise

# %% [markdown]
# ### Exercise · an eigenvector
# The matrix with the rows $(2, 1)$ and $(1, 2)$ maps the vector $(1, 1)$ to a multiple of itself. Which multiple (the **eigenvalue**)? (From chapter 02 on.) *Pointer: eigenvectors, in any text on linear algebra.*

# %%
ex.eigenvalue.check(...)  # @exercise

# %% [markdown]
# ### Exercise · how many numbers?
# A network with one layer: each of 10 units adds up the 784 pixels, each with a weight of its own, and a bias. How many numbers does
# training have to find? Replace the `...` by your number. *Pointer: “Getting started with Keras” on the Keras site; the first chapters of Chollet's “Deep
# Learning with Python”.*

# %%
ex.parameters.check(...)  # @exercise

# %% [markdown]
# ### Training a network
# Here it is.

# %%
keras.utils.set_random_seed(runtime.seed(0))
classifier = keras.Sequential(
    [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
)
classifier.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),  # chapter 01 explains it
    metrics=["accuracy"],
)
n = budget(smoke=500, quick=10_000, full=60_000)
history = classifier.fit(
    digits.x_train[:n], digits.y_train[:n], batch_size=100, epochs=4, verbose=0
)
test_loss, test_accuracy = classifier.evaluate(
    digits.x_test, digits.y_test, batch_size=1000, verbose=0
)

# %% tags=["nbval-ignore-output"]
plots.curves(
    np.arange(1, 5),
    history.history["loss"],
    x_label="epoch (one pass over the training images)",
    y_label="loss",
    title="The loss falls, quickly at first",
    says="The training loss over four epochs: a falling curve that flattens.",
    xticks=[1, 2, 3, 4],
    ylim=(0, None),
)

# %%
counted = classifier.count_params()
claim("parameters of the classifier", counted, at_least=7850, at_most=7850, exact=True)
claim("accuracy on test images", test_accuracy, at_least={"mnist": 0.87, "offline": 0.8})

# %% [markdown]
# If you can say what an epoch, a batch and a loss are, you are ready. If not: the glossary below, then the pointer above. One word that may be new
# is **logit**: the ten units give any real numbers, large for likely classes; a softmax would turn them into probabilities. Numbers before that step are
# called logits.
#
# ## 5 · The map
# **The five sources** are lecture notes: J. L. Crowley, *Generative Networks and the AutoEncoder* (“Crowley, chapter”) and his ENSIMAG lesson
# 9 (“Crowley, lesson”); University of Wollongong, *Autoencoders and GANs* (“Wollongong”); B. Laurent, INSA Toulouse, *Autoencoders and
# Generative Adversarial Networks* (“Laurent”); A. Canziani, NYU, *Generative Models – Autoencoders* (“Canziani”). Their slips stand in the [appendix](99_corrections_to_the_sources.ipynb).
#
# | chapter | its question | sources |
# | --- | --- | --- |
# | 00 Start here | does it work, and is it for me? | |
# | [01 Information theory](01_information_theory.ipynb) | what is a pixel worth? | Crowley (chapter), Laurent |
# | [02 Autoencoders](02_autoencoders.ipynb) | what can a network say about a picture in 32 numbers? | all |
# | [03 Sparse autoencoders](03_sparse_autoencoders.ipynb) | what if few units may speak at a time? | Crowley (both), Wollongong, Laurent |
# | [04 Denoising and contractive](04_denoising_and_contractive.ipynb) | what does a network that has to clean learn? | Wollongong, Laurent, Canziani |
# | [05 Energies and latent variables](05_energies_and_latent_variables.ipynb) | one view of them all | Canziani |
# | [06 Variational autoencoders](06_variational_autoencoders.ipynb) | a code that you can draw samples from | all |
# | [07 Generative adversarial networks](07_generative_adversarial_networks.ipynb) | two networks that play against each other | Crowley (both), Wollongong, Laurent |
# | [08 Deconvolution and DCGAN](08_deconvolution_and_dcgan.ipynb) | from numbers back to images | Crowley (lesson) |
# | [09 Conditional GAN and InfoGAN](09_conditional_gan_and_infogan.ipynb) | a digit to order; meaning without labels | Wollongong, Laurent |
# | [10 Ethics of generative models](10_ethics_of_generative_models.ipynb) | what can be done with this, what should be, and what of it can be measured? | Laurent |
# | [11 Capstone](11_capstone.ipynb) | your data, your model, your claim | |
# | [Appendix · Corrections](99_corrections_to_the_sources.ipynb) | where do the sources slip? | all |
#
# Each chapter needs the ones before it, except that 07 needs only 01 and 02, and that 10 and 11 can be read after 07.
#
# ## 6 · Notation and glossary
# Not for reading now: come back when a symbol or a word is new.
#
# | in the sources | here | variable | meaning |
# | --- | --- | --- | --- |
# | $\vec X_m$, $x$, Canziani's $\boldsymbol y$ | $x$; $y$ in chapter 05 | `x`, `y` | an input, mostly an image of $D = 784$ pixels |
# | $\hat X$, $r$, $\tilde{\boldsymbol y}$ | $\hat x$ | `x_hat` | its reconstruction |
# | $\tilde x$, Canziani's $\hat{\boldsymbol y}$ | $\tilde x$ | `x_noisy` | a corrupted copy of $x$ |
# | $\vec a$, $a^{(1)}$, $h$ | $h$ | `code` | a code: what the encoder makes of $x$, $N$ numbers |
# | $z$ | $z$ | `z` | a random code (latent variable); with a layer's index, a logit |
# | $f$, $\mathrm{Enc}$; $g$, $\mathrm{Dec}$ | $f$, $g$ | `encoder`, `decoder` | the two halves of an autoencoder |
# | $M$, $m$ | $M$, $m$ | `batch` | number of samples, one sample |
# | $C$, $L$, $\ell$ | $C$ | `loss` | a cost, here always *per sample*, then averaged |
# | $\Omega$, $R$ | $R$ | `penalty` | a regulariser; its weight is $\beta$ or $\lambda$ |
# | $\rho$, $\hat\rho_j$ | $\rho$, $\hat\rho_j$ | `rho`, `rho_hat` | wanted and measured share of time that unit $j$ is active |
# | $\mu$, $v$ (Canziani), $\sigma^2$ | $\mu$, $\sigma^2$ | `z_mean`, `z_log_var` | mean, and logarithm of the *variance*, of a random code |
# | $E$, $F$ | $E$, $F$ | `energy`, `free_energy` | energy of an input and $z$; the same with $z$ removed |
# | $p^*$, $p_\mathrm{data}$ | $p_\mathrm{data}$ | | the unknown distribution of real data |
# | $p_g$, $p_z$ | $p_g$, $p_z$ | | distribution of generated data; of the generator's noise |
# | $G$, $D$ | $G$, $D$ | `generator`, `discriminator` | the two players of a GAN ($D$ is also the number of pixels: the text says which) |
# | $\log$ | $\ln$, $\log_2$ | `np.log`, `np.log2` | nats, bits |

# %% [markdown]
# | term | meaning | chapters |
# | --- | --- | --- |
# | **Ablation** | one part is taken away, to see what it did | 09, 11 |
# | **Activation** | a unit's output | 00 |
# | **Active unit** | a unit, or latent, whose value depends on the input | 03, 06 |
# | **Aggregated posterior** | the average over all pictures of $q(z\vert x)$; where the prior has mass and it has none, there are prior holes | 06 |
# | **Amortised inference** | one network guesses $z$ for every $x$, instead of a search for each; what that costs is the amortisation gap | 05, 06 |
# | **Ancestral sampling** | first $z$ from its prior, then $x$ given $z$ | 06 |
# | **Annealed sampling** | pictures from noise by a denoiser, in many steps with ever less of it; without dice: probability flow, DDIM | 04 |
# | **Autoencoder** | a network trained to copy its input through a code | 02 |
# | **Auxiliary loss** | a second loss, beside the one that is meant: here it gives dead units a gradient | 03 |
# | **Batch** | the samples of one step of training | 00 |
# | **Bottleneck** | a code smaller than the input | 02 |
# | **Checkerboard artefacts** | a ripple of two or more pixels, left by transposed convolutions whose strokes overlap unevenly | 08, 10 |
# | **Code (embedding, latent representation)** | what an encoder makes of an input | 02 |
# | **Conditional GAN** | a generator that takes orders: it gets a class besides noise, and the discriminator sees both | 09 |
# | **Contrastive** | training that raises the energy of points off the data (the negative phase of the normaliser, noise, a generator's samples) | 05, 07 |
# | **Coverage** | the share of real pictures that have a generated one nearby; density: how many real ones a generated one is near to | 06 |
# | **Critic** | a discriminator that gives any number, not a probability: of Wasserstein GANs | 07 |
# | **Dead unit** | one that is 0 for every input, so that no gradient moves it | 03 |
# | **Decoder, encoder** | from code to image, from image to code | 02 |
# | **Denoising score matching** | to learn the slope of the log density by removing noise | 04 |
# | **Dictionary** | the vectors (atoms) whose weighted sums a sparse code draws; for language models: a sparse autoencoder (SAE) | 03, 05 |
# | **Differentiable augmentation** | real and generated pictures are changed at random before the discriminator sees them, and gradients pass through (our “shake”) | 09 |
# | **Discriminator** | a network that tells real from generated | 07 |
# | **Disentangled** | each latent stands for one factor of the pictures | 06, 09 |
# | **Divergence** | how far one distribution is from another; 0 if they are equal. Kullback–Leibler (KL), Jensen–Shannon | 01 |
# | **ELBO** | evidence lower bound: what a VAE maximises, below $\ln p(x)$ | 06 |
# | **EMA** | exponential moving average: of a network's weights, while it trains | 07 |
# | **Energy** | a number that is low for what is likely; free energy: with the latent removed | 05 |
# | **Entropy** | the expected surprise (self-information) | 01 |
# | **Epoch** | one pass over the training data | 00 |
# | **Ex-post density estimation** | a distribution, fitted to the codes of a finished autoencoder | 06 |
# | **Feature** | what a unit, often of a trained classifier, says about a picture | 03, 06 |
# | **Fréchet distance (FID)** | between Gaussians fitted to the features of real and of generated pictures; intra-class: class by class | 07, 09 |
# | **GAN-test** | how often a classifier that was trained on real pictures reads the class that was ordered; GAN-train: the other way round | 09 |
# | **Generator** | a network that makes samples from noise | 07 |
# | **Gradient penalty** | a price on steep slopes of the discriminator: R1 at real data, WGAN-GP between real and generated | 07 |
# | **Gradient** | the slopes of the loss along all parameters | 00 |
# | **Instance noise** | noise on all that a discriminator sees, real or generated | 07 |
# | **Jacobian** | all slopes of a vector along a vector, as a matrix | 04 |
# | **Label smoothing, one-sided** | the target .9 instead of 1, for real pictures only | 09 |
# | **Latent interpolation** | a walk between two codes: straight, or along an arc (slerp) | 02, 08 |
# | **Latent traversal** | one latent is moved, the others are kept | 06, 09 |
# | **Latent variable** | one that is never observed, such as the slant that a writer intended | 05 |
# | **Linear probe** | a linear classifier on frozen codes: how much they say plainly | 02, 11 |
# | **Logit** | a network's output before a softmax or sigmoid makes a probability of it | 01 |
# | **Loss** | what training makes small | 00 |
# | **Manifold** | a curved surface, such as the one near which digits lie among all pictures | 02, 04 |
# | **Max-unpooling** | values go back to where they came from; the places are called switches | 08 |
# | **Memorisation** | a model repeats its training pictures | 06, 07, 10 |
# | **Minibatch standard deviation** | an extra input tells the discriminator how far its batch is spread | 07 |
# | **Mode** | a bump of a density. Mode collapse: a generator leaves out part of the data's variety | 07 |
# | **Mutual information** | what one variable tells about another | 01 |
# | **Non-saturating loss** | $-\ln D$ for the generator, whose slope does not fall asleep where D is sure; minimax: $\ln(1-D)$ | 07 |
# | **Normaliser** | $Z$, also partition function: what divides $e^{-F}$ to make a density of it | 05 |
# | **One-hot** | a class as a row of zeros with a single 1 | 00 |
# | **Out of distribution** | unlike anything in the training data | 02, 04 |
# | **Overfitting** | good on training data, worse on new data | 00 |
# | **Perception–distortion trade-off** | sharp pictures and a small squared error cannot both be had where the input leaves doubt | 04 |
# | **Posterior collapse** | latents that a decoder does not use: $q(z\vert x)$ is the prior | 06 |
# | **Posterior, prior** | what one believes after, and before, seeing data | 02, 06 |
# | **Precision, recall (of samples)** | the share of samples that look real; the share of the real that samples reach | 07 |
# | **Pseudo-label** | the likeliest answer of a network, taken for the truth while it learns; consistency: two changed copies of a picture should get the same | 09 |
# | **Quadrature** | an integral as a sum over a grid | 06 |
# | **Rate, distortion** | what a code costs in bits or nats, and what it loses | 02, 06 |
# | **Regulariser** | a term of the loss that prefers some solutions to others | 02 |
# | **Reparameterisation trick** | a draw as $\mu+\sigma\varepsilon$, so that gradients reach $\mu$ and $\sigma$ | 06 |
# | **Resize-convolution** | enlarge first, then convolve, instead of a transposed convolution | 08, 10 |
# | **Saturated** | so far out on a sigmoid that the slope is about 0 | 01, 07 |
# | **Score** | the slope of $\ln p(x)$ along $x$; Tweedie's formula has it from the best denoiser | 04 |
# | **Segmentation, semantic** | a class for each pixel: measured by intersection over union | 08 |
# | **Shortcut** | a clue that works on these data and is not what was meant | 10 |
# | **Softmax, sigmoid** | from logits to probabilities, many or one | 00, 01 |
# | **Spectral normalisation** | each weight matrix is divided by its largest singular value | 07 |
# | **Superposition** | more features than dimensions: they share directions, and units answer to several (polysemantic) | 03 |
# | **Test-time augmentation** | several changed copies of a picture are read, and the answers added up (our “looks”) | 09 |
# | **Transposed convolution** | each number throws a copy of the kernel; copies add up. Often called deconvolution | 08 |
# | **Two time scales (TTUR)** | discriminator and generator with different rates | 07 |
# | **Variational free energy** | average energy under a guessed distribution, plus the price of the guess; at least the free energy | 05, 06 |
# | **Variational lower bound (on information)** | what a network $Q$ can tell about $c$ is at most what there is to tell | 09 |
# | **Wasserstein distance** | how much mass has to be moved how far (earth mover's distance) | 07 |
# | **Whitening (ZCA)** | pixels are mixed until they are uncorrelated | 03 |
# | **Zero-sum game** | what one player gains the other loses | 07 |
#
# ## 7 · When something does not work
# | what you see | why | what to do |
# | --- | --- | --- |
# | `ModuleNotFoundError: course_utils` | the notebook runs in another Python | start it with `make lab`; or choose the kernel of the environment you installed into |
# | a ✗ in the list of versions | an older installation | delete `.venv`, `make lab` again; with pip: `pip install -c constraints.txt -e '.[dev]'` |
# | “Keras was imported with the backend …” | a cell of yours imported Keras before `runtime.start` | Kernel → Restart, then run the cells from the top |
# | “Settings of Keras have changed” | a cell of yours set another float type or order of axes | run the cell with `runtime.start` again |
# | “The kernel appears to have died” | out of memory | close other notebooks' kernels (Kernel → Shut Down All), 4 GB should be free; set `COURSE_DATA=offline`, whose digits are fewer |
# | the data line says *offline digits* and you wanted MNIST | no connection, or a proxy | set `HTTPS_PROXY`, or put `mnist.npz` into `data/`; all chapters work with the offline digits, too |
# | everything is slow | other programs use the cores | a chapter's first lines say how long it takes on two cores; two chapters at once take twice as long |
# | Windows | TensorFlow has no GPU support there, and no `make` | use WSL, or the pip line of the README; endless loops in an exercise are not stopped: press ■ |
# | Apple silicon | the ordinary TensorFlow runs on the CPU | that is enough for every chapter; do not mix it with an x86 Python (`python -c "import platform; print(platform.machine())"` should say arm64) |
# | a GPU is there but is not used | TensorFlow without CUDA | on Linux and WSL: `pip install -e '.[gpu]'` |
# | Colab forgets everything | its machines are temporary | File → Save a copy in Drive keeps your answers; run from the top again, the package is fetched anew |
# | sliders do not move | no live kernel, or a page that only shows notebooks | the first picture is there all the same; run the notebook to move them |
# | “Error displaying widget: model not found” | a slider of an earlier kernel | run its cell again |
# | a cell runs for ever | a loop in your code | press ■ (interrupt), then change it; the long traceback that follows is how Python says that it stopped |
# | a cell seems to stand still since you closed its tab or your laptop slept | the kernel goes on, but what it printed meanwhile had no page to go to | wait until the circle at the top right is empty (idle), then go on with the next cell |
# | `SyntaxError` in an exercise, and nothing after it ran | Python cannot read the cell, so the check in it cannot run either | mend the line that the arrow marks, then Run → Run All Cells again |
# | the text has been corrected since you began | `make lab` copies a chapter once, and never writes over it | `make lab UPDATE=1` brings the new edition and keeps your answers (without make: `python tools/lab.py --update`) |
#
# ## 8 · Your exercises
# Each chapter ends with this list.

# %%
ex.summary()

# %% [markdown]
# **Next**: [01, information theory](01_information_theory.ipynb): what is a pixel worth?
