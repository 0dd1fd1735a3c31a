"""What a signed-in member sees and does: the own unit's inquiries, and nothing of anybody else's."""

from datetime import date, timedelta

import pytest

from tests.store.membership import answers, cases, found, member, sent
from tests.store.office import CLEARED, OFFICER, Office
from tests.store.unit import received, says, token_in
from triage.domain.decision import UnitAnswer
from triage.domain.errors import DataError, NotFound, Refused
from triage.domain.people import Person, Role
from triage.domain.taxonomy import Destination
from triage.flow.units import closed_days, unit_address, unit_desk
from triage.flow.units.unit_address import Moved
from triage.flow.units.unit_link import LinkState, Outcome
from triage.store import (
    audit,
    calendars,
    detail,
    member_desk,
    member_figures,
    organisation,
    people,
    persons,
    stand_ins,
    unit_notes,
    unit_proposals,
)
from triage.store.calendars import Holiday
from triage.store.figures import Period
from triage.store.member_desk import Shelf
from triage.store.messages import restrict

DAY = 86_400


def test_a_member_sees_what_reached_the_unit_and_nothing_else(office: Office) -> None:
    udo, ida, sen = (
        member(office, "Udo Unit", "DMM"),
        member(office, "Ida Law", "IML"),
        member(office, "Sen Mission", "MISSION:SN"),
    )
    mine, copied = sent(office), sent(office, "IML", copies=[Destination.parse("DMM")])
    kept = office.one().id
    waiting = office.one().id
    office.decide(waiting, "DMM")
    assert [case.message_id for case in cases(office, udo)] == [copied, mine]
    assert [case.message_id for case in cases(office, ida)] == [copied]
    assert cases(office, sen) == []
    assert found(office, udo, "question") == [copied, mine]
    assert found(office, ida, "question") == [copied]
    assert found(office, ida, sender="fatou") == [copied] and found(office, sen, sender="fatou") == []
    assert kept not in found(office, udo)
    (hers,) = cases(office, ida)
    for person in (udo, sen):
        with pytest.raises(NotFound):
            unit_desk.look_at_case(office.store, member=person, delivery_id=hers.delivery_id, now=office.clock.now())
        with pytest.raises(NotFound):
            answers(office, person, hers, UnitAnswer.ACCEPTED, step=0)
        with pytest.raises(NotFound):
            unit_desk.read_original(office.store, member=person, delivery_id=hers.delivery_id, now=office.clock.now())
    nobody = Person(9, "Amina Diallo", roles=frozenset({Role.OFFICER}), unit="DMM")
    assert cases(office, nobody) == [], "a unit without the role gives nothing"


def test_a_mission_and_a_covered_country(office: Office) -> None:
    sen, gambia = member(office, "Sen Mission", "MISSION:SN"), member(office, "Gam Bia", "MISSION:GM")
    dakar = member(office, "Da Kar", "RO-DAKAR")
    own, covered = sent(office, "MISSION:SN"), sent(office, "MISSION:GM")
    unsure = sent(office, "MISSION:CV")
    assert [case.message_id for case in cases(office, sen)] == [covered, own]
    assert cases(office, gambia) == [], "no mail has gone to an office that there is not"
    assert [case.message_id for case in cases(office, dakar)] == [unsure]


def test_restricted_is_never_there_even_for_the_cleared(office: Office) -> None:
    udo = member(office, "Udo Unit", "DMM", cleared=True)
    message_id = sent(office)
    (case,) = cases(office, udo)
    unit_desk.write_to_ipd(
        office.store, member=udo, delivery_id=case.delivery_id, text="Who is it?", now=office.clock.now()
    )
    with office.store.begin() as tx:
        restrict(tx, message_id=message_id)
    assert cases(office, udo) == [] and found(office, udo) == []
    for act in (unit_desk.look_at_case, unit_desk.read_original):
        with pytest.raises(NotFound):
            act(office.store, member=udo, delivery_id=case.delivery_id, now=office.clock.now())
    with pytest.raises(Refused):
        unit_desk.write_to_unit(
            office.store, officer=CLEARED, message_id=message_id, code="DMM", text="x", now=office.clock.now()
        )
    with office.store.read() as tx:
        assert member_figures.handled(tx, code="DMM", period=period(office)) == []
        assert member_desk.open_cases(tx, codes=["DMM"]) == []
        assert [note.text for note in unit_notes.of_message(tx, message_id=message_id)] == ["Who is it?"], (
            "under the other key"
        )


def period(office: Office) -> Period:
    today = office.clock.now().date()
    return Period(today - timedelta(days=29), today)


def test_answers_are_those_of_the_links_and_count_once(office: Office) -> None:
    udo = member(office, "Udo Unit", "DMM")
    message_id = sent(office)
    token = token_in(received(office, "dmm@units.example")[0])
    (case,) = cases(office, udo, Shelf.WAITING)
    assert answers(office, udo, case, UnitAnswer.ACCEPTED) is Outcome.DONE
    assert answers(office, udo, case, UnitAnswer.ACCEPTED, step=0) is Outcome.ALREADY
    assert says(office, token, UnitAnswer.ACCEPTED, guard="0") is Outcome.ALREADY, "the link knows of it"
    assert answers(office, udo, case, UnitAnswer.NEEDS_MORE, step=0) is Outcome.STALE
    assert [one.shelf for one in cases(office, udo)] == [Shelf.TAKEN]
    assert (
        answers(office, udo, case, UnitAnswer.NOT_OURS, proposed=Destination.parse("IML"), note="Treaties")
        is Outcome.DONE
    )
    assert office.message(message_id).declined
    with office.store.read() as tx:
        told = detail.detail(tx, viewer=CLEARED, message_id=message_id).answers
        assert [(a.answer, a.actor, a.note) for a in told] == [
            (UnitAnswer.ACCEPTED, "Udo Unit", ""), (UnitAnswer.NOT_OURS, "Udo Unit", "Treaties")
        ]  # fmt: skip
        booked = audit.entries(tx, about=f"message:{message_id}")
        assert [entry.actor for entry in booked if entry.act == audit.Act.ANSWERED] == [f"person:{udo.id}"] * 2
    view = unit_desk.look_at_case(office.store, member=udo, delivery_id=case.delivery_id, now=office.clock.now())
    assert view.state is LinkState.ELSEWHERE and view.message is None and view.case.shelf is Shelf.GONE
    assert found(office, udo, "question") == [], "what is elsewhere is not searched"
    assert answers(office, udo, case, UnitAnswer.ANSWERED, step=2) is Outcome.NOT_OFFERED
    office.decide(message_id, "IML", CLEARED)
    office.send()
    ida = member(office, "Ida Law", "IML")
    (hers,) = cases(office, ida)
    seen = unit_desk.look_at_case(office.store, member=ida, delivery_id=hers.delivery_id, now=office.clock.now())
    assert seen.message is not None and seen.answers == (), "she does not see what another unit said"
    assert answers(office, ida, hers, UnitAnswer.ANSWERED) is Outcome.DONE
    assert [one.shelf for one in cases(office, ida)] == [Shelf.DONE]
    assert (
        says(office, token_in(received(office, "iml@units.example")[0]), UnitAnswer.ANSWERED, guard="0")
        is Outcome.ALREADY
    )


def test_notes_between_officer_and_unit(office: Office) -> None:
    udo, ida = member(office, "Udo Unit", "DMM"), member(office, "Ida Law", "IML")
    message_id = sent(office, copies=[Destination.parse("IML")])
    now = office.clock.now()
    unit_desk.write_to_unit(
        office.store, officer=OFFICER, message_id=message_id, code="DMM", text="Please hurry", now=now
    )
    (case,), (other,) = cases(office, udo), cases(office, ida)
    assert (case.notes, other.notes) == (1, 0)
    unit_desk.have_seen_as_member(office.store, member=udo, delivery_id=case.delivery_id, now=now)
    assert cases(office, udo)[0].notes == 0
    unit_desk.write_to_ipd(office.store, member=udo, delivery_id=case.delivery_id, text="By Friday", now=now)
    hers = unit_desk.look_at_case(office.store, member=ida, delivery_id=other.delivery_id, now=now)
    assert hers.notes == (), "notes of another unit"
    with office.store.read() as tx:
        assert [(m, code) for m, code, _ in unit_notes.unseen_by_officers(tx, viewer=OFFICER)] == [(message_id, "DMM")]
        assert [n.text for n in unit_notes.of_message(tx, message_id=message_id)] == ["Please hurry", "By Friday"]
    unit_desk.have_seen_as_officer(office.store, officer=OFFICER, message_id=message_id, code="DMM", now=now)
    with office.store.read() as tx:
        assert unit_notes.unseen_by_officers(tx, viewer=OFFICER) == []
    with pytest.raises(Refused):
        unit_desk.write_to_unit(office.store, officer=OFFICER, message_id=message_id, code="MCD", text="Psst", now=now)
    with pytest.raises(DataError):
        unit_desk.write_to_ipd(office.store, member=udo, delivery_id=case.delivery_id, text="  ", now=now)


def test_a_member_who_is_erased_leaves_no_name(office: Office) -> None:
    udo = member(office, "Udo Unit", "DMM")
    message_id = sent(office)
    (case,) = cases(office, udo)
    answers(office, udo, case, UnitAnswer.ACCEPTED)
    unit_desk.write_to_ipd(office.store, member=udo, delivery_id=case.delivery_id, text="Soon", now=office.clock.now())
    with office.store.begin() as tx:
        persons.redact_columns(tx, [udo.name], mark="erased")
        told = detail.detail(tx, viewer=CLEARED, message_id=message_id).answers
        notes = unit_notes.of_message(tx, message_id=message_id)
    assert [one.actor for one in told] == ["erased"] and [one.author for one in notes] == ["erased"]


def test_a_lead_moves_the_mail_within_the_domain_and_proposes_another(office: Office) -> None:
    lead, udo = member(office, "Lea Lead", "DMM", leads_unit=True), member(office, "Udo Unit", "DMM")
    admin = Person(None, "Ada Min", "ada@office.example", frozenset({Role.ADMINISTRATOR}))
    with office.store.begin() as tx:
        admin = people.add_person(tx, person=admin, password_hash=None, now=office.clock.now())

    def change(address: str, language: str = "en", who: Person = lead) -> Moved:
        return unit_address.change_mail(
            office.store, lead=who, address=address, language=language, now=office.clock.now()
        )

    with pytest.raises(Refused):
        change("new@units.example", who=udo)
    with pytest.raises(DataError):
        change("two@units.example, three@units.example")
    assert change("dmm@units.example") is Moved.NOTHING
    assert change("labour@units.example", "fr") is Moved.CHANGED
    assert change("labour@elsewhere.example", "fr") is Moved.PROPOSED
    sent(office)
    assert len(received(office, "labour@units.example")) == 1
    with office.store.read() as tx:
        (proposal,) = unit_proposals.still_open(tx)
    assert (proposal.code, proposal.made_by) == ("DMM", "Lea Lead")
    unit_address.settle_proposal(
        office.store, proposal_id=proposal.id, accepted=True, actor=admin, now=office.clock.now()
    )
    with pytest.raises(NotFound):
        unit_address.settle_proposal(
            office.store, proposal_id=proposal.id, accepted=True, actor=admin, now=office.clock.now()
        )
    with office.store.read() as tx:
        moved = organisation.resolve(tx, Destination.parse("DMM"), office.clock.now().date())
        assert (moved.address, moved.language) == ("labour@elsewhere.example", "fr")
        assert audit.verify(tx).whole


def test_figures_are_the_units_own(office: Office) -> None:
    udo = member(office, "Udo Unit", "DMM")
    first, second, third = sent(office), sent(office), sent(office)
    sent(office, "IML")
    office.clock.pass_(3600)
    by_id = {case.message_id: case for case in cases(office, udo)}
    answers(office, udo, by_id[first], UnitAnswer.ACCEPTED)
    answers(office, udo, by_id[second], UnitAnswer.NOT_OURS, proposed=Destination.parse("MISSION:SN"))
    office.clock.pass_(3600)
    answers(office, udo, by_id[first], UnitAnswer.ANSWERED)
    with office.store.read() as tx:
        rows = {one.message_id: one for one in member_figures.handled(tx, code="DMM", period=period(office))}
    assert set(rows) == {first, second, third}
    assert rows[first].first_word_seconds is not None and 3600 <= rows[first].first_word_seconds < 3600 + 300
    assert rows[first].answer_seconds is not None and 7200 <= rows[first].answer_seconds < 7200 + 300
    assert rows[second].instead == Destination.parse("MISSION:SN") and rows[third].said == {}


def test_pages_go_on_where_they_ended(office: Office) -> None:
    udo = member(office, "Udo Unit", "DMM")
    ids = [sent(office) for _ in range(5)]
    seen, after = [], None
    with office.store.read() as tx:
        scope = stand_ins.scope_of(tx, udo, on=office.clock.now().date())
        assert member_desk.counts(tx, scope=scope) == {Shelf.WAITING: 5, Shelf.TAKEN: 0}
        while True:
            page = member_desk.page(tx, scope=scope, shelf=Shelf.WAITING, after=after, limit=2)
            seen += [case.message_id for case in page.cases]
            after = page.next
            if after is None:
                break
    assert seen == sorted(ids, reverse=True)


def test_holidays_on_screen(office: Office) -> None:
    ada = Person(None, "Ada Min")
    now, day = office.clock.now(), date(2026, 4, 4)
    closed_days.add_holiday(office.store, code="SN", day=day, name="Independence", actor=ada, now=now)
    closed_days.add_holiday(office.store, code="SN", day=day, name="Independence  Day", actor=ada, now=now)
    closed_days.keep_weekend(office.store, code="SN", days=[4, 5], actor=ada, now=now)
    with office.store.read() as tx:
        assert calendars.holidays_of(tx, code="SN") == [Holiday("SN", day, "Independence Day")]
        known = calendars.calendars_of(tx, ["SN"])["SN"]
        assert not known.works_on(day) and known.weekend == {4, 5}
    closed_days.remove_holiday(office.store, code="SN", day=day, actor=ada, now=now)
    closed_days.keep_weekend(office.store, code="SN", days=None, actor=ada, now=now)
    with office.store.read() as tx:
        assert calendars.holidays_of(tx, code="SN") == [] and calendars.own_weekend(tx, code="SN") is None
    for code, name in (("XX", "Nowhere"), ("SN", " ")):
        with pytest.raises(DataError):
            closed_days.add_holiday(office.store, code=code, day=day, name=name, actor=ada, now=now)
