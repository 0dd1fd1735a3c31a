"""Who has an inquiry, since when, and what they said; and the reply of a unit with its reading: for the message page."""

from dataclasses import dataclass
from datetime import datetime

from triage.domain.decision import UnitAnswer
from triage.domain.lifecycle import DeliveryState, MessageState, Purpose
from triage.domain.people import Person
from triage.domain.reply import ReplyReading
from triage.domain.taxonomy import Destination, Route
from triage.store import absences, people, replies, unit_notes, unit_side
from triage.store.absences import Absence
from triage.store.engine import Tx
from triage.store.replies import ReplyView
from triage.store.unit_notes import Note
from triage.store.unit_side import Awaited
from triage.store.views import AnswerView, DeliveryView, MessageDetail
from triage.web.show import place
from triage.web.translate import gettext

SURE, LIKELY = 0.9, 0.6
GONE = frozenset({DeliveryState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Holder:
    """A unit that was sent the message, and its answers."""

    delivery: DeliveryView
    name: str
    lead: bool
    now: bool
    since: datetime
    answers: tuple[AnswerView, ...]


@dataclass(frozen=True, slots=True)
class UnitPanel:
    """What the message page shows of units. `declined` are the codes of units that must not be asked again; `away` the
    absences of units that have it now; of those `without_members` nobody would see a note."""

    holders: tuple[Holder, ...]
    awaited: Awaited | None
    reply: ReplyView | None
    may_book: bool
    declined: tuple[str, ...]
    notes: tuple[Note, ...] = ()
    away: tuple[Absence, ...] = ()
    without_members: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.holders or self.reply)


def unit_panel(tx: Tx, detail: MessageDetail, *, viewer: Person, now: datetime) -> UnitPanel:
    """The panel of a message that this viewer may see."""
    summary = detail.summary
    with_unit = summary.state in (MessageState.FORWARDED, MessageState.QUEUED)
    mails = [d for d in detail.deliveries if d.purpose in (Purpose.LEAD, Purpose.COPY) and d.state not in GONE]
    lead = next((d for d in mails if with_unit and d.id == summary.delivery_id), None)
    holders = [
        Holder(
            delivery=mail,
            name=name_of(mail.code),
            lead=mail.purpose is Purpose.LEAD,
            now=lead is not None and (mail is lead or mail.created_at == lead.created_at),
            since=mail.sent_at or mail.created_at,
            answers=tuple(a for a in detail.answers if a.delivery_id == mail.id),
        )
        for mail in mails
    ]
    now_with = {holder.delivery.code for holder in holders if holder.now}
    refused = unit_side.declined(tx, [summary.inquiry_id], on=now.date()).get(summary.inquiry_id, frozenset())
    return UnitPanel(
        holders=tuple(sorted(holders, key=lambda h: (not h.now, not h.lead, -h.since.timestamp()))),
        awaited=unit_side.awaited_of(tx, message_id=summary.id),
        reply=replies.view(tx, viewer=viewer, message_id=summary.id),
        may_book=summary.state is MessageState.FORWARDED and lead is not None,
        declined=tuple(sorted(place(one).short for one in refused)),
        notes=tuple(unit_notes.of_message(tx, message_id=summary.id)),
        away=tuple(absences.coming(tx, on=now.date(), codes=now_with)) if now_with else (),
        without_members=frozenset(now_with - people.units_with_members(tx)) if now_with else frozenset(),
    )


def name_of(code: str) -> str:
    """A recipient's name by its code, as the office names it; the code itself for a regional office."""
    try:
        destination = Destination(Route(code)) if code in set(Route) else Destination(Route.MISSION, code)
    except ValueError:
        return code
    return place(destination).name


def reading_text(reading: ReplyReading) -> str:
    """A reading as a sentence."""
    return {
        ReplyReading.ACCEPTED: gettext("The unit takes it."),
        ReplyReading.NOT_OURS: gettext("The unit says that it is not theirs."),
        ReplyReading.ANSWERED: gettext("The unit has answered the sender."),
        ReplyReading.NEEDS_MORE: gettext("The unit needs more from IPD."),
        ReplyReading.OUT_OF_OFFICE: gettext("The person is away; this is no answer."),
        ReplyReading.NEW_QUESTION: gettext("This seems to be about something else."),
        ReplyReading.UNCLEAR: gettext("It is not clear what the unit means."),
    }[reading]


def sure_text(confidence: float) -> str:
    """How sure a reading is."""
    if confidence >= SURE:
        return gettext("plain words")
    return gettext("likely") if confidence >= LIKELY else gettext("a guess")


def answer_choices() -> list[UnitAnswer]:
    """What an officer may book for a unit."""
    return list(UnitAnswer)
