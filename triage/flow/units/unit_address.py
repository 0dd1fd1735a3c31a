"""Where a unit's mail goes and in which language, changed by its lead member.

The language changes at once, and so does an address within the domain that the unit has already. Another domain is only
proposed: an administrator says yes or no, for who may read forwarded inquiries is not a unit's alone to say.
"""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from triage.domain.errors import NotFound, Refused
from triage.domain.organisation import LANGUAGES, Office, Unit
from triage.domain.people import Person
from triage.flow.office import organise
from triage.store import audit, organisation, unit_proposals
from triage.store.engine import Store, Tx
from triage.store.unit_proposals import Proposal


class Moved(StrEnum):
    """What became of a change."""

    CHANGED = "changed"
    PROPOSED = "proposed"
    NOTHING = "nothing"


def own_place(tx: Tx, *, member: Person, now: datetime) -> Unit | Office:
    """The unit or office that a member belongs to, as it is today. Raises NotFound."""
    return _place(tx, member.unit_code, now)


def change_mail(store: Store, *, lead: Person, address: str, language: str, now: datetime) -> Moved:
    """Changes language and address, or proposes the address. Raises Refused where this is no lead member, NoAddress
    for what is no address."""
    if not lead.leads_unit or lead.id is None:
        raise Refused("only a lead member may change this")
    if language not in LANGUAGES:
        raise Refused("no language of the office")
    address = address.strip()
    with store.read() as tx:
        place = own_place(tx, member=lead, now=now)
    organise.check_address(address, code=place.code)
    within = address == place.address or domain_of(address) == domain_of(place.address) != ""
    wanted = replace(place, language=language, address=address if within else place.address)
    changed = organise.amend(store, item=wanted, actor=lead, now=now)
    if within:
        return Moved.CHANGED if changed else Moved.NOTHING
    with store.begin() as tx:
        number = unit_proposals.add(tx, code=place.code, address=address, made_by=lead.id, now=now)
        objects = [f"proposal:{number}", f"unit:{place.code}"]
        audit.append(tx, at=now, actor=audit.actor_of(tx, lead), act=audit.Act.CONFIGURED, objects=objects)
    return Moved.PROPOSED


def settle_proposal(store: Store, *, proposal_id: int, accepted: bool, actor: Person, now: datetime) -> Proposal:
    """An administrator says yes or no. Raises NotFound where it is decided already."""
    if actor.id is None:
        raise Refused("only an account decides on this")
    with store.read() as tx:
        proposal = next((one for one in unit_proposals.still_open(tx) if one.id == proposal_id), None)
        if proposal is None:
            raise NotFound("no such proposal, or it is decided already")
        place = _place(tx, proposal.code, now)
    if accepted:  # first the address itself: what it refuses leaves the proposal open
        organise.amend(store, item=replace(place, address=proposal.address), actor=actor, now=now)
    with store.begin() as tx:
        proposal = unit_proposals.settle(tx, proposal_id=proposal_id, accepted=accepted, settled_by=actor.id, now=now)
        objects = [f"proposal:{proposal_id}", f"unit:{proposal.code}", "accepted" if accepted else "refused"]
        audit.append(tx, at=now, actor=audit.actor_of(tx, actor), act=audit.Act.CONFIGURED, objects=objects)
    return proposal


def domain_of(address: str) -> str:
    """What follows the @, folded."""
    return address.rpartition("@")[2].strip().casefold()


def _place(tx: Tx, code: str | None, now: datetime) -> Unit | Office:
    places: list[Unit | Office] = [*organisation.units(tx, now.date()), *organisation.offices(tx, now.date())]
    found = next((place for place in places if place.code == code), None)
    if found is None:
        raise NotFound("no such unit")
    return found
