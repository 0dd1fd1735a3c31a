"""Values with parameters (Content-Type, Content-Disposition), RFC 2231 pieces joined, malformed ones made the best of."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from triage.mail.charset import decode
from triage.mail.words import decode_words, one_line, raw_text

_VALUE_LIMIT = 40_000
_SEGMENT = re.compile(r'(?:[^;"]+|"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z))+', re.DOTALL)
_LOOSE_SEGMENT = re.compile(r"[^;]+")
_CHARSET_PREFIX = re.compile(r"^(utf-8|us-ascii|iso-8859-\d{1,2}|windows-125\d)'[a-zA-Z-]*'", re.IGNORECASE)
_PIECE = re.compile(r"^(.+?)(?:\*(\d{1,4}))?(\*)?$", re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")
_SPACED_SLASH = re.compile(r"^\s*([^\s/=]+)\s*/\s*(?=[^\s/=]+(?:\s|$))")
# Where the next parameter begins though the semicolon before it was forgotten.
_NEXT = re.compile(
    r"(?<!\s)\s++(?=(?:[a-z][a-z-]{0,30}\*(?:\d{1,4}\*?)?|(?:file)?name|boundary|charset|format|delsp|size)\s?=)",
    re.IGNORECASE,
)


def parse_parameters(value: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """The value before the first semicolon, in lower case, and its parameters, decoded."""
    if not value:
        return "", {}
    text = raw_text(value[:_VALUE_LIMIT], hint)
    # An unclosed quote would swallow all that follows it.
    pattern = _SEGMENT if text.replace('\\"', "").count('"') % 2 == 0 else _LOOSE_SEGMENT
    segments = pattern.findall(text)
    head = segments[0] if segments and not text.lstrip().startswith(";") else ""
    if "(" in head and "=" not in head:
        head = _COMMENT.sub("", head)
    main, _, rest = _SPACED_SLASH.sub(r"\1/", head).strip().partition(" ")
    if "=" in main:
        main, rest = "", head
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for segment in _parted([rest, *segments[1 if head else 0 :]]):
        name, equals, content = segment.partition("=")
        name = (_COMMENT.sub("", name) if "(" in name else name).strip().lower()
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
    # A boundary is compared byte by byte: its blanks stay as they are.
    parameters = {name: content.strip() if name == "boundary" else _plain(content) for name, content in plain.items()}
    parameters.update((name, one_line(_join(parts))) for name, parts in pieces.items())
    return re.sub(r"[\s\"']", "", main).lower(), parameters


def _parted(segments: list[str]) -> Iterator[str]:
    for segment in segments:
        if segment.count("=") > 1:
            begun = 0
            for gap in _NEXT.finditer(segment):
                if segment.count('"', 0, gap.start()) % 2 == 0:
                    yield segment[begun : gap.start()]
                    begun = gap.end()
            segment = segment[begun:]
        yield segment


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
