"""A whole service in a throw-away folder: real store, real mail layer, real flow; only the classifier goes by keywords."""

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.serving import make_server

from tests.browser.keyword_classifier import KeywordClassifier
from tests.browser.mails import OWN_ADDRESS, inbox
from tests.browser.times import MovableClock
from tests.rig import free_port
from triage.bootstrap import Services, open_services, prepare
from triage.channels import open_channel
from triage.domain.message import ReadResult
from triage.domain.people import Person, Role
from triage.domain.policy import Thresholds
from triage.domain.ports import ForwardChannel
from triage.flow.arriving.ingest import Ingest
from triage.flow.desk.decide import Classify
from triage.flow.people import people
from triage.flow.sending.forward import Forward, ServiceAddress
from triage.mail.own import OwnMail
from triage.mail.parse import read_message
from triage.web import create_app

THRESHOLDS = Thresholds(0.9, 0.9, 0.5, frozenset({"en", "fr", "es"}))
PASSWORD = "correct horse battery staple"
OFFICER = Person(None, "Amina Diallo", "amina@office.example", frozenset({Role.OFFICER}))
CLEARED = Person(None, "Jo Baker", "jo@office.example", frozenset({Role.OFFICER}), cleared=True)
PEOPLE = (
    OFFICER,
    CLEARED,
    Person(None, "Berta Sol", "berta@office.example", frozenset({Role.OFFICER}), language="es"),
    Person(None, "Ada Min", "ada@office.example", frozenset({Role.ADMINISTRATOR})),
    Person(None, "Udo Unit", "udo@office.example", frozenset({Role.UNIT_MEMBER}), unit="DMM"),
    Person(None, "Kim Keeper", "kim@office.example", frozenset({Role.MODEL_KEEPER})),
    Person(None, "Ari Audit", "ari@office.example", frozenset({Role.AUDITOR})),
)
TOML = """
[[sources]]
kind = "folder"
name = "inbox"
path = "{folder}/inbox"

[channel]
kind = "maildir"
path = "{folder}/outbox"
from = "ipd-triage@iom.example"

[service]
own_addresses = ["{own}"]
"""


@dataclass
class Office:
    """A running service: its address, its parts, and the steps that a worker would do."""

    url: str
    services: Services
    clock: MovableClock
    folder: Path

    def cookie(self) -> str:
        """The cookie of OFFICER, who signed in before the office was copied."""
        return (self.folder / "cookie").read_text(encoding="utf-8")

    def mail_arrives(self, *raws: bytes) -> None:
        """Mails come into the mailbox, are stored and classified."""
        target = self.folder / "inbox"
        target.mkdir(exist_ok=True)
        number = len(list(target.iterdir()))
        for place, raw in enumerate(raws, number + 1):
            (target / f"{place:04}.eml").write_bytes(raw)
        work_in(self.services)

    def worker_forwards(self, channel: ForwardChannel | None = None) -> int:
        """Sends what is due, through `channel` or the configured Maildir; returns how many deliveries were handled."""
        channel = channel or open_channel(self.services.config.channel)
        address = self.services.config.channel.from_
        try:
            return Forward(
                store=self.services.store,
                channel=channel,
                clock=self.clock,
                worker_name="test",
                service=ServiceAddress(address, self.services.own),
                alone=True,
            ).step()
        finally:
            channel.close()

    def outbox(self) -> list[Path]:
        """The mails that have left."""
        return sorted((self.folder / "outbox" / "new").glob("*"))


class InProcessReader:
    """The Reader port without its child processes: these mails are our own."""

    def __init__(self, own: OwnMail) -> None:
        self._own = own

    def read(self, raws: Sequence[bytes]) -> list[ReadResult]:
        """One result for each raw mail."""
        return [read_message(raw, own=self._own) for raw in raws]

    def close(self) -> None:
        """Nothing to end."""


def work_in(services: Services) -> None:
    """One poll of each source, then classifying until nothing is left."""
    ingest = Ingest(store=services.store, reader=InProcessReader(services.own), clock=services.clock, own=services.own)
    for source in services.sources():
        ingest.poll(source)
        source.close()
    classify = Classify(
        store=services.store, classifier=KeywordClassifier(), clock=services.clock, thresholds=THRESHOLDS
    )
    while classify.step():
        pass


def environment(folder: Path) -> dict[str, str]:
    """The environment of a service that lives in `folder`."""
    return {
        "TRIAGE_HOME": str(folder / "home"),
        "TRIAGE_KEYS": str(folder / "keys"),
        "TRIAGE_MODELS": str(folder / "models"),
        "TRIAGE_CONFIG": str(folder / "config"),
    }


def furnish(folder: Path) -> None:
    """Config, store, people and the inbox, all new in `folder`."""
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "triage.toml").write_text(TOML.format(folder=folder, own=OWN_ADDRESS), encoding="utf-8")
    services = open_services(environment(folder), clock=MovableClock())
    prepare(services)
    for person in PEOPLE:
        people.add_account(services.store, person=person, password=PASSWORD, actor=None, now=services.clock.now())
    (folder / "inbox").mkdir()
    for number, raw in enumerate(inbox(), 1):
        (folder / "inbox" / f"{number:04}.eml").write_bytes(raw)
    work_in(services)
    (folder / "cookie").write_text(_sign_in_once(services), encoding="utf-8")
    services.close()


def _sign_in_once(services: Services) -> str:
    """The cookie of OFFICER, signed in: every copy of the office knows the session, and most tests begin after it."""
    app = create_app(services)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/sign-in", data={"email": OFFICER.email, "password": PASSWORD})
    cookie = client.get_cookie("triage")
    assert cookie is not None
    return cookie.value


@contextmanager
def open_office(template: Path, folder: Path, *, more: str = "") -> Iterator[Office]:
    """A copy of the furnished `template`, served on a free port until the end; `more` is added to its triage.toml, with
    the port that it will have for PORT."""
    shutil.copytree(template, folder)
    config = folder / "config" / "triage.toml"
    port = free_port() if more else 0
    words = config.read_text(encoding="utf-8").replace(str(template), str(folder)) + more.replace("PORT", str(port))
    config.write_text(words, encoding="utf-8")
    clock = MovableClock()
    services = open_services(environment(folder), clock=clock)
    server = make_server("127.0.0.1", port, create_app(services), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Office(f"http://127.0.0.1:{server.server_port}", services, clock, folder)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        services.close()
