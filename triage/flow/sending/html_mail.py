"""A mail as blocks, written as plain text and as HTML that mail programs lay out alike: tables, inline styles, no images,
nothing loaded. Every text is escaped here and nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

_FONT = "font-family:Segoe UI,Arial,Helvetica,sans-serif"
_INK, _SOFT, _ACCENT, _LINE, _PANEL = "#17212b", "#4b5966", "#0b4aa2", "#c3ccd4", "#f3f5f8"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; line breaks are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Callout:
    """Text with a name before it, set apart."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Quotes:
    """Another's sentences under a heading."""

    head: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Names with values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Buttons:
    """Links with names, under a heading if there is one; in plain text each on a line of its own."""

    head: str
    links: tuple[tuple[str, str], ...]


Block = Paragraph | Callout | Quotes | Rows | Buttons


_KINDS: Mapping[str, type[Block]] = {kind.__name__: kind for kind in (Paragraph, Callout, Quotes, Rows, Buttons)}


def pack(blocks: Sequence[Block]) -> tuple[dict[str, Any], ...]:
    """The blocks as plain data, to be kept with a letter."""
    return tuple({"kind": type(block).__name__, **asdict(block)} for block in blocks)


def unpack(packed: Sequence[Mapping[str, Any]]) -> list[Block]:
    """The other way."""
    return [
        _KINDS[one["kind"]](**{name: _tuples(value) for name, value in one.items() if name != "kind"}) for one in packed
    ]


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def as_text(blocks: Sequence[Block]) -> str:
    """The blocks as plain text, an empty line between two."""
    return "\n\n".join(_text(block) for block in blocks) + "\n"


def _text(block: Block) -> str:
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, Callout):
        return f"{block.name}: {block.text}"
    if isinstance(block, Quotes):
        return "\n".join([f"{block.head}:", *(f"  - {line}" for line in block.lines)])
    if isinstance(block, Rows):
        return "\n".join(f"{name}: {value}" for name, value in block.rows)
    head = [f"{block.head}\n"] if block.head else []
    return "\n".join([*head, "\n\n".join(f"{name}:\n{url}" for name, url in block.links)])


def as_html(blocks: Sequence[Block], *, language: str, title: str) -> str:
    """The blocks as a document: one table of at most 600 pixels, readable on a telephone and by a screen reader."""
    cells = "".join(
        f'<tr><td style="padding:8px 16px;{_FONT};font-size:16px;line-height:1.5;color:{_INK};text-align:left">'
        f"{_html(block)}</td></tr>\n"
        for block in blocks
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title></head>\n<body style="margin:0;padding:0;background-color:#ffffff">\n'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="left">\n'
        '<!--[if mso]><table role="presentation" width="600"><tr><td><![endif]-->\n'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">\n'
        f"{cells}</table>\n<!--[if mso]></td></tr></table><![endif]-->\n</td></tr></table>\n</body></html>\n"
    )


def _html(block: Block) -> str:
    if isinstance(block, Paragraph):
        return _lines(block.text)
    if isinstance(block, Callout):
        return _panel(f'<strong>{escape(block.name)}:</strong> <span dir="auto">{_lines(block.text)}</span>')
    if isinstance(block, Quotes):
        items = "".join(f'<p dir="auto" style="margin:6px 0">{_lines(line)}</p>' for line in block.lines)
        return _panel(f'<strong style="color:{_SOFT};font-size:14px">{escape(block.head)}</strong>{items}')
    if isinstance(block, Rows):
        return _rows(block)
    head = f'<p style="margin:0 0 8px">{_lines(block.head)}</p>' if block.head else ""
    return head + "".join(_button(*link) for link in block.links)


def _rows(block: Rows) -> str:
    rows = "".join(
        f'<tr><th scope="row" align="left" valign="top" style="padding:4px 12px 4px 0;color:{_SOFT};font-weight:normal;'
        f'font-size:14px;{_FONT}">{escape(name)}</th><td valign="top" style="padding:4px 0;font-size:15px;{_FONT};'
        f'color:{_INK};word-break:break-word" dir="auto">{_lines(value)}</td></tr>'
        for name, value in block.rows
    )
    return f'<table cellpadding="0" cellspacing="0" border="0" width="100%">{rows}</table>'


def _button(name: str, url: str) -> str:
    """A link that is large enough for a thumb; Outlook takes the size from the cell."""
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 8px"><tr>'
        f'<td style="border:1px solid {_ACCENT};border-radius:6px;padding:10px 18px" bgcolor="#ffffff">'
        f'<a href="{escape(url)}" style="color:{_ACCENT};{_FONT};font-size:16px;font-weight:bold;text-decoration:none">'
        f"{escape(name)}</a></td></tr></table>"
    )


def _panel(inside: str) -> str:
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"><tr>'
        f'<td bgcolor="{_PANEL}" style="border-left:4px solid {_LINE};padding:8px 12px;{_FONT};font-size:16px;'
        f'line-height:1.5;color:{_INK}">{inside}</td></tr></table>'
    )


def _lines(text: str) -> str:
    return escape(text).replace("\r\n", "\n").replace("\n", "<br>")
