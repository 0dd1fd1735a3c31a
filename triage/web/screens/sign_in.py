"""Signing in and out."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from triage.web.access import current_person, public, signed_in
from triage.web.forms import SignInForm
from triage.web.services import services
from triage.web.session import end_session, go_on, try_sign_in
from triage.web.show import local_path
from triage.web.translate import gettext

screen = Blueprint("sign_in", __name__)


@screen.get("/sign-in")
@public
def show() -> str | Response:
    """The form; whoever is signed in already goes on."""
    if current_person() is not None:
        return redirect(local_path(request.args.get("next")), 303)
    return page(SignInForm(data={"next": request.args.get("next", "")}))


@screen.post("/sign-in")
@public
def enter() -> Response | tuple[str, int]:
    """Checks address and password. The answer never tells which of them was wrong."""
    form = SignInForm()
    if not form.validate():
        return page(form), 400
    outcome = try_sign_in(str(form.email.data), str(form.password.data), request.remote_addr or "")
    if outcome.too_many:
        problem = gettext("Too many attempts. Wait a few minutes and try again.")
        return page(form, problem), 429
    if outcome.person is None:
        problem = gettext("The e-mail address or the password is not right.")
        return page(form, problem), 403
    return go_on(outcome.person, next_path=form.next.data)


def page(form: SignInForm, problem: str = "") -> str:
    """The page of the form, with what went wrong; beside it the way over the identity provider, where there is one."""
    oidc = services().config.oidc
    provider = (oidc.name or gettext("the office's account")) if oidc.issuer else ""
    return render_template("sign_in.html", form=form, problem=problem, provider=provider)


@screen.post("/sign-out")
@signed_in
def leave() -> Response:
    """Ends the session, on the server too."""
    end_session()
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    return redirect(url_for("sign_in.show"), 303)
