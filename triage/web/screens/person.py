"""A person's request, for cleared officers: find, export, correct, erase. Addresses travel in bodies, never in a URL."""

import json

from flask import Blueprint, Response, render_template, request

from triage.domain.errors import DataError, NotFound, Refused
from triage.domain.people import Person, Role
from triage.domain.person_request import Found, Part, Report
from triage.flow.protection import person as requests
from triage.flow.protection.person_export import as_html, export
from triage.web.access import allow, officer
from triage.web.services import services
from triage.web.translate import gettext, language

screen = Blueprint("person", __name__)


@screen.get("/person")
@allow(Role.OFFICER)
def show() -> str:
    """Where a request begins."""
    _cleared()
    return _page()


@screen.post("/person")
@allow(Role.OFFICER)
def find() -> tuple[str, int] | str:
    """What there is about the person."""
    _cleared()
    try:
        return _page(found=_found())
    except DataError:
        return _page(problem=gettext("Enter an address, or a name of at least three letters.")), 400


@screen.post("/person/export")
@allow(Role.OFFICER)
def take_out() -> Response | tuple[str, int]:
    """Everything about the person as a file, to read or for machines."""
    acting = _cleared()
    try:
        parts = export(services().store, found=_found(), officer=acting, now=services().clock.now())
    except DataError:
        return _page(problem=gettext("Enter an address, or a name of at least three letters.")), 400
    if request.form.get("form") == "json":
        body, kind, name = json.dumps(parts, ensure_ascii=False, indent=1), "application/json", "person.json"
    else:
        body, kind, name = as_html(parts, language=language()), "text/html", "person.html"
    return Response(
        body, content_type=f"{kind}; charset=utf-8", headers={"Content-Disposition": f"attachment; filename={name}"}
    )


@screen.post("/person/correct")
@allow(Role.OFFICER)
def correct() -> tuple[str, int] | str:
    """Correct the name of a sender."""
    acting = _cleared()
    try:
        number = requests.correct(
            services().store,
            address=request.form.get("text", ""),
            name=request.form.get("right_name", ""),
            officer=acting,
            now=services().clock.now(),
        )
    except (DataError, NotFound):
        return _page(problem=gettext("Nothing was corrected: check the address and the name.")), 400
    return _page(done=gettext("Corrected in %(count)s messages.", count=number))


@screen.post("/person/erase")
@allow(Role.OFFICER)
def erase() -> tuple[str, int] | str:
    """Erase the person everywhere; asks for a tick that says so."""
    acting = _cleared()
    try:
        found = _found()
        if request.form.get("sure") != "yes":
            return _page(found=found, problem=gettext("Tick that it is to be erased for ever.")), 400
        report = requests.erase(
            services().store,
            found=found,
            officer=acting,
            now=services().clock.now(),
            learnt_from=services().learnt_from,
            training=services().training_copies,
            forget_lines=services().forget_lines,
        )
    except (DataError, Refused):
        return _page(problem=gettext("Nothing was erased: check the address; nobody can erase their own account.")), 400
    return _page(report=report)


def _cleared() -> Person:
    """The officer who asks. Raises NotFound for one who is not cleared: the page is not there for them."""
    if not officer().cleared:
        raise NotFound("no such page")
    return officer()


def _found() -> Found:
    text, names = request.form.get("text", ""), request.form.getlist("name")
    return requests.find(
        services().store, text=text, officer=officer(), now=services().clock.now(), names=names or None
    )


def _page(*, found: Found | None = None, report: Report | None = None, problem: str = "", done: str = "") -> str:
    text = request.form.get("text", "") if report is None else ""
    parts = (
        (gettext("Messages that the person sent"), Part.SENT),
        (gettext("Messages that were also sent to the person"), Part.CORRESPONDENT),
        (gettext("Messages of others that name the person"), Part.MENTIONED),
    )
    return render_template(
        "person.html",
        found=found,
        report=report,
        problem=problem,
        done=done,
        text=text,
        parts=parts,
        stays=_stays(report),
    )


def _stays(report: Report | None) -> list[str]:
    """What stays after an erasure, as sentences."""
    sentences = {
        "held": gettext("Held messages stay until their hold ends."),
        "restricted": gettext("Reports of misconduct stay as evidence."),
        "row": gettext("That a message came, when, and where it went stays, without its content."),
        "audit": gettext("The record stays, under pseudonyms that nobody can resolve any more."),
        "backups": gettext("Backups made before stay until their period is over."),
        "units": gettext("What was forwarded stays in the mailboxes of units and missions."),
        "source": gettext("The original mailbox is not changed."),
        "models": gettext("Models that learnt from the text are named for retraining."),
        "log": gettext("The database log could not be emptied now; it will be soon."),
    }
    if report is None:
        return []
    return [f"{sentences[why.value]} {' '.join(objects[:20])}".strip() for why, objects in report.stays.items()]
