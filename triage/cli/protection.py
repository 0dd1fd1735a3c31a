"""Data protection from the shell: retention with its holds and proofs, keys, and the audit record."""

import click

from triage.cli.output import json_line, json_lines, listed
from triage.cli.shell import services, shell_owner
from triage.domain.errors import NotFound
from triage.store.keys import KeyClass

_PAGE = 1000


@click.group("retention", invoke_without_command=True)
@click.option("--dry-run", is_flag=True, help="Only say what would go, and what stays and why.")
@json_lines
@click.pass_context
def retention_command(context: click.Context, dry_run: bool, as_json: bool) -> None:
    """Erase what is past its period now; the worker does it by itself every hour."""
    if context.invoked_subcommand is not None:
        return
    with services() as wired:
        worker = wired.retain()
        if dry_run:
            rows = [{name: getattr(planned, name) for name in planned.__slots__} for planned in worker.plan()]
            columns: tuple[str, ...] = ("content", "days", "before", "due", "held", "open")
        else:
            rows = [{"content": content, "erased": number} for content, number in worker.run().items()]
            columns = ("content", "erased")
    listed(rows, columns, as_json=as_json)


@retention_command.command("proofs")
@json_lines
def retention_proofs(as_json: bool) -> None:
    """What was erased: class, how many, when, why. No content."""
    from triage.store import retention

    with services() as wired, wired.store.read() as tx:
        rows = [
            {name: getattr(proof, name) for name in proof.__slots__} for proof in retention.list_proofs(tx, limit=_PAGE)
        ]
    listed(rows, ("id", "at", "cause", "content", "number", "actor"), as_json=as_json)


@retention_command.command("hold")
@click.argument("message_id", type=int)
@click.option("--reason", required=True, help="Why it must stay.")
@click.option("--officer", required=True, help="Who says so.")
@click.option("--inquiry", is_flag=True, help="All messages of its inquiry, later ones too.")
def retention_hold(message_id: int, reason: str, officer: str, inquiry: bool) -> None:
    """Hold a message back from every period and request."""
    from triage.flow.protection.holds import hold

    with services() as wired:
        number = hold(
            wired.store,
            message_id=message_id,
            reason=reason,
            officer=shell_owner(officer),
            now=wired.clock.now(),
            whole_inquiry=inquiry,
        )
    click.echo(f"hold {number} placed")


@retention_command.command("lift")
@click.argument("hold_id", type=int)
@click.option("--officer", required=True, help="Who says so.")
def retention_lift(hold_id: int, officer: str) -> None:
    """End a hold."""
    from triage.flow.protection.holds import lift

    with services() as wired:
        lift(wired.store, hold_id=hold_id, officer=shell_owner(officer), now=wired.clock.now())
    click.echo(f"hold {hold_id} lifted")


@retention_command.command("holds")
@json_lines
def retention_holds(as_json: bool) -> None:
    """List the holds that stand. Reasons are shown on screen alone: they may name people."""
    from triage.store import holds

    with services() as wired, wired.store.read() as tx:
        names = ("id", "message_id", "inquiry_id", "actor", "placed_at")
        rows = [{name: getattr(one, name) for name in names} for one in holds.list_holds(tx)]
    listed(rows, names, as_json=as_json)


@click.group("keys")
def keys_command() -> None:
    """The keys of content at rest."""


@keys_command.command("show")
@json_lines
def keyslisted(as_json: bool) -> None:
    """The version of each class, older ones still there, and how many contents need these."""
    from triage.flow.protection.rotate import key_states

    with services() as wired:
        rows = [{name: getattr(state, name) for name in state.__slots__} for state in key_states(wired.store)]
    listed(rows, ("key_class", "current", "older", "left"), as_json=as_json)


@keys_command.command("rotate")
@click.option(
    "--class", "key_class", type=click.Choice([str(one) for one in KeyClass]), help="Only this class of keys."
)
@click.option("--finish", "only_finish", is_flag=True, help="Make no new key; finish a rotation that was interrupted.")
@click.option("--officer", default="shell", show_default=True, help="Who does it.")
@json_lines
def keys_rotate(key_class: str | None, only_finish: bool, officer: str, as_json: bool) -> None:
    """Make new keys and encrypt everything anew, while the service runs. Archives made before need the old keys: keep
    their key backup."""
    from triage.flow.protection.rotate import finish, rotate

    with services() as wired:
        if only_finish:
            states = finish(wired.store)
        else:
            classes = [KeyClass(key_class)] if key_class else list(KeyClass)
            states = rotate(wired.store, classes=classes, officer=shell_owner(officer), now=wired.clock.now())
    rows = [{name: getattr(state, name) for name in state.__slots__} for state in states]
    listed(rows, ("key_class", "current", "older", "left"), as_json=as_json)


@click.group("audit")
def audit_command() -> None:
    """The audit record."""


@audit_command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def audit_verify(context: click.Context, as_json: bool) -> None:
    """Walk the chain from the first entry to the last; exit code 1 where it is broken."""
    from triage.store import audit

    with services() as wired, wired.store.read() as tx:
        verified = audit.verify(tx)
    if as_json:
        json_line(
            {
                "entries": verified.entries,
                "whole": verified.whole,
                "broken_at": verified.broken_at,
                "problem": verified.problem,
            }
        )
    elif verified.whole:
        click.echo(f"{verified.entries} entries, whole")
    else:
        click.echo(f"BROKEN at entry {verified.broken_at}: {verified.problem}; somebody changed the database by hand")
    if not verified.whole:
        context.exit(1)


@audit_command.command("export")
@click.option("--person", metavar="ADDRESS|NAME", help="Only what this person did or what was done about them.")
@click.option("--message", "message_id", type=int, help="Only what concerns this message.")
def audit_export(person: str | None, message_id: int | None) -> None:
    """Write entries as JSON lines: number, time, actor, act, objects. Words only, no content."""
    from triage.flow.protection.trail import trail

    if person is not None and message_id is not None:
        raise click.UsageError("choose one of --person and --message")
    with services() as wired:
        found = trail(wired.store, person=person, message_id=message_id, officer=shell_owner(), now=wired.clock.now())
    for entry in found:
        json_line({name: getattr(entry, name) for name in entry.__slots__})
    if person is not None and not found:
        raise NotFound("the record has nothing about this person, or their pseudonym's key was erased")
