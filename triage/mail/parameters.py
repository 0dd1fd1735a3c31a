"""Values with parameters (Content-Type, Content-Disposition), RFC 2231 pieces joined, malformed ones made the best of."""

import re
from urllib.parse import unquote_to_bytes

from triage.mail.charset import decode
from triage.mail.words import decode_words, one_line, raw_text

_VALUE_LIMIT = 40_000
_SEGMENT = re.compile(r'(?:[^;"]+|"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z))+', re.DOTALL)
_LOOSE_SEGMENT = re.compile(r"[^;]+")
_CHARSET_PREFIX = re.compile(r"^(utf-8|us-ascii|iso-8859-\d{1,2}|windows-125\d)'[a-zA-Z-]*'", re.IGNORECASE)
_PIECE = re.compile(r"^(.+?)(?:\*(\d{1,4}))?(\*)?$", re.DOTALL)


def parse_parameters(value: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """The value before the first semicolon, in lower case, and its parameters, decoded."""
    if not value:
        return "", {}
    text = raw_text(value[:_VALUE_LIMIT], hint)
    # An unclosed quote would swallow all that follows it.
    pattern = _SEGMENT if text.replace('\\"', "").count('"') % 2 == 0 else _LOOSE_SEGMENT
    segments = pattern.findall(text)
    head = segments[0] if segments and not text.lstrip().startswith(";") else ""
    main, _, rest = head.strip().partition(" ")
    if "=" in main:
        main, rest = "", head
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for segment in [rest, *segments[1 if head else 0 :]]:
        name, equals, content = segment.partition("=")
        name = name.strip().lower()
        if not equals or not name:
            continue
        match = _PIECE.match(name)
        content = content.strip()
        if name in ("boundary", "charset") and content and not content.startswith('"'):
            content = content.split()[0]
        content = _unquote(content)
        if match is None or "*" not in name:
            plain.setdefault(name, content)
        else:
            pieces.setdefault(match.group(1), {}).setdefault(int(match.group(2) or 0), (content, bool(match.group(3))))
    parameters = {name: _plain(content) for name, content in plain.items()}
    parameters.update((name, one_line(_join(parts))) for name, parts in pieces.items())
    return re.sub(r"\s", "", main).lower(), parameters


def _unquote(content: str) -> str:
    if content.startswith('"'):
        end = content.rfind('"')
        content = content[1:end] if end > 0 else content[1:]
        return content.replace("\\\\", "\\").replace('\\"', '"')
    return content


def _plain(content: str) -> str:
    if "''" in content and (match := _CHARSET_PREFIX.match(content)):
        return one_line(decode(unquote_to_bytes(content[match.end() :]), match.group(1))[0])
    return one_line(decode_words(content))


def _join(parts: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231: numbered pieces in order; only those marked with a star are percent-encoded."""
    charset = ""
    data = b""
    for place, number in enumerate(sorted(parts)):
        content, encoded = parts[number]
        if encoded and place == 0 and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        data += unquote_to_bytes(content) if encoded else content.encode("utf-8", "replace")
    return decode_words(decode(data, charset)[0])
