"""Working side by side: take the next message, say what one looks at, assign, and keep one's own choices."""

from collections.abc import Collection
from datetime import datetime

from triage.domain.errors import DataError, NotFound
from triage.domain.people import Person, Role
from triage.flow.desk.look import end_reminders
from triage.store import assignments, audit, openings, people, preferences
from triage.store.engine import Store, Tx
from triage.store.messages import standing
from triage.store.queues import Order, Queue


def take_next(
    store: Store, *, officer: Person, queue: Queue, order: Order, now: datetime, beyond: int | None = None
) -> int | None:
    """Hands the officer the first message of a list that nobody else has open or was given; None where all are taken."""
    with store.begin() as tx:
        openings.close_all(tx, person_id=officer.id, but=beyond)
        return openings.take_next(tx, viewer=officer, queue=queue, order=order, now=now, beyond=beyond)


def note_opening(store: Store, *, officer: Person, message_id: int, now: datetime) -> None:
    """Books that the officer has a message open, where that is not known yet. Raises NotFound."""
    with store.read() as tx:
        standing(tx, message_id=message_id, cleared=officer.cleared)
        known = openings.fresh(tx, message_id=message_id, person_id=officer.id, now=now)
    end_reminders(store, viewer=officer, message_id=message_id, now=now)
    if known:
        return
    with store.begin() as tx:
        openings.close_all(tx, person_id=officer.id, but=message_id)
        openings.open_one(tx, message_id=message_id, person_id=officer.id, now=now)


def assign(store: Store, *, message_id: int, person_id: int | None, officer: Person, now: datetime) -> None:
    """Gives the inquiry of a message to an officer, None to nobody. Raises NotFound where the message is not for the one
    who assigns, DataError where the other is no officer or may not see it."""
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared)
        if person_id is not None:
            account = people.account(tx, person_id=person_id)
            if account.disabled_at is not None or not _may(account.person, restricted=at.restricted):
                raise DataError("this person cannot be given the message")
        assignments.assign(tx, inquiry_id=at.inquiry_id, person_id=person_id)
        objects = [f"message:{message_id}", f"inquiry:{at.inquiry_id}", f"to:{person_id or 'nobody'}"]
        audit.append(tx, at=now, actor=audit.actor_of(tx, officer), act=audit.Act.ASSIGNED, objects=objects)


def assign_by_language(store: Store, *, message_id: int, language: str, officer: Person, now: datetime) -> Person:
    """Gives the inquiry to the officer who reads its language and has least to do. Raises NotFound where nobody does."""
    with store.read() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared)
        chosen = _least_busy(tx, language=language, restricted=at.restricted)
    if chosen is None:
        raise NotFound("no officer who reads this language")
    assign(store, message_id=message_id, person_id=chosen.id, officer=officer, now=now)
    return chosen


def officers(tx: Tx) -> list[Person]:
    """The people who decide, by name."""
    accounts = people.list_people(tx)
    return [one.person for one in accounts if one.disabled_at is None and one.person.has(Role.OFFICER)]


def prefer_order(store: Store, *, officer: Person, queue: Queue, order: Order) -> None:
    """Keeps the order that a person wants a list in."""
    _prefer(store, officer, preferences.order_name(queue), order.value)


def prefer_languages(store: Store, *, officer: Person, languages: Collection[str]) -> None:
    """Keeps the languages that a person reads, for assignment. Raises DataError for what is no language code."""
    if any(not (code.isascii() and code.isalpha() and len(code) in (2, 3)) for code in languages):
        raise DataError("a language is a code of two or three letters")
    _prefer(store, officer, preferences.LANGUAGES, ",".join(sorted(set(languages)))[:200])


def _prefer(store: Store, officer: Person, name: str, value: str) -> None:
    if officer.id is None:
        return
    with store.begin() as tx:
        preferences.prefer(tx, person_id=officer.id, name=name, value=value)


def _least_busy(tx: Tx, *, language: str, restricted: bool) -> Person | None:
    read_by = preferences.preferred_by_all(tx, name=preferences.LANGUAGES)
    able = [
        person
        for person in officers(tx)
        if _may(person, restricted=restricted) and language in _languages(person, read_by)
    ]
    busy = assignments.loads(tx)
    return min(able, key=lambda person: (busy.get(person.id or 0, 0), person.name), default=None)


def _languages(person: Person, read_by: dict[int, str]) -> set[str]:
    """The languages a person has chosen; where none, the one of the person's screens."""
    return set((read_by.get(person.id or 0) or person.language).split(","))


def _may(person: Person, *, restricted: bool) -> bool:
    return person.has(Role.OFFICER) and (person.cleared or not restricted)
