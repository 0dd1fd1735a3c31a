"""One way to fold words, for the search index of both databases and for what people type into it.

Case, accents, vowel points and the joining forms of letters go; scripts written without spaces (Chinese, Japanese,
Thai, Lao, Khmer, Burmese), and Korean with its endings, are cut into pairs of neighbouring characters, which finds any
word without a dictionary. Indexing and asking must use this same code: after a change of it the index is made anew.
"""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_WORD = 40
_ASCII_RUN = re.compile(r"[a-z0-9]+")
_REMEMBERED = 5_000


class _Kept(dict[int, int | str | None]):
    """What becomes of each character: combining marks go, others stay. Made as they come, some thousands remembered."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.combining(chr(code)) else code
        if len(self) < _REMEMBERED:
            self[code] = kept
        return kept


# Letters that no normal form takes apart, and Arabic, Persian and Urdu letters that people type for one another.
_SAME: dict[str, int | str | None] = {
    "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ŋ": "n",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ە": "ه", "ة": "ه",
    "ۃ": "ه", "ـ": None, "\u200c": None, "\u200d": None, "\u00ad": None, "\u200b": None,
}  # fmt: skip
_LETTERS = _Kept(str.maketrans(_SAME))
_PAIRED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0x20000, 0x3FFFF),
)  # fmt: skip


def fold(text: str) -> str:
    """`text` with everything gone that people leave out or write in several ways; the spaces stay."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()
    kept = apart.translate(_LETTERS)
    if kept.isascii():
        return kept
    # Korean syllables, taken apart above, are put together again; digits of every script become 0 to 9.
    joined = unicodedata.normalize("NFC", kept)
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in joined)


def words(text: str) -> Iterator[str]:
    """The folded words of `text` in order, with repeats. Single letters of alphabets are left out: they tell nothing."""
    folded = fold(text)
    if folded.isascii():
        yield from (run[:LONGEST_WORD] for run in _ASCII_RUN.findall(folded) if len(run) > 1 or run.isdigit())
        return
    for run, paired in _runs(folded):
        if not paired:
            if len(run) > 1 or run.isdigit():
                yield run[:LONGEST_WORD]
            continue
        yield from (run[place : place + 2] for place in range(len(run) - 1))
        yield run[-1]  # so that one character alone is found at the end of a run too


def asked_words(text: str) -> tuple[list[str], list[str]]:
    """What somebody types, as whole words and as beginnings of words. A beginning ends with `*`; a single character of
    a script without spaces is a beginning, too."""
    whole: list[str] = []
    begun: list[str] = []
    for part in text.split():
        starts = part.endswith("*")
        for run, paired in _runs(fold(part)):
            if paired and len(run) > 1:
                whole += [run[place : place + 2] for place in range(len(run) - 1)]
            elif paired or (starts and len(run) > 2):
                begun.append(run[:LONGEST_WORD])
            elif len(run) > 1 or run.isdigit():
                whole.append(run[:LONGEST_WORD])
    return list(dict.fromkeys(whole)), list(dict.fromkeys(begun))


def _runs(folded: str) -> Iterator[tuple[str, bool]]:
    """Runs of letters, digits and the marks that belong to them; True beside those that are cut into pairs."""
    run: list[str] = []
    paired = False
    for character in folded:
        if not (character.isalnum() or (run and unicodedata.category(character)[0] == "M")):
            if run:
                yield "".join(run), paired
                run = []
            continue
        now = not character.isascii() and _is_paired(ord(character))
        if run and now != paired:
            yield "".join(run), paired
            run = []
        run.append(character)
        paired = now
    if run:
        yield "".join(run), paired


def _is_paired(code: int) -> bool:
    return code >= 0x0E00 and any(first <= code <= last for first, last in _PAIRED)
