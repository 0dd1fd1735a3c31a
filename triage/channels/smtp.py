"""SMTP submission with an exact notion of what may have left.

Until the server has answered DATA with 354 nothing has left: every fault is then Transient (4xx, lost connection) or
Permanent (5xx). Then `body_starts` is called and must return before the first byte of the body goes out. From there on
only the server's answer to the final dot tells: 2xx is sent, 4xx Transient, 5xx Permanent, no answer Unknown.

Attached originals may hold 8-bit bytes. BODY=8BITMIME says so wherever the server offers it; to the few that do not, the
bytes are sent all the same, as mail servers commonly do: encoding an attached message anew would break its signatures.
"""

import contextlib
import re
import smtplib
import ssl

from triage.config import Channel
from triage.domain.bearer import BearerSignIn, choose_mechanism
from triage.domain.errors import OutsideError, Permanent, Transient, Unknown
from triage.domain.ports import AccessTokens, BodyStarts, Outgoing
from triage.domain.sign_in import SignInTrouble

_LINE_END = re.compile(rb"\r\n|\r|\n")
_FAULTS = (OSError, EOFError, smtplib.SMTPException, ValueError)


class SmtpChannel:
    """One connection, kept for the next mail while the server lets us."""

    idempotent = False

    def __init__(self, settings: Channel, tokens: AccessTokens | None = None) -> None:
        self._settings = settings
        self._tokens = tokens
        self._server: smtplib.SMTP | None = None

    def check(self) -> None:
        """Connects and signs in."""
        self._ready()

    def send(self, mail: Outgoing, body_starts: BodyStarts) -> None:
        """Hands one mail to the server. Raises Transient, Permanent or Unknown, see the module."""
        server = self._ready()
        try:
            self._announce(server, mail)
        except OutsideError:
            self._reset(server)
            raise
        except _FAULTS as error:
            self._drop()
            raise Transient("smtp_line_lost", type(error).__name__) from None
        try:
            body_starts()
        except BaseException:
            self._drop()  # nothing of the body has left; the server forgets a DATA that never ends
            raise
        self._hand_over(server, mail.data)

    def _announce(self, server: smtplib.SMTP, mail: Outgoing) -> None:
        """MAIL, RCPT and DATA up to the 354."""
        options = ["BODY=8BITMIME"] if not mail.data.isascii() and server.has_extn("8bitmime") else []
        if server.has_extn("size"):
            options.append(f"SIZE={len(mail.data)}")
        _expect(server.mail(mail.sender, options), 250, "sender")
        _expect(server.rcpt(mail.recipient), 250, "recipient")
        _expect(server.docmd("DATA"), 354, "data")

    def _hand_over(self, server: smtplib.SMTP, data: bytes) -> None:
        try:
            server.send(_dot_stuffed(data))
            code, _ = server.getreply()
        except _FAULTS as error:
            self._drop()
            raise Unknown("smtp_no_answer", type(error).__name__) from None
        if 200 <= code < 300:
            return
        if code == 421 or code < 0:
            self._drop()
        raise _refusal(code, "body")

    def _ready(self) -> smtplib.SMTP:
        """A connection that has just answered, signed in. Raises Transient or Permanent."""
        if self._server is not None:
            with contextlib.suppress(*_FAULTS):
                if self._server.noop()[0] == 250:
                    return self._server
            self._drop()
        try:
            self._server = self._connect()
        except ssl.SSLCertVerificationError:
            raise Permanent("smtp_certificate", "the server's certificate is not trusted; set ca_file") from None
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code >= 500 and self._tokens is not None:
                raise Permanent(SignInTrouble.TOKEN_REFUSED, "the SMTP server turns down a fresh token") from None
            kind = Transient if error.smtp_code < 500 else Permanent
            raise kind("smtp_sign_in_refused", "check user and password_file") from None
        except smtplib.SMTPNotSupportedError:
            raise Permanent(
                "smtp_not_offered", "the server offers no STARTTLS or AUTH; check port and security"
            ) from None
        except _FAULTS as error:
            raise Transient("smtp_unreachable", type(error).__name__) from None
        return self._server

    def _connect(self) -> smtplib.SMTP:
        """Connects and signs in; a token that is refused is replaced once."""
        if self._tokens is None:
            return self._sign_in("")
        token = self._tokens.token()
        try:
            return self._sign_in(token)
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code < 500:
                raise
        return self._sign_in(self._tokens.token(refused=token))

    def _sign_in(self, token: str) -> smtplib.SMTP:
        settings = self._settings
        timeout = settings.timeout_seconds
        server: smtplib.SMTP
        if settings.security == "tls":
            context = ssl.create_default_context(cafile=settings.ca_file)
            server = smtplib.SMTP_SSL(settings.host, settings.port or 465, timeout=timeout, context=context)
        else:
            server = smtplib.SMTP(
                settings.host, settings.port or (587 if settings.security == "starttls" else 25), timeout=timeout
            )
        try:
            if settings.security == "starttls":
                server.starttls(context=ssl.create_default_context(cafile=settings.ca_file))
            server.ehlo_or_helo_if_needed()
            if token:
                _present(server, settings, token)
            elif settings.user:
                server.login(settings.user, settings.password())
        except BaseException:
            server.close()
            raise
        return server

    def _reset(self, server: smtplib.SMTP) -> None:
        """Clears a refused transaction, or the whole connection where that fails."""
        try:
            if server.rset()[0] != 250:
                self._drop()
        except _FAULTS:
            self._drop()

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def close(self) -> None:
        """Says QUIT where that is still possible."""
        if self._server is not None:
            with contextlib.suppress(*_FAULTS):
                self._server.quit()
        self._drop()


def _present(server: smtplib.SMTP, settings: Channel, token: str) -> None:
    """Signs in with an access token. Raises SMTPAuthenticationError where it is refused."""
    mechanism = choose_mechanism(server.esmtp_features.get("auth", "").split())
    if mechanism is None:
        raise Permanent(SignInTrouble.NOT_OFFERED, "the SMTP server offers neither OAUTHBEARER nor XOAUTH2")
    port = settings.port or {"tls": 465, "starttls": 587}.get(settings.security, 25)
    sign_in = BearerSignIn(mechanism, user=settings.user, token=token, host=settings.host, port=port)
    server.auth(mechanism.value, sign_in)


def _expect(reply: tuple[int, bytes], code: int, step: str) -> None:
    if reply[0] != code and not (code == 250 and reply[0] == 251):
        raise _refusal(reply[0], step)


def _refusal(code: int, step: str) -> OutsideError:
    """A server's refusal: the code and the step, never its text, which may quote addresses."""
    kind = Permanent if 500 <= code < 600 else Transient
    return kind(f"smtp_{step}_refused", str(code))


def _dot_stuffed(data: bytes) -> bytes:
    """The body as SMTP wants it: CRLF, leading dots doubled, ended by a dot of its own."""
    lines = _LINE_END.sub(b"\r\n", data)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n"
