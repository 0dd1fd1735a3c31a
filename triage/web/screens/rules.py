"""The rules that may be changed while the service runs: how long one can undo, how sure a suggestion must be."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import DataError
from triage.domain.people import Role
from triage.flow.rules import RANGES, Rule, set_rule
from triage.store import changes, settings
from triage.web.access import allow, officer
from triage.web.changed import present
from triage.web.in_force import rules_in_force
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("rules", __name__)
HUNDRED = 100.0


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
    """A value as the form has it: seconds, or a percentage."""
    return f"{value * HUNDRED if rule is Rule.MINIMUM_PROBABILITY else value:g}"


def _read(rule: Rule, text: str) -> float:
    number = float(text.strip().replace(",", "."))
    if number != number:
        raise ValueError("not a number")
    return number / HUNDRED if rule is Rule.MINIMUM_PROBABILITY else number


def _page(wrong: dict[Rule, str]) -> str:
    with services().store.read() as tx:
        told = changes.history(tx, about=[f"rule:{rule}" for rule in Rule])
        own = {rule.value: settings.get_setting(tx, rule.value) is not None for rule in Rule}
    now = rules_in_force()
    values = {
        Rule.UNDO_SECONDS.value: shown(Rule.UNDO_SECONDS, now.undo_seconds),
        Rule.MINIMUM_PROBABILITY.value: shown(Rule.MINIMUM_PROBABILITY, now.minimum_probability),
    }
    return render_template("rules.html", values=values, own=own, wrong=wrong, changes=present(told))
