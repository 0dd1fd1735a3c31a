"""The two proofs: the audit chain shows any tampering, the books any difference."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, update

from tests.store.office import Office
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.store import audit, ledger, settings, workers
from triage.store.engine import Store, Tx
from triage.store.house_tables import audit as rows
from triage.store.house_tables import audit_head
from triage.store.outcomes import Outcome
from triage.store.tables import arrivals, deliveries, messages, polls


def _record(store: Store, number: int) -> None:
    from tests.store.parts import START

    for place in range(number):
        with store.begin() as tx:
            audit.append(tx, at=START, actor="person:1", act=audit.Act.DECIDED, objects=[f"message:{place}", "x"])


def test_an_untouched_chain_is_whole(store: Store) -> None:
    with store.read() as tx:
        assert audit.verify(tx) == audit.Verified(0)
    _record(store, 5)
    with store.read() as tx:
        assert audit.verify(tx) == audit.Verified(5)
        assert [entry.id for entry in audit.entries(tx, about="message:3")] == [4]
        assert audit.entries(tx, actor="person:2") == []


@pytest.mark.parametrize(
    ("tamper", "broken_at"),
    [
        (lambda tx: tx.connection.execute(update(rows).where(rows.c.id == 3).values(actor="person:2")), 3),
        (lambda tx: tx.connection.execute(update(rows).where(rows.c.id == 3).values(objects="message:9")), 3),
        (lambda tx: tx.connection.execute(delete(rows).where(rows.c.id == 3)), 3),
        (lambda tx: tx.connection.execute(delete(rows).where(rows.c.id == 5)), 4),
        (lambda tx: tx.connection.execute(delete(rows)), 0),
        (lambda tx: tx.connection.execute(update(audit_head).values(entries=4)), 5),
        (lambda tx: tx.connection.execute(delete(audit_head)), None),
    ],
    ids=["actor", "object", "middle", "end", "all", "head", "no head"],
)
def test_tampering_shows(store: Store, tamper: Callable[[Tx], object], broken_at: int | None) -> None:
    _record(store, 5)
    with store.begin() as tx:
        tamper(tx)
    with store.read() as tx:
        verified = audit.verify(tx)
    assert not verified.whole
    assert verified.broken_at == broken_at


@pytest.mark.parametrize(
    ("tamper", "word"),
    [
        (lambda tx: tx.connection.execute(update(polls).values(seen=7)), "saw 7 mails"),
        (lambda tx: tx.connection.execute(update(polls).values(stored=0)), "counted"),
        (lambda tx: tx.connection.execute(update(arrivals).values(outcome=Outcome.FAILED)), "no arrival"),
        (
            lambda tx: tx.connection.execute(update(messages).values(delivery_state=DeliveryState.FAILED)),
            "another state",
        ),
        (
            lambda tx: tx.connection.execute(update(deliveries).values(state=DeliveryState.CANCELLED)),
            "without a delivery",
        ),
        (lambda tx: tx.connection.execute(update(messages).values(delivery_id=None)), "without a delivery"),
    ],
    ids=["seen", "stored", "arrival", "lead state", "delivery", "no lead"],
)
def test_any_difference_is_named(office: Office, tamper: Callable[[Tx], object], word: str) -> None:
    office.decide(office.one().id)
    assert office.books().balanced
    with office.store.begin() as tx:
        tamper(tx)
    books = office.books()
    assert not books.balanced
    assert any(word in difference for difference in books.differences), books.differences


def test_a_message_from_nowhere_is_named(office: Office) -> None:
    line = office.one()
    with office.store.begin() as tx:
        row = dict(tx.connection.execute(messages.select()).one()._mapping)
        row |= {"id": 77, "fingerprint": b"other", "inquiry_id": line.inquiry_id}
        tx.connection.execute(insert(messages).values(row))
    assert any("there are 2 messages" in difference for difference in office.books().differences)


def test_the_books_list_the_newest_polls(office: Office) -> None:
    for _ in range(3):
        office.one()
    with office.store.read() as tx:
        books = ledger.books(tx, newest_polls=2)
    assert [(line.id, line.seen, line.stored, line.pending, line.error) for line in books.polls] == [
        (3, 1, 1, 0, None),
        (2, 1, 1, 0, None),
    ]
    assert books.messages[MessageState.IN_REVIEW] == 3


def test_settings_keep_their_past(store: Store) -> None:
    from tests.store.parts import START

    with store.begin() as tx:
        assert settings.get_setting(tx, "gate", False) is False
        settings.set_setting(tx, "gate", value={"open": True}, actor="person:1", now=START)
        settings.set_setting(tx, "gate", value=None, actor="person:1", now=START)
        assert settings.get_setting(tx, "gate", False) is None


def test_workers_give_signs_of_life(office: Office) -> None:
    with office.store.begin() as tx:
        workers.beat(tx, name="one", pid=1, now=office.clock.now())
        workers.beat(tx, name="two", pid=2, now=office.clock.pass_(5))
        workers.beat(tx, name="one", pid=1, now=office.clock.pass_(5))
        workers.stop(tx, name="two", now=office.clock.now())
        found = workers.list_workers(tx)
        assert [(w.name, w.stopped_at is None) for w in found] == [("one", True), ("two", False)]
        workers.forget(tx, before=office.clock.now())
        assert [w.name for w in workers.list_workers(tx)] == ["one"]
