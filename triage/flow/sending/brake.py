"""The brake: the one way out for mail that no officer's decision is behind (acknowledgements, alerts, digests).

At most so many mails to one address within 24 hours and so many in all within an hour, and none to an address that the
service reads. A quarter of the hour's mails is kept for alerts, so that a flood of acknowledgements cannot silence them.
What is held back is booked, and `watch` raises an alert of it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.domain.lifecycle import Purpose
from triage.flow.office.rules import Rule, value_of
from triage.mail.own import OwnMail
from triage.store import automatic, deliveries
from triage.store.deliveries import NewDelivery
from triage.store.engine import Tx


class Held(StrEnum):
    """Why an automatic mail was held back."""

    OWN_ADDRESS = "own_address"
    PER_RECIPIENT = "per_recipient"
    PER_HOUR = "per_hour"


@dataclass(frozen=True, slots=True)
class Brake:
    """The limits of [limits], over which stands what was set on screen, and the addresses that are ours."""

    own: OwnMail
    per_recipient_per_day: int
    per_hour: int

    def send(self, tx: Tx, *, new: NewDelivery, now: datetime) -> str | None:
        """Books the mail as a delivery and returns its id, or books that it is held back and returns None."""
        held = self._held(tx, new, now)
        delivery_id = deliveries.create(tx, new=new, now=now) if held is None else None
        automatic.book(
            tx,
            purpose=new.purpose,
            address=new.address,
            now=now,
            message_id=new.message_id,
            delivery_id=delivery_id,
            refused=held,
        )
        return delivery_id

    def _held(self, tx: Tx, new: NewDelivery, now: datetime) -> Held | None:
        if self.own.reads(new.address):
            return Held.OWN_ADDRESS
        traffic = automatic.traffic(tx, address=new.address, now=now)
        if traffic.to_address_today >= value_of(tx, Rule.PER_RECIPIENT_PER_DAY, self.per_recipient_per_day):
            return Held.PER_RECIPIENT
        per_hour = int(value_of(tx, Rule.PER_HOUR, self.per_hour))
        most = per_hour if new.purpose is Purpose.ALERT else per_hour * 3 // 4
        return Held.PER_HOUR if traffic.this_hour >= most else None
