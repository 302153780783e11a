"""What learners answer in chapter 01."""

import math

import numpy as np
from scipy.special import entr, expit, logsumexp, rel_entr
from scipy.special import softmax as scipy_softmax
from scipy.stats import entropy as scipy_entropy
from scipy.stats import norm

from course_utils.exercises.core import Lazy
from exercise_tables import Table

keras, tf = Lazy("keras"), Lazy("tensorflow")
table = Table()

# ------------------------------------------------------------------------------------ surprise


@table.right("surprise")
def change_of_base(p):
    return np.log(p) / np.log(0.5)


@table.right("surprise")
def of_the_inverse(p):
    return np.log2(1 / np.asarray(p))


@table.right("surprise")
def one_by_one(p):
    return np.array([-np.log2(value) for value in p])


@table.right("surprise")
def inverted(p):
    return -np.log2(np.atleast_1d(p))


@table.wrong("surprise", "the chapter goes on with NumPy")
def surprise_in_keras(p):
    return -keras.ops.log2(p)


@table.wrong("surprise", "return np.array(…)")
def surprise_list(p):
    return [-np.log2(value) for value in p]


@table.wrong("surprise", "need whole bits; surprise need not")
def rounded_up(p):
    return np.ceil(-np.log2(p))


@table.wrong("surprise", "need whole bits; surprise need not")
def rounded_off(p):
    return np.round(np.log2(1 / p))


@table.wrong("surprise", "nothing is added to p")
def at_most_thirty_bits(p):
    return np.where(p > 0, -np.log2(np.maximum(p, 1e-9)), np.inf)


@table.wrong("surprise", "right answer in nats")
def surprise_ln(p):
    return -np.log(p)


@table.wrong("surprise", "right answer in hartleys")
def surprise_log10(p):
    return -np.log10(p)


@table.wrong("surprise", "right answer in nats")
def math_log(p):
    return np.array([-math.log(value) for value in p])


@table.wrong("surprise", "The sign is missing")
def surprise_no_sign(p):
    return np.log2(p)


@table.wrong("surprise", "already weighted by p")
def weighted(p):
    return p * -np.log2(p)


@table.wrong("surprise", "TypeError: only")
def only_numbers(p):
    return -math.log2(p)


@table.wrong("surprise", "ValueError: The truth value of an array")
def if_on_an_array(p):
    if p == 0:
        return np.inf
    return -np.log2(p)


@table.wrong("surprise", "work on each entry")
def surprise_summed(p):
    return np.sum(-np.log2(p))


@table.wrong("surprise", "infinitely surprising: inf")
def surprise_clipped(p):
    return -np.log2(np.clip(p, 1e-12, 1))


@table.wrong("surprise", "infinitely surprising: inf")
def zero_for_impossible(p):
    p = np.asarray(p)
    return np.where(p > 0, -np.log2(np.where(p > 0, p, 1)), 0)


@table.wrong("surprise", "is a `return` missing?")
def surprise_printed(p):
    print(-np.log2(p))


# ------------------------------------------------------------------------------------- entropy


@table.right("entropy")
def entropy_loop(p):
    total = 0
    for value in p:
        if value > 0:
            total += value * math.log2(1 / value)
    return total


@table.right("entropy")
def entropy_nansum(p):
    return -np.nansum(p * np.log2(p))


@table.right("entropy")
def entropy_scipy(p):
    return entr(p).sum() / np.log(2)


@table.right("entropy")
def entropy_where(p):
    return np.sum(p * -np.log2(np.where(p == 0, 1, p)))


@table.wrong("entropy", "right answer in nats")
def entropy_nats(p):
    p = p[p != 0]
    return -np.sum(p * np.log(p))


@table.wrong("entropy", "right answer in nats")
def entropy_nats_and_nan(p):
    return -(p * np.log(p)).sum()


@table.wrong("entropy", "right answer in hartleys")
def entropy_hartleys(p):
    return scipy_entropy(p, base=10)


@table.wrong("entropy", "A value that never occurs adds nothing")
def entropy_nan(p):
    return np.sum(p * np.log2(1 / p))


@table.wrong("entropy", "The minus sign is missing")
def entropy_sign(p):
    return np.sum(p * np.log2(p))


@table.wrong("entropy", "a mean over N entries")
def entropy_mean(p):
    return (-p * np.log2(p)).mean()


@table.wrong("entropy", "a plain mean of the surprises")
def unweighted(p):
    return np.sum(-np.log2(p)) / len(p)


@table.wrong("entropy", "surprises of the outcomes. Entropy is their average")
def entropy_unaveraged(p):
    return np.log2(1 / p)


@table.wrong("entropy", "terms of the sum: add them up")
def entropy_terms(p):
    return p * -np.log2(p)


@table.wrong("entropy", "log2 of 4 outcomes: 2 bits")
def normalised(p):
    return entr(p).sum() / np.log(len(p))


@table.wrong("entropy", "log2 of 4 outcomes: 2 bits")
def coins_only(p):
    heads = p[0]
    return -heads * np.log2(heads) - (1 - heads) * np.log2(1 - heads)


@table.wrong("entropy", "A small number added to p shifts that")
def entropy_epsilon(p):
    return -np.sum(p * np.log2(p + 1e-9))


@table.wrong("entropy", "rounded")
def entropy_rounded(p):
    return round(entropy_loop(p), 3)


@table.wrong("entropy", "is a `return` missing?")
def entropy_no_return(p):
    p = p[p > 0]
    h = -np.sum(p * np.log2(p))  # noqa: F841


# ------------------------------------------------------------------------------- cross_entropy


@table.right("cross_entropy")
def cross_entropy_loop(p, q):
    total = 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0:
            total += a * (-math.log2(b) if b > 0 else math.inf)
    return total


@table.right("cross_entropy")
def entropy_plus_kl(p, q):
    return (entr(p).sum() + rel_entr(p, q).sum()) / np.log(2)


@table.wrong("cross_entropy", "P and Q are swapped")
def cross_entropy_swapped(p, q):
    p, q = p[q > 0], q[q > 0]
    return -np.sum(q * np.log2(p))


@table.wrong("cross_entropy", "entropy of P: q is not used")
def q_unused(p, q):
    p = p[p > 0]
    return -np.sum(p * np.log2(p))


@table.wrong("cross_entropy", "entropy of Q: p is not used")
def p_unused(p, q):
    q = q[q > 0]
    return -np.sum(q * np.log2(q))


@table.wrong("cross_entropy", "right answer in nats")
def cross_entropy_nats(p, q):
    seen = p > 0
    return -p[seen] @ np.log(q[seen])


@table.wrong("cross_entropy", "right answer in nats")
def cross_entropy_nats_and_epsilon(p, q):
    return -np.sum(p * np.log(q + 1e-9))


@table.wrong("cross_entropy", "The minus sign is missing")
def cross_entropy_sign(p, q):
    seen = p > 0
    return np.sum(p[seen] * np.log2(q[seen]))


@table.wrong("cross_entropy", "That is the KL divergence")
def kl_instead(p, q):
    return rel_entr(p, q).sum() / np.log(2)


@table.wrong("cross_entropy", "a mean over N entries")
def cross_entropy_mean(p, q):
    return np.mean(-p * np.log2(q))


@table.wrong("cross_entropy", "0·log 0 became nan")
def cross_entropy_nan(p, q):
    return -np.dot(p, np.log2(q))


@table.wrong("cross_entropy", "entries with q = 0 were left out")
def impossible_left_out(p, q):
    total = 0
    for i in range(len(p)):
        if p[i] > 0 and q[i] > 0:
            total -= p[i] * np.log2(q[i])
    return total


@table.wrong("cross_entropy", "entries with q = 0 were left out")
def q_selects(p, q):
    return -np.sum(p[q > 0] * np.log2(q[q > 0]))


@table.wrong("cross_entropy", "which hides that the true answer is inf")
def epsilon_added(p, q):
    return -np.sum(p * np.log2(q + 1e-12))


@table.wrong("cross_entropy", "which hides that the true answer is inf")
def cross_entropy_clipped(p, q):
    return -np.sum(p * np.log2(np.clip(q, 1e-10, 1)))


@table.wrong("cross_entropy", "However rarely it happens")
def rare_left_out(p, q):
    seen = p > 1e-9
    return -np.sum(p[seen] * np.log2(q[seen]))


@table.wrong("cross_entropy", "no clip, nothing added")
def impossible_or_clipped(p, q):
    if np.any((p > 0) & (q == 0)):
        return np.inf
    return -np.sum(p * np.log2(np.clip(q, 1e-12, 1)))


# ------------------------------------------------------------------------------------------ kl


@table.right("kl")
def cross_minus_entropy(p, q):
    return cross_entropy_loop(p, q) - entropy_loop(p)


@table.right("kl")
def kl_scipy(p, q):
    return scipy_entropy(p, q, base=2)


@table.right("kl")
def kl_where(p, q):
    return np.sum(np.where(p > 0, p * np.log2(p / q), 0))


@table.wrong("kl", "That is KL(Q‖P)")
def kl_swapped(p, q):
    return rel_entr(q, p).sum() / np.log(2)


@table.wrong("kl", "The sign is wrong: log2(q/p)")
def kl_upside_down(p, q):
    seen = p > 0
    return np.sum(p[seen] * np.log2(q[seen] / p[seen]))


@table.wrong("kl", "right answer in nats")
def kl_nats(p, q):
    return rel_entr(p, q).sum()


@table.wrong("kl", "That is the cross-entropy")
def cross_entropy_instead(p, q):
    return cross_entropy_loop(p, q)


@table.wrong("kl", "H(Q) was subtracted")
def wrong_entropy(p, q):
    return cross_entropy_loop(p, q) - entropy_loop(q)


@table.wrong("kl", "a mean over N entries")
def kl_mean(p, q):
    return np.mean(p * np.log2(p / q))


@table.wrong("kl", "A value that never occurs adds nothing")
def kl_nan(p, q):
    return np.sum(p * (np.log2(p) - np.log2(q)))


@table.wrong("kl", "Σ p·log2(p/q), over all outcomes")
def ratio_of_logarithms(p, q):
    return np.sum(p * np.log2(p) / np.log2(q))


@table.wrong("kl", "Q excludes what P makes happen: inf")
def kl_epsilon(p, q):
    p, q = p + 1e-12, q + 1e-12
    return np.sum(p * np.log2(p / q))


@table.wrong("kl", "Q excludes what P makes happen: inf")
def both_positive(p, q):
    seen = (p > 0) & (q > 0)
    return np.sum(p[seen] * np.log2(p[seen] / q[seen]))


@table.wrong("kl", "no clip, nothing added to q")
def kl_clipped(p, q):
    return np.inf if np.any((p > 0) & (q == 0)) else kl_scipy(p, np.clip(q, 1e-12, 1))


@table.wrong("kl", "However rarely it happens")
def kl_of_the_frequent(p, q):
    seen = p > 1e-9
    return np.sum(p[seen] * np.log2(p[seen] / q[seen]))


# ----------------------------------------------------------------------------- bce_from_logits


@table.right("bce_from_logits")
def largest_taken_out(z, y):
    ops = keras.ops
    return ops.maximum(z, 0) - z * y + ops.log1p(ops.exp(-ops.abs(z)))


@table.right("bce_from_logits")
def two_softplus(z, y):
    return y * keras.ops.softplus(-z) + (1 - y) * keras.ops.softplus(z)


@table.right("bce_from_logits")
def library(z, y):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)


@table.right("bce_from_logits")
def two_branches(z, y):
    ops = keras.ops
    return ops.where(z > 20, z, ops.log1p(ops.exp(ops.minimum(z, 20.0)))) - z * y


@table.right("bce_from_logits")
def by_log_sigmoid(z, y):
    yes, no = keras.ops.log_sigmoid(z), keras.ops.log_sigmoid(-z)
    return -(y * yes + (1 - y) * no)


@table.right("bce_from_logits")
def by_logaddexp(z, y):
    return keras.ops.logaddexp(keras.ops.zeros_like(z), z) - z * y


@table.right("bce_from_logits")
def keras_entry_by_entry(z, y):
    return keras.ops.binary_crossentropy(y, z, from_logits=True)


@table.wrong("bce_from_logits", "differentiates both branches")
def inf_in_the_other_branch(z, y):
    return keras.ops.where(z > 20, z, keras.ops.log1p(keras.ops.exp(z))) - z * y


@table.wrong("bce_from_logits", "A clip, of z or of the probability, hides that")
def logit_clipped_by_hand(z, y):
    z = keras.ops.clip(z, -20, 20)
    return keras.ops.log(1 + keras.ops.exp(z)) - z * y


@table.wrong("bce_from_logits", "A clip, of z or of the probability, hides that")
def clipped_a_little_more(z, y):
    a = keras.ops.clip(keras.ops.sigmoid(z), 1e-6, 1 - 1e-6)
    return -y * keras.ops.log(a) - (1 - y) * keras.ops.log(1 - a)


@table.wrong("bce_from_logits", "However large the logit")
def clipped_far_out(z, y):
    z = keras.ops.clip(z, -500, 500)
    return keras.ops.softplus(z) - z * y


@table.wrong("bce_from_logits", "gives no gradient along y")
def target_stopped(z, y):
    return keras.ops.softplus(z) - z * keras.ops.stop_gradient(y)


@table.wrong("bce_from_logits", "so the sigmoid must not be computed")
def as_printed(z, y):
    a = 1 / (1 + keras.ops.exp(-z))
    return -(y * keras.ops.log(a) + (1 - y) * keras.ops.log(1 - a))


@table.wrong("bce_from_logits", "eᶻ has overflowed")
def softplus_by_hand(z, y):
    return keras.ops.log(1 + keras.ops.exp(z)) - z * y


@table.wrong("bce_from_logits", "The sign is wrong")
def bce_sign(z, y):
    return z * y - keras.ops.softplus(z)


@table.wrong("bce_from_logits", "The labels are swapped")
def labels_swapped(z, y):
    return keras.ops.softplus(z) - z * (1 - y)


@table.wrong("bce_from_logits", "the term −z·y is missing")
def y_unused(z, y):
    return keras.ops.softplus(z)


@table.wrong("bce_from_logits", "That is the term of y = 1 only")
def first_term_only(z, y):
    return y * keras.ops.softplus(-z)


@table.wrong("bce_from_logits", "That is in bits")
def bce_bits(z, y):
    return (keras.ops.softplus(z) - z * y) / math.log(2)


@table.wrong("bce_from_logits", "averaged over all entries")
def keras_class(z, y):
    return keras.losses.BinaryCrossentropy(from_logits=True)(y, z)


@table.wrong("bce_from_logits", "averaged over the last axis")
def keras_function(z, y):
    return keras.losses.binary_crossentropy(y, z, from_logits=True)


@table.wrong("bce_from_logits", "summed over the last axis")
def summed_over_pixels(z, y):
    return keras.ops.sum(keras.ops.softplus(z) - z * y, axis=-1)


@table.wrong("bce_from_logits", "z was taken for a probability")
def logit_for_probability(z, y):
    return -(y * keras.ops.log(z) + (1 - y) * keras.ops.log(1 - z))


@table.wrong("bce_from_logits", "The probability was clipped")
def bce_clipped(z, y):
    a = keras.ops.clip(keras.ops.sigmoid(z), 1e-7, 1 - 1e-7)
    return -y * keras.ops.log(a) - (1 - y) * keras.ops.log(1 - a)


@table.wrong("bce_from_logits", "the loss is |z| = 100")
def logit_clipped(z, y):
    z = keras.ops.clip(z, -20, 20)
    return keras.ops.softplus(z) - z * y


@table.wrong("bce_from_logits", "use keras.ops, not NumPy")
def numpy_function(z, y):
    return np.logaddexp(0, z) - z * y


@table.wrong("bce_from_logits", "use keras.ops, not NumPy")
def numpy_method(z, y):
    z, y = z.numpy(), y.numpy()
    return np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))


@table.wrong("bce_from_logits", "use keras.ops, not NumPy")
def python_if(z, y):
    if keras.ops.max(z) > 50:
        return keras.ops.maximum(z, 0.0) - z * y
    return keras.ops.softplus(z) - z * y


@table.wrong("bce_from_logits", "use keras.ops, not NumPy")
def loop_over_the_batch(z, y):
    rows = [keras.ops.softplus(z[i]) - z[i] * y[i] for i in range(z.shape[0])]
    return keras.ops.stack(rows)


@table.wrong("bce_from_logits", "its gradient along z is")
def half_stopped(z, y):
    return keras.ops.softplus(keras.ops.stop_gradient(z)) - z * y


# --------------------------------------------------------------------------- softmax_gradient


@table.right("softmax_gradient")
def softmax_rows(z, y):
    out = []
    for logits, target in zip(z, y, strict=True):
        e = np.exp(logits - max(logits))
        out.append(e / sum(e) - target)
    return np.array(out)


@table.right("softmax_gradient")
def softmax_keras(z, y):
    return keras.ops.softmax(z) - y


@table.right("softmax_gradient")
def by_log_sum_exp(z, y):
    return np.exp(z - logsumexp(z, axis=1, keepdims=True)) - y


@table.wrong("softmax_gradient", "A clip loses that")
def softmax_clipped(z, y):
    e = np.exp(np.clip(z, -500, 500))
    return e / e.sum(axis=-1, keepdims=True) - y


@table.wrong("softmax_gradient", "a constant for all, such as 500")
def less_500(z, y):
    e = np.exp(z - 500)
    return e / e.sum(axis=-1, keepdims=True) - y


@table.wrong("softmax_gradient", "Subtract each row's largest logit")
def nan_to_one(z, y):
    e = np.exp(z)
    return np.nan_to_num(e / e.sum(axis=-1, keepdims=True), nan=1.0) - y


@table.wrong("softmax_gradient", "less, such as the mean, may leave an overflow")
def less_the_mean(z, y):
    e = np.exp(z - z.mean(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) - y


@table.wrong("softmax_gradient", "the chain rule divides by a")
def by_the_jacobian(z, y):
    rows = []
    for a, target in zip(scipy_softmax(z, axis=-1), y, strict=True):
        jacobian = np.diag(a) - np.outer(a, a)
        rows.append(jacobian @ (-target / a))
    return np.array(rows)


@table.wrong("softmax_gradient", "The sign is wrong")
def gradient_sign(z, y):
    return y - scipy_softmax(z, axis=1)


@table.wrong("softmax_gradient", "the derivative for the wrong classes")
def softmax_only(z, y):
    return scipy_softmax(z, axis=1)


@table.wrong("softmax_gradient", "The softmax ran over the batch")
def over_the_batch(z, y):
    return scipy_softmax(z, axis=0) - y


@table.wrong("softmax_gradient", "The sum ran over the whole batch")
def one_sum(z, y):
    e = np.exp(z)
    return e / e.sum() - y


@table.wrong("softmax_gradient", "overflows to inf, and inf/inf is nan")
def no_maximum(z, y):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True) - y


@table.wrong("softmax_gradient", "Each row has a largest logit of its own")
def one_maximum(z, y):
    e = np.exp(z - z.max())
    return e / e.sum(axis=1, keepdims=True) - y


@table.wrong("softmax_gradient", "derivative with respect to a")
def with_respect_to_a(z, y):
    return -y / scipy_softmax(z, axis=-1)


@table.wrong("softmax_gradient", "divided by the batch size")
def batch_mean(z, y):
    return (scipy_softmax(z, axis=-1) - y) / z.shape[0]


@table.wrong("softmax_gradient", "could not be broadcast")
def no_keepdims(z, y):
    e = np.exp(z)
    return e / e.sum(axis=1) - y


@table.wrong("softmax_gradient", "That is a sigmoid for each logit")
def sigmoid_instead(z, y):
    return expit(z) - y


# ------------------------------------------------------------------------------- bernoulli_kl


@table.right("bernoulli_kl")
def bernoulli_scipy(rho, rho_hat):
    return rel_entr(rho, rho_hat) + rel_entr(1 - rho, 1 - rho_hat)


@table.right("bernoulli_kl")
def bernoulli_difference(rho, rho_hat):
    cross = -rho * np.log(rho_hat) - (1 - rho) * np.log1p(-rho_hat)
    return cross + rho * np.log(rho) + (1 - rho) * np.log1p(-rho)


@table.right("bernoulli_kl")
def bernoulli_one_by_one(rho, rho_hat):
    off = 1 - rho
    return np.array([rho * np.log(rho / r) + off * np.log(off / (1 - r)) for r in rho_hat])


@table.right("bernoulli_kl")
def bernoulli_at_least_1d(rho, rho_hat):
    return bernoulli_scipy(rho, np.atleast_1d(rho_hat))


@table.wrong("bernoulli_kl", "However near to 0 or 1")
def bernoulli_finite(rho, rho_hat):
    return np.nan_to_num(bernoulli_scipy(rho, rho_hat))


@table.wrong("bernoulli_kl", "However near to 0 or 1")
def bernoulli_clipped(rho, rho_hat):
    return bernoulli_scipy(rho, np.clip(rho_hat, 1e-7, 1 - 1e-7))


@table.wrong("bernoulli_kl", "there is nothing to pay")
def bernoulli_epsilon(rho, rho_hat):
    off = (1 - rho) * np.log((1 - rho) / (1 - rho_hat + 1e-8))
    return rho * np.log(rho / (rho_hat + 1e-8)) + off


@table.wrong("bernoulli_kl", "The second term is missing")
def on_only(rho, rho_hat):
    return rho * (np.log(rho) - np.log(rho_hat))


@table.wrong("bernoulli_kl", "That is in bits")
def bernoulli_bits(rho, rho_hat):
    return bernoulli_scipy(rho, rho_hat) / np.log(2)


@table.wrong("bernoulli_kl", "ρ and ρ̂ are swapped")
def bernoulli_swapped(rho, rho_hat):
    return bernoulli_scipy(rho_hat, rho)


@table.wrong("bernoulli_kl", "The sign is wrong")
def bernoulli_sign(rho, rho_hat):
    return rho * np.log(rho_hat / rho) + (1 - rho) * np.log((1 - rho_hat) / (1 - rho))


@table.wrong("bernoulli_kl", "added up over the units")
def bernoulli_sum(rho, rho_hat):
    return bernoulli_scipy(rho, rho_hat).sum()


@table.wrong("bernoulli_kl", "a mean over the units")
def bernoulli_mean(rho, rho_hat):
    return bernoulli_scipy(rho, rho_hat).mean()


@table.wrong("bernoulli_kl", "The second term has the wrong sign")
def bernoulli_minus(rho, rho_hat):
    return rel_entr(rho, rho_hat) - rel_entr(1 - rho, 1 - rho_hat)


@table.wrong("bernoulli_kl", "That is the cross-entropy")
def bernoulli_cross(rho, rho_hat):
    return -(rho * np.log(rho_hat) + (1 - rho) * np.log(1 - rho_hat))


@table.wrong("bernoulli_kl", "TypeError: only")
def bernoulli_numbers(rho, rho_hat):
    off = (1 - rho) * math.log((1 - rho) / (1 - rho_hat))
    return rho * math.log(rho / rho_hat) + off


# -------------------------------------------------------------------------------- gaussian_kl


@table.right("gaussian_kl")
def with_variances(mean_p, std_p, mean_q, std_q):
    v, w = std_p**2, std_q**2
    return 0.5 * (math.log(w / v) + v / w - 1 + (mean_q - mean_p) ** 2 / w)


@table.right("gaussian_kl")
def integral(mean_p, std_p, mean_q, std_q):
    p, q = norm(mean_p, std_p), norm(mean_q, std_q)
    return p.expect(lambda x: p.logpdf(x) - q.logpdf(x))


@table.wrong("gaussian_kl", "nothing is added to the deviations")
def gaussian_epsilon(mean_p, std_p, mean_q, std_q):
    return with_variances(mean_p, std_p, mean_q, std_q + 1e-7)


@table.wrong("gaussian_kl", "P and Q are swapped")
def gaussian_swapped(mean_p, std_p, mean_q, std_q):
    return with_variances(mean_q, std_q, mean_p, std_p)


@table.wrong("gaussian_kl", "The −½ is missing")
def no_half(mean_p, std_p, mean_q, std_q):
    return np.log(std_q / std_p) + (std_p**2 + (mean_p - mean_q) ** 2) / (2 * std_q**2)


@table.wrong("gaussian_kl", "σ was used where its square")
def deviation_for_variance(mean_p, std_p, mean_q, std_q):
    return np.log(std_q / std_p) + (std_p + (mean_p - mean_q) ** 2) / (2 * std_q) - 0.5


@table.wrong("gaussian_kl", "the 2 is missing")
def two_forgotten(mean_p, std_p, mean_q, std_q):
    return np.log(std_q / std_p) + (std_p**2 + (mean_p - mean_q) ** 2) / std_q**2 - 0.5


@table.wrong("gaussian_kl", "A factor ½ is missing in front of the quadratic part")
def half_of_the_logarithm_only(mean_p, std_p, mean_q, std_q):
    quadratic = (std_p**2 + (mean_p - mean_q) ** 2) / std_q**2 - 1
    return 0.5 * np.log(std_q**2 / std_p**2) + quadratic


@table.wrong("gaussian_kl", "That is twice the answer")
def gaussian_twice(mean_p, std_p, mean_q, std_q):
    v, w = std_p**2, std_q**2
    return np.log(w / v) + v / w - 1 + (mean_q - mean_p) ** 2 / w


@table.wrong("gaussian_kl", "The logarithm is upside down")
def upside_down(mean_p, std_p, mean_q, std_q):
    quadratic = (std_p**2 + (mean_p - mean_q) ** 2) / (2 * std_q**2)
    return np.log(std_p) - np.log(std_q) + quadratic - 0.5


@table.wrong("gaussian_kl", "not squared")
def distance_not_squared(mean_p, std_p, mean_q, std_q):
    return np.log(std_q / std_p) + (std_p**2 + (mean_p - mean_q)) / (2 * std_q**2) - 0.5


@table.wrong("gaussian_kl", "Equal Gaussians do not diverge")
def plus_half(mean_p, std_p, mean_q, std_q):
    return np.log(std_q / std_p) + (std_p**2 + (mean_p - mean_q) ** 2) / (2 * std_q**2) + 0.5


@table.wrong("gaussian_kl", "ln(σ_q/σ_p)")
def from_a_standard_normal(mean_p, std_p, mean_q, std_q):
    return 0.5 * (mean_p**2 + std_p**2 - np.log(std_p**2) - 1)


# ------------------------------------------------------------------------- conditional_entropy


def h(p):
    p = np.asarray(p, float)
    p = p[p > 0]
    return -np.sum(p * np.log2(p))


table.right("conditional_entropy")(lambda joint: h(joint) - h(joint.sum(axis=0)))


@table.right("conditional_entropy")
def left_by_columns(joint):
    total = 0.0
    for column in np.asarray(joint).T:
        if column.sum() > 0:
            total += column.sum() * h(column / column.sum())
    return total


@table.right("conditional_entropy")
def left_by_information(joint):
    from scipy.special import rel_entr

    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return h(joint.sum(axis=1)) - rel_entr(joint, product).sum() / np.log(2)


for answer, says in (
    (lambda j: np.log(2) * (h(j) - h(j.sum(axis=0))), "right answer in nats"),
    (lambda j: h(j.sum(axis=0)) - h(j), "The sign is wrong"),
    (lambda j: h(j) - h(j.sum(axis=1)), "That is H(Y|X)"),
    (h, "That is H(X, Y), of the whole table"),
    (lambda j: h(j.sum(axis=1)), "before anything is known"),
    (lambda j: h(j.sum(axis=0)), "That is H(Y), of the columns"),
    (lambda j: h(j.sum(0)) + h(j.sum(1)) - h(j), "what Y tells about X"),
    (lambda j: np.mean([h(c / c.sum()) for c in j.T]), "as if each y were equally likely"),
    (lambda j: np.sum([h(c / c.sum()) for c in j.T]), "with the weights p(y)"),
    (lambda j: -np.sum(j * np.log2(j / j.sum(axis=0))), "never occurs adds nothing"),
    (
        lambda j: -np.sum(j * np.log2((j + 1e-6) / (j.sum(axis=0) + 1e-6))),
        "A small number added somewhere",
    ),
):
    table.wrong("conditional_entropy", says)(answer)

table.choice("most_even", "a", "failed", "sign is turned round")
table.choice("most_even", "b", "passed", "by Gibbs's inequality")
table.choice("most_even", "c", "failed", "with a minus")


# ------------------------------------------------------------------------- mutual_information


@table.right("mutual_information")
def three_entropies(joint):
    h = [entr(t).sum() for t in (joint.sum(axis=0), joint.sum(axis=1), joint)]
    return (h[0] + h[1] - h[2]) / np.log(2)


@table.right("mutual_information")
def cell_by_cell(joint):
    total = 0
    for row in joint:
        for j, p in enumerate(row):
            if p:
                total += p * math.log2(p / sum(row) / sum(joint[:, j]))
    return total


@table.wrong("mutual_information", "divided by the entropy H(Y)")
def share_of_y(joint):
    return three_entropies(joint) / scipy_entropy(joint.sum(axis=0), base=2)


@table.wrong("mutual_information", "divided by the entropy H(X)")
def share_of_x(joint):
    return three_entropies(joint) / scipy_entropy(joint.sum(axis=1), base=2)


@table.wrong("mutual_information", "A small number added somewhere")
def information_epsilon(joint):
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return np.sum(joint * np.log2(joint / (product + 1e-8) + 1e-8))


@table.wrong("mutual_information", "A value of x that never occurs")
def zeros_in_the_marginal(joint):
    px, py = joint.sum(axis=1), joint.sum(axis=0)
    hx, hxy = -np.sum(px * np.log2(px)), entr(joint).sum() / np.log(2)
    return hx + entr(py).sum() / np.log(2) - hxy


@table.wrong("mutual_information", "right answer in nats")
def information_nats(joint):
    return rel_entr(joint, np.outer(joint.sum(axis=1), joint.sum(axis=0))).sum()


@table.wrong("mutual_information", "The sign is wrong")
def both_minuses_lost(joint):
    return -three_entropies(joint)


@table.wrong("mutual_information", "That is the joint entropy")
def joint_entropy(joint):
    return entr(joint).sum() / np.log(2)


@table.wrong("mutual_information", "That is H(X), what there is to know")
def entropy_of_x(joint):
    return scipy_entropy(joint.sum(axis=1), base=2)


@table.wrong("mutual_information", "That is H(X|Y), what remains unknown")
def x_given_y(joint):
    return (entr(joint).sum() - entr(joint.sum(axis=0)).sum()) / np.log(2)


@table.wrong("mutual_information", "That is H(Y|X), what remains unknown")
def y_given_x(joint):
    return (entr(joint).sum() - entr(joint.sum(axis=1)).sum()) / np.log(2)


@table.wrong("mutual_information", "The weights are p(x)·p(y)")
def reversed_kl(joint):
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return rel_entr(product, joint).sum() / np.log(2)


@table.wrong("mutual_information", "a mean over the cells")
def information_mean(joint):
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return np.mean(joint * np.log2(joint / product))


@table.wrong("mutual_information", "A value that never occurs adds nothing")
def information_nan(joint):
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return np.sum(joint * np.log2(joint / product))


@table.wrong("mutual_information", "Each x has to meet each y")
def no_columns(joint):
    px, py = joint.sum(axis=1), joint.sum(axis=0)
    return np.sum(joint * np.log2(joint / (px * py)))


@table.wrong("mutual_information", "counted twice")
def two_entropies(joint):
    return (entr(joint.sum(axis=0)).sum() + entr(joint.sum(axis=1)).sum()) / np.log(2)


# ------------------------------------------------------------------------- choices and numbers

table.choice("which_kl", "a", "failed", "Forward KL(P‖Q) weighs by P")
table.choice("which_kl", "b", "passed", "Reverse KL(Q‖P) weighs by Q")
table.choice("which_kl", " B ", "passed", "Reverse KL(Q‖P) weighs by Q")
table.choice("which_kl", "c", "failed", "the two directions ask different questions")

table.choice("breaking_point", 17, "passed", "1 + e⁻ᶻ rounds to 1")
table.choice("breaking_point", 89, "failed", "where exp(z) itself overflows in float32")
table.choice("breaking_point", 37, "failed", "where it breaks in float64")
table.choice("breaking_point", 16, "failed", "at 16 the loss is still finite")
table.choice("breaking_point", 18, "failed", "but it was so before")
table.choice("breaking_point", 100, "failed", "Try some: print naive_bce")
table.choice("breaking_point", 16.5, "failed", "Try some: print naive_bce")

table.choice("more_surprising", "a", "failed", "has the same probability")
table.choice("more_surprising", "b", "failed", "seems ordinary")
table.choice("more_surprising", "c", "passed", "10 bits each")


# ----------------------------------------------------------------------------- kl_by_sampling


@table.slow("kl_by_sampling")
def terms_one_by_one(draws, log_p, log_q):
    return sum(float(log_p(x) - log_q(x)) for x in draws) / len(draws)


@table.right("kl_by_sampling")
def difference_of_means(draws, log_p, log_q):
    return log_p(draws).mean() - log_q(draws).mean()


@table.wrong("kl_by_sampling", "The sign")
def q_minus_p(draws, log_p, log_q):
    return (log_q(draws) - log_p(draws)).mean()


@table.wrong("kl_by_sampling", "grows with the number of draws")
def sum_over_draws(draws, log_p, log_q):
    return sum(log_p(draws) - log_q(draws))


@table.wrong("kl_by_sampling", "come from P already")
def weighted_again(draws, log_p, log_q):
    p = np.exp(log_p(draws))
    return np.mean(p * log_p(draws) - p * log_q(draws))


@table.wrong("kl_by_sampling", "round to 0")
def by_way_of_the_densities(draws, log_p, log_q):
    return np.mean(np.log(np.exp(log_p(draws)) / np.exp(log_q(draws))))


@table.wrong("kl_by_sampling", "are logarithms already")
def log_of_log(draws, log_p, log_q):
    return np.log(log_p(draws) / log_q(draws)).mean()


@table.right("kl_by_sampling")
def samples_in_a_loop(draws, log_p, log_q):
    total = 0.0
    for part in np.array_split(draws, 10):
        total += np.sum(log_p(part) - log_q(part))
    return total / len(draws)


@table.wrong("kl_by_sampling", "an estimate of it may be")
def absolute_terms(draws, log_p, log_q):
    return np.mean(np.abs(log_p(draws) - log_q(draws)))


@table.wrong("kl_by_sampling", "an estimate of it may be")
def positive_terms(draws, log_p, log_q):
    return np.mean(np.maximum(log_p(draws) - log_q(draws), 0))


@table.wrong("kl_by_sampling", "an estimate of it may be")
def absolute_mean(draws, log_p, log_q):
    return abs(np.mean(log_p(draws) - log_q(draws)))


@table.wrong("kl_by_sampling", "an estimate of it may be")
def at_least_0(draws, log_p, log_q):
    return max(0.0, np.mean(log_p(draws) - log_q(draws)))


@table.wrong("kl_by_sampling", "Each draw counts, repeated ones too")
def each_value_once(draws, log_p, log_q):
    draws = np.unique(draws)
    return np.mean(log_p(draws) - log_q(draws))


@table.wrong("kl_by_sampling", "The mean over all the draws")
def the_first_thousand(draws, log_p, log_q):
    draws = draws[:1000]
    return np.mean(log_p(draws) - log_q(draws))


@table.wrong("kl_by_sampling", "log_p and log_q are functions: call them on the draws")
def functions_subtracted(draws, log_p, log_q):
    return np.mean(log_p - log_q)


@table.wrong("kl_by_sampling", "log_p and log_q are functions: call them on the draws")
def functions_indexed(draws, log_p, log_q):
    return np.mean([log_p[x] - log_q[x] for x in draws])


@table.wrong("kl_by_sampling", "missing 1 required positional argument")
def too_many_parameters(draws, log_p, log_q, n):
    return np.sum(log_p(draws) - log_q(draws)) / n


# ------------------------------------------------------------------ slips found by a reader


@table.wrong("entropy", "Many rare values matter together")
def leaves_out_the_rare(p):
    p = p[p > 0.001]
    return -np.sum(p * np.log2(p))


@table.wrong("kl", "H(Q, P) − H(P)")
def wrong_cross_entropy(p, q):
    return -np.sum(q * np.log2(p)) + np.sum(p * np.log2(p))


@table.wrong("kl", "H(P) was added")
def entropy_added(p, q):
    return -np.sum(p * np.log2(q)) - np.sum(p * np.log2(p))


@table.wrong("gaussian_kl", "σ_p² has to be divided by 2σ_q², too")
def bracket_too_small(mean_p, std_p, mean_q, std_q):
    square = std_p**2 + (mean_p - mean_q) ** 2 / (2 * std_q**2)
    return np.log(std_q) - np.log(std_p) + square - 1 / 2


@table.wrong("gaussian_kl", "divides by 2 and multiplies by σ_q²")
def half_times(mean_p, std_p, mean_q, std_q):
    return np.log(std_q / std_p) + (std_p**2 + (mean_p - mean_q) ** 2) / 2 * std_q**2 - 1 / 2


@table.wrong("bernoulli_kl", "Write (1 - rho) / (1 - rho_hat)")
def brackets_missing(rho, rho_hat):
    return rho * np.log(rho / rho_hat) + (1 - rho) * np.log(1 - rho / 1 - rho_hat)


@table.wrong("softmax_gradient", "derivative of a_k with respect to z_k")
def softmax_derivative(z, y):
    a = np.exp(z - z.max(-1, keepdims=True))
    a /= a.sum(-1, keepdims=True)
    return a * (1 - a)


@table.wrong("bce_from_logits", "z and y are swapped inside")
def target_first(z, y):
    import keras

    return keras.ops.softplus(y) - y * z


@table.wrong("entropy", "wherever they stand")
def up_to_the_first_zero(p):
    total = 0
    for value in p:
        if value == 0:
            break
        total -= value * np.log2(value)
    return total


@table.wrong("entropy", "wherever they stand")
def as_many_as_are_not_zero(p):
    p = p[: np.count_nonzero(p)]
    return -np.sum(np.where(p > 0, p * np.log2(p), 0))


@table.wrong("entropy", "A value that never occurs adds nothing")
def zeros_trimmed(p):
    p = np.trim_zeros(p)
    return -np.sum(p * np.log2(p))


@table.wrong("entropy", "rounded")
def entropy_in_float16(p):
    return np.float16(entropy_loop(p))


@table.wrong("entropy", "the surprise of an average p")
def entropy_of_order_two(p):
    return -np.log2(np.sum(p**2))


@table.wrong("cross_entropy", "wherever it stands")
def cross_entropy_up_to_the_first_zero(p, q):
    n = list(p).index(0) if 0 in p else len(p)
    return cross_entropy_loop(p[:n], q[:n])


@table.wrong("cross_entropy", "even if q = 0 too")
def inf_for_any_zero(p, q):
    return np.inf if np.any(q == 0) else cross_entropy_loop(p, q)


@table.wrong("cross_entropy", "q clipped or nan_to_num used")
def cross_entropy_finite(p, q):
    return -np.sum(p * np.nan_to_num(np.log2(q)))


@table.wrong("cross_entropy", "Average the surprise")
def product_of_entropies(p, q):
    return entropy_loop(p) * entropy_loop(q)


@table.wrong("cross_entropy", "Average the surprise")
def surprise_of_the_average(p, q):
    return -np.log2(np.sum(p * q))


@table.wrong("kl", "even if q = 0 too")
def kl_inf_for_any_zero(p, q):
    return np.inf if np.any(q == 0) else kl_scipy(p, q)


@table.wrong("kl", "even if q = 0 too")
def kl_if_q_is_positive(p, q):
    return cross_entropy_loop(p, q) - entropy_loop(p) if q.all() else np.inf


@table.wrong("kl", "even if q = 0 too")
def only_p_clipped(p, q):
    return np.sum(p * np.log2(np.maximum(p, 1e-7) / q))


@table.wrong("kl", "even if q = 0 too")
def only_p_replaced(p, q):
    return np.sum(p * np.log2(np.where(p > 0, p, 1) / q))


@table.wrong("kl", "wherever it stands")
def kl_up_to_the_first_zero(p, q):
    n = list(p).index(0) if 0 in p else len(p)
    return rel_entr(p[:n], q[:n]).sum() / np.log(2)


@table.wrong("kl", "the symmetrised form")
def both_ways(p, q):
    return np.sum((p - q) * np.log2(p / q))


@table.wrong("kl", "terms of the sum: add them up")
def kl_terms(p, q):
    return rel_entr(p, q) / np.log(2)


@table.wrong("kl", "terms of the sum: add them up")
def kl_terms_and_nan(p, q):
    return p * np.log2(p / q)


@table.wrong("bce_from_logits", "differentiates both branches")
def inf_from_30_on(z, y):
    ops = keras.ops
    return ops.where(z > 30, z, ops.log(1 + ops.exp(z))) - z * y


@table.wrong("bce_from_logits", "nan_to_num only hides an inf")
def bce_finite(z, y):
    a = keras.ops.sigmoid(z)
    h = -y * keras.ops.log(a) - (1 - y) * keras.ops.log(1 - a)
    return keras.ops.nan_to_num(h)


@table.right("bernoulli_kl")
def bernoulli_by_math(rho, rho_hat):
    return np.array([bernoulli_numbers(rho, r) for r in rho_hat])


@table.wrong("bernoulli_kl", "Python's math.log(0) raises an error")
def bernoulli_by_difference_in_math(rho, rho_hat):
    on = [rho * (math.log(rho) - math.log(r)) for r in rho_hat]
    off = [(1 - rho) * (math.log(1 - rho) - math.log(1 - r)) for r in rho_hat]
    return np.array(on) + np.array(off)


@table.wrong("bernoulli_kl", "At 0 and at 1 it is inf")
def bernoulli_vectorized(rho, rho_hat):
    return np.vectorize(bernoulli_numbers)(rho, rho_hat)


@table.wrong("bernoulli_kl", "no float32")
def bernoulli_float32(rho, rho_hat):
    return bernoulli_scipy(np.float32(rho), rho_hat.astype("float32"))


@table.wrong("gaussian_kl", "a divergence is never negative")
def gaussian_sign(mean_p, std_p, mean_q, std_q):
    return -with_variances(mean_p, std_p, mean_q, std_q)


@table.wrong("gaussian_kl", "The distance of the means was subtracted")
def distance_subtracted(mean_p, std_p, mean_q, std_q):
    return np.log(std_q / std_p) + (std_p**2 - (mean_p - mean_q) ** 2) / (2 * std_q**2) - 0.5


@table.right("mutual_information")
def information_in_float32(joint):
    joint = joint.astype("float32")
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    seen = joint > 0
    return np.sum(joint[seen] * np.log2(joint[seen] / product[seen]))


@table.wrong("mutual_information", "That is H(Y), what there is to know")
def entropy_of_y(joint):
    return scipy_entropy(joint.sum(axis=0), base=2)


@table.wrong("mutual_information", "H(X) is missing")
def x_missing(joint):
    return (entr(joint.sum(axis=0)).sum() - entr(joint).sum()) / np.log(2)


@table.wrong("mutual_information", "H(Y) is missing")
def y_missing(joint):
    return (entr(joint.sum(axis=1)).sum() - entr(joint).sum()) / np.log(2)


@table.wrong("mutual_information", "A small number added somewhere")
def a_small_number_in_the_logarithm(joint):
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return np.sum(joint * np.log2(joint / (product + 1e-7) + 1e-7))


# ------------------------------------------------------------------ guards too coarse, and slips


@table.wrong("entropy", "only those, and add nothing")
def entropy_coarse_guard(p):
    p = p[p > 1e-6]
    return -np.sum(p * np.log2(p))


@table.wrong("entropy", "only those, and add nothing")
def entropy_finer_guard(p):
    p = p[p > 1e-10]
    return -np.sum(p * np.log2(p))


@table.wrong("entropy", "only those, and add nothing")
def entropy_little_added(p):
    return -np.sum(p * np.log2(p + 1e-12))


@table.wrong("kl", "only those, and add nothing")
def kl_coarse_guard(p, q):
    seen = p > 1e-7
    with np.errstate(divide="ignore"):
        return np.sum(p[seen] * np.log2(p[seen] / q[seen])) + (
            np.inf if np.any(q[p > 0] == 0) else 0
        )


@table.wrong("kl", "That is H(P) − H(Q)")
def kl_of_entropies(p, q):
    return (entr(p).sum() - entr(q).sum()) / np.log(2)


@table.wrong("kl", "Each term was made positive")
def kl_of_positive_terms(p, q):
    return np.sum(np.abs(rel_entr(p, q))) / np.log(2)


@table.wrong("conditional_entropy", "only those, and add nothing")
def conditional_coarse_guard(joint):
    seen = joint > 1e-5
    py = np.broadcast_to(joint.sum(axis=0), joint.shape)
    return -np.sum(joint[seen] * np.log2(joint[seen] / py[seen]))


@table.wrong("conditional_entropy", "only those, and add nothing")
def conditional_little_added(joint):
    return -np.sum(joint * np.log2((joint + 1e-12) / (joint.sum(axis=0) + 1e-12)))


@table.wrong("mutual_information", "only those, and add nothing")
def information_coarse_guard(joint):
    product = np.outer(joint.sum(1), joint.sum(0))
    seen = joint > 1e-9
    return np.sum(joint[seen] * np.log2(joint[seen] / product[seen]))


@table.wrong("mutual_information", "only those, and add nothing")
def information_little_added(joint):
    product = np.outer(joint.sum(1), joint.sum(0))
    return np.sum(joint * np.log2((joint + 1e-12) / (product + 1e-12)))


@table.wrong("mutual_information", "The two have to be of one variable")
def information_of_two_variables(joint):
    x, xy = entr(joint.sum(1)).sum(), entr(joint).sum()
    return (x - (xy - x)) / np.log(2)


@table.wrong("mutual_information", "p(x,y) over p(x)·p(y), both")
def information_over_one_marginal(joint):
    return rel_entr(
        joint, np.broadcast_to(joint.sum(1, keepdims=True), joint.shape)
    ).sum() / np.log(2)


@table.wrong("bce_from_logits", "That is the term of y = 0 only")
def bce_of_zeros(z, y):
    return (1 - y) * keras.ops.softplus(z)


@table.wrong("softmax_gradient", "y has the wrong sign")
def gradient_plus(z, y):
    return scipy_softmax(z, axis=-1) + y


@table.wrong("softmax_gradient", "That is the loss H")
def loss_itself(z, y):
    return -np.sum(y * np.log(scipy_softmax(z, axis=-1)), axis=-1)


@table.wrong("softmax_gradient", "over the batch")
def gradient_of_the_batch(z, y):
    return np.sum(scipy_softmax(z, axis=-1) - y, axis=0)


@table.wrong("gaussian_kl", "not each mean")
def gaussian_of_squares(mean_p, std_p, mean_q, std_q):
    spread = std_p**2 + mean_p**2 - mean_q**2
    return np.log(std_q / std_p) + spread / (2 * std_q**2) - 0.5


@table.wrong("gaussian_kl", "The logarithm ln(σ_q/σ_p) is missing")
def gaussian_without_logarithm(mean_p, std_p, mean_q, std_q):
    return (std_p**2 + (mean_p - mean_q) ** 2) / (2 * std_q**2) - 0.5


@table.wrong("gaussian_kl", "only σ_q is squared")
def gaussian_squared_two(mean_p, std_p, mean_q, std_q):
    return np.log(std_q / std_p) + (std_p**2 + (mean_p - mean_q) ** 2) / (2 * std_q) ** 2 - 0.5


@table.wrong("kl_by_sampling", "over ln 2, in bits")
def sampling_in_bits(draws, log_p, log_q):
    return np.mean(log_p(draws) - log_q(draws)) / np.log(2)


@table.wrong("kl_by_sampling", "−ln q(x) is missing")
def sampling_of_p(draws, log_p, log_q):
    return np.mean(log_p(draws))


# ------------------------------------------------------------------------- more of what was tried


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


for name, answer, says in [
    ("entropy", lambda p: -np.sum(p * np.log2(p, where=p > 0)), "it needs out=np.zeros_like(p)"),
    ("cross_entropy", lambda p, q: -np.sum(p * np.log2(q, where=p > 0)), ""),
    ("kl", lambda p, q: np.sum(p * np.log2(p / q, where=p > 0)), ""),
    ("kl", lambda p, q: kl_scipy(p, q) / 2, "There is no ½"),
    ("kl", lambda p, q: np.sum(q * np.log2(p / q)), "The weights are Q's"),
    ("softmax_gradient", lambda z, y: softmax(z) * (1 - y), "for the true one it is a − 1"),
    ("softmax_gradient", lambda z, y: (softmax(z) - y) * y, "for the others it is a, not 0"),
    ("softmax_gradient", lambda z, y: softmax(z) - 1, "1 was subtracted everywhere"),
    (
        "softmax_gradient",
        lambda z, y: np.exp(z - z.max(-1, keepdims=True)) - y,
        "not divided by its",
    ),
    ("bce_from_logits", lambda z, y: keras.ops.softplus(z) - z, "y is missing in the second"),
    ("bce_from_logits", lambda z, y: keras.ops.softplus(z) - y, "z is missing in the second"),
]:
    table.wrong(name, says)(answer)
