"""One message: what it says, what is suggested, and the decision beside it."""

from flask import Blueprint, render_template, request, url_for

from triage.domain.people import Role
from triage.flow.desk import desk
from triage.flow.desk.look import look
from triage.store import assignments, drafts, listing, openings
from triage.store.acquaintances import acquaintances
from triage.store.queues import Queue
from triage.web.access import allow, officer
from triage.web.forms import read_order, read_queue
from triage.web.presenters import present
from triage.web.screens.queue import problem_text, read_banner
from triage.web.services import services
from triage.web.unit_panel import unit_panel

screen = Blueprint("message", __name__)

AHEAD = "X-Ahead"
"""The header by which a page says that it fetches the next message while this one is read."""


@screen.get("/messages/<int:message_id>")
@allow(Role.OFFICER)
def show(message_id: int) -> str:
    """The message page; `queue` and `order` in the address say which list is walked through."""
    queue, order = read_queue(request.args.get("queue")), read_order(request.args.get("order"))
    viewer = officer()
    now = services().clock.now()
    ahead = AHEAD in request.headers
    if not ahead:  # a page fetched ahead is not looked at yet
        desk.note_opening(services().store, officer=viewer, message_id=message_id, now=now)
    detail = look(services().store, viewer=viewer, message_id=message_id, now=now, ahead=ahead)
    with services().store.read() as tx:
        units = unit_panel(tx, detail, viewer=viewer, now=now)
        before, after = listing.neighbours(tx, viewer=viewer, queue=queue, order=order, message_id=message_id, now=now)
        others = openings.lookers(tx, viewer=viewer, message_ids=[message_id], now=now).get(message_id, [])
        known = acquaintances(tx, viewer=viewer, message_id=message_id)
        officers = desk.officers(tx)
        replies = drafts.replies(tx, message_id=message_id)
        closed = assignments.closed(tx, inquiry_id=detail.summary.inquiry_id)
    return render_template(
        "message.html",
        view=present(detail),
        queue=queue,
        order=order,
        list_url=url_for("queue.show", name=queue, order=order),
        previous_url=message_url(before, queue, order),
        next_url=message_url(after, queue, order),
        # Restricted messages are opened on purpose, and every look at one is recorded: never fetched ahead.
        ahead_url=None if queue is Queue.RESTRICTED else message_url(after or before, queue, order),
        banner=read_banner(),
        problem_text=problem_text,
        others=others,
        known=known,
        officers=[each for each in officers if each.cleared or not detail.summary.restricted],
        closed=closed,
        replies=replies,
        asleep=detail.summary.snoozed_until is not None and detail.summary.snoozed_until > now,
        units=units,
    )


def message_url(message_id: int | None, queue: str, order: str, decided: int | None = None) -> str | None:
    """The address of a message within a list; `decided` names the message whose banner is shown on top."""
    if message_id is None:
        return None
    return url_for("message.show", message_id=message_id, queue=queue, order=order, decided=decided)
