"""Three lines of a message in its own words: sentences are chosen, never made. English, French and Spanish cues; other
languages go by position and length.

Every line is a sentence of the newest text as it stands (white space joined), or its beginning with "…" where it is long.
"""

import re
from dataclasses import dataclass

LINES = 3
LONGEST_LINE = 240
_LOOKED_AT = 20_000
_SENTENCES = 120
_FEWEST_WORDS, _BEST_WORDS = 4, 40

_SPLIT = re.compile(
    r"(?<=[.!?…])(?<!\b[A-Z]\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bMrs\.)(?<!\bSr\.)(?<!\bSra\.)(?<!\bart\.)(?<!\bp\.)"
    r"(?<!\bNo\.)(?<!\bno\.)[\"»”')\]]?\s+(?=[\"«“¿¡(]?[A-ZÀ-ÖØ-Þ¿¡\d])"
)
_BULLET = re.compile(r"\s*(?:[-*•·–—]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+")
_GREETING = re.compile(
    r"\s*(?:dear|hello|hi|good (?:morning|afternoon|evening|day)|to whom|greetings|sir|madam|bonjour|bonsoir|ch[eè]re?s?"
    r"|madame|monsieur|mesdames|messieurs|salut|estimad[oa]s?|buen[oa]s (?:d[ií]as|tardes|noches)|hola|querid[oa]s?"
    r"|muy señor|distinguid[oa]s?|a quien)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\s*(?:(?:kind|best|warm|with)\b.{0,20}\bregards|regards|sincerely|yours|faithfully|many thanks|thank you(?: very much)?"
    r"(?: in advance)?[.,!]?$|thanks[.,!]?$|cordialement|bien (?:à vous|cordialement)|salutations|merci(?: d'avance)?[.,!]?$"
    r"|veuillez agréer|je vous prie d'agréer|dans l'attente|atentamente|saludos|cordialmente|un (?:cordial )?saludo"
    r"|muchas gracias(?: de antemano)?[.,!]?$|gracias[.,!]?$|quedo a la espera|looking forward|i look forward|we look forward"
    r"|(?:i|we) hope this|hope this (?:mail|message|email)|espero que|j'espère que vous)",
    re.IGNORECASE,
)
_ASK = re.compile(
    r"\?|\b(?:would like|could you|can you|would you|may we|may i|please|kindly|we ask|i ask|request(?:ing)?|we need|i need"
    r"|looking for|we seek|seeking|wish to|want to|grateful if|invite|invitation|propose|offer(?:ing)?|apply for|deadline"
    r"|how (?:can|do|does|should)|who (?:can|should|is)|what (?:is|are)|whether"
    r"|pourriez|pouvez|souhait\w+|voudri\w+|aimeri\w+|sollicit\w+|demand(?:e|ons|ent)\b|prière de|merci de|veuillez"
    r"|nous avons besoin|j'ai besoin|cherch(?:e|ons)|invit(?:er|ons|ation)|propos(?:e|ons)|date limite|comment|qui peut|si vous"
    r"|podr[ií]a\w*|pueden?\b|quisi[eé]ra\w*|solicit\w+|rog(?:amos|ar[ií]a)|agradecer[ií]a\w*|necesit\w+|busc(?:o|amos)"
    r"|invit(?:ar|amos|ación)|propon\w+|ofrec\w+|fecha límite|cómo|quién|por favor|desear[ií]a\w*)\b",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"\b(?:we are|i am|our (?:association|organisation|organization|network|foundation|team|members)|on behalf of"
    r"|nous sommes|je suis|notre (?:association|organisation|réseau|fondation)|au nom de"
    r"|somos|soy\b|nuestra (?:asociación|organización|red|fundación)|en nombre de)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    place: int
    score: float


def summarise(text: str, *, lines: int = LINES) -> tuple[str, ...]:
    """At most `lines` sentences of `text` that say best what is asked, in their own order; none for an empty text."""
    found = _sentences(text)
    scored = [_Sentence(one, place, _score(one, place, len(found))) for place, one in enumerate(found)]
    best = sorted(scored, key=lambda s: (-s.score, s.place))[:lines]
    return tuple(_cut(s.text) for s in sorted(best, key=lambda s: s.place))


def _sentences(text: str) -> list[str]:
    """The sentences of a text but for greetings, farewells and repeated ones."""
    out: dict[str, None] = {}
    for paragraph in _paragraphs(text[:_LOOKED_AT]):
        for piece in _SPLIT.split(paragraph):
            sentence = piece.strip()
            words = sentence.split()
            if _CLOSING.match(sentence) or (_GREETING.match(sentence) and len(words) < 12 and "?" not in sentence):
                continue
            if any(c.isalpha() for c in sentence):
                out.setdefault(sentence, None)
            if len(out) >= _SENTENCES:
                return list(out)
    full = [s for s in out if len(s.split()) >= _FEWEST_WORDS or not s.isascii()]
    return full or list(out)


def _paragraphs(text: str) -> list[str]:
    """Lines joined to paragraphs; a bullet, and a line that ends in a comma after a greeting, stands alone."""
    blocks: list[list[str]] = [[]]
    for line in text.replace("\r", "").split("\n"):
        bare = line.strip()
        if not bare:
            blocks.append([])
            continue
        bullet = _BULLET.match(line)
        if bullet:
            bare = line[bullet.end() :].strip()
            blocks.append([bare])
        elif _GREETING.match(bare) and len(bare) < 60 and bare[-1] in ",:.!":
            blocks += [[bare], []]
        else:
            blocks[-1].append(bare)
    return [_SPACE.sub(" ", " ".join(block)) for block in blocks if block]


def _score(sentence: str, place: int, number: int) -> float:
    words = len(sentence.split())
    score = 3.0 * bool(_ASK.search(sentence)) + 0.5 * ("?" in sentence)
    score += 1.0 * bool(_WHO.search(sentence)) + 0.6 * bool(_FIGURE.search(sentence))
    score += 1.0 - place / max(number, 1)  # what comes first matters more
    score += 0.8 if place == 0 else 0.0
    if words < _FEWEST_WORDS + 2:
        score -= 1.5
    if words > _BEST_WORDS:
        score -= min((words - _BEST_WORDS) / _BEST_WORDS, 1.5)
    return score


def _cut(sentence: str) -> str:
    """A sentence that is too long for a line, ended between two words."""
    if len(sentence) <= LONGEST_LINE:
        return sentence
    cut = sentence[: LONGEST_LINE - 1]
    head = cut.rsplit(" ", 1)[0] if " " in cut[LONGEST_LINE // 2 :] else cut
    return head.rstrip(" ,;:") + "…"
