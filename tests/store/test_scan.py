"""Attachments are looked at by a real clamd before a forward leaves; what is infected or cannot be looked at comes back."""

import io
import socket
import threading
import zipfile
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.rig import free_port
from tests.rig.clamav import EICAR, SIGNATURE, Clamav
from tests.store.office import SERVICE, Office
from tests.store.parts import mail
from triage.channels.clamd import Clamd
from triage.domain.errors import Permanent, Transient
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.flow.sending.forward import Forward


def carrying(data: bytes, name: str = "plan.pdf", number: int = 1) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Fatou <fatou@ngo.example>", "ipd@office.example", "A file"
    made["Date"], made["Message-ID"] = "Mon, 02 Mar 2026 07:00:00 +0000", f"<scan-{number}@ngo.example>"
    made.set_content("DMM the file that you asked for is attached")
    made.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return made.as_bytes(policy=SMTP)


def zipped(data: bytes, levels: int = 1) -> bytes:
    for _ in range(levels):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("inside.zip", data)
        data = file.getvalue()
    return data


def forward_with(office: Office, scanner: Clamd, attempts: int = 3) -> Forward:
    return Forward(
        store=office.store, channel=office.outbox, clock=office.clock, worker_name="scanning", service=SERVICE,
        attempts=attempts, scanner=scanner,
    )  # fmt: skip


def send(office: Office, scanner: Clamd, raw: bytes) -> None:
    office.arrive(raw)
    office.decide(1, "DMM")
    office.forward = forward_with(office, scanner)
    office.send()


@pytest.fixture
def scanner(clamav: Clamav) -> Clamd:
    return Clamd(host="127.0.0.1", port=clamav.port, timeout_seconds=20)


def test_clean_mail_leaves(office: Office, scanner: Clamd) -> None:
    send(office, scanner, carrying(b"%PDF-1.4 a harmless plan"))
    assert office.state(1) is MessageState.FORWARDED
    assert len(office.outbox.sent) == 1


@pytest.mark.parametrize(
    "bad", [EICAR, b"before " + SIGNATURE + b" after", zipped(SIGNATURE)], ids=["eicar", "own", "zip"]
)
def test_infected_mail_comes_back_to_an_officer_with_the_reason(office: Office, scanner: Clamd, bad: bytes) -> None:
    send(office, scanner, carrying(bad))
    assert office.state(1) is MessageState.IN_REVIEW
    (delivery,) = office.deliveries(DeliveryState.FAILED)
    assert delivery.error_code == "infected"
    assert office.outbox.sent == []
    assert office.books().balanced


def test_archives_in_archives_are_not_looked_at_and_do_not_leave(office: Office, scanner: Clamd) -> None:
    send(office, scanner, carrying(zipped(b"who knows", levels=8), "deep.zip"))
    assert office.state(1) is MessageState.IN_REVIEW
    assert office.deliveries(DeliveryState.FAILED)[0].error_code == "not_scanned"


def test_what_is_too_large_for_clamd_does_not_leave(office: Office, clamav: Clamav) -> None:
    small = Clamd(host="127.0.0.1", port=clamav.port, largest_bytes=1000)
    send(office, small, carrying(b"x" * 2000))
    assert office.deliveries(DeliveryState.FAILED)[0].error_code == "not_scanned"


def test_clamds_own_limit_of_a_stream(clamav: Clamav) -> None:
    with pytest.raises((Permanent, Transient)) as caught:
        Clamd(host="127.0.0.1", port=clamav.port).scan(b"y" * 3_000_000)
    assert caught.value.code == "not_scanned"


def test_a_clamd_that_is_away_delays_and_then_asks_an_officer(office: Office) -> None:
    away = Clamd(host="127.0.0.1", port=free_port(), timeout_seconds=1)
    send(office, away, mail())
    assert office.deliveries()[0].state is DeliveryState.PENDING
    assert office.state(1) is MessageState.QUEUED
    for _ in range(3):
        office.clock.pass_(8 * 3600)
        office.forward.step()
    assert office.state(1) is MessageState.IN_REVIEW
    assert office.deliveries(DeliveryState.FAILED)[0].error_code == "not_scanned"
    assert office.outbox.sent == []


def test_by_unix_socket_and_check(clamav: Clamav) -> None:
    local = Clamd(path=clamav.path)
    local.check()
    local.scan(b"nothing special")
    with pytest.raises(Permanent, match="infected"):
        local.scan(EICAR)
    with pytest.raises(Transient):
        Clamd(path=clamav.path.with_name("none.sock")).check()


@pytest.mark.parametrize("answer", [b"", b"nonsense\0", b"stream: whatever ERROR\0"])
def test_an_answer_that_nobody_understands_is_no_yes(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                line.recv(1 << 16)
                line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(Transient) as caught:
            Clamd(host="127.0.0.1", port=server.getsockname()[1], timeout_seconds=5).scan(b"x")
        thread.join()
    assert caught.value.code == "not_scanned"
