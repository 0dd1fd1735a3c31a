"""Makes a small generated store a large one by copying its rows within the database, ids moved on by a block each time."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Table, create_engine, func, select, text

from triage.store.desk_tables import search_texts, senders
from triage.store.engine import Store, Tx
from triage.store.tables import blobs, decisions, deliveries, inquiries, messages, predictions

MINE = {blobs: blobs, inquiries: inquiries, messages: messages, predictions: predictions, decisions: decisions}
POINTS: Mapping[str, Table] = {
    "heading_blob_id": blobs, "reading_blob_id": blobs, "inquiry_id": inquiries, "message_id": messages,
    "prediction_id": predictions, "decision_id": decisions,
}  # fmt: skip
MOVED_TIMES = frozenset({"stored_at", "received_at", "made_at", "decided_at", "created_at", "opened_at"})
ORDER = (blobs, inquiries, messages, predictions, decisions, deliveries, senders)
BUCKET_BITS = 12


def multiply(store: Store, *, base: int, number: int, step: timedelta) -> None:
    """Copies the first `base` messages with all that belongs to them until there are `number`."""
    if number <= base:
        return
    with store.read() as tx:
        blocks = {table: int(tx.connection.execute(select(func.max(table.c.id))).scalar_one()) for table in MINE}
    _prepare(store)
    for copy in range(1, -(-number // base)):
        with store.begin() as tx:
            for table in ORDER:
                _copy(tx, table, blocks, copy, copy * base * step, number - copy * base)
    _finish(store, base)


def _copy(tx: Tx, table: Table, blocks: Mapping[Table, int], copy: int, moved: timedelta, left: int) -> None:
    columns = [column.name for column in table.columns]
    values = [_value(tx, table, name, blocks, copy, moved) for name in columns]
    about = "id" if table is messages else "message_id" if "message_id" in table.c else ""
    within = f"{about} <= {min(left, blocks[messages])}" if about else f"id <= {blocks[table]}"
    order = "message_id" if table in (senders, deliveries) else "id"
    tx.connection.execute(
        text(
            f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table.name}"
            f" WHERE {within} ORDER BY {order}"
        )
    )


def _value(tx: Tx, table: Table, name: str, blocks: Mapping[Table, int], copy: int, moved: timedelta) -> str:
    if name == "delivery_id" or (name == "id" and table is deliveries):
        made = f"{'id' if table is messages else 'message_id'} + {copy * blocks[messages]}"
        word = f"lpad(to_hex({made}), 32, '0')" if tx.postgres else f"printf('%032x', {made})"
        return f"CASE WHEN {name} IS NULL THEN NULL ELSE {word} END"
    if name in ("fingerprint", "message_id_hash"):
        return "decode(md5(random()::text || id), 'hex')" if tx.postgres else "randomblob(16)"
    if name in MOVED_TIMES:
        seconds = moved.total_seconds()
        if tx.postgres:
            return f"{name} + interval '{seconds} seconds'"
        return f"strftime('%Y-%m-%d %H:%M:%f', {name}, '+{seconds} seconds') || '000'"
    if name == "id" or (name in POINTS and table.c[name].type.python_type is int):
        pointed = table if name == "id" else POINTS[name]
        return f"{name} + {copy * blocks[pointed]}"
    return name


def _prepare(store: Store) -> None:
    """The copies are not worth a flush each."""
    engine = create_engine(store.url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if store.dialect == "postgresql":
            connection.execute(text("DROP INDEX ix_search_texts_words"))
    engine.dispose()


def _finish(store: Store, base: int) -> None:
    """The index of words, made at once over all; PostgreSQL's counters of ids."""
    with store.begin() as tx:
        copies = (
            f"FROM messages m JOIN {search_texts.name} s ON s.message_id = (m.id - 1) % {base} + 1 WHERE m.id > {base}"
        )
        if tx.postgres:
            buckets = ", ".join(f"'_b{number:x}'" for number in range((base >> BUCKET_BITS) + 1))
            words = f"ts_delete(s.words, ARRAY[{buckets}]) || array_to_tsvector(ARRAY['_b' || to_hex(m.id >> {BUCKET_BITS})])"
        else:
            words = "s.words"
        tx.connection.execute(text(f"INSERT INTO search_texts (message_id, words) SELECT m.id, {words} {copies}"))
        if not tx.postgres:
            tx.connection.execute(text("INSERT INTO search_index (search_index) VALUES ('rebuild')"))
            return
        tx.connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        tx.connection.execute(text("CREATE INDEX ix_search_texts_words ON search_texts USING gin (words)"))
        for table in MINE:
            tx.connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))")
            )


def vacuum(store: Store) -> None:
    """PostgreSQL: what its own keeper would have done by the time."""
    if store.dialect != "postgresql":
        return
    engine = create_engine(store.url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
