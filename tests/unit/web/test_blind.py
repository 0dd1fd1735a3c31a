"""A message that is judged blind: no screen shows its suggestion before it is decided, and a line says why."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.browser.office import PASSWORD, PEOPLE, Office, furnish, open_office
from triage.domain.gate_words import Drawn
from triage.domain.lifecycle import MessageState
from triage.domain.people import Role
from triage.store import gate_checks, listing
from triage.store.gate_checks import NewCheck
from triage.web import create_app

OFFICER = next(p for p in PEOPLE if not p.cleared and p.has(Role.OFFICER))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("blind")
    furnish(folder / "template")
    with open_office(folder / "template", folder / "office") as opened:
        yield opened


@pytest.fixture
def client(office: Office) -> FlaskClient:
    app = create_app(office.services)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.post("/sign-in", data={"email": OFFICER.email, "password": PASSWORD}).status_code == 303
    return client


def test_the_suggestion_is_hidden_and_a_line_says_why(office: Office, client: FlaskClient) -> None:
    store, now = office.services.store, office.services.clock.now()
    with store.read() as tx:
        lines = listing.by_state(tx, viewer=OFFICER, states=(MessageState.IN_REVIEW,))
    one = next(line for line in lines if line.prediction is not None and not line.urgent)
    before = client.get(f"/messages/{one.id}").text
    assert "Suggestion</h2>" in before
    assert 'id="blind"' not in before
    with store.begin() as tx:
        gate_checks.draw_many(tx, [NewCheck(one.id, Drawn.AUDIT, 0.1, None, "en")], now=now)
    page = client.get(f"/messages/{one.id}").text
    assert "Suggestion</h2>" not in page
    assert "Suggested:" not in page, "nor in the history"
    assert "Similar messages" not in page
    assert "<mark" not in page
    assert 'id="blind"' in page
    decided = client.post(f"/messages/{one.id}/decide", data={"destination": "IPD", "version": one.version})
    assert decided.status_code in (302, 303)
    assert "Suggestion</h2>" in client.get(f"/messages/{one.id}").text, "once it is decided the suggestion is shown"
