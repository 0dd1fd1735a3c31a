"""The codes of RFC 6238's own table, and that none counts twice."""

from datetime import UTC, datetime

import pytest

from triage.domain import totp

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
     (20000000000, "353130")],
)  # fmt: skip
def test_codes_of_the_rfc(second: int, code: str) -> None:
    now = datetime.fromtimestamp(second, UTC)
    assert totp.code_at(SECRET, totp.step_of(now)) == code
    assert totp.fitting_step(SECRET, f" {code} ", now=now, after=0) == second // 30


def test_a_code_fits_for_a_while_and_once() -> None:
    now = datetime(2026, 3, 3, 9, 0, 15, tzinfo=UTC)
    step = totp.step_of(now)
    for drift, fits in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        code = totp.code_at(SECRET, step + drift)
        assert (totp.fitting_step(SECRET, code, now=now, after=0) is not None) == fits
    code = totp.code_at(SECRET, step)
    assert totp.fitting_step(SECRET, code, now=now, after=step) is None, "used up"
    assert totp.fitting_step(SECRET, totp.code_at(SECRET, step + 1), now=now, after=step) == step + 1


@pytest.mark.parametrize("nonsense", ["", "12345", "1234567", "abcdef", "१२३४५६", "000000\x00"])
def test_nonsense_fits_nothing(nonsense: str) -> None:
    now = datetime.fromtimestamp(59, UTC)
    assert totp.fitting_step(SECRET, nonsense, now=now, after=0) is None


def test_what_the_phone_gets() -> None:
    assert totp.key_text(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    text = totp.address(SECRET, account="jo baker@office.example", issuer="IPD triage")
    assert text == (
        "otpauth://totp/IPD%20triage:jo%20baker@office.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=IPD%20triage&digits=6&period=30"
    )
