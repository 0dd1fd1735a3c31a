"""Changes as people read them: when, who, what it was and what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import get_day_names
from flask_babel import format_percent
from flask_babel import lazy_gettext as _l

from triage.domain.organisation import OfficeStatus
from triage.domain.people import Role
from triage.flow.office.rules import Rule
from triage.store.changes import Change
from triage.store.people import list_people
from triage.web.house_words import STATUSES
from triage.web.services import services
from triage.web.show import file_size, number
from triage.web.translate import NAMES, gettext, language
from triage.web.words import ROLES

FIELDS: Mapping[str, Any] = {
    "name": _l("Name"),
    "roles": _l("Roles"),
    "cleared": _l("Cleared for restricted messages"),
    "language": _l("Language"),
    "unit": _l("Unit or mission"),
    "leads_unit": _l("Leads the unit"),
    "holidays": _l("Holidays"),
    "weekend": _l("Weekend"),
    "open": _l("Account open"),
    "address": _l("E-mail address"),
    "names": _l("Name"),
    "remits": _l("Remit"),
    "aliases": _l("Other names"),
    "status": _l("Mission"),
    "covered_by": _l("Covered by"),
    "value": _l("Value"),
    "undo_seconds": _l("Time to undo, in seconds"),
    "minimum_probability": _l("How sure a suggestion must be"),
    "per_recipient_per_day": _l("Automatic mails to one address a day"),
    "per_hour": _l("Automatic mails an hour"),
    "attachment_bytes": _l("Size of an attached original"),
    "subject": _l("Subject"),
    "body": _l("Text"),
    "text_en": "English",
    "text_fr": "Français",
    "text_es": "Español",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after, in words."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change: `first` where the thing was new."""

    at: datetime
    who: str
    about: str
    fields: tuple[FieldChange, ...]
    first: bool


def present(told: Sequence[Change]) -> list[ChangeLine]:
    """The changes with the names of who made them."""
    names = people_names()
    return [
        ChangeLine(
            change.at,
            actor_name(change.actor, names),
            change.about,
            tuple(
                FieldChange(field_name(name), _text(name, change.before.get(name)), _text(name, change.after.get(name)))
                for name in change.fields
            ),
            not change.before,
        )
        for change in told
    ]


def people_names() -> dict[int, str]:
    """Everybody's name by id."""
    with services().store.read() as tx:
        return {account.person.id or 0: account.person.name for account in list_people(tx)}


def actor_name(actor: str, names: Mapping[int, str]) -> str:
    """Who did it: an account by name, the service itself, or a pseudonym."""
    kind, _, rest = actor.partition(":")
    if kind == "person" and rest.isdecimal():
        return names.get(int(rest), actor)
    if kind == "name":
        return gettext("by command line (%(word)s)", word=rest[:8])
    return gettext("The service")


def day_names() -> list[str]:
    """The days of the week from Monday on, in the language of the page."""
    names = get_day_names("wide", locale=language())
    return [str(names[day]) for day in range(7)]


def field_name(name: str) -> str:
    """The word for a field."""
    return str(FIELDS.get(name, name))


def _text(name: str, value: Any) -> str:
    if name in set(Rule) and value is None:
        return gettext("as in the configuration file")
    if value is None or value == "" or value == []:
        return "–"
    if name == Rule.MINIMUM_PROBABILITY:
        return str(format_percent(value))
    if name == Rule.ATTACHMENT_BYTES:
        return file_size(int(value))
    if name in set(Rule):
        return number(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name == "roles":
        return ", ".join(sorted(str(ROLES[Role(role)]) for role in value if role in set(Role))) or "–"
    if name == "status" and value in set(OfficeStatus):
        return str(STATUSES[OfficeStatus(value)])
    if name == "language":
        return NAMES.get(str(value), str(value))
    if name == "weekend":
        return ", ".join(day_names()[day] for day in value)
    if isinstance(value, Mapping):
        return " / ".join(str(each) for each in value.values())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
