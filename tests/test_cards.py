"""Model cards and datasheets: which fields are empty, and how a card is shown."""

import pytest

from course_utils import cards

FULL = {field: f"what there is to say of the {field}" for field in cards.MODEL_CARD}


@pytest.mark.parametrize("fields", [cards.MODEL_CARD, cards.DATASHEET])
def test_the_fields_are_names_in_small_letters_each_once(fields):
    assert len(set(fields)) == len(fields) >= 7
    assert all(field == field.strip().lower() and field for field in fields)


def test_a_full_card_lacks_nothing():
    assert cards.missing_fields(FULL, cards.MODEL_CARD) == []


def test_an_empty_card_lacks_everything_in_order():
    assert cards.missing_fields({}, cards.MODEL_CARD) == list(cards.MODEL_CARD)
    assert cards.missing_fields({}, cards.DATASHEET) == list(cards.DATASHEET)


def test_what_is_left_out_is_named():
    card = {k: v for k, v in FULL.items() if k not in ("energy", "metrics")}
    assert cards.missing_fields(card, cards.MODEL_CARD) == ["metrics", "energy"]


@pytest.mark.parametrize(
    "text",
    ["", "  ", "?", "…", "-", "TODO", "todo", " N/A "],
)
def test_placeholders_are_empty(text):
    assert cards.missing_fields(FULL | {"energy": text}, cards.MODEL_CARD) == ["energy"]


@pytest.mark.parametrize(
    "text", ["none: it was not trained", "0.1 Wh", 0, 3.5, "unknown", "n/a: nobody asked"]
)
def test_a_field_that_says_something_is_filled(text):
    assert cards.missing_fields(FULL | {"energy": text}, cards.MODEL_CARD) == []


def test_capitals_and_spaces_of_a_name_do_not_matter():
    card = {f"  {field.upper()} ": text for field, text in FULL.items()}
    assert cards.missing_fields(card, cards.MODEL_CARD) == []
    assert cards.missing_fields(FULL, [f" {field.title()}" for field in cards.MODEL_CARD]) == []


def test_further_fields_are_welcome():
    assert cards.missing_fields(FULL | {"thanks": "?"}, cards.MODEL_CARD) == []


@pytest.mark.parametrize("card", [None, "model: mine", ["model"], 3])
def test_a_card_is_a_mapping(card):
    with pytest.raises(TypeError, match=f"mapping of field to text, got {type(card).__name__}"):
        cards.missing_fields(card, cards.MODEL_CARD)


def test_as_markdown():
    text = cards.as_markdown({"model": "a VAE", "energy": "1 Wh"}, "Stroke")
    assert text == "### Stroke\n\n**model**: a VAE\n\n**energy**: 1 Wh\n"
    assert cards.as_markdown({}, "Nothing") == "### Nothing\n"
