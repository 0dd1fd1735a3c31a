"""Members of units with what they see and say."""

from typing import Any

from tests.store.office import CLEARED, Office
from triage.domain.decision import UnitAnswer
from triage.domain.people import Person, Role
from triage.flow.units import unit_desk
from triage.flow.units.unit_link import Outcome
from triage.store import (
    member_desk,
    people,
    stand_ins,
)
from triage.store.member_desk import Case, Shelf
from triage.store.search import Query


def member(office: Office, name: str, unit: str, **more: Any) -> Person:
    """A member with an account."""
    email = f"{name.split()[0].lower()}@office.example"
    person = Person(None, name, email, frozenset({Role.UNIT_MEMBER}), unit=unit, **more)
    with office.store.begin() as tx:
        return people.add_person(tx, person=person, password_hash=None, now=office.clock.now())


def cases(office: Office, person: Person, shelf: Shelf = Shelf.ALL) -> list[Case]:
    """What is on a member's shelf."""
    with office.store.read() as tx:
        scope = stand_ins.scope_of(tx, person, on=office.clock.now().date())
        return list(member_desk.page(tx, scope=scope, shelf=shelf).cases)


def found(office: Office, person: Person, text: str = "", **more: Any) -> list[int]:
    """What a member finds."""
    with office.store.read() as tx:
        scope = stand_ins.scope_of(tx, person, on=office.clock.now().date())
        hits = member_desk.find(tx, scope=scope, query=Query(text=text, **more))
        return [case.message_id for case in hits.cases]


def sent(office: Office, to: str = "DMM", **more: Any) -> int:
    """A message that reached a unit."""
    line = office.one()
    office.decide(line.id, to, CLEARED, **more)
    office.send()
    return line.id


def answers(office: Office, person: Person, case: Case, answer: UnitAnswer, **more: Any) -> Outcome:
    """A member answers on screen."""
    view = unit_desk.look_at_case(office.store, member=person, delivery_id=case.delivery_id, now=office.clock.now())
    return unit_desk.answer_as_member(
        office.store,
        member=person,
        delivery_id=case.delivery_id,
        answer=answer,
        now=office.clock.now(),
        **({"step": view.step} | more),
    )
