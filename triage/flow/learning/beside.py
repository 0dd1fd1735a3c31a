"""A challenger beside the model that serves: it answers the same mail, nobody at work sees what it says, and where the two
differ a model keeper can look before anything is switched."""

from collections.abc import Callable
from dataclasses import dataclass, field

from triage.domain.errors import UserError
from triage.domain.people import Person
from triage.domain.ports import Classifier, Clock, ModelShelf
from triage.log import get_logger
from triage.store import audit, challengers
from triage.store.challengers import Said
from triage.store.engine import Store

AT_ONCE = 50


def choose(store: Store, shelf: ModelShelf, version: str | None, actor: Person, clock: Clock) -> None:
    """Has a model run beside from now on; None ends it. Raises ModelError for one that is not whole."""
    if version is not None:
        shelf.check(version)
    now = clock.now()
    with store.begin() as tx:
        who = audit.actor_of(tx, actor)
        challengers.choose(tx, model=version, actor=who, now=now)
        audit.append(tx, at=now, actor=who, act=audit.Act.CHALLENGER_SET, objects=[f"model:{version}"])


@dataclass
class Beside:
    """The worker's step, in a loop of its own. `load` loads a model by name."""

    store: Store
    clock: Clock
    load: Callable[[str], Classifier]
    _model: Classifier | None = field(default=None, init=False)
    _broken: str = field(default="", init=False)

    def step(self, limit: int = AT_ONCE) -> int:
        """Answers up to `limit` messages; returns how many."""
        with self.store.read() as tx:
            chosen = challengers.current(tx)
            waiting = [] if chosen is None else challengers.waiting(tx, challenger=chosen, limit=limit)
        if chosen is None:
            self._model = None
            return 0
        model = self._loaded(chosen.model) if waiting else None
        if model is None:
            return 0
        said = model.predict([message for _, _, message in waiting])
        rows = [
            Said(message_id, prediction_id, one.destination, one.probability)
            for (message_id, prediction_id, _), one in zip(waiting, said, strict=True)
        ]
        with self.store.begin() as tx:
            tx.lock("challenger answers")
            challengers.add(tx, rows, model=model.name, now=self.clock.now())
        return len(rows)

    def _loaded(self, name: str) -> Classifier | None:
        """The model, None where it does not load: said once, and the model that serves is not concerned."""
        if self._model is None or self._model.name != name:
            self._model = None
            if name == self._broken:
                return None
            try:
                self._model = self.load(name)
            except UserError as error:
                self._broken = name
                get_logger().error("challenger_not_loaded", error=type(error).__name__)
        return self._model
