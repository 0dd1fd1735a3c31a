"""HTML to readable text, with the places where mail programs marked a quoted thread or a signature."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from triage.mail.charset import clean

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_SKIPPED = frozenset(("head", "style", "script", "template", "title", "svg", "math", "object", "select", "textarea"))
_PARAGRAPH_TAGS = "p h1 h2 h3 h4 h5 h6 ul ol dl blockquote pre table hr article section form fieldset figure"
_BLOCK_TAGS = "div tr li dt dd center address header footer main nav aside caption body html"
_PARAGRAPHS, _BLOCKS = frozenset(_PARAGRAPH_TAGS.split()), frozenset(_BLOCK_TAGS.split())
# No letter of a person is nested so deep, and HTML parsers take quadratic time on it.
_DEEPEST = 1_000
_TAG = re.compile(r"<(/?)(?!(?:br|img|hr|p|li|td|tr|th|meta|link|input|col|dd|dt|option|o:p)\b)[a-zA-Z]")
_MARKING = frozenset(("div", "blockquote", "hr", "span", "table", "section", "body", "td", "p", "font", "a", "pre"))
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)

# Containers of a quoted thread, by class or id ("x_" is put before them by Outlook when it quotes).
_QUOTE = re.compile(
    r"(?:^|\s)(?:x_)*(?:gmail_quote(?:_container)?|yahoo_quoted|yahoo-quoted|protonmail_quote|tutanota_quote|moz-cite-prefix"
    r"|moz-forward-container|zmail_extra|OLK_SRC_BODY_SECTION|OutlookMessageHeader|isReplyContent|isForwardContent"
    r"|ydp\w*yahoo_quoted|mail-editor-reference-message-container|reference-message-container|ms-outlook-mobile-reference"
    r"|mailQuote|quoted-mail|WM_QUOTE|ntes-mail-quote|qm_quote|mlbridge-quote)(?:\s|$)",
    re.IGNORECASE,
)
# Marks behind which everything to the end of the mail is the earlier thread.
_REST = re.compile(
    r"(?:^|\s)(?:x_)*(?:divRplyFwdMsg|stopSpelling|appendonsend|replySplit|zwchr)(?:\s|$)", re.IGNORECASE
)
_OUTLOOK_RULE = re.compile(r"border-top\s*:\s*solid\s+#(?:B5C4DF|E1E1E1|000000)\s+1\.0pt", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"(?:^|\s)(?:x_)*(?:gmail_signature|moz-signature|ms-outlook-mobile-signature|AppleMailSignature"
    r"|AppleMailSignature\w*|protonmail_signature_block\S*|Signature)(?:\s|$)",
)
_ATTRIBUTION_END = re.compile(r"[:：]\s*$")


@dataclass(slots=True)
class HtmlText:
    """Text of an HTML body; `quoted` and `signatures` are spans of it, in order, not overlapping."""

    text: str
    quoted: list[tuple[int, int]] = field(default_factory=list)
    signatures: list[tuple[int, int]] = field(default_factory=list)


class _Walk:
    def __init__(self, most: int) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self._most = most
        self._breaks = 2
        self._blank = False
        self.quoted: list[tuple[int, int]] = []
        self.signatures: list[tuple[int, int]] = []
        self._open: list[tuple[LexborNode, str, int]] = []

    @property
    def full(self) -> bool:
        return self.length > self._most

    @property
    def marks_open(self) -> bool:
        return bool(self._open)

    def put(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def text(self, text: str, preformatted: bool) -> None:
        if preformatted:
            if text.strip("\n"):
                self.put(text)
                self._breaks = 1 if text.endswith("\n") else 0
            return
        text = _BLANKS.sub(" ", text)
        stripped = text.strip(" ")
        if not stripped:
            self._blank = self._blank or not self._breaks
            return
        if (self._blank or text[0] == " ") and not self._breaks:
            stripped = " " + stripped
        self._blank = text[-1] == " "
        self._breaks = 0
        self.put(stripped)

    def line(self, wanted: int) -> None:
        """At least so many line ends here."""
        self._blank = False
        if self._breaks < wanted:
            self.put("\n" * (wanted - self._breaks))
            self._breaks = wanted

    def forced_line(self) -> None:
        self._blank = False
        if self._breaks < 3:
            self.put("\n")
            self._breaks += 1

    def tail(self, characters: int = 80) -> str:
        out = ""
        for piece in reversed(self.pieces):
            out = piece + out
            if len(out) >= characters:
                break
        return out

    def enter(self, node: "LexborNode", tag: str) -> None:
        mark = "" if self._inside("quote") else self._mark(node, tag)
        if mark:
            self._open.append((node, mark, self.length))

    def _inside(self, mark: str) -> bool:
        return any(kind in (mark, "rest") for _, kind, _ in self._open)

    def _mark(self, node: "LexborNode", tag: str) -> str:
        attributes = node.attributes
        if not attributes:
            return "quote" if tag == "blockquote" and _ATTRIBUTION_END.search(self.tail()) else ""
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        style = attributes.get("style") or ""
        if _REST.search(names) or (_OUTLOOK_RULE.search(style) and tag == "div"):
            return "rest"
        if _QUOTE.search(names):
            return "quote"
        if tag == "blockquote" and ((attributes.get("type") or "").lower() == "cite" or attributes.get("cite")):
            return "quote"
        if tag == "blockquote" and _ATTRIBUTION_END.search(self.tail()):
            return "quote"
        return "signature" if _SIGNATURE.search(names) and not self._inside("signature") else ""

    def leave(self, node: "LexborNode") -> None:
        while self._open and self._open[-1][1] != "rest" and self._open[-1][0].mem_id == node.mem_id:
            _, kind, start = self._open.pop()
            (self.quoted if kind == "quote" else self.signatures).append((start, self.length))

    def finish(self) -> HtmlText:
        for _, kind, start in self._open:
            if kind == "rest":
                self.quoted = [span for span in self.quoted if span[1] <= start]
                self.quoted.append((start, self.length))
                break
        text = clean("".join(self.pieces))
        if len(text) != self.length:  # cleaning moved the places
            return HtmlText(text)
        return HtmlText(text, self.quoted, self.signatures)


def too_deep(html: str) -> bool:
    """Whether elements are nested deeper than any letter, as in an attack on the parser."""
    depth = 0
    for tag in _TAG.finditer(html):
        depth += -1 if tag.group(1) else 1
        if depth > _DEEPEST:
            return True
        depth = max(depth, 0)
    return False


def bare_text(html: str) -> str:
    """The text outside of anything like a tag, for HTML that must not be parsed."""
    return unescape(re.sub(r"<[^<>]*>?", " ", html))


def html_to_text(html: str, *, limit: int = 400_000) -> HtmlText:
    """The visible text of an HTML document, at most about `limit` characters; never raises for odd HTML."""
    from selectolax.lexbor import LexborHTMLParser

    if too_deep(html):
        return HtmlText(clean(bare_text(html))[:limit])
    root = LexborHTMLParser(html).root
    walk = _Walk(limit)
    hiding = _HIDDEN.search(html) is not None
    node = root
    preformatted = 0
    while node is not None and not walk.full:
        tag = node.tag or ""
        descend = True
        if tag == "-text":
            walk.text(node.text_content or "", preformatted > 0)
        elif tag in _SKIPPED or tag[:1] in "-!" or (hiding and _HIDDEN.search(node.attributes.get("style") or "")):
            descend = False
        else:
            _start(walk, tag)
            preformatted += tag == "pre"
            if tag in _MARKING:
                walk.enter(node, tag)
        following = node.child if descend else None
        while following is None and node is not None:
            _end(walk, node.tag or "")
            preformatted -= node.tag == "pre" and preformatted > 0
            if walk.marks_open:
                walk.leave(node)
            following = node.next
            if following is None:
                node = node.parent
        node = following
    return walk.finish()


def _start(walk: _Walk, tag: str) -> None:
    if tag == "br":
        walk.forced_line()
    elif tag in _PARAGRAPHS:
        walk.line(2)
    elif tag in _BLOCKS:
        walk.line(1)
    elif tag in ("td", "th"):
        walk.text(" ", False)


def _end(walk: _Walk, tag: str) -> None:
    if tag in _PARAGRAPHS:
        walk.line(2)
    elif tag in _BLOCKS:
        walk.line(1)
