"""`triage gate` from the shell: where it stands, a refusal that says what is missing, closing and releasing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from triage.cli.main import cli
from triage.domain.errors import Refused, UserError


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A fresh installation whose office wants automatic forwarding."""
    config, models = tmp_path / "config", tmp_path / "models"
    config.mkdir()
    models.mkdir()
    (config / "triage.toml").write_text(
        f'[channel]\nkind = "maildir"\npath = "{tmp_path / "out"}"\n[gate]\nautomatic = true\n', encoding="utf-8"
    )
    for name in ("units.toml", "offices.csv"):
        source = Path(__file__).resolve().parents[3] / "config" / name
        (config / name).write_bytes(source.read_bytes())
    (models / "promoted.json").write_text(json.dumps({"promoted": "m-1", "before": []}), encoding="utf-8")
    for name, value in (("HOME", tmp_path / "home"), ("MODELS", models), ("CONFIG", config)):
        monkeypatch.setenv(f"TRIAGE_{name}", str(value))
    monkeypatch.delenv("TRIAGE_DATABASE_URL", raising=False)
    runner = CliRunner()
    assert runner.invoke(cli, ["db", "upgrade"]).exit_code == 0
    return runner


def test_it_says_where_it_stands_and_refuses_without_evidence(shell: CliRunner) -> None:
    (line,) = shell.invoke(cli, ["gate", "--json"]).stdout.splitlines()
    row = json.loads(line)
    assert (row["gate"], row["state"], row["checked"], row["limit"]) == ("all", "suggest", 0, 0.02)
    assert row["more"] == 194  # none wrong among so many: under 2 %, 98 % sure
    refused = shell.invoke(cli, ["gate", "open", "--officer", "Amina Diallo"])
    assert isinstance(refused.exception, Refused)
    assert f"{row['more']} more checked messages" in str(refused.exception)


def test_closing_and_releasing_a_route(shell: CliRunner) -> None:
    closed = shell.invoke(cli, ["gate", "close", "--route", "DMM", "--officer", "Amina Diallo"])
    assert closed.stdout == "route:DMM: closed\n"
    rows = [json.loads(line) for line in shell.invoke(cli, ["gate", "--json"]).stdout.splitlines()]
    assert [(row["gate"], row["state"], row["why"]) for row in rows][1:] == [("route:DMM", "closed", "officer")]
    shell.invoke(cli, ["gate", "close", "--route", "DMM", "--release", "--officer", "Amina Diallo"])
    assert "route:DMM: suggest (officer)" in shell.invoke(cli, ["gate"]).stdout


@pytest.mark.parametrize("wrong", [["--route", "XYZ"], ["--unit", "MISSION"], ["--route", "DMM", "--language", "fr"]])
def test_what_is_no_gate_is_named(shell: CliRunner, wrong: list[str]) -> None:
    result = shell.invoke(cli, ["gate", "close", *wrong, "--officer", "Amina Diallo"])
    assert isinstance(result.exception, UserError)
