"""Units, offices and rules changed on screen; the record searched, exported and checked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.store.office import Office
from triage.domain.errors import DataError
from triage.domain.organisation import Office as Place
from triage.domain.organisation import OfficeStatus, Unit
from triage.domain.people import Person, Role
from triage.domain.taxonomy import Destination
from triage.flow.office import organise
from triage.flow.office.rules import Rule, rules, set_rule
from triage.flow.people import people
from triage.flow.protection import record
from triage.store import audit, changes, organisation, settings
from triage.store.records import Filter, search

PASSWORD = "correct horse battery"


@pytest.fixture
def ada(office: Office) -> Person:
    person = Person(None, "Ada Min", "ada@office.example", frozenset({Role.ADMINISTRATOR, Role.AUDITOR}))
    return people.add_account(office.store, person=person, password=None, actor=None, now=office.clock.now())


def unit(office: Office, code: str = "DMM") -> Unit:
    with office.store.read() as tx:
        return next(each for each in organisation.units(tx, office.clock.now().date()) if each.code == code)


def place(office: Office, code: str) -> Place:
    with office.store.read() as tx:
        return next(each for each in organisation.offices(tx, office.clock.now().date()) if each.code == code)


def test_a_renamed_unit_holds_from_today_and_says_who(office: Office, ada: Person) -> None:
    old, now = unit(office), office.clock.now()
    new = replace(old, names={**old.names, "en": "Department of Moving"}, address="moving@iom.example")
    assert organise.amend(office.store, item=new, actor=ada, now=now)
    assert not organise.amend(office.store, item=new, actor=ada, now=now), "nothing differs"
    with office.store.read() as tx:
        assert organisation.resolve(tx, Destination.parse("DMM"), now.date()).address == "moving@iom.example"
        yesterday = now.date() - timedelta(days=1)
        assert next(u for u in organisation.units(tx, yesterday) if u.code == "DMM").address == old.address
        (told,) = changes.history(tx, about=["unit:DMM"])
        assert told.actor == f"person:{ada.id}" and told.fields == ("address", "names")
        assert [entry.act for entry in audit.entries(tx, about="unit:DMM")] == [audit.Act.CONFIGURED]


def test_what_would_lose_mail_is_refused(office: Office, ada: Person) -> None:
    now = office.clock.now()
    for wrong, error in (
        (replace(unit(office), address=""), organise.NoAddress),
        (replace(unit(office), address="two@x.example, three@x.example"), organise.NoAddress),
        (replace(unit(office), names={"en": "Only English"}), organise.NoName),
    ):
        with pytest.raises(error):
            organise.amend(office.store, item=wrong, actor=ada, now=now)
    with office.store.read() as tx:
        covered = [o for o in organisation.offices(tx, now.date()) if o.covered_by]
        assert covered, "the office's data has a country that another office covers"
        cover = next(o for o in organisation.offices(tx, now.date()) if o.code == covered[0].covered_by)
    names = {code: cover.names.get("en", "x") for code in ("en", "fr", "es")}
    for wrong_place, place_error in (
        (replace(covered[0], names=names, covered_by=None), organise.NoCover),
        (replace(covered[0], names=names, covered_by=covered[0].code), organise.NoCover),
        (replace(covered[0], names=names, status=OfficeStatus.OWN, address=""), organise.NoAddress),
        (
            replace(cover, names=names, status=OfficeStatus.COVERED, covered_by=covered[0].code, address=""),
            organise.NoCover,
        ),
    ):
        with pytest.raises(place_error):
            organise.amend(office.store, item=wrong_place, actor=ada, now=now)
    with office.store.read() as tx:
        assert changes.history(tx, about=["unit:DMM", f"office:{cover.code}", f"office:{covered[0].code}"]) == []


def test_a_rule_holds_at_once_and_the_file_again_when_taken_back(office: Office, ada: Person) -> None:
    def now_in_force() -> tuple[float, float]:
        found = rules(office.store, undo_seconds=60.0, minimum_probability=0.1)
        return found.undo_seconds, found.minimum_probability

    now = office.clock.now()
    assert now_in_force() == (60.0, 0.1)
    set_rule(office.store, Rule.UNDO_SECONDS, value=0.0, actor=ada, now=now)
    set_rule(office.store, Rule.MINIMUM_PROBABILITY, value=0.95, actor=ada, now=now)
    assert now_in_force() == (0.0, 0.95)
    set_rule(office.store, Rule.UNDO_SECONDS, value=None, actor=ada, now=now)
    assert now_in_force() == (60.0, 0.95)
    wrong = (
        (Rule.UNDO_SECONDS, -1.0),
        (Rule.UNDO_SECONDS, 1e9),
        (Rule.MINIMUM_PROBABILITY, 1.01),
        (Rule.PER_HOUR, 4.5),
    )
    for rule, value in wrong:
        with pytest.raises(DataError):
            set_rule(office.store, rule, value=value, actor=ada, now=now)
    with office.store.read() as tx:
        told = changes.history(tx, about=["rule:undo_seconds"])
        assert [(change.before.get("undo_seconds"), change.after["undo_seconds"]) for change in told] == [
            (0.0, None),
            (None, 0.0),
        ]


def test_the_record_is_searched_by_person_message_act_and_period(office: Office, ada: Person) -> None:
    amina = people.add_account(
        office.store,
        person=Person(None, "Amina", "amina@office.example", frozenset({Role.OFFICER})),
        password=None,
        actor=ada,
        now=office.clock.now(),
    )
    first, second = office.one(), office.one()
    office.clock.pass_(3600)
    office.decide(first.id, "DMM", officer=amina)
    office.clock.pass_(3600)
    office.decide(second.id, "IML")

    def found(**wanted: object) -> list[tuple[str, tuple[str, ...]]]:
        with office.store.read() as tx:
            return [(e.act, e.objects) for e in search(tx, wanted=Filter(**wanted))]  # type: ignore[arg-type]

    assert [act for act, _ in found(person_id=amina.id)] == ["decided", "account_added"]
    assert [act for act, _ in found(message_id=first.id)] == ["decided"]
    assert found(message_id=first.id * 10 + 1) == []
    assert len(found(act="decided")) == 2
    late = office.clock.now() - timedelta(minutes=30)
    assert len(found(act="decided", since=late)) == 1 and len(found(act="decided", until=late)) == 1
    with office.store.read() as tx:
        newest = search(tx, wanted=Filter(), limit=1)[0]
        assert search(tx, wanted=Filter(), before_id=newest.id, limit=1)[0].id == newest.id - 1


def test_taking_data_out_is_on_record_itself(office: Office, ada: Person) -> None:
    one = office.one()
    office.decide(one.id)
    entries = list(record.export(office.store, wanted=Filter(message_id=one.id), actor=ada, now=office.clock.now()))
    assert [entry.act for entry in entries] == ["exported", "decided"]
    assert entries[0].objects == ("audit", f"message:{one.id}")


def test_a_broken_record_is_seen(office: Office, ada: Person) -> None:
    assert record.check(office.store, actor=ada, now=office.clock.now()).whole
    with office.store.begin() as tx:
        tx.connection.execute(text("UPDATE audit SET actor = 'person:9' WHERE id = 1"))
    found = record.check(office.store, actor=ada, now=office.clock.now())
    assert not found.whole and found.broken_at == 1
    with office.store.read() as tx:
        kept = settings.get_setting(tx, record.CHECKED)
    assert (kept["whole"], kept["broken_at"]) == (False, 1)


def test_what_depends_on_one_another_is_changed_at_once_or_not_at_all(office: Office, ada: Person) -> None:
    now = office.clock.now()
    names = {"en": "Atlantis", "fr": "Atlantide", "es": "Atlántida"}
    hub = Place("RO-SEA", names, (), OfficeStatus.OWN, None, "sea@iom.example", "en", now.date())
    covered = Place("XZ", names, (), OfficeStatus.COVERED, "RO-SEA", "", "en", now.date())
    with pytest.raises(organise.NoCover):
        organise.amend_all(office.store, items=[covered], actor=ada, now=now)
    with office.store.read() as tx:
        assert all(each.code != "XZ" for each in organisation.offices(tx, now.date()))
    assert organise.amend_all(office.store, items=[covered, hub, unit(office)], actor=ada, now=now) == 2
    with office.store.read() as tx:
        assert organisation.resolve(tx, Destination.parse("MISSION:XZ"), now.date()).address == "sea@iom.example"
        told = changes.history(tx, about=["office:XZ", "office:RO-SEA", "unit:DMM"])
        assert [(each.about, each.actor) for each in told] == [
            ("office:RO-SEA", f"person:{ada.id}"), ("office:XZ", f"person:{ada.id}"),
        ]  # fmt: skip
        acts = [(entry.act, entry.objects) for entry in audit.entries(tx)][-2:]
    assert acts == [(audit.Act.CONFIGURED, ("office:XZ",)), (audit.Act.CONFIGURED, ("office:RO-SEA",))]


def test_entries_about_a_message_or_a_person_are_found(office: Office, ada: Person) -> None:
    for _ in range(3):
        office.one()
    office.decide(2, officer=ada)
    office.decide(1, officer=ada)
    with office.store.read() as tx:
        of_message = search(tx, wanted=Filter(message_id=2))
        assert [entry.act for entry in of_message] == [audit.Act.DECIDED]
        of_person = search(tx, wanted=Filter(person_id=ada.id), limit=2)
        assert [entry.objects[0] for entry in of_person] == ["message:1", "message:2"]
        older = search(tx, wanted=Filter(person_id=ada.id), before_id=of_person[-1].id)
        assert [entry.act for entry in older] == [audit.Act.ACCOUNT_ADDED], "what was done to the person, too"
        assert audit.entries(tx, about="message:2") == of_message
        assert search(tx, wanted=Filter(message_id=22)) == []
