"""What learners answer in chapter 08."""

import math

import numpy as np
import tensorflow as tf
from keras import ops
from scipy.linalg import toeplitz
from scipy.spatial import geometric_slerp

from exercise_tables import Table

table = Table()

# ------------------------------------------------------------------------------ right answers


def matrix_by_toeplitz(kernel, n, stride):
    rows = n - len(kernel) + 1
    full = toeplitz(np.r_[kernel[0], np.zeros(rows - 1)], np.r_[kernel, np.zeros(n - len(kernel))])
    return full[::stride]


def matrix_by_unit_vectors(kernel, n, stride):
    """The columns are what comes out for the unit vectors."""
    return np.stack([np.correlate(e, kernel, "valid")[::stride] for e in np.eye(n)], axis=1)


def throw_by_zeros_between(z, kernel, stride):
    sparse = np.zeros(stride * (len(z) - 1) + 1)
    sparse[::stride] = z
    return np.convolve(sparse, kernel)


def throw_by_the_transpose(z, kernel, stride):
    return matrix_by_toeplitz(kernel, stride * (len(z) - 1) + len(kernel), stride).T @ z


def throw_by_add_at(z, kernel, stride):
    out = np.zeros(stride * (len(z) - 1) + len(kernel))
    where = stride * np.arange(len(z))[:, None] + np.arange(len(kernel))
    np.add.at(out, where, z[:, None] * kernel)
    return out


def size_by_counting(n, kernel, stride, same, transposed):
    if transposed:
        return n * stride + (0 if same else kernel - stride)
    return len(range(0, n if same else n - kernel + 1, stride))


def unpool_by_update(values, switches, like):
    flat = tf.zeros_like(tf.reshape(like, (-1,)))
    where = tf.reshape(switches, (-1, 1))
    flat = tf.tensor_scatter_nd_update(flat, where, tf.reshape(values, (-1,)))
    return tf.reshape(flat, tf.shape(like))


def unpool_by_segments(values, switches, like):
    size = tf.size(like)
    flat = tf.math.unsorted_segment_sum(
        tf.reshape(values, (-1,)), tf.reshape(switches, (-1,)), size
    )
    return ops.reshape(flat, ops.shape(like))


def unpool_by_keras(values, switches, like):
    flat = ops.zeros((ops.prod(ops.shape(like)),))
    flat = ops.scatter_update(flat, ops.reshape(switches, (-1, 1)), ops.reshape(values, (-1,)))
    return ops.reshape(flat, ops.shape(like))


def iou_by_loop(predicted, true):
    ratios = []
    for a, b in zip(predicted, true, strict=True):
        either = np.logical_or(a, b).sum()
        ratios.append(np.logical_and(a, b).sum() / either if either else 1.0)
    return np.array(ratios)


def iou_by_inclusion(predicted, true):
    a, b = predicted.reshape(len(predicted), -1), true.reshape(len(true), -1)
    both = np.einsum("nd,nd->n", a.astype(int), b.astype(int))
    either = a.sum(1) + b.sum(1) - both
    with np.errstate(all="ignore"):
        return np.nan_to_num(both / either, nan=1.0)


def slerp_by_rotation(a, b, t):
    """Each end weighted by the sine of the angle that is left."""
    u, v = a / np.linalg.norm(a), b / np.linalg.norm(b)
    if np.allclose(u, v):
        return a + t[:, None] * (b - a)
    angle = np.arccos(u @ v)
    return np.outer(np.sin((1 - t) * angle), a) / np.sin(angle) + np.outer(
        np.sin(t * angle), b
    ) / np.sin(angle)


RIGHT = [
    ("conv_matrix", matrix_by_toeplitz),
    ("conv_matrix", matrix_by_unit_vectors),
    ("overlap_add", throw_by_zeros_between),
    ("overlap_add", throw_by_the_transpose),
    ("overlap_add", throw_by_add_at),
    ("output_size", size_by_counting),
    ("output_size", lambda *args: sizes(same=lambda n, k, s, *_: math.ceil(n / s))(*args)),
    ("output_size", lambda *args: sizes(same=lambda n, k, s, *_: (n - 1) // s + 1)(*args)),
    ("output_size", lambda *args: sizes(same=lambda n, k, s, *_: n // s + (n % s > 0))(*args)),
    ("unpool", unpool_by_update),
    ("unpool", unpool_by_segments),
    ("unpool", unpool_by_keras),
    ("iou", iou_by_loop),
    ("iou", iou_by_inclusion),
    (
        "conv_parameters",
        lambda kernel, inputs, outputs, bias: outputs * (kernel**2 * inputs + bias),
    ),
    ("slerp", slerp_by_rotation),
    ("slerp", lambda a, b, t: line(a, b, t) if angle(a, b) == 0 else slerp_unguarded(a, b, t)),
    ("slerp", lambda a, b, t: np.array([slerp_by_rotation(a, b, np.array([s]))[0] for s in t])),
]

# ------------------------------------------------------------------------------ wrong answers


def matrix_that_wraps(kernel, n, stride):
    first = np.r_[kernel, np.zeros(n - len(kernel))]
    return np.stack([np.roll(first, start) for start in range(0, n, stride)])


def matrix_with_borders(kernel, n, stride):
    k = len(kernel)
    return matrix_by_toeplitz(kernel, n + k - 1, stride)[:, (k - 1) // 2 : (k - 1) // 2 + n]


def matrix_that_steps_by_one(kernel, n, stride):
    return matrix_by_toeplitz(kernel, n, 1)[: (n - len(kernel)) // stride + 1]


def throw(z, kernel, stride, join):
    out = np.zeros(stride * (len(z) - 1) + len(kernel))
    for i in range(len(z)):
        part = out[stride * i : stride * i + len(kernel)]
        part[:] = join(part, z[i] * kernel)
    return out


def throw_by_places(z, kernel, stride):
    """At equal places `+=` keeps the last."""
    out = np.zeros(stride * (len(z) - 1) + len(kernel))
    out[stride * np.arange(len(z))[:, None] + np.arange(len(kernel))] += z[:, None] * kernel
    return out


def throw_and_average(z, kernel, stride):
    copies = throw_by_zeros_between(np.ones(len(z)), np.ones(len(kernel)), stride)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(throw_by_zeros_between(z, kernel, stride) / copies)


def sizes(**wrong):
    """output_size with some of its four cases replaced."""

    def size(n, kernel, stride, same, transposed):
        name = ("transposed_" if transposed else "") + ("same" if same else "valid")
        return wrong.get(name, size_by_counting_case)(n, kernel, stride, same, transposed)

    def size_by_counting_case(*args):
        return size_by_counting(*args)

    return size


def size_by_pytorch(padding):
    return sizes(
        same=lambda n, k, s, *_: (n + 2 * padding(k) - k) // s + 1,
        transposed_same=lambda n, k, s, *_: (n - 1) * s - 2 * padding(k) + k,
    )


def rows_by_range(kernel, n, stride):
    """One row less where the last kernel ends with the input."""
    starts = range(0, n - len(kernel), stride)
    C = np.zeros((len(starts), n))
    for row, i in zip(C, starts, strict=True):
        row[i : i + len(kernel)] = kernel
    return C


def spread_evenly(values, switches, like):
    return tf.image.resize(values, tf.shape(like)[1:3], method="nearest") / 4


def repeat(values, switches, like):
    return tf.image.resize(values, tf.shape(like)[1:3], method="nearest")


def upper_left(values, switches, like):
    zeros = tf.zeros_like(values)
    wide = tf.stack([values, zeros], axis=3)  # (b, h, w, 2, c)
    shape = tf.shape(values)
    wide = tf.reshape(wide, (shape[0], shape[1], 2 * shape[2], shape[3]))
    high = tf.stack([wide, tf.zeros_like(wide)], axis=2)
    return tf.reshape(high, tf.shape(like))


def left_flat(values, switches, like):
    return tf.reshape(unpool_by_update(values, switches, like), (-1,))


def unpool_in_numpy(values, switches, like):
    out = np.zeros(like.shape, "float32").ravel()
    out[np.ravel(switches)] = np.ravel(values)
    return tf.constant(out.reshape(like.shape))


def ones_instead(values, switches, like):
    return unpool_by_update(tf.ones_like(values), switches, like)


def unpool_by_maximum(values, switches, like):
    flat = tf.zeros_like(tf.reshape(like, (-1,)))
    where = tf.reshape(switches, (-1, 1))
    flat = tf.tensor_scatter_nd_max(flat, where, tf.reshape(values, (-1,)))
    return tf.reshape(flat, tf.shape(like))


def unpool_to_twice_the_size(values, switches, like):
    b, h, w = (tf.shape(values)[i] for i in range(3))
    shape = [b, 2 * h, 2 * w, values.shape[3]]
    size = tf.reduce_prod(shape)
    flat = tf.math.unsorted_segment_sum(
        tf.reshape(values, (-1,)), tf.reshape(switches, (-1,)), size
    )
    return tf.reshape(flat, shape)


def unpool_with_static_shape(values, switches, like):
    size = int(np.prod(like.shape))
    flat = tf.scatter_nd(tf.reshape(switches, (-1, 1)), tf.reshape(values, (-1,)), [size])
    return tf.reshape(flat, like.shape)


def unpool_with_zeros_of_static_shape(values, switches, like):
    flat = tf.reshape(ops.zeros(like.shape), (-1,))
    flat = ops.scatter_update(flat, tf.reshape(switches, (-1, 1)), tf.reshape(values, (-1,)))
    return tf.reshape(flat, tf.shape(like))


def unpool_in_a_loop(values, switches, like):
    size = tf.size(like)
    parts = [
        tf.scatter_nd(tf.reshape(switches[i], (-1, 1)), tf.reshape(values[i], (-1,)), [size])
        for i in range(like.shape[0])
    ]
    return tf.reshape(sum(parts), tf.shape(like))


def unpool_in_numpy_by_methods(values, switches, like):
    out = np.zeros(np.prod(tf.shape(like).numpy()), "float32")
    out[switches.numpy().ravel()] = values.numpy().ravel()
    return tf.reshape(out, tf.shape(like))


def unpool_into_a_variable(values, switches, like):
    flat = tf.Variable(tf.zeros_like(tf.reshape(like, (-1,))))
    flat.scatter_nd_update(tf.reshape(switches, (-1, 1)), tf.reshape(values, (-1,)))
    return tf.reshape(flat, tf.shape(like))


def unpool_if_positive(values, switches, like):
    """Python's `if` on a tensor."""
    assert tf.reduce_max(switches) < tf.size(like, out_type=switches.dtype)
    return unpool_by_update(values, switches, like)


def unpool_per_picture(values, switches, like):
    size = tf.reduce_prod(tf.shape(like)[1:])

    def one(pair):
        v, s = pair
        return tf.scatter_nd(tf.reshape(s, (-1, 1)), tf.reshape(v, (-1,)), [tf.cast(size, s.dtype)])

    flat = tf.map_fn(one, (values, switches), fn_output_signature=values.dtype)
    return tf.reshape(flat, tf.shape(like))


def unpool_per_picture_one_hot(values, switches, like):
    """What does not fit is left out without a word."""
    size = tf.reduce_prod(tf.shape(like)[1:])
    batch = tf.shape(like)[0]
    hot = tf.one_hot(tf.reshape(switches, (batch, -1)), size)
    flat = tf.einsum("nkd,nk->nd", hot, tf.reshape(values, (batch, -1)))
    return tf.reshape(flat, tf.shape(like))


def unpool_by_comparing(values, switches, like):
    wide = repeat(values, switches, like)
    return tf.where(wide == like, wide, 0.0)


def unpool_by_comparing_without_gradient(values, switches, like):
    return like * tf.cast(repeat(values, switches, like) == like, "float32")


def iou_with(ratio):
    def wrong(predicted, true):
        with np.errstate(all="ignore"):
            return np.nan_to_num(ratio(predicted, true), nan=1.0)

    return wrong


def iou_over(below):
    return iou_with(lambda a, b: (a & b).sum((1, 2)) / below(a, b))


def line(a, b, t):
    return np.outer(1 - t, a) + np.outer(t, b)


def on_the_sphere(a, b, t):
    points = line(a, b, t)
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def angle(a, b):
    return np.arccos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1))


def slerp_at(omega, a, b, t):
    return (np.outer(np.sin((1 - t) * omega), a) + np.outer(np.sin(t * omega), b)) / np.sin(omega)


def slerp_unguarded(a, b, t):
    return slerp_at(angle(a, b), a, b, t)


def slerp_straight_below(least):
    return lambda a, b, t: line(a, b, t) if angle(a, b) < least else slerp_unguarded(a, b, t)


def slerp_without_clip(a, b, t):
    omega = np.arccos(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
    return line(a, b, t) if omega < 1e-6 else slerp_at(omega, a, b, t)


def slerp_with_longer_lengths(a, b, t):
    cosine = a @ b / ((np.linalg.norm(a) + 1e-8) * (np.linalg.norm(b) + 1e-8))
    omega = np.arccos(np.clip(cosine, -1, 1))
    return line(a, b, t) if omega < 1e-3 else slerp_at(omega, a, b, t)


def slerp_without_a_column(a, b, t):
    omega = angle(a, b)
    if omega < 1e-6:
        return (1 - t) * a + t * b
    return (np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / np.sin(omega)


def slerp_that_compares(a, b, t):
    return line(a, b, t) if np.allclose(a, b) else slerp_unguarded(a, b, t)


def slerp_that_stays(a, b, t):
    return np.array([a for _ in t]) if angle(a, b) < 1e-4 else slerp_unguarded(a, b, t)


def slerp_that_stays_at_one_point(a, b, t):
    return a if np.allclose(a, b) else slerp_unguarded(a, b, t)


def slerp_past_zero(a, b, t):
    omega = angle(a, b)
    top = np.outer(np.sin((1 - t) * omega), a) + np.outer(np.sin(t * omega), b)
    return top / (np.sin(omega) + 1e-9)


def slerp_of_unit_vectors(a, b, t):
    u, v = a / np.linalg.norm(a), b / np.linalg.norm(b)
    return geometric_slerp(u, v, t)


def slerp_without_lengths(a, b, t):
    return slerp_at(np.arccos(a @ b), a, b, t)


def slerp_without_lengths_but_clipped(a, b, t):
    return slerp_at(np.arccos(np.clip(a @ b, -1, 1)), a, b, t)


def slerp_without_lengths_but_clipped_and_guarded(a, b, t):
    omega = np.arccos(np.clip(a @ b, -1, 1))
    return line(a, b, t) if omega < 1e-4 else slerp_at(omega, a, b, t)


def slerp_without_division(a, b, t):
    return slerp_unguarded(a, b, t) * np.sin(angle(a, b))


def slerp_in_degrees(a, b, t):
    return slerp_at(np.rad2deg(angle(a, b)), a, b, t)


def matrix_with_too_few_rows(kernel, n, stride):
    return matrix_by_toeplitz(kernel, n, stride)[: (n - len(kernel) + 1) // stride]


def matrix_with_too_many_rows(kernel, n, stride):
    C = np.zeros((n - len(kernel) + 1, n))
    for i, row in enumerate(C):
        part = row[stride * i : stride * i + len(kernel)]
        part[:] = kernel[: len(part)]
    return C


def throw_into_whole_numbers(z, kernel, stride):
    out = np.zeros(stride * (len(z) - 1) + len(kernel), dtype=int)
    for i in range(len(z)):
        for j in range(len(kernel)):
            out[i * stride + j] += z[i] * kernel[j]
    return out


def throw_slices_into_whole_numbers(z, kernel, stride):
    out = np.zeros(stride * (len(z) - 1) + len(kernel), dtype=int)
    for i in range(len(z)):
        out[i * stride : i * stride + len(kernel)] += z[i] * kernel
    return out


def rows_that_are_cut_off(count):
    def matrix(kernel, n, stride):
        C = np.zeros((count(n, len(kernel), stride), n))
        for i, row in enumerate(C):
            part = row[stride * i : stride * i + len(kernel)]
            part[:] = kernel[: len(part)]
        return C

    return matrix


def throw_like_z(z, kernel, stride):
    out = np.zeros(stride * (len(z) - 1) + len(kernel), dtype=z.dtype)
    for i, j in np.ndindex(len(z), len(kernel)):
        out[i * stride + j] += z[i] * kernel[j]
    return out


def throw_gathering_too_little(z, kernel, stride):
    return np.array(
        [
            sum(
                z[i] * kernel[p - stride * i]
                for i in range(len(z))
                if 0 <= p - stride * i < len(kernel)
            )
            for p in range(stride * (len(z) - 1) + len(kernel) - 1)
        ]
    )


def throw_into(size):
    def throw_and_leave_zeros(z, kernel, stride):
        out = np.zeros(size(len(z), len(kernel), stride))
        right = throw_by_zeros_between(z, kernel, stride)
        out[: len(right)] = right
        return out

    return throw_and_leave_zeros


def unpool_scattering(size, rows=(-1, 1)):
    def unpool(values, switches, like):
        where = tf.reshape(switches, rows)
        flat = tf.scatter_nd(where, tf.reshape(values, (-1,)), size(like))
        return tf.reshape(flat, tf.shape(like))

    return unpool


def iou_that_is_1_where(empty):
    return lambda a, b: np.where(empty(a, b), 1.0, iou_by_loop(a, b))


def slerp_without_lengths_guarded_by_the_sine(a, b, t):
    omega = np.arccos(np.clip(a @ b, -1, 1))
    return line(a, b, t) if np.sin(omega) < 1e-6 else slerp_at(omega, a, b, t)


def slerp_by_one_length(a, b, t):
    omega = np.arccos(np.clip(a @ b / np.linalg.norm(a), -1, 1))
    return line(a, b, t) if np.sin(omega) < 1e-6 else slerp_at(omega, a, b, t)


def slerp_straight_above(cosine):
    """The threshold on |cos Ω| that is often copied."""
    return lambda a, b, t: (
        line(a, b, t) if abs(np.cos(angle(a, b))) > cosine else slerp_by_rotation(a, b, t)
    )


def slerp_with_a_bracket_missing(a, b, t):
    omega, t = angle(a, b), t[:, None]
    return np.sin((1 - t) * omega) * a + np.sin(t * omega) * b / np.sin(omega)


def slerp_with_omega_outside(a, b, t):
    omega, t = angle(a, b), t[:, None]
    return (np.sin(1 - t) * omega * a + np.sin(t) * omega * b) / np.sin(omega)


def unpool_into_a_tensor(values, switches, like):
    out = tf.zeros(tf.size(like))
    out[tf.reshape(switches, (-1,))] = tf.reshape(values, (-1,))
    return tf.reshape(out, tf.shape(like))


def unpool_one_by_one(values, switches, like):
    out = tf.zeros(tf.size(like))
    for value, switch in zip(tf.reshape(values, (-1,)), tf.reshape(switches, (-1,)), strict=True):
        out = tf.tensor_scatter_nd_update(out, [[switch]], [value])
    return tf.reshape(out, tf.shape(like))


def iou_in_bytes(predicted, true):
    p, t = predicted.astype(np.uint8), true.astype(np.uint8)
    both = np.einsum("nhw,nhw->n", p, t)
    either = p.sum((1, 2)) + t.sum((1, 2)) - both
    return np.where(either == 0, 1.0, both / np.maximum(either, 1))


WRONG = [
    ("conv_matrix", lambda k, n, s: matrix_by_toeplitz(k[::-1], n, s), "backwards"),
    ("conv_matrix", lambda k, n, s: matrix_by_toeplitz(k, n, 1), "stride is not used"),
    ("conv_matrix", lambda k, n, s: matrix_by_toeplitz(k, n, s).T, "is the transpose"),
    ("conv_matrix", matrix_that_wraps, "comes in again at the left"),
    ("conv_matrix", matrix_with_borders, "hangs over the border"),
    ("conv_matrix", matrix_that_steps_by_one, "one column after the last"),
    ("conv_matrix", lambda k, n, s: matrix_by_toeplitz(k, n, s).astype(int), "whole numbers"),
    ("conv_matrix", rows_by_range, "The last row is missing"),
    ("conv_matrix", lambda k, n, s: matrix_by_toeplitz(k, n, s)[:-1], "`range` leaves its end"),
    ("conv_matrix", lambda k, n, s: tf.constant(matrix_by_toeplitz(k, n, s)), "return an array"),
    ("conv_matrix", matrix_with_too_few_rows, "A row is missing"),
    ("conv_matrix", matrix_with_too_many_rows, "as if the stride were 1"),
    ("conv_matrix", rows_that_are_cut_off(lambda n, k, s: -(-n // s)), "cut off at the border"),
    (
        "conv_matrix",
        rows_that_are_cut_off(lambda n, k, s: round((n - k) / s) + 1),
        "rounded to the nearest",
    ),
    ("overlap_add", throw_like_z, "no whole numbers for that"),
    ("overlap_add", throw_gathering_too_little, "One place is missing"),
    ("overlap_add", throw_into(lambda n, k, s: s * n + k), "but zeros behind them"),
    ("overlap_add", throw_into(lambda n, k, s: s * n + k - 1), "but zeros behind them"),
    ("overlap_add", lambda z, k, s: throw_by_zeros_between(1 + 0 * z, k, s), "z is not used"),
    ("overlap_add", lambda z, k, s: np.outer(z, k).ravel(), "side by side. They begin"),
    ("overlap_add", lambda z, k, s: throw_by_zeros_between(k, z, s), "are swapped"),
    ("overlap_add", throw_into_whole_numbers, "were cut to whole numbers"),
    ("overlap_add", throw_slices_into_whole_numbers, "leave the int out where it is made"),
    ("overlap_add", lambda z, k, s: throw(z, k, s, lambda old, new: new), "replaced the earlier"),
    ("overlap_add", throw_by_places, "np.add.at adds them all"),
    ("overlap_add", lambda z, k, s: throw(z, k, s, np.maximum), "larger was taken"),
    ("overlap_add", lambda z, k, s: throw_by_zeros_between(z, k[::-1], s), "backwards"),
    ("overlap_add", lambda z, k, s: np.convolve(z, k), "stride is not used"),
    ("overlap_add", lambda z, k, s: throw_by_zeros_between(z, k, s)[: s * len(z)], "cropped"),
    ("overlap_add", throw_and_average, "divided by the number of copies"),
    ("overlap_add", lambda z, k, s: np.convolve(np.repeat(z, s), k), "were repeated"),
    ("overlap_add", lambda z, k, s: list(throw_by_zeros_between(z, k, s)), "as a list"),
    ("output_size", sizes(same=lambda n, k, s, *_: n * s), "mixed up"),
    ("output_size", lambda n, k, s, same, t: size_by_counting(n, k, s, same, False), "is not used"),
    ("output_size", sizes(same=lambda n, k, s, *_: n // s), "round up"),
    ("output_size", sizes(same=lambda n, *_: n), "only for stride 1"),
    ("output_size", sizes(valid=lambda n, k, s, *_: (n - k) // s), "One too few"),
    ("output_size", sizes(valid=lambda n, k, s, *_: -((k - n) // s) + 1), "rounds up"),
    ("output_size", sizes(valid=lambda n, k, s, *_: (n - k) / s + 1), "or // in place of /"),
    ("output_size", sizes(valid=lambda n, k, s, *_: (n - k + 1) // s), "then add 1"),
    ("output_size", size_by_pytorch(lambda k: (k - 1) // 2), "PyTorch's formula"),
    ("output_size", size_by_pytorch(lambda k: k // 2), "PyTorch's formula"),
    ("output_size", sizes(transposed_valid=lambda n, k, s, *_: s * n), "size after cropping"),
    ("output_size", sizes(transposed_valid=lambda n, k, s, *_: s * n + k), "not at stride·n"),
    ("output_size", sizes(transposed_valid=lambda n, k, s, *_: n + k - 1), "stride is missing"),
    ("output_size", sizes(same=lambda n, k, s, *_: round(n / s)), "round(4.5) is 4"),
    ("output_size", sizes(same=lambda n, k, s, *_: int(np.floor(n / s + 0.5))), "10/3 would be 3"),
    ("output_size", sizes(same=lambda n, k, s, *_: (n + 1) // s), "for stride 2 alone: with"),
    ("output_size", sizes(same=lambda n, k, s, *_: n // s + n % s), "whole remainder"),
    ("output_size", sizes(same=lambda n, k, s, *_: n // s + 1 if n % 2 else n // s), "n is odd"),
    ("output_size", sizes(same=lambda n, k, s, *_: n // s + 1), "One too many where"),
    (
        "output_size",
        sizes(valid=lambda n, k, s, *_: round((n - k) / s) + 1),
        "to the nearest. With",
    ),
    ("output_size", sizes(same=lambda n, k, s, *_: np.ceil(n / s)), "A count is a whole number"),
    ("output_size", lambda n, k, s, same, t: size_by_counting(n, k, s, not same, t), "“valid” are"),
    ("output_size", lambda n, k, s, same, t: size_by_counting(n, k, s, same, not t), "and not are"),
    ("conv_parameters", lambda k, i, o, bias: float(o * (k * k * i + bias)), "a float ("),
    ("unpool", unpool_scattering(lambda like: tf.size(like)[None]), "but tf.size and tf.shape"),
    ("unpool", unpool_scattering(lambda like: tf.size(like, tf.int64)), "also of one number: [si"),
    ("unpool", unpool_scattering(lambda like: [tf.size(like, tf.int64)], -1), "(count, 1) where"),
    ("unpool", repeat, "was repeated over"),
    ("unpool", spread_evenly, "transpose of average pooling"),
    ("unpool", upper_left, "upper left corners"),
    ("unpool", left_flat, "one long row"),
    ("unpool", lambda values, switches, like: like, "Only its shape"),
    ("unpool", unpool_by_maximum, "Negative values were lost"),
    ("unpool", unpool_to_twice_the_size, "not twice that of the values"),
    ("unpool", ones_instead, "ones where"),
    ("unpool", unpool_in_numpy, "does not run inside training"),
    ("unpool", unpool_in_numpy, "so NumPy has nothing to compute with"),
    ("unpool", unpool_in_numpy_by_methods, "so NumPy has nothing to compute with"),
    ("unpool", unpool_with_static_shape, "take the shape with ops.shape(like)."),
    ("unpool", unpool_with_zeros_of_static_shape, "like.shape has None in its place"),
    ("unpool", unpool_in_a_loop, "Nor can Python loop"),
    ("unpool", unpool_into_a_tensor, "tf.tensor_scatter_nd_update make a new one"),
    ("unpool", unpool_one_by_one, "`for`, `int()` or `range()` do not"),
    ("unpool", unpool_into_a_variable, "A tf.Variable is made once"),
    ("unpool", unpool_if_positive, "Python's `if`"),
    ("unpool", unpool_per_picture, "switches count through all pictures of the batch"),
    ("unpool", unpool_per_picture_one_hot, "Only the first picture"),
    ("unpool", unpool_by_comparing, "uses the values of like"),
    ("unpool", unpool_by_comparing_without_gradient, "uses the values of like"),
    (
        "iou",
        iou_with(lambda a, b: 2 * (a & b).sum((1, 2)) / (a.sum((1, 2)) + b.sum((1, 2)))),
        "Dice",
    ),
    ("iou", iou_that_is_1_where(lambda a, b: ~a.any((1, 2)) | ~b.any((1, 2))), "one of the masks"),
    ("iou", iou_that_is_1_where(lambda a, b: ~a.any((1, 2))), "1 where the predicted mask is"),
    ("iou", iou_that_is_1_where(lambda a, b: ~b.any((1, 2))), "1 where the true mask is empty"),
    ("iou", iou_that_is_1_where(lambda a, b: ~(a & b).any((1, 2))), "the intersection is empty"),
    ("iou", lambda a, b: (iou_by_loop(a, b) + iou_by_loop(~a, ~b)) / 2, "mean over two classes"),
    ("iou", lambda a, b: iou_by_loop(a, b)[:, None, None], "two axes of length 1 too many"),
    ("iou", lambda a, b: iou_by_loop(a, b).astype(int), "Cut to whole numbers"),
    (
        "iou",
        lambda a, b: ((a & b).sum((1, 2)) + 1e-6) / ((a | b).sum((1, 2)) + 1e-6),
        "No small number is added",
    ),
    ("iou", iou_in_bytes, "uint8 counts to 255"),
    ("iou", lambda a, b: 100 * iou_by_loop(a, b), "in per cent"),
    ("iou", lambda a, b: (iou_by_loop(a, b) * 20) // 1 / 20, "rounded"),
    ("iou", iou_with(lambda a, b: (a & b).sum((1, 2)) / b.sum((1, 2))), "recall"),
    ("iou", iou_with(lambda a, b: (a & b).sum((1, 2)) / a.sum((1, 2))), "precision"),
    ("iou", iou_over(lambda a, b: (a ^ b).sum((1, 2))), "places in just one"),
    ("iou", iou_over(lambda a, b: np.maximum(a.sum((1, 2)), b.sum((1, 2)))), "the larger mask"),
    ("iou", iou_over(lambda a, b: np.minimum(a.sum((1, 2)), b.sum((1, 2)))), "the smaller mask"),
    ("iou", lambda a, b: np.mean(a == b, axis=(1, 2)), "empty paper"),
    ("iou", lambda a, b: np.sum(a & b) / np.sum(a | b), "for the whole batch"),
    ("iou", lambda a, b: iou_by_loop(a, b).mean(), "That is the average"),
    ("iou", lambda a, b: (a & b).sum((1, 2)) / (a | b).sum((1, 2)), "0/0"),
    ("iou", lambda a, b: (a & b).sum((1, 2)) / np.maximum((a | b).sum((1, 2)), 1), "got 0"),
    ("iou", lambda a, b: 1 - iou_by_loop(a, b), "the loss"),
    ("iou", iou_with(lambda a, b: (a & b).sum((1, 2)) / (a.sum((1, 2)) + b.sum((1, 2)))), "twice"),
    ("iou", lambda a, b: ((a & b).sum((1, 2)) + 1) / ((a | b).sum((1, 2)) + 1), "above and below"),
    ("iou", lambda a, b: (a & b).sum((1, 2)) / (1 + (a | b).sum((1, 2))), "was added below"),
    *(
        ("iou", iou_with(lambda a, b, axis=axis: (a & b).sum(axis) / (a | b).sum(axis)), says)
        for axis, says in [
            (0, "axis 0, the pictures: sum over both axes of each picture"),
            (1, "axis 1 alone: sum over both axes of each picture"),
            (-1, "axis 2 alone: sum over both axes of each picture"),
            ((0, 1), "axes 0 and 1: sum over both axes of each picture"),
            ((0, 2), "axes 0 and 2: sum over both axes of each picture"),
            ((), "Nothing was summed: sum over both axes of each picture"),
        ]
    ),
    ("conv_parameters", lambda k, i, o, bias: k * k * i * o, "Without the biases"),
    ("conv_parameters", lambda k, i, o, bias: o * (k * k * i + 1), "although bias is False"),
    ("conv_parameters", lambda k, i, o, bias: o * (k * k + bias), "reach through all"),
    ("conv_parameters", lambda k, i, o, bias: o * (k * i + bias), "k wide and k high"),
    ("conv_parameters", lambda k, i, o, bias: i * o * (k * k + bias), "each pair"),
    ("conv_parameters", lambda k, i, o, bias: i * (k * k * o + bias), "not for each input"),
    ("conv_parameters", lambda k, i, o, bias: k * k * i * o + int(bias), "not one in all"),
    ("slerp", line, "cuts through the ball"),
    ("slerp", lambda a, b, t: slerp_by_rotation(b, a, t), "runs backwards"),
    ("slerp", slerp_without_lengths, "divide a·b by both lengths first. Here arccos got −2"),
    ("slerp", slerp_without_lengths_but_clipped, "divide a·b by both lengths first. Here a·b is"),
    ("slerp", slerp_without_lengths_but_clipped_and_guarded, "divide a·b by both lengths first"),
    *(("slerp", slerp_straight_below(w), "although the angle is not tiny") for w in (0.2, 0.5, 1)),
    ("slerp", slerp_straight_below(0.09), "A small angle is an angle, too"),
    ("slerp", slerp_without_lengths_guarded_by_the_sine, "divide a·b by both lengths first"),
    ("slerp", slerp_by_one_length, "divide a·b by both lengths first"),
    ("slerp", slerp_straight_above(0.9995), "for angles near π, too"),
    ("slerp", lambda a, b, t: slerp_at(np.pi / 2, a, b, t), "Ω was taken for a right angle"),
    ("slerp", lambda a, b, t: slerp_at(np.cos(angle(a, b)), a, b, t), "np.arccos is missing"),
    ("slerp", slerp_with_a_bracket_missing, "brackets around the sum"),
    ("slerp", slerp_with_omega_outside, "Ω stands outside of the sines"),
    ("slerp", slerp_without_clip, "1.0000000000000002"),
    ("slerp", slerp_with_longer_lengths, "small number added to them"),
    ("slerp", slerp_in_degrees, "into degrees"),
    ("slerp", lambda a, b, t: slerp_by_rotation(a, b, t).T, "is the transpose"),
    ("slerp", slerp_without_a_column, "give t a second axis"),
    ("slerp", lambda a, b, t: np.nan_to_num(slerp_unguarded(a, b, t)), "jumped to the origin"),
    ("slerp", slerp_past_zero, "jumped to the origin"),
    ("slerp", slerp_that_compares, "whether a and b are equal"),
    ("slerp", slerp_that_stays, "that stays at a"),
    ("slerp", slerp_that_stays_at_one_point, "one point"),
    ("slerp", slerp_without_division, "division by sin Ω"),
    ("slerp", on_the_sphere, "scaled to length 1"),
    (
        "slerp",
        lambda a, b, t: np.linalg.norm(a) * on_the_sphere(a, b, t),
        "steps are not even",
    ),
    ("slerp", slerp_unguarded, "0/0: where a and b point the same way"),
    ("slerp", slerp_of_unit_vectors, "Only Ω needs unit vectors"),
]

for name, answer in RIGHT:
    table.right(name)(answer)
for name, answer, fragment in WRONG:
    table.wrong(name, fragment)(answer)

# ------------------------------------------------------------------------- choices and numbers

for option, says in {"a": "4, 2 and 1", "b": "odd ones two", "d": "not divisible"}.items():
    table.choice("checkerboard", option, "failed", says)
table.choice("checkerboard", "a", "failed", "[½, 1, ½] with stride 2 paints evenly")
table.choice("checkerboard", "c", "passed", "exactly two copies")
table.choice("checkerboard", "c", "passed", "with equal weights")
table.choice("first_layer", 1_638_400, "passed", "1,638,400 is right")
table.choice("first_layer", 1.64e6, "passed", "for every pair")
table.choice("first_layer", 1.6e6, "failed", "rounded to 16,000")
table.choice("first_layer", 1_654_784, "failed", "weights alone")
table.choice("first_layer", 1_639_424, "failed", "a bias for each channel")
table.choice("first_layer", 163_840, "failed", "factor of ten")
table.choice("first_layer", 160_000, "failed", "was rounded")
table.choice("first_layer", 16_384, "failed", "So many outputs")
table.choice("first_layer", 102_400, "failed", "share nothing")
table.choice("first_layer", 7, "failed", "inputs × outputs")
table.choice("five_times", 5 / 6, "passed", "5 to 1")
table.choice("five_times", 0.83, "passed", "best discriminator")
table.choice("five_times", 0.5, "failed", "if both count alike")
table.choice("five_times", 1 / 6, "failed", "other way round")
table.choice("five_times", 5.0, "failed", "best odds")
table.choice("five_times", 2.5, "failed", "not a probability")
table.choice("five_times", 0.8, "failed", "is 4. Which a")
table.choice("five_times", 1.0, "failed", "every pixel that is no ink")
table.choice("five_times", 5 / 7, "failed", "stands before both parts")
table.choice("five_times", np.log(5), "failed", "the logit of a")
table.choice("five_times", 0.7, "failed", "Where is its derivative 0")
for option, says in {"a": "same on all devices", "c": "in parts", "d": "plain SGD"}.items():
    table.choice("replicas", option, "failed", says)
table.choice("replicas", "b", "passed", "its own 16 pictures")
table.choice("replicas", "b", "passed", "64 in all")
