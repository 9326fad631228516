"""A shop's own labels: layouts that can be, verifiers, and the longest prefix."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.codes import Gtin, LabelRules, LabelValue, ShopLabel, gtin_check_digit
from firmware.codes.pack_errors import LayoutInvalid, PriceCheckFailed
from firmware.codes.price_check import price_check_digit
from firmware.codes.shop_numbers import label_in

fours, fives = (st.from_regex(rf"[0-9]{{{count}}}", fullmatch=True) for count in (4, 5))


def number(body: str) -> Gtin:
    return Gtin.parse(body + gtin_check_digit(body))


def test_the_verifiers_of_the_standards_own_examples() -> None:
    assert price_check_digit("2875") == "9"
    assert price_check_digit("14685") == "6"


@given(fours | fives)
def test_a_verifier_catches_every_error_in_one_digit(value: str) -> None:
    right = price_check_digit(value)
    for place, digit in enumerate(value):
        for wrong in "0123456789".replace(digit, ""):
            assert price_check_digit(value[:place] + wrong + value[place + 1 :]) != right


@pytest.mark.parametrize("value", ["", "123", "123456"])
def test_a_verifier_is_of_four_or_five_digits(value: str) -> None:
    with pytest.raises(ValueError, match=f"not of {len(value)}"):
        price_check_digit(value)


@given(fives, fives)
def test_a_label_is_taken_apart_as_it_was_put_together(item: str, value: str) -> None:
    rules = LabelRules((ShopLabel("29", LabelValue.PRICE, item=4, verifier=True),))
    right = price_check_digit(value)
    if int(value):
        label = label_in(number(f"29{item[:4]}{right}{value}"), rules)
        assert label is not None
        assert (label.value, str(label.gtin)[:7]) == (int(value), f"029{item[:4]}")
        assert str(label.gtin)[7:13] == "000000"
    wrong = str((int(right) + 1) % 10)
    with pytest.raises(PriceCheckFailed):
        label_in(number(f"29{item[:4]}{wrong}{value}"), rules)


def test_the_longest_prefix_counts_wherever_it_stands() -> None:
    general, special = ShopLabel("21", LabelValue.WEIGHT), ShopLabel("2100", LabelValue.PRICE, item=3)
    for labels in ((general, special), (special, general)):
        label = label_in(number("210012300450"), LabelRules(labels))
        assert label is not None
        assert (label.holds, label.value) == (LabelValue.PRICE, 450)


def test_a_carton_of_labels_is_no_label() -> None:
    rules = LabelRules((ShopLabel("21", LabelValue.WEIGHT),))
    assert label_in(number("0211234501250"), rules) is not None
    assert label_in(number("1211234501250"), rules) is None


@pytest.mark.parametrize(
    ("layout", "fault"),
    [
        ({"prefix": "03"}, "02 or 20 to 29"),
        ({"prefix": "2"}, "02 or 20 to 29"),
        ({"prefix": "21123"}, "02 or 20 to 29"),
        ({"prefix": "21", "item": 6}, "14 digits, not 13"),
        ({"prefix": "21", "digits": 4}, "12 digits, not 13"),
        ({"prefix": "21", "item": 3, "digits": 6, "verifier": True}, "4 or 5 digits"),
        ({"prefix": "21", "item": 0, "digits": 5}, "int` >= 1"),
        ({"prefix": "21", "currency": "EUR"}, "unknown field"),
    ],
)
def test_a_layout_that_no_number_can_have_is_refused(layout: dict[str, object], fault: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=fault):
        msgspec.convert({"holds": "weight", **layout}, ShopLabel)


def test_one_prefix_with_two_layouts_is_refused() -> None:
    twice = (ShopLabel("21", LabelValue.WEIGHT), ShopLabel("21", LabelValue.PRICE))
    with pytest.raises(LayoutInvalid, match="'21': the prefix has two layouts"):
        LabelRules(twice)
