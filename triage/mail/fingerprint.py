"""Keyed fingerprint of a mail, to find duplicates without keeping what it said."""

import hmac
import re

from triage.mail.dates import parse_date
from triage.mail.limits import DEFAULT, Limits
from triage.mail.structure import parse_structure
from triage.mail.words import header_text


def fingerprint(raw: bytes, *, key: bytes, limits: Limits = DEFAULT) -> bytes:
    """HMAC-SHA256 (32 bytes) over From, Date, Subject and the decoded bodies and attachments.

    Trace headers, boundaries, transfer encodings and the line ends of texts do not count, so two copies of one mail
    that came by different ways have the same fingerprint. Never raises.
    """
    digest = hmac.new(key, digestmod="sha256")

    def add(tag: bytes, content: bytes) -> None:
        digest.update(tag + len(content).to_bytes(8, "big"))
        digest.update(content)

    root = parse_structure(raw, limits).root
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
