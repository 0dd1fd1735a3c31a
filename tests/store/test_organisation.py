"""Units and offices as dated rows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.store.parts import OFFICES, UNITS
from triage.domain.errors import NotFound, Refused
from triage.domain.organisation import OfficeStatus
from triage.domain.taxonomy import Destination
from triage.store import organisation
from triage.store.engine import Store

TODAY = date(2026, 3, 2)


def _resolve(store: Store, text: str, on: date = TODAY) -> tuple[str, str, bool]:
    with store.read() as tx:
        found = organisation.resolve(tx, Destination.parse(text), on)
    return found.code, found.address, found.to_confirm


@pytest.fixture
def seeded(store: Store) -> Store:
    with store.begin() as tx:
        assert organisation.seed(tx, UNITS, OFFICES) == len(UNITS) + len(OFFICES)
    return store


def test_seeding_twice_adds_nothing_and_overwrites_nothing(seeded: Store) -> None:
    with seeded.begin() as tx:
        changed = [replace(UNITS[0], address="changed@units.example")]
        assert organisation.seed(tx, changed, OFFICES) == 0
        assert organisation.units(tx, TODAY) == sorted(UNITS, key=lambda unit: unit.code)
        assert organisation.offices(tx, TODAY) == sorted(OFFICES, key=lambda office: office.code)


def test_destinations_resolve_to_those_who_stand_behind_them(seeded: Store) -> None:
    assert _resolve(seeded, "DMM") == ("DMM", "dmm@units.example", False)
    assert _resolve(seeded, "MISSION:ML") == ("ML", "ml@missions.example", False)
    assert _resolve(seeded, "MISSION:GM") == ("SN", "sn@missions.example", False)
    assert _resolve(seeded, "MISSION:CV") == ("RO-DAKAR", "dakar@missions.example", True)
    with pytest.raises(Refused):
        _resolve(seeded, "IPD")
    for missing in ("MISSION:XK", "MISSION:FR"):
        with pytest.raises(NotFound):
            _resolve(seeded, missing)


def test_offices_that_cover_each_other_in_a_ring_resolve_to_nobody(seeded: Store) -> None:
    with seeded.begin() as tx:
        row = replace(OFFICES[2], code="AA", covered_by="BB")
        organisation.seed(tx, (), [row, replace(row, code="BB", covered_by="AA")])
    with pytest.raises(NotFound):
        _resolve(seeded, "MISSION:AA")


def test_a_change_holds_from_its_day_and_the_past_stays_readable(seeded: Store) -> None:
    new = replace(UNITS[0], address="new@units.example", names={"en": "Renamed"})
    with seeded.begin() as tx:
        assert organisation.amend(tx, item=new, today=TODAY)
        assert not organisation.amend(tx, item=new, today=TODAY), "the same again is no change"
    assert _resolve(seeded, "DMM")[1] == "new@units.example"
    assert _resolve(seeded, "DMM", TODAY - timedelta(days=1))[1] == "dmm@units.example"
    with seeded.begin() as tx:
        assert organisation.amend(tx, item=replace(new, address="newer@units.example"), today=TODAY)
    assert _resolve(seeded, "DMM")[1] == "newer@units.example"


def test_a_mission_opens_and_a_unit_closes(seeded: Store) -> None:
    own = replace(OFFICES[2], status=OfficeStatus.OWN, covered_by=None, address="gm@missions.example")
    with seeded.begin() as tx:
        organisation.amend(tx, item=own, today=TODAY)
        organisation.close(tx, code="IML", today=TODAY)
        with pytest.raises(NotFound):
            organisation.close(tx, code="IML", today=TODAY)
    assert _resolve(seeded, "MISSION:GM")[1] == "gm@missions.example"
    with pytest.raises(NotFound):
        _resolve(seeded, "IML")
    assert _resolve(seeded, "IML", TODAY - timedelta(days=1))[0] == "IML"
