"""What learners answer in chapter 07."""

import numpy as np
import tensorflow as tf
from keras import layers, losses, ops
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist
from sklearn.neighbors import NearestNeighbors

from course_utils.gan import descend
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


def step_by_descend(gan, real, fake):
    with tf.GradientTape() as tape:
        logits = [gan.discriminator(x, training=True) for x in (real, fake)]
        loss = gan.d_loss(*logits)
    descend(loss, tape, gan.discriminator, gan.d_optimizer)
    return [loss, *logits]


def step_by_persistent_tape(gan, real, fake):
    D = gan.discriminator
    with tf.GradientTape(persistent=True) as tape:
        real_logits, fake_logits = D(real, training=True), D(fake, training=True)
        loss = gan.d_loss(real_logits=real_logits, fake_logits=fake_logits)
    gradients = [tape.gradient(loss, w) for w in D.trainable_weights]
    gan.d_optimizer.apply(gradients, D.trainable_weights)
    return loss, real_logits, fake_logits


def step_watching_by_hand(gan, real, fake):
    weights = gan.discriminator.trainable_weights
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        for w in weights:
            tape.watch(w.value)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        loss = gan.d_loss(real_logits, fake_logits)
    gan.d_optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=False))
    return loss, real_logits, fake_logits


def step_of_fake_first(gan, real, fake):
    with tf.GradientTape() as tape:
        fake_logits = gan.discriminator(tf.stop_gradient(fake), training=True)
        real_logits = gan.discriminator(real, training=True)
        loss = gan.d_loss(real_logits, fake_logits)
    descend(loss, tape, gan.discriminator, gan.d_optimizer)
    return loss, real_logits, fake_logits


def step_with_a_flag(gan, real, fake):
    gan.generator.trainable = False
    back = step_by_descend(gan, real, fake)
    gan.generator.trainable = True
    return tuple(back)


def step_uphill_on_minus(gan, real, fake):
    with tf.GradientTape() as tape:
        logits = gan.discriminator(real, training=True), gan.discriminator(fake, training=True)
        minus = -gan.d_loss(*logits)
    weights = gan.discriminator.trainable_variables
    gradients = [-g for g in tape.gradient(minus, weights)]
    gan.d_optimizer.apply(gradients, weights)
    return -minus, *logits


def lengths_by_norm(discriminator, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = discriminator(x, training=True)
    slopes = layers.Flatten()(tape.gradient(logits, x))
    return ops.mean(ops.norm(slopes, axis=1) ** 2)


def slopes_of(discriminator, x, of=lambda logits: logits):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        value = of(discriminator(x))
    return tape.gradient(value, x)


def penalty_by_persistent_tape(discriminator, x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        total = tf.reduce_sum(discriminator(x))
    slopes = tape.gradient(total, x)
    return tf.reduce_mean(tf.reduce_sum(slopes**2, axis=range(1, len(x.shape))))


def penalty_by_einsum(discriminator, x):
    rows = ops.reshape(slopes_of(discriminator, x, ops.sum), (ops.shape(x)[0], -1))
    return ops.mean(ops.einsum("ni,ni->n", rows, rows))


def penalty_by_tensorflow(discriminator, x):
    rows = tf.reshape(slopes_of(discriminator, x), [tf.shape(x)[0], -1])
    return tf.reduce_mean(tf.reduce_sum(tf.square(rows), axis=-1))


def penalty_by_jacobian(discriminator, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = discriminator(x)
    slopes = tape.batch_jacobian(logits, x)
    return ops.mean(ops.sum(ops.square(slopes), axis=tuple(range(1, len(slopes.shape)))))


def penalty_by_two_divisions(discriminator, x):
    return ops.sum(slopes_of(discriminator, x) ** 2) / ops.cast(ops.shape(x)[0], "float32")


def covered_by_loops(points, reference, k):
    hits = np.zeros(len(points), bool)
    for y in reference:
        radius = np.partition(((reference - y) ** 2).sum(axis=1), k)[k]
        hits |= ((points - y) ** 2).sum(axis=1) <= radius
    return sum(hits) / len(points)


def covered_by_products(points, reference, k):
    def squares(x, y):
        return (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T

    own = squares(reference, reference)
    np.fill_diagonal(own, np.inf)
    radius = np.partition(own, k - 1, axis=1)[:, k - 1]
    return (squares(points, reference) <= radius).any(axis=1).mean()


def covered_by_tree(points, reference, k):
    radius = cKDTree(reference).query(reference, k + 1)[0][:, k]
    inside = cKDTree(points).query_ball_point(reference, radius)
    return len(set().union(*inside)) / len(points)


def covered_by_sklearn(points, reference, k):
    distance, _ = NearestNeighbors(n_neighbors=k).fit(reference).kneighbors()  # without itself
    margin = distance[:, -1] - cdist(points, reference)
    return float((margin.max(axis=1) >= 0).mean())


def covered_by_squares(points, reference, k):
    own = np.sort(cdist(reference, reference, "sqeuclidean"), axis=0)[k]
    return np.count_nonzero((cdist(reference, points) ** 2 <= own[:, None]).any(axis=0)) / len(
        points
    )


def covered_pair_by_pair(points, reference, k):
    radius = [sorted(np.linalg.norm(y - z) for z in reference)[k] for y in reference]
    return np.mean(
        [
            any(np.linalg.norm(x - y) <= r for y, r in zip(reference, radius, strict=True))
            for x in points
        ]
    )


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
    ("discriminator_step", step_by_descend),
    ("discriminator_step", step_by_persistent_tape),
    ("discriminator_step", step_watching_by_hand),
    ("discriminator_step", step_of_fake_first),
    ("discriminator_step", step_with_a_flag),
    ("discriminator_step", step_uphill_on_minus),
    ("r1_penalty", lengths_by_norm),
    ("r1_penalty", penalty_by_persistent_tape),
    ("r1_penalty", penalty_by_einsum),
    ("r1_penalty", penalty_by_tensorflow),
    ("r1_penalty", penalty_by_jacobian),
    ("r1_penalty", penalty_by_two_divisions),
    ("covered", covered_by_loops),
    ("covered", covered_by_products),
    ("covered", covered_by_tree),
    ("covered", covered_by_sklearn),
    ("covered", covered_by_squares),
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


def coverage_of(x, c, s, reach=3, least=0.03):
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
    modes, good = coverage_of(x, c, s)
    return modes, 100 * good


def share_of_modes(x, c, s):
    modes, good = coverage_of(x, c, s)
    return modes / len(c), good


def counted(x, c, s):
    modes, good = coverage_of(x, c, s)
    return modes, round(good * len(x))


def step_of_d(
    gan,
    real,
    fake,
    loss=None,
    optimizer="d_optimizer",
    weights=lambda gan: gan.discriminator.trainable_variables,
    training=True,
    steps=1,
    back=lambda gan, loss, *logits: (loss, *logits),
):
    """A step of D with one thing changed."""
    for _ in range(steps):
        with tf.GradientTape() as tape:
            real_logits = gan.discriminator(real, training=training)
            fake_logits = gan.discriminator(fake, training=training)
            value = (loss or gan.d_loss)(real_logits, fake_logits)
        chosen = weights(gan)
        pairs = zip(tape.gradient(value, chosen), chosen, strict=True)
        getattr(gan, optimizer).apply_gradients(pairs)
    return back(gan, value, real_logits, fake_logits)


def another_step(**changes):
    return lambda gan, real, fake: step_of_d(gan, real, fake, **changes)


def not_applied(gan, real, fake):
    with tf.GradientTape() as tape:
        logits = gan.discriminator(real, training=True), gan.discriminator(fake, training=True)
        loss = gan.d_loss(*logits)
    tape.gradient(loss, gan.discriminator.trainable_variables)
    return loss, *logits


def logits_outside(gan, real, fake):
    logits = gan.discriminator(real, training=True), gan.discriminator(fake, training=True)
    with tf.GradientTape() as tape:
        loss = gan.d_loss(*logits)
    descend(loss, tape, gan.discriminator, gan.d_optimizer)
    return loss, *logits


def by_predicted_logits(gan, real, fake):
    with tf.GradientTape() as tape:
        logits = [gan.discriminator.predict(x, verbose=0) for x in (real, fake)]
        loss = gan.d_loss(*logits)
    descend(loss, tape, gan.discriminator, gan.d_optimizer)
    return loss, *logits


def without_a_mode(gan, real, fake):
    with tf.GradientTape() as tape:
        logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.d_loss(*logits)
    descend(loss, tape, gan.discriminator, gan.d_optimizer)
    return loss, *logits


def one_told(gan, real, fake):
    with tf.GradientTape() as tape:
        logits = gan.discriminator(real, training=True), gan.discriminator(fake)
        loss = gan.d_loss(*logits)
    descend(loss, tape, gan.discriminator, gan.d_optimizer)
    return loss, *logits


def a_step_for_each_batch(gan, real, fake):
    parts = []
    for x, y in ((real, 1.0), (fake, 0.0)):
        with tf.GradientTape() as tape:
            logits = gan.discriminator(x, training=True)
            bce = losses.BinaryCrossentropy(from_logits=True)
            parts.append((bce(y * ops.ones_like(logits), logits), logits))
            loss = parts[-1][0]
        descend(loss, tape, gan.discriminator, gan.d_optimizer)
    (real_loss, real_logits), (fake_loss, fake_logits) = parts
    return real_loss + fake_loss, real_logits, fake_logits


def both_in_one_batch(gan, real, fake):
    with tf.GradientTape() as tape:
        logits = gan.discriminator(ops.concatenate([real, fake], axis=0), training=True)
        real_logits, fake_logits = logits[: len(real)], logits[len(real) :]
        loss = gan.d_loss(real_logits, fake_logits)
    descend(loss, tape, gan.discriminator, gan.d_optimizer)
    return loss, real_logits, fake_logits


def step_made_by_hand(gan, real, fake):
    with tf.GradientTape() as tape:
        logits = gan.discriminator(real, training=True), gan.discriminator(fake, training=True)
        loss = gan.d_loss(*logits)
    weights = gan.discriminator.trainable_variables
    for w, g in zip(weights, tape.gradient(loss, weights), strict=True):
        w.assign(w - gan.d_optimizer.learning_rate * g)
    return loss, *logits


def pairs_swapped(gan, real, fake):
    with tf.GradientTape() as tape:
        logits = gan.discriminator(real, training=True), gan.discriminator(fake, training=True)
        loss = gan.d_loss(*logits)
    weights = gan.discriminator.trainable_variables
    gradients = tape.gradient(loss, weights)
    gan.d_optimizer.apply_gradients(zip(weights, gradients, strict=True))
    return loss, *logits


def weights_of_the_gan(gan, real, fake):
    with tf.GradientTape() as tape:
        logits = gan.discriminator(real, training=True), gan.discriminator(fake, training=True)
        loss = gan.d_loss(*logits)
    weights = gan.trainable_variables
    gan.d_optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
    return loss, *logits


def made_again(gan, real, fake):
    return step_of_d(gan, real, gan.generator(fake))


def asked_again(training):
    def step(gan, real, fake):
        loss, *_ = step_of_d(gan, real, fake)
        D = gan.discriminator
        return loss, D(real, training=training), D(fake, training=training)

    return step


def all_asked_again(gan, real, fake):
    step_of_d(gan, real, fake)
    logits = gan.discriminator(real), gan.discriminator(fake)
    return gan.d_loss(*logits), *logits


def left(network, value=False):
    def step(gan, real, fake):
        back = step_of_d(gan, real, fake)
        getattr(gan, network).trainable = value
        return back

    return step


def layers_of_d_left_frozen(gan, real, fake):
    back = step_of_d(gan, real, fake)
    for layer in gan.discriminator.layers:
        layer.trainable = False
    return back


def frozen_from_the_start(gan, real, fake):
    gan.discriminator.trainable = False
    return step_by_descend(gan, real, fake)


def generator_moved(gan, real, fake):
    back = step_of_d(gan, real, fake)
    for w in gan.generator.trainable_variables:
        w.assign_sub(0.1 * ops.ones_like(w))
    return back


def nothing_returned(gan, real, fake):
    step_of_d(gan, real, fake)


def step_for_a_print(gan, real, fake):
    loss, *logits = step_of_d(gan, real, fake)
    return loss.numpy(), *logits


def own_cross_entropy(real_logits, fake_logits):
    return d_loss_by_keras(real_logits, fake_logits)


def squared_lengths(D, x, of=lambda logits: logits):
    slopes = slopes_of(D, x, of)
    return ops.sum(ops.reshape(slopes, (ops.shape(x)[0], -1)) ** 2, axis=1)


def unwatched(D, x):
    with tf.GradientTape() as tape:
        logits = D(x)
    return tape.gradient(logits, x)


def watched_too_late(D, x):
    with tf.GradientTape() as tape:
        logits = D(x)
        tape.watch(x)
    return ops.mean(ops.sum(ops.square(tape.gradient(logits, x)), axis=1))


def unwatched_as_zeros(D, x):
    with tf.GradientTape() as tape:
        logits = D(x)
    slopes = tape.gradient(logits, x, unconnected_gradients="zero")
    return ops.mean(ops.sum(slopes**2, axis=1))


def penalty_by_numpy(D, x):
    rows = np.asarray(slopes_of(D, x)).reshape(len(x), -1)
    return np.mean(np.sum(rows**2, axis=1))


def penalty_of_a_known_batch(D, x):
    rows = ops.reshape(slopes_of(D, x), (len(x), -1))
    return ops.mean(ops.sum(rows**2, axis=1))


def penalty_of_vectors(D, x):
    return ops.mean(ops.sum(slopes_of(D, x) ** 2, axis=1))


def penalty_of_pictures(D, x):
    return ops.mean(ops.sum(slopes_of(D, x) ** 2, axis=(1, 2, 3)))


def stopped_penalty(D, x):
    return ops.mean(squared_lengths(D, ops.stop_gradient(x)))


def clipped_penalty(D, x):
    return ops.mean(squared_lengths(D, ops.clip(x, -10, 10)))


def balls(p, r, k, inside=lambda d, radius: d <= radius, metric="euclidean"):
    """Which point lies in which ball, (points, reference)."""
    radius = np.sort(cdist(r, r, metric), axis=1)[:, k]
    return inside(cdist(p, r, metric), radius)


def share_of(hits):
    return hits.any(axis=1).mean()


def nearest_ball(p, r, k):
    radius = np.sort(cdist(r, r))[:, k]
    d = cdist(p, r)
    at = d.argmin(axis=1)
    return (d.min(axis=1) <= radius[at]).mean()


def itself_taken_out_too_late(p, r, k):
    own = cdist(r, r)
    np.fill_diagonal(own, np.inf)
    radius = np.sort(own, axis=1)[:, min(k, len(r) - 2)]
    return share_of(cdist(p, r) <= radius)


def twins_taken_out(p, r, k):
    own = cdist(r, r)
    own[own == 0] = np.inf
    radius = np.sort(own, axis=1)[:, k - 1]
    return share_of(cdist(p, r) <= radius)


def twins_left_out_of_lists(p, r, k):
    radius = [sorted(d for d in row if d > 0)[k - 1] for row in cdist(r, r)]
    return share_of(cdist(p, r) <= np.array(radius))


def balls_around_points(p, r, k):
    radius = np.sort(cdist(p, p), axis=1)[:, k]
    return (cdist(p, r) <= radius[:, None]).any(axis=1).mean()


def unsorted(p, r, k):
    return share_of(cdist(p, r) <= cdist(r, r)[:, k])


def column_of_the_other_axis(p, r, k):
    return share_of(cdist(p, r) <= np.sort(cdist(r, r), axis=0)[:, k])


def g_loss_with(**changes):
    return lambda f, kind: ops.mean(changes[kind](f)) if kind in changes else stable(f, kind)


def gradients_without_none(generator, discriminator, g_loss, z):
    with tf.GradientTape() as tape:
        loss = g_loss(discriminator(generator(z)))
    return [g for g in tape.gradient(loss, generator.weights) if g is not None]


def gradients_in_pairs(generator, *others):
    weights = generator.trainable_variables
    return list(zip(gradients_by_weights(generator, *others), weights, strict=True))


def gradient_of_z(generator, discriminator, g_loss, z):
    with tf.GradientTape() as tape:
        loss = g_loss(discriminator(generator(z)))
    return tape.gradient(loss, z)


def gradients_of_cross_entropy(generator, discriminator, g_loss, z):
    return gradients_by_weights(
        generator, discriminator, lambda f: g_loss_by_table(f, "non_saturating"), z
    )


def not_in_pairs(gan, real, fake):
    with tf.GradientTape() as tape:
        loss = gan.d_loss(gan.discriminator(real), gan.discriminator(fake))
    gan.d_optimizer.apply_gradients(tape.gradient(loss, gan.discriminator.trainable_variables))


def minimised(gan, real, fake):
    with tf.GradientTape() as tape:
        loss = gan.d_loss(gan.discriminator(real), gan.discriminator(fake))
    gan.d_optimizer.minimize(loss, gan.discriminator.trainable_variables, tape=tape)


def modes_with(least, reach=lambda s: 3 * s):
    def coverage(x, c, s):
        d, at = nearest(x, c)
        good = d < reach(s)
        return int((at[good].sum(axis=0) >= least(x, c, at)).sum()), good.mean()

    return coverage


def rows_of(slopes):
    return ops.reshape(slopes, (ops.shape(slopes)[0], -1))


def covered_with(radius, own=lambda p, r: cdist(r, r)):
    return lambda p, r, k: share_of(cdist(p, r) <= radius(np.sort(own(p, r), axis=1), k))


def diagonal_of_inf(p, r):
    return cdist(r, r) + np.diag(np.full(len(r), np.inf))


WRONG = [
    (
        "optimal_discriminator",
        lambda p, q: np.clip(best_by_division(p, q), 1e-6, 1 - 1e-6),
        "Clip nothing",
    ),
    (
        "optimal_discriminator",
        lambda p, q: best_by_mask(p, q).astype(p.dtype),
        "of whole numbers holds no",
    ),
    (
        "discriminator_loss",
        lambda r, f: ops.mean(ops.softplus(-r)) - ops.mean(ops.softplus(f)),
        "sign of the second part",
    ),
    (
        "discriminator_loss",
        lambda r, f: -ops.log(ops.mean(ops.sigmoid(r))) - ops.log(ops.mean(1 - ops.sigmoid(f))),
        "ln of a mean",
    ),
    (
        "discriminator_loss",
        lambda r, f: ops.mean(ops.log(1 + ops.exp(-r))) + ops.mean(ops.log(1 + ops.exp(f))),
        "did ln(1 + exp(logit)) overflow",
    ),
    *(
        (
            "generator_loss",
            g_loss_with(
                minimax=lambda f, plus=plus: -plus(f), non_saturating=lambda f: ops.softplus(-f)
            ),
            "no slope where",
        )
        for plus in (
            lambda a: ops.logaddexp(0.0, a),
            lambda a: ops.maximum(a, 0) + ops.log1p(ops.exp(-ops.abs(a))),
        )
    ),
    ("generator_loss", lambda f, kind: stable(f, kind) / np.log(2), "in bits"),
    ("generator_loss", g_loss_with(minimax=ops.log_sigmoid), "not ln D"),
    ("generator_loss", g_loss_with(non_saturating=ops.softplus), "−ln D is softplus(−logit)"),
    (
        "generator_loss",
        g_loss_with(non_saturating=lambda f: losses.BinaryCrossentropy()(ops.ones_like(f), f)),
        "Say from_logits=True",
    ),
    ("generator_loss", lambda f, kind: stable(ops.mean(f), kind), "the mean comes last"),
    (
        "generator_loss",
        g_loss_with(linear=lambda f: -ops.clip(ops.sigmoid(f), 0.05, 0.95)),
        "nothing is clipped",
    ),
    ("generator_loss", g_loss_with(linear=lambda f: -1 / (1 + ops.exp(-f))), "its slope is nan"),
    ("generator_gradients", gradients_without_none, "the generator has 6 weights"),
    ("generator_gradients", gradients_in_pairs, "Return the gradients alone"),
    ("generator_gradients", gradient_of_z, "with respect to z"),
    ("generator_gradients", gradients_of_cross_entropy, "loss is an argument"),
    ("discriminator_step", not_in_pairs, "wants pairs"),
    ("discriminator_step", minimised, "tape.gradient(loss, weights)"),
    ("ring_coverage", modes_with(lambda x, c, at: 0.03 * at.sum(axis=0)), "nearest to that centre"),
    ("ring_coverage", modes_with(lambda x, c, at: 0.03 * len(x) / len(c)), "number of centres"),
    ("ring_coverage", modes_with(lambda x, c, at: 3), "asks for three samples"),
    ("ring_coverage", modes_with(lambda x, c, at: 75), "75 is 3 % of 2,500"),
    (
        "ring_coverage",
        modes_with(lambda x, c, at: 0.03 * len(x), lambda s: 3 * s**2),
        "not 3σ²",
    ),
    (
        "r1_penalty",
        lambda D, x: ops.mean(ops.sum(rows_of(slopes_of(D, x, ops.log_sigmoid)) ** 2, 1)),
        "slope of ln D",
    ),
    ("r1_penalty", lambda D, x: penalty_by_einsum(D, x) ** 0.5, "The root is too much"),
    (
        "r1_penalty",
        lambda D, x: ops.mean(ops.sum(rows_of(slopes_of(D, x)), axis=1) ** 2),
        "Square each, then add",
    ),
    (
        "r1_penalty",
        lambda D, x: ops.mean(ops.sum(slopes_of(D, x) ** 2, axis=0)),
        "the other way round",
    ),
    ("covered", lambda p, r, k: covered_by_tree(p[:2000], r[:2000], k), "All points count"),
    ("covered", covered_with(lambda own, k: own[:, k].max()), "one radius, the largest"),
    ("covered", covered_with(lambda own, k: own[:, k] ** 2), "The radii are squared"),
    ("covered", covered_with(lambda own, k: own[:, 1 : k + 1].mean(axis=1)), "not the mean"),
    (
        "covered",
        lambda p, r, k: covered_with(lambda own, k: own[:, min(k, len(r) - 1)], diagonal_of_inf)(
            p, r, k
        ),
        "it has index k − 1",
    ),
    (
        "covered",
        lambda p, r, k: share_of(cdist(p, r) <= np.argsort(cdist(r, r), axis=1)[:, k]),
        "gives places",
    ),
    (
        "covered",
        lambda p, r, k: share_of(
            cdist(p, r) <= np.sort(cdist(r, p), axis=1)[:, min(k, len(p)) - 1]
        ),
        "sought among the points",
    ),
    (
        "covered",
        lambda p, r, k: len(p) / len(r) * covered_by_tree(p, r, k),
        "number of reference points",
    ),
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
        "add no small number",
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
    (
        "discriminator_loss",
        lambda r, f: ops.mean(ops.logaddexp(0.0, -r)) + ops.mean(ops.logaddexp(0.0, f)),
        "no slope where its two numbers are equal",
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
    ("generator_gradients", samples_outside, "call both networks and g_loss inside"),
    ("generator_gradients", stopped, "keep what comes out a tensor"),
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
    ("ring_coverage", lambda x, c, s: coverage_of(x, c, s, reach=1), "asks for one σ"),
    ("ring_coverage", squares_against_a_distance, "Take the root"),
    ("ring_coverage", in_city_blocks, "walks in a city of blocks"),
    ("ring_coverage", lambda x, c, s: coverage_of(x, c, 0.1), "0.1 was written where"),
    ("ring_coverage", of_eight, "Eight centres were assumed"),
    ("ring_coverage", in_a_square, "further at its corners"),
    ("ring_coverage", lambda x, c, s: coverage_of(x, c, s)[::-1], "in the other order"),
    ("ring_coverage", of_every_circle, "even where another centre is nearer"),
    ("ring_coverage", every_circle_counted, "for the nearest centre only"),
    ("ring_coverage", more_than_enough, ">=, not >"),
    ("ring_coverage", in_percent, "in percent"),
    ("ring_coverage", share_of_modes, "the share of the modes"),
    ("ring_coverage", counted, "how many good samples there are"),
    ("ring_coverage", lambda x, c, s: coverage_of(x, c, s, least=0.3), "0.03, not 0.3"),
    ("ring_coverage", lambda x, c, s: coverage_of(x, c, s)[0], "expected 2 values"),
    ("discriminator_step", nothing_returned, "Is a `return` missing"),
    ("discriminator_step", not_applied, "The step is missing"),
    ("discriminator_step", logits_outside, "There is no gradient"),
    ("discriminator_step", by_predicted_logits, "not `predict`"),
    ("discriminator_step", frozen_from_the_start, "nothing is frozen"),
    (
        "discriminator_step",
        another_step(weights=lambda gan: gan.generator.trainable_variables),
        "for no other weights",
    ),
    (
        "discriminator_step",
        another_step(
            weights=lambda gan: gan.generator.trainable_variables, optimizer="g_optimizer"
        ),
        "There is no gradient",
    ),
    (
        "discriminator_step",
        another_step(
            weights=lambda gan: [
                *gan.discriminator.trainable_variables,
                *gan.generator.trainable_variables,
            ]
        ),
        "for no other weights",
    ),
    (
        "discriminator_step",
        another_step(weights=lambda gan: gan.discriminator.variables),
        "for no other weights",
    ),
    ("discriminator_step", another_step(optimizer="g_optimizer"), "optimizer of its own"),
    ("discriminator_step", generator_moved, "moved the generator"),
    ("discriminator_step", left("discriminator"), "left D frozen"),
    ("discriminator_step", layers_of_d_left_frozen, "left D frozen"),
    ("discriminator_step", left("generator"), "left G frozen"),
    ("discriminator_step", another_step(loss=lambda r, f: -d_loss_by_keras(r, f)), "uphill"),
    ("discriminator_step", another_step(training=False), "told by training=True"),
    ("discriminator_step", without_a_mode, "told by training=True"),
    ("discriminator_step", one_told, "not told with the generated batch"),
    (
        "discriminator_step",
        another_step(loss=lambda r, f: ops.mean(costs(r, f)[0])),
        "Only the real batch",
    ),
    (
        "discriminator_step",
        another_step(loss=lambda r, f: ops.mean(costs(r, f)[1])),
        "Only the generated batch",
    ),
    (
        "discriminator_step",
        another_step(loss=lambda r, f: sum(map(ops.mean, costs(ops.sigmoid(r), ops.sigmoid(f))))),
        "A sigmoid was applied",
    ),
    ("discriminator_step", another_step(loss=lambda r, f: d_loss_by_keras(f, r)), "are swapped"),
    ("discriminator_step", lambda gan, r, f: step_of_d(gan, f, r), "the real one comes first"),
    ("discriminator_step", another_step(steps=2), "There were two steps. Take one."),
    ("discriminator_step", a_step_for_each_batch, "one for each batch"),
    (
        "discriminator_step",
        another_step(loss=lambda r, f: g_loss_by_keras(f, "non_saturating")),
        "That is G's loss",
    ),
    ("discriminator_step", another_step(loss=d_loss_by_keras), "this D has another loss"),
    ("discriminator_step", both_in_one_batch, "went through D as one"),
    ("discriminator_step", step_made_by_hand, "made by hand"),
    (
        "discriminator_step",
        another_step(weights=lambda gan: gan.discriminator.trainable_variables[-2:]),
        "with respect to gan.discriminator.trainable_variables",
    ),
    ("discriminator_step", asked_again(True), "Each batch goes through D once"),
    ("discriminator_step", asked_again(False), "logits after the step"),
    ("discriminator_step", all_asked_again, "That is from after the step"),
    ("discriminator_step", another_step(back=lambda gan, loss, r, f: loss), "three things"),
    ("discriminator_step", another_step(back=lambda gan, loss, *logits: logits), "three things"),
    ("discriminator_step", another_step(back=lambda gan, loss, r, f: (loss, f, r)), "are swapped"),
    (
        "discriminator_step",
        another_step(back=lambda gan, *back: back[1:] + back[:1]),
        "comes first",
    ),
    (
        "discriminator_step",
        another_step(back=lambda gan, loss, *logits: (loss, *map(ops.sigmoid, logits))),
        "Those are probabilities",
    ),
    (
        "discriminator_step",
        another_step(back=lambda gan, loss, *logits: (loss, *map(ops.mean, logits))),
        "Those are averages",
    ),
    (
        "discriminator_step",
        another_step(back=lambda gan, loss, r, f: (loss, r[:, 0], f[:, 0])),
        "Return loss, real_logits, fake_logits",
    ),
    ("discriminator_step", pairs_swapped, "wants pairs (gradient, weight), in this order"),
    ("discriminator_step", weights_of_the_gan, "What `gan` holds is gan.discriminator"),
    ("discriminator_step", made_again, "`fake` holds samples already"),
    ("discriminator_step", step_for_a_print, "does not run inside training"),
    ("r1_penalty", lambda D, x: ops.mean(ops.sum(unwatched(D, x) ** 2, axis=1)), "tape.watch(x)"),
    ("r1_penalty", lambda D, x: ops.mean(ops.square(unwatched(D, x))), "tape.watch(x)"),
    (
        "r1_penalty",
        lambda D, x: tf.reduce_mean(tf.norm(unwatched(D, x), axis=1) ** 2),
        "tape.watch(x)",
    ),
    ("r1_penalty", lambda D, x: ops.mean(ops.reshape(unwatched(D, x), (-1, 2))), "tape.watch(x)"),
    ("r1_penalty", lambda D, x: tf.reshape(unwatched(D, x), (2, -1)), "tape.watch(x)"),
    ("r1_penalty", lambda D, x: ops.einsum("ni,ni->", *[unwatched(D, x)] * 2), "tape.watch(x)"),
    ("r1_penalty", lambda D, x: np.mean(unwatched(D, x).numpy() ** 2), "tape.watch(x)"),
    ("r1_penalty", watched_too_late, "say tape.watch(x)"),
    ("r1_penalty", unwatched_as_zeros, "No gradient has reached x"),
    ("r1_penalty", lambda D, x: ops.mean(ops.sqrt(squared_lengths(D, x))), "mean length"),
    ("r1_penalty", lambda D, x: ops.mean(ops.norm(slopes_of(D, x), axis=1)), "mean length"),
    (
        "r1_penalty",
        lambda D, x: ops.mean((ops.sqrt(squared_lengths(D, x)) - 1) ** 2),
        "as WGAN-GP does",
    ),
    ("r1_penalty", lambda D, x: ops.mean(slopes_of(D, x) ** 2), "over the components of x"),
    ("r1_penalty", lambda D, x: ops.sum(slopes_of(D, x) ** 2), "a sum over the batch"),
    ("r1_penalty", lambda D, x: ops.norm(slopes_of(D, x)) ** 2, "a sum over the batch"),
    ("r1_penalty", lambda D, x: ops.mean(squared_lengths(D, x, ops.mean)), "*mean* logit"),
    ("r1_penalty", lambda D, x: ops.mean(squared_lengths(D, x, ops.sigmoid)), "after the sigmoid"),
    ("r1_penalty", squared_lengths, "mean over the batch is missing"),
    (
        "r1_penalty",
        lambda D, x: ops.sum(ops.mean(slopes_of(D, x), axis=0) ** 2),
        "were averaged first",
    ),
    ("r1_penalty", lambda D, x: ops.mean(squared_lengths(D, x)) / 2, "belongs to γ"),
    ("r1_penalty", lambda D, x: ops.mean(ops.square(D(x))), "mean squared logit"),
    (
        "r1_penalty",
        lambda D, x: ops.mean(squared_lengths(D, x, ops.softplus)),
        "Each sample's slope",
    ),
    ("r1_penalty", lambda D, x: ops.mean(slopes_of(D, x)), "its squared length"),
    ("r1_penalty", penalty_of_vectors, "three axes beside that of the batch"),
    ("r1_penalty", penalty_of_pictures, "any number of axes"),
    ("r1_penalty", clipped_penalty, "clip nothing"),
    ("r1_penalty", penalty_by_numpy, "does not run inside training"),
    ("r1_penalty", penalty_of_a_known_batch, "batch size is unknown"),
    ("r1_penalty", stopped_penalty, "gives no gradient"),
    ("r1_penalty", lambda D, x: print(penalty_by_einsum(D, x)), "Nothing came back"),
    ("covered", lambda p, r, k: share_of(balls(p, r, k - 1)), "the neighbour before"),
    ("covered", lambda p, r, k: share_of(balls(p, r, min(k + 1, len(r) - 1))), "too far"),
    ("covered", itself_taken_out_too_late, "one neighbour too far"),
    ("covered", twins_taken_out, "neighbours at distance 0"),
    ("covered", twins_left_out_of_lists, "neighbours at distance 0"),
    ("covered", nearest_ball, "Another one, farther away"),
    ("covered", lambda p, r, k: balls(p, r, k).any(axis=0).mean(), "known as coverage"),
    ("covered", lambda p, r, k: balls(p, r, k).all(axis=1).mean(), "One ball is enough"),
    ("covered", lambda p, r, k: balls(p, r, k).mean(), "the share of the pairs"),
    (
        "covered",
        lambda p, r, k: share_of(balls(p, r, k, inside=lambda d, s: d <= s.mean())),
        "Each has its own",
    ),
    ("covered", lambda p, r, k: share_of(balls(r, p, k)), "Points and reference are swapped"),
    ("covered", balls_around_points, "The balls stand around the points"),
    (
        "covered",
        lambda p, r, k: share_of(balls(p, r, k, inside=lambda d, s: d < s)),
        "<=, not <",
    ),
    ("covered", lambda p, r, k: share_of(balls(p, r, 3)), "3 was written where k"),
    (
        "covered",
        lambda p, r, k: share_of(balls(p, r, k, inside=lambda d, s: d**2 <= s)),
        "Take the root",
    ),
    ("covered", lambda p, r, k: share_of(balls(p, r, k, metric="cityblock")), "city of blocks"),
    ("covered", lambda p, r, k: 100 * share_of(balls(p, r, k)), "in per cent"),
    ("covered", lambda p, r, k: 1 - share_of(balls(p, r, k)), "outside of all balls"),
    ("covered", lambda p, r, k: balls(p, r, k).any(axis=1).sum(), "how many points are covered"),
    ("covered", lambda p, r, k: balls(p, r, k).any(axis=1), "Return their share"),
    ("covered", unsorted, "Around each reference point a ball"),
    ("covered", column_of_the_other_axis, "Around each reference point a ball"),
    ("covered", lambda p, r, k: print(share_of(balls(p, r, k))), "is a `return` missing"),
]

for name, answer in RIGHT:
    table.right(name)(answer)
for name, answer, fragment in WRONG:
    table.wrong(name, fragment)(answer)
table.slow("covered")(covered_pair_by_pair)

# ------------------------------------------------------------------------- choices and numbers

for option, says in {"a": "Not only", "c": "other way round", "d": "Two of them do"}.items():
    table.choice("saturates", option, "failed", says)
table.choice("saturates", "b", "passed", "when G is worst it learns least")
for option, says in {"a": "knows the data", "b": "by itself", "d": "ignore it"}.items():
    table.choice("fixed", option, "failed", says)
table.choice("fixed", "c", "passed", "costs nothing")
for option, says in {"a": "Not so fast", "c": "It may be", "d": "in a circle"}.items():
    table.choice("half", option, "failed", says)
table.choice("half", "b", "passed", "Train a fresh D")
for option, says in {"b": "one digit of ten", "c": "no covariance", "d": "next to none"}.items():
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
