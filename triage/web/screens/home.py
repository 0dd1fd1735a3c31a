"""The start: each person's own first screen."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from triage.domain.people import Role
from triage.web.access import officer, signed_in

screen = Blueprint("home", __name__)


@screen.get("/")
@signed_in
def show() -> Response:
    """Officers: the queue. Administrators: people. Members of units: their inquiries. Auditors: the record. Model keepers: the model."""
    person = officer()
    if person.has(Role.OFFICER):
        return redirect(url_for("queue.show", name="review"), 303)
    if person.has(Role.ADMINISTRATOR):
        return redirect(url_for("accounts.show_all"), 303)
    if person.has(Role.UNIT_MEMBER):
        return redirect(url_for("member.show"), 303)
    if person.has(Role.AUDITOR):
        return redirect(url_for("audit.show"), 303)
    if person.has(Role.MODEL_KEEPER):
        return redirect(url_for("models.show"), 303)
    return redirect(url_for("settings.show"), 303)
