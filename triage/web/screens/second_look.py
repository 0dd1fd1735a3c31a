"""A second look: an officer labels what another one decided, without seeing what that was. No mail is moved by it."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import Refused
from triage.domain.people import Role
from triage.domain.taxonomy import Destination
from triage.flow.desk.look import look
from triage.flow.learning.labels import label_again
from triage.store import double_labels
from triage.web.access import allow, officer
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("second_look", __name__, url_prefix="/second-look")


@screen.get("/")
@allow(Role.OFFICER)
def show() -> str:
    """The next message that waits for this officer; its text alone."""
    viewer = officer()
    with services().store.read() as tx:
        waiting = double_labels.waiting(tx, viewer=viewer)
    message = None
    if waiting:
        found = look(
            services().store, viewer=viewer, message_id=waiting[0], now=services().clock.now(), ahead=True
        )  # fmt: skip
        message = found.message
    return render_template(
        "second_look.html", number_waiting=len(waiting), first=waiting[0] if waiting else 0, message=message
    )


@screen.post("/<int:message_id>")
@allow(Role.OFFICER)
def answer(message_id: int) -> Response:
    """The officer's label."""
    try:
        destination = Destination.parse(request.form.get("destination", ""))
    except ValueError:
        note(gettext("Choose a unit or a mission."), "warn")
        return redirect(url_for("second_look.show"), 303)
    try:
        label_again(
            services().store, message_id=message_id, destination=destination, officer=officer(),
            now=services().clock.now(),
        )  # fmt: skip
    except Refused:
        note(gettext("Somebody has labelled it already, or it was you who decided it."), "warn")
    else:
        note(gettext("Thank you. It is kept beside the first answer."), "good")
    return redirect(url_for("second_look.show"), 303)
