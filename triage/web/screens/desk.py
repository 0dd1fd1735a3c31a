"""Working side by side: take the next message, orders, live counts, who looks, assign, put off, close, last decisions."""

from datetime import timedelta

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from triage.domain.errors import DataError, NotFound
from triage.domain.people import Role
from triage.flow.desk import close as closing
from triage.flow.desk import desk, review
from triage.store import listing, openings, preferences, recent
from triage.store.assignments import CloseReason
from triage.store.queues import Order, Queue
from triage.web import queries
from triage.web.access import allow, officer
from triage.web.forms import read_order, read_queue
from triage.web.notes import note
from triage.web.rows import rows
from triage.web.screens.decide import next_after, onward
from triage.web.screens.message import message_url
from triage.web.screens.queue import counted
from triage.web.services import services
from triage.web.show import full_time, local_path
from triage.web.translate import gettext
from triage.web.visible import visible

screen = Blueprint("desk", __name__)
DAYS = (1, 3, 7, 14, 30)
BY_LANGUAGE = "language"


@screen.post("/queue/<name>/next")
@allow(Role.OFFICER)
def take_next(name: str) -> Answer:
    """Opens the next message that nobody else has open."""
    queue, order = _queue(name), read_order(request.form.get("order"))
    beyond = request.form.get("beyond", type=int)
    now = services().clock.now()
    taken = desk.take_next(services().store, officer=officer(), queue=queue, order=order, now=now, beyond=beyond)
    if taken is None:
        note(gettext("Nothing is free: everything here is open on somebody else's screen, or the list is empty."), "")
        return redirect(url_for("queue.show", name=queue, order=order), 303)
    return redirect(message_url(taken, queue, order) or "/", 303)


@screen.post("/queue/<name>/order")
@allow(Role.OFFICER)
def choose_order(name: str) -> Answer:
    """Keeps the order in which one wants this list, and shows it so."""
    queue, order = _queue(name), read_order(request.form.get("order"))
    desk.prefer_order(services().store, officer=officer(), queue=queue, order=order)
    return redirect(url_for("queue.show", name=queue, order=order), 303)


@screen.get("/queue/counts.json")
@allow(Role.OFFICER)
def counts() -> Response:
    """How many messages wait in each list, as the tabs say it."""
    viewer = officer()
    with services().store.read() as tx:
        found = listing.counts(tx, viewer=viewer, now=services().clock.now())
    return jsonify({queue.value: counted(number) for queue, number in found.items()})


@screen.post("/messages/<int:message_id>/here")
@allow(Role.OFFICER)
def here(message_id: int) -> Response:
    """The page says that it is still looked at; hears who else looks, and whether the message has changed."""
    viewer, now = officer(), services().clock.now()
    desk.note_opening(services().store, officer=viewer, message_id=message_id, now=now)
    with services().store.read() as tx:
        others = openings.lookers(tx, viewer=viewer, message_ids=[message_id], now=now).get(message_id, [])
    return jsonify(others=looking(others), version=visible(message_id).version)


@screen.post("/messages/<int:message_id>/assign")
@allow(Role.OFFICER)
def assign(message_id: int) -> Answer:
    """Gives the inquiry to an officer, to whoever reads its language, or to nobody."""
    wanted, viewer, now = request.form.get("person", ""), officer(), services().clock.now()
    line = visible(message_id)
    try:
        if wanted == BY_LANGUAGE:
            chosen = desk.assign_by_language(
                services().store, message_id=message_id, language=line.language, officer=viewer, now=now
            )
            note(gettext("Given to %(name)s.", name=chosen.name), "good")
        else:
            person_id = int(wanted) if wanted.isdigit() else None
            desk.assign(services().store, message_id=message_id, person_id=person_id, officer=viewer, now=now)
            note(gettext("Given away.") if person_id else gettext("Given to nobody."), "good")
    except (DataError, NotFound):
        note(gettext("Nobody could be given this message: no officer who may see it reads its language."), "warn")
    return redirect(_back(message_id), 303)


@screen.post("/messages/<int:message_id>/snooze")
@allow(Role.OFFICER)
def snooze(message_id: int) -> Answer:
    """Puts a message off for some days, or wakes it, and goes on with the next."""
    days, now = request.form.get("days", type=int), services().clock.now()
    if days not in (0, *DAYS):
        abort(400)
    queue, order = read_queue(request.form.get("queue")), read_order(request.form.get("order"))
    following = next_after(message_id, queue, order)
    until = now + timedelta(days=days) if days else None
    review.snooze(services().store, message_id=message_id, until=until, officer=officer(), now=now)
    if until is None:
        note(gettext("It is back in its list."), "good")
        return redirect(_back(message_id), 303)
    note(gettext("Put off. It comes back on %(time)s.", time=full_time(until)), "good")
    return redirect(onward(following, queue, order, message_id), 303)


@screen.post("/messages/<int:message_id>/close")
@allow(Role.OFFICER)
def close(message_id: int) -> Answer:
    """Closes the inquiry of a message that IPD keeps, with a reason, or opens it again."""
    text = request.form.get("reason", "")
    reason = CloseReason(text) if text in set(CloseReason) else None
    closing.close(services().store, message_id=message_id, reason=reason, officer=officer(), now=services().clock.now())
    note(gettext("Closed.") if reason else gettext("Open again."), "good")
    return redirect(_back(message_id), 303)


@screen.get("/decisions")
@allow(Role.OFFICER)
def decisions() -> str:
    """One's last decisions, each with its undo as long as its mail has not left."""
    with services().store.read() as tx:
        lines = recent.last_decided(tx, viewer=officer())
    return render_template("decisions.html", rows=rows(lines, queue=Queue.ALL, order=Order.NEWEST, lookers={}))


@screen.post("/settings/languages")
@allow(Role.OFFICER)
def choose_languages() -> Answer:
    """Keeps which languages one reads."""
    codes = [code.strip().lower() for code in request.form.getlist("languages")]
    try:
        desk.prefer_languages(services().store, officer=officer(), languages=[code for code in codes if code])
        note(gettext("Kept."), "good")
    except DataError:
        abort(400)
    return redirect(url_for("settings.show"), 303)


def looking(names: list[str]) -> str:
    """Who else looks at a message, as a sentence; empty where nobody does."""
    return gettext("%(names)s is looking at it, too.", names=", ".join(names)) if names else ""


def _queue(name: str) -> Queue:
    try:
        queue = Queue(name)
    except ValueError:
        abort(404)
    if queue is Queue.RESTRICTED and not officer().cleared:
        abort(404)
    return queue


def _back(message_id: int) -> str:
    return local_path(request.form.get("back") or url_for("message.show", message_id=message_id))


def languages_read() -> list[tuple[str, str, bool]]:
    """For an officer: code, name and whether one reads it, of the languages to choose from; else nothing."""
    person = officer()
    if not person.has(Role.OFFICER):
        return []
    with services().store.read() as tx:
        kept = preferences.preferred(tx, person_id=person.id, name=preferences.LANGUAGES)
    read = set((kept or person.language).split(","))
    return [(code, name, code in read) for code, name in queries.languages(None)]
