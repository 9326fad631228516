"""Opening a price list's file: its own, another's, a damaged one, none."""

import sqlite3
from pathlib import Path

import pytest

from firmware.prices import PricesDamaged, PricesForeign, PriceStore, PricesUnwritable, open_or_set_aside
from tests.firmware.prices.lists import delivered, items, parts


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "prices.sqlite"


def test_a_list_that_is_opened_again_is_the_same(path: Path) -> None:
    delivered(path, parts(3, 1)).close()
    store, aside = open_or_set_aside(path)
    assert (store.version, aside) == (1, None)
    assert store.find(items(1)[0].gtin) == items(1)[0]
    store.close()
    store.close()


def test_it_is_for_the_terminal_alone_to_read(path: Path) -> None:
    PriceStore.open(path).close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("rot", [b"", b"no database at all, but text", b"SQLite format 3\0" + b"\xff" * 4080])
def test_a_damaged_list_is_set_aside_and_an_empty_one_begun(path: Path, rot: bytes) -> None:
    path.write_bytes(rot)
    with pytest.raises(PricesDamaged, match="it was not changed"):
        PriceStore.open(path)
    for _ in range(2):
        path.write_bytes(rot)
        store, aside = open_or_set_aside(path)
        assert aside is not None
        assert aside.read_bytes() == rot
        assert (aside.name, store.version) == ("prices.damaged.sqlite", 0)
        store.close()


def test_damage_deep_inside_shows_when_it_is_read(path: Path) -> None:
    delivered(path, parts(2000, 1)).close()
    whole = bytearray(path.read_bytes())
    whole[8192:] = b"\x55" * (len(whole) - 8192)
    path.write_bytes(whole)
    store = PriceStore.open(path)
    with pytest.raises(PricesDamaged, match="set it aside"):
        store.find(items(1)[0].gtin)
    store.close()


@pytest.mark.parametrize("change", ["DROP TABLE slot_1", "DELETE FROM state"])
def test_a_list_with_other_tables_is_damaged(path: Path, change: str) -> None:
    delivered(path, parts(3, 1)).close()
    _change(path, change)
    with pytest.raises(PricesDamaged, match="its tables are not those"):
        PriceStore.open(path)


@pytest.mark.parametrize("change", ["PRAGMA application_id = 7", "PRAGMA user_version = 2"])
def test_another_programs_file_or_a_newer_releases_is_left_alone(path: Path, change: str) -> None:
    delivered(path, parts(3, 1)).close()
    _change(path, change)
    with pytest.raises(PricesForeign, match="it was not changed"):
        open_or_set_aside(path)
    assert path.exists()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PricesUnwritable, match="check that the folder exists"):
        PriceStore.open(tmp_path / "none" / "prices.sqlite")


def test_what_an_interrupted_beginning_left_does_not_matter(path: Path) -> None:
    path.with_name("prices.sqlite.new").write_bytes(b"half")
    path.with_name("prices.sqlite.new-wal").write_bytes(b"half")
    store = PriceStore.open(path)
    assert store.version == 0
    store.close()


def _change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()
