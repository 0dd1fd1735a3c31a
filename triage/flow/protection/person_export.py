"""What there is about a person, to be handed to that person: as JSON, and as a page that anybody can read.

It holds what the person wrote and what we wrote to the person in full. Of other people's messages it holds the lines that
name the person and nothing else, and of reports of misconduct by others nothing: the person may be the one reported.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from triage.domain.message import Address, Message
from triage.domain.people import Person
from triage.domain.person_request import Found, Hit, Part, Sought
from triage.store import audit, people, retention
from triage.store.detail import detail
from triage.store.engine import Store, Tx
from triage.store.sent_mail import sent_letters
from triage.store.views import HistoryKind, MessageDetail

EXCERPT_CHARACTERS = 400
CHUNK = 200
TITLES = {
    "en": ("What we hold about you", "Messages you sent", "Where other messages name you", "Mail we sent to you", "Accounts"),
    "fr": (
        "Ce que nous conservons à votre sujet", "Messages que vous avez envoyés", "Où d’autres messages vous nomment",
        "Courriers que nous vous avons envoyés", "Comptes",
    ),
    "es": (
        "Lo que conservamos sobre usted", "Mensajes que usted envió", "Dónde le nombran otros mensajes",
        "Correos que le enviamos", "Cuentas",
    ),
}  # fmt: skip


def export(store: Store, *, found: Found, officer: Person, now: datetime) -> dict[str, Any]:
    """Everything that is found, as plain data. Put on record."""
    parts: dict[str, Any] = {
        "made_at": now.isoformat(),
        "address": found.sought.address,
        "names": list(found.sought.names),
    }
    with store.read() as tx:
        parts["messages"] = [
            _sent(detail(tx, viewer=officer, message_id=hit.message_id)) for hit in found.of(Part.SENT)
        ]
        others = [hit for hit in found.hits if hit.part is not Part.SENT and not hit.restricted]
        parts["mentions"] = list(_mentions(tx, others, found.sought))
        parts["mail_to_you"] = [
            {"sent_at": _time(row.sent_at), "purpose": row.purpose.value, "subject": row.subject, "text": row.text}
            for row in sent_letters(tx, delivery_ids=found.deliveries)
        ]
        parts["accounts"] = [_account(tx, person_id) for person_id in found.accounts]
    with store.begin() as tx:
        actor = audit.actor_of(tx, officer)
        about = audit.pseudonym(tx, found.sought.address or found.sought.names[0])
        audit.append(tx, at=now, actor=actor, act=audit.Act.EXPORTED, objects=[about, f"messages:{len(found.hits)}"])
    return parts


def _sent(seen: MessageDetail) -> dict[str, Any]:
    line, message = seen.summary, seen.message
    suggested = None if line.prediction is None else str(line.prediction.destination)
    fields: dict[str, Any] = {
        "id": line.id,
        "arrived_at": _time(line.stored_at),
        "state": line.state.value,
        "language": line.language,
        "urgent": line.urgent,
        "erased_at": _time(line.erased_at),
        "suggested": suggested,
        "decided": [
            {"at": _time(entry.at), "action": entry.word, "destination": str(entry.destination or "")}
            for entry in seen.history
            if entry.kind is HistoryKind.DECIDED
        ],
        "forwarded": [
            {"to": one.code, "state": one.state.value, "sent_at": _time(one.sent_at)} for one in seen.deliveries
        ],
        "answers": [{"at": _time(one.answered_at), "answer": one.answer.value} for one in seen.answers],
    }
    if message is not None:
        fields |= {
            "sent_at": _time(message.date),
            "from": _address(message.sender),
            "to": [_address(one) for one in message.to],
            "cc": [_address(one) for one in message.cc],
            "subject": message.subject,
            "text": message.text or message.newest_text,
            "attachments": [{"name": one.name, "type": one.type, "size": one.size} for one in message.attachments],
        }
    return fields


def _mentions(tx: Tx, hits: Sequence[Hit], sought: Sought) -> Any:
    for start in range(0, len(hits), CHUNK):
        part = hits[start : start + CHUNK]
        readings = retention.readings(tx, message_ids=[hit.message_id for hit in part])
        for hit in part:
            message = readings.get(hit.message_id)
            lines = [] if message is None else excerpts(message, sought)
            yield {"id": hit.message_id, "arrived_at": _time(hit.stored_at), "as": hit.part.value, "lines": lines}


def excerpts(message: Message, sought: Sought) -> list[str]:
    """The lines of a message that name the person."""
    lines = [message.subject, *message.text.splitlines(), *message.attachment_text.splitlines()]
    return [line.strip()[:EXCERPT_CHARACTERS] for line in lines if sought.pattern.search(line)]


def _account(tx: Tx, person_id: int) -> dict[str, Any]:
    found = people.account(tx, person_id=person_id)
    return {
        "id": person_id,
        "name": found.person.name,
        "email": found.person.email,
        "roles": sorted(role.value for role in found.person.roles),
        "language": found.person.language,
        "created_at": _time(found.created_at),
        "disabled_at": _time(found.disabled_at),
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _address(address: Address | None) -> dict[str, str] | None:
    return None if address is None else {"name": address.name, "email": address.email}


def as_html(parts: Mapping[str, Any], *, language: str = "en") -> str:
    """The export as one page without any outside part. Everything in it is escaped."""
    title, *heads = TITLES.get(language, TITLES["en"])
    who = " · ".join(filter(None, (parts["address"], *parts["names"])))
    body = "".join(
        f"<h2>{escape(head)}</h2>{''.join(_definition(one) for one in parts[key]) or '<p>–</p>'}"
        for head, key in zip(heads, ("messages", "mentions", "mail_to_you", "accounts"), strict=True)
    )
    style = (
        "body{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}dl{border-top:1px solid #888}"
        "dt{font-weight:bold}dd{margin:0 0 .5rem;white-space:pre-wrap;overflow-wrap:anywhere}"
    )
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body><h1>{escape(title)}</h1><p>{escape(who)}</p>"
        f"<p>{escape(parts['made_at'])}</p>{body}</body></html>\n"
    )


def _definition(fields: Mapping[str, Any]) -> str:
    shown = {key: _plain(value) for key, value in fields.items() if value not in (None, "", [], {})}
    return "<dl>" + "".join(f"<dt>{escape(key)}</dt><dd>{escape(text)}</dd>" for key, text in shown.items()) + "</dl>"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(_plain(inner) for inner in value.values() if inner not in (None, ""))
    return "\n".join(map(_plain, value)) if isinstance(value, list) else str(value)
