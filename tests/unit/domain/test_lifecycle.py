"""The state machines: what they allow, what they refuse, and that nothing gets stuck."""

from collections.abc import Callable, Mapping
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.errors import IllegalTransition
from triage.domain.lifecycle import (
    DELIVERY_STEPS,
    MESSAGE_STEPS,
    DeliveryEvent,
    DeliveryState,
    MessageEvent,
    MessageState,
    next_delivery_state,
    next_message_state,
)


def reachable(steps: Mapping[tuple[StrEnum, StrEnum], StrEnum], start: StrEnum) -> set[StrEnum]:
    """The states that can be reached from `start`."""
    found, edge = {start}, {start}
    while edge:
        edge = {state for (before, _), state in steps.items() if before in edge} - found
        found |= edge
    return found


def test_every_state_is_reachable() -> None:
    assert reachable(MESSAGE_STEPS, MessageState.RECEIVED) == set(MessageState)
    assert reachable(DELIVERY_STEPS, DeliveryState.PENDING) == set(DeliveryState)


def test_every_event_happens_somewhere() -> None:
    assert {event for _, event in MESSAGE_STEPS} == set(MessageEvent)
    assert {event for _, event in DELIVERY_STEPS} == set(DeliveryEvent)


@pytest.mark.parametrize("state", MessageState)
def test_an_officer_can_be_reached_from_every_state(state: MessageState) -> None:
    assert MessageState.IN_REVIEW in reachable(MESSAGE_STEPS, state)


def test_nothing_is_kept_without_an_officer() -> None:
    before = {start for (start, _), state in MESSAGE_STEPS.items() if state is MessageState.KEPT}
    assert before == {MessageState.IN_REVIEW, MessageState.QUARANTINED}
    assert {event for (_, event), state in MESSAGE_STEPS.items() if state is MessageState.KEPT} == {MessageEvent.KEPT}


def test_unknown_deliveries_leave_that_state_only_by_an_officer() -> None:
    events = {event for state, event in DELIVERY_STEPS if state is DeliveryState.UNKNOWN}
    assert events == {DeliveryEvent.ARRIVED, DeliveryEvent.AGAIN}


@pytest.mark.parametrize(
    ("machine", "states", "events", "steps"),
    [
        (next_message_state, MessageState, MessageEvent, MESSAGE_STEPS),
        (next_delivery_state, DeliveryState, DeliveryEvent, DELIVERY_STEPS),
    ],
    ids=["message", "delivery"],
)
def test_the_table_is_the_whole_truth(
    machine: Callable[[StrEnum, StrEnum], StrEnum],
    states: type[StrEnum],
    events: type[StrEnum],
    steps: Mapping[tuple[StrEnum, StrEnum], StrEnum],
) -> None:
    for state in states:
        for event in events:
            if (state, event) in steps:
                assert machine(state, event) is steps[state, event]
            else:
                with pytest.raises(IllegalTransition, match=f"{state} cannot be {event}"):
                    machine(state, event)


@given(st.lists(st.sampled_from(DeliveryEvent), max_size=30))
def test_a_delivery_is_accepted_at_most_once_between_an_officers_words(events: list[DeliveryEvent]) -> None:
    state, accepted, again = DeliveryState.PENDING, 0, 0
    for event in events:
        try:
            state = next_delivery_state(state, event)
        except IllegalTransition:
            continue
        accepted += event is DeliveryEvent.ACCEPTED
        again += event is DeliveryEvent.AGAIN
    assert accepted <= 1 + again
