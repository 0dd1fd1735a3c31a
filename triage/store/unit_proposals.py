"""Addresses that a unit's lead member proposes for its mail, until an administrator says yes or no."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from triage.domain.errors import NotFound
from triage.store.engine import Tx
from triage.store.house_tables import people
from triage.store.member_tables import address_proposals


@dataclass(frozen=True, slots=True)
class Proposal:
    """An address for a unit's mail; `accepted` is None while nobody has decided."""

    id: int
    code: str
    address: str
    made_by: str
    made_at: datetime
    settled_at: datetime | None
    accepted: bool | None


def add(tx: Tx, *, code: str, address: str, made_by: int, now: datetime) -> int:
    """Keeps a proposal in the place of an older one that is still open; returns its number."""
    older = (address_proposals.c.code == code) & address_proposals.c.settled_at.is_(None)
    withdrawn = {"settled_at": now, "settled_by": made_by, "accepted": False}
    tx.connection.execute(update(address_proposals).where(older).values(withdrawn))
    row = {"code": code, "address": address, "made_by": made_by, "made_at": now}
    statement = insert(address_proposals).values(row).returning(address_proposals.c.id)
    return int(tx.connection.execute(statement).scalar_one())


def settle(tx: Tx, *, proposal_id: int, accepted: bool, settled_by: int, now: datetime) -> Proposal:
    """Books the decision. Raises NotFound where there is none such, or it is decided already."""
    this = (address_proposals.c.id == proposal_id) & address_proposals.c.settled_at.is_(None)
    values = {"settled_at": now, "settled_by": settled_by, "accepted": accepted}
    if tx.connection.execute(update(address_proposals).where(this).values(values)).rowcount != 1:
        raise NotFound("no such proposal, or it is decided already")
    return _read(tx, address_proposals.c.id == proposal_id)[0]


def of_unit(tx: Tx, *, code: str, limit: int = 20) -> list[Proposal]:
    """The proposals of a unit, newest first."""
    return _read(tx, address_proposals.c.code == code)[:limit]


def still_open(tx: Tx) -> list[Proposal]:
    """What administrators have to decide, newest first."""
    return _read(tx, address_proposals.c.settled_at.is_(None))


def _read(tx: Tx, where: ColumnElement[bool]) -> list[Proposal]:
    query = (
        select(address_proposals, people.c.name)
        .join(people, people.c.id == address_proposals.c.made_by)
        .where(where)
        .order_by(address_proposals.c.id.desc())
    )
    return [
        Proposal(r.id, r.code, r.address, r.name, r.made_at, r.settled_at, r.accepted)
        for r in tx.connection.execute(query)
    ]
