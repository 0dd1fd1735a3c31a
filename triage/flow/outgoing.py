"""What leaves for a delivery: the forward of an original, or a letter of our own, as envelope and bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.domain.errors import Permanent
from triage.domain.lifecycle import Purpose
from triage.domain.message import Address
from triage.domain.ports import Outgoing
from triage.flow.cover import Cover, head_text, subject_of
from triage.mail.compose import AutoSubmitted, compose_forward, compose_plain
from triage.mail.own import OwnMail
from triage.store import dispatch, letters
from triage.store.dispatch import Original
from triage.store.engine import Tx
from triage.store.leases import Claim
from triage.store.letters import Addressed

OWN_ADDRESS = "own_address"
NOT_COMPOSED = "cannot_be_composed"
FORWARDS = frozenset({Purpose.LEAD, Purpose.COPY})
SUBMITTED = {Purpose.ACKNOWLEDGEMENT: AutoSubmitted.REPLIED, Purpose.REPLY: AutoSubmitted.NO}
"""How far a person stands behind a letter; `auto-generated` where nothing is said."""

Content = Original | Addressed


@dataclass(frozen=True, slots=True)
class ServiceAddress:
    """Who we are to the outside: the From of every mail, how our own mail is known, and where people sign in.

    `attachment_bytes`: an original above it is not attached, its forward carries a link; 0: no limit.
    """

    from_address: str
    own: OwnMail
    name: str = "IOM International Partnerships Division"
    public_url: str = ""
    attachment_bytes: int = 0

    def reads(self, address: str) -> bool:
        """Whether mail to this address would come back to us."""
        return self.own.reads(address) or address.strip().casefold() == self.from_address.casefold()

    def message_url(self, message_id: int) -> str:
        """Where signed-in people see a message."""
        return f"{self.public_url.rstrip('/')}/messages/{message_id}"


def contents(tx: Tx, *, claims: Sequence[Claim]) -> dict[str, Content]:
    """By delivery id what each claim carries, in a fixed number of queries; those whose content is erased are left out."""
    forwards = [claim for claim in claims if claim.purpose in FORWARDS]
    others = [claim for claim in claims if claim.purpose not in FORWARDS]
    found: dict[str, Content] = {}
    if forwards:
        found.update(dispatch.originals(tx, claims=forwards))
    if others:
        found.update(letters.letters(tx, claims=others))
    return found


def compose(claim: Claim, content: Content | None, *, service: ServiceAddress, date: datetime) -> Outgoing:
    """The mail of a claim. Raises Permanent where it must not or cannot be made, DataError for an odd address."""
    if content is None:
        raise Permanent(NOT_COMPOSED, "the content has been erased")
    if service.reads(content.address):
        raise Permanent(OWN_ADDRESS, "the service reads this address; see the organisation data")
    if isinstance(content, Addressed):
        return _letter(claim, content, service, date)
    return _forward(claim, content, service, date)


def _letter(claim: Claim, content: Addressed, service: ServiceAddress, date: datetime) -> Outgoing:
    letter = content.letter
    data = compose_plain(
        delivery_id=claim.delivery_id,
        own=service.own,
        sender=Address(service.name, service.from_address),
        recipient=Address(letter.name, content.address),
        subject=letter.subject,
        text=letter.text,
        date=date,
        auto_submitted=SUBMITTED.get(claim.purpose, AutoSubmitted.GENERATED),
        reply_to=Address("", letter.reply_to) if letter.reply_to else None,
        in_reply_to=letter.in_reply_to,
        references=letter.references,
    )
    # RFC 3834, 3.3: an automatic answer has the empty return path, so that nothing can answer it.
    sender = "" if claim.purpose is Purpose.ACKNOWLEDGEMENT else service.from_address
    return Outgoing(claim.delivery_id, sender, content.address, data)


def _forward(claim: Claim, original: Original, service: ServiceAddress, date: datetime) -> Outgoing:
    message = original.message
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
    )
    reply_to = None
    if message is not None:
        reply_to = message.reply_to[0] if message.reply_to else message.sender
    references = [] if message is None else [r for r in (*message.references, message.message_id) if r]
    sender, recipient = Address(service.name, service.from_address), Address(cover.unit_name, original.address)
    text, subject = head_text(cover, original.language), subject_of(cover)
    if cover.link:
        data = compose_plain(
            delivery_id=claim.delivery_id,
            own=service.own,
            sender=sender,
            recipient=recipient,
            subject=subject,
            text=text,
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
            date=date,
            references=references,
        )
    return Outgoing(claim.delivery_id, service.from_address, original.address, data)
