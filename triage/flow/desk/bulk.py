"""Many decisions at once, for the command line: each still a decision of its own, with its own compare-and-set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from triage.domain.errors import NotFound, Refused
from triage.domain.lifecycle import MessageState
from triage.domain.people import Person
from triage.domain.taxonomy import Destination
from triage.flow.desk.review import Decided, decide_in, put_on_record
from triage.store import gate_checks, listing
from triage.store.engine import Store, Tx

CHUNK = 100


@dataclass(slots=True)
class Many:
    """What became of many messages. Urgent, restricted and those without a suggestion are left to a person who looks."""

    queued: int = 0
    kept: int = 0
    urgent: int = 0
    restricted: int = 0
    without_suggestion: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def skipped(self) -> int:
        return self.urgent + self.restricted + self.without_suggestion


def decide_many(
    store: Store,
    *,
    officer: Person,
    now: datetime,
    undo_seconds: float,
    message_ids: Sequence[int] | None = None,
    destination: Destination | None = None,
) -> Many:
    """Decides the given messages, or with None everything in review but urgent and restricted messages.

    `destination` None confirms each suggestion. A message that refuses is named with its reason; the others go on.
    """
    many = Many()
    if message_ids is None:
        with store.read() as tx:
            many.restricted = listing.number_restricted(tx)
    for chunk in _chunks(store, message_ids):
        with store.begin() as tx:
            _decide_chunk(
                tx,
                many,
                chunk,
                officer=officer,
                now=now,
                undo_seconds=undo_seconds,
                destination=destination,
                named=message_ids is not None,
            )
    return many


def _decide_chunk(
    tx: Tx,
    many: Many,
    ids: Sequence[int],
    *,
    officer: Person,
    now: datetime,
    undo_seconds: float,
    destination: Destination | None,
    named: bool,
) -> None:
    lines = listing.summaries(tx, message_ids=ids, unveil=True)
    made: list[Decided] = []
    for message_id in sorted(ids):
        line = lines.get(message_id)
        if line is not None and not named and (line.restricted or line.urgent):
            many.restricted += line.restricted
            many.urgent += not line.restricted
            continue
        target = destination
        if target is None and line is not None and line.prediction is not None:
            target = line.prediction.destination
        if target is None and line is not None:
            many.without_suggestion += 1
            continue
        try:
            if line is None or target is None:
                raise NotFound("no such message")
            decided = decide_in(
                tx,
                message_id=message_id,
                version=line.version,
                destination=target,
                officer=officer,
                now=now,
                undo_seconds=undo_seconds,
            )
        except (Refused, NotFound) as error:
            many.refused.append((message_id, str(error)))
            continue
        made.append(decided)
        many.queued += decided.delivery_id is not None
        many.kept += decided.delivery_id is None
    if destination is None:  # confirmed by their suggestions: no evidence of what an officer would say without them
        gate_checks.void(tx, [one.message_id for one in made])
    put_on_record(tx, made, officer=officer, now=now)


def _chunks(store: Store, message_ids: Sequence[int] | None) -> Iterable[Sequence[int]]:
    if message_ids is not None:
        for start in range(0, len(message_ids), CHUNK):
            yield message_ids[start : start + CHUNK]
        return
    after = 0
    while True:
        with store.read() as tx:
            ids = listing.ids_by_state(tx, state=MessageState.IN_REVIEW, after_id=after, limit=CHUNK)
        if not ids:
            return
        after = ids[-1]
        yield ids
