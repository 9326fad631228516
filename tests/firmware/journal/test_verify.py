"""Verification: whatever was changed, taken out or moved is found, and named."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.entries import EntryId, LifeEnd, Opening, Sealed, Start, seal
from firmware.journal import Journal, JournalReader
from firmware.journal.verify import journal_faults, tail_faults
from firmware.journal.walk import Finding, Flaw, Span, Walk
from tests.firmware.journal.counter import (
    LIFE_A,
    LIFE_B,
    LIFE_C,
    T0,
    begin,
    bought,
    entry_id,
    findings,
    opened,
    purchase,
    rewrite,
    stamp,
)

Tampering = Callable[[Path], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal of two lives, 6 entries and 4."""
    journal = opened(tmp_path / "journal.sqlite3")
    bought(journal, 5)
    begin(journal, LIFE_B, T0 + 60)
    bought(journal, 3)
    journal.close()
    return journal.path


def named(path: Path) -> list[tuple[str, int, Flaw]]:
    return [(one.id.life[0], one.id.seq, one.flaw) for one in findings(path)]


def fetched(path: Path, place: int) -> tuple[bytes, bytes]:
    with closing(sqlite3.connect(path)) as connection:
        body, digest = connection.execute("SELECT body, hash FROM entries WHERE place = ?", (place,)).fetchone()
    return body, digest


def test_an_untouched_journal_has_no_flaw(path: Path) -> None:
    assert findings(path) == []


@pytest.mark.parametrize("place", range(1, 11))
def test_a_changed_body_is_named(path: Path, place: int) -> None:
    body, _ = fetched(path, place)
    changed = body.replace(b"bakery-2", b"bakery-3")
    rewrite(path, ("UPDATE entries SET body = ? WHERE place = ?", (changed, place)))
    due = ("a", place) if place <= 6 else ("b", place - 6)
    assert named(path) == [(*due, Flaw.CHANGED)]


@pytest.mark.parametrize("place", range(1, 11))
def test_a_body_that_is_no_entry_any_more_is_named(path: Path, place: int) -> None:
    rewrite(path, ("UPDATE entries SET body = x'00ff' WHERE place = ?", (place,)))
    due = ("a", place) if place <= 6 else ("b", place - 6)
    assert named(path) == [(*due, Flaw.CHANGED)]


@pytest.mark.parametrize("place", [1, 4, 10])
def test_a_changed_hash_is_named(path: Path, place: int) -> None:
    rewrite(path, ("UPDATE entries SET hash = ? WHERE place = ?", (bytes(32), place)))
    due = ("a", place) if place <= 6 else ("b", place - 6)
    assert named(path) == [(*due, Flaw.CHANGED)]


def resealed(path: Path, place: int, amount: int) -> None:
    """The skilled forger: another amount, sealed anew, hash and all."""
    with closing(JournalReader(path)) as reader:
        life, seq = reader.connection.execute(
            "SELECT l.life, seq FROM entries AS e JOIN lives AS l ON l.number = e.life WHERE place = ?", (place,)
        ).fetchone()
        prev = reader.connection.execute("SELECT hash FROM entries WHERE place = ?", (place - 1,)).fetchone()[0].hex()
    forged = seal(EntryId("t-1", life, seq), prev, stamp(T0), purchase(amount=amount))
    change = "UPDATE entries SET body = ?, hash = ?, at = ? WHERE place = ?"
    rewrite(path, (change, (forged.body, bytes.fromhex(forged.hash), T0, place)))


def test_an_entry_forged_with_its_hash_is_named_by_the_one_after_it(path: Path) -> None:
    resealed(path, 4, 1)
    assert findings(path) == [Finding(entry_id(4), Flaw.CHANGED, "the entry after it carries another hash")]
    assert str(findings(path)[0]).startswith(f"t-1/{LIFE_A}/4: changed (the entry after it")


def test_the_end_of_a_life_forged_with_its_hash_is_found_by_the_next_opening(path: Path) -> None:
    resealed(path, 6, 1)
    assert named(path) == [("b", 1, Flaw.OPENING)]


def test_the_newest_entry_forged_with_its_hash_is_found_by_what_central_acknowledged(path: Path) -> None:
    journal = Journal.open(path, "t-1")
    newest = journal.head()
    assert newest is not None
    journal.acknowledge([newest], 0, complete=False)
    journal.close()
    resealed(path, 10, 1)
    found = findings(path)
    assert [(one.id, one.flaw) for one in found] == [(entry_id(4, LIFE_B), Flaw.ACKNOWLEDGED)]
    assert newest.hash[:12] in found[0].detail


@pytest.mark.parametrize("place", [2, 3, 6, 8])
def test_an_entry_taken_out_is_named(path: Path, place: int) -> None:
    rewrite(path, ("DELETE FROM entries WHERE place = ?", (place,)))
    due = ("a", place) if place <= 6 else ("b", place - 6)
    assert named(path) == [(*due, Flaw.MISSING)]


def test_entries_taken_out_in_a_row_are_named_together(path: Path) -> None:
    rewrite(path, ("DELETE FROM entries WHERE place BETWEEN 3 AND 5", ()))
    assert findings(path) == [Finding(entry_id(3), Flaw.MISSING, "to 5 not found")]


def test_an_entry_taken_out_and_the_rest_moved_up_is_still_missed(path: Path) -> None:
    rewrite(
        path,
        ("DELETE FROM entries WHERE place = 3", ()),
        ("UPDATE entries SET place = place - 1 WHERE place > 3", ()),
        ("UPDATE lives SET start = start - 1 WHERE number = 2", ()),
    )
    assert ("a", 3, Flaw.MISSING) in named(path)


def test_the_newest_entry_taken_out_is_missed_once_it_was_acknowledged(path: Path) -> None:
    journal = Journal.open(path, "t-1")
    newest = journal.head()
    assert newest is not None
    journal.acknowledge([newest], 0, complete=False)
    journal.close()
    rewrite(path, ("DELETE FROM entries WHERE place = 10", ()))
    assert named(path) == [("b", 4, Flaw.ACKNOWLEDGED)]
    assert "never written" in findings(path)[0].detail


def test_a_whole_life_taken_out_is_missed(path: Path) -> None:
    rewrite(path, ("DELETE FROM entries WHERE life = 1", ()))
    assert findings(path)[0] == Finding(entry_id(1), Flaw.MISSING, "to 6 not found")


def test_two_entries_exchanged_are_named(path: Path) -> None:
    third, fourth = fetched(path, 3), fetched(path, 4)
    rewrite(
        path,
        ("UPDATE entries SET body = ?, hash = ?, seq = 4 WHERE place = 3", fourth),
        ("UPDATE entries SET body = ?, hash = ?, seq = 3 WHERE place = 4", third),
    )
    found = [one for one in findings(path) if one.flaw is Flaw.REORDERED]
    assert [(one.id, one.detail) for one in found] == [(entry_id(3), "stands after 4")]


def test_an_entry_that_stands_twice_is_named(path: Path) -> None:
    body, digest = fetched(path, 3)
    rewrite(path, ("UPDATE entries SET body = ?, hash = ? WHERE place = 4", (body, digest)))
    assert (entry_id(3), Flaw.REORDERED) in [(one.id, one.flaw) for one in findings(path)]
    assert (entry_id(4), Flaw.MISSING) in [(one.id, one.flaw) for one in findings(path)]


def test_an_entry_of_the_life_before_among_those_of_the_next_is_named(path: Path) -> None:
    body, digest = fetched(path, 3)
    rewrite(path, ("UPDATE entries SET body = ?, hash = ? WHERE place = 8", (body, digest)))
    found = findings(path)
    assert Finding(entry_id(3), Flaw.REORDERED, f"stands among the entries of life {LIFE_B}") in found
    assert Finding(entry_id(2, LIFE_B), Flaw.MISSING, "not found") in found


@pytest.mark.parametrize("stranger", [EntryId("t-2", LIFE_A, 4), EntryId("t-1", LIFE_C, 4), EntryId("t-1", LIFE_A, 44)])
def test_an_entry_that_has_no_place_here_is_foreign(path: Path, stranger: EntryId) -> None:
    forged = seal(stranger, "f" * 64, stamp(), purchase())
    rewrite(path, ("UPDATE entries SET body = ?, hash = ? WHERE place = 4", (forged.body, bytes.fromhex(forged.hash))))
    found = {one.id: one.flaw for one in findings(path)}
    assert found == {stranger: Flaw.FOREIGN, entry_id(4): Flaw.MISSING}


@pytest.mark.parametrize("column", ["seq = 99", "at = 5", "kind = 'void'", "member = 1", "member = NULL"])
def test_a_column_that_says_something_else_than_the_bytes_is_named(path: Path, column: str) -> None:
    rewrite(path, (f"UPDATE entries SET {column} WHERE place = 4", ()))  # noqa: S608  # columns of this list
    assert [(one.id, one.flaw) for one in findings(path)] == [(entry_id(4), Flaw.CHANGED)]


def opening_of(path: Path, previous: LifeEnd | None, prev: str) -> None:
    forged = seal(entry_id(1, LIFE_B), prev, stamp(T0 + 60), Opening(previous, Start.STARTED, "0.1.0"))
    rewrite(path, ("UPDATE entries SET body = ?, hash = ? WHERE place = 7", (forged.body, bytes.fromhex(forged.hash))))


def test_an_opening_that_names_nobody_before_it_is_found(path: Path) -> None:
    opening_of(path, None, "0" * 64)
    assert (entry_id(1, LIFE_B), Flaw.OPENING) in [(one.id, one.flaw) for one in findings(path)]


def test_an_opening_that_names_another_end_is_found_although_its_hash_fits(path: Path) -> None:
    end = fetched(path, 6)[1].hex()
    opening_of(path, LifeEnd(LIFE_A, 5, end), end)
    found = [one for one in findings(path) if one.flaw is Flaw.OPENING]
    assert found[0].detail == f"it names {LIFE_A}/5, due is {LIFE_A}/6"


def test_a_life_that_begins_with_something_else_is_found(path: Path) -> None:
    end = fetched(path, 6)[1].hex()
    forged = seal(entry_id(1, LIFE_B), end, stamp(T0 + 60), purchase(None))
    rewrite(
        path,
        (
            "UPDATE entries SET body = ?, hash = ?, kind = 'purchase' WHERE place = 7",
            (forged.body, bytes.fromhex(forged.hash)),
        ),
    )
    assert (entry_id(1, LIFE_B), Flaw.OPENING) in [(one.id, one.flaw) for one in findings(path)]


def test_the_tail_of_a_journal_is_proved_without_walking_the_rest(path: Path) -> None:
    journal = Journal.open(path, "t-1")
    begin(journal, LIFE_C)
    journal.record([purchase(None)] * 400, stamp())
    journal.close()
    rewrite(path, ("UPDATE entries SET body = x'00' WHERE place = 3", ()))
    with closing(JournalReader(path)) as reader:
        assert list(tail_faults(reader.connection, "t-1")) == []
    rewrite(path, ("UPDATE entries SET body = x'00' WHERE place = 300", ()))
    with closing(JournalReader(path)) as reader:
        assert [one.id.seq for one in tail_faults(reader.connection, "t-1")] == [290]


def test_a_journal_in_use_can_be_verified_while_it_grows(path: Path) -> None:
    journal = opened(path, LIFE_C)
    told: list[int] = []
    with closing(JournalReader(path)) as reader, reader.moment():
        reader.connection.execute("SELECT 1 FROM entries").fetchone()
        faults = journal_faults(reader.connection, "t-1", told.append)
        bought(journal, 2)
        assert list(faults) == []
    assert told == [11]
    assert findings(path) == []


def chain(lengths: list[int]) -> list[list[Sealed]]:
    """Lives of these lengths, each opened after the one before."""
    lives: list[list[Sealed]] = []
    prev, previous = "0" * 64, None
    for number, length in enumerate(lengths):
        life: list[Sealed] = []
        name = f"{number:x}" * 16  # as with names drawn at random, no changed byte makes another's of it
        for seq in range(1, length + 1):
            act = purchase(None, seq) if seq > 1 else Opening(previous, Start.STARTED, "0.1.0")
            life.append(seal(EntryId("t-1", name, seq), prev, stamp(T0 + seq), act))
            prev = life[-1].hash
        previous = LifeEnd(name, length, prev)
        lives.append(life)
    return lives


def walked(lives: list[list[Sealed]], rows: list[tuple[bytes, str]]) -> list[Finding]:
    spans = [Span(life[0].entry.life, 1, len(life), life[0].entry.prev) for life in lives]
    walk = Walk("t-1", spans)
    found = [finding for body, digest in rows for finding in walk.take(body, digest)]
    assert walk.count == len(rows)
    return found + list(walk.finish())


def rows_of(lives: list[list[Sealed]]) -> list[tuple[bytes, str]]:
    return [(one.body, one.hash) for life in lives for one in life]


shapes = st.lists(st.integers(1, 6), min_size=1, max_size=4)


@given(shapes)
def test_any_sound_history_passes(lengths: list[int]) -> None:
    lives = chain(lengths)
    assert walked(lives, rows_of(lives)) == []


@given(shapes, st.data())
def test_any_entry_taken_out_is_named(lengths: list[int], data: st.DataObject) -> None:
    lives = chain(lengths)
    rows = rows_of(lives)
    out = data.draw(st.integers(0, len(rows) - 1))
    gone = [one for life in lives for one in life][out].entry.id
    del rows[out]
    assert (gone, Flaw.MISSING) in [(one.id, one.flaw) for one in walked(lives, rows)]


@given(shapes, st.data())
@settings(max_examples=200)
def test_any_byte_changed_is_named_as_that_entry(lengths: list[int], data: st.DataObject) -> None:
    lives = chain(lengths)
    rows = rows_of(lives)
    which = data.draw(st.integers(0, len(rows) - 1))
    body = bytearray(rows[which][0])
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    rows[which] = (bytes(body), rows[which][1])
    changed = [one.entry.id for life in lives for one in life][which]
    assert [(one.id, one.flaw) for one in walked(lives, rows)] == [(changed, Flaw.CHANGED)]


@given(shapes, st.data())
def test_any_two_entries_exchanged_are_noticed(lengths: list[int], data: st.DataObject) -> None:
    lives = chain(lengths)
    rows = rows_of(lives)
    first, second = (data.draw(st.integers(0, len(rows) - 1)) for _ in range(2))
    rows[first], rows[second] = rows[second], rows[first]
    assert bool(walked(lives, rows)) is (first != second)


def test_bytes_where_nothing_was_due_are_named_too() -> None:
    walk = Walk("t-1", [])
    assert [one.flaw for one in walk.take(b"?", "")] == [Flaw.FOREIGN]
    assert list(walk.finish()) == []
