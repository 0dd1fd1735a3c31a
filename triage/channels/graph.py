"""Microsoft Graph sendMail with the MIME body, for offices where SMTP is off, with an exact notion of what may have left.

`POST /v1.0/users/{mailbox}/sendMail`, Content-Type text/plain, the whole mail in base64; 202 means taken. In this format
Graph files a copy in Sent Items always (the switch for it belongs to the JSON format, which would take our mail apart),
and reads the recipients from the mail's own fields: a mail whose fields name anybody but its recipient is refused here.

Until `body_starts` has returned nothing but the request's head has left: every fault is Transient, or Permanent where it
cannot mend itself. From there on only the answer tells. 4xx: not taken. 429, 503 and their kin: not taken, and Graph says
itself that the request may be repeated. Any other 5xx is the word of a gateway that lost sight of it, so it is Unknown,
like no answer. Each mail has a connection of its own: one kept open may be dead without our knowing, and the mail on
it would be unknown without need.
"""

import base64
import contextlib
import http.client
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from urllib.parse import quote

from triage.config import Channel
from triage.domain.errors import ConfigError, OutsideError, Permanent, Transient, Unknown
from triage.domain.ports import AccessTokens, BodyStarts, Outgoing
from triage.domain.retry_after import retry_after_seconds
from triage.domain.sign_in import SignInTrouble

_LINE_END = re.compile(rb"\r\n|\r|\n")
_FAULTS = (OSError, http.client.HTTPException, ValueError)
_NO_MAIL = b"?"
"""Not base64: documented to be refused with 400, once address, token and permission have been found good."""
_LATER = frozenset({408, 409, 423, 425, 429, 503, 507, 509})
"""Refused for now; nothing was taken."""
_CODES = {
    401: SignInTrouble.TOKEN_REFUSED,
    403: SignInTrouble.NOT_ALLOWED,
    404: "graph_no_such_mailbox",
    413: "graph_too_large",
    429: "graph_throttled",
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What tells: the status, and how long to leave the server alone. Its text may quote addresses and is not read."""

    status: int
    wait_seconds: float


class GraphChannel:
    """The mailbox `user`, through Graph. `clock` gives seconds that only grow."""

    idempotent = False

    def __init__(self, settings: Channel, tokens: AccessTokens, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._tokens = tokens
        self._clock = clock
        self._quiet_until = 0.0

    def check(self) -> None:
        """Asks Graph to send what is no mail, and is content with the right refusal."""
        answer = self._ask(_NO_MAIL, _nothing)
        if answer.status != 400:
            raise _refusal(answer) if answer.status >= 300 else Permanent("graph_odd_answer", str(answer.status))

    def send(self, mail: Outgoing, body_starts: BodyStarts) -> None:
        """Hands one mail to Graph. Raises Transient, Permanent or Unknown, see the module."""
        _check_recipients(mail)
        if (left := self._quiet_until - self._clock()) > 0:
            raise Transient("graph_throttled", retry_after_seconds=left)
        answer = self._ask(base64.b64encode(_LINE_END.sub(b"\r\n", mail.data)), body_starts)
        if not 200 <= answer.status < 300:
            if answer.status in _LATER:
                self._quiet_until = self._clock() + answer.wait_seconds
            raise _refusal(answer)

    def _ask(self, body: bytes, body_starts: BodyStarts) -> _Answer:
        """One request, and a second one with a fresh token where the first token is refused."""
        token = self._tokens.token()
        answer = self._post(body, token, body_starts)
        if answer.status == 401:
            answer = self._post(body, self._tokens.token(refused=token), body_starts)
        return answer

    def _post(self, body: bytes, token: str, body_starts: BodyStarts) -> _Answer:
        connection = self._connection()
        try:
            self._announce(connection, len(body), token)
            body_starts()
            try:
                # A server that refuses early stops reading: then its answer is there all the same.
                with contextlib.suppress(OSError):
                    connection.send(body)
                response = connection.getresponse()
            except _FAULTS as error:
                raise Unknown("graph_no_answer", type(error).__name__) from None
            wait_seconds = retry_after_seconds(response.headers.get("Retry-After"), datetime.now(UTC))
            return _Answer(response.status, wait_seconds)
        finally:
            connection.close()

    def _announce(self, connection: http.client.HTTPConnection, size: int, token: str) -> None:
        """Connects and sends the head of the request."""
        try:
            connection.putrequest("POST", f"/v1.0/users/{quote(self._settings.user, safe='@')}/sendMail")
            connection.putheader("Authorization", f"Bearer {token}")
            connection.putheader("Content-Type", "text/plain")
            connection.putheader("Content-Length", str(size))
            connection.endheaders()
        except ssl.SSLCertVerificationError:
            raise Permanent("graph_certificate", "the server's certificate is not trusted; set ca_file") from None
        except _FAULTS as error:
            raise Transient("graph_unreachable", type(error).__name__) from None

    def _connection(self) -> http.client.HTTPConnection:
        settings = self._settings
        port, timeout = settings.port or None, settings.timeout_seconds
        if settings.security == "plain":
            return http.client.HTTPConnection(settings.host, port, timeout=timeout)
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
        except OSError as error:
            raise ConfigError(f"ca_file {settings.ca_file}: {error.strerror or 'no PEM file'}") from None
        return http.client.HTTPSConnection(settings.host, port, timeout=timeout, context=context)

    def close(self) -> None:
        """Nothing is held open."""


def _nothing() -> None:
    """What starts with a body that is no mail."""


def _check_recipients(mail: Outgoing) -> None:
    """Raises Permanent where the mail's fields name others than its recipient: to these it would go."""
    fields = BytesHeaderParser().parsebytes(mail.data)
    named = [str(value) for name in ("To", "Cc", "Bcc") for value in fields.get_all(name, [])]
    if {address.casefold() for _, address in getaddresses(named)} != {mail.recipient.casefold()}:
        raise Permanent("graph_other_recipients", "the mail's fields name others than its recipient")


def _refusal(answer: _Answer) -> OutsideError:
    code, detail = _CODES.get(answer.status, "graph_refused"), str(answer.status)
    if answer.status in _LATER:
        return Transient(code, detail, retry_after_seconds=answer.wait_seconds)
    if answer.status >= 500 and answer.status != 501:
        return Unknown("graph_lost_sight", detail)
    return Permanent(code, detail)
