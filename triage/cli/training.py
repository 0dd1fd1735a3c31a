"""What `triage train` does: a run here, a run for the worker, or a request to it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triage.bootstrap import Services, sqlite_file
from triage.cli.shell import services, shell_owner
from triage.domain.errors import ConfigError
from triage.domain.training import Outcome, Phase, RunReason

if TYPE_CHECKING:
    from triage.flow.learning.train_run import Ended

LOWEST_PRIORITY = 19


def train_here(paths: Sequence[Path], *, promote: bool, force: bool, with_labels: bool, officer: str) -> None:
    """Trains in this process. With a store in TRIAGE_HOME the run is booked and what people said of mail is learnt from."""
    from triage.flow.learning.train_run import run

    with services() as wired:
        with_store = has_store(wired)
        job = wired.training_job(
            actor=shell_owner(officer),
            promotes=promote,
            insists=force,
            data=paths,
            with_store=with_store,
            with_labels=with_labels,
        )
        name = f"shell-{os.getpid()}"
        run_id = _booked(wired, officer, name) if with_store else None
        ended = run(job, run_id=run_id, worker=name, tell=_tell)
        click.echo(_said(wired, ended))
        if promote and ended.outcome is not Outcome.PROMOTED:
            raise click.exceptions.Exit(1)


def do_run(run_id: int, worker: str) -> None:
    """Does a run that a worker holds, at the lowest priority."""
    from triage.flow.learning.train_run import run
    from triage.log import configure

    os.nice(LOWEST_PRIORITY)
    configure()
    with services() as wired:
        job = wired.training_job(actor=worker, promotes=wired.config.training.promotes)
        run(job, run_id=run_id, worker=worker)


def ask_worker(officer: str) -> None:
    """Asks the worker for a run."""
    from triage.flow.learning.retrain import ask

    with services() as wired:
        run_id = ask(wired.store, shell_owner(officer), RunReason.BY_HAND, wired.clock)
    click.echo(f"run {run_id} waits for the worker; `triage models runs` shows how far it is")


def has_store(wired: Services) -> bool:
    """Whether there is a store to learn from. One of another version is left alone, with a word."""
    file = sqlite_file(wired.places.database_url)
    if file is not None and not file.exists():
        return False
    try:
        _ = wired.config, wired.store
    except ConfigError as error:
        click.echo(f"without the labels of the store: {error}", err=True)
        return False
    return True


def _booked(wired: Services, officer: str, name: str) -> int:
    from triage.store import audit, training

    now = wired.clock.now()
    with wired.store.begin() as tx:
        actor = audit.actor_of(tx, shell_owner(officer))
        return training.start(tx, actor=actor, reason=RunReason.BY_HAND, worker=name, now=now)


def _tell(phase: Phase, share: float) -> None:
    click.echo(f"{share:4.0%} {phase}", err=True)


def _said(wired: Services, ended: "Ended") -> str:
    metrics = wired.shelf.card(ended.model)["metrics"]
    learnt = f"{ended.messages} messages" + (f", {ended.labels} of them labelled here" if ended.labels else "")
    left = "; ".join(f"{number} left out ({why})" for why, number in sorted(ended.left_out.items()))
    lines = [
        f"{ended.model}{' (promoted)' if ended.outcome is Outcome.PROMOTED else ''}: "
        f"route and country right {metrics['route_and_country']:.1%}, "
        f"forward {metrics['forward_coverage']:.1%} with {metrics['forward_wrong']:.1%} wrong, on unseen authors",
        f"learnt from {learnt}" + (f"; {left}" if left else ""),
    ]
    if ended.comparison.champion is not None:
        reasons = ", ".join(ended.comparison.reasons)
        lines.append(f"against {ended.comparison.champion}: {ended.outcome}{f' ({reasons})' if reasons else ''}")
    return "\n".join(lines)
