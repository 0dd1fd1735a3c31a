"""`python -m tests.bench.ingest [--mails N] [--no-classify]`: from a real Dovecot to stored and classified, on one core.

Everything of ours is pinned to one core and the CPU of all its processes is added up; Dovecot runs on another one and is
not counted. Beside it the floor, measured in the same run: fetch over the same IMAP, parse with the standard library,
insert into SQLite. Prints JSON: messages per second of CPU, CPU milliseconds a message, and the ratio to the floor.
"""

import argparse
import email
import email.policy
import json
import os
import resource
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from tests.bench.mails import generate
from tests.rig.dovecot import Dovecot, make_dovecot
from triage.bootstrap import open_services, prepare

CORE = 0


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mails", type=int, default=1_000)
    arguments.add_argument("--no-classify", action="store_true", help="leave classification out")
    chosen = arguments.parse_args()
    server = make_dovecot()
    os.sched_setaffinity(0, {CORE})
    base = Path(tempfile.mkdtemp(prefix="triage-bench-"))
    try:
        server.fill(list(generate(chosen.mails)))
        floor = measured(lambda: fetch_parse_insert(server, base / "floor.sqlite"), chosen.mails)
        ours = ingest(server, base, chosen.mails, classify=not chosen.no_classify)
        ratio = ours["ours"]["messages_per_cpu_second"] / floor["messages_per_cpu_second"]
        print(json.dumps({"mails": chosen.mails, "floor": floor, **ours, "ratio_to_floor": round(ratio, 3)}, indent=1))
    finally:
        server.stop()
        shutil.rmtree(server.base, ignore_errors=True)
        shutil.rmtree(base, ignore_errors=True)


def cpu_seconds() -> float:
    """CPU of this process and of its ended children, in seconds."""
    mine, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + children.ru_utime + children.ru_stime


def measured(work: Any, count: int) -> dict[str, float]:
    """Wall and CPU time of `work`, a message."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    work()
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    return {
        "messages_per_cpu_second": round(count / cpu, 1),
        "cpu_ms_per_message": round(cpu / count * 1000, 3),
        "wall_seconds": round(wall, 2),
    }


def fetch_parse_insert(server: Dovecot, file: Path) -> None:
    """What the plainest program would do: no encryption, no limits, no ledger, no newest text, no classification."""
    with closing(sqlite3.connect(file)) as database, IMAPClient("127.0.0.1", server.port, ssl=False) as client:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE mails (id INTEGER PRIMARY KEY, subject TEXT, sender TEXT, text TEXT, raw BLOB)")
        client.login(server.user, server.password)
        client.select_folder("INBOX", readonly=True)
        uids = client.search(["UID", "1:*"])
        for start in range(0, len(uids), 100):
            answers = client.fetch(uids[start : start + 100], ["BODY.PEEK[]"])
            rows = [_parsed(answer[b"BODY[]"]) for answer in answers.values()]
            database.executemany("INSERT INTO mails (subject, sender, text, raw) VALUES (?, ?, ?, ?)", rows)
            database.commit()


def _parsed(raw: bytes) -> tuple[str, str, str, bytes]:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    return str(message["subject"]), str(message["from"]), body.get_content() if body else "", raw


def ingest(server: Dovecot, base: Path, count: int, *, classify: bool) -> dict[str, Any]:
    """Our own way: the service's use cases wired as in a worker, the reader's child process included."""
    from triage.flow.ingest import Ingest

    with installation(server, base) as wired:
        source = wired.sources()[0]
        step = None
        if classify:
            from triage.flow.decide import Classify

            step = Classify(
                store=wired.store, classifier=wired.classifier(), clock=wired.clock, thresholds=wired.thresholds()
            )

        def work() -> None:
            with closing(wired.reader()) as reader, closing(source):
                Ingest(store=wired.store, reader=reader, clock=wired.clock, own=wired.own).poll(source)
            while step is not None and step.step(100):
                pass

        figures = measured(work, count)
        from triage.store import ledger

        with wired.store.read() as tx:
            books = ledger.books(tx)
        if not (books.balanced and books.stored == count):
            raise RuntimeError(f"the figures mean nothing: {books}")
        return {"ours": figures, "classified": classify, "memory_mb": _peak_mb()}


def _peak_mb() -> dict[str, int]:
    return {
        "process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "largest_child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


@contextmanager
def installation(server: Dovecot, base: Path) -> Iterator[Any]:
    """A fresh SQLite store that reads the Dovecot's INBOX, with the promoted model of the project."""
    config, secret = base / "config", base / "secret"
    config.mkdir()
    secret.write_text(server.password)
    (config / "triage.toml").write_text(
        f'[[sources]]\nkind = "imap"\nname = "bench"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "plain"\n'
        f'user = "{server.user}"\npassword_file = "{secret}"\n[channel]\nkind = "maildir"\npath = "{base}/out"\n'
    )
    environ = {name: value for name, value in os.environ.items() if name != "TRIAGE_DATABASE_URL"}
    wired = open_services(
        environ | {"TRIAGE_HOME": str(base / "home"), "TRIAGE_KEYS": "", "TRIAGE_CONFIG": str(config)}
    )
    prepare(wired)
    try:
        yield wired
    finally:
        wired.close()


if __name__ == "__main__":
    main()
