"""Reply to a sender: what IPD keeps is IPD's to answer.

A reply is a letter of ours in the inquiry's thread (In-Reply-To, References), a delivery like any other: it rests for
the undo window, is retried, and its answer finds the inquiry by its Message-ID. It goes to the Reply-To of the mail, else
to its sender, and never to an address that the service itself reads. Restricted messages are answered by the cleared
alone, because nobody else can see them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.domain.errors import DataError, NotFound, Refused
from triage.domain.lifecycle import MessageState, Purpose
from triage.domain.message import Address, Message
from triage.domain.people import Person
from triage.flow.desk.close import KEPT
from triage.flow.desk.review import decide_in, put_on_record
from triage.mail.own import OwnMail
from triage.store import assignments, audit, deliveries, drafts
from triage.store.assignments import CloseReason
from triage.store.deliveries import NewDelivery
from triage.store.detail import detail
from triage.store.drafts import Draft
from triage.store.engine import Store, Tx
from triage.store.letters import Letter
from triage.store.messages import standing

ANSWERABLE = frozenset({MessageState.IN_REVIEW, MessageState.KEPT})
LONGEST = 50_000


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply on its way."""

    delivery_id: str
    leaves_at: datetime


def recipient_of(message: Message) -> Address | None:
    """Who gets a reply; None where the mail names nobody."""
    found = message.reply_to[0] if message.reply_to else message.sender
    return found if found is not None and "@" in found.email else None


def subject_of(message: Message) -> str:
    """The subject of a reply."""
    subject = message.subject.strip()
    return subject if subject.lower().startswith("re:") else f"Re: {subject}".strip()


def save_draft(store: Store, *, message_id: int, draft: Draft, officer: Person, now: datetime) -> None:
    """Keeps what an officer has written so far. Raises NotFound, DataError where it is too long."""
    if officer.id is None or len(draft.text) > LONGEST:
        raise DataError("a draft needs a person with an account and is at most 50,000 characters long")
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared)
        drafts.save(tx, message_id=message_id, person_id=officer.id, draft=draft, restricted=at.restricted, now=now)


def reply(
    store: Store,
    *,
    message_id: int,
    version: int,
    draft: Draft,
    own: OwnMail,
    officer: Person,
    now: datetime,
    undo_seconds: float,
    closes: bool,
) -> Replied:
    """Sends a reply after the undo window. A message in review becomes kept by it; `closes` its inquiry as answered.

    Raises Stale where the message changed since `version`, Refused where its state allows no reply, DataError where
    there is nobody to reply to or nothing is written, NotFound.
    """
    if not draft.text.strip():
        raise DataError("an empty reply")
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared, version=version, lock=True)
        if at.state not in ANSWERABLE:
            raise Refused(f"a message that is {at.state} is not answered from here")
        to, letter = _letter(tx, message_id, draft, own, officer)
        decided = []
        if at.state is MessageState.IN_REVIEW:
            decided.append(
                decide_in(
                    tx,
                    message_id=message_id,
                    version=version,
                    destination=KEPT,
                    officer=officer,
                    now=now,
                    undo_seconds=undo_seconds,
                )
            )
        leaves_at = now + timedelta(seconds=undo_seconds)
        new = NewDelivery(
            purpose=Purpose.REPLY,
            code="",
            address=to.email,
            leaves_at=leaves_at,
            message_id=message_id,
            private=True,
            restricted=at.restricted,
            content=letter.encode(),
        )
        delivery_id = deliveries.create(tx, new=new, now=now)
        drafts.discard(tx, message_id=message_id, person_id=officer.id)
        if closes:
            assignments.close(tx, inquiry_id=at.inquiry_id, reason=CloseReason.ANSWERED, now=now)
        put_on_record(tx, decided, officer=officer, now=now)
        objects = [f"message:{message_id}", f"delivery:{delivery_id}"]
        audit.append(tx, at=now, actor=audit.actor_of(tx, officer), act=audit.Act.REPLIED, objects=objects)
    return Replied(delivery_id, leaves_at)


def undo_reply(store: Store, *, message_id: int, delivery_id: str, officer: Person, now: datetime) -> None:
    """Takes a reply back while it has not left; its words are the officer's draft again.

    Raises Stale where it is leaving or has left, NotFound where the message has no such reply.
    """
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared, lock=True)
        known = {one.delivery_id: one for one in drafts.replies(tx, message_id=message_id)}
        if delivery_id not in known:
            raise NotFound("no such reply")
        letter = known[delivery_id].letter
        actor = audit.actor_of(tx, officer)
        deliveries.cancel(tx, delivery_id=delivery_id, actor=actor, now=now)
        assignments.close(tx, inquiry_id=at.inquiry_id, reason=None, now=now)
        if officer.id is not None and letter is not None:
            drafts.save(
                tx,
                message_id=message_id,
                person_id=officer.id,
                draft=Draft(letter.subject, letter.text),
                restricted=at.restricted,
                now=now,
            )
        objects = [f"message:{message_id}", f"delivery:{delivery_id}"]
        audit.append(tx, at=now, actor=actor, act=audit.Act.UNDONE, objects=objects)


def _letter(tx: Tx, message_id: int, draft: Draft, own: OwnMail, officer: Person) -> tuple[Address, Letter]:
    message = detail(tx, viewer=officer, message_id=message_id).message
    to = None if message is None else recipient_of(message)
    if message is None or to is None:
        raise DataError("there is nobody to reply to")
    if own.reads(to.email):
        raise Refused("the service reads this address itself")
    return to, Letter(
        subject=draft.subject.strip() or subject_of(message),
        text=draft.text.strip() + "\n",
        name=to.name,
        in_reply_to=message.message_id,
        references=tuple(each for each in (*message.references, message.message_id) if each),
    )
