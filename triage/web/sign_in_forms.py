"""The forms of the steps around a password: the code of a second factor, and a new password."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length


class CodeForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A code of the second factor, or a recovery code."""

    code = StringField(validators=[InputRequired(_l("Enter the code.")), Length(max=40)])


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, typed twice."""

    password = PasswordField(validators=[InputRequired(_l("Enter a new password.")), Length(max=1000)])
    again = PasswordField(validators=[EqualTo("password", _l("The two are not the same."))])
