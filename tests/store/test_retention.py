"""Mail is kept no longer than it must be: what goes, what stays, and what is left to prove it."""

import json
import os
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import START, mail
from triage.domain.errors import NotFound
from triage.domain.lifecycle import MessageState
from triage.domain.protection import Cause, ContentClass, Periods
from triage.flow.desk.look import look, look_raw
from triage.flow.protection.holds import hold, lift
from triage.flow.protection.retain import Places, Retain
from triage.store import audit, holds, retention, trained
from triage.store.backup import backup
from triage.store.holders import HOLDERS, INDEXES
from triage.store.protection_tables import shortened
from triage.store.tables import blobs, messages, metadata

YEAR = 365 * 86400.0
ALL = Periods(attachments=30, raw=60, text=90, notes=120, logs=20)


def retain(office: Office, periods: Periods = ALL, **more: object) -> Retain:
    return Retain(store=office.store, clock=office.clock, periods=periods, batch_size=2, **more)  # type: ignore[arg-type]


def with_attachment(number: int = 1) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Fatou Ndiaye <fatou@ngo.example>", "ipd@office.example", "With a file"
    made["Date"], made["Message-ID"] = "Mon, 02 Mar 2026 07:00:00 +0000", f"<file-{number}@ngo.example>"
    made.set_content(f"DMM the letter {number} with a file about boats")
    made.add_attachment(b"secret plan " * 40, maintype="application", subtype="pdf", filename="plan.pdf")
    return made.as_bytes(policy=SMTP)


def settle(office: Office, *mails: bytes) -> None:
    """Mails that came in, were decided with a note, and left."""
    office.arrive(*mails)
    for message in office.messages():
        if message.state is MessageState.IN_REVIEW:
            office.decide(message.id, "DMM", note="the boat people")
    office.send()


def test_every_column_that_refers_to_content_is_registered() -> None:
    referring = {
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is blobs for key in column.foreign_keys)
    }
    assert {holder.column for holder in HOLDERS} == referring
    assert len(HOLDERS) == len(referring)


def test_every_table_with_words_or_senders_of_mail_is_registered() -> None:
    """A table keyed by a message with free text, or with keyed hashes of people, forgets messages through INDEXES."""
    suspicious = {
        table.name
        for table in metadata.sorted_tables
        if "message_id" in table.columns
        and table is not messages
        and table.columns["message_id"].primary_key
        and any(
            c.type.__class__.__name__ in ("Text", "Variant", "TSVECTOR") or c.name == "words" for c in table.columns
        )
    }
    assert suspicious <= set(INDEXES)
    assert {"search_texts", "senders"} <= set(INDEXES)


def test_attachments_go_first_and_the_text_stays(office: Office) -> None:
    settle(office, with_attachment(), mail(message_id="<plain@ngo.example>"))
    plain = look_raw(office.store, viewer=CLEARED, message_id=2, now=office.clock.now())
    office.clock.pass_(31 * 86400)
    taken = retain(office).run()
    assert taken[ContentClass.ATTACHMENTS] == 1
    raw = look_raw(office.store, viewer=CLEARED, message_id=1, now=office.clock.now())
    assert b"c2VjcmV0IHBsYW4" not in raw and b"secret plan" not in raw
    detail = look(office.store, viewer=CLEARED, message_id=1, now=office.clock.now())
    assert detail.message is not None
    assert "about boats" in detail.message.text and detail.message.attachment_text == ""
    assert detail.summary.erased_at is None
    assert look_raw(office.store, viewer=CLEARED, message_id=2, now=office.clock.now()) == plain
    assert ContentClass.ATTACHMENTS not in retain(office).run(), "once is enough"


def test_the_original_goes_then_the_text_then_the_notes_and_the_row_stays(office: Office) -> None:
    settle(
        office, with_attachment(), mail(message_id="<2@ngo.example>"), mail("IPD spam", message_id="<3@ngo.example>")
    )
    office.clock.pass_(61 * 86400)
    assert retain(office).run()[ContentClass.RAW] == 3
    with pytest.raises(NotFound):
        look_raw(office.store, viewer=CLEARED, message_id=1, now=office.clock.now())
    assert look(office.store, viewer=CLEARED, message_id=1, now=office.clock.now()).summary.subject == "With a file"
    office.clock.pass_(30 * 86400)
    assert retain(office).run()[ContentClass.TEXT] > 3
    gone = look(office.store, viewer=CLEARED, message_id=1, now=office.clock.now())
    assert (gone.message, gone.summary.subject, gone.summary.sender) == (None, "", None)
    assert gone.summary.erased_at == office.clock.now()
    assert gone.prediction is not None and gone.prediction.policied.prediction.evidence == ()
    assert any(entry.note == "the boat people" for entry in gone.history)
    office.clock.pass_(30 * 86400)
    assert retain(office).run()[ContentClass.NOTES] == 3
    gone = look(office.store, viewer=CLEARED, message_id=1, now=office.clock.now())
    assert not any(entry.note for entry in gone.history)
    assert gone.summary.state is MessageState.FORWARDED
    assert office.books().balanced
    with office.store.read() as tx:
        assert tx.connection.execute(select(blobs.c.id).where(blobs.c.data != b"")).all() == []
        for index in INDEXES:
            assert tx.connection.execute(metadata.tables[index].select()).all() == []


def test_the_proof_tells_how_much_and_nothing_else(office: Office) -> None:
    settle(office, *(mail(message_id=f"<{n}@ngo.example>", subject="Zebrafinch") for n in range(5)))
    office.clock.pass_(YEAR)
    numbers = retain(office).run()
    with office.store.read() as tx:
        proofs = retention.list_proofs(tx)
        entries = audit.entries(tx)
        assert audit.verify(tx).whole
    assert {proof.content: proof.number for proof in proofs} == numbers
    assert all(proof.cause is Cause.RETENTION and proof.at == office.clock.now() for proof in proofs)
    assert len(proofs) == len(numbers), "one row a class and round, however many batches"
    assert entries[-1].act == "erased" and "raw:5" in entries[-1].objects
    assert "zebrafinch" not in repr(proofs).lower()


def test_open_work_and_holds_stay_and_the_dry_run_says_so(office: Office) -> None:
    settle(office, *(mail(message_id=f"<{n}@ngo.example>") for n in range(3)))
    office.arrive(mail(message_id="<open@ngo.example>", text="DMM still to be decided, this one"))
    number = hold(office.store, message_id=1, reason="a court asks", officer=OFFICER, now=office.clock.now())
    office.clock.pass_(YEAR)
    worker = retain(office)
    before = {planned.content: (planned.due, planned.held, planned.open) for planned in worker.plan()}
    assert before[ContentClass.RAW] == before[ContentClass.TEXT] == (2, 1, 1)
    taken = worker.run()
    assert taken[ContentClass.RAW] == 2
    for kept in (1, 4):
        assert look_raw(office.store, viewer=CLEARED, message_id=kept, now=office.clock.now())
    with office.store.read() as tx:
        (standing,) = holds.list_holds(tx, message_id=1)
    assert (standing.reason, standing.id) == ("a court asks", number)
    lift(office.store, hold_id=number, officer=OFFICER, now=office.clock.now())
    assert retain(office).run()[ContentClass.RAW] == 1
    with office.store.read() as tx:
        assert holds.list_holds(tx) == []
        acts = [entry.act for entry in audit.entries(tx)]
    assert acts.count("held") == acts.count("hold_lifted") == 1


def test_a_hold_on_an_inquiry_covers_its_later_messages(office: Office) -> None:
    settle(office, mail(message_id="<a@ngo.example>"))
    hold(office.store, message_id=1, whole_inquiry=True, reason="audit", officer=OFFICER, now=office.clock.now())
    settle(office, mail("DMM and one more thing for this", message_id="<b@ngo.example>", In_Reply_To="<a@ngo.example>"))
    office.clock.pass_(YEAR)
    assert retain(office).run().get(ContentClass.RAW, 0) == 0


def test_nothing_is_due_where_periods_are_off(office: Office) -> None:
    settle(office, mail())
    office.clock.pass_(50 * YEAR)
    worker = retain(office, Periods())
    assert worker.run() == {}
    assert all(planned.due == 0 and planned.before is None for planned in worker.plan())


def test_the_worker_rests_between_rounds(office: Office) -> None:
    settle(office, mail(message_id="<1@ngo.example>"))
    worker = retain(office, Periods(text=90), every_seconds=3600)
    assert worker.step() == 0
    office.clock.pass_(YEAR)
    worker._next_at = office.clock.now() + timedelta(seconds=1)
    assert worker.step() == 0, "not yet"
    office.clock.pass_(2)
    assert worker.step() > 0


def test_what_holds_a_text_goes_no_later_than_the_text() -> None:
    periods = Periods(attachments=500, raw=400, text=100)
    assert [periods.days(c) for c in (ContentClass.ATTACHMENTS, ContentClass.RAW, ContentClass.TEXT)] == [100, 100, 100]
    assert Periods(raw=10).days(ContentClass.TEXT) == 0


def test_empty_looks_into_the_mailbox_go_and_the_books_balance(office: Office) -> None:
    settle(office, mail())
    for _ in range(5):
        office.ingest.poll(office.source)
    office.clock.pass_(21 * 86400)
    assert retain(office).run()[ContentClass.LOGS] == 5
    assert office.books().balanced and office.books().seen == 1


def test_deleted_text_leaves_training_copies_similar_lists_and_names_its_models(office: Office, tmp_path: Path) -> None:
    settle(office, mail(message_id="<1@ngo.example>"))
    folder = tmp_path / "training"
    folder.mkdir()
    lines = [json.dumps({"id": f"officer-{n}", "body": f"text {n}"}) for n in (1, 2)] + ['{"id": "mix-1"}']
    (folder / "corrections.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    office.clock.pass_(YEAR / 2)
    office.arrive(mail("DMM a later question that is like it", message_id="<2@ngo.example>"))
    learnt = {"first-word-1": frozenset({"officer-1", "t-1"}), "other": frozenset({"t-1"})}
    worker = retain(office, Periods(text=90), learnt_from=lambda: learnt, places=Places(training=folder))
    worker.run()
    assert (folder / "corrections.jsonl").read_text(encoding="utf-8").count("officer-1") == 0
    assert (folder / "corrections.jsonl").read_text(encoding="utf-8").count("\n") == 2
    with office.store.read() as tx:
        assert trained.due_for_retraining(tx) == {"first-word-1": 1}


def test_old_archives_go_and_other_files_stay(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "archives"
    folder.mkdir()
    backup(office.store.url, folder / "old.tar", now=START)
    backup(office.store.url, folder / "new.tar", now=START + timedelta(days=50))
    (folder / "letter.txt").write_text("not ours")
    os.utime(folder / "letter.txt", (0, 0))
    office.clock.pass_(60 * 86400)
    worker = retain(office, Periods(backups=30), places=Places(backups=folder))
    assert worker.run()[ContentClass.BACKUPS] == 1
    assert sorted(path.name for path in folder.iterdir()) == ["letter.txt", "new.tar"]


def test_a_mail_whose_content_is_gone_comes_back_instead_of_leaving(office: Office) -> None:
    """A message that is taken up again after its text went cannot be forwarded any more; a person is told."""
    settle(office, mail())
    office.clock.pass_(YEAR)
    retain(office).run()
    from triage.flow.desk.review import reopen

    reopen(office.store, message_id=1, version=None, officer=OFFICER, now=office.clock.now())
    office.decide(1, "DOE")
    office.send()
    assert office.state(1) is MessageState.IN_REVIEW
    assert office.deliveries()[0].error_code == "cannot_be_composed"


def test_shortened_mails_are_booked_once(office: Office) -> None:
    settle(office, with_attachment(1), with_attachment(2), with_attachment(3))
    office.clock.pass_(31 * 86400)
    assert retain(office).run()[ContentClass.ATTACHMENTS] == 3
    with office.store.read() as tx:
        assert len(tx.connection.execute(select(shortened)).all()) == 3
