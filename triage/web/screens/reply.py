"""Reply to the sender: draft, templates, sending with undo."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import DataError, NotFound, Refused, Stale
from triage.domain.people import Role
from triage.flow.desk import reply_templates
from triage.flow.desk.look import look
from triage.flow.desk.reply import ANSWERABLE, LONGEST, recipient_of, reply, save_draft, subject_of, undo_reply
from triage.store import drafts
from triage.store.drafts import Draft
from triage.store.queues import Order, Queue
from triage.web.access import allow, officer
from triage.web.in_force import undo_seconds
from triage.web.notes import note
from triage.web.screens.decide import stale
from triage.web.screens.message import message_url
from triage.web.services import services
from triage.web.translate import NAMES, gettext

screen = Blueprint("reply", __name__)


@screen.get("/messages/<int:message_id>/letter")
@allow(Role.OFFICER)
def show(message_id: int) -> str:
    """The letter, as far as it is written; `template` and `language` in the address begin a new one."""
    detail = look(services().store, viewer=officer(), message_id=message_id, now=services().clock.now())
    to = recipient_of(detail.message) if detail.message else None
    if detail.message is None or to is None or detail.summary.state not in ANSWERABLE:
        raise NotFound("nothing to reply to")
    with services().store.read() as tx:
        known = reply_templates.templates(tx)
        draft = drafts.get(tx, message_id=message_id, person_id=officer().id)
    language = request.args.get("language") or detail.summary.language
    language = language if language in NAMES else "en"
    chosen = request.args.get("template", "")
    if draft is None or chosen in known:
        template = known.get(chosen, known["answer"])
        text = reply_templates.filled(template, language=language, name=to.name, officer=officer().name)
        draft = Draft(subject_of(detail.message), text)
    return render_template(
        "reply.html",
        m=detail.summary,
        message=detail.message,
        to=to,
        draft=draft,
        templates=list(known),
        chosen=chosen,
        chosen_language=language,
        longest=LONGEST,
        seconds=int(undo_seconds()),
    )


@screen.post("/messages/<int:message_id>/letter")
@allow(Role.OFFICER)
def write(message_id: int) -> Response | tuple[str, int]:
    """Keeps the draft, or sends it."""
    draft = Draft(request.form.get("subject", "")[:300], request.form.get("text", "").replace("\r\n", "\n"))
    viewer, now = officer(), services().clock.now()
    back = redirect(url_for("reply.show", message_id=message_id), 303)
    try:
        save_draft(services().store, message_id=message_id, draft=draft, officer=viewer, now=now)
        if request.form.get("act") != "send":
            note(gettext("The draft is kept."), "good")
            return back
        reply(
            services().store,
            message_id=message_id,
            version=request.form.get("version", 0, type=int),
            draft=draft,
            own=services().own,
            officer=viewer,
            now=now,
            undo_seconds=undo_seconds(),
            closes=request.form.get("closes") == "yes",
        )
    except Stale:
        return stale(message_id, None, Queue.REVIEW, Order.OLDEST)
    except (DataError, Refused):
        note(gettext("This cannot be sent: the text is empty or too long, or the address cannot be answered."), "warn")
        return back
    note(gettext("Your reply rests for a moment and then leaves. You can take it back until then."), "good")
    return redirect(message_url(message_id, Queue.KEPT, Order.NEWEST) or "/", 303)


@screen.post("/messages/<int:message_id>/letter/<delivery_id>/undo")
@allow(Role.OFFICER)
def undo(message_id: int, delivery_id: str) -> Response:
    """Takes a reply back while it has not left."""
    try:
        undo_reply(
            services().store,
            message_id=message_id,
            delivery_id=delivery_id,
            officer=officer(),
            now=services().clock.now(),
        )
    except Stale:
        note(gettext("Too late to undo: the mail is already leaving."), "warn")
        return redirect(message_url(message_id, Queue.KEPT, Order.NEWEST) or "/", 303)
    note(gettext("Taken back. It is a draft again."), "good")
    return redirect(url_for("reply.show", message_id=message_id), 303)
