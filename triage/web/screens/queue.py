"""The lists of messages, a tab each."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for

from triage.domain.errors import NotFound
from triage.domain.lifecycle import DeliveryState
from triage.domain.people import Person, Role
from triage.store import listing, openings, preferences
from triage.store.queues import COUNT_CAP, Order, Queue
from triage.store.views import MessageSummary
from triage.web.access import allow, officer
from triage.web.banner import Banner, banner_of
from triage.web.forms import read_order
from triage.web.rows import rows
from triage.web.services import services
from triage.web.show import number, place
from triage.web.translate import gettext
from triage.web.visible import visible
from triage.web.words import EMPTY, word

screen = Blueprint("queue", __name__)

PAGE = 50
TABS = tuple(Queue)
ALWAYS = frozenset(
    {Queue.REVIEW, Queue.URGENT, Queue.MINE, Queue.WAITING, Queue.PROBLEMS, Queue.QUARANTINE, Queue.MACHINE, Queue.ALL}
)
WORRYING = frozenset({Queue.URGENT, Queue.RESTRICTED, Queue.PROBLEMS, Queue.QUARANTINE, Queue.DECLINED})
TAKEN_FROM = frozenset({Queue.REVIEW, Queue.URGENT, Queue.MINE, Queue.RESTRICTED, Queue.DECLINED})
"""Lists out of which one takes the next free message."""
UNCOUNTED = frozenset({Queue.ALL, Queue.KEPT, Queue.FORWARDED})


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its text and, where it is work, how many messages wait there."""

    name: str
    text: str
    url: str
    here: bool
    count: str | None
    warn: bool


@screen.get("/queue/<name>")
@allow(Role.OFFICER)
def show(name: str) -> str:
    """A page of one list."""
    try:
        queue = Queue(name)
    except ValueError:
        abort(404)
    viewer = officer()
    if queue is Queue.RESTRICTED and not viewer.cleared:
        abort(404)
    after = request.args.get("after")
    now = services().clock.now()
    with services().store.read() as tx:
        name = preferences.order_name(queue)
        asked = request.args.get("order") or preferences.preferred(tx, person_id=viewer.id, name=name)
        order = read_order(asked)
        if queue is not Queue.REVIEW and order in listing.REVIEW_ORDERS:
            order = Order.OLDEST
        page = listing.list_page(tx, viewer=viewer, queue=queue, order=order, after=after, limit=PAGE, now=now)
        counts = listing.counts(tx, viewer=viewer, now=now)
        lookers = openings.lookers(tx, viewer=viewer, message_ids=[line.id for line in page.messages], now=now)
    return render_template(
        "queue.html",
        queue=queue,
        order=order,
        rows=rows(page.messages, queue=queue, order=order, lookers=lookers),
        takes=queue in TAKEN_FROM and bool(page.messages),
        orders=[each for each in Order if each not in listing.REVIEW_ORDERS or queue is Queue.REVIEW]
        if page.messages
        else [],
        after=after,
        page=page,
        tabs=tabs(viewer, queue, counts),
        empty=EMPTY[queue],
        first_run=queue in (Queue.REVIEW, Queue.ALL),
        banner=read_banner(),
        now=now,
        problem_text=problem_text,
    )


def tabs(viewer: Person, here: Queue | None, counts: dict[Queue, int]) -> list[Tab]:
    """The tabs that `viewer` may open: the lane of restricted messages only for the cleared, rare ones when filled."""
    result = []
    for queue in TABS:
        if queue is Queue.RESTRICTED and not viewer.cleared:
            continue
        count = counts.get(queue, 0)
        if queue not in ALWAYS and not count and queue is not here and queue not in UNCOUNTED | {Queue.RESTRICTED}:
            continue
        text = None if queue in UNCOUNTED else counted(count)
        url = url_for("queue.show", name=queue)
        result.append(Tab(queue.value, word(queue), url, queue is here, text, queue in WORRYING and count > 0))
    return result


def counted(count: int) -> str:
    """A count as the tabs show it: it is never counted further than COUNT_CAP."""
    return f"{number(COUNT_CAP)}+" if count > COUNT_CAP else number(count)


def read_banner() -> Banner | None:
    """The banner of the message named in the address (`decided=ID`), if the viewer may see it."""
    decided = request.args.get("decided", type=int)
    if decided is None:
        return None
    try:
        return banner_of(visible(decided))
    except NotFound:
        return None


def problem_text(summary: MessageSummary) -> str:
    """What went wrong with the mail of a message, as a sentence that says what to do."""
    destination = summary.decision.destination if summary.decision else None
    code = place(destination).short if destination else "–"
    if summary.delivery_state is DeliveryState.UNKNOWN:
        return gettext(
            "Nobody knows whether the mail to %(code)s arrived. Ask there, then say what you know.", code=code
        )
    if summary.delivery_state is DeliveryState.BOUNCED:
        return gettext("The mail to %(code)s came back. Open the message and decide again.", code=code)
    return gettext("The mail to %(code)s was refused. Open the message and decide again.", code=code)
