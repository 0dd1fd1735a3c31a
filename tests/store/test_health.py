"""`/health`: 200 or 503, static words, nothing about messages, and an answer even where the store hangs."""

import threading
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string

from tests.store.guarded import Guarded
from tests.store.office import Office
from tests.store.parts import mail
from triage.domain.alert import ABOUT_A_MESSAGE, AlertKind
from triage.domain.people import Role
from triage.flow.watching.health import AWAY, Health, health
from triage.flow.watching.lookout import Lookout
from triage.store import alerts
from triage.store.alerts import Trouble
from triage.web.screens import health as page

CONFIG = SimpleNamespace(alerts=SimpleNamespace(silence_minutes=10.0))


@dataclass
class Wired:
    """What the page needs of the services."""

    store: object
    clock: object
    config: object


def asked(office: Office, store: object = None) -> tuple[int, dict[str, object]]:
    app = Flask("health")
    app.extensions["triage"] = Wired(store or office.store, office.clock, CONFIG)
    app.register_blueprint(page.screen)
    answer = app.test_client().get("/health")
    body: dict[str, object] = answer.get_json()
    return answer.status_code, body


def test_all_is_well(office: Office) -> None:
    guarded = Guarded(office)
    guarded.turn()
    status, body = asked(office)
    assert (status, body["status"]) == (200, "ok")
    assert set(body["checks"]) == {"store"} | {kind.value for kind in AlertKind if kind not in ABOUT_A_MESSAGE}  # type: ignore[call-overload]


def test_a_trouble_is_named_by_its_kind_alone(office: Office) -> None:
    guarded = Guarded(office)
    guarded.reach.source("box", "imap_sign_in_refused")
    guarded.turn()
    status, body = asked(office)
    assert (status, body["status"]) == (503, "degraded")
    assert [name for name, word in body["checks"].items() if word != "ok"] == ["credentials"]  # type: ignore[attr-defined]
    assert "imap" not in repr(body) and "'box'" not in repr(body)


def test_nobody_learns_of_urgent_or_restricted_messages(office: Office) -> None:
    guarded = Guarded(office)
    guarded.turn()
    before = asked(office)
    office.arrive(mail("urgent help"), mail("misconduct", message_id="<2@x.example>"))
    guarded.turn()
    assert len(guarded.open()) == 2
    assert asked(office) == before


def test_a_watch_that_does_not_look_is_a_trouble(office: Office) -> None:
    assert health(office.store, now=office.clock.now(), silence_minutes=10).checks["worker"] == "degraded"
    Guarded(office).turn()
    assert health(office.store, now=office.clock.now(), silence_minutes=10).ok
    assert not health(office.store, now=office.clock.pass_(11 * 60), silence_minutes=10).ok


def test_a_store_that_is_away_is_said(office: Office) -> None:
    status, body = asked(office, store=object())
    assert (status, body) == (503, {"status": "degraded", "checks": {"store": "degraded"}})


def test_a_store_that_hangs_is_asked_once_and_does_not_hold_up_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PATIENCE_SECONDS", 0.05)
    gate, questions = threading.Event(), []

    def hang() -> Health:
        questions.append(1)
        gate.wait(20)
        return Health({"store": "ok"})

    one = page.Asked(hang)
    assert [one.answer(), one.answer(), one.answer()] == [AWAY] * 3
    assert len(questions) == 1
    gate.set()
    monkeypatch.setattr(page, "PATIENCE_SECONDS", 20)
    assert one.answer().ok


def test_the_process_is_alive_whatever_ails_the_service(office: Office) -> None:
    app = Flask("health")
    app.extensions["triage"] = Wired(object(), office.clock, CONFIG)
    app.register_blueprint(page.screen)
    answer = app.test_client().get("/health/live")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_pages_say_that_the_service_stands_still(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PULSE_SECONDS", -1.0)
    app = Flask("pages")
    app.extensions["triage"] = Wired(office.store, office.clock, CONFIG)
    app.register_blueprint(page.screen)

    def still() -> str:
        with app.app_context():
            return render_template_string("{{ service_stands_still() }}")

    assert still() == "False", "not started yet"
    Guarded(office).turn()
    assert still() == "False"
    office.clock.pass_(11 * 60)
    assert still() == "True", "the watch looks no more"
    guarded = Guarded(office)
    guarded.turn()
    assert still() == "False"
    with office.store.begin() as tx:
        alerts.raise_alert(tx, Trouble(AlertKind.WORKER, "ingest"), now=office.clock.now())
    assert still() == "True"


def test_a_dead_worker_is_told_by_the_process_that_ingests(office: Office) -> None:
    guarded = Guarded(office)
    guarded.turn()
    lookout = Lookout(office.store, office.clock, 10, [guarded.tell, guarded.call])
    assert lookout.step() == 0
    office.clock.pass_(9 * 60)
    assert (lookout.step(), guarded.hook.taken) == (0, [])
    office.clock.pass_(2 * 60)
    assert (lookout.step(), lookout.step()) == (1, 0)
    assert [(one["kind"], one["object"]) for one in guarded.hook.taken] == [("worker", "work")]
    office.clock.pass_(60)
    assert lookout.step() == 0, "told already"
    assert len(guarded.hook.taken) == 1
    guarded.pass_(0)
    guarded.turn()
    assert guarded.open() == [], "the watch is back and ends it"
    fresh = Lookout(office.store, office.clock, 10)
    office.clock.pass_(3600)
    assert fresh.step() == 0, "a process that has just been started gives the others time to start, too"


def test_an_expired_sign_in_is_on_screen_in_health_and_on_the_other_channel_within_two_polls(office: Office) -> None:
    guarded = Guarded(office)
    guarded.person("Amina", roles=frozenset({Role.ADMINISTRATOR}))
    guarded.turn()
    assert asked(office)[0] == 200
    for _ in range(2):
        guarded.reach.source("box", "oauth_expired")
        office.clock.pass_(30)
        guarded.turn()
    assert [(one.kind, one.object) for one in guarded.open()] == [(AlertKind.CREDENTIALS, "box")]
    status, body = asked(office)
    assert status == 503
    assert body["checks"]["credentials"] == "degraded"  # type: ignore[index]
    assert [(one["kind"], one["code"]) for one in guarded.hook.taken] == [("credentials", "oauth_expired")]
    assert [name for name, _, _ in guarded.mails()] == ["amina"]
