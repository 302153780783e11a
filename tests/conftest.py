"""The package is tested as a chapter uses it: TensorFlow loaded without messages, and tuned."""

import pytest

from course_utils import backend, session


def pytest_configure(config):
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        backend.load()  # not in the process that only hands tests out


@pytest.fixture(autouse=True)
def nothing_loaded():
    """No chapter runs, and no data set is loaded, before a test and after it."""
    session.set_chapter(None)
    session.set_data(None)
    yield
    session.set_chapter(None)
    session.set_data(None)
