"""A unit opens the link of its mail, and answers by it. Looking changes nothing; answering counts once.

Whoever has the link may act for the unit in this one inquiry and sees only what the unit was sent. It never shows what
other units or officers said. Guessing is slowed down by remote address; a forged link opens nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from triage.domain.decision import UnitAnswer
from triage.domain.errors import Refused
from triage.domain.lifecycle import DeliveryState, MessageState, Purpose
from triage.domain.message import Address, Message
from triage.domain.reply import AnswerWay
from triage.domain.taxonomy import Destination, Route
from triage.flow.units.answer import Saying, book, put_on_record, unit_actor
from triage.flow.units.links import Link, LinkDamaged, LinkForged, guard_fits, guard_of, read_token
from triage.mail.deadlines import Deadline, find_deadline
from triage.mail.organisation import organisation_of
from triage.mail.summary import summarise
from triage.store import organisation, sessions, unit_side
from triage.store.dispatch import recipients
from triage.store.engine import Store, Tx
from triage.store.unit_side import UnitDelivery

WINDOW = timedelta(minutes=15)
FORGERIES_ALLOWED = 20
LONGEST_NOTE = 2000


class LinkState(StrEnum):
    """Where a genuine link stands."""

    OPEN = "open"
    CLOSED = "closed"  # the inquiry is answered and closed
    ELSEWHERE = "elsewhere"  # the inquiry is no longer with this unit
    EARLY = "early"  # the mail is only just leaving
    GONE = "gone"  # restricted or erased meanwhile


class Outcome(StrEnum):
    """What became of an answer by link."""

    DONE = "done"
    ALREADY = "already"  # the same answer has been given, by this page or another
    STALE = "stale"  # somebody else of the unit was faster with another one
    NOT_OFFERED = "not_offered"


class TooMany(Refused):
    """Too many links that were none, from one remote address."""


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What a link shows. The message's part is filled only while the link is open."""

    state: LinkState
    code: str
    name: str
    language: str
    is_copy: bool
    said: tuple[UnitAnswer, ...]
    offered: tuple[UnitAnswer, ...]
    guard: str
    expires_at: datetime
    received_at: datetime | None = None
    subject: str = ""
    sender: Address | None = None
    organisation: str = ""
    deadline: Deadline | None = None
    summary: tuple[str, ...] = ()
    delivery_id: str = ""


def look_by_link(store: Store, *, token: str, now: datetime, remote: str) -> LinkPage:
    """The page of a link; nothing is changed but the count of forgeries.

    Raises LinkForged, LinkExpired or TooMany.
    """
    link = _open(store, token, now, remote)
    with store.read() as tx:
        delivery = unit_side.unit_delivery(tx, delivery_id=link.delivery_id)
        return _page(tx, store, token, link, delivery)


def answer_by_link(
    store: Store,
    *,
    token: str,
    guard: str,
    answer: UnitAnswer,
    proposed: Destination | None = None,
    note: str = "",
    now: datetime,
    remote: str,
) -> tuple[Outcome, LinkPage]:
    """Books an answer where the form was made for the link as it stands; returns what became of it and the page after it.

    Raises LinkForged, LinkExpired, TooMany; NotFound where nobody stands behind `proposed`.
    """
    link = _open(store, token, now, remote)
    with store.begin() as tx:
        delivery = unit_side.unit_delivery(tx, delivery_id=link.delivery_id, lock=True)
        outcome = _try(store, token, delivery, guard, answer)
        if outcome is Outcome.DONE and delivery is not None:
            if proposed is not None and proposed.route is not Route.IPD:
                organisation.resolve(tx, proposed, now.date())
            named = proposed if answer is UnitAnswer.NOT_OURS and not is_itself(delivery, proposed) else None
            saying = Saying(answer, AnswerWay.LINK, delivery.code, named, note.strip()[:LONGEST_NOTE])
            actor = unit_actor(delivery.code)
            answer_id = book(tx, delivery=delivery, saying=saying, actor=actor, now=now)
            delivery_now = unit_side.unit_delivery(tx, delivery_id=link.delivery_id)
            page = _page(tx, store, token, link, delivery_now)
            put_on_record(tx, delivery=delivery, saying=saying, answer_id=answer_id, actor=actor, now=now)
            return outcome, page
        return outcome, _page(tx, store, token, link, delivery)


def _open(store: Store, token: str, now: datetime, remote: str) -> Link:
    keys = (f"unit link {remote}",)
    with store.read() as tx:
        if sessions.failures(tx, keys=keys, since=now - WINDOW) >= FORGERIES_ALLOWED:
            raise TooMany("too many links that are none; wait a quarter of an hour")
    try:
        return read_token(store.keyring.hash_key, token, now=now)
    except LinkDamaged:
        raise
    except LinkForged:
        with store.begin() as tx:
            sessions.add_failure(tx, keys=keys, now=now, forget_before=now - WINDOW)
        raise


def _try(store: Store, token: str, delivery: UnitDelivery | None, guard: str, answer: UnitAnswer) -> Outcome:
    """What would become of an answer."""
    if delivery is None or state_of(delivery) is not LinkState.OPEN:
        given = delivery is not None and answer in delivery.answers
        return Outcome.ALREADY if given else Outcome.NOT_OFFERED
    if answer in delivery.answers:
        return Outcome.ALREADY
    if not guard_fits(store.keyring.hash_key, token, step=len(delivery.answers), guard=guard):
        return Outcome.STALE
    return Outcome.DONE if answer in offered_by(delivery) else Outcome.NOT_OFFERED


def state_of(delivery: UnitDelivery) -> LinkState:
    """What a unit may still do with a mail."""
    if delivery.restricted or delivery.erased:
        return LinkState.GONE
    if delivery.closed:
        return LinkState.CLOSED
    if not delivery.current:
        return LinkState.ELSEWHERE
    if delivery.state not in (DeliveryState.SENT, DeliveryState.UNKNOWN):
        return LinkState.EARLY if delivery.state is DeliveryState.SENDING else LinkState.ELSEWHERE
    lead_arrived = delivery.purpose is Purpose.LEAD or delivery.message_state is MessageState.FORWARDED
    return LinkState.OPEN if lead_arrived or delivery.message_state is MessageState.QUEUED else LinkState.ELSEWHERE


def offered_by(delivery: UnitDelivery) -> tuple[UnitAnswer, ...]:
    """The answers that may follow those given: each once, and nothing after the last word."""
    if {UnitAnswer.NOT_OURS, UnitAnswer.ANSWERED} & set(delivery.answers):
        return ()
    return tuple(answer for answer in UnitAnswer if answer not in delivery.answers)


def _page(tx: Tx, store: Store, token: str, link: Link, delivery: UnitDelivery | None) -> LinkPage:
    if delivery is None:
        return LinkPage(LinkState.GONE, "", "", "en", False, (), (), "", link.expires_at)
    language, names = recipients(tx, {delivery.code}).get(delivery.code, ("en", {}))
    state = state_of(delivery)
    is_open = state is LinkState.OPEN
    page = LinkPage(
        state=state,
        code=delivery.code,
        name=str(names.get(language) or next(iter(names.values()), delivery.code)),
        language=language,
        is_copy=delivery.purpose is Purpose.COPY,
        said=delivery.answers,
        offered=offered_by(delivery) if is_open else (),
        guard=guard_of(store.keyring.hash_key, token, step=len(delivery.answers)) if is_open else "",
        expires_at=link.expires_at,
        delivery_id=delivery.id,
    )
    message = unit_side.message_of(tx, delivery) if is_open else None
    return page if message is None else _with_message(page, message, delivery.received_at)


def _with_message(page: LinkPage, message: Message, received_at: datetime) -> LinkPage:
    own = message.newest_text or message.text
    written = (message.date or received_at).date()
    return replace(
        page,
        received_at=received_at,
        subject=message.subject,
        sender=message.sender,
        organisation=organisation_of(message),
        deadline=find_deadline(f"{message.subject}\n{own}", written=written),
        summary=summarise(own),
    )


def is_itself(delivery: UnitDelivery, proposed: Destination | None) -> bool:
    """Whether a unit names itself."""
    return proposed is not None and delivery.code in (str(proposed.route), proposed.country)
