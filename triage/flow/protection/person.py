"""A person's request: find everything about an address or a name, export it, correct it, erase it everywhere.

Only cleared officers may: the walk goes through restricted messages too. Every step is put on record, under pseudonyms.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from triage.domain.errors import DataError, NotFound, Refused
from triage.domain.message import Address
from triage.domain.people import Person
from triage.domain.person_request import Found, Hit, Part, Report, Sought, Stays
from triage.domain.protection import Cause, ContentClass
from triage.flow.protection.retain import forget_learnt
from triage.mail.reduced import reduced_mail
from triage.store import audit, persons, pseudonyms, retention, sessions, trained
from triage.store.compact import compact
from triage.store.engine import Store, Tx
from triage.store.holders import forget_in_indexes

EVERYTHING = (ContentClass.RAW, ContentClass.TEXT, ContentClass.NOTES)
CHUNK = 100


def find(store: Store, *, text: str, officer: Person, now: datetime, names: Sequence[str] | None = None) -> Found:
    """Everything about an address or a name. `names`: the names to go by, in the place of those under which the address
    has written. Raises DataError for nothing to seek, NotFound for an officer who is not cleared."""
    if not officer.cleared:
        raise NotFound("no such page")
    sought = Sought.of(text)
    if len(sought.address or "".join(sought.names)) < 3:
        raise DataError("name an address, or a name of at least three letters")
    with store.read() as tx:
        sought = sought.with_found(persons.sent_names(tx, sought)) if names is None else sought.with_names(names)
        found = Found(
            sought=sought,
            hits=tuple(persons.hits(tx, sought)),
            deliveries=tuple(persons.deliveries_to(tx, sought.address)) if sought.address else (),
            notes=persons.notes(tx, sought),
            accounts=tuple(persons.accounts_of(tx, sought)),
        )
    with store.begin() as tx:
        actor = audit.actor_of(tx, officer)
        about = [audit.pseudonym(tx, _main(sought)), f"messages:{len(found.hits)}"]
        audit.append(tx, at=now, actor=actor, act=audit.Act.PERSON_SOUGHT, objects=about)
    return found


def _main(sought: Sought) -> str:
    return sought.address or sought.names[0]


def correct(store: Store, *, address: str, name: str, officer: Person, now: datetime) -> int:
    """Corrects the name of a sender in everything read of that address's mail; returns in how many messages. The original
    mails stay as they came. Raises DataError for a bad name, NotFound where nothing is found or for the uncleared."""
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise DataError("name the right name, in one line")
    found = find(store, text=address, officer=officer, now=now, names=())
    mine = [hit.message_id for hit in found.of(Part.SENT)]
    if not mine or not found.sought.address:
        raise NotFound("no message of this address")
    number = 0
    for start in range(0, len(mine), CHUNK):
        with store.begin() as tx:
            for message_id, message in retention.readings(tx, message_ids=mine[start : start + CHUNK]).items():
                sender = message.sender
                if sender is not None and sender.email.lower() == found.sought.address and sender.name != name:
                    persons.replace_reading(
                        tx, message_id=message_id, message=replace(message, sender=Address(name, sender.email))
                    )
                    number += 1
    with store.begin() as tx:
        actor = audit.actor_of(tx, officer)
        about = [audit.pseudonym(tx, found.sought.address), f"messages:{number}"]
        audit.append(tx, at=now, actor=actor, act=audit.Act.PERSON_CORRECTED, objects=about)
    return number


def erase(
    store: Store,
    *,
    found: Found,
    officer: Person,
    now: datetime,
    learnt_from: Callable[[], Mapping[str, frozenset[str]]] = dict,
    training: Path | None = None,
    forget_lines: Callable[[Collection[str]], object] = len,
) -> Report:
    """Erases a person everywhere: what the person sent goes, in what others wrote the person is blocked out.

    Held messages and reports of misconduct stay, and the report says so; where the person is an officer, the account is
    closed and the name goes from beside the decisions. Raises NotFound for an officer who is not cleared, Refused where
    officers would erase themselves.
    """
    if not officer.cleared:
        raise NotFound("no such page")
    if officer.id is not None and officer.id in found.accounts:
        raise Refused("nobody can erase the account that is at work; ask another cleared officer")
    report = Report(now)
    stay = {hit.message_id for hit in found.hits if hit.held or hit.restricted}
    mine = [hit.message_id for hit in found.of(Part.SENT) if hit.message_id not in stay]
    others = [hit for hit in found.hits if hit.part is not Part.SENT and hit.message_id not in stay]
    report.open = [hit.message_id for hit in found.of(Part.SENT) if hit.work and hit.message_id not in stay]
    for start in range(0, len(mine), CHUNK):
        part = mine[start : start + CHUNK]
        with store.begin() as tx:
            taken = retention.take_content(tx, message_ids=part, content=EVERYTHING, now=now, all_rows=True)
            for content, number in taken.items():
                report.taken[content] = report.taken.get(content, 0) + number
        report.messages += len(part)
    for start in range(0, len(others), CHUNK):
        with store.begin() as tx:
            for hit in others[start : start + CHUNK]:
                _block_out(tx, hit, found.sought, report, now)
    with store.begin() as tx:
        _beside(tx, found, stay, report, now)
        _prove(tx, found, report, officer, now)
    changed = frozenset(line for hit in others for line in trained.line_ids(hit.message_id))
    models = forget_learnt(
        store, learnt_from=learnt_from(), forget_lines=forget_lines, training=training, actor="person", now=now,
        changed=changed,
    )  # fmt: skip
    _what_stays(found, report, models)
    if not compact(store, thorough=True):
        report.stays[Stays.LOG] = []
    return report


def _block_out(tx: Tx, hit: Hit, sought: Sought, report: Report, now: datetime) -> None:
    """Somebody else's message: the person is blocked out of what was read; the original goes for a mail made from that."""
    persons.redact_message(tx, message_id=hit.message_id, sought=sought)
    reading = retention.readings(tx, message_ids=[hit.message_id]).get(hit.message_id)
    if reading is None:
        taken = retention.take_content(
            tx, message_ids=[hit.message_id], content=(ContentClass.RAW, ContentClass.TEXT), now=now
        )
        for content, number in taken.items():
            report.taken[content] = report.taken.get(content, 0) + number
        report.messages += 1
        return
    reading = retention.text_alone(reading)
    raw = reduced_mail(reading, why="person")
    retention.shorten(tx, message_id=hit.message_id, raw=raw, reading=reading, cause=Cause.PERSON, now=now)
    forget_in_indexes(tx, [hit.message_id])
    report.blocked_out += 1


def _beside(tx: Tx, found: Found, stay: set[int], report: Report, now: datetime) -> None:
    """What lies beside messages: notes, letters to the person, accounts, keyed hashes, names in columns."""
    for blob_id, message_id in found.notes.items():
        if message_id not in stay and persons.redact_blob(tx, blob_id, found.sought):
            report.taken[ContentClass.NOTES] = report.taken.get(ContentClass.NOTES, 0) + 1
    report.deliveries = persons.empty_deliveries(tx, found.deliveries)
    words = [word for word in (found.sought.address, *found.sought.names) if word]
    if found.accounts or not found.sought.address:
        called = [*words, *persons.account_names(tx, found.accounts)]
        report.columns = persons.redact_columns(tx, called, mark="erased")
    for person_id in found.accounts:
        sessions.end_sessions(tx, person_id=person_id)
        persons.anonymise_account(tx, person_id=person_id, at=now)
        report.accounts += 1
    if report.accounts:
        report.taken[ContentClass.ACCOUNT] = report.accounts
    if found.sought.address:
        persons.forget_address(tx, found.sought.address)


def _prove(tx: Tx, found: Found, report: Report, officer: Person, now: datetime) -> None:
    words = [word for word in (found.sought.address, *found.sought.names) if word]
    report.pseudonyms = pseudonyms.drop(tx, words)
    actor = audit.actor_of(tx, officer)
    for content, number in report.taken.items():
        if number:
            retention.prove(tx, cause=Cause.PERSON, content=content, number=number, actor=actor, now=now)
    if report.blocked_out:
        retention.prove(
            tx, cause=Cause.PERSON, content=ContentClass.TEXT, number=report.blocked_out, actor=actor, now=now
        )
    objects = [f"messages:{report.messages}", f"blocked_out:{report.blocked_out}", f"accounts:{report.accounts}"]
    audit.append(tx, at=now, actor=actor, act=audit.Act.ERASED, objects=objects)


def _what_stays(found: Found, report: Report, models: Mapping[str, int]) -> None:
    held = [f"message:{hit.message_id}" for hit in found.hits if hit.held]
    restricted = [f"message:{hit.message_id}" for hit in found.hits if hit.restricted and not hit.held]
    gone = [f"message:{hit.message_id}" for hit in found.hits if not (hit.held or hit.restricted)]
    for why, objects in ((Stays.HELD, held), (Stays.RESTRICTED, restricted), (Stays.ROW, gone)):
        if objects:
            report.stays[why] = objects
    report.stays[Stays.AUDIT] = []
    report.stays[Stays.BACKUPS] = []
    if found.hits:
        report.stays[Stays.UNITS] = []
        report.stays[Stays.SOURCE] = []
    if models:
        report.stays[Stays.MODELS] = sorted(models)
