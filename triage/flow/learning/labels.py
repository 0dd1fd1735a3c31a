"""What people say of labels: doubts settled, messages labelled a second time, how much officers agree."""

import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from triage.domain.agreement import Agreement, agreement
from triage.domain.errors import NotFound
from triage.domain.labels import Doubt
from triage.domain.people import Person
from triage.domain.ports import Clock
from triage.domain.taxonomy import Destination
from triage.store import audit, double_labels, labels
from triage.store.double_labels import Pair
from triage.store.engine import Store

DRAW_AT_ONCE = 1000
LOOK = timedelta(minutes=5)
_FAIR = random.SystemRandom().random


def settle(
    store: Store, *, doubt: Doubt, line_id: str, before: str, destination: Destination, actor: Person, now: datetime
) -> bool:
    """Says what holds for a doubted label; the next training takes it. True where the label was right.

    Raises NotFound for a line of a message that the person may not see.
    """
    message_id = labels.message_of(line_id)
    with store.begin() as tx:
        if message_id is not None and not labels.visible_among(tx, viewer=actor, message_ids=[message_id]):
            raise NotFound("no such message")
        who = audit.actor_of(tx, actor)
        labels.settle(
            tx, doubt=doubt, line_id=line_id, before=before, destination=destination, actor=who, now=now,
            message_id=message_id,
        )  # fmt: skip
        objects = [f"line:{line_id}", f"doubt:{doubt}", f"before:{before}", f"destination:{destination}"]
        if message_id is not None:
            objects.insert(0, f"message:{message_id}")
        audit.append(tx, at=now, actor=who, act=audit.Act.LABEL_SETTLED, objects=objects)
    return before == str(destination)


def draw_second_looks(
    store: Store,
    *,
    share: float,
    now: datetime,
    actor: str = "worker",
    chance: Callable[[], float] = _FAIR,
) -> int:
    """Draws a share of the decisions since the last draw to be labelled again by another officer, who does not see the
    first label. Returns how many were drawn."""
    if share <= 0:
        return 0
    with store.begin() as tx:
        offered = double_labels.candidates(tx, limit=DRAW_AT_ONCE)
        if not offered:
            return 0
        chosen = [one for one in offered if chance() < share]
        return double_labels.draw(tx, chosen, seen=offered[-1].decision_id, actor=actor, now=now)


class DrawSecondLooks:
    """The worker's step that draws; it looks every few minutes, for nothing hangs on it."""

    def __init__(self, store: Store, clock: Clock, *, share: float, worker: str) -> None:
        self._store = store
        self._clock = clock
        self._share = share
        self._worker = worker
        self._next: datetime | None = None

    def step(self, limit: int = DRAW_AT_ONCE) -> int:
        """Returns how many were drawn."""
        del limit
        now = self._clock.now()
        if self._next is not None and now < self._next:
            return 0
        self._next = now + LOOK
        return draw_second_looks(self._store, share=self._share, now=now, actor=self._worker)


def label_again(store: Store, *, message_id: int, destination: Destination, officer: Person, now: datetime) -> None:
    """A second officer's label; it moves no mail. Raises NotFound, Refused for the first officer, Stale."""
    with store.begin() as tx:
        if message_id not in labels.visible_among(tx, viewer=officer, message_ids=[message_id]):
            raise NotFound("no such message")
        who = audit.actor_of(tx, officer)
        double_labels.answer(tx, message_id=message_id, destination=destination, officer=officer, now=now)
        objects = [f"message:{message_id}", f"destination:{destination}"]
        audit.append(tx, at=now, actor=who, act=audit.Act.LABELLED_AGAIN, objects=objects)


def officers_agree(pairs: Iterable[Pair]) -> tuple[Agreement, Agreement]:
    """How much officers agree: on route and country together, and on the route alone."""
    found = list(pairs)
    return (
        agreement([(str(pair.first), str(pair.second)) for pair in found]),
        agreement([(pair.first.route.value, pair.second.route.value) for pair in found]),
    )
