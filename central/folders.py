"""Files and folders that outlast a power cut: what is in them, and, through the folder above, their names."""

import os
from pathlib import Path

__all__ = ["make_folder", "sync"]


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, durably; one that is there is no fault. Raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def sync(path: Path) -> None:
    """Make a file's bytes, or the names in a folder, durable; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
