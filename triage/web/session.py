"""Who is signed in: a random token in the signed cookie; the session itself lives, and ends, in the store."""

from dataclasses import dataclass

from flask import current_app, g, request, session

from triage.domain.errors import Refused
from triage.domain.people import Person
from triage.flow import people
from triage.web.access import access_of, current_person
from triage.web.services import services

_KEY = "session"


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
    g.person = people.person_of(services().store, token=token, now=now, seconds=seconds)
