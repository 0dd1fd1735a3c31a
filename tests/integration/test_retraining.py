"""Retraining by real processes: killed while training and while saving, the model of before serves, whole; and the worker
trains, the candidate is promoted, and the worker that runs serves it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rig.home import Installation, running
from tests.rig.little import little_data
from triage.classify.artefact import load
from triage.classify.shelf import Shelf

PATIENCE_SECONDS = 300.0
CONFIG = """
[[sources]]
kind = "maildir"
name = "box"
path = "{inbox}"
poll_seconds = 1
[channel]
kind = "maildir"
path = "{outbox}"
[training]
data = "{data}"
test = "{test}"
promotes = true
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation whose model was made from little."""
    base = tmp_path_factory.mktemp("retraining")
    data, test = little_data(base)
    made = Installation(base, models=base / "models")
    for folder in ("inbox/cur", "inbox/new", "inbox/tmp", "outbox"):
        (base / folder).mkdir(parents=True)
    made.configure(CONFIG.format(inbox=base / "inbox", outbox=base / "outbox", data=data, test=test))
    made.run("db", "upgrade")
    made.run("train", "--promote")
    return made


def begin(office: Installation) -> subprocess.Popen[str]:
    """`triage train`; what it tells is read from its standard error."""
    return subprocess.Popen(
        [sys.executable, "-m", "triage", "train"],
        env=office.environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stderr is not None
    process.stderr.close()


def whole(office: Installation, serving: str) -> None:
    """What serves is what served, and whatever is listed loads."""
    models = Path(office.environ["TRIAGE_MODELS"])
    shelf = Shelf(models)
    assert shelf.serving() == serving
    assert load(models, None).name == serving
    for info in shelf.models():
        shelf.check(info.name)


def newest(office: Installation) -> tuple[str, str]:
    """State and phase of the newest run."""
    with sqlite3.connect(Path(office.environ["TRIAGE_HOME"]) / "triage.sqlite") as books:
        query = "SELECT state, phase FROM training_runs ORDER BY id DESC LIMIT 1"
        found: tuple[str, str] = books.execute(query).fetchone()
        return found


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@pytest.mark.parametrize("phase", ["collecting", "routes"])
def test_killed_while_training_the_model_of_before_serves(office: Installation, phase: str) -> None:
    serving = Shelf(Path(office.environ["TRIAGE_MODELS"])).serving()
    assert serving is not None
    free_the_books(office)
    process = begin(office)
    assert process.stderr is not None
    assert any(phase in line for line in process.stderr)
    kill(process)
    whole(office, serving)
    assert office.rows("models", "runs")[0]["state"] == "running", "nobody has missed it yet"


@pytest.mark.long
def test_killed_while_saving_no_half_model_is_ever_loaded(office: Installation) -> None:
    models = Path(office.environ["TRIAGE_MODELS"])
    serving = Shelf(models).serving()
    assert serving is not None
    for _ in range(3):
        free_the_books(office)
        process = begin(office)
        while process.poll() is None and not any(models.glob(".building-*")):
            time.sleep(0.001)
        kill(process)
        whole(office, serving)
        if any(models.glob(".building-*")):
            return
    pytest.fail("never caught in the middle")


def free_the_books(office: Installation) -> None:
    """As if the lease of the killed run were over."""
    with sqlite3.connect(Path(office.environ["TRIAGE_HOME"]) / "triage.sqlite") as books:
        books.execute("UPDATE training_runs SET beat_at = '2020-01-01 00:00:00.000000' WHERE state = 'running'")


@pytest.mark.long
def test_the_worker_trains_promotes_and_serves_without_a_restart(office: Installation) -> None:
    models = Path(office.environ["TRIAGE_MODELS"])
    shelf = Shelf(models)
    first = shelf.serving()
    assert first is not None
    free_the_books(office)
    with running(office.start("work")):
        office.run("train", "--ask")
        until(lambda: newest(office) == ("running", "routes"), "it did not get to the routes")
        until(lambda: newest(office)[0] in {"done", "refused"}, "it came to no end")
        run = office.rows("models", "runs")[0]
        assert run["model"] not in (None, first)
        if run["outcome"] != "promoted":
            office.run("models", "promote", run["model"], "--force")
        log = office.base / "errors"
        until(lambda: f'"{run["model"]}"' in log.read_text() and "model_serves" in log.read_text(), "not picked up")
    assert shelf.serving() == run["model"]
    card = json.loads((models / run["model"] / "manifest.json").read_text())["card"]
    assert card["comparison"]["champion"] == first
    assert card["history"][-1]["what"] == "promoted"
    office.run("models", "rollback", "--why", "regretted")
    assert shelf.serving() == first
    assert "whole" in office.run("audit", "verify")
