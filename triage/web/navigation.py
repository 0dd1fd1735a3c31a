"""The links on top of every page: only those that the person may open."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from triage.web.access import access_of, current_person
from triage.web.translate import gettext


@dataclass(frozen=True, slots=True)
class Link:
    """A link and whether it is the page shown."""

    text: str
    url: str
    here: bool


def main_links() -> list[Link]:
    """Queue, waiting to leave, problems, quarantine, machine mail and books, as far as they are open to the person."""
    wanted: list[tuple[str, dict[str, Any], str]] = [
        ("queue.show", {"name": "review"}, gettext("To review")),
        ("queue.show", {"name": "waiting"}, gettext("Waiting to leave")),
        ("queue.show", {"name": "problems"}, gettext("Delivery problems")),
        ("queue.show", {"name": "quarantine"}, gettext("Quarantine")),
        ("queue.show", {"name": "machine"}, gettext("Machine mail")),
        ("ledger.show", {}, gettext("Books")),
    ]
    links = []
    for endpoint, values, text in wanted:
        access = access_of(current_app, endpoint)
        if access is None or not access.admits(current_person()):
            continue
        here = request.endpoint == endpoint and all((request.view_args or {}).get(k) == v for k, v in values.items())
        links.append(Link(text, url_for(endpoint, **values), here))
    return links
