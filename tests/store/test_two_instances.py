"""Two installations that write to each other: however the mails between them are treated, the exchange dies down."""

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zlib import crc32

import pytest

from tests.store.parts import START, FirstWord, ListSource, Outbox, SetClock, mail
from triage.domain.message import ReadResult
from triage.domain.policy import Thresholds
from triage.flow.arriving.ingest import Ingest
from triage.flow.desk.decide import Classify
from triage.flow.sending.acknowledge import Acknowledge
from triage.flow.sending.brake import Brake, Held
from triage.flow.sending.forward import Forward, ServiceAddress
from triage.mail.own import OwnMail
from triage.mail.parse import read_message
from triage.store import automatic, ledger
from triage.store.engine import Store
from triage.store.keys import Keyring

TICKS, TICK_SECONDS = 1_000, 60
PER_DAY = 10
THRESHOLDS = Thresholds(0.99, 0.99, 0.5, frozenset({"en"}))


class OwnReader:
    """The real mail layer of one installation."""

    def __init__(self, own: OwnMail) -> None:
        self.own = own

    def read(self, raws: Sequence[bytes]) -> list[ReadResult]:
        return [read_message(raw, own=self.own) for raw in raws]

    def close(self) -> None: ...


class Always(FirstWord):
    """Takes everything for DMM, as a model would that no loop has taught anything."""

    def _one(self, message: object) -> object:  # type: ignore[override]
        return super()._one(read_message(b"Subject: x\r\n\r\nDMM x").message)  # type: ignore[arg-type]


class Instance:
    """One installation with acknowledgements on."""

    def __init__(self, name: str, store: Store, clock: SetClock, *, period_days: float) -> None:
        self.address = f"contact@{name}.example"
        own = OwnMail(frozenset({self.address}), f"ipd.triage.{name}.example", name)
        self.store, self.source, self.outbox = store, ListSource(), Outbox()
        self._ingest = Ingest(store=store, reader=OwnReader(own), clock=clock, own=own)
        self._steps = [
            Classify(store=store, classifier=Always(), clock=clock, thresholds=THRESHOLDS, acknowledges=True),
            Acknowledge(store, clock, Brake(own, PER_DAY, 200), period_days),
            Forward(
                store=store,
                channel=self.outbox,
                clock=clock,
                worker_name=name,
                service=ServiceAddress(self.address, own),
            ),
        ]
        self._read = 0

    def tick(self) -> None:
        """A worker's turn; the mailbox is looked at where it has something new."""
        if len(self.source.mails) > self._read:
            self._ingest.poll(self.source)
            self._read = len(self.source.mails)
        while sum(step.step() for step in self._steps):  # type: ignore[attr-defined]
            pass


def delivered(data: bytes, sender: str) -> bytes:
    """As a mail server delivers it."""
    return f"Return-Path: <{sender}>\r\n".encode() + data


def gateway(data: bytes, sender: str) -> bytes:
    """As the worst of gateways does: every sign of a machine is gone, the return path is made up."""
    kept = re.sub(
        rb"(?im)^(?:auto-submitted|x-[a-z-]+|in-reply-to|references|precedence)[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n",
        b"",
        data,
    )
    author = re.search(rb"(?im)^From:[^<\r\n]*<([^>]+)>", kept)
    assert author is not None
    fresh = re.sub(rb"(?im)^Message-ID:[^\r\n]*", b"Message-ID: <" + str(crc32(data)).encode() + b"@gw.example>", kept)
    return (
        b"Return-Path: <"
        + author[1]
        + b">\r\n"
        + fresh.replace(b"Subject: ", b"Subject: n%d " % (crc32(data) % 997), 1)
    )


@pytest.fixture
def stores(migrated_sqlite: Path, keyring: Keyring, tmp_path: Path) -> Iterator[list[Store]]:
    opened = []
    for name in ("north", "south"):
        path = tmp_path / f"{name}.sqlite"
        shutil.copyfile(migrated_sqlite, path)
        opened.append(Store(f"sqlite:///{path}", keyring))
    yield opened
    for store in opened:
        store.dispose()


@pytest.mark.parametrize(
    ("carry", "period_days", "least", "most"),
    [
        (delivered, 7.0, 1, 1),  # an answer is never answered
        (gateway, 7.0, 2, 2),  # each knows that it has answered the other
        (gateway, 0.0001, 2 * PER_DAY - 1, 2 * PER_DAY),  # the brake holds where nothing else does
    ],
    ids=["as it should be", "no sign left", "no sign and no period"],
)
def test_the_exchange_ends(
    stores: list[Store], carry: Callable[[bytes, str], bytes], period_days: float, least: int, most: int
) -> None:
    clock = SetClock()
    north, south = (
        Instance(name, store, clock, period_days=period_days)
        for name, store in zip(("north", "south"), stores, strict=True)
    )
    first = mail("DMM a question", sender=f"Contact <{south.address}>", message_id="<first@south.example>")
    north.source.mails.append(delivered(first.replace(b"ipd@office.example", north.address.encode()), south.address))
    carried = {north: 0, south: 0}
    for _ in range(TICKS):
        clock.pass_(TICK_SECONDS)
        for one, other in ((north, south), (south, north)):
            one.tick()
            new = one.outbox.sent[carried[one] :]
            carried[one] += len(new)
            for out in new:
                assert out.recipient == other.address
                other.source.mails.append(carry(out.data, out.sender))
    assert least <= sum(carried.values()) <= most
    held: Counter[str] = Counter()
    for store in stores:
        with store.read() as tx:
            assert ledger.books(tx).balanced
            held.update(automatic.refusals(tx, since=START))
    assert held == ({Held.PER_RECIPIENT: 1} if period_days < 1 else {}), "what the brake holds back is booked"
