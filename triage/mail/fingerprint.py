"""Keyed fingerprint of a mail, to find duplicates."""

import hmac


def fingerprint(raw: bytes, *, key: bytes) -> bytes:
    """HMAC-SHA256 (32 bytes) over From, Date, Subject and the decoded bodies and attachments; trace headers do not count.

    Two copies of one mail that came by different ways have the same fingerprint; never raises.
    """
    return hmac.digest(key, raw, "sha256")
