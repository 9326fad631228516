"""Faults that several programs can have planted."""

import os
import sqlite3
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from unittest.mock import patch

from firmware.entries import Act, Sealed, Stamp
from firmware.journal import Journal, founding
from firmware.journal.connection import connect
from firmware.score.standing import MemberRecord

__all__ = ["connecting", "one_by_one", "unsynced_files", "unsynced_journal"]


def connecting(*pragmas: str) -> None:
    """Have the journal opened in another way than it asks for."""

    def otherwise(path: Path, *, writable: bool) -> sqlite3.Connection:
        connection = connect(path, writable=writable)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    patch.object(founding, "connect", otherwise).start()


def unsynced_journal() -> None:
    """Have SQLite never wait for the disk."""
    connecting("synchronous = OFF")


def unsynced_files() -> None:
    """Have Python's own files never wait for the disk; folders still do."""
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            real(descriptor)

    patch.object(os, "fsync", fsync).start()


def one_by_one() -> None:
    """Have each act of a sale committed by itself."""
    real = Journal.record

    def record(
        journal: Journal, acts: Sequence[Act], stamp: Stamp, members: Iterable[MemberRecord] = ()
    ) -> list[Sealed]:
        *before, last = acts
        return [sealed for act in before for sealed in real(journal, [act], stamp)] + real(
            journal, [last], stamp, members
        )

    patch.object(Journal, "record", record).start()
