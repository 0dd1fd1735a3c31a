"""The model that serves, the gate before it, and how the next one is trained."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from triage.bootstrap.foundation import Foundation
from triage.config.places import TEST_DATA, TRAINING_DATA
from triage.config.training import Training
from triage.domain.policy import Thresholds
from triage.domain.ports import Classifier

if TYPE_CHECKING:
    from triage.classify.predictor import Predictor
    from triage.classify.shelf import Shelf
    from triage.domain.gatekeeper import Rules as GateRules
    from triage.domain.organisation import Unit
    from triage.domain.people import Person
    from triage.flow.learning.automatic import Automatic
    from triage.flow.learning.beside import Beside
    from triage.flow.learning.gate import Watch
    from triage.flow.learning.promote import Evidence
    from triage.flow.learning.retrain import Child, Retrain
    from triage.flow.learning.serving import PickUp, Serving
    from triage.flow.learning.train_run import Job


class Learning(Foundation):
    """Everything that asks a model, or makes one. Nothing is loaded before it is asked."""

    def classifier(self) -> Classifier:
        """The promoted model, loaded once; `pick_up` follows the pointer. Raises ModelError where there is none."""
        return self._classifier

    @cached_property
    def _classifier(self) -> "Serving":
        from triage.flow.learning.serving import Serving

        return Serving(self.shelf, self._load)

    def _load(self) -> "Predictor":
        from triage.classify.artefact import load

        return load(self.places.models, None)

    def pick_up(self, worker: str) -> "PickUp":
        """The worker's step that follows the pointer to the model that serves."""
        from triage.flow.learning.serving import PickUp

        return PickUp(self._classifier, self.store, self.clock, worker)

    def thresholds(self) -> Thresholds:
        """The thresholds of the model's card, which the rules in force may only make stricter."""
        card, least = self._classifier.thresholds, self.rules().minimum_probability
        return replace(
            card,
            forward_probability=max(card.forward_probability, least),
            mission_probability=max(card.mission_probability, least),
        )

    def load_model(self, name: str) -> Classifier:
        """A model by name. Raises ModelError."""
        from triage.classify.artefact import load

        return load(self.places.models, name)

    def beside(self) -> "Beside":
        """The worker's step that has a challenger answer beside the model that serves."""
        from triage.flow.learning.beside import Beside

        return Beside(self.store, self.clock, self.load_model)

    @cached_property
    def shelf(self) -> "Shelf":
        """The models folder: which there are, which one serves. Loads nothing."""
        from triage.classify.shelf import Shelf

        return Shelf(self.places.models)

    def gate_rules(self) -> "GateRules":
        """What the office wants of the gate."""
        return self.config.gate.rules(self.rules().minimum_probability)

    def evidence(self) -> "Evidence":
        """By what a gate is certified anew when another model is to serve."""
        from triage.flow.learning.promote import Evidence

        return Evidence(self.gate_rules(), self.config.gate.window)

    def automatic(self) -> "Automatic":
        """What a classifying worker asks before anything goes without an officer."""
        from triage.flow.learning.automatic import Automatic

        return Automatic(self.gate_rules, self.config.gate.automatic, lambda: self.rules().undo_seconds)

    def watch(self, worker: str) -> "Watch":
        """The worker's step that keeps the gate."""
        from triage.flow.learning.gate import Watch

        return Watch(
            store=self.store,
            classifier=self.classifier(),
            clock=self.clock,
            rules=self.gate_rules,
            window=self.config.gate.window,
            automatic=self.config.gate.automatic,
            thresholds=self.thresholds,
            worker=worker,
        )

    def training_job(
        self,
        *,
        actor: "Person | str",
        promotes: bool,
        insists: bool = False,
        data: Sequence[Path] = (),
        with_store: bool = True,
        with_labels: bool = True,
    ) -> "Job":
        """What a training run needs; `data` in the place of the configured training files."""
        from triage.classify.trainer import SavingTrainer
        from triage.flow.learning.train_run import Job

        configured = with_store or (self.places.config / "triage.toml").is_file()
        settings = self.config.training if configured else Training()
        return Job(
            store=self.store if with_store else None,
            shelf=self.shelf,
            trainer=SavingTrainer(self.places.models, self._units if with_store else self._first_units),
            clock=self.clock,
            data=data or [settings.data or TRAINING_DATA],
            test=[settings.test or TEST_DATA],
            snapshots=self.training_copies,
            evidence=self.evidence() if with_store else None,
            actor=actor,
            promotes=promotes,
            insists=insists,
            with_labels=with_labels,
            suspect_limit=settings.suspect_limit,
            keep=settings.keep_snapshots,
        )

    def _units(self) -> "Sequence[Unit]":
        """The units of today, of the store."""
        from triage.store import organisation

        with self.store.read() as tx:
            return organisation.units(tx, self.clock.now().date())

    def _first_units(self) -> "Sequence[Unit]":
        """The units that an office begins with."""
        from triage.config import load_organisation

        return load_organisation(self.places.config)[0]

    def retrain(self, worker: str, start: Callable[[int, str], "Child"]) -> "Retrain":
        """The worker's step that has models trained; `start` begins the process of a run."""
        from triage.flow.learning.retrain import Retrain, Rhythm

        settings = self.config.training
        return Retrain(
            store=self.store,
            clock=self.clock,
            shelf=self.shelf,
            rhythm=Rhythm(settings.corrections, settings.every),
            start=start,
            worker=worker,
        )

    def learnt_from(self) -> Mapping[str, frozenset[str]]:
        """By model the training lines that it keeps."""
        from triage.classify.learnt_from import learnt_from

        return learnt_from(self.places.models)

    def forget_lines(self, line_ids: Collection[str]) -> int:
        """Takes the words of training lines out of the models that keep them; returns out of how many."""
        from triage.classify.learnt_from import forget_lines

        return forget_lines(self.places.models, line_ids)
