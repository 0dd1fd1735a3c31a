"""The labels of today as training lines: what officers and units said, what people settled since, what was sent on before
we came, all under the names that units have now."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from triage.domain.labels import LabelMapping, map_label
from triage.domain.ports import Example
from triage.domain.taxonomy import Destination
from triage.flow.learning.export import labelled
from triage.store import imported_labels, label_mappings, labels
from triage.store.engine import Store
from triage.store.labels import Settled

Today = Callable[[str, str, date | None], Destination | None]
"""(line, label, the day it was given) to what it means today; None where nobody can say."""


def names_of_today(settled: dict[str, Settled], mappings: Sequence[LabelMapping], on: date) -> Today:
    """What a person settled holds; else the label, followed through every renaming, merger and closure since."""

    def today(line_id: str, label: str, since: date | None) -> Destination | None:
        held = settled.get(line_id)
        if held is not None:
            label, since = str(held.destination), held.at.date()
        return map_label(label, mappings, on=on, since=since).destination

    return today


def today_of(store: Store, on: date) -> Today:
    """What labels mean on a day, as the store has it."""
    with store.read() as tx:
        return names_of_today(labels.settled(tx), label_mappings.mappings(tx), on)


def files_today(examples: Sequence[Example], today: Today) -> tuple[list[Example], int]:
    """Examples of files under the names of today, and how many have no label any more."""
    kept: list[Example] = []
    for one in examples:
        said = Destination.parse(one.label)
        now = today(one.id, str(said), None)
        if now == said:
            kept.append(one)
        elif now is not None:
            kept.append(replace(one, route=now.route.value, country=now.country, also_ok=()))
    return kept, len(examples) - len(kept)


def store_lines(store: Store, today: Today) -> Iterator[dict[str, Any] | None]:
    """The store's lines under the names of today; None for a label that means nothing any more."""
    for line, at in labelled(store):
        label = f"{line['route']}:{line['country']}" if line["country"] else line["route"]
        yield _named(line, today(line["id"], label, at.date()))
    with store.read() as tx:
        for one in imported_labels.lines(tx):
            since = None if one.labelled_at is None else one.labelled_at.date()
            yield _named(one.line, today(one.line["id"], one.label, since))


def _named(line: dict[str, Any], now: Destination | None) -> dict[str, Any] | None:
    return None if now is None else line | {"route": now.route.value, "country": now.country}
