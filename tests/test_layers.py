"""The layers that chapters share: values, gradients, what `fit` does with them, bad input."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils import information
from course_utils.layers import SparsityPenalty, average_activation, kl_penalty

keras = pytest.importorskip("keras")

H = np.array([[0.1, 0.6, 0.02], [0.3, 0.2, 0.04]], "float32")  # (samples, units)


def test_average_runs_over_the_samples():
    assert np.allclose(average_activation(H), [0.2, 0.4, 0.03])
    assert np.allclose(average_activation(H.tolist()), [0.2, 0.4, 0.03])


@pytest.mark.parametrize("h", [np.zeros(3), np.zeros((2, 3, 4)), 0.5])
def test_average_wants_two_axes(h):
    with pytest.raises(ValueError, match=r"\(batch, units\)"):
        average_activation(h)


@pytest.mark.parametrize("rho", [0.01, 0.05, 0.5, 0.9])
def test_penalty_is_the_sum_of_bernoulli_kls(rho):
    rho_hat = np.array([0.003, 0.05, 0.4, 0.99])
    expected = information.bernoulli_kl(rho, rho_hat, unit="nats").sum()
    assert np.isclose(float(kl_penalty(rho_hat, rho)), expected, rtol=1e-5)


def test_penalty_is_zero_at_the_target_and_finite_for_dead_units():
    assert abs(float(kl_penalty(np.full(5, 0.05), 0.05))) < 1e-6
    dead = 0.05 * np.log(0.05 / 1e-7) + 0.95 * np.log(0.95)
    assert np.isclose(float(kl_penalty(np.array([0.0]), 0.05)), dead, atol=1e-5)
    assert np.isfinite(float(kl_penalty(np.array([1.0, 0.0]), 0.05)))


@pytest.mark.parametrize("rho", [0, 1, -0.1, 1.5, float("nan")])
def test_rho_must_lie_between_0_and_1(rho):
    with pytest.raises(ValueError, match=r"rho must lie in \(0, 1\), got"):
        kl_penalty(np.array([0.1]), rho)
    with pytest.raises(ValueError, match=r"rho must lie in \(0, 1\), got"):
        SparsityPenalty(rho, 1.0)


@pytest.mark.parametrize("value", [1.5, -0.1, float("nan")])
def test_averages_must_be_shares(value):
    with pytest.raises(ValueError, match=r"rho_hat must lie in \[0, 1\], got"):
        kl_penalty(np.array([0.1, value]), 0.05)
    with pytest.raises(ValueError, match=r"rho_hat must lie in \[0, 1\], got"):
        kl_penalty(tf.constant([0.1, value]), 0.05)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (dict(beta=-1.0), "beta must be at least 0"),
        (dict(beta=float("nan")), "beta must be at least 0"),
    ],
)
def test_layer_refuses_bad_settings(arguments, message):
    with pytest.raises(ValueError, match=message):
        SparsityPenalty(0.05, **arguments)


@pytest.mark.parametrize("shape", [(3,), (2, 3, 4)])
def test_layer_wants_two_axes(shape):
    with pytest.raises(ValueError, match=r"\(batch, units\)"):
        SparsityPenalty(0.05, 1.0)(np.full(shape, 0.5, "float32"))


@pytest.mark.parametrize("value", [1.5, -0.5, float("nan")])
def test_activations_outside_0_1_are_named_eagerly_and_in_fit(value):
    wanted = r"wants activations in \[0, 1\]"
    with pytest.raises(tf.errors.InvalidArgumentError, match=wanted):
        SparsityPenalty(0.05, 1.0)(np.array([[0.5, value]], "float32"))
    model = keras.Sequential([keras.Input((2,)), SparsityPenalty(0.05, 1.0)])
    model.compile(optimizer="sgd", loss="mse")
    x = np.full((4, 2), value, "float32")
    with pytest.raises(tf.errors.InvalidArgumentError, match=wanted):
        model.fit(x, x, verbose=0)


def test_layer_hands_on_and_charges_beta_times_the_penalty():
    layer = SparsityPenalty(0.05, 3.0)
    assert np.array_equal(layer(H), H)
    expected = 3 * information.bernoulli_kl(0.05, H.mean(axis=0), unit="nats").sum()
    assert np.isclose(float(layer.losses[0]), expected, rtol=1e-5)


def test_gradient_is_the_formula():
    h = tf.constant(H)
    layer = SparsityPenalty(0.05, 3.0)
    with tf.GradientTape() as tape:
        tape.watch(h)
        layer(h)
        loss = layer.losses[0]
    r = H.mean(axis=0)
    slope = 3 * (-0.05 / r + 0.95 / (1 - r)) / len(H)
    assert np.allclose(tape.gradient(loss, h), np.tile(slope, (2, 1)), rtol=1e-4)


def test_other_functions_can_be_plugged_in():
    layer = SparsityPenalty(
        0.05,
        2.0,
        average=lambda h: keras.ops.max(h, axis=0),
        penalty=lambda rho_hat, rho: keras.ops.sum((rho_hat - rho) ** 2),
    )
    layer(H)
    assert np.isclose(float(layer.losses[0]), 2 * np.sum((H.max(axis=0) - 0.05) ** 2), rtol=1e-5)


def test_fit_trains_averages_to_rho_and_the_model_is_saved_and_loaded(tmp_path):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(8, activation="sigmoid"),
            SparsityPenalty(0.2, 10.0, name="sparse"),
            keras.layers.Dense(5),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="mse")
    x = np.random.default_rng(0).normal(size=(400, 5)).astype("float32")
    model.fit(x, x, batch_size=100, epochs=30, verbose=0)
    code = model.layers[0](x)
    assert np.abs(np.asarray(code).mean(axis=0) / 0.2 - 1).max() < 0.2

    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(
        tmp_path / "model.keras", custom_objects={"SparsityPenalty": SparsityPenalty}
    )
    assert np.allclose(loaded.predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-6)
    assert (loaded.get_layer("sparse").rho, loaded.get_layer("sparse").beta) == (0.2, 10.0)


def largest(h):
    return keras.ops.max(h, axis=0)


def square(rho_hat, rho):
    return keras.ops.sum((rho_hat - rho) ** 2)


def test_other_functions_are_kept_in_a_clone_and_in_a_file(tmp_path):
    layer = SparsityPenalty(0.05, 2.0, average=largest, penalty=square)
    model = keras.Sequential([keras.Input((3,)), layer])
    path = tmp_path / "model.keras"
    model.save(path)
    functions = {"largest": largest, "square": square}
    loaded = keras.saving.load_model(path, {"SparsityPenalty": SparsityPenalty, **functions})
    for copy in (loaded, keras.models.clone_model(model)):
        copy(H)
        assert np.isclose(float(copy.losses[0]), 2 * np.sum((H.max(axis=0) - 0.05) ** 2))
    with pytest.raises(TypeError, match="Could not locate function 'largest'"):
        keras.saving.load_model(path, {"SparsityPenalty": SparsityPenalty})


def test_the_chapter_s_references_are_the_package_s_functions():
    from course_utils.exercises import ch03 as ex

    h = np.random.default_rng(0).random((6, 4)).astype("float32")
    rho_hat = ex.average_activation.reference(h)
    assert np.allclose(rho_hat, average_activation(h))
    assert np.isclose(float(ex.kl_penalty.reference(rho_hat, 0.1)), float(kl_penalty(rho_hat, 0.1)))
