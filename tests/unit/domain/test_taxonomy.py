"""Destinations."""

import pytest

from triage.domain.people import Person, Role
from triage.domain.taxonomy import Destination, Route


@pytest.mark.parametrize("text", [*(r.value for r in Route if r is not Route.MISSION), "MISSION:ML"])
def test_destinations_read_and_write_the_same_word(text: str) -> None:
    assert str(Destination.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "dmm", "MISSION", "MISSION:", "MISSION:ml", "MISSION:MLI", "DMM:ML", "MISSION:ÉÉ"]
)
def test_what_is_no_destination_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Destination.parse(text)


def test_a_person_has_a_role_when_it_is_one_of_those_asked_for() -> None:
    person = Person(1, "Amina", roles=frozenset({Role.OFFICER}))
    assert person.has(Role.ADMINISTRATOR, Role.OFFICER)
    assert not person.has(Role.ADMINISTRATOR)
    assert not person.has()
