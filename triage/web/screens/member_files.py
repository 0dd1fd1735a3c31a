"""What lies inside a unit's inquiry, for its members: the same harmless views and downloads that officers have."""

from flask import Blueprint, Response

from triage.domain.people import Role
from triage.flow.units.unit_desk import look_at_case, read_original
from triage.web.access import allow, officer
from triage.web.screens.files import download, framed, previewed, saved
from triage.web.services import services

screen = Blueprint("member_files", __name__, url_prefix="/unit/inquiries")


@screen.get("/<delivery_id>/html")
@allow(Role.UNIT_MEMBER)
def html(delivery_id: str) -> Response:
    """The sanitised HTML of the message, for its sandboxed frame."""
    view = look_at_case(services().store, member=officer(), delivery_id=delivery_id, now=services().clock.now())
    return framed(view.message, lambda: _original(delivery_id))


@screen.get("/<delivery_id>/attachments/<int:index>")
@allow(Role.UNIT_MEMBER)
def attachment(delivery_id: str, index: int) -> Response:
    """One attachment, to be saved and never opened in the browser."""
    return saved(_original(delivery_id), index)


@screen.get("/<delivery_id>/attachments/<int:index>/preview")
@allow(Role.UNIT_MEMBER)
def preview(delivery_id: str, index: int) -> Response:
    """A picture or PDF to look at inside the page."""
    return previewed(_original(delivery_id), index)


@screen.get("/<delivery_id>/original")
@allow(Role.UNIT_MEMBER)
def raw(delivery_id: str) -> Response:
    """The mail as it came, byte for byte."""
    return download(_original(delivery_id), f"inquiry-{delivery_id[:8]}.eml", "application/octet-stream")


def _original(delivery_id: str) -> bytes:
    return read_original(services().store, member=officer(), delivery_id=delivery_id, now=services().clock.now())
