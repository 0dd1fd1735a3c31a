"""Where transactions begin. SQLite in WAL mode with one writer at a time, or PostgreSQL with many.

SQLite: `synchronous=FULL`, because a source is acknowledged on the word of a commit and WAL with NORMAL may forget the
last ones when the power goes; write transactions take the write lock at once (BEGIN IMMEDIATE), so that nothing read in
them is stale and none fails half-way for want of the lock.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from triage.domain.errors import ConfigError, Transient
from triage.store.keys import Keyring

BUSY_SECONDS = 30
SQLITE = "sqlite"
POSTGRESQL = "postgresql"


class Tx:
    """An open transaction: the connection with the keys that open what it reads. Private to `store` but for passing on."""

    __slots__ = ("connection", "keyring", "postgres", "shadow", "writes")

    def __init__(
        self, connection: Connection, keyring: Keyring, *, writes: bool, shadow: Callable[[], bool] = lambda: False
    ) -> None:
        self.shadow = shadow
        self.connection = connection
        self.keyring = keyring
        self.writes = writes
        self.postgres = connection.dialect.name == POSTGRESQL

    def hash(self, purpose: str, value: str | bytes) -> bytes:
        """Keyed hash (16 bytes) of `value`: equal values can be found, and nothing read back without the key."""
        data = value.encode() if isinstance(value, str) else value
        return hmac.digest(self.keyring.hash_key, purpose.encode() + b"\0" + data, hashlib.sha256)[:16]

    def lock(self, name: str) -> None:
        """Serialises this step among all workers until the end of the transaction. SQLite has one writer anyway."""
        if self.postgres:
            self.connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _number_of(name)})


class Store:
    """One database and the keys of its content. Thread-safe; `dispose` closes the connections.

    `shadow` says, once it matters, whether this installation only looks on: no mail about an inquiry may leave it.
    """

    def __init__(self, url: str, keyring: Keyring, *, shadow: Callable[[], bool] = lambda: False) -> None:
        self._shadow = shadow
        self.keyring = keyring
        self._engine = make_engine(url)
        self.url = url

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def is_shadow(self) -> bool:
        """Whether this installation only looks on."""
        return self._shadow()

    @property
    def many_workers(self) -> bool:
        """True where several workers may share the database."""
        return self.dialect == POSTGRESQL

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """A write transaction: committed at the end, rolled back on any error. Raises Transient where the database is away."""
        with self._open(writes=True) as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that only reads, one consistent view from start to end; the database refuses writes in it."""
        with self._open(writes=False) as tx:
            yield tx

    @contextmanager
    def _open(self, *, writes: bool) -> Iterator[Tx]:
        try:
            options: dict[str, Any] = {"triage_writes": writes}
            if self.many_workers and not writes:
                options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with self._engine.connect().execution_options(**options) as connection, connection.begin():
                yield Tx(connection, self.keyring, writes=writes, shadow=self._shadow)
        except OperationalError as error:
            raise Transient("database_away", type(error.orig).__name__) from error

    @contextmanager
    def alone_with(self, name: str) -> Iterator[bool]:
        """Yields whether nobody else has `name` in hand; as long as the block lasts nobody gets it. It waits for nobody and
        is no transaction, so that the block may talk to the outside. On SQLite one process does each task anyway."""
        if not self.many_workers:
            yield True
            return
        number = {"number": _number_of(name)}
        try:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                alone = connection.execute(text("SELECT pg_try_advisory_lock(:number)"), number).scalar_one()
                try:
                    yield bool(alone)
                finally:
                    if alone:
                        connection.execute(text("SELECT pg_advisory_unlock(:number)"), number)
        except OperationalError as error:  # the lock went with the line
            raise Transient("database_away", type(error.orig).__name__) from error

    def dispose(self) -> None:
        """Closes all pooled connections."""
        self._engine.dispose()


def _number_of(name: str) -> int:
    """The number that PostgreSQL knows a lock by."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def make_engine(url: str | URL) -> Engine:
    """The engine of a database URL. Raises ConfigError for one that cannot be used."""
    try:
        parsed = make_url(url)
        name = parsed.get_backend_name()
    except ArgumentError:
        raise ConfigError(
            "TRIAGE_DATABASE_URL: not a database URL; use sqlite:///PATH or postgresql://USER@HOST/NAME"
        ) from None
    if name == SQLITE:
        if not parsed.database or parsed.database == ":memory:":
            raise ConfigError("TRIAGE_DATABASE_URL: SQLite needs a file; use sqlite:///PATH")
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if name == POSTGRESQL:
        options = "-c timezone=UTC -c lock_timeout=60s"
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            connect_args={"options": options, "connect_timeout": 10, "application_name": "triage"},
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=20,
        )
    raise ConfigError(
        f"TRIAGE_DATABASE_URL: {name} is not supported; use sqlite:///PATH or postgresql://USER@HOST/NAME"
    )


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "secure_delete = ON",
        "cache_size = -65536",
        "temp_store = MEMORY",
        "journal_size_limit = 67108864",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("triage_writes", True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")
