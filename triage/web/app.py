"""The application factory: refuses by default, one blueprint a screen, three languages, the same headers everywhere."""

import hashlib
import hmac
from pathlib import Path

from flask import Flask, url_for
from flask_wtf import CSRFProtect

from triage.web import show, unit_panel, words
from triage.web.access import current_person, guard, resource
from triage.web.errors import init_errors
from triage.web.house import init_house
from triage.web.keeper import init_keeper
from triage.web.members import init_members
from triage.web.navigation import main_links
from triage.web.notes import notes
from triage.web.options import place_options, places_version
from triage.web.screens import (
    alerts,
    answers,
    decide,
    files,
    health,
    help,
    home,
    ledger,
    message,
    person,
    problems,
    protection,
    quarantine,
    queue,
    settings,
    sign_in,
    unit_mail,
    units,
)
from triage.web.security import harden
from triage.web.services import WebServices, services
from triage.web.session import find_person
from triage.web.translate import NAMES, init_languages, language
from triage.web.workspace import init_workspace

SCREENS = (
    home, sign_in, settings, queue, message, decide, files, problems, quarantine, alerts, ledger, help, health,
    protection, person,
)  # fmt: skip
FORM_BYTES = 200_000


def create_app(services: WebServices) -> Flask:
    """The screens over `services`. The application loads neither the classifier nor any transport."""
    app = Flask("triage.web")
    secure = services.config.web.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=hmac.digest(services.keyring.hash_key, b"web cookies", hashlib.sha256),
        SESSION_COOKIE_NAME="__Host-triage" if secure else "triage",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=FORM_BYTES,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=secure,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.extensions["triage"] = services
    _open_store(services)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(find_person)
    app.before_request(guard)
    CSRFProtect(app).exempt(units.screen)  # its forms carry a guard of their own, and nobody is signed in there
    app.after_request(harden)
    init_languages(app)
    init_errors(app)
    resource(app.view_functions["static"])
    for module in (*SCREENS, units, answers, unit_mail):
        app.register_blueprint(module.screen)
    init_house(app)
    init_keeper(app)
    init_members(app)
    _fill_templates(app)
    init_workspace(app)
    return app


def _open_store(services: WebServices) -> None:
    """A store that is missing or of another version is said at the start, not by the first page."""
    with services.store.read():
        pass


def _fill_templates(app: Flask) -> None:
    stamps = _stamps(Path(str(app.static_folder)))

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=stamps[name])

    def has_asset(name: str) -> bool:
        return name in stamps

    app.jinja_env.globals.update(
        age=show.age,
        asset=asset,
        reading_text=unit_panel.reading_text,
        sure_text=unit_panel.sure_text,
        unit_answers=unit_panel.answer_choices,
        evidence_word=words.evidence_word,
        file_size=show.file_size,
        full_time=show.full_time,
        has_asset=has_asset,
        here=show.here,
        language=language,
        language_name=show.language_name,
        language_names=NAMES,
        main_links=main_links,
        notes=notes,
        number=show.number,
        percent=show.percent,
        person_text=show.person_text,
        place=show.place,
        place_options=place_options,
        places_version=places_version,
        quarantine_word=words.quarantine_word,
        shortcuts=settings.shortcuts,
        subject=show.subject,
        word=words.word,
    )
    app.context_processor(lambda: {"person": current_person(), "shadow": services().store.is_shadow})


def _stamps(folder: Path) -> dict[str, str]:
    """A word for the content of each static file; in its address, so that browsers may keep it for ever."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}
