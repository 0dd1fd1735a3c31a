"""`triage train`, `evaluate`, `models` and `data`: the model's life."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triage.cli.output import json_line, table
from triage.config.places import PROJECT, Places

if TYPE_CHECKING:  # scikit-learn is only loaded by the commands that need it
    from triage.domain.ports import Example

TRAINING = PROJECT / "training_data" / "train"
TEST = PROJECT / "training_data" / "test"
_PATHS = click.Path(path_type=Path, exists=True)


@click.command("train")
@click.option(
    "--data", "paths", multiple=True, type=_PATHS, help="JSONL files or folders; training_data/train when absent."
)
@click.option("--promote", is_flag=True, help="Let the new model serve from now on.")
def train(paths: tuple[Path, ...], promote: bool) -> None:
    """Train a model from labelled messages and save it."""
    from triage.classify import artefact
    from triage.classify.examples import load_examples
    from triage.classify.train import train as fit

    examples = load_examples(paths or [TRAINING])
    click.echo(f"training on {len(examples)} messages", err=True)
    candidate = fit(examples, progress=lambda step, share: click.echo(f"{share:4.0%} {step}", err=True))
    folder = Places.from_environment().models
    name = artefact.save(candidate, folder)
    if promote:
        artefact.promote(folder, name)
    metrics = candidate.metrics
    click.echo(
        f"{name}{' (promoted)' if promote else ''}: route and country right {metrics['route_and_country']:.1%}, "
        f"forward {metrics['forward_coverage']:.1%} with {metrics['forward_wrong']:.1%} wrong, on unseen authors"
    )


@click.command("evaluate")
@click.option("--json", "as_json", is_flag=True, help="All figures as one JSON object.")
@click.option(
    "--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write a report with pictures here."
)
@click.option("--data", "paths", multiple=True, type=_PATHS, help="Labelled messages; training_data/test when absent.")
@click.option("--model", "name", default=None, help="A model by name instead of the promoted one.")
def evaluate(as_json: bool, page: Path | None, paths: tuple[Path, ...], name: str | None) -> None:
    """Measure a model on messages it has never seen.

    Without test messages: on the training messages, by models that never saw the author of each.
    """
    from triage.classify.evaluate import Evaluation, of_predictor, of_training

    test = list(paths) or ([TEST] if any(TEST.glob("*.jsonl")) else [])
    evaluation: Evaluation
    if test:
        from triage.classify.artefact import load

        predictor = load(Places.from_environment().models, name)
        evaluation = of_predictor(predictor, _examples(test))
    else:
        evaluation = of_training(_examples([TRAINING]))
    if page is not None:
        from triage.classify.report import report

        curve = evaluation.learning_curve(_examples([TRAINING]), _examples(test)) if test else {}
        page.write_text(report(evaluation, curve), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(evaluation.figures(), ensure_ascii=False, indent=1))
        return
    click.echo(f"{evaluation.model} on {evaluation.what}")
    table(evaluation.summary(), ["figure", "value", "must", "aim"])
    if page is not None:
        click.echo(f"report: {page}")


@click.group("models")
def models() -> None:
    """List, promote or roll back models."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with the whole card.")
def list_models(as_json: bool) -> None:
    """Every model on disk, oldest first."""
    from triage.classify import artefact

    infos = artefact.list_models(Places.from_environment().models)
    if as_json:
        for info in infos:
            json_line({"name": info.name, "promoted": info.promoted, "card": info.card})
        return
    table([_model_row(info) for info in infos], ["promoted", "name", "messages", "right", "forward", "wrong"])


def _model_row(info: Any) -> dict[str, Any]:
    metrics = info.card["metrics"]
    return {
        "promoted": "*" if info.promoted else "",
        "name": info.name,
        "messages": info.card["data"]["messages"],
        "right": f"{metrics['route_and_country']:.3f}",
        "forward": f"{metrics['forward_coverage']:.3f}",
        "wrong": f"{metrics['forward_wrong']:.3f}",
    }


@models.command("promote")
@click.argument("name")
def promote(name: str) -> None:
    """Let the model NAME serve from now on."""
    from triage.classify import artefact

    artefact.promote(Places.from_environment().models, name)
    click.echo(f"{name} serves now")


@models.command("rollback")
def rollback() -> None:
    """Back to the model that was promoted before."""
    from triage.classify import artefact

    click.echo(f"{artefact.rollback(Places.from_environment().models)} serves again")


@click.group("data")
def data() -> None:
    """Check training data."""


@data.command("check")
@click.argument("paths", nargs=-1, type=_PATHS)
def check(paths: tuple[Path, ...]) -> None:
    """Schema, duplicates, balance and leaks between the splits; PATHS instead of training_data/ when given."""
    from triage.classify.check import check_data

    test = [] if paths or not any(TEST.glob("*.jsonl")) else [TEST]
    result = check_data(list(paths) or [TRAINING], test)
    for line in result.faults:
        click.echo(line, err=True)
    for line in result.summary:
        click.echo(line)
    if result.faults:
        raise click.exceptions.Exit(1)


def _examples(paths: list[Path]) -> "list[Example]":
    from triage.classify.examples import load_examples

    return load_examples(paths)
