"""Setting a damaged price list aside: it is a copy, and central sends it again."""

from pathlib import Path

from firmware.folders import sync_folder
from firmware.prices.connection import SIDECARS, naming_faults
from firmware.prices.errors import PricesDamaged
from firmware.prices.store import PriceStore

__all__ = ["open_or_set_aside", "set_aside"]


def open_or_set_aside(path: Path) -> tuple[PriceStore, Path | None]:
    """Open the list, or set a damaged one aside and begin an empty one; also returns where it was moved to.

    Raises PricesUnwritable, PricesForeign.
    """
    try:
        return PriceStore.open(path), None
    except PricesDamaged:
        aside = set_aside(path)
        return PriceStore.open(path), aside


def set_aside(path: Path) -> Path:
    """Move a closed list's file away, over one moved before; returns where to. Raises PricesUnwritable."""
    aside = path.with_name(f"{path.stem}.damaged{path.suffix}")
    with naming_faults(path):
        for ending in SIDECARS:
            Path(f"{aside}{ending}").unlink(missing_ok=True)
        for ending in reversed(SIDECARS):
            if Path(f"{path}{ending}").exists():
                Path(f"{path}{ending}").replace(f"{aside}{ending}")
        sync_folder(path.parent)
    return aside
