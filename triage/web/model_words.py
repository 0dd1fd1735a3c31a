"""The words of the model keeper's screens, in the language of the request."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from triage.domain.drift import Figure
from triage.domain.gate import GateState
from triage.domain.gate_words import Cause, Place, Scope
from triage.domain.labels import LabelSource, TaxonomyChange
from triage.domain.promotion import ALL, OTHER, CheckName
from triage.domain.training import Failure, Outcome, Phase, RunReason, RunState
from triage.flow.learning.promote import NEVER_COMPARED
from triage.web.show import exact_percent, language_name, number
from triage.web.translate import gettext

STATES: Mapping[Any, Any] = {
    RunState.WAITING: _l("waits for the worker"),
    RunState.RUNNING: _l("is being trained"),
    RunState.DONE: _l("trained"),
    RunState.REFUSED: _l("trained, may not serve"),
    RunState.FAILED: _l("came to nothing"),
}
PHASES: Mapping[Any, Any] = {
    Phase.WAITING: _l("waiting"),
    Phase.COLLECTING: _l("collecting and masking the labels"),
    Phase.FEATURES: _l("reading the texts"),
    Phase.COUNTRY: _l("learning countries"),
    Phase.SIMILAR: _l("learning what resembles what"),
    Phase.ROUTES: _l("learning units"),
    Phase.CALIBRATION: _l("learning how sure to be"),
    Phase.SAVING: _l("saving"),
    Phase.COMPARING: _l("comparing with the model that serves"),
    Phase.DONE: _l("done"),
}
RUN_REASONS: Mapping[Any, Any] = {
    RunReason.BY_HAND: _l("from the shell"),
    RunReason.SCREEN: _l("asked for on screen"),
    RunReason.SCHEDULE: _l("on schedule"),
    RunReason.CORRECTIONS: _l("enough corrections"),
    RunReason.ERASURE: _l("texts were erased"),
    RunReason.TAXONOMY: _l("a unit changed"),
}
OUTCOMES: Mapping[Any, Any] = {
    Outcome.PROMOTED: _l("serves, or has served"),
    Outcome.READY: _l("may serve: every check passed"),
    Outcome.HELD: _l("held: look at the suspicious labels first"),
    Outcome.REFUSED: _l("may not serve: worse than the model that serves"),
}
FAILURES: Mapping[Any, Any] = {
    Failure.LOST: _l("its process was lost"),
    Failure.DATA: _l("too few labels"),
    Failure.FAULT: _l("a fault; the log says which"),
}
CHECKS: Mapping[Any, Any] = {
    CheckName.UNSEEN: _l("has not learnt from what it is judged by"),
    CheckName.TEST: _l("not worse on the test messages"),
    CheckName.AUDIT: _l("not worse on the mail checked lately"),
    CheckName.LANGUAGE: _l("not worse in a language"),
    CheckName.ROUTE: _l("not clearly worse for a unit"),
    CheckName.CALIBRATION: _l("its probabilities mean what they say"),
    CheckName.OUT_OF_SCOPE: _l("keeps what is nobody's as often"),
    CheckName.SUSPECTS: _l("the new labels look right"),
}
CHECK_NUMBERS: Mapping[str, Any] = {
    "messages": _l("messages"),
    "seen": _l("of them learnt from"),
    "champion": _l("the model that served"),
    "challenger": _l("this one"),
    "won": _l("only this one right"),
    "lost": _l("only the other right"),
    "lowest": _l("surely at least"),
    "margin": _l("margin"),
    "power": _l("power"),
    "probability": _l("probability by chance"),
    "labels": _l("labels"),
    "suspected": _l("suspicious"),
    "share": _l("share"),
    "usual": _l("usual share"),
    "limit": _l("limit"),
}
SUBJECTS: Mapping[str, Any] = {ALL: _l("all new labels"), OTHER: _l("other languages")}
COUNTS = frozenset({"messages", "seen", "won", "lost", "labels", "suspected"})
"""The numbers of a check that count something; all others are shares."""
GATES: Mapping[Any, Any] = {
    GateState.CLOSED: _l("closed"),
    GateState.SUGGEST: _l("suggests only"),
    GateState.AUTOMATIC: _l("forwards automatically"),
}
CAUSES: Mapping[Any, Any] = {
    Cause.OFFICER: _l("somebody moved it"),
    Cause.CERTIFIED: _l("fresh evidence"),
    Cause.MISROUTES: _l("too many misroutes"),
    Cause.THIN: _l("too little evidence left"),
    Cause.MODEL: _l("another model serves"),
    Cause.DRIFT: _l("mail has changed"),
    Cause.BOOKS: _l("the books do not balance"),
    Cause.SETTINGS: _l("switched off in the configuration"),
}
DRIFTS: Mapping[Any, Any] = {
    Figure.UNKNOWN_WORDS: _l("Words that the model has never seen"),
    Figure.VOCABULARY: _l("Which words are used"),
    Figure.LANGUAGES: _l("Which languages people write in"),
    Figure.ROUTES: _l("Which units are suggested"),
    Figure.CONFIDENCE: _l("How sure the model is"),
    Figure.OUT_OF_SCOPE: _l("How much is nobody's"),
}
SOURCES: Mapping[Any, Any] = {
    LabelSource.OFFICER: _l("Decisions of officers"),
    LabelSource.UNIT: _l("Answers of units"),
    LabelSource.SECOND: _l("Second looks"),
    LabelSource.SETTLED: _l("Doubts settled"),
    LabelSource.FORWARD: _l("Past forwards"),
    LabelSource.IMPORTED: _l("Imported lines"),
}
CHANGES: Mapping[Any, Any] = {
    TaxonomyChange.RENAMED: _l("renamed"),
    TaxonomyChange.MERGED: _l("merged"),
    TaxonomyChange.SPLIT: _l("split"),
    TaxonomyChange.CLOSED: _l("closed"),
}
_BY_TYPE: Mapping[type, Mapping[Any, Any]] = {
    type(next(iter(table))): table
    for table in (
        STATES, PHASES, RUN_REASONS, OUTCOMES, FAILURES, CHECKS, GATES, CAUSES, DRIFTS, SOURCES, CHANGES,
    )
}  # fmt: skip


def model_word(value: StrEnum | None) -> str:
    """The office's word for a value of the model's life; the bare value where there is none."""
    return str(_BY_TYPE.get(type(value), {}).get(value, value or ""))


def failure_word(reason: str) -> str:
    """Why a run came to nothing, or which check did not pass."""
    if reason in set(Failure):
        return model_word(Failure(reason))
    name, _, subject = reason.partition(":")
    if name not in set(CheckName):
        return reason
    return f"{model_word(CheckName(name))} ({subject_word(subject)})" if subject else model_word(CheckName(name))


def check_numbers(figures: Mapping[str, Any]) -> str:
    """The numbers that a check was decided by, in words."""
    told = []
    for name, value in figures.items():
        if value is not None:
            shown = number(int(value)) if name in COUNTS else exact_percent(value)
            told.append(f"{CHECK_NUMBERS.get(name, name)} {shown}")
    return ", ".join(told)


def reason_word(why: str) -> str:
    """Why a model was promoted or taken back: an outcome of its comparison, or a keeper's own words."""
    if why == NEVER_COMPARED:
        return gettext("It was never compared.")
    return model_word(Outcome(why)) if why in set(Outcome) else why


def subject_word(subject: str) -> str:
    """A language or a unit that a check is about: `fr`, `other`, `DMM`, `all`, `looks:DMM` (what messages look like)."""
    if subject in SUBJECTS:
        return str(SUBJECTS[subject])
    looks, _, unit = subject.rpartition(":")
    if looks:
        return gettext("messages that look like %(unit)s", unit=unit)
    return language_name(subject) if len(subject) == 2 and subject.islower() else subject


def gate_name(place: Place) -> str:
    """What a gate is for."""
    if place.scope is Scope.ALL:
        return gettext("All mail")
    return language_name(place.name) if place.scope is Scope.LANGUAGE else place.name
