"""The rules that hold now, for the screens: the store's over those of triage.toml."""

from triage.flow.rules import Rules, rules
from triage.web.services import services


def rules_in_force() -> Rules:
    """Read anew for each request that asks: a change holds at once."""
    config = services().config
    return rules(
        services().store,
        undo_seconds=config.review.undo_seconds,
        minimum_probability=config.policy.minimum_probability,
    )


def undo_seconds() -> float:
    """How long a decision waits before its mail leaves."""
    return rules_in_force().undo_seconds
