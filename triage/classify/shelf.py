"""The models folder without the models: which there are, which one serves, what their cards say. Standard library only,
so that the web process may ask and move the pointer too.

`promoted.json` is the pointer: the promoted name and those promoted before it. It is replaced by a rename, under a lock
among processes, so that it names one whole model at any moment, whoever is killed when. What happens to a model later is
written into its card the same way.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.domain.errors import ModelError, NotFound
from triage.durable import write_synced

FORMAT = 6  # raised whenever the code reads features or files differently
POINTER = "promoted.json"
MANIFEST = "manifest.json"
FILES = ("arrays.npz", "parts.json")
KEPT_BEFORE = 20
BUILDING = ".building-"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model on disk, as listed."""

    name: str
    promoted: bool
    card: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The models in one folder; see `domain.ports.ModelShelf`."""

    folder: Path

    def serving(self) -> str | None:
        """The name in the pointer, whether or not it loads. Raises ModelError where the pointer cannot be read."""
        name = self._pointer()["promoted"]
        return str(name) if name else None

    def before(self) -> list[str]:
        """The names promoted before, oldest first."""
        return [str(name) for name in self._pointer()["before"]]

    def stamp(self) -> tuple[int, int]:
        """Changes whenever the pointer is replaced; (0, 0) where there is none."""
        try:
            found = (self.folder / POINTER).stat()
        except OSError:
            return (0, 0)
        return (found.st_ino, found.st_mtime_ns)

    def models(self) -> list[ModelInfo]:
        """Every whole model, oldest first."""
        promoted = self._pointer()["promoted"]
        infos = []
        for manifest in sorted(self.folder.glob(f"m-*/{MANIFEST}")):
            try:
                card = json.loads(manifest.read_text(encoding="utf-8"))["card"]
            except (OSError, ValueError, KeyError):
                continue
            infos.append(ModelInfo(manifest.parent.name, manifest.parent.name == promoted, card))
        return infos

    def names(self) -> list[str]:
        """The whole models that there are, oldest first."""
        return [path.parent.name for path in sorted(self.folder.glob(f"m-*/{MANIFEST}"))]

    def card(self, name: str) -> dict[str, Any]:
        """What a model says of itself. Raises ModelError where there is no such model."""
        card = self.manifest(name)["card"]
        assert isinstance(card, dict)
        return card

    def manifest(self, name: str) -> dict[str, Any]:
        """The manifest of a model made for this code. Raises ModelError in one line."""
        folder = self.folder / name
        if "/" in name or name.startswith(".") or not (folder / MANIFEST).is_file():
            raise ModelError(f"{folder}: no such model; `triage models list` shows those there are")
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            made_for = manifest["format"]
            _ = manifest["files"], manifest["card"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            reason = str(error).split("\n", 1)[0][:120]
            raise ModelError(f"{folder}: does not fit this code ({reason}); run `triage train --promote`") from error
        if made_for != FORMAT:
            raise ModelError(
                f"{folder}: made for format {made_for}, this code reads {FORMAT}; run `triage train --promote`"
            )
        assert isinstance(manifest, dict)
        return manifest

    def check(self, name: str) -> None:
        """Raises ModelError where a model is not whole: missing, of another format, or with a file that is not the one
        its manifest names."""
        folder = self.folder / name
        for file, expected in self.manifest(name)["files"].items():
            if file not in FILES or digest_of(folder / file) != expected:
                raise ModelError(
                    f"{folder / file}: damaged (its SHA-256 is not the manifest's); train again or roll back"
                )

    def point(self, name: str) -> str | None:
        """Lets a model serve from now on; returns the one that did. Raises ModelError for one that is not whole."""
        with self._locked():
            self.check(name)
            try:
                pointer = self._pointer()
            except ModelError:  # unreadable: this writes it anew
                pointer = {"promoted": None, "before": []}
            was = pointer["promoted"]
            before = [*pointer["before"], was] if was not in (None, name) else pointer["before"]
            self._replace(name, before)
            return None if was is None else str(was)

    def step_back(self) -> str:
        """Back to the model promoted before; returns its name. Raises NotFound where there is none."""
        with self._locked():
            pointer = self._pointer()
            if not pointer["before"]:
                raise NotFound(f"{self.folder}: no model was promoted before this one")
            *before, name = pointer["before"]
            self.check(name)
            self._replace(name, before)
            return str(name)

    def note(self, name: str, key: str, value: Any) -> None:
        """Writes something into a model's card; a list that is there already (`history`) grows by it."""
        with self._locked():
            manifest = self.manifest(name)
            held = manifest["card"].get(key)
            manifest["card"][key] = [*held, *value] if isinstance(held, list) and isinstance(value, list) else value
            write_synced(self.folder / name, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))

    def drop(self, name: str) -> bool:
        """Takes a model away that does not serve and did not serve before; False where it does or did."""
        with self._locked():
            pointer = self._pointer()
            folder = self.folder / name
            if name in (pointer["promoted"], *pointer["before"]) or not (folder / MANIFEST).is_file():
                return False
            gone = self.folder / f"{BUILDING}{name}"
            folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
        return True

    def _pointer(self) -> dict[str, Any]:
        try:
            read = json.loads((self.folder / POINTER).read_text(encoding="utf-8"))
            return {"promoted": read["promoted"], "before": list(read["before"])}
        except FileNotFoundError:
            return {"promoted": None, "before": []}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{self.folder / POINTER}: cannot be read; `triage models promote NAME` writes it anew"
            ) from error

    def _replace(self, name: str, before: list[str]) -> None:
        write_synced(self.folder, POINTER, json.dumps({"promoted": name, "before": before[-KEPT_BEFORE:]}))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time; the system frees the lock with the process, however it ends."""
        if not self.folder.is_dir():
            raise ModelError(f"{self.folder}: no such folder; run `triage train --promote`")
        with (self.folder / _LOCK).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def digest_of(path: Path) -> str:
    """SHA-256 of a file; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
