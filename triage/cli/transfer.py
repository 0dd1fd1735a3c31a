"""Mail into the store by hand, and corrections out of it as training lines."""

import json
from contextlib import closing
from pathlib import Path
from typing import TextIO

import click

from triage.cli.shell import services, shell_owner
from triage.domain.errors import UserError


@click.group("import")
def import_command() -> None:
    """Bring things into the store."""


@import_command.command("mail")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def import_mail(paths: tuple[Path, ...]) -> None:
    """Bring mails into the store: files, folders, mbox files or Maildirs. Importing twice changes nothing."""
    from triage.flow.arriving.ingest import Ingest
    from triage.sources.paths import PathsSource

    with services() as wired, closing(wired.reader()) as reader:
        ingest = Ingest(store=wired.store, reader=reader, clock=wired.clock, own=wired.own)
        ingest.resume()
        result = ingest.poll(PathsSource(paths, wired.places.home / "sources"))
    click.echo(f"seen {result.seen} = stored {result.stored} + duplicate {result.duplicate} + failed {result.failed}")


@import_command.command("forwards")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    metavar="ADDRESS=LABEL",
    help="What mail to an address meant, such as desk@iom.example=DMM, MISSION:ML or the code of a unit of former days.",
)
@click.option("--officer", default="import", show_default=True, help="Who brings them in; on record.")
def import_forwards(paths: tuple[Path, ...], recipients: tuple[str, ...], officer: str) -> None:
    """Learn from what was sent on before: mail out of a Sent folder (files, folders, mbox files or Maildirs).

    Units and missions are known by their addresses, and by those of [shadow] recipients. Importing twice changes nothing.
    """
    from triage.flow.learning.forwards import import_forwards as run
    from triage.flow.learning.shadow import Meant, addresses
    from triage.sources.paths import PathsSource
    from triage.store import label_mappings

    with services() as wired, closing(wired.reader()) as reader:
        now = wired.clock.now()
        with wired.store.read() as tx:
            former = label_mappings.former_addresses(tx, on=now.date())
        known: dict[str, Meant | str] = {
            **former,
            **addresses(wired.store, wired.config.shadow.recipients, now),
            **_labels(recipients),
        }
        serves = wired.shelf.serving() is not None
        made = run(
            wired.store,
            reader,
            sources=[PathsSource(paths, wired.places.home / "sources")],
            recipients=known,
            actor=shell_owner(officer),
            now=now,
            classifier=wired.classifier() if serves else None,
        )
    click.echo(
        f"seen {made.seen}: {made.ours} labels of messages in the store, {made.foreign} of others, {made.known} known already"
    )
    for why, number in sorted(made.left_out.items()):
        click.echo(f"  left out, {why.replace('_', ' ')}: {number}")


def _labels(recipients: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in recipients:
        address, _, label = pair.partition("=")
        if "@" not in address or not label or len(label) > 40:
            raise UserError("--recipient: write ADDRESS=LABEL, such as desk@iom.example=DMM")
        found[address.strip().casefold()] = label.strip()
    return found


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
    from triage.flow.learning.export import corrections

    number = 0
    with services() as wired:
        for line in corrections(wired.store, restricted=restricted):
            output.write(json.dumps(line, ensure_ascii=False) + "\n")
            number += 1
    click.echo(f"{number} training lines", err=True)
