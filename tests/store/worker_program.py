"""A worker as its own process, to be killed: `python -m tests.store.worker_program SPEC` with SPEC a JSON object.

`die` names the point at which it kills itself with SIGKILL: reader, acknowledge, classifier, before_body, in_body,
after_body. Without it the program works until it is stopped.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.store.office import SERVICE, THRESHOLDS
from tests.store.parts import OWN, DirectReader, FirstWord
from triage.channels import open_channel
from triage.config import Channel, Source
from triage.domain.decision import Prediction
from triage.domain.message import Message, ReadResult
from triage.domain.ports import BodyStarts, ForwardChannel, MailSource, Outgoing
from triage.flow.arriving.ingest import Ingest
from triage.flow.desk.decide import Classify
from triage.flow.sending.forward import Forward
from triage.sources import open_source
from triage.store.engine import Store
from triage.store.keys import Keyring
from triage.worker.loop import Work, locks, run, worker_name
from triage.worker.loops import IngestLoop, TimedSource, WorkLoop


def die() -> None:
    """As if the power went."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


class Clock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Reader(DirectReader):
    """Dies before it reads, if told to."""

    def __init__(self, point: str) -> None:
        self.point = point

    def read(self, raws: Sequence[bytes]) -> list[ReadResult]:
        if self.point == "reader":
            die()
        return super().read(raws)


class Classifier(FirstWord):
    """Dies before it answers, if told to."""

    def __init__(self, point: str) -> None:
        self.point = point

    def predict(self, messages: Sequence[Message]) -> list[Prediction]:
        if self.point == "classifier":
            die()
        return super().predict(messages)


class Mortal:
    """A real channel around which the worker dies, if told to."""

    def __init__(self, inner: ForwardChannel, point: str) -> None:
        self.inner, self.point, self.idempotent = inner, point, inner.idempotent

    def send(self, mail: Outgoing, body_starts: BodyStarts) -> None:
        if self.point == "before_body":
            die()

        def begun() -> None:
            body_starts()
            if self.point == "in_body":
                die()

        self.inner.send(mail, begun)
        if self.point == "after_body":
            die()

    def close(self) -> None:
        self.inner.close()


def _source(spec: dict[str, Any]) -> MailSource:
    folder = Path(spec["folder"])
    source = open_source(Source(kind="folder", name="box", path=folder / "inbox"), state_folder=folder / "state")
    if spec.get("die") == "acknowledge":
        source.acknowledge = lambda uids: die()  # type: ignore[method-assign]
    return source


def _channel(spec: dict[str, Any]) -> ForwardChannel:
    values: dict[str, object] = {"kind": "maildir", "path": Path(spec["folder"]) / "outbox"}
    if spec["channel"] == "smtp":
        values = {"kind": "smtp", "host": "127.0.0.1", "port": spec["port"], "security": "plain", "timeout_seconds": 10}
    return open_channel(Channel.model_validate(values | {"from": SERVICE.from_address}))


def wire(spec: dict[str, Any], store: Store, *, alone: bool) -> tuple[Work, ForwardChannel]:
    """A worker as SPEC describes it, and its channel, to be closed."""
    clock, point, name = Clock(), spec.get("die", ""), worker_name()
    channel = Mortal(_channel(spec), point)
    forward = Forward(
        store=store,
        channel=channel,
        clock=clock,
        worker_name=name,
        service=SERVICE,
        lease_seconds=spec["lease_seconds"],
        alone=alone,
    )
    ingest = Ingest(store=store, reader=Reader(point), clock=clock, own=OWN, batch_size=20)
    classify = Classify(store=store, classifier=Classifier(point), clock=clock, thresholds=THRESHOLDS, worker=name)
    loops = [IngestLoop(ingest, TimedSource(_source(spec), 0.2), clock)]
    return Work(store, clock, name, loops, WorkLoop([classify, forward])), channel


def main(spec: dict[str, Any]) -> None:
    """Works until stopped, or until death."""
    store = Store(spec["url"], Keyring.from_secret(spec["secret"]))
    with locks(store, ingest=True, work=True) as alone:
        work, channel = wire(spec, store, alone=alone)
        print("ready", flush=True)
        run(work)
        channel.close()
    store.dispose()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
