"""Stored messages as entries for the search index: for those of before the index, and for making it anew."""

from collections.abc import Sequence

from sqlalchemy import select

from triage.domain.taxonomy import Destination, Route
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.readings import decode_message
from triage.store.search_index import Entry
from triage.store.tables import decisions, messages, predictions


def entries(tx: Tx, *, message_ids: Sequence[int]) -> list[Entry]:
    """An entry for each message whose text is still there."""
    query = (
        select(
            messages.c.id, messages.c.reading_blob_id, messages.c.language, messages.c.restricted,
            decisions.c.route, decisions.c.country, predictions.c.route.label("said_route"),
            predictions.c.country.label("said_country"), predictions.c.kind,
        )
        .outerjoin(decisions, decisions.c.id == messages.c.decision_id)
        .outerjoin(predictions, predictions.c.id == messages.c.prediction_id)
        .where(messages.c.id.in_(message_ids), messages.c.reading_blob_id.is_not(None))
    )  # fmt: skip
    rows = tx.connection.execute(query).all()
    readings = blobs.get_many(tx, [row.reading_blob_id for row in rows])
    return [
        Entry(
            message_id=row.id,
            message=decode_message(readings[row.reading_blob_id]),
            language=row.language,
            destination=_destination(row.route, row.country) or _destination(row.said_route, row.said_country),
            kind=row.kind,
            restricted=row.restricted,
        )
        for row in rows
        if row.reading_blob_id in readings
    ]


def _destination(route: Route | None, country: str | None) -> Destination | None:
    return None if route is None else Destination(route, country)
