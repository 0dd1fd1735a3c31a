"""The audit record on screen, for auditors: who did what to which message and when. Ids and names of accounts only."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from triage.domain.people import Role
from triage.flow.protection import record
from triage.store import settings
from triage.store.audit import Entry
from triage.store.people import list_people
from triage.store.records import Filter, search
from triage.web.access import allow, officer
from triage.web.changed import actor_name, people_names
from triage.web.csv_file import csv_answer
from triage.web.house_words import ACTS, act_word
from triage.web.services import services
from triage.web.translate import gettext

screen = Blueprint("audit", __name__, url_prefix="/record")
PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words."""

    number: int
    at: datetime
    who: str
    act: str
    about: str


@screen.get("/")
@allow(Role.AUDITOR)
def show() -> str:
    """A page of the record, newest first, within what was asked for."""
    return _page()


@screen.post("/check")
@allow(Role.AUDITOR)
def check() -> str:
    """Walks the chain now."""
    record.check(services().store, actor=officer(), now=services().clock.now())
    return _page()


@screen.get("/record.csv")
@allow(Role.AUDITOR)
def csv() -> Response:
    """What was asked for, as a file; taking it out is on record."""
    entries = record.export(
        services().store, wanted=read_filter(request.args), actor=officer(), now=services().clock.now()
    )
    names = people_names()
    header = ["number", "time_utc", "actor", "name", "act", "objects"]
    rows = (
        (e.id, e.at.isoformat(timespec="seconds"), e.actor, actor_name(e.actor, names), e.act, " ".join(e.objects))
        for e in entries
    )
    return csv_answer("record.csv", header, rows)


def read_filter(values: Any) -> Filter:
    """The filter out of the address; what cannot be read is left out."""
    since, until = _day(values.get("from")), _day(values.get("to"))
    act = values.get("act")
    return Filter(
        person_id=values.get("person", type=int),
        message_id=values.get("message", type=int),
        act=act if act in {str(known) for known in ACTS} else None,
        since=datetime.combine(since, time(), UTC) if since else None,
        until=datetime.combine(until + timedelta(days=1), time(), UTC) if until else None,
    )


def _page() -> str:
    wanted, before = read_filter(request.args), request.args.get("before", type=int)
    with services().store.read() as tx:
        found = search(tx, wanted=wanted, before_id=before, limit=PAGE + 1)
        checked = settings.get_setting(tx, record.CHECKED)
        people = list_people(tx)
    names = {account.person.id or 0: account.person.name for account in people}
    asked: dict[str, Any] = {name: value for name, value in request.args.items() if name != "before" and value}
    return render_template(
        "audit.html",
        lines=[_line(entry, names) for entry in found[:PAGE]],
        next_url=url_for("audit.show", **asked, before=found[PAGE - 1].id) if len(found) > PAGE else None,
        csv_url=url_for("audit.csv", **asked),
        asked=asked,
        before=before,
        people=[account.person for account in people],
        acts=sorted(((str(act), act_word(act)) for act in ACTS), key=lambda pair: pair[1]),
        checked=checked,
        checked_at=datetime.fromisoformat(checked["at"]) if checked else None,
    )


def _line(entry: Entry, names: dict[int, str]) -> Line:
    about = ", ".join(_object(word, names) for word in entry.objects)
    return Line(entry.id, entry.at, actor_name(entry.actor, names), act_word(entry.act), about)


def _object(word: str, names: dict[int, str]) -> str:
    kind, _, rest = word.partition(":")
    if kind == "message":
        return gettext("message %(number)s", number=rest)
    if kind == "person":
        return actor_name(word, names)
    if kind == "delivery":
        return gettext("mail %(number)s", number=rest[:8])
    return rest or kind


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
