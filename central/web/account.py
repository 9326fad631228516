"""What members see of themselves on their phones; the one place that asks the ledger for it."""

from msgspec import Struct
from sqlalchemy import Connection

from central.errors import MemberUnknown
from central.ledger.records import record_of
from firmware.score.rules import Rules

__all__ = ["Account", "Lot", "account_of"]


class Lot(Struct, frozen=True):
    """Points that may be spent in one place from `ready` until they expire; `where` is the shop or the company."""

    points: int
    scope: str
    where: str
    ready: int
    expires: int | None


class Account(Struct, frozen=True):
    """A member's points as they stand at `time`, soonest expiry first; `zone` is the programme's."""

    member: str
    nickname: str | None
    time: int
    zone: str
    balance: int
    lots: list[Lot]


def account_of(connection: Connection, member: int, rules: Rules, now: int) -> Account:
    """The account of one member; raises MemberUnknown."""
    record = record_of(connection, member, None, now)
    if record is None:
        raise MemberUnknown
    lots = [Lot(one.points, one.scope.value, "", 0, one.expires) for one in record.holdings]
    balance = sum(lot.points for lot in lots)
    return Account(record.member, record.nickname, now, rules.timezone, balance, lots)
