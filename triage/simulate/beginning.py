"""An office that begins: some labels, the units' mandates, and mail by people who are not among the labelled."""

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from triage.classify.evaluate import as_message
from triage.classify.mandates import mandates
from triage.classify.measure import answers_of
from triage.classify.predictor import Predictor
from triage.classify.train import train
from triage.domain.decision import Verdict
from triage.domain.gate import Shortfall
from triage.domain.gatekeeper import Rules, certified
from triage.domain.organisation import Unit
from triage.domain.policy import decide
from triage.domain.ports import Example

JUDGED = 600


@dataclass(frozen=True, slots=True)
class Beginning:
    """`right`: share of the judged mail whose suggestion is right; `route_right` the same for the route alone; `eligible`
    what the model's own thresholds would let go; `gate` what the gate says without any checked mail."""

    seed: int
    labels: int
    mandates: int
    judged: int
    right: float
    route_right: float
    eligible: int
    gate: str

    def row(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def begin(examples: Sequence[Example], units: Sequence[Unit], *, labels: int, rules: Rules, seed: int) -> Beginning:
    """Trains on `labels` messages of half of the authors, and judges mail of the others."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    authors = sorted({example.author for example in examples})
    known = set(chance.sample(authors, (len(authors) + 1) // 2))
    seen = [example for example in examples if example.author in known]
    others = [example for example in examples if example.author not in known]
    stated = mandates(units)
    candidate = train(chance.sample(seen, labels), progress=_silent, documents=stated)
    judged = chance.sample(others, min(JUDGED, len(others)))
    messages = [as_message(example) for example in judged]
    said = Predictor("beginning", candidate.parts, candidate.thresholds, {}).predict(messages)
    right = sum(str(one.destination) in answers_of(example) for one, example in zip(said, judged, strict=True))
    routes = sum(
        one.destination.route.value in {answer.partition(":")[0] for answer in answers_of(example)}
        for one, example in zip(said, judged, strict=True)
    )
    eligible = sum(
        decide(one, message, candidate.thresholds).verdict is Verdict.FORWARD
        for one, message in zip(said, messages, strict=True)
    )
    found = certified([], rules)
    gate = f"suggest: {found.more} checked messages are needed" if isinstance(found, Shortfall) else "open"
    count = max(1, len(judged))
    return Beginning(
        seed, labels, len(stated), len(judged), round(right / count, 4), round(routes / count, 4), eligible, gate
    )


def _silent(step: str, share: float) -> None:
    """Progress that nobody watches."""
    del step, share
