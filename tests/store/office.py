"""A whole office around a store, for tests: what a worker and an officer would do, step by step."""

from collections.abc import Sequence

from tests.store.parts import OFFICES, OWN, UNITS, DirectReader, FirstWord, ListSource, Outbox, SetClock, mail
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.people import Person, Role
from triage.domain.policy import Thresholds
from triage.domain.taxonomy import Destination
from triage.flow.arriving.ingest import Ingest, PollResult
from triage.flow.desk import review
from triage.flow.desk.decide import Classify
from triage.flow.sending.forward import Forward, ServiceAddress
from triage.flow.watching.reach import Reach
from triage.store import deliveries, ledger, listing, organisation
from triage.store.engine import Store
from triage.store.queues import Queue
from triage.store.views import DeliveryView, MessageSummary

THRESHOLDS = Thresholds(0.99, 0.99, 0.5, frozenset({"en", "fr", "es"}))
OFFICER = Person(None, "Amina Diallo", roles=frozenset({Role.OFFICER}))
CLEARED = Person(None, "Jo Baker", roles=frozenset({Role.OFFICER}), cleared=True)
SERVICE = ServiceAddress("ipd@office.example", OWN, public_url="https://triage.office.example", link_days=30.0)
UNDO_SECONDS = 60.0


class Office:
    """Store, clock, source and outbox with the steps over them."""

    def __init__(self, store: Store, *, idempotent: bool = False) -> None:
        self.store = store
        self.clock = SetClock()
        self.source = ListSource()
        self.outbox = Outbox(idempotent=idempotent)
        self.ingest = Ingest(store=store, reader=DirectReader(), clock=self.clock, own=OWN, batch_size=10)
        self.classify = self.classifier()
        self.forward = self.worker("worker-1", alone=False)
        with store.begin() as tx:
            organisation.seed(tx, UNITS, OFFICES)

    def classifier(self, *, language: str = "en", acknowledges: bool = False) -> Classify:
        """A step that sorts; its model takes everything for `language`."""
        model = FirstWord()
        model.language = language
        return Classify(
            store=self.store, classifier=model, clock=self.clock, thresholds=THRESHOLDS, acknowledges=acknowledges
        )

    def worker(self, name: str, *, alone: bool = False, attempts: int = 3, reach: Reach | None = None) -> Forward:
        """Another sender."""
        return Forward(
            store=self.store,
            channel=self.outbox,
            clock=self.clock,
            worker_name=name,
            service=SERVICE,
            attempts=attempts,
            alone=alone,
            reach=reach,
        )

    def arrive(self, *mails: bytes | None) -> PollResult:
        """Mails come into the mailbox and are polled and classified."""
        self.source.mails += mails
        result = self.ingest.poll(self.source)
        while self.classify.step():
            pass
        return result

    def one(self, text: str = "DMM please help with this question of ours") -> MessageSummary:
        """One mail in review."""
        number = len(self.source.mails) + 1
        self.arrive(mail(text, message_id=f"<{number}@ngo.example>", subject=f"Question {number}"))
        return self.messages()[-1]

    def decide(
        self, message_id: int, destination: str = "DMM", officer: Person = OFFICER, **more: object
    ) -> review.Decided:
        """An officer's decision."""
        return review.decide(
            self.store,
            message_id=message_id,
            destination=Destination.parse(destination),
            officer=officer,
            now=self.clock.now(),
            undo_seconds=UNDO_SECONDS,
            **({"version": None} | more),  # type: ignore[arg-type]
        )

    def send(self) -> int:
        """The undo window passes and everything due is sent."""
        self.clock.pass_(UNDO_SECONDS)
        done = 0
        while moved := self.forward.step():
            done += moved
        return done

    def messages(self, viewer: Person = CLEARED) -> list[MessageSummary]:
        """All messages by id."""
        with self.store.read() as tx:
            return listing.by_state(tx, viewer=viewer)

    def message(self, message_id: int) -> MessageSummary:
        """One message."""
        with self.store.read() as tx:
            return listing.summaries(tx, message_ids=[message_id])[message_id]

    def state(self, message_id: int) -> MessageState:
        """Where a message stands."""
        return self.message(message_id).state

    def queue(self, queue: Queue, viewer: Person = OFFICER) -> Sequence[int]:
        """The ids of a queue."""
        with self.store.read() as tx:
            page = listing.list_page(tx, viewer=viewer, queue=queue, now=self.clock.now())
        return [line.id for line in page.messages]

    def deliveries(self, *states: DeliveryState) -> list[DeliveryView]:
        """Deliveries, newest first."""
        with self.store.read() as tx:
            return deliveries.list_page(tx, viewer=CLEARED, states=states)

    def books(self) -> ledger.Books:
        """The books, which must balance in every test that asks."""
        with self.store.read() as tx:
            return ledger.books(tx)
