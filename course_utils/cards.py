"""Model cards and datasheets: which fields they have, which are still empty, how they are shown.

After *Model Cards for Model Reporting* (Mitchell et al., 2019) and *Datasheets for Datasets* (Gebru
et al., 2021), shortened to what fits a course. A card is a mapping of field to text.
"""

from collections.abc import Mapping

MODEL_CARD = (
    "model",  # what it is, its version, who made it, when
    "intended use",
    "out of scope",  # what it must not be used for, or cannot do
    "training data",
    "evaluation data",
    "metrics",  # what was measured, and why that
    "results",  # with their spread
    "limits and harms",
    "energy",  # of the training, with the assumption behind the number
    "licence and contact",
)
DATASHEET = (
    "motivation",
    "composition",
    "collection",
    "preprocessing",
    "uses",
    "distribution",
    "maintenance",
)
EMPTY = ("", "todo", "?", "-", "n/a", "…")


def missing_fields(card, fields) -> list[str]:
    """The fields that a card lacks or leaves empty, in the order of `fields`.

    Parameters
    ----------
    card : mapping of field to text
        Capitals and spaces around a name or a text do not matter. The placeholders in `EMPTY`
        count as empty: a field that does not apply says why.
    fields : sequence of str, such as `MODEL_CARD`

    Raises
    ------
    TypeError
        If the card is no mapping.
    """
    if not isinstance(card, Mapping):
        raise TypeError(f"a card is a mapping of field to text, got {type(card).__name__}")
    texts = {str(name).strip().lower(): str(text).strip().lower() for name, text in card.items()}
    return [field for field in fields if texts.get(field.strip().lower(), "") in EMPTY]


def as_markdown(card, title: str) -> str:
    """A card as Markdown: a heading, then a line for each field."""
    lines = [f"**{name}**: {text}" for name, text in card.items()]
    return "\n\n".join([f"### {title}", *lines]) + "\n"
