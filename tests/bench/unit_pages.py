"""`python -m tests.bench.unit_pages [--messages N] [--postgres] [--keep FOLDER] [--rounds R]`: how long a unit's own lists take.

Fills a store as `queue_page` does, closes all inquiries but one of a hundred (the worst for the shelf of what waits), and
asks for shelves, counts, searches and a year of figures of the unit that has most. Prints JSON: milliseconds on the clock,
and the CPU time of this process, which other work on the machine does not touch.
"""

import argparse
import json
import random
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, text, update

from tests.bench.filled import filled, summary, vocabulary
from triage.domain.taxonomy import Route
from triage.store import member_desk, member_figures
from triage.store.engine import Tx
from triage.store.figures import Period
from triage.store.member_desk import Shelf
from triage.store.search import Query
from triage.store.stand_ins import Scope
from triage.store.tables import deliveries, inquiries


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=200_000)
    arguments.add_argument("--postgres", action="store_true")
    arguments.add_argument("--keep", type=Path, help="a folder in which the filled store stays, for the next time")
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    words, _ = vocabulary(random.Random(1))
    clock: dict[str, list[float]] = {}
    worked: dict[str, list[float]] = {}
    with filled(chosen.messages, postgres=chosen.postgres, keep=chosen.keep) as (services, _):
        with services.store.begin() as tx:
            tx.connection.execute(
                update(inquiries).where(inquiries.c.id % 100 != 0).values(closed_at=inquiries.c.opened_at)
            )
            tx.connection.execute(
                update(deliveries).where(deliveries.c.sent_at.is_(None)).values(sent_at=deliveries.c.created_at)
            )
            tx.connection.execute(text("ANALYZE"))
            most = (
                select(deliveries.c.code, func.count())
                .where(deliveries.c.code.in_(list(Route)))
                .group_by(deliveries.c.code)
            )
            code, number = max(tx.connection.execute(most).tuples(), key=lambda pair: pair[1])
            last = tx.connection.execute(select(func.max(deliveries.c.created_at))).scalar_one()
        scope = Scope(code)
        year = Period(last.date() - timedelta(days=364), last.date())
        steps: dict[str, Callable[[Tx], object]] = {
            **{f"shelf {shelf}": lambda tx, shelf=shelf: member_desk.page(tx, scope=scope, shelf=shelf) for shelf in Shelf},
            "counts": lambda tx: member_desk.counts(tx, scope=scope),
            "frequent word": lambda tx: member_desk.find(tx, scope=scope, query=Query(text=words[0])),
            "rare word": lambda tx: member_desk.find(tx, scope=scope, query=Query(text=words[30_000])),
            "figures of a year": lambda tx: member_figures.handled(tx, code=code, period=year),
        }  # fmt: skip
        for _ in range(chosen.rounds):
            for name, step in steps.items():
                with services.store.read() as tx:
                    begun, cpu = time.perf_counter(), time.process_time()
                    step(tx)
                    clock.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
                    worked.setdefault(name, []).append((time.process_time() - cpu) * 1000)
    print(json.dumps({
        "messages": chosen.messages, "of the unit": number,
        "clock": {name: summary(times) for name, times in clock.items()},
        "cpu": {name: summary(times) for name, times in worked.items()},
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
