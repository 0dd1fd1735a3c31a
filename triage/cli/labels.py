"""`triage labels` and `triage taxonomy`: doubts over labels, how much officers agree, what old labels mean today."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from triage.cli.output import json_line, json_lines, listed, table
from triage.cli.shell import services, shell_owner
from triage.domain.errors import UserError
from triage.domain.labels import Doubt, TaxonomyChange
from triage.domain.taxonomy import Destination

if TYPE_CHECKING:
    from triage.domain.agreement import Agreement

_OFFICER = click.option("--officer", required=True, help="Who decides; on record.")


@click.group("labels", invoke_without_command=True)
@json_lines
@click.pass_context
def labels_command(context: click.Context, as_json: bool) -> None:
    """Where labels come from, which are doubted, and how much officers agree."""
    if context.invoked_subcommand is not None:
        return
    from triage.store import labels

    with services() as wired, wired.store.read() as tx:
        numbers = {str(source): number for source, number in labels.numbers(tx).items()}
    if as_json:
        json_line(numbers)
    else:
        table([{"from": name, "labels": number} for name, number in numbers.items()], ["from", "labels"])


@labels_command.command("history")
@click.argument("message_id", type=int)
def labels_history(message_id: int) -> None:
    """Every label that MESSAGE_ID was ever given, a JSON object a line."""
    from triage.store import labels

    with services() as wired, wired.store.read() as tx:
        if not labels.visible_among(tx, viewer=shell_owner(""), message_ids=[message_id]):
            raise UserError(f"no message {message_id}")
        for one in labels.history(tx, message_ids=[message_id])[message_id]:
            json_line(
                {
                    "from": one.source, "label": _text(one.destination), "who": one.who, "at": one.at,
                    "suggested": _text(one.suggested), "model": one.model or None, "declines": _text(one.declines),
                    "note": one.note,
                }
            )  # fmt: skip


@labels_command.command("disagreements")
@json_lines
def labels_disagreements(as_json: bool) -> None:
    """Messages over which officers, units and second officers say different things."""
    from triage.store import labels

    with services() as wired, wired.store.read() as tx:
        found = labels.disagreements(tx, viewer=shell_owner(""), limit=1000)
    rows = [
        {
            "id": one.message_id, "ours": str(one.ours), "officer": one.our_officer, "with": one.source,
            "theirs": _text(one.theirs), "who": one.their_name,
        }
        for one in found
    ]  # fmt: skip
    listed(rows, ["id", "ours", "officer", "with", "theirs", "who"], as_json=as_json)


@labels_command.command("suspects")
@click.option("--model", help="A model by name instead of the promoted one.")
@json_lines
def labels_suspects(model: str | None, as_json: bool) -> None:
    """Labels that training found doubtful, the most doubtful first."""
    from triage.store import label_suspects

    with services() as wired, wired.store.read() as tx:
        name = model or wired.shelf.serving()
        if name is None:
            raise UserError("no model serves; run `triage train --promote`")
        found = label_suspects.doubtful(tx, model=name, limit=10_000)
    rows = [
        {
            "line": one.line_id, "labelled": one.labelled, "likely": one.likely, "like": one.other_id,
            "labelled_probability": one.labelled_probability, "likely_probability": one.likely_probability,
        }
        for _, one in found
    ]  # fmt: skip
    listed(rows, ["line", "labelled", "likely", "labelled_probability", "likely_probability", "like"], as_json=as_json)


@labels_command.command("settle")
@click.argument("line")
@click.argument("destination")
@click.option("--before", required=True, help="The label that was doubted.")
@click.option(
    "--doubt", type=click.Choice([one.value for one in Doubt]), default=Doubt.SUSPECT.value, show_default=True
)
@_OFFICER
def labels_settle(line: str, destination: str, before: str, doubt: str, officer: str) -> None:
    """Say what holds for a training line (officer-12, ten-a-001): DESTINATION."""
    from triage.flow.learning.labels import settle

    with services() as wired:
        right = settle(
            wired.store, doubt=Doubt(doubt), line_id=line, before=before, destination=_destination(destination),
            actor=shell_owner(officer), now=wired.clock.now(),
        )  # fmt: skip
    click.echo(f"{line}: {'the label was right' if right else f'{before} is corrected to {destination}'}")


@labels_command.command("agreement")
@json_lines
def labels_agreement(as_json: bool) -> None:
    """How much officers agree who label the same message without seeing the other's label."""
    from triage.flow.learning.labels import officers_agree
    from triage.store import double_labels

    with services() as wired, wired.store.read() as tx:
        both, routes = officers_agree(double_labels.pairs(tx))
    rows = [_agreement("route and country", both), _agreement("route", routes)]
    listed(rows, ["of", "pairs", "agreed", "share", "low", "high", "kappa", "kappa_low", "kappa_high"], as_json=as_json)


@labels_command.command("curve")
def labels_curve() -> None:
    """Measure what more labels bring: models of growing shares of the authors, on the test messages.

    Kept in the card of the model that serves, for the model keeper's screen. Takes some minutes.
    """
    from triage.classify.artefact import load
    from triage.classify.evaluate import of_predictor
    from triage.classify.examples import load_examples
    from triage.config.places import TEST_DATA, TRAINING_DATA

    with services() as wired:
        name = wired.shelf.serving()
        if name is None:
            raise UserError("no model serves; run `triage train --promote`")
        test = load_examples([TEST_DATA])
        evaluation = of_predictor(load(wired.places.models, name), test)
        curve = evaluation.learning_curve(load_examples([TRAINING_DATA]), test)
        wired.shelf.note(name, "learning_curve", {str(labels): figures for labels, figures in curve.items()})
    table([{"labels": labels, **figures} for labels, figures in curve.items()],
          ["labels", "route_and_country", "coverage_at_2_percent"])  # fmt: skip


@click.group("taxonomy", invoke_without_command=True)
@json_lines
@click.pass_context
def taxonomy_command(context: click.Context, as_json: bool) -> None:
    """What old labels mean today: units renamed, merged, split and closed."""
    if context.invoked_subcommand is not None:
        return
    from triage.store import label_mappings

    with services() as wired, wired.store.read() as tx:
        held = label_mappings.mappings(tx)
    rows = [
        {
            "id": one.id, "change": one.kind, "old": one.old, "new": ", ".join(map(str, one.new)), "from": one.valid_from.isoformat(),
            "reason": one.reason,
        }
        for one in held
    ]  # fmt: skip
    listed(rows, ["id", "change", "old", "new", "from", "reason"], as_json=as_json)


@taxonomy_command.command("change")
@click.argument("kind", type=click.Choice([one.value for one in TaxonomyChange]))
@click.argument("old")
@click.argument("new", nargs=-1, required=True)
@click.option("--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="Its day; default: today.")
@click.option("--reason", default="", help="What the Organisation decided, for those who ask later.")
@_OFFICER
def taxonomy_change(
    kind: str, old: str, new: tuple[str, ...], valid_from: datetime | None, reason: str, officer: str
) -> None:
    """OLD was renamed, merged, split or closed; what it means now is NEW (several for a split)."""
    from triage.flow.learning.taxonomy import change

    with services() as wired:
        now = wired.clock.now()
        made = change(
            wired.store, kind=TaxonomyChange(kind), old=old, new=[_destination(one) for one in new],
            valid_from=now.date() if valid_from is None else valid_from.date(), reason=reason,
            actor=shell_owner(officer), now=now,
        )  # fmt: skip
    click.echo(
        f"change {made.mapping_id}: {made.decisions} decisions keep {old}; training run {made.run_id} is asked for"
    )


@taxonomy_command.command("take-back")
@click.argument("change_id", type=int)
@_OFFICER
def taxonomy_take_back(change_id: int, officer: str) -> None:
    """Take a change back; old labels mean again what they said."""
    from triage.flow.learning.taxonomy import take_back

    with services() as wired:
        run_id = take_back(wired.store, mapping_id=change_id, actor=shell_owner(officer), now=wired.clock.now())
    click.echo(f"change {change_id} is taken back; training run {run_id} is asked for")


def _agreement(name: str, found: "Agreement") -> dict[str, Any]:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 4)

    return {
        "of": name, "pairs": found.pairs, "agreed": found.agreed, "share": rounded(found.share), "low": rounded(found.low),
        "high": rounded(found.high), "kappa": rounded(found.kappa), "kappa_low": rounded(found.kappa_low),
        "kappa_high": rounded(found.kappa_high),
    }  # fmt: skip


def _text(destination: Destination | None) -> str | None:
    return None if destination is None else str(destination)


def _destination(text: str) -> Destination:
    try:
        return Destination.parse(text)
    except ValueError:
        raise UserError(f"{text}: no destination; write DMM or MISSION:ML") from None
