"""Access tokens kept in memory until shortly before they expire. Never on disk, never in a log."""

import threading
import time
from collections.abc import Callable

from triage.config import OAuth
from triage.domain.errors import ConfigError
from triage.domain.ports import Exchanged, RefreshTokens
from triage.oauth.endpoint import TokenEndpoint

MARGIN_SECONDS = 120.0
"""So long before its end a token is no longer handed out: the sign-in that it is for takes its time."""
_MARGIN_SHARE = 0.1


class CachedTokens:
    """The access tokens of one [oauth.NAME] table, shared by every source and channel of this process.

    Who comes while a token is being fetched waits for it, so that many threads make one question. `clock` gives seconds
    that only grow.
    """

    def __init__(
        self, settings: OAuth, *, refresh_tokens: RefreshTokens | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if (settings.grant == "refresh_token") != (refresh_tokens is not None):
            raise ConfigError('[oauth]: grant "refresh_token", and no other, keeps refresh tokens')
        self._endpoint = TokenEndpoint(settings)
        self._refresh_tokens = refresh_tokens
        self._clock = clock
        self._guard = threading.Lock()
        self._token = ""
        self._good_until = 0.0

    def token(self, *, refused: str = "") -> str:
        """See `domain.ports.AccessTokens`."""
        with self._guard:
            if self._token in {"", refused} or self._clock() >= self._good_until:
                self._token = ""
                asked_at = self._clock()
                fresh = self._fetch()
                margin = min(MARGIN_SECONDS, fresh.expires_in_seconds * _MARGIN_SHARE)
                self._token, self._good_until = fresh.access_token, asked_at + fresh.expires_in_seconds - margin
            return self._token

    def _fetch(self) -> Exchanged:
        if self._refresh_tokens is None:
            return self._endpoint.ask({"grant_type": "client_credentials"})
        return self._refresh_tokens.exchange(self._redeem)

    def _redeem(self, refresh_token: str) -> Exchanged:
        return self._endpoint.ask({"grant_type": "refresh_token", "refresh_token": refresh_token})
