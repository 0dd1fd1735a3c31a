"""The real parts that tests talk to, on loopback, on free ports, in throw-away folders; each ends what it started."""

import contextlib
import gc
import os
import shutil
import socket
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

_PACKAGES = {
    "dovecot": "dovecot-imapd",
    "postfix": "postfix",
    "initdb": "postgresql",
    "chromium": "chromium",
    "clamd": "clamav-daemon",
}


def need(program: str) -> str:
    """The path of a system program. Missing: skipped by name, but a failure where CI says that nothing may be missing."""
    found = shutil.which(program) or next(iter(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))), None)
    if found:
        return found
    text = f"{program} is missing; install the Debian package {_PACKAGES.get(program, program)}"
    if os.environ.get("CI"):
        pytest.fail(text)
    pytest.skip(text)


def free_port() -> int:
    """A TCP port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost and its key, as PEM files."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    request = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*request.split(), *names, *files], check=True, capture_output=True)
    return certificate, key


@contextlib.contextmanager
def leaks_forgiven() -> Iterator[None]:
    """Libraries leave a socket to the garbage collector where a handshake fails; that is theirs, so it is swept here."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
