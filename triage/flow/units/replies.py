"""Plain replies of units: read, booked where they are plain and safe, else shown to an officer as a proposal.

Booked without an officer is only what comes from the very address that we wrote to, says one thing without a doubt, and
fits where the inquiry stands; neither a restricted nor an urgent text ever is. From can be forged by anybody, so it proves
nothing by itself: the reply must name the Message-ID of the mail that we sent, which nobody can guess (128 random bits).
That id may travel on, to the correspondent whom a unit answers for one. So where the office names a mail server whose word
counts (`[units] trusted_servers`), the sender must have passed there; where it names none, "answered", which closes the
inquiry and takes it out of everybody's sight, is always an officer's to book. A booked answer never does more than the same
link would: "not ours" brings the inquiry to an officer, the rest is undone by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from triage.domain.decision import UnitAnswer
from triage.domain.errors import NotFound, Refused
from triage.domain.lifecycle import MessageEvent
from triage.domain.message import Authenticity, MachineKind, Message
from triage.domain.people import Person
from triage.domain.reply import AnswerWay, Reply
from triage.domain.taxonomy import Destination, Route
from triage.flow.units.answer import Saying, book, put_on_record, unit_actor
from triage.mail.replies import Somebody, read_reply
from triage.store import audit, organisation, replies, unit_side
from triage.store.engine import Store, Tx
from triage.store.messages import standing, transition
from triage.store.replies import ReplyTo
from triage.store.unit_side import UnitDelivery

READABLE = (None, MachineKind.AUTO_REPLY)
DOUBTED = frozenset({"several_senders", "sender_from_other_header"})
"""Defects of a mail by which its sender is not who he seems."""


@dataclass(frozen=True, slots=True)
class Read:
    """A reply with its reading."""

    to: ReplyTo
    reply: Reply
    genuine: bool = False  # nothing speaks against the sender, as far as this answer needs it


@dataclass(frozen=True, slots=True)
class Booked:
    """An answer that was booked from a reply, for its audit row at the end of the transaction."""

    delivery: UnitDelivery
    saying: Saying
    answer_id: int
    actor: str


class ReplyReader:
    """Reads replies; keeps the names of units and missions for a day."""

    def __init__(self) -> None:
        self._on: date | None = None
        self._somebodies: tuple[Somebody, ...] = ()

    def read(self, tx: Tx, waiting: Sequence[tuple[int, Message]], *, now: datetime) -> dict[int, Read]:
        """By message: those that answer a mail of ours, with their reading."""
        ids = [message_id for message_id, message in waiting if message.machine in READABLE]
        if not ids:
            return {}
        found = replies.of_messages(tx, ids)
        if found and self._on != now.date():
            self._somebodies, self._on = somebodies(tx, now.date()), now.date()
        texts = dict(waiting)
        return {message_id: self._read(to, texts[message_id]) for message_id, to in found.items()}

    def _read(self, to: ReplyTo, message: Message) -> Read:
        reply = read_reply(message, self._somebodies, own=own_destinations(to.code))
        return Read(to, reply, is_genuine(message, reply.reading.answer))


def is_genuine(message: Message, answer: UnitAnswer | None) -> bool:
    """Whether nothing speaks against the sender of a reply, as far as this answer needs it."""
    if DOUBTED.intersection(message.defects):
        return False
    if message.authenticity is None:
        return answer is not UnitAnswer.ANSWERED
    return message.authenticity is Authenticity.PASSED


def somebodies(tx: Tx, on: date) -> tuple[Somebody, ...]:
    """Everybody whom a reply may name."""
    units = [
        Somebody(Destination(Route(unit.code)), tuple(unit.names.values()))
        for unit in organisation.units(tx, on)
        if unit.code in set(Route) and unit.code != Route.MISSION
    ]
    missions = [
        Somebody(Destination(Route.MISSION, office.code), (*office.names.values(), *office.aliases))
        for office in organisation.offices(tx, on)
        if len(office.code) == 2
    ]
    return (*units, *missions)


def own_destinations(code: str) -> frozenset[Destination]:
    """The destinations that a unit or office itself is."""
    if code in set(Route) and code != Route.MISSION:
        return frozenset({Destination(Route(code))})
    return frozenset({Destination(Route.MISSION, code)}) if len(code) == 2 else frozenset()


def book_reading(tx: Tx, read: Read, *, may_book: bool, now: datetime) -> Booked | None:
    """Keeps a reading and books it as the unit's answer where that is safe; None where an officer is to see it."""
    booked = _book(tx, read, now) if may_book and read.reply.safe and read.to.exact and read.genuine else None
    answer_id = None if booked is None else booked.answer_id
    replies.record(tx, message_id=read.to.message_id, reply=read.reply, answer_id=answer_id, now=now)
    return booked


def _book(tx: Tx, read: Read, now: datetime) -> Booked | None:
    answer = read.reply.reading.answer
    delivery = unit_side.unit_delivery(tx, delivery_id=read.to.delivery_id, lock=True)
    if answer is None or delivery is None or delivery.restricted or delivery.closed or answer in delivery.answers:
        return None
    proposed = read.reply.proposed
    if proposed is not None and not _exists(tx, proposed, now):
        return None
    saying = Saying(answer, AnswerWay.MAIL, delivery.code, proposed)
    actor = unit_actor(delivery.code)
    try:
        answer_id = book(tx, delivery=delivery, saying=saying, actor=actor, now=now)
    except Refused:
        return None  # refused before anything was written: the inquiry is no longer with this unit
    return Booked(delivery, saying, answer_id, actor)


def _exists(tx: Tx, destination: Destination, now: datetime) -> bool:
    if destination.route is Route.IPD:
        return True
    try:
        organisation.resolve(tx, destination, now.date())
    except NotFound:
        return False
    return True


def record_booked(tx: Tx, booked: Booked, *, now: datetime) -> None:
    """The audit row, last in the transaction."""
    put_on_record(
        tx, delivery=booked.delivery, saying=booked.saying, answer_id=booked.answer_id, actor=booked.actor, now=now
    )


def accept_reading(store: Store, *, message_id: int, saying: Saying, officer: Person, now: datetime) -> int:
    """An officer books a reply as the unit's answer, as it was read or otherwise; the reply leaves the queue.

    Raises NotFound where the message is no reply, Refused where the inquiry is no longer with the unit.
    """
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared, lock=True)
        found = replies.view(tx, viewer=officer, message_id=message_id)
        delivery = None if found is None else unit_side.unit_delivery(tx, delivery_id=found.delivery_id, lock=True)
        if delivery is None:
            raise NotFound("no such reply")
        actor = audit.actor_of(tx, officer)
        answer_id = book(tx, delivery=delivery, saying=saying, actor=actor, now=now)
        transition(
            tx,
            message_id=message_id,
            event=MessageEvent.BOOKED,
            expected=at.state,
            version=at.version,
            actor=actor,
            at=now,
        )
        replies.settle(tx, message_id=message_id, answer_id=answer_id, now=now)
        put_on_record(tx, delivery=delivery, saying=saying, answer_id=answer_id, actor=actor, now=now)
        return answer_id


def set_reading_aside(store: Store, *, message_id: int, officer: Person, now: datetime) -> None:
    """An officer says that a reply is no answer; it stays in the queue as a message of its own. Raises NotFound."""
    with store.begin() as tx:
        if replies.view(tx, viewer=officer, message_id=message_id) is None:
            raise NotFound("no such reply")
        replies.settle(tx, message_id=message_id, answer_id=None, now=now)
        objects = [f"message:{message_id}", "no_answer"]
        audit.append(tx, at=now, actor=audit.actor_of(tx, officer), act=audit.Act.ANSWERED, objects=objects)
