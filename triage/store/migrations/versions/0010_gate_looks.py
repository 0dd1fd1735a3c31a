"""A second look where officer and suggestion differ, and which gate let a message go."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('gate_checks', sa.Column('second_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('gate_checks', sa.Column('second_by', sa.String(length=80), nullable=True))
    op.add_column('gate_checks', sa.Column('second_route', sa.String(length=24), nullable=True))
    op.add_column('gate_checks', sa.Column('second_country', sa.String(length=2), nullable=True))
    op.create_table('gate_forwards',
    sa.Column('message_id', Id, autoincrement=False, nullable=False),
    sa.Column('gate_id', Id, nullable=False),
    sa.Column('decision_id', Id, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_gate_forwards_message_id')),
    sa.ForeignKeyConstraint(['gate_id'], ['gate_states.id'], name=op.f('fk_gate_forwards_gate_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_gate_forwards_decision_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_gate_forwards'))
    )
    op.create_index('ix_gate_forwards_gate_id', 'gate_forwards', ['gate_id'], unique=False)
