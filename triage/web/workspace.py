"""What the officers' workspace adds to the application: its screens and what their templates need."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from triage.domain.lifecycle import MessageState
from triage.domain.taxonomy import Kind
from triage.store.assignments import CloseReason
from triage.web.screens import bulk, desk, files, reply, search

SCREENS = (desk, search, bulk, reply)

TEMPLATES = {
    "answer": _l("An answer"),
    "more": _l("A question back"),
    "not_for_iom": _l("Not for IOM"),
}


def template_word(name: str) -> str:
    """What a template of replies is called; an administrator's own by its own name."""
    return str(TEMPLATES.get(name, name))


def init_workspace(app: Flask) -> None:
    """Put the screens and what their templates need into `app`."""
    for module in SCREENS:
        app.register_blueprint(module.screen)
    app.jinja_env.globals.update(
        close_reasons=lambda: list(CloseReason),
        message_kinds=lambda: list(Kind),
        languages_read=desk.languages_read,
        preview_bytes=files.PREVIEW_BYTES,
        previewed=files.PREVIEWED,
        template_word=template_word,
        message_states=lambda: [state for state in MessageState if state is not MessageState.RECEIVED],
    )
