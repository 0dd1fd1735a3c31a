"""Where things lie: the folders and the database that the environment names."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from triage.domain.errors import ConfigError

PROJECT = Path(__file__).resolve().parent.parent.parent
TRAINING_DATA = PROJECT / "training_data" / "train"
TEST_DATA = PROJECT / "training_data" / "test"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and the database that the environment names; nothing is created by looking."""

    home: Path
    keys: Path
    models: Path
    config: Path
    database_url: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Places":
        """TRIAGE_HOME, TRIAGE_KEYS, TRIAGE_MODELS, TRIAGE_CONFIG and TRIAGE_DATABASE_URL (or `..._FILE`)."""
        home = Path(environ.get("TRIAGE_HOME") or PROJECT / "var").absolute()
        keys = Path(environ.get("TRIAGE_KEYS") or home.with_name(home.name + "-keys")).absolute()
        url = environ.get("TRIAGE_DATABASE_URL", "")
        if not url and (file := environ.get("TRIAGE_DATABASE_URL_FILE")):
            try:
                url = Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ConfigError(f"TRIAGE_DATABASE_URL_FILE {file}: {error.strerror}") from None
        if url.startswith("postgresql://"):
            url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
        return cls(
            home=home,
            keys=keys,
            models=Path(environ.get("TRIAGE_MODELS") or PROJECT / "models").absolute(),
            config=Path(environ.get("TRIAGE_CONFIG") or PROJECT / "config").absolute(),
            database_url=url or f"sqlite:///{home / 'triage.sqlite'}",
        )
