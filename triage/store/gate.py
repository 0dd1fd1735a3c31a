"""The gate's dated states: append-only, the newest of each gate holds."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from triage.domain.decision import UnitAnswer
from triage.domain.gate import Certificate, GateState
from triage.domain.gate_words import POOLED, Cause, Place
from triage.domain.gatekeeper import Move, SinceOpening, Standing
from triage.store.engine import Tx
from triage.store.gate_tables import gate_forwards, gate_states
from triage.store.tables import answers

REFUTING = (Cause.MISROUTES, Cause.DRIFT)
"""Causes after which evidence from before no longer counts."""
RESUMING = (Cause.THIN, Cause.MODEL)
"""Causes from which a gate opens again by itself once there is evidence."""

BY_ITSELF = (*REFUTING, *RESUMING, Cause.BOOKS)
"""Causes that nobody chose."""


@dataclass(frozen=True, slots=True)
class StoredState:
    """One row: where a gate stood from `at` on, and why."""

    id: int
    place: Place
    state: GateState
    cause: Cause
    certificate: Certificate | None
    model: str
    actor: str
    at: datetime

    @property
    def ended_by_itself(self) -> bool:
        """Whether automatic forwarding stopped here without anybody having wanted it."""
        return self.state is not GateState.AUTOMATIC and self.cause in BY_ITSELF

    def standing(self, model: str) -> Standing:
        """Where it stands for a model: open only for the one that it was certified for."""
        opened = self.state is GateState.AUTOMATIC
        if opened and self.model != model:
            return Standing(self.place, GateState.SUGGEST, None, self.id, resumes=True)
        threshold = self.certificate.threshold if opened and self.certificate is not None else None
        resumes = self.state is GateState.SUGGEST and self.cause in RESUMING
        return Standing(self.place, self.state, threshold, self.id, resumes)


def add_state(tx: Tx, *, place: Place, move: Move, model: str, actor: str, now: datetime) -> int:
    """Moves a gate; returns the row's id. The caller writes the audit record."""
    row = {
        "scope": place.scope,
        "name": place.name,
        "state": move.state,
        "cause": move.cause,
        "certificate": None if move.certificate is None else asdict(move.certificate),
        "model": model[:80],
        "actor": actor[:80],
        "at": now,
    }
    return int(tx.connection.execute(insert(gate_states).values(row).returning(gate_states.c.id)).scalar_one())


def states(tx: Tx) -> dict[Place, StoredState]:
    """The newest state of every gate that was ever moved; the pooled one first."""
    newest = select(func.max(gate_states.c.id)).group_by(gate_states.c.scope, gate_states.c.name)
    rows = tx.connection.execute(select(gate_states).where(gate_states.c.id.in_(newest)).order_by(gate_states.c.id))
    found = sorted((_state(row) for row in rows), key=lambda one: one.place != POOLED)
    return {one.place: one for one in found}


def history(tx: Tx, *, limit: int = 100) -> list[StoredState]:
    """The newest moves of all gates, newest first."""
    query = select(gate_states).order_by(gate_states.c.id.desc()).limit(limit)
    return [_state(row) for row in tx.connection.execute(query)]


def refuted_at(tx: Tx, *, place: Place) -> datetime | None:
    """When a gate, or the pooled one, was last closed for a reason that makes older evidence worthless."""
    own = (gate_states.c.scope == place.scope) & (gate_states.c.name == place.name)
    pooled = gate_states.c.scope == POOLED.scope
    query = select(func.max(gate_states.c.at)).where(own | pooled, gate_states.c.cause.in_(REFUTING))
    # `max` of a typed column keeps its type.
    return tx.connection.execute(query).scalar_one_or_none()


def opened_at(tx: Tx, *, place: Place) -> datetime | None:
    """When an open gate was opened: the first of its AUTOMATIC rows since it was last anything else."""
    own = (gate_states.c.scope == place.scope) & (gate_states.c.name == place.name)
    shut = select(func.coalesce(func.max(gate_states.c.id), 0)).where(own, gate_states.c.state != GateState.AUTOMATIC)
    query = select(func.min(gate_states.c.at)).where(own, gate_states.c.id > shut.scalar_subquery())
    return tx.connection.execute(query).scalar_one_or_none()


def add_forwards(tx: Tx, rows: Sequence[tuple[int, int, int]], *, now: datetime) -> None:
    """Books which gate let a message go: (message, gate row, decision)."""
    if rows:
        values = [{"message_id": m, "gate_id": g, "decision_id": d, "at": now} for m, g, d in rows]
        tx.connection.execute(insert(gate_forwards), values)


def gone_since(tx: Tx, *, place: Place, since: datetime) -> SinceOpening:
    """How many went through a gate since a time, and of how many the unit said that they are not theirs."""
    through = (
        select(gate_forwards.c.message_id)
        .join(gate_states, gate_states.c.id == gate_forwards.c.gate_id)
        .where(gate_states.c.scope == place.scope, gate_states.c.name == place.name, gate_forwards.c.at >= since)
    )
    gone = tx.connection.execute(select(func.count()).select_from(through.subquery())).scalar_one()
    declined = tx.connection.execute(
        select(func.count(func.distinct(answers.c.message_id))).where(
            answers.c.answer == UnitAnswer.NOT_OURS, answers.c.message_id.in_(through)
        )
    ).scalar_one()
    return SinceOpening(gone=gone, declined=declined)


def _state(row: Any) -> StoredState:
    certificate = None if row.certificate is None else Certificate(**row.certificate)
    return StoredState(
        row.id, Place(row.scope, row.name), row.state, row.cause, certificate, row.model, row.actor, row.at
    )
