"""The initial organisation: complete for every route and country, and its mistakes named with their line."""

from pathlib import Path

import pytest
from babel import Locale

from triage.config import PROJECT, load_organisation
from triage.domain.errors import ConfigError
from triage.domain.organisation import LANGUAGES, OfficeStatus


def test_every_country_of_iso_3166_resolves_to_an_office_with_an_address() -> None:
    units, rows = load_organisation(PROJECT / "config")
    offices = {office.code: office for office in rows}
    not_countries = {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
    codes = {code for code in Locale("en").territories if len(code) == 2 and code.isalpha()} - not_countries
    assert codes <= offices.keys()
    for code in codes:
        office = offices[code]
        acting = office if office.status is OfficeStatus.OWN else offices[office.covered_by or ""]
        assert "@" in acting.address, code
    for unit in units:
        assert all(unit.names[language] and unit.remits[language] for language in LANGUAGES)


def test_a_folder_without_organisation_takes_the_projects_own(tmp_path: Path) -> None:
    assert load_organisation(tmp_path) == load_organisation(PROJECT / "config")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            (
                "AF,Afghanistan,Afghanistan,Afganistán,own,,mission-af@iom.example",
                "AF,Afghanistan,Afghanistan,Afganistán,own,,",
            ),
            "needs an address",
        ),
        (
            ("AD,Andorra,Andorre,Andorra,unknown,RO-VIENNA", "AD,Andorra,Andorre,Andorra,perhaps,RO-VIENNA"),
            "status must be",
        ),
        (
            ("AD,Andorra,Andorre,Andorra,unknown,RO-VIENNA", "AD,Andorra,Andorre,Andorra,unknown,"),
            "covered_by must name",
        ),
        (("code,name_en", "kode,name_en"), "the columns must be"),
    ],
)
def test_bad_offices(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    text = (PROJECT / "config" / "offices.csv").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "offices.csv").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError, match=expected):
        load_organisation(tmp_path)


def test_a_missing_unit_is_named(tmp_path: Path) -> None:
    text = (PROJECT / "config" / "units.toml").read_text(encoding="utf-8")
    (tmp_path / "units.toml").write_text(text.replace('code = "IML"', 'code = "LAW"'), encoding="utf-8")
    with pytest.raises(ConfigError, match="no unit for IML"):
        load_organisation(tmp_path)
