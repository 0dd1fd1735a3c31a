"""The screens of data protection: who may open them, what they do, and that an erasure needs its tick."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.browser.office import PASSWORD, PEOPLE, furnish, open_office
from triage.domain.people import Person, Role
from triage.web import create_app

CLEARED = next(p for p in PEOPLE if p.cleared and p.has(Role.OFFICER))
OFFICER = next(p for p in PEOPLE if not p.cleared and p.has(Role.OFFICER))
ADMINISTRATOR = next(p for p in PEOPLE if p.has(Role.ADMINISTRATOR))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("protection") / "template"
    furnish(folder)
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[object]:
    with open_office(template, tmp_path / "office") as opened:
        yield opened


def client_of(office: object, person: Person) -> FlaskClient:
    app = create_app(office.services)  # type: ignore[attr-defined]
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 303
    return client


def sender_of(office: object) -> str:
    from triage.store import listing

    with office.services.store.read() as tx:  # type: ignore[attr-defined]
        lines = listing.by_state(tx, viewer=CLEARED)
    return next(line.sender.email for line in lines if line.sender is not None and not line.restricted)


def test_the_administrator_sees_what_would_go(office: object) -> None:
    page = client_of(office, ADMINISTRATOR).get("/protection")
    assert page.status_code == 200
    assert b"Original mails" in page.data and b"730" in page.data


def test_a_request_is_for_the_cleared_alone(office: object) -> None:
    client = client_of(office, OFFICER)
    for answer in (client.get("/person"), client.post("/person", data={"text": "a@b.example"})):
        assert answer.status_code == 404


def test_find_export_correct_and_erase(office: object) -> None:
    client, address = client_of(office, CLEARED), sender_of(office)
    assert client.post("/person", data={"text": "x"}).status_code == 400
    found = client.post("/person", data={"text": address})
    assert found.status_code == 200 and b"Erase everything" in found.data
    saved = client.post("/person/export", data={"text": address, "form": "json"})
    assert saved.get_json()["messages"] and "attachment" in saved.headers["Content-Disposition"]
    assert client.post("/person/export", data={"text": address, "form": "html"}).data.startswith(b"<!doctype html>")
    corrected = client.post("/person/correct", data={"text": address, "right_name": "Right Name"})
    assert b"Corrected in" in corrected.data
    assert client.post("/person/erase", data={"text": address}).status_code == 400, "without the tick nothing happens"
    erased = client.post("/person/erase", data={"text": address, "sure": "yes"})
    assert erased.status_code == 200 and b"What stays" in erased.data
    assert b"There is nothing about this person." in client.post("/person", data={"text": address}).data


def test_a_deleted_original_is_spoken_of_kindly(office: object) -> None:
    from triage.domain.protection import ContentClass
    from triage.store import listing, retention

    store = office.services.store  # type: ignore[attr-defined]
    with store.begin() as tx:
        line = next(one for one in listing.by_state(tx, viewer=CLEARED) if not one.restricted)
        retention.take_content(
            tx,
            message_ids=[line.id],
            content=[ContentClass.RAW],
            now=office.services.clock.now(),  # type: ignore[attr-defined]
        )
    client = client_of(office, OFFICER)
    for path in ("original", "attachments/0"):
        answer = client.get(f"/messages/{line.id}/{path}")
        assert answer.status_code == 410
        assert b"were deleted: they are kept for a set period only" in answer.data
    assert client.get(f"/messages/{line.id}").status_code == 200, "what was read of it is still there"
    assert client.get("/messages/99999/original").status_code == 404


def test_an_officer_marks_a_report(office: object) -> None:
    from triage.store import listing

    store = office.services.store  # type: ignore[attr-defined]
    with store.read() as tx:
        line = next(
            one for one in listing.by_state(tx, viewer=CLEARED) if not one.restricted and one.state == "in_review"
        )
    client = client_of(office, OFFICER)
    assert b"This is a report of misconduct" in client.get(f"/messages/{line.id}").data
    marked = client.post(f"/messages/{line.id}/report", data={"version": line.version}, follow_redirects=True)
    assert marked.status_code == 200 and b"Only cleared officers see it now, and no unit gets it." in marked.data
    assert client.get(f"/messages/{line.id}").status_code == 404
    assert client_of(office, CLEARED).get(f"/messages/{line.id}").status_code == 200


def test_a_message_is_held_and_let_go(office: object) -> None:
    from triage.store import holds

    client = client_of(office, OFFICER)
    client.post("/messages/1/hold", data={"reason": " "})
    client.post("/messages/1/hold", data={"reason": "a court asks", "inquiry": "yes"})
    with office.services.store.read() as tx:  # type: ignore[attr-defined]
        (standing,) = holds.list_holds(tx)
    assert standing.reason == "a court asks" and standing.inquiry_id is not None
    client.post("/messages/1/let-go")
    with office.services.store.read() as tx:  # type: ignore[attr-defined]
        assert holds.list_holds(tx) == []


def test_the_mark_is_taken_off_on_screen(office: object) -> None:
    from triage.store import listing

    store = office.services.store  # type: ignore[attr-defined]
    with store.read() as tx:
        line = next(one for one in listing.by_state(tx, viewer=CLEARED) if one.restricted)
    client = client_of(office, CLEARED)
    assert b"Hand to oversight" in client.get(f"/messages/{line.id}?queue=restricted").data
    refused = client.post(f"/messages/{line.id}/oversight", data={"version": line.version}, follow_redirects=True)
    assert b"no address is set" in refused.data
    assert (
        client_of(office, OFFICER).post(f"/messages/{line.id}/no-report", data={"version": line.version}).status_code
        == 404
    )
    client.post(f"/messages/{line.id}/no-report", data={"version": line.version})
    with store.read() as tx:
        assert not listing.summaries(tx, message_ids=[line.id])[line.id].restricted
