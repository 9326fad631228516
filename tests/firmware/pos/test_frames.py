"""Frames: golden bytes, torn, damaged, endless."""

import json
from binascii import crc32
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.pos import PayloadTooLong
from firmware.pos.frames import (
    LONGEST_FRAME,
    MOST_PAYLOAD,
    PATIENCE,
    Damage,
    Frame,
    FrameKind,
    FrameReader,
    encoded,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "pos" / "frames.json").read_text("utf-8"))
HELLO = Frame(FrameKind.DATA, 0xDEADBEEF, 1, b'{"kind":"x"}')

payloads = st.binary(max_size=60).map(lambda data: bytes(byte for byte in data if byte not in (2, 3)))
frames = st.builds(Frame, st.sampled_from(FrameKind), st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1), payloads)


def taken(*chunks: bytes) -> list[Frame | Damage]:
    reader = FrameReader()
    return [found for chunk in chunks for found in reader.take(chunk, 0.0)]


@pytest.mark.parametrize("vector", VECTORS["frames"], ids=lambda vector: vector["name"])
def test_a_golden_frame_is_written_and_read_to_the_byte(vector: dict[str, str]) -> None:
    frame = Frame(
        FrameKind(vector["kind"]), int(vector["session"], 16), int(vector["sequence"], 16), vector["payload"].encode()
    )
    assert encoded(frame) == vector["bytes"].encode()
    assert taken(vector["bytes"].encode()) == [frame]


@pytest.mark.parametrize("vector", VECTORS["damaged"], ids=lambda vector: vector["name"])
def test_golden_damage_is_named(vector: dict[str, object]) -> None:
    found = taken(str(vector["bytes"]).encode())
    assert found == [Damage(str(vector["fault"]), bool(vector["again"]))]


def test_the_check_is_the_one_that_the_page_names() -> None:
    assert crc32(b"123456789") == 0xCBF43926


@given(st.lists(frames, max_size=5), st.data())
def test_frames_arrive_however_they_are_torn(wanted: list[Frame], data: st.DataObject) -> None:
    stream = b"".join(encoded(frame) for frame in wanted)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert taken(*chunks) == wanted


@given(frames, st.data())
def test_one_changed_byte_is_never_another_frame(frame: Frame, data: st.DataObject) -> None:
    good = encoded(frame)
    place = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != good[place]))
    found = taken(good[:place] + bytes([other]) + good[place + 1 :], encoded(HELLO))
    assert [one for one in found if isinstance(one, Frame)] == [HELLO]


@given(st.binary(max_size=300), frames)
def test_a_frame_is_found_behind_any_garbage(garbage: bytes, frame: Frame) -> None:
    assert taken(garbage, encoded(frame))[-1] == frame


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_any_bytes_are_frames_or_damage(chunks: list[bytes]) -> None:
    for found in taken(*chunks):
        assert isinstance(found, Frame | Damage)


def test_a_frame_that_is_torn_by_the_next_one_is_asked_for_again() -> None:
    assert taken(encoded(HELLO)[:10] + encoded(HELLO)) == [Damage("a frame torn by another", again=True), HELLO]


def test_a_run_of_garbage_is_told_once() -> None:
    found = taken(b"xx", b"yy", b"\x03" * 500, encoded(HELLO), b"zz")
    assert found == [Damage("bytes outside a frame"), HELLO, Damage("bytes outside a frame")]


@pytest.mark.parametrize("start", [b"", b"\x02"], ids=["outside", "inside"])
def test_ten_megabytes_are_one_fault_and_hold_no_memory(start: bytes) -> None:
    reader = FrameReader()
    found = reader.take(start, 0.0)
    for _ in range(2560):
        found += reader.take(b"x" * 4096, 0.0)
        assert reader._body is None or len(reader._body) <= LONGEST_FRAME
    assert len(found) == 1
    assert reader.take(encoded(HELLO), 0.0) == [HELLO]


def test_ten_megabytes_in_one_go_are_one_fault() -> None:
    assert taken(b"\x02" + b"x" * 10 * 2**20, b"\x03" + encoded(HELLO)) == [Damage("a frame longer than any"), HELLO]


def test_the_longest_payload_is_carried_and_a_longer_one_refused() -> None:
    longest = Frame(FrameKind.DATA, 1, 1, b"x" * MOST_PAYLOAD)
    assert taken(encoded(longest)) == [longest]
    with pytest.raises(PayloadTooLong, match="it was not sent"):
        encoded(Frame(FrameKind.DATA, 1, 1, b"x" * (MOST_PAYLOAD + 1)))


def test_a_frame_in_which_nothing_comes_any_more_is_given_up() -> None:
    reader = FrameReader()
    good = encoded(HELLO)
    assert reader.begun is None
    assert reader.take(good[:10], 5.0) == []
    assert reader.begun == 5.0 + PATIENCE
    assert reader.take(good[10:12], 5.9) == []
    assert reader.settle(6.8) == []
    assert reader.settle(6.9) == [Damage("a frame without an end", again=True)]
    assert reader.settle(9.0) == []
    assert reader.take(good, 9.0) == [HELLO]


def test_silence_within_a_frame_is_noticed_by_what_comes_next() -> None:
    reader = FrameReader()
    reader.take(encoded(HELLO)[:10], 0.0)
    assert reader.take(encoded(HELLO), 2.0) == [Damage("a frame without an end", again=True), HELLO]
