"""A member's balance: the algebra in one query, also where there are many lots."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import Connection, delete

from central.ledger.lots import all_lots, balance_of, lots_of, sums_of
from central.store.bulk import add_rows
from central.store.engine import reading, writing
from central.store.points import holders, lots
from firmware.entries import GivenLot, Scope
from firmware.points.lots import LotState, total
from provisioning.ca import ThrowAway
from tests.central.ledger.clerkship import bought, lot, part, seen, spent, sums
from tests.central.office import Office
from tests.central.records import BERT, HANA, NOW, Record, sale

COLUMNS = ("member", "entry", "place", "points", "scope", "within", "expires", "ready", "right", "holder")
SUMS = ("spent", "reversed", "covered")
MANY = 10_000
MOST_SECONDS = 0.005

amounts = st.integers(-50, 150)
states = st.tuples(st.integers(0, 100), amounts, amounts, amounts)
kinds = st.tuples(st.sampled_from([None, NOW - 1, NOW + 1]), st.sampled_from([None, 1, 9]))


@pytest.fixture(scope="module")
def shared(authority: ThrowAway, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One office for all examples, in which the terminal t-1 has returned the rights up to 5 of Hana's."""
    office = Office(tmp_path_factory.mktemp("shared"), authority)
    with writing(office.engine) as connection:
        connection.execute(holders.insert().values(id=1, terminal="t-1", whose=HANA, through=5))
    return office


def fill(connection: Connection, rows: list[tuple[tuple[int, int, int, int], tuple[int | None, int | None]]]) -> None:
    connection.execute(delete(lots))
    told = [
        (int(HANA), -1 - place, 0, state[0], "programme", "", expires, 0, right, right and 1, *state[1:])
        for place, (state, (expires, right)) in enumerate(rows)
    ]
    add_rows(connection, lots, (*COLUMNS, *SUMS), told)


@given(rows=st.lists(st.tuples(states, kinds), min_size=1, max_size=5))
def test_what_the_queries_say_is_what_the_algebra_says(
    shared: Office, rows: list[tuple[tuple[int, int, int, int], tuple[int | None, int | None]]]
) -> None:
    with writing(shared.engine) as connection:
        fill(connection, rows)
        wanted = total(
            (LotState(*state), expires is not None and expires <= NOW and right in (None, 1))
            for state, (expires, right) in rows
        )
        assert sums_of(connection, [int(HANA)], NOW) == {int(HANA): wanted}
        assert balance_of(connection, int(HANA), NOW) == wanted.balance
        assert wanted.conserved


def test_nobody_has_nothing(office: Office) -> None:
    assert seen(office, lambda connection: balance_of(connection, int(BERT), NOW)) == 0


def test_what_is_owed_and_what_is_pending_is_told_to_terminals(office: Office, record: Record) -> None:
    first = bought(record, lot(50, NOW + 10**9), lot(8, NOW + 5))
    waiting = structs.replace(sale(), lots=[GivenLot(4, Scope.PROGRAMME, None, ready=NOW + 900)])
    record.add(waiting)
    office.take(("t-1", record.batch()))
    known = office.record(HANA)
    assert known is not None
    assert [(held.points, held.ready) for held in known.holdings] == [(8, 0), (50, 0), (4, NOW + 900)]
    assert known.owed == 0
    spent(record, part(first, 40), part(first, 8, place=1))
    record.void(first)
    office.take(("t-1", record.batch(4)))
    known = office.record(HANA)
    assert known is not None
    assert ([held.points for held in known.holdings], known.owed) == ([4], 48)
    assert sums(office).balance == -44


def test_the_balance_of_a_member_with_ten_thousand_entries_takes_less_than_five_milliseconds(office: Office) -> None:
    with writing(office.engine) as connection:
        connection.execute(holders.insert().values(id=1, terminal="t-1", whose=HANA, through=5))
        rows = [
            (int(member), -1 - number, 0, 68, "programme", "", NOW + 86400 * (number % 400) if number % 3 else None)
            + ((0, number % 10, 1) if number % 5 == 0 else (0, None, None))
            for member in (HANA, BERT)
            for number in range(MANY)
        ]
        add_rows(connection, lots, COLUMNS, rows)
    with reading(office.engine) as connection:
        assert len(lots_of(connection, int(HANA), NOW)) == MANY
        assert sum(1 for _ in all_lots(connection, NOW)) == 2 * MANY
        spent_on = []
        for _ in range(30):
            began = time.perf_counter()
            balance = balance_of(connection, int(HANA), NOW)
            spent_on.append(time.perf_counter() - began)
    assert balance == sums(office).balance > 0
    assert min(spent_on) < MOST_SECONDS
