"""Links of units: nothing but what we made opens anything."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.decision import UnitAnswer
from triage.flow.units.links import LinkExpired, LinkForged, LinkMaker, guard_fits, guard_of, read_token, token_of

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
KEY, OTHER = b"k" * 32, b"o" * 32
DELIVERY = "0123456789abcdef" * 2
TOKEN = token_of(KEY, delivery_id=DELIVERY, expires_at=NOW + timedelta(days=30))


def test_round_trip() -> None:
    link = read_token(KEY, TOKEN, now=NOW)
    assert link.delivery_id == DELIVERY
    assert link.expires_at == NOW + timedelta(days=30)
    assert len(TOKEN) == 60 and TOKEN.replace("-", "").replace("_", "").isalnum()


def test_it_ends() -> None:
    read_token(KEY, TOKEN, now=NOW + timedelta(days=30, seconds=-1))
    with pytest.raises(LinkExpired):
        read_token(KEY, TOKEN, now=NOW + timedelta(days=30))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(LinkForged):
        read_token(OTHER, TOKEN, now=NOW)


@given(place=st.integers(0, 44), bit=st.integers(0, 7))
def test_every_changed_bit_is_noticed(place: int, bit: int) -> None:
    data = bytearray(base64.urlsafe_b64decode(TOKEN))
    data[place] ^= 1 << bit
    with pytest.raises(LinkForged):
        read_token(KEY, base64.urlsafe_b64encode(data).decode(), now=NOW)


@given(st.text(max_size=80))
def test_nonsense_is_refused_quietly(text: str) -> None:
    with pytest.raises(LinkForged):
        read_token(KEY, text, now=NOW)


def test_guards_are_for_one_link_and_one_step() -> None:
    guard = guard_of(KEY, TOKEN, step=0)
    assert guard_fits(KEY, TOKEN, step=0, guard=guard)
    other = token_of(KEY, delivery_id="f" * 32, expires_at=NOW + timedelta(days=30))
    for key, token, step, word in (
        (KEY, TOKEN, 1, guard),
        (KEY, other, 0, guard),
        (OTHER, TOKEN, 0, guard),
        (KEY, TOKEN, 0, ""),
        (KEY, TOKEN, 0, "é" + guard),
    ):
        assert not guard_fits(key, token, step=step, guard=word)


def test_each_answer_has_a_link_and_the_same_mail_gets_the_same_ones() -> None:
    maker = LinkMaker("https://triage.office.example/", 30)
    urls = maker.urls(KEY, delivery_id=DELIVERY, created_at=NOW)
    assert urls == maker.urls(KEY, delivery_id=DELIVERY, created_at=NOW)
    assert set(urls) == set(UnitAnswer)
    assert urls[UnitAnswer.NOT_OURS] == f"https://triage.office.example/u/{TOKEN}/not-ours"
