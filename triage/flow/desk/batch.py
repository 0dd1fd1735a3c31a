"""Many decisions in one go from the screen, after a preview, and one undo for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from triage.domain.errors import NotFound, Refused, Stale
from triage.domain.people import Person
from triage.domain.taxonomy import Destination
from triage.flow.desk import review
from triage.flow.desk.review import Decided, decide_in, put_on_record
from triage.store import listing, recent
from triage.store.engine import Store

MOST = 200


@dataclass(slots=True)
class Batch:
    """What became of the messages. `word` names the batch for `undo_batch`; None where nothing was decided."""

    word: str | None = None
    queued: int = 0
    kept: int = 0
    changed: list[int] = field(default_factory=list)  # somebody was faster, or there is no suggestion
    left_out: list[int] = field(default_factory=list)  # urgent or restricted: these are decided one by one


@dataclass(slots=True)
class Undone:
    """How many decisions of a batch were taken back, and how many had left already or were changed since."""

    undone: int = 0
    too_late: int = 0


def decide_batch(
    store: Store,
    *,
    versions: Mapping[int, int],
    destination: Destination | None,
    officer: Person,
    now: datetime,
    undo_seconds: float,
) -> Batch:
    """Decides up to MOST messages by id and the version that the officer saw; `destination` None confirms each
    suggestion. One transaction: each message with its own compare-and-set, the others go on after a refusal.

    Raises Refused for more than MOST.
    """
    if len(versions) > MOST:
        raise Refused(f"at most {MOST} messages at once")
    batch = Batch()
    made: list[Decided] = []
    with store.begin() as tx:
        lines = listing.summaries(tx, message_ids=sorted(versions))
        for message_id, version in sorted(versions.items()):
            line = lines.get(message_id)
            if line is None or line.restricted or line.urgent:
                batch.left_out.append(message_id)
                continue
            target = destination or (line.prediction.destination if line.prediction else None)
            try:
                if target is None:
                    raise NotFound("no suggestion")
                made.append(
                    decide_in(
                        tx,
                        message_id=message_id,
                        version=version,
                        destination=target,
                        officer=officer,
                        now=now,
                        undo_seconds=undo_seconds,
                    )
                )
            except (Refused, NotFound):
                batch.changed.append(message_id)
        batch.queued = sum(one.delivery_id is not None for one in made)
        batch.kept = len(made) - batch.queued
        if made and officer.id is not None:
            ids = [one.decision_id for one in made]
            batch.word = recent.add_batch(tx, person_id=officer.id, decision_ids=ids, now=now)
        put_on_record(tx, made, officer=officer, now=now)
    return batch


def undo_batch(store: Store, *, word: str, officer: Person, now: datetime) -> Undone:
    """Takes back every decision of a batch that has not left. Raises NotFound where the batch is not the officer's."""
    done = Undone()
    with store.read() as tx:
        ids = recent.batch_messages(tx, word=word, person_id=officer.id)
        all_of_it = recent.batch_size(tx, word=word)
    for message_id in ids:
        try:
            review.undo(store, message_id=message_id, officer=officer, now=now)
            done.undone += 1
        except (Refused, Stale, NotFound):
            continue
    done.too_late = all_of_it - done.undone
    with store.begin() as tx:
        recent.batch_undone(tx, word=word, now=now)
    return done
