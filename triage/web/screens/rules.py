"""The rules that may be changed while the service runs: how long one can undo, how sure a suggestion must be, and the
limits of what leaves."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import DataError
from triage.domain.people import Role
from triage.flow.office.rules import RANGES, Rule, set_rule
from triage.store import changes, settings
from triage.web.access import allow, officer
from triage.web.changed import present
from triage.web.in_force import all_in_force
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("rules", __name__)
SCALES = {Rule.MINIMUM_PROBABILITY: 100.0, Rule.ATTACHMENT_BYTES: 1e-6}
"""What a rule is multiplied with for people: a percentage, megabytes."""


@screen.get("/rules")
@allow(Role.ADMINISTRATOR)
def show() -> str:
    """What holds now, and who changed it."""
    return _page({})


@screen.post("/rules")
@allow(Role.ADMINISTRATOR)
def change() -> Response | tuple[str, int]:
    """Sets one rule, or lets the configuration file hold again."""
    try:
        rule = Rule(request.form.get("rule", ""))
    except ValueError:
        return _page({}), 400
    try:
        value = None if request.form.get("file") == "yes" else _read(rule, request.form.get("value", ""))
        set_rule(services().store, rule, value=value, actor=officer(), now=services().clock.now())
    except (ValueError, DataError):
        least, most = (shown(rule, each) for each in RANGES[rule])
        return _page({rule: gettext("Enter a number from %(least)s to %(most)s.", least=least, most=most)}), 400
    note(gettext("Saved. It holds at once."), "good")
    return redirect(url_for("rules.show"), 303)


def shown(rule: Rule, value: float) -> str:
    """A value as the form has it."""
    return f"{value * SCALES.get(rule, 1.0):.10g}"


def _read(rule: Rule, text: str) -> float:
    number = float(text.strip().replace(",", "."))
    if number != number:
        raise ValueError("not a number")
    scaled = number / SCALES.get(rule, 1.0)
    return float(round(scaled)) if rule is Rule.ATTACHMENT_BYTES else scaled


def _page(wrong: dict[Rule, str]) -> str:
    with services().store.read() as tx:
        told = changes.history(tx, about=[f"rule:{rule}" for rule in Rule])
        own = {rule.value: settings.get_setting(tx, rule.value) is not None for rule in Rule}
    values = {rule.value: shown(rule, value) for rule, value in all_in_force().items()}
    return render_template("rules.html", values=values, own=own, wrong=wrong, changes=present(told))
