"""Setting a password by a link: for a new account, or where the old one is forgotten."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import DataError
from triage.flow.people import reset
from triage.flow.people.people import SHORTEST_PASSWORD
from triage.web.access import public
from triage.web.notes import note
from triage.web.services import services
from triage.web.sign_in_forms import PasswordForm
from triage.web.translate import gettext

screen = Blueprint("password", __name__)


@screen.get("/password/<token>")
@public
def show(token: str) -> str | tuple[str, int]:
    """The form, for who holds a good link."""
    person = reset.person_of_link(services().store, token=token, now=services().clock.now())
    if person is None:
        return _ended()
    return render_template("password.html", form=PasswordForm(), who=person, token=token, shortest=SHORTEST_PASSWORD)


@screen.post("/password/<token>")
@public
def choose(token: str) -> Response | str | tuple[str, int]:
    """Sets the password; signing in with it comes after."""
    form, now = PasswordForm(), services().clock.now()
    person = reset.person_of_link(services().store, token=token, now=now)
    if person is None:
        return _ended()
    wrong = ""
    if form.validate():
        try:
            if reset.use_link(services().store, token=token, password=str(form.password.data), now=now) is None:
                return _ended()
            note(gettext("The password is set. Sign in with it."), "good")
            return redirect(url_for("sign_in.show"), 303)
        except DataError:
            wrong = gettext("A password needs at least %(count)s characters.", count=SHORTEST_PASSWORD)
    page = render_template(
        "password.html", form=form, who=person, token=token, shortest=SHORTEST_PASSWORD, problem=wrong
    )
    return page, 400


def link_url(token: str) -> str:
    """The whole address of a link, for a mail."""
    return services().config.web.public_url.rstrip("/") + url_for("password.show", token=token)


def _ended() -> tuple[str, int]:
    text = gettext("This link was used already or has ended. Ask the administrator for a new one.")
    return render_template("error.html", title=gettext("Not possible"), text=text, number=""), 410
