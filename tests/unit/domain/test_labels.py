"""What old labels mean today, and how much people agree."""

from datetime import UTC, date, datetime

from triage.domain.agreement import agreement, cohen_kappa
from triage.domain.labels import LabelMapping, Mapped, TaxonomyChange, map_label
from triage.domain.taxonomy import Destination, Route

DMM, DOE, IML, ICP = (Destination(route) for route in (Route.DMM, Route.DOE, Route.IML, Route.ICP))
MALI, NIGER = Destination(Route.MISSION, "ML"), Destination(Route.MISSION, "NE")
TODAY = date(2026, 11, 25)


def mapping(number: int, old: str, *new: Destination, day: date = date(2024, 1, 1)) -> LabelMapping:
    kind = TaxonomyChange.SPLIT if len(new) > 1 else TaxonomyChange.MERGED
    return LabelMapping(number, kind, old, new, day, "", "keeper", datetime(2024, 1, 1, tzinfo=UTC))


def test_a_label_that_nothing_changed_means_itself() -> None:
    assert map_label("MISSION:ML", [mapping(1, "IML", DMM)], on=TODAY) == Mapped(MALI, (), ())


def test_changes_are_followed_in_the_order_of_their_days() -> None:
    chain = [mapping(2, "DMM", DOE, day=date(2024, 1, 1)), mapping(1, "MHD", DMM, day=date(2022, 1, 1))]
    assert map_label("MHD", chain, on=TODAY) == Mapped(DOE, (), (1, 2))
    assert map_label("MHD", chain, on=date(2023, 1, 1)) == Mapped(DMM, (), (1,))
    assert map_label("MHD", chain, on=date(2021, 1, 1)) == Mapped(None, (), ())


def test_a_label_given_after_a_change_was_given_under_the_new_names() -> None:
    chain = [mapping(1, "IML", DMM)]
    assert map_label("IML", chain, on=TODAY, since=date(2023, 5, 1)).destination == DMM
    assert map_label("IML", chain, on=TODAY, since=date(2024, 1, 1)).destination == IML


def test_of_a_split_only_a_person_can_tell() -> None:
    found = map_label("MCD", [mapping(1, "MCD", ICP, DMM)], on=TODAY)
    assert (found.destination, found.choices) == (None, (ICP, DMM))


def test_a_mission_changes_alone_or_with_all() -> None:
    assert map_label("MISSION:ML", [mapping(1, "MISSION:ML", NIGER)], on=TODAY).destination == NIGER
    assert map_label("MISSION:NE", [mapping(1, "MISSION:ML", MALI)], on=TODAY).destination == NIGER


def test_changes_in_a_circle_end() -> None:
    circle = [mapping(n, *pair) for n, pair in enumerate([("DMM", DOE), ("DOE", DMM)] * 20)]
    assert map_label("DMM", circle, on=TODAY).destination in (DMM, DOE)


def test_kappa_is_cohens() -> None:
    # The example of every textbook: 20 + 15 of 50 agree, each says yes to 25 and 30.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    kappa = cohen_kappa(pairs)
    assert kappa is not None
    assert round(kappa, 6) == 0.4
    found = agreement(pairs)
    assert (found.pairs, found.agreed, found.share) == (50, 35, 0.7)
    assert round(found.low, 3) == 0.554  # Clopper and Pearson, 95 %
    assert round(found.high, 3) == 0.821
    assert found.kappa_low is not None
    assert found.kappa_high is not None
    assert found.kappa_low < kappa < found.kappa_high
    assert agreement(pairs) == found, "the same pairs always give the same figures"


def test_without_pairs_or_with_one_answer_only_there_is_no_kappa() -> None:
    assert agreement([]).share is None
    assert (agreement([]).low, agreement([]).high, agreement([]).kappa) == (0.0, 1.0, None)
    assert agreement([("DMM", "DMM")] * 3).kappa is None
