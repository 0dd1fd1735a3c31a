"""`triage models`: which there are, how they compare, which one serves."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import click

from triage.cli.output import json_line, json_lines, table
from triage.cli.shell import services, shell_owner
from triage.cli.training import has_store
from triage.domain.promotion import Check, Comparison

_OFFICER = click.option("--officer", default="shell", show_default=True, help="Who decides; on record.")


@click.group("models")
def models() -> None:
    """List, compare, promote or roll back models."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with the whole card.")
def list_models(as_json: bool) -> None:
    """Every model on disk, oldest first."""
    with services() as wired:
        infos = wired.shelf.models()
    if as_json:
        for info in infos:
            json_line({"name": info.name, "promoted": info.promoted, "card": info.card})
        return
    table(
        [_model_row(info) for info in infos],
        ["promoted", "name", "messages", "right", "forward", "wrong", "compared"],
    )  # fmt: skip


def _model_row(info: Any) -> dict[str, Any]:
    metrics = info.card["metrics"]
    return {
        "promoted": "*" if info.promoted else "",
        "name": info.name,
        "messages": info.card["data"]["messages"],
        "right": f"{metrics['route_and_country']:.3f}",
        "forward": f"{metrics['forward_coverage']:.3f}",
        "wrong": f"{metrics['forward_wrong']:.3f}",
        "compared": info.card.get("comparison", {}).get("outcome", ""),
    }


@models.command("compare")
@click.argument("name")
@json_lines
def compare(name: str, as_json: bool) -> None:
    """How the model NAME did against the one that served when it was made."""
    from triage.flow.learning.promote import comparison

    with services() as wired:
        found = comparison(wired.shelf, name)
    if found is None:
        click.echo(f"{name} was never compared")
        return
    if as_json:
        json_line(found.as_json())
        return
    _show(found)


def _show(found: Comparison) -> None:
    click.echo(f"{found.challenger} against {found.champion or 'none'}: {found.outcome}")
    table([_check_row(check) for check in found.checks], ["passed", "check", "figures"])


def _check_row(check: Check) -> dict[str, Any]:
    figures = ", ".join(f"{name} {value}" for name, value in check.figures.items() if value is not None)
    return {
        "passed": "too few" if check.thin else "yes" if check.passed else "NO",
        "check": str(check),
        "figures": figures,
    }


@models.command("promote")
@click.argument("name")
@click.option("--force", is_flag=True, help="Even if its comparison did not pass; on record.")
@_OFFICER
def promote(name: str, force: bool, officer: str) -> None:
    """Let the model NAME serve from now on; refused where it did not pass against the one that serves."""
    from triage.flow.learning.promote import promote as let_serve

    with services() as wired:
        store, evidence = (wired.store, wired.evidence()) if has_store(wired) else (None, None)
        served = let_serve(
            store,
            wired.shelf,
            version=name,
            actor=shell_owner(officer),
            now=wired.clock.now(),
            evidence=evidence,
            force=force,
        )
    click.echo(f"{served.model} serves now")
    for place in served.reopened:
        click.echo(f"gate {place}: certified for it")
    for place in served.shut:
        click.echo(f"gate {place}: suggests until there is evidence for it")


@models.command("rollback")
@click.option("--why", default="", help="For its card.")
@_OFFICER
def rollback(why: str, officer: str) -> None:
    """Back to the model that was promoted before."""
    from triage.flow.learning.promote import roll_back

    with services() as wired:
        store, evidence = (wired.store, wired.evidence()) if has_store(wired) else (None, None)
        served = roll_back(
            store, wired.shelf, actor=shell_owner(officer), now=wired.clock.now(), evidence=evidence, why=why
        )
    click.echo(f"{served.model} serves again")


@models.command("runs")
@json_lines
def list_runs(as_json: bool) -> None:
    """The newest training runs: who asked, how far they are, what came of them."""
    from triage.store import training

    with services() as wired, wired.store.read() as tx:
        found = training.runs(tx)
    rows = [
        {
            "id": one.id,
            "asked_at": one.asked_at.isoformat(timespec="seconds"),
            "asked_by": one.asked_by,
            "reason": one.reason,
            "state": one.state,
            "phase": one.phase,
            "progress": round(one.progress, 3),
            "model": one.model,
            "outcome": one.outcome,
            "reasons": list(one.reasons),
            "messages": one.messages,
            "labels": one.labels,
            "left_out": one.left_out or {},
            "snapshot": one.snapshot,
        }
        for one in found
    ]
    if as_json:
        for row in rows:
            json_line(row)
        return
    shown = [
        row | {"progress": f"{one.progress:.0%}", "reasons": ", ".join(one.reasons), "model": one.model or ""}
        for row, one in zip(rows, found, strict=True)
    ]
    table(shown, ["id", "asked_at", "reason", "state", "phase", "progress", "model", "reasons"])


@models.command("challenger")
@click.argument("name", required=False)
@click.option("--end", is_flag=True, help="Nothing runs beside any more.")
@_OFFICER
@json_lines
def challenger(name: str | None, end: bool, officer: str, as_json: bool) -> None:
    """Have the model NAME answer beside the one that serves; without NAME: how the two differ so far."""
    from triage.flow.learning.beside import choose
    from triage.store import challengers

    with services() as wired:
        if name is not None or end:
            choose(wired.store, wired.shelf, None if end else name, shell_owner(officer), wired.clock)
        with wired.store.read() as tx:
            held = challengers.current(tx)
            if held is None:
                click.echo("nothing runs beside the model that serves")
                return
            tally = challengers.tally(tx, model=held.model)
            found = challengers.differences(tx, model=held.model)
    rows = [
        {
            "message": one.message_id,
            "serves": str(one.served),
            "challenger": str(one.challenger),
            "decided": "" if one.decided is None else str(one.decided),
        }
        for one in found
    ]
    if as_json:
        json_line({"model": held.model, "since": held.since.isoformat(timespec="seconds"), **asdict(tally)})
        for row in rows:
            json_line(row)
        return
    click.echo(
        f"{held.model} since {held.since:%Y-%m-%d}: {tally.messages} messages, {tally.differing} answered otherwise; of "
        f"{tally.decided} decided {tally.challenger_right} right, the model that serves {tally.served_right}"
    )
    table(rows, ["message", "serves", "challenger", "decided"])


@models.command("what-if")
@click.option("--model", "name", help="Another model.")
@click.option("--probability", type=click.FloatRange(0, 1), help="Another threshold, for units and missions alike.")
@click.option("--unit", "units", multiple=True, help="OLD=NEW: what goes to OLD would go to NEW. May be repeated.")
@click.option("--days", type=click.IntRange(1), default=30, show_default=True, help="How far back.")
@json_lines
def try_out(name: str | None, probability: float | None, units: tuple[str, ...], days: int, as_json: bool) -> None:
    """What would have been of the last days' mail under another model, threshold or set of units. Changes nothing."""
    from triage.flow.learning.what_if import Change, units_of, what_if

    with services() as wired:
        model = None if name is None else wired.load_model(name)
        thresholds = None
        if probability is not None:
            thresholds = replace(
                wired.thresholds() if model is None else model.thresholds,
                forward_probability=probability,
                mission_probability=probability,
            )
        now = wired.clock.now()
        change = Change(model, thresholds, units_of(units))
        found = what_if(wired.store, change, since=now - timedelta(days=days), now=now)
    if as_json:
        json_line(found.as_json())
        return
    click.echo(
        f"{found.messages} messages of {days} days: {found.changed} suggestions would change, {found.readdressed} would go "
        f"to another address; eligible to go without an officer: {found.forward_now} instead of {found.forward_before}; of "
        f"{found.decided} decided by people {found.right_now} right instead of {found.right_before}"
    )
    table(
        [{"from": a, "to": b, "messages": n} for (a, b), n in found.moves.most_common(20)], ["from", "to", "messages"]
    )  # fmt: skip
