"""The way from a message, a person or a name to the entries of the audit record about it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SOUGHT = ("message:", "person:", "name:")
CHUNK = 5000


def upgrade() -> None:
    op.create_table(
        "audit_objects",
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("entry_id", Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("object", "entry_id", name=op.f("pk_audit_objects")),
        sqlite_with_rowid=False,
    )
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """The entries that are there already, a part at a time."""
    audit = sa.table("audit", sa.column("id"), sa.column("objects"))
    target = sa.table("audit_objects", sa.column("object"), sa.column("entry_id"))
    last = 0
    while True:
        query = sa.select(audit.c.id, audit.c.objects).where(audit.c.id > last).order_by(audit.c.id).limit(CHUNK)
        rows = connection.execute(query).all()
        if not rows:
            return
        found = [
            {"object": word, "entry_id": row.id}
            for row in rows
            for word in dict.fromkeys(row.objects.split())
            if word.startswith(SOUGHT)
        ]
        if found:
            connection.execute(sa.insert(target), found)
        last = rows[-1].id


def downgrade() -> None:
    op.drop_table("audit_objects")
