"""The exercises of chapter 09, conditional GAN and InfoGAN."""

import contextlib

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, Slip, drawn

keras, ops = Lazy("keras"), Lazy("keras.ops")
book = Book(9)
summary = book.summary


def _wide(rng, *shape):
    """Numbers of all sizes, so that nothing rounded or clipped agrees with them."""
    return rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4, shape)


# ------------------------------------------------------------------------------ noise and an order


def _one_hot(y):
    return ops.one_hot(y, 10)


def _joined(*parts):
    return ops.concatenate(parts, axis=-1)


@book.exercise(
    trains=True,
    untrained=["z"],
    cases=[
        Case(np.arange(2.0, 32).reshape(3, 10), [3, 0, 9], why="Each row is the noise, followed by "
            "ten numbers: a 1 at the place of the class and nine 0s. Put them side by side: "
            "keras.ops.concatenate([...], axis=-1)."),
        *drawn(lambda rng: Case(_wide(rng, 4, 10), rng.integers(0, 10, 4), why="Each row is the "
            "noise, as it is, followed by ten numbers: a 1 at the place of the class.")),
        Case([[0.5, -1.0], [2.0, 0.3], [0.1, 0.2]], [3, 0, 9], why="Each row is the noise, "
            "followed by ten numbers: a 1 at the place of the class and nine 0s."),
        Case([[0.5, -1.0, 1.5]], np.array([7], "int32"), why="A batch of one works like any other, "
            "and so does another type of integers: the noise, then a 1 at place 7."),
    ],
    mistakes=[
        *(Mistake(lambda z, y, k=k: _joined(z, ops.cast(y, "float32")[:, None] / k),
            "The class was joined as one number. But a 4 does not lie between a 3 and a 5, and a 7 "
            "is not seven times a 1: classes have no order. One-hot, ten numbers.") for k in (1,
            10)),
        Mistake(lambda z, y: _joined(_one_hot(y), z), "The order is wrong: first the noise, then "
            "the class. Either would train, but the chapter also builds inputs itself, noise "
            "first."),
        Mistake(lambda z, y: _joined(z, _one_hot(y - 1)), "The ones are a place too far left. "
            "Classes count from 0, and so do places: with y − 1 a 0 would have no 1 at all."),
        Mistake(lambda z, y: _joined(z, 1 - _one_hot(y)), "Ones and zeros are swapped: nine ones, "
            "a zero."),
        Mistake(lambda z, y: _one_hot(y), "The noise is missing: each 7 would be the same one."),
        Mistake(lambda z, y: z, "The class is missing: nobody told the generator what to draw."),
        Mistake(lambda z, y: _joined(0 * z, _one_hot(y)), "The noise is 0: each 7 would be the "
            "same one."),
        Mistake(lambda z, y: ops.concatenate([z, _one_hot(y)], axis=0), "The classes were put "
            "below the noise, as more rows (axis 0): six rows from a batch of three. Put them side "
            "by side: keras.ops.concatenate([...], axis=-1)."),
        Mistake(lambda z, y: z + _one_hot(y), "The class was added to the noise. That fits only "
            "with ten latents, and it mixes the two. Put them side by side: "
            "keras.ops.concatenate([...], axis=-1)."),
    ],
    hints=[
        "keras.ops.one_hot(y, 10) has shape (batch, 10).",
        "keras.ops.concatenate([...], axis=-1) puts them side by side.",
    ],
)  # fmt: skip
def with_labels(z, y):
    """The generator's input (batch, latents + 10): the noise z, then the class y as one-hot.

    z has the shape (batch, latents), y has (batch,).
    """
    return keras.ops.concatenate([z, keras.ops.one_hot(y, 10)], axis=-1)


# ---------------------------------------------------------------------------- a blind discriminator

blind_discriminator = book.question(
    "blind_discriminator",
    right="b",
    options={
        "a": "No: who would complain if it did not? D sees pictures only. A good 3 for an order of "
            "7 looks as real as a good 3 for an order of 3.",
        "b": "Right. A D that sees pictures only compares p(x) with p_g(x). Whether x fits y it "
            "cannot see, so nothing in the loss rewards it: the pair (x, y) has to be shown.",
        "c": "No: averages look unreal, and D would catch them. Pictures stay as good as without "
            "labels.",
        "d": "No: nothing stops the training. It is the plain GAN of chapter 07 with ten more "
            "inputs of noise, as far as D is concerned.",
    },
    hints=["What does D see of a pair (x, y)? What in the loss changes if G mixes up all orders?"],
)  # fmt: skip


# -------------------------------------------------------------------------- distance within classes


def _split(features, y, real, y_real, distance):
    return [distance(features[y == c], real[y_real == c]) for c in np.unique(y)]


def _away(a, b):
    """How far the rows of a are from the mean of b: not the same with a and b swapped."""
    return np.abs(a - b.mean(axis=0)).mean()


def _mean_of(split):
    """A mistake: the mean over the classes of a distance between other parts than each class's."""
    return lambda f, y, r, y_r, d: np.mean([d(*split(f, y, r, y_r, c)) for c in np.unique(y)])


def _the_argument_distance(answer):
    """A case: what is wrong if `distance` is never called; or ''."""
    calls, y = [], np.repeat(np.arange(10), 4)
    x = np.random.default_rng(0).normal(size=(40, 2))
    try:
        got = answer(x, y, x[::-1].copy(), y[::-1].copy(), lambda a, b: calls.append(1) or 1.0)
    except Exception:
        return ""  # the next case says more of it
    if calls or got is None:
        return ""
    return (
        "within_classes never called its argument `distance`.\nUse distance(…, …) for each class,"
        " not metrics.frechet_distance or one of your own. The chapter hands"
        " metrics.frechet_distance over; the check hands over a simpler one, for a few features."
    )


_F = [[1.0, 0.0], [3.0, 1.0], [0.0, 2.0], [0.5, 6.0], [1.5, 3.0]]
_R = [[2.0, 0.0], [0.0, 2.5], [4.0, 2.0], [1.0, 4.0], [0.0, 7.0], [2.0, 2.0]]


@book.exercise(
    cases=[
        _the_argument_distance,
        Case(_F, [0, 0, 1, 1, 1], _R, [0, 1, 0, 0, 1, 0], _away, why="For each class c in y the "
            "distance of features[y == c] from real[y_real == c], then the mean over the classes.",
            show="five features of classes [0, 0, 1, 1, 1], six real ones of [0, 1, 0, 0, 1, 0], "
            "distance"),
        *drawn(lambda rng: Case(_wide(rng, 8, 3), rng.permutation([5, 1, 1, 8, 5, 1, 8, 8]),
            _wide(rng, 6, 3), rng.permutation([8, 1, 5, 8, 8, 8]), _away, why="For each class c in "
            "y the distance of features[y == c] from real[y_real == c], then the mean over the "
            "classes.", show="eight features of classes 1, 5, 8, six real ones, distance")),
        Case(_F, [3, 3, 3, 3, 3], _R, [3, 3, 3, 0, 0, 3], _away, why="Only a class that was "
            "ordered can be judged: here class 3. The real pictures of class 0 do not count.",
            show="five features of class 3, real ones of classes [3, 3, 3, 0, 0, 3], distance"),
        Case(_F, [2, 0, 2, 1, 0], _R, [1, 1, 2, 2, 0, 0], lambda a, b: np.nan if len(a) == 1 else
            a.mean(), why="A distance that cannot be computed is nan, and so is the mean: what is not "
            "known must not be left out.", show="five features of classes [2, 0, 2, 1, 0], six "
            "real ones of [1, 1, 2, 2, 0, 0], a distance that is nan for a single picture"),
        Case(_F, [0, 0, 1, 1, 1], _R, [0, 0, 0, 0, 0, 0], _away, why="A class that was ordered, but "
            "of which there is no real picture, is not known: the mean is nan, nothing is left out.",
            show="five features of classes [0, 0, 1, 1, 1], six real ones of class 0, distance"),
    ],
    mistakes=[
        Mistake(lambda f, y, r, y_r, d: d(f, r), "That is the distance of everything from "
            "everything: classes may be swapped in it without a trace. Split by class first."),
        Mistake(_mean_of(lambda f, y, r, y_r, c: (f[y == c], r)), "Each class was compared with "
            "all real pictures. Sevens have to look like sevens: real[y_real == c]."),
        Mistake(_mean_of(lambda f, y, r, y_r, c: (f, r[y_r == c])), "All features were compared "
            "with each real class. Split them too: features[y == c]."),
        Mistake(lambda *a: np.sum(_split(*a)), "That is the sum over the classes; the mean is "
            "asked for."),
        Mistake(lambda *a: np.max(_split(*a)), "That is the worst class; the mean is asked for."),
        Mistake(lambda f, y, r, y_r, d: np.average(_split(f, y, r, y_r, d), weights=np.unique(y,
            return_counts=True)[1]), "Classes were weighted by how often they were ordered. Each "
            "counts the same."),
        Mistake(lambda f, y, r, y_r, d: np.average(_split(f, y, r, y_r, d), weights=[np.sum(y_r == c)
            + 1e-300 for c in np.unique(y)]), "Classes were weighted by how many real pictures there "
            "are. Each counts the same."),
        Mistake(lambda *a: np.sum(_split(*a)) / 10, "That was divided by 10. Divide by the number of "
            "classes that were ordered: np.mean."),
        Mistake(lambda *a: _split(*a)[0], "That is the first class alone. Is a `return` inside the "
            "loop?"),
        Mistake(lambda *a: np.array(_split(*a)), "Those are the distances of the classes. Return "
            "their mean."),
        Mistake(_mean_of(lambda f, y, r, y_r, c: (f[y != c], r[y_r == c])), "[y != c] are all the "
            "other classes."),
        Mistake(_mean_of(lambda f, y, r, y_r, c: (r[y_r == c], f[y == c])), "The arguments of "
            "`distance` are swapped: first features, then real. Not every distance is the same "
            "both ways."),
        Mistake(lambda f, y, r, y_r, d: np.mean([d(f[y == c], r[y_r == c]) for c in range(10)]),
            "Some class was never ordered, and a distance from no features at all is nan. Only the "
            "classes in y count: np.unique(y)."),
    ],
    hints=[
        "np.unique(y) lists the classes that were ordered.",
        "features[y == c] are the rows of one class; real ones likewise, by their own classes.",
    ],
    speed=lambda: (np.ones((10_000, 128)), np.arange(10_000) % 10) * 2 + (_away,),
)  # fmt: skip
def within_classes(features, y, real, y_real, distance):
    """Mean over the classes c in y of distance(features of class c, real features of class c)."""
    return np.mean([distance(features[y == c], real[y_real == c]) for c in np.unique(y)])


# ----------------------------------------------------------------------------- the bound on a table

most_information = book.estimate(
    "most_information",
    right=float(np.log(10)),
    within=0.01,
    why="H(c) = ln 10 nats. I(c; x) = H(c) − H(c|x), and what remains unknown, H(c|x), is never "
        "negative: x cannot tell more about c than there is to know.",
    wrong=[
        (float(np.log2(10)), "Right in bits. Our losses are in nats: the natural logarithm."),
        (10, "Ten is the number of categories. How many nats is one of ten, all equally likely?"),
        (1, "One bit (0.69 nats) would be a fair coin. c has ten equally likely values."),
        (0, "That is the least: x tells nothing about c."),
        (float(np.log(784)), "That many to point at a pixel. What counts is how much there is to "
            "know of c."),
    ],
    otherwise="I(c; x) = H(c) − H(c|x). The second term is at least 0. What is the first, for ten "
        "equally likely values?",
    hints=[
        "I(c; x) = H(c) − H(c|x), and H(c|x) is at least 0.",
        "H(c) = −Σ (1/10)·ln(1/10).",
    ],
)  # fmt: skip


def _log(a):
    return np.log(np.where(a > 0, a, 1.0))


def _entropy(joint, axis=1):
    p = joint.sum(axis=axis)
    return -np.sum(p * _log(p))


def _expected(joint, q):
    return np.sum(joint * np.log(np.where(joint > 0, q, 1.0)))


_JOINT = [[0.3, 0.1, 0.1], [0.05, 0.05, 0.4]]
_Q = [[0.8, 0.6, 0.3], [0.2, 0.4, 0.7]]
_SURE = [[0.25, 0.25, 0.0], [0.0, 0.0, 0.5]]


@book.exercise(
    cases=[
        Case(_JOINT, _Q, why="Σ P(c, x)·ln Q(c|x), over all pairs, plus H(c) = −Σ P(c) ln P(c)."),
        Case(_SURE, [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], why="A Q that always knows c: L_I = H(c) = "
            "ln 2. Pairs that never occur add nothing, although ln 0 is −inf: leave them out."),
        Case(_JOINT, [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]], why="A Q that knows nothing: L_I = 0 "
            "here."),
        Case(_JOINT, [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], why="This Q is certain, and sometimes "
            "wrong: it gives probability 0 to what happens. That costs −inf."),
        Case([[0.5, 1e-9], [0.0, 0.5 - 1e-9]], [[1.0, 0.0], [0.0, 1.0]], why="However rare the pair "
            "is that Q rules out: −inf."),
        Case([[0.5, 0.4995], [0.0, 0.0], [0.0005, 0.0]], [[0.9, 0.8], [0.0, 0.0], [0.1, 0.2]],
            why="The second code never occurs: it adds nothing, neither to E ln Q nor to H(c) = −Σ "
            "P(c) ln P(c). The third is rare, and counts. (In double precision.)", rtol=1e-8, atol=1e-9),
        *drawn(lambda rng: Case(rng.dirichlet(np.full(12, 0.5)).reshape(3, 4),
            rng.dirichlet(np.ones(3), 4).T, why="Σ P(c, x)·ln Q(c|x), over the whole table, plus "
            "H(c). P(c) is the sum of each row.")),
    ],
    mistakes=[
        Mistake(lambda j, q: _expected(j, q) - _entropy(j), "The entropy has the wrong sign: L_I = "
            "E ln Q + H(c). With the minus a Q that always knows c would get −H(c)."),
        Mistake(_expected, "That is E ln Q(c|x), which is never positive. H(c) is still to be "
            "added."),
        Mistake(lambda j, q: np.mean(_log(q)) + _entropy(j), "The mean ran over the cells of the "
            "table as if all were equally likely. Weight each with P(c, x)."),
        Mistake(lambda j, q: np.sum(np.log(np.where(j > 0, q, 1))) + _entropy(j),
            "The logarithms lack their weights P(c, x): the expectation is missing."),
        Slip(lambda y: y / np.log(2), "That is in bits. Our losses are in nats: the natural "
            "logarithm."),
        Mistake(lambda j, q: _expected(j, q) + _entropy(j, axis=0), "That is the entropy of x, "
            "from the sums of the columns. c runs down the rows: P(c) = joint.sum(axis=1)."),
        Mistake(lambda j, q: np.sum(q * j.sum(axis=0) * _log(q)) + _entropy(j),
            "The expectation was taken under Q(c|x)·P(x): a Q that is certain, and wrong, would "
            "look perfect. What happens is P(c, x)."),
        Mistake(lambda j, q: np.sum(np.outer(j.sum(axis=1), j.sum(axis=0)) * _log(q)) + _entropy(j),
            "The weights are P(c)·P(x), as if c and x were independent. Then there is nothing to "
            "know."),
        Mistake(lambda j, q: _expected(j / np.maximum(j.sum(axis=0), 1e-300), q) + _entropy(j), "The "
            "weights are P(c|x). They are P(c, x): what happens often counts more."),
        Mistake(lambda j, q: _expected(j, j / np.maximum(j.sum(axis=0), 1e-300)) + _entropy(j), "That "
            "is I(c; x) itself, from the true P(c|x). Q is what the network thinks: use it."),
        Mistake(lambda j, q: _entropy(j) - _expected(j, q), "The sign of E ln Q is wrong: L_I = E ln Q "
            "+ H(c)."),
        Mistake(lambda j, q: _expected(j, q) - np.sum(j * _log(j)), "The entropy of the whole table "
            "was added, H(c, x). H(c) has P(c) = joint.sum(axis=1)."),
        Mistake(lambda j, q: np.sum(j * q) + _entropy(j), "The logarithm of Q is missing."),
        Slip(lambda y: -y, "The sign is wrong: that is the loss. The bound was asked for."),
        Mistake(lambda j, q: np.sum(j * np.log(q)) + _entropy(j), "A pair that never occurs adds "
            "nothing, but NumPy computes 0·(−inf) = nan. Take the logarithm only where joint > 0."),
        Mistake(lambda j, q: np.sum(j * _log(q)) + _entropy(j), "The pairs with q = 0 were left "
            "out. But a pair that happens although Q says 0 costs −inf. Leave out only the pairs "
            "that never occur."),
        Mistake(lambda j, q: _expected(j, q) + np.log(len(j)), "ln C was added instead of H(c). It "
            "holds only for equally likely c; here P(c) = joint.sum(axis=1)."),
        Mistake(lambda j, q: _expected(j, q) - np.sum(j.sum(axis=1) * np.log(j.sum(axis=1))),
            "A code that never occurs adds nothing to H(c), but NumPy computes 0·(−inf) = nan. "
            "Take the logarithm of P(c) only where P(c) > 0."),
    ],
    hints=[
        "The expectation over pairs is np.sum(joint * np.log(q)); P(c) is joint.sum(axis=1).",
        "np.where(joint > 0, q, 1.0) puts a harmless 1 where nothing happens.",
    ],
)  # fmt: skip
def info_bound(joint, q):
    """L_I = E ln Q(c|x) + H(c), in nats, from joint[c, x] = P(c, x) and q[c, x] = Q(c|x)."""
    p_c = joint.sum(axis=1)
    entropy = -np.sum(p_c * np.log(np.where(p_c > 0, p_c, 1.0)))
    log_q = np.log(np.where(joint > 0, q, 1.0))  # −inf where Q rules out what happens
    return np.sum(joint * log_q) + entropy


# --------------------------------------------------------------------------- the bound from a batch


def _hot(c, a):
    return ops.one_hot(c, a.shape[-1])


def _ln_q(c, a):
    return _picked(c, ops.log_softmax(a, axis=-1))


def _l_i(log_q, a):
    """The bound from ln Q(c|x) of each picture."""
    return ops.mean(log_q) + _ln_k(a)


def _picked(c, values):
    return ops.sum(_hot(c, values) * values, axis=-1)


def _ln_k(a):
    return float(np.log(a.shape[-1]))


def _entropy_of_batch(c, a):
    """The entropy of the frequencies in a batch."""
    share = ops.mean(_hot(c, a), axis=0)
    return -ops.sum(share * ops.log(ops.where(share > 0, share, 1.0)))


def _any_number_of_categories(answer):
    """A case: what is wrong if it runs with ten categories, but not with three; or ''."""
    c, ten = ops.array([0, 2]), ops.ones((2, 10))
    with contextlib.suppress(Exception):  # the next case says more of it
        answer(c, ten)
        try:
            answer(c, ten[:, :3])
        except Exception as error:
            return (
                "category_bound runs with logits for ten categories, but with logits for three it"
                f" raised {type(error).__name__}.\nThe number of categories, K, is"
                " logits.shape[-1]; the check uses other numbers than ten."
            )
    return ""


@book.exercise(
    trains=True,
    cases=[
        _any_number_of_categories,
        Case([0, 2], [[2.0, 0.5, -1.0], [0.3, 1.2, 0.8]], why="ln Q(c|x) is the log-softmax of the "
            "logits at c. Mean over the batch, plus H(c) = ln 3 for three categories."),
        Case(np.array([1], "int32"), [[-0.5, 1.5, 0.2, 0.7]], why="A batch of one, four "
            "categories."),
        Case([1, 0, 1], [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]], why="A Q that knows nothing: all "
            "categories equally likely. E ln Q = −ln 2, and L_I = 0."),
        *drawn(lambda rng: Case(rng.permutation([3, 0, 3, 6, 2, 3]), rng.normal(0, 3, (6, 7)),
            why="ln Q(c|x) is the log-softmax of the logits at c. Mean over the batch, plus H(c) = "
            "ln 7, whatever the batch holds.")),
        Case([0, 1], [[-1000.0, 0.0, 1000.0], [30.0, -60.0, 2.0]], why="The softmax is exactly 0 "
            "there. Take logarithm and softmax in one step, keras.ops.log_softmax, without "
            "clipping."),
    ],
    mistakes=[
        Mistake(lambda c, a: ops.mean(_ln_q(c, a)) - _ln_k(a), "The entropy has the wrong sign: "
            "L_I = E ln Q + H(c). A Q that knows nothing must come out at 0."),
        Mistake(lambda c, a: ops.mean(_ln_q(c, a)), "H(c) is missing: ln K for K equally likely "
            "categories. It does not change the gradient, but without it the number is no "
            "information: it is never positive."),
        Mistake(lambda c, a: _l_i(-ops.sparse_categorical_crossentropy(c, a), a), "The logits were "
            "taken for probabilities (Keras's crossentropies do so by default): log_softmax "
            "first."),
        Mistake(lambda c, a: _l_i(_picked(c, a), a), "That is the logit itself: log_softmax first. "
            "As it is, Q could raise all its logits without end."),
        Mistake(lambda c, a: _l_i(_picked(c, ops.softmax(a)), a), "The logarithm is missing: that "
            "is the mean probability of the right category."),
        Mistake(lambda c, a: _l_i(_picked(c, ops.log_sigmoid(a)), a), "That is a sigmoid: "
            "categories do not compete in it. Exactly one category is true: softmax."),
        Mistake(lambda c, a: ops.sum(_ln_q(c, a)) + _ln_k(a), "The sum over the batch was taken, "
            "so the number grows with the batch size. An expectation is a mean."),
        Mistake(lambda c, a: _ln_q(c, a) + _ln_k(a), "That is one number for each picture. The "
            "expectation is missing: the mean over the batch."),
        Mistake(lambda c, a: ops.mean(_ln_q(c, a)) / a.shape[-1] + _ln_k(a), "The mean ran over "
            "the categories too: K times too small. Sum over the categories, mean over the batch."),
        *(Mistake(lambda c, a, e=e: _l_i(_picked(c, ops.log(ops.softmax(a) + e)), a), f"{e:g} was "
            "added to the softmax: what is improbable then looks less so. keras.ops.log_softmax needs "
            "no guard.") for e in (1e-7, 1e-6, 1e-5)),
        Mistake(lambda c, a: ops.mean(ops.take(ops.log_softmax(a, axis=-1), c, axis=-1)) + _ln_k(a),
            "Every picture was asked for every c of the batch. Each has one: one_hot, or "
            "take_along_axis."),
        Mistake(lambda c, a: ops.log(ops.mean(_picked(c, ops.softmax(a)))) + _ln_k(a), "That is the "
            "ln of a mean. The bound has the mean of ln Q."),
        Mistake(lambda c, a: ops.mean(ops.sum(ops.log_softmax(a, axis=-1), axis=-1)) + _ln_k(a), "ln "
            "Q of all categories was added up. Pick the one that was drawn, c."),
        Mistake(lambda c, a: ops.mean(ops.max(ops.log_softmax(a, axis=-1), axis=-1)) + _ln_k(a),
            "That is ln Q of the likeliest category. Pick the one that was drawn, c."),
        *(Mistake(lambda c, a, log=log: ops.mean(_ln_q(c, a)) + float(log(a.shape[-1])), "H(c) has a "
            "logarithm of another base. In nats it is ln K, np.log.") for log in (np.log2, np.log10)),
        Slip(lambda y: -y, "The sign is wrong: that is the loss. The model subtracts the bound."),
        Mistake(lambda c, a: -ops.mean(_ln_q(c, a)), "That is the cross-entropy. The bound is its "
            "negative, plus H(c)."),
        Mistake(lambda c, a: ops.mean(_ln_q(c, a)) + np.log(10), "ln 10 was added, whatever the "
            "number of categories. H(c) = ln K, K = logits.shape[-1]; the check uses other numbers "
            "than ten."),
        Mistake(lambda c, a: ops.mean(_ln_q(c, a)) + _entropy_of_batch(c, a), "The entropy of the "
            "c in this batch was added. H(c) is that of the distribution that c is drawn from, all "
            "K categories equally likely: ln K."),
        Mistake(lambda c, a: ops.mean(_ln_q(c, a)) + np.log(len(c)), "The logarithm of the batch "
            "size was added. H(c) is what there is to know about one c, K categories equally "
            "likely: ln K, K = logits.shape[-1]."),
        Mistake(lambda c, a: _l_i(_picked(c, ops.log_softmax(a, axis=0)), a), "The softmax ran "
            "over axis 0, the batch. The categories lie along the last axis: axis=-1."),
    ],
    hints=[
        "keras.ops.log_softmax(logits, axis=-1) gives ln Q of every category; keras.ops.one_hot(c, "
            "K) is 1 at the one that was drawn.",
        "keras.ops.sum(one_hot * …, axis=-1) picks it. Then the mean over the batch, plus the "
            "logarithm of K = logits.shape[-1].",
        "keras.ops.sparse_categorical_crossentropy(c, logits, from_logits=True) is −ln Q(c|x), "
            "(batch,).",
    ],
)  # fmt: skip
def category_bound(c, logits):
    """Mean of ln Q(c|x) over the batch, plus H(c), in nats.

    c (batch,) are the categories that were drawn, logits (batch, K) are Q's answers.
    """
    one_hot = keras.ops.one_hot(c, logits.shape[-1])
    log_q = keras.ops.sum(one_hot * keras.ops.log_softmax(logits, axis=-1), axis=-1)  # (batch,)
    return keras.ops.mean(log_q) + float(np.log(logits.shape[-1]))


# ---------------------------------------------------------------------------- a continuous code


_LN_2PI, _LN_2 = float(np.log(2 * np.pi)), float(np.log(2))


def _gaussian(c, m, lv, half=0.5, constant=_LN_2PI):
    return -half * (constant + lv + (c - m) ** 2 / ops.exp(lv))  # (batch, codes)


def _bound(each, entropy=_LN_2):
    return ops.mean(ops.sum(each + entropy, axis=-1))


@book.exercise(
    trains=True,
    untrained=["c"],
    cases=[
        Case([[0.5, -0.8], [0.1, 0.9], [-0.6, 0.3]], [[0.2, -0.5], [0.4, 0.7], [-0.6, -0.2]],
            [[-1.0, 0.3], [-2.0, -0.4], [0.5, -1.5]], why="For each code −½·(ln 2π + ln σ² + (c − "
            "μ)²/σ²) + ln 2. Sum over the codes, mean over the batch.", show="three pictures, two "
            "codes"),
        Case([[0.5]], [[0.2]], [[-1.0]], why="One picture, one code: −½·(ln 2π + ln σ² + (c − "
            "μ)²/σ²) + ln 2."),
        Case([[1.0]], [[-1.0]], [[-4.2]], why="Q is sure of itself there, and wrong: the density "
            "is exactly 0 in float32, and ln 0 = −inf. Take the logarithm by hand, −½·(ln 2π + ln "
            "σ² + (c − μ)²/σ²), without exp around it and without clipping."),
        Case([[0.5, -0.2]], [[0.5, -0.2]], [[-6.0, -8.0]], why="Q is sure, and right: each code tells "
            "more than ln 2 nats, and nothing is capped."),
        Case([[0.5]], [[0.4]], [[-40.0]], why="Q may be surer still: the same formula, nothing "
            "clipped and nothing added to σ²."),
        Case([[0.9, -1.0]], [[700.0, -30.0]], [[12.0, 55.0]], why="Means may be far off, and Q "
            "very unsure: the same formula, nothing clipped."),
        *drawn(lambda rng: Case(rng.uniform(-1, 1, (5, 3)), rng.normal(size=(5, 3)), rng.normal(-1,
            2, (5, 3)), why="For each code −½·(ln 2π + ln σ² + (c − μ)²/σ²) + ln 2. Sum over the "
            "codes, mean over the batch.")),
    ],
    mistakes=[
        Mistake(lambda *a: _bound(_gaussian(*a, constant=0.0)), "The constant ln 2π is missing. It "
            "has no gradient, but without it this is no logarithm of a density, and the bound can "
            "exceed I."),
        Mistake(lambda *a: _bound(_gaussian(*a), 0.0), "The entropy of the codes is missing: ln 2 "
            "for each, since they are uniform on an interval of length 2."),
        Mistake(lambda *a: _bound(_gaussian(*a), -_LN_2), "The entropy has the wrong sign: L_I = E "
            "ln Q + H(c), and H(c) = ln 2 for a density of ½."),
        Slip(lambda y: -y, "The sign is wrong: that is the loss. The model subtracts the bound."),
        Mistake(lambda *a: _bound(-_gaussian(*a)), "The sign of the log-likelihood is wrong: it is "
            "−½·(…), largest where the mean hits the code."),
        Mistake(lambda *a: _bound(_gaussian(*a, half=1.0)), "The ½ is missing."),
        *(Mistake(lambda c, m, v, two=two: _bound(_gaussian(c, m, v) - 0.5 * two(c, m, v)), "One ½ is "
            "missing: −½ stands before all three, ln 2π, ln σ² and the square.") for two in (
                lambda c, m, v: _LN_2PI, lambda c, m, v: v, lambda c, m, v: (c - m) ** 2
                / ops.exp(v))),
        Mistake(lambda c, m, v: _bound(_gaussian(c, m, ops.log(v))), "log_var was taken for the "
            "variance. It is its logarithm: σ² = exp(log_var)."),
        Mistake(lambda c, m, v: _bound(-0.5 * (_LN_2PI + v - (c - m) ** 2 / ops.exp(v))), "The sign of "
            "the square is wrong: a miss makes the code less probable."),
        Mistake(lambda *a: _bound(_gaussian(*a), _LN_2 / 2), "Half of ln 2 was added: it stands "
            "outside of the ½."),
        Mistake(lambda *a: _bound(ops.exp(_gaussian(*a))), "That is the density. Its logarithm was "
            "asked for."),
        Mistake(lambda c, m, v: _bound(-0.5 * (_LN_2PI + v + (c - m) / ops.exp(v))), "It is not "
            "squared."),
        Mistake(lambda c, m, v: _bound(_gaussian(c, m, 2 * v)), "log_var was taken for ln σ. σ² = "
            "exp(log_var)."),
        Mistake(lambda c, m, v: _bound(-0.5 * (_LN_2PI + v + (c - m) ** 2 * ops.exp(v))),
            "The square was multiplied with σ². Divide: the same miss is worse for a Q that is "
            "sure of itself."),
        Mistake(lambda c, m, v: _bound(-0.5 * (_LN_2PI + v + (c - m) ** 2 / v)), "log_var is a "
            "logarithm, often negative: the variance is exp(log_var)."),
        Mistake(lambda c, m, v: _bound(-0.5 * (_LN_2PI + (c - m) ** 2 / ops.exp(v))), "The term ln "
            "σ² is missing: Q could say that it is unsure, σ → ∞, for nothing."),
        Mistake(lambda c, m, v: _bound(-0.5 * (_LN_2PI - v + (c - m) ** 2 / ops.exp(v))),
            "The sign of ln σ² is wrong: a narrow Gaussian is tall, so −½ ln σ² grows as σ falls."),
        Mistake(lambda c, m, v: _bound(-0.5 * (_LN_2PI + v + abs(c - m) / ops.exp(v))), "It is not "
            "squared."),
        Mistake(lambda c, m, v: _bound(-((c - m) ** 2), 0.0), "That is the squared error alone. A "
            "likelihood has σ in it, and its constants."),
        Mistake(lambda *a: ops.mean(_gaussian(*a) + _LN_2), "The mean ran over the codes too. "
            "Their information adds up: sum over the last axis, mean over the batch."),
        Mistake(lambda *a: ops.sum(_gaussian(*a) + _LN_2), "The sum over the batch was taken: the "
            "number grows with the batch size. An expectation is a mean."),
        Mistake(lambda *a: ops.sum(_gaussian(*a) + _LN_2, axis=-1), "That is one number for each "
            "picture. The mean over the batch is missing."),
        Mistake(lambda *a: ops.mean(_gaussian(*a) + _LN_2, axis=0), "That is one number for each "
            "code. Their information adds up: sum over the codes, too."),
        Mistake(lambda c, m, v: _bound(_gaussian(c, m, v)[:, :1]), "Only the first code was used. "
            "Their information adds up: sum over all of them."),
        Mistake(lambda c, m, v: _bound(-0.5 * (_LN_2PI + v + (c - m) ** 2 / ops.exp(v / 2))),
            "The square was divided by σ, exp(log_var / 2). Divide by σ² = exp(log_var)."),
        Mistake(lambda *a: _bound(_gaussian(*a), 0.0) + _LN_2, "H(c) was added once for all codes. "
            "Each code has ln 2 nats of its own."),
    ],
    hints=[
        "ln N(c; μ, σ²) = −½·(ln 2π + ln σ² + (c − μ)²/σ²), with σ² = exp(log_var).",
        "Uniform on [−1, 1] is a density of ½: its entropy is ln 2, for each code.",
    ],
)  # fmt: skip
def code_bound(c, mean, log_var):
    """The sum over the codes of ln N(c; mean, exp(log_var)) + ln 2, nats; mean over the batch.

    c, mean and log_var have the shape (batch, codes).
    """
    log_q = -0.5 * (float(np.log(2 * np.pi)) + log_var + (c - mean) ** 2 * keras.ops.exp(-log_var))
    return keras.ops.mean(keras.ops.sum(log_q + float(np.log(2)), axis=-1))


# --------------------------------------------------------------------------------- two looks


def _told(c, logits):
    return _l_i(_ln_q(c, logits), logits)


def _top(a):
    return ops.argmax(a, axis=-1)


def _other(c, logits):
    """A bound of another kind."""
    return ops.mean(ops.sum(_hot(c, logits) * ops.sin(logits), axis=-1))


_LOOKS = (
    "Let the most likely category of one be the c that two has to tell, bound(argmax of one, two); "
    "then the other way round; then the mean of both."
)


@book.exercise(
    trains=True,
    cases=[
        Case([[2.0, 0.5, -1.0], [0.3, 1.2, 0.8]], [[0.1, 0.7, -0.4], [-0.3, 0.2, 1.5]], _told,
            why=_LOOKS, show="two pictures' logits for three categories, twice, category_bound"),
        *drawn(lambda rng: Case(rng.normal(0, 2, (5, 4)), rng.normal(0, 2, (5, 4)), _told,
            why=_LOOKS, show="five pictures' logits for four categories, twice, category_bound")),
        *drawn(lambda rng: Case(rng.normal(0, 2, (6, 3)), rng.normal(0, 2, (6, 3)), _other,
            why=_LOOKS + " `bound` is an argument: call it, whatever it is, with the logits as they "
            "are.",
            show="six pictures' logits for three categories, twice, another bound")),
        Case([[900.0, -900.0, 0.0]], [[-800.0, 700.0, 3.0]], _told, why="Looks may disagree, and "
            "both be sure: nothing is clipped.", show="one picture's logits, twice, category_bound"),
    ],
    mistakes=[
        Mistake(lambda a, b, bound: ops.minimum(bound(_top(a), b), bound(_top(b), a)), "That is "
            "the smaller of the two bounds; their mean was asked for."),
        Mistake(lambda a, b, bound: ops.maximum(bound(_top(a), b), bound(_top(b), a)), "That is "
            "the larger of the two bounds; their mean was asked for."),
        Mistake(lambda a, b, bound: bound(_top(a), b), "That is one way only: the first look is "
            "the c that the second tells. Add the other way round, and take the mean."),
        Mistake(lambda a, b, bound: bound(_top(b), a), "That is one way only: the second look is "
            "the c that the first tells. Add the other way round, and take the mean."),
        Mistake(lambda a, b, bound: bound(_top(a), b) + bound(_top(b), a), "That is the sum of the "
            "two bounds; their mean was asked for."),
        Mistake(lambda a, b, bound: (bound(_top(a), a) + bound(_top(b), b)) / 2, "Each look was "
            "asked to tell its own category, and so it always agrees with itself. The *other* look "
            "has to tell it."),
        Mistake(lambda a, b, bound: (bound(_top(a), b) + bound(_top(a), a)) / 2, "Both terms take "
            "their c from the first look. The second one: the c of `two`, told by `one`."),
        Mistake(lambda a, b, bound: bound(_top(a), b) + bound(_top(b), a) / 2, "Only the second was "
            "halved: brackets around the sum."),
        Mistake(lambda a, b, bound: (bound(_top(a), ops.softmax(b)) + bound(_top(b), ops.softmax(a)))
            / 2, "`bound` wants logits, as they are: no softmax."),
        Mistake(lambda a, b, bound: bound(_top(a + b), (a + b) / 2), "The logits of the two looks "
            "were added first. Then nothing asks that they agree."),
        Mistake(lambda a, b, bound: (bound(_top(a + b), a) + bound(_top(a + b), b)) / 2, "c was "
            "taken from both looks together, so each look tells a bit of itself. c comes from the "
            "one look, the logits from the other."),
        Mistake(lambda a, b, bound: (bound(_top(-a), b) + bound(_top(-b), a)) / 2, "That is the "
            "least likely category: argmax, not argmin."),
        Slip(lambda y: -y, "The sign is wrong: that is a loss. The model subtracts the agreement."),
    ],
    hints=[
        "keras.ops.argmax(one, axis=-1) has the shape (batch,): a category for each picture.",
        "bound(keras.ops.argmax(one, axis=-1), two) is half of it.",
    ],
)  # fmt: skip
def agreement(one, two, bound):
    """The mean of two bounds: each look's most likely category, told by the other look.

    one, two (batch, K) are logits; bound(c, logits) is a function like category_bound.
    """
    first = bound(keras.ops.argmax(one, axis=-1), two)
    second = bound(keras.ops.argmax(two, axis=-1), one)
    return (first + second) / 2


# -------------------------------------------------------------------------------- the plain GAN

no_term = book.question(
    "no_term",
    right="b",
    options={
        "a": "No. One-hot inputs are easy to use, but the game does not ask that they be used for "
            "the class, or that anybody could read them off the picture. Any mixture of c and z "
            "makes pictures that are as good.",
        "b": "Right. D judges pictures, whatever they were made from. c may be ignored, or mixed "
            "with z in a way that nobody can undo. Nothing in this game asks that c have a meaning "
            "of its own. (A c that is louder than the noise is another matter: the table below.)",
        "c": "No: the game between G and D goes on as in chapter 07. Q learns to read what can be "
            "read, but G has no reason to help.",
        "d": "No: D and G are as strong as before, and one term less pulls at G.",
    },
    hints=["What does D get to see: c, or only pictures? What is then the difference between c and "
        "z?"],
)  # fmt: skip


# ---------------------------------------------------------------------------- slant


def _moments(x, about=None):
    """μ₁₁, μ₂₀ and μ₀₂ of pictures, about the centre of their own ink or that of other pictures."""
    i, j = np.mgrid[: x.shape[1], : x.shape[2]]
    w = x if about is None else about
    ink = w.sum(axis=(1, 2), keepdims=True)
    i, j = (a - (w * a).sum(axis=(1, 2), keepdims=True) / ink for a in (i, j))
    return [(x * a * b).sum(axis=(1, 2)) for a, b in ((i, j), (i, i), (j, j))]


def _slope(x, about=None):
    across, down, _ = _moments(x, about)
    return -across / down


def _corner(x):
    """Pictures with ink in the corner [0, 0] only."""
    return 1.0 * (np.add(*np.mgrid[: x.shape[1], : x.shape[2]]) == 0)[None]


def _steep():
    """A picture of a line that moves two columns for each row, to the right and upwards."""
    x = np.zeros((1, 4, 8))
    x[0, np.arange(4), 6 - 2 * np.arange(4)] = 1
    return x


_STROKES = np.stack([np.eye(5)[:, ::-1], np.eye(5), np.repeat(np.eye(5)[2:3], 5, axis=0)])


@book.exercise(
    returns="array",
    cases=[
        Case(_STROKES, why="Three strokes: one that rises to the right at 45° (slant 1), one that "
            "falls (−1), and an upright one (0).", show="strokes that look like /, \\ and |"),
        Case(_steep(), why="Two columns for each row: slant 2, about the ink's own centre, which may lie between pixels.", show="a flat / on a sheet of 4×8"),
        Case(np.pad(_STROKES[:1], ((0, 0), (3, 0), (0, 4))), why="Where on the sheet it stands "
            "must not matter, nor whether that is square: subtract the ink's own centre, the mean row and column weighted with "
            "the ink.", show="a / in the lower left corner"),
        *drawn(lambda rng: Case(rng.random((3, 5, 7)) * (rng.random((3, 5, 7)) < 0.6),
            why="−μ₁₁/μ₂₀ of each picture, weighted with the ink, about the ink's own centre.")),
        Case(np.random.default_rng(2).random((2, 28, 28), "float32"), atol=1e-4,
            why="−μ₁₁/μ₂₀ of each picture, weighted with the ink, about the ink's own centre."),
        Case(1e-8 * _STROKES, show="very faint strokes that look like /, \\ and |",
            why="Faint ink has the same slant: 1, −1 and 0. Nothing is added to a denominator."),
    ],
    mistakes=[
        Slip(lambda y: -y, "The sign is wrong. Rows are counted downwards; slant is to the right "
            "per pixel upwards, so / has to be positive."),
        Mistake(lambda x: -_moments(x)[0] / _moments(x)[2], "That was divided by the spread of the "
            "columns: how far up per pixel to the right. Divide by the rows' spread."),
        Mistake(lambda x: -_moments(x)[1] / _moments(x)[0], "The fraction stands on its head."),
        Mistake(lambda x: -_moments(x)[0] / np.sqrt(_moments(x)[1] * _moments(x)[2]), "That is the "
            "correlation of row and column, between −1 and 1. A slope has only the rows' moment "
            "below."),
        Mistake(lambda x: -_moments(x)[0] / x.sum(axis=(1, 2)), "That is the covariance of row and "
            "column. A slope is divided by the variance of the rows."),
        Mistake(lambda x: -_moments(x)[0], "That is −μ₁₁ alone: it grows with the ink and the "
            "size. Divide by the second moment of the rows."),
        Mistake(lambda x: _slope(x, _corner(x)), "The centre was not subtracted: the slope of a "
            "line from the corner of the sheet to the digit."),
        Mistake(lambda x: _slope(x, np.ones_like(x)), "Another centre than that of the ink was "
            "subtracted (that of the sheet or of a box, or a rounded one): the slant would depend on "
            "where the digit stands."),
        Mistake(lambda x: _slope(1.0 * (x > 0)), "All pixels with ink count the same. Weight each "
            "with its ink."),
        Mistake(lambda x: _slope(1.0 * (x > 0.5)), "Pixels above the threshold all count the same "
            "there, the others not at all. Weight each with its ink, x."),
        Mistake(lambda x: _slope(x, x > 0), "The moments are weighted with the ink, but the centre "
            "is not. Weight it too: the mean row is (x·i).sum / x.sum."),
        Mistake(lambda x: -np.sum(_moments(x)[0]) / np.sum(_moments(x)[1]), "That is one slant for "
            "all pictures. Sum over rows and columns only, axis=(1, 2)."),
        Slip(np.arctan, "That is an angle, in radians. The slope was asked for: pixels to the right "
            "per pixel upwards."),
        Slip(np.abs, "The sign was lost: / is positive, \\ negative."),
        Mistake(lambda x: _slope(x) / x.sum(axis=(1, 2)), "μ₁₁ was divided by the ink, μ₂₀ was not. "
            "Both, or neither."),
        Slip(lambda y: np.degrees(np.arctan(y)), "That is an angle. The slope was asked for: "
            "pixels to the right per pixel upwards."),
    ],
    hints=[
        "i, j = np.mgrid[:rows, :columns] are the row and column of each pixel. Their means, "
            "weighted with x, are the centre.",
        "(x * (i − ī) * (j − j̄)).sum(axis=(1, 2)) is μ₁₁; with (i − ī)² it is μ₂₀.",
        "Keep the centres as (n, 1, 1): sum(axis=(1, 2), keepdims=True).",
    ],
    speed=lambda: (np.random.default_rng(0).random((2000, 28, 28), "float32"),),
)  # fmt: skip
def slant(x):
    """Pixels to the right per pixel upwards, −μ11/μ20, one number for each picture: (n,).

    The pictures x (n, rows, columns) have ink 1 on paper 0, and none is blank.
    """
    i, j = np.mgrid[: x.shape[1], : x.shape[2]]
    ink = x.sum(axis=(1, 2), keepdims=True)
    i = i - (x * i).sum(axis=(1, 2), keepdims=True) / ink  # from the centre of the ink,
    j = j - (x * j).sum(axis=(1, 2), keepdims=True) / ink  # (n, rows, columns)
    return -(x * i * j).sum(axis=(1, 2)) / (x * i * i).sum(axis=(1, 2))
