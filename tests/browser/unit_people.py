"""Members of units in a furnished office, with inquiries that have reached their units."""

from dataclasses import dataclass, replace
from datetime import timedelta

from playwright.sync_api import BrowserContext

from tests.browser.office import CLEARED, PASSWORD, Office
from triage.domain.decision import UnitAnswer
from triage.domain.people import Person, Role
from triage.domain.taxonomy import Destination
from triage.flow.desk import review
from triage.flow.people import people
from triage.flow.units import absence, unit_desk
from triage.flow.units.absence import Away
from triage.store import member_desk, stand_ins
from triage.store.member_desk import Case, Shelf
from triage.web import create_app

MEMBER = frozenset({Role.UNIT_MEMBER})
LEAD = Person(None, "Lea Lead", "lea@office.example", MEMBER, unit="DMM", leads_unit=True)
LAW = Person(None, "Ida Law", "ida@office.example", MEMBER, unit="IML", leads_unit=True)
SENT = {1: "DMM", 2: "DMM", 3: "DMM", 7: "DMM", 6: "IML"}
"""Which messages go where: one with a file, one with hostile HTML, one for another unit."""


@dataclass
class Units:
    """The office with its members and what has reached them."""

    office: Office
    lead: Person
    law: Person

    def cases(self, person: Person, shelf: Shelf = Shelf.ALL) -> dict[int, Case]:
        """What a member has, by message."""
        with self.office.services.store.read() as tx:
            scope = stand_ins.scope_of(tx, person, on=self.office.clock.now().date())
            return {case.message_id: case for case in member_desk.page(tx, scope=scope, shelf=shelf).cases}

    def sign_in(self, context: BrowserContext, person: Person) -> None:
        """Puts the cookie of a person who has signed in into a browser."""
        app = create_app(self.office.services)
        app.config["WTF_CSRF_ENABLED"] = False
        client = app.test_client()
        client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        cookie = client.get_cookie("triage")
        assert cookie is not None
        context.add_cookies([{"name": "triage", "value": cookie.value, "url": self.office.url, "sameSite": "Lax"}])


def send(office: Office, message_id: int, to: str, *, note: str = "") -> None:
    """An officer's decision whose mail has left."""
    review.decide(
        office.services.store,
        message_id=message_id,
        version=None,
        destination=Destination.parse(to),
        officer=CLEARED,
        now=office.clock.now(),
        undo_seconds=0,
        note=note,
    )
    assert office.worker_forwards() == 1


def with_units(office: Office) -> Units:
    """Accounts of two units, and inquiries in every state."""
    store, now = office.services.store, office.clock.now()
    lead, law = (people.add_account(store, person=p, password=PASSWORD, actor=None, now=now) for p in (LEAD, LAW))
    for message_id, to in SENT.items():
        send(office, message_id, to, note="Please answer before the Council." if message_id == 1 else "")
    units = Units(office, lead, law)
    mine = units.cases(lead)
    for message_id, answer, more in (
        (2, UnitAnswer.ACCEPTED, {}),
        (3, UnitAnswer.NOT_OURS, {"proposed": Destination.parse("MCD"), "note": "For the press"}),
    ):
        unit_desk.answer_as_member(
            store, member=lead, delivery_id=mine[message_id].delivery_id, step=0, answer=answer, now=now, **more
        )  # type: ignore[arg-type]
    officer = replace(CLEARED, id=None)
    unit_desk.write_to_unit(store, officer=officer, message_id=1, code="DMM", text="The sender called twice.", now=now)
    unit_desk.write_to_ipd(
        store, member=lead, delivery_id=mine[2].delivery_id, text="We need the list of names.", now=now
    )
    away = Away(True, now.date(), now.date() + timedelta(days=3), deputy_code="DMM")
    absence.be_away(store, member=law, away=away, now=now)
    return units
