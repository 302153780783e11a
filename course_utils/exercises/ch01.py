"""The exercises of chapter 01, information theory."""

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, Slip, describe, drawn

keras = Lazy("keras")
book = Book(1)
summary = book.summary

IN_NATS, IN_HARTLEYS = (
    Slip(lambda bits: bits * np.log(2), "That is the right answer in nats: the natural logarithm "
         "was used. Bits need log2."),
    Slip(lambda bits: bits * np.log10(2), "That is the right answer in hartleys: log10 was used. "
         "Bits need log2."),
)  # fmt: skip
ZERO = (
    "A value that never occurs adds nothing: p·log p → 0 as p → 0. NumPy computes 0·(−inf) = nan, "
    "so those entries have to be left out. (np.log2(…, where=…) leaves them unset: it needs "
    "out=np.zeros_like(p), too.)"
)
MEAN = (
    "That is a mean over N entries. The average under P is a sum: the weights p already add up "
    "to 1."
)


TERMS = "Those are the terms of the sum: add them up."
WEIGH = "Weigh each surprise by how often it comes: Σ p·(−log2 p), a sum over all, not rounded."
RATIO = "Σ p·log2(p/q), over all outcomes."
RARE = (
    "Many rare values matter together. Leave out those with p = 0, and only those, and add nothing."
)


def _plogq(p, q):
    """Σ p log2 q with 0 log 0 = 0: the building block of the wrong answers below."""
    return np.sum(p[p > 0] * np.log2(q[p > 0]))


def _pair(rng, **names):
    """A case of two random distributions over 3 to 6 values."""
    return Case(*rng.dirichlet(np.ones(rng.integers(3, 7)), 2), **names)


# --------------------------------------------------------------------------------- surprise
@book.exercise(
    cases=[
        Case([0.5, 0.125], why="Half of all coin tosses: one bit. 1/8 = 2⁻³: three bits. Take an "
             "array and work on each entry."),
        Case([0.5, 0.0], why="What never happens would be infinitely surprising: inf."),
        Case([1e-30, 1e-9], why="However rare, −log2 p: nothing is added to p, and p is not "
             "clipped."),
        *drawn(lambda rng: Case(rng.random(5), why="−log2 of each entry; seldom a whole number.")),
    ],
    mistakes=[
        IN_NATS, IN_HARTLEYS,
        Slip(lambda bits: -bits, "The sign is missing: log2 of a number below 1 is negative, and "
             "news is never less than nothing."),
        Slip(lambda bits: -bits * np.log(2), "Two slips: the natural logarithm (that makes nats; "
             "bits need log2), and no minus sign."),
        Slip(lambda bits: 2**bits, "That is 1/p, one in how many. Take its log2, and independent "
             "news adds up."),
        Mistake(lambda p: -p * np.log2(p), "That is already weighted by p: the contribution to the "
                "average, not the surprise."),
        Slip(np.sum, "Those were added up: work on each entry, and return one value for each."),
        Slip(np.mean, "That is a mean: work on each entry, and return one value for each."),
        *(Slip(whole, "That is rounded to a whole number. Words of a code may need whole bits; "
               "surprise need not.") for whole in (np.ceil, np.round)),
    ],
    hints=["The formula is I(x) = −log₂ P(x), and p is P(x).",
           "NumPy has np.log2, which works on whole arrays."],
    returns="array",
)  # fmt: skip
def surprise(p):
    """Surprise, in bits, of events with probabilities p, an array: one value for each."""
    with np.errstate(divide="ignore"):  # log2(0) is -inf, as it should be: no warning needed
        return -np.log2(p)


more_surprising = book.question(
    "more_surprising", right="c", options={
        "a": "Not so. Each of the 2¹⁰ sequences has the same probability. What is rare is the "
             "kind, “all alike” (2 of 1,024), but the news was the whole sequence.",
        "b": "Not so: it has no pattern, and so seems ordinary, but that very sequence is one in "
             "1,024 as well.",
        "c": "Right: 2⁻¹⁰ each, so 10 bits each. The feeling that ten heads are stranger comes "
             "from another event, “all alike”: 2 of 1,024, or 9 bits, against 0.003 bits for "
             "“mixed”. Surprise belongs to the event that you were told, not to how it looks.",
    },
    hints=["What is the probability of exactly this sequence, H or T ten times?"],
)  # fmt: skip


# ---------------------------------------------------------------------------------- entropy
@book.exercise(
    cases=[
        Case([0.5, 0.5], why="A fair coin: two outcomes of 1 bit each, so 1 bit on average."),
        Case([0.25, 0.25, 0.25, 0.25], why="log2 of 4 outcomes: 2 bits."),
        Case([0.5, 0.0, 0.5], why=ZERO + " Those only, wherever they stand."),
        Case([0.7, 0.2, 0.1], why=WEIGH),
        Case([1.0, 0.0, 0.0], atol=1e-10, why="If one outcome is certain, nothing is news: 0 bits. "
             "(A small number added to p shifts that: leave out the entries with p = 0.)"),
        Case(np.r_[0.5, np.full(5000, 1e-4)], show="one value of 0.5 and 5,000 values of 0.0001",
             why=RARE),
        Case(np.r_[1 - 1e-9, np.full(1000, 1e-12)], rtol=1e-4, atol=1e-12, why=RARE,
             show="one value next to 1 and 1,000 values of 10⁻¹²"),
        *drawn(lambda rng: Case(rng.dirichlet(np.ones(rng.integers(3, 7))), why=WEIGH)),
    ],
    mistakes=[
        IN_NATS, IN_HARTLEYS,
        Slip(lambda h: -h, "The minus sign is missing: entropy is never negative."),
        Mistake(lambda p: -np.mean(p * np.log2(p)), MEAN),
        Mistake(lambda p: np.mean(-np.log2(p)), "That is a plain mean of the surprises. Rare "
                "outcomes come rarely: weigh each surprise by its p."),
        Mistake(lambda p: -np.log2(np.sum(p * p)), "That is the surprise of an average p. The "
                "average of the surprises is asked for: the logarithm comes first, then the sum."),
        Mistake(lambda p: -np.log2(p), "Those are the surprises of the outcomes. Entropy is their "
                "average, one number."),
        Mistake(lambda p: -p * np.log2(p), TERMS),
        Mistake(lambda p: -np.sum(p * np.log2(p)), ZERO),
    ],
    hints=[
        "An average under P weighs each value by its probability: Σ p·I, a sum over all outcomes.",
        "For the outcomes with p = 0: select the others first, p = p[p > 0].",
    ],
)  # fmt: skip
def entropy(p):
    """Entropy, in bits, of the distribution p, an array of shape (N,): one number."""
    p = np.asarray(p)
    p = p[p > 0]  # what never occurs adds nothing
    return -np.sum(p * np.log2(p))


most_even = book.question(
    "most_even", right="b", options={
        "a": "The sign is turned round. KL(P‖Q) = Σ P(x)·log2( P(x)·N ): log2 N comes in with a "
             "plus, and Σ P(x)·log2 P(x) is −H(P).",
        "b": "Right. Σ P(x)·log2( P(x)·N ) = log2 N − H(P). And by Gibbs's inequality it is never "
             "negative; what follows?",
        "c": "Σ P(x)·log2 P(x) is −H(P), with a minus: H is the average of −log2 P(x).",
    },
    hints=["Put Q(x) = 1/N into the sum: P(x) / Q(x) = N·P(x). Then split the logarithm."],
)  # fmt: skip


# ----------------------------------------------------------------------------- cross-entropy
@book.exercise(
    cases=[
        Case([0.8, 0.2], [0.3, 0.7], why="Average the surprise −log2 q with the weights p."),
        *drawn(lambda rng: _pair(rng, why="Average the surprise −log2 q with the weights p.")),
        Case([0.2, 0.3, 0.5], [0.2, 0.3, 0.5], why="With Q = P it is the entropy of P."),
        Case([0.6, 0.0, 0.4], [0.3, 0.0, 0.7], why="Where p = 0, nothing is added, even if q = 0 "
             "too, and wherever it stands."),
        Case([0.0, 0.5, 0.5], [0.2, 0.3, 0.5], why="Where p = 0, nothing is added."),
        Case([0.5, 0.5], [1.0, 0.0], why="Q calls something impossible that P says happens half "
             "of the time: no code has a word for it. The answer is inf. (Was a small number added "
             "to q, q clipped or nan_to_num used, which hides that the true answer is inf?)"),
        Case([1.0, 1e-12], [1.0, 0.0], why="However rarely it happens: Q excludes it, so inf."),
        Case([0.5, 0.5], [1.0, 1e-200], why="−log2 q, however small q is: no clip, nothing added."),
    ],
    mistakes=[
        IN_NATS,
        Mistake(lambda p, q: -_plogq(q, p), "P and Q are swapped. P says what happens, so it "
                "gives the weights; Q is the belief, so it gives the surprise."),
        Mistake(lambda p, q: -_plogq(p, p), "That is the entropy of P: q is not used."),
        Mistake(lambda p, q: -_plogq(q, q), "That is the entropy of Q: p is not used."),
        Slip(lambda h: -h, "The minus sign is missing."),
        Mistake(lambda p, q: _plogq(p, p) - _plogq(p, q), "That is the KL divergence, the excess "
                "over H(P). Cross-entropy is the whole cost."),
        Mistake(lambda p, q: -np.mean(p * np.log2(q)), MEAN),
        Mistake(lambda p, q: -p * np.log2(q), TERMS),
        Mistake(lambda p, q: -_plogq(p, p / q), "That is −Σ p·log2(p/q): the logarithm should "
                "contain q alone."),
        Mistake(lambda p, q: -np.sum(p * np.log2(q)), "0·log 0 became nan: leave out the entries "
                "with p = 0 (those only: where p > 0 and q = 0, inf is right)."),
        Mistake(lambda p, q: -_plogq(np.where(q > 0, p, 0), q), "The entries with q = 0 were left "
                "out. Where p > 0 they are what matters most: the answer is inf. Leave out those "
                "with p = 0."),
    ],
    hints=["Two roles: P decides how often each outcome comes, Q decides how surprised you are.",
           "Take your entropy, and change the p inside the logarithm only.",
           "Select with p > 0, in both arrays: q[p > 0]."],
)  # fmt: skip
def cross_entropy(p, q):
    """Cross-entropy H(P, Q), in bits, one number; p and q are arrays of shape (N,)."""
    p, q = np.asarray(p), np.asarray(q)
    p, q = p[p > 0], q[p > 0]
    with np.errstate(divide="ignore"):  # q = 0 where p > 0: infinite, and rightly so
        return -np.sum(p * np.log2(q))


# -------------------------------------------------------------------------------------- KL
@book.exercise(
    cases=[
        Case([0.8, 0.2], [0.3, 0.7], why=RATIO),
        *drawn(lambda rng: _pair(rng, why=RATIO)),
        Case([0.2, 0.3, 0.5], [0.2, 0.3, 0.5], atol=1e-10,
             why="A distribution does not diverge from itself: 0."),
        Case([1.0, 0.0], [0.5, 0.5], rtol=1e-9, why="Where p = 0, nothing is added."),
        Case([0.6, 0.0, 0.4], [0.3, 0.0, 0.7], why="Where p = 0, nothing is added, even if q = 0 "
             "too, and wherever it stands."),
        Case([0.5, 0.5], [1.0, 0.0], why="Q excludes what P makes happen: inf. (Leave out "
             "only what has p = 0; nan_to_num or a small number added hides the inf.)"),
        Case([1.0, 1e-12], [1.0, 0.0], why="However rarely it happens: Q excludes it, so inf."),
        Case([0.5, 0.5], [1.0, 1e-200], why="p/q, however large: no clip, nothing added to q."),
        Case(np.r_[1 - 1e-9, np.full(1000, 1e-12)], np.r_[1 - 1e-9, np.repeat([19e-13, 1e-13], 500)],
             rtol=1e-3, atol=1e-12, why=RARE, show="1,000 values of 10⁻¹² in p, of 19 and 1·10⁻¹³ in q"),
    ],
    mistakes=[
        IN_NATS,
        Mistake(lambda p, q: _plogq(p, p) - _plogq(q, q), "That is H(Q) − H(P): each with its own "
                "weights. In KL the weights are P's throughout."),
        Mistake(lambda p, q: _plogq(p, p) - _plogq(p, q) + _plogq(q, q) - _plogq(q, p), "That is "
                "KL(P‖Q) + KL(Q‖P), the symmetrised form. One direction is asked for."),
        Mistake(lambda p, q: _plogq(q, q) - _plogq(p, p), "That is H(P) − H(Q): each with its own "
                "weights. In KL the weights are P's throughout."),
        Mistake(lambda p, q: np.sum(np.abs(p * np.log2(p / q))), "Each term was made positive. "
                "Terms may be negative; the sum is not."),
        Mistake(lambda p, q: _plogq(q, q) - _plogq(q, p), "That is KL(Q‖P), and KL is not "
                "symmetric: here P gives the weights."),
        Slip(lambda y: -y, "The sign is wrong: log2(q/p) instead of log2(p/q), or H(P) − H(P, Q). KL "
             "is never negative."),
        Slip(lambda y: y / 2, "That is half of it. There is no ½ in KL(P‖Q)."),
        Mistake(lambda p, q: _plogq(q, p) - _plogq(q, q), "The weights are Q's. P says what happens: "
                "Σ p·log2(p/q)."),
        Mistake(lambda p, q: (_plogq(p, p) - _plogq(p, q) + _plogq(q, q) - _plogq(q, p)) / 2,
                "That is the mean of KL(P‖Q) and KL(Q‖P). One direction is asked for."),
        Mistake(lambda p, q: -_plogq(p, q), "That is the cross-entropy. KL is what it costs "
                "beyond H(P): subtract the entropy of P."),
        Mistake(lambda p, q: _plogq(q, q) - _plogq(p, q), "H(Q) was subtracted. The excess is "
                "over H(P), the best cost on data that come from P."),
        Mistake(lambda p, q: _plogq(p, p) - _plogq(q, p), "That is H(Q, P) − H(P). The "
                "cross-entropy has P first, too: H(P, Q) − H(P)."),
        Mistake(lambda p, q: -_plogq(p, q) - _plogq(p, p), "H(P) was added. H(P, Q) = H(P) + KL, "
                "so it has to be subtracted."),
        Mistake(lambda p, q: np.mean(p * np.log2(p / q)), MEAN),
        Mistake(lambda p, q: np.where(p > 0, p * np.log2(p / q), 0), TERMS),
        Mistake(lambda p, q: np.sum(p * np.log2(p / q)), ZERO),
    ],
    hints=["You have both halves already: H(P, Q) = H(P) + KL.",
           "Or in one sum: Σ p·log2(p/q), over the outcomes with p > 0."],
)  # fmt: skip
def kl(p, q):
    """Kullback-Leibler divergence KL(P‖Q), in bits, one number; p and q are arrays, (N,)."""
    p, q = np.asarray(p), np.asarray(q)
    p, q = p[p > 0], q[p > 0]
    with np.errstate(divide="ignore"):
        return np.sum(p * np.log2(p / q))


# ------------------------------------------------------------------------- forward or reverse


which_kl = book.question(
    "which_kl", right="b", options={
        "a": "Not quite. Forward KL(P‖Q) weighs by P: wherever P puts mass, Q must not be near 0. "
             "A Q that sits on one bump calls the other next to impossible, and pays some 15 bits "
             "for it; the broad fit pays less than 1.",
        "b": "Right. Reverse KL(Q‖P) weighs by Q, so Q pays only where it puts mass itself. "
             "Sitting on one bump costs one bit: Q is twice as dense there as P. The bump it "
             "ignores costs nothing. (Chapter 07's mode collapse looks like it, and has another "
             "cause.)",
        "c": "No: the two directions ask different questions. Which one forgives a Q that leaves "
             "out a part of P?",
    },
    hints=["Who gives the weights of the sum: the distribution named first. Where does Q weigh 0?"],
)  # fmt: skip

# ------------------------------------------------------------------------------ BCE from logits

breaking_point = book.estimate(
    "breaking_point", right=17, within=0,
    why="At z = 17, e⁻¹⁷ ≈ 4·10⁻⁸ is less than half the gap of 1.2·10⁻⁷ between 1 and the next "
    "float32, so 1 + e⁻ᶻ rounds to 1 and the loss to inf. A logit of 17 is nothing unusual.",
    wrong=[
        (89, "That is where exp(z) itself overflows in float32; 1 + exp(−z) rounds to 1 long "
         "before."),
        (37, "That is where it breaks in float64. The networks of this course compute in float32."),
        (16, "Close: at 16 the loss is still finite, 15.9, if a little wrong already."),
        (18, "At 18 it is inf, but it was so before."),
    ],
    otherwise="Asked for is the first z at which it is inf. Try some: print naive_bce(z, 0.0) for "
    "z in a range of whole numbers.",
    hints=["A loop: for z in range(1, 40): print(z, naive_bce(z, 0.0))"],
)  # fmt: skip


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _naive(a, y):
    """Binary cross-entropy as printed, of probabilities."""
    return -y * np.log(a) - (1 - y) * np.log(1 - a)


EACH_LOGIT = "Give one loss for each logit; whether to sum or to average is the caller's choice."


@book.exercise(
    trains=True,
    cases=[
        Case([[2.0, -1.0], [0.5, 3.0]], [[1.0, 0.0], [0.0, 1.0]],
             why="One loss for each logit: −y·ln σ(z) − (1 − y)·ln(1 − σ(z))."),
        *drawn(lambda rng: Case(rng.normal(0, 3, (4, 3)), rng.random((4, 3)),
                                why="y may be any number in [0, 1], such as a grey level: both "
                                    "terms count.")),
        Case([[0.0, 0.0]], [[0.3, 1.0]], gradient=False, why="σ(0) is ½: ln 2, whatever y is."),
        Case([[100.0, -100.0]], [[0.0, 1.0]],
             why="A network that is sure and wrong: the loss is |z| = 100, its slope ±1. A clip, of "
                 "z or of the probability, hides that, and its slope is 0. nan_to_num only "
                 "hides an inf, and its slope is 0 or nan. A `where` differentiates both branches: "
                 "if eᶻ is inf in the one not taken, the slope is 0·inf = nan."),
        Case([[100.0, -100.0]], [[1.0, 0.0]],
             why="A network that is sure and right: the loss is 0, and eᶻ must not overflow."),
        Case([[1000.0, -1000.0]], [[0.25, 0.75]],
             why="However large the logit: the loss is |z|·0.75 here, and its slope is finite."),
    ],
    mistakes=[
        Slip(lambda h: -h, "The sign is wrong: a loss of this kind is never negative."),
        Mistake(lambda z, y: np.logaddexp(0, z) - z * (1 - y), "The labels are swapped: y = 1 "
                "should be cheap where z is large."),
        Mistake(lambda z, y: np.logaddexp(0, y) - z * y, "z and y are swapped inside the softplus. "
                "(Keras's own losses take the target first; here the logits come first.)"),
        Mistake(lambda z, y: np.logaddexp(0, z) + z * y, "The sign of z·y: a large logit is right, "
                "and cheap, where y = 1."),
        Mistake(lambda z, y: np.logaddexp(0, z), "That is the cost for y = 0 only; the term −z·y "
                "is missing."),
        Mistake(lambda z, y: (1 - y) * np.logaddexp(0, z), "That is the term of y = 0 only. "
                "Where y = 1 the network must be charged for −ln σ(z)."),
        Mistake(lambda z, y: -y * np.log(_sigmoid(z)), "That is the term of y = 1 only. "
                "Where y = 0 the network must be charged for −ln(1 − σ(z))."),
        Mistake(lambda z, y: np.logaddexp(0, z) - z, "y is missing in the second term: −z·y."),
        Mistake(lambda z, y: np.logaddexp(0, z) - y, "z is missing in the second term: −z·y."),
        Slip(lambda h: h / np.log(2), "That is in bits. Losses are in nats, as in Keras: natural "
             "logarithms."),
        Slip(np.mean, "That is averaged over all entries. " + EACH_LOGIT),
        Slip(lambda h: np.mean(h, -1), "That is averaged over the last axis. " + EACH_LOGIT),
        Slip(lambda h: np.sum(h, -1), "That is summed over the last axis. " + EACH_LOGIT),
        Mistake(lambda z, y: _naive(z, y), "z was taken for a probability. It is a logit: any real "
                "number, before the sigmoid."),
        Mistake(lambda z, y: np.log(1 + np.exp(z)) - z * y, "The formula is right, but eᶻ has "
                "overflowed to inf. keras.ops.softplus computes ln(1 + eᶻ) without."),
        Mistake(lambda z, y: _naive(_sigmoid(z), y), "σ(100) rounds to 1, and ln(1 − 1) = −inf, so "
                "the sigmoid must not be computed: use ln(1 + eᶻ)."),
        Mistake(lambda z, y: _naive(np.clip(_sigmoid(z), 1e-7, 1 - 1e-7), y), "The probability was "
                "clipped. That hides the inf, but the loss stops growing and its gradient is 0: "
                "the surest mistakes teach nothing. Use ln(1 + eᶻ)."),
    ],
    hints=[
        "Insert σ(z) = 1/(1 + e⁻ᶻ) into the formula, simplify: what remains is ln(1 + eᶻ) − z·y.",
        "ln(1 + eᶻ) is called softplus: keras.ops.softplus(z) computes it without overflow.",
    ],
)  # fmt: skip
def bce_from_logits(z, y):
    """Binary cross-entropy, in nats, of logits z and targets y in [0, 1], all (batch, n)."""
    return keras.ops.softplus(z) - z * y


# --------------------------------------------------------------------------- softmax and gradient


def _softmax(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@book.exercise(
    cases=[
        Case([[0.0, 0.0]], [[1.0, 0.0]], why="Equal logits give a = [0.5, 0.5]. Differentiate "
             "ln Σ exp(z_j) − z_true: once for the true class, once for the other."),
        *drawn(lambda rng: Case(rng.normal(0, 2, (3, 4)), np.eye(4)[rng.integers(0, 4, 3)],
                                why="a = softmax(z) over the classes, the last axis. Then put both "
                                    "derivatives, true class and others, into one formula.")),
        Case([[1000.0, 0.0]], [[0.0, 1.0]], why="exp(1000) overflows: subtract the largest logit "
             "first, which changes nothing in the ratio."),
        Case([[1000.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]],
             why="Each row has a largest logit of its own to subtract: with that of another row, "
                 "all its exponentials may round to 0, and 0/0 is nan."),
        Case([[1000.0, 999.0, 0.0], [-1000.0, -1001.0, -999.0]], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
             why="Only differences count: 1000 and 999 are as far apart as 1 and 0. A clip loses "
                 "that; a constant for all, such as 500, is too little for one row and too much "
                 "for another. Subtract each row's largest logit."),
        Case([[3000.0, 0.0, 0.0]], [[0.0, 0.0, 1.0]], why="Subtract the row's largest logit: less, "
             "such as the mean, may leave an overflow."),
    ],
    mistakes=[
        Slip(lambda g: -g, "The sign is wrong: that is the step down, −∂H/∂z."),
        Mistake(lambda z, y: _softmax(z) * (1 - y), "That is right for the wrong classes; for the true "
                "one it is a − 1, not 0."),
        Mistake(lambda z, y: (_softmax(z) - y) * y, "That is right for the true class; for the others "
                "it is a, not 0."),
        Mistake(lambda z, y: _softmax(z) - 1, "1 was subtracted everywhere. It belongs to the true "
                "class alone: y is 1 there."),
        Mistake(lambda z, y: np.exp(z - np.max(z, -1, keepdims=True)) - y, "exp was not divided by its "
                "sum over the classes: softmax."),
        Mistake(lambda z, y: _softmax(z), "That is a, the probabilities. It is the "
                "derivative for the wrong classes; for the true one, −z_true adds −1."),
        Mistake(lambda z, y: z - y, "y was subtracted from the logits. Turn them into "
                "probabilities first: the derivative of ln Σ exp(z) is softmax(z)."),
        Mistake(lambda z, y: _sigmoid(z) - y, "That is a sigmoid for each logit, as if each class "
                "were a yes–no question of its own. Here they share one probability of 1: "
                "a = softmax(z) over the classes."),
        Mistake(lambda z, y: _softmax(z) * (1 - _softmax(z)), "That is the derivative of a_k with "
                "respect to z_k. The question is about the loss H."),
        Mistake(lambda z, y: _softmax(z, axis=0) - y, "The softmax ran over the batch (axis 0). It "
                "runs over the classes: axis −1, with keepdims=True."),
        Mistake(lambda z, y: np.exp(z) / np.sum(np.exp(z)) - y, "The sum ran over the whole batch. "
                "Each row is a distribution of its own: axis=-1, keepdims=True."),
        Mistake(lambda z, y: np.exp(z) / np.sum(np.exp(z), -1, keepdims=True) - y, "exp(1000) "
                "overflows to inf, and inf/inf is nan: subtract each row's largest logit first."),
        Mistake(lambda z, y: -y / _softmax(z), "That is the derivative with respect to a, the "
                "probabilities. The question is about z, the logits."),
        Mistake(lambda z, y: _softmax(z) - y + 0 * np.sum(y / _softmax(z), -1, keepdims=True),
                "By way of a, the chain rule divides by a, which rounds to 0 here. On paper it "
                "cancels: insert ∂a/∂z, and simplify before you compute."),
        Slip(lambda g: g / len(g), "That is divided by the batch size, as for a mean over the "
             "batch. Here each sample keeps its own gradient."),
        *(Slip(lambda g, f=f: f(g, axis=0), "That is added up, or averaged, over the batch. Here "
               "each sample keeps its own gradient.") for f in (np.sum, np.mean)),
        Mistake(lambda z, y: _softmax(z) + y, "y has the wrong sign: H has −z_true in it."),
        Mistake(lambda z, y: -np.sum(y * np.log(_softmax(z)), -1), "That is the loss H. Its "
                "derivative is asked for, one number for each logit."),
    ],
    hints=[
        "Differentiate ln Σ exp(z_j) with respect to z_k first: which function of z comes out? "
        "Then −z_true, for the true class and for the others.",
        "a − y, with a = softmax(z): e = np.exp(z − z.max(axis=-1, keepdims=True)); then e / e.sum(axis=-1, keepdims=True).",
    ],
)  # fmt: skip
def softmax_gradient(z, y):
    """∂H/∂z for each sample: H is the cross-entropy of logits z and one-hot y, (batch, K)."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))  # (batch, K), no overflow
    a = e / np.sum(e, axis=-1, keepdims=True)  # softmax over the classes
    return a - y


# ------------------------------------------------------------------------------------ Bernoulli KL

TWO_TERMS = "Two outcomes, on and off: two terms of p·ln(p/q), natural logarithm."


@book.exercise(
    cases=[
        Case(0.05, [0.1, 0.3], why=TWO_TERMS + " Mind the brackets in (1 − ρ)/(1 − ρ̂)."),
        Case(0.3, [0.3], atol=1e-10, why="At ρ̂ = ρ there is nothing to pay."),
        *drawn(lambda rng: Case(rng.random(), rng.random(4), why=TWO_TERMS)),
        Case(0.05, [0.0, 1e-30, 1e-9, 1 - 1e-9, 1.0], why="However near to 0 or 1: no clip, "
             "nothing added, no float32 (1 − 1e-9 rounds to 1). At 0 and at 1 it is inf: ρ̂ excludes "
             "what happens. (Python's math.log(0) raises an error, NumPy gives −inf.)"),
    ],
    mistakes=[
        Mistake(lambda r, s: r * np.log(r / s), "The second term is missing: a unit that is on 5 % "
                "of the time is off 95 % of the time, and that counts too. Without it the "
                "\"divergence\" can be negative."),
        Mistake(lambda r, s: (1 - r) * np.log((1 - r) / (1 - s)), "That is the term for \"off\". "
                "The one for \"on\", ρ·ln(ρ/ρ̂), is missing."),
        Mistake(lambda r, s: r * np.log(r / s) + (1 - r) * np.log(1 - r / 1 - s), "Brackets: "
                "1-rho/1-rho_hat is 1 − ρ − ρ̂ to Python. Write (1 - rho) / (1 - rho_hat)."),
        Slip(lambda y: y / np.log(2), "That is in bits. As a part of a loss it is wanted in nats: "
             "np.log."),
        Mistake(lambda r, s: s * np.log(s / r) + (1 - s) * np.log((1 - s) / (1 - r)),
                "ρ and ρ̂ are swapped: the target ρ gives the weights."),
        Slip(lambda y: -y, "The sign is wrong: a divergence is never negative."),
        Slip(np.sum, "Those were added up over the units. Give one value for each; the penalty of "
             "chapter 03 adds them."),
        Slip(np.mean, "That is a mean over the units. Give one value for each."),
        Mistake(lambda r, s: r * np.log(r / s) - (1 - r) * np.log((1 - r) / (1 - s)),
                "The second term has the wrong sign: it is added, as (1 − ρ)·ln((1 − ρ)/(1 − ρ̂)), "
                "with 1 − ρ̂ below the line."),
        Mistake(lambda r, s: -r * np.log(s) - (1 - r) * np.log(1 - s), "That is the cross-entropy; "
                "KL is its excess over the entropy of ρ."),
    ],
    hints=[
        "A coin has two outcomes, so KL has two terms: on (ρ and ρ̂), off (1 − ρ and 1 − ρ̂).",
        "Check yourself: at ρ̂ = ρ it must be 0, and nowhere negative.",
    ],
)  # fmt: skip
def bernoulli_kl(rho, rho_hat):
    """KL, in nats, of a coin, P(on) = rho, from each coin of rho_hat; inf where that is 0 or 1."""
    rho_hat = np.asarray(rho_hat)
    on = rho * np.log(rho / rho_hat)
    off = (1 - rho) * np.log((1 - rho) / (1 - rho_hat))
    return on + off


# ------------------------------------------------------------------------------------- Gaussian KL


@book.exercise(
    cases=[
        Case(0.0, 1.0, 0.0, 1.0, atol=1e-10, why="Equal Gaussians do not diverge: 0."),
        Case(1.0, 1.0, 0.0, 1.0, why="Equal widths: half the squared distance, ½·1²."),
        *drawn(lambda rng: Case(*(float(x) for x in rng.normal(size=4) ** [1, 2, 1, 2]),
                                why="ln(σ_q/σ_p) + (σ_p² + (μ_p − μ_q)²) / (2σ_q²) − ½.")),
        Case(0.0, 0.01, 0.0, 0.02, rtol=1e-6,
             why="However narrow: nothing is added to the deviations."),
    ],
    mistakes=[
        Mistake(lambda m, s, n, t: np.log(t / s) + s**2 + (m - n) ** 2 / (2 * t**2) - 0.5,
                "Brackets: σ_p² has to be divided by 2σ_q², too: (σ_p² + (μ_p − μ_q)²) / (2σ_q²)."),
        Mistake(lambda m, s, n, t: np.log(t / s) + (s**2 + (m - n) ** 2) / 2 * t**2 - 0.5,
                "Brackets: /2*std_q**2 divides by 2 and multiplies by σ_q². Write "
                "/ (2 * std_q**2)."),
        Mistake(lambda m, s, n, t: np.log(t / s) + (s**2 + (m - n) ** 2) / (2 * s**2) - 0.5,
                "The quadratic part is over 2σ_q²: it is Q's parabola. σ_p was used."),
        Mistake(lambda m, s, n, t: 2 * np.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5,
                "The logarithm is of the deviations, σ_q/σ_p; of variances it is twice as large."),
        Mistake(lambda m, s, n, t: np.log2(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5,
                "log2 in the first part and nats in the rest: use np.log."),
        Mistake(lambda m, s, n, t: np.log(s / t) + (t**2 + (m - n) ** 2) / (2 * s**2) - 0.5,
                "P and Q are swapped: the average is taken under P."),
        Slip(lambda y: y + 0.5, "The −½ is missing: for equal Gaussians the result must be 0."),
        Mistake(lambda m, s, n, t: np.log(t / s) + (s + (m - n) ** 2) / (2 * t) - 0.5,
                "σ was used where its square, the variance, belongs."),
        Mistake(lambda m, s, n, t: np.log(t / s) + (s**2 + (m - n) ** 2) / t**2 - 1,
                "A factor ½ is missing in front of the quadratic part."),
        Mistake(lambda m, s, n, t: np.log(t / s) + (s**2 + (m - n) ** 2) / t**2 - 0.5,
                "The quadratic part is over 2σ_q²: the 2 is missing."),
        Slip(lambda y: -y, "The sign is wrong: a divergence is never negative."),
        Mistake(lambda m, s, n, t: np.log(t / s) + (s**2 - (m - n) ** 2) / (2 * t**2) - 0.5,
                "The distance of the means was subtracted: it adds to the spread, σ_p² + (…)²."),
        Slip(lambda y: 2 * y, "That is twice the answer: the factor ½ is missing."),
        Mistake(lambda m, s, n, t: np.log(s / t) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5,
                "The logarithm is upside down: a wide Q, σ_q > σ_p, makes ln(σ_q/σ_p) positive."),
        Mistake(lambda m, s, n, t: np.log(t / s) + (s**2 + m - n) / (2 * t**2) - 0.5,
                "The distance of the means is not squared."),
        Mistake(lambda m, s, n, t: np.log(t / s) + (s**2 + m**2 - n**2) / (2 * t**2) - 0.5,
                "The difference is squared, (μ_p − μ_q)², not each mean."),
        Mistake(lambda m, s, n, t: (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5,
                "The logarithm ln(σ_q/σ_p) is missing."),
        Mistake(lambda m, s, n, t: np.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t) ** 2 - 0.5,
                "Brackets: only σ_q is squared, not the 2: 2 * std_q**2."),
    ],
    hints=["Three parts: ln(σ_q/σ_p), a quadratic part over 2σ_q², and −½.",
           "The quadratic part is E_P[(x − μ_q)²] = σ_p² + (μ_p − μ_q)²."],
)  # fmt: skip
def gaussian_kl(mean_p, std_p, mean_q, std_q):
    """KL(P‖Q), in nats, for P = N(mean_p, std_p²) and Q = N(mean_q, std_q²); all are numbers."""
    spread = std_p**2 + (mean_p - mean_q) ** 2  # E_P[(x − mean_q)²]
    return np.log(std_q / std_p) + spread / (2 * std_q**2) - 0.5


# ------------------------------------------------------------------------------------ Monte Carlo


def standard(x):
    """The log density of N(0, 1)."""
    return -np.log(2 * np.pi) / 2 - np.asarray(x) ** 2 / 2


def wide(x):
    """The log density of N(1, 2²)."""
    return standard((np.asarray(x) - 1) / 2) - np.log(2)


def box(x):
    """The log density of what is uniform from −1 to 1."""
    return np.where(np.abs(x) < 1, -np.log(2), -np.inf)


def _calls_them(answer):
    """The exercise's case that explains what a function in a sum leads to."""
    try:
        answer(np.zeros(2), standard, wide)
    except TypeError as error:
        if "'function'" in str(error):
            return (f"kl_by_sampling raised {describe(error)}\nlog_p and log_q are functions: call "
                    "them on the draws, log_p(draws).")  # fmt: skip
    return ""


@book.exercise(
    cases=[
        _calls_them,
        Case([0.0], standard, wide, why="With one draw, the estimate is ln p(x) − ln q(x) there."),
        *drawn(lambda rng: Case(rng.normal(size=5), standard, wide,
                                why="The mean of ln p(x) − ln q(x) over the draws.")),
        Case([0.0, 3.0, 3.0, 4.0], standard, wide, why="Each draw counts, repeated ones too, and "
             "negative terms as they are. KL is not negative, but an estimate of it may be: no abs, "
             "no maximum."),
        Case(np.linspace(-4, 4, 5000), standard, wide, show="5,000 draws, standard, wide",
             why="The mean over all the draws, however many."),
        Case([900.0, 4.0], wide, standard, why="The mean of ln p(x) − ln q(x), also where both "
             "densities, without the logarithm, round to 0."),
        Case([0.5, 2.0], standard, box, why="Q excludes the 2, which P makes happen: inf."),
    ],
    mistakes=[
        Slip(lambda y: -y, "The sign: it is ln p(x) − ln q(x), how much more probable x is under "
             "P."),
        Mistake(lambda x, p, q: np.sum(p(x) - q(x)), "That is a sum: it grows with the number of "
                "draws. Take the mean."),
        Mistake(lambda x, p, q: p(x) - q(x), "Those are the terms, one for each draw. The estimate "
                "is their mean."),
        Mistake(lambda x, p, q: np.mean(np.exp(p(x)) * (p(x) - q(x))), "The terms were weighted by "
                "p(x). The draws come from P already, the probable x more often: a plain mean."),
        Mistake(lambda x, p, q: np.mean(np.log(p(x) / q(x))), "log_p and log_q are logarithms "
                "already: ln(p/q) is their difference."),
        Mistake(lambda x, p, q: np.mean(-q(x)), "That estimates the cross-entropy; ln p(x) is "
                "missing."),
        Mistake(lambda x, p, q: np.mean(p(x)), "−ln q(x) is missing: it is a mean of differences."),
    ],
    hints=["log_p(draws) is an array of ln p(x), one for each draw.",
           "The average under P of something is estimated by its mean over draws from P."],
    speed=lambda: (np.zeros(1_000_000), standard, wide),
)  # fmt: skip
def kl_by_sampling(draws, log_p, log_q):
    """Estimate of KL(P‖Q), in nats, from draws of P, (n,), and log densities, two functions."""
    return np.mean(log_p(draws) - log_q(draws))


# ------------------------------------------------------------------------------ mutual information


def _product(joint):
    return joint.sum(1, keepdims=True) * joint.sum(0)


def _h(p):
    return -_plogq(p, p)


_BOTH = "H(X, Y) − H(Y): the entropy of the whole table, minus that of its column sums."


@book.exercise(
    cases=[
        Case([[0.5, 0.1], [0.2, 0.2]], why=_BOTH),
        Case([[0.5, 0.0], [0.0, 0.5]], atol=1e-9, why="Y settles X: nothing is left to know, 0."),
        Case([[0.25, 0.25], [0.25, 0.25]], rtol=1e-9, why="Independent: all of H(X), 1 bit, is left. (A small "
             "number added somewhere shifts that: leave out the cells with p(x,y) = 0 instead.)"),
        *drawn(lambda rng: Case(rng.dirichlet(np.full(8, 0.5)).reshape(2, 4), rtol=1e-5, why=f"{_BOTH} "
               "The table need not be square: p(y) sums over axis 0, the values of x.")),
        *drawn(lambda rng: Case(rng.dirichlet(np.full(10, 0.5)).reshape(5, 2), rtol=1e-5, why=_BOTH)),
        Case([[0.3, 0.0, 0.1], [0.0, 0.0, 0.0], [0.1, 0.0, 0.5]], why="A value that never occurs "
             "adds nothing: leave out the cells with p(x,y) = 0."),
        Case([[0.25, 0.25, 1e-300], [0.25, 0.25, 0.0]], why="A cell may be as small as 10⁻³⁰⁰: it "
             "adds next to nothing, and is no error."),
        Case(np.r_[1 - 1e-9, np.full(999, 1e-12)].reshape(40, 25), rtol=1e-3, atol=1e-12, why=RARE,
             show="a table of one cell next to 1 and 999 of 10⁻¹²"),
    ],
    mistakes=[
        IN_NATS,
        Slip(lambda y: -y, "The sign is wrong: what is left to know is never negative."),
        Mistake(lambda j: _h(j) - _h(j.sum(1)), "That is H(Y|X): y when x is known. Here Y, the "
                "columns, is known: p(y) sums over axis 0."),
        Mistake(_h, "That is H(X, Y), of the whole table. Subtract what is known: H(Y)."),
        Mistake(lambda j: _h(j.sum(1)), "That is H(X), before anything is known."),
        Mistake(lambda j: _h(j.sum(0)), "That is H(Y), of the columns. Subtract it from H(X, Y)."),
        Mistake(lambda j: _h(j.sum(0)) + _h(j.sum(1)) - _h(j), "That is the mutual information, "
                "what Y tells about X. Asked is what is left: H(X) minus that."),
        Mistake(lambda j: np.mean([_h(c / c.sum()) for c in j.T]), "The entropies of the columns "
                "were averaged as if each y were equally likely: weigh with p(y). (And mind a y "
                "that never occurs.)"),
        Mistake(lambda j: np.sum([_h(c / c.sum()) for c in j.T]), "The entropies of the columns "
                "were added: average them, with the weights p(y)."),
        Mistake(lambda j: -np.sum(j * np.log2(j / j.sum(0))), ZERO),
    ],
    hints=[
        "The chain rule: H(X|Y) = H(X, Y) − H(Y). Your entropy does both.",
        "entropy(joint.ravel()) for the table, joint.sum(axis=0) for P(y).",
    ],
    speed=lambda: (np.full((256, 256), 1 / 65536),),
)  # fmt: skip
def conditional_entropy(joint):
    """H(X|Y), in bits, of a table P(x, y), (N, M): rows are values of x, columns of y."""
    joint = np.asarray(joint)
    py = np.broadcast_to(joint.sum(axis=0), joint.shape)
    seen = joint > 0
    return -np.sum(joint[seen] * np.log2(joint[seen] / py[seen]))  # p(x,y) / p(y) is p(x|y)


@book.exercise(
    cases=[
        Case([[0.5, 0.1], [0.2, 0.2]], why="Σ p(x,y)·log2( p(x,y) / (p(x)·p(y)) ) over the table."),
        Case([[0.25, 0.25], [0.25, 0.25]], atol=1e-9, why="Independent: x says nothing about y, so "
             "0. (A small number added somewhere shifts that: leave out the cells with p(x,y) = 0 "
             "instead.)"),
        *drawn(lambda rng: Case(
            rng.dirichlet(np.full(8, 0.5)).reshape(2, 4), rtol=1e-5,
            why="Σ p(x,y)·log2( p(x,y) / (p(x)·p(y)) ), over the table, which need not be square: "
                "p(x) sums over axis 1, p(y) over axis 0.")),
        Case([[0.5, 0.0], [0.0, 0.5]], rtol=1e-9, why=ZERO),
        Case([[0.3, 0.0, 0.1], [0.0, 0.0, 0.0], [0.1, 0.0, 0.5]], why="A value of x that never occurs, such as "
             "“lit” for a pixel at the border, adds nothing: leave out the cells with p(x,y) = 0."),
        Case(np.diag(np.r_[1 - 1e-9, np.full(100, 1e-11)]), rtol=0.06, atol=1e-12, why=RARE,
             show="a diagonal of one cell next to 1 and 100 of 10⁻¹¹"),
    ],
    mistakes=[
        IN_NATS,
        Slip(lambda y: -y, "The sign is wrong: information about another variable is never "
             "negative."),
        Mistake(lambda j: _h(j), "That is the joint entropy H(X, Y)."),
        Mistake(lambda j: _h(j.sum(1)) + _h(j.sum(0)), "That is H(X) + H(Y). What the two share is "
                "counted twice in it: subtract H(X, Y)."),
        *(Mistake(f, says) for a, x, y in ((1, "X", "Y"), (0, "Y", "X")) for f, says in (
            (lambda j, a=a: _h(j.sum(a)) - _h(j), f"H({y}) is missing: H(X) + H(Y) − H(X, Y). "
             "(In the ratio: p(x,y) over p(x)·p(y), both.)"),
            (lambda j, a=a: 2 * _h(j.sum(a)) - _h(j), f"That is H({x}) − H({y}|{x}). The two have "
             f"to be of one variable: H({x}) − H({x}|{y})."),
            (lambda j, a=a: _h(j.sum(a)), f"That is H({x}), what there is to know; subtract what "
             f"remains unknown once {y.lower()} is known, H({x}|{y})."),
            (lambda j, a=a: _h(j) - _h(j.sum(1 - a)), f"That is H({x}|{y}), what remains unknown. "
             f"Mutual information is what is no longer unknown: H({x}) − H({x}|{y})."),
            (lambda j, a=a: (_h(j.sum(0)) + _h(j.sum(1)) - _h(j)) / _h(j.sum(a)), "That is divided "
             f"by the entropy H({x}): a share, between 0 and 1. Bits are wanted."))),
        Mistake(lambda j: -_h(_product(j)) - _plogq(_product(j), j), "The weights are p(x)·p(y). "
                "It is the KL of the joint table from that product: weigh with p(x,y)."),
        Mistake(lambda j: np.mean(j * np.log2(j / _product(j))), "That is a mean over the cells; "
                "the weights p(x,y) already add up to 1: sum."),
        Mistake(lambda j: np.sum(j * np.log2(j / (j.sum(1) * j.sum(0)))), "p(x) and p(y) were "
                "multiplied entry by entry. Each x has to meet each y: keepdims=True, or np.outer."),
        Mistake(lambda j: np.sum(j * np.log2(j / _product(j))), ZERO),
    ],
    hints=[
        "p(x) = joint.sum(axis=1, keepdims=True), shape (N, 1); p(y) = joint.sum(axis=0, "
        "keepdims=True), shape (1, M).",
        "It is KL( p(x,y) ‖ p(x)·p(y) ), so your kl does it: kl(joint.ravel(), product.ravel()).",
    ],
    speed=lambda: (np.full((2, 400), 1 / 800),),
)  # fmt: skip
def mutual_information(joint):
    """Mutual information I(X; Y), in bits, from a table joint[x, y] = P(x, y), shape (N, M)."""
    joint = np.asarray(joint)
    px = joint.sum(axis=1, keepdims=True)  # (N, 1)
    py = joint.sum(axis=0, keepdims=True)  # (1, M)
    seen = joint > 0
    return np.sum(joint[seen] * np.log2(joint[seen] / (px * py)[seen]))
