"""One question to a token endpoint and its answer (RFC 6749, 5.1 and 5.2), with every fault in a static word.

Redirects are not followed, answers are read up to a limit, and nothing of an answer gets into an error but the error's
own word where the RFC knows it: some providers quote tokens and accounts in their descriptions.
"""

import http.client
import json
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from triage.config import OAuth
from triage.domain.errors import ConfigError, OutsideError, Permanent, Transient
from triage.domain.ports import Exchanged
from triage.domain.retry_after import retry_after_seconds
from triage.domain.sign_in import SignInTrouble

MOST_BYTES = 1_000_000
UNSAID_SECONDS = 300.0
"""How long a token is taken to live where the answer does not say."""
_LONGEST_SECONDS = 7 * 86_400.0
_PERSON_NEEDED = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
_TROUBLES = {
    "invalid_client": SignInTrouble.CLIENT_REFUSED,
    "unauthorized_client": SignInTrouble.CLIENT_REFUSED,
    "invalid_scope": SignInTrouble.SCOPE_REFUSED,
}
_PASSING_WORDS = frozenset({"temporarily_unavailable", "server_error", "slow_down"})
_PASSING_STATUS = frozenset({408, 425, 429})


class TokenEndpoint:
    """A provider's token endpoint, asked as one application."""

    def __init__(self, settings: OAuth) -> None:
        self._settings = settings

    def ask(self, grant: Mapping[str, str]) -> Exchanged:
        """Asks for a token. Raises Transient, Permanent (codes of `SignInTrouble`) or ConfigError."""
        settings = self._settings
        form = {**grant, "client_id": settings.client_id}
        if secret := settings.client_secret():
            form["client_secret"] = secret
        if settings.scope:
            form["scope"] = settings.scope
        status, wait_seconds, body = self._post(urlencode(form).encode())
        answer = _object(body)
        if status == 200:
            return _exchanged(answer)
        raise _refusal(status, answer, wait_seconds, on_a_persons_word=settings.grant == "refresh_token")

    def _post(self, form: bytes) -> tuple[int, float, bytes]:
        url = urlsplit(self._settings.token_url)
        target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        connection = self._connection(url.scheme, url.hostname or "", url.port)
        try:
            connection.request("POST", target, body=form, headers=headers)
            response = connection.getresponse()
            wait_seconds = retry_after_seconds(response.headers.get("Retry-After"), datetime.now(UTC))
            return response.status, wait_seconds, response.read(MOST_BYTES)
        except ssl.SSLCertVerificationError:
            raise Permanent(SignInTrouble.CERTIFICATE, "the token endpoint's certificate is not trusted") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Transient("oauth_unreachable", type(error).__name__) from None
        finally:
            connection.close()

    def _connection(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        timeout = self._settings.timeout_seconds
        if scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=timeout)
        try:
            context = ssl.create_default_context(cafile=self._settings.ca_file)
        except OSError as error:
            raise ConfigError(f"ca_file {self._settings.ca_file}: {error.strerror or 'no PEM file'}") from None
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer, empty where it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _exchanged(answer: Mapping[str, Any]) -> Exchanged:
    token, kind, rotated = answer.get("access_token"), answer.get("token_type"), answer.get("refresh_token")
    if not _usable(token) or not isinstance(kind, str) or kind.lower() != "bearer":
        raise Transient("oauth_garbled", "no bearer token in the answer")
    try:
        seconds = float(answer.get("expires_in", UNSAID_SECONDS))
    except (TypeError, ValueError):
        seconds = UNSAID_SECONDS
    if not 0 < seconds <= _LONGEST_SECONDS:  # not a number is neither
        seconds = UNSAID_SECONDS
    return Exchanged(str(token), seconds, str(rotated) if _usable(rotated) else "")


def _usable(token: object) -> bool:
    """Tokens are visible ASCII (RFC 6749, appendix A); anything else would break the lines that it is to travel in."""
    return isinstance(token, str) and 0 < len(token) < 100_000 and all("!" <= one <= "~" for one in token)


def _refusal(status: int, answer: Mapping[str, Any], wait_seconds: float, *, on_a_persons_word: bool) -> OutsideError:
    word = str(answer.get("error", ""))
    if status >= 500 or status in _PASSING_STATUS or word in _PASSING_WORDS:
        return Transient("oauth_unavailable", str(status), retry_after_seconds=wait_seconds)
    if 300 <= status < 400:
        return Permanent(SignInTrouble.MOVED, str(status))
    if word in _PERSON_NEEDED and on_a_persons_word:
        return Permanent(SignInTrouble.EXPIRED, "the refresh token is no longer good")
    if word in _TROUBLES:
        return Permanent(_TROUBLES[word], word)
    return Permanent(SignInTrouble.GRANT_REFUSED, str(status))
