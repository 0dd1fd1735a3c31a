"""The plain list of units and missions inside the decision form; without scripts it is all there is."""

import hashlib

from markupsafe import Markup

from triage.web.directory import Choice, directory
from triage.web.translate import gettext, language


def place_options() -> Markup:
    """Two groups of options, in the language of the request."""
    text = directory().remember(f"options {language()}", _options)
    return Markup(text)  # noqa: S704  # made by _options, which escapes every part


def places_version() -> str:
    """Changes when the organisation does, so that browsers fetch the list anew."""
    return directory().remember(f"version {language()}", _version)


def _options() -> str:
    units, missions = directory().choices(language())
    return _group(gettext("Units"), units) + _group(gettext("Missions"), missions)


def _version() -> str:
    return hashlib.sha256(repr(directory().choices(language())).encode()).hexdigest()[:12]


def _group(label: str, choices: list[Choice]) -> Markup:
    options = Markup("").join(Markup('<option value="{}">{}</option>').format(c.value, c.text) for c in choices)
    return Markup('<optgroup label="{}">{}</optgroup>').format(label, options)
