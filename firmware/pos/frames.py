"""Frames on a serial line: bytes in, frames out, whatever comes in between (docs/spec/pos.md, "Frames")."""

import re
from binascii import crc32
from enum import StrEnum

from msgspec import Struct

from firmware.pos.errors import PayloadTooLong

__all__ = ["LONGEST_FRAME", "MOST_PAYLOAD", "PATIENCE", "Damage", "Frame", "FrameKind", "FrameReader", "encoded"]

STX, ETX = 0x02, 0x03
VERSION = "1"
MOST_PAYLOAD = 32768
HEADER = re.compile(rb"([ -~])([ -~])([0-9A-F]{8})([0-9A-F]{4})([0-9A-F]{4})")
"""Version, kind, session, sequence, length of the payload."""
HEADER_LENGTH = 18
CHECK = re.compile(rb"[0-9A-F]{8}")
CHECK_LENGTH = 8
LONGEST_FRAME = HEADER_LENGTH + MOST_PAYLOAD + CHECK_LENGTH
"""Bytes between STX and ETX."""
PATIENCE = 1.0
"""Monotonic seconds of silence within a frame after which its beginning is dropped."""


class FrameKind(StrEnum):
    """What a frame is for."""

    DATA = "D"
    ACK = "A"
    """The data of that session and sequence has arrived."""
    NAK = "N"
    """What came last was damaged; it names nothing, since nothing in it can be trusted."""


class Frame(Struct, frozen=True):
    """One frame; session and sequence are the data's, also where it is acknowledged."""

    kind: FrameKind
    session: int
    sequence: int
    payload: bytes = b""


class Damage(Struct, frozen=True):
    """Bytes that are no frame; `again` where sending once more may help."""

    fault: str
    again: bool = False


def encoded(frame: Frame) -> bytes:
    """The frame's bytes; raises PayloadTooLong. A payload holds neither STX nor ETX: JSON has none."""
    if len(frame.payload) > MOST_PAYLOAD:
        raise PayloadTooLong(len(frame.payload), MOST_PAYLOAD)
    head = f"{VERSION}{frame.kind}{frame.session:08X}{frame.sequence:04X}{len(frame.payload):04X}"
    body = head.encode("ascii") + frame.payload
    return bytes([STX]) + body + f"{crc32(body):08X}".encode("ascii") + bytes([ETX])


class FrameReader:
    """Takes bytes and gives frames and damage, in order; holds one frame at most."""

    def __init__(self) -> None:
        self._body: bytearray | None = None
        """What has come since STX; None outside a frame."""
        self._heard = 0.0
        self._astray = False
        """Whether the present run of bytes outside a frame was told."""

    def take(self, data: bytes, now: float) -> list[Frame | Damage]:
        """Take what came at that time."""
        found = self.settle(now) if data else []
        self._heard = now
        place = 0
        while place < len(data):
            place = self._outside(data, place, found) if self._body is None else self._inside(data, place, found)
        return found

    def settle(self, now: float) -> list[Frame | Damage]:
        """Drop a frame that was begun and in which nothing has come for too long."""
        if self._body is None or now < self._heard + PATIENCE:
            return []
        self._body = None
        return [Damage("a frame without an end", again=True)]

    @property
    def begun(self) -> float | None:
        """When an open frame is given up if nothing comes; None outside a frame."""
        return None if self._body is None else self._heard + PATIENCE

    def _outside(self, data: bytes, place: int, found: list[Frame | Damage]) -> int:
        start = data.find(STX, place)
        if start != place and not self._astray:
            self._astray = True
            found.append(Damage("bytes outside a frame"))
        if start < 0:
            return len(data)
        self._astray = False
        self._body = bytearray()
        return start + 1

    def _inside(self, data: bytes, place: int, found: list[Frame | Damage]) -> int:
        assert self._body is not None
        ends = [end for end in (data.find(STX, place), data.find(ETX, place)) if end >= 0]
        end = min(ends, default=len(data))
        self._body += data[place : min(end, place + LONGEST_FRAME + 1)]
        if len(self._body) > LONGEST_FRAME:
            self._body = None
            self._astray = True
            found.append(Damage("a frame longer than any"))
            return end
        if end == len(data):
            return end
        if data[end] == STX:
            self._body = bytearray()
            found.append(Damage("a frame torn by another", again=True))
        else:
            found.append(_parsed(bytes(self._body)))
            self._body = None
        return end + 1


def _parsed(body: bytes) -> Frame | Damage:
    head, payload, check = body[:HEADER_LENGTH], body[HEADER_LENGTH:-CHECK_LENGTH], body[-CHECK_LENGTH:]
    fields = HEADER.fullmatch(head)
    if fields is None or not CHECK.fullmatch(check) or len(body) < HEADER_LENGTH + CHECK_LENGTH:
        return Damage("a frame without a head or a check", again=True)
    if crc32(body[:-CHECK_LENGTH]) != int(check, 16):
        return Damage("a frame whose check does not fit", again=True)
    version, kind, session, sequence, length = fields.groups()
    if version.decode() != VERSION:
        return Damage(f"a frame of version {version.decode()!r}, this release speaks {VERSION}")
    if kind.decode() not in {known.value for known in FrameKind} or int(length, 16) != len(payload):
        return Damage("a frame of no known kind, or with another length than it says")
    return Frame(FrameKind(kind.decode()), int(session, 16), int(sequence, 16), payload)
