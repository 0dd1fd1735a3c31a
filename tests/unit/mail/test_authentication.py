"""Whether a sender is genuine, as the office's own mail server wrote it down (RFC 8601)."""

import pytest

from triage.domain.message import Authenticity
from triage.mail.authentication import authenticity
from triage.mail.own import NOBODY, OwnMail
from triage.mail.parse import read_message

TRUSTED = frozenset({"mx.office.example"})
PASSED, FAILED, UNKNOWN = Authenticity.PASSED, Authenticity.FAILED, Authenticity.UNKNOWN


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("mx.office.example; dmarc=pass (p=REJECT) header.from=units.example", PASSED),
        ("MX.Office.example 1; dkim=none; dmarc=pass header.from=units.example", PASSED),
        ("mx.office.example; dkim=pass header.d=mail.units.example; spf=fail smtp.mailfrom=x@other.example", PASSED),
        ("mx.office.example; spf=pass smtp.mailfrom=dmm@units.example", PASSED),
        ("mx.office.example; dmarc=none header.from=units.example; dkim=pass header.i=@units.example", PASSED),
        ("mx.office.example; dmarc=fail header.from=units.example; dkim=pass header.d=units.example", FAILED),
        ("mx.office.example; spf=softfail smtp.mailfrom=x@evil.example", FAILED),
        ("mx.office.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=x@evil.example", UNKNOWN),
        ("mx.office.example; dkim=pass header.d=example", UNKNOWN),
        ("mx.office.example; none", UNKNOWN),
        ("mx.evil.example; dmarc=pass header.from=units.example", UNKNOWN),
        ("mx.office.example.evil.example; dmarc=pass header.from=units.example", UNKNOWN),
        ("mx.office.example; dmarc=pass header.from=evil.example", UNKNOWN),
        # what a sender may have had a say in
        ('mx.office.example; spf=pass smtp.mailfrom="a;dmarc=pass header.from=units.example"@evil.example', UNKNOWN),
        ("mx.office.example; spf=fail (; dmarc=pass header.from=units.example) smtp.mailfrom=x@evil.example", FAILED),
        ("", UNKNOWN),
    ],
)
def test_what_the_trusted_server_says_counts(field: str, found: Authenticity) -> None:
    assert authenticity([field.encode()], sender="dmm@units.example", trusted=TRUSTED) is found


def test_only_the_topmost_field_counts() -> None:
    good = b"mx.office.example; dmarc=pass header.from=units.example"
    other = b"relay.example; dmarc=fail"
    assert authenticity([other, good], sender="dmm@units.example", trusted=TRUSTED) is UNKNOWN
    assert authenticity([], sender="dmm@units.example", trusted=TRUSTED) is UNKNOWN


def test_nobody_is_asked_where_no_server_is_trusted() -> None:
    assert authenticity([b"mx.office.example; dmarc=pass"], sender="dmm@units.example", trusted=()) is None


def test_it_is_read_with_the_mail() -> None:
    raw = (
        b"Authentication-Results: mx.office.example;\r\n\tdmarc=pass header.from=units.example\r\n"
        b"Authentication-Results: mx.office.example; dmarc=fail header.from=units.example\r\n"
        b"From: dmm@units.example\r\nSubject: Re: x\r\n\r\nWe take it.\r\n"
    )
    mine = OwnMail(trusted_servers=TRUSTED)
    with_trust, without = read_message(raw, own=mine).message, read_message(raw, own=NOBODY).message
    assert with_trust is not None and with_trust.authenticity is PASSED
    assert without is not None and without.authenticity is None


def test_long_fields_are_no_work() -> None:
    field = b"mx.office.example; " + b"(" * 200_000 + b"dmarc=pass " * 50_000
    assert authenticity([field], sender="dmm@units.example", trusted=TRUSTED) in {UNKNOWN, FAILED}
