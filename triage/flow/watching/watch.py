"""Watch: looks at what must not be, raises an alert of it once, and resolves it when it is over. Tells nobody itself.

Everything is read from the store and the disk, never remembered: a watch that is killed and started again finds what it
would have found. Urgent and restricted messages are looked for at every step, the figures of the service every half
minute, the books (which read whole tables) every quarter of an hour.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from triage.domain.alert import AlertKind
from triage.domain.ports import Clock
from triage.flow.watching.reach import CREDENTIALS
from triage.store import alerts, automatic, drift, gate, ledger, outside, troubles
from triage.store.alerts import Trouble
from triage.store.engine import Store, Tx
from triage.store.outside import Reached

LOOK = timedelta(seconds=30)
BOOKS = timedelta(minutes=15)
BRAKE_SHOWS = timedelta(hours=1)
LONGEST_BACK_OFF = timedelta(minutes=12)
TWICE = 2
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Watched:
    """What is normal here. `sources` are the names of those configured, `poll_seconds` the longest of their pauses."""

    sources: tuple[str, ...] = ()
    poll_seconds: float = 30.0
    disk_free_bytes: int = 1_000_000_000
    quarantine_per_day: int = 5
    backlog_minutes: float = 15.0
    silence_minutes: float = 10.0


@dataclass
class Watch:
    """One object per worker; several at once do no harm."""

    store: Store
    clock: Clock
    watched: Watched
    free_bytes: Callable[[], int]
    _started_at: datetime | None = None
    _looked_at: datetime | None = None
    _books_at: datetime | None = None
    _differences: int = field(default=0)

    def step(self, limit: int = 0) -> int:
        """Looks; returns how many alerts were raised or resolved."""
        now = self.clock.now()
        self._started_at = self._started_at or now
        changed = self._messages(now)
        if self._looked_at is None or not self._looked_at <= now < self._looked_at + LOOK:
            self._looked_at = now
            changed += self._service(now)
        return changed

    def _messages(self, now: datetime) -> int:
        with self.store.read() as tx:
            raised, over = alerts.missing(tx), alerts.outlived(tx)
        if not raised and not over:
            return 0
        with self.store.begin() as tx:
            tx.lock("alerts")
            raised, over = alerts.missing(tx), alerts.outlived(tx)
            for trouble in raised:
                alerts.raise_alert(tx, trouble, now=now)
            alerts.resolve(tx, over, now=now)
        return len(raised) + len(over)

    def _service(self, now: datetime) -> int:
        free = self.free_bytes()
        if self._books_at is None or not self._books_at <= now < self._books_at + BOOKS:
            with self.store.read() as tx:
                self._differences = len(ledger.books(tx, newest_polls=1).differences)
            self._books_at = now
        with self.store.read() as tx:
            found = {(one.kind, one.object[:80]): one for one in self._troubles(tx, now, free)}
            known = {(one.kind, one.object): one for one in alerts.open_alerts(tx, about_messages=False)}
        with self.store.begin() as tx:
            tx.lock("alerts")
            for place, trouble in found.items():
                if place not in known or (known[place].count, known[place].code) != (trouble.count, trouble.code):
                    alerts.raise_alert(tx, trouble, now=now)
            alerts.resolve(tx, [one.id for place, one in known.items() if place not in found], now=now)
            outside.note(tx, name=outside.WATCH, code=None, now=now)
        return len(found.keys() ^ known.keys())

    def _troubles(self, tx: Tx, now: datetime, free: int) -> Iterable[Trouble]:
        reached = outside.known(tx)
        yield from self._outside(reached)
        figures = troubles.figures(tx, now=now)
        if self._ingest_is_silent(reached, figures.folder_moved_at, now):
            yield Trouble(AlertKind.WORKER, "ingest")
        if figures.unknown:
            yield Trouble(AlertKind.UNKNOWN, SERVICE, figures.unknown)
        if figures.failed:
            yield Trouble(AlertKind.FAILED, SERVICE, figures.failed)
        if figures.quarantined_today >= self.watched.quarantine_per_day:
            yield Trouble(AlertKind.QUARANTINE, SERVICE, figures.quarantined_today)
        backlog = timedelta(minutes=self.watched.backlog_minutes)
        if figures.oldest_unsorted_at is not None and figures.oldest_unsorted_at < now - backlog:
            yield Trouble(AlertKind.BACKLOG, SERVICE)
        if figures.copies_not_filed:
            yield Trouble(AlertKind.COPIES, SERVICE, figures.copies_not_filed)
        if free < self.watched.disk_free_bytes:
            yield Trouble(AlertKind.DISK, SERVICE)
        if self._differences:
            yield Trouble(AlertKind.BOOKS, SERVICE, self._differences)
        for held, number in automatic.refusals(tx, since=now - BRAKE_SHOWS).items():
            yield Trouble(AlertKind.BRAKE, held, number, held)
        for alarm in drift.standing_alarms(tx):
            yield Trouble(AlertKind.DRIFT, alarm.figure, 1, alarm.figure)
        for place, state in gate.states(tx).items():
            if state.ended_by_itself:
                yield Trouble(AlertKind.GATE, str(place), 1, state.cause)

    def _outside(self, reached: dict[str, Reached]) -> Iterable[Trouble]:
        places = {outside.source_name(name): (name, AlertKind.MAILBOX) for name in self.watched.sources}
        places |= {
            outside.CHANNEL: (outside.CHANNEL, AlertKind.CHANNEL),
            outside.WEBHOOK: (outside.WEBHOOK, AlertKind.WEBHOOK),
        }
        for name, (shown, kind) in places.items():
            one = reached.get(name)
            if one is not None and one.failures and one.code in CREDENTIALS:
                yield Trouble(AlertKind.CREDENTIALS, shown, 1, one.code)
            elif one is not None and one.failures >= TWICE:
                yield Trouble(kind, shown, 1, one.code)
        model = reached.get(outside.MODEL)
        if model is not None and model.failures:
            yield Trouble(AlertKind.MODEL, outside.MODEL, 1, model.code)

    def _ingest_is_silent(self, reached: dict[str, Reached], moved_at: datetime | None, now: datetime) -> bool:
        """Whether nobody has looked into any mailbox for too long; a long poll shows in its cursor moving on."""
        if not self.watched.sources:
            return False
        looked = [one for name in self.watched.sources if (one := reached.get(outside.source_name(name)))]
        silence = max(timedelta(minutes=self.watched.silence_minutes), 3 * timedelta(seconds=self.watched.poll_seconds))
        if any(one.failures for one in looked):
            silence += LONGEST_BACK_OFF
        times = [one.looked_at for one in looked] + [time for time in (moved_at, self._started_at) if time is not None]
        return max(times) < now - silence
