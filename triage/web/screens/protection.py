"""Data protection: what is kept how long, holds, proofs of erasure; and what cleared officers do with reports."""

from dataclasses import dataclass
from math import isfinite

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import DataError, Refused
from triage.domain.lifecycle import MessageState
from triage.domain.people import Role
from triage.flow.desk.report import mark_as_report
from triage.flow.protection import holds as holding
from triage.flow.sending.oversight import hand_over, lift_restriction
from triage.store import holds, retention, trained
from triage.store.keys import KeyClass
from triage.web.access import allow, officer
from triage.web.forms import VersionForm
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext
from triage.web.visible import visible

screen = Blueprint("protection", __name__)
PROOFS = 100


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one class: the version in use, for how many days, and older ones that are still there."""

    key_class: KeyClass
    current: int
    days: int | None
    older: list[int]


@screen.get("/protection")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def show() -> str:
    """Periods with a dry run, holds and proofs: figures and ids, no content."""
    planned = services().retain().plan()
    with services().store.read() as tx:
        standing, proofs = holds.list_holds(tx), retention.list_proofs(tx, limit=PROOFS)
        models = trained.due_for_retraining(tx)
    return render_template(
        "protection.html", planned=planned, holds=standing, proofs=proofs, models=models, keys=_keys()
    )


def _keys() -> list[Keys]:
    """How the keys stand; which of the contents still need an old one is counted by `triage doctor`."""
    keyring = services().store.keyring
    found = []
    for key_class in KeyClass:
        current = keyring.current(key_class)
        older = [version for version in keyring.versions(key_class) if version != current]
        seconds = keyring.age_seconds(key_class)
        days = int(seconds // 86400) if isfinite(seconds) else None  # keys of the environment have no date
        found.append(Keys(key_class, current, days, older))
    return found


@screen.post("/messages/<int:message_id>/hold")
@allow(Role.OFFICER)
def hold(message_id: int) -> Response:
    """Hold a message, or all of its inquiry, back from erasure."""
    visible(message_id)
    try:
        holding.hold(
            services().store,
            message_id=message_id,
            reason=request.form.get("reason", ""),
            officer=officer(),
            now=services().clock.now(),
            whole_inquiry=request.form.get("inquiry") == "yes",
        )
        note(gettext("It is held: nothing of it will be erased."), "good")
    except DataError:
        note(gettext("Give a reason why it must stay."), "warn")
    return redirect(url_for("message.show", message_id=message_id), 303)


@screen.post("/messages/<int:message_id>/let-go")
@allow(Role.OFFICER)
def let_go(message_id: int) -> Response:
    """End every hold on a message and its inquiry."""
    visible(message_id)
    with services().store.read() as tx:
        standing = holds.list_holds(tx, message_id=message_id)
    for one in standing:
        holding.lift(services().store, hold_id=one.id, officer=officer(), now=services().clock.now())
    note(gettext("It is no longer held."), "good")
    return redirect(url_for("message.show", message_id=message_id), 303)


@screen.post("/messages/<int:message_id>/oversight")
@allow(Role.OFFICER)
def oversight(message_id: int) -> Response:
    """Hand a report of misconduct to the oversight office."""
    form = _form(message_id)
    try:
        hand_over(
            services().store,
            message_id=message_id,
            version=int(form.version.data),
            officer=officer(),
            now=services().clock.now(),
            undo_seconds=services().config.review.undo_seconds,
            to=services().oversight(),
        )
        note(gettext("It goes to the oversight office."), "good")
    except Refused:
        note(
            gettext("It could not be handed over: no address is set, the report names it, or somebody was faster."),
            "warn",
        )
    return redirect(url_for("message.show", message_id=message_id), 303)


@screen.post("/messages/<int:message_id>/report")
@allow(Role.OFFICER)
def report(message_id: int) -> Response:
    """Mark a message as a report of misconduct; an officer who is not cleared sees it no more."""
    form = _form(message_id)
    try:
        stands = mark_as_report(
            services().store,
            message_id=message_id,
            version=int(form.version.data),
            officer=officer(),
            now=services().clock.now(),
        )
    except Refused:
        note(gettext("Somebody else was faster. Look at the message again."), "warn")
        return redirect(url_for("message.show", message_id=message_id), 303)
    if stands is MessageState.FORWARDED:
        note(
            gettext(
                "Only cleared officers see it now. Units that it was sent to have it already: tell a cleared officer."
            ),
            "warn",
        )
    elif stands is MessageState.QUEUED:
        note(
            gettext("Only cleared officers see it now. Its mail is leaving at this moment: tell a cleared officer."),
            "warn",
        )
    else:
        note(gettext("Only cleared officers see it now, and no unit gets it."), "good")
    if officer().cleared:
        return redirect(url_for("message.show", message_id=message_id), 303)
    return redirect(url_for("home.show"), 303)


@screen.post("/messages/<int:message_id>/no-report")
@allow(Role.OFFICER)
def no_report(message_id: int) -> Response:
    """Take the mark of a report of misconduct off."""
    form = _form(message_id)
    try:
        lift_restriction(
            services().store,
            message_id=message_id,
            version=int(form.version.data),
            officer=officer(),
            now=services().clock.now(),
        )
        note(gettext("It is a message like all others now."), "good")
    except Refused:
        note(gettext("Somebody else was faster. Look at the message again."), "warn")
    return redirect(url_for("message.show", message_id=message_id), 303)


def _form(message_id: int) -> VersionForm:
    visible(message_id)
    form = VersionForm()
    if not form.validate():
        abort(400)
    return form
