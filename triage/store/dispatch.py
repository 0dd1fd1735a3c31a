"""What a forward is made of: the original bytes, what was read of them, the decision, and who receives it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from triage.domain.decision import Action, Field
from triage.domain.message import Message
from triage.domain.taxonomy import Destination
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.evidence import decode_evidence
from triage.store.house_tables import offices as office_rows
from triage.store.house_tables import units as unit_rows
from triage.store.leases import Claim
from triage.store.readings import decode_message
from triage.store.tables import decisions, deliveries, messages, predictions

WORDS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Original:
    """Everything that the composing of one forward needs. `destination` is the recipient's code where no decision named
    one; `language` and `names` are the recipient's as of now. `why` are the words of the message that spoke for this
    destination, the heaviest first, where the model had suggested it; `country` is that of the work."""

    raw: bytes
    message: Message | None
    received_at: datetime
    destination: str
    officer: str
    decided_at: datetime
    action: Action
    note: str
    address: str
    language: str
    names: Mapping[str, str]
    restricted: bool = False
    country: str | None = None
    why: tuple[str, ...] = ()


def originals(tx: Tx, *, claims: Sequence[Claim]) -> dict[str, Original]:
    """By delivery id, in a fixed number of queries. A delivery whose message is erased is left out."""
    query = (
        select(
            deliveries.c.id, messages.c.raw_blob_id, messages.c.reading_blob_id, messages.c.received_at,
            messages.c.stored_at, decisions.c.route, decisions.c.country, decisions.c.officer, decisions.c.decided_at,
            decisions.c.action, decisions.c.note_blob_id, messages.c.restricted,
            predictions.c.evidence_blob_id, predictions.c.route.label("said_route"),
            predictions.c.country.label("said_country"),
        )
        .join(messages, messages.c.id == deliveries.c.message_id)
        .outerjoin(decisions, decisions.c.id == deliveries.c.decision_id)
        .outerjoin(predictions, predictions.c.id == decisions.c.prediction_id)
        .where(deliveries.c.id.in_([claim.delivery_id for claim in claims]))
    )  # fmt: skip
    rows = {row.id: row for row in tx.connection.execute(query)}
    wanted = {b for r in rows.values() for b in _content_of(r) if b is not None}
    contents = blobs.get_many(tx, wanted | {c.address_blob_id for c in claims if c.address_blob_id is not None})
    known = recipients(tx, {claim.code for claim in claims})
    found: dict[str, Original] = {}
    for claim in claims:
        row = rows.get(claim.delivery_id)
        if row is None or row.raw_blob_id not in contents:
            continue
        language, names = known.get(claim.code, ("en", {}))
        reading = contents.get(row.reading_blob_id)
        found[claim.delivery_id] = Original(
            raw=contents[row.raw_blob_id],
            message=None if reading is None else decode_message(reading),
            received_at=row.received_at or row.stored_at,
            destination=claim.code if row.route is None else str(Destination(row.route, row.country)),
            officer=row.officer or "",
            decided_at=row.decided_at or claim.created_at,
            action=row.action or Action.CONFIRM,
            note=contents.get(row.note_blob_id, b"").decode(),
            address=claim.address or contents.get(claim.address_blob_id or 0, b"").decode(),
            language=language,
            names=names,
            restricted=row.restricted,
            country=row.country,
            why=_why(row, contents),
        )
    return found


def _content_of(row: Any) -> tuple[int | None, ...]:
    return row.raw_blob_id, row.reading_blob_id, row.note_blob_id, row.evidence_blob_id


def _why(row: Any, contents: Mapping[int, bytes]) -> tuple[str, ...]:
    """The evidence words of a suggestion that the decision followed."""
    if row.route is None or (row.route, row.country) != (row.said_route, row.said_country):
        return ()
    evidence = decode_evidence(contents.get(row.evidence_blob_id)).get("evidence", ())
    about = {"route", "country"} if row.country else {"route"}
    telling = [
        e for e in evidence if e.about in about and e.weight > 0 and e.field is not Field.OTHER and e.text.strip()
    ]
    return tuple(dict.fromkeys(e.text.strip() for e in sorted(telling, key=lambda e: -e.weight)))[:WORDS_SHOWN]


def recipients(tx: Tx, codes: set[str]) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Language and names of units and offices by code, the newest row of each."""
    found: dict[str, tuple[date, str, Mapping[str, str]]] = {}
    for table in (unit_rows, office_rows):
        query = select(table.c.code, table.c.valid_from, table.c.language, table.c.names).where(table.c.code.in_(codes))
        for code, valid_from, language, names in tx.connection.execute(query):
            if code not in found or found[code][0] < valid_from:
                found[code] = (valid_from, language, names)
    return {code: (language, names) for code, (_, language, names) in found.items()}
