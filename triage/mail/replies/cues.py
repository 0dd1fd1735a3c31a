"""What a unit most likely means by a line that says none of the certain words: cues and examples, weighed together.

Units write as they like ("can't be us, that programme ended in 2019"), so whole phrases never cover them. Two things that
know little of each other are added up. A cue is one idea (somebody's competence, a hand that passes a paper on, an answer
that left, a person who is away), with up to a few words between its parts; each cue that stands in the text gives its
weight to one reading. The examples know how invented colleagues put it. The heaviest reading is the proposal to an officer;
where two weigh nearly the same there is none. Nothing is ever booked on its strength: `words` alone allows that, and
only where this does not contradict. Text is folded as in `words`.
"""

import re
from collections.abc import Mapping

from triage.domain.reply import ReplyReading
from triage.mail.replies.cue_words import CUES
from triage.mail.replies.examples import Examples

CUE_WEIGHT = 4.0
LEAST_LEAD = 0.3
"""So much more (in natural logarithms of odds) must speak for a reading than for the next one."""


def likely_reading(flat: str, examples: Examples) -> ReplyReading | None:
    """The reading that is most likely, None where nothing is. `flat` is folded text in one line."""
    weights = weigh(flat, examples)
    if not weights:
        return None
    (best, most), (_, next_most) = sorted(weights.items(), key=lambda item: -item[1])[:2]
    return best if most - next_most >= LEAST_LEAD else None


def weigh(flat: str, examples: Examples) -> Mapping[ReplyReading, float]:
    """How heavily each reading is spoken for; nothing where not a word is known."""
    said, hinted = examples.weigh(flat), cues(flat)
    if not said and not hinted:
        return {}
    return {reading: said.get(reading, 0.0) + CUE_WEIGHT * hinted.get(reading, 0.0) for reading in ReplyReading}


def cues(flat: str) -> Mapping[ReplyReading, float]:
    """The sum of the cues for each reading that has any.

    What "not ours" has taken for itself ("we do *not handle* this") speaks for nothing else.
    """
    weights: dict[ReplyReading, float] = {}
    left = flat
    for reading, patterns in CUES.items():
        for pattern, weight in patterns:
            if pattern.search(left) is None:
                continue
            weights[reading] = weights.get(reading, 0.0) + weight
            if reading is ReplyReading.NOT_OURS and weight >= 1:
                left = _without(left, pattern)
    return weights


def _without(text: str, pattern: re.Pattern[str]) -> str:
    """The text with what a pattern found blotted out, so that the words in it count once."""
    return pattern.sub(" # ", text)
