"""Acknowledgements: by RFC 3834, once per sender and period, never where a person may be in danger."""

import email
import email.policy
from email.message import EmailMessage

import pytest

from tests.store.office import OFFICER, Office
from tests.store.parts import OWN, mail
from triage.domain.lifecycle import DeliveryState, Purpose
from triage.flow.sending.acknowledge import TEXTS, TEXTS_SETTING, Acknowledge
from triage.flow.sending.brake import Brake
from triage.flow.units.unit_template import Kind, Template, save
from triage.store import acknowledgements, settings

DAY_SECONDS = 86_400


@pytest.fixture
def polite(office: Office) -> Acknowledge:
    """The office with acknowledgements switched on."""
    office.classify = office.classifier(acknowledges=True)
    return Acknowledge(office.store, office.clock, Brake(OWN, 40, 200), 7)


def sent(office: Office, polite: Acknowledge) -> list[EmailMessage]:
    """Everything due leaves; the mails of this turn."""
    before = len(office.outbox.sent)
    while polite.step():
        pass
    office.send()
    parsed = [email.message_from_bytes(one.data, policy=email.policy.default) for one in office.outbox.sent[before:]]
    assert all(isinstance(one, EmailMessage) for one in parsed)
    return parsed  # type: ignore[return-value]


def outcome(office: Office, message_id: int = 1) -> str | None:
    with office.store.read() as tx:
        return acknowledgements.outcomes(tx, message_ids=[message_id])[message_id]


def test_an_acknowledgement_is_an_answer_that_nothing_answers(office: Office, polite: Acknowledge) -> None:
    office.arrive(mail("DMM please help us", subject="Résumé of\t2026", References="<0@ngo.example>"))
    (letter,) = sent(office, polite)
    assert office.outbox.sent[0].sender == ""
    assert office.outbox.sent[0].recipient == "fatou@ngo.example"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["In-Reply-To"] == "<1@ngo.example>"
    assert letter["References"] == "<0@ngo.example> <1@ngo.example>"
    assert letter["To"] == "Fatou Ndiaye <fatou@ngo.example>"
    assert letter["Reply-To"] == "ipd@office.example"
    assert letter["Subject"] == "Auto: Résumé of 2026"
    assert letter["X-Auto-Response-Suppress"] and letter["X-IPD-Triage-Instance"] == "ipd"
    assert "please help us" not in letter.get_content()
    (delivery,) = office.deliveries()
    assert (delivery.purpose, delivery.state) == (Purpose.ACKNOWLEDGEMENT, DeliveryState.SENT)
    assert delivery.address == "", "a private person's address lies encrypted"
    assert outcome(office) == "sent"
    assert office.books().balanced


def test_off_means_off(office: Office) -> None:
    step = Acknowledge(office.store, office.clock, Brake(OWN, 40, 200), 7)
    office.arrive(mail())
    assert step.step() == 0
    assert office.deliveries() == []


def test_once_per_sender_and_period(office: Office, polite: Acknowledge) -> None:
    for number in range(3):
        office.arrive(mail(f"DMM question {number}", message_id=f"<{number}@x.example>"))
        assert len(sent(office, polite)) == (1 if number == 0 else 0)
        office.clock.pass_(3 * DAY_SECONDS)
    assert outcome(office, 3) == "twice"
    office.arrive(mail("DMM a third one", message_id="<9@x.example>"))
    assert len(sent(office, polite)) == 1, "the period is over"


def test_changing_return_paths_do_not_get_one_each(office: Office, polite: Acknowledge) -> None:
    for number in range(3):
        office.arrive(
            mail(f"DMM q{number}", message_id=f"<{number}@x.example>", Return_Path=f"<prvs={number}=f@x.example>")
        )
    assert len(sent(office, polite)) == 1


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("urgent she is locked in", {}),
        ("misconduct by a member of staff", {}),
        ("IPD cheap watches", {}),
        ("DMM as our list said", {"List_Id": "<friends.lists.example>"}),
        ("DMM I am away", {"Auto_Submitted": "auto-replied"}),
        ("DMM who are we", {"sender": "ipd@office.example"}),
        ("DMM no path", {"Return_Path": "<>", "Reply_To": "fatou@ngo.example"}),
    ],
)
def test_never(office: Office, polite: Acknowledge, text: str, fields: dict[str, str]) -> None:
    office.arrive(mail(text, **fields))
    assert sent(office, polite) == []
    assert office.deliveries() == []


def test_mail_of_a_restricted_inquiry_is_never_acknowledged(office: Office, polite: Acknowledge) -> None:
    office.arrive(mail("misconduct by a member of staff"))
    office.arrive(mail("DMM one more thing", message_id="<2@ngo.example>", In_Reply_To="<1@ngo.example>"))
    assert sent(office, polite) == []


@pytest.mark.parametrize("language", ["fr", "es", "de"])
def test_in_the_language_of_the_message(office: Office, polite: Acknowledge, language: str) -> None:
    office.classify = office.classifier(language=language, acknowledges=True)
    office.arrive(mail("DMM une question"))
    (letter,) = sent(office, polite)
    assert letter.get_content().split() == TEXTS.get(language, TEXTS["en"]).split()


def test_the_office_may_write_its_own_words(office: Office, polite: Acknowledge) -> None:
    with office.store.begin() as tx:
        settings.set_setting(tx, TEXTS_SETTING, value={"en": "We have it."}, actor="x", now=office.clock.now())
    office.arrive(mail())
    (letter,) = sent(office, polite)
    assert letter.get_content().strip() == "We have it."


def test_what_the_brake_holds_back_is_booked(office: Office) -> None:
    office.classify = office.classifier(acknowledges=True)
    step = Acknowledge(office.store, office.clock, Brake(OWN, 40, 4), 7)
    office.arrive(*(mail(f"DMM q{n}", message_id=f"<{n}@x.example>", sender=f"p{n}@x.example") for n in range(5)))
    assert len(sent(office, step)) == 3
    assert [outcome(office, number) for number in range(1, 6)] == ["sent", "sent", "sent", "held_back", "held_back"]


def test_the_words_written_on_screen_are_used(office: Office, polite: Acknowledge) -> None:
    template = Template("We have your mail: {subject}", "Bien reçu.\n\nUn agent lira votre message.")
    save(
        office.store,
        kind=Kind.ACKNOWLEDGEMENT,
        language="fr",
        template=template,
        person=OFFICER,
        now=office.clock.now(),
    )
    office.classify = office.classifier(language="fr", acknowledges=True)
    office.arrive(mail("DMM aidez-nous, s'il vous plaît", subject="Une {question}"))
    (letter,) = sent(office, polite)
    assert letter["Subject"] == "Auto: We have your mail: Une {question}"
    assert letter.get_content().split() == template.body.split()
