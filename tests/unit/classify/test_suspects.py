"""Labels that may be wrong are found, listed and never touched."""

from dataclasses import replace

import numpy as np

from triage.classify.measure import OutOfFold
from triage.classify.suspects import ROUTES, as_doubts, shares, suspects, twins
from triage.domain.ports import Example

PITCH = "we are a small federation of nurses and should like to know how recruitment fees are to be paid back in future"


def example(number: int, route: str, *, body: str = "", also_ok: tuple[str, ...] = ()) -> Example:
    return Example(
        id=f"e-{number}", author="hand", language="en", from_name="A", from_email="a@b.example", subject="", body=body,
        route=route, country="ML" if route == "MISSION" else None, also_ok=also_ok, kind="question", urgent=False,
        restricted=False, sender_type="ngo",
    )  # fmt: skip


def judged(examples: list[Example], said: list[dict[str, float]]) -> OutOfFold:
    ranked = [sorted(one.items(), key=lambda pair: -pair[1]) for one in said]
    none = np.zeros(len(examples), dtype=bool)
    return OutOfFold(examples, ranked, [], [], none, none, np.zeros(len(examples)))


def office() -> tuple[list[Example], list[dict[str, float]]]:
    """Ten messages that models are sure of, for each of two routes."""
    examples = [example(n, "DMM" if n < 10 else "IML") for n in range(20)]
    rest = {"ICP": 0.08, "IML": 0.02}, {"ICP": 0.08, "DMM": 0.02}
    said = [{"DMM": 0.9, **rest[0]} if n < 10 else {"IML": 0.9, **rest[1]} for n in range(20)]
    return examples, said


def test_a_label_that_models_of_others_contradict_is_suspected() -> None:
    examples, said = office()
    examples[3] = example(3, "IML")
    (found,) = suspects(judged(examples, said))
    assert (found.id, found.labelled, found.likely) == ("e-3", "IML", "DMM")
    assert (found.labelled_probability, found.likely_probability) == (0.02, 0.9)


def test_nothing_is_suspected_where_models_agree_waver_or_name_what_is_acceptable_too() -> None:
    examples, said = office()
    assert suspects(judged(examples, said)) == []
    said[3] = {"DMM": 0.25, "IML": 0.6, "ICP": 0.15}
    assert suspects(judged(examples, said)) == []
    said[3] = {"DMM": 0.02, "IML": 0.9, "ICP": 0.08}
    examples[3] = example(3, "DMM", also_ok=("IML",))
    assert suspects(judged(examples, said)) == []


def test_a_mission_is_named_with_its_country_and_judged_over_all_countries() -> None:
    examples, said = office()
    examples += [example(20 + n, "MISSION") for n in range(5)]
    said += [{"MISSION:ML": 0.5, "MISSION:NE": 0.4, "DMM": 0.1} for _ in range(5)]
    said[2] = {"MISSION:NE": 0.5, "MISSION:ML": 0.45, "ICP": 0.04, "DMM": 0.01}
    (found,) = suspects(judged(examples, said))
    assert (found.number, found.likely, found.likely_probability) == (2, "MISSION:NE", 0.95)


def test_the_most_doubtful_stand_first_and_the_rows_hold_no_text() -> None:
    examples, said = office()
    examples[3], examples[4] = example(3, "IML", body=PITCH), example(4, "IML")
    said[4] = {"DMM": 0.98, "ICP": 0.019, "IML": 0.001}
    found = suspects(judged(examples, said))
    assert [one.id for one in found] == ["e-4", "e-3"]
    rows = as_doubts(examples, found)
    assert [row.line_id for row in rows] == ["e-4", "e-3"]
    assert not any(PITCH in str(row) for row in rows)
    pairs = twins([example(1, "DMM", body=PITCH), example(2, "IML", body=PITCH)])
    (row,) = as_doubts([example(1, "DMM"), example(2, "IML")], [], pairs)
    assert (row.line_id, row.other_id, row.labelled, row.likely) == ("e-1", "e-2", "DMM", "IML")


def test_shares_are_of_the_labels_asked_for() -> None:
    examples, said = office()
    examples[3] = example(3, "IML")
    found = suspects(judged(examples, said))
    assert shares(examples, found)["IML"].share == 1 / 11
    new = shares(examples, found, among=["e-3", "e-12", "e-5"])
    assert (new["IML"].labels, new["IML"].suspected, new["DMM"].suspected) == (2, 1, 0)


def test_twins_with_other_labels_are_listed_those_that_allow_each_other_are_not() -> None:
    one = example(1, "DMM", body=PITCH)
    other = example(2, "IML", body=f"Dear colleagues, {PITCH}")
    far = example(
        3,
        "ICP",
        body="could the council please tell us when the next observer session takes place in Geneva and who may come",
    )
    (pair,) = twins([one, far, other])
    assert (pair.first, pair.second) == (0, 2)
    assert pair.likeness >= 0.9
    assert twins([one, replace(other, route="DMM")]) == []
    assert twins([one, replace(other, also_ok=("DMM",))]) == []
    assert twins([one, replace(other, body=" ".join(PITCH.split()[:8]))]) == []


def test_routes_are_those_of_the_guide() -> None:
    assert ROUTES == ("DMM", "DOE", "ICP", "MCD", "IML", "MISSION", "IPD")
    assert suspects(judged([], [])) == []
