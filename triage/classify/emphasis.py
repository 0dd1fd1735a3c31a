"""How much the labels of the day's work weigh against the training files.

Few new labels among thousands of old ones leave a new topic as rare to the model as it is in the files, however much of
today's mail is about it. So together they count as a fixed share of everything, until they are that many. Only the route's
second stage hears of it: the words' own weights are balanced by class anyway. Measured with a route that the files had
never heard of, and 60 labels of it: see `triage simulate --new-topic`.
"""

from collections.abc import Collection, Sequence

import numpy as np

from triage.classify.heads import Doubles
from triage.domain.ports import Example

SHARE = 0.2
"""What the new labels count as, of all, while they are fewer."""
MOST = 25.0
"""No label counts more than so many others: a handful of new ones proves little."""


def emphasis(examples: Sequence[Example], recent: Collection[str]) -> Doubles | None:
    """How much each example counts; None where all count the same. `recent` are the ids of the new labels."""
    new = np.array([example.id in recent for example in examples], dtype=bool)
    number = int(new.sum())
    if not number or number == len(examples):
        return None
    weight = min(MOST, SHARE / (1 - SHARE) * (len(examples) - number) / number)
    return None if weight <= 1 else np.where(new, weight, 1.0)
