"""Small texts of the screens: ages, times, shares, sizes, names. Everything in the language of the request."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_datetime as babel_datetime
from babel.dates import format_timedelta
from flask import request, url_for
from flask_babel import format_decimal, format_percent

from triage.domain.message import Address
from triage.domain.taxonomy import Destination
from triage.store.views import MessageSummary
from triage.web.directory import Place, directory
from triage.web.services import services
from triage.web.translate import gettext, language

REMEMBERED = 4096
"""So many texts that follow from a figure and a language alone are remembered: a list says the same ones over and over."""


def percent(probability: float) -> str:
    """A probability as a whole percentage; never 0 or 100, which would promise too much."""
    return _percent(round(probability, 2) if 0.01 <= probability <= 0.99 else round(probability), language())


def exact_percent(share: float) -> str:
    """A share with one decimal, as it was counted."""
    return str(format_percent(share, "#,##0.0 %" if language() == "fr" else "#,##0.0%"))


@lru_cache(REMEMBERED)
def _percent(probability: float, language_: str) -> str:
    del language_  # that of the request, by which the texts below go
    if probability > 0.99:
        return gettext("over %(share)s", share=format_percent(0.99))
    if probability < 0.01:
        return gettext("under %(share)s", share=format_percent(0.01))
    return str(format_percent(probability))


def age(at: datetime) -> str:
    """How long ago, in the largest whole unit."""
    seconds = max((services().clock.now() - at).total_seconds(), 0.0)
    return _age(round(seconds / 60) if seconds >= 60 else 0 if seconds == 0 else 1, language())


@lru_cache(REMEMBERED)
def _age(minutes: int, language_: str) -> str:
    passed = timedelta(minutes=minutes)
    return format_timedelta(passed, granularity="minute", threshold=1.0, format="short", locale=language_)


def full_time(at: datetime) -> str:
    """Day and time, UTC."""
    return _full_time(at.astimezone(UTC).replace(second=0, microsecond=0), language())


@lru_cache(REMEMBERED)
def _full_time(at: datetime, language_: str) -> str:
    return str(babel_datetime(at, "d MMM y, HH:mm", tzinfo=UTC, locale=language_))


def number(value: float) -> str:
    """A number with the separators of the language."""
    return str(format_decimal(value))


def file_size(size: int) -> str:
    """Decoded bytes in the unit people use."""
    if size < 1000:
        return gettext("%(count)s bytes", count=size)
    if size < 1_000_000:
        return gettext("%(count)s kB", count=format_decimal(round(size / 1000)))
    return gettext("%(count)s MB", count=format_decimal(round(size / 1_000_000, 1)))


def subject(summary: MessageSummary) -> str:
    """The subject, or that there is none."""
    if summary.erased_at is not None:
        return gettext("(content erased)")
    return summary.subject.strip() or gettext("(no subject)")


def person_text(address: Address | None) -> str:
    """Name and address of a correspondent."""
    if address is None or not (address.name or address.email):
        return gettext("(sender not known)")
    return f"{address.name} <{address.email}>" if address.name else address.email


def language_name(code: str) -> str:
    """The name of a language by its code."""
    if not code or code == "und":
        return gettext("language not known")
    return _language_name(code, language())


@lru_cache(REMEMBERED)
def _language_name(code: str, language_: str) -> str:
    return str(Locale.parse(language_).languages.get(code, code))


def place(destination: Destination) -> Place:
    """A destination as the screens name it."""
    return directory().place(destination, language())


def here() -> str:
    """The address of this page, for forms that come back to it. Pages of errors and answers to forms: the start."""
    if request.method != "GET" or request.endpoint in (None, "static"):
        return url_for("home.show")
    return request.full_path.rstrip("?")


def local_path(path: str | None) -> str:
    """`path` where it stays on this service, else the start: nobody is led away by a link that begins here."""
    if path and path.startswith("/") and not path.startswith(("//", "/\\")) and not any(ord(c) < 33 for c in path):
        return path
    return url_for("home.show")
