"""What would have been: last month's mail under another model, another threshold, or other units. Changes nothing."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from triage.domain.decision import Prediction, Verdict
from triage.domain.errors import DataError, NotFound
from triage.domain.policy import Thresholds
from triage.domain.policy import decide as apply_policy
from triage.domain.ports import Classifier
from triage.domain.taxonomy import Destination, Route
from triage.store import organisation, past_mail
from triage.store.engine import Store, Tx
from triage.store.past_mail import Past

MOST = 20_000
SHOWN = 20
AT_ONCE = 100
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Change:
    """What is tried. `model` None keeps the suggestions as they were made; `thresholds` None takes the model's own;
    `units` sends what goes to one destination (`MISSION` for all of them) to another."""

    model: Classifier | None = None
    thresholds: Thresholds | None = None
    units: Mapping[str, Destination] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """A message whose suggestion, or who gets it, would be another one."""

    message_id: int
    before: Destination
    now: Destination


@dataclass(slots=True)
class WhatIf:
    """`changed` of `messages` would get another suggestion, `readdressed` would go to another address; `forward_...` are
    eligible to go without an officer; the last three are of those that a person has decided."""

    messages: int = 0
    changed: int = 0
    readdressed: int = 0
    forward_before: int = 0
    forward_now: int = 0
    decided: int = 0
    right_before: int = 0
    right_now: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: list[Moved] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """JSON-ready; ids and figures."""
        return {
            "messages": self.messages,
            "changed": self.changed,
            "readdressed": self.readdressed,
            "forward_before": self.forward_before,
            "forward_now": self.forward_now,
            "decided": self.decided,
            "right_before": self.right_before,
            "right_now": self.right_now,
            "moves": [{"from": a, "to": b, "messages": n} for (a, b), n in self.moves.most_common()],
            "examples": [
                {"message": one.message_id, "from": str(one.before), "to": str(one.now)} for one in self.examples
            ],
        }


def what_if(store: Store, change: Change, *, since: datetime, now: datetime, limit: int = MOST) -> WhatIf:
    """Goes through the mail since a time and counts what would be otherwise. Raises DataError for a change of thresholds
    or units that says nothing."""
    if change.model is None and change.thresholds is None and not change.units:
        raise DataError("name a model, a probability or units to try")
    found = WhatIf()
    with store.read() as tx:
        known: dict[Destination, str] = {}

        def address(to: Destination) -> str:
            return _address(tx, to, now, known)

        past = past_mail.since(tx, since=since, limit=limit)
        while part := list(islice(past, AT_ONCE)):
            said = (
                [one.said for one in part]
                if change.model is None
                else change.model.predict([one.message for one in part])
            )
            for one, new in zip(part, said, strict=True):
                _count(found, one, _changed(new, change), change, address)
    return found


def _changed(said: Prediction, change: Change) -> Prediction:
    to = change.units.get(str(said.destination))
    if to is None and said.destination.route is Route.MISSION:
        to = change.units.get(Route.MISSION.value)
    return said if to is None else replace(said, destination=to)


def _count(found: WhatIf, one: Past, new: Prediction, change: Change, address: Callable[[Destination], str]) -> None:
    before, now = one.said.destination, new.destination
    thresholds = change.thresholds or (None if change.model is None else change.model.thresholds)
    verdict = one.verdict if thresholds is None else apply_policy(new, one.message, thresholds).verdict
    found.messages += 1
    found.forward_before += one.verdict == Verdict.FORWARD
    found.forward_now += verdict == Verdict.FORWARD
    if before != now:
        found.changed += 1
        found.moves[str(before), str(now)] += 1
        if len(found.examples) < SHOWN:
            found.examples.append(Moved(one.message_id, before, now))
        found.readdressed += address(before) != address(now)
    if one.decided is not None:
        found.decided += 1
        found.right_before += before == one.decided
        found.right_now += now == _renamed(one.decided, change.units)


def _renamed(decided: Destination, units: Mapping[str, Destination]) -> Destination:
    """A decision under the units that are tried."""
    return units.get(str(decided), decided)


def _address(tx: Tx, to: Destination, now: datetime, known: dict[Destination, str]) -> str:
    if to not in known:
        try:
            known[to] = NOBODY if to.route is Route.IPD else organisation.resolve(tx, to, now.date()).address
        except NotFound:
            known[to] = NOBODY
    return known[to]


def units_of(words: Sequence[str]) -> dict[str, Destination]:
    """`DOE=DMM` and `MISSION:ML=MISSION:SN` as a change of units. Raises DataError naming the word that is none."""
    units: dict[str, Destination] = {}
    for word in words:
        old, _, new = word.partition("=")
        try:
            if old != Route.MISSION:
                Destination.parse(old)
            units[old] = Destination.parse(new)
        except ValueError:
            raise DataError(f"{word}: write OLD=NEW, such as DOE=DMM or MISSION:ML=MISSION:SN") from None
    return units
