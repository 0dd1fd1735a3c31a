"""What the model keeper's screens add to the application: their blueprints, tabs and template words."""

from flask import Flask, current_app, request, url_for

from triage.web.access import access_of, current_person
from triage.web.model_words import check_numbers, failure_word, gate_name, model_word, reason_word, subject_word
from triage.web.navigation import Link
from triage.web.screens import model_gate, model_labels, models, second_look, taxonomy
from triage.web.translate import gettext

SCREENS = (models, model_labels, model_gate, taxonomy, second_look)


def init_keeper(app: Flask) -> None:
    """Put the screens and what their templates need into `app`."""
    for module in SCREENS:
        app.register_blueprint(module.screen)
    app.jinja_env.globals.update(
        check_numbers=check_numbers,
        failure_word=failure_word,
        gate_name=gate_name,
        keeper_links=keeper_links,
        model_word=model_word,
        reason_word=reason_word,
        subject_word=subject_word,
    )


def keeper_links() -> list[Link]:
    """The tabs of the model keeper, as far as they are open to the person."""
    wanted = (
        ("models.show", gettext("Versions")),
        ("models.figures", gettext("How good it is")),
        ("model_labels.show", gettext("Labels")),
        ("model_gate.show", gettext("Automatic forwarding")),
        ("taxonomy.show", gettext("Units that changed")),
    )
    here = "models.show" if request.endpoint == "models.show_version" else request.endpoint
    blueprint = str(request.blueprint)
    links = []
    for endpoint, text in wanted:
        access = access_of(current_app, endpoint)
        if access is not None and access.admits(current_person()):
            same = endpoint == here or (blueprint != "models" and endpoint == f"{blueprint}.show")
            links.append(Link(text, url_for(endpoint), same))
    return links
