"""Two officers decide on one message at the same moment: one decision counts, the other is told, one mail leaves."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from tests.browser.office import CLEARED, OFFICER, PASSWORD, Office
from tests.browser.officer import Officer
from triage.web import create_app

VERSION = re.compile(r'name="version" value="(\d+)"')
AT_THE_SAME_MOMENT = (
    """([selector, at]) => { setTimeout(() => document.querySelector(selector).click(), at - Date.now()); }"""
)


def version_of(client: FlaskClient) -> str:
    """The version of message 1, as its page has it."""
    found = VERSION.search(client.get("/messages/1").get_data(as_text=True))
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("rounds", [12, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(1800)])])
def test_of_two_decisions_at_once_exactly_one_counts(office: Office, rounds: int) -> None:
    app = create_app(office.services)
    app.config["WTF_CSRF_ENABLED"] = False

    def sign_in(email: str) -> FlaskClient:
        client = app.test_client()
        assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303
        return client

    clients = [sign_in(OFFICER.email), sign_in(CLEARED.email)]
    barrier = Barrier(2)

    def decide(client: FlaskClient, destination: str, version: str) -> int:
        barrier.wait()
        data = {"version": version, "destination": destination, "queue": "review", "order": "oldest"}
        return client.post("/messages/1/decide", data=data).status_code

    with ThreadPoolExecutor(2) as pool:
        for turn in range(rounds):
            version = version_of(clients[0])
            racing = [
                pool.submit(decide, client, destination, version)
                for client, destination in zip(clients, ("DMM", "MISSION:ML"), strict=True)
            ]
            assert sorted(each.result() for each in racing) == [303, 409]
            office.clock.move(61)
            office.worker_forwards()
            assert len(office.outbox()) == turn + 1
            version = version_of(clients[turn % 2])
            assert clients[turn % 2].post("/messages/1/reopen", data={"version": version}).status_code == 303


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_two_browsers_race_two_hundred_times(browser: Browser, office: Office) -> None:
    officers = []
    for person in (OFFICER, CLEARED):
        page = browser.new_context(locale="en-GB").new_page()
        officers.append(Officer(page, office))
        officers[-1].officer_signs_in(person)
    for turn in range(200):
        pages = [officer.page for officer in officers]
        for page in pages:
            page.goto(f"{office.url}/messages/1?queue=review")
            expect(page.locator("body")).to_have_attribute("data-ready", "yes")
        at = pages[0].evaluate("Date.now() + 250")
        for page, choice in zip(pages, ("[data-keys~=c]", "[data-keys='1']"), strict=True):
            page.evaluate(AT_THE_SAME_MOMENT, [choice, at])
        for page in pages:
            expect(page.locator("#banner, #stale").first).to_be_visible()
        told = [page.locator("#stale").count() for page in pages]
        assert sorted(told) == [0, 1], "one is told that the other was faster"
        office.clock.move(61)
        office.worker_forwards()
        assert len(office.outbox()) == turn + 1
        _take_up(pages[0], office)


def _take_up(page: Page, office: Office) -> None:
    page.goto(f"{office.url}/messages/1")
    page.get_by_role("button", name="Take it up again").click()
    expect(page.locator("[data-keys~=c]")).to_be_visible()
