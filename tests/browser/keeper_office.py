"""An office as a model keeper finds it: models with cards, judged mail, doubts, disagreements, an alarm of drift."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.browser.office import CLEARED, OFFICER, Office
from triage.domain.decision import UnitAnswer
from triage.domain.drift import Compared, Figure
from triage.domain.lifecycle import MessageState
from triage.domain.people import Person
from triage.domain.ports import Doubted
from triage.domain.taxonomy import Destination, Route
from triage.domain.training import RunReason
from triage.flow.desk import review
from triage.flow.learning import labels as flow_labels
from triage.flow.learning import retrain
from triage.flow.units.answer import answer
from triage.store import drift, label_suspects, listing

OLD, NEW = "m-20261001-080000-aaaaaaaa", "m-20261120-080000-bbbbbbbb"
ROUTES = {"MISSION": 0.82, "DMM": 0.89, "IPD": 0.88, "DOE": 0.92, "ICP": 0.92, "MCD": 0.9, "IML": 0.94}


def card(name: str, *, messages: int, right: float, **more: Any) -> dict[str, Any]:
    """What a model says of itself, as training writes it."""
    day = f"{name[2:6]}-{name[6:8]}-{name[8:10]}T08:00:00+00:00"
    return {
        "name": name,
        "made_at": day,
        "data": {"sha256": "0" * 64, "messages": messages},
        "metrics": {
            "messages": messages, "route_and_country": right, "route": right + 0.03, "top_3": 0.96,
            "country_where_mission_right": 0.91, "calibration_error": 0.02, "coverage_at_2_percent": 0.44,
            "urgent": {"recall": 0.95, "precision": 0.8, "messages": 40},
            "restricted": {"recall": 0.97, "precision": 0.9, "messages": 30},
            "by_language": {code: {"messages": 500, "right": right - n / 100} for n, code in enumerate(("en", "fr", "es"))},
            "by_route": {route: {"messages": 300, "right": share} for route, share in ROUTES.items()},
        },
        **more,
    }  # fmt: skip


def comparison() -> dict[str, Any]:
    """A challenger that is worse in one language."""
    checks = [
        {
            "name": "test",
            "subject": "",
            "passed": True,
            "thin": False,
            "figures": {"messages": 660, "difference": 0.004},
        },
        {"name": "language", "subject": "fr", "passed": False, "thin": False, "figures": {"difference": -0.06}},
        {"name": "audit", "subject": "", "passed": True, "thin": True, "figures": {"messages": 12}},
    ]
    return {
        "champion": OLD,
        "challenger": NEW,
        "at": "2026-11-20T08:00:00+00:00",
        "outcome": "refused",
        "checks": checks,
    }


def put_models(office: Office, *, serving: str = OLD) -> None:
    """Two models by their manifests; nothing of them could be loaded, and no screen does."""
    from triage.classify.shelf import FORMAT

    folder = office.services.places.models
    folder.mkdir(parents=True, exist_ok=True)
    cards: Mapping[str, dict[str, Any]] = {
        OLD: card(OLD, messages=4200, right=0.86),
        NEW: card(NEW, messages=5400, right=0.885, comparison=comparison()),
    }
    for name, said in cards.items():
        (folder / name).mkdir(exist_ok=True)
        manifest = {"format": FORMAT, "files": {}, "card": said}
        (folder / name / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "promoted.json").write_text(json.dumps({"promoted": serving, "before": []}), encoding="utf-8")


def as_stored(office: Office, who: Person) -> Person:
    """The account of a person."""
    from triage.store import people

    with office.services.store.read() as tx:
        return next(one.person for one in people.list_people(tx) if one.person.email == who.email)


def furnish_keeper(office: Office) -> None:
    """Everything that the screens can show, once."""
    put_models(office)
    store, clock = office.services.store, office.clock
    retrain.ask(store, "test", RunReason.CORRECTIONS, clock)
    ana, jo = as_stored(office, OFFICER), as_stored(office, CLEARED)
    with store.read() as tx:
        waiting = [
            one.id for one in listing.by_state(tx, viewer=ana, states=[MessageState.IN_REVIEW]) if not one.urgent
        ]
    for message_id in waiting[:3]:
        review.decide(
            store, message_id=message_id, version=None, destination=Destination(Route.DMM), officer=ana, now=clock.now(),
            undo_seconds=0,
        )  # fmt: skip
    while office.worker_forwards():
        pass
    flow_labels.draw_second_looks(store, share=1.0, now=clock.now())
    answer(
        store, message_id=waiting[0], answer=UnitAnswer.NOT_OURS, officer=ana, now=clock.now(),
        proposed=Destination(Route.IML),
    )  # fmt: skip
    review.decide(
        store, message_id=waiting[0], version=None, destination=Destination(Route.DMM), officer=jo,
        now=clock.now() + timedelta(minutes=1), undo_seconds=0,
    )  # fmt: skip
    flow_labels.label_again(
        store, message_id=waiting[1], destination=Destination(Route.ICP), officer=jo, now=clock.now()
    )
    doubts = [
        Doubted(f"officer-{waiting[1]}", "", "en", "DMM", "IML", 0.02, 0.91),
        Doubted("ten-a-001", "", "en", "ICP", "MISSION:ML", 0.02, 0.91),
        Doubted("tfr-b-007", "ten-a-001", "en", "MCD", "ICP", 0.02, 0.91),
    ]
    with store.begin() as tx:
        label_suspects.put(tx, doubts, model=NEW)
        compared = Compared(Figure.VOCABULARY, 0.09, 0.04)
        drift.raise_alarm(tx, compared, model=OLD, examples=[1, 2], now=clock.now())
