"""Who changed what in accounts, organisation and rules: as it was before, as it was after. Append-only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from triage.store.account_tables import changes
from triage.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `actor` as in the audit record; `before` is empty for something new."""

    at: datetime
    actor: str
    about: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def fields(self) -> tuple[str, ...]:
        """What is not as it was, in a fixed order."""
        names = sorted(set(self.before) | set(self.after))
        return tuple(name for name in names if self.before.get(name) != self.after.get(name))


def add(tx: Tx, *, about: str, before: Mapping[str, Any], after: Mapping[str, Any], actor: str, now: datetime) -> bool:
    """Keeps a change; False, and nothing is kept, where nothing differs."""
    if dict(before) == dict(after):
        return False
    row = {"at": now, "actor": actor, "about": about, "before": dict(before) or None, "after": dict(after)}
    tx.connection.execute(insert(changes).values(row))
    return True


def history(tx: Tx, *, about: Sequence[str] = (), limit: int = 100) -> list[Change]:
    """The newest changes first, of everything or of the things named."""
    query = select(changes).order_by(changes.c.id.desc()).limit(limit)
    if about:
        query = query.where(changes.c.about.in_(about))
    return [Change(r.at, r.actor, r.about, r.before or {}, r.after or {}) for r in tx.connection.execute(query)]
