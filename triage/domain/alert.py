"""Alerts: what must reach a person although nobody asked. Kinds only; what an alert is about is named by an id."""

from enum import StrEnum


class AlertKind(StrEnum):
    """Why somebody must look. The words are shown without sign-in (but for those about a message): they hold no content."""

    URGENT = "urgent"  # perhaps a person in danger: the officers
    RESTRICTED = "restricted"  # perhaps a report of misconduct: the cleared officers alone
    MAILBOX = "mailbox"  # a source could not be read twice in a row
    CREDENTIALS = "credentials"  # a sign-in to a mailbox or to the way out was refused
    CHANNEL = "channel"  # the way out could not be reached twice in a row
    BOOKS = "books"  # the books do not balance
    UNKNOWN = "unknown"  # deliveries of which nobody knows whether they arrived
    FAILED = "failed"  # deliveries that were refused, given up or bounced
    WORKER = "worker"  # nobody pulls mail, or nobody classifies and sends
    BACKLOG = "backlog"  # mail waits too long to be classified: nobody knows whether it is urgent
    DISK = "disk"  # nearly full
    QUARANTINE = "quarantine"  # more mail than usual cannot be read
    BRAKE = "brake"  # an automatic mail was held back by the limits
    COPIES = "copies"  # copies could not be filed in the Sent folder
    MODEL = "model"  # the promoted model does not load; the one before it serves
    WEBHOOK = "webhook"  # the webhook of the alerts does not take them

    DRIFT = "drift"  # mail is no longer what the model learnt from
    GATE = "gate"  # automatic forwarding ended by itself


ABOUT_A_MESSAGE = frozenset({AlertKind.URGENT, AlertKind.RESTRICTED})
"""Raised once for a message, acknowledged by opening it, resolved when it is decided; never shown without sign-in."""
ABOUT_THE_MODEL = frozenset({AlertKind.DRIFT, AlertKind.GATE})
"""For the model keepers too, beside the administrators."""
