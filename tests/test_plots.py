"""The figures: one described PNG each, nothing left open, and exact sheets of images."""

import base64
import io
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from PIL import Image

from course_utils import plots

pytestmark = pytest.mark.usefixtures("shell")
SAYS = 'A line that rises from 0 to 2, "steep" & <b>straight</b>; it\'s blue.'
IMAGES = np.linspace(0, 1, 6 * 4 * 3).reshape(6, 4, 3)

DRAW = {
    "show": lambda **words: plots.show(plt.figure(), words["says"]),
    "curves": lambda **words: plots.curves(
        [0, 1, 2], [0, 1, 2], x_label="x", y_label="y (bits)", **words
    ),
    "curves, named": lambda **words: plots.curves(
        [1, 2, 3],
        {f"curve {i}": np.arange(1, 4) + i for i in range(9)},
        x_label="x",
        y_label="y",
        marks={"here": (2, 2)},
        yscale="log",
        **words,
    ),
    "bars": lambda **words: plots.bars(["a", 2], np.array([1.0, 2.0]), y_label="y", **words),
    "bars without heights": lambda **words: plots.bars(
        {"a": 1, "b": 2}.keys(), [1, 2], y_label="y", fmt="", **words
    ),
    "images": lambda **words: plots.images(IMAGES, columns=3, **words),
    "images, labelled": lambda **words: plots.images(
        IMAGES[..., None], columns=4, row_labels=["first", "second"], scale=0.5, **words
    ),
    "grouped bars": lambda **words: plots.grouped_bars(
        ["a", "b"], {"first": [1, 2], "second": [2, 1]}, y_label="y", **words
    ),
    "latent map": lambda **words: plots.latent_map(np.eye(2), [0, 9], **words),
    "arrows": lambda **words: plots.arrows(
        [[0, 0], [1, 1]],
        {"one": [[1, 0], [0, 1]], "two": np.eye(2)},
        points=np.eye(2),
        labels=("east", "north"),
        **words,
    ),
    "planes": lambda **words: plots.planes(
        np.arange(4),
        np.arange(3),
        {name: np.ones((3, 4)) for name in "abcd"},
        points=np.eye(2),
        vmax=2,
        unit="energy",
        labels=("east", "north"),
        **words,
    ),
    "heatmaps": lambda **words: plots.heatmaps(
        {"share": np.eye(3), "tells (bits)": np.ones((4, 2))}, **words
    ),
}


@pytest.fixture(scope="module")
def shell():
    """A shell, as in a notebook: without one, IPython prints what it should display."""
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    yield
    InteractiveShell.clear_instance()


@pytest.fixture(autouse=True)
def course_style():
    """The course's look on a backend without a window; Matplotlib's own afterwards."""
    plt.switch_backend("agg")
    with plt.rc_context():
        plots.set_style()
        yield
    plt.close("all")


def draw(name, says=SAYS):
    words = {"says": says} if name == "show" else {"says": says, "title": "It rises"}
    with capture_output() as captured:
        DRAW[name](**words)
    assert captured.stdout == captured.stderr == ""
    return captured.outputs


@pytest.mark.parametrize("name", DRAW)
def test_every_figure_is_one_described_png(name):
    [output] = draw(name)
    assert set(output.data) == {"text/html", "image/png", "text/plain"}
    assert output.data["text/plain"] == SAYS
    [image] = BeautifulSoup(output.data["text/html"], "html.parser")
    assert (image.name, image["alt"]) == ("img", SAYS)
    address = "data:image/png;base64," + base64.b64encode(output.data["image/png"]).decode()
    assert image["src"] == address
    assert output.metadata == {"image/png": {"alt": SAYS}}
    assert plt.get_fignums() == []
    with Image.open(io.BytesIO(output.data["image/png"])) as picture:
        assert picture.format == "PNG"
        picture.load()
        assert len(set(picture.convert("L").get_flattened_data())) > 1 or name == "show"


@pytest.mark.parametrize("says", ["", " ", "A line rises", None, 4])
@pytest.mark.parametrize("name", ["show", "curves", "bars", "images", "heatmaps"])
def test_a_figure_needs_a_description(name, says):
    with pytest.raises(ValueError, match="needs a sentence"):
        draw(name, says)


@pytest.mark.parametrize("name", ["curves", "bars"])
def test_about_80_dots_an_inch(name):
    [output] = draw(name)
    with Image.open(io.BytesIO(output.data["image/png"])) as picture:
        assert picture.size == (512, 272)  # 6.4 by 3.4 inches
        assert picture.info["dpi"] == pytest.approx((80, 80), abs=0.1)


def test_a_sheet_fits_the_width_of_the_other_figures():
    [output] = draw("images")
    with Image.open(io.BytesIO(output.data["image/png"])) as picture:
        assert picture.size[0] == 512


def test_the_picture_shows_the_data():
    """Rendered at its own scale, a black and a white image lie on the right sides."""
    with capture_output() as captured:
        plots.images(np.stack([np.zeros((9, 9)), np.ones((9, 9))]), columns=2, title="t", says=SAYS)
    with Image.open(io.BytesIO(captured.outputs[0].data["image/png"])) as picture:
        grey = np.asarray(picture.convert("L"))
    middle = grey[grey.shape[0] * 2 // 3]
    assert middle[len(middle) // 4] == 0 and middle[len(middle) * 3 // 4] == 255


# ------------------------------------------------------------------------- not by colour alone


@pytest.fixture
def without_colours(monkeypatch):
    monkeypatch.setitem(plt.rcParams, "axes.prop_cycle", plt.cycler(color=["black"]))
    monkeypatch.setattr(plt.cm, "tab10", lambda label: "black")


def png(draw, *arguments, **words):
    with capture_output() as captured:
        draw(*arguments, title="t", says=SAYS, **words)
    return captured.outputs[0].data["image/png"]


@pytest.mark.usefixtures("without_colours")
@pytest.mark.parametrize("first, second", [(0, 1), (0, 4), (1, 5), (3, 6)])
def test_without_colours_curves_that_change_places_look_different(first, second):
    slopes = np.arange(1, len(plots.COLOURS) + 1)
    changed = slopes.copy()
    changed[[first, second]] = slopes[[second, first]]
    x = np.linspace(1, 2, 50)
    pictures = [
        png(plots.curves, x, {f"{i}": k * x for i, k in enumerate(ks)}, x_label="x", y_label="y")
        for ks in (slopes, slopes, changed)
    ]
    assert pictures[0] == pictures[1] != pictures[2]


@pytest.mark.usefixtures("without_colours")
def test_without_colours_classes_that_change_places_look_different():
    z = [[0, 0], [3, 3], [1, 1], [2, 2]]  # both classes have the same median
    pictures = [png(plots.latent_map, z, y) for y in ([4, 4, 9, 9], [4, 4, 9, 9], [9, 9, 4, 4])]
    assert pictures[0] == pictures[1] != pictures[2]


def test_every_group_of_bars_has_a_hatch_of_its_own(monkeypatch):
    figures = []
    monkeypatch.setattr(plots, "show", lambda fig, says: figures.append(fig))
    groups = {f"group {i}": [1] for i in range(len(plots.COLOURS))}
    plots.grouped_bars(["one"], groups, y_label="y", title="t", says=SAYS)
    [ax] = figures[0].axes
    assert len({bar.get_hatch() for bar in ax.patches}) == len(groups)
    assert [bar.get_hatch() for bar in ax.get_legend().get_patches()] == [
        bar.get_hatch() for bar in ax.patches
    ]


def test_long_names_of_groups_take_two_lines(monkeypatch):
    figures = []
    monkeypatch.setattr(plots, "show", lambda fig, says: figures.append(fig))
    names = ["own", "another's", "smooth", "noise on the ink", "noise off the ink"]
    plots.grouped_bars(names, {"one": range(5)}, y_label="y", title="t", says=SAYS)
    figures[0].draw_without_rendering()
    boxes = [label.get_window_extent() for label in figures[0].axes[0].get_xticklabels()]
    assert all(left.x1 < right.x0 for left, right in zip(boxes, boxes[1:], strict=False))


# ------------------------------------------------------------------------------------------ tile


def test_tile_lays_out_row_by_row():
    sheet = plots.tile([[[0.0, 0.1]], [[0.2, 0.3]], [[0.4, 0.5]], [[0.6, 0.7]]], columns=2, pad=1)
    expected = [
        [0.0, 0.1, 0.5, 0.2, 0.3],
        [0.5, 0.5, 0.5, 0.5, 0.5],
        [0.4, 0.5, 0.5, 0.6, 0.7],
    ]
    np.testing.assert_array_equal(sheet, np.array(expected, "float32"))
    assert sheet.dtype == np.float32


def test_tile_fills_the_last_row_with_grey():
    sheet = plots.tile(np.ones((3, 1, 2)), columns=2, pad=0)
    np.testing.assert_array_equal(sheet, [[1, 1, 1, 1], [1, 1, 0.5, 0.5]])


def test_tile_with_more_columns_than_images():
    sheet = plots.tile(np.zeros((1, 1, 1)), columns=3, pad=1)
    np.testing.assert_array_equal(sheet, [[0, 0.5, 0.5, 0.5, 0.5]])


def test_tile_clips_and_leaves_its_argument_alone():
    given = np.array([[[-1.0, 0.25, 2.0]]], "float32")
    np.testing.assert_array_equal(plots.tile(given, columns=1), [[0, 0.25, 1]])
    np.testing.assert_array_equal(given, [[[-1, 0.25, 2]]])


@pytest.mark.parametrize("n, columns", [(1, 1), (5, 3), (6, 3), (7, 10)])
@pytest.mark.parametrize("pad", [0, 2])
def test_tile_shape_and_places(n, columns, pad):
    images = np.random.default_rng(0).random((n, 4, 3), dtype="float32")
    sheet = plots.tile(images, columns, pad)
    rows = int(np.ceil(n / columns))
    assert sheet.shape == (rows * (4 + pad) - pad, columns * (3 + pad) - pad)
    for i, image in enumerate(images):
        top, left = i // columns * (4 + pad), i % columns * (3 + pad)
        np.testing.assert_array_equal(sheet[top : top + 4, left : left + 3], image)
    np.testing.assert_array_equal(plots.tile(images[..., None], columns, pad), sheet)


@pytest.mark.parametrize(
    "shape, columns",
    [((4, 4), 1), ((2, 4, 4, 3), 1), ((0, 4, 4), 1), ((2, 4, 4), 0), ((2, 4, 4, 1, 1), 1)],
)
def test_tile_refuses(shape, columns):
    with pytest.raises(ValueError, match="wanted"):
        plots.tile(np.zeros(shape), columns)


# ----------------------------------------------------------------------------------------- style


def test_style_can_be_set_again():
    before = dict(plt.rcParams)
    plots.set_style()
    assert dict(plt.rcParams) == before
    assert plt.rcParams["figure.dpi"] == plots.DPI == 80


def test_a_live_figure_replaces_itself():
    with capture_output() as captured:
        handle = plots.images(IMAGES, columns=3, title="one", says=SAYS, live=True)
        assert plots.images(IMAGES, columns=6, title="two", says=SAYS, live=handle) is handle
    first, second = captured.outputs
    assert first.data["image/png"] != second.data["image/png"]
    assert first.data["text/html"] != second.data["text/html"]
    assert second.data["text/plain"] == SAYS
    assert plots.images(IMAGES, columns=3, title="alone", says=SAYS) is None


def test_a_script_prints_the_description():
    code = (
        "import matplotlib.pyplot as plt\n"
        "from course_utils import plots\n"
        "handle = plots.show(plt.figure(), 'A live figure, for the first time.', live=True)\n"
        "plots.show(plt.figure(), 'And then once more.', live=handle)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert run.stdout == "figure: A live figure, for the first time.\nfigure: And then once more.\n"
    assert run.stderr == ""


def test_labels_of_near_classes_do_not_cover_each_other():
    points = np.array([[0.0, 0.0], [0.05, 0.1], [3.0, 40.0]])
    moved = plots._apart(points, np.array([1.0, 10.0]))
    assert np.linalg.norm((moved[1] - moved[0]) / [1, 10]) > 0.95
    np.testing.assert_array_equal(moved[2], points[2])
