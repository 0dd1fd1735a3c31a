"""Searches by an opaque word, for addresses that tell nothing: a person's own, encrypted, gone after a while."""

import json
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from triage.domain.errors import NotFound
from triage.domain.lifecycle import MessageState
from triage.domain.taxonomy import Kind, Route
from triage.store import blobs
from triage.store.desk_tables import saved_searches
from triage.store.engine import Tx
from triage.store.keys import KeyClass
from triage.store.search import Query

KEEP = timedelta(days=7)
SWEEP = 100


def save(tx: Tx, *, query: Query, person_id: int, now: datetime) -> str:
    """Keeps a search for `KEEP` and returns its word; those whose time is over are taken away on the way."""
    _sweep(tx, now)
    word = secrets.token_hex(16)
    blob_id = blobs.put(tx, _encode(query), KeyClass.ORDINARY)
    row = {"id": word, "person_id": person_id, "blob_id": blob_id, "made_at": now, "expires_at": now + KEEP}
    tx.connection.execute(insert(saved_searches).values(row))
    return word


def get(tx: Tx, *, word: str, person_id: int, now: datetime) -> Query:
    """The search of that word. Raises NotFound where there is none (any more) or it is somebody else's."""
    query = select(saved_searches.c.blob_id).where(
        saved_searches.c.id == word, saved_searches.c.person_id == person_id, saved_searches.c.expires_at > now
    )
    blob_id = tx.connection.execute(query).scalar_one_or_none()
    if blob_id is None:
        raise NotFound("no such search, or its time is over")
    return _decode(blobs.get(tx, blob_id))


def _sweep(tx: Tx, now: datetime) -> None:
    old = select(saved_searches.c.id, saved_searches.c.blob_id).where(saved_searches.c.expires_at <= now).limit(SWEEP)
    rows = tx.connection.execute(old).all()
    if rows:
        tx.connection.execute(delete(saved_searches).where(saved_searches.c.id.in_([row.id for row in rows])))
        blobs.erase(tx, [row.blob_id for row in rows])


def _encode(query: Query) -> bytes:
    fields = {name: getattr(query, name) for name in Query.__slots__}
    return json.dumps({k: v.isoformat() if isinstance(v, date) else v for k, v in fields.items() if v}).encode()


def _decode(data: bytes) -> Query:
    fields: dict[str, Any] = json.loads(data)
    for name, make in {"route": Route, "kind": Kind, "state": MessageState}.items():
        if name in fields:
            fields[name] = make(fields[name])
    for name in ("since", "until"):
        if name in fields:
            fields[name] = date.fromisoformat(fields[name])
    return Query(**fields)
