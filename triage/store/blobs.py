"""Content at rest: compressed where that helps, then encrypted with AES-256-GCM. Every blob names its key class and
version; both are bound to the ciphertext, so that a blob cannot be passed off as one of another class.
"""

import os
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from sqlalchemy import bindparam, func, select, text, update

from triage.domain.errors import ConfigError, NotFound
from triage.store.engine import Tx
from triage.store.keys import KeyClass, Keyring
from triage.store.rows import insert_rows
from triage.store.tables import blobs

__all__ = [
    "KeyClass",
    "Keyring",
    "erase",
    "get",
    "get_many",
    "put",
    "put_many",
    "reclass",
    "replace",
    "rewrite",
    "rotate",
]

PLAIN, DEFLATED, ERASED = 0, 1, 2
NONCE_BYTES = 12
SMALLEST_TO_DEFLATE = 400  # below it blocks of the database are saved too seldom
SHORT = 4096
SAMPLE = 1024
WORTH = 0.8  # deflate the whole only if a sample shrinks below this share
CHUNK = 500


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    key_class: KeyClass
    key_version: int
    codec: int
    data: bytes


def put_many(tx: Tx, items: Sequence[tuple[bytes, KeyClass]]) -> list[int]:
    """Stores contents and returns their ids, in order."""
    if not items:
        return []
    rows = [_seal(tx.keyring, data, key_class) for data, key_class in items]
    return insert_rows(tx, blobs, rows)


def put(tx: Tx, data: bytes, key_class: KeyClass) -> int:
    """Stores one content."""
    return put_many(tx, [(data, key_class)])[0]


def get_many(tx: Tx, ids: Iterable[int]) -> dict[int, bytes]:
    """The contents by id in one query; erased ones are left out."""
    return {row.id: _open(tx.keyring, row) for row in _rows(tx, ids) if row.codec != ERASED}


def get(tx: Tx, blob_id: int) -> bytes:
    """One content. Raises NotFound where it is erased or never was."""
    try:
        return get_many(tx, [blob_id])[blob_id]
    except KeyError:
        raise NotFound("no such content, or it has been erased") from None


def replace(tx: Tx, blob_id: int, *, data: bytes, key_class: KeyClass) -> None:
    """Puts another content in the place of one, which is gone for good."""
    tx.connection.execute(update(blobs).where(blobs.c.id == blob_id).values(**_seal(tx.keyring, data, key_class)))


def rewrite(tx: Tx, blob_id: int, *, data: bytes) -> None:
    """Puts another content in the place of one, under the key class that it has. An erased one stays erased."""
    row = next(iter(_rows(tx, [blob_id], lock=True)), None)
    if row is not None and row.codec != ERASED:
        replace(tx, blob_id, data=data, key_class=row.key_class)


def erase(tx: Tx, ids: Iterable[int]) -> None:
    """Takes the content for good; the row stays, empty."""
    wanted = list(ids)
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        tx.connection.execute(update(blobs).where(blobs.c.id.in_(part)).values(data=b"", codec=ERASED))


def reclass(tx: Tx, ids: Iterable[int], key_class: KeyClass) -> None:
    """Encrypts contents anew under the current key of another class."""
    _reseal(tx, [row for row in _rows(tx, ids, lock=True) if row.key_class is not key_class], key_class)


def rotate(tx: Tx, *, after_id: int, limit: int) -> int | None:
    """Encrypts up to `limit` blobs beyond `after_id` anew, as far as their key version is not the current one.

    Returns the id to go on from, None at the end.
    """
    # Locked, because whoever replaces or erases one meanwhile must not find the old content back.
    query = select(blobs).where(blobs.c.id > after_id).order_by(blobs.c.id).limit(limit).with_for_update()
    rows = [_Row(*row) for row in tx.connection.execute(query)]
    for key_class in KeyClass:
        current = tx.keyring.current(key_class)
        _reseal(tx, [row for row in rows if row.key_class is key_class and row.key_version != current], key_class)
    return rows[-1].id if len(rows) == limit else None


def in_use(tx: Tx) -> dict[tuple[KeyClass, int], int]:
    """How many contents each key opens; reads the whole table's heads."""
    query = (
        select(blobs.c.key_class, blobs.c.key_version, func.count())
        .where(blobs.c.codec != ERASED)
        .group_by(blobs.c.key_class, blobs.c.key_version)
    )
    return {(row[0], row[1]): row[2] for row in tx.connection.execute(query)}


def hold_writers(tx: Tx) -> None:
    """Waits for everybody who is writing contents and lets nobody begin until the end of the transaction (SQLite has one
    writer anyway)."""
    if tx.postgres:
        tx.connection.execute(text("LOCK TABLE blobs IN SHARE ROW EXCLUSIVE MODE"))


def _rows(tx: Tx, ids: Iterable[int], *, lock: bool = False) -> list[_Row]:
    wanted = sorted(set(ids))
    rows: list[_Row] = []
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        query = select(blobs).where(blobs.c.id.in_(part))
        rows += [_Row(*row) for row in tx.connection.execute(query.with_for_update() if lock else query)]
    return rows


def _reseal(tx: Tx, rows: list[_Row], key_class: KeyClass) -> None:
    changed = [
        {"b_id": row.id, **_seal(tx.keyring, _open(tx.keyring, row), key_class)} for row in rows if row.codec != ERASED
    ]
    if changed:
        tx.connection.execute(update(blobs).where(blobs.c.id == bindparam("b_id")), changed)


def _seal(keyring: Keyring, data: bytes, key_class: KeyClass) -> dict[str, object]:
    codec = PLAIN
    if len(data) >= SMALLEST_TO_DEFLATE and _shrinks(data):
        data, codec = _deflated(data), DEFLATED
    version = keyring.current(key_class)
    nonce = os.urandom(NONCE_BYTES)
    sealed = keyring.cipher(key_class, version).encrypt(nonce, data, _binding(key_class, version, codec))
    return {"key_class": key_class, "key_version": version, "codec": codec, "data": nonce + sealed}


def _shrinks(data: bytes) -> bool:
    """Judged by the middle of long contents, where mail has its attachments in base64, not worth the time."""
    if len(data) <= 4 * SAMPLE:
        return True
    middle = (len(data) - SAMPLE) // 2
    return len(_deflated(data[middle : middle + SAMPLE])) < SAMPLE * WORTH


def _deflated(data: bytes) -> bytes:
    """Fast rather than small; with small tables for short contents, which else cost more to clear than to fill."""
    short = len(data) <= SHORT
    stream = zlib.compressobj(1, zlib.DEFLATED, 12 if short else 15, 5 if short else 8)
    return stream.compress(data) + stream.flush()


def _open(keyring: Keyring, row: _Row) -> bytes:
    binding = _binding(row.key_class, row.key_version, row.codec)
    try:
        data = keyring.cipher(row.key_class, row.key_version).decrypt(
            row.data[:NONCE_BYTES], row.data[NONCE_BYTES:], binding
        )
    except InvalidTag:
        raise ConfigError(
            f"content {row.id}: these keys do not open it; use the keys that belong to this database"
        ) from None
    return zlib.decompress(data) if row.codec == DEFLATED else data


def _binding(key_class: KeyClass, version: int, codec: int) -> bytes:
    return f"{key_class}:{version}:{codec}".encode()
