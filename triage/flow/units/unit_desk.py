"""A signed-in member works on the unit's inquiries: looks, answers, and writes to IPD. The answers are those of the signed
links, booked by the same steps; a link and a member's screen may be open at once, and each answer counts once.

What a member may see is the scope of the day: the own unit, and the open inquiries of a unit that the member stands in for.
Text and attachments show only while the message is with the unit; of what it has passed on the unit keeps what it said.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from triage.domain.decision import UnitAnswer
from triage.domain.errors import DataError, NotFound, Refused
from triage.domain.message import Message
from triage.domain.people import Person
from triage.domain.reply import AnswerWay
from triage.domain.taxonomy import Destination, Route
from triage.flow.units.answer import Saying, book, put_on_record
from triage.flow.units.unit_link import LONGEST_NOTE, LinkState, Outcome, is_itself, offered_by, state_of
from triage.mail.deadlines import Deadline, find_deadline
from triage.mail.organisation import organisation_of
from triage.mail.summary import summarise
from triage.store import audit, detail, member_desk, organisation, stand_ins, unit_notes, unit_side
from triage.store.engine import Store, Tx
from triage.store.member_desk import Case
from triage.store.messages import standing
from triage.store.stand_ins import Scope
from triage.store.unit_notes import NewNote, Note
from triage.store.unit_side import UnitDelivery
from triage.store.views import AnswerView


@dataclass(frozen=True, slots=True)
class CaseView:
    """A mail to a unit as its member sees it. `step` is how many answers were given when it was shown; `message`, and
    what follows from it, is there only while the message is with the unit and not erased."""

    case: Case
    state: LinkState
    offered: tuple[UnitAnswer, ...]
    step: int
    message: Message | None
    organisation: str
    deadline: Deadline | None
    summary: tuple[str, ...]
    answers: tuple[AnswerView, ...]
    notes: tuple[Note, ...]
    cover_note: str
    officer: str
    siblings: tuple[Case, ...]


def look_at_case(store: Store, *, member: Person, delivery_id: str, now: datetime) -> CaseView:
    """Everything that a member may see of one mail. Raises NotFound also where it is another unit's."""
    with store.read() as tx:
        scope = stand_ins.scope_of(tx, member, on=now.date())
        case, delivery = _within(tx, scope, delivery_id)
        message = detail.message_of(tx, case.message_id) if case.current and not case.erased else None
        state = state_of(delivery)
        own = "" if message is None else message.newest_text or message.text
        written = ((message.date if message is not None else None) or case.received_at).date()
        cover_note, officer = member_desk.cover_note(tx, delivery_id=delivery_id)
        return CaseView(
            case=case,
            state=state,
            offered=offered_by(delivery) if state is LinkState.OPEN else (),
            step=len(delivery.answers),
            message=message,
            organisation="" if message is None else organisation_of(message),
            deadline=None if message is None else find_deadline(f"{message.subject}\n{own}", written=written),
            summary=summarise(own) if own else (),
            answers=tuple(a for a in detail.answers_of(tx, case.message_id) if a.delivery_id == delivery_id),
            notes=tuple(unit_notes.of_message(tx, message_id=case.message_id, codes=[case.code])),
            cover_note=cover_note,
            officer=officer,
            siblings=tuple(member_desk.siblings(tx, scope=scope, of=case)),
        )


def read_original(store: Store, *, member: Person, delivery_id: str, now: datetime) -> bytes:
    """The mail byte for byte, while it is with the unit. Raises NotFound otherwise, and where it is another unit's."""
    with store.read() as tx:
        case, _ = _case(tx, member, delivery_id, now)
        if not case.current:
            raise NotFound("no such message")
        return detail.raw(tx, viewer=replace(member, cleared=False), message_id=case.message_id)


def answer_as_member(
    store: Store,
    *,
    member: Person,
    delivery_id: str,
    step: int,
    answer: UnitAnswer,
    now: datetime,
    proposed: Destination | None = None,
    note: str = "",
) -> Outcome:
    """Books an answer where the form was made for the mail as it stands; returns what became of it.

    Raises NotFound where the mail is another unit's, or nobody stands behind `proposed`.
    """
    with store.begin() as tx:
        _, delivery = _case(tx, member, delivery_id, now, lock=True)
        outcome = _try(delivery, answer, step)
        if outcome is not Outcome.DONE:
            return outcome
        if proposed is not None and proposed.route is not Route.IPD:
            organisation.resolve(tx, proposed, now.date())
        named = proposed if answer is UnitAnswer.NOT_OURS and not is_itself(delivery, proposed) else None
        # The bare name, as erasing a person looks for it; the unit stands in the answer's source.
        saying = Saying(answer, AnswerWay.SCREEN, member.name, named, note.strip()[:LONGEST_NOTE])
        actor = audit.actor_of(tx, member)
        answer_id = book(tx, delivery=delivery, saying=saying, actor=actor, now=now)
        put_on_record(tx, delivery=delivery, saying=saying, answer_id=answer_id, actor=actor, now=now)
        return outcome


def write_to_ipd(store: Store, *, member: Person, delivery_id: str, text: str, now: datetime) -> int:
    """A note of the unit to the officers. Raises NotFound, DataError for an empty one, Refused where it is no longer
    with the unit."""
    with store.begin() as tx:
        case, _ = _case(tx, member, delivery_id, now)
        if not case.current:
            raise Refused("the message is no longer with this unit")
        return _note(tx, member, case.message_id, case.code, text, from_unit=True, now=now)


def write_to_unit(store: Store, *, officer: Person, message_id: int, code: str, text: str, now: datetime) -> int:
    """A note of an officer to a unit that has the message. Raises NotFound, DataError, Refused where the message is
    restricted or that unit does not have it."""
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared)
        if at.restricted or code not in unit_side.held_by(tx, message_id=message_id):
            raise Refused("the message is not with this unit")
        return _note(tx, officer, message_id, code, text, from_unit=False, now=now)


def have_seen_as_member(store: Store, *, member: Person, delivery_id: str, now: datetime) -> None:
    """The unit has seen what officers wrote on a message. Raises NotFound."""
    with store.begin() as tx:
        case, _ = _case(tx, member, delivery_id, now)
        unit_notes.mark_seen(tx, message_id=case.message_id, code=case.code, from_unit=False, now=now)


def have_seen_as_officer(store: Store, *, officer: Person, message_id: int, code: str, now: datetime) -> None:
    """An officer has seen what a unit wrote on a message. Raises NotFound."""
    with store.begin() as tx:
        standing(tx, message_id=message_id, cleared=officer.cleared)
        unit_notes.mark_seen(tx, message_id=message_id, code=code, from_unit=True, now=now)


def _case(tx: Tx, member: Person, delivery_id: str, now: datetime, *, lock: bool = False) -> tuple[Case, UnitDelivery]:
    """A mail within the member's scope of today."""
    return _within(tx, stand_ins.scope_of(tx, member, on=now.date()), delivery_id, lock=lock)


def _within(tx: Tx, scope: Scope, delivery_id: str, *, lock: bool = False) -> tuple[Case, UnitDelivery]:
    delivery = unit_side.unit_delivery(tx, delivery_id=delivery_id, lock=lock)
    case = member_desk.case(tx, scope=scope, delivery_id=delivery_id)
    if delivery is None:
        raise NotFound("no such inquiry")
    return case, delivery


def _try(delivery: UnitDelivery, answer: UnitAnswer, step: int) -> Outcome:
    if answer in delivery.answers:
        return Outcome.ALREADY
    if state_of(delivery) is not LinkState.OPEN:
        return Outcome.NOT_OFFERED
    if step != len(delivery.answers):
        return Outcome.STALE
    return Outcome.DONE if answer in offered_by(delivery) else Outcome.NOT_OFFERED


def _note(tx: Tx, writer: Person, message_id: int, code: str, text: str, *, from_unit: bool, now: datetime) -> int:
    text = text.strip()[:LONGEST_NOTE]
    if not text:
        raise DataError("a note needs words")
    new = NewNote(message_id, code, from_unit, writer.name, writer.id, text)
    number = unit_notes.add(tx, new=new, now=now)
    objects = [f"message:{message_id}", f"unit:{code}", f"note:{number}"]
    audit.append(tx, at=now, actor=audit.actor_of(tx, writer), act=audit.Act.NOTED, objects=objects)
    return number
