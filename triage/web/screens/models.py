"""The model keeper's first screens: versions with their cards, runs, pictures; retrain, promote, roll back, run beside."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from triage.domain.errors import ModelError, NotFound, Refused
from triage.domain.people import Role
from triage.domain.training import RunReason
from triage.flow.learning import beside, promote, retrain
from triage.store import challengers, judged, trained, training
from triage.web.access import allow, officer
from triage.web.cards import ModelCard, card_of, cards, serving
from triage.web.csv_file import csv_answer
from triage.web.model_figures import MODEL_FIGURES, Seen
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("models", __name__, url_prefix="/model")
RUNS = 10
LEAST_BLIND = 50
"""From so many blind answers on the pictures are made of them alone."""


@screen.get("/")
@allow(Role.MODEL_KEEPER)
def show() -> str:
    """Which model serves, which there are, what is being trained."""
    found = cards()
    with services().store.read() as tx:
        runs = training.runs(tx, limit=RUNS)
        running = training.open_run(tx)
        erased = trained.due_for_retraining(tx)
        held = challengers.current(tx)
        tally = None if held is None else challengers.tally(tx, model=held.model)
        differing = [] if held is None else challengers.differences(tx, model=held.model, limit=20)
    return render_template(
        "model.html",
        cards=list(reversed(found)),
        serving=serving(found),
        before=services().shelf.before(),
        runs=runs,
        running=running,
        erased=erased,
        held=held,
        tally=tally,
        differing=differing,
    )


@screen.get("/versions/<version>")
@allow(Role.MODEL_KEEPER)
def show_version(version: str) -> str:
    """One version: its figures, how it did against the one that served, what happened to it."""
    card = card_of(version)
    with services().store.read() as tx:
        run = training.run_of(tx, model=version)
        held = challengers.current(tx)
    return render_template(
        "model_version.html", card=card, run=run, beside=held is not None and held.model == version,
        groups=_groups(card),
    )  # fmt: skip


@screen.get("/figures")
@allow(Role.MODEL_KEEPER)
def figures() -> str:
    """All pictures."""
    seen = _seen()
    return render_template("model_figures.html", figures=[make(seen) for make in MODEL_FIGURES.values()])


@screen.get("/figures/<name>.csv")
@allow(Role.MODEL_KEEPER)
def csv(name: str) -> Response:
    """One picture's numbers as a file."""
    if name not in MODEL_FIGURES:
        abort(404)
    figure = MODEL_FIGURES[name](_seen())
    return csv_answer(f"model-{name}.csv", figure.header, figure.rows)


@screen.post("/train")
@allow(Role.MODEL_KEEPER)
def train() -> Answer:
    """Asks the worker for a model."""
    retrain.ask(services().store, officer(), RunReason.SCREEN, services().clock)
    note(gettext("A model will be trained. The worker does it; the model that serves goes on serving."), "good")
    return _back()


@screen.post("/versions/<version>/promote")
@allow(Role.MODEL_KEEPER)
def promote_version(version: str) -> Answer:
    """Lets a version serve from now on."""
    card_of(version)
    insists = request.form.get("insist") == "yes"
    try:
        served = promote.promote(
            services().store, services().shelf, version=version, actor=officer(), now=services().clock.now(),
            evidence=services().evidence(), force=insists,
        )  # fmt: skip
    except ModelError:
        note(gettext("This version is damaged or made for another release; it cannot serve."), "warn")
    except Refused:
        note(gettext("It did not pass every check. Tick that you insist if it is to serve all the same."), "warn")
        return redirect(url_for("models.show_version", version=version), 303)
    else:
        _say(gettext("%(version)s serves now.", version=version), served)
    return _back()


@screen.post("/roll-back")
@allow(Role.MODEL_KEEPER)
def roll_back() -> Answer:
    """Back to the version before."""
    try:
        served = promote.roll_back(
            services().store, services().shelf, actor=officer(), now=services().clock.now(),
            evidence=services().evidence(), why=request.form.get("why", ""),
        )  # fmt: skip
    except (NotFound, ModelError):
        note(gettext("There is no whole version before this one."), "warn")
    else:
        _say(gettext("%(version)s serves again.", version=served.model), served)
    return _back()


@screen.post("/versions/<version>/beside")
@allow(Role.MODEL_KEEPER)
def run_beside(version: str) -> Answer:
    """Has a version answer beside the one that serves; nobody sees its answers but the keeper."""
    card_of(version)
    try:
        beside.choose(services().store, services().shelf, version, officer(), services().clock)
    except (ModelError, Refused):
        note(gettext("This version cannot run beside the one that serves."), "warn")
    else:
        note(gettext("It answers beside the model that serves. Where they differ is shown below."), "good")
    return _back()


@screen.post("/beside/end")
@allow(Role.MODEL_KEEPER)
def end_beside() -> Answer:
    """Nothing runs beside any more."""
    beside.choose(services().store, services().shelf, None, officer(), services().clock)
    note(gettext("Nothing runs beside any more."), "good")
    return _back()


def _back() -> Answer:
    return redirect(url_for("models.show"), 303)


def _say(text: str, served: promote.Served) -> None:
    if served.shut:
        text = f"{text} {gettext('The gate suggests only until there is evidence for it.')}"
    note(text, "good")


def _seen() -> Seen:
    found = cards()
    now = serving(found)
    if now is None:
        return Seen(found, None, (), False)
    with services().store.read() as tx:
        blind = judged.blind(tx, model=now.name)
        if len(blind) >= LEAST_BLIND:
            return Seen(found, now, blind, True)
        return Seen(found, now, judged.judged(tx, viewer=officer(), model=now.name), False)


def _groups(card: ModelCard) -> list[tuple[str, list[tuple[str, int, float]]]]:
    """The card's figures by language and by unit: (what, [(name, messages, right)])."""
    return [
        (what, [(name, int(one["messages"]), float(one["right"])) for name, one in found.items()])
        for what in ("by_language", "by_route")
        if isinstance(found := card.metrics.get(what), Mapping)
    ]
