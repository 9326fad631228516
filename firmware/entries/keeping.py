"""The acts that keep a journal itself: its lives, memberships it opens, what it was allowed."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from firmware.entries.fields import Amount, Code14, Count, CouponName, Hash, Identified, LifeId, Sequence

__all__ = ["Allowed", "Joining", "LifeEnd", "Opening", "Start"]


class Start(StrEnum):
    """Why a new life was drawn."""

    STARTED = "started"
    JOURNAL_LOST = "journal_lost"


class LifeEnd(Struct, frozen=True, forbid_unknown_fields=True):
    """The last entry of a life, named so that the next life continues its chain."""

    life: LifeId
    seq: Sequence
    hash: Hash


class Opening(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="opening"):
    """The first entry of a life; `previous` is None only for a terminal's very first life or a lost journal."""

    previous: LifeEnd | None
    cause: Start
    release: Annotated[str, Meta(max_length=64)]


class Joining(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="joining"):
    """A nameless membership opened by the first scan of a member code here."""

    member: Code14
    by: Identified


class Allowed(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="allowed"):
    """What central allows this terminal from the beginning of its history on, in all: never a difference.

    `issuing` is the points it may have given in all (null: no limit), `coupons` how often it may have taken a coupon
    whose count is limited. Of two, the one with the higher version counts.
    """

    version: Count
    issuing: Amount | None
    coupons: dict[CouponName, Count] = {}
