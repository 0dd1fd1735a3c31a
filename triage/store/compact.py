"""After erasure: what the database still keeps of deleted content in its files is given up.

SQLite overwrites deleted content by itself (secure_delete) but for the log beside the file, which is emptied here, and
the search index, which is merged. With `thorough` the file is written anew. PostgreSQL keeps dead rows until a vacuum;
`thorough` writes the tables of content anew (VACUUM FULL locks each while it does).
"""

import sqlite3
import time

from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from triage.store.desk_tables import SQLITE_INDEX, search_texts, senders
from triage.store.engine import Store, make_engine
from triage.store.holders import HOLDERS
from triage.store.house_tables import people, sign_in_attempts
from triage.store.protection_tables import pseudonym_keys
from triage.store.tables import blobs, correspondents

PATIENCE_SECONDS = 20.0
CONTENT_TABLES = sorted(
    {one.table.name for one in HOLDERS}
    | {t.name for t in (blobs, correspondents, people, pseudonym_keys, search_texts, senders, sign_in_attempts)}
)


def compact(store: Store, *, thorough: bool) -> bool:
    """Gives up what is left of erased content; True where nothing is left in the files.

    False: others read or write all the time, so that the log could not be emptied; the next run does it.
    """
    return _postgres(store, thorough=thorough) if store.many_workers else _sqlite(store, thorough=thorough)


def _postgres(store: Store, *, thorough: bool) -> bool:
    engine = make_engine(store.url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in CONTENT_TABLES:
                connection.execute(text(f'VACUUM {"(FULL)" if thorough else ""} "{name}"'))
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return True


def _sqlite(store: Store, *, thorough: bool) -> bool:
    """By a connection of its own without any transaction, which VACUUM does not work in."""
    connection = sqlite3.connect(str(make_url(store.url).database), timeout=PATIENCE_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"INSERT INTO {SQLITE_INDEX} ({SQLITE_INDEX}) VALUES ('optimize')")  # noqa: S608 - a constant
        if thorough:
            connection.execute("VACUUM")
        end = time.monotonic() + PATIENCE_SECONDS
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > end:
                return False
            time.sleep(0.2)
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True
