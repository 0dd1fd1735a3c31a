"""`python -m tests.bench.search [--messages N] [--postgres] [--keep FOLDER] [--rounds R]`: how long finding a page takes in the store.

Fills a store as `queue_page` does and asks for frequent, middling and rare words, pairs, beginnings, filters and states,
first pages and later ones. Prints JSON: milliseconds, p50, p95 and the longest, for each and for all; beside the time on
the clock the CPU time of this process (with SQLite that is all there is), which other work on the machine does not touch.
"""

import argparse
import json
import random
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.bench.filled import OFFICER, filled, summary, vocabulary
from triage.domain.lifecycle import MessageState
from triage.domain.taxonomy import Route
from triage.store import search
from triage.store.search import Query


def queries() -> dict[str, Query]:
    """What is asked for, by a name; the words are those of the generator, by their rank."""
    words, _ = vocabulary(random.Random(1))
    often, common, middle, seldom = words[0], words[20], words[2000], words[30_000]
    return {
        "frequent word": Query(text=often),
        "two frequent words": Query(text=f"{often} {common}"),
        "frequent and rare": Query(text=f"{often} {seldom}"),
        "middling word": Query(text=middle),
        "rare word": Query(text=seldom),
        "no such word": Query(text="xyzzy"),
        "beginning of words": Query(text=f"{middle[:4]}*"),
        "ranked": Query(text=common, ranked=True),
        "route": Query(route=Route.DMM),
        "mission and language": Query(route=Route.MISSION, country="ML", language="ar"),
        "word in a rare state": Query(text=common, state=MessageState.QUEUED),
        "rare state": Query(state=MessageState.QUARANTINED),
        "word in a month": Query(text=common, since=date(2024, 6, 1), until=date(2024, 6, 30)),
        "sender's name": Query(sender=middle),
        "everything": Query(),
    }


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=200_000)
    arguments.add_argument("--postgres", action="store_true")
    arguments.add_argument("--keep", type=Path, help="a folder in which the filled store stays, for the next time")
    arguments.add_argument("--rounds", type=int, default=10)
    chosen = arguments.parse_args()
    times: dict[str, list[float]] = {}
    worked: list[float] = []
    hits: dict[str, int] = {}
    with filled(chosen.messages, postgres=chosen.postgres, keep=chosen.keep) as (services, seconds):
        for each in range(chosen.rounds + 1):
            for name, query in queries().items():
                before: int | None = None
                for page_number in (1, 2):
                    begun, cpu = time.perf_counter(), time.process_time()
                    with services.store.read() as tx:
                        page = search.find(tx, viewer=replace(OFFICER, id=1), query=query, before=before)
                    passed = (time.perf_counter() - begun) * 1000
                    if each:
                        worked.append((time.process_time() - cpu) * 1000)
                        times.setdefault(f"{name}, page {page_number}", []).append(passed)
                    hits[f"{name}, page {page_number}"] = len(page.messages)
                    if page.next is None:
                        break
                    before = int(page.next)
    report = {
        "messages": chosen.messages,
        "database": "postgresql" if chosen.postgres else "sqlite",
        "filled_in_seconds": round(seconds),
        "all": summary([passed for found in times.values() for passed in found]),
        "cpu": summary(worked),
        "queries": {name: {"found": hits[name], **summary(found)} for name, found in times.items()},
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
