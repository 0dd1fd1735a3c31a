"""A real SMTP server (aiosmtpd) that writes what it takes and misbehaves on request, by the recipient's local part.

tempfail 451 at RCPT · nosuch 550 at RCPT · toobig 552 after the body · busy 451 after the body · greylist 450 twice ·
silent takes the body and drops the line before answering.
"""

import asyncio
import base64
import re
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.rig import free_port, self_signed
from tests.rig.tokens import Tokens


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


class TokenSink(Sink):
    """A sink that signs people in with access tokens (XOAUTH2, and OAUTHBEARER unless told otherwise).

    As the real ones do, it explains a refusal in a challenge and says 535 only after the client's empty answer.
    """

    def __init__(self, holder: Callable[[str], str | None]) -> None:
        super().__init__()
        self._holder = holder
        self.sign_ins: list[tuple[str, bool]] = []
        self.busy = False

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        return await self._judge(server, args, rb"user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01", "")

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> AuthResult:
        pattern = rb"n,a=([^,]*),(?:\x01host=[^\x01]*)?(?:\x01port=\d+)?\x01auth=Bearer ([^\x01]*)\x01\x01"
        return await self._judge(server, args, pattern, "\1")

    async def _judge(self, server: SMTP, args: list[str], pattern: bytes, end: str) -> AuthResult:
        if self.busy:
            return AuthResult(success=False, handled=False, message="454 4.7.0 Temporary authentication failure")
        said = re.fullmatch(pattern, base64.b64decode(args[1]))
        user = said[1].decode() if said else ""
        good = bool(said) and self._holder(said[2].decode() if said else "") == user
        self.sign_ins.append((args[0], good))
        if good:
            return AuthResult(success=True, auth_data=user)
        answer = await server.challenge_auth('{"status":"401","schemes":"bearer"}')
        code = "535 5.7.8" if answer == end.encode() else "501 5.5.2"
        return AuthResult(success=False, handled=False, message=f"{code} Authentication unsuccessful")


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


@pytest.fixture(params=["OAUTHBEARER", "XOAUTH2"])
def smtp_token_sink(request: pytest.FixtureRequest, tmp_path: Path, tokens: Tokens) -> Iterator[TokenSink]:
    """A server that insists on STARTTLS and an access token; once it offers both mechanisms and once only the older."""
    sink = TokenSink(tokens.holder)
    sink.certificate, key = self_signed(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sink.certificate, key)
    others = {"LOGIN", "PLAIN"} | ({"OAUTHBEARER"} if request.param == "XOAUTH2" else set())
    controller = _serve(
        sink, tls_context=context, require_starttls=True, auth_required=True, auth_exclude_mechanism=others
    )
    yield sink
    controller.stop()


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
