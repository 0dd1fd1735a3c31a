"""Letting a model serve, and going back: one pointer is moved, at once; workers and screens follow without a restart.

A challenger serves only where every check of its comparison passed (`domain.promotion`), or where a model keeper insists;
both are written into its card and put on record. In the same step every gate that is open for the model of before is
certified anew on the audit window by what the new one says of it, and goes back to suggesting only where that fails.

The pointer is a file and cannot be part of the transaction: it is moved right before the commit. A process killed in
between leaves a gate that is not open for the new model, which is safe, and the worker that finds the pointer moved puts
that on record (`flow.learning.serving`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.domain.errors import ModelError, Refused
from triage.domain.gate import GateState
from triage.domain.gate_words import Cause, Place
from triage.domain.gatekeeper import Move, Rules, next_move
from triage.domain.people import Person
from triage.domain.ports import ModelShelf
from triage.domain.promotion import Comparison
from triage.domain.training import Outcome
from triage.store import audit, challengers, gate, gate_checks, training
from triage.store.engine import Store, Tx
from triage.store.settings import get_setting, set_setting

SERVES = "models.serves"
"""The setting that says which model was last put on record as serving."""


NEVER_COMPARED = "never compared"
"""What a card says of why, where somebody insisted on a model that was not compared."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """By what the gate is certified anew: the office's rules, and how far back evidence counts."""

    rules: Rules
    window: timedelta


@dataclass(frozen=True, slots=True)
class Served:
    """What a promotion or a roll-back brought about. `reopened` gates are certified for the new model, `shut` ones suggest
    until there is evidence."""

    model: str
    before: str | None
    reopened: tuple[Place, ...] = ()
    shut: tuple[Place, ...] = ()


def comparison(shelf: ModelShelf, version: str) -> Comparison | None:
    """How a model did against the one that served when it was made; None where it was never compared."""
    stated = shelf.card(version).get("comparison")
    return None if stated is None else Comparison.from_json(stated)


def promote(
    store: Store | None,
    shelf: ModelShelf,
    *,
    version: str,
    actor: Person | str,
    now: datetime,
    evidence: Evidence | None = None,
    force: bool = False,
) -> Served:
    """Lets a model serve from now on. `actor`: a person, or the name of a worker.

    Raises ModelError for a model that is not whole. Raises Refused, naming the checks, where its comparison did not pass
    and nobody insists (`force`).
    """
    shelf.check(version)
    compared = comparison(shelf, version)
    passed = _served_before(shelf, version) if compared is None else compared.outcome is Outcome.READY
    if not passed and not force:
        if compared is None:
            raise Refused(f"{version} was never compared with the model that serves; insist where that is meant")
        raise Refused(
            f"{version} did not pass against {compared.champion}: {', '.join(compared.reasons)}; insist where that is meant"
        )
    reasons = () if compared is None else compared.reasons
    history: dict[str, object] = {
        "what": "promoted",
        "at": now.isoformat(timespec="seconds"),
        "forced": not passed,
        "why": _why(compared),
        "against": reasons,
    }
    if store is None:
        return Served(version, _point(shelf, version, history))
    with store.begin() as tx:
        who = audit.actor_of(tx, actor) if isinstance(actor, Person) else actor
        reopened, shut = _certify_anew(tx, model=version, actor=who, evidence=evidence, now=now)
        set_setting(tx, SERVES, value=version, actor=who, now=now)
        beside = challengers.current(tx)
        if beside is not None and beside.model == version:
            challengers.choose(tx, model=None, actor=who, now=now)
        training.settle(tx, model=version, outcome=Outcome.PROMOTED)
        was = _point(shelf, version, history | {"by": who})
        objects = [f"model:{version}", f"before:{was}", *(f"against:{reason}" for reason in reasons)]
        audit.append(tx, at=now, actor=who, act=audit.Act.MODEL_PROMOTED, objects=objects)
    return Served(version, was, reopened, shut)


def roll_back(
    store: Store | None,
    shelf: ModelShelf,
    *,
    actor: Person | str,
    now: datetime,
    evidence: Evidence | None = None,
    why: str = "",
) -> Served:
    """Back to the model promoted before. Raises NotFound where there is none, ModelError where it is not whole.

    `why` is a static word or a keeper's own words, for the card.
    """
    was = shelf.serving()
    history: dict[str, object] = {"what": "rolled_back", "at": now.isoformat(timespec="seconds"), "why": why[:200]}
    if store is None:
        name = shelf.step_back()
        _note(shelf, was, history)
        return Served(name, was)
    with store.begin() as tx:
        who = audit.actor_of(tx, actor) if isinstance(actor, Person) else actor
        name = shelf.step_back()
        _note(shelf, was, history | {"by": who})
        reopened, shut = _certify_anew(tx, model=name, actor=who, evidence=evidence, now=now)
        set_setting(tx, SERVES, value=name, actor=who, now=now)
        objects = [f"model:{name}", f"before:{was}"]
        audit.append(tx, at=now, actor=who, act=audit.Act.MODEL_ROLLED_BACK, objects=objects)
    return Served(name, was, reopened, shut)


def put_on_record(store: Store, *, model: str, worker: str, now: datetime) -> bool:
    """Puts on record that a model serves of which no record says so: moved by hand, or by a process that was killed."""
    with store.read() as tx:
        if get_setting(tx, SERVES) == model:
            return False
    with store.begin() as tx:
        tx.lock("model serves")
        before = get_setting(tx, SERVES)
        if before == model:
            return False
        set_setting(tx, SERVES, value=model, actor=worker, now=now)
        objects = [f"model:{model}", f"before:{before}"]
        audit.append(tx, at=now, actor=worker, act=audit.Act.MODEL_SERVES, objects=objects)
        return True


def _served_before(shelf: ModelShelf, version: str) -> bool:
    """Whether nothing serves that it could be worse than, or it has served already."""
    try:
        serving = shelf.serving()
        if serving is not None:
            shelf.check(serving)
    except ModelError:
        return True
    return serving in (None, version) or version in shelf.before()


def _point(shelf: ModelShelf, version: str, history: dict[str, object]) -> str | None:
    shelf.note(version, "history", [history])
    return shelf.point(version)


def _note(shelf: ModelShelf, name: str | None, history: dict[str, object]) -> None:
    if name is not None:
        shelf.note(name, "history", [history])


def _why(compared: Comparison | None) -> str:
    if compared is None:
        return NEVER_COMPARED
    return compared.outcome.value


def _certify_anew(
    tx: Tx, *, model: str, actor: str, evidence: Evidence | None, now: datetime
) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """Moves every gate that is open, or would open again by itself, to what the window says of the new model.

    Without `evidence` nothing is moved: a gate is open only for the model it was certified for, and the worker certifies
    within a minute.
    """
    if evidence is None:
        return (), ()
    reopened: list[Place] = []
    shut: list[Place] = []
    for place, held in gate.states(tx).items():
        standing = held.standing(model)
        if not (held.state is GateState.AUTOMATIC or standing.resumes):
            continue
        if standing.state is GateState.AUTOMATIC and held.model == model:
            continue
        refuted = gate.refuted_at(tx, place=place)
        since = now - evidence.window if refuted is None else max(now - evidence.window, refuted)
        sample = gate_checks.sample(tx, model=model, since=since, place=place)
        move = next_move(standing, sample, evidence.rules)
        if move is None and held.state is GateState.AUTOMATIC:
            move = Move(GateState.SUGGEST, Cause.MODEL)
        if move is None:
            continue
        row = gate.add_state(tx, place=place, move=move, model=model, actor=actor, now=now)
        objects = [f"gate:{row}", f"place:{place}", f"state:{move.state}", f"cause:{move.cause}"]
        audit.append(tx, at=now, actor=actor, act=audit.Act.GATE_MOVED, objects=objects)
        (reopened if move.state is GateState.AUTOMATIC else shut).append(place)
    return tuple(reopened), tuple(shut)
