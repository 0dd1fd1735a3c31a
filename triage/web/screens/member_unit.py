"""A unit's own page: where its mail goes and in which language, who belongs to it, who is away and who stands in, and each
member's daily mail."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import NotFound, Refused
from triage.domain.organisation import LANGUAGES, Office, Unit
from triage.domain.people import Role
from triage.flow.office import organise
from triage.flow.units import absence, digest, unit_address
from triage.flow.units.absence import Away
from triage.flow.units.unit_address import Moved
from triage.store import absences, changes, people, unit_proposals
from triage.web.access import allow, officer
from triage.web.changed import present
from triage.web.directory import directory, forget_directory
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext, language

screen = Blueprint("member_unit", __name__, url_prefix="/unit/about")


@screen.get("/")
@allow(Role.UNIT_MEMBER)
def show() -> str:
    """All of it."""
    member, now = officer(), services().clock.now()
    code = member.unit_code or ""
    with services().store.read() as tx:
        try:
            place = unit_address.own_place(tx, member=member, now=now)
        except NotFound:
            place = None
        everybody = [
            one.person
            for one in people.list_people(tx)
            if one.disabled_at is None and Role.UNIT_MEMBER in one.person.roles and one.person.unit_code
        ]
        away = absences.coming(tx, on=now.date(), codes=[code])
        proposals = unit_proposals.of_unit(tx, code=code)
        told = changes.history(tx, about=[f"unit:{code}", f"office:{code}"], limit=20)
        wanted = digest.is_wanted(tx, member=member)
    colleagues = [one for one in everybody if one.unit_code == code]
    return render_template(
        "member_unit.html",
        place=place,
        code=code,
        colleagues=colleagues,
        deputies=[one for one in everybody if one.id != member.id],
        away=away,
        today=now.date(),
        proposals=proposals,
        changes=present(told),
        wanted=wanted,
        languages=LANGUAGES,
        units=[(other, directory().name_of(other, language())) for other in _with_address() if other != code],
    )


@screen.post("/mail")
@allow(Role.UNIT_MEMBER)
def change_mail() -> Response:
    """Address and language of the unit's mail, by a lead member."""
    try:
        moved = unit_address.change_mail(
            services().store,
            lead=officer(),
            address=request.form.get("address", ""),
            language=request.form.get("language", ""),
            now=services().clock.now(),
        )
        forget_directory()
        note(_moved_text(moved), "good")
    except organise.NoAddress:
        note(gettext("Mail goes there, so it needs one e-mail address."), "warn")
    except Refused:
        note(gettext("Only a lead member may change this."), "warn")
    return redirect(url_for("member_unit.show"), 303)


@screen.post("/absences")
@allow(Role.UNIT_MEMBER)
def be_away() -> Response:
    """Says that the unit or the member is away, and who stands in."""
    deputy = request.form.get("deputy", "")
    kind, _, rest = deputy.partition("=")
    away = Away(
        whole_unit=request.form.get("who") == "unit",
        first_day=_day("first_day"),
        last_day=_day("last_day"),
        deputy_code=rest if kind == "unit" else None,
        deputy_id=int(rest) if kind == "person" and rest.isdecimal() else None,
    )
    try:
        absence.be_away(services().store, member=officer(), away=away, now=services().clock.now())
        note(gettext("Kept. IPD sees it."), "good")
    except absence.NotLead:
        note(gettext("Only a lead member may say this for the whole unit."), "warn")
    except absence.NoDays:
        note(gettext("Give the first and the last day: not over yet, and at most a year."), "warn")
    except absence.NoDeputy:
        note(gettext("Choose who stands in: for yourself a member of your unit, for the unit somebody else."), "warn")
    return redirect(url_for("member_unit.show", _anchor="away"), 303)


@screen.post("/absences/<int:absence_id>/end")
@allow(Role.UNIT_MEMBER)
def come_back(absence_id: int) -> Response:
    """Takes an absence back."""
    try:
        absence.come_back(services().store, member=officer(), absence_id=absence_id, now=services().clock.now())
        note(gettext("Taken back."), "good")
    except absence.NotLead:
        note(gettext("This is for a lead member to take back."), "warn")
    return redirect(url_for("member_unit.show", _anchor="away"), 303)


@screen.post("/digest")
@allow(Role.UNIT_MEMBER)
def choose_digest() -> Response:
    """The daily mail, on or off."""
    wanted = request.form.get("wanted") == "yes"
    digest.choose(services().store, member=officer(), wanted=wanted)
    note(gettext("You will get it on working days.") if wanted else gettext("You will get it no more."), "good")
    return redirect(url_for("member_unit.show", _anchor="digest"), 303)


def _with_address() -> list[str]:
    """Units, then offices, that mail can go to."""
    known = directory()
    places: list[Unit | Office] = [*known.units.values(), *known.offices.values()]
    return [place.code for place in places if place.address]


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None


def _moved_text(moved: Moved) -> str:
    return {
        Moved.CHANGED: gettext("Saved. It holds from today."),
        Moved.PROPOSED: gettext(
            "An address in another domain needs an administrator's yes. Until then the old one stays."
        ),
        Moved.NOTHING: gettext("Nothing was changed."),
    }[moved]
