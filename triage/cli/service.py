"""The service itself: ingest, work, serve, and run, which does all three in one process tree."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from triage.bootstrap import Services
from triage.cli.shell import services
from triage.domain.errors import Transient, UserError

if TYPE_CHECKING:
    from triage.flow.watching.reach import Reach
    from triage.worker.loop import Work
    from triage.worker.loops import IngestLoop, WorkLoop

_PATIENCE_SECONDS = 30.0
_RESTART_SECONDS = 2.0


@click.command("ingest")
@click.option("--once", is_flag=True, help="Poll every source one time and end.")
def ingest_command(once: bool) -> None:
    """Pull mail from all sources into the store."""
    with services() as wired:
        _work(wired, ingest=True, work=False, once=once)


@click.command("work")
@click.option("--once", is_flag=True, help="Do what is due now and end.")
def work_command(once: bool) -> None:
    """Classify stored mail and forward what is due."""
    with services() as wired:
        _work(wired, ingest=False, work=True, once=once)


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; a proxy with TLS belongs before it."
)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="TCP port.")
def serve_command(host: str, port: int) -> None:
    """Serve the web screens."""
    from triage.web.serve import serve

    with services() as wired:
        _ = wired.store  # refuse before listening, not at the first request
        try:
            serve(wired, host, port)
        except OSError as error:
            raise UserError(f"cannot listen on {host}:{port} ({error.strerror}); choose another --port") from None


@click.command("run")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="TCP port.")
def run_command(host: str, port: int) -> None:
    """Ingest, work and serve in one process tree; ends them all together."""
    with services() as wired:
        _ = wired.store, wired.config, wired.classifier()  # say what is missing once, before three processes do
    run_tree([["ingest"], ["work"], ["serve", "--host", host, "--port", str(port)]])


def run_tree(commands: Sequence[Sequence[str]]) -> None:
    """Runs `triage` commands as children until SIGTERM or SIGINT, or until one ends with a user's mistake (exit code 2).

    A child that ends otherwise is started again after a short pause: each may be killed at any moment without loss.
    """
    with _stop_signals() as stopped, running_tree(commands) as children:
        while not stopped:
            for command, child in children.items():
                code = child.poll()
                if code == UserError.exit_code:
                    raise UserError(f"`triage {command[0]}` cannot run, see above")
                if code is not None:
                    time.sleep(_RESTART_SECONDS)
                    children[command] = _start(command)
            time.sleep(0.2)


@contextmanager
def running_tree(commands: Sequence[Sequence[str]]) -> Iterator[dict[tuple[str, ...], subprocess.Popen[bytes]]]:
    """`triage` commands as children while the block runs; they are asked to end after it, and made to if they do not."""
    children = {tuple(command): _start(command) for command in commands}
    try:
        yield children
    finally:
        _end(children.values())


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "triage", *command], start_new_session=True)


def _end(children: Iterable[subprocess.Popen[bytes]]) -> None:
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.terminate()
    for child in running:
        try:
            child.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def _stop_signals() -> Iterator[list[int]]:
    """A list that fills when the process is told to stop."""
    received: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        received.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _work(wired: Services, *, ingest: bool, work: bool, once: bool) -> None:
    """Wires the loops of one worker process and runs them."""
    from triage import log
    from triage.cli.guard import guard_loops, lookout_loop
    from triage.flow.watching.reach import Reach
    from triage.worker.loop import Work, locks, run, run_once, worker_name

    log.configure()
    name = worker_name()
    with ExitStack() as stack:
        alone = stack.enter_context(locks(wired.store, ingest=ingest, work=work))
        todo = Work(wired.store, wired.clock, name)
        reach = Reach(wired.store, wired.clock)
        if ingest:
            todo.ingest = _ingest_loops(wired, stack, reach)
        if work:
            todo.work = _work_loop(wired, stack, reach, name=name, alone=alone)
            todo.more = guard_loops(wired, stack, reach, name=name)
        elif not once:
            todo.more = [lookout_loop(wired, reach)]
        if once:
            run_once(todo)
            _complain(todo)
        else:
            run(todo)


def _complain(done: "Work") -> None:
    """Raises Transient where a source could not be polled to its end: a script must see it in the exit code."""
    failed = [loop.timed.source.name for loop in done.ingest if loop.timed.failures]
    if failed:
        raise Transient("source_not_polled", ", ".join(failed))


def _ingest_loops(wired: Services, stack: ExitStack, reach: "Reach") -> "list[IngestLoop]":
    from triage.flow.arriving.ingest import Ingest
    from triage.worker.loops import IngestLoop, TimedSource

    reader = stack.enter_context(closing(wired.reader()))
    return [
        IngestLoop(
            Ingest(
                store=wired.store, reader=reader, clock=wired.clock, own=wired.own, batch_size=settings.batch_size
            ),
            TimedSource(source, settings.poll_seconds),
            wired.clock,
            note=reach.source,
        )
        for source, settings in zip(wired.sources(), wired.config.sources, strict=True)
    ]  # fmt: skip


def _work_loop(wired: Services, stack: ExitStack, reach: "Reach", *, name: str, alone: bool) -> "WorkLoop":
    from triage.flow.desk.decide import Classify
    from triage.flow.learning.labels import DrawSecondLooks
    from triage.flow.office.summarise import Summarise
    from triage.flow.sending.acknowledge import Acknowledge
    from triage.flow.sending.forward import Forward
    from triage.flow.units.digest import Digest
    from triage.flow.units.remind import Patience, Remind
    from triage.worker.loops import WorkLoop

    settings = wired.config.channel
    polite = wired.config.acknowledgement
    classify = Classify(
        store=wired.store,
        classifier=wired.classifier(),
        clock=wired.clock,
        thresholds=wired.thresholds,
        worker=name,
        acknowledges=polite.enabled and not wired.config.is_shadow,
        automatic=wired.automatic(),
    )
    acknowledge = Acknowledge(wired.store, wired.clock, wired.brake(), polite.period_days)
    remind = Remind(
        store=wired.store,
        clock=wired.clock,
        brake=wired.brake(),
        service=wired.service_address(),
        patience=Patience(wired.config.units.reminder_days, wired.config.units.escalation_days),
        worker=name,
    )
    digest = Digest(store=wired.store, clock=wired.clock, brake=wired.brake(), service=wired.service_address())
    forward = Forward(
        store=wired.store,
        channel=stack.enter_context(closing(wired.channel())),
        clock=wired.clock,
        worker_name=name,
        service=wired.service_address(),
        attempts=settings.attempts,
        lease_seconds=settings.lease_seconds,
        alone=alone,
        reach=reach,
        files_copies=bool(settings.sent_source) and not wired.config.is_shadow,
        scanner=wired.scanner(),
    )
    # In a shadow the store refuses mail about inquiries; what is left to send are alerts to the service's own people.
    summarise = Summarise(store=wired.store, clock=wired.clock)
    return WorkLoop(
        [
            wired.pick_up(name),
            classify,
            *([] if wired.config.is_shadow else [acknowledge]),
            remind,
            digest,
            forward,
            summarise,
            wired.watch(name),
            DrawSecondLooks(wired.store, wired.clock, share=wired.config.labels.second_look_share, worker=name),
        ]
    )
