"""Two officers decide on one message at the same moment: one decision counts, the other is told, one mail leaves."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask.testing import FlaskClient

from tests.browser.office import CLEARED, OFFICER, PASSWORD, Office
from triage.web import create_app

ROUNDS = 12


def test_of_two_decisions_at_once_exactly_one_counts(office: Office) -> None:
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
        for turn in range(ROUNDS):
            page = clients[0].get("/messages/1").get_data(as_text=True)
            version = re.search(r'name="version" value="(\d+)"', page)
            assert version is not None
            racing = [
                pool.submit(decide, client, destination, version.group(1))
                for client, destination in zip(clients, ("DMM", "MISSION:ML"), strict=True)
            ]
            assert sorted(each.result() for each in racing) == [303, 409]
            if turn < ROUNDS - 1:
                assert clients[turn % 2].post("/messages/1/undo").status_code == 303
    office.clock.move(61)
    office.worker_forwards()
    assert len(office.outbox()) == 1
