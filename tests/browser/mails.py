"""A small inbox for the screens: invented people, one mail for each thing that a screen must show."""

from email.message import EmailMessage
from email.utils import format_datetime

from tests.browser.times import STARTED

OWN_ADDRESS = "ipd-contact@iom.example"

HOSTILE_HTML = """<html><head><meta http-equiv="refresh" content="0;url=http://evil.example/"><style>@import
url(http://evil.example/a.css); body{background:url(http://evil.example/b.png)}</style></head><body onload="alert(1)">
<h1>Journée d'étude</h1><p>Bonjour, <b>voici</b> le programme.</p><script>document.title='taken'</script>
<img src="http://evil.example/pixel.gif" alt="logo du réseau"><img src=x onerror="document.title='taken'">
<svg onload="document.title='taken'"><a xlink:href="javascript:alert(1)">x</a></svg>
<form action="http://evil.example/post"><input name="password"><button>Go</button></form>
<iframe src="http://evil.example/"></iframe><a href="javascript:document.title='taken'">ici</a>
<a href="http://programme.example/jour">le programme complet</a><table><tr><td>9 h</td><td>Accueil</td></tr></table>
</body></html>"""


def build(
    number: int,
    *,
    sender: str,
    subject: str,
    text: str,
    html: str = "",
    files: tuple[tuple[str, str, bytes], ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """One mail; `number` makes its Message-ID and its minute."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = f"IOM contact <{OWN_ADDRESS}>"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(STARTED.replace(minute=number % 60))
    mail["Message-ID"] = f"<screen-{number}@sender.example>"
    for name, value in headers:
        mail[name] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, kind, data in files:
        main, _, sub = kind.partition("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def inbox() -> list[bytes]:
    """All mails, in the order of arrival."""
    return [
        build(
            1,
            sender="Maribel Santos <m.santos@seafarers.example>",
            subject="Placement fees for ship's cooks",
            text="Good morning,\n\nOur members keep being charged two or three wages before they board, by agents in"
            " several countries. We heard of ethical recruitment standards where the employer pays. How does a"
            " recruitment agency get certified, and who audits it?\n\nMaribel Santos\nSeafarers' welfare committee\n",
        ),
        build(
            2,
            sender="Oumar Traoré <oumar@jeunes-kayes.example>",
            subject="Projet de réintégration à Kayes",
            text="Madame, Monsieur,\n\nNotre association accompagne des jeunes de retour au Mali, à Kayes. Nous"
            " souhaitons monter avec la mission au Mali un atelier de menuiserie pour quarante personnes."
            " À qui adresser notre dossier ?\n\nCordialement,\n-- \nOumar Traoré\nAssociation des jeunes de Kayes, Mali\n"
            "+223 00 00 00 00\n\nLe 3 mars 2026, OIM contact a écrit :\n> Merci de votre message.\n> Pouvez-vous préciser"
            " le lieu du projet ?\n> Bien à vous\n",
            files=(("dossier Kayes.pdf", "application/pdf", b"%PDF-1.4 dossier"),),
        ),
        build(
            3,
            sender="Lucía Herrera <l.herrera@prensa-norte.example>",
            subject="Entrevista sobre remesas",
            text="Buenos días,\n\nSoy periodista de un diario regional y preparo un reportaje sobre remesas. ¿Podría"
            " entrevistar a una persona experta la semana próxima? También busco fotografías con sus derechos.\n\n"
            "Gracias,\nLucía Herrera\n",
        ),
        build(
            4,
            sender="Teresa Quill <t.quill@harbour-night.example>",
            subject="Girl of 16 held in a house",
            text="Please help. A girl of 16 told our night line that she is locked in a house and forced to work. She"
            " fears for her life. She is in Nepal, near Birgunj. Who can go there today?\n",
        ),
        build(
            5,
            sender="name withheld <a-worker@posteo.example>",
            subject="Money asked for a place on the list",
            text="I must report misconduct. A staff member of your partner in the camp takes money for places on the"
            " resettlement list. I can name him. Please do not show this to his office.\n",
        ),
        build(
            6,
            sender="ليلى حداد <layla@nisaa.example>",
            subject="سؤال عن دورة في قانون الهجرة الدولي",
            text="السادة المحترمون،\n\nنحن رابطة محاميات ونود أن نعرف مواعيد دورة قانون الهجرة الدولي لعام 2026 وشروط"
            " التسجيل.\n\nمع التقدير،\nليلى حداد\n",
        ),
        build(
            7,
            sender="Réseau des villes <contact@villes.example>",
            subject="Journée d'étude sur l'accueil",
            text="Bonjour, voici le programme de la journée d'étude. Nous invitons l'OIM à y prendre la parole.\n",
            html=HOSTILE_HTML,
            files=(
                ("../../programme<script>.html", "text/html", b"<script>alert(1)</script>"),
                ("plan été.png", "image/png", b"\x89PNG\r\n\x1a\n plan"),
                (
                    "liste.docx",
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                    b"PK\x05\x06" + bytes(18),
                ),
            ),
        ),
        build(
            8,
            sender="Best Deals <offers@deals-now.example>",
            subject="You have WON a cruise",
            text="Dear winner, claim your free cruise now. Only today, click and pay the small fee.\n",
        ),
        build(
            9,
            sender="Henrik Dal <hd@nordlift.example>",
            subject="Two freighters free from the 14th",
            text="Two cargo aircraft are free from the 14th. Payload 18 t and 20 t. We can fly relief goods in the"
            " emergency on the coast. Call at any hour.\n\nH. Dal, operations desk\n",
        ),
        build(
            10,
            sender="Ana Beltrán <ana@casa-abierta.example>",
            subject="Cooperación en Andorra",
            text="Estimados señores,\n\nNuestra fundación trabaja en Andorra con familias migrantes y quisiera cooperar"
            " con ustedes allí. ¿Tienen oficina en Andorra?\n\nAna Beltrán\n",
        ),
        build(
            11,
            sender="Mail Delivery System <mailer-daemon@mx.relay.example>",
            subject="Undelivered Mail Returned to Sender",
            text="This is the mail system. I am sorry to have to inform you that your message could not be delivered.\n",
            headers=(("Auto-Submitted", "auto-replied"), ("Return-Path", "<>")),
        ),
        build(
            12,
            sender="Paul Okello <p.okello@uni-lake.example>",
            subject="Automatic reply: away until Monday",
            text="I am away from my desk until Monday and will answer then.\n",
            headers=(("Auto-Submitted", "auto-replied"),),
        ),
        deep(),
    ]


def deep() -> bytes:
    """A mail nested beyond every limit: it lands in quarantine."""
    levels = 120
    lines = [
        b"From: Odd Sender <odd@nested.example>",
        b"Subject: A matter in many envelopes",
        b"Message-ID: <screen-99@sender.example>",
        b"MIME-Version: 1.0",
        b"Date: Tue, 03 Mar 2026 09:13:00 +0000",
    ]
    for level in range(levels):
        lines += [b'Content-Type: multipart/mixed; boundary="b%d"' % level, b"", b"--b%d" % level]
    lines += [b"Content-Type: text/plain", b"", b"Deep down there is a text."]
    lines += [b"--b%d--" % level for level in reversed(range(levels))]
    return b"\r\n".join(lines) + b"\r\n"
