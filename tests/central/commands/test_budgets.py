"""`habitue central budget`."""

import pytest

from central.store.engine import writing
from firmware.entries import Void
from tests.central.commands.conftest import Central
from tests.central.office import Office
from tests.central.records import NOW, Record, sale


def shown(central: Central) -> list[str]:
    return central("budget", "show").stdout.splitlines()


def test_budgets_are_set_paid_in_and_shown(central: Central) -> None:
    assert central("budget", "set", "bakery-2", "--prepaid", "1000", "--warn-below", "100").stdout == (
        "bakery-2: 1000 points in all\n"
    )
    assert central("budget", "pay", "bakery-2", "--points", "500").stdout == "bakery-2: 1500 points in all\n"
    assert central("budget", "set", "wines").stdout == "wines: paid later\n"
    assert shown(central) == ["bakery-2\t1500\t0\t1500\t100", "wines\tlater\t0\t\t"]
    assert central("budget", "pay", "wines", "--points", "5").exit_code == 1
    assert central("budget", "pay", "nobody", "--points", "5").exit_code == 1


def test_a_statement_is_what_the_entries_of_a_month_come_to(central: Central, office: Office, record: Record) -> None:
    record.add(sale(points=70), at=NOW)
    bought = record.add(sale(points=30), at=NOW + 60)
    act = bought.entry.act
    record.add(Void(bought.entry.life, bought.entry.seq, bought.entry.at, act), at=NOW + 120)  # type: ignore[arg-type]
    record.add(sale(points=9), at=NOW + 40 * 86_400)
    office.take(("t-1", record.batch()))
    month = "2026-09"
    rows = central("budget", "statement", "shop-1", "--month", month).stdout.splitlines()
    assert rows == [f"shop-1\t{month}\tt-1\t100\t30\t70", f"shop-1\t{month}\ttotal\t100\t30\t70"]
    as_csv = central("budget", "statement", "shop-1", "--month", month, "--csv").stdout.splitlines()
    assert as_csv == ["shop,month,terminal,given,taken back,to pay for", *(row.replace("\t", ",") for row in rows)]
    others = central("budget", "statement", "shop-2", "--month", month).stdout
    assert others == f"shop-2\t{month}\ttotal\t0\t0\t0\n"
    with writing(office.engine):
        pass


@pytest.mark.parametrize("month", ["2026", "2026-13", "september", "2026-09-01"])
def test_a_month_that_is_none_is_told(central: Central, month: str) -> None:
    central("migrate")
    assert central("budget", "statement", "shop-1", "--month", month).exit_code == 2


def test_without_a_month_it_is_the_one_before(central: Central) -> None:
    central("migrate")
    (row,) = central("budget", "statement", "shop-1").stdout.splitlines()
    assert row.endswith("total\t0\t0\t0")
