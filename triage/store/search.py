"""Finding messages: words and marks through the index of `search_index`, newest first, a page at a time.

The time of a page does not grow with the store. SQLite's FTS5 walks its lists from the newest id down and is stopped
after a page. PostgreSQL's GIN has no order, so it is asked for the newest buckets of ids first, then for wider ones. What
is no mark (state, dates) is looked up for the hits, at most SCAN_LIMIT of them; a page may then be short and say where
to go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, TextualSelect, func, literal_column, select, text

from triage.domain.folding import asked_words, words
from triage.domain.lifecycle import MessageState
from triage.domain.people import Person
from triage.domain.taxonomy import Kind, Route
from triage.store import search_index
from triage.store.desk_tables import search_texts
from triage.store.engine import Tx
from triage.store.listing import summaries
from triage.store.schema import Id
from triage.store.search_index import BUCKET_BITS
from triage.store.tables import IN_STATE, VISIBLE_TO_ALL, messages
from triage.store.views import MessageSummary, Page

SCAN_LIMIT = 20_000
FIRST_CHUNK, LARGEST_CHUNK = 200, 2000
RANKED = 300
BUCKETS = (1, 7, 56)
SLACK = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. All conditions hold together; empty ones ask nothing. `sender` is words of a name, an address
    or `@` with a domain; `since` and `until` are days in UTC, both included. `ranked`: the newest RANKED hits, those
    with the words in subject or sender first."""

    text: str = ""
    route: Route | None = None
    country: str | None = None
    language: str | None = None
    sender: str = ""
    kind: Kind | None = None
    state: MessageState | None = None
    since: date | None = None
    until: date | None = None
    ranked: bool = False


@dataclass(slots=True)
class _Terms:
    """The words that a message must have, whole and begun."""

    whole: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)


def find(tx: Tx, *, viewer: Person, query: Query, before: int | None = None, limit: int = 50) -> Page:
    """A page of what matches, newest first; `before` is the cursor of the page before. Restricted mail is not in the
    index and never found here, not even by the cleared, who have a list of it."""
    del viewer  # what this finds is visible to everybody who may open the screen
    terms = _terms(tx, query)
    if query.text.strip() and not terms.whole and not terms.begun:
        return Page((), None)  # nothing but punctuation or single letters was asked for
    wanted = RANKED if query.ranked else limit
    ids, onward = _matching(tx, query, terms, below=before, limit=wanted)
    lines = summaries(tx, message_ids=ids)
    found = [lines[key] for key in ids if key in lines]
    if query.ranked:
        return Page(tuple(_rank(found, query)[:limit]), None)
    return Page(tuple(found), None if onward is None else str(onward))


def found_in_index(tx: Tx, *, query: Query) -> Select[tuple[int]] | TextualSelect | None:
    """The ids of what has the words and marks that are asked for, to stand within a condition on messages; None where
    nothing can have them."""
    terms = _terms(tx, query)
    if not terms.whole and not terms.begun:
        return None if query.text.strip() else select(messages.c.id)
    column = literal_column("id", Id)
    if tx.postgres:
        asked = " & ".join([*(f"'{word}'" for word in terms.whole), *(f"'{word}':*" for word in terms.begun)])
        found = "SELECT message_id AS id FROM search_texts WHERE words @@ CAST(:asked AS tsquery)"
    else:
        asked = " ".join([*(f'"{word}"' for word in terms.whole), *(f'"{word}" *' for word in terms.begun)])
        found = "SELECT rowid AS id FROM search_index WHERE search_index MATCH :asked"
    return text(found).bindparams(asked=asked).columns(column)


def _matching(tx: Tx, query: Query, terms: _Terms, *, below: int | None, limit: int) -> tuple[list[int], int | None]:
    """Ids, newest first, and where the next page begins (None: at the end)."""
    conditions = _conditions(query)
    lowest, highest = _bounds(tx, query)
    below = highest if below is None else min(below, highest)
    found: list[int] = []
    scanned, chunk = 0, max(FIRST_CHUNK, limit + 1)
    while len(found) <= limit and scanned < SCAN_LIMIT:
        hits = _hits(tx, terms, conditions, below=below, above=lowest, limit=chunk)
        if not hits:
            return found[:limit], None if len(found) <= limit else found[limit - 1]
        allowed = set(
            tx.connection.execute(select(messages.c.id).where(messages.c.id.in_(hits), *conditions)).scalars()
        )
        found += [hit for hit in hits if hit in allowed]
        below, scanned = hits[-1], scanned + len(hits)
        if len(hits) < chunk:
            return found[:limit], None if len(found) <= limit else found[limit - 1]
        chunk = min(chunk * 4, LARGEST_CHUNK)
    return (found[:limit], found[limit - 1]) if len(found) > limit else (found, below)


def _hits(
    tx: Tx, terms: _Terms, conditions: Sequence[ColumnElement[bool]], *, below: int, above: int, limit: int
) -> list[int]:
    """Ids in (above, below), newest first."""
    if not terms.whole and not terms.begun:
        plain = select(messages.c.id).where(messages.c.id < below, messages.c.id > above, *conditions)
        return list(tx.connection.execute(plain.order_by(messages.c.id.desc()).limit(limit)).scalars())
    if tx.postgres:
        return _postgres_hits(tx, terms, below=below, above=above, limit=limit)
    asked = " AND ".join([*(f'"{word}"' for word in terms.whole), *(f'"{word}" *' for word in terms.begun)])
    statement = text(
        "SELECT rowid FROM search_index WHERE search_index MATCH :asked AND rowid < :below AND rowid > :above"
        " ORDER BY rowid DESC LIMIT :limit"
    )
    values = {"asked": asked, "below": below, "above": above, "limit": limit}
    return list(tx.connection.execute(statement, values).scalars())


def _postgres_hits(tx: Tx, terms: _Terms, *, below: int, above: int, limit: int) -> list[int]:
    asked = " & ".join([*(f"'{word}'" for word in terms.whole), *(f"'{word}':*" for word in terms.begun)])
    statement = text(
        "WITH hits AS MATERIALIZED (SELECT message_id FROM search_texts WHERE words @@ CAST(:asked AS tsquery))"
        " SELECT message_id FROM hits WHERE message_id < :below AND message_id > :above"
        " ORDER BY message_id DESC LIMIT :limit"
    )
    found: list[int] = []
    top = (below - 1) >> BUCKET_BITS
    for number in BUCKETS:
        marks = " | ".join(f"'{search_index.bucket_mark(top - step)}'" for step in range(number) if top >= step)
        values = {"asked": f"{asked} & ({marks})", "below": below, "above": above, "limit": limit - len(found)}
        found += tx.connection.execute(statement, values).scalars()
        top -= number
        below = (top + 1) << BUCKET_BITS
        if len(found) >= limit or below <= above + 1 or top < 0:
            return found
    values = {"asked": asked, "below": below, "above": above, "limit": limit - len(found)}
    return [*found, *tx.connection.execute(statement, values).scalars()]


def _terms(tx: Tx, query: Query) -> _Terms:
    whole, begun = asked_words(query.text)
    whole += [f"_r{query.route.value.lower()}"] if query.route is not None else []
    whole += [f"_c{query.country.lower()}"] if query.country else []
    whole += [search_index.language_mark(query.language)] if query.language else []
    whole += [search_index.kind_mark(query.kind)] if query.kind is not None else []
    if "@" in query.sender:
        whole += search_index.address_marks(tx, query.sender)[:1]
    elif query.sender.strip():
        whole += [f"_n{word}" for word in dict.fromkeys(words(query.sender))]
    return _Terms(whole, begun)


def _conditions(query: Query) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [VISIBLE_TO_ALL]
    if query.state is not None:
        conditions.append(IN_STATE[query.state])
    if query.since is not None:
        conditions.append(messages.c.stored_at >= _midnight(query.since))
    if query.until is not None:
        conditions.append(messages.c.stored_at < _midnight(query.until) + timedelta(days=1))
    return conditions


def _bounds(tx: Tx, query: Query) -> tuple[int, int]:
    """Ids outside of which no message of these days lies: ids rise with time, but for a little slack."""
    newest = tx.connection.execute(select(func.max(messages.c.id))).scalar_one_or_none() or 0
    lowest = 0 if query.since is None else max(0, _first_at(tx, _midnight(query.since), newest) - SLACK)
    highest = newest + 1
    if query.until is not None:
        highest = min(highest, _first_at(tx, _midnight(query.until) + timedelta(days=1), newest) + SLACK)
    return lowest, highest


def _first_at(tx: Tx, moment: datetime, newest: int) -> int:
    """About the first id of those stored at `moment` or later, by halving."""
    low, high = 0, newest + 1
    while low < high:
        middle = (low + high) // 2
        row = tx.connection.execute(
            select(messages.c.id, messages.c.stored_at).where(messages.c.id > middle).order_by(messages.c.id).limit(1)
        ).one_or_none()
        if row is not None and row.stored_at < moment:
            low = row.id
        else:
            high = middle
    return low


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _rank(found: list[MessageSummary], query: Query) -> list[MessageSummary]:
    whole, begun = asked_words(query.text)

    def score(line: MessageSummary) -> int:
        subject = set(words(line.subject))
        sender = set(words(f"{line.sender.name} {line.sender.email}")) if line.sender else set()
        points = sum(3 * (word in subject) + 2 * (word in sender) for word in whole)
        return points + sum(3 * any(w.startswith(word) for w in subject) for word in begun)

    return sorted(found, key=lambda line: (-score(line), -line.id))


def number_indexed(tx: Tx) -> int:
    """How many messages are in the index."""
    return int(tx.connection.execute(select(func.count()).select_from(search_texts)).scalar_one())
