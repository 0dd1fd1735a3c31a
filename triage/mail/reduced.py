"""A mail written anew from what was read of it, for when the original must go and its text may stay.

Nothing of the original bytes is opened for that: headers and text come from the reading, and every attachment is named
in the text as taken.
"""

from collections.abc import Sequence
from email.header import Header
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from triage.domain.message import Address, Message

MARK = "X-Triage-Shortened"


def reduced_mail(message: Message, *, why: str) -> bytes:
    """Headers and text of `message` as a plain mail with CRLF. `why` is a static word for the header that says so."""
    lines = [message.text or message.newest_text]
    lines += [f"[attachment taken: {a.name or a.type}, {a.size} bytes]" for a in message.attachments]
    mail = MIMEText("\n".join(lines).encode("utf-8", "replace").decode(), "plain", "utf-8")
    senders = (message.sender,) if message.sender is not None else ()
    for name, people in (("From", senders), ("To", message.to), ("Cc", message.cc), ("Reply-To", message.reply_to)):
        if people:
            mail.add_header(name, _addresses(people))
    mail.add_header("Subject", Header(message.subject, "utf-8").encode())
    if message.date is not None:
        mail["Date"] = format_datetime(message.date)
    if message.message_id.isascii():
        mail["Message-ID"] = _bracketed(message.message_id)
    mail[MARK] = why
    return mail.as_bytes(policy=SMTP.clone(max_line_length=None))


def _addresses(people: Sequence[Address]) -> str:
    if all(person.email.isascii() for person in people):
        return ", ".join(formataddr((person.name, person.email), "utf-8") for person in people)
    return Header(", ".join(f"{person.name} <{person.email}>" for person in people), "utf-8").encode()


def _bracketed(message_id: str) -> str:
    return message_id if message_id.startswith("<") or not message_id else f"<{message_id}>"
