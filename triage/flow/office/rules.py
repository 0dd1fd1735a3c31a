"""Rules that people change on screen while the service runs: what the store holds stands over triage.toml."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.domain.errors import DataError
from triage.domain.people import Person
from triage.store import audit, changes, settings
from triage.store.engine import Store, Tx

LONGEST_UNDO_SECONDS = 3600.0
LARGEST_BYTES = 1_000_000_000.0


class Rule(StrEnum):
    """The rules, by the name of their setting."""

    UNDO_SECONDS = "undo_seconds"
    MINIMUM_PROBABILITY = "minimum_probability"
    PER_RECIPIENT_PER_DAY = "per_recipient_per_day"  # these three: [limits] of triage.toml
    PER_HOUR = "per_hour"
    ATTACHMENT_BYTES = "attachment_bytes"


RANGES = {
    Rule.UNDO_SECONDS: (0.0, LONGEST_UNDO_SECONDS),
    Rule.MINIMUM_PROBABILITY: (0.0, 1.0),
    Rule.PER_RECIPIENT_PER_DAY: (1.0, 10_000.0),
    Rule.PER_HOUR: (4.0, 100_000.0),
    Rule.ATTACHMENT_BYTES: (0.0, LARGEST_BYTES),
}
WHOLE = frozenset({Rule.PER_RECIPIENT_PER_DAY, Rule.PER_HOUR, Rule.ATTACHMENT_BYTES})


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds now. `undo_seconds`: how long a decision waits before its mail leaves; `minimum_probability`: below it
    a suggestion is never sure enough to be forwarded unread (it may only make the model's own threshold stricter)."""

    undo_seconds: float
    minimum_probability: float


def rules(store: Store, *, undo_seconds: float, minimum_probability: float) -> Rules:
    """The rules that hold now; the arguments are those of triage.toml."""
    with store.read() as tx:
        return Rules(
            value_of(tx, Rule.UNDO_SECONDS, undo_seconds),
            value_of(tx, Rule.MINIMUM_PROBABILITY, minimum_probability),
        )


def set_rule(store: Store, rule: Rule, *, value: float | None, actor: Person, now: datetime) -> None:
    """Lets a rule hold from now on; None: triage.toml holds again. Raises DataError outside of its range."""
    least, most = RANGES[rule]
    if value is not None and not least <= value <= most:
        raise DataError(f"{rule} must lie between {least:g} and {most:g}")
    if value is not None and rule in WHOLE and value != int(value):
        raise DataError(f"{rule} is a whole number")
    with store.begin() as tx:
        old, about, name = settings.get_setting(tx, rule.value), f"rule:{rule}", audit.actor_of(tx, actor)
        if old == value:
            return
        settings.set_setting(tx, rule.value, value=value, actor=name, now=now)
        changes.add(tx, about=about, before={rule.value: old}, after={rule.value: value}, actor=name, now=now)
        audit.append(tx, at=now, actor=name, act=audit.Act.CONFIGURED, objects=[about])


def value_of(tx: Tx, rule: Rule, otherwise: float) -> float:
    """A rule as it holds now; `otherwise` is the value of triage.toml."""
    found = settings.get_setting(tx, rule.value)
    return float(found) if isinstance(found, int | float) else otherwise
