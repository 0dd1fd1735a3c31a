"""Every word of the screens stands in English, French and Spanish."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import triage.web
from triage.web.translate import catalogue_path, compiled

WEB = Path(triage.web.__file__).parent
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "_l": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
SAME_WORD = {
    "fr": {"Message", "Messages", "Information", "Invitation", "Question", "Date", "Source", "Missions", "Signature", "Urgent",
           "Administration", "Code", "Mission", "Note", "message %(number)s", "messages"},
    "es": {"No", "%(count)s MB", "%(count)s bytes", "%(count)s kB", "%(officer)s, %(time)s", "Auditor", "Manual", "no"},
}  # fmt: skip


def source() -> set[str]:
    found = extract_from_dir(
        WEB, method_map=METHODS, options_map={"**/templates/**.html": {"newstyle_gettext": "true"}}, keywords=KEYWORDS
    )
    return {str(message) for _, _, message, _, _ in found}


def catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def test_there_are_strings_to_translate() -> None:
    assert len(source()) > 200


@pytest.mark.parametrize("language", ["fr", "es"])
def test_no_string_is_missing_fuzzy_or_left_over(language: str) -> None:
    entries = {str(entry.id): entry for entry in catalogue(language) if entry.id}
    assert source() - set(entries) == set()
    assert set(entries) - source() == set()
    assert [entry.id for entry in entries.values() if entry.fuzzy or not str(entry.string).strip()] == []


@pytest.mark.parametrize("language", ["fr", "es"])
def test_placeholders_are_the_same(language: str) -> None:
    for entry in catalogue(language):
        if entry.id:
            assert sorted(PLACEHOLDER.findall(str(entry.string))) == sorted(PLACEHOLDER.findall(str(entry.id)))


@pytest.mark.parametrize("language", ["fr", "es"])
def test_no_english_is_left_standing(language: str) -> None:
    same = {str(entry.id) for entry in catalogue(language) if entry.id and entry.id == entry.string}
    assert same - SAME_WORD[language] == set()


def test_the_catalogues_compile_in_memory() -> None:
    assert compiled("fr").gettext("Sign in") == "Se connecter"
    assert compiled("es").gettext("Sign in") == "Iniciar sesión"
    assert compiled("en").gettext("Sign in") == "Sign in"


def test_the_manual_has_the_same_parts_in_each_language() -> None:
    parts = [
        re.findall(
            r"<(?:h2|li|p)\b|picture\(\"\w+\"", (WEB / "templates" / "manual" / f"{language}.html").read_text("utf-8")
        )
        for language in ("en", "fr", "es")
    ]
    assert parts[0] == parts[1] == parts[2]
    assert len(parts[0]) > 15
