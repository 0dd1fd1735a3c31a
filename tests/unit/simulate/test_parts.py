"""What streams are made of: whom they draw from, which labels are swapped, who settles."""

import random
from dataclasses import replace

import pytest

from triage.domain.ports import Example
from triage.domain.taxonomy import Route
from triage.simulate.officers import Officers, Poison
from triage.simulate.poison import Trial, batch_of
from triage.simulate.scores import TOPIC_LABELS, corrected_and_judged
from triage.simulate.split import drawn_as_all, language_shares, unseen_authors

BLANK = Example("", "", "en", "", "", "", "words", "DMM", None, (), "question", False, False, "ngo")


def corpus() -> list[Example]:
    made = []
    for language, count in (("en", 4), ("fr", 3), ("ar", 1)):
        for author in range(count):
            for number in range(40 - 8 * author):
                route, country = [("DMM", None), ("DOE", None), ("MISSION", "ML"), ("MISSION", "HT")][number % 4]
                name = f"{language}-{author}"
                made.append(
                    replace(BLANK, id=f"{name}-{number}", author=name, language=language, route=route, country=country)
                )
    return made


@pytest.mark.parametrize("seed", range(5))
def test_a_stream_draws_from_some_authors_of_each_language(seed: int) -> None:
    unseen = unseen_authors(corpus(), random.Random(seed))
    assert {name.partition("-")[0] for name in unseen} == {"en", "fr"}, "the only author of a language stays"
    assert len(unseen) == 2


def test_languages_come_as_often_as_in_all_mail() -> None:
    examples = corpus()
    stream = [one for one in examples if one.author in {"en-3", "fr-0"}]
    shares = language_shares(examples, stream)
    drawn = random.Random(0).choices(stream, [shares[one.language] for one in stream], k=4_000)
    english = sum(one.language == "en" for one in drawn) / len(drawn)
    every = [one for one in examples if one.language != "ar"]
    assert english == pytest.approx(sum(one.language == "en" for one in every) / len(every), abs=0.03)


def test_some_are_drawn_in_the_languages_of_all() -> None:
    examples = corpus()
    known = [one for one in examples if one.author != "en-0"]
    drawn = [drawn_as_all(examples, known, 30, random.Random(seed)) for seed in range(60)]
    assert all(len({one.id for one in each}) == 30 for each in drawn)
    english = sum(one.language == "en" for each in drawn for one in each) / (30 * 60)
    assert english == pytest.approx(sum(one.language == "en" for one in examples) / len(examples), abs=0.06)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_who_is_corrected_is_judged(seed: int) -> None:
    corrected, judged = corrected_and_judged(corpus(), seed)
    assert len(corrected) == TOPIC_LABELS
    assert not {one.author for one in corrected} & {one.author for one in judged}
    assert {one.language for one in corrected} >= {one.language for one in judged} == {"en", "fr"}


def test_new_labels_alone_are_swapped_and_always_for_another_route() -> None:
    examples = corpus()
    batch = batch_of(examples, Poison(0.3, Route.DOE), random.Random(0))
    assert len(batch.new) == len(examples) // 2
    assert batch.swapped
    assert batch.swapped <= batch.new
    for before, after in zip(examples, batch.examples, strict=True):
        assert (before.route != after.route) is (before.id in batch.swapped)
        assert before.id not in batch.swapped or before.route == "DOE"
        assert (after.country is None) is (after.route != "MISSION")


def test_no_label_is_swapped_for_an_answer_that_is_right_too() -> None:
    examples = [replace(one, also_ok=("DOE",)) for one in corpus()]
    batch = batch_of(examples, Poison(1.0, Route.DMM), random.Random(0))
    assert {after.route for after in batch.examples if after.id in batch.swapped} == {"MISSION"}


def test_officers_err_among_the_new_labels_and_nowhere_else() -> None:
    examples = corpus()
    batch = batch_of(examples, Poison(), random.Random(0), labels=100, error=0.2)
    assert len(batch.new) == 100
    assert not batch.swapped
    assert 5 < len(batch.erred) < 40
    changed = {after.id for before, after in zip(examples, batch.examples, strict=True) if before.label != after.label}
    assert changed == batch.erred <= batch.new


def test_a_trial_says_how_good_the_list_of_suspects_is() -> None:
    trial = Trial(0, 100, 10, 2, 8, 6, 1, "held", ("suspects:DOE",))
    assert (trial.precision, trial.recall) == (0.875, 0.6)
    assert trial.row()["outcome"] == "held"


def test_who_settles_takes_either_of_two_right_answers() -> None:
    officers = Officers(["DMM", "DOE", "ICP"], error_rate=0.0, poison=Poison(), chance=random.Random(0))
    both = {officers.settle("DMM", "DOE", {"DMM", "DOE"}) for _ in range(50)}
    assert both == {"DMM", "DOE"}
    assert {officers.settle("DMM", "ICP", {"DMM", "DOE"}) for _ in range(50)} == {"DMM"}
