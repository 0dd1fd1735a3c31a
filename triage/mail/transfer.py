"""Content-Transfer-Encoding undone, however broken; linear in the size of the data."""

import binascii
import re

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4}(?: ([^\r\n]{0,255}))?\r?$", re.MULTILINE)
_AFTER_PADDING = re.compile(rb"=[ \t]++[^\r\n=]++(?=[\r\n]|\Z)")
_MORE_LINES = re.compile(rb"(?:\n[ \t]*+(?:[A-Za-z0-9+/]++={0,3}+)*+[ \t\r]*+(?=\n|\Z))*+")
_BLOCK_FIRST = re.compile(rb"(?:[A-Za-z0-9+/]++\r?\n)*+[A-Za-z0-9+/]++={1,2}+\s")
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)


def decode_transfer(data: bytes, encoding: str, *, text: bool = False) -> bytes:
    """The content of a leaf; an unknown encoding leaves it as it is, and so does base64 said of a `text` of words."""
    match encoding:
        case "base64":
            return data if text and _is_prose(data) else decode_base64(data)
        case "quoted-printable" | "quoted_printable" | "quotedprintable":
            return binascii.a2b_qp(data)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return decode_uuencode(data)
    return data


def _is_prose(data: bytes) -> bool:
    """Whether what is said to be base64 is a text of words: these have blanks within their lines, base64 has none."""
    head = data[:4_000].strip()
    return len(head) > 40 and head.count(b" ") > len(head) // 20 and not _BLOCK_FIRST.match(head)


def decode_base64(data: bytes) -> bytes:
    """Base64 with whatever rubbish in it; padding may be missing or stand between two joined blocks."""
    letters = data.translate(None, _NOT_BASE64)
    if b"=" not in letters.rstrip(b"="):
        return _block(letters.rstrip(b"="))
    # Behind the end of a block there may be another, or words: a remark on its line, or lines of a footer.
    data = _AFTER_PADDING.sub(b"=", data)
    line_end = data.find(b"\n", data.index(b"="))
    if line_end >= 0 and (more := _MORE_LINES.match(data, line_end)):
        data = data[: more.end()]
    letters = data.translate(None, _NOT_BASE64)
    return b"".join(_block(block) for block in letters.split(b"=") if block)


def _block(letters: bytes) -> bytes:
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def decode_uuencode(data: bytes) -> bytes:
    """One uuencoded file, with or without its begin and end lines; stops at the first line that is none."""
    begin = _UU_BEGIN.search(data)
    return _uu_lines(data[begin.end() :] if begin else data)


def _uu_lines(data: bytes) -> bytes:
    pieces = []
    for line in data.splitlines():
        if not line.strip():
            continue
        if line.strip() == b"end":
            break
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some writers pad the last group: trust the announced length.
            wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                pieces.append(binascii.a2b_uu(line[:wanted]))
            except binascii.Error:
                break
    return b"".join(pieces)


def take_uuencoded(data: bytes, limit: int = 50) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The text without its uuencoded blocks, and those blocks as (name, content)."""
    kept: list[bytes] = []
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while len(found) < limit and (begin := _UU_BEGIN.search(data, at)):
        end = _UU_END.search(data, begin.end())
        if end is None:
            break
        content = _uu_lines(data[begin.end() : end.start()])
        if not content:
            break
        kept.append(data[at : begin.start()])
        found.append(((begin.group(1) or b"").strip(), content))
        at = end.end()
    kept.append(data[at:])
    return (b"".join(kept), found) if found else (data, [])
