"""The variational autoencoder of chapter 06, for the chapters that come after it.

Import it after `runtime.start`, which loads TensorFlow without its messages. Pictures are rows of
784 pixels in [0, 1]; losses are in nats per picture.
"""

import math
import time

import keras
from keras import layers, ops

from course_utils import runtime


def sample(z_mean, z_log_var, epsilon):
    """z = μ + σ·ε, (batch, latents), from μ, ln σ² and ε ~ N(0, 1) of the same shape."""
    return z_mean + ops.exp(0.5 * z_log_var) * epsilon


def gaussian_kl(z_mean, z_log_var):
    """KL(N(μ, σ²) ‖ N(0, 1)) of each picture, nats, (batch,): μ and ln σ² are (batch, latents)."""
    return 0.5 * ops.sum(ops.exp(z_log_var) - z_log_var - 1 + z_mean**2, axis=-1)


def bernoulli_loss(x, logits):
    """−ln p(x|z) of each picture, nats, (batch,): x in [0, 1] and logits, both (batch, pixels)."""
    return ops.sum(ops.softplus(logits) - x * logits, axis=-1)


def encoder_network(latents, units, heads=1):
    """784 pixels → as many outputs of `latents` numbers as there are heads."""
    picture = h = keras.Input((784,))
    for size in units:
        h = layers.Dense(size, "silu")(h)
    outputs = [layers.Dense(latents)(h) for _ in range(heads)]
    return keras.Model(picture, outputs if heads > 1 else outputs[0])


def decoder_network(latents, units):
    """A code → the logits of 784 pixels."""
    code = h = keras.Input((latents,))
    for size in reversed(units):
        h = layers.Dense(size, "silu")(h)
    return keras.Model(code, layers.Dense(784)(h))


class VAE(keras.Model):
    """Encoder, sampler, decoder. The loss is distortion + β·rate, in nats per picture.

    With β = 1 it is −ELBO.
    """

    def __init__(
        self,
        encoder,
        decoder,
        sample=sample,
        kl=gaussian_kl,
        reconstruction=bernoulli_loss,
        beta=1.0,
    ):
        super().__init__()
        if not beta >= 0:
            raise ValueError(f"beta must be 0 or more, got {beta}")
        shapes = [output.shape[1:] for output in encoder.outputs]
        if len(shapes) != 2 or shapes[0] != shapes[1]:
            raise ValueError(
                f"the encoder must give means and log-variances of one shape, got {shapes}"
            )
        self.encoder, self.decoder, self.beta = encoder, decoder, beta
        self.sample, self.kl, self.reconstruction = sample, kl, reconstruction
        self.noise = keras.random.SeedGenerator(runtime.seed(6))
        self.distortion, self.rate = keras.metrics.Mean("distortion"), keras.metrics.Mean("rate")

    def call(self, x):
        z_mean, z_log_var = self.encoder(x)  # (batch, latents) each
        epsilon = keras.random.normal(ops.shape(z_mean), seed=self.noise)  # fresh in every step
        return z_mean, z_log_var, self.decoder(self.sample(z_mean, z_log_var, epsilon))

    def compute_loss(self, x, y=None, y_pred=None, sample_weight=None, training=True):
        if y is not None:
            raise ValueError("a VAE wants fit(x), got fit(x, y): its target is x itself")
        z_mean, z_log_var, logits = y_pred
        distortion = ops.mean(self.reconstruction(x, logits))  # over the batch
        rate = ops.mean(self.kl(z_mean, z_log_var))
        self.distortion.update_state(distortion)
        self.rate.update_state(rate)
        return distortion + self.beta * rate


def train(model, x, y=None, *, epochs, batch=200, rate=4e-3, loss=None):
    """Fit; the rate rises for 100 steps, then falls to 0 along a cosine. Prints the losses."""
    target = x if y is None else y
    if target.min() < 0 or target.max() > 1:
        raise ValueError(f"pixels must lie in [0, 1], got {target.min():.3g} to {target.max():.3g}")
    began = time.perf_counter()
    steps = epochs * math.ceil(len(x) / batch)  # epochs × batches, rounded up
    rates = keras.optimizers.schedules.CosineDecay(
        rate / 10, max(steps - 100, 1), warmup_target=rate, warmup_steps=100
    )
    model.compile(keras.optimizers.Adam(rates), loss, steps_per_execution=10, jit_compile=False)
    losses = model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0).history["loss"]
    seconds = time.perf_counter() - began
    print(f"{seconds:.0f} s; nats per picture:", ", ".join(f"{value:.1f}" for value in losses))


def draw(vae, n, seed):
    """Pictures (n, 28, 28, 1) from the prior: what the decoder makes of z ~ N(0, 1)."""
    z = keras.random.normal((n, vae.decoder.input_shape[-1]), seed=seed)
    logits = vae.decoder.predict(z, batch_size=500, verbose=0)
    return ops.convert_to_numpy(ops.sigmoid(logits)).reshape(-1, 28, 28, 1)
