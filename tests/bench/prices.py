"""A price looked up among 100,000 items, against a bare SQLite lookup of the same rows.

Terminal and floor have a file of their own on the same disk and are asked for the same items in turn, at random.
"""

import random
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from firmware.codes import Gtin, gtin_check_digit
from firmware.goods import Price, parts_of
from firmware.prices import PriceStore
from tests.bench.spread import spread

__all__ = ["run"]

ITEMS = 100_000
LOOKUPS = 20_000
WARM = 1_000
TARGET_MS = 1.0


def run() -> None:
    """Measure and print."""
    prices = _prices()
    with TemporaryDirectory() as folder:
        store, parts = _store(Path(folder) / "prices.sqlite", prices)
        bare = _bare(Path(folder) / "floor.sqlite", prices)
        ours, floor = _timed(prices, store.find, lambda gtin: _lookup(bare, gtin))
        store.close()
        bare.close()
    terminal, least, staged = spread(ours), spread(floor), spread(parts)
    sys.stdout.write(
        f"one price, as a struct  {terminal}\n"
        f"one row, bare SQLite    {least}\n"
        f"ratio: median {terminal.median / least.median:.2f}, p99 {terminal.p99 / least.p99:.2f}"
        f" (wanted: p99 under {TARGET_MS:g} ms)\n"
        f"one part staged         {staged}   ({len(parts)} parts, {sum(parts):.1f} s in all)\n"
    )


def _prices() -> list[Price]:
    bodies = (f"{40_000_000_000 + 37 * number:013d}" for number in range(ITEMS))
    return [
        Price(Gtin(body + gtin_check_digit(body)), 100 + number % 5000, f"Item {number}", "food")
        for number, body in enumerate(bodies)
    ]


def _store(path: Path, prices: list[Price]) -> tuple[PriceStore, list[float]]:
    store, times = PriceStore.open(path), []
    for part in parts_of(prices, 1):
        begun = time.perf_counter()
        store.stage(part)
        times.append(time.perf_counter() - begun)
    return store, times


def _bare(path: Path, prices: list[Price]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE prices (gtin INTEGER PRIMARY KEY, price INTEGER, name TEXT, category TEXT)")
    connection.execute("BEGIN")
    rows = ((int(price.gtin.text), price.price, price.name, price.category) for price in prices)
    connection.executemany("INSERT INTO prices VALUES (?, ?, ?, ?)", rows)
    connection.execute("COMMIT")
    return connection


def _lookup(connection: sqlite3.Connection, gtin: Gtin) -> object:
    query = "SELECT price, name, category FROM prices WHERE gtin = ?"
    return connection.execute(query, (int(gtin.text),)).fetchone()


def _timed(
    prices: list[Price], ours: Callable[[Gtin], object], floor: Callable[[Gtin], object]
) -> tuple[list[float], list[float]]:
    asked = random.Random(7).choices(prices, k=WARM + LOOKUPS)  # noqa: S311 - which items are asked for is no secret
    times: tuple[list[float], list[float]] = ([], [])
    for price in asked:
        for which, find in enumerate((ours, floor)):
            begun = time.perf_counter()
            found = find(price.gtin)
            times[which].append(time.perf_counter() - begun)
            if found is None:
                raise LookupError("an item of the list was not found")
    return times[0][WARM:], times[1][WARM:]
