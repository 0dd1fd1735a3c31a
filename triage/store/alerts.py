"""Alerts: one open row for each thing that is wrong; raised once, told again until somebody looks, resolved by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, false, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.domain.alert import ABOUT_A_MESSAGE, AlertKind
from triage.domain.people import Person
from triage.store.alert_tables import ALERT_OPEN, alert_notices, alerts
from triage.store.engine import Tx
from triage.store.tables import RESTRICTED, URGENT, messages


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `rounds`: how often people were told; `called`: the round of which the webhook knows."""

    id: int
    kind: AlertKind
    object: str
    message_id: int | None
    code: str | None
    count: int
    raised_at: datetime
    rounds: int
    notified_at: datetime | None
    next_at: datetime | None
    called: int
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong now: what an open alert stands for."""

    kind: AlertKind
    object: str
    count: int = 1
    code: str | None = None
    message_id: int | None = None


def raise_alert(tx: Tx, trouble: Trouble, *, now: datetime) -> None:
    """Opens an alert, to be told at once. Where it is open already its figures follow; a trouble that grows after
    somebody has taken note of it is told again."""
    dialect = postgresql if tx.postgres else sqlite
    row = {
        "kind": trouble.kind,
        "object": trouble.object[:80],
        "message_id": trouble.message_id,
        "code": trouble.code,
        "count": trouble.count,
        "raised_at": now,
        "rounds": 0,
        "next_at": now,
        "called": 0,
    }
    fresh = dialect.insert(alerts).values(**row)
    fresh = fresh.on_conflict_do_nothing(index_elements=["kind", "object"], index_where=ALERT_OPEN)
    if tx.connection.execute(fresh).rowcount == 1:
        return
    same = and_(ALERT_OPEN, alerts.c.kind == trouble.kind, alerts.c.object == trouble.object[:80])
    grown = and_(same, alerts.c.acknowledged_at.is_not(None), alerts.c.count < trouble.count)
    tx.connection.execute(update(alerts).where(grown).values(acknowledged_at=None, acknowledged_by=None, next_at=now))
    tx.connection.execute(update(alerts).where(same).values(count=trouble.count, code=trouble.code))


def resolve(tx: Tx, alert_ids: Iterable[int], *, now: datetime) -> None:
    """Closes alerts whose trouble is over."""
    tx.connection.execute(
        update(alerts).where(alerts.c.id.in_(list(alert_ids)), ALERT_OPEN).values(resolved_at=now, next_at=None)
    )


def acknowledge(tx: Tx, alert_ids: Iterable[int], *, actor: str, now: datetime) -> int:
    """Somebody takes note: nobody is told again. Returns how many alerts that concerned."""
    fresh = alerts.c.id.in_(list(alert_ids)), ALERT_OPEN, alerts.c.acknowledged_at.is_(None)
    values = {"acknowledged_at": now, "acknowledged_by": actor, "next_at": None}
    return tx.connection.execute(update(alerts).where(*fresh).values(**values)).rowcount


def waiting_for_a_look(tx: Tx, *, message_id: int) -> list[int]:
    """The alerts about a message that nobody has opened yet."""
    query = select(alerts.c.id).where(alerts.c.message_id == message_id, ALERT_OPEN, alerts.c.acknowledged_at.is_(None))
    return list(tx.connection.execute(query).scalars())


def missing(tx: Tx) -> list[Trouble]:
    """Urgent and restricted messages in review for which no alert was ever raised."""
    found: list[Trouble] = []
    for kind, where in ((AlertKind.URGENT, URGENT), (AlertKind.RESTRICTED, RESTRICTED)):
        raised = select(alerts.c.id).where(alerts.c.message_id == messages.c.id, alerts.c.kind == kind).exists()
        query = select(messages.c.id).where(where, ~raised).order_by(messages.c.id).limit(200)
        found += [
            Trouble(kind, f"message:{message_id}", message_id=message_id)
            for message_id in tx.connection.execute(query).scalars()
        ]
    return found


def outlived(tx: Tx) -> list[int]:
    """Open alerts about messages that are no longer in the queue that the alert is about."""
    query = (
        select(alerts.c.id)
        .join(messages, messages.c.id == alerts.c.message_id)
        .where(
            ALERT_OPEN,
            or_(
                and_(alerts.c.kind == AlertKind.URGENT, ~URGENT),
                and_(alerts.c.kind == AlertKind.RESTRICTED, ~RESTRICTED),
            ),
        )
    )
    return list(tx.connection.execute(query).scalars())


def due(tx: Tx, *, now: datetime) -> list[Alert]:
    """Open alerts of which people are to be told now, oldest first."""
    query = select(alerts).where(ALERT_OPEN, alerts.c.next_at <= now).order_by(alerts.c.id).limit(200)
    return [Alert(*row) for row in tx.connection.execute(query)]


def uncalled(tx: Tx) -> list[Alert]:
    """Open alerts with a round that the webhook does not know of."""
    query = select(alerts).where(ALERT_OPEN, alerts.c.called < alerts.c.rounds).order_by(alerts.c.id).limit(50)
    return [Alert(*row) for row in tx.connection.execute(query)]


def called(tx: Tx, *, alert_id: int, round_: int) -> None:
    """The webhook has taken a round."""
    tx.connection.execute(update(alerts).where(alerts.c.id == alert_id).values(called=round_))


@dataclass(frozen=True, slots=True)
class Notice:
    """That a person was told; `delivery_id` is None where the brake held the mail back."""

    alert_id: int
    round: int
    person_id: int
    delivery_id: str | None


def told(tx: Tx, alert: Alert, *, notices: Sequence[Notice], now: datetime, next_at: datetime) -> None:
    """Books a round: who was told, and when to tell again."""
    values = {"rounds": alert.rounds + 1, "notified_at": now, "next_at": next_at}
    tx.connection.execute(update(alerts).where(alerts.c.id == alert.id).values(**values))
    rows = [
        {"alert_id": n.alert_id, "round": n.round, "person_id": n.person_id, "at": now, "delivery_id": n.delivery_id}
        for n in notices
    ]
    if rows:
        tx.connection.execute(insert(alert_notices), rows)


def open_alerts(tx: Tx, *, about_messages: bool) -> list[Alert]:
    """Open alerts about messages, or all the others: those of the service itself."""
    about = alerts.c.kind.in_(sorted(ABOUT_A_MESSAGE))
    query = select(alerts).where(ALERT_OPEN, about if about_messages else ~about).order_by(alerts.c.id)
    return [Alert(*row) for row in tx.connection.execute(query)]


def list_page(tx: Tx, *, viewer: Person, with_resolved: bool = False, limit: int = 200) -> list[Alert]:
    """Alerts, newest first; those about restricted messages for the cleared alone."""
    hidden = false() if viewer.cleared else (alerts.c.kind == AlertKind.RESTRICTED)
    query = select(alerts).where(~hidden).order_by(alerts.c.id.desc()).limit(limit)
    return [Alert(*row) for row in tx.connection.execute(query if with_resolved else query.where(ALERT_OPEN))]
