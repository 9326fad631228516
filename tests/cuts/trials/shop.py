"""The terminal of the trials: where its things are, and what is found in its journal when it starts again."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from firmware.codes import MemberCode
from firmware.entries import ClockQuality, EntryId, Stamp, Start, entry_hash
from firmware.journal import Journal, JournalError, JournalReader, open_or_set_aside
from firmware.journal.verify import journal_faults

__all__ = ["MEMBER", "NOW", "TERMINAL", "JournalFacts", "config_of", "journal_of", "set_up", "started_again"]

TERMINAL = "t-1"
MEMBER = str(MemberCode.of("12345", "0000100"))
NOW = 1_791_000_000
LIFE = "f" * 16
"""Of the start after a cut; no life drawn at random is this one."""
CONFIG = f"""
id = "{TERMINAL}"
shop = "shop-1"
companies = [{{ company = "12345" }}]
central = "none"
data = "disk/data"
[devices]
display = "png:screens"
"""
ENTRIES = """
    SELECT l.life, e.seq, e.hash, e.body, e.kind FROM entries AS e JOIN lives AS l ON l.number = e.life ORDER BY place
"""


class JournalFacts(Struct, frozen=True):
    """What a start finds."""

    trouble: str = ""
    """Why the journal could not be used, or was set aside."""
    hashes: Mapping[str, str] = {}
    """Of each entry, by its id as it is written."""
    kinds: Sequence[str] = ()
    visits: int = 0
    """Of the one member."""
    unshown: str = ""
    """The id of the act that is shown first."""
    flaws: Sequence[str] = ()
    """Of the whole history, once another life was begun after it."""


def config_of(stage: Path) -> Path:
    """The terminal's configuration."""
    return stage / "terminal.toml"


def journal_of(disk: Path) -> Path:
    """The terminal's journal."""
    return disk / "data" / "journal.sqlite"


def set_up(stage: Path) -> None:
    """What the terminal needs beside its disk."""
    (stage / "screens").mkdir()
    config_of(stage).write_text(CONFIG)


def started_again(disk: Path, *, alone: bool = False) -> JournalFacts:
    """Open the journal as a terminal does, with or without a central, and begin a life in it."""
    path = journal_of(disk)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        journal, aside = open_or_set_aside(path, TERMINAL, NOW, alone=alone)
        with closing(journal), closing(JournalReader(path)) as reader:
            return JournalFacts(trouble=str(aside)) if aside else _facts(journal, reader)
    except (JournalError, sqlite3.Error) as error:
        return JournalFacts(trouble=str(error))


def _facts(journal: Journal, reader: JournalReader) -> JournalFacts:
    rows = reader.connection.execute(ENTRIES).fetchall()
    unshown, member = journal.unshown(), journal.member(MEMBER)
    journal.begin_life(LIFE, Stamp(NOW, ClockQuality.LOCAL, "shop-1", None), "test", Start.STARTED)
    changed = [f"{life}/{seq}" for life, seq, digest, body, _ in rows if entry_hash(body) != digest.hex()]
    return JournalFacts(
        hashes={str(EntryId(TERMINAL, life, seq)): digest.hex() for life, seq, digest, _, _ in rows},
        kinds=[kind for *_, kind in rows],
        visits=member.record.standing.visits if member else 0,
        unshown=str(unshown.entry.id) if unshown else "",
        flaws=[*changed, *map(str, journal_faults(reader.connection, TERMINAL))],
    )
