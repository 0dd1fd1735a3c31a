"""Copies in the Sent folder of a real Dovecot: one for each mail, however often the line dies, and never a hindrance."""

import email
import email.policy
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.proxy import Fault, Plan, proxy_to
from tests.store.office import SERVICE, UNDO_SECONDS, Office
from triage.config import Source
from triage.domain.alert import AlertKind
from triage.domain.lifecycle import DeliveryState
from triage.flow.sending.file_copies import FileCopies
from triage.flow.sending.forward import Forward, ServiceAddress
from triage.flow.watching.watch import Watch, Watched
from triage.sources.sent import ImapSentFolder
from triage.store import alerts, messages

pytestmark = pytest.mark.dovecot


def filing(
    office: Office,
    dovecot: Dovecot,
    folder: Path,
    *,
    port: int = 0,
    name: str = "Sent",
    service: ServiceAddress = SERVICE,
) -> FileCopies:
    """The office files copies in the mailbox from now on."""
    secret = folder / "password"
    secret.write_text(dovecot.password)
    source = Source(
        kind="imap", host="127.0.0.1", port=port or dovecot.port, security="plain", user=dovecot.user,
        password_file=secret, timeout_seconds=3,
    )  # fmt: skip
    office.forward = Forward(
        store=office.store,
        channel=office.outbox,
        clock=office.clock,
        worker_name="w",
        service=SERVICE,
        files_copies=True,
    )
    return FileCopies(office.store, office.clock, ImapSentFolder(source, name), service)


def sent(office: Office, *texts: str) -> None:
    for text in texts:
        line = office.one(text)
        office.decide(line.id, "DMM")
    office.send()


def test_each_mail_that_left_lies_in_the_folder_once(office: Office, dovecot: Dovecot, tmp_path: Path) -> None:
    step = filing(office, dovecot, tmp_path, name="Sent Items")
    sent(office, "DMM first of two", "DMM second of two")
    assert step.step() == 2
    assert step.step() == 0
    step.close()
    files = dovecot.files("Sent Items")
    assert all(file.name.endswith("S") for file in files), "marked as read"
    filed = {str(email.message_from_bytes(f.read_bytes(), policy=email.policy.default)["Message-ID"]): f for f in files}
    for one in office.outbox.sent:
        copy = filed[f"<{one.delivery_id}@{SERVICE.own.message_id_domain}>"].read_bytes().replace(b"\r\n", b"\n")
        data = one.data.replace(b"\r\n", b"\n")
        assert copy.partition(b"\nDate:")[0] == data.partition(b"\nDate:")[0]
        attached = data[data.index(b"Content-Type: message/rfc822") :]
        assert attached.partition(b"\n--=_")[0] in copy, "the original too, byte for byte"
    assert len(filed) == 2
    assert office.books().balanced


def test_a_copy_that_is_there_is_not_filed_again(office: Office, dovecot: Dovecot, tmp_path: Path) -> None:
    step = filing(office, dovecot, tmp_path)
    sent(office, "DMM please help")
    (out,) = office.outbox.sent
    message_id = f"<{out.delivery_id}@{SERVICE.own.message_id_domain}>"
    step.folder.file(out.data, message_id=message_id, sent_at=office.clock.now())
    assert step.step() == 1
    step.close()
    assert len(dovecot.files("Sent")) == 1


def test_a_line_that_dies_at_any_moment_leaves_one_copy(office: Office, dovecot: Dovecot, tmp_path: Path) -> None:
    with proxy_to(dovecot.port) as proxy:
        step = filing(office, dovecot, tmp_path, port=proxy.port)
        sent(office, "DMM warm up the folder")
        assert step.step() == 1
        step.close()
        length = proxy.passed[True]
        for number, after in enumerate(range(20, length, max(1, length // 12))):
            sent(office, f"DMM mail number {number}")
            proxy.plan = Plan(Fault.CUT, after)
            step.step()
            step.close()
            proxy.plan = Plan()
            office.clock.pass_(24 * 3600)
            while step.step():
                pass
            step.close()
    names = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)["Message-ID"]
        for file in dovecot.files("Sent")
    ]
    assert len(names) == len(set(names)) == len(office.outbox.sent) > 10


def test_a_folder_that_cannot_be_reached_raises_a_notice_and_nothing_else(
    office: Office, dovecot: Dovecot, tmp_path: Path
) -> None:
    step = filing(office, dovecot, tmp_path)
    dovecot.stop()
    sent(office, "DMM please help")
    (delivery,) = office.deliveries()
    for _ in range(4):
        step.step()
        office.clock.pass_(3600)
    assert office.deliveries() == [delivery]
    assert delivery.state is DeliveryState.SENT
    Watch(office.store, office.clock, Watched(), lambda: 10**12).step()
    with office.store.read() as tx:
        assert [one.kind for one in alerts.open_alerts(tx, about_messages=False)] == [AlertKind.COPIES]
    dovecot.start()
    office.clock.pass_(5 * 3600)
    assert step.step() == 1
    step.close()


def test_no_copy_of_restricted_mail_and_of_alerts(office: Office, dovecot: Dovecot, tmp_path: Path) -> None:
    step = filing(office, dovecot, tmp_path)
    office.decide(office.one("DMM please help").id, "DMM")
    office.clock.pass_(UNDO_SECONDS)
    office.forward.step()
    assert len(office.outbox.sent) == 1
    with office.store.begin() as tx:
        messages.restrict(tx, message_id=1)  # found out a moment later, before the copy is filed
    assert step.step() == 0
    step.close()
    assert dovecot.files("Sent") == []


def test_the_links_of_a_unit_are_not_in_the_copy(office: Office, dovecot: Dovecot, tmp_path: Path) -> None:
    linking = replace(SERVICE, public_url="https://triage.office.example", link_days=30)
    step = filing(office, dovecot, tmp_path, service=linking)
    sent(office, "DMM please help")
    assert step.step() == 1
    step.close()
    (copy,) = dovecot.files("Sent")
    assert b"https://triage.office.example/" in office.outbox.sent[0].data.replace(b"=\r\n", b"")
    assert b"https://triage.office.example/" not in copy.read_bytes().replace(b"=\r\n", b"").replace(b"=\n", b"")
