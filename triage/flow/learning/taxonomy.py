"""Units renamed, merged, split and closed: what an old label means from a day on, and a model trained anew.

Nothing that was decided is rewritten: a decision keeps the label under which it was made, and the unit's name of that day
stays in its dated row. What changes is how old labels are learnt from, and what a model that does not know of the change
yet may suggest.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from triage.domain.decision import Alternative, Policied, Verdict
from triage.domain.errors import DataError, NotFound
from triage.domain.labels import LabelMapping, TaxonomyChange, map_label
from triage.domain.people import Person
from triage.domain.taxonomy import Destination, Route
from triage.domain.training import RunReason
from triage.store import audit, changes, label_mappings, organisation, training
from triage.store.engine import Store, Tx

CHANGED_UNIT = "unit_changed"
"""The reason beside a suggestion whose unit is no longer what the model learnt."""
ENDING = frozenset({TaxonomyChange.MERGED, TaxonomyChange.CLOSED})
_MADE = re.compile(r"m-(\d{8})-(\d{6})-")
_LABEL = re.compile(r"[A-Z][A-Z0-9-]{1,30}(:[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a change: its row, how many standing decisions carry the old label, and the run that was asked for."""

    mapping_id: int
    decisions: int
    run_id: int


def change(
    store: Store,
    *,
    kind: TaxonomyChange,
    old: str,
    new: Sequence[Destination],
    valid_from: date,
    reason: str,
    actor: Person,
    now: datetime,
) -> Changed:
    """Books what an old label means from a day on and asks for a model to be trained anew.

    A unit of Headquarters that was merged or closed ends as a unit today: nothing can be sent to it any more, what was
    sent stays readable. Raises DataError where the change makes no sense, with what to mend.
    """
    with store.begin() as tx:
        held = label_mappings.mappings(tx)
        _check(kind, old, new, valid_from, held=held, today=now.date())
        who = audit.actor_of(tx, actor)
        mapping_id = label_mappings.add(
            tx, kind=kind, old=old, new=new, valid_from=valid_from, reason=reason, actor=who, now=now
        )
        about = f"label:{old}"
        facts = {
            "change": kind.value,
            "now": ", ".join(map(str, new)),
            "from": valid_from.isoformat(),
            "reason": reason,
        }
        changes.add(tx, about=about, before={}, after=facts, actor=who, now=now)
        if kind in ENDING and old in set(Route):
            _end_unit(tx, old, now.date())
        route, _, country = old.partition(":")
        number = label_mappings.in_use(tx, route=route, country=country or None) if route in set(Route) else 0
        run_id = training.ask(tx, actor=who, reason=RunReason.TAXONOMY, now=now)
        objects = [f"mapping:{mapping_id}", f"kind:{kind}", about, *(f"now:{one}" for one in new), f"run:{run_id}"]
        audit.append(tx, at=now, actor=who, act=audit.Act.TAXONOMY_CHANGED, objects=objects)
    return Changed(mapping_id, number, run_id)


def take_back(store: Store, *, mapping_id: int, actor: Person, now: datetime) -> int:
    """Takes a change back, which asks for training anew too; returns the run's id. The unit's dated row is amended on its
    own screen. Raises NotFound."""
    with store.begin() as tx:
        who = audit.actor_of(tx, actor)
        gone = label_mappings.revoke(tx, mapping_id=mapping_id, actor=who, now=now)
        run_id = training.ask(tx, actor=who, reason=RunReason.TAXONOMY, now=now)
        objects = [f"mapping:{mapping_id}", f"label:{gone.old}", "taken_back", f"run:{run_id}"]
        audit.append(tx, at=now, actor=who, act=audit.Act.TAXONOMY_CHANGED, objects=objects)
    return run_id


def _check(
    kind: TaxonomyChange,
    old: str,
    new: Sequence[Destination],
    valid_from: date,
    *,
    held: Iterable[LabelMapping],
    today: date,
) -> None:
    if not _LABEL.fullmatch(old):
        raise DataError(f"{old[:40]!r}: no label; write DMM, MISSION:ML or the code that a unit once had")
    if old in (Route.IPD, Route.MISSION):
        raise DataError(
            f"{old} cannot change: IPD keeps, and MISSION stands for all countries; name one, such as MISSION:ML"
        )
    if valid_from > today:
        raise DataError("the day lies in the future; book the change on its day")
    wanted = 2 if kind is TaxonomyChange.SPLIT else 1
    if len(set(new)) < wanted or (wanted == 1 and len(new) != 1):
        raise DataError("a split needs at least two new labels" if wanted == 2 else f"{kind} needs one new label")
    if kind is not TaxonomyChange.SPLIT and str(new[0]) == old:
        raise DataError("the new label is the old one")
    standing = [*held, LabelMapping(0, kind, old, tuple(new), valid_from, "", "", datetime.min)]
    for one in new:
        if str(one) != old and _leads_to(str(one), old, standing):
            raise DataError(f"{one} leads back to {old}; take the older change back first")


def _leads_to(label: str, wanted: str, mappings: Iterable[LabelMapping]) -> bool:
    by_old = {one.old: one.new for one in mappings}
    seen: set[str] = set()
    waiting = [label]
    while waiting:
        current = waiting.pop()
        if current == wanted:
            return True
        if current not in seen:
            seen.add(current)
            waiting += [str(one) for one in by_old.get(current, ())]
    return False


def _end_unit(tx: Tx, code: str, today: date) -> None:
    try:
        organisation.close(tx, code=code, today=today)
    except NotFound:
        return  # it has ended before, or never was a unit


def _made_before(model: str, at: datetime) -> bool:
    """Whether a model is older than a change: its name says when it was made. One whose name does not counts as older."""
    match = _MADE.match(model)
    return match is None or datetime.strptime("".join(match.groups()) + "+0000", "%Y%m%d%H%M%S%z") < at


def renamed(policied: Policied, mappings: Sequence[LabelMapping], *, on: date) -> Policied:
    """A suggestion by a model that learnt before a change, as it is to be read now. Unchanged where nothing changed.

    What became one unit is put together; what was split goes to an officer, for the model cannot know which part. A model
    that was made after a split has learnt the parts, and the old name may be one of them.
    """
    prediction = policied.prediction
    mappings = [
        one for one in mappings if one.kind is not TaxonomyChange.SPLIT or _made_before(prediction.model, one.made_at)
    ]
    if not mappings:
        return policied
    said = map_label(str(prediction.destination), mappings, on=on)
    if not said.steps and not any(
        map_label(str(one.destination), mappings, on=on).steps for one in prediction.alternatives
    ):
        return policied
    chances: dict[Destination, float] = {}
    for one in prediction.alternatives:
        mapped = map_label(str(one.destination), mappings, on=on)
        parts = [mapped.destination] if mapped.destination is not None else list(mapped.choices) or [one.destination]
        for part in parts:
            chances[part] = chances.get(part, 0.0) + one.probability / len(parts)
    ranked = sorted(chances.items(), key=lambda pair: -pair[1])
    alternatives = tuple(Alternative(destination, probability) for destination, probability in ranked)
    first = alternatives[0] if alternatives else Alternative(prediction.destination, prediction.probability)
    moved = replace(
        prediction, destination=first.destination, probability=first.probability, alternatives=alternatives[:5]
    )
    if said.steps:
        return Policied(moved, Verdict.REVIEW, CHANGED_UNIT)
    return replace(policied, prediction=moved)
