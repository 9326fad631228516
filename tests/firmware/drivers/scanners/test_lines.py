"""A scanner's bytes: torn, hostile, endless; a line is whole or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.codes import Scan
from firmware.drivers.scanners.lines import LONGEST_LINE, MOST_WAITING, PATIENCE, Lines


def taken(*chunks: bytes, at: float = 0.0) -> list[Scan | str]:
    lines = Lines()
    for chunk in chunks:
        lines.take(chunk, at)
    return waiting(lines)


def waiting(lines: Lines) -> list[Scan | str]:
    return list(iter(lines.next, None))


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r\r\n"])
def test_a_line_ends_however_the_scanner_ends_it(end: bytes) -> None:
    assert taken(b"4006381333931" + end + b"96385074" + end) == [Scan("4006381333931"), Scan("96385074")]


def test_the_separator_of_elements_belongs_to_a_line() -> None:
    assert taken(b"10A\x1d3012\r") == [Scan("10A\x1d3012")]


@pytest.mark.parametrize("byte", [b"\x00", b"\x02", b"\x1b", b"\x7f", b"\x80", b"\xff", "é".encode()])
def test_a_line_with_a_byte_that_no_symbol_holds_is_dropped_whole(byte: bytes) -> None:
    fault, scan = taken(b"4006" + byte + b"381333931\r96385074\r")
    assert isinstance(fault, str)
    assert f"{byte[0]:02X}" in fault
    assert scan == Scan("96385074")


def test_the_longest_line_is_taken_and_a_longer_one_dropped() -> None:
    assert taken(b"1" * LONGEST_LINE + b"\r") == [Scan("1" * LONGEST_LINE)]
    assert taken(b"1" * (LONGEST_LINE + 1) + b"\r") == ["a line of more than 512 bytes"]


def test_ten_megabytes_without_an_end_are_one_fault_and_hold_no_memory() -> None:
    lines = Lines()
    for _ in range(2560):
        lines.take(b"1" * 4096, 0.0)
    assert len(lines._begun) == LONGEST_LINE + 1
    lines.take(b"\r4006381333931\r", 0.0)
    assert waiting(lines) == ["a line of more than 512 bytes", Scan("4006381333931")]


def test_more_lines_than_are_kept_are_dropped_and_said_so_once() -> None:
    found = taken(b"1\r" * (MOST_WAITING + 100))
    assert len(found) == MOST_WAITING
    assert found[-1] == "more lines at once than are kept"
    assert set(found[:-1]) == {Scan("1")}


def test_the_rest_of_a_line_that_took_too_long_never_passes_for_a_line() -> None:
    lines = Lines()
    lines.take(b"40063813", 0.0)
    lines.settle(PATIENCE - 0.01)
    assert waiting(lines) == []
    lines.settle(PATIENCE)
    assert waiting(lines) == ["a line that did not end"]
    lines.take(b"96385074\r4006381333931\r", 5.0)
    assert waiting(lines) == [Scan("4006381333931")]


def test_a_slow_line_is_noticed_by_what_comes_next() -> None:
    lines = Lines()
    lines.take(b"4006", 0.0)
    lines.take(b"96385074\r96385074\r", 7.0)
    assert waiting(lines) == ["a line that did not end", Scan("96385074")]


def test_a_begun_line_of_a_peer_that_leaves_is_told() -> None:
    lines = Lines()
    lines.finish()
    lines.take(b"96385074\r4006", 0.0)
    lines.finish()
    assert waiting(lines) == [Scan("96385074"), "a line that did not end"]


@given(st.lists(st.text("0123456789ABC]", min_size=1, max_size=30), max_size=8), st.data())
def test_however_lines_are_torn_they_arrive_whole_and_in_order(texts: list[str], data: st.DataObject) -> None:
    stream = "".join(f"{text}\r\n" for text in texts).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert taken(*chunks) == [Scan.parse(text) for text in texts]


@given(st.lists(st.tuples(st.binary(max_size=50), st.floats(0, 3))))
def test_any_bytes_at_any_pace_are_scans_of_good_characters_or_faults(chunks: list[tuple[bytes, float]]) -> None:
    lines, now = Lines(), 0.0
    for chunk, pause in chunks:
        now += pause
        lines.take(chunk, now)
        lines.settle(now)
        for found in waiting(lines):
            assert isinstance(found, str) or (found.text + "x").replace("\x1d", "").isprintable()
