"""What the fault tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.bootstrap import open_services, prepare
from triage.store.engine import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new store on SQLite, with keys and the initial organisation."""
    wired = open_services({"TRIAGE_HOME": str(tmp_path / "home")})
    prepare(wired)
    yield wired.store
    wired.close()
