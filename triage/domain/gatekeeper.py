"""What the gate does next, and what it does with one message. Pure: the store and the simulator both ask here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.domain.decision import Policied
from triage.domain.gate import GRID, Certificate, Checked, GateState, Shortfall, certify, must_close, still_holds
from triage.domain.gate_words import POOLED, Cause, Drawn, Place, Scope
from triage.domain.policy import Reason
from triage.domain.taxonomy import Destination

NEAR = GRID[0]
"""Mail below it could never go automatically, so nothing is learnt from auditing it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What an office wants of the gate. Shares are chances between 0 and 1; `least` is a probability below which nothing
    ever goes."""

    limit: float = 0.02
    confidence: float = 0.98
    audit_share: float = 0.1
    keep_share: float = 0.05
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one gate stands. `threshold` is set while it is AUTOMATIC; `resumes`: it opens again by itself."""

    place: Place
    state: GateState
    threshold: float | None = None
    id: int | None = None
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class SinceOpening:
    """What is known of the mail since a gate opened: of those kept back for a person, and of those that went."""

    wrong: int = 0
    checked: int = 0
    gone: int = 0
    declined: int = 0  # of those gone, what a unit called not theirs


@dataclass(frozen=True, slots=True)
class Move:
    """A change of a gate."""

    state: GateState
    cause: Cause
    certificate: Certificate | None = None


def may_go(policied: Policied) -> bool:
    """Whether policy lets it go but for its probability, which the gate judges by evidence of its own: not urgent, not
    restricted, readable, in a language and about a matter that the model knows, not IPD's, no follow-up in doubt."""
    return policied.reason in (Reason.CONFIDENT, Reason.LOW_CONFIDENCE)


def opener(
    standings: Mapping[Place, Standing], *, destination: Destination, language: str, probability: float
) -> Standing | None:
    """The gate that lets a message through, None where none does or one that it passes is closed on its own."""
    chosen: Standing | None = None
    for place, standing in standings.items():
        if not place.holds(destination, language):
            continue
        if standing.state is GateState.CLOSED and place.scope is not Scope.ALL:
            return None
        threshold = standing.threshold
        if standing.state is GateState.AUTOMATIC and threshold is not None and probability >= threshold:
            chosen = chosen if chosen is not None and chosen.place == POOLED else standing
    return chosen


def draw(rules: Rules, *, opened: bool, probability: float, chance: float) -> tuple[Drawn | None, float]:
    """Whether a message that may go is judged blind instead, and with what share such mail is drawn. `chance` is a fair
    number from 0 to 1, made before anything is decided."""
    if opened:
        return (Drawn.KEPT if chance < rules.keep_share else None), rules.keep_share
    if probability < NEAR:
        return None, 0.0
    return (Drawn.AUDIT if chance < rules.audit_share else None), rules.audit_share


def speaks_against(since: SinceOpening, rules: Rules) -> bool:
    """Whether an open gate must close for its misroutes.

    What units called not theirs counts against all that went: they tell of some misroutes and never of right ones, so
    that it can only show too many.
    """
    kept = must_close(wrong=since.wrong, checked=since.checked, limit=rules.limit, confidence=rules.confidence)
    told = must_close(wrong=since.declined, checked=since.gone, limit=rules.limit, confidence=rules.confidence)
    return kept or told


def certified(sample: Sequence[Checked], rules: Rules) -> Certificate | Shortfall:
    """What the window's evidence proves."""
    return certify(sample, limit=rules.limit, confidence=rules.confidence, least=rules.least)


def holds(standing: Standing, sample: Sequence[Checked], rules: Rules) -> bool:
    """Whether the running upper limit of the misroutes at an open gate's threshold is below the limit."""
    if standing.state is not GateState.AUTOMATIC or standing.threshold is None:
        return False
    return still_holds(sample, threshold=standing.threshold, limit=rules.limit, confidence=rules.confidence)


def next_move(standing: Standing, sample: Sequence[Checked], rules: Rules) -> Move | None:
    """What the evidence of the window makes of a gate: another threshold, no longer automatic, automatic again.

    An open gate takes a lower threshold as soon as one is certified, and a higher one only where its own no longer
    holds; without any it falls back to suggesting and opens again by itself once there is enough, for an officer wanted
    it open.
    """
    if standing.state is GateState.CLOSED or (standing.state is GateState.SUGGEST and not standing.resumes):
        return None
    found = certified(sample, rules)
    if holds(standing, sample, rules) and (isinstance(found, Shortfall) or _no_lower(found, standing)):
        return None
    if isinstance(found, Shortfall):
        return Move(GateState.SUGGEST, Cause.THIN) if standing.state is GateState.AUTOMATIC else None
    return Move(GateState.AUTOMATIC, Cause.CERTIFIED, found)


def _no_lower(found: Certificate, standing: Standing) -> bool:
    return standing.threshold is not None and found.threshold >= standing.threshold
