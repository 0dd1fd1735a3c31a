"""Signing in over the office's identity provider: there, and back."""

from flask import Blueprint, abort, redirect, request, session, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import ConfigError, OutsideError
from triage.flow.people import provider
from triage.log import get_logger
from triage.web.access import public
from triage.web.forms import SignInForm
from triage.web.screens.sign_in import page
from triage.web.services import services
from triage.web.session import go_on
from triage.web.show import local_path
from triage.web.translate import gettext

screen = Blueprint("provider", __name__)

_KEY = "provider"
PATIENCE_SECONDS = 900


@screen.get("/sign-in/provider")
@public
def leave() -> Response | tuple[str, int]:
    """Sends the browser to the provider; what must fit on the way back is kept in the signed cookie."""
    if not services().config.oidc.issuer:
        abort(404)
    try:
        begun = services().identity_provider().begin(redirect_uri=_back_url())
    except (OutsideError, ConfigError) as error:
        return _trouble(error)
    session[_KEY] = {
        "state": begun.state,
        "nonce": begun.nonce,
        "verifier": begun.verifier,
        "at": services().clock.now().timestamp(),
        "next": local_path(request.args.get("next")),
    }
    return redirect(begun.url, 303)


@screen.get("/sign-in/provider/back")
@public
def back() -> Response | tuple[str, int]:
    """The browser comes back with a code, which is good once and only with what this browser left with."""
    kept = session.pop(_KEY, None)
    code, now = request.args.get("code", ""), services().clock.now()
    if not services().config.oidc.issuer:
        abort(404)
    good = kept and code and request.args.get("state") == kept["state"]
    if not good or now.timestamp() - kept["at"] > PATIENCE_SECONDS:
        return _refused(gettext("Signing in was not finished. Please begin again."))
    try:
        identity = (
            services()
            .identity_provider()
            .finish(code=code, redirect_uri=_back_url(), nonce=kept["nonce"], verifier=kept["verifier"], now=now)
        )
    except (OutsideError, ConfigError) as error:
        return _trouble(error)
    person = provider.sign_in(
        services().store,
        issuer=identity.issuer,
        subject=identity.subject,
        email=identity.email,
        email_verified=identity.email_verified,
        now=now,
    )
    if person is None:
        return _refused(gettext("There is no account here for you. Ask the administrator of this service."))
    return go_on(person, next_path=kept["next"], second_factor_given=identity.second_factor)


def _back_url() -> str:
    return services().config.web.public_url.rstrip("/") + url_for("provider.back")


def _trouble(error: OutsideError | ConfigError) -> tuple[str, int]:
    code = error.code if isinstance(error, OutsideError) else "configuration"
    get_logger().error("identity_provider_failed", error=type(error).__name__, code=code)
    return page(
        SignInForm(), gettext("The identity provider cannot be asked at the moment. Try again in a minute.")
    ), 502


def _refused(text: str) -> tuple[str, int]:
    return page(SignInForm(), text), 403
