"""The frozen classifiers and what is measured with them."""

import os

import numpy as np
import pytest

from course_utils import data, files, metrics, scoring


@pytest.fixture(scope="module")
def digits():
    return data.load_digits("offline")


@pytest.fixture(scope="module")
def judge():
    return scoring.frozen_classifier("offline")


def accuracy(model, digits):
    _, p = scoring.judge(model, digits.x_test)
    return np.mean(p.argmax(axis=1) == digits.y_test)


def test_the_frozen_classifier_knows_the_offline_digits(judge, digits):
    assert accuracy(judge, digits) == pytest.approx(0.985, abs=0.001)
    assert not judge.trainable_variables


def test_the_frozen_classifier_knows_mnist():
    if os.environ.get("COURSE_DATA", "offline") == "offline":
        pytest.skip("needs MNIST in COURSE_DATA")
    mnist = data.load_digits("mnist")
    assert accuracy(scoring.frozen_classifier("mnist"), mnist) == pytest.approx(0.9915, abs=0.001)


def test_a_classifier_trained_anew_is_as_good(judge, digits):
    anew = scoring.train_classifier(digits.x_train, digits.y_train, epochs=20, seed=1)
    assert accuracy(anew, digits) >= accuracy(judge, digits) - 0.01


def test_probabilities_sum_to_one_and_features_have_64_numbers(judge, digits):
    features, p = scoring.judge(judge, digits.x_test[:7])
    assert features.shape == (7, 64) and p.shape == (7, 10)
    assert np.allclose(p.sum(axis=1), 1)


def test_real_pictures_are_near_to_real_ones_and_noise_is_far(judge, digits):
    rng = np.random.default_rng(0)
    order = rng.permutation(len(digits.x_train))
    one, two = digits.x_train[order[:2000]], digits.x_train[order[2000:4000]]
    reference, _ = scoring.judge(judge, one)

    def distance(x):
        return metrics.frechet_distance(scoring.judge(judge, x)[0], reference)

    floor = distance(two)
    blurred = distance(0.5 * two + 0.5 * np.roll(two, 2, axis=2))
    noise = distance(rng.random(one.shape, "float32"))
    shuffled = rng.permuted(one.reshape(2000, -1), axis=1).reshape(
        one.shape
    )  # the same grey levels
    assert 3 * floor < blurred < noise / 3
    assert 30 * floor < distance(shuffled)


def test_an_unknown_name(digits):
    with pytest.raises(ValueError, match="'fashion'"):
        scoring.frozen_classifier("fashion")


def test_a_damaged_or_changed_file_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "scoring_offline.npz"
    monkeypatch.setattr(files, "bundled", lambda name: path)
    path.write_bytes(b"no archive")
    with pytest.raises(ValueError, match="scoring_offline.npz is damaged"):
        scoring.frozen_classifier("offline")
    weights = scoring.classifier().get_weights()
    np.savez(path, **{f"w{i}": w for i, w in enumerate(weights)})
    with pytest.raises(ValueError, match="does not hold the weights"):
        scoring.frozen_classifier("offline")
