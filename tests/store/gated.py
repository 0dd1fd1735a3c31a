"""An office with a gate, and a classifier whose numbers can be made strange."""

from collections.abc import Sequence
from datetime import timedelta

from tests.store.office import OFFICER, THRESHOLDS, UNDO_SECONDS, Office
from tests.store.parts import FirstWord, mail
from triage.domain.decision import Prediction
from triage.domain.drift import BUCKETS, Numbers, Snapshot, summarise
from triage.domain.gate import GateState
from triage.domain.gate_words import POOLED, Cause, Place
from triage.domain.gatekeeper import Rules
from triage.domain.message import Message
from triage.flow.desk.decide import Classify
from triage.flow.learning import gate
from triage.flow.learning.automatic import Automatic
from triage.store import gate as gate_rows

WINDOW = timedelta(days=30)
RULES = Rules(limit=0.3, confidence=0.8, audit_share=1.0, keep_share=0.25)


class Measured(FirstWord):
    """The same classifier with numbers: `strange` messages are all unknown words."""

    @property
    def reference(self) -> Snapshot:
        return summarise([Numbers("en", "DMM", 0.8, 0.01, 0.05, bytes([3] * BUCKETS))] * 300)

    def numbers(self, messages: Sequence[Message], predictions: Sequence[Prediction]) -> list[Numbers]:
        return [
            Numbers("en", "DMM", 0.8, 0.01, 0.9 if "strange" in m.newest_text else 0.05, bytes([3] * BUCKETS))
            for m in messages
        ]


class Gated:
    """An office with a gate; `chances` are drawn in turn, the last one for ever."""

    def __init__(self, office: Office, *, automatic: bool = True, model: FirstWord | None = None) -> None:
        self.office = office
        self.model = model or FirstWord()
        self.chance = 0.0
        self.automatic = automatic
        self.wire()

    def wire(self, name: str | None = None) -> None:
        """A worker anew, with another model where one is named."""
        if name is not None:
            self.model.name = name
        office = self.office
        office.classify = Classify(
            store=office.store,
            classifier=self.model,
            clock=office.clock,
            thresholds=THRESHOLDS,
            automatic=Automatic(lambda: RULES, self.automatic, lambda: UNDO_SECONDS, lambda: self.chance),
        )
        self.watch = gate.Watch(
            store=office.store,
            classifier=self.model,
            clock=office.clock,
            rules=lambda: RULES,
            window=WINDOW,
            automatic=self.automatic,
            thresholds=lambda: THRESHOLDS,
        )

    def many(self, number: int, text: str = "DMM please help with this question of ours") -> list[int]:
        """So many mails arrive; returns their ids."""
        before = {line.id for line in self.office.messages()}
        start = len(self.office.source.mails)
        self.office.arrive(
            *(
                mail(text, message_id=f"<{start + n}@ngo.example>", subject=f"Question {start + n}")
                for n in range(number)
            )
        )
        return sorted({line.id for line in self.office.messages()} - before)

    def audited(self, number: int, answer: str = "DMM") -> list[int]:
        """So many mails are drawn and answered."""
        self.chance = 0.0
        ids = self.many(number)
        for message_id in ids:
            self.office.decide(message_id, answer)
        return ids

    def open(self, place: Place = POOLED) -> None:
        gate.open_gate(
            self.office.store,
            place=place,
            model=self.model.name,
            rules=RULES,
            window=WINDOW,
            automatic=self.automatic,
            officer=OFFICER,
            now=self.office.clock.pass_(1),
        )

    def state(self, place: Place = POOLED) -> tuple[GateState, Cause]:
        with self.office.store.read() as tx:
            held = gate_rows.states(tx)[place]
        return held.state, held.cause

    def look(self) -> None:
        self.office.clock.pass_(61)
        self.watch.step()

    def opened(self) -> "Gated":
        """Open, and nothing is drawn from now on."""
        self.audited(30)
        self.open()
        self.chance = 0.99
        return self
