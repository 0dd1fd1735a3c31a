"""A suggestion after a unit has said "not ours": that unit is not proposed again for that inquiry; whom it named comes
first, then the next alternative, and where nobody is left IPD. It always goes before an officer, so an inquiry cannot
wander between units by itself: after one "not ours" there is no further hop without a person.
"""

from collections.abc import Set
from dataclasses import replace

from triage.domain.decision import Alternative, Policied, Prediction, Verdict
from triage.domain.taxonomy import Destination, Route

DECLINED = "declined"
UNIT_PROPOSES = "unit_proposes"
KEEP = Destination(Route.IPD)


def without_declined(
    policied: Policied, declined: Set[Destination], *, proposed: Destination | None = None
) -> Policied:
    """The same prediction without `declined`, with `proposed` in front unless it has declined itself.

    Probabilities stay what the model said of each. Unchanged where nothing was declined and nobody is proposed.
    """
    if not declined and proposed is None:
        return policied
    prediction = policied.prediction
    left = [a for a in _alternatives(prediction) if a.destination not in declined]
    named = proposed is not None and proposed not in declined
    if proposed is not None and named:
        known = next((a.probability for a in left if a.destination == proposed), 0.0)
        left = [Alternative(proposed, known), *(a for a in left if a.destination != proposed)]
    left = left or [Alternative(KEEP, 0.0)]
    first = left[0]
    moved = replace(
        prediction, destination=first.destination, probability=first.probability, alternatives=tuple(left[:5])
    )
    if not named and first.destination == prediction.destination:
        return replace(policied, verdict=Verdict.REVIEW) if policied.verdict is Verdict.FORWARD else policied
    return Policied(moved, Verdict.REVIEW, UNIT_PROPOSES if named else DECLINED)


def _alternatives(prediction: Prediction) -> list[Alternative]:
    """The answer first, then the others."""
    others = [a for a in prediction.alternatives if a.destination != prediction.destination]
    return [Alternative(prediction.destination, prediction.probability), *others]
