"""The tables of alerts, acknowledgements and limits: off or harmless unless set, every mistake named."""

from pathlib import Path

import pytest

from tests.unit.config.test_settings import GOOD, settings_of
from triage.config import document_settings
from triage.domain.errors import ConfigError


def test_what_is_not_said_is_harmless(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, GOOD)
    assert not settings.acknowledgement.enabled
    assert settings.acknowledgement.period_days == 7
    assert settings.alerts.webhook_url == ""
    assert settings.channel.sent_source == ""
    assert settings.limits.per_recipient_per_day == 40


def test_the_environment_stands_over_the_file(tmp_path: Path) -> None:
    environ = {"TRIAGE_ALERTS_ORDER": "a@office.example,b@office.example", "TRIAGE_LIMITS_PER_HOUR": "8"}
    settings = settings_of(tmp_path, GOOD, environ)
    assert settings.alerts.order == ("a@office.example", "b@office.example")
    assert settings.limits.per_hour == 8


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ('[alerts]\nwebhook = "x"', "alerts.webhook: no such key"),
        ('[alerts]\nwebhook_url = "http://hooks.office.example/x"', "http is for loopback only"),
        ('[alerts]\nwebhook_url = "https://me:secret@hooks.office.example/x"', "without user or password"),
        ('[alerts]\nwebhook_url = "ftp://hooks.office.example/x"', "must be an https address"),
        ("[alerts]\nremind_minutes = 0", "alerts.remind_minutes"),
        ("[acknowledgement]\nenable = true", "acknowledgement.enable: no such key"),
        ("[acknowledgement]\nperiod_days = 0", "acknowledgement.period_days"),
        ("[limits]\nper_recipient_per_day = 0", "limits.per_recipient_per_day"),
        ("[limits]\nper_week = 1", "limits.per_week: no such key"),
        ('sent_source = "nobody"', "no source of kind imap with the name nobody"),
    ],
)
def test_mistakes_are_named_and_no_value_is_shown(tmp_path: Path, more: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(tmp_path, f"{GOOD}\n{more}\n")
    assert expected in str(caught.value)
    assert "secret" not in str(caught.value)


def test_copies_go_to_the_account_of_an_imap_source(tmp_path: Path) -> None:
    channel = settings_of(tmp_path, f'{GOOD}\nsent_source = "contact"\nsent_folder = "Sent Items"\n').channel
    assert (channel.sent_source, channel.sent_folder) == ("contact", "Sent Items")


def test_every_key_is_documented() -> None:
    said = document_settings()
    for key in (
        "[alerts]",
        "remind_minutes",
        "[acknowledgement]",
        "period_days",
        "[limits]",
        "per_hour",
        "sent_folder",
    ):
        assert key in said
