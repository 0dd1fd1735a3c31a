"""The command as a user calls it, in a home of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from triage.cli.main import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty TRIAGE_HOME with a configuration of its own: a folder in, a Maildir out."""
    for name in ("HOME", "KEYS", "MODELS", "CONFIG", "DATABASE_URL", "KEY"):
        monkeypatch.delenv(f"TRIAGE_{name}", raising=False)
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRIAGE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("TRIAGE_CONFIG", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "config" / "triage.toml").write_text(
        '[[sources]]\nkind = "folder"\nname = "in"\npath = "../in"\n[channel]\nkind = "maildir"\npath = "../out"\n'
        'from = "ipd@office.example"\n[review]\nundo_seconds = 0\n'
    )
    return tmp_path


@pytest.fixture
def run(home: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `triage ARGUMENTS` in this process and gives exit code, output and errors."""

    def call(*arguments: str) -> Outcome:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        captured = capfd.readouterr()
        code = ended.value.code
        return Outcome(code if isinstance(code, int) else 1, captured.out, captured.err)

    return call
