"""The schema: made from nothing, exactly as the tables say, and never touched where a newer release wrote it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect
from sqlalchemy.schema import MetaData

from central.app import Central
from central.errors import DatabaseNewer, DatabaseOutdated, DatabaseUnusable
from central.founding import migrate, open_database
from central.store import clearing, points
from central.store.engine import open_engine, reading, writing
from central.store.migrate import FOLDER, newest, revision_of
from central.store.schema import metadata
from tests.central.records import NOW

BESIDE = (clearing.statements, points.lots)
"""Tables that are defined beside the schema belong to it, once their modules are there."""


def test_a_database_is_made_from_nothing(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "c.sqlite")
    assert migrate(engine, NOW) is None
    assert migrate(engine, NOW) == newest()
    with reading(engine) as connection:
        assert revision_of(connection) == newest()
    engine.dispose()


def test_the_migrations_make_the_very_tables_that_the_code_uses(tmp_path: Path) -> None:
    assert Central.__module__ == "central.app"  # with it, all tables are known
    engine = open_database(tmp_path / "c.sqlite", NOW)
    made = MetaData()
    made.reflect(engine)
    assert set(made.tables) - {"alembic_version"} == set(metadata.tables)
    look = inspect(engine)
    for name, table in metadata.tables.items():
        columns = [(column["name"], column["nullable"]) for column in look.get_columns(name)]
        assert columns == [(column.name, bool(column.nullable)) for column in table.columns], name
        assert look.get_pk_constraint(name)["constrained_columns"] == [key.name for key in table.primary_key], name
        indexes = {
            (index["name"], tuple(index["column_names"]), bool(index["unique"])) for index in look.get_indexes(name)
        }
        assert indexes == {
            (index.name, tuple(column.name for column in index.columns), bool(index.unique)) for index in table.indexes
        }, name
    engine.dispose()


def test_tables_and_migrations_are_the_same_sql(tmp_path: Path) -> None:
    by_migration, by_tables = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    open_database(by_migration, NOW).dispose()
    engine = open_engine(by_tables)
    metadata.create_all(engine)
    engine.dispose()
    assert rowless(by_migration) == rowless(by_tables)


def test_a_database_of_the_first_release_is_brought_up_with_what_it_holds(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "c.sqlite")
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO tokens VALUES ('till', 'read', 'd', 1, NULL)")
    assert migrate(engine, NOW) == "0001"
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT name FROM tokens").scalar() == "till"
        assert revision_of(connection) == newest()
    engine.dispose()


def rowless(path: Path) -> set[str]:
    """The tables kept without row ids of their own: that is not seen by looking at columns."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE sql LIKE '%WITHOUT ROWID%'")
        return {name for (name,) in rows}


@pytest.mark.parametrize("opening", [open_database, lambda path, now: migrate(open_engine(path), now)])
def test_a_database_of_a_newer_release_is_left_alone(tmp_path: Path, opening: object) -> None:
    path = tmp_path / "c.sqlite"
    open_database(path, NOW).dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(DatabaseNewer, match="left untouched"):
        opening(path, NOW)  # type: ignore[operator]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"a shopping list" * 100)
    with pytest.raises(DatabaseUnusable, match="restore a backup"):
        open_database(path, NOW)
    assert path.read_bytes() == b"a shopping list" * 100


def test_a_database_of_an_older_release_wants_to_be_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.sqlite"
    open_database(path, NOW).dispose()
    monkeypatch.setattr("central.store.migrate.newest", lambda: "9999")
    with pytest.raises(DatabaseOutdated, match="central migrate"):
        open_database(path, NOW)


def test_every_commit_is_written_through_to_the_disk(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "c.sqlite", NOW)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
