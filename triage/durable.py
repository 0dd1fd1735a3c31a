"""Files that are there whole or not at all, and still there after a power cut."""

import os
from pathlib import Path


def write_synced(folder: Path, name: str, text: str) -> None:
    """Puts a file into a folder, or another in its place, so that it is there whole or not at all."""
    building = folder / f".{name}-{os.getpid()}"
    with building.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    building.replace(folder / name)
    sync(folder)


def sync(path: Path) -> None:
    """Makes what a file holds last, or the names in a folder, such as one that was just given."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
