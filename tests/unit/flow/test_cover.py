"""The readable head of a forward."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from triage.domain.decision import Action
from triage.domain.message import Address, Message
from triage.flow.sending.cover import WORDS, Cover, head_text, subject_of

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
MESSAGE = Message("<1@x.example>", Address("Fatou", "fatou@ngo.example"), (), (), (), "Fees", AT, "text", "text")
COVER = Cover(MESSAGE, AT, "MISSION:ML", "Mali", "Amina Diallo", AT, Action.CONFIRM, "", is_copy=False)


@pytest.mark.parametrize("language", WORDS)
def test_the_head_says_who_wrote_when_and_what_was_decided(language: str) -> None:
    text = head_text(COVER, language)
    for word in ("Fatou <fatou@ngo.example>", "2026-03-02 08:30 UTC", "Fees", "MISSION:ML - Mali", "Amina Diallo"):
        assert word in text
    assert WORDS[language].note + ":" not in text
    assert WORDS[language].copy not in text


def test_a_note_and_a_copy_are_named() -> None:
    text = head_text(replace(COVER, note="They wrote before", is_copy=True), "en")
    assert "Note: They wrote before" in text and "You receive a copy" in text


def test_suggested_and_chosen_differ() -> None:
    assert head_text(COVER, "en") != head_text(replace(COVER, action=Action.OVERRIDE), "en")


def test_mail_that_could_not_be_read_has_a_head_too() -> None:
    text = head_text(replace(COVER, message=None), "xx")
    assert "From: unknown" in text and "Written: unknown" in text


def test_the_subject_names_the_destination_and_stays_short() -> None:
    assert subject_of(COVER) == "[IPD MISSION:ML] Fees"
    long = replace(COVER, message=replace(MESSAGE, subject="x" * 5000))
    assert len(subject_of(long)) <= 180
    assert subject_of(replace(COVER, message=None)) == "[IPD MISSION:ML]"
