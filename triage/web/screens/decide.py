"""Decisions: confirm, choose another unit or mission, keep, undo, take up again; and the list to search in."""

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from triage.domain.errors import NotFound, Refused
from triage.domain.lifecycle import MessageState
from triage.domain.organisation import LANGUAGES
from triage.domain.people import Role
from triage.flow.desk import review
from triage.flow.desk.close import KEPT, keep_and_close
from triage.store import listing
from triage.store.queues import Order, Queue
from triage.web.access import allow, officer, signed_in
from triage.web.banner import banner_of
from triage.web.directory import directory
from triage.web.forms import DecideForm, VersionForm
from triage.web.in_force import rules_in_force
from triage.web.notes import note
from triage.web.screens.message import message_url
from triage.web.services import services
from triage.web.show import full_time, local_path, place
from triage.web.translate import gettext
from triage.web.visible import visible
from triage.web.words import word

screen = Blueprint("decide", __name__)


@screen.post("/messages/<int:message_id>/decide")
@allow(Role.OFFICER)
def decide(message_id: int) -> Answer | tuple[str, int]:
    """Takes the decision and opens the next message, with the way back on top.

    A page that has fetched the next message ahead asks for JSON: where to go, which message in which version is there,
    and the banner.
    """
    form = DecideForm()
    if not form.validate():
        note(gettext("Choose a unit or a mission."), "warn")
        return redirect(url_for("message.show", message_id=message_id), 303)
    queue, order = form.chosen_queue, form.chosen_order
    following = next_after(message_id, queue, order)
    try:
        _take(message_id, form)
    except Refused:
        return stale(message_id, following, queue, order)
    url = onward(following, queue, order, message_id)
    if request.accept_mimetypes.best == "application/json":
        banner = render_template("_banner.html", banner=banner_of(visible(message_id)), queue=queue, order=order)
        return jsonify(url=url, next=_told(following), banner=banner)
    return redirect(url, 303)


def _take(message_id: int, form: DecideForm) -> None:
    store, now, undo_seconds = services().store, services().clock.now(), rules_in_force().undo_seconds
    version, said, reason = int(form.version.data), (form.note.data or "").strip(), form.chosen_reason
    if reason is not None and form.chosen == KEPT:
        keep_and_close(
            store,
            message_id=message_id,
            version=version,
            reason=reason,
            officer=officer(),
            now=now,
            undo_seconds=undo_seconds,
            note=said,
        )
        return
    review.decide(
        store,
        message_id=message_id,
        version=version,
        destination=form.chosen,
        officer=officer(),
        now=now,
        undo_seconds=undo_seconds,
        note=said,
        copies=form.chosen_copies,
    )


@screen.post("/messages/<int:message_id>/undo")
@allow(Role.OFFICER)
def undo(message_id: int) -> Answer:
    """Takes a decision back while its mail has not left."""
    viewer, now = officer(), services().clock.now()
    try:
        review.undo(services().store, message_id=message_id, officer=viewer, now=now)
        note(gettext("Undone. The message is back among those to review."), "good")
    except Refused:
        note(gettext("Too late to undo: the mail is already leaving."), "warn")
    return redirect(local_path(request.form.get("back")), 303)


@screen.post("/messages/<int:message_id>/reopen")
@allow(Role.OFFICER)
def reopen(message_id: int) -> Answer | tuple[str, int]:
    """Takes a forwarded or kept message up again."""
    form = VersionForm()
    if not form.validate():
        abort(400)
    now = services().clock.now()
    try:
        review.reopen(
            services().store, message_id=message_id, version=int(form.version.data), officer=officer(), now=now
        )
    except Refused:
        return stale(message_id, None, form.chosen_queue, form.chosen_order)
    return redirect(url_for("message.show", message_id=message_id), 303)


@screen.get("/places/<language>.json")
@signed_in
def places(language: str) -> Response:
    """Units and missions with the folded words that find them, for type-to-search. Organisation data, no content."""
    if language not in LANGUAGES:
        abort(404)
    units, missions = directory().choices(language)
    answer = jsonify([{"value": c.value, "text": c.text, "find": c.find} for c in units + missions])
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def next_after(message_id: int, queue: Queue, order: Order) -> int | None:
    """The message to go on with: the one behind in the list, else the one before."""
    now = services().clock.now()
    with services().store.read() as tx:
        before, after = listing.neighbours(
            tx, viewer=officer(), queue=queue, order=order, message_id=message_id, now=now
        )
    return after or before


def onward(following: int | None, queue: Queue, order: Order, decided: int) -> str:
    """The next message, or the list where it was the last one."""
    return message_url(following, queue, order, decided) or url_for(
        "queue.show", name=queue, order=order, decided=decided
    )


def stale(message_id: int, following: int | None, queue: Queue, order: Order) -> tuple[str, int]:
    """Says kindly who was faster and what was decided (409)."""
    summary = visible(message_id)
    text = gettext("It is now: %(state)s.", state=word(summary.state))
    if summary.decision and summary.state is not MessageState.IN_REVIEW:
        who, when = summary.decision.officer, full_time(summary.decision.decided_at)
        if summary.decision.destination and summary.state is not MessageState.KEPT:
            code = place(summary.decision.destination)
            text = gettext(
                "%(officer)s sent it to %(code)s (%(name)s) on %(time)s.",
                officer=who,
                code=code.code,
                name=code.name,
                time=when,
            )
        else:
            text = gettext("%(officer)s kept it at IPD on %(time)s.", officer=who, time=when)
    page = render_template(
        "stale.html",
        message_id=message_id,
        what_happened=text,
        next_url=message_url(following, queue, order) if following != message_id else None,
    )
    return page, 409


def _told(message_id: int | None) -> dict[str, int] | None:
    if message_id is None:
        return None
    try:
        return {"id": message_id, "version": visible(message_id).version}
    except NotFound:
        return None
