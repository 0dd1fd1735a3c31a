"""Schema migrations (Alembic), applied from inside the package: no ini file, no shell."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import OperationalError

from triage.domain.errors import ConfigError
from triage.store import (
    account_tables,
    alert_tables,
    desk_tables,
    fetch_tables,
    figure_tables,
    gate_tables,
    label_tables,
    member_tables,
    protection_tables,
    training_tables,
    unit_tables,
)
from triage.store.engine import make_engine
from triage.store.schema import metadata

SCRIPTS = Path(__file__).resolve().parent / "migrations"
LOCK = 7203114
TABLES = (
    alert_tables,
    unit_tables,
    desk_tables,
    protection_tables,
    account_tables,
    figure_tables,
    gate_tables,
    fetch_tables,
    member_tables,
    training_tables,
    label_tables,
)
"""What puts its tables into `metadata` by being imported; the other modules of tables come with these."""


def upgrade(url: str) -> None:
    """Brings the database to the newest schema; makes a SQLite file (0600) and its folder where there is none.

    Raises ConfigError where the database cannot be reached. Two processes at once wait for one another.
    """
    database = make_url(url).database
    if url.startswith("sqlite") and database:
        path = Path(database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise ConfigError(
            f"database: cannot be opened ({type(error.orig).__name__}); check TRIAGE_DATABASE_URL"
        ) from None
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether the database has the newest schema. Raises ConfigError where it cannot be reached."""
    database = make_url(url).database
    if url.startswith("sqlite") and database and not Path(database).exists():
        return False
    engine = make_engine(url)
    try:
        return _revision(engine) == ScriptDirectory.from_config(_config()).get_current_head()
    except OperationalError as error:
        raise ConfigError(
            f"database: cannot be opened ({type(error.orig).__name__}); check TRIAGE_DATABASE_URL"
        ) from None
    finally:
        engine.dispose()


def differences(connection: Connection) -> list[object]:
    """What `tables` has and the migrated database has not, or the other way round; empty when they agree."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_ours})
    return list(compare_metadata(context, metadata))


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    """Whether Alembic shall compare it: SQLite's full-text index and its shadow tables are beyond it."""
    return not (kind == "table" and name is not None and name.startswith(desk_tables.SQLITE_INDEX))


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config
