"""TensorFlow and Keras as the course needs them: loaded without messages, tuned, and watched."""

import contextlib
import os
import sys
import tempfile

from course_utils import session

# The settings of keras.config that the course needs: Keras's defaults, which keras.json, a variable
# KERAS_… or a cell may have changed.
KERAS_SETTINGS = {
    "floatx": "float32",
    "dtype_policy": "float32",
    "image_data_format": "channels_last",
    "epsilon": 1e-7,
    "max_epochs": None,
    "max_steps_per_epoch": None,
}
THREADS = (1, 2)  # for one operation; operations at a time


def load():
    """TensorFlow, imported without its start-up messages and tuned; a GPU gets memory as it needs.

    Raises
    ------
    RuntimeError
        If Keras was imported before, with another backend than TensorFlow.
    """
    chosen = sys.modules.get("keras.src.backend.config")  # there, too, if importing Keras failed
    if chosen and chosen.backend() != "tensorflow":
        raise RuntimeError(
            f"Keras was imported with the backend {chosen.backend()}, and the course needs "
            "tensorflow: restart the kernel and run this cell, with runtime.start, first."
        )
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with tempfile.TemporaryFile() as log:
        stderr = os.dup(2)  # TensorFlow logs from C++, past sys.stderr
        os.dup2(log.fileno(), 2)
        try:
            import keras  # noqa: F401
            import tensorflow as tf

            tune(tf)
            tf.get_logger().setLevel("ERROR")
            for gpu in tf.config.list_physical_devices("GPU"):
                with contextlib.suppress(RuntimeError):  # a GPU already in use keeps its setting
                    tf.config.experimental.set_memory_growth(gpu, True)
            tf.config.list_logical_devices()  # the first look at the devices logs, too
        except BaseException as error:
            if isinstance(error, ValueError):
                error.add_note("Keras's settings are in keras.json, in ~/.keras or in KERAS_HOME.")
            log.seek(0)
            os.write(stderr, log.read())  # then what was logged matters
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
    return tf


def tune(tf) -> str:
    """Spare small networks on few cores two kinds of waiting, and say what was done, in words.

    Threads: on two cores one operation gets one thread, and two operations run beside each other.
    An operation as small as ours waits longer for its second half than the halving saves. On other
    numbers of cores TensorFlow keeps its own setting, as it does where somebody has made one.
    (`tf.config.threading`, https://www.tensorflow.org/api_docs/python/tf/config/threading)

    The autotuner of tf.data, through which `fit` takes its arrays, is turned off. It has nothing to
    tune here, and when an epoch ends, the epoch waits for the autotuner's thread, which sleeps: the
    longer, the longer the epoch was. (`Model::OptimizeLoop` in tensorflow/core/framework/model.cc:
    a cancelled loop is woken before it can see that it is cancelled, and sleeps on.)
    """
    if not issubclass(tf.data.Options, _Untuned):
        tf.data.Options = type("Options", (_Untuned, tf.data.Options), {})
    done = "tf.data's autotuner off"
    threading = tf.config.threading
    now = threading.get_intra_op_parallelism_threads(), threading.get_inter_op_parallelism_threads()
    variables = {"TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"} & os.environ.keys()
    if variables or now not in ((0, 0), THREADS):
        return f"as set before; {done}"
    if cores() != 2:
        return f"TensorFlow's own setting; {done}"
    try:
        threading.set_intra_op_parallelism_threads(THREADS[0])
        threading.set_inter_op_parallelism_threads(THREADS[1])
    except RuntimeError:
        return (
            "TensorFlow's own setting, which is slower here, because it was at work before this "
            f"cell: to change that, restart the kernel; {done}"
        )
    return "one for an operation, two operations at a time; " + done


class _Untuned:
    """Options of datasets, with the autotuner turned off."""

    def __init__(self):
        super().__init__()
        self.autotune.enabled = False


def device(tf) -> str:
    """What computes, in words."""
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        names = [
            tf.config.experimental.get_device_details(g).get("device_name", "GPU") for g in gpus
        ]
        return ", ".join(names)
    return f"CPU, {cores()} cores"


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def reset_keras() -> str:
    """Set back what a user has set of Keras; what that was, in words."""
    import keras

    changed = _changes(keras)
    for setting in changed:
        getattr(keras.config, f"set_{setting}")(KERAS_SETTINGS[setting])
    _told.clear()
    return ", ".join(f"{k} {v} → {KERAS_SETTINGS[k]}" for k, v in changed.items())


def check_keras() -> None:
    """Say, once for each change, if Keras no longer has the settings that `start` gave it."""
    keras = sys.modules.get("keras")
    if session.chapter() is None or not hasattr(keras, "config"):
        return
    changed = _changes(keras)
    if changed and changed != _told:
        now = ", ".join(f"{k} {KERAS_SETTINGS[k]} → {v}" for k, v in changed.items())
        print(
            f"Settings of Keras have changed: {now}. The course is not written for that, and cells "
            f"may fail; runtime.start({session.chapter()}) sets them back."
        )
    _told.clear()
    _told.update(changed)


_told = {}  # what `check_keras` has told


def _changes(keras) -> dict:
    """The settings of Keras that are not as in `KERAS_SETTINGS`, with their values."""
    found = {name: getattr(keras.config, name)() for name in KERAS_SETTINGS}
    found["dtype_policy"] = found["dtype_policy"].name
    return {name: value for name, value in found.items() if value != KERAS_SETTINGS[name]}
