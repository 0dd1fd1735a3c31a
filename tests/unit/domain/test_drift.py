"""Drift is seen in numbers: samples of the same mail are quiet, changed mail is not, and examples stand for the change."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from triage.domain.drift import BUCKETS, Figure, Numbers, Snapshot, compare, stability_index, summarise, telling


def some(seed: int, count: int = 200) -> list[Numbers]:
    chance = random.Random(seed)
    return [
        Numbers(
            language=chance.choice(("en", "fr", "es")),
            route=chance.choice(("DMM", "DOE", "ICP", "MISSION")),
            probability=chance.betavariate(6, 1),
            out_of_scope=chance.betavariate(1, 12),
            unknown_share=chance.betavariate(2, 30),
            buckets=bytes(min(255, int(chance.expovariate(1 / (1 + place % 5)))) for place in range(BUCKETS)),
        )
        for _ in range(count)
    ]


REFERENCE = summarise(some(0, 3_000))


def alarmed(numbers: list[Numbers]) -> set[Figure]:
    return {one.figure for one in compare(REFERENCE, summarise(numbers)) if one.alarm}


@pytest.mark.parametrize("seed", range(1, 21))
def test_a_sample_of_the_same_mail_is_quiet(seed: int) -> None:
    assert alarmed(some(seed)) == set()


@pytest.mark.parametrize(
    ("figure", "change"),
    [
        (Figure.LANGUAGES, lambda one: replace(one, language="en")),
        (Figure.ROUTES, lambda one: replace(one, route="DMM")),
        (Figure.CONFIDENCE, lambda one: replace(one, probability=one.probability / 2)),
        (Figure.OUT_OF_SCOPE, lambda one: replace(one, out_of_scope=min(1.0, one.out_of_scope + 0.5))),
        (Figure.UNKNOWN_WORDS, lambda one: replace(one, unknown_share=one.unknown_share + 0.2)),
        (Figure.VOCABULARY, lambda one: replace(one, buckets=bytes(reversed(one.buckets)))),
    ],
)
def test_each_change_is_seen_where_it_lies(figure: Figure, change: Callable[[Numbers], Numbers]) -> None:
    assert alarmed([change(one) for one in some(1)]) == {figure}


def test_too_little_mail_says_nothing() -> None:
    assert compare(REFERENCE, summarise(some(1, 50))) == []


def test_examples_are_the_strangest() -> None:
    numbers = list(enumerate(some(1)))
    odd = [(900, replace(numbers[0][1], unknown_share=0.9)), (901, replace(numbers[1][1], unknown_share=0.8))]
    assert telling(REFERENCE, Figure.UNKNOWN_WORDS, [*numbers, *odd], limit=2) == [900, 901]


def test_a_snapshot_survives_json() -> None:
    again = Snapshot.from_json(REFERENCE.as_json())
    assert again.messages == REFERENCE.messages
    assert again.vocabulary["en"] == pytest.approx(REFERENCE.vocabulary["en"], abs=1e-5)
    assert all(not one.alarm for one in compare(again, REFERENCE))


def test_the_index_is_nothing_for_equal_shares() -> None:
    assert stability_index((0.5, 0.5), (0.5, 0.5)) == 0.0
    assert stability_index((0.5, 0.5), (1.0, 0.0)) > 1.0
