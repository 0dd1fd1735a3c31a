"""Dashboards: what came in, how long it took, and how good the suggestions were. Numbers only, no content."""

from datetime import timedelta

from flask import Blueprint, Response, abort, render_template, request

from triage.domain.people import Role
from triage.flow.office.summarise import Summarise
from triage.store import summary
from triage.store.figures import Period
from triage.web.access import allow, officer
from triage.web.csv_file import csv_answer
from triage.web.figure_pages import DAILY_UP_TO, DAYS, FIGURES, Asked
from triage.web.services import services

screen = Blueprint("figures", __name__, url_prefix="/figures")


@screen.get("/")
@allow(Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.MODEL_KEEPER)
def show() -> str:
    """All figures of a period that ends today."""
    asked = read_asked()
    Summarise(store=services().store, clock=services().clock).step()
    with services().store.read() as tx:
        figures = [make(tx, asked) for make in FIGURES.values()]
        moved_at = summary.last_moved(tx)
    return render_template(
        "figures.html", figures=figures, days=_days(), choices=DAYS, moved_at=moved_at, cleared=officer().cleared
    )


@screen.get("/<name>.csv")
@allow(Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.MODEL_KEEPER)
def csv(name: str) -> Response:
    """One figure as a file."""
    if name not in FIGURES:
        abort(404)
    asked = read_asked()
    with services().store.read() as tx:
        figure = FIGURES[name](tx, asked)
    width = max((len(row) for row in figure.rows), default=len(figure.header))
    header = figure.header if width == len(figure.header) else ("code", *figure.header)
    return csv_answer(f"{name}.csv", header[:width], figure.rows)


def read_asked() -> Asked:
    """The period that the address names."""
    now, days = services().clock.now(), _days()
    period = Period(now.date() - timedelta(days=days - 1), now.date())
    return Asked(officer(), period, now, weekly=days > DAILY_UP_TO)


def _days() -> int:
    days = request.args.get("days", type=int)
    return days if days in DAYS else DAYS[0]
