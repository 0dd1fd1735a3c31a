"""The office has a word for everything that the other rooms may say."""

from enum import StrEnum

import pytest

from triage.classify import explain
from triage.domain.decision import Action, UnitAnswer
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.message import MachineKind
from triage.domain.people import Role
from triage.domain.taxonomy import Kind, SenderType
from triage.store.queues import Order, Queue
from triage.web import words

ENUMS = [Action, UnitAnswer, DeliveryState, MessageState, MachineKind, Role, Kind, SenderType, Order, Queue]


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_every_member_has_a_word(enum: type[StrEnum]) -> None:
    table = words._BY_TYPE[enum]
    assert set(table) == set(enum)


def test_every_queue_says_what_its_emptiness_means() -> None:
    assert set(words.EMPTY) == set(Queue)


def test_every_fact_of_the_classifier_about_a_country_is_known() -> None:
    assert set(words.FACTS) == set(explain._NAMED.values())
