"""Lookout: watches the watch. Runs beside the ingest, whose process lives on where the worker's has died.

The worker's own watch sees everything but its own end. Where it has not looked for too long this raises the alert, books the
mails about it (which leave when a worker is back) and calls the webhook at once; the watch resolves it when it is back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from triage.domain.alert import AlertKind
from triage.domain.ports import Clock
from triage.store import alerts, outside
from triage.store.alerts import Trouble
from triage.store.engine import Store

LOOK = timedelta(seconds=30)
WORK = "work"


class Voice(Protocol):
    """Something that tells of alerts: `alert.Tell`, `alert.Call`."""

    def step(self, limit: int = 0) -> int: ...


@dataclass
class Lookout:
    """One object per ingesting process. `silence_minutes` as for the watch."""

    store: Store
    clock: Clock
    silence_minutes: float
    voices: Sequence[Voice] = ()
    _started_at: datetime | None = None
    _looked_at: datetime | None = None

    def step(self, limit: int = 0) -> int:
        """Looks every half minute; 1 where an alert was raised, else 0. Tells only while the watch is silent."""
        now = self.clock.now()
        self._started_at = self._started_at or now
        if self._looked_at is not None and self._looked_at <= now < self._looked_at + LOOK:
            return 0
        self._looked_at = now
        with self.store.read() as tx:
            watch = outside.known(tx).get(outside.WATCH)
            known = any(_is_ours(one) for one in alerts.open_alerts(tx, about_messages=False))
        since = max(watch.looked_at, self._started_at) if watch is not None else self._started_at
        if since >= now - timedelta(minutes=self.silence_minutes):
            return 0
        if not known:
            with self.store.begin() as tx:
                tx.lock("alerts")
                alerts.raise_alert(tx, Trouble(AlertKind.WORKER, WORK), now=now)
        for voice in self.voices:
            voice.step()
        return int(not known)


def _is_ours(alert: alerts.Alert) -> bool:
    return alert.kind is AlertKind.WORKER and alert.object == WORK
