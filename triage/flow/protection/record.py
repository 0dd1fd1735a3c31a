"""What auditors do with the record: export parts of it, and have its chain walked. Both are put on record themselves."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from triage.domain.people import Person
from triage.store import audit, settings
from triage.store.audit import Entry, Verified
from triage.store.engine import Store
from triage.store.records import Filter, walk

CHECKED = "audit_checked"


def export(store: Store, *, wanted: Filter, actor: Person, now: datetime) -> Iterator[Entry]:
    """The entries that fit, newest first; that they were taken out is on record before the first one is read."""
    objects = ["audit"]
    if wanted.person_id is not None:
        objects.append(f"person:{wanted.person_id}")
    if wanted.message_id is not None:
        objects.append(f"message:{wanted.message_id}")
    with store.begin() as tx:
        audit.append(tx, at=now, actor=audit.actor_of(tx, actor), act=audit.Act.EXPORTED, objects=objects)
    return _read(store, wanted)


def _read(store: Store, wanted: Filter) -> Iterator[Entry]:
    with store.read() as tx:
        yield from walk(tx, wanted=wanted)


def check(store: Store, *, actor: Person, now: datetime) -> Verified:
    """Walks the whole chain and keeps the result for the screen."""
    with store.read() as tx:
        found = audit.verify(tx)
    value: dict[str, Any] = {
        "at": now.isoformat(),
        "entries": found.entries,
        "broken_at": found.broken_at,
        "whole": found.whole,
    }
    with store.begin() as tx:
        settings.set_setting(tx, CHECKED, value=value, actor=audit.actor_of(tx, actor), now=now)
    return found
