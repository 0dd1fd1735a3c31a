"""A text without the people in it, for training: what is kept must teach where mail goes, and name nobody.

Personal names, addresses, telephone and document numbers and signatures are masked: names and addresses become blocks,
digits become zeros, of telephone numbers the country's code stays, of a signature nothing else. The model reads digits as
zeros and addresses as one word anyway, so that little is lost. Names are found by where they stand (the sender's own and
those of the addressees anywhere; after titles, greetings and "my name is"; under the closing words), not by a list; a
name in the middle of a sentence that nothing points at is not found, and the manual says so.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from triage.domain.message import Address, Message
from triage.domain.person_request import BLOCK
from triage.mail.newest import split_newest
from triage.mail.organisation import names_organisation

SHORTEST_NAME = 3
_CLOSING_LINES = 6
_LONGEST_NAME_LINE = 70

_PARTICLE = r"(?:de|del|de la|da|dos|do|di|du|des|le|la|el|al|bin|ben|bint|ibn|ould|mint|van|von|der|den|y|e)"
_CAPITAL = r"[^\W\d_a-zà-öø-ÿ][\w'’.-]*"
_NAME = rf"{_CAPITAL}(?:[ \t\xa0]+(?:{_PARTICLE}[ \t\xa0]+)?{_CAPITAL}){{0,3}}"
_TITLE = re.compile(
    r"(?<!\w)(?i:mr|mrs|ms|miss|dr|prof|professor|sir|madam|dear|hello|hi|hey|good (?:morning|afternoon|evening)"
    r"|m|mm|mme|mlle|monsieur|madame|mademoiselle|docteur|professeur|me|ma[iî]tre|cher|ch[eè]re|bonjour|bonsoir|salut"
    r"|sr|sra|srta|señor|señora|señorita|don|doña|dra|lic|ing|estimad[oa]|querid[oa]|hola|buen[oa]s (?:d[ií]as|tardes)"
    r"|father|sister|brother|p[eè]re|sœur|fr[eè]re|padre|hermana|hermano|imam|sheikh|cheikh"
    r"|my name is|i am called|this is|je m['’]appelle|je me nomme|mon nom est|me llamo|mi nombre es|soy)"
    rf"\.?,?[ \t\xa0]+(?P<name>{_NAME})",
)
_CLOSING = re.compile(
    r"^\W*(?:(?:kind|best|warm|with|many)\b.{0,30}|regards|sincerely|yours\b.{0,20}|faithfully|thank(?:s| you)\b.{0,40}|respectfully"
    r"|cordialement|bien (?:à vous|cordialement)|(?:mes|nos|avec)?.{0,12}salutations.{0,20}|merci\b.{0,30}|respectueusement"
    r"|.{0,20}atentamente|.{0,20}saludos?\b.{0,30}|cordialmente|(?:muchas )?gracias\b.{0,30}|un abrazo|pour l\W.{1,30}|for the .{1,30}"
    r"|por la .{1,30}|por el .{1,30}|pour le .{1,30})\W*$",
    re.IGNORECASE,
)
_NAME_LINE = re.compile(rf"^\W{{0,3}}(?P<name>{_NAME})(?P<rest>[,;(–|-].*)?\W*$")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PHONE = re.compile(r"(?P<code>(?:\+|(?<![\d/.-])00)[ (]{0,2}[1-9]\d{0,2})(?P<rest>[\d ().\-/\xa0]{5,})")
_NUMBER = re.compile(
    r"(?<!\w)(?=(?:[^\W_]*\d){2})(?:[A-Za-z]{0,4}[-./ ]?)?\d[\d\xa0 ./-]*[\dA-Za-z]*(?:[-/]?[\dA-Za-z]+)*"
)
_STREET = re.compile(
    r"(?<!\w)\d{1,5}(?:[ ,]{1,2}(?:bis|ter))?,?[ \xa0]+(?:rue|avenue|av\.|boulevard|bd\.?|all[ée]e|impasse|chemin|route|quai|cours)"
    r"[ \xa0][^,;\n]{1,60}"
    r"|(?<!\w)\d{1,5}[A-Za-z]?,?[ \xa0]+(?:[A-Z][\w'’.-]*[ \xa0]+){1,4}"
    r"(?:street|st|road|rd|avenue|ave|lane|drive|close|way|crescent)\b\.?"
    r"|(?<!\w)(?:calle|avenida|av\.|avda\.?|carrera|cra\.?|paseo|jir[oó]n|jr\.|pasaje)[ \xa0][^,;\n]{1,50}?,?[ \xa0]"
    r"(?:n[º°o]\.?[ \xa0]?)?\d{1,5}\b"
    r"|(?<!\w)(?:p\.?[ ]?o\.?[ ]?box|b\.?p\.?|apartado(?: postal| de correos)?|casilla|case postale)[ \xa0:n°º.]{0,4}\d+",
    re.IGNORECASE,
)
_ROLE_ADDRESSES = frozenset({
    "info", "contact", "contacto", "office", "press", "presse", "prensa", "media", "news", "editor", "redaction", "redaccion",
    "secretariat", "secretaria", "admin", "sales", "jobs", "hr", "events", "programme", "programs", "newsletter", "noreply",
    "mission", "embassy", "ministry", "cabinet", "direction", "coordination", "communication", "comms",
})  # fmt: skip
_SOMEBODY = "x"
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Masked:
    """What is kept of a message for training."""

    from_name: str
    from_email: str
    subject: str
    body: str


def mask_message(message: Message) -> Masked:
    """A mail as the mail layer read it, masked; its signature goes, but for the countries of telephone numbers."""
    people = [*([message.sender] if message.sender else []), *message.to, *message.cc, *message.reply_to]
    body = message.newest_text
    if message.quoted_text:
        body += "\n\n" + "\n".join(f"> {line}" for line in message.quoted_text.splitlines())
    if not body.strip():
        body = message.text or message.attachment_text
    return _mask(people, message.sender, message.subject, body, message.signature)


def mask_text(*, from_name: str, from_email: str, subject: str, body: str) -> Masked:
    """The same for a text that was kept as a whole."""
    sender = Address(from_name, from_email)
    split = split_newest(body, subject=subject)
    return _mask(
        [sender], sender, subject, body.replace(split.signature, "") if split.signature else body, split.signature
    )


def _mask(people: Iterable[Address], sender: Address | None, subject: str, body: str, signature: str) -> Masked:
    names = _names(people)
    phones = " ".join(match["code"] for match in _PHONE.finditer(signature))
    text = _text(body, names)
    return Masked(
        from_name="" if sender is None else _display(sender.name),
        from_email="" if sender is None else _email(sender.email, names),
        subject=_text(subject, names),
        body=f"{text}\n-- \n{phones} 000000" if phones else text,
    )


def _names(people: Iterable[Address]) -> frozenset[str]:
    """The folded words of people's names: of display names that are no organisation's, and of personal addresses."""
    words: set[str] = set()
    for one in people:
        if not names_organisation(one.name):
            words |= {word.casefold() for word in _WORD.findall(one.name)}
        local = one.email.partition("@")[0].lower()
        parts = [part for part in re.split(r"[^\w]|_|\d", local) if part]
        if len(parts) > 1 and not _ROLE_ADDRESSES.intersection(parts):
            words |= set(parts)
    return frozenset(word for word in words if len(word) >= SHORTEST_NAME)


def _text(text: str, names: frozenset[str]) -> str:
    text = _STREET.sub(_blocks, text)
    text = _LINK.sub(lambda _: f"https://{BLOCK}", text)
    text = _ADDRESS.sub(lambda match: f"{_SOMEBODY}@{match[0].rpartition('@')[2]}", text)
    text = _numbers(text)
    text = _TITLE.sub(lambda match: match[0][: match.start("name") - match.start()] + _name(match["name"]), text)
    text = _under_closing(text)
    return _WORD.sub(lambda match: _known(match, names), text) if names else text


def _numbers(text: str) -> str:
    """Telephone numbers keep the country's code; of other numbers only short ones stay."""
    done, parts = 0, []
    for match in _PHONE.finditer(text):
        parts += [_NUMBER.sub(_zeros, text[done : match.start()]), match["code"], re.sub(r"\d", "0", match["rest"])]
        done = match.end()
    return "".join((*parts, _NUMBER.sub(_zeros, text[done:])))


def _blocks(match: re.Match[str]) -> str:
    return BLOCK * len(match[0])


def _name(name: str) -> str:
    """A name in blocks; words of an organisation stay."""
    return name if names_organisation(name) else re.sub(r"[\w'’.-]+", lambda word: BLOCK * len(word[0]), name)


def _zeros(match: re.Match[str]) -> str:
    digits = sum(map(str.isdigit, match[0]))
    return re.sub(r"\d", "0", match[0]) if digits >= _LEAST_DIGITS else match[0]


def _known(match: re.Match[str], names: frozenset[str]) -> str:
    word = match[0]
    return BLOCK * len(word) if not word[0].islower() and word.casefold() in names else word


def _under_closing(text: str) -> str:
    """Lines that are a name, and the last ones of the text or right under the words that close it."""
    lines = text.split("\n")
    filled = [number for number, line in enumerate(lines) if line.strip() and not line.startswith(">")]
    last = set(filled[-_CLOSING_LINES:])
    closed = False
    for place, number in enumerate(filled):
        line = lines[number]
        closes = len(line) <= _LONGEST_NAME_LINE and _CLOSING.match(line) is not None
        match = _NAME_LINE.match(line) if len(line) <= _LONGEST_NAME_LINE and (closed or number in last) else None
        if match is not None and place and not closes and not names_organisation(match["name"]):
            start, end = match.span("name")
            lines[number] = line[:start] + _name(line[start:end]) + line[end:]
        closed = closes or (closed and match is not None)
    return "\n".join(lines)


def _display(name: str) -> str:
    """A display name as far as it is an organisation's: a part in brackets or behind a comma, or the whole."""
    if not name.strip():
        return ""
    parts = [part.strip(" \"'") for part in re.split(r"[(),|/–]| - | via ", name) if part.strip()]
    kept = [part for part in parts if names_organisation(part)]
    return ", ".join(kept)


def _email(address: str, names: frozenset[str]) -> str:
    """The domain stays, without what is somebody's name in it; of the part before it only the name of an office."""
    local, _, domain = address.lower().rpartition("@")
    parts = [part for part in re.split(r"[^a-z]", local) if part]
    kept = next((part for part in parts if part in _ROLE_ADDRESSES), _SOMEBODY)
    labels = [_SOMEBODY if names.intersection(re.split(r"[^\w]", label)) else label for label in domain.split(".")]
    return f"{kept}@{'.'.join(labels)}" if domain else ""
