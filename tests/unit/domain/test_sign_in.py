"""Every trouble with a sign-in has its mend."""

from triage.domain.sign_in import MENDS, SignInTrouble, mend_of


def test_every_trouble_has_one_line_that_mends_it() -> None:
    assert set(MENDS) == set(SignInTrouble)
    assert all(mend and "\n" not in mend for mend in MENDS.values())
    assert mend_of("oauth_expired") == MENDS[SignInTrouble.EXPIRED]
    assert mend_of("imap_unreachable") == ""


def test_codes_fit_their_columns() -> None:
    assert all(len(trouble) <= 60 and trouble.startswith("oauth_") for trouble in SignInTrouble)
