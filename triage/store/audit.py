"""The audit record: append-only, hash-chained with a key, ids and pseudonyms only.

Each entry's link is a keyed hash over the link before and the entry's own words; the head, sealed with the same key,
says how many entries there are and what the last link is. Whoever changes, drops or adds a row without the key breaks
the chain, and cutting its end breaks the seal.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, insert, select, update

from triage.domain.people import Person
from triage.store import pseudonyms
from triage.store.engine import Tx
from triage.store.house_tables import audit, audit_head, audit_objects

START = bytes(32)
CHUNK = 5000
SOUGHT = ("message:", "person:", "name:")
"""The objects by which entries are looked up: `audit_objects` leads to them. It follows from the entries and is no part
of the chain; other objects are found by reading all."""


class Act(StrEnum):
    """What is put on record."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    PASSWORD_SET = "password_set"  # noqa: S105 - the name of an act, no password
    RESET_LINK = "reset_link"  # a link to set a new password was made
    CODE_ACCEPTED = "code_accepted"  # of the second factor
    CODE_REFUSED = "code_refused"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    VIEWED_RESTRICTED = "viewed_restricted"
    DECIDED = "decided"
    UNDONE = "undone"
    REOPENED = "reopened"
    TAKEN = "taken"  # machine or quarantined mail taken as an inquiry
    REPLAYED = "replayed"
    SNOOZED = "snoozed"
    ASSIGNED = "assigned"
    CLOSED = "closed"  # an inquiry, with a reason
    REPLIED = "replied"  # a reply to a sender was written
    SENT = "sent"
    BOUNCED = "bounced"
    SETTLED = "settled"
    ANSWERED = "answered"
    REMINDED = "reminded"  # a silent unit, or officers of it
    CONFIGURED = "configured"
    EXPORTED = "exported"
    TOOK_NOTE = "took_note"  # of an alert
    ERASED = "erased"
    NOTED = "noted"  # a note between an officer and a unit
    AWAY = "away"  # an absence with its deputy, or its end
    HELD = "held"
    HOLD_LIFTED = "hold_lifted"
    PERSON_SOUGHT = "person_sought"
    PERSON_CORRECTED = "person_corrected"
    KEYS_ROTATED = "keys_rotated"
    HANDED_OVER = "handed_over"  # a report of misconduct, to oversight
    RESTRICTED = "restricted"  # an officer marked a message as a report of misconduct
    HELD_BACK = "held_back"  # mail to a unit, because its message became one
    RESTRICTION_LIFTED = "restriction_lifted"
    GATE_MOVED = "gate_moved"
    SENT_ON = "sent_on"  # decided automatically, under the gate named beside it
    LOOKED_AGAIN = "looked_again"  # a second look where officer and hidden suggestion differ
    DRIFT_RAISED = "drift_raised"
    DRIFT_SETTLED = "drift_settled"
    LABEL_SETTLED = "label_settled"  # a doubted label: right, or corrected
    LABELLED_AGAIN = "labelled_again"  # by a second officer, who had not seen the first one's label
    LABELS_IMPORTED = "labels_imported"
    TAXONOMY_CHANGED = "taxonomy_changed"  # what an old label means from a day on
    TRAINING_ASKED = "training_asked"
    TRAINED = "trained"  # a training run ended, with its candidate
    MODEL_PROMOTED = "model_promoted"
    MODEL_ROLLED_BACK = "model_rolled_back"
    MODEL_SERVES = "model_serves"  # found serving by a worker, with no other record of it
    CHALLENGER_SET = "challenger_set"  # which model runs beside the one that serves


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record. `objects` are words such as `message:12`."""

    id: int
    at: datetime
    actor: str
    act: str
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of walking the chain. `broken_at` is the first entry that does not fit; `problem` says how."""

    entries: int
    broken_at: int | None = None
    problem: str | None = None

    @property
    def whole(self) -> bool:
        return self.problem is None


def actor_of(tx: Tx, person: Person) -> str:
    """A person on record: the id, or for a name from the command line a keyed pseudonym."""
    return f"person:{person.id}" if person.id is not None else pseudonym(tx, person.name)


def pseudonym(tx: Tx, name: str) -> str:
    """A word that always means the same name, and gives it away only to the holder of that name's key; see `pseudonyms`."""
    return f"name:{pseudonyms.given(tx, name).hex()}"


def known_pseudonym(tx: Tx, name: str) -> str | None:
    """The word that stands for a name on record; None where there is none, or its key is gone."""
    found = pseudonyms.known(tx, name)
    return None if found is None else f"name:{found.hex()}"


def append(tx: Tx, *, at: datetime, actor: str, act: Act, objects: Sequence[str]) -> int:
    """Puts one act on record and returns its number. Entries are serialised through the head row."""
    head = tx.connection.execute(select(audit_head).where(audit_head.c.id == 1).with_for_update()).one_or_none()
    if head is None:
        tx.lock("audit head")
        head = tx.connection.execute(select(audit_head).where(audit_head.c.id == 1).with_for_update()).one_or_none()
    previous, number = (START, 1) if head is None else (head.link, head.entries + 1)
    words = " ".join(objects)
    link = _link(tx, previous, number, at, actor, act.value, words)
    row = {"id": number, "at": at, "actor": actor, "action": act, "objects": words, "previous": previous, "link": link}
    tx.connection.execute(insert(audit).values(row))
    sought = [{"object": word, "entry_id": number} for word in dict.fromkeys(objects) if word.startswith(SOUGHT)]
    if sought:
        tx.connection.execute(insert(audit_objects), sought)
    values = {"entries": number, "link": link, "seal": _seal(tx, number, link)}
    if head is None:
        tx.connection.execute(insert(audit_head).values(id=1, **values))
    else:
        tx.connection.execute(update(audit_head).where(audit_head.c.id == 1).values(values))
    return number


def verify(tx: Tx) -> Verified:
    """Walks the whole chain in constant memory."""
    previous, number = START, 0
    while True:
        rows = tx.connection.execute(select(audit).where(audit.c.id > number).order_by(audit.c.id).limit(CHUNK)).all()
        for row in rows:
            if row.id != number + 1:
                return Verified(number, number + 1, "entry missing")
            fits = row.previous == previous and hmac.compare_digest(
                row.link, _link(tx, previous, row.id, row.at, row.actor, row.action, row.objects)
            )
            if not fits:
                return Verified(number, row.id, "entry changed")
            previous, number = row.link, row.id
        if len(rows) < CHUNK:
            break
    head = tx.connection.execute(select(audit_head).where(audit_head.c.id == 1)).one_or_none()
    if head is None:
        return Verified(0) if number == 0 else Verified(number, None, "head missing")
    if (head.entries, head.link) != (number, previous) or not hmac.compare_digest(
        head.seal, _seal(tx, number, previous)
    ):
        return Verified(number, number, "end cut off or head changed")
    return Verified(number)


def entries(
    tx: Tx, *, after_id: int = 0, limit: int = 500, about: str | None = None, actor: str | None = None
) -> list[Entry]:
    """Entries by rising number, those that name one object or actor where asked for."""
    query = select(audit).where(audit.c.id > after_id).order_by(audit.c.id).limit(limit)
    if about is not None:
        query = query.where(names(about))
    if actor is not None:
        query = query.where(audit.c.actor == actor)
    return [Entry(r.id, r.at, r.actor, r.action, tuple(r.objects.split())) for r in tx.connection.execute(query)]


def names(word: str) -> ColumnElement[bool]:
    """Entries that name an object."""
    if word.startswith(SOUGHT):
        return audit.c.id.in_(select(audit_objects.c.entry_id).where(audit_objects.c.object == word))
    return (" " + audit.c.objects + " ").contains(f" {word} ", autoescape=True)


def _link(tx: Tx, previous: bytes, number: int, at: datetime, actor: str, act: str, objects: str) -> bytes:
    text = "\n".join((str(number), at.astimezone(UTC).isoformat(timespec="microseconds"), actor, act, objects))
    return hmac.digest(tx.keyring.audit_key, previous + text.encode(), hashlib.sha256)


def _seal(tx: Tx, number: int, link: bytes) -> bytes:
    return hmac.digest(tx.keyring.audit_key, b"head" + number.to_bytes(8, "big") + link, hashlib.sha256)
