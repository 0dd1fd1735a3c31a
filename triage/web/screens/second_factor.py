"""The second factor: asked for when signing in, set up with a phone, and looked after on one's own settings page."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from triage.domain import totp
from triage.domain.errors import Refused
from triage.domain.people import Person
from triage.flow.people import second_factor
from triage.store import second_factors
from triage.web.access import officer, public, signed_in
from triage.web.notes import note
from triage.web.qr import qr_svg
from triage.web.services import services
from triage.web.session import begin_session, held_path, held_person
from triage.web.sign_in_forms import CodeForm
from triage.web.translate import gettext

screen = Blueprint("second_factor", __name__)


@screen.get("/sign-in/code")
@public
def ask() -> str | Response:
    """The second step of signing in."""
    if held_person() is None:
        return _start_again()
    return render_template("code.html", form=CodeForm(), problem="")


@screen.post("/sign-in/code")
@public
def take() -> str | Response | tuple[str, int]:
    """Lets in with the code of now, or with a recovery code."""
    person, form = held_person(), CodeForm()
    if person is None:
        return _start_again()
    if not form.validate():
        return render_template("code.html", form=form, problem=""), 400
    path = held_path()
    try:
        right = second_factor.check(services().store, person=person, code=str(form.code.data), now=_now())
    except Refused:
        return render_template("code.html", form=form, problem=_too_many()), 429
    if not right:
        return render_template("code.html", form=form, problem=_wrong()), 400
    begin_session(person)
    return redirect(path, 303)


@screen.get("/sign-in/second-factor")
@public
def set_up() -> str | Response:
    """Somebody who needs a second factor and has none sets one up before getting in."""
    person = held_person()
    if person is None or second_factor.is_enrolled(services().store, person=person):
        return _start_again()
    return _set_up_page(person, CodeForm(), url_for("second_factor.set_up_done"))


@screen.post("/sign-in/second-factor")
@public
def set_up_done() -> str | Response | tuple[str, int]:
    """The first code: the second factor is on, and the person is in."""
    person = held_person()
    if person is None or second_factor.is_enrolled(services().store, person=person):
        return _start_again()
    return _confirm(person, url_for("second_factor.set_up_done"), entering=True)


@screen.get("/settings/second-factor")
@signed_in
def show() -> str:
    """One's own second factor."""
    person = officer()
    if not second_factor.is_enrolled(services().store, person=person):
        return _set_up_page(person, CodeForm(), url_for("second_factor.confirm"))
    return _own_page()


@screen.post("/settings/second-factor")
@signed_in
def confirm() -> str | Response | tuple[str, int]:
    """Switches it on with a first code."""
    if second_factor.is_enrolled(services().store, person=officer()):
        return redirect(url_for("second_factor.show"), 303)
    return _confirm(officer(), url_for("second_factor.confirm"), entering=False)


@screen.post("/settings/second-factor/codes")
@signed_in
def renew() -> str | tuple[str, int]:
    """New recovery codes; a code of now is asked for."""
    form = CodeForm()
    try:
        codes = second_factor.renew_recovery_codes(
            services().store, person=officer(), code=str(form.code.data or ""), now=_now()
        )
    except Refused:
        return _own_page(_too_many()), 429
    if codes is None:
        return _own_page(_wrong()), 400
    return render_template("recovery_codes.html", codes=codes, path=url_for("second_factor.show"))


@screen.post("/settings/second-factor/remove")
@signed_in
def remove() -> str | Response | tuple[str, int]:
    """Switches it off, for those who may do without; a code of now is asked for."""
    form, person = CodeForm(), officer()
    if _must_have(person):
        return _own_page(), 409
    try:
        gone = second_factor.remove(services().store, person=person, code=str(form.code.data or ""), now=_now())
    except Refused:
        return _own_page(_too_many()), 429
    if not gone:
        return _own_page(_wrong()), 400
    note(gettext("The second factor is off."), "good")
    return redirect(url_for("settings.show"), 303)


def _confirm(person: Person, action: str, *, entering: bool) -> str | tuple[str, int]:
    form = CodeForm()
    if not form.validate():
        return _set_up_page(person, form, action), 400
    path = held_path() if entering else url_for("settings.show")
    try:
        codes = second_factor.confirm(services().store, person=person, code=str(form.code.data), now=_now())
    except Refused:
        return _set_up_page(person, form, action, _too_many()), 429
    if codes is None:
        return _set_up_page(person, form, action, _wrong()), 400
    if entering:
        begin_session(person)
    return render_template("recovery_codes.html", codes=codes, path=path)


def _set_up_page(person: Person, form: CodeForm, action: str, problem: str = "") -> str:
    secret = second_factor.prepare(services().store, person=person, now=_now())
    text = totp.address(secret, account=person.email or person.name, issuer=gettext("IPD inquiries"))
    return render_template(
        "second_factor_set_up.html",
        form=form,
        action=action,
        problem=problem,
        picture=qr_svg(text, label=gettext("QR code for the authenticator app")),
        key=totp.key_text(secret),
        must=_must_have(person),
    )


def _own_page(problem: str = "") -> str:
    with services().store.read() as tx:
        left = second_factors.recovery_codes_left(tx, person_id=officer().id or 0)
    return render_template(
        "second_factor.html", form=CodeForm(), problem=problem, left=left, must=_must_have(officer())
    )


def _must_have(person: Person) -> bool:
    return person.needs_second_factor and services().config.web.second_factor_required


def _start_again() -> Response:
    return redirect(url_for("sign_in.show"), 303)


def _now() -> datetime:
    return services().clock.now()


def _wrong() -> str:
    return gettext("This code is not right, or it was used already. Wait for the next one.")


def _too_many() -> str:
    return gettext("Too many attempts. Wait a few minutes and try again.")
