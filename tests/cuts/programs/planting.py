"""Faults that several programs can have planted."""

import os
import sqlite3
import stat
from pathlib import Path
from unittest.mock import patch

from firmware.journal import founding
from firmware.journal.connection import connect

__all__ = ["connecting", "unsynced_files", "unsynced_journal"]


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
