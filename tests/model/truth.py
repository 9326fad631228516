"""What must hold whatever happened, worked out from the entries' bytes alone, by a reading of its own."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["LotSums", "kind_of", "spent_in", "sums_from"]

Act = Mapping[str, Any]


@dataclass
class LotSums:
    """What entries have done to one lot."""

    given: int = 0
    spent: int = 0
    reversed: int = 0
    covered: int = 0

    @property
    def loss(self) -> int:
        """Spent beyond what there was."""
        return max(self.spent - self.given, 0)


def sums_from(entries: Iterable[bytes], decisions: Iterable[bytes] = ()) -> dict[str, LotSums]:
    """Every lot that these entries, and these decisions of central's, name."""
    lots: dict[str, LotSums] = defaultdict(LotSums)
    for body in entries:
        entry = json.loads(body)
        _book(lots, entry, entry["act"])
    for body in decisions:
        act = json.loads(body)["act"]
        for part in act.get("takes", []):
            lots[part["lot"]].spent += part["points"]
        for cover in act.get("covers", []):
            lots[cover["lot"]].covered += cover["points"]
    return dict(lots)


def kind_of(body: bytes) -> str:
    """What an entry records."""
    return str(json.loads(body)["act"]["kind"])


def spent_in(body: bytes) -> int:
    """The points that an entry spends."""
    act = json.loads(body)["act"]
    parts = [*act.get("spends", []), *act.get("taken", {}).get("covers", [])]
    return sum(int(part["points"]) for part in parts)


def _book(lots: dict[str, LotSums], entry: Act, act: Act) -> None:
    kind = act["kind"]
    if kind == "purchase":
        for place, lot in enumerate(act["lots"]):
            lots[_name(entry["terminal"], entry, place)].given += lot["points"]
    if kind == "redeemed":
        for part in act["spends"]:
            lots[part["lot"]].spent += part["points"]
    if kind in ("void", "refund"):
        _take_back(lots, entry, act)


def _take_back(lots: dict[str, LotSums], entry: Act, act: Act) -> None:
    before = act["purchase"] if act["kind"] == "void" else act["before"]
    after = [] if act["kind"] == "void" else [lot["points"] for lot in act["after"]["lots"]]
    taken = act.get("taken") or {}
    for place, lot in enumerate(before["lots"]):
        left = after[place] if place < len(after) else 0
        lots[_name(entry["terminal"], act, place)].reversed += lot["points"] - left
    for place, points in enumerate(taken.get("covered", [])):
        lots[_name(entry["terminal"], act, place)].covered += points
    for part in taken.get("covers", []):
        lots[part["lot"]].spent += part["points"]
    for part in taken.get("restores", []):
        lots[part["lot"]].spent -= part["points"]


def _name(terminal: str, placed: Act, place: int) -> str:
    return f"{terminal}/{placed['life']}/{placed['seq']}/{place}"
