"""Every mistake in triage.toml gets one line that names the file, the key and the mend."""

from pathlib import Path

import pytest

from triage.config import OAuth, Places, document_settings, load_settings
from triage.config.settings import Settings, Source
from triage.domain.errors import ConfigError

GOOD = """
[[sources]]
kind = "imap"
name = "contact"
host = "imap.office.example"
user = "contact@office.example"
password_file = "password"
after = "move:Done"
[channel]
kind = "smtp"
host = "127.0.0.1"
security = "plain"
from = "ipd@office.example"
"""


def settings_of(folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    (folder / "triage.toml").write_text(text, encoding="utf-8")
    return load_settings(folder, environ or {})


def test_good_settings(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("open sesame\nsecond line\n")
    settings = settings_of(tmp_path, GOOD)
    assert settings.sources[0].password() == "open sesame"
    assert settings.channel.domain == "office.example"
    assert settings.review.undo_seconds == 60


@pytest.mark.parametrize(
    ("web", "required"),
    [
        ("", False),
        ('public_url = "https://triage.office.example"', True),
        ('public_url = "https://triage.office.example"\nsecond_factor = "optional"', False),
        ('second_factor = "required"', True),
    ],
)
def test_a_second_factor_is_required_behind_https(tmp_path: Path, web: str, required: bool) -> None:
    (tmp_path / "password").write_text("open sesame")
    assert settings_of(tmp_path, f"{GOOD}\n[web]\n{web}\n").web.second_factor_required is required


def test_environment_stands_over_the_file(tmp_path: Path) -> None:
    environ = {
        "TRIAGE_CHANNEL_HOST": "localhost",
        "TRIAGE_CHANNEL_FROM": "other@office.example",
        "TRIAGE_REVIEW_UNDO_SECONDS": "0",
        "TRIAGE_SOURCE_CONTACT_HOST": "imap2.office.example",
        "TRIAGE_SERVICE_OWN_ADDRESSES": "a@office.example,b@office.example",
    }
    settings = settings_of(tmp_path, GOOD, environ)
    assert settings.channel.host == "localhost"
    assert settings.channel.from_ == "other@office.example"
    assert settings.review.undo_seconds == 0
    assert settings.sources[0].host == "imap2.office.example"
    assert settings.service.own_addresses == ("a@office.example", "b@office.example")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (('host = "imap.office.example"', 'hots = "x"'), "hots: no such key"),
        (('kind = "imap"', 'kind = "pop"'), "sources.1.kind"),
        (('after = "move:Done"', 'after = "delete"'), "must be `move:FOLDER`"),
        (('host = "127.0.0.1"', 'host = "smtp.office.example"'), "for loopback only"),
        (('password_file = "password"', ""), "user needs a password_file"),
        (('from = "ipd@office.example"', 'from = "IPD <ipd@office.example>"'), "one bare address"),
        (("[channel]", "[chanel]"), "no such key"),
        (("[channel]", "[channel"), "not TOML"),
        (('kind = "smtp"', 'kind = "maildir"'), "needs a path"),
        (('security = "plain"', 'security = "plain"\nport = 70000'), "channel.port"),
    ],
)
def test_bad_settings_say_what_where_and_how(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(tmp_path, GOOD.replace(*change))
    message = str(caught.value)
    assert expected in message
    assert str(tmp_path / "triage.toml") in message
    assert "\n" not in message


def test_two_sources_need_two_names(tmp_path: Path) -> None:
    source = '[[sources]]\nkind = "maildir"\npath = "box"\n'
    with pytest.raises(ConfigError, match="two sources are called maildir:box"):
        settings_of(tmp_path, source * 2 + '[channel]\nkind = "maildir"\npath = "out"\n')


def test_missing_file_and_missing_password(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file; copy"):
        load_settings(tmp_path / "nowhere", {})
    with pytest.raises(ConfigError, match="password_file"):
        settings_of(tmp_path, GOOD).sources[0].password()


def test_places_follow_the_environment(tmp_path: Path) -> None:
    places = Places.from_environment({"TRIAGE_HOME": str(tmp_path / "home")})
    assert places.keys == tmp_path / "home-keys"
    assert places.database_url == f"sqlite:///{tmp_path}/home/triage.sqlite"
    (tmp_path / "url").write_text("postgresql://triage@localhost/triage\n")
    places = Places.from_environment({"TRIAGE_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert places.database_url == "postgresql+psycopg://triage@localhost/triage"


def test_every_key_is_documented() -> None:
    text = document_settings()
    for model in (
        Source,
        OAuth,
        *(
            type(getattr(Settings(channel={"path": "x"}), n))
            for n in Settings.model_fields
            if n not in {"sources", "oauth"}
        ),
    ):
        for name, field in model.model_fields.items():
            assert field.description, name
            assert f"# {field.alias or name}: " in text
