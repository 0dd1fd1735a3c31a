"""Alerts: what is wrong or urgent now, since when, who was told, and the button to take note."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from triage.domain.people import Role
from triage.flow.watching.alert import take_note
from triage.flow.watching.alert_words import sentence
from triage.store import alerts
from triage.store.alerts import Alert
from triage.web.access import allow, officer
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext, language

screen = Blueprint("alerts", __name__)
SHOWN = 200


@screen.get("/alerts")
@allow(Role.OFFICER, Role.ADMINISTRATOR)
def show() -> str:
    """Open alerts, newest first; those about restricted messages for the cleared alone."""
    viewer = officer()
    with services().store.read() as tx:
        found = alerts.list_page(tx, viewer=viewer, limit=SHOWN)
    may_open = viewer.has(Role.OFFICER)
    return render_template("alerts.html", alerts=found, sentence_of=_sentence, may_open=may_open)


def _sentence(alert: Alert) -> str:
    return sentence(alert.kind, language(), alert.message_id)


@screen.post("/alerts/<int:alert_id>/note")
@allow(Role.OFFICER, Role.ADMINISTRATOR)
def take(alert_id: int) -> Response:
    """The person takes note: no more reminders."""
    take_note(services().store, alert_ids=[alert_id], officer=officer(), now=services().clock.now())
    note(gettext("Noted. Nobody is reminded of it again."), "good")
    return redirect(url_for("alerts.show"), 303)
