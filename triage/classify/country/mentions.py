"""Where a message names a place or a people, with the words around the name."""

from collections.abc import Sequence
from typing import NamedTuple

from triage.classify.country.gazetteer import LONGEST_NAME, Gazetteer, Meaning
from triage.classify.tokens import Token, Tokens
from triage.domain.decision import Field

_NOTHING: tuple[Meaning, ...] = ()
_REMEMBERED = 50_000  # words
_CASELESS = "\u0600"  # scripts from here on have no capital letters


class Mention(NamedTuple):
    """One name in one field. `before` and `after` are the folded words around it, `first` and `last` the
    numbers of its own among the words of the field; `place` is 0 to 1 through the field."""

    field: Field
    start: int
    end: int
    text: str
    name: str
    meanings: tuple[Meaning, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    first: int
    last: int
    place: float
    lower: bool
    beside_capital: bool


_PARTICLES = frozenset(
    word
    for words in (
        "a al as au aux cote d da das de del den der des di do dos du e el en et ha i il in ka ko l la las le les lo los",
        "na nord o of os saint san santa sant sao st ste sud sur the und y",
    )
    for word in words.split()
)
_ARABIC_PREFIXES = "بولفك"


class NameFinder:
    """Finds names. `common` are words that people write without a capital: never a town by themselves.

    What single words mean is remembered: most words of a message are no names, and are asked about again and again.
    """

    def __init__(self, gazetteer: Gazetteer, common: frozenset[str]) -> None:
        self.gazetteer = gazetteer
        self.common = common
        self.singles: dict[tuple[str, str, bool], tuple[Meaning, ...]] = {}

    def mentions(self, tokens: Tokens) -> list[Mention]:
        """Every mention in every field."""
        if len(self.singles) > _REMEMBERED:
            self.singles.clear()
        found: list[Mention] = []
        for field_tokens in (tokens.subject, tokens.newest, tokens.quoted, tokens.signature, tokens.sender):
            if field_tokens:
                found += _Field(field_tokens, self).mentions()
        return found


def find_mentions(tokens: Tokens, gazetteer: Gazetteer, common: frozenset[str]) -> list[Mention]:
    """Every mention in every field of one message."""
    return NameFinder(gazetteer, common).mentions(tokens)


class _Field:
    """The search in one field."""

    def __init__(self, tokens: Sequence[Token], names: NameFinder) -> None:
        self.tokens = tokens
        self.gazetteer = names.gazetteer
        self.common = names.common
        self.singles = names.singles
        # A writer who uses no capitals is read without them.
        self.small = sum(token.text[:1].isupper() for token in tokens) <= 1

    def mentions(self) -> list[Mention]:
        found: list[Mention] = []
        tokens, singles, small = self.tokens, self.singles, self.small
        longest, may_begin = self.gazetteer.longest, self.gazetteer.may_begin
        last = len(tokens) - 1
        position = 0
        while position <= last:
            token = tokens[position]
            word = token.word
            length, meanings = 0, _NOTHING
            most = longest(word) if position < last else 1
            if most > 1 and may_begin(word, tokens[position + 1].word):
                length, meanings = self._several(position, min(most, LONGEST_NAME, last - position + 1))
            if not length:
                key = (word, token.text, small)
                known = singles.get(key)
                if known is None:
                    known = singles[key] = self._single(token)
                if known:
                    length, meanings = 1, known
            if length:
                found.append(self._mention(position, length, meanings))
            position += length or 1
        return found

    def _mention(self, position: int, length: int, meanings: tuple[Meaning, ...]) -> Mention:
        tokens = self.tokens
        span = tokens[position : position + length]
        before = tokens[position - 1] if position else None
        after = tokens[position + length] if position + length < len(tokens) else None
        return Mention(
            field=span[0].field,
            start=span[0].start,
            end=span[-1].end,
            text=" ".join(token.text for token in span),
            name=" ".join(token.word for token in span),
            meanings=meanings,
            before=tuple(token.word for token in tokens[max(0, position - 4) : position]),
            after=tuple(token.word for token in tokens[position + length : position + length + 2]),
            first=position,
            last=position + length - 1,
            place=position / len(tokens),
            lower=span[0].text[:1].islower(),
            beside_capital=(before is not None and before.end + 1 == span[0].start and before.text[:1].isupper())
            or (after is not None and span[-1].end + 1 == after.start and after.text[:1].isupper()),
        )

    def _several(self, position: int, longest: int) -> tuple[int, tuple[Meaning, ...]]:
        """Number of tokens and meanings of the longest name of several words that begins here; (0, ()) for none."""
        for length in range(longest, 1, -1):
            span = self.tokens[position : position + length]
            meanings = self.gazetteer.meanings(" ".join(token.word for token in span))
            if meanings and (_listed(meanings) or self._town_like(span)):
                return length, meanings
        return 0, _NOTHING

    def _town_like(self, span: Sequence[Token]) -> bool:
        """Whether these words, all written as names, are more than everyday words with capitals."""
        heavy = [token for token in span if token.word not in _PARTICLES]
        if not heavy or all(token.word in self.common for token in heavy):
            return False
        return self.small or all(_capital(token) for token in heavy)

    def _single(self, token: Token) -> tuple[Meaning, ...]:
        word = token.word
        if len(word) < 2:
            return ()
        for form in _forms(word):
            meanings = self.gazetteer.meanings(form)
            if meanings and self._credible(token, meanings):
                return meanings
        return self.gazetteer.people(word) if len(word) >= 4 else ()

    def _credible(self, token: Token, meanings: tuple[Meaning, ...]) -> bool:
        if len(token.word) < 4 and not _listed(meanings):
            return False
        if len(token.word) <= 3:
            return token.text.isupper() or (_capital(token) and meanings[0].kind == "P")
        if _listed(meanings):
            return token.word not in self.common or _capital(token)
        return token.word not in self.common and (_capital(token) or self.small)


def _forms(word: str) -> tuple[str, ...]:
    """The word, and where it is Arabic or Cyrillic the forms without prefix or case ending."""
    if len(word) < 4 or word.isascii():
        return (word,)
    if "\u0600" <= word[0] <= "\u06ff":
        bare = word[1:] if word[0] in _ARABIC_PREFIXES else word
        return (word, bare, bare.removeprefix("ال"))
    if "\u0400" <= word[0] <= "\u04ff":
        one, two = word[:-1], word[:-2]
        return (word, one, one + "а", one + "я", one + "ь", two, two + "а")
    return (word,)


def _listed(meanings: tuple[Meaning, ...]) -> bool:
    """Whether the name stands in a hand-made list rather than in a table of every town."""
    return any(meaning.kind in "NPD" for meaning in meanings)


def _capital(token: Token) -> bool:
    return token.text[:1].isupper() or token.text[:1] >= _CASELESS
