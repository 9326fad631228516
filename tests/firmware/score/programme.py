"""A small programme for tests: its rules with any part replaced, and the acts of its one member."""

import json
from typing import Any

from firmware.entries import EntryId, GivenLot, Identified, Instant, LotPart, Purchase, Scope, Void
from firmware.score.rules import Rules, parse_rules

__all__ = ["HANA", "NOON", "bought", "document", "entry", "lot", "part", "rules", "voided"]

HANA = "12345000010065"
NOON = 1_782_000_000
"""A moment in 2026."""


def document(**replaced: Any) -> dict[str, Any]:
    """The programme's rules as a JSON object."""
    return {
        "version": 7,
        "currency": "JPY",
        "timezone": "Asia/Tokyo",
        "measures": [
            {"name": "recent", "counts": "amount", "half_life": "P30D"},
            {"name": "continuity", "counts": "visits", "half_life": "P365D"},
        ],
        "grades": {
            "recent": {"A": 60000, "B": 30000, "C": 12000, "D": 4000},
            "continuity": {"A": 48, "B": 24, "C": 10, "D": 3},
        },
        "hints": None,
        "points": {"rate": 20, "per": 1000},
        "certificate": {"points": 1000, "worth": 1000},
    } | replaced


def rules(**replaced: Any) -> Rules:
    """The programme's rules."""
    return parse_rules(json.dumps(document(**replaced)).encode())


def entry(seq: int, terminal: str = "t-1") -> EntryId:
    """The id of an entry."""
    return EntryId(terminal, "00000000000000aa", seq)


def lot(points: int, expires: Instant | None = None, scope: Scope = Scope.PROGRAMME, ready: Instant = 0) -> GivenLot:
    """Points given together."""
    return GivenLot(points, scope, expires, ready=ready)


def part(points: int, expires: Instant | None = None, seq: int = 1, ready: Instant = 0) -> LotPart:
    """Points of one lot."""
    return LotPart(f"t-1/00000000000000aa/{seq}/0", points, Scope.PROGRAMME, expires, ready=ready)


def bought(amount: int, *lots: GivenLot, **categories: int) -> Purchase:
    """A purchase by HANA."""
    return Purchase(HANA, Identified.STATIC, amount, "JPY", categories, list(lots), 7)


def voided(at: Instant, purchase: Purchase) -> Void:
    """The void of a purchase made at that time."""
    return Void("00000000000000aa", 1, at, purchase)
