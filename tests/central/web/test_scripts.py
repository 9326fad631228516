"""The page's own arithmetic, run in the browser and held to Python's and to the vectors."""

import json
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.codes import MemberCode, Symbology
from firmware.codes.rotating import day_key, day_of_step, one_time_value
from firmware.codes.symbols import pattern
from tests.central.web.phone import Phone
from tests.central.web.serving import Served

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "rotating.json").read_text("utf-8"))
WIDTHS = "const { widths } = await import('./code128.js'); return arguments[0].map(widths);"
CODES = """
const { keyOf, rotatingCode } = await import('./rotating.js');
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
return Promise.all(arguments[0].map(async ([member, key, zone, step]) =>
  rotatingCode(member, await keyOf(bytes(key)), zone, step)));
"""
ZONES = ["UTC", "Asia/Tokyo", "Asia/Seoul", "Asia/Kathmandu", "America/Havana", "America/Santiago", "Pacific/Apia"]


@pytest.fixture
def page(central: Served, phone: Phone) -> Phone:
    """The page, to run its scripts in."""
    phone.open(central.address)
    return phone


def widths(digits: str) -> str:
    """What zxing-cpp's writer makes of the digits."""
    row = pattern(digits, Symbology.CODE_128).rows[0]
    return "".join(str(len(list(run))) for _, run in groupby(row))


def test_bars_and_spaces_are_those_of_the_standard_for_every_pair_and_check_character(page: Phone) -> None:
    texts = [f"{pair:02d}" * 7 for pair in range(100)]
    texts += [f"{pair:02d}{other:02d}" for pair in range(0, 100, 7) for other in range(100)]
    texts += [str(MemberCode.of("99999", f"{number:07d}")) for number in range(0, 10_000_000, 65_537)]
    assert page.told(WIDTHS, texts) == [widths(text) for text in texts]


def test_a_member_code_is_drawn_as_the_vectors_say(page: Phone) -> None:
    codes = json.loads((Path(__file__).parents[2] / "vectors" / "codes.json").read_text("utf-8"))["patterns"]
    wanted = [one for one in codes if one["symbology"] == "Code128"]
    assert wanted
    assert page.told(WIDTHS, [one["code"] for one in wanted]) == [one["widths"] for one in wanted]


@pytest.mark.parametrize("digits", ["", "1", "123", "12a4", "１２", "12 4"])
def test_what_code_set_c_cannot_hold_is_refused(page: Phone, digits: str) -> None:
    assert str(page.told(WIDTHS, [digits])).startswith("RangeError")


def test_rotating_codes_are_those_of_the_vectors(page: Phone) -> None:
    asked = [[one["member"], one["member_key"], one["zone"], one["step"]] for one in VECTORS["codes"]]
    assert page.told(CODES, asked) == [one["text"] for one in VECTORS["codes"]]


asking = st.tuples(
    st.from_regex(r"[0-9]{12}", fullmatch=True).map(lambda body: str(MemberCode.of(body[:5], body[5:]))),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.sampled_from(ZONES),
    st.integers(min_value=0, max_value=4_000_000_000 // 30),
)


def test_rotating_codes_are_pythons_at_any_time_in_any_zone(page: Phone) -> None:
    @settings(max_examples=5)
    @given(st.lists(asking, min_size=40, max_size=40))
    def hold(asked: list[tuple[str, str, str, int]]) -> None:
        assert page.told(CODES, asked) == [expected(*one) for one in asked]

    hold()


def test_midnights_of_a_whole_year_change_the_key_at_the_same_step(page: Phone) -> None:
    key = bytes(32).hex()
    for zone in ZONES:
        steps = [step for day in range(0, 366, 3) for step in around_midnight(20_780 + day, ZoneInfo(zone))]
        asked = [("12345000000184", key, zone, step) for step in steps]
        assert page.told(CODES, asked) == [expected(*one) for one in asked]


def around_midnight(day: int, zone: ZoneInfo) -> list[int]:
    """The last step of a day and the first of the next, somewhere within a day from that many days after 1970."""
    low, high = day * 2880, (day + 1) * 2880
    first = day_of_step(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if day_of_step(middle, zone) == first else (low, middle)
    return [low, high]


def expected(member: str, key: str, zone: str, step: int) -> str:
    return member + one_time_value(day_key(bytes.fromhex(key), day_of_step(step, ZoneInfo(zone))), step)


def test_every_language_has_the_same_texts_with_the_same_places(page: Phone) -> None:
    texts: dict[str, dict[str, str]] = page.told("return (await import('./texts.js')).texts;")
    assert set(texts) == {"en", "ja", "ko"}
    for language, of in texts.items():
        assert of.keys() == texts["en"].keys(), language
        for key, text in of.items():
            assert set(places(text)) == set(places(texts["en"][key])), f"{language} {key}"


def places(text: str) -> list[str]:
    return [part.split("}")[0] for part in text.split("{")[1:]]


def test_spans_and_ages_are_told_in_the_unit_that_fits(page: Phone) -> None:
    told: Any = page.told(
        "const { ago, span } = await import('./texts.js');"
        "return [[20, 59, 90, 7199, 200000].map(span), [90, 7300, 86400 * 3].map(ago)];"
    )
    assert told == [
        ["20 seconds", "1 minute", "2 minutes", "2 hours", "2 days"],
        ["1 minute ago", "2 hours ago", "3 days ago"],
    ]
