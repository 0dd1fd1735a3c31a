"""Every order of events that chance finds, over messages and deliveries: the books always balance, no delivery leaves
twice by itself, and every failure is in front of a person."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from tests.rig.postgres import Postgres
from tests.store.office import CLEARED, Office
from tests.store.parts import OWN, mail
from tests.store.test_ingest import bounce
from triage.domain.decision import UnitAnswer
from triage.domain.errors import NotFound, Refused
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.taxonomy import Destination
from triage.flow.arriving.quarantine import replay
from triage.flow.desk import review
from triage.flow.sending.forward import settle
from triage.flow.units.answer import answer
from triage.store import audit, leases
from triage.store.engine import Store
from triage.store.keys import Keyring
from triage.store.tables import message_events, messages

WORDS = ("DMM", "IPD", "MISSION:ML", "urgent", "misconduct")
OUTCOMES = ("ok", "ok", "ok", "transient", "permanent", "busy", "silent", "lost")
FOLDER = Path("/dev/shm") if Path("/dev/shm").is_dir() else None


class Life(RuleBasedStateMachine):
    """An office to which anything may happen next. `reached` collects every state that was seen."""

    reached: ClassVar[set[str]] = set()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.office = Office(store)
        self.number = 0
        self.again: Counter[str] = Counter()

    def _some(self, draw: int) -> int:
        """A message by chance."""
        return 1 + draw % max(self.number, 1)

    def _try(self, action: Callable[[], object]) -> None:
        """What the rules refuse changes nothing; the invariants look."""
        try:
            action()
        except (Refused, NotFound):
            return

    @rule(word=st.sampled_from(WORDS), broken=st.booleans(), twice=st.booleans(), classify=st.booleans())
    def mail_arrives(self, word: str, broken: bool, twice: bool, classify: bool) -> None:
        self.number += 1
        raw = mail(f"{word} text {self.number}", message_id=f"<{self.number}@x.example>")
        raw = b"X-Unreadable: yes\r\n" + raw if broken and self.number % 2 else raw
        self.office.source.mails += [raw, raw] if twice else [raw]
        self.office.ingest.poll(self.office.source)
        if classify:
            self.office.classify.step()

    @rule(outcome=st.sampled_from(OUTCOMES), where=st.sampled_from(("DMM", "MISSION:GM")))
    def mail_goes_the_whole_way(self, outcome: str, where: str) -> None:
        """So that chance finds what may happen to mail that has left, too."""
        self.mail_arrives("DMM", broken=False, twice=False, classify=True)
        self.classify()
        self._try(lambda: self.office.decide(self.number, where, CLEARED))
        self.worker_sends([outcome] * 3, seconds=61)

    @rule(where=st.sampled_from(("DMM", "IPD")))
    def officer_changes_mind(self, where: str) -> None:
        self.mail_arrives("DMM", broken=False, twice=False, classify=True)
        self.classify()
        self._try(lambda: self.office.decide(self.number, where, CLEARED))
        self.take_back(self.number - 1, review.undo)

    @rule()
    def classify(self) -> None:
        while self.office.classify.step():
            pass

    @precondition(lambda self: self.number)
    @rule(
        draw=st.integers(0, 99),
        where=st.sampled_from(("DMM", "MCD", "IPD", "MISSION:GM", "MISSION:XK")),
        copy=st.booleans(),
    )
    def decide(self, draw: int, where: str, copy: bool) -> None:
        copies = [Destination.parse("IML")] if copy else []
        self._try(lambda: self.office.decide(self._some(draw), where, CLEARED, copies=copies))

    @precondition(lambda self: self.number)
    @rule(draw=st.integers(0, 99), what=st.sampled_from((review.undo, review.reopen, review.take_as_inquiry)))
    def take_back(self, draw: int, what: Callable[..., int]) -> None:
        more = {} if what is review.undo else {"version": None}
        asked = {"message_id": self._some(draw), "officer": CLEARED, "now": self.office.clock.now()} | more
        self._try(lambda: what(self.office.store, **asked))

    @precondition(lambda self: self.number)
    @rule(draw=st.integers(0, 99), said=st.sampled_from(UnitAnswer))
    def unit_answers(self, draw: int, said: UnitAnswer) -> None:
        asked = {"message_id": self._some(draw), "answer": said, "officer": CLEARED, "now": self.office.clock.now()}
        self._try(lambda: answer(self.office.store, **asked))

    @rule(text=st.sampled_from(("We take it.", "Not ours.", "Perhaps it is ours?")), draw=st.integers(0, 99))
    def unit_replies(self, text: str, draw: int) -> None:
        """A unit answers by mail what it has just got, or something older."""
        self.mail_goes_the_whole_way("ok", "DMM")
        gone = self.office.deliveries(DeliveryState.SENT)
        if not gone:
            return
        self.number += 1
        one = gone[draw % len(gone)] if draw % 2 else gone[0]
        ours = f"<{one.id}@{OWN.message_id_domain}>"
        named = f"<{self.number}@units.example>"
        self.office.source.mails.append(mail(text, sender=one.address, message_id=named, In_Reply_To=ours))
        self.office.ingest.poll(self.office.source)
        self.classify()

    @rule(script=st.lists(st.sampled_from(OUTCOMES), max_size=4), seconds=st.sampled_from((0, 61, 5000)))
    def worker_sends(self, script: list[str], seconds: int) -> None:
        self.office.clock.pass_(seconds)
        self.office.outbox.script = list(script)
        self.office.forward.step(limit=3)

    @rule(begun=st.booleans())
    def worker_dies(self, begun: bool) -> None:
        now = self.office.clock.pass_(61)
        with self.office.store.begin() as tx:
            claims = leases.claim(tx, worker=f"dead-{now.timestamp()}", now=now, lease_seconds=30, limit=2)
        for claim in claims if begun else ():
            with self.office.store.begin() as tx:
                leases.body_starts(tx, claim=claim, now=now, lease_seconds=30, repeatable=False)

    @rule(arrived=st.booleans())
    def officer_settles(self, arrived: bool) -> None:
        ids = [delivery.id for delivery in self.office.deliveries(DeliveryState.UNKNOWN)]
        settle(self.office.store, delivery_ids=ids, arrived=arrived, officer=CLEARED, now=self.office.clock.now())
        if not arrived:
            self.again.update(ids)

    @precondition(lambda self: self.office.outbox.sent)
    @rule(draw=st.integers(0, 99))
    def mail_bounces(self, draw: int) -> None:
        sent = self.office.outbox.sent[draw % len(self.office.outbox.sent)]
        self.number += 1
        report = bounce(f"<{sent.delivery_id}@{OWN.message_id_domain}>", sent.recipient)
        self.office.source.mails.append(report.replace(b"<b-", b"<b%d-" % self.number))
        self.office.ingest.poll(self.office.source)
        self.office.classify.step()

    @rule()
    def quarantine_is_replayed(self) -> None:
        reader = self.office.ingest._reader
        replay(self.office.store, reader, message_ids=None, officer=CLEARED, now=self.office.clock.now())

    @invariant()
    def the_books_balance(self) -> None:
        books = self.office.books()
        assert books.balanced, books.differences

    @invariant()
    def nothing_leaves_twice_by_itself(self) -> None:
        left = Counter(outgoing.delivery_id for outgoing in self.office.outbox.sent)
        for delivery_id, number in left.items():
            assert number <= 1 + self.again[delivery_id]

    @invariant()
    def what_is_forwarded_has_left(self) -> None:
        sent = {delivery.message_id for delivery in self.office.deliveries() if delivery.sent_at is not None}
        Life.reached.update(delivery.state.name for delivery in self.office.deliveries())
        for line in self.office.messages():
            Life.reached.add(line.state.value)
            if line.state is MessageState.FORWARDED:
                assert line.id in sent
                assert line.delivery_state is DeliveryState.SENT

    @invariant()
    def every_step_is_on_record(self) -> None:
        steps = (
            select(func.count())
            .where(message_events.c.message_id == messages.c.id)
            .correlate(messages)
            .scalar_subquery()
        )
        with self.office.store.read() as tx:
            for version, number in tx.connection.execute(select(messages.c.version, steps)):
                assert version == number + 1

    def teardown(self) -> None:
        with self.office.store.read() as tx:
            assert audit.verify(tx).whole


def _settings(examples: int) -> settings:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(
        max_examples=examples, stateful_step_count=20, deadline=None, suppress_health_check=checks, derandomize=True
    )


def test_any_order_of_events_on_sqlite(migrated_sqlite: Path, keyring: Keyring) -> None:
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        folder, made = Path(name), []

        def fresh() -> Life:
            path = folder / f"{len(made)}.sqlite"
            shutil.copyfile(migrated_sqlite, path)
            made.append(Store(f"sqlite:///{path}", keyring))
            return Life(made[-1])

        run_state_machine_as_test(fresh, settings=_settings(35))
        for store in made:
            store.dispose()
    passing = {DeliveryState.SENDING.name}  # between two commits of one step
    wanted = {*(s.value for s in MessageState), *(s.name for s in DeliveryState)} - passing
    assert wanted - Life.reached == set()


@pytest.mark.postgres
def test_any_order_of_events_on_postgresql(postgres: Postgres, migrated_postgres: str, keyring: Keyring) -> None:
    made: list[Store] = []

    def fresh() -> Life:
        for store in made:
            store.dispose()
        made.append(Store(postgres.database(template=migrated_postgres), keyring))
        return Life(made[-1])

    run_state_machine_as_test(fresh, settings=_settings(8))
    for store in made:
        store.dispose()
