"""Lots: points earned together, as they are given, spent, moved and given back."""

from msgspec import Struct

from firmware.entries.fields import Amount, Count, Instant, LotName, Points, Scope, Where

__all__ = ["GivenLot", "LotPart", "lot_name"]


class GivenLot(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Points earned together: one scope, one expiry (None: never), not to be spent before `ready`.

    `where` is the company for scope company, and empty for the shop of the entry and for the programme. `right` names
    the right under which the giving terminal held the member's points then: the lot belongs to that escrow (None: it is
    free). No points only where refunds have left none, so that the other lots keep their places.
    """

    points: Amount
    scope: Scope
    expires: Instant | None
    where: Where = ""
    ready: Instant = 0
    right: Count | None = None


class LotPart(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Points of one lot, with what must be known of the lot to spend them; `where` is the shop or the company."""

    lot: LotName
    points: Points
    scope: Scope
    expires: Instant | None
    where: Where = ""
    ready: Instant = 0


def lot_name(terminal: str, life: str, seq: int, place: int) -> str:
    """The name of the lot at that place of what an entry gave."""
    return f"{terminal}/{life}/{seq}/{place}"
