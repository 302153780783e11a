"""Keras layers that two or more chapters use: the sparsity penalty of chapter 03.

Import it after `runtime.start`, which loads TensorFlow without its messages.
"""

import keras
import numpy as np
import tensorflow as tf


def average_activation(h):
    """Average activation rho_hat of each unit, over the samples (axis 0).

    Parameters
    ----------
    h : array_like or tensor, shape (batch, units)
        Activations of a layer.

    Returns
    -------
    tensor, shape (units,)

    Raises
    ------
    ValueError
        If `h` does not have two axes.
    """
    if len(h.shape if hasattr(h, "shape") else np.shape(h)) != 2:
        raise ValueError(f"h must have shape (batch, units), got {tuple(np.shape(h))}")
    return keras.ops.mean(h, axis=0)


def kl_penalty(rho_hat, rho):
    """Sum over the units of KL(rho || rho_hat), in nats, for units that are on or off.

    Parameters
    ----------
    rho_hat : array_like or tensor, shape (units,)
        Average activation of each unit, in [0, 1]; clipped to [1e-7, 1 - 1e-7], so that a unit that
        is never on costs much, but not infinitely much.
    rho : float
        The wanted average, in (0, 1).

    Returns
    -------
    tensor, shape ()
        At least 0; 0 if every entry of `rho_hat` is `rho`.

    Raises
    ------
    ValueError
        If `rho` is not in (0, 1) or, as far as values are known, `rho_hat` not in [0, 1].
    """
    if not 0 < rho < 1:
        raise ValueError(f"rho must lie in (0, 1), got {rho}")
    if not tf.is_tensor(rho_hat) or hasattr(rho_hat, "numpy"):  # no symbol: it has values
        values = np.asarray(rho_hat)
        if not np.all((values >= 0) & (values <= 1)):
            wrong = values[~((values >= 0) & (values <= 1))].flat[0]
            raise ValueError(f"rho_hat must lie in [0, 1], got {wrong}")
    rho_hat = keras.ops.clip(rho_hat, 1e-7, 1 - 1e-7)
    on = rho * keras.ops.log(rho / rho_hat)
    off = (1 - rho) * keras.ops.log((1 - rho) / (1 - rho_hat))
    return keras.ops.sum(on + off)


class SparsityPenalty(keras.layers.Layer):
    """Hands activations on unchanged, and adds beta · Σ_j KL(rho ‖ rho_hat_j) to the loss.

    Parameters
    ----------
    rho : float
        Wanted average activation of each unit, in (0, 1).
    beta : float
        Weight of the penalty, at least 0.
    average, penalty : functions
        h (batch, units) → rho_hat (units,), and (rho_hat, rho) → a number.

    Raises
    ------
    ValueError
        If an argument is out of its range, or activations do not have shape (batch, units).
    tf.errors.InvalidArgumentError
        In use, if an activation is outside [0, 1].
    """

    def __init__(self, rho, beta, average=average_activation, penalty=kl_penalty, **kwargs):
        super().__init__(**kwargs)
        if not 0 < rho < 1:
            raise ValueError(f"rho must lie in (0, 1), got {rho}")
        if not 0 <= beta < np.inf:
            raise ValueError(f"beta must be at least 0 and finite, got {beta}")
        self.rho, self.beta = rho, beta
        self.average, self.penalty = average, penalty
        self.supports_jit = False  # XLA, the compiler used on GPUs, would drop the check in call

    def build(self, shape):
        if len(shape) != 2:
            raise ValueError(f"activations must have shape (batch, units), got {tuple(shape)}")

    def call(self, h):
        message = "SparsityPenalty wants activations in [0, 1]: use a sigmoid layer before it"
        tf.debugging.Assert(tf.reduce_all((h >= 0) & (h <= 1)), [message])
        rho_hat = self.average(h)  # (units,)
        self.add_loss(self.beta * self.penalty(rho_hat, self.rho))
        return h

    def get_config(self):
        own = {"rho": self.rho, "beta": self.beta}
        if self.average is not average_activation:  # loading wants it in custom_objects
            own["average"] = self.average
        if self.penalty is not kl_penalty:
            own["penalty"] = self.penalty
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config):
        load = keras.saving.deserialize_keras_object  # in a file, functions are descriptions
        return cls(**{k: load(v) if isinstance(v, dict) else v for k, v in config.items()})
