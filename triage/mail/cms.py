"""The content of opaque-signed S/MIME mail (CMS signed-data, RFC 5652), read without judging the signature.

A dozen lines of BER are enough to reach it; the cryptography library only opens what it holds a key for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_SEQUENCE, _OBJECT_ID, _OCTETS, _OCTET_PIECES, _EXPLICIT = 0x30, 0x06, 0x04, 0x24, 0xA0
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_DEEPEST = 12
_MOST_PIECES = 200_000


class _Malformed(Exception):
    """The bytes are no such structure."""


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    start: int
    end: int
    after: int


def signed_content(data: bytes) -> bytes | None:
    """What was signed, usually a MIME entity; None for encrypted, detached, certificates-only or broken data."""
    try:
        outer = list(_children(data, _element(data, 0, len(data), 0), 0))
        if not _is_id(data, outer[0], _SIGNED_DATA):
            return None
        signed = next(_children(data, outer[1], 1))
        for part in _children(data, signed, 2):
            if part.tag != _SEQUENCE:
                continue
            inside = list(_children(data, part, 3))
            if len(inside) == 2 and _is_id(data, inside[0], _DATA) and inside[1].tag == _EXPLICIT:
                return b"".join(_octets(data, next(_children(data, inside[1], 4)), 5))
            return None
    except (_Malformed, IndexError, StopIteration):
        return None
    return None


def _is_id(data: bytes, element: _Element, identifier: bytes) -> bool:
    return element.tag == _OBJECT_ID and data[element.start : element.end] == identifier


def _element(data: bytes, at: int, limit: int, depth: int) -> _Element:
    """The element that begins at `at`; one of indefinite length ends where its contents do."""
    if at + 2 > limit or depth > _DEEPEST:
        raise _Malformed
    tag, size, start = data[at], data[at + 1], at + 2
    if size == 0x80:
        end = start
        while data[end : end + 2] != b"\0\0":
            end = _element(data, end, limit, depth + 1).after
        return _Element(tag, start, end, end + 2)
    if size > 0x80:
        count = size & 0x7F
        if count > 8:
            raise _Malformed
        size = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + size > limit:
        raise _Malformed
    return _Element(tag, start, start + size, start + size)


def _children(data: bytes, parent: _Element, depth: int) -> Iterator[_Element]:
    if not parent.tag & 0x20:
        raise _Malformed
    at = parent.start
    for _ in range(_MOST_PIECES):
        if at >= parent.end:
            return
        child = _element(data, at, parent.end, depth)
        yield child
        at = child.after
    raise _Malformed


def _octets(data: bytes, element: _Element, depth: int) -> Iterator[bytes]:
    """An octet string, whole or in pieces."""
    if element.tag == _OCTETS:
        yield data[element.start : element.end]
    elif element.tag == _OCTET_PIECES:
        for piece in _children(data, element, depth):
            yield from _octets(data, piece, depth + 1)
    else:
        raise _Malformed
