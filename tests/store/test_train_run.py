"""What a training run tells the trainer."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pytest

from tests.store.office import Office
from triage.classify.shelf import Shelf
from triage.classify.trainer import SavingTrainer
from triage.domain.errors import DataError
from triage.domain.ports import Example, Fitted
from triage.flow.learning.train_run import Job, run


def test_the_trainer_hears_which_labels_are_of_the_days_work(office: Office, tmp_path: Path) -> None:
    message = office.one("ICP our school for returned migrants in the hills asks for books")
    office.decide(message.id, "ICP")
    heard: list[Collection[str]] = []

    class Listening(SavingTrainer):
        def fit(
            self, examples: Sequence[Example], *, progress: Callable[[str, float], None], recent: Collection[str] = ()
        ) -> Fitted:
            heard.append(recent)
            raise DataError("enough was heard")

    job = Job(
        store=office.store,
        shelf=Shelf(tmp_path / "models"),
        trainer=Listening(tmp_path / "models"),
        clock=office.clock,
        data=[],
        test=[],
        snapshots=tmp_path / "training",
    )
    with pytest.raises(DataError, match="enough was heard"):
        run(job, run_id=None, worker="w")
    assert heard == [{f"officer-{message.id}"}]
