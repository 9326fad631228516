"""The whole life of a point: what is spent of lots, the rights to spend them, coupons, certificates, decisions.

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NONE_YET = sa.text("0")


def upgrade() -> None:
    """Make the tables, and bring lots, voids and coupons over."""
    op.rename_table("lots", "old_lots")
    _lots()
    _origins()
    _early()
    _reversals()
    _holders()
    _rights()
    _terminal_rights()
    _coupons()
    _certificates()
    _tickets()
    _decisions()
    _merges()
    _carry_over()
    op.drop_table("old_lots")
    op.drop_table("voids")


def _sum(name: str) -> "sa.Column[int]":
    return sa.Column(name, Number, server_default=NONE_YET, nullable=False)


def _home() -> "list[sa.Column[int]]":
    return [sa.Column("right", Number), sa.Column("holder", Number)]


def _lots() -> None:
    op.create_table(
        "lots",
        sa.Column("member", Number, nullable=False),
        sa.Column("entry", Number, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("points", Number, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("within", sa.String(), nullable=False),
        sa.Column("expires", Number),
        _sum("ready"),
        *_home(),
        *map(_sum, ("spent", "reversed", "covered")),
        sa.PrimaryKeyConstraint("member", "entry", "place"),
        sqlite_with_rowid=False,
    )
    some = sa.text("reversed > 0")
    op.create_index("lots_reversed", "lots", ["member"], sqlite_where=some, postgresql_where=some)


def _origins() -> None:
    op.create_table(
        "origins",
        sa.Column("id", Number, nullable=False),
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("life", sa.String(), nullable=False),
        sa.Column("seq", Number, nullable=False),
        sa.Column("member", Number, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("origins_by_name", "origins", ["terminal", "life", "seq"], unique=True)


def _early() -> None:
    op.create_table(
        "early",
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("life", sa.String(), nullable=False),
        sa.Column("seq", Number, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("source", Number, nullable=False),
        *_home(),
        *map(_sum, ("spent", "reversed", "covered")),
        sa.PrimaryKeyConstraint("terminal", "life", "seq", "place", "source"),
        sqlite_with_rowid=False,
    )


def _reversals() -> None:
    op.create_table(
        "reversals",
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("life", sa.String(), nullable=False),
        sa.Column("seq", Number, nullable=False),
        sa.Column("entry", Number, nullable=False),
        sa.PrimaryKeyConstraint("terminal", "life", "seq", "entry"),
        sqlite_with_rowid=False,
    )


def _holders() -> None:
    op.create_table(
        "holders",
        sa.Column("id", Number, nullable=False),
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("whose", sa.String(), nullable=False),
        sa.Column("through", Number, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("holders_by_name", "holders", ["terminal", "whose"], unique=True)
    op.create_index("holders_by_whose", "holders", ["whose"])


def _rights() -> None:
    op.create_table(
        "rights",
        sa.Column("right", Number, nullable=False),
        sa.Column("holder", Number, nullable=False),
        sa.Column("decision", Number),
        sa.Column("received", Number),
        sa.PrimaryKeyConstraint("right"),
    )
    op.create_index(op.f("ix_rights_holder"), "rights", ["holder"])


def _terminal_rights() -> None:
    op.create_table(
        "terminal_rights",
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("lost_through", Number),
        sa.Column("lost_life", Number),
        sa.Column("reported_epoch", Number),
        sa.Column("reported_life", sa.String()),
        sa.Column("reported_seq", Number),
        sa.PrimaryKeyConstraint("terminal"),
    )


def _coupons() -> None:
    op.create_table(
        "coupons",
        sa.Column("member", Number, nullable=False),
        sa.Column("entry", Number, nullable=False),
        sa.Column("coupon", sa.String(), nullable=False),
        *_home(),
        _sum("spent"),
        sa.PrimaryKeyConstraint("member", "entry"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "coupon_uses",
        sa.Column("entry", Number, nullable=False),
        sa.Column("coupon", sa.String(), nullable=False),
        sa.Column("member", Number),
        sa.Column("worth", Number, nullable=False),
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("entry"),
    )
    op.create_index("coupon_uses_by_coupon", "coupon_uses", ["coupon", "member"])


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("number", Number),
        sa.Column("worth", Number),
        sa.Column("currency", sa.String()),
        sa.Column("expires", Number),
        sa.Column("member", Number),
        sa.Column("issued", Number),
        *_home(),
        *map(_sum, ("spent", "voided")),
        sa.PrimaryKeyConstraint("serial"),
    )
    op.create_index(op.f("ix_certificates_number"), "certificates", ["number"])


def _tickets() -> None:
    op.create_table(
        "ticket_uses",
        sa.Column("entry", Number, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("ticket", Number, nullable=False),
        sa.Column("gate", sa.String(), nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("passed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("entry"),
    )
    op.create_index("ticket_uses_by_ticket", "ticket_uses", ["event", "ticket"])
    op.create_table(
        "allowed",
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("terminal"),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", Number, nullable=False),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("member", Number),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("decisions_by_number", "decisions", ["epoch", "number"], unique=True)
    op.create_index("decisions_by_member", "decisions", ["member"])


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("code", Number, nullable=False),
        sa.Column("into", Number, nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_index("merges_by_into", "merges", ["into"])
    op.create_table(
        "bonuses",
        sa.Column("member", Number, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reached", Number, nullable=False),
        sa.Column("origin", Number, nullable=False),
        sa.Column("points", Number, nullable=False),
        sa.PrimaryKeyConstraint("member", "year", "reached"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "years",
        sa.Column("member", Number, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", Number, nullable=False),
        sa.PrimaryKeyConstraint("member", "year"),
        sqlite_with_rowid=False,
    )
    op.create_table("refolds", sa.Column("member", Number, nullable=False), sa.PrimaryKeyConstraint("member"))


def _carry_over() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql(
        "INSERT INTO lots (member, entry, place, points, scope, within, expires)"
        " SELECT entries.member, entry, place, points, scope, shop, expires"
        " FROM old_lots JOIN entries ON entries.id = old_lots.entry ORDER BY entries.member, entry, place"
    )
    connection.exec_driver_sql(
        "INSERT INTO reversals (terminal, life, seq, entry) SELECT terminal, life, seq, entry FROM voids"
    )
    for void in connection.exec_driver_sql(_VOIDS).all():
        for place, points in _taken_back(bytes(void.body)):
            _take_back(connection, void, place, points)
    issued = list(_coupons_issued(connection))
    if issued:
        connection.exec_driver_sql("INSERT INTO coupons (member, entry, coupon) VALUES (?, ?, ?)", issued)


def _taken_back(body: bytes) -> Iterator[tuple[int, int]]:
    """The lots that a void takes back, by their places, and how many points of each."""
    lots = msgspec.json.decode(body)["act"]["purchase"]["lots"]
    return ((place, lot["points"]) for place, lot in enumerate(lots) if lot["points"])


def _take_back(connection: sa.Connection, void: Any, place: int, points: int) -> None:
    """Note it in the lot where that is here; else it waits for it."""
    taken = connection.exec_driver_sql(_TAKE_BACK, (points, void.terminal, void.life, void.seq, place))
    if taken.rowcount == 0:
        connection.exec_driver_sql(_WAIT, (void.terminal, void.life, void.seq, place, void.entry, points))


def _coupons_issued(connection: sa.Connection) -> Iterator[tuple[int, int, str]]:
    """What was recorded of coupons; whose body this release may not understand is put up for review as it is."""
    found = connection.exec_driver_sql(
        "SELECT id, member, body FROM entries"
        " WHERE member IS NOT NULL AND instr(body, CAST('coupon-issued' AS BLOB)) > 0 ORDER BY member, id"
    )
    for entry, member, body in found:
        act = msgspec.json.decode(bytes(body))["act"]
        if act["kind"] == "coupon-issued":
            yield member, entry, act["coupon"]


_VOIDS = """
    SELECT voids.terminal, voids.life, voids.seq, voids.entry, entries.body
    FROM voids JOIN entries ON entries.id = voids.entry
"""
_TAKE_BACK = """
    UPDATE lots SET reversed = reversed + ?
    WHERE (member, entry) = (
        SELECT entries.member, entries.id FROM lives JOIN entries ON entries.life = lives.id
        WHERE lives.terminal = ? AND lives.life = ? AND entries.seq = ?
    ) AND place = ?
"""
_WAIT = "INSERT INTO early (terminal, life, seq, place, source, reversed) VALUES (?, ?, ?, ?, ?, ?)"
