"""What a unit's plain reply says: we take it, not ours (and who instead), answered, need more, away, or a matter of its own.

Only a short, single, undoubted statement is `safe`, that is plain enough to be booked without an officer; a condition, a
contrast, a half answer, two statements at once, or a long text never is. The reading is a proposal then.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from triage.domain.message import MachineKind, Message
from triage.domain.reply import Reply, ReplyReading
from triage.domain.taxonomy import Destination, Route
from triage.mail import reply_words as words
from triage.mail.newest import split_newest
from triage.mail.reply_likely import LIKELY
from triage.mail.reply_remits import REMITS

_LOOKED_AT = 3_000
_SAFE_WORDS = 30
_SURE, _LIKELY, _GUESS = 0.95, 0.7, 0.45
_CODES = re.compile(r"(?<![\w/@.-])(DMM|DOE|ICP|MCD|IML|IPD)(?![\w/@-])")
_GREETING = re.compile(
    r"^(?:dear|hello|hi|good (?:morning|afternoon|day)|bonjour|cher(?:e|s|es)?|estimad[oa]s?|hola|buenos dias|"
    r"buenas tardes)\b[^\n]{0,40}?[,:!.\n]\s*"
)
_FAREWELL = re.compile(
    r"(?:^|\n|\s)(?:(?:kind|best|warm|many)\s+(?:regards|wishes)|regards|best|cheers|yours|thanks(?: a lot|"
    r" and regards)?|thank you|many thanks"
    r"|cordialement|bien a (?:vous|toi)|bien cordialement|salutations|merci(?: beaucoup)?(?: d'avance)?|amities|"
    r"saludos(?: cordiales)?|un saludo|atentamente|gracias|muchas gracias)\s*[,.!]?\s*(?:\n.*)?$",
    re.DOTALL,
)
_YES = re.compile(r"^(?:si|yes|oui)[,.!;]\s*")
_MISSION = re.compile(
    r"\b(?:mission|office|country office|colleagues|bureau|mision|oficina|colegas|collegues)(?: de l'oim| of iom|"
    r" iom)?\s+(?:in|for|of|au|aux|en|a|de|du|des|del|de la|de l'|d'|en el|en la|por)\s*(?:the |la |le |les |el |"
    r"los |l')?"
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A unit or mission that a reply may name: its destination and the names by which it is known, in any language."""

    destination: Destination
    names: tuple[str, ...]


def read_reply(message: Message, somebodies: Sequence[Somebody], *, own: frozenset[Destination] = frozenset()) -> Reply:
    """The reading of a reply. `own` are the destinations of the unit that writes: never whom it names instead."""
    if message.machine is MachineKind.AUTO_REPLY:
        return Reply(ReplyReading.OUT_OF_OFFICE, _SURE)
    said = _own_words(message)
    folded = fold(said)
    if not folded.strip():
        return Reply(ReplyReading.UNCLEAR, _GUESS)
    found = _readings(folded)
    proposed = _proposed(said, folded, somebodies, own)
    if not found:
        return _without_statement(folded, proposed)
    reading = found[0]
    single = len(found) == 1
    safe = single and reading.answer is not None and not _is_doubtful(folded, reading)
    confidence = _SURE if safe else _LIKELY if single else _GUESS
    return Reply(reading, confidence, proposed if reading is ReplyReading.NOT_OURS else None, safe=safe)


def _own_words(message: Message) -> str:
    """What the unit wrote now: without quote, signature, greeting and farewell."""
    text = message.newest_text or split_newest(message.text, subject=message.subject).newest
    text = text[:_LOOKED_AT].replace("’", "'").strip()
    folded = fold(text)
    while (greeting := _GREETING.match(folded)) and greeting.end() < len(text):
        text = text[greeting.end() :]
        folded = fold(text)
    farewell = _FAREWELL.search(folded)
    if farewell and farewell.start() > 0:
        text = text[: farewell.start()]
    return text.strip()


def fold(text: str) -> str:
    """Lower case without accents, one character for each character of `text`."""
    out = []
    for character in text:
        plain = unicodedata.normalize("NFKD", character)[0].lower()
        out.append(plain if len(plain) == 1 else character)
    return "".join(out).replace("’", "'")


def _readings(folded: str) -> list[ReplyReading]:
    """All readings that the words allow, the likeliest first."""
    flat = words.POSITIVE_NO.sub(" ", " ".join(folded.split()))
    if words.OUT_OF_OFFICE.search(flat):
        return [ReplyReading.OUT_OF_OFFICE]
    found: list[ReplyReading] = []
    taken: list[tuple[int, int]] = []
    for reading, pattern in words.READINGS.items():
        for match in pattern.finditer(flat):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            if reading in (ReplyReading.ACCEPTED, ReplyReading.ANSWERED) and _is_negated(flat, match):
                continue
            taken.append(match.span())
            if reading not in found:
                found.append(reading)
    if ReplyReading.ANSWERED in found and ReplyReading.ACCEPTED in found:
        found.remove(ReplyReading.ACCEPTED)  # who has answered had taken it
    return found


def _is_negated(flat: str, match: re.Match[str]) -> bool:
    """Whether a "not" stands before it in the same clause, or inside it."""
    clause = re.split(r"[.;:!?]|, ", flat[: match.start()])[-1]
    return bool(words.NEGATED.search(clause) or words.NEGATED.search(match.group()))


def _is_doubtful(folded: str, reading: ReplyReading) -> bool:
    """Whether anything in the text throws doubt on its statement: then a person reads it."""
    flat = _YES.sub("", " ".join(folded.split()))
    if words.DOUBT.search(flat) or len(flat.split()) > _SAFE_WORDS:
        return True
    if reading is ReplyReading.NEEDS_MORE:
        return flat.count("?") > 2
    if "?" in flat:
        return True
    return reading is not ReplyReading.NOT_OURS and bool(words.NEGATED.search(words.POSITIVE_NO.sub(" ", flat)))


def _without_statement(folded: str, proposed: Destination | None) -> Reply:
    """No certain words: what is likely, a name alone says "there", a question is a matter of its own."""
    flat = " ".join(folded.split())
    likely = next((reading for reading, pattern in LIKELY.items() if pattern.search(flat)), None)
    if likely is not None and not (likely is ReplyReading.ACCEPTED and (proposed or "?" in flat)):
        return Reply(likely, _GUESS, proposed if likely is ReplyReading.NOT_OURS else None)
    if proposed is not None and len(folded.split()) <= 12 and "?" not in folded:
        return Reply(ReplyReading.NOT_OURS, _LIKELY, proposed)
    if "?" in folded or len(folded.split()) > 25:
        return Reply(ReplyReading.NEW_QUESTION, _LIKELY)
    return Reply(ReplyReading.UNCLEAR, _GUESS)


def _proposed(
    said: str, folded: str, somebodies: Sequence[Somebody], own: frozenset[Destination]
) -> Destination | None:
    """Whom a reply names, where it names exactly one who is not the writer: by code, by name, by remit, by country."""
    flat = " ".join(folded.split())
    by_code = {Destination(Route(code)) for code in _CODES.findall(said)}
    named = (by_code or _by_name(flat, somebodies) or _by_remit(flat)) - own
    country = _by_country(flat, somebodies) - own
    if by_code - own or not country:
        return named.pop() if len(named) == 1 else None
    return country.pop() if len(country) == 1 and not named else None


def _by_name(flat: str, somebodies: Sequence[Somebody]) -> set[Destination]:
    return {
        one.destination
        for one in somebodies
        if one.destination.country is None and any(_stands_in(fold(name), flat) for name in one.names if len(name) > 3)
    }


def _by_remit(flat: str) -> set[Destination]:
    return {Destination(route) for route, pattern in REMITS.items() if pattern.search(flat)}


def _by_country(flat: str, somebodies: Sequence[Somebody]) -> set[Destination]:
    """Missions named as such ("the mission in Mali"); a country's bare name is not enough, the inquiry may be about it."""
    found: dict[int, tuple[int, Destination]] = {}
    for place in _MISSION.finditer(flat):
        rest = flat[place.end() : place.end() + 60]
        for one in somebodies:
            if one.destination.country is None:
                continue
            for name in one.names:
                folded = fold(name)
                longer = len(folded) > found.get(place.start(), (0, one.destination))[0]
                if folded and longer and re.match(rf"{re.escape(folded)}(?!\w)", rest):
                    found[place.start()] = (len(folded), one.destination)
    for one in somebodies:
        if one.destination.country is not None:
            for name in one.names:
                if len(name) > 3 and re.search(
                    rf"(?<!\w){re.escape(fold(name))} (?:mission|office|country office)(?!\w)", flat
                ):
                    found[-len(name)] = (len(name), one.destination)
    return {destination for _, destination in found.values()}


def _stands_in(name: str, flat: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", flat) is not None
