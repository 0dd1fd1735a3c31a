"""Mail into the store by hand, and corrections out of it as training lines."""

import json
from contextlib import closing
from pathlib import Path
from typing import TextIO

import click

from triage.cli.shell import services


@click.group("import")
def import_command() -> None:
    """Bring things into the store."""


@import_command.command("mail")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def import_mail(paths: tuple[Path, ...]) -> None:
    """Bring mails into the store: files, folders, mbox files or Maildirs. Importing twice changes nothing."""
    from triage.flow.ingest import Ingest
    from triage.sources.paths import PathsSource

    with services() as wired, closing(wired.reader()) as reader:
        ingest = Ingest(store=wired.store, reader=reader, clock=wired.clock, own=wired.own)
        ingest.resume()
        result = ingest.poll(PathsSource(paths, wired.places.home / "sources"))
    click.echo(f"seen {result.seen} = stored {result.stored} + duplicate {result.duplicate} + failed {result.failed}")


@click.group("export")
def export_command() -> None:
    """Bring things out of the store."""


@export_command.command("corrections")
@click.option(
    "--output", type=click.File("w", encoding="utf-8"), default="-", help="Where to; default: standard output."
)
@click.option("--restricted", is_flag=True, help="Reports of misconduct too; keep the file as secret as they are.")
def export_corrections(output: TextIO, restricted: bool) -> None:
    """Officers' decisions as training lines, which `triage train --data` accepts."""
    from triage.flow.export import corrections

    number = 0
    with services() as wired:
        for line in corrections(wired.store, restricted=restricted):
            output.write(json.dumps(line, ensure_ascii=False) + "\n")
            number += 1
    click.echo(f"{number} training lines", err=True)
