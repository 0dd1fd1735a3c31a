"""Whether the service does its work: for a monitor that asks every minute, without sign-in, without content, never slow.

200 and `ok`, or 503 and `degraded`; `/health/live` says only that this process answers, for what would start it anew.
The store is asked in a thread of its own and at most every two seconds: a store that hangs gives an answer too, and a flood
of questions reaches nobody.
"""

import threading
import time
from collections.abc import Callable

from flask import Blueprint, Response, current_app, jsonify

from triage.domain.errors import OutsideError
from triage.flow.watching.health import AWAY, Health, health, stands_still
from triage.log import get_logger
from triage.web.access import resource
from triage.web.services import WebServices, services

screen = Blueprint("health", __name__)
FRESH_SECONDS = 2.0
PATIENCE_SECONDS = 2.0
PULSE_SECONDS = 5.0
_KEY, _PULSE_KEY = "triage.health", "triage.pulse"


class Asked:
    """The newest answer, one question at a time."""

    def __init__(self, ask: Callable[[], Health]) -> None:
        self._ask = ask
        self._guard = threading.Lock()
        self._running: threading.Event | None = None
        self._answer = AWAY
        self._at = float("-inf")

    def answer(self) -> Health:
        """The health, at most FRESH_SECONDS old; AWAY where no answer comes within PATIENCE_SECONDS."""
        with self._guard:
            if time.monotonic() < self._at + FRESH_SECONDS:
                return self._answer
            if self._running is None:
                self._running = threading.Event()
                threading.Thread(target=self._look, args=(self._running,), daemon=True, name="health").start()
            running = self._running
        if not running.wait(PATIENCE_SECONDS):
            return AWAY
        with self._guard:
            return self._answer

    def _look(self, done: threading.Event) -> None:
        try:
            found = self._ask()
        except Exception as error:
            get_logger().error("health_unknown", error=type(error).__name__)
            found = AWAY
        with self._guard:
            self._answer, self._at, self._running = found, time.monotonic(), None
        done.set()


def _asked() -> Asked:
    found: Asked = current_app.extensions.setdefault(_KEY, Asked(_question(services())))
    return found


def _question(wired: WebServices) -> Callable[[], Health]:
    return lambda: health(wired.store, now=wired.clock.now(), silence_minutes=wired.config.alerts.silence_minutes)


@screen.get("/health")
@resource
def show() -> tuple[Response, int]:
    """`status` and, by part, `ok` or `degraded`."""
    found = _asked().answer()
    return jsonify({"status": found.status, "checks": dict(found.checks)}), 200 if found.ok else 503


@screen.get("/health/live")
@resource
def live() -> Response:
    """This process answers; whatever ails the service, to start the screens anew would mend nothing."""
    return jsonify({"status": "ok"})


@screen.app_context_processor
def pulse() -> dict[str, Callable[[], bool]]:
    """`service_stands_still()` for the templates."""
    return {"service_stands_still": _stands_still}


def _stands_still() -> bool:
    """Asked of the store every few seconds at most, whatever the number of pages."""
    wired = services()
    until, known = current_app.extensions.get(_PULSE_KEY, (float("-inf"), False))
    if time.monotonic() < until:
        return bool(known)
    try:
        known = stands_still(wired.store, now=wired.clock.now(), silence_minutes=wired.config.alerts.silence_minutes)
    except OutsideError:
        known = False  # a page that needs the store says so itself
    current_app.extensions[_PULSE_KEY] = (time.monotonic() + PULSE_SECONDS, known)
    return bool(known)
