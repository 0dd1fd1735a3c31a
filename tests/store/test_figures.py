"""Daily figures equal what the messages say, keep up with what happens, and hide what is restricted."""

from collections import Counter
from datetime import UTC, timedelta

import pytest

from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import mail
from triage.domain.decision import UnitAnswer
from triage.domain.spans import class_seconds, quantile_seconds, span_class
from triage.flow.desk import review
from triage.flow.office.summarise import FRESH, Summarise
from triage.flow.units.answer import answer
from triage.store import figures, summary
from triage.store.figures import Period
from triage.store.topics import Topic


@pytest.fixture
def summarise(office: Office) -> Summarise:
    return Summarise(store=office.store, clock=office.clock)


def totals(office: Office, topic: Topic, *, cleared: bool = True) -> dict[str, int]:
    today = office.clock.now().date()
    with office.store.read() as tx:
        return figures.totals(
            tx,
            viewer=CLEARED if cleared else OFFICER,
            topic=topic,
            period=Period(today - timedelta(days=60), today),
        )


def test_what_came_in_is_counted_once(office: Office, summarise: Summarise) -> None:
    for text in ("DMM one question", "DMM another", "MISSION:ML about a project", "IML a course"):
        office.one(text)
    assert summarise.now() > 0
    assert totals(office, Topic.ARRIVED) == {"person": 4}
    assert totals(office, Topic.ROUTE) == Counter(
        m.prediction.destination.route.value for m in office.messages() if m.prediction
    )
    assert summarise.now() == 0, "nothing is new"
    office.one("DOE a ship")
    assert summarise.step() == 0, "fresh figures are left alone"
    office.clock.pass_(FRESH.total_seconds() + 1)
    assert summarise.step() > 0
    assert totals(office, Topic.ARRIVED) == {"person": 5}
    assert sum(totals(office, Topic.ROUTE).values()) == 5


def test_figures_follow_decisions_mails_and_answers(office: Office, summarise: Summarise) -> None:
    first, second, third = (office.one("DMM a question") for _ in range(3))
    summarise.now()
    assert totals(office, Topic.TO_DECISION) == {}
    office.clock.pass_(600)
    office.decide(first.id, "DMM")
    office.decide(second.id, "IML")
    office.decide(third.id, "IPD")
    office.send()
    summarise.now()
    assert totals(office, Topic.TO_DECISION) == {str(span_class(600)): 3}
    assert totals(office, Topic.OUTCOME) == {"forwarded": 2}
    agreed = {code.rsplit("|", 1)[1]: count for code, count in totals(office, Topic.AGREEMENT).items()}
    assert sum(totals(office, Topic.AGREEMENT).values()) == 3 and set(agreed) == {"yes", "no"}
    assert sum(count for code, count in totals(office, Topic.AGREEMENT).items() if code.endswith("|yes")) == 1
    assert totals(office, Topic.ROUTE) == {"DMM": 1, "IML": 1, "IPD": 1}
    answer(office.store, message_id=first.id, answer=UnitAnswer.NOT_OURS, officer=OFFICER, now=office.clock.now())
    summarise.now()
    assert totals(office, Topic.OUTCOME)["not_ours"] == 1
    office.decide(first.id, "DOE")
    summarise.now()
    assert totals(office, Topic.OUTCOME)["changed"] == 1
    assert totals(office, Topic.ROUTE) == {"DOE": 1, "IML": 1, "IPD": 1}


def test_an_undone_decision_counts_for_nothing(office: Office, summarise: Summarise) -> None:
    one = office.one("DMM a question")
    office.decide(one.id, "DMM")
    review.undo(office.store, message_id=one.id, officer=OFFICER, now=office.clock.now())
    summarise.now()
    assert totals(office, Topic.TO_DECISION) == {} and totals(office, Topic.OUTCOME) == {}
    office.decide(one.id, "IML")
    summarise.now()
    assert totals(office, Topic.OUTCOME) == {}, "what was undone was no confirmation"


def test_restricted_messages_are_sums_for_the_cleared_alone(office: Office, summarise: Summarise) -> None:
    office.one("DMM a question")
    office.one("misconduct of somebody")
    hidden = [message for message in office.messages() if message.restricted]
    assert hidden, "the office's classifier marks it"
    summarise.now()
    assert totals(office, Topic.ARRIVED) == {"person": 2}
    assert totals(office, Topic.ARRIVED, cleared=False) == {"person": 1}
    assert "IPD" not in totals(office, Topic.ROUTE, cleared=False)
    with office.store.read() as tx:
        limits = [timedelta(hours=1)]
        assert figures.ages(tx, viewer=OFFICER, now=office.clock.now(), limits=limits) == [1, 0]
        assert figures.ages(tx, viewer=CLEARED, now=office.clock.now(), limits=limits) == [2, 0]


def test_ages_fall_into_their_classes(office: Office) -> None:
    for _ in range(3):
        office.one()
        office.clock.pass_(3600)
    limits = [timedelta(minutes=90), timedelta(minutes=150)]
    with office.store.read() as tx:
        assert figures.ages(tx, viewer=CLEARED, now=office.clock.now(), limits=limits) == [1, 1, 1]


def test_in_small_steps_it_comes_to_the_same(
    office: Office, summarise: Summarise, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        office.decide(office.one("DMM a question").id, "DMM" if number % 2 else "DOE")
        office.clock.pass_(40_000)
    office.send()
    summarise.now()
    whole = {topic: totals(office, topic) for topic in Topic}
    with office.store.begin() as tx:
        summary.forget(tx)
    monkeypatch.setattr(summary, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(summary, "OVERLAP", 1)
    assert summarise.all() > 3
    assert {topic: totals(office, topic) for topic in Topic} == whole


def test_two_at_once_do_not_count_twice(office: Office) -> None:
    office.one()
    with office.store.read() as tx:
        found = summary.news(tx)
        counted = {day: summary.sum_up(tx, day=day) for day in found.days}
    for kept in (True, False):
        with office.store.begin() as tx:
            assert summary.keep(tx, found=found, figures=counted, now=office.clock.now()) is kept
    assert totals(office, Topic.ARRIVED) == {"person": 1}


def test_days_are_those_of_utc(office: Office, summarise: Summarise) -> None:
    office.arrive(mail("DMM late in the evening", message_id="<late@ngo.example>"))
    summarise.now()
    with office.store.read() as tx:
        day = office.clock.now().astimezone(UTC).date()
        assert figures.by_day(tx, viewer=CLEARED, topic=Topic.ARRIVED, period=Period(day, day)) == {day: {"person": 1}}


@pytest.mark.parametrize("seconds", [0, 29, 30, 59, 600, 86_400, 30 * 86_400])
def test_a_span_lies_in_its_class(seconds: float) -> None:
    begins, ends = class_seconds(span_class(seconds))
    assert begins <= seconds < ends
    assert ends <= max(30.0, begins * 1.1 + 1e-6)


def test_quantiles_are_near_the_truth() -> None:
    spans = [60.0 * 1.003**n for n in range(2000)]
    counts = Counter(span_class(span) for span in spans)
    for share in (0.1, 0.5, 0.9):
        found = quantile_seconds(counts, share)
        assert found is not None
        assert abs(found / spans[int(share * len(spans))] - 1) < 0.05
    assert quantile_seconds({}, 0.5) is None
