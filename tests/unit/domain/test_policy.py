"""What may be forwarded, and the word that says why not."""

from dataclasses import replace

import pytest

from triage.domain.decision import Alternative, Prediction, Verdict
from triage.domain.message import Address, Attachment, MachineKind, Message
from triage.domain.policy import Reason, Thresholds, decide
from triage.domain.taxonomy import Destination, Kind, Route, SenderType

THRESHOLDS = Thresholds(0.9, 0.95, 0.2, frozenset({"en", "fr", "es"}))
TEXT = "We would like to use the emblem on the cover of our annual report, in print and on line."
MESSAGE = Message("<1@x.example>", Address("A", "a@x.example"), (), (), (), "Emblem", None, TEXT, TEXT, language="en")


def prediction(destination: str = "MCD", probability: float = 0.97) -> Prediction:
    where = Destination.parse(destination)
    return Prediction(
        destination=where,
        probability=probability,
        alternatives=(Alternative(where, probability),),
        kind=Kind.QUESTION,
        sender_type=SenderType.NGO,
        language="en",
        urgent=False,
        restricted=False,
        out_of_scope=0.01,
        model="m",
    )


def test_a_confident_answer_is_eligible() -> None:
    decided = decide(prediction(), MESSAGE, THRESHOLDS)
    assert (decided.verdict, decided.reason) == (Verdict.FORWARD, "confident")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"restricted": True, "urgent": True}, Reason.RESTRICTED),
        ({"urgent": True}, Reason.URGENT),
        ({"language": "ka"}, Reason.UNKNOWN_LANGUAGE),
        ({"language": "und"}, Reason.UNKNOWN_LANGUAGE),
        ({"destination": Destination(Route.IPD)}, Reason.KEEP),
        ({"out_of_scope": 0.3}, Reason.OUT_OF_SCOPE),
        ({"probability": 0.89}, Reason.LOW_CONFIDENCE),
        ({"destination": Destination(Route.MISSION, "ML"), "probability": 0.94}, Reason.LOW_CONFIDENCE),
    ],
)
def test_every_doubt_goes_to_an_officer(change: dict[str, object], reason: Reason) -> None:
    decided = decide(replace(prediction(), **change), MESSAGE, THRESHOLDS)  # type: ignore[arg-type]  # any field
    assert decided.verdict is Verdict.REVIEW
    assert decided.reason == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"encrypted": True}, Reason.ENCRYPTED),
        ({"newest_text": "See attached", "text": "See attached"}, Reason.NEAR_EMPTY),
        (
            {"newest_text": "See attached", "attachments": (Attachment("letter.pdf", "application/pdf", 10, 0),)},
            Reason.ATTACHMENT_ONLY,
        ),
        (
            {"newest_text": "Hi", "attachments": (Attachment("logo.png", "image/png", 10, 0, inline=True),)},
            Reason.NEAR_EMPTY,
        ),
    ],
)
def test_mail_without_readable_text_goes_to_an_officer(change: dict[str, object], reason: Reason) -> None:
    decided = decide(prediction(), replace(MESSAGE, **change), THRESHOLDS)  # type: ignore[arg-type]  # any field
    assert (decided.verdict, decided.reason) == (Verdict.REVIEW, reason)


def test_a_short_answer_above_a_long_thread_is_not_empty() -> None:
    message = replace(MESSAGE, newest_text="See below", quoted_text=TEXT)
    assert decide(prediction(), message, THRESHOLDS).verdict is Verdict.FORWARD


def test_chinese_needs_no_blanks_to_be_text() -> None:
    text = "我们希望在年度报告的封面上使用贵组织的徽标请问需要哪些手续以及联系哪个部门谢谢"
    message = replace(MESSAGE, newest_text=text)
    thresholds = replace(THRESHOLDS, languages=frozenset({"en", "zh"}))
    assert decide(replace(prediction(), language="zh"), message, thresholds).verdict is Verdict.FORWARD


def test_machine_mail_is_set_aside_whatever_the_model_says() -> None:
    message = replace(MESSAGE, machine=MachineKind.AUTO_REPLY)
    decided = decide(replace(prediction(), restricted=True), message, THRESHOLDS)
    assert (decided.verdict, decided.reason) == (Verdict.MACHINE, "machine")
