"""Attachments are opened by the number that the reading gave them."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from triage.mail.opened import inline_images, read_attachment
from triage.mail.parse import read_message


def mail() -> bytes:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message["Subject"] = "files"
    message.set_content("See the files.\n\nbegin 644 old.txt\n#0V%T\n`\nend\n")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="one.pdf")
    message.add_attachment(b"second", maintype="text", subtype="csv", filename="zwei ü.csv")
    return message.as_bytes()


def test_numbers_and_contents_are_those_of_the_message() -> None:
    raw = mail()
    read = read_message(raw).message
    assert read is not None
    assert len(read.attachments) == 3
    for described in read.attachments:
        found = read_attachment(raw, described.index)
        assert found is not None
        assert found[0] == described
        assert len(found[1]) == described.size
    first = read_attachment(raw, 0)
    assert first is not None
    assert first[1] == b"%PDF-1.4"


def test_there_is_none_beyond_the_last() -> None:
    assert read_attachment(mail(), 3) is None
    assert read_attachment(mail(), -1) is None
    assert read_attachment(b"", 0) is None


def test_pictures_of_the_mail_itself_can_be_shown_and_nothing_else() -> None:
    message = EmailMessage()
    message.set_content("x")
    message.add_alternative('<img src="cid:logo"><img src="cid:page">', subtype="html")
    html = list(message.iter_parts())[1]
    assert isinstance(html, EmailMessage)
    html.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>")
    html.add_related(b"<svg/>", maintype="image", subtype="svg+xml", cid="<page>")
    assert inline_images(message.as_bytes()) == {"logo": "data:image/png;base64,iVBORw=="}


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "mails").glob("*.eml")), ids=lambda path: path.stem)
def test_every_attachment_of_every_trap_is_opened_by_its_number(path: Path) -> None:
    raw = path.read_bytes()
    read = read_message(raw).message
    assert read is not None
    for described in read.attachments:
        found = read_attachment(raw, described.index)
        assert found is not None and (found[0].name, len(found[1])) == (described.name, described.size)
    assert read_attachment(raw, len(read.attachments)) is None
