"""One worker for each task on SQLite. The lock is a file beside the database that the system frees with the process,
however it ends; PostgreSQL needs none, because claims are made in the database."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from triage.domain.errors import ConfigError

PREFIX = "sqlite:///"


@contextmanager
def worker_lock(url: str, task: str) -> Iterator[bool]:
    """Holds the lock of a task (`ingest`, `work`) while the block runs; yields whether this worker is alone by it.

    Raises ConfigError, in one line, where another process has it.
    """
    if not url.startswith(PREFIX):
        yield False
        return
    path = Path(url.removeprefix(PREFIX)).with_suffix(f".{task}.lock")
    with path.open("a+") as file:
        path.chmod(0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigError(
                f"another process already does `triage {task}` on this SQLite store; stop it, or use PostgreSQL for several"
            ) from None
        yield True
