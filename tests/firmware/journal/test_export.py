"""Export: the exact bytes travel, a person's table tells the same, and a tampered file is found out."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from firmware.entries import Adjusted, CouponIssued, GivenLot, Identified, Joining, RedeemReversed, Scope, TakenBack
from firmware.journal import ExportMalformed, Journal, JournalReader, JournalUnwritable
from firmware.journal.export import chosen, csv_lines, exported_faults, json_lines, mark_exported, write_out
from firmware.journal.walk import Flaw
from firmware.mqtt.messages import Mark
from tests.firmware.journal.counter import (
    ANNA,
    DAY,
    LIFE_A,
    LIFE_B,
    LIFE_C,
    T0,
    begin,
    bought,
    entry_id,
    opened,
    stamp,
    void_of,
)
from tests.firmware.journal.holder import FAR, earned, far_lot, holding, premium, refund, sold


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Every kind of act: 5 entries of one life, 3 of the next, a day later."""
    journal = opened(tmp_path / "journal.sqlite3")
    journal.record([Joining(ANNA, Identified.STATIC)], stamp())
    (sale,) = bought(journal)
    journal.record([CouponIssued(ANNA, "welcome", LIFE_A, 3), void_of(sale)], stamp(T0 + 9))
    begin(journal, LIFE_B, T0 + DAY)
    bought(journal, 2, None, T0 + DAY)
    return journal


@pytest.fixture
def reader(journal: Journal) -> Iterator[JournalReader]:
    with closing(JournalReader(journal.path)) as reader:
        yield reader


def exported(reader: JournalReader, since: int | None = None) -> list[bytes]:
    with reader.moment():
        return list(json_lines(reader, chosen(reader.connection, since)))


def flaws(lines: list[bytes]) -> list[tuple[str, int, Flaw]]:
    return [(one.id.life[0], one.id.seq, one.flaw) for one in exported_faults(lines)]


def test_an_export_holds_the_exact_bytes_after_their_hash(reader: JournalReader) -> None:
    header, *lines = exported(reader)
    assert json.loads(header)["terminal"] == "t-1"
    assert [life["last"] for life in json.loads(header)["lives"]] == [5, 3]
    bodies: list[bytes] = []
    after = None
    while run := reader.next_run(after, 99, 10**6):
        bodies += run.bodies
        after = run.last
    assert len(lines) == len(bodies) == 8
    for line, body in zip(lines, bodies, strict=True):
        digest = hashlib.sha256(body).hexdigest()
        assert line == b'{"hash":"%s","entry":%s}\n' % (digest.encode(), body)


def test_a_sound_export_has_no_flaw(reader: JournalReader) -> None:
    told: list[int] = []
    assert list(exported_faults(exported(reader), told.append)) == []
    assert told == [8]


@pytest.mark.parametrize("line", range(1, 9))
def test_a_line_taken_out_of_an_export_is_named_wherever_it_stood(reader: JournalReader, line: int) -> None:
    lines = exported(reader)
    del lines[line]
    due = ("a", line) if line <= 5 else ("b", line - 5)
    assert flaws(lines) == [(*due, Flaw.MISSING)]


@pytest.mark.parametrize("line", range(1, 9))
def test_a_line_changed_in_an_export_is_named(reader: JournalReader, line: int) -> None:
    lines = exported(reader)
    lines[line] = lines[line].replace(b"bakery-2", b"bakery-3")
    due = ("a", line) if line <= 5 else ("b", line - 5)
    assert flaws(lines) == [(*due, Flaw.CHANGED)]


@pytest.mark.parametrize("rubbish", [b"", b"{}", b"[" * 5000, b"\xff", b'{"hash":"00","entry":{}}'])
def test_a_line_that_is_no_entry_is_named_as_the_one_that_was_due(reader: JournalReader, rubbish: bytes) -> None:
    lines = exported(reader)
    lines[3] = rubbish
    assert flaws(lines) == [("a", 3, Flaw.CHANGED)]


def test_lines_exchanged_in_an_export_are_named(reader: JournalReader) -> None:
    lines = exported(reader)
    lines[2], lines[3] = lines[3], lines[2]
    assert flaws(lines) == [("a", 2, Flaw.REORDERED)]


def test_an_export_cut_off_in_the_middle_of_a_line_names_what_is_missing(reader: JournalReader) -> None:
    lines = exported(reader)[:7]
    lines[6] = lines[6][:-9]
    found = list(exported_faults(lines))
    assert [(one.id, one.flaw) for one in found] == [
        (entry_id(1, LIFE_B), Flaw.CHANGED),
        (entry_id(2, LIFE_B), Flaw.MISSING),
    ]


@pytest.mark.parametrize("header", [b"", b"{}", b"\xff\xfe", b"[" * 5000, b'{"kind":"journal","v":2}', b"a,b,c\n"])
def test_a_file_that_is_no_export_is_called_so(header: bytes) -> None:
    with pytest.raises(ExportMalformed, match="neither a journal nor an export of one"):
        list(exported_faults([header]))


def test_an_export_since_a_time_starts_there_and_still_verifies(reader: JournalReader) -> None:
    lines = exported(reader, T0 + 9)
    assert len(lines) == 1 + 5
    assert json.loads(lines[0])["lives"][0]["first"] == 4
    assert flaws(lines) == []
    del lines[1]
    assert flaws(lines) == [("a", 4, Flaw.MISSING)]


def test_an_export_since_after_the_newest_entry_is_empty_and_sound(reader: JournalReader) -> None:
    lines = exported(reader, T0 + 9 * DAY)
    assert len(lines) == 1
    assert flaws(lines) == []


def test_an_empty_journal_exports_as_an_empty_one(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j", None)
    with closing(JournalReader(journal.path)) as reader:
        lines = exported(reader)
    assert json.loads(lines[0])["lives"] == []
    assert flaws(lines) == []


def test_an_export_after_pruning_verifies_from_its_anchor_on(journal: Journal, reader: JournalReader) -> None:
    journal.mark_shown(entry_id(3, LIFE_B))
    journal.mark_exported(Mark(LIFE_A, 3))
    assert journal.prune(T0 + 90 * DAY, alone=True) == 3
    lines = exported(reader)
    assert len(lines) == 1 + 5
    assert flaws(lines) == []
    del lines[1]
    assert flaws(lines) == [("a", 4, Flaw.MISSING)]
    journal.mark_exported(Mark(LIFE_B, 3))
    begin(journal, LIFE_C, T0 + DAY)
    journal.prune(T0 + 90 * DAY, alone=True)
    assert flaws(exported(reader)) == []


def test_the_table_for_people_names_money_points_and_who(reader: JournalReader) -> None:
    with reader.moment():
        text = b"".join(csv_lines(reader, chosen(reader.connection, None))).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["kind"] for row in rows][:5] == ["opening", "joining", "purchase", "coupon-issued", "void"]
    sale, void = rows[2], rows[4]
    assert (sale["time"], sale["member"], sale["identified"]) == ("2026-10-03T04:00:00Z", ANNA, "static")
    assert (sale["amount"], sale["currency"], sale["points"], sale["clerk"]) == ("3400", "JPY", "68", "7")
    assert (void["amount"], void["points"], void["member"]) == ("-3400", "-68", ANNA)
    assert rows[0]["amount"] == rows[1]["amount"] == ""
    assert rows[6]["member"] == ""
    assert all(len(row["hash"]) == 64 for row in rows)


def test_the_table_says_what_each_act_did_to_the_points(tmp_path: Path) -> None:
    journal = holding(tmp_path / "j")
    one = sold(journal, earned(68))
    act = earned(68)
    half = replace(act, amount=1700, lots=[replace(act.lots[0], points=34)])
    spent = journal.record([premium((FAR, 10))], stamp())[0].entry
    journal.record(
        [
            refund(one, act, half, TakenBack(covers=[far_lot(4)], covered=[4])),
            RedeemReversed(ANNA, spent.life, spent.seq, [far_lot(10)]),
            Adjusted(ANNA, [GivenLot(5, Scope.SHOP, None)], [far_lot(1)], "the till was wrong", "9"),
        ],
        stamp(),
    )
    with closing(JournalReader(journal.path)) as reader, reader.moment():
        text = b"".join(csv_lines(reader, chosen(reader.connection, None))).decode()
    rows = list(csv.DictReader(io.StringIO(text)))[1:]
    assert [(row["kind"], row["amount"], row["points"], row["identified"]) for row in rows] == [
        ("right-received", "", "", ""),
        ("purchase", "3400", "68", "static"),
        ("redeemed", "", "-10", "rotating"),
        ("refund", "-1700", "-34", "static"),
        ("redeem-reversed", "", "10", ""),
        ("adjusted", "", "4", ""),
    ]
    assert {row["member"] for row in rows} == {ANNA}


def test_marking_an_export_lets_a_terminal_without_central_prune_just_that(journal: Journal, tmp_path: Path) -> None:
    journal.mark_shown(entry_id(3, LIFE_B))
    with closing(JournalReader(journal.path)) as reader, reader.moment():
        choice = chosen(reader.connection, None)
        write_out(tmp_path / "out.jsonl", json_lines(reader, choice))
        later = bought(journal, 2, None, T0 + DAY)
        mark_exported(journal.path, choice)
    journal.mark_shown(later[-1].entry.id)
    assert journal.prune(T0 + 90 * DAY, alone=True) == 8
    assert flaws((tmp_path / "out.jsonl").read_bytes().splitlines(keepends=True)) == []


def test_an_export_that_fails_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_bytes(b"before")

    def failing() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(JournalUnwritable, match="No space left on device"):
        write_out(target, failing())
    assert target.read_bytes() == b"before"
