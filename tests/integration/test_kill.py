"""From Dovecot to SMTP while the service is killed again and again: nothing lost, nothing doubled, the books balance."""

import email
import email.policy
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bench.mails import generate
from tests.rig.dovecot import Dovecot
from tests.rig.home import Installation, running
from tests.rig.postgres import Postgres
from tests.rig.smtp import Sink

MAILS = 1_000
KILLS = 12
PATIENCE_SECONDS = 240


@pytest.fixture
def base() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="triage-kill-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def settings(dovecot: Dovecot, channel: str) -> str:
    secret = dovecot.base / "secret"
    secret.write_text(dovecot.password)
    return f"""
[[sources]]
kind = "imap"
name = "contact"
host = "localhost"
port = {dovecot.port}
security = "starttls"
ca_file = "{dovecot.certificate}"
user = "{dovecot.user}"
password_file = "{secret}"
after = "move:Stored"
poll_seconds = 0.2
[channel]
from = "ipd-triage@office.example"
{channel}
[review]
undo_seconds = 0
"""


def harass(
    office: Installation, commands: list[list[str]], done: Callable[[], bool], *, kills: int, chance: random.Random
) -> None:
    """Runs the commands as loops, kills one of them at random moments and starts it anew, until `done`."""
    with ExitStack() as stack:
        children = [stack.enter_context(running(office.start(*command))) for command in commands]
        end, strikes = time.monotonic() + PATIENCE_SECONDS, 0
        while not done():
            assert time.monotonic() < end, f"not done in time: {office.books()}"
            if strikes < kills:
                time.sleep(chance.uniform(0.4, 3.5))
                victim = chance.randrange(len(children))
                children[victim].send_signal(signal.SIGKILL)
                children[victim].wait()
                children[victim] = stack.enter_context(running(office.start(*commands[victim])))
                strikes += 1
            else:
                time.sleep(0.3)


def arrived(mails: list[bytes]) -> dict[str, bytes]:
    """Delivery id -> bytes of the attached original. Fails where an id came twice."""
    ids: Counter[str] = Counter()
    originals: dict[str, bytes] = {}
    for raw in mails:
        head = email.message_from_bytes(raw.split(b"\r\n\r\n", 1)[0], policy=email.policy.default)
        delivery_id = str(head["Message-ID"]).strip().strip("<>").partition("@")[0]
        ids[delivery_id] += 1
        boundary = head.get_boundary().encode()
        last = raw.split(b"--" + boundary)[-2]
        originals[delivery_id] = last.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n")
    assert [one for one, number in ids.items() if number > 1] == []
    return originals


def everything_ingested(office: Installation, count: int) -> Callable[[], bool]:
    return lambda: (books := office.books())["stored"] >= count and books["pending"] == 0


def work_until(office: Installation, state: str) -> None:
    """`triage work --once` until no message is in `state`."""
    end = time.monotonic() + PATIENCE_SECONDS
    while office.rows("list", "--state", state):
        assert time.monotonic() < end
        office.run("work", "--once")


def check(office: Installation, sent: list[bytes], confirmed: int, originals: set[bytes]) -> dict[str, bytes]:
    """Nothing doubled, every original intact, and arrived + unknown = confirmed."""
    there = arrived(sent)
    assert set(there.values()) <= originals, "every original arrives byte for byte"
    unknown = {row["id"] for row in office.rows("deliveries", "--state", "unknown")}
    assert len(there.keys() | unknown) == confirmed
    assert office.books()["balanced"]
    return there


def ingest_under_fire(office: Installation, mails: list[bytes], chance: random.Random, kills: int) -> int:
    """Ingests, classifies and confirms; returns how many messages are confirmed for a unit."""
    office.run("db", "upgrade")
    harass(office, [["ingest"]], everything_ingested(office, len(mails)), kills=kills, chance=chance)
    harass(office, [["work"]], lambda: not office.rows("list", "--state", "received"), kills=2, chance=chance)
    books = office.books()
    assert (books["stored"], books["failed"], books["duplicate"]) == (len(mails), 0, 0)
    office.run("decide", "--all-in-review", "--route", "DMM", "--officer", "N. Diallo")
    return len(office.rows("list", "--state", "queued"))


@pytest.mark.dovecot
@pytest.mark.timeout(900)
def test_smtp_never_twice_and_arrived_plus_unknown_is_all(
    base: Path, dovecot: Dovecot, smtp_sink: Sink, models: Path
) -> None:
    mails, chance = list(generate(MAILS)), random.Random(20261125)
    dovecot.fill(mails)
    office = Installation(base, models=models)
    smtp_sink.delay_seconds = 0.01  # so that some kills fall between the body and its answer
    office.configure(
        settings(dovecot, f'kind = "smtp"\nhost = "localhost"\nport = {smtp_sink.port}\nsecurity = "plain"')
    )
    confirmed = ingest_under_fire(office, mails, chance, KILLS // 2)
    assert confirmed > MAILS * 0.95
    assert dovecot.files() == []
    assert len(dovecot.files("Stored")) == MAILS
    harass(office, [["work"]], lambda: not _moving(office), kills=KILLS, chance=chance)
    received = [data for _, _, data in smtp_sink.mails]
    there = check(office, received, confirmed, set(mails))
    unknown = [row["id"] for row in office.rows("deliveries", "--state", "unknown")]
    for option, ids in (("--arrived", set(unknown) & there.keys()), ("--again", set(unknown) - there.keys())):
        if ids:
            office.run("deliveries", option, *sorted(ids), "--officer", "N. Diallo")
    work_until(office, "queued")
    there = check(office, [data for _, _, data in smtp_sink.mails], confirmed, set(mails))
    assert len(there) == confirmed == len(office.rows("list", "--state", "forwarded"))


def _moving(office: Installation) -> bool:
    return any(office.books()["deliveries"].get(state, 0) for state in ("pending", "sending"))


@pytest.mark.dovecot
@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_maildir_outbox_is_exact_by_itself_with_two_workers(
    base: Path, dovecot: Dovecot, postgres: Postgres, models: Path
) -> None:
    mails, chance = list(generate(300, seed=2)), random.Random(7)
    dovecot.fill(mails)
    office = Installation(base, models=models, database_url=postgres.database())
    office.configure(settings(dovecot, f'kind = "maildir"\npath = "{base}/outbox"\nlease_seconds = 3'))
    confirmed = ingest_under_fire(office, mails, chance, 3)
    harass(office, [["work"], ["work"]], lambda: not _moving(office), kills=6, chance=chance)
    files = [file.read_bytes() for file in (base / "outbox" / "new").iterdir()]
    there = check(office, files, confirmed, set(mails))
    assert len(there) == confirmed == len(office.rows("list", "--state", "forwarded"))
    assert office.rows("deliveries", "--state", "unknown") == []


def test_a_second_worker_on_sqlite_is_told_so(base: Path, models: Path) -> None:
    office = Installation(base, models=models)
    office.configure(f'[channel]\nkind = "maildir"\npath = "{base}/outbox"\n')
    office.run("db", "upgrade")
    with running(office.start("work")) as first:
        end = time.monotonic() + 30
        while not (base / "home" / "triage.work.lock").exists() and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(0.5)
        second = office.start("work", "--once")
        assert second.wait(60) == 2
        assert first.poll() is None
    assert "another process already does `triage work`" in (base / "errors").read_text()


def catches(pid: int, number: int) -> bool:
    """Whether a running process has a handler for the signal, as Linux tells."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def test_sigterm_ends_in_order(base: Path, models: Path) -> None:
    office = Installation(base, models=models)
    office.configure(f'[channel]\nkind = "maildir"\npath = "{base}/outbox"\n')
    office.run("db", "upgrade")
    process = office.start("ingest")
    try:
        while not catches(process.pid, signal.SIGTERM):  # until then the signal's own meaning holds
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        raise
