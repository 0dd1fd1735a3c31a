"""Models on disk: arrays and JSON under a manifest with SHA-256, and a pointer to the one that serves.

No pickle is ever written or loaded: a model file that somebody slipped in can be wrong, but it cannot run code. A model is
a folder `models/NAME/` with `arrays.npz` (loaded with `allow_pickle=False`), `parts.json` and, written last,
`manifest.json`, which names the sizes and hashes of the others and holds the card. The folder is built under a hidden
name, synced and renamed, so that a model exists whole or not at all. `models/promoted.json` is the pointer: the promoted
name and those promoted before it; it is replaced by a rename too.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from triage.classify.card import make_card
from triage.classify.country.finder import CountryFinder
from triage.classify.features.matrix import MessageFeatures
from triage.classify.heads import Calibrator, LinearHead
from triage.classify.predictor import Predictor
from triage.classify.similar import SimilarIndex
from triage.classify.train import Candidate, Parts
from triage.domain.errors import ModelError, NotFound
from triage.domain.policy import Thresholds

FORMAT = 4  # raised whenever the code reads features or files differently
POINTER = "promoted.json"
_FILES = ("arrays.npz", "parts.json")


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model on disk, as listed."""

    name: str
    promoted: bool
    card: Mapping[str, Any]


def save(candidate: Candidate, models_dir: Path) -> str:
    """Write a model and return its name. Nothing is promoted."""
    models_dir.mkdir(parents=True, exist_ok=True)
    made_at = datetime.now(UTC)
    name = f"m-{made_at:%Y%m%d-%H%M%S}-{candidate.data_hash[:8]}"
    card = make_card(candidate, name=name, made_at=made_at)
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    parts = _pack(_state(candidate.parts), "", arrays)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=models_dir))
    try:
        with (building / "arrays.npz").open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
            _sync(file.fileno())
        _write(building / "parts.json", json.dumps(parts, ensure_ascii=False, separators=(",", ":")))
        manifest = {"format": FORMAT, "files": {file: _digest(building / file) for file in _FILES}, "card": card}
        _write(building / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
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
    _sync_folder(models_dir)
    return target.name


def load(models_dir: Path, name: str | None = None) -> Predictor:
    """A model ready to predict: the named one, or the promoted one.

    Where the promoted one cannot be loaded, the one promoted before it serves. Raises ModelError in one line.
    """
    if name is not None:
        return _load(models_dir, name)
    pointer = _pointer(models_dir)
    candidates = [pointer["promoted"], *reversed(pointer["before"])] if pointer["promoted"] else []
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
    promoted = _pointer(models_dir)["promoted"]
    infos = []
    for manifest in sorted(models_dir.glob("m-*/manifest.json")):
        try:
            card = json.loads(manifest.read_text(encoding="utf-8"))["card"]
        except (OSError, ValueError, KeyError):
            continue
        infos.append(ModelInfo(manifest.parent.name, manifest.parent.name == promoted, card))
    return infos


def promote(models_dir: Path, name: str) -> None:
    """Let this model serve from now on. It is loaded once first: one that does not load is refused with ModelError."""
    _load(models_dir, name)
    pointer = _pointer(models_dir)
    before = [*pointer["before"], pointer["promoted"]] if pointer["promoted"] not in (None, name) else pointer["before"]
    _write_pointer(models_dir, name, before)


def rollback(models_dir: Path) -> str:
    """Back to the model promoted before; returns its name. Raises NotFound where there is none."""
    pointer = _pointer(models_dir)
    if not pointer["before"]:
        raise NotFound(f"{models_dir}: no model was promoted before this one")
    *before, name = pointer["before"]
    _load(models_dir, name)
    _write_pointer(models_dir, name, before)
    return str(name)


def promoted_name(models_dir: Path) -> str | None:
    """The name in the pointer, whether or not it loads."""
    name = _pointer(models_dir)["promoted"]
    return str(name) if name else None


def _load(models_dir: Path, name: str) -> Predictor:
    folder = models_dir / name
    if "/" in name or name.startswith(".") or not (folder / "manifest.json").is_file():
        raise ModelError(f"{folder}: no such model; `triage models list` shows those there are")
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise ModelError(
                f"{folder}: made for format {manifest['format']}, this code reads {FORMAT}; run `triage train --promote`"
            )
        for file, expected in manifest["files"].items():
            if file not in _FILES or _digest(folder / file) != expected:
                raise ModelError(
                    f"{folder / file}: damaged (its SHA-256 is not the manifest's); train again or roll back"
                )
        parts = json.loads((folder / "parts.json").read_text(encoding="utf-8"))
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            state = _unpack(parts, {key: arrays[key] for key in arrays.files})
        return Predictor(name, _parts(state), _thresholds(manifest["card"]), manifest["card"])
    except ModelError:
        raise
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


def _pointer(models_dir: Path) -> dict[str, Any]:
    try:
        read = json.loads((models_dir / POINTER).read_text(encoding="utf-8"))
        return {"promoted": read["promoted"], "before": list(read["before"])}
    except FileNotFoundError:
        return {"promoted": None, "before": []}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{models_dir / POINTER}: cannot be read; `triage models promote NAME` writes it anew"
        ) from error


def _write_pointer(models_dir: Path, name: str, before: list[str]) -> None:
    building = models_dir / f".{POINTER}-{os.getpid()}"
    _write(building, json.dumps({"promoted": name, "before": before[-20:]}))
    building.replace(models_dir / POINTER)
    _sync_folder(models_dir)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        _sync(file.fileno())


def _sync(descriptor: int) -> None:
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
