"""Units that change, on screen: renamed, merged, split, closed, and what their old labels mean today."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import DataError, NotFound
from triage.domain.labels import TaxonomyChange
from triage.domain.people import Role
from triage.domain.taxonomy import Destination
from triage.flow.learning import taxonomy
from triage.store import label_mappings
from triage.web.access import allow, officer
from triage.web.directory import forget_directory
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("taxonomy", __name__, url_prefix="/model/units")
LONGEST_REASON = 200


@screen.get("/")
@allow(Role.MODEL_KEEPER)
def show() -> str:
    """The changes that hold, and the form of a new one."""
    return _page()


@screen.post("/")
@allow(Role.MODEL_KEEPER)
def change() -> Response | tuple[str, int]:
    """Books a change and asks for training anew."""
    now = services().clock.now()
    form = request.form
    try:
        kind = TaxonomyChange(form.get("kind", ""))
        new = [Destination.parse(text) for text in (form.get("new", ""), form.get("second", "")) if text]
        day = date.fromisoformat(form["day"]) if form.get("day") else now.date()
        made = taxonomy.change(
            services().store, kind=kind, old=form.get("old", "").strip().upper(), new=new, valid_from=day,
            reason=form.get("reason", "")[:LONGEST_REASON], actor=officer(), now=now,
        )  # fmt: skip
    except (ValueError, DataError):
        wrong = gettext(
            "This change makes no sense: check the old label, the number of new ones and the day (not after today)."
        )
        return _page(wrong), 400
    forget_directory()
    text = gettext(
        "Booked. %(count)s decisions keep the old name; a model is trained anew.", count=made.decisions
    )  # fmt: skip
    note(text, "good")
    return redirect(url_for("taxonomy.show"), 303)


@screen.post("/take-back")
@allow(Role.MODEL_KEEPER)
def take_back() -> Response:
    """Takes a change back."""
    mapping_id = request.form.get("mapping", type=int)
    try:
        taxonomy.take_back(
            services().store, mapping_id=mapping_id or 0, actor=officer(), now=services().clock.now()
        )  # fmt: skip
    except NotFound:
        note(gettext("It was taken back before."), "warn")
    else:
        note(gettext("Taken back. Old labels mean again what they said; a model is trained anew."), "good")
    return redirect(url_for("taxonomy.show"), 303)


def _page(wrong: str = "") -> str:
    with services().store.read() as tx:
        held = label_mappings.mappings(tx)
    return render_template("taxonomy.html", mappings=held, kinds=list(TaxonomyChange), wrong=wrong, form=request.form)
