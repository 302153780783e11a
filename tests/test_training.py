"""What `fit` hands on, and a training that is resumed: by the same run only, whatever was left."""

import keras
import numpy as np
import pytest
from keras import layers

from course_utils.gan import GAN, d_loss, g_loss
from course_utils.training import Resume, unpack

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")


@pytest.mark.parametrize("data, wanted", [(X, "x"), ((X,), "x"), ((X, X), "xy")])
def test_the_wanted_parts_are_handed_on(data, wanted):
    parts = unpack(data, *wanted)
    assert len(parts) == len(wanted) and all(part is X for part in parts)


def test_missing_parts_are_named():
    with pytest.raises(ValueError, match=r"wants fit\(x, y\), got fit\(x\)"):
        unpack(X, "x", "y")


# ------------------------------------------------------------------------------------- resuming


class LidCloses(Exception):
    """What happens to laptops."""


def weighted(weight):
    def loss(fake_logits):
        return weight * g_loss(fake_logits)

    return loss


class Weighted(GAN):
    def __init__(self, *args, weight=1.0, **options):
        super().__init__(*args, **options)
        self.weight = weight


def run(folder, *, closes=None, where="on_epoch_begin", units=4, g_loss=g_loss, x=X, **options):
    """The epochs that were run, the weights with which the first one began, and the history."""
    keras.utils.set_random_seed(0)
    G = keras.Sequential([keras.Input((2,)), layers.Dense(units), layers.Dense(3)])
    D = keras.Sequential([keras.Input((3,)), layers.Dense(units), layers.Dense(1)])
    gan = Weighted(G, D, d_loss, g_loss, latents=2, **options)
    gan.compile("adam", "adam", run_eagerly=True)
    began = {}

    def state(epoch, logs):
        began[epoch] = np.concatenate([np.ravel(w) for w in gan.get_weights()])

    def close(epoch, logs):
        if epoch == closes:
            raise LidCloses

    look = keras.callbacks.LambdaCallback(on_epoch_begin=state)
    lid = keras.callbacks.LambdaCallback(**{where: close})
    callbacks = [Resume(folder, gan, x), look, lid]
    try:
        history = gan.fit(x, batch_size=8, epochs=3, verbose=0, callbacks=callbacks).history
    except LidCloses:
        history = None
    return list(began), began[min(began)], history


@pytest.fixture
def cut_off(tmp_path):
    """A folder with the backup of a run that was cut off when one of three epochs was done."""
    epochs, *_ = run(tmp_path / "run", closes=1)
    assert epochs == [0, 1] and len(list(tmp_path.iterdir())) == 1
    return tmp_path / "run"


def test_the_same_run_goes_on_and_cleans_up(cut_off, capsys):
    _, start, _ = run(cut_off.with_name("other"))
    epochs, state, history = run(cut_off)
    assert epochs == [1, 2] and len(history["d_loss"]) == 2
    assert not np.array_equal(state, start)
    assert list(cut_off.parent.iterdir()) == []
    assert "Resumed from run-" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [{"weight": 0.0}, {"units": 2}, {"g_loss": weighted(2.0)}, {"x": 2 * X}],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_run_begins_anew_and_leaves_the_backup(cut_off, change, capsys):
    _, start, _ = run(cut_off.with_name("other"), **change)
    epochs, state, _ = run(cut_off, **change)
    assert epochs == [0, 1, 2]
    np.testing.assert_array_equal(state, start)
    assert "of another run is left alone" in capsys.readouterr().out
    assert run(cut_off)[0] == [1, 2]  # changed back


@pytest.mark.parametrize(
    "name, damage", [("*.h5", "half"), ("*.json", "half"), ("*.json", "missing")]
)
def test_a_damaged_backup_is_set_aside_and_named(cut_off, name, damage, capsys):
    _, start, _ = run(cut_off.with_name("other"))
    (path,) = cut_off.parent.glob(f"run-*/{name}")
    content = path.read_bytes()
    path.unlink()
    if damage == "half":
        path.write_bytes(content[: len(content) // 2])
    epochs, state, _ = run(cut_off)
    assert epochs == [0, 1, 2]
    np.testing.assert_array_equal(state, start)  # nothing half read
    (aside,) = cut_off.parent.iterdir()
    assert aside.name.startswith("damaged-run-")
    assert f"{aside.name} cannot be read" in capsys.readouterr().out


def test_a_backup_may_be_damaged_twice(cut_off):
    for _ in range(2):
        run(cut_off, closes=1)
        next(cut_off.parent.glob("run-*/*.h5")).write_bytes(b"")
    assert run(cut_off)[0] == [0, 1, 2]


def test_a_run_stopped_after_its_last_step_has_its_history_when_run_again(tmp_path):
    epochs, _, history = run(tmp_path / "run", closes=2, where="on_epoch_end")
    assert epochs == [0, 1, 2] and history is None
    epochs, _, history = run(tmp_path / "run")
    assert epochs == [2] and len(history["d_loss"]) == 1
