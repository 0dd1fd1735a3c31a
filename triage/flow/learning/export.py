"""Corrections as training lines: every officer's decision is a label, and so is what a unit says of it.

A line has the fields of the training data: id, lang, from_name, from_email, subject, body, route, country, also_ok,
kind, urgent, restricted, sender_type, in `why` what the model had said, in `author` who says so, and in `history` what
was said before, oldest first: `{"by": "unit:DMM", "said": "not_ours", "of": "DMM", "instead": "IML", "at": ...}`. Where a
unit declined, named another one, and no officer has decided yet, the line is the unit's. It holds mail in clear.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from triage.domain.decision import UnitAnswer
from triage.store import decisions, unit_side
from triage.store.decisions import Corrected
from triage.store.engine import Store
from triage.store.unit_side import Said

OFFICER, UNIT = "officer", "unit"
AT_ONCE = 200
AGREES = {UnitAnswer.ACCEPTED, UnitAnswer.ANSWERED}


def corrections(store: Store, *, restricted: bool = False) -> Iterator[dict[str, Any]]:
    """One line for each standing decision, oldest first, then those of units; in constant memory. Restricted mail only
    when asked for."""
    return (line for line, _ in labelled(store, restricted=restricted))


def labelled(store: Store, *, restricted: bool = False) -> Iterator[tuple[dict[str, Any], datetime]]:
    """The same lines, each with when the label was given."""
    with store.read() as tx:
        for author, found in (
            (OFFICER, decisions.corrections(tx, restricted=restricted)),
            (UNIT, unit_side.proposals(tx, restricted=restricted)),
        ):
            while chunk := list(islice(found, AT_ONCE)):
                said = unit_side.said_of(tx, [corrected.message_id for corrected in chunk])
                for corrected in chunk:
                    yield _line(corrected, author, said.get(corrected.message_id, [])), corrected.decided_at


def _line(corrected: Corrected, author: str, said: Sequence[Said]) -> dict[str, Any]:
    message = corrected.message
    sender = message.sender
    model = "no suggestion" if corrected.suggested is None else f"suggested {corrected.suggested}"
    agreed = any(one.answer in AGREES and one.destination == corrected.destination for one in said)
    who = "named by a unit that declined" if author == UNIT else "decided by an officer"
    return {
        "id": f"{author}-{corrected.message_id}",
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
        "why": f"{who}; {model}" + ("; the unit agrees" if agreed else ""),
        "author": f"unit:{said[-1].code}" if author == UNIT and said else corrected.officer,
        "history": [_said(one) for one in said],
    }


def _said(one: Said) -> dict[str, Any]:
    return {
        "by": f"unit:{one.code}",
        "said": one.answer.value,
        "of": None if one.destination is None else str(one.destination),
        "instead": None if one.proposed is None else str(one.proposed),
        "way": one.way.value,
        "at": one.at.isoformat(timespec="seconds"),
    }
