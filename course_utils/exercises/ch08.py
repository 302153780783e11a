"""The exercises of chapter 08, deconvolution and DCGAN."""

import numpy as np

from course_utils.exercises.core import Book, Case, Lazy, Mistake, Slip, describe, drawn

keras = Lazy("keras")
tf = Lazy("tensorflow")
book = Book(8)
summary = book.summary


# ------------------------------------------------------------------------- convolution as a matrix


def _too_many_rows(kernel, n, stride):
    """As many rows as with stride 1, the kernel cut off where it would leave the input."""
    rows = n - len(kernel) + 1
    return conv_matrix.reference(kernel, stride * (rows - 1) + len(kernel), stride)[:, :n]


def _with_borders(kernel, n, stride):
    wide = conv_matrix.reference(kernel, n + len(kernel) - 1, stride)
    before = (len(kernel) - 1) // 2
    return wide[:, before : before + n]


@book.exercise(
    returns="array",
    cases=[
        Case([1.0, 2.0, 4.0], 5, 1, why="Row i holds the kernel, beginning in column stride·i, and "
             "zeros elsewhere."),
        Case([1.0, 2.0, 4.0], 7, 2, why="With stride 2 each row begins two columns further right, "
             "and three rows fit: (n − k) // stride + 1."),
        Case([1.0, 0.0, -2.0, 3.0], 10, 3, why="Row i holds the kernel, beginning in column "
             "stride·i, and zeros elsewhere. Only kernels that fit wholly: (n − k) // stride + 1 "
             "rows."),
        Case([5.0, -1.0], 2, 1, why="A kernel as long as the input fits once: one row."),
        Case([1.0, 2.0, 4.0], 8, 2, why="A kernel that does not fit wholly is left out: "
             "(n − k) // stride + 1 rows."),
        Case([0.5, -0.25, 1.75], 6, 1, why="Weights are any real numbers: the row holds 0.5, −0.25 "
             "and 1.75, as they are."),
        *drawn(lambda rng: Case(rng.normal(size=4) * [9000, 1, 0.01, 1], int(rng.integers(6, 12)),
               2, why="Row i holds the kernel, as it is, beginning in column stride·i.")),
    ],
    mistakes=[
        Mistake(lambda k, n, s: conv_matrix.reference(k[::-1], n, s), "The kernel stands in its "
                "rows backwards. Mathematicians flip it; Keras, and this chapter, do not."),
        Mistake(lambda k, n, s: conv_matrix.reference(k, n, 1), "The stride is not used: row i "
                "begins in column stride·i, and with a larger stride there are fewer rows."),
        Mistake(lambda k, n, s: conv_matrix.reference(k, n, 1)[: (n - len(k)) // s + 1], "There "
                "are as many rows as there should be, but each begins one column after the last. "
                "Row i begins in column stride·i."),
        Slip(lambda C: C.T, "That is the transpose, n rows. C has a row for each number that comes "
             "out, and a column for each that goes in."),
        Slip(lambda C: C[:-1], "The last row is missing. The kernel stands at 0 as well, so it is "
             "(n − k) // stride + 1 rows; `range` leaves its end out."),
        Mistake(lambda k, n, s: conv_matrix.reference(k, n, s)[: (n - len(k) + 1) // s], "A row is "
                "missing: (n − k + 1) // stride is not (n − k) // stride + 1."),
        Mistake(_too_many_rows, "That has n − k + 1 rows, as if the stride were 1. Only kernels "
                "that fit wholly: (n − k) // stride + 1."),
        Mistake(_with_borders, "That has rows in which the kernel hangs over the border. Here it "
                "has to fit wholly (padding “valid”): (n − k) // stride + 1 rows."),
        Mistake(lambda k, n, s: np.array([np.roll(conv_matrix.reference(k, n, 1)[0], s * i)
                for i in range(-(-n // s))]), "There are too many rows: in the last ones the "
                "kernel runs out at the right and comes in again at the left. Stop at the last row "
                "in which it fits: (n − k) // stride + 1."),
        Mistake(lambda k, n, s: np.array([np.roll(np.r_[k, np.zeros(n)], s * i)[:n]
                for i in range(-(-n // s))]), "There are too many rows: in the last ones the "
                "kernel is cut off at the border. Only kernels that fit wholly: "
                "(n − k) // stride + 1."),
        Mistake(lambda k, n, s: np.array([np.roll(np.r_[k, np.zeros(n)], s * i)[:n]
                for i in range(round((n - len(k)) / s) + 1)]), "The number of rows was rounded to "
                "the nearest: with half a stride left over, a row too many. Round down: "
                "(n − k) // stride + 1."),
        Slip(np.trunc, "The weights were cut to whole numbers: 0.5 became 0. An array of int, as "
             "from np.zeros(…, int) or dtype=int, holds nothing else. Leave the int out."),
    ],
    hints=[
        "How many rows? The kernel begins at 0, stride, 2·stride …, and must end within n.",
        "C = np.zeros((rows, n)), then one slice of each row: C[i, stride·i : stride·i + k].",
    ],
)  # fmt: skip
def conv_matrix(kernel, n, stride):
    """Matrix C, (m, n): C @ x is the convolution of x, (n,), with kernel, (k,), without padding.

    A NumPy array of floats; n and stride are whole numbers.
    """
    rows = (n - len(kernel)) // stride + 1
    C = np.zeros((rows, n))
    for i in range(rows):
        C[i, stride * i : stride * i + len(kernel)] = kernel
    return C


# ------------------------------------------------------------------------------------- overlap-add


def _throw(z, kernel, stride, combine):
    out = np.zeros(stride * (len(z) - 1) + len(kernel))
    for i, value in enumerate(z):
        part = slice(stride * i, stride * i + len(kernel))
        out[part] = combine(out[part], value * kernel)
    return out


def _whole_numbers(z, kernel, stride):
    out = np.zeros(stride * (len(z) - 1) + len(kernel), int)
    for i, j in np.ndindex(len(z), len(kernel)):
        out[stride * i + j] += z[i] * kernel[j]
    return out


def _averaged(z, kernel, stride):
    copies = overlap_add.reference(np.ones(len(z)), np.ones(len(kernel)), stride)
    return overlap_add.reference(z, kernel, stride) / copies


@book.exercise(
    returns="array",
    cases=[
        Case([1.0, 0.0, 0.0], [1.0, 2.0, 4.0], 2, why="A single 1 leaves one copy of the kernel, "
             "where it stands: at the beginning."),
        Case([1.0, 3.0, -2.0], [1.0, 2.0, 4.0], 2, why="Number i adds z[i]·kernel to the places "
             "from stride·i on."),
        Case([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], 1, why="Three copies with stride 1 overlap: 1, 2, "
             "3, 2, 1."),
        Case([2.0, -1.0], [1.0, 0.5, 0.25, 3.0], 4, why="With the stride as large as the kernel "
             "copies lie side by side."),
        Case([3.0], [1.0, -2.0], 5, why="One number: one copy of the kernel, k places."),
        Case([1, 2], [0.5, 0.25], 1, why="z may hold whole numbers: the sums are no whole numbers "
             "for that (dtype=z.dtype, np.zeros_like(z))."),
        *drawn(lambda rng: Case(rng.normal(size=5) * [9000, 1, 1, 1, 1], rng.normal(size=4) * [
               9000, 1, 0.01, 1], 3, why="Number i adds z[i]·kernel to the places from stride·i "
               "on.")),
    ],
    mistakes=[
        Mistake(lambda z, k, s: _throw(z, k, s, lambda old, new: new), "Where copies overlap, the "
                "later one replaced the earlier. They add up: out[…] += …, one copy after the "
                "other. (At a whole array of places at once `+=` keeps the last of those that are "
                "equal; np.add.at adds them all.)"),
        Mistake(lambda z, k, s: _throw(z, k, s, np.maximum), "Where copies overlap, the larger was "
                "taken. They add up."),
        Mistake(lambda z, k, s: overlap_add.reference(z, k[::-1], s), "The copies are backwards: "
                "z[i]·kernel, as it is."),
        Mistake(lambda z, k, s: overlap_add.reference(z, k, 1), "The stride is not used: the copy "
                "of z[i] begins at stride·i."),
        Mistake(lambda z, k, s: overlap_add.reference(z, k, s)[: s * len(z)], "That was cropped to "
                "stride·n places. Keep all: stride·(n − 1) + k; cropping comes later, and is a "
                "choice."),
        Mistake(lambda z, k, s: overlap_add.reference(z, k, s)[:-1], "One place is missing: the "
                "last copy begins at stride·(n − 1) and has k places."),
        *(Mistake(lambda z, k, s, more=more: np.r_[overlap_add.reference(z, k, s),
                  np.zeros(more(s))], "Right numbers, but zeros behind them: the last copy begins "
                  "at stride·(n − 1), so there are stride·(n − 1) + k places.")
          for more in (lambda s: s, lambda s: s - 1)),
        Mistake(lambda z, k, s: overlap_add.reference(z**0, k, s), "z is not used: each copy of "
                "the kernel is multiplied by its z[i]."),
        Mistake(lambda z, k, s: np.outer(z, k).ravel(), "The copies lie side by side. They begin "
                "stride apart, and overlap where the stride is less than k."),
        Mistake(lambda z, k, s: overlap_add.reference(k, z, s), "z and kernel are swapped: copies "
                "of the kernel, one for each number of z."),
        Mistake(_whole_numbers, "The sums were cut to whole numbers: an array of int, as from "
                "np.zeros(…, int), holds nothing else. Leave the int out."),
        Mistake(_averaged, "The sum was divided by the number of copies that overlap. A transposed "
                "convolution does not do that, which is why some get checkerboards."),
        Mistake(lambda z, k, s: np.convolve(np.repeat(z, s), k), "The numbers were repeated stride "
                "times. Between them belong zeros: each throws its kernel once."),
    ],
    hints=[
        "Begin with zeros, stride·(n − 1) + k of them.",
        "out[stride·i : stride·i + k] += z[i] * kernel, for each i.",
    ],
)  # fmt: skip
def overlap_add(z, kernel, stride):
    """Copies of kernel, (k,), times each of z, (n,), stride apart, added: (stride·(n − 1) + k,).

    NumPy arrays in, an array out.
    """
    out = np.zeros(stride * (len(z) - 1) + len(kernel))
    for i in range(len(z)):
        out[stride * i : stride * i + len(kernel)] += z[i] * kernel
    return out


# ------------------------------------------------------------------------------------ output sizes


def _sizes(**wrong):
    """All four sizes, some of them by another rule of n, kernel and stride."""

    def size(n, k, s, same, transposed):
        name = "cropped" * transposed if same else "uncropped" * transposed
        rule = wrong.get(name or ("same" if same else "valid"))
        return rule(n, k, s) if rule else output_size.reference(n, k, s, same, transposed)

    return size


def _pytorch(padding):
    """“same” by PyTorch's formulas, with so many zeros at both ends."""
    return _sizes(
        same=lambda n, k, s: (n + 2 * padding(k) - k) // s + 1,
        cropped=lambda n, k, s: s * (n - 1) + k - 2 * padding(k),
    )


_PYTORCH = (
    "That is PyTorch's formula, with the same number of zeros at both ends. Keras adds (or crops)"
    " as many as “same” needs, the odd one at the far end: n / stride, rounded up; transposed"
    " stride·n."
)
_VALID = "A convolution without padding: (n − k) // stride + 1. What does not fit is left out."
_SAME = "With “same” the kernel does not matter: n / stride, rounded up."
_CROPPED = "Transposed with “same” is cropped to stride·n."
_FULL = "Transposed without cropping: the last copy begins at stride·(n − 1) and has k places."


@book.exercise(
    returns="whole",
    cases=[
        *(Case(n, k, s, False, False, why=_VALID) for n, k, s in
          [(28, 3, 1), (7, 3, 2), (224, 7, 2), (10, 4, 3), (12, 4, 4), (5, 5, 2)]),
        *(Case(n, k, s, True, False, why=f"{_SAME} {n} places with stride {s} make {-(-n // s)}.")
          for n, k, s in [(28, 4, 2), (7, 4, 2), (28, 3, 1), (9, 2, 2), (10, 4, 3), (5, 3, 3),
                          (9, 5, 3), (10, 4, 4)]),
        *(Case(n, k, s, True, True, why=_CROPPED) for n, k, s in
          [(7, 4, 2), (5, 5, 2), (6, 3, 3)]),
        *(Case(n, k, s, False, True, why=_FULL) for n, k, s in [(7, 4, 2), (4, 5, 3), (1, 4, 1)]),
        *(case for same, transposed, why in [(False, False, _VALID), (True, False, _SAME),
                                             (True, True, _CROPPED), (False, True, _FULL)]
          for case in drawn(lambda rng, args=(same, transposed), why=why: Case(
              int(rng.integers(20, 40)), 7, int(rng.integers(2, 7)), *args, why=why))),
    ],
    mistakes=[
        Mistake(_sizes(same=lambda n, k, s: n * s), "A convolution with a stride makes maps "
                "smaller, its transpose makes them larger: here the two are mixed up."),
        Mistake(lambda n, k, s, same, t: output_size.reference(n, k, s, same, False), "transposed "
                "is not used: a transposed convolution with stride 2 makes maps larger."),
        Mistake(_sizes(same=lambda n, k, s: n // s), "That rounds n / stride down. With “same” "
                "nothing is left out: round up."),
        Mistake(_sizes(valid=lambda n, k, s: (n - k) // s), "One too few: the kernel stands at 0 "
                "as well, so + 1."),
        Mistake(_sizes(valid=lambda n, k, s: (n - k + 1) // s), "The kernel fits at n − k + 1 "
                "places, but of these the first counts, and then one in stride: round up, or "
                "divide n − k first and then add 1."),
        Mistake(_sizes(uncropped=lambda n, k, s: s * n + k), "The last copy begins at "
                "stride·(n − 1), not at stride·n: stride·(n − 1) + k."),
        Mistake(_sizes(uncropped=lambda n, k, s: s * n), "stride·n is the size after cropping "
                "(“same”). Without it the last copy hangs over: stride·(n − 1) + k."),
        Mistake(_sizes(same=lambda n, k, s: n), "“same” means the same size only for stride 1. In "
                "general: n / stride, rounded up."),
        Mistake(_sizes(uncropped=lambda n, k, s: n + k - 1), "The stride is missing: n + k − 1 "
                "belongs to stride 1."),
        Mistake(_sizes(valid=lambda n, k, s: -((k - n) // s) + 1), "That rounds up: the last "
                "kernel would hang over the border. Without padding, round down."),
        Mistake(_sizes(same=lambda n, k, s: round(n / s)), "That rounds to the nearest, and round "
                "takes a half to the even number: round(4.5) is 4. Each stretch of stride places "
                "that has been begun counts: round up."),
        Mistake(_sizes(same=lambda n, k, s: int(n / s + 0.5)), "That rounds to the nearest: 10/3 "
                "would be 3. Each stretch of stride places that has been begun counts: round up."),
        Mistake(_sizes(same=lambda n, k, s: (n + 1) // s), "(n + 1) // stride rounds up for stride "
                "2 alone: with stride 1 it is one too many, and 10 places with stride 3 would make "
                "3. How much must be added depends on the stride."),
        Mistake(_sizes(same=lambda n, k, s: n // s + n % s), "The whole remainder n % stride was "
                "added: 5 places with stride 3 would make 3. What is left over, be it one place or "
                "two, makes one number more."),
        Mistake(_sizes(same=lambda n, k, s: n // s + n % 2), "Whether n is odd tells that "
                "something is left over for stride 2 alone. With any other stride ask whether the "
                "stride divides n: 9 with stride 3 makes 3, 10 makes 4."),
        Mistake(_sizes(same=lambda n, k, s: n // s + 1), "One too many where the stride divides n: "
                "28 places with stride 2 make 14. Add 1 only if something is left over."),
        Mistake(_sizes(valid=lambda n, k, s: round((n - k) / s) + 1), "That rounds to the nearest. "
                "Without padding, round down: a kernel that does not fit wholly is left out."),
        Mistake(lambda n, k, s, same, t: output_size.reference(n, k, s, not same, t), "“same” and "
                "“valid” are swapped: same=True is padding “same”."),
        Mistake(lambda n, k, s, same, t: output_size.reference(n, k, s, same, not t), "Transposed "
                "and not are swapped: a transposed convolution makes maps larger."),
        Mistake(_pytorch(lambda k: (k - 1) // 2), _PYTORCH),
        Mistake(_pytorch(lambda k: k // 2), _PYTORCH),
    ],
    hints=[
        "Four cases. Without padding: how often does the kernel fit? With “same”: one number for "
        "each stride places.",
        "-(-n // stride) rounds up. Transposed: where does the last copy begin, and how long is "
        "it?",
    ],
)  # fmt: skip
def output_size(n, kernel_size, stride, same, transposed):
    """Size of the map (a whole number) that a layer makes of n places; kernel_size ≥ stride.

    same: padding "same" (True) or "valid" (False); transposed: a transposed convolution, or not.
    """
    if transposed:
        return stride * n if same else stride * (n - 1) + kernel_size
    return -(-n // stride) if same else (n - kernel_size) // stride + 1


# ------------------------------------------------------------------------------------ checkerboards

checkerboard = book.question(
    "checkerboard",
    right="c",
    options={
        "a": "No. With kernel 3 and stride 2 every second place gets two copies and the others one:"
        " in two dimensions 4, 2 and 1. With equal weights that shows. (Unequal ones can make up"
        " for it: [½, 1, ½] with stride 2 paints evenly.)",
        "b": "No. 5 places, stride 2: even places get three copies, odd ones two. Milder than 3 and"
        " 2, but not even. Many generators, the first DCGAN among them, were built with just these"
        " numbers.",
        "c": "Right. 6 is divisible by 3: each place gets exactly two copies, two by two four, and"
        " with equal weights that is even. (Equal numbers of copies promise nothing where the"
        " weights differ, as the bars below show.)",
        "d": "No. 4 is not divisible by 3: one place of three gets two copies, the others one.",
    },
    hints=["In one dimension: write down from which numbers place 10, 11, 12 … gets something."],
)


# ---------------------------------------------------------------------------------------- unpooling


def _pooled(rng, shape):
    """Values, switches and the map that they come from, as arrays; padding “same”."""
    b, h, w, c = shape
    x = rng.normal(-700, 1000, shape)
    odd = ((0, 0), (0, h % 2), (0, w % 2), (0, 0))

    def windows(a, filled):
        a = np.pad(a, odd, constant_values=filled)
        a = a.reshape(b, -(-h // 2), 2, -(-w // 2), 2, c).transpose(0, 1, 3, 5, 2, 4)
        return a.reshape(*a.shape[:4], 4)

    values, index = windows(x, -np.inf), windows(np.arange(x.size).reshape(shape), 0)
    best = values.argmax(-1)[..., None]
    return [np.take_along_axis(a, best, -1)[..., 0] for a in (values, index)] + [x]


def _spread(values, switches, like):
    wide = keras.ops.repeat(keras.ops.repeat(values, 2, axis=1), 2, axis=2)
    return wide[:, : like.shape[1], : like.shape[2]]


def _corner(values, switches, like):
    size = tf.size(like)
    grid = tf.reshape(tf.range(size), tf.shape(like))[:, ::2, ::2]
    flat = tf.scatter_nd(tf.reshape(grid, (-1, 1)), tf.reshape(values, (-1,)), [size])
    return tf.reshape(flat, tf.shape(like))


def _first_picture_only(values, switches, like):
    first = keras.ops.cast(tf.range(tf.shape(like)[0]) < 1, "float32")
    return unpool.reference(values, switches, like) * tf.reshape(first, (-1, 1, 1, 1))


def _two_maps():
    """Values, switches and two 4×2 maps with 3 channels, as tensors."""
    values, switches, like = _pooled(np.random.default_rng(1), (2, 4, 2, 3))
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
        pass  # the next case says more of it
    return ""


def _is_traced(answer):
    """A case: what is wrong while `fit` compiles, where only a picture's shape is known; or ''."""
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
    compiles = "While `fit` compiles, tensors have no values yet, so"
    if known is None:
        why = (
            "While `fit` compiles, the batch size is unknown, and like.shape has None in its place:"
            " take the shape with ops.shape(like). (Nor can Python loop over the pictures.)"
        )
    elif "variable" in str(known).lower():
        why = (
            "A tf.Variable is made once, for good, but this runs for every batch: tf.scatter_nd"
            " makes the tensor that is wanted, zeros and all."
        )
    elif isinstance(known, NotImplementedError) or "numpy" in str(known).lower():
        why = f"{compiles} NumPy has nothing to compute with: use TensorFlow or keras.ops."
    else:
        why = (
            f"{compiles} Python's `if`, `for`, `int()` or `range()` do not work on one: use TensorFlow or"
            " keras.ops throughout."
        )
    return (
        "unpool is right on numbers, but does not run inside training: "
        f"{describe(known or unknown)}\n{why}"
    )


_THROUGH_ALL = (
    "The switches count through everything, pictures and channels included: flatten, scatter, give"
    " it the shape of the map."
)
_ITS_SHAPE = (
    "Only its shape may be used. Where each value belongs, its switch says; and in the network"
    " `like` is a map from the way down, with all that pooling was meant to throw away."
)


@book.exercise(
    trains=True,
    cases=[
        Case(*_pooled(np.random.default_rng(0), (1, 4, 4, 1)), show="values and switches of one "
             "4×4 map, the map", why="Each value goes where its switch says; all else is 0."),
        _switches_count_through_all,
        *drawn(lambda rng: Case(*_pooled(rng, (2, 4, 2, 3)), why=_THROUGH_ALL, show="values and "
               "switches of two 4×2 maps with 3 channels, the maps"), n=1),
        Case(*_pooled(np.random.default_rng(2), (3, 2, 6, 2)), why=_THROUGH_ALL, show="values and "
             "switches of three 2×6 maps with 2 channels, the maps"),
        Case(*_pooled(np.random.default_rng(4), (2, 4, 2, 3))[:2], np.zeros((2, 4, 2, 3)),
             show="values and switches of two 4×2 maps, and other numbers as like", why="unpool "
             f"uses the values of like: with other numbers in `like` something else comes out. "
             f"{_ITS_SHAPE}"),
        Case(*_pooled(np.random.default_rng(3), (2, 5, 3, 2)), show="values and switches of two "
             "5×3 maps with 2 channels, the maps", why="Of 5×3 places pooling makes 3×2 (the last "
             "windows are cut off). What comes back has the shape of `like`, which is not twice "
             "that of the values."),
        _is_traced,
    ],
    mistakes=[
        Mistake(_spread, "Each value was repeated over its 2×2 window. Only the place that won "
                "gets it; the other three stay 0."),
        Mistake(lambda *args: _spread(*args) / 4, "Each value was spread evenly over its window. "
                "That is the transpose of average pooling; here the place that won gets all."),
        Mistake(_corner, "All values went to the upper left corners of their windows. The switches "
                "say which of the four it was."),
        Slip(lambda y: tf.reshape(y, (-1,)), "Right numbers, but in one long row: give it the "
             "shape of `like`."),
        Mistake(lambda v, s, x: x, f"That is `like` itself. {_ITS_SHAPE}"),
        Slip(lambda y: keras.ops.cast(y != 0, "float32"), "There are ones where the values should "
             "be."),
        Slip(lambda y: keras.ops.relu(y), "Negative values were lost. The largest of four may be "
             "below 0, and so below the zeros around it: put it in, without a comparison."),
        Mistake(_first_picture_only, "Only the first picture got its values. The switches count "
                "through all pictures of the batch: those of the second go on where the first one "
                "ends. So flatten everything at once, pictures included."),
    ],
    hints=[
        "A switch is the place of a value once everything is flattened. So: flatten values and "
        "switches, put the ones where the others say, reshape.",
        "tf.scatter_nd(indices, updates, shape) wants indices of shape (count, 1), updates "
        "(count,), and for shape [size], in the dtype of the indices: tf.size(like, "
        "out_type=switches.dtype).",
        "At the end tf.reshape(flat, tf.shape(like)): like.shape does not know the batch size.",
    ],
)  # fmt: skip
def unpool(values, switches, like):
    """Each value where its switch says, all else 0: a tensor of the shape of `like`.

    values and switches: of the pooled maps, (batch, h, w, c); like: the maps before pooling.
    """
    where = tf.reshape(switches, (-1, 1))
    size = tf.size(like, out_type=switches.dtype)
    flat = tf.scatter_nd(where, tf.reshape(values, (-1,)), [size])
    return tf.reshape(flat, tf.shape(like))


# ------------------------------------------------------------------------- intersection over union


def _counts(predicted, true, axis=(1, 2)):
    return (predicted & true).sum(axis=axis), (predicted | true).sum(axis=axis)


def _ratio(a, b):
    return np.where(b > 0, a / np.maximum(b, 1), 1.0)


def _over(below):
    """Places in both over another number, from the places in each of the masks."""
    return lambda a, b: _ratio(_counts(a, b)[0], below(a.sum((1, 2)), b.sum((1, 2))))


_RAN = {
    0: "The sum ran over axis 0, the pictures",
    1: "The sum ran over axis 1 alone",
    2: "The sum ran over axis 2 alone",
    (0, 1): "The sum ran over axes 0 and 1",
    (0, 2): "The sum ran over axes 0 and 2",
    (): "Nothing was summed",
}
_EMPTY = {
    "one of the masks is": lambda a, b: a * b.max((1, 2), keepdims=True),
    "the predicted mask is": lambda a, b: a,
    "the true mask is": lambda a, b: b,
    "the intersection is": lambda a, b: a & b,
}
_A, _B = np.zeros((2, 4, 4, 4), bool)
_A[0, :2], _A[1, 1:3, 1:], _A[2, 0, 0] = True, True, True
_B[0, 1:3], _B[1, :, 2:], _B[2, 3, 3], _B[3, 0] = True, True, True, True
_EITHER = "Divide by the places in either."


@book.exercise(
    returns="array",
    speed=lambda: np.random.default_rng(0).random((2, 500, 64, 64)) < 0.05,
    cases=[
        Case(_A[:1], _B[:1], show="rows 0–1 against rows 1–2 of a 4×4 picture", why="4 places in "
             "both, 12 in either: ⅓."),
        *drawn(lambda rng: Case(*(rng.random((2, 3, 4, 5)) < 0.5), show="three pairs of 4×5 masks",
               why="For each pair, places in both over places in either.")),
        *drawn(lambda rng: Case(*(rng.random((2, 2, 20, 30)) < 0.8), show="two pairs of 20×30 "
               "masks, mostly full", why="Places in both over places in either, some 400 of them. "
               "(An array of uint8 counts to 255 and begins again.)")),
        Case(_A, _B, show="four pairs of 4×4 masks", why="One number for each pair: places in both "
             "over places in either."),
        Case(_A, _A, show="four masks, each against itself", why="A mask against itself is 1, and "
             "two empty masks agree: 1, not 0/0."),
        *drawn(lambda rng: Case(*(rng.random((2, 5, 3, 2)) < 0.15), show="five pairs of 3×2 masks, "
               "mostly empty", atol=1e-9, why="Places in both over places in either; 1 if both "
               "are empty, and only then. No small number is added to avoid 0/0.")),
    ],
    mistakes=[
        Mistake(_over(lambda a, b: (a + b) / 2), "That is Dice's coefficient, 2·both/(one + "
                f"other): a cousin, always as large or larger. {_EITHER}"),
        Mistake(_over(lambda a, b: b), "That is the share of the truth that was found "
                f"(recall): marking the whole picture would score 1. {_EITHER}"),
        Mistake(_over(lambda a, b: a), "That is the share of the marked places that is "
                f"right (precision): marking a single sure place would score 1. {_EITHER}"),
        Mistake(_over(np.maximum), "That divides by the larger mask alone: what the smaller one "
                f"marks outside it costs nothing. {_EITHER}"),
        Mistake(_over(np.minimum), "That divides by the smaller mask alone: a single right place "
                f"would score 1. {_EITHER}"),
        Mistake(lambda a, b: _counts(a, b)[0] / (a ^ b).sum((1, 2)), "Below the line stand the "
                "places in just one of the masks (^ is “either, but not both”). Those in both "
                "belong to either, too: |."),
        Mistake(lambda a, b: (a == b).mean((1, 2)), "That is the share of places where the masks "
                "agree, empty paper included: marking nothing at all would score well. Only places "
                "in either mask count."),
        Mistake(lambda a, b: _ratio(*_counts(a, b, axis=None)), "That is one number for the whole "
                "batch. Return one for each picture: sum over axes 1 and 2."),
        Slip(np.mean, "That is the average. Return one number for each picture."),
        Mistake(lambda a, b: np.divide(*_counts(a, b)), "0/0: two empty masks. They agree "
                "perfectly, so give 1 there."),
        Mistake(lambda a, b: _counts(a, b)[0] / np.maximum(_counts(a, b)[1], 1), "Two empty masks "
                "got 0, although they agree perfectly: give 1 there."),
        Slip(lambda iou: 1 - iou, "That is 1 − IoU, the loss."),
        Mistake(_over(np.add), "Below the line stands the sum of both masks: places in both were "
                f"counted twice. A mask against itself would get ½. {_EITHER}"),
        Mistake(lambda a, b: (_counts(a, b)[0] + 1) / (_counts(a, b)[1] + 1), "1 was added above "
                "and below (“smoothing”). It avoids 0/0, but moves all other numbers, too: ⅓ would "
                "be 5/13. Treat two empty masks by themselves."),
        Mistake(lambda a, b: _counts(a, b)[0] / (_counts(a, b)[1] + 1), "1 was added below "
                "(“smoothing”). It avoids 0/0, but moves all other numbers, too: ⅓ would be 4/13. "
                "Treat two empty masks by themselves."),
        *(Mistake(lambda a, b, no=no: np.where(no(a, b).sum((1, 2)), iou.reference(a, b), 1),
                  f"It is 1 where {where} empty. 1 only if both masks are: no place in either.")
          for where, no in _EMPTY.items()),
        Mistake(lambda a, b: (iou.reference(a, b) + iou.reference(~a, ~b)) / 2, "That is the mean "
                "over two classes, ink and paper. Only ink counts here."),
        Slip(np.trunc, "Cut to whole numbers: / and not //, and no int."),
        *(Mistake(lambda a, b, axis=axis: _ratio(*_counts(a, b, axis)), f"{ran}: sum over both "
                  "axes of each picture, axis=(1, 2).") for axis, ran in _RAN.items()),
    ],
    hints=[
        "For masks of True and False, & is the intersection and | the union.",
        "Sum over axes (1, 2). Where the union is 0 both masks are empty: np.where, or set those "
        "to 1.",
    ],
)  # fmt: skip
def iou(predicted, true):
    """Places in both masks over places in either, (n,); 1 if both are empty.

    From masks (n, h, w) of True and False. NumPy arrays in, an array out.
    """
    both = (predicted & true).sum(axis=(1, 2))
    either = (predicted | true).sum(axis=(1, 2))
    return np.where(either > 0, both / np.maximum(either, 1), 1.0)


five_times = book.estimate(
    "five_times",
    right=5 / 6,
    within=0.006,  # two digits will do: 0.83
    why="−5·½/a + ½/(1 − a) = 0, so a/(1 − a) = 5: the odds, 1 to 1, become 5 to 1. It is chapter"
    " 07's best discriminator, shown five of one kind for each of the other.",
    wrong=[
        (0.5, "That is the truth, and the best answer if both count alike. Here missing ink costs"
         " five times as much as marking paper."),
        (1 / 6, "The other way round: the loss of missing ink is the larger one, so be generous"
         " with ink."),
        (5.0, "Those are the best odds, a/(1 − a). The answer is a probability."),
        (2.5, "5·p is not a probability. The derivative of the average cost is to be 0."),
        (0.8, "There a/(1 − a) is 4. Which a makes it 5?"),
        (5 / 7, "There a/(1 − a) is 2.5: the ½ stands before both parts, and cancels."),
        (np.log(5), "That is the logit of a, ln of the odds. The probability was asked for."),
        (1.0, "Then every pixel that is no ink would cost −ln 0."),
    ],
    otherwise="Average cost: −½·5 ln a − ½ ln(1 − a). Where is its derivative 0?",
    hints=["Differentiate the average cost with respect to a: −5·½/a + ½/(1 − a)."],
)  # fmt: skip


# --------------------------------------------------------------------------- parameters of a layer


@book.exercise(
    returns="whole",
    cases=[
        Case(3, 3, 64, True, why="Each of the outputs has a kernel of k·k·inputs weights, and one "
             "bias."),
        Case(5, 1024, 512, True, why="k·k·inputs·outputs + outputs."),
        Case(4, 64, 32, False, why="Without biases: k·k·inputs·outputs."),
        Case(1, 10, 7, True, why="A kernel of 1×1 is a dense layer, applied at every place."),
        *drawn(lambda rng: Case(*map(int, rng.integers(2, 9, size=3)), True, why="k·k·inputs·"
               "outputs + outputs.")),
        *drawn(lambda rng: Case(*map(int, rng.integers(2, 9, size=3)), False, why="Without biases: "
               "k·k·inputs·outputs.")),
    ],
    mistakes=[
        Mistake(lambda k, i, o, b: k * k * i * o, "Without the biases: one for each output, if "
                "there is one."),
        Mistake(lambda k, i, o, b: k * k * i * o + o, "Biases were counted although bias is "
                "False."),
        Mistake(lambda k, i, o, b: k * k * o + b * o, "The kernels reach through all input "
                "channels: times inputs."),
        Mistake(lambda k, i, o, b: k * i * o + b * o, "The kernel is k wide and k high: k·k."),
        Mistake(lambda k, i, o, b: k * k * i * o + b * i * o, "There is one bias for each output, "
                "not for each pair of input and output."),
        Mistake(lambda k, i, o, b: k * k * i * o + b * i, "One bias for each output, not for each "
                "input."),
        Mistake(lambda k, i, o, b: k * k * i * o + b, "One bias for each output, not one in all."),
    ],
    hints=["One output channel needs one kernel. How many numbers are in it?"],
)  # fmt: skip
def conv_parameters(kernel_size, inputs, outputs, bias):
    """Weights of a convolution from `inputs` to `outputs` channels, bias (True) or not.

    The kernel is kernel_size × kernel_size. A whole number.
    """
    return kernel_size * kernel_size * inputs * outputs + (outputs if bias else 0)


first_layer = book.estimate(
    "first_layer",
    right=1_638_400,
    within=2000,  # three digits will do: 1.64e6
    why="100 inputs times 4·4·1024 = 16,384 outputs: more than 1.6 million, and 16,384 biases on"
    " top. A dense layer pays for every pair.",
    wrong=[
        (1_639_424, "With a bias for each channel, as a convolution has. Asked was for the weights"
         " alone."),
        (1_654_784, "With the 16,384 biases. Asked was for the weights alone."),
        (1_600_000, "16,384 was rounded to 16,000: 100 times 16,384 is 1,638,400."),
        (163_840, "A factor of ten is missing: 100 times 16,384."),
        (160_000, "A factor of ten is missing, and 16,384 was rounded: 100 times 16,384."),
        (16_384, "So many outputs it has, and biases. Each output has a weight for each of the 100"
         " inputs."),
        (102_400, "The 4×4 places are missing: dense layers share nothing between places."),
    ],
    otherwise="A dense layer has inputs × outputs weights. How many outputs are 4×4 places with"
    " 1024 channels?",
    hints=["How many numbers does the layer give? And how many inputs has each?"],
)  # fmt: skip


# ------------------------------------------------------------------------------------------ walking


def _angle(a, b):
    return np.arccos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1))


def _straight(a, b, t):
    return (1 - t[:, None]) * a + t[:, None] * b


def _arc(a, b, t, angle=None):
    """The formula, without a guard."""
    angle, t = _angle(a, b) if angle is None else angle, t[:, None]
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


def _below(tiny, otherwise=_straight, angle=_angle):
    """The arc, but otherwise(a, b, t) where the angle is smaller."""
    return lambda a, b, t: otherwise(a, b, t) if angle(a, b) < tiny else _arc(a, b, t, angle(a, b))


def _unit(a):
    return a / np.linalg.norm(a, axis=-1, keepdims=True)


_T = np.array([0.0, 0.25, 0.5, 1.0])


def _t_is_a_column(answer):
    """A case: whether a second axis of t is missing; or ''."""
    try:
        answer(np.array([1.0, 0.0]), np.array([0.0, 1.0]), _T.copy())
    except ValueError as error:
        if "broadcast" in str(error):
            return (
                f"slerp([1, 0], [0, 1], [0, 0.25, 0.5, 1]) raised {describe(error)}\nt has 4"
                " shares, a and b have 2 numbers each; there are to be 4 points of 2 numbers: give"
                " t a second axis, t[:, None]. (4, 1) times (2,) is (4, 2)."
            )
    except Exception:
        pass  # the next case says more of it
    return ""


def _stands_rounding(answer):
    """A case: whether vectors that point the same way stay numbers; or ''."""
    for a in np.random.default_rng(0).normal(size=(60, 32)):
        if not np.all(np.isfinite(answer(a, 2 * a, _T))):
            return (
                "slerp(a, 2·a, t) is nan for some a of 32 numbers.\nBy rounding a·b/(|a|·|b|) may"
                " be 1.0000000000000002, and arccos of that is nan: np.clip it to [−1, 1]."
            )
    return ""


_FORMULA = "[sin((1 − t)·Ω)·a + sin(t·Ω)·b] / sin Ω, with Ω the angle between a and b."
_DIVIDE = "Ω is the angle: divide a·b by both lengths first."
_SMALL = "A small angle is an angle, too: the straight line is for those where sin Ω is nearly 0."


@book.exercise(
    returns="array",
    cases=[
        _t_is_a_column,
        Case([1.0, 0.0], [0.0, 1.0], _T, why="A quarter of a circle: at t = ½ both numbers are "
             "0.707."),
        Case([2.0, 0.0, 0.0], [-1.0, 1.0, 2.0], _T, why=_FORMULA),
        Case([3.0, 1.0], [1.0, 3.0], [0.5, 0.9], why=f"{_FORMULA} The angle does not depend on the "
             "lengths: divide by them before arccos."),
        *drawn(lambda rng: Case(*rng.normal(0, 1000, (2, 6)), rng.random(3), why=_FORMULA)),
        *drawn(lambda rng: Case(*rng.normal(size=(2, 6)).astype("float32"), [0.5], why=_FORMULA)),
        Case([1.0, 0.0], [np.cos(0.3), np.sin(0.3)], _T, why=_SMALL),
        Case([1.0, 0.0], [np.cos(0.1), np.sin(0.1)], _T, why=_SMALL),
        Case([1.0, 0.0], [np.cos(0.04), np.sin(0.04)], _T, why=_SMALL),
        Case([1.0, 0.0], [np.cos(3.12), np.sin(3.12)], _T, why="Nearly opposite: sin Ω is small, "
             "but not 0, and the formula holds. The straight line would run through the middle."),
        Case([2e-6, 1e-6], [-1e-6, 3e-6], _T, atol=1e-12, why="The lengths may be anything. Was a "
             "small number added to them?"),
        *(Case(a, a, [0.0, 0.5], why="a and b are the same: Ω = 0, and 0/0. The walk stays where "
               "it is.") for a in ([0.6, 0.8], [0.0, -3 / 256, 4 / 256])),
        Case([1.0, 0.0], [2.0, 0.0], [0.0, 0.5, 1.0], why="a and b point the same way, so Ω = 0, "
             "but they differ in length: the straight line from one to the other, "
             "(1 − t)·a + t·b."),
        Case([1.0, 0.0], [2.0, 2e-5], _T, why="The angle is 10⁻⁵. Was a small number added to sin Ω? "
             "Here it counts."),
        _stands_rounding,
    ],
    mistakes=[
        Mistake(_straight, "That is the straight line. It cuts through the ball: in the middle |z| "
                "is too small."),
        Mistake(lambda a, b, t: slerp.reference(b, a, t), "The walk runs backwards: t = 0 is a, "
                "t = 1 is b."),
        Mistake(lambda a, b, t: _arc(a, b, t, np.arccos(a @ b)), f"{_DIVIDE} Here arccos got −2, "
                "and gave nan."),
        Mistake(_below(1e-6, angle=lambda a, b: np.arccos(np.clip(a @ b, -1, 1))), f"{_DIVIDE} "
                "Here a·b is −2, clipped to −1, as if a and b were opposite."),
        Mistake(lambda a, b, t: (_straight if abs(a @ b) > 1 - 1e-9 else slerp.reference)(a, b, t),
                f"{_DIVIDE} Here a·b is −2, clipped to −1, and the straight line was taken."),
        Mistake(lambda a, b, t: _arc(a, b, t, np.pi / 2), "Ω was taken for a right angle. In 100 "
                "dimensions it nearly is; compute it."),
        Mistake(lambda a, b, t: _arc(a, b, t, np.cos(_angle(a, b))), "That is cos Ω in place of Ω: "
                "np.arccos is missing."),
        Mistake(lambda a, b, t: np.sin((1 - t[:, None]) * _angle(a, b)) * a + np.sin(t[:, None]
                * _angle(a, b)) * b / np.sin(_angle(a, b)), "Only the second part was divided by "
                "sin Ω: brackets around the sum."),
        Mistake(lambda a, b, t: _angle(a, b) * (np.sin(1 - t[:, None]) * a + np.sin(t[:, None]) * b)
                / np.sin(_angle(a, b)), "Ω stands outside of the sines: sin((1 − t)·Ω), the product "
                "within the brackets."),
        Mistake(lambda a, b, t: (_straight if abs(np.cos(_angle(a, b))) > 0.9995 else slerp.reference
                )(a, b, t), "The straight line was taken for angles near π, too (|cos Ω|). There it "
                "runs through the middle; it belongs only where Ω is nearly 0."),
        Mistake(lambda a, b, t: slerp.reference(_unit(a), _unit(b), t), "Only Ω needs unit "
                "vectors; a and b go in as they are. Otherwise t = 0 does not give a, but a scaled "
                "to length 1."),
        Mistake(lambda a, b, t: _arc(a, b, t, np.degrees(_angle(a, b))), "Ω was turned into "
                "degrees. np.sin wants radians, which is what np.arccos gives."),
        Slip(lambda z: z.T, "That is the transpose, with a point in each column. It is to have a "
             "row for each t: shape (m, d)."),
        Mistake(_below(1), "The straight line was taken although the angle is not tiny. It belongs "
                "where sin Ω would be nearly 0, below 10⁻⁶, say."),
        Mistake(lambda a, b, t: np.nan_to_num(_arc(a, b, t)), "Where Ω = 0 that gives zeros, as if "
                "the walk jumped to the origin: 0/0 was replaced by 0 (np.nan_to_num, np.where or "
                "a small number added to sin Ω). There the straight line is right."),
        Mistake(_arc, "0/0: where a and b point the same way, Ω = 0. If they are the same, the "
                "walk stays where it is; and if only their lengths differ, the straight line is "
                "right: (1 − t)·a + t·b."),
        Mistake(lambda a, b, t: (_straight if np.allclose(a, b) else _arc)(a, b, t), "0/0: that "
                "asks whether a and b are equal. But they may point the same way and differ in "
                "length, and Ω is 0 again. Ask whether Ω is tiny."),
        Mistake(_below(1e-6, lambda a, b, t: np.tile(a, (len(t), 1))), "Where Ω = 0 that stays at "
                "a. But b may be longer or shorter: walk the straight line, (1 − t)·a + t·b."),
        Mistake(_below(1e-6, lambda a, b, t: a), "Where Ω = 0 that gives a, one point. It is to be "
                "a row for each t, and b may be longer or shorter: the straight line, "
                "(1 − t)·a + t·b."),
        Mistake(lambda a, b, t: slerp.reference(a, b, t) * np.sin(_angle(a, b)), "The division by "
                "sin Ω is missing: at t = 0 it should give a itself."),
        Mistake(lambda a, b, t: _unit(_straight(a, b, t)), "That is the straight line, scaled to "
                "length 1. Latents have a length of their own, and the steps would not be even."),
        Mistake(lambda a, b, t: _unit(_straight(a, b, t)) * np.linalg.norm(a), "That is the "
                "straight line, pushed out to the sphere: right at both ends and in the middle, "
                "but the steps are not even."),
    ],
    hints=[
        "Ω = arccos(a·b / (|a|·|b|)); np.clip to [−1, 1] first, since rounding may pass 1.",
        "t[:, None] makes a column, so that (m, 1) times (d,) gives (m, d).",
        "When Ω is tiny, use (1 − t)·a + t·b.",
    ],
)  # fmt: skip
def slerp(a, b, t):
    """Points (m, d) on the arc from a to b, both (d,): t, (m,), is 0 at a and 1 at b.

    NumPy arrays in, an array out.
    """
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(np.clip(cosine, -1, 1))
    t = t[:, None]
    if angle < 1e-6:
        return (1 - t) * a + t * b
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# --------------------------------------------------------------------------------- several devices

replicas = book.question(
    "replicas",
    right="b",
    options={
        "a": "No: the weights are the same on all devices after every step, since gradients are"
        " added up before they are applied.",
        "b": "Right. The batch is 64 in all, so each of the four devices normalises with the mean"
        " and variance of its own 16 pictures: noisier than those of 64. Larger batches, or"
        " layers.BatchNormalization(synchronized=True), help.",
        "c": "No: fit hands out each batch, 64 in all, in parts, every picture to one device. An"
        " epoch is as many pictures as before.",
        "d": "No: Adam divides a gradient by its own size, so a sum in place of a mean hardly"
        " matters. It would with plain SGD.",
    },
    hints=["What in a network looks at several pictures of the batch at once?"],
)
