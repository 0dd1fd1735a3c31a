"""Alert: tells people what the watch has raised, by mail and by webhook, and again until somebody looks.

Urgent messages go to the officers, restricted ones to the cleared officers alone, trouble of the service to its
administrators (without any: to the officers). Mails hold ids and links, never content. With an order, each reminder
reaches one person more. Opening a message is what ends the reminders (`look`); everybody's silence makes them rarer, never
ends them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.domain.alert import ABOUT_A_MESSAGE, ABOUT_THE_MODEL, AlertKind
from triage.domain.errors import NotFound, OutsideError
from triage.domain.lifecycle import Purpose
from triage.domain.people import Person, Role
from triage.domain.ports import AlertCall, Clock
from triage.flow.sending.brake import Brake
from triage.flow.watching.alert_words import AGAIN, EXAMPLES, FOOT, SEVERAL, sentence
from triage.flow.watching.reach import Reach
from triage.store import alerts, audit, drift, outside, people
from triage.store.alerts import Alert, Notice
from triage.store.deliveries import NewDelivery
from triage.store.engine import Store, Tx
from triage.store.letters import Letter

LONGEST_PAUSE = timedelta(hours=4)
SERVICE_PAUSE = timedelta(hours=24)
FIRST_SILENCE, LONGEST_SILENCE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Telling:
    """How people are told: [alerts] and [web] public_url."""

    public_url: str
    mail: bool = True
    order: tuple[str, ...] = ()
    remind_minutes: float = 15.0

    def url(self, alert: Alert) -> str:
        """Where a signed-in person sees what it is about."""
        base = self.public_url.rstrip("/")
        return f"{base}/alerts" if alert.message_id is None else f"{base}/messages/{alert.message_id}"


@dataclass
class Tell:
    """Books the alert mails that are due. One object per worker."""

    store: Store
    clock: Clock
    brake: Brake
    telling: Telling

    def step(self, limit: int = 0) -> int:
        """Tells of everything due; returns how many alerts that were."""
        now = self.clock.now()
        with self.store.read() as tx:
            if not alerts.due(tx, now=now):
                return 0
        with self.store.begin() as tx:
            tx.lock("alerts")
            due = alerts.due(tx, now=now)
            staff = [one.person for one in people.list_people(tx) if one.disabled_at is None]
            audiences = {alert.id: stages(alert.kind, staff, self.telling.order) for alert in due}
            notices = self._mail(tx, due, audiences, now) if self.telling.mail else []
            for alert in due:
                mine = [one for one in notices if one.alert_id == alert.id]
                next_at = now + self._pause(alert, len(audiences[alert.id]))
                alerts.told(tx, alert, notices=mine, now=now, next_at=next_at)
        return len(due)

    def _mail(
        self, tx: Tx, due: Sequence[Alert], audiences: dict[int, list[list[Person]]], now: datetime
    ) -> list[Notice]:
        """One mail to each person, whatever the number of alerts."""
        of_person: dict[int, list[Alert]] = defaultdict(list)
        known: dict[int, Person] = {}
        shown = {AlertKind.DRIFT: {one.figure.value: one.examples for one in drift.standing_alarms(tx)}}
        for alert in due:
            for person in (one for stage in audiences[alert.id][: alert.rounds + 1] for one in stage):
                if person.id is not None:
                    known[person.id] = person
                    of_person[person.id].append(alert)
        notices: list[Notice] = []
        for person_id, mine in of_person.items():
            person = known[person_id]
            letter = letter_of(mine, person.language, self.telling, shown)
            new = NewDelivery(
                Purpose.ALERT, "", person.email, now, private=True, content=letter.encode(), first=True,
                restricted=any(one.kind is AlertKind.RESTRICTED for one in mine),
            )  # fmt: skip
            delivery_id = self.brake.send(tx, new=new, now=now)
            notices += [Notice(one.id, one.rounds + 1, person_id, delivery_id) for one in mine]
        return notices

    def _pause(self, alert: Alert, number_of_stages: int) -> timedelta:
        """Until the next reminder: even while there is somebody left to tell, then twice as long each time."""
        if alert.kind not in ABOUT_A_MESSAGE:
            return SERVICE_PAUSE
        rest = max(0, min(alert.rounds + 1 - number_of_stages, 16))
        pause = timedelta(minutes=self.telling.remind_minutes)
        return max(pause, min(pause * (1 << rest), LONGEST_PAUSE))


def stages(kind: AlertKind, staff: Sequence[Person], order: Sequence[str]) -> list[list[Person]]:
    """Who is told, and who with each further round: those of the order one by one, then all the others of the circle."""
    officers = [one for one in staff if one.has(Role.OFFICER)]
    if kind not in ABOUT_A_MESSAGE:
        concerned = {Role.ADMINISTRATOR, *([Role.MODEL_KEEPER] if kind in ABOUT_THE_MODEL else [])}
        circle = [one for one in staff if any(one.has(role) for role in concerned)] or officers
        return [circle] if circle else []
    circle = [one for one in officers if one.cleared] if kind is AlertKind.RESTRICTED else officers
    by_address = {one.email.casefold(): one for one in circle}
    named = [by_address[address.casefold()] for address in dict.fromkeys(order) if address.casefold() in by_address]
    others = [one for one in circle if one not in named]
    return [*([one] for one in named), *([others] if others else [])]


def letter_of(
    mine: Sequence[Alert],
    language: str,
    telling: Telling,
    examples: Mapping[AlertKind, Mapping[str, Sequence[int]]] = {},
) -> Letter:
    """The mail about some alerts: kinds, ids and links. `examples`: messages that stand for an alert, by its object."""
    spoken = language if language in FOOT else "en"
    lines = [(sentence(one.kind, spoken, one.message_id), one) for one in mine]
    subject = lines[0][0] if len(lines) == 1 else SEVERAL[spoken].format(count=len(lines))
    reminders = max(one.rounds for one in mine)
    if reminders:
        subject = f"{AGAIN[spoken].format(round=reminders)}: {subject}"
    text = "\n\n".join(
        f"{said}{f' ({alert.count})' if alert.count > 1 else ''}\n"
        f"{_examples(alert, spoken, examples)}{telling.url(alert)}"
        for said, alert in lines
    )
    return Letter(subject=f"[IPD] {subject}", text=f"{text}\n\n{FOOT[spoken]}\n")


def _examples(alert: Alert, spoken: str, examples: Mapping[AlertKind, Mapping[str, Sequence[int]]]) -> str:
    ids = examples.get(alert.kind, {}).get(alert.object, ())
    return EXAMPLES[spoken].format(code=alert.code, ids=", ".join(map(str, ids))) + "\n" if ids else ""


@dataclass
class Call:
    """Calls the webhook for each round of each alert. Repeats until it is taken, with growing pauses."""

    store: Store
    clock: Clock
    webhook: AlertCall
    reach: Reach
    telling: Telling
    with_restricted: bool = False
    _quiet_until: datetime | None = None
    _silence: timedelta = FIRST_SILENCE

    def step(self, limit: int = 0) -> int:
        """Calls for what the webhook does not know yet; returns how many calls were taken."""
        if self._quiet_until is not None and self.clock.now() < self._quiet_until:
            return 0
        with self.store.read() as tx:
            waiting = alerts.uncalled(tx)
        taken = 0
        for alert in waiting:
            if alert.kind is AlertKind.RESTRICTED and not self.with_restricted:
                self._book(alert)
                continue
            try:
                self.webhook.call(self._payload(alert))
            except OutsideError as error:
                self.reach.note(outside.WEBHOOK, error.code)
                self._quiet_until = self.clock.now() + self._silence
                self._silence = min(self._silence * 2, LONGEST_SILENCE)
                return taken
            self._quiet_until, self._silence = None, FIRST_SILENCE
            self.reach.note(outside.WEBHOOK, None)
            self._book(alert)
            taken += 1
        return taken

    def _book(self, alert: Alert) -> None:
        with self.store.begin() as tx:
            alerts.called(tx, alert_id=alert.id, round_=alert.rounds)

    def _payload(self, alert: Alert) -> dict[str, str | int | None]:
        url = self.telling.url(alert)
        return {
            "alert": alert.id,
            "kind": alert.kind.value,
            "object": alert.object,
            "code": alert.code,
            "count": alert.count,
            "round": alert.rounds,
            "raised_at": alert.raised_at.isoformat(),
            "url": url,
            "text": f"{sentence(alert.kind, 'en', alert.message_id)} {url}",
        }


def take_note(store: Store, *, alert_ids: Sequence[int], officer: Person, now: datetime) -> int:
    """Somebody takes note of alerts: no more reminders. Returns how many that concerned. Raises NotFound where one of them
    is not open for this person."""
    with store.begin() as tx:
        visible = {one.id for one in alerts.list_page(tx, viewer=officer, limit=10_000)}
        if not visible.issuperset(alert_ids):
            raise NotFound("no such open alert")
        actor = audit.actor_of(tx, officer)
        number = alerts.acknowledge(tx, alert_ids, actor=actor, now=now)
        objects = [f"alert:{alert_id}" for alert_id in sorted(set(alert_ids))]
        audit.append(tx, at=now, actor=actor, act=audit.Act.TOOK_NOTE, objects=objects)
    return number
