"""Tests of the scores, against scikit-learn and cases done by hand."""

import itertools

import numpy as np
import pytest
import scipy.linalg
from skimage.metrics import peak_signal_noise_ratio
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from course_utils import metrics
from course_utils.exercises import ch02, ch07


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


def test_frechet_distance_of_two_gaussians():
    rng = np.random.default_rng(0)
    mean, deviation = np.array([1.0, -2.0, 0.5]), np.array([0.5, 2.0, 3.0])
    a, b = rng.normal(size=(200_000, 3)), mean + deviation * rng.normal(size=(200_000, 3))
    exact = np.sum(mean**2) + np.sum((1 - deviation) ** 2)
    assert metrics.frechet_distance(a, b) == pytest.approx(exact, rel=0.02)


def test_frechet_distance_agrees_with_the_matrix_root():
    rng = np.random.default_rng(1)
    a, b = (rng.normal(size=(50, 6)) @ rng.normal(size=(6, 6)) for _ in range(2))
    A, B = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    gap = np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2)
    expected = gap + np.trace(A + B - 2 * scipy.linalg.sqrtm(A @ B).real)
    assert metrics.frechet_distance(a, b) == pytest.approx(expected, rel=1e-6)
    assert metrics.frechet_distance(b, a) == pytest.approx(expected, rel=1e-6)


def test_frechet_distance_of_a_set_to_itself_is_zero_even_with_a_dead_feature():
    a = np.random.default_rng(2).normal(size=(100, 4)) * [1, 2, 0, 3]
    assert metrics.frechet_distance(a, a) == pytest.approx(0, abs=1e-6)


def test_precision_and_recall_are_what_the_learner_writes():
    rng = np.random.default_rng(0)
    samples, real = rng.normal(size=(60, 4)), rng.normal(0.5, 1.2, size=(50, 4))
    covered = ch07.covered.reference
    expected = covered(samples, real, 2), covered(real, samples, 2)
    assert metrics.precision_recall(samples, real, k=2) == pytest.approx(expected)
    assert 0 < expected[0] < 1 and 0 < expected[1] < 1


def test_precision_looks_at_each_sample_and_recall_at_all():
    real = np.random.default_rng(0).normal(size=(400, 2))
    one_spot = real[:1] + 1e-3 * np.random.default_rng(1).normal(size=(400, 2))
    precision, recall = metrics.precision_recall(one_spot, real)
    assert precision == 1 and recall < 0.02


@pytest.mark.parametrize(
    ("a", "b", "k", "message"),
    [
        (np.zeros((9, 2)), np.zeros((9, 3)), 3, "wanted features"),
        (np.zeros((9, 2)), np.zeros((3, 2)), 3, "more than k samples, got k = 3 and 9 and 3"),
        (np.zeros((9, 2)), np.zeros((9, 2)), 0, "k ≥ 1"),
        (np.full((9, 2), np.nan), np.zeros((9, 2)), 3, "finite"),
    ],
)
def test_precision_recall_wants_enough_samples_of_the_same_features(a, b, k, message):
    with pytest.raises(ValueError, match=message):
        metrics.precision_recall(a, b, k)


@pytest.mark.parametrize(
    "a, b, message",
    [
        (np.zeros((9, 3)), np.zeros((9, 4)), r"\(9, 3\) and \(9, 4\)"),
        (np.zeros(9), np.zeros(9), r"\(9,\)"),
        (np.zeros((3, 3)), np.zeros((9, 3)), "more samples than features"),
        (np.full((9, 3), np.nan), np.zeros((9, 3)), "finite"),
    ],
)
def test_frechet_distance_wants_two_sets_of_the_same_features(a, b, message):
    with pytest.raises(ValueError, match=message):
        metrics.frechet_distance(a, b)


def test_a_mode_is_a_class_with_enough_confident_samples():
    sure, unsure = np.eye(3), np.array([[0.05, 0.1, 0.85]])
    p = np.concatenate([sure[[0] * 90], sure[[1] * 2], sure[[2]], np.repeat(unsure, 7, axis=0)])
    assert metrics.modes(p) == 2  # class 2 has 1 % of confident samples
    assert metrics.modes(p, confidence=0.8) == 3
    assert metrics.modes(p, share=0.03) == 1


@pytest.mark.parametrize("p", [np.ones(3), np.ones((2, 3)), np.empty((0, 3)), [[1.5, -0.5]]])
def test_modes_wants_probabilities(p):
    with pytest.raises(ValueError, match="probabilities"):
        metrics.modes(p)
