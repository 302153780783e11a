"""The variational autoencoder of the package: its losses are those of chapter 06's exercises."""

import keras
import numpy as np
import pytest

from course_utils import vae
from course_utils.exercises.ch06 import book

rng = np.random.default_rng(0)
MEAN, LOG_VAR, EPSILON = rng.normal(size=(3, 6, 4)).astype("float32")
X, LOGITS = rng.random((6, 9), "float32"), rng.normal(0, 5, (6, 9)).astype("float32")


@pytest.mark.parametrize(
    "name, args",
    [
        ("sample", (MEAN, LOG_VAR, EPSILON)),
        ("sample", (MEAN, LOG_VAR - 200, EPSILON)),
        ("gaussian_kl", (MEAN, LOG_VAR)),
        ("gaussian_kl", (MEAN, LOG_VAR - 200)),
        ("bernoulli_loss", (X, LOGITS)),
        ("bernoulli_loss", (X, 100 * LOGITS)),
    ],
)
def test_the_losses_are_the_exercises_references(name, args):
    ours, theirs = getattr(vae, name)(*args), book.items[name].reference(*args)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_a_small_vae_learns():
    x = np.zeros((4000, 784), "float32")
    x[::2, :392] = 1
    keras.utils.set_random_seed(0)
    model = vae.VAE(vae.encoder_network(2, (16,), heads=2), vae.decoder_network(2, (16,)))
    vae.train(model, x, epochs=15)
    mean, log_var = model.encoder(x[:2])
    loss = vae.bernoulli_loss(x[:2], model.decoder(mean)) + vae.gaussian_kl(mean, log_var)
    assert np.mean(loss) < 60  # two pictures; 543 before training


def test_pictures_are_drawn_from_the_prior():
    model = vae.VAE(vae.encoder_network(2, (4,), heads=2), vae.decoder_network(2, (4,)))
    x = vae.draw(model, 7, seed=1)
    assert x.shape == (7, 28, 28, 1) and x.min() >= 0 and x.max() <= 1
    np.testing.assert_array_equal(x, vae.draw(model, 7, seed=1))
    assert not np.array_equal(x, vae.draw(model, 7, seed=2))


def test_what_does_not_fit_is_refused():
    encoder, decoder = vae.encoder_network(2, (4,), heads=2), vae.decoder_network(2, (4,))
    with pytest.raises(ValueError, match="beta must be 0 or more, got -1"):
        vae.VAE(encoder, decoder, beta=-1)
    with pytest.raises(ValueError, match=r"got 0 to 255"):
        vae.train(vae.VAE(encoder, decoder), np.array([[0.0, 255.0]]), epochs=1)
    model = vae.VAE(encoder, decoder)
    model.compile("adam")
    x = np.ones((4, 784), "float32")
    with pytest.raises(ValueError, match=r"wants fit\(x\), got fit\(x, y\)"):
        model.fit(x, x, verbose=0)
