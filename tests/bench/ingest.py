"""`python -m tests.bench.ingest [--mails N] [--no-classify]`: from a real Dovecot to stored and classified, on one core.

Everything of ours is pinned to one core and the CPU of all its processes is added up; Dovecot runs on another one and is
not counted. What a worker does once, when it starts (its reading child, the model), comes first and has a figure of its
own. Beside it the floor, measured in the same run: fetch over the same IMAP, parse with the standard library, insert
into SQLite. Prints JSON: messages per second of CPU, CPU milliseconds a message, and the ratio to the floor.
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
from triage.domain.ports import Classifier, Reader

CORE = 0


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mails", type=int, default=2_000)
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
    """CPU of this process and of its children but Dovecot, ended or alive, in seconds."""
    mine, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    alive = 0.0
    for child in Path("/proc/self/task").glob("*/children"):
        for pid in child.read_text().split():
            program = Path(f"/proc/{pid}/cmdline").read_bytes()
            if b"triage" in program and b"dovecot" not in program:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                alive += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return mine.ru_utime + mine.ru_stime + ended.ru_utime + ended.ru_stime + alive


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
    from triage.flow.arriving.ingest import Ingest

    with installation(server, base) as wired:
        source = wired.sources()[0]
        step = None
        if classify:
            from triage.flow.desk.decide import Classify

            step = Classify(
                store=wired.store, classifier=wired.classifier(), clock=wired.clock, thresholds=wired.thresholds()
            )

        with closing(wired.reader()) as reader, closing(source):
            start = cpu_seconds()
            warm(reader, wired.classifier() if classify else None)
            start = cpu_seconds() - start

            def work() -> None:
                Ingest(store=wired.store, reader=reader, clock=wired.clock, own=wired.own).poll(source)
                while step is not None and step.step(100):
                    pass

            figures = measured(work, count)
        from triage.store import ledger

        with wired.store.read() as tx:
            books = ledger.books(tx)
        if not (books.balanced and books.stored == count):
            raise RuntimeError(f"the figures mean nothing: {books}")
        return {"ours": figures, "classified": classify, "start_cpu_seconds": round(start, 2), "memory_mb": _peak_mb()}


def warm(reader: Reader, classifier: Classifier | None) -> None:
    """One mail, which is not among the measured ones, through the reader and the model: what starts late starts now."""
    message = reader.read(list(generate(1, seed=2)))[0].message
    if message is None:
        raise RuntimeError("the reader reads nothing")
    if classifier is not None:
        classifier.predict([message])


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
