"""A migrated store of each kind for every test, and an office around it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig.postgres import Postgres
from tests.store.office import Office
from triage.store import migrate
from triage.store.engine import Store
from triage.store.keys import Keyring

SECRET = "a secret that only the tests know, long enough"


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """The same keys for all tests; making them is tested on its own."""
    return Keyring.from_secret(SECRET)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "store.sqlite"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a migrated database to copy."""
    url = postgres.database()
    migrate.upgrade(url)
    return url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated store of this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "store.sqlite"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database(template=request.getfixturevalue("migrated_postgres"))


@pytest.fixture
def store(url: str, keyring: Keyring) -> Iterator[Store]:
    """An empty store."""
    opened = Store(url, keyring)
    yield opened
    opened.dispose()


@pytest.fixture
def office(store: Store) -> Office:
    """A store with units, a source, a channel and a clock."""
    return Office(store)
