"""Measuring a model: on test messages, or on training messages by models that never saw their author."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from triage.classify.document import from_example
from triage.classify.measure import OutOfFold, best_coverage, eligible, measure
from triage.classify.predictor import Predictor
from triage.classify.train import train
from triage.domain.decision import Verdict
from triage.domain.message import Address, Message
from triage.domain.policy import Thresholds, decide
from triage.domain.ports import Example
from triage.mail.newest import split_newest

# figure, how to read it, what it must reach, what it aims at
GOALS: tuple[tuple[str, str, float, float], ...] = (
    ("route_and_country", ">=", 0.88, 0.95),
    ("top_3", ">=", 0.94, 0.99),
    ("country_where_mission_right", ">=", 0.88, 0.97),
    ("coverage_at_2_percent", ">=", 0.50, 0.75),
    ("forward_coverage", ">=", 0.30, 0.60),
    ("forward_wrong", "<=", 0.02, 0.01),
    ("calibration_error", "<=", 0.03, 0.015),
    ("kind", ">=", 0.88, 0.95),
)
_CURVE_SHARES = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Answers with their truth, and what they were made by."""

    model: str
    what: str
    judged: OutOfFold
    thresholds: Thresholds
    metrics: Mapping[str, Any]

    def figures(self) -> dict[str, Any]:
        """Everything measured, JSON-ready."""
        return {
            "model": self.model,
            "what": self.what,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            **self.metrics,
        }

    def summary(self) -> list[dict[str, str]]:
        """The figures that have a goal, beside it."""
        rows = [
            {"figure": name, "value": f"{self.metrics[name]:.4f}", "must": f"{sign} {must:g}", "aim": f"{sign} {aim:g}"}
            for name, sign, must, aim in GOALS
        ]
        for flag in ("urgent", "restricted"):
            row = self.metrics[flag]
            rows.append(
                {
                    "figure": f"{flag} recall / precision",
                    "value": f"{row['recall']:.3f} / {row['precision']:.3f}",
                    "must": ">= 0.92 / 0.7",
                    "aim": ">= 1 / 0.9",
                }
            )
        return rows

    def learning_curve(self, training: Sequence[Example], test: Sequence[Example]) -> dict[int, dict[str, float]]:
        """Figures on the test messages after training on growing shares of the training authors."""
        authors = sorted({example.author for example in training})
        order = np.random.default_rng(0).permutation(len(authors))
        curve = {}
        for share in _CURVE_SHARES:
            chosen = {authors[i] for i in order[: max(3, round(share * len(authors)))]}
            part = [example for example in training if example.author in chosen]
            candidate = train(part, progress=_silent)
            predictor = Predictor("curve", candidate.parts, candidate.thresholds, {})
            judged = _judge(predictor, test)
            curve[len(part)] = {
                "route_and_country": round(float(judged.right.mean()), 4),
                "coverage_at_2_percent": round(best_coverage(judged.confidence, judged.right, 0.02), 4),
            }
        return curve


def of_training(examples: Sequence[Example]) -> Evaluation:
    """Train with author folds and judge the answers of the folds."""
    candidate = train(examples, progress=_silent)
    what = f"{len(examples)} training messages, each by a model that never saw its author"
    return Evaluation("candidate", what, candidate.out_of_fold, candidate.thresholds, candidate.metrics)


def of_predictor(predictor: Predictor, examples: Sequence[Example]) -> Evaluation:
    """Judge a loaded model on labelled messages."""
    judged = _judge(predictor, examples)
    metrics = measure(judged, predictor.thresholds)
    what = f"{len(examples)} test messages by other hands"
    return Evaluation(predictor.name, what, judged, predictor.thresholds, metrics)


def as_message(example: Example) -> Message:
    """The labelled message as the mail layer would have read it."""
    split = split_newest(example.body, subject=example.subject)
    return Message(
        message_id=f"<{example.id}@labelled.example>",
        sender=Address(example.from_name, example.from_email),
        to=(),
        cc=(),
        reply_to=(),
        subject=example.subject,
        date=None,
        text=example.body,
        newest_text=split.newest,
        quoted_text=split.quoted,
        signature=split.signature,
        language=example.language,
    )


def forwarded(predictor: Predictor, examples: Sequence[Example]) -> list[bool]:
    """Which of these the whole policy would forward."""
    messages = [as_message(example) for example in examples]
    return [
        decide(prediction, message, predictor.thresholds).verdict is Verdict.FORWARD
        for prediction, message in zip(predictor.predict(messages), messages, strict=True)
    ]


def _silent(step: str, share: float) -> None:
    """Progress that nobody watches."""
    del step, share


def _judge(predictor: Predictor, examples: Sequence[Example]) -> OutOfFold:
    predictions = predictor.predict_documents([from_example(example) for example in examples])
    return OutOfFold(
        examples=examples,
        ranked=[[(str(a.destination), a.probability) for a in p.alternatives] for p in predictions],
        kinds=[p.kind.value for p in predictions],
        sender_types=[p.sender_type.value for p in predictions],
        urgent=np.array([p.urgent for p in predictions], dtype=bool),
        restricted=np.array([p.restricted for p in predictions], dtype=bool),
        out_of_scope=np.array([p.out_of_scope for p in predictions]),
    )


__all__ = ["GOALS", "Evaluation", "as_message", "eligible", "forwarded", "of_predictor", "of_training"]
