"""What lies on the counter in one sale: lines, corrections, sums."""

from collections.abc import Mapping
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from firmware.codes.gtin import Gtin
from firmware.codes.packs import Pack
from firmware.goods.errors import BasketFull, CountInvalid, LineMissing, WeightMissing
from firmware.goods.price import Per, Price

__all__ = ["MOST_COUNT", "MOST_LINES", "MOST_TOTAL", "Basket", "Line", "category_sums"]

MOST_LINES = 200
MOST_COUNT = 999
MOST_TOTAL = 10**10
"""Minor units."""
GRAMS_IN_KILOGRAM = 1000


class Line(Struct, frozen=True):
    """An item as it stands on the receipt; `amount` is the line's whole price in minor units.

    `unit` is the price of one, or of a kilogram where `weight_grams` made the amount.
    """

    name: str
    count: int
    unit: int
    amount: int
    gtin: Gtin | None = None
    category: str | None = None
    weight_grams: int | None = None

    @property
    def single(self) -> bool:
        """Whether this is one weighed or labelled pack, which no count can multiply."""
        return self.weight_grams is not None or self.unit * self.count != self.amount


class Basket(Struct, frozen=True):
    """The lines in the order of scanning; every change is a new basket. Raises BasketFull."""

    lines: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        if len(self.lines) > MOST_LINES:
            raise BasketFull(f"{MOST_LINES} lines")
        if self.total > MOST_TOTAL:
            raise BasketFull(f"{MOST_TOTAL} in all")

    @property
    def total(self) -> int:
        """Before anything is taken off."""
        return sum(line.amount for line in self.lines)

    @property
    def categories(self) -> dict[str, int]:
        """The parts of the total that have a category."""
        return category_sums(self.lines, {})

    def added(self, price: Price, pack: Pack) -> Self:
        """One pack more; the same item twice running is one line. Raises WeightMissing, BasketFull."""
        fresh = _line(price, pack)
        last = self.lines[-1] if self.lines else None
        if last is not None and not fresh.single and replace(last, count=1, amount=last.unit) == fresh:
            return self._counted(len(self.lines) - 1, last.count + 1)
        return replace(self, lines=(*self.lines, fresh))

    def keyed(self, amount: int, name: str, category: str | None = None, gtin: Gtin | None = None) -> Self:
        """A line whose price the clerk has keyed, for what is not on the list; raises CountInvalid, BasketFull."""
        if not 0 <= amount <= MOST_TOTAL:
            raise BasketFull(f"{MOST_TOTAL} in all")
        return replace(self, lines=(*self.lines, Line(name, 1, amount, amount, gtin, category)))

    def without_last(self) -> Self:
        """The last scan taken back: one less of the last line; raises LineMissing in an empty basket."""
        if not self.lines:
            raise LineMissing(0)
        return self._counted(len(self.lines) - 1, self.lines[-1].count - 1)

    def with_count(self, place: int, count: int) -> Self:
        """Another count in the line at `place` (0 is the first), 0 to remove it; raises LineMissing, CountInvalid."""
        if not 0 <= place < len(self.lines):
            raise LineMissing(place)
        most = 1 if self.lines[place].single else MOST_COUNT
        if not 0 <= count <= most:
            raise CountInvalid(most)
        return self._counted(place, count)

    def _counted(self, place: int, count: int) -> Self:
        line = self.lines[place]
        if count > MOST_COUNT:
            raise CountInvalid(MOST_COUNT)
        same = count == line.count
        changed = (line if same else replace(line, count=count, amount=line.unit * count),) if count else ()
        return replace(self, lines=(*self.lines[:place], *changed, *self.lines[place + 1 :]))


def category_sums(lines: tuple[Line, ...], taken: Mapping[int, int]) -> dict[str, int]:
    """What the lines come to by category, less what was `taken` off each place; lines without one are left out."""
    sums: dict[str, int] = {}
    for place, line in enumerate(lines):
        if line.category is not None:
            sums[line.category] = sums.get(line.category, 0) + line.amount - taken.get(place, 0)
    return sums


def _line(price: Price, pack: Pack) -> Line:
    if pack.price_minor is not None:
        amount, unit = pack.price_minor, price.price if price.per is Per.KILOGRAM else pack.price_minor
        return Line(price.name, 1, unit, amount, price.gtin, price.category, pack.weight_grams)
    if price.per is Per.EACH:
        return Line(price.name, 1, price.price, price.price, price.gtin, price.category)
    if pack.weight_grams is None:
        raise WeightMissing
    amount = (2 * price.price * pack.weight_grams + GRAMS_IN_KILOGRAM) // (2 * GRAMS_IN_KILOGRAM)
    return Line(price.name, 1, price.price, amount, price.gtin, price.category, pack.weight_grams)
