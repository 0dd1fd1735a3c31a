"""Rules that people change on screen while the service runs: what the store holds stands over triage.toml."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.domain.errors import DataError
from triage.domain.people import Person
from triage.store import audit, changes, settings
from triage.store.engine import Store, Tx

LONGEST_UNDO_SECONDS = 3600.0


class Rule(StrEnum):
    """The rules, by the name of their setting."""

    UNDO_SECONDS = "undo_seconds"
    MINIMUM_PROBABILITY = "minimum_probability"


RANGES = {Rule.UNDO_SECONDS: (0.0, LONGEST_UNDO_SECONDS), Rule.MINIMUM_PROBABILITY: (0.0, 1.0)}


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
            _value(tx, Rule.UNDO_SECONDS, undo_seconds), _value(tx, Rule.MINIMUM_PROBABILITY, minimum_probability)
        )


def set_rule(store: Store, rule: Rule, *, value: float | None, actor: Person, now: datetime) -> None:
    """Lets a rule hold from now on; None: triage.toml holds again. Raises DataError outside of its range."""
    least, most = RANGES[rule]
    if value is not None and not least <= value <= most:
        raise DataError(f"{rule} must lie between {least:g} and {most:g}")
    with store.begin() as tx:
        old, about, name = settings.get_setting(tx, rule.value), f"rule:{rule}", audit.actor_of(tx, actor)
        if old == value:
            return
        settings.set_setting(tx, rule.value, value=value, actor=name, now=now)
        changes.add(tx, about=about, before={"value": old}, after={"value": value}, actor=name, now=now)
        audit.append(tx, at=now, actor=name, act=audit.Act.CONFIGURED, objects=[about])


def _value(tx: Tx, rule: Rule, otherwise: float) -> float:
    found = settings.get_setting(tx, rule.value)
    return float(found) if isinstance(found, int | float) else otherwise
