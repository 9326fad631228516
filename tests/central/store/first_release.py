"""A database as the first release of central left it."""

from pathlib import Path
from typing import Any

import msgspec
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, select

from central.store.engine import open_engine, reading, writing
from central.store.migrate import FOLDER
from central.store.schema import entries, lives, metadata
from tests.central.office import Office

__all__ = ["first_release", "written"]

UNCHANGED = ("entries", "lives", "members", "programme", "rules", "terminals", "terminal_keys", "reviews", "alerts")


def first_release(path: Path) -> Engine:
    """An empty one."""
    engine = open_engine(path)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    return engine


def written(office: Office, old: Engine) -> None:
    """Fill the old database as that release would have, had it been sent what the office was."""
    with reading(office.engine) as given, writing(old) as connection:
        for name in UNCHANGED:
            rows = [dict(row._mapping) for row in given.execute(select(metadata.tables[name]))]
            if rows:
                connection.execute(metadata.tables[name].insert(), rows)
        recorded = given.execute(
            select(entries.c.id, entries.c.body, lives.c.terminal)
            .join(lives, lives.c.id == entries.c.life)
            .order_by(entries.c.id)
        ).all()
        for row in recorded:
            _post(connection, row.id, row.terminal, msgspec.json.decode(row.body))


def _post(connection: Connection, number: int, terminal: str, entry: dict[str, Any]) -> None:
    """What the first release wrote of a purchase and of a void."""
    act = entry["act"]
    if act["kind"] == "purchase" and act["member"] is not None:
        for place, given in enumerate(act["lots"]):
            shop = entry["shop"] if given["scope"] == "shop" else ""
            row = (number, place, given["points"], given["scope"], shop, given["expires"])
            connection.exec_driver_sql("INSERT INTO lots VALUES (?, ?, ?, ?, ?, ?, NULL)", row)
    if act["kind"] == "void":
        named = (terminal, act["life"], act["seq"])
        connection.exec_driver_sql("INSERT INTO voids VALUES (?, ?, ?, ?)", (*named, number))
        connection.exec_driver_sql(_TAKE, (number, *named))


_TAKE = """
    UPDATE lots SET taken_by = ? WHERE entry = (
        SELECT entries.id FROM entries JOIN lives ON lives.id = entries.life
        WHERE lives.terminal = ? AND lives.life = ? AND entries.seq = ?
    )
"""
