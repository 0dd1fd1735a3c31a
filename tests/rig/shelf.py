"""Models that are whole on the shelf and cannot be loaded: for what only moves the pointer, which loads nothing."""

import json
from pathlib import Path
from typing import Any

from triage.classify.shelf import FILES, FORMAT, MANIFEST, digest_of


def add_model(folder: Path, name: str, **card: Any) -> None:
    """A model's folder with files of a few bytes and the manifest that fits them."""
    model = folder / name
    model.mkdir(parents=True)
    for file in FILES:
        (model / file).write_text(name)
    files = {file: digest_of(model / file) for file in FILES}
    metrics = {"route_and_country": 0.9, "forward_coverage": 0.5, "forward_wrong": 0.01}
    whole = {"name": name, "data": {"sha256": "0" * 64, "messages": 1}, "metrics": metrics} | card
    (model / MANIFEST).write_text(json.dumps({"format": FORMAT, "files": files, "card": whole}))
