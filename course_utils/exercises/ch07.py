"""The exercises of chapter 07, generative adversarial networks."""

import types

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, Slip, describe, drawn, same

keras = Lazy("keras")
tf = Lazy("tensorflow")
book = Book(7)
summary = book.summary


# -------------------------------------------------------------------------- the best discriminator


@book.exercise(
    returns="array",
    cases=[
        Case([0.5, 0.2, 0.3], [0.1, 0.2, 0.9], why="At each x one number D is to make "
             "p·ln D + q·ln(1 − D) largest: there the derivative with respect to D vanishes."),
        *drawn(lambda rng: Case(*rng.exponential(3000, (2, 4, 3)), why="Densities may be larger "
               "than 1, and come in any shape.")),
        Case([0.4, 0.0, 3.0], [0.0, 0.7, 0.0], atol=1e-12, why="Where only one of the two can lie, "
             "D is sure: 1 where q = 0, and 0 where p = 0. Clip nothing, and add no small number."),
        Case([1, 0, 2], [3, 4, 2], why="Whole numbers are numbers, too: np.zeros_like(p) of whole "
             "numbers holds no ¼."),
        Case([0.2, 0.0], [0.6, 0.0], why="Where p = q = 0 nothing ever lies, and D is never asked. "
             "0/0 is nan; return ½ there."),
        Case([1e-14, 3e-300, 2e-9], [6e-9, 1e-300, 1e-9], why="Far out both densities are tiny, "
             "and their ratio counts all the same. Add no small number, and ask for p + q > 0."),
    ],
    mistakes=[
        Slip(lambda D: 1 - D, "That is the share of the generated ones: 1 − D*. D is the "
             "probability of “real”."),
        Slip(lambda D: D / (1 - D), "That is the ratio of the densities, which runs from 0 to "
             "infinity. D is a probability: of all that lies at this x, real or generated, how "
             "much is real?"),
        Slip(lambda D: np.log(D / (1 - D)), "That is the logit of D*: a network would give it "
             "before its sigmoid. The probability was asked for."),
        Slip(lambda D: (1 + np.sign(D - 0.5)) / 2, "That is the verdict with the fewest errors, "
             "all or nothing. The logarithms in V punish being sure and wrong: the best D says how "
             "sure it may be."),
        Mistake(lambda p, q: p / (p + q).sum(), "The sum ran over x. At each x there is a choice "
                "of its own, between the p and the q of this x."),
        Mistake(lambda p, q: p / p.sum() / (p / p.sum() + q / q.sum()), "The densities were made "
                "to sum to 1 first. They are densities: what sums to 1 is p·dx. Use them as they "
                "are."),
        Mistake(lambda p, q: p, "That is the density of the real data. Whether a sample there is "
                "real depends on how many generated ones lie there, too."),
        Mistake(lambda p, q: p / (p + q), "Right but for one place. Where p = q = 0 nothing ever "
                "lies, and D is never asked; 0/0 is nan there, and would spoil every sum. Return "
                "½."),
    ],
    hints=[
        "At one x, V is p·ln D + q·ln(1 − D): a function of one number D. Where is its slope 0?",
        "p/D = q/(1 − D).",
        "Where p + q is 0: np.where(p + q > 0, …, 0.5), and a denominator that is not 0.",
    ],
)  # fmt: skip
def optimal_discriminator(p, q):
    """The D that makes p·ln D + q·ln(1 − D) largest, at each x; ½ where p = q = 0.

    p, q and the result are NumPy arrays of the same shape.
    """
    both = p + q
    return np.where(both > 0, p / np.where(both > 0, both, 1), 0.5)


stalemate = book.estimate(
    "stalemate",
    right=np.log(4),
    within=0.015,  # two digits will do: 1.4
    why="D = ½ everywhere: −ln ½ for the real ones and −ln ½ for the generated ones, 2 ln 2 = ln 4"
    " = 1.386 nats.",
    wrong=[
        (np.log(2), "That is one of the two parts. The loss is their sum."),
        (-np.log(4), "That is V. D's loss is −V."),
        (0.0, "A loss of 0 is a D that is always right, and surely so. A perfect G leaves it no"
         " clue."),
        (0.5, "That is D, not its loss: take −ln of it, for the real ones and for the generated."),
        (2.0, "In bits it is 2. The losses are in nats."),
        (1.0, "Each part is 1 bit, but both count, and in nats."),
    ],
    otherwise="What is D at each x if q = p? Put it into −ln D − ln(1 − D).",
    hints=["If q = p, what is p/(p + q)?", "Two parts: the real ones and the generated ones."],
)  # fmt: skip


fixed = book.question(
    "fixed",
    right="c",
    options={
        "a": "No: nothing in G's loss knows the data. Only D does, and D says where it is most"
        " convinced, not how often to go there.",
        "b": "No: D*'s answer does not say how many samples belong where. G is paid for each sample"
        " by itself.",
        "c": "Right. Every sample is paid D at its own place, so each is best put where D is"
        " largest. That all of them stand at one spot costs nothing, as long as D does not look"
        " again.",
        "d": "No: noise goes in, but G may ignore it, and here that pays.",
    },
    hints=["Each sample is paid by itself. Where is the pay highest?"],
)


# --------------------------------------------------------------------------------------- its loss


def _plus(z):
    return keras.ops.softplus(z)


def _mean(z):
    return keras.ops.mean(z)


def _sigmoid(z):
    return keras.ops.sigmoid(z)


_EXTREME = (
    "To float32 a sigmoid is exactly 0 or 1 here, and exp is inf. Was one clipped, or a small"
    " number added? Keras's cross-entropy clips them by itself at 10⁻⁷. (It finds the logits behind"
    " keras.ops.sigmoid again, but not those behind tf.sigmoid.) Then none costs more than about 16"
    " nats, and what is surely wrong never learns. Or did ln(1 + exp(logit)) overflow? (ops.where"
    " does not help: it computes the slopes of both branches.) Compute from the logits, with softplus"
    " or from_logits=True, as in chapter 01, and clip nothing: −ln D is softplus(−logit), −ln(1 − D)"
    " is softplus(logit)."
)


def _takes_unlike_batches(answer):
    """A case: whether it runs at all where the batches differ in size; or ''."""
    try:
        answer(tf.constant([[1.0], [3.0], [-2.0], [0.2]]), tf.constant([[0.7], [-0.4]]))
    except Exception as error:
        return (
            f"discriminator_loss of 4 real and 2 generated logits raised {type(error).__name__}.\n"
            "The two batches may differ in size, so their logits cannot be paired: a mean over"
            " each, then the sum of the two means."
        )
    return ""


def _pair(real, fake):
    return _plus(-real) + _plus(fake)


@book.exercise(
    trains=True,
    cases=[
        Case([[2.0], [-1.0], [0.5]], [[-1.5], [0.3], [1.0]],
             why="−mean ln D(real) − mean ln(1 − D(fake)), with D = sigmoid(logit)."),
        Case([[0.0], [0.0]], [[0.0], [0.0]], why="A D that says ½ to everything costs ln 2 for the "
             "real ones and ln 2 for the generated: ln 4."),
        *drawn(lambda rng: Case(*(3 * rng.normal(size=(2, 3, 1))), why="−mean ln D(real) − mean "
               "ln(1 − D(fake)), with D = sigmoid(logit)."), n=1),
        _takes_unlike_batches,
        Case([[1.0], [3.0], [-2.0], [0.2]], [[0.7], [-0.4]], why="The two batches may differ in "
             "size: a mean over each, then the sum of the two."),
        Case([[-1000.0], [1000.0]], [[-1000.0], [1000.0], [50.0]], why=_EXTREME),
    ],
    mistakes=[
        Mistake(lambda r, f: _mean(_pair(f, r)), "The labels are swapped: this D is paid for "
                "calling real pictures generated, and generated ones real."),
        Slip(lambda y: -y, "The sign is wrong: that is V, which D is to make large. A loss is made "
             "small: −V."),
        Mistake(lambda r, f: keras.ops.sum(_plus(-r)) + keras.ops.sum(_plus(f)), "That is a sum "
                "over the batch: a batch twice as large would take steps twice as long. Take the "
                "mean of each batch."),
        Mistake(_pair, "The mean is missing: that is one value for each pair. Return one number."),
        Mistake(lambda r, f: keras.ops.mean(_pair(r, f), axis=-1), "The mean over the batch is "
                "missing: the one taken (by the functions in keras.losses, say) runs over the last "
                "axis, which has length 1. Return one number."),
        Slip(lambda y: y / np.log(2), "That is in bits, nats divided by ln 2. V is written with "
             "ln: the loss is in nats."),
        Slip(lambda y: y / 2, "That is the average of the two parts. D would learn the same, but V "
             "has their sum in it, and below we compare with V: no ½."),
        Mistake(lambda r, f: _mean(keras.ops.concatenate([_plus(-r), _plus(f)], axis=0)), "That is "
                "the average over both batches in one. V has a mean over each, and their sum: "
                "otherwise a larger batch counts for more, and the prior is no longer ½."),
        Mistake(lambda r, f: _mean(_plus(-r)), "The generated ones are missing. On real data alone "
                "nothing speaks against D = 1 everywhere."),
        Mistake(lambda r, f: _mean(_plus(-r)) - _mean(_plus(f)), "The sign of the second part is "
                "wrong: −ln(1 − D) is paid, too. (Both brackets get the minus.)"),
        Mistake(lambda r, f: -keras.ops.log(_mean(_sigmoid(r))) - keras.ops.log(1 - _mean(_sigmoid(f))),
                "That is the ln of a mean. V has the mean of ln D."),
        Mistake(lambda r, f: _mean(_plus(f)), "The real ones are missing: D = 0 everywhere would "
                "cost nothing."),
        Mistake(lambda r, f: _mean(_plus(-r)) + _mean(_plus(-f)), "Both batches are called real. "
                "For generated ones it is ln(1 − D), and 1 − sigmoid(a) is sigmoid(−a): "
                "softplus(+logit)."),
        Mistake(lambda r, f: _mean(_plus(-_sigmoid(r))) + _mean(_plus(_sigmoid(f))), "A sigmoid "
                "was applied, and its result used as a logit. softplus wants the logits "
                "themselves."),
        Mistake(lambda r, f: -_mean(keras.ops.log(r)) - _mean(keras.ops.log(1 - f)), "The logits "
                "were taken for probabilities, and some are negative. D is the sigmoid of the "
                "logit."),
        Mistake(lambda r, f: _mean(keras.ops.binary_crossentropy(keras.ops.ones_like(r), r))
                + _mean(keras.ops.binary_crossentropy(keras.ops.zeros_like(f), f)), "The logits "
                "were taken for probabilities (and Keras clipped them into [0, 1]). Say "
                "from_logits=True."),
        Mistake(lambda r, f: _mean((_sigmoid(r) - 1) ** 2) + _mean(_sigmoid(f) ** 2), "That is a "
                "squared error (there are GANs with it), not the log-likelihood. Being sure and "
                "wrong would cost no more than 1."),
        Mistake(lambda r, f: _mean(r) - _mean(f), "Those are the logits, without any logarithm or "
                "softplus, and D could make V as large as it likes."),
    ],
    hints=[
        "D is the sigmoid of the logit. −ln sigmoid(a) = softplus(−a), as in chapter 01.",
        "1 − sigmoid(a) = sigmoid(−a).",
        "Two means, one over each batch, and their sum.",
    ],
)  # fmt: skip
def discriminator_loss(real_logits, fake_logits):
    """−V: −mean ln D(x) − mean ln(1 − D(G(z))), one number (a tensor), in nats, by keras.ops.

    From D's logits for real and for generated samples, shapes (n, 1) and (m, 1).
    """
    on_real = keras.ops.mean(keras.ops.softplus(-real_logits))
    on_fake = keras.ops.mean(keras.ops.softplus(fake_logits))
    return on_real + on_fake


# -------------------------------------------------------------------------------- what G minimises


def _each(f, kind, **other):
    """The three losses without their mean, some of them replaced."""
    losses = {
        "minimax": lambda f: -_plus(f),
        "linear": lambda f: -_sigmoid(f),
        "non_saturating": lambda f: _plus(-f),
    }
    return (losses | other)[kind](f)


def _g(f, kind, **other):
    return _mean(_each(f, kind, **other))


_KINDS = {
    "minimax": "mean ln(1 − D), which is −mean softplus(logit).",
    "linear": "−mean D, with D = sigmoid(logit).",
    "non_saturating": "−mean ln D, which is mean softplus(−logit).",
}
_SWAPPED = {"minimax": "non_saturating", "non_saturating": "minimax", "linear": "linear"}
_NAMES = 'The three names are "minimax", "linear" and "non_saturating", spelt just so.'
_DEPENDS = f"What comes back has to depend on `kind`. {_NAMES}"


_STEADY = (
    "D = 1/(1 + exp(−logit)): where exp is inf, its slope is nan. keras.ops.sigmoid(logit) is written"
    " so that nothing overflows, and nothing is clipped."
)


def _knows_the_kinds(answer):
    """A case: whether something comes back for each kind; or ''."""
    for kind in _KINDS:
        try:
            problem = "gave None" if answer(tf.constant([[0.5]]), kind) is None else ""
        except (KeyError, UnboundLocalError) as error:
            problem = f"raised {describe(error)}"
        if problem:
            return (
                f"generator_loss(logits, {kind!r}) {problem}.\nIs a `return` missing, or a name"
                f" misspelt? {_NAMES}"
            )
    return ""


@book.exercise(
    trains=True,
    cases=[
        _knows_the_kinds,
        *(Case([[-2.0], [0.5], [2.5]], kind, why=why) for kind, why in _KINDS.items()),
        *(case for kind, why in _KINDS.items() for case in drawn(
            lambda rng, kind=kind, why=why: Case(3 * rng.normal(size=(4, 1)), kind, why=why), n=1)),
        *(Case([[0.0], [0.0]], kind, why=why) for kind, why in _KINDS.items()),
        *(Case([[-8.0], [-4.6]], kind, why="G's samples are bad at first: logits far below 0 count "
               "as they are, nothing is clipped.") for kind in _KINDS),
        *(Case([[-1000.0], [1000.0]], kind, why=_STEADY if kind == "linear" else _EXTREME,
               gradient=kind != "linear") for kind in _KINDS),
    ],
    mistakes=[
        Slip(lambda y: -y, "The sign is wrong: this G makes D sure that it is a fake."),
        Mistake(lambda f, kind: _g(f, kind, minimax=_plus), "−ln(1 − D) is D's own loss on "
                "generated ones. G wants the opposite: ln(1 − D), without the minus."),
        Mistake(lambda f, kind: _g(f, kind, linear=_sigmoid), "G would make D small. It wants to "
                "be taken for real: −D."),
        Mistake(lambda f, kind: _g(f, kind, non_saturating=lambda f: -_plus(-f)), "The minus is "
                "missing: that is ln D, which G wants large. The loss is −ln D."),
        Slip(lambda y: y / np.log(2), "That is in bits, divided by ln 2: the losses are written with "
             "ln."),
        Mistake(lambda f, kind: _g(f, kind, minimax=lambda f: -_plus(-f)), "“minimax” is ln(1 − D), "
                "not ln D: this G would make D sure that its samples are fakes."),
        Mistake(lambda f, kind: _g(f, kind, non_saturating=_plus), "softplus(logit) is −ln(1 − D). "
                "−ln D is softplus(−logit)."),
        Mistake(lambda f, kind: _g(f, kind, non_saturating=lambda f: keras.ops.binary_crossentropy(
                keras.ops.ones_like(f), f)), "The logits were taken for probabilities (and Keras "
                "clipped them into [0, 1]). Say from_logits=True."),
        Mistake(lambda f, kind: _each(_mean(f), kind), "The mean was taken of the logits. Each "
                "sample has a loss of its own: the mean comes last."),
        Mistake(lambda f, kind: _g(f, _SWAPPED[kind]), "ln(1 − D) and −ln D are swapped: minimax "
                "is ln(1 − D), which is −softplus(logit), and non_saturating is −ln D, which is "
                "softplus(−logit)."),
        Mistake(lambda f, kind: _g(f, kind, linear=lambda f: -f), "That is minus the logit. D is "
                "its sigmoid, between 0 and 1."),
        Mistake(lambda f, kind: _g(f, kind, linear=lambda f: 1 - _sigmoid(f)), "That is 1 − D. It "
                "has the same slope, so G would learn the same, but the loss is −D, without the "
                "1."),
        Mistake(lambda f, kind: keras.ops.sum(_each(f, kind)), "That is a sum over the batch. Take "
                "the mean."),
        Mistake(_each, "The mean over the batch is missing. Return one number."),
        Mistake(lambda f, kind: keras.ops.mean(_each(f, kind), axis=-1), "The mean over the batch "
                "is missing: the one taken runs over the last axis, which has length 1. Return one "
                "number."),
        Mistake(lambda f, kind: _g(_sigmoid(f), kind), "A sigmoid was applied first, and its "
                "result used as a logit."),
        Mistake(lambda D, kind: _g(D, kind, minimax=lambda D: keras.ops.log(1 - D),
                linear=lambda D: -D, non_saturating=lambda D: -keras.ops.log(D)), "The logits were "
                "taken for probabilities. D is the sigmoid of the logit."),
        Mistake(lambda f, kind: _g(f, "non_saturating"), f"All three kinds give −ln D. {_DEPENDS}"),
        Mistake(lambda f, kind: _g(f, "minimax"), f"All three kinds give ln(1 − D). {_DEPENDS}"),
        Mistake(lambda f, kind: _g(f, "linear"), f"All three kinds give −D. {_DEPENDS}"),
        Mistake(lambda f, kind: _g(f, kind, linear=lambda f: _plus(-f)), "Two kinds give −ln D, "
                f"and “linear” is one of them: it is −D. {_NAMES}"),
        Mistake(lambda f, kind: _g(f, kind, minimax=lambda f: _plus(-f)), "Two kinds give −ln D, "
                f"and “minimax” is one of them: it is ln(1 − D). {_NAMES}"),
    ],
    hints=[
        "ln(1 − sigmoid(a)) = −softplus(a), and −ln sigmoid(a) = softplus(−a).",
        'kind is an ordinary string, and Python\'s `if` may ask for it: if kind == "minimax": …',
    ],
)  # fmt: skip
def generator_loss(fake_logits, kind):
    """What G minimises, a mean over the batch, from D's logits for its samples, (m, 1).

    kind: "minimax" for ln(1 − D), "linear" for −D, "non_saturating" for −ln D. One number (a
    tensor), by keras.ops.
    """
    if kind == "minimax":
        return -keras.ops.mean(keras.ops.softplus(fake_logits))
    if kind == "linear":
        return -keras.ops.mean(keras.ops.sigmoid(fake_logits))
    return keras.ops.mean(keras.ops.softplus(-fake_logits))


saturates = book.question(
    "saturates",
    right="b",
    options={
        "a": "Not only: −D is just as flat. It pulls with D·(1 − D), which at D = 0.01 is 0.0099.",
        "b": "Right. Their pulls are D and D·(1 − D), and both go to 0 with D: when G is worst it"
        " learns least. −ln D pulls with 1 − D there, nearly 1. That they have the same best"
        " G does not make them the same to train with.",
        "c": "The other way round: −ln D is steep where D is small. Its pull is 1 − D.",
        "d": "Two of them do. That the three agree on what the best sample is says nothing about "
        "slopes.",
    },
    hints=["With respect to the logit, D itself has the slope D·(1 − D). Now the chain rule."],
)

# ------------------------------------------------------------------------------------ a step of G


def _gradients_of(answer, seed, loss, width=1):
    """A case: one gradient for each weight of the generator, and which other it may be; or ''."""
    rng = np.random.default_rng(seed)
    inputs, dense = keras.Input((2,)), keras.layers.Dense
    idle = keras.layers.Normalization()  # changes nothing, but has weights that are not trained
    frozen = dense(3, trainable=False)
    G = keras.Sequential([inputs, idle, frozen, dense(3, "leaky_relu"), dense(3), dense(2)])
    D = keras.Sequential([inputs, dense(3, "leaky_relu"), dense(1)])
    for w in G.trainable_variables + D.trainable_variables:
        w.assign(rng.normal(size=w.shape))
    z = tf.constant(rng.normal(0, width, (4, 2)), "float32")
    mine, all_of_g, of_d = (len(v) for v in (G.trainable_variables, G.variables, D.variables))
    with tf.GradientTape(persistent=True) as tape:
        fake = G(z)
        value, twice = loss(D(fake)), loss(_sigmoid(D(fake)))
        other = _mean(_plus(-D(fake)))
    right = tape.gradient(value, G.trainable_variables)
    before = [*G.get_weights(), *D.get_weights()]

    got = answer(G, D, loss, z)
    if not all(map(np.array_equal, before, [*G.get_weights(), *D.get_weights()])):
        return (
            "generator_gradients changed the weights.\nIt should only return gradients; the step is"
            " the optimizer's."
        )
    for name, network, count in (("generator", G, mine), ("discriminator", D, of_d)):
        if len(network.trainable_variables) != count:
            return (
                f"generator_gradients left {name}.trainable = False behind.\nThe network would stay"
                " frozen, in its own step, too. No flag is needed: only the weights that are"
                " handed to tape.gradient get gradients."
            )
    said = "generator_gradients(generator, discriminator, g_loss, z) gave"
    if got is None:
        return (
            f"{said} None.\nIs a `return` missing? Or is it the gradient with respect to z? The"
            " weights of the generator are asked for."
        )
    if tf.is_tensor(got) or isinstance(got, np.ndarray):
        return (
            f"{said} one array.\nReturn a list, one gradient for each of"
            " generator.trainable_variables: a network has many."
        )
    if not isinstance(got, list | tuple):
        return f"{said} a {type(got).__name__}; expected a list of gradients."
    if len(got) == 0:
        return (
            f"{said} an empty list; expected one gradient for each trainable weight of the"
            " generator."
        )
    if isinstance(got[0], tuple):
        return f"{said} pairs.\nReturn the gradients alone, without the weights: no zip."
    if len(got) == all_of_g:
        return (
            f"{said} {all_of_g} gradients, some of them None.\nAsk for"
            " generator.trainable_variables: not every weight is one to be trained."
        )
    if len(got) == mine + of_d:
        return (
            f"{said} the gradients of both networks.\nD stands still in G's step: a step of both"
            " would teach D to be fooled. Only generator.trainable_variables."
        )
    if any(g is None for g in got):
        return (
            f"{said} None for a weight.\nThe loss does not depend on it as far as the tape knows:"
            " call both networks and g_loss inside `with tf.GradientTape() as tape:` (a minus or"
            " a sum, too), and keep what comes out a tensor. (`predict` returns plain numbers, and there the tape is cut: call the network"
            " itself, generator(z).)"
        )
    if same(got, right, 1e-4, 1e-6):
        return ""
    known = [
        (tape.gradient(value, D.trainable_variables), "the gradient of the discriminator's weights."
         "\nThat is the wrong network: a step along it would teach D to be fooled. G moves:"
         " generator.trainable_variables."),
        ([-g for g in right], "the right gradient with the wrong sign.\ng_loss is a loss already;"
         " optimizers descend."),
        (tape.gradient(twice, G.trainable_variables), "the gradient after a sigmoid too many.\nThe"
         " discriminator gives logits, and g_loss wants logits."),
        (tape.gradient(fake, G.trainable_variables), "the gradient of the samples themselves.\nThe"
         " samples have to go through the discriminator and g_loss first."),
    ]  # fmt: skip
    known.append((tape.gradient(other, G.trainable_variables), "the gradient of −mean ln D.\nThe"
                  " loss is an argument: g_loss(logits)."))  # fmt: skip
    for gradients, says in known:
        if same(got, gradients, 1e-4, 1e-6):
            return f"{said} {says}"
    if len(got) != mine:
        return (
            f"{said} a list of {len(got)}; the generator has {mine} weights that are trained (and"
            " some that are not).\nAll of generator.trainable_variables, in their order."
        )
    return (
        f"{said} {mine} gradients, but not those of its weights, in their order.\n"
        "∂ g_loss(D(G(z))) / ∂ weights of G, by a tape around all three."
    )


@book.exercise(
    cases=[
        lambda answer: _gradients_of(answer, 0, lambda logits: _mean(_plus(-logits))),
        lambda answer: _gradients_of(answer, 1, lambda logits: -_mean(logits), width=1000),
        lambda answer: _gradients_of(answer, 2, lambda logits: _mean(_plus(-3 * logits))),
    ],
    hints=[
        "with tf.GradientTape() as tape: samples, logits, loss, all three inside.",
        "tape.gradient(loss, weights) takes a list of weights and returns a list of gradients."
        " Whose weights?",
    ],
)
def generator_gradients(generator, discriminator, g_loss, z):
    """Gradients of g_loss(D(G(z))), a list: one for each trainable weight of G, for no other."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = g_loss(discriminator(generator(z)))
    return tape.gradient(loss, generator.trainable_variables)


# ------------------------------------------------------------------------------------ a step of D

_IN_FULL = (
    "Both batches through D inside `with tf.GradientTape() as tape:`, gan.d_loss of the two logits,"
    " tape.gradient(loss, weights), gan.d_optimizer.apply_gradients(zip(gradients, weights))."
)
_TRAINING = "Dropout and batch normalisation are told by training=True that it is training."


def _squares(real_logits, fake_logits):
    """Another loss that D may have."""
    return _mean((real_logits - 1) ** 2) + _mean(fake_logits**2)


def _player(seed, d_loss):
    """What a step of D needs of a GAN, with networks small enough to see through; two batches."""
    rng = np.random.default_rng(seed)
    inputs, dense = keras.Input((2,)), keras.layers.Dense
    D = keras.Sequential([inputs, keras.layers.BatchNormalization(), dense(3, "tanh"), dense(1)])
    for w in D.trainable_variables:
        w.assign(rng.normal(size=w.shape))
    G = keras.Sequential([keras.Input((1,)), dense(2)])
    gan = types.SimpleNamespace(discriminator=D, generator=G, d_loss=d_loss)
    gan.g_loss = lambda logits: _mean(_plus(-logits))
    for name, network in (("d_optimizer", D), ("g_optimizer", G)):
        optimizer = keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)  # the first counts, too
        optimizer.build(network.trainable_variables)
        setattr(gan, name, optimizer)
    return gan, *(tf.constant(rng.normal(size=(m, 2)), "float32") for m in (5, 4))


def _state(network):
    """Copies of what is trained, and of the moving averages."""
    kinds = network.trainable_variables, network.non_trainable_variables
    return [[np.array(w) for w in kind] for kind in kinds]


def _state_after(step, seed, d_loss):
    gan, real, fake = _player(seed, d_loss)
    step(gan, real, fake)
    return _state(gan.discriminator)


def _step_of_d(answer, seed, d_loss, traced=False):
    """A case: one step, compared by what comes back and by the weights after it; or ''."""
    gan, real, fake = _player(seed, d_loss)
    wanted = _d_step(gan, real, fake)
    weights, averages = _state(gan.discriminator)
    _, turned = _state_after(lambda *a: _d_step(*a, turn=-1), seed, d_loss)

    gan, real, fake = _player(seed, d_loss)
    D, G = gan.discriminator, gan.generator
    before, g_before = _state(D)[0], _state(G)[0]
    said = "discriminator_step(gan, real, fake)"
    try:
        if traced:  # as in `fit`
            specs = [tf.TensorSpec((None, 2), "float32")] * 2
            step = tf.function(lambda *x: answer(gan, *x), input_signature=specs, autograph=False)
            got = step.get_concrete_function()(real, fake)
        else:
            got = answer(gan, real, fake)
    except Exception as error:
        message = f"{said} raised {describe(error)}\n"
        if traced:
            return (
                f"{message}It is right on numbers, but does not run inside training: while `fit`"
                " compiles, tensors have no values yet, and the size of the batch is unknown."
            )
        known = (says for words, says in _RAISED if any(word in str(error) for word in words))
        return message + next(known, _IN_FULL)
    after, averages_after = _state(D)
    if not (len(D.trainable_variables) == len(before) and D.trainable):
        return f"{said} left D frozen (trainable = False).\nNo flag is needed."
    if not (len(G.trainable_variables) == len(g_before) and G.trainable):
        return (
            f"{said} left G frozen (trainable = False).\nIt would stay so in its own step, too. No"
            " flag is needed."
        )
    if not same(_state(G)[0], g_before, 0, 0):
        return f"{said} moved the generator.\nIn this step it stands still: only D's weights."
    if got is None:
        return f"{said} gave None.\nIs a `return` missing? Loss, real logits, fake logits."
    if same(after, before, 0, 0):
        return (
            f"{said} left D as it was.\nThe step is missing:"
            " gan.d_optimizer.apply_gradients(zip(gradients, weights))."
        )
    if not same(after, weights, 1e-4, 1e-6):
        for wrong, says in _WRONG_STEPS:
            if same(after, _state_after(wrong, seed, d_loss)[0], 1e-4, 1e-6):
                return f"{said} took another step.\n{says}"
        return (
            f"{said} left D with other weights than one step of gan.d_optimizer does.\nBoth"
            " batches through D (training=True) inside the tape, gan.d_loss of the two logits, its"
            " gradient with respect to gan.discriminator.trainable_variables, once."
        )
    if not any(same(averages_after, these, 1e-4, 1e-6) for these in (averages, turned)):
        return (
            f"{said} took the right step, but D's batch normalisation has other moving averages"
            " than after it.\nEach batch goes through D once, inside the tape. Do not call D again"
            " for the logits: keep them."
        )
    if not isinstance(got, list | tuple) or len(got) != 3:
        return f"{said} took the right step.\nReturn three things: loss, real_logits, fake_logits."
    if not same(list(got), list(wanted), 1e-4, 1e-6):
        late = [D(x) for x in (real, fake)]
        says = _what_came_back(list(got), *wanted, late, d_loss(*late))
        return f"{said} took the right step, but returned something else.\n{says}"
    return ""


def _what_came_back(got, loss, real_logits, fake_logits, late, late_loss):
    """What is wrong with what was returned."""
    logits = real_logits, fake_logits
    known = [
        ([loss, fake_logits, real_logits], "The two logits are swapped: the real ones come first."),
        ([*logits, loss], "The loss comes first: loss, real_logits, fake_logits."),
        ([loss, *map(_sigmoid, logits)], "Those are probabilities. Return the logits themselves."),
        ([loss, *map(_mean, logits)], "Those are averages. Return the logits of all samples."),
        ([loss, *late], "Those are the logits after the step. Return those from inside the tape."),
        ([late_loss, *late], "That is from after the step. Return what was inside the tape."),
    ]
    otherwise = "Return loss, real_logits, fake_logits, in this order, from inside the tape."
    return next((says for wrong, says in known if same(got, wrong, 1e-4, 1e-6)), otherwise)


def _d_step(gan, real, fake, loss=None, sign=1, training=(True, True), turn=1, after=lambda a: a):
    """A step of D, or a wrong one: another loss, sign, mode, order, or what becomes of logits."""
    with tf.GradientTape() as tape:
        modes = zip((real, fake), training, strict=True)
        logits = [gan.discriminator(x, training=t) for x, t in [*modes][::turn]][::turn]
        value = (loss or gan.d_loss)(*map(after, logits))
    weights = gan.discriminator.trainable_variables
    slopes = [sign * slope for slope in tape.gradient(value, weights)]
    gan.d_optimizer.apply_gradients(zip(slopes, weights, strict=True))
    return value, *logits


def _in_turn(*one_by_one):
    """Several steps, one after the other."""
    return lambda *a: [_d_step(*a, loss=loss) for loss in one_by_one]


def _on_real(real_logits, fake_logits):
    return _mean(_plus(-real_logits))


def _on_fake(real_logits, fake_logits):
    return _mean(_plus(fake_logits))


def _together(gan, real, fake):
    """Both batches as one."""
    both = keras.ops.concatenate([real, fake], axis=0)
    with tf.GradientTape() as tape:
        logits = gan.discriminator(both, training=True)
        value = gan.d_loss(logits[: len(real)], logits[len(real) :])
    weights = gan.discriminator.trainable_variables
    gan.d_optimizer.apply_gradients(zip(tape.gradient(value, weights), weights, strict=True))


def _by_hand(gan, real, fake):
    """The step without its optimizer."""
    weights = gan.discriminator.trainable_variables
    with tf.GradientTape() as tape:
        value = gan.d_loss(*(gan.discriminator(x, training=True) for x in (real, fake)))
    for w, slope in zip(weights, tape.gradient(value, weights), strict=True):
        w.assign_sub(gan.d_optimizer.learning_rate * slope)


_WRONG_STEPS = [
    (lambda *a: _d_step(*a, sign=-1), "It went uphill. gan.d_loss is a loss already; optimizers"
     " descend."),
    *((lambda *a, told=told: _d_step(*a, training=told), f"D was not told{where}. {_TRAINING}")
      for told, where in {(False, False): "", (True, False): " with the generated batch",
                          (False, True): " with the real batch"}.items()),
    (lambda *a: _d_step(*a, loss=_on_real), "Only the real batch counted. D needs both."),
    (lambda *a: _d_step(*a, loss=_on_fake), "Only the generated batch counted. D needs both."),
    (lambda *a: _d_step(*a, after=_sigmoid), "A sigmoid was applied to the logits; gan.d_loss"
     " wants them as they are."),
    (lambda gan, real, fake: _d_step(gan, fake, real), "The batches are swapped: the real one"
     " comes first."),
    (_in_turn(None, None), "There were two steps. Take one."),
    (_in_turn(_on_real, _on_fake), "There were two steps, one for each batch. Take one, from the"
     " sum of both parts, which gan.d_loss is."),
    (lambda *a: _d_step(*a, loss=lambda r, f: _mean(_plus(-f))), "That is G's loss. D's is"
     " gan.d_loss(real_logits, fake_logits)."),
    (lambda *a: _d_step(*a, loss=discriminator_loss.reference), "The cross-entropy was written"
     " out. Call gan.d_loss: this D has another loss."),
    (_together, "The two batches went through D as one. Batch normalisation then takes its"
     " statistics over both, and each picture tells on the others; this course shows D one kind"
     " at a time."),
    (_by_hand, "The step was made by hand, and gan.d_optimizer has a momentum. Hand it the"
     " gradients: gan.d_optimizer.apply_gradients."),
]  # fmt: skip

_RAISED = [
    (["_unique_id", "expected 2, got 1"], "apply_gradients wants pairs (gradient, weight), in this order:"
     " zip(gradients, weights)."),
    (["SimpleNamespace"], "What `gan` holds is gan.discriminator, gan.d_loss and gan.d_optimizer;"
     " the weights that move are gan.discriminator.trainable_variables."),
    (["incompatible with the layer", "expected axis"], "`fake` holds samples already: what G made"
     " of noise. Both batches go straight into gan.discriminator."),
    (["Unknown variable"], "Each network has an optimizer of its own. gan.d_optimizer is for"
     " gan.discriminator.trainable_variables, and for no other weights."),
    (["No gradients", "to unpack", "None"], "There is no gradient. Both batches go through D"
     " inside `with tf.GradientTape() as tape:`, D itself (not `predict`), the loss too (and a minus"
     " before it), and nothing is frozen;"
     " then the gradient with respect to gan.discriminator.trainable_variables."),
]  # fmt: skip


@book.exercise(
    cases=[
        lambda answer: _step_of_d(answer, 0, discriminator_loss.reference),
        lambda answer: _step_of_d(answer, 1, discriminator_loss.reference, traced=True),
        lambda answer: _step_of_d(answer, 2, _squares),
    ],
    hints=[
        "with tf.GradientTape() as tape: the logits of both batches (training=True), and gan.d_loss"
        " of them.",
        "Then tape.gradient(loss, gan.discriminator.trainable_variables), and"
        " gan.d_optimizer.apply_gradients(zip(gradients, weights)).",
        "The samples in `fake` are numbers here: whatever made them is outside the tape.",
    ],
)
def discriminator_step(gan, real, fake):
    """One step of gan.discriminator on two batches. Returns (loss, real_logits, fake_logits).

    gan.d_loss takes the two logits; gan.d_optimizer is a Keras optimizer.
    """
    with tf.GradientTape() as tape:
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        loss = gan.d_loss(real_logits, fake_logits)
    weights = gan.discriminator.trainable_variables
    gradients = tape.gradient(loss, weights)
    gan.d_optimizer.apply_gradients(zip(gradients, weights, strict=True))
    return loss, real_logits, fake_logits


half = book.question(
    "half",
    right="b",
    options={
        "a": "Not so fast. A D that has learned nothing, or whose learning rate is far too large,"
        " is right half of the time, too.",
        "b": "Right. To guess is the best that is left against a perfect G, and all that a D can do"
        " that cannot see. Train a fresh D on G's samples, with G frozen: if that does no better"
        " either, believe it.",
        "c": "It may be: a perfect G leaves even the best D at ½. So nothing is wrong by itself.",
        "d": "Not by that: both may go on moving, in a circle, say, while D is right on half of the"
        " samples. It says nothing about where G is.",
    },
    hints=["Which two very different discriminators are right half of the time?"],
)

# ------------------------------------------------------------------------------- modes of the ring


def _near(x, c, order=2):
    d = np.linalg.norm(x[:, None] - c, ord=order, axis=-1)
    return d.min(axis=1), d.argmin(axis=1)


def _modes(x, c, s, within=lambda d, s: d < 3 * s, least=lambda n, good: n >= 0.03 * len(good),
           order=2):  # fmt: skip
    d, at = _near(x, c, order)
    good = within(d, s)
    counts = np.bincount(at[good], minlength=len(c))
    return int(least(counts, good).sum()), float(good.mean())


def _share(x, c, s):
    return _modes(x, c, s)[1]


def _in_any(x, c, s):
    """How many circles have enough samples, if one sample may count for several."""
    inside = np.linalg.norm(x[:, None] - c, axis=-1) < 3 * s
    return int((inside.mean(axis=0) >= 0.03).sum()), _share(x, c, s)


def _cloud(seed, shares, stray, s, n=400):
    """Samples around as many centres as there are shares, and some that stray; centres; s."""
    rng = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(len(shares)) / len(shares)
    centres = 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    at = np.repeat(np.arange(len(shares)), (np.array(shares) * n).astype(int))
    x = centres[at] + s * rng.uniform(-1, 1, (len(at), 2))
    return np.concatenate([x, rng.uniform(-0.4, 0.4, (stray, 2))]), centres, s


_WHY = (
    "Each sample belongs to its nearest centre, and is good if it lies within 3σ of it. A mode is"
    " covered if its good samples are at least 3 % of all samples, the bad ones too."
)


def _scattered(rng):
    """Samples around many centres that may be near each other."""
    centres, s = rng.normal(0, 1000, (rng.integers(10, 14), 2)), rng.uniform(100, 300)
    at = rng.integers(len(centres), size=90)
    return Case(centres[at] + 1.6 * s * rng.normal(size=(90, 2)), centres, s, why=_WHY)


def _ring():
    """The chapter's real samples, centres and deviation, or some like them."""
    angle = np.arange(8) * np.pi / 4
    centres = 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.repeat(centres, 312, axis=0) + 0.1, centres, 0.1


@book.exercise(
    speed=_ring,
    cases=[
        Case(*_cloud(0, [0.3, 0.2, 0.025, 0.05, 0.06, 0.05, 0.02, 0.0025], 99, 0.1),
             show="samples (382, 2), 8 centres, 0.1", why=_WHY),
        Case(*_cloud(1, [0.03, 0.8, 0.1, 0.0, 0.0], 28, 0.2), why=_WHY,
             show="samples (400, 2), 5 centres, 0.2"),
        Case(*_cloud(2, [0.03, 0.3, 0.03, 0.3, 0.04, 0.1, 0.1, 0.005], 38, 0.15), why=_WHY,
             show="samples (400, 2), 8 centres, 0.15"),
        Case([[2.0, 0.2], [2.22, 0.22], [2.0, 0.31], [-2.0, 0.05], [-2.0, 0.0], [0.0, 0.0]],
             [[2.0, 0.0], [-2.0, 0.0]], 0.1, show="6 samples, 2 centres, 0.1", why="Within 3σ is a "
             "distance, a circle: a square reaches further at its corners."),
        Case(np.zeros((5, 2)), [[2.0, 0.0], [-2.0, 0.0]], 0.1, show="5 samples at 0, 2 centres, "
             "0.1", why="No good sample at all: 0 modes, share 0."),
        Case([[0.0, 0.0], [0.05, 0.02], [-0.06, 0.03], [0.02, -0.08]], [[0.0, 0.0], [0.2, 0.0]],
             0.1, show="4 samples around 0, centres 0.2 apart, 0.1", why="The two circles overlap "
             "here. Each sample counts once, for the nearest centre only."),
        *drawn(_scattered, n=3),
    ],
    mistakes=[
        Mistake(lambda x, c, s: _modes(x, c, s, least=lambda n, g: n >= 0.03 * max(g.sum(), 1)),
                "The 3 % were taken of the good samples. They are of all samples: a generator that "
                "mostly misses should not be helped by it."),
        Mistake(lambda x, c, s: _modes(x, c, s, least=lambda n, g: n >= 0.03 * np.bincount(
                _near(x, c)[1], minlength=len(c))), "The 3 % were taken of the samples nearest to "
                "that centre. They are of all samples."),
        Mistake(lambda x, c, s: _modes(x, c, s, least=lambda n, g: n >= 0.03 * len(x) / len(c)),
                "The 3 % were divided by the number of centres. They are of all samples."),
        Mistake(lambda x, c, s: _modes(x, c, s, least=lambda n, good: n >= 3), "That asks for three "
                "samples. It takes 3 % of all: 0.03 * len(samples)."),
        Mistake(lambda x, c, s: _modes(x, c, s, least=lambda n, good: n >= 75), "75 is 3 % of 2,500, "
                "but there may be any number: 0.03 * len(samples)."),
        Mistake(lambda x, c, s: _modes(x, c, s, lambda d, s: d < 3 * s**2), "Within 3σ, not 3σ²: "
                "sigma is a deviation."),
        Mistake(lambda x, c, s: _modes(x, c, s, least=lambda n, good: n > 0), "A single sample "
                "counted as a mode. It takes at least 3 % of all samples."),
        Mistake(lambda x, c, s: (_modes(x, c, s, lambda d, s: d > -1)[0], _share(x, c, s)), "The "
                "share is right; the modes count samples at any distance. Only those within 3σ of "
                "their centre."),
        Mistake(lambda x, c, s: _modes(x, c, s / 3), "That asks for one σ. Of a Gaussian in the "
                "plane, only 39 % lie so near; within 3σ, 98.9 %."),
        Mistake(lambda x, c, s: _modes(x, c, s, lambda d, s: d**2 < 3 * s), "A squared distance "
                "was compared with 3σ. Take the root, or square 3σ as well."),
        Mistake(lambda x, c, s: _modes(x, c, s, order=1), "The two differences were added, as one "
                "walks in a city of blocks. The distance is the root of the sum of their squares."),
        Mistake(lambda x, c, s: _modes(x, c, 0.1), "0.1 was written where `sigma` belongs, which "
                "is an argument: other heaps are wider."),
        Mistake(lambda x, c, s: (_modes(x, c, s, least=lambda n, g: n[:8] >= 0.03 * len(g))[0],
                _share(x, c, s)), "Eight centres were assumed, but there are as many as `centres` "
                "has rows: len(centres)."),
        Mistake(_in_any, "The samples within 3σ of a centre were counted, even where another "
                "centre is nearer. Where circles overlap, one heap would cover two modes: each "
                "sample counts for its nearest centre only."),
        Mistake(lambda x, c, s: _modes(x, c, s, least=lambda n, good: n > 0.03 * len(x)), "A mode "
                "with exactly 3 % of the samples was left out. It takes at least 3 %: >=, not >."),
        Slip(lambda r: (r[0], 100 * r[1]), "The modes are right. The second is in percent; a share "
             "lies between 0 and 1."),
        Slip(lambda r: r[::-1], "They came in the other order: first the modes, then the share."),
        Mistake(lambda x, c, s: (_modes(x, c, s)[0] / len(c), _share(x, c, s)), "That is the share "
                "of the modes. Return how many there are."),
        Mistake(lambda x, c, s: (_modes(x, c, s)[0], round(_share(x, c, s) * len(x))), "The modes "
                "are right. The second is how many good samples there are; their share of all was "
                "asked for."),
        Mistake(lambda x, c, s: _modes(x, c, s, least=lambda n, good: n >= 0.3 * len(x)), "3 % is "
                "0.03, not 0.3."),
    ],
    hints=[
        "distances = np.linalg.norm(samples[:, None] - centres, axis=-1) has shape (n, modes).",
        "argmin over axis 1 says which centre is nearest, min how far it is.",
        "np.bincount(nearest[good], minlength=len(centres)) counts good samples of each centre.",
    ],
)  # fmt: skip
def ring_coverage(samples, centres, sigma):
    """(modes, share): how many centres the samples (n, 2) cover, and the share of good samples.

    Good: within 3σ of the nearest centre. Covered: at least 3 % of all samples are good there.
    NumPy arrays in, two numbers out.
    """
    distance = np.linalg.norm(samples[:, None] - centres, axis=-1)  # (n, centres)
    good = distance.min(axis=1) < 3 * sigma
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=len(centres))
    return int(np.sum(counts >= 0.03 * len(samples))), float(good.mean())


# ------------------------------------------------------------------------------------ the penalty


def _bent(x, training=None):
    """Logits (n, 1) that bend in x (n, 2): every sample has a slope of its own."""
    return keras.ops.sin(x[:, :1]) * x[:, 1:] + 0.5 * keras.ops.sum(x**2, axis=1, keepdims=True)


def _of_pictures(x, training=None):
    """Logits of pictures (n, 2, 2, 1)."""
    return keras.ops.sum(x**3, axis=(1, 2, 3))[:, None] / 3


def _slope(D, x, of=lambda logits: logits):
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = of(D(x))
    return tape.gradient(logits, x)


def _by_sample(slope):
    return keras.ops.sum(keras.ops.reshape(slope, (keras.ops.shape(slope)[0], -1)) ** 2, axis=1)


def _takes_slopes(answer):
    """A case: whether a gradient has reached x at all; or ''."""
    x = tf.constant([[0.3, -1.0], [0.5, 2.0]])
    watch = (
        "Inside the with, say tape.watch(x) (x is no weight), and then, still inside, call the"
        " discriminator."
    )
    try:
        got = answer(_bent, x)
    except Exception as error:  # of another kind: the next case tells
        if any(word in str(error) for word in ("NoneType", "None values", "(None)")):
            return f"r1_penalty raised {type(error).__name__}: the gradient is None.\n{watch}"
        return ""
    if got is not None and np.ndim(got) == 0 and float(got) == 0:
        return f"r1_penalty gave 0.\nNo gradient has reached x. {watch}"
    return ""


_STEEP = (
    "Each sample's slope ∂a/∂x, its squared length (over the axes of x but that of the batch: any"
    " number of axes), and the mean of these over the batch."
)


@book.exercise(
    trains=True,
    cases=[
        _takes_slopes,
        Case(_bent, [[0.3, -1.0], [2.0, 0.5], [-1.0, 3.0]], why=_STEEP,
             show="discriminator, x (3, 2)"),
        *drawn(lambda rng: Case(_bent, rng.normal(size=(4, 2)), why=_STEEP,
               show="discriminator, x (4, 2)"), n=1),
        Case(_of_pictures, np.random.default_rng(5).normal(size=(3, 2, 2, 1)), why="Pictures have "
             "three axes beside that of the batch: all of them belong to a sample's length.",
             show="discriminator, pictures (3, 2, 2, 1)"),
        Case(_bent, [[3.0, -800.0], [600.0, 2.0]], why="x may be of any size: clip nothing.",
             show="discriminator, x (2, 2), which is large"),
    ],
    mistakes=[
        Mistake(lambda D, x: _mean(_by_sample(_slope(D, x)) ** 0.5), "That is the mean length of "
                "the slopes. R1 takes its square, which is gentle where D is nearly flat."),
        Mistake(lambda D, x: _mean((_by_sample(_slope(D, x)) ** 0.5 - 1) ** 2), "That draws the "
                "length towards 1, as WGAN-GP does. R1 draws it to 0: ‖∂a/∂x‖² itself."),
        Mistake(lambda D, x: _mean(_slope(D, x) ** 2), "The mean ran over the components of x, "
                "too. A squared length is a sum; the mean is over the batch."),
        Mistake(lambda D, x: keras.ops.sum(_slope(D, x) ** 2), "That is a sum over the batch. Take "
                "the mean over the samples."),
        Mistake(lambda D, x: _mean(_by_sample(_slope(D, x, of=_mean))), "The slope was taken of the "
                "*mean* logit, so each sample's is too small by the size of the batch. Take that "
                "of the logits (tape.gradient adds them up)."),
        Mistake(lambda D, x: _mean(_by_sample(_slope(D, x, of=_sigmoid))), "That is the slope of D "
                "itself, after the sigmoid, which is flat where D is sure. R1 takes that of the "
                "logit."),
        Mistake(lambda D, x: _by_sample(_slope(D, x)), "The mean over the batch is missing. Return "
                "one number."),
        Mistake(lambda D, x: keras.ops.sum(keras.ops.mean(_slope(D, x), axis=0) ** 2), "The slopes "
                "were averaged first, so that opposite ones cancel. Square, then average."),
        Slip(lambda y: y / 2, "That has the ½ in it that stands before γ in most papers. Here it "
             "belongs to γ; return the mean of ‖∂a/∂x‖²."),
        Mistake(lambda D, x: _mean(_by_sample(_slope(D, x, of=lambda a: -_plus(-a)))), "That is the "
                "slope of ln D. R1 takes that of the logit, a itself."),
        Mistake(lambda D, x: _mean(_by_sample(_slope(D, x))) ** 0.5, "The root is too much: R1 is "
                "the mean of ‖∂a/∂x‖²."),
        Mistake(lambda D, x: _mean(keras.ops.sum(keras.ops.reshape(_slope(D, x), (keras.ops.shape(
                x)[0], -1)), axis=1) ** 2), "The components were added, then squared, so that "
                "opposite ones cancel. Square each, then add."),
        Mistake(lambda D, x: _mean(keras.ops.sum(_slope(D, x) ** 2, axis=0)), "The sum ran over the "
                "samples, the mean over the components. It is the other way round."),
        Mistake(lambda D, x: _mean(D(x) ** 2), "That is the mean squared logit. Its *slope* in x "
                "was asked for: a tape that watches x."),
    ],
    hints=[
        "with tf.GradientTape() as tape: tape.watch(x), then the logits. tape.gradient(logits, x)"
        " has the shape of x.",
        "A sample's logit depends on its own x only, so that adding up the logits, as"
        " tape.gradient does, mixes nothing.",
        "keras.ops.reshape(slopes, (keras.ops.shape(x)[0], -1)) makes a row of each sample.",
    ],
)  # fmt: skip
def r1_penalty(discriminator, x):
    """Mean over the batch of ‖∂a/∂x‖², with a = discriminator(x), (n, 1), the logits.

    x, (n, …), is a tensor; discriminator may be any function of it. One number (a tensor), by
    TensorFlow's tape and keras.ops.
    """
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = discriminator(x)
    slopes = keras.ops.reshape(tape.gradient(logits, x), (keras.ops.shape(x)[0], -1))
    return keras.ops.mean(keras.ops.sum(slopes**2, axis=1))


# --------------------------------------------------------------------------- precision and recall


def _far(points, reference, order=2):
    return np.linalg.norm(points[:, None] - reference, ord=order, axis=-1)


def _balls(points, reference, k, inside=lambda d, r: d <= r, axis=1, order=2, share=np.any,
           radius=lambda own, k: np.sort(own, axis=1)[:, k]):  # fmt: skip
    """The share of points in a ball around a reference point, or a wrong one."""
    reach = radius(_far(reference, reference, order), k)
    return np.mean(share(inside(_far(points, reference, order), reach), axis=axis))


def _nearest_only(points, reference, k):
    own = np.sort(_far(reference, reference), axis=1)[:, k]
    distance = _far(points, reference)
    return np.mean(distance.min(axis=1) <= own[distance.argmin(axis=1)])


def _clouds(rng):
    """Points and reference points of three numbers, some near and some far."""
    reference = rng.normal(0, rng.uniform(1, 3000), (15, 3))
    near = reference[rng.integers(15, size=25)]
    points = near + rng.normal(0, 1.2 * reference.std(), near.shape)
    return Case(points, reference, int(rng.integers(1, 6)), why=_BALLS)


_BALLS = (
    "Around each reference point a ball that just reaches its k-th nearest neighbour among the"
    " *other* reference points. A point is covered if it lies in one of the balls (or on its edge)."
)


@book.exercise(
    speed=lambda: (*np.random.default_rng(0).normal(size=(2, 2000, 64)), 3),
    cases=[
        Case([[0.0], [2.6], [9.0], [30.0], [-1.5]], [[0.0], [1.0], [3.0], [10.0]], 1, why=_BALLS),
        *drawn(_clouds, n=5),
        Case([[0.0, 0.0], [1.0, 0.0], [5.0, 5.5]], [[0.0, 0.0], [0.0, 0.0], [5.0, 5.0], [5.0, 6.0]],
             1, why="Reference points at the same place are neighbours at distance 0. A ball may be "
             "a single point, and what lies on its edge is covered: ≤."),
        Case(np.r_[np.zeros((2500, 1)), np.full((500, 1), 50.0)], np.arange(8.0)[:, None], 2,
             show="points (3000, 1), the last 500 of them far away, reference (8, 1), 2",
             why="All points count, however many they are."),
        Case([[4.1, 0.0]], [[0.0, 0.0], [4.0, 0.0], [4.0, 0.1], [0.0, 6.0]], 1, why="The nearest "
             "centre is not always the one whose ball covers: ask all of them."),
    ],
    mistakes=[
        Mistake(lambda p, r, k: _balls(p, r, k - 1), "The radius is that of the neighbour before: "
                "a point's nearest point is itself, at distance 0, and does not count."),
        Mistake(lambda p, r, k: _balls(p, r, min(k + 1, len(r) - 1)), "The radius reaches one "
                "neighbour too far. Of the sorted distances the first, 0, is the point's own, so "
                "the k-th neighbour has index k. (Where the diagonal was made inf, it has index k − "
                "1.)"),
        Mistake(_nearest_only, "Only the ball around the nearest reference point was asked. Another "
                "one, farther away, may be larger and cover the point."),
        Mistake(lambda p, r, k: _balls(p, r, k, axis=0), "That is the share of balls with a point "
                "in them (known as coverage). The share of points in a ball was asked for."),
        Mistake(lambda p, r, k: _balls(p, r, k, inside=lambda d, radius: d <= radius.mean()), "All "
                "balls have one radius, the average. Each has its own: wide where reference points "
                "are rare."),
        Mistake(lambda p, r, k: _balls(p, r, k, inside=lambda d, radius: d <= radius.max()), "All "
                "balls have one radius, the largest. Each has its own: wide where reference points "
                "are rare."),
        Mistake(lambda p, r, k: _balls(p, r, k, inside=lambda d, radius: d <= radius**2), "The "
                "radii are squared, the distances are not."),
        Mistake(lambda p, r, k: _balls(p, r, k, radius=lambda own, k: np.argsort(own, axis=1)[:, k]),
                "np.argsort gives places, not distances: np.sort."),
        Mistake(lambda p, r, k: _balls(p, r, k, radius=lambda own, k: np.sort(own, axis=1)[:, 1 : k
                + 1].mean(axis=1)), "The radius is the distance of the k-th neighbour, not the mean "
                "of the first k."),
        Mistake(lambda p, r, k: np.mean((_far(p, r) <= np.sort(_far(r, p), axis=1)[:, k - 1]).any(1))
                if len(p) >= k else np.nan, "The neighbours were sought among the points. A ball "
                "reaches to the k-th nearest of the other *reference* points."),
        Mistake(lambda p, r, k: len(p) * _balls(p, r, k) / len(r), "Divided by the number of "
                "reference points; the share of the points is asked."),
        Mistake(lambda p, r, k: _balls(r, p, k) if len(p) > k else np.nan, "Points and reference "
                "are swapped: the balls stand around the reference points."),
        Mistake(lambda p, r, k: _balls(r, p, k, axis=0) if len(p) > k else np.nan, "The balls "
                "stand around the points. They belong around the reference points."),
        Mistake(lambda p, r, k: _balls(p, r, k, share=np.all), "That asks for points that lie in "
                "all of the balls. One ball is enough."),
        Mistake(lambda p, r, k: _balls(p, r, k, share=np.mean), "That is the share of the pairs "
                "(point, ball) that fit. A point counts once, in however many balls it lies."),
        Mistake(lambda p, r, k: np.array([_balls(x[None], r, k) for x in p]), "That tells of each "
                "point whether it is covered. Return their share: the mean."),
        Mistake(lambda p, r, k: _balls(p, r, k, inside=lambda d, radius: d**2 <= radius), "Squared "
                "distances were compared with radii. Take the root, or square the radii as well."),
        Mistake(lambda p, r, k: _balls(p, r, k, order=1), "The differences were added, as one walks "
                "in a city of blocks. The distance is the root of the sum of their squares."),
        Mistake(lambda p, r, k: _balls(p, r, k, inside=lambda d, radius: d < radius), "A point on "
                "the edge of a ball was left out. It counts: <=, not <."),
        Mistake(lambda p, r, k: _balls(p, r, 3), "3 was written where k belongs, which is an "
                "argument."),
        Slip(lambda share: 1 - share, "That is the share outside of all balls."),
        Mistake(lambda p, r, k: len(p) * _balls(p, r, k), "That is how many points are covered. "
                "Their share was asked for."),
    ],
    hints=[
        "cdist(reference, reference), sorted along axis 1: column 0 is 0 (the point itself),"
        " column k the distance of the k-th neighbour.",
        "cdist(points, reference) <= radius has shape (n, m). Which rows have a True in them?",
        "(points[:, None] − reference would hold n·m·d numbers: gigabytes, for features of pictures."
        " cdist holds n·m.)",
    ],
)  # fmt: skip
def covered(points, reference, k):
    """Share of the points (n, d) that lie in a ball around a reference point (m, d).

    A ball's radius is the distance to the k-th nearest of the other reference points; its edge
    belongs to it. NumPy arrays in, one number out.
    """
    from scipy.spatial.distance import cdist

    radius = np.sort(cdist(reference, reference), axis=1)[:, k]  # column 0: the point itself
    return np.mean((cdist(points, reference) <= radius).any(axis=1))


one_seven = book.question(
    "one_seven",
    right="a",
    options={
        "a": "Right. The classifier is sure of every single one. Confidence looks at each sample by"
        " itself, as precision does; what is missing shows only in all of them together.",
        "b": "It does: it counts one digit of ten.",
        "c": "It does. Samples that are all the same have no covariance: Σ′ = 0, so that all of"
        " tr Σ remains, and their mean is that one seven's. Another such heap, the average"
        " picture repeated, is in the table above.",
        "d": "It does: a heap at one spot reaches next to none of the real pictures. (Precision"
        " would not: each of the sevens looks real.)",
    },
    hints=["Which of the four could you work out from one sample alone?"],
)
