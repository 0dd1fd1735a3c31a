"""What the screens accept. Every form carries a CSRF token; values are checked here and nowhere later."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from triage.domain.taxonomy import Destination, Route
from triage.store.assignments import CloseReason
from triage.store.queues import Order, Queue

_BIG = 2**53


class SignInForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """E-mail address and password; `next` is the page that was asked for."""

    email = StringField(validators=[InputRequired(_l("Enter your e-mail address.")), Length(max=320)])
    password = PasswordField(validators=[InputRequired(_l("Enter your password.")), Length(max=1000)])
    next = HiddenField()


class VersionForm(FlaskForm):  # type: ignore[misc]
    """The version of the message that the person saw, and the list that they came by."""

    version = IntegerField(validators=[InputRequired(), NumberRange(0, _BIG)])
    queue = HiddenField(default=Queue.REVIEW.value)
    order = HiddenField(default=Order.OLDEST.value)

    @property
    def chosen_queue(self) -> Queue:
        """The list to go on with."""
        return read_queue(self.queue.data)

    @property
    def chosen_order(self) -> Order:
        """Its order."""
        return read_order(self.order.data)


class DecideForm(VersionForm):
    """A destination beside the version; a note to the unit, a second recipient, and for what IPD keeps the reason why
    nothing more is done."""

    destination = StringField(validators=[InputRequired(_l("Choose a unit or a mission."))])
    note = StringField(validators=[Length(max=2000)])
    copies = StringField(validators=[Length(max=40)])
    reason = StringField(validators=[Length(max=24)])

    def validate_destination(self, field: StringField) -> None:
        """Refuses what is no destination."""
        try:
            Destination.parse(str(field.data))
        except ValueError:
            raise ValidationError(str(_l("Choose a unit or a mission."))) from None

    @property
    def chosen(self) -> Destination:
        """The destination, after validation."""
        return Destination.parse(str(self.destination.data))

    def validate_copies(self, field: StringField) -> None:
        """Refuses what is no destination."""
        if field.data:
            self.validate_destination(field)

    @property
    def chosen_copies(self) -> list[Destination]:
        """Who receives a copy; nobody of what IPD keeps."""
        if not self.copies.data or self.chosen.route is Route.IPD:
            return []
        return [Destination.parse(str(self.copies.data))]

    @property
    def chosen_reason(self) -> CloseReason | None:
        """Why the inquiry is closed; None where it is not."""
        return CloseReason(self.reason.data) if self.reason.data in set(CloseReason) else None


class SettleForm(FlaskForm):  # type: ignore[misc]
    """What an officer knows of a delivery."""

    delivery_id = StringField(validators=[InputRequired(), Length(max=64)])
    message_id = IntegerField(validators=[InputRequired(), NumberRange(0, _BIG)])
    arrived = StringField(validators=[InputRequired()])


def read_queue(text: str | None) -> Queue:
    """The queue of that name; REVIEW for any other word."""
    try:
        return Queue(text or "")
    except ValueError:
        return Queue.REVIEW


def read_order(text: str | None) -> Order:
    """The order of that name; OLDEST for any other word."""
    try:
        return Order(text or "")
    except ValueError:
        return Order.OLDEST
