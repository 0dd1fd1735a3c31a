"""What becomes of a mail that a source handed over."""

from enum import StrEnum


class Outcome(StrEnum):
    """PENDING: raw bytes are stored, not yet read. FAILED: the source could not hand it over; `reason` says why."""

    PENDING = "pending"
    STORED = "stored"
    DUPLICATE = "duplicate"
    FAILED = "failed"
