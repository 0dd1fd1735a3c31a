"""A store filled with generated mail directly, and the screens served over it as `triage serve` does, for measuring."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from tests.bench.multiply import multiply, vacuum
from tests.rig import free_port
from tests.rig.postgres import Postgres, binaries
from triage.bootstrap import Services, open_services, prepare
from triage.domain.decision import Action, Verdict
from triage.domain.lifecycle import DeliveryState, MessageState, Purpose
from triage.domain.message import Address, Message
from triage.domain.people import Person, Role
from triage.domain.taxonomy import Destination, Kind, Route, SenderType
from triage.flow.people import people
from triage.store import blobs, search_index
from triage.store.engine import Tx
from triage.store.keys import KeyClass
from triage.store.readings import encode_heading, encode_message
from triage.store.search_index import Entry
from triage.store.tables import decisions, deliveries, inquiries, messages, predictions

PASSWORD = "a password of this measurement"
OFFICER = Person(None, "Amina Diallo", "amina@office.example", frozenset({Role.OFFICER}))
CHUNK = 2000
BASE = 20_000
"""So many messages are generated, and stored as the service stores them; more of them are copies of these rows."""
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
STATES = (
    (MessageState.FORWARDED, 0.83),
    (MessageState.KEPT, 0.1),
    (MessageState.MACHINE, 0.04),
    (MessageState.IN_REVIEW, 0.02),
    (MessageState.QUEUED, 0.005),
    (MessageState.QUARANTINED, 0.005),
)
_DELIVERED = {MessageState.FORWARDED: DeliveryState.SENT, MessageState.QUEUED: DeliveryState.PENDING}
LATER = datetime(2100, 1, 1, tzinfo=UTC)
COUNTRIES = ("ML", "SN", "NE", "CO", "UA", "BD", "PH", "TR", "ET", "SD")
TOML = """
[[sources]]
kind = "folder"
name = "inbox"
path = "{folder}"

[channel]
kind = "maildir"
path = "{folder}"
from = "ipd@iom.example"
"""


@dataclass
class Served:
    """A running server and the cookie of an officer who has signed in."""

    port: int
    cookie: str
    pid: int

    def cpu_seconds(self) -> float:
        """CPU that the server has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def vocabulary(rng: random.Random, size: int = 60_000) -> tuple[list[str], list[float]]:
    """Made-up words with the long tail of real text."""
    parts = tuple(a + b for a in "bdklmnrt" for b in "aeiou")
    words = sorted({"".join(rng.choices(parts, k=rng.randint(2, 4))) for _ in range(size)})
    rng.shuffle(words)
    weights, total = [], 0.0
    for rank in range(len(words)):
        total += 1 / (rank + 3)
        weights.append(total)
    return words, weights


def fill(services: Services, number: int, *, seed: int = 1, words_each: int = 70) -> None:
    """`number` messages in every state, spread evenly over the past, with suggestions, decisions, deliveries and index
    rows. The first BASE are generated; beyond them rows are copied within the database, which takes seconds."""
    rng = random.Random(seed)
    words, weights = vocabulary(rng)
    step = timedelta(days=700) / number
    base = min(number, BASE)
    for start in range(0, base, CHUNK):
        with services.store.begin() as tx:
            _chunk(tx, rng, words, weights, start, min(CHUNK, base - start), step, words_each)
    multiply(services.store, base=base, number=number, step=step)
    with services.store.begin() as tx:
        search_index.settle(tx)
        tx.connection.execute(text("ANALYZE"))
    vacuum(services.store)


def _chunk(
    tx: Tx,
    rng: random.Random,
    words: list[str],
    weights: list[float],
    start: int,
    size: int,
    step: timedelta,
    each: int,
) -> None:
    texts = [rng.choices(words, cum_weights=weights, k=each) for _ in range(size)]
    read = [_message(start + place, text_) for place, text_ in enumerate(texts)]
    contents = [data for one in read for data in (encode_heading(one), encode_message(one))]
    ids = blobs.put_many(tx, [(data, KeyClass.ORDINARY) for data in contents])
    opened = insert(inquiries).returning(inquiries.c.id, sort_by_parameter_order=True)
    inquiry_ids = list(
        tx.connection.execute(opened, [{"opened_at": BEGIN, "restricted": False} for _ in range(size)]).scalars()
    )
    states = rng.choices([s for s, _ in STATES], [w for _, w in STATES], k=size)
    rows: list[dict[str, Any]] = []
    for place, state in enumerate(states):
        at = BEGIN + (start + place) * step
        review = state is MessageState.IN_REVIEW
        rows.append(
            {
                "inquiry_id": inquiry_ids[place], "state": state, "version": 2, "stored_at": at, "received_at": at,
                "message_id_hash": tx.hash("message_id", str(start + place)),
                "fingerprint": tx.hash("fingerprint", str(start + place)), "language": rng.choice(("en", "fr", "es", "ar")),
                "urgent": review and rng.random() < 0.02, "restricted": review and rng.random() < 0.02, "declined": False,
                "size": 4000, "has_attachments": rng.random() < 0.2, "probability": rng.random(),
                "raw_blob_id": None, "heading_blob_id": ids[2 * place], "reading_blob_id": ids[2 * place + 1],
                "delivery_state": _DELIVERED.get(state),
            }
        )  # fmt: skip
    message_ids = list(
        tx.connection.execute(insert(messages).returning(messages.c.id, sort_by_parameter_order=True), rows).scalars()
    )
    _suggest(tx, rng, message_ids, rows, read)


def _suggest(
    tx: Tx, rng: random.Random, message_ids: list[int], rows: list[dict[str, Any]], read: list[Message]
) -> None:
    named = [_destination(rng) for _ in message_ids]
    said = [
        {
            "message_id": message_id, "made_at": row["stored_at"], "model": "bench", "route": to.route, "country": to.country,
            "probability": row["probability"], "kind": Kind.QUESTION, "sender_type": SenderType.NGO,
            "language": row["language"], "urgent": row["urgent"], "restricted": row["restricted"], "out_of_scope": 0.0,
            "verdict": Verdict.REVIEW, "reason": "low_confidence",
        }
        for message_id, row, to in zip(message_ids, rows, named, strict=True)
    ]  # fmt: skip
    made = insert(predictions).returning(predictions.c.id, sort_by_parameter_order=True)
    prediction_ids = list(tx.connection.execute(made, said).scalars())
    decided = {MessageState.FORWARDED, MessageState.KEPT, MessageState.QUEUED}
    given = [place for place, row in enumerate(rows) if row["state"] in decided]
    taken = [
        {
            "message_id": message_ids[place], "action": Action.CONFIRM, "route": named[place].route,
            "country": named[place].country, "officer": OFFICER.name, "decided_at": rows[place]["stored_at"],
            "prediction_id": prediction_ids[place],
        }
        for place in given
    ]  # fmt: skip
    decide = insert(decisions).returning(decisions.c.id, sort_by_parameter_order=True)
    decision_ids = dict(zip(given, tx.connection.execute(decide, taken).scalars(), strict=True)) if taken else {}
    tx.connection.execute(
        text("UPDATE messages SET prediction_id = :prediction, decision_id = :decision WHERE id = :id"),
        [
            {"id": message_id, "prediction": prediction_ids[place], "decision": decision_ids.get(place)}
            for place, message_id in enumerate(message_ids)
        ],
    )
    _deliver(tx, message_ids, rows, named, decision_ids)
    entries = [
        Entry(message_id, read[place], rows[place]["language"], named[place], Kind.QUESTION, rows[place]["restricted"])
        for place, message_id in enumerate(message_ids)
        if rows[place]["state"] is not MessageState.QUARANTINED
    ]
    search_index.put_many(tx, entries)


def _deliver(
    tx: Tx,
    message_ids: list[int],
    rows: list[dict[str, Any]],
    named: list[Destination],
    decision_ids: dict[int, int],
) -> None:
    """The lead of what has left and of what waits to."""
    leads = [
        {
            "id": f"{message_ids[place]:032x}", "message_id": message_ids[place], "decision_id": decision_ids[place],
            "purpose": Purpose.LEAD, "code": str(named[place]), "address": "unit@office.example",
            "address_hash": tx.hash("address", "unit@office.example"), "state": row["delivery_state"],
            "created_at": row["stored_at"], "leaves_at": LATER if row["state"] is MessageState.QUEUED else row["stored_at"],
            "due_at": LATER, "attempts": 0, "repeatable": True,
        }
        for place, row in enumerate(rows)
        if row["delivery_state"] is not None
    ]  # fmt: skip
    if leads:
        tx.connection.execute(insert(deliveries), leads)
        tx.connection.execute(
            text("UPDATE messages SET delivery_id = :delivery WHERE id = :id"),
            [{"id": lead["message_id"], "delivery": lead["id"]} for lead in leads],
        )


def _message(number: int, words: list[str]) -> Message:
    body = " ".join(words)
    return Message(
        message_id=f"<{number}@bench.example>",
        sender=Address(f"{words[0].title()} {words[1].title()}", f"{words[0]}@{words[2]}.example"),
        to=(), cc=(), reply_to=(), subject=" ".join(words[3:9]), date=BEGIN, text=body, newest_text=body, language="en",
    )  # fmt: skip


def _destination(rng: random.Random) -> Destination:
    route = rng.choice(list(Route))
    return Destination(route, rng.choice(COUNTRIES) if route is Route.MISSION else None)


@contextmanager
def filled(number: int, *, postgres: bool, keep: Path | None = None) -> Iterator[tuple[Services, float]]:
    """A filled store on SQLite or a PostgreSQL of its own; yields it with the seconds that filling took.

    It is gone afterwards, unless `keep` names a folder: what that holds already is used as it is (0 seconds).
    """
    folder = Path(tempfile.mkdtemp(prefix="triage-bench-")) if keep is None else keep
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "filled"
    if mark.exists() and mark.read_text(encoding="utf-8") != f"{number} {postgres}":
        raise SystemExit(f"{folder} holds another store: {mark.read_text(encoding='utf-8')}")
    programs = binaries() if postgres else None
    if postgres and programs is None:
        raise SystemExit("PostgreSQL is not installed (apt-get install postgresql)")
    if programs is not None and keep is not None and os.getuid() == 0:
        folder.chmod(0o755)
    server = None if programs is None else Postgres(programs, folder=None if keep is None else folder / "postgres")
    environ = {
        "TRIAGE_HOME": str(folder / "home"),
        "TRIAGE_KEYS": str(folder / "keys"),
        "TRIAGE_CONFIG": str(folder / "config"),
    }
    if server is not None:
        environ["TRIAGE_DATABASE_URL"] = server.database() if keep is None else server.database(name="kept")
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "triage.toml").write_text(TOML.format(folder=folder / "box"), encoding="utf-8")
    services = open_services(environ)
    try:
        prepare(services)
        begun = time.perf_counter()
        if not mark.exists():
            people.add_account(services.store, person=OFFICER, password=PASSWORD, actor=None, now=services.clock.now())
            fill(services, number)
            mark.write_text(f"{number} {postgres}", encoding="utf-8")
        yield services, time.perf_counter() - begun
    finally:
        services.close()
        if server is not None:
            server.stop()
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def served(services: Services) -> Iterator[Served]:
    """`triage serve` in a process of its own over the same store, and an officer signed in."""
    port = free_port()
    environ = {**{k: v for k, v in os.environ.items() if not k.startswith("TRIAGE_")}, **services.environ}
    command = [sys.executable, "-m", "triage", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield Served(port, _sign_in(port), process.pid)
    finally:
        process.terminate()
        process.wait(20)


def ask(served_: Served, path: str) -> tuple[int, str, float]:
    """Status, page, and milliseconds of one request over a new connection."""
    connection = HTTPConnection("127.0.0.1", served_.port, timeout=60)
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": served_.cookie})
    answer = connection.getresponse()
    page = answer.read().decode()
    passed = (time.perf_counter() - begun) * 1000
    connection.close()
    return answer.status, page, passed


def _sign_in(port: int) -> str:
    import http.cookiejar
    import re
    import urllib.parse
    import urllib.request

    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    url = f"http://127.0.0.1:{port}/sign-in"
    end = time.monotonic() + 60
    while True:
        try:
            page = opener.open(url, timeout=10).read().decode()
            break
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    data = urllib.parse.urlencode({"email": OFFICER.email, "password": PASSWORD, "csrf_token": found.group(1)})
    opener.open(urllib.request.Request(url, data.encode(), {"Referer": url}), timeout=30).read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def summary(times: list[float]) -> dict[str, float]:
    """p50, p95 and the longest, in milliseconds."""
    ordered = sorted(times)
    return {
        "p50": round(ordered[len(ordered) // 2], 1),
        "p95": round(ordered[int(len(ordered) * 0.95)], 1),
        "max": round(ordered[-1], 1),
    }
