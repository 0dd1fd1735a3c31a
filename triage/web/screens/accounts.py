"""Accounts on screen: who has one, what they may do, and every change with who made it."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import DataError
from triage.domain.people import Role
from triage.flow.people import accounts, people, reset
from triage.store import changes, second_factors
from triage.store.people import Account, account, list_people
from triage.web.access import allow, officer
from triage.web.account_form import AccountForm
from triage.web.changed import present
from triage.web.notes import note
from triage.web.screens.password import link_url
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("accounts", __name__, url_prefix="/people")


@screen.get("/")
@allow(Role.ADMINISTRATOR)
def show_all() -> str:
    """Everybody, by name."""
    with services().store.read() as tx:
        found, enrolled = list_people(tx), second_factors.enrolled(tx)
    return render_template("people.html", accounts=found, enrolled=enrolled)


@screen.get("/new")
@allow(Role.ADMINISTRATOR)
def new() -> str:
    """The form of a new account."""
    return render_template("account_new.html", form=AccountForm(), problem="")


@screen.post("/new")
@allow(Role.ADMINISTRATOR)
def add() -> Response | tuple[str, int]:
    """Adds an account without a password; a link to set one comes next."""
    form = AccountForm()
    if not form.validate() or not form.email_given():
        return render_template("account_new.html", form=form, problem=""), 400
    try:
        added = people.add_account(
            services().store, person=form.person(), password=None, actor=officer(), now=services().clock.now()
        )
    except DataError:
        problem = gettext("There is an account with this e-mail address already.")
        return render_template("account_new.html", form=form, problem=problem), 409
    note(gettext("The account is there. Now send the person a link to set a password."), "good")
    return redirect(url_for("accounts.show", person_id=added.id), 303)


@screen.get("/<int:person_id>")
@allow(Role.ADMINISTRATOR)
def show(person_id: int) -> str:
    """One account, with what may be done and what was changed."""
    found = _account(person_id)
    return _page(found, AccountForm.of(found.person))


@screen.post("/<int:person_id>")
@allow(Role.ADMINISTRATOR)
def change(person_id: int) -> Response | tuple[str, int]:
    """Name, roles, mark, language and unit. The mail address stays: decisions are signed with the account."""
    found, form = _account(person_id), AccountForm()
    if not form.validate():
        return _page(found, form), 400
    changed = replace(form.person(), id=person_id, email=found.person.email)
    try:
        accounts.change(services().store, person=changed, actor=officer(), now=services().clock.now())
    except accounts.OwnRights:
        return _page(found, form, _own_rights()), 409
    except accounts.LastAdministrator:
        return _page(found, form, _last()), 409
    note(gettext("Saved."), "good")
    return redirect(url_for("accounts.show", person_id=person_id), 303)


@screen.post("/<int:person_id>/close")
@allow(Role.ADMINISTRATOR)
def close(person_id: int) -> Response:
    """Closes an account and ends its sessions, or opens it again."""
    found, reopen = _account(person_id), request.form.get("reopen") == "yes"
    try:
        accounts.close(
            services().store, person=found.person, actor=officer(), now=services().clock.now(), reopen=reopen
        )
        note(gettext("The account is open again.") if reopen else gettext("The account is closed."), "good")
    except accounts.OwnRights:
        note(_own_rights(), "warn")
    except accounts.LastAdministrator:
        note(_last(), "warn")
    return redirect(url_for("accounts.show", person_id=person_id), 303)


@screen.post("/<int:person_id>/sign-out")
@allow(Role.ADMINISTRATOR)
def sign_out(person_id: int) -> Response:
    """Ends the sessions of a person everywhere."""
    accounts.end_sessions(
        services().store, person=_account(person_id).person, actor=officer(), now=services().clock.now()
    )
    note(gettext("Signed out everywhere."), "good")
    return redirect(url_for("accounts.show", person_id=person_id), 303)


@screen.post("/<int:person_id>/second-factor")
@allow(Role.ADMINISTRATOR)
def remove_second_factor(person_id: int) -> Response:
    """For a lost phone."""
    try:
        accounts.remove_second_factor(
            services().store, person=_account(person_id).person, actor=officer(), now=services().clock.now()
        )
        note(gettext("The second factor is removed. The next sign-in sets up a new one where one is needed."), "good")
    except accounts.OwnRights:
        note(gettext("Remove your own on your settings page, with a code."), "warn")
    return redirect(url_for("accounts.show", person_id=person_id), 303)


@screen.post("/<int:person_id>/link")
@allow(Role.ADMINISTRATOR)
def link(person_id: int) -> Response | str:
    """A link to set a password: mailed to the person, or shown this once."""
    found, now = _account(person_id), services().clock.now()
    if request.form.get("way") == "mail":
        reset.send_link(services().store, person=found.person, url_of=link_url, actor=officer(), now=now)
        note(gettext("The link is on its way to %(address)s.", address=found.person.email), "good")
        return redirect(url_for("accounts.show", person_id=person_id), 303)
    token = reset.make_link(services().store, person=found.person, actor=officer(), now=now)
    hours = round(reset.LINK_LIVES.total_seconds() / 3600)
    return render_template("password_link.html", account=found, url=link_url(token), hours=hours)


def _page(found: Account, form: AccountForm, problem: str = "") -> str:
    with services().store.read() as tx:
        enrolled = found.person.id in second_factors.enrolled(tx)
        told = changes.history(tx, about=[f"person:{found.person.id}"])
    return render_template(
        "account.html",
        account=found,
        form=form,
        problem=problem,
        enrolled=enrolled,
        changes=present(told),
        own=found.person.id == officer().id,
    )


def _account(person_id: int) -> Account:
    with services().store.read() as tx:
        return account(tx, person_id=person_id)


def _own_rights() -> str:
    return gettext("Nobody changes their own rights: another administrator must do it.")


def _last() -> str:
    return gettext("There must always be an administrator. Make somebody else one first.")
