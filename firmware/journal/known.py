"""What a journal knows of one member."""

from collections.abc import Callable
from typing import TypeAlias

import msgspec
from msgspec import Struct

from firmware.entries import Instant
from firmware.journal.errors import MemberInvalid
from firmware.score.fold import FoldedAct
from firmware.score.standing import MemberRecord

__all__ = ["Fold", "KnownMember", "decode_record", "encode_record"]

Fold: TypeAlias = Callable[[MemberRecord, FoldedAct, Instant], MemberRecord]
"""The member after an act at that time; firmware.score gives it, under the rules in force."""


class KnownMember(Struct, frozen=True):
    """A member as this terminal sees them; `provisional` while central has not told of them."""

    record: MemberRecord
    provisional: bool


_encode = msgspec.json.Encoder().encode
decode_record = msgspec.json.Decoder(MemberRecord).decode


def encode_record(record: MemberRecord) -> bytes:
    """The bytes that are stored; raises MemberInvalid for a record that could not be read back."""
    body = _encode(record)
    try:
        decode_record(body)
    except msgspec.ValidationError as error:
        raise MemberInvalid(str(error)) from None
    return body
