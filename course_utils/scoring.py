"""The classifier that scores what generators make: trained in chapter 07, frozen in `data/`.

Import it after `runtime.start`, which loads TensorFlow without its messages. What is done with its
features and probabilities is in `metrics`: `frechet_distance`, `modes`.
"""

import math

import keras
import numpy as np
from keras import layers

from course_utils.files import frozen_weights

# Of the weights in data/scoring_<name>.npz; tools/make_scoring.py prints them.
SHA256 = {
    "mnist": "688f6187f285c9b5d5a59ad1c6d265b964a25eb3121270de064de3bb6df36d33",
    "offline": "dddcdeb1c368e5b00ff0829459602f1788cae11b66a950d1323e3a0717e2535f",
}


def classifier(name="classifier"):
    """Pictures (batch, 28, 28, 1) to 64 features, and from these to logits of ten classes.

    Returns
    -------
    keras.Model with the outputs {"features": (batch, 64), "logits": (batch, 10)}
    """
    x = keras.Input((28, 28, 1))
    h = layers.Conv2D(16, 5, strides=2, padding="same", activation="relu")(x)  # (batch, 14, 14, 16)
    h = layers.Conv2D(32, 3, strides=2, padding="same", activation="relu")(h)  # (batch, 7, 7, 32)
    h = layers.Dropout(0.3)(layers.Flatten()(h))
    features = layers.Dense(64, "relu")(h)
    return keras.Model(x, {"features": features, "logits": layers.Dense(10)(features)}, name=name)


def train_classifier(x, y, epochs, seed):
    """A classifier, trained on pictures (n, 28, 28, 1) and classes (n,) with Adam and a cosine."""
    keras.utils.set_random_seed(seed)
    model = classifier()
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * math.ceil(len(x) / 100))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss={"logits": loss}, steps_per_execution=20)
    model.fit(x, {"logits": y}, batch_size=100, epochs=epochs, verbose=0)
    return model


def frozen_classifier(name):
    """The classifier that ships with the course, the same on every machine.

    Parameters
    ----------
    name : "mnist" or "offline", the data set on which it was trained (`digits.name`)

    Raises
    ------
    ValueError
        If there is no such classifier, or the file does not hold the weights that it should.
    FileNotFoundError
        If the file is missing.
    """
    if name not in SHA256:
        raise ValueError(f"wanted the classifier of one of {list(SHA256)}, got {name!r}")
    weights = frozen_weights(f"scoring_{name}.npz", SHA256[name])
    model = classifier(f"scoring_{name}")
    model.set_weights(weights)
    model.trainable = False
    return model


def judge(model, x):
    """Features (n, 64) and probabilities (n, 10) of pictures (n, 28, 28, 1), as float64 arrays."""
    out = model.predict(x, batch_size=500, verbose=0)
    logits = out["logits"].astype("float64")
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return out["features"].astype("float64"), p / p.sum(axis=1, keepdims=True)
