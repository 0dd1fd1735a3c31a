"""`triage train`, `evaluate` and `data`: a model is made and measured."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triage.cli.output import table
from triage.config.places import TEST_DATA, TRAINING_DATA, Places

if TYPE_CHECKING:  # scikit-learn is only loaded by the commands that need it
    from triage.domain.ports import Example

_PATHS = click.Path(path_type=Path, exists=True)


@click.command("train")
@click.option(
    "--data", "paths", multiple=True, type=_PATHS, help="JSONL files or folders; training_data/train when absent."
)
@click.option(
    "--promote", is_flag=True, help="Let the new model serve from now on, if it is not worse than the one that does."
)
@click.option("--force", is_flag=True, help="With --promote: even if it is worse; on record.")
@click.option("--without-labels", is_flag=True, help="Learn from the files alone, not from what people said of mail.")
@click.option("--officer", default="shell", show_default=True, help="Who trains; on record.")
@click.option("--ask", is_flag=True, help="Have the worker do it, and return at once.")
@click.option("--run", "run_id", type=int, hidden=True, help="Do this run, held by --worker.")
@click.option("--worker", default="", hidden=True, help="The worker that holds the run.")
def train(
    paths: tuple[Path, ...],
    promote: bool,
    force: bool,
    without_labels: bool,
    officer: str,
    ask: bool,
    run_id: int | None,
    worker: str,
) -> None:
    """Train a model from labelled messages and from what people said of mail, compare it and save it."""
    from triage.cli import training

    if ask:
        training.ask_worker(officer)
    elif run_id is not None:
        training.do_run(run_id, worker)
    else:
        training.train_here(
            paths, promote=promote, force=force, with_labels=not without_labels, officer=officer
        )  # fmt: skip


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

    test = list(paths) or ([TEST_DATA] if any(TEST_DATA.glob("*.jsonl")) else [])
    evaluation: Evaluation
    if test:
        from triage.classify.artefact import load

        predictor = load(Places.from_environment().models, name)
        evaluation = of_predictor(predictor, _examples(test))
    else:
        evaluation = of_training(_examples([TRAINING_DATA]))
    if page is not None:
        from triage.classify.report import report

        curve = evaluation.learning_curve(_examples([TRAINING_DATA]), _examples(test)) if test else {}
        page.write_text(report(evaluation, curve), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(evaluation.figures(), ensure_ascii=False, indent=1))
        return
    click.echo(f"{evaluation.model} on {evaluation.what}")
    table(evaluation.summary(), ["figure", "value", "must", "aim"])
    if page is not None:
        click.echo(f"report: {page}")


@click.group("data")
def data() -> None:
    """Check training data."""


@data.command("check")
@click.argument("paths", nargs=-1, type=_PATHS)
def check(paths: tuple[Path, ...]) -> None:
    """Schema, duplicates, balance and leaks between the splits; PATHS instead of training_data/ when given."""
    from triage.classify.check import check_data

    test = [] if paths or not any(TEST_DATA.glob("*.jsonl")) else [TEST_DATA]
    result = check_data(list(paths) or [TRAINING_DATA], test)
    for line in result.faults:
        click.echo(line, err=True)
    for line in result.summary:
        click.echo(line)
    if result.faults:
        raise click.exceptions.Exit(1)


def _examples(paths: list[Path]) -> "list[Example]":
    from triage.classify.examples import load_examples

    return load_examples(paths)
