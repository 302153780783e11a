"""Tests of the scores, against scikit-learn, scikit-image's formula and cases done by hand."""

import itertools

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import mean_squared_error

from course_utils import metrics


def test_psnr_by_hand():
    x = np.zeros((3, 2, 2, 1))
    x_hat = np.array([0.1, 1.0, 0.0])[:, None, None, None] + x
    np.testing.assert_allclose(metrics.psnr(x_hat, x), [20, 0, np.inf], atol=1e-9)


def test_psnr_of_each_image_is_that_of_its_squared_error():
    rng = np.random.default_rng(0)
    x, x_hat = rng.random((2, 5, 784)).astype("float32")
    by_hand = [-10 * np.log10(mean_squared_error(a, b)) for a, b in zip(x, x_hat, strict=True)]
    np.testing.assert_allclose(metrics.psnr(x_hat, x), by_hand, rtol=1e-6)


def test_psnr_does_not_clip():
    assert metrics.psnr(np.full((1, 4), 11.0), np.ones((1, 4))) == pytest.approx(-20)


@pytest.mark.parametrize("shapes", [((2, 3), (3, 2)), ((4,), (4,)), ((2, 3), (1, 3))])
def test_psnr_wants_two_equal_shapes(shapes):
    with pytest.raises(ValueError, match="equal shapes"):
        metrics.psnr(*map(np.zeros, shapes))


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


def test_few_labels_errors_are_those_of_a_linear_classifier():
    errors = metrics.few_label_errors(
        x[:900], y[:900], x[900:], y[900:], labels=100, draws=4, seed=0
    )
    assert errors.shape == (4,)
    rng = np.random.default_rng(5)
    chosen = np.concatenate([rng.permutation(np.flatnonzero(y[:900] == c))[:10] for c in range(10)])
    plain = 1 - LogisticRegression(max_iter=1000).fit(x[chosen], y[chosen]).score(x[900:], y[900:])
    assert errors.mean() == pytest.approx(plain, abs=0.08)


def test_projection_on_the_span_of_the_samples_changes_nothing():
    """More features than labels: padding with features that are 0 must not matter."""
    wide = np.pad(x, ((0, 0), (0, 200)))
    args = {"labels": 50, "draws": 2, "seed": 3}
    a = metrics.few_label_errors(x[:900], y[:900], x[900:], y[900:], **args)
    scale = np.std(x[:900]) / np.std(wide[:900])  # features are divided by one deviation
    b = metrics.few_label_errors(wide[:900], y[:900], wide[900:], y[900:], **args)
    assert scale > 1
    np.testing.assert_allclose(a, b, atol=0.03)


def test_same_seed_same_draws_other_seed_others():
    args = (x[:900], y[:900], x[900:], y[900:])
    one, two = (metrics.few_label_errors(*args, labels=30, draws=2, seed=1) for _ in range(2))
    other = metrics.few_label_errors(*args, labels=30, draws=2, seed=2)
    assert (one == two).all() and (one != other).any()


@pytest.mark.parametrize("labels", [25, 20, 5000])
def test_few_labels_wants_as_many_of_each_class(labels):
    with pytest.raises(ValueError, match="each|class"):
        metrics.few_label_errors(x, y, x, y, labels=labels, draws=1, seed=0)
