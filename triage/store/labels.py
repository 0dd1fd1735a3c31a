"""Labels with their history: officers' decisions, units' answers, imports, second looks, and what people settled.

Decisions and answers are rows of their own; this module reads them as labels and never copies them. What the model
decided by itself under the gate is no label and never stands here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, insert, or_, select

from triage.domain.decision import Action, UnitAnswer
from triage.domain.errors import NotFound
from triage.domain.labels import Doubt, LabelEntry, LabelSource
from triage.domain.people import Person
from triage.domain.taxonomy import Destination
from triage.store.decisions import MACHINE_OFFICER, NAMING
from triage.store.engine import Tx
from triage.store.label_tables import double_labels, imported_labels, label_reviews
from triage.store.tables import VISIBLE_TO_ALL, answers, decisions, deliveries, messages, predictions
from triage.store.trained import PREFIX
from triage.store.unit_side import said_of
from triage.store.unit_tables import answer_sources

UNIT_PREFIX = "unit-"
AGREES = (UnitAnswer.ACCEPTED, UnitAnswer.ANSWERED)
NEWEST = 2000
"""Of so many of the newest answers of units disagreements are looked for."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two people who say different things of one message. `ours` is what stands, `theirs` what the other one says;
    None where a unit said only that it is not theirs."""

    message_id: int
    source: LabelSource
    ours: Destination
    our_officer: str
    theirs: Destination | None
    their_name: str
    at: datetime


def history(tx: Tx, *, message_ids: Sequence[int]) -> dict[int, list[LabelEntry]]:
    """By message every label it was ever given, oldest first. The caller has asked who may see the messages."""
    found: dict[int, list[LabelEntry]] = {message_id: [] for message_id in message_ids}
    for message_id, entry in (
        *_of_officers(tx, message_ids),
        *_of_units(tx, message_ids),
        *_imported(tx, message_ids),
        *_second(tx, message_ids),
        *_settled(tx, message_ids),
    ):
        found[message_id].append(entry)
    for entries in found.values():
        entries.sort(key=lambda one: (one.at is not None, one.at))
    return found


def disagreements(tx: Tx, *, viewer: Person, limit: int = 100) -> list[Disagreement]:
    """What nobody has settled yet, newest first: units against officers, second officers, and what was sent on before."""
    found = [*_units_against(tx, viewer), *_seconds_against(tx, viewer), *_forwards_against(tx, viewer)]
    found.sort(key=lambda one: one.at, reverse=True)
    return found[:limit]


def settle(
    tx: Tx,
    *,
    doubt: Doubt,
    line_id: str,
    before: str,
    destination: Destination,
    actor: str,
    now: datetime,
    message_id: int | None = None,
) -> int:
    """Books what holds for a doubted label; returns the row's id. Append-only: the newest row of a line holds."""
    row = {
        "doubt": doubt,
        "line_id": line_id[:80],
        "message_id": message_id,
        "before": before[:40],
        "route": destination.route,
        "country": destination.country,
        "actor": actor[:80],
        "at": now,
    }
    return int(tx.connection.execute(insert(label_reviews).values(row).returning(label_reviews.c.id)).scalar_one())


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person said of a doubted label."""

    line_id: str
    message_id: int | None
    doubt: Doubt
    before: str
    destination: Destination
    actor: str
    at: datetime

    @property
    def confirmed(self) -> bool:
        """Whether the label was right."""
        return self.before == str(self.destination)


def settled(tx: Tx, *, line_ids: Iterable[str] | None = None) -> dict[str, Settled]:
    """By training line what holds; of these lines, or of all. Training takes these labels in the place of the line's."""
    newest = select(func.max(label_reviews.c.id)).group_by(label_reviews.c.line_id)
    query = select(label_reviews).where(label_reviews.c.id.in_(newest))
    if line_ids is not None:
        query = query.where(label_reviews.c.line_id.in_(set(line_ids)))
    return {
        row.line_id: Settled(
            row.line_id, row.message_id, row.doubt, row.before, Destination(row.route, row.country), row.actor, row.at
        )
        for row in tx.connection.execute(query)
    }


def message_of(line_id: str) -> int | None:
    """The message that a training line stems from; None for lines of files and imports."""
    for prefix in (PREFIX, UNIT_PREFIX):
        number = line_id.removeprefix(prefix)
        if number != line_id and number.isdecimal():
            return int(number)
    return None


def visible_among(tx: Tx, *, viewer: Person, message_ids: Iterable[int]) -> set[int]:
    """Which of these messages the viewer may see at all."""
    query = select(messages.c.id).where(messages.c.id.in_(set(message_ids)))
    return set(tx.connection.execute(query.where(_seen_by(viewer))).scalars())


def standing_label(tx: Tx, *, viewer: Person, message_id: int) -> Destination:
    """Where a message belongs as it stands. Raises NotFound where nobody decided, or the viewer may not see it."""
    query = (
        select(decisions.c.route, decisions.c.country)
        .join(messages, messages.c.decision_id == decisions.c.id)
        .where(messages.c.id == message_id, decisions.c.route.is_not(None), _seen_by(viewer))
    )
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("no such message with a decision")
    return Destination(row.route, row.country)


def numbers(tx: Tx) -> dict[LabelSource, int]:
    """How many labels there are of each source; restricted messages count, for a figure alone is no secret."""
    officers = select(func.count()).select_from(messages).join(decisions, decisions.c.id == messages.c.decision_id)
    said = case((answers.c.answer.in_(AGREES), 1), (answer_sources.c.proposed_route.is_not(None), 1), else_=0)
    units = select(func.coalesce(func.sum(said), 0)).outerjoin_from(
        answers, answer_sources, answer_sources.c.answer_id == answers.c.id
    )
    found = {
        LabelSource.OFFICER: officers.where(decisions.c.officer != MACHINE_OFFICER),
        LabelSource.UNIT: units,
        LabelSource.SECOND: select(func.count()).select_from(double_labels).where(double_labels.c.at.is_not(None)),
        LabelSource.SETTLED: select(func.count(func.distinct(label_reviews.c.line_id))),
    }
    counted = {source: int(tx.connection.execute(query).scalar_one()) for source, query in found.items()}
    by_source = select(imported_labels.c.source, func.count()).group_by(imported_labels.c.source)
    return counted | {row[0]: int(row[1]) for row in tx.connection.execute(by_source)}


def _seen_by(viewer: Person) -> ColumnElement[bool]:
    return messages.c.id > 0 if viewer.cleared else VISIBLE_TO_ALL


def _destination(route: Any, country: str | None) -> Destination | None:
    return None if route is None else Destination(route, country)


def _of_officers(tx: Tx, message_ids: Sequence[int]) -> list[tuple[int, LabelEntry]]:
    query = (
        select(
            decisions, predictions.c.route.label("said_route"), predictions.c.country.label("said_country"),
            predictions.c.model,
        )
        .outerjoin(predictions, predictions.c.id == decisions.c.prediction_id)
        .where(decisions.c.message_id.in_(message_ids), decisions.c.officer != MACHINE_OFFICER)
        .where(decisions.c.action.in_((*NAMING, Action.UNDO)))
    )  # fmt: skip
    return [
        (
            row.message_id,
            LabelEntry(
                LabelSource.OFFICER, _destination(row.route, row.country), row.officer, row.decided_at,
                _destination(row.said_route, row.said_country), row.model or "", note=row.action.value,
            ),
        )
        for row in tx.connection.execute(query)
    ]  # fmt: skip


def _of_units(tx: Tx, message_ids: Sequence[int]) -> list[tuple[int, LabelEntry]]:
    found = []
    for message_id, said in said_of(tx, message_ids).items():
        for one in said:
            agrees = one.answer in AGREES
            declines = one.destination if one.answer is UnitAnswer.NOT_OURS else None
            label = one.destination if agrees else one.proposed
            entry = LabelEntry(
                LabelSource.UNIT, label, one.code, one.at, declines=declines, note=one.answer.value
            )  # fmt: skip
            found.append((message_id, entry))
    return found


def _imported(tx: Tx, message_ids: Sequence[int]) -> list[tuple[int, LabelEntry]]:
    query = select(imported_labels).where(imported_labels.c.message_id.in_(message_ids))
    return [
        (row.message_id, LabelEntry(row.source, parsed(row.label), row.who, row.labelled_at, note=row.way))
        for row in tx.connection.execute(query)
    ]


def parsed(label: str) -> Destination | None:
    """A label as a destination; None for one that is no longer, or not fully, one."""
    try:
        return Destination.parse(label)
    except ValueError:
        return None


def _second(tx: Tx, message_ids: Sequence[int]) -> list[tuple[int, LabelEntry]]:
    query = select(double_labels).where(double_labels.c.message_id.in_(message_ids), double_labels.c.at.is_not(None))
    return [
        (
            row.message_id,
            LabelEntry(LabelSource.SECOND, _destination(row.route, row.country), row.officer or "", row.at),
        )
        for row in tx.connection.execute(query)
    ]


def _settled(tx: Tx, message_ids: Sequence[int]) -> list[tuple[int, LabelEntry]]:
    query = select(label_reviews).where(label_reviews.c.message_id.in_(message_ids))
    return [
        (
            row.message_id,
            LabelEntry(
                LabelSource.SETTLED, Destination(row.route, row.country), row.actor, row.at, note=row.doubt.value
            ),
        )
        for row in tx.connection.execute(query)
    ]


def _unsettled(since: ColumnElement[Any]) -> ColumnElement[bool]:
    """Nobody has settled a disagreement over the message since then."""
    later = (
        select(label_reviews.c.id)
        .where(
            label_reviews.c.message_id == messages.c.id,
            label_reviews.c.doubt == Doubt.DISAGREEMENT,
            label_reviews.c.at >= since,
        )
        .correlate(messages, decisions, answers, double_labels, imported_labels)
    )
    return ~later.exists()


def _units_against(tx: Tx, viewer: Person) -> list[Disagreement]:
    """Officers who decided again for a unit that had declined, or not for the one that it named, and units that had
    accepted what an officer then sent elsewhere."""
    newest = select(func.max(answers.c.id)).group_by(answers.c.message_id).order_by(func.max(answers.c.id).desc())
    sent = decisions.alias("sent")
    query = (
        select(
            messages.c.id, decisions.c.route, decisions.c.country, decisions.c.officer, answers.c.answer,
            answers.c.answered_at, answer_sources.c.code, deliveries.c.code.label("to"), answer_sources.c.proposed_route,
            answer_sources.c.proposed_country, sent.c.route.label("sent_route"), sent.c.country.label("sent_country"),
        )
        .select_from(answers)
        .join(messages, messages.c.id == answers.c.message_id)
        .join(decisions, decisions.c.id == messages.c.decision_id)
        .outerjoin(answer_sources, answer_sources.c.answer_id == answers.c.id)
        .outerjoin(deliveries, deliveries.c.id == answers.c.delivery_id)
        .outerjoin(sent, sent.c.id == deliveries.c.decision_id)
        .where(
            answers.c.id.in_(newest.limit(NEWEST)), decisions.c.officer != MACHINE_OFFICER, decisions.c.route.is_not(None),
            _seen_by(viewer), _unsettled(decisions.c.decided_at), _unsettled(answers.c.answered_at),
        )
    )  # fmt: skip
    found = []
    for row in tx.connection.execute(query):
        ours, sent_to = Destination(row.route, row.country), _destination(row.sent_route, row.sent_country)
        theirs = sent_to if row.answer in AGREES else _destination(row.proposed_route, row.proposed_country)
        declined = row.answer is UnitAnswer.NOT_OURS and sent_to == ours
        if declined or (theirs is not None and theirs != ours):
            name = row.code or row.to or ""
            found.append(Disagreement(row.id, LabelSource.UNIT, ours, row.officer, theirs, name, row.answered_at))
    return found


def _seconds_against(tx: Tx, viewer: Person) -> list[Disagreement]:
    differs = or_(
        double_labels.c.route != decisions.c.route, double_labels.c.country.is_distinct_from(decisions.c.country)
    )
    query = (
        select(
            messages.c.id, decisions.c.route, decisions.c.country, decisions.c.officer, double_labels.c.route.label("r"),
            double_labels.c.country.label("c"), double_labels.c.officer.label("second"), double_labels.c.at,
        )
        .select_from(double_labels)
        .join(messages, messages.c.id == double_labels.c.message_id)
        .join(decisions, decisions.c.id == messages.c.decision_id)
        .where(
            double_labels.c.at.is_not(None), decisions.c.route.is_not(None), differs, _seen_by(viewer),
            _unsettled(double_labels.c.at),
        )
    )  # fmt: skip
    return [
        Disagreement(
            row.id, LabelSource.SECOND, Destination(row.route, row.country), row.officer, Destination(row.r, row.c),
            row.second or "", row.at,
        )
        for row in tx.connection.execute(query)
    ]  # fmt: skip


def _forwards_against(tx: Tx, viewer: Person) -> list[Disagreement]:
    """What people did in their own mailbox, where they decided otherwise here."""
    ours = decisions.c.route + case((decisions.c.country.is_not(None), ":" + decisions.c.country), else_="")
    query = (
        select(
            messages.c.id, decisions.c.route, decisions.c.country, decisions.c.officer, imported_labels.c.label,
            imported_labels.c.who, imported_labels.c.labelled_at, imported_labels.c.imported_at,
        )
        .select_from(imported_labels)
        .join(messages, messages.c.id == imported_labels.c.message_id)
        .join(decisions, decisions.c.id == messages.c.decision_id)
        .where(
            and_(imported_labels.c.label != ours, decisions.c.route.is_not(None)), _seen_by(viewer),
            _unsettled(imported_labels.c.imported_at),
        )
    )  # fmt: skip
    found = []
    for row in tx.connection.execute(query):
        theirs = parsed(row.label)
        if theirs is not None:
            at = row.labelled_at or row.imported_at
            found.append(
                Disagreement(
                    row.id, LabelSource.FORWARD, Destination(row.route, row.country), row.officer, theirs, row.who, at
                )
            )
    return found
