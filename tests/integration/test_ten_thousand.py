"""10,000 mails from Dovecot to SMTP, over lines that are cut on both sides, while every process is killed again and again.

Nothing lost, no delivery id twice, arrived + unknown = confirmed, every original byte for byte, the books balance.
"""

import hashlib
import random
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench.mails import generate
from tests.integration import test_kill
from tests.integration.test_kill import arrived, everything_ingested, harass, settings, work_until
from tests.rig.dovecot import Dovecot
from tests.rig.home import Installation
from tests.rig.proxy import Fault, Plan, Proxy, proxy_to
from tests.rig.smtp import Sink

MAILS = 10_000
KILLS = 40
PATIENCE_SECONDS = 3 * 3600


@pytest.fixture
def base() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="triage-long-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def cutting(proxy: Proxy, chance: random.Random, reach: int, *, mail_from_server: bool) -> Iterator[None]:
    """Every few seconds lines opened from then on get another byte at which they break, or none.

    Garbled is only the direction that carries no mail: a line without TLS has no checksum, so bytes changed within a mail
    are seen by nobody, neither here nor at any other program's.
    """
    stop = threading.Event()

    def cut() -> None:
        while not stop.wait(chance.uniform(0.5, 3.0)):
            fault = chance.choice((Fault.CUT, Fault.CUT, Fault.GARBLE, Fault.REFUSE, Fault.NONE, Fault.NONE))
            from_server = chance.random() < 0.5 if fault is not Fault.GARBLE else not mail_from_server
            proxy.plan = Plan(fault, chance.randrange(reach), from_server)

    thread = threading.Thread(target=cut)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        proxy.plan = Plan()


@pytest.mark.long
@pytest.mark.dovecot
@pytest.mark.timeout(PATIENCE_SECONDS + 600)
def test_ten_thousand_mails_through_kills_and_cut_lines(
    base: Path, dovecot: Dovecot, smtp_sink: Sink, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_kill, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    chance = random.Random(20261126)
    mails = list(generate(MAILS, seed=10))
    dovecot.fill(mails)
    originals = {hashlib.sha256(mail).digest() for mail in mails}
    office = Installation(base, models=models)
    with proxy_to(dovecot.port) as imap, proxy_to(smtp_sink.port) as smtp:
        channel = (
            f'kind = "smtp"\nhost = "localhost"\nport = {smtp.port}\nsecurity = "plain"\nattempts = 1000\n'
            "timeout_seconds = 10"
        )
        office.configure(
            settings(dovecot, channel).replace(f"port = {dovecot.port}", f"port = {imap.port}\ntimeout_seconds = 10")
        )
        office.run("db", "upgrade")
        with cutting(imap, chance, 4_000_000, mail_from_server=True):
            harass(office, [["ingest"], ["work"]], lambda: stored(office) >= MAILS * 0.9, kills=KILLS, chance=chance)
        harass(office, [["ingest"], ["work"]], everything_ingested(office, MAILS), kills=2, chance=chance)
        harass(office, [["work"]], lambda: not office.books()["messages"]["received"], kills=1, chance=chance)
        books = office.books()
        assert books["balanced"], books["differences"]
        assert (books["stored"], books["failed"], books["duplicate"]) == (MAILS, 0, 0)
        assert dovecot.files() == []
        assert len(dovecot.files("Stored")) == MAILS
        office.run("decide", "--all-in-review", "--route", "DMM", "--officer", "N. Diallo")
        confirmed = office.books()["messages"]["queued"]
        assert confirmed > MAILS * 0.95
        with cutting(smtp, chance, 3_000_000, mail_from_server=False):
            harass(office, [["work"]], lambda: moving(office) < confirmed * 0.1, kills=KILLS, chance=chance)
    # The last ones go over a good line, each when the pause after its last attempt has passed.
    office.configure(
        settings(dovecot, f'kind = "smtp"\nhost = "localhost"\nport = {smtp_sink.port}\nsecurity = "plain"')
    )
    harass(office, [["work"]], lambda: not moving(office), kills=2, chance=chance)
    there = check(office, smtp_sink, confirmed, originals)
    unknown = {row["id"] for row in office.rows("deliveries", "--state", "unknown")}
    for option, ids in (("--arrived", unknown & there), ("--again", unknown - there)):
        if ids:
            office.run("deliveries", option, *sorted(ids), "--officer", "N. Diallo")
    work_until(office, "queued")
    there = check(office, smtp_sink, confirmed, originals)
    assert len(there) == confirmed == office.books()["messages"]["forwarded"]


def check(office: Installation, sink: Sink, confirmed: int, originals: set[bytes]) -> set[str]:
    """Delivery ids that arrived: none twice, every original whole, and with the unknown ones they are all."""
    found = arrived([data for _, _, data in sink.mails])
    assert {hashlib.sha256(one).digest() for one in found.values()} <= originals
    unknown = {row["id"] for row in office.rows("deliveries", "--state", "unknown")}
    assert len(found.keys() | unknown) == confirmed
    books = office.books()
    assert books["balanced"], books["differences"]
    return set(found)


def stored(office: Installation) -> int:
    return int(office.books()["stored"])


def moving(office: Installation) -> int:
    deliveries = office.books()["deliveries"]
    return int(deliveries.get("pending", 0) + deliveries.get("sending", 0))
