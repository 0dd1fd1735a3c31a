"""What the message page shows, worked out before the template: suggestion, alternatives, marked text, history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from triage.domain.decision import Action, Evidence, Field, Prediction, UnitAnswer
from triage.domain.lifecycle import DeliveryEvent, MessageState
from triage.domain.message import Message
from triage.domain.policy import Reason
from triage.store.views import HistoryEntry, HistoryKind, MessageDetail, MessageSummary
from triage.web.directory import Place
from triage.web.folding import Letter, fold_letter, fold_thread
from triage.web.highlight import Piece, pieces
from triage.web.show import place
from triage.web.translate import gettext
from triage.web.words import ACTIONS, ANSWERS, FACTS, reason_word, word

DECIDABLE = frozenset({MessageState.IN_REVIEW})
ALTERNATIVES = 5
FAIRLY_SURE = 0.6


@dataclass(frozen=True, slots=True)
class Shown:
    """A destination with a probability."""

    place: Place
    probability: float


@dataclass(frozen=True, slots=True)
class SimilarShown:
    """A past message like this one."""

    subject: str
    similarity: float
    place: Place


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history."""

    at: datetime
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class MarkedText:
    """The parts of a message with their evidence marked."""

    subject: list[Piece]
    newest: list[Piece]
    quoted: list[Piece]
    signature: list[Piece]

    def about(self) -> list[str]:
        """What the marks are about, in a fixed order, for the legend."""
        found = {p.about for part in (self.subject, self.newest, self.quoted, self.signature) for p in part}
        return [about for about in ("route", "country", "urgent", "restricted") if about in found]


@dataclass(frozen=True, slots=True)
class MessageView:
    """Everything the message page shows."""

    summary: MessageSummary
    message: Message | None
    prediction: Prediction | None
    suggestion: Shown | None
    decided: Place | None
    alternatives: list[Shown]
    country_places: list[str]
    country_facts: list[str]
    caution: str
    similar: list[SimilarShown]
    marked: MarkedText
    legend: list[str]
    quoted_lines: int
    thread: tuple[MessageSummary, ...]
    history: list[Line]
    can_decide: bool

    @property
    def subject(self) -> list[Piece]:
        return self.marked.subject

    @property
    def subject_marked(self) -> bool:
        return any(piece.about for piece in self.marked.subject)

    @property
    def newest(self) -> list[Piece]:
        return self.marked.newest

    @property
    def letter(self) -> Letter:
        """The newest text, its end folded where it is long."""
        return fold_letter(self.marked.newest)

    @property
    def earlier(self) -> list[list[Piece]]:
        """The quoted text as the messages of a thread."""
        return fold_thread(self.marked.quoted)

    @property
    def quoted(self) -> list[Piece]:
        return self.marked.quoted

    @property
    def signature(self) -> list[Piece]:
        return self.marked.signature

    @property
    def signature_marked(self) -> bool:
        return any(piece.about for piece in self.marked.signature)


def present(detail: MessageDetail) -> MessageView:
    """The message page's view of `detail`."""
    summary, message = detail.summary, detail.message
    prediction = detail.prediction.policied.prediction if detail.prediction else None
    if summary.machine is not None and summary.state is MessageState.MACHINE:
        prediction = None  # machine mail is not an inquiry; a suggestion beside it would mislead
    evidence = _telling(prediction)
    places, facts = _country_words(evidence)
    marked = _marked(message, evidence)
    decided = summary.decision.destination if summary.decision else None
    codes = {delivery.id: delivery.code or gettext("the sender") for delivery in detail.deliveries}
    return MessageView(
        summary=summary,
        message=message,
        prediction=prediction,
        suggestion=Shown(place(prediction.destination), prediction.probability) if prediction else None,
        decided=place(decided) if decided else None,
        alternatives=_alternatives(prediction),
        country_places=places,
        country_facts=facts,
        caution=_caution(detail) if prediction else "",
        similar=[SimilarShown(s.subject, s.similarity, place(s.destination)) for s in prediction.similar[:3]]
        if prediction
        else [],
        marked=marked,
        legend=marked.about(),
        quoted_lines=len(message.quoted_text.splitlines()) if message else 0,
        thread=detail.thread,
        history=[Line(entry.at, _tell(entry, codes), entry.note) for entry in detail.history],
        can_decide=summary.state in DECIDABLE,
    )


def _telling(prediction: Prediction | None) -> tuple[Evidence, ...]:
    """The evidence worth showing: that for a country only where a mission is suggested."""
    if prediction is None:
        return ()
    mission = prediction.destination.country is not None
    return tuple(e for e in prediction.evidence if mission or e.about != "country")


def _marked(message: Message | None, evidence: tuple[Evidence, ...]) -> MarkedText:
    if message is None:
        return MarkedText([], [], [], [])
    return MarkedText(
        pieces(message.subject, field=Field.SUBJECT, evidence=evidence),
        pieces(message.newest_text, field=Field.NEWEST, evidence=evidence),
        pieces(message.quoted_text, field=Field.QUOTED, evidence=evidence),
        pieces(message.signature, field=Field.SIGNATURE, evidence=evidence),
    )


def _alternatives(prediction: Prediction | None) -> list[Shown]:
    if prediction is None:
        return []
    others = [a for a in prediction.alternatives if a.destination != prediction.destination]
    return [Shown(place(a.destination), a.probability) for a in others[:ALTERNATIVES]]


def _country_words(evidence: tuple[Evidence, ...]) -> tuple[list[str], list[str]]:
    """What spoke for the country, heaviest first: places named, and facts in the office's words."""
    found = [e for e in sorted(evidence, key=lambda e: -e.weight) if e.about == "country" and e.weight > 0 and e.text]
    places = [e.text for e in found if e.field is not Field.OTHER]
    facts = [str(FACTS[e.text]) for e in found if e.field is Field.OTHER and e.text in FACTS]
    return list(dict.fromkeys(places))[:4], list(dict.fromkeys(facts))[:2]


def _caution(detail: MessageDetail) -> str:
    """One sentence where the suggestion deserves doubt, else nothing; a fairly sure one needs no warning."""
    if detail.prediction is None:
        return ""
    reason = detail.prediction.policied.reason
    sure = detail.prediction.policied.prediction.probability >= FAIRLY_SURE
    return "" if sure and reason == Reason.LOW_CONFIDENCE else reason_word(reason)


def _tell(entry: HistoryEntry, codes: Mapping[str, str]) -> str:
    """One line of history as a sentence; `codes` names who a delivery went to."""
    who = entry.actor or gettext("The service")
    where = place(entry.destination).code if entry.destination else ""
    if entry.kind is HistoryKind.ARRIVED:
        return gettext("Arrived")
    if entry.kind is HistoryKind.PREDICTED:
        return gettext("Suggested: %(code)s", code=where)
    if entry.kind is HistoryKind.DECIDED:
        done = str(ACTIONS[Action(entry.word)]) if entry.word in set(Action) else entry.word
        return f"{who} {done}: {where}" if where else f"{who} {done}"
    if entry.kind is HistoryKind.ANSWERED:
        said = str(ANSWERS[UnitAnswer(entry.word)]) if entry.word in set(UnitAnswer) else entry.word
        return gettext("Answer of the unit (%(who)s): %(answer)s", who=who, answer=said)
    if entry.kind is HistoryKind.DELIVERY:
        return _tell_delivery(entry, who, codes.get(entry.delivery_id or "", "–"))
    state = word(MessageState(entry.word)) if entry.word in set(MessageState) else entry.word
    return gettext("Now: %(state)s", state=state)


def _tell_delivery(entry: HistoryEntry, who: str, code: str) -> str:
    texts = {
        DeliveryEvent.CLAIMED: gettext("Mail to %(code)s: leaving now", code=code),
        DeliveryEvent.CANCELLED: gettext("Mail to %(code)s: undone before it left", code=code),
        DeliveryEvent.ACCEPTED: gettext("Mail to %(code)s: taken by the next server", code=code),
        DeliveryEvent.RETRY: gettext("Mail to %(code)s: could not leave, will be tried again", code=code),
        DeliveryEvent.REJECTED: gettext("Mail to %(code)s: refused", code=code),
        DeliveryEvent.LOST_TRACK: gettext("Mail to %(code)s: not known whether it arrived", code=code),
        DeliveryEvent.ARRIVED: gettext("Mail to %(code)s: %(who)s says that it arrived", code=code, who=who),
        DeliveryEvent.AGAIN: gettext("Mail to %(code)s: %(who)s has it sent again", code=code, who=who),
        DeliveryEvent.BOUNCED: gettext("Mail to %(code)s: came back", code=code),
    }
    if entry.word in set(DeliveryEvent):
        return texts[DeliveryEvent(entry.word)]
    return gettext("Mail to %(code)s: waiting to leave", code=code)
