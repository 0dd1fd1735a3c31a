"""A text is found again inside another, whatever was put around it; an original attached to a mail is known by its content."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from triage.mail.fingerprint import fingerprint, keyed
from triage.mail.likeness import bare_subject, runs, sketch
from triage.mail.parse import read_message
from triage.mail.traces import trace_of

TEXT = "We run a shelter in Tambacounda and ask whether your office could support our training for returnees this year."


def original() -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["Subject"], mail["Message-ID"] = "a@ngo.example", "A question", "<1@ngo.example>"
    mail["Date"] = "Mon, 02 Nov 2026 08:00:00 +0000"
    mail.set_content(TEXT)
    return mail.as_bytes()


def test_subjects_lose_what_answers_and_forwards_put_before_them() -> None:
    for marked in ("RE: A question", "Fwd: TR: A  Question", "[IPD DMM] AW: a question", "RV : Re[2]: A question"):
        assert bare_subject(marked) == "a question"
    assert bare_subject("Recruitment: a question") == "recruitment: a question"


def test_a_quoted_text_holds_the_sketch_of_the_original() -> None:
    quoted = "For you.\n\n> " + TEXT.replace("whether", "whether\n>") + "\n\nBest, N."
    assert sketch(TEXT) <= runs(quoted)
    assert not sketch(TEXT) & runs("Quite another text about the conference in Geneva and who speaks there on Monday.")
    assert sketch("") == frozenset()
    assert len(sketch(TEXT * 40)) <= 48


def test_an_attached_original_is_known_by_message_id_and_content() -> None:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Cc"] = (
        "b@office.example",
        "DMM@units.example",
        "c@office.example, dmm@units.example",
    )
    mail["In-Reply-To"], mail["References"] = "<9@x.example>", "<7@x.example> <9@x.example>"
    mail.set_content("For you.")
    mail.add_attachment(message_from_bytes(original(), policy=policy.SMTP))
    raw = mail.as_bytes()
    message = read_message(raw).message
    assert message is not None
    found = trace_of(raw, message)
    ((message_id, digest),) = found.attached
    assert (message_id, keyed(digest, b"k")) == ("<1@ngo.example>", fingerprint(original(), key=b"k"))
    assert found.named == ("<9@x.example>", "<7@x.example>")
    assert found.addresses == ("dmm@units.example", "c@office.example")
    assert not found.automatic


def test_what_no_person_sent_says_so() -> None:
    raw = b"Auto-Submitted: auto-replied\r\n" + original()
    message = read_message(raw).message
    assert message is not None
    assert trace_of(raw, message).automatic
