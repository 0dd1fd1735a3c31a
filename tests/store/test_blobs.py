"""Content at rest."""

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from triage.domain.errors import ConfigError, NotFound
from triage.store import blobs
from triage.store.engine import Store
from triage.store.keys import KeyClass, Keyring
from triage.store.tables import blobs as rows

BIG = bytes(range(256)) * 100


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=6000), st.sampled_from(KeyClass)), max_size=6))
def test_what_is_put_is_got(store: Store, items: list[tuple[bytes, KeyClass]]) -> None:
    with store.begin() as tx:
        ids = blobs.put_many(tx, items)
        found = blobs.get_many(tx, ids)
    assert [found[key] for key in ids] == [data for data, _ in items]


def test_content_is_encrypted_and_compressed_where_it_helps(store: Store) -> None:
    text, noise = b"the same words again and again " * 500, Keyring.from_secret("x" * 40).hash_key * 400
    with store.begin() as tx:
        ids = blobs.put_many(
            tx, [(text, KeyClass.ORDINARY), (b"short", KeyClass.RESTRICTED), (noise[:5000], KeyClass.ORDINARY)]
        )
        kept = {row.id: row for row in tx.connection.execute(select(rows))}
    assert len(kept[ids[0]].data) < len(text) / 10
    assert b"words" not in kept[ids[0]].data and b"short" not in kept[ids[1]].data
    assert kept[ids[1]].key_class is KeyClass.RESTRICTED


def test_erased_content_is_gone(store: Store) -> None:
    with store.begin() as tx:
        first, second = blobs.put_many(tx, [(b"one", KeyClass.ORDINARY), (b"two", KeyClass.ORDINARY)])
        blobs.erase(tx, [first])
        assert blobs.get_many(tx, [first, second]) == {second: b"two"}
        with pytest.raises(NotFound):
            blobs.get(tx, first)
        assert tx.connection.execute(select(rows.c.data).where(rows.c.id == first)).scalar_one() == b""


def test_a_blob_cannot_pass_for_one_of_another_class(store: Store) -> None:
    with store.begin() as tx:
        key = blobs.put(tx, b"secret", KeyClass.RESTRICTED)
        tx.connection.execute(update(rows).values(key_class=KeyClass.ORDINARY))
        with pytest.raises(ConfigError, match="keys"):
            blobs.get(tx, key)


def test_becoming_restricted_encrypts_anew(store: Store) -> None:
    with store.begin() as tx:
        key = blobs.put(tx, BIG, KeyClass.ORDINARY)
        blobs.reclass(tx, [key], KeyClass.RESTRICTED)
        assert tx.connection.execute(select(rows.c.key_class)).scalar_one() is KeyClass.RESTRICTED
        assert blobs.get(tx, key) == BIG


def test_rotation_brings_everything_under_the_new_key(store: Store, url: str, tmp_path: Path) -> None:
    keyring = Keyring.open(tmp_path / "keys", create=True)
    opened = Store(url, keyring)
    with opened.begin() as tx:
        ids = blobs.put_many(tx, [(b"%d" % n, KeyClass.ORDINARY if n % 2 else KeyClass.RESTRICTED) for n in range(7)])
        blobs.erase(tx, ids[:1])
    assert keyring.add_version(KeyClass.ORDINARY) == 2
    after: int | None = 0
    while after is not None:
        with opened.begin() as tx:
            after = blobs.rotate(tx, after_id=after, limit=3)
    (tmp_path / "keys" / "ordinary-1.key").unlink()
    opened.dispose()
    again = Store(url, Keyring.open(tmp_path / "keys", create=False))
    with again.read() as tx:
        assert blobs.get_many(tx, ids) == {key: b"%d" % n for n, key in enumerate(ids) if n}
    again.dispose()


def test_other_keys_open_nothing(store: Store, url: str) -> None:
    with store.begin() as tx:
        key = blobs.put(tx, b"content", KeyClass.ORDINARY)
    stranger = Store(url, Keyring.from_secret("another secret that is long enough too"))
    with stranger.read() as tx, pytest.raises(ConfigError, match="do not open"):
        blobs.get(tx, key)
    stranger.dispose()


def test_key_files_are_made_once_and_for_their_owner(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with pytest.raises(ConfigError, match="TRIAGE_KEYS"):
        Keyring.open(folder, create=False)
    made = Keyring.open(folder, create=True)
    assert Keyring.open(folder, create=True).hash_key == made.hash_key
    assert {path.name for path in folder.iterdir()} == {"audit.key", "hash.key", "ordinary-1.key", "restricted-1.key"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    assert len({path.read_bytes() for path in folder.iterdir()}) == 4


def test_damaged_or_missing_keys_say_how_to_mend(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    Keyring.open(folder, create=True)
    (folder / "hash.key").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        Keyring.open(folder, create=True)
    (folder / "hash.key").chmod(0o600)
    (folder / "restricted-1.key").unlink()
    with pytest.raises(ConfigError, match="no restricted key"):
        Keyring.open(folder, create=True)
    (folder / "ordinary-1.key").write_bytes(b"short")
    with pytest.raises(ConfigError, match="5 bytes"):
        Keyring.open(folder, create=True)
    with pytest.raises(ConfigError, match="too short"):
        Keyring.from_secret("short")
