"""The officers' side of notes to and from units, and the administrators' yes or no to an address that a unit proposes."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import DataError, NotFound, Refused
from triage.domain.people import Role
from triage.flow.office import organise
from triage.flow.units import unit_address, unit_desk
from triage.web.access import allow, officer
from triage.web.directory import forget_directory
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("unit_notes", __name__)


@screen.post("/messages/<int:message_id>/unit-notes")
@allow(Role.OFFICER)
def write(message_id: int) -> Response:
    """A note to a unit that has the message, or that its notes have been seen."""
    viewer, now = officer(), services().clock.now()
    code, text = request.form.get("code", ""), request.form.get("text", "")
    try:
        if request.form.get("seen"):
            unit_desk.have_seen_as_officer(services().store, officer=viewer, message_id=message_id, code=code, now=now)
        else:
            unit_desk.write_to_unit(
                services().store, officer=viewer, message_id=message_id, code=code, text=text, now=now
            )
            note(gettext("The unit's members see your note beside the inquiry."), "good")
    except DataError:
        note(gettext("Write something first."), "warn")
    except Refused:
        note(gettext("The message is not with this unit. Nothing was changed."), "warn")
    return redirect(url_for("message.show", message_id=message_id, _anchor="unit-notes"), 303)


@screen.post("/organisation/proposals/<int:proposal_id>")
@allow(Role.ADMINISTRATOR)
def settle(proposal_id: int) -> Response:
    """Yes or no to an address that a unit's lead member proposes."""
    accepted = request.form.get("accept") == "yes"
    try:
        unit_address.settle_proposal(
            services().store, proposal_id=proposal_id, accepted=accepted, actor=officer(), now=services().clock.now()
        )
        forget_directory()
        note(gettext("Saved. It holds from today.") if accepted else gettext("Refused. The old address stays."), "good")
    except organise.NoAddress:
        note(gettext("Mail goes there, so it needs one e-mail address."), "warn")
    except NotFound:
        note(gettext("This is decided already."), "warn")
    return redirect(url_for("organisation.show_all"), 303)
