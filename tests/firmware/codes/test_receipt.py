"""A receipt's code names its entry, and nothing else is taken for one."""

import re
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from firmware.codes import receipt_code, receipt_of
from firmware.entries import EntryId

ENTRIES = st.builds(
    EntryId,
    st.from_regex(r"\A[a-z0-9][a-z0-9-]{0,63}\Z"),
    st.from_regex(r"\A[0-9a-f]{16}\Z"),
    st.integers(1, 2**53 - 1),
)


@given(ENTRIES)
def test_every_entry_comes_back_from_its_code(entry: EntryId) -> None:
    assert receipt_of(receipt_code(entry)) == entry


@given(st.text(max_size=60))
def test_no_other_text_is_taken_for_a_receipt(text: str) -> None:
    assert receipt_of(text) is None


@pytest.mark.parametrize(
    "almost",
    [
        "habitue:r:t-1:00000000000000aa:7",
        "HABITUE:R:T-1:00000000000000AA:0",
        "HABITUE:R:T-1:00000000000000AA:07",
        "HABITUE:R:T-1:00000000000000A:7",
        "HABITUE:R:-T:00000000000000AA:7",
        "HABITUE:R:T-1:00000000000000AA:7\n",
        "HABITUE:R:T_1:00000000000000AA:7",
    ],
)
def test_what_is_almost_a_receipts_code_is_none(almost: str) -> None:
    assert receipt_of(almost) is None


def test_the_example_of_the_page_is_a_receipts_code() -> None:
    page = (Path(__file__).parents[3] / "docs" / "spec" / "codes.md").read_text("utf-8")
    (example,) = re.findall(r"`(HABITUE:R:\S+:\d+)`", page)
    assert receipt_of(example) == EntryId("t-0001", "00c0ffee00000001", 42)


def test_a_code_is_all_letters_of_the_alphanumeric_mode() -> None:
    code = receipt_code(EntryId("t-0001", "00c0ffee00000001", 42))
    assert code == "HABITUE:R:T-0001:00C0FFEE00000001:42"
    barcode = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    assert memoryview(zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False)).shape == (25, 25)  # type: ignore[arg-type]
