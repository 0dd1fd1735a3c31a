"""What a mail that somebody sent says of the mails it answers or forwards."""

from dataclasses import dataclass

from triage.domain.message import Message
from triage.mail.fingerprint import content_digest
from triage.mail.limits import DEFAULT, Limits
from triage.mail.structure import parse_structure
from triage.mail.words import one_line, raw_text

MOST_ATTACHED = 20
MOST_REFERENCES = 30


@dataclass(frozen=True, slots=True)
class Trace:
    """`attached` are the originals inside it, as (Message-ID, digest); `named` the Message-IDs that it refers to, the
    likeliest first; `addresses` where it went, the main recipients first, in lower case. `automatic`: no person sent it."""

    attached: tuple[tuple[str, bytes], ...]
    named: tuple[str, ...]
    addresses: tuple[str, ...]
    automatic: bool = False


def trace_of(raw: bytes, message: Message, *, limits: Limits = DEFAULT) -> Trace:
    """The traces in a mail that was read as `message`."""
    root = parse_structure(raw, limits).root
    attached = [
        (one_line(raw_text(part.children[0].headers.get("message-id"))), content_digest(part.children[0]))
        for part in root.walk()
        if part.is_message and part.children
    ]
    named = [message.in_reply_to, *reversed(message.references[-MOST_REFERENCES:])]
    addresses = [address.email.casefold() for address in (*message.to, *message.cc) if address.email]
    return Trace(
        tuple(attached[:MOST_ATTACHED]),
        tuple(dict.fromkeys(n for n in named if n)),
        tuple(dict.fromkeys(addresses)),
        root.headers.ascii("auto-submitted").lower() not in ("", "no"),
    )
