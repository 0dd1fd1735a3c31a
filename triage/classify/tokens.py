"""Words of a document with their places, cut once and shared by every feature."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from triage.classify.document import Document
from triage.domain.decision import Field

# Combining marks (Latin, Arabic) belong to the word they stand on. Addresses are one token each.
_TOKEN = re.compile(
    r"(?P<mask>(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|[\w\u0300-\u036f\u064b-\u065f\u0670]+"
)
_ARABIC_ARTICLE = re.compile(r"^(?:[وفبلك]?ال|لل)(?=\w{3})")
_ARABIC_FOLD = str.maketrans("أإآٱىةؤئ", "اااايهوي", "ـ")
_DIGITS = re.compile(r"\d")
MASKED = "xaddressx"


class Token(NamedTuple):
    """One word: where it lies, as written, and folded (lower case, no accents, digits as zeros)."""

    field: Field
    start: int
    end: int
    text: str
    word: str


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Lower case without accents or digits' values; Arabic without vowel signs, article and letter variants."""
    folded = unicodedata.normalize("NFKD", text.lower())
    if not folded.isascii():
        folded = "".join(character for character in folded if not unicodedata.combining(character))
        if "\u0600" <= folded[:1] <= "\u06ff":
            folded = _ARABIC_ARTICLE.sub("", folded.translate(_ARABIC_FOLD))
    elif folded.isalpha():
        return folded
    return _DIGITS.sub("0", folded)[:40]


def cut(field: Field, text: str) -> list[Token]:
    """The tokens of one field, in order."""
    return [
        Token(field, match.start(), match.end(), word := match[0], MASKED if match.lastgroup else fold(word))
        for match in _TOKEN.finditer(text)
    ]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a document, field by field. `read` is what decides the route: subject, newest, thin: quoted."""

    subject: list[Token]
    newest: list[Token]
    quoted: list[Token]
    signature: list[Token]
    sender: list[Token]

    def read(self) -> Iterator[Token]:
        """Every token that counts for the route, subject first."""
        yield from self.subject
        yield from self.newest
        yield from self.quoted


def tokens_of(document: Document) -> Tokens:
    """Cut a document. The quoted part is there only where it counts."""
    return Tokens(
        subject=cut(Field.SUBJECT, document.subject),
        newest=cut(Field.NEWEST, document.newest),
        quoted=cut(Field.QUOTED, document.read_quoted),
        signature=cut(Field.SIGNATURE, document.signature),
        sender=cut(Field.SENDER, document.sender_name),
    )
