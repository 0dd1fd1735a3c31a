"""The organisation that a sender writes for: as the signature or the first lines name it, else the domain of the address."""

import re

from triage.domain.message import Message

_WORDS = re.compile(
    r"\b(?:association|asociaci[oó]n|foundation|fondation|fundaci[oó]n|network|r[eé]seau|red de|committee|comit[eé]|council|conseil|consejo"
    r"|university|universit[eé]|universidad|institute?|instituto|ministry|minist[eè]re|ministerio|centre|center|centro|federation|f[eé]d[eé]ration"
    r"|federaci[oó]n|union|syndicat|sindicato|ngo|ong|society|soci[eé]t[eé]|sociedad|embassy|ambassade|embajada|agency|agence|agencia|radio"
    r""
    r"|press|news|newspaper|journal|magazine|revista|diario|programme|organi[sz]ation|organizaci[oó]n|trust|coalition|coalici[oó]n|alliance"
    r"|alianza|platform|plateforme|plataforma|secretariat|secr[eé]tariat|secretar[ií]a"
    r"|church|[eé]glise|iglesia|caritas|red cross|croix-rouge|cruz roja"
    r"|collective|collectif|colectivo|cooperative|coop[eé]rative|cooperativa|limited|ltd|inc|gmbh|s\.a\.|sarl|house|school|[eé]cole|escuela|hospital)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"@|https?:|www\.|\+?\d[\d ().-]{6,}|^\s*(?:tel|t[eé]l|phone|fax|mobile|e-?mail|web)\b", re.IGNORECASE
)
_ROLE = re.compile(
    r"\s*(?:director|directrice|directeur|directora|president|pr[eé]sidente?|presidenta?|coordinator|coordinat\w+|coordinador\w*|secretary|secr[eé]taire"
    r"|officer|manager|head|chief|responsable|charg[eé]e?|jefe|jefa|asistente|assistant)\b[^,|–-]*(?:[,|–-]\s*)?",
    re.IGNORECASE,
)
_SHARED = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.fr", "hotmail.es", "live.com", "msn.com",
    "yahoo.com", "yahoo.fr", "yahoo.es", "yahoo.co.uk", "ymail.com", "icloud.com", "me.com", "aol.com", "gmx.net",
    "gmx.com", "gmx.de", "proton.me", "protonmail.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net",
    "mail.ru", "yandex.ru", "yandex.com", "qq.com", "163.com", "web.de", "mail.com", "zoho.com", "tutanota.com",
})  # fmt: skip
LONGEST = 100


def names_organisation(text: str) -> bool:
    """Whether a word in it says that it is an organisation's name, not a person's."""
    return _WORDS.search(text) is not None


def is_shared(domain: str) -> bool:
    """Whether anybody can have an address of this domain."""
    return domain.strip().lower() in _SHARED


def organisation_of(message: Message) -> str:
    """The organisation's name as the message has it, else the sender's domain; empty where neither says anything."""
    for line in (message.signature or "").splitlines()[:8]:
        bare = " ".join(line.split()).strip(" |,-–*_")
        if bare and len(bare) <= LONGEST and not _CONTACT.search(bare) and _WORDS.search(bare):
            return _ROLE.sub("", bare, count=1).strip(" ,|–-") or bare
    domain = message.sender.email.rpartition("@")[2].lower() if message.sender is not None else ""
    return "" if not domain or is_shared(domain) else domain
