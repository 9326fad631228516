"""Power cuts and full disks, with a real process: what was said to be committed is there, and nothing else is."""

import subprocess
import sys
from pathlib import Path

import pytest

from firmware.journal import Journal, JournalFull, JournalReader
from tests.cuts.recording import preloaded
from tests.firmware.journal.counter import (
    ANNA,
    LIFE_A,
    LIFE_B,
    T0,
    begin,
    bought,
    findings,
    head,
    opened,
    purchase,
    stamp,
)

ROOT = Path(__file__).parents[3]
SECONDS = 60


def selling(path: Path, life: str, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.firmware.journal.seller", str(path), life, *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.mark.parametrize("sales", [0, 1, 7, 40, 150])
def test_a_killed_terminal_reopens_with_every_sale_it_told_of(tmp_path: Path, sales: int) -> None:
    path = tmp_path / "journal.sqlite3"
    with selling(path, LIFE_A) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        told = [process.stdout.readline() for _ in range(sales)]
        process.kill()
        told += process.stdout.readlines()
    hashes = {int(seq): digest for seq, digest in (line.split() for line in told if line.endswith("\n"))}
    journal = Journal.open(path, "t-1")
    assert findings(path) == []
    newest = journal.head()
    assert newest is not None
    assert max(hashes, default=1) <= newest.seq <= max(hashes, default=1) + 1, "at most one was cut before it was told"
    run = JournalReader(path).next_run(None, 10_000, 10**9)
    assert run is not None
    opening = begin(journal, LIFE_B)
    assert opening.entry.prev == newest.hash
    known = journal.member(ANNA)
    assert (known.record.standing.visits if known else 0) == newest.seq - 1
    for seq, digest in hashes.items():
        assert digest == _hash_of(path, seq)
    journal.close()


def _hash_of(path: Path, seq: int) -> str:
    reader = JournalReader(path)
    row = reader.connection.execute("SELECT hash FROM entries WHERE place = ?", (seq,)).fetchone()
    reader.close()
    return str(row[0].hex())


def test_a_journal_killed_again_and_again_stays_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    for number in range(5):
        with selling(path, f"{number:016x}") as process:
            assert process.stdout is not None
            for _ in range(3 + number):
                process.stdout.readline()
            process.kill()
    assert findings(path) == []
    heads = JournalReader(path).heads()
    assert [one.life for one in heads] == [f"{number:016x}" for number in range(5)]


@pytest.mark.parametrize("octets", [20_000, 90_000, 200_000])
def test_a_full_disk_refuses_the_sale_leaves_nothing_of_it_and_takes_the_next_once_there_is_room(
    tmp_path: Path, octets: int
) -> None:
    path = tmp_path / "journal.sqlite3"
    with selling(path, LIFE_A, str(octets)) as process:
        said = process.communicate(timeout=SECONDS)[0].splitlines()
    assert process.returncode == 0
    *sold, refused, recovered = said[1:]
    last = len(sold) + 1
    assert refused == f"refused JournalFull {last}"
    assert recovered.startswith(f"recovered {last + 2} ")
    assert findings(path) == []
    newest = Journal.open(path, "t-1").head()
    assert newest is not None
    assert (newest.seq, newest.hash) == (last + 2, recovered.split()[2])


REFUSED = """
import os, signal, sys
from pathlib import Path
from firmware.journal import JournalFull
from tests.firmware.journal.counter import bought, opened
journal = opened(Path(sys.argv[1]))
bought(journal)
Path(sys.argv[2]).write_text("EIO")
try:
    bought(journal)
except JournalFull:
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_sale_refused_because_its_sync_failed_is_not_there_after_a_crash_either(tmp_path: Path, shim: Path) -> None:
    (tmp_path / "disk").mkdir()
    path, fault = tmp_path / "disk" / "journal.sqlite3", tmp_path / "fault"
    environment = preloaded(shim, tmp_path / "disk", CUTS_FAULT=str(fault))
    command = [sys.executable, "-c", REFUSED, path, fault]
    assert subprocess.run(command, env=environment, cwd=ROOT, check=False, timeout=SECONDS).returncode == -9
    newest = Journal.open(path, "t-1").head()
    assert newest is not None
    assert newest.seq == 2
    assert findings(path) == []


def sell_until_refused(journal: Journal) -> None:
    for _ in range(100):
        journal.record([purchase()] * 20, stamp(T0 + 9))


def test_a_refused_sale_changes_neither_the_chain_nor_the_member(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    (sale,) = bought(journal)
    before = journal.member(ANNA)
    pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
    journal._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalFull, match=r"database or disk is full.*nothing of this act was recorded"):
        sell_until_refused(journal)
    newest = journal.head()
    assert newest is not None
    assert (newest.seq - head(sale).seq) % 20 == 0
    assert journal.member(ANNA) == before
    journal._connection.execute("PRAGMA max_page_count = 1000000")
    (next_one,) = journal.record([purchase()], stamp(T0 + 10))
    assert (next_one.entry.seq, next_one.entry.prev) == (newest.seq + 1, newest.hash)
    assert findings(journal.path) == []


def test_a_life_cannot_begin_on_a_full_disk_and_leaves_nothing(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    journal._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(JournalFull):
        begin(journal, LIFE_B)
    journal._connection.execute("PRAGMA query_only = OFF")
    assert begin(journal, LIFE_B).entry.seq == 1
    assert findings(journal.path) == []


def test_a_disk_without_room_for_a_new_journal_is_named_and_nothing_is_left_as_one(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from firmware.journal import Journal, JournalUnwritable\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))\n"
        "try: Journal.open(Path(sys.argv[1]), 't-1')\n"
        "except JournalUnwritable: sys.exit(3)\n"
    )
    path = tmp_path / "journal.sqlite3"
    ended = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False, timeout=SECONDS)
    assert ended.returncode == 3
    assert not path.exists()
    assert opened(path).head() is not None
