"""The plain list of units and missions inside the decision form; without scripts it is all there is."""

import hashlib

from markupsafe import Markup

from triage.web.directory import Choice, directory
from triage.web.translate import gettext, language


def place_options() -> Markup:
    """Two groups of options, in the language of the request."""
    units, missions = directory().choices(language())
    return _group(gettext("Units"), units) + _group(gettext("Missions"), missions)


def places_version() -> str:
    """Changes when the organisation does, so that browsers fetch the list anew."""
    units, missions = directory().choices(language())
    return hashlib.sha256(repr((units, missions)).encode()).hexdigest()[:12]


def _group(label: str, choices: list[Choice]) -> Markup:
    options = Markup("").join(Markup('<option value="{}">{}</option>').format(c.value, c.text) for c in choices)
    return Markup('<optgroup label="{}">{}</optgroup>').format(label, options)
