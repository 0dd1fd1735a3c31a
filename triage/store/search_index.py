"""The search index: what is written into it and taken out. Finding is in `search`.

THE INDEX IS IN CLEAR. It holds the folded words of every message that is not restricted, each word once and without
their order: whoever reads the database file without keys learns which words a message has, though not its sentences.
Restricted mail is never in it, and leaves it at the moment when it becomes restricted. Whoever erases the text of a
message calls `remove` in the same transaction, and `settle` at the end of a run: SQLite's index lets go of deleted words
on disk only when its parts are merged.

Beside the words of subject, newest text, quoted text, signature, sender and attachments stand marks (they begin with
`_`, which no folded word does): route, country, language, kind, sender. The filters of a search are marks, too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, text
from sqlalchemy.dialects import postgresql, sqlite

from triage.domain.folding import fold, words
from triage.domain.message import Address, Message
from triage.domain.taxonomy import Destination, Kind
from triage.store.desk_tables import search_texts, senders
from triage.store.engine import Tx
from triage.store.tables import decisions, messages, predictions

TEXT_CHARACTERS = 60_000
MOST_WORDS = 4000
CHUNK = 500
BUCKET_BITS = 12
EVERYBODYS = frozenset(
    {
        "126.com", "163.com", "aol.com", "free.fr", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "googlemail.com",
        "hotmail.com", "hotmail.es", "hotmail.fr", "icloud.com", "laposte.net", "libero.it", "live.com", "mail.com",
        "mail.ru", "me.com", "msn.com", "naver.com", "orange.fr", "outlook.com", "proton.me", "protonmail.com", "qq.com",
        "rediffmail.com", "sfr.fr", "tutanota.com", "wanadoo.fr", "web.de", "yahoo.co.uk", "yahoo.com", "yahoo.es",
        "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
    }
)  # fmt: skip
"""Providers of mail to everybody: two people with an address there do not belong to one organisation."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message about to be indexed. `kind` is None where nothing was suggested."""

    message_id: int
    message: Message
    language: str
    destination: Destination | None
    kind: Kind | None
    restricted: bool


def put_many(tx: Tx, entries: Sequence[Entry]) -> None:
    """Indexes messages, anew where they are indexed already; restricted ones only by keyed hashes of their sender."""
    if not entries:
        return
    _put_senders(tx, entries)
    open_ones = [entry for entry in entries if not entry.restricted]
    _write(tx, {entry.message_id: _words_of(tx, entry) for entry in open_ones})
    remove(tx, [entry.message_id for entry in entries if entry.restricted])


def remove(tx: Tx, message_ids: Iterable[int]) -> None:
    """Takes messages out of the index: restricted or erased ones. Those that are not in it are passed over."""
    wanted = sorted(set(message_ids))
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        if not tx.postgres:
            _forget(tx, _known(tx, part))
        tx.connection.execute(delete(search_texts).where(search_texts.c.message_id.in_(part)))


def forget_senders(tx: Tx, message_ids: Iterable[int]) -> None:
    """Takes the keyed hashes of the senders of erased messages away."""
    tx.connection.execute(delete(senders).where(senders.c.message_id.in_(list(message_ids))))


def settle(tx: Tx) -> None:
    """After much was removed: has SQLite merge the parts of its index, so that the words are gone from the file."""
    if not tx.postgres:
        tx.connection.execute(text("INSERT INTO search_index(search_index) VALUES ('optimize')"))


def remark(tx: Tx, *, message_id: int) -> None:
    """Puts the marks of where a message goes right, after a decision or its undoing."""
    known = _known(tx, [message_id])
    if message_id not in known:
        return
    query = (
        select(decisions.c.route, decisions.c.country, predictions.c.route, predictions.c.country)
        .select_from(messages)
        .outerjoin(decisions, decisions.c.id == messages.c.decision_id)
        .outerjoin(predictions, predictions.c.id == messages.c.prediction_id)
        .where(messages.c.id == message_id)
    )
    route, country, said_route, said_country = tx.connection.execute(query).one()
    destination = None
    if route is not None or said_route is not None:
        destination = Destination(route, country) if route is not None else Destination(said_route, said_country)
    old = known[message_id]
    new = {each for each in old if not each.startswith(("_r", "_c"))} | set(destination_marks(destination))
    if new != set(old):
        _write(tx, {message_id: sorted(new)})


def missing(tx: Tx, *, after_id: int, limit: int) -> list[int]:
    """Messages beyond `after_id` that ought to be indexed and are not: those of before the index was there."""
    query = (
        select(messages.c.id)
        .outerjoin(senders, senders.c.message_id == messages.c.id)
        .where(
            messages.c.id > after_id,
            senders.c.message_id.is_(None),
            messages.c.reading_blob_id.is_not(None),
            messages.c.erased_at.is_(None),
            messages.c.state != "received",
        )
        .order_by(messages.c.id)
        .limit(limit)
    )
    return list(tx.connection.execute(query).scalars())


def indexed_words(tx: Tx, message_ids: Sequence[int]) -> dict[int, list[str]]:
    """The words that the index has of messages, marks left out. The caller has asked who may see them."""
    found: dict[int, list[str]] = {}
    for start in range(0, len(message_ids), CHUNK):
        for key, known in _known(tx, message_ids[start : start + CHUNK]).items():
            found[key] = [word for word in known if not word.startswith("_")]
    return found


def destination_marks(destination: Destination | None) -> list[str]:
    """The marks of a route and, for a mission, its country."""
    if destination is None:
        return []
    marks = [f"_r{destination.route.value.lower()}"]
    return [*marks, f"_c{destination.country.lower()}"] if destination.country else marks


def language_mark(language: str) -> str:
    """The mark of a language code."""
    return "_l" + "".join(c for c in language.lower() if c.isalnum())


def kind_mark(kind: Kind) -> str:
    """The mark of a kind."""
    return f"_k{kind.value}"


def address_marks(tx: Tx, email: str) -> list[str]:
    """The marks of an address and of its domain: keyed hashes. `@ngo.example` has only that of the domain."""
    local, _, domain = email.strip().casefold().rpartition("@")
    marks = [f"_d{tx.hash('domain', domain).hex()}"] if domain else []
    return [f"_a{tx.hash('address', f'{local}@{domain}').hex()}", *marks] if local else marks


def bucket_mark(number: int) -> str:
    """PostgreSQL only: the mark of the 4096 messages whose ids begin alike; lets its index go from the newest down."""
    return f"_b{number:x}"


def _words_of(tx: Tx, entry: Entry) -> list[str]:
    message = entry.message
    sender = message.sender or Address("", "")
    texts = (
        message.subject, sender.name, sender.email, message.newest_text, message.signature, message.attachment_text,
        " ".join(attachment.name for attachment in message.attachments), message.quoted_text,
    )  # fmt: skip
    found: set[str] = set()
    left = TEXT_CHARACTERS
    for part in texts:
        found.update(words(part[:left]))
        left = max(0, left - len(part))
        if len(found) >= MOST_WORDS:
            found = set(sorted(found)[:MOST_WORDS])
            break
    found |= {f"_n{word}" for word in words(f"{sender.name} {sender.email}")}
    found.update([language_mark(entry.language), *destination_marks(entry.destination)])
    found.update([kind_mark(entry.kind)] if entry.kind is not None else [])
    found.update(address_marks(tx, sender.email) if "@" in sender.email else [])
    return sorted(found)


def _write(tx: Tx, contents: dict[int, list[str]]) -> None:
    if not contents:
        return
    if tx.postgres:
        for message_id, found in contents.items():
            marked = [*found, bucket_mark(message_id >> BUCKET_BITS)]
            tx.connection.execute(
                text(
                    "INSERT INTO search_texts (message_id, words) VALUES (:id, array_to_tsvector(:words))"
                    " ON CONFLICT (message_id) DO UPDATE SET words = excluded.words"
                ),
                {"id": message_id, "words": sorted(set(marked))},
            )
        return
    _forget(tx, _known(tx, list(contents)))
    rows = [{"message_id": key, "words": " ".join(found)} for key, found in contents.items()]
    statement = sqlite.insert(search_texts)
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["message_id"], set_={"words": statement.excluded.words}), rows
    )
    fill = text("INSERT INTO search_index (rowid, words) VALUES (:message_id, :words)")
    tx.connection.execute(fill, rows)


def _known(tx: Tx, message_ids: Sequence[int]) -> dict[int, list[str]]:
    """The words that are indexed of these messages."""
    if tx.postgres:
        query = text("SELECT message_id, tsvector_to_array(words) FROM search_texts WHERE message_id = ANY(:ids)")
        rows = tx.connection.execute(query, {"ids": list(message_ids)}).all()
        return {row[0]: [word for word in row[1] if not word.startswith("_b")] for row in rows}
    query_all = select(search_texts).where(search_texts.c.message_id.in_(message_ids))
    return {row.message_id: row.words.split(" ") for row in tx.connection.execute(query_all)}


def _forget(tx: Tx, known: dict[int, list[str]]) -> None:
    """FTS5 over a table of ours has to be told the old words before they are replaced."""
    rows = [{"id": key, "words": " ".join(found)} for key, found in known.items()]
    if rows:
        tx.connection.execute(
            text("INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', :id, :words)"), rows
        )


def _put_senders(tx: Tx, entries: Sequence[Entry]) -> None:
    rows = []
    for entry in entries:
        email = fold(entry.message.sender.email.strip()) if entry.message.sender else ""
        domain = email.rpartition("@")[2]
        rows.append(
            {
                "message_id": entry.message_id,
                "address_hash": tx.hash("address", email) if email else b"",
                "domain_hash": tx.hash("domain", domain) if "@" in email and domain not in EVERYBODYS else None,
            }
        )
    dialect = postgresql if tx.postgres else sqlite
    tx.connection.execute(dialect.insert(senders).on_conflict_do_nothing(), rows)
