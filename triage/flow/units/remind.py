"""Units that stay silent: a reminder after so many of their working days, then word to the officers. Each once.

A reminder goes to the unit and names sender and subject, as the forward did; word to officers holds ids and a link only.
Restricted matters have neither. Everything passes the brake.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from triage.domain.lifecycle import Purpose
from triage.domain.ports import Clock
from triage.domain.working_days import Calendar
from triage.flow.sending.brake import Brake
from triage.flow.sending.cover import answer_buttons
from triage.flow.sending.html_mail import Block, Paragraph, as_text, pack
from triage.flow.sending.outgoing import ServiceAddress
from triage.flow.units.unit_template import Chosen, Kind, chosen, default, fill
from triage.flow.units.unit_texts import SILENT
from triage.mail.compose import message_id_of
from triage.store import audit, calendars, stand_ins, waiting
from triage.store.deliveries import NewDelivery
from triage.store.dispatch import recipients
from triage.store.engine import Store, Tx
from triage.store.letters import Letter
from triage.store.waiting import NEVER, Due

UNKNOWN_SENDER = {"en": "a sender not known", "fr": "un expéditeur inconnu", "es": "un remitente desconocido"}


@dataclass(frozen=True, slots=True)
class Patience:
    """Working days without a word: until the reminder and until officers are told; 0 leaves that out."""

    reminder_days: int
    escalation_days: int


class Remind:
    """Reminds units and tells officers. One object per worker."""

    def __init__(
        self, *, store: Store, clock: Clock, brake: Brake, service: ServiceAddress, patience: Patience, worker: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._brake = brake
        self._service = service
        self._patience = patience
        self._worker = worker

    def step(self, limit: int = 50) -> int:
        """Does what is due for up to `limit` silent units; returns how many were looked at."""
        if not (self._patience.reminder_days or self._patience.escalation_days):
            return 0
        now = self._clock.now()
        with self._store.read() as tx:
            if not waiting.any_due(tx, now=now):
                return 0
        with self._store.begin() as tx:
            found = waiting.due(tx, now=now, limit=limit)
            known = calendars.calendars_of(tx, {one.code for one in found})
            templates = chosen(tx)
            told = [one for one in found if self._look(tx, one, known[one.code], templates, now)]
            for one in told:  # the audit record comes last in every transaction
                objects = [f"message:{one.message_id}", f"delivery:{one.delivery_id}", f"unit:{one.code}"]
                audit.append(tx, at=now, actor=self._worker, act=audit.Act.REMINDED, objects=objects)
        return len(found)

    def _look(self, tx: Tx, one: Due, calendar: Calendar, templates: Chosen, now: datetime) -> bool:
        """One silent unit; returns whether anybody was written to."""
        if not one.stands:
            waiting.forget(tx, delivery_id=one.delivery_id)
            return False
        reminder_at, escalation_at = self._due_times(one, calendar)
        next_at = escalation_at if one.reminders else min(reminder_at, escalation_at)
        if next_at > now:
            waiting.set_due(tx, delivery_id=one.delivery_id, at=next_at)
            return False
        if not one.reminders and reminder_at <= now and reminder_at <= escalation_at:
            mail_id = self._remind(tx, one, templates, now)
            # Officers are never told in the same breath: the unit has at least the days between the two.
            gap = timedelta(days=max(self._patience.escalation_days - self._patience.reminder_days, 1))
            after = NEVER if escalation_at == NEVER else max(escalation_at, now + gap)
            waiting.reminded(tx, delivery_id=one.delivery_id, mail_id=mail_id, next_at=after)
            return True
        if one.due_at is not None and one.due_at > now:
            return False
        self._tell(tx, one, now)
        waiting.escalated(tx, delivery_id=one.delivery_id, now=now)
        return True

    def _due_times(self, one: Due, calendar: Calendar) -> tuple[datetime, datetime]:
        """When the reminder and the word to officers are due by the unit's own calendar."""

        def after(days: int) -> datetime:
            if not days:
                return NEVER
            day = calendar.after(one.sent_at.date(), days)
            return datetime.combine(day, one.sent_at.timetz())

        return after(self._patience.reminder_days), after(self._patience.escalation_days)

    def _remind(self, tx: Tx, one: Due, templates: Chosen, now: datetime) -> str | None:
        language, names = recipients(tx, {one.code}).get(one.code, ("en", {}))
        letter = reminder_letter(
            one,
            language,
            names,
            days=self._patience.reminder_days,
            service=self._service,
            key=tx.keyring.hash_key,
            templates=templates,
        )
        to = self._address(tx, one, now)
        if to is None:
            return None
        new = NewDelivery(Purpose.DIGEST, one.code, to[0], now, one.message_id, private=to[1], content=letter.encode())
        return self._brake.send(tx, new=new, now=now)

    def _address(self, tx: Tx, one: Due, now: datetime) -> tuple[str, bool] | None:
        """Where a unit's mail goes today, and whether that is a person's address: to whoever stands in, else to the
        unit's present address, else where the forward went."""
        today = now.date()
        stand_in = stand_ins.stand_ins(tx, [one.code], on=today).get(one.code)
        if stand_in is not None:
            return stand_in.address, stand_in.private
        address = stand_ins.addresses_of(tx, [one.code], on=today).get(one.code) or one.address
        return (address, False) if address else None

    def _tell(self, tx: Tx, one: Due, now: datetime) -> None:
        for person in waiting.whom_to_tell(tx, officer_id=one.officer_id):
            subject, text = SILENT.get(person.language, SILENT["en"])
            words = {
                "unit": one.code,
                "number": str(one.message_id),
                "sent": f"{one.sent_at:%Y-%m-%d}",
                "url": self._service.message_url(one.message_id),
            }
            letter = Letter(subject.format(**words), text.format(**words), name=person.name)
            new = NewDelivery(
                Purpose.ALERT, "", person.email, now, one.message_id, private=True, content=letter.encode()
            )
            self._brake.send(tx, new=new, now=now)


def reminder_letter(
    one: Due,
    language: str,
    names: Mapping[str, str],
    *,
    days: int,
    service: ServiceAddress,
    key: bytes,
    templates: Chosen,
) -> Letter:
    """The reminder in the unit's language; an answer to it is an answer to the forward."""
    template = templates.get((Kind.REMINDER, language)) or default(Kind.REMINDER, language)
    sender = one.heading.sender
    values = {
        "unit": names.get(language) or one.code,
        "destination": str(one.destination or one.code),
        "sender": (sender.name or sender.email) if sender else UNKNOWN_SENDER.get(language, UNKNOWN_SENDER["en"]),
        "subject": one.heading.subject,
        "sent": f"{one.sent_at.astimezone(UTC):%Y-%m-%d}",
        "days": str(days),
    }
    maker = service.unit_links
    blocks: list[Block] = []
    for paragraph in template.paragraphs():
        if paragraph != "{links}":
            blocks.append(Paragraph(fill(paragraph, values)))
        elif maker is not None:
            urls = maker.urls(key, delivery_id=one.delivery_id, created_at=one.created_at)
            blocks.append(answer_buttons(urls, maker.ends(one.created_at), language))
    ours = message_id_of(one.delivery_id, service.own)
    return Letter(
        subject=" ".join(fill(template.subject, values).split())[:180],
        text=as_text(blocks),
        blocks=pack(blocks),
        language=language,
        name=values["unit"],
        in_reply_to=ours,
        references=(ours,),
    )
