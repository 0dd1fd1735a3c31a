"""What was read of a mail, as bytes for a blob and back: the heading for lists, the reading for everything else.

The HTML body is kept in a blob of its own, so that lists and the classifier never open it.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.domain.message import Address, Attachment, Authenticity, MachineKind, Message


@dataclass(frozen=True, slots=True)
class Heading:
    """The part of a mail that lists show."""

    subject: str
    sender: Address | None
    message_id: str


UNREADABLE = Heading("", None, "")
_TEXTS = (
    "message_id", "subject", "text", "newest_text", "quoted_text", "signature", "language", "in_reply_to",
    "bounced_message_id", "list_id", "attachment_text",
)  # fmt: skip
_LISTS = ("references", "bounced_recipients", "defects")
_ADDRESSES = ("to", "cc", "reply_to")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def encode_heading(message: Message) -> bytes:
    """The heading of a message."""
    sender = message.sender
    return _encode(
        [message.subject, None if sender is None else [sender.name, sender.email], message.message_id]
    ).encode()


def decode_heading(data: bytes) -> Heading:
    """The other way."""
    subject, sender, message_id = json.loads(data)
    return Heading(subject, None if sender is None else Address(*sender), message_id)


def encode_message(message: Message) -> bytes:
    """Everything that was read but the HTML body. Fields that are empty or repeat `text` are left out."""
    fields: dict[str, object] = {name: value for name in _TEXTS if (value := getattr(message, name))}
    if message.newest_text == message.text and message.text:
        fields["newest_text"] = None
    fields |= {name: list(value) for name in _LISTS if (value := getattr(message, name))}
    fields |= {name: [[a.name, a.email] for a in value] for name in _ADDRESSES if (value := getattr(message, name))}
    if message.sender is not None:
        fields["sender"] = [message.sender.name, message.sender.email]
    if message.date is not None:
        fields["date"] = message.date.isoformat()
    if message.attachments:
        fields["attachments"] = [[a.name, a.type, a.size, a.index, a.inline] for a in message.attachments]
    if message.machine is not None:
        fields["machine"] = message.machine.value
    if message.encrypted:
        fields["encrypted"] = True
    if message.authenticity is not None:
        fields["authenticity"] = message.authenticity.value
    return _encode(fields).encode()


def decode_message(data: bytes, *, html: str = "") -> Message:
    """The other way, with the HTML body where the caller needs it."""
    fields = json.loads(data)
    known: dict[str, Any] = {name: fields.get(name, "") for name in _TEXTS}
    if known["newest_text"] is None:
        known["newest_text"] = known["text"]
    known |= {name: tuple(fields.get(name, ())) for name in _LISTS}
    known |= {name: tuple(Address(*pair) for pair in fields.get(name, ())) for name in _ADDRESSES}
    date, sender, machine = fields.get("date"), fields.get("sender"), fields.get("machine")
    return Message(
        **known,
        sender=None if sender is None else Address(*sender),
        date=None if date is None else datetime.fromisoformat(date),
        html=html,
        attachments=tuple(Attachment(*row) for row in fields.get("attachments", ())),
        machine=None if machine is None else MachineKind(machine),
        encrypted=fields.get("encrypted", False),
        authenticity=None if (found := fields.get("authenticity")) is None else Authenticity(found),
    )
