"""A member of one unit tries every door of the house with the numbers of another unit's inquiry: there is no such thing."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.architecture.test_web import client_of, rules
from tests.browser.office import furnish, open_office
from tests.browser.unit_people import Units, send, with_units
from triage.domain.people import Person, Role
from triage.flow.desk.search import ask
from triage.flow.people import people
from triage.store import absences
from triage.store.messages import restrict
from triage.store.search import Query
from triage.web import create_app
from triage.web.access import access_of

WORDS = ("Placement fees", "seafarers", "called twice", "cooks")
"""What stands in the other unit's inquiry and its notes."""
STRANGER = Person(None, "Mia Media", "mia@office.example", frozenset({Role.UNIT_MEMBER}), unit="MCD", leads_unit=True)


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Units]:
    folder = tmp_path_factory.mktemp("units")
    furnish(folder / "template")
    with open_office(folder / "template", folder / "office") as office:
        yield with_units(office)


@pytest.fixture(scope="module")
def app(units: Units) -> Flask:
    app = create_app(units.office.services)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture(scope="module")
def stranger(units: Units, app: Flask) -> FlaskClient:
    store, now = units.office.services.store, units.office.clock.now()
    people.add_account(store, person=STRANGER, password="correct horse battery staple", actor=None, now=now)
    return client_of(app, STRANGER)


def addresses(units: Units, app: Flask, message_id: int) -> list[tuple[str, str, str]]:
    """Every address that takes a number, filled with those of a message of DMM: endpoint, method, address."""
    case = units.cases(units.lead)[message_id]
    store, now = units.office.services.store, units.office.clock.now()
    with store.read() as tx:
        (away,) = absences.coming(tx, on=now.date(), codes=["IML"])
    values = {
        "delivery_id": case.delivery_id,
        "message_id": str(message_id),
        "absence_id": str(away.id),
        "index": "0",
        "word": ask(store, query=Query(text="cooks"), person=units.lead, now=now),
        "name": "how-many",
    }
    found = []
    for rule in rules(app):
        names = set(re.findall(r"<(?:\w+:)?(\w+)>", rule.rule))
        if names and names <= set(values):
            address = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values[match.group(1)], rule.rule)
            found += [(rule.endpoint, method, address) for method in (rule.methods or set()) & {"GET", "POST"}]
    return found


FORM = {"answer": "not-ours", "step": "0", "text": "I was here", "seen": "", "who": "IML", "note": "x", "wanted": "yes"}
OWN_NUMBERS = {"member_figures.csv", "queue.show", "figures.csv"}
"""Their `name` is of a figure or list; what is in it is asked of the own unit, below."""


def test_every_address_with_a_number_is_closed_to_another_unit(units: Units, app: Flask, stranger: FlaskClient) -> None:
    tried = 0
    for endpoint, method, address in addresses(units, app, 1):
        if endpoint in OWN_NUMBERS or endpoint == "static":
            continue
        answer = stranger.open(address, method=method, data=FORM, buffered=True)
        access = access_of(app, endpoint)
        assert access is not None
        member_may = Role.UNIT_MEMBER in access.roles
        assert answer.status_code == (404 if member_may else 403), (endpoint, method, answer.status_code)
        assert not any(word in answer.get_data(as_text=True) for word in WORDS), endpoint
        tried += member_may
    assert tried >= 9, "the units' own addresses are among them"
    case = units.cases(units.lead)[1]
    assert case.said == () and case.notes == 1, "nothing was changed"


def test_another_units_number_and_no_number_are_told_apart_by_nothing(units: Units, stranger: FlaskClient) -> None:
    case = units.cases(units.lead)[1]
    foreign = stranger.get(f"/unit/inquiries/{case.delivery_id}").get_data(as_text=True)
    nothing = stranger.get(f"/unit/inquiries/{'0' * 32}").get_data(as_text=True)
    assert foreign.replace(case.delivery_id, "") == nothing.replace("0" * 32, "")


def test_every_page_of_a_unit_holds_its_own_alone(units: Units, app: Flask, stranger: FlaskClient) -> None:
    for rule in rules(app):
        access = access_of(app, rule.endpoint)
        if access is None or "GET" not in (rule.methods or set()) or "<" in rule.rule:
            continue
        if Role.UNIT_MEMBER in access.roles or not (access.public or access.roles):
            page = stranger.get(rule.rule, follow_redirects=True).get_data(as_text=True)
            assert not any(word in page for word in WORDS), rule.rule
    for shelf in ("waiting", "taken", "done", "gone", "all"):
        assert "/unit/inquiries/" not in stranger.get(f"/unit/?shelf={shelf}").get_data(as_text=True)
    found = stranger.post("/unit/search/", data={"text": "recruit*"}, follow_redirects=True)
    assert found.status_code == 200 and "/unit/inquiries/" not in found.get_data(as_text=True)
    csv = stranger.get("/unit/figures/kinds.csv", buffered=True).get_data(as_text=True)
    assert csv.count("\n") == 1, "a head and no line"
    mine = client_of(app, units.lead).post("/unit/search/", data={"text": "recruit*"}, follow_redirects=True)
    assert "Placement fees" in mine.get_data(as_text=True), "the same words find it for the unit that has it"


def test_a_restricted_message_is_gone_for_its_own_unit(units: Units, app: Flask) -> None:
    office = units.office
    send(office, 8, "DMM")
    lead = client_of(app, units.lead)
    found = addresses(units, app, 8)
    with office.services.store.begin() as tx:
        restrict(tx, message_id=8)
    for endpoint, method, address in found:
        access = access_of(app, endpoint)
        if access is not None and Role.UNIT_MEMBER in access.roles and "inquiries" in address:
            assert lead.open(address, method=method, data=FORM, buffered=True).status_code == 404, endpoint
    assert 8 not in units.cases(units.lead)


def test_who_stands_in_no_longer_has_nothing_left(units: Units, app: Flask) -> None:
    lead = client_of(app, units.lead)
    case = units.cases(units.lead)[6]
    address = f"/unit/inquiries/{case.delivery_id}"
    assert case.code == "IML" and lead.get(address).status_code == 200
    with units.office.services.store.read() as tx:
        (away,) = absences.coming(tx, on=units.office.clock.now().date(), codes=["IML"])
    assert lead.post(f"/unit/about/absences/{away.id}/end").status_code == 404, "only the unit itself takes it back"
    assert client_of(app, units.law).post(f"/unit/about/absences/{away.id}/end").status_code == 303
    assert lead.get(address).status_code == 404


def test_the_week_begins_on_monday_and_holidays_are_kept(units: Units, app: Flask) -> None:
    admin = client_of(app, Person(None, "Ada Min", "ada@office.example"))
    page = admin.get("/closed-days/SN").get_data(as_text=True)
    assert re.findall(r'checked><label for="day-\d">([^<]+)', page) == ["Saturday", "Sunday"]
    assert admin.post("/closed-days/SN/holidays", data={"day": "2027-04-04", "name": "Independence"}).status_code == 303
    assert "Independence" in admin.get("/closed-days/SN").get_data(as_text=True)
    assert admin.post("/closed-days/SN/weekend", data={"days": ["4", "5"]}).status_code == 303
    page = admin.get("/closed-days/SN").get_data(as_text=True)
    assert re.findall(r'checked><label for="day-\d">([^<]+)', page) == ["Friday", "Saturday"]
    assert admin.post("/closed-days/SN/holidays/remove", data={"day": "2027-04-04"}).status_code == 303
    assert admin.get("/closed-days/XX").status_code == 404
    assert admin.get("/closed-days/calendar?code=HQ").headers["Location"].endswith("/closed-days/HQ")
