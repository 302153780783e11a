"""Run chapter 09 up to its conditional GAN, and write data/generator_<name>.npz; print the hashes.

    COURSE_DATA=folder-with-mnist.npz python tools/make_generators.py [mnist offline]

The hashes go to course_utils/gan.py. Chapters 10 and 11 are to be measured again after that.
"""

import contextlib
import io
import os
import sys

import numpy as np

from book import ROOT, manuscripts, print_notebook
from course_utils import data, files


def train() -> dict:
    """The names that chapter 09 has defined once its conditional GAN is trained."""
    names = {}
    [manuscript] = manuscripts("09")
    for cell in print_notebook(manuscript).cells:
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()):  # figures, as text
                exec(compile(cell.source, manuscript.name, "exec"), names)
            if "ordered" in names:
                return names
    raise SystemExit(f"{manuscript.name} trains no conditional GAN named `ordered`")


def main(sources) -> None:
    folder = os.environ.get("COURSE_DATA", "")
    for name in sources or data.TITLES:
        os.environ["COURSE_DATA"] = "offline" if name == "offline" else folder
        weights = [w.astype("float16") for w in train()["ordered"].generator.get_weights()]
        path = ROOT / f"data/generator_{name}.npz"
        np.savez_compressed(path, **{f"w{i}": w for i, w in enumerate(weights)})
        print(f"{path.name}: {path.stat().st_size:,} bytes, sha256 {files.digest(weights)}")


if __name__ == "__main__":
    main(sys.argv[1:])
