"""`/health`: 200 or 503, static words, nothing about messages, and an answer even where the store hangs."""

import threading
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from flask import Flask

from tests.store.office import Office
from tests.store.parts import mail
from tests.store.test_alerts import Guarded
from triage.domain.alert import ABOUT_A_MESSAGE, AlertKind
from triage.flow.health import AWAY, Health, health
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
