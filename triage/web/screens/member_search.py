"""Search within a unit's own inquiries. The unit stands in the query of the index itself; what was asked is kept under an
opaque word, as for officers."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.people import Role
from triage.flow.desk.search import ask
from triage.store import member_desk, saved_searches
from triage.store.search import Query
from triage.web import queries
from triage.web.access import allow, officer
from triage.web.screens.member import PAGE, scope_now
from triage.web.services import services

screen = Blueprint("member_search", __name__, url_prefix="/unit/search")


@screen.get("/")
@allow(Role.UNIT_MEMBER)
def show() -> str:
    """The empty form."""
    return render_template("member_search.html", query=Query(), page=None, said=[])


@screen.post("/")
@allow(Role.UNIT_MEMBER)
def find() -> Response:
    """Keeps what is asked for and goes to its address."""
    query = _asked()
    if query == Query():
        return redirect(url_for("member_search.show"), 303)
    word = ask(services().store, query=query, person=officer(), now=services().clock.now())
    return redirect(url_for("member_search.found", word=word), 303)


@screen.get("/<word>")
@allow(Role.UNIT_MEMBER)
def found(word: str) -> str:
    """A page of what was found. Raises NotFound for a search of somebody else, or one whose time is over."""
    scope = scope_now()
    with services().store.read() as tx:
        query = saved_searches.get(tx, word=word, person_id=officer().id or 0, now=services().clock.now())
        page = member_desk.find(tx, scope=scope, query=query, after=request.args.get("after"), limit=PAGE)
    return render_template("member_search.html", query=query, page=page, said=queries.in_words(query), key=word)


def _asked() -> Query:
    """What the form says, without what it does not offer."""
    asked = queries.read_query(request.form)
    return replace(asked, route=None, country=None, language=None, state=None, ranked=False)
