"""The words of retraining: why a run was asked for, how far it is, what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class RunReason(StrEnum):
    """Why a model is trained anew."""

    BY_HAND = "by_hand"  # from the shell
    SCREEN = "screen"  # a model keeper's button
    SCHEDULE = "schedule"  # so many days since the last one, and something new to learn
    CORRECTIONS = "corrections"  # so many corrections since the last one
    ERASURE = "erasure"  # the model that serves learnt from texts that are gone
    TAXONOMY = "taxonomy"  # units were merged, split or closed


class RunState(StrEnum):
    """Where a run stands. REFUSED: trained to its end, and the candidate must not serve. FAILED: nothing came of it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class Phase(StrEnum):
    """What a run is at, a word for screens."""

    WAITING = "waiting"
    COLLECTING = "collecting"  # reads labels, masks, writes the snapshot
    FEATURES = "features"
    COUNTRY = "country"
    SIMILAR = "similar"
    ROUTES = "routes"
    CALIBRATION = "calibration"
    SAVING = "saving"
    COMPARING = "comparing"  # with the model that serves
    DONE = "done"


class Outcome(StrEnum):
    """What is to become of a candidate."""

    PROMOTED = "promoted"
    READY = "ready"  # every check passed: a model keeper may promote it
    HELD = "held"  # somebody must look at suspicious labels first
    REFUSED = "refused"  # worse than the model that serves


class Failure(StrEnum):
    """Why nothing came of a run."""

    LOST = "lost"  # its process was killed, or its worker
    DATA = "data"  # too few labels, or none of some kind
    FAULT = "fault"  # anything else; the log has the type of the error


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """One run as it stands in the books. `progress` is a share from 0 to 1; `labels` counts those from the store among
    `messages`; `left_out` says, by a word, how many labels were not learnt from; `reasons` are the names of the checks
    that did not pass, or the word of a failure. `comparison` is `domain.promotion.Comparison.as_json()`."""

    id: int
    asked_at: datetime
    asked_by: str
    reason: RunReason
    state: RunState
    phase: Phase
    progress: float
    started_at: datetime | None = None
    finished_at: datetime | None = None
    snapshot: str | None = None
    messages: int = 0
    labels: int = 0
    left_out: dict[str, int] | None = None
    model: str | None = None
    outcome: Outcome | None = None
    reasons: tuple[str, ...] = ()
    comparison: dict[str, Any] | None = None

    @property
    def open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (RunState.WAITING, RunState.RUNNING)
