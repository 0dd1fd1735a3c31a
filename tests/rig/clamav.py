"""A real clamd with one local signature and nothing downloaded: up within a second or two, some megabytes."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig import free_port, need

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" + b"$H+H*"
"""The harmless string that every scanner knows, put together here so that no file holds it."""
SIGNATURE = b"harmless-marker-of-our-own-" + b"tests-only"
START_SECONDS = 60


class Clamav:
    """A running clamd on `port` and on the Unix socket `path`. It gives up at 200 kB or at three levels of archives."""

    def __init__(self, program: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="triage-clamd-"))
        self.folder.chmod(0o777)
        self.port, self.path = free_port(), self.folder / "clamd.sock"
        (self.folder / "db").mkdir()
        lines = [f"Test.{name}:0:*:{data.hex()}" for name, data in (("Eicar", EICAR), ("Marker", SIGNATURE))]
        (self.folder / "db" / "test.ndb").write_text("\n".join(lines) + "\n", encoding="ascii")
        settings = {
            "DatabaseDirectory": self.folder / "db", "TCPSocket": self.port, "TCPAddr": "127.0.0.1", "Foreground": "yes",
            "LocalSocket": self.path, "StreamMaxLength": "1M", "AlertExceedsMax": "yes", "AlertEncrypted": "yes",
            "MaxRecursion": 3, "MaxScanSize": "400K", "MaxFileSize": "400K", "TemporaryDirectory": self.folder,
        }  # fmt: skip
        if os.getuid() == 0:
            settings["User"] = "nobody"
        (self.folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [program, "-c", str(self.folder / "clamd.conf")], stdout=log, stderr=subprocess.STDOUT
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as line:
                    line.sendall(b"zPING\0")
                    if line.recv(16).startswith(b"PONG"):
                        return
            except OSError:
                pass
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends the clamd that this object started and removes its folder."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def clamav() -> Iterator[Clamav]:
    """The clamd of this test run; skipped by name where it is not installed, never in CI."""
    found = Clamav(need("clamd"))
    yield found
    found.stop()
