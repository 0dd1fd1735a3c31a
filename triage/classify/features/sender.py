"""Words that speak of the sender: name, the words of the address, and the kind of domain."""

import re

from triage.classify.country.sender import domain_labels, is_government
from triage.classify.document import Document
from triage.classify.tokens import Tokens

_SPLIT = re.compile(r"[^a-z]+")
_FREE = frozenset(
    {
        "mail",
        "webmail",
        "correo",
        "courriel",
        "gmail",
        "yahoo",
        "hotmail",
        "outlook",
        "posta",
        "pochta",
        "boite",
        "inbox",
    }
)


def sender_words(document: Document, tokens: Tokens) -> list[str]:
    """Folded words of display name and address, with marks for the kind of domain; country labels left out.

    The country of the domain is the country finder's business: here it would teach that authors live somewhere.
    """
    labels = domain_labels(document.sender_email)
    local = document.sender_email.partition("@")[0].lower()
    words = [token.word for token in tokens.sender]
    words += [f"@{word}" for word in _SPLIT.split(local) if len(word) > 2]
    own = [label for label in labels if len(label) > 2]
    for label in own:
        words += [f"@{word}" for word in _SPLIT.split(label) if len(word) > 2]
    if is_government(document.sender_email):
        words.append("@government")
    if any(mark in label for label in own for mark in _FREE):
        words.append("@free")
    return words
