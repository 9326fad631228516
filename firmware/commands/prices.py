"""`habitue terminal prices`: the price list of a terminal by itself, from a file."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from firmware.codes import Gtin, PackError
from firmware.commands.configured import ConfigOption, entered, failed
from firmware.config import TerminalConfig
from firmware.flow.money import money
from firmware.folders import make_folder
from firmware.goods import Per, Price, PriceListRefused, parse_list, parts_of
from firmware.prices import PricesError, PriceStore

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="The price list of a terminal by itself.")

ListFile = Annotated[Path, typer.Argument(help="The list, a CSV file.", exists=True, dir_okay=False)]


def _gtin(text: str) -> Gtin:
    try:
        return Gtin.parse(text)
    except PackError as error:
        raise typer.BadParameter(str(error).partition(";")[0]) from None


@app.command()
def load(
    file: ListFile,
    config: ConfigOption = Path("terminal.toml"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what is wrong with the list.")] = False,
) -> None:
    """Put a price list in force, whole or not at all; the terminal may run meanwhile."""
    data = file.read_bytes()
    settings = entered(config)
    try:
        prices = parse_list(data)
    except PriceListRefused as error:
        for fault in error.faults:
            typer.echo(str(fault), err=True)
        typer.echo(f"{len(error.faults)} faults: nothing was loaded, the list before stays in force", err=True)
        raise typer.Exit(1) from None
    if dry_run:
        typer.echo(f"{len(prices)} items, nothing is wrong; nothing was loaded")
        return
    if settings.central != "none":
        typer.echo("this terminal has its prices from central: publish the list there; nothing was loaded", err=True)
        raise typer.Exit(1)
    with _store(settings) as store:
        _put_in_force(store, prices)
    typer.echo(f"{len(prices)} items are in force")


@app.command()
def find(
    number: Annotated[Gtin, typer.Argument(parser=_gtin, help="The number on the pack.", metavar="NUMBER")],
    config: ConfigOption = Path("terminal.toml"),
) -> None:
    """Tell what an item costs; exit 1 if it is not on the list."""
    from firmware.documents import DocumentsDamaged, RuleBook  # noqa: PLC0415 - only here
    from firmware.score.errors import RulesInvalid  # noqa: PLC0415

    settings = entered(config)
    try:
        currency = RuleBook(settings.data / "documents.json").rules.currency
    except (DocumentsDamaged, RulesInvalid) as error:
        raise failed(error) from None
    with _store(settings) as store:
        price = store.find(number)
    if price is None:
        typer.echo("not on the list", err=True)
        raise typer.Exit(1)
    per = " a kilogram" if price.per is Per.KILOGRAM else ""
    category = f" ({price.category})" if price.category else ""
    typer.echo(f"{price.name}{category}: {money(price.price, currency)}{per}")


def _put_in_force(store: PriceStore, prices: list[Price]) -> None:
    for part in parts_of(prices, store.version + 1):
        store.stage(part)


@contextmanager
def _store(settings: TerminalConfig) -> Iterator[PriceStore]:
    try:
        make_folder(settings.data)
        with closing(PriceStore.open(settings.data / "prices.sqlite")) as store:
            yield store
    except (PricesError, OSError) as error:
        raise failed(error) from None
