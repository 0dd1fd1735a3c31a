"""The tables that the code speaks of are those that the migrations make."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from tests.store.office import Office
from tests.store.parts import START, mail
from triage.domain.errors import ConfigError, Transient
from triage.store import migrate, settings
from triage.store.engine import Store, make_engine
from triage.store.keys import Keyring
from triage.store.tables import metadata


def test_metadata_equals_the_migrations(url: str) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        assert migrate.differences(connection) == []
    engine.dispose()


def test_index_conditions_equal_the_migrations(url: str) -> None:
    """Alembic does not compare the conditions of partial indexes; a queue without its index would only be slow."""
    engine = make_engine(url)
    with engine.connect() as connection:
        inspector = inspect(connection)
        for table in metadata.sorted_tables:
            made = {index["name"]: index for index in inspector.get_indexes(table.name)}
            for index in table.indexes:
                wanted = index.dialect_options[engine.dialect.name]["where"]
                found = made[index.name].get("dialect_options", {}).get(f"{engine.dialect.name}_where")
                assert (wanted is None) == (found is None), index.name
                if wanted is not None and engine.dialect.name == "sqlite":
                    assert str(wanted.compile(dialect=engine.dialect)).replace(f"{table.name}.", "") == str(found)
    engine.dispose()


def test_upgrade_may_be_repeated(url: str) -> None:
    assert migrate.is_current(url)
    migrate.upgrade(url)
    assert migrate.is_current(url)


def test_a_new_sqlite_store_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "store.sqlite"
    url = f"sqlite:///{path}"
    assert not migrate.is_current(url)
    assert not path.exists(), "looking makes nothing"
    migrate.upgrade(url)
    assert path.stat().st_mode & 0o777 == 0o600


def test_sqlite_keeps_what_it_was_told_to_commit(migrated_sqlite: Path, keyring: Keyring, tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    shutil.copyfile(migrated_sqlite, path)
    store = Store(f"sqlite:///{path}", keyring)
    with store.read() as tx:
        found = {
            name: tx.connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")
        }
    store.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2}


@pytest.mark.parametrize("bad", ["nonsense", "sqlite://", "mysql://x/y", "sqlite:///:memory:"])
def test_a_database_url_that_cannot_be_used_says_so(bad: str) -> None:
    with pytest.raises(ConfigError, match="TRIAGE_DATABASE_URL"):
        make_engine(bad)


def test_no_clear_text_of_a_correspondent_lies_in_the_database(office: Office) -> None:
    """Every column of every row is looked at for words that only the mail held."""
    secrets = ("Xylophonie", "zebrafinch@ngo.example", "Quokka", "wombat-note")
    raw = mail(f"DMM the word {secrets[0]} stands here", subject=f"About {secrets[2]}", sender=f"Q <{secrets[1]}>")
    office.arrive(raw)
    office.decide(1, "DMM", note=secrets[3])
    office.send()
    with office.store.read() as tx:
        for table in metadata.sorted_tables:
            if table.name == "search_texts":
                continue  # the search index is in clear, and says so; restricted mail is not in it
            for row in tx.connection.execute(table.select()):
                content = repr(tuple(row)).lower()
                for secret in secrets:
                    assert secret.lower() not in content, table.name


def test_what_only_reads_cannot_write(store: Store) -> None:
    with pytest.raises((DBAPIError, Transient)), store.read() as tx:
        tx.connection.execute(metadata.tables["cursors"].delete())
    with store.begin() as tx:
        tx.connection.execute(metadata.tables["cursors"].delete())


def test_a_read_sees_one_moment(store: Store) -> None:
    with store.read() as tx:
        assert settings.get_setting(tx, "word") is None
        with store.begin() as other:
            settings.set_setting(other, "word", value="new", actor="x", now=START)
        assert settings.get_setting(tx, "word") is None
    with store.read() as tx:
        assert settings.get_setting(tx, "word") == "new"
