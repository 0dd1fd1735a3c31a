"""Acknowledge: one neutral answer to a person who writes, where the office has switched that on. By RFC 3834.

Never to machines, lists, robots or ourselves (`mail.answerable`); never for urgent or restricted messages, and never
where no suggestion was made or IPD is suggested: such mail may be spam, whose senders are forged, or a report of
misconduct that the model did not recognise. Once per sender and period, and within the brake.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from triage.domain.lifecycle import MessageState, Purpose
from triage.domain.organisation import LANGUAGES
from triage.domain.ports import Clock
from triage.flow.sending.brake import Brake
from triage.flow.units.unit_template import Kind, chosen, default, fill
from triage.mail.answerable import Answerable, Unanswerable, answerable
from triage.store import acknowledgements
from triage.store.acknowledgements import SENT, Owed
from triage.store.deliveries import NewDelivery
from triage.store.engine import Store, Tx
from triage.store.letters import Letter
from triage.store.settings import get_setting

TEXTS_SETTING = "acknowledgement_texts"
"""The setting in which older installations keep their own words: language -> text; what is written on screen goes before."""
AUTO = "Auto:"
"""So begins the subject of every automatic answer (RFC 3834)."""
SUBJECT_CHARACTERS = 150
KNOWN_REFERENCES = 20
URGENT, RESTRICTED, ERASED, TWICE, HELD, DECIDED = "urgent", "restricted", "erased", "twice", "held_back", "decided"

TEXTS = {language: default(Kind.ACKNOWLEDGEMENT, language).body for language in LANGUAGES}
"""The words that come with the service."""


@dataclass
class Acknowledge:
    """Books the acknowledgements that are owed as deliveries. One object per worker."""

    store: Store
    clock: Clock
    brake: Brake
    period_days: float

    def step(self, limit: int = 20) -> int:
        """Looks at up to `limit` messages; returns how many."""
        with self.store.read() as tx:
            if not acknowledgements.any_owed(tx):
                return 0
        with self.store.begin() as tx:
            owed = acknowledgements.owed(tx, limit=limit)
            for one in owed:
                self._settle(tx, one)
        return len(owed)

    def _settle(self, tx: Tx, one: Owed) -> None:
        now = self.clock.now()
        found = self._whom(one)
        if not isinstance(found, Answerable):
            acknowledgements.settle(tx, message_id=one.message_id, outcome=found, now=now)
            return
        since = now - timedelta(days=self.period_days)
        if any(acknowledgements.sent_since(tx, sender=who, since=since) for who in {found.author, found.address}):
            outcome, delivery_id = TWICE, None
        else:
            delivery_id = self.brake.send(tx, new=self._letter(tx, one, found), now=now)
            outcome = HELD if delivery_id is None else SENT
        acknowledgements.settle(
            tx, message_id=one.message_id, outcome=outcome, now=now, sender=found.author, delivery_id=delivery_id
        )

    def _whom(self, one: Owed) -> Answerable | str:
        if one.raw is None or one.message is None:
            return ERASED
        if one.restricted or one.urgent:
            return RESTRICTED if one.restricted else URGENT
        if one.state not in {MessageState.IN_REVIEW, MessageState.QUEUED, MessageState.FORWARDED}:
            return DECIDED  # kept meanwhile, or found to be no inquiry
        found = answerable(one.raw, one.message, own=self.brake.own)
        return found.value if isinstance(found, Unanswerable) else found

    def _letter(self, tx: Tx, one: Owed, whom: Answerable) -> NewDelivery:
        message, now = one.message, self.clock.now()
        if message is None:
            raise ValueError("nothing to answer")
        language = one.language if one.language in TEXTS else "en"
        older = get_setting(tx, TEXTS_SETTING, {}).get(language)
        written = chosen(tx).get((Kind.ACKNOWLEDGEMENT, language))
        template = written or default(Kind.ACKNOWLEDGEMENT, language)
        subject = fill(template.subject, {"subject": message.subject})
        name = message.sender.name if message.sender is not None and whom.address == whom.author else ""
        references = message.references[-KNOWN_REFERENCES:] or tuple(filter(None, [message.in_reply_to]))
        letter = Letter(
            subject=(subject if subject.startswith(AUTO) else f"{AUTO} {subject}")[:SUBJECT_CHARACTERS],
            text=(str(older) if older and written is None else template.body).strip() + "\n",
            name=name,
            reply_to=whom.written_to,
            in_reply_to=message.message_id,
            references=(*references, message.message_id) if message.message_id else references,
        )
        new = NewDelivery(Purpose.ACKNOWLEDGEMENT, "", whom.address, now, one.message_id, private=True)
        return replace(new, content=letter.encode())
