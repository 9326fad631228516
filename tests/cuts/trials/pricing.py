"""Price lists: a first one, and another in parts that takes its place."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from firmware.goods import PricePart
from firmware.prices import PricesDamaged, PricesForeign, PriceStore, PricesUnwritable
from tests.firmware.prices.lists import items, parts

__all__ = ["LISTS", "Pricing", "prices_of"]

ITEMS = 60


def in_parts(whole: PricePart, count: int) -> list[PricePart]:
    """A list cut into so many parts."""
    lines = whole.text.splitlines(keepends=True)
    size = -(-len(lines) // count)
    cut = ["".join(lines[place : place + size]) for place in range(0, len(lines), size)]
    return [replace(whole, part=number, parts=count, text=text) for number, text in enumerate(cut, start=1)]


LISTS = (parts(ITEMS, 1, price=100), in_parts(parts(ITEMS, 2, price=200)[0], 3))


def prices_of(disk: Path) -> Path:
    """The terminal's price list."""
    return disk / "data" / "prices.sqlite"


class PriceFacts(Struct, frozen=True):
    """The list in force, and the prices on it."""

    trouble: str = ""
    version: int = 0
    prices: frozenset[int | None] = frozenset()


class Pricing:
    """The first price list of a terminal, and the next one in three parts."""

    name = "price list"

    def command(self, stage: Path, fault: str) -> Sequence[str]:
        """See Trial."""
        return ("tests.cuts.programs.pricing", str(stage), fault)

    def prepare(self, stage: Path) -> None:
        """See Trial."""

    def examined(self, disk: Path) -> PriceFacts:
        """See Trial."""
        prices_of(disk).parent.mkdir(exist_ok=True)
        try:
            with closing(PriceStore.open(prices_of(disk))) as store:
                found = [store.find(item.gtin) for item in items(ITEMS)]
                return PriceFacts("", store.version, frozenset(one.price if one else None for one in found))
        except (PricesDamaged, PricesForeign, PricesUnwritable) as error:
            return PriceFacts(str(error))

    def faults(self, facts: PriceFacts, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        if facts.trouble:
            yield facts.trouble
        elif facts.prices != {facts.version * 100 or None}:
            yield f"version {facts.version} with prices {facts.prices}"
        told = max((int(mark.removeprefix("in force ")) for mark in said), default=0)
        if facts.version < told:
            yield f"version {told} was in force, {facts.version} is"
