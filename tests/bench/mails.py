"""Generated mails for benchmarks and long runs: the shape of real mail, not its sense.

Text has a median of 110 words and 95 % under 500; the rest of 2 to 45 kB a mail is HTML and attachments. The same seed
gives the same mails.
"""

import math
import random
from collections.abc import Iterator
from email.message import EmailMessage

_WORDS = {
    "en": """we are a small organisation working with migrants and their families in the region and would like to know
    whether your office could support our project on training for women who return home the shelter receives people every
    week transport food documents border labour recruitment agency health school children camp emergency conference council
    invitation journalist photo logo law treaty judge course diaspora remittances please send thank you kind regards""",
    "fr": """nous sommes une petite association qui accompagne des migrants et leurs familles dans la région et nous voudrions
    savoir si votre bureau peut soutenir notre projet de formation pour les femmes de retour le centre reçoit chaque semaine
    des personnes transport papiers frontière travail recrutement santé école enfants camp urgence conférence conseil
    invitation journaliste photo logo droit traité juge cours diaspora envois de fonds merci cordialement""",
    "es": """somos una pequeña organización que acompaña a migrantes y sus familias en la región y quisiéramos saber si su
    oficina puede apoyar nuestro proyecto de formación para mujeres retornadas el albergue recibe cada semana personas
    transporte documentos frontera trabajo reclutamiento salud escuela niños campamento emergencia conferencia consejo
    invitación periodista fotografía logotipo derecho tratado juez curso diáspora remesas gracias saludos cordiales""",
}
_PLACES = (
    "Tambacounda",
    "Niamey",
    "Kathmandu",
    "Quetta",
    "Cúcuta",
    "Juba",
    "Goma",
    "Osh",
    "Suva",
    "Aden",
    "Ouagadougou",
    "Lusaka",
)


def generate(count: int, *, seed: int = 1, domain: str = "bench.example") -> Iterator[bytes]:
    """`count` raw mails with CRLF line ends and Message-IDs `<n.seed@domain>`."""
    chance = random.Random(seed)
    for number in range(count):
        yield _mail(chance, number, seed, domain)


def _mail(chance: random.Random, number: int, seed: int, domain: str) -> bytes:
    language = chance.choice(("en", "en", "fr", "es"))
    words = _WORDS[language].split()
    length = max(5, min(1500, round(math.exp(chance.gauss(math.log(110), 0.9)))))
    text = _paragraphs(chance, words, length)
    mail = EmailMessage()
    mail["From"] = f"Person {number} <person{number}@ngo-{number % 97}.example>"
    mail["To"] = "contact@office.example"
    mail["Subject"] = " ".join(chance.sample(words, 5))
    mail["Date"] = f"{1 + number % 28:02} Oct 2026 {number % 24:02}:{number % 60:02}:00 +0000"
    mail["Message-ID"] = f"<{number}.{seed}@{domain}>"
    mail["Received"] = f"from mx{number % 7}.example by mail.office.example; Thu, 1 Oct 2026 10:00:00 +0000"
    mail.set_content(text)
    size = int(chance.triangular(2_000, 45_000, 9_000))
    if chance.random() < 0.7:
        mail.add_alternative(_html(chance, text, min(size, 20_000)), subtype="html")
    spare = size - len(text) * 2
    if spare > 4_000 and chance.random() < 0.4:
        mail.add_attachment(
            chance.randbytes(spare // 2), maintype="application", subtype="octet-stream", filename="annex.bin"
        )
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _paragraphs(chance: random.Random, words: list[str], length: int) -> str:
    chosen = [chance.choice(words) for _ in range(length)]
    for place in range(9, length, 23):
        chosen[place] += "." if place % 2 else ".\n\n"
    if length > 20:
        chosen[length // 2] = chance.choice(_PLACES)
    return " ".join(chosen).replace("\n ", "\n") + "\n"


def _html(chance: random.Random, text: str, size: int) -> str:
    style = "".join(
        f".c{chance.randrange(10**6)}{{margin:0;font:11pt Calibri;color:#{chance.randrange(999):03}}}"
        for _ in range(size // 90)
    )
    body = "".join(f'<p class="MsoNormal"><span lang="EN-GB">{line}</span></p>' for line in text.splitlines())
    return f"<html><head><style>{style}</style></head><body>{body}</body></html>"
