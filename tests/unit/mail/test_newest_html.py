"""The marks by which mail programs set a quote apart in HTML."""

import pytest

from tests.unit.mail.thread import OWN, THREAD, same
from triage.mail.html_text import html_to_text
from triage.mail.newest import split_newest

HTML = [
    (
        "gmail",
        '<div dir="ltr">{own}</div><br><div class="gmail_quote">'
        '<div class="gmail_attr">Anything at all</div><blockquote>{thread}</blockquote></div>',
    ),
    (
        "outlook web",
        '<div>{own}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ana</div><div>{thread}</div>',
    ),
    (
        "outlook desktop",
        '<div class="WordSection1"><p>{own}</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt">'
        "<p>Von: Ana</p></div><p>{thread}</p></div>",
    ),
    ("outlook mac", '<div>{own}</div><span id="OLK_SRC_BODY_SECTION"><div>{thread}</div></span>'),
    (
        "apple",
        '<div>{own}</div><div><blockquote type="cite"><div>On 4 May 2020, at 10:00, Ana wrote:</div><div>{thread}</div></blockquote></div>',
    ),
    (
        "thunderbird",
        '<p>{own}</p><div class="moz-cite-prefix">Ana said some time ago</div><blockquote type="cite">{thread}</blockquote>',
    ),
    ("yahoo", '<div>{own}</div><div class="yahoo_quoted"><div>{thread}</div></div>'),
    ("proton", '<div>{own}</div><div class="protonmail_quote">Ana<blockquote>{thread}</blockquote></div>'),
    ("x_ prefix", '<div>{own}</div><div id="x_divRplyFwdMsg">Ana</div><div>{thread}</div>'),
    (
        "signature",
        '<div>{own}</div><div class="gmail_signature">Ana Lima<br>Ministry</div><div class="gmail_quote">{thread}</div>',
    ),
]


@pytest.mark.parametrize("page", [page for _, page in HTML], ids=[name for name, _ in HTML])
def test_marks_of_html_mail(page: str) -> None:
    html = html_to_text(page.format(own=OWN.replace("\n", "<br>"), thread=THREAD.replace("\n", "<br>")))
    split = split_newest(html.text, html=html)
    same(split.newest, OWN)
    assert "earlier words" in split.quoted


def test_marks_of_the_html_form_cut_the_plain_form() -> None:
    plain = f"{OWN}\n\nAnything at all\n{THREAD}\n"
    html = html_to_text(HTML[0][1].format(own=OWN.replace("\n", "<br>"), thread=THREAD))
    split = split_newest(plain, html=html)
    same(split.newest, OWN)
    assert "earlier words" in split.quoted
