"""Tests of the scores, against scikit-learn and cases done by hand."""

import itertools

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from course_utils import metrics
from course_utils.exercises import ch02


@pytest.fixture
def two_images():
    rng = np.random.default_rng(2)
    x = rng.uniform(size=(3, 12, 10, 1))
    return np.clip(x + 0.2 * rng.normal(size=x.shape), 0, 1), x


def test_psnr_is_scikit_images(two_images):
    expected = [
        peak_signal_noise_ratio(a, b, data_range=1) for b, a in zip(*two_images, strict=True)
    ]
    assert metrics.psnr(*two_images) == pytest.approx(expected)
    assert metrics.psnr(two_images[1], two_images[1]).tolist() == [np.inf] * 3


def test_psnr_is_what_chapter_02_teaches(two_images):
    rows = [images.reshape(3, -1) for images in two_images]
    assert metrics.psnr(*two_images) == pytest.approx(ch02.psnr.reference(*rows))


def test_ssim_is_1_for_equal_images_and_falls_with_noise(two_images):
    noisy, x = two_images
    assert metrics.ssim(x, x) == pytest.approx(np.ones(3))
    assert np.all(metrics.ssim(noisy, x) < 0.98)
    assert metrics.ssim(noisy[..., 0], x[..., 0]) == pytest.approx(metrics.ssim(noisy, x))


@pytest.mark.parametrize("score", [metrics.psnr, metrics.ssim])
def test_image_scores_want_pairs(score):
    with pytest.raises(ValueError, match=r"\(2, 8, 8\) and \(8, 8\)"):
        score(np.zeros((2, 8, 8)), np.zeros((8, 8)))


def test_ssim_wants_one_channel():
    with pytest.raises(ValueError, match=r"\(2, 8, 8, 3\)"):
        metrics.ssim(np.zeros((2, 8, 8, 3)), np.zeros((2, 8, 8, 3)))


def test_clustering_error_is_the_best_over_all_matchings():
    rng = np.random.default_rng(1)
    clusters, y = rng.integers(0, 4, (2, 60))
    best = min(np.mean(np.array(p)[clusters] != y) for p in itertools.permutations(range(4)))
    assert metrics.clustering_error(clusters, y, clusters, y) == pytest.approx(best)


def test_clustering_is_matched_on_training_and_scored_on_test_samples():
    train, y_train = np.array([1, 1, 0, 0]), np.array([0, 0, 1, 1])
    assert metrics.clustering_error(train, y_train, np.array([1, 0, 0]), np.array([0, 1, 0])) == (
        pytest.approx(1 / 3)
    )


def test_clustering_error_wants_a_class_for_each_sample():
    with pytest.raises(ValueError, match=r"\(3,\) and \(2,\)"):
        metrics.clustering_error(np.zeros(3, int), np.zeros(2, int), [0], [0])


x, y = load_digits(return_X_y=True)
x = x / 16


HALVES = x[:900], y[:900], x[900:], y[900:]


def test_few_label_accuracy_is_that_of_a_linear_classifier():
    scores = metrics.few_label_accuracy(*HALVES, labels=100, seeds=range(4))
    assert scores.shape == (4,)
    rng = np.random.default_rng(50)
    chosen = np.concatenate([rng.permutation(np.flatnonzero(y[:900] == c))[:10] for c in range(10)])
    plain = LogisticRegression(max_iter=1000).fit(x[chosen], y[chosen]).score(x[900:], y[900:])
    assert scores.mean() == pytest.approx(plain, abs=0.08)


def test_an_easy_problem_is_solved_and_noise_is_not():
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 40)
    easy, noise = np.eye(3)[labels] + 0.01 * rng.normal(size=(120, 3)), rng.normal(size=(120, 3))
    args = {"labels": 30, "seeds": [1, 2]}
    assert metrics.few_label_accuracy(easy, labels, easy, labels, **args).min() == 1
    assert metrics.few_label_accuracy(noise, labels, noise, labels, **args).max() < 0.7


def test_standardising_makes_the_scale_of_a_feature_irrelevant():
    scaled = x * np.linspace(0.01, 100, 64)
    args = {"labels": 50, "seeds": [3]}
    a = metrics.few_label_accuracy(*HALVES, **args)
    b = metrics.few_label_accuracy(scaled[:900], y[:900], scaled[900:], y[900:], **args)
    c = metrics.few_label_accuracy(
        scaled[:900], y[:900], scaled[900:], y[900:], standardise=False, **args
    )
    assert a == pytest.approx(b, abs=0.01) and c < a


def test_same_seed_same_draw_other_seed_another():
    one, two, other = metrics.few_label_accuracy(*HALVES, labels=30, seeds=[1, 1, 2])
    assert one == two != other


@pytest.mark.parametrize("labels", [25, 20, 5000])
def test_few_labels_wants_as_many_of_each_class(labels):
    with pytest.raises(ValueError, match="each"):
        metrics.few_label_accuracy(x, y, x, y, labels=labels, seeds=[0])
