"""Backups while the service runs: the database, and folders that belong to it, in one archive. Never the keys: these go
to a file of their own, because archive and keys together are the mail in clear.

The archive is a tar with `manifest.json` first. SQLite is copied by VACUUM INTO, one consistent view that writers do
not disturb; PostgreSQL by pg_dump, whose custom format pg_restore reads.
"""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from triage.domain.errors import ConfigError, DataError
from triage.durable import sync

MANIFEST = "manifest.json"
SQLITE_MEMBER = "store.sqlite"
POSTGRES_MEMBER = "store.pgdump"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. `folders` are the names under which further folders were added."""

    made_at: datetime
    dialect: str
    folders: tuple[str, ...]


def backup(url: str, archive: Path, *, now: datetime, folders: Mapping[str, Path] | None = None) -> Manifest:
    """Writes an archive (mode 0600) that must not be there yet. Raises ConfigError or DataError in one line."""
    if archive.exists():
        raise DataError(f"{archive}: is there already; name a new file")
    there = {name: path for name, path in (folders or {}).items() if path.is_dir()}
    parsed = make_url(url)
    dialect = parsed.get_backend_name()
    manifest = Manifest(now, dialect, tuple(sorted(there)))
    with _scratch(archive.parent) as scratch:
        if dialect == "sqlite":
            member = scratch / SQLITE_MEMBER
            _copy_sqlite(Path(parsed.database or ""), member)
        else:
            member = scratch / POSTGRES_MEMBER
            _run_postgres(parsed, ["pg_dump", "--format=custom", "--no-owner", f"--file={member}"])
        draft = scratch / "archive.tar"
        with tarfile.open(draft, "w") as tar:
            _add_text(tar, MANIFEST, json.dumps(_as_json(manifest)))
            tar.add(member, arcname=member.name)
            for name, path in sorted(there.items()):
                tar.add(path, arcname=f"folders/{name}")
        draft.chmod(0o600)
        sync(draft)
        draft.rename(archive)
    return manifest


def read_manifest(archive: Path) -> Manifest:
    """What is in an archive. Raises DataError where it is none of ours."""
    try:
        with tarfile.open(archive) as tar:
            file = tar.extractfile(MANIFEST)
            fields = json.loads(file.read()) if file is not None else {}
        if fields.get("format") != FORMAT:
            raise KeyError("format")
        return Manifest(datetime.fromisoformat(fields["made_at"]), fields["dialect"], tuple(fields["folders"]))
    except OSError as error:
        raise DataError(f"{archive}: {error.strerror or 'cannot be read'}") from None
    except (tarfile.TarError, KeyError, ValueError, TypeError):
        raise DataError(f"{archive}: not a backup of this service") from None


def restore(url: str, archive: Path, *, replace: bool, folders: Mapping[str, Path] | None = None) -> Manifest:
    """Puts an archive in the place of the database. The service must not run.

    Raises DataError where the archive is damaged, is of another kind of database, or (without `replace`) something is
    there already; then nothing was changed.
    """
    manifest = read_manifest(archive)
    parsed = make_url(url)
    dialect = parsed.get_backend_name()
    if manifest.dialect != dialect:
        raise DataError(f"{archive}: is of {manifest.dialect}, the configured database is {dialect}")
    targets = {name: path for name, path in (folders or {}).items() if name in manifest.folders}
    if dialect == "sqlite":
        _restore_sqlite(Path(parsed.database or ""), archive, replace=replace)
    else:
        _restore_postgres(parsed, archive, replace=replace)
    with tarfile.open(archive) as tar:
        for name, path in targets.items():
            _extract_folder(tar, f"folders/{name}/", path)
    return manifest


def backup_keys(folder: Path, file: Path) -> int:
    """Writes all key files into one file (0600) that must not be there yet; returns how many."""
    keys = sorted(folder.glob("*.key"))
    if not keys:
        raise ConfigError(f"keys {folder}: there are none; check TRIAGE_KEYS")
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise DataError(f"{file}: is there already; name a new file") from None
    with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
        for key in keys:
            tar.add(key, arcname=key.name)
    return len(keys)


def restore_keys(file: Path, folder: Path) -> int:
    """Writes the keys of a key backup into `folder`; existing key files are never overwritten. Returns how many."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = 0
    try:
        with tarfile.open(file) as tar:
            for member in tar.getmembers():
                source = tar.extractfile(member)
                name = Path(member.name).name
                if source is None or not name.endswith(".key"):
                    continue
                path = folder / name
                key = source.read()
                if path.exists():
                    if path.read_bytes() != key:
                        raise DataError(f"{path}: another key is there already; move it away first")
                    continue
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                    out.write(key)
                written += 1
    except (OSError, tarfile.TarError):
        raise DataError(f"{file}: not a key backup of this service") from None
    return written


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise ConfigError(f"{source}: there is no store; run `triage db upgrade`")
    connection = sqlite3.connect(source, timeout=60, isolation_level=None)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise ConfigError(f"{source}: cannot be copied ({error})") from None
    finally:
        connection.close()


def _restore_sqlite(target: Path, archive: Path, *, replace: bool) -> None:
    if target.exists() and not replace:
        raise DataError(f"{target}: a store is there already; move it away, or say that it may be replaced")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _scratch(target.parent) as scratch:
        draft = scratch / SQLITE_MEMBER
        with tarfile.open(archive) as tar:
            _extract_file(tar, SQLITE_MEMBER, draft)
        connection = sqlite3.connect(draft)
        try:
            whole = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        except sqlite3.Error:
            whole = False
        finally:
            connection.close()
        if not whole:
            raise DataError(f"{archive}: the database in it is damaged")
        draft.chmod(0o600)
        sync(draft)
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        draft.replace(target)


def _restore_postgres(url: URL, archive: Path, *, replace: bool) -> None:
    with _scratch(None) as scratch:
        draft = scratch / POSTGRES_MEMBER
        with tarfile.open(archive) as tar:
            _extract_file(tar, POSTGRES_MEMBER, draft)
        command = ["pg_restore", "--no-owner", "--single-transaction", "--exit-on-error"]
        if replace:
            command += ["--clean", "--if-exists"]
        _run_postgres(url, [*command, f"--dbname={url.database}", str(draft)])


def _run_postgres(url: URL, command: list[str]) -> None:
    """Runs a PostgreSQL client program; the password travels in the environment, not in the list of processes."""
    program = shutil.which(command[0])
    if program is None:
        raise ConfigError(f"{command[0]} is missing; install the PostgreSQL client programs (postgresql-client)")
    named = {
        "PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password, "PGDATABASE": url.database
    }  # fmt: skip
    environ = os.environ | {name: str(value) for name, value in named.items() if value}
    done = subprocess.run([program, *command[1:]], env=environ, capture_output=True, check=False)
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise ConfigError(f"{command[0]} failed: {lines[0] if lines else done.returncode}")


@contextmanager
def _scratch(beside: Path | None) -> Iterator[Path]:
    """A folder for drafts on the same disk, so that the last step is a rename."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=".triage-", dir=beside))
    except OSError as error:
        raise DataError(f"{beside}: {error.strerror}") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def _extract_file(tar: tarfile.TarFile, name: str, target: Path) -> None:
    try:
        source = tar.extractfile(name)
    except KeyError:
        source = None
    if source is None:
        raise DataError("the archive is damaged: its database is missing")
    with target.open("wb") as out:
        shutil.copyfileobj(source, out)


def _extract_folder(tar: tarfile.TarFile, prefix: str, target: Path) -> None:
    """Writes the plain files below a prefix; names that lead out of the folder are left out."""
    for member in tar.getmembers():
        parts = Path(member.name.removeprefix(prefix)).parts
        if not member.name.startswith(prefix) or not member.isfile() or ".." in parts:
            continue
        path = target.joinpath(*parts)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _extract_file(tar, member.name, path)


def _as_json(manifest: Manifest) -> dict[str, object]:
    return {
        "format": FORMAT,
        "made_at": manifest.made_at.isoformat(),
        "dialect": manifest.dialect,
        "folders": list(manifest.folders),
    }
