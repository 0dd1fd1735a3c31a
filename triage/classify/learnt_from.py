"""Which messages a model learnt from, as far as it stores them: the lines behind its list of similar messages."""

import json
from pathlib import Path


def learnt_from(models_dir: Path) -> dict[str, frozenset[str]]:
    """By model name the ids of the training lines that it keeps. Reads only; a model that cannot be read has none."""
    found: dict[str, frozenset[str]] = {}
    for path in sorted(models_dir.glob("m-*/parts.json")):
        try:
            labels = json.loads(path.read_text(encoding="utf-8"))["map"]["similar"]["map"]["labels"]["value"]
            found[path.parent.name] = frozenset(str(label[0]) for label in labels)
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            found[path.parent.name] = frozenset()
    return found
