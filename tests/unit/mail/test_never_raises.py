"""Whatever the bytes: a reading comes back, clean and cut to its limits."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from tests.unit.mail.hostile import HOSTILE
from triage.domain.message import Address, Attachment, Message
from triage.mail.fingerprint import fingerprint
from triage.mail.limits import Limits
from triage.mail.newest import split_newest
from triage.mail.parse import read_message
from triage.mail.sanitise import _SHOWN, sanitise

MAILS = [path.read_bytes() for path in sorted((Path(__file__).parent / "mails").glob("*.eml"))]
ON_SEVERAL_LINES = {"text", "newest_text", "quoted_text", "signature", "html", "attachment_text"}
FRAGMENTS = [
    b"From: ", b"Subject: ", b"Content-Type: multipart/mixed; boundary=b\n\n", b"--b\n", b"--b--\n", b"\n\n", b"\r\n", b"\r",
    b"\0", b"=?utf-8?B?/w==?=", b"=?utf-7?Q?+2AA-?=", b"=?iso-2022-jp?Q?=1B$B!!?=", b"\xff\xfe", "é".encode(), b"\xed\xa0\x80",
    b"Content-Type: message/rfc822\n\n", b"Content-Transfer-Encoding: base64\n\n", b"Content-Type: text/html\n\n<p>", b"<", b">",
    b'"', b"(", b",", b";", b":", b"@", b"begin 644 a\n#abc\nend\n", b"On Mon wrote:\n", b"> quote\n", b"-- \n", b"\xe2\x80\xa8",
    b"Content-Type: text/plain; charset=utf-16\n\n", b"filename*0*=utf-8''%ED%A0%80", b"Content-Disposition: attachment; ",
    b"Date: Mon, 99 Foo 0000 99:99:99 +9999\n", b"Message-ID: <", b"\x85", b"\x1b$B",
]  # fmt: skip


def _strings(message: Message) -> Iterator[tuple[str, str]]:
    for field in dataclasses.fields(message):
        value = getattr(message, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Address | Attachment):
                yield from ((field.name, part) for part in dataclasses.astuple(each) if isinstance(part, str))
            elif isinstance(each, str):
                yield field.name, each


def assert_clean(message: Message) -> None:
    for name, text in _strings(message):
        assert "\0" not in text, name
        text.encode("utf-8")
        if name not in ON_SEVERAL_LINES:
            assert len(text.splitlines()) <= 1, name
    assert message.date is None or message.date.tzinfo is not None
    assert bool(message.newest_text.strip()) == bool(message.text.strip())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=12)), max_size=30).map(b"".join))
def test_any_fragments(raw: bytes) -> None:
    message = read_message(raw).message
    assert message is not None
    assert_clean(message)
    assert len(fingerprint(raw, key=b"k")) == 32


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(MAILS), st.data())
def test_damaged_mails(raw: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 40)))
    damaged = raw[:start] + data.draw(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=8))) + raw[end:]
    message = read_message(damaged, attachment_texts=True).message
    assert message is not None
    assert_clean(message)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from(">\n -_*:ab@<.1Onwrote From:Sent:To:Subject:écrit"), max_size=300))
def test_every_letter_lands_somewhere(text: str) -> None:
    split = split_newest(text)
    parts = Counter(split.newest) + Counter(split.quoted) + Counter(split.signature)
    missing = Counter(character for character in text if character.isalnum()) - parts
    assert not missing


PIECES = [
    "<p>", "<script>", "alert(1)", "<img src=", "'x' onerror=", "javascript:", "</", ">", '"', "<svg/onload=", "<a href=",
    "data:text/html,", "<style>", "@import url(//e.example)", "&#x6a;avascript:", "<math>", "<iframe ", "srcset=//e.example ",
    "<form action=//e.example>", "<input>", "<base href=//e.example>", "<link rel=stylesheet href=//e.example>", "background=//e.example",
    "<td style='background:url(//e.example)'>", "<meta http-equiv=refresh content=0>", "<video poster=//e.example>", "\0", "<!--", "-->",
    "<img src=cid:logo alt=", "<img src=https://e.example/p.gif alt='a'>", "<noscript>", "<textarea>", "<xmp>", "<a href=https://e.example>",
]  # fmt: skip
ATTRIBUTES = {"dir", "lang", "href", "title", "target", "rel", "src", "alt", "width", "height", "colspan", "rowspan", "align",
              "valign", "span", "start", "type", "color"}  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_nothing_active_or_remote_survives(html: str) -> None:
    body = LexborHTMLParser(sanitise(html)).body
    assert body is not None
    for node in body.traverse():
        assert node.tag in {"body", *_SHOWN.split()}
        attributes = {name: value or "" for name, value in node.attributes.items()}
        assert set(attributes) <= ATTRIBUTES
        assert attributes.get("src", "data:image/").startswith("data:image/")
        assert attributes.get("href", "https:").partition(":")[0].lower() in ("http", "https", "mailto", "tel")
        assert node.tag != "a" or "href" not in attributes or attributes["rel"] == "noopener noreferrer nofollow"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_read_or_cut(name: str) -> None:
    message = read_message(HOSTILE[name]).message
    assert message is not None
    assert_clean(message)


def test_limits_are_told() -> None:
    assert read_message(HOSTILE["nested multiparts"]).quarantined == "too_deep"
    assert read_message(HOSTILE["nested messages"]).quarantined == "too_deep"
    assert read_message(HOSTILE["empty parts"]).quarantined == "too_many_parts"
    big = read_message(b"Subject: big\n\n" + b"x" * 2_000, limits=Limits(message_bytes=1_000))
    assert big.quarantined == "too_big" and big.message is not None and big.message.subject == "big"
    addresses = read_message(HOSTILE["addresses"]).message
    assert addresses is not None and len(addresses.to) == Limits().addresses and "addresses_cut" in addresses.defects
    long = read_message(b"Subject: x\n\n" + b"word " * 1_000, limits=Limits(text_characters=100)).message
    assert long is not None and len(long.text) <= 100 and "text_cut" in long.defects
