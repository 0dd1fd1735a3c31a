"""`triage models` as a model keeper uses it: compare, promote, regret, roll back, with and without a store."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.rig.shelf import add_model
from tests.unit.cli.conftest import Run
from triage.bootstrap import open_services
from triage.config.places import PROJECT
from triage.domain.promotion import Check, CheckName, Comparison
from triage.store import audit

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def models(home: Path) -> Path:
    """Three models: one that passed against the first, one that did not."""
    folder = home / "models"
    add_model(folder, "m-1")
    for name, passed in (("m-2", True), ("m-3", False)):
        checks = (
            Check(CheckName.TEST, passed, {"lost": 9, "won": 1}),
            Check(CheckName.LANGUAGE, True, {}, "fr", thin=True),
        )
        add_model(folder, name, comparison=Comparison("m-1", name, AT, checks).as_json())
    return folder


def test_without_a_store_the_pointer_is_moved_all_the_same(run: Run, models: Path) -> None:
    assert run("models", "promote", "m-1").out == "m-1 serves now\n"
    assert run("models", "promote", "m-2").code == 0
    assert run("models", "rollback").out == "m-1 serves again\n"
    assert json.loads((models / "promoted.json").read_text()) == {"promoted": "m-1", "before": []}


def test_compare_promote_regret_roll_back_on_record(run: Run, models: Path, home: Path) -> None:
    for name in ("units.toml", "offices.csv"):
        shutil.copyfile(PROJECT / "config" / name, home / "config" / name)
    assert run("db", "upgrade").code == 0
    run("models", "promote", "m-1")
    shown = run("models", "compare", "m-3").out
    assert "m-3 against m-1: refused" in shown
    assert "lost 9, won 1" in shown
    assert "too few" in shown
    assert json.loads(run("models", "compare", "m-2", "--json").out)["outcome"] == "ready"
    refused = run("models", "promote", "m-3")
    assert (refused.code, "did not pass against m-1: test" in refused.err) == (1, True)
    assert run("models", "promote", "m-3", "--force", "--officer", "Amina Diallo").code == 0
    assert run("models", "rollback", "--why", "worse on Mondays").out == "m-1 serves again\n"
    rows = [json.loads(line) for line in run("models", "list", "--json").out.splitlines()]
    assert [row["promoted"] for row in rows] == [True, False, False]
    assert rows[2]["card"]["history"][-1]["why"] == "worse on Mondays"
    asked = run("train", "--ask").out
    assert "run 1 waits for the worker" in asked
    (line,) = run("models", "runs", "--json").out.splitlines()
    assert (json.loads(line)["state"], json.loads(line)["reason"]) == ("waiting", "by_hand")
    assert "nothing runs beside" in run("models", "challenger").out
    assert "m-2 since" in run("models", "challenger", "m-2").out
    assert "0 messages of 30 days" in run("models", "what-if", "--unit", "DOE=DMM").out
    assert "name a model" in run("models", "what-if").err
    services = open_services()
    with services.store.read() as tx:
        acts = [entry.act for entry in audit.entries(tx)]
    services.close()
    assert acts == ["model_promoted", "model_promoted", "model_rolled_back", "training_asked", "challenger_set"]
