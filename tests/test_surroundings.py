"""What a machine, a user's settings and earlier cells may bring along, tried for real.

The folder `surroundings` holds a keras.json and a matplotlibrc that would spoil most chapters.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SPOILT = ROOT / "tests/surroundings"

START = "from course_utils import backend, data, plots, runtime\nruntime.start(chapter=8)\n"

# All that chapters build on: the settings, a drawing, and what a small network learns.
RESULTS = """
import hashlib, io, keras, matplotlib.pyplot as plt, numpy as np

print("keras:", *(getattr(keras.config, name)() for name in backend.KERAS_SETTINGS))
own = ("backend", "interactive")
print("matplotlib:", sorted((k, str(v)) for k, v in plt.rcParams.items() if k not in own))
fig, ax = plt.subplots()
ax.plot([0, -1], label="a line")
ax.legend()
fig.savefig(png := io.BytesIO(), dpi=plots.DPI)
print("drawn:", hashlib.sha256(png.getvalue()).hexdigest())
keras.utils.set_random_seed(runtime.seed(1))
x = np.random.default_rng(runtime.seed(2)).random((32, 8, 8, 1), dtype="float32")
kept = [keras.layers.Conv2D(4, 3), keras.layers.BatchNormalization(), keras.layers.Flatten()]
model = keras.Sequential([keras.Input((8, 8, 1)), *kept, keras.layers.Dense(1)])
model.compile("adam", "mse")
losses = model.fit(x, x[:, 0, 0], epochs=3, verbose=0).history["loss"]
print("learned:", losses, model(x).numpy().tobytes().hex()[:64])
"""

# One change after the other, each told once; and all taken back by start.
LATER = """
print("now later")
for change, value in (
    ("dtype_policy", "mixed_float16"),
    ("image_data_format", "channels_first"),
    ("floatx", "float64"),
):
    print("change", change)
    getattr(keras.config, "set_" + change)(value)
    runtime.seed(1)
    runtime.budget(smoke=1, quick=2, full=3)
    runtime.claim("one", 1, at_most=1)
    data.load_digits("offline")
runtime.start(chapter=8)
runtime.seed(1)
"""

SEEDS = """
import os
for shift in ("20231234", "4294966", "4294967295", "9" * 30):
    os.environ["COURSE_SEED"] = shift
    runtime.start(chapter=99)
    for n in (0, 1199):
        keras.utils.set_random_seed(runtime.seed(n))
        keras.random.normal((2,), seed=keras.random.SeedGenerator(runtime.seed(n)))
        np.random.default_rng(runtime.seed(n))
print("all drawn")
"""

POLICY = "import keras\nkeras.mixed_precision.set_global_policy('mixed_float16')\n"
AT_WORK = """
from course_utils import backend
import tensorflow as tf
backend.cores = lambda: 2
print("three:", int(tf.constant(1) + 2))
"""
OWN = {"TF_NUM_INTRAOP_THREADS": "2"}
LIMITS = {"KERAS_MAX_EPOCHS": "1", "KERAS_MAX_STEPS_PER_EPOCH": "1"}
PROGRAMS = {
    "plain": (START + RESULTS + LATER + SEEDS, {}),
    "two threads": (START + RESULTS, OWN),  # they may add up in another order than one
    "spoilt": (START + RESULTS, {"KERAS_HOME": SPOILT, "MATPLOTLIBRC": SPOILT, **LIMITS, **OWN}),
    "keras before": ("import tensorflow\n" + POLICY + START + RESULTS, {}),
    "at work before": (AT_WORK + START + RESULTS, {}),
}


def python(*command, before=(), encoding="utf-8", **env):
    """Run Python in a fresh process without the variables that are tried here."""
    tried = ("COURSE_", "KERAS_", "MPL", "MATPLOTLIB", "TF_", "PYTHON")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(tried)}
    mine = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "MPLBACKEND": "agg"}
    return subprocess.run(
        [*before, sys.executable, *command],
        env=clean | mine | {key: str(value) for key, value in env.items()},
        cwd=ROOT,
        capture_output=True,
        encoding=encoding,
        timeout=300,
    )


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """The lines that each of the programs prints; none says anything on stderr."""

    home = tmp_path_factory.mktemp("keras")

    def run(name):
        code, env = PROGRAMS[name]
        env = {"KERAS_HOME": home, **env}
        if "MATPLOTLIBRC" in env:
            env["MPLBACKEND"] = ""  # so that the file's counts
        return python("-c", code, **env)

    with ThreadPoolExecutor(2) as pool:
        runs = dict(zip(PROGRAMS, pool.map(run, PROGRAMS), strict=True))
    for name, done in runs.items():
        assert done.returncode == 0, f"{name}: {done.stderr}"
        assert name.endswith("before") or done.stderr == "", name  # then TensorFlow had its say
    return {name: done.stdout.splitlines() for name, done in runs.items()}


def results(lines):
    kinds = ("keras:", "matplotlib:", "drawn:", "learned:")
    found = {kind: line for line in lines for kind in kinds if line.startswith(kind)}
    assert len(found) == 4
    return found


def settings(lines):
    return [line for line in lines if line.startswith(("settings", "Settings"))]


@pytest.mark.parametrize("name", ["spoilt", "keras before", "at work before"])
def test_results_are_the_same_in_all_surroundings(printed, name):
    like = "two threads" if name in ("spoilt", "at work before") else "plain"
    assert results(printed[name]) == results(printed[like])


def test_what_start_set_back_is_said_in_one_line(printed):
    back = "settings of Keras (keras.json, KERAS_… or an earlier cell) set back: "
    assert settings(printed["spoilt"]) == [
        back + "floatx float64 → float32, dtype_policy float64 → float32, image_data_format "
        "channels_first → channels_last, epsilon 0.001 → 1e-07, max_epochs 1 → None, "
        "max_steps_per_epoch 1 → None"
    ]
    assert settings(printed["keras before"]) == [back + "dtype_policy mixed_float16 → float32"]


def test_threads_that_somebody_else_has_set_are_left_and_said(printed):
    threads = {name: [x for x in lines if "threads" in x] for name, lines in printed.items()}
    off = "tf.data's autotuner off"
    assert threads["spoilt"] == [f"threads  as set before; {off}"]
    assert threads["at work before"] == [
        "threads  TensorFlow's own setting, which is slower here, because it was at work before "
        f"this cell: to change that, restart the kernel; {off}"
    ]
    assert threads["keras before"] == threads["plain"][:1]


def test_what_a_cell_changed_later_is_said_once(printed):
    lines = printed["plain"]
    assert settings(lines[: lines.index("now later")]) == []
    changed = "Settings of Keras have changed: dtype_policy float32 → mixed_float16"
    channels = "image_data_format channels_last → channels_first"
    end = ". The course is not written for that, and cells may fail; runtime.start(8) sets them"
    told = settings(lines[lines.index("now later") :])
    assert told == [
        f"{changed}{end} back.",
        f"{changed}, {channels}{end} back.",
        f"{changed.replace('dtype', 'floatx float32 → float64, dtype')}, {channels}{end} back.",
        "settings of Keras (keras.json, KERAS_… or an earlier cell) set back: floatx float64 → "
        "float32, dtype_policy mixed_float16 → float32, image_data_format channels_first → "
        "channels_last",
    ]
    for change in ("dtype_policy", "image_data_format", "floatx"):
        assert lines[lines.index(f"change {change}") + 1] in told, "by the first call, `seed`"


def test_any_whole_number_is_a_seed(printed):
    assert printed["plain"][-1] == "all drawn"


@pytest.mark.parametrize("backend", ["numpy", "none_such"])
def test_another_backend_is_refused_in_a_sentence(backend, tmp_path):
    """Keras keeps to it even if its import has failed, as jax's does where there is no jax."""
    code = "import contextlib\nwith contextlib.suppress(Exception):\n    import keras\n" + START
    done = python("-c", code, KERAS_HOME=tmp_path, KERAS_BACKEND=backend)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.splitlines()[-1] == (
        f"RuntimeError: Keras was imported with the backend {backend}, and the course needs "
        "tensorflow: restart the kernel and run this cell, with runtime.start, first."
    )


def test_what_keras_refuses_in_its_file_is_traced_to_the_file(tmp_path):
    (tmp_path / "keras.json").write_text('{"epsilon": 1}')
    done = python("-c", START, KERAS_HOME=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-2:] == [
        "ValueError: Invalid `epsilon` configuration. Expected a float. Received: epsilon=1",
        "Keras's settings are in keras.json, in ~/.keras or in KERAS_HOME.",
    ]


def test_a_chapter_runs_where_there_is_no_check_mark(tmp_path):
    done = python(
        "chapters/00_start_here.py",
        encoding="cp1252",
        COURSE_DATA="offline",
        COURSE_BUDGET="smoke",
        KERAS_HOME=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert r"\N{CHECK MARK} backend is TensorFlow = True (claimed: True)" in done.stdout
    assert "28 × 28" in done.stdout, "what can be printed is"


NO_HOME = """
import os
from pathlib import Path
try:
    print("home:", Path.home())
except RuntimeError:
    print("no home")
from course_utils import data, pictures
data.MNIST_URL = "http://127.0.0.1:9/mnist.npz"
data.load_digits()
os.environ["COURSE_DATA"] = "~/digits"
for load in (data.load_digits, lambda: pictures.load_folder("~/leaves")):
    try:
        load()
    except FileNotFoundError as error:
        print(error)
"""


def test_no_home():
    nobody = ["env", "-u", "HOME", "unshare", "--user", "--map-user=54321"]
    try:
        may = python("-c", "import os; print(os.getuid())", before=nobody).stdout == "54321\n"
    except FileNotFoundError:
        may = False
    if not may:
        pytest.skip("this machine lets nobody be a user without an entry")
    done = python("-c", NO_HOME, before=nobody, NO_PROXY="*")
    assert done.returncode == 0, done.stderr
    home, digits, folder, pictures = done.stdout.splitlines()
    assert home == "no home"
    assert digits.startswith("data     ")  # MNIST, if it is in data/
    assert folder.startswith("COURSE_DATA is '~/digits', but there is no file ")
    assert pictures.startswith("there is no folder ~/leaves in ")
