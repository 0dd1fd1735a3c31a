"""An office with people, a watch over it, and the voices that tell them."""

import email
import email.policy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.store.office import CLEARED, Office
from tests.store.parts import OWN
from triage.domain.alert import AlertKind
from triage.domain.errors import Transient
from triage.domain.people import Person, Role
from triage.flow.sending.brake import Brake
from triage.flow.watching.alert import Call, Tell, Telling
from triage.flow.watching.reach import Reach
from triage.flow.watching.watch import Watch, Watched
from triage.store import alerts, people
from triage.store.alerts import Alert

URL = "https://triage.office.example"
OFFICER_ROLE = frozenset({Role.OFFICER})


@dataclass
class Hook:
    """A webhook that remembers what it took."""

    broken: bool = False
    taken: list[Mapping[str, str | int | None]] = field(default_factory=list)

    def call(self, payload: Mapping[str, str | int | None]) -> None:
        if self.broken:
            raise Transient("webhook_unreachable")
        self.taken.append(payload)


class Guarded:
    """An office with people, a watch and its voices."""

    def __init__(self, office: Office, *, order: tuple[str, ...] = (), **watched: Any) -> None:
        self.office = office
        self.free = 10**12
        self.hook = Hook()
        self.reach = Reach(office.store, office.clock)
        telling = Telling(URL, order=order, remind_minutes=15)
        settings = Watched(sources=("box",), **watched)
        self.watch = Watch(office.store, office.clock, settings, lambda: self.free)
        self.tell = Tell(office.store, office.clock, Brake(OWN, 40, 200), telling)
        self.call = Call(office.store, office.clock, self.hook, self.reach, telling)
        self.reach.source("box", None)

    def person(
        self, name: str, *, roles: frozenset[Role] = OFFICER_ROLE, cleared: bool = False, language: str = "en"
    ) -> Person:
        with self.office.store.begin() as tx:
            person = Person(None, name, f"{name}@office.example", roles, cleared, language)
            return people.add_person(tx, person=person, password_hash=None, now=self.office.clock.now())

    def turn(self) -> None:
        """What the watch's thread and the sender do."""
        self.watch.step()
        self.tell.step()
        self.call.step()
        while self.office.forward.step():
            pass

    def pass_(self, minutes: float) -> None:
        """Time passes, the mailbox is polled meanwhile."""
        self.office.clock.pass_(minutes * 60)
        self.reach.source("box", None)

    def mails(self) -> list[tuple[str, str, str]]:
        """What left as alerts, since the last time: to whom, subject, text."""
        found = [
            (one.recipient.partition("@")[0], parsed["Subject"], parsed.get_content())
            for one in self.office.outbox.sent
            if (parsed := email.message_from_bytes(one.data, policy=email.policy.default))["Auto-Submitted"]
            == "auto-generated"
        ]
        self.office.outbox.sent.clear()
        return sorted(found)

    def told(self) -> list[str]:
        return [name for name, _, _ in self.mails()]

    def open(self, viewer: Person = CLEARED) -> list[Alert]:
        with self.office.store.read() as tx:
            return alerts.list_page(tx, viewer=viewer)

    def kinds(self) -> list[AlertKind]:
        return sorted(alert.kind for alert in self.open())
