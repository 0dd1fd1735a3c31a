"""Search on both databases: what is found, in which order, and what never is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import START, mail
from triage.domain.errors import NotFound
from triage.domain.lifecycle import MessageState
from triage.domain.people import Person
from triage.domain.taxonomy import Kind, Route
from triage.flow.desk import review
from triage.store import audit, people, saved_searches, search, search_index
from triage.store.messages import restrict
from triage.store.search import Query


def found(office: Office, viewer: Person = OFFICER, limit: int = 50, **asked: object) -> list[int]:
    """The ids of everything that matches, page by page."""
    ids: list[int] = []
    before: int | None = None
    with office.store.read() as tx:
        while True:
            page = search.find(tx, viewer=viewer, query=Query(**asked), before=before, limit=limit)  # type: ignore[arg-type]
            ids += [line.id for line in page.messages]
            if page.next is None:
                return ids
            before = int(page.next)


def letters(office: Office, *texts: str) -> None:
    number = len(office.source.mails)
    office.arrive(
        *(
            mail(each, message_id=f"<s{place}@ngo.example>", subject=f"Letter {place}")
            for place, each in enumerate(texts, number + 1)
        )
    )


def test_words_are_found_newest_first_without_accents(office: Office) -> None:
    letters(office, "DMM Réintégration des migrants à Kayes", "DOE something else", "DMM la reintegration encore")
    assert found(office, text="reintegration") == [3, 1]
    assert found(office, text="RÉINTÉGRATION kayes") == [1]
    assert found(office, text="reinteg* kay*") == [1]
    assert found(office, text="reintegration nowhere") == []
    assert found(office, text="Letter 2") == [2]
    assert found(office, text="... !") == []


@pytest.mark.parametrize("typed", ["发展", "移民 组织", "织"])
def test_chinese_is_found_by_any_part(office: Office, typed: str) -> None:
    letters(office, "DMM 我们是移民与发展国际组织", "DMM otherwise")
    assert found(office, text=typed) == [1]


def test_pages_join_without_gap_or_repeat(office: Office) -> None:
    letters(office, *(f"DMM common word {number}" for number in range(7)))
    assert found(office, text="common", limit=2) == [7, 6, 5, 4, 3, 2, 1]
    assert found(office, limit=3) == [7, 6, 5, 4, 3, 2, 1]


def test_filters_hold_together(office: Office) -> None:
    letters(office, "DMM alpha", "MISSION:ML alpha", "MISSION:SN alpha", "DOE alpha")
    assert found(office, route=Route.MISSION) == [3, 2]
    assert found(office, country="ML") == [2]
    assert found(office, text="alpha", route=Route.MISSION, country="SN") == [3]
    assert found(office, kind=Kind.INVITATION) == []
    kinds = {line.prediction.kind for line in office.messages() if line.prediction}
    assert found(office, kind=kinds.pop()) == [4, 3, 2, 1]
    assert found(office, language="zz") == []
    assert found(office, state=MessageState.IN_REVIEW) == [4, 3, 2, 1]
    assert found(office, state=MessageState.QUEUED) == []


def test_a_decision_moves_the_mark_and_undoing_moves_it_back(office: Office) -> None:
    letters(office, "DMM alpha")
    office.decide(1, "MISSION:ML")
    assert found(office, country="ML", text="alpha") == [1]
    assert found(office, route=Route.DMM) == []
    assert found(office, state=MessageState.QUEUED, text="alpha") == [1]
    review.undo(office.store, message_id=1, officer=OFFICER, now=office.clock.now())
    assert found(office, route=Route.DMM, text="alpha") == [1]
    assert found(office, country="ML") == []


def test_the_sender_by_name_address_and_domain(office: Office) -> None:
    office.arrive(
        mail("DMM one", message_id="<1@x.example>", sender="Ana Müller <ana@ngo.example>"),
        mail("DMM two", message_id="<2@x.example>", sender="Bo Ana <bo@other.example>"),
    )
    assert found(office, sender="ana") == [2, 1]
    assert found(office, sender="Muller") == [1]
    assert found(office, sender="ANA@ngo.example") == [1]
    assert found(office, sender="@other.example") == [2]
    assert found(office, sender="@nobody.example") == []


def test_days_are_both_included(office: Office) -> None:
    for _ in range(3):
        letters(office, "DMM daily")
        office.clock.pass_(86400)
    first = START.date()
    assert found(office, since=first + timedelta(days=1)) == [3, 2]
    assert found(office, until=first + timedelta(days=1), text="daily") == [2, 1]
    assert found(office, since=first + timedelta(days=1), until=first + timedelta(days=1)) == [2]
    assert found(office, since=date(2030, 1, 1)) == []


def test_rank_puts_the_subject_before_the_text(office: Office) -> None:
    office.arrive(
        mail("DMM in short", message_id="<1@x.example>", subject="Placement fees"),
        mail("DMM the placement of a lamp", message_id="<2@x.example>", subject="Lamps"),
    )
    assert found(office, text="placement") == [2, 1]
    assert found(office, text="placement", ranked=True) == [1, 2]


def test_restricted_mail_is_never_in_the_index_nor_found(office: Office) -> None:
    letters(office, "misconduct quokkaword by a colleague", "DMM plain quokkaword")
    assert office.message(1).restricted
    for viewer in (OFFICER, CLEARED):
        assert found(office, viewer, text="quokkaword") == [2]
        assert found(office, viewer) == [2]
    with office.store.begin() as tx:
        restrict(tx, message_id=2)
    assert found(office, CLEARED, text="quokkaword") == []
    with office.store.read() as tx:
        assert search.number_indexed(tx) == 0


def test_removed_words_leave_the_file_too(office: Office) -> None:
    letters(office, "DMM wombatword", "DMM other")
    with office.store.begin() as tx:
        search_index.remove(tx, [1, 999])
        search_index.forget_senders(tx, [1])
        search_index.settle(tx)
    assert found(office, text="wombatword") == []
    assert found(office, text="other") == [2]
    with office.store.read() as tx:
        if not tx.postgres:
            blocks = tx.connection.execute(text("SELECT block FROM search_index_data")).scalars()
            assert all(b"wombat" not in bytes(block) for block in blocks)


def test_indexing_anew_changes_nothing(office: Office) -> None:
    letters(office, "DMM alpha", "DOE beta")
    with office.store.read() as tx:
        assert search_index.missing(tx, after_id=0, limit=9) == []
    with office.store.begin() as tx:
        search_index.remark(tx, message_id=1)
        search_index.remark(tx, message_id=99)
        search_index.remove(tx, [2])
        search_index.forget_senders(tx, [2])
    assert found(office, text="alpha") == [1]
    with office.store.read() as tx:
        assert search_index.missing(tx, after_id=0, limit=9) == [2]
        if not tx.postgres:
            tx.connection.execute(text("SELECT 1"))
    with office.store.begin() as tx:
        if not tx.postgres:
            tx.connection.execute(text("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"))


def test_a_saved_search_is_its_owners_and_lapses(office: Office) -> None:
    query = Query(text="Amina", route=Route.DMM, state=MessageState.KEPT, since=date(2026, 1, 2), ranked=True)
    with office.store.begin() as tx:
        one = people.add_person(tx, person=replace(OFFICER, email="a@x.example"), password_hash=None, now=START).id
        other = people.add_person(tx, person=replace(OFFICER, email="b@x.example"), password_hash=None, now=START).id
        word = saved_searches.save(tx, query=query, person_id=one, now=START)
    with office.store.read() as tx:
        assert saved_searches.get(tx, word=word, person_id=one, now=START) == query
        for person, now in ((other, START), (one, START + saved_searches.KEEP)):
            with pytest.raises(NotFound):
                saved_searches.get(tx, word=word, person_id=person, now=now)
    with office.store.begin() as tx:
        saved_searches.save(tx, query=Query(), person_id=one, now=START + saved_searches.KEEP)
        assert tx.connection.execute(text("SELECT count(*) FROM saved_searches")).scalar() == 1
        assert audit.verify(tx).whole
