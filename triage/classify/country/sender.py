"""What the sender's address and telephone numbers say about a country."""

import re
from functools import lru_cache

from triage.classify.document import Document

_TLD_TO_COUNTRY = {"uk": "GB", "el": "GR"}
_GOVERNMENT = frozenset({"gov", "gob", "gouv", "gv", "go", "govt", "gub", "mil", "admin"})
_PHONE = re.compile(r"(?:\+|(?<![\d/.-])00)\s?\(?([1-9]\d{0,3})")


def domain_labels(email: str) -> list[str]:
    """The labels of an address' domain, without the `.example` that stands for the end of an invented one."""
    labels = email.rpartition("@")[2].lower().strip(".>").split(".")
    return labels[:-1] if len(labels) > 1 and labels[-1] == "example" else labels


def country_of_domain(email: str) -> str | None:
    """The country of the address' top level domain, None for a generic one."""
    last = domain_labels(email)[-1]
    if len(last) == 2 and last.isascii() and last.isalpha() and last != "eu":
        return _TLD_TO_COUNTRY.get(last, last.upper())
    return None


def is_government(email: str) -> bool:
    """Whether the domain is of the kind that governments use."""
    return not _GOVERNMENT.isdisjoint(domain_labels(email)[1:])


@lru_cache(maxsize=1)
def _calling_codes() -> dict[str, str]:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # a large import, only wanted once

    return {str(code): regions[0] for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() if regions[0] != "001"}


def countries_of_phones(document: Document) -> set[str]:
    """Countries of the international telephone numbers in text and signature."""
    found = set()
    for match in _PHONE.finditer(f"{document.newest}\n{document.signature}"):
        for length in (3, 2, 1):
            country = _calling_codes().get(match[1][:length])
            if country and len(match[1]) >= length:
                found.add(country)
                break
    return found
