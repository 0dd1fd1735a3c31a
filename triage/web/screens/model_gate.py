"""The gate of automatic forwarding and drift, on screen: where each gate stands, what is missing, open and close."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import Refused
from triage.domain.gate import Certificate
from triage.domain.gate_words import POOLED, Place, Scope
from triage.domain.organisation import LANGUAGES
from triage.domain.people import Role
from triage.domain.taxonomy import Destination, Route
from triage.flow.learning import gate as flow_gate
from triage.store import drift, gate, gate_checks
from triage.web.access import allow, officer
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("model_gate", __name__, url_prefix="/model/gate")
MOVES = 20
ROUTES = tuple(Place(Scope.ROUTE, route.value) for route in Route if route is not Route.IPD)


@screen.get("/")
@allow(Role.MODEL_KEEPER)
def show() -> str:
    """Every gate with its evidence, and whether mail has drifted."""
    model, now, config = services().shelf.serving(), services().clock.now(), services().config.gate
    if model is None:
        return render_template("model_gate.html", model=None)
    rules = services().gate_rules()
    with services().store.read() as tx:
        own = [place for place in gate.states(tx) if place.scope is not Scope.ALL and place not in ROUTES]
        languages = [Place(Scope.LANGUAGE, code) for code in LANGUAGES]
        places = [POOLED, *ROUTES, *languages, *(place for place in own if place not in languages)]
        views = [
            flow_gate.look(tx, place=place, model=model, rules=rules, window=config.window, now=now) for place in places
        ]
        drawn, answered = gate_checks.waiting(tx, since=now - config.window)
        alarms = drift.open_alarms(tx, model=model)
        moves = gate.history(tx, limit=MOVES)
        differing = gate_checks.disagreements(tx, model=model, since=now - config.window)
    return render_template(
        "model_gate.html",
        model=model,
        views=views,
        rules=rules,
        automatic=config.automatic,
        drawn=drawn,
        answered=answered,
        alarms=alarms,
        moves=moves,
        differing=len(differing),
        certified=lambda view: isinstance(view.evidence, Certificate),
    )


@screen.post("/move")
@allow(Role.MODEL_KEEPER)
def move() -> Response:
    """Opens, closes or releases one gate."""
    place, model = _place(), services().shelf.serving()
    what = request.form.get("what", "")
    if model is None or what not in ("open", "close", "release"):
        abort(400)
    store, now = services().store, services().clock.now()
    if what != "open":
        flow_gate.close_gate(store, place=place, model=model, officer=officer(), now=now, reopens=what == "release")
        note(gettext("Closed: nothing goes through it without an officer."), "good")
        return _back()
    try:
        found = flow_gate.open_gate(
            store, place=place, model=model, rules=services().gate_rules(), window=services().config.gate.window,
            automatic=services().config.gate.automatic, officer=officer(), now=now,
        )  # fmt: skip
    except Refused:
        note(gettext("It stays as it is: the page says what is missing."), "warn")
    else:
        note(gettext("Open from probability %(threshold)s on.", threshold=f"{found.threshold:g}"), "good")
    return _back()


@screen.post("/usual")
@allow(Role.MODEL_KEEPER)
def usual() -> Response:
    """Mail is like this now: the alarms of drift end."""
    model = services().shelf.serving()
    if model is None:
        abort(400)
    flow_gate.settle_drift(services().store, model=model, officer=officer(), now=services().clock.now())
    note(gettext("The alarms end. Later mail is compared with the mail of today."), "good")
    return _back()


def _back() -> Response:
    return redirect(url_for("model_gate.show"), 303)


def _place() -> Place:
    """The gate that a form names. 400 for any other word."""
    try:
        scope = Scope(request.form.get("scope", ""))
    except ValueError:
        abort(400)
    name = request.form.get("name", "")
    if scope is Scope.ALL:
        return POOLED
    if scope is Scope.ROUTE and name in set(Route):
        return Place(scope, name)
    if scope is Scope.LANGUAGE and len(name) == 2 and name.isascii() and name.islower():
        return Place(scope, name)
    try:
        return Place(Scope.UNIT, str(Destination.parse(name if scope is Scope.UNIT else "")))
    except ValueError:
        abort(400)
