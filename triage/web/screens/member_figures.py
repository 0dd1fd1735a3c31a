"""A unit's own figures for its members. Numbers only, no content; units that one stands in for are not counted."""

from datetime import timedelta

from flask import Blueprint, Response, abort, render_template, request

from triage.domain.errors import NotFound
from triage.domain.people import Role
from triage.flow.units.unit_address import own_place
from triage.store import member_figures
from triage.store.engine import Tx
from triage.store.figures import Period
from triage.web.access import allow, officer
from triage.web.csv_file import csv_answer
from triage.web.figure_pages import DAILY_UP_TO, DAYS, Asked
from triage.web.member_figure_pages import MEMBER_FIGURES, Own
from triage.web.services import services

screen = Blueprint("member_figures", __name__, url_prefix="/unit/figures")


@screen.get("/")
@allow(Role.UNIT_MEMBER)
def show() -> str:
    """All figures of a period that ends today."""
    with services().store.read() as tx:
        own = _own(tx)
        figures = [make(tx, own) for make in MEMBER_FIGURES.values()]
    return render_template("member_figures.html", figures=figures, days=_days(), choices=DAYS)


@screen.get("/<name>.csv")
@allow(Role.UNIT_MEMBER)
def csv(name: str) -> Response:
    """One figure as a file."""
    if name not in MEMBER_FIGURES:
        abort(404)
    with services().store.read() as tx:
        figure = MEMBER_FIGURES[name](tx, _own(tx))
    width = max((len(row) for row in figure.rows), default=len(figure.header))
    header = figure.header if width == len(figure.header) else ("code", *figure.header)
    return csv_answer(f"{name}.csv", header[:width], figure.rows)


def _own(tx: Tx) -> Own:
    now, days = services().clock.now(), _days()
    period = Period(now.date() - timedelta(days=days - 1), now.date())
    asked = Asked(officer(), period, now, weekly=days > DAILY_UP_TO)
    try:
        place = own_place(tx, member=officer(), now=now)
    except NotFound:
        place = None
    return Own(asked, member_figures.handled(tx, code=officer().unit_code or "", period=period), place)


def _days() -> int:
    days = request.args.get("days", type=int)
    return days if days in DAYS else DAYS[0]
