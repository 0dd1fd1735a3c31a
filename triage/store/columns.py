"""Column types: aware UTC times and words of an enum."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

W = TypeVar("W", bound=StrEnum)


class UtcTime(TypeDecorator[datetime]):
    """Aware times in and out, in UTC. PostgreSQL: timestamptz; SQLite: text that sorts. Refuses naive times."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[W], Generic[W]):
    """A word of `enum`, kept as text so that a reader of the database understands it."""

    impl = String(24)
    cache_ok = True

    def __init__(self, enum: type[W]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: W | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> W | None:
        del dialect
        return None if value is None else self.enum(value)
