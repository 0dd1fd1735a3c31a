"""The inbox from the shell: list, deliveries, decide, ledger, quarantine. No command prints a subject or a text."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any, BinaryIO

import click

from triage.bootstrap import Services
from triage.cli.output import json_line, json_lines, listed
from triage.cli.shell import services, shell_owner
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.taxonomy import Destination, Route
from triage.store.views import DeliveryView, MessageSummary

_PAGE = 500


@click.command("list")
@click.option("--state", type=click.Choice([str(state) for state in MessageState]), help="Only messages in this state.")
@json_lines
def list_command(state: str | None, as_json: bool) -> None:
    """List messages, oldest first."""
    with services() as wired:
        rows = map(_message_row, _messages(wired, [MessageState(state)] if state else []))
        listed(
            rows,
            ("id", "state", "route", "country", "probability", "language", "urgent", "restricted", "stored_at"),
            as_json=as_json,
        )


def _messages(wired: Services, states: list[MessageState]) -> Iterator[MessageSummary]:
    from triage.store import listing

    after = 0
    while True:
        with wired.store.read() as tx:
            page = listing.by_state(tx, viewer=shell_owner(), states=states, after_id=after, limit=_PAGE)
        if not page:
            return
        yield from page
        after = max(message.id for message in page)


def _message_row(message: MessageSummary) -> dict[str, Any]:
    suggested = message.prediction.destination if message.prediction else None
    decided = message.decision.destination if message.decision else None
    return {
        "id": message.id,
        "message_id": message.message_id,
        "state": message.state,
        "route": suggested.route if suggested else None,
        "country": suggested.country if suggested else None,
        "probability": message.prediction.probability if message.prediction else None,
        "reason": message.prediction.reason if message.prediction else None,
        "language": message.language,
        "machine": message.machine,
        "quarantined": message.quarantine_reason,
        "urgent": message.urgent,
        "restricted": message.restricted,
        "decided": decided,
        "officer": message.decision.officer if message.decision else None,
        "delivery_id": message.delivery_id,
        "delivery_state": message.delivery_state,
        "stored_at": message.stored_at,
    }


@click.command("deliveries")
@click.option(
    "--state", type=click.Choice([str(state) for state in DeliveryState]), help="Only deliveries in this state."
)
@json_lines
@click.option("--arrived", is_flag=True, help="Settle unknown deliveries: they arrived.")
@click.option("--again", is_flag=True, help="Settle unknown deliveries: send them again.")
@click.option("--officer", help="Who settles them.")
@click.argument("ids", nargs=-1, metavar="[ID]...")
def deliveries_command(
    state: str | None, as_json: bool, arrived: bool, again: bool, officer: str | None, ids: tuple[str, ...]
) -> None:
    """List deliveries, or settle unknown ones with --arrived ID... or --again ID..."""
    if arrived or again:
        _settle(ids, arrived=arrived, again=again, officer=officer)
        return
    if ids:
        raise click.UsageError("ids go with --arrived or --again")
    from triage.store import deliveries

    with services() as wired, wired.store.read() as tx:
        states = [DeliveryState(state)] if state else []
        views = deliveries.list_page(tx, viewer=shell_owner(), states=states, limit=10**9)
    rows = map(_delivery_row, reversed(views))
    listed(rows, ("id", "message", "purpose", "to", "state", "attempts", "error", "created_at"), as_json=as_json)


def _delivery_row(view: DeliveryView) -> dict[str, Any]:
    return {
        "id": view.id,
        "message": view.message_id,
        "message_id": view.header_message_id,
        "state": view.state,
        "purpose": view.purpose,
        "to": view.code,
        "attempts": view.attempts,
        "error": view.error_code,
        "created_at": view.created_at,
        "leaves_at": view.leaves_at,
        "data_started_at": view.data_started_at,
        "sent_at": view.sent_at,
    }


def _settle(ids: tuple[str, ...], *, arrived: bool, again: bool, officer: str | None) -> None:
    if arrived and again:
        raise click.UsageError("choose one of --arrived and --again")
    if not ids or not officer:
        raise click.UsageError("name the deliveries by id and the officer: --arrived ID... --officer NAME")
    from triage.flow.sending import forward

    with services() as wired:
        number = forward.settle(
            wired.store, delivery_ids=ids, arrived=arrived, officer=shell_owner(officer), now=wired.clock.now()
        )
    click.echo(f"{number} settled: {'arrived' if arrived else 'sent again'}")


@click.command("decide")
@click.option("--confirm", is_flag=True, help="Decide as suggested, or as --route says, the messages named by id.")
@click.option("--all-in-review", is_flag=True, help="Every message in review, but for urgent and restricted ones.")
@click.option(
    "--route", type=click.Choice([str(route) for route in Route]), help="Another route than the suggested one."
)
@click.option("--country", metavar="XX", help="The country of a MISSION, two letters of ISO 3166-1.")
@click.option("--officer", required=True, help="Who decides.")
@click.argument("ids", nargs=-1, type=int, metavar="[ID]...")
@click.pass_context
def decide_command(
    context: click.Context,
    confirm: bool,
    all_in_review: bool,
    route: str | None,
    country: str | None,
    officer: str,
    ids: tuple[int, ...],
) -> None:
    """An officer's decision from the shell: --confirm ID... or --all-in-review."""
    if all_in_review == bool(ids) or confirm == all_in_review:
        raise click.UsageError("name messages with --confirm ID..., or take --all-in-review")
    try:
        destination = (
            Destination(Route(route or ""), country.upper() if country else None) if route or country else None
        )
    except ValueError as error:
        raise click.UsageError(f"--route and --country: {error}") from None
    from triage.flow.desk.bulk import decide_many

    with services() as wired:
        many = decide_many(
            wired.store,
            message_ids=None if all_in_review else ids,
            destination=destination,
            officer=shell_owner(officer),
            now=wired.clock.now(),
            undo_seconds=wired.rules().undo_seconds,
        )
    click.echo(
        f"{many.queued} queued, {many.kept} kept, {many.skipped} skipped "
        f"({many.urgent} urgent, {many.restricted} restricted, {many.without_suggestion} without a suggestion)"
    )
    for message_id, reason in many.refused:
        click.echo(f"{message_id}: {reason}", err=True)
    if many.refused:
        context.exit(1)


@click.command("ledger")
@click.option("--json", "as_json", is_flag=True, help="The books as one JSON object.")
@click.pass_context
def ledger_command(context: click.Context, as_json: bool) -> None:
    """The books; exit code 1 where they do not balance."""
    from triage.store import ledger

    with services() as wired, wired.store.read() as tx:
        books = ledger.books(tx)
    if as_json:
        polls = [{field: getattr(line, field) for field in line.__slots__} for line in books.polls]
        totals = {field: getattr(books, field) for field in ("seen", "stored", "duplicate", "failed", "pending")}
        json_line(
            {
                "balanced": books.balanced,
                **totals,
                "messages": books.messages,
                "deliveries": books.deliveries,
                "differences": books.differences,
                "polls": polls,
            }
        )
    else:
        click.echo(
            f"seen {books.seen} = stored {books.stored} + duplicate {books.duplicate} + failed {books.failed}", nl=False
        )
        click.echo(f" + being read {books.pending}" if books.pending else "")
        click.echo(
            "messages    " + ", ".join(f"{state} {number}" for state, number in books.messages.items() if number)
        )
        click.echo(
            "deliveries  " + ", ".join(f"{state} {number}" for state, number in books.deliveries.items() if number)
        )
        for difference in books.differences:
            click.echo(f"DIFFERENCE  {difference}")
        click.echo("The books balance." if books.balanced else "The books do NOT balance.")
    if not books.balanced:
        context.exit(1)


@click.group("quarantine")
def quarantine_command() -> None:
    """Mail that could not be read within the limits: look at it, save its bytes, read it again."""


@quarantine_command.command("list")
@json_lines
def quarantine_list(as_json: bool) -> None:
    """List quarantined messages with the reason."""
    with services() as wired:
        rows = map(_message_row, _messages(wired, [MessageState.QUARANTINED]))
        listed(rows, ("id", "quarantined", "stored_at"), as_json=as_json)


@quarantine_command.command("save")
@click.argument("message_id", type=int)
@click.argument("file", type=click.File("wb"))
def quarantine_save(message_id: int, file: BinaryIO) -> None:
    """Write the raw bytes of one message to FILE (- for standard output)."""
    from triage.flow.desk.look import look_raw

    with services() as wired:
        file.write(look_raw(wired.store, viewer=shell_owner(), message_id=message_id, now=wired.clock.now()))


@quarantine_command.command("replay")
@click.option("--all", "everything", is_flag=True, help="Every quarantined message.")
@click.option("--officer", required=True, help="Who asks for it.")
@click.argument("ids", nargs=-1, type=int, metavar="[ID]...")
def quarantine_replay(everything: bool, officer: str, ids: tuple[int, ...]) -> None:
    """Read quarantined messages again, after a fix."""
    if everything == bool(ids):
        raise click.UsageError("name messages by id, or take --all")
    from triage.flow.arriving.quarantine import replay

    with services() as wired, closing(wired.reader()) as reader:
        replayed = replay(
            wired.store,
            reader,
            message_ids=None if everything else ids,
            officer=shell_owner(officer),
            now=wired.clock.now(),
        )
    click.echo(f"{replayed.read} read, {replayed.still} still not readable")
