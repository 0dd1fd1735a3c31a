"""The links on top of every page: only those that the person may open. The queues have tabs of their own."""

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
    """Messages, books and manual, as far as they are open to the person."""
    wanted: list[tuple[str, dict[str, Any], str, tuple[str, ...]]] = [
        ("queue.show", {"name": "review"}, gettext("Messages"), ("queue", "message", "decide", "quarantine", "bulk")),
        ("member.show", {}, gettext("Inquiries of your unit"), ("member", "member_files")),
        ("member_search.show", {}, gettext("Search in them"), ("member_search",)),
        ("member_figures.show", {}, gettext("Your unit's figures"), ("member_figures",)),
        ("member_unit.show", {}, gettext("Your unit"), ("member_unit",)),
        ("search.show", {}, gettext("Search"), ("search",)),
        ("desk.decisions", {}, gettext("Your last decisions"), ("desk",)),
        ("alerts.show", {}, gettext("Alerts"), ("alerts",)),
        ("second_look.show", {}, gettext("Second look"), ("second_look",)),
        ("models.show", {}, gettext("Model"), ("models", "model_labels", "model_gate", "taxonomy")),
        ("figures.show", {}, gettext("Figures"), ("figures",)),
        ("answers.overview", {}, gettext("Units"), ("answers",)),
        ("ledger.show", {}, gettext("Books"), ("ledger",)),
        (
            "accounts.show_all",
            {},
            gettext("Administration"),
            ("accounts", "organisation", "rules", "reply_templates", "holidays"),
        ),
        ("unit_mail.show", {"kind": "forward", "language": "en"}, gettext("Mail to units"), ("unit_mail",)),
        ("audit.show", {}, gettext("Record"), ("audit",)),
        ("protection.show", {}, gettext("Data protection"), ("protection",)),
        ("person.show", {}, gettext("A person's request"), ("person",)),
        ("help.show", {}, gettext("Manual"), ("help",)),
    ]
    person = current_person()
    links = []
    for endpoint, values, text, screens in wanted:
        access = access_of(current_app, endpoint)
        if endpoint == "person.show" and not (person is not None and person.cleared):
            continue  # that page is there for the cleared alone
        if access is not None and access.admits(person):
            links.append(Link(text, url_for(endpoint, **values), request.blueprint in screens))
    return links
