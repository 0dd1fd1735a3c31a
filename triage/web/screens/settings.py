"""A person's own settings: language and keys. The language can be chosen before signing in, too."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, session
from werkzeug.wrappers import Response

from triage.domain.organisation import LANGUAGES
from triage.flow.people import people, second_factor
from triage.web.access import current_person, officer, public, signed_in
from triage.web.services import services
from triage.web.show import local_path
from triage.web.words import word

screen = Blueprint("settings", __name__)

KEYS_COOKIE = "triage-keys"
YEAR_SECONDS = 365 * 86400


@screen.get("/settings")
@signed_in
def show() -> str:
    """Who one is here, and the keys."""
    return render_template(
        "settings.html",
        roles=sorted(word(role) for role in officer().roles),
        second_factor_on=second_factor.is_enrolled(services().store, person=officer()),
    )


@screen.post("/language")
@public
def choose_language() -> Response:
    """Switch the language: for the person where one is signed in, and for this browser."""
    language = request.form.get("language")
    if language not in LANGUAGES:
        abort(400)
    session["language"] = language
    person = current_person()
    if person is not None and person.id is not None:
        people.choose_language(services().store, person=person, language=language, now=services().clock.now())
    return redirect(local_path(request.form.get("back")), 303)


@screen.post("/settings/keys")
@signed_in
def choose_shortcuts() -> Response:
    """Switch the single keys on or off, in this browser and for longer than one session."""
    answer = redirect(local_path("/settings"), 303)
    answer.set_cookie(
        KEYS_COOKIE,
        "off" if request.form.get("shortcuts") == "off" else "on",
        max_age=YEAR_SECONDS,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return answer


def shortcuts() -> bool:
    """Whether single keys act."""
    return request.cookies.get(KEYS_COOKIE) != "off"
