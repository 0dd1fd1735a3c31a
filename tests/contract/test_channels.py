"""What every channel promises, and how SMTP tells "nothing left" from "refused" from "who knows"."""

from pathlib import Path

import pytest

from tests.rig import free_port, leaks_forgiven
from tests.rig.smtp import Sink
from triage.channels import open_channel
from triage.config import Channel
from triage.domain.errors import Permanent, Transient, Unknown
from triage.domain.ports import ForwardChannel, Outgoing

DATA = b"From: ipd@office.example\r\nSubject: x\r\n\r\n.dot\r\nline\r\n..two dots\r\n"


def outgoing(recipient: str = "ok@unit.example", delivery_id: str = "d1") -> Outgoing:
    return Outgoing(delivery_id, "ipd@office.example", recipient, DATA)


class Body:
    """Counts how often a body was begun."""

    def __init__(self) -> None:
        self.begun = 0

    def __call__(self) -> None:
        self.begun += 1


def smtp(sink: Sink, **changes: object) -> ForwardChannel:
    values: dict[str, object] = {
        "kind": "smtp", "host": "localhost", "port": sink.port, "security": "plain", "from": "ipd@office.example", "timeout_seconds": 5
    }  # fmt: skip
    return open_channel(Channel(**(values | changes)))


def test_smtp_hands_over_byte_for_byte_on_one_connection(smtp_sink: Sink) -> None:
    channel, body = smtp(smtp_sink), Body()
    channel.send(outgoing(), body)
    channel.send(outgoing("two@unit.example"), body)
    channel.close()
    assert smtp_sink.mails == [
        ("ipd@office.example", ("ok@unit.example",), DATA),
        ("ipd@office.example", ("two@unit.example",), DATA),
    ]
    assert body.begun == 2


@pytest.mark.parametrize(
    ("local", "error", "code", "begun"),
    [
        ("tempfail", Transient, "smtp_recipient_refused", 0),
        ("nosuch", Permanent, "smtp_recipient_refused", 0),
        ("busy", Transient, "smtp_body_refused", 1),
        ("toobig", Permanent, "smtp_body_refused", 1),
        ("silent", Unknown, "smtp_no_answer", 1),
    ],
)
def test_smtp_refusals(smtp_sink: Sink, local: str, error: type[Exception], code: str, begun: int) -> None:
    channel, body = smtp(smtp_sink), Body()
    with pytest.raises(error, match=code) as caught:
        channel.send(outgoing(f"{local}@unit.example"), body)
    assert body.begun == begun
    assert "unit.example" not in str(caught.value), "no address in an error"
    channel.send(outgoing(), body)  # the next mail is not held up
    assert smtp_sink.mails[-1][1] == ("ok@unit.example",)
    channel.close()


def test_smtp_body_that_may_not_start_does_not_leave(smtp_sink: Sink) -> None:
    class Lost(Exception):
        pass

    def refuse() -> None:
        raise Lost

    channel = smtp(smtp_sink)
    with pytest.raises(Lost):
        channel.send(outgoing(), refuse)
    assert smtp_sink.mails == []
    channel.send(outgoing(), Body())
    assert len(smtp_sink.mails) == 1
    channel.close()


def test_smtp_unreachable_is_transient(smtp_sink: Sink) -> None:
    with pytest.raises(Transient, match="smtp_unreachable"):
        smtp(smtp_sink, port=free_port()).send(outgoing(), Body())


def test_smtp_signs_in_over_starttls(smtp_sink_starttls: Sink, tmp_path: Path) -> None:
    sink, secret, wrong = smtp_sink_starttls, tmp_path / "secret", tmp_path / "wrong"
    secret.write_text(sink.password)
    wrong.write_text("guess")
    secure = {"security": "starttls", "ca_file": sink.certificate, "user": sink.user, "password_file": secret}
    channel = smtp(sink, **secure)
    channel.send(outgoing(), Body())
    channel.close()
    assert len(sink.mails) == 1
    with pytest.raises(Permanent, match="smtp_sign_in_refused"):
        smtp(sink, **(secure | {"password_file": wrong})).send(outgoing(), Body())
    with leaks_forgiven(), pytest.raises(Permanent, match="smtp_certificate"):
        smtp(sink, **(secure | {"ca_file": None})).send(outgoing(), Body())
    assert len(sink.mails) == 1


def test_maildir_is_idempotent(tmp_path: Path) -> None:
    channel, body = open_channel(Channel(kind="maildir", path=tmp_path / "out")), Body()
    assert channel.idempotent
    channel.send(outgoing(), body)
    channel.send(outgoing(), body)
    (file,) = (tmp_path / "out" / "new").iterdir()
    assert (file.name, file.read_bytes()) == ("d1", DATA)
    file.rename(tmp_path / "out" / "cur" / "d1:2,S")  # somebody has read it
    channel.send(outgoing(), body)
    assert list((tmp_path / "out" / "new").iterdir()) == []
    channel.send(outgoing(delivery_id="d2"), body)
    assert [file.name for file in (tmp_path / "out" / "new").iterdir()] == ["d2"]


def test_maildir_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Permanent, match="outbox_is_no_folder"):
        open_channel(Channel(kind="maildir", path=tmp_path / "file")).send(outgoing(), Body())
