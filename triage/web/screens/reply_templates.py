"""Templates of replies to senders: administrators write them in three languages, with what was there before."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import NotFound
from triage.domain.organisation import LANGUAGES
from triage.domain.people import Role
from triage.flow.desk import reply_templates
from triage.flow.desk.reply_templates import HOUSE, LONGEST_NAME, LONGEST_TEXT, NoText, UnknownPlace
from triage.store import changes
from triage.web.access import allow, officer
from triage.web.changed import present
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("reply_templates", __name__)
NEW = "-"
"""In an address: a template that is being added."""


@screen.get("/reply-templates")
@allow(Role.ADMINISTRATOR)
def show_all() -> Response:
    """The first of them."""
    return redirect(url_for("reply_templates.show", name=next(iter(HOUSE))), 303)


@screen.get("/reply-templates/<name>")
@allow(Role.ADMINISTRATOR)
def show(name: str) -> str:
    """One template in its languages, or an empty form for a new one. Raises NotFound."""
    known = _known()
    if name != NEW and name not in known:
        raise NotFound("no such template")
    return _page(name, dict(known.get(name, {})), "")


@screen.post("/reply-templates/<name>")
@allow(Role.ADMINISTRATOR)
def change(name: str) -> Response | tuple[str, int]:
    """Keeps what is written, or takes it away."""
    written = {language: request.form.get(f"text_{language}", "") for language in LANGUAGES}
    called = request.form.get("name", "").strip() if name == NEW else name
    store, now = services().store, services().clock.now()
    if name == NEW and called in {NEW, *_known()}:
        return _page(name, written, gettext("There is a template of this name already."), called), 400
    try:
        if request.form.get("act") == "away":
            reply_templates.take_away(store, name=name, actor=officer(), now=now)
            note(gettext("The service's own words are back.") if name in HOUSE else gettext("Taken away."), "good")
            return redirect(url_for("reply_templates.show_all"), 303)
        reply_templates.save(store, name=called, texts=written, actor=officer(), now=now)
    except UnknownPlace as error:
        word = f"{{{error.args[0]}}}"
        return _page(name, written, gettext("There is no placeholder %(word)s.", word=word), called), 400
    except NoText:
        text = gettext("Give it a name, and a text in English, French and Spanish.")
        return _page(name, written, text, called), 400
    note(gettext("Saved. It holds at once."), "good")
    return redirect(url_for("reply_templates.show", name=" ".join(called.split())), 303)


def _known() -> dict[str, dict[str, str]]:
    with services().store.read() as tx:
        return reply_templates.templates(tx)


def _page(name: str, texts: dict[str, str], wrong: str, called: str = "") -> str:
    with services().store.read() as tx:
        told = changes.history(tx, about=[reply_templates.history_of(name)])
    return render_template(
        "reply_templates.html",
        name=name,
        new=name == NEW,
        called=called,
        known=list(_known()),
        texts=texts,
        wrong=wrong,
        own=name in HOUSE,
        longest=LONGEST_TEXT,
        longest_name=LONGEST_NAME,
        changes=present(told),
    )
