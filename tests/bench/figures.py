"""The dashboards over a large store: `python -m tests.bench.figures --messages 200000`.

Fills a throw-away SQLite store with generated rows (no content) of a year, sums them up, asks for the page of figures over
the application, and prints JSON: seconds to sum up everything, to bring it up to date after new mail, and milliseconds of
the page (median and 95th percentile).
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from tests.browser.office import PASSWORD, PEOPLE, TOML, environment
from triage.bootstrap import Services, open_services, prepare
from triage.domain.decision import Action, UnitAnswer, Verdict
from triage.domain.lifecycle import DeliveryEvent, DeliveryState, MessageState, Purpose
from triage.domain.message import MachineKind
from triage.domain.taxonomy import Kind, Route, SenderType
from triage.flow.office.summarise import Summarise
from triage.flow.people import people
from triage.store import tables
from triage.store.engine import Tx
from triage.web import create_app

COUNTRIES = ("ML", "NP", "SN", "CO", "KE", "BD", "UA", "TR", "PH", "MX", "NE", "TD", "HT", "ET", "AF", "LB", "EC", "NG")
LANGUAGES = ("en",) * 6 + ("fr",) * 3 + ("es",) * 3 + ("ar", "pt", "ru")
BATCH = 5000
DAYS = 365
ASKED = 40


def rows(number: int, *, first: int, now: datetime, days: int) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Batches of rows by table: messages `first` and following, spread evenly over the days before `now`."""
    chance = random.Random(first)
    for start in range(0, number, BATCH):
        batch: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        for place in range(start, min(start + BATCH, number)):
            at = now - timedelta(days=days) * (1 - (place + 1) / number)
            _one(batch, first + place, at, chance)
        yield batch


TABLES = ("inquiries", "messages", "predictions", "decisions", "deliveries", "delivery_events", "answers")


def _one(batch: dict[str, list[dict[str, Any]]], number: int, at: datetime, chance: random.Random) -> None:
    machine = chance.random() < 0.2
    decided = not machine and chance.random() < 0.97
    route = chance.choices(list(Route), (24, 10, 14, 12, 6, 26, 8))[0]
    country = chance.choice(COUNTRIES) if route is Route.MISSION else None
    agreed = chance.random() < 0.88
    chosen, chosen_country = (route, country) if agreed else (Route.ICP, None)
    kept = decided and chosen is Route.IPD
    state = MessageState.MACHINE if machine else MessageState.IN_REVIEW
    if decided:
        state = MessageState.KEPT if kept else MessageState.FORWARDED
    language = chance.choice(LANGUAGES)
    after = timedelta(minutes=chance.lognormvariate(4.5, 1.2))
    delivery = f"{number:032x}" if decided and not kept else None
    batch["inquiries"].append({"id": number, "opened_at": at, "restricted": False})
    batch["messages"].append(
        {
            "id": number, "inquiry_id": number, "state": state, "version": 3, "stored_at": at, "received_at": at,
            "sent_at": at, "message_id_hash": number.to_bytes(16, "big"), "fingerprint": number.to_bytes(16, "big"),
            "language": "und" if machine else language, "machine": MachineKind.AUTO_REPLY if machine else None,
            "urgent": False, "restricted": chance.random() < 0.01, "declined": False, "size": 4000,
            "has_attachments": False, "probability": 0.8, "prediction_id": None if machine else number,
            "decision_id": number if decided else None, "delivery_id": delivery,
            "delivery_state": DeliveryState.SENT if delivery else None,
        }
    )  # fmt: skip
    if not machine:
        batch["predictions"].append(
            {
                "id": number, "message_id": number, "made_at": at, "model": "bench-1", "route": route, "country": country,
                "probability": 0.8, "kind": chance.choice(list(Kind)), "sender_type": SenderType.NGO,
                "language": language, "urgent": False, "restricted": False, "out_of_scope": 0.0,
                "verdict": chance.choice(list(Verdict)), "reason": "confident",
            }
        )  # fmt: skip
    if decided:
        action = Action.KEEP if kept else Action.CONFIRM if agreed else Action.OVERRIDE
        batch["decisions"].append(
            {"id": number, "message_id": number, "action": action, "route": chosen, "country": chosen_country,
             "officer": "Bench", "decided_at": at + after, "prediction_id": number}
        )  # fmt: skip
    if delivery:
        left = at + after + timedelta(seconds=65)
        batch["deliveries"].append(
            {"id": delivery, "message_id": number, "decision_id": number, "purpose": Purpose.LEAD, "code": chosen.value,
             "address": "x@iom.example", "address_hash": bytes(16), "state": DeliveryState.SENT, "created_at": at + after,
             "leaves_at": left, "due_at": left, "attempts": 1, "repeatable": False, "sent_at": left}
        )  # fmt: skip
        batch["delivery_events"].append(
            {"id": number, "delivery_id": delivery, "event": DeliveryEvent.ACCEPTED, "state": DeliveryState.SENT, "at": left,
             "actor": "bench", "attempt": 1}
        )  # fmt: skip
        if chance.random() < 0.03:
            batch["answers"].append(
                {"id": number, "message_id": number, "delivery_id": delivery, "answer": UnitAnswer.NOT_OURS,
                 "actor": "unit", "answered_at": left}
            )  # fmt: skip


def fill(services: Services, number: int, *, first: int = 1, days: int = DAYS) -> None:
    """Writes generated rows."""
    for batch in rows(number, first=first, now=datetime.now(UTC), days=days):
        with services.store.begin() as tx:
            write(tx, batch)


def write(tx: Tx, batch: dict[str, list[dict[str, Any]]]) -> None:
    """One batch, tables in the order of their references."""
    for name in TABLES:
        if batch[name]:
            tx.connection.execute(insert(getattr(tables, name)), batch[name])


def measure(folder: Path, number: int) -> dict[str, object]:
    """Fills, sums up, asks."""
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "triage.toml").write_text(TOML.format(folder=folder, own="ipd@iom.example"), encoding="utf-8")
    services = open_services(environment(folder))
    prepare(services)
    for person in PEOPLE:
        people.add_account(services.store, person=person, password=PASSWORD, actor=None, now=services.clock.now())
    fill(services, number)
    summarise = Summarise(store=services.store, clock=services.clock)
    began = time.perf_counter()
    steps = summarise.all()
    summed = time.perf_counter() - began
    fill(services, 50, first=number + 1, days=0)
    began = time.perf_counter()
    summarise.now()
    brought_up = time.perf_counter() - began
    result: dict[str, object] = {
        "messages": number, "sum_up_all_seconds": round(summed, 2), "steps": steps,
        "bring_up_to_date_milliseconds": round(1000 * brought_up, 1),
    }  # fmt: skip
    client = create_app(services).test_client()
    services_person = next(person for person in PEOPLE if person.name == "Ada Min")
    token = people.open_session(
        services.store, person=_account(services, services_person.email), now=services.clock.now(), seconds=600
    )
    with client.session_transaction() as session:
        session["session"] = token
    for days in (30, 365):
        times, spent = [], time.process_time()
        for _ in range(ASKED):
            began = time.perf_counter()
            answer = client.get(f"/figures/?days={days}")
            times.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200
        spent = time.process_time() - spent
        times.sort()
        result[f"page_{days}_days_milliseconds"] = {
            "median": round(statistics.median(times), 1), "p95": round(times[int(0.95 * ASKED)], 1),
            "processor": round(1000 * spent / ASKED, 1),
        }  # fmt: skip
    services.close()
    return result


def _account(services: Services, email: str) -> Any:
    from triage.store.people import account_by_email

    with services.store.read() as tx:
        found = account_by_email(tx, email=email)
    assert found is not None
    return found.person


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=200_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder) / "office", arguments.messages)))


if __name__ == "__main__":
    main()
