"""A process that exchanges a refresh token again and again: `python -m tests.store.exchange_program SPEC`, SPEC a JSON object.

With `die` it kills itself once the provider has answered and before anything is kept, as if the power went.
"""

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime

from triage.config import OAuth
from triage.domain.ports import Exchanged
from triage.oauth.endpoint import TokenEndpoint
from triage.store.credentials import KeptRefreshTokens
from triage.store.engine import Store
from triage.store.keys import Keyring


class Clock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def main(spec: dict[str, object]) -> None:
    """Exchanges `times` times; what goes wrong ends it with a trace."""
    store = Store(str(spec["url"]), Keyring.from_secret(str(spec["secret"])))
    settings = OAuth.model_validate(spec["oauth"])
    endpoint = TokenEndpoint(settings)

    def redeem(token: str) -> Exchanged:
        got = endpoint.ask({"grant_type": "refresh_token", "refresh_token": token})
        if spec.get("die"):
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)
        return got

    kept = KeptRefreshTokens(lambda: store, name="one", clock=Clock(), first_token=settings.first_refresh_token)
    for _ in range(int(str(spec["times"]))):
        kept.exchange(redeem)
    store.dispose()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
