"""Quarantined mail is read anew after a fix: what can be read now goes on as received, the rest stays, with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.domain.errors import Refused
from triage.domain.lifecycle import MessageState
from triage.domain.message import ReadResult
from triage.domain.people import Person
from triage.domain.ports import Reader
from triage.store import audit, blobs, listing, requarantine
from triage.store.engine import Store
from triage.store.messages import standing

BATCH = 20


@dataclass(slots=True)
class Replayed:
    """How many quarantined messages could be read now, and how many still cannot."""

    read: int = 0
    still: int = 0


def replay(
    store: Store, reader: Reader, *, message_ids: Sequence[int] | None, officer: Person, now: datetime
) -> Replayed:
    """Reads the given quarantined messages anew, or with None all of them. Raises NotFound, Refused (other state)."""
    done = Replayed()
    ids = list(message_ids) if message_ids is not None else _all(store)
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        raws: list[bytes] = []
        with store.read() as tx:
            for message_id in part:
                at = standing(tx, message_id=message_id, cleared=officer.cleared or message_ids is None)
                if at.state is not MessageState.QUARANTINED or at.raw_blob_id is None:
                    raise Refused(f"message {message_id} is not in quarantine")
                raws.append(blobs.get(tx, at.raw_blob_id))
        for message_id, result in zip(part, reader.read(raws), strict=True):
            _book(store, message_id, result, officer, now)
            done.read += result.quarantined is None
            done.still += result.quarantined is not None
    return done


def _book(store: Store, message_id: int, result: ReadResult, officer: Person, now: datetime) -> None:
    with store.begin() as tx:
        actor = audit.actor_of(tx, officer)
        requarantine.reread(tx, message_id=message_id, result=result, actor=actor, now=now)
        objects = [f"message:{message_id}"]
        audit.append(tx, at=now, actor=actor, act=audit.Act.REPLAYED, objects=objects)


def _all(store: Store) -> list[int]:
    with store.read() as tx:
        return listing.ids_by_state(tx, state=MessageState.QUARANTINED, after_id=0, limit=1_000_000)
