"""Shadow: what people did with the mail, found in their Sent folder and in the folders they moved it to, beside what we
would have suggested. Only reads, here and in the mailbox.

A sent mail belongs to a message of ours that is attached to it (by Message-ID or content), that it refers to by
Message-ID, or whose text stands inside it. Where it went says what was meant: a unit's or mission's address, or the
correspondent's own, which means that IPD answered itself. A folder says it plainly.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from triage.domain.errors import NotFound, Refused
from triage.domain.message import Message
from triage.domain.organisation import OfficeStatus
from triage.domain.ports import MailSource, Reader
from triage.domain.taxonomy import Destination, Route
from triage.flow.arriving.ingest import FINGERPRINT_BYTES
from triage.flow.arriving.threads import bare
from triage.mail.fingerprint import keyed
from triage.mail.likeness import bare_subject, runs, sketch
from triage.mail.traces import Trace, trace_of
from triage.store import organisation, traces
from triage.store.engine import Store, Tx

PAGE = 200
SENT_AT_ONCE = 50
SHARE_BY_TEXT = 0.8
SHARE_BY_SUBJECT = 0.4
FEWEST_RUNS = 4


class Seen(StrEnum):
    """How a message was found again."""

    ATTACHED = "attached"
    REFERENCE = "reference"
    TEXT = "text"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Meant:
    """What an address or a folder means. `country` None beside MISSION: some mission, nobody says which. An address may
    serve several countries: then any of them is meant."""

    route: Route
    countries: frozenset[str] = frozenset()

    def fits(self, destination: Destination) -> bool:
        """Whether a suggestion comes to the same."""
        if destination.route is not self.route:
            return False
        return not self.countries or destination.country in self.countries

    def __str__(self) -> str:
        return f"{self.route}:{'/'.join(sorted(self.countries))}" if self.countries else str(self.route)

    @classmethod
    def parse(cls, text: str) -> "Meant":
        """Reads `DMM`, `MISSION` or `MISSION:ML`."""
        route, _, country = text.partition(":")
        return cls(Route(route), frozenset({country} if country else ()))


@dataclass(slots=True)
class Done:
    """What people did with one message, in the order in which it was found."""

    meant: list[Meant] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def add(self, meant: Meant, seen: Seen) -> None:
        if meant not in self.meant:
            self.meant.append(meant)
            self.seen.append(seen)


@dataclass(slots=True)
class Observed:
    """By message id what people did; and how many sent mails said nothing of any message of ours."""

    done: dict[int, Done] = field(default_factory=lambda: defaultdict(Done))
    sent: int = 0
    unrelated: int = 0
    moved: int = 0
    ways: Counter[str] = field(default_factory=Counter)


class Finder:
    """Finds the message of ours that a foreign mail is, holds or answers. Keeps some numbers for each message of the
    period, never a text."""

    def __init__(self, store: Store, since: datetime) -> None:
        self._store = store
        self._by_run: dict[int, list[int]] = defaultdict(list)
        self._size: dict[int, int] = {}
        self._subject: dict[int, str] = {}
        self.senders: dict[int, str] = {}
        for one in _stored(store, since):
            marks = sketch(one.message.newest_text)
            self._size[one.id] = len(marks)
            self._subject[one.id] = bare_subject(one.message.subject)
            self.senders[one.id] = one.message.sender.email.casefold() if one.message.sender else ""
            for mark in marks:
                self._by_run[mark].append(one.id)

    def by_traces(self, tx: Tx, found: Trace) -> tuple[int, Seen] | None:
        """By what cannot be mistaken: an attached original, or a Message-ID."""
        key = self._store.keyring.hash_key
        prints = [keyed(digest, key)[:FINGERPRINT_BYTES] for _, digest in found.attached]
        known = traces.by_fingerprint(tx, prints)
        named = traces.by_message_id(tx, [bare(one) for one, _ in found.attached] + [bare(one) for one in found.named])
        for (message_id, _), fingerprint in zip(found.attached, prints, strict=True):
            if (id_ := known.get(fingerprint, named.get(bare(message_id)))) is not None:
                return id_, Seen.ATTACHED
        return next(((named[bare(one)], Seen.REFERENCE) for one in found.named if bare(one) in named), None)

    def by_text(self, message: Message) -> tuple[int, Seen] | None:
        """By its words within the text, or fewer of them under the same subject; none where two come equally close."""
        hits: Counter[int] = Counter(id_ for mark in runs(message.text) for id_ in self._by_run.get(mark, ()))
        subject = bare_subject(message.subject)
        shares = []
        for id_, number in hits.items():
            same = bool(subject) and self._subject[id_] == subject
            share = number / self._size[id_]
            if share >= (SHARE_BY_SUBJECT if same else SHARE_BY_TEXT) and (same or self._size[id_] >= FEWEST_RUNS):
                shares.append((same, share, id_))
        shares.sort(reverse=True)
        if not shares or (len(shares) > 1 and shares[0][:2] == shares[1][:2]):
            return None
        return shares[0][2], Seen.TEXT


def _stored(store: Store, since: datetime) -> Iterator[traces.Stored]:
    after = 0
    while True:
        with store.read() as tx:
            page = traces.page(tx, since=since, after_id=after, limit=PAGE)
        if not page:
            return
        yield from page
        after = page[-1].id


def observe(
    store: Store,
    reader: Reader,
    *,
    sent: Sequence[MailSource],
    folders: Sequence[tuple[MailSource, Meant]],
    recipients: Mapping[str, Meant],
    since: datetime,
) -> Observed:
    """Looks through the Sent folders and the others. Raises Transient or Permanent where one cannot be read."""
    finder, seen = Finder(store, since), Observed()
    for source, meant in folders:
        for raws in raws_of(source):
            for message_id, _ in _moved(store, reader, raws):
                seen.done[message_id].add(meant, Seen.FOLDER)
                seen.moved += 1
                seen.ways[Seen.FOLDER] += 1
    for source in sent:
        for raws in raws_of(source):
            for raw, result in zip(raws, reader.read(raws), strict=True):
                if result.message is not None:
                    _sent(store, finder, seen, trace_of(raw, result.message), result.message, recipients)
    return seen


def raws_of(source: MailSource) -> Iterator[list[bytes]]:
    """All mails of a source, a batch at a time; it is closed at the end. Raises Transient or Permanent."""
    try:
        source.uidvalidity()
        for batch in source.poll(None, SENT_AT_ONCE):
            yield [mail.raw for mail in batch if mail.raw is not None]
    finally:
        source.close()


def _moved(store: Store, reader: Reader, raws: Sequence[bytes]) -> list[tuple[int, Seen]]:
    """The messages of ours that lie in a folder, by their content, else by their Message-ID."""
    key, found = store.keyring.hash_key, []
    results = reader.read(raws)
    prints = [keyed(result.digest, key)[:FINGERPRINT_BYTES] if result.digest else b"" for result in results]
    ids = [bare(result.message.message_id) if result.message else "" for result in results]
    with store.read() as tx:
        known, named = traces.by_fingerprint(tx, {p for p in prints if p}), traces.by_message_id(tx, ids)
    for fingerprint, message_id in zip(prints, ids, strict=True):
        if (id_ := known.get(fingerprint, named.get(message_id))) is not None:
            found.append((id_, Seen.FOLDER))
    return found


def _sent(
    store: Store, finder: Finder, seen: Observed, found: Trace, message: Message, recipients: Mapping[str, Meant]
) -> None:
    if found.automatic:
        return
    seen.sent += 1
    with store.read() as tx:
        match = finder.by_traces(tx, found)
    match = match or finder.by_text(message)
    if match is None:
        seen.unrelated += 1
        return
    message_id, way = match
    meant = [recipients[address] for address in found.addresses if address in recipients]
    if not meant and finder.senders.get(message_id, "") in found.addresses:
        meant = [Meant(Route.IPD)]
    if not meant:
        seen.unrelated += 1
        return
    seen.ways[way] += 1
    for one in meant:
        seen.done[message_id].add(one, way)


def addresses(store: Store, extra: Mapping[str, str], now: datetime) -> dict[str, Meant]:
    """By address what mail to it means: units, the missions with all countries that they cover, and those configured."""
    known: dict[str, Meant] = {}
    countries: dict[str, set[str]] = defaultdict(set)
    with store.read() as tx:
        for unit in organisation.units(tx, now.date()):
            if unit.address and unit.code in set(Route):
                known[unit.address.casefold()] = Meant(Route(unit.code))
        for office in organisation.offices(tx, now.date()):
            if len(office.code) != 2 or (office.status is OfficeStatus.OWN and not office.address):
                continue
            try:
                recipient = organisation.resolve(tx, Destination(Route.MISSION, office.code), now.date())
            except (NotFound, Refused):
                continue
            countries[recipient.address.casefold()].add(office.code)
    known |= {address: Meant(Route.MISSION, frozenset(codes)) for address, codes in countries.items()}
    return known | {address.casefold(): Meant.parse(text) for address, text in extra.items()}
