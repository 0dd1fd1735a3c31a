"""The start: each person's own first screen."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from triage.domain.people import Role
from triage.web.access import officer, signed_in

screen = Blueprint("home", __name__)


@screen.get("/")
@signed_in
def show() -> Response:
    """Officers: the queue. Those who keep the books: the books. Others: their settings."""
    person = officer()
    if person.has(Role.OFFICER):
        return redirect(url_for("queue.show", name="review"), 303)
    if person.has(Role.ADMINISTRATOR, Role.AUDITOR, Role.MODEL_KEEPER):
        return redirect(url_for("ledger.show"), 303)
    return redirect(url_for("settings.show"), 303)
