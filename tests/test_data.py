"""The digits: every way of finding them, bad files, the offline set's factors, corruptions."""

import hashlib
import http.server
import importlib.util
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from course_utils import data, files, session

ROOT = Path(__file__).resolve().parents[1]


def fake_mnist(path, **changes):
    """Write a small mnist.npz, with some arrays replaced (None: left out)."""
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(0, 256, (30, 28, 28), dtype=np.uint8),
        "y_train": np.arange(30, dtype=np.uint8) % 10,
        "x_test": rng.integers(0, 256, (20, 28, 28), dtype=np.uint8),
        "y_test": np.arange(20, dtype=np.uint8) % 10,
    } | changes
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **{k: v for k, v in arrays.items() if v is not None})
    return path


def closed_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """A package that finds no MNIST: own folders, own Keras cache, an address that refuses."""
    package = tmp_path / "course" / "course_utils"
    (tmp_path / "course" / "data").mkdir(parents=True)
    package.mkdir()
    shutil.copy(files.PACKAGE / "offline_digits.json", package)
    shutil.copy(files.bundled("offline_digits.npz"), tmp_path / "course" / "data")
    monkeypatch.setattr(files, "PACKAGE", package)
    monkeypatch.setattr(data, "MNIST_SHA256", "that of no file")
    monkeypatch.setattr(data, "MNIST_URL", f"http://127.0.0.1:{closed_port()}/mnist.npz")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("COURSE_DATA", raising=False)
    return tmp_path / "course"


@pytest.fixture
def silent_server(monkeypatch):
    """MNIST_URL at a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(
            data, "MNIST_URL", f"http://127.0.0.1:{server.getsockname()[1]}/mnist.npz"
        )
        yield server


def was_called(server):
    server.settimeout(0.2)
    try:
        server.accept()[0].close()
        return True
    except TimeoutError:
        return False


@pytest.fixture
def web(monkeypatch, alone, tmp_path):
    """MNIST_URL at a server that sends a small mnist.npz; Keras downloads from there.

    Its attributes `status`, `stall` and `sha256` make it refuse, stop half-way, or be wrong.
    """
    body = fake_mnist(tmp_path / "web.npz").read_bytes()
    go_on = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(self.server.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()

        def do_GET(self):
            self.do_HEAD()
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            if self.server.stall:
                go_on.wait(20)
            else:
                self.wfile.write(body[len(body) // 2 :])

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.status, server.stall = 200, False
    server.sha256 = hashlib.sha256(body).hexdigest()
    url = f"http://127.0.0.1:{server.server_port}/mnist.npz"
    monkeypatch.setattr(data, "MNIST_URL", url)

    mnist = pytest.importorskip("keras").datasets.mnist
    get_file = mnist.load_data.__globals__["get_file"]

    def get_from_here(fname, origin, file_hash):
        assert origin.startswith("https://storage.googleapis.com/") and origin.endswith(fname)
        return get_file(fname, url, file_hash=server.sha256, cache_dir=str(tmp_path))

    monkeypatch.setitem(mnist.load_data.__globals__, "get_file", get_from_here)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    go_on.set()
    server.shutdown()
    server.server_close()


# Where the digits are found


def test_course_data_names_the_folder(alone, monkeypatch, capsys, tmp_path):
    path = fake_mnist(tmp_path / "mine" / "mnist.npz")
    fake_mnist(alone / "data" / "mnist.npz", x_train=None)  # would fail if it were read
    monkeypatch.setenv("COURSE_DATA", str(path.parent))
    digits = data.load_digits()
    assert capsys.readouterr().out == (
        "data     MNIST: 30 training and 20 test images (COURSE_DATA)\n"
    )
    assert digits.name == "mnist" and digits.factors is None
    assert digits.x_train.shape == (30, 28, 28, 1) and digits.x_train.dtype == np.float32
    assert digits.y_test.shape == (20,) and digits.y_test.dtype == np.int64
    with np.load(path) as stored:
        np.testing.assert_allclose(digits.x_test[..., 0], stored["x_test"] / 255, atol=1e-7)
        np.testing.assert_array_equal(digits.y_train, stored["y_train"])
    assert session.data() == "mnist"


@pytest.mark.parametrize("name", [None, "mnist"])
def test_then_the_data_folder(alone, silent_server, capsys, name):
    fake_mnist(alone / "data" / "mnist.npz")
    assert data.load_digits(name).name == "mnist"
    assert "(data/mnist.npz)" in capsys.readouterr().out
    assert not was_called(silent_server)


def test_then_kerass_cache_if_its_hash_is_right(alone, monkeypatch, silent_server, tmp_path):
    monkeypatch.setattr(data, "CONNECT_SECONDS", 0.3)
    path = fake_mnist(tmp_path / "keras" / "datasets" / "mnist.npz")
    monkeypatch.setattr(data, "MNIST_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    digits = data.load_digits()
    assert digits.name == "mnist" and digits.source == "Keras's cache"
    assert not was_called(silent_server)

    path.write_bytes(path.read_bytes()[:-1])
    assert data.load_digits().name == "offline"
    assert was_called(silent_server)


def test_then_kerass_download(web, capsys):
    before = socket.getdefaulttimeout()
    digits = data.load_digits()
    assert digits.name == "mnist" and len(digits.x_train) == 30
    assert capsys.readouterr().out.splitlines() == [
        "data     downloading MNIST (11 MB) ...",
        "data     MNIST: 30 training and 20 test images (downloaded by Keras)",
    ]
    assert socket.getdefaulttimeout() == before


@pytest.mark.parametrize(
    "trouble, reason",
    [
        ({"status": 403}, "the server answered 403"),
        ({"stall": True}, "timed out"),
        ({"sha256": "0" * 64}, "Incomplete or corrupted file"),
    ],
)
def test_failed_download_falls_back_and_says_why(web, monkeypatch, capsys, trouble, reason):
    monkeypatch.setattr(data, "STALL_SECONDS", 0.5)
    for key, value in trouble.items():
        setattr(web, key, value)
    before = socket.getdefaulttimeout()
    start = time.perf_counter()
    assert data.load_digits().name == "offline"
    assert time.perf_counter() - start < 5
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("data     offline digits: 12,000 training and 2,000 test images (MNIST")
    assert reason in last
    assert socket.getdefaulttimeout() == before


def test_a_cache_that_cannot_be_written_falls_back(web, monkeypatch):
    from keras.datasets import mnist

    def refuse(*args, **kwargs):
        raise PermissionError("read-only file system")

    monkeypatch.setitem(mnist.load_data.__globals__, "get_file", refuse)
    assert "read-only file system" in data.load_digits().source


def test_no_connection_falls_back_at_once(alone, capsys):
    start = time.perf_counter()
    assert data.load_digits().name == "offline"
    assert time.perf_counter() - start < 3
    assert "(MNIST could not be fetched: no connection)" in capsys.readouterr().out


def test_server_that_never_answers_is_given_up(alone, silent_server, monkeypatch):
    monkeypatch.setattr(data, "CONNECT_SECONDS", 0.5)
    start = time.perf_counter()
    assert "no " in data.load_digits().source
    assert 0.4 < time.perf_counter() - start < 4
    assert was_called(silent_server)


def test_name_server_that_hangs_costs_less_than_10_seconds(alone, monkeypatch):
    released = threading.Event()

    def hang(*args, **kwargs):
        released.wait(60)
        raise socket.gaierror("released")

    allowed = data.CONNECT_SECONDS
    monkeypatch.setattr(data, "CONNECT_SECONDS", 1.0)
    monkeypatch.setattr(data, "MNIST_URL", "https://mnist.invalid/mnist.npz")
    monkeypatch.setattr(socket, "getaddrinfo", hang)
    start = time.perf_counter()
    digits = data.load_digits()
    seconds = time.perf_counter() - start
    released.set()
    assert digits.source == "MNIST could not be fetched: no answer in 1 s"
    assert seconds > 0.9 and seconds - 1 + allowed < 10


@pytest.mark.parametrize(
    "setting, name", [("offline", None), ("offline", "offline"), ("", "offline")]
)
def test_offline_touches_no_network(alone, silent_server, monkeypatch, setting, name):
    monkeypatch.setenv("COURSE_DATA", setting)
    fake_mnist(alone / "data" / "mnist.npz")
    assert data.load_digits(name).name == "offline"
    assert not was_called(silent_server)
    assert session.data() == "offline"


def test_mnist_by_name_under_course_data_offline(alone, silent_server, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", "offline")
    with pytest.raises(FileNotFoundError, match="allows no network"):
        data.load_digits("mnist")
    assert not was_called(silent_server)
    fake_mnist(alone / "data" / "mnist.npz")
    assert data.load_digits("mnist").name == "mnist"


def test_mnist_by_name_says_how_to_get_it(alone):
    with pytest.raises(FileNotFoundError, match=r"no connection.*mnist\.npz.*COURSE_DATA"):
        data.load_digits("mnist")


@pytest.mark.parametrize("folder", ["missing", "empty"])
def test_course_data_without_mnist(alone, monkeypatch, tmp_path, folder):
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / folder))
    for name in (None, "mnist"):
        with pytest.raises(FileNotFoundError, match=rf"{folder}.*mnist\.npz.*COURSE_DATA=offline"):
            data.load_digits(name)
    assert data.load_digits("offline").name == "offline"


@pytest.mark.parametrize(
    "setting",
    [
        "{home}/My digits",
        "{home}/My digits/",
        " {home}/My digits ",
        '"{home}/My digits"',
        "'{home}/My digits'",
        "~/My digits",
        "{home}/My digits/mnist.npz",
        "~/My digits/mnist.npz",
    ],
)
def test_course_data_may_be_written_in_many_ways(alone, monkeypatch, tmp_path, setting):
    fake_mnist(tmp_path / "My digits" / "mnist.npz")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("COURSE_DATA", setting.format(home=tmp_path))
    assert data.load_digits().source == "COURSE_DATA"


def test_offline_may_have_quotes(alone, silent_server, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", '"offline"')
    assert data.load_digits().name == "offline"
    assert not was_called(silent_server)


@pytest.fixture
def three_places(alone, monkeypatch, tmp_path):
    """Where a relative folder is looked for, in order: the kernel's, the shell's, the course's."""
    places = [tmp_path / "kernel", tmp_path / "shell", alone]
    for place in places[:2]:
        place.mkdir()
    monkeypatch.chdir(places[0])
    monkeypatch.setenv("PWD", str(places[1]))
    monkeypatch.setenv("COURSE_DATA", "my/digits")
    return places


def test_a_relative_folder_is_looked_for_in_three_places(three_places):
    for found, place in enumerate(reversed(three_places), start=1):
        fake_mnist(place / "my/digits/mnist.npz", y_test=np.full(20, found))
        assert data.load_digits().y_test[0] == found


def test_no_such_relative_folder_says_where_it_was_looked_for(three_places):
    with pytest.raises(FileNotFoundError) as error:
        data.load_digits()
    files = [str(place / "my/digits/mnist.npz") for place in three_places]
    assert f"COURSE_DATA is 'my/digits', but there is no file {' nor '.join(files)}." in str(
        error.value
    )


def test_places_that_are_the_same_are_named_once(three_places, monkeypatch):
    monkeypatch.setenv("PWD", str(three_places[0]))
    with pytest.raises(FileNotFoundError) as error:
        data.load_digits()
    assert str(error.value).count("mnist.npz nor ") == 1
    monkeypatch.delenv("PWD")
    with pytest.raises(FileNotFoundError) as again:
        data.load_digits()
    assert str(again.value) == str(error.value)


def test_kerass_folders_are_those_of_keras(monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    home, instead = data._keras_folders()
    assert home == tmp_path / ".keras/datasets"
    assert instead == Path("/tmp/.keras/datasets") or not Path("/tmp").is_dir()


def test_folder_may_be_read_only(alone, monkeypatch, tmp_path):
    folder = fake_mnist(tmp_path / "mine" / "mnist.npz").parent
    folder.chmod(0o555)
    before = {p: p.stat().st_mtime_ns for p in (folder, *folder.iterdir())}
    monkeypatch.setenv("COURSE_DATA", str(folder))
    try:
        assert data.load_digits().name == "mnist"
        assert {p: p.stat().st_mtime_ns for p in (folder, *folder.iterdir())} == before
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ["MNIST", "fashion", "", 3])
def test_unknown_name(name):
    with pytest.raises(ValueError, match=r"unknown data set .*\['mnist', 'offline'\]"):
        data.load_digits(name)


def test_bundled_prefers_the_installed_package_and_says_where_it_looked(alone):
    assert files.bundled("offline_digits.npz") == alone / "data" / "offline_digits.npz"
    installed = alone / "course_utils" / "_data" / "offline_digits.npz"
    installed.parent.mkdir()
    installed.write_bytes(b"")
    assert files.bundled("offline_digits.npz") == installed
    with pytest.raises(FileNotFoundError, match="nothing.npz is neither in .*_data nor in .*data"):
        files.bundled("nothing.npz")


def test_the_whole_mnist(alone, monkeypatch):
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "mnist.npz").is_file():
        pytest.skip("no mnist.npz beside this checkout")
    monkeypatch.setenv("COURSE_DATA", str(folder))
    digits = data.load_digits()
    assert digits.x_train.shape == (60_000, 28, 28, 1) and len(digits.x_test) == 10_000
    assert abs(digits.x_train.mean(dtype=np.float64) - 0.1307) < 1e-4  # the known mean of MNIST


def test_import_is_light():
    heavy = "{'tensorflow', 'keras', 'scipy', 'sklearn', 'matplotlib'}"
    code = f"import sys, course_utils.data; sys.exit(str({heavy} & set(sys.modules) or ''))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == ""


# Bad files


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"y_test": None}, r"lacks \['y_test'\]"),
        ({"x_train": np.zeros((30, 28, 28), np.float32)}, "x_train is float32.*wanted uint8"),
        ({"x_train": np.zeros((30, 784), np.uint8)}, r"x_train is uint8 of shape \(30, 784\)"),
        ({"x_test": np.zeros((20, 8, 8), np.uint8)}, r"\(20, 8, 8\); wanted .*\(n, 28, 28\)"),
        ({"x_test": np.zeros((0, 28, 28), np.uint8)}, r"x_test .*\(0, 28, 28\)"),
        ({"y_train": np.zeros(29, np.uint8)}, r"\(29,\); wanted integers of shape \(30,\)"),
        ({"y_train": np.zeros((30, 10), np.uint8)}, r"y_train .*\(30, 10\)"),
        ({"y_test": np.zeros(20)}, "y_test is float64.*wanted integers"),
        ({"y_test": np.full(20, 10)}, "y_test has labels from 10 to 10; wanted 0 to 9"),
        ({"y_test": np.full(20, -1)}, "y_test has labels from -1"),
        ({"y_test": np.array([None] * 20)}, "damaged or not the right file"),
    ],
)
def test_wrong_arrays(alone, changes, message):
    fake_mnist(alone / "data" / "mnist.npz", **changes)
    with pytest.raises(ValueError, match=message) as error:
        data.load_digits()
    assert str(alone / "data" / "mnist.npz") in str(error.value)


def truncated(path):
    path.write_bytes(path.read_bytes()[:-500])


def garbled(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 4] ^= 255
    path.write_bytes(content)


def text(path):
    path.write_text("<html>404 not found</html>")


def empty(path):
    path.write_bytes(b"")


def one_array(path):
    with path.open("wb") as file:
        np.save(file, np.zeros((30, 28, 28), np.uint8))


@pytest.mark.parametrize("damage", [truncated, garbled, text, empty, one_array])
@pytest.mark.parametrize("name", ["mnist", "offline"])
def test_damaged_file(alone, name, damage):
    file = {"mnist": "mnist.npz", "offline": "offline_digits.npz"}[name]
    fake_mnist(alone / "data" / "mnist.npz")
    damage(alone / "data" / file)
    with pytest.raises(ValueError, match="damaged or not the right file.*wanted an .npz") as error:
        data.load_digits(name)
    assert str(alone / "data" / file) in str(error.value)


@pytest.mark.parametrize("name", ["y_test", "slant_train"])
def test_changed_offline_array_is_noticed(alone, name):
    path = alone / "data" / "offline_digits.npz"
    with np.load(path) as archive:
        arrays = dict(archive)
    arrays[name][0] += 1
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match=f"sha256 of {name}"):
        data.load_digits("offline")


# The offline digits


@pytest.fixture(scope="module")
def offline():
    return data.load_digits("offline")


@pytest.fixture(scope="module")
def originals():
    return pytest.importorskip("sklearn.datasets").load_digits()


@pytest.fixture(scope="module")
def maker():
    path = ROOT / "tools" / "make_offline_digits.py"
    pytest.importorskip("sklearn")
    spec = importlib.util.spec_from_file_location("make_offline_digits", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_offline_shapes_and_types(offline):
    for part, n in (("train", 12_000), ("test", 2_000)):
        x, y = getattr(offline, f"x_{part}"), getattr(offline, f"y_{part}")
        assert x.shape == (n, 28, 28, 1) and x.dtype == np.float32
        assert x.min() == 0 and x.max() == 1
        assert y.shape == (n,) and y.dtype == np.int64
        assert set(offline.factors[part]) == {"rotation", "slant", "stroke", "original"}
        assert all(values.shape == (n,) for values in offline.factors[part].values())
    assert len(repr(offline)) < 120


def test_offline_loads_in_a_second_and_is_small():
    start = time.process_time()
    data.load_digits("offline")
    assert time.process_time() - start < 1
    assert files.bundled("offline_digits.npz").stat().st_size < 3.5e6


def test_hashes_are_those_of_the_datasheet():
    hashes = json.loads((files.PACKAGE / "offline_digits.json").read_text())
    datasheet = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    with np.load(files.bundled("offline_digits.npz")) as archive:
        assert set(archive) == set(hashes)
        for name, array in archive.items():
            assert hashlib.sha256(array.tobytes()).hexdigest() == hashes[name]
            assert f"| `{name}` | {array.shape} {array.dtype} | `{hashes[name]}` |" in datasheet


def test_no_original_on_both_sides(offline, originals):
    train, test = (np.unique(offline.factors[part]["original"]) for part in ("train", "test"))
    assert (len(train), len(test)) == (1540, 257)
    assert not set(train) & set(test)
    images = originals.images
    assert not {images[i].tobytes() for i in train} & {images[i].tobytes() for i in test}


def test_labels_are_the_originals_and_each_is_drawn_equally_often(offline, originals):
    for part in ("train", "test"):
        index = offline.factors[part]["original"]
        np.testing.assert_array_equal(getattr(offline, f"y_{part}"), originals.target[index])
        times = np.bincount(index)
        assert set(times[times > 0]) == {7, 8}
        share = np.bincount(getattr(offline, f"y_{part}")) / len(index)
        expected = np.bincount(originals.target) / len(originals.target)
        np.testing.assert_allclose(share, expected, atol=0.005)


def test_images_look_like_their_originals(offline, originals):
    """Most images, shrunk to 8x8, are nearest to an original of their own class."""
    x = offline.x_test[:500, 4:24, 4:24, 0].reshape(500, 5, 4, 5, 4).mean((2, 4)).reshape(500, -1)
    y = offline.y_test[:500]
    train = offline.x_train[:, 4:24, 4:24, 0].reshape(-1, 5, 4, 5, 4).mean((2, 4))
    train = train.reshape(len(train), -1)
    squared = (x**2).sum(1)[:, None] - 2 * x @ train.T + (train**2).sum(1)
    assert (offline.y_train[squared.argmin(1)] == y).mean() > 0.85


def test_no_image_is_blank_and_none_runs_out_of_the_frame(offline):
    for x in (offline.x_train, offline.x_test):
        ink = x.mean((1, 2, 3))
        assert ink.min() > 0.06 and ink.max() < 0.3
        border = np.concatenate([x[:, 0], x[:, -1], x[:, :, 0], x[:, :, -1]], axis=1)
        assert (border.max((1, 2)) > 0.5).mean() < 0.002


def test_regeneration_agrees_within_one_grey_level(maker):
    arrays = maker.make(train=200, test=50)
    with np.load(files.bundled("offline_digits.npz")) as stored:
        for name, made in arrays.items():
            expected = stored[name][: len(made)]
            assert made.dtype == expected.dtype and len(made) in (200, 50)
            if name.startswith("x_"):
                assert np.abs(made.astype(int) - expected).max() <= 1
            else:
                np.testing.assert_array_equal(made, expected)


def lean(x):
    """Pixels to the right per pixel upwards, from second moments. x (n, 28, 28) -> (n,)."""
    x = x.astype(float) / x.sum((1, 2), keepdims=True)
    up, right = 13.5 - np.arange(28)[:, None], np.arange(28)[None, :] - 13.5
    up = up - (x * up).sum((1, 2), keepdims=True)
    right = right - (x * right).sum((1, 2), keepdims=True)
    return (x * up * right).sum((1, 2)) / (x * up**2).sum((1, 2))


def test_factors_have_the_units_and_signs_that_are_documented(maker):
    bar = np.zeros((8, 8))
    bar[:, 3:5] = 16

    def width(image):
        return (image[10:18] / 255).sum(1).mean()

    straight = maker.draw(bar, 0, 0, 0)
    np.testing.assert_array_equal(straight, straight[:, ::-1])
    assert lean(maker.draw(bar, 0, 0.3, 0)[None])[0] == pytest.approx(0.3, abs=0.01)
    # Counter-clockwise: the top goes to the left.
    turned = lean(maker.draw(bar, 10, 0, 0)[None])[0]
    assert turned == pytest.approx(-np.tan(np.deg2rad(10)), abs=0.02)
    for stroke in (-1, 0.4):
        change = width(maker.draw(bar, 0, 0, stroke)) - width(straight)
        assert change == pytest.approx(stroke, abs=0.05)


def within_originals(values, original):
    """What is left when the mean over the drawings of each original is taken away."""
    values, original = np.asarray(values, float), original.astype(int)
    mean = np.bincount(original, values) / np.maximum(np.bincount(original), 1)
    return values - mean[original]


@pytest.mark.parametrize("part", ["train", "test"])
def test_factors_can_be_read_off_the_images(offline, part):
    x, factors = getattr(offline, f"x_{part}")[..., 0], offline.factors[part]

    def r(a, b, within=False):
        if within:
            a, b = (within_originals(v, factors["original"]) for v in (a, b))
        return np.corrcoef(a, b)[0, 1]

    leaning = factors["slant"] - np.tan(np.deg2rad(factors["rotation"]))
    assert r(lean(x), factors["slant"]) > 0.7
    assert r(lean(x), factors["rotation"]) < -0.35
    assert r(lean(x), leaning) > 0.83
    assert r(lean(x), leaning, within=True) > 0.97  # writers' own slants taken away
    ink = x.mean((1, 2))
    assert r(ink, factors["stroke"]) > 0.78
    assert r(ink, factors["stroke"], within=True) > 0.97
    for name, other in (("slant", "rotation"), ("slant", "stroke"), ("rotation", "stroke")):
        assert abs(r(factors[name], factors[other])) < 0.08  # drawn independently

    fifth = np.digitize(factors["stroke"], np.linspace(-1.6, 0.4, 6)[1:-1])
    assert (np.diff([ink[fifth == i].mean() for i in range(5)]) > 0.01).all()


# Corruptions

CORRUPTIONS = [(data.add_gaussian, 0.5), (data.mask, 0.5), (data.salt_and_pepper, 0.5)]


@pytest.fixture
def x():
    return np.random.default_rng(1).uniform(0.2, 0.8, (100, 28, 28, 1)).astype(np.float32)


@pytest.mark.parametrize("corrupt, amount", CORRUPTIONS)
def test_corruptions_are_pure_and_repeatable(x, corrupt, amount):
    before = x.copy()
    once = corrupt(x, amount, seed=3)
    np.testing.assert_array_equal(x, before)
    assert once.shape == x.shape and once.dtype == np.float32
    np.testing.assert_array_equal(once, corrupt(x, amount, seed=3))
    assert (once != corrupt(x, amount, seed=4)).any()
    np.testing.assert_array_equal(corrupt(x, 0, seed=3), x)
    assert corrupt(x, np.float64(amount), seed=3).dtype == np.float32
    assert corrupt(x.astype(float), amount, seed=3).dtype == np.float64


def test_gaussian_noise_is_gaussian_and_not_clipped(x):
    noise = (data.add_gaussian(x, 0.5, seed=0) - x).ravel()
    n = noise.size
    assert abs(noise.mean()) < 4 * 0.5 / n**0.5
    assert abs(noise.std() - 0.5) < 4 * 0.5 / (2 * n) ** 0.5
    assert abs((np.abs(noise) < 0.5).mean() - 0.6827) < 4 * (0.6827 * 0.3173 / n) ** 0.5
    assert data.add_gaussian(x, 1.0, seed=0).min() < 0 and data.add_gaussian(x, 1, seed=0).max() > 1


@pytest.mark.parametrize("fraction", [0.1, 0.7, 1.0])
def test_mask_blackens_that_fraction(x, fraction):
    masked = data.mask(x, fraction, seed=0)
    gone = masked == 0
    np.testing.assert_array_equal(masked[~gone], x[~gone])
    assert abs(gone.mean() - fraction) <= 4 * (fraction * (1 - fraction) / x.size) ** 0.5


@pytest.mark.parametrize("fraction", [0.1, 0.7, 1.0])
def test_salt_and_pepper_in_equal_parts(x, fraction):
    y = data.salt_and_pepper(x, fraction, seed=0)
    hit = (y == 0) | (y == 1)
    np.testing.assert_array_equal(y[~hit], x[~hit])
    half = fraction / 2
    for value in (0, 1):
        assert abs((y == value).mean() - half) <= 4 * (half * (1 - half) / x.size) ** 0.5


@pytest.mark.parametrize("sigma", [-0.1, np.nan, np.inf])
def test_bad_sigma(x, sigma):
    with pytest.raises(ValueError, match="sigma must be at least 0"):
        data.add_gaussian(x, sigma, seed=0)


@pytest.mark.parametrize("corrupt", [data.mask, data.salt_and_pepper])
@pytest.mark.parametrize("fraction", [-0.1, 1.1, np.nan])
def test_bad_fraction(x, corrupt, fraction):
    with pytest.raises(ValueError, match=r"fraction must lie in \[0, 1\]"):
        corrupt(x, fraction, seed=0)


@pytest.mark.parametrize("corrupt, amount", CORRUPTIONS)
def test_corruptions_refuse_grey_levels(corrupt, amount):
    with pytest.raises(TypeError, match="floats, got uint8"):
        corrupt(np.zeros((2, 28, 28), np.uint8), amount, seed=0)
