"""The exercises of chapter 00, start here."""

import numpy as np

from course_utils.exercises.core import Book, Case, Mistake, Slip, drawn

book = Book(0)
summary = book.summary


@book.exercise(
    cases=[
        Case([[[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [0.0, 0.0]]], why="Two images of 2 × 2 pixels "
             "go in, one image of 2 × 2 pixels comes out: each pixel's average over the images.",
             show="two images of 2 × 2 pixels"),
        Case([[[0.2, 0.4, 0.6]]], show="one image of 1 × 3 pixels",
             why="The average of a single image is that image."),
        *drawn(lambda rng: Case(
            rng.normal(size=(5, 4, 3)) * [0.01, 1, 3000], show="five images of 4 × 3 pixels",
            why="The images lie along axis 0: add up a pixel's five values and divide by five.")),
    ],
    mistakes=[
        Mistake(lambda x: np.mean(x), "That is the average grey level of everything, one number. "
                "Average over the images only: axis 0."),
        Mistake(lambda x: np.sum(x, axis=0), "That is the sum over the images. Divide by how many "
                "there are, or use np.mean."),
        Mistake(lambda x: np.mean(x, axis=1), "That is averaged over axis 1, the rows of each "
                "image. The images lie along axis 0."),
        Mistake(lambda x: np.mean(x, axis=-1), "That is averaged over the last axis, the columns "
                "of each image. The images lie along axis 0."),
        Mistake(lambda x: np.mean(x, axis=(1, 2)), "That is one number for each image. The other "
                "way round: one number for each pixel, averaged over the images, axis 0."),
        Slip(lambda y: y[None], "That is right but for an axis of length 1 in front: leave out "
             "keepdims."),
        Mistake(lambda x: x[0], "That is the first image."),
    ],
    hints=[
        "images has three axes: which image, which row, which column. One of them should vanish.",
        "np.mean(a, axis=…) averages over an axis. Axes are counted from 0.",
    ],
    speed=lambda: (np.zeros((10_000, 28, 28), "float32"),),
)  # fmt: skip
def mean_image(images):
    """The average of images, shape (n, h, w), pixel by pixel: shape (h, w)."""
    return np.mean(images, axis=0)


@book.exercise(
    cases=[
        Case([[1.0, 10.0], [3.0, 30.0]],
             why="Column means are [2, 20]: what remains is ±1 and ±10."),
        Case([[5.0, 6.0, 7.0]], why="A single row is its own mean: zeros remain."),
        *drawn(lambda rng: Case(rng.normal(size=(4, 3)) * [0.1, 1, 1000],
                                why="Subtract each column's mean over the rows.")),
    ],
    mistakes=[
        Mistake(lambda x: x - np.mean(x), "The mean of everything was subtracted. Each column has "
                "a mean of its own: axis 0."),
        Mistake(lambda x: x - np.mean(x, axis=1, keepdims=True), "Each row's mean was subtracted. "
                "Samples are rows, features are columns: average over the samples, axis 0."),
        Mistake(lambda x: np.mean(x, axis=0),
                "That is the mean of each column; subtract it from x."),
        Slip(lambda y: -y, "The sign is wrong: x minus its mean."),
        Slip(lambda y: y / np.where(y.std(0) > 0, y.std(0), 1), "That is also divided by the "
             "standard deviation. Here, subtract the mean only."),
    ],
    hints=["Two steps: the mean of each column, shape (d,), then a subtraction.",
           "(n, d) − (d,): NumPy repeats the (d,) for every row. That is broadcasting."],
)  # fmt: skip
def centre(x):
    """Subtract from each feature (column) of x, shape (n, d), its mean over the samples (rows)."""
    return x - np.mean(x, axis=0)


slope = book.estimate(
    "slope",
    right=12,
    within=0.01,
    why="The chain rule: the outer derivative 2·(3w − 1) times the inner 3, at w = 1: 2·2·3.",
    wrong=[
        (4, "That is the outer derivative, 2·(3w − 1). The inner one, 3, is missing: chain rule."),
        (2, "That is 3w − 1 itself, at w = 1. Now differentiate its square."),
        (6, "Nearly: (3w − 1)·3. The 2 that comes down from the square is missing."),
        (9, "That would be half of the second derivative."),
        (18, "That is the second derivative, how fast the slope changes."),
    ],
    otherwise="Differentiate the square first, then what is inside it, and multiply.",
    hints=["d/dw u² = 2u · du/dw, with u = 3w − 1."],
)

it_rings = book.estimate(
    "it_rings",
    right=0.5,
    within=0.001,
    why="Of 100 digits 10 are sevens, and it rings for 9 of them; of the 90 others it rings for 9, "
    "too. So half of the ringing is about sevens.",
    wrong=[
        (
            0.9,
            "That is how often it rings for a seven, p(rings | seven). Asked is p(seven | rings).",
        ),
        (0.09, "That is how often both happen, p(seven, rings). Divide by how often it rings."),
        (0.1, "That is what one knew before it rang, the prior."),
        (0.18, "That is how often it rings in all. Which part of it is due to sevens?"),
        (50, "As a share from 0 to 1: 0.5."),
    ],
    otherwise="Count it out on 100 digits: for how many sevens does it ring, for how many others?",
    hints=[
        "10 of 100 are sevens. For how many of these does it ring? For how many of the other 90?"
    ],
)
eigenvalue = book.estimate(
    "eigenvalue",
    right=3,
    within=0.001,
    why="(2·1 + 1·1, 1·1 + 2·1) = (3, 3), three times (1, 1).",
    wrong=[
        (1, "That is the other eigenvalue: the matrix leaves (1, −1) as it is."),
        (6, "That is the sum of all entries. Multiply the matrix with (1, 1) first."),
        (2, "That is the diagonal. Each row has a second entry, which meets the other 1."),
        (4, "That is the trace, the sum of both eigenvalues."),
    ],
    otherwise="Multiply: the first entry of the result is 2·1 + 1·1.",
    hints=["Each entry of the result is a row times (1, 1)."],
)
parameters = book.estimate(
    "parameters",
    right=7850,
    within=0,
    why="784 · 10 weights, and 10 biases.",
    wrong=[
        (7840, "Those are the weights. Each of the 10 units has a bias, too."),
        (794, "Weights connect each pixel with each unit: 784 times 10."),
        (8624, "One bias for each of the 10 units, not for each of the pixels."),
    ],
    otherwise="Each of the 10 units has a weight for each of the 784 pixels, and a bias.",
    hints=["28 · 28 = 784 pixels, 10 units; and a bias for each unit."],
)
