"""Train the two scoring classifiers and write data/scoring_<name>.npz; print their hashes.

    COURSE_DATA=folder-with-mnist.npz python tools/make_scoring.py

The hashes go to course_utils/scoring.py. Distances measured with other weights do not compare.
"""

import numpy as np

from book import ROOT
from course_utils import runtime

runtime.start(chapter=7)
from course_utils import data, files, scoring  # noqa: E402  after start(), which keeps TensorFlow quiet

EPOCHS = {"mnist": 8, "offline": 20}


def main() -> None:
    for name, epochs in EPOCHS.items():
        digits = data.load_digits(name)
        model = scoring.train_classifier(digits.x_train, digits.y_train, epochs, seed=0)
        _, p = scoring.judge(model, digits.x_test)
        weights = model.get_weights()
        np.savez_compressed(
            ROOT / f"data/scoring_{name}.npz", **{f"w{i}": w for i, w in enumerate(weights)}
        )
        accuracy = np.mean(p.argmax(axis=1) == digits.y_test)
        print(f"{name}: test accuracy {accuracy:.4f}, sha256 {files.digest(weights)}")


if __name__ == "__main__":
    main()
