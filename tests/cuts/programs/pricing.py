"""A terminal that is sent two price lists, the second in parts: `… STAGE FAULT`; it marks `in force VERSION`."""

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from firmware.folders import make_folder
from firmware.prices import PriceStore, connection
from tests.cuts.recording import mark
from tests.cuts.trials.pricing import LISTS, prices_of


def unsynced() -> None:
    """Have SQLite never wait for the disk."""
    real = connection._connect

    def connect(path: Path) -> sqlite3.Connection:
        opened = real(path)
        opened.execute("PRAGMA synchronous = OFF")
        return opened

    patch.object(connection, "_connect", connect).start()


FAULTS: dict[str, Callable[[], None]] = {"": lambda: None, "unsynced": unsynced}


def main(stage: str, fault: str) -> None:
    """Take both in."""
    FAULTS[fault]()
    path = prices_of(Path(stage) / "disk")
    make_folder(path.parent)
    prices = PriceStore.open(path)
    for parts in LISTS:
        for part in parts:
            if prices.stage(part):
                mark(f"in force {part.version}")
    prices.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
