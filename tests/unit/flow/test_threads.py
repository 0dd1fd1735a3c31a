"""Message-IDs of ours, and which mails are the same."""

import pytest

from triage.flow.arriving.threads import bare, delivery_id_of

OURS = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("written", [f"<{OURS}@ipd.example>", f" {OURS}@IPD.example ", f"<{OURS}@ipd.example"])
def test_a_message_id_of_ours_names_its_delivery(written: str) -> None:
    assert delivery_id_of(written, "ipd.example") == OURS


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        (f"<{OURS}@other.example>", "ipd.example"),
        (f"<{OURS[:-1]}@ipd.example>", "ipd.example"),
        (f"<{OURS[:-1]}g@ipd.example>", "ipd.example"),
        (f"<{OURS.upper()}@ipd.example>", "ipd.example"),
        (f"<{OURS}@>", ""),
        ("", "ipd.example"),
    ],
)
def test_any_other_names_none(written: str, domain: str) -> None:
    assert delivery_id_of(written, domain) is None


def test_angle_brackets_do_not_count() -> None:
    assert bare("<1@x.example>") == bare(" 1@x.example ") == "1@x.example"
