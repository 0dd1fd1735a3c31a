"""Training anew: who may ask for it, when it is due by itself, and the worker's step that has it done.

The step starts a process of its own at the lowest priority, hears from it how far it is, and books that. The process
reads the store, writes the snapshot and the candidate's folder, and changes nothing else: what it says at its end is
booked here. It may be killed at any moment, and so may the worker; the model that serves goes on serving.
"""

from datetime import datetime, timedelta

from triage.domain.people import Person
from triage.domain.ports import Clock
from triage.domain.training import RunReason
from triage.store import audit, training
from triage.store.engine import Store


def ask(store: Store, actor: Person | str, reason: RunReason, clock: Clock) -> int:
    """Asks for a model to be trained anew; the worker does it. Returns the run's id: of the one that waits already, where
    one does. `actor`: a person, or the name of a worker."""
    now = clock.now()
    with store.begin() as tx:
        who = audit.actor_of(tx, actor) if isinstance(actor, Person) else actor
        run_id = training.ask(tx, actor=who, reason=reason, now=now)
        objects = [f"run:{run_id}", f"reason:{reason}"]
        audit.append(tx, at=now, actor=who, act=audit.Act.TRAINING_ASKED, objects=objects)
    return run_id


def due(
    labels: int,
    corrections: int,
    first: datetime | None,
    *,
    last: datetime | None,
    now: datetime,
    after_corrections: int,
    every: timedelta,
    erased: bool,
) -> RunReason | None:
    """Why a model is to be trained now, if it is. `labels` and `corrections` are those since the last run was asked for
    (`last`, None for never), the first of them made at `first`; `erased`: the model that serves learnt from texts that
    are gone. With 0 for `after_corrections` or `every`, that alone is no reason."""
    if erased:
        return RunReason.ERASURE
    if after_corrections and corrections >= after_corrections:
        return RunReason.CORRECTIONS
    since = last or first
    if every and labels and since is not None and now - since >= every:
        return RunReason.SCHEDULE
    return None
