"""The officer's manual, one page in each language."""

from flask import Blueprint, render_template

from triage.web.access import signed_in
from triage.web.in_force import undo_seconds

screen = Blueprint("help", __name__)


@screen.get("/manual")
@signed_in
def show() -> str:
    """The manual in the language of the page."""
    return render_template("manual.html", undo_seconds=round(undo_seconds()))
