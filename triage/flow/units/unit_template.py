"""Templates of mail to units: what administrators may write, checked when it is saved, filled when a mail is made.

A template is a subject and paragraphs with placeholders in braces. Some placeholders are words within a sentence; others
are blocks (facts, summary, links) and stand alone in a paragraph. The plain text and the HTML of a mail are made from the
same paragraphs, so that neither can say more than the other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from triage.domain.errors import DataError
from triage.domain.organisation import LANGUAGES
from triage.domain.people import Person
from triage.flow.units.unit_texts import DEFAULTS
from triage.store import audit, changes
from triage.store.engine import Store, Tx
from triage.store.settings import get_setting, set_setting

SETTING = "unit_mail"
LONGEST_SUBJECT, LONGEST_BODY = 120, 6000


class Kind(StrEnum):
    """Which mail a template is for."""

    FORWARD = "forward"
    REMINDER = "reminder"
    ACKNOWLEDGEMENT = "acknowledgement"  # to whoever wrote, where the office has switched it on


WORDS_IN_TEXT = {
    Kind.FORWARD: frozenset({"unit", "destination", "officer", "sender", "organisation", "subject", "received", "deadline", "country"}),
    Kind.REMINDER: frozenset({"unit", "destination", "sender", "subject", "sent", "days"}),
    Kind.ACKNOWLEDGEMENT: frozenset[str](),
}  # fmt: skip
BLOCKS = {
    Kind.FORWARD: frozenset({"copy", "note", "summary", "facts", "links", "original"}),
    Kind.REMINDER: frozenset({"links"}),
    Kind.ACKNOWLEDGEMENT: frozenset[str](),
}
REQUIRED: dict[Kind, tuple[str, ...]] = {
    Kind.FORWARD: ("facts", "links", "original"), Kind.REMINDER: ("links",), Kind.ACKNOWLEDGEMENT: (),
}  # fmt: skip
IN_SUBJECT = {
    Kind.FORWARD: frozenset({"destination", "subject", "unit"}),
    Kind.REMINDER: frozenset({"destination", "subject", "unit"}),
    Kind.ACKNOWLEDGEMENT: frozenset({"subject"}),
}
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """What an administrator writes."""

    subject: str
    body: str

    def paragraphs(self) -> list[str]:
        """The paragraphs, without empty ones."""
        return [p.strip() for p in re.split(r"\n\s*\n", self.body.replace("\r\n", "\n")) if p.strip()]


class Fault(StrEnum):
    """What can be wrong with a template."""

    UNKNOWN = "unknown"  # no such placeholder
    MISSING = "missing"  # one that every such mail needs
    NOT_ALONE = "not_alone"  # a block within a sentence
    BRACE = "brace"  # a brace that begins or ends nothing
    EMPTY = "empty"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault and the placeholder that it is about, if any."""

    fault: Fault
    word: str = ""


class TemplateRefused(DataError):
    """A template with faults; `problems` names them all."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("the template cannot be used: " + ", ".join(f"{p.fault} {p.word}".strip() for p in problems))
        self.problems = problems


Chosen = Mapping[tuple[Kind, str], Template]


def default(kind: Kind, language: str) -> Template:
    """The template that comes with the service."""
    return Template(*DEFAULTS[kind.value][language if language in LANGUAGES else "en"])


def check(kind: Kind, template: Template) -> list[Problem]:
    """Everything that is wrong with a template, none where it can be used."""
    problems: list[Problem] = []
    if not template.subject.strip() or not template.body.strip():
        problems.append(Problem(Fault.EMPTY))
    if len(template.subject) > LONGEST_SUBJECT or len(template.body) > LONGEST_BODY or "\n" in template.subject.strip():
        problems.append(Problem(Fault.TOO_LONG))
    problems += _odd(template.subject, IN_SUBJECT[kind], frozenset())
    for paragraph in template.paragraphs():
        problems += _odd(paragraph, WORDS_IN_TEXT[kind], BLOCKS[kind])
    used = set(_PLACE.findall(template.body))
    problems += [Problem(Fault.MISSING, word) for word in REQUIRED[kind] if word not in used]
    return list(dict.fromkeys(problems))


def _odd(text: str, words: frozenset[str], blocks: frozenset[str]) -> list[Problem]:
    problems = []
    for name in _PLACE.findall(text):
        if name in blocks:
            if text != f"{{{name}}}":
                problems.append(Problem(Fault.NOT_ALONE, name))
        elif name not in words:
            problems.append(Problem(Fault.UNKNOWN, name[:40]))
    if re.search(r"[{}]", _PLACE.sub("", text)):
        problems.append(Problem(Fault.BRACE))
    return problems


def fill(text: str, values: Mapping[str, str]) -> str:
    """A sentence with its words put in; what is put in is never looked at again."""
    return _PLACE.sub(lambda match: values.get(match[1], ""), text)


def chosen(tx: Tx) -> Chosen:
    """The templates that administrators have written; the others are the service's own. One query."""
    kept: Mapping[str, Mapping[str, Any]] = get_setting(tx, SETTING, {})
    return {
        (Kind(kind), language): Template(parts["subject"], parts["body"])
        for kind, by_language in kept.items()
        for language, parts in by_language.items()
        if kind in set(Kind)
    }


def save(store: Store, *, kind: Kind, language: str, template: Template, person: Person, now: Any) -> None:
    """Keeps a template from now on. Raises TemplateRefused with everything that is wrong with it."""
    problems = check(kind, template)
    if problems:
        raise TemplateRefused(problems)
    _keep(store, kind, language, {"subject": template.subject.strip(), "body": template.body.strip()}, person, now)


def reset(store: Store, *, kind: Kind, language: str, person: Person, now: Any) -> None:
    """Goes back to the service's own template."""
    _keep(store, kind, language, None, person, now)


def _keep(store: Store, kind: Kind, language: str, parts: dict[str, str] | None, person: Person, now: Any) -> None:
    with store.begin() as tx:
        tx.lock(SETTING)
        kept = {name: dict(by_language) for name, by_language in get_setting(tx, SETTING, {}).items()}
        before = kept.setdefault(kind.value, {}).pop(language, None) or _own_words(kind, language)
        if parts is not None:
            kept[kind.value][language] = parts
        actor = audit.actor_of(tx, person)
        set_setting(tx, SETTING, value=kept, actor=actor, now=now)
        objects = [f"setting:{SETTING}", f"{kind}:{language}"]
        about = history_of(kind, language)
        changes.add(tx, about=about, before=before, after=parts or _own_words(kind, language), actor=actor, now=now)
        audit.append(tx, at=now, actor=actor, act=audit.Act.CONFIGURED, objects=objects)


def history_of(kind: Kind, language: str) -> str:
    """The word under which changes of a template are kept."""
    return f"unit_mail:{kind}:{language}"


def _own_words(kind: Kind, language: str) -> dict[str, str]:
    own = default(kind, language)
    return {"subject": own.subject.strip(), "body": own.body.strip()}
