"""Opening, closing and watching the gate of automatic forwarding. Every change is a row with its reason, and on record."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.domain.alert import AlertKind
from triage.domain.drift import LEAST, OF_MAIL_ALONE, WINDOW, Figure, Measures, Snapshot, compare, summarise, telling
from triage.domain.errors import NotFound, Refused, Stale
from triage.domain.gate import Certificate, GateState, Shortfall
from triage.domain.gate_words import POOLED, Cause, Drawn, Place
from triage.domain.gatekeeper import Move, Rules, SinceOpening, certified, holds, may_go, next_move, speaks_against
from triage.domain.people import Person
from triage.domain.policy import Thresholds
from triage.domain.policy import decide as apply_policy
from triage.domain.ports import Classifier, Clock
from triage.domain.taxonomy import Destination
from triage.store import alerts, audit, drift, gate, gate_checks
from triage.store.engine import Store, Tx
from triage.store.gate import StoredState
from triage.store.gate_checks import Judgement

LOOK_SECONDS = 60.0
CERTIFY = timedelta(days=7)
RECHECK = 200
USUAL_WINDOW = 1000  # messages that a person calls usual: more than are compared, for a reference must be steady


@dataclass(frozen=True, slots=True)
class GateView:
    """Where one gate stands and what its evidence says for the model that serves."""

    place: Place
    state: GateState
    cause: Cause | None
    since: datetime | None
    threshold: float | None
    checked: int
    evidence: Certificate | Shortfall


def look(tx: Tx, *, place: Place, model: str, rules: Rules, window: timedelta, now: datetime) -> GateView:
    """One gate with its evidence. A gate that was never moved suggests."""
    held = gate.states(tx).get(place)
    sample = gate_checks.sample(tx, model=model, since=_evidence_from(tx, place, window, now), place=place)
    found = certified(sample, rules)
    if held is None:
        return GateView(place, GateState.SUGGEST, None, None, None, len(sample), found)
    at = held.standing(model)
    return GateView(place, at.state, held.cause, held.at, at.threshold, len(sample), found)


def open_gate(
    store: Store,
    *,
    place: Place,
    model: str,
    rules: Rules,
    window: timedelta,
    automatic: bool,
    officer: Person,
    now: datetime,
) -> Certificate:
    """Lets mail go automatically from now on. Raises Refused where the office has not switched it on or the evidence is
    too thin, saying how many more checked messages are needed."""
    if not automatic:
        raise Refused("automatic forwarding is switched off; set `automatic = true` in [gate] of triage.toml first")
    with store.begin() as tx:
        gate_checks.settle(tx)
        if drift.open_alarms(tx, model=model):
            raise Refused(
                "mail is not what the model learnt from (drift alarm); look at `triage gate`, settle it first"
            )
        sample = gate_checks.sample(tx, model=model, since=_evidence_from(tx, place, window, now), place=place)
        found = certified(sample, rules)
        if isinstance(found, Shortfall):
            raise Refused(_thin(found, len(sample), rules))
        actor = audit.actor_of(tx, officer)
        _move(tx, place, Move(GateState.AUTOMATIC, Cause.OFFICER, found), model=model, actor=actor, now=now)
        return found


def close_gate(
    store: Store, *, place: Place, model: str, officer: Person, now: datetime, reopens: bool = False
) -> list[Place]:
    """Nothing goes automatically through this gate from now on; closing the pooled one closes all that are open.

    `reopens`: a route, language or unit that was closed on its own is left to the pooled gate again. Returns what moved.
    """
    with store.begin() as tx:
        held = gate.states(tx)
        state = GateState.SUGGEST if reopens else GateState.CLOSED
        also = [p for p, s in held.items() if p != place and s.state is GateState.AUTOMATIC] if place == POOLED else []
        actor = audit.actor_of(tx, officer)
        moved = [place, *also]
        for one in moved:
            _move(tx, one, Move(state, Cause.OFFICER), model=model, actor=actor, now=now)
        return moved


def look_again(store: Store, *, message_id: int, destination: Destination, officer: Person, now: datetime) -> None:
    """Another officer says where a message belongs whose first answer was not the hidden suggestion.

    Raises NotFound where none waits, Refused for the officer who gave the first answer.
    """
    with store.begin() as tx:
        first = gate_checks.decided_by(tx, message_id=message_id)
        if first is None:
            raise NotFound("no drawn message with an answer")
        if officer.name == first[0] or (officer.id is not None and officer.id == first[1]):
            raise Refused("somebody else must look: you gave the first answer")
        actor = audit.actor_of(tx, officer)
        if not gate_checks.look_again(tx, message_id=message_id, destination=destination, actor=actor, now=now):
            raise Stale("somebody has looked at it again already")
        objects = [f"message:{message_id}", f"destination:{destination}"]
        audit.append(tx, at=now, actor=actor, act=audit.Act.LOOKED_AGAIN, objects=objects)


def settle_drift(store: Store, *, model: str, officer: Person, now: datetime) -> int:
    """A person says that mail is like this now: the alarms end, and later mail is compared with the last of today.

    The gate stays closed until it is opened on fresh evidence. Returns how many alarms ended.
    """
    with store.begin() as tx:
        usual = summarise([numbers for _, numbers in drift.newest(tx, model=model, limit=USUAL_WINDOW)])
        actor = audit.actor_of(tx, officer)
        ended = drift.settle_alarms(tx, model=model, baseline=usual, actor=actor, now=now)
        audit.append(tx, at=now, actor=actor, act=audit.Act.DRIFT_SETTLED, objects=[f"alarms:{ended}"])
        return ended


class Watch:
    """The worker's step: takes over answers, has a new model judge the window, looks for drift, closes what must close."""

    def __init__(
        self,
        *,
        store: Store,
        classifier: Classifier,
        clock: Clock,
        rules: Callable[[], Rules],
        window: timedelta,
        automatic: bool,
        thresholds: Callable[[], Thresholds],
        worker: str = "worker",
    ) -> None:
        self._store = store
        self._classifier = classifier
        self._clock = clock
        self._rules = rules
        self._window = window
        self._automatic = automatic
        self._thresholds = thresholds
        self._worker = worker
        self._next: datetime | None = None

    def step(self, limit: int = 100) -> int:
        """Looks at most once a minute, for closing must not wait and nothing else is urgent. Returns 0: no work is left."""
        del limit
        now = self._clock.now()
        if self._next is None or now >= self._next:
            self._next = now + timedelta(seconds=LOOK_SECONDS)
            self.look(now)
        return 0

    def look(self, now: datetime) -> None:
        """One look at everything."""
        self._judge(now)
        with self._store.begin() as tx:
            gate_checks.settle(tx)
            drifting = self._drift(tx, now)
            unbalanced = any(one.kind is AlertKind.BOOKS for one in alerts.open_alerts(tx, about_messages=False))
            rules = self._rules()
            for held in gate.states(tx).values():
                move = self._next_move(tx, held, rules, now, drifting=drifting, unbalanced=unbalanced)
                if move is not None:
                    self._move(tx, held.place, move, now)

    def _next_move(
        self, tx: Tx, held: StoredState, rules: Rules, now: datetime, *, drifting: bool, unbalanced: bool
    ) -> Move | None:
        model = self._classifier.name
        standing = held.standing(model)
        wants = held.state is GateState.AUTOMATIC or standing.resumes
        if wants and not self._automatic:
            return Move(GateState.SUGGEST, Cause.SETTINGS)
        if wants and drifting:
            return Move(GateState.CLOSED, Cause.DRIFT)
        if wants and unbalanced:
            return Move(GateState.CLOSED, Cause.BOOKS)
        if standing.state is GateState.AUTOMATIC and speaks_against(self._since(tx, held), rules):
            return Move(GateState.CLOSED, Cause.MISROUTES)
        sample = gate_checks.sample(
            tx, model=model, since=_evidence_from(tx, held.place, self._window, now), place=held.place
        )  # fmt: skip
        if now < held.at + CERTIFY and holds(standing, sample, rules):
            return None
        move = next_move(standing, sample, rules)
        if move is None and held.state is GateState.AUTOMATIC and held.model != model:
            return Move(GateState.SUGGEST, Cause.MODEL)
        return move

    def _since(self, tx: Tx, held: StoredState) -> SinceOpening:
        opened = gate.opened_at(tx, place=held.place) or held.at
        gone = gate.gone_since(tx, place=held.place, since=opened)
        kept = gate_checks.sample(
            tx, model=self._classifier.name, since=opened, place=held.place, why=Drawn.KEPT
        )  # fmt: skip
        return SinceOpening(sum(not one.right for one in kept), len(kept), gone.gone, gone.declined)

    def _judge(self, now: datetime) -> None:
        """Has the model that serves judge what was drawn before it served, a part at a time."""
        while True:
            with self._store.read() as tx:
                waiting = gate_checks.unjudged(
                    tx, model=self._classifier.name, since=now - self._window, limit=RECHECK
                )  # fmt: skip
            if not waiting:
                return
            said = self._classifier.predict([message for _, message in waiting])
            thresholds = self._thresholds()
            judged = [
                Judgement(key, one.destination, one.probability, may_go(apply_policy(one, message, thresholds)))
                for (key, message), one in zip(waiting, said, strict=True)
            ]
            with self._store.begin() as tx:
                tx.lock("gate judgements")
                there = {key for key, _ in gate_checks.unjudged(
                    tx, model=self._classifier.name, since=now - self._window, limit=RECHECK
                )}  # fmt: skip
                fresh = [one for one in judged if one.message_id in there]
                gate_checks.judge_many(tx, fresh, model=self._classifier.name)

    def _drift(self, tx: Tx, now: datetime) -> bool:
        """Compares the last messages with what is usual and books new alarms; whether any alarm is open."""
        model = self._classifier.name
        opened = {one.figure for one in drift.open_alarms(tx, model=model)}
        last = drift.newest(tx, model=model, limit=WINDOW)
        recent = summarise([numbers for _, numbers in last])
        usual, figures = self._usual(tx, recent, now)
        if usual is None or len(last) < LEAST:
            return bool(opened)
        raised = [one for one in compare(usual, recent) if one.alarm and one.figure in figures]
        new = [one for one in raised if one.figure not in opened]
        made = [
            drift.raise_alarm(tx, one, model=model, examples=telling(usual, one.figure, last), now=now) for one in new
        ]
        for alarm_id, one in zip(made, new, strict=True):
            objects = [f"alarm:{alarm_id}", f"figure:{one.figure}"]
            audit.append(tx, at=now, actor=self._worker, act=audit.Act.DRIFT_RAISED, objects=objects)
        return bool(opened or new)

    def _usual(self, tx: Tx, recent: Snapshot, now: datetime) -> tuple[Snapshot | None, Collection[Figure]]:
        """What the last messages are compared with, and in which figures.

        Where a person has called mail usual, that holds for the next model too. It sees the same mail with other eyes, so
        until it has seen enough only what is the mail's alone is compared; then what it sees becomes the reference, unless
        the mail has changed.
        """
        model = self._classifier.name
        stated = drift.baseline(tx)
        if stated is None:
            return (self._classifier.reference if isinstance(self._classifier, Measures) else None), set(Figure)
        by, usual = stated
        if by == model:
            return usual, set(Figure)
        changed = any(one.alarm for one in compare(usual, recent) if one.figure in OF_MAIL_ALONE)
        if recent.messages < WINDOW or changed:
            return usual, OF_MAIL_ALONE
        drift.carry_baseline(tx, model=model, baseline=recent, actor=self._worker, now=now)
        return recent, set(Figure)

    def _move(self, tx: Tx, place: Place, move: Move, now: datetime) -> None:
        _move(tx, place, move, model=self._classifier.name, actor=self._worker, now=now)


def _move(tx: Tx, place: Place, move: Move, *, model: str, actor: str, now: datetime) -> None:
    row = gate.add_state(tx, place=place, move=move, model=model, actor=actor, now=now)
    objects = [f"gate:{row}", f"place:{place}", f"state:{move.state}", f"cause:{move.cause}"]
    audit.append(tx, at=now, actor=actor, act=audit.Act.GATE_MOVED, objects=objects)


def _evidence_from(tx: Tx, place: Place, window: timedelta, now: datetime) -> datetime:
    """From when on evidence counts: within the window, and after the gate was last refuted."""
    refuted = gate.refuted_at(tx, place=place)
    return now - window if refuted is None else max(now - window, refuted)


def _thin(found: Shortfall, checked: int, rules: Rules) -> str:
    if found.more is None:
        return (
            f"{checked} checked messages say that more than {rules.limit:.1%} may be misrouted at every threshold; "
            "only a better model can help"
        )
    return (
        f"{found.more} more checked messages without a misroute are needed ({checked} so far) to show at most "
        f"{rules.limit:.1%} misrouted with {rules.confidence:.0%} confidence"
    )
