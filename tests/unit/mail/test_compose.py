"""Outgoing mail: headers that nobody can inject into, the original byte for byte."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.domain.errors import DataError
from triage.domain.message import Address, MachineKind
from triage.mail.compose import AutoSubmitted, compose_forward, compose_plain, fits_as_message
from triage.mail.own import OwnMail
from triage.mail.parse import read_message

OWN = OwnMail(frozenset({"triage@office.example"}), "triage.office.example", "instance-7")
SENDER = Address("Triage", "triage@office.example")
UNIT = Address("Regional Office", "ro@office.example")
ANA = Address("Ana Lima", "ana@north.example")
AT = datetime(2020, 5, 4, 10, 0, tzinfo=UTC)
ORIGINAL = b"From: Ana <ana@north.example>\r\nSubject: Visit\r\n\r\nMay we come?\r\n"


def _forward(original: bytes = ORIGINAL, **changes: object) -> bytes:
    arguments: dict[str, object] = {
        "delivery_id": "d-1",
        "own": OWN,
        "sender": SENDER,
        "recipient": UNIT,
        "reply_to": ANA,
        "subject": "Fwd: Visit",
        "head_text": "For you.\nPlease answer Ana.",
        "date": AT,
    }
    return compose_forward(original, **(arguments | changes))  # type: ignore[arg-type]  # one place for the defaults


def _parsed(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _original_in(data: bytes) -> bytes:
    """The attached original as it lies on the wire, undone as its Content-Transfer-Encoding says."""
    mail = _parsed(data)
    boundary = b"\r\n--" + str(mail.get_boundary()).encode()
    entity = data.split(boundary)[2].removeprefix(b"\r\n")
    head, _, body = entity.partition(b"\r\n\r\n")
    if b"message/rfc822" in head:
        return body
    content = _parsed(entity).get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def test_headers_of_a_forward() -> None:
    mail = _parsed(_forward())
    assert mail["From"] == "Triage <triage@office.example>"
    assert mail["Reply-To"] == "Ana Lima <ana@north.example>"
    assert mail["Message-ID"] == "<d-1@triage.office.example>"
    assert mail["Auto-Submitted"] == "auto-forwarded"
    assert mail["X-IPD-Triage-Instance"] == "instance-7"
    assert mail["Date"].datetime == AT


def test_original_travels_as_a_message() -> None:
    data = _forward()
    assert fits_as_message(ORIGINAL)
    assert b"Content-Type: message/rfc822" in data and _original_in(data) == ORIGINAL


def test_8_bit_original_is_declared_at_every_level() -> None:
    original = "Subject: x\r\n\r\nà bientôt\r\n".encode()
    data = _forward(original)
    assert _original_in(data) == original
    assert _parsed(data)["Content-Transfer-Encoding"] == "8bit"
    assert b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n" in data


def test_file_with_bare_lf_gets_the_line_ends_of_mail() -> None:
    assert _original_in(_forward(b"Subject: x\n\nbody\n")) == b"Subject: x\r\n\r\nbody\r\n"


ODD = {
    "mixed line ends": b"Subject: x\r\n\nbody\n",
    "bare CR": b"Subject: x\r\n\r\na\rb\r\n",
    "NUL": b"Subject: x\r\n\r\na\0b\r\n",
    "long line": b"Subject: x\r\n\r\n" + b"y" * 999 + b"\r\n",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_original_travels_encoded(name: str) -> None:
    data = _forward(ODD[name])
    assert not fits_as_message(ODD[name])
    assert b"message/rfc822" not in data and _original_in(data) == ODD[name]


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(st.sampled_from([b"\r\n", b"a", b"--", b"Subject: x", b"\r", b"\n"])).map(b"".join),
    )
)
def test_any_original_comes_out_unchanged_and_the_mail_is_safe_to_send(original: bytes) -> None:
    data = _forward(original)
    assert _original_in(data) in (original, original.replace(b"\n", b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b"") and b"\0" not in data
    assert data.isascii() or _parsed(data)["Content-Transfer-Encoding"] == "8bit"
    assert max(map(len, data.split(b"\r\n"))) <= 998


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=300), st.text(max_size=300))
def test_nothing_can_be_injected(name: str, address: str, subject: str, text: str) -> None:
    text, subject = (each.encode("utf-8", "replace").decode() for each in (text, subject))
    data = _forward(reply_to=Address(name, address), subject=f"{subject}\r\nBcc: eve@x.example", head_text=text)
    head = data.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert set(names) <= {
        b"From", b"To", b"Reply-To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"X-Auto-Response-Suppress",
        b"X-IPD-Triage-Instance", b"MIME-Version", b"Content-Type",
    }  # fmt: skip
    assert len(names) == len(set(names)) and data.isascii()


def test_same_delivery_gives_the_same_bytes() -> None:
    assert _forward() == _forward() != _forward(delivery_id="d-2")


def test_our_forward_is_known_when_it_comes_back() -> None:
    message = read_message(_forward(), own=OWN).message
    assert message is not None and message.machine is MachineKind.OWN
    assert message.text == "For you.\nPlease answer Ana."
    assert [each.name for each in message.attachments] == ["original.eml"]


def test_names_and_words_of_the_world() -> None:
    data = _forward(
        subject="Réunion à Genève — 会議 " * 5,
        reply_to=Address("Жанна «Д’Арк», Ltd.", "j@bücher.example"),
        head_text="Привет, мир. " * 50,
    )
    message = read_message(data).message
    assert message is not None
    assert message.subject == ("Réunion à Genève — 会議 " * 5).strip()
    assert message.reply_to == (Address("Жанна «Д’Арк», Ltd.", "j@xn--bcher-kva.example"),)
    assert message.text.strip() == ("Привет, мир. " * 50).strip()


def test_html_head_is_an_alternative() -> None:
    message = read_message(_forward(head_html="<p>For <b>you</b></p>")).message
    assert message is not None and message.text.startswith("For you.") and "<b>you</b>" in message.html


def test_reply_that_threads() -> None:
    data = compose_plain(
        delivery_id="d-3", own=OWN, sender=SENDER, recipient=ANA, subject="Re: Visit", text="Yes.\nFrom Monday.", date=AT,
        auto_submitted=AutoSubmitted.NO, in_reply_to="<a@b>", references=["<z@b>", "<a@b>", "not an id\r\nBcc: x@y.example"],
    )  # fmt: skip
    mail = _parsed(data)
    assert mail["In-Reply-To"] == "<a@b>" and mail["References"].split() == ["<z@b>", "<a@b>"]
    assert mail["Auto-Submitted"] == "no" and mail["X-Auto-Response-Suppress"] is None
    assert mail.get_content() == "Yes.\nFrom Monday.\n" or mail.get_content().replace("\r", "") == "Yes.\nFrom Monday."


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@c.example", "a b@c.example", "é@c.example", "a@b.example>", "a@-", "a@b..example"]
)
def test_recipient_must_be_an_address(address: str) -> None:
    with pytest.raises(DataError):
        _forward(recipient=Address("x", address))


@pytest.mark.parametrize("delivery_id", ["", "a b", "a@b", "a\r\nb", "é", "<a>"])
def test_delivery_id_must_be_plain(delivery_id: str) -> None:
    with pytest.raises(ValueError, match="delivery id"):
        _forward(delivery_id=delivery_id)
