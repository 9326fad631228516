"""The bonus of a good year: given in fold order, whatever came late, and withdrawn when the year falls short."""

from datetime import datetime

import pytest
from msgspec import structs

from central.ledger.decisions import decisions_of
from central.ledger.rules import next_rules, set_rules
from central.ledger.rulings import Bonus, BonusWithdrawn, Ruling
from central.ledger.years import year_of
from firmware.entries import ClockQuality
from firmware.points.promising import YearBonus
from firmware.score.expiry import RollingDays
from firmware.score.rules import default_rules
from tests.central.ledger.clerkship import changed, lots, seen, spent, sums
from tests.central.ledger.test_settling import successor
from tests.central.office import Office
from tests.central.records import BERT, HANA, NOW, Record, sale

ZONE = default_rules().zone
YEAR = year_of(NOW, ZONE)
AT_1000 = YearBonus(1000, 50)
AT_5000 = YearBonus(5000, 300)


@pytest.fixture
def office(office: Office) -> Office:
    put_in_force(office, AT_1000, AT_5000)
    return office


def put_in_force(office: Office, *bonus: YearBonus, expiry: int | None = 30) -> None:
    rules = structs.replace(default_rules(), bonus=list(bonus))
    if expiry is not None:
        rules = structs.replace(rules, points=structs.replace(rules.points, expiry=RollingDays(expiry)))
    changed(office, lambda connection: set_rules(connection, next_rules(connection, rules), office.now))


def ruled(office: Office) -> list[Ruling]:
    return [taken.decision.act for taken in seen(office, lambda connection: list(decisions_of(connection)))]


def told(office: Office) -> list[tuple[str, int, int]]:
    """What was given and withdrawn, in order: the kind, the year, and the amount it is for."""
    return [
        (type(act).__name__, act.year, act.reached) for act in ruled(office) if isinstance(act, Bonus | BonusWithdrawn)
    ]


def buy(office: Office, record: Record, amount: int, member: str = HANA, at: int | None = None) -> None:
    record.add(sale(amount, member, points=0), at)
    seq = record.head.seq
    office.take(("t-1", record.batch(1 if seq == 2 else seq)))


def test_a_bonus_is_given_once_when_the_years_purchases_reach_its_amount(office: Office, record: Record) -> None:
    buy(office, record, 999)
    assert told(office) == []
    buy(office, record, 1)
    assert told(office) == [("Bonus", YEAR, 1000)]
    buy(office, record, 3000)
    buy(office, record, 1000)
    buy(office, record, 9000)
    assert told(office) == [("Bonus", YEAR, 1000), ("Bonus", YEAR, 5000)]
    assert sums(office).given == 350


def test_every_member_has_a_year_of_their_own(office: Office, record: Record) -> None:
    buy(office, record, 600)
    buy(office, record, 600, BERT)
    assert told(office) == []


def test_the_years_are_the_programmes(office: Office, record: Record) -> None:
    midnight = int(datetime(YEAR + 1, 1, 1, tzinfo=ZONE).timestamp())
    buy(office, record, 700, at=midnight - 1)
    buy(office, record, 700, at=midnight)
    assert told(office) == []
    buy(office, record, 300, at=midnight + 1)
    assert told(office) == [("Bonus", YEAR + 1, 1000)]


def test_the_lot_expires_by_its_year_and_not_by_when_it_was_given(office: Office, record: Record) -> None:
    office.now = NOW + 300 * 24 * 3600
    buy(office, record, 1000)
    (mine,) = lots(office)
    assert mine.expires is not None
    over = datetime.fromtimestamp(mine.expires, ZONE)
    assert (over.year, over.month, over.day, over.hour) == (YEAR + 1, 1, 31, 0)


def test_a_void_that_takes_the_year_below_withdraws_the_bonus_and_a_purchase_gives_it_again(
    office: Office, record: Record
) -> None:
    first = record.add(sale(700, points=0))
    record.add(sale(600, points=0))
    office.take(("t-1", record.batch()))
    record.void(first)
    office.take(("t-1", record.batch(4)))
    assert told(office) == [("Bonus", YEAR, 1000), ("BonusWithdrawn", YEAR, 1000)]
    assert (sums(office).balance, sums(office).conserved) == (0, True)
    buy(office, record, 400)
    assert told(office)[2:] == [("Bonus", YEAR, 1000)]
    assert sums(office).balance == 50


def test_a_bonus_that_is_spent_and_withdrawn_is_a_debt(office: Office, record: Record) -> None:
    first = record.add(sale(1000, points=0))
    office.take(("t-1", record.batch()))
    (mine,) = lots(office)
    spent(record, structs.replace(mine.part, points=20))
    record.void(first)
    office.take(("t-1", record.batch(3)))
    assert (sums(office).balance, sums(office).owed) == (-20, 20)


def test_late_and_early_arrivals_end_with_the_same_bonus(office: Office, record: Record) -> None:
    for amount in (400, 400, 400):
        record.add(sale(amount, points=0))
    record.void(record.lives[-1].sealed[1])
    batches = [record.batch(seq, seq) for seq in range(1, 6)]
    for batch in (batches[0], batches[4], batches[3], batches[2], batches[1]):
        office.take(("t-1", batch))
    assert [kind for kind, _, _ in told(office)] in ([], ["Bonus", "BonusWithdrawn"])
    assert sums(office).balance == 0


def test_a_backlog_gives_each_bonus_once(office: Office, record: Record) -> None:
    for _ in range(250):
        record.add(sale(100, points=0))
    office.ingest.take([("t-1", record.batch(1, 210))], NOW)
    office.ingest.take([("t-1", record.batch(211))], NOW)
    office.ingest.settle(NOW)
    assert sorted(told(office)) == [("Bonus", YEAR, 1000), ("Bonus", YEAR, 5000)]


def test_a_new_bonus_counts_the_whole_year_in_which_it_is_set_and_none_before(office: Office, record: Record) -> None:
    put_in_force(office)
    buy(office, record, 2000, at=NOW - 400 * 24 * 3600)
    buy(office, record, 2000)
    assert told(office) == []
    put_in_force(office, AT_1000)
    office.ingest.settle(NOW)
    assert told(office) == [("Bonus", YEAR, 1000)]


def test_a_change_of_other_rules_forgets_no_year(office: Office, record: Record) -> None:
    buy(office, record, 600)
    put_in_force(office, AT_1000, AT_5000, expiry=None)
    buy(office, record, 400)
    assert told(office) == [("Bonus", YEAR, 1000)]


def test_a_central_that_died_before_it_folded_gives_the_bonus_when_it_starts_again(
    office: Office, record: Record
) -> None:
    for _ in range(250):
        record.add(sale(10, points=0))
    office.ingest.take([("t-1", record.batch())], NOW)
    assert told(office) == []
    successor(office).settle(NOW)
    successor(office).settle(NOW)
    assert told(office) == [("Bonus", YEAR, 1000)]


def test_a_purchase_that_turns_out_to_be_of_another_year_takes_its_bonus_along(office: Office, record: Record) -> None:
    midnight = int(datetime(YEAR + 1, 1, 1, tzinfo=ZONE).timestamp())
    record.add(sale(1, None), midnight - 10)
    record.add(sale(1000, points=0), midnight + 10, ClockQuality.DOUBTFUL)
    office.take(("t-1", record.batch()))
    assert told(office) == [("Bonus", YEAR, 1000)]
    record.add(sale(1, None), midnight + 20)
    office.take(("t-1", record.batch(4)))
    assert sorted(told(office)[1:]) == [("Bonus", YEAR + 1, 1000), ("BonusWithdrawn", YEAR, 1000)]
    assert sums(office).balance == 50
