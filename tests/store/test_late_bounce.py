"""A unit's server takes a forward and bounces it later: a real Postfix, whose bounce comes back through a real Dovecot and
brings the inquiry back to an officer. A forged one does nothing."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.postfix import Postfix
from tests.store.office import SERVICE, Office
from triage.channels.smtp import SmtpChannel
from triage.config import Channel, Source
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.message import MachineKind
from triage.domain.people import Person, Role
from triage.flow.sending.forward import Forward
from triage.sources.imap import ImapSource
from triage.store.queues import Queue

pytestmark = [pytest.mark.dovecot, pytest.mark.postfix]
OURS, REFUSING, GOOD = "ipd@office.example", "dmm@units.example", "mcd@units.example"
OFFICER = Person(None, "Amina Diallo", roles=frozenset({Role.OFFICER}))
DSN = """\
From: MAILER-DAEMON@mx.units.example
To: {ours}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
Message-ID: <{number}@mx.units.example>

--b
Content-Type: text/plain

Your mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.units.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

From: {ours}
To: {recipient}
Message-ID: {named}

--b--
"""


@dataclass
class Wired:
    """An office whose mail goes out through Postfix and comes in through Dovecot."""

    office: Office
    postfix: Postfix
    source: ImapSource
    unit_box: Path

    def forwarded(self, destination: str) -> tuple[int, str]:
        """A message that was decided and handed to Postfix."""
        line = self.office.one(f"{destination} please help us")
        decided = self.office.decide(line.id, destination)
        self.office.send()
        assert self.office.state(line.id) is MessageState.FORWARDED
        assert decided.delivery_id is not None
        return line.id, decided.delivery_id

    def comes_in(self, number: int) -> None:
        """Waits until so many mails have come into our own mailbox, and lets them be sorted."""
        end, seen = time.monotonic() + 60, 0
        while seen < number:
            assert time.monotonic() < end, self.postfix.log()[-3000:]
            seen += self.office.ingest.poll(self.source).seen
            time.sleep(0.05)
        while self.office.classify.step():
            pass

    def delivery(self, delivery_id: str) -> DeliveryState:
        return next(one.state for one in self.office.deliveries() if one.id == delivery_id)


@pytest.fixture
def wired(office: Office, dovecot: Dovecot, make_postfix: Callable[..., Postfix], tmp_path: Path) -> Iterator[Wired]:
    unit_box = dovecot.base / "mail" / "unit"
    postfix = make_postfix(
        mailboxes={OURS: dovecot.mailbox, GOOD: unit_box}, refused={REFUSING: "5.2.1 mailbox disabled"}
    )
    secret = tmp_path / "password"
    secret.write_text(dovecot.password)
    settings = Source(
        kind="imap", host="127.0.0.1", port=dovecot.port, security="plain", user=dovecot.user, password_file=secret
    )
    channel = Channel.model_validate(
        {"kind": "smtp", "host": "127.0.0.1", "port": postfix.port, "security": "plain", "from": OURS}
    )
    with closing(ImapSource(settings)) as source, closing(SmtpChannel(channel)) as out:
        office.forward = Forward(store=office.store, channel=out, clock=office.clock, worker_name="w", service=SERVICE)
        yield Wired(office, postfix, source, unit_box)


def test_a_late_bounce_brings_the_inquiry_back(wired: Wired) -> None:
    office = wired.office
    bounced, delivery_id = wired.forwarded("DMM")
    arrived, other_id = wired.forwarded("MCD")
    wired.comes_in(1)
    assert wired.delivery(delivery_id) is DeliveryState.BOUNCED
    assert office.state(bounced) is MessageState.IN_REVIEW
    assert office.queue(Queue.PROBLEMS) == [bounced]
    assert (wired.delivery(other_id), office.state(arrived)) == (DeliveryState.SENT, MessageState.FORWARDED)
    report = office.messages()[-1]
    assert (report.machine, report.state) == (MachineKind.BOUNCE, MessageState.MACHINE)
    assert len(list((wired.unit_box / "new").iterdir())) == 1
    assert office.books().balanced
    office.decide(bounced, "MCD")
    office.send()
    assert office.state(bounced) is MessageState.FORWARDED


def test_a_forged_report_does_nothing(wired: Wired) -> None:
    office = wired.office
    message_id, delivery_id = wired.forwarded("MCD")
    domain = SERVICE.own.message_id_domain
    forged = [
        (f"<{'0' * 32}@{domain}>", GOOD),  # an id that looks like ours
        (f"<{delivery_id}@elsewhere.example>", GOOD),  # our id under another domain
        ("<1@ngo.example>", GOOD),  # the Message-ID of the inquiry, which its sender knows
        ("", GOOD),  # names nothing at all
        (f"<{delivery_id}@{domain}>", "somebody@else.example"),  # not whom we sent it to
    ]
    for number, (named, recipient) in enumerate(forged):
        text = DSN.format(ours=OURS, number=number, recipient=recipient, named=named)
        wired.postfix.send(OURS, text.replace("\n", "\r\n").encode())
    wired.comes_in(len(forged))
    assert wired.delivery(delivery_id) is DeliveryState.SENT
    assert office.state(message_id) is MessageState.FORWARDED
    reports = [line for line in office.messages() if line.machine is MachineKind.BOUNCE]
    assert len(reports) == len(forged), "each is on the screen of machine mail"
    assert office.books().balanced
    honest = DSN.format(ours=OURS, number=99, recipient=GOOD, named=f"<{delivery_id}@{domain}>")
    wired.postfix.send(OURS, honest.replace("\n", "\r\n").encode())
    wired.comes_in(1)
    assert office.state(message_id) is MessageState.IN_REVIEW, "only who has the mail that we sent knows its id"
