"""Labels on screen: where they come from, which are doubted, where people disagree, how much officers agree."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import NotFound
from triage.domain.labels import Doubt
from triage.domain.people import Role
from triage.domain.taxonomy import Destination
from triage.flow.learning.doubt_text import text_of
from triage.flow.learning.labels import officers_agree, settle
from triage.store import double_labels, label_suspects, labels
from triage.store.trained import line_id
from triage.web.access import allow, officer
from triage.web.cards import cards, serving
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("model_labels", __name__, url_prefix="/model/labels")
PAGE = 25
DISAGREEMENTS = 25


@screen.get("/")
@allow(Role.MODEL_KEEPER)
def show() -> str:
    """Numbers, agreement, disagreements and suspects."""
    found = cards()
    now = serving(found)
    after = request.args.get("after", default=-1, type=int)
    with services().store.read() as tx:
        numbers = labels.numbers(tx)
        both, routes = officers_agree(double_labels.pairs(tx))
        open_ones = labels.disagreements(tx, viewer=officer(), limit=DISAGREEMENTS)
        listed = label_suspects.models_with(tx, [card.name for card in found])
        model = _newest_with_list(listed, now.name if now else None)
        doubts = label_suspects.doubtful(tx, model=model, limit=PAGE + 1, after=after) if model else []
        settled = len(labels.settled(tx))
    return render_template(
        "model_labels.html",
        numbers=numbers,
        both=both,
        routes=routes,
        disagreements=open_ones,
        model=model,
        doubts=[one for _, one in doubts[:PAGE]],
        next=doubts[PAGE - 1][0] if len(doubts) > PAGE else None,
        after=after,
        settled=settled,
        line_of=line_id,
    )


@screen.get("/lines/<line>")
@allow(Role.MODEL_KEEPER)
def look(line: str) -> str:
    """The masked text of one doubted line, and the choice."""
    model = request.args.get("model", "")
    card = next((one for one in cards() if one.name == model), None)
    with services().store.read() as tx:
        doubt = label_suspects.doubt_over(tx, model=model, line_id=line)
    if card is None or doubt is None:
        abort(404)
    texts = [
        text_of(
            services().store, viewer=officer(), line_id=each, snapshot=card.snapshot, folder=services().training_copies
        )
        for each in (line, doubt.other_id)
        if each
    ]
    return render_template("model_line.html", model=model, doubt=doubt, texts=texts)


@screen.post("/settle")
@allow(Role.MODEL_KEEPER)
def decide() -> Response:
    """Says what holds for one label."""
    line, before = request.form.get("line", "")[:80], request.form.get("before", "")[:40]
    try:
        doubt = Doubt(request.form.get("doubt", ""))
        destination = Destination.parse(request.form.get("other") or request.form.get("destination", ""))
        if not line or not before:
            raise ValueError("nothing named")
    except ValueError:
        note(gettext("Choose what holds."), "warn")
        return redirect(url_for("model_labels.show"), 303)
    try:
        right = settle(
            services().store, doubt=doubt, line_id=line, before=before, destination=destination, actor=officer(),
            now=services().clock.now(),
        )  # fmt: skip
    except NotFound:
        abort(404)
    note(
        gettext("The label was right; it will not be listed again.")
        if right
        else gettext("Corrected. The next training learns it; no mail is moved by it."),
        "good",
    )
    return redirect(url_for("model_labels.show"), 303)


def _newest_with_list(listed: set[str], now: str | None) -> str | None:
    """The newest model whose training left a list, which may be a challenger that waits for it; else the one that serves."""
    return max(listed) if listed else now
