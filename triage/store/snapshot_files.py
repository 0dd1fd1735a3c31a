"""Files of training sets: one line a message, its id in clear, everything else encrypted with the snapshot's own key.

The key is content in the store (`training_snapshots.key_blob_id`): changing the keys at rest re-encrypts it with all
others, and dropping it makes every copy of the file unreadable. Lines can be taken out by their ids without any key.
"""

import base64
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from triage.domain.errors import DataError

KEY_BITS = 256
_NONCE = 12


def new_key() -> bytes:
    """A key for one snapshot."""
    return AESGCM.generate_key(KEY_BITS)


def write(path: Path, rows: Iterable[Mapping[str, Any]], *, key: bytes) -> None:
    """Writes a snapshot (0600) so that it is there whole or not at all. Each row needs an `id`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    cipher = AESGCM(key)
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        for row in rows:
            file.write(f"{_sealed(cipher, row)}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read(path: Path, *, key: bytes) -> Iterator[dict[str, Any]]:
    """The rows of a snapshot, without those that were taken out since. Raises DataError where it cannot be read."""
    cipher = AESGCM(key)
    try:
        with path.open(encoding="ascii") as file:
            for line in file:
                yield _opened(cipher, json.loads(line))
    except (OSError, ValueError, KeyError, TypeError, InvalidTag, zlib.error) as error:
        raise DataError(f"{path}: no snapshot, or not with this key ({type(error).__name__})") from None


def _sealed(cipher: AESGCM, row: Mapping[str, Any]) -> str:
    nonce = os.urandom(_NONCE)
    data = zlib.compress(json.dumps(dict(row), ensure_ascii=False).encode(), 1)
    sealed = nonce + cipher.encrypt(nonce, data, str(row["id"]).encode())
    return json.dumps({"id": str(row["id"]), "sealed": base64.b64encode(sealed).decode("ascii")})


def _opened(cipher: AESGCM, line: Mapping[str, str]) -> dict[str, Any]:
    sealed = base64.b64decode(line["sealed"])
    data = cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], line["id"].encode())
    row: dict[str, Any] = json.loads(zlib.decompress(data))
    return row
