"""Mail of a while with the suggestion that was made for it and what a person said: for asking what would have been."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from triage.domain.decision import Prediction
from triage.domain.message import Message
from triage.domain.taxonomy import Destination
from triage.store import blobs
from triage.store.decisions import MACHINE_OFFICER
from triage.store.engine import Tx
from triage.store.predictions import as_prediction
from triage.store.readings import decode_message
from triage.store.tables import VISIBLE_TO_ALL, decisions, messages, predictions

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Past:
    """One message. `said` comes without its evidence; `decided` is what a person said, None where nobody has."""

    message_id: int
    message: Message
    said: Prediction
    verdict: str
    decided: Destination | None


def since(tx: Tx, *, since: datetime, limit: int) -> Iterator[Past]:
    """Messages with a suggestion since then, newest first, in constant memory; reports of misconduct are left out."""
    before: int | None = None
    left = limit
    human = and_(decisions.c.id == messages.c.decision_id, decisions.c.officer != MACHINE_OFFICER)
    while left > 0:
        query = (
            select(
                predictions, messages.c.reading_blob_id, decisions.c.route.label("decided_route"),
                decisions.c.country.label("decided_country"),
            )
            .join(messages, messages.c.prediction_id == predictions.c.id)
            .outerjoin(decisions, human)
            .where(predictions.c.made_at >= since, VISIBLE_TO_ALL, messages.c.erased_at.is_(None))
            .where(messages.c.reading_blob_id.is_not(None))
            .order_by(predictions.c.id.desc())
            .limit(min(CHUNK, left))
        )  # fmt: skip
        rows = tx.connection.execute(query if before is None else query.where(predictions.c.id < before)).all()
        if not rows:
            return
        readings = blobs.get_many(tx, [row.reading_blob_id for row in rows])
        for row in rows:
            if row.reading_blob_id in readings:
                decided = None if row.decided_route is None else Destination(row.decided_route, row.decided_country)
                message = decode_message(readings[row.reading_blob_id])
                yield Past(row.message_id, message, as_prediction(row, None), row.verdict, decided)
        before = rows[-1].id
        left -= len(rows)
