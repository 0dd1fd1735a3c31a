"""A unit's inquiries for its signed-in members: the list, one inquiry, and what the unit says of it. Everything is asked
within the scope of the person, so that an address of another unit's inquiry is one that there is not."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.decision import UnitAnswer
from triage.domain.errors import DataError, Refused
from triage.domain.people import Role
from triage.domain.taxonomy import Destination
from triage.flow.units import unit_desk
from triage.flow.units.links import ACTIONS
from triage.flow.units.unit_desk import CaseView
from triage.flow.units.unit_link import Outcome
from triage.store import absences, member_desk, stand_ins
from triage.store.member_desk import Shelf
from triage.store.stand_ins import Scope
from triage.web.access import allow, officer
from triage.web.folding import fold_letter, fold_thread
from triage.web.highlight import Piece
from triage.web.notes import note
from triage.web.screens.units import ANSWERS, said_text
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("member", __name__, url_prefix="/unit")
PAGE = 50


@screen.get("/")
@allow(Role.UNIT_MEMBER)
def show() -> str:
    """The unit's inquiries: what waits, or another shelf."""
    name = request.args.get("shelf", Shelf.WAITING.value)
    shelf = Shelf(name) if name in set(Shelf) else abort(404)
    today = services().clock.now().date()
    with services().store.read() as tx:
        scope = stand_ins.scope_of(tx, officer(), on=today)
        page = member_desk.page(tx, scope=scope, shelf=shelf, after=request.args.get("after"), limit=PAGE)
        counts = member_desk.counts(tx, scope=scope)
        away = [one for one in absences.coming(tx, on=today, codes=scope.codes) if one.in_force(today)]
    return render_template(
        "member_list.html", scope=scope, page=page, counts=counts, shelf=shelf, shelves=list(Shelf), away=away
    )


@screen.get("/inquiries/<delivery_id>")
@allow(Role.UNIT_MEMBER)
def case(delivery_id: str) -> str:
    """One inquiry. `say` opens one of the answers, as the links of the mail do."""
    view = unit_desk.look_at_case(
        services().store, member=officer(), delivery_id=delivery_id, now=services().clock.now()
    )
    return _page(view)


@screen.post("/inquiries/<delivery_id>/answer")
@allow(Role.UNIT_MEMBER)
def answer(delivery_id: str) -> Response:
    """Books what the unit says."""
    chosen = ANSWERS.get(request.form.get("answer", "")) or abort(400)
    try:
        outcome = unit_desk.answer_as_member(
            services().store,
            member=officer(),
            delivery_id=delivery_id,
            step=request.form.get("step", -1, type=int),
            answer=chosen,
            proposed=_destination(),
            note=request.form.get("note", ""),
            now=services().clock.now(),
        )
    except ValueError:
        abort(400)
    note(_outcome_text(outcome, chosen), "good" if outcome is Outcome.DONE else "warn")
    return redirect(url_for("member.case", delivery_id=delivery_id), 303)


@screen.post("/inquiries/<delivery_id>/notes")
@allow(Role.UNIT_MEMBER)
def write(delivery_id: str) -> Response:
    """A note to IPD, or that IPD's notes have been seen."""
    member, now = officer(), services().clock.now()
    try:
        if request.form.get("seen"):
            unit_desk.have_seen_as_member(services().store, member=member, delivery_id=delivery_id, now=now)
        else:
            text = request.form.get("text", "")
            unit_desk.write_to_ipd(services().store, member=member, delivery_id=delivery_id, text=text, now=now)
            note(gettext("IPD sees your note beside the message."), "good")
    except DataError:
        note(gettext("Write something first."), "warn")
    except Refused:
        note(gettext("This inquiry is no longer with you. Nothing was changed."), "warn")
    return redirect(url_for("member.case", delivery_id=delivery_id, _anchor="notes"), 303)


def scope_now() -> Scope:
    """What the signed-in member may see today."""
    with services().store.read() as tx:
        return stand_ins.scope_of(tx, officer(), on=services().clock.now().date())


def _page(view: CaseView) -> str:
    message = view.message
    plain = [Piece(message.newest_text)] if message is not None and message.newest_text.strip() else []
    chosen = ANSWERS.get(request.args.get("say", ""))
    return render_template(
        "member_case.html",
        view=view,
        letter=fold_letter(plain) if plain else None,
        earlier=fold_thread([Piece(message.quoted_text)]) if message is not None and message.quoted_text else [],
        actions=ACTIONS,
        chosen=chosen if chosen in view.offered else None,
        said_text=said_text,
    )


def _destination() -> Destination | None:
    """Who instead; None for nobody. Raises ValueError for what is no destination."""
    text = request.form.get("mission") or request.form.get("who")
    return Destination.parse(text) if text else None


def _outcome_text(outcome: Outcome, answer: UnitAnswer) -> str:
    return {
        Outcome.DONE: f"{gettext('Thank you. IPD knows:')} {said_text(answer)}",
        Outcome.ALREADY: gettext("This was said already and counts once. Thank you."),
        Outcome.STALE: gettext("Somebody of your unit was faster. Nothing was changed; see below how it stands."),
        Outcome.NOT_OFFERED: gettext("This step is not possible any more. Nothing was changed."),
    }[outcome]
