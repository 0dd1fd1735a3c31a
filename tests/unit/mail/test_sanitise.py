"""Whatever a stranger's HTML was, only harmless tags, attributes and addresses are left of it."""

from html.parser import HTMLParser

import pytest

from tests.browser.hostile import HOSTILE
from triage.mail.sanitise import sanitise

_TAGS = (
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em font h1 h2 h3 h4 h5"
    " h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt"
    " u ul var wbr"
)
_NAMES = "dir lang href title target rel src alt width height colspan rowspan align valign span start type color"
HARMLESS, ATTRIBUTES = frozenset(_TAGS.split()), frozenset(_NAMES.split())


class Left(HTMLParser):
    """What a browser would find."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HARMLESS:
            self.found.append(tag)
        for name, value in attrs:
            text = (value or "").strip().lower()
            if name not in ATTRIBUTES:
                self.found.append(f"{tag} {name}")
            if name == "src" and not text.startswith("data:image/"):
                self.found.append(f"{tag} {name}={text}")
            if name == "href" and not text.startswith(("http://", "https://", "mailto:", "tel:")):
                self.found.append(f"{tag} {name}={text}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"instruction {data}")


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_left_that_loads_or_runs(name: str) -> None:
    once = sanitise(f"<p>seen</p>{HOSTILE[name]}")
    left = Left()
    left.feed(once)
    left.close()
    assert left.found == []
    assert "seen" in once
    assert sanitise(once) == once, "what is clean stays as it is"


def test_harmless_markup_and_pictures_inside_the_mail_stay() -> None:
    picture = "data:image/png;base64,AAAA"
    safe = sanitise(
        f"<h1 dir=rtl>x</h1><p>a <b>b</b> <a href='https://x.example/?a=1&b=2'>c</a></p><img src='{picture}' alt=d>"
        "<img src='cid:e@f' alt='a picture'><img src='http://x.example/g.gif' alt='far away'>",
        images={"<e@f>": picture},
    )
    assert safe.count(f'src="{picture}"') == 2
    assert '<h1 dir="rtl">x</h1>' in safe and "<span>[far away]</span>" in safe
    assert 'title="https://x.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow"' in safe
