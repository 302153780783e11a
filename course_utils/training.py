"""What models with a training step of their own need from `fit`: their data, and to be resumed.

Import it after `runtime.start`, which loads TensorFlow without its messages.
"""

import hashlib
import inspect
import re
import shutil
from pathlib import Path

import keras
import numpy as np


def unpack(data, *wanted):
    """The batch that `fit` handed on, if it has the parts that a model is trained on.

    Parameters
    ----------
    data : x, (x,), (x, y) or (x, y, sample_weight), as a `train_step` gets it
    wanted : names of parts: "x", or "x" and "y"

    Returns
    -------
    list of the wanted parts

    Raises
    ------
    ValueError
        If there are others, or x is not one array of floats: Keras would train on it all the same.
    """
    names, parts = ("x", "y", "sample_weight"), keras.utils.unpack_x_y_sample_weight(data)
    given = {name: part for name, part in zip(names, parts, strict=True) if part is not None}
    if tuple(given) != wanted:
        raise ValueError(f"this model wants fit({', '.join(wanted)}), got fit({', '.join(given)})")
    x = given["x"]
    kind = keras.backend.standardize_dtype(x.dtype) if hasattr(x, "dtype") else type(x).__name__
    if "float" not in kind:
        raise ValueError(f"x must be one array of floats, got {kind}")
    return list(given.values())


class Resume(keras.callbacks.BackupAndRestore):
    """Keras's backup after each epoch, for runs that get changed between two calls of `fit`.

    A backup is used only by a run with the same model, losses, optimizers and settings. One that
    cannot be read is set aside. There is none of the last epoch, after which nothing is left to do.

    Parameters
    ----------
    folder : path; the backup lies beside it, with a fingerprint of the run in its name
    model : as it is going to be fitted, compiled
    settings : what else the run depends on: data, batch, epochs, seeds, the globals of a loss
    """

    def __init__(self, folder, model, *settings):
        run = described([type(model).train_step, own(model), *settings])
        super().__init__(f"{folder}-{hashlib.sha256(run.encode()).hexdigest()[:12]}")
        self.folder = Path(self.backup_dir)

    def on_train_begin(self, logs=None):
        optimizers = [o for o in own(self.model) if isinstance(o, keras.optimizers.Optimizer)]
        variables = [v for part in (self.model, *optimizers) for v in part.variables]
        before = [keras.ops.convert_to_numpy(v) for v in variables]
        name = self.folder.name
        if not self.folder.exists():
            if any(self.folder.parent.glob(f"{name[:-12]}{12 * '?'}")):
                print(
                    "The backup of another run is left alone: with these settings it begins anew."
                )
            return
        try:
            if len(list(self.folder.iterdir())) < 2:
                raise OSError("a file is missing")
            super().on_train_begin(logs)
            print(f"Resumed from {name}.")
        except (OSError, KeyError, ValueError) as error:  # cut off, or not what Keras writes
            for variable, value in zip(variables, before, strict=True):
                variable.assign(value)  # some may have been read
            aside = self.folder.with_name(f"damaged-{name}")
            shutil.rmtree(aside, ignore_errors=True)
            self.folder.rename(aside)
            print(f"{aside.name} cannot be read ({error}), so this run begins anew.")

    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 < self.params["epochs"]:
            super().on_epoch_end(epoch, logs)


def own(model):
    """What a model has that is not every model's: networks, losses, optimizers, numbers."""
    every = vars(keras.Model())
    return [part for name, part in vars(model).items() if name[0] != "_" and name not in every]


def described(thing):
    """What a thing is, as text that is the same after a restart: the source of a function, …"""
    if isinstance(thing, np.ndarray):
        return hashlib.sha256(np.ascontiguousarray(thing)).hexdigest()
    if isinstance(thing, (list, tuple)):
        return str([described(part) for part in thing])
    if inspect.isfunction(thing):
        return inspect.getsource(thing)
    text = str(thing.get_config()) if hasattr(thing, "get_config") else repr(thing)
    return re.sub(r"_\d+| at 0x\w+", "", text)  # Keras's counters, addresses
