"""One message's line, only for those who may see it."""

from triage.domain.errors import NotFound
from triage.store import listing
from triage.store.messages import standing
from triage.store.views import MessageSummary
from triage.web.access import officer
from triage.web.services import services


def visible(message_id: int) -> MessageSummary:
    """The line of a message. Raises NotFound where there is none or it is hidden from the person who asks."""
    with services().store.read() as tx:
        standing(tx, message_id=message_id, cleared=officer().cleared)
        found = listing.summaries(tx, message_ids=[message_id])
    if message_id not in found:
        raise NotFound("no such message")
    return found[message_id]
