"""A mail message as read: headers, texts and attachments, all already decoded and safe to store.

Every string here is valid Unicode without NUL, lone surrogates or (in headers) line breaks; whoever builds these
objects guarantees it, so that no later layer has to ask.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MachineKind(StrEnum):
    """Mail that no person wrote to us; never classified as an inquiry, never answered."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    RECEIPT = "receipt"
    COMPLAINT = "complaint"
    OWN = "own"
    LIST = "list"


class Authenticity(StrEnum):
    """What the office's own mail server found of a sender: the domain of From did send it, did not, or nobody can say."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: display name (may be empty) and address as written (may lack an @ where the mail is broken)."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A leaf not shown as text. `size` is in decoded bytes; `index` is its place in reading order, from 0."""

    name: str
    type: str
    size: int
    index: int
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What the mail layer reads out of raw bytes.

    `text` is everything a reader sees, `newest_text` what the sender wrote now, `quoted_text` the earlier thread,
    `signature` the block under the name (it feeds country evidence only). `html` is the unsanitised HTML body, empty
    where there is none. `date` is aware UTC. `defects` are static words for what was mended while reading.
    `authenticity` is None where the office has named no mail server whose word counts.
    """

    message_id: str
    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str
    newest_text: str
    quoted_text: str = ""
    signature: str = ""
    html: str = ""
    language: str = "und"
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    machine: MachineKind | None = None
    bounced_recipients: tuple[str, ...] = ()
    bounced_message_id: str = ""
    list_id: str = ""
    encrypted: bool = False
    attachment_text: str = ""
    defects: tuple[str, ...] = field(default=())
    authenticity: Authenticity | None = None


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The answer of a reader for one raw mail: a message, or the static reason why it is quarantined.

    Both may be present: a mail cut at a limit is quarantined with whatever was read of it. `digest` is equal for copies
    of one mail that came by different ways (see `mail.fingerprint`); None where the mail could not be taken apart.
    """

    message: Message | None
    quarantined: str | None = None
    digest: bytes | None = None
