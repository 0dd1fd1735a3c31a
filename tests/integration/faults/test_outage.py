"""Long runs: ten days without the service and 5,000 mails waiting; a folder of 100,000 messages with flat memory."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bench.mails import generate
from tests.integration.faults.test_lines import imap_through
from tests.rig.dovecot import Dovecot
from tests.rig.proxy import proxy_to
from tests.store.office import Office
from tests.store.parts import OWN, DirectReader
from triage.domain.lifecycle import MessageState
from triage.flow.arriving.ingest import Ingest
from triage.store import migrate
from triage.store.engine import Store
from triage.store.keys import Keyring

WAITING = 5_000
MANY = 100_000
FEW = 1_000
MEMORY_MB = 60

_POLL = """
import json, resource, sys
from contextlib import closing
from pathlib import Path
from tests.store.parts import OWN, SetClock
from triage.config import Source
from triage.flow.arriving.ingest import Ingest
from triage.reader.limited import LimitedReader
from triage.sources.imap import ImapSource
from triage.store import ledger, migrate
from triage.store.engine import Store
from triage.store.keys import Keyring

port, user, secret, url = sys.argv[1:]
migrate.upgrade(url)
store = Store(url, Keyring.from_secret("a secret that only the tests know, long enough"))
settings = Source(
    kind="imap", name="contact", host="127.0.0.1", port=int(port), security="plain", user=user, password_file=Path(secret)
)
with closing(ImapSource(settings)) as source, closing(LimitedReader(OWN)) as reader:
    result = Ingest(store=store, reader=reader, clock=SetClock(), own=OWN).poll(source)
with store.read() as tx:
    books = ledger.books(tx)
print(json.dumps({
    "stored": result.stored, "error": result.error, "balanced": books.balanced, "duplicate": books.duplicate,
    "mine": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
}))
"""


@pytest.fixture
def roomy() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="triage-outage-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long
@pytest.mark.dovecot
@pytest.mark.timeout(3600)
def test_ten_days_away_and_five_thousand_mails_waiting(roomy: Path, dovecot: Dovecot) -> None:
    url = f"sqlite:///{roomy}/triage.sqlite"
    migrate.upgrade(url)
    store = Store(url, Keyring.from_secret("a secret that only the tests know, long enough"))
    office = Office(store)
    ingest = Ingest(store=store, reader=DirectReader(), clock=office.clock, own=OWN, batch_size=100)
    mails = list(generate(WAITING, seed=12))
    with proxy_to(dovecot.port) as proxy:
        dovecot.fill(mails[:50])
        with closing(imap_through(proxy, dovecot)) as source:
            assert ingest.poll(source).stored == 50
        office.clock.pass_(timedelta(days=10).total_seconds())
        dovecot.fill(mails[50:])
        with closing(imap_through(proxy, dovecot)) as source:
            result = ingest.poll(source)
    assert (result.error, result.stored, result.failed) == (None, WAITING - 50, 0)
    while office.classify.step():
        pass
    books = office.books()
    assert books.balanced, books.differences
    assert books.messages[MessageState.IN_REVIEW] == WAITING
    assert dovecot.files() == [] and len(dovecot.files("Stored")) == WAITING
    store.dispose()


@pytest.mark.long
@pytest.mark.dovecot
@pytest.mark.timeout(7200)
def test_a_folder_of_a_hundred_thousand_takes_no_more_memory_than_one_of_a_thousand(
    roomy: Path, dovecot: Dovecot
) -> None:
    few = poll(roomy, dovecot, FEW, already=0)
    many = poll(roomy, dovecot, MANY, already=FEW)
    for found, count in ((few, FEW), (many, MANY)):
        assert (found["stored"], found["error"], found["balanced"]) == (count, None, True)
    assert many["mine"] < few["mine"] + MEMORY_MB, (few, many)
    assert many["child"] < few["child"] + MEMORY_MB, (few, many)


def poll(folder: Path, dovecot: Dovecot, count: int, *, already: int) -> dict[str, int]:
    """Fills the mailbox up to `count` small mails and reads it into a new store in a process of its own."""
    dovecot.fill(
        [
            b"From: p%d@ngo.example\r\nSubject: Question %d\r\nMessage-ID: <%d@ngo.example>\r\n\r\nA question of ours, "
            b"number %d, about the camp.\r\n" % (n, n, n, n)
            for n in range(already, count)
        ]
    )
    secret = dovecot.base / "secret"
    secret.write_text(dovecot.password)
    done = subprocess.run(
        [sys.executable, "-c", _POLL, str(dovecot.port), dovecot.user, str(secret), f"sqlite:///{folder}/{count}.sqlite"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, int] = json.loads(done.stdout)
    return found
