"""An entry: its identity, its bytes and its hash (docs/spec/wire.md, "Entries")."""

import hashlib
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from firmware.entries.acts import Act
from firmware.entries.errors import EntryMalformed, UnknownAct
from firmware.entries.fields import ClerkId, Hash, Instant, LifeId, Sequence, ShopId, TerminalId

__all__ = [
    "GENESIS",
    "Chained",
    "ClockQuality",
    "Entry",
    "EntryHead",
    "EntryId",
    "Sealed",
    "Stamp",
    "decode_act",
    "decode_entry",
    "decode_head",
    "decode_link",
    "entry_hash",
    "seal",
]

GENESIS = "0" * 64
"""The hash before the first entry of a terminal that has no earlier life."""


class ClockQuality(StrEnum):
    """How far an entry's time can be trusted."""

    SIGNED = "signed"
    """Confirmed by central's signed time since the terminal started."""
    LOCAL = "local"
    """The wall clock, above the terminal's floor, not confirmed."""
    DOUBTFUL = "doubtful"
    """The wall clock was below the floor, or implausibly far beyond it."""


class EntryId(NamedTuple):
    """Names one entry for ever; sorts by terminal, life, sequence."""

    terminal: str
    life: str
    seq: int

    def __str__(self) -> str:
        return f"{self.terminal}/{self.life}/{self.seq}"


class Stamp(Struct, frozen=True):
    """The circumstances of an act: when, how sure of it, in which shop, by which clerk."""

    at: Instant
    clock: ClockQuality
    shop: ShopId
    clerk: ClerkId | None


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """One act of one terminal. `prev` is the hash of the entry before it in the chain."""

    v: Literal[1]
    terminal: TerminalId
    life: LifeId
    seq: Sequence
    prev: Hash
    at: Instant
    clock: ClockQuality
    shop: ShopId
    clerk: ClerkId | None
    act: Act

    @property
    def id(self) -> EntryId:
        return EntryId(self.terminal, self.life, self.seq)


class EntryHead(Struct, frozen=True):
    """Everything of an entry but the meaning of its act, which may come from a newer release."""

    v: Annotated[int, Meta(ge=1)]
    terminal: TerminalId
    life: LifeId
    seq: Sequence
    prev: Hash
    at: Instant
    clock: ClockQuality
    shop: ShopId
    clerk: ClerkId | None
    act: msgspec.Raw

    @property
    def id(self) -> EntryId:
        return EntryId(self.terminal, self.life, self.seq)


Chained = Entry | EntryHead
"""A link of a chain: an entry whole, or its head where this release does not understand the rest."""


class _Link(EntryHead, frozen=True):
    """A head whose strings are compared with well-formed ones, so that no pattern need check them."""

    terminal: str
    life: str
    prev: str
    shop: str
    clerk: str | None


class _KnownLink(Entry, frozen=True, forbid_unknown_fields=True):
    """The same of an entry whose act this release understands."""

    terminal: str
    life: str
    prev: str
    shop: str
    clerk: str | None


class Sealed(Struct, frozen=True):
    """An entry with the exact bytes that were hashed; the bytes are what is stored, sent and verified."""

    entry: Entry
    body: bytes
    hash: Hash


UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What the decoder raises; the last for an object nested thousands deep."""

_encode = msgspec.json.Encoder().encode
_decode_entry = msgspec.json.Decoder(Entry).decode
_decode_head = msgspec.json.Decoder(EntryHead).decode
_decode_link = msgspec.json.Decoder(_Link).decode
_decode_known_link = msgspec.json.Decoder(_KnownLink).decode
_act_decoder: msgspec.json.Decoder[Act] = msgspec.json.Decoder(Act)


def entry_hash(body: bytes | memoryview) -> str:
    """SHA-256 (FIPS 180-4) over the entry's exact bytes, as 64 lower-case hex digits."""
    return hashlib.sha256(body).hexdigest()


def seal(identity: EntryId, prev: str, stamp: Stamp, act: Act) -> Sealed:
    """Fix an act's bytes and hash under its identity."""
    entry = Entry(1, *identity, prev, stamp.at, stamp.clock, stamp.shop, stamp.clerk, act)
    body = _encode(entry)
    return Sealed(entry, body, entry_hash(body))


def decode_entry(body: bytes | memoryview) -> Entry:
    """Read an entry of this version whole; raises EntryMalformed."""
    try:
        return _decode_entry(body)
    except UNREADABLE as error:
        raise EntryMalformed(str(error)) from None


def decode_head(body: bytes | memoryview) -> EntryHead:
    """Read all but the act, so that an entry of a newer release still chains; raises EntryMalformed."""
    try:
        return _decode_head(body)
    except UNREADABLE as error:
        raise EntryMalformed(str(error)) from None


def decode_link(body: bytes | memoryview) -> Chained:
    """Read an entry whole where this release understands it, else its head; raises EntryMalformed.

    For who compares `terminal`, `life`, `prev`, `shop` and `clerk` with well-formed ones: their form is not checked.
    """
    try:
        return _decode_known_link(body)
    except UNREADABLE:
        pass
    try:
        return _decode_link(body)
    except UNREADABLE as error:
        raise EntryMalformed(str(error)) from None


def decode_act(head: Chained) -> Act:
    """Read the act of a head; raises UnknownAct where this release does not understand it."""
    if isinstance(head, Entry):
        return head.act
    if head.v != 1:
        raise UnknownAct(f"entry version {head.v}")
    try:
        return _act_decoder.decode(head.act)
    except UNREADABLE as error:
        raise UnknownAct(str(error)) from None
