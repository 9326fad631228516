"""Lines end where each language may end one, and no letter is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.flow.breaking import broken, fitted, paragraph, printable


def width(text: str) -> int:
    """A letter of ASCII is one wide, any other two."""
    return sum(1 if letter.isascii() else 2 for letter in text)


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 5, [""]),
        ("one two", 7, ["one two"]),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 8, ["one two", "three"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("ポイントを問い合わせ", 8, ["ポイント", "を問い合", "わせ"]),
        ("お買い物、ありがとう", 8, ["お買い", "物、あり", "がとう"]),
    ],
)
def test_a_text_is_broken_at_spaces_or_between_letters_that_may_part(text: str, room: int, lines: list[str]) -> None:
    assert paragraph(text, room, width) == lines


@given(st.text(alphabet="ab、。ッあ字 ", max_size=40), st.integers(2, 12))
def test_every_line_fits_and_none_loses_more_than_a_space(text: str, room: int) -> None:
    lines = paragraph(text, room, width)
    assert all(width(line) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.text(max_size=20))
def test_where_there_is_no_room_for_a_letter_breaking_ends_all_the_same(text: str) -> None:
    assert len(paragraph(text, 0, width)) <= 1 + len(text)


def test_what_fits_is_not_broken_and_what_is_cut_ends_in_an_ellipsis() -> None:
    assert broken("one two", 7, width) == ("one two", "")
    assert fitted("one two", 7, width) == "one two"
    assert fitted("one two", 6, width) == "one …"


def test_letters_without_a_picture_become_spaces() -> None:
    assert printable("Ha\nna\u200b!") == "Ha na !"
    assert printable("花子 3") == "花子 3"
