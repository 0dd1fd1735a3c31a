"""Search over everything one may see. What was asked is kept under an opaque word: no address tells what one looks for."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.people import Role
from triage.flow.desk.search import ask
from triage.store import openings, saved_searches, search
from triage.store.queues import Order, Queue
from triage.store.search import Query
from triage.store.views import Page
from triage.web import queries
from triage.web.access import allow, officer
from triage.web.rows import rows
from triage.web.services import services

screen = Blueprint("search", __name__)
PAGE = 50


@screen.get("/search")
@allow(Role.OFFICER)
def show() -> str:
    """The empty form."""
    return _page(Query(), None)


@screen.post("/search")
@allow(Role.OFFICER)
def find() -> Response:
    """Keeps what is asked for and goes to its address."""
    query = queries.read_query(request.form)
    if query == Query():
        return redirect(url_for("search.show"), 303)
    word = ask(services().store, query=query, person=officer(), now=services().clock.now())
    return redirect(url_for("search.found", word=word), 303)


@screen.get("/search/<word>")
@allow(Role.OFFICER)
def found(word: str) -> str:
    """A page of what was found. Raises NotFound for a search of somebody else, or one whose time is over."""
    with services().store.read() as tx:
        query = saved_searches.get(tx, word=word, person_id=officer().id or 0, now=services().clock.now())
    return _page(query, word)


def _page(query: Query, word: str | None) -> str:
    viewer, now = officer(), services().clock.now()
    page: Page | None = None
    lookers: dict[int, list[str]] = {}
    if word is not None:
        with services().store.read() as tx:
            before = request.args.get("before", type=int)
            page = search.find(tx, viewer=viewer, query=query, before=before, limit=PAGE)
            lookers = openings.lookers(tx, viewer=viewer, message_ids=[m.id for m in page.messages], now=now)
    return render_template(
        "search.html",
        query=query,
        key=word,
        page=page,
        rows=rows(page.messages if page else (), queue=Queue.ALL, order=Order.NEWEST, lookers=lookers),
        said=queries.in_words(query),
        destination=queries.destination_value(query),
        languages=queries.languages(query.language),
    )
