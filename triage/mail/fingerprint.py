"""Keyed fingerprint of a mail, to find duplicates without keeping what it said.

Whoever takes a mail apart makes the digest, whoever has the key makes the fingerprint of it: the process that reads
strangers' mail has no key, and no mail is taken apart twice.
"""

import hashlib
import hmac
import re

from triage.mail.dates import parse_date
from triage.mail.limits import DEFAULT, Limits
from triage.mail.structure import Part, parse_structure
from triage.mail.words import header_text


def fingerprint(raw: bytes, *, key: bytes, limits: Limits = DEFAULT) -> bytes:
    """HMAC-SHA256 (32 bytes) over the digest of a raw mail. Never raises."""
    return keyed(content_digest(parse_structure(raw, limits).root), key)


def keyed(digest: bytes, key: bytes) -> bytes:
    """The fingerprint of a mail with this digest."""
    return hmac.digest(key, digest, "sha256")


def content_digest(root: Part) -> bytes:
    """SHA-256 (32 bytes) over From, Date, Subject and the decoded bodies and attachments.

    Trace headers, boundaries, transfer encodings and the line ends of texts do not count, so two copies of one mail
    that came by different ways have the same digest.
    """
    digest = hashlib.sha256()

    def add(tag: bytes, content: bytes) -> None:
        digest.update(tag + len(content).to_bytes(8, "big"))
        digest.update(content)

    date = parse_date(root.headers.ascii("date"))
    add(b"from", re.sub(r"\s+", " ", header_text(root.headers.get("from"))).encode())
    add(b"date", (date.isoformat() if date else root.headers.ascii("date")).encode())
    add(b"subj", header_text(root.headers.get("subject")).encode())
    for leaf in root.leaves():
        content = leaf.data
        if leaf.type.startswith("text/") or leaf.is_message:
            content = b"\n".join(line.rstrip() for line in content.splitlines()).strip()
        add(leaf.type.encode("utf-8", "replace"), content)
    return digest.digest()
