"""HTML of strangers, made safe to show inside a sandboxed iframe.

nh3 (ammonia) does the cleaning; on top of it, images become their alternative text unless their bytes are in the
document itself, and every link shows where it leads.
"""

import re
from collections.abc import Mapping
from html import escape

import nh3

from triage.mail.html_text import bare_text, too_deep

_SHOWN = (
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em font h1 h2 h3 h4 h5 h6"
    " hr i img ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul"
    " var wbr"
)
_DROPPED = (
    "script style title head template noscript svg math form iframe frame frameset object embed applet select textarea"
    " button audio video canvas noembed noframes xmp plaintext"
)
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type"},
    "font": {"color"},
}
_LINK_SCHEMES = frozenset(("http", "https", "mailto", "tel"))
_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_IMG_TAG = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r'\balt="([^"]*)"')
_SRC = re.compile(r'\bsrc="([^"]*)"')
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>')


def sanitise(html: str, *, images: Mapping[str, str] | None = None, limit: int = 2_000_000) -> str:
    """Safe HTML: no scripts, styles, forms, SVG or MathML, and nothing that loads from outside.

    Links stay (http, https, mailto, tel) with `rel="noopener noreferrer nofollow"`, open a new window and carry their
    target as a title. Images stay only as `data:` of a raster type; `images` may give such a URL for a Content-ID; all
    others become their alternative text. Longer documents are cut at `limit` characters.
    """
    if too_deep(html):
        return f"<pre>{escape(bare_text(html[:limit]))}</pre>"
    known = {key.strip("<>"): url for key, url in (images or {}).items() if _IMAGE.fullmatch(url)}

    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            if value.lower().startswith("cid:"):
                return known.get(value[4:].strip(), "cid:")
            return value if _IMAGE.fullmatch(value) else None
        if tag == "a" and name == "href":
            scheme = value.strip().partition(":")[0].lower()
            return value.strip() if scheme in _LINK_SCHEMES else None
        return value

    safe = nh3.clean(
        html[:limit].replace("\0", ""),
        tags=set(_SHOWN.split()),
        clean_content_tags=set(_DROPPED.split()),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=attribute,
        url_schemes={*_LINK_SCHEMES, "data", "cid"},
        link_rel=None,
        strip_comments=True,
    )
    return _LINK.sub(_shown_link, _IMG_TAG.sub(_image_or_words, safe))


def _image_or_words(match: re.Match[str]) -> str:
    tag = match.group()
    source = _SRC.search(tag)
    if source and _IMAGE.fullmatch(source.group(1)):
        return tag
    words = _ALT.search(tag)
    return f"<span>[{words.group(1).strip()}]</span>" if words and words.group(1).strip() else ""


def _shown_link(match: re.Match[str]) -> str:
    target = match.group(1)
    return f'<a href="{target}" title="{target}" target="_blank" rel="noopener noreferrer nofollow">'
