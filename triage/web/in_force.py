"""The rules that hold now, for the screens: the store's over those of triage.toml."""

from triage.flow.office.rules import Rule, Rules, rules, value_of
from triage.web.services import services


def rules_in_force() -> Rules:
    """Read anew for each request that asks: a change holds at once."""
    config = services().config
    return rules(
        services().store,
        undo_seconds=config.review.undo_seconds,
        minimum_probability=config.policy.minimum_probability,
    )


def all_in_force() -> dict[Rule, float]:
    """Every rule as it holds now."""
    config = services().config
    configured = {
        Rule.UNDO_SECONDS: config.review.undo_seconds,
        Rule.MINIMUM_PROBABILITY: config.policy.minimum_probability,
        Rule.PER_RECIPIENT_PER_DAY: config.limits.per_recipient_per_day,
        Rule.PER_HOUR: config.limits.per_hour,
        Rule.ATTACHMENT_BYTES: config.limits.attachment_bytes,
    }
    with services().store.read() as tx:
        return {rule: value_of(tx, rule, value) for rule, value in configured.items()}


def undo_seconds() -> float:
    """How long a decision waits before its mail leaves."""
    return rules_in_force().undo_seconds
