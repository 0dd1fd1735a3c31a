"""Deliveries of which nobody knows whether they arrived: an officer says."""

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from triage.domain.errors import NotFound, Refused
from triage.domain.people import Role
from triage.flow.sending.forward import settle as settle_deliveries
from triage.store.detail import detail as read_detail
from triage.web.access import allow, officer
from triage.web.forms import SettleForm
from triage.web.notes import note
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("problems", __name__)


@screen.post("/deliveries/settle")
@allow(Role.OFFICER)
def settle() -> Response:
    """It arrived, or send it again."""
    form = SettleForm()
    if not form.validate() or form.arrived.data not in ("yes", "no"):
        abort(400)
    _must_see(int(form.message_id.data), str(form.delivery_id.data))
    arrived = form.arrived.data == "yes"
    try:
        settle_deliveries(
            services().store,
            delivery_ids=[str(form.delivery_id.data)],
            arrived=arrived,
            officer=officer(),
            now=services().clock.now(),
        )
        note(gettext("Noted: it arrived.") if arrived else gettext("It will be sent again."), "good")
    except Refused:
        note(gettext("Somebody else has settled it already."), "warn")
    return redirect(url_for("queue.show", name="problems"), 303)


def _must_see(message_id: int, delivery_id: str) -> None:
    """Refuses a delivery that is not one of a message that this officer may see."""
    with services().store.read() as tx:
        detail = read_detail(tx, viewer=officer(), message_id=message_id)
    if delivery_id not in {delivery.id for delivery in detail.deliveries}:
        raise NotFound("delivery")
