"""What a scanner's line says of the symbol it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.codes import Carrier, Scan


@pytest.mark.parametrize(
    ("identifier", "carrier"),
    [
        ("]E0", Carrier.EAN),
        ("]E4", Carrier.EAN),
        ("]e0", Carrier.GS1),
        ("]C1", Carrier.GS1),
        ("]d2", Carrier.GS1),
        ("]Q3", Carrier.GS1),
        ("]C0", Carrier.PLAIN),
        ("]Q1", Carrier.PLAIN),
        ("]z0", Carrier.PLAIN),
        ("]L2", Carrier.PLAIN),
        ("]I1", Carrier.ITF),
        ("]d1", Carrier.OTHER),
        ("]A0", Carrier.OTHER),
        ("]X0", Carrier.OTHER),
    ],
)
def test_an_identifier_tells_the_carrier_and_is_taken_off(identifier: str, carrier: Carrier) -> None:
    assert Scan.parse(f"{identifier}4006381333931") == Scan("4006381333931", carrier)


@pytest.mark.parametrize("line", ["4006381333931", "", "]", "]E", "]-0", "E04006", " ]E0400"])
def test_a_line_without_an_identifier_is_kept_whole(line: str) -> None:
    assert Scan.parse(line) == Scan(line, Carrier.UNSAID)


@given(st.text())
def test_any_line_is_a_scan_and_no_more_than_the_identifier_is_lost(line: str) -> None:
    assert len(line) - len(Scan.parse(line).text) in (0, 3)
    assert line.endswith(Scan.parse(line).text)
