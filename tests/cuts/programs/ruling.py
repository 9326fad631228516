"""A terminal that is sent rules twice: `… STAGE FAULT`; it marks `in force VERSION` after each."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from firmware.documents import AtomicStorage, RuleBook
from tests.cuts.programs.planting import unsynced_files
from tests.cuts.recording import mark
from tests.cuts.trials.ruling import VERSIONS, document_of, rules_of


def in_place() -> None:
    """Have the file written over."""

    def write(storage: AtomicStorage, data: dict[str, dict[str, Any]]) -> None:
        path = storage._path
        path.parent.mkdir(exist_ok=True)
        with path.open("w") as file:
            json.dump(data, file)
            file.flush()
            os.fsync(file.fileno())

    patch.object(AtomicStorage, "write", write).start()


FAULTS: dict[str, Callable[[], None]] = {"": lambda: None, "unsynced": unsynced_files, "in-place": in_place}


def main(stage: str, fault: str) -> None:
    """Take both over."""
    FAULTS[fault]()
    book = RuleBook(document_of(Path(stage) / "disk"))
    for version in VERSIONS:
        book.replace(version, rules_of(version))
        mark(f"in force {version}")


if __name__ == "__main__":
    main(*sys.argv[1:])
