"""Opening the database of a programme, and founding it where there is none."""

from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from central.errors import DatabaseUnusable
from central.folders import make_folder
from central.ledger.programme import found
from central.ledger.rules import first_rules, set_rules
from central.store.engine import open_engine, writing
from central.store.migrate import require_current, revision_of, upgrade
from firmware.score.rules import default_rules

__all__ = ["migrate", "open_database"]


def open_database(path: Path, now: int) -> Engine:
    """The database, made if there is none; raises DatabaseNewer, DatabaseOutdated, DatabaseUnusable."""
    make_folder(path.parent)
    engine = open_engine(path)
    try:
        with writing(engine) as connection:
            empty = revision_of(connection) is None
        if empty:
            migrate(engine, now)
        require_current(engine)
    except DatabaseError as error:
        engine.dispose()
        raise DatabaseUnusable(path, str(error.orig)) from None
    return engine


def migrate(engine: Engine, now: int) -> str | None:
    """Bring the database to this release's schema in one transaction, and return its schema before.

    Raises DatabaseNewer.
    """
    with writing(engine) as connection:
        before = upgrade(connection)
        if found(connection, now):
            set_rules(connection, first_rules(default_rules()), now)
    return before
