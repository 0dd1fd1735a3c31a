"""Which messages a model learnt from, as far as it stores them: the lines behind its list of similar messages."""

import json
import os
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from triage.classify.shelf import FILES, MANIFEST, digest_of
from triage.durable import sync, write_synced

BUILDING = ".building-"


def learnt_from(models_dir: Path) -> dict[str, frozenset[str]]:
    """By model name the ids of the training lines that it keeps. Reads only; a model that cannot be read has none."""
    found: dict[str, frozenset[str]] = {}
    for path in sorted(models_dir.glob("m-*/parts.json")):
        try:
            found[path.parent.name] = frozenset(str(label[0]) for label in _labels(_parts(path)))
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            found[path.parent.name] = frozenset()
    return found


def forget_lines(models_dir: Path, line_ids: Collection[str]) -> int:
    """Takes the words of these training lines out of every model that keeps them; returns how many models were changed.

    What a model keeps of a line in words is its subject. The line's id and its numbers stay: the model predicts as before,
    and is still known to have learnt from it. The folder is built anew beside the old one and put in its place.
    """
    changed = 0
    for path in sorted(models_dir.glob("m-*/parts.json")):
        try:
            parts = _parts(path)
            mine = [label for label in _labels(parts) if str(label[0]) in line_ids and label[2]]
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            continue
        if mine:
            for label in mine:
                label[2] = ""
            _put(path.parent, parts)
            changed += 1
    return changed


def _parts(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _labels(parts: Any) -> Any:
    return parts["map"]["similar"]["map"]["labels"]["value"]


def _put(folder: Path, parts: Any) -> None:
    building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=folder.parent))
    aside = building / "old"
    try:
        new = building / "new"
        shutil.copytree(folder, new, copy_function=os.link)
        (new / "parts.json").unlink()
        write_synced(new, "parts.json", json.dumps(parts, ensure_ascii=False, separators=(",", ":")))
        manifest = json.loads((new / MANIFEST).read_text(encoding="utf-8"))
        manifest["files"] = {file: digest_of(new / file) for file in FILES}
        write_synced(new, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        folder.rename(aside)  # whoever loads it at this very moment takes the model before it
        new.rename(folder)
    finally:
        if aside.exists() and not folder.exists():
            aside.rename(folder)
        shutil.rmtree(building, ignore_errors=True)
    sync(folder.parent)
