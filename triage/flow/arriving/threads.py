"""Which inquiry a mail belongs to, and which mails are one and the same: for a batch at a time, with few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from triage.domain.message import MachineKind, Message
from triage.mail.organisation import is_shared
from triage.store import inquiries
from triage.store.engine import Tx

NEWEST_REFERENCES = 30
DELIVERY_ID_LENGTH = 32
HEX = frozenset("0123456789abcdef")


@dataclass(slots=True)
class Matter:
    """An inquiry in the making or one that exists; `id` is None until it is opened."""

    id: int | None = None
    restricted: bool = False
    correspondents: set[bytes] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail belongs: its inquiry, one that it only claims, the delivery that it bounces, or the one to a unit that
    it answers (`exact`: from the very address that we wrote to, else from its domain)."""

    matter: Matter
    may_belong_to: Matter | None = None
    bounced_delivery_id: str | None = None
    answered_delivery_id: str | None = None
    exact: bool = False


def bare(message_id: str) -> str:
    """A Message-ID without its angle brackets."""
    return message_id.strip().removeprefix("<").removesuffix(">")


def delivery_id_of(message_id: str, domain: str) -> str | None:
    """The delivery whose mail bears this Message-ID, if it is one of ours."""
    local, _, right = bare(message_id).rpartition("@")
    ours = domain and right.lower() == domain.lower() and len(local) == DELIVERY_ID_LENGTH and HEX.issuperset(local)
    return local if ours else None


class Threads:
    """Places the mails of one batch, in order, so that a mail may join what came just before it."""

    def __init__(self, tx: Tx, mails: Iterable[Message], *, domain: str) -> None:
        self._tx = tx
        self._domain = domain
        named = [identifier for mail in mails for identifier in _named(mail)]
        known = inquiries.known_messages(tx, {self.hash(identifier) for identifier in named})
        ours = {one for identifier in named if (one := delivery_id_of(identifier, domain))}
        self._deliveries = inquiries.known_deliveries(tx, ours) if ours else {}
        found = [*known.values(), *self._deliveries.values()]
        who = inquiries.correspondents_of(tx, {one.inquiry_id for one in found}) if found else {}
        self._matters = {
            one.inquiry_id: Matter(one.inquiry_id, one.restricted, who.get(one.inquiry_id, set())) for one in found
        }
        self._by_hash = {hashed: self._matters[one.inquiry_id] for hashed, one in known.items()}
        self.new: list[Matter] = []
        self._joined: list[tuple[Matter, bytes]] = []

    def hash(self, message_id: str) -> bytes:
        """The keyed hash under which a Message-ID is kept."""
        return inquiries.message_id_hash(self._tx, bare(message_id))

    def place(self, mail: Message | None) -> Place:
        """Where this mail belongs; from now on later mails may join it."""
        place = self._place(mail)
        if mail is not None:
            self._by_hash.setdefault(self.hash(mail.message_id), place.matter)
            if mail.machine is None:
                for address in (mail.sender, *mail.reply_to):
                    if address is not None and address.email:
                        self._add(place.matter, inquiries.address_hash(self._tx, address.email))
        return place

    def open(self, now: datetime) -> None:
        """Opens the new inquiries and books who wrote in which."""
        ids = inquiries.open_many(self._tx, number=len(self.new), now=now)
        for matter, inquiry_id in zip(self.new, ids, strict=True):
            matter.id = inquiry_id
        inquiries.add_correspondents(self._tx, [(m.id, h) for m, h in self._joined if m.id is not None])

    def _add(self, matter: Matter, hashed: bytes) -> None:
        if hashed not in matter.correspondents:
            matter.correspondents.add(hashed)
            self._joined.append((matter, hashed))

    def _place(self, mail: Message | None) -> Place:
        if mail is None:
            return Place(self._fresh())
        if bounced := self._bounced(mail):
            return bounced
        sender = inquiries.address_hash(self._tx, mail.sender.email) if mail.sender and mail.sender.email else b""
        claimed: Matter | None = None
        joined: Matter | None = None
        for identifier in _named(mail):
            delivery = self._deliveries.get(delivery_id_of(identifier, self._domain) or "")
            if delivery is not None:
                matter = self._matters[delivery.inquiry_id]
                exact = bool(sender) and delivery.address_hash == sender
                if delivery.to_unit and (exact or _is_colleague(mail, delivery.address)):
                    return Place(matter, answered_delivery_id=delivery.delivery_id, exact=exact)
                proven = exact or sender in matter.correspondents
            elif (found := self._by_hash.get(self.hash(identifier))) is not None:
                matter, proven = found, sender in found.correspondents
            else:
                continue
            if proven and sender:
                joined = joined or matter  # a unit answers a reminder: the forward is named further back
            claimed = claimed or matter
        if joined is not None:
            return Place(joined)
        return Place(self._fresh(), may_belong_to=claimed)

    def _bounced(self, mail: Message) -> Place | None:
        """A bounce belongs to the delivery it names: nobody else can know that id. It counts only for our recipient."""
        if mail.machine is not MachineKind.BOUNCE:
            return None
        known = self._deliveries.get(delivery_id_of(mail.bounced_message_id, self._domain) or "")
        if known is None:
            return None
        failed = {inquiries.address_hash(self._tx, address) for address in mail.bounced_recipients}
        meant = not failed or known.address_hash in failed
        return Place(self._matters[known.inquiry_id], bounced_delivery_id=known.delivery_id if meant else None)

    def _fresh(self) -> Matter:
        self.new.append(matter := Matter())
        return matter


def _is_colleague(mail: Message, address: str) -> bool:
    """Whether the sender writes from the unit's own domain, one where not just anybody has an address."""
    domain = address.rpartition("@")[2].strip().lower()
    sender = mail.sender.email.rpartition("@")[2].strip().lower() if mail.sender is not None else ""
    return bool(domain) and domain == sender and not is_shared(domain)


def _named(mail: Message) -> Sequence[str]:
    """The Message-IDs that a mail refers to, the likeliest parent first."""
    newest = tuple(reversed(mail.references[-NEWEST_REFERENCES:]))
    return [identifier for identifier in (mail.bounced_message_id, mail.in_reply_to, *newest) if identifier]


class Doubles:
    """Recognises mails that we have, and those that come twice in one batch.

    The same mail is one with an equal fingerprint and the same Message-ID, or where one of the two has none: gateways
    add one. The same Message-ID over other content is a mail of its own.
    """

    def __init__(self, tx: Tx, fingerprints: Iterable[bytes]) -> None:
        self._known = inquiries.duplicates(tx, fingerprints)
        self._here: dict[bytes, list[tuple[bytes, int]]] = {}

    def find(self, fingerprint: bytes, message_id_hash: bytes) -> int | None:
        """The id of the message that this mail repeats."""
        return _same(self._known.get(fingerprint, ()), message_id_hash)

    def find_here(self, fingerprint: bytes, message_id_hash: bytes) -> int | None:
        """The place within the batch of the mail that this one repeats."""
        return _same(self._here.get(fingerprint, ()), message_id_hash)

    def add(self, fingerprint: bytes, message_id_hash: bytes, place: int) -> None:
        """Books a mail of this batch under its place."""
        self._here.setdefault(fingerprint, []).append((message_id_hash, place))


def _same(known: Sequence[tuple[bytes, int]], hashed: bytes) -> int | None:
    return next((number for other, number in known if other == hashed or not other or not hashed), None)
