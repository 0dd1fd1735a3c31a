"""Copies of content in files: lines exported for training, and archives of backups."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from triage.domain.errors import DataError
from triage.store.backup import read_manifest


def due_snapshots(folder: Path | None, before: datetime | None) -> list[Path]:
    """Training copies that were last written before a time."""
    if folder is None or before is None or not folder.is_dir():
        return []
    return [path for path in sorted(folder.glob("*.jsonl")) if _written_at(path) < before]


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def old_archives(folder: Path | None, before: datetime | None) -> list[Path]:
    """Backups of this service, known by what is in them, that were made before a time. Other files are left alone."""
    if folder is None or before is None or not folder.is_dir():
        return []
    found: list[Path] = []
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        try:
            if read_manifest(path).made_at < before:
                found.append(path)
        except DataError:
            continue
    return found


def drop_lines(folder: Path | None, *, is_erased: Callable[[frozenset[str]], set[str]]) -> int:
    """Takes the lines of erased messages out of training copies; each file is replaced at once. Returns how many."""
    number = 0
    if folder is None or not folder.is_dir():
        return 0
    for leftover in folder.glob(".*.jsonl.new"):  # of a process that was lost in the middle
        leftover.unlink(missing_ok=True)
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        ids = [_id_of(line) for line in lines]
        gone = is_erased(frozenset(one for one in ids if one))
        if not gone:
            continue
        kept = [line for line, one in zip(lines, ids, strict=True) if one not in gone]
        written_at = path.stat()
        draft = path.with_name(f".{path.name}.new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in kept)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        os.utime(path, ns=(written_at.st_atime_ns, written_at.st_mtime_ns))  # its age is that of its texts
        number += len(lines) - len(kept)
    return number


def _id_of(line: str) -> str:
    try:
        return str(json.loads(line)["id"])
    except (ValueError, KeyError, TypeError):
        return ""
