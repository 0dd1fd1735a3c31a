"""Ask and index: a search becomes an opaque word; messages of before the index are put into it."""

from datetime import datetime

from triage.domain.errors import Refused
from triage.domain.people import Person
from triage.store import saved_searches, search_index
from triage.store.engine import Store
from triage.store.indexing import entries
from triage.store.search import Query

CHUNK = 200


def ask(store: Store, *, query: Query, person: Person, now: datetime) -> str:
    """Keeps a search for a person and returns the word that stands for it in addresses."""
    if person.id is None:
        raise Refused("only a person with an account has saved searches")
    with store.begin() as tx:
        return saved_searches.save(tx, query=query, person_id=person.id, now=now)


def fill_index(store: Store) -> int:
    """Indexes every message that ought to be in the index and is not; returns how many. May be repeated at any time."""
    done, after = 0, 0
    while True:
        with store.read() as tx:
            ids = search_index.missing(tx, after_id=after, limit=CHUNK)
        if not ids:
            return done
        with store.begin() as tx:
            search_index.put_many(tx, entries(tx, message_ids=ids))
        done, after = done + len(ids), ids[-1]
