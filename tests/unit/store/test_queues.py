"""Cursors of pages: opaque, exact, and nothing that a stranger writes breaks them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.store.queues import Position


@given(st.integers(0, 10**15), st.floats(0, 1))
def test_a_position_comes_back_exactly(message_id: int, probability: float) -> None:
    position = Position(message_id, probability)
    assert Position.decode(position.encode()) == position


@pytest.mark.parametrize("text", ["", "x", "1", "1.", "-1.0x0p+0", "1.0x1p+99999", "١.0x0p+0x", "1.2.3"])
def test_anything_else_is_no_position(text: str) -> None:
    assert Position.decode(text) is None


@given(st.text(max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    found = Position.decode(text)
    assert found is None or isinstance(found.message_id, int)
