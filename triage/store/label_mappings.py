"""What old labels mean today, as dated rows: units are renamed, merged, split and closed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from triage.domain.errors import NotFound
from triage.domain.labels import LabelMapping, TaxonomyChange
from triage.domain.taxonomy import Destination
from triage.store.decisions import MACHINE_OFFICER
from triage.store.engine import Tx
from triage.store.house_tables import units
from triage.store.label_tables import label_mappings
from triage.store.tables import decisions, messages


def add(
    tx: Tx,
    *,
    kind: TaxonomyChange,
    old: str,
    new: Sequence[Destination],
    valid_from: date,
    reason: str,
    actor: str,
    now: datetime,
) -> int:
    """Books what an old label means from a day on; returns the row's id."""
    row = {
        "kind": kind,
        "old_label": old[:40],
        "new_labels": [str(one) for one in new],
        "valid_from": valid_from,
        "reason": reason[:200],
        "actor": actor[:80],
        "made_at": now,
    }
    return int(tx.connection.execute(insert(label_mappings).values(row).returning(label_mappings.c.id)).scalar_one())


def revoke(tx: Tx, *, mapping_id: int, actor: str, now: datetime) -> LabelMapping:
    """Takes a mapping back; the row stays. Raises NotFound where there is none that holds."""
    row = tx.connection.execute(_holding().where(label_mappings.c.id == mapping_id)).one_or_none()
    if row is None:
        raise NotFound(f"no mapping {mapping_id} that holds")
    values = {"revoked_at": now, "revoked_by": actor[:80]}
    tx.connection.execute(update(label_mappings).where(label_mappings.c.id == mapping_id).values(values))
    return _mapping(row)


def mappings(tx: Tx) -> list[LabelMapping]:
    """Every mapping that was not taken back, those of the future included, in the order of their days."""
    query = _holding().order_by(label_mappings.c.valid_from, label_mappings.c.id)
    return [_mapping(row) for row in tx.connection.execute(query)]


def in_use(tx: Tx, *, route: str, country: str | None) -> int:
    """How many standing decisions of people name a destination (a whole route with `country` None)."""
    query = (
        select(func.count())
        .select_from(decisions)
        .join(messages, messages.c.decision_id == decisions.c.id)
        .where(decisions.c.route == route, decisions.c.officer != MACHINE_OFFICER)
    )
    if country is not None:
        query = query.where(decisions.c.country == country)
    return int(tx.connection.execute(query).scalar_one())


def _holding() -> Any:
    return select(label_mappings).where(label_mappings.c.revoked_at.is_(None))


def _mapping(row: Any) -> LabelMapping:
    new = tuple(Destination.parse(text) for text in row.new_labels)
    return LabelMapping(row.id, row.kind, row.old_label, new, row.valid_from, row.reason, row.actor, row.made_at)


def former_addresses(tx: Tx, *, on: date) -> dict[str, str]:
    """By address, in lower case, the code of the unit of Headquarters that had it before a day and has it no longer."""
    query = select(units.c.address, units.c.code).where(units.c.address != "", units.c.valid_to <= on)
    return {row.address.casefold(): row.code for row in tx.connection.execute(query)}
