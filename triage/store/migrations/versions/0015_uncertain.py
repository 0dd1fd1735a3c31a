"""The list to review, uncertain and old first: an index for those whose suggestion is uncertain."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_messages_uncertain",
        "messages",
        ["id", "snoozed_until", "state", "restricted", "probability"],
        unique=False,
        sqlite_where=sa.text("state = 'in_review' AND restricted = 0 AND probability < 0.6"),
        postgresql_where=sa.text("state = 'in_review' AND restricted = false AND probability < 0.6"),
    )


def downgrade() -> None:
    op.drop_index("ix_messages_uncertain", table_name="messages")
