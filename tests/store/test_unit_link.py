"""Units answer by the link of their mail: each step once, nothing by anybody else, nothing that they were not sent."""

import threading
from datetime import timedelta

import pytest

from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import mail
from tests.store.unit import LINK_DAYS, links_in, opens, parts, received, says, token_in
from triage.classify.examples import parse_example
from triage.domain.decision import UnitAnswer
from triage.domain.errors import NotFound
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.taxonomy import Destination
from triage.flow.desk import review
from triage.flow.learning.export import corrections
from triage.flow.units.links import LinkExpired, LinkForged, token_of
from triage.flow.units.unit_link import FORGERIES_ALLOWED, LinkState, Outcome, TooMany
from triage.store import audit, detail, inquiries, unit_side
from triage.store.messages import restrict
from triage.store.queues import Queue

TEXT = "DMM We are a choir. Could you tell us who trains judges in Mali? Please reply by 20 March."


def forwarded(office: Office, *, to: str = "DMM", copies: tuple[str, ...] = (), text: str = TEXT) -> int:
    """A message that has left for a unit."""
    line = office.one(text)
    office.decide(line.id, to, CLEARED, copies=[Destination.parse(code) for code in copies])
    office.send()
    return line.id


def test_every_forward_carries_four_links_in_both_parts(office: Office) -> None:
    forwarded(office)
    (got,) = received(office, "dmm@units.example")
    plain, html = parts(got)
    assert set(links_in(plain)) == set(UnitAnswer)
    assert links_in(plain) == links_in(html)
    assert "Could you tell us who trains judges in Mali?" in plain and "2026-03-20" in plain


def test_the_page_shows_what_the_unit_was_sent(office: Office) -> None:
    message_id = forwarded(office)
    page = opens(office, token_in(received(office, "dmm@units.example")[0]))
    assert page.state is LinkState.OPEN
    assert (page.code, page.subject, page.said) == ("DMM", f"Question {message_id}", ())
    assert page.sender is not None and page.sender.email == "fatou@ngo.example"
    assert page.organisation == "ngo.example"
    assert page.deadline is not None and page.deadline.day.isoformat() == "2026-03-20"
    assert any("who trains judges" in line for line in page.summary)
    assert set(page.offered) == set(UnitAnswer)


def test_looking_changes_nothing(office: Office) -> None:
    message_id = forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    before = office.message(message_id)
    with office.store.read() as tx:
        acts = audit.verify(tx).entries
    for _ in range(10):
        opens(office, token)
    assert office.message(message_id) == before
    with office.store.read() as tx:
        assert audit.verify(tx).entries == acts


def test_the_steps_of_a_link(office: Office) -> None:
    message_id = forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    assert says(office, token, UnitAnswer.ACCEPTED) is Outcome.DONE
    assert says(office, token, UnitAnswer.ACCEPTED) is Outcome.ALREADY
    assert says(office, token, UnitAnswer.NEEDS_MORE, note="Which choir?") is Outcome.DONE
    assert says(office, token, UnitAnswer.ANSWERED) is Outcome.DONE
    assert opens(office, token).state is LinkState.CLOSED
    assert says(office, token, UnitAnswer.NOT_OURS) is Outcome.NOT_OFFERED
    assert office.state(message_id) is MessageState.FORWARDED
    with office.store.read() as tx:
        said = detail.detail(tx, viewer=OFFICER, message_id=message_id).answers
    assert [(a.answer, a.actor, a.note) for a in said] == [
        (UnitAnswer.ACCEPTED, "DMM", ""),
        (UnitAnswer.NEEDS_MORE, "DMM", "Which choir?"),
        (UnitAnswer.ANSWERED, "DMM", ""),
    ]


def test_not_ours_comes_back_with_reason_and_proposal(office: Office) -> None:
    message_id = forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    assert says(office, token, UnitAnswer.NOT_OURS, instead="IML", note="A law matter") is Outcome.DONE
    line = office.message(message_id)
    assert (line.state, line.declined) == (MessageState.IN_REVIEW, True)
    assert line.prediction is not None
    assert (str(line.prediction.destination), line.prediction.reason) == ("IML", "unit_proposes")
    assert office.queue(Queue.DECLINED) == [message_id]
    with office.store.read() as tx:
        shown = detail.detail(tx, viewer=OFFICER, message_id=message_id)
        (said,) = unit_side.said_of(tx, [message_id])[message_id]
    assert shown.answers[0].note == "A law matter"
    assert (said.code, str(said.destination), str(said.proposed), said.way) == ("DMM", "DMM", "IML", "link")
    assert opens(office, token).state is LinkState.ELSEWHERE
    assert opens(office, token).summary == ()
    office.decide(message_id, "IML")
    office.send()
    assert opens(office, token).state is LinkState.ELSEWHERE
    assert says(office, token, UnitAnswer.ANSWERED) is Outcome.NOT_OFFERED
    second = token_in(received(office, "iml@units.example")[0])
    assert says(office, second, UnitAnswer.ANSWERED) is Outcome.DONE
    assert not office.queue(Queue.DECLINED)


def test_a_unit_that_declined_is_never_proposed_again(office: Office) -> None:
    message_id = forwarded(office)
    says(office, token_in(received(office, "dmm@units.example")[0]), UnitAnswer.NOT_OURS, instead="IML")
    office.decide(message_id, "IML")
    office.send()
    says(office, token_in(received(office, "iml@units.example")[0]), UnitAnswer.NOT_OURS, instead="DMM")
    prediction = office.message(message_id).prediction
    assert prediction is not None and str(prediction.destination) == "MISSION:ML", "the next alternative"
    office.decide(message_id, "MISSION:ML")
    office.send()
    says(office, token_in(received(office, "ml@missions.example")[0]), UnitAnswer.NOT_OURS)
    prediction = office.message(message_id).prediction
    assert prediction is not None and str(prediction.destination) == "IPD", "nobody is left"


def test_a_follow_up_is_not_proposed_to_a_unit_that_declined(office: Office) -> None:
    forwarded(office)
    says(office, token_in(received(office, "dmm@units.example")[0]), UnitAnswer.NOT_OURS)
    office.arrive(mail("DMM again the choir", message_id="<9@ngo.example>", In_Reply_To="<1@ngo.example>"))
    follow_up = office.messages()[-1]
    assert follow_up.inquiry_id == office.message(1).inquiry_id
    assert follow_up.prediction is not None and str(follow_up.prediction.destination) == "MISSION:ML"


def test_an_office_that_declined_is_not_proposed_for_the_countries_it_covers(office: Office) -> None:
    message_id = forwarded(office, to="MISSION:GM", text="MISSION:GM we ask about the river")
    says(office, token_in(received(office, "sn@missions.example")[0]), UnitAnswer.NOT_OURS)
    with office.store.read() as tx:
        inquiry_id = office.message(message_id).inquiry_id
        declined = unit_side.declined(tx, [inquiry_id], on=office.clock.now().date())[inquiry_id]
    assert {str(one) for one in declined} == {"MISSION:GM", "MISSION:SN"}


@pytest.mark.parametrize("kind", ["forged", "other_key", "cut", "empty"])
def test_forged_links_open_nothing(office: Office, kind: str) -> None:
    message_id = forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    ends = office.clock.now() + timedelta(days=3)
    made = {
        "forged": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "other_key": token_of(b"x" * 32, delivery_id=office.deliveries()[0].id, expires_at=ends),
        "cut": token[:40],
        "empty": "",
    }[kind]
    with pytest.raises(LinkForged):
        opens(office, made)
    with pytest.raises(LinkForged):
        says(office, made, UnitAnswer.NOT_OURS, guard="x")
    assert office.state(message_id) is MessageState.FORWARDED


def test_guessing_is_stopped(office: Office) -> None:
    forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    for _ in range(FORGERIES_ALLOWED):
        with pytest.raises(LinkForged):
            opens(office, "x" * 60)
    with pytest.raises(TooMany):
        opens(office, token)
    office.clock.pass_(16 * 60)
    assert opens(office, token).state is LinkState.OPEN


def test_a_link_ends(office: Office) -> None:
    message_id = forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    guard = opens(office, token).guard
    office.clock.pass_(LINK_DAYS * 86400)
    with pytest.raises(LinkExpired):
        opens(office, token)
    with pytest.raises(LinkExpired):
        says(office, token, UnitAnswer.NOT_OURS, guard=guard)
    assert office.state(message_id) is MessageState.FORWARDED


def test_a_page_sent_twice_counts_once(office: Office) -> None:
    message_id = forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    guard = opens(office, token).guard
    assert says(office, token, UnitAnswer.ACCEPTED, guard=guard) is Outcome.DONE
    assert says(office, token, UnitAnswer.ACCEPTED, guard=guard) is Outcome.ALREADY
    assert says(office, token, UnitAnswer.NOT_OURS, guard=guard) is Outcome.STALE, "made before the other answer"
    assert office.state(message_id) is MessageState.FORWARDED


def test_the_guard_of_another_link_fits_nothing(office: Office) -> None:
    first, second = forwarded(office), forwarded(office)
    one, other = (token_in(got) for got in received(office, "dmm@units.example"))
    assert says(office, other, UnitAnswer.NOT_OURS, guard=opens(office, one).guard) is Outcome.STALE
    assert office.state(first) is office.state(second) is MessageState.FORWARDED


def test_many_at_once_count_once(office: Office) -> None:
    message_id = forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    guard = opens(office, token).guard
    gate, outcomes = threading.Barrier(6), list[Outcome]()

    def send(answer: UnitAnswer) -> None:
        gate.wait()
        outcomes.append(says(office, token, answer, guard=guard))

    threads = [threading.Thread(target=send, args=(answer,)) for answer in [*UnitAnswer, *list(UnitAnswer)[:2]]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Outcome.DONE) == 1
    with office.store.read() as tx:
        assert len(detail.detail(tx, viewer=OFFICER, message_id=message_id).answers) == 1
        assert audit.verify(tx).whole
    assert office.books().balanced


def test_a_lead_and_a_copy_each_have_their_own(office: Office) -> None:
    message_id = forwarded(office, copies=("IML",))
    lead, copy = (token_in(received(office, f"{code}@units.example")[0]) for code in ("dmm", "iml"))
    assert opens(office, copy).is_copy and not opens(office, lead).is_copy
    assert says(office, copy, UnitAnswer.NOT_OURS, instead="MCD") is Outcome.DONE
    assert office.state(message_id) is MessageState.FORWARDED, "a copy moves nothing"
    assert opens(office, lead).said == ()
    assert says(office, lead, UnitAnswer.NOT_OURS) is Outcome.DONE
    assert opens(office, copy).state is LinkState.ELSEWHERE
    with office.store.read() as tx:
        inquiry_id = office.message(message_id).inquiry_id
        declined = unit_side.declined(tx, [inquiry_id], on=office.clock.now().date())[inquiry_id]
    assert {str(one) for one in declined} == {"DMM"}


def test_two_units_at_once(office: Office) -> None:
    message_id = forwarded(office, copies=("IML",))
    tokens = [token_in(received(office, f"{code}@units.example")[0]) for code in ("dmm", "iml")]
    gate, outcomes = threading.Barrier(2), dict[str, Outcome]()

    def send(token: str, answer: UnitAnswer) -> None:
        guard = opens(office, token).guard
        gate.wait()
        outcomes[token] = says(office, token, answer, guard=guard)

    threads = [
        threading.Thread(target=send, args=pair)
        for pair in zip(tokens, (UnitAnswer.NOT_OURS, UnitAnswer.ACCEPTED), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes[tokens[0]] is Outcome.DONE
    assert outcomes[tokens[1]] in (Outcome.DONE, Outcome.NOT_OFFERED), "as the copy came first or second"
    assert office.state(message_id) is MessageState.IN_REVIEW
    assert office.books().balanced


def test_an_officer_who_took_it_up_again_ends_the_link(office: Office) -> None:
    message_id = forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    guard = opens(office, token).guard
    review.reopen(office.store, message_id=message_id, version=None, officer=OFFICER, now=office.clock.now())
    assert says(office, token, UnitAnswer.ACCEPTED, guard=guard) is Outcome.NOT_OFFERED
    assert opens(office, token).state is LinkState.ELSEWHERE


def test_an_answer_proves_that_a_doubtful_mail_arrived(office: Office) -> None:
    line = office.one(TEXT)
    office.decide(line.id)
    office.outbox.script = ["silent"]
    office.send()
    assert office.message(line.id).delivery_state is DeliveryState.UNKNOWN
    token = token_in(received(office, "dmm@units.example")[0])
    assert says(office, token, UnitAnswer.ACCEPTED) is Outcome.DONE
    after = office.message(line.id)
    assert (after.state, after.delivery_state) == (MessageState.FORWARDED, DeliveryState.SENT)
    assert office.books().balanced


def test_a_link_of_what_became_restricted_is_gone(office: Office) -> None:
    message_id = forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    with office.store.begin() as tx:
        restrict(tx, message_id=message_id)
    assert opens(office, token).state is LinkState.GONE, "even a genuine one"
    assert says(office, token, UnitAnswer.NOT_OURS, guard="x") is Outcome.NOT_OFFERED


def test_restricted_matters_do_not_leave(office: Office) -> None:
    line = office.one(TEXT)
    office.decide(line.id)
    with office.store.begin() as tx:
        restrict(tx, message_id=line.id)
    office.send()
    assert received(office, "dmm@units.example") == []
    assert office.books().balanced


def test_nobody_behind_the_proposal_changes_nothing(office: Office) -> None:
    message_id = forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    with pytest.raises(NotFound):
        says(office, token, UnitAnswer.NOT_OURS, instead="MISSION:XK")
    assert office.state(message_id) is MessageState.FORWARDED
    assert opens(office, token).said == ()


def test_a_closed_inquiry_that_moves_is_open_again(office: Office) -> None:
    message_id = forwarded(office)
    token = token_in(received(office, "dmm@units.example")[0])
    says(office, token, UnitAnswer.ANSWERED)
    with office.store.begin() as tx:
        inquiries.set_unit(tx, {office.message(message_id).inquiry_id: "DMM"})
    assert opens(office, token).state is LinkState.OPEN


def test_what_units_say_becomes_labels_with_their_author(office: Office) -> None:
    message_id = forwarded(office)
    says(office, token_in(received(office, "dmm@units.example")[0]), UnitAnswer.NOT_OURS, instead="IML")
    (line,) = corrections(office.store)
    assert (line["id"], line["route"], line["author"]) == (f"unit-{message_id}", "IML", "unit:DMM")
    office.decide(message_id, "IML")
    office.send()
    says(office, token_in(received(office, "iml@units.example")[0]), UnitAnswer.ANSWERED)
    (line,) = corrections(office.store)
    assert (line["id"], line["route"], line["author"]) == (f"officer-{message_id}", "IML", "Amina Diallo")
    assert line["why"].endswith("the unit agrees")
    assert [(one["by"], one["said"], one["of"], one["instead"]) for one in line["history"]] == [
        ("unit:DMM", "not_ours", "DMM", "IML"),
        ("unit:IML", "answered", "IML", None),
    ]
    assert parse_example(line, author="export").route == "IML"
