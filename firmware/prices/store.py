"""The price list in force, and the newer one that gathers beside it (docs/spec/prices.md)."""

import sqlite3
from pathlib import Path
from typing import Self

from msgspec import Struct

from firmware.codes import Gtin
from firmware.goods import Per, Price, PriceFault, PriceListRefused, PricePart, rows_in
from firmware.prices.connection import connected, naming_faults, transaction
from firmware.prices.errors import PartUnexpected
from firmware.prices.schema import slot_table

__all__ = ["PriceStore", "Staging"]

LOOKUP = " UNION ALL ".join(
    f"SELECT price, name, category, per FROM slot_{slot} WHERE gtin = ?1 AND (SELECT slot FROM state) = {slot}"  # noqa: S608
    for slot in (0, 1)
)
"""In one statement, so that a list put in force by another process counts from its next look-up on."""
FIRST_LINE = 2
"""Where the first item of a list stands, below its column names."""


class Staging(Struct, frozen=True):
    """A list that is not complete: what was taken in of it last."""

    version: int
    part: int
    parts: int
    items: int
    taken: int
    """Items that are there already."""


class PriceStore:
    """Prices by GTIN, in a file of its own; used by one thread at a time, while one process puts lists in force.

    A list's parts are staged beside the one in force, each durable on return, and take its place in one transaction
    with the last part: before it every price is the old one, after it every price is the new one.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self.version = 0
        """Of the list in force; 0 where there is none yet."""
        self.staging: Staging | None = None
        with naming_faults(path):
            self._refresh()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a list's file, or begin an empty one; raises PricesUnwritable, PricesForeign, PricesDamaged."""
        return cls(connected(path), path)

    def find(self, gtin: Gtin) -> Price | None:
        """What the item costs; None where it is not on the list. Raises PricesDamaged, PricesUnwritable."""
        with naming_faults(self._path):
            row = self._connection.execute(LOOKUP, (int(gtin.text),)).fetchone()
        if row is None:
            return None
        price, name, category, per = row
        return Price(gtin, price, name, category, Per(per))

    def stage(self, part: PricePart) -> bool:
        """Take in a list's next part; True once that completes it and puts it in force.

        A part 1 begins anew, whatever was staged. The part that was taken in last may come again, and any of the list
        in force: they change nothing. Raises PartUnexpected for any other; PriceListRefused, and then the whole list is
        forgotten and the one in force stays; PricesUnwritable, and then nothing was changed.
        """
        if self._repeats(part):
            return False
        if not self._is_due(part):
            raise PartUnexpected(part.version, part.part, self._due())
        try:
            with naming_faults(self._path), transaction(self._connection):
                complete = self._take_in(part)
        except PriceListRefused:
            self._forget()
            raise
        with naming_faults(self._path):
            self._refresh()
        return complete

    def renumber(self, version: int) -> None:
        """The same list under another version; 0: central is to send it again. Raises PricesUnwritable."""
        with naming_faults(self._path):
            with transaction(self._connection):
                self._connection.execute("UPDATE state SET version = ?", (version,))
            self._refresh()

    def close(self) -> None:
        """Let the file go; a second time does nothing."""
        self._connection.close()

    def _repeats(self, part: PricePart) -> bool:
        if part.version == self.version:
            return True
        staged = self.staging
        return staged is not None and part.part == staged.part and _list_of(part) == _list_of(staged)

    def _is_due(self, part: PricePart) -> bool:
        if part.part == 1:
            return part.version > self.version and part.part <= part.parts
        staged = self.staging
        return staged is not None and part.part == staged.part + 1 and _list_of(part) == _list_of(staged)

    def _due(self) -> tuple[int, int] | None:
        return (self.staging.version, self.staging.part + 1) if self.staging else None

    def _take_in(self, part: PricePart) -> bool:
        """Inside a transaction; raises PriceListRefused."""
        slot = self._other_slot()
        if part.part == 1:
            self._connection.execute(f"DROP TABLE slot_{slot}")
            self._connection.execute(slot_table(slot))
        before = self.staging.taken if self.staging and part.part > 1 else 0
        prices = rows_in(part.text, FIRST_LINE + before)
        self._put(slot, prices, before)
        complete = part.part == part.parts
        if complete:
            if before + len(prices) != part.items:
                raise PriceListRefused([PriceFault(0, f"{before + len(prices)} items came of {part.items} announced")])
            self._connection.execute(
                "UPDATE state SET version = ?, slot = ?, staged = 0, part = 0, parts = 0, items = 0, taken = 0",
                (part.version, slot),
            )
        else:
            self._connection.execute(
                "UPDATE state SET staged = ?, part = ?, parts = ?, items = ?, taken = ?",
                (part.version, part.part, part.parts, part.items, before + len(prices)),
            )
        return complete

    def _put(self, slot: int, prices: list[Price], before: int) -> None:
        """Raises PriceListRefused for items that earlier parts have too."""
        faults = []
        for place, price in enumerate(prices):
            row = (int(price.gtin.text), price.price, price.name, price.category, price.per.value)
            insert = f"INSERT OR IGNORE INTO slot_{slot} VALUES (?, ?, ?, ?, ?)"  # noqa: S608 - 0 or 1
            if not self._connection.execute(insert, row).rowcount:
                faults.append(PriceFault(FIRST_LINE + before + place, "gtin: an earlier part has it already"))
        if faults:
            raise PriceListRefused(faults)

    def _forget(self) -> None:
        with naming_faults(self._path):
            with transaction(self._connection):
                self._connection.execute("UPDATE state SET staged = 0, part = 0, parts = 0, items = 0, taken = 0")
            self._refresh()

    def _other_slot(self) -> int:
        return 1 - int(self._connection.execute("SELECT slot FROM state").fetchone()[0])

    def _refresh(self) -> None:
        query = "SELECT version, staged, part, parts, items, taken FROM state"
        self.version, *staged = self._connection.execute(query).fetchone()
        self.staging = Staging(*staged) if staged[0] else None


def _list_of(one: PricePart | Staging) -> tuple[int, int, int]:
    return one.version, one.parts, one.items
