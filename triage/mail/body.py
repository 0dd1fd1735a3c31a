"""Which leaves of a message are shown as its text, and which are attachments (the rule of JMAP, RFC 8621 4.1.4)."""

import re
from dataclasses import dataclass, field

from triage.mail.charset import decode
from triage.mail.structure import Part, content_id

_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_RICH = ("text/enriched", "text/richtext")
_SHOWN = ("text/plain", "text/html", *_RICH)
_MEDIA = ("image/", "audio/", "video/")


@dataclass(slots=True)
class Chosen:
    """`texts` in reading order (plain where there is a choice); `htmls` likewise for showing; `attachments`: the rest."""

    texts: list[Part] = field(default_factory=list)
    htmls: list[Part] = field(default_factory=list)
    attachments: list[Part] = field(default_factory=list)


def choose(root: Part) -> Chosen:
    """Sort the leaves of a tree into texts and attachments."""
    texts: list[Part] = []
    htmls: list[Part] = []
    attachments: list[Part] = []
    _sort([root], "mixed", False, htmls, texts, attachments)
    return Chosen(texts, htmls, attachments)


def _is_inline(part: Part, place: int, container: str) -> bool:
    if part.disposition == "attachment" or not part.type.startswith((*_SHOWN, *_MEDIA)):
        return False
    if place == 0:
        return True
    return container != "related" and (part.type.startswith(_MEDIA) or not part.filename)


def _sort(
    parts: list[Part],
    container: str,
    in_alternative: bool,
    htmls: list[Part] | None,
    texts: list[Part] | None,
    attachments: list[Part],
) -> None:
    texts_before = len(texts) if texts is not None else -1
    htmls_before = len(htmls) if htmls is not None else -1
    for place, part in enumerate(parts):
        if part.is_multipart:
            kind = part.type.removeprefix("multipart/")
            _sort(_in_order(part), kind, in_alternative or kind == "alternative", htmls, texts, attachments)
        elif not _is_inline(part, place, container):
            attachments.append(part)
        elif container == "alternative":
            _alternative(part, htmls, texts, attachments)
        else:
            if in_alternative and part.type == "text/plain":
                htmls = None
            elif in_alternative and part.type == "text/html":
                texts = None
            media = part.type.startswith(_MEDIA)
            for shown in (texts, htmls):
                if shown is not None and not media:
                    shown.append(part)
            if media:
                attachments.append(part)
    if container == "alternative" and texts is not None and htmls is not None:
        _fill(texts, texts_before, htmls, htmls_before)


def _in_order(part: Part) -> list[Part]:
    """The parts of a multipart; in a multipart/related the one named by `start` comes first (RFC 2387 3.2)."""
    start = part.parameters.get("start", "").strip("<> ") if part.type == "multipart/related" else ""
    root = next((child for child in part.children if start and content_id(child) == start), None)
    return part.children if root is None else [root, *(child for child in part.children if child is not root)]


def _alternative(part: Part, htmls: list[Part] | None, texts: list[Part] | None, attachments: list[Part]) -> None:
    if part.type == "text/plain" and texts is not None:
        texts.append(part)
    elif part.type in ("text/html", *_RICH) and htmls is not None:
        htmls.append(part)
    elif part.type not in _SHOWN:
        attachments.append(part)


def _fill(texts: list[Part], texts_before: int, htmls: list[Part], htmls_before: int) -> None:
    """Where an alternative had one form only, or a blank one, the other form stands for both."""
    new_texts, new_htmls = texts[texts_before:], htmls[htmls_before:]
    if new_htmls and not any(part.data.strip() for part in new_texts):
        texts[texts_before:] = new_htmls
    elif new_texts and not new_htmls:
        htmls.extend(new_texts)


def leaf_text(part: Part, hint: str = "") -> tuple[str, bool]:
    """The decoded characters of a text leaf; true where the declared charset had to be given up."""
    label = part.parameters.get("charset", "")
    if not label and part.type == "text/html" and (meta := _META_CHARSET.search(part.data[:4096])):
        label = meta.group(1).decode("ascii")
    return decode(part.data, label, hint=hint)


def enriched_to_text(text: str) -> str:
    """Text of the text/enriched and text/richtext types (RFC 1896): commands dropped, single line ends joined."""
    text = re.sub(r"(?is)<param>[^<]*</param>", "", text)
    text = re.sub(r"\n(\n*)", lambda ends: ends.group(1) or " ", text)
    text = re.sub(r"(?i)<nl>|</?paragraph>", "\n", text)
    return re.sub(r"<<|</?[A-Za-z][A-Za-z0-9-]{0,59}>", lambda mark: "<" if mark.group() == "<<" else "", text)
