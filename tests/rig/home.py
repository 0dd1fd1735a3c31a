"""A whole installation in a folder of its own, driven through the command line in child processes, as an office would."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 300


class Installation:
    """TRIAGE_HOME, keys and configuration under `base`; the model is shared, since training it costs time."""

    def __init__(self, base: Path, *, models: Path, database_url: str = "") -> None:
        self.base = base
        self.config = base / "config"
        self.config.mkdir(parents=True, exist_ok=True)
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TRIAGE_")},
            "TRIAGE_HOME": str(base / "home"),
            "TRIAGE_KEYS": str(base / "keys"),
            "TRIAGE_CONFIG": str(self.config),
            "TRIAGE_MODELS": str(models),
            "TRIAGE_DATABASE_URL": database_url,
        }

    def configure(self, text: str) -> None:
        """Writes triage.toml."""
        (self.config / "triage.toml").write_text(text, encoding="utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`triage ARGUMENTS` in a session of its own; its errors go to a file beside the home."""
        errors = (self.base / "errors").open("ab")
        with errors:
            return subprocess.Popen(
                [sys.executable, "-m", "triage", *arguments],
                env=self.environ, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True,
            )  # fmt: skip

    def run(self, *arguments: str, code: int | None = 0) -> str:
        """Runs `triage ARGUMENTS` to its end and returns its output. `code` None takes any exit code."""
        done = subprocess.run(
            [sys.executable, "-m", "triage", *arguments],
            env=self.environ, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
        assert code is None or done.returncode == code, (
            f"triage {arguments}: exit {done.returncode}\n{done.stderr[-2000:]}"
        )
        return done.stdout

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """The JSON lines of a command."""
        return [json.loads(line) for line in self.run(*arguments, "--json").splitlines()]

    def books(self) -> dict[str, Any]:
        """The ledger, balanced or not."""
        books: dict[str, Any] = json.loads(self.run("ledger", "--json", code=None))
        return books


@contextmanager
def running(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Ends a process, kindly and then not, when the block is left."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
