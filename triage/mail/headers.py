"""The header block of a message or part: unfolded raw values, first or all of a name, the end found leniently."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from triage.mail.limits import Limits

_LINE = re.compile(rb"([^\r\n]*)(\r*\n|\r|\Z)")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_KNOWN = frozenset(
    b"received return-path delivered-to from to cc bcc subject date sender reply-to message-id in-reply-to references"
    b" mime-version content-type content-transfer-encoding content-disposition content-id content-description"
    b" x-mailer user-agent x-priority importance list-id dkim-signature authentication-results organization".split()
)


@dataclass(slots=True)
class Headers:
    """Fields in order, names in lower case, values unfolded but otherwise as they came."""

    items: list[tuple[str, bytes]] = field(default_factory=list)
    cut: bool = False
    broken: bool = False
    _first: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, value: bytes) -> None:
        """Append one field."""
        self.items.append((name, value))
        self._first.setdefault(name, value)

    def get(self, name: str) -> bytes:
        """The first value of this (lower-case) name, or b""."""
        return self._first.get(name, b"")

    def ascii(self, name: str) -> str:
        """The first value as stripped ASCII text, other bytes dropped: for the machine-made fields."""
        return self._first.get(name, b"").decode("ascii", "ignore").strip()

    def all(self, name: str) -> list[bytes]:
        """Every value of this name, in order."""
        return [value for key, value in self.items if key == name]

    def __contains__(self, name: str) -> bool:
        return name in self._first


def _lines(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    while start < end:
        match = _LINE.match(data, start, end)
        if match is None:  # pragma: no cover - the pattern matches anywhere
            return
        yield start, match.group(1), match.end()
        if match.end() == start:
            return
        start = match.end()


def read_headers(data: bytes, start: int, end: int, limits: Limits) -> tuple[Headers, int]:
    """The fields from `start` on and the offset of the body.

    A line that is no field ends the block, as if the empty line had been forgotten, unless well-known fields follow
    it at once: then it is rubbish inside the block.
    """
    headers = Headers()
    name, pieces, size = "", [], 0
    body = stop = min(end, start + limits.header_block_bytes)
    for at, line, after in _lines(data, start, stop):
        if not line:
            body = after
            break
        if line[0] in b" \t":
            if name and size < limits.header_bytes:
                pieces.append(line)
                size += len(line)
            headers.cut |= size >= limits.header_bytes
            continue
        match = _FIELD.match(line)
        if match is None or (b" " in line[: match.end()] and match.group(1).lower() not in _KNOWN):
            if at == start and line.startswith((b"From ", b">From ")):
                continue
            # A delimiter line begins the body, whatever stands below it.
            if line.startswith((b"From ", b">From ", b":")) or (
                not line.startswith(b"--") and _known_field_at(data, after, end)
            ):
                headers.broken = True
                continue
            body, headers.broken = at, True
            break
        if name:
            headers.add(name, b"".join(pieces))
        name = match.group(1).decode("ascii").lower()
        pieces = [line[match.end() : match.end() + limits.header_bytes].strip(b" \t")]
        size = len(pieces[0])
    else:
        headers.cut |= stop < end
    if name:
        headers.add(name, b"".join(pieces))
    return headers, body


def _known_field_at(data: bytes, at: int, end: int) -> bool:
    match = _FIELD.match(data, at, end)
    return match is not None and match.group(1).lower() in _KNOWN
