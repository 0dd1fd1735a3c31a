"""Health: whether the service does its work, as static words that may be shown to anybody.

Every kind of trouble of the service is named with `ok` or `degraded`, never what it is about; alerts about messages are no
matter of health and do not show, so that nobody learns from outside that there is an urgent or a restricted one. The answer
is read from what the watch has found; a watch that has not looked for too long is itself a trouble.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.domain.alert import ABOUT_A_MESSAGE, AlertKind
from triage.store import alerts, outside
from triage.store.engine import Store

OK, DEGRADED = "ok", "degraded"
STORE = "store"
KINDS = tuple(kind for kind in AlertKind if kind not in ABOUT_A_MESSAGE)


@dataclass(frozen=True, slots=True)
class Health:
    """`checks`: each part with OK or DEGRADED."""

    checks: Mapping[str, str]

    @property
    def ok(self) -> bool:
        return set(self.checks.values()) == {OK}

    @property
    def status(self) -> str:
        return OK if self.ok else DEGRADED


AWAY = Health({STORE: DEGRADED})
"""The store cannot be asked: nothing more is known."""


def health(store: Store, *, now: datetime, silence_minutes: float) -> Health:
    """The health of this moment, in two queries over small tables. Raises Transient where the store is away."""
    with store.read() as tx:
        troubled = {one.kind for one in alerts.open_alerts(tx, about_messages=False)}
        watch = outside.known(tx).get(outside.WATCH)
    if watch is None or watch.looked_at < now - timedelta(minutes=silence_minutes):
        troubled.add(AlertKind.WORKER)
    return Health({STORE: OK} | {kind.value: DEGRADED if kind in troubled else OK for kind in KINDS})


def stands_still(store: Store, *, now: datetime, silence_minutes: float) -> bool:
    """Whether a part of the service that was at work is so no longer: for a word on every page.

    A watch that never looked is no reason: then the service has not been started yet.
    """
    with store.read() as tx:
        watch = outside.known(tx).get(outside.WATCH)
        told = any(one.kind is AlertKind.WORKER for one in alerts.open_alerts(tx, about_messages=False))
    return told or (watch is not None and watch.looked_at < now - timedelta(minutes=silence_minutes))
