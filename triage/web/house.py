"""What people, administration, audit and dashboards add to the application: their screens, links and template words."""

from flask import Flask, current_app, request, url_for

from triage.web.access import access_of, current_person
from triage.web.house_words import role_hint, status_word
from triage.web.navigation import Link
from triage.web.screens import (
    accounts,
    audit,
    figures,
    organisation,
    password,
    provider,
    reply_templates,
    rules,
    second_factor,
)
from triage.web.translate import gettext

SCREENS = (second_factor, password, provider, accounts, organisation, rules, reply_templates, audit, figures)


def init_house(app: Flask) -> None:
    """Put the screens and what their templates need into `app`."""
    for module in SCREENS:
        app.register_blueprint(module.screen)
    app.jinja_env.globals.update(
        administration_links=administration_links,
        office_name=organisation.name_of,
        role_hint=role_hint,
        status_word=status_word,
    )


def administration_links() -> list[Link]:
    """The tabs of administration, as far as they are open to the person."""
    wanted = (
        ("accounts.show_all", gettext("People"), "accounts"),
        ("organisation.show_all", gettext("Units and offices"), "organisation"),
        ("holidays.show_all", gettext("Closed days"), "holidays"),
        ("rules.show", gettext("Rules"), "rules"),
        ("reply_templates.show_all", gettext("Replies to senders"), "reply_templates"),
    )
    links = []
    for endpoint, text, blueprint in wanted:
        access = access_of(current_app, endpoint)
        if access is not None and access.admits(current_person()):
            links.append(Link(text, url_for(endpoint), request.blueprint == blueprint))
    return links
