"""Models on disk: whole or not at all, never a pickle, refused in one line."""

import json
import multiprocessing
import os
import shutil
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from triage.classify import artefact
from triage.classify.document import from_example
from triage.classify.shelf import digest_of
from triage.classify.train import Candidate
from triage.domain.errors import ModelError, NotFound
from triage.domain.ports import Example


@pytest.fixture
def folder(models: Path, tmp_path: Path) -> Path:
    shutil.copytree(models, tmp_path / "models")
    return tmp_path / "models"


def only(folder: Path) -> str:
    return artefact.list_models(folder)[0].name


def test_a_loaded_model_answers_as_another_loading_of_it(folder: Path, examples: list[Example]) -> None:
    documents = [from_example(example) for example in examples[:20]]
    first = artefact.load(folder).predict_documents(documents)
    assert first == artefact.load(folder, only(folder)).predict_documents(documents)


def test_the_card_says_what_it_was_made_from(folder: Path, candidate: Candidate) -> None:
    (info,) = artefact.list_models(folder)
    assert info.promoted
    assert info.card["data"] == {"sha256": candidate.data_hash, "messages": candidate.examples}
    assert set(info.card["metrics"]["by_language"]) >= {"en", "fr", "es"}
    assert info.card["versions"]["scikit-learn"]


def test_nothing_on_disk_is_a_pickle(folder: Path) -> None:
    with np.load(folder / only(folder) / "arrays.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


@pytest.mark.parametrize("name", ["arrays.npz", "parts.json"])
def test_a_damaged_file_is_refused(folder: Path, name: str) -> None:
    path = folder / only(folder) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match="SHA-256") as caught:
        artefact.load(folder)
    assert "\n" not in str(caught.value)


def test_a_model_of_another_format_is_refused_in_one_line(folder: Path) -> None:
    path = folder / only(folder) / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["format"] = artefact.FORMAT + 1
    path.write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="format") as caught:
        artefact.load(folder)
    assert "\n" not in str(caught.value)


def test_a_model_whose_list_of_meanings_has_changed_does_not_fit(folder: Path) -> None:
    model = folder / only(folder)
    parts = json.loads((model / "parts.json").read_text())
    parts["map"]["features"]["map"]["meanings"]["map"]["names"]["value"].append("new")
    (model / "parts.json").write_text(json.dumps(parts))
    manifest = json.loads((model / "manifest.json").read_text())
    manifest["files"]["parts.json"] = digest_of(model / "parts.json")
    (model / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="does not fit this code"):
        artefact.load(folder)


def test_names_cannot_leave_the_folder(folder: Path) -> None:
    for name in ("../models", "/etc", ".hidden"):
        with pytest.raises(ModelError, match="no such model"):
            artefact.load(folder, name)


def test_no_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="triage train --promote"):
        artefact.load(tmp_path)


def test_promotion_and_rollback_and_the_last_good_one(folder: Path, candidate: Candidate) -> None:
    first = only(folder)
    second = artefact.save(candidate, folder)
    assert second != first
    assert artefact.load(folder).name == first
    artefact.promote(folder, second)
    assert artefact.load(folder).name == second
    (folder / second / "parts.json").write_text("{}")
    assert artefact.load(folder).name == first
    assert artefact.rollback(folder) == first
    with pytest.raises(NotFound):
        artefact.rollback(folder)
    with pytest.raises(ModelError):
        artefact.promote(folder, second)


def _save_for_ever(candidate: Candidate, folder: Path) -> None:
    while True:
        artefact.save(candidate, folder)


def test_a_killed_save_never_leaves_half_a_model(folder: Path, candidate: Candidate) -> None:
    context = multiprocessing.get_context("fork")
    for delay in (0.15, 0.3, 0.5):
        process = context.Process(target=_save_for_ever, args=(candidate, folder))
        process.start()
        time.sleep(delay)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        for info in artefact.list_models(folder):
            assert artefact.load(folder, info.name).name == info.name
