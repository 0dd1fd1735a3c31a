"""`triage alerts` on a real store."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from triage.bootstrap import open_services, prepare
from triage.cli.main import cli
from triage.domain.alert import AlertKind
from triage.store import alerts
from triage.store.alerts import Trouble

TOML = '[channel]\nkind = "maildir"\npath = "outbox"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    config = tmp_path / "config"
    config.mkdir()
    (config / "triage.toml").write_text(TOML)
    project = Path(__file__).parents[3] / "config"
    for file in ("units.toml", "offices.csv"):
        (config / file).write_bytes((project / file).read_bytes())
    for name, folder in (("HOME", "home"), ("KEYS", "keys"), ("CONFIG", "config")):
        monkeypatch.setenv(f"TRIAGE_{name}", str(tmp_path / folder))
    wired = open_services()
    prepare(wired)
    with wired.store.begin() as tx:
        alerts.raise_alert(tx, Trouble(AlertKind.MAILBOX, "contact", code="imap_unreachable"), now=wired.clock.now())
    wired.close()
    return tmp_path


def rows(*arguments: str) -> list[dict[str, object]]:
    done = CliRunner().invoke(cli, ["alerts", "--json", *arguments])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.output.splitlines()]


@pytest.mark.usefixtures("home")
def test_alerts_are_listed_and_noted() -> None:
    (row,) = rows()
    assert (row["id"], row["kind"], row["object"], row["code"]) == (1, "mailbox", "contact", "imap_unreachable")
    assert row["acknowledged_at"] is None
    done = CliRunner().invoke(cli, ["alerts", "--note", "1", "--officer", "Amina Diallo"])
    assert done.output == "1 noted\n"
    assert rows()[0]["acknowledged_at"] is not None
    assert "Amina" not in json.dumps(rows("--all"))
    shown = CliRunner().invoke(cli, ["alerts"]).output
    assert "imap_unreachable" in shown


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("wrong", [["1"], ["--note", "1"], ["--note", "--officer", "x"]])
def test_wrong_use_is_refused(wrong: list[str]) -> None:
    assert CliRunner().invoke(cli, ["alerts", *wrong]).exit_code == 2
