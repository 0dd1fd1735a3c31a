"""Inquiries: the messages of one matter, and who may join one.

A mail joins an inquiry when it names a Message-ID that we have and its sender is already a correspondent of that
inquiry, or names one that we sent to that very address. Anything less is only a hint: it starts an inquiry of its own,
because whoever knows a Message-ID could otherwise write himself into a foreign matter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.domain.lifecycle import Purpose
from triage.store.engine import Tx
from triage.store.rows import insert_rows
from triage.store.tables import correspondents, deliveries, inquiries, messages


@dataclass(frozen=True, slots=True)
class Known:
    """A message or mail of ours that a new mail may refer to. `address_hash` is set for mail that we sent, `address` for
    such to units and offices."""

    inquiry_id: int
    restricted: bool
    address_hash: bytes | None = None
    delivery_id: str | None = None
    address: str = ""
    to_unit: bool = False


def message_id_hash(tx: Tx, message_id: str) -> bytes:
    """Keyed hash of a Message-ID, empty for none."""
    return tx.hash("message_id", message_id) if message_id else b""


def address_hash(tx: Tx, address: str) -> bytes:
    """Keyed hash of a mail address; upper and lower case are one."""
    return tx.hash("address", address.strip().lower())


def known_messages(tx: Tx, hashes: Iterable[bytes]) -> dict[bytes, Known]:
    """By the hash of its Message-ID: the inquiry of each message that we have. One query."""
    query = (
        select(messages.c.message_id_hash, messages.c.inquiry_id, inquiries.c.restricted)
        .join(inquiries, inquiries.c.id == messages.c.inquiry_id)
        .where(messages.c.message_id_hash.in_(set(hashes)))
        .order_by(messages.c.id)
    )
    return {row.message_id_hash: Known(row.inquiry_id, row.restricted) for row in tx.connection.execute(query)}


def known_deliveries(tx: Tx, delivery_ids: Iterable[str]) -> dict[str, Known]:
    """By delivery id: the inquiry of each mail that we sent, and to whom. One query."""
    query = (
        select(
            deliveries.c.id, deliveries.c.address_hash, deliveries.c.address, deliveries.c.purpose, messages.c.inquiry_id,
            inquiries.c.restricted,
        )
        .join(messages, messages.c.id == deliveries.c.message_id)
        .join(inquiries, inquiries.c.id == messages.c.inquiry_id)
        .where(deliveries.c.id.in_(set(delivery_ids)))
    )  # fmt: skip
    return {
        row.id: Known(
            row.inquiry_id,
            row.restricted,
            row.address_hash,
            row.id,
            row.address,
            row.purpose in (Purpose.LEAD, Purpose.COPY),
        )
        for row in tx.connection.execute(query)
    }


def correspondents_of(tx: Tx, inquiry_ids: Iterable[int]) -> dict[int, set[bytes]]:
    """The keyed hashes of the addresses that have written in each inquiry."""
    query = select(correspondents).where(correspondents.c.inquiry_id.in_(set(inquiry_ids)))
    found: dict[int, set[bytes]] = {}
    for inquiry_id, hashed in tx.connection.execute(query):
        found.setdefault(inquiry_id, set()).add(hashed)
    return found


def open_many(tx: Tx, *, number: int, now: datetime) -> list[int]:
    """Opens inquiries and returns their ids."""
    return insert_rows(tx, inquiries, [{"opened_at": now, "restricted": False}] * number)


def add_correspondents(tx: Tx, pairs: Iterable[tuple[int, bytes]]) -> None:
    """Adds keyed addresses to inquiries; those already there stay."""
    rows = [{"inquiry_id": inquiry_id, "address_hash": hashed} for inquiry_id, hashed in sorted(set(pairs))]
    if rows:
        dialect = postgresql if tx.postgres else sqlite
        tx.connection.execute(dialect.insert(correspondents).on_conflict_do_nothing(), rows)


def duplicates(tx: Tx, fingerprints: Iterable[bytes]) -> dict[bytes, list[tuple[bytes, int]]]:
    """By fingerprint: Message-ID hash and id of the messages that we have. One query."""
    query = select(messages.c.fingerprint, messages.c.message_id_hash, messages.c.id).where(
        messages.c.fingerprint.in_(set(fingerprints))
    )
    found: dict[bytes, list[tuple[bytes, int]]] = {}
    for fingerprint, hashed, message_id in tx.connection.execute(query):
        found.setdefault(fingerprint, []).append((hashed, message_id))
    return found


def set_unit(tx: Tx, units: Mapping[int, str | None]) -> None:
    """Books which destination has an inquiry (None: nobody yet). One that moves is open again."""
    for inquiry_id, unit in units.items():
        values = {"unit": unit, "closed_at": None, "close_reason": None}
        tx.connection.execute(update(inquiries).where(inquiries.c.id == inquiry_id).values(values))


def units_of(tx: Tx, inquiry_ids: Sequence[int]) -> dict[int, str]:
    """Which destination has each of these inquiries, where one has."""
    query = select(inquiries.c.id, inquiries.c.unit).where(
        inquiries.c.id.in_(inquiry_ids), inquiries.c.unit.is_not(None)
    )
    return {row.id: row.unit for row in tx.connection.execute(query)}
