"""The books: everything seen is stored, a duplicate or failed; everything stored stands somewhere."""

from flask import Blueprint, render_template

from triage.domain.people import Role
from triage.store import ledger
from triage.web.access import allow
from triage.web.services import services

screen = Blueprint("ledger", __name__)
POLLS = 50


@screen.get("/books")
@allow(Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.MODEL_KEEPER)
def show() -> str:
    """The books on one page: numbers only, no content."""
    with services().store.read() as tx:
        books = ledger.books(tx, newest_polls=POLLS)
    return render_template("ledger.html", books=books, total=sum(books.messages.values()))
