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
from triage.mail.quote_marks import (
    LONGEST_MARK,
    QUOTED_BY_HTML,
    attribution_inside,
    attribution_lines,
    begun_above,
    is_closed,
    is_complete,
    is_final_mark,
    is_forward,
    is_forward_mark,
    is_left_over,
    is_quote,
    next_filled,
    quotes_whole_mail,
    rule_above,
)
from triage.mail.signature import DELIMITER, sign_off_block, signature_start

_LINES_LOOKED_AT = 5_000
_SIGNATURES = 3
_CHOSEN_LINES = 6
_WRAPPED_CHARACTERS = 80
_SENTENCE_ENDS = ".?!:;…。？！؟"
_NOTE_WORDS, _NOTE_CHARACTERS = 10, 90
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NO_LETTERS = re.compile(r"[\W_]+")
_LETTERS = re.compile(r"[^\W_]+")


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
            if not is_forward(rest.split("\n"), subject):
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
            out.append("\n" + "\n".join(QUOTED_BY_HTML + line for line in lines) + "\n")
        elif (inside.strip() and not html.text[end:].strip()) or (end, True) in [(s, q) for s, _, q in spans]:
            lines = inside.strip("\n").split("\n")
            already = DELIMITER.fullmatch(lines[0]) is not None
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
    banner = _banner_lines(lines)
    runs, rest, forward = _runs(lines[banner:])
    quoted_tail = "\n".join(rest).strip("\n")
    own_text = any(not run.quote and any(line.strip() for line in run.lines) for run in runs)
    if forward or (rest and own_text and words.FORWARD_SUBJECT.match(subject)):
        plain = _unmarked(text)
        own = lines[banner : len(lines) - len(rest)]
        return Split(plain.strip(), _unmarked(quoted_tail), sign_off_block(own), True)
    signatures: list[str] = []
    trailing = _strip_tail(runs, signatures)
    composed, dropped = _compose(runs)
    newest = _unmarked(composed).strip()
    quoted = _unmarked(_joined(dropped, trailing, quoted_tail))
    if not newest or (quoted and _only_points_at(newest, rest)):
        pointed = bool(newest)
        return Split(_unmarked(text).strip(), quoted, _unmarked("\n".join(signatures)), pointed)
    signature = "\n".join(reversed(signatures)).strip("\n") or sign_off_block(newest.split("\n"))
    return Split(newest, _joined("\n".join(lines[:banner]), quoted), _unmarked(signature))


def _banner_lines(lines: list[str]) -> int:
    """How many lines at the head a gateway put there ("this mail comes from outside, do not click ...")."""
    at = next_filled(lines, 0)
    return at + 1 if at is not None and words.BANNER.fullmatch(lines[at][: 2 * LONGEST_MARK]) else 0


def _only_points_at(newest: str, rest: list[str]) -> bool:
    """Whether the own words are a mere note on what follows ("FYI", "see below") or the title of a memorandum."""
    if len(newest) > _NOTE_CHARACTERS or len(newest.split()) > _NOTE_WORDS:
        return False
    if words.POINTS_BELOW.match(newest):
        return True
    memo = bool(rest) and words.FROM_LABEL.match(rest[0]) is not None
    return memo and newest.isupper() and not any(words.SENT_LABEL.match(line) or "@" in line for line in rest[:6])


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
    return text.replace(QUOTED_BY_HTML, "")


def _joined(*texts: str) -> str:
    return "\n".join(text.strip("\n") for text in texts if text.strip())


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
        if is_quote(line):
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
        if len(line) <= LONGEST_MARK:
            if is_forward_mark(lines, at):
                return runs, lines[at:], True
            if is_final_mark(lines, at):
                start = rule_above(lines, at)
                _take_back(runs, at - start)
                return runs, lines[start:], False
            if inside := attribution_inside(lines, at):
                _append(runs, False, [line[:inside].rstrip(" -–—")], [])
                attribution = [line[inside:]]
                at += 1
                continue
            size = attribution_lines(lines, at)
            if size:
                above = 1 if begun_above(lines, at, size) else 0
                following = next_filled(lines, at + size)
                if following is not None and is_quote(lines[following]):
                    _take_back(runs, above)
                    attribution = lines[at - above : at + size]
                    at += size
                    continue
                joined = " ".join(lines[at - above : at + size])
                if is_complete(joined) or (following is None and is_closed(joined)):
                    _take_back(runs, above)
                    return runs, lines[at - above :], False
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


def _take_back(runs: list[_Run], count: int) -> None:
    """Take the last lines out of the last run again."""
    if runs and count:
        del runs[-1].lines[-count:]


def _wrapped_quote(lines: list[str], at: int, runs: list[_Run]) -> bool:
    """A line right between two quoted lines: the rest of a quoted line that was wrapped on its way.

    An answer stands there too, but below the end of a question or sentence.
    """
    if not (runs and runs[-1].quote and at + 1 < len(lines)):
        return False
    before, line, after = runs[-1].lines[-1], lines[at], lines[at + 1]
    if is_left_over(line, before, after):
        return True
    if not (before.strip() and is_quote(after) and len(before) > 60) or before.rstrip()[-1] in _SENTENCE_ENDS:
        return False
    return len(line) < 40 or (len(line) <= _WRAPPED_CHARACTERS and line[:1].islower())


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
    for _ in range(_SIGNATURES):  # a list's footer may stand below a person's own
        start = signature_start(run.lines)
        if start is None:
            return
        signatures.append("\n".join(run.lines[start:]).strip("\n"))
        del run.lines[start:]


def _is_short(run: _Run) -> bool:
    """A few lines that were chosen to be answered, and not a whole earlier mail."""
    return sum(1 for line in run.lines if line.strip(" >")) <= _CHOSEN_LINES


def _is_farewell(runs: list[_Run], at: int) -> bool:
    """Whether only a sign-off or a few words are left behind this run."""
    behind = [line for run in runs[at + 1 :] if not run.quote for line in run.lines if line.strip()]
    if any(mark in line for line in behind for mark in "?？؟"):
        return False
    return bool(behind) and (
        bool(words.SIGN_OFF_LINE.fullmatch(behind[0])) or sum(len(each.split()) for each in behind) <= 4
    )


def _compose(runs: list[_Run]) -> tuple[str, str]:
    """The new text, and the quotes taken out of it.

    Quotes between own runs stay where the sender answered point by point, and so do a few quoted lines that more than
    a farewell follows; one above all own words goes.
    """
    own = [place for place, run in enumerate(runs) if not run.quote and any(line.strip() for line in run.lines)]
    if not own:
        return "", _joined(*("\n".join(run.attribution + run.lines) for run in runs))
    between = [run for place, run in enumerate(runs) if run.quote and own[0] < place < own[-1]]
    leading = [run for run in runs[: own[0]] if run.quote]
    point_by_point = len(between) >= 2 or (
        len(between) == 1
        and (
            bool(leading)
            or not (between[0].attribution or quotes_whole_mail(between[0].lines[0]))
            or (_is_short(between[0]) and not _is_farewell(runs, runs.index(between[0])))
        )
    )
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
