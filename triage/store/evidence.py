"""The evidence of a suggestion as bytes for a blob and back: alternatives, words that decided, similar messages."""

import json
from collections.abc import Collection
from typing import Any

from triage.domain.decision import Alternative, Evidence, Field, Prediction, Similar
from triage.domain.taxonomy import Destination


def encode_evidence(prediction: Prediction) -> bytes:
    """Everything of a prediction that has no column."""
    parts = {
        "alternatives": [[str(a.destination), round(a.probability, 6)] for a in prediction.alternatives],
        "evidence": [[e.field.value, e.start, e.end, e.text, round(e.weight, 5), e.about] for e in prediction.evidence],
        "similar": [[s.id, round(s.similarity, 4), str(s.destination), s.subject] for s in prediction.similar],
        "kind": round(prediction.kind_probability, 6),
        "urgent": round(prediction.urgent_probability, 6),
        "restricted": round(prediction.restricted_probability, 6),
    }
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def decode_evidence(data: bytes | None) -> dict[str, Any]:
    """The fields of `Prediction` that the evidence holds; none where it is erased."""
    if data is None:
        return {"alternatives": ()}
    parts = json.loads(data)
    return {
        "alternatives": tuple(Alternative(Destination.parse(d), p) for d, p in parts["alternatives"]),
        "evidence": tuple(Evidence(Field(f), a, b, text, w, about) for f, a, b, text, w, about in parts["evidence"]),
        "similar": tuple(Similar(i, s, Destination.parse(d), subject) for i, s, d, subject in parts["similar"]),
        "kind_probability": parts["kind"],
        "urgent_probability": parts["urgent"],
        "restricted_probability": parts["restricted"],
    }


def without_similar(data: bytes, ids: Collection[str]) -> bytes | None:
    """The evidence without these similar messages; None where none of them is in it."""
    parts = json.loads(data)
    kept = [one for one in parts["similar"] if one[0] not in ids]
    if len(kept) == len(parts["similar"]):
        return None
    return json.dumps(parts | {"similar": kept}, ensure_ascii=False, separators=(",", ":")).encode()
