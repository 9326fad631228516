"""The price list on disk: the old one until the new one is whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from firmware.goods import Per, Price, PriceListRefused, PricePart, parts_of
from firmware.prices import PartUnexpected, PriceStore, PricesUnwritable, Staging
from tests.firmware.goods.items import BREAD, CHEESE, WINE, gtin
from tests.firmware.prices.lists import delivered, items, parts


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "prices.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[PriceStore]:
    store = PriceStore.open(path)
    yield store
    store.close()


def price_of(store: PriceStore, price: Price) -> int | None:
    found = store.find(price.gtin)
    return found.price if found else None


def test_an_empty_store_knows_no_price(store: PriceStore) -> None:
    assert (store.version, store.staging, store.find(BREAD.gtin)) == (0, None, None)


def test_an_item_is_found_as_it_was_listed(store: PriceStore) -> None:
    (part,) = parts_of([BREAD, CHEESE, WINE], 1)
    assert store.stage(part)
    assert [store.find(price.gtin) for price in (BREAD, CHEESE, WINE)] == [BREAD, CHEESE, WINE]
    assert CHEESE.per is Per.KILOGRAM
    assert WINE.category is None
    assert store.find(gtin(1)) is None


def test_every_price_is_the_old_one_until_the_last_part_is_there(store: PriceStore) -> None:
    probes = items(1200)[::100]
    for part in parts(1200, 1):
        store.stage(part)
    newer = parts(1200, 2, price=200)
    for part in newer[:-1]:
        assert not store.stage(part)
        assert {price_of(store, probe) for probe in probes} == {100}
    assert store.stage(newer[-1])
    assert {price_of(store, probe) for probe in probes} == {200}
    assert (store.version, store.staging) == (2, None)


def test_what_is_no_longer_listed_is_gone(path: Path) -> None:
    store = delivered(path, parts(700, 1), parts(3, 2), parts(5, 3))
    assert [price_of(store, price) for price in items(7)] == [100] * 5 + [None] * 2
    store.close()


def test_a_list_without_items_takes_all_away(path: Path) -> None:
    store = delivered(path, parts(3, 1), parts(0, 2))
    assert (store.version, price_of(store, items(1)[0])) == (2, None)
    store.close()


def test_staging_goes_on_after_a_restart(path: Path) -> None:
    wanted = parts(1200, 1)
    for part in wanted:
        store = PriceStore.open(path)
        store.stage(part)
        store.close()
    store = PriceStore.open(path)
    assert store.version == 1
    assert price_of(store, items(1200)[-1]) == 100
    store.close()


def test_a_part_that_comes_twice_is_taken_once(store: PriceStore) -> None:
    for part in parts(1200, 1):
        store.stage(part)
        assert not store.stage(part)
    assert store.version == 1
    assert price_of(store, items(1200)[700]) == 100


def test_a_part_out_of_turn_changes_nothing_and_says_which_is_due(store: PriceStore) -> None:
    first, second, third = parts(1200, 1)
    with pytest.raises(PartUnexpected, match="part 1 of a newer version is due") as early:
        store.stage(second)
    assert early.value.due is None
    store.stage(first)
    strangers = [third, replace(second, version=2), replace(second, items=7), replace(second, parts=4)]
    for stranger in strangers:
        with pytest.raises(PartUnexpected, match="part 2 of version 1 is due") as refusal:
            store.stage(stranger)
        assert refusal.value.due == (1, 2)
    assert store.staging == Staging(1, 1, 3, 1200, 500)
    assert not store.stage(second)
    assert store.stage(third)


def test_an_older_list_is_no_news(path: Path) -> None:
    store = delivered(path, parts(3, 5))
    with pytest.raises(PartUnexpected):
        store.stage(parts(3, 4)[0])
    store.close()


def test_a_part_beyond_the_last_is_never_due(store: PriceStore) -> None:
    with pytest.raises(PartUnexpected):
        store.stage(PricePart(1, 1, 0, 0, ""))


def test_a_newer_list_takes_the_place_of_one_half_delivered(store: PriceStore) -> None:
    store.stage(parts(1200, 1)[0])
    store.stage(parts(1100, 2, price=200)[0])
    with pytest.raises(PartUnexpected):
        store.stage(parts(1200, 1)[1])
    for part in parts(1100, 2, price=200)[1:]:
        store.stage(part)
    assert (store.version, price_of(store, items(600)[-1])) == (2, 200)


FAULTY = {
    "an item twice in one part": "1\n2\n2",
    "a negative price": "1\n2\n3,-1",
    "an item that an earlier part has": "0",
    "fewer items than announced": "1",
    "more items than announced": "1\n2\n3\n4",
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_list_with_a_fault_is_refused_whole_and_the_old_one_stays(store: PriceStore, name: str) -> None:
    store.stage(parts(3, 1)[0])
    rows = [f"{gtin(int(row.partition(',')[0]))},{row.partition(',')[2] or 5},,x" for row in FAULTY[name].split("\n")]
    store.stage(PricePart(2, 1, 2, 4, f"{gtin(0)},5,,x\n"))
    with pytest.raises(PriceListRefused, match="refused whole, the one before stays"):
        store.stage(PricePart(2, 2, 2, 4, "\n".join(rows)))
    assert (store.version, store.staging) == (1, None)
    assert [price_of(store, price) for price in items(3)] == [100] * 3
    for part in parts(2, 2, price=7):
        store.stage(part)
    assert price_of(store, items(1)[0]) == 7


def test_all_items_that_an_earlier_part_has_are_told(store: PriceStore) -> None:
    first, second = parts(1000, 1)
    store.stage(first)
    with pytest.raises(PriceListRefused) as refusal:
        store.stage(replace(second, text="".join(first.text.splitlines(keepends=True)[:3])))
    assert [fault.line for fault in refusal.value.faults] == [502, 503, 504]


def test_a_full_disk_leaves_the_old_list_and_what_was_staged(path: Path) -> None:
    store = delivered(path, parts(3, 1))
    first, second, third = parts(1200, 2, price=200)
    store.stage(first)
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(PricesUnwritable, match="the one before stays in force"):
        store.stage(second)
    assert (store.version, price_of(store, items(1)[0])) == (1, 100)
    store._connection.execute("PRAGMA max_page_count = 1000000")
    store.stage(second)
    assert store.stage(third)
    store.close()


class Deliveries:
    """What a link may do with the parts of a few lists: lose, repeat, reorder."""

    def __init__(self, path: Path) -> None:
        self.store = PriceStore.open(path)
        self.lists = {version: parts(1100, version, price=version) for version in (1, 2, 3)}

    def take(self, version: int, place: int) -> None:
        before = self.store.version
        try:
            complete = self.store.stage(self.lists[version][place])
        except PartUnexpected:
            complete = False
        assert self.store.version == (version if complete else before)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2)), max_size=25))
def test_whatever_the_link_does_all_prices_are_of_one_list(
    tmp_path_factory: pytest.TempPathFactory, deliveries: list[tuple[int, int]]
) -> None:
    link = Deliveries(tmp_path_factory.mktemp("prices") / "prices.sqlite")
    for version, place in deliveries:
        link.take(version, place)
        version_now = link.store.version
        expected = {version_now} if version_now else {None}
        assert {price_of(link.store, probe) for probe in items(1100)[::250]} == expected
    link.store.close()
