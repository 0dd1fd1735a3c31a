"""Labels with a history: who said what of a message, where people disagree, and what holds in the end."""

import pytest
from sqlalchemy import select, update

from tests.store.office import CLEARED, OFFICER, Office
from triage.domain.decision import UnitAnswer
from triage.domain.errors import NotFound, Refused, Stale
from triage.domain.labels import Doubt, LabelSource
from triage.domain.people import Person, Role
from triage.domain.ports import Doubted
from triage.domain.taxonomy import Destination, Route
from triage.flow.learning.automatic import POLICY
from triage.flow.learning.labels import (
    DrawSecondLooks,
    draw_second_looks,
    label_again,
    officers_agree,
    settle,
)
from triage.flow.units.answer import answer
from triage.store import audit, double_labels, label_suspects, labels, listing
from triage.store.labels import Disagreement
from triage.store.messages import restrict
from triage.store.queues import Order, Queue
from triage.store.tables import messages

IML, DMM, ICP = Destination(Route.IML), Destination(Route.DMM), Destination(Route.ICP)
KEEPER = Person(None, "Noor Haddad", roles=frozenset({Role.MODEL_KEEPER}))


def forwarded(office: Office, to: str = "DMM", officer: Person = OFFICER) -> int:
    line = office.one()
    office.decide(line.id, to, officer)
    office.send()
    return line.id


def unit_says(office: Office, message_id: int, said: UnitAnswer, proposed: Destination | None = None) -> None:
    answer(
        office.store, message_id=message_id, answer=said, officer=OFFICER, now=office.clock.pass_(60), proposed=proposed
    )


def history(office: Office, message_id: int) -> list[tuple[str, str | None, str]]:
    with office.store.read() as tx:
        found = labels.history(tx, message_ids=[message_id])[message_id]
    return [(one.source.value, str(one.destination) if one.destination else None, one.who) for one in found]


def disagreements(office: Office, viewer: Person = OFFICER) -> list[Disagreement]:
    with office.store.read() as tx:
        return labels.disagreements(tx, viewer=viewer)


def settled(office: Office, message_id: int, destination: Destination, before: str = "DMM") -> bool:
    return settle(
        office.store, doubt=Doubt.DISAGREEMENT, line_id=f"officer-{message_id}", before=before, destination=destination,
        actor=KEEPER, now=office.clock.pass_(60),
    )  # fmt: skip


def test_a_label_says_who_when_and_what_was_suggested_by_which_model(office: Office) -> None:
    message_id = forwarded(office)
    unit_says(office, message_id, UnitAnswer.NOT_OURS, IML)
    office.clock.pass_(60)
    office.decide(message_id, "IML", CLEARED)
    assert history(office, message_id) == [
        ("officer", "DMM", "Amina Diallo"),
        ("unit", "IML", "DMM"),
        ("officer", "IML", "Jo Baker"),
    ]
    with office.store.read() as tx:
        first, said, _ = labels.history(tx, message_ids=[message_id])[message_id]
    assert (first.suggested, first.model, first.at) == (DMM, "first-word-1", office.message(message_id).stored_at)
    assert (said.declines, said.note) == (DMM, "not_ours")


def test_what_the_machine_decided_by_itself_is_no_label(office: Office) -> None:
    line = office.one()
    office.decide(line.id, "DMM", POLICY)
    assert history(office, line.id) == []
    with office.store.read() as tx:
        assert labels.numbers(tx)[LabelSource.OFFICER] == 0


def test_officers_who_insist_and_units_that_differ_are_listed_until_somebody_settles_it(office: Office) -> None:
    message_id = forwarded(office)
    assert disagreements(office) == []
    unit_says(office, message_id, UnitAnswer.NOT_OURS, IML)
    assert disagreements(office) == [], "an officer has it on the table"
    office.decide(message_id, "DMM", CLEARED)
    (found,) = disagreements(office)
    assert (found.message_id, found.ours, found.theirs, found.their_name) == (message_id, DMM, IML, "DMM")
    assert settled(office, message_id, IML) is False
    assert disagreements(office) == []
    with office.store.read() as tx:
        assert labels.settled(tx)[f"officer-{message_id}"].destination == IML
        newest = audit.entries(tx, after_id=0, limit=1000)[-1]
    assert newest.act == audit.Act.LABEL_SETTLED
    assert f"message:{message_id}" in newest.objects


def test_an_officer_who_follows_the_unit_agrees_with_it(office: Office) -> None:
    message_id = forwarded(office)
    unit_says(office, message_id, UnitAnswer.NOT_OURS, IML)
    office.decide(message_id, "IML")
    assert disagreements(office) == []


def test_a_restricted_message_is_neither_listed_nor_settled_by_those_who_may_not_see_it(office: Office) -> None:
    message_id = forwarded(office)
    unit_says(office, message_id, UnitAnswer.NOT_OURS, IML)
    office.decide(message_id, "DMM", CLEARED)
    with office.store.begin() as tx:
        restrict(tx, message_id=message_id)
    assert disagreements(office) == []
    assert len(disagreements(office, CLEARED)) == 1
    with pytest.raises(NotFound):
        settled(office, message_id, IML)


def test_a_second_officer_labels_what_another_decided_without_seeing_it(office: Office) -> None:
    ids = [forwarded(office) for _ in range(3)]
    assert draw_second_looks(office.store, share=1.0, now=office.clock.now()) == 3
    assert draw_second_looks(office.store, share=1.0, now=office.clock.now()) == 0, "each decision is offered once"
    with office.store.read() as tx:
        assert double_labels.waiting(tx, viewer=OFFICER) == []
        assert double_labels.waiting(tx, viewer=CLEARED) == ids
    with pytest.raises(Refused):
        label_again(office.store, message_id=ids[0], destination=DMM, officer=OFFICER, now=office.clock.now())
    for message_id, said in zip(ids, (DMM, DMM, ICP), strict=True):
        label_again(office.store, message_id=message_id, destination=said, officer=CLEARED, now=office.clock.pass_(5))
    with pytest.raises(Stale):
        label_again(office.store, message_id=ids[0], destination=IML, officer=CLEARED, now=office.clock.now())
    with office.store.read() as tx:
        both, _ = officers_agree(double_labels.pairs(tx))
        assert double_labels.waiting(tx, viewer=CLEARED) == []
    assert (both.pairs, both.agreed) == (3, 2)
    assert both.low < 2 / 3 < both.high
    (found,) = disagreements(office)
    assert (found.message_id, found.source, found.theirs) == (ids[2], LabelSource.SECOND, ICP)
    assert [office.state(message_id).value for message_id in ids] == ["forwarded"] * 3, "no mail is moved by it"


def test_only_a_share_is_drawn_and_never_what_is_restricted(office: Office) -> None:
    ids = [forwarded(office) for _ in range(4)]
    with office.store.begin() as tx:
        restrict(tx, message_id=ids[0])
    chances = iter([0.9, 0.01, 0.9])
    assert draw_second_looks(office.store, share=0.02, now=office.clock.now(), chance=lambda: next(chances)) == 1
    with office.store.read() as tx:
        assert double_labels.waiting(tx, viewer=CLEARED) == [ids[2]]
    assert draw_second_looks(office.store, share=0.0, now=office.clock.now()) == 0


def test_the_worker_draws_every_few_minutes(office: Office) -> None:
    step = DrawSecondLooks(office.store, office.clock, share=1.0, worker="worker-1")
    assert step.step() == 0
    forwarded(office)
    assert step.step() == 0
    office.clock.pass_(600)
    assert step.step() == 1


def test_doubtful_lines_stay_listed_until_their_label_is_settled(office: Office) -> None:
    told = ("en", "DMM", "IML", 0.02, 0.9)
    doubts = [Doubted("ten-a-001", "", *told), Doubted("officer-7", "ten-a-001", *told)]
    with office.store.begin() as tx:
        label_suspects.put(tx, doubts, model="m-1")
        label_suspects.put(tx, doubts, model="m-1")
    with office.store.read() as tx:
        found = label_suspects.doubtful(tx, model="m-1")
        assert [(place, one.line_id, one.other_id) for place, one in found] == [
            (0, "ten-a-001", ""), (1, "officer-7", "ten-a-001")
        ]  # fmt: skip
        assert label_suspects.doubtful(tx, model="m-1", after=0) == found[1:]
        assert label_suspects.doubtful(tx, model="m-2") == []
    assert settle(
        office.store, doubt=Doubt.SUSPECT, line_id="ten-a-001", before="DMM", destination=DMM, actor=KEEPER,
        now=office.clock.now(),
    )  # fmt: skip
    with office.store.read() as tx:
        assert [one.line_id for _, one in label_suspects.doubtful(tx, model="m-1")] == ["officer-7"]
        assert label_suspects.doubt_over(tx, model="m-1", line_id="officer-7") == found[1][1]


def test_numbers_are_by_source(office: Office) -> None:
    message_id = forwarded(office)
    unit_says(office, message_id, UnitAnswer.ACCEPTED)
    with office.store.read() as tx:
        found = labels.numbers(tx)
        assert (found[LabelSource.OFFICER], found[LabelSource.UNIT]) == (1, 1)
        assert labels.standing_label(tx, viewer=OFFICER, message_id=message_id) == DMM
        with pytest.raises(NotFound):
            labels.standing_label(tx, viewer=OFFICER, message_id=999)


def test_the_list_can_begin_with_what_teaches_most(office: Office) -> None:
    for _ in range(6):
        office.one()
    scores = {1: 0.2, 2: 0.9, 3: 0.5, 4: 0.5, 5: 0.0, 6: 0.7}
    with office.store.begin() as tx:
        for message_id, score in scores.items():
            tx.connection.execute(update(messages).where(messages.c.id == message_id).values(teaches=score))
    walk = [2, 6, 4, 3, 1, 5]
    found: list[int] = []
    after: str | None = None
    with office.store.read() as tx:
        asked = {"viewer": OFFICER, "queue": Queue.REVIEW, "order": Order.TEACHES_MOST, "now": office.clock.now()}
        while True:
            page = listing.list_page(tx, **asked, after=after, limit=2)
            found += [line.id for line in page.messages]
            after = page.next
            if after is None:
                break
        assert found == walk
        for place, message_id in enumerate(walk):
            around = (walk[place - 1] if place else None, walk[place + 1] if place < 5 else None)
            assert listing.neighbours(tx, **asked, message_id=message_id) == around


def test_how_much_a_message_teaches_is_stored_with_its_suggestion(office: Office) -> None:
    line = office.one()
    with office.store.read() as tx:
        stored = tx.connection.execute(select(messages.c.teaches).where(messages.c.id == line.id)).scalar_one()
    assert round(stored, 6) == round(0.3 * 0.75 * 0.995, 6)  # a margin of 0.7, half like a known one, 1 % nobody's
