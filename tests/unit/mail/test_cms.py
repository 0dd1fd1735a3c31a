"""Broken signed data is no signed data, and never an error."""

import json
from email import message_from_bytes
from pathlib import Path

from triage.mail.cms import signed_content

MAILS = Path(__file__).parent / "mails"


def _signed(name: str) -> bytes:
    payload = message_from_bytes((MAILS / f"{name}.eml").read_bytes()).get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def test_every_beginning_of_signed_data_is_content_or_nothing() -> None:
    for name in ("smime-opaque-signed", "smime-opaque-signed-in-pieces"):
        data = _signed(name)
        whole = signed_content(data)
        assert whole is not None and whole.startswith(b"Content-Type:")
        for end in range(0, len(data), 7):
            assert signed_content(data[:end]) in (None, whole)


def test_bytes_that_are_changed_are_survived() -> None:
    data = bytearray(_signed("smime-opaque-signed-in-pieces"))
    read = set()
    for place in range(len(data)):
        for value in (0x00, 0x80, 0xFF):
            read.add(signed_content(bytes(data[:place]) + bytes([value]) + bytes(data[place + 1 :])) is None)
    assert read == {True, False}


def test_encrypted_data_holds_nothing_readable() -> None:
    assert (
        signed_content(bytes.fromhex("30800609 2a864886f70d010703 a080 3080 020100 0000 0000 0000".replace(" ", "")))
        is None
    )
    assert signed_content(b"") is None and signed_content(json.dumps({}).encode()) is None


def test_nesting_without_end_is_given_up() -> None:
    assert signed_content(b"\x30\x80" * 5_000) is None
