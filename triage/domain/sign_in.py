"""What can be wrong with an OAuth sign-in, and how a person mends it: the words of alerts, the doctor and the screens."""

from enum import StrEnum


class SignInTrouble(StrEnum):
    """Codes of the Permanent errors of sign-ins with OAuth. None of them mends itself."""

    EXPIRED = "oauth_expired"
    """The refresh token is no longer good: too old, revoked, or the account's password was changed."""
    CLIENT_REFUSED = "oauth_client_refused"
    """The token endpoint does not know the application, or its secret has expired."""
    SCOPE_REFUSED = "oauth_scope_refused"
    """The application may not ask for this scope, or there is no such scope."""
    GRANT_REFUSED = "oauth_grant_refused"
    """The token endpoint refuses for another reason; the answer's status is beside it."""
    TOKEN_REFUSED = "oauth_refused"  # noqa: S105 - a word, no secret
    """The mail server turned down two tokens, the second one fresh."""
    NOT_ALLOWED = "oauth_not_allowed"
    """The token is good, but the application may not do this in this mailbox."""
    NOT_OFFERED = "oauth_not_offered"
    """The mail server offers neither OAUTHBEARER nor XOAUTH2."""
    MOVED = "oauth_moved"
    """The token endpoint answers with a redirect, which is never followed: it would carry the secret away."""
    CERTIFICATE = "oauth_certificate"
    """The token endpoint's certificate is not trusted."""


MENDS: dict[SignInTrouble, str] = {
    SignInTrouble.EXPIRED: "sign in as the mailbox once more and write the new refresh token to refresh_token_file",
    SignInTrouble.CLIENT_REFUSED: (
        "check client_id; application secrets expire: make a new one at the provider and write it to client_secret_file"
    ),
    SignInTrouble.SCOPE_REFUSED: "correct scope in the [oauth] table, or have an administrator consent to it",
    SignInTrouble.GRANT_REFUSED: "check token_url, grant and scope in the [oauth] table",
    SignInTrouble.TOKEN_REFUSED: (
        "check that user is the mailbox, that the application may use it, that scope is that of mail (not of Graph), and "
        'that the protocol is switched on for the mailbox; where SMTP stays off use kind = "graph"'
    ),
    SignInTrouble.NOT_ALLOWED: "give the application the permission Mail.Send (with consent) for this mailbox",
    SignInTrouble.NOT_OFFERED: "check host and port, or use password_file in the place of oauth",
    SignInTrouble.MOVED: "write the address that it redirects to into token_url",
    SignInTrouble.CERTIFICATE: "set ca_file in the [oauth] table, or mend the server",
}
"""One line for each: what a person does about it."""


def mend_of(code: str) -> str:
    """How to mend a code, empty for one that is none of these."""
    return MENDS[SignInTrouble(code)] if code in set(SignInTrouble) else ""


WAY_SHUT = frozenset(
    {*SignInTrouble, "smtp_certificate", "smtp_sign_in_refused", "smtp_not_offered", "graph_certificate"}
)
"""Codes that speak of the way out and not of the mail: whatever went there would be refused. Mail waits while an alarm
tells who can mend it; it is not handed back to officers one by one."""
