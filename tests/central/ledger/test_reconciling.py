"""Reconciling finds what does not add up, and nothing else."""

import pytest
from sqlalchemy import delete, insert, update

from central.ledger.adjusting import adjust, transfer
from central.ledger.debts import settle
from central.ledger.joining import merge
from central.ledger.reconciling import Reconciled, reconciled
from central.store.engine import writing
from central.store.points import decisions, lots
from firmware.entries import LotPart, RightReceived, Scope
from firmware.score.rules import default_rules
from tests.central.ledger.clerkship import BY, bought, changed, lot, part, returned, seen, spent, sums
from tests.central.office import Office
from tests.central.records import BERT, HANA, NOW, Record


def look(office: Office) -> Reconciled:
    return seen(office, lambda connection: reconciled(connection, office.now))


@pytest.fixture
def busy(office: Office, record: Record) -> Office:
    """A programme in which everything has happened once."""
    first = bought(record, lot(50), lot(9, NOW - 1))
    second = bought(record, lot(30), member=BERT)
    spent(record, part(first, 40))
    spent(record, part(second, 5))
    record.void(first)
    bought(record, lot(25))
    record.add(RightReceived(7, HANA, [LotPart("central/0000000000000009/3/0", 6, Scope.PROGRAMME, None)]))
    returned(record, 7)
    office.take(("t-1", record.batch()))
    changed(office, lambda connection: adjust(connection, int(BERT), 11, BY, default_rules()))
    changed(office, lambda connection: transfer(connection, (int(BERT), int(HANA)), 20, BY))
    return office


def test_a_sound_programme_passes_and_its_sums_are_told(busy: Office) -> None:
    changed(busy, lambda connection: settle(connection, int(HANA), "central", NOW))
    found = look(busy)
    assert (found.passed, found.wrong, found.members, found.decisions) == (True, [], 2, 3)
    assert found.sums.conserved
    assert found.sums.balance == sums(busy).balance + sums(busy, BERT).balance
    assert found.sums.given == 50 + 9 + 30 + 25 + 6 + 11 + 20


def test_a_merge_leaves_everything_accounted_for(busy: Office) -> None:
    before = look(busy).sums
    changed(busy, lambda connection: merge(connection, int(BERT), int(HANA), BY))
    found = look(busy)
    assert (found.passed, found.members, found.sums) == (True, 1, before)


@pytest.mark.parametrize("column", ["points", "spent", "reversed", "covered"])
def test_a_changed_sum_is_found(busy: Office, column: str) -> None:
    one = (lots.c.member == int(BERT), lots.c.entry > 0)
    changed(busy, lambda connection: connection.execute(update(lots).where(*one).values({column: lots.c[column] + 1})))
    found = look(busy)
    assert not found.passed
    assert [wrong.member for wrong in found.wrong] == [int(BERT)]


def test_a_lot_that_is_gone_and_one_that_nobody_gave_are_found(busy: Office) -> None:
    changed(busy, lambda connection: connection.execute(delete(lots).where(lots.c.member == int(BERT))))
    assert {wrong.member for wrong in look(busy).wrong} == {int(BERT)}
    row = {"member": int(HANA), "entry": 2, "place": 9, "points": 5, "scope": "programme", "within": ""}
    changed(busy, lambda connection: connection.execute(insert(lots).values(row)))
    assert {wrong.member for wrong in look(busy).wrong} == {int(HANA), int(BERT)}


def test_a_chain_of_decisions_that_does_not_hold_fails(busy: Office) -> None:
    with writing(busy.engine) as connection:
        connection.execute(update(decisions).where(decisions.c.id == 1).values(hash="0" * 64))
    found = look(busy)
    assert (found.passed, found.wrong) == (False, [])
    assert found.chain is not None


def test_what_an_entry_says_of_somebody_elses_lot_is_accounted_for(office: Office, record: Record) -> None:
    mine = bought(record, lot(50))
    bought(record, lot(5), member=BERT)
    spent(record, part(mine, 20), member=BERT)
    office.take(("t-1", record.batch()))
    found = look(office)
    assert found.passed
    assert (sums(office).spent, sums(office, BERT).spent) == (20, 0)
    assert office.reviews() == ["another member"]


def test_what_is_still_to_come_is_counted(office: Office, record: Record) -> None:
    bought(record, lot(5))
    spent(record, LotPart("t-9/00000000000000aa/4/0", 20, Scope.PROGRAMME, None))
    office.take(("t-1", record.batch()))
    found = look(office)
    assert (found.passed, found.waiting, found.lost) == (True, 1, [])


def test_points_spent_twice_are_a_loss_and_no_fault(office: Office, record: Record) -> None:
    mine = bought(record, lot(50))
    spent(record, part(mine, 50))
    spent(record, part(mine, 20))
    office.take(("t-1", record.batch()))
    found = look(office)
    assert found.passed
    assert [(one.points, one.terminals) for one in found.lost] == [(20, ["t-1"])]
    assert found.sums.loss == 20
