"""The three languages of the screens.

Catalogues are kept as `.po` alone and compiled in memory at first use, so that a plain checkout works and no compiled
file can be older than its source. After a change of words, in the project's root:

    pybabel extract -F triage/web/translations/babel.cfg -k _l --no-location --sort-output -o var/messages.pot triage/web
    pybabel update -i var/messages.pot -d triage/web/translations -l fr --no-fuzzy-matching -w 120 --output-file \\
        triage/web/translations/fr/messages.po --ignore-obsolete

and the same for `es`; a test says what is missing.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, request, session
from flask_babel import Babel, Domain, get_locale
from flask_babel import gettext as babel_gettext
from markupsafe import Markup

from triage.domain.organisation import LANGUAGES
from triage.web.access import current_person

FOLDER = Path(__file__).parent / "translations"
NAMES = {"en": "English", "fr": "Français", "es": "Español"}


def catalogue_path(language: str) -> Path:
    """Where the catalogue of `language` lies (English is the source and has none)."""
    return FOLDER / language / "messages.po"


def compiled(language: str) -> Translations:
    """The catalogue of `language`, ready for gettext; empty for English."""
    path = catalogue_path(language)
    if not path.exists():
        return Translations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language)
    target = BytesIO()
    write_mo(target, catalogue)
    target.seek(0)
    return Translations(target)


class _Catalogues(Domain):  # type: ignore[misc]  # flask_babel has no types
    """Flask-Babel's domain over our own catalogues."""

    def get_translations(self) -> Translations:
        language = str(get_locale() or "en")
        if language not in self.cache:
            self.cache[language] = compiled(language)
        found: Translations = self.cache[language]
        return found


def chosen_language() -> str:
    """The person's own language, else the one chosen in this browser, else the browser's wish, else English."""
    person = current_person()
    if person is not None and person.language in LANGUAGES:
        return person.language
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def language() -> str:
    """The language of this request: en, fr or es."""
    found = getattr(getattr(g, "_flask_babel", None), "babel_locale", None) or get_locale()  # the first: found already
    return "en" if found is None else str(found.language)


def init_languages(app: Flask) -> None:
    """Put the three languages into `app`."""
    babel = Babel(app, locale_selector=chosen_language, default_timezone="UTC")
    babel.domain_instance = catalogues = _Catalogues()
    said: dict[tuple[str, str], Markup] = {}

    def template_text(text: str, /, **values: object) -> Markup:
        """What `_()` is in templates: as Flask-Babel has it, but each text is looked up once for each language."""
        key = (language(), text)
        found = said.get(key)
        if found is None:
            found = said[key] = Markup(catalogues.get_translations().gettext(text))  # noqa: S704  # text of our own
        return found % values

    app.jinja_env.globals["_"] = template_text


def gettext(text: str, **values: object) -> str:
    """`text` in the language of the request, with `values` put in."""
    return str(babel_gettext(text, **values))
