"""Tests of course_utils.information: against SciPy, identities, integrals and numbers by hand."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr, xlogy
from scipy.stats import entropy as scipy_entropy
from scipy.stats import norm

from course_utils.information import (
    bernoulli_entropy,
    bernoulli_kl,
    cross_entropy,
    entropy,
    gaussian_kl,
    js,
    kl,
    mutual_information,
    surprise,
)

LN2 = np.log(2)
checked = settings(derandomize=True, database=None, deadline=None, max_examples=100)

# Each function with good arguments, for what holds for all of them.
CALLS = {
    "surprise": (surprise, [0.3]),
    "entropy": (entropy, [[0.2, 0.8]]),
    "cross_entropy": (cross_entropy, [[0.2, 0.8], [0.5, 0.5]]),
    "kl": (kl, [[0.2, 0.8], [0.5, 0.5]]),
    "js": (js, [[0.2, 0.8], [0.5, 0.5]]),
    "mutual_information": (mutual_information, [[[0.4, 0.1], [0.1, 0.4]]]),
    "bernoulli_entropy": (bernoulli_entropy, [0.3]),
    "bernoulli_kl": (bernoulli_kl, [0.3, 0.6]),
    "gaussian_kl": (gaussian_kl, [0.0, 1.0, 1.0, 2.0]),
}
every_function = pytest.mark.parametrize(("function", "args"), CALLS.values(), ids=CALLS.keys())
of_two = pytest.mark.parametrize("function", [cross_entropy, kl, js])


@pytest.fixture(autouse=True)
def no_warning():
    """Let no test pass with a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


# --- What hypothesis draws -------------------------------------------------------------------


def normalised(weights):
    weights = np.array(weights)
    return weights / weights.sum()


def weights(n, zeros=True):
    """n weights that are not all 0; with zeros, about half of them are 0."""
    weight = st.floats(1e-6, 1.0)
    if zeros:
        weight = st.one_of(st.just(0.0), weight)
    return st.lists(weight, min_size=n, max_size=n).filter(any)


@st.composite
def distributions(draw):
    return normalised(draw(weights(draw(st.integers(1, 9)))))


@st.composite
def pairs(draw, zeros=True):
    """Two distributions over the same outcomes."""
    n = draw(st.integers(1, 9))
    return normalised(draw(weights(n, zeros))), normalised(draw(weights(n, zeros)))


@st.composite
def joints(draw):
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    return normalised(draw(weights(n * m))).reshape(n, m)


probabilities = st.floats(0.0, 1.0)
means, stds = st.floats(-3.0, 3.0), st.floats(0.3, 3.0)


# --- Numbers by hand -------------------------------------------------------------------------


def test_surprise_in_both_units():
    assert surprise(0.5, unit="bits") == 1
    assert surprise(0.125, unit="bits") == pytest.approx(3)
    assert surprise(1 / np.e, unit="nats") == pytest.approx(1)
    assert surprise(0.012, unit="nats") == pytest.approx(4.42, abs=0.005)
    assert surprise(0.012, unit="bits") == pytest.approx(6.38, abs=0.005)


def test_fair_die():
    die = np.full(6, 1 / 6)
    assert entropy(die, unit="bits") == pytest.approx(2.585, abs=5e-4)
    assert cross_entropy(die, die, unit="bits") == pytest.approx(2.585, abs=5e-4)
    assert kl(die, die, unit="bits") == 0


def test_cross_entropy_of_a_label_is_the_surprise_of_the_true_class():
    probabilities = [0.5, 0.012, 0.488]
    assert cross_entropy([0, 1, 0], probabilities, unit="nats") == pytest.approx(4.4228, abs=1e-4)


def test_kl_by_hand():
    # 1/2 log2(1/2 : 1/4) + 1/2 log2(1/2 : 3/4) = 1/2 - log2(1.5) / 2
    expected = 0.5 - np.log2(1.5) / 2
    assert kl([0.5, 0.5], [0.25, 0.75], unit="bits") == pytest.approx(expected, rel=1e-12)
    reverse = 0.25 * np.log2(0.5) + 0.75 * np.log2(1.5)
    assert kl([0.25, 0.75], [0.5, 0.5], unit="bits") == pytest.approx(reverse, rel=1e-12)


def test_js_by_hand():
    # M = (3/4, 1/4): D(P||M) = log2(4/3); D(Q||M) = log2(2/3)/2 + 1/2
    expected = (np.log2(4 / 3) + np.log2(2 / 3) / 2 + 0.5) / 2
    assert js([1, 0], [0.5, 0.5], unit="bits") == pytest.approx(expected, rel=1e-12)


def test_bernoulli_kl_needs_its_second_term():
    a, a_n = 0.05, 0.1
    assert a * np.log(a / a_n) == pytest.approx(-0.035, abs=5e-4)
    assert bernoulli_kl(a, a_n, unit="nats") == pytest.approx(0.0167, abs=5e-5)


def test_bernoulli_entropy_of_coins():
    assert_allclose(bernoulli_entropy([0.5, 0.11, 0.89], unit="bits"), [1, 0.49992, 0.49992], 1e-4)


def test_mutual_information_of_tables():
    table = [[0.4, 0.1], [0.1, 0.4]]
    assert mutual_information(table, unit="bits") == pytest.approx(0.278, abs=5e-4)
    copy = np.diag([0.25, 0.25, 0.5])
    assert mutual_information(copy, unit="bits") == pytest.approx(1.5)


def test_gaussian_kl_by_hand():
    assert gaussian_kl(1, 1, 0, 1, unit="nats") == pytest.approx(0.5)
    assert gaussian_kl(0, 2, 0, 1, unit="nats") == pytest.approx(1.5 - LN2)
    assert gaussian_kl(0, 1, 0, 2, unit="nats") == pytest.approx(LN2 - 3 / 8)
    assert gaussian_kl(3, 1, 1, 2, unit="nats") == pytest.approx(LN2 + 5 / 8 - 1 / 2)


# --- Against SciPy and integrals -------------------------------------------------------------


@checked
@given(distributions())
def test_entropy_agrees_with_scipy(p):
    assert_allclose(entropy(p, unit="bits"), scipy_entropy(p, base=2), atol=1e-14)
    assert_allclose(entropy(p, unit="nats"), -xlogy(p, p).sum(), atol=1e-14)


@checked
@given(pairs())
def test_kl_agrees_with_scipy(pq):
    p, q = pq
    assert_allclose(kl(p, q, unit="nats"), rel_entr(p, q).sum(), rtol=1e-12, atol=1e-14)
    assert_allclose(kl(p, q, unit="bits"), scipy_entropy(p, q, base=2), rtol=1e-12, atol=1e-14)


@checked
@given(pairs())
def test_cross_entropy_agrees_with_scipy(pq):
    p, q = pq
    assert_allclose(cross_entropy(p, q, unit="nats"), -xlogy(p, q).sum(), rtol=1e-12, atol=1e-14)


@checked
@given(pairs())
def test_js_agrees_with_scipy(pq):
    p, q = pq
    with np.errstate(invalid="ignore"):  # SciPy takes the root of -1e-17 where p is close to q
        expected = np.nan_to_num(jensenshannon(p, q, base=2)) ** 2
    assert_allclose(js(p, q, unit="bits"), expected, rtol=1e-12, atol=1e-14)


@checked
@given(joints())
def test_mutual_information_agrees_with_scipy(joint):
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    expected = rel_entr(joint, product).sum()
    assert_allclose(mutual_information(joint, unit="nats"), expected, atol=1e-14)


@checked
@given(probabilities, probabilities)
def test_bernoulli_measures_are_those_of_two_outcomes(a, b):
    p, q = [a, 1 - a], [b, 1 - b]
    assert_allclose(bernoulli_entropy(a, unit="bits"), entropy(p, unit="bits"), atol=1e-14)
    assert_allclose(bernoulli_kl(a, b, unit="bits"), kl(p, q, unit="bits"), atol=1e-14)
    expected = rel_entr(p, q).sum()
    assert_allclose(bernoulli_kl(a, b, unit="nats"), expected, rtol=1e-12, atol=1e-14)


@settings(checked, max_examples=40)
@given(means, stds, means, stds)
def test_gaussian_kl_agrees_with_the_integral(mean_p, std_p, mean_q, std_q):
    def integrand(x):
        log_p, log_q = norm.logpdf(x, mean_p, std_p), norm.logpdf(x, mean_q, std_q)
        return np.exp(log_p) * (log_p - log_q)

    expected, _ = quad(integrand, mean_p - 12 * std_p, mean_p + 12 * std_p, epsabs=1e-10)
    actual = gaussian_kl(mean_p, std_p, mean_q, std_q, unit="nats")
    assert actual == pytest.approx(expected, rel=1e-7, abs=1e-8)


# --- Identities and bounds -------------------------------------------------------------------


@checked
@given(distributions())
def test_entropy_is_at_most_that_of_the_uniform_distribution(p):
    n = len(p)
    most = entropy(np.full(n, 1 / n), unit="nats")
    assert most == pytest.approx(np.log(n), abs=1e-14)
    assert 0 <= entropy(p, unit="nats") <= most + 1e-14
    # The gap is the divergence from the uniform distribution.
    gap = kl(p, np.full(n, 1 / n), unit="nats")
    assert entropy(p, unit="nats") + gap == pytest.approx(np.log(n), abs=1e-13)


@checked
@given(distributions())
def test_entropy_is_the_expected_surprise(p):
    own = surprise(p[p > 0], unit="bits")
    assert_allclose(entropy(p, unit="bits"), p[p > 0] @ own, atol=1e-13)


@checked
@given(pairs())
def test_cross_entropy_is_entropy_plus_kl(pq):
    p, q = pq
    total = entropy(p, unit="bits") + kl(p, q, unit="bits")
    assert_allclose(cross_entropy(p, q, unit="bits"), total, rtol=1e-12, atol=1e-13)
    assert_allclose(cross_entropy(p, p, unit="bits"), entropy(p, unit="bits"), atol=1e-14)


@checked
@given(pairs())
def test_divergences_are_0_only_for_equal_distributions(pq):
    p, q = pq
    for divergence in (kl, js):
        assert divergence(p, p, unit="nats") == 0
        assert divergence(p, q, unit="nats") >= 0
    # Pinsker: far from equal is far from 0.
    distance = np.abs(p - q).sum()
    assert kl(p, q, unit="nats") >= distance**2 / 2 - 1e-14
    assert js(p, q, unit="nats") >= distance**2 / 8 - 1e-14


@checked
@given(pairs(zeros=False), st.integers(2, 14))
def test_kl_stays_accurate_for_nearly_equal_distributions(pq, digits):
    p, q = pq
    close = p + 10.0**-digits * (q - p)
    assert kl(p, close, unit="nats") >= 0
    # To second order, D(P || P + h) is the sum of h^2 / 2p.
    second_order = (((close - p) ** 2) / (2 * p)).sum()
    if digits >= 5 and np.abs(close / p - 1).max() < 1e-4:
        assert_allclose(kl(p, close, unit="nats"), second_order, rtol=1e-3, atol=1e-22)


def test_rounding_makes_no_divergence_negative():
    rng = np.random.default_rng(0)
    p = rng.dirichlet([1, 1], size=20_000)
    q = (p * (1 + 1e-15 * rng.normal(size=p.shape))).clip(0, 1)
    for divergence in (kl, js):
        assert divergence(p, q, unit="nats").min() >= 0
    assert bernoulli_kl(p, q, unit="nats").min() >= 0
    joint = p[:, :, None] * p[::-1, None, :]
    assert mutual_information(joint, unit="nats").min() >= 0
    std_p, std_q = p[:, 0] + 1, q[:, 0] + 1
    assert gaussian_kl(0, std_p, 0, std_q, unit="nats").min() >= 0


@pytest.mark.parametrize("d", [1e-2, 1e-4, 1e-6, 1e-7])
def test_kl_near_a_fair_coin_against_the_exact_value(d):
    exact = -np.log1p(-4 * d**2) / 2
    assert kl([0.5, 0.5], [0.5 + d, 0.5 - d], unit="nats") == pytest.approx(exact, rel=1e-8, abs=0)
    assert bernoulli_kl(0.5, 0.5 + d, unit="nats") == pytest.approx(exact, rel=1e-8, abs=0)


@checked
@given(pairs())
def test_js_is_symmetric_and_at_most_one_bit(pq):
    p, q = pq
    assert js(p, q, unit="bits") == js(q, p, unit="bits")
    assert 0 <= js(p, q, unit="bits") <= 1


@checked
@given(joints())
def test_mutual_information_is_what_one_variable_tells_about_the_other(joint):
    h_x = entropy(joint.sum(axis=1), unit="bits")
    h_y = entropy(joint.sum(axis=0), unit="bits")
    h_xy = entropy(joint.ravel(), unit="bits")
    information = mutual_information(joint, unit="bits")
    assert information >= 0
    assert_allclose(information, h_x + h_y - h_xy, atol=1e-13)
    assert_allclose(mutual_information(joint.T, unit="bits"), information, atol=1e-14)


@checked
@given(distributions(), distributions())
def test_independent_variables_share_no_information(p_x, p_y):
    joint = np.outer(p_x, p_y)
    assert 0 <= mutual_information(joint, unit="bits") < 1e-15


@checked
@given(means, stds, means, stds)
def test_gaussian_kl_is_0_only_for_equal_gaussians(mean_p, std_p, mean_q, std_q):
    assert gaussian_kl(mean_p, std_p, mean_p, std_p, unit="nats") == 0
    apart = max(abs(mean_p - mean_q) / std_q, abs(std_p / std_q - 1))
    assert gaussian_kl(mean_p, std_p, mean_q, std_q, unit="nats") >= min(apart, 1) ** 2 / 3


@every_function
def test_units_convert(function, args):
    nats = function(*args, unit="nats")
    assert nats > 0
    assert function(*args, unit="bits") * LN2 == pytest.approx(nats, rel=1e-14)


# --- Edges -----------------------------------------------------------------------------------


def test_certain_and_impossible_events():
    assert surprise(0, unit="bits") == np.inf
    assert_array_equal(bernoulli_entropy([0, 1], unit="bits"), [0, 0])
    assert entropy([0, 1, 0], unit="bits") == 0
    assert entropy([1], unit="bits") == 0
    assert cross_entropy([0, 1], [0, 1], unit="bits") == 0


@pytest.mark.parametrize(
    "value",
    [
        surprise(1, unit="bits"),
        entropy([0, 1], unit="bits"),
        cross_entropy([1], [1], unit="bits"),
        kl([0, 1], [0, 1], unit="bits"),
        js([0, 1], [0, 1], unit="bits"),
        mutual_information([[0, 1]], unit="bits"),
        bernoulli_entropy(1, unit="bits"),
        bernoulli_kl(1, 1, unit="bits"),
        gaussian_kl(0, 1, 0, 1, unit="bits"),
    ],
)
def test_zero_has_no_minus_sign(value):
    assert value == 0 and not np.signbit(value)


def test_infinite_exactly_where_q_excludes_what_p_allows():
    p, q = [[0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [0.0, 0.0, 1.0]], [0.0, 0.5, 0.5]
    assert_allclose(kl(p, q, unit="bits"), [np.inf, 0, 1])
    assert_allclose(cross_entropy(p, q, unit="bits"), [np.inf, 1, 1])
    assert_allclose(js(p, q, unit="bits"), [0.5, 0, 0.311278], rtol=1e-6)
    expected = [np.inf, np.inf, 0, 0, LN2, LN2]
    actual = bernoulli_kl([0.5, 0.5, 0, 1, 0, 1], [0, 1, 0, 1, 0.5, 0.5], unit="nats")
    assert_allclose(actual, expected)


def test_the_smallest_probabilities_do_not_count_as_zero():
    tiny = np.nextafter(0.0, 1.0)  # 2^-1074
    assert surprise(tiny, unit="bits") == pytest.approx(1074)
    assert cross_entropy([1, 0], [tiny, 1], unit="bits") == pytest.approx(1074)
    assert kl([1, 0], [tiny, 1], unit="bits") == pytest.approx(1074)
    assert kl([tiny, 1], [1, 0], unit="bits") == np.inf
    assert bernoulli_kl(1, tiny, unit="bits") == pytest.approx(1074)
    assert js([tiny, 1], [0, 1], unit="bits") == pytest.approx(0, abs=1e-300)
    assert mutual_information([[tiny, 0], [0, 1]], unit="bits") == pytest.approx(0, abs=1e-300)
    # H is about p log2(e / p)
    assert bernoulli_entropy(1e-20, unit="bits") == pytest.approx(6.7881e-19, rel=1e-4, abs=0)


def test_disjoint_distributions_are_one_bit_apart():
    assert js([1, 0, 0], [0, 0.3, 0.7], unit="bits") == pytest.approx(1, rel=1e-14)


def test_gaussian_kl_at_extreme_scales():
    nats = 400 * np.log(10) - 0.5
    assert gaussian_kl(0, 1e-200, 0, 1e200, unit="nats") == pytest.approx(nats)
    assert gaussian_kl(0, 1e200, 0, 1e-200, unit="nats") == np.inf
    assert gaussian_kl(-1e308, 1, 1e308, 1, unit="nats") == np.inf
    h = 1e-7  # D(N(0, (1 + h)^2) || N(0, 1)) is about h^2
    assert gaussian_kl(0, 1 + h, 0, 1, unit="nats") == pytest.approx(h**2, rel=1e-6, abs=0)


@every_function
def test_one_distribution_gives_a_float(function, args):
    assert isinstance(function(*args, unit="bits"), float)


@every_function
def test_a_batch_gives_an_array_of_the_same_values(function, args):
    one = function(*args, unit="bits")
    batch = function(*[np.broadcast_to(a, (4, 3, *np.shape(a))) for a in args], unit="bits")
    assert batch.shape == (4, 3) and batch.dtype == np.float64
    assert_allclose(batch, one, rtol=1e-14)
    none = function(*[np.zeros((0, *np.shape(a))) + a for a in args], unit="bits")
    assert none.shape == (0,)


def test_a_batch_keeps_its_order():
    p = np.random.default_rng(0).dirichlet(np.ones(6), size=(2, 3))
    q = np.random.default_rng(1).dirichlet(np.ones(6), size=(2, 3))
    joint = p.reshape(2, 3, 2, 3) @ np.eye(3)[::-1]
    for i, j in np.ndindex(2, 3):
        assert entropy(p, unit="bits")[i, j] == pytest.approx(entropy(p[i, j], unit="bits"))
        for function in (cross_entropy, kl, js):
            each = function(p[i, j], q[i, j], unit="bits")
            assert function(p, q, unit="bits")[i, j] == pytest.approx(each)
        each = mutual_information(joint[i, j], unit="bits")
        assert mutual_information(joint, unit="bits")[i, j] == pytest.approx(each)


@of_two
def test_leading_axes_broadcast(function):
    p = np.random.default_rng(0).dirichlet(np.ones(4), size=(5, 1))
    q = np.random.default_rng(1).dirichlet(np.ones(4), size=3)
    assert function(p, q, unit="nats").shape == (5, 3)
    assert_array_equal(function(p, p[0, 0], unit="nats")[0] == 0, [function is not cross_entropy])
    expected = function(p[2, 0], q[1], unit="nats")
    assert function(p, q, unit="nats")[2, 1] == pytest.approx(expected)


def test_elementwise_functions_broadcast():
    column, row = np.full((3, 1), 0.2), np.full(4, 0.7)
    assert surprise(column, unit="bits").shape == (3, 1)
    assert bernoulli_entropy(column, unit="bits").shape == (3, 1)
    assert bernoulli_kl(column, row, unit="bits").shape == (3, 4)
    assert gaussian_kl(column, 1, row, [[[1]], [[2]]], unit="bits").shape == (2, 3, 4)


def test_float32_is_computed_in_float64():
    logits = np.random.default_rng(0).normal(size=(50, 784)).astype(np.float32)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert p.dtype == np.float32
    result = entropy(p, unit="nats")
    assert result.dtype == np.float64
    assert_allclose(result, scipy_entropy(p.astype(float), axis=1), rtol=1e-12)
    assert_array_equal(kl(p, p, unit="nats"), 0)
    assert_array_equal(kl(p, p.astype(float), unit="nats"), 0)


def test_float32_may_miss_1_by_more():
    p = np.array([0.5, 0.50003])
    assert entropy(p.astype(np.float32), unit="bits") == pytest.approx(1, abs=1e-6)
    with pytest.raises(ValueError, match=r"p must sum to 1 over its last axis, got 1\.00003$"):
        entropy(p, unit="bits")
    with pytest.raises(ValueError, match="sum to 1"):
        entropy(np.array([0.5, 0.501], np.float32), unit="bits")


def test_float16_may_miss_1_by_more_still():
    third = np.full(3, 1 / 3, np.float16)
    assert entropy(third, unit="bits") == pytest.approx(np.log2(3))


def test_integers_and_booleans_are_numbers():
    assert entropy([[1, 0], [0, 1]], unit="bits").tolist() == [0, 0]
    assert cross_entropy(np.array([True, False]), [0.25, 0.75], unit="bits") == pytest.approx(2)


def test_arguments_are_left_alone():
    p, q = np.array([0.25, 0.7500001]), np.array([1.0, 0.0])
    before = p.copy(), q.copy()
    js(p, q, unit="bits")
    assert_array_equal(p, before[0])
    assert_array_equal(q, before[1])


def test_nothing_warns_or_trips_over_numpy_settings():
    dirac, uniform = np.eye(4), np.full(4, 0.25)
    edges = np.array([0.0, 5e-324, 1e-300, 0.5, 1 - 1e-16, 1.0])
    with np.errstate(all="raise", under="ignore"):
        surprise(edges, unit="bits")
        bernoulli_entropy(edges, unit="bits")
        bernoulli_kl(edges, edges[:, None], unit="bits")
        entropy(dirac, unit="bits")
        for function in (cross_entropy, kl, js):
            function(dirac, uniform, unit="bits")
            function(uniform, dirac, unit="bits")
            function(dirac, dirac[:, None], unit="bits")
        for joint in (np.diag(uniform), dirac[:1], np.outer(uniform, dirac[0])):
            mutual_information(joint, unit="bits")
        gaussian_kl(0, [1e-300, 1, 1e300], 0, [[1e-300], [1], [1e300]], unit="bits")


# --- Errors ----------------------------------------------------------------------------------


@every_function
def test_unit_must_be_given_by_name(function, args):
    with pytest.raises(TypeError, match="unit"):
        function(*args)
    with pytest.raises(TypeError, match="positional"):
        function(*args, "bits")
    message = "unit must be one of 'bits', 'nats', got 'bit'"
    with pytest.raises(ValueError, match=message):
        function(*args, unit="bit")


@every_function
@pytest.mark.parametrize("bad", [None, "one half", [None, 1.0], 0.5 + 0j, {"p": 1}])
def test_what_is_no_number_is_a_type_error(function, args, bad):
    for i in range(len(args)):
        with pytest.raises(TypeError, match="must hold real numbers, got"):
            function(*args[:i], bad, *args[i + 1 :], unit="bits")


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([0.5, 0.43], r"p must sum to 1 over its last axis, got 0\.93$"),
        ([0.5, 0.500002], r"p must sum to 1 over its last axis, got 1\.000002$"),
        ([0.0, 0.0], r"p must sum to 1 over its last axis, got 0$"),
        ([1e308, 1e308], r"p must sum to 1 over its last axis, got inf$"),
        ([[0.5, 0.5], [0.5, 0.6], [0.5, 0.2]], r"last axis, got 0\.7 at index \(2,\)$"),
        ([1.5, -0.5], r"p must hold finite numbers of at least 0, got -0\.5 at index \(1,\)$"),
        ([[0.5, np.nan]], r"finite numbers of at least 0, got nan at index \(0, 1\)$"),
        ([np.inf, 0.0], r"finite numbers of at least 0, got inf at index \(0,\)$"),
        (1.0, r"p must have shape \(\.\.\., N\), not empty, got shape \(\)$"),
        ([], r"p must have shape \(\.\.\., N\), not empty, got shape \(0,\)$"),
        (np.ones((3, 0)), r"got shape \(3, 0\)$"),
    ],
)
def test_what_is_no_distribution_is_a_value_error(p, message):
    with pytest.raises(ValueError, match=message):
        entropy(p, unit="bits")
    for function in (cross_entropy, kl, js):
        with pytest.raises(ValueError, match=message):
            function(p, [0.5, 0.5], unit="bits")
        with pytest.raises(ValueError, match=message.replace("p must", "q must")):
            function([0.5, 0.5], p, unit="bits")


@pytest.mark.parametrize(
    ("joint", "message"),
    [
        ([0.5, 0.5], r"joint must have shape \(\.\.\., N, M\), not empty, got shape \(2,\)$"),
        (np.ones((2, 0)), r"got shape \(2, 0\)$"),
        (np.ones((0, 2)), r"got shape \(0, 2\)$"),
        ([[0.4, 0.1], [0.1, 0.3]], r"joint must sum to 1 over its last two axes, got 0\.9$"),
        ([[[0.4, 0.6]], [[0.4, 0.4]]], r"its last two axes, got 0\.8 at index \(1,\)$"),
        ([[0.5, 0.5], [0.5, 0.5]], r"its last two axes, got 2$"),
        ([[1.1, -0.1]], r"joint must hold finite numbers of at least 0, got -0\.1"),
    ],
)
def test_what_is_no_joint_distribution_is_a_value_error(joint, message):
    with pytest.raises(ValueError, match=message):
        mutual_information(joint, unit="bits")


@of_two
@pytest.mark.parametrize(
    ("shape_p", "shape_q"), [((3,), (4,)), ((1,), (4,)), ((2, 4), (1,)), ((2, 4), (3, 4))]
)
def test_shapes_that_do_not_match_are_named(function, shape_p, shape_q):
    p, q = (np.full(shape, 1 / shape[-1]) for shape in (shape_p, shape_q))
    with pytest.raises(ValueError) as caught:
        function(p, q, unit="bits")
    expected = f"p and q must have shapes that match, got {shape_p} and {shape_q}"
    assert str(caught.value) == expected


def test_shapes_of_elementwise_arguments_that_do_not_match_are_named():
    with pytest.raises(ValueError, match=r"p and q must have .*, got \(2,\) and \(3,\)$"):
        bernoulli_kl([0.1, 0.2], [0.1, 0.2, 0.3], unit="bits")
    message = r"mean_p and std_p and mean_q and std_q must .* \(2,\) and \(\) and \(3,\) and \(\)$"
    with pytest.raises(ValueError, match=message):
        gaussian_kl([0, 0], 1, [0, 0, 0], 1, unit="bits")


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan, np.inf])
def test_what_is_no_probability_is_a_value_error(bad):
    message = rf"must lie in \[0, 1\], got {bad}"
    for function in (surprise, bernoulli_entropy):
        with pytest.raises(ValueError, match=f"^p {message}$"):
            function(bad, unit="bits")
        with pytest.raises(ValueError, match=rf"^p {message} at index \(0, 1\)$"):
            function([[0.5, bad]], unit="bits")
    with pytest.raises(ValueError, match=f"^p {message}$"):
        bernoulli_kl(bad, 0.5, unit="bits")
    with pytest.raises(ValueError, match=f"^q {message}$"):
        bernoulli_kl(0.5, bad, unit="bits")


@pytest.mark.parametrize("name", ["std_p", "std_q"])
@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_standard_deviations_must_be_positive(name, bad):
    args = {"mean_p": 0, "std_p": 1, "mean_q": 0, "std_q": 1, name: bad}
    with pytest.raises(ValueError, match=f"^{name} must be positive and finite, got {bad}$"):
        gaussian_kl(**args, unit="nats")


@pytest.mark.parametrize("name", ["mean_p", "mean_q"])
@pytest.mark.parametrize("bad", [np.nan, -np.inf])
def test_means_must_be_finite(name, bad):
    args = {"mean_p": 0, "std_p": 1, "mean_q": 0, "std_q": 1, name: bad}
    with pytest.raises(ValueError, match=f"^{name} must be finite, got {bad}$"):
        gaussian_kl(**args, unit="nats")
