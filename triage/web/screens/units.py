"""The page behind the links in mail to units: no account, no cookie, the unit's own language. GET shows, POST acts."""

from contextlib import AbstractContextManager
from typing import cast

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response

from triage.domain.decision import UnitAnswer
from triage.domain.errors import NotFound
from triage.domain.organisation import LANGUAGES
from triage.domain.taxonomy import Destination, Route
from triage.flow.units.links import ACTIONS, LinkExpired, LinkForged
from triage.flow.units.unit_link import LinkPage, LinkState, Outcome, TooMany, answer_by_link, look_by_link
from triage.store import member_desk, stand_ins
from triage.web.access import current_person, public
from triage.web.directory import Choice, Place, directory
from triage.web.services import services
from triage.web.translate import gettext, language

screen = Blueprint("units", __name__)
ANSWERS = {word: answer for answer, word in ACTIONS.items()}
STATUS = {Outcome.DONE: 200, Outcome.ALREADY: 200, Outcome.STALE: 409, Outcome.NOT_OFFERED: 409}


@screen.get("/u/<token>")
@screen.get("/u/<token>/<action>")
@public
def show(token: str, action: str = "") -> Response:
    """What a link offers. Scanners and previews may open it as often as they like; a member who is signed in
    lands on the same inquiry on the unit's own pages."""
    try:
        page = look_by_link(services().store, token=token, now=services().clock.now(), remote=_remote())
    except LinkForged:
        return _closed(404, "forged")
    except LinkExpired:
        return _closed(410, "expired")
    except TooMany:
        return _closed(429, "too_many")
    if _is_theirs(page.delivery_id):
        say = action if action in ANSWERS else None
        return redirect(url_for("member.case", delivery_id=page.delivery_id, say=say, _anchor=say), 303)
    return _answer(page, ANSWERS.get(action), 200)


def _is_theirs(delivery_id: str) -> bool:
    """Whether somebody is signed in who has this inquiry on the unit's own pages."""
    person = current_person()
    if person is None or person.unit_code is None or not delivery_id:
        return False
    with services().store.read() as tx:
        scope = stand_ins.scope_of(tx, person, on=services().clock.now().date())
        try:
            member_desk.case(tx, scope=scope, delivery_id=delivery_id)
        except NotFound:
            return False
    return True


@screen.post("/u/<token>")
@public
def act(token: str) -> Response:
    """Books one answer. The form's guard stands in the place of a session: it was made for this link as it stands."""
    guard, chosen = request.form.get("guard", ""), ANSWERS.get(request.form.get("answer", ""))
    try:
        if chosen is None or not guard:
            look_by_link(services().store, token=token, now=services().clock.now(), remote=_remote())
            return _closed(400, "incomplete")
        outcome, page = answer_by_link(
            services().store,
            token=token,
            guard=guard,
            answer=chosen,
            proposed=_destination(request.form.get("mission") or request.form.get("who")),
            note=request.form.get("note", ""),
            now=services().clock.now(),
            remote=_remote(),
        )
    except LinkForged:
        return _closed(400, "forged")
    except LinkExpired:
        return _closed(410, "expired")
    except TooMany:
        return _closed(429, "too_many")
    except (NotFound, ValueError):
        return _closed(400, "incomplete")
    return _answer(page, chosen, STATUS[outcome], outcome)


def _answer(page: LinkPage, chosen: UnitAnswer | None, status: int, outcome: Outcome | None = None) -> Response:
    with _speaking(page.language):
        first = chosen if chosen in page.offered else None
        body = render_template(
            "unit_link.html",
            page=page,
            chosen=first,
            outcome=outcome,
            given=chosen if outcome else None,
            actions=ACTIONS,
            is_open=page.state is LinkState.OPEN,
            languages=LANGUAGES,
            offer_text=offer_text,
            offer_hint=offer_hint,
            said_text=said_text,
        )
    return make_response(body, status)


def _closed(status: int, why: str) -> Response:
    """A kind page for a link that opens nothing."""
    with _speaking(request.accept_languages.best_match(LANGUAGES) or "en"):
        return make_response(render_template("unit_closed.html", why=why, languages=LANGUAGES), status)


def _speaking(language: str) -> AbstractContextManager[None]:
    asked = request.args.get("language", "")
    known = asked if asked in LANGUAGES else language if language in LANGUAGES else "en"
    return cast(AbstractContextManager[None], force_locale(known))


def _destination(text: str | None) -> Destination | None:
    """Who instead; None for nobody. Raises ValueError for what is no destination."""
    return Destination.parse(text) if text else None


def unit_choices(own: str) -> list[Place]:
    """The units that may be named instead, each with its remit; not the one that answers, nor IPD, which asks."""
    codes = [route for route in Route if route not in (Route.MISSION, Route.IPD) and route != own]
    return [directory().place(Destination(route), language()) for route in codes]


def mission_choices(own: str) -> list[Choice]:
    """The missions that may be named instead."""
    return [choice for choice in directory().choices(language())[1] if choice.value != f"MISSION:{own}"]


def _remote() -> str:
    return request.remote_addr or ""


def offer_text(answer: UnitAnswer) -> str:
    """What a button says."""
    return {
        UnitAnswer.ACCEPTED: gettext("We take it"),
        UnitAnswer.NOT_OURS: gettext("Not ours"),
        UnitAnswer.ANSWERED: gettext("We have answered"),
        UnitAnswer.NEEDS_MORE: gettext("We need more from you"),
    }[answer]


def offer_hint(answer: UnitAnswer) -> str:
    """What it means."""
    return {
        UnitAnswer.ACCEPTED: gettext("You will answer the sender. IPD stops asking."),
        UnitAnswer.NOT_OURS: gettext("It goes back to IPD, which finds another unit. You will not be asked again."),
        UnitAnswer.ANSWERED: gettext("The sender has your answer. The inquiry is closed."),
        UnitAnswer.NEEDS_MORE: gettext("IPD asks the sender, or helps you otherwise. Say what is missing."),
    }[answer]


def said_text(answer: UnitAnswer) -> str:
    """What was said, once it is booked."""
    return {
        UnitAnswer.ACCEPTED: gettext("You take it."),
        UnitAnswer.NOT_OURS: gettext("It is not yours."),
        UnitAnswer.ANSWERED: gettext("You have answered."),
        UnitAnswer.NEEDS_MORE: gettext("You need more from IPD."),
    }[answer]
