"""Corrections as training lines: every officer's decision is a label.

A line has the fields of the training data: id, lang, from_name, from_email, subject, body, route, country, also_ok,
kind, urgent, restricted, sender_type, and in `why` what the model had said. It holds mail in clear.
"""

from collections.abc import Iterator
from typing import Any

from triage.store import decisions
from triage.store.decisions import Corrected
from triage.store.engine import Store


def corrections(store: Store, *, restricted: bool = False) -> Iterator[dict[str, Any]]:
    """One line for each standing decision, oldest first, in constant memory. Restricted mail only when asked for."""
    with store.read() as tx:
        for corrected in decisions.corrections(tx, restricted=restricted):
            yield _line(corrected)


def _line(corrected: Corrected) -> dict[str, Any]:
    message = corrected.message
    sender = message.sender
    said = "no suggestion" if corrected.suggested is None else f"suggested {corrected.suggested}"
    return {
        "id": f"officer-{corrected.message_id}",
        "lang": message.language,
        "from_name": "" if sender is None else sender.name,
        "from_email": "" if sender is None else sender.email,
        "subject": message.subject,
        "body": message.text or message.newest_text,
        "route": corrected.destination.route.value,
        "country": corrected.destination.country,
        "also_ok": [],
        "kind": corrected.kind,
        "urgent": corrected.urgent,
        "restricted": corrected.restricted,
        "sender_type": corrected.sender_type,
        "difficulty": "medium",
        "why": f"decided by an officer; {said}",
    }
