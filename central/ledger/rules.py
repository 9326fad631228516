"""The rules in force, and setting others."""

from msgspec import Struct, structs
from sqlalchemy import Connection, insert, select

from central.store.schema import rules
from firmware.score.rules import Rules, encode_rules, parse_rules

__all__ = ["InForce", "RulesShelf", "first_rules", "next_rules", "set_rules"]


class InForce(Struct, frozen=True):
    """The rules in force, their exact bytes, and the version that last changed a measure or the bonus.

    `bonus_since` is when its bonus was set.
    """

    rules: Rules
    body: bytes
    measures_since: int
    bonus_since: int = 0


class RulesShelf:
    """The rules in force, parsed once for each version."""

    def __init__(self) -> None:
        self._at_hand: InForce | None = None

    def load(self, connection: Connection) -> InForce:
        """The newest rules that this transaction sees."""
        version = connection.execute(select(rules.c.version).order_by(rules.c.version.desc()).limit(1)).scalar_one()
        at_hand = self._at_hand
        if at_hand is None or at_hand.rules.version != version:
            wanted = select(rules.c.body, rules.c.measures_since).where(rules.c.version == version)
            row = connection.execute(wanted).one()
            parsed = parse_rules(row.body)
            at_hand = self._at_hand = InForce(parsed, row.body, row.measures_since, _bonus_since(connection, parsed))
        return at_hand


def _bonus_since(connection: Connection, newest: Rules) -> int:
    """When the first of the newest versions that agree in the bonus was set."""
    since = 0
    if newest.bonus:
        for row in connection.execute(select(rules.c.body, rules.c.set_at).order_by(rules.c.version.desc())):
            if parse_rules(row.body).bonus != newest.bonus:
                break
            since = row.set_at
    return since


def first_rules(wanted: Rules) -> InForce:
    """The rules of a new programme, as they would be in force."""
    return InForce(wanted, encode_rules(wanted), wanted.version)


def next_rules(connection: Connection, wanted: Rules) -> InForce:
    """The wanted rules as they would be in force: under the next version number, whatever number they carry."""
    newest = connection.execute(select(rules).order_by(rules.c.version.desc()).limit(1)).one()
    numbered = structs.replace(wanted, version=newest.version + 1)
    before = parse_rules(newest.body)
    same = (before.measures, before.bonus) == (numbered.measures, numbered.bonus)
    since = newest.measures_since if same else numbered.version
    return InForce(numbered, encode_rules(numbered), since)


def set_rules(connection: Connection, wanted: InForce, now: int) -> None:
    """Put rules in force; where their measures or bonus differ, every member's history is folded anew before long."""
    version, since = wanted.rules.version, wanted.measures_since
    connection.execute(insert(rules).values(version=version, body=wanted.body, measures_since=since, set_at=now))
