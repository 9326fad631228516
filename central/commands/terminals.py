"""`central terminal lost`: writing off what a terminal holds."""

from typing import Annotated

import typer

from central.clock import utc_clock
from central.commands.points import Operator, Reason
from central.commands.shared import DEFAULT, Config, changing, looking, told
from central.ledger.decisions import By
from central.ledger.losing import Risk, declare_lost, risk_of

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Terminals.")
Yes = Annotated[bool, typer.Option("--yes", help="do it; without this, only what it would cost is told")]


@app.callback()
def _terminals() -> None:
    """Terminals."""


@app.command("lost")
def lost(
    terminal: str, reason: Reason = "lost", by: Operator = "operator", yes: Yes = False, config: Config = DEFAULT
) -> None:
    """Write off the rights of a terminal that does not come back: its points can be granted again."""
    with told():
        if not yes:
            with looking(config) as (_, connection):
                _tell(risk_of(connection, terminal))
            typer.echo("nothing was changed; --yes writes it off")
            return
        with changing(config) as (_, connection):
            _tell(risk_of(connection, terminal))
            taken = declare_lost(connection, terminal, By(by, reason, utc_clock()))
    typer.echo(f"decision {taken.decision.epoch}/{taken.decision.number}: written off")


def _tell(risk: Risk) -> None:
    typer.echo(f"{risk.terminal}: {risk.rights} rights of {risk.members} members, {risk.lives} lives recorded")
    typer.echo(
        f"it holds {risk.points} points in {risk.lots} lots, {risk.coupons} coupons, {risk.certificates} certificates"
    )
    typer.echo(f"what of them it has spent without our knowledge is the programme's loss: {risk.points} points at most")
