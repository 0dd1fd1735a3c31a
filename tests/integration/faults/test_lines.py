"""Lines that are cut, garbled, refused or silent at any byte, before real IMAP and SMTP servers.

After each fault one good poll or step follows. Nothing may be lost, nothing doubled, and the books balance.
"""

import random
import time
from collections import Counter
from contextlib import closing
from datetime import timedelta

import pytest

from tests.bench.mails import generate
from tests.rig.dovecot import Dovecot
from tests.rig.proxy import Fault, Plan, Proxy, proxy_to
from tests.rig.smtp import Sink
from tests.store.parts import START, DirectReader, FirstWord, SetClock
from triage.channels.smtp import SmtpChannel
from triage.config import Channel, Source
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.people import Person, Role
from triage.domain.policy import Thresholds
from triage.domain.taxonomy import Destination, Route
from triage.flow.arriving.ingest import Ingest
from triage.flow.desk import review
from triage.flow.desk.decide import Classify
from triage.flow.sending.forward import Forward, ServiceAddress
from triage.mail.own import OwnMail
from triage.sources.imap import ImapSource
from triage.store import deliveries, ledger, listing
from triage.store.engine import Store

MAILS = 25
PATIENT_SECONDS = 60.0
OWN = OwnMail(frozenset({"ipd@office.example"}), "ipd.triage.office.example", "ipd")
OFFICER = Person(None, "N. Diallo", roles=frozenset({Role.OFFICER}), cleared=True)


def imap_through(
    proxy: Proxy, server: Dovecot, *, after: str = "move:Stored", timeout_seconds: float = PATIENT_SECONDS
) -> ImapSource:
    """The mailbox behind a proxy. Only before a fault is it wise to be impatient."""
    secret = server.base / "secret"
    secret.write_text(server.password)
    return ImapSource(
        Source(
            kind="imap", name="contact", host="127.0.0.1", port=proxy.port, security="plain", user=server.user,
            password_file=secret, after=after, timeout_seconds=timeout_seconds, batch_size=10,
        )
    )  # fmt: skip


def plans(chance: random.Random, reach: int, from_server: bool) -> list[Plan]:
    faults = (Fault.CUT, Fault.CUT, Fault.CUT, Fault.GARBLE, Fault.GARBLE, Fault.REFUSE, Fault.SILENCE)
    return [Plan(fault, chance.randrange(reach), from_server) for fault in faults]


@pytest.mark.parametrize("from_server", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_imap_spoilt_at_any_byte(store: Store, dovecot: Dovecot, from_server: bool, seed: int) -> None:
    mails, chance = list(generate(MAILS, seed=seed)), random.Random(seed)
    dovecot.fill(mails)
    reach = sum(map(len, mails)) + 4_000 if from_server else 1_200
    ingest = Ingest(store=store, reader=DirectReader(), clock=SetClock(), own=OWN, batch_size=10)
    with proxy_to(dovecot.port) as proxy:
        for plan in plans(chance, reach, from_server):
            proxy.plan = plan
            with closing(imap_through(proxy, dovecot, timeout_seconds=1.0)) as source:
                ingest.poll(source)
        proxy.plan = Plan()
        with closing(imap_through(proxy, dovecot)) as source:
            assert ingest.poll(source).error is None
            assert ingest.poll(source).error is None
    with store.read() as tx:
        books = ledger.books(tx)
    assert books.balanced, books.differences
    assert (books.stored, books.pending) == (MAILS, 0)
    assert dovecot.files() == []
    assert len(dovecot.files("Stored")) == MAILS


def test_lines_on_which_everything_comes_in_small_pieces(store: Store, dovecot: Dovecot, smtp_sink: Sink) -> None:
    clock = SetClock()
    dovecot.fill(list(generate(5, seed=8)))
    with proxy_to(dovecot.port) as proxy:
        proxy.plan = Plan(Fault.DELAY, 0, from_server=True)
        with closing(imap_through(proxy, dovecot)) as source:
            result = Ingest(store=store, reader=DirectReader(), clock=clock, own=OWN).poll(source)
    assert (result.error, result.stored) == (None, 5)
    queued = queue_all(store, clock)
    with proxy_to(smtp_sink.port) as proxy:
        proxy.plan = Plan(Fault.DELAY, 0, from_server=False)
        settings = Channel(
            kind="smtp", host="127.0.0.1", port=proxy.port, security="plain", timeout_seconds=PATIENT_SECONDS,
            **{"from": "ipd@office.example"},
        )  # fmt: skip
        with closing(SmtpChannel(settings)) as channel:
            while forward(store, channel, clock).step(10):
                pass
    assert len(smtp_sink.mails) == queued
    with store.read() as tx:
        assert ledger.books(tx).balanced


def test_uidvalidity_changes_without_loss_or_doubles(store: Store, dovecot: Dovecot) -> None:
    mails = list(generate(MAILS))
    dovecot.fill(mails)
    ingest = Ingest(store=store, reader=DirectReader(), clock=SetClock(), own=OWN)
    with proxy_to(dovecot.port) as proxy:
        with closing(imap_through(proxy, dovecot, after="leave")) as source:
            assert ingest.poll(source).stored == MAILS
            before = source.uidvalidity()
        dovecot.stop()
        # The server numbers a new folder by the second in which it makes it.
        while time.time() < before + 1:
            time.sleep(0.05)
        for list_file in dovecot.mailbox.glob("dovecot*"):
            list_file.unlink()
        dovecot.start()
        dovecot.fill(list(generate(3, seed=9)))
        with closing(imap_through(proxy, dovecot, after="leave")) as source:
            result = ingest.poll(source)
            assert source.uidvalidity() != before
    assert (result.stored, result.duplicate) == (3, MAILS)
    with store.read() as tx:
        assert ledger.books(tx).balanced


def queue_all(store: Store, clock: SetClock) -> int:
    """Sends every message to DMM, whatever is suggested; returns how many."""
    thresholds = Thresholds(0.5, 0.5, 0.5, frozenset({"en", "fr", "es"}))
    classify = Classify(store=store, classifier=FirstWord(), clock=clock, thresholds=thresholds)
    while classify.step():
        pass
    with store.read() as tx:
        waiting = listing.by_state(tx, viewer=OFFICER, states=[MessageState.IN_REVIEW])
    for message in waiting:
        review.decide(
            store, message_id=message.id, version=message.version, destination=Destination(Route.DMM),
            officer=OFFICER, now=clock.now(), undo_seconds=0,
        )  # fmt: skip
    return len(waiting)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_smtp_spoilt_at_any_byte(store: Store, dovecot: Dovecot, smtp_sink: Sink, seed: int) -> None:
    chance, clock = random.Random(seed), SetClock()
    dovecot.fill(list(generate(MAILS, seed=seed)))
    with proxy_to(dovecot.port) as proxy, closing(imap_through(proxy, dovecot)) as source:
        Ingest(store=store, reader=DirectReader(), clock=clock, own=OWN).poll(source)
    queued = queue_all(store, clock)
    with proxy_to(smtp_sink.port) as proxy:
        settings = Channel(
            kind="smtp", host="127.0.0.1", port=proxy.port, security="plain", timeout_seconds=1.0,
            **{"from": "ipd@office.example"},
        )  # fmt: skip
        for turn in range(14):
            from_server = bool(turn % 2)
            fault = chance.choice((Fault.CUT, Fault.CUT, Fault.GARBLE, Fault.REFUSE))
            proxy.plan = Plan(fault, chance.randrange(1_500 if from_server else 60_000), from_server)
            with closing(SmtpChannel(settings)) as channel:
                forward(store, channel, clock).step(2)
            clock.at += timedelta(hours=5)
        proxy.plan = Plan()
        with closing(SmtpChannel(settings)) as channel:
            while forward(store, channel, clock).step(10):
                clock.at += timedelta(hours=5)
    ids = Counter(raw.partition(b"Message-ID: <")[2].partition(b"@")[0].decode() for _, _, raw in smtp_sink.mails)
    assert [one for one, number in ids.items() if number > 1] == []
    with store.read() as tx:
        lost_track = {view.id for view in deliveries.list_page(tx, viewer=OFFICER, states=[DeliveryState.UNKNOWN])}
        failed = {view.id for view in deliveries.list_page(tx, viewer=OFFICER, states=[DeliveryState.FAILED])}
        books = ledger.books(tx)
    assert books.balanced, books.differences
    assert len(set(ids) | lost_track | failed) == queued
    assert clock.now() > START


def forward(store: Store, channel: SmtpChannel, clock: SetClock) -> Forward:
    service = ServiceAddress("ipd@office.example", OWN)
    return Forward(store=store, channel=channel, clock=clock, worker_name="w", service=service, alone=True)
