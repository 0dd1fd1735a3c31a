"""Who may open what: refused by default.

Each view carries its decision as a mark, set by one of the decorators here. `guard` runs before every request and
refuses a view without a mark, so that a forgotten decision is a closed door and never an open one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from triage.domain.people import Person, Role

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__triage_access__"


@dataclass(frozen=True, slots=True)
class Access:
    """The decision for one view: open to everybody, or to signed-in people with one of `roles` (none: any role)."""

    public: bool = False
    roles: frozenset[Role] = frozenset()
    screen: bool = True

    def admits(self, person: Person | None) -> bool:
        """True where `person` (None: nobody signed in) may open the view."""
        if self.public:
            return True
        return person is not None and (not self.roles or person.has(*self.roles))


def _marked(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _MARK, access)
        return view

    return mark


public = _marked(Access(public=True))
"""Open before signing in."""

resource = _marked(Access(public=True, screen=False))
"""Static files: open, and no look-up of who asks."""

signed_in = _marked(Access())
"""Open to every signed-in person."""


def allow(*roles: Role) -> Callable[[View], View]:
    """Open to signed-in people with at least one of `roles`. Raises ValueError without any."""
    if not roles:
        raise ValueError("name at least one role, or use signed_in")
    return _marked(Access(roles=frozenset(roles)))


def access_of(app: Flask, endpoint: str) -> Access | None:
    """The decision that the view behind `endpoint` carries; None where there is none (which `guard` refuses)."""
    found = getattr(app.view_functions[endpoint], _MARK, None)
    return found if isinstance(found, Access) else None


def current_person() -> Person | None:
    """Who is signed in, as found at the start of this request."""
    person: Person | None = getattr(g, "person", None)
    return person


def officer() -> Person:
    """The signed-in person, inside a view that is not public."""
    person = current_person()
    if person is None:
        abort(403)
    return person


def guard() -> Response | None:
    """Before every request: lets through, asks to sign in, or refuses (403)."""
    if request.endpoint is None:
        return None  # no such address: 404 (or 405) follows
    access = access_of(current_app, request.endpoint)
    if access is None:
        abort(403)
    person = current_person()
    if access.admits(person):
        return None
    if person is None:
        if request.method in ("GET", "HEAD"):
            return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")), 303)
        return redirect(url_for("sign_in.show"), 303)
    return abort(403)
