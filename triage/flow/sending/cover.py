"""The readable head of a forward: who wrote, when, what is asked, what was decided and why, in the language of the unit.

Plain text and HTML are made from the same blocks. The HTML is one narrow table with inline styles and nothing else, which
Outlook and telephones both lay out; everything in it is escaped.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from triage.domain.decision import Action, UnitAnswer
from triage.domain.message import Message
from triage.flow.sending.html_mail import Block, Buttons, Callout, Paragraph, Quotes, Rows, as_html, as_text
from triage.flow.units.unit_template import Kind, Template, default, fill
from triage.flow.units.unit_texts import ANSWER_LINKS, LINKS_HEAD, SUMMARY_HEAD
from triage.mail.deadlines import Deadline

SUBJECT_LIMIT = 180


@dataclass(frozen=True, slots=True)
class Words:
    """The head's words in one language."""

    forwarded: str
    sender: str
    written: str
    received: str
    subject: str
    to: str
    decided: str
    confirmed: str
    chosen: str
    copy: str
    note: str
    attached: str
    linked: str
    reply: str
    mistaken: str
    unknown: str
    organisation: str
    country: str
    deadline: str
    why: str


WORDS = {
    "en": Words(
        "The International Partnerships Division passes this message on to you.",
        "From", "Written", "Received", "Subject", "Passed on to", "Decided",
        "{officer}, {at} (as suggested by the sorting)", "{officer}, {at} (chosen by the officer)",
        "You receive a copy; the message went to the unit named above.",
        "Note", "The original message is attached unchanged.",
        "The original message ({size} MB) is too large to be attached. Signed-in people find it here: {link}",
        "Reply to this mail to answer the sender directly.",
        "Not yours? Tell IPD, which will find the right unit.", "unknown",
        "Organisation", "Country", "Deadline stated", "Why it comes to you",
    ),
    "fr": Words(
        "La Division des partenariats internationaux vous transmet ce message.",
        "De", "Écrit", "Reçu", "Objet", "Transmis à", "Décidé",
        "{officer}, {at} (comme suggéré par le tri)", "{officer}, {at} (choix de l'agent)",
        "Vous en recevez une copie ; le message est adressé à l'unité ci-dessus.",
        "Note", "Le message original est joint, inchangé.",
        "Le message original ({size} Mo) est trop volumineux pour être joint. Les personnes connectées le trouvent ici : {link}",
        "Répondez à ce courriel pour répondre directement à l'expéditeur.",
        "Il ne vous concerne pas ? Dites-le à IPD, qui trouvera la bonne unité.", "inconnu",
        "Organisation", "Pays", "Échéance indiquée", "Pourquoi chez vous",
    ),
    "es": Words(
        "La División de Alianzas Internacionales le transmite este mensaje.",
        "De", "Escrito", "Recibido", "Asunto", "Transmitido a", "Decidido",
        "{officer}, {at} (según lo sugerido por la clasificación)", "{officer}, {at} (elección del oficial)",
        "Usted recibe una copia; el mensaje va dirigido a la unidad indicada.",
        "Nota", "El mensaje original se adjunta sin cambios.",
        "El mensaje original ({size} MB) es demasiado grande para adjuntarlo. Quien haya iniciado sesión lo encuentra aquí: {link}",
        "Responda a este correo para contestar directamente al remitente.",
        "¿No le corresponde? Avise a IPD, que encontrará la unidad adecuada.", "desconocido",
        "Organización", "País", "Plazo indicado", "Por qué les llega",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cover:
    """What the head tells. `size` (bytes) and `link` are given where the original is too large to be attached.

    `summary` are sentences of the message, `why` words of it that spoke for this unit, `links` the unit's own (none for
    restricted matters), good until `links_until`.
    """

    message: Message | None
    received_at: datetime
    destination: str
    unit_name: str
    officer: str
    decided_at: datetime
    action: Action
    note: str
    is_copy: bool
    size: int = 0
    link: str = ""
    summary: tuple[str, ...] = ()
    organisation: str = ""
    country: str = ""
    deadline: Deadline | None = None
    why: tuple[str, ...] = ()
    links: Mapping[UnitAnswer, str] = field(default_factory=dict)
    links_until: datetime | None = None


def head_text(cover: Cover, language: str, template: Template | None = None) -> str:
    """The head as plain text; English where the language has no words of its own."""
    return as_text(_blocks(cover, _known(language), template))


def head_html(cover: Cover, language: str, template: Template | None = None) -> str:
    """The head as an HTML document, for mail programs."""
    known = _known(language)
    return as_html(_blocks(cover, known, template), language=known, title=subject_of(cover, known, template))


def subject_of(cover: Cover, language: str = "en", template: Template | None = None) -> str:
    """The subject of a forward: by default the destination's code before the original subject."""
    chosen = template or default(Kind.FORWARD, language)
    return " ".join(fill(chosen.subject, _values(cover, _known(language))).split())[:SUBJECT_LIMIT]


def answer_buttons(links: Mapping[UnitAnswer, str], until: datetime | None, language: str) -> Buttons:
    """The four links as a block."""
    known = _known(language)
    names = dict(zip(UnitAnswer, ANSWER_LINKS[known], strict=True))
    head = LINKS_HEAD[known].format(until="" if until is None else f"{until.astimezone(UTC):%Y-%m-%d}")
    return Buttons(head, tuple((names[answer], url) for answer, url in links.items()))


def _known(language: str) -> str:
    return language if language in WORDS else "en"


def _blocks(cover: Cover, language: str, template: Template | None) -> list[Block]:
    words, values = WORDS[language], _values(cover, language)
    original = words.linked.format(size=round(cover.size / 1e6, 1), link=cover.link) if cover.link else words.attached
    blocks: dict[str, Sequence[Block]] = {
        "copy": [Paragraph(words.copy)] if cover.is_copy else [],
        "note": [Callout(words.note, cover.note)] if cover.note else [],
        "summary": [Quotes(SUMMARY_HEAD[language], tuple(map(_without_links, cover.summary)))] if cover.summary else [],
        "facts": [Rows(tuple(_rows(cover, words, values)))],
        "links": [answer_buttons(cover.links, cover.links_until, language)]
        if cover.links
        else [Paragraph(words.mistaken)],
        "original": [Paragraph(original)],
    }
    out: list[Block] = []
    for paragraph in (template or default(Kind.FORWARD, language)).paragraphs():
        name = paragraph[1:-1]
        out += blocks[name] if paragraph == f"{{{name}}}" and name in blocks else [Paragraph(fill(paragraph, values))]
    return out


def _rows(cover: Cover, words: Words, values: Mapping[str, str]) -> list[tuple[str, str]]:
    message = cover.message
    written = _time(message.date) if message is not None and message.date is not None else words.unknown
    how = words.confirmed if cover.action is Action.CONFIRM else words.chosen
    deadline = "" if cover.deadline is None else f"{cover.deadline.day:%Y-%m-%d} (“{cover.deadline.words}”)"
    rows = [
        (words.sender, values["sender"]),
        (words.organisation, cover.organisation),
        (words.country, cover.country),
        (words.written, written),
        (words.received, values["received"]),
        (words.subject, values["subject"] or "-"),
        (words.deadline, deadline),
        (words.to, f"{cover.destination} - {cover.unit_name}" if cover.unit_name else cover.destination),
        (words.decided, how.format(officer=cover.officer, at=_time(cover.decided_at))),
        (words.why, ", ".join(f"“{word}”" for word in cover.why)),
    ]
    return [(name, value) for name, value in rows if value]


def _values(cover: Cover, language: str) -> dict[str, str]:
    """What the words of a template stand for."""
    message = cover.message
    sender = message.sender if message is not None else None
    unknown = WORDS[language].unknown
    who = unknown if sender is None else f"{sender.name} <{sender.email}>" if sender.name else sender.email
    return {
        "unit": cover.unit_name or cover.destination,
        "destination": cover.destination,
        "officer": cover.officer,
        "sender": who,
        "organisation": cover.organisation or unknown,
        "subject": message.subject if message is not None else "",
        "received": _time(cover.received_at),
        "deadline": "" if cover.deadline is None else f"{cover.deadline.day:%Y-%m-%d}",
        "country": cover.country,
    }


_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def _without_links(line: str) -> str:
    """A stranger's sentence may not put a link between ours."""
    return _LINK.sub("[…]", line)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
