"""Other messages of the sender and of the sender's organisation, by keyed hashes: neither name nor address is looked at.

An organisation is everything after the @, unless that is a provider of mail to everybody."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select

from triage.domain.people import Person
from triage.store.desk_tables import senders
from triage.store.engine import Tx
from triage.store.listing import summaries
from triage.store.tables import VISIBLE_TO_ALL, messages
from triage.store.views import MessageSummary


@dataclass(frozen=True, slots=True)
class Acquaintances:
    """The newest other messages, without those of the message's own inquiry, which stand beside it anyway."""

    sender: tuple[MessageSummary, ...]
    organisation: tuple[MessageSummary, ...]


def acquaintances(tx: Tx, *, viewer: Person, message_id: int, limit: int = 5) -> Acquaintances:
    """Up to `limit` of each, as far as the viewer may see them."""
    query = (
        select(senders.c.address_hash, senders.c.domain_hash, messages.c.inquiry_id)
        .join(messages, messages.c.id == senders.c.message_id)
        .where(senders.c.message_id == message_id)
    )
    row = tx.connection.execute(query).one_or_none()
    if row is None or not row.address_hash:
        return Acquaintances((), ())
    same = _newest(tx, viewer, senders.c.address_hash == row.address_hash, row.inquiry_id, limit)
    colleagues: list[int] = []
    if row.domain_hash is not None:
        others = and_(senders.c.domain_hash == row.domain_hash, senders.c.address_hash != row.address_hash)
        colleagues = _newest(tx, viewer, others, row.inquiry_id, limit)
    lines = summaries(tx, message_ids=[*same, *colleagues])
    return Acquaintances(tuple(lines[key] for key in same), tuple(lines[key] for key in colleagues))


def _newest(tx: Tx, viewer: Person, who: ColumnElement[bool], inquiry_id: int, limit: int) -> list[int]:
    query = (
        select(senders.c.message_id)
        .join(messages, messages.c.id == senders.c.message_id)
        .where(who, messages.c.inquiry_id != inquiry_id)
        .order_by(senders.c.message_id.desc())
        .limit(limit)
    )
    if not viewer.cleared:
        query = query.where(VISIBLE_TO_ALL)
    return list(tx.connection.execute(query).scalars())
