"""A person's request from the shell. What is printed about messages is ids and figures; words go into the export alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from triage.cli.output import json_line
from triage.cli.shell import services, shell_owner
from triage.domain.person_request import Found, Part, Report

NAMES_HELP = "A name to go by, in the place of those under which the address has written; may be given more than once."
Decorated = Callable[..., Any]


def _sought(command: Decorated) -> Decorated:
    command = click.option("--officer", default="shell", show_default=True, help="Who acts on the request.")(command)
    command = click.option("--name", "names", multiple=True, help=NAMES_HELP)(command)
    return click.argument("address", metavar="ADDRESS|NAME")(command)


@click.group("person")
def person_command() -> None:
    """A person's request: find everything about an address or a name, export it, correct it, erase it."""


@person_command.command("find")
@_sought
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def person_find(address: str, names: tuple[str, ...], officer: str, as_json: bool) -> None:
    """Say what there is about a person: ids and figures."""
    from triage.flow.protection.person import find

    with services() as wired:
        found = find(
            wired.store, text=address, officer=shell_owner(officer), now=wired.clock.now(), names=names or None
        )
    _say_found(found, as_json=as_json)


@person_command.command("export")
@_sought
@click.option("--output", type=click.Path(path_type=Path), help="A folder for person.json and person.html.")
@click.option("--language", type=click.Choice(["en", "fr", "es"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the JSON (the default without --output).")
def person_export(
    address: str, names: tuple[str, ...], officer: str, output: Path | None, language: str, as_json: bool
) -> None:
    """Write everything about a person, as JSON and as a page to read. The files hold mail in clear."""
    from triage.flow.protection.person import find
    from triage.flow.protection.person_export import as_html, export

    acting = shell_owner(officer)
    with services() as wired:
        now = wired.clock.now()
        found = find(wired.store, text=address, officer=acting, now=now, names=names or None)
        parts = export(wired.store, found=found, officer=acting, now=now)
    if output is not None:
        output.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in (
            ("person.json", json.dumps(parts, ensure_ascii=False, indent=1)),
            ("person.html", as_html(parts, language=language)),
        ):
            path = output / name
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
            click.echo(f"{path}: {len(parts['messages'])} messages, {len(parts['mentions'])} mentions", err=as_json)
    if output is None or as_json:
        json_line(parts)


@person_command.command("correct")
@click.argument("address")
@click.option("--name", required=True, help="The right name of the sender.")
@click.option("--officer", default="shell", show_default=True, help="Who acts on the request.")
def person_correct(address: str, name: str, officer: str) -> None:
    """Correct a sender's name in everything that was read of their mail."""
    from triage.flow.protection.person import correct

    with services() as wired:
        number = correct(wired.store, address=address, name=name, officer=shell_owner(officer), now=wired.clock.now())
    click.echo(f"{number} messages corrected")


@person_command.command("erase")
@_sought
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--json", "as_json", is_flag=True, help="The report as one JSON object.")
def person_erase(address: str, names: tuple[str, ...], officer: str, yes: bool, as_json: bool) -> None:
    """Erase a person everywhere and say what was done and what stays. There is no way back."""
    from triage.flow.protection.person import erase, find

    acting = shell_owner(officer)
    with services() as wired:
        now = wired.clock.now()
        found = find(wired.store, text=address, officer=acting, now=now, names=names or None)
        if not yes:
            _say_found(found, as_json=False)
            click.confirm("Erase all of it?", abort=True, err=True)
        report = erase(
            wired.store,
            found=found,
            officer=acting,
            now=now,
            learnt_from=wired.learnt_from,
            training=wired.training_copies,
            forget_lines=wired.forget_lines,
        )
    _say_report(report, as_json=as_json)


def _say_found(found: Found, *, as_json: bool) -> None:
    messages = {part: [hit.message_id for hit in found.of(part)] for part in Part}
    if as_json:
        json_line(
            {
                **{part.value: ids for part, ids in messages.items()},
                "restricted": [hit.message_id for hit in found.hits if hit.restricted],
                "held": [hit.message_id for hit in found.hits if hit.held],
                "names": found.sought.names,
                "mail_to_person": found.deliveries,
                "notes": len(found.notes),
                "accounts": found.accounts,
            }
        )
        return
    for part, ids in messages.items():
        click.echo(f"{part:<14} {len(ids)}  {' '.join(map(str, ids[:20]))}{' ...' if len(ids) > 20 else ''}")
    click.echo(f"names          {', '.join(found.sought.names) or '-'}")
    click.echo(f"mail to them   {len(found.deliveries)}")
    click.echo(f"notes          {len(found.notes)}")
    click.echo(f"accounts       {' '.join(map(str, found.accounts)) or '-'}")


def _say_report(report: Report, *, as_json: bool) -> None:
    if as_json:
        json_line({name: getattr(report, name) for name in report.__slots__})
        return
    click.echo(
        f"messages erased {report.messages}, blocked out of {report.blocked_out}, mail to them {report.deliveries}"
    )
    click.echo("contents taken  " + (", ".join(f"{k.value} {v}" for k, v in report.taken.items() if v) or "none"))
    click.echo(f"accounts {report.accounts}, names in columns {report.columns}, pseudonyms dropped {report.pseudonyms}")
    if report.open:
        click.echo(f"still in work, now without content: {' '.join(map(str, report.open))}")
    for why, objects in report.stays.items():
        click.echo(f"stays: {why.value} {' '.join(objects[:20])}".rstrip())
