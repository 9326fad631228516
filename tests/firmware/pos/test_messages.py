"""Messages: the golden ones read and print as they are, and docs/spec/pos.md names all of it."""

import json
import re
from binascii import crc32
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from firmware.pos import Link, PosMessageMalformed, PosPeer, Refusal
from firmware.pos.frames import LONGEST_FRAME, MOST_PAYLOAD, PATIENCE, Frame, FrameKind, encoded
from firmware.pos.link import ANSWER_SECONDS, TRIES
from firmware.pos.messages import (
    FromPos,
    FromTerminal,
    Hello,
    Part,
    SaleLine,
    decoded_pos,
    decoded_terminal,
    encoded_message,
)
from firmware.pos.session import MOST_FINISHED, REMEMBERED

HERE = Path(__file__).parents[2]
VECTORS = json.loads((HERE / "vectors" / "pos" / "frames.json").read_text("utf-8"))
GOLDEN = [vector["payload"].encode() for vector in VECTORS["frames"] if vector["payload"]]
PAGE = (HERE.parent / "docs" / "spec" / "pos.md").read_text("utf-8")
KINDS = {str(kind.__struct_config__.tag): kind for kind in (*get_args(FromPos), *get_args(FromTerminal))}


def read(payload: bytes) -> object:
    try:
        return decoded_pos(payload)
    except PosMessageMalformed:
        return decoded_terminal(payload)


@pytest.mark.parametrize("payload", GOLDEN, ids=lambda payload: json.loads(payload)["kind"])
def test_a_golden_message_reads_and_prints_as_it_is(payload: bytes) -> None:
    message = read(payload)
    assert isinstance(message, tuple(KINDS.values()))
    assert encoded_message(message) == payload


def test_every_kind_has_a_golden_message() -> None:
    assert {json.loads(payload)["kind"] for payload in GOLDEN} == set(KINDS)


@pytest.mark.parametrize("payload", [b"", b'{"kind":"total"}', b'{"kind":"result","sale":"x"}', b"\xff", b"[" * 20000])
def test_what_no_terminal_says_is_refused(payload: bytes) -> None:
    with pytest.raises(PosMessageMalformed):
        decoded_terminal(payload)


def test_a_pos_notes_what_it_does_not_understand_and_goes_on() -> None:
    peer = PosPeer("Till 3", "EUR", Link(1, 960))
    peer.receive(b"noise" + encoded(Frame(FrameKind.DATA, 2, 1, b"{}")), 0.0)
    assert len(peer.faults) == 2
    hello = encoded_message(Hello("t-1", "EUR"))
    peer.receive(encoded(Frame(FrameKind.DATA, 2, 2, hello)), 0.0)
    assert peer.terminal == Hello("t-1", "EUR")
    fault = b'{"kind":"fault","text":"what?"}'
    peer.receive(encoded(Frame(FrameKind.DATA, 2, 3, fault)), 0.0)
    assert peer.faults[-1] == "what?"
    assert peer.due is not None


@pytest.mark.parametrize("name", KINDS)
def test_each_message_and_its_fields_are_on_the_page(name: str) -> None:
    assert re.search(rf"^\| `{name}` \|", PAGE, re.M)
    for field in msgspec.structs.fields(KINDS[name]):
        assert f"`{field.encode_name}`" in PAGE, field.encode_name


@pytest.mark.parametrize("kind", [SaleLine, Part])
def test_each_field_of_a_line_is_on_the_page(kind: type[msgspec.Struct]) -> None:
    for field in msgspec.structs.fields(kind):
        assert f"`{field.encode_name}`" in PAGE


@pytest.mark.parametrize("refusal", Refusal)
def test_each_reason_is_on_the_page(refusal: Refusal) -> None:
    assert re.search(rf"^\| `{refusal}` \|", PAGE, re.M)


def test_the_numbers_are_those_of_the_page() -> None:
    assert f"{MOST_PAYLOAD:,} bytes" in PAGE
    assert LONGEST_FRAME == MOST_PAYLOAD + 26
    assert f"{TRIES} times in all" in PAGE
    assert f"{ANSWER_SECONDS:g} s" in PAGE
    assert f"{PATIENCE:g} s of silence" in PAGE
    assert f"the last {MOST_FINISHED} booked sales for {REMEMBERED / 3600:g} hour" in PAGE


def test_each_frame_on_the_page_is_one_to_the_byte() -> None:
    shown = re.findall(r"^`STX` `([^`]+)` `ETX`$", PAGE, re.M)
    assert len(shown) >= 3
    for body in shown:
        text = body.encode()
        assert f"{crc32(text[:-8]):08X}".encode() == text[-8:]
        assert any(vector["bytes"][1:-1] == body for vector in VECTORS["frames"])
