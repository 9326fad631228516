"""`central member lots`, `adjust`, `transfer` and `merge`: a member's points, looked at and moved by hand."""

from typing import Annotated

import msgspec
import typer

from central.clock import utc_clock
from central.commands.shared import DEFAULT, Config, changing, looking, told
from central.commands.tables import moment, show_table
from central.ledger.adjusting import adjust as adjusted
from central.ledger.adjusting import transfer as transferred
from central.ledger.decisions import By
from central.ledger.joining import merge as merged
from central.ledger.lots import StandingLot, lots_of
from central.ledger.members import require
from central.ledger.merging import resolved
from central.ledger.rules import RulesShelf
from firmware.codes import MemberCode

__all__ = ["Operator", "Reason", "adjust", "lots", "merge", "transfer"]

Everything = Annotated[bool, typer.Option("--everything", help="lots of which nothing is left, too")]
Json = Annotated[bool, typer.Option("--json", help="one JSON object a line")]
Points = Annotated[int, typer.Option("--points", help="how many; below 0: to take them")]
Codes = Annotated[tuple[str, str], typer.Argument(metavar="CODE TO", help="whose they are, and whose they become")]
Some = Annotated[int, typer.Option("--points", min=1, help="how many")]
Reason = Annotated[str, typer.Option("--reason", help="why; it is kept with the decision")]
Operator = Annotated[str, typer.Option("--by", help="who decides; it is kept with the decision")]
COLUMNS = ("lot", "left", "given", "spent", "taken back", "covered", "scope", "where", "expires", "held by")


def lots(code: str, everything: Everything = False, as_json: Json = False, config: Config = DEFAULT) -> None:
    """Show a member's points lot by lot, soonest expiry first."""
    with told(), looking(config) as (_, connection):
        member = resolved(connection, _number(code))
        require(connection, member)
        found = lots_of(connection, member, utc_clock(), everything=everything)
    if as_json:
        for lot in found:
            typer.echo(msgspec.json.encode(lot))
    else:
        show_table(COLUMNS, map(_row, found))


def adjust(code: str, points: Points, reason: Reason, by: Operator, config: Config = DEFAULT) -> None:
    """Give a member points, or take some that no terminal holds."""
    with told(), changing(config) as (_, connection):
        rules = RulesShelf().load(connection).rules
        taken = adjusted(connection, _number(code), points, By(by, reason, utc_clock()), rules)
    typer.echo(f"decision {taken.decision.epoch}/{taken.decision.number}")


def transfer(codes: Codes, points: Some, reason: Reason, by: Operator, config: Config = DEFAULT) -> None:
    """Move points that no terminal holds from one member to another, with their expiry."""
    with told(), changing(config) as (_, connection):
        both = _number(codes[0]), _number(codes[1])
        for taken in transferred(connection, both, points, By(by, reason, utc_clock())):
            typer.echo(f"decision {taken.decision.epoch}/{taken.decision.number}")


def merge(code: str, into: str, reason: Reason, by: Operator, config: Config = DEFAULT) -> None:
    """Join a membership to another for good: points, coupons and history; its code leads to the other from then on."""
    with told(), changing(config) as (_, connection):
        taken = merged(connection, _number(code), _number(into), By(by, reason, utc_clock()))
    typer.echo(f"decision {taken.decision.epoch}/{taken.decision.number}")


def _number(code: str) -> int:
    return int(MemberCode.parse(code).text)


def _row(lot: StandingLot) -> tuple[str, ...]:
    state = lot.state
    sums = state.left - state.owed, state.given, state.used, state.back, state.covered
    over = f"{moment(lot.expires)} (over)" if lot.expired else moment(lot.expires)
    return lot.name, *map(str, sums), str(lot.scope), lot.where, over, lot.holder or ""
