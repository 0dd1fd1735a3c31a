"""Officers' decisions: append-only, beside the suggestion and never over it. Undoing is a row of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from triage.domain.decision import Action, Decision
from triage.domain.message import Message
from triage.domain.people import Person
from triage.domain.taxonomy import Destination
from triage.store import blobs, search_index
from triage.store.engine import Tx
from triage.store.keys import KeyClass
from triage.store.readings import decode_message
from triage.store.tables import decisions, messages, predictions

NAMING = (Action.CONFIRM, Action.OVERRIDE, Action.KEEP, Action.HAND_OVER)
MACHINE_OFFICER = "policy"


def add(tx: Tx, *, decision: Decision, officer: Person, restricted: bool, undoes_id: int | None = None) -> int:
    """Stores a decision and, where it names or keeps, makes it the message's newest. Returns its id."""
    key_class = KeyClass.RESTRICTED if restricted else KeyClass.ORDINARY
    row = {
        "message_id": decision.message_id,
        "action": decision.action,
        "route": None if decision.destination is None else decision.destination.route,
        "country": None if decision.destination is None else decision.destination.country,
        "officer": decision.officer[:120],
        "officer_id": officer.id,
        "decided_at": decision.decided_at,
        "prediction_id": decision.prediction_id,
        "undoes_id": undoes_id,
        "note_blob_id": blobs.put(tx, decision.note.encode(), key_class) if decision.note else None,
    }
    decision_id = int(tx.connection.execute(insert(decisions).values(row).returning(decisions.c.id)).scalar_one())
    newest = decision_id if decision.action in NAMING else None
    tx.connection.execute(update(messages).where(messages.c.id == decision.message_id).values(decision_id=newest))
    search_index.remark(tx, message_id=decision.message_id)
    return decision_id


@dataclass(frozen=True, slots=True)
class Stored:
    """A decision as it stands in the books."""

    id: int
    message_id: int
    action: Action
    destination: Destination | None
    officer: str
    decided_at: datetime
    note: str


def get(tx: Tx, *, decision_id: int) -> Stored:
    """One decision with its note."""
    row = tx.connection.execute(select(decisions).where(decisions.c.id == decision_id)).one()
    notes = blobs.get_many(tx, [row.note_blob_id]) if row.note_blob_id is not None else {}
    destination = None if row.route is None else Destination(row.route, row.country)
    note = notes.get(row.note_blob_id, b"").decode()
    return Stored(row.id, row.message_id, row.action, destination, row.officer, row.decided_at, note)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A message with the destination that an officer gave it, and what the model had said: material for training."""

    message_id: int
    message: Message
    destination: Destination
    suggested: Destination | None
    kind: str
    sender_type: str
    urgent: bool
    restricted: bool
    officer: str
    decided_at: datetime


def corrections(tx: Tx, *, restricted: bool = False, chunk: int = 200) -> Iterator[Corrected]:
    """Every message with a standing decision, oldest decision first, in constant memory. Erased messages are left out;
    restricted ones come only when asked for."""
    after = 0
    while True:
        query = (
            select(
                decisions.c.id, decisions.c.message_id, messages.c.reading_blob_id, decisions.c.route, decisions.c.country,
                predictions.c.route.label("said_route"), predictions.c.country.label("said_country"), predictions.c.kind,
                predictions.c.sender_type, messages.c.urgent, messages.c.restricted, decisions.c.officer,
                decisions.c.decided_at,
            )
            .join(messages, messages.c.decision_id == decisions.c.id)
            .outerjoin(predictions, predictions.c.id == decisions.c.prediction_id)
            .where(decisions.c.id > after, messages.c.erased_at.is_(None), decisions.c.officer != MACHINE_OFFICER)
            .order_by(decisions.c.id)
            .limit(chunk)
        )  # fmt: skip
        if not restricted:
            query = query.where(~messages.c.restricted)
        rows = tx.connection.execute(query).all()
        if not rows:
            return
        readings = blobs.get_many(tx, [row.reading_blob_id for row in rows if row.reading_blob_id is not None])
        for row in rows:
            if row.reading_blob_id in readings and row.route is not None:
                yield Corrected(
                    message_id=row.message_id,
                    message=decode_message(readings[row.reading_blob_id]),
                    destination=Destination(row.route, row.country),
                    suggested=None if row.said_route is None else Destination(row.said_route, row.said_country),
                    kind=row.kind or "question",
                    sender_type=row.sender_type or "unknown",
                    urgent=row.urgent,
                    restricted=row.restricted,
                    officer=row.officer,
                    decided_at=row.decided_at,
                )
        after = rows[-1].id
