"""docs/spec/prices.md is true."""

import re
from pathlib import Path

from msgspec.structs import fields

from firmware.goods import Per, PricePart, parse_list, shared
from firmware.goods.basket import MOST_COUNT, MOST_LINES, MOST_TOTAL
from firmware.goods.price import MOST_MINOR
from firmware.goods.pricelist import LONGEST_TEXT, MOST_ITEMS, PART_ITEMS
from firmware.goods.rows import COLUMNS

PAGE = (Path(__file__).parents[3] / "docs" / "spec" / "prices.md").read_text("utf-8")


def test_the_list_on_the_page_is_one() -> None:
    found = re.search(r"^```\n(gtin,.*?)^```", PAGE, re.M | re.S)
    assert found
    prices = parse_list(found[1].encode())
    assert [(price.name, price.per) for price in prices] == [
        ("Bread", Per.EACH),
        ("Cheese", Per.KILOGRAM),
        ("Milk, 1 l", Per.EACH),
    ]


def test_each_column_and_each_field_of_a_part_is_explained() -> None:
    for name in (*COLUMNS, *(field.name for field in fields(PricePart))):
        assert re.search(rf"^\| `{name}` \|", PAGE, re.M), name


def test_the_limits_are_those_of_the_page() -> None:
    for limit in (MOST_MINOR, MOST_ITEMS, LONGEST_TEXT):
        assert f"{limit:,}" in PAGE
    assert f"at most {PART_ITEMS} items" in PAGE
    assert f"{MOST_LINES} lines, {MOST_COUNT} of one item, 10^10 minor" in PAGE
    assert MOST_TOTAL == 10**10


def test_the_example_of_sharing_holds() -> None:
    found = re.search(r"Example: (\d+) off lines of (\d+), (\d+) and (\d+) is (\d+), (\d+) and (\d+)", PAGE)
    assert found
    total, *rest = map(int, found.groups())
    assert shared(total, rest[:3]) == rest[3:]
