"""Mails that a source could not hand over and is asked for once more."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('refetches',
    sa.Column('arrival_id', Id, autoincrement=False, nullable=False),
    sa.Column('attempts', sa.SmallInteger(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['arrival_id'], ['arrivals.id'], name=op.f('fk_refetches_arrival_id')),
    sa.PrimaryKeyConstraint('arrival_id', name=op.f('pk_refetches'))
    )
    op.create_index('ix_refetches_due_at', 'refetches', ['due_at'], unique=False)


def downgrade() -> None:
    op.drop_table('refetches')
