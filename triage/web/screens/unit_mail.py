"""Templates of mail to units: administrators edit them, placeholders are checked, and the mail is seen before it is sent."""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.organisation import LANGUAGES
from triage.domain.people import Role
from triage.flow.units.unit_preview import preview
from triage.flow.units.unit_template import (
    BLOCKS,
    WORDS_IN_TEXT,
    Fault,
    Kind,
    Problem,
    Template,
    TemplateRefused,
    check,
    chosen,
    default,
    history_of,
    reset,
    save,
)
from triage.store import changes
from triage.web.access import allow, officer
from triage.web.changed import ChangeLine, present
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("unit_mail", __name__)
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
"""Our own mail with its inline styles, and nothing else: no script, nothing loaded, links lead nowhere."""


@screen.get("/unit-mail/<kind>/<language>")
@allow(Role.ADMINISTRATOR)
def show(kind: str, language: str) -> str:
    """A template with what it makes of an invented inquiry."""
    which = _kind(kind, language)
    return _page(which, language, _current(which, language), [])


@screen.post("/unit-mail/<kind>/<language>")
@allow(Role.ADMINISTRATOR)
def change(kind: str, language: str) -> Response | str | tuple[str, int]:
    """Shows what is written, keeps it, or goes back to the service's own words."""
    which, act = _kind(kind, language), request.form.get("act", "")
    written = Template(request.form.get("subject", ""), request.form.get("body", ""))
    store, now, person = services().store, services().clock.now(), officer()
    if act == "reset":
        reset(store, kind=which, language=language, person=person, now=now)
        note(gettext("The service's own words are back."), "good")
    elif act == "save":
        try:
            save(store, kind=which, language=language, template=written, person=person, now=now)
        except TemplateRefused as refused:
            return _page(which, language, written, refused.problems), 400
        note(gettext("Saved. Mail to units uses it from now on."), "good")
    else:
        return _page(which, language, written, check(which, written))
    return redirect(url_for("unit_mail.show", kind=which, language=language), 303)


@screen.get("/unit-mail/<kind>/<language>/frame")
@allow(Role.ADMINISTRATOR)
def frame(kind: str, language: str) -> Response:
    """The HTML of the saved template, as a mail program would get it."""
    which = _kind(kind, language)
    answer = make_response(preview(which, language, _current(which, language)).html)
    answer.headers["Content-Security-Policy"] = FRAME_POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _kind(kind: str, language: str) -> Kind:
    if kind not in set(Kind) or language not in LANGUAGES:
        abort(404)
    return Kind(kind)


def _current(kind: Kind, language: str) -> Template:
    with services().store.read() as tx:
        return chosen(tx).get((kind, language)) or default(kind, language)


def _page(kind: Kind, language: str, template: Template, problems: list[Problem]) -> str:
    return render_template(
        "unit_mail.html",
        kind=kind,
        kinds=list(Kind),
        kind_text=kind_text,
        chosen_language=language,
        languages=LANGUAGES,
        template=template,
        problems=[problem_text(problem) for problem in problems],
        placeholders=sorted(WORDS_IN_TEXT[kind]),
        blocks=sorted(BLOCKS[kind]),
        seen=None if problems else preview(kind, language, template),
        saved=_current(kind, language) == template,
        changes=_history(kind, language),
    )


def _history(kind: Kind, language: str) -> list[ChangeLine]:
    with services().store.read() as tx:
        told = changes.history(tx, about=[history_of(kind, language)])
    return present(told)


def kind_text(kind: Kind) -> str:
    """Which mail it is."""
    return {
        Kind.FORWARD: gettext("Forward to a unit"),
        Kind.REMINDER: gettext("Reminder to a unit"),
        Kind.ACKNOWLEDGEMENT: gettext("Acknowledgement to a sender"),
    }[kind]


def problem_text(problem: Problem) -> str:
    """A fault as a sentence."""
    word = f"{{{problem.word}}}"
    return {
        Fault.UNKNOWN: gettext("There is no placeholder %(word)s.", word=word),
        Fault.MISSING: gettext("%(word)s is missing; every such mail needs it.", word=word),
        Fault.NOT_ALONE: gettext("%(word)s must stand alone, with an empty line before and after it.", word=word),
        Fault.BRACE: gettext("A brace begins or ends nothing."),
        Fault.EMPTY: gettext("Subject and text must not be empty."),
        Fault.TOO_LONG: gettext("The subject must be one line, and neither it nor the text may be so long."),
    }[problem.fault]
