"""What the sender wrote now, apart from the quoted thread and the signature.

Losing words of the sender is worse than leaving quoted ones in, so a doubtful mark cuts nothing; where nothing would
be left, or the mail is a forward, all of it counts as new. Lines in a sign-off ("Regards, ...") stay in the new text,
and are given as `signature` too; a signature behind a delimiter or of a telephone is taken out.

The cost is linear: each line is looked at a bounded number of times, long lines are plain text at once.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from triage.mail import quote_words as words
from triage.mail.html_text import HtmlText

_LONGEST_MARK = 300
_LINES_LOOKED_AT = 5_000
_WRAPPED_LINES = 5
_BLOCK_LINES = 12
_QUOTED_BY_HTML = "\ue0f1"
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NO_LETTERS = re.compile(r"[\W_]+")
_LETTERS = re.compile(r"[^\W_]+")
_DELIMITER = re.compile(r"\s*(?:--|– ?|—|-- ?|__|_ _|- -)[ \t\xa0]*")
_NAME_SIGNED = re.compile(r"\s?[-–—]{1,3}\s?[A-ZÀ-ÖØ-Þ][\w.'’-]*(?: [A-ZÀ-ÖØ-Þ][\w.'’-]*){0,3}\s*")
_WROTE_ALONE = re.compile(rf"\*?(?:{words.WROTE.pattern})\s?\*?[:：]\*?", re.IGNORECASE)
_RULE = re.compile(r"\s*[_=*+-]{3,200}\s*")
_LONG_RULE = re.compile(r"\s*[_=*-]{5,200}\s*")
_SHORT_SIGNATURE_LINES, _SHORT_SIGNATURE_CHARACTERS = 8, 500
_SIGNATURE_LINES, _SIGNATURE_CHARACTERS = 30, 2_500


@dataclass(frozen=True, slots=True)
class Split:
    """`newest` is never empty unless the text is; `forwarded` tells that the quoted part counts as new."""

    newest: str
    quoted: str = ""
    signature: str = ""
    forwarded: bool = False


@dataclass(slots=True)
class _Run:
    """Neighbouring lines of one kind: own text, or a quote with the attribution above it."""

    quote: bool
    lines: list[str]
    attribution: list[str]


def split_newest(text: str, *, subject: str = "", html: HtmlText | None = None) -> Split:
    """Split a text; `html` brings the marks of the HTML form of the same mail, which are trusted first."""
    if html is not None and (html.quoted or html.signatures):
        if html.text == text:
            return _split(_mark(html), subject)
        own = _own_part_by_html(text, html)
        if own is not None:
            part = _split(own, subject)
            rest = text[len(own) :].strip("\n")
            if not _is_forward(rest.split("\n"), subject):
                return Split(part.newest, _joined(part.quoted, rest), part.signature, part.forwarded)
    return _split(text, subject)


def _mark(html: HtmlText) -> str:
    """The text with its quoted spans marked line by line, and signatures put behind a delimiter."""
    out: list[str] = []
    at = 0
    spans = [(start, end, True) for start, end in html.quoted] + [(start, end, False) for start, end in html.signatures]
    for start, end, quote in sorted(spans):
        if start < at:
            continue
        out.append(html.text[at:start].rstrip(" "))
        inside = html.text[start:end]
        if quote:
            lines = inside.strip("\n").split("\n")
            out.append("\n" + "\n".join(_QUOTED_BY_HTML + line for line in lines) + "\n")
        elif (inside.strip() and not html.text[end:].strip()) or (end, True) in [(s, q) for s, _, q in spans]:
            lines = inside.strip("\n").split("\n")
            already = _DELIMITER.fullmatch(lines[0]) is not None
            out.append(("\n" if already else "\n-- \n") + "\n".join(lines) + "\n")
        else:
            out.append(inside)
        at = end
    out.append(html.text[at:])
    return "".join(out)


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text)


def _own_part_by_html(text: str, html: HtmlText) -> str | None:
    """The head of the plain text that equals what stands before the quote in the HTML form; None if it does not."""
    if not html.quoted:
        return None
    start, end = html.quoted[0][0], html.quoted[-1][1]
    if html.text[end:].strip():
        return None
    wanted = _letters(html.text[:start])
    if len(wanted) < 2:
        return None
    have = _letters(text)
    if not have.startswith(wanted) or len(have) == len(wanted):
        return None
    left = len(wanted)
    for run in _LETTERS.finditer(text):
        left -= len(run.group())
        if left > 0:
            continue
        line_end = text.find("\n", run.end())
        line_end = line_end if line_end >= 0 else len(text)
        # A cut in the middle of a line of letters means that the two forms do not run alike.
        return None if left or _letters(text[run.end() : line_end]) else text[:line_end]
    return None


def _split(text: str, subject: str) -> Split:
    lines = [_INVISIBLE.sub("", line) if not line.isascii() else line for line in text.split("\n")]
    if "-----BEGIN PGP" in text:
        lines = _without_armour(lines)
    runs, rest, forward = _runs(lines)
    quoted_tail = "\n".join(rest).strip("\n")
    own_text = any(not run.quote and any(line.strip() for line in run.lines) for run in runs)
    if forward or (rest and own_text and words.FORWARD_SUBJECT.match(subject)):
        plain = _unmarked(text)
        return Split(plain.strip(), _unmarked(quoted_tail), _sign_off_block(lines[: len(lines) - len(rest)]), True)
    signatures: list[str] = []
    trailing = _strip_tail(runs, signatures)
    composed, dropped = _compose(runs)
    newest = _unmarked(composed).strip()
    quoted = _unmarked(_joined(dropped, trailing, quoted_tail))
    if not newest:
        return Split(_unmarked(text).strip(), quoted, _unmarked("\n".join(signatures)))
    signature = "\n".join(reversed(signatures)).strip("\n") or _sign_off_block(newest.split("\n"))
    return Split(newest, quoted, _unmarked(signature))


def _without_armour(lines: list[str]) -> list[str]:
    """The words of a clear-signed text, its signature block behind a delimiter."""
    out: list[str] = []
    signed = False
    for line in lines:
        if words.PGP_BEGIN.fullmatch(line):
            signed = True
        elif words.PGP_SIGNATURE.fullmatch(line):
            out.extend(("-- ", line))
        elif not (signed and words.PGP_HASH.fullmatch(line)):
            out.append(line.removeprefix("- ") if signed and line.startswith("- -") else line)
    return out


def _unmarked(text: str) -> str:
    return text.replace(_QUOTED_BY_HTML, "")


def _joined(*texts: str) -> str:
    return "\n".join(text.strip("\n") for text in texts if text.strip())


def _is_quote(line: str) -> bool:
    return line.lstrip()[:1] in (">", _QUOTED_BY_HTML) and bool(line.strip())


def _runs(lines: list[str]) -> tuple[list[_Run], list[str], bool]:
    """The runs of own text and quotes; the lines behind a final mark; whether that mark is one of a forward."""
    runs: list[_Run] = []
    attribution: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if at > _LINES_LOOKED_AT:
            _append(runs, False, lines[at:], [])
            break
        if _is_quote(line):
            _append(runs, True, [line], attribution)
            attribution = []
            at += 1
            continue
        if not line.strip():
            if attribution:
                attribution.append(line)
            else:
                _append(runs, bool(runs) and runs[-1].quote, [line], [])
            at += 1
            continue
        if len(line) <= _LONGEST_MARK:
            if _forward_at(lines, at):
                return runs, lines[at:], True
            if _final_mark(lines, at):
                start = _above(lines, at)
                _take_back(runs, at - start)
                return runs, lines[start:], False
            size = _attribution_lines(lines, at)
            if size:
                following = _next_filled(lines, at + size)
                if following is not None and _is_quote(lines[following]):
                    attribution = lines[at : at + size]
                    at += size
                    continue
                if following is None or _strong(" ".join(lines[at : at + size])):
                    return runs, lines[at:], False
        if _wrapped_quote(lines, at, runs):
            _append(runs, True, [line], [])
        else:
            _append(runs, False, [line], [])
        at += 1
    return runs, attribution, False


def _append(runs: list[_Run], quote: bool, lines: list[str], attribution: list[str]) -> None:
    if runs and runs[-1].quote == quote and not attribution:
        runs[-1].lines.extend(lines)
    else:
        runs.append(_Run(quote, list(lines), list(attribution)))


def _above(lines: list[str], at: int) -> int:
    """Where the mark really begins: a rule of underscores or dashes right above it belongs to it."""
    above = at - 1
    while above >= 0 and not lines[above].strip() and at - above <= 2:
        above -= 1
    return above if above >= 0 and _LONG_RULE.fullmatch(lines[above]) else at


def _take_back(runs: list[_Run], count: int) -> None:
    """Take the last lines out of the last run again."""
    if runs and count:
        del runs[-1].lines[-count:]


def _next_filled(lines: list[str], at: int) -> int | None:
    for place in range(at, min(at + 6, len(lines))):
        if lines[place].strip():
            return place
    return None


def _wrapped_quote(lines: list[str], at: int, runs: list[_Run]) -> bool:
    """A short line right between two quoted lines: the rest of a quoted line that was wrapped on its way."""
    return (
        bool(runs)
        and runs[-1].quote
        and bool(runs[-1].lines[-1].strip())
        and at + 1 < len(lines)
        and _is_quote(lines[at + 1])
        and len(runs[-1].lines[-1]) > 60
        and len(lines[at]) < 40
    )


def _final_mark(lines: list[str], at: int) -> bool:
    """A line behind which all is the earlier thread, whatever it looks like."""
    line = lines[at].strip()
    if words.ORIGINAL.fullmatch(line) or words.ORIGINAL_BARE.fullmatch(line):
        return True
    if words.QUOTE_HIDDEN.fullmatch(line):
        return True
    if words.WROTE_BETWEEN_DASHES.fullmatch(line):
        following = _next_filled(lines, at + 1)
        return following is None or not _is_quote(lines[following])
    if words.REPLY_ABOVE.match(line) and len(line) < 120:
        return True
    return _header_block(lines, at)


def _header_block(lines: list[str], at: int) -> bool:
    """From, and at least two of Sent, To, Copy and Subject, within a few lines that begin here.

    A block that begins with another label than From must name an address in its From line: people write "Date:" and
    "To:" themselves.
    """
    from_first = bool(words.FROM_LABEL.match(lines[at]))
    if not from_first and not any(label.match(lines[at]) for _, label in _BLOCK_LABELS):
        return False
    seen: set[str] = set()
    blank = 0
    for line in lines[at : at + (_BLOCK_LINES if from_first else _BLOCK_LINES // 2)]:
        if not line.strip():
            blank += 1
            if not from_first or (blank > 1 and len(seen) < 2) or blank > 5:
                break
            continue
        line = line[:_LONGEST_MARK]
        if words.FROM_LABEL.match(line):
            if "from" not in seen and not _names_somebody(line, from_first):
                return False
            seen.add("from")
        seen.update(name for name, label in _BLOCK_LABELS if name not in seen and label.match(line))
    others = len(seen - {"from"})
    return "from" in seen and (others >= 2 or (others == 1 and _above(lines, at) != at))


def _names_somebody(line: str, from_first: bool) -> bool:
    if "@" in line or "mailto" in line:
        return True
    value = re.split("[:：]", line, maxsplit=1)[-1].strip(" *")
    return from_first and not value[:1].isdigit()


_BLOCK_LABELS = (
    ("sent", words.SENT_LABEL),
    ("to", words.TO_LABEL),
    ("copy", words.COPY_LABEL),
    ("subject", words.SUBJECT_LABEL),
)


def _forward_at(lines: list[str], at: int) -> bool:
    line = lines[at].strip()
    return bool(words.FORWARD.fullmatch(line) or words.FORWARD_BARE.fullmatch(line))


def _is_forward(rest: list[str], subject: str) -> bool:
    first = _next_filled(rest, 0)
    return bool(words.FORWARD_SUBJECT.match(subject)) or (first is not None and _forward_at(rest, first))


def _attribution_lines(lines: list[str], at: int) -> int:
    """How many lines from here are an attribution ("On ... wrote:"), or 0."""
    joined = ""
    for count in range(1, _WRAPPED_LINES + 1):
        if at + count > len(lines):
            return 0
        line = lines[at + count - 1].strip()
        if not line or len(joined) + len(line) > _LONGEST_MARK or (count > 1 and _is_quote(line)):
            return 0
        joined = f"{joined} {line}".strip()
        if _is_attribution(joined):
            following = lines[at + count].strip() if at + count < len(lines) else ""
            return count + bool(following in (":", "：") or _WROTE_ALONE.fullmatch(following))
        if count == 1 and not _may_begin(joined):
            return 0
    return 0


def _may_begin(line: str) -> bool:
    return bool(words.ATTRIBUTION_START.match(line) or words.ADDRESS.search(line))


def _is_attribution(joined: str) -> bool:
    bare = joined.rstrip(" -–—*_<>")
    if joined.endswith((":", "：", ">:", "---", "----")) or bare != joined or words.WROTE.search(joined[-30:]):
        if words.WROTE.search(joined):
            return True
        if words.ADDRESS.search(joined) and (words.CLOCK.search(joined) or words.DATE.search(joined)):
            return joined.endswith((":", "：")) or bool(words.ATTRIBUTION_START.match(joined) and joined.endswith(">"))
    return False


def _strong(joined: str) -> bool:
    """An attribution so complete that it needs no quote characters behind it."""
    dated = bool(words.CLOCK.search(joined) or words.DATE.search(joined))
    addressed = bool(words.ADDRESS.search(joined))
    begun = bool(words.ATTRIBUTION_START.match(joined))
    closed = joined.rstrip(" *_").endswith((":", "：", "--"))
    wrote = bool(words.WROTE.search(joined))
    if addressed and closed and (wrote or dated):
        return True
    if addressed and dated and begun and joined[:4].isdigit() and joined.endswith(">"):
        return True
    return dated and closed and wrote and (begun or bool(words.CLOCK.search(joined)))


def _strip_tail(runs: list[_Run], signatures: list[str]) -> str:
    """Take trailing quotes and signatures off the runs; returns the quotes."""
    quotes: list[str] = []
    while runs:
        last = runs[-1]
        if last.quote:
            if len(runs) == 1:
                break
            quotes.insert(0, "\n".join(last.attribution + last.lines))
            runs.pop()
            continue
        _strip_signature(last, signatures)
        if any(line.strip() for line in last.lines):
            break
        runs.pop()
    for run, following in pairwise(runs):
        if not run.quote and following.attribution:
            _strip_signature(run, signatures)
    return "\n".join(quotes)


def _strip_signature(run: _Run, signatures: list[str]) -> None:
    start = _signature_start(run.lines)
    if start is not None:
        signatures.append("\n".join(run.lines[start:]).strip("\n"))
        del run.lines[start:]


def _signature_start(lines: list[str]) -> int | None:
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
        if len(line) > _LONGEST_MARK:
            continue
        if _starts_signature(lines, at, filled):
            found = at
    return found


def _starts_signature(lines: list[str], at: int, filled: int) -> bool:
    """Whether a signature begins on this line, with so many filled lines from it to the end."""
    line = lines[at]
    if _DELIMITER.fullmatch(line):
        return True
    if filled <= 6 and len(line) <= 120 and _is_device(line):
        return True
    if filled <= 2 and at > 0 and not lines[at - 1].strip() and _NAME_SIGNED.fullmatch(line):
        return True
    if not _RULE.fullmatch(line):
        return False
    below = [each[:_LONGEST_MARK] for each in lines[at + 1 :] if each.strip()][:3]
    if len(line.strip()) <= 4:
        return filled <= _SHORT_SIGNATURE_LINES and sum(map(len, lines[at:])) <= _SHORT_SIGNATURE_CHARACTERS
    return any(words.LIST_FOOTER.match(each) or words.DISCLAIMER.match(each) for each in below)


def _is_device(line: str) -> bool:
    stripped = line.strip()
    if words.DEVICE.match(stripped):
        return (
            bool(words.DEVICE_NAMES.search(stripped))
            and len(stripped.split()) <= 14
            and not words.DEVICE_NOT.search(stripped)
        )
    return bool(words.DEVICE_END.fullmatch(stripped)) and bool(words.DEVICE_NAMES.search(stripped))


def _compose(runs: list[_Run]) -> tuple[str, str]:
    """The new text, and the quotes taken out of it.

    Quotes between own runs stay where the sender answered point by point; a single quote, or one above, goes.
    """
    own = [place for place, run in enumerate(runs) if not run.quote and any(line.strip() for line in run.lines)]
    if not own:
        return "", _joined(*("\n".join(run.attribution + run.lines) for run in runs))
    between = [run for place, run in enumerate(runs) if run.quote and own[0] < place < own[-1]]
    leading = [run for run in runs[: own[0]] if run.quote]
    point_by_point = len(between) >= 2 or (len(between) == 1 and (bool(leading) or not between[0].attribution))
    out: list[str] = []
    dropped: list[str] = []
    for run in runs:
        dropped.extend(run.attribution)
        if not run.quote or point_by_point:
            out.extend(run.lines)
        else:
            dropped.extend(run.lines)
            out.append("")
    return "\n".join(out), "\n".join(dropped)


def _sign_off_block(lines: list[str]) -> str:
    """The lines from "Kind regards" on, where they stand near the end of the new text."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for at in filled[-14:]:
        if len(lines[at]) <= 80 and words.SIGN_OFF.fullmatch(lines[at]):
            return "\n".join(lines[at + 1 :]).strip("\n")
    return ""
