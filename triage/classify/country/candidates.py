"""What speaks for each country that a message may be about, as named features for the ranker."""

import math
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from triage.classify.country.mentions import Mention
from triage.classify.country.sender import countries_of_phones, country_of_domain, is_government
from triage.classify.document import Document
from triage.classify.features.concepts import Found as Meant
from triage.classify.tokens import Tokens
from triage.domain.decision import Field

FIELD_LETTER = {Field.SUBJECT: "s", Field.NEWEST: "n", Field.QUOTED: "q", Field.SIGNATURE: "g", Field.SENDER: "f"}
ROUTE_READS = frozenset(
    {"roleP:office", "farP:office", "roleP:in"}
)  # features of mentions that tell the route something
_SURE = 0.5  # share of a name's meanings from which on it stands for the country
_ROLE = {
    role: frozenset(words.split())
    for role, words in {
        "in": "in at within across near around inside en a au aux dans chez pres sur na no nas nos em в на во у في ب عند in im am nan "
        "katika hapa ici aqui here",
        "from": "from desde depuis out leaving left fled returned deported expelled origin originaires originarios natives "
        "provenant procedentes из от من fra aus da dal dalla kutoka",
        "to": "to towards toward into vers hacia para pour reach destination إلى الي к nach bound",
        "self": "am live lives living writing write reside based suis habite habitons vis vivons sommes ecris ecrivons estoy vivo "
        "vivimos estamos escribo escribimos moro moramos estou escrevo wohne lebe bin schreibe abito scrivo sono живу живем пишу "
        "нахожусь اعيش اسكن انا نحن mwen nou niko niishi ben",
        "office": "office bureau oficina escritorio mission misi delegation antenne sede ufficio buro officer "
        "oim iom oficinas bureaux colleagues team equipe equipo colegas collegues مكتب منظمه офис бюро мом ofis bwo",
    }.items()
}
# Countries that people mostly travel to: where one is named beside another, the work is seldom there. Each feature of such a
# country has a weight of its own.
_DESTINATIONS = frozenset(
    {"AE", "AT", "AU", "BE", "BH", "CA", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "IE", "IL", "IT", "JP", "KR", "KW"}
    | {"LU", "NL", "NO", "NZ", "OM", "PT", "QA", "RU", "SA", "SE", "SG", "US"}
)
_SOLD = frozenset({"IO", "CO", "TV", "ME", "AI", "LY", "FM", "CC", "WS", "TO", "GG"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """One country with its features by name, and which mention (by place in the list) gave which features."""

    country: str
    features: dict[str, float]
    _spoke: list[tuple[int, list[str]]] = field(repr=False)

    @property
    def sources(self) -> dict[str, list[int]]:
        """By feature the mentions that gave it."""
        found: dict[str, list[int]] = {}
        for number, names in self._spoke:
            for name in names:
                found.setdefault(name, []).append(number)
        return found


def find_candidates(
    document: Document,
    tokens: Tokens,
    mentions: Sequence[Mention],
    meanings: Sequence[Meant],
    *,
    weighed: Container[str] | None = None,
) -> list[Candidate]:
    """Every country with any evidence, in alphabetical order. `meanings` are those of the words read for the route.

    With `weighed`, the features of mentions that are neither in it nor counted elsewhere are left out: a ranker that gives
    them no weight scores the same without them, and most words around a place are of that kind.
    """
    around = _Around(tokens, meanings)
    features: dict[str, dict[str, float]] = defaultdict(dict)
    spoke: dict[str, list[tuple[int, list[str]]]] = defaultdict(list)
    for index, mention in enumerate(mentions):
        near = around.of(mention)
        named: dict[tuple[str, bool], list[str]] = {}
        for country, kind, share in mention.meanings:
            sure = share >= _SURE
            names = named.get((kind, sure))
            if names is None:
                names = _mention_features(mention, kind, near, sure=sure)
                if weighed is not None:
                    names = [name for name in names if name in weighed or name[0] == "#" or name in ROUTE_READS]
                named[kind, sure] = names
            spoke[country].append((index, names))
            row = features[country]
            for name in names:
                row[name] = row.get(name, 0.0) + share
    _add_sender(document, features)
    if not features:
        return []
    _add_comparisons(features)
    language = document.language
    made = []
    for country in sorted(features):
        row = {
            name: math.log1p(value) if name[0] == "#" else value if value < 2.0 else 2.0
            for name, value in features[country].items()
        }
        if language in _languages(country):
            row["language"] = 1.0
        if country in _DESTINATIONS:
            row |= {f"${name}": value for name, value in row.items() if ":" not in name} | {"$": 1.0}
        made.append(Candidate(country, row, spoke[country]))
    return made


class _Around:
    """What is meant by the words around a place: eight before it, four behind."""

    def __init__(self, tokens: Tokens, meanings: Sequence[Meant]) -> None:
        self._offset = {
            Field.SUBJECT: 0,
            Field.NEWEST: len(tokens.subject),
            Field.QUOTED: len(tokens.subject) + len(tokens.newest),
        }
        self._starting: dict[int, list[int]] = defaultdict(list)
        for item in meanings:
            self._starting[item.first].append(item.concept)

    def of(self, mention: Mention) -> set[int]:
        """Numbers of the meanings, none for a mention outside the text."""
        offset = self._offset.get(mention.field)
        if offset is None:
            return set()
        first, last = offset + mention.first, offset + mention.last
        places = (*range(first - 9, first), *range(last + 1, last + 6))
        return {number for place in places if place in self._starting for number in self._starting[place]}


def _mention_features(mention: Mention, kind: str, near: set[int], *, sure: bool) -> list[str]:
    """The features that a mention gives to the countries it means in this way; each counts by the share of the meaning."""
    letter = FIELD_LETTER[mention.field]
    rows = [f"#{letter}{kind}" if sure else f"#{letter}{kind}?", f"#{letter}"]
    if mention.field in (Field.SIGNATURE, Field.SENDER):
        return rows
    before, after = mention.before, mention.after
    if before:
        rows.append(f"1{kind}:{before[-1]}")
    if len(before) > 1:
        rows += [f"2{kind}:{before[-2]}", f"12{kind}:{before[-2]} {before[-1]}"]
    rows += [f"b:{word}" for word in before[:-1]]
    rows += [f"a:{word}" for word in after]
    nature = "D" if kind == "D" else "P"
    for role, words in _ROLE.items():
        if not words.isdisjoint(before[-2:]):
            rows.append(f"role{nature}:{role}")
        elif not words.isdisjoint(before):
            rows.append(f"far{nature}:{role}")
    if sure:
        rows += [f"m{nature}:{number}" for number in near]
    if mention.place < 0.15:
        rows.append(f"early{nature}")
    if mention.place > 0.7:
        rows.append(f"late{nature}")
    if mention.lower:
        rows.append(f"lower{kind}")
    if mention.beside_capital:
        rows.append(f"beside{kind}")
    return rows


def _add_sender(document: Document, features: dict[str, dict[str, float]]) -> None:
    tld = country_of_domain(document.sender_email)
    if tld:
        row = features[tld]
        row["tld"] = 1.0
        if tld in _SOLD:
            row["tld_sold"] = 1.0
        if is_government(document.sender_email):
            row["tld_government"] = 1.0
    for country in countries_of_phones(document):
        features[country]["phone"] = 1.0


def _add_comparisons(features: dict[str, dict[str, float]]) -> None:
    """How each candidate stands against the others."""

    def weight(row: dict[str, float]) -> float:
        return row.get("#n", 0.0) + 1.5 * row.get("#s", 0.0) + 0.5 * row.get("#q", 0.0)

    weights = {country: weight(row) for country, row in features.items()}
    total = sum(weights.values())
    best = max(weights.values())
    named = sum(value >= _SURE for value in weights.values())
    places = {c: sum(row.get(f"#{f}{k}", 0.0) for f in "nsq" for k in "NPCR") for c, row in features.items()}
    best_place = max(places.values())
    for country, row in features.items():
        if total > 0:
            row["part"] = weights[country] / total
        if weights[country] == best and best > 0:
            row["most"] = 1.0
        if places[country] == best_place and best_place > 0:
            row["most_places"] = 1.0
        if named == 1 and weights[country] >= _SURE:
            row["only"] = 1.0
        if weights[country] < 0.05:
            row["unnamed"] = 1.0
            if named == 0:
                row["unnamed_alone"] = 1.0
        kinds = sum(any(row.get(f"#{f}{k}") for f in "nsq") for k in "NPCRD")
        if kinds > 1:
            row["several_kinds"] = float(kinds - 1)
        if row.get("tld") and weights[country] > 0:
            row["tld_named"] = 1.0
        if row.get("#nN") and (row.get("#nP") or row.get("#nC") or row.get("#nR")):
            row["place_and_country"] = 1.0


@lru_cache(maxsize=400)
def _languages(country: str) -> frozenset[str]:
    from babel.languages import get_official_languages

    return frozenset(code[:2] for code in get_official_languages(country, regional=True, de_facto=True))
