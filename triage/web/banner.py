"""The line after a decision: where the message goes, when it leaves, and the way back."""

from dataclasses import dataclass
from math import ceil

from triage.domain.lifecycle import DeliveryState, MessageState
from triage.store.views import MessageSummary
from triage.web.services import services
from triage.web.show import place
from triage.web.translate import gettext


@dataclass(frozen=True, slots=True)
class Banner:
    """What is said of the message decided last. `undo`: whether the way back is still open;
    `seconds` (with `code`): until the mail leaves, counted down on the page in place of `text`."""

    summary: MessageSummary
    text: str
    tone: str
    undo: bool = False
    code: str = ""
    seconds: int = 0


def banner_of(summary: MessageSummary) -> Banner | None:
    """The banner of a message that was decided a moment ago; None where there is nothing to say."""
    destination = summary.decision.destination if summary.decision else None
    if summary.state is MessageState.IN_REVIEW:
        return Banner(summary, gettext("Undone. The message is back among those to review."), "")
    if destination is None:
        return None
    code = place(destination).short
    if summary.state is MessageState.KEPT:
        return Banner(summary, gettext("Kept at IPD."), "good", undo=True)
    if summary.state is MessageState.QUEUED and summary.delivery_state is DeliveryState.PENDING:
        left = (summary.leaves_at - services().clock.now()).total_seconds() if summary.leaves_at else 0.0
        if left <= 0:
            return Banner(summary, gettext("Goes to %(code)s now.", code=code), "good")
        return Banner(summary, "", "good", undo=True, code=code, seconds=ceil(left))
    if summary.state in (MessageState.QUEUED, MessageState.FORWARDED):
        return Banner(summary, gettext("Sent to %(code)s.", code=code), "good")
    return None
