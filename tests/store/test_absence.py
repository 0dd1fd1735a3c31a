"""Who is away, who stands in, and the daily mail to members."""

from datetime import timedelta
from typing import Any

import pytest

from tests.store.membership import answers, cases, found, member, sent
from tests.store.office import SERVICE, Office
from tests.store.parts import OWN
from tests.store.test_remind import remind
from tests.store.unit import received, says, token_in
from triage.domain.decision import UnitAnswer
from triage.domain.errors import NotFound
from triage.domain.people import Person
from triage.flow.sending.brake import Brake
from triage.flow.units import absence, digest
from triage.flow.units.absence import Away
from triage.flow.units.unit_link import Outcome
from triage.store import (
    calendars,
    people,
)
from triage.store.calendars import Holiday
from triage.store.messages import restrict

DAY = 86_400


def away(office: Office, person: Person, *, days: int = 5, whole_unit: bool = True, **deputy: Any) -> int:
    """From today on."""
    today = office.clock.now().date()
    said = Away(whole_unit, today, today + timedelta(days=days), **deputy)
    return absence.be_away(office.store, member=person, away=said, now=office.clock.now())


def test_while_a_unit_is_away_forwards_links_and_reminders_go_to_its_deputy(office: Office) -> None:
    lead, ida = member(office, "Lea Lead", "DMM", leads_unit=True), member(office, "Ida Law", "IML")
    before = sent(office)
    says(office, token_in(received(office, "dmm@units.example")[0]), UnitAnswer.ANSWERED)
    number = away(office, lead, deputy_code="IML")
    message_id = sent(office)
    assert len(received(office, "dmm@units.example")) == 1
    (got,) = received(office, "iml@units.example")
    (case,) = cases(office, ida)
    assert (case.message_id, case.code) == (message_id, "DMM"), "open ones of the unit that is away, not what is done"
    assert before not in found(office, ida)
    assert [one.message_id for one in cases(office, lead)] == [message_id, before]
    office.clock.pass_(2 * DAY)
    remind(office)
    assert len(received(office, "iml@units.example")) == 2, "the reminder, too"
    assert says(office, token_in(got), UnitAnswer.ACCEPTED) is Outcome.DONE
    absence.come_back(office.store, member=lead, absence_id=number, now=office.clock.now())
    assert cases(office, ida) == []
    with pytest.raises(NotFound):
        answers(office, ida, case, UnitAnswer.ANSWERED, step=1)
    sent(office)
    assert len(received(office, "iml@units.example")) == 2


def test_a_person_stands_in_by_the_address_of_the_account(office: Office) -> None:
    lead, ida = member(office, "Lea Lead", "DMM", leads_unit=True), member(office, "Ida Law", "IML")
    away(office, lead, deputy_id=ida.id)
    message_id = sent(office)
    assert len(received(office, "ida@office.example")) == 1
    (lead_mail,) = [d for d in office.deliveries() if d.message_id == message_id]
    assert (lead_mail.code, lead_mail.address) == ("DMM", ""), "a person's address is not kept in clear"
    assert [case.code for case in cases(office, ida)] == ["DMM"]
    with office.store.begin() as tx:
        people.disable(tx, person_id=ida.id or 0, at=office.clock.now())
    sent(office)
    assert len(received(office, "dmm@units.example")) == 1, "a closed account stands in for nobody"


def test_units_that_stand_in_for_one_another_keep_their_own_mail(office: Office) -> None:
    lead, ida = member(office, "Lea Lead", "DMM", leads_unit=True), member(office, "Ida Law", "IML", leads_unit=True)
    mia = member(office, "Mia Media", "MCD")
    away(office, lead, deputy_code="IML")
    away(office, ida, deputy_code="MCD")
    sent(office)
    assert len(received(office, "mcd@units.example")) == 1, "the deputy's deputy"
    assert [case.code for case in cases(office, mia)] == ["DMM"]
    member_of_mcd = member(office, "Max Media", "MCD", leads_unit=True)
    away(office, member_of_mcd, deputy_code="DMM")
    sent(office)
    assert len(received(office, "dmm@units.example")) == 1, "a circle leads nowhere: the unit's own address"


def test_who_may_be_away_and_who_may_stand_in(office: Office) -> None:
    lead, udo = member(office, "Lea Lead", "DMM", leads_unit=True), member(office, "Udo Unit", "DMM")
    ida = member(office, "Ida Law", "IML")
    for person, options, error in (
        (udo, {"deputy_code": "IML"}, absence.NotLead),
        (lead, {}, absence.NoDeputy),
        (lead, {"deputy_code": "DMM"}, absence.NoDeputy),
        (lead, {"deputy_code": "GM"}, absence.NoDeputy),
        (lead, {"deputy_id": 999}, absence.NoDeputy),
        (lead, {"deputy_code": "IML", "deputy_id": udo.id}, absence.NoDeputy),
        (udo, {"whole_unit": False, "deputy_id": ida.id}, absence.NoDeputy),
        (udo, {"whole_unit": False, "deputy_id": udo.id}, absence.NoDeputy),
        (lead, {"deputy_code": "IML", "days": -1}, absence.NoDays),
        (lead, {"deputy_code": "IML", "days": 500}, absence.NoDays),
    ):
        with pytest.raises(error):
            away(office, person, **options)
    number = away(office, udo, whole_unit=False, deputy_id=lead.id)
    with pytest.raises(NotFound):
        absence.come_back(office.store, member=ida, absence_id=number, now=office.clock.now())
    absence.come_back(office.store, member=udo, absence_id=number, now=office.clock.now())


def send_digests(office: Office) -> int:
    """The worker's step, anew each time as after a restart."""
    step = digest.Digest(store=office.store, clock=office.clock, brake=Brake(OWN, 50, 500), service=SERVICE)
    number = step.step()
    assert step.step() == 0
    office.forward.step()
    return number


def test_the_digest_comes_once_a_working_day_and_holds_no_content(office: Office) -> None:
    udo = member(office, "Udo Unit", "DMM", language="fr")
    quiet = member(office, "Qui Et", "DMM")
    sent(office)
    secret = sent(office)
    with office.store.begin() as tx:
        restrict(tx, message_id=secret)
    assert send_digests(office) == 0, "nobody asked for it"
    digest.choose(office.store, member=udo, wanted=True)
    assert send_digests(office) == 1
    assert send_digests(office) == 0, "once a day, also after a restart"
    (got,) = received(office, udo.email)
    plain, html = got.get_body(("plain",)), got.get_body(("html",))
    assert plain is not None and html is not None
    text = f"{got['Subject']} {plain.get_content()} {html.get_content()}"
    assert "1 demandes ouvertes" in text and "/unit/" in text
    for word in ("Question 1", "Fatou", "please help", "ngo.example"):
        assert word not in text
    assert received(office, quiet.email) == []
    today = office.clock.now().date()
    with office.store.begin() as tx:
        calendars.set_holidays(tx, [Holiday("HQ", today + timedelta(days=1), "Day of the office")])
    office.clock.pass_(DAY)
    assert send_digests(office) == 0, "a holiday"
    office.clock.pass_(DAY)
    assert send_digests(office) == 1
    office.clock.pass_(3 * DAY)
    assert office.clock.now().weekday() == 5
    assert send_digests(office) == 0, "a Saturday"


def test_the_digest_of_who_is_away_goes_to_the_deputy(office: Office) -> None:
    udo, lead = member(office, "Udo Unit", "DMM"), member(office, "Lea Lead", "DMM", leads_unit=True)
    ida = member(office, "Ida Law", "IML")
    sent(office)
    digest.choose(office.store, member=udo, wanted=True)
    away(office, udo, whole_unit=False, deputy_id=lead.id, days=0)
    assert send_digests(office) == 1
    assert received(office, udo.email) == []
    (got,) = received(office, lead.email)
    body = got.get_body(("plain",))
    assert body is not None and "Udo Unit" in body.get_content()
    office.clock.pass_(DAY)
    away(office, lead, deputy_id=ida.id, days=0)
    assert send_digests(office) == 1
    assert received(office, udo.email) == [] and len(received(office, ida.email)) == 1
