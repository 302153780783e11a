"""Measures of information, in NumPy.

Distributions lie along the last axis of an array, ``(..., N)``, joint distributions along the
last two, ``(..., N, M)``; the axes before them are a batch. All is computed in float64. A sum that
misses 1 by no more than rounding (1e-6; 1e-4 for float32, 1e-2 for float16) is scaled to 1.

Every function wants its unit by name: ``"bits"`` (logarithm to base 2) or ``"nats"`` (base e).
"""

import numpy as np

UNITS = {"bits": np.log(2.0), "nats": 1.0}  # one unit, in nats
SUM_TOLERANCE = {"float16": 1e-2, "float32": 1e-4}  # for all other types: 1e-6


# --- Checking what came in -------------------------------------------------------------------


def _array(value, name):
    """`value` as an array of numbers, in its own type."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got {array.dtype} ({value!r:.60})")
    return array


def _require(good, array, name, wanted):
    """Raise a ValueError that names the first entry of `array` that is not `good`."""
    if not np.all(good):
        index = tuple(int(i) for i in np.argwhere(np.logical_not(good))[0])
        place = f" at index {index}" if index else ""
        raise ValueError(f"{name} must {wanted}, got {array[index]!s}{place}")


def _probability(value, name):
    """`value` as float64, each entry a probability."""
    array = _array(value, name)
    _require((array >= 0) & (array <= 1), array, name, "lie in [0, 1]")
    return array.astype(np.float64)


def _distribution(value, name, axes=1):
    """`value` as float64, scaled to sum to 1 over its last `axes` axes (1 or 2)."""
    array = _array(value, name)
    layout = {1: "(..., N)", 2: "(..., N, M)"}[axes]
    if array.ndim < axes or 0 in array.shape[-axes:]:
        raise ValueError(f"{name} must have shape {layout}, not empty, got shape {array.shape}")
    _require((array >= 0) & np.isfinite(array), array, name, "hold finite numbers of at least 0")

    last = tuple(range(-axes, 0))
    p = array.astype(np.float64, order="C")
    with np.errstate(over="ignore"):  # the message below tells of an infinite sum
        total = p.sum(axis=last)
    error = np.abs(total - 1)
    if np.any(error > SUM_TOLERANCE.get(array.dtype.name, 1e-6)):
        index = tuple(int(i) for i in np.unravel_index(np.argmax(error), total.shape))
        over = {1: "its last axis", 2: "its last two axes"}[axes]
        place = f" at index {index}" if index else ""
        raise ValueError(f"{name} must sum to 1 over {over}, got {total[index]:.7g}{place}")
    return p / np.expand_dims(total, last)


def _require_same_shape(**arrays):
    """Raise a ValueError that names the shapes unless they broadcast."""
    shapes = [array.shape for array in arrays.values()]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        names, came = " and ".join(arrays), " and ".join(map(str, shapes))
        raise ValueError(f"{names} must have shapes that match, got {came}") from None


def _two_distributions(p, q):
    """`p` and `q` as distributions over the same N outcomes."""
    p, q = _distribution(p, "p"), _distribution(q, "q")
    if p.shape[-1] != q.shape[-1]:  # a length of 1 would broadcast
        raise ValueError(f"p and q must have shapes that match, got {p.shape} and {q.shape}")
    _require_same_shape(p=p, q=q)
    return p, q


# --- Building blocks, in nats ----------------------------------------------------------------


def _in_unit(nats, unit):
    """`nats` in the unit that the caller asked for."""
    if unit not in UNITS:
        raise ValueError(f"unit must be one of {', '.join(map(repr, UNITS))}, got {unit!r}")
    return nats / UNITS[unit] + 0.0  # + 0.0 turns -0.0 into 0.0


def _log(p):
    """log p, and 0 where p = 0: there the caller multiplies by 0, or puts the infinity in."""
    return np.log(np.where(p > 0, p, 1.0))


def _log_ratio(a, b):
    """log(a / b) for positive a and b: exact when they nearly agree, and without overflow."""
    near = np.abs(a - b) <= b / 2
    return np.where(near, np.log1p(np.where(near, a - b, 0.0) / b), np.log(a) - np.log(b))


def _kl_terms(p, q):
    """The terms p log(p / q) - p + q; over whole distributions the last two cancel.

    With them no term is negative, and each is 0 where p = q, so that rounding cannot make the
    divergence of two nearly equal distributions negative.
    """
    ratio = _log_ratio(np.where(p > 0, p, 1.0), np.where(q > 0, q, 1.0))
    return np.where((p > 0) & (q == 0), np.inf, p * ratio + (q - p))


# --- One variable ----------------------------------------------------------------------------


def surprise(p, *, unit):
    """Surprise (self-information) -log p of an event of probability p, elementwise.

    Parameters
    ----------
    p : array_like, any shape
        Probabilities in [0, 1].
    unit : {"bits", "nats"}
        Unit of the result.

    Returns
    -------
    float or ndarray, shape of `p`
        At least 0; infinite where p = 0.

    Raises
    ------
    ValueError
        If an entry of `p` lies outside [0, 1] or is nan, or `unit` is unknown.
    TypeError
        If `p` does not hold real numbers.

    References
    ----------
    Shannon, "A mathematical theory of communication" (1948), whose entropy is its mean.
    """
    p = _probability(p, "p")
    return _in_unit(np.where(p > 0, -_log(p), np.inf), unit)


def entropy(p, *, unit):
    """Entropy H(P) = -sum p log p, the expected surprise, summed over the last axis.

    Outcomes with p = 0 add nothing.

    Parameters
    ----------
    p : array_like, shape (..., N)
        Distributions over N outcomes, along the last axis.
    unit : {"bits", "nats"}
        Unit of the result.

    Returns
    -------
    float or ndarray, shape (...)
        Between 0 (one outcome is certain) and log N (all are equally likely).

    Raises
    ------
    ValueError
        If `p` is no distribution along its last axis, or `unit` is unknown.
    TypeError
        If `p` does not hold real numbers.

    References
    ----------
    Shannon, "A mathematical theory of communication" (1948), section 6.
    """
    p = _distribution(p, "p")
    return _in_unit(-(p * _log(p)).sum(axis=-1), unit)


def cross_entropy(p, q, *, unit):
    """Cross-entropy H(P, Q) = -sum p log q, summed over the last axis.

    It is the expected surprise of someone who believes Q while P holds. H(P, P) = H(P), which is 0
    only if one outcome is certain. Outcomes with p = 0 add nothing.

    Parameters
    ----------
    p, q : array_like, shape (..., N)
        Distributions over the same N outcomes, along the last axis; the axes before it broadcast.
    unit : {"bits", "nats"}
        Unit of the result.

    Returns
    -------
    float or ndarray, shape (...)
        H(P) + D(P || Q); infinite if q = 0 for an outcome with p > 0.

    Raises
    ------
    ValueError
        If `p` or `q` is no distribution along its last axis, if their shapes do not match, or
        `unit` is unknown.
    TypeError
        If `p` or `q` does not hold real numbers.

    References
    ----------
    Cover and Thomas, "Elements of information theory" (2006), theorem 5.4.3 (the wrong code).
    """
    p, q = _two_distributions(p, q)
    terms = np.where((p > 0) & (q == 0), np.inf, -p * _log(q))
    return _in_unit(terms.sum(axis=-1), unit)


def kl(p, q, *, unit):
    """Kullback-Leibler divergence D(P || Q) = sum p log(p / q), summed over the last axis.

    Parameters
    ----------
    p, q : array_like, shape (..., N)
        Distributions over the same N outcomes, along the last axis; the axes before it broadcast.
    unit : {"bits", "nats"}
        Unit of the result.

    Returns
    -------
    float or ndarray, shape (...)
        At least 0, and 0 if P = Q; infinite if q = 0 for an outcome with p > 0. Not symmetric.

    Raises
    ------
    ValueError
        If `p` or `q` is no distribution along its last axis, if their shapes do not match, or
        `unit` is unknown.
    TypeError
        If `p` or `q` does not hold real numbers.

    References
    ----------
    Kullback and Leibler, "On information and sufficiency" (1951).
    """
    p, q = _two_distributions(p, q)
    return _in_unit(np.maximum(_kl_terms(p, q).sum(axis=-1), 0.0), unit)


def js(p, q, *, unit):
    """Jensen-Shannon divergence, summed over the last axis.

    It is (D(P || M) + D(Q || M)) / 2, where M = (P + Q) / 2. (SciPy's ``jensenshannon`` is its
    square root.)

    Parameters
    ----------
    p, q : array_like, shape (..., N)
        Distributions over the same N outcomes, along the last axis; the axes before it broadcast.
    unit : {"bits", "nats"}
        Unit of the result.

    Returns
    -------
    float or ndarray, shape (...)
        Symmetric, between 0 (P = Q) and log 2, which is 1 bit (no outcome in common).

    Raises
    ------
    ValueError
        If `p` or `q` is no distribution along its last axis, if their shapes do not match, or
        `unit` is unknown.
    TypeError
        If `p` or `q` does not hold real numbers.

    References
    ----------
    Lin, "Divergence measures based on the Shannon entropy" (1991).
    """
    p, q = _two_distributions(p, q)
    # Twice P, Q and M: halving the smallest number would give a 0 in M where P has none.
    terms = _kl_terms(2 * p, p + q) + _kl_terms(2 * q, p + q)
    return _in_unit(np.clip(terms.sum(axis=-1) / 4, 0.0, np.log(2.0)), unit)


# --- Two variables ---------------------------------------------------------------------------


def mutual_information(joint, *, unit):
    """Mutual information I(X; Y) = sum p(x, y) log(p(x, y) / (p(x) p(y))), over the last two axes.

    Parameters
    ----------
    joint : array_like, shape (..., N, M)
        Joint distributions, ``joint[..., x, y]`` = p(x, y), each of which sums to 1 over x and y.
    unit : {"bits", "nats"}
        Unit of the result.

    Returns
    -------
    float or ndarray, shape (...)
        H(Y) - H(Y | X): at least 0, and 0 if X and Y are independent.

    Raises
    ------
    ValueError
        If `joint` is no distribution over its last two axes, or `unit` is unknown.
    TypeError
        If `joint` does not hold real numbers.

    References
    ----------
    Shannon, "A mathematical theory of communication" (1948), section 12 (as a rate); Cover and
    Thomas, "Elements of information theory" (2006), section 2.3.
    """
    joint = _distribution(joint, "joint", axes=2)
    product = joint.sum(axis=-1, keepdims=True) * joint.sum(axis=-2, keepdims=True)
    # A product of two tiny marginals may round to 0; only there does this change anything.
    product = np.where(joint > 0, np.maximum(product, np.nextafter(0.0, 1.0)), product)
    return _in_unit(np.maximum(_kl_terms(joint, product).sum(axis=(-2, -1)), 0.0), unit)


# --- Closed forms ----------------------------------------------------------------------------


def bernoulli_entropy(p, *, unit):
    """Entropy -p log p - (1 - p) log(1 - p) of a unit that is 1 with probability p, elementwise.

    Parameters
    ----------
    p : array_like, any shape
        Probabilities in [0, 1].
    unit : {"bits", "nats"}
        Unit of the result.

    Returns
    -------
    float or ndarray, shape of `p`
        Between 0 (at p = 0 and p = 1) and log 2, which is 1 bit (at p = 1/2).

    Raises
    ------
    ValueError
        If an entry of `p` lies outside [0, 1] or is nan, or `unit` is unknown.
    TypeError
        If `p` does not hold real numbers.

    References
    ----------
    Shannon, "A mathematical theory of communication" (1948), section 6, figure 7.
    """
    p = _probability(p, "p")
    log_complement = np.log1p(-np.where(p < 1, p, 0.0))
    return _in_unit(-p * _log(p) - (1 - p) * log_complement, unit)


def bernoulli_kl(p, q, *, unit):
    """Divergence D(P || Q) of two units that are 1 with probabilities p and q, elementwise.

    It is p log(p / q) + (1 - p) log((1 - p) / (1 - q)). Without the second term it could be
    negative.

    Parameters
    ----------
    p, q : array_like, shapes that broadcast
        Probabilities in [0, 1].
    unit : {"bits", "nats"}
        Unit of the result.

    Returns
    -------
    float or ndarray, broadcast shape of `p` and `q`
        At least 0, and 0 if p = q; infinite if q = 0 < p or q = 1 > p.

    Raises
    ------
    ValueError
        If an entry of `p` or `q` lies outside [0, 1] or is nan, if their shapes do not match, or
        `unit` is unknown.
    TypeError
        If `p` or `q` does not hold real numbers.

    References
    ----------
    Kullback and Leibler, "On information and sufficiency" (1951), for two outcomes.
    """
    p, q = _probability(p, "p"), _probability(q, "q")
    _require_same_shape(p=p, q=q)
    return _in_unit(np.maximum(_kl_terms(p, q) + _kl_terms(1 - p, 1 - q), 0.0), unit)


def gaussian_kl(mean_p, std_p, mean_q, std_q, *, unit):
    """Divergence D(P || Q) of two univariate Gaussians, elementwise.

    In nats it is log(std_q / std_p) + (std_p**2 + (mean_p - mean_q)**2) / (2 std_q**2) - 1/2.

    Parameters
    ----------
    mean_p, mean_q : array_like
        Means, finite.
    std_p, std_q : array_like
        Standard deviations (not variances), positive and finite. All four shapes broadcast.
    unit : {"bits", "nats"}
        Unit of the result.

    Returns
    -------
    float or ndarray, broadcast shape of the arguments
        At least 0, and 0 if the two are the same.

    Raises
    ------
    ValueError
        If a mean is not finite, a standard deviation is not positive and finite, if the shapes do
        not match, or `unit` is unknown.
    TypeError
        If an argument does not hold real numbers.

    References
    ----------
    Kullback, "Information theory and statistics" (1959), chapter 9, for one dimension; Kingma and
    Welling, "Auto-encoding variational Bayes" (2013), appendix B, for a standard normal Q.
    """
    mean_p, mean_q = _array(mean_p, "mean_p"), _array(mean_q, "mean_q")
    std_p, std_q = _array(std_p, "std_p"), _array(std_q, "std_q")
    for name, mean in {"mean_p": mean_p, "mean_q": mean_q}.items():
        _require(np.isfinite(mean), mean, name, "be finite")
    for name, std in {"std_p": std_p, "std_q": std_q}.items():
        _require((std > 0) & np.isfinite(std), std, name, "be positive and finite")
    _require_same_shape(mean_p=mean_p, std_p=std_p, mean_q=mean_q, std_q=std_q)

    mean_p, std_p, mean_q, std_q = (a.astype(np.float64) for a in (mean_p, std_p, mean_q, std_q))
    with np.errstate(over="ignore"):  # too large a number is infinite
        shift = (mean_p - mean_q) / std_q
        # With std_p / std_q = 1 + stretch, every part is at least 0 and nothing cancels.
        stretch = (std_p - std_q) / std_q
        nats = stretch - _log_ratio(std_p, std_q) + (stretch**2 + shift**2) / 2
        return _in_unit(nats, unit)
