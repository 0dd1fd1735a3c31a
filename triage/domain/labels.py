"""Labels: who says where a message belongs. The model's own routing is never one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from triage.domain.taxonomy import Destination


class LabelSource(StrEnum):
    """Where a label comes from, in rising order of closeness to the day's work."""

    IMPORTED = "imported"  # a line of a file
    FORWARD = "forward"  # what was sent on before we came, found in a Sent folder
    UNIT = "unit"  # a unit that declined names another one, or agrees
    OFFICER = "officer"  # a decision
    SECOND = "second"  # another officer, who did not see the first one's
    SETTLED = "settled"  # somebody has looked at a doubt and said what holds


class Doubt(StrEnum):
    """Why a person looked at a label again."""

    SUSPECT = "suspect"  # models of other authors contradict it
    TWINS = "twins"  # nearly the same text has another label
    DISAGREEMENT = "disagreement"  # officer and unit, or two officers, say different things
    TAXONOMY = "taxonomy"  # its unit was split


class TaxonomyChange(StrEnum):
    """What the Organisation did to a unit."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LabelEntry:
    """One label of one message: who said what, when, and what a model had suggested by then.

    `destination` None: a unit said only that it is not theirs (`declines` names what it declined) or undid a decision.
    """

    source: LabelSource
    destination: Destination | None
    who: str
    at: datetime | None
    suggested: Destination | None = None
    model: str = ""
    declines: Destination | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LabelMapping:
    """From a day on, what an old label means. Several new ones (a split) mean that nobody can tell without looking."""

    id: int
    kind: TaxonomyChange
    old: str
    new: tuple[Destination, ...]
    valid_from: date
    reason: str
    actor: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a label means today: one destination, or several to choose from. `steps` are the mappings applied."""

    destination: Destination | None
    choices: tuple[Destination, ...]
    steps: tuple[int, ...]


_MOST_STEPS = 20


def map_label(label: str, mappings: Iterable[LabelMapping], *, on: date, since: date | None = None) -> Mapped:
    """Follows the mappings that hold `on` a day, in the order of their days, from what `label` said `since` its own day.

    A label given after a change was given under the new names and is left alone by it. A word that is no destination and
    that nothing maps gives no destination and no choices.
    """
    steps: list[int] = []
    current = label
    chain = sorted((one for one in mappings if one.valid_from <= on), key=lambda one: (one.valid_from, one.id))
    for one in chain:
        if len(steps) == _MOST_STEPS or (since is not None and since >= one.valid_from) or not _means(one.old, current):
            continue
        steps.append(one.id)
        if len(one.new) != 1:
            return Mapped(None, one.new, tuple(steps))
        current = str(one.new[0])
    try:
        return Mapped(Destination.parse(current), (), tuple(steps))
    except ValueError:
        return Mapped(None, (), tuple(steps))


def _means(old: str, label: str) -> bool:
    """`MISSION` stands for all missions, everything else for itself."""
    return label == old or (old == "MISSION" and label.startswith("MISSION:"))
