"""The generative adversarial network of chapter 07, for the chapters that come after it.

Import it after `runtime.start`, which loads TensorFlow without its messages.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from course_utils import plots
from course_utils.files import frozen_weights
from course_utils.training import unpack

# Of the weights in data/generator_<name>.npz; tools/make_generators.py prints them.
GENERATOR_SHA256 = {
    "mnist": "30afddfb32e094990f0402e84c50e9685e789392c00c0edb233afd8ec4ef06c8",
    "offline": "8391f648e6cc6656c2b0dcd61a80e77acb99412ffa28803fb297a092091f93b6",
}


def d_loss(real_logits, fake_logits):
    """Cross-entropy of the discriminator: real pictures should get 1, generated ones 0."""
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))


def g_loss(fake_logits):
    """The generator wants its pictures to be taken for real: −ln D."""
    return ops.mean(ops.softplus(-fake_logits))


class GAN(keras.Model):
    """A generator and a discriminator, trained against each other by `fit(x)`.

    After algorithm 1 of Goodfellow et al., *Generative Adversarial Networks*, 2014.

    Parameters
    ----------
    generator : model, noise (batch, latents) to samples (batch, …)
    discriminator : model, samples (batch, …) to logits (batch, 1); D is their sigmoid
    d_loss : function of real_logits and fake_logits, to a number
    g_loss : function of fake_logits, to a number
    latents : int
    k : int
        Steps of the discriminator for one of the generator, each with a k-th of the batch, rounded
        up.
    seed : int, of the noise

    Raises
    ------
    ValueError
        If `k` is not a whole number of 1 or more, a loss is no function, or both networks are to
        share an optimizer; and if `fit` is given more than x, which it would not use.
    """

    def __init__(self, generator, discriminator, d_loss, g_loss, latents, k=1, seed=0):
        super().__init__()
        if k != int(k) or k < 1:
            raise ValueError(f"k must be a whole number, 1 or more, got {k}")
        if not (callable(d_loss) and callable(g_loss)):
            raise ValueError(f"losses are functions of logits, got {d_loss!r} and {g_loss!r}")
        self.generator, self.discriminator = generator, discriminator
        self.d_loss, self.g_loss = d_loss, g_loss
        self.latents, self.k = latents, k
        self.noise = keras.random.SeedGenerator(seed)
        self.means = [keras.metrics.Mean(name) for name in ("d_loss", "g_loss", "d_real", "d_fake")]
        self.built = generator.built and discriminator.built  # several devices need it

    def compile(self, d_optimizer, g_optimizer, **options):
        super().compile(optimizer=None, loss=None, metrics=None, **options)
        self.d_optimizer, self.g_optimizer = map(keras.optimizers.get, (d_optimizer, g_optimizer))
        if self.d_optimizer is self.g_optimizer:
            raise ValueError("each network wants an optimizer of its own, got one for both")
        if self.built:  # several devices cannot wait for the first step
            self.d_optimizer.build(self.discriminator.trainable_variables)
            self.g_optimizer.build(self.generator.trainable_variables)

    def fit(self, x, y=None, **options):
        for name in ("validation_data", "validation_split", "sample_weight", "class_weight"):
            if name in options:
                raise ValueError(f"a GAN makes no use of {name}")
        return super().fit(x, y, **options)

    def call(self, z, training=False):
        return self.generator(z, training=training)

    def draw_noise(self, n):
        """Noise (n, latents)."""
        return keras.random.normal((n, self.latents), seed=self.noise)

    def train_step(self, data):
        (x,) = unpack(data, "x")
        n = -(-ops.shape(x)[0] // self.k)  # rounded up: neighbouring parts may share a row
        for i in range(self.k):
            real = x[ops.shape(x)[0] * i // self.k :][:n]
            fake = self.generator(self.draw_noise(n), training=True)
            d_loss, real_logits, fake_logits = self.discriminator_step(real, fake)
        g_loss = self.generator_step(n)
        d_real, d_fake = (ops.mean(ops.sigmoid(logits)) for logits in (real_logits, fake_logits))
        for mean, value in zip(self.means, (d_loss, g_loss, d_real, d_fake), strict=True):
            mean.update_state(value)
        return {mean.name: mean.result() for mean in self.means}

    def discriminator_step(self, real, fake):
        """One step of D on two batches. Returns its loss, and its logits for both."""
        with tf.GradientTape() as tape:
            real_logits = self.discriminator(real, training=True)
            fake_logits = self.discriminator(fake, training=True)
            loss = self.d_loss(real_logits, fake_logits)
        descend(loss, tape, self.discriminator, self.d_optimizer)
        return loss, real_logits, fake_logits

    def generator_step(self, n):
        """One step of G on n samples. Returns its loss."""
        with tf.GradientTape() as tape:
            fake = self.generator(self.draw_noise(n), training=True)
            loss = self.g_loss(self.discriminator(fake, training=True))
        descend(loss, tape, self.generator, self.g_optimizer)
        return loss

    def sample(self, n, seed=0):
        """Samples (n, …) as an array, from noise of a given seed."""
        z = keras.random.normal((n, self.latents), seed=seed)
        return self.generator.predict(z, batch_size=500, verbose=0)


class OnePassGAN(GAN):
    """A GAN whose two networks learn from the same generated samples, in one pass: a faster step.

    `GAN` draws new samples for the generator's step. Everything else is as there, but k is 1.

    Raises
    ------
    ValueError
        If `k` is not 1; and as for `GAN`.
    """

    def __init__(self, *networks_losses_latents, **options):
        super().__init__(*networks_losses_latents, **options)
        if self.k != 1:
            raise ValueError(f"one pass is one step of each network: k must be 1, got {self.k}")

    def train_step(self, data):
        (x,) = unpack(data, "x")
        with tf.GradientTape(persistent=True) as tape:  # persistent: it is asked twice
            fake = self.generator(self.draw_noise(ops.shape(x)[0]), training=True)
            real_logits = self.discriminator(x, training=True)
            fake_logits = self.discriminator(fake, training=True)
            losses = self.d_loss(real_logits, fake_logits), self.g_loss(fake_logits)
        descend(losses[0], tape, self.discriminator, self.d_optimizer)
        descend(losses[1], tape, self.generator, self.g_optimizer)
        d_real, d_fake = (ops.mean(ops.sigmoid(logits)) for logits in (real_logits, fake_logits))
        for mean, value in zip(self.means, (*losses, d_real, d_fake), strict=True):
            mean.update_state(value)
        return {mean.name: mean.result() for mean in self.means}


def descend(loss, tape, network, optimizer):
    """One step of the optimizer, on the weights of this network and no other."""
    weights = network.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))


class Snapshots(keras.callbacks.Callback):
    """Shows, while it trains, what a generator makes of the same inputs: one row an epoch.

    The picture appears once and is redrawn after every epoch; `frames` keeps the images.

    Parameters
    ----------
    inputs : array or list of arrays, what the generator is called with
        About ten rows look best.
    every : int
        Epochs between two rows.
    """

    def __init__(self, inputs, every=1):
        super().__init__()
        self.inputs, self.every = inputs, every
        self.frames, self.labels, self.handle = [], [], None

    def on_train_begin(self, logs=None):
        self._keep("start")

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every == 0:
            self._keep(f"epoch {epoch + 1}")

    def _keep(self, label):
        frame = self.model.generator(self.inputs, training=False)
        self.frames.append(ops.convert_to_numpy(frame))
        self.labels.append(label)
        self.handle = plots.images(
            np.concatenate(self.frames),
            columns=len(self.frames[0]),
            row_labels=self.labels,
            title="The same inputs, epoch by epoch",
            says="What the generator makes of the same inputs, a row before training and one after "
            f"each epoch, {len(self.frames)} rows so far.",
            live=self.handle or True,
        )


def dense_generator(latents=64):
    """Noise (batch, latents) to pictures (batch, 28, 28, 1) in [0, 1]."""
    return keras.Sequential(
        [
            keras.Input((latents,)),
            keras.layers.Dense(256, use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.LeakyReLU(0.2),
            keras.layers.Dense(512, use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.LeakyReLU(0.2),
            keras.layers.Dense(784, "sigmoid"),
            keras.layers.Reshape((28, 28, 1)),
        ],
        name="dense_generator",
    )


def dense_discriminator():
    """Pictures (batch, 28, 28, 1) to logits (batch, 1); while it trains, it sees through noise."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.GaussianNoise(0.5),
            keras.layers.Dense(512),
            keras.layers.LeakyReLU(0.2),
            keras.layers.Dense(256),
            keras.layers.LeakyReLU(0.2),
            keras.layers.Dense(1),
        ],
        name="dense_discriminator",
    )


def dcgan_generator(latents=64, filters=32):
    """Noise (batch, latents) to pictures (batch, 28, 28, 1) in [0, 1], over 7×7 and 14×14."""
    return keras.Sequential(
        [
            keras.Input((latents,)),
            keras.layers.Dense(7 * 7 * 2 * filters, use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.ReLU(),
            keras.layers.Reshape((7, 7, 2 * filters)),
            keras.layers.Conv2DTranspose(filters, 4, strides=2, padding="same", use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.ReLU(),  # (batch, 14, 14, filters)
            keras.layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid"),
        ],
        name="dcgan_generator",
    )


def dcgan_discriminator(filters=32, dense=128):
    """Pictures (batch, 28, 28, 1) to logits (batch, 1), over maps of 14×14 and 7×7."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(filters, 4, strides=2, padding="same", use_bias=False),
            keras.layers.LeakyReLU(0.1),
            keras.layers.Conv2D(2 * filters, 4, strides=2, padding="same", use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.LeakyReLU(0.1, name="maps"),  # (batch, 7, 7, 2·filters)
            keras.layers.Flatten(),
            keras.layers.Dense(dense, use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.LeakyReLU(0.1),
            keras.layers.Dense(1),
        ],
        name="dcgan_discriminator",
    )


def frozen_generator(name):
    """The generator of chapter 09's conditional GAN, as it was trained once; the same everywhere.

    Parameters
    ----------
    name : "mnist" or "offline", the data set on which it was trained (`digits.name`)

    Returns
    -------
    keras.Model, noise and a one-hot class (batch, 64 + 10) to pictures (batch, 28, 28, 1)
        A copy of its own at each call: it may be trained further.

    Raises
    ------
    ValueError
        If there is no such generator, or the file does not hold the weights that it should.
    FileNotFoundError
        If the file is missing.
    """
    if name not in GENERATOR_SHA256:
        raise ValueError(f"wanted the generator of one of {list(GENERATOR_SHA256)}, got {name!r}")
    weights = frozen_weights(f"generator_{name}.npz", GENERATOR_SHA256[name])
    inputs, maps = weights[0].shape  # of the dense layer: 7·7·2·filters maps
    model = dcgan_generator(inputs, filters=maps // (7 * 7 * 2))
    model.set_weights(weights)
    return model
