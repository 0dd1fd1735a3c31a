"""Lines by which mail programs announce an earlier mail: attributions, header blocks, dividers, forwards.

Each function looks at a bounded number of bounded lines, so a text is looked through in linear time.
"""

import re

from triage.mail import quote_words as words

# Longer lines are a person's paragraph, never a mark.
LONGEST_MARK = 300
# Put in front of lines that the HTML form of a mail marks as quoted; a private character, taken out at the end.
QUOTED_BY_HTML = "\ue0f1"
_WRAPPED_LINES = 5
_MARK_ENDS = tuple(":：>-*_")
_BLOCK_LINES = 12
_WROTE_ALONE = re.compile(rf">?\s?\*?(?:{words.WROTE.pattern})\s?\*?[:：]\*?", re.IGNORECASE)
_LONG_RULE = re.compile(r"\s*[_=*-]{5,200}\s*")
_LINK_ALONE = re.compile(r"\s*[(<\[]?https?://[^\s()<>]{1,250}[)>\]]?\s?>?\s*")
_ADDRESS_END = re.compile(r"(?:^|\s|<)[^<>\s@]{1,120}@[^<>\s@]{1,120}>?\)?\s?[:：]$")
_NAME_END = re.compile(r"(?:[A-ZÀ-ÖØ-ÞА-Я][\w.'’-]{0,30} ?){1,4}\s?[:：]")
_NAMED = re.compile(rf"(?:[\d.:/, ]{{8,24}} )?[A-ZÀ-ÖØ-ÞА-Я]\w+ .{{0,80}}(?<!\w)(?:{words.WROTE.pattern})")
_WROTE_LAST = re.compile(rf"<[^<>\s]{{1,120}}@[^<>\s]{{1,120}}>\s(?:{words.WROTE.pattern})", re.IGNORECASE)
_BLOCK_LABELS = (
    ("sent", words.SENT_LABEL),
    ("to", words.TO_LABEL),
    ("copy", words.COPY_LABEL),
    ("subject", words.SUBJECT_LABEL),
)


def is_quote(line: str) -> bool:
    """A line that is quoted, by its own mark or by the HTML form."""
    return line.lstrip()[:1] in (">", QUOTED_BY_HTML) and bool(line.strip())


def rule_above(lines: list[str], at: int) -> int:
    """Where the mark really begins: a rule of underscores or dashes right above it belongs to it."""
    above = at - 1
    while above >= 0 and not lines[above].strip() and at - above <= 2:
        above -= 1
    return above if above >= 0 and _LONG_RULE.fullmatch(lines[above]) else at


def next_filled(lines: list[str], at: int) -> int | None:
    """The next line with something on it, if it is near."""
    for place in range(at, min(at + 6, len(lines))):
        if lines[place].strip():
            return place
    return None


def is_final_mark(lines: list[str], at: int) -> bool:
    """A line behind which all is the earlier thread, whatever it looks like."""
    line = lines[at].strip()
    if words.ORIGINAL.fullmatch(line) or words.ORIGINAL_BARE.fullmatch(line) or words.ORIGINAL_RUN_ON.match(line):
        return True
    if words.QUOTE_HIDDEN.fullmatch(line) or words.PROCESSED.fullmatch(line):
        return True
    if words.WROTE_BETWEEN_DASHES.fullmatch(line):
        following = next_filled(lines, at + 1)
        return following is None or not is_quote(lines[following])
    if words.REPLY_ABOVE.match(line) and len(line) < 120:
        return True
    return _header_block(lines, at) or _stamped_block(lines, at)


def _stamped_block(lines: list[str], at: int) -> bool:
    """A date with clock and zone, then an addressee: what is left of a header block whose From was lost."""
    if not (words.SENT_LABEL.match(lines[at]) and words.STAMP.search(lines[at])) or at + 1 >= len(lines):
        return False
    return bool(words.TO_LABEL.match(lines[at + 1]) and words.ADDRESS.search(lines[at + 1][:LONGEST_MARK]))


def attribution_inside(lines: list[str], at: int) -> int:
    """Where in a line of own words an attribution begins whose quote stands below; 0 where there is none."""
    line = lines[at].rstrip()
    if words.ATTRIBUTION_START.match(line) or not line.endswith((":", "：")) or not words.WROTE.search(line[-30:]):
        return 0
    following = next_filled(lines, at + 1)
    if following is None or not is_quote(lines[following]):
        return 0
    for begin in words.ATTRIBUTION_INSIDE.finditer(line):
        if begin.start() > 0 and is_complete(line[begin.end() :].strip(" -–—")):
            return begin.start()
    return 0


def is_left_over(line: str, before: str, after: str) -> bool:
    """The end of a quoted line that lost its mark when it was wrapped: an address alone, or what closes a bracket."""
    if not (is_quote(before) and is_quote(after)) or not line.strip():
        return False
    if _LINK_ALONE.fullmatch(line):
        return True
    return before.count("(") > before.count(")") and line.count(")") > line.count("(") and " " not in line.strip()


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
        line = line[:LONGEST_MARK]
        if words.FROM_LABEL.match(line):
            if "from" not in seen and not _names_somebody(line, from_first):
                return False
            seen.add("from")
        seen.update(name for name, label in _BLOCK_LABELS if name not in seen and label.match(line))
    others = len(seen - {"from"})
    return "from" in seen and (
        others >= 2 or (others == 1 and rule_above(lines, at) != at) or _from_and_sent(lines[at : at + 2])
    )


def _from_and_sent(lines: list[str]) -> bool:
    """An address, and behind or below it when it was sent to the minute: a header block of one or two lines."""
    first = lines[0][:LONGEST_MARK]
    address = words.ADDRESS.search(first) if words.FROM_LABEL.match(first) else None
    if address is None:
        return False
    places = (first[address.end() :], *(line[:LONGEST_MARK] for line in lines[1:]))
    return any(
        words.SENT_LABEL.match(place) and words.CLOCK.search(place) and words.DATE.search(place) for place in places
    )


def _names_somebody(line: str, from_first: bool) -> bool:
    if "@" in line or "mailto" in line:
        return True
    value = re.split("[:：]", line, maxsplit=1)[-1].strip(" *")
    return from_first and not value[:1].isdigit()


def is_forward_mark(lines: list[str], at: int) -> bool:
    """A divider above a forwarded mail."""
    line = lines[at].strip()
    return bool(words.FORWARD.fullmatch(line) or words.FORWARD_BARE.fullmatch(line))


def is_forward(rest: list[str], subject: str) -> bool:
    """Whether the part behind the own words is something forwarded."""
    first = next_filled(rest, 0)
    return bool(words.FORWARD_SUBJECT.match(subject)) or (first is not None and is_forward_mark(rest, first))


def attribution_lines(lines: list[str], at: int) -> int:
    """How many lines from here are an attribution ("On ... wrote:"), or 0."""
    joined = ""
    for count in range(1, _WRAPPED_LINES + 1):
        if at + count > len(lines):
            return 0
        line = lines[at + count - 1].strip()
        if not line and count == 2 and lines[at + count : at + count + 1] == ["<"] and words.CLOCK.search(joined):
            continue  # some programs put the address into lines of its own
        if not line or len(joined) + len(line) > LONGEST_MARK or (count > 1 and is_quote(line)):
            return 0
        if joined and _begins_anew(joined, line):
            return 0
        joined = f"{joined} {line}".strip()
        if _is_attribution(joined):
            following = lines[at + count].strip() if at + count < len(lines) else ""
            rest = bool(following in (":", "：", "wrote ----") or _WROTE_ALONE.fullmatch(following))
            return count + (rest or (not is_closed(joined) and _ends_attribution(joined, following)))
        if count == 1 and not _may_begin(joined):
            return 0
    return 0


def _dated(line: str) -> bool:
    return bool(words.CLOCK.search(line) or words.DATE.search(line))


def _begins_anew(joined: str, line: str) -> bool:
    """Whether an attribution begins only on this line, below words of the sender that begin alike."""
    if words.ATTRIBUTION_ANEW.match(line):
        return True
    if not joined.endswith("<") and line[-1:] in _MARK_ENDS and is_complete(line):
        # No attribution has two addresses or two years, or a name behind its address.
        if any(kind.search(joined) and kind.search(line) for kind in (words.ADDRESS, words.DATE)):
            return True
        if words.ADDRESS.search(joined) and _NAMED.match(line):
            return True
    return (
        _dated(line)
        and not _dated(joined)
        and bool(words.ATTRIBUTION_START.match(line))
        and not words.ADDRESS.search(joined)
    )


def _ends_attribution(joined: str, line: str) -> bool:
    """The rest of a wrapped attribution: nothing but the end of its date, or the address of the one who wrote."""
    if not line.endswith((":", "：")):
        return False
    if (len(line) <= 40 and words.CLOCK.search(line)) or (_NAME_END.fullmatch(line) and words.WROTE.search(joined)):
        return True
    return len(line) <= LONGEST_MARK // 2 and _dated(joined) and bool(_ADDRESS_END.search(line))


def begun_above(lines: list[str], at: int, size: int) -> bool:
    """Whether the attribution of `size` lines has its date in the line above, alone there with a name."""
    if at == 0 or (at > 1 and lines[at - 2].strip()):
        return False
    above, here = lines[at - 1], " ".join(lines[at : at + size])
    if not above.strip() or len(above) > 90 or words.CLOCK.search(here) or words.DATE.search(here):
        return False
    return bool(words.CLOCK.search(above) and words.DATE.search(above)) and above.rstrip()[-1] not in ".?!"


def _may_begin(line: str) -> bool:
    return bool(words.ATTRIBUTION_START.match(line) or words.ADDRESS.search(line) or words.DATE_ALONE.fullmatch(line))


def _is_attribution(joined: str) -> bool:
    if words.DATED_NAME.fullmatch(joined):
        return True
    bare = joined.rstrip(" -–—*_<>")
    if joined.endswith((":", "：", ">:", "---", "----")) or bare != joined or words.WROTE.search(joined[-30:]):
        if words.WROTE.search(joined):
            # A person, too, may end a sentence with what somebody wrote.
            if words.WROTE_BETWEEN_DASHES.fullmatch(joined):
                return True
            return is_closed(joined) or bool(words.CLOCK.search(joined) or words.DATE.search(joined)) or "@" in joined
        if words.ADDRESS.search(joined) and (words.CLOCK.search(joined) or words.DATE.search(joined)):
            return joined.endswith((":", "：")) or bool(words.ATTRIBUTION_START.match(joined) and joined.endswith(">"))
    return False


def quotes_whole_mail(line: str) -> bool:
    """Whether a quoted line is itself an attribution: below it stands a whole mail, and not a chosen question."""
    inside = line.strip().lstrip(">" + QUOTED_BY_HTML).strip()
    return len(inside) <= LONGEST_MARK and is_complete(inside)


def is_closed(joined: str) -> bool:
    """An attribution that ends as one, and not as a sentence of a person who tells what somebody wrote."""
    return joined.rstrip(" *_-–—").endswith((":", "：", ">"))


def is_complete(joined: str) -> bool:
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
    if begun and dated and (last := _WROTE_LAST.search(joined)) and last.end() == len(joined):
        return True
    return dated and closed and wrote and (begun or bool(words.CLOCK.search(joined)))
