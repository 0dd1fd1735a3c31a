"""Reports of misconduct have a destination of their own: the oversight address, by a cleared officer's decision.

The mail there holds no word of the report, only where to read it, unless the office has chosen to attach the original.
A report never goes to a unit, a mission or a person that it names: `review` refuses every other destination, and here an
oversight address that stands in the report itself is refused, too. Who takes the mark off says that it is no report; from
then on the message is one like all others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.domain.decision import Action, Decision
from triage.domain.errors import Refused
from triage.domain.lifecycle import MessageEvent, Purpose
from triage.domain.people import Person
from triage.domain.person_request import Sought
from triage.domain.protection import OVERSIGHT
from triage.store import audit, decisions, deliveries, inquiries, organisation, retention
from triage.store.deliveries import NewDelivery
from triage.store.engine import Store, Tx
from triage.store.letters import Letter
from triage.store.messages import Standing, release, standing, transition

TEXTS: Mapping[str, tuple[str, str]] = {
    "en": (
        "A report for you (no. {number})",
        "A report is waiting for you. It reached the contact inbox on {day}, and an officer of IPD hands it to you.\n\n"
        "This mail holds nothing of it on purpose. Read it here, signed in with a cleared account:\n{url}\n",
    ),
    "fr": (
        "Un signalement pour vous (n° {number})",
        "Un signalement vous attend. Il est arrivé dans la boîte de contact le {day} ; un agent d’IPD vous le transmet.\n\n"
        "Ce courriel n’en contient volontairement rien. Lisez-le ici, avec un compte habilité :\n{url}\n",
    ),
    "es": (
        "Una denuncia para usted (n.º {number})",
        "Le espera una denuncia. Llegó al buzón de contacto el {day}; un funcionario de IPD se la entrega.\n\n"
        "Este correo no contiene nada de ella a propósito. Léala aquí, con una cuenta autorizada:\n{url}\n",
    ),
}


@dataclass(frozen=True, slots=True)
class Oversight:
    """Where reports go and how. `public_url`: where the screens are reached."""

    address: str
    public_url: str
    language: str = "en"
    include_original: bool = False


def hand_over(
    store: Store,
    *,
    message_id: int,
    version: int | None,
    officer: Person,
    now: datetime,
    undo_seconds: float,
    to: Oversight,
    note: str = "",
) -> str:
    """Hands a restricted message to oversight and returns the delivery's id; it can be undone like any decision.

    Raises NotFound where it is not for this officer, Stale where it changed, Refused where it is no report, no address is
    configured, or the address is one that must not get it.
    """
    if not to.address:
        raise Refused("no oversight address is configured; set [oversight] address, or keep the report at IPD")
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared, version=version, lock=True)
        if not at.restricted:
            raise Refused("only reports of misconduct go to oversight; this message is not marked as one")
        _must_not_be_named(tx, at, to.address, now)
        actor = audit.actor_of(tx, officer)
        transition(
            tx, message_id=message_id, event=MessageEvent.DECIDED, expected=at.state, version=at.version, actor=actor, at=now,
            changes={"declined": False, "snoozed_until": None},
        )  # fmt: skip
        decision = Decision(message_id, Action.HAND_OVER, None, officer.name, now, at.prediction_id, note)
        decision_id = decisions.add(tx, decision=decision, officer=officer, restricted=True)
        inquiries.set_unit(tx, {at.inquiry_id: None})
        new = NewDelivery(
            purpose=Purpose.LEAD,
            code=OVERSIGHT,
            address=to.address,
            leaves_at=now + timedelta(seconds=undo_seconds),
            message_id=message_id,
            decision_id=decision_id,
            restricted=True,
            content=None if to.include_original else _letter(message_id, to, now).encode(),
        )
        delivery_id = deliveries.create(tx, new=new, now=now)
        objects = [f"message:{message_id}", f"decision:{decision_id}", f"delivery:{delivery_id}"]
        audit.append(tx, at=now, actor=actor, act=audit.Act.HANDED_OVER, objects=objects)
    return delivery_id


def _letter(message_id: int, to: Oversight, now: datetime) -> Letter:
    subject, text = TEXTS.get(to.language, TEXTS["en"])
    url = f"{to.public_url.rstrip('/')}/messages/{message_id}"
    return Letter(subject.format(number=message_id), text.format(day=now.date().isoformat(), url=url))


def _must_not_be_named(tx: Tx, at: Standing, address: str, now: datetime) -> None:
    """Refuses an address that belongs to a unit or mission, or that stands in the report."""
    on = now.date()
    addresses = [row.address for row in organisation.units(tx, on)] + [
        row.address for row in organisation.offices(tx, on)
    ]
    if address.lower() in {one.lower() for one in addresses}:
        raise Refused("the oversight address is a unit's or mission's; a report never goes there. Correct [oversight]")
    message = retention.readings(tx, message_ids=[at.id]).get(at.id)
    if message is None:
        return
    sought = Sought.of(address)
    people = (*((message.sender,) if message.sender else ()), *message.reply_to)
    texts = (message.subject, message.text, message.newest_text, message.attachment_text, *(p.email for p in people))
    if any(sought.pattern.search(text) for text in texts):
        raise Refused("the report names the oversight address itself; keep it and hand it over by other means")


def lift_restriction(store: Store, *, message_id: int, version: int | None, officer: Person, now: datetime) -> None:
    """A cleared officer says that a message is no report of misconduct. Raises NotFound, Stale, and Refused where it was
    not marked as one."""
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared, version=version, lock=True)
        if not at.restricted:
            raise Refused("this message is not marked as a report of misconduct")
        actor = audit.actor_of(tx, officer)
        release(tx, message_id=message_id)
        audit.append(tx, at=now, actor=actor, act=audit.Act.RESTRICTION_LIFTED, objects=[f"message:{message_id}"])
