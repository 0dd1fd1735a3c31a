"""The second stage of the route: what is read beside the words' own scores.

A person in danger goes to the mission of the country where the person is, and to DMM only where no country is named
(rule 1 of the guide); so danger is crossed with everything the country finder says. Measured on unseen authors: without
the country 0.884 of routes right, with it 0.898, with danger crossed 0.903.
"""

from collections.abc import Mapping

import numpy as np

from triage.classify.country.finder import FEATURES
from triage.classify.heads import Doubles
from triage.classify.similar import VOTE_NAMES

_STEEPNESS = 3.0
NAMES = (
    *FEATURES,
    *VOTE_NAMES,
    "sounds like a person in danger",
    "sounds like a report of misconduct",
    *(f"danger, and {name}" for name in FEATURES),
)


def beside_words(scores: Mapping[str, Doubles], country: Doubles, votes: Doubles) -> Doubles:
    """The columns of `NAMES` for each message. `scores` holds those of the heads `urgent` and `restricted`."""
    danger = danger_of(scores)
    misconduct = 1 / (1 + np.exp(-_STEEPNESS * scores["restricted"]))
    return np.hstack([country, votes, danger, misconduct, danger * country])


def danger_of(scores: Mapping[str, Doubles]) -> Doubles:
    """How much each message sounds like a person in danger, 0 to 1: one column."""
    return np.asarray(1 / (1 + np.exp(-_STEEPNESS * scores["urgent"])))
