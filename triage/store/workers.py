"""Signs of life of the workers: who is at work, since when, last heard of when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.store.engine import Tx
from triage.store.house_tables import workers


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process. `stopped_at` is None while it runs, and where it died without a word."""

    name: str
    started_at: datetime
    beat_at: datetime
    stopped_at: datetime | None
    pid: int


def beat(tx: Tx, *, name: str, pid: int, now: datetime) -> None:
    """Books that a worker is alive."""
    dialect = postgresql if tx.postgres else sqlite
    statement = dialect.insert(workers).values(name=name, started_at=now, beat_at=now, pid=pid)
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"beat_at": now, "pid": pid, "stopped_at": None})
    )


def stop(tx: Tx, *, name: str, now: datetime) -> None:
    """Books that a worker ended in good order."""
    tx.connection.execute(update(workers).where(workers.c.name == name).values(stopped_at=now))


def forget(tx: Tx, *, before: datetime) -> None:
    """Drops workers not heard of since then."""
    tx.connection.execute(delete(workers).where(workers.c.beat_at < before))


def list_workers(tx: Tx) -> list[Worker]:
    """All workers on record, last heard of first."""
    return [Worker(*row) for row in tx.connection.execute(select(workers).order_by(workers.c.beat_at.desc()))]
