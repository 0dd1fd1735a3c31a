"""How much an officer's answer to a message would teach the model: which to review first when time is short.

What a model is torn over teaches more than what it is sure of (least margin, model-notes 2.5: two to four times as much a
label), and what resembles nothing it knows teaches more than the tenth of a kind. What is probably nobody's teaches least:
of spam there is enough. Reckoned once, when the suggestion is made, and stored; a queue only sorts by it.
"""

from triage.domain.decision import Prediction

NEWS_WEIGHT = 0.5
"""How much of the score rests on being unlike everything known."""
NOBODYS_DISCOUNT = 0.5
"""How much of it what is certainly nobody's loses."""


def teaches(prediction: Prediction) -> float:
    """From 0 (the model is sure) to 1 (it is torn, and knows nothing like it)."""
    ranked = sorted((one.probability for one in prediction.alternatives), reverse=True)[:2] or [prediction.probability]
    margin = ranked[0] - (ranked[1] if len(ranked) > 1 else 0.0)
    nearest = max((one.similarity for one in prediction.similar), default=0.0)
    news = 1.0 - min(1.0, max(0.0, nearest))
    score = (1.0 - margin) * (1.0 - NEWS_WEIGHT + NEWS_WEIGHT * news)
    return score * (1.0 - NOBODYS_DISCOUNT * min(1.0, max(0.0, prediction.out_of_scope)))
