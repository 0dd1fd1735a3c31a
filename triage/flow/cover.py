"""The readable head of a forward: who wrote, when, what was decided and why, in the language of the unit."""

from dataclasses import dataclass
from datetime import UTC, datetime

from triage.domain.decision import Action
from triage.domain.message import Message

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
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cover:
    """What the head tells. With a `link` the original, of `size` bytes, is not attached."""

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


def head_text(cover: Cover, language: str) -> str:
    """The head as plain text; English where the language has no words of its own."""
    words = WORDS.get(language, WORDS["en"])
    message = cover.message
    sender = message.sender if message is not None else None
    who = words.unknown if sender is None else f"{sender.name} <{sender.email}>" if sender.name else sender.email
    written = _time(message.date) if message is not None and message.date is not None else words.unknown
    how = words.confirmed if cover.action is Action.CONFIRM else words.chosen
    rows = [
        (words.sender, who),
        (words.written, written),
        (words.received, _time(cover.received_at)),
        (words.subject, message.subject if message is not None and message.subject else "-"),
        (words.to, f"{cover.destination} - {cover.unit_name}" if cover.unit_name else cover.destination),
        (words.decided, how.format(officer=cover.officer, at=_time(cover.decided_at))),
    ]
    lines = [words.forwarded, "", *(f"{name}: {value}" for name, value in rows)]
    if cover.is_copy:
        lines += ["", words.copy]
    if cover.note:
        lines += ["", f"{words.note}: {cover.note}"]
    original = words.linked.format(size=round(cover.size / 1e6, 1), link=cover.link) if cover.link else words.attached
    return "\n".join([*lines, "", original, words.reply, words.mistaken, ""])


def subject_of(cover: Cover) -> str:
    """The subject of a forward: the destination's code before the original subject."""
    subject = cover.message.subject if cover.message is not None else ""
    return f"[IPD {cover.destination}] {subject}".strip()[:SUBJECT_LIMIT]


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
