"""What a client says when it signs in with a token."""

import pytest

from triage.domain.bearer import BearerSignIn, Mechanism, choose_mechanism


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["PLAIN", "XOAUTH2", "OAUTHBEARER"], Mechanism.OAUTHBEARER),
        (["plain", "xoauth2"], Mechanism.XOAUTH2),
        (["PLAIN", "LOGIN", "OAUTH2"], None),
        ([], None),
    ],
)
def test_the_standard_one_is_taken_where_it_is_offered(offered: list[str], chosen: Mechanism | None) -> None:
    assert choose_mechanism(offered) is chosen


def test_xoauth2_as_the_providers_document_it() -> None:
    sign_in = BearerSignIn(Mechanism.XOAUTH2, user="contact@office.example", token="t0k", host="h", port=993)
    assert sign_in() == "user=contact@office.example\1auth=Bearer t0k\1\1"
    assert sign_in(b'{"status":"400"}') == "", "the token is not sent twice"


def test_oauthbearer_as_rfc_7628_has_it() -> None:
    sign_in = BearerSignIn(Mechanism.OAUTHBEARER, user="a=b,c@office.example", token="t0k", host="h.example", port=143)
    assert sign_in(b"") == "n,a=a=3Db=2Cc@office.example,\1host=h.example\1port=143\1auth=Bearer t0k\1\1"
    assert sign_in(b'{"status":"invalid_token"}') == "\1"
    assert sign_in(b"again?") == "\1"
