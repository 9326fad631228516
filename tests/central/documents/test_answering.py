"""What a terminal is answered that asks for a table."""

from pathlib import Path

import pytest

from central.backup import back_up, restore
from central.documents.clerks import ALL_SHOPS, NewClerk, add_clerk
from central.documents.coupons import put_coupons
from central.documents.prices import load_prices, read_prices, remove_prices
from central.documents.versions import move_on, of_terminal
from central.store.engine import writing
from firmware.mqtt import topics
from firmware.mqtt.messages import TABLES, Document, DocumentName, DocumentRequest, encode
from firmware.points.budget import Allowances
from firmware.points.clerks import Role
from firmware.points.coupons import AmountOff, CouponTerms
from firmware.points.pins import pin_fits
from tests.central.documents.asking import QUESTION, Asking
from tests.central.office import Office
from tests.central.records import NOW, Record
from tests.firmware.prices.lists import items

WELCOME = CouponTerms("welcome", AmountOff(300), 0, 9, {"en": "Welcome"})


def priced(count: int, price: int = 100) -> bytes:
    rows = (f"{one.gtin},{price},food,{one.name},each" for one in items(count))
    return "\n".join(["gtin,price,category,name,per", *rows]).encode()


def load(office: Office, shop: str, count: int, price: int = 100) -> None:
    with writing(office.engine) as connection:
        load_prices(connection, shop, read_prices(priced(count, price)), NOW)


def clerk(office: Office, number: str, shop: str = ALL_SHOPS, role: Role = Role.CLERK) -> None:
    with writing(office.engine) as connection:
        add_clerk(connection, NewClerk(number, shop, role), "2580", NOW)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("have", [0, 5])
def test_of_what_there_is_none_the_answer_is_that_nothing_has_changed(
    office: Office, name: DocumentName, have: int
) -> None:
    request = DocumentRequest(id=QUESTION, terminal="t-1", name=name, have=have)
    (answer,) = office.say("t-1", topics.REQUEST, encode(request))
    assert isinstance(answer, Document)
    assert (answer.base, answer.version, bytes(answer.body), answer.more) == (have, have, b"{}", False)


def test_coupons_reach_every_terminal(office: Office, asking: Asking) -> None:
    with writing(office.engine) as connection:
        put_coupons(connection, [WELCOME], NOW)
    asking.fetch("coupons")
    assert (asking.papers.coupons.coupons, asking.papers.versions["coupons"]) == ([WELCOME], 1)


def test_clerks_come_for_the_shop_that_asks_and_their_pins_as_hashes(office: Office, asking: Asking) -> None:
    clerk(office, "1", role=Role.MANAGER)
    clerk(office, "7", "shop-1")
    clerk(office, "8", "shop-2")
    asking.fetch("clerks")
    manager, ours = asking.papers.clerks.clerks
    assert [(one.number, one.role) for one in (manager, ours)] == [("1", Role.MANAGER), ("7", Role.CLERK)]
    assert pin_fits("2580", ours.pin)
    assert manager.pin != ours.pin


def test_a_change_in_another_shop_brings_no_more_than_a_new_version(office: Office, asking: Asking) -> None:
    clerk(office, "7", "shop-1")
    asking.fetch("clerks")
    clerk(office, "8", "shop-2")
    (same,) = asking.fetch("clerks")
    assert (same.base, same.version, bytes(same.body)) == (1, 2, b"{}")
    assert (len(asking.papers.clerks.clerks), asking.papers.versions["clerks"]) == (1, 2)
    clerk(office, "9")
    asking.fetch("clerks")
    assert [one.number for one in asking.papers.clerks.clerks] == ["7", "9"]


def test_a_terminal_that_does_not_say_where_it_is_gets_what_its_newest_entry_says(
    office: Office, record: Record
) -> None:
    clerk(office, "7", "shop-1")
    office.take(("t-1", record.batch()))
    request = DocumentRequest(id=QUESTION, terminal="t-1", name="clerks", have=0)
    (answer,) = office.say("t-1", topics.REQUEST, encode(request))
    assert isinstance(answer, Document)
    assert b'"number":"7"' in bytes(answer.body)


def test_a_price_list_comes_part_by_part_and_is_in_force_with_the_last(office: Office, asking: Asking) -> None:
    load(office, ALL_SHOPS, 1200)
    first = asking.ask("prices")
    asking.papers.take(first)
    assert (first.more, asking.papers.prices.find(items(1)[0].gtin)) == (True, None)
    answers = asking.fetch("prices")
    assert [answer.more for answer in answers] == [True, False]
    assert all(asking.papers.prices.find(one.gtin) == one for one in items(1200))


def test_a_list_that_changes_while_it_comes_begins_anew(office: Office, asking: Asking) -> None:
    load(office, ALL_SHOPS, 1200)
    asking.papers.take(asking.ask("prices"))
    load(office, ALL_SHOPS, 600, price=200)
    assert len(asking.fetch("prices")) == 2
    probe = asking.papers.prices.find(items(1)[0].gtin)
    assert probe is not None
    assert probe.price == 200
    assert asking.papers.prices.find(items(1200)[-1].gtin) is None


def test_a_shop_has_its_own_prices_until_they_are_taken_away(office: Office, asking: Asking) -> None:
    load(office, "shop-1", 3, price=300)
    load(office, ALL_SHOPS, 3, price=100)
    probe = items(1)[0].gtin

    def price() -> int:
        asking.fetch("prices")
        found = asking.papers.prices.find(probe)
        assert found is not None
        return found.price

    assert price() == 300
    (same,) = asking.fetch("prices")
    assert bytes(same.body) == b"{}"
    load(office, ALL_SHOPS, 3, price=150)
    assert price() == 300
    with writing(office.engine) as connection:
        remove_prices(connection, "shop-1")
    assert price() == 150


def test_a_shop_without_prices_gets_an_empty_list_where_another_has_some(office: Office, asking: Asking) -> None:
    load(office, "shop-2", 3)
    asking.fetch("prices")
    assert (asking.papers.versions["prices"], asking.papers.prices.find(items(1)[0].gtin)) == (1, None)


def test_allowances_of_a_terminal_that_was_dealt_none_are_no_limit(office: Office, asking: Asking) -> None:
    with writing(office.engine) as connection:
        move_on(connection, "allowances", [of_terminal("t-2")])
    asking.fetch("allowances")
    assert (asking.papers.allowances, asking.papers.versions["allowances"]) == (Allowances(), 1)


def test_after_a_restore_a_terminal_takes_what_the_backup_knows(office: Office, asking: Asking, tmp_path: Path) -> None:
    clerk(office, "7", "shop-1")
    back_up(office.database, tmp_path / "backup.sqlite", lambda *_: None)
    clerk(office, "8", "shop-1")
    load(office, "shop-1", 3)
    asking.fetch("clerks")
    asking.fetch("prices")
    office.engine.dispose()
    restore(office.database, tmp_path / "backup.sqlite", NOW, lambda *_: None)
    asking.fetch("clerks")
    asking.fetch("prices")
    assert [one.number for one in asking.papers.clerks.clerks] == ["7"]
    assert asking.papers.prices.find(items(1)[0].gtin) is None
