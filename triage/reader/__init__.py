"""Reading untrusted mail in a child process with limits of time and memory."""

from triage.reader.limited import LimitedReader

__all__ = ["LimitedReader"]
