"""What leaves for a delivery: the forward of an original, or a letter of our own, as envelope and bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from babel import Locale

from triage.domain.errors import Permanent
from triage.domain.lifecycle import Purpose
from triage.domain.message import Address, Message
from triage.domain.organisation import LANGUAGES
from triage.domain.ports import Outgoing
from triage.flow.sending.cover import Cover, head_html, head_text, subject_of
from triage.flow.sending.html_mail import as_html, unpack
from triage.flow.units.links import LinkMaker
from triage.flow.units.unit_template import Chosen, Kind, chosen
from triage.mail.compose import AutoSubmitted, compose_forward, compose_plain
from triage.mail.deadlines import find_deadline
from triage.mail.organisation import organisation_of
from triage.mail.own import OwnMail
from triage.mail.summary import summarise
from triage.store import dispatch, letters
from triage.store.dispatch import Original
from triage.store.engine import Tx
from triage.store.leases import Claim
from triage.store.letters import Addressed, Letter

OWN_ADDRESS = "own_address"
NOT_COMPOSED = "cannot_be_composed"
FORWARDS = frozenset({Purpose.LEAD, Purpose.COPY})
SUBMITTED = {Purpose.ACKNOWLEDGEMENT: AutoSubmitted.REPLIED, Purpose.REPLY: AutoSubmitted.NO}
"""How far a person stands behind a letter; `auto-generated` where nothing is said."""

Content = Original | Addressed


@dataclass(frozen=True, slots=True)
class ServiceAddress:
    """Who we are to the outside: the From of every mail, how our own mail is known, and where people sign in.

    `attachment_bytes`: an original above it is not attached, its forward carries a link; 0: no limit. `link_days`: how
    long units may answer by the links of a forward; 0 or no `public_url`: forwards carry none.
    """

    from_address: str
    own: OwnMail
    name: str = "IOM International Partnerships Division"
    public_url: str = ""
    attachment_bytes: int = 0
    link_days: float = 0.0

    def reads(self, address: str) -> bool:
        """Whether mail to this address would come back to us."""
        return self.own.reads(address) or address.strip().casefold() == self.from_address.casefold()

    def message_url(self, message_id: int) -> str:
        """Where signed-in people see a message."""
        return f"{self.public_url.rstrip('/')}/messages/{message_id}"

    @property
    def unit_links(self) -> LinkMaker | None:
        """What makes the links of units."""
        return LinkMaker(self.public_url, self.link_days) if self.public_url and self.link_days > 0 else None


@dataclass(frozen=True, slots=True)
class Stationery:
    """What mails to units are made with: the key of their links, and the templates that administrators wrote."""

    key: bytes = b""
    templates: Chosen = field(default_factory=dict)


def stationery(tx: Tx) -> Stationery:
    """The stationery of now, in one query."""
    return Stationery(tx.keyring.hash_key, chosen(tx))


def contents(tx: Tx, *, claims: Sequence[Claim]) -> dict[str, Content]:
    """By delivery id what each claim carries, in a fixed number of queries; those whose content is erased are left out."""
    # A lead with words of its own is the notice of a report to oversight: it carries no original.
    forwards = [claim for claim in claims if claim.purpose in FORWARDS and claim.content_blob_id is None]
    others = [claim for claim in claims if claim.purpose not in FORWARDS or claim.content_blob_id is not None]
    found: dict[str, Content] = {}
    if forwards:
        found.update(dispatch.originals(tx, claims=forwards))
    if others:
        found.update(letters.letters(tx, claims=others))
    return found


def compose(
    claim: Claim,
    content: Content | None,
    *,
    service: ServiceAddress,
    date: datetime,
    stationery: Stationery | None = None,
) -> Outgoing:
    """The mail of a claim. Raises Permanent where it must not or cannot be made, DataError for an odd address."""
    if content is None:
        raise Permanent(NOT_COMPOSED, "the content has been erased")
    if service.reads(content.address):
        raise Permanent(OWN_ADDRESS, "the service reads this address; see the organisation data")
    if isinstance(content, Addressed):
        return _letter(claim, content, service, date)
    return _forward(claim, content, service, date, stationery or Stationery())


def _letter(claim: Claim, content: Addressed, service: ServiceAddress, date: datetime) -> Outgoing:
    letter = content.letter
    data = compose_plain(
        delivery_id=claim.delivery_id,
        own=service.own,
        sender=Address(service.name, service.from_address),
        recipient=Address(letter.name, content.address),
        subject=letter.subject,
        text=letter.text,
        html=letter_html(letter) or None,
        date=date,
        auto_submitted=SUBMITTED.get(claim.purpose, AutoSubmitted.GENERATED),
        reply_to=Address("", letter.reply_to) if letter.reply_to else None,
        in_reply_to=letter.in_reply_to,
        references=letter.references,
    )
    # RFC 3834, 3.3: an automatic answer has the empty return path, so that nothing can answer it.
    sender = "" if claim.purpose is Purpose.ACKNOWLEDGEMENT else service.from_address
    return Outgoing(claim.delivery_id, sender, content.address, data)


def letter_html(letter: Letter) -> str:
    """A letter laid out; empty where it is plain text alone. It is made when it leaves: nothing derived is kept."""
    if not letter.blocks:
        return ""
    known = letter.language if letter.language in LANGUAGES else "en"
    return as_html(unpack(letter.blocks), language=known, title=letter.subject)


def _forward(
    claim: Claim, original: Original, service: ServiceAddress, date: datetime, stationery: Stationery
) -> Outgoing:
    message = original.message
    language = original.language
    size = len(original.raw)
    too_large = bool(service.attachment_bytes) and size > service.attachment_bytes and claim.message_id is not None
    cover = Cover(
        message=message,
        received_at=original.received_at,
        destination=original.destination,
        unit_name=original.names.get(original.language) or next(iter(original.names.values()), ""),
        officer=original.officer,
        decided_at=original.decided_at,
        action=original.action,
        note=original.note,
        is_copy=claim.purpose is Purpose.COPY,
        size=size,
        link=service.message_url(claim.message_id) if too_large and claim.message_id is not None else "",
        country=country_name(original.country, language),
        **_told(message, original, date),
        **_links(claim, original, service, stationery),
    )
    reply_to = None
    if message is not None:
        reply_to = message.reply_to[0] if message.reply_to else message.sender
    references = [] if message is None else [r for r in (*message.references, message.message_id) if r]
    sender, recipient = Address(service.name, service.from_address), Address(cover.unit_name, original.address)
    template = stationery.templates.get((Kind.FORWARD, language))
    text, html = head_text(cover, language, template), head_html(cover, language, template)
    subject = subject_of(cover, language, template)
    if cover.link:
        data = compose_plain(
            delivery_id=claim.delivery_id,
            own=service.own,
            sender=sender,
            recipient=recipient,
            subject=subject,
            text=text,
            html=html,
            date=date,
            auto_submitted=AutoSubmitted.FORWARDED,
            reply_to=reply_to,
            references=references,
        )
    else:
        data = compose_forward(
            original.raw,
            delivery_id=claim.delivery_id,
            own=service.own,
            sender=sender,
            recipient=recipient,
            reply_to=reply_to,
            subject=subject,
            head_text=text,
            head_html=html,
            date=date,
            references=references,
        )
    return Outgoing(claim.delivery_id, service.from_address, original.address, data)


def _told(message: Message | None, original: Original, date: datetime) -> dict[str, Any]:
    """What a forward tells of its message beside who wrote it and when."""
    if message is None:
        return {}
    own = message.newest_text or message.text
    written = (message.date or original.received_at or date).date()
    return {
        "summary": summarise(own),
        "organisation": organisation_of(message),
        "deadline": find_deadline(f"{message.subject}\n{own}", written=written),
        "why": original.why,
    }


def _links(claim: Claim, original: Original, service: ServiceAddress, stationery: Stationery) -> dict[str, Any]:
    """The unit's links; none for restricted matters."""
    maker = service.unit_links
    if maker is None or not stationery.key or original.restricted or claim.purpose not in FORWARDS:
        return {}
    urls = maker.urls(stationery.key, delivery_id=claim.delivery_id, created_at=claim.created_at)
    return {"links": urls, "links_until": maker.ends(claim.created_at)}


def country_name(country: str | None, language: str) -> str:
    """A country in a language of the office; empty for none."""
    if country is None:
        return ""
    return str(Locale.parse(language if language in LANGUAGES else "en").territories.get(country, country))
