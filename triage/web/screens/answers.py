"""What units said: officers book it from a reply or by hand, and see who is silent or needs more."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.decision import UnitAnswer
from triage.domain.errors import NotFound, Refused
from triage.domain.people import Role
from triage.domain.reply import AnswerWay
from triage.domain.taxonomy import Destination, Route
from triage.flow.units.answer import Saying, answer
from triage.flow.units.replies import accept_reading, set_reading_aside
from triage.store import absences, changes, listing, organisation, replies, unit_notes, unit_proposals, unit_side
from triage.web.access import allow, officer
from triage.web.changed import present
from triage.web.directory import directory
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext
from triage.web.unit_panel import name_of

screen = Blueprint("answers", __name__)
LONGEST_NOTE = 2000


@screen.get("/units")
@allow(Role.OFFICER)
def overview() -> str:
    """Notes that nobody has seen, units that need more, units that stay silent, the others that are waited for, and who
    is away."""
    viewer = officer()
    with services().store.read() as tx:
        attention = unit_side.attention(tx, viewer=viewer)
        waiting = unit_side.silent(tx, viewer=viewer)
        notes = unit_notes.unseen_by_officers(tx, viewer=viewer)
        away = absences.coming(tx, on=services().clock.now().date())
        told = changes.history(tx, about=_places(), limit=20)
        proposals = unit_proposals.still_open(tx)
        about = [*(one.message_id for one in (*attention, *waiting)), *(message_id for message_id, _, _ in notes)]
        lines = listing.summaries(tx, message_ids=list(dict.fromkeys(about)))
    return render_template(
        "units.html", attention=attention, waiting=waiting, lines=lines, unit_notes=notes, away=away, name_of=name_of,
        changes=present(told), proposals=proposals,
    )  # fmt: skip


def _places() -> list[str]:
    """All units and offices, as changes name them."""
    known = directory()
    return [*(f"unit:{code}" for code in known.units), *(f"office:{code}" for code in known.offices)]


@screen.post("/messages/<int:message_id>/unit-answer")
@allow(Role.OFFICER)
def book(message_id: int) -> Response:
    """Books what the lead unit told an officer."""
    said, proposed = _said(), _proposed()
    try:
        answer(
            services().store,
            message_id=message_id,
            answer=said,
            officer=officer(),
            now=services().clock.now(),
            note=request.form.get("note", "").strip()[:LONGEST_NOTE],
            proposed=proposed if said is UnitAnswer.NOT_OURS else None,
        )
        note(gettext("Booked as the unit's answer."), "good")
    except Refused:
        note(gettext("This step is not possible any more. Nothing was changed."), "warn")
    return redirect(url_for("message.show", message_id=message_id), 303)


@screen.post("/messages/<int:message_id>/reply")
@allow(Role.OFFICER)
def accept(message_id: int) -> Response:
    """Books a unit's reply as its answer, as it was read or otherwise; or says that it is none."""
    viewer, now = officer(), services().clock.now()
    if request.form.get("answer") == "none":
        set_reading_aside(services().store, message_id=message_id, officer=viewer, now=now)
        return redirect(url_for("message.show", message_id=message_id), 303)
    said, proposed = _said(), _proposed()
    with services().store.read() as tx:
        found = replies.view(tx, viewer=viewer, message_id=message_id)
    if found is None:
        raise NotFound("no such reply")
    saying = Saying(said, AnswerWay.MAIL, found.code, proposed if said is UnitAnswer.NOT_OURS else None)
    try:
        accept_reading(services().store, message_id=message_id, saying=saying, officer=viewer, now=now)
        note(gettext("Booked as the unit's answer."), "good")
    except Refused:
        note(gettext("The inquiry is no longer with this unit. Nothing was changed."), "warn")
        return redirect(url_for("message.show", message_id=message_id), 303)
    return redirect(url_for("message.show", message_id=found.about_message_id), 303)


def _said() -> UnitAnswer:
    word = request.form.get("answer", "")
    return UnitAnswer(word) if word in set(UnitAnswer) else abort(400)


def _proposed() -> Destination | None:
    """Whom the unit names instead, where somebody stands behind it."""
    text = request.form.get("who", "")
    if not text:
        return None
    try:
        destination = Destination.parse(text)
    except ValueError:
        abort(400)
    if destination.route is not Route.IPD:
        with services().store.read() as tx:
            organisation.resolve(tx, destination, services().clock.now().date())
    return destination
