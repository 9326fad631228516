"""docs/spec/codes.md is true to the digit."""

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from firmware.codes import (
    CompanyProfile,
    CouponNumber,
    LabelRules,
    MemberCode,
    MemberNumber,
    NumberUse,
    Pack,
    RotatingCode,
    Scan,
    ShopLabel,
    Symbology,
    Unproved,
    is_also_gtin14,
    pack_in,
)
from firmware.codes.price_check import FIVE_MINUS, FIVE_PLUS, THREE, TWO_MINUS
from firmware.codes.rotating import day_key, day_of_step, step_at
from firmware.codes.symbols import modules

VECTORS = Path(__file__).parents[2] / "vectors"
PAGE = (Path(__file__).parents[3] / "docs" / "spec" / "codes.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d{5}) (\d{7}) \| (\d+) \| (\d\d) \| `(\d{14})`(?: \(`…(\d\d)` is refused\))? \|$", PAGE, re.M)
NAMES = {
    "Code 128 (default)": Symbology.CODE_128,
    "Interleaved 2 of 5": Symbology.ITF,
    "QR": Symbology.QR,
    "Aztec": Symbology.AZTEC,
    "PDF417": Symbology.PDF417,
}


def test_the_page_has_worked_examples() -> None:
    assert len(ROWS) == len(re.findall(r"^\| \d{5} \d{7} ", PAGE, re.M)) >= 7


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[4])
def test_each_worked_example_holds(row: tuple[str, str, str, str, str, str]) -> None:
    company, customer, remainder, check, code, alias = row
    assert int(company + customer) * 100 % 97 == int(remainder)
    assert str(MemberCode.of(company, customer)) == code
    assert code.endswith(check)
    if alias:
        assert int(code[:12] + alias) % 97 == 1, "an alias passes the short test"
        with pytest.raises(ValueError, match="check digits do not fit"):
            MemberCode.parse(code[:12] + alias)


def test_every_code_on_the_page_is_one() -> None:
    quoted = re.findall(r"`(\d{14})`", PAGE[: PAGE.index("## Packs")])
    assert all(str(MemberCode.parse(text)) == text for text in quoted)
    assert "`12345 0000001 84`" in PAGE


def test_the_coupon_example_holds() -> None:
    profile = CompanyProfile("12345", NumberUse.MEMBERS_AND_COUPONS)
    found = re.search(r"`(\d{14})` is a member \(customer 00002.*?`(\d{14})` is that member's coupon 7", PAGE)
    assert found
    member, coupon = (MemberCode.parse(text) for text in found.groups())
    assert profile.classify(member) == MemberNumber(member)
    assert profile.classify(coupon) == CouponNumber(coupon, member, 7)


def test_the_carton_example_holds() -> None:
    free, total = re.search(r"the sum of `(\d{14})` is .* = (\d+), no multiple of 10", PAGE).groups()  # type: ignore[union-attr]
    taken, other = re.search(r"`(\d{14})` may not: its sum is (\d+)", PAGE).groups()  # type: ignore[union-attr]
    terms = re.search(r"is (1·3.*?) = ", PAGE)
    assert terms
    assert sum(int(a) * int(b or 1) for a, b in re.findall(r"(\d)(?:·(\d))?", terms[1])) == int(total)
    assert not is_also_gtin14(free)
    assert is_also_gtin14(taken)
    assert int(other) % 10 == 0


def test_the_rotating_example_holds() -> None:
    found = re.search(r"member key `(\w{64})`, at (\d+) in ([\w/]+):.*?`(\w{64})`, and the code `(\d{22})`", PAGE, re.S)
    assert found
    zone, step = ZoneInfo(found[3]), step_at(int(found[2]))
    key = day_key(bytes.fromhex(found[1]), day_of_step(step, zone))
    assert key.hex() == found[4]
    assert str(RotatingCode.of(MemberCode.of("12345", "0000001"), key, step)) == found[5]
    assert f"the step is {step}, its day\n{day_of_step(step, zone)}," in PAGE
    assert f"{found[5][:5]} {found[5][5:12]} {found[5][12:14]}   {found[5][14:18]} {found[5][18:]}" in PAGE


@pytest.mark.parametrize("reason", list(Unproved))
def test_each_reason_why_a_rotating_code_proves_nothing_is_explained(reason: Unproved) -> None:
    assert re.search(rf"^\| `{reason}` \|", PAGE, re.M)


@pytest.mark.parametrize("use", list(NumberUse))
def test_each_use_of_the_customer_digits_is_explained(use: NumberUse) -> None:
    assert re.search(rf"^\| `{use}` \|", PAGE, re.M)


@pytest.mark.parametrize(("name", "symbology"), NAMES.items())
def test_each_picture_has_the_size_the_page_says(name: str, symbology: Symbology) -> None:
    row = re.search(
        rf"^\| {re.escape(name)} \| ISO/IEC \d+.*? \| (\d+) × (\d+|any)(?: rows of (\d+))? \| (\d+)", PAGE, re.M
    )
    assert row
    pattern = modules(MemberCode.of("12345", "0000001"), symbology)
    assert len(pattern.rows[0]) == int(row[1])
    assert len(pattern.rows) == (1 if row[2] == "any" else int(row[2]))
    if row[3]:
        assert pattern.shape.row == int(row[3])
    assert pattern.shape.beside == int(row[4])


def test_each_pack_on_the_page_is_what_the_page_says() -> None:
    rules = msgspec.convert(json.loads((VECTORS / "packs.json").read_text("utf-8"))["rules"], LabelRules)
    rows = re.findall(r"^\| `(\S+)` \| `(\d{14})` \| (?:(\d+) (g|minor units) )?\|$", PAGE, re.M)
    assert len(rows) == 7
    for line, item, value, unit in rows:
        pack = pack_in(Scan.parse(line), rules)
        assert isinstance(pack, Pack)
        assert str(pack.gtin) == item
        said = {"g": pack.weight_grams, "minor units": pack.price_minor}.get(unit)
        assert said == (int(value) if value else None)


def test_the_weights_of_a_verifier_are_those_of_the_page() -> None:
    for name, weights in {"2−": TWO_MINUS, "3": THREE, "5+": FIVE_PLUS, "5−": FIVE_MINUS}.items():
        assert f"| `{name}` | {' | '.join(map(str, weights))} |" in PAGE


def test_each_key_of_a_layout_is_explained() -> None:
    for field in msgspec.structs.fields(ShopLabel):
        assert re.search(rf"^\| `{field.name}` \|", PAGE, re.M)
