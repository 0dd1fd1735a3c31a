"""`triage predict` on real files: what it says of mail that could be read, in part, or not at all."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from triage.cli.predict import predict
from triage.config.places import PROJECT

INBOX = PROJECT / "training_data" / "sample_inbox"


def test_a_line_for_every_file_and_no_route_for_what_was_read_in_part(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAGE_MODELS", str(models))
    missing = tmp_path / "missing.eml"
    names = ["006-cucuta-comedor.eml", "053-nested-beyond-reading.eml", "031-absence-du-bureau.eml", "012-empty.eml"]
    result = CliRunner().invoke(predict, ["--json", *(str(INBOX / name) for name in names), str(missing)])
    rows = {Path(row["path"]).name: row for row in map(json.loads, result.stdout.splitlines())}
    assert result.exit_code == 1  # one file is not there; the others went on
    assert rows["006-cucuta-comedor.eml"]["route"] is not None
    assert len(rows["006-cucuta-comedor.eml"]["alternatives"]) == 5
    nested = rows["053-nested-beyond-reading.eml"]
    assert (nested["route"], nested["country"], nested["probability"]) == (None, None, None)
    assert nested["alternatives"] == []
    assert (nested["decision"], nested["reason"]) == ("review", "quarantined_too_deep")
    assert (rows["031-absence-du-bureau.eml"]["route"], rows["031-absence-du-bureau.eml"]["decision"]) == (
        None,
        "machine",
    )
    assert (rows["012-empty.eml"]["route"], rows["012-empty.eml"]["reason"]) == ("IPD", "near_empty")
    assert (rows["missing.eml"]["route"], rows["missing.eml"]["decision"]) == (None, "review")
