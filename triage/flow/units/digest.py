"""The daily digest of a unit's open inquiries, for members who asked for it: once a working day of their office, in their
own language, numbers and links alone. Restricted matters are not even counted. A morning with nothing open sends nothing.

Who is away gets none: a member's goes to the member who stands in, a unit's to whoever stands in for the unit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from triage.domain.decision import UnitAnswer
from triage.domain.lifecycle import Purpose
from triage.domain.people import Person, Role
from triage.domain.ports import Clock
from triage.flow.sending.brake import Brake
from triage.flow.sending.html_mail import Block, Buttons, Paragraph, Quotes, Rows, as_text, pack
from triage.flow.sending.outgoing import ServiceAddress
from triage.flow.units.digest_texts import WORDS
from triage.store import absences, calendars, member_desk, people, preferences, stand_ins
from triage.store.deliveries import NewDelivery
from triage.store.dispatch import recipients
from triage.store.engine import Store, Tx
from triage.store.letters import Letter
from triage.store.member_desk import Case

WANTED, SENT = "digest", "digest.sent"
"""The names of a person's choice, and of the day of the newest digest, among the preferences."""
DAILY = "daily"
FROM_HOUR = 5
"""UTC: early morning in Geneva."""
SHOWN = 10


@dataclass(slots=True)
class _Letter:
    """What one person is to get: the inquiries of which units, and in whose place."""

    person: Person
    codes: set[str] = field(default_factory=set)
    in_place_of: list[str] = field(default_factory=list)


def choose(store: Store, *, member: Person, wanted: bool) -> None:
    """A member's own choice."""
    with store.begin() as tx:
        preferences.prefer(tx, person_id=member.id or 0, name=WANTED, value=DAILY if wanted else "")


def is_wanted(tx: Tx, *, member: Person) -> bool:
    """Whether a member gets the digest."""
    return preferences.preferred(tx, person_id=member.id, name=WANTED) == DAILY


class Digest:
    """The worker's step that sends the digests of the day, from early morning on."""

    def __init__(self, *, store: Store, clock: Clock, brake: Brake, service: ServiceAddress) -> None:
        self._store = store
        self._clock = clock
        self._brake = brake
        self._service = service
        self._done_on: date | None = None

    def step(self, limit: int = 0) -> int:
        """Books the digests of today, once; returns how many. `limit` is not needed: it is one morning's work."""
        del limit
        now = self._clock.now()
        if now.hour < FROM_HOUR or self._done_on == now.date():
            return 0
        with self._store.read() as tx:
            wanted = DAILY in preferences.preferred_by_all(tx, name=WANTED).values()
        sent = self._send_all(now) if wanted else 0
        self._done_on = now.date()
        return sent

    def _send_all(self, now: datetime) -> int:
        today = now.date()
        with self._store.begin() as tx:
            tx.lock(WANTED)
            told = preferences.preferred_by_all(tx, name=SENT)
            letters = [one for one in _letters(tx, today) if told.get(one.person.id or 0) != today.isoformat()]
            known = calendars.calendars_of(tx, {one.person.unit_code or "" for one in letters})
            due = [one for one in letters if known[one.person.unit_code or ""].works_on(today)]
            cases = member_desk.open_cases(tx, codes=sorted({code for one in due for code in one.codes}))
            names = recipients(tx, {code for one in due for code in one.codes})
            sent = 0
            for one in due:
                preferences.prefer(tx, person_id=one.person.id or 0, name=SENT, value=today.isoformat())
                mine = [case for case in cases if case.code in one.codes]
                if mine:
                    sent += self._send(tx, one, mine, names, now)
            return sent

    def _send(
        self, tx: Tx, one: _Letter, cases: list[Case], names: Mapping[str, tuple[str, Mapping[str, str]]], now: datetime
    ) -> bool:
        language = one.person.language if one.person.language in WORDS else "en"
        called = [str(names[code][1].get(language) or code) if code in names else code for code in sorted(one.codes)]
        letter = digest_letter(
            cases,
            language=language,
            unit=", ".join(called),
            name=one.person.name,
            in_place_of=one.in_place_of,
            url=f"{self._service.public_url.rstrip('/')}/unit/" if self._service.public_url else "",
        )
        new = NewDelivery(Purpose.DIGEST, "", one.person.email, now, private=True, content=letter.encode())
        return self._brake.send(tx, new=new, now=now) is not None


def digest_letter(
    cases: list[Case], *, language: str, unit: str, name: str, in_place_of: Iterable[str] = (), url: str
) -> Letter:
    """The digest of these open inquiries."""
    words = WORDS[language]
    rows = [
        (words.nothing_said, sum(not case.said for case in cases)),
        (words.taken, sum(bool(case.said) and UnitAnswer.NEEDS_MORE not in case.said for case in cases)),
        (words.needs_more, sum(UnitAnswer.NEEDS_MORE in case.said for case in cases)),
        (words.notes, sum(case.notes for case in cases)),
    ]
    waiting = [case for case in cases if not case.said]
    longest = [words.line.format(day=f"{case.sent_at:%Y-%m-%d}", code=case.code) for case in waiting[:SHOWN]]
    if len(waiting) > SHOWN:
        longest.append(words.more.format(count=len(waiting) - SHOWN))
    standing_in = ", ".join(in_place_of)
    blocks: list[Block] = [Paragraph(words.hello.format(unit=unit))]
    blocks += [Paragraph(words.stands_in.format(names=standing_in))] if standing_in else []
    blocks.append(Rows(tuple((text, str(number)) for text, number in rows if number)))
    blocks += [Quotes(words.oldest, tuple(longest))] if longest else []
    blocks += [Buttons("", ((words.open_list, url),))] if url else []
    blocks.append(Paragraph(words.stop))
    subject = words.subject.format(unit=unit, count=len(cases))[:180]
    return Letter(subject, as_text(blocks), name=name, blocks=pack(blocks), language=language)


def _letters(tx: Tx, today: date) -> list[_Letter]:
    """Who is to get what today, by the choices of members and by who stands in for whom."""
    wanted = {key for key, value in preferences.preferred_by_all(tx, name=WANTED).items() if value == DAILY}
    members = {
        account.person.id: account.person
        for account in people.list_people(tx)
        if account.disabled_at is None and Role.UNIT_MEMBER in account.person.roles and account.person.unit_code
    }
    away_people = absences.deputies_of_people(tx, on=today)
    away_units = stand_ins.stand_ins(tx, {member.unit_code or "" for member in members.values()}, on=today)
    found: dict[int, _Letter] = {}
    for person_id, member in members.items():
        if person_id is None or person_id not in wanted:
            continue
        unit_away = away_units.get(member.unit_code or "")
        deputy_id = away_people.get(person_id) or (unit_away.person_id if unit_away is not None else None)
        if unit_away is not None and deputy_id is None:
            continue  # another unit stands in: its own members' digests count these inquiries, too
        to = members.get(deputy_id) if deputy_id is not None else member
        if to is None or to.id is None or to.id in away_people:
            continue
        letter = found.setdefault(to.id, _Letter(to))
        letter.codes |= stand_ins.scope_of(tx, member, on=today).codes
        if to is not member:
            letter.in_place_of.append(member.name)
    return list(found.values())
