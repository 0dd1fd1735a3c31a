"""Pseudonyms of people in the audit record, each under a key of its own.

Without a name's key nobody can tell its pseudonym any more, not even the holder of all other keys; so erasing a person
drops the key, and the record stays whole and says of the entries only that it was one and the same person.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from sqlalchemy import delete, insert, select

from triage.store.engine import Tx
from triage.store.protection_tables import pseudonym_keys

KEY_BYTES = 32
PSEUDONYM_BYTES = 16


def known(tx: Tx, name: str) -> bytes | None:
    """The pseudonym of a name; None where it has none or its key is gone."""
    query = select(pseudonym_keys.c.key).where(pseudonym_keys.c.name_hash == _name_hash(tx, name))
    key = tx.connection.execute(query).scalar_one_or_none()
    return None if key is None else _derive(tx, key, name)


def given(tx: Tx, name: str) -> bytes:
    """The pseudonym of a name, with a new key where it has none."""
    found = known(tx, name)
    if found is not None:
        return found
    tx.lock("pseudonym keys")
    found = known(tx, name)
    if found is None:
        key = secrets.token_bytes(KEY_BYTES)
        tx.connection.execute(insert(pseudonym_keys).values(name_hash=_name_hash(tx, name), key=key))
        found = _derive(tx, key, name)
    return found


def drop(tx: Tx, names: Iterable[str]) -> int:
    """Drops the keys of names for good; returns how many there were."""
    hashes = {_name_hash(tx, name) for name in names}
    return tx.connection.execute(delete(pseudonym_keys).where(pseudonym_keys.c.name_hash.in_(hashes))).rowcount


def _plain(name: str) -> str:
    return name.strip().lower()


def _name_hash(tx: Tx, name: str) -> bytes:
    return tx.hash("pseudonym key", _plain(name))


def _derive(tx: Tx, key: bytes, name: str) -> bytes:
    text = b"pseudonym\0" + key + _plain(name).encode()
    return hmac.digest(tx.keyring.hash_key, text, hashlib.sha256)[:PSEUDONYM_BYTES]
