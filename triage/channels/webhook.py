"""A webhook: one JSON POST for each alert, to https or loopback. No redirect is followed, no proxy is used."""

import http.client
import json
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from triage.config import Alerts
from triage.domain.errors import OutsideError, Permanent, Transient

TIMEOUT_SECONDS = 10.0
_LATER = frozenset({408, 409, 423, 425, 429})


class Webhook:
    """The address of [alerts] webhook_url."""

    def __init__(self, settings: Alerts) -> None:
        self._url = urlsplit(settings.webhook_url)
        self._ca_file = settings.webhook_ca_file

    def call(self, payload: Mapping[str, str | int | None]) -> None:
        """Posts one alert. Raises Transient or Permanent, with a static word."""
        try:
            status = self._post(json.dumps(payload).encode())
        except ssl.SSLCertVerificationError:
            raise Permanent("webhook_certificate", "its certificate is not trusted; set webhook_ca_file") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Transient("webhook_unreachable", type(error).__name__) from None
        if not 200 <= status < 300:
            raise self._refusal(status)

    def _refusal(self, status: int) -> OutsideError:
        kind = Transient if status >= 500 or status in _LATER else Permanent
        return kind("webhook_refused", str(status))

    def _post(self, body: bytes) -> int:
        connection = self._connection()
        try:
            path = (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")
            connection.request("POST", path, body, {"Content-Type": "application/json", "User-Agent": "ipd-triage"})
            return connection.getresponse().status
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host = self._url.hostname or ""
        if self._url.scheme == "https":
            context = ssl.create_default_context(cafile=self._ca_file)
            return http.client.HTTPSConnection(host, self._url.port, timeout=TIMEOUT_SECONDS, context=context)
        return http.client.HTTPConnection(host, self._url.port, timeout=TIMEOUT_SECONDS)
