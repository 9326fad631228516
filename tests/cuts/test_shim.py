"""The shim sees what a program does to one folder, in order, and can make its disk fail."""

import errno
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cuts.disk import RecordIncomplete
from tests.cuts.record import Done, Kind, parse
from tests.cuts.recording import preloaded, recorded

YEAR = 31_557_600
SQLITE = """
import sqlite3
store = sqlite3.connect("journal.sqlite", isolation_level=None)
store.execute("PRAGMA journal_mode = WAL")
store.execute("CREATE TABLE entries (body)")
store.execute("INSERT INTO entries VALUES ('sold')")
"""
FILES = """
import ctypes, os
from pathlib import Path
Path("draft").write_bytes(b"all of it")
with open("draft", "r+b", buffering=0) as file:
    file.seek(4); file.write(b"OF"); file.truncate(8); os.fsync(file.fileno())
with open("draft", "ab", buffering=0) as file:
    file.write(b"!")
ctypes.CDLL(None).cut_mark(b"shown 7")
os.rename("draft", "file")
os.link("file", "second")
os.mkdir("folder")
Path("folder/inside").touch()
os.unlink("folder/inside")
os.rmdir("folder")
descriptor = os.open(".", os.O_RDONLY)
os.fsync(descriptor)
Path("../beside").write_bytes(b"of no interest")
"""
FAILING = """
import errno, os, sys
from pathlib import Path
path, tried = Path("there"), {}
def attempt(name, act):
    try: act(); tried[name] = 0
    except OSError as error: tried[name] = error.errno
descriptor = os.open(path, os.O_RDWR)
Path("../fault").write_text(sys.argv[1])
attempt("over", lambda: os.pwrite(descriptor, b"12", 0))
attempt("beyond", lambda: os.pwrite(descriptor, b"1234567890", 0))
attempt("sync", lambda: os.fsync(descriptor))
attempt("new", lambda: os.open("new", os.O_CREAT | os.O_WRONLY))
attempt("read", lambda: os.open(path, os.O_RDONLY))
attempt("rename", lambda: os.rename(path, "elsewhere"))
Path("../fault").unlink()
attempt("again", lambda: os.pwrite(descriptor, b"1234567890", 0))
print(tried)
"""


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


def run(script: str, disk: Path, shim: Path, *arguments: str, **environment: str) -> str:
    command = [sys.executable, "-c", script, *arguments]
    preload = preloaded(shim, disk, **environment)
    return subprocess.run(command, cwd=disk, env=preload, check=True, capture_output=True, text=True).stdout


def done_by(script: str, disk: Path, shim: Path) -> list[Done]:
    record = disk.parent / "record"
    run(script, disk, shim, CUTS_RECORD=str(record))
    return list(parse(record.read_bytes()))


def test_what_is_done_to_files_is_written_down_in_order(disk: Path, shim: Path) -> None:
    assert [str(done) for done in done_by(FILES, disk, shim)] == [
        "created draft",
        "written draft 9 bytes at 0",
        "written draft 2 bytes at 4",
        "resized draft",
        "synced draft",
        "written draft 1 bytes at 8",
        "marked .",
        "renamed draft to file",
        "linked file to second",
        "folder folder",
        "created folder/inside",
        "removed folder/inside",
        "removed folder",
        "synced .",
    ]


def test_bytes_marks_and_inodes_come_along(disk: Path, shim: Path) -> None:
    done = done_by(FILES, disk, shim)
    assert [each.data for each in done if each.kind is Kind.WRITTEN] == [b"all of it", b"OF", b"!"]
    assert [each.mark for each in done if each.kind is Kind.MARKED] == ["shown 7"]
    assert {each.inode for each in done if "draft" in each.path} == {(disk / "file").stat().st_ino}


def test_sqlite_is_seen_with_every_write_and_sync_of_its_log(disk: Path, shim: Path) -> None:
    done = [each for each in done_by(SQLITE, disk, shim) if each.path == "journal.sqlite-wal"]
    kinds = [each.kind for each in done]
    last = max(place for place, kind in enumerate(kinds) if kind is Kind.WRITTEN)
    assert (kinds[0], kinds[last + 1], kinds[-1]) == (Kind.CREATED, Kind.SYNCED, Kind.REMOVED)
    assert b"sold" in done[last].data


def test_a_program_whose_writing_is_not_seen_is_not_believed(disk: Path, shim: Path) -> None:
    with pytest.raises(RecordIncomplete, match="unseen"):
        recorded(shim, disk, "tests.cuts.programs.mapping", str(disk / "unseen"))


def test_a_program_that_fails_is_told_with_its_words(disk: Path, shim: Path) -> None:
    with pytest.raises(RuntimeError, match="No such file"):
        recorded(shim, disk, "tests.cuts.programs.mapping", str(disk / "nowhere" / "unseen"))


@pytest.mark.parametrize(
    ("fault", "failing"),
    [
        ("ENOSPC", {"beyond": errno.ENOSPC, "new": errno.ENOSPC}),
        ("EROFS", dict.fromkeys(("over", "beyond", "new", "rename"), errno.EROFS)),
        ("EIO", {"sync": errno.EIO}),
    ],
)
def test_a_disk_fails_as_it_is_told_to(disk: Path, shim: Path, fault: str, failing: dict[str, int]) -> None:
    (disk / "there").write_bytes(b"12345")
    said = run(FAILING, disk, shim, fault, CUTS_FAULT=str(disk.parent / "fault"))
    tried = ("over", "beyond", "sync", "new", "read", "rename", "again")
    assert said == f"{dict.fromkeys(tried, 0) | failing}\n"


def test_the_wall_clock_is_wrong_as_long_as_a_file_says_so(disk: Path, shim: Path) -> None:
    ahead = disk.parent / "ahead"
    telling = (
        "import sys, time; from pathlib import Path\nprint(time.time())\nPath(sys.argv[1]).unlink()\nprint(time.time())"
    )
    for shift in (-50 * YEAR, 73 * YEAR):
        ahead.write_text(str(shift))
        wrong, right = map(float, run(telling, disk, shim, str(ahead), CUTS_CLOCK=str(ahead)).split())
        assert abs(wrong - right - shift) < 60
        assert abs(right - time.time()) < 60


def test_a_slow_disk_takes_its_time_for_each_sync_below_the_folder_only(disk: Path, shim: Path) -> None:
    syncing = "import os\nfor path in ('.', '..'):\n os.fsync(os.open(path, os.O_RDONLY))"
    began = time.monotonic()
    run(syncing, disk, shim, CUTS_SLOW="1500")
    assert 1.5 <= time.monotonic() - began < 3.0
