"""New labels count as a share of everything while they are few; a unit's remit is a document in each language."""

from pathlib import Path

import numpy as np
import pytest

from triage.classify.emphasis import KNOWN, MOST, SHARE, emphasis
from triage.classify.heads import fit_calibrator
from triage.classify.mandates import mandates
from triage.config.organisation import load_organisation
from triage.domain.ports import Example


def example(number: int, route: str = "DMM") -> Example:
    return Example(
        str(number), "a", "en", "", "", "", "words", route, None, (), "question", False, False, "ngo"
    )  # fmt: skip


def files_and(new: int, *, old: int = 0, of: int = 1_000) -> tuple[list[Example], set[str]]:
    """So many labels: `new` and `old` ones of a route, the rest of another; and the ids of the new ones."""
    made = [example(number, "DOE" if number < new + old else "DMM") for number in range(of)]
    return made, {one.id for one in made[:new]}


@pytest.mark.parametrize("new", [20, 100, 150])
def test_few_labels_of_a_new_topic_count_as_their_share(new: int) -> None:
    weights = emphasis(*files_and(new, old=new - 1))
    assert weights is not None
    assert weights[:new].sum() / weights.sum() == pytest.approx(SHARE)
    assert set(weights[new:]) == {1.0}


def test_labels_of_a_route_that_the_files_know_weigh_like_all_others() -> None:
    assert emphasis(*files_and(60, old=60)) is None
    assert emphasis(*files_and(KNOWN, of=2_000)) is None
    assert emphasis(*files_and(KNOWN - 1, of=2_000)) is not None
    examples, new = files_and(60)
    weights = emphasis(examples, new | {"900"})
    assert weights is not None
    assert weights[0] > weights[900] == 1


def test_a_handful_counts_for_no_more_than_the_most() -> None:
    weights = emphasis(*files_and(3))
    assert weights is not None
    assert weights.max() == MOST


@pytest.mark.parametrize("new", [0, 400, 600, 1_000])
def test_none_and_many_weigh_like_all_others(new: int) -> None:
    assert emphasis(*files_and(new)) is None


def test_a_weight_is_so_many_rows_to_the_second_stage() -> None:
    scores = np.array([[0.0, 1.0], [1.0, 0.0], [0.6, 0.4], [0.4, 0.7]])
    labels = np.array(["a", "b", "a", "b"])
    weighed = fit_calibrator(scores, labels, weights=np.array([1.0, 1.0, 3.0, 1.0]))
    repeated = fit_calibrator(scores[[0, 1, 2, 2, 2, 3]], labels[[0, 1, 2, 2, 2, 3]])
    assert weighed.weights == pytest.approx(repeated.weights, abs=1e-4)


def test_mandates_are_the_units_own_words() -> None:
    units, _ = load_organisation(Path(__file__).resolve().parents[3] / "config")
    made = mandates(units)
    assert {one.route for one in made} == {"DMM", "DOE", "ICP", "IML", "IPD", "MCD", "MISSION"}
    assert all((one.country is None) is (one.route != "MISSION") for one in made)
    assert {one.language for one in made} == {"en", "fr", "es", "pt"}
    whole = {unit.remits["fr"] for unit in units}
    assert {one.body for one in made if one.id.endswith("-fr-0")} <= whole
    assert len({one.id for one in made}) == len(made)
