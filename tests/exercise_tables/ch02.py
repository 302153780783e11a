"""What learners answer in chapter 02."""

import itertools

import numpy as np

from exercise_tables import Table

table = Table()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ----------------------------------------------------------------------------------- posterior


@table.right("posterior")
def with_a_matrix_product(likelihood, prior):
    evidence = prior @ likelihood
    return np.diag(prior) @ likelihood / evidence


@table.right("posterior")
def in_loops(likelihood, prior):
    out = np.zeros_like(likelihood)
    for x in range(likelihood.shape[1]):
        total = sum(likelihood[y, x] * prior[y] for y in range(len(prior)))
        for y in range(len(prior)):
            out[y, x] = likelihood[y, x] * prior[y] / total
    return out


@table.wrong("posterior", "That is the joint p(x, y)")
def joint_only(likelihood, prior):
    return (likelihood.T * prior).T


@table.wrong("posterior", "The prior is missing")
def prior_forgotten(likelihood, prior):
    return likelihood / np.sum(likelihood, axis=0)


@table.wrong("posterior", "normalised over x, axis 1")
def wrong_axis(likelihood, prior):
    joint = likelihood * prior[:, None]
    return joint / joint.sum(axis=1)[:, None]


@table.wrong("posterior", "Nothing came back")
def no_return(likelihood, prior):
    joint = likelihood * prior[:, None]
    joint / joint.sum(axis=0)


@table.wrong("posterior", "Rows and columns are swapped")
def turned(likelihood, prior):
    return with_a_matrix_product(likelihood, prior).T


@table.wrong("posterior", "nothing is added to p(x)")
def guarded(likelihood, prior):
    joint = likelihood * prior[:, None]
    return joint / (joint.sum(axis=0) + 1e-8)


# ---------------------------------------------------------------------------- count_parameters


@table.right("count_parameters")
def counted_unit_by_unit(D, N):
    return sum(D + 1 for _ in range(N)), sum(N + 1 for _ in range(D))


@table.right("count_parameters")
def from_arrays(D, N):
    layer_1 = [np.zeros((D, N)), np.zeros(N)]
    layer_2 = [np.zeros((N, D)), np.zeros(D)]
    return [sum(a.size for a in layer) for layer in (layer_1, layer_2)]


@table.wrong("count_parameters", "The two layers are swapped")
def as_in_the_source(D, N):
    return D * N + D, N * D + N


@table.wrong("count_parameters", "Each unit has a bias, too")
def no_biases(D, N):
    return D * N, N * D


@table.wrong("count_parameters", "That is the total")
def total(D, N):
    return 2 * D * N + D + N


@table.wrong("count_parameters", "not for each layer")
def one_bias_a_layer(D, N):
    return D * N + 1, D * N + 1


# ---------------------------------------------------------------------------------- autoencode


@table.right("autoencode")
def one_by_one(x, W1, b1, W2, b2):
    codes = [sigmoid(np.dot(W1.T, row) + b1) for row in x]
    return np.array([sigmoid(np.dot(W2.T, h) + b2) for h in codes])


@table.right("autoencode")
def with_tanh(x, W1, b1, W2, b2):
    h = (1 + np.tanh((x @ W1 + b1) / 2)) / 2
    return (1 + np.tanh((h @ W2 + b2) / 2)) / 2


@table.wrong("autoencode", "be inf/inf there")
def with_the_other_sigmoid(x, W1, b1, W2, b2):
    e = np.exp(x @ W1 + b1)
    e = np.exp(e / (1 + e) @ W2 + b2)
    return e / (1 + e)


@table.wrong("autoencode", "the transpose of W1 was used")
def tied(x, W1, b1, W2, b2):
    return sigmoid(sigmoid(x @ W1 + b1) @ W1.T + b2)


@table.wrong("autoencode", "That is the code h")
def encoder_only(x, W1, b1, W2, b2):
    return sigmoid(x @ W1 + b1)


@table.wrong("autoencode", "sigmoid of the second layer is missing")
def linear_output(x, W1, b1, W2, b2):
    h = sigmoid(x @ W1 + b1)
    return h @ W2 + b2


@table.wrong("autoencode", "sigmoid of the first layer is missing")
def linear_code(x, W1, b1, W2, b2):
    h = x @ W1 + b1
    return sigmoid(h @ W2 + b2)


@table.wrong("autoencode", "The decoder was fed with x")
def decodes_the_input(x, W1, b1, W2, b2):
    h = sigmoid(x @ W1 + b1)  # noqa: F841
    return sigmoid(x @ W2 + b2)


@table.wrong("autoencode", "The biases are missing")
def no_bias(x, W1, b1, W2, b2):
    return sigmoid(sigmoid(x @ W1) @ W2)


@table.wrong("autoencode", "Write 1 / (1 + np.exp(-z))")
def brackets_forgotten(x, W1, b1, W2, b2):
    h = 1 / 1 + np.exp(-(x @ W1 + b1))
    return 1 / 1 + np.exp(-(h @ W2 + b2))


@table.wrong("autoencode", "That is a ReLU")
def relu(x, W1, b1, W2, b2):
    h = (x @ W1 + b1).clip(0)
    return (h @ W2 + b2).clip(0)


@table.wrong("autoencode", "raised ValueError")
def weights_transposed(x, W1, b1, W2, b2):
    return sigmoid(sigmoid(W1 @ x + b1) @ W2 + b2)


# -------------------------------------------------------------------------------- squared_error


@table.right("squared_error")
def one_sum_over_count(x, x_hat):
    import keras

    batch = keras.ops.cast(keras.ops.shape(x)[0], x.dtype)
    return keras.ops.sum(keras.ops.square(x_hat - x)) / batch


@table.right("squared_error")
def mean_times_pixels(x, x_hat):
    import tensorflow as tf

    return tf.reduce_mean(tf.square(x - x_hat)) * x.shape[-1]


@table.right("squared_error")
def from_the_mean(x, x_hat):
    import keras

    return keras.ops.mean(keras.losses.mean_squared_error(x, x_hat)) * x_hat.shape[-1]


@table.wrong("squared_error", "no clip: an output may be any number")
def squared_error_clipped(x, x_hat):
    import keras

    x_hat = keras.ops.clip(x_hat, 0, 1)
    return keras.ops.mean(keras.ops.sum((x - x_hat) ** 2, axis=-1))


@table.wrong("squared_error", "mean over samples and pixels")
def mean_of_everything(x, x_hat):
    import keras

    return keras.ops.mean((x - x_hat) ** 2)


@table.wrong("squared_error", "grows with the batch")
def sum_of_everything(x, x_hat):
    import keras

    return keras.ops.sum((x - x_hat) ** 2)


@table.wrong("squared_error", "one loss for each sample")
def not_averaged(x, x_hat):
    import keras

    return keras.ops.sum((x - x_hat) ** 2, axis=1)


@table.wrong("squared_error", "The axes are swapped")
def axes_swapped(x, x_hat):
    import keras

    return keras.ops.mean(keras.ops.sum((x - x_hat) ** 2, axis=0))


@table.wrong("squared_error", "A tensor lacks NumPy's methods")
def numpy_methods(x, x_hat):
    return ((x - x_hat) ** 2).sum(axis=1).mean()


@table.wrong("squared_error", "absolute differences")
def absolute(x, x_hat):
    import keras

    return keras.ops.mean(keras.ops.sum(keras.ops.abs(x - x_hat), axis=-1))


@table.wrong("squared_error", "does not run inside training")
def in_numpy(x, x_hat):
    return np.mean(np.sum((np.array(x) - np.array(x_hat)) ** 2, axis=-1))


# ------------------------------------------------------------------------------ pca_reconstruct


@table.right("pca_reconstruct")
def by_projector(x, mean, components):
    return mean + (x - mean) @ (components.T @ components)


@table.right("pca_reconstruct")
def component_by_component(x, mean, components):
    out = np.repeat(mean[None], len(x), axis=0)
    for c in components:
        out += ((x - mean) @ c)[:, None] * c
    return out


@table.wrong("pca_reconstruct", "the chapter goes on with NumPy")
def as_a_tensor(x, mean, components):
    import keras

    return keras.ops.matmul(keras.ops.matmul(x - mean, components.T), components) + mean


@table.wrong("pca_reconstruct", "expected [[1, 2, 3], [0.16, 0.88, 1]]")
def mean_of_the_mean(x, mean, components):
    return (x - mean.mean()) @ components.T @ components + mean.mean()


@table.wrong("pca_reconstruct", "were found anew, from this batch")
def own_pca(x, mean, components):
    centre = x.mean(axis=0)
    values, vectors = np.linalg.eigh((x - centre).T @ (x - centre))
    rows = vectors[:, ::-1].T[: len(components)]
    return (x - centre) @ rows.T @ rows + centre


@table.wrong("pca_reconstruct", "The mean of this batch")
def own_mean(x, mean, components):
    return (x - np.mean(x, axis=0)) @ components.T @ components + np.mean(x, axis=0)


@table.wrong("pca_reconstruct", "The mean was forgotten")
def no_mean(x, mean, components):
    return np.dot(np.dot(x, components.T), components)


@table.wrong("pca_reconstruct", "not added again")
def mean_lost(x, mean, components):
    return np.dot(np.dot(x - mean, components.T), components)


@table.wrong("pca_reconstruct", "was not subtracted first")
def mean_only_added(x, mean, components):
    return np.dot(np.dot(x, components.T), components) + mean


@table.wrong("pca_reconstruct", "That is the code")
def code_only(x, mean, components):
    return (x - mean) @ components.T


# ----------------------------------------------------------------------------------------- psnr


@table.right("psnr")
def image_by_image(x_hat, x):
    each = [10 * np.log10(1 / np.mean(np.square(a - b))) for a, b in zip(x, x_hat, strict=True)]
    return np.array(each)


@table.right("psnr")
def by_norms(x_hat, x):
    return -20 * np.log10(np.linalg.norm(x - x_hat, axis=1) / np.sqrt(x.shape[1]))


@table.wrong("psnr", "return np.array(…)")
def as_a_list(x_hat, x):
    return [-10 * np.log10(np.mean((a - b) ** 2)) for a, b in zip(x, x_hat, strict=True)]


@table.slow("psnr")
def pixel_by_pixel(x_hat, x):
    out = []
    for a, b in zip(x_hat, x, strict=True):
        total = 0.0
        for i in range(len(a)):
            total += (a[i] - b[i]) ** 2
        out.append(-10 * np.log10(total / len(a)))
    return np.array(out)


@table.wrong("psnr", "x_hat was clipped to [0, 1]")
def clipped_first(x_hat, x):
    return -10 * np.log10(np.mean((x_hat.clip(0, 1) - x) ** 2, axis=1))


@table.wrong("psnr", "a PSNR of inf")
def psnr_epsilon(x_hat, x):
    return -10 * np.log10(np.mean((x_hat - x) ** 2, axis=1) + 1e-10)


@table.wrong("psnr", "averaged over axis 0, the images")
def over_the_images(x_hat, x):
    return -10 * np.log10(((x_hat - x) ** 2).mean(axis=0))


@table.wrong("psnr", "a smaller error is a higher PSNR")
def sign(x_hat, x):
    return 10 * np.log10(np.mean((x_hat - x) ** 2, axis=1))


@table.wrong("psnr", "natural logarithm")
def natural(x_hat, x):
    return -10 * np.log(np.mean((x_hat - x) ** 2, axis=1))


@table.wrong("psnr", "one number for all images")
def mean_of_all(x_hat, x):
    return -10 * np.log10(np.mean((x_hat - x) ** 2))


@table.wrong("psnr", "sum over the pixels")
def summed(x_hat, x):
    return -10 * np.log10(np.sum((x_hat - x) ** 2, axis=1))


@table.wrong("psnr", "20·log10 is for amplitudes")
def twenty(x_hat, x):
    return -20 * np.log10(np.mean((x_hat - x) ** 2, axis=1))


# ------------------------------------------------------------------------------------------ auc


@table.slow("auc")
def in_two_loops(strange, familiar):
    points = [(a > b) + (a == b) / 2 for a in strange for b in familiar]
    return sum(points) / len(points)


@table.right("auc")
def signs(strange, familiar):
    return np.mean(np.sign(strange[:, None] - familiar) + 1) / 2


@table.wrong("auc", "Pairs of equal values were left out")
def ties_dropped(strange, familiar):
    d = strange[:, None] - familiar[None]
    d = d[d != 0]
    return (d > 0).sum() / d.size


@table.wrong("auc", "familiar median only")
def above_the_median(strange, familiar):
    return (strange > np.median(familiar)).mean()


@table.wrong("auc", "familiar mean only")
def above_the_mean(strange, familiar):
    return (strange > familiar.mean()).mean()


@table.wrong("auc", "only equal values are ties")
def nearly_equal(strange, familiar):
    equal = np.isclose(strange[:, None], familiar)
    return np.mean(np.where(equal, 0.5, strange[:, None] > familiar))


@table.right("auc")
def by_ranks(strange, familiar):
    from scipy.stats import mannwhitneyu

    u = mannwhitneyu(strange, familiar).statistic
    return u / (len(strange) * len(familiar))


@table.right("auc")
def by_the_curve(strange, familiar):
    from sklearn.metrics import roc_auc_score

    is_strange = np.arange(len(strange) + len(familiar)) < len(strange)
    return roc_auc_score(is_strange, np.concatenate([strange, familiar]))


@table.wrong("auc", "are swapped")
def other_way_round(strange, familiar):
    return np.mean([(a < b) + (a == b) / 2 for a in strange for b in familiar])


@table.wrong("auc", "count one half")
def ties_forgotten(strange, familiar):
    return np.mean([a > b for a in strange for b in familiar])


@table.wrong("auc", "Divide by how many")
def pairs_counted(strange, familiar):
    return sum((a > b) + (a == b) / 2 for a in strange for b in familiar)


@table.wrong("auc", "difference of the means")
def means(strange, familiar):
    return strange.mean() - familiar.mean()


# ------------------------------------------------------------------------------ own_autoencoder


def trained(x, *sizes, end="sigmoid", rate=1e-2, epochs=10):
    """A fitted stack of dense layers of these sizes, with ReLU on every other one."""
    import keras

    relu = itertools.cycle(["relu", None])
    stack = [keras.layers.Dense(size, next(relu)) for size in sizes]
    model = keras.Sequential([*stack, keras.layers.Dense(x.shape[1], end)])
    logits = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), "mse" if end else logits)
    model.fit(x, x, batch_size=50, epochs=epochs, verbose=0)
    return model


@table.right("own_autoencoder")
def two_models_in_a_row(x, code_size):
    import keras
    from keras import layers

    picture, code = keras.Input(x.shape[1:]), keras.Input((code_size,))
    encoder = keras.Model(picture, layers.Dense(code_size)(layers.Dense(64, "gelu")(picture)))
    decoder = keras.Model(code, layers.Dense(x.shape[1])(layers.Dense(64, "gelu")(code)))
    model = keras.Model(picture, decoder(encoder(picture)))
    model.compile(optimizer=keras.optimizers.Adam(1e-2), loss="mean_squared_error")
    model.fit(x, x, epochs=10, verbose=0)
    return model


@table.right("own_autoencoder")
def without_hidden_layers(x, code_size):
    import keras

    model = keras.Sequential([keras.layers.Dense(n) for n in (code_size, x.shape[1])])
    model.compile("rmsprop", "mae")
    model.fit(x, x, batch_size=10, epochs=10, verbose=0)
    return model


@table.right("own_autoencoder")
def a_class(x, code_size):
    import keras

    class Autoencoder(keras.Model):
        def __init__(self):
            super().__init__()
            self.wide, self.code = keras.layers.Dense(64, "relu"), keras.layers.Dense(code_size)
            self.back = keras.layers.Dense(64, "relu")
            self.pixels = keras.layers.Dense(x.shape[1], "sigmoid")

        def call(self, x):
            return self.pixels(self.back(self.code(self.wide(x))))

    model = Autoencoder()
    model.compile(keras.optimizers.Adam(1e-2), "binary_crossentropy")
    model.fit(x, x, epochs=10, verbose=0)
    return model


@table.right("own_autoencoder")
def convolutions(x, code_size):
    import keras
    from keras import layers

    side = round(x.shape[1] ** 0.5)
    model = keras.Sequential(
        [
            layers.Reshape((side, side, 1)),
            layers.Conv2D(16, 3, 2, "same", activation="relu"),
            layers.Flatten(),
            layers.Dense(code_size),
            layers.Dense(16 * side**2 // 4, "relu"),
            layers.Reshape((side // 2, side // 2, 16)),
            layers.Conv2DTranspose(1, 3, 2, "same", activation="sigmoid"),
            layers.Flatten(),
        ]
    )
    model.compile(keras.optimizers.Adam(1e-2), "mse")
    model.fit(x, x, batch_size=50, epochs=10, verbose=0)
    return model


@table.wrong("own_autoencoder", "fit(x) for fit(x, x)")
def without_a_target(x, code_size):
    import keras

    model = keras.Sequential([keras.layers.Dense(n) for n in (code_size, x.shape[1])])
    model.compile("adam", "mse")
    model.fit(x, epochs=2, verbose=0)
    return model


@table.wrong("own_autoencoder", "as after a softmax")
def pixels_that_sum_to_one(x, code_size):
    return trained(x, 64, code_size, 64, end="softmax")


@table.wrong("own_autoencoder", "has learned too little")
def never_fitted(x, code_size):
    return trained(x, 64, code_size, 64, epochs=0)


@table.wrong("own_autoencoder", "has learned too little")
def steps_too_small(x, code_size):
    return trained(x, 64, code_size, 64, rate=1e-6)


@table.wrong("own_autoencoder", "lets 16 numbers through")
def no_narrow_layer(x, code_size):
    return trained(x, 64)


@table.wrong("own_autoencoder", "lets 16 numbers through")
def a_way_around(x, code_size):
    import keras
    from keras import layers

    picture = keras.Input(x.shape[1:])
    code = layers.Dense(code_size)(picture)
    both = layers.Concatenate()([code, picture])
    model = keras.Model(picture, layers.Dense(x.shape[1])(both))
    model.compile(keras.optimizers.Adam(1e-2), "mse")
    model.fit(x, x, epochs=10, verbose=0)
    return model


@table.wrong("own_autoencoder", "lets only 2 of 3 numbers through")
def always_two(x, code_size):
    return trained(x, 64, 2, 64)


@table.wrong("own_autoencoder", "no pixels but logits")
def logits_come_out(x, code_size):
    return trained(x, 64, code_size, 64, end=None)


@table.wrong("own_autoencoder", "Return the model itself")
def the_history(x, code_size):
    return trained(x, code_size).fit(x, x, verbose=0)


@table.wrong("own_autoencoder", "Return one model")
def encoder_too(x, code_size):
    model = trained(x, 64, code_size, 64)
    return model, model.layers[1]


@table.wrong("own_autoencoder", "is a `return` missing")
def keeps_it(x, code_size):
    trained(x, 64, code_size, 64)


@table.wrong("own_autoencoder", "Return the fitted keras.Model")
def the_pictures(x, code_size):
    return trained(x, 64, code_size, 64).predict(x, verbose=0)


@table.wrong("own_autoencoder", "shape of what went in")
def another_size(x, code_size):
    import keras

    model = keras.Sequential([keras.layers.Dense(code_size), keras.layers.Dense(20)])
    model.compile("adam", "mse")
    model.fit(x, np.zeros((len(x), 20)), verbose=0)
    return model


@table.wrong("own_autoencoder", "changed its argument")
def in_place(x, code_size):
    x /= x.max()
    return trained(x, 64, code_size, 64)


@table.wrong("own_autoencoder", "use code_size")
def always_three(x, code_size):
    return trained(x, 64, 3, 64)


@table.wrong("own_autoencoder", "is a number written into it")
def always_sixteen(x, code_size):
    import keras

    sizes = 64, code_size, 64, 16
    model = keras.Sequential([keras.Input((16,)), *(keras.layers.Dense(n) for n in sizes)])
    model.compile(keras.optimizers.Adam(1e-2), "mse")
    model.fit(x, x, epochs=10, verbose=0)
    return model


@table.wrong("own_autoencoder", "draws nan")
def runs_away(x, code_size):
    import keras

    layers = [keras.layers.Dense(n) for n in (64, code_size, 64, x.shape[1])]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.SGD(1e6), "mse")
    model.fit(x, x, epochs=5, verbose=0)
    return model


@table.wrong("own_autoencoder", "several outputs")
def code_comes_out_too(x, code_size):
    import keras

    model = trained(x, 64, code_size, 64)
    return keras.Model(model.inputs, [model.outputs[0], model.layers[1].output])


@table.wrong("own_autoencoder", "has learned too little")
def another_target(x, code_size):
    import keras

    model = keras.Sequential([keras.layers.Dense(n) for n in (code_size, x.shape[1])])
    model.compile(keras.optimizers.Adam(1e-2), "mse")
    model.fit(x, 0 * x, epochs=10, verbose=0)
    return model


@table.wrong("auc", "Below one half is possible")
def never_below_a_half(strange, familiar):
    share = by_the_curve(strange, familiar)
    return max(share, 1 - share)


@table.wrong("psnr", "The peak is 1")
def peak_of_the_pictures(x_hat, x):
    return 10 * np.log10(x.max() ** 2 / np.mean((x_hat - x) ** 2, axis=1))


@table.wrong("pca_reconstruct", "was clipped")
def clipped(x, mean, components):
    return ((x - mean) @ components.T @ components + mean).clip(0, 1)


@table.wrong("pca_reconstruct", "of this batch was subtracted")
def two_means(x, mean, components):
    return (x - x.mean(axis=0)) @ components.T @ components + mean


# ------------------------------------------------------------------------------------- questions

table.choice("what_is_drawn", "a", "failed", "one particular 4")
table.choice("what_is_drawn", "b", "passed", "is their mean")
table.choice("what_is_drawn", "c", "failed", "784 weights of its own")
table.choice("lowest_error", "a", "failed", "easier to copy")
table.choice("lowest_error", "b", "failed", "twice as hard")
table.choice("lowest_error", "c", "failed", "worst")
table.choice("lowest_error", "d", "passed", "easy to describe")

# ------------------------------------------------------------------------- more of what was tried


@table.right("squared_error")
def target_held(x, x_hat):
    from keras import ops

    return ops.mean(ops.sum((ops.stop_gradient(x) - x_hat) ** 2, axis=-1))


@table.right("pca_reconstruct")
def for_any_rows(x, mean, components):
    gram = components @ components.T
    return (x - mean) @ components.T @ np.linalg.solve(gram, components) + mean


def mse(x_hat, x):
    return np.mean((x_hat - x) ** 2, axis=-1)


def of_layers(first, second=None):
    second = second or first
    return lambda x, W1, b1, W2, b2: second(first(x @ W1 + b1) @ W2 + b2)


def in_one_go(likelihood, prior):
    return likelihood * prior / (likelihood * prior).sum(axis=0)


for name, answer, says in [
    ("posterior", in_one_go, "v[:, None] gives a vector a second axis"),
    ("posterior", lambda q, p: q * p[:, None] / q.sum(0), "not that of the likelihood"),
    ("posterior", lambda q, p: q / (p @ q), "Above the line the prior is missing"),
    ("posterior", lambda q, p: (q.T / p / (q.T / p).sum(1)[:, None]).T, "divided by the prior"),
    ("posterior", lambda q, p: (q.T * p).T / np.maximum(p @ q, 1e-9), "nothing is added to p(x)"),
    ("autoencode", of_layers(lambda z: sigmoid(z.clip(-5, 5)), sigmoid), "nothing is clipped"),
    ("autoencode", of_layers(lambda z: 1 / (1 + np.exp(z))), "The sign of the exponent is wrong"),
    ("autoencode", lambda x, W, b, V, c: one_by_one(x, W, c, V, b), "b1 and b2 are swapped"),
    ("pca_reconstruct", lambda x, m, c: x, "x itself"),
    ("pca_reconstruct", lambda x, m, c: (x - m) @ c[:32].T @ c[:32] + m, "all of them count"),
    ("psnr", lambda a, b: np.where(mse(a, b) < 1e-6, np.inf, -10 * np.log10(mse(a, b))), "however"),
    (
        "psnr",
        lambda a, b: (
            np.full(len(a), np.inf) if (mse(a, b) == 0).any() else -10 * np.log10(mse(a, b))
        ),
        "the others have one",
    ),
    ("psnr", lambda a, b: -10 * np.log2(mse(a, b)), "as for bits"),
    ("psnr", lambda a, b: -10 * np.log10(np.abs(a - b).mean(1)), "mean absolute error"),
    ("psnr", lambda a, b: -10 * np.log10(mse(a, 0)), "x is not used"),
    ("psnr", lambda a, b: -10 * np.log10(mse(a, -b)), "The pictures were added"),
    ("psnr", lambda a, b: -10 * np.log10(np.abs(np.mean(a**2 - b**2, 1))), "difference of squares"),
    ("psnr", lambda a, b: 10 * np.log10(b.max(1) ** 2 / mse(a, b)), "in each picture"),
    ("psnr", lambda a, b: 10 * np.log10(a.max(1) ** 2 / mse(a, b)), "in each picture"),
    ("auc", lambda a, b: np.mean((a[:, None] > b).any(1)), "with the familiar min only"),
    ("auc", lambda a, b: np.mean(a > b.max()), "with the familiar max only"),
    ("auc", lambda a, b: np.searchsorted(b, a).mean() / len(b), "in values that are sorted"),
]:
    table.wrong(name, says)(answer)
