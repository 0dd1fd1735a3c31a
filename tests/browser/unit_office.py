"""A service between real servers: mail comes out of Dovecot by IMAP, leaves by SMTP, and lies in the units' folders of a
Dovecot again, where the test reads it as a unit would. Only the classifier goes by keywords."""

import email
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import default
from html import unescape
from pathlib import Path

from werkzeug.serving import make_server

from tests.browser.office import OFFICER, PASSWORD, environment, work_in
from tests.browser.times import MovableClock
from tests.rig import free_port
from tests.rig.dovecot import Dovecot
from tests.rig.smtp import Sink
from triage.bootstrap import Services, open_services, prepare
from triage.config import Source
from triage.flow.people import people
from triage.flow.sending.forward import Forward
from triage.sources.imap import ImapSource
from triage.store import organisation
from triage.web import create_app

TOML = """
[[sources]]
kind = "imap"
name = "contact"
host = "localhost"
port = {imap.tls_port}
ca_file = "{imap.certificate}"
user = "{imap.user}"
password_file = "{secret}"
timeout_seconds = 20

[channel]
kind = "smtp"
host = "127.0.0.1"
port = {sink.port}
security = "plain"
from = "ipd-triage@office.example"

[web]
public_url = "http://127.0.0.1:{port}"

[review]
undo_seconds = 0
"""
UNITS_FOLDER = "Units"


@dataclass
class UnitOffice:
    """The running service with the servers around it."""

    url: str
    services: Services
    clock: MovableClock
    imap: Dovecot
    sink: Sink
    cookie: str

    def mail_arrives(self, raw: bytes) -> None:
        """A stranger's mail comes into the contact mailbox and is classified."""
        self.imap.fill([raw])
        work_in(self.services)

    def worker_sends(self) -> int:
        """What is due leaves by SMTP, and is put into the units' folders by their delivery agent."""
        before, channel = len(self.sink.mails), self.services.channel()
        forward = Forward(
            store=self.services.store,
            channel=channel,
            clock=self.clock,
            worker_name=f"test-{before}",
            service=self.services.service_address(),
            alone=True,
        )
        try:
            while forward.step():
                pass
        finally:
            channel.close()
        new = self.sink.mails[before:]
        for _, recipients, data in new:
            self.imap.fill([data], folder=f"{UNITS_FOLDER}{recipients[0].partition('@')[0]}")
        return len(new)

    def newest_of(self, local: str) -> EmailMessage:
        """The newest mail in a unit's folder, fetched by IMAP."""
        settings = Source(
            kind="imap",
            host="localhost",
            port=self.imap.tls_port,
            ca_file=self.imap.certificate,
            user=self.imap.user,
            password_file=self.imap.base / "secret",
            folder=f"{UNITS_FOLDER}{local}",
        )
        source = ImapSource(settings)
        try:
            source.uidvalidity()
            raws = [fetched.raw for batch in source.poll(None, 50) for fetched in batch]
        finally:
            source.close()
        assert raws and raws[-1] is not None
        return email.message_from_bytes(raws[-1], _class=EmailMessage, policy=default)

    def unit_speaks(self, language: str) -> None:
        """From now on all units read this language."""
        today = self.clock.now().date()
        with self.services.store.begin() as tx:
            for unit in organisation.units(tx, today):
                organisation.amend(tx, item=replace(unit, language=language), today=today)


def links_of(mail: EmailMessage) -> dict[str, str]:
    """The links of a mail by the last word of their path; the same in plain text and HTML."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and html is not None
    found = [re.findall(r"http://127\.0\.0\.1:\d+/u/[\w-]+/[a-z-]+", unescape(p.get_content())) for p in (plain, html)]
    assert found[0] == found[1]
    return {url.rpartition("/")[2]: url for url in found[0]}


@contextmanager
def open_unit_office(folder: Path, imap: Dovecot, sink: Sink) -> Iterator[UnitOffice]:
    """The service, served on a free port until the end."""
    (folder / "config").mkdir(parents=True)
    secret, port = imap.base / "secret", free_port()
    secret.write_text(imap.password, encoding="utf-8")
    imap.fill([])
    text = TOML.format(imap=imap, sink=sink, secret=secret, port=port)
    (folder / "config" / "triage.toml").write_text(text, encoding="utf-8")
    clock = MovableClock()
    services = open_services(environment(folder), clock=clock)
    prepare(services)
    people.add_account(services.store, person=OFFICER, password=PASSWORD, actor=None, now=clock.now())
    app = create_app(services)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    strict = create_app(services)
    strict.config["WTF_CSRF_ENABLED"] = False
    client = strict.test_client()
    client.post("/sign-in", data={"email": OFFICER.email, "password": PASSWORD})
    cookie = client.get_cookie("triage")
    assert cookie is not None
    try:
        yield UnitOffice(f"http://127.0.0.1:{port}", services, clock, imap, sink, cookie.value)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        services.close()
