"""Outgoing mail as bytes."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from triage.domain.message import Address
from triage.mail.own import OwnMail


class AutoSubmitted(StrEnum):
    """RFC 3834 (and `auto-forwarded` of RFC 4021): how far a person stands behind the mail."""

    NO = "no"
    GENERATED = "auto-generated"
    REPLIED = "auto-replied"
    FORWARDED = "auto-forwarded"


def message_id_of(delivery_id: str, own: OwnMail) -> str:
    """The Message-ID, with angle brackets, of the mail that carries this delivery."""
    return f"<{delivery_id}@{own.message_id_domain}>"


def compose_forward(
    original: bytes,
    *,
    delivery_id: str,
    own: OwnMail,
    sender: Address,
    recipient: Address,
    reply_to: Address | None,
    subject: str,
    head_text: str,
    date: datetime,
    head_html: str | None = None,
    cc: Sequence[Address] = (),
    references: Sequence[str] = (),
) -> bytes:
    """A new mail from `sender` (our own address) that carries `original`, byte for byte, behind a readable head."""
    raise NotImplementedError


def compose_plain(
    *,
    delivery_id: str,
    own: OwnMail,
    sender: Address,
    recipient: Address,
    subject: str,
    text: str,
    date: datetime,
    auto_submitted: AutoSubmitted,
    html: str | None = None,
    reply_to: Address | None = None,
    in_reply_to: str = "",
    references: Sequence[str] = (),
) -> bytes:
    """A mail without an original: acknowledgement, alert, digest, account, an officer's reply."""
    raise NotImplementedError
