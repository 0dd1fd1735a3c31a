"""Settings that officers change on screen: every value is kept with its time and its actor, the newest one holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from triage.store.engine import Tx
from triage.store.house_tables import settings


def get_setting(tx: Tx, name: str, default: Any = None) -> Any:
    """The value that holds now, `default` where none was ever set."""
    query = select(settings.c.value).where(settings.c.name == name).order_by(settings.c.id.desc()).limit(1)
    row = tx.connection.execute(query).one_or_none()
    return default if row is None else row.value


def set_setting(tx: Tx, name: str, *, value: Any, actor: str, now: datetime) -> None:
    """Sets a value from now on; those of before stay on record."""
    tx.connection.execute(insert(settings).values(name=name, value=value, set_at=now, actor=actor))
