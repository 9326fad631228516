"""`central coupon`: which coupons there are, and who gets one."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from central.clock import utc_clock
from central.commands.points import Operator
from central.commands.shared import DEFAULT, Config, changing, looking, told
from central.commands.tables import moment, show_table
from central.documents.coupons import Standing, coupons_listed, put_coupons, require_coupon, retire_coupon
from central.documents.dealing_out import deal_out
from central.documents.definitions import coupons_in
from central.documents.granting import grant_coupons, members_at
from central.ledger.rules import RulesShelf
from firmware.codes import MemberCode
from firmware.score.grades import Grade

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Coupons: definitions, and single-use ones for members.")
DryRun = Annotated[bool, typer.Option("--dry-run", help="only say what would happen")]
Json = Annotated[bool, typer.Option("--json", help="the definitions as `add` takes them")]
Codes = Annotated[list[str], typer.Argument(metavar="CODE...", help="the members")]
Rank = Annotated[str, typer.Option("--rank", help="a measure and a grade, such as recent:A")]


@app.command("add")
def add(file: Path, dry_run: DryRun = False, config: Config = DEFAULT) -> None:
    """Add the coupons of a JSON or TOML file, or change those of the same names, all or none."""
    with told(), changing(config) as (_, connection):
        zone = RulesShelf().load(connection).rules.zone
        wanted = coupons_in(file.read_bytes(), file.name, zone)
        there = {one.terms.name for one in coupons_listed(connection) if one.retired_at is None}
        if not dry_run:
            put_coupons(connection, wanted, utc_clock())
            deal_out(connection, utc_clock())
    done = "would be " if dry_run else ""
    for terms in wanted:
        typer.echo(f"{terms.name}: {done}{'changed' if terms.name in there else 'added'}")


@app.command("list")
def list_(as_json: Json = False, config: Config = DEFAULT) -> None:
    """List coupons by name, retired ones too."""
    with told(), looking(config) as (_, connection):
        listed = coupons_listed(connection)
    if as_json:
        there = [one.terms for one in listed if one.retired_at is None]
        typer.echo(msgspec.json.format(msgspec.json.encode({"coupons": there}), indent=2))
    else:
        show_table(("coupon", "kind", "from", "until", "where", "retired"), map(_row, listed))


@app.command("retire")
def retire(name: str, config: Config = DEFAULT) -> None:
    """Have a coupon taken nowhere any more, whoever has one."""
    with told(), changing(config) as (_, connection):
        retire_coupon(connection, name, utc_clock())
    typer.echo(f"{name}: retired")


@app.command("grant")
def grant(name: str, codes: Codes, by: Operator, config: Config = DEFAULT) -> None:
    """Give each of these members one single-use coupon."""
    with told(), changing(config) as (_, connection):
        members = [int(MemberCode.parse(code).text) for code in codes]
        count = grant_coupons(connection, name, members, by, utc_clock())
    typer.echo(f"{name}: granted to {count} members")


@app.command("grant-rank")
def grant_rank(name: str, rank: Rank, by: Operator, dry_run: DryRun = False, config: Config = DEFAULT) -> None:
    """Give every member who stands at a rank now one single-use coupon."""
    measure, _, grade = rank.partition(":")
    if grade not in set(Grade):
        raise typer.BadParameter("a measure and a grade are due, such as recent:A", param_hint="--rank")
    with told():
        with looking(config) as (_, connection):
            require_coupon(connection, name)
            rules = RulesShelf().load(connection).rules
            members = list(members_at(connection, rules, measure, Grade(grade), utc_clock()))
        if not dry_run:
            with changing(config) as (_, connection):
                grant_coupons(connection, name, members, by, utc_clock())
    typer.echo(f"{name}: {'would be granted' if dry_run else 'granted'} to {len(members)} members")


def _row(one: Standing) -> tuple[str, ...]:
    terms = one.terms
    kind = str(terms.value.__struct_config__.tag)
    where = f"{terms.scope} {terms.where}".strip()
    return terms.name, kind, moment(terms.starts), moment(terms.ends), where, moment(one.retired_at)
