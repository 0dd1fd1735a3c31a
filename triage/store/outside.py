"""What the service reaches outside of itself (sources, the way out, the webhook), and whether it did the last time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from triage.store.alert_tables import outside
from triage.store.engine import Tx

CHANNEL, WEBHOOK, WATCH, MODEL = "channel", "webhook", "watch", "model"
"""Names beside those of sources (`source_name`). WATCH is the watch itself: its row says when it last looked; MODEL is the
promoted model, which loads or does not."""


@dataclass(frozen=True, slots=True)
class Reached:
    """`failures` in a row, 0 since the last success; `code` is the static word of the newest one."""

    name: str
    failures: int
    code: str | None
    looked_at: datetime
    good_at: datetime | None


def source_name(source: str) -> str:
    """The name of a source here."""
    return f"source {source}"[:120]


def note(tx: Tx, *, name: str, code: str | None, now: datetime) -> None:
    """Books a success (`code` None) or one more failure."""
    good = {"failures": 0, "code": None, "looked_at": now, "good_at": now}
    bad = {"failures": 1, "code": (code or "")[:60], "looked_at": now}
    dialect = postgresql if tx.postgres else sqlite
    statement = dialect.insert(outside).values(name=name, **(good if code is None else bad))
    changes = good if code is None else bad | {"failures": outside.c.failures + 1}
    tx.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changes))


def known(tx: Tx) -> dict[str, Reached]:
    """All of them by name."""
    return {row.name: Reached(*row) for row in tx.connection.execute(select(outside))}
