"""Operating the service: store, accounts, configuration, keys, backups and the doctor."""

from pathlib import Path
from typing import TextIO

import click

from triage.bootstrap import prepare
from triage.cli.output import json_line, json_lines, listed
from triage.cli.shell import services, shell_owner
from triage.domain.organisation import Office, Unit
from triage.domain.people import Person, Role


@click.group("db")
def db_command() -> None:
    """The store."""


@db_command.command("upgrade")
def db_upgrade() -> None:
    """Make the store, its keys and the initial organisation, or bring them to this version.

    Messages of before the search index are put into it; this may be interrupted and repeated.
    """
    from triage.flow.desk.search import fill_index

    with services() as wired:
        prepare(wired)
        if indexed := fill_index(wired.store):
            click.echo(f"{indexed} messages put into the search index")
        click.echo(f"store is current ({wired.store.dialect}); keys in {wired.places.keys}")


@click.group("user")
def user_command() -> None:
    """Accounts of officers, unit members, model keepers, administrators and auditors."""


@user_command.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as decisions are signed.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([str(role) for role in Role]),
    help="May be given more than once.",
)
@click.option("--cleared", is_flag=True, help="May see restricted messages (reports of misconduct).")
@click.option("--language", type=click.Choice(["en", "fr", "es"]), default="en", show_default=True)
@click.option("--unit", help="The unit of a unit member, such as DMM or MISSION:ML.")
@click.option("--lead", is_flag=True, help="Leads the unit: may name a deputy for it and change where its mail goes.")
@click.option(
    "--password-file", type=click.File(), help="Read the password from here instead of asking (- for standard input)."
)
def user_add(
    email: str,
    name: str,
    roles: tuple[str, ...],
    cleared: bool,
    language: str,
    unit: str | None,
    lead: bool,
    password_file: TextIO | None,
) -> None:
    """Add an account; asks for the password."""
    from triage.flow.people.people import add_account

    if lead and unit is None:
        raise click.UsageError("--lead needs --unit: who leads, leads a unit")
    password = (
        password_file.readline().rstrip("\r\n")
        if password_file
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    chosen = frozenset(map(Role, roles)) or frozenset({Role.OFFICER})
    person = Person(
        id=None, name=name, email=email, roles=chosen, cleared=cleared, language=language, unit=unit, leads_unit=lead
    )
    with services() as wired:
        added = add_account(wired.store, person=person, password=password, actor=shell_owner(), now=wired.clock.now())
    click.echo(f"account {added.id} added: {', '.join(sorted(chosen))}{', cleared' if cleared else ''}")


@user_command.command("list")
@json_lines
def user_list(as_json: bool) -> None:
    """List accounts."""
    from triage.store import people

    with services() as wired, wired.store.read() as tx:
        rows = [
            {
                "id": account.person.id,
                "name": account.person.name,
                "email": account.person.email,
                "roles": " ".join(sorted(account.person.roles)),
                "cleared": account.person.cleared,
                "unit": account.person.unit,
                "leads_unit": account.person.leads_unit,
                "language": account.person.language,
                "disabled_at": account.disabled_at,
            }
            for account in people.list_people(tx)
        ]
    listed(rows, ("id", "name", "email", "roles", "cleared", "unit", "language", "disabled_at"), as_json=as_json)


@user_command.command("password")
@click.argument("email")
@click.option("--password-file", type=click.File(), help="Read the password from here instead of asking.")
def user_password(email: str, password_file: TextIO | None) -> None:
    """Set a new password; open sign-ins of the account end."""
    from triage.domain.errors import NotFound
    from triage.flow.people.people import set_password
    from triage.store import people

    with services() as wired:
        with wired.store.read() as tx:
            account = people.account_by_email(tx, email=email)
        if account is None:
            raise NotFound("no account with this mail address")
        password = (
            password_file.readline().rstrip("\r\n")
            if password_file
            else click.prompt("New password", hide_input=True, confirmation_prompt=True)
        )
        set_password(wired.store, person=account.person, password=password, actor=shell_owner(), now=wired.clock.now())
    click.echo("password set")


@click.group("config")
def config_command() -> None:
    """The configuration in triage.toml and the organisation in the store."""


@config_command.command("show")
def config_show() -> None:
    """Every key of triage.toml with its default and meaning."""
    from triage.config import document_settings

    click.echo(document_settings(), nl=False)


@config_command.command("check")
def config_check() -> None:
    """Read the configuration and the organisation files and say whether they can be used."""
    from triage.config import load_organisation

    with services() as wired:
        settings = wired.config
        units, offices = load_organisation(wired.places.config)
    click.echo(
        f"good: {len(settings.sources)} sources, channel {settings.channel.kind}, {len(units)} units, {len(offices)} offices"
    )


@config_command.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--officer", default="shell", show_default=True, help="Who changes it; on record.")
def config_import(folder: Path, officer: str) -> None:
    """Bring units.toml and offices.csv of FOLDER into the store: changed rows get a new date, old ones stay readable.

    All or nothing; each change is on record, and on screen with what was there before.
    """
    from triage.config import load_organisation
    from triage.flow.office.organise import amend_all

    units, offices = load_organisation(folder)
    rows: list[Unit | Office] = [*units, *offices]
    with services() as wired:
        changed = amend_all(wired.store, items=rows, actor=shell_owner(officer), now=wired.clock.now())
    click.echo(f"{changed} of {len(units) + len(offices)} units and offices changed")


@click.command("doctor")
@json_lines
@click.pass_context
def doctor_command(context: click.Context, as_json: bool) -> None:
    """Check configuration, store, keys, mailboxes, mail server, model and disk; say how to mend what is wrong."""
    from triage.cli.doctor import examine

    with services() as wired:
        findings = list(examine(wired))
    for finding in findings:
        if as_json:
            json_line({"part": finding.part, "good": finding.good, "says": finding.says, "mend": finding.mend})
        else:
            verdict = "WRONG" if not finding.good else "warn " if finding.mend else "good "
            click.echo(f"{verdict}  {finding.part:<16} {finding.says}")
            if finding.mend:
                click.echo(f"{'':23} -> {finding.mend}")
    if not all(finding.good for finding in findings):
        context.exit(1)


@click.command("backup")
@click.argument("archive", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--keys",
    "keys_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the keys, to this file; keep it apart.",
)
def backup_command(archive: Path, keys_file: Path | None) -> None:
    """Write the store, the uid lists and the models to ARCHIVE while the service runs. Keys are never in it."""
    from triage.store import backup

    with services() as wired:
        places = wired.places
        folders = {"sources": places.home / "sources", "models": places.models}
        there = {name: folder for name, folder in folders.items() if folder.is_dir()}
        manifest = backup.backup(places.database_url, archive, now=wired.clock.now(), folders=there)
        click.echo(f"{archive}: {manifest.dialect} store and {', '.join(manifest.folders) or 'no folders'}")
        if keys_file is not None:
            number = backup.backup_keys(places.keys, keys_file)
            click.echo(f"{keys_file}: {number} keys; whoever has both files can read the mail")


@click.command("restore")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--keys", "keys_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The file of keys."
)
@click.option("--replace", is_flag=True, help="Replace the store that is there.")
def restore_command(archive: Path, keys_file: Path | None, replace: bool) -> None:
    """Bring back a backup. Stop the service first."""
    from triage.store import backup

    with services() as wired:
        places = wired.places
        if keys_file is not None:
            click.echo(f"{backup.restore_keys(keys_file, places.keys)} keys restored to {places.keys}")
        folders = {"sources": places.home / "sources", "models": places.models}
        manifest = backup.restore(places.database_url, archive, replace=replace, folders=folders)
    click.echo(f"restored the {manifest.dialect} store of {manifest.made_at:%Y-%m-%d %H:%M} UTC; run `triage doctor`")
