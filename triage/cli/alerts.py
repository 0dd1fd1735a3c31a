"""Alerts from the shell: list them, or take note of some."""

from typing import Any

import click

from triage.cli.output import json_lines, listed
from triage.cli.shell import services, shell_owner
from triage.store.alerts import Alert


@click.command("alerts")
@click.option("--all", "everything", is_flag=True, help="Resolved ones too.")
@json_lines
@click.option("--note", is_flag=True, help="Take note of the alerts named by id: nobody is reminded of them again.")
@click.option("--officer", help="Who takes note.")
@click.argument("ids", nargs=-1, type=int, metavar="[ID]...")
def alerts_command(everything: bool, as_json: bool, note: bool, officer: str | None, ids: tuple[int, ...]) -> None:
    """List open alerts, newest first; or take note of some with --note ID... --officer NAME."""
    from triage.store import alerts

    if note:
        _take_note(ids, officer)
        return
    if ids:
        raise click.UsageError("ids go with --note")
    with services() as wired, wired.store.read() as tx:
        rows = [_row(one) for one in alerts.list_page(tx, viewer=shell_owner(), with_resolved=everything, limit=10_000)]
    listed(
        rows,
        ("id", "kind", "object", "code", "count", "raised_at", "rounds", "acknowledged_at", "resolved_at"),
        as_json=as_json,
    )


def _row(alert: Alert) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in alert.__slots__ if name != "called"}


def _take_note(ids: tuple[int, ...], officer: str | None) -> None:
    if not ids or not officer:
        raise click.UsageError("name the alerts by id and the officer: --note ID... --officer NAME")
    from triage.flow.watching.alert import take_note

    with services() as wired:
        number = take_note(wired.store, alert_ids=ids, officer=shell_owner(officer), now=wired.clock.now())
    click.echo(f"{number} noted")
