"""A visitor of the screens who speaks plain HTTP and fills in forms: what `./demo --check` sees the product with."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

from triage.domain.errors import TriageError


class VisitFailed(TriageError):
    """A screen did not show what it should."""


class _Forms(HTMLParser):
    """The forms of a page: (action, values of their fields)."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag in {"input", "button"} and self.forms and "name" in given:
            self.forms[-1][1].setdefault(given["name"], given.get("value", ""))


class Visit:
    """One browser session on `base`."""

    def __init__(self, base: str) -> None:
        self._base = base
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def wait(self, seconds: float) -> None:
        """Waits until the screens answer. Raises VisitFailed after `seconds`."""
        end = time.monotonic() + seconds
        while True:
            try:
                self._get("/sign-in")
                return
            except OSError:
                if time.monotonic() > end:
                    raise VisitFailed("the screens do not answer") from None
                time.sleep(0.1)

    def sign_in(self, email: str, password: str) -> None:
        """Signs in through the form."""
        page = self._submit(self._get("/sign-in"), "/sign-in", {"email": email, "password": password})
        if "/sign-out" not in page:
            raise VisitFailed("the sign-in was refused")

    def first_in_review(self) -> int:
        """The number of the first message in review."""
        found = re.search(r'href="[^"]*/messages/(\d+)', self._get("/queue/review"))
        if not found:
            raise VisitFailed("no message is in review")
        return int(found.group(1))

    def suggestion(self, number: int) -> str:
        """The route that is suggested for a message: the destination of its first form."""
        for action, values in self._forms(self._get(f"/messages/{number}")):
            if action.endswith("/decide") and values.get("destination"):
                return values["destination"]
        raise VisitFailed("the message shows no suggestion")

    def decide(self, number: int, destination: str) -> None:
        """Chooses a destination on the message's page."""
        page = self._get(f"/messages/{number}")
        self._submit(page, f"/messages/{number}/decide", {"destination": destination})

    def wait_for_state(self, number: int, seconds: float) -> None:
        """Waits until the list of forwarded messages names the message."""
        end = time.monotonic() + seconds
        while f"/messages/{number}" not in self._get("/queue/forwarded"):
            if time.monotonic() > end:
                raise VisitFailed("the message is not shown as forwarded")
            time.sleep(0.2)

    def _get(self, path: str) -> str:
        with self._opener.open(self._base + path, timeout=10) as answer:  # loopback only
            text: str = answer.read().decode("utf-8")
            return text

    def _submit(self, page: str, action: str, values: dict[str, str]) -> str:
        for found, fields in self._forms(page):
            if found.endswith(action):
                data = urllib.parse.urlencode(fields | values).encode()
                try:
                    with self._opener.open(self._base + found, data, timeout=30) as answer:
                        text: str = answer.read().decode("utf-8")
                        return text
                except urllib.error.HTTPError as error:
                    raise VisitFailed(f"{action} answered {error.code}") from None
        raise VisitFailed(f"the page has no form for {action}")

    def _forms(self, page: str) -> list[tuple[str, dict[str, str]]]:
        parser = _Forms()
        parser.feed(page)
        return parser.forms
