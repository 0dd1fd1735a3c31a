"""What a model's training found doubtful, for the reviewing list: ids, labels and figures, never a text."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from triage.domain.ports import Doubted
from triage.store.engine import Tx
from triage.store.label_tables import label_reviews, label_suspects


def put(tx: Tx, found: Sequence[Doubted], *, model: str) -> None:
    """Keeps the list of a model, the most doubtful first, in the place of an older one of it."""
    tx.connection.execute(delete(label_suspects).where(label_suspects.c.model == model[:80]))
    rows = {
        (one.line_id, one.other_id): {
            "model": model[:80],
            "line_id": one.line_id[:80],
            "other_id": one.other_id[:80],
            "place": place,
            "language": one.language[:12],
            "labelled": one.labelled[:40],
            "likely": one.likely[:40],
            "labelled_probability": one.labelled_probability,
            "likely_probability": one.likely_probability,
        }
        for place, one in enumerate(found)
    }
    if rows:
        tx.connection.execute(insert(label_suspects), list(rows.values()))


def doubtful(tx: Tx, *, model: str, limit: int = 100, after: int = -1) -> list[tuple[int, Doubted]]:
    """The lines that nobody has settled since, with their place in the list, from the place after `after` on."""
    looked = select(label_reviews.c.line_id).where(label_reviews.c.before == label_suspects.c.labelled)
    query = (
        select(label_suspects)
        .where(
            label_suspects.c.model == model, label_suspects.c.place > after, label_suspects.c.line_id.not_in(looked)
        )
        .order_by(label_suspects.c.place)
        .limit(limit)
    )  # fmt: skip
    return [(row.place, _doubtful(row)) for row in tx.connection.execute(query)]


def doubt_over(tx: Tx, *, model: str, line_id: str) -> Doubted | None:
    """The first doubt over one line in a model's list."""
    query = (
        select(label_suspects)
        .where(label_suspects.c.model == model, label_suspects.c.line_id == line_id)
        .order_by(label_suspects.c.place)
        .limit(1)
    )
    row = tx.connection.execute(query).one_or_none()
    return None if row is None else _doubtful(row)


def models_with(tx: Tx, names: Collection[str]) -> set[str]:
    """Which of these models have a list."""
    query = select(label_suspects.c.model).where(label_suspects.c.model.in_(names)).distinct()
    return set(tx.connection.execute(query).scalars())


def _doubtful(row: Any) -> Doubted:
    return Doubted(
        row.line_id, row.other_id, row.language, row.labelled, row.likely, row.labelled_probability,
        row.likely_probability,
    )  # fmt: skip
