"""What a training run costs beside the fitting: labels read, masked, frozen; champion and challenger asked and compared;
the pointer moved and followed. `python -m tests.bench.retrain [LABELS] [--fit]` prints JSON; seconds are CPU seconds.

Without --fit the challenger is a copy of the champion, so that only what surrounds the fitting is measured. The champion
is made from a few hundred messages.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from tests.rig.little import little_data
from tests.store.office import CLEARED, UNDO_SECONDS, Office
from triage.classify.artefact import load
from triage.classify.shelf import Shelf
from triage.classify.trainer import SavingTrainer
from triage.config.places import TEST_DATA, TRAINING_DATA
from triage.domain.gatekeeper import Rules
from triage.domain.ports import Example, Fitted
from triage.domain.training import Phase, RunReason
from triage.flow.desk.bulk import decide_many
from triage.flow.learning.promote import Evidence
from triage.flow.learning.serving import Serving
from triage.flow.learning.train_run import Job, run
from triage.store import audit, migrate, training
from triage.store.engine import Store
from triage.store.keys import Keyring


class Copies(SavingTrainer):
    """Takes no time to fit: its candidate is a copy of the model that serves."""

    def fit(
        self, examples: Sequence[Example], *, progress: Callable[[str, float], None], recent: Collection[str] = ()
    ) -> Fitted:
        name = Shelf(self.models).serving()
        assert name is not None
        shutil.copytree(self.models / name, self.models / f"{name}-2")
        return Fitted(f"{name}-2", [], {})


def _mail(number: int, example: Example) -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = f"Somebody {number} <sender{number}@bench.example>", "ipd@office.example"
    made["Subject"], made["Message-ID"] = " ".join(example.subject.split()), f"<{number}@bench.example>"
    made.set_content(f"{example.body}\n\nReference {number}")  # the same words are learnt once
    return made.as_bytes(policy=SMTP)


def main(labels: int, *, fit: bool) -> dict[str, object]:
    """Fills a store, trains, and says what took how long."""
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as place:
        home = Path(place)
        little, _ = little_data(home)
        maker = SavingTrainer(home / "models")
        shelf = Shelf(home / "models")
        shelf.point(maker.fit(maker.examples([little]), progress=lambda step, share: None).name)
        url = f"sqlite:///{home / 'store.sqlite'}"
        migrate.upgrade(url)
        store = Store(url, Keyring.open(home / "keys", create=True))
        office = Office(store)
        trainer = (SavingTrainer if fit else Copies)(home / "models")
        base = trainer.examples([TRAINING_DATA])
        office.arrive(*(_mail(number, base[number % len(base)]) for number in range(labels)))
        decide_many(store, officer=CLEARED, now=office.clock.now(), undo_seconds=UNDO_SECONDS)
        serving = Serving(shelf, lambda: load(home / "models", None))
        marks: list[tuple[str, float]] = []

        def tell(phase: Phase, share: float) -> None:
            del share
            if not marks or marks[-1][0] != phase:
                marks.append((phase, time.process_time()))

        began = time.process_time()
        with store.begin() as tx:
            run_id = training.start(
                tx,
                actor=audit.actor_of(tx, CLEARED),
                reason=RunReason.BY_HAND,
                worker="bench",
                now=office.clock.now(),
            )
        job = Job(
            store=store, shelf=shelf, trainer=trainer, clock=office.clock, data=[TRAINING_DATA], test=[TEST_DATA],
            snapshots=home / "training", evidence=Evidence(Rules(), timedelta(days=90)), actor=CLEARED, promotes=True,
            insists=True,
        )  # fmt: skip
        ended = run(job, run_id=run_id, worker="bench", tell=tell)
        ran = time.process_time()
        serving.refresh()
        served = time.process_time()
        store.dispose()
        assert serving.name == ended.model
        phases = {
            phase: round(end - start, 2)
            for (phase, start), (_, end) in zip(marks, [*marks[1:], ("", ran)], strict=True)
        }
        return {
            "messages": ended.messages,
            "labels": ended.labels,
            "left_out": ended.left_out,
            "outcome": ended.outcome,
            "phases_cpu_seconds": phases,
            "run_cpu_seconds": round(ran - began, 2),
            "followed_cpu_seconds": round(served - ran, 2),
        }


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    print(json.dumps(main(numbers[0] if numbers else 1000, fit="--fit" in sys.argv), indent=1))
