"""The runtime: repeatable, quiet and light starts; budgets; claims in every mode."""

import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from nbval.plugin import get_sanitize_patterns

from course_utils import backend, files, runtime, session
from course_utils.runtime import ClaimError, budget, claim

ROOT = Path(__file__).resolve().parents[1]

TRAIN = """
import os
from course_utils import backend, runtime
backend.cores = lambda: 2
runtime.start(chapter=3)
import keras, numpy as np, tensorflow as tf

def train():
    keras.utils.set_random_seed(runtime.seed(3))
    x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
    layers = [keras.layers.Dense(8, "relu"), keras.layers.Dropout(0.5), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((4,)), *layers])
    model.compile("adam", "mse")
    history = model.fit(x, x[:, :1], epochs=2, verbose=0)
    return repr(history.history["loss"])

print("first:", train())
print("again:", train())
os.environ |= {"COURSE_SEED": "7", "COURSE_STRICT": "1"}
runtime.start(chapter=3)
print("shifted:", train())
runtime.claim("tensor", tf.constant(0.5), at_most=0.5)
runtime.claim("bool tensor", keras.ops.all(keras.ops.ones(3) > 0))
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
print("autotuner:", ArrayDataAdapter(np.zeros((4, 1))).get_tf_dataset().options().autotune.enabled)
threads = tf.config.threading
print("set:", threads.get_intra_op_parallelism_threads(), end=" ")
print(threads.get_inter_op_parallelism_threads())
"""


SHARED = "one for an operation, two operations at a time"


def python(code, path="", **env):
    """Run code in a fresh interpreter; its stdout and all that it wrote to descriptor 2."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("COURSE_", "TF_", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=clean | {"PYTHONPATH": str(path)} | env,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.fixture(scope="module")
def runs():
    """The lines that the program above prints, in two fresh processes."""
    with ThreadPoolExecutor() as pool:
        both = list(pool.map(python, [TRAIN, TRAIN]))
    for run in both:
        assert run.returncode == 0, run.stderr
        assert run.stderr == ""
    return [run.stdout.splitlines() for run in both]


def said(run, name):
    """The one line of a run that begins with this name."""
    (line,) = [line for line in run if line.startswith(name)]
    return line


@pytest.fixture(autouse=True)
def as_if_fresh(monkeypatch):
    """No variable of the course."""
    for name in ("BUDGET", "SEED", "STRICT", "CLAIMS"):
        monkeypatch.delenv(f"COURSE_{name}", raising=False)


@pytest.fixture
def says(capsys):
    """Call claim and return what it printed."""

    def call(*args, **kwargs):
        claim(*args, **kwargs)
        return capsys.readouterr().out

    return call


# ------------------------------------------------------------------------------------ processes


def test_a_seed_repeats_the_training_and_another_changes_it(runs):
    losses = [
        [said(run, f"{name}: ").split(maxsplit=1)[1] for name in ("first", "again", "shifted")]
        for run in runs
    ]
    first, again, shifted = losses[0]
    assert first == again, "a cell run twice"
    assert first != shifted
    assert losses[0] == losses[1], "a fresh process"


def test_start_prints_four_lines_and_nothing_else(runs):
    """Nothing on stderr either, C++'s messages included: `runs` looked."""
    own = (
        "first:",
        "again:",
        "shifted:",
        "✓",
        "autotuner:",
        "set:",
    )  # what the program prints itself
    lines = [line for line in runs[0] if not line.startswith(own)]
    tf, keras = map(importlib.metadata.version, ("tensorflow", "keras"))
    python_version = ".".join(platform.python_version_tuple()[:2])
    assert len(lines) == 8
    for (device, threads, budget_line, versions), expected in zip(
        (lines[:4], lines[4:]), ("quick", "quick, claims enforced, seeds shifted by 7"), strict=True
    ):
        assert re.fullmatch(r"device   \S.*", device)
        assert threads == f"threads  {SHARED}; tf.data's autotuner off"
        assert budget_line == f"budget   {expected}"
        assert versions == f"versions Python {python_version}, TensorFlow {tf}, Keras {keras}"


def test_tensors_may_be_claimed(runs):
    assert said(runs[0], "✓ tensor") == "✓ tensor = 0.5 (claimed: at most 0.5)"
    assert said(runs[0], "✓ bool tensor") == "✓ bool tensor = True (claimed: True)"


def test_fit_does_not_wait_for_the_autotuner(runs):
    assert said(runs[0], "autotuner:") == "autotuner: False"


def test_two_cores_run_two_operations_beside_each_other(runs):
    assert said(runs[0], "set:") == "set: 1 2"


def test_more_cores_keep_tensorflows_setting(monkeypatch):
    import tensorflow as tf

    monkeypatch.setattr(backend, "cores", lambda: 4)
    assert backend.tune(tf) == "TensorFlow's own setting; tf.data's autotuner off"


def test_tests_run_under_the_settings_of_chapters():
    import tensorflow as tf

    assert not tf.data.Options().autotune.enabled
    threads = tf.config.threading.get_intra_op_parallelism_threads()
    assert threads == (1 if backend.cores() == 2 else 0)


def test_what_a_failing_import_logged_is_shown(tmp_path):
    (tmp_path / "tensorflow").mkdir()
    source = "import os\nos.write(2, b'no such instruction')\nraise ImportError('broken wheel')\n"
    (tmp_path / "tensorflow" / "__init__.py").write_text(source)
    run = python("from course_utils import runtime; runtime.start(1)", path=tmp_path)
    assert run.returncode == 1
    assert "no such instruction" in run.stderr
    assert "broken wheel" in run.stderr


def test_importing_the_package_is_light():
    code = (
        "import sys, time; began = time.perf_counter(); import course_utils, course_utils.runtime\n"
        "print(time.perf_counter() - began, *sys.modules)"
    )
    outputs = [python(code).stdout.split() for _ in range(3)]
    assert not {"tensorflow", "keras", "matplotlib", "numpy"} & set(outputs[0])
    assert min(float(output[0]) for output in outputs) < 0.3


# -------------------------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    "setting, picked", [(None, 2), ("", 2), ("smoke", 1), ("quick", 2), ("full", 3)]
)
def test_budget_picks(monkeypatch, setting, picked):
    if setting is not None:
        monkeypatch.setenv("COURSE_BUDGET", setting)
    assert budget(smoke=1, quick=2, full=3) == picked


@pytest.mark.parametrize(
    "name, value, wanted",
    [
        ("COURSE_BUDGET", "fast", "smoke, quick, full"),
        ("COURSE_BUDGET", "Quick", "smoke, quick, full"),
        ("COURSE_SEED", "1.5", "whole number"),
        ("COURSE_SEED", "lucky", "whole number"),
        ("COURSE_SEED", "-1", "whole number"),  # NumPy's generators take none below 0
        ("COURSE_STRICT", "yes", "0 or 1"),
    ],
)
def test_bad_settings_say_what_came_and_what_was_wanted(monkeypatch, name, value, wanted):
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=f"{name} must be .*{wanted}.*got '{value}'"):
        runtime.start(1) if name == "COURSE_SEED" else claim("x", 2, at_most=1)


@pytest.mark.parametrize("setting, expected", [(None, 3), ("", 3), ("0", 3), ("7", 7003)])
def test_seeds_are_shifted(monkeypatch, setting, expected):
    if setting is not None:
        monkeypatch.setenv("COURSE_SEED", setting)
    assert runtime.seed(3) == expected


@pytest.mark.parametrize("shift", [4_294_966, 4_294_967, 20231234, 2**32 - 1, 2**64, 10**30])
def test_large_shifts_give_seeds_that_numpy_takes(monkeypatch, shift):
    monkeypatch.setenv("COURSE_SEED", str(shift))
    for n in (0, 3, 1199):
        assert runtime.seed(n) == n + 1000 * (shift % 4_294_967)
        np.random.RandomState(runtime.seed(n))  # as set_random_seed and scikit-learn take it


def test_a_negative_seed_stays_numpys_to_refuse():
    with pytest.raises(ValueError, match="non-negative"):
        np.random.default_rng(runtime.seed(-1))


def test_shifted_seeds_do_not_meet(monkeypatch):
    seeds = []
    for shift in (0, 1, 2, 20231234, 20231235, 20240101):
        monkeypatch.setenv("COURSE_SEED", str(shift))
        seeds += [runtime.seed(n) for n in range(100)]
    assert len(set(seeds)) == 600


# ---------------------------------------------------------------------------------------- claims


def test_a_claim_that_holds(says, monkeypatch):
    expected = "✓ test −ELBO = 101.3 nats (claimed: at most 103)\n"
    assert says("test −ELBO", 101.3, at_most=103, unit="nats") == expected
    monkeypatch.setenv("COURSE_STRICT", "1")
    assert says("test −ELBO", 101.3, at_most=103, unit="nats") == expected
    assert says("x", 2, at_least=1) == "✓ x = 2 (claimed: at least 1)\n"
    assert says("x", 2, at_least=1, at_most=3) == "✓ x = 2 (claimed: 1 to 3)\n"


@pytest.mark.parametrize("exact", [True, False])
def test_a_claim_that_fails_raises_only_in_strict_mode(says, monkeypatch, exact):
    assert says("x", 2, at_most=1, exact=exact) == "✗ x = 2 (claimed: at most 1)\n"
    monkeypatch.setenv("COURSE_STRICT", "0")
    assert says("x", 2, at_most=1, exact=exact).startswith("✗")
    monkeypatch.setenv("COURSE_STRICT", "1")
    with pytest.raises(ClaimError, match="x = 2 bits, claimed: at most 1"):
        claim("x", 2, at_most=1, unit="bits", exact=exact)


def test_smoke_excuses_trained_claims_only(says, monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "1")
    monkeypatch.setenv("COURSE_BUDGET", "smoke")
    noted = "(claimed: at most 1; not judged in smoke)\n"
    assert says("x", 2, at_most=1) == f"· x = 2 {noted}"
    assert says("x", 0.5, at_most=1) == f"· x = 0.5 {noted}"
    assert says("x", 0.5, at_most=1, exact=True) == "✓ x = 0.5 (claimed: at most 1)\n"
    with pytest.raises(ClaimError):
        claim("x", 2, at_most=1, exact=True)


@pytest.mark.parametrize("other", ["quick", "full"])
def test_the_other_budgets_excuse_nothing(monkeypatch, other):
    monkeypatch.setenv("COURSE_STRICT", "1")
    monkeypatch.setenv("COURSE_BUDGET", other)
    with pytest.raises(ClaimError):
        claim("x", 2, at_most=1)


@pytest.mark.parametrize(
    "value, bounds, holds",
    [
        (1, {"at_most": 1}, True),
        (1, {"at_least": 1}, True),
        (1, {"at_least": 1, "at_most": 1}, True),
        (np.nextafter(1, 2), {"at_most": 1}, False),
        (np.nextafter(1, 0), {"at_least": 1}, False),
        (0.5, {"at_least": 1, "at_most": 2}, False),
        (2.5, {"at_least": 1, "at_most": 2}, False),
        (np.inf, {"at_least": 1}, True),
        (np.inf, {"at_most": 1e300}, False),
        (np.nan, {"at_most": 1}, False),
        (np.nan, {"at_least": 1}, False),
        (np.nan, {"at_least": -np.inf, "at_most": np.inf}, False),
    ],
)
def test_bounds_are_inclusive_and_nan_fails(says, value, bounds, holds):
    assert says("x", value, **bounds)[0] == "✗✓"[holds]


@pytest.mark.parametrize("kind", [bool, np.bool_, np.array], ids=["bool", "np.bool_", "0-d array"])
def test_a_bool_is_its_own_claim(says, monkeypatch, kind):
    assert says("works", kind(True)) == "✓ works = True (claimed: True)\n"
    assert says("works", kind(False)) == "✗ works = False (claimed: True)\n"
    assert says("works", kind(True), at_least=1) == "✓ works = 1 (claimed: at least 1)\n"
    assert says("fails", kind(False), at_most=0) == "✓ fails = 0 (claimed: at most 0)\n"
    monkeypatch.setenv("COURSE_STRICT", "1")
    with pytest.raises(ClaimError, match="works = False, claimed: True"):
        claim("works", kind(False))


@pytest.mark.parametrize("kind", [float, np.float32, np.float64, np.float16, np.array])
def test_any_kind_of_number(says, kind):
    assert says("x", kind(0.25), at_most=kind(0.5)) == "✓ x = 0.25 (claimed: at most 0.5)\n"


def test_zero_has_no_minus(says):
    assert says("x", -0.0, at_most=0, unit="bits") == "✓ x = 0 bits (claimed: at most 0)\n"


@pytest.mark.parametrize("value", [None, "much", [1, 2], np.ones(3), 1j])
def test_a_value_must_be_a_number(value):
    with pytest.raises(TypeError, match=f"'x' must be one number, got {type(value).__name__}"):
        claim("x", value, at_most=1)


@pytest.mark.parametrize("name", ["", "a = b", "a=b", "two\nlines", None, 3])
def test_bad_names(name):
    with pytest.raises(ValueError, match="name must be a line of text without '='"):
        claim(name, 1, at_most=2)


def test_bounds_are_needed_and_make_sense():
    with pytest.raises(TypeError, match="'x' needs at_most or at_least"):
        claim("x", 1)
    with pytest.raises(ValueError, match="empty range, 3 to 2"):
        claim("x", 1, at_least=3, at_most=2)


def test_bounds_for_each_data_set(says, monkeypatch):
    bounds = {"mnist": 103, "offline": 88}
    session.set_data("mnist")
    assert says("x", 90, at_most=bounds) == "✓ x = 90 (claimed: at most 103)\n"
    session.set_data("offline")
    assert says("x", 90, at_most=bounds) == "✗ x = 90 (claimed: at most 88)\n"
    assert says("x", 90, at_least=bounds, at_most=95) == "✓ x = 90 (claimed: 88 to 95)\n"


@pytest.mark.parametrize("loaded", [None, "offline"])
def test_a_missing_data_set_is_named(monkeypatch, loaded):
    session.set_data(loaded)
    with pytest.raises(ValueError) as error:
        claim("accuracy", 1, at_most={"mnist": 2})
    for part in ("accuracy", "mnist", loaded or "load_digits"):
        assert part in str(error.value)


def test_every_claim_is_logged(monkeypatch, tmp_path):
    log = tmp_path / "claims"
    monkeypatch.setenv("COURSE_CLAIMS", str(log))
    session.set_chapter(6)
    session.set_data("offline")
    claim("−ELBO", np.float32(0.5), at_most={"mnist": 1, "offline": np.float32(2)}, unit="nats")
    claim("holds", True, exact=True)
    claim("fails", 3, at_least=4, at_most=np.int64(5))
    claim("not a number", np.nan, at_most=1)
    claim("infinite", np.inf, at_least=1)

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    lines = log.read_text("utf-8").splitlines()
    records = [json.loads(line, parse_constant=refuse) for line in lines[:3]]
    names = ("name", "value", "at_most", "at_least", "unit", "exact", "chapter", "data")
    assert [tuple(record) for record in records] == [names] * 3
    assert [tuple(record.values())[:6] for record in records] == [
        ("−ELBO", 0.5, {"mnist": 1, "offline": 2}, None, "nats", False),
        ("holds", 1, None, 1, "", True),
        ("fails", 3, 5, 4, "", False),
    ]
    assert all(record["chapter"] == 6 and record["data"] == "offline" for record in records)
    assert np.isnan(json.loads(lines[3])["value"]) and json.loads(lines[4])["value"] == np.inf


def test_a_claim_that_raises_is_logged_before(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CLAIMS", str(tmp_path / "claims"))
    monkeypatch.setenv("COURSE_STRICT", "1")
    with pytest.raises(ClaimError):
        claim("x", 2, at_most=1)
    assert json.loads((tmp_path / "claims").read_text("utf-8"))["value"] == 2


@pytest.mark.parametrize(
    "name, why", [("", "Is a directory"), ("no/claims", "No such file or directory")]
)
def test_a_log_that_cannot_be_written_is_named(monkeypatch, tmp_path, name, why):
    path = str(tmp_path / name)
    monkeypatch.setenv("COURSE_CLAIMS", path)
    with pytest.raises(OSError, match="COURSE_CLAIMS") as error:
        claim("x", 2, at_most=3)
    assert str(error.value) == f"COURSE_CLAIMS is {path!r}, which cannot be written: {why}"


# ---------------------------------------------------------------------------------------- spread


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """A checkout whose data/ holds the spread of one claim of chapter 7, on MNIST."""
    values = [101.25, 99.5, 104, 100, 103]
    (tmp_path / "data/seeds").mkdir(parents=True)
    text = json.dumps({"mnist": {"values": {"−ELBO": values}}}, ensure_ascii=False)
    (tmp_path / "data/seeds/07.json").write_text(text, "utf-8")
    monkeypatch.setattr(files, "PACKAGE", tmp_path / "course_utils")
    session.set_chapter(7)
    session.set_data("mnist")


def test_a_failing_claim_shows_the_spread(measured, says):
    shown = says("−ELBO", 120, at_most=105, unit="nats").splitlines()
    assert shown[0] == "✗ −ELBO = 120 nats (claimed: at most 105)"
    assert shown[1].startswith("  Measured here over five seeds: 99.5 to 104 nats.")
    assert len(shown) == 2
    assert len(says("−ELBO", 100, at_most=105).splitlines()) == 1, "it held"


@pytest.mark.parametrize(
    "chapter, data", [(8, "mnist"), (None, "mnist"), (7, "offline"), (7, None)]
)
def test_without_a_measurement_there_is_no_spread(measured, says, chapter, data):
    session.set_chapter(chapter)
    session.set_data(data)
    assert len(says("−ELBO", 120, at_most=105).splitlines()) == 1


def test_an_unknown_claim_has_no_spread(measured, says):
    assert len(says("another", 120, at_most=105).splitlines()) == 1


def test_strict_mode_shows_no_spread(measured, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_STRICT", "1")
    with pytest.raises(ClaimError):
        claim("−ELBO", 120, at_most=105)
    assert "Measured" not in capsys.readouterr().out


# -------------------------------------------------------------------------------------- printing


def test_what_standard_output_cannot_write_is_named():
    code = (
        "from course_utils import runtime; runtime.print_anything()\n"
        "runtime.claim('ρ', 1, at_most=2); runtime.claim('x', 3, at_most=2)"
    )
    assert python(code, PYTHONIOENCODING="ascii").stdout.splitlines() == [
        r"\N{CHECK MARK} \N{GREEK SMALL LETTER RHO} = 1 (claimed: at most 2)",
        r"\N{BALLOT X} x = 3 (claimed: at most 2)",
    ]
    assert python(code, PYTHONIOENCODING="utf-8").stdout[0] == "✓"


# ----------------------------------------------------------------------------- nbval's sanitising


def sanitised(text):
    """What nbval compares, by its own reading of the file."""
    for regex, replacement in get_sanitize_patterns((ROOT / "tests/sanitize.cfg").read_text()):
        text = re.sub(regex, replacement, text)
    return text


def variants(says, monkeypatch, name):
    """Claim lines with the name, in every form."""
    monkeypatch.delenv("COURSE_BUDGET", raising=False)
    yield says(name, 1, at_most=2)
    yield says(name, 3.25, at_most=2, unit="nats")
    yield says(name, 1e-12, at_least=0, at_most=2, unit="standard errors", exact=True)
    yield says(name, np.nan, at_least=0)
    yield says(name, True)
    monkeypatch.setenv("COURSE_BUDGET", "smoke")
    yield says(name, 7, at_most=2, unit="%")


def test_lines_of_one_claim_compare_equal_and_others_do_not(says, monkeypatch):
    names = ["test −ELBO", "test -ELBO", "test", "test, ρ 0.05 (MNIST)", "✓ test", "a · test"]
    lines = {name: list(variants(says, monkeypatch, name)) for name in names}
    assert {line[0] for line in sum(lines.values(), [])} == set("✓✗·")
    after = {name: {sanitised(line) for line in lines[name]} for name in names}
    assert all(len(forms) == 1 for forms in after.values()), after
    assert len(set.union(*after.values())) == len(names)
    assert all(name in form for name, [form] in after.items())


def test_sanitising_keeps_the_lines_around(says):
    line = says("x", 1, at_most=2)
    assert sanitised(f"before = 1\n{line}after = 2\n") == "before = 1\nclaim: x\nafter = 2\n"
    assert sanitised(line + says("y", 1, at_most=2)) == "claim: x\nclaim: y\n"


def test_the_spread_is_not_compared(measured, says):
    holds, fails = (says("−ELBO", value, at_most=105) for value in (100, 120))
    assert sanitised(fails + "after\n") == sanitised(holds + "after\n")
