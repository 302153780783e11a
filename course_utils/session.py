"""What the package knows while a chapter runs: which chapter it is, and on which digits.

`runtime.start` and `data.load_digits` say it; claims and messages ask.
"""

_chapter: int | None = None
_data: str | None = None


def set_chapter(number: int | None) -> None:
    """Say which chapter runs; None: none does."""
    global _chapter
    _chapter = number


def set_data(name: str | None) -> None:
    """Say which digits were loaded, "mnist" or "offline"; None: none were."""
    global _data
    _data = name


def chapter() -> int | None:
    return _chapter


def data() -> str | None:
    return _data
