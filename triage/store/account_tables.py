"""The tables beside accounts, private to `store`: second factors, recovery codes, identities of a provider, changes.

`changes` holds who changed what in accounts, organisation and rules, as it was before and after: the house's own data,
never anything that a correspondent wrote.
"""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, String, Table

from triage.store.columns import UtcTime
from triage.store.house_tables import people
from triage.store.schema import Id, keyed_hash, metadata

second_factors = Table(
    "second_factors",
    metadata,
    Column("person_id", Id, ForeignKey(people.c.id), primary_key=True, autoincrement=False),
    Column("begun_at", UtcTime, nullable=False),
    Column(
        "confirmed_at", UtcTime
    ),  # none while the person is still setting it up; the secret: people.second_factor_blob_id
    Column("last_step", BigInteger, nullable=False),  # time step of the last code taken: none is taken twice
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person_id", Id, ForeignKey(people.c.id), primary_key=True, autoincrement=False),
    Column("code_hash", keyed_hash(), primary_key=True),
    Column("used_at", UtcTime),
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", Id, ForeignKey(people.c.id), nullable=False),
    Column("linked_at", UtcTime, nullable=False),
)
Index("ix_identities_person_id", identities.c.person_id)

changes = Table(
    "changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("about", String(80), nullable=False),  # `person:3`, `unit:DMM`, `office:ML`, `rule:undo_seconds`
    Column("before", JSON),
    Column("after", JSON),
)
Index("ix_changes_about", changes.c.about, changes.c.id)
