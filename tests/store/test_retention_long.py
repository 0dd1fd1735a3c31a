"""Retention over a store of 100,000 messages: everything due goes, nothing else, the files hold nothing, screens answer."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from tests.store.office import CLEARED, Office
from tests.store.parts import mail
from triage.domain.lifecycle import MessageState
from triage.domain.protection import ContentClass, Periods
from triage.flow.desk.look import look
from triage.flow.protection.retain import Retain
from triage.store import blobs, listing
from triage.store.engine import Store
from triage.store.keys import Keyring
from triage.store.protection_tables import TEXT_THERE
from triage.store.queues import Queue
from triage.store.tables import blobs as blob_rows
from triage.store.tables import messages

NUMBER = 100_000
KEPT_BACK = 100


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_retention_over_a_hundred_thousand_messages(migrated_sqlite: Path, keyring: Keyring, tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    shutil.copyfile(migrated_sqlite, path)
    store = Store(f"sqlite:///{path}", keyring)
    office = Office(store)
    office.ingest = type(office.ingest)(
        store=store, reader=office.ingest._reader, clock=office.clock, own=office.ingest._own, batch_size=500
    )
    office.source.mails = [
        mail(
            f"DMM zebrafinch {n} asks about boat {n * 7919 % 10_007}",
            subject=f"Quokka {n}",
            message_id=f"<{n}@x.example>",
        )
        for n in range(NUMBER)
    ]
    assert office.ingest.poll(office.source).stored == NUMBER
    with store.begin() as tx:
        settled = update(messages).where(messages.c.id > KEPT_BACK).values(state=MessageState.KEPT)
        tx.connection.execute(settled)
        tx.connection.execute(update(messages).where(messages.c.id <= KEPT_BACK).values(state=MessageState.IN_REVIEW))
    office.clock.pass_(400 * 86400)
    worker = Retain(store=store, clock=office.clock, periods=Periods(raw=30, text=60, notes=90))
    planned = {one.content: (one.due, one.open) for one in worker.plan()}
    assert planned[ContentClass.TEXT] == (NUMBER - KEPT_BACK, KEPT_BACK)
    taken = worker.run()
    assert taken[ContentClass.RAW] == NUMBER - KEPT_BACK
    with store.read() as tx:
        assert tx.connection.execute(select(func.count()).select_from(messages)).scalar_one() == NUMBER
        assert (
            tx.connection.execute(select(func.count()).select_from(messages).where(TEXT_THERE)).scalar_one()
            == KEPT_BACK
        )
        left = select(func.count()).select_from(blob_rows).where(blob_rows.c.codec != blobs.ERASED)
        assert tx.connection.execute(left).scalar_one() == 3 * KEPT_BACK
        words = tx.connection.execute(text("SELECT count(*) FROM search_texts")).scalar_one()
        assert words <= KEPT_BACK
        counted = listing.counts(tx, viewer=CLEARED, now=office.clock.now())
        assert counted[Queue.REVIEW] == KEPT_BACK
        page = listing.list_page(tx, viewer=CLEARED, queue=Queue.KEPT, now=office.clock.now())
    assert page.messages[0].subject == "" and page.messages[0].erased_at == office.clock.now()
    assert look(store, viewer=CLEARED, message_id=NUMBER, now=office.clock.now()).message is None
    assert office.books().balanced
    store.dispose()
    assert not (tmp_path / "store.sqlite-wal").exists() or not (tmp_path / "store.sqlite-wal").stat().st_size
    data = path.read_bytes()
    assert b"zebrafinch" not in data.lower() and b"Quokka" not in data
