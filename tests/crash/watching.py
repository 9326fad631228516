"""What must hold at every instant, whatever runs and whatever is dead."""

from collections.abc import Iterator
from pathlib import Path

from tests.crash.records import acknowledged, holding, recorded

__all__ = ["faults_now"]


def faults_now(journals: dict[str, Path], database: Path) -> Iterator[str]:
    """What was acknowledged and is not at central; what two terminals hold at once."""
    for terminal, journal in journals.items():
        for head in acknowledged(journal):
            if not recorded(database, terminal, head):
                yield f"{terminal}/{head.life}/{head.seq} was acknowledged, and is lost"
    yield from _held_twice(*journals.values())


def _held_twice(one: Path, other: Path) -> Iterator[str]:
    """What is at the one before and after was there all the time: the other one must not have it meanwhile."""
    before, there, after = holding(one), holding(other), holding(one)
    named = there.named()
    for kind, name, right in sorted(before.things & after.things):
        if (again := named.get((kind, name))) is not None:
            yield f"{kind} {name} is held twice: under right {right}, and at the other terminal under {again}"
