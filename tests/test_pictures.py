"""Pictures of one's own, and Fashion-MNIST: what is read, what is refused, what is left alone."""

import gzip
import os
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils import data, pictures, session

ROOT = Path(__file__).resolve().parents[1]
rng = np.random.default_rng(0)


def grey(n=None, size=12):
    """Different grey images, uint8."""
    return rng.integers(0, 256, (size, size) if n is None else (n, size, size), dtype=np.uint8)


def fill(folder, n=10, size=12):
    """A folder of n different PNGs."""
    folder.mkdir(parents=True, exist_ok=True)
    for i, image in enumerate(grey(n, size)):
        Image.fromarray(image).save(folder / f"{i:03d}.png")
    return folder


def load(folder, **options):
    return pictures.load_folder(folder, **({"at_least": 2} | options))


def one(folder, image, name="a.png", **options):
    """How one image comes out, (size, size): the only one in its folder that is not noise."""
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(image, Image.Image):
        image.save(folder / name)
    return pictures._read(
        folder / name, options.pop("size", 12), **({"fit": "crop", "invert": False} | options)
    )


def snapshot(folder):
    return {
        p.relative_to(folder): (p.stat().st_mtime_ns, p.stat().st_size, p.is_dir())
        for p in folder.rglob("*")
    }


# ------------------------------------------------------------------------------ what comes back


def test_a_flat_folder(tmp_path, capsys):
    mine = load(fill(tmp_path / "leaves"))
    assert mine.x_train.shape == (8, 28, 28, 1) and mine.x_test.shape == (2, 28, 28, 1)
    assert mine.x_train.dtype == mine.x_test.dtype == np.float32
    assert mine.x_train.min() >= 0 and mine.x_train.max() <= 1
    assert mine.y_train is None and mine.y_test is None and mine.class_names == ()
    assert (mine.name, mine.source) == ("leaves", "own folder")
    assert capsys.readouterr() == (
        "data     leaves: 8 training and 2 test images, 28 × 28 (own folder)\n",
        "",
    )
    assert repr(mine) == "<Pictures: leaves: 8 training and 2 test images, 28 × 28 (own folder)>"


def test_sub_folders_are_classes_and_each_is_split_by_itself(tmp_path, capsys):
    for name, n in (("b", 10), ("a", 5), ("c/deeper", 20)):
        fill(tmp_path / "mine" / name, n)
    (tmp_path / "mine" / "empty").mkdir()
    mine = load(tmp_path / "mine", size=8)
    assert mine.class_names == ("a", "b", "c")
    assert np.bincount(mine.y_train).tolist() == [4, 8, 16]
    assert np.bincount(mine.y_test).tolist() == [1, 2, 4]
    assert mine.y_test.dtype == np.int64 and mine.x_test.shape == (7, 8, 8, 1)
    assert "8 × 8, 3 classes (own folder)" in capsys.readouterr().out


def test_labels_belong_to_their_pictures(tmp_path):
    for value, name in ((40, "dark"), (200, "light")):
        (tmp_path / name).mkdir()
        for i in range(10):
            Image.new("L", (9, 9), value + i).save(tmp_path / name / f"{i}.png")
    mine = load(tmp_path)
    for x, y in ((mine.x_train, mine.y_train), (mine.x_test, mine.y_test)):
        np.testing.assert_array_equal(x.mean(axis=(1, 2, 3)) > 0.5, y == 1)


def test_images_beside_sub_folders_are_left_out_and_said(tmp_path, capsys):
    fill(tmp_path / "mine" / "a", 5)
    fill(tmp_path / "mine" / "b", 5)
    fill(tmp_path / "mine", 3)
    mine = load(tmp_path / "mine")
    assert len(mine.x_train) + len(mine.x_test) == 10
    assert "left out 3 beside the sub-folders" in capsys.readouterr().out


def test_the_split_is_the_same_each_time_and_depends_on_the_seed(tmp_path):
    folder = fill(tmp_path / "mine", 30)
    a, b, c = load(folder), load(folder), load(folder, seed=1)
    np.testing.assert_array_equal(a.x_test, b.x_test)
    np.testing.assert_array_equal(a.x_train, b.x_train)
    assert not np.array_equal(a.x_test, c.x_test)
    copy = tmp_path / "elsewhere" / "mine"
    shutil.copytree(folder, copy)
    np.testing.assert_array_equal(load(copy).x_test, a.x_test)


@pytest.mark.parametrize("share, n", [(0.2, 6), (0.5, 15), (0.01, 1), (0.99, 29)])
def test_share_of_the_test_images(tmp_path, share, n):
    if share == 0.99:  # 30 of 30: nothing to train on
        says = r"test_share=0\.99 leaves no training image of .*30 groups\); lower test_share"
        with pytest.raises(ValueError, match=says):
            load(fill(tmp_path, 30), test_share=share)
        share = 0.95
    assert len(load(fill(tmp_path, 30), test_share=share).x_test) == n


def test_copies_are_dropped_so_that_none_is_on_both_sides(tmp_path, capsys):
    folder = fill(tmp_path / "mine", 10)
    for i in range(5):
        shutil.copy(folder / f"{i:03d}.png", folder / f"copy{i}.png")
    Image.open(folder / "009.png").save(folder / "again.bmp")  # the same pixels, another format
    mine = load(folder)
    together = np.concatenate([mine.x_train, mine.x_test]).reshape(10, -1)
    assert len(np.unique(together, axis=0)) == 10
    assert "dropped  6 copies of other images\n" in capsys.readouterr().out
    shutil.rmtree(folder)
    shutil.copy(fill(folder, 4) / "000.png", folder / "b.png")
    load(folder)
    assert "dropped  1 copy of other images\n" in capsys.readouterr().out


def test_groups_stay_on_one_side(tmp_path):
    (tmp_path / "mine").mkdir()
    for leaf in range(12):
        for photo in range(5):
            Image.new("L", (9, 9), 20 * leaf + photo).save(
                tmp_path / f"mine/leaf{leaf}_{photo}.png"
            )
    mine = load(tmp_path / "mine", group=lambda path: path.stem.split("_")[0])
    leaf = [np.unique((x[:, 0, 0, 0] * 255).round() // 20) for x in (mine.x_train, mine.x_test)]
    assert not set(leaf[0]) & set(leaf[1])
    assert len(mine.x_test) == 15 and len(leaf[1]) == 3  # 12 of 60, in whole leaves
    for x, groups in ((mine.x_train, mine.group_train), (mine.x_test, mine.group_test)):
        own = (x[:, 0, 0, 0] * 255).round() // 20
        assert groups.dtype == np.int64 and groups.shape == (len(x),)
        assert set(groups.tolist()) == set(range(len(np.unique(own))))
        np.testing.assert_array_equal(groups[:, None] == groups, own[:, None] == own)
    with pytest.raises(ValueError, match="60 different images in one group: too few"):
        load(tmp_path / "mine", group=lambda path: "all")


def test_without_groups_each_picture_is_its_own(tmp_path):
    mine = load(fill(tmp_path / "mine"))
    np.testing.assert_array_equal(mine.group_train, np.arange(8))
    np.testing.assert_array_equal(mine.group_test, np.arange(2))
    assert mine.group_test.dtype == np.int64


def test_large_groups_that_change_the_share_are_said(tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    for i, image in enumerate(grey(50)):
        Image.fromarray(image).save(tmp_path / f"mine/{'ab'[i % 2]}_{i}.png")
    mine = load(tmp_path / "mine", group=lambda path: path.stem[0])
    assert len(mine.x_test) == 25
    assert (
        "split    25 of 50 images (50%) are for testing, asked for 20%: groups stay whole\n"
        in capsys.readouterr().out
    )
    load(fill(tmp_path / "few", 3))
    assert (
        "split    1 of 3 images (33%) are for testing, asked for 20%\n" in capsys.readouterr().out
    )


def test_groups_that_all_went_to_training_with_another_class(tmp_path):
    for name in "ab":
        fill(tmp_path / "mine" / name, 10)

    def group(path):  # of class b, both groups also hold images of a
        return int(path.stem) if path.parts[0] == "a" else int(path.stem) % 2

    with pytest.raises(ValueError, match="'b' has no test image: its groups also hold images"):
        for seed in range(20):
            load(tmp_path / "mine", group=group, seed=seed)


def test_a_copy_beside_the_sub_folders_takes_nothing_from_a_class(tmp_path, capsys):
    fill(tmp_path / "mine" / "b", 10)
    shutil.copy(tmp_path / "mine/b/000.png", tmp_path / "mine/a.png")
    mine = load(tmp_path / "mine")
    assert len(mine.x_train) + len(mine.x_test) == 10
    out = capsys.readouterr().out
    assert "dropped  1 copy" in out and "warning" not in out


def test_the_same_image_in_two_classes_is_warned_of(tmp_path, capsys):
    fill(tmp_path / "mine" / "a", 10)
    (tmp_path / "mine" / "b").mkdir()
    for i in range(7):
        shutil.copy(tmp_path / f"mine/a/{i:03d}.png", tmp_path / f"mine/b/{i}.png")
    assert load(tmp_path / "mine").class_names == ("a",)
    out = capsys.readouterr().out
    assert "dropped  7 copies" in out
    assert "warning  in two classes, kept in the first: b/0.png (the same as a/000.png), " in out
    assert " and 2 more\n" in out and "warning  no class is left of b\n" in out


# -------------------------------------------------------------------------- sizes, modes, turns


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (300, 5), (28, 28), (640, 480), (7, 7)])
@pytest.mark.parametrize("fit", ["crop", "pad"])
def test_any_size(tmp_path, size, fit):
    picture = one(tmp_path, Image.new("L", size, 100), fit=fit, size=28)
    assert picture.shape == (28, 28)
    np.testing.assert_allclose(picture, 100 / 255, atol=1e-6)


def test_crop_takes_the_middle_and_pad_keeps_all(tmp_path):
    pixels = np.full((10, 30), 50, np.uint8)
    pixels[:, 10:20] = 200
    image = Image.fromarray(pixels)
    np.testing.assert_allclose(one(tmp_path, image, size=10), 200 / 255, atol=1e-6)
    padded = one(tmp_path, image, size=30, fit="pad") * 255
    np.testing.assert_allclose(padded[10:20], pixels, atol=1e-4)
    np.testing.assert_allclose(padded[:10], 50, atol=1e-4)  # the border's own grey
    np.testing.assert_allclose(padded[20:], 50, atol=1e-4)
    tall = one(tmp_path, Image.fromarray(np.ascontiguousarray(pixels.T)), size=30, fit="pad")
    np.testing.assert_allclose(tall, padded.T / 255, atol=1e-6)


def test_a_resized_image_is_averaged_not_sampled(tmp_path):
    checks = np.indices((240, 240)).sum(axis=0) % 2 * 255
    picture = one(tmp_path, Image.fromarray(checks.astype(np.uint8)), size=12)
    np.testing.assert_allclose(picture[2:-2, 2:-2], 0.5, atol=0.01)


def test_large_photos_are_decoded_small_and_look_the_same(tmp_path):
    smooth = Image.fromarray(grey(size=7)).resize((2400, 1600), Image.Resampling.BICUBIC)
    smooth.save(tmp_path / "a.jpg", quality=95)
    whole = one(tmp_path, smooth, "a.png", size=28)
    np.testing.assert_allclose(one(tmp_path, None, "a.jpg", size=28), whole, atol=0.02)


def test_invert_exchanges_black_and_white(tmp_path):
    image = Image.fromarray(grey())
    plain, inverted = one(tmp_path, image), one(tmp_path, image, invert=True)
    np.testing.assert_allclose(plain + inverted, 1, atol=1e-6)
    assert plain.dtype == inverted.dtype == np.float32


PIXELS = grey()
EIGHT_BITS = {
    "L": Image.fromarray(PIXELS),
    "RGB": Image.merge("RGB", [Image.fromarray(PIXELS)] * 3),
    "RGBA, opaque": Image.merge(
        "RGBA", [Image.fromarray(PIXELS)] * 3 + [Image.new("L", (12, 12), 255)]
    ),
    "LA, opaque": Image.merge("LA", [Image.fromarray(PIXELS), Image.new("L", (12, 12), 255)]),
    "P": Image.fromarray(PIXELS).convert("P"),
    "CMYK": Image.merge("RGB", [Image.fromarray(PIXELS)] * 3).convert("CMYK"),
    "I;16": Image.fromarray(PIXELS.astype(np.uint16) * 257),
    "I": Image.fromarray(PIXELS.astype(np.int32) * 257),
    "F, 0 to 1": Image.fromarray(PIXELS.astype(np.float32) / 255),
}


@pytest.mark.parametrize("mode", EIGHT_BITS)
def test_any_mode_becomes_the_same_grey(tmp_path, mode):
    name = "a.tif" if mode[0] in "CIF" else "a.png"
    assert mode.split(",")[0] == EIGHT_BITS[mode].mode
    picture = one(tmp_path, EIGHT_BITS[mode], name)
    np.testing.assert_allclose(picture, PIXELS / 255, atol=1.1 / 255)


def test_one_bit_images(tmp_path):
    bits = PIXELS > 127
    np.testing.assert_allclose(one(tmp_path, Image.fromarray(bits)), bits, atol=1e-6)


def test_sixteen_bits_keep_their_range(tmp_path):
    """Pillow's own conversion to 8 bits would cut off everything above 255."""
    ramp = np.linspace(0, 65535, 144).reshape(12, 12)
    picture = one(tmp_path, Image.fromarray(ramp.astype(np.uint16)))
    np.testing.assert_allclose(picture, ramp / 65535, atol=1e-4)


def test_numbers_without_a_range_are_stretched(tmp_path):
    values = rng.normal(0, 30, (12, 12)).astype(np.float32)
    picture = one(tmp_path, Image.fromarray(values), "a.tif")
    np.testing.assert_allclose(picture, (values - values.min()) / np.ptp(values), atol=1e-5)
    flat = one(tmp_path, Image.fromarray(np.full((12, 12), 7, np.float32)), "a.tif")
    assert np.all(np.isfinite(flat))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_is_white(tmp_path, mode):
    image = Image.new("RGBA", (12, 12), (0, 0, 0, 0))  # black, but not there
    image.paste((0, 0, 0, 255), (0, 0, 6, 12))
    if mode == "P":
        image = Image.fromarray(np.repeat([[0] * 6 + [1] * 6], 12, axis=0).astype(np.uint8), "L")
        image = image.convert("P")
        image.putpalette([0, 0, 0] * 2)
        image.info["transparency"] = 1
    picture = one(tmp_path, image if mode != "LA" else image.convert("LA"))
    np.testing.assert_allclose(picture[:, :6], 0, atol=1e-6)
    np.testing.assert_allclose(picture[:, 6:], 1, atol=1e-6)


def test_the_first_frame_of_an_animation(tmp_path):
    frames = [Image.new("L", (12, 12), value) for value in (250, 10, 10)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    np.testing.assert_allclose(one(tmp_path, None, "a.gif"), 250 / 255, atol=0.02)


@pytest.mark.parametrize("turn", range(1, 9))
def test_the_cameras_orientation_is_followed(tmp_path, turn):
    """Stored turned, with the note that says how: it comes out upright."""
    upright = np.zeros((16, 16), np.uint8)
    upright[:8, :8], upright[:8, 8:], upright[8:, :8] = 250, 160, 80
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[turn]
    exif = Image.Exif()
    exif[0x0112] = turn
    Image.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "a.jpg", quality=100, exif=exif)
    picture = one(tmp_path, None, "a.jpg", size=16)
    np.testing.assert_allclose(picture, upright / 255, atol=0.03)


# --------------------------------------------------------------------------- what is no image


def png_with_size(path, width, height):
    """A PNG that says it is so large, with next to nothing in it."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def test_what_is_no_image_is_named_in_one_line_and_skipped(tmp_path, capfd):
    folder = fill(tmp_path / "mine")
    (folder / "notes.txt").write_text("leaves, May")
    (folder / "nothing.png").touch()
    (folder / "phone.heic").write_bytes(b"ftypheic")
    whole = folder / "whole.jpg"
    Image.fromarray(grey(size=200)).save(whole)
    (folder / "cut.jpg").write_bytes(whole.read_bytes()[:5000])
    whole.unlink()
    png_with_size(folder / "bomb.png", 50_000, 50_000)
    for hidden in (".DS_Store", "Thumbs.db", "desktop.ini", ".hidden.png"):
        (folder / hidden).write_text("x")
    fill(folder / ".ipynb_checkpoints", 3)
    fill(folder / "__MACOSX", 3)
    mine = load(folder)
    assert len(mine.x_train) + len(mine.x_test) == 10 and mine.class_names == ()
    out, err = capfd.readouterr()
    assert err == ""
    assert out.splitlines()[0] == (
        "skipped  bomb.png (over 89 million pixels), cut.jpg (damaged or cut short), notes.txt (no "
        "image), nothing.png (empty file), phone.heic (a format that is not read here: save it as "
        "JPEG or PNG)"
    )


def test_large_images_are_refused_before_they_fill_the_memory(tmp_path, capsys):
    folder = fill(tmp_path / "mine")
    png_with_size(folder / "warned.png", 10_000, 10_000)
    png_with_size(folder / "refused.png", 30_000, 30_000)
    load(folder)
    assert (
        "skipped  refused.png (over 89 million pixels), warned.png (over 89 million pixels)"
        in capsys.readouterr().out
    )


def test_many_skipped_files_are_counted(tmp_path, capsys):
    folder = fill(tmp_path / "mine")
    for i in range(9):
        (folder / f"{i}.txt").write_text("no")
    load(folder)
    line = capsys.readouterr().out.splitlines()[0]
    assert line.count("no image") == 5 and line.endswith(" and 4 more")


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "bmp", "tif", "webp", "ppm"])
@pytest.mark.parametrize("keep", [0.5, 0.9])
def test_damaged_files_of_every_kind_stop_nothing(tmp_path, capfd, suffix, keep):
    folder = fill(tmp_path / "mine")
    path = folder / f"cut.{suffix}"
    Image.fromarray(grey(size=120)).save(path)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(keep * len(raw))])
    load(folder)
    out, err = capfd.readouterr()
    assert err == "" and (f"skipped  cut.{suffix} (" in out or "9 training and 2" in out)


def test_odd_metadata_says_nothing_on_stderr(tmp_path, capfd):
    folder = fill(tmp_path / "mine")
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff\x12\x01"  # promises 65,535 entries
    Image.fromarray(grey()).save(folder / "odd.jpg", exif=exif)
    load(folder)
    assert capfd.readouterr().err == ""


# -------------------------------------------------------------------------------- clear errors


def test_no_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder .*nowhere"):
        load(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="no folder leafs in .*, where this notebook runs"):
        load("leafs")


def test_a_file_instead_of_a_folder(tmp_path):
    path = fill(tmp_path) / "000.png"
    with pytest.raises(NotADirectoryError, match=r"000\.png is a file; name the folder"):
        load(path)


def test_an_empty_folder(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / ".DS_Store").touch()
    with pytest.raises(ValueError, match="the folder 'mine' holds no files: put images into it"):
        load(tmp_path / "mine")


def test_nothing_but_other_files(tmp_path, capsys):
    for i in range(3):
        (tmp_path / f"{i}.txt").write_text("no")
    with pytest.raises(ValueError, match="holds 3 files, but none is an image"):
        load(tmp_path)
    assert "0.txt (no image)" in capsys.readouterr().out


def test_too_few(tmp_path):
    folder = fill(tmp_path / "mine", 12)
    with pytest.raises(
        ValueError, match="holds 12 different images, wanted 50 or more.*at_least=12.*are doing"
    ):
        pictures.load_folder(folder)
    assert len(pictures.load_folder(folder, at_least=12).x_test) == 2
    with pytest.raises(ValueError, match="holds one image"):
        load(fill(tmp_path / "single", 1))


def test_too_few_because_most_lie_beside_the_sub_folders(tmp_path):
    folder = fill(tmp_path / "mine", 60)
    fill(folder / "old", 3)
    with pytest.raises(ValueError, match="hold 3 different.*; 60 lie beside the sub-fold") as told:
        pictures.load_folder(folder)
    assert "at_least" not in str(told.value) and "move them" in str(told.value)


def test_nothing_but_empty_sub_folders(tmp_path):
    (tmp_path / "mine" / "a").mkdir(parents=True)
    with pytest.raises(ValueError, match="the folder 'mine' holds no files"):
        load(tmp_path / "mine")


def test_one_file_that_is_no_image(tmp_path):
    (tmp_path / "a.txt").write_text("no")
    with pytest.raises(ValueError, match="holds one file, but it is no image"):
        load(tmp_path)


def test_a_broken_webp_may_be_damaged(tmp_path, capsys):
    folder = fill(tmp_path / "mine")
    (folder / "broken.webp").write_bytes(b"RIFFnothing")
    load(folder)
    out = capsys.readouterr().out
    assert "broken.webp (damaged, or a format that is not read here)" in out


@pytest.mark.parametrize(
    "options, says",
    [
        ({"size": "28"}, "size must be a number, got '28'"),
        ({"test_share": "0.2"}, "test_share must be a number"),
        ({"at_least": None}, "at_least must be a number, got None"),
        ({"group": "leaf"}, "group must be a function of a path, got 'leaf'"),
    ],
)
def test_arguments_of_the_wrong_kind(tmp_path, options, says):
    with pytest.raises(TypeError, match=says):
        load(fill(tmp_path), **options)


def test_a_group_function_that_fails(tmp_path):
    folder = fill(tmp_path / "mine")
    with pytest.raises(ValueError, match=r"group failed for the file 000\.png: IndexError: list"):
        load(folder, group=lambda path: path.stem.split("_")[1])
    with pytest.raises(ValueError, match=r"the file 000\.png: TypeError: .*unhashable.*list"):
        load(folder, group=lambda path: path.stem.split("_"))


def test_copies_do_not_make_enough(tmp_path):
    folder = fill(tmp_path / "mine", 6)
    for i in range(6):
        shutil.copy(folder / f"{i:03d}.png", folder / f"copy{i}.png")
    with pytest.raises(ValueError, match="holds 6 different images"):
        load(folder, at_least=10)


def test_a_class_with_one_image(tmp_path):
    fill(tmp_path / "mine" / "many", 10)
    fill(tmp_path / "mine" / "lonely", 1)
    with pytest.raises(ValueError, match="'lonely' has one image in one group: too few"):
        load(tmp_path / "mine")


@pytest.mark.parametrize(
    "options, says",
    [
        ({"size": 0}, "size must be a whole number of pixels, 1 or more, got 0"),
        ({"size": 2.5}, "size must be"),
        ({"size": float("inf")}, "size must be a whole number"),
        ({"size": float("nan")}, "size must be a whole number"),
        ({"test_share": float("nan")}, "test_share must lie between 0 and 1"),
        ({"fit": "stretch"}, 'fit must be "crop" or "pad"'),
        ({"test_share": 0}, "test_share must lie between 0 and 1"),
        ({"test_share": 1.0}, "test_share must lie between 0 and 1"),
        ({"at_least": 1}, "at_least must be 2 or more"),
    ],
)
def test_arguments_out_of_range(tmp_path, options, says):
    with pytest.raises(ValueError, match=says):
        load(fill(tmp_path), **options)


# ------------------------------------------------------------------------- the learner's folder


def test_nothing_is_written(tmp_path):
    folder = fill(tmp_path / "mine")
    fill(folder / "sub", 5)
    (folder / "notes.txt").write_text("x")
    before = snapshot(folder)
    load(folder)
    assert snapshot(folder) == before


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_folder_that_may_only_be_read(tmp_path):
    folder = fill(tmp_path / "mine")
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    try:
        assert len(load(folder).x_train) == 8
    finally:
        folder.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read(tmp_path, capsys):
    folder = fill(tmp_path / "mine")
    (folder / "000.png").chmod(0)
    load(folder)
    assert "000.png (may not be read)" in capsys.readouterr().out


def test_home_and_strings_and_odd_names(tmp_path, monkeypatch):
    fill(tmp_path / "Bilder für 11 #1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert load("~/Bilder für 11 #1").name == "Bilder für 11 #1"
    monkeypatch.chdir(tmp_path / "Bilder für 11 #1")
    assert load(".").name == "Bilder für 11 #1"


def test_importing_it_loads_no_tensorflow():
    code = "import sys, course_utils.pictures; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


# -------------------------------------------------------------------------------- Fashion-MNIST


def idx(array):
    head = struct.pack(f">I{array.ndim}I", 0x0800 + array.ndim, *array.shape)
    return head + array.tobytes()


def fashion(folder, **changes):
    """A small Fashion-MNIST, four files; `changes` replaces the bytes before they are packed."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    arrays = {
        "train_images": random.integers(0, 256, (60, 28, 28), dtype=np.uint8),
        "train_labels": np.arange(60, dtype=np.uint8) % 10,
        "t10k_images": random.integers(0, 256, (20, 28, 28), dtype=np.uint8),
        "t10k_labels": np.arange(20, dtype=np.uint8) % 10,
    }
    raw = {name: idx(array) for name, array in arrays.items()} | changes
    for (name, body), file in zip(raw.items(), pictures.FASHION_FILES, strict=True):
        assert name.split("_")[0] in file and name.split("_")[1] in file
        if body is not None:
            (folder / file).write_bytes(gzip.compress(body))
    return arrays


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """No Fashion-MNIST in Keras's folders, and no network."""
    monkeypatch.setattr(data, "_keras_folders", lambda: [tmp_path / "keras" / "datasets"])
    monkeypatch.setenv("COURSE_DATA", "offline")

    def network(url):
        raise AssertionError("asked the network")

    monkeypatch.setattr(data, "_connection_problem", network)
    return tmp_path


def check(clothes, arrays):
    assert clothes.x_train.shape == (60, 28, 28, 1) and clothes.x_train.dtype == np.float32
    np.testing.assert_allclose(clothes.x_test[..., 0], arrays["t10k_images"] / 255, atol=1e-7)
    np.testing.assert_allclose(clothes.x_train[..., 0], arrays["train_images"] / 255, atol=1e-7)
    np.testing.assert_array_equal(clothes.y_train, arrays["train_labels"])
    np.testing.assert_array_equal(clothes.y_test, arrays["t10k_labels"])
    assert clothes.y_test.dtype == np.int64
    np.testing.assert_array_equal(clothes.group_test, np.arange(20))
    np.testing.assert_array_equal(clothes.group_train, np.arange(60))
    assert len(clothes.class_names) == 10 and clothes.class_names[9] == "ankle boot"


def test_fashion_in_course_data(alone, monkeypatch, capsys):
    arrays = fashion(alone / "mine" / "fashion-mnist")
    fashion(alone / "keras" / "datasets" / "fashion-mnist", train_images=b"would fail")
    monkeypatch.setenv("COURSE_DATA", str(alone / "mine"))
    session.set_data("offline")
    clothes = pictures.load_fashion()
    check(clothes, arrays)
    assert session.data() == "offline", "claims are bounded on the digits"
    assert capsys.readouterr() == (
        "data     Fashion-MNIST: 60 training and 20 test images, 28 × 28, 10 classes "
        "(COURSE_DATA)\n",
        "",
    )


@pytest.mark.parametrize(
    "setting",
    ["mine", '"mine"', "mine/", "mine/mnist.npz"],  # relative, too: see test_data
)
def test_fashion_beside_the_digits_however_they_are_named(alone, monkeypatch, setting):
    fashion(alone / "mine" / "fashion-mnist")
    (alone / "mine" / "mnist.npz").touch()
    monkeypatch.chdir(alone)
    monkeypatch.setenv("COURSE_DATA", setting)
    assert pictures.load_fashion().source == "COURSE_DATA"


@pytest.mark.parametrize("setting", ["offline", "", "elsewhere"])
def test_fashion_in_kerass_cache(alone, monkeypatch, setting):
    arrays = fashion(alone / "keras" / "datasets" / "fashion-mnist")
    monkeypatch.setenv("COURSE_DATA", setting)
    clothes = pictures.load_fashion()
    check(clothes, arrays)
    assert clothes.source == "Keras's cache"


def test_kerass_folders(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert data._keras_folders()[0] == tmp_path / "datasets"


def test_offline_asks_no_network(alone):
    with pytest.raises(
        FileNotFoundError, match="COURSE_DATA=offline allows no network.*offline dig"
    ):
        pictures.load_fashion()


def test_a_network_that_does_not_answer(alone, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", "")
    monkeypatch.setattr(data, "_connection_problem", lambda url: f"no connection ({url[:8]})")
    with pytest.raises(
        FileNotFoundError, match=r"could not be fetched: no connection \(https://\)"
    ):
        pictures.load_fashion()


def test_downloaded_by_keras(alone, monkeypatch, capsys):
    arrays = fashion(alone / "source")
    keras = pytest.importorskip("keras")
    monkeypatch.setenv("COURSE_DATA", "")
    monkeypatch.setattr(data, "_connection_problem", lambda url: None)
    loaded = keras.datasets.fashion_mnist.load_data.__globals__

    def get_file(fname, origin, cache_subdir):
        assert origin == pictures.FASHION_URL + fname and fname in pictures.FASHION_FILES
        assert cache_subdir == os.path.join("datasets", "fashion-mnist")
        return str(alone / "source" / fname)

    monkeypatch.setitem(loaded, "get_file", get_file)
    clothes = pictures.load_fashion()
    check(clothes, arrays)
    assert clothes.source == "downloaded by Keras"
    assert "downloading Fashion-MNIST (30 MB)" in capsys.readouterr().out


IMAGES = idx(np.zeros((60, 28, 28), np.uint8))


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"train_images": b""}, "train-images.* begins with the number 0, wanted 2051"),
        ({"train_images": b"<html>"}, "begins with the number [0-9]+, wanted 2051"),
        ({"train_labels": IMAGES}, "train-labels.* begins with the number 2051, wanted 2049"),
        ({"train_images": IMAGES[:-1]}, r"promises an array \(60, 28, 28\) and holds 47,039 bytes"),
        ({"train_images": IMAGES[:10]}, "cut short"),
        ({"train_images": IMAGES + b"x"}, "promises an array"),
        ({"t10k_images": idx(np.zeros((20, 27, 28), np.uint8))}, r"test: images \(20, 27, 28\)"),
        ({"t10k_images": idx(np.zeros((0, 28, 28), np.uint8))}, r"test: images \(0, 28, 28\)"),
        ({"t10k_labels": idx(np.zeros(19, np.uint8))}, r"20 images, labels of shape \(19,\)"),
        ({"t10k_labels": idx(np.full(20, 10, np.uint8))}, "up to 10; wanted one label from 0 to 9"),
        ({"t10k_labels": idx(np.zeros(0, np.uint8))}, r"labels of shape \(0,\)"),
    ],
)
def test_damaged_fashion(alone, changes, says):
    fashion(alone / "keras" / "datasets" / "fashion-mnist", **changes)
    with pytest.raises(ValueError, match=says):
        pictures.load_fashion()


@pytest.mark.parametrize("damage", [lambda raw: raw[:-40], lambda raw: b"no gzip", lambda raw: b""])
def test_a_broken_gz(alone, damage):
    folder = alone / "keras" / "datasets" / "fashion-mnist"
    fashion(folder)
    path = folder / pictures.FASHION_FILES[0]
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match="train-images-idx3-ubyte.gz"):
        pictures.load_fashion()


def test_three_of_four_files_are_not_enough(alone):
    fashion(alone / "keras" / "datasets" / "fashion-mnist", t10k_labels=None)
    with pytest.raises(FileNotFoundError, match=r"t10k-labels-idx1-ubyte\.gz"):
        pictures.load_fashion()
