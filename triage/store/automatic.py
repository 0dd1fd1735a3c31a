"""The register of automatic mail: what was sent without a person behind it, to whom (keyed), and what was held back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from triage.domain.lifecycle import Purpose
from triage.store.alert_tables import automatic_mails
from triage.store.engine import Tx
from triage.store.inquiries import address_hash

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What left by itself: to one address within 24 hours, and to everybody within an hour."""

    to_address_today: int
    this_hour: int


def traffic(tx: Tx, *, address: str, now: datetime) -> Traffic:
    """Counts what was sent, not what was held back. Serialised until the end of `tx`, so that a limit holds exactly."""
    tx.lock("automatic mail")
    sent = select(func.count()).select_from(automatic_mails).where(automatic_mails.c.refused.is_(None))
    to_address = sent.where(
        automatic_mails.c.address_hash == address_hash(tx, address), automatic_mails.c.at > now - DAY
    )
    this_hour = sent.where(automatic_mails.c.at > now - HOUR)
    return Traffic(tx.connection.execute(to_address).scalar_one(), tx.connection.execute(this_hour).scalar_one())


def book(
    tx: Tx,
    *,
    purpose: Purpose,
    address: str,
    now: datetime,
    message_id: int | None,
    delivery_id: str | None = None,
    refused: str | None = None,
) -> None:
    """Books one automatic mail: its delivery, or the static word of what held it back."""
    row = {"at": now, "purpose": purpose, "address_hash": address_hash(tx, address), "message_id": message_id}
    tx.connection.execute(insert(automatic_mails).values(**row, delivery_id=delivery_id, refused=refused))


def refusals(tx: Tx, *, since: datetime) -> dict[str, int]:
    """How many automatic mails were held back since then, by the word of what did it."""
    query = (
        select(automatic_mails.c.refused, func.count())
        .where(automatic_mails.c.at > since, automatic_mails.c.refused.is_not(None))
        .group_by(automatic_mails.c.refused)
    )
    return {row[0]: row[1] for row in tx.connection.execute(query)}
