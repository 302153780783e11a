"""What learners answer in chapter 07."""

import numpy as np
import tensorflow as tf
from keras import losses, ops

from exercise_tables import Table

table = Table()

# ------------------------------------------------------------------------------ right answers


def best_by_division(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(np.divide(p, p + q), nan=0.5)


def best_by_mask(p, q):
    D = np.full(np.shape(p), 0.5)
    some = p + q > 0
    D[some] = p[some] / (p + q)[some]
    return D


def d_loss_by_keras(real_logits, fake_logits):
    bce = losses.BinaryCrossentropy(from_logits=True)
    real = bce(ops.ones_like(real_logits), real_logits)
    return real + bce(ops.zeros_like(fake_logits), fake_logits)


def d_loss_by_tensorflow(real_logits, fake_logits):
    real, fake = tf.math.log_sigmoid(real_logits), tf.math.log_sigmoid(-fake_logits)
    return -tf.reduce_mean(real) - tf.reduce_mean(fake)


def g_loss_by_table(fake_logits, kind):
    return {
        "minimax": ops.mean(ops.log_sigmoid(-fake_logits)),
        "linear": -ops.mean(ops.sigmoid(fake_logits)),
        "non_saturating": -ops.mean(ops.log_sigmoid(fake_logits)),
    }[kind]


def g_loss_by_keras(fake_logits, kind):
    bce = losses.BinaryCrossentropy(from_logits=True)
    if kind == "non_saturating":
        return bce(ops.ones_like(fake_logits), fake_logits)
    if kind == "minimax":
        return -bce(ops.zeros_like(fake_logits), fake_logits)
    return -ops.mean(ops.sigmoid(fake_logits))


def naive_sigmoid(f, kind):
    return ops.mean(-1 / (1 + ops.exp(-f))) if kind == "linear" else stable(f, kind)


def gradients_by_weights(generator, discriminator, g_loss, z):
    weights = generator.trainable_weights
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([w.value for w in weights])
        logits = discriminator(generator(z, training=True), training=True)
        loss = g_loss(logits)
    return tape.gradient(loss, weights)


def gradients_of_both_sorted_out(generator, discriminator, g_loss, z):
    with tf.GradientTape() as tape:
        loss = g_loss(discriminator(generator(z)))
    both = [*generator.trainable_variables, *discriminator.trainable_variables]
    return tuple(tape.gradient(loss, both)[: len(generator.trainable_variables)])


def gradients_with_a_flag(generator, discriminator, g_loss, z):
    discriminator.trainable = False
    with tf.GradientTape() as tape:
        loss = g_loss(discriminator(generator(z)))
    weights = generator.trainable_variables + discriminator.trainable_variables
    discriminator.trainable = True
    return tape.gradient(loss, weights)


def gradients_as_arrays(*arguments):
    return [g.numpy() for g in gradients_by_weights(*arguments)]


def coverage_by_loops(samples, centres, sigma):
    near = [min((np.hypot(*(x - c)), i) for i, c in enumerate(centres)) for x in samples]
    own = [sum(d < 3 * sigma and at == i for d, at in near) for i in range(len(centres))]
    return sum(n >= 0.03 * len(samples) for n in own), sum(own) / len(samples)


def coverage_by_squares(samples, centres, sigma):
    squares = ((samples[:, None, :] - centres[None]) ** 2).sum(axis=2)
    inside = (squares <= 9 * sigma**2) & (squares == squares.min(axis=1, keepdims=True))
    return (inside.mean(axis=0) >= 0.03).sum(), inside.any(axis=1).mean()


RIGHT = [
    ("optimal_discriminator", best_by_division),
    ("optimal_discriminator", best_by_mask),
    ("discriminator_loss", d_loss_by_keras),
    ("discriminator_loss", d_loss_by_tensorflow),
    ("generator_loss", g_loss_by_table),
    ("generator_loss", g_loss_by_keras),
    ("generator_gradients", gradients_by_weights),
    ("generator_gradients", gradients_of_both_sorted_out),
    ("generator_gradients", gradients_with_a_flag),
    ("generator_gradients", gradients_as_arrays),
    ("ring_coverage", coverage_by_loops),
    ("ring_coverage", coverage_by_squares),
]

# ------------------------------------------------------------------------------ wrong answers


def share(p, q):
    return p / (p + q)


def costs(r, f):
    return ops.softplus(-r), ops.softplus(f)


def d_loss_by_probabilities(r, f):
    r, f = ops.sigmoid(r), ops.sigmoid(f)
    return -ops.mean(ops.log(r)) - ops.mean(ops.log(1 - f))


def d_loss_clipped(r, f):
    r, f = (ops.clip(ops.sigmoid(a), 1e-7, 1 - 1e-7) for a in (r, f))
    return -ops.mean(ops.log(r)) - ops.mean(ops.log(1 - f))


def d_loss_with_a_small_number(r, f):
    r, f = ops.sigmoid(r), ops.sigmoid(f)
    return -ops.mean(ops.log(r + 1e-7)) - ops.mean(ops.log(1 - f + 1e-7))


def d_loss_of_clipped_logits(r, f):
    return sum(map(ops.mean, costs(ops.clip(r, -500, 500), ops.clip(f, -500, 500))))


def softplus_by_where(a):
    """The branch that is not taken spoils the gradient: 0·inf is nan."""
    return ops.where(a > 20, a, ops.log1p(ops.exp(a)))


def d_loss_by_bce(r, f):
    bce = losses.BinaryCrossentropy()
    return bce(ops.ones_like(r), r) + bce(ops.zeros_like(f), f)


def d_loss_by_tf_sigmoid(r, f):
    bce = losses.BinaryCrossentropy()
    return bce(ops.ones_like(r), tf.sigmoid(r)) + bce(ops.zeros_like(f), tf.sigmoid(f))


def d_loss_by_function(r, f):
    real = losses.binary_crossentropy(ops.ones_like(r), r, from_logits=True)
    return real + losses.binary_crossentropy(ops.zeros_like(f), f, from_logits=True)


def g_loss_by_tf_sigmoid(f, kind):
    bce, D = losses.BinaryCrossentropy(), tf.sigmoid(f)
    if kind == "non_saturating":
        return bce(ops.ones_like(f), D)
    return -ops.mean(D) if kind == "linear" else -bce(ops.zeros_like(f), D)


def d_loss_of_one_batch(r, f):
    logits = ops.concatenate([r, f], axis=0)
    labels = ops.concatenate([ops.ones_like(r), ops.zeros_like(f)], axis=0)
    return losses.BinaryCrossentropy(from_logits=True)(labels, logits)


def losses_of_g(f, kind, reduce=ops.mean):
    D = ops.sigmoid(f)
    parts = {"minimax": ops.log(1 - D), "linear": -D, "non_saturating": -ops.log(D)}
    return reduce(parts[kind])


def stable(f, kind):
    return g_loss_by_table(f, kind)


def swapped(f, kind):
    return stable(f, {"minimax": "non_saturating", "non_saturating": "minimax"}.get(kind, kind))


def by_formula_chain(f, kind):
    if kind == "ln(1 - D)":
        return -ops.mean(ops.softplus(f))
    if kind == "-D":
        return -ops.mean(ops.sigmoid(f))
    if kind == "-ln D":
        return ops.mean(ops.softplus(-f))


def by_formula_table(f, kind):
    return {"ln(1 - D)": -ops.mean(ops.softplus(f)), "-D": -ops.mean(ops.sigmoid(f))}[kind]


def by_elif(f, kind):
    if kind == "minimax":
        loss = -ops.mean(ops.softplus(f))
    elif kind == "linear":
        loss = -ops.mean(ops.sigmoid(f))
    elif kind == "non-saturating":
        loss = ops.mean(ops.softplus(-f))
    return loss


def by_else(f, kind, minimax="ln(1 - D)", linear="-D"):
    if kind == minimax:
        return -ops.mean(ops.softplus(f))
    elif kind == linear:
        return -ops.mean(ops.sigmoid(f))
    else:
        return ops.mean(ops.softplus(-f))


def by_match(f, kind):
    match kind:
        case "minimax":
            return -ops.mean(ops.softplus(f))
        case "linear":
            return -ops.mean(ops.sigmoid(f))
        case _:
            raise ValueError(f"unknown kind {kind!r}")


def swapped_by_else(f, kind):
    if kind == "minimax":
        return ops.mean(ops.softplus(-f))
    return -ops.mean(ops.sigmoid(f)) if kind == "linear" else -ops.mean(ops.softplus(f))


def forgot_to_return(f, kind):
    stable(f, kind)


def one_minus_d(f, kind):
    return ops.mean(1 - ops.sigmoid(f)) if kind == "linear" else stable(f, kind)


def own_loss(f, kind):
    return ops.mean(ops.softplus(f)) if kind == "minimax" else stable(f, kind)


def no_minus(f, kind):
    return ops.mean(ops.log_sigmoid(f)) if kind == "non_saturating" else stable(f, kind)


def plus_d(f, kind):
    return ops.mean(ops.sigmoid(f)) if kind == "linear" else stable(f, kind)


def minus_logit(f, kind):
    return -ops.mean(f) if kind == "linear" else stable(f, kind)


def of_probabilities(f, kind):
    if kind == "minimax":
        return ops.mean(ops.log(1 - f))
    return -ops.mean(f) if kind == "linear" else -ops.mean(ops.log(f))


def of_discriminator(generator, discriminator, g_loss, z):
    with tf.GradientTape() as tape:
        loss = g_loss(discriminator(generator(z)))
    return tape.gradient(loss, discriminator.trainable_variables)


def of_both(generator, discriminator, g_loss, z):
    with tf.GradientTape() as tape:
        loss = g_loss(discriminator(generator(z)))
    return tape.gradient(loss, generator.trainable_variables + discriminator.trainable_variables)


def samples_outside(generator, discriminator, g_loss, z):
    fake = generator(z)
    with tf.GradientTape() as tape:
        loss = g_loss(discriminator(fake))
    return tape.gradient(loss, generator.trainable_variables)


def stopped(generator, discriminator, g_loss, z):
    with tf.GradientTape() as tape:
        loss = g_loss(discriminator(tf.stop_gradient(generator(z))))
    return tape.gradient(loss, generator.trainable_variables)


def of_all_weights(generator, discriminator, g_loss, z):
    with tf.GradientTape() as tape:
        loss = g_loss(discriminator(generator(z)))
    return tape.gradient(loss, generator.variables)


def uphill(*arguments):
    return [-g for g in gradients_by_weights(*arguments)]


def one_sigmoid_too_many(generator, discriminator, g_loss, z):
    return gradients_by_weights(
        generator, lambda x, training: tf.sigmoid(discriminator(x)), g_loss, z
    )


def of_the_samples(generator, discriminator, g_loss, z):
    with tf.GradientTape() as tape:
        fake = generator(z)
    return tape.gradient(fake, generator.trainable_variables)


def of_the_sum(generator, discriminator, g_loss, z):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(discriminator(generator(z)) ** 2)
    return tape.gradient(loss, generator.trainable_variables)


def by_predict(generator, discriminator, g_loss, z):
    with tf.GradientTape() as tape:
        loss = g_loss(discriminator(generator.predict(z, verbose=0)))
    return tape.gradient(loss, generator.trainable_variables)


def by_predict_of_both(generator, discriminator, g_loss, z):
    with tf.GradientTape() as tape:
        loss = g_loss(discriminator.predict(generator(z)))
    return tape.gradient(loss, generator.trainable_variables)


def left_frozen(generator, discriminator, g_loss, z):
    discriminator.trainable = False
    return gradients_by_weights(generator, discriminator, g_loss, z)


def layers_left_frozen(generator, discriminator, g_loss, z):
    for layer in discriminator.layers:
        layer.trainable = False
    return gradients_by_weights(generator, discriminator, g_loss, z)


def generator_left_frozen(generator, discriminator, g_loss, z):
    gradients = gradients_by_weights(generator, discriminator, g_loss, z)
    generator.trainable = False
    return gradients


def gradients_of(select):
    """The right gradients, but of those weights only that are selected."""

    def gradients(generator, discriminator, g_loss, z):
        with tf.GradientTape() as tape:
            loss = g_loss(discriminator(generator(z)))
        return tape.gradient(loss, select(generator))

    return gradients


def a_whole_step(generator, discriminator, g_loss, z):
    gradients = gradients_by_weights(generator, discriminator, g_loss, z)
    for w, g in zip(generator.trainable_variables, gradients, strict=True):
        w.assign_sub(0.1 * g)
    return gradients


def nothing_back(*arguments):
    gradients_by_weights(*arguments)


def nearest(x, c):
    d = np.sqrt(((x[:, None] - c) ** 2).sum(-1))
    return d.min(axis=1), np.eye(len(c))[d.argmin(axis=1)]


def covered(x, c, s, reach=3, least=0.03):
    d, at = nearest(x, c)
    good = d < reach * s
    return int((at[good].sum(axis=0) >= least * len(x)).sum()), good.mean()


def of_the_good_ones(x, c, s):
    d, at = nearest(x, c)
    good = d < 3 * s
    return int((at[good].sum(axis=0) >= 0.03 * max(good.sum(), 1)).sum()), good.mean()


def any_at_all(x, c, s):
    d, at = nearest(x, c)
    return int((at[d < 3 * s].sum(axis=0) > 0).sum()), (d < 3 * s).mean()


def from_any_distance(x, c, s):
    d, at = nearest(x, c)
    return int((at.mean(axis=0) >= 0.03).sum()), (d < 3 * s).mean()


def squares_against_a_distance(x, c, s):
    d, at = nearest(x, c)
    good = d**2 < 3 * s
    return int((at[good].sum(axis=0) >= 0.03 * len(x)).sum()), good.mean()


def in_a_square(x, c, s):
    d = np.abs(x[:, None] - c).max(axis=-1)
    good = d.min(axis=1) < 3 * s
    counts = np.bincount(d.argmin(axis=1)[good], minlength=len(c))
    return int((counts >= 0.03 * len(x)).sum()), good.mean()


def in_city_blocks(x, c, s):
    d = np.abs(x[:, None] - c).sum(axis=-1)
    good = d.min(axis=1) < 3 * s
    counts = np.bincount(d.argmin(axis=1)[good], minlength=len(c))
    return int((counts >= 0.03 * len(x)).sum()), good.mean()


def of_eight(x, c, s):
    d, at = nearest(x, c)
    good = d < 3 * s
    own = at.argmax(axis=1)
    return sum(int((own[good] == i).sum() >= 0.03 * len(x)) for i in range(8)), good.mean()


def of_every_circle(x, c, s):
    near = np.hypot(*(x[:, None] - c).transpose(2, 0, 1)) < 3 * s
    return int((near.sum(axis=0) >= 0.03 * len(x)).sum()), near.any(axis=1).mean()


def every_circle_counted(x, c, s):
    near = np.hypot(*(x[:, None] - c).transpose(2, 0, 1)) < 3 * s
    return int((near.mean(axis=0) >= 0.03).sum()), near.sum() / len(x)


def more_than_enough(x, c, s):
    d, at = nearest(x, c)
    return int((at[d < 3 * s].sum(axis=0) > 0.03 * len(x)).sum()), (d < 3 * s).mean()


def in_percent(x, c, s):
    modes, good = covered(x, c, s)
    return modes, 100 * good


def share_of_modes(x, c, s):
    modes, good = covered(x, c, s)
    return modes / len(c), good


def counted(x, c, s):
    modes, good = covered(x, c, s)
    return modes, round(good * len(x))


WRONG = [
    ("optimal_discriminator", lambda p, q: q / (p + q), "share of the generated ones"),
    ("optimal_discriminator", lambda p, q: p / q, "how much is real?"),
    ("optimal_discriminator", lambda p, q: np.log(p) - np.log(q), "the logit of D"),
    ("optimal_discriminator", lambda p, q: np.where(p == q, 0.5, p > q), "all or nothing"),
    ("optimal_discriminator", lambda p, q: p / np.sum(p + q), "The sum ran over x"),
    (
        "optimal_discriminator",
        lambda p, q: share(p / np.sum(p), q / np.sum(q)),
        "made to sum to 1",
    ),
    (
        "optimal_discriminator",
        lambda p, q: (p + q) / 2,
        "the derivative with respect to D vanishes",
    ),
    ("optimal_discriminator", lambda p, q: 1.0 * p, "density of the real data"),
    ("optimal_discriminator", share, "Right but for one place"),
    ("optimal_discriminator", lambda p, q: p / (p + q + 1e-9), "return ½ there"),
    (
        "optimal_discriminator",
        lambda p, q: (p + 1e-8) / (p + q + 2e-8),
        "Add no small number",
    ),
    (
        "optimal_discriminator",
        lambda p, q: np.where(p + q > 1e-12, best_by_mask(p, q), 0.5),
        "ask for p + q > 0",
    ),
    ("optimal_discriminator", lambda p, q: best_by_mask(p, q).tolist(), "right numbers, but as"),
    (
        "optimal_discriminator",
        lambda p, q: tf.constant(best_by_mask(p, q)),
        "goes on with NumPy",
    ),
    ("discriminator_loss", lambda r, f: sum(map(ops.mean, costs(-r, -f))), "labels are swapped"),
    ("discriminator_loss", lambda r, f: -sum(map(ops.mean, costs(r, f))), "that is V"),
    ("discriminator_loss", lambda r, f: sum(map(ops.sum, costs(r, f))), "sum over the batch"),
    ("discriminator_loss", lambda r, f: sum(costs(r, f)), "The mean is missing"),
    (
        "discriminator_loss",
        lambda r, f: 0.5 * sum(map(ops.mean, costs(r, f))),
        "average of the two parts",
    ),
    ("discriminator_loss", d_loss_of_one_batch, "average over both batches in one"),
    ("discriminator_loss", lambda r, f: ops.mean(costs(r, f)[0]), "generated ones are missing"),
    ("discriminator_loss", lambda r, f: ops.mean(costs(r, f)[1]), "real ones are missing"),
    ("discriminator_loss", lambda r, f: sum(map(ops.mean, costs(r, -f))), "Both batches are"),
    ("discriminator_loss", lambda r, f: ops.mean(sum(costs(r, f))), "may differ in size"),
    ("discriminator_loss", lambda r, f: sum(map(ops.mean, costs(r, f))) / np.log(2), "in bits"),
    ("discriminator_loss", d_loss_by_function, "runs over the last axis"),
    ("discriminator_loss", lambda r, f: sum(costs(r, f))[:, 0], "runs over the last axis"),
    ("discriminator_loss", d_loss_by_tf_sigmoid, "but not those behind tf.sigmoid"),
    (
        "discriminator_loss",
        lambda r, f: sum(map(ops.mean, costs(ops.sigmoid(r), ops.sigmoid(f)))),
        "its result used as a logit",
    ),
    (
        "discriminator_loss",
        lambda r, f: -ops.mean(ops.log(r) + ops.log(1 - f)),
        "taken for probabilities, and some",
    ),
    ("discriminator_loss", d_loss_by_bce, "Say from_logits=True"),
    ("discriminator_loss", d_loss_by_probabilities, "exactly 0 or 1"),
    ("discriminator_loss", d_loss_clipped, "Was one clipped"),
    ("discriminator_loss", d_loss_with_a_small_number, "or a small number added"),
    ("discriminator_loss", d_loss_of_clipped_logits, "clip nothing"),
    (
        "discriminator_loss",
        lambda r, f: ops.mean(softplus_by_where(-r)) + ops.mean(softplus_by_where(f)),
        "its gradient along real_logits is [[nan], [0]]",
    ),
    (
        "discriminator_loss",
        lambda r, f: ops.mean(ops.square(1 - ops.sigmoid(r))) + ops.mean(ops.sigmoid(f) ** 2),
        "squared error",
    ),
    ("discriminator_loss", lambda r, f: ops.mean(r) - ops.mean(f), "without any logarithm"),
    (
        "discriminator_loss",
        lambda r, f: np.mean(np.logaddexp(0, -r)) + np.mean(np.logaddexp(0, f)),
        "does not run inside training",
    ),
    ("generator_loss", lambda f, kind: -stable(f, kind), "The sign is wrong"),
    ("generator_loss", own_loss, "D's own loss"),
    ("generator_loss", naive_sigmoid, "has the right value, but its gradient is [[nan], [0]]"),
    ("generator_loss", plus_d, "would make D small"),
    ("generator_loss", no_minus, "The minus is missing"),
    ("generator_loss", swapped, "are swapped"),
    ("generator_loss", swapped_by_else, "are swapped"),
    ("generator_loss", by_formula_chain, 'The three names are "minimax"'),
    ("generator_loss", by_formula_chain, "a name misspelt?"),
    ("generator_loss", by_formula_table, "raised KeyError"),
    ("generator_loss", by_formula_table, "a name misspelt?"),
    ("generator_loss", by_elif, "(logits, 'non_saturating') raised UnboundLocalError"),
    ("generator_loss", by_match, "unknown kind 'non_saturating'"),
    ("generator_loss", by_else, "All three kinds give −ln D"),
    ("generator_loss", lambda f, kind: by_else(f, kind, minimax="minimax"), "“linear” is one of"),
    ("generator_loss", lambda f, kind: by_else(f, kind, linear="linear"), "“minimax” is one of"),
    ("generator_loss", forgot_to_return, "Is a `return` missing"),
    ("generator_loss", one_minus_d, "That is 1 − D"),
    ("generator_loss", g_loss_by_tf_sigmoid, "but not those behind tf.sigmoid"),
    (
        "generator_loss",
        lambda f, kind: losses_of_g(f, kind, lambda each: each[:, 0]),
        "runs over the last axis",
    ),
    ("generator_loss", minus_logit, "minus the logit"),
    ("generator_loss", lambda f, kind: losses_of_g(f, kind, ops.sum), "sum over the batch"),
    (
        "generator_loss",
        lambda f, kind: losses_of_g(f, kind, lambda each: each),
        "mean over the batch is missing",
    ),
    ("generator_loss", lambda f, kind: stable(ops.sigmoid(f), kind), "used as a logit"),
    ("generator_loss", of_probabilities, "taken for probabilities"),
    ("generator_loss", lambda f, kind: stable(f, "non_saturating"), "All three kinds give −ln D"),
    ("generator_loss", lambda f, kind: stable(f, "minimax"), "All three kinds give ln(1 − D)"),
    ("generator_loss", lambda f, kind: stable(f, "linear"), "All three kinds give −D"),
    ("generator_loss", losses_of_g, "exactly 0 or 1"),
    (
        "generator_loss",
        lambda f, kind: stable(ops.clip(f, -50, 50), kind),
        "clip nothing",
    ),
    (
        "generator_loss",
        lambda f, kind: (
            ops.mean(softplus_by_where(-f)) if kind == "non_saturating" else stable(f, kind)
        ),
        "its gradient is [[nan], [0]]",
    ),
    (
        "generator_gradients",
        gradients_of(lambda g: g.layers[-1].trainable_variables),
        "gave a list of 2; the generator has 6 weights",
    ),
    (
        "generator_gradients",
        gradients_of(lambda g: g.trainable_variables[:1]),
        "gave a list of 1; the generator has 6 weights",
    ),
    (
        "generator_gradients",
        gradients_of(lambda g: [w for w in g.trainable_variables if len(w.shape) == 2]),
        "gave a list of 3; the generator has 6 weights",
    ),
    (
        "generator_gradients",
        gradients_of(lambda g: g.trainable_variables[::-1]),
        "not those of its weights, in their order",
    ),
    ("generator_gradients", of_discriminator, "That is the wrong network"),
    ("generator_gradients", of_both, "the gradients of both networks"),
    ("generator_gradients", samples_outside, "call the generator inside"),
    ("generator_gradients", stopped, "keep its output a tensor"),
    ("generator_gradients", of_all_weights, "not every weight is one to be trained"),
    ("generator_gradients", uphill, "wrong sign"),
    ("generator_gradients", one_sigmoid_too_many, "a sigmoid too many"),
    ("generator_gradients", of_the_samples, "of the samples themselves"),
    ("generator_gradients", of_the_sum, "by a tape around all three"),
    ("generator_gradients", by_predict, "there the tape is cut"),
    ("generator_gradients", by_predict_of_both, "there the tape is cut"),
    ("generator_gradients", left_frozen, "left discriminator.trainable = False behind"),
    ("generator_gradients", layers_left_frozen, "left discriminator.trainable = False behind"),
    ("generator_gradients", generator_left_frozen, "left generator.trainable = False behind"),
    ("generator_gradients", a_whole_step, "changed the weights"),
    ("generator_gradients", nothing_back, "Is a `return` missing"),
    ("generator_gradients", lambda *a: gradients_by_weights(*a)[0], "gave one array"),
    ("generator_gradients", lambda *a: [], "an empty list"),
    ("generator_gradients", lambda *a: dict(enumerate(gradients_by_weights(*a))), "a dict"),
    ("ring_coverage", of_the_good_ones, "They are of all samples"),
    ("ring_coverage", any_at_all, "A single sample counted"),
    ("ring_coverage", from_any_distance, "at any distance"),
    ("ring_coverage", lambda x, c, s: covered(x, c, s, reach=1), "asks for one σ"),
    ("ring_coverage", squares_against_a_distance, "Take the root"),
    ("ring_coverage", in_city_blocks, "walks in a city of blocks"),
    ("ring_coverage", lambda x, c, s: covered(x, c, 0.1), "0.1 was written where"),
    ("ring_coverage", of_eight, "Eight centres were assumed"),
    ("ring_coverage", in_a_square, "further at its corners"),
    ("ring_coverage", lambda x, c, s: covered(x, c, s)[::-1], "in the other order"),
    ("ring_coverage", of_every_circle, "even where another centre is nearer"),
    ("ring_coverage", every_circle_counted, "for the nearest centre only"),
    ("ring_coverage", more_than_enough, ">=, not >"),
    ("ring_coverage", in_percent, "in percent"),
    ("ring_coverage", share_of_modes, "the share of the modes"),
    ("ring_coverage", counted, "how many good samples there are"),
    ("ring_coverage", lambda x, c, s: covered(x, c, s, least=0.3), "0.03, not 0.3"),
    ("ring_coverage", lambda x, c, s: covered(x, c, s)[0], "expected 2 values"),
]

for name, answer in RIGHT:
    table.right(name)(answer)
for name, answer, fragment in WRONG:
    table.wrong(name, fragment)(answer)

# ------------------------------------------------------------------------- choices and numbers

for option, says in {"a": "Not only", "c": "other way round", "d": "Two of them do"}.items():
    table.choice("saturates", option, "failed", says)
table.choice("saturates", "b", "passed", "when G is worst it learns least")
for option, says in {"a": "knows the data", "b": "by itself", "d": "ignore it"}.items():
    table.choice("fixed", option, "failed", says)
table.choice("fixed", "c", "passed", "costs nothing")
for option, says in {"a": "Not so fast", "c": "It may be", "d": "no loss but an accuracy"}.items():
    table.choice("half", option, "failed", says)
table.choice("half", "b", "passed", "Train a fresh D")
for option, says in {"b": "one digit of ten", "c": "no covariance", "d": "by itself"}.items():
    table.choice("one_seven", option, "failed", says)
table.choice("one_seven", "a", "passed", "sure of every single one")
table.choice("stalemate", np.log(4), "passed", "2 ln 2")
table.choice("stalemate", 1.386, "passed", "ln 4")
table.choice("stalemate", 1.4, "passed", "ln 4")
table.choice("stalemate", 1.3, "failed", "What is D at each x")
table.choice("stalemate", np.log(2), "failed", "one of the two parts")
table.choice("stalemate", -np.log(4), "failed", "That is V")
table.choice("stalemate", 0.0, "failed", "always right, and surely so")
table.choice("stalemate", 0.5, "failed", "That is D, not its loss")
table.choice("stalemate", 2.0, "failed", "in nats")
table.choice("stalemate", 1.0, "failed", "Each part is 1 bit")
table.choice("stalemate", 7.0, "failed", "What is D at each x")
