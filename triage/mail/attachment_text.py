"""Words inside attachments, for mails whose body says little: plain text, HTML, PDF, DOCX, ODT, attached mails.

Every format is read within limits and may be hostile: archives are never unpacked further than `unpacked_bytes`, XML
with a document type is refused (no entities at all), and a library's error only means that there is no text.
"""

import io
import re
import zipfile
from xml.etree import ElementTree

from triage.mail.attachments import Found
from triage.mail.body import choose, leaf_text
from triage.mail.charset import clean, decode
from triage.mail.html_text import html_to_text
from triage.mail.invitation import invitation_words
from triage.mail.limits import Limits
from triage.mail.structure import parse_structure

_PDF_PAGES = 15
_MOST_ATTACHMENTS = 10
_XML_MEMBERS = ("word/document.xml", "content.xml")
_BREAKS = frozenset(("p", "h", "br", "tab", "cr", "line-break", "list-item", "table-row", "tr"))


def text_of_attachments(found: list[Found], limits: Limits) -> str:
    """The words of these attachments, at most `attachment_text_characters`; never raises."""
    pieces: list[str] = []
    room = limits.attachment_text_characters
    for attachment in found[:_MOST_ATTACHMENTS]:
        text = re.sub(r"[ \t]+", " ", clean(_text_or_nothing(attachment, limits))).strip()[:room]
        if text:
            pieces.append(text)
            room -= len(text)
        if room <= 0:
            break
    return "\n\n".join(pieces)


def _text_or_nothing(attachment: Found, limits: Limits) -> str:
    try:
        return _text(attachment, limits)
    except Exception:  # libraries raise whatever a broken file makes them raise
        return ""


def _text(attachment: Found, limits: Limits) -> str:
    kind, name, data = attachment.type, attachment.name.lower(), attachment.data
    if data.startswith(b"%PDF-") or kind == "application/pdf":
        return _pdf(data, limits)
    if data.startswith(b"PK\x03\x04") and name.endswith((".docx", ".odt", ".docm", "")):
        return _office(data, limits)
    if (kind.startswith("message/") and "rfc822" in kind) or name.endswith(".eml"):
        return _mail(data, limits)
    if kind == "text/calendar" or name.endswith(".ics"):
        return invitation_words(data)
    if kind == "text/html" or name.endswith((".htm", ".html")):
        return html_to_text(decode(data[: limits.html_characters])[0], limit=limits.attachment_text_characters).text
    if kind in ("text/plain", "text/markdown", "text/csv") or (
        kind.startswith("application/octet") and name.endswith(".txt")
    ):
        return decode(data[: limits.attachment_text_characters * 4])[0]
    return ""


def _pdf(data: bytes, limits: Limits) -> str:
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return ""
    pieces: list[str] = []
    size = 0
    for page in reader.pages[:_PDF_PAGES]:
        pieces.append(page.extract_text() or "")
        size += len(pieces[-1])
        if size > limits.attachment_text_characters:
            break
    return "\n".join(pieces)


def _office(data: bytes, limits: Limits) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        for member in _XML_MEMBERS:
            if member in names and archive.getinfo(member).file_size <= limits.unpacked_bytes:
                with archive.open(member) as stream:
                    return _xml_words(stream.read(limits.unpacked_bytes), limits)
    return ""


def _xml_words(xml: bytes, limits: Limits) -> str:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ""
    pieces: list[str] = []
    size = 0
    # No entity can be declared without a document type, and expat loads nothing from outside by itself.
    for _, element in ElementTree.iterparse(io.BytesIO(xml), events=("end",)):  # noqa: S314 - checked just above
        name = element.tag.rpartition("}")[2]
        if name == "t" or (name in ("p", "h", "span") and "opendocument" in element.tag):
            pieces.append("".join(element.itertext()) if name in ("t", "p", "h") else "")
            size += len(pieces[-1])
        if name in _BREAKS:
            pieces.append("\n")
        if name in ("p", "h"):
            element.clear()
        if size > limits.attachment_text_characters:
            break
    return "".join(pieces)


def _mail(data: bytes, limits: Limits) -> str:
    inner = parse_structure(data, limits).root
    pieces = []
    for part in choose(inner).texts[:10]:
        text = leaf_text(part)[0]
        pieces.append(
            html_to_text(text, limit=limits.attachment_text_characters).text if part.type == "text/html" else text
        )
    return "\n".join(pieces)
