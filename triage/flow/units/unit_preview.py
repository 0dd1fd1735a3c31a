"""What a template makes of an invented inquiry, for administrators to look at before units do."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from triage.domain.decision import Action, UnitAnswer
from triage.domain.message import Address, Message
from triage.domain.taxonomy import Destination, Route
from triage.flow.sending.cover import Cover, head_html, head_text, subject_of
from triage.flow.sending.outgoing import ServiceAddress, letter_html
from triage.flow.units.links import LinkMaker
from triage.flow.units.remind import reminder_letter
from triage.flow.units.unit_template import Kind, Template, fill
from triage.mail.deadlines import Deadline
from triage.mail.own import OwnMail
from triage.mail.summary import summarise
from triage.store.readings import Heading
from triage.store.waiting import Due

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
SAMPLE_URL = "https://triage.example"
_SENDER = Address("Maribel Santos", "m.santos@seafarers.example")
_TEXTS = {
    "en": "We are a committee for the welfare of seafarers. Our members are charged two wages before they board. Could you"
    " tell us how a recruitment agency gets certified? We need an answer by 20 March.",
    "fr": "Nous sommes un comité pour le bien-être des marins. Nos membres paient deux salaires avant d'embarquer."
    " Pourriez-vous nous dire comment une agence de recrutement est certifiée ? Il nous faut une réponse avant le 20 mars.",
    "es": "Somos un comité para el bienestar de la gente de mar. A nuestros miembros les cobran dos sueldos antes de embarcar."
    " ¿Podrían decirnos cómo se certifica una agencia de contratación? Necesitamos una respuesta antes del 20 de marzo.",
}
_SUBJECTS = {"en": "Placement fees", "fr": "Frais de placement", "es": "Comisiones de colocación"}
_UNITS = {
    "en": "Department of Migration Management",
    "fr": "Département de la gestion des migrations",
    "es": "Departamento de Gestión de la Migración",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it would leave."""

    subject: str
    text: str
    html: str


def preview(kind: Kind, language: str, template: Template) -> Preview:
    """The sample inquiry in a template that has no faults."""
    maker = LinkMaker(SAMPLE_URL, 30)
    key, delivery_id = bytes(32), "0" * 32
    if kind is Kind.ACKNOWLEDGEMENT:
        return Preview(fill(template.subject, {"subject": _SUBJECTS[language]}), template.body.strip() + "\n", "")
    if kind is Kind.REMINDER:
        due = Due(
            delivery_id, 1, "DMM", "", AT, AT, None, 0, True, None, Destination(Route.DMM),
            Heading(_SUBJECTS[language], _SENDER, ""),
        )  # fmt: skip
        service = ServiceAddress(
            "ipd@triage.example", OwnMail(message_id_domain="x.example"), public_url=SAMPLE_URL, link_days=30
        )
        letter = reminder_letter(
            due, language, _UNITS, days=3, service=service, key=key, templates={(kind, language): template}
        )
        return Preview(letter.subject, letter.text, letter_html(letter))
    text = _TEXTS[language]
    message = Message("", _SENDER, (), (), (), _SUBJECTS[language], AT, text, text, language=language)
    cover = Cover(
        message=message,
        received_at=AT,
        destination="DMM",
        unit_name=_UNITS[language],
        officer="Amina Diallo",
        decided_at=AT + timedelta(hours=1),
        action=Action.CONFIRM,
        note="",
        is_copy=False,
        summary=summarise(text),
        organisation="seafarers.example",
        deadline=Deadline(date(2026, 3, 20), "20.3."),
        why=tuple(text.split()[5:7]),
        links={answer: maker.urls(key, delivery_id=delivery_id, created_at=AT)[answer] for answer in UnitAnswer},
        links_until=maker.ends(AT),
    )
    return Preview(
        subject_of(cover, language, template),
        head_text(cover, language, template),
        head_html(cover, language, template),
    )
