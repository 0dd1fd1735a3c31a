"""The forms of a unit and of an office: names and remits in three languages, where mail goes, who covers whom."""

from dataclasses import replace
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from triage.domain.organisation import LANGUAGES, Office, OfficeStatus, Unit
from triage.web.house_words import STATUSES
from triage.web.translate import NAMES

_NAME = [InputRequired(_l("Enter a name in each language.")), Length(max=200)]
_REMIT = [Length(max=2000)]


class _PlaceForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    name_en = StringField(validators=_NAME)
    name_fr = StringField(validators=_NAME)
    name_es = StringField(validators=_NAME)
    address = StringField(validators=[Length(max=320)])
    language = RadioField(choices=[SelectChoice(code, NAMES[code]) for code in LANGUAGES])

    @property
    def names(self) -> dict[str, str]:
        """The names by language."""
        return {language: str(self[f"name_{language}"].data).strip() for language in LANGUAGES}


class UnitForm(_PlaceForm):
    """A department, division or unit at Headquarters."""

    remit_en = TextAreaField(validators=_REMIT)
    remit_fr = TextAreaField(validators=_REMIT)
    remit_es = TextAreaField(validators=_REMIT)

    def changed(self, unit: Unit) -> Unit:
        """`unit` as the form has it."""
        remits = {language: str(self[f"remit_{language}"].data or "").strip() for language in LANGUAGES}
        address = str(self.address.data or "").strip()
        return replace(unit, names=self.names, remits=remits, address=address, language=str(self.language.data))

    @classmethod
    def of(cls, unit: Unit) -> "UnitForm":
        """The form filled with a unit."""
        values = {"address": unit.address, "language": unit.language}
        values |= {f"name_{code}": unit.names.get(code, "") for code in LANGUAGES}
        return cls(data=values | {f"remit_{code}": unit.remits.get(code, "") for code in LANGUAGES})


class OfficeForm(_PlaceForm):
    """A country, territory or regional office."""

    aliases = StringField(validators=[Length(max=1000)])
    status = RadioField(choices=[SelectChoice(status.value, STATUSES[status]) for status in OfficeStatus])
    covered_by = SelectField(validate_choice=False, default="")

    def offer(self, offices: list[Office], language: str) -> None:
        """Which offices may cover this one."""
        those = [office for office in offices if office.address and office.status is OfficeStatus.OWN]
        named = sorted(
            (str(office.names.get(language) or office.names.get("en") or ""), office.code) for office in those
        )
        self.covered_by.choices = [
            SelectChoice("", "–"),
            *(SelectChoice(code, f"{name} ({code})") for name, code in named),
        ]

    def changed(self, office: Office) -> Office:
        """`office` as the form has it."""
        aliases = tuple(part.strip() for part in str(self.aliases.data or "").split(";") if part.strip())
        return replace(
            office,
            names=self.names,
            aliases=aliases,
            status=OfficeStatus(str(self.status.data)),
            covered_by=str(self.covered_by.data or "") or None,
            address=str(self.address.data or "").strip(),
            language=str(self.language.data),
        )

    @classmethod
    def of(cls, office: Office) -> "OfficeForm":
        """The form filled with an office."""
        values = {
            "address": office.address, "language": office.language, "aliases": "; ".join(office.aliases),
            "status": office.status.value, "covered_by": office.covered_by or "",
        }  # fmt: skip
        return cls(data=values | {f"name_{code}": office.names.get(code, "") for code in LANGUAGES})


def empty_office(code: str, today: date) -> Office:
    """A regional office that is about to be added."""
    return Office(code, {}, (), OfficeStatus.OWN, None, "", "en", today)
