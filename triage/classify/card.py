"""The card of a model: what it was made from, by what, what it is worth, and how to make it again."""

import platform
from datetime import datetime
from importlib.metadata import version
from typing import Any

from triage.classify.drift import reference
from triage.classify.train import FOLDS, Candidate

_LIBRARIES = ("scikit-learn", "numpy", "scipy", "py3langid", "phonenumbers", "babel")


def make_card(candidate: Candidate, *, name: str, made_at: datetime) -> dict[str, Any]:
    """JSON-ready. Figures are of models that never saw the message's author (grouped folds over training files)."""
    thresholds = candidate.thresholds
    return {
        "name": name,
        "made_at": made_at.isoformat(timespec="seconds"),
        "data": {"sha256": candidate.data_hash, "messages": candidate.examples},
        "versions": {"python": platform.python_version(), **{library: version(library) for library in _LIBRARIES}},
        "command": "triage train",
        "measured_on": f"the training messages, {FOLDS} folds, no author on both sides",
        "metrics": candidate.metrics,
        "expected": "mail never seen by other hands: within two points of these figures; real mail: unknown until audited",
        "thresholds": {
            "forward_probability": thresholds.forward_probability,
            "mission_probability": thresholds.mission_probability,
            "out_of_scope": thresholds.out_of_scope,
            "languages": sorted(thresholds.languages),
            "urgent": candidate.parts.flag_thresholds["urgent"],
            "restricted": candidate.parts.flag_thresholds["restricted"],
        },
        "drift_reference": reference(candidate.parts.features, candidate.out_of_fold).as_json(),
    }
