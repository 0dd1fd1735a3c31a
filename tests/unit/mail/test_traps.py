"""One small mail for each known trap, with what must be read out of it.

`mails/NAME.json` holds the expectation: the fields of `triage read` (attachments by name), or `..._has` for a part.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from triage.domain.message import Message, ReadResult
from triage.mail.fingerprint import fingerprint
from triage.mail.parse import read_message

MAILS = sorted((Path(__file__).parent / "mails").glob("*.eml"))


def _field(result: ReadResult, name: str) -> Any:
    message = result.message
    assert message is not None
    pair = lambda address: [address.name, address.email]  # noqa: E731
    match name:
        case "from":
            return pair(message.sender) if message.sender else None
        case "to" | "cc" | "reply_to":
            return [pair(each) for each in getattr(message, name)]
        case "date":
            return message.date.isoformat() if message.date else None
        case "attachments":
            return [each.name for each in message.attachments]
        case "sizes":
            return [each.size for each in message.attachments]
        case "quarantined":
            return result.quarantined
        case "defects":
            return list(message.defects)
    return getattr(message, name)


@pytest.mark.parametrize("path", MAILS, ids=[path.stem for path in MAILS])
def test_what_is_read(path: Path) -> None:
    result = read_message(path.read_bytes())
    wanted = json.loads(path.with_suffix(".json").read_text())
    assert wanted
    assert "quarantined" in wanted or result.quarantined is None
    for name, value in wanted.items():
        if name.endswith("_has"):
            assert value in _field(result, name.removesuffix("_has"))
        elif name == "not_sender":
            assert result.message is not None and result.message.sender is not None
            assert result.message.sender.email != value
        elif name == "name_ends":
            (attachment,) = (each for each in _message(result).attachments)
            assert attachment.name.endswith(value) and len(attachment.name) <= 200
        else:
            assert _field(result, name) == value, name


def _message(result: ReadResult) -> Message:
    assert result.message is not None
    return result.message


# A trace header can only be put in front of an ordinary header block.
ORDINARY = [path for path in MAILS if path.read_bytes().startswith(b"From: ")]


@pytest.mark.parametrize("path", ORDINARY, ids=[path.stem for path in ORDINARY])
def test_another_way_gives_the_same_fingerprint(path: Path) -> None:
    raw = path.read_bytes()
    line_end = b"\r\n" if b"\r\n" in raw else b"\n" if b"\n" in raw else b"\r"
    moved = b"Received: from x by y; Mon, 4 May 2020 10:00:01 +0000" + line_end + raw
    assert fingerprint(moved, key=b"k") == fingerprint(raw, key=b"k") != fingerprint(raw, key=b"other")
