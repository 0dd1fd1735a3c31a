"""The second stage of the route: what is read beside the words' own scores.

A person in danger goes to the mission of the country where the person is, and to DMM only where no country is named
(rule 1 of the guide); so danger is crossed with everything the country finder says. Measured on unseen authors: without
the country 0.884 of routes right, with it 0.898, with danger crossed 0.903. What the message does and its shape add 0.002.
"""

from collections.abc import Mapping

import numpy as np

from triage.classify.country.finder import FEATURES
from triage.classify.features import shape
from triage.classify.heads import Doubles, LinearHead
from triage.classify.similar import VOTE_NAMES

_STEEPNESS = 3.0
_NAMES = (
    *FEATURES,
    *VOTE_NAMES,
    "sounds like a person in danger",
    "sounds like a report of misconduct",
    *(f"danger, and {name}" for name in FEATURES),
    *shape.NAMES,
)


def beside_words(scores: Mapping[str, Doubles], country: Doubles, votes: Doubles, shapes: Doubles) -> Doubles:
    """The columns of `names_beside_words` for each message. `scores` holds those of the heads `urgent`, `restricted` and
    `kind`."""
    danger = danger_of(scores)
    misconduct = 1 / (1 + np.exp(-_STEEPNESS * scores["restricted"]))
    return np.hstack([country, votes, danger, misconduct, danger * country, shapes, scores["kind"]])


def names_beside_words(kind: LinearHead) -> list[str]:
    """What each column beside the words' own is, given the head that tells the kind."""
    return [*_NAMES, *(f"sounds like: {name}" for name in kind.columns)]


def danger_of(scores: Mapping[str, Doubles]) -> Doubles:
    """How much each message sounds like a person in danger, 0 to 1: one column."""
    return np.asarray(1 / (1 + np.exp(-_STEEPNESS * scores["urgent"])))
