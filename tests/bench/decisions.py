"""`python -m tests.bench.decisions [--messages N] [--postgres] [--keep FOLDER] [--decisions D] [--browser]`: how much of an
officer's time the machine takes.

A scripted officer confirms D suggestions one after the other: over HTTP, as a page that has fetched the next message
ahead does it, or with --browser in Chromium by pressing `c`, from the key to the next message on the screen. Prints JSON:
milliseconds a decision, p50, p95 and the longest, and their parts; and the server's CPU time a decision.
"""

import argparse
import json
import os
import re
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.filled import Served, ask, filled, served, summary

FIRST = re.compile(r'href="(/messages/\d+\?[^"]+)" data-row')
HIDDEN = re.compile(r'name="(csrf_token|version)" value="([^"]+)"')
SUGGESTED = re.compile(r'class="primary" name="destination" value="([^"]+)"')
SETTLED_MILLISECONDS = 300
"""So long a page that has just come into place takes no decision by key; an officer reads longer than that."""


def by_http(server: Served, number: int) -> dict[str, list[float]]:
    """Milliseconds of each step of each decision."""
    times: dict[str, list[float]] = {"decide": [], "next message": [], "both": []}
    path = _first(server)
    status, page, _ = ask(server, path)
    for _ in range(number):
        fields = dict(HIDDEN.findall(page))
        suggested = SUGGESTED.search(page)
        if status != 200 or suggested is None:
            raise SystemExit(f"{path}: {status}, no suggestion to confirm")
        data = {**fields, "destination": suggested.group(1), "queue": "review", "order": "oldest"}
        told, decided = _post(server, path.partition("?")[0] + "/decide", data)
        path = told["url"]
        status, page, passed = ask(server, path)
        for name, each in zip(times, (decided, passed, decided + passed), strict=True):
            times[name].append(each)
    return times


def _first(server: Served) -> str:
    _, page, _ = ask(server, "/queue/review?order=oldest")
    found = FIRST.search(page)
    if found is None:
        raise SystemExit("the list to review is empty")
    return found.group(1).replace("&amp;", "&")


def _post(server: Served, path: str, data: dict[str, str]) -> tuple[dict[str, str], float]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {
        "Cookie": server.cookie, "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded",
        "Referer": f"http://127.0.0.1:{server.port}/",
    }  # fmt: skip
    begun = time.perf_counter()
    connection.request("POST", path, urlencode(data), headers)
    answer = connection.getresponse()
    body = answer.read()
    passed = (time.perf_counter() - begun) * 1000
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    told: dict[str, str] = json.loads(body)
    return told, passed


def by_key(server: Served, number: int) -> dict[str, list[float]]:
    """The same in Chromium: from the key to the next message in its place."""
    from playwright.sync_api import sync_playwright

    name, _, value = server.cookie.partition("=")
    address = f"http://127.0.0.1:{server.port}"
    times: list[float] = []
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        page.context.add_cookies([{"name": name, "value": value, "url": address, "sameSite": "Lax"}])
        page.goto(address + _first(server))
        for _ in range(number):
            page.wait_for_selector("body[data-ready=yes]")
            shown = page.locator("#desk").get_attribute("data-message")
            begun = time.perf_counter()
            page.keyboard.press("c")
            page.wait_for_function("old => document.getElementById('desk').dataset.message !== old", arg=shown)
            times.append((time.perf_counter() - begun) * 1000)
        browser.close()
    return {
        "key to next message": times,
        "with the pause of a new page": [each + SETTLED_MILLISECONDS for each in times],
    }


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=200_000)
    arguments.add_argument("--postgres", action="store_true")
    arguments.add_argument("--keep", type=Path, help="a folder in which the filled store stays, for the next time")
    arguments.add_argument("--decisions", type=int, default=100)
    arguments.add_argument("--browser", action="store_true")
    chosen = arguments.parse_args()
    with (
        filled(chosen.messages, postgres=chosen.postgres, keep=chosen.keep) as (services, _),
        served(services) as server,
    ):
        cpu = server.cpu_seconds()
        times = (by_key if chosen.browser else by_http)(server, chosen.decisions)
        cpu = server.cpu_seconds() - cpu
    report = {
        "messages": chosen.messages,
        "database": "postgresql" if chosen.postgres else "sqlite",
        "decisions": chosen.decisions,
        "server_cpu_milliseconds_a_decision": round(cpu * 1000 / chosen.decisions, 1),
        "steps": {name: summary(found) for name, found in times.items()},
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
