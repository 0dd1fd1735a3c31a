"""Structured logs: a static event name, ids and counts as fields; never a body, a subject or an address.

The processor below refuses every field that is not on the list, so that a slip shows in a test and not in a log file.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "source", "folder", "poll_id", "message_id", "delivery_id", "inquiry_id", "person_id",
        "seen", "stored", "duplicate", "failed", "count", "state", "code", "attempts", "seconds", "worker", "model", "error",
        "endpoint", "status", "request_id", "host", "port", "pid", "version", "queue",
    }
)  # fmt: skip


def _only_known_fields(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    unknown = sorted(set(event) - ALLOWED)
    for key in unknown:
        del event[key]
    if unknown:
        event["error"] = f"fields left out: {len(unknown)}"
    return event


def configure(*, level: str = "info") -> None:
    """Sends logs to standard error as one JSON object a line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_known_fields,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever standard error is at that moment
        cache_logger_on_first_use=False,
    )


def get_logger() -> Any:
    """The logger; call it with a static event name and ids."""
    return structlog.get_logger()
