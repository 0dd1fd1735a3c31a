"""A real SMTP server (aiosmtpd) that writes what it takes and misbehaves on request, by the recipient's local part.

tempfail 451 at RCPT · nosuch 550 at RCPT · toobig 552 after the body · busy 451 after the body · greylist 450 twice ·
silent takes the body and drops the line before answering.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.rig import free_port, self_signed


class Sink:
    """What arrived, in order: (sender, recipients, bytes)."""

    user, password = "ipd-triage@office.example", "open sesame"

    def __init__(self) -> None:
        self.mails: list[tuple[str, tuple[str, ...], bytes]] = []
        self.tries: Counter[str] = Counter()
        self.port = 0
        self.delay_seconds = 0.0
        self.certificate: Path | None = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        local = address.partition("@")[0]
        self.tries[local] += 1
        if local == "tempfail":
            return "451 4.3.0 try again later"
        if local == "nosuch":
            return "550 5.1.1 no such user"
        if local == "greylist" and self.tries[local] < 3:
            return "450 4.2.0 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        locals_ = {address.partition("@")[0] for address in envelope.rcpt_tos}
        if "toobig" in locals_:
            return "552 5.3.4 message too big"
        if "busy" in locals_:
            return "451 4.3.0 busy"
        content: Any = envelope.original_content
        self.mails.append((envelope.mail_from or "", tuple(envelope.rcpt_tos), bytes(content)))
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        if "silent" in locals_ and server.transport is not None:
            server.transport.abort()
        return "250 2.0.0 taken"


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (
        Sink.user.encode(),
        Sink.password.encode(),
    )
    return AuthResult(success=good, handled=False)


def _serve(sink: Sink, **options: Any) -> Controller:
    # The controller cannot take port 0: it checks itself by connecting to the port it was given.
    controller = Controller(sink, hostname="127.0.0.1", port=free_port(), data_size_limit=60_000_000, **options)
    controller.start()
    sink.port = controller.port
    return controller


@pytest.fixture
def smtp_sink() -> Iterator[Sink]:
    """A server in clear, for loopback."""
    sink = Sink()
    controller = _serve(sink)
    yield sink
    controller.stop()


@pytest.fixture
def smtp_sink_starttls(tmp_path: Path) -> Iterator[Sink]:
    """A server that insists on STARTTLS and AUTH."""
    sink = Sink()
    sink.certificate, key = self_signed(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sink.certificate, key)
    controller = _serve(
        sink, tls_context=context, require_starttls=True, authenticator=_authenticate, auth_required=True
    )
    yield sink
    controller.stop()
