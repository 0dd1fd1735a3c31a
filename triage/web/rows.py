"""The lines of a list, worked out before the template: what costs time is asked once a page, not once a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from triage.store.queues import Order, Queue
from triage.store.views import MessageSummary
from triage.web.directory import Place, directory
from triage.web.show import age, full_time, language_name, percent, person_text, subject
from triage.web.translate import gettext, language
from triage.web.words import quarantine_word, word

DECIDED = frozenset({Queue.WAITING, Queue.KEPT, Queue.FORWARDED, Queue.ALL})
"""Lists whose lines show where a message went, and by whom, rather than what is suggested."""
_NUMBER = 987_654_321


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list. `place`: where the message went (then `officer` says by whom) or is suggested to go (then
    `chance` is the probability, `share` in hundredths); where there is neither, `instead` says why."""

    m: MessageSummary
    url: str
    subject: str
    sender_name: str
    sender_email: str
    sender: str
    given: str
    looking: str
    place: Place | None
    officer: str
    chance: str
    share: int
    instead: str
    soft: bool
    stored_at: str
    stored: str
    age: str
    language: str
    back: str


def rows(
    lines: Sequence[MessageSummary], *, queue: Queue, order: Order, lookers: Mapping[int, Sequence[str]]
) -> list[Row]:
    """The lines of a page of `queue`; `lookers` are the people who have a message open."""
    before, _, behind = url_for("message.show", message_id=_NUMBER, queue=queue, order=order).partition(str(_NUMBER))
    return [_row(line, f"{before}{line.id}{behind}", queue, lookers.get(line.id, ())) for line in lines]


def _row(m: MessageSummary, url: str, queue: Queue, looking: Sequence[str]) -> Row:
    place, officer, chance, share, instead, soft = _where(m, queue)
    named = m.sender is not None and bool(m.sender.name and m.sender.email)
    return Row(
        m=m,
        url=url,
        subject=subject(m),
        sender_name=m.sender.name if named and m.sender else "",
        sender_email=m.sender.email if named and m.sender else "",
        sender="" if named else person_text(m.sender),
        given=gettext("Given to %(name)s", name=m.assigned_to) if m.assigned_to else "",
        looking=gettext("%(names)s is looking at it", names=", ".join(looking)) if looking else "",
        place=place,
        officer=officer,
        chance=chance,
        share=share,
        instead=instead,
        soft=soft,
        stored_at=m.stored_at.isoformat(),
        stored=full_time(m.stored_at),
        age=age(m.stored_at),
        language=language_name(m.language),
        back=gettext("back on %(time)s", time=full_time(m.snoozed_until))
        if queue is Queue.SNOOZED and m.snoozed_until
        else "",
    )


def _where(m: MessageSummary, queue: Queue) -> tuple[Place | None, str, str, int, str, bool]:
    """`place`, `officer`, `chance`, `share`, `instead` and `soft` of a Row."""
    if queue in DECIDED and m.decision is not None and m.decision.destination is not None:
        return directory().place(m.decision.destination, language()), m.decision.officer, "", 0, "", False
    if m.machine is not None:
        return None, "", "", 0, word(m.machine), False
    if m.quarantine_reason is not None:
        return None, "", "", 0, quarantine_word(m.quarantine_reason), False
    if m.prediction is not None:
        likely = m.prediction.probability
        found = directory().place(m.prediction.destination, language())
        return found, "", percent(likely), round(likely * 100), "", False
    return None, "", "", 0, word(m.state), True
