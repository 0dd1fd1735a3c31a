"""The form of an account."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from triage.domain.organisation import LANGUAGES
from triage.domain.people import Person, Role
from triage.web.directory import directory
from triage.web.translate import NAMES, gettext, language
from triage.web.words import ROLES


class AccountForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Name, roles, mark, language and unit; the mail address of a new account."""

    name = StringField(validators=[InputRequired(_l("Enter a name.")), Length(max=120)])
    email = StringField(validators=[Length(max=320)])
    roles = SelectMultipleField(
        choices=[SelectChoice(role.value, ROLES[role]) for role in Role],
        validators=[InputRequired(_l("Choose at least one role."))],
    )
    cleared = BooleanField()
    language = RadioField(choices=[SelectChoice(code, NAMES[code]) for code in LANGUAGES], default="en")
    unit = SelectField(default="")
    leads_unit = BooleanField()

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        units, missions = directory().choices(language())
        choices = units + missions + directory().regional_choices(language())
        self.unit.choices = [SelectChoice("", "–"), *(SelectChoice(c.value, c.text) for c in choices)]

    def validate_unit(self, field: SelectField) -> None:
        """A member of a unit needs one."""
        if Role.UNIT_MEMBER in self.chosen_roles and not field.data:
            raise ValidationError(gettext("Choose the unit or mission of this member."))

    def email_given(self) -> bool:
        """Whether there is a usable address; says so beside the field where not."""
        text = str(self.email.data or "").strip()
        local, _, domain = text.rpartition("@")
        if local and "." in domain and not any(c.isspace() for c in text):
            return True
        errors: Sequence[str] = [gettext("Enter an e-mail address.")]
        self.email.errors = errors
        return False

    @property
    def chosen_roles(self) -> frozenset[Role]:
        """The roles ticked."""
        return frozenset(Role(role) for role in self.roles.data or () if role in set(Role))

    def person(self) -> Person:
        """What the form says, without an id."""
        member = Role.UNIT_MEMBER in self.chosen_roles
        return Person(
            id=None,
            name=str(self.name.data).strip(),
            email=str(self.email.data or "").strip(),
            roles=self.chosen_roles,
            cleared=bool(self.cleared.data),
            language=str(self.language.data),
            unit=str(self.unit.data) if member else None,
            leads_unit=member and bool(self.leads_unit.data),
        )

    @classmethod
    def of(cls, person: Person) -> "AccountForm":
        """The form filled with an account."""
        return cls(
            data={
                "name": person.name,
                "email": person.email,
                "roles": [role.value for role in person.roles],
                "cleared": person.cleared,
                "language": person.language,
                "unit": person.unit or "",
                "leads_unit": person.leads_unit,
            }
        )
