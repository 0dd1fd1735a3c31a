"""Machine mail and mail in quarantine: take it as an inquiry, or read it again."""

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import Refused
from triage.domain.people import Role
from triage.flow.arriving import quarantine
from triage.flow.desk import review
from triage.web.access import allow, officer
from triage.web.forms import VersionForm
from triage.web.notes import note
from triage.web.screens.decide import stale
from triage.web.services import services
from triage.web.translate import gettext
from triage.web.visible import visible

screen = Blueprint("quarantine", __name__)


@screen.post("/messages/<int:message_id>/take")
@allow(Role.OFFICER)
def take(message_id: int) -> Response | tuple[str, int]:
    """A person did write this: it goes to review."""
    form = VersionForm()
    if not form.validate():
        abort(400)
    try:
        review.take_as_inquiry(
            services().store,
            message_id=message_id,
            version=int(form.version.data),
            officer=officer(),
            now=services().clock.now(),
        )
    except Refused:
        return stale(message_id, None, form.chosen_queue, form.chosen_order)
    note(gettext("Taken as an inquiry. It is among those to review."), "good")
    return redirect(url_for("message.show", message_id=message_id), 303)


@screen.post("/messages/<int:message_id>/replay")
@allow(Role.OFFICER)
def replay(message_id: int) -> Response | tuple[str, int]:
    """Read a quarantined mail anew, after the reader has learnt better."""
    visible(message_id)
    reader = services().reader()
    try:
        quarantine.replay(
            services().store, reader, message_ids=[message_id], officer=officer(), now=services().clock.now()
        )
    except Refused:
        return stale(message_id, None, VersionForm().chosen_queue, VersionForm().chosen_order)
    finally:
        reader.close()
    note(gettext("It has been read again."), "good")
    return redirect(url_for("message.show", message_id=message_id), 303)
