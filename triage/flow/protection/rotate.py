"""Change the keys of content at rest while everything runs.

A new key is made; from then on every process encrypts with it. What older keys encrypted is encrypted anew in batches,
and an old key's file goes only when nothing needs it any more, looked at while nobody may write. Interrupted at any point
it can be finished later: by `triage keys rotate --finish`, or by the worker.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.domain.people import Person
from triage.domain.ports import Clock
from triage.store import audit, blobs
from triage.store.engine import Store
from triage.store.keys import KeyClass

BATCH = 100
GRACE_SECONDS = 10.0
"""Older than this a new key must be before an old one goes: whoever encrypted just before has long stored it."""
EVERY = timedelta(hours=1)
ACTOR = "keys"


@dataclass(frozen=True, slots=True)
class KeyState:
    """One class of keys: the current version, the older ones still there, and how many contents still need these."""

    key_class: KeyClass
    current: int
    older: tuple[int, ...]
    left: int


def key_states(store: Store) -> list[KeyState]:
    """How the keys stand."""
    with store.read() as tx:
        used = blobs.in_use(tx)
    states: list[KeyState] = []
    for key_class in KeyClass:
        current = store.keyring.current(key_class)
        older = tuple(version for version in store.keyring.versions(key_class) if version != current)
        left = sum(number for (name, version), number in used.items() if name is key_class and version != current)
        states.append(KeyState(key_class, current, older, left))
    return states


def rotate(
    store: Store,
    *,
    classes: Sequence[KeyClass],
    officer: Person,
    now: datetime,
    grace_seconds: float = GRACE_SECONDS,
    wait: Callable[[float], None] = time.sleep,
) -> list[KeyState]:
    """Makes a new key for each class, encrypts everything anew and removes the keys that nothing needs. Raises ConfigError
    where the keys come from TRIAGE_KEY."""
    for key_class in classes:
        store.keyring.add_version(key_class)
    with store.begin() as tx:
        objects = [f"{key_class.value}:{store.keyring.current(key_class)}" for key_class in classes]
        audit.append(tx, at=now, actor=audit.actor_of(tx, officer), act=audit.Act.KEYS_ROTATED, objects=objects)
    return finish(store, grace_seconds=grace_seconds, wait=wait)


def finish(
    store: Store, *, grace_seconds: float = GRACE_SECONDS, wait: Callable[[float], None] = time.sleep
) -> list[KeyState]:
    """Encrypts anew whatever still needs an older key and removes the keys that nothing needs."""
    while any(state.left for state in key_states(store)):
        after: int | None = 0
        while after is not None:
            with store.begin() as tx:
                after = blobs.rotate(tx, after_id=after, limit=BATCH)
    youngest = min(store.keyring.age_seconds(key_class) for key_class in KeyClass)
    if any(state.older for state in key_states(store)) and youngest < grace_seconds:
        wait(grace_seconds - youngest)
    remove_unused(store, grace_seconds=grace_seconds)
    return key_states(store)


def remove_unused(store: Store, *, grace_seconds: float = GRACE_SECONDS) -> int:
    """Removes the files of older keys that no content needs; returns how many."""
    removed = 0
    with store.begin() as tx:
        blobs.hold_writers(tx)
        used = blobs.in_use(tx)
        for key_class in KeyClass:
            current = store.keyring.current(key_class)
            if store.keyring.age_seconds(key_class) < grace_seconds:
                continue
            for version in store.keyring.versions(key_class):
                if version != current and not used.get((key_class, version)):
                    store.keyring.remove_version(key_class, version)
                    removed += 1
    return removed


class FinishRotation:
    """The worker's step: finishes a rotation that was interrupted, one batch at a time. Idle where each class has one key."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._next_at: datetime | None = None
        self._after: int | None = None

    def step(self, limit: int = BATCH) -> int:
        """One batch; 0 where nothing is to be done now."""
        now = self._clock.now()
        if self._after is None:
            if self._next_at is not None and now < self._next_at:
                return 0
            self._next_at = now + EVERY
            if not any(len(self._store.keyring.versions(key_class)) > 1 for key_class in KeyClass):
                return 0
            self._after = 0
        with self._store.begin() as tx:
            self._after = blobs.rotate(tx, after_id=self._after, limit=limit)
        if self._after is None:
            remove_unused(self._store)
        return 1
