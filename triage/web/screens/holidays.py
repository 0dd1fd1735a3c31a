"""When units and offices are closed: holidays and weekends, which reminders and digests go by."""

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import DataError
from triage.domain.people import Role
from triage.flow.units import closed_days
from triage.store import calendars, changes
from triage.store.calendars import HEADQUARTERS
from triage.web.access import allow, officer
from triage.web.changed import day_names, present
from triage.web.directory import directory
from triage.web.fold import fold
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext, language

screen = Blueprint("holidays", __name__, url_prefix="/closed-days")


@screen.get("/")
@allow(Role.ADMINISTRATOR)
def show_all() -> str:
    """All calendars that have holidays this year or later, and a way to the others."""
    today = services().clock.now().date()
    with services().store.read() as tx:
        numbers = calendars.numbers_by_code(tx, since=date(today.year, 1, 1))
        known = closed_days.known_codes(tx, on=today)
    choices = [(code, name_of(code)) for code in known if code != HEADQUARTERS]
    choices.sort(key=lambda pair: (len(pair[0]) == 2, fold(pair[1])))
    rows = [(code, name_of(code), numbers.get(code, 0)) for code in sorted({HEADQUARTERS, *numbers})]
    return render_template("holidays.html", rows=rows, choices=[(HEADQUARTERS, name_of(HEADQUARTERS)), *choices])


@screen.get("/calendar")
@allow(Role.ADMINISTRATOR)
def go() -> Response:
    """From the list of all offices to the calendar of one."""
    return redirect(url_for("holidays.show", code=_known(request.args.get("code", ""))), 303)


@screen.get("/<code>")
@allow(Role.ADMINISTRATOR)
def show(code: str) -> str:
    """One calendar."""
    _known(code)
    today = services().clock.now().date()
    with services().store.read() as tx:
        days = calendars.holidays_of(tx, code=code)
        own = calendars.own_weekend(tx, code=code)
        calendar = calendars.calendars_of(tx, [code])[code]
        told = changes.history(tx, about=[f"calendar:{code}"], limit=20)
    shared = code != HEADQUARTERS and len(code) != 2 and not code.startswith(calendars.REGIONAL)
    return render_template(
        "holiday_calendar.html",
        code=code,
        name=name_of(code),
        coming=[one for one in days if one.day >= today],
        past=[one for one in days if one.day < today],
        weekend=sorted(calendar.weekend),
        own=own is not None,
        day_names=day_names(),
        shared=shared,
        changes=present(told),
        today=today,
    )


@screen.post("/<code>/holidays")
@allow(Role.ADMINISTRATOR)
def add(code: str) -> Response:
    """One holiday more."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
        closed_days.add_holiday(
            services().store,
            code=_known(code),
            day=day,
            name=request.form.get("name", ""),
            actor=officer(),
            now=services().clock.now(),
        )
        note(gettext("Kept."), "good")
    except (ValueError, DataError):
        note(gettext("A holiday needs a day and a name."), "warn")
    return redirect(url_for("holidays.show", code=code), 303)


@screen.post("/<code>/holidays/remove")
@allow(Role.ADMINISTRATOR)
def remove(code: str) -> Response:
    """One holiday less."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        abort(400)
    closed_days.remove_holiday(
        services().store, code=_known(code), day=day, actor=officer(), now=services().clock.now()
    )
    note(gettext("Taken away."), "good")
    return redirect(url_for("holidays.show", code=code), 303)


@screen.post("/<code>/weekend")
@allow(Role.ADMINISTRATOR)
def weekend(code: str) -> Response:
    """The days of the weekend; none ticked: those of the country."""
    days = [int(text) for text in request.form.getlist("days") if text.isdecimal()]
    try:
        closed_days.keep_weekend(
            services().store, code=_known(code), days=days or None, actor=officer(), now=services().clock.now()
        )
        note(gettext("Kept."), "good")
    except DataError:
        note(gettext("A week needs at least one working day."), "warn")
    return redirect(url_for("holidays.show", code=code), 303)


def name_of(code: str) -> str:
    """Whose calendar it is."""
    return gettext("All units at Headquarters") if code == HEADQUARTERS else directory().name_of(code, language())


def _known(code: str) -> str:
    with services().store.read() as tx:
        known = closed_days.known_codes(tx, on=services().clock.now().date())
    return code if code in known else abort(404)
