# %% [markdown]
# # 10 · Ethics of generative models: what can be measured, and what cannot
#
# **You need** chapters [06](06_variational_autoencoders.ipynb) (VAE, −ELBO) and [07](07_generative_adversarial_networks.ipynb) (GAN,
# Fréchet distance); what [08](08_deconvolution_and_dcgan.ipynb) says about checkerboards helps in section 4. **It runs in** {{minutes}} on two CPU cores; with the exercises and one discussion, allow an evening.
#
# Nine chapters have built machines that draw what was never written. On digits that is harmless. The same losses, trained on faces and voices, put words into mouths that never said them.
# “Indistinguishable”, “undetectable”, “we watermark everything”: what is said about *that* is full of claims. This chapter measures those that have a number in them, on digits, and says after most measurements what the number does *not* say about faces, voices and elections.
#
# By the end you will be able to
# - say what a deepfake is, whom it harms, and which harms no detector touches;
# - test a detector as its opponent would: other generators, processed pictures, an evasion attack;
# - embed a watermark, find it at one false alarm in a thousand, and say what removes it;
# - compute what an alarm is worth when fakes are rare;
# - measure whether a model remembers its training pictures, and what it makes of a rare class;
# - write a model card and a datasheet that can be checked.

# %% tags=["nbval-ignore-output"]
import json

import numpy as np
from IPython.display import Markdown
from scipy.ndimage import gaussian_filter
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from course_utils import cards, data, files, metrics, plots, runtime
from course_utils.exercises import ch10 as ex
from course_utils.runtime import budget, claim

runtime.start(chapter=10)
import keras  # after start(), which loads TensorFlow without its messages
import tensorflow as tf
from keras import layers, ops

from course_utils.gan import GAN, d_loss, dcgan_generator, frozen_generator, g_loss
from course_utils.scoring import frozen_classifier, judge
from course_utils.vae import VAE, bernoulli_loss, decoder_network, encoder_network
from course_utils.vae import draw as draw_vae
from course_utils.vae import gaussian_kl, train

digits = data.load_digits()
# On some machines TensorFlow's remapper fails on one of the graphs below, harmlessly, and says so.
tf.config.optimizer.set_experimental_options({"remapping": False})

# %% [markdown]
# The settings of the whole chapter. The offline set is smaller and gets more epochs.

# %%
offline = digits.name == "offline"
times = 5 if offline else 1
# Pictures of each kind that a detector learns from, and real ones kept for setting thresholds.
n_shown = budget(smoke=300, quick=8_000 if offline else 20_000, full=8_000 if offline else 30_000)
n_kept_back = budget(
    smoke=300, quick=4_000 if offline else 10_000, full=4_000 if offline else 10_000
)
epochs_detector = budget(smoke=1, quick=5 if offline else 3, full=10)
steps_evade = budget(smoke=3, quick=250, full=1000)
epochs_vae = times * budget(smoke=1, quick=5, full=20)
epochs_gan = times * budget(smoke=1, quick=1, full=10)
n_gan = budget(smoke=500, quick=40_000, full=60_000)  # at most so many pictures for GAN and VAE
n_tests = budget(smoke=300, quick=10_000, full=10_000)  # at most so many pictures to test with

shuffled = np.random.default_rng(runtime.seed(0)).permutation(len(digits.x_train))
x_train, y_train = digits.x_train[shuffled], digits.y_train[shuffled]  # the file has some order
x_test, y_test = digits.x_test[:n_tests], digits.y_test[:n_tests]
n_tests = len(x_test)  # Fréchet distances depend on it: all sets have this size
classifier = frozen_classifier(digits.name)

# %% [markdown]
# ## 1 · What a deepfake is, and what it does
# A **deepfake** is a picture, a recording or a video, made or altered by a deep network, in which a real person, place or event seems to be what it never was. The word is from 2017. A year later a public-service video,
# *You Won't Believe What Obama Says in This Video* (BuzzFeed and Jordan Peele, 2018), made a former president's likeness warn of exactly that.
#
# The techniques have uses that nobody needs to defend: teaching, art, more examples for small data sets, filling in missing parts (inpainting), three-dimensional objects, the movements of robots, dubbing with lips that fit, and
# voices for people who have lost theirs. The harm is in what they are used for, or in how they were made, without asking whose face or voice it is:
#
# | harmed | a case, in general terms | what has been tried |
# | --- | --- | --- |
# | a person | a face is put into intimate pictures without consent; a count of deepfake videos online found nearly all of them to be of this kind (*The State of Deepfakes*, Ajder and others, 2019) | take-down duties, criminal law |
# | an organisation | the voice of a director orders a transfer by telephone | calling back on a known number |
# | democracy | days before a vote, a candidate says what they never said; and, the other way round, a true recording is waved off as a fake: the **liar's dividend** (Chesney and Citron, 2019) | provenance, fast and trusted correction |
# | the economy | a picture of a disaster that did not happen moves prices for minutes | delay, a second source |
# | security | a forged order in a war; a made face that passes a remote identity check | signed channels, liveness tests |
#
# Few of the answers in the right-hand column are about *seeing* the fake. Two words help to keep arguments apart. A **harm** is a loss that somebody suffers; a **wrong** is done to somebody who was not asked, whether or not they lose anything. **Consent** turns many of these cases from wrong to right, with the same network and the same
# pixels. So ask of any system: who decided, who gains, who bears its errors, and who can object? (If something of the first row has happened to you or to someone you know: a picture need not be real to be reported. Platforms have forms for it; StopNCII.org helps adults, *Take It Down* those under 18.)
#
# ### Exercise · whom a detector helps
# Suppose that a perfect detector exists and that every platform uses it. For whom does it change least?
# - `"a"`: a company whose director's voice was forged to order a transfer
# - `"b"`: a person whose face was put into an intimate picture that is passed around, clearly labelled as fake
# - `"c"`: voters who hear a forged statement two days before an election
# - `"d"`: a bank that checks identity cards by video

# %%
ex.which_harm.check(...)  # @exercise

# %% [markdown]
# ### Three lines of defence
# **Cues.** Some of the first tools against deepfakes came out of a programme of the US research agency DARPA, *Media Forensics* (MediFor; *Semantic Forensics* followed). They looked for what the first deepfakes got wrong: faces that hardly blinked (*In Ictu Oculi*, Li, Chang and Lyu, 2018), heads whose
# pose did not fit the face (*Exposing Deep Fakes Using Inconsistent Head Poses*, Yang, Li and Lyu, 2019). Why would a network not blink? Because people rarely publish a photograph with their eyes shut: what is rare in the data is drawn badly, or not at all. And a cue that is published can be mended, sooner or later.
#
# **Provenance.** Instead of proving that a picture is fake, let the honest ones prove where they come from: a signed record of camera and edits travels with the file (*Content Credentials*, the standard of the C2PA coalition). The record can be stripped, and most pictures in the world have none. Its cousin is the
# **watermark**, a signal in the picture itself: section 5.
#
# **Law.** Some laws require a label. The European Union's AI Act (Regulation 2024/1689, article 50) obliges providers to mark generated content in a way that machines can read, and those who make a deepfake with such a system to disclose it (in art and satire, without spoiling the work); China has required labels since 2023 (rules on “deep synthesis”), in detail since 2025; the
# United States have a federal law that punishes publishing intimate pictures without consent, generated ones too, and has them removed, the TAKE IT DOWN Act (2025), and many laws of states. Who has to do what, and from which date, depends on the country and has been changed before: look it up, do not quote us.
#
# All three raise questions with numbers in them. We begin with the detector.
#
# ## 2 · A detector, and what it has not seen
# The forger is chapter [09](09_conditional_gan_and_infogan.ipynb)'s conditional GAN, the best generator of this course so far, as it was trained once and stored (`frozen_generator`). Whatever is generated is rounded to 8 bits, as in a file. Before we train anything, try something dull: count the pixels that are *nearly* black, 1 to 3 of 255.


# %%
def eight_bit(x):
    """Pictures as a file would hold them: in [0, 1], in steps of 1/255."""
    return (np.round(np.clip(x, 0, 1) * 255) / 255).astype("float32")


def orders(n, seed):
    """Inputs of the conditional generator (n, 74): 64 numbers of noise, then a class, one-hot."""
    noise = np.random.default_rng(seed).normal(size=(n, 64))
    return np.concatenate([noise, np.eye(10)[np.arange(n) % 10]], axis=1).astype("float32")


def auc(real, fake):
    """Area under the ROC curve; real and fake say how suspect pictures are, (n,) and (m,)."""
    return roc_auc_score(np.repeat([0, 1], [len(real), len(fake)]), np.concatenate([real, fake]))


generator = frozen_generator(digits.name)
as_drawn = eight_bit(generator.predict(orders(n_tests, runtime.seed(2)), batch_size=500, verbose=0))
nearly_black = [np.sum((x > 0) & (x < 3.5 / 255), axis=(1, 2, 3)) for x in (x_test, as_drawn)]
claim("AUC of counting nearly black pixels", auc(*nearly_black), at_least=0.99)

# %% [markdown]
# The number is the area under the ROC curve of chapter [02](02_autoencoders.ipynb), **AUC**: how often, of one real and one generated picture, the generated one looks more suspicious. ½ is guessing, 1 is perfect, and 0 is perfect with the labels swapped.
#
# One line of NumPy, and hardly an error. A sigmoid is rarely small enough to be rounded to 0; real paper here is 0. A network trained on these pictures would find that, too (a **shortcut**, or *Clever Hans* cue), and we would look for fine traces where there is only dirt on the paper. It lasts until somebody wipes it off. We do: in everything that a detector sees from here on,
# real or generated, what is darker than 32 of 255 becomes 0.


# %%
def as_file(x):
    """Rounded to 8 bits, and with clean paper: below 32 of 255 is 0."""
    x = eight_bit(x)
    return np.where(x < 32 / 255, 0, x).astype("float32")


def draw(generator, n, seed):
    """Pictures (n, 28, 28, 1) by the conditional generator, of each class equally many."""
    return as_file(generator.predict(orders(n, seed), batch_size=500, verbose=0))


real_train, real_test = as_file(x_train[:n_shown]), as_file(x_test)
real_kept_back = as_file(x_train[n_shown:][:n_kept_back])  # no detector learns from these
fake_train = draw(generator, n_shown, runtime.seed(1))
fake_test = as_file(as_drawn)

# %% [markdown]
# Ten of the following twenty are real. Number them 1 to 20 and write down which, before you run the cell after the picture.

# %% tags=["nbval-ignore-output"]
mixed = np.concatenate([real_test[:10], fake_test[:10]])
dealt = np.random.default_rng(runtime.seed(3)).permutation(20)
plots.images(
    mixed[dealt],
    columns=10,
    title="Ten are real: which?",
    says="Two rows of ten handwritten digits, ten real and ten generated, shuffled.",
)

# %% tags=["nbval-ignore-output"]
for row in (dealt[:10], dealt[10:]):
    print(" ".join("real" if i < 10 else "fake" for i in row))

# %% [markdown]
# Now the machine. It is a small convolutional network with batch normalisation that ends in one logit: positive means “real”. You have met it under another name. A network that is shown real and generated pictures and has to tell them apart is chapter 07's discriminator; what makes it a **detector** is that the generator does not
# get to see its answers. Not yet.


# %%
def detector_network(kernel=4):
    """Pictures (batch, 28, 28, 1) → the logit of “real”, (batch, 1)."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, kernel, strides=2, padding="same"),
            layers.LeakyReLU(0.1),  # (batch, 14, 14, 16)
            layers.Conv2D(32, 3, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.LeakyReLU(0.1),  # (batch, 7, 7, 32)
            layers.Flatten(),
            layers.Dense(128, use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.LeakyReLU(0.1),
            layers.Dense(1),
        ]
    )


# %%
def train_detector(real, fake, **options):
    """A detector that has learned from these pictures, (n, 28, 28, 1) each."""
    x = np.concatenate([real, fake])
    y = np.repeat([1.0, 0.0], [len(real), len(fake)])[:, None]
    steps = epochs_detector * len(x) // 100 + 1
    rate = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    detector = detector_network(**options)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    detector.compile(keras.optimizers.Adam(rate), loss, steps_per_execution=10)
    detector.fit(x, y, batch_size=100, epochs=epochs_detector, verbose=0)
    return detector


# %% [markdown]
# How suspect a picture is, is minus its logit. The real pictures that it is tested on come from the test set.


# %%
def suspicion(detector, x):
    """How much the detector doubts each picture: minus its logit, (n,)."""
    return -detector.predict(x, batch_size=500, verbose=0)[:, 0]


def aucs(detector, fakes):
    """AUC of a detector for each set of generated pictures, against the real test pictures."""
    real = suspicion(detector, real_test)
    return {name: auc(real, suspicion(detector, x)) for name, x in fakes.items()}


keras.utils.set_random_seed(runtime.seed(4))
detector = train_detector(real_train, fake_train)
auc_known = aucs(detector, {"forger": fake_test})["forger"]

claim("AUC, the generator it was trained on", auc_known, at_least=0.97)

# %% [markdown]
# How many did *you* find? With clean paper, too, the network ranks the fake above the real one in almost 99 pairs of 100. This is the number that a press release would print.
#
# ### Somebody else's generator
# The forger whom you will meet is rarely the one whom you trained on: does a detector **generalise to unseen generators**? Two more, then. One is of the same family, a GAN with the same kind of layers, trained anew and more briefly, with the network above as its discriminator. One is of another family, the VAE of chapter 06. Both learn from the same file of training pictures, which
# we made for this chapter. (Something is wrong with that file. Who reads code closely sees it now; it will come out in section 8.)

# %%
RARE = 5
kept = np.flatnonzero(y_train != RARE)
shuffle = np.random.default_rng(runtime.seed(5))
few_rare = shuffle.permutation(np.flatnonzero(y_train == RARE))[: round(len(kept) / 99)]
our_file = shuffle.permutation(np.concatenate([kept, few_rare]))[:n_gan]
x_ours = x_train[our_file]

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(6))
units = (256, 128)
vae = VAE(encoder_network(16, units, heads=2), decoder_network(16, units))
train(vae, x_ours.reshape(-1, 784), epochs=epochs_vae)

# %%
keras.utils.set_random_seed(runtime.seed(7))
gan = GAN(dcgan_generator(64, 16), detector_network(), d_loss, g_loss, 64, seed=runtime.seed(8))
steps = epochs_gan * len(x_ours) // 50 + 1
rates = keras.optimizers.schedules.CosineDecay(2e-3, steps)
gan.compile(*[keras.optimizers.Adam(rates, beta_1=0.5) for _ in range(2)], steps_per_execution=10)
history = gan.fit(x_ours, batch_size=50, epochs=epochs_gan, verbose=0)

# %%
fake_gan = as_file(gan.sample(n_tests, seed=runtime.seed(9)))
fake_vae = as_file(draw_vae(vae, n_tests, runtime.seed(10)))
plots.images(
    np.concatenate([fake_test[:12], fake_gan[:12], fake_vae[:12]]),
    columns=12,
    row_labels=["forger", "other GAN", "VAE"],
    title="Three generators",
    says=(
        "Three rows of twelve generated digits: the forger's are clean, the other GAN's partly "
        "ragged, the VAE's soft and in part no digits."
    ),
)

# %% [markdown]
# The forger draws cleanly; the other GAN had less time, and the VAE's samples are soft, some of them no digits at all. To the eye they are *easier* to find than the forger's. So, before you read on: what will a detector that was trained on the forger only make of them? And one that was trained on the VAE only?

# %%
keras.utils.set_random_seed(runtime.seed(11))
half = n_shown // 2  # enough: it is an easy task
vae_detector = train_detector(real_train[:half], as_file(draw_vae(vae, half, runtime.seed(12))))
fakes = {"forger": fake_test, "other GAN": fake_gan, "VAE": fake_vae}
found = {"forger": aucs(detector, fakes), "VAE": aucs(vae_detector, fakes)}

claim("AUC on the VAE, trained on the VAE", found["VAE"]["VAE"], at_least=0.98)
limit = {"mnist": 0.85, "offline": 0.99}
claim("AUC on the forger, trained on the VAE", found["VAE"]["forger"], at_most=limit)
claim("AUC on the other GAN, trained on the forger", found["forger"]["other GAN"], at_most=0.9)
claim("AUC on the other GAN, trained on the VAE", found["VAE"]["other GAN"], at_most=0.75)

# %% tags=["nbval-ignore-output"]
says = "Bars of AUC for three generators."
for name, row in found.items():
    numbers = ", ".join(f"{kind} {value:.2f}" for kind, value in row.items())
    says += f" Trained on the {name}: {numbers}."
plots.grouped_bars(
    list(fakes),
    {f"trained on the {name}": list(row.values()) for name, row in found.items()},
    y_label="AUC (½ is guessing)",
    title="A detector knows the forger that it met",
    says=says,
)

# %% [markdown]
# The detector that learned from the VAE is perfect on the VAE and poor on the forger: the VAE's pictures are soft, and the forger's are not. The forger's detector finds the VAE as well. But it is poor on the other GAN, whose faults we see at a glance: bad digits are not what it looks for. (That GAN was trained against a network built like the detector, which may help it.) On the same pictures the VAE's detector only guesses, or takes them for *more real than real*: an AUC of about ½ or less. “AUC .99” is about a detector *and* a generator.
#
# ### Pictures that have been somewhere
# Nobody sees a picture as it left the network. It is scaled, compressed, copied, blurred (**post-processing**; done on purpose, to hide traces, *laundering*). Three such treatments, weak ones:


# %%
def blur(x):
    return gaussian_filter(x, (0, 0.7, 0.7, 0))


def noise(x):
    return data.add_gaussian(x, 0.1, seed=runtime.seed(13))


def resample(x):
    small = ops.image.resize(x, (20, 20), interpolation="bicubic", antialias=True)
    return np.asarray(ops.image.resize(small, (28, 28), interpolation="bicubic"))


# %%
processed = {"as made": np.asarray, "blur": blur, "noise": noise, "20 × 20 and back": resample}
plots.images(
    np.concatenate([as_file(f(fake_test[:12])) for f in processed.values()]),
    columns=12,
    row_labels=list(processed),
    title="The same forged digits, after three weak treatments",
    says=(
        "Four rows of twelve digits: as made, slightly blurred, with faint noise, and scaled down "
        "and up again. All are as readable as before."
    ),
)

# %% [markdown]
# ### Exercise · a fair test
# A colleague blurs the generated pictures, leaves the real ones as they are, and reports that the detector has become *better* after blurring. What did he test?
# - `"a"`: that the detector recognises blur
# - `"b"`: that blur reveals generated pictures
# - `"c"`: that the detector is robust against blur
# - `"d"`: nothing, AUC cannot be computed on processed pictures

# %%
ex.fair_test.check(...)  # @exercise

# %% [markdown]
# An AUC compares two sets of pictures. A decision needs a **threshold**: above which suspicion do we raise an alarm? It is set on innocent pictures (other ones than it will be judged on), by the share of them that we are willing to accuse, the **false-alarm rate** or false-positive rate. We will need that again and again.
#
# ### Exercise · a threshold
# Write `threshold_at(scores, rate)` with NumPy. It gets the scores of innocent pictures, an array of up to 400,000, and returns one number. Of the scores 1, 2, 3, 4, 5 one may exceed the threshold at the rate 0.2: that makes it 4.

# %%
threshold_at = ex.threshold_at.check(...)  # @exercise

# %%
threshold = threshold_at(suspicion(detector, real_kept_back), 0.05)
suspicion_real = suspicion(detector, real_test)
treated = {}  # name: (AUC, both treated; AUC, only the fakes; honest pictures accused)
for name, treat in processed.items():
    real, fake = (suspicion(detector, as_file(treat(x))) for x in (real_test, fake_test))
    treated[name] = auc(real, fake), auc(suspicion_real, fake), np.mean(real > threshold)

worst = min(both for both, _, _ in treated.values())
claim("AUC after the worst treatment of both", worst, at_most=0.95)
claim("real pictures accused after blur", treated["blur"][2], at_least=0.8)

# %% tags=["nbval-ignore-output"]
print(f"{'':20}{'AUC, both':>12}{'only the fakes':>18}{'real ones accused':>20}")
for name, (both, one_sided, accused) in treated.items():
    print(f"{name:20}{both:12.3f}{one_sided:18.3f}{accused:20.1%}")

# %% [markdown]
# Treated alike, real and generated are told apart less well by this detector; the middle column is the colleague's test, which measures the treatment. But the last column is the one to remember. The threshold was meant to accuse one honest picture in twenty. After a weak blur it accuses all of them: to the detector, *processed* looks like *forged* (it fails under a **distribution shift**). An average over clean test sets never shows
# whom that hits: people with old telephones, bad connections, and photographs that were forwarded ten times. To whom can they appeal?
#
# **What this does not say.** Ours was trained on one generator and on clean pictures. *CNN-Generated Images Are Surprisingly Easy to Spot… for Now* (Wang and others, 2020) trained on one GAN, with blurred and compressed pictures, and recognised most of ten others well; the “for now” is theirs. The best are trained on many generators, and on what happens to pictures on their way. The
# questions stay: which generator, which treatment, who is accused?
#
# ## 3 · The arms race
# Now the forger gets to see the detector's answers. This is an **evasion attack**, and a **white-box** one, since the forger has the detector's gradient: a trained model is left as it is, and its *inputs* are changed until it errs (what comes out are **adversarial examples**). Here the inputs come from a generator, so we change the generator. It should pass for real and still draw what it drew: we add a price on every pixel that moves.
#
# ### Exercise · the forger's loss
# Write it with `keras.ops`; it will run inside `fit`. It returns one number. Do not clip: a logit of −1000 costs 1000.

# %%
evasion_loss = ex.evasion_loss.check(...)  # @exercise


# %%
class Evader(keras.Model):
    """A generator that learns to pass a detector, and to draw what it drew before."""

    def __init__(self, generator, detector, loss, weight):
        super().__init__()
        self.before = keras.models.clone_model(generator)
        self.before.set_weights(generator.get_weights())
        self.before.trainable = detector.trainable = False
        self.generator, self.detector = generator, detector
        self.evasion, self.weight = loss, weight

    def call(self, z):
        return self.generator(z, training=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        logits = self.detector(y_pred, training=False)
        return self.evasion(logits, y_pred, self.before(x, training=False), self.weight)


# %%
def evade(generator, detector, seed):
    """The generator after some steps against the detector; both that came in stay as they are."""
    evader = Evader(frozen_generator(digits.name), detector, evasion_loss, weight=0.05)
    evader.generator.set_weights(generator.get_weights())
    evader.compile(keras.optimizers.Adam(5e-4, beta_1=0.5), steps_per_execution=10)
    evader.fit(orders(100 * steps_evade, seed), batch_size=100, epochs=1, verbose=0)
    return evader.generator


# %% [markdown]
# Two rounds. In each, the forger evades the newest detector, then a new detector is trained on what the forger draws now (**adversarial training**). The first replacement sees the newest fakes only. The second is trained on a mixture of all fakes so far.

# %%
keras.utils.set_random_seed(runtime.seed(14))
evasive_1 = evade(generator, detector, runtime.seed(15))
fake_1 = draw(evasive_1, n_tests, runtime.seed(16))

keras.utils.set_random_seed(runtime.seed(17))
fake_train_1 = draw(evasive_1, n_shown, runtime.seed(18))
detector_1 = train_detector(real_train, fake_train_1)

# %%
keras.utils.set_random_seed(runtime.seed(19))
evasive_2 = evade(evasive_1, detector_1, runtime.seed(20))
fake_2 = draw(evasive_2, n_tests, runtime.seed(21))

keras.utils.set_random_seed(runtime.seed(22))
third = n_shown // 3
fake_train_2 = draw(evasive_2, third, runtime.seed(23))
all_so_far = np.concatenate([fake_train[:third], fake_train_1[:third], fake_train_2])
detector_2 = train_detector(real_train, all_so_far)

# %%
detectors = {"first": detector, "newest fakes": detector_1, "all so far": detector_2}
forgeries = {"original": fake_test, "evasive 1": fake_1, "evasive 2": fake_2}
race = {name: aucs(d, forgeries) for name, d in detectors.items()}
reference = judge(classifier, as_file(digits.x_train[:n_tests]))[0]
distance, obeys = {}, {}
for name, x in {"real": real_test, **forgeries}.items():
    features, p = judge(classifier, x)
    distance[name] = metrics.frechet_distance(features, reference)
    obeys[name] = np.mean(p.argmax(axis=1) == np.arange(len(x)) % 10)

# %% tags=["nbval-ignore-output"]
moves = [
    ("start", race["first"]["original"]),
    ("forger\nevades", race["first"]["evasive 1"]),
    ("new\ndetector", race["newest fakes"]["evasive 1"]),
    ("forger\nevades", race["newest fakes"]["evasive 2"]),
    ("new\ndetector", race["all so far"]["evasive 2"]),
]
plots.curves(
    np.arange(5),
    [value for _, value in moves],
    x_label="move",
    y_label="AUC of the newest detector",
    title="Who moved last is ahead",
    says="AUC after each move: " + ", ".join(f"{v:.2f}" for _, v in moves) + ".",
    xticks=np.arange(5),
    xticklabels=[name for name, _ in moves],
    ylim=(0, 1.05),
)

# %% tags=["nbval-ignore-output"]
print(f"{'AUC of the detector':24}" + "".join(f"{name:>12}" for name in forgeries))
for name, row in race.items():
    print(f"{name:24}" + "".join(f"{value:12.2f}" for value in row.values()))
print(f"{'Fréchet distance':24}" + "".join(f"{distance[name]:12.1f}" for name in forgeries))
print(f"{'read as ordered':24}" + "".join(f"{obeys[name]:12.1%}" for name in forgeries))
print(f"(Fréchet distance of real test pictures: {distance['real']:.1f})")

# %%
claim("AUC of the first detector after evasion", race["first"]["evasive 1"], at_most=0.4)
claim("AUC of its replacement", race["newest fakes"]["evasive 1"], at_least=0.9)
limit = {"mnist": 0.6, "offline": 0.7}
claim("AUC of the replacement after evasion", race["newest fakes"]["evasive 2"], at_most=limit)
claim("AUC of the replacement, original forger", race["newest fakes"]["original"], at_most=0.5)
claim("AUC of the second replacement", race["all so far"]["evasive 2"], at_least=0.9)
worst = min(race["all so far"].values())
claim("AUC of the second replacement, worst of three", worst, at_least=0.9)
claim("AUC of the first detector, evasive 2", race["first"]["evasive 2"], at_least=0.7)
further = distance["evasive 2"] / distance["original"]
claim("Fréchet distance after two evasions, over before", further, at_most=1.5)
claim("evasive 2, read as ordered", obeys["evasive 2"], at_least=0.95)

# %% tags=["nbval-ignore-output"]
before, after = (draw(g, 12, runtime.seed(2)) for g in (generator, evasive_1))
plots.images(
    np.concatenate([before, after, 2 * np.abs(after - before)]),
    columns=12,
    row_labels=["original", "evasive 1", "difference × 2"],
    title="What it takes to pass",
    says=(
        "Three rows of twelve digits: the forger's, the same after evasion, hardly different, and "
        "the difference, doubled: faint marks along the strokes."
    ),
)

# %% [markdown]
# A few hundred steps are enough. The first detector does not merely fail, it takes the evasive fakes for *more real than real* (an AUC below ½), while their Fréchet distance stays about where it was and the digits are still read as ordered: evasion that ruined the pictures would not count. A new detector is soon ahead again, and is evaded again.
#
# Now read the table. The replacement that saw only the newest fakes has lost the *old* forger: what it had to learn was the difference between these fakes and real pictures, and the old traces were not in it. The last detector, with fakes of all three kinds, finds all three: keep every forgery that you were ever shown. And the
# first detector, useless in round one, tells the second round's fakes from real pictures again. To pass the new detector the forger gave up what had fooled the old one.
#
# A detector whose gradient the generator can use *is* chapter 07's discriminator: the arms race is the training of a GAN, played slowly by institutions.
#
# ### Does secrecy help?
# The attack needed the detector's gradient. Suppose the detector is a **black box**: secret, with a first layer of its own, trained on other real pictures (offline, partly others). The forger has evaded the first detector, as before. Will what fools that one fool this one?

# %%
keras.utils.set_random_seed(runtime.seed(24))
other_real, other_fake = as_file(x_train[-n_shown:]), draw(generator, n_shown, runtime.seed(25))
secret_detector = train_detector(other_real, other_fake, kernel=5)
auc_secret = aucs(secret_detector, forgeries)

claim("secret detector, original", auc_secret["original"], at_least=0.97)
claim("secret detector, evasive 1", auc_secret["evasive 1"], at_most=0.5)

# %% [markdown]
# It does, if less thoroughly. The two networks learned similar traces from similar pictures, so a change that hides them from one hides them from the other. This is called **transfer** of an attack; *Evading Deepfake-Image Detectors with White- and Black-Box Attacks* (Carlini and Farid, 2020) did it to detectors of photographs. A secret detector that was trained as everybody would train it is not very
# secret. (Why teach attacks? Because a defence that nobody has attacked is not known to work.)
#
# **What this does not say.** Our forger took his steps on a small detector within seconds. To evade an ensemble of large detectors costs more, and leaves other traces. The method asks only for a gradient; that it works on photographs, others have measured.
#
# ## 4 · Traces in the spectrum
# What does a detector see that we do not? One answer: **traces of upsampling** (*Detecting and Simulating Artifacts in GAN Fake Images*, Zhang and others, 2019; *Watch Your Up-Convolution*, Durall and others, 2020). A generator goes from a small map to a large one, and chapter 08 showed what that leaves behind (**checkerboard artefacts**). Look at it in frequencies. $F(u, v)$ is the two-dimensional Fourier transform of a picture, $|F|^2$ its **power spectrum**: how much of the
# picture is made of waves with $u$ periods across and $v$ periods down. With every second pixel treated alike, a transposed convolution with stride 2 repeats a pattern with a period of two pixels, the fastest wave there is (the **Nyquist frequency**). Four layers that double a map of $14 \times 14$, untrained and with random weights, on random positive maps (a border of two pixels is cut off, and only waves that run across are shown):


# %%
def resize_convolution(interpolation):
    return [layers.UpSampling2D(2, interpolation=interpolation), layers.Conv2D(1, 3)]


upsamplers = {
    "transposed, kernel 3": lambda: [layers.Conv2DTranspose(1, 3, strides=2)],
    "transposed, kernel 4": lambda: [layers.Conv2DTranspose(1, 4, strides=2)],
    "nearest, then convolution": lambda: resize_convolution("nearest"),
    "bilinear, then convolution": lambda: resize_convolution("bilinear"),
}

# %%
networks = budget(smoke=2, quick=20, full=50)
maps = np.abs(np.random.default_rng(runtime.seed(27)).normal(size=(50, 14, 14, 24)))
spectrum = {}  # mean power at 1 to 12 periods across, 0 down
for name, new_layers in upsamplers.items():
    keras.utils.set_random_seed(runtime.seed(26))
    powers = []
    for _ in range(networks):
        x = np.asarray(keras.Sequential(new_layers())(maps))[:, 2:26, 2:26, 0]
        powers.append(np.mean(np.abs(np.fft.fft2(x)) ** 2, axis=0)[0, 1:13])
    spectrum[name] = np.mean(powers, axis=0)

peak = {name: power[-1] / np.median(power[-4:-1]) for name, power in spectrum.items()}
for name in ("transposed, kernel 3", "transposed, kernel 4"):
    claim(f"{name}: fastest wave over its neighbours", peak[name], at_least=30)
claim("nearest: fastest wave over its neighbours", peak["nearest, then convolution"], at_most=0.7)

# %% tags=["nbval-ignore-output"]
plots.curves(
    np.arange(1, 13),
    {name: power / power[0] for name, power in spectrum.items()},
    x_label="periods across 24 pixels (12: every second pixel)",
    y_label="power, as a multiple of the first",
    title="Transposed convolutions shout at the fastest wave, resizing whispers there",
    says=(
        "Four curves of power against frequency on a logarithmic axis. For the transposed "
        "convolutions power jumps at the fastest wave; for resizing it falls to a fraction."
    ),
    yscale="log",
)

# %% [markdown]
# Before training, the transposed convolutions have about three hundred times as much power in the fastest wave as beside it. (Kernel 4, which chapter 08 recommends, *can* learn to be even; with random weights it is not.) Both resizing layers (**resize-convolutions**) have hardly any there, since an enlarged picture has no detail that fine. Both are traces: a peak is one, and so is a hole. What is
# left after training, in finished pictures? Take all frequencies of about the same speed together, as a ring (an **azimuthal average**): $r = \sqrt{u^2 + v^2}$, rounded, and all beyond 14 (the corners) in the last. Fifteen numbers for each picture.

# %%
wave = np.fft.fftfreq(28) * 28  # periods per picture, in the order of np.fft.fft2
ring = np.minimum(np.round(np.hypot(*np.meshgrid(wave, wave))), 14).astype(int)  # (28, 28), 0 to 14

# %% [markdown]
# ### Exercise · a profile
# Write `profile(x, ring)` with NumPy: an array of pictures without channel comes in, an array comes out, a row a picture.

# %%
profile = ex.profile.check(...)  # @exercise

# %%
n_profiles = min(n_shown, 5000)


def profiles(x):
    """Of pictures (n, 28, 28, 1): fifteen numbers each, (n, 15)."""
    return profile(x[..., 0], ring)


profiles_real, profiles_real_test = profiles(real_train[:n_profiles]), profiles(real_test)
profiles_fake, profiles_fake_test = (profiles(x[:n_profiles]) for x in (fake_train, fake_test))
profiles_vae, profiles_vae_test = (
    profiles(as_file(draw_vae(vae, n_profiles, runtime.seed(s)))) for s in (28, 29)
)

# %% tags=["nbval-ignore-output"]
by_source = {"real": profiles_real, "forger": profiles_fake, "VAE": profiles_vae}
plots.curves(
    np.arange(15),
    {name: rings.mean(axis=0) for name, rings in by_source.items()},
    x_label="ring: periods per picture",
    y_label="log10 of power, mean",
    title="The VAE lacks fine detail; the forger has nearly the right amount",
    says=(
        "Three falling curves of log power against frequency. Real and forged lie close together; "
        "the VAE's is lower from the middle on."
    ),
)


# %%
def fit_profiles(real, fake):
    """Logistic regression on the fifteen numbers."""
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return model.fit(np.concatenate([real, fake]), np.repeat([0, 1], [len(real), len(fake)]))


def auc_profiles(model, fake, real=profiles_real_test):
    return auc(model.decision_function(real), model.decision_function(fake))


on_forger = fit_profiles(profiles_real, profiles_fake)
on_vae = fit_profiles(profiles_real, profiles_vae)

# %%
profile_aucs = {
    "forger, trained on it": auc_profiles(on_forger, profiles_fake_test),
    "VAE, trained on it": auc_profiles(on_vae, profiles_vae_test),
    "VAE, trained on the forger": auc_profiles(on_forger, profiles_vae_test),
    "forger, trained on the VAE": auc_profiles(on_vae, profiles_fake_test),
}
bounds = {
    "forger, trained on it": {"at_least": 0.6},
    "VAE, trained on it": {"at_least": {"mnist": 0.97, "offline": 0.9}},
    "VAE, trained on the forger": {"at_most": {"mnist": 0.3, "offline": 0.7}},
    "forger, trained on the VAE": {"at_most": {"mnist": 0.6, "offline": 0.95}},
}
for name, value in profile_aucs.items():
    claim(f"fifteen numbers, AUC: {name}", value, **bounds[name])

# %% [markdown]
# Fifteen numbers and a linear classifier separate the VAE's pictures from real ones almost perfectly, and the forger's poorly. Then the surprise: trained on one, the detector is *worse than guessing* on the other. The forger has a little too much in the highest ring, the VAE far too little, so “too much detail, a fake” files the VAE under “very real”. (Whether upsampling causes the excess, we have not tested.) One
# could turn this detector round, but only by knowing beforehand who drew the picture. (On the offline digits both generators leave too little, so there the surprise is smaller.)
#
# How hard is it to blind? Multiply each ring of a fake by what it lacks on average, and transform back: two lines.


# %%
def matched(x, own, target):
    """Pictures whose rings are multiplied such that their mean profile becomes the target's."""
    power = target.mean(axis=0) - own.mean(axis=0)  # what is missing, log10
    gain = 10 ** (power / 2)[ring]  # of amplitudes: half of it
    return as_file(np.fft.ifft2(np.fft.fft2(x[..., 0]) * gain).real)[..., None]


blinded = matched(fake_vae, profiles_vae, profiles_real)
auc_blinded = auc_profiles(on_vae, profiles(blinded))
distance_vae, distance_blinded = (
    metrics.frechet_distance(judge(classifier, x)[0], reference) for x in (fake_vae, blinded)
)

claim("VAE after matching, AUC by fifteen numbers", auc_blinded, at_most=0.92)
claim("Fréchet distance after matching, over before", distance_blinded / distance_vae, at_most=0.95)

# %% [markdown]
# This detector falls from certain to mediocre, and the Fréchet distance falls, too: sharpened, the VAE's pictures are closer to real ones than before. **What this does not say.** Real photographs have far more frequencies, and a file format and a camera leave traces of their own. Spectra remain useful, as one witness among several, against forgers who have not
# heard of them.
#
# ## 5 · A watermark
# If fakes cannot be found for certain, let honest generators sign them. A classic way is the **spread-spectrum** watermark (Cox and others, 1997; ours is simpler, and easier to remove). The operator keeps a secret **key** $k$, a sheet of random signs $\pm 1$, and adds it to every picture, faintly: $x + a\,k$ with a strength $a$, cut off at black and white (on black only the plus signs remain). Whoever has the key can ask how well a picture agrees with it (a **correlation detector**). The sum over 784 pixels
# grows with every pixel that agrees, while for a picture without the mark the signs cancel.
#
# Digits have large strokes that drown a faint mark, so look at the fine detail only: the picture minus a blurred copy (a **high-pass filter**).

# %%
STRENGTH = 0.1


def new_key(seed):
    return np.random.default_rng(seed).choice([-1.0, 1.0], (28, 28)).astype("float32")


def embed(x, key, strength=STRENGTH):
    """Marked pictures, (n, 28, 28, 1)."""
    return eight_bit(x + strength * key[..., None])


def details(x):
    """Pictures (n, 28, 28, 1) without what is coarse, (n, 28, 28)."""
    return x[..., 0] - gaussian_filter(x[..., 0], (0, 1, 1))


key = new_key(runtime.seed(30))
marked = embed(as_drawn, key)

# %% [markdown]
# ### Exercise · agreement with a key
# Write `mark_scores(detail, keys)` with NumPy: every picture with every key, an array.

# %%
mark_scores = ex.mark_scores.check(...)  # @exercise

# %% [markdown]
# The threshold is set so that one picture in a thousand *without* the mark raises an alarm. A thousand pictures would give one such alarm, too few to set anything by. But a picture is innocent of every key that was not used on it: two hundred wrong keys make two hundred innocent scores a picture. (The rate is then an average over keys; with one key it may be a few times as high, or nought.)

# %%
wrong_keys = np.stack([new_key(runtime.seed(1000 + i)) for i in range(200)])
innocent = mark_scores(details(x_test[:2000]), wrong_keys)
mark_threshold = threshold_at(innocent.ravel(), 0.001)
hits = np.mean(mark_scores(details(marked), key[None]) > mark_threshold)
false_alarms = np.mean(mark_scores(details(x_test), wrong_keys[:50] * key) > mark_threshold)

claim("watermark found", hits, at_least=0.99)
claim("watermark, false alarms with new keys", false_alarms, at_most=0.003)

# %% [markdown]
# Found nearly always, at about one false alarm in a thousand. (The false alarms are counted with fifty *other* keys.) What does the signature survive? Blur and noise as above; paper cleaned as in section 2; two pixels cut off all round (a black frame); the picture moved by one pixel; and, the strongest, **regeneration**: an
# autoencoder redraws the picture. The VAE of section 2 will do, with $z$ at its mean.


# %%
def frame(x):
    return np.pad(x[:, 2:-2, 2:-2], ((0, 0), (2, 2), (2, 2), (0, 0)))


def shift(x):
    return np.pad(x[:, 1:, 1:], ((0, 0), (0, 1), (0, 1), (0, 0)))


def redraw(x):
    z_mean, _ = vae.encoder.predict(x.reshape(-1, 784), batch_size=500, verbose=0)
    logits = vae.decoder.predict(z_mean, batch_size=500, verbose=0)
    return np.asarray(ops.sigmoid(logits)).reshape(-1, 28, 28, 1)


attacks = {"none": np.asarray, "noise": noise, "blur": blur, "clean": as_file}
attacks |= {"frame": frame, "shift": shift, "redrawn": redraw}


# %%
def is_found(x, key):
    """Whether the key is found in each picture, (n,)."""
    return mark_scores(details(eight_bit(x)), key[None])[:, 0] > mark_threshold


survives = {name: np.mean(is_found(attack(marked), key)) for name, attack in attacks.items()}
claim("watermark found after noise", survives["noise"], at_least=0.95)
claim("watermark found after a black frame", survives["frame"], at_least=0.95)
noise_or_blur, least = survives["noise"] - survives["blur"], {"mnist": 0.2, "offline": -0.02}
claim("watermark, noise minus blur", noise_or_blur, at_least=least)
claim("watermark found after a shift by a pixel", survives["shift"], at_most=0.02)
claim("watermark found after redrawing", survives["redrawn"], at_most=0.02)

redrawn_as = judge(classifier, redraw(marked))[1].argmax(axis=1)
ordered = np.arange(n_tests) % 10
legible = np.mean((redrawn_as == ordered)[ordered != RARE])
claim("redrawn digits that are still read as ordered", legible, at_least=0.6)

# %% tags=["nbval-ignore-output"]
plots.images(
    np.concatenate([as_drawn[:8], *(eight_bit(f(marked[:8])) for f in attacks.values())]),
    columns=8,
    row_labels=["without mark", "marked", *list(attacks)[1:]],
    scale=0.9,
    title="A watermark of strength 0.1, and what is done to it",
    says=(
        "Eight rows of eight digits: without mark, marked with a faint grain, and the marked ones "
        "after noise, blur, cleaning, a frame, a shift by a pixel, and redrawn by an autoencoder."
    ),
)

# %% tags=["nbval-ignore-output"]
found_after = ", ".join(f"{name} {share:.0%}" for name, share in survives.items())
plots.bars(
    list(survives),
    [100 * share for share in survives.values()],
    y_label="mark found (%)",
    title="It survives noise and a frame, but not a pixel's shift",
    says=f"Bars: mark found after {found_after}.",
)

# %% [markdown]
# Noise hardly matters: it is as random as any wrong key. Blur takes away the detail that the mark lives in (on the offline digits, whose strokes are softer, less of it is lost). Cleaning leaves only what lies on the strokes. And a shift by *one pixel* hides the mark completely, though it is all still there: the detector holds the key in the wrong place (a **desynchronisation** attack). That can be mended, at a price. Try all shifts up to two pixels and take the best score; but then an innocent picture gets
# twenty-five chances of a false alarm, too (**multiple comparisons**), and the threshold has to rise.

# %%
shifts = [(i, j) for i in range(-2, 3) for j in range(-2, 3)]


def best_score(x, key):
    """The best agreement over all shifts of the key by up to two pixels, (n,)."""
    shifted = np.stack([np.roll(key, m, axis=(0, 1)) for m in shifts])
    return mark_scores(details(x), shifted).max(axis=1)


innocent_best = np.concatenate([best_score(x_test[:500], k) for k in wrong_keys[:40]])
search_threshold = threshold_at(innocent_best, 0.001)
hits_shifted = np.mean(best_score(shift(marked), key) > search_threshold)
by_luck = np.mean([best_score(x_test[-500:], k) > search_threshold for k in wrong_keys[-40:]])

claim("threshold with the search, over without", search_threshold / mark_threshold, at_least=1.05)
claim("watermark found after a shift, with the search", hits_shifted, at_least=0.9)
claim("false alarms with the search, other keys", by_luck, at_most=0.004)

# %% [markdown]
# With the search the shifted mark is found again, at the same rate of false alarms. Redrawing is another matter: the VAE keeps what makes a digit and throws away what does not, and the mark was made to be what does not matter. (Our VAE is small and spoils about one digit in five, as counted above: a costly attack. Chapter 06 has better VAEs.) *Invisible Image Watermarks Are Provably Removable Using Generative AI* (Zhao and others, 2023) argues that this
# holds for marks on pixels in general. Later schemes hide the mark elsewhere: *Tree-Ring Watermarks* (2023) in the noise that a generator starts from, *Stable Signature* (2023) in the weights of its decoder, *SynthID-Text* (2024) in the choice of words. They survive more, and have been attacked in their turn.
#
# ### Found, and still not proven
# One more attack, in the other direction. Whoever has a single marked picture has, in its fine detail, most of the key: the sign of each pixel there is a good guess. Add the guess to real pictures, or take it away from marked ones:

# %%
guessed_key = np.sign(details(marked[:1]))[0]
claim("pixels of the key guessed from one picture", np.mean(guessed_key == key), at_least=0.7)
copied = is_found(embed(x_test, guessed_key), key).mean()
claim("real pictures with the mark after copying", copied, at_least=0.95)
taken_off = is_found(embed(marked, -guessed_key), key).mean()
claim("marked pictures still found after subtracting", taken_off, at_most=0.05)

# %% [markdown]
# Real pictures now pass for generated: a **spoofing** or copy attack, and a gift to whoever would like a true picture to be doubted. Better schemes make the mark depend on the picture, or sign it.
#
# **What this does not say.** On black, flat paper our mark is plainly visible, and photographs give far more room to hide one. But search, false alarms, redrawing and copying are the questions for any scheme.
#
# ### Exercise · no watermark
# A picture carries no watermark. What follows?
# - `"a"`: it is real
# - `"b"`: the detector is broken
# - `"c"`: somebody has something to hide
# - `"d"`: whether it is real stays open

# %%
ex.absent.check(...)  # @exercise

# %% [markdown]
# ## 6 · What an alarm is worth
# A detector finds 99 % of the fakes and accuses 1 % of the real pictures. One picture in a thousand is fake. The alarm rings. How sure are you?
#
# ### Exercise · right alarms
# How many per cent of the alarms are right? Guess, and write it down. Then work it out, to the nearest per cent.

# %%
ex.right_alarms.check(...)  # @exercise

# %% [markdown]
# ### Exercise · the share of right alarms
# In general it is Bayes' rule, and has a name: **precision**, or positive predictive value. Write it with NumPy, for numbers and for arrays; it returns the same.

# %%
precision = ex.precision.check(...)  # @exercise

# %% [markdown]
# And by counting, for those who trust counting: a million uploads.

# %%
coins = np.random.default_rng(runtime.seed(31)).random((2, 1_000_000))
is_fake = coins[0] < 0.001
alarm = coins[1] < np.where(is_fake, 0.99, 0.01)
counted = np.mean(is_fake[alarm])

by_bayes = precision(0.99, 0.01, 0.001)
claim("right alarms, by Bayes", by_bayes, at_least=0.0901, at_most=0.0903, exact=True)
claim("right alarms, by counting", counted, at_least=0.08, at_most=0.1, exact=True)

# %% tags=["nbval-ignore-output"]
shares = np.logspace(-5, -0.3, 200)
plots.curves(
    shares,
    {f"false alarms {rate:g}": precision(0.99, rate, shares) for rate in (0.1, 0.01, 0.001, 1e-5)},
    x_label="share of generated pictures among all",
    y_label="share of alarms that are right",
    title="The rarer the fakes, the less an alarm says",
    says=(
        "Four curves that rise from 0 to 1 with the share of fakes, one for each rate of false"
        " alarms. With one false alarm in a hundred and one fake in a thousand, 9 per cent are"
        " right."
    ),
    xscale="log",
)

# %% [markdown]
# Ten of eleven alarms hit an honest picture, from a detector that is right 99 times in a hundred. To overlook the share is the **base-rate fallacy**. What would the threshold have to be? For every second alarm to be right, false alarms must be as frequent as hits: with the share $s$ of fakes, the share $h$ of them that is found and the false-alarm rate $f$, $f = h \cdot s/(1-s)$, about one in a thousand here. Ask it of our own detector of section 2. (On MNIST the threshold rests on ten of the 10,000 pictures that were kept back, so it is rough.)

# %%
rate = 0.01 if offline else 0.001  # offline, 4,000 pictures are too few for a thousandth
demanding = threshold_at(suspicion(detector, real_kept_back), rate)
hits_demanding = np.mean(suspicion(detector, fake_test) > demanding)
false_demanding = np.mean(suspicion_real > demanding)
gap, least = auc_known - hits_demanding, {"mnist": 0.3, "offline": 0.0}
claim("AUC minus hits at that threshold", gap, at_least=least)
limit = {"mnist": 0.006, "offline": 0.03}
claim("false alarms there, on other pictures", false_demanding, at_most=limit)

# %% [markdown]
# The AUC averages the hits over all false-alarm rates, and nearly all of these are useless where fakes are rare. Set to one false alarm in a thousand, our detector, with an AUC of more than .98, finds about half of MNIST's fakes and accuses two to four in a thousand other pictures: with one fake in a thousand, about one alarm in five is right, or fewer. (The offline forger is easier prey.) Report *that* number: the hits (true-positive rate, sensitivity) at a stated false-alarm rate (1 − specificity), set on other pictures, and the share of
# fakes (prevalence) where it is to be used.
#
# **What this does not say.** Nobody knows the share of fakes among what you see. It may be one in a million here and half there. That is the point: the same alarm means different things in different places.
#
# ## 7 · Does it remember?
# So far the harm was in the samples. Now turn to the training set: the people in it. A model that gives its training pictures away has published them. Two questions. *Does it draw them?* And, if it does not: *can one find out who was in it?*
#
# A small experiment with both. A VAE learns from five hundred digits, and from twenty more that are in the file twenty-five times each, as happens to pictures that are copied all over the web. (Examples that are planted to test a memory are called **canaries**.) A second VAE sees many different pictures, each of them seldom, for the same number of steps.


# %%
def as_rows(x):
    return x.reshape(len(x), -1)


n_many = budget(smoke=1000, quick=8_000 if offline else 12_000, full=8_000 if offline else 50_000)
epochs_memory = budget(smoke=1, quick=18 if offline else 12, full=24)
singles, planted = as_rows(x_train[:500]), as_rows(x_train[500:520])
never_planted = as_rows(x_train[520:540])  # as many that it never saw, to compare with
others = as_rows(x_train[-500:])  # never seen, from the same file
few_pictures = np.concatenate([singles, np.repeat(planted, 25, axis=0)])
many_pictures = as_rows(x_train[540:-500][:n_many])

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(runtime.seed(32))
vae_few = VAE(encoder_network(16, units, heads=2), decoder_network(16, units))
over_and_over = np.resize(few_pictures, many_pictures.shape)  # for an equal number of steps
train(vae_few, over_and_over, epochs=epochs_memory)

keras.utils.set_random_seed(runtime.seed(33))
vae_many = VAE(encoder_network(16, units, heads=2), decoder_network(16, units))
train(vae_many, many_pictures, epochs=epochs_memory)

# %% [markdown]
# **Does it draw them?** For every sample, find the nearest of its five hundred single training pictures, and the nearest of five hundred that it never saw, from the same file. If the model does not remember, the two are equally far, on average. The second VAE, which saw neither, shows how exact that “equally” is.
#
# ### Exercise · the nearest neighbour
# Write `nearest(a, b)` with NumPy: arrays of rows come in, an array of distances comes out. A row that occurs in `b` has the distance 0. The chapter has 2,000 rows of 784 numbers against 500: a loop over pairs is slow, and an array of all differences would take 6 GB. Square out $\lVert a - b\rVert^2$, in double precision.

# %%
nearest = ex.nearest.check(...)  # @exercise


# %%
def memory(model, seed):
    """2,000 samples, and what they are nearest to: three numbers."""
    x = as_rows(draw_vae(model, 2000, seed))
    single, other = nearest(x, singles), nearest(x, others)
    elsewhere = np.minimum(single, other)
    copies = [np.mean(nearest(x, rows) < elsewhere) for rows in (planted, never_planted)]
    return x, single.mean() / other.mean(), *copies


samples, ratio, copies, chance = memory(vae_few, runtime.seed(34))
_, ratio_control, copies_control, _ = memory(vae_many, runtime.seed(36))
closer = 1 - ratio / ratio_control
name = "training pictures nearer than others, against a VAE that saw neither"
claim(name, closer, at_least=0.005)
claim("samples nearest to one of twenty planted pictures", copies, at_least=0.1)
claim("the same, twenty that were not planted", chance, at_most=0.05)
claim("nearest to the planted ones, a VAE that never saw them", copies_control, at_most=0.05)

# %% tags=["nbval-ignore-output"]
closest = [np.argmin(np.square(samples - picture).sum(axis=1)) for picture in planted[:12]]
plots.images(
    np.concatenate([planted[:12], samples[closest]]).reshape(-1, 28, 28),
    columns=12,
    row_labels=["planted", "nearest sample"],
    title="The nearest of 2,000 samples to pictures that were in the file 25 times",
    says=(
        "Two rows of twelve digits: pictures planted 25 times, and the sample nearest "
        "to each. Most pairs look alike."
    ),
)

# %% [markdown]
# The pairs alone prove little: among 2,000 samples many a digit has a near one. Training pictures are two or three per cent nearer than others that the model might as well have seen: a weak sign. The next numbers are plainer. Half of the rows of the file are copies of twenty pictures, and a good part of all samples lie nearest to one of these twenty; of twenty that were not planted, hardly any do. That is why the first defence against **memorisation** is to remove duplicates (deduplication). *Extracting Training Data from Diffusion Models* (Carlini and others, 2023) gave a large image model
# the captions of its most duplicated training pictures, 350,000 of them, and got about a hundred pictures back.
#
# **Who was in it?** Now suppose that the model draws nobody. **Membership inference** asks a trained model about a picture that one has: was it in the training set? (Shokri and others, 2017, train *shadow models* for it.) The simplest test needs only the loss (Yeom and others, 2018): what the model has seen, it finds cheaper. Here the loss is $-$ELBO, at $z$'s mean. The score of the test is an
# AUC, with an interval, since five hundred pictures are a sample: draw them again with replacement, 500 times (the **bootstrap**; it covers the choice of pictures, not another training).


# %%
def negative_elbo(model, x):
    """Nats for each picture, (n,), with z at its mean."""
    z_mean, z_log_var = model.encoder.predict(x, batch_size=500, verbose=0)
    logits = model.decoder.predict(z_mean, batch_size=500, verbose=0)
    return np.asarray(bernoulli_loss(x, logits) + gaussian_kl(z_mean, z_log_var))


def membership(model, members):
    """AUC of “cheap, so it was in the training set”, and a 95 % interval by the bootstrap."""
    inside, outside = -negative_elbo(model, members), -negative_elbo(model, others)
    label = np.repeat([1, 0], [len(inside), len(outside)])
    rng = np.random.default_rng(runtime.seed(35))
    areas = [roc_auc_score(label, np.concatenate([inside, outside]))]
    for _ in range(500):
        again = rng.choice(inside, len(inside)), rng.choice(outside, len(outside))
        areas.append(roc_auc_score(label, np.concatenate(again)))
    return areas[0], *np.quantile(areas[1:], [0.025, 0.975])


# %%
member_auc = {  # name: (AUC, lower and upper end of its interval)
    "500 pictures": membership(vae_few, singles),
    "planted 25 times": membership(vae_few, planted),
    f"{n_many:,} pictures": membership(vae_many, many_pictures[:500]),
    "planted, not seen": membership(vae_many, planted),
}

from_few, from_planted, from_many, not_seen = (area for area, _, _ in member_auc.values())
claim("membership, trained on 500 pictures, AUC", from_few, at_least=0.58)
claim("membership, planted pictures, AUC", from_planted, at_least=0.8)
claim("membership, planted, minus a VAE that never saw them", from_planted - not_seen, at_least=0.1)
claim("membership, trained on many pictures, AUC", from_many, at_least=0.43, at_most=0.58)

# %% tags=["nbval-ignore-output"]
for name, (area, low, high) in member_auc.items():
    print(f"{name:18} AUC {area:.3f}, 95 % interval {low:.3f} to {high:.3f}")

# %% [markdown]
# Trained on five hundred pictures, the model betrays its members noticeably, and ranks a planted one above a stranger nine times in ten (the last line: to a model that never saw them the planted pictures are hardly easier, as far as twenty can tell). After as many steps on many pictures there is hardly anything for this test to tell (stronger tests exist): that model has found what digits have in common instead of what each of them has. A guarantee, for any attack, is the subject of *differential privacy*.
#
# **What this does not say.** A network of a few hundred thousand weights on digits is not a model that has read the web. There, what is rare and copied often (a name with an address, a painting) can come back though the training set is huge. The test stays the same: plant something, and look for it.
#
# ### Exercise · when membership is the secret
# For which training set is it a harm by itself that one can find out that your picture was in it?
# - `"a"`: handwritten digits of volunteers, in a public set
# - `"b"`: portraits of a clinic's patients, all with the same illness
# - `"c"`: photographs of a stock agency, sold under licence
# - `"d"`: none, since membership tells nothing about what is in the picture

# %%
ex.membership.check(...)  # @exercise

# %% [markdown]
# ## 8 · A rare class
# Now for what was wrong with our file. Section 2 trained a VAE and a GAN on it, and nobody asked what was in it:

# %% tags=["nbval-ignore-output"]
counts = np.bincount(y_train[our_file], minlength=10) / len(our_file)
plots.bars(
    range(10),
    100 * counts,
    x_label="digit",
    y_label="share of the training pictures (%)",
    title="The file had hardly any fives",
    says=(
        "Bars of the shares of the ten digits in the training file: about 11 per cent each, and 1 "
        "per cent for the five."
    ),
    fmt="%.1f",
)

# %% [markdown]
# A hundredth instead of a tenth. Think of a dialect with few recordings, or of dark-skinned women in sets of faces (*Gender Shades*, Buolamwini and Gebru, 2018). Did you notice when you looked at the samples in section 2? Now predict what a filter does to them:
#
# ### Exercise · only the good ones
# A website shows only samples of which a classifier is at least 90 % sure. What does that do to the share of the rare class?
# - `"a"`: nothing, it treats all classes alike
# - `"b"`: it raises it: rare pictures stand out
# - `"c"`: it lowers it further: what was seen seldom is drawn worse, and doubted more
# - `"d"`: it makes it exact, by removing the bad samples of every class

# %%
ex.the_filter.check(...)  # @exercise

# %% [markdown]
# The classifier of chapter 07 reads the samples. It learned from a file with all digits; but it errs, on junk more so, and may be less sure of fives. Two controls, then: real test pictures, mixed as in the file, and section 7's second VAE, whose file had all digits.

# %%
is_rare = y_test == RARE
same_mix = np.concatenate([x_test[~is_rare], x_test[is_rare][: max(1, np.sum(~is_rare) // 99)]])
sources = {
    "real, same mix": as_file(same_mix),
    "VAE": fake_vae,
    "GAN": fake_gan,
    "VAE, all digits": as_file(draw_vae(vae_many, n_tests, runtime.seed(37))),
}
fives = {}  # name: (share of fives among all, among the confident; passed by fives, by the others)
for name, x in sources.items():
    p = judge(classifier, x)[1]
    rare, sure = p.argmax(axis=1) == RARE, p.max(axis=1) >= 0.9
    fives[name] = rare.mean(), rare[sure].mean(), sure[rare].mean(), sure[~rare].mean()

# %% tags=["nbval-ignore-output"]
passed = 100 * np.array([row[2:] for row in fives.values()])  # (sources, 2)
numbers = [f"{name}: {five:.0%}, {rest:.0%}." for name, (*_, five, rest) in fives.items()]
says = "Bars of the share of samples of which the classifier is sure, fives and others. "
plots.grouped_bars(
    list(fives),
    {"read as a five": passed[:, 0], "read as another digit": passed[:, 1]},
    y_label="samples that pass the filter (%)",
    title="Where fives were rare, fives fail the filter",
    says=says + " ".join(numbers),
)

# %% tags=["nbval-ignore-output"]
for name, (among_all, confident, _, _) in fives.items():
    print(f"{name:16} fives: {among_all:.1%} of all samples, {confident:.1%} of those that pass")

# %%
passing = {name: five / rest for name, (_, _, five, rest) in fives.items()}
claim("fives that pass, over others, real", passing["real, same mix"], at_least=0.8)
limit = {"mnist": 0.7, "offline": 1.0}
claim("fives that pass, over others, VAE", passing["VAE"], at_most=limit)
control = passing["VAE, all digits"]
claim("fives that pass, over others, VAE with all digits", control, at_least=0.55)

lost = {name: 1 - confident / among_all for name, (among_all, confident, _, _) in fives.items()}
claim("share of fives that the filter takes away, real", lost["real, same mix"], at_most=0.25)
least = {"mnist": 0.4, "offline": 0.1}
claim("share of fives that the filter takes away, VAE", lost["VAE"], at_least=least)
claim("fives among the GAN's confident samples", fives["GAN"][1], at_most=0.08)

# %% [markdown]
# Real fives pass the filter nearly as often as other digits, and those of a VAE that saw enough of them not much less often. Where fives were rare, much of what is read as a five is junk (badly drawn fives, or other digits misread: this count does not tell them apart), and fails: of a share that was small already, the filter takes a good part away. Nobody decided that. (On the offline digits, whose VAE draws fives better, a smaller part.) The GAN's fives pass less often, too, but more of its samples are read as fives than the file had (3.8 % instead of 1 %): misread, or overdrawn; the count does not tell. A GAN drops classes or overdraws them
# (**mode dropping**) as its game goes, so ask more than one run. The field speaks of **representational harm** when a group is shown badly or not at all, beside **allocative harm**, when it gets less of something.
#
# And samples become data. Where generated pictures *replace* real ones, rare cases can vanish (**model collapse**; *AI Models Collapse When Trained on Recursively Generated Data*, Shumailov and others, 2024); keeping the real data helps.
#
# **What this does not say.** That adding data cures everything. A class may be frequent and badly shown, or labelled by people who see it from outside. A count finds what is missing, not what is wrong.
#
# ## 9 · The bill
# Training costs energy, and the one number that nobody should have to guess is how long it took. This course measures it for every chapter. The power is an assumption, in one visible line; with a plug-in meter you can replace it by your own.

# %% tags=["nbval-ignore-output"]
WATTS = 65  # assumed: a laptop or small desktop under load, screen included
seconds = json.loads(files.bundled("seconds.json").read_text("utf-8"))
kilowatt_hours = sum(seconds.values()) * WATTS / 3.6e6
kettle = 4186 * (100 - 15) / 3.6e6  # a litre of water from 15 to 100 °C: 4,186 joules a degree
print(f"all {len(seconds)} notebooks: {sum(seconds.values()) / 60:.0f} minutes on two cores")
print(f"at {WATTS} W: {kilowatt_hours:.3f} kWh")
print(f"as much as boiling {kilowatt_hours / kettle:.2f} litres of water,")
print(f"or an LED lamp of 7 W for {kilowatt_hours / 0.007:.1f} hours")

claim("energy of one run of the course", kilowatt_hours, at_least=0.005, at_most=0.08, unit="kWh")
claim("a litre of water, 15 to 100 °C", kettle, at_least=0.098, at_most=0.1, unit="kWh", exact=True)

# %% [markdown]
# One run of the whole course is less than a kettle. The honest number is larger: every claim was measured on five seeds and two data sets, most models were tried in many versions that you never see, and none of this is in the line above. A figure for “the training” leaves out the search
# (*Energy and Policy Considerations for Deep Learning in NLP*, Strubell and others, 2019), and a model that is used by millions spends most in use. When you report energy, say what you counted, and what you assumed.
#
# ## 10 · Papers for a model
# Two kinds of document carry such numbers to whoever uses a model. A **model card** (Mitchell and others, 2019) says what a model is for, what it was measured on, and where it fails; a **datasheet** (Gebru and others, 2021) says how a data set came about. Both are useless if fields are left empty, and that can be checked.
#
# ### Exercise · what is missing
# Write `missing_fields(card, fields)` in plain Python; it returns a list. (`cards.MODEL_CARD` is such a tuple of fields.)

# %%
missing_fields = ex.missing_fields.check(...)  # @exercise

# %%
draft = {
    "Model": "conditional GAN for handwritten digits",
    "intended use": "generation",
    "training data": "TODO",
    "metrics": "accuracy",
    "results": "  ",
    "limits and harms": "n/a",
}
print("missing in the draft:", ", ".join(missing_fields(draft, cards.MODEL_CARD)))

# %% [markdown]
# That was a first draft for the generator of chapter 09. “n/a” under harms says that nobody looked. And what a check cannot find is a field that is filled and says nothing, such as “generation”. The card again, with what this chapter has measured:

# %%
card = {
    "model": (
        f"Generator of chapter 09's conditional GAN, trained on {data.TITLES[digits.name]}; noise"
        f" and class in, a picture of 28 × 28 out; {generator.count_params():,} weights. Version:"
        " the sha256 in course_utils/gan.py."
    ),
    "intended use": "Teaching, and experiments on detection and evaluation of generated pictures.",
    "out of scope": (
        "Forging anybody's handwriting; training data for systems that read numbers on "
        "forms or cheques; claims about handwriting outside the data set."
    ),
    "training data": (
        "The training images of the data set, all classes about equally often. "
        "Writers are not named in the file and were not asked about this use."
    ),
    "evaluation data": (
        f"{n_tests:,} samples against {n_tests:,} training images; classes read by the "
        "frozen classifier of chapter 07."
    ),
}

# %% tags=["nbval-ignore-output"]
card |= {
    "metrics": (
        "Share of orders served; Fréchet distance on that classifier's features (no FID); "
        "AUC of a detector."
    ),
    "results": (
        f"Served {obeys['original']:.1%}; Fréchet distance {distance['original']:.1f} (real"
        f" pictures {distance['real']:.1f}); found by a detector of its own with AUC"
        f" {auc_known:.3f}. Spread over five seeds: data/seeds/09.json and data/seeds/10.json."
    ),
    "limits and harms": (
        "Less varied within a class than people are (chapter 09). Can be tuned to pass a detector"
        " within a few hundred steps. Carries no watermark. Memorisation was tested for the VAEs of"
        " section 7, not for this model."
    ),
    "energy": (
        f"{seconds.get('09', 0)} s for all of chapter 09 at an assumed {WATTS} W: about "
        f"{seconds.get('09', 0) * WATTS / 3.6e3:.0f} Wh; earlier trials not counted."
    ),
    "licence and contact": "MIT; issues of the repository.",
}
Markdown(cards.as_markdown(card, "Model card: a generator of digits"))

# %% [markdown]
# And a datasheet, for the digits that ship with the course. The long version is `data/README.md`; this is what fits on a screen.

# %% tags=["nbval-ignore-output"]
datasheet = {
    "motivation": "Real handwriting that works without a network, with factors that are known.",
    "composition": (
        "12,000 training and 2,000 test images, 28 × 28, drawn from 1,797 originals of 13 writers;"
        " class, original, rotation, slant and stroke width of each. Images of one original are not"
        " independent."
    ),
    "collection": (
        "E. Alpaydin and C. Kaynak, 1998; scikit-learn ships the test part of UCI's set. "
        "What the writers were told is not known to us."
    ),
    "preprocessing": (
        "8 × 8 pictures read as smooth fields, redrawn with a random affine map and "
        "pen width; split by original."
    ),
    "uses": (
        "Learning, testing code, comparing codes with known factors. Not for claims about "
        "handwriting in general: 13 writers, small loops often lost."
    ),
    "distribution": "With the course, CC BY 4.0, credit to the authors.",
    "maintenance": "Verified by sha256 at each load; the script that makes it is in tools/.",
}
Markdown(cards.as_markdown(datasheet, "Datasheet: the offline digits"))

# %%
on_card = missing_fields(card, cards.MODEL_CARD)
claim("fields missing on the model card", len(on_card), at_most=0, exact=True)
on_datasheet = missing_fields(datasheet, cards.DATASHEET)
claim("fields missing in the datasheet", len(on_datasheet), at_most=0, exact=True)

# %% [markdown]
# ## 11 · Cases to discuss
# None of these has a right answer that we know of. In class: read one case, vote without talking, split into the roles named in it, ten minutes of argument *from the role*, then each group names **one number that it would want to see, and the value at which it would change its mind**. Vote again. What moved, and was it the number?
#
# 1. **The detector for the exam office.** A university buys a detector for forged certificates: 98 % hits, 0.5 % false alarms on the vendor's data. Four thousand applications a year; nobody knows how many are forged. Applicants, admissions office, vendor. What happens to those who are accused?
# 2. **The dead actor.** A family agrees that a studio lets a dead actor speak again. The film is announced as such. The actor never said what she would have wanted. Family, studio, living actors.
# 3. **The voice bank.** A hospital makes voices for patients who lose theirs, and would like to train on all recordings of its speech therapists. Patients, therapists, data protection officer. Which result of section 7 do you ask for?
# 4. **Publish the detector?** A laboratory has the best detector. Open, it can be checked by all, and attacked by all; closed, neither. Journalists, platform, the forger's apprentice. What does section 3 say about secrecy?
# 5. **The rare script.** A museum generates examples of an old handwriting of which forty sheets exist, to train a reader for the archive. Curator, historian, engineer. What may the generated sheets be used for, and how are they marked?
#
# ## What to take away
# - A detector's number belongs to a detector, a generator and a treatment of the pictures. Ask for the generator that it has not seen, the picture that was forwarded, and the forger who has read the paper.
# - In an arms race the last move leads. Keep all forgeries; expect attacks to transfer.
# - A mark that is found may be its owner's, a copyist's or a false alarm; its absence leaves open whether the picture is real.
# - An alarm is worth what the base rate leaves of it. Report hits at a stated false-alarm rate.
# - Duplicates are remembered, small training sets betray their members, and a quality filter can make a rare class rarer.
# - Look for the dull cue before you believe the clever network.
# - Some harms need no deceit, and some wrongs no harm. Ask who consented, who bears the errors, and who can object.
#
# ### Ask yourself
# <details><summary>1. A vendor reports AUC .995. Name three questions that you ask next.</summary>
#
# On which generators, and were they in its training? What after scaling and compression, of real pictures too, and how many real ones are accused then? How many hits at the false-alarm rate that my base rate allows?
# </details>
#
# <details><summary>2. Why may an AUC of .1 be worse news than one of .5?</summary>
#
# It does not guess: it is sure, and wrong. The generator has found what the detector takes for real, and fakes now look more real to it than real pictures.
# </details>
#
# <details><summary>3. Why must the threshold rise when one searches over shifts?</summary>
#
# An innocent picture has as many chances to agree by luck as there are shifts. For the same false-alarm rate the threshold has to rise.
# </details>
#
# <details><summary>4. Your model's samples look like no training picture. Is privacy safe?</summary>
#
# No. Membership inference needs no sample, only the loss: what was seen is cheaper. Few pictures, many epochs and duplicates make it easy.
# </details>
#
# ### References
# Source: Laurent (on ethics; the quotation from a video in it is a translation back from French, see the [appendix](99_corrections_to_the_sources.ipynb), row 50).
#
# *Deep Fakes: A Looming Challenge for Privacy, Democracy, and National Security*, Chesney and Citron, California Law Review, 2019 · *The State of Deepfakes: Landscape, Threats, and Impact*, Ajder, Patrini, Cavalli and Cullen, 2019 · *In Ictu Oculi: Exposing AI Created Fake Videos by Detecting Eye Blinking*, Li, Chang and Lyu, 2018 · *Exposing Deep Fakes Using
# Inconsistent Head Poses*, Yang, Li and Lyu, 2019 · *CNN-Generated Images Are Surprisingly Easy to Spot… for Now*, Wang and others, 2020 · *Evading Deepfake-Image Detectors with White- and Black-Box Attacks*, Carlini and Farid, 2020 · *Detecting and Simulating Artifacts in GAN Fake Images*, Zhang, Karaman and Chang, 2019 · *Gender Shades: Intersectional Accuracy Disparities in Commercial Gender Classification*, Buolamwini and Gebru, 2018 · *Watch Your Up-Convolution: CNN Based Generative Deep Neural Networks Are Failing to Reproduce Spectral Distributions*, Durall,
# Keuper and Keuper, 2020 · *Secure Spread Spectrum Watermarking for Multimedia*, Cox, Kilian, Leighton and Shamoon, 1997 · *Invisible Image Watermarks Are Provably Removable Using Generative AI*, Zhao and others, 2023 · *Membership Inference Attacks Against Machine Learning Models*, Shokri and others, 2017 · *Privacy Risk in Machine Learning: Analyzing the Connection to Overfitting*, Yeom and others, 2018 · *Extracting Training Data from Diffusion Models*, Carlini and others, 2023 · *AI Models Collapse When Trained on Recursively Generated Data*,
# Shumailov and others, 2024 · *Energy and Policy Considerations for Deep Learning in NLP*, Strubell, Ganesh and McCallum, 2019 · *Model Cards for Model Reporting*, Mitchell and others, 2019 · *Datasheets for Datasets*, Gebru and others, 2021.
#
# **Next**: [11, the capstone](11_capstone.ipynb): your data, your model, your claim.

# %%
ex.summary()
