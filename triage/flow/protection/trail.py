"""The trail of one person or one message through the audit record, for whoever holds the shell."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from triage.domain.people import Person
from triage.domain.person_request import Sought
from triage.store import audit, persons
from triage.store.audit import Entry
from triage.store.engine import Store, Tx

PAGE = 1000


def trail(
    store: Store, *, person: str | None = None, message_id: int | None = None, officer: Person, now: datetime
) -> list[Entry]:
    """What a person did and what was done about that person, or about one message; everything where neither is named.

    A person is an address or a name: known by an account, or by the pseudonym as long as its key is there.
    """
    with store.read() as tx:
        words: Sequence[str] = [] if message_id is None else [f"message:{message_id}"]
        if person is not None:
            words = _words(tx, person)
        if person is None and message_id is None:
            found = list(_walk(tx))
        else:
            both = [(word, None) for word in words] + [(None, word) for word in words]
            found = [entry for about, actor in both for entry in _walk(tx, about=about, actor=actor)]
    objects = ["audit", *words]
    with store.begin() as tx:
        audit.append(tx, at=now, actor=audit.actor_of(tx, officer), act=audit.Act.EXPORTED, objects=objects)
    return sorted({entry.id: entry for entry in found}.values(), key=lambda entry: entry.id)


def _words(tx: Tx, person: str) -> Sequence[str]:
    words = [f"person:{person_id}" for person_id in persons.accounts_of(tx, Sought.of(person))]
    known = audit.known_pseudonym(tx, person)
    return words if known is None else [*words, known]


def _walk(tx: Tx, *, about: str | None = None, actor: str | None = None) -> Iterator[Entry]:
    after = 0
    while page := audit.entries(tx, after_id=after, limit=PAGE, about=about, actor=actor):
        yield from page
        after = page[-1].id
