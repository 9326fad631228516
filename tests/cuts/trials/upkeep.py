"""Pruning: of what central has and has told of, and of what was exported where there is no central."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from firmware.journal import ExportMalformed
from firmware.journal.export import exported_faults
from firmware.mqtt.messages import Mark
from tests.cuts.trials.shop import MEMBER, JournalFacts, journal_of, started_again
from tests.firmware.journal.counter import (
    DAY,
    LIFE_A,
    LIFE_B,
    T0,
    begin,
    bought,
    changes,
    counted,
    entry_id,
    head,
    opened,
)

__all__ = ["LATER", "Exporting", "Pruning", "export_of"]

LATER = T0 + 40 * DAY
SALES = 5
BEFORE = ["opening", *["purchase"] * SALES, "opening"]
"""A life with sales, and the next one."""


def export_of(disk: Path) -> Path:
    """Where the journal is exported to."""
    return disk / "data" / "journal.jsonl"


class Pruning:
    """Five sales of long ago, acknowledged and told of, are forgotten."""

    name = "prune"

    def command(self, stage: Path, fault: str) -> Sequence[str]:
        """See Trial."""
        return ("tests.cuts.programs.pruning", str(stage), fault)

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        _sold(stage / "disk", at_central=True)

    def examined(self, disk: Path) -> JournalFacts:
        """See Trial."""
        return started_again(disk)

    def faults(self, facts: JournalFacts, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        yield from _kept(facts)
        if list(facts.kinds) not in (BEFORE, BEFORE[-1:]):
            yield f"half pruned: {', '.join(facts.kinds)}"
        if "pruned" in said and len(facts.kinds) > 1:
            yield "what was forgotten is there again"


class ExportFacts(Struct, frozen=True):
    """What is found in the journal, and in the file."""

    journal: JournalFacts
    exported: Sequence[str]
    flaws: Sequence[str]


class Exporting:
    """The same at a terminal alone: exported into a file, marked as such, forgotten."""

    name = "export and prune"

    def command(self, stage: Path, fault: str) -> Sequence[str]:
        """See Trial."""
        return ("tests.cuts.programs.exporting", str(stage), fault)

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        _sold(stage / "disk", at_central=False)

    def examined(self, disk: Path) -> ExportFacts:
        """See Trial."""
        lines = export_of(disk).read_bytes().splitlines(keepends=True) if export_of(disk).exists() else []
        try:
            flaws = [str(flaw) for flaw in exported_faults(lines)] if lines or export_of(disk).exists() else []
        except ExportMalformed as error:
            flaws = [str(error)]
        return ExportFacts(started_again(disk), [line[9:73].decode() for line in lines[1:]], flaws)

    def faults(self, facts: ExportFacts, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        yield from _kept(facts.journal)
        yield from facts.flaws
        if (there := len({*facts.journal.hashes.values(), *facts.exported})) != len(BEFORE):
            yield f"of {len(BEFORE)} entries {there} are in the journal or in the file"
        if "pruned" in said and len(facts.journal.kinds) > 1:
            yield "what was forgotten is there again"


def _kept(facts: JournalFacts) -> Iterator[str]:
    if facts.trouble:
        yield facts.trouble
    yield from facts.flaws
    if facts.visits != SALES:
        yield f"the member came {facts.visits} times"


def _sold(disk: Path, *, at_central: bool) -> None:
    journal_of(disk).parent.mkdir()
    with closing(opened(journal_of(disk))) as journal:
        newest = bought(journal, SALES, MEMBER)[-1]
        journal.mark_shown(entry_id(newest.entry.seq))
        known = journal.member(MEMBER)
        assert known is not None
        if at_central:
            journal.acknowledge([head(newest)], 1, complete=False)
            through = [Mark(LIFE_A, newest.entry.seq)]
            journal.apply_members(changes([known.record], through=through), 0, 1, counted)
        begin(journal, LIFE_B, LATER - DAY)
        journal.note_time(LATER)
        journal.acknowledge([], 1, complete=False)
