"""A real PostgreSQL of our own: fresh cluster, free port, as an unprivileged user, gone at the end. It starts in a second
and forgets durability, which tests do not need; the distribution's own cluster is never touched."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from tests.rig import free_port

USER = "triage"
START_SECONDS = 30
MISSING = "PostgreSQL is not installed (apt-get install postgresql)"


def binaries() -> Path | None:
    """The folder of the newest installed server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).resolve().parent if there else None


class Postgres:
    """A running server; `database` makes an empty database and returns its URL. With a folder of one's own its data
    stay there after `stop`, and are found again."""

    def __init__(self, programs: Path, *, folder: Path | None = None) -> None:
        self.port = free_port()
        self.kept = folder is not None
        self.folder = Path(tempfile.mkdtemp(prefix="triage-pg-")) if folder is None else folder
        self.folder.mkdir(exist_ok=True)
        self._as_user: list[str] = []
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._as_user = [
                "setpriv", "--reuid", str(account.pw_uid), "--regid", str(account.pw_gid), "--clear-groups",
            ]  # fmt: skip
        self._programs = programs
        if not (self.folder / "data").exists():
            self._make(programs)
        self._process = self._start(programs)
        self._wait()

    def _make(self, programs: Path) -> None:
        command: Sequence[str] = [
            *self._as_user, str(programs / "initdb"), "-D", str(self.folder / "data"), "-U", USER, "-A", "trust",
            "--no-sync", "-E", "UTF8", "--locale", "C.UTF-8",
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)

    def _start(self, programs: Path) -> subprocess.Popen[bytes]:
        settings = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder, "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 200,
        }  # fmt: skip
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(
                [*self._as_user, str(programs / "postgres"), "-D", str(self.folder / "data"), *options],
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self._connect().close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > end or self._process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:]) from None
                time.sleep(0.02)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host="127.0.0.1", port=self.port, user=USER, dbname="postgres", autocommit=True)

    def database(self, *, template: str = "template0", name: str = "") -> str:
        """The URL of a new database, empty or a copy of another one; with a name, of the one that has it, if there is."""
        known = name
        name = name or f"t{uuid.uuid4().hex[:12]}"
        with self._connect() as connection:
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (known,)).fetchone()
            if there is None:
                connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{name}"

    def halt(self) -> None:
        """The server goes away, with all its lines, and keeps its data."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(15)

    def resume(self) -> None:
        """It comes back on the same port."""
        self._process = self._start(self._programs)
        self._wait()

    def stop(self) -> None:
        """Ends the server that this object started and removes its folder, unless that is to be kept."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server of this test run. Where it is missing the test is skipped by name; CI must have it."""
    programs = binaries()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    server = Postgres(programs)
    yield server
    server.stop()
