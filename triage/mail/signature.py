"""Where a signature begins at the end of a person's words."""

import re

from triage.mail import quote_words as words
from triage.mail.quote_marks import LONGEST_MARK

DELIMITER = re.compile(r"\s*(?:--|– ?|—|-- ?|__|_ _|- -)[ \t\xa0]*")
_NAME_SIGNED = re.compile(r"\s?(?:[-–—]{1,3}\s?|/)[A-ZÀ-ÖØ-Þ][\w.'’-]*(?: [A-ZÀ-ÖØ-Þ][\w.'’-]*){0,3}\s*")
_RULE = re.compile(r"\s*[_=+—–-]{3,200}\s*")
# What stands below a rule of three or four dashes may be the next part of a text as well.
_SENTENCE = re.compile(r"\s*(?:\d{1,2}[.)]\s.{1,200}|(?:\S{1,40}\s{1,3}){3,60}\S{1,40}[.?!]\s*)")
_POSTSCRIPT = re.compile(r"\s*(?:P\.? ?S\b|N\.? ?B\b|.{0,60}\?\s*$)", re.IGNORECASE)
_SHORT_SIGNATURE_LINES, _SHORT_SIGNATURE_CHARACTERS = 8, 500
# Behind a long rule only what looks like a name and its titles is a signature.
_NAME_LINES, _NAME_CHARACTERS = 5, 60
_SIGNATURE_LINES, _SIGNATURE_CHARACTERS = 30, 2_500


def signature_start(lines: list[str]) -> int | None:
    """The index of the first line of the signature; None where there is none. Long ones are not believed."""
    filled = 0
    size = 0
    found = None
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        size += len(line) + 1
        if not line.strip():
            continue
        filled += 1
        if filled > _SIGNATURE_LINES or size > _SIGNATURE_CHARACTERS:
            break
        if len(line) > LONGEST_MARK:
            continue
        if _starts_signature(lines, at, filled):
            found = at
    return found


def _starts_signature(lines: list[str], at: int, filled: int) -> bool:
    """Whether a signature begins on this line, with so many filled lines from it to the end."""
    line = lines[at]
    if DELIMITER.fullmatch(line):
        return True
    if filled <= 6 and len(line) <= 120 and _is_device(line):
        return True
    if filled <= 2 and at > 0 and not lines[at - 1].strip() and _NAME_SIGNED.fullmatch(line):
        return True
    below = [each[:LONGEST_MARK] for each in lines[at + 1 :] if each.strip()][:4]
    if words.DISCLAIMER_HEAD.fullmatch(line):
        return any(words.DISCLAIMER.match(each) for each in below)
    if not _RULE.fullmatch(line):
        return False
    if (
        filled == 2
        and line.strip().startswith("_____")
        and (at == 0 or not lines[at - 1].strip())
        and len(below[0]) <= _NAME_CHARACTERS
    ):
        return not _POSTSCRIPT.match(below[0])
    if len(line.strip()) <= 4:
        return (
            filled <= _SHORT_SIGNATURE_LINES
            and sum(map(len, lines[at:])) <= _SHORT_SIGNATURE_CHARACTERS
            and not any(_RULE.fullmatch(each) or _SENTENCE.fullmatch(each) for each in lines[at + 1 :])
        )
    if filled <= _NAME_LINES and all(
        len(each) <= _NAME_CHARACTERS and each.rstrip()[-1] not in ".?!:;" for each in below
    ):
        return True
    return any(words.LIST_FOOTER.match(each) or words.DISCLAIMER.match(each) for each in below)


def _is_device(line: str) -> bool:
    stripped = line.strip()
    if begin := words.DEVICE.match(stripped):
        return (
            bool(words.DEVICE_NAMES.search(stripped))
            and len(stripped.split()) <= 14
            and not words.DEVICE_NOT.search(stripped, begin.end())
        )
    return bool(words.DEVICE_END.fullmatch(stripped)) and bool(words.DEVICE_NAMES.search(stripped))


def sign_off_block(lines: list[str]) -> str:
    """The lines from "Kind regards" on, where they stand near the end of the new text."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for at in filled[-14:]:
        if len(lines[at]) <= 80 and words.SIGN_OFF.fullmatch(lines[at]):
            return "\n".join(lines[at + 1 :]).strip("\n")
    return ""
