"""`triage gate`: where automatic forwarding stands, what is missing, opening and closing it."""

from typing import TYPE_CHECKING

import click

from triage.bootstrap import Services
from triage.cli.output import json_line
from triage.cli.shell import services, shell_owner
from triage.domain.errors import ConfigError, UserError
from triage.domain.gate import Certificate
from triage.domain.gate_words import POOLED, Place, Scope
from triage.domain.taxonomy import Destination, Route

if TYPE_CHECKING:
    from triage.flow.learning.gate import GateView

_OFFICER = click.option("--officer", required=True, help="Who decides; on record.")


@click.group("gate", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a gate, then one for each alarm of drift.")
@click.pass_context
def gate_command(context: click.Context, as_json: bool) -> None:
    """Where automatic forwarding stands, what its evidence shows, and what is missing."""
    if context.invoked_subcommand is not None:
        return
    from triage.flow.learning.gate import look
    from triage.store import drift, gate, gate_checks

    with services() as wired, wired.store.read() as tx:
        rules, window, now, model = wired.gate_rules(), wired.config.gate.window, wired.clock.now(), _model(wired)
        places = [POOLED, *(place for place in gate.states(tx) if place != POOLED)]
        views = [look(tx, place=place, model=model, rules=rules, window=window, now=now) for place in places]
        drawn, answered = gate_checks.waiting(tx, since=now - window)
        alarms = drift.open_alarms(tx, model=model)
        automatic = wired.config.gate.automatic
    if as_json:
        for view in views:
            json_line(_row(view) | {"model": model, "limit": rules.limit, "confidence": rules.confidence})
        for alarm in alarms:
            json_line({"alarm": alarm.figure, "value": alarm.value, "limit": alarm.limit, "messages": alarm.examples})
        return

    def tell(view: "GateView") -> str:
        found = view.evidence
        if isinstance(found, Certificate):
            shows = f"evidence allows {found.threshold:g} ({found.wrong} of {found.checked} wrong, at most {found.upper:.2%})"
        elif found.more is None:
            shows = "no threshold keeps the limit; only a better model can help"
        else:
            shows = f"{found.more} more checked messages are needed"
        return f"{view.place}: {view.state}{f' ({view.cause})' if view.cause else ''}; {view.checked} checked; {shows}"

    for view in views:
        click.echo(tell(view))
    click.echo(f"drawn to be judged blind: {drawn}, answered: {answered}; automatic is {'on' if automatic else 'off'}")
    for alarm in alarms:
        examples = ", ".join(map(str, alarm.examples))
        click.echo(f"drift: {alarm.figure} {alarm.value:.3f} above {alarm.limit:g}; messages {examples}")


@gate_command.command("open")
@click.option("--route", help="Only this route, on its own evidence.")
@click.option("--language", help="Only this language, on its own evidence.")
@click.option("--unit", help="Only this destination, such as MISSION:ML, on its own evidence.")
@_OFFICER
def gate_open(route: str | None, language: str | None, unit: str | None, officer: str) -> None:
    """Let mail go without an officer; refused where the evidence is too thin."""
    from triage.flow.learning.gate import open_gate

    place = _place(route, language, unit)
    with services() as wired:
        found = open_gate(
            wired.store,
            place=place,
            model=_model(wired),
            rules=wired.gate_rules(),
            window=wired.config.gate.window,
            automatic=wired.config.gate.automatic,
            officer=shell_owner(officer),
            now=wired.clock.now(),
        )
    click.echo(
        f"{place}: automatic from {found.threshold:g} on; {found.wrong} of {found.checked} checked messages were wrong, "
        f"at most {found.upper:.2%} of such mail is misrouted"
    )


@gate_command.command("close")
@click.option("--route", help="Only this route.")
@click.option("--language", help="Only this language.")
@click.option("--unit", help="Only this destination, such as MISSION:ML.")
@click.option("--release", is_flag=True, help="Leave a route, language or unit to the pooled gate again.")
@_OFFICER
def gate_close(route: str | None, language: str | None, unit: str | None, release: bool, officer: str) -> None:
    """Nothing goes without an officer any more; without an option: nothing at all."""
    from triage.flow.learning.gate import close_gate

    with services() as wired:
        moved = close_gate(
            wired.store,
            place=_place(route, language, unit),
            model=_model(wired),
            officer=shell_owner(officer),
            now=wired.clock.now(),
            reopens=release,
        )
    click.echo(f"{', '.join(map(str, moved))}: {'left to the pooled gate' if release else 'closed'}")


@gate_command.command("disagreements")
def gate_disagreements() -> None:
    """Drawn messages whose officer and hidden suggestion differ, for somebody else's second look."""
    from triage.store import gate_checks

    with services() as wired, wired.store.read() as tx:
        since = wired.clock.now() - wired.config.gate.window
        for one in gate_checks.disagreements(tx, model=_model(wired), since=since):
            # In a fixed order: who looks again is not to know which answer was whose.
            click.echo(f"{one.message_id}: {' or '.join(sorted((str(one.said), str(one.answered))))}")


@gate_command.command("settle")
@click.argument("message_id", type=int)
@click.argument("destination")
@_OFFICER
def gate_settle(message_id: int, destination: str, officer: str) -> None:
    """A second officer says that MESSAGE_ID belongs to DESTINATION."""
    from triage.flow.learning.gate import look_again

    with services() as wired:
        look_again(
            wired.store,
            message_id=message_id,
            destination=_destination(destination),
            officer=shell_owner(officer),
            now=wired.clock.now(),
        )
    click.echo(f"{message_id}: {destination}")


@gate_command.command("usual")
@_OFFICER
def gate_usual(officer: str) -> None:
    """Mail is like this now: ends the alarms of drift, and later mail is compared with today's."""
    from triage.flow.learning.gate import settle_drift

    with services() as wired:
        ended = settle_drift(wired.store, model=_model(wired), officer=shell_owner(officer), now=wired.clock.now())
    click.echo(f"{ended} alarms ended")


def _model(wired: Services) -> str:
    from triage.classify.artefact import promoted_name

    name = promoted_name(wired.places.models)
    if name is None:
        raise ConfigError(f"{wired.places.models}: no model is promoted; run `triage train --promote`")
    return name


def _place(route: str | None, language: str | None, unit: str | None) -> Place:
    named = [(Scope.ROUTE, route), (Scope.LANGUAGE, language), (Scope.UNIT, unit)]
    chosen = [Place(scope, name) for scope, name in named if name is not None]
    if len(chosen) > 1:
        raise UserError("one of --route, --language and --unit at a time")
    if route is not None and route not in set(Route):
        raise UserError(f"{route}: no such route; one of {', '.join(Route)}")
    if unit is not None:
        _destination(unit)
    return chosen[0] if chosen else POOLED


def _destination(text: str) -> Destination:
    try:
        return Destination.parse(text)
    except ValueError:
        raise UserError(f"{text}: no destination; write DMM or MISSION:ML") from None


def _row(view: "GateView") -> dict[str, object]:
    found = view.evidence
    return {
        "gate": str(view.place),
        "state": view.state,
        "why": view.cause,
        "since": view.since,
        "threshold": view.threshold,
        "checked": view.checked,
        "certifiable": found.threshold if isinstance(found, Certificate) else None,
        "upper": found.upper if isinstance(found, Certificate) else found.best_upper,
        "more": None if isinstance(found, Certificate) else found.more,
    }
