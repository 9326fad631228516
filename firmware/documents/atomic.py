"""TinyDB's storage over a file that is always whole: write beside it, fsync, rename, fsync the folder."""

import json
import os
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from firmware.folders import make_folder, sync_folder

__all__ = ["AtomicStorage", "DocumentsDamaged"]


class DocumentsDamaged(Exception):
    """The file is not what was written; it was left as it is."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path} is damaged ({fault}); it was left as it is, remove it and central sends it again")
        self.path = path


class AtomicStorage(Storage):
    """One JSON file; a power cut leaves the old content or the new one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables, or None where nothing was ever written; raises DocumentsDamaged."""
        try:
            tables: dict[str, dict[str, Any]] = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            raise DocumentsDamaged(self._path, str(error)) from None
        if not isinstance(tables, dict):
            raise DocumentsDamaged(self._path, "it holds no tables")
        return tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the whole file; durable on return. Raises OSError, and then the old content stays."""
        make_folder(self._path.parent)
        fresh = self._path.with_suffix(".new")
        # for its owner alone: among the clerks' PINs' hashes there is none that could not be guessed
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        sync_folder(self._path.parent)
