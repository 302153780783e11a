"""Figures with one look, each with a description for readers who cannot see it.

Every function takes ``title`` (the finding, not the method) and ``says`` (a sentence or two that
says what the figure shows). The description goes into the output as alternative text and as plain
text, so that a screen reader, a terminal and a text diff all have it. Nothing is told by colour
alone: lines have their dashes, bars their hatches, classes their digits.
"""

import base64
import html
import io
import math
import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from IPython.display import display

# Okabe and Ito's colours, told apart by colour-blind readers; real and generated keep theirs.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, GREY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#767676",
)
COLOURS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, GREY)
LINES = ("-", "--", "-.", ":", (0, (9, 3)), (0, (6, 2, 1, 2, 1, 2)), (0, (1, 4)))
HATCHES = ("", "//", "..", "xx", "\\\\", "oo", "++")
REAL, GENERATED = BLUE, ORANGE
DPI = 80


def set_style() -> None:
    """Set Matplotlib's defaults to the look of the course; `runtime.start` calls it.

    What a matplotlibrc or an earlier cell has set is put back first, all but the backend.
    """
    plt.rcdefaults()
    plt.rcParams.update(
        {
            "figure.figsize": (6.4, 3.4),
            "figure.dpi": DPI,
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": plt.cycler(color=COLOURS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "axes.titlesize": "medium",
            "axes.titlelocation": "left",
            "grid.alpha": 0.25,
            "legend.frameon": False,
            "image.cmap": "gray",
            "lines.linewidth": 1.8,
        }
    )


def show(fig, says: str, live=None):
    """Show a figure once, as a PNG with alternative text, and close it; a script prints the text.

    JupyterLab has no alternative text for a PNG. So the picture goes out twice: in HTML, which a
    live notebook prefers, and by itself, which the builder keeps.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    says : str
        What the figure shows, in words.
    live : True or a display handle, optional
        True returns a handle (None in a script); with that, the figure that was shown first is
        replaced.

    Raises
    ------
    ValueError
        If there is no description.
    """
    if not isinstance(says, str) or len(says.split()) < 4:
        raise ValueError(f"a figure needs a sentence that says what it shows, got {says!r}")
    png = io.BytesIO()
    fig.savefig(png, format="png", dpi=DPI, facecolor="white", pil_kwargs={"optimize": True})
    plt.close(fig)
    if get_ipython() is None:
        print(f"figure: {says}")
        return None
    address = f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"
    image = f'<img alt="{html.escape(says)}" src="{address}" style="max-width: 100%">'
    picture = {"text/html": image, "image/png": png.getvalue(), "text/plain": says}
    options = {"metadata": {"image/png": {"alt": says}}, "raw": True}
    if live in (None, True):
        return display(picture, display_id=live, **options)
    live.update(picture, **options)
    return live


def curves(
    x,
    ys,
    *,
    x_label: str,
    y_label: str,
    title: str,
    says: str,
    marks: Mapping | None = None,
    **axes,
) -> None:
    """Curves over one axis.

    Parameters
    ----------
    x : array, shape (N,)
    ys : array, shape (N,), or mapping of label to array
    x_label, y_label : str
        Names with units.
    title, says : str
        The finding; the figure in words.
    marks : mapping of label to (x, y), optional
        Single points to point out.
    **axes
        Passed to Matplotlib's ``Axes.set``: ``ylim``, ``yscale`` ….
    """
    fig, ax = plt.subplots()
    named = ys if isinstance(ys, Mapping) else {None: ys}
    for i, (label, y) in enumerate(named.items()):
        ax.plot(x, y, linestyle=LINES[i % len(LINES)], label=label)
    for label, (mark_x, mark_y) in (marks or {}).items():
        ax.plot(mark_x, mark_y, "o", color=VERMILION)
        ax.annotate(label, (mark_x, mark_y), xytext=(7, 5), textcoords="offset points")
    if isinstance(ys, Mapping):
        ax.legend()
    ax.set(xlabel=x_label, ylabel=y_label, title=title, **axes)
    show(fig, says)


def bars(
    labels: Sequence, heights, *, y_label: str, title: str, says: str, x_label: str = "", fmt="%.3g"
) -> None:
    """One bar for each label, with its height written on it.

    Parameters
    ----------
    labels : sequence of N names
    heights : array, shape (N,)
    y_label, x_label : str
        Names with units.
    title, says : str
        The finding; the figure in words.
    fmt : str, or a function of the height
        How heights are written; "" for not at all.
    """
    fig, ax = plt.subplots()
    drawn = ax.bar([str(label) for label in labels], heights)
    if fmt:
        ax.bar_label(drawn, fmt=fmt, padding=2)
        ax.margins(y=0.1)  # room for the label of the highest
    ax.grid(axis="x", visible=False)
    ax.set(xlabel=x_label, ylabel=y_label, title=title)
    show(fig, says)


def grouped_bars(
    labels: Sequence, groups: Mapping, *, y_label: str, title: str, says: str, fmt="%.2g"
) -> None:
    """For each label a bar of each group, side by side.

    Parameters
    ----------
    labels : sequence of N names
    groups : mapping of label to array, shape (N,)
    y_label : str
        Name with unit.
    title, says : str
        The finding; the figure in words.
    fmt : str, or a function of the height
        How heights are written.
    """
    fig, ax = plt.subplots()
    width = 0.8 / len(groups)
    for i, (group, heights) in enumerate(groups.items()):
        at = np.arange(len(labels)) + (i - (len(groups) - 1) / 2) * width
        look = {"label": group, "hatch": HATCHES[i % len(HATCHES)], "edgecolor": "white"}
        ax.bar_label(ax.bar(at, heights, width, **look), fmt=fmt, padding=2)
    ax.legend()
    ax.grid(axis="x", visible=False)
    room = max(8, 65 // len(labels))  # letters below a group; longer names take two lines
    ax.set_xticks(range(len(labels)), [textwrap.fill(str(label), room) for label in labels])
    ax.set(ylabel=y_label, title=title)
    ax.margins(y=0.15 * len(groups))  # room for the legend
    show(fig, says)


def latent_map(
    z, y, *, title: str, says: str, labels=("first number of the code", "second number")
) -> None:
    """Codes of two numbers, each drawn as its class's digit, and a larger one at its median.

    Parameters
    ----------
    z : array, shape (n, 2)
    y : int array, shape (n,), classes 0 to 9
    title, says : str
        The finding; the figure in words.
    labels : pair of str, of the axes

    Raises
    ------
    ValueError
        If the codes do not have two numbers each.
    """
    z, y = np.asarray(z), np.asarray(y)
    if z.ndim != 2 or z.shape[1] != 2 or y.shape != z.shape[:1]:
        raise ValueError(f"wanted codes (n, 2) and classes (n,), got {z.shape} and {y.shape}")
    fig, ax = plt.subplots(figsize=(6.4, 5.2))
    for label in np.unique(y):
        points, colour = z[y == label], plt.cm.tab10(int(label))
        ax.scatter(*points.T, color=colour, marker=f"${label}$", s=26, alpha=0.8, linewidths=0)
    medians = np.array([np.median(z[y == label], axis=0) for label in np.unique(y)])
    for label, at in zip(np.unique(y), _apart(medians, 0.06 * np.ptp(z, axis=0)), strict=True):
        ax.annotate(
            str(label),
            at,
            ha="center",
            va="center",
            fontsize="large",
            bbox={"boxstyle": "circle", "fc": "white", "ec": "black", "alpha": 0.9},
        )
    ax.set(xlabel=labels[0], ylabel=labels[1], title=title)
    show(fig, says)


def _apart(points, least):
    """Points (n, 2), pushed away from each other until they are about `least`, (2,), apart."""
    points = points.copy()
    for _ in range(50):
        gaps = (points[:, None] - points) / np.maximum(least, 1e-9)  # (n, n, 2)
        far = np.linalg.norm(gaps, axis=-1, keepdims=True)
        push = np.where((far > 0) & (far < 1), (1 - far) * gaps / np.maximum(far, 1e-9), 0)
        points += 0.25 * push.sum(axis=1) * least
    return points


def tile(images, columns: int, pad: int = 2) -> np.ndarray:
    """Lay images out in rows, in one array.

    Parameters
    ----------
    images : array, shape (n, h, w) or (n, h, w, 1)
        Grey levels in [0, 1]; values outside are clipped.
    columns : int
        Images a row; the last row is filled with grey.
    pad : int
        Pixels between images.

    Returns
    -------
    array, shape (rows·(h + pad) − pad, columns·(w + pad) − pad), float32

    Raises
    ------
    ValueError
        If `images` has another shape or there is nothing to lay out.
    """
    images = np.asarray(images, dtype="float32")
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim != 3 or not images.size or columns < 1:
        raise ValueError(f"wanted images of shape (n, h, w) or (n, h, w, 1), got {images.shape}")
    n, h, w = images.shape
    rows = math.ceil(n / columns)
    sheet = np.full((rows * columns, h + pad, w + pad), 0.5, "float32")
    sheet[:n, :h, :w] = images.clip(0, 1)
    sheet = sheet.reshape(rows, columns, h + pad, w + pad).swapaxes(1, 2)
    return sheet.reshape(rows * (h + pad), columns * (w + pad))[: -pad or None, : -pad or None]


def images(
    images,
    *,
    columns: int,
    title: str,
    says: str,
    row_labels: Sequence[str] = (),
    scale=1.0,
    live=None,
):
    """A sheet of grey images, drawn as one picture.

    Parameters
    ----------
    images : array, shape (n, h, w) or (n, h, w, 1)
        In [0, 1].
    columns : int
        Images a row.
    title, says : str
        The finding; the figure in words.
    row_labels : sequence of str, optional
        One for each row, written to its left.
    scale : float
        Size of the sheet; 1 makes it about as wide as the other figures.
    live : True or a display handle, optional
        As in `show`.
    """
    sheet = tile(images, columns)
    rows = math.ceil(len(images) / columns)
    width = 6.4 * scale
    beside = max((0.07 * len(label) for label in row_labels), default=0)  # inches, at least
    height = (width - beside) * sheet.shape[0] / sheet.shape[1]
    fig, ax = plt.subplots(figsize=(width, height + 0.4))
    ax.imshow(sheet, vmin=0, vmax=1, interpolation="nearest")
    ax.set(title=title, xticks=[])
    step = (sheet.shape[0] + 2) / rows
    ax.set_yticks([step * (i + 0.5) - 1 for i in range(len(row_labels))], labels=row_labels)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return show(fig, says, live)


def heatmaps(maps: Mapping, *, title: str, says: str, mark=None, cmap="viridis", vmax=None) -> None:
    """Maps side by side, each with its own scale of colours that begins at 0.

    Parameters
    ----------
    maps : mapping of label to array, shape (h, w)
        A label says what the colours measure, with its unit.
    title, says : str
        The finding; the figure in words.
    mark : (row, column), optional
        A pixel to mark with a cross in every map.
    cmap : str
        Matplotlib's name of the colours.
    vmax : float, optional
        One end of the scale for all maps; by default each map's largest value.
    """
    fig, axes = plt.subplots(1, len(maps), figsize=(3.4 * len(maps), 3.0), squeeze=False)
    for ax, (label, values) in zip(axes[0], maps.items(), strict=True):
        drawn = ax.imshow(values, cmap=cmap, vmin=0, vmax=vmax, interpolation="nearest")
        if mark is not None:
            ax.plot(mark[1], mark[0], "x", color=VERMILION, markersize=9, markeredgewidth=2)
        ax.grid(visible=False)
        fig.colorbar(drawn, ax=ax, label=label if len(maps) == 1 else None, shrink=0.9)
        if len(maps) > 1:  # on a colour bar it would read as the next panel's axis
            ax.set_title(label)
    fig.suptitle(title, x=0.02, ha="left", fontsize="medium")
    show(fig, says)


def planes(
    x, y, maps: Mapping, *, points, vmax: float, unit: str, labels, title: str, says: str
) -> None:
    """Functions on the plane, side by side, as colours on one scale from 0, with data as points.

    Parameters
    ----------
    x, y : arrays, shape (w,) and (h,)
        The coordinates, evenly spaced.
    maps : mapping of label to array, shape (h, w)
        Values; row i belongs to y[i], column j to x[j].
    points : array, shape (n, 2)
    vmax : float
        The end of the scale; larger values get its colour.
    unit : str
        What the colours measure.
    labels : two str
        Of the axes x and y.
    title, says : str
        The finding; the figure in words.
    """
    columns = {1: 1, 2: 2, 4: 2}.get(len(maps), 3)
    rows = math.ceil(len(maps) / columns)
    width = {1: 4.2, 2: 3.0, 3: 2.5}[columns]  # of a map
    height = width * (y[-1] - y[0]) / (x[-1] - x[0])
    size = (width * columns + 1.1, (height + 0.35) * rows + 0.5)
    fig, axes = plt.subplots(rows, columns, figsize=size, squeeze=False, sharex=True, sharey=True)
    bands = plt.get_cmap("viridis", 20)  # steps show height lines, and make small files
    for ax in axes.flat[len(maps) :]:
        ax.set_visible(False)
    for ax, (label, values) in zip(axes.flat, maps.items(), strict=False):
        edges = (x[0], x[-1], y[0], y[-1])
        scale = {"cmap": bands, "vmin": 0, "vmax": vmax, "interpolation": "nearest"}
        drawn = ax.imshow(values, extent=edges, origin="lower", **scale)
        ax.plot(*np.asarray(points).T, ".", color=ORANGE, markersize=2)
        ax.grid(visible=False)
        ax.set_title(label)
    fig.supxlabel(labels[0], fontsize="medium")
    fig.supylabel(labels[1], fontsize="medium")
    fig.colorbar(drawn, ax=axes, label=unit, shrink=0.9)
    fig.suptitle(title, x=0.02, ha="left", fontsize="medium")
    show(fig, says)


def arrows(at, fields: Mapping, *, points, labels, title: str, says: str) -> None:
    """Vector fields in the plane side by side, drawn to scale, with the data as points.

    Parameters
    ----------
    at : array, shape (n, 2)
        Where the arrows begin.
    fields : mapping of label to array, shape (n, 2)
        The arrows, in the units of the axes.
    points : array, shape (K, 2)
    labels : two str
        Of the axes x and y.
    title, says : str
        The finding; the figure in words.
    """
    at, points = np.asarray(at), np.asarray(points)
    size = (3.3 * len(fields), 3.7)
    fig, axes = plt.subplots(1, len(fields), figsize=size, squeeze=False, sharey=True)
    for ax, (label, field) in zip(axes[0], fields.items(), strict=True):
        ax.plot(*points.T, "o", color=ORANGE, markersize=5)
        to_scale = {"angles": "xy", "scale_units": "xy", "scale": 1}
        ax.quiver(*at.T, *np.asarray(field).T, color=BLUE, width=0.005, zorder=3, **to_scale)
        ax.set(title=label, xlabel=labels[0], aspect="equal")
    axes[0, 0].set_ylabel(labels[1])
    fig.suptitle(title, x=0.02, ha="left", fontsize="medium")
    show(fig, says)
