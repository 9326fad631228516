"""Recovery: a damaged journal is kept aside unchanged, and a new one begun; a sound one survives any cut."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware.entries import Opening, Start
from firmware.journal import (
    Journal,
    JournalCorrupt,
    JournalForeign,
    JournalNewer,
    JournalReader,
    JournalUnwritable,
    SetAside,
    open_or_set_aside,
)
from firmware.journal.migrations import SCHEMA
from firmware.score.fold import new_member
from tests.firmware.journal.counter import (
    ANNA,
    BERT,
    LIFE_A,
    LIFE_B,
    T0,
    begin,
    bought,
    changes,
    counted,
    findings,
    opened,
    rewrite,
    stamp,
)

NAME = "journal-20261003T040000Z.corrupt"
"""How a file set aside at T0 is called."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal of one life and three sales."""
    journal = opened(tmp_path / "journal.sqlite3")
    bought(journal, 3)
    journal.close()
    return journal.path


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def scribbled(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 400)


def lost_owner(path: Path) -> None:
    rewrite(path, ("DROP TABLE owner", ()))


def lost_view(path: Path) -> None:
    rewrite(path, ("DROP VIEW unacknowledged", ()))


def changed_tail(path: Path) -> None:
    changed = "CAST(replace(CAST(body AS TEXT), 'JPY', 'EUR') AS BLOB)"
    rewrite(path, (f"UPDATE entries SET body = {changed} WHERE place = 4", ()))  # noqa: S608  # the line above


def damaged_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    place = content.rindex(b'"terminal":"t-1"')
    page = place // 4096 * 4096
    content[page : page + 8] = b"\xff" * 8
    path.write_bytes(content)


def lost_entries(path: Path) -> None:
    rewrite(path, ("DELETE FROM entries", ()))


DAMAGES: list[Callable[[Path], None]] = [
    *(cut, emptied, scribbled, lost_owner, lost_view, lost_entries, changed_tail, damaged_page)
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_journal_is_set_aside_unchanged_and_a_new_one_begun(
    path: Path, damage: Callable[[Path], None]
) -> None:
    damage(path)
    content = path.read_bytes()
    journal, aside = open_or_set_aside(path, "t-1", T0)
    assert aside is not None
    assert aside.path == path.with_name(NAME)
    assert aside.path.read_bytes() == content
    assert aside.fault in str(aside)
    assert NAME in str(aside)
    opening = journal.begin_life(LIFE_B, stamp(), "0.1.0", Start.JOURNAL_LOST)
    assert opening.entry.act == Opening(None, Start.JOURNAL_LOST, "0.1.0")
    assert findings(path) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_opening_a_damaged_journal_plainly_refuses_and_changes_nothing(
    path: Path, damage: Callable[[Path], None]
) -> None:
    damage(path)
    content = path.read_bytes()
    with pytest.raises(JournalCorrupt, match="it was not changed") as refusal:
        Journal.open(path, "t-1")
    assert refusal.value.fault
    assert path.read_bytes() == content
    with pytest.raises(JournalCorrupt):  # and it can be tried again: nothing is left locked
        Journal.open(path, "t-1")


def test_a_sound_journal_is_just_opened(path: Path) -> None:
    journal, aside = open_or_set_aside(path, "t-1", T0)
    assert aside is None
    assert journal.head() is not None


def test_where_there_is_none_one_is_begun_and_nothing_was_lost(tmp_path: Path) -> None:
    journal, aside = open_or_set_aside(tmp_path / "journal.sqlite3", "t-1", T0)
    assert aside is None
    assert journal.head() is None


def test_the_write_ahead_log_goes_aside_with_its_file(path: Path, tmp_path: Path) -> None:
    journal = opened(path, LIFE_B)
    bought(journal, 2)
    log = Path(f"{path}-wal").read_bytes()
    crashed = tmp_path / "crashed" / path.name
    crashed.parent.mkdir()
    crashed.write_bytes(b"x" * 4096 + path.read_bytes()[4096:])
    Path(f"{crashed}-wal").write_bytes(log)
    _, aside = open_or_set_aside(crashed, "t-1", T0)
    assert aside is not None
    assert Path(f"{aside.path}-wal").read_bytes() == log


def test_a_log_whose_file_is_gone_is_set_aside_rather_than_replayed_into_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    Path(f"{path}-wal").write_bytes(b"left over")
    journal, aside = open_or_set_aside(path, "t-1", T0)
    assert aside == SetAside(path.with_name(NAME), "only its write-ahead log is left")
    assert Path(f"{aside.path}-wal").read_bytes() == b"left over"
    assert journal.head() is None


def test_a_second_damage_in_the_same_second_does_not_overwrite_the_first(path: Path) -> None:
    scribbled(path)
    journal, first = open_or_set_aside(path, "t-1", T0)
    begin(journal, LIFE_A)
    journal.close()
    emptied(path)
    _, second = open_or_set_aside(path, "t-1", T0)
    assert first is not None
    assert second is not None
    assert second.path.name == "journal-20261003T040000Z-2.corrupt"
    assert first.path.read_bytes() != second.path.read_bytes()


def test_a_start_cut_short_before_the_new_life_says_again_that_the_journal_was_lost(path: Path) -> None:
    scribbled(path)
    journal, first = open_or_set_aside(path, "t-1", T0)
    journal.close()
    journal, again = open_or_set_aside(path, "t-1", T0 + 9)
    assert first is not None
    assert again is not None
    assert again.path == first.path
    begin(journal, LIFE_B)
    journal.close()
    _, third = open_or_set_aside(path, "t-1", T0 + 20)
    assert third is None


def test_another_terminals_journal_is_not_set_aside(path: Path) -> None:
    with pytest.raises(JournalForeign, match="the journal of terminal t-1, terminal t-2 was started on it") as refusal:
        open_or_set_aside(path, "t-2", T0)
    assert (refusal.value.owner, refusal.value.terminal) == ("t-1", "t-2")
    assert [one.name for one in path.parent.glob("*.corrupt")] == []


def test_another_programs_database_is_not_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "prices.sqlite3"
    rewrite(path, ("CREATE TABLE prices (x)", ()))
    with pytest.raises(JournalForeign, match="not a journal of Habitue"):
        open_or_set_aside(path, "t-1", T0)
    assert [one.name for one in tmp_path.glob("*.corrupt")] == []


def test_a_journal_of_a_newer_release_is_refused_and_left_alone(path: Path) -> None:
    rewrite(path, (f"PRAGMA user_version = {SCHEMA + 1}", ()))
    content = path.read_bytes()
    with pytest.raises(JournalNewer, match=f"has schema {SCHEMA + 1}, this release knows up to {SCHEMA}"):
        open_or_set_aside(path, "t-1", T0)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalUnwritable, match=r"cannot be opened.*check that the folder exists"):
        Journal.open(tmp_path / "none" / "journal.sqlite3", "t-1")


def test_a_folder_in_the_journals_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").mkdir()
    with pytest.raises(JournalUnwritable):
        Journal.open(tmp_path / "journal.sqlite3", "t-1")


def test_a_draft_left_by_a_cut_while_the_file_was_made_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}.new{ending}").write_bytes(b"half a draft")
    journal = opened(path)
    assert journal.head() is not None
    assert sorted(one.name for one in tmp_path.glob("*.new*")) == []


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The files of a terminal whose power failed: a main file, a long write-ahead log; and every committed hash."""
    folder = tmp_path_factory.mktemp("crashed")
    journal = opened(folder / "journal.sqlite3")
    hashes = [one.hash for one in bought(journal, 12)]
    image = folder / "image"
    image.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(f"{journal.path}{ending}", image)
    return image, hashes


@given(cut_at=st.integers(0, 400_000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_log_cut_at_any_byte_leaves_a_sound_beginning(
    crashed: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory, cut_at: int
) -> None:
    image, hashes = crashed
    folder = tmp_path_factory.mktemp("image")
    for one in image.iterdir():
        shutil.copy(one, folder)
    log = folder / "journal.sqlite3-wal"
    log.write_bytes(log.read_bytes()[: cut_at % (log.stat().st_size + 1)])
    journal, aside = open_or_set_aside(folder / "journal.sqlite3", "t-1", T0)
    assert aside is None
    head = journal.head()
    assert head is None or head.seq == 1 or head.hash == hashes[head.seq - 2]
    begin(journal, LIFE_B)
    assert findings(journal.path) == []
    journal.close()


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_whatever_bytes_rot_the_terminal_starts_and_nothing_unsound_is_trusted(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("rotten")
    journal = opened(folder / "journal.sqlite3")
    bought(journal, 3)
    journal.close()
    content = bytearray(journal.path.read_bytes())
    length = data.draw(st.sampled_from([1, 16, 512, 4096]))
    place = data.draw(st.integers(0, len(content) - length))
    content[place : place + length] = hashlib.shake_128(bytes([length % 251])).digest(length)
    journal.path.write_bytes(content)
    try:
        again, aside = open_or_set_aside(journal.path, "t-1", T0)
    except (JournalForeign, JournalNewer):
        return  # the bytes that say whose it is: a person must look
    again.begin_life(LIFE_B, stamp(), "0.1.0", Start.JOURNAL_LOST if aside else Start.STARTED)
    bought(again)
    assert findings(again.path) == []
    reader = JournalReader(again.path)
    assert reader.pending().count == (2 if aside else 6)
    reader.close()
    again.close()


def test_a_member_whose_bytes_rotted_is_forgotten_and_asked_for_again_while_no_entry_is_lost(path: Path) -> None:
    journal = Journal.open(path, "t-1")
    told = [new_member(BERT), new_member("9" * 14)]
    journal.apply_members(changes(told), 0, 5, counted)
    journal.close()
    rewrite(
        path,
        ("UPDATE members SET record = CAST('{' AS BLOB) WHERE code = ?", (int(BERT),)),
        (
            "UPDATE members SET view = (SELECT record FROM members WHERE code = ?) WHERE code = ?",
            (10**14 - 1, int(ANNA)),
        ),
    )
    journal, aside = open_or_set_aside(path, "t-1", T0)
    assert aside is None
    assert journal.unreadable == 2
    assert (journal.member(ANNA), journal.member(BERT)) == (None, None)
    assert journal.member("9" * 14) is not None
    assert journal.versions() == {}, "so that central's whole word is asked for"
    journal.apply_members(changes([new_member(ANNA)]), 0, 5, counted)
    healed = journal.member(ANNA)
    assert healed is not None
    assert healed.record.standing.visits == 3
    journal.close()
    assert Journal.open(path, "t-1").unreadable == 0


def test_a_member_that_rots_while_the_terminal_runs_is_a_named_fault(path: Path) -> None:
    journal = opened(path, LIFE_B)
    rewrite(path, ("UPDATE members SET view = CAST('{' AS BLOB)", ()))
    with pytest.raises(JournalCorrupt):
        journal.member(ANNA)
