"""Keys of the content at rest: one per class and version, in files beside the database and never inside it.

A key file is 32 random bytes, mode 0600, named `<class>-<version>.key`; `hash.key` keys the fingerprints and
pseudonyms, `audit.key` the audit chain. Where files are not wanted, `from_secret` derives the same keys (HKDF-SHA256)
from one secret, which the environment may hold. Losing the keys is losing the content.
"""

import os
import secrets
import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from triage.domain.errors import ConfigError

KEY_BYTES = 32
MINIMUM_SECRET = 32


class KeyClass(StrEnum):
    """Which key opens a blob. RESTRICTED: reports of misconduct and everything said about them."""

    ORDINARY = "ordinary"
    RESTRICTED = "restricted"


class Keyring:
    """All keys in memory, shared by threads. Another process may add a version: whoever writes looks at the folder's time
    first, so that every running process uses a new key from the moment it is there, and no old one after that."""

    def __init__(
        self,
        keys: Mapping[tuple[KeyClass, int], bytes],
        *,
        hash_key: bytes,
        audit_key: bytes,
        folder: Path | None = None,
    ) -> None:
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self.hash_key = hash_key
        self.audit_key = audit_key
        self.folder = folder
        self._seen = 0 if folder is None else _time_of(folder)
        for key_class in KeyClass:
            if not any(name[0] is key_class for name in keys):
                raise ConfigError(f"keys: there is no {key_class} key; restore the keys from their backup")

    @classmethod
    def open(cls, folder: Path, *, create: bool) -> "Keyring":
        """Reads the keys in `folder`; with `create`, makes the folder (0700) and the first keys (0600) where there are
        none at all. Raises ConfigError where keys are missing, damaged or readable by others."""
        if create and not (folder.is_dir() and any(folder.glob("*.key"))):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in ("hash", "audit", *(f"{key_class}-1" for key_class in KeyClass)):
                _write_new(folder / f"{name}.key", secrets.token_bytes(KEY_BYTES))
        if not folder.is_dir():
            raise ConfigError(f"keys {folder}: no such folder; set TRIAGE_KEYS, or restore the keys from their backup")
        keys = {name: _read(path) for name, path in _files(folder).items()}
        return cls(keys, hash_key=_read(folder / "hash.key"), audit_key=_read(folder / "audit.key"), folder=folder)

    @classmethod
    def from_secret(cls, secret: str) -> "Keyring":
        """Derives version 1 of every key from one secret of at least 32 characters. Raises ConfigError if shorter."""
        if len(secret.strip()) < MINIMUM_SECRET:
            raise ConfigError(f"TRIAGE_KEY: too short; use at least {MINIMUM_SECRET} random characters")
        material = secret.strip().encode()

        def derive(purpose: str) -> bytes:
            return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=b"ipd-triage", info=purpose.encode()).derive(
                material
            )

        keys = {(key_class, 1): derive(f"{key_class}-1") for key_class in KeyClass}
        return cls(keys, hash_key=derive("hash"), audit_key=derive("audit"))

    def current(self, key_class: KeyClass) -> int:
        """The version that encrypts new blobs of this class."""
        self._look()
        return max(self.versions(key_class))

    def versions(self, key_class: KeyClass) -> list[int]:
        """The versions of a class that there are, oldest first."""
        return sorted(version for name, version in list(self._ciphers) if name is key_class)

    def cipher(self, key_class: KeyClass, version: int) -> AESGCM:
        """The cipher of one key. Raises ConfigError where the key is not there."""
        found = self._ciphers.get((key_class, version))
        if found is None:
            self._look()
            found = self._ciphers.get((key_class, version))
        if found is None:
            raise ConfigError(
                f"keys: version {version} of the {key_class} key is missing; restore the keys from their backup"
            )
        return found

    def _look(self) -> None:
        """Takes up keys that another process has added. Keys that are gone are kept in memory until this process ends."""
        if self.folder is None:
            return
        changed_at = _time_of(self.folder)
        if changed_at == self._seen:
            return
        for name, path in _files(self.folder).items():
            if name not in self._ciphers:
                self._ciphers[name] = AESGCM(_read(path))
        self._seen = changed_at

    def age_seconds(self, key_class: KeyClass) -> float:
        """How long ago the newest key of a class was made; endless where no file tells."""
        if self.folder is None:
            return float("inf")
        path = self.folder / f"{key_class}-{self.current(key_class)}.key"
        return max(0.0, time.time() - path.stat().st_mtime)

    def remove_version(self, key_class: KeyClass, version: int) -> None:
        """Removes the file of an old key. The caller has made sure, under a lock, that nothing is encrypted with it."""
        if self.folder is None or version == self.current(key_class):
            raise ConfigError("keys: the current key is never removed")
        (self.folder / f"{key_class}-{version}.key").unlink(missing_ok=True)
        self._ciphers.pop((key_class, version), None)

    def add_version(self, key_class: KeyClass) -> int:
        """Makes a new key of a class and lets it encrypt from now on; old blobs keep theirs until `blobs.rotate`.

        Raises ConfigError where the keys come from a secret: there is no folder to keep a new one in.
        """
        if self.folder is None:
            raise ConfigError("keys: they are derived from TRIAGE_KEY; move to a key folder before rotating")
        version = self.current(key_class) + 1
        key = secrets.token_bytes(KEY_BYTES)
        _write_new(self.folder / f"{key_class}-{version}.key", key)
        self._ciphers[key_class, version] = AESGCM(key)
        return version


def _files(folder: Path) -> dict[tuple[KeyClass, int], Path]:
    """The files of versioned keys in a folder."""
    found: dict[tuple[KeyClass, int], Path] = {}
    for path in sorted(folder.glob("*-*.key")):
        word, _, version = path.stem.rpartition("-")
        if word in set(KeyClass) and version.isdecimal():
            found[KeyClass(word), int(version)] = path
    return found


def _time_of(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _read(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        key = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"keys {path}: {error.strerror}; restore the keys from their backup") from None
    if mode & 0o077:
        raise ConfigError(f"keys {path}: others can read it; chmod 600 it")
    if len(key) != KEY_BYTES:
        raise ConfigError(f"keys {path}: {len(key)} bytes instead of {KEY_BYTES}; restore the keys from their backup")
    return key


def _write_new(path: Path, key: bytes) -> None:
    """Writes a key that must not be there yet, readable by its owner alone, and flushes it to the disk. It appears whole:
    other processes read it as soon as it is there."""
    if path.exists():
        raise ConfigError(f"keys {path}: is there already; another rotation is at work")
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    os.link(draft, path)  # unlike a rename it never replaces a key
    draft.unlink()
