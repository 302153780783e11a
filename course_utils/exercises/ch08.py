"""The exercises of chapter 08, deconvolution and DCGAN."""

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, describe, same

keras = Lazy("keras")
tf = Lazy("tensorflow")
book = Book(8)
summary = book.summary


# -------------------------------------------------------------------------- convolution as a matrix


def _matrix(kernel, n, stride, shift=0):
    rows = (n - len(kernel)) // stride + 1
    C = np.zeros((rows, n))
    for i in range(rows):
        for j, weight in enumerate(kernel):
            C[i, (i * stride + j + shift) % n] = weight
    return C


def _matrix_with_borders(kernel, n, stride):
    wide = _matrix(kernel, n + len(kernel) - 1, stride)
    before = (len(kernel) - 1) // 2
    return wide[:, before : before + n]


@book.exercise(
    returns="array",
    cases=[
        Case([1.0, 2.0, 4.0], 5, 1, why="Row i holds the kernel, beginning in column stride·i, and zeros "
             "elsewhere."),
        Case([1.0, 2.0, 4.0], 7, 2, why="With stride 2 each row begins two columns further right."),
        Case([1.0, 0.0, -2.0, 3.0], 10, 3, why="Row i holds the kernel, beginning in column stride·i, and "
             "zeros elsewhere. Only kernels that fit wholly: (n − k) // stride + 1 rows."),
        Case([5.0, -1.0], 2, 1, why="A kernel as long as the input fits once: one row."),
        Case([1.0, 2.0, 4.0], 8, 2, why="A kernel that does not fit wholly is left out: (n − k) // stride + 1 "
             "rows."),
        Case([0.5, -0.25, 1.75], 6, 1, why="Weights are any real numbers: the row holds 0.5, −0.25 and 1.75, as they are."),
    ],
    mistakes=[
        Mistake(lambda k, n, s: _matrix(k[::-1], n, s), "The kernel stands in its rows backwards. "
                "Mathematicians flip it; Keras, and this chapter, do not."),
        Mistake(lambda k, n, s: _matrix(k, n, 1), "The stride is not used: row i begins in column stride·i, "
                "and with a larger stride there are fewer rows."),
        Mistake(lambda k, n, s: _matrix(k, n, 1)[: (n - len(k)) // s + 1], "There are as many rows as there "
                "should be, but each begins one column after the last. Row i begins in column stride·i."),
        Mistake(lambda k, n, s: _matrix(k, n, s).T, "That is the transpose, n rows. C has a row for each number that "
                "comes out, and a column for each that goes in."),
        Mistake(_matrix_with_borders, "That has rows in which the kernel hangs over the border. Here it has "
                "to fit wholly (padding “valid”): (n − k) // stride + 1 rows."),
        Mistake(lambda k, n, s: np.array([np.roll(_matrix(k, n, 1)[0], s * i) for i in range(-(-n // s))]),
                "There are too many rows: in the last ones the kernel runs out at the right and comes in again at the "
                "left. Stop at the last row in which it fits: (n − k) // stride + 1."),
        Mistake(lambda k, n, s: _matrix(np.trunc(k), n, s), "The weights were cut to whole numbers: 0.5 became 0. An array "
                "of int, as from np.zeros(…, int) or dtype=int, holds nothing else. Leave the int out."),
    ],
    hints=[
        "How many rows? The kernel begins at 0, stride, 2·stride …, and must end within n.",
        "C = np.zeros((rows, n)), then one slice of each row: C[i, stride·i : stride·i + k].",
    ],
)  # fmt: skip
def conv_matrix(kernel, n, stride):
    """Matrix C, (m, n): C @ x is the convolution of x, (n,), with kernel, (k,), without padding."""
    rows = (n - len(kernel)) // stride + 1
    C = np.zeros((rows, n))
    for i in range(rows):
        C[i, stride * i : stride * i + len(kernel)] = kernel
    return C


# ------------------------------------------------------------------------------------- overlap-add


def _throw(z, kernel, stride, combine=np.add):
    out = np.zeros(stride * (len(z) - 1) + len(kernel))
    for i, value in enumerate(z):
        part = slice(stride * i, stride * i + len(kernel))
        out[part] = combine(out[part], value * kernel)
    return out


def _averaged(z, kernel, stride):
    return _throw(z, kernel, stride) / _throw(np.ones(len(z)), np.ones(len(kernel)), stride)


@book.exercise(
    returns="array",
    cases=[
        Case([1.0, 0.0, 0.0], [1.0, 2.0, 4.0], 2, why="A single 1 leaves one copy of the kernel, where it "
             "stands: at the beginning."),
        Case([1.0, 3.0, -2.0], [1.0, 2.0, 4.0], 2, why="Number i adds z[i]·kernel to the places from "
             "stride·i on."),
        Case([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], 1, why="Three copies with stride 1 overlap: 1, 2, 3, 2, 1."),
        Case([2.0, -1.0], [1.0, 0.5, 0.25, 3.0], 4, why="With the stride as large as the kernel copies lie "
             "side by side."),
        Case([3.0], [1.0, -2.0], 5, why="One number: one copy of the kernel, k places."),
    ],
    mistakes=[
        Mistake(lambda z, k, s: _throw(z, k, s, lambda old, new: new), "Where copies overlap, the later one "
                "replaced the earlier. They add up: out[…] += …"),
        Mistake(lambda z, k, s: _throw(z, k, s, np.maximum), "Where copies overlap, the larger was taken. They "
                "add up."),
        Mistake(lambda z, k, s: _throw(z, k[::-1], s), "The copies are backwards: z[i]·kernel, as it is."),
        Mistake(lambda z, k, s: _throw(z, k, 1), "The stride is not used: the copy of z[i] begins at "
                "stride·i."),
        Mistake(lambda z, k, s: _throw(z, k, s)[: s * len(z)], "That was cropped to stride·n places. "
                "Keep all: stride·(n − 1) + k; cropping comes later, and is a choice."),
        Mistake(_averaged, "The sum was divided by the number of copies that overlap. A transposed convolution "
                "does not do that, which is why some get checkerboards."),
        Mistake(lambda z, k, s: np.convolve(np.repeat(z, s), k), "The numbers were repeated stride times. Between "
                "them belong zeros: each throws its kernel once."),
    ],
    hints=[
        "Begin with zeros, stride·(n − 1) + k of them.",
        "out[stride·i : stride·i + k] += z[i] * kernel, for each i.",
    ],
)  # fmt: skip
def overlap_add(z, kernel, stride):
    """Copies of kernel, (k,), times each of z, (n,), stride apart, added: (stride·(n − 1) + k,)."""
    out = np.zeros(stride * (len(z) - 1) + len(kernel))
    for i in range(len(z)):
        out[stride * i : stride * i + len(kernel)] += z[i] * kernel
    return out


# ------------------------------------------------------------------------------------ output sizes


def _size(n, kernel, stride, same, transposed):
    if transposed:
        return stride * n if same else stride * (n - 1) + kernel
    return -(-n // stride) if same else (n - kernel) // stride + 1


def _same_is(rule):
    """All four sizes, with the rule(n, stride) for an ordinary convolution with “same”."""
    return lambda n, k, s, same, t: rule(n, s) if same and not t else _size(n, k, s, same, t)


@book.exercise(
    cases=[
        Case(28, 3, 1, False, False, why="A convolution without padding: (n − k) // stride + 1."),
        Case(28, 4, 2, True, False, why="With padding “same” the kernel no longer matters: n / stride, "
             "rounded up."),
        Case(7, 4, 2, True, False, why="n / stride, rounded up: 7 places with stride 2 make 4."),
        Case(28, 3, 1, True, False, why="With stride 1, “same” means the same size."),
        Case(9, 2, 2, True, False, why="n / stride, rounded up: 9 places with stride 2 make 5."),
        Case(10, 4, 3, True, False, why="n / stride, rounded up: 10 places with stride 3 make 4."),
        Case(5, 3, 3, True, False, why="n / stride, rounded up: 5 places with stride 3 make 2."),
        Case(9, 5, 3, True, False, why="n / stride, rounded up: 9 places with stride 3 make 3; nothing is left over."),
        Case(10, 4, 4, True, False, why="n / stride, rounded up: 10 places with stride 4 make 3."),
        Case(224, 7, 2, False, False, why="(n − k) // stride + 1: a kernel that does not fit wholly is left out."),
        Case(7, 4, 2, True, True, why="Transposed with “same” is cropped to stride·n."),
        Case(7, 4, 2, False, True, why="Transposed without cropping: the last copy begins at stride·(n − 1) and "
             "has k places."),
        Case(4, 5, 3, False, True, why="stride·(n − 1) + k."),
        Case(1, 4, 1, False, True, why="One number throws one kernel: k places."),
    ],
    mistakes=[
        Mistake(lambda n, k, s, same, t: n * s if same and not t else _size(n, k, s, same, t), "A convolution "
                "with a stride makes maps smaller, its transpose makes them larger: here the two are mixed up."),
        Mistake(lambda n, k, s, same, t: _size(n, k, s, same, False), "transposed is not used: a transposed "
                "convolution with stride 2 makes maps larger."),
        Mistake(lambda n, k, s, same, t: (n - k) // s + 1 if not same and not t else
                (n // s if same and not t else _size(n, k, s, same, t)), "That rounds n / stride down. "
                "With “same” nothing is left out: round up."),
        Mistake(lambda n, k, s, same, t: (n - k) // s if not same and not t else _size(n, k, s, same, t),
                "One too few: the kernel stands at 0 as well, so + 1."),
        Mistake(lambda n, k, s, same, t: s * n + k if t and not same else _size(n, k, s, same, t),
                "The last copy begins at stride·(n − 1), not at stride·n: stride·(n − 1) + k."),
        Mistake(lambda n, k, s, same, t: s * n if t else _size(n, k, s, same, t), "stride·n is the size after "
                "cropping (“same”). Without it the last copy hangs over: stride·(n − 1) + k."),
        Mistake(lambda n, k, s, same, t: n if same and not t else _size(n, k, s, same, t), "“same” means "
                "the same size only for stride 1. In general: n / stride, rounded up."),
        Mistake(lambda n, k, s, same, t: n + k - 1 if t and not same else _size(n, k, s, same, t),
                "The stride is missing: n + k − 1 belongs to stride 1."),
        Mistake(lambda n, k, s, same, t: -(-(n - k) // s) + 1 if not same and not t else _size(n, k, s, same, t),
                "That rounds up: the last kernel would hang over the border. Without padding, round down."),
        Mistake(lambda n, k, s, same, t: (n - k) / s + 1 if not same and not t else _size(n, k, s, same, t),
                "Half a place does not exist: divide with //."),
        Mistake(_same_is(lambda n, s: round(n / s)), "That rounds to the nearest, and round takes a half to the even number: "
                "round(4.5) is 4. Each stretch of stride places that has been begun counts: round up."),
        Mistake(_same_is(lambda n, s: int(n / s + 0.5)), "That rounds to the nearest: 10/3 would be 3. Each stretch of "
                "stride places that has been begun counts: round up."),
        Mistake(_same_is(lambda n, s: (n + 1) // s), "(n + 1) // stride rounds up for stride 2 alone: with stride 1 it "
                "is one too many, and 10 places with stride 3 would make 3. How much must be added depends on the stride."),
        Mistake(_same_is(lambda n, s: n // s + n % s), "The whole remainder n % stride was added: 5 places with stride 3 "
                "would make 3. What is left over, be it one place or two, makes one number more."),
        Mistake(_same_is(lambda n, s: n // s + n % 2), "Whether n is odd tells that something is left over for stride 2 alone. "
                "With any other stride ask whether the stride divides n: 9 with stride 3 makes 3, 10 makes 4."),
        Mistake(_same_is(lambda n, s: n // s + 1), "One too many where the stride divides n: 28 places with stride 2 make "
                "14. Add 1 only if something is left over."),
    ],
    hints=[
        "Four cases. Without padding: how often does the kernel fit? With “same”: one number for each stride places.",
        "-(-n // stride) rounds up. Transposed: where does the last copy begin, and how long is it?",
    ],
)  # fmt: skip
def output_size(n, kernel, stride, same, transposed):
    """Places that come out of n, for a kernel ≥ stride, transposed or not.

    same: padding "same" (True) or "valid" (False).
    """
    if transposed:
        return stride * n if same else stride * (n - 1) + kernel
    return -(-n // stride) if same else (n - kernel) // stride + 1


# ------------------------------------------------------------------------------------ checkerboards

checkerboard = book.question(
    "checkerboard",
    right="c",
    options={
        "a": (
            "No. With kernel 3 and stride 2 every second place gets two copies and the others one:"
            " in two dimensions 4, 2 and 1. With equal weights that shows. (Unequal ones can make"
            " up for it: [½, 1, ½] with stride 2 paints evenly.)"
        ),
        "b": (
            "No. 5 places, stride 2: even places get three copies, odd ones two. Milder than 3 and"
            " 2, but not even. Many generators, the first DCGAN among them, were built with just"
            " these numbers."
        ),
        "c": (
            "Right. 6 is divisible by 3: each place gets exactly two copies, two by two four, and"
            " with equal weights that is even. (Equal numbers of copies promise nothing where the"
            " weights differ, as the next figure shows.)"
        ),
        "d": "No. 4 is not divisible by 3: one place of three gets two copies, the others one.",
    },
    hints=["In one dimension: write down from which numbers place 10, 11, 12 … gets something."],
)


# ---------------------------------------------------------------------------------------- unpooling


def _spread(values, switches, like, share=1.0):
    return share * keras.ops.repeat(keras.ops.repeat(values, 2, axis=1), 2, axis=2)


def _corner(values, switches, like):
    shape = tf.shape(like)
    grid = tf.reshape(tf.range(tf.size(like)), shape)[:, ::2, ::2]
    flat = tf.scatter_nd(tf.reshape(grid, (-1, 1)), tf.reshape(values, (-1,)), [tf.size(like)])
    return tf.reshape(flat, shape)


def _flat_unpool(values, switches, like):
    where = tf.reshape(switches, (-1, 1))
    size = tf.size(like, out_type=switches.dtype)
    return tf.scatter_nd(where, tf.reshape(values, (-1,)), [size])


def _reference_unpool(values, switches, like):
    return tf.reshape(_flat_unpool(values, switches, like), tf.shape(like))


def _pooled(shape, seed):
    """Values, switches and the map that they come from, as arrays."""
    x = np.random.default_rng(seed).permutation(int(np.prod(shape))).reshape(shape) + 1.0
    b, h, w, c = shape
    windows = x.reshape(b, h // 2, 2, w // 2, 2, c).transpose(0, 1, 3, 5, 2, 4)
    windows = windows.reshape(b, h // 2, w // 2, c, 4)
    index = np.arange(x.size).reshape(shape)
    index = index.reshape(b, h // 2, 2, w // 2, 2, c).transpose(0, 1, 3, 5, 2, 4)
    index = index.reshape(windows.shape)
    best = windows.argmax(-1)[..., None]
    pick = np.take_along_axis
    return [pick(windows, best, -1)[..., 0], pick(index, best, -1)[..., 0], x]


def _first_picture_only(values, switches, like):
    first = keras.ops.cast(tf.range(tf.shape(like)[0]) < 1, "float32")
    return _reference_unpool(values, switches, like) * tf.reshape(first, (-1, 1, 1, 1))


def _two_maps():
    """Values, switches and two 4×2 maps with 3 channels, as tensors."""
    values, switches, like = _pooled((2, 4, 2, 3), 1)
    return [tf.constant(values, "float32"), tf.constant(switches), tf.constant(like, "float32")]


_OUT_OF_RANGE = ("does not index into", "out of range", "out of bound", "not in [0")


def _switches_count_through_all(answer):
    """A case: what is wrong with switches taken for each picture by itself; or ''."""
    try:
        answer(*_two_maps())
    except (tf.errors.InvalidArgumentError, IndexError) as error:
        if any(part in str(error) for part in _OUT_OF_RANGE):
            return (
                "unpool(values and switches of two 4×2 maps with 3 channels, the maps) raised"
                f" {type(error).__name__}: a switch is too large for the map.\nThe switches count"
                " through all pictures of the batch: those of the second picture go on where the"
                " first one ends, at 24 here. So flatten everything at once, pictures included."
            )
    except Exception:
        return ""  # the next case says more of it
    return ""


def _only_the_shape(answer):
    """A case: what is wrong if the result changes with the numbers in `like`; or ''."""
    values, switches, like = _two_maps()
    wanted = _reference_unpool(values, switches, like)
    if same(answer(values, switches, tf.zeros_like(like)), wanted, 1e-4, 1e-6):
        return ""
    return (
        "unpool uses the values of like: with other numbers in `like` something else comes"
        " out.\nOnly its shape may be used. Where each value belongs, its switch says; and in the"
        " network `like` is a map from the way down, with all that pooling was meant to throw away."
    )


def _is_traced(answer):
    """A case: what is wrong while `fit` compiles, where nothing but the shape of a picture is known; or ''."""
    errors = []
    for batch in (None, 2):  # the second time to see whether the batch size was the reason
        specs = [tf.TensorSpec([batch, *t.shape[1:]], t.dtype) for t in _two_maps()]
        try:
            call = tf.function(lambda *a: answer(*a), input_signature=specs, autograph=False)
            call.get_concrete_function()
            errors.append(None)
        except Exception as error:
            errors.append(error)
    unknown, known = errors
    if unknown is None:
        return ""
    take = "take the shape with ops.shape(like), not like.shape"
    if known is None:
        why = (
            "While `fit` compiles, the batch size is unknown, and like.shape has None in its"
            f" place: {take}. (Nor can Python loop over the pictures.)"
        )
    elif "Variable" in str(known) or "variable" in str(known):
        why = (
            "A tf.Variable is made once, for good, but this runs for every batch: tf.scatter_nd"
            f" makes the tensor that is wanted, zeros and all. And {take}."
        )
    elif isinstance(known, NotImplementedError) or "numpy" in str(known).lower():
        why = (
            "While `fit` compiles, tensors have no values yet, so NumPy has nothing to compute"
            f" with: use TensorFlow or keras.ops. And {take}."
        )
    else:
        why = (
            "While `fit` compiles, tensors have no values yet, so Python's `if`, `int()` or"
            f" `range()` of one do not work: use TensorFlow or keras.ops throughout. And {take}."
        )
    return (
        "unpool is right on numbers, but does not run inside training: "
        f"{describe(unknown if known is None else known)}\n{why}"
    )


@book.exercise(
    trains=True,
    cases=[
        Case(*_pooled((1, 4, 4, 1), 0), show="values and switches of one 4×4 map, the map", why="Each value goes "
             "where its switch says; all else is 0."),
        _switches_count_through_all,
        Case(*_pooled((2, 4, 2, 3), 1), show="values and switches of two 4×2 maps with 3 channels, the maps",
             why="The switches count through everything, pictures and channels included: flatten, scatter, give it the "
             "shape of the map."),
        Case(*_pooled((3, 2, 6, 2), 2), show="values and switches of three 2×6 maps with 2 channels, the maps",
             why="The switches count through everything, pictures and channels included."),
        _only_the_shape,
        _is_traced,
    ],
    mistakes=[
        Mistake(_spread, "Each value was repeated over its 2×2 window. Only the place that won gets it; the "
                "other three stay 0."),
        Mistake(lambda v, s, x: _spread(v, s, x, 0.25), "Each value was spread evenly over its window. That is the "
                "transpose of average pooling; here the place that won gets all."),
        Mistake(_corner, "All values went to the upper left corners of their windows. The switches say which of "
                "the four it was."),
        Mistake(_flat_unpool, "Right numbers, but in one long row: give it the shape of `like`."),
        Mistake(lambda v, s, x: x, "That is `like` itself. Only its shape may be used: in the network it is a "
                "map from the way down, with all that pooling was meant to throw away."),
        Mistake(lambda v, s, x: keras.ops.cast(_reference_unpool(v, s, x) > 0, "float32"), "There are ones where the "
                "values should be."),
        Mistake(_first_picture_only, "Only the first picture got its values. The switches count through all pictures of the "
                "batch: those of the second go on where the first one ends. So flatten everything at once, pictures included."),
    ],
    hints=[
        "A switch is the place of a value once everything is flattened. So: flatten values and switches, put the "
        "ones where the others say, reshape.",
        "tf.scatter_nd(indices, updates, shape) wants indices of shape (count, 1), updates (count,), and "
        "for shape [size], in the dtype of the indices: tf.size(like, out_type=switches.dtype).",
        "At the end tf.reshape(flat, tf.shape(like)): like.shape does not know the batch size.",
    ],
)  # fmt: skip
def unpool(values, switches, like):
    """Each value where its switch says, all else 0: a tensor of the shape of `like`.

    like: the map before pooling.
    """
    where = tf.reshape(switches, (-1, 1))
    size = tf.size(like, out_type=switches.dtype)
    flat = tf.scatter_nd(where, tf.reshape(values, (-1,)), [size])
    return tf.reshape(flat, tf.shape(like))


# ------------------------------------------------------------------------- intersection over union


def _counts(predicted, true):
    axes = tuple(range(1, predicted.ndim))
    return (predicted & true).sum(axis=axes), (predicted | true).sum(axis=axes), axes


def _ratio(a, b, empty=1.0):
    return np.where(b > 0, a / np.maximum(b, 1), empty)


def _iou(predicted, true, empty=1.0):
    both, either, _ = _counts(predicted, true)
    return _ratio(both, either, empty)


def _one_for_each_pair(answer):
    """A case: what is wrong with the axes of the sums, told by the shape; or ''."""
    a, b = np.random.default_rng(0).random((2, 3, 4, 5)) < 0.5
    try:
        shape = np.shape(answer(a, b))
    except Exception:
        return ""  # the other cases say more of it
    ran = {
        (4, 5): "The sum ran over axis 0, the pictures",
        (3, 5): "The sum ran over axis 1 alone",
        (3, 4): "The sum ran over axis 2 alone",
        (5,): "The sum ran over axes 0 and 1",
        (4,): "The sum ran over axes 0 and 2",
        (3, 4, 5): "Nothing was summed",
    }
    if shape not in ran:
        return ""
    return (
        f"iou(three pairs of 4×5 masks) gave shape {shape}; expected shape (3,).\n"
        f"{ran[shape]}: sum over both axes of each picture, axis=(1, 2)."
    )


_A = np.zeros((4, 4, 4), bool)
_A[0, :2], _A[1, 1:3, 1:], _A[2, 0, 0] = True, True, True
_B = np.zeros((4, 4, 4), bool)
_B[0, 1:3], _B[1, :, 2:], _B[2, 3, 3], _B[3, 0] = True, True, True, True


@book.exercise(
    returns="array",
    cases=[
        _one_for_each_pair,
        Case(_A[:1], _B[:1], show="rows 0–1 against rows 1–2 of a 4×4 picture", why="4 places in both, 12 in either: ⅓."),
        Case(_A, _B, show="four pairs of 4×4 masks", why="One number for each pair: places in both over places in "
             "either."),
        Case(_A, _A, show="four masks, each against itself", why="A mask against itself is 1, and two empty masks "
             "agree: 1, not 0/0."),
        Case(_A[:, :3], _B[:, :3], show="four pairs of 3×4 masks", why="Places in both over places in either."),
    ],
    mistakes=[
        Mistake(lambda a, b: _ratio(2 * _counts(a, b)[0], a.sum((1, 2)) + b.sum((1, 2))), "That is Dice's "
                "coefficient, 2·both/(one + other): a cousin, always as large or larger. Divide by the places in either."),
        Mistake(lambda a, b: _ratio(_counts(a, b)[0], b.sum((1, 2))), "That is the share of the truth that was found "
                "(recall): marking the whole picture would score 1. Divide by the places in either."),
        Mistake(lambda a, b: _ratio(_counts(a, b)[0], a.sum((1, 2))), "That is the share of the marked places "
                "that is right (precision): marking a single sure place would score 1. Divide by the places in either."),
        Mistake(lambda a, b: (a == b).mean((1, 2)), "That is the share of places where the masks agree, empty paper "
                "included: marking nothing at all would score well. Only places in either mask count."),
        Mistake(lambda a, b: _ratio((a & b).sum(), (a | b).sum()), "That is one number for the whole batch. "
                "Return one for each picture: sum over axes 1 and 2."),
        Mistake(lambda a, b: _iou(a, b).mean(), "That is the average. Return one number for each picture."),
        Mistake(lambda a, b: _counts(a, b)[0] / _counts(a, b)[1], "0/0: two empty masks. They agree perfectly, so "
                "give 1 there."),
        Mistake(lambda a, b: _iou(a, b, 0.0), "Two empty masks got 0, although they agree perfectly: give 1 there."),
        Mistake(lambda a, b: 1 - _iou(a, b), "That is 1 − IoU, the loss."),
        Mistake(lambda a, b: _ratio(_counts(a, b)[0], a.sum((1, 2)) + b.sum((1, 2))), "Below the line stands the sum of both "
                "masks: places in both were counted twice. A mask against itself would get ½. Divide by the places in either."),
        Mistake(lambda a, b: (_counts(a, b)[0] + 1) / (_counts(a, b)[1] + 1), "1 was added above and below (“smoothing”). It "
                "avoids 0/0, but moves all other numbers, too: ⅓ became 5/13. Treat two empty masks by themselves."),
        Mistake(lambda a, b: _counts(a, b)[0] / (_counts(a, b)[1] + 1), "1 was added below (“smoothing”). It avoids 0/0, but "
                "moves all other numbers, too: ⅓ became 4/13. Treat two empty masks by themselves."),
    ],
    hints=[
        "For masks of True and False, & is the intersection and | the union.",
        "Sum over axes (1, 2). Where the union is 0 both masks are empty: np.where, or set those to 1.",
    ],
)  # fmt: skip
def iou(predicted, true):
    """Places in both masks over places in either, (n,); 1 if both are empty.

    From masks (n, h, w) of True and False.
    """
    both = (predicted & true).sum(axis=(1, 2))
    either = (predicted | true).sum(axis=(1, 2))
    return np.where(either > 0, both / np.maximum(either, 1), 1.0)


# --------------------------------------------------------------------------- parameters of a layer


@book.exercise(
    cases=[
        Case(3, 3, 64, True, why="Each of the outputs has a kernel of k·k·inputs weights, and one bias."),
        Case(5, 1024, 512, True, why="k·k·inputs·outputs + outputs."),
        Case(4, 64, 32, False, why="Without biases: k·k·inputs·outputs."),
        Case(1, 10, 7, True, why="A kernel of 1×1 is a dense layer, applied at every place."),
        Case(7, 2, 5, True, why="k·k·inputs·outputs + outputs."),
    ],
    mistakes=[
        Mistake(lambda k, i, o, b: k * k * i * o, "Without the biases: one for each output, if there is one."),
        Mistake(lambda k, i, o, b: k * k * i * o + o, "Biases were counted although bias is False."),
        Mistake(lambda k, i, o, b: k * k * o + b * o, "The kernels reach through all input channels: times "
                "inputs."),
        Mistake(lambda k, i, o, b: k * i * o + b * o, "The kernel is k wide and k high: k·k."),
        Mistake(lambda k, i, o, b: k * k * i * o + b * i * o, "There is one bias for each output, not for each pair of "
                "input and output."),
        Mistake(lambda k, i, o, b: k * k * i * o + b * i, "One bias for each output, not for each input."),
        Mistake(lambda k, i, o, b: k * k * i * o + b, "One bias for each output, not one in all."),
    ],
    hints=["One output channel needs one kernel. How many numbers are in it?"],
)  # fmt: skip
def conv_parameters(kernel, inputs, outputs, bias):
    """Weights of a kernel × kernel convolution from `inputs` to `outputs` channels, bias or not."""
    return kernel * kernel * inputs * outputs + (outputs if bias else 0)


first_layer = book.estimate(
    "first_layer",
    right=1_638_400,
    within=0,
    why=(
        "100 inputs times 4·4·1024 = 16,384 outputs: more than 1.6 million, and 16,384 biases on"
        " top. A dense layer pays for every pair."
    ),
    wrong=[
        (1_654_784, "With the 16,384 biases. Asked was for the weights alone."),
        (163_840, "A factor of ten is missing: 100 times 16,384."),
        (160_000, "A factor of ten is missing, and 16,384 was rounded: 100 times 16,384."),
        (
            16_384,
            (
                "So many outputs it has, and biases. Each output has a weight for each of the 100"
                " inputs."
            ),
        ),
        (102_400, "The 4×4 places are missing: dense layers share nothing between places."),
    ],
    otherwise=(
        "A dense layer has inputs × outputs weights. How many outputs are 4×4 places with 1024"
        " channels?"
    ),
    hints=["How many numbers does the layer give? And how many inputs has each?"],
)


# ------------------------------------------------------------------------------------------ walking


def _great_circle(a, b, t, angle=None):
    if angle is None:
        cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        angle = np.arccos(np.clip(cosine, -1, 1))
    t = np.asarray(t)[:, None]
    if angle < 1e-6:
        return (1 - t) * a + t * b
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


def _straight(a, b, t):
    return (1 - t[:, None]) * a + t[:, None] * b


def _angle(a, b):
    return np.arccos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1))


def _angle_without_lengths(a, b):
    return np.arccos(np.clip(a @ b, -1, 1))


_CLIPPED = (
    "Ω is the angle: divide a·b by both lengths first. Here a·b is −2, clipped to −1, as if a and b"
    " were opposite."
)


def _unguarded(a, b, t, angle=None):
    angle, t = _angle(a, b) if angle is None else angle, t[:, None]
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


def _if_parallel(special):
    """The arc, but special(a, b, t) where a and b point the same way."""
    return lambda a, b, t: (special if _angle(a, b) < 1e-6 else _great_circle)(a, b, t)


def _t_is_a_column(answer):
    """A case: whether nothing but a second axis of t is missing; or ''."""
    a, b, t = np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array(_T)
    try:
        answer(a.copy(), b.copy(), t.copy())
    except ValueError as error:
        said = f"slerp([1, 0], [0, 1], [0, 0.25, 0.5, 1]) raised {describe(error)}"
    except Exception:
        return ""  # the next case says more of it
    else:
        return ""
    try:
        shape = np.shape(answer(a, b, t[:, None]))
    except Exception:
        return ""
    if shape != (4, 2):
        return ""
    return (
        f"{said}\nt has 4 shares, a and b have 2 numbers each; there are to be 4 points of 2"
        " numbers: give t a second axis, t[:, None]. (4, 1) times (2,) is (4, 2)."
    )


_T = [0.0, 0.25, 0.5, 1.0]


@book.exercise(
    returns="array",
    cases=[
        _t_is_a_column,
        Case([1.0, 0.0], [0.0, 1.0], _T, why="A quarter of a circle: at t = ½ both numbers are 0.707."),
        Case([2.0, 0.0, 0.0], [-1.0, 1.0, 2.0], _T, why="[sin((1 − t)·Ω)·a + sin(t·Ω)·b] / sin Ω, with Ω the angle "
             "between a and b."),
        Case([3.0, 1.0], [1.0, 3.0], [0.5, 0.9], why="[sin((1 − t)·Ω)·a + sin(t·Ω)·b] / sin Ω. The angle does not "
             "depend on the lengths: divide by them before arccos."),
        Case([0.6, 0.8], [0.6, 0.8], [0.0, 0.5], why="a and b are the same: Ω = 0, and 0/0. The walk stays where it is."),
        Case([1.0, 0.0], [2.0, 0.0], [0.0, 0.5, 1.0], why="a and b point the same way, so Ω = 0, but they differ in length: the "
             "straight line from one to the other, (1 − t)·a + t·b."),
    ],
    mistakes=[
        Mistake(_straight, "That is the straight line. It cuts through the ball: in the middle |z| is too small."),
        Mistake(lambda a, b, t: _great_circle(b, a, t), "The walk runs backwards: t = 0 is a, t = 1 is b."),
        Mistake(lambda a, b, t: _great_circle(a, b, t, np.arccos(a @ b)), "Ω is the angle: divide a·b by both lengths first. "
                "Here arccos got −2, and gave nan."),
        Mistake(lambda a, b, t: _great_circle(a, b, t, _angle_without_lengths(a, b)), _CLIPPED),
        Mistake(lambda a, b, t: _unguarded(a, b, t, _angle_without_lengths(a, b)), _CLIPPED),
        Mistake(lambda a, b, t: _great_circle(a / np.linalg.norm(a), b / np.linalg.norm(b), t), "Only Ω needs unit vectors; a "
                "and b go in as they are. Otherwise t = 0 does not give a, but a scaled to length 1."),
        Mistake(lambda a, b, t: _great_circle(a, b, t, np.degrees(_angle(a, b))), "Ω was turned into degrees. np.sin wants "
                "radians, which is what np.arccos gives."),
        Mistake(lambda a, b, t: _great_circle(a, b, t).T, "That is the transpose, with a point in each column. It is to have "
                "a row for each t: shape (m, d)."),
        Mistake(lambda a, b, t: np.nan_to_num(_unguarded(a, b, t)), "Where Ω = 0 that gives zeros, as if the walk jumped to the "
                "origin: 0/0 was replaced by 0 (np.nan_to_num, np.where or a small number added to sin Ω). There "
                "the straight line is right."),
        Mistake(_unguarded, "0/0: where a and b point the same way, Ω = 0. If they are the same, the walk stays where it is; and if "
                "only their lengths differ, the straight line is right: (1 − t)·a + t·b."),
        Mistake(lambda a, b, t: _straight(a, b, t) if np.allclose(a, b) else _unguarded(a, b, t), "0/0: that asks whether a and b "
                "are equal. But they may point the same way and differ in length, and Ω is 0 again. Ask whether Ω is tiny."),
        Mistake(_if_parallel(lambda a, b, t: np.tile(a, (len(t), 1))), "Where Ω = 0 that stays at a. But b may be longer or "
                "shorter: walk the straight line, (1 − t)·a + t·b."),
        Mistake(_if_parallel(lambda a, b, t: a), "Where Ω = 0 that gives a, one point. It is to be a row for each t, and b "
                "may be longer or shorter: the straight line, (1 − t)·a + t·b."),
        Mistake(lambda a, b, t: _great_circle(a, b, t) * np.sin(_angle(a, b)), "The division by sin Ω is missing: at t = 0 "
                "it should give a itself."),
        Mistake(lambda a, b, t: _straight(a, b, t) / np.linalg.norm(_straight(a, b, t), axis=1, keepdims=True),
                "That is the straight line, scaled to length 1. Latents have a length of their own, and the "
                "steps would not be even."),
        Mistake(lambda a, b, t: _straight(a, b, t) / np.linalg.norm(_straight(a, b, t), axis=1, keepdims=True)
                * np.linalg.norm(a), "That is the straight line, pushed out to the sphere: right at both ends and in the middle, "
                "but the steps are not even."),
    ],
    hints=[
        "Ω = arccos(a·b / (|a|·|b|)); np.clip to [−1, 1] first, since rounding may pass 1.",
        "t[:, None] makes a column, so that (m, 1) times (d,) gives (m, d).",
        "When Ω is tiny, use (1 − t)·a + t·b.",
    ],
)  # fmt: skip
def slerp(a, b, t):
    """Points (m, d) on the arc from a to b, (d,), at the shares t, (m,), of the angle between."""
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(np.clip(cosine, -1, 1))
    t = t[:, None]
    if angle < 1e-6:
        return (1 - t) * a + t * b
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# ----------------------------------------------------------------------------------- several devices

replicas = book.question(
    "replicas",
    right="b",
    options={
        "a": (
            "No: the weights are the same on all devices after every step, since gradients are"
            " added up before they are applied."
        ),
        "b": (
            "Right. The batch is 64 in all, so each of the four devices normalises with the mean"
            " and variance of its own 16 pictures: noisier than those of 64. Larger batches, or"
            " layers.BatchNormalization(synchronized=True), help."
        ),
        "c": (
            "No: fit hands out each batch, 64 in all, in parts, every picture to one device. An"
            " epoch is as many pictures as before."
        ),
        "d": (
            "No: Adam divides a gradient by its own size, so a sum in place of a mean hardly"
            " matters. It would with plain SGD."
        ),
    },
    hints=["What in a network looks at several pictures of the batch at once?"],
)
