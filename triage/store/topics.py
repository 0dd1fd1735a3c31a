"""What the daily figures count."""

from enum import StrEnum


class Topic(StrEnum):
    """One question that the figures answer. The words under each are said beside it; all count messages."""

    ARRIVED = "arrived"  # person, machine, quarantined
    ROUTE = "route"  # where it went: the standing decision, else the suggestion
    COUNTRY = "country"  # of the same, for missions
    LANGUAGE = "language"
    KIND = "kind"
    TO_DECISION = "to_decision"  # a span's class, see `spans`
    TO_FORWARDING = "to_forwarding"
    AGREEMENT = "agreement"  # model|route suggested|language|yes or no
    COVERAGE = "coverage"  # forward, review: what policy said of the suggestion
    OUTCOME = "outcome"  # forwarded, not_ours, changed (decided otherwise after a confirmation), bounced
