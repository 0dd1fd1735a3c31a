"""Several decisions at once: choose by filter, see what will happen, decide, and one undo for all of them."""

from collections import Counter
from dataclasses import dataclass, replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import Refused
from triage.domain.lifecycle import MessageState
from triage.domain.people import Role
from triage.domain.taxonomy import Destination
from triage.flow.desk import batch
from triage.flow.desk.search import ask
from triage.store import saved_searches, search
from triage.store.queues import Order, Queue
from triage.store.search import Query
from triage.store.views import MessageSummary
from triage.web import queries
from triage.web.access import allow, officer
from triage.web.directory import Place
from triage.web.in_force import undo_seconds
from triage.web.notes import note
from triage.web.rows import rows
from triage.web.services import services
from triage.web.show import place
from triage.web.translate import gettext

screen = Blueprint("bulk", __name__)
SHOWN = 100
CONFIRM = "suggestion"


@dataclass(frozen=True, slots=True)
class Sum:
    """How many messages would go to one place."""

    place: Place
    number: int


@screen.get("/bulk")
@allow(Role.OFFICER)
def show() -> str:
    """The form to choose by."""
    return _page(Query(state=MessageState.IN_REVIEW), None)


@screen.post("/bulk")
@allow(Role.OFFICER)
def choose() -> Response:
    """Keeps the choice and shows what is in it: always messages to review."""
    query = replace(queries.read_query(request.form), state=MessageState.IN_REVIEW, ranked=False)
    word = ask(services().store, query=query, person=officer(), now=services().clock.now())
    return redirect(url_for("bulk.chosen", word=word), 303)


@screen.get("/bulk/<word>")
@allow(Role.OFFICER)
def chosen(word: str) -> str:
    """What would happen: how many go where, and each message with a box to leave it out."""
    with services().store.read() as tx:
        query = saved_searches.get(tx, word=word, person_id=officer().id or 0, now=services().clock.now())
    return _page(query, word)


@screen.post("/bulk/decide")
@allow(Role.OFFICER)
def decide() -> Response:
    """Takes the decisions that are ticked, each by the version that was shown."""
    versions = _versions(request.form.getlist("chosen"))
    target = request.form.get("destination") or CONFIRM
    try:
        destination = None if target == CONFIRM else Destination.parse(target)
    except ValueError:
        abort(400)
    if not versions:
        note(gettext("Nothing was chosen."), "warn")
        return redirect(url_for("bulk.show"), 303)
    try:
        made = batch.decide_batch(
            services().store,
            versions=versions,
            destination=destination,
            officer=officer(),
            now=services().clock.now(),
            undo_seconds=undo_seconds(),
        )
    except Refused:
        abort(400)
    left = len(made.changed) + len(made.left_out)
    return redirect(url_for("bulk.done", word=made.word or "none", sent=made.queued, kept=made.kept, left=left), 303)


@screen.get("/bulk/done/<word>")
@allow(Role.OFFICER)
def done(word: str) -> str:
    """What was done, with the one undo."""
    numbers = {name: request.args.get(name, 0, type=int) for name in ("sent", "kept", "left")}
    seconds = int(undo_seconds())
    return render_template("bulk_done.html", key=None if word == "none" else word, seconds=seconds, **numbers)


@screen.post("/bulk/undo/<word>")
@allow(Role.OFFICER)
def undo(word: str) -> Response:
    """Takes back whatever of the batch has not left."""
    back = batch.undo_batch(services().store, word=word, officer=officer(), now=services().clock.now())
    text = gettext("%(count)s decisions undone.", count=back.undone)
    if back.too_late:
        text += " " + gettext("%(count)s had left already or were changed since.", count=back.too_late)
    note(text, "warn" if back.too_late else "good")
    return redirect(url_for("queue.show", name=Queue.REVIEW), 303)


def _page(query: Query, word: str | None) -> str:
    lines: list[MessageSummary] = []
    more = False
    if word is not None:
        with services().store.read() as tx:
            page = search.find(tx, viewer=officer(), query=query, limit=SHOWN)
        lines, more = list(page.messages), page.next is not None
    able = [line for line in lines if not line.urgent and line.prediction is not None]
    to = Counter(str(line.prediction.destination) for line in able if line.prediction)
    return render_template(
        "bulk.html",
        query=query,
        key=word,
        rows=rows(able, queue=Queue.REVIEW, order=Order.OLDEST, lookers={}),
        more=more,
        urgent=sum(line.urgent for line in lines),
        unsuggested=sum(line.prediction is None and not line.urgent for line in lines),
        sums=[Sum(place(Destination.parse(code)), number) for code, number in to.most_common()],
        destination=queries.destination_value(query),
        languages=queries.languages(query.language),
        confirm=CONFIRM,
    )


def _versions(chosen_: list[str]) -> dict[int, int]:
    """`ID.VERSION` of each box that is ticked; anything else is refused."""
    versions: dict[int, int] = {}
    for each in chosen_[: batch.MOST]:
        message_id, _, version = each.partition(".")
        if not (message_id.isdigit() and version.isdigit() and len(each) < 40):
            abort(400)
        versions[int(message_id)] = int(version)
    return versions
