"""Wires what keeps the service safe beside its work: the watch with its alerts, and the copies in the Sent folder. Each
has a thread of its own, so that a mail server that hangs can silence neither."""

import shutil
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from triage.bootstrap import Services, sqlite_file

if TYPE_CHECKING:
    from triage.flow.watching.lookout import Voice
    from triage.flow.watching.reach import Reach
    from triage.worker.loops import WorkLoop


def guard_loops(wired: Services, stack: ExitStack, reach: "Reach", *, name: str) -> "list[WorkLoop]":
    """The loops beside a worker's own; `name` is the worker's."""
    from triage.worker.loops import WorkLoop

    loops = [_watch_loop(wired, reach), _keeping_loop(wired), _training_loop(wired, stack, name)]
    channel = wired.config.channel
    if channel.sent_source:
        from triage.flow.sending.file_copies import FileCopies

        copies = FileCopies(wired.store, wired.clock, wired.sent_folder(), wired.service_address())
        loops.append(WorkLoop([stack.enter_context(closing(copies))]))
    return loops


def _keeping_loop(wired: Services) -> "WorkLoop":
    """What must not be kept goes, and keys that were being changed are finished: neither holds up mail."""
    from triage.flow.protection.rotate import FinishRotation
    from triage.worker.loops import WorkLoop

    return WorkLoop([wired.retain(), FinishRotation(store=wired.store, clock=wired.clock)])


def _training_loop(wired: Services, stack: ExitStack, name: str) -> "WorkLoop":
    """Models are trained by a process of their own, and a challenger answers beside: neither holds up mail."""
    from triage.worker.loops import WorkLoop
    from triage.worker.training import start_training

    return WorkLoop([stack.enter_context(closing(wired.retrain(name, start_training))), wired.beside()])


def _watch_loop(wired: Services, reach: "Reach") -> "WorkLoop":
    from triage.flow.watching.watch import Watch, Watched
    from triage.worker.loops import WorkLoop

    config, alerts = wired.config, wired.config.alerts
    watched = Watched(
        sources=tuple(source.name for source in config.sources),
        poll_seconds=max((source.poll_seconds for source in config.sources), default=30.0),
        disk_free_bytes=alerts.disk_free_bytes,
        quarantine_per_day=alerts.quarantine_per_day,
        backlog_minutes=alerts.backlog_minutes,
        silence_minutes=alerts.silence_minutes,
    )
    watch = Watch(wired.store, wired.clock, watched, lambda: free_bytes(wired))
    return WorkLoop([watch, *_voices(wired, reach)])


def lookout_loop(wired: Services, reach: "Reach") -> "WorkLoop":
    """For a process that only ingests: it notices that the worker is gone, and calls the webhook of it."""
    from triage.flow.watching.lookout import Lookout
    from triage.worker.loops import WorkLoop

    silence = wired.config.alerts.silence_minutes
    return WorkLoop([Lookout(wired.store, wired.clock, silence, _voices(wired, reach))])


def _voices(wired: Services, reach: "Reach") -> "list[Voice]":
    """Mail and, where there is one, the webhook."""
    from triage.channels.webhook import Webhook
    from triage.flow.watching.alert import Call, Tell, Telling

    alerts = wired.config.alerts
    telling = Telling(wired.config.web.public_url, alerts.mail, alerts.order, alerts.remind_minutes)
    tell = Tell(wired.store, wired.clock, wired.brake(), telling)
    if not alerts.webhook_url:
        return [tell]
    return [tell, Call(wired.store, wired.clock, Webhook(alerts), reach, telling, alerts.webhook_restricted)]


def free_bytes(wired: Services) -> int:
    """What is free where the service writes: beside the SQLite file, else in TRIAGE_HOME."""
    file = sqlite_file(wired.places.database_url)
    folder: Path = wired.places.home if file is None or not file.parent.exists() else file.parent
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
