"""The exercises of chapter 02, autoencoders."""

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, Slip, describe, drawn

keras = Lazy("keras")
tf = Lazy("tensorflow")
book = Book(2)
summary = book.summary


# ----------------------------------------------------------------------------------- Bayes
@book.exercise(
    cases=[
        Case([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]], [0.3, 0.7],
             why="p(y|x) = p(x|y)·p(y) / p(x). For each x, a column, it sums to 1 over the classes, "
                 "axis 0."),
        Case([[0.9, 0.1], [0.2, 0.8]], [0.9, 0.1],
             why="The prior counts: a rare class needs stronger evidence."),
        *drawn(lambda rng: Case(
            rng.dirichlet(np.ones(5), 3), rng.dirichlet(np.ones(3)),
            why="Bayes: p(y|x) = p(x|y)·p(y) / p(x), with p(x) summed over the classes, axis 0.")),
        Case([[1.0, 1e-30], [0.5, 0.5]], [1.0, 1e-30],
             why="However rare x is, its posterior sums to 1: nothing is added to p(x)."),
    ],
    mistakes=[
        Mistake(lambda q, p: q * p[:, None], "That is the joint p(x, y). Divide by p(x), its sum "
                "over the classes, axis 0."),
        Mistake(lambda q, p: q / q.sum(0), "The prior is missing: that would be right if all "
                "classes were equally common."),
        Mistake(lambda q, p: q * p[:, None] / q.sum(0), "Above the line stands the joint, so p(x) "
                "is the sum of the joint over the classes, not that of the likelihood."),
        Mistake(lambda q, p: q / (p @ q), "p(x) is right. Above the line the prior is missing: "
                "p(x|y)·p(y)."),
        Mistake(lambda q, p: q / p[:, None] / (q / p[:, None]).sum(0), "The likelihood was divided "
                "by the prior: multiply."),
        Mistake(lambda q, p: q, "That is normalised over x, axis 1, and is p(x|y) again. The "
                "posterior sums to 1 over the classes, axis 0."),
        Slip(np.transpose, "Rows and columns are swapped: keep posterior[y, x]."),
    ],
    hints=["First the joint: joint[y, x] = likelihood[y, x] * prior[y]. prior[:, None] is (K, 1).",
           "p(x) is joint.sum(axis=0): what is the probability of x, whatever the class?"],
    returns="array",
)  # fmt: skip
def posterior(likelihood, prior):
    """p(y|x), shape (K, V), from likelihood[y, x] = p(x|y), (K, V), and prior p(y), (K,)."""
    joint = likelihood * prior[:, None]  # (K, V) p(x, y)
    return joint / joint.sum(axis=0)  # divided by p(x), shape (V,)


what_is_drawn = book.question(
    "what_is_drawn", right="b", options={
        "a": "No: to draw one particular 4 it would have to know which one is asked for, and all "
             "it is told is “4”. For every other 4 in the data that choice would be wrong.",
        "b": "Right. For one input the network can give one output only; the one with the smallest "
             "average squared distance from all the 4s is their mean. That is why it is blurred, "
             "and why generating needs something more than a label: a random code.",
        "c": "It would be, if it had to serve all classes with one output. But the ten inputs are "
             "different, and each has 784 weights of its own.",
    },
    hints=["One input, one output, many targets. Which single number is nearest to many numbers?"],
)  # fmt: skip


# ------------------------------------------------------------------------------ parameters
_UNITS = (
    "Each unit has a weight for every input, and a bias. Layer 1 has N units and D inputs, layer 2 "
    "D units and N inputs."
)


@book.exercise(
    cases=[
        Case(5, 3, why=_UNITS),
        *drawn(lambda rng: Case(*map(int, rng.integers(2, 99, 2)), why=_UNITS)),
    ],
    mistakes=[
        Slip(lambda y: y[::-1], "The two layers are swapped. Layer 1 has N units, so N biases: "
             "N·(D + 1)."),
        Mistake(lambda D, N: (D * N, D * N), "Those are the weights. Each unit has a bias, too."),
        Slip(sum, "That is the total. Return two numbers, one for each layer."),
        Mistake(lambda D, N: (D * N + 1, N * D + 1), "One bias for each unit, not for each layer."),
    ],
    hints=["How many units has layer 1? Each has one weight for every input, and one bias."],
)  # fmt: skip
def count_parameters(D, N):
    """Parameters of layer 1 (D inputs, N units) and of layer 2 (N inputs, D units), with biases."""
    return N * (D + 1), D * (N + 1)


# ------------------------------------------------------------------------------- forward pass
def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _linear(z):
    return z


def _layers(first, second):
    """The forward pass with these functions in place of the sigmoids."""
    return lambda x, W1, b1, W2, b2: second(first(x @ W1 + b1) @ W2 + b2)


@book.exercise(
    cases=[
        *drawn(lambda rng: Case(  # square: whatever is transposed still fits
            *map(rng.standard_normal, [(2, 3), (3, 3), 3, (3, 3), 3]),
            show="x (2, 3), W1 (3, 3), b1, W2 (3, 3), b2",
            why="h = σ(x W1 + b1), then x̂ = σ(h W2 + b2); both times with the sigmoid.")),
        *drawn(lambda rng: Case(
            *map(rng.standard_normal, [(4, 5), (5, 3), 3, (3, 5), 5]),
            show="x (4, 5), W1 (5, 3), b1, W2 (3, 5), b2",
            why="x has one row for each sample: x @ W1 has shape (4, 3).")),
        Case([[1000.0, 1001.0]], [[1000.0, -2000.0], [-998.0, 1999.0]], [-1001.5, -998.25],
             [[2000.0, -2500.0], [-700.0, 900.0]], [-762.0, 935.5],
             why="Large numbers may cancel: nothing is clipped on the way."),
        Case([[1.0]], [[-20.0]], [0.0], [[5e8]], [0.0],
             why="A unit that is nearly off still counts if its weight is large: nothing is "
                 "clipped, neither before the sigmoid nor after it."),
        Case([[1.0, 0.0], [0.0, 1.0]], [[5e3, -5e3], [-5e3, 5e3]], [0.0, 0.0],
             [[5e3, -5e3], [-5e3, 5e3]], [0.0, 0.0],
             why="Far out the sigmoid is 0 or 1, and nothing has to be clipped. (eᶻ/(1 + eᶻ) would "
                 "be inf/inf there, 1/(1 + e⁻ᶻ) with np.exp is not; math.exp raises an error.)"),
    ],
    mistakes=[
        Mistake(lambda x, W1, b1, W2, b2: _sigmoid(x @ W1 + b1), "That is the code h. Decode it: "
                "the second layer is missing."),
        Mistake(_layers(_sigmoid, _linear), "The sigmoid of the second layer is missing: a pixel "
                "lies between 0 and 1."),
        Mistake(_layers(_linear, _sigmoid), "The sigmoid of the first layer is missing. Without "
                "it, two layers are no more than one."),
        Mistake(_layers(_linear, _linear), "Both sigmoids are missing."),
        Mistake(lambda x, W1, b1, W2, b2: _sigmoid(_sigmoid(x @ W1) @ W2),
                "The biases are missing."),
        Mistake(lambda x, W1, b1, W2, b2: _sigmoid(_sigmoid(x @ W1 + b1) @ W1.T + b2), "The "
                "decoder has weights of its own, W2; the transpose of W1 was used."),
        Mistake(lambda x, W1, b1, W2, b2: _sigmoid(x @ W2 + b2), "The decoder was fed with x. Its "
                "input is the code h."),
        Mistake(_layers(lambda z: np.maximum(z, 0), lambda z: np.maximum(z, 0)), "That is a ReLU. "
                "The sigmoid is 1 / (1 + e⁻ᶻ)."),
        Mistake(_layers(lambda z: _sigmoid(-z), lambda z: _sigmoid(-z)), "The sign of the exponent "
                "is wrong: the sigmoid grows with z, 1 / (1 + e⁻ᶻ)."),
        Mistake(lambda x, W1, b1, W2, b2: autoencode.reference(x, W1, b2, W2, b1), "b1 and b2 are "
                "swapped: b1 belongs to the first layer."),
        Mistake(_layers(np.tanh, np.tanh), "That is tanh, between −1 and 1. The sigmoid is "
                "1 / (1 + e⁻ᶻ)."),
        Mistake(_layers(lambda z: 1 + np.exp(-z), lambda z: 1 + np.exp(-z)), "Brackets: "
                "1/1+np.exp(-z) is 1 + e⁻ᶻ to Python. Write 1 / (1 + np.exp(-z))."),
        Mistake(lambda x, W1, b1, W2, b2: _sigmoid(_sigmoid(x @ W1 + b1) @ W2), "The bias of the "
                "second layer, b2, is missing."),
        Mistake(lambda x, W1, b1, W2, b2: _sigmoid(_sigmoid(x @ W1) @ W2 + b2), "The bias of the "
                "first layer, b1, is missing."),
    ],
    hints=["Two lines: h = sigmoid(x @ W1 + b1), then the same with h, W2, b2.",
           "Shapes: (M, D) @ (D, N) gives (M, N); (M, N) @ (N, D) gives (M, D)."],
    returns="array",
)  # fmt: skip
def autoencode(x, W1, b1, W2, b2):
    """Sigmoid reconstruction of x (M, D), with W1 (D, N), b1 (N,), W2 (N, D), b2 (D,)."""
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))  # (M, N) the code
    return 1 / (1 + np.exp(-(h @ W2 + b2)))  # (M, D) the reconstruction


# ------------------------------------------------------------------------------------- loss
@book.exercise(
    trains=True,
    untrained=["x"],
    cases=[
        Case([[0.0, 1.0, 0.5], [1.0, 0.0, 0.0]], [[0.5, 0.5, 0.5], [1.0, 0.5, 1.0]],
             why="Sum the squares over the pixels (last axis), then average over the samples."),
        Case([[0.2, 0.4]], [[0.3, 0.1]], why="For one sample the average changes nothing."),
        *drawn(lambda rng: Case(*rng.normal(0, 500, (2, 4, 5)),
                                why="Sum over the five pixels, average over the four samples; and "
                                    "no clip: an output may be any number.")),
    ],
    mistakes=[
        Mistake(lambda x, r: np.mean((x - r) ** 2), "That is a mean over samples and pixels. It "
                "is smaller by the number of pixels: sum over the last axis first."),
        Mistake(lambda x, r: np.sum((x - r) ** 2), "That is a sum over everything, so it grows "
                "with the batch. Average over the samples."),
        Mistake(lambda x, r: np.sum((x - r) ** 2, -1), "That is one loss for each sample. Training "
                "needs a single number: their average."),
        Mistake(lambda x, r: np.mean((x - r) ** 2, -1), "That is the mean over the pixels, for "
                "each sample. Sum over the pixels, average over the samples."),
        Mistake(lambda x, r: np.mean(np.sum((x - r) ** 2, 0)), "The axes are swapped: pixels lie "
                "along the last axis, samples along axis 0."),
        Slip(lambda y: y / 2, "That has a factor ½. Some texts use it to make the derivative "
             "tidier; here there is none."),
        Mistake(lambda x, r: np.mean(np.sum(np.abs(x - r), -1)), "Those are absolute differences. "
                "Square them."),
        Mistake(lambda x, r: np.mean(np.sqrt(np.sum((x - r) ** 2, -1))), "That is the distance, "
                "with a square root. The loss is its square."),
    ],
    hints=["Two steps: keras.ops.sum(..., axis=-1) gives one number a sample, shape (batch,).",
           "Then keras.ops.mean of that."],
)  # fmt: skip
def squared_error(x, x_hat):
    """Squared error, summed over the pixels, averaged over the batch; x, x_hat: (batch, pixels)."""
    return keras.ops.mean(keras.ops.sum((x - x_hat) ** 2, axis=-1))


# ------------------------------------------------------------------ an autoencoder of one's own
def _curved(n, seed, pixels=16):
    """Small pictures (n, pixels) on a curved surface of three dimensions, values between 0 and 1."""
    factors = np.random.default_rng(seed).normal(size=(n, 3))
    to_pixels = np.random.default_rng(0).normal(size=(3, pixels))
    return (1 / (1 + np.exp(-1.5 * factors @ to_pixels))).astype("float32")


def _what_came_back(model):
    """Why it is no model that could be used, or ''."""
    if isinstance(model, keras.callbacks.History):
        return "`fit` returns its history. Return the model itself."
    if isinstance(model, tuple | list):
        return "Return one model, from pictures to pictures."
    if not isinstance(model, keras.Model):
        return "Return the fitted keras.Model, from pictures to pictures."
    return ""


def _numbers_let_through(model, x):
    """The rank of the Jacobian of x ↦ x̂, (n, D) pictures: the largest of the pictures."""
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        x_hat = model(x, training=False)
    stretch = np.linalg.svd(tape.batch_jacobian(x_hat, x).numpy(), compute_uv=False)  # (n, D)
    return int(np.sum(stretch > 1e-4 * stretch[:, :1], axis=1).max())


def _drawn_by(model, x):
    """What a model makes of pictures, and why it cannot be used, or ''."""
    try:
        x_hat = model(x)
    except Exception as error:
        says = f"The model does not take pictures {x.shape}: it raised {describe(error)}"
        return None, f"{says}\nOne picture is x.shape[1] numbers: keras.Input((x.shape[1],))."
    if isinstance(x_hat, list | tuple | dict):
        return None, "The model has several outputs.\nReturn one from pictures to pictures."
    x_hat = np.asarray(x_hat)
    if x_hat.shape != x.shape:
        return None, (
            f"The model makes {x_hat.shape} from pictures {x.shape}.\nWhat comes out has the "
            "shape of what went in: x.shape[1] numbers for each picture."
        )
    if not np.all(np.isfinite(x_hat)):
        return None, "The model draws nan.\nIts training ran away: try a smaller learning rate."
    return x_hat, ""


def _draws_through_three(answer):
    """What is wrong with a model that a learner has built, compiled and fitted, or ''."""
    keras.utils.set_random_seed(0)
    x, new = _curved(1000, 1), _curved(500, 2)
    given = x.copy()
    model = answer(x, 3)
    call = "own_autoencoder(x, 3), with x (1000, 16),"
    if model is None:
        return f"{call} gave None.\nNothing came back: is a `return` missing?"
    if problem := _what_came_back(model):
        return f"{call} gave {type(model).__name__}.\n{problem}"
    if not np.array_equal(x, given):
        return f"{call} changed its argument.\nWork on a copy: the caller still needs the data."
    x_hat, problem = _drawn_by(model, new)
    if problem:
        return problem
    numbers = _numbers_let_through(model, new[:20])
    if numbers > 3:
        return (
            f"{call} lets {numbers} numbers through.\nThere has to be one layer of code_size "
            "units, and no way around it."
        )
    of_mean = np.mean((new - x.mean(axis=0)) ** 2)
    error = np.mean((x_hat - new) ** 2) / of_mean
    squashed = np.mean((1 / (1 + np.exp(-x_hat)) - new) ** 2) / of_mean
    if error > 0.6 > squashed and np.ptp(x_hat) > 2:
        return (
            "The model's numbers are no pixels but logits.\nWhat it returns is shown as a picture: "
            "let its last layer end in a sigmoid."
        )
    if error > 0.6:
        return (
            f"On pictures that it has not seen, the model's squared error is {error:.2f} times that "
            "of the mean picture: it has learned too little.\nWas it fitted, with x as input and "
            "as target? Does the last layer fit the loss (cross-entropy wants a sigmoid, and no "
            "picture's pixels sum to 1, as after a softmax)? Else try Adam with a rate of 0.003, "
            "and more epochs."
        )
    if numbers < 3:
        return (
            f"{call} lets only {numbers} of 3 numbers through.\nIs a layer narrower than "
            "code_size? Or do numbers get lost in its activation (a ReLU can switch a unit off for "
            "good, the dying ReLU)? A code needs none."
        )
    return ""


def _takes(pixels, code_size):
    """A case of other sizes: nothing is written into an answer as a number."""

    def case(answer):
        x = _curved(60, 3, pixels)
        model = answer(x, code_size)
        _, problem = _drawn_by(model, x)
        if not problem and _numbers_let_through(model, x) > code_size:
            call = f"own_autoencoder(x, {code_size})"
            problem = f"{call} lets more than {code_size} numbers through: use code_size."
        return problem

    return case


@book.exercise(
    cases=[_draws_through_three, _takes(64, 2), _takes(16, 1)],
    hints=["keras.Sequential of Input((x.shape[1],)), a wide Dense layer with \"relu\", Dense("
           "code_size), a wide one again, and Dense(x.shape[1], \"sigmoid\").",
           "model.compile(keras.optimizers.Adam(3e-3), loss=\"mse\"), then model.fit(x, x, …): the "
           "picture is its own label."],
)  # fmt: skip
def own_autoencoder(x, code_size):
    """A fitted Keras model, from pictures (n, D) through code_size numbers to pictures (n, D)."""
    model = keras.Sequential(
        [
            keras.Input((x.shape[1],)),
            keras.layers.Dense(128, "relu"),
            keras.layers.Dense(code_size),
            keras.layers.Dense(128, "relu"),
            keras.layers.Dense(x.shape[1], "sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(3e-3), loss="mse")
    model.fit(x, x, batch_size=100, epochs=10, verbose=0)
    return model


# -------------------------------------------------------------------------------------- PCA
def _own_svd(x, mean, components):
    """PCA of the pictures that are to be reconstructed."""
    own = x.mean(0)
    rows = np.linalg.svd(x - own, full_matrices=False)[2][: len(components)]
    return (x - own) @ rows.T @ rows + own


_BASIS = np.array([[0.6, 0.8, 0.0], [0.0, 0.0, 1.0]])


@book.exercise(
    cases=[
        Case([[1.0, 2.0, 3.0]], [0.0, 0.0, 0.0], _BASIS[:1],
             why="Project on the component (one number), then come back along it."),
        Case([[1.0, 2.0, 3.0], [0.0, 1.0, 1.0]], [1.0, 2.0, -1.0], _BASIS,
             why="Subtract the mean, code, decode, add the mean again."),
        Case([[0.12345, 2.0, 2.0]], [0.12345, 2.0, 2.0], _BASIS[1:],
             why="The mean reconstructs itself."),
        *(case for k, D in [(2, 4), (40, 50)] for case in drawn(lambda rng, k=k, D=D: Case(
            rng.normal(0, 1000, (6, D)), rng.normal(0, 1000, D),
            np.linalg.qr(rng.normal(size=(D, k)))[0].T,
            show=f"x (6, {D}), mean ({D},), components ({k}, {D})",
            why="Mean and components are given: those of the training data; and all of them count.")
        )),
    ],
    mistakes=[
        Mistake(lambda x, m, c: x @ c.T @ c, "The mean was forgotten: PCA's directions start at "
                "the mean of the data. Subtract it before, add it after."),
        Mistake(lambda x, m, c: (x - m) @ c.T @ c, "The mean was subtracted, but not added again."),
        Mistake(lambda x, m, c: x @ c.T @ c + m,
                "The mean is added, but was not subtracted first."),
        Mistake(lambda x, m, c: (x - m) @ c.T, "That is the code, shape (n, k). Decode it: "
                "multiply by the components and add the mean."),
        Mistake(lambda x, m, c: (x - x.mean(0)) @ c.T @ c + x.mean(0), "The mean of this batch was "
                "used. The mean is given: that of the training data."),
        Mistake(lambda x, m, c: (x - x.mean(0)) @ c.T @ c + m, "The mean of this batch was "
                "subtracted. The mean is given: that of the training data."),
        Mistake(lambda x, m, c: np.clip((x - m) @ c.T @ c + m, 0, 1), "The result was clipped. "
                "PCA's reconstruction may lie outside [0, 1]."),
        Mistake(_own_svd, "Mean and components were found anew, from this batch. They are given: "
                "those of the training data."),
        Mistake(lambda x, m, c: x, "That is x itself: nothing was coded."),
        Mistake(lambda x, m, c: x - ((x - m) @ c.T @ c + m), "That is the residue, what is lost. "
                "The reconstruction is what is kept."),
    ],
    hints=["Code: (x − mean) @ components.T has shape (n, k).",
           "Decode: code @ components has shape (n, D); then add the mean."],
    speed=lambda: (np.zeros((200, 784)), np.zeros(784), np.eye(784)[:32]), returns="array",
)  # fmt: skip
def pca_reconstruct(x, mean, components):
    """Reconstruct x (n, D) with PCA: mean (D,), components (k, D) with orthonormal rows."""
    code = (x - mean) @ components.T  # (n, k)
    return code @ components + mean  # (n, D)


# ------------------------------------------------------------------------------------- PSNR
@book.exercise(
    cases=[
        Case([[0.6, 0.6, 0.6], [0.5, 0.7, 0.1]], [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]],
             why="The first image has a mean squared error of 0.01, which is 20 dB. One value for "
                 "each image: the mean runs over its pixels, axis −1, before the logarithm."),
        *drawn(lambda rng: Case(
            rng.normal(size=(4, 5)) * [[0.01], [0.3], [1], [1000]], rng.random((4, 5)),
            why="x_hat may lie outside [0, 1], as noisy pictures do: it is not clipped.")),
        Case([[0.0, 0.5], [0.1, 0.5], [1e-9, 0.5]], [[0.0, 0.5]] * 3, why="A perfect copy has no "
             "error, and a PSNR of inf; the others have one, however small."),
    ],
    mistakes=[
        Slip(lambda y: -y, "The sign: a smaller error is a higher PSNR."),
        Slip(lambda y: 2 * y, "20·log10 is for amplitudes. The error is squared already: 10."),
        Slip(lambda y: y * np.log(10), "That is the natural logarithm. Decibels need log10."),
        Mistake(lambda a, b: -10 * np.log10(np.mean((a - b) ** 2, 0)), "That is averaged over axis "
                "0, the images. Average over each image's pixels: axis=-1."),
        Mistake(lambda a, b: np.mean(-10 * np.log10((a - b) ** 2), -1), "The logarithm of each "
                "pixel was averaged. First the mean of the squared errors, then the logarithm."),
        Slip(lambda y: y * np.log2(10), "That is log2, as for bits. Decibels need log10."),
        Mistake(lambda a, b: -10 * np.log10(np.mean(np.abs(a - b), -1)), "That is the mean absolute "
                "error. Square the differences."),
        Mistake(lambda a, b: -10 * np.log10(np.mean(a**2, -1)), "x is not used: the error is the "
                "difference of the two."),
        Mistake(lambda a, b: -10 * np.log10(np.mean((a + b) ** 2, -1)), "The pictures were added: "
                "the error is their difference."),
        Mistake(lambda a, b: -10 * np.log10(np.abs(np.mean(a**2 - b**2, -1))), "That is a "
                "difference of squares. Wanted is the square of the difference."),
        *(Mistake(lambda a, b, peak=peak: -10 * np.log10(np.mean((a - b) ** 2, -1)
                  / peak(a, b) ** 2), "The peak is 1, the largest value that a pixel can have, not "
                  "the largest (or the range) in each picture.")
          for peak in (lambda a, b: b.max(-1), lambda a, b: a.max(-1), lambda a, b: np.ptp(b, -1))),
        Slip(lambda y: y / 10, "The factor 10 is missing: a decibel is a tenth of a bel."),
        Mistake(lambda a, b: -10 * np.log10(np.sum((a - b) ** 2, -1)), "That is the sum over the "
                "pixels. The mean squared error does not depend on the size of the image."),
        Mistake(lambda a, b: -10 * np.log10(np.mean((a - b) ** 2)), "That is one number for all "
                "images. Give one for each: axis=-1."),
        Slip(np.mean, "That is the average. Give one value for each image."),
        Slip(lambda y: y / 2, "No square root: 10·log10 of the squared error."),
        Mistake(lambda a, b: -10 * np.log10(np.mean((a - b) ** 2, -1) / np.max(b) ** 2), "The peak "
                "is 1, the largest value that a pixel can have, not the largest in these pictures."),
        Mistake(lambda a, b: -10 * np.log10(np.mean((np.clip(a, 0, 1) - b) ** 2, -1)), "x_hat was "
                "clipped to [0, 1], which removes a part of the error: measure it as it is."),
    ],
    hints=["The mean squared error of each image: np.mean((x_hat − x)**2, axis=-1)."],
    speed=lambda: (np.ones((10_000, 784), "float32"), np.zeros((10_000, 784), "float32")),
    returns="array",
)  # fmt: skip
def psnr(x_hat, x):
    """Peak signal-to-noise ratio, in dB, of each image, (n,); x_hat and x: (n, pixels), peak 1."""
    return -10 * np.log10(np.mean((x_hat - x) ** 2, axis=-1))


lowest_error = book.question(
    "lowest_error", right="d", options={
        "a": "It was trained on its kind. Even so, something is easier to copy.",
        "b": "About twice as hard: flipped digits do not occur in the training data.",
        "c": "Noise is the worst: no 32 numbers describe 784 independent ones.",
        "d": "Right, though no digit ever looked like it. Most pixels of every digit are black, so "
             "black is what the network does best. A small reconstruction error means “easy to "
             "describe”, not “seen before” and not “probable”.",
    },
    hints=["What do almost all pixels of all training images have in common?"],
)  # fmt: skip


# -------------------------------------------------------------------------------------- AUC
def _above(a, b):
    return np.mean(a[:, None] > b)


def _without_ties(a, b):
    gaps = (a[:, None] - b).ravel()
    return np.mean(gaps[gaps != 0] > 0)


@book.exercise(
    cases=[
        Case([3.0, 4.0], [1.0, 2.0],
             why="Every strange error is larger than every familiar one: 1."),
        Case([1.0, 3.0, 5.0], [2.0, 2.5],
             why="Of the 3 × 2 pairs, the strange one is larger in 4."),
        Case([1.0, 2.0], [1.0, 0.0], why="Equal values count one half: of the 4 pairs, 3 are "
             "larger, 1 is equal: 3.5/4."),
        *drawn(lambda rng: Case(1000.0 * rng.integers(-3, 4, 4), 1000.0 * rng.integers(-3, 4, 6),
                                why="The share of all pairs in which the strange value is larger; "
                                    "equal values count one half.")),
        Case([1.0, 2.0, 2.0], [2.0, 3.0, 5.0, 6.0], why="Below one half is possible: 0 larger, 2 "
             "equal of 12 pairs, 1/12."),
        *drawn(lambda rng: Case(*rng.normal(size=(2, 9)), why="All pairs count, 9 × 9 of them.")),
        Case([1e-9, 3e-9], [2e-9, 1e-9], why="However close: only equal values are ties."),
    ],
    mistakes=[
        Mistake(lambda a, b: _above(b, a) + np.mean(a[:, None] == b) / 2, "Strange and familiar "
                "are swapped."),
        Mistake(_above, "Ties: where both are equal, count one half."),
        Mistake(lambda a, b: 1 - _above(b, a), "Ties: where both are equal, count one half, not "
                "one."),
        Mistake(_without_ties, "Pairs of equal values were left out. They count one half, and they "
                "are pairs."),
        Mistake(lambda a, b: np.sum(a[:, None] > b) + np.sum(a[:, None] == b) / 2, "That is a "
                "number of pairs. Divide by how many there are."),
        Mistake(lambda a, b: np.mean(a) - np.mean(b), "That is the difference of the means. The "
                "AUC looks at the order only: in which share of the pairs is the strange one "
                "larger?"),
        *(Mistake(lambda a, b, f=f: np.mean(a > f(b)), f"That compares with the familiar "
                  f"{f.__name__} only. Compare with every familiar value.")
          for f in (np.mean, np.median, np.min, np.max)),
        Mistake(lambda a, b: np.mean(np.searchsorted(b, a)) / len(b), "np.searchsorted counts the "
                "smaller ones only in values that are sorted: np.sort(familiar). (And equal ones "
                "count one half.)"),
    ],
    hints=["strange[:, None] > familiar[None, :] compares all pairs at once: shape (n, m).",
           "The mean of an array of True and False is the share of True."],
    speed=lambda: (np.zeros(3000, "float32"), np.zeros(3000, "float32")),
)  # fmt: skip
def auc(strange, familiar):
    """Probability that one of strange (n,) is larger than one of familiar (m,); ties: one half."""
    larger = strange[:, None] > familiar[None, :]  # (n, m) all pairs
    equal = strange[:, None] == familiar[None, :]
    return np.mean(larger) + np.mean(equal) / 2
