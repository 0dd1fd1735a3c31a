"""`python -m tests.bench.queue_page [--messages N] [--postgres] [--keep FOLDER] [--rounds R]`: how long a page of a queue takes over HTTP.

Fills a store (SQLite, or with --postgres a throw-away PostgreSQL) with N generated messages, serves it with `triage
serve`, and asks for pages of several queues, in several orders, from the beginning and from the middle, and for the live
counts. Prints JSON: milliseconds, p50, p95 and the longest, for each and for all; and the CPU time of the server for a page,
which other work on the machine does not touch.
"""

import argparse
import json
import re
from pathlib import Path

from tests.bench.filled import ask, filled, served, summary

PAGES = (
    "/queue/review?order=oldest", "/queue/review?order=newest", "/queue/review?order=least_certain",
    "/queue/review?order=urgent_first", "/queue/urgent", "/queue/waiting", "/queue/forwarded?order=newest",
    "/queue/kept", "/queue/machine", "/queue/all?order=newest", "/queue/all?order=oldest", "/queue/counts.json",
)  # fmt: skip
NEXT = re.compile(r'rel="next" href="([^"]+after=[^"]+)"')


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=200_000)
    arguments.add_argument("--postgres", action="store_true")
    arguments.add_argument("--keep", type=Path, help="a folder in which the filled store stays, for the next time")
    arguments.add_argument("--rounds", type=int, default=15)
    chosen = arguments.parse_args()
    times: dict[str, list[float]] = {}
    asked, cpu = 0, 0.0
    with (
        filled(chosen.messages, postgres=chosen.postgres, keep=chosen.keep) as (services, seconds),
        served(services) as server,
    ):
        for each in range(chosen.rounds + 2):
            if each == 2:  # the first rounds warm the caches up
                cpu = server.cpu_seconds()
            for path in PAGES:
                status, page, passed = ask(server, path)
                if status != 200:
                    raise SystemExit(f"{path}: {status}")
                following = NEXT.search(page)
                if each >= 2:
                    times.setdefault(path, []).append(passed)
                if following is not None:
                    deeper = following.group(1).replace("&amp;", "&")
                    _, _, passed = ask(server, deeper)
                    if each >= 2:
                        times.setdefault(f"{path} page 2", []).append(passed)
        asked = sum(len(found) for found in times.values())
        cpu = server.cpu_seconds() - cpu
    report = {
        "messages": chosen.messages,
        "database": "postgresql" if chosen.postgres else "sqlite",
        "filled_in_seconds": round(seconds),
        "all": summary([passed for each_ in times.values() for passed in each_]),
        "server_cpu_milliseconds_a_page": round(cpu * 1000 / asked, 1),
        "pages": {path: summary(found) for path, found in times.items()},
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
