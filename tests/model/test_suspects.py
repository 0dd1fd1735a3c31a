"""Swapped labels among the authored messages are found again, and not too many others with them."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from triage.classify.examples import load_examples
from triage.classify.suspects import ROUTES, shares, suspects
from triage.classify.train import train
from triage.config.places import PROJECT
from triage.domain.ports import Example

MUST = 0.7


def swapped(
    examples: Sequence[Example], *, share: float, seed: int, route: str | None = None
) -> tuple[list[Example], set[int]]:
    """A share of all labels, or of one route's, replaced by any other route that is not acceptable; and which."""
    draw = random.Random(seed)
    places = [number for number, one in enumerate(examples) if route in (None, one.route)]
    chosen = set(draw.sample(places, round(share * len(places))))
    countries = sorted({one.country for one in examples if one.country})
    found = list(examples)
    for number in sorted(chosen):
        one = examples[number]
        acceptable = {one.route, *(answer.partition(":")[0] for answer in one.also_ok)}
        label = draw.choice([name for name in ROUTES if name not in acceptable])
        country = draw.choice(countries) if label == "MISSION" else None
        found[number] = replace(one, route=label, country=country, also_ok=())
    return found, chosen


@pytest.mark.long
@pytest.mark.parametrize(("share", "route"), [(0.1, None), (0.3, "DMM"), (0.3, "MISSION")])
def test_swapped_labels_are_suspected(share: float, route: str | None) -> None:
    examples = load_examples([PROJECT / "training_data" / "train"])
    noisy, wrong = swapped(examples, share=share, seed=11, route=route)
    found = suspects(train(noisy, progress=lambda step, done: None).out_of_fold)
    hits = sum(one.number in wrong for one in found)
    assert hits / len(found) >= MUST
    assert hits / len(wrong) >= MUST
    new = shares(noisy, found, among={noisy[number].id for number in wrong})
    assert sum(one.suspected for one in new.values()) == hits
