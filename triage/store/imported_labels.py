"""Labels from outside: what was sent on before we came. A text that is no message of ours lies here as a masked training
line; one that is, is only pointed at."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from triage.domain.labels import LabelSource
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.keys import KeyClass
from triage.store.label_tables import imported_labels

CHUNK = 200
PREFIX = "forward-"


@dataclass(frozen=True, slots=True)
class NewLabel:
    """A label about to be stored. `line`: the training line of a text that is no message of ours; `fingerprint`: keyed,
    the same for the same text."""

    source: LabelSource
    origin: str
    fingerprint: bytes
    label: str
    language: str
    who: str
    labelled_at: datetime | None
    way: str
    message_id: int | None = None
    line: dict[str, Any] | None = None


def add_many(tx: Tx, labels: Sequence[NewLabel], *, actor: str, now: datetime) -> int:
    """Stores those that are not there yet, and returns how many they were."""
    known = _known(tx, [one.fingerprint for one in labels])
    added = 0
    for one in labels:
        if (one.fingerprint, one.label) in known:
            continue
        known.add((one.fingerprint, one.label))
        row = {
            "source": one.source,
            "origin": one.origin[:120],
            "fingerprint": one.fingerprint,
            "message_id": one.message_id,
            "line_blob_id": None
            if one.line is None
            else blobs.put(tx, json.dumps(one.line, ensure_ascii=False).encode(), KeyClass.ORDINARY),
            "label": one.label[:40],
            "language": one.language[:12],
            "who": one.who[:120],
            "labelled_at": one.labelled_at,
            "way": one.way[:24],
            "imported_at": now,
            "imported_by": actor[:80],
        }
        tx.connection.execute(insert(imported_labels).values(row))
        added += 1
    return added


def _known(tx: Tx, fingerprints: Sequence[bytes]) -> set[tuple[bytes, str]]:
    found: set[tuple[bytes, str]] = set()
    for start in range(0, len(fingerprints), CHUNK):
        query = select(imported_labels.c.fingerprint, imported_labels.c.label).where(
            imported_labels.c.fingerprint.in_(fingerprints[start : start + CHUNK])
        )
        found |= {(bytes(row.fingerprint), row.label) for row in tx.connection.execute(query)}
    return found


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """A training line from outside, with the label as it was given and when. `line["id"]` is `forward-N`."""

    line: dict[str, Any]
    label: str
    labelled_at: datetime | None


def lines(tx: Tx) -> Iterator[ImportedLine]:
    """The training lines of texts that are no messages of ours, oldest first, in constant memory. Their label may be a
    name that is no longer in use, see `domain.labels.map_label`."""
    after = 0
    while True:
        query = (
            select(imported_labels)
            .where(imported_labels.c.id > after, imported_labels.c.line_blob_id.is_not(None))
            .order_by(imported_labels.c.id)
            .limit(CHUNK)
        )
        rows = tx.connection.execute(query).all()
        if not rows:
            return
        contents = blobs.get_many(tx, [row.line_blob_id for row in rows])
        for row in rows:
            if row.line_blob_id in contents:
                line = json.loads(contents[row.line_blob_id]) | {"id": f"{PREFIX}{row.id}"}
                yield ImportedLine(line, row.label, row.labelled_at)
        after = rows[-1].id


def line_of(tx: Tx, line_id: str) -> dict[str, Any] | None:
    """One of these lines; None where there is none (any more)."""
    number = line_id.removeprefix(PREFIX)
    if number == line_id or not number.isdecimal():
        return None
    query = select(imported_labels.c.line_blob_id).where(imported_labels.c.id == int(number))
    blob_id = tx.connection.execute(query).scalar_one_or_none()
    data = None if blob_id is None else blobs.get_many(tx, [blob_id]).get(blob_id)
    return None if data is None else json.loads(data) | {"id": line_id}


def number(tx: Tx) -> int:
    """How many labels came from outside."""
    return int(tx.connection.execute(select(func.count()).select_from(imported_labels)).scalar_one())
