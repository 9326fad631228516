"""`central migrate`, `backup`, `restore` and `export`: keeping what there is."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from central.backup import Contents, Progress, back_up, contents_of
from central.backup import restore as put_back
from central.clock import utc_clock
from central.commands.shared import DEFAULT, Config, looking, told
from central.errors import FileTaken
from central.export import Form
from central.export import export as exported
from central.folders import make_folder
from central.founding import migrate as bring_up
from central.lock import serving
from central.settings import load_settings
from central.store.engine import open_engine
from central.store.migrate import newest
from firmware.codes import MemberCode

__all__ = ["backup", "export", "migrate", "restore"]

DryRun = Annotated[bool, typer.Option("--dry-run", help="check the backup and say what would happen")]
Out = Annotated[Path | None, typer.Option(help="write to this new file, not to standard output")]
Member = Annotated[str | None, typer.Option(help="only what was recorded of this member")]


def migrate(config: Config = DEFAULT) -> None:
    """Bring the database to this release's schema; makes an empty one where there is none."""
    with told():
        settings = load_settings(config)
        make_folder(settings.database.parent)
        with serving(settings.database):
            engine = open_engine(settings.database)
            before = bring_up(engine, utc_clock())
            engine.dispose()
    typer.echo(f"{settings.database}: schema {before or 'none'} -> {newest()}")


def backup(file: Path, config: Config = DEFAULT) -> None:
    """Copy the database into a new file, while central may go on serving, and verify the copy."""
    with told(), _progress("copying") as progress:
        contents = back_up(load_settings(config).database, file, progress)
    typer.echo(f"{file}: {_told(contents)}")


def restore(file: Path, dry_run: DryRun = False, config: Config = DEFAULT) -> None:
    """Put a backup in the place of the database, which is kept beside it; central must not be serving."""
    with told():
        database = load_settings(config).database
        if dry_run:
            typer.echo(f"{file} is sound: {_told(contents_of(file))}")
            typer.echo(f"it would take the place of {database}; nothing was changed")
            return
        with _progress("restoring") as progress:
            restored = put_back(database, file, utc_clock(), progress)
    typer.echo(f"{database}: {_told(restored.contents)}")
    typer.echo(f"the database that was there is kept as {restored.kept}" if restored.kept else "there was none before")
    typer.echo("start `central serve`: each terminal is told how far its entries are recorded here, and sends the rest")


def export(form: Form = Form.JSONL, member: Member = None, out: Out = None, config: Config = DEFAULT) -> None:
    """Write entries out: JSON lines with each entry whole, or CSV."""
    with told():
        code = None if member is None else int(MemberCode.parse(member).text)
        if out is not None and out.exists():
            raise FileTaken(out)
        with looking(config) as (_, connection), _written(out) as write:
            for line in exported(connection, form, code):
                write(f"{line}\n")


def _told(contents: Contents) -> str:
    return (
        f"schema {contents.schema}, epoch {contents.epoch}, {contents.entries} entries, "
        f"{contents.members} members, {contents.terminals} terminals"
    )


@contextmanager
def _progress(what: str) -> Iterator[Progress]:
    """A bar for people who watch; nothing for programs that do not."""
    console = Console(stderr=True)
    with Bar(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _written(out: Path | None) -> Iterator[Callable[[str], object]]:
    if out is None:
        yield sys.stdout.write
        return
    part = out.with_name(f"{out.name}.part")
    # what is exported are people's purchases: for the operator alone, and whole or not there
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        try:
            yield file.write
            file.flush()
            part.rename(out)
        finally:
            part.unlink(missing_ok=True)
