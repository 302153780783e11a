"""What learners answer in chapter 00."""

import numpy as np

from exercise_tables import Table

table = Table()

# ---------------------------------------------------------------------------------- mean_image


@table.right("mean_image")
def sum_over_count(images):
    return sum(images) / len(images)


@table.right("mean_image")
def flattened(images):
    flat = images.reshape(len(images), -1)
    return (np.ones(len(images)) @ flat / len(images)).reshape(images.shape[1:])


@table.slow("mean_image")
def three_loops(images):
    n, h, w = images.shape
    out = np.zeros((h, w))
    for i in range(h):
        for j in range(w):
            for k in range(n):
                out[i, j] += images[k, i, j] / n
    return out


@table.wrong("mean_image", "average grey level of everything, one number")
def of_everything(images):
    return images.mean()


@table.wrong("mean_image", "sum over the images. Divide by how many")
def not_divided(images):
    total = np.zeros(images.shape[1:])
    for image in images:
        total += image
    return total


@table.wrong("mean_image", "averaged over axis 1, the rows")
def axis_counted_from_one(images):
    return images.mean(axis=1)


@table.wrong("mean_image", "averaged over the last axis")
def last_axis(images):
    return images.mean(-1)


@table.wrong("mean_image", "one number for each image. The other way round")
def one_number_for_each_image(images):
    return np.array([image.mean() for image in images])


@table.wrong("mean_image", "leave out keepdims")
def axis_kept(images):
    return images.mean(axis=0)[None]


@table.wrong("mean_image", "That is the first image")
def first(images):
    for image in images:
        return image


@table.wrong("mean_image", "divide by five")
def divided_by_rows(images):
    return images.sum(axis=0) / images.shape[1]


@table.wrong("mean_image", "divide by five")
def median(images):
    return np.median(images, axis=0)


@table.wrong("mean_image", "divide by five")
def clipped(images):
    return np.clip(images, 0, 1).mean(axis=0)


@table.wrong("mean_image", "changed its argument")
def adds_into_the_first(images):
    total = images[0]
    for image in images[1:]:
        total += image
    return total / len(images)


@table.wrong("mean_image", "is a `return` missing?")
def mean_no_return(images):
    _ = images.mean(axis=0)


# -------------------------------------------------------------------------------------- centre


@table.right("centre")
def column_by_column(x):
    return np.stack([column - column.mean() for column in x.T], axis=1)


@table.right("centre")
def with_a_matrix(x):
    n = len(x)
    return (np.eye(n) - np.full((n, n), 1 / n)) @ x


@table.wrong("centre", "The mean of everything was subtracted")
def one_mean(x):
    return x - x.mean()


@table.wrong("centre", "Each row's mean was subtracted")
def rows(x):
    return np.array([row - row.mean() for row in x])


@table.wrong("centre", "mean of each column; subtract it from x")
def only_the_mean(x):
    return x.mean(axis=0)


@table.wrong("centre", "The sign is wrong")
def sign(x):
    return x.mean(axis=0) - x


@table.wrong("centre", "also divided by the standard deviation")
def standardised(x):
    std = x.std(axis=0)
    std[std == 0] = 1
    return (x - x.mean(axis=0)) / std


@table.wrong("centre", "Subtract each column's mean over the rows")
def of_the_first_three(x):
    return x - x[:3].mean(axis=0)


@table.wrong("centre", "changed its argument")
def in_place(x):
    x -= x.mean(axis=0)
    return x


@table.wrong("centre", "Subtract each column's mean over the rows")
def centred_at_the_median(x):
    return x - np.median(x, axis=0)


# -------------------------------------------------- slope, it_rings, eigenvalue, parameters

table.choice("slope", 12, "passed", "chain rule")
table.choice("slope", 12.0, "passed", "chain rule")
table.choice("slope", np.float32(12), "passed", "chain rule")
table.choice("slope", 4, "failed", "The inner one, 3, is missing")
table.choice("slope", 2, "failed", "Now differentiate its square")
table.choice("slope", 6, "failed", "The 2 that comes down")
table.choice("slope", 9, "failed", "half of the second derivative")
table.choice("slope", 18, "failed", "how fast the slope changes")
table.choice("slope", 0, "failed", "Differentiate the square first")

table.choice("it_rings", 0.5, "passed", "half of the ringing")
table.choice("it_rings", 9 / 18, "passed", "half of the ringing")
table.choice("it_rings", 0.9, "failed", "Asked is p(seven | rings)")
table.choice("it_rings", 0.09, "failed", "Divide by how often it rings")
table.choice("it_rings", 0.1, "failed", "the prior")
table.choice("it_rings", 0.18, "failed", "rings in all")
table.choice("it_rings", 50, "failed", "from 0 to 1")
table.choice("it_rings", 0.81, "failed", "on 100 digits")

table.choice("eigenvalue", 3, "passed", "three times (1, 1)")
table.choice("eigenvalue", 3.0, "passed", "three times (1, 1)")
table.choice("eigenvalue", 1, "failed", "the other eigenvalue")
table.choice("eigenvalue", 6, "failed", "sum of all entries")
table.choice("eigenvalue", 2, "failed", "second entry")
table.choice("eigenvalue", 4, "failed", "trace")
table.choice("eigenvalue", 9, "failed", "Multiply")

table.choice("parameters", 7850, "passed", "784 · 10 weights, and 10 biases")
table.choice("parameters", 784 * 10 + 10, "passed", "784 · 10 weights, and 10 biases")
table.choice("parameters", 7840, "failed", "a bias, too")
table.choice("parameters", 794, "failed", "784 times 10")
table.choice("parameters", 8624, "failed", "not for each of the pixels")
table.choice("parameters", 10, "failed", "a weight for each of the 784 pixels")
