"""`triage simulate`: streams of authored mail before the real gate."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triage.cli.output import json_line
from triage.config.places import PROJECT, Places
from triage.domain.taxonomy import Route

if TYPE_CHECKING:
    from triage.domain.gatekeeper import Rules
    from triage.domain.ports import Example
    from triage.simulate.scores import NewTopic
    from triage.simulate.stream import Plan

TRAINING = PROJECT / "training_data" / "train"
_SHARE = click.FloatRange(0, 1)


@click.command("simulate")
@click.option("--streams", default=20, show_default=True, type=click.IntRange(1), help="How many streams.")
@click.option(
    "--seed",
    default=0,
    show_default=True,
    help="Seed of the first stream; the others count on. Also: whose mail of a new topic is corrected.",
)
@click.option("--limit", default=0.02, show_default=True, type=click.FloatRange(0.001, 0.5), help="Share of misroutes.")
@click.option("--confidence", default=0.98, show_default=True, type=click.FloatRange(0.5, 0.9999), help="Of the bound.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a stream.")
@click.option(
    "--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write a report with pictures here."
)
@click.option("--full", is_flag=True, help="Through a real store, the worker's steps and retraining (few streams).")
@click.option("--weeks", default=12, show_default=True, type=click.IntRange(1), help="Virtual weeks after the audit.")
@click.option("--per-week", default=500, show_default=True, type=click.IntRange(1), help="Messages a week.")
@click.option("--audited", default=2000, show_default=True, type=click.IntRange(0), help="Judged blind before opening.")
@click.option("--outside", default=0.10, show_default=True, type=_SHARE, help="Share of mail out of scope.")
@click.option("--officer-error", default=0.01, show_default=True, type=_SHARE, help="Share of officers' answers wrong.")
@click.option("--one-look", is_flag=True, help="Nobody settles where officer and suggestion differ.")
@click.option(
    "--shuffle-from", type=click.IntRange(1), help="From this week on the vocabulary is shuffled for a month."
)
@click.option("--new-topic", help="A route that the model has never heard of, from week 3 on.")
@click.option("--swapped", default=0.0, type=_SHARE, help="Share of officers' labels that are swapped.")
@click.option("--swapped-route", help="Only labels of this route are swapped.")
@click.option(
    "--trainings",
    type=click.IntRange(0),
    help="How often training and comparison are tried on such labels; once where some are swapped.",
)
@click.option("--new-labels", type=click.IntRange(1), help="How many labels are new in it; half of all by default.")
@click.option(
    "--start", type=click.IntRange(40), help="Instead: an office with so many labels and the units' mandates."
)
def simulate(
    streams: int,
    seed: int,
    limit: float,
    confidence: float,
    as_json: bool,
    page: Path | None,
    full: bool,
    weeks: int,
    per_week: int,
    audited: int,
    outside: float,
    officer_error: float,
    one_look: bool,
    shuffle_from: int | None,
    new_topic: str | None,
    swapped: float,
    swapped_route: str | None,
    trainings: int | None,
    new_labels: int | None,
    start: int | None,
) -> None:
    """Run streams of authored mail before the real gate and policy, with scripted officers.

    Each message is judged by a model that never saw its author; the judgements are kept in TRIAGE_HOME. With --swapped
    or --trainings, the real training and comparison is tried on labels swapped in the same way, too.
    """
    from triage.classify.examples import load_examples
    from triage.domain.gatekeeper import Rules
    from triage.simulate import scores
    from triage.simulate.officers import Poison
    from triage.simulate.report import report
    from triage.simulate.stream import Plan, Stream, Supply
    from triage.simulate.summary import summarise_outcomes

    plan = Plan(
        rules=Rules(limit=limit, confidence=confidence),
        audited=audited,
        weeks=weeks,
        per_week=per_week,
        outside=outside,
        officer_error=officer_error,
        second_look=not one_look,
        poison=Poison(swapped, _route(swapped_route)),
        shuffled_from=shuffle_from,
        topic=_route(new_topic),
        topic_from=3 if new_topic else None,
    )
    examples = load_examples([TRAINING])
    if start is not None:
        _start(examples, start, streams=streams, seed=seed, rules=plan.rules, as_json=as_json)
        return
    cache = Places.from_environment().home / "simulate"
    if full:
        from triage.simulate.full import run_full

        runs = (run_full(plan, examples, seed + number) for number in range(streams))
    else:
        topic = plan.topic
        if shuffle_from:
            usual, changed = scores.with_shuffled(examples, cache=cache)
        else:
            usual, changed = scores.ordinary(examples, cache=cache), None
        supply = Supply(usual, changed, _topic(examples, topic, cache, seed) if topic else None)
        runs = (Stream(plan, supply, seed + number).run() for number in range(streams))
    outcomes = []
    for outcome in runs:
        outcomes.append(outcome)
        if as_json:
            json_line(outcome.row())
    summary = summarise_outcomes(outcomes)
    for name, value in summary.lines():
        click.echo(f"{name}: {value}", err=as_json)
    if not full:
        if supply.topic is not None:
            click.echo(str(supply.topic), err=as_json)
        number = trainings if trainings is not None else int(bool(swapped))
        for each in range(seed, seed + number):
            _poison(examples, plan, each, labels=new_labels, as_json=as_json)
    if page is not None:
        page.write_text(report(outcomes, summary), encoding="utf-8")
        click.echo(f"report: {page}", err=as_json)


def _topic(examples: "Sequence[Example]", route: Route, cache: Path, seed: int) -> "NewTopic":
    from triage.classify.mandates import mandates
    from triage.config.organisation import load_organisation
    from triage.simulate.scores import new_topic

    units, _ = load_organisation(Places.from_environment().config)
    return new_topic(examples, route, documents=mandates(units), cache=cache, seed=seed)


def _start(
    examples: "Sequence[Example]", labels: int, *, streams: int, seed: int, rules: "Rules", as_json: bool
) -> None:
    from triage.config.organisation import load_organisation
    from triage.simulate.beginning import begin

    units, _ = load_organisation(Places.from_environment().config)
    rows = [begin(examples, units, labels=labels, rules=rules, seed=seed + number) for number in range(streams)]
    if as_json:
        for row in rows:
            json_line(row.row())
    right = [row.right for row in rows]
    click.echo(f"right: mean {sum(right) / len(right):.3f}, worst {min(right):.3f}; gate: {rows[0].gate}", err=as_json)


def _poison(examples: "Sequence[Example]", plan: "Plan", seed: int, *, labels: int | None, as_json: bool) -> None:
    from triage.simulate.poison import try_poison

    trial = try_poison(examples, plan.poison, seed, labels=labels, error=plan.officer_error)
    if as_json:
        json_line(trial.row())
    click.echo(
        f"swapped labels: {trial.swapped} of {trial.labels} new ones; suspects: precision {trial.precision:.3f}, "
        f"recall {trial.recall:.3f}; challenger: {trial.outcome} ({', '.join(trial.reasons) or 'nothing against it'})",
        err=as_json,
    )


def _route(name: str | None) -> Route | None:
    if name is None:
        return None
    try:
        return Route(name)
    except ValueError:
        raise click.BadParameter(f"{name}: no such route; one of {', '.join(Route)}") from None
