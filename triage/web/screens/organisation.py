"""Units and offices on screen: renamed, moved, covered by others. A change holds from today; the old rows stay."""

import re

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import DataError
from triage.domain.organisation import Office, OfficeStatus, Unit
from triage.domain.people import Role
from triage.flow.office import organise
from triage.store import changes, organisation, unit_proposals
from triage.web.access import allow, officer
from triage.web.changed import ChangeLine, present
from triage.web.directory import forget_directory
from triage.web.fold import fold
from triage.web.notes import note
from triage.web.organisation_form import OfficeForm, UnitForm, empty_office
from triage.web.services import services
from triage.web.translate import gettext, language

screen = Blueprint("organisation", __name__, url_prefix="/organisation")
_REGIONAL = re.compile(r"RO-[A-Z]{2,30}")


@screen.get("/")
@allow(Role.ADMINISTRATOR)
def show_all() -> str:
    """All units, and the offices: all, or those that a word finds."""
    units, offices = _today()
    asked = request.args.get("find", "")[:100]
    wanted = fold(asked.strip())
    unsure = request.args.get("only") == "unknown"
    shown = [
        office
        for office in offices
        if (not wanted or wanted in fold(" ".join((office.code, *office.names.values(), *office.aliases))))
        and (not unsure or office.status is OfficeStatus.UNKNOWN)
    ]
    shown.sort(key=lambda office: (len(office.code) == 2, fold(name_of(office))))
    names = {office.code: name_of(office) for office in offices}
    number_unsure = sum(office.status is OfficeStatus.UNKNOWN for office in offices)
    with services().store.read() as tx:
        proposals = unit_proposals.still_open(tx)
    return render_template(
        "organisation.html", units=units, offices=shown, names=names, find=asked, unsure=unsure,
        number_unsure=number_unsure, proposals=proposals,
    )  # fmt: skip


@screen.get("/units/<code>")
@allow(Role.ADMINISTRATOR)
def show_unit(code: str) -> str:
    """One unit."""
    unit = _unit(code)
    return _unit_page(unit, UnitForm.of(unit))


@screen.post("/units/<code>")
@allow(Role.ADMINISTRATOR)
def change_unit(code: str) -> Response | tuple[str, int]:
    """Names, remits, address and language of a unit, from today."""
    unit, form = _unit(code), UnitForm()
    if not form.validate():
        return _unit_page(unit, form), 400
    problem = _amend(form.changed(unit))
    return (
        (_unit_page(unit, form, problem), 400)
        if problem
        else redirect(url_for("organisation.show_unit", code=code), 303)
    )


@screen.get("/offices/<code>")
@allow(Role.ADMINISTRATOR)
def show_office(code: str) -> str:
    """One office, or the form of a new regional office."""
    office = _office(code)
    return _office_page(office, OfficeForm.of(office))


@screen.post("/offices/<code>")
@allow(Role.ADMINISTRATOR)
def change_office(code: str) -> Response | tuple[str, int]:
    """Names, status, cover, address and language of an office, from today."""
    office, form = _office(code), OfficeForm()
    if not form.validate():
        return _office_page(office, form), 400
    problem = _amend(form.changed(office))
    return (
        (_office_page(office, form, problem), 400)
        if problem
        else redirect(url_for("organisation.show_office", code=code), 303)
    )


@screen.post("/offices")
@allow(Role.ADMINISTRATOR)
def new_office() -> Response:
    """Begins a regional office: its code first."""
    code = (request.form.get("code") or "").strip().upper()
    if not _REGIONAL.fullmatch(code):
        note(gettext("The code of a regional office looks like RO-DAKAR."), "warn")
        return redirect(url_for("organisation.show_all"), 303)
    return redirect(url_for("organisation.show_office", code=code), 303)


def _amend(item: Unit | Office) -> str:
    """Stores it; returns what is wrong as a sentence, nothing where it is good."""
    try:
        changed = organise.amend(services().store, item=item, actor=officer(), now=services().clock.now())
    except organise.NoAddress:
        return gettext("Mail goes there, so it needs one e-mail address.")
    except organise.NoCover:
        return gettext("Without a mission of its own a country needs an office with an address that covers it.")
    except DataError:
        return gettext("Enter a name in each language.")
    forget_directory()
    note(gettext("Saved. It holds from today.") if changed else gettext("Nothing was changed."), "good")
    return ""


def name_of(item: Unit | Office) -> str:
    """The name in the language of the page."""
    return str(item.names.get(language()) or item.names.get("en") or item.code)


def _today() -> tuple[list[Unit], list[Office]]:
    today = services().clock.now().date()
    with services().store.read() as tx:
        return organisation.units(tx, today), organisation.offices(tx, today)


def _unit(code: str) -> Unit:
    return next((unit for unit in _today()[0] if unit.code == code), None) or abort(404)


def _office(code: str) -> Office:
    found = next((office for office in _today()[1] if office.code == code), None)
    if found is None and _REGIONAL.fullmatch(code):
        return empty_office(code, services().clock.now().date())
    return found or abort(404)


def _unit_page(unit: Unit, form: UnitForm, problem: str = "") -> str:
    return render_template(
        "unit.html", unit=unit, form=form, problem=problem, changes=_changes(f"unit:{unit.code}"), name=name_of(unit)
    )


def _office_page(office: Office, form: OfficeForm, problem: str = "") -> str:
    offices = [each for each in _today()[1] if each.code != office.code]
    form.offer(offices, language())
    covers = sorted(name_of(each) for each in offices if each.covered_by == office.code)
    return render_template(
        "office.html", office=office, form=form, problem=problem, changes=_changes(f"office:{office.code}"),
        name=name_of(office), covers=covers,
    )  # fmt: skip


def _changes(about: str) -> list[ChangeLine]:
    with services().store.read() as tx:
        told = changes.history(tx, about=[about])
    return present(told)
