"""Attachments come out of a child process, whatever the mail does to it."""

from email.message import EmailMessage

import pytest

from tests.unit.mail.hostile import HOSTILE
from triage.mail.limits import Limits
from triage.mail.opened import inline_images, read_attachment
from triage.reader.opener import open_attachment, open_images


@pytest.fixture(scope="module")
def mail() -> bytes:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("See the files.\n\nbegin 644 old.txt\n#0V%T\n`\nend\n")
    message.add_alternative('<p>See the files.</p><img src="cid:logo">', subtype="html")
    page = list(message.iter_parts())[1]
    assert isinstance(page, EmailMessage)
    page.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>")
    message.add_attachment(bytes(range(256)) * 5_000, maintype="application", subtype="zip", filename="zwei ü.zip")
    return message.as_bytes()


def test_the_same_as_in_this_process(mail: bytes) -> None:
    number = 0
    while (wanted := read_attachment(mail, number)) is not None:
        assert open_attachment(mail, number) == wanted
        number += 1
    assert number == 3
    assert open_attachment(mail, number) is None
    assert open_images(mail) == inline_images(mail) == {"logo": "data:image/png;base64,iVBORw=="}


def test_a_mail_that_takes_too_long_or_is_too_big_has_nothing_to_open(mail: bytes) -> None:
    slow = max(HOSTILE.values(), key=len)
    assert open_attachment(slow, 5_000, seconds=0.001) is None
    assert open_images(slow, seconds=0.001) == {}
    assert open_attachment(mail, 0, limits=Limits(message_bytes=100)) is None
