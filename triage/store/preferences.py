"""What a person has chosen for their own screens: the order of each list, the languages they read."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from triage.store.desk_tables import preferences
from triage.store.engine import Tx

LANGUAGES = "languages"
"""The name under which the languages that a person reads are kept: codes with commas between them."""


def order_name(queue: str) -> str:
    """The name under which the order of a list is kept."""
    return f"order.{queue}"


def prefer(tx: Tx, *, person_id: int, name: str, value: str) -> None:
    """Keeps a choice in the place of the one before."""
    dialect = postgresql if tx.postgres else sqlite
    statement = dialect.insert(preferences).values(person_id=person_id, name=name, value=value)
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["person_id", "name"], set_={"value": statement.excluded.value})
    )


def preferred(tx: Tx, *, person_id: int | None, name: str) -> str | None:
    """The person's choice, None where none was made."""
    query = select(preferences.c.value).where(preferences.c.person_id == person_id, preferences.c.name == name)
    return tx.connection.execute(query).scalar_one_or_none()


def preferred_by_all(tx: Tx, *, name: str) -> dict[int, str]:
    """Everybody's choice of that name, by person."""
    query = select(preferences.c.person_id, preferences.c.value).where(preferences.c.name == name)
    return {row.person_id: row.value for row in tx.connection.execute(query)}
