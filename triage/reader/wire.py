"""How a reading crosses the pipe between parent and child: plain JSON, checked field by field on arrival.

The child has just read a stranger's mail, so nothing that it says is unpickled or trusted.
"""

import json
from datetime import datetime
from typing import Any

from triage.domain.message import Address, Attachment, Authenticity, MachineKind, Message, ReadResult

DIGEST_BYTES = 32
_ADDRESS_LISTS = ("to", "cc", "reply_to")
_TEXTS = (
    "message_id",
    "subject",
    "text",
    "newest_text",
    "quoted_text",
    "signature",
    "html",
    "language",
    "in_reply_to",
    "bounced_message_id",
    "list_id",
    "attachment_text",
)
_TEXT_LISTS = ("references", "bounced_recipients", "defects")


def encode_result(result: ReadResult) -> bytes:
    """A reading as UTF-8 JSON."""
    message = result.message
    plain: dict[str, Any] = {"quarantined": result.quarantined, "digest": result.digest and result.digest.hex()}
    if message is not None:
        fields: dict[str, Any] = {name: getattr(message, name) for name in _TEXTS}
        fields.update({name: list(getattr(message, name)) for name in _TEXT_LISTS})
        fields.update({name: [[a.name, a.email] for a in getattr(message, name)] for name in _ADDRESS_LISTS})
        fields["sender"] = [message.sender.name, message.sender.email] if message.sender else None
        fields["date"] = message.date.isoformat() if message.date else None
        fields["attachments"] = [encode_attachment(each) for each in message.attachments]
        fields["machine"] = message.machine.value if message.machine else None
        fields["encrypted"] = message.encrypted
        fields["authenticity"] = message.authenticity
        plain["message"] = fields
    return json.dumps(plain, ensure_ascii=False, check_circular=False).encode("utf-8")


def decode_result(data: bytes) -> ReadResult:
    """The reading; ValueError, TypeError or KeyError where it is not one."""
    plain = json.loads(data)
    quarantined = plain["quarantined"]
    if quarantined is not None:
        quarantined = _word(quarantined)
    digest = _digest(plain["digest"]) if plain["digest"] is not None else None
    fields = plain.get("message")
    if fields is None:
        return ReadResult(None, quarantined, digest)
    known: dict[str, Any] = {name: _text(fields[name]) for name in _TEXTS}
    known.update({name: tuple(_text(each) for each in fields[name]) for name in _TEXT_LISTS})
    known.update({name: tuple(_address(each) for each in fields[name]) for name in _ADDRESS_LISTS})
    known["sender"] = _address(fields["sender"]) if fields["sender"] else None
    known["date"] = datetime.fromisoformat(fields["date"]) if fields["date"] else None
    known["attachments"] = tuple(decode_attachment(each) for each in fields["attachments"])
    known["machine"] = MachineKind(fields["machine"]) if fields["machine"] else None
    known["encrypted"] = bool(fields["encrypted"])
    known["authenticity"] = Authenticity(fields["authenticity"]) if fields["authenticity"] else None
    return ReadResult(Message(**known), quarantined, digest)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _digest(value: object) -> bytes:
    digest = bytes.fromhex(_text(value))
    if len(digest) != DIGEST_BYTES:
        raise ValueError("a digest expected")
    return digest


def _word(value: object) -> str:
    text = _text(value)
    if not text.replace("_", "").isalnum() or len(text) > 40:
        raise ValueError("a static word expected")
    return text


def _address(value: list[str]) -> Address:
    name, email = value
    return Address(_text(name), _text(email))


def encode_attachment(each: Attachment) -> list[Any]:
    """A description of an attachment as JSON values."""
    return [each.name, each.type, each.size, each.index, each.inline]


def decode_attachment(value: list[Any]) -> Attachment:
    """The description; ValueError or TypeError where it is none."""
    name, type_, size, index, inline = value
    return Attachment(_text(name), _text(type_), int(size), int(index), bool(inline))
