"""Running a program on a disk of which everything is written down."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from tests.cuts.disk import Disk, RecordIncomplete, Snapshot, content_of, snapshot
from tests.cuts.record import Done, parse

__all__ = ["Recording", "compiled", "mark", "preloaded", "recorded"]

SOURCE = Path(__file__).with_name("shim.c")
ROOT = Path(__file__).parents[2]
LONGEST = 120


class Recording(Struct, frozen=True):
    """A folder before a program ran, and what was done to it."""

    before: Snapshot
    done: Sequence[Done]


def compiled(folder: Path) -> Path:
    """The shim, made from its source."""
    shim = folder / "shim.so"
    flags = ["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "-o", shim, SOURCE, "-ldl", "-lpthread"], check=True)
    return shim


def preloaded(shim: Path, watched: Path, **more: str) -> Mapping[str, str]:
    """The environment of a program whose writing below a folder the shim sees; `more` as shim.c tells."""
    return {**os.environ, "LD_PRELOAD": str(shim), "CUTS_WATCHED": str(watched.resolve()), **more}


def recorded(shim: Path, watched: Path, module: str, *arguments: str) -> Recording:
    """Run `python -m MODULE ARGUMENTS…` to its end; raises RecordIncomplete, or what the program died of."""
    record = watched.parent / f"{watched.name}.record"
    before = snapshot(watched)
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=preloaded(shim, watched, CUTS_RECORD=str(record)),
        cwd=ROOT,
        timeout=LONGEST,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    recording = Recording(before, list(parse(record.read_bytes())))
    _prove(recording, watched)
    return recording


def mark(text: str) -> None:
    """Said by a program under the shim: this happens now, outside of the disk."""
    ctypes.CDLL(None).cut_mark(text.encode())


def _prove(recording: Recording, watched: Path) -> None:
    disk = Disk(recording.before)
    for done in filter(disk.matters, recording.done):
        disk.do(done)
    told, there = disk.left(disk.on_way), content_of(watched)
    different = sorted(path for path in told.keys() | there.keys() if told.get(path, "") != there.get(path, ""))
    if different:
        raise RecordIncomplete(f"the record does not lead to what is on the disk: {', '.join(different)}")
