"""The networks of chapter 08, and that they train on several devices."""

import json
import subprocess
import sys
import textwrap

import keras
import numpy as np

from course_utils.gan import dcgan_discriminator, dcgan_generator


def test_the_generator_paints_pictures():
    generator = dcgan_generator(latents=5, filters=4)
    z = np.random.default_rng(0).normal(size=(3, 5)).astype("float32")
    pictures = np.asarray(generator(z, training=True))
    assert pictures.shape == (3, 28, 28, 1)
    assert 0 <= pictures.min() < pictures.max() <= 1
    assert np.ptp(pictures, axis=0).max() > 0.01  # other noise, another picture


def test_the_discriminator_gives_logits():
    discriminator = dcgan_discriminator(filters=4, dense=5)
    x = np.random.default_rng(0).random((3, 28, 28, 1)).astype("float32")
    logits = np.asarray(discriminator(x, training=False))
    assert logits.shape == (3, 1)
    assert discriminator.layers[-1].activation is keras.activations.linear
    assert discriminator.get_layer("maps").output.shape == (None, 7, 7, 8)  # chapter 08 probes them
    assert discriminator.layers[-2].output.shape == (None, 5)


def test_kernels_are_divisible_by_their_strides():
    networks = dcgan_generator(), dcgan_discriminator()
    layers = [
        layer for network in networks for layer in network.layers if hasattr(layer, "strides")
    ]
    assert len(layers) == 4
    for layer in layers:
        assert all(k % s == 0 for k, s in zip(layer.kernel_size, layer.strides, strict=True))


TWO_DEVICES = textwrap.dedent(
    """
    import json
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)

    import keras
    import numpy as np
    from course_utils.gan import OnePassGAN, d_loss, dcgan_discriminator, dcgan_generator, g_loss

    keras.utils.set_random_seed(0)
    strategy = tf.distribute.MirroredStrategy([d.name for d in tf.config.list_logical_devices()])
    with strategy.scope():
        gan = OnePassGAN(dcgan_generator(8, 4), dcgan_discriminator(4), d_loss, g_loss, latents=8)
        gan.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3))
    before = [w.numpy() for w in gan.trainable_variables]
    x = np.random.default_rng(0).random((64, 28, 28, 1)).astype("float32")
    history = gan.fit(x, batch_size=16, epochs=2, verbose=0).history
    moved = [bool(np.any(w.numpy() != b)) for w, b in zip(gan.trainable_variables, before)]
    apart = [
        float(np.abs(np.diff([v.numpy() for v in w.value.values], axis=0)).max())
        for w in gan.trainable_variables
    ]
    print(json.dumps({
        "replicas": strategy.num_replicas_in_sync,
        "steps": [int(o.iterations.numpy()) for o in (gan.d_optimizer, gan.g_optimizer)],
        "history": history,
        "moved": all(moved),
        "apart": max(apart),
        "shape": gan.sample(3).shape,
    }))
    """
)


def test_it_trains_on_two_devices():
    """The same `fit` under a MirroredStrategy; in a process of its own, to split the CPU in two."""
    run = subprocess.run(
        [sys.executable, "-c", TWO_DEVICES], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr[-3000:]
    out = json.loads(run.stdout.splitlines()[-1])
    assert out["replicas"] == 2
    assert out["steps"] == [8, 8]  # 4 batches an epoch: batch_size is that of both devices together
    assert np.isfinite([value for values in out["history"].values() for value in values]).all()
    assert out["moved"]
    assert out["apart"] == 0  # the same weights on both
    assert out["shape"] == [3, 28, 28, 1]
