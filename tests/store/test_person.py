"""A person's request: everything is found, handed over, corrected and erased, and what stays is said."""

import base64
import json
import quopri
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import mail
from triage.domain.errors import DataError, NotFound
from triage.domain.lifecycle import MessageState, Purpose
from triage.domain.people import Person, Role
from triage.domain.person_request import Part, Sought, Stays
from triage.domain.protection import ContentClass
from triage.flow.desk.look import look, look_raw
from triage.flow.people import people as accounts
from triage.flow.protection.holds import hold
from triage.flow.protection.person import correct, erase, find
from triage.flow.protection.person_export import as_html, export
from triage.store import audit, deliveries, people, pseudonyms, retention
from triage.store.deliveries import NewDelivery
from triage.store.letters import Letter
from triage.store.tables import blobs, correspondents, metadata

NAME, ADDRESS = "Zenaida Quixote", "zenaida.quixote@ngo.example"
OTHER = "Bo Li <bo@other.example>"


def populate(office: Office) -> None:
    """1: hers, forwarded. 2: somebody else's, sent to her in copy. 3: names her over a line end. 4: nothing about her.
    5: a report of misconduct that names her. 6: hers, still in review."""
    office.arrive(mail("DMM boats, please", sender=f"{NAME} <{ADDRESS}>", message_id="<1@x.example>", subject="Boats"))
    office.decide(1, "DMM", note=f"call {NAME} back")
    office.send()
    office.arrive(mail("IML law please", sender=OTHER, message_id="<2@x.example>", Cc=f"{NAME} <{ADDRESS}>"))
    office.arrive(
        mail(f"ICP as {NAME.upper().replace(' ', chr(10))} said\nhello", sender=OTHER, message_id="<3@x.example>")
    )
    office.arrive(mail("MCD photographs of a quixotic kind", sender=OTHER, message_id="<4@x.example>"))
    office.arrive(mail(f"misconduct of {ADDRESS} at the office", sender=OTHER, message_id="<5@x.example>"))
    office.arrive(mail("DOE trucks, please", sender=f"{NAME} <{ADDRESS}>", message_id="<6@x.example>"))
    with office.store.begin() as tx:
        letter = Letter("We have your mail", f"Dear {NAME}", name=NAME).encode()
        new = NewDelivery(Purpose.ACKNOWLEDGEMENT, "", ADDRESS, office.clock.now(), 1, private=True, content=letter)
        deliveries.create(tx, new=new, now=office.clock.now())


def test_everything_is_found(office: Office) -> None:
    populate(office)
    found = find(office.store, text=ADDRESS.upper(), officer=CLEARED, now=office.clock.now())
    assert found.sought.names == (NAME,), "the name under which she writes"
    assert {hit.message_id: hit.part for hit in found.hits} == {
        1: Part.SENT, 2: Part.CORRESPONDENT, 3: Part.MENTIONED, 5: Part.MENTIONED, 6: Part.SENT
    }  # fmt: skip
    assert [hit.message_id for hit in found.hits if hit.restricted] == [5]
    assert len(found.deliveries) == 1
    assert 1 in found.notes.values(), "the officer's note"
    by_name = find(office.store, text=NAME.lower(), officer=CLEARED, now=office.clock.now())
    assert {hit.message_id for hit in by_name.hits} == {1, 2, 3, 6}
    assert find(office.store, text="nobody@x.example", officer=CLEARED, now=office.clock.now()).nothing


def test_only_the_cleared_may_ask(office: Office) -> None:
    populate(office)
    with pytest.raises(NotFound):
        find(office.store, text=ADDRESS, officer=OFFICER, now=office.clock.now())
    found = find(office.store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    with pytest.raises(NotFound):
        erase(office.store, found=found, officer=OFFICER, now=office.clock.now())
    with pytest.raises(DataError):
        find(office.store, text=" ", officer=CLEARED, now=office.clock.now())


def test_the_export_holds_her_words_and_of_others_only_what_names_her(office: Office) -> None:
    populate(office)
    found = find(office.store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    parts = export(office.store, found=found, officer=CLEARED, now=office.clock.now())
    text = json.dumps(parts, ensure_ascii=False)
    assert "boats, please" in text and "trucks, please" in text and f"Dear {NAME}" in text
    assert "law please" not in text and "hello" not in text, "other people's words"
    assert "misconduct" not in text and 5 not in [one["id"] for one in parts["mentions"]]
    assert "Amina" not in text, "officers are other people too"
    for language in ("en", "fr", "es"):
        page = as_html(parts | {"names": ["<script>alert(1)</script>"]}, language=language)
        assert "boats, please" in page and "<script>" not in page


def test_after_an_erasure_nothing_is_left_but_what_is_said(office: Office) -> None:
    populate(office)
    found = find(office.store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    report = erase(office.store, found=found, officer=CLEARED, now=office.clock.now())
    assert (report.messages, report.blocked_out, report.deliveries) == (2, 2, 1)
    assert report.open == [6]
    assert Stays.LOG not in report.stays, "nothing of it is left in the database's files"
    assert report.stays[Stays.RESTRICTED] == ["message:5"]
    again = find(office.store, text=ADDRESS, officer=CLEARED, now=office.clock.now(), names=[NAME])
    assert [hit.message_id for hit in again.hits] == [5]
    assert not again.deliveries and not again.notes
    mine = look(office.store, viewer=CLEARED, message_id=1, now=office.clock.now())
    assert (mine.message, mine.summary.state, mine.summary.erased_at) == (
        None, MessageState.FORWARDED, office.clock.now()
    )  # fmt: skip
    theirs = look(office.store, viewer=CLEARED, message_id=3, now=office.clock.now())
    assert theirs.message is not None and "said" in theirs.message.text and "\u2588" in theirs.message.text
    assert b"said" in base64.b64decode(
        look_raw(office.store, viewer=CLEARED, message_id=3, now=office.clock.now()).split(b"\r\n\r\n")[1]
    )
    untouched = look_raw(office.store, viewer=CLEARED, message_id=4, now=office.clock.now())
    assert b"quixotic" in untouched and b"X-Triage-Shortened" not in untouched
    assert office.books().balanced


def decrypted(office: Office) -> Iterator[bytes]:
    """Every content that the keys open, and every clear column."""
    from triage.store.blobs import get_many

    with office.store.read() as tx:
        yield from get_many(tx, tx.connection.execute(select(blobs.c.id)).scalars()).values()
        for table in metadata.sorted_tables:
            for row in tx.connection.execute(table.select()):
                yield repr(tuple(row)).encode()


def encodings(word: str) -> Iterator[bytes]:
    """A word as it may stand in a file."""
    for form in (word, word.lower(), word.upper(), word.replace(" ", "\n"), word.replace(" ", "_")):
        for codec in ("utf-8", "utf-16-le", "utf-16-be"):
            data = form.encode(codec)
            yield from (data, quopri.encodestring(data))
            for shift in range(3):  # base64 of a longer text that holds the word at any place
                yield base64.b64encode(b" " * shift + data)[4:-4]


def test_not_even_with_the_keys_can_the_name_be_found(office: Office) -> None:
    """What a search through every decrypted content and every column finds after an erasure: the report that stays."""
    populate(office)
    found = find(office.store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    forms = [*encodings(NAME), *encodings(ADDRESS)]
    assert sum(any(form in data for form in forms) for data in decrypted(office)) > 6
    erase(office.store, found=found, officer=CLEARED, now=office.clock.now())
    left = [data for data in decrypted(office) if any(form in data for form in forms)]
    assert left and all(b"misconduct" in data for data in left)


def test_holds_keep_what_they_hold(office: Office) -> None:
    populate(office)
    hold(office.store, message_id=1, reason="a court asks", officer=CLEARED, now=office.clock.now())
    found = find(office.store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    report = erase(office.store, found=found, officer=CLEARED, now=office.clock.now())
    assert report.stays[Stays.HELD] == ["message:1"]
    assert look_raw(office.store, viewer=CLEARED, message_id=1, now=office.clock.now())


def test_audit_entries_stay_whole_and_lose_their_person(office: Office) -> None:
    populate(office)
    with office.store.begin() as tx:
        before = audit.pseudonym(tx, ADDRESS)
    found = find(office.store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    with office.store.read() as tx:
        assert any(before in entry.objects for entry in audit.entries(tx))
    report = erase(office.store, found=found, officer=CLEARED, now=office.clock.now())
    assert report.pseudonyms == 1
    with office.store.read() as tx:
        assert audit.known_pseudonym(tx, ADDRESS) is None
        assert audit.verify(tx).whole
        assert any(before in entry.objects for entry in audit.entries(tx)), "the entry itself stays"
    with office.store.begin() as tx:
        assert audit.pseudonym(tx, ADDRESS) != before, "a new key makes another pseudonym"
        assert pseudonyms.known(tx, ADDRESS) is not None


def test_the_proof_holds_figures_only(office: Office) -> None:
    populate(office)
    found = find(office.store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    report = erase(office.store, found=found, officer=CLEARED, now=office.clock.now())
    with office.store.read() as tx:
        proofs = retention.list_proofs(tx)
        assert tx.connection.execute(select(correspondents)).all()
    assert sum(p.number for p in proofs if p.content is ContentClass.RAW) == report.taken[ContentClass.RAW] == 2
    assert "quixote" not in repr(proofs).lower()


def test_an_officers_account_is_closed_and_the_name_leaves_the_decisions(office: Office) -> None:
    person = Person(None, NAME, ADDRESS, frozenset({Role.OFFICER}))
    added = accounts.add_account(
        office.store, person=person, password="long enough a word", actor=None, now=office.clock.now()
    )
    office.one()
    office.decide(1, "DMM", officer=added)
    found = find(office.store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    assert found.accounts == (added.id,)
    report = erase(office.store, found=found, officer=CLEARED, now=office.clock.now())
    assert report.accounts == 1 and report.columns >= 1
    with office.store.read() as tx:
        account = people.account(tx, person_id=added.id or 0)
    assert (account.person.name, account.person.roles) == (f"erased-{added.id}", frozenset())
    assert account.disabled_at is not None
    assert office.message(1).decision is not None and office.message(1).decision.officer == "erased"  # type: ignore[union-attr]


def test_a_correspondent_called_like_an_officer_does_not_take_the_officer_along(office: Office) -> None:
    person = Person(None, NAME, "officer@office.example", frozenset({Role.OFFICER}))
    added = accounts.add_account(
        office.store, person=person, password="long enough a word", actor=None, now=office.clock.now()
    )
    office.arrive(mail(sender=f"{NAME} <{ADDRESS}>"))
    office.decide(1, "DMM", officer=added)
    found = find(office.store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    assert found.accounts == ()
    erase(office.store, found=found, officer=CLEARED, now=office.clock.now())
    assert office.message(1).decision is not None and office.message(1).decision.officer == NAME  # type: ignore[union-attr]


def test_a_senders_name_is_corrected_everywhere_it_is_shown(office: Office) -> None:
    populate(office)
    assert correct(office.store, address=ADDRESS, name="Zenaida  Quijote", officer=CLEARED, now=office.clock.now()) == 2
    seen = look(office.store, viewer=CLEARED, message_id=1, now=office.clock.now())
    assert seen.message is not None and seen.message.sender is not None and seen.summary.sender is not None
    assert seen.message.sender.name == seen.summary.sender.name == "Zenaida Quijote"
    with pytest.raises(DataError):
        correct(office.store, address=ADDRESS, name=" ", officer=CLEARED, now=office.clock.now())
    with pytest.raises(NotFound):
        correct(office.store, address="no@x.example", name="A B", officer=CLEARED, now=office.clock.now())


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Zenaida\nQuixote", True),
        ("QUIXOTE, Zenaida", True),
        ("Zenaida Quixotes", False),
        ("zenaida.quixote@ngo.example.", True),
        ("zenaida.quixote@ngo.example.org", False),
        ("xzenaida.quixote@ngo.example", False),
        ("<zenaida.quixote@NGO.example>", True),
    ],
)
def test_who_is_meant(text: str, there: bool) -> None:
    sought = Sought.of(ADDRESS).with_found([NAME, "Info"])
    assert bool(sought.pattern.search(text)) is there
    assert sought.names == (NAME,), "a single word may mean anybody"
    assert len(sought.redact(text)) == len(text)


def test_models_that_learnt_from_it_are_named_and_copies_lose_their_lines(office: Office, tmp_path: Path) -> None:
    populate(office)
    (tmp_path / "a.jsonl").write_text('{"id": "officer-1", "body": "boats"}\n{"id": "officer-4"}\n', encoding="utf-8")
    found = find(office.store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    report = erase(
        office.store, found=found, officer=CLEARED, now=office.clock.now(), training=tmp_path,
        learnt_from=lambda: {"m-1": frozenset({"officer-1"}), "m-2": frozenset({"officer-4"})},
    )  # fmt: skip
    assert report.stays[Stays.MODELS] == ["m-1"]
    assert (tmp_path / "a.jsonl").read_text(encoding="utf-8") == '{"id": "officer-4"}\n'
