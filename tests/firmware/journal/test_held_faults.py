"""Verification of what is held: every row that was changed, taken out or added behind the journal's back is told."""

from pathlib import Path

import pytest

from firmware.entries import Act, CertificateUsed, CouponIssued, CouponUsed, ReturnCause
from firmware.journal import Journal
from firmware.journal.walk import Flaw
from firmware.mqtt.messages import Mark
from tests.firmware.journal.counter import ANNA, BERT, DAY, LIFE_A, LIFE_B, T0, begin, findings, opened, rewrite, stamp
from tests.firmware.journal.holder import CERTIFICATE, COUPON, FAR, NEAR, earned, grant, holding, premium, sold, void


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal in which everything has happened."""
    journal = holding(tmp_path / "journal.sqlite3")
    one, two = sold(journal, earned(68)), sold(journal, earned(7))
    spent: list[Act] = [
        premium((f"{one.entry.id}/0", 8), (FAR, 10)),
        CouponUsed(ANNA, "tea", 100, LIFE_A, 4, COUPON.issue),
        CertificateUsed(CERTIFICATE.serial, 500, "JPY", LIFE_A, 4),
        CouponIssued(ANNA, "cake", LIFE_A, 4, 5),
        void(two),
    ]
    journal.record(spent, stamp())
    journal.close()
    return journal.path


def told(path: Path) -> list[tuple[str, str]]:
    found = findings(path)
    assert {one.flaw for one in found} <= {Flaw.HELD}
    return [(str(one.id), one.detail) for one in found]


def test_an_untouched_journal_holds_what_it_recorded(path: Path) -> None:
    assert told(path) == []


def test_points_that_were_changed_are_told_by_their_lot(path: Path) -> None:
    rewrite(path, ("UPDATE lots SET points = points + 5 WHERE name = ?", (FAR,)))
    assert told(path) == [(FAR.removesuffix("/0"), "95 points of the lot are left, it should be 90")]


def test_a_lot_that_was_taken_out_is_told(path: Path) -> None:
    rewrite(path, ("DELETE FROM lots WHERE name = ?", (NEAR,)))
    assert told(path) == [(NEAR.removesuffix("/0"), "the lot is held, and its row is not there")]


def test_a_lot_that_was_added_is_told(path: Path) -> None:
    name = NEAR.replace("/3/", "/33/")
    row = (name, int(ANNA), 9, 2, "", 0, 2**62, 5, 2, 2, 0)
    rewrite(path, ("INSERT INTO lots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row))
    assert told(path) == [(name.removesuffix("/0"), "9 points of the lot are left, it should be 0")]


def test_a_lot_that_was_given_to_another_is_told(path: Path) -> None:
    rewrite(path, ("UPDATE lots SET member = ? WHERE name = ?", (int(BERT), NEAR)))
    assert told(path) == [(NEAR.removesuffix("/0"), "the lot is held for another member")]


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ("UPDATE coupons SET used = 0 WHERE used = 1", "it counts as not used, and is the contrary"),
        ("UPDATE coupons SET used = 1 WHERE used = 0", "it counts as used, and is the contrary"),
        ("UPDATE certificates SET used = 0", "it counts as not used, and is the contrary"),
        ("DELETE FROM rights", "right 5 was received, and does not count as held"),
        ("UPDATE totals SET value = value + 1 WHERE what = 'coupon'", "the total of tea is 2, not 1"),
        ("UPDATE totals SET value = 0 WHERE what = 'issued'", "the total of issued is 0, not 68"),
    ],
)
def test_whatever_else_was_changed_is_told(path: Path, change: str, detail: str) -> None:
    rewrite(path, (change, ()))
    assert [said for _, said in told(path)] == [detail]


@pytest.mark.parametrize("change", ["UPDATE coupons SET used = 1", "UPDATE certificates SET used = 1"])
def test_what_was_granted_and_never_used_cannot_count_as_used(tmp_path: Path, change: str) -> None:
    journal = holding(tmp_path / "j")
    journal.close()
    rewrite(journal.path, (change, ()))
    assert [said for _, said in told(journal.path)] == ["it counts as used, and is the contrary"]


def test_a_returned_right_that_counts_as_held_again_is_told(path: Path) -> None:
    journal = Journal.open(path, "t-1")
    begin(journal, LIFE_B)
    act = journal.give_right(ANNA, None, 5, ReturnCause.RECALLED, stamp())
    journal.close()
    rewrite(path, ("DELETE FROM returned", ()))
    assert (str(act.entry.id), "right 5 was returned, and counts as held") in told(path)


def test_a_history_that_is_broken_itself_proves_nothing_of_what_is_held(path: Path) -> None:
    rewrite(path, ("DELETE FROM entries WHERE place = 3", ()), ("UPDATE lots SET points = 1", ()))
    assert {one.flaw for one in findings(path)} == {Flaw.MISSING}


def test_after_pruning_what_is_held_is_still_proved(path: Path) -> None:
    journal = Journal.open(path, "t-1")
    journal.mark_shown(journal.sales(0, 1)[0].id)
    opening = begin(journal, LIFE_B, T0 + 9)
    journal.mark_exported(Mark(LIFE_B, 1))
    journal.record([], stamp())
    journal.mark_shown(opening.entry.id)
    assert journal.prune(T0 + 40 * DAY, alone=True) == 9
    assert [part.points for part in journal.parts(ANNA, T0 + 2 * DAY)] == [60, 90]
    journal.close()
    assert told(path) == []
    rewrite(path, ("UPDATE lots SET points = points - 1 WHERE name = ?", (FAR,)))
    assert [said for _, said in told(path)] == ["89 points of the lot are left, it should be 90"]


def test_a_right_taken_twice_over_a_lot_is_proved_from_the_later_one_on(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    journal.take_right(grant(5), stamp())
    journal.confirm(LIFE_A)
    journal.record([premium((FAR, 10))], stamp())
    journal.take_right(grant(6), stamp())
    journal.record([premium((FAR, 1))], stamp())
    assert told(journal.path) == []
    rewrite(journal.path, ("UPDATE lots SET points = 90 WHERE name = ?", (FAR,)))
    assert len(told(journal.path)) == 1
