"""The model that serves, in a worker that never stops: when the pointer is moved, the next step works with the new model.

The pointer is looked at between steps alone, so that one step's messages are all judged by one model. A model that does
not load leaves the one of before at work, and an alert stands until the pointer is mended.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from triage.domain.decision import Prediction
from triage.domain.drift import Measures, Numbers, Snapshot
from triage.domain.errors import OutsideError, UserError
from triage.domain.message import Message
from triage.domain.policy import Thresholds
from triage.domain.ports import Classifier, Clock, ModelShelf
from triage.flow.learning.promote import put_on_record
from triage.log import get_logger
from triage.store import outside
from triage.store.engine import Store

NOT_LOADED = "model_not_loaded"


class Model(Classifier, Measures, Protocol):
    """What a loaded model does: it says where mail goes, and what drift is seen in."""


class Loads(Protocol):
    """Loads the promoted model or, where that cannot be, the one promoted before it. Raises ModelError for neither."""

    def __call__(self) -> Model: ...


class Serving:
    """A Classifier that is whichever model serves. `refresh` follows the pointer; nothing else changes the model."""

    def __init__(self, shelf: ModelShelf, load: Loads) -> None:
        self._shelf, self._load = shelf, load
        self._stamp = shelf.stamp()
        self._model = load()
        self.name = self._model.name
        self.loaded = self._is_loaded()
        """Whether the model at work is the one that the pointer names."""

    @property
    def thresholds(self) -> Thresholds:
        """Those of its card."""
        return self._model.thresholds

    def predict(self, messages: Sequence[Message]) -> list[Prediction]:
        """One prediction for each message, in order."""
        return self._model.predict(messages)

    @property
    def reference(self) -> Snapshot | None:
        """What its training messages looked like; None where it does not know."""
        return self._model.reference

    def numbers(self, messages: Sequence[Message], predictions: Sequence[Prediction]) -> list[Numbers]:
        """What drift is seen in."""
        return self._model.numbers(messages, predictions)

    def _is_loaded(self) -> bool:
        try:
            return self._shelf.serving() in (None, self._model.name)
        except UserError:
            return False

    def refresh(self) -> bool:
        """Loads what the pointer names where it was moved since; True where another model is at work now."""
        stamp = self._shelf.stamp()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        before = self._model.name
        try:
            if self._shelf.serving() != before:
                self._model = self._load()
                self.name = self._model.name
        except UserError as error:
            get_logger().error("model_not_loaded", error=type(error).__name__)
        self.loaded = self._is_loaded()
        if self._model.name != before:
            get_logger().info("model_serves", model=self._model.name, before=before)
        return self._model.name != before


@dataclass
class PickUp:
    """The worker's first step: follows the pointer, tells whether that went well, puts on record what serves."""

    serving: Serving
    store: Store
    clock: Clock
    worker: str = "worker"
    _told: bool | None = field(default=None, init=False)
    _recorded: str = field(default="", init=False)

    def step(self, limit: int = 0) -> int:
        """Takes no time where the pointer has not been moved; returns 0, for it leaves no work."""
        del limit
        self.serving.refresh()
        loaded = self.serving.loaded
        with suppress(OutsideError):
            if loaded != self._told:
                with self.store.begin() as tx:
                    code = None if loaded else NOT_LOADED
                    outside.note(tx, name=outside.MODEL, code=code, now=self.clock.now())
                self._told = loaded
            if self._recorded != self.serving.name:
                put_on_record(self.store, model=self.serving.name, worker=self.worker, now=self.clock.now())
                self._recorded = self.serving.name
        return 0
