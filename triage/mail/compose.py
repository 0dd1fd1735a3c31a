"""Outgoing mail as bytes, CRLF throughout, 7-bit but for attached originals, safe against header injection.

A forward is a new mail of ours, not a redirect: From is our own address (so SPF, DKIM and DMARC hold), Reply-To is
the person who wrote, and the original travels as an attachment. It is attached as `message/rfc822` where SMTP can
carry it byte for byte: line ends are all CRLF, no NUL, no line longer than 998; one with bytes above 127 is declared
`8bit`. An original whose line ends are all bare LF (a file, not a mail from a server) gets the CRLF that a mail server
would have given it. Any other original (mixed line ends, long lines) would be changed on its way, and RFC 2046 forbids
to encode `message/rfc822`; it is attached as `application/octet-stream`, base64, named `.eml`, and decodes to identical
bytes.
"""

import base64
import hashlib
import quopri
import re
from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from enum import StrEnum

from triage.domain.errors import DataError
from triage.domain.message import Address
from triage.mail.own import LOOP_HEADER, OwnMail
from triage.mail.words import one_line

_DELIVERY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_BARE_BREAK = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_LONG_LINE = re.compile(rb"[^\r\n]{999}")
_SENDABLE = re.compile(
    r"[!#-'*+/-9=?A-Z^-~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|[!-?A-~]{1,64}@\[[0-9A-Fa-f:.]+\]"
)
_ATOM_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_NAME_CHARACTERS = 120
_TEXT_LINE = 900


class AutoSubmitted(StrEnum):
    """RFC 3834 (`auto-forwarded` as in Sieve and RFC 5436): how far a person stands behind the mail."""

    NO = "no"
    GENERATED = "auto-generated"
    REPLIED = "auto-replied"
    FORWARDED = "auto-forwarded"


def message_id_of(delivery_id: str, own: OwnMail) -> str:
    """The Message-ID, with angle brackets, of the mail that carries this delivery. ValueError for an odd id."""
    if not _DELIVERY_ID.fullmatch(delivery_id):
        raise ValueError("a delivery id consists of letters, digits, dots, dashes and underscores")
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
    """A new mail from `sender` (our own address) that carries `original`, byte for byte, behind a readable head.

    `head_html` must already be safe. A `reply_to` that cannot stand in a header is left out: name it in the head.
    Raises DataError where `sender`, `recipient` or `cc` is no address that mail can be sent to.
    """
    headers = _headers(
        delivery_id=delivery_id,
        own=own,
        sender=sender,
        recipient=recipient,
        cc=cc,
        reply_to=reply_to,
        subject=subject,
        date=date,
        auto_submitted=AutoSubmitted.FORWARDED,
        in_reply_to="",
        references=references,
    )
    boundary = _boundary(delivery_id, "mixed", original)
    parts = [_text_entity(head_text, head_html, delivery_id), _original_entity(original)]
    return headers + _multipart("mixed", boundary, parts)


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
    """A mail without an original: acknowledgement, alert, digest, account mail, an officer's reply.

    `in_reply_to` and `references` are Message-IDs with their angle brackets. Raises DataError as `compose_forward`.
    """
    headers = _headers(
        delivery_id=delivery_id,
        own=own,
        sender=sender,
        recipient=recipient,
        cc=(),
        reply_to=reply_to,
        subject=subject,
        date=date,
        auto_submitted=auto_submitted,
        in_reply_to=in_reply_to,
        references=references,
    )
    return headers + _text_entity(text, html, delivery_id)


def _headers(
    *,
    delivery_id: str,
    own: OwnMail,
    sender: Address,
    recipient: Address,
    cc: Sequence[Address],
    reply_to: Address | None,
    subject: str,
    date: datetime,
    auto_submitted: AutoSubmitted,
    in_reply_to: str,
    references: Sequence[str],
) -> bytes:
    fields = [
        ("From", _required_mailbox(sender, "sender")),
        ("To", _required_mailbox(recipient, "recipient")),
        ("Cc", ",\r\n ".join(_required_mailbox(each, "copy") for each in cc)),
        ("Reply-To", _mailbox(reply_to) if reply_to else ""),
        ("Subject", _unstructured("Subject", subject)),
        ("Date", format_datetime(date)),
        ("Message-ID", message_id_of(delivery_id, own)),
        ("In-Reply-To", "".join(_ids([in_reply_to]))),
        ("References", "\r\n ".join(_ids(references)[-20:])),
        ("Auto-Submitted", str(auto_submitted)),
        ("X-Auto-Response-Suppress", "" if auto_submitted is AutoSubmitted.NO else "OOF, AutoReply"),
        (LOOP_HEADER, re.sub(r"[^A-Za-z0-9._-]", "", own.instance_id)),
        ("MIME-Version", "1.0"),
    ]
    return "".join(f"{name}: {value}\r\n" for name, value in fields if value).encode("ascii")


def _ids(ids: Sequence[str]) -> list[str]:
    return [each for each in ids if re.fullmatch(r"<[!-;=?-~]{1,900}>", each)]


def _unstructured(name: str, value: str) -> str:
    value = one_line(value)[:500]
    if value.isascii() and "=?" not in value and len(value) < 900:
        return Header(value, "us-ascii", header_name=name, maxlinelen=76).encode(linesep="\r\n")
    return Header(value, "utf-8", header_name=name, maxlinelen=76).encode(linesep="\r\n")


def _sendable(email: str) -> str:
    """The address as 7-bit text, an international domain in its ASCII form; empty where it cannot be sent to."""
    local, at, domain = one_line(email).rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    address = local + at + domain
    return address if _SENDABLE.fullmatch(address) and ".." not in address else ""


def _mailbox(address: Address) -> str:
    email = _sendable(address.email)
    name = one_line(address.name)[:_NAME_CHARACTERS]
    if not email or not name:
        return email
    if not name.isascii() or "=?" in name:
        shown = Header(name, "utf-8", maxlinelen=60).encode(linesep="\r\n")
    elif _ATOM_WORDS.fullmatch(name):
        shown = name
    else:
        shown = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{shown}\r\n <{email}>" if len(shown) + len(email) > 60 else f"{shown} <{email}>"


def _required_mailbox(address: Address, role: str) -> str:
    mailbox = _mailbox(address)
    if not mailbox:
        raise DataError(
            f"The {role} is not an address that mail can be sent to; correct it in the organisation's data."
        )
    return mailbox


def _boundary(delivery_id: str, purpose: str, content: bytes = b"") -> str:
    """Made from the delivery, so that the same delivery gives the same bytes; never a string inside the content."""
    for turn in range(1000):
        boundary = "=_" + hashlib.sha256(f"{purpose}/{delivery_id}/{turn}".encode()).hexdigest()[:40]
        if boundary.encode() not in content:
            return boundary
    raise ValueError("no free boundary")  # needs an original that holds a thousand hashes of its own delivery


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    encoding = "" if all(part.isascii() for part in parts) else "Content-Transfer-Encoding: 8bit\r\n"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n{encoding}\r\n'.encode("ascii")
    body = b"".join(b"--" + boundary.encode("ascii") + b"\r\n" + part + b"\r\n" for part in parts)
    return head + body + b"--" + boundary.encode("ascii") + b"--\r\n"


def _text_entity(text: str, html: str | None, delivery_id: str) -> bytes:
    plain = _leaf_text("plain", text)
    if html is None:
        return plain
    return _multipart("alternative", _boundary(delivery_id, "alternative"), [plain, _leaf_text("html", html)])


def _leaf_text(kind: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    data = lines.encode("utf-8", "replace")
    if data.isascii() and all(len(line) <= _TEXT_LINE for line in data.split(b"\n")) and b"\nFrom " not in b"\n" + data:
        encoding, body = "7bit", data.replace(b"\n", b"\r\n")
    elif sum(byte > 127 for byte in data) * 3 < len(data):
        encoding, body = "quoted-printable", quopri.encodestring(data).replace(b"\n", b"\r\n")
    else:
        encoding, body = "base64", _base64(data)
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + body


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def fits_as_message(original: bytes) -> bool:
    """Whether this mail can travel inside `message/rfc822` without a byte of it being changed."""
    return b"\0" not in original and not _BARE_BREAK.search(original) and not _LONG_LINE.search(original)


def _original_entity(original: bytes) -> bytes:
    disposition = b'Content-Disposition: attachment; filename="original.eml"\r\n'
    canonical = original if b"\r" in original else original.replace(b"\n", b"\r\n")
    if fits_as_message(canonical):
        encoding = b"" if canonical.isascii() else b"Content-Transfer-Encoding: 8bit\r\n"
        return b"Content-Type: message/rfc822\r\n" + encoding + disposition + b"\r\n" + canonical
    head = b'Content-Type: application/octet-stream; name="original.eml"\r\n' + disposition
    return head + b"Content-Transfer-Encoding: base64\r\n\r\n" + _base64(original)
