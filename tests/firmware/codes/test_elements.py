"""GS1 element strings: understood whole, or refused by the place or the identifier where they go wrong."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.codes.element_forms import OTHERS, PREDEFINED, forms
from firmware.codes.elements import elements_in
from firmware.codes.pack_errors import ElementMalformed, ElementRepeated, ElementUnknown, PackError

ITEM = "0104006381333931"


def test_elements_of_fixed_length_need_no_separator() -> None:
    found = elements_in(f"{ITEM}15270131310300175020014100012345678905")
    assert list(found.items()) == [
        ("01", "04006381333931"),
        ("15", "270131"),
        ("3103", "001750"),
        ("20", "01"),
        ("410", "0012345678905"),
    ]


def test_elements_of_any_length_end_at_a_separator() -> None:
    assert elements_in("10AB-1\x1d21x/Y\x1d3922795\x1d30007") == {"10": "AB-1", "21": "x/Y", "3922": "795", "30": "007"}


@pytest.mark.parametrize("text", [f"\x1d{ITEM}", f"{ITEM}\x1d", f"{ITEM}\x1d15270131", f"10A\x1d{ITEM}"])
def test_separators_where_none_is_needed_do_no_harm(text: str) -> None:
    assert elements_in(text)["01"] == "04006381333931"


def test_the_same_said_twice_is_said_once() -> None:
    assert elements_in(f"{ITEM}{ITEM}") == {"01": "04006381333931"}
    with pytest.raises(ElementRepeated) as refusal:
        elements_in("10A\x1d10B")
    assert refusal.value.ai == "10"


@pytest.mark.parametrize(
    ("text", "place"),
    [("x", 1), (f"{ITEM}x", 17), (f"{ITEM}09", 17), (f"{ITEM}\x1d\x1d10A", 18), ("8", 1), ("31", 1), ("3109000001", 1)],
)
def test_an_unknown_identifier_is_told_by_its_place(text: str, place: int) -> None:
    with pytest.raises(ElementUnknown) as refusal:
        elements_in(text)
    assert refusal.value.place == place


@pytest.mark.parametrize(
    ("text", "ai"),
    [
        ("01", "01"),
        ("010400638133393", "01"),
        ("0104006381333930", "01"),
        ("0204006381333930", "02"),
        ("010400638133393\x1d", "01"),
        ("15270132", "15"),
        ("15271301", "15"),
        ("15270001", "15"),
        ("310300175", "3103"),
        ("310300175A", "3103"),
        ("10\x1d", "10"),
        ("10A\x7f", "10"),
        ("10A B", "10"),
        ("10" + "A" * 21, "10"),
        ("3922" + "1" * 16, "3922"),
        ("3932978", "3932"),
        ("30", "30"),
        ("30٣", "30"),
        ("1527013١", "15"),
    ],
)
def test_a_value_that_is_not_what_its_identifier_announces_is_refused(text: str, ai: str) -> None:
    with pytest.raises(ElementMalformed) as refusal:
        elements_in(text)
    assert refusal.value.ai == ai


def test_day_nought_is_the_end_of_a_month() -> None:
    assert elements_in("15270200") == {"15": "270200"}


def test_every_identifier_of_the_table_is_made_once_and_none_begins_another() -> None:
    assert len(forms()) == len(PREDEFINED) + len(OTHERS)
    assert forms() is forms()
    for text in (f"{number:04d}" for number in range(10000)):
        assert len([form for form in forms() if form.ai.match(text)]) <= 1


@given(st.text(max_size=60) | st.text("0123456789\x1dA", max_size=60))
def test_any_text_is_elements_or_a_named_fault(text: str) -> None:
    with suppress(PackError):
        found = elements_in(text)
        assert all(ai + value in text for ai, value in found.items())
