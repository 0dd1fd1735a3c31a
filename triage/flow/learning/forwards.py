"""Past forwards as labels: what people sent on before we came, and to whom, out of their Sent folder or an archive of it.

A sent mail is found to belong to a message of ours as the shadow finds it; then the label points at that message. Where it
carries an original that we do not have, attached or quoted, the label keeps a masked training line of it. What went to
several units at once, or to an office that covers several countries, says too little and is left out; so is whatever the
model takes for a report of misconduct: such a text is never kept for training.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from triage.domain.labels import LabelSource
from triage.domain.message import Message
from triage.domain.people import Person
from triage.domain.ports import Classifier, MailSource, Reader
from triage.domain.taxonomy import Destination, Route
from triage.flow.learning.shadow import Finder, Meant, raws_of
from triage.mail.limits import DEFAULT
from triage.mail.masking import mask_message
from triage.mail.structure import parse_structure
from triage.mail.traces import Trace, trace_of
from triage.store import audit
from triage.store.engine import Store, Tx
from triage.store.imported_labels import NewLabel, add_many

SHORTEST_ORIGINAL = 60  # letters; less says nothing
EVER = datetime(1990, 1, 1, tzinfo=UTC)
ATTACHED, QUOTED = "attached", "quoted"


class Why(StrEnum):
    """Why a sent mail gives no label."""

    UNREADABLE = "unreadable"
    AUTOMATIC = "automatic"  # no person sent it
    NO_UNIT = "no_unit"  # it went to nobody whom we know
    SEVERAL_UNITS = "several_units"
    SEVERAL_COUNTRIES = "several_countries"
    NO_ORIGINAL = "no_original"
    LANGUAGE = "language"
    RESTRICTED = "restricted"


@dataclass(slots=True)
class Imported:
    """What came of an import. `ours`: labels of messages in the store, `foreign`: of others; `known` were there already;
    `left_out` says why other sent mails gave none."""

    seen: int = 0
    ours: int = 0
    foreign: int = 0
    known: int = 0
    left_out: Counter[Why] = field(default_factory=Counter)


def import_forwards(
    store: Store,
    reader: Reader,
    *,
    sources: Sequence[MailSource],
    recipients: Mapping[str, Meant | str],
    actor: Person,
    now: datetime,
    classifier: Classifier | None = None,
) -> Imported:
    """Looks through sent mail. `recipients`: by address what mail to it means; a text is the code of a unit of former
    days. `classifier` says of originals that are not ours what kind of message they are. Importing twice changes nothing.

    Raises Transient or Permanent where a source cannot be read.
    """
    made, finder = Imported(), Finder(store, EVER)
    for source in sources:
        for raws in raws_of(source):
            labels = []
            for raw, result in zip(raws, reader.read(raws), strict=True):
                made.seen += 1
                if result.message is None:
                    made.left_out[Why.UNREADABLE] += 1
                    continue
                found = _label(
                    store, reader, finder, raw, result.message, recipients, classifier, source.folder or source.name
                )
                if isinstance(found, Why):
                    made.left_out[found] += 1
                else:
                    labels.append(found)
            _keep(store, labels, made, actor, now)
    if made.ours or made.foreign:
        with store.begin() as tx:
            who = audit.actor_of(tx, actor)
            objects = [f"ours:{made.ours}", f"foreign:{made.foreign}"]
            audit.append(tx, at=now, actor=who, act=audit.Act.LABELS_IMPORTED, objects=objects)
    return made


def _keep(store: Store, labels: Sequence[NewLabel], made: Imported, actor: Person, now: datetime) -> None:
    if not labels:
        return
    with store.begin() as tx:
        who = audit.actor_of(tx, actor)
        for ours in (True, False):
            part = [one for one in labels if (one.message_id is not None) is ours]
            added = add_many(tx, part, actor=who, now=now)
            made.known += len(part) - added
            if ours:
                made.ours += added
            else:
                made.foreign += added


def _label(
    store: Store,
    reader: Reader,
    finder: Finder,
    raw: bytes,
    sent: Message,
    recipients: Mapping[str, Meant | str],
    classifier: Classifier | None,
    origin: str,
) -> NewLabel | Why:
    """The label that a sent mail gives, or why it gives none."""
    trace = trace_of(raw, sent)
    if trace.automatic:
        return Why.AUTOMATIC
    label = _meaning(trace, recipients)
    with store.read() as tx:
        match = finder.by_traces(tx, trace)
    match = match or finder.by_text(sent)
    if match is None:
        if isinstance(label, Why):
            return label
        original = _original(reader, raw, sent)
        return Why.NO_ORIGINAL if original is None else _foreign(store, original, label, sent, classifier, origin)
    message_id, way = match
    if label is Why.NO_UNIT and finder.senders.get(message_id, "") in trace.addresses:
        label = str(Route.IPD)  # answered without sending it on
    if isinstance(label, Why):
        return label
    with store.read() as tx:
        fingerprint = tx.hash("imported label", f"message:{message_id}")
    return NewLabel(
        LabelSource.FORWARD, origin, fingerprint, label, sent.language, _who(sent), sent.date, way.value, message_id
    )


def _meaning(trace: Trace, recipients: Mapping[str, Meant | str]) -> str | Why:
    """The label of whom it went to, or why that says too little."""
    named = set()
    for address in trace.addresses:
        meant = recipients.get(address)
        if isinstance(meant, Meant) and meant.route is Route.MISSION:
            if len(meant.countries) != 1:
                return Why.SEVERAL_COUNTRIES
            named.add(str(Destination(Route.MISSION, next(iter(meant.countries)))))
        elif meant is not None:
            named.add(str(meant))
    if len(named) == 1:
        return named.pop()
    return Why.SEVERAL_UNITS if named else Why.NO_UNIT


def _original(reader: Reader, raw: bytes, sent: Message) -> tuple[Message, str] | None:
    """The message that a sent mail carries: attached, else quoted."""
    attached = [part.data for part in parse_structure(raw, DEFAULT).root.walk() if part.is_message and part.data]
    if attached:
        (result,) = reader.read([attached[0]])
        if result.message is not None and result.message.machine is None:
            return result.message, ATTACHED
        return None
    if sum(map(str.isalpha, sent.quoted_text)) < SHORTEST_ORIGINAL:
        return None
    quoted = Message(
        message_id="", sender=None, to=(), cc=(), reply_to=(), subject=sent.subject, date=None, text=sent.quoted_text,
        newest_text=sent.quoted_text, language=sent.language,
    )  # fmt: skip
    return quoted, QUOTED


def _foreign(
    store: Store,
    original: tuple[Message, str],
    label: str,
    sent: Message,
    classifier: Classifier | None,
    origin: str,
) -> NewLabel | Why:
    message, way = original
    said = classifier.predict([message])[0] if classifier is not None else None
    if said is not None and said.restricted:
        return Why.RESTRICTED
    masked = mask_message(message)
    language = said.language if said is not None else message.language
    if len(language) != 2:
        return Why.LANGUAGE
    route, _, country = label.partition(":")
    line: dict[str, Any] = {
        "lang": language,
        "from_name": masked.from_name,
        "from_email": masked.from_email,
        "subject": masked.subject,
        "body": masked.body,
        "route": route,
        "country": country or None,
        "also_ok": [],
        "kind": "question" if said is None else said.kind.value,
        "urgent": False if said is None else said.urgent,
        "restricted": False,
        "sender_type": "unknown" if said is None else said.sender_type.value,
        "difficulty": "medium",
        "why": f"sent on by an officer, found {way}",
    }
    with store.read() as tx:
        fingerprint = _fingerprint(tx, message)
    return NewLabel(LabelSource.FORWARD, origin, fingerprint, label, language, _who(sent), sent.date, way, line=line)


def _fingerprint(tx: Tx, message: Message) -> bytes:
    words = " ".join((message.subject + " " + (message.newest_text or message.text)).casefold().split())
    return tx.hash("imported label", words)


def _who(sent: Message) -> str:
    """The colleague who sent it on."""
    return (sent.sender.name or sent.sender.email) if sent.sender is not None else ""
