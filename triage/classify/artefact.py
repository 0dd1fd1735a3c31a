"""Models on disk: arrays and JSON under a manifest with SHA-256, and a pointer to the one that serves.

No pickle is ever written or loaded: a model file that somebody slipped in can be wrong, but it cannot run code. A model is
a folder `models/NAME/` with `arrays.npz` (loaded with `allow_pickle=False`), `parts.json` and, written last,
`manifest.json`, which names the sizes and hashes of the others and holds the card. The folder is built under a hidden
name, synced and renamed, so that a model exists whole or not at all. Which of them serves is `shelf`'s business.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from triage.classify.card import make_card
from triage.classify.country.finder import CountryFinder
from triage.classify.features.matrix import MessageFeatures
from triage.classify.heads import Calibrator, LinearHead
from triage.classify.predictor import Predictor
from triage.classify.shelf import (
    BUILDING,
    FILES,
    FORMAT,
    MANIFEST,
    ModelInfo,
    Shelf,
    digest_of,
)
from triage.classify.similar import SimilarIndex
from triage.classify.train import Candidate, Parts
from triage.collector import set_aside
from triage.domain.errors import ModelError
from triage.domain.policy import Thresholds
from triage.durable import sync, write_synced

__all__ = ["FORMAT", "ModelInfo", "Shelf", "list_models", "load", "promote", "promoted_name", "rollback", "save"]
_LEFT_SECONDS = 3600.0  # a folder that is being built for so long belongs to a process that is gone


def save(candidate: Candidate, models_dir: Path) -> str:
    """Write a model and return its name. Nothing is promoted."""
    models_dir.mkdir(parents=True, exist_ok=True)
    made_at = datetime.now(UTC)
    name = f"m-{made_at:%Y%m%d-%H%M%S}-{candidate.data_hash[:8]}"
    card = make_card(candidate, name=name, made_at=made_at)
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    parts = _pack(_state(candidate.parts), "", arrays)
    _sweep(models_dir)
    building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=models_dir))
    try:
        with (building / "arrays.npz").open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
            os.fsync(file.fileno())
        write_synced(building, "parts.json", json.dumps(parts, ensure_ascii=False, separators=(",", ":")))
        manifest = {"format": FORMAT, "files": {file: digest_of(building / file) for file in FILES}, "card": card}
        write_synced(building, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        building.chmod(0o755)
        target = models_dir / name
        number = 1
        while target.exists():
            number += 1
            target = models_dir / f"{name}-{number}"
        building.rename(target)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    sync(models_dir)
    return target.name


def load(models_dir: Path, name: str | None = None) -> Predictor:
    """A model ready to predict: the named one, or the promoted one.

    Where the promoted one cannot be loaded, the one promoted before it serves. Raises ModelError in one line.
    """
    model = _load(models_dir, name) if name is not None else _serving(models_dir)
    set_aside()
    return model


def _serving(models_dir: Path) -> Predictor:
    shelf = Shelf(models_dir)
    serving = shelf.serving()
    candidates = [serving, *reversed(shelf.before())] if serving else []
    if not candidates:
        raise ModelError(f"{models_dir}: no model is promoted; run `triage train --promote`")
    faults = []
    for candidate in candidates:
        try:
            return _load(models_dir, candidate)
        except ModelError as error:
            faults.append(error)
    raise faults[0]


def list_models(models_dir: Path) -> list[ModelInfo]:
    """Every whole model, oldest first."""
    return Shelf(models_dir).models()


def promote(models_dir: Path, name: str) -> None:
    """Let this model serve from now on. It is loaded once first: one that does not load is refused with ModelError."""
    _load(models_dir, name)
    Shelf(models_dir).point(name)


def rollback(models_dir: Path) -> str:
    """Back to the model promoted before; returns its name. Raises NotFound where there is none."""
    before = Shelf(models_dir).before()
    if before:
        _load(models_dir, before[-1])
    return Shelf(models_dir).step_back()


def promoted_name(models_dir: Path) -> str | None:
    """The name in the pointer, whether or not it loads."""
    return Shelf(models_dir).serving()


def _sweep(models_dir: Path) -> None:
    """Clears away what processes that were killed while saving have left; a model that one was about to put back, goes
    back."""
    for left in models_dir.glob(f"{BUILDING}*"):
        if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
            aside = left / "old"
            if (aside / MANIFEST).is_file():
                name = json.loads((aside / MANIFEST).read_text(encoding="utf-8"))["card"]["name"]
                if not (models_dir / name).exists():
                    aside.rename(models_dir / name)
            shutil.rmtree(left, ignore_errors=True)


def _load(models_dir: Path, name: str) -> Predictor:
    folder = models_dir / name
    shelf = Shelf(models_dir)
    manifest = shelf.manifest(name)
    shelf.check(name)
    try:
        parts = json.loads((folder / "parts.json").read_text(encoding="utf-8"))
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            state = _unpack(parts, {key: arrays[key] for key in arrays.files})
        return Predictor(name, _parts(state), _thresholds(manifest["card"]), manifest["card"])
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        reason = str(error).split("\n", 1)[0][:120]
        raise ModelError(f"{folder}: does not fit this code ({reason}); run `triage train --promote`") from error


def _state(parts: Parts) -> dict[str, Any]:
    return {
        "features": parts.features.state(),
        "heads": {name: head.state() for name, head in parts.heads.items()},
        "calibrators": {name: calibrator.state() for name, calibrator in parts.calibrators.items()},
        "country": parts.country.state(),
        "similar": parts.similar.state(),
        "flag_thresholds": parts.flag_thresholds,
    }


def _parts(state: Mapping[str, Any]) -> Parts:
    return Parts(
        features=MessageFeatures.from_state(state["features"]),
        heads={name: LinearHead.from_state(head) for name, head in state["heads"].items()},
        calibrators={name: Calibrator.from_state(item) for name, item in state["calibrators"].items()},
        country=CountryFinder.from_state(state["country"]),
        similar=SimilarIndex.from_state(state["similar"]),
        flag_thresholds=dict(state["flag_thresholds"]),
    )


def _thresholds(card: Mapping[str, Any]) -> Thresholds:
    stated = card["thresholds"]
    return Thresholds(
        forward_probability=float(stated["forward_probability"]),
        mission_probability=float(stated["mission_probability"]),
        out_of_scope=float(stated["out_of_scope"]),
        languages=frozenset(stated["languages"]),
    )


def _pack(value: Any, path: str, arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    """JSON of a nested state, with its arrays put aside under their path."""
    if isinstance(value, np.ndarray):
        arrays[path] = value
        return {"array": path}
    if isinstance(value, Mapping):
        return {"map": {key: _pack(item, f"{path}.{key}" if path else str(key), arrays) for key, item in value.items()}}
    return {"value": value}


def _unpack(packed: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]) -> Any:
    if "array" in packed:
        return arrays[packed["array"]]
    if "map" in packed:
        return {key: _unpack(item, arrays) for key, item in packed["map"].items()}
    return packed["value"]
