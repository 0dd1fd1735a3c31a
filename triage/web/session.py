"""Who is signed in: a random token in the signed cookie; the session itself lives, and ends, in the store."""

from dataclasses import dataclass

from flask import current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import NotFound, Refused
from triage.domain.people import Person
from triage.flow.people import people, second_factor
from triage.store.people import account
from triage.web.access import access_of, current_person
from triage.web.services import services
from triage.web.show import local_path

_KEY = "session"
_HELD = "held"
HELD_SECONDS = 600
UNATTENDED = frozenset({"desk.counts", "desk.here"})
"""What open pages ask by themselves. It does not prolong a session: a screen left alone signs out in time."""
BACKGROUND = "X-Background"
"""The header of whatever else a page asks by itself."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """The outcome of one attempt. `too_many`: the rate limit holds, nothing was checked."""

    person: Person | None
    too_many: bool = False


def try_sign_in(email: str, password: str, remote: str) -> SignIn:
    """Checks address and password, within the rate limit."""
    now = services().clock.now()
    try:
        return SignIn(people.sign_in(services().store, email=email, password=password, now=now, remote_key=remote))
    except Refused:
        return SignIn(None, too_many=True)


def begin_session(person: Person) -> None:
    """A new session, and a new cookie: nothing of before signing in lives on but the choice of language."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    seconds = services().config.web.session_seconds
    session[_KEY] = people.open_session(services().store, person=person, now=services().clock.now(), seconds=seconds)


def go_on(person: Person, *, next_path: str | None, second_factor_given: bool = False) -> Response:
    """After the first step of signing in: asks for the second factor, has one set up, or lets in.

    `second_factor_given`: an identity provider vouches for more than one factor.
    """
    enrolled = second_factor.is_enrolled(services().store, person=person)
    missing = person.needs_second_factor and services().config.web.second_factor_required and not enrolled
    if second_factor_given or not (enrolled or missing):
        begin_session(person)
        return redirect(local_path(next_path), 303)
    at = services().clock.now().timestamp()
    session[_HELD] = {"person": person.id, "at": at, "next": local_path(next_path)}
    return redirect(url_for("second_factor.ask" if enrolled else "second_factor.set_up"), 303)


def held_person() -> Person | None:
    """Who has passed the first step in this browser, a moment ago, and not yet the second."""
    held = session.get(_HELD) or {}
    if not 0 <= services().clock.now().timestamp() - held.get("at", float("-inf")) < HELD_SECONDS:
        return None
    try:
        with services().store.read() as tx:
            found = account(tx, person_id=int(held["person"]))
    except NotFound:
        return None
    return None if found.disabled_at is not None else found.person


def held_path() -> str:
    """The page that was asked for before signing in."""
    return local_path((session.get(_HELD) or {}).get("next"))


def end_session() -> None:
    """Ends the session in the store; the cookie alone would be worth nothing afterwards."""
    token, person = session.pop(_KEY, None), current_person()
    if token is not None and person is not None:
        people.sign_out(services().store, token=token, person=person, now=services().clock.now())


def find_person() -> None:
    """Before each request: who asks. Static files are the same for all and look nobody up."""
    g.person = None
    token = session.get(_KEY)
    if token is None or request.endpoint is None or request.endpoint not in current_app.view_functions:
        return
    access = access_of(current_app, request.endpoint)
    if access is not None and not access.screen:
        return
    now, seconds = services().clock.now(), services().config.web.session_seconds
    asked = request.endpoint not in UNATTENDED and BACKGROUND not in request.headers
    g.person = people.person_of(services().store, token=token, now=now, seconds=seconds, prolong=asked)
