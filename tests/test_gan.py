"""The GAN of chapter 07: who learns in which step, from what."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from course_utils import plots, scoring
from course_utils.gan import (
    GAN,
    OnePassGAN,
    Snapshots,
    d_loss,
    dense_discriminator,
    dense_generator,
    descend,
    frozen_generator,
    g_loss,
)


def test_the_losses_are_cross_entropies():
    real, fake = np.array([[2.0], [-1.0]], "float32"), np.array([[0.5], [3.0], [-2.0]], "float32")
    binary = keras.losses.BinaryCrossentropy(from_logits=True)
    expected = binary(np.ones((2, 1)), real) + binary(np.zeros((3, 1)), fake)
    assert float(d_loss(real, fake)) == pytest.approx(float(expected), rel=1e-5)
    assert float(g_loss(fake)) == pytest.approx(float(binary(np.ones((3, 1)), fake)), rel=1e-5)


def networks():
    keras.utils.set_random_seed(0)
    G = keras.Sequential([keras.Input((2,)), layers.Dense(4, "tanh"), layers.Dense(3)])
    D = keras.Sequential([keras.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(1)])
    return G, D


def made(d_rate=0.1, g_rate=0.1, d_loss=d_loss, g_loss=g_loss, **options):
    gan = GAN(*networks(), d_loss, g_loss, latents=2, **options)
    gan.compile(keras.optimizers.SGD(d_rate), keras.optimizers.SGD(g_rate), jit_compile=False)
    return gan


def real(n=8):
    return np.random.default_rng(0).normal(size=(n, 3)).astype("float32")


def changes(gan, **options):
    """Whether the generator's and the discriminator's weights moved in one step."""
    pair = gan.generator, gan.discriminator
    before = [network.get_weights() for network in pair]
    gan.fit(real(), batch_size=8, epochs=1, verbose=0, **options)
    after = [network.get_weights() for network in pair]
    return [
        any(not np.array_equal(b, a) for b, a in zip(*both, strict=True))
        for both in zip(before, after, strict=True)
    ]


def test_each_step_moves_one_network():
    assert changes(made()) == [True, True]
    assert changes(made(d_rate=0.0)) == [True, False]
    assert changes(made(g_rate=0.0)) == [False, True]


def test_in_one_pass_both_learn_from_the_same_samples_and_the_old_weights():
    one, two, k_one = made(), OnePassGAN(*networks(), d_loss, g_loss, latents=2), made(g_rate=0.0)
    two.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1), jit_compile=False)
    with tf.GradientTape() as tape:  # G's step, by hand: the noise that D's step draws, D as it was
        fake = one.generator(one.draw_noise(8), training=True)
        loss = g_loss(one.discriminator(fake, training=True))
    descend(loss, tape, one.generator, one.g_optimizer)
    for gan in (two, k_one):
        gan.fit(real(), batch_size=8, epochs=1, shuffle=False, verbose=0)
    pairs = [(two.generator, one.generator), (two.discriminator, k_one.discriminator)]
    for network, wanted in pairs:
        for a, b in zip(network.get_weights(), wanted.get_weights(), strict=True):
            assert a == pytest.approx(b, abs=1e-6)
    with pytest.raises(ValueError, match="k must be 1, got 2"):
        OnePassGAN(*networks(), d_loss, g_loss, latents=2, k=2)


def test_descend_is_one_step_down_the_gradient():
    G, _ = networks()
    w = [v.numpy() for v in G.trainable_variables]
    with tf.GradientTape() as tape:
        loss = ops.sum(G(np.ones((1, 2), "float32")) ** 2)
        slopes = None
    with tf.GradientTape() as again:
        slopes = again.gradient(ops.sum(G(np.ones((1, 2), "float32")) ** 2), G.trainable_variables)
    descend(loss, tape, G, keras.optimizers.SGD(0.01))
    for before, slope, after in zip(w, slopes, G.trainable_variables, strict=True):
        np.testing.assert_allclose(after, before - 0.01 * np.asarray(slope), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_k_steps_of_d_for_one_of_g(k):
    gan = made(k=k)
    gan.fit(real(20), batch_size=10, epochs=1, verbose=0)  # two batches
    assert gan.d_optimizer.iterations == 2 * k
    assert gan.g_optimizer.iterations == 2


def test_each_of_the_k_steps_has_its_own_part_of_the_batch():
    seen = []

    def spy(real_logits, fake_logits):
        seen.append((np.asarray(real_logits), len(fake_logits)))
        return d_loss(real_logits, fake_logits)

    gan = made(d_rate=0.0, d_loss=spy, k=3)
    gan.run_eagerly = True
    gan.train_step(ops.convert_to_tensor(real(9)))
    assert [(len(logits), n) for logits, n in seen] == [(3, 3)] * 3
    everything = np.asarray(gan.discriminator(real(9)))
    np.testing.assert_allclose(
        np.concatenate([logits for logits, _ in seen]), everything, rtol=1e-5
    )


@pytest.mark.parametrize("k, left", [(1, 1), (5, 3), (5, 1), (3, 7)])
def test_a_partial_last_batch_gives_finite_losses(k, left):
    gan = made(k=k)
    history = gan.fit(real(10 + left), batch_size=10, epochs=1, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    assert all(np.isfinite(w).all() for w in gan.discriminator.get_weights())


def test_the_losses_are_the_learners():
    gan = made(d_loss=lambda r, f: 0 * d_loss(r, f) + 3.0, g_loss=lambda f: 0 * g_loss(f) + 7.0)
    logs = gan.fit(real(), batch_size=8, verbose=0).history
    assert (logs["d_loss"], logs["g_loss"]) == ([3.0], [7.0])
    assert 0 < logs["d_real"][0] < 1 and 0 < logs["d_fake"][0] < 1


def test_the_same_seed_gives_the_same_run_and_other_noise_in_every_step():
    first, second = (made(seed=3) for _ in range(2))
    for gan in (first, second):
        gan.fit(real(), batch_size=8, shuffle=False, verbose=0)
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first.draw_noise(4), first.draw_noise(4))


def test_samples_depend_on_their_seed_only():
    gan = made()
    assert gan.sample(5).shape == (5, 3)
    np.testing.assert_array_equal(gan.sample(5, seed=1), gan.sample(5, seed=1))
    assert not np.array_equal(gan.sample(5, seed=1), gan.sample(5, seed=2))


def test_bad_input_is_refused():
    G, D = networks()
    for k in (0, -1, 1.5):
        with pytest.raises(ValueError, match=f"got {k}"):
            GAN(G, D, d_loss, g_loss, latents=2, k=k)
    with pytest.raises(ValueError, match="functions of logits"):
        GAN(G, D, d_loss, 0.3, latents=2)


def batches(*parts):
    """A data set whose batches are tuples of these parts."""
    return tf.data.Dataset.from_tensor_slices(parts).batch(8)


@pytest.mark.parametrize(
    "arguments, options, message",
    [
        ((real(), real()), {}, r"wants fit\(x\), got fit\(x, y\)"),  # the habit of an autoencoder
        ((batches(real(), np.zeros(8)),), {}, r"wants fit\(x\), got fit\(x, y\)"),
        ((batches(*[real()] * 3),), {}, r"got fit\(x, y, sample_weight\)"),
        ((real(),), {"sample_weight": np.ones(8)}, "no use of sample_weight"),
        ((real(),), {"class_weight": {0: 2.0}}, "no use of class_weight"),
        ((real(),), {"validation_split": 0.5}, "no use of validation_split"),
        ((real(),), {"validation_data": real()}, "no use of validation_data"),
        ((real().astype("uint8"),), {}, "one array of floats, got uint8"),
        (([real(), real()],), {}, "one array of floats, got tuple"),
    ],
)
def test_fit_refuses_what_it_would_not_use(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        made().fit(*arguments, **options, verbose=0)


def test_a_data_set_of_x_is_trained_on_like_x():
    direct, plain, tuples = made(), made(), made()
    direct.fit(real(), batch_size=8, shuffle=False, verbose=0)
    plain.fit(tf.data.Dataset.from_tensor_slices(real()).batch(8), verbose=0)
    tuples.fit(batches(real()), verbose=0)  # of (x,)
    for gan in (plain, tuples):
        for a, b in zip(direct.get_weights(), gan.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6)


def test_each_network_has_an_optimizer_of_its_own():
    gan = GAN(*networks(), d_loss, g_loss, latents=2)
    gan.compile("adam", "sgd", jit_compile=False)
    gan.fit(real(), verbose=0)
    assert isinstance(gan.d_optimizer, keras.optimizers.Adam)
    assert isinstance(gan.g_optimizer, keras.optimizers.SGD)
    assert gan.d_optimizer.iterations == gan.g_optimizer.iterations == 1
    with pytest.raises(ValueError, match="an optimizer of its own, got one for both"):
        gan.compile(*[keras.optimizers.Adam()] * 2)
    with pytest.raises(TypeError, match="g_optimizer"):
        gan.compile("adam")
    with pytest.raises(TypeError, match="loss"):
        gan.compile("adam", "adam", loss="mse")


def test_snapshots_keep_a_row_before_and_after_each_epoch(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "images", lambda images, **options: drawn.append((images, options)))
    keras.utils.set_random_seed(0)
    gan = GAN(dense_generator(2), dense_discriminator(), d_loss, g_loss, latents=2)
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    snapshots = Snapshots(np.ones((3, 2), "float32"), every=2)
    x = np.zeros((4, 28, 28, 1), "float32")
    gan.fit(x, batch_size=4, epochs=4, verbose=0, callbacks=[snapshots])
    assert snapshots.labels == ["start", "epoch 2", "epoch 4"]
    assert [frame.shape for frame in snapshots.frames] == [(3, 28, 28, 1)] * 3
    assert [len(images) for images, _ in drawn] == [3, 6, 9]
    assert all(options["columns"] == 3 for _, options in drawn)


def test_the_dense_networks_fit_together():
    G, D = dense_generator(8), dense_discriminator()
    pictures = np.asarray(G(np.zeros((2, 8), "float32")))
    assert pictures.shape == (2, 28, 28, 1)
    assert pictures.min() >= 0 and pictures.max() <= 1
    assert D(pictures).shape == (2, 1)


# ------------------------------------------------------------------------- the frozen generator


@pytest.mark.parametrize("name", ["mnist", "offline"])
def test_the_frozen_generator_draws_to_order(name):
    generator = frozen_generator(name)
    orders = np.arange(500) % 10
    noise = np.random.default_rng(0).normal(size=(500, 64))
    inputs = np.concatenate([noise, np.eye(10)[orders]], axis=1).astype("float32")
    x = generator.predict(inputs, batch_size=500, verbose=0)
    assert x.shape == (500, 28, 28, 1) and x.min() >= 0 and x.max() <= 1
    _, p = scoring.judge(scoring.frozen_classifier(name), x)
    assert np.mean(p.argmax(axis=1) == orders) >= 0.95
    assert np.std(x[orders == 7], axis=0).mean() > 0.05  # and not one picture per class


def test_every_call_gives_a_generator_of_its_own():
    one, other = frozen_generator("offline"), frozen_generator("offline")
    one.set_weights([0 * w for w in one.get_weights()])
    assert any(np.any(w) for w in other.get_weights())
    assert other.trainable_variables


def test_an_unknown_generator():
    with pytest.raises(ValueError, match="'fashion'"):
        frozen_generator("fashion")


def test_the_tool_makes_such_generators():
    """On *smoke*: it runs chapter 09 up to its conditional GAN, whose layers are the same."""
    code = (
        "import make_generators\n"
        "layers = make_generators.train()['ordered'].generator.layers\n"
        "print(*(type(layer).__name__ for layer in layers))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ
        | {"PYTHONPATH": "tools", "COURSE_BUDGET": "smoke", "COURSE_DATA": "offline"},
        capture_output=True,
        text=True,
    )
    names = [type(layer).__name__ for layer in frozen_generator("offline").layers]
    assert run.stdout.split() == names, run.stderr


def test_a_discriminator_frozen_after_it_was_compiled_never_learns():
    """Chapter 07 says so of the idiom in which D is compiled, frozen, and stacked on G."""
    D = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    D.compile("adam", "mse")
    D.trainable = False
    stacked = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1), D])
    stacked.compile("adam", "mse")
    before, g_before = D.get_weights(), stacked.layers[0].get_weights()
    with pytest.warns(UserWarning, match="[Tt]rainable|weights"):
        D.fit(np.ones((8, 1)), np.zeros((8, 1)), verbose=0)
    stacked.fit(np.ones((8, 1)), np.zeros((8, 1)), verbose=0)
    assert all(map(np.array_equal, before, D.get_weights()))
    assert not all(map(np.array_equal, g_before, stacked.layers[0].get_weights()))
