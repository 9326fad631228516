"""The bonus of a good year: given once a calendar year's purchases reach an amount, withdrawn when they do not."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, insert, select, update

from central.ledger.booking import key_of
from central.ledger.claims import origin_of
from central.ledger.deciding import decide, lot_name_of
from central.ledger.decisions import CENTRAL
from central.ledger.folding import Folded
from central.ledger.rules import InForce
from central.ledger.rulings import Bonus, BonusWithdrawn
from central.ledger.standings import member_text
from central.ledger.years import last_second, year_of
from central.store.bulk import put_rows
from central.store.points import bonuses, origins, years
from firmware.entries import GivenLot, Instant, Scope
from firmware.points.promising import YearBonus
from firmware.score.expiry import expires

__all__ = ["Bonuses"]

COLUMNS = ("member", "year", "amount")
COMPANY_DIGITS = 5


class Bonuses:
    """One transaction's look at the years of members whose histories have changed."""

    def __init__(self, connection: Connection, in_force: InForce, now: int) -> None:
        self._connection = connection
        self._rules = rules = in_force.rules
        self._since = year_of(in_force.bonus_since, rules.zone)
        self._now = now

    def look(self, folded: Folded) -> None:
        """Give and withdraw what this folding has decided."""
        for member, bought in folded.bought.items():
            self._add(member, bought)
        for member, amounts in folded.years.items():
            self._set(member, amounts)

    def _add(self, member: int, bought: Iterable[tuple[Instant, int]]) -> None:
        fresh: dict[int, int] = {}
        for at, amount in bought:
            year = year_of(at, self._rules.zone)
            fresh[year] = fresh.get(year, 0) + amount
        same = (years.c.member == member, years.c.year.in_(fresh))
        known = {row.year: row.amount for row in self._connection.execute(select(years).where(*same))}
        self._put(member, {year: known.get(year, 0) + amount for year, amount in fresh.items()})

    def _set(self, member: int, amounts: Mapping[int, int]) -> None:
        self._connection.execute(delete(years).where(years.c.member == member))
        gone = select(bonuses.c.year).where(bonuses.c.member == member, bonuses.c.points > 0)
        others = dict.fromkeys(self._connection.execute(gone).scalars(), 0)
        self._put(member, {**others, **amounts})

    def _put(self, member: int, amounts: Mapping[int, int]) -> None:
        put_rows(self._connection, years, COLUMNS, [(member, year, amount) for year, amount in amounts.items()])
        for year, amount in sorted(amounts.items()):
            if year >= self._since:
                self._look(member, year, amount)

    def _look(self, member: int, year: int, amount: int) -> None:
        same = (bonuses.c.member == member, bonuses.c.year == year)
        known = {row.reached: row for row in self._connection.execute(select(bonuses).where(*same))}
        for bonus in self._rules.bonus:
            row = known.get(bonus.amount)
            if amount >= bonus.amount and (row is None or not row.points):
                self._give(member, year, bonus)
            elif amount < bonus.amount and row is not None and row.points:
                self._withdraw(member, year, bonus.amount)

    def _give(self, member: int, year: int, bonus: YearBonus) -> None:
        rules, code = self._rules, member_text(member)
        scope = rules.points.scope if rules.points.scope is Scope.COMPANY else Scope.PROGRAMME
        where = code[:COMPANY_DIGITS] if scope is Scope.COMPANY else ""
        lot = GivenLot(
            bonus.points, scope, expires(rules.points.expiry, rules.zone, last_second(year, rules.zone)), where
        )
        act = Bonus(code, year, bonus.amount, rules.currency, [lot])
        taken = decide(self._connection, act, CENTRAL, self._now)
        origin = origin_of(self._connection, key_of(lot_name_of(taken)), member)
        row = {"member": member, "year": year, "reached": bonus.amount}
        same = [bonuses.c[name] == value for name, value in row.items()]
        self._connection.execute(delete(bonuses).where(*same))
        self._connection.execute(insert(bonuses).values(**row, origin=origin, points=bonus.points))

    def _withdraw(self, member: int, year: int, reached: int) -> None:
        same = (bonuses.c.member == member, bonuses.c.year == year, bonuses.c.reached == reached)
        wanted = select(bonuses.c.points, origins.c.life, origins.c.seq).join(origins, origins.c.id == bonuses.c.origin)
        row = self._connection.execute(wanted.where(*same)).one()
        lot = f"{CENTRAL}/{row.life}/{row.seq}/0"
        act = BonusWithdrawn(member_text(member), year, reached, lot, row.points)
        decide(self._connection, act, CENTRAL, self._now)
        self._connection.execute(update(bonuses).where(*same).values(points=0))
