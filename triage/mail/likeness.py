"""Whether one text stands inside another, whatever was put around it: by runs of words, without keeping the text."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

RUN = 5
SKETCH = 48
_WORDS = re.compile(r"[^\W_]+")
_PREFIXES = re.compile(
    r"^\s*(?:(?:re|fw|fwd|tr|rv|wg|aw|enc|res|r|i|reenviado|ترجمة|رد)\s*(?:\[\d+\])?\s*[:：]\s*|\[[^\]]{1,30}\]\s*)+",
    re.IGNORECASE,
)


def bare_subject(subject: str) -> str:
    """A subject without the marks that replies and forwards put before it."""
    return " ".join(_PREFIXES.sub("", subject).casefold().split())


def runs(text: str) -> set[int]:
    """A number for each run of words; texts of fewer words have one for the whole."""
    words = _WORDS.findall(text.casefold())
    if not words:
        return set()
    return {_number(words[place : place + RUN]) for place in range(max(1, len(words) - RUN + 1))}


def same_words(text: str) -> str | None:
    """A word that is equal for texts of the same words, whatever their case, marks and spaces; None for a text of so few
    words that others may well have written the same."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())
    if len(words) < RUN:
        return None
    return hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=16).hexdigest()


def sketch(text: str) -> frozenset[int]:
    """The few smallest numbers of a text: enough to find it again, too few to tell what it said."""
    return frozenset(sorted(runs(text))[:SKETCH])


def _number(words: Iterable[str]) -> int:
    return int.from_bytes(hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8).digest(), "big")
